(** The pointwise losses of section 3: what Eq. 20 is least at, the range and the variance of Eq. 22, the summation form
    of section 3.2, and why debiasing the MSE of a dot-product model changes nothing but its scale. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Debias Draws.
Open Scope R_scope.

(** ** Eq. 20 *)

(** The best MSE score of an item: its share of positive weight. 1 and 0, the minima of the single losses, are reached
    together only if no item is both positive and negative. *)
Theorem eq20_mse_optimum lambda tau n p_plus p_minus :
  (forall i, (i < n)%nat -> 0 <= tau * p_plus i /\ 0 <= lambda * (1 - tau) * p_minus i /\
                            0 < tau * p_plus i + lambda * (1 - tau) * p_minus i) ->
  let best i := tau * p_plus i / (tau * p_plus i + lambda * (1 - tau) * p_minus i) in
  forall s, ideal_pointwise mse_plus mse_minus lambda tau n p_plus p_minus best <=
            ideal_pointwise mse_plus mse_minus lambda tau n p_plus p_minus s.
Proof.
  intros H best s. unfold ideal_pointwise, E. rewrite <- !Sum_scale, <- !Sum_add. apply Sum_le. intros i Hi.
  destruct (H i Hi) as (Ha & Hb & Hs). unfold best, mse_plus, mse_minus.
  set (a := tau * p_plus i) in *. set (b := lambda * (1 - tau) * p_minus i) in *. set (v := a / (a + b)).
  assert (Ea : forall x, tau * (p_plus i * x) = a * x) by (intros; unfold a; ring).
  assert (Eb : forall x, lambda * (1 - tau) * (p_minus i * x) = b * x) by (intros; unfold b; ring).
  rewrite !Ea, !Eb. assert (Ev : v * (a + b) = a) by (unfold v; field; lra).
  assert (D : a * (1 - s i) ^ 2 + b * s i ^ 2 - (a * (1 - v) ^ 2 + b * v ^ 2) =
              (a + b) * (s i - v) ^ 2 + 2 * (s i - v) * (v * (a + b) - a)) by ring.
  rewrite Ev in D.
  assert (P := Rmult_le_pos _ _ (Rlt_le _ _ Hs) (pow2_ge_0 (s i - v))). lra.
Qed.

Theorem eq20_minima_exclude_each_other y : ~ (mse_plus y = 0 /\ mse_minus y = 0).
Proof. unfold mse_plus, mse_minus. intros [H1 H2]. assert (y = 0) by nra. subst. lra. Qed.

(** ** Eq. 22 can be negative: for cosine scores down to these floors, and no further *)

Lemma mean_between n f a b : (0 < n)%nat -> (forall j, (j < n)%nat -> a <= f j <= b) -> a <= Mean n f <= b.
Proof.
  intros Hn H. split.
  - rewrite <- (Mean_const n a Hn). apply Mean_le; [assumption|]. intros. now apply H.
  - rewrite <- (Mean_const n b Hn). apply Mean_le; [assumption|]. intros. now apply H.
Qed.

Theorem mse_debiased_floor lambda tau n m y x z : 0 <= lambda -> 0 <= tau -> (0 < n)%nat -> (0 < m)%nat ->
  (forall k, (k < m)%nat -> -1 <= z k <= 1) -> - (lambda * tau) <= mse_debiased lambda tau n m y x z.
Proof.
  intros Hl Ht Hn Hm Hz. unfold mse_debiased, pointwise_debiased, mse_plus, mse_minus.
  assert (A := Rmult_le_pos _ _ Ht (pow2_ge_0 (1 - y))).
  assert (B : 0 <= Mean n (fun j => x j ^ 2)).
  { rewrite <- (Mean_const n 0 Hn). apply Mean_le; [assumption|]. intros. apply pow2_ge_0. }
  destruct (mean_between m (fun k => z k ^ 2) 0 1 Hm) as [_ C].
  { intros k Hk. specialize (Hz k Hk). nra. }
  assert (D := Rmult_le_pos _ _ Hl B). assert (F := Rmult_le_pos _ _ Hl Ht).
  assert (G : 0 <= lambda * tau * (1 - Mean m (fun k => z k ^ 2))) by (apply Rmult_le_pos; lra). nra.
Qed.

Theorem mse_debiased_floor_is_attained lambda tau n m : (0 < n)%nat -> (0 < m)%nat ->
  mse_debiased lambda tau n m 1 (fun _ => 0) (fun _ => 1) = - (lambda * tau).
Proof.
  intros Hn Hm. unfold mse_debiased, pointwise_debiased, mse_plus, mse_minus. rewrite !Mean_const by assumption. ring.
Qed.

Theorem ccl_debiased_floor margin lambda tau n m y x z : 0 <= lambda -> 0 <= tau -> margin <= 1 ->
  (0 < n)%nat -> (0 < m)%nat -> y <= 1 -> (forall k, (k < m)%nat -> z k <= 1) ->
  - (lambda * tau * (1 - margin)) <= ccl_debiased margin lambda tau n m y x z.
Proof.
  intros Hl Ht Hg Hn Hm Hy Hz. unfold ccl_debiased, pointwise_debiased, ccl_plus.
  assert (A : 0 <= tau * (1 - y)) by (apply Rmult_le_pos; lra).
  assert (B : 0 <= Mean n (fun j => ccl_minus margin (x j))).
  { rewrite <- (Mean_const n 0 Hn). apply Mean_le; [assumption|]. intros. apply relu_nonneg. }
  destruct (mean_between m (fun k => ccl_minus margin (z k)) 0 (1 - margin) Hm) as [_ C].
  { intros k Hk. specialize (Hz k Hk). split; [apply relu_nonneg|]. unfold ccl_minus, relu. apply Rmax_lub; lra. }
  assert (D := Rmult_le_pos _ _ Hl B). assert (F := Rmult_le_pos _ _ Hl Ht).
  assert (G : 0 <= lambda * tau * (1 - margin - Mean m (fun k => ccl_minus margin (z k)))) by (apply Rmult_le_pos; lra). nra.
Qed.

Theorem ccl_debiased_floor_is_attained margin lambda tau n m : margin <= 1 -> (0 < n)%nat -> (0 < m)%nat ->
  ccl_debiased margin lambda tau n m 1 (fun _ => margin) (fun _ => 1) = - (lambda * tau * (1 - margin)).
Proof.
  intros Hg Hn Hm. unfold ccl_debiased, pointwise_debiased, ccl_plus, ccl_minus. rewrite !Mean_const by assumption.
  unfold relu. rewrite Rmax_left, Rmax_right by lra. ring.
Qed.

(** With dot products the debiased MSE has no floor. *)
Theorem mse_debiased_unbounded_below lambda tau n m B : 0 < lambda -> 0 < tau -> (0 < n)%nat -> (0 < m)%nat ->
  exists z, mse_debiased lambda tau n m 1 (fun _ => 0) z < B.
Proof.
  intros Hl Ht Hn Hm. assert (P := Rmult_lt_0_compat _ _ Hl Ht).
  set (r := 1 + Rabs B / (lambda * tau)). exists (fun _ => r).
  unfold mse_debiased, pointwise_debiased, mse_plus, mse_minus. rewrite !Mean_const by assumption.
  assert (HB := Rabs_pos B). assert (HA := Rle_abs (- B)). rewrite Rabs_Ropp in HA.
  assert (E : r * (lambda * tau) = lambda * tau + Rabs B) by (unfold r; field; lra).
  assert (Hr : 1 <= r). { apply Rmult_le_reg_r with (lambda * tau); [assumption|]. lra. }
  assert (Q : r * (lambda * tau) <= r * (lambda * tau) * r) by nra. nra.
Qed.

(** ** The variance of Eq. 22: N draws from p, M from p+, one positive from p+, all independent *)

Definition variance (n : nat) (p g : nat -> R) : R := E n p (fun i => (g i - E n p g) ^ 2).

Lemma Expect_Sum_square n p N h : Sum n p = 1 -> E n p h = 0 ->
  Expect n p N (fun w => Sum N (fun j => h (w j)) ^ 2) = INR N * E n p (fun i => h i ^ 2).
Proof.
  intros H1 H0. induction N; [simpl; ring|]. rewrite S_INR. cbn [Expect].
  rewrite (E_ext n p _ (fun i => h i ^ 2 + INR N * E n p (fun i => h i ^ 2))).
  - rewrite (E_add n p (fun i => h i ^ 2)), E_const by assumption. ring.
  - intros i _. rewrite <- IHN.
    rewrite (Expect_ext n p N _ (fun w => h i ^ 2 + (2 * h i * Sum N (fun j => h (w j)) + Sum N (fun j => h (w j)) ^ 2))).
    + rewrite (Expect_add n p N (fun _ => h i ^ 2)), Expect_const by assumption.
      rewrite (Expect_add n p N (fun w => 2 * h i * Sum N (fun j => h (w j)))), Expect_scale.
      rewrite (Expect_Sum n p N h H1), H0. ring.
    + intros w _. rewrite Sum_first. cbn [after]. ring.
Qed.

(** A mean of N draws has the N-th part of the variance. *)
Theorem variance_of_mean_of_draws n p N g : (0 < N)%nat -> Sum n p = 1 ->
  Expect n p N (fun w => (Mean N (fun j => g (w j)) - E n p g) ^ 2) = variance n p g / INR N.
Proof.
  intros HN H1. assert (HP := INR_pos N HN). set (h := fun i => g i - E n p g).
  assert (H0 : E n p h = 0).
  { unfold h, Rminus. rewrite (E_add n p g (fun _ => - E n p g)), E_const by assumption. ring. }
  rewrite (Expect_ext n p N _ (fun w => (/ INR N) ^ 2 * Sum N (fun j => h (w j)) ^ 2)).
  - rewrite Expect_scale, Expect_Sum_square by assumption. unfold variance, h. field. lra.
  - intros w _. unfold h. rewrite Sum_sub, Sum_const. unfold Mean. field. lra.
Qed.

Theorem eq22_variance plus minus lambda tau n p p_plus s N M : (0 < N)%nat -> (0 < M)%nat ->
  Sum n p = 1 -> Sum n p_plus = 1 ->
  let mean := debiased_pointwise plus minus lambda tau n p p_plus s in
  E n p_plus (fun i => Expect n p N (fun w => Expect n p_plus M (fun v =>
    (pointwise_debiased plus minus lambda tau N M (s i) (fun j => s (w j)) (fun k => s (v k)) - mean) ^ 2))) =
  tau ^ 2 * variance n p_plus (fun i => plus (s i)) +
  lambda ^ 2 * (variance n p (fun i => minus (s i)) / INR N + tau ^ 2 * variance n p_plus (fun i => minus (s i)) / INR M).
Proof.
  intros HN HM H1 H2 mean. set (g := fun i => plus (s i)). set (m := fun i => minus (s i)).
  set (a := fun i => tau * (g i - E n p_plus g)).
  set (b := fun w : nat -> nat => lambda * (Mean N (fun j => m (w j)) - E n p m)).
  set (c := fun v : nat -> nat => - (lambda * tau) * (Mean M (fun k => m (v k)) - E n p_plus m)).
  assert (Ea : E n p_plus a = 0).
  { unfold a. rewrite E_scale. unfold Rminus. rewrite (E_add n p_plus g (fun _ => _)), E_const by assumption. ring. }
  assert (Eb : Expect n p N b = 0).
  { unfold b. rewrite Expect_scale. unfold Rminus. rewrite (Expect_add n p N _ (fun _ => _)), Expect_const by assumption.
    rewrite mean_of_draws_is_unbiased by assumption. ring. }
  assert (Ec : Expect n p_plus M c = 0).
  { unfold c. rewrite Expect_scale. unfold Rminus. rewrite (Expect_add n p_plus M _ (fun _ => _)), Expect_const by assumption.
    rewrite mean_of_draws_is_unbiased by assumption. ring. }
  set (B := Expect n p N (fun w => b w ^ 2)). set (C := Expect n p_plus M (fun v => c v ^ 2)).
  assert (HB : B = lambda ^ 2 * (variance n p m / INR N)).
  { unfold B, b. rewrite (Expect_ext n p N _ (fun w => lambda ^ 2 * (Mean N (fun j => m (w j)) - E n p m) ^ 2)) by (intros; ring).
    now rewrite Expect_scale, variance_of_mean_of_draws. }
  assert (HC : C = lambda ^ 2 * tau ^ 2 * (variance n p_plus m / INR M)).
  { unfold C, c. rewrite (Expect_ext n p_plus M _ (fun v => (lambda ^ 2 * tau ^ 2) * (Mean M (fun k => m (v k)) - E n p_plus m) ^ 2))
      by (intros; ring).
    now rewrite Expect_scale, variance_of_mean_of_draws. }
  rewrite (E_ext n p_plus _ (fun i => a i ^ 2 + (B + C))).
  - rewrite (E_add n p_plus (fun i => a i ^ 2)), E_const, HB, HC by assumption.
    unfold a. rewrite (E_ext n p_plus _ (fun i => tau ^ 2 * (g i - E n p_plus g) ^ 2)) by (intros; ring).
    rewrite E_scale. unfold variance. unfold Rdiv. ring.
  - intros i _. rewrite (Expect_ext n p N _ (fun w => a i ^ 2 + (2 * a i * b w + (b w ^ 2 + C)))).
    + rewrite (Expect_add n p N (fun _ => _)), Expect_const by assumption.
      rewrite (Expect_add n p N (fun w => 2 * a i * b w)), Expect_scale, Eb.
      rewrite (Expect_add n p N (fun w => b w ^ 2) (fun _ => C)), Expect_const by assumption. fold B. ring.
    + intros w _. rewrite (Expect_ext n p_plus M _ (fun v => (a i + b w) ^ 2 + (2 * (a i + b w) * c v + c v ^ 2))).
      * rewrite (Expect_add n p_plus M (fun _ => _)), Expect_const by assumption.
        rewrite (Expect_add n p_plus M (fun v => 2 * (a i + b w) * c v)), Expect_scale, Ec. fold C. ring.
      * intros v _. unfold mean, debiased_pointwise, pointwise_debiased, a, b, c, g, m. ring.
Qed.

(** ** Section 3.2's summation form: users 0 .. m - 1, items 0 .. n - 1, S u i = 1 for the known positives

    Printed is also a mean over users on the left and their sum on the right: a factor 1/|U| is lost there. *)
Theorem section_3_2_summation m n (S : nat -> nat -> R) (y : nat -> nat -> R) tau lambda :
  (0 < n)%nat -> (forall u, (u < m)%nat -> 0 < Sum n (S u)) ->
  let c u := INR n / Sum n (S u) * tau u in
  Sum m (fun u => tau u / Sum n (S u) * Sum n (fun i => S u i * (y u i - 1) ^ 2) +
    lambda * (1 / INR n * Sum n (fun t => y u t ^ 2) - tau u / Sum n (S u) * Sum n (fun q => S u q * y u q ^ 2))) =
  1 / INR n * Sum m (fun u => Sum n (fun i => S u i * (c u * (y u i - 1) ^ 2 - c u * lambda * y u i ^ 2)) +
                              lambda * Sum n (fun t => y u t ^ 2)).
Proof.
  intros Hn HS c. assert (HN := INR_pos n Hn). rewrite <- Sum_scale. apply Sum_ext. intros u Hu.
  assert (Hs := HS u Hu). 
  rewrite (Sum_ext n (fun i => S u i * (c u * (y u i - 1) ^ 2 - c u * lambda * y u i ^ 2))
    (fun i => c u * (S u i * (y u i - 1) ^ 2) - c u * lambda * (S u i * y u i ^ 2))) by (intros; ring).
  rewrite Sum_sub, !Sum_scale. unfold c. field. lra.
Qed.

(** ** For dot products the debiased MSE is a biased one

    For 0 <= lambda < 1, any tau+ and any p, p+: with scores s y, s = 1/(1 - lambda), the debiased MSE with lambda is s
    times the biased one at y with lambda/(1 - lambda), less a constant. No constant c_u is needed. *)
Theorem debiased_mse_is_biased_mse_rescaled lambda tau n p p_plus y : lambda < 1 -> Sum n p_plus = 1 ->
  let s := 1 / (1 - lambda) in
  debiased_pointwise mse_plus mse_minus lambda tau n p p_plus (fun i => s * y i) =
  s * (tau * E n p_plus (fun i => mse_plus (y i)) + lambda / (1 - lambda) * E n p (fun i => mse_minus (y i)))
  - s * lambda * tau.
Proof.
  intros Hl H1 s. unfold debiased_pointwise. set (A := E n p_plus y). set (Q := E n p_plus (fun i => mse_minus (y i))).
  assert (EQ : forall r, E n r (fun i => mse_minus (s * y i)) = s ^ 2 * E n r (fun i => mse_minus (y i))).
  { intros r. rewrite <- E_scale. apply E_ext. intros. unfold mse_minus. ring. }
  assert (EP : forall v, E n p_plus (fun i => mse_plus (v * y i)) = 1 + (- 2 * v * A + v ^ 2 * Q)).
  { intros v. unfold A, Q. rewrite <- (E_scale n p_plus (- 2 * v)), <- (E_scale n p_plus (v ^ 2)), <- E_add.
    rewrite <- (E_const n p_plus 1 H1) at 1. rewrite <- E_add. apply E_ext. intros. unfold mse_plus, mse_minus. ring. }
  rewrite !EQ, EP. fold Q.
  replace (E n p_plus (fun i => mse_plus (y i))) with (1 + (- 2 * 1 * A + 1 ^ 2 * Q)).
  - unfold s. field. lra.
  - rewrite <- EP. apply E_ext. intros. f_equal. ring.
Qed.
