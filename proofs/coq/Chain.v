(** The lower-bound chain of section 2.3, Eq. 11 to 15, for every number of samples and every score.

    Everything is per sample, in the gaps d_j = (y_j - y_i)/t of one user, one positive and N >= 1 sampled items;
    Draws.v carries it to expectations. The paper's two links printed as an approximation, in Eq. 11 and 14, point
    the wrong way when they are read as bounds (DrawsChain.v); here they are bypassed by Jensen's inequality on the
    sample, so that the ends of both chains hold. What is false is in ChainCounterexamples.v. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses.
Open Scope R_scope.

Section Chain.
Variable n : nat.
Variable d : nat -> R.
Hypothesis n_pos : (0 < n)%nat.

Local Notation N := (INR n).
Local Notation z := (fun j => exp (d j)).

Lemma N_pos : 0 < N.
Proof. now apply INR_pos. Qed.

Lemma SumExp_ge j : (j < n)%nat -> exp (d j) <= Sum n z.
Proof. intros H. apply (Sum_term_le n z j H). intros. apply Rlt_le, exp_pos. Qed.

(** ** The identities behind the chain (not in the paper) *)

(** L_info = softplus(L_mine) *)
Theorem infonce_is_softplus_of_mine : Infonce n d = softplus (Mine n d).
Proof. unfold Infonce, softplus, Mine. rewrite exp_ln; [reflexivity|now apply SumExp_pos]. Qed.

Theorem infonce_minus_mine : Infonce n d - Mine n d = softplus (- Mine n d).
Proof. rewrite infonce_is_softplus_of_mine, softplus_reflect. lra. Qed.

(** ** Eq. 11 *)

(** First link, strict; it needs only that log increases, not Jensen. *)
Theorem eq11_mine_lt_infonce : Mine n d < Infonce n d.
Proof. rewrite infonce_is_softplus_of_mine. apply softplus_gt. Qed.

(** Second to fourth line in one step: Jensen on the sample. Printed: through log (N E exp), an approximation. *)
Theorem eq11_mean_plus_log_le_mine : Mean n d + ln N <= Mine n d.
Proof.
  assert (HN := N_pos). assert (J := Jensen_ln n z n_pos (fun j _ => exp_pos (d j))).
  rewrite (Mean_ext n _ d) in J by (intros; apply ln_exp).
  replace (Mine n d) with (ln (Mean n z) + ln N); [lra|].
  unfold Mine, Mean. rewrite ln_div by (assumption || now apply SumExp_pos).  lra.
Qed.

Theorem eq11_mean_le_mean_plus_log : Mean n d <= Mean n d + ln N.
Proof. assert (H := ln_nonneg N (INR_ge_1 n n_pos)). lra. Qed.

(** Eq. 11 without its approximation: the first, second, fourth and fifth line. *)
Theorem eq11_chain : Mean n d <= Mean n d + ln N <= Mine n d /\ Mine n d < Infonce n d.
Proof.
  repeat split; [apply eq11_mean_le_mean_plus_log|apply eq11_mean_plus_log_le_mine|apply eq11_mine_lt_infonce].
Qed.

(** ** Eq. 12 *)

Theorem eq12_max_le_mine : Largest n d <= Mine n d.
Proof.
  destruct (Largest_attained n d n_pos) as (j & Hj & ->). rewrite <- (ln_exp (d j)).
  apply ln_le; [apply exp_pos|]. now apply SumExp_ge.
Qed.

Theorem mine_le_max_plus_log : Mine n d <= Largest n d + ln N.
Proof.
  assert (HN := N_pos). unfold Mine. rewrite <- (ln_exp (Largest n d)), <- ln_mult by (assumption || apply exp_pos).
  apply ln_le; [now apply SumExp_pos|]. rewrite Rmult_comm. rewrite <- Sum_const. apply Sum_le.
  intros j Hj. apply exp_le. now apply Largest_ge.
Qed.

(** Printed as "max sum (0, .)": the maximum over j of max(0, d_j). *)
Theorem eq12_infonce_le_max_plus_log : Infonce n d <= Rmax 0 (Largest n d) + ln (N + 1).
Proof.
  assert (HN := N_pos). set (M := Rmax 0 (Largest n d)). unfold Infonce.
  rewrite <- (ln_exp M), <- ln_mult by (apply exp_pos || lra).
  apply ln_le; [assert (H := SumExp_pos n d n_pos); lra|].
  replace (exp M * (N + 1)) with (exp M + N * exp M) by ring. apply Rplus_le_compat.
  - rewrite <- exp_0. apply exp_le, Rmax_l.
  - rewrite <- Sum_const. apply Sum_le. intros j Hj. apply exp_le.
    apply Rle_trans with (Largest n d); [now apply Largest_ge|apply Rmax_r].
Qed.

(** Tighter than printed: InfoNCE is above max(0, max d), not only above max d. *)
Theorem relu_max_lt_infonce : Rmax 0 (Largest n d) < Infonce n d.
Proof.
  rewrite infonce_is_softplus_of_mine. apply Rmax_lub_lt; [apply softplus_pos|].
  apply Rle_lt_trans with (Mine n d); [apply eq12_max_le_mine|apply softplus_gt].
Qed.

Theorem eq12_chain : Largest n d <= Mine n d /\ Mine n d < Infonce n d <= Rmax 0 (Largest n d) + ln (N + 1).
Proof.
  repeat split; [apply eq12_max_le_mine|apply eq11_mine_lt_infonce|apply eq12_infonce_le_max_plus_log].
Qed.

(** "The second bound is tighter than the first": true of Eq. 11's last line (false of its last but one). *)
Theorem mean_le_max : Mean n d <= Largest n d.
Proof.
  rewrite <- (Mean_const n (Largest n d) n_pos). apply Mean_le; [assumption|]. intros j Hj. now apply Largest_ge.
Qed.

(** ** Eq. 14 *)

(** Line 3, without the approximation of line 2: the logarithm is concave. *)
Theorem eq14_mean_log_le_infonce : Mean n (fun j => ln (1 + N * exp (d j))) <= Infonce n d.
Proof.
  assert (HN := N_pos).
  assert (J := Jensen_ln n (fun j => 1 + N * exp (d j)) n_pos).
  replace (Mean n (fun j => 1 + N * exp (d j))) with (1 + Sum n z) in J.
  - apply J. intros j _. assert (H := Rmult_lt_0_compat _ _ HN (exp_pos (d j))). lra.
  - rewrite Mean_add, Mean_const by assumption. rewrite Mean_scale. unfold Mean.  field. lra.
Qed.

(** Line 4, printed as >=, is an equality. *)
Theorem eq14_line4_is_equal : Mean n (fun j => ln (1 + N * exp (d j))) = Mean n (fun j => ln (1 / N + exp (d j))) + ln N.
Proof.
  assert (HN := N_pos). rewrite <- (Mean_const n (ln N) n_pos) at 1. rewrite <- Mean_add. apply Mean_ext. intros j _.
  assert (H := exp_pos (d j)). assert (HI := Rinv_0_lt_compat N HN).
  rewrite <- ln_mult by lra. f_equal. field. lra.
Qed.

Theorem eq14_mean_plus_log_lt : Mean n d + ln N < Mean n (fun j => ln (1 / N + exp (d j))) + ln N.
Proof.
  apply Rplus_lt_compat_r. unfold Mean, Rdiv. apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat, N_pos|].
  apply Rminus_gt_0_lt. rewrite <- Sum_sub. apply Sum_pos; [assumption|]. intros j _.
  assert (HI := Rinv_0_lt_compat N N_pos). assert (H := exp_pos (d j)).
  assert (d j < ln (1 * / N + exp (d j))); [|lra]. rewrite <- (ln_exp (d j)) at 1. apply ln_increasing; [assumption|].
  lra.
Qed.

(** Eq. 14 without its approximation. *)
Theorem eq14_chain :
  Mean n d <= Mean n d + ln N /\ Mean n d + ln N < Mean n (fun j => ln (1 / N + exp (d j))) + ln N /\
  Mean n (fun j => ln (1 / N + exp (d j))) + ln N = Mean n (fun j => ln (1 + N * exp (d j))) /\
  Mean n (fun j => ln (1 + N * exp (d j))) <= Infonce n d.
Proof.
  repeat split; [apply eq11_mean_le_mean_plus_log|apply eq14_mean_plus_log_lt|symmetry; apply eq14_line4_is_equal
    |apply eq14_mean_log_le_infonce].
Qed.

(** ** Eq. 13 and 15: BPR *)

Theorem eq15_sum_relu_lt_bpr : Sum n (fun j => relu (d j)) < Bpr n d.
Proof.
  apply Rminus_gt_0_lt. unfold Bpr. rewrite <- Sum_sub. apply Sum_pos; [assumption|]. intros j _.
  rewrite softplus_abs. assert (H := softplus_pos (- Rabs (d j))). lra.
Qed.

(** The gap of Eq. 15 is at most N log 2. *)
Theorem eq15_gap_le : Bpr n d <= Sum n (fun j => relu (d j)) + N * ln 2.
Proof.
  rewrite <- Sum_const, <- Sum_add. apply Sum_le. intros j _. apply softplus_le_relu.
Qed.

(** "Proportional" in Eq. 15 is exactly a factor N. *)
Theorem eq15_factor_is_N : Sum n (fun j => relu (d j)) = N * Mean n (fun j => relu (d j)).
Proof. assert (HN := N_pos). unfold Mean.  field. lra. Qed.

(** ** BPR and InfoNCE (not in the paper): bpr_mean <= infonce <= bpr <= N infonce *)

Lemma softplus_le_infonce j : (j < n)%nat -> softplus (d j) <= Infonce n d.
Proof.
  intros Hj. apply ln_le; [apply one_plus_exp_pos|]. apply Rplus_le_compat_l. now apply SumExp_ge.
Qed.

Theorem bpr_mean_le_infonce : Bpr_mean n d <= Infonce n d.
Proof.
  rewrite <- (Mean_const n (Infonce n d) n_pos). apply Mean_le; [assumption|]. intros j Hj. now apply softplus_le_infonce.
Qed.

Theorem bpr_le_N_infonce : Bpr n d <= N * Infonce n d.
Proof. rewrite <- Sum_const. apply Sum_le. intros j Hj. now apply softplus_le_infonce. Qed.

End Chain.

(** prod (1 + z_j) >= 1 + sum z_j *)
Theorem infonce_le_bpr n d : Infonce n d <= Bpr n d.
Proof.
  induction n; [unfold Infonce, Bpr; simpl; rewrite Rplus_0_r, ln_1; lra|].
  unfold Infonce, Bpr in *. simpl.
  assert (H : 0 <= Sum n (fun j => exp (d j))) by (apply Sum_nonneg; intros; apply Rlt_le, exp_pos).
  assert (He := exp_pos (d n)).
  apply Rle_trans with (ln (1 + Sum n (fun j => exp (d j))) + softplus (d n)); [|lra].
  unfold softplus. rewrite <- ln_mult by lra. apply ln_le; [lra|]. nra.
Qed.

Theorem bpr_infonce_sandwich n d : (0 < n)%nat ->
  Bpr_mean n d <= Infonce n d /\ Infonce n d <= Bpr n d /\ Bpr n d <= INR n * Infonce n d.
Proof.
  intros Hn. repeat split; [now apply bpr_mean_le_infonce|apply infonce_le_bpr|now apply bpr_le_N_infonce].
Qed.

(** "BPR shares the same lower bound": true, though Eq. 14 speaks of InfoNCE only; the sum has even + log N. *)
Theorem bpr_ge_mean_plus_log n d : (0 < n)%nat -> Mean n d + ln (INR n) <= Bpr n d.
Proof.
  intros Hn. apply Rle_trans with (Mine n d); [now apply eq11_mean_plus_log_le_mine|].
  apply Rle_trans with (Infonce n d); [now apply Rlt_le, eq11_mine_lt_infonce|apply infonce_le_bpr].
Qed.

Theorem bpr_mean_ge_mean n d : (0 < n)%nat -> Mean n d <= Bpr_mean n d.
Proof. intros Hn. apply Mean_le; [assumption|]. intros j _. apply Rlt_le, softplus_gt. Qed.

(** Printed: the bound of BPR "cannot reflect" max d. For Eq. 13's sum it does. *)
Theorem bpr_gt_relu_max n d : (0 < n)%nat -> Rmax 0 (Largest n d) < Bpr n d.
Proof. intros Hn. apply Rlt_le_trans with (Infonce n d); [now apply relu_max_lt_infonce|apply infonce_le_bpr]. Qed.

(** With one sample InfoNCE and BPR are the same loss. *)
Theorem one_sample_all_equal d : Infonce 1 d = softplus (d O) /\ Bpr 1 d = softplus (d O) /\
  Bpr_mean 1 d = softplus (d O) /\ Mine 1 d = d O.
Proof.
  unfold Infonce, Bpr, Bpr_mean, Mine, Mean, softplus. simpl. rewrite !Rplus_0_l, ln_exp. repeat split; lra.
Qed.

(** ** The chain for the losses themselves, with a temperature *)

Theorem eq11_losses t n y x : 0 < t -> (0 < n)%nat ->
  mean_difference n y x / t <= mean_difference n y x / t + ln (INR n) <= mine t n y x /\
  mine t n y x < infonce t n y x.
Proof.
  intros Ht Hn. rewrite mine_of_gaps, infonce_of_gaps by (assumption || lra).
  replace (mean_difference n y x / t) with (Mean n (gap t y x)); [now apply eq11_chain|].
  unfold mean_difference, Rdiv. rewrite (Rmult_comm _ (/ t)), <- Mean_scale. apply Mean_ext.
  intros j _. unfold gap. field. lra.
Qed.

Theorem infonce_is_softplus_mine t n y x : 0 < t -> (0 < n)%nat -> infonce t n y x = softplus (mine t n y x).
Proof.
  intros Ht Hn. rewrite mine_of_gaps, infonce_of_gaps by (assumption || lra). now apply infonce_is_softplus_of_mine.
Qed.

Theorem bpr_infonce_losses t n y x : 0 < t -> (0 < n)%nat ->
  bpr_mean t n y x <= infonce t n y x <= bpr t n y x /\ bpr t n y x <= INR n * infonce t n y x.
Proof.
  intros Ht Hn. rewrite bpr_mean_of_gaps, infonce_of_gaps, eq13_bpr_of_gaps by lra.
  destruct (bpr_infonce_sandwich n (gap t y x) Hn) as (A & B & C). auto.
Qed.
