(** Eq. 1 and 2: the logarithm that must stand inside the sum over positives, and the missing 1/N. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Debias Draws.
Open Scope R_scope.

(** ** Eq. 1, one user with the items 0, ..., n - 1 and P i = 1 for the positives

    Printed: - log sum_{i in I+} p(i). The negative log-likelihood is - sum_{i in I+} log p(i). *)
Definition likelihood (n : nat) (s : nat -> R) (i : nat) : R := exp (s i) / Sum n (fun j => exp (s j)).
Definition eq1_printed (n : nat) (s P : nat -> R) : R := - ln (Sum n (fun i => P i * likelihood n s i)).
Definition eq1_corrected (n : nat) (s P : nat -> R) : R := - Sum n (fun i => P i * ln (likelihood n s i)).

(** When every item is positive the printed loss is 0 for every model: it teaches nothing. *)
Theorem eq1_printed_is_zero n s : (0 < n)%nat -> eq1_printed n s (fun _ => 1) = 0.
Proof.
  intros Hn. unfold eq1_printed, likelihood. assert (H := SumExp_pos n s Hn).
  rewrite (Sum_ext n _ (fun i => exp (s i) * / Sum n (fun j => exp (s j)))) by (intros; unfold Rdiv; ring).
  rewrite Sum_scale_r, Rinv_r, ln_1 by lra. ring.
Qed.

(** The corrected one is then 0 only with one item; for two items of equal score it is 2 log 2. *)
Theorem eq1_counterexample :
  eq1_printed 2 (fun _ => 0) (fun _ => 1) = 0 /\ eq1_corrected 2 (fun _ => 0) (fun _ => 1) = 2 * ln 2.
Proof.
  split; [apply eq1_printed_is_zero; lia|]. unfold eq1_corrected, likelihood. cbn [Sum].
  rewrite exp_0. replace (1 / (0 + 1 + 1)) with (/ 2) by field. rewrite ln_Rinv by lra. ring.
Qed.

(** In general the printed one is at most the mean log-likelihood's, less log |I+| (arithmetic and geometric mean). *)
Theorem eq1_printed_le n s : (0 < n)%nat -> forall k, (0 < k <= n)%nat ->
  let P i := if Nat.ltb i k then 1 else 0 in
  eq1_printed n s P <= eq1_corrected n s P / INR k - ln (INR k).
Proof.
  intros Hn k Hk P. assert (HK := INR_pos k ltac:(lia)). assert (HS := SumExp_pos n s Hn).
  assert (C : forall f p, (k <= p)%nat -> Sum p (fun i => P i * f i) = Sum k f).
  { intros f p Hp. induction Hp as [|p Hp IH].
    - apply Sum_ext. intros i Hi. unfold P. destruct (Nat.ltb_spec i k); [ring|lia].
    - simpl. rewrite IH. unfold P. destruct (Nat.ltb_spec p k); [lia|ring]. }
  unfold eq1_printed, eq1_corrected. rewrite !C by lia.
  assert (HL : forall i, 0 < likelihood n s i) by (intros; apply Rdiv_lt_0_compat; [apply exp_pos|assumption]).
  assert (J := Jensen_ln k (likelihood n s) ltac:(lia) (fun i _ => HL i)).
  unfold Mean in J. rewrite (ln_div (Sum k _)) in J by (assumption || (apply Sum_pos; [lia|intros; apply HL])).
  unfold Rdiv in *. lra.
Qed.

(** ** Eq. 2: j_1, ..., j_N drawn from q on the n items other than the positive *)

(** sum over the draws of e^{y_j}/q_j has mean N times the full sum: the printed denominator lacks 1/N. *)
Theorem eq2_printed_denominator n q s N : Sum n q = 1 -> (forall i, (i < n)%nat -> 0 < q i) ->
  Expect n q N (fun w => Sum N (fun j => exp (s (w j)) / q (w j))) = INR N * Sum n (fun i => exp (s i)).
Proof.
  intros H1 Hq. rewrite (Expect_Sum n q N (fun i => exp (s i) / q i) H1). f_equal. unfold E. apply Sum_ext.
  intros i Hi. assert (H := Hq i Hi). field. lra.
Qed.

(** With 1/N it is unbiased. *)
Theorem eq2_corrected_is_unbiased t n q s N : Sum n q = 1 -> (forall i, (i < n)%nat -> 0 < q i) -> (0 < N)%nat ->
  Expect n q N (fun w => Mean N (fun j => exp (s (w j) / t) / q (w j))) = exp_sum t n s.
Proof.
  intros H1 Hq HN. rewrite (mean_of_draws_is_unbiased n q N (fun i => exp (s i / t) / q i) HN H1).
  unfold E, exp_sum. apply Sum_ext. intros i Hi. assert (H := Hq i Hi). field. lra.
Qed.

(** For q proportional to e^{y/t} the sampled softmax is the softmax, for every draw. *)
Theorem sampled_softmax_exact t n s y q N w : (0 < n)%nat -> (0 < N)%nat ->
  (forall i, q i = exp (s i / t) / exp_sum t n s) ->
  sampled_softmax t N y (fun j => s (w j)) (fun j => q (w j)) = softmax t n y s.
Proof.
  intros Hn HN Hq. unfold sampled_softmax, softmax. do 4 f_equal.
  rewrite <- (Mean_const N (exp_sum t n s) HN). apply Mean_ext. intros j _. rewrite Hq.
  assert (A := exp_pos (s (w j) / t)). assert (B := exp_sum_pos t n s Hn). field. lra.
Qed.

(** In expectation it is at most the softmax loss (the logarithm is concave). *)
Theorem sampled_softmax_le_softmax t n s y q N : (0 < n)%nat -> (0 < N)%nat ->
  Sum n q = 1 -> (forall i, (i < n)%nat -> 0 < q i) ->
  Expect n q N (fun w => sampled_softmax t N y (fun j => s (w j)) (fun j => q (w j))) <= softmax t n y s.
Proof.
  intros Hn HN H1 Hq. unfold softmax. rewrite neg_ln_share by apply exp_sum_nonneg.
  set (c := exp (y / t) + exp_sum t n s). assert (A := exp_pos (y / t)). assert (B := exp_sum_pos t n s Hn).
  assert (Hc : 0 < c) by (unfold c; lra).
  set (Z := fun w : nat -> nat => Mean N (fun j => exp (s (w j) / t) / q (w j))).
  apply Rle_trans with (Expect n q N (fun w => (ln c - y / t - 1 + exp (y / t) / c) + / c * Z w)).
  - apply Expect_le; [intros; apply Rlt_le; auto|]. intros w Hw.
    assert (HZ : 0 <= Z w).
    { unfold Z, Mean. apply Rlt_le, Rdiv_lt_0_compat; [|now apply INR_pos]. apply Sum_pos; [assumption|].
      intros j Hj. apply Rdiv_lt_0_compat; [apply exp_pos|apply Hq, Hw, Hj]. }
    unfold sampled_softmax. rewrite neg_ln_share by exact HZ. fold (Z w).
    assert (T := ln_tangent (exp (y / t) + Z w) c ltac:(lra) Hc).
    replace ((exp (y / t) + Z w - c) / c) with (exp (y / t) / c + / c * Z w - 1) in T by (field; lra). lra.
  - rewrite (Expect_add n q N (fun _ => _)), Expect_scale, Expect_const by assumption. unfold Z.
    rewrite eq2_corrected_is_unbiased by assumption.
    assert (X : exp (y / t) / c + / c * exp_sum t n s = 1) by (unfold c in *; field; lra). lra.
Qed.

(** sampled_softmax.c without proposal probabilities takes 1/N each: that is the InfoNCE of the candidates. *)
Theorem sampled_softmax_without_proposal t n y x : (0 < n)%nat ->
  sampled_softmax t n y x (fun _ => 1 / INR n) = infonce t n y x.
Proof.
  intros Hn. assert (HN := INR_pos n Hn). unfold sampled_softmax, infonce. do 4 f_equal.
  unfold Mean, exp_sum. rewrite (Sum_ext n _ (fun j => INR n * exp (x j / t))).
  - rewrite Sum_scale. field. lra.
  - intros j _. replace (exp (x j / t) / (1 / INR n)) with (INR n * exp (x j / t)) by (field; lra). reflexivity.
Qed.
