(** What the C computes is the loss: the forms of src/loss/*.c and src/loss/real.h, which never leave the range of a
    float, are in exact arithmetic the definitions of Losses.v, and their gradients the derivatives of Gradients.v.

      C                                        here
      vr_exponentiate: top, sum, out_j         [top], [shifted_sum], [shifted_exp]
      vr_against(e, u, t, n, gradient)         [against_value], [against_neg], [against_pos]
      vr_softplus_f64, vr_sigmoid_f64          [softplus_c], [sigmoid_c]
      infonce_debiased.c                       [Section DebiasedInfonce], name by name *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Verirec Require Import Sums ExpLog Losses Gradients.
Open Scope R_scope.

(** ** softplus and sigmoid (num/elementary.h): u = e^{-|x|}, softplus = max(x, 0) + log(1 + u) *)

Definition softplus_c (x : R) : R := (if Rlt_dec 0 x then x else 0) + ln (1 + exp (- Rabs x)).
Definition sigmoid_c (x : R) : R := (if Rlt_dec 0 x then 1 else exp (- Rabs x)) / (1 + exp (- Rabs x)).

Theorem softplus_c_is_softplus x : softplus_c x = softplus x.
Proof.
  unfold softplus_c. fold (softplus (- Rabs x)). rewrite (softplus_abs x). unfold relu.
  destruct (Rlt_dec 0 x); [rewrite Rmax_right|rewrite Rmax_left]; lra.
Qed.

Theorem sigmoid_c_is_sigmoid x : sigmoid_c x = sigmoid x.
Proof.
  unfold sigmoid_c. destruct (Rlt_dec 0 x).
  - rewrite Rabs_right by lra. reflexivity.
  - rewrite Rabs_left1 by lra. rewrite Ropp_involutive. symmetry. apply sigmoid_exp.
Qed.

(** Their argument of exp is never positive: nothing overflows. *)
Theorem softplus_c_in_range x : 0 < exp (- Rabs x) <= 1.
Proof.
  split; [apply exp_pos|]. rewrite <- exp_0. apply exp_le. assert (H := Rabs_pos x). lra.
Qed.

(** log(1 + u) for u in (1/2, 1] is taken as log 2 + log(1 + (u - 1)/2). *)
Theorem log1p_upper_half u : 0 < 1 + u -> ln (1 + u) = ln 2 + ln (1 + (u - 1) * / 2).
Proof. intros H. rewrite <- ln_mult by lra. f_equal. lra. Qed.

(** ** Exponentials relative to the largest *)

Definition top (n : nat) (x : nat -> R) : R := Largest n x.
Definition shifted_exp (t : R) (n : nat) (x : nat -> R) (j : nat) : R := exp ((x j - top n x) / t).
Definition shifted_sum (t : R) (n : nat) (x : nat -> R) : R := Sum n (shifted_exp t n x).

Theorem shifted_sum_is_exp_sum t n x : 0 < t -> exp_sum t n x = shifted_sum t n x * exp (top n x / t).
Proof.
  intros Ht. unfold shifted_sum, exp_sum. rewrite <- Sum_scale_r. apply Sum_ext. intros j _.
  unfold shifted_exp. rewrite <- exp_plus. f_equal. field. lra.
Qed.

Theorem shifted_exp_in_range t n x j : 0 < t -> (j < n)%nat -> 0 < shifted_exp t n x j <= 1.
Proof.
  intros Ht Hj. split; [apply exp_pos|]. rewrite <- exp_0. apply exp_le.
  assert (H := Largest_ge n x j Hj). unfold top, Rdiv. assert (HI := Rinv_0_lt_compat t Ht). nra.
Qed.

(** 1 <= sum <= n: it can neither overflow nor underflow. *)
Theorem shifted_sum_in_range t n x : 0 < t -> (0 < n)%nat -> 1 <= shifted_sum t n x <= INR n.
Proof.
  intros Ht Hn. split.
  - destruct (Largest_attained n x Hn) as (j & Hj & E).
    apply Rle_trans with (shifted_exp t n x j).
    + unfold shifted_exp, top. rewrite E. replace ((x j - x j) / t) with 0 by (field; lra). rewrite exp_0. lra.
    + apply (Sum_term_le n (shifted_exp t n x) j Hj). intros. apply Rlt_le, exp_pos.
  - rewrite <- (Rmult_1_r (INR n)), <- Sum_const. apply Sum_le. intros j Hj. now apply shifted_exp_in_range.
Qed.

Lemma ln_exp_sum t n x : 0 < t -> (0 < n)%nat -> ln (exp_sum t n x) = top n x / t + ln (shifted_sum t n x).
Proof.
  intros Ht Hn. rewrite shifted_sum_is_exp_sum, ln_mult, ln_exp by (assumption || apply exp_pos || now apply SumExp_pos).
  ring.
Qed.

Lemma shifted_weight t n x j : 0 < t -> (0 < n)%nat -> shifted_exp t n x j / shifted_sum t n x = mine_weight t n x j.
Proof.
  intros Ht Hn. unfold mine_weight. rewrite shifted_sum_is_exp_sum by assumption.
  assert (H := shifted_sum_in_range t n x Ht Hn). assert (E := exp_pos (top n x / t)).
  replace (exp (x j / t)) with (shifted_exp t n x j * exp (top n x / t)); [field; lra|].
  unfold shifted_exp. rewrite <- exp_plus. f_equal. field. lra.
Qed.

(** ** mine.c, mine_plus.c *)

Theorem mine_c_value t n y x : 0 < t -> (0 < n)%nat -> (top n x - y) / t + ln (shifted_sum t n x) = mine t n y x.
Proof. intros Ht Hn. unfold mine. rewrite ln_exp_sum by assumption. field. lra. Qed.

Theorem mine_plus_c_value t lambda n y x : 0 < t -> (0 < n)%nat ->
  (lambda * top n x - y) / t + lambda * ln (shifted_sum t n x) = mine_plus t lambda n y x.
Proof. intros Ht Hn. unfold mine_plus. rewrite ln_exp_sum by assumption. field. lra. Qed.

Theorem mine_plus_c_gradient t lambda n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => mine_plus t lambda n y (put x j v)) (x j)
    (shifted_exp t n x j * (lambda / (t * shifted_sum t n x))).
Proof.
  intros Ht Hj. assert (Hn : (0 < n)%nat) by lia.
  replace (shifted_exp t n x j * (lambda / (t * shifted_sum t n x))) with (lambda / t * mine_weight t n x j).
  - now apply mine_plus_derivative_neg.
  - rewrite <- shifted_weight by assumption. assert (H := shifted_sum_in_range t n x Ht Hn). field. lra.
Qed.

Theorem mine_c_gradient t n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => mine t n y (put x j v)) (x j) (shifted_exp t n x j * (1 / (t * shifted_sum t n x))).
Proof.
  intros Ht Hj. apply is_derive_ext with (fun v => mine_plus t 1 n y (put x j v)).
  - intros v. apply mine_plus_one_is_mine.
  - now apply mine_plus_c_gradient.
Qed.

(** ** vr_against: infonce.c, softmax.c, sampled_softmax.c. u = log sum_j e^{x_j} - y_i/t is the positive's disadvantage. *)

Definition against_value (u : R) : R := softplus_c u.
Definition against_neg (u t e sum : R) : R := e * (sigmoid_c u / (t * sum)).
Definition against_pos (u t : R) : R := - sigmoid_c u / t.

(** For any weights e_j with sum s and u = log s + a - y/t, so also for those with a proposal's correction. *)
Lemma against_is_log_share y s a : 0 < s -> against_value (ln s + a - y) = ln (exp y + s * exp a) - y.
Proof.
  intros Hs. unfold against_value. rewrite softplus_c_is_softplus. unfold softplus.
  assert (E := exp_pos y). assert (F := exp_pos a). assert (P := Rmult_lt_0_compat _ _ Hs F).
  unfold Rminus. rewrite !exp_plus, exp_ln, exp_Ropp by assumption.
  replace (1 + s * exp a * / exp y) with ((exp y + s * exp a) / exp y) by (field; lra).
  rewrite ln_div, ln_exp by lra. ring.
Qed.

Lemma against_sigmoid y s a : 0 < s -> sigmoid_c (ln s + a - y) = s * exp a / (exp y + s * exp a).
Proof.
  intros Hs. rewrite sigmoid_c_is_sigmoid, sigmoid_exp.
  assert (E := exp_pos y). assert (F := exp_pos a). assert (P := Rmult_lt_0_compat _ _ Hs F).
  unfold Rminus. rewrite !exp_plus, exp_ln, exp_Ropp by assumption. field. lra.
Qed.

Definition infonce_u (t : R) (n : nat) (y : R) (x : nat -> R) : R := (top n x - y) / t + ln (shifted_sum t n x).

Lemma infonce_u_split t n y x : 0 < t -> infonce_u t n y x = ln (shifted_sum t n x) + top n x / t - y / t.
Proof. intros Ht. unfold infonce_u. field. lra. Qed.

Theorem infonce_c_value t n y x : 0 < t -> (0 < n)%nat -> against_value (infonce_u t n y x) = infonce t n y x.
Proof.
  intros Ht Hn. assert (H := shifted_sum_in_range t n x Ht Hn).
  rewrite infonce_u_split, against_is_log_share by lra. rewrite <- shifted_sum_is_exp_sum by assumption.
  now rewrite infonce_log_form.
Qed.

Lemma infonce_c_sigmoid t n y x : 0 < t -> (0 < n)%nat ->
  sigmoid_c (infonce_u t n y x) = exp_sum t n x / (exp (y / t) + exp_sum t n x).
Proof.
  intros Ht Hn. assert (H := shifted_sum_in_range t n x Ht Hn).
  rewrite infonce_u_split, against_sigmoid by lra. now rewrite <- shifted_sum_is_exp_sum by assumption.
Qed.

Theorem infonce_c_gradient_neg t n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => infonce t n y (put x j v)) (x j)
    (against_neg (infonce_u t n y x) t (shifted_exp t n x j) (shifted_sum t n x)).
Proof.
  intros Ht Hj. assert (Hn : (0 < n)%nat) by lia.
  replace (against_neg _ _ _ _) with (infonce_weight t n y x j / t); [now apply infonce_derivative_neg|].
  unfold against_neg, infonce_weight. rewrite infonce_c_sigmoid by assumption.
  assert (D := denominator_pos t n y x). assert (H := shifted_sum_in_range t n x Ht Hn).
  assert (W := shifted_weight t n x j Ht Hn). unfold mine_weight in W. assert (P := exp_sum_pos t n x Hn).
  replace (exp (x j / t)) with (shifted_exp t n x j / shifted_sum t n x * exp_sum t n x) by (rewrite W; field; lra).
  field. lra.
Qed.

Theorem infonce_c_gradient_pos t n y x : 0 < t -> (0 < n)%nat ->
  is_derive (fun v => infonce t n v x) y (against_pos (infonce_u t n y x) t).
Proof.
  intros Ht Hn. unfold against_pos. rewrite infonce_c_sigmoid, <- infonce_weights_sum by assumption.
  now apply infonce_derivative_pos.
Qed.

(** sampled_softmax.c: the corrected scores x_j = (y_j - top)/t - log q_j, their own largest and sum, and
    u = (top - y)/t + top' - log N + log sum'. *)
Definition corrected (t : R) (n : nat) (x q : nat -> R) (j : nat) : R := (x j - top n x) / t - ln (q j).
Definition sampled_u (t : R) (n : nat) (y : R) (x q : nat -> R) : R :=
  (top n x - y) / t + (top n (corrected t n x q) - ln (INR n)) + ln (shifted_sum 1 n (corrected t n x q)).

Lemma corrected_sum t n x q : 0 < t -> (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  proposal_mean t n x q =
  shifted_sum 1 n (corrected t n x q) * exp (top n x / t + (top n (corrected t n x q) - ln (INR n))).
Proof.
  intros Ht Hn Hq. assert (HN := INR_pos n Hn). set (c := corrected t n x q).
  assert (S := shifted_sum_is_exp_sum 1 n c Rlt_0_1).
  unfold Rminus. rewrite !exp_plus, exp_Ropp, exp_ln by assumption.
  replace (top n c / 1) with (top n c) in S by field.
  transitivity (exp_sum 1 n c * exp (top n x / t) / INR n); [|rewrite S; field; lra].
  unfold proposal_mean, Mean, exp_sum. f_equal. rewrite <- Sum_scale_r. apply Sum_ext. intros j Hj.
  unfold c, corrected. replace (((x j - top n x) / t - ln (q j)) / 1) with (x j / t - top n x / t - ln (q j)) by (field; lra).
  rewrite !exp_minus, exp_ln by now apply Hq. assert (A := Hq j Hj). assert (B := exp_pos (top n x / t)). field. lra.
Qed.

Lemma sampled_u_split t n y x q : 0 < t -> sampled_u t n y x q =
  ln (shifted_sum 1 n (corrected t n x q)) + (top n x / t + (top n (corrected t n x q) - ln (INR n))) - y / t.
Proof. intros Ht. unfold sampled_u. field. lra. Qed.

Theorem sampled_softmax_c_value t n y x q : 0 < t -> (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  against_value (sampled_u t n y x q) = sampled_softmax t n y x q.
Proof.
  intros Ht Hn Hq. assert (H := shifted_sum_in_range 1 n (corrected t n x q) Rlt_0_1 Hn).
  rewrite sampled_u_split, against_is_log_share by lra. rewrite <- corrected_sum by assumption.
  symmetry. apply neg_ln_share. now apply proposal_mean_nonneg.
Qed.

Lemma sampled_c_sigmoid t n y x q : 0 < t -> (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  sigmoid_c (sampled_u t n y x q) = proposal_mean t n x q / (exp (y / t) + proposal_mean t n x q).
Proof.
  intros Ht Hn Hq. assert (H := shifted_sum_in_range 1 n (corrected t n x q) Rlt_0_1 Hn).
  rewrite sampled_u_split, against_sigmoid by lra. now rewrite <- corrected_sum by assumption.
Qed.

Lemma sampled_c_weight t n y x q j : 0 < t -> (j < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  against_neg (sampled_u t n y x q) t (shifted_exp 1 n (corrected t n x q) j) (shifted_sum 1 n (corrected t n x q)) =
  sampled_weight t n y x q j / t.
Proof.
  intros Ht Hj Hq. assert (Hn : (0 < n)%nat) by lia.
  unfold against_neg, sampled_weight. rewrite sampled_c_sigmoid by assumption.
  set (c := corrected t n x q). assert (H := shifted_sum_in_range 1 n c Rlt_0_1 Hn).
  assert (B := proposal_mean_nonneg t n x q Hq). assert (A := exp_pos (y / t)). assert (HN := INR_pos n Hn).
  assert (Hqj := Hq j Hj).
  assert (E : exp (x j / t) / (INR n * q j) = shifted_exp 1 n c j * (proposal_mean t n x q / shifted_sum 1 n c)).
  { rewrite corrected_sum by assumption. fold c. unfold shifted_exp.
    replace ((c j - top n c) / 1) with (x j / t - top n x / t - ln (q j) - top n c) by (unfold c, corrected; field; lra).
    unfold Rminus. rewrite !exp_plus, !exp_Ropp, !exp_ln by assumption.
    assert (P1 := exp_pos (top n x / t)). assert (P2 := exp_pos (top n c)). field. lra. }
  rewrite E. field. lra.
Qed.

Theorem sampled_softmax_c_gradient_neg t n y x q j : 0 < t -> (j < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  is_derive (fun v => sampled_softmax t n y (put x j v) q) (x j)
    (against_neg (sampled_u t n y x q) t (shifted_exp 1 n (corrected t n x q) j) (shifted_sum 1 n (corrected t n x q))).
Proof. intros Ht Hj Hq. rewrite sampled_c_weight by assumption. now apply sampled_softmax_derivative_neg. Qed.

Theorem sampled_softmax_c_gradient_pos t n y x q : 0 < t -> (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  is_derive (fun v => sampled_softmax t n v x q) y (against_pos (sampled_u t n y x q) t).
Proof.
  intros Ht Hn Hq. unfold against_pos. rewrite sampled_c_sigmoid by assumption.
  replace (proposal_mean t n x q / (exp (y / t) + proposal_mean t n x q)) with (Sum n (sampled_weight t n y x q)).
  - now apply sampled_softmax_derivative_pos.
  - unfold sampled_weight. set (D := exp (y / t) + proposal_mean t n x q).
    rewrite (Sum_ext n _ (fun j => exp (x j / t) / q j * (/ INR n * / D))).
    + rewrite Sum_scale_r. unfold proposal_mean, Mean, Rdiv. ring.
    + intros j Hj. assert (Hqj := Hq j Hj). assert (HN := INR_pos n Hn). field. unfold D.
      assert (B := proposal_mean_nonneg t n x q Hq). assert (A := exp_pos (y / t)). lra.
Qed.

(** ** bpr.c: out_j = (1/t) sigmoid(d_j), value sum softplus(d_j), pos = - sum out_j *)

Theorem bpr_c_value t n y x : 0 < t -> Sum n (fun j => softplus_c (1 / t * (x j - y))) = bpr t n y x.
Proof.
  intros Ht. rewrite eq13_bpr_of_gaps by lra. apply Sum_ext. intros j _. rewrite softplus_c_is_softplus.
  f_equal. unfold gap. field. lra.
Qed.

Theorem bpr_c_gradient t n y x : 0 < t ->
  let out := fun j => 1 / t * sigmoid_c (1 / t * (x j - y)) in
  (forall j, (j < n)%nat -> is_derive (fun v => bpr t n y (put x j v)) (x j) (out j)) /\
  is_derive (fun v => bpr t n v x) y (- Sum n out).
Proof.
  intros Ht out. assert (E : forall j, out j = sigmoid (gap t y x j) / t).
  { intros j. unfold out. rewrite sigmoid_c_is_sigmoid. replace (1 / t * (x j - y)) with (gap t y x j) by (unfold gap; field; lra).
    field. lra. }
  split.
  - intros j Hj. rewrite E. now apply bpr_derivative_neg.
  - rewrite (Sum_ext n out (fun j => sigmoid (gap t y x j) / t)) by (intros; apply E). now apply bpr_derivative_pos.
Qed.

(** ** Means whose sum would overflow: each term is shrunk first (vr_mean, vr_mean_square, vr_mean_hinge) *)

Theorem shrunk_mean n x r : r <> 0 -> Sum n (fun j => r * x j) / r / INR n = Mean n x.
Proof. intros Hr. unfold Mean. rewrite Sum_scale. f_equal. now field. Qed.

Theorem shrunk_mean_square n x r : r <> 0 -> Sum n (fun j => (r * x j) ^ 2) / (r * r) / INR n = Mean n (fun j => mse_minus (x j)).
Proof.
  intros Hr. rewrite (Sum_ext n _ (fun j => r * r * mse_minus (x j))) by (intros; unfold mse_minus; ring).
  unfold Mean. rewrite Sum_scale. f_equal. now field.
Qed.

Theorem shrunk_mean_hinge n x margin r : 0 < r ->
  Sum n (fun j => Rmax (r * (x j - margin)) 0) / r / INR n = Mean n (fun j => ccl_minus margin (x j)).
Proof.
  intros Hr. rewrite (Sum_ext n _ (fun j => r * ccl_minus margin (x j))).
  - unfold Mean. rewrite Sum_scale. f_equal. field. lra.
  - intros j _. unfold ccl_minus, relu. rewrite Rmax_comm. rewrite <- (Rmult_0_r r) at 1.
    apply RmaxRmult. lra.
Qed.

(** mse.c, ccl.c, mse_debiased.c, ccl_debiased.c, mean_difference.c: the values from these means. Their gradients are
    written in C as in Gradients.v. *)
Theorem pointwise_c_values lambda tau margin w n m y x z : (0 < n)%nat ->
  (y - 1) * (y - 1) + lambda * Mean n (fun j => mse_minus (x j)) = mse lambda n y x /\
  1 - y + w * Mean n (fun j => ccl_minus margin (x j)) = ccl margin w n y x /\
  tau * (y - 1) * (y - 1) + lambda * (Mean n (fun j => mse_minus (x j)) - tau * Mean m (fun k => mse_minus (z k))) =
    mse_debiased lambda tau n m y x z /\
  tau * (1 - y) + lambda * (Mean n (fun j => ccl_minus margin (x j)) - tau * Mean m (fun k => ccl_minus margin (z k))) =
    ccl_debiased margin lambda tau n m y x z /\
  Mean n x - y = mean_difference n y x.
Proof.
  intros Hn. assert (HN := INR_pos n Hn). repeat split.
  - unfold mse, mse_plus. ring.
  - unfold ccl, ccl_plus, Mean. field. lra.
  - unfold mse_debiased, pointwise_debiased, mse_plus. ring.
  - unfold mean_difference. rewrite (Mean_ext n (fun j => x j - y) (fun j => x j + (- y))) by (intros; ring).
    rewrite Mean_add, Mean_const by assumption. ring.
Qed.

(** ** infonce_debiased.c

    r = tau+ mean_k / mean_j relative to the tops, b = mean_j (1 - r)/(1 - tau+) in logarithms, u = log(lambda f) - y_i/t. *)
Section DebiasedInfonce.
Variables (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R).
Hypothesis t_pos : 0 < t.
Hypothesis lambda_pos : 0 < lambda.
Hypothesis tau_range : 0 < tau < 1.
Hypothesis n_pos : (0 < n)%nat.

Definition mean_j := shifted_sum t n x / INR n.
Definition mean_k := tau * shifted_sum t m z / INR m.
Definition ratio := mean_k / mean_j * exp ((top m z - top n x) / t).
Definition rest := 1 - ratio.
Definition log_b := ln mean_j + ln rest - ln (1 + - tau).
Definition above : Prop := 0 < rest /\ 0 < (top n x + 1) / t + log_b.

Local Notation floor := (exp (- 1 / t)).
Local Notation b := (debiased_mean t tau n m x z).

Lemma mean_j_pos : 0 < mean_j.
Proof.
  assert (H := shifted_sum_in_range t n x t_pos n_pos). apply Rdiv_lt_0_compat; [lra|now apply INR_pos].
Qed.

Lemma mean_j_meaning : Mean n (fun j => exp (x j / t)) = mean_j * exp (top n x / t).
Proof.
  unfold Mean, mean_j. fold (exp_sum t n x). rewrite shifted_sum_is_exp_sum by assumption. unfold Rdiv. ring.
Qed.

(** Without positive samples both are 0. *)
Lemma mean_k_meaning : tau * Mean m (fun k => exp (z k / t)) = mean_k * exp (top m z / t).
Proof.
  unfold Mean, mean_k. fold (exp_sum t m z). destruct (Nat.eq_dec m 0) as [->|Hm].
  - unfold exp_sum, shifted_sum. simpl. unfold Rdiv. ring.
  - rewrite shifted_sum_is_exp_sum by (assumption || lia). unfold Rdiv. ring.
Qed.

(** Eq. 7's bracket is mean_j e^{top/t} (1 - r) / (1 - tau+). *)
Theorem infonce_debiased_c_bracket : b = mean_j * exp (top n x / t) * rest / (1 - tau).
Proof.
  unfold debiased_mean. rewrite mean_j_meaning, mean_k_meaning. unfold rest, ratio.
  replace ((top m z - top n x) / t) with (top m z / t - top n x / t) by (field; lra). rewrite exp_minus.
  assert (A := mean_j_pos). assert (B := exp_pos (top n x / t)). field. lra.
Qed.

Lemma bracket_log : 0 < rest -> 0 < b /\ ln b = top n x / t + log_b.
Proof.
  intros Hr. rewrite infonce_debiased_c_bracket. assert (A := mean_j_pos). assert (B := exp_pos (top n x / t)).
  assert (C := Rmult_lt_0_compat _ _ A B). assert (D := Rmult_lt_0_compat _ _ C Hr). split.
  - apply Rdiv_lt_0_compat; lra.
  - rewrite ln_div, !ln_mult, ln_exp by lra. unfold log_b. replace (1 + - tau) with (1 - tau) by ring. ring.
Qed.

(** The C's test decides which side of the maximum stands. *)
Theorem infonce_debiased_c_above : above <-> floor < b.
Proof.
  assert (F : ln floor = - 1 / t) by apply ln_exp. split.
  - intros [Hr Hu]. destruct (bracket_log Hr) as [Hb L]. apply ln_lt_inv; [apply exp_pos|assumption|].
    rewrite F, L. replace ((top n x + 1) / t) with (top n x / t - - 1 / t) in Hu by (field; lra). lra.
  - intros H. assert (Hb : 0 < b) by (apply Rlt_trans with floor; [apply exp_pos|assumption]).
    assert (Hr : 0 < rest).
    { rewrite infonce_debiased_c_bracket in Hb. assert (A := mean_j_pos). assert (B := exp_pos (top n x / t)).
      apply Rnot_le_lt. intros N. assert (Z : mean_j * exp (top n x / t) * rest / (1 - tau) <= 0); [|lra].
      assert (C := Rmult_lt_0_compat _ _ A B). assert (T : 0 < 1 - tau) by lra. assert (I := Rinv_0_lt_compat _ T).
      change (mean_j * exp (top n x / t) * rest * / (1 - tau) <= 0). set (c := mean_j * exp (top n x / t)) in *. set (i := / (1 - tau)) in *.
      assert (Z0 : c * rest <= c * 0) by (apply Rmult_le_compat_l; lra).
      assert (Z1 : c * rest * i <= 0 * i) by (apply Rmult_le_compat_r; lra). lra. }
    split; [assumption|]. destruct (bracket_log Hr) as [_ L]. apply ln_increasing in H; [|apply exp_pos].
    rewrite F, L in H. replace ((top n x + 1) / t) with (top n x / t - - 1 / t) by (field; lra). lra.
Qed.

Definition debiased_u (is_above : bool) : R :=
  ln lambda + (if is_above then (top n x - y) / t + log_b else (-1 - y) / t).

Lemma exp_u_above : 0 < rest -> exp (debiased_u true) = lambda * b / exp (y / t).
Proof.
  intros Hr. destruct (bracket_log Hr) as [Hb L]. unfold debiased_u.
  replace ((top n x - y) / t + log_b) with (ln b - y / t) by (rewrite L; field; lra).
  rewrite exp_plus, exp_minus, !exp_ln by assumption. unfold Rdiv. ring.
Qed.

Lemma exp_u_floor : exp (debiased_u false) = lambda * floor / exp (y / t).
Proof.
  unfold debiased_u. replace ((-1 - y) / t) with (-1 / t - y / t) by (field; lra).
  rewrite exp_plus, exp_minus, exp_ln by assumption. replace (-1 / t) with (- 1 / t) by reflexivity. unfold Rdiv. ring.
Qed.

Lemma value_from_exp_u u f : 0 < f -> exp u = lambda * f / exp (y / t) ->
  softplus_c u = - ln (exp (y / t) / (exp (y / t) + lambda * f)).
Proof.
  intros Hf E. rewrite softplus_c_is_softplus. unfold softplus. rewrite E.
  assert (P := Rmult_lt_0_compat _ _ lambda_pos Hf). rewrite neg_ln_share_gap by lra. now rewrite exp_Ropp.
Qed.

Lemma sigmoid_from_exp_u u f : 0 < f -> exp u = lambda * f / exp (y / t) ->
  sigmoid_c u = lambda * f / (exp (y / t) + lambda * f).
Proof.
  intros Hf E. rewrite sigmoid_c_is_sigmoid, sigmoid_exp, E. assert (A := exp_pos (y / t)).
  assert (P := Rmult_lt_0_compat _ _ lambda_pos Hf). field. lra.
Qed.

Theorem infonce_debiased_c_value_above : above ->
  softplus_c (debiased_u true) = infonce_debiased t lambda tau n m y x z.
Proof.
  intros H. assert (Hr := proj1 H). destruct (bracket_log Hr) as [Hb _]. apply infonce_debiased_c_above in H.
  unfold infonce_debiased. rewrite Rmax_left by lra. apply value_from_exp_u; [assumption|now apply exp_u_above].
Qed.

Theorem infonce_debiased_c_value_floor : ~ above ->
  softplus_c (debiased_u false) = infonce_debiased t lambda tau n m y x z.
Proof.
  intros H. unfold infonce_debiased. rewrite Rmax_right.
  - apply value_from_exp_u; [apply exp_pos|apply exp_u_floor].
  - apply Rnot_lt_le. intros L. now apply H, infonce_debiased_c_above.
Qed.

(** dL/dy_i = - sigmoid(u)/t on both sides of the floor. *)
Theorem infonce_debiased_c_gradient_pos :
  (above -> is_derive (fun v => infonce_debiased t lambda tau n m v x z) y (- sigmoid_c (debiased_u true) / t)) /\
  (~ above -> is_derive (fun v => infonce_debiased t lambda tau n m v x z) y (- sigmoid_c (debiased_u false) / t)).
Proof.
  assert (D := infonce_debiased_derivative_pos t lambda tau n m y x z t_pos lambda_pos). cbv zeta in D.
  split; intros H.
  - assert (Hr := proj1 H). destruct (bracket_log Hr) as [Hb _]. apply infonce_debiased_c_above in H.
    rewrite (sigmoid_from_exp_u _ b Hb (exp_u_above Hr)). rewrite Rmax_left in D by lra. exact D.
  - assert (L : b <= floor) by (apply Rnot_lt_le; intros L; now apply H, infonce_debiased_c_above).
    rewrite (sigmoid_from_exp_u _ floor (exp_pos _) exp_u_floor). rewrite Rmax_right in D by assumption. exact D.
Qed.

(** per = sigmoid(u) / (t (1 - r)); neg_j = per e_j / sum_j, pos_sample_k = - per r e_k / sum_k. *)
Definition per : R := sigmoid_c (debiased_u true) / (t * rest).

Lemma infonce_debiased_c_entry_neg j : above -> per / shifted_sum t n x * shifted_exp t n x j =
  lambda * exp (x j / t) / ((1 - tau) * INR n * (exp (y / t) + lambda * b)) / t.
Proof.
  intros H. assert (Hr := proj1 H). destruct (bracket_log Hr) as [Hb _].
  unfold per. rewrite (sigmoid_from_exp_u _ b Hb (exp_u_above Hr)).
  assert (S := shifted_sum_in_range t n x t_pos n_pos). assert (HN := INR_pos n n_pos).
  assert (E : exp (x j / t) = shifted_exp t n x j * exp (top n x / t)).
  { unfold shifted_exp. rewrite <- exp_plus. f_equal. field. lra. }
  assert (A := exp_pos (y / t)). assert (P := Rmult_lt_0_compat _ _ lambda_pos Hb).
  set (Dn := exp (y / t) + lambda * b) in *. assert (HDn : 0 < Dn) by (unfold Dn; lra).
  rewrite infonce_debiased_c_bracket, E. unfold mean_j. field. repeat split; lra.
Qed.

Theorem infonce_debiased_c_gradient_neg j : (j < n)%nat -> above ->
  is_derive (fun v => infonce_debiased t lambda tau n m y (put x j v) z) (x j)
    (per / shifted_sum t n x * shifted_exp t n x j).
Proof.
  intros Hj H. rewrite infonce_debiased_c_entry_neg by assumption. apply infonce_debiased_c_above in H.
  apply (infonce_debiased_derivative_neg t lambda tau n m y x z t_pos lambda_pos ltac:(lra) j Hj). exact H.
Qed.

Lemma infonce_debiased_c_entry_pos_sample k : (0 < m)%nat -> above ->
  - per * ratio / shifted_sum t m z * shifted_exp t m z k =
  - (lambda * tau * exp (z k / t) / ((1 - tau) * INR m * (exp (y / t) + lambda * b)) / t).
Proof.
  intros m_pos H. assert (Hr := proj1 H). destruct (bracket_log Hr) as [Hb _].
  unfold per. rewrite (sigmoid_from_exp_u _ b Hb (exp_u_above Hr)).
  assert (S := shifted_sum_in_range t m z t_pos m_pos). assert (HM := INR_pos m m_pos). assert (J := mean_j_pos).
  assert (E : exp (z k / t) = shifted_exp t m z k * exp (top m z / t)).
  { unfold shifted_exp. rewrite <- exp_plus. f_equal. field. lra. }
  assert (A := exp_pos (y / t)). assert (P := Rmult_lt_0_compat _ _ lambda_pos Hb). assert (T := exp_pos (top n x / t)).
  set (Dn := exp (y / t) + lambda * b) in *. assert (HDn : 0 < Dn) by (unfold Dn; lra).
  rewrite infonce_debiased_c_bracket, E. unfold ratio at 1, mean_k.
  replace ((top m z - top n x) / t) with (top m z / t - top n x / t) by (field; lra). rewrite exp_minus.
  field. repeat split; lra.
Qed.

Theorem infonce_debiased_c_gradient_pos_sample k : (k < m)%nat -> above ->
  is_derive (fun v => infonce_debiased t lambda tau n m y x (put z k v)) (z k)
    (- per * ratio / shifted_sum t m z * shifted_exp t m z k).
Proof.
  intros Hk H. rewrite infonce_debiased_c_entry_pos_sample by (assumption || lia). apply infonce_debiased_c_above in H.
  apply (infonce_debiased_derivative_pos_sample t lambda tau n m y x z t_pos lambda_pos ltac:(lra) k Hk). exact H.
Qed.

(** Below the floor both are 0. (At equality, where b = e^{-1/t}, the C takes 0 too: a subgradient.) *)
Theorem infonce_debiased_c_gradient_floor : b < floor ->
  (forall j, (j < n)%nat -> is_derive (fun v => infonce_debiased t lambda tau n m y (put x j v) z) (x j) 0) /\
  (forall k, (k < m)%nat -> is_derive (fun v => infonce_debiased t lambda tau n m y x (put z k v)) (z k) 0).
Proof.
  intros H. split; intros.
  - now apply infonce_debiased_derivative_neg.
  - now apply infonce_debiased_derivative_pos_sample.
Qed.

End DebiasedInfonce.
