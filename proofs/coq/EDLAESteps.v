(** Appendix C.2: the updates of Eq. 35, with A = U V^T of rank k, Omega = dMat O, b for beta and g for gamma.

    Written with L' for the diagonal that stands where Eq. 35 prints Lambda. A fixed point of a turn is exactly a pair U, V
    that minimises Eq. 32 each given the other, with L' + Omega for Lambda [eq35_fixed_points]. So as printed, L' = Lambda,
    the updates solve Eq. 32 with Lambda + Omega, and not with Lambda [eq35_printed_fails]; with L' = Lambda - Omega they
    solve it [eq35_corrected]. Each factor's update minimises a Lagrangian whose penalty weighs all of A
    [eq35_factors_minimise]. Whether the turns come to a fixed point is not proved here: the constraint is bilinear. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS IALSCounterexamples EASE EDLAE.
Open Scope R_scope.

Section Steps.
Variables (m n k : nat) (X : nat -> nat -> R).

(** A without its diagonal: the B of Eq. 32 *)
Definition off (A : nat -> nat -> R) : nat -> nat -> R := minus A (dMat (diag A)).
Definition product_t (U V : nat -> nat -> R) (i j : nat) : R := dot k (U i) (V j).

(** Half the negative slope of Eq. 32 at A in the entry (i, j). *)
Definition slope (L : nat -> R) (A : nat -> nat -> R) (i j : nat) : R :=
  (1 - delta i j) * (Sum m (fun u => X u i * (X u j - times n X (off A) u j)) - L i * off A i j).

Lemma off_plus A D i j : off (plus A D) i j = plus (off A) (off D) i j.
Proof. unfold off, minus, plus, dMat, diag. ring. Qed.

Lemma off_entry A i j : off A i j = (1 - delta i j) * A i j.
Proof. unfold off, minus, dMat, diag, delta. destruct (Nat.eqb_spec i j) as [->|]; ring. Qed.

Lemma weighted_norm_plus L A D : weighted_norm n L (plus A D) =
  weighted_norm n L A + weighted_norm n L D + 2 * Sum n (fun i => Sum n (fun j => D i j * (L i * A i j))).
Proof.
  unfold weighted_norm. rewrite <- Sum_scale, <- !Sum_add. apply Sum_ext. intros i _.
  rewrite <- !Sum_scale, <- !Sum_add. apply Sum_ext. intros j _. unfold plus. ring.
Qed.

Lemma weighted_norm_ext L A B : (forall i j, A i j = B i j) -> weighted_norm n L A = weighted_norm n L B.
Proof. intros H. apply Sum_ext. intros i _. f_equal. apply Sum_ext. intros j _. now rewrite H. Qed.

Lemma eq32_as_ease L A : eq32 m n X L A = target_ease m n X X 0 (off A) + weighted_norm n L (off A).
Proof. unfold eq32, target_ease. fold (off A). ring. Qed.

(** Eq. 32 around A: exact, as it is quadratic in A. *)
Theorem eq32_expansion L A D :
  eq32 m n X L (plus A D) = eq32 m n X L A - 2 * Sum n (fun i => Sum n (fun j => D i j * slope L A i j)) +
  (frobenius m n (times n X (off D)) + weighted_norm n L (off D)).
Proof.
  rewrite !eq32_as_ease. rewrite (target_ease_ext m n X X 0 (off (plus A D)) (plus (off A) (off D))) by apply off_plus.
  rewrite (weighted_norm_ext L (off (plus A D)) (plus (off A) (off D))) by apply off_plus.
  rewrite target_ease_expansion, weighted_norm_plus.
  assert (E : Sum n (fun i => Sum n (fun j => D i j * slope L A i j)) =
    Sum n (fun i => Sum n (fun j => off D i j * residual m n X X 0 (off A) i j)) -
    Sum n (fun i => Sum n (fun j => off D i j * (L i * off A i j)))).
  { rewrite <- Sum_sub. apply Sum_ext. intros i _. rewrite <- Sum_sub. apply Sum_ext. intros j _.
    rewrite (off_entry D). unfold slope, residual. ring. }
  rewrite E. ring.
Qed.

Lemma eq32_ext L A B : (forall i j, A i j = B i j) -> eq32 m n X L A = eq32 m n X L B.
Proof.
  intros H. rewrite !eq32_as_ease.
  assert (E : forall i j, off A i j = off B i j) by (intros; rewrite !off_entry; now rewrite H).
  now rewrite (target_ease_ext m n X X 0 _ _ E), (weighted_norm_ext L _ _ E).
Qed.

Lemma curvature_nonneg L D : (forall i, (i < n)%nat -> 0 <= L i) ->
  0 <= frobenius m n (times n X (off D)) + weighted_norm n L (off D).
Proof.
  intros HL. apply Rplus_le_le_0_compat; [apply frobenius_nonneg|]. apply Sum_nonneg. intros i Hi.
  apply Rmult_le_pos; [now apply HL|]. apply Sum_nonneg. intros. apply pow2_ge_0.
Qed.

Lemma curvature_scaled L D e :
  frobenius m n (times n X (off (scaled e D))) + weighted_norm n L (off (scaled e D)) =
  (frobenius m n (times n X (off D)) + weighted_norm n L (off D)) * e ^ 2.
Proof.
  assert (E : forall i j, off (scaled e D) i j = scaled e (off D) i j)
    by (intros; unfold scaled; rewrite !off_entry; unfold scaled; ring).
  rewrite (frobenius_ext m n _ (scaled e (times n X (off D)))).
  - rewrite frobenius_scaled, (weighted_norm_ext L _ _ E). unfold weighted_norm. rewrite Rmult_plus_distr_r, <- Sum_scale_r.
    f_equal; [ring|]. apply Sum_ext. intros i _. rewrite <- !Sum_scale, <- Sum_scale_r. apply Sum_ext. intros.
    unfold scaled. ring.
  - intros u j. rewrite (times_ext n X _ _ E). apply times_scaled.
Qed.

(** ** One factor given the other *)

Definition best_u (L : nat -> R) (U V : nat -> nat -> R) : Prop :=
  forall U', eq32 m n X L (product_t U V) <= eq32 m n X L (product_t U' V).
