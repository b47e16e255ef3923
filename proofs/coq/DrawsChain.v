(** Eq. 11, 12, 14 and 15 as printed, in expectation: over a positive item i drawn from p+ and N items drawn from p.
    The outermost mean, over users, is one more of the same kind (E_le). Printed is also an approximation, log of a
    sum by log of N times a mean: read as a bound it is an upper one, which the last theorems show. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Chain Debias Draws.
Open Scope R_scope.

Lemma E_exp_pos n p f : distribution n p -> 0 < E n p (fun j => exp (f j)).
Proof.
  intros [Hp H1]. assert (Hn : (0 < n)%nat) by (destruct n; [simpl in H1; lra|lia]).
  apply Rlt_le_trans with (exp (- Largest n (fun j => - f j))); [apply exp_pos|].
  rewrite <- (E_const n p (exp (- Largest n (fun j => - f j))) H1). apply E_le; [assumption|].
  intros j Hj. apply exp_le. assert (H := Largest_ge n (fun j => - f j) j Hj). simpl in H. lra.
Qed.

Section Expectation.
Variables (n : nat) (p p_plus s : nat -> R) (N : nat).
Hypothesis p_distribution : distribution n p.
Hypothesis p_plus_distribution : distribution n p_plus.
Hypothesis N_positive : (0 < N)%nat.

(** E_{i ~ p+} E_{j_1..j_N ~ p} L(y_i, y_j) *)
Definition expected (L : nat -> R -> (nat -> R) -> R) : R :=
  E n p_plus (fun i => Expect n p N (fun w => L N (s i) (fun j => s (w j)))).

(** E_{i ~ p+} E_{j ~ p} f(y_j - y_i) *)
Definition expected_difference (f : R -> R) : R :=
  E n p_plus (fun i => E n p (fun j => f (s j - s i))).

Local Notation gaps i w := (gap 1 (s i) (fun j => s (w j))).

Lemma gaps_are_differences i w j : gaps i w j = s (w j) - s i.
Proof. unfold gaps, gap. field. Qed.

Lemma expected_le L G : (forall i w, in_range n N w -> L N (s i) (fun j => s (w j)) <= G i w) ->
  expected L <= E n p_plus (fun i => Expect n p N (G i)).
Proof.
  destruct p_distribution, p_plus_distribution. intros HL. apply E_le; [assumption|]. intros i _.
  apply Expect_le; [assumption|]. intros w Hw. now apply HL.
Qed.

Lemma expected_ge L G : (forall i w, in_range n N w -> G i w <= L N (s i) (fun j => s (w j))) ->
  E n p_plus (fun i => Expect n p N (G i)) <= expected L.
Proof.
  destruct p_distribution, p_plus_distribution. intros HL. apply E_le; [assumption|]. intros i _.
  apply Expect_le; [assumption|]. intros w Hw. now apply HL.
Qed.

Lemma expected_mean f : E n p_plus (fun i => Expect n p N (fun w => Mean N (fun j => f (gaps i w j)))) = expected_difference f.
Proof.
  destruct p_distribution as [_ H1]. apply E_ext. intros i _.
  rewrite <- (mean_of_draws_is_unbiased n p N (fun j => f (s j - s i))) by assumption.
  apply Expect_ext. intros w _. apply Mean_ext. intros j _. now rewrite gaps_are_differences.
Qed.

Lemma expected_mean_plus f c :
  E n p_plus (fun i => Expect n p N (fun w => Mean N (fun j => f (gaps i w j)) + c)) = expected_difference f + c.
Proof.
  destruct p_distribution as [_ H1], p_plus_distribution as [_ H2].
  rewrite <- expected_mean.
  transitivity (E n p_plus (fun i => Expect n p N (fun w => Mean N (fun j => f (gaps i w j))) + c)).
  - apply E_ext. intros i _. rewrite (Expect_add n p N _ (fun _ => c)), Expect_const by assumption. reflexivity.
  - rewrite (E_add n p_plus _ (fun _ => c)), E_const by assumption. reflexivity.
Qed.

(** Eq. 11 *)
Theorem eq11_in_expectation :
  expected_difference (fun d => d) <= expected_difference (fun d => d) + ln (INR N) /\
  expected_difference (fun d => d) + ln (INR N) <= expected (mine 1) /\
  expected (mine 1) <= expected (infonce 1).
Proof.
  assert (HL := ln_nonneg (INR N) (INR_ge_1 N N_positive)). repeat split; [lra| |].
  - rewrite <- expected_mean_plus. apply expected_ge. intros i w _. rewrite mine_of_gaps by (assumption || lra).
    now apply eq11_mean_plus_log_le_mine.
  - apply expected_le. intros i w _. rewrite mine_of_gaps, infonce_of_gaps by (assumption || lra).
    now apply Rlt_le, eq11_mine_lt_infonce.
Qed.

(** Eq. 12; the maximum stays inside the expectation. *)
Theorem eq12_in_expectation :
  E n p_plus (fun i => Expect n p N (fun w => Largest N (gaps i w))) <= expected (mine 1) /\
  expected (infonce 1) <=
  E n p_plus (fun i => Expect n p N (fun w => Rmax 0 (Largest N (gaps i w)) + ln (INR N + 1))).
Proof.
  split.
  - apply expected_ge. intros i w _. rewrite mine_of_gaps by (assumption || lra). now apply eq12_max_le_mine.
  - apply expected_le. intros i w _. rewrite infonce_of_gaps by lra. now apply eq12_infonce_le_max_plus_log.
Qed.

(** Eq. 14 *)
Theorem eq14_in_expectation :
  expected_difference (fun d => ln (1 + INR N * exp d)) <= expected (infonce 1) /\
  expected_difference (fun d => d) + ln (INR N) <= expected_difference (fun d => ln (1 + INR N * exp d)).
Proof.
  split.
  - rewrite <- expected_mean. apply expected_ge. intros i w _. rewrite infonce_of_gaps by lra.
    now apply eq14_mean_log_le_infonce.
  - rewrite <- expected_mean_plus, <- (expected_mean (fun d => ln (1 + INR N * exp d))).
    destruct p_distribution, p_plus_distribution. apply E_le; [assumption|]. intros i _.
    apply Expect_le; [assumption|]. intros w _. rewrite eq14_line4_is_equal by assumption.
    apply Rlt_le. now apply eq14_mean_plus_log_lt.
Qed.

(** Eq. 15, its factor N in the open. *)
Theorem eq15_in_expectation : INR N * expected_difference relu <= expected (bpr 1).
Proof.
  rewrite <- expected_mean, <- E_scale.
  rewrite (E_ext n p_plus _ (fun i => Expect n p N (fun w => INR N * Mean N (fun j => relu (gaps i w j)))))
    by (intros; now rewrite Expect_scale).
  apply expected_ge. intros i w _. rewrite eq13_bpr_of_gaps by lra.
  rewrite <- eq15_factor_is_N by assumption. now apply Rlt_le, eq15_sum_relu_lt_bpr.
Qed.

(** Jensen over the draws. *)
Lemma expect_ln_le Z : (forall w, in_range n N w -> 0 < Z w) -> 0 < Expect n p N Z ->
  Expect n p N (fun w => ln (Z w)) <= ln (Expect n p N Z).
Proof.
  destruct p_distribution as [Hp H1]. intros HZ Hc. set (c := Expect n p N Z) in *.
  apply Rle_trans with (Expect n p N (fun w => (ln c - 1) + / c * Z w)).
  - apply Expect_le; [assumption|]. intros w Hw. assert (T := ln_tangent (Z w) c (HZ w Hw) Hc).
    unfold Rdiv in T. rewrite Rmult_minus_distr_r, Rinv_r in T by lra. lra.
  - rewrite Expect_add, Expect_scale, Expect_const by assumption. fold c. rewrite Rinv_l; lra.
Qed.

(** Eq. 11's approximation: E log sum_j exp d_j is at most, not at least, log (N E exp d). *)
Theorem eq11_approximation_is_an_upper_bound :
  expected (mine 1) <= E n p_plus (fun i => ln (INR N * E n p (fun j => exp (s j - s i)))).
Proof.
  destruct p_distribution as [Hp H1], p_plus_distribution as [Hq H2]. apply E_le; [assumption|]. intros i _.
  set (Z := fun w => Sum N (fun j => exp (s (w j) - s i))).
  rewrite (Expect_ext n p N _ (fun w => ln (Z w))).
  - rewrite <- (Expect_Sum n p N (fun j => exp (s j - s i)) H1). apply expect_ln_le.
    + intros w _. now apply SumExp_pos.
    + unfold Z. rewrite (Expect_Sum n p N (fun j => exp (s j - s i)) H1). apply Rmult_lt_0_compat; [now apply INR_pos|].
      now apply E_exp_pos.
  - intros w _. rewrite mine_of_gaps by (assumption || lra). unfold Mine, Z. f_equal. apply Sum_ext. intros j _.
    now rewrite <- gaps_are_differences.
Qed.

(** Eq. 14's approximation, and Eq. 6 with lambda = N: InfoNCE is in expectation at most the ideal loss. *)
Theorem eq14_approximation_is_an_upper_bound :
  expected (infonce 1) <= E n p_plus (fun i => ln (1 + INR N * E n p (fun j => exp (s j - s i)))).
Proof.
  destruct p_distribution as [Hp H1], p_plus_distribution as [Hq H2]. apply E_le; [assumption|]. intros i _.
  set (Z := fun w => 1 + Sum N (fun j => exp (s (w j) - s i))).
  assert (EZ : Expect n p N Z = 1 + INR N * E n p (fun j => exp (s j - s i))).
  { unfold Z. rewrite (Expect_add n p N (fun _ => 1)), Expect_const by assumption.
    now rewrite (Expect_Sum n p N (fun j => exp (s j - s i)) H1). }
  rewrite (Expect_ext n p N _ (fun w => ln (Z w))).
  - rewrite <- EZ. apply expect_ln_le.
    + intros w _. unfold Z. assert (H := SumExp_pos N (fun j => s (w j) - s i) N_positive). lra.
    + rewrite EZ. assert (H := Rmult_lt_0_compat _ _ (INR_pos N N_positive) (E_exp_pos n p (fun j => s j - s i) p_distribution)). lra.
  - intros w _. rewrite infonce_of_gaps by lra. unfold Infonce, Z. do 2 f_equal. apply Sum_ext. intros j _.
    now rewrite <- gaps_are_differences.
Qed.

End Expectation.

(** The approximation of Eq. 11 fails as a lower bound: y_i = 0, p uniform on scores 0 and 2, N = 1 gives
    E L_mine = 1 < log ((1 + e^2)/2). Item 0 has score 0 and is also the positive. *)
Theorem eq11_approximation_is_no_lower_bound :
  exists n p p_plus s N, distribution n p /\ distribution n p_plus /\ (0 < N)%nat /\
  expected n p p_plus s N (mine 1) < E n p_plus (fun i => ln (INR N * E n p (fun j => exp (s j - s i)))).
Proof.
  exists 2%nat, (fun _ => 1 / 2), (fun i => if Nat.eqb i 0 then 1 else 0), (fun i => if Nat.eqb i 0 then 0 else 2), 1%nat.
  assert (D1 : distribution 2 (fun _ => 1 / 2)) by (split; [intros; lra|simpl; lra]).
  assert (D2 : distribution 2 (fun i => if Nat.eqb i 0 then 1 else 0)).
  { split; [intros i _; destruct (Nat.eqb i 0); lra|simpl; lra]. }
  repeat (split; [assumption || lia|]).
  unfold expected, E, mine, exp_sum. cbn [Sum Expect Nat.eqb after]. unfold E. cbn [Sum Expect Nat.eqb after].
  rewrite !Rplus_0_l, !ln_exp, !Rminus_0_r, exp_0, !Rmult_0_l, !Rplus_0_r, !Rmult_1_l.
  apply Rle_lt_trans with 1; [lra|]. rewrite <- (ln_exp 1) at 1.
  apply ln_increasing; [apply exp_pos|]. replace (exp 2) with (exp 1 * exp 1) by (rewrite <- exp_plus; f_equal; lra).
  assert (H := exp_ineq1 1). nra.
Qed.
