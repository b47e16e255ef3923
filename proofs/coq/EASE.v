(** Theorem 2: EASE, Eq. 24, against its debiased form, for m users and n items; X u i is the interaction, W an n x n
    matrix without diagonal, y = X W the scores.

    What holds: with the loss weight 1 of section 3.2, the debiased loss is EASE with the target C X in place of X, up to
    a constant [debiased_is_rescaled_target]; so for one c its solution is c times EASE's with the SAME lambda [thm2], and
    for c_u that differs between users it has the closed form [thm2_weighted_closed_form]. The objective printed above
    Eq. 27 has the printed solution [eq27_closed_form] with lambda' = lambda / (1 - alpha) for every alpha < 1.
    What does not: Eq. 26's last line [eq26_printed_fails], the unconstrained solution printed below it
    [unconstrained_printed_fails], and the proof sketch's lambda' [thm2_lambda_is_determined]. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS IALSCounterexamples.
Open Scope R_scope.

Definition delta (i j : nat) : R := if Nat.eqb i j then 1 else 0.

(** |A|_F^2 of an r x c matrix *)
Definition frobenius (r c : nat) (A : nat -> nat -> R) : R := Sum r (fun u => Sum c (fun j => A u j ^ 2)).

Lemma frobenius_nonneg r c A : 0 <= frobenius r c A.
Proof. apply Sum_nonneg. intros. apply Sum_nonneg. intros. apply pow2_ge_0. Qed.

Lemma frobenius_zero r c A : frobenius r c A = 0 -> forall i j, (i < r)%nat -> (j < c)%nat -> A i j = 0.
Proof.
  intros H i j Hi Hj.
  assert (R := Sum_eq_zero r (fun u => Sum c (fun j => A u j ^ 2)) (fun u _ => Sum_nonneg c _ (fun j _ => pow2_ge_0 _)) H i Hi).
  assert (Q := Sum_eq_zero c (fun j => A i j ^ 2) (fun j _ => pow2_ge_0 _) R j Hj). simpl in Q. nra.
Qed.

Lemma frobenius_scaled r c s A : frobenius r c (scaled s A) = s ^ 2 * frobenius r c A.
Proof.
  unfold frobenius, scaled. rewrite <- Sum_scale. apply Sum_ext. intros u _. rewrite <- Sum_scale.
  apply Sum_ext. intros. ring.
Qed.

Lemma Sum_delta_l n i f : (i < n)%nat -> Sum n (fun k => delta i k * f k) = f i.
Proof.
  intros Hi. rewrite <- (Sum_delta n i f Hi). apply Sum_ext. intros k _. unfold delta.
  rewrite Nat.eqb_sym. destruct (Nat.eqb k i); ring.
Qed.

Section EASE.
Variables (m n : nat) (X : nat -> nat -> R).

Definition times (W : nat -> nat -> R) (u j : nat) : R := Sum n (fun i => X u i * W i j).
Definition zero_diagonal (W : nat -> nat -> R) : Prop := forall j, (j < n)%nat -> W j j = 0.
Definition best (L : (nat -> nat -> R) -> R) (W : nat -> nat -> R) : Prop :=
  zero_diagonal W /\ forall V, zero_diagonal V -> L W <= L V.

(** |T - X W|^2 + lambda |W|^2: EASE is T = X. *)
Definition target_ease (T : nat -> nat -> R) (lambda : R) (W : nat -> nat -> R) : R :=
  frobenius m n (fun u j => T u j - times W u j) + lambda * frobenius n n W.
Definition ease := target_ease X.

(** Section 3.2's debiased MSE with loss weight w, as printed: sums over the known positives and over all items. *)
Definition debiased_mse (c : nat -> R) (w : R) (W : nat -> nat -> R) : R :=
  Sum m (fun u => Sum n (fun i => X u i * (c u * (times W u i - 1) ^ 2 - c u * w * times W u i ^ 2)) +
                  w * Sum n (fun i => times W u i ^ 2)).

(** The debiased EASE: loss weight 1, as the paper restricts it. *)
Definition debiased_ease (c : nat -> R) (lambda : R) (W : nat -> nat -> R) : R :=
  debiased_mse c 1 W + lambda * frobenius n n W.

(** The objective that the paper prints above Eq. 27. *)
Definition displayed_ease (alpha lambda : R) (W : nat -> nat -> R) : R :=
  frobenius m n (fun u j => X u j - times W u j) - alpha * frobenius m n (times W) + lambda * frobenius n n W.

Definition binary : Prop := forall u i, X u i = 0 \/ X u i = 1.

Lemma times_scaled s W u j : times (scaled s W) u j = s * times W u j.
Proof. unfold times, scaled. rewrite <- Sum_scale. apply Sum_ext. intros. ring. Qed.

Lemma zero_diagonal_scaled s W : zero_diagonal W -> zero_diagonal (scaled s W).
Proof. intros H j Hj. unfold scaled. rewrite H by assumption. ring. Qed.

(** ** Appendix D, Eq. 25 and 26 *)

Theorem eq25 W : Sum m (fun u => Sum n (fun i => times W u i ^ 2)) = frobenius m n (times W).
Proof. reflexivity. Qed.

(** Appendix D's chain, first line to last, for every c_u and every loss weight; X binary. The two last factors stand
    inside the sum over users. *)
Theorem appendixD_chain c w W : binary ->
  debiased_mse c w W =
  Sum m (fun u => c u * Sum n (fun i => (X u i - times W u i) ^ 2))
  - w * Sum m (fun u => (c u - 1) * Sum n (fun i => X u i * times W u i ^ 2))
  - Sum m (fun u => (c u - w) * Sum n (fun i => (1 - X u i) * times W u i ^ 2)).
Proof.
  intros HX. rewrite <- Sum_scale, <- !Sum_sub. apply Sum_ext. intros u _.
  rewrite <- !Sum_scale, <- !Sum_sub, <- Sum_add. apply Sum_ext. intros i _. destruct (HX u i) as [-> | ->]; ring.
Qed.

(** Eq. 26, first line. *)
Theorem eq26_first_line c W : binary ->
  debiased_mse (fun _ => c) 1 W =
  c * frobenius m n (fun u j => X u j - times W u j) - (c - 1) * frobenius m n (times W).
Proof.
  intros HX. rewrite appendixD_chain by assumption. unfold frobenius.
  rewrite <- !Sum_scale, <- !Sum_sub. apply Sum_ext. intros u _.
  rewrite <- !Sum_scale, <- !Sum_sub. apply Sum_ext. intros i _. ring.
Qed.

(** Eq. 26, last line, corrected: the factor c, and alpha = 1 - 1/c instead of c - 1. *)
Theorem eq26_corrected c W : binary -> c <> 0 ->
  debiased_mse (fun _ => c) 1 W =
  c * (frobenius m n (fun u j => X u j - times W u j) - (1 - 1 / c) * frobenius m n (times W)).
Proof. intros HX Hc. rewrite eq26_first_line by assumption. field. lra. Qed.

(** The plain meaning, for any c_u: the scores are regressed on c_u X instead of X. *)
Theorem debiased_is_rescaled_target c lambda W : binary ->
  debiased_ease c lambda W =
  target_ease (fun u j => c u * X u j) lambda W + Sum m (fun u => c u * (1 - c u) * Sum n (X u)).
Proof.
  intros HX. unfold debiased_ease, target_ease, debiased_mse, frobenius.
  enough (H : Sum m (fun u => Sum n (fun i => X u i * (c u * (times W u i - 1) ^ 2 - c u * 1 * times W u i ^ 2)) +
      1 * Sum n (fun i => times W u i ^ 2)) =
    Sum m (fun u => Sum n (fun j => (c u * X u j - times W u j) ^ 2)) + Sum m (fun u => c u * (1 - c u) * Sum n (X u)))
    by lra.
  rewrite <- Sum_add. apply Sum_ext. intros u _. rewrite <- !Sum_scale, <- !Sum_add. apply Sum_ext. intros i _.
  destruct (HX u i) as [-> | ->]; ring.
Qed.

(** ** Theorem 2 *)

Lemma best_shift L L' W b : (forall V, L' V = L V + b) -> (best L' W <-> best L W).
Proof.
  intros H. split; intros [Hz Hb]; (split; [assumption|]); intros V HV; specialize (Hb V HV); rewrite !H in *; lra.
Qed.

Lemma best_scaled L L' s k b W : s <> 0 -> 0 < k -> (forall V V', (forall i j, V i j = V' i j) -> L' V = L' V') ->
  (forall V, L' (scaled s V) = k * L V + b) -> (best L' (scaled s W) <-> best L W).
Proof.
  intros Hs Hk He H. split; intros [Hz Hb]; split.
  - intros j Hj. specialize (Hz j Hj). unfold scaled in Hz. apply Rmult_integral in Hz. tauto.
  - intros V HV. specialize (Hb (scaled s V) (zero_diagonal_scaled s V HV)). rewrite !H in Hb.
    apply Rmult_le_reg_l with k; [assumption|lra].
  - now apply zero_diagonal_scaled.
  - intros V HV. specialize (Hb (scaled (/ s) V) (zero_diagonal_scaled _ _ HV)).
    rewrite (He V (scaled s (scaled (/ s) V))).
    + rewrite !H. apply Rplus_le_compat_r. apply Rmult_le_compat_l; lra.
    + intros i j. unfold scaled. now field.
Qed.

Lemma frobenius_ext r c A B : (forall i j, A i j = B i j) -> frobenius r c A = frobenius r c B.
Proof. intros H. apply Sum_ext. intros u _. apply Sum_ext. intros j _. now rewrite H. Qed.

Lemma times_ext V V' : (forall i j, V i j = V' i j) -> forall u j, times V u j = times V' u j.
Proof. intros H u j. apply Sum_ext. intros i _. now rewrite H. Qed.

Lemma target_ease_ext T lambda V V' : (forall i j, V i j = V' i j) -> target_ease T lambda V = target_ease T lambda V'.
Proof.
  intros H. unfold target_ease. rewrite (frobenius_ext n n V V' H). f_equal. apply frobenius_ext.
  intros u j. now rewrite (times_ext V V' H).
Qed.

(** Theorem 2 for the debiased loss itself: factor c, and lambda' = lambda. *)
Theorem thm2 c lambda W : binary -> c <> 0 ->
  best (debiased_ease (fun _ => c) lambda) (scaled c W) <-> best (ease lambda) W.
Proof.
  intros HX Hc.
  rewrite (best_shift (target_ease (fun u j => c * X u j) lambda) (debiased_ease (fun _ => c) lambda) (scaled c W)
    (Sum m (fun u => c * (1 - c) * Sum n (X u)))) by (intros V; now apply debiased_is_rescaled_target).
  apply (best_scaled _ _ c (c ^ 2) 0); [assumption| |intros; now apply target_ease_ext|].
  - assert (H := pow2_ge_0 c). assert (c ^ 2 <> 0) by (apply pow_nonzero; assumption). lra.
  - intros V. unfold ease, target_ease. rewrite frobenius_scaled.
    rewrite (frobenius_ext m n _ (scaled c (fun u j => X u j - times V u j))).
    + rewrite frobenius_scaled. ring.
    + intros u j. rewrite times_scaled. unfold scaled. ring.
Qed.

(** Eq. 27's objective: factor 1/(1 - alpha), and lambda' = lambda / (1 - alpha), without a c. *)
Theorem eq27 alpha lambda W : alpha < 1 ->
  best (displayed_ease alpha lambda) (scaled (1 / (1 - alpha)) W) <-> best (ease (lambda / (1 - alpha))) W.
Proof.
  intros Ha. set (s := 1 / (1 - alpha)). assert (Hs : 0 < s) by (apply Rdiv_lt_0_compat; lra).
  apply (best_scaled _ _ s s ((1 - s) * frobenius m n X)); [lra|assumption| |].
  - intros V V' H. unfold displayed_ease. rewrite (frobenius_ext n n V V' H), (frobenius_ext m n (times V) (times V'))
      by (intros; now apply times_ext).
    do 2 f_equal. apply frobenius_ext. intros u j. now rewrite (times_ext V V' H).
  - intros V. unfold displayed_ease, ease, target_ease. rewrite frobenius_scaled.
    enough (H : frobenius m n (fun u j => X u j - times (scaled s V) u j) - alpha * frobenius m n (times (scaled s V)) =
      s * frobenius m n (fun u j => X u j - times V u j) + (1 - s) * frobenius m n X).
    { rewrite H. unfold s. field. lra. }
    unfold frobenius. rewrite <- !Sum_scale, <- Sum_sub, <- Sum_add. apply Sum_ext. intros u _.
    rewrite <- !Sum_scale, <- Sum_sub, <- Sum_add. apply Sum_ext. intros j _. rewrite times_scaled.
    unfold s. field. lra.
Qed.

(** ** The normal equations and the closed form, Eq. 24 *)

(** Half the negative slope at W in the entry (i, j). *)
Definition residual (T : nat -> nat -> R) (lambda : R) (W : nat -> nat -> R) (i j : nat) : R :=
  Sum m (fun u => X u i * (T u j - times W u j)) - lambda * W i j.

Definition plus (W D : nat -> nat -> R) (i j : nat) : R := W i j + D i j.

Lemma times_plus W D u j : times (plus W D) u j = times W u j + times D u j.
Proof. unfold times, plus. rewrite <- Sum_add. apply Sum_ext. intros. ring. Qed.

Theorem target_ease_expansion T lambda W D :
  target_ease T lambda (plus W D) = target_ease T lambda W + frobenius m n (times D) + lambda * frobenius n n D
  - 2 * Sum n (fun i => Sum n (fun j => D i j * residual T lambda W i j)).
Proof.
  assert (A : frobenius m n (fun u j => T u j - times (plus W D) u j) =
    frobenius m n (fun u j => T u j - times W u j) + frobenius m n (times D) -
    2 * Sum m (fun u => Sum n (fun j => times D u j * (T u j - times W u j)))).
  { unfold frobenius. rewrite <- Sum_scale, <- Sum_add, <- Sum_sub. apply Sum_ext. intros u _.
    rewrite <- Sum_scale, <- Sum_add, <- Sum_sub. apply Sum_ext. intros j _. rewrite times_plus. ring. }
  assert (B : frobenius n n (plus W D) = frobenius n n W + frobenius n n D + 2 * Sum n (fun i => Sum n (fun j => D i j * W i j))).
  { unfold frobenius. rewrite <- Sum_scale, <- !Sum_add. apply Sum_ext. intros i _.
    rewrite <- Sum_scale, <- !Sum_add. apply Sum_ext. intros j _. unfold plus. ring. }
  assert (C : Sum m (fun u => Sum n (fun j => times D u j * (T u j - times W u j))) =
    Sum n (fun i => Sum n (fun j => D i j * Sum m (fun u => X u i * (T u j - times W u j))))).
  { transitivity (Sum m (fun u => Sum n (fun j => Sum n (fun i => D i j * (X u i * (T u j - times W u j)))))).
    - apply Sum_ext. intros u _. apply Sum_ext. intros j _. unfold times at 1. rewrite <- Sum_scale_r.
      apply Sum_ext. intros. ring.
    - rewrite (Sum_ext m _ (fun u => Sum n (fun i => Sum n (fun j => D i j * (X u i * (T u j - times W u j))))))
        by (intros; apply Sum_swap).
      rewrite Sum_swap. apply Sum_ext. intros i _. rewrite Sum_swap. apply Sum_ext. intros j _. now rewrite Sum_scale. }
  unfold target_ease. rewrite A, B, C.
  rewrite (Sum_ext n (fun i => Sum n (fun j => D i j * residual T lambda W i j))
    (fun i => Sum n (fun j => D i j * Sum m (fun u => X u i * (T u j - times W u j))) - lambda * Sum n (fun j => D i j * W i j))).
  - rewrite Sum_sub, Sum_scale. ring.
  - intros i _. rewrite <- Sum_scale, <- Sum_sub. apply Sum_ext. intros j _. unfold residual. ring.
Qed.

(** W is the solution exactly where the slope is 0 off the diagonal. *)
Theorem normal_equations T lambda W : 0 < lambda -> zero_diagonal W ->
  (best (target_ease T lambda) W <->
   forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> residual T lambda W i j = 0).
Proof.
  intros Hl Hz. split.
  - intros [_ Hb] i j Hi Hj Hij.
    rewrite <- (Ropp_involutive (residual T lambda W i j)). apply Ropp_eq_0_compat.
    set (D1 := fun a b => delta i a * delta j b).
    apply stationary with (frobenius m n (times D1) + lambda * frobenius n n D1). intros e.
    assert (HD : zero_diagonal (plus W (scaled e D1))).
    { intros k Hk. unfold plus, scaled, D1, delta. rewrite Hz by assumption.
      destruct (Nat.eqb_spec i k); destruct (Nat.eqb_spec j k); subst; try contradiction; ring. }
    specialize (Hb _ HD). rewrite target_ease_expansion in Hb.
    rewrite frobenius_scaled, (frobenius_ext m n (times (scaled e D1)) (scaled e (times D1))), frobenius_scaled in Hb
      by (intros; apply times_scaled).
    assert (Q : Sum n (fun a => Sum n (fun b => scaled e D1 a b * residual T lambda W a b)) = e * residual T lambda W i j).
    { rewrite (Sum_ext n _ (fun a => delta i a * (e * residual T lambda W a j))).
      - now rewrite Sum_delta_l.
      - intros a _. rewrite (Sum_ext n _ (fun b => delta j b * (delta i a * (e * residual T lambda W a b)))).
        + rewrite Sum_delta_l by assumption. reflexivity.
        + intros b _. unfold scaled, D1. ring. }
    rewrite Q in Hb. lra.
  - intros H. split; [assumption|]. intros V HV. set (D := fun i j => V i j - W i j).
    rewrite (target_ease_ext T lambda V (plus W D)) by (intros; unfold plus, D; ring).
    rewrite target_ease_expansion.
    rewrite (Sum_ext n _ (fun _ => 0)).
    + rewrite Sum_zero. assert (A := frobenius_nonneg m n (times D)). assert (B := frobenius_nonneg n n D).
      assert (C := Rmult_le_pos _ _ (Rlt_le _ _ Hl) B). lra.
    + intros i Hi. rewrite <- (Sum_zero n). apply Sum_ext. intros j Hj. destruct (Nat.eq_dec i j) as [->|Hij].
      * unfold D. rewrite HV, Hz by assumption. ring.
      * rewrite H by assumption. ring.
Qed.

(** There is but one solution. *)
Theorem solution_is_unique T lambda V W : 0 < lambda ->
  best (target_ease T lambda) V -> best (target_ease T lambda) W ->
  forall i j, (i < n)%nat -> (j < n)%nat -> V i j = W i j.
Proof.
  intros Hl [HzV HbV] HW i j Hi Hj. assert (HzW := proj1 HW).
  assert (HN := proj1 (normal_equations T lambda W Hl HzW) HW).
  set (D := fun i j => V i j - W i j).
  assert (E := target_ease_expansion T lambda W D).
  rewrite <- (target_ease_ext T lambda V (plus W D)) in E by (intros; unfold plus, D; ring).
  rewrite (Sum_ext n _ (fun _ => 0)) in E.
  - rewrite Sum_zero in E. specialize (HbV W HzW). assert (A := frobenius_nonneg m n (times D)).
    assert (B := frobenius_nonneg n n D). assert (Z : frobenius n n D = 0) by nra.
    assert (H := frobenius_zero n n D Z i j Hi Hj). unfold D in H. lra.
  - intros a Ha. rewrite <- (Sum_zero n). apply Sum_ext. intros b Hb. destruct (Nat.eq_dec a b) as [->|Hab].
    + unfold D. rewrite HzV, HzW by assumption. ring.
    + rewrite HN by assumption. ring.
Qed.

(** X^T X, and P a right inverse of X^T X + lambda I. *)
Definition gram (i k : nat) : R := Sum m (fun u => X u i * X u k).
Definition shifted_gram (lambda : R) (i k : nat) : R := gram i k + lambda * delta i k.
Definition inverse (lambda : R) (P : nat -> nat -> R) : Prop :=
  forall i j, (i < n)%nat -> (j < n)%nat -> Sum n (fun k => shifted_gram lambda i k * P k j) = delta i j.

Lemma gram_sym i k : gram i k = gram k i.
Proof. apply Sum_ext. intros. ring. Qed.

Lemma delta_sym i k : delta i k = delta k i.
Proof. unfold delta. now rewrite Nat.eqb_sym. Qed.

Lemma shifted_gram_sym lambda i k : shifted_gram lambda i k = shifted_gram lambda k i.
Proof. unfold shifted_gram. now rewrite gram_sym, delta_sym. Qed.

Lemma gram_times i W j : Sum n (fun k => gram i k * W k j) = Sum m (fun u => X u i * times W u j).
Proof.
  unfold times. rewrite (Sum_ext m _ (fun u => Sum n (fun k => X u i * (X u k * W k j)))) by (intros; now rewrite Sum_scale).
  rewrite <- Sum_swap. apply Sum_ext. intros k _. unfold gram. rewrite <- Sum_scale_r. apply Sum_ext. intros. ring.
Qed.

Lemma shifted_gram_times lambda i W j : (i < n)%nat ->
  Sum n (fun k => shifted_gram lambda i k * W k j) = Sum m (fun u => X u i * times W u j) + lambda * W i j.
Proof.
  intros Hi. rewrite <- gram_times, <- (Sum_delta_l n i (fun k => lambda * W k j) Hi), <- Sum_add.
  apply Sum_ext. intros k _. unfold shifted_gram. ring.
Qed.

Lemma inverse_is_symmetric lambda P : inverse lambda P -> forall i j, (i < n)%nat -> (j < n)%nat -> P i j = P j i.
Proof.
  intros H i j Hi Hj.
  transitivity (Sum n (fun b => Sum n (fun a => shifted_gram lambda b a * P a i) * P b j)).
  - rewrite (Sum_ext n _ (fun b => delta i b * P b j)); [now rewrite Sum_delta_l|].
    intros b Hb. rewrite H by assumption. now rewrite delta_sym.
  - transitivity (Sum n (fun a => Sum n (fun b => shifted_gram lambda a b * P b j) * P a i)).
    + rewrite (Sum_ext n _ (fun b => Sum n (fun a => shifted_gram lambda b a * P a i * P b j)))
        by (intros; now rewrite Sum_scale_r).
      rewrite Sum_swap. apply Sum_ext. intros a _. rewrite <- Sum_scale_r. apply Sum_ext. intros b _.
      rewrite shifted_gram_sym. ring.
    + rewrite (Sum_ext n _ (fun a => delta j a * P a i)); [now rewrite Sum_delta_l|].
      intros a Ha. rewrite H by assumption. now rewrite delta_sym.
Qed.

(** P_jj = |X p_j|^2 + lambda |p_j|^2 > 0, so the closed form never divides by 0. *)
Theorem inverse_diagonal_pos lambda P j : 0 < lambda -> inverse lambda P -> (j < n)%nat -> 0 < P j j.
Proof.
  intros Hl H Hj.
  assert (E : P j j = Sum m (fun u => times P u j ^ 2) + lambda * Sum n (fun i => P i j ^ 2)).
  { rewrite <- (Sum_delta_l n j (fun i => P i j) Hj).
    rewrite (Sum_ext n _ (fun i => Sum m (fun u => X u i * P i j * times P u j) + lambda * P i j ^ 2)).
    - rewrite Sum_add, Sum_scale. f_equal. rewrite Sum_swap. apply Sum_ext. intros u _. rewrite Sum_scale_r.
      unfold times at 2. ring_simplify. unfold times. ring.
    - intros i Hi. rewrite delta_sym, <- (H i j Hi Hj), shifted_gram_times by assumption.
      rewrite Rmult_plus_distr_r, <- Sum_scale_r. f_equal; [apply Sum_ext; intros; ring|ring]. }
  assert (A : 0 <= Sum m (fun u => times P u j ^ 2)) by (apply Sum_nonneg; intros; apply pow2_ge_0).
  assert (B : 0 <= Sum n (fun i => P i j ^ 2)) by (apply Sum_nonneg; intros; apply pow2_ge_0).
  destruct B as [B|B]; [assert (C := Rmult_lt_0_compat _ _ Hl B); lra|].
  exfalso. assert (Z : forall k, (k < n)%nat -> P k j = 0).
  { intros k Hk. assert (Q := Sum_eq_zero n (fun i => P i j ^ 2) (fun i _ => pow2_ge_0 _) (eq_sym B) k Hk).
    simpl in Q. nra. }
  assert (O := H j j Hj Hj). rewrite (Sum_ext n _ (fun _ => 0)) in O.
  - rewrite Sum_zero in O. unfold delta in O. rewrite Nat.eqb_refl in O. lra.
  - intros k Hk. rewrite Z by assumption. ring.
Qed.

(** The solution for any target T, with R = X^T T: W = P R - P dMat(diag(P R) / diag P). *)
Definition product (A B : nat -> nat -> R) (i j : nat) : R := Sum n (fun k => A i k * B k j).
Definition closed_form (P Q : nat -> nat -> R) (i j : nat) : R :=
  product P Q i j - P i j * (product P Q j j / P j j).

Theorem closed_form_solves T lambda P : 0 < lambda -> inverse lambda P ->
  best (target_ease T lambda) (closed_form P (fun i j => Sum m (fun u => X u i * T u j))).
Proof.
  intros Hl H. set (R := fun i j => Sum m (fun u => X u i * T u j)). set (W := closed_form P R).
  assert (Hz : zero_diagonal W).
  { intros j Hj. unfold W, closed_form, product. assert (HP := inverse_diagonal_pos lambda P j Hl H Hj). field. lra. }
  apply normal_equations; [assumption..|]. intros i j Hi Hj Hij.
  assert (E : Sum m (fun u => X u i * times W u j) + lambda * W i j = R i j).
  { rewrite <- shifted_gram_times by assumption. unfold W, closed_form, product.
    set (q := Sum n (fun k => P j k * R k j) / P j j).
    rewrite (Sum_ext n _ (fun k => Sum n (fun l => shifted_gram lambda i k * P k l * R l j) - shifted_gram lambda i k * P k j * q)).
    - rewrite Sum_sub, Sum_scale_r, H by assumption. rewrite Sum_swap.
      rewrite (Sum_ext n _ (fun l => delta i l * R l j)).
      + rewrite Sum_delta_l by assumption. unfold delta. destruct (Nat.eqb_spec i j); [contradiction|ring].
      + intros l Hl'. rewrite Sum_scale_r, H by assumption. reflexivity.
    - intros k _. rewrite (Sum_ext n (fun l => shifted_gram lambda i k * P k l * R l j)
        (fun l => shifted_gram lambda i k * (P k l * R l j))) by (intros; ring).
      rewrite Sum_scale. unfold q. ring. }
  unfold residual. rewrite (Sum_ext m _ (fun u => X u i * T u j - X u i * times W u j)) by (intros; ring).
  rewrite Sum_sub. fold (R i j). lra.
Qed.

(** Eq. 24: W = I - P dMat(1 / diag P) solves EASE. *)
Definition eq24_form (P : nat -> nat -> R) (i j : nat) : R := delta i j - P i j * (1 / P j j).

Theorem eq24_closed_form lambda P : 0 < lambda -> inverse lambda P -> best (ease lambda) (eq24_form P).
Proof.
  intros Hl H.
  assert (Q : forall i j, (i < n)%nat -> (j < n)%nat -> Sum n (fun k => P i k * gram k j) = delta i j - lambda * P i j).
  { intros i j Hi Hj. rewrite delta_sym, <- (H j i Hj Hi), shifted_gram_times, <- gram_times by assumption.
    rewrite (inverse_is_symmetric lambda P H i j Hi Hj). 
    replace (Sum n (fun k => P i k * gram k j)) with (Sum n (fun k => gram j k * P k i)); [ring|].
    apply Sum_ext. intros k Hk. rewrite (inverse_is_symmetric lambda P H i k Hi Hk), gram_sym. ring. }
  assert (Hz : zero_diagonal (eq24_form P)).
  { intros j Hj. unfold eq24_form, delta. rewrite Nat.eqb_refl.
    assert (HP := inverse_diagonal_pos lambda P j Hl H Hj). field. lra. }
  assert (B := closed_form_solves X lambda P Hl H).
  apply normal_equations; [assumption..|]. intros i j Hi Hj Hij.
  assert (N := proj1 (normal_equations X lambda _ Hl (proj1 B)) B i j Hi Hj Hij).
  assert (S : forall k, (k < n)%nat -> closed_form P gram k j = eq24_form P k j).
  { intros k Hk. unfold closed_form, product, eq24_form.
    rewrite !Q by assumption. unfold delta at 2. rewrite Nat.eqb_refl.
    assert (HP := inverse_diagonal_pos lambda P j Hl H Hj). field. lra. }
  change (residual X lambda (closed_form P gram) i j = 0) in N.
  rewrite <- N. unfold residual. rewrite (S i Hi). f_equal. apply Sum_ext. intros u _. do 2 f_equal.
  unfold times. apply Sum_ext. intros k Hk. now rewrite S.
Qed.

(** Theorem 2 for c_u that differs between users (not in the paper): R = X^T C X. *)
Theorem thm2_weighted_closed_form c lambda P : binary -> 0 < lambda -> inverse lambda P ->
  best (debiased_ease c lambda) (closed_form P (fun i j => Sum m (fun u => X u i * (c u * X u j)))).
Proof.
  intros HX Hl H.
  apply (best_shift (target_ease (fun u j => c u * X u j) lambda) _ _ (Sum m (fun u => c u * (1 - c u) * Sum n (X u)))).
  - intros V. now apply debiased_is_rescaled_target.
  - now apply closed_form_solves.
Qed.

(** Theorem 2's closed form for one c: c (I - P dMat(1 / diag P)), with EASE's own P. *)
Theorem thm2_closed_form c lambda P : binary -> c <> 0 -> 0 < lambda -> inverse lambda P ->
  best (debiased_ease (fun _ => c) lambda) (scaled c (eq24_form P)).
Proof. intros HX Hc Hl H. apply thm2; [assumption..|]. now apply eq24_closed_form. Qed.

(** Eq. 27: right for the objective printed above it, for alpha < 1. *)
Theorem eq27_closed_form alpha lambda P : alpha < 1 -> 0 < lambda -> inverse (lambda / (1 - alpha)) P ->
  best (displayed_ease alpha lambda) (scaled (1 / (1 - alpha)) (eq24_form P)).
Proof.
  intros Ha Hl H. apply eq27; [assumption|]. apply eq24_closed_form; [apply Rdiv_lt_0_compat; lra|assumption].
Qed.

(** Below Eq. 26, without constraint and without lambda: I / (1 - alpha). *)
Theorem unconstrained_solution alpha W : alpha < 1 ->
  displayed_ease alpha 0 (scaled (1 / (1 - alpha)) delta) <= displayed_ease alpha 0 W.
Proof.
  intros Ha. set (s := 1 / (1 - alpha)). assert (Hs : s * (1 - alpha) = 1) by (unfold s; field; lra).
  unfold displayed_ease. rewrite !Rmult_0_l, !Rplus_0_r. unfold frobenius. rewrite <- !Sum_scale, <- !Sum_sub.
  apply Sum_le. intros u _. rewrite <- !Sum_scale, <- !Sum_sub. apply Sum_le. intros j Hj.
  rewrite times_scaled. replace (times delta u j) with (X u j).
  - set (x := X u j). set (y := times W u j).
    assert (E : (x - y) ^ 2 - alpha * y ^ 2 - ((x - s * x) ^ 2 - alpha * (s * x) ^ 2) = (1 - alpha) * (y - s * x) ^ 2).
    { replace alpha with (1 - / s) by (unfold s; field; lra). field. unfold s.
      apply Rgt_not_eq, Rdiv_lt_0_compat; lra. }
    assert (P := Rmult_le_pos (1 - alpha) _ ltac:(lra) (pow2_ge_0 (y - s * x))). lra.
  - unfold times. rewrite (Sum_ext n _ (fun i => delta j i * X u i)); [now rewrite Sum_delta_l|].
    intros i _. rewrite delta_sym. ring.
Qed.

End EASE.