Definition best_v (L : nat -> R) (U V : nat -> nat -> R) : Prop :=
  forall V', eq32 m n X L (product_t U V) <= eq32 m n X L (product_t U V').

Lemma product_t_plus_l U D V i j : product_t (plus U D) V i j = plus (product_t U V) (product_t D V) i j.
Proof. unfold product_t, plus, dot. rewrite <- Sum_add. apply Sum_ext. intros. ring. Qed.
Lemma product_t_plus_r U D V i j : product_t U (plus V D) i j = plus (product_t U V) (product_t U D) i j.
Proof. unfold product_t, plus, dot. rewrite <- Sum_add. apply Sum_ext. intros. ring. Qed.

(** Of any matrix F: sum_ij (D V^T)_ij F_ij = sum_il D_il (F V)_il, and the same for U D^T. *)
Lemma along_u F D V : Sum n (fun i => Sum n (fun j => product_t D V i j * F i j)) =
  Sum n (fun i => Sum k (fun l => D i l * Sum n (fun j => F i j * V j l))).
Proof.
  apply Sum_ext. intros i _. unfold product_t, dot.
  rewrite (Sum_ext n _ (fun j => Sum k (fun l => D i l * (F i j * V j l)))).
  - rewrite Sum_swap. apply Sum_ext. intros l _. now rewrite Sum_scale.
  - intros j _. rewrite <- Sum_scale_r. apply Sum_ext. intros. ring.
Qed.
Lemma along_v F U D : Sum n (fun i => Sum n (fun j => product_t U D i j * F i j)) =
  Sum n (fun j => Sum k (fun l => D j l * Sum n (fun i => F i j * U i l))).
Proof.
  rewrite Sum_swap. apply Sum_ext. intros j _. unfold product_t, dot.
  rewrite (Sum_ext n _ (fun i => Sum k (fun l => D j l * (F i j * U i l)))).
  - rewrite Sum_swap. apply Sum_ext. intros l _. now rewrite Sum_scale.
  - intros i _. rewrite <- Sum_scale_r. apply Sum_ext. intros. ring.
Qed.

(** One entry of a factor moved by e. *)
Definition unit_at (i l : nat) (a c : nat) : R := delta i a * delta l c.
Lemma along_unit r c F i l : (i < r)%nat -> (l < c)%nat ->
  Sum r (fun a => Sum c (fun b => unit_at i l a b * F a b)) = F i l.
