(** What the other theorems take as given, found here: a positive definite system has a solution for every right side, so
    X^T X + lambda I has an inverse for every lambda > 0, EASE has one solution and it is Eq. 24's, and each half-step of
    iALS has one solution and it is that of the normal equations of Appendix B. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS IALSCounterexamples EASE.
Open Scope R_scope.

(** ** Positive definite systems *)

Definition apply_to (n : nat) (A : nat -> nat -> R) (x : nat -> R) (i : nat) : R := Sum n (fun j => A i j * x j).
Definition quadratic_form (n : nat) (A : nat -> nat -> R) (x : nat -> R) : R := Sum n (fun i => x i * apply_to n A x i).
Definition definite (n : nat) (A : nat -> nat -> R) : Prop :=
  forall x, (exists i, (i < n)%nat /\ x i <> 0) -> 0 < quadratic_form n A x.

Lemma definite_smaller n A : definite (S n) A -> definite n A.
Proof.
  intros H x (i & Hi & Hx). set (y := fun j => if Nat.ltb j n then x j else 0).
  assert (Y : forall j, (j < n)%nat -> y j = x j) by (intros j Hj; unfold y; destruct (Nat.ltb_spec j n); [reflexivity|lia]).
  assert (Yn : y n = 0) by (unfold y; destruct (Nat.ltb_spec n n); [lia|reflexivity]).
  assert (Q := H y ltac:(exists i; split; [lia|now rewrite Y])).
  replace (quadratic_form n A x) with (quadratic_form (S n) A y); [assumption|].
  unfold quadratic_form, apply_to. cbn [Sum]. rewrite Yn, Rmult_0_l, Rplus_0_r. apply Sum_ext. intros j Hj.
  rewrite Y by assumption. rewrite Rmult_0_r, Rplus_0_r. f_equal. apply Sum_ext. intros k Hk. now rewrite Y.
Qed.

(** Gaussian elimination, in effect: the last unknown is found after the others, whose system is definite too. *)
Theorem definite_has_solution n A b : definite n A -> exists x, forall i, (i < n)%nat -> apply_to n A x i = b i.
Proof.
  revert b. induction n; intros b H; [exists (fun _ => 0); intros; lia|].
  assert (H' := definite_smaller n A H).
  destruct (IHn (fun i => A i n) H') as [p Hp]. destruct (IHn b H') as [q Hq].
  set (s := A n n - apply_to n A p n).
  assert (Hs : 0 < s).
  { set (v := fun j => if Nat.eqb j n then 1 else - p j).
    assert (Vn : v n = 1) by (unfold v; now rewrite Nat.eqb_refl).
    assert (V : forall j, (j < n)%nat -> v j = - p j) by (intros j Hj; unfold v; destruct (Nat.eqb_spec j n); [lia|reflexivity]).
    assert (Q := H v ltac:(exists n; split; [lia|rewrite Vn; lra])).
    assert (AV : forall i, apply_to (S n) A v i = A i n - apply_to n A p i).
    { intros i. unfold apply_to. cbn [Sum]. rewrite Vn.
      rewrite (Sum_ext n _ (fun j => -1 * (A i j * p j))) by (intros; rewrite V by assumption; ring).
      rewrite Sum_scale. ring. }
    unfold quadratic_form in Q. cbn [Sum] in Q. rewrite Vn, AV in Q.
    rewrite (Sum_ext n _ (fun _ => 0)) in Q.
    - rewrite Sum_zero in Q. unfold s. lra.
    - intros i Hi. rewrite AV, Hp by assumption. ring. }
  set (t := (b n - apply_to n A q n) / s).
  exists (fun j => if Nat.eqb j n then t else q j - t * p j). intros i Hi.
  assert (T : apply_to (S n) A (fun j => if Nat.eqb j n then t else q j - t * p j) i =
    apply_to n A q i - t * apply_to n A p i + A i n * t).
  { unfold apply_to. cbn [Sum]. rewrite Nat.eqb_refl. f_equal. rewrite <- Sum_scale, <- Sum_sub. apply Sum_ext.
    intros j Hj. destruct (Nat.eqb_spec j n); [lia|ring]. }
  rewrite T. destruct (Nat.eq_dec i n) as [->|Hne].
  - unfold t, s in *. field. lra.
  - rewrite Hp, Hq by lia. ring.
Qed.

(** As many solutions as wanted, side by side; no axiom of choice is needed for finitely many. *)
Lemma side_by_side n (Q : nat -> (nat -> R) -> Prop) :
  (forall j, (j < n)%nat -> exists x, Q j x) -> (forall j x y, (forall i, x i = y i) -> Q j x -> Q j y) ->
  exists P : nat -> nat -> R, forall j, (j < n)%nat -> Q j (fun i => P i j).
Proof.
  intros H E. induction n; [exists (fun _ _ => 0); intros; lia|].
  destruct IHn as [P HP]; [intros; apply H; lia|]. destruct (H n ltac:(lia)) as [x Hx].
  exists (fun i j => if Nat.eqb j n then x i else P i j). intros j Hj. destruct (Nat.eqb_spec j n) as [->|Hne].
  - exact Hx.
  - apply HP. lia.
Qed.

(** ** X^T X + lambda I, and EASE *)

Section EASE.
Variables (m n : nat) (X : nat -> nat -> R).

Lemma shifted_gram_form lambda x : quadratic_form n (shifted_gram m X lambda) x =
  Sum m (fun u => Sum n (fun i => X u i * x i) ^ 2) + lambda * Sum n (fun i => x i ^ 2).
Proof.
  set (W := fun i (_ : nat) => x i).
  unfold quadratic_form. rewrite (Sum_ext n _ (fun i => Sum m (fun u => X u i * x i * times n X W u 0) + lambda * x i ^ 2)).
  - rewrite Sum_add, Sum_scale. f_equal. rewrite Sum_swap. apply Sum_ext. intros u _. rewrite Sum_scale_r.
    unfold times, W. ring.
  - intros i Hi. transitivity (x i * (Sum m (fun u => X u i * times n X W u 0) + lambda * W i 0%nat)).
    { f_equal. exact (shifted_gram_times m n X lambda i W 0 Hi). }
    rewrite Rmult_plus_distr_l, <- Sum_scale. unfold W. f_equal; [apply Sum_ext; intros; ring|ring].
Qed.

Theorem shifted_gram_is_definite lambda : 0 < lambda -> definite n (shifted_gram m X lambda).
Proof.
  intros Hl x (i & Hi & Hx). rewrite shifted_gram_form.
  assert (A : 0 <= Sum m (fun u => Sum n (fun i => X u i * x i) ^ 2)) by (apply Sum_nonneg; intros; apply pow2_ge_0).
  assert (B : x i ^ 2 <= Sum n (fun i => x i ^ 2)) by (apply (Sum_term_le n (fun i => x i ^ 2)); [assumption|intros; apply pow2_ge_0]).
  assert (C : 0 < x i ^ 2) by (assert (D := pow2_ge_0 (x i)); assert (x i ^ 2 <> 0) by (now apply pow_nonzero); lra).
  assert (D := Rmult_lt_0_compat lambda _ Hl (Rlt_le_trans _ _ _ C B)). lra.
Qed.

(** The P of Eq. 24 is there for every X and every lambda > 0. *)
Theorem inverse_exists lambda : 0 < lambda -> exists P, inverse m n X lambda P.
Proof.
  intros Hl. assert (D := shifted_gram_is_definite lambda Hl).
  destruct (side_by_side n (fun j x => forall i, (i < n)%nat -> apply_to n (shifted_gram m X lambda) x i = delta i j)) as [P HP].
  - intros j _. now apply definite_has_solution.
  - intros j x y E H i Hi. rewrite <- (H i Hi). apply Sum_ext. intros k _. now rewrite E.
  - exists P. intros i j Hi Hj. exact (HP j Hj i Hi).
Qed.

Theorem inverse_is_unique lambda P Q : inverse m n X lambda P -> inverse m n X lambda Q ->
  forall i j, (i < n)%nat -> (j < n)%nat -> P i j = Q i j.
Proof.
  intros HP HQ i j Hi Hj.
  transitivity (Sum n (fun a => Sum n (fun b => shifted_gram m X lambda a b * Q b j) * P a i)).
  - rewrite (Sum_ext n _ (fun a => delta j a * P a i)).
    + rewrite Sum_delta_l by assumption. now apply (inverse_is_symmetric m n X lambda P).
    + intros a Ha. rewrite HQ by assumption. now rewrite delta_sym.
  - rewrite (Sum_ext n _ (fun a => Sum n (fun b => shifted_gram m X lambda b a * P a i * Q b j))).
    + rewrite Sum_swap. rewrite (Sum_ext n _ (fun b => delta i b * Q b j)); [now rewrite Sum_delta_l|].
      intros b Hb. rewrite Sum_scale_r, HP by assumption. now rewrite delta_sym.
    + intros a _. rewrite <- Sum_scale_r. apply Sum_ext. intros b _. rewrite (shifted_gram_sym m X lambda a b). ring.
Qed.

(** EASE with any target has exactly one solution. *)
Theorem target_ease_has_one_solution T lambda : 0 < lambda ->
  exists W, best n (target_ease m n X T lambda) W /\
  forall V, best n (target_ease m n X T lambda) V -> forall i j, (i < n)%nat -> (j < n)%nat -> V i j = W i j.
Proof.
  intros Hl. destruct (inverse_exists lambda Hl) as [P HP].
  assert (B := closed_form_solves m n X T lambda P Hl HP). eexists. split; [exact B|]. intros V HV.
  now apply (solution_is_unique m n X T lambda).
Qed.

(** Eq. 24 without anything taken for granted: the inverse exists, the closed form solves EASE, and nothing else does. *)
Theorem eq24_solves_ease lambda : 0 < lambda -> exists P, inverse m n X lambda P /\
  forall V, best n (ease m n X lambda) V <->
    (zero_diagonal n V /\ forall i j, (i < n)%nat -> (j < n)%nat -> V i j = eq24_form P i j).
Proof.
  intros Hl. destruct (inverse_exists lambda Hl) as [P HP]. exists P. split; [assumption|]. intros V.
  assert (B := eq24_closed_form m n X lambda P Hl HP). split.
  - intros HV. split; [apply HV|]. now apply (solution_is_unique m n X X lambda).
  - intros [Hz HE]. apply normal_equations; [assumption..|]. intros i j Hi Hj Hij.
    rewrite <- (proj1 (normal_equations m n X X lambda _ Hl (proj1 B)) B i j Hi Hj Hij).
    unfold residual. rewrite HE by assumption. f_equal. apply Sum_ext. intros u _. do 2 f_equal.
    unfold times. apply Sum_ext. intros k Hk. now rewrite HE.
Qed.

End EASE.

(** ** Eq. 23: a half-step of iALS *)

Section HalfStep.
Variables (m n k : nat) (S : nat -> nat -> R).

(** Appendix B's matrix of user u, c_u H_S H_S^T + a H H^T + r_u I, and its right side c_u H_S 1. *)
Definition user_matrix (c : nat -> R) (a : R) (ru : nat -> R) (h : nat -> nat -> R) (u l l' : nat) : R :=
  Sum n (fun i => (c u * S u i + a) * (h i l * h i l')) + ru u * delta l l'.
Definition user_side (c : nat -> R) (h : nat -> nat -> R) (u l : nat) : R := c u * Sum n (fun i => S u i * h i l).

Definition user_equations (c : nat -> R) (a : R) (ru : nat -> R) (w h : nat -> nat -> R) : Prop :=
  forall u l, (u < m)%nat -> (l < k)%nat -> apply_to k (user_matrix c a ru h u) (w u) l = user_side c h u l.

Definition moved (w e : nat -> nat -> R) (u l : nat) : R := w u l + e u l.

Lemma user_matrix_times c a ru h u x l : (l < k)%nat -> apply_to k (user_matrix c a ru h u) x l =
  Sum n (fun i => (c u * S u i + a) * h i l * dot k x (h i)) + ru u * x l.
Proof.
  intros Hl. unfold apply_to, user_matrix.
  rewrite (Sum_ext k _ (fun l' => Sum n (fun i => (c u * S u i + a) * h i l * (x l' * h i l')) + ru u * (delta l l' * x l'))).
  - rewrite Sum_add, Sum_scale, Sum_delta_l by assumption. f_equal. rewrite Sum_swap. apply Sum_ext. intros i _.
    now rewrite Sum_scale.
  - intros l' _. rewrite Rmult_plus_distr_r, <- Sum_scale_r. f_equal; [apply Sum_ext; intros; ring|ring].
Qed.

Lemma user_matrix_form c a ru h u x : quadratic_form k (user_matrix c a ru h u) x =
  Sum n (fun i => (c u * S u i + a) * dot k x (h i) ^ 2) + ru u * Sum k (fun l => x l ^ 2).
Proof.
  unfold quadratic_form.
  rewrite (Sum_ext k _ (fun l => Sum n (fun i => (c u * S u i + a) * dot k x (h i) * (x l * h i l)) + ru u * x l ^ 2)).
  - rewrite Sum_add, Sum_scale, Sum_swap. f_equal. apply Sum_ext. intros i _. rewrite Sum_scale. fold (dot k x (h i)). ring.
  - intros l Hl. rewrite user_matrix_times by assumption. rewrite Rmult_plus_distr_l, <- Sum_scale.
    f_equal; [apply Sum_ext; intros; ring|ring].
Qed.

(** The objective around w: exact, as it is quadratic. *)
Theorem half_step_expansion c a ru ri w e h :
  weighted_ials m n k S c a ru ri (moved w e) h = weighted_ials m n k S c a ru ri w h +
  2 * Sum m (fun u => Sum k (fun l => e u l * (apply_to k (user_matrix c a ru h u) (w u) l - user_side c h u l))) +
  Sum m (fun u => quadratic_form k (user_matrix c a ru h u) (e u)).
Proof.
  unfold weighted_ials. rewrite (regulariser_items m n k ru ri (fun _ => 0) (moved w e) h),
    (regulariser_items m n k ru ri (fun _ => 0) w h).
  unfold regulariser. rewrite <- !Sum_scale.
  set (tail := Sum n (fun i => ri i * dot k (h i) (h i)) - Sum n (fun i => 0 * dot k (h i) (h i))).
  set (zero := Sum n (fun i => 0 * dot k (h i) (h i))).
  assert (K : Sum m (fun u => c u * Sum n (fun i => S u i * (dot k (moved w e u) (h i) - 1) ^ 2)) +
    Sum m (fun u => a * Sum n (fun i => dot k (moved w e u) (h i) ^ 2)) +
    Sum m (fun u => ru u * dot k (moved w e u) (moved w e u)) =
    Sum m (fun u => c u * Sum n (fun i => S u i * (dot k (w u) (h i) - 1) ^ 2)) +
    Sum m (fun u => a * Sum n (fun i => dot k (w u) (h i) ^ 2)) + Sum m (fun u => ru u * dot k (w u) (w u)) +
    Sum m (fun u => 2 * Sum k (fun l => e u l * (apply_to k (user_matrix c a ru h u) (w u) l - user_side c h u l))) +
    Sum m (fun u => quadratic_form k (user_matrix c a ru h u) (e u))).
  { rewrite <- !Sum_add. apply Sum_ext. intros u _. rewrite user_matrix_form.
    assert (DM : forall y, dot k (moved w e u) y = dot k (w u) y + dot k (e u) y).
    { intros y. unfold dot, moved. rewrite <- Sum_add. apply Sum_ext. intros. ring. }
    assert (DS : forall y, dot k y (moved w e u) = dot k y (w u) + dot k y (e u)).
    { intros y. unfold dot, moved. rewrite <- Sum_add. apply Sum_ext. intros. ring. }
    assert (DC : dot k (e u) (w u) = dot k (w u) (e u)) by (apply Sum_ext; intros; ring).
    rewrite (DM (moved w e u)), !DS, DC.
    replace (Sum k (fun l => e u l ^ 2)) with (dot k (e u) (e u)) by (apply Sum_ext; intros; ring).
    assert (L : Sum k (fun l => e u l * (apply_to k (user_matrix c a ru h u) (w u) l - user_side c h u l)) =
      Sum n (fun i => (c u * S u i + a) * dot k (w u) (h i) * dot k (e u) (h i)) + ru u * dot k (w u) (e u) -
      c u * Sum n (fun i => S u i * dot k (e u) (h i))).
    { rewrite (Sum_ext k _ (fun l => Sum n (fun i => (c u * S u i + a) * dot k (w u) (h i) * (e u l * h i l)) +
        ru u * (w u l * e u l) - c u * Sum n (fun i => S u i * (e u l * h i l)))).
      - rewrite Sum_sub, Sum_add, !Sum_scale. unfold dot at 3. f_equal; [f_equal|].
        + rewrite Sum_swap. apply Sum_ext. intros i _. now rewrite Sum_scale.
        + f_equal. rewrite Sum_swap. apply Sum_ext. intros i _. now rewrite Sum_scale.
      - intros l Hl. rewrite user_matrix_times by assumption. unfold user_side.
        rewrite Rmult_minus_distr_l, Rmult_plus_distr_l, <- !Sum_scale. f_equal; [f_equal|].
        + apply Sum_ext. intros. ring.
        + ring.
        + apply Sum_ext. intros. ring. }
    rewrite L, <- !Sum_scale.
    enough (G : forall f1 f2 f3 f4 f5 f6 g,
      (forall i, (i < n)%nat -> f1 i + f2 i = f3 i + f4 i + 2 * f5 i - 2 * f6 i + g i) ->
      Sum n f1 + Sum n f2 = Sum n f3 + Sum n f4 + 2 * Sum n f5 - 2 * Sum n f6 + Sum n g).
    { assert (Q := G (fun i => c u * (S u i * (dot k (moved w e u) (h i) - 1) ^ 2)) (fun i => a * dot k (moved w e u) (h i) ^ 2)
        (fun i => c u * (S u i * (dot k (w u) (h i) - 1) ^ 2)) (fun i => a * dot k (w u) (h i) ^ 2)
        (fun i => (c u * S u i + a) * dot k (w u) (h i) * dot k (e u) (h i)) (fun i => c u * (S u i * dot k (e u) (h i)))
        (fun i => (c u * S u i + a) * dot k (e u) (h i) ^ 2)
        (fun i _ => ltac:(cbv beta; rewrite DM; ring))). lra. }
    intros f1 f2 f3 f4 f5 f6 g G. rewrite <- Sum_add, (Sum_ext n _ _ G), Sum_add, Sum_sub, !Sum_add, !Sum_scale. reflexivity. }
  lra.
Qed.

(** A half-step's solution is the normal equations', and there is exactly one. *)
Section Definite.
Variables (c : nat -> R) (a : R) (ru ri : nat -> R) (h : nat -> nat -> R).
Hypothesis weights : forall u i, (u < m)%nat -> (i < n)%nat -> 0 <= c u * S u i + a.
Hypothesis ru_positive : forall u, (u < m)%nat -> 0 < ru u.

Theorem user_matrix_is_definite u : (u < m)%nat -> definite k (user_matrix c a ru h u).
Proof.
  intros Hu x (l & Hl & Hx). rewrite user_matrix_form.
  assert (A : 0 <= Sum n (fun i => (c u * S u i + a) * dot k x (h i) ^ 2)).
  { apply Sum_nonneg. intros i Hi. apply Rmult_le_pos; [now apply weights|apply pow2_ge_0]. }
  assert (B : x l ^ 2 <= Sum k (fun l => x l ^ 2)) by (apply (Sum_term_le k (fun l => x l ^ 2)); [assumption|intros; apply pow2_ge_0]).
  assert (C : 0 < x l ^ 2) by (assert (D := pow2_ge_0 (x l)); assert (x l ^ 2 <> 0) by (now apply pow_nonzero); lra).
  assert (D := Rmult_lt_0_compat _ _ (ru_positive u Hu) (Rlt_le_trans _ _ _ C B)). lra.
Qed.

Lemma form_nonneg e : 0 <= Sum m (fun u => quadratic_form k (user_matrix c a ru h u) (e u)).
Proof.
  apply Sum_nonneg. intros u Hu. rewrite user_matrix_form. apply Rplus_le_le_0_compat.
  - apply Sum_nonneg. intros i Hi. apply Rmult_le_pos; [now apply weights|apply pow2_ge_0].
  - apply Rmult_le_pos; [apply Rlt_le; now apply ru_positive|]. apply Sum_nonneg. intros. apply pow2_ge_0.
Qed.

Lemma weighted_ext w w' : (forall u l, w u l = w' u l) ->
  weighted_ials m n k S c a ru ri w h = weighted_ials m n k S c a ru ri w' h.
Proof.
  intros E. unfold weighted_ials, regulariser.
  assert (D : forall u y, dot k (w u) y = dot k (w' u) y) by (intros; apply Sum_ext; intros; now rewrite E).
  assert (D2 : forall u, dot k (w u) (w u) = dot k (w' u) (w' u)) by (intros; apply Sum_ext; intros; now rewrite E).
  f_equal; [f_equal; [|f_equal]; apply Sum_ext; intros u _; [f_equal|]; apply Sum_ext; intros; now rewrite D|].
  f_equal. apply Sum_ext. intros. now rewrite D2.
Qed.

Theorem eq23_half_step w : best_users (weighted_ials m n k S c a ru ri) w h <-> user_equations c a ru w h.
Proof.
  split.
  - intros H u l Hu Hl. apply Rminus_diag_uniq.
    set (g := apply_to k (user_matrix c a ru h u) (w u) l - user_side c h u l).
    set (d := fun u' l' => delta u u' * delta l l').
    apply stationary with (Sum m (fun u => quadratic_form k (user_matrix c a ru h u) (d u))). intros e.
    specialize (H (moved w (fun u' l' => e * d u' l'))). rewrite half_step_expansion in H.
    assert (Q : Sum m (fun v => Sum k (fun l' => e * d v l' * (apply_to k (user_matrix c a ru h v) (w v) l' - user_side c h v l'))) = e * g).
    { rewrite (Sum_ext m _ (fun v => delta u v * (e * (apply_to k (user_matrix c a ru h v) (w v) l - user_side c h v l)))).
      - now rewrite Sum_delta_l.
      - intros v _. rewrite (Sum_ext k _ (fun l' => delta l l' * (delta u v * (e *
          (apply_to k (user_matrix c a ru h v) (w v) l' - user_side c h v l'))))) by (intros; unfold d; ring).
        now rewrite Sum_delta_l. }
    rewrite Q in H.
    assert (F : Sum m (fun v => quadratic_form k (user_matrix c a ru h v) (fun l' => e * d v l')) =
      e ^ 2 * Sum m (fun v => quadratic_form k (user_matrix c a ru h v) (d v))).
    { rewrite <- Sum_scale. apply Sum_ext. intros v _. unfold quadratic_form, apply_to. rewrite <- Sum_scale.
      apply Sum_ext. intros i _. rewrite (Sum_ext k _ (fun j => e * (user_matrix c a ru h v i j * d v j))) by (intros; ring).
      rewrite Sum_scale. ring. }
    rewrite F in H. lra.
  - intros H w'. set (e := fun u l => w' u l - w u l).
    rewrite (weighted_ext w' (moved w e)) by (intros; unfold moved, e; ring). rewrite half_step_expansion.
    rewrite (Sum_ext m _ (fun _ => 0)).
    + rewrite Sum_zero. assert (F := form_nonneg e). lra.
    + intros u Hu. rewrite <- (Sum_zero k). apply Sum_ext. intros l Hl. rewrite H by assumption. ring.
Qed.

Theorem half_step_exists : exists w, best_users (weighted_ials m n k S c a ru ri) w h.
Proof.
  destruct (side_by_side m (fun u x => forall l, (l < k)%nat -> apply_to k (user_matrix c a ru h u) x l = user_side c h u l))
    as [W HW].
  - intros u Hu. apply definite_has_solution. now apply user_matrix_is_definite.
  - intros u x y E H l Hl. rewrite <- (H l Hl). apply Sum_ext. intros j _. now rewrite E.
  - exists (fun u l => W l u). apply eq23_half_step. intros u l Hu Hl. exact (HW u Hu l Hl).
Qed.

Theorem half_step_is_unique v w : best_users (weighted_ials m n k S c a ru ri) v h ->
  best_users (weighted_ials m n k S c a ru ri) w h -> forall u l, (u < m)%nat -> (l < k)%nat -> v u l = w u l.
Proof.
  intros Hv Hw u l Hu Hl. apply Rminus_diag_uniq. destruct (Req_dec (v u l - w u l) 0) as [E|E]; [assumption|exfalso].
  assert (D := user_matrix_is_definite u Hu (fun l => v u l - w u l) ltac:(exists l; now split)).
  rewrite eq23_half_step in Hv, Hw. unfold quadratic_form in D. rewrite (Sum_ext k _ (fun _ => 0)) in D.
  - rewrite Sum_zero in D. lra.
  - intros i Hi. replace (apply_to k (user_matrix c a ru h u) (fun l => v u l - w u l) i)
      with (apply_to k (user_matrix c a ru h u) (v u) i - apply_to k (user_matrix c a ru h u) (w u) i).
    + rewrite Hv, Hw by assumption. ring.
    + unfold apply_to. rewrite <- Sum_sub. apply Sum_ext. intros. ring.
Qed.

End Definite.
End HalfStep.

(** The items' half-step is a users' one with the two sides exchanged and c_u inside, so all of that holds for it too. *)
Theorem items_step_is_a_users_step m n k S c a ru ri w h :
  weighted_ials m n k S c a ru ri w h = weighted_ials n m k (fun i u => c u * S u i) (fun _ => 1) a ri ru h w.
Proof.
  assert (D : forall x y, dot k x y = dot k y x) by (intros; apply Sum_ext; intros; ring).
  unfold weighted_ials, regulariser.
  rewrite (Sum_ext m _ (fun u => Sum n (fun i => c u * S u i * (dot k (h i) (w u) - 1) ^ 2))).
  - rewrite (Sum_ext m (fun u => Sum n (fun i => dot k (w u) (h i) ^ 2)) (fun u => Sum n (fun i => dot k (h i) (w u) ^ 2)))
      by (intros; apply Sum_ext; intros; now rewrite D).
    rewrite Sum_swap, (Sum_swap m n (fun u i => dot k (h i) (w u) ^ 2)), Sum_scale. ring.
  - intros u _. rewrite <- Sum_scale. apply Sum_ext. intros i _. rewrite (D (w u)). ring.
Qed.

Theorem eq23_items_half_step m n k S c a ru ri w h :
  (forall u i, (u < m)%nat -> (i < n)%nat -> 0 <= c u * S u i + a) -> (forall i, (i < n)%nat -> 0 < ri i) ->
  (best_items (weighted_ials m n k S c a ru ri) w h <->
   user_equations n m k (fun i u => c u * S u i) (fun _ => 1) a ri h w).
Proof.
  intros Hw Hr. rewrite <- (eq23_half_step n m k (fun i u => c u * S u i) (fun _ => 1) a ri ru w).
  - unfold best_items, best_users. split; intros H v; specialize (H v);
      rewrite !(items_step_is_a_users_step m n k S c a ru ri w) in *; exact H.
  - intros i u Hi Hu. rewrite Rmult_1_l. now apply Hw.
  - exact Hr.
Qed.
