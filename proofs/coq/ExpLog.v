(** exp, ln, softplus and sigmoid: the few facts that the rest uses. The paper's sigma is [sigmoid]; each
    log(1 + exp x) of Eq. 13 is [softplus x]. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums.
Open Scope R_scope.

Definition softplus (x : R) : R := ln (1 + exp x).
Definition sigmoid (x : R) : R := 1 / (1 + exp (- x)).
Definition relu (x : R) : R := Rmax 0 x.

(** ** exp and ln *)

Lemma exp_tangent x : 1 + x <= exp x.
Proof. destruct (Req_dec x 0) as [->|H]; [rewrite exp_0; lra|]. now apply Rlt_le, exp_ineq1. Qed.

Lemma exp_le x y : x <= y -> exp x <= exp y.
Proof. intros [H| ->]; [apply Rlt_le; now apply exp_increasing|lra]. Qed.

Lemma ln_le x y : 0 < x -> x <= y -> ln x <= ln y.
Proof. intros Hx [H| ->]; [apply Rlt_le; now apply ln_increasing|lra]. Qed.

Lemma ln_tangent z c : 0 < z -> 0 < c -> ln z <= ln c + (z - c) / c.
Proof.
  intros Hz Hc. assert (Hq : 0 < z / c) by (now apply Rdiv_lt_0_compat).
  assert (E : ln z = ln c + ln (z / c)).
  { rewrite <- ln_mult by assumption. f_equal. field. lra. }
  assert (H := exp_tangent (ln (z / c))). rewrite exp_ln in H by assumption.
  replace ((z - c) / c) with (z / c - 1) by (field; lra). lra.
Qed.

Lemma ln_div x y : 0 < x -> 0 < y -> ln (x / y) = ln x - ln y.
Proof. intros Hx Hy. unfold Rdiv. rewrite ln_mult, ln_Rinv; [lra|assumption..|now apply Rinv_0_lt_compat]. Qed.

Lemma ln_nonneg x : 1 <= x -> 0 <= ln x.
Proof. intros H. rewrite <- ln_1. apply ln_le; lra. Qed.

Lemma ln_pos x : 1 < x -> 0 < ln x.
Proof. intros H. rewrite <- ln_1. apply ln_increasing; lra. Qed.

Lemma exp_minus x y : exp (x - y) = exp x / exp y.
Proof. unfold Rminus, Rdiv. now rewrite exp_plus, exp_Ropp. Qed.

Lemma SumExp_pos n f : (0 < n)%nat -> 0 < Sum n (fun j => exp (f j)).
Proof. intros H. apply Sum_pos; [assumption|]. intros. apply exp_pos. Qed.

Lemma SumExp_shift n f c : Sum n (fun j => exp (f j - c)) = Sum n (fun j => exp (f j)) * exp (- c).
Proof.
  rewrite <- Sum_scale_r. apply Sum_ext. intros j _. unfold Rminus. now rewrite exp_plus.
Qed.

(** ** softplus and sigmoid *)

Lemma one_plus_exp_pos x : 0 < 1 + exp x.
Proof. assert (H := exp_pos x). lra. Qed.

Lemma softplus_pos x : 0 < softplus x.
Proof. apply ln_pos. assert (H := exp_pos x). lra. Qed.

Lemma softplus_increasing x y : x < y -> softplus x < softplus y.
Proof. intros H. apply ln_increasing; [apply one_plus_exp_pos|]. apply exp_increasing in H. lra. Qed.

(** sp(x) - x = sp(-x) *)
Lemma softplus_reflect x : softplus x = x + softplus (- x).
Proof.
  unfold softplus. rewrite <- (ln_exp x) at 2. rewrite <- ln_mult by (apply exp_pos || apply one_plus_exp_pos).
  f_equal. rewrite Rmult_plus_distr_l, <- exp_plus, Rplus_opp_r, exp_0. lra.
Qed.

Lemma softplus_gt x : x < softplus x.
Proof. rewrite softplus_reflect. assert (H := softplus_pos (- x)). lra. Qed.

Lemma softplus_ge_relu x : relu x <= softplus x.
Proof.
  unfold relu. apply Rmax_lub; apply Rlt_le; [apply softplus_pos|apply softplus_gt].
Qed.

Lemma ln_2_pos : 0 < ln 2.
Proof. apply ln_pos. lra. Qed.

Lemma softplus_0 : softplus 0 = ln 2.
Proof. unfold softplus. now rewrite exp_0. Qed.

Lemma relu_nonneg x : 0 <= relu x.
Proof. apply Rmax_l. Qed.

Lemma relu_ge x : x <= relu x.
Proof. apply Rmax_r. Qed.

(** The gap of Eq. 15 for one term. *)
Lemma softplus_abs x : softplus x = relu x + softplus (- Rabs x).
Proof.
  unfold relu. destruct (Rle_dec 0 x).
  - rewrite Rabs_right by lra. rewrite Rmax_right by lra. apply softplus_reflect.
  - rewrite Rabs_left by lra. rewrite Rmax_left by lra. rewrite Ropp_involutive. lra.
Qed.

Lemma softplus_le_relu x : softplus x <= relu x + ln 2.
Proof.
  rewrite softplus_abs. apply Rplus_le_compat_l. rewrite <- softplus_0.
  assert (H := Rabs_pos x). destruct H as [H| <-].
  - apply Rlt_le, softplus_increasing. lra.
  - rewrite Ropp_0. lra.
Qed.

Lemma sigmoid_pos x : 0 < sigmoid x.
Proof. unfold sigmoid. apply Rdiv_lt_0_compat; [lra|apply one_plus_exp_pos]. Qed.

Lemma sigmoid_lt_1 x : sigmoid x < 1.
Proof.
  unfold sigmoid. assert (H := exp_pos (- x)).
  apply Rmult_lt_reg_r with (1 + exp (- x)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Lemma sigmoid_exp x : sigmoid x = exp x / (1 + exp x).
Proof.
  unfold sigmoid. rewrite exp_Ropp. assert (H := exp_pos x). field. lra.
Qed.

(** Eq. 13: its two lines are equal, - log sigma(-d) = log(1 + e^d). *)
Lemma neg_ln_sigmoid x : - ln (sigmoid (- x)) = softplus x.
Proof.
  unfold sigmoid, softplus. rewrite Ropp_involutive, ln_div by (lra || apply one_plus_exp_pos). rewrite ln_1. lra.
Qed.

(** ** Means of exp and ln (Jensen) *)

Lemma Jensen_ln n z : (0 < n)%nat -> (forall j, (j < n)%nat -> 0 < z j) -> Mean n (fun j => ln (z j)) <= ln (Mean n z).
Proof.
  intros Hn Hz. assert (HN := INR_pos n Hn).
  assert (HM : 0 < Mean n z) by (apply Rdiv_lt_0_compat; [now apply Sum_pos|assumption]).
  set (c := Mean n z) in *.
  apply Rle_trans with (Mean n (fun j => ln c + (z j - c) / c)).
  - apply Mean_le; [assumption|]. intros j Hj. apply ln_tangent; [now apply Hz|assumption].
  - unfold Mean at 1. rewrite Sum_add, Sum_const.
    unfold Rdiv at 2. rewrite Sum_scale_r, Sum_sub, Sum_const.
    assert (E : Sum n z = INR n * c) by (unfold c, Mean; field; lra).
    rewrite E. right. field. lra.
Qed.