Proof.
  intros Hi Hl. rewrite (Sum_ext r _ (fun a => delta i a * F a l)); [now rewrite Sum_delta_l|].
  intros a _. rewrite (Sum_ext c _ (fun b => delta l b * (delta i a * F a b))); [now rewrite Sum_delta_l|].
  intros b _. unfold unit_at. ring.
Qed.

Theorem best_u_slope L U V : (forall i, (i < n)%nat -> 0 <= L i) ->
  (best_u L U V <-> forall i l, (i < n)%nat -> (l < k)%nat -> Sum n (fun j => slope L (product_t U V) i j * V j l) = 0).
Proof.
  intros HL. set (A := product_t U V). split.
  - intros H i l Hi Hl. rewrite <- (Ropp_involutive (Sum n _)). apply Ropp_eq_0_compat. set (D := unit_at i l).
    apply stationary with (frobenius m n (times n X (off (product_t D V))) + weighted_norm n L (off (product_t D V))).
    intros e. specialize (H (plus U (scaled e D))). fold A in H.
    rewrite (eq32_ext L (product_t (plus U (scaled e D)) V) (plus A (scaled e (product_t D V)))) in H.
    + rewrite eq32_expansion, curvature_scaled in H.
      rewrite (Sum_ext n (fun i => Sum n (fun j => scaled e (product_t D V) i j * slope L A i j))
        (fun i => e * Sum n (fun j => product_t D V i j * slope L A i j))) in H.
      * assert (Q := along_unit n k (fun i l => Sum n (fun j => slope L A i j * V j l)) i l Hi Hl). cbv beta in Q. fold D in Q.
        rewrite Sum_scale, along_u, Q in H. lra.
      * intros a _. rewrite <- Sum_scale. apply Sum_ext. intros. unfold scaled. ring.
    + intros a b. rewrite product_t_plus_l. unfold plus. f_equal. unfold product_t, scaled, dot. rewrite <- Sum_scale.
      apply Sum_ext. intros. ring.
  - intros H U'. fold A. set (D := fun i l => U' i l - U i l).
    rewrite (eq32_ext L (product_t U' V) (plus A (product_t D V))).
    + rewrite eq32_expansion, along_u. assert (C := curvature_nonneg L (product_t D V) HL).
      rewrite (Sum_ext n _ (fun _ => 0)); [rewrite Sum_zero; lra|]. intros i Hi. rewrite <- (Sum_zero k). apply Sum_ext.
      intros l Hl. rewrite H by assumption. ring.
    + intros i j. unfold A. rewrite <- product_t_plus_l. unfold product_t, plus, dot, D. apply Sum_ext. intros. ring.
Qed.

Theorem best_v_slope L U V : (forall i, (i < n)%nat -> 0 <= L i) ->
  (best_v L U V <-> forall j l, (j < n)%nat -> (l < k)%nat -> Sum n (fun i => slope L (product_t U V) i j * U i l) = 0).
Proof.
  intros HL. set (A := product_t U V). split.
  - intros H i l Hi Hl. rewrite <- (Ropp_involutive (Sum n _)). apply Ropp_eq_0_compat. set (D := unit_at i l).
    apply stationary with (frobenius m n (times n X (off (product_t U D))) + weighted_norm n L (off (product_t U D))).
    intros e. specialize (H (plus V (scaled e D))). fold A in H.
    rewrite (eq32_ext L (product_t U (plus V (scaled e D))) (plus A (scaled e (product_t U D)))) in H.
    + rewrite eq32_expansion, curvature_scaled in H.
      rewrite (Sum_ext n (fun i => Sum n (fun j => scaled e (product_t U D) i j * slope L A i j))
        (fun i => e * Sum n (fun j => product_t U D i j * slope L A i j))) in H.
      * assert (Q := along_unit n k (fun j l => Sum n (fun i => slope L A i j * U i l)) i l Hi Hl). cbv beta in Q. fold D in Q.
        rewrite Sum_scale, along_v, Q in H. lra.
      * intros a _. rewrite <- Sum_scale. apply Sum_ext. intros. unfold scaled. ring.
    + intros a b. rewrite product_t_plus_r. unfold plus. f_equal. unfold product_t, scaled, dot. rewrite <- Sum_scale.
      apply Sum_ext. intros. ring.
  - intros H V'. fold A. set (D := fun i l => V' i l - V i l).
    rewrite (eq32_ext L (product_t U V') (plus A (product_t U D))).
    + rewrite eq32_expansion, along_v. assert (C := curvature_nonneg L (product_t U D) HL).
      rewrite (Sum_ext n _ (fun _ => 0)); [rewrite Sum_zero; lra|]. intros i Hi. rewrite <- (Sum_zero k). apply Sum_ext.
      intros l Hl. rewrite H by assumption. ring.
    + intros i j. unfold A. rewrite <- product_t_plus_r. unfold product_t, plus, dot, D. apply Sum_ext. intros. ring.
Qed.

(** ** A turn of Eq. 35

    Each system multiplied out, so that no inverse is needed: where M, V^T V and U^T M U have one, these are
    U' = M^-1 R V (V^T V)^-1, V'^T = (U'^T M U')^-1 U'^T R, and so on. *)
Section Turn.
Variables L' O : nat -> R.

Definition M35 (i j : nat) : R := gram m X i j + delta i j * (L' i + O i).
Definition R35 (b g : nat -> R) (i j : nat) : R := gram m X i j * (1 + b j) + delta i j * (O i * (b i - g i)).

Definition turn (V : nat -> nat -> R) (b g : nat -> R) (U' V' : nat -> nat -> R) (b' g' : nat -> R) : Prop :=
  (forall i l, (i < n)%nat -> (l < k)%nat ->
    Sum n (fun a => M35 i a * Sum k (fun p => U' a p * Sum n (fun j => V j p * V j l))) = Sum n (fun j => R35 b g i j * V j l)) /\
  (forall j l, (j < n)%nat -> (l < k)%nat ->
    Sum k (fun p => Sum n (fun i => U' i l * Sum n (fun a => M35 i a * U' a p)) * V' j p) = Sum n (fun i => R35 b g i j * U' i l)) /\
  (forall j, (j < n)%nat -> (gram m X j j - L' j + O j) * b' j =
    Sum n (fun i => gram m X j i * product_t U' V' i j) - gram m X j j + O j * (product_t U' V' j j + g j)) /\
  (forall j, (j < n)%nat -> g' j = g j + product_t U' V' j j - b' j).

Definition fixed_point (U V : nat -> nat -> R) (b g : nat -> R) : Prop := turn V b g U V b g.

(** M A - R *)
Definition excess (b g : nat -> R) (A : nat -> nat -> R) (i j : nat) : R := Sum n (fun a => M35 i a * A a j) - R35 b g i j.

Lemma M35_times (A : nat -> nat -> R) i j : (i < n)%nat ->
  Sum n (fun a => M35 i a * A a j) = Sum n (fun a => gram m X i a * A a j) + (L' i + O i) * A i j.
Proof.
  intros Hi. unfold M35.
  rewrite (Sum_ext n _ (fun a => gram m X i a * A a j + delta i a * ((L' i + O i) * A a j))) by (intros; ring).
  now rewrite Sum_add, Sum_delta_l.
Qed.

(** The update of U says (M A - R) V = 0, that of V says (M A - R)^T U = 0. *)
Lemma u_update V b g U i l :
  Sum n (fun a => M35 i a * Sum k (fun p => U a p * Sum n (fun j => V j p * V j l))) - Sum n (fun j => R35 b g i j * V j l) =
  Sum n (fun j => excess b g (product_t U V) i j * V j l).
Proof.
  assert (E : forall a, Sum k (fun p => U a p * Sum n (fun j => V j p * V j l)) = Sum n (fun j => product_t U V a j * V j l)).
  { intros a. rewrite (Sum_ext k _ (fun p => Sum n (fun j => U a p * V j p * V j l))).
    - rewrite Sum_swap. apply Sum_ext. intros j _. now rewrite Sum_scale_r.
    - intros p _. rewrite <- Sum_scale. apply Sum_ext. intros. ring. }
  rewrite (Sum_ext n _ (fun a => Sum n (fun j => M35 i a * product_t U V a j * V j l))).
  - rewrite Sum_swap, <- Sum_sub. apply Sum_ext. intros j _. rewrite Sum_scale_r. unfold excess. ring.
  - intros a _. rewrite E, <- Sum_scale. apply Sum_ext. intros. ring.
Qed.

Lemma v_update b g U V j l :
  Sum k (fun p => Sum n (fun i => U i l * Sum n (fun a => M35 i a * U a p)) * V j p) - Sum n (fun i => R35 b g i j * U i l) =
  Sum n (fun i => excess b g (product_t U V) i j * U i l).
Proof.
  assert (E : forall i, Sum n (fun a => M35 i a * product_t U V a j) = Sum k (fun p => Sum n (fun a => M35 i a * U a p) * V j p)).
  { intros i. rewrite (Sum_ext n _ (fun a => Sum k (fun p => M35 i a * U a p * V j p))).
    - rewrite Sum_swap. apply Sum_ext. intros p _. now rewrite Sum_scale_r.
    - intros a _. unfold product_t, dot. rewrite <- Sum_scale. apply Sum_ext. intros. ring. }
  rewrite (Sum_ext k _ (fun p => Sum n (fun i => U i l * (Sum n (fun a => M35 i a * U a p) * V j p)))).
  - rewrite Sum_swap, <- Sum_sub. apply Sum_ext. intros i _. unfold excess. rewrite E, Sum_scale. ring.
  - intros p _. rewrite <- Sum_scale_r. apply Sum_ext. intros. ring.
Qed.

(** Off the diagonal M A - R is the slope of Eq. 32 with L' + Omega; on it, b and g make it 0. *)
Lemma excess_is_slope b g (A : nat -> nat -> R) i j : (i < n)%nat -> (j < n)%nat -> (forall j, (j < n)%nat -> b j = A j j) ->
  (gram m X j j - L' j + O j) * b j = Sum n (fun i => gram m X j i * A i j) - gram m X j j + O j * (A j j + g j) ->
  excess b g A i j = - slope (fun i => L' i + O i) A i j.
Proof.
  intros Hi Hj Hb HB. unfold excess. rewrite M35_times by assumption. unfold slope, R35.
  destruct (Nat.eq_dec i j) as [->|Hij].
  - unfold delta. rewrite Nat.eqb_refl. rewrite Hb in HB |- * by assumption. lra.
  - assert (Z : delta i j = 0) by (unfold delta; destruct (Nat.eqb_spec i j); [contradiction|reflexivity]).
    rewrite (off_entry A i j), Z, Hb by assumption.
    rewrite (Sum_ext m _ (fun u => X u i * X u j - X u i * times n X (off A) u j)) by (intros; ring).
    rewrite Sum_sub. fold (gram m X i j). rewrite <- gram_times.
    rewrite (Sum_ext n (fun a => gram m X i a * off A a j) (fun a => gram m X i a * A a j - delta j a * (gram m X i a * A a j))).
    + rewrite Sum_sub, Sum_delta_l by assumption. ring.
    + intros a _. rewrite off_entry, (delta_sym a j). ring.
Qed.

(** The fixed points are the solutions of Eq. 32, with L' + Omega for Lambda, in each factor given the other. *)
Theorem eq35_fixed_points U V b g : (forall i, (i < n)%nat -> 0 <= L' i + O i) -> fixed_point U V b g ->
  best_u (fun i => L' i + O i) U V /\ best_v (fun i => L' i + O i) U V /\ (forall j, (j < n)%nat -> b j = product_t U V j j).
Proof.
  intros HL (HU & HV & HB & HG). assert (D : forall j, (j < n)%nat -> b j = product_t U V j j).
  { intros j Hj. specialize (HG j Hj). lra. }
  assert (E : forall i j, (i < n)%nat -> (j < n)%nat ->
    slope (fun i => L' i + O i) (product_t U V) i j = - excess b g (product_t U V) i j).
  { intros i j Hi Hj. rewrite (excess_is_slope b g _ i j Hi Hj D (HB j Hj)). ring. }
  split; [|split; [|assumption]].
  - apply best_u_slope; [assumption|]. intros i l Hi Hl.
    rewrite (Sum_ext n _ (fun j => -1 * (excess b g (product_t U V) i j * V j l))) by (intros; rewrite E by assumption; ring).
    rewrite Sum_scale, <- u_update, HU by assumption. ring.
  - apply best_v_slope; [assumption|]. intros j l Hj Hl.
    rewrite (Sum_ext n _ (fun i => -1 * (excess b g (product_t U V) i j * U i l))) by (intros; rewrite E by assumption; ring).
    rewrite Sum_scale, <- v_update, HV by assumption. ring.
Qed.

(** And every such pair is one, with the multiplier that its slopes determine. *)
Theorem eq35_solutions_are_fixed U V : (forall i, (i < n)%nat -> 0 <= L' i + O i) -> (forall i, (i < n)%nat -> O i <> 0) ->
  best_u (fun i => L' i + O i) U V -> best_v (fun i => L' i + O i) U V ->
  exists b g, fixed_point U V b g.
Proof.
  intros HL HO HU HV. set (A := product_t U V). exists (fun j => A j j).
  exists (fun j => ((gram m X j j - L' j) * A j j - Sum n (fun i => gram m X j i * A i j) + gram m X j j) / O j).
  set (g := fun j => _ / _). assert (HB : forall j, (j < n)%nat -> (gram m X j j - L' j + O j) * A j j =
    Sum n (fun i => gram m X j i * A i j) - gram m X j j + O j * (A j j + g j)).
  { intros j Hj. unfold g. field. now apply HO. }
  rewrite best_u_slope in HU by assumption. rewrite best_v_slope in HV by assumption. fold A in HU, HV.
  assert (E : forall i j, (i < n)%nat -> (j < n)%nat ->
    excess (fun j => A j j) g A i j = - slope (fun i => L' i + O i) A i j).
  { intros i j Hi Hj. now apply excess_is_slope; [| |intros|apply HB]. }
  split; [|split; [|split]].
  - intros i l Hi Hl. apply Rminus_diag_uniq. rewrite u_update. fold A.
    rewrite (Sum_ext n _ (fun j => -1 * (slope (fun i => L' i + O i) A i j * V j l))) by (intros; rewrite E by assumption; ring).
    rewrite Sum_scale, HU by assumption. ring.
  - intros j l Hj Hl. apply Rminus_diag_uniq. rewrite v_update. fold A.
    rewrite (Sum_ext n _ (fun i => -1 * (slope (fun i => L' i + O i) A i j * U i l))) by (intros; rewrite E by assumption; ring).
    rewrite Sum_scale, HV by assumption. ring.
  - exact HB.
  - intros j Hj. unfold A. ring.
Qed.

(** At full rank, V invertible, U V^T is the solution over all matrices. *)
Theorem eq35_full_rank U V b g W : (forall i, (i < n)%nat -> 0 <= L' i + O i) ->
  (forall i j, (i < n)%nat -> (j < n)%nat -> Sum k (fun l => V i l * W l j) = delta i j) -> fixed_point U V b g ->
  forall A, eq32 m n X (fun i => L' i + O i) (product_t U V) <= eq32 m n X (fun i => L' i + O i) A.
Proof.
  intros HL HW HF A. destruct (eq35_fixed_points U V b g HL HF) as [HU _]. set (L := fun i => L' i + O i) in *.
  rewrite best_u_slope in HU by assumption. set (B := product_t U V) in *.
  assert (Z : forall i j, (i < n)%nat -> (j < n)%nat -> slope L B i j = 0).
  { intros i j Hi Hj. rewrite <- (Sum_delta_l n j (slope L B i) Hj).
    rewrite (Sum_ext n _ (fun a => Sum k (fun l => slope L B i a * V a l * W l j))).
    - rewrite Sum_swap, <- (Sum_zero k). apply Sum_ext. intros l Hl. rewrite Sum_scale_r, HU by assumption. ring.
    - intros a Ha. rewrite delta_sym, <- (HW a j Ha Hj), <- Sum_scale_r. apply Sum_ext. intros. ring. }
  set (D := fun i j => A i j - B i j). rewrite (eq32_ext L A (plus B D)) by (intros; unfold plus, D; ring).
  rewrite eq32_expansion. assert (C := curvature_nonneg L D HL).
  rewrite (Sum_ext n _ (fun _ => 0)); [rewrite Sum_zero; lra|]. intros i Hi. rewrite <- (Sum_zero n). apply Sum_ext.
  intros j Hj. rewrite Z by assumption. ring.
Qed.

(** ** What the updates minimise

    Not Eq. 34's Lagrangian: its penalty weighs the diagonal alone, this one every entry of A - dMat(b - g). *)
Definition lagrangian35 (g : nat -> R) (A : nat -> nat -> R) (b : nat -> R) : R :=
  frobenius m n (fun u j => X u j - times n X A u j + times n X (dMat b) u j) + weighted_norm n L' A -
  weighted_norm n L' (dMat b) + weighted_norm n O (minus A (dMat (fun j => b j - g j))).

Lemma times_dMat b u j : (j < n)%nat -> times n X (dMat b) u j = X u j * b j.
Proof.
  intros Hj. unfold times, dMat. rewrite (Sum_ext n _ (fun i => delta j i * (X u i * b i))).
  - now rewrite Sum_delta_l.
  - intros i _. rewrite (delta_sym j i). unfold delta. destruct (Nat.eqb_spec i j) as [->|]; ring.
Qed.

Lemma weighted_norm_shift O' A D N : weighted_norm n O' (minus (plus A D) N) = weighted_norm n O' (plus (minus A N) D).
Proof. apply weighted_norm_ext. intros. unfold minus, plus. ring. Qed.

Theorem lagrangian35_in_A g b A D : lagrangian35 g (plus A D) b = lagrangian35 g A b +
  2 * Sum n (fun i => Sum n (fun j => D i j * excess b g A i j)) +
  (frobenius m n (times n X D) + weighted_norm n (fun i => L' i + O i) D).
Proof.
  set (T := fun u j => X u j + times n X (dMat b) u j). unfold lagrangian35.
  assert (F : forall W, frobenius m n (fun u j => X u j - times n X W u j + times n X (dMat b) u j) = target_ease m n X T 0 W).
  { intros W. unfold target_ease. rewrite Rmult_0_l, Rplus_0_r. apply frobenius_ext. intros u j. unfold T. ring. }
  rewrite !F, target_ease_expansion, weighted_norm_shift, !weighted_norm_plus.
  assert (W : weighted_norm n (fun i => L' i + O i) D = weighted_norm n L' D + weighted_norm n O D).
  { unfold weighted_norm. rewrite <- Sum_add. apply Sum_ext. intros. ring. }
  assert (E : Sum n (fun i => Sum n (fun j => D i j * excess b g A i j)) =
    Sum n (fun i => Sum n (fun j => D i j * (L' i * A i j))) +
    Sum n (fun i => Sum n (fun j => D i j * (O i * minus A (dMat (fun j => b j - g j)) i j))) -
    Sum n (fun i => Sum n (fun j => D i j * residual m n X T 0 A i j))).
  { rewrite <- Sum_add, <- Sum_sub. apply Sum_ext. intros i Hi. rewrite <- Sum_add, <- Sum_sub. apply Sum_ext. intros j Hj.
    unfold excess. rewrite M35_times, gram_times by assumption. unfold residual, R35, minus, dMat.
    rewrite (Sum_ext m (fun u => X u i * (T u j - times n X A u j))
      (fun u => X u i * X u j * (1 + b j) - X u i * times n X A u j)).
    - rewrite Sum_sub, Sum_scale_r. fold (gram m X i j). unfold delta. destruct (Nat.eqb_spec i j) as [->|]; ring.
    - intros u _. unfold T. rewrite times_dMat by assumption. ring. }
  rewrite W, E. ring.
Qed.

Lemma lagrangian35_ext g b A B : (forall i j, A i j = B i j) -> lagrangian35 g A b = lagrangian35 g B b.
Proof.
  intros H. unfold lagrangian35. rewrite (weighted_norm_ext L' A B H).
  rewrite (weighted_norm_ext O (minus A (dMat (fun j => b j - g j))) (minus B (dMat (fun j => b j - g j))))
    by (intros; unfold minus; now rewrite H).
  do 3 f_equal. apply frobenius_ext. intros u j. now rewrite (times_ext n X A B H).
Qed.

Lemma full_curvature_nonneg D : (forall i, (i < n)%nat -> 0 <= L' i + O i) ->
  0 <= frobenius m n (times n X D) + weighted_norm n (fun i => L' i + O i) D.
Proof.
  intros HL. apply Rplus_le_le_0_compat; [apply frobenius_nonneg|]. apply Sum_nonneg. intros i Hi.
  apply Rmult_le_pos; [now apply HL|]. apply Sum_nonneg. intros. apply pow2_ge_0.
Qed.

(** U' is the minimum given V, V' the one given U'. *)
Theorem eq35_factors_minimise V b g U' V' b' g' : (forall i, (i < n)%nat -> 0 <= L' i + O i) -> turn V b g U' V' b' g' ->
  (forall U, lagrangian35 g (product_t U' V) b <= lagrangian35 g (product_t U V) b) /\
  (forall W, lagrangian35 g (product_t U' V') b <= lagrangian35 g (product_t U' W) b).
Proof.
  intros HL (HU & HV & _ & _). split; intros F.
  - set (D := fun i l => F i l - U' i l).
    rewrite (lagrangian35_ext g b (product_t F V) (plus (product_t U' V) (product_t D V))).
    + rewrite lagrangian35_in_A, along_u. assert (C := full_curvature_nonneg (product_t D V) HL).
      rewrite (Sum_ext n _ (fun _ => 0)); [rewrite Sum_zero; lra|]. intros i Hi. rewrite <- (Sum_zero k). apply Sum_ext.
      intros l Hl. rewrite <- u_update, HU by assumption. ring.
    + intros i j. rewrite <- product_t_plus_l. unfold product_t, plus, dot, D. apply Sum_ext. intros. ring.
  - set (D := fun i l => F i l - V' i l).
    rewrite (lagrangian35_ext g b (product_t U' F) (plus (product_t U' V') (product_t U' D))).
    + rewrite lagrangian35_in_A, along_v. assert (C := full_curvature_nonneg (product_t U' D) HL).
      rewrite (Sum_ext n _ (fun _ => 0)); [rewrite Sum_zero; lra|]. intros i Hi. rewrite <- (Sum_zero k). apply Sum_ext.
      intros l Hl. rewrite <- v_update, HV by assumption. ring.
    + intros i j. rewrite <- product_t_plus_r. unfold product_t, plus, dot, D. apply Sum_ext. intros. ring.
Qed.

End Turn.

(** Eq. 35 corrected: Lambda - Omega in the place of Lambda. Then the fixed points solve Eq. 32 as it stands. *)
Theorem eq35_corrected L O U V b g : (forall i, (i < n)%nat -> 0 <= L i) ->
  fixed_point (fun i => L i - O i) O U V b g -> best_u L U V /\ best_v L U V /\ (forall j, (j < n)%nat -> b j = product_t U V j j).
Proof.
  intros HL HF. assert (E : forall i, L i - O i + O i = L i) by (intros; ring).
  destruct (eq35_fixed_points (fun i => L i - O i) O U V b g) as (HU & HV & HB); [intros; rewrite E; auto|assumption|].
  assert (W : forall A, eq32 m n X (fun i => L i - O i + O i) A = eq32 m n X L A).
  { intros A. unfold eq32. f_equal. apply Sum_ext. intros i _. now rewrite E. }
  split; [|split; [|assumption]].
  - intros U'. specialize (HU U'). rewrite !W in HU. exact HU.
  - intros V'. specialize (HV V'). rewrite !W in HV. exact HV.
Qed.

End Steps.

(** As printed they do not: one user who took both items, Lambda = 1, Omega = 2, full rank. The fixed point of Eq. 35 as
    printed has 1/4 off the diagonal, where Eq. 32 is 5/4; with 1/2 there it is 1. *)
Theorem eq35_printed_fails : exists m n k X L O U V b g A,
  (forall i, 0 < L i) /\ fixed_point m n k X L O U V b g /\
  eq32 m n X L (product_t k U V) = 5 / 4 /\ eq32 m n X L A = 1.
Proof.
  exists 1%nat, 2%nat, 2%nat, (fun _ _ => 1), (fun _ => 1), (fun _ => 2), (fun i j => 1 / 4 + delta i j / 2), delta,
    (fun _ => 3 / 4), (fun _ => 0), (fun _ _ => 1 / 2).
  split; [intros; lra|]. split; [|split].
  - unfold fixed_point, turn, M35, R35, product_t, dot, gram, delta. repeat split.
    + intros [|[|i]] [|[|l]] Hi Hl; try lia; cbn [Sum Nat.eqb]; field.
    + intros [|[|i]] [|[|l]] Hi Hl; try lia; cbn [Sum Nat.eqb]; field.
    + intros [|[|j]] Hj; try lia; cbn [Sum Nat.eqb]; field.
    + intros [|[|j]] Hj; try lia; cbn [Sum Nat.eqb]; field.
  - unfold eq32, frobenius, weighted_norm, times, minus, dMat, diag, product_t, dot, delta. cbn [Sum Nat.eqb]. field.
  - unfold eq32, frobenius, weighted_norm, times, minus, dMat, diag, delta. cbn [Sum Nat.eqb]. field.
Qed.
