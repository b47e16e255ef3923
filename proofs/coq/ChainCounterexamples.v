(** What section 2.3 says around Eq. 11 to 15 and is false, each with a counterexample. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Chain.
Open Scope R_scope.

Lemma ln_2_lt_1 : ln 2 < 1.
Proof.
  rewrite <- (ln_exp 1) at 1. apply ln_increasing; [lra|].
  assert (H := exp_ineq1 1). lra.
Qed.

(** Printed after Eq. 12: "the second lower bound is tighter than the first one". With N = 2 and equal scores the
    first bound of Eq. 11, with its + log N, is log 2 and the second 0. *)
Theorem second_bound_is_not_tighter :
  exists n d, (0 < n)%nat /\ Largest n d < Mean n d + ln (INR n).
Proof.
  exists 2%nat, (fun _ => 0). split; [lia|]. rewrite Mean_const by lia.
  replace (INR 2) with 2 by (simpl; lra). rewrite Largest_const. assert (H := ln_2_pos). lra.
Qed.

(** BPR's mean over the samples does not have the bound with + log N (the sum has: [bpr_ge_mean_plus_log]). *)
Theorem bpr_mean_lacks_log_bound :
  exists n d, (0 < n)%nat /\ Bpr_mean n d < Mean n d + ln (INR n).
Proof.
  exists 2%nat, (fun _ => 1). split; [lia|]. unfold Bpr_mean. rewrite !Mean_const by lia.
  replace (INR 2) with 2 by (simpl; lra). rewrite softplus_reflect, <- softplus_0.
  assert (H := softplus_increasing (- (1)) 0). lra.
Qed.

(** Printed after Eq. 15: BPR "cannot reflect" the largest difference. True of the mean over the samples only, false
    of Eq. 13's sum ([bpr_gt_relu_max]). *)
Theorem bpr_mean_below_max :
  exists n d, (0 < n)%nat /\ Bpr_mean n d < Rmax 0 (Largest n d).
Proof.
  exists 2%nat, (fun j => if Nat.eqb j 0 then 2 else -2). split; [lia|].
  unfold Bpr_mean, Mean. replace (INR 2) with 2 by (simpl; lra). cbn [Sum Largest Nat.eqb].
  rewrite (Rmax_left 2 2), (Rmax_left 2 (-2)), (Rmax_right 0 2) by lra.
  rewrite (softplus_reflect 2). assert (H := softplus_increasing (- (2)) 0).
  replace (-2) with (- (2)) by lra. rewrite softplus_0 in H. assert (H2 := ln_2_lt_1). lra.
Qed.

(** What BPR lacks is the upper bound of Eq. 12: no constant C makes it hold. *)
Theorem bpr_lacks_upper_bound :
  forall C, exists n d, (0 < n)%nat /\ Rmax 0 (Largest n d) + ln (INR n + 1) + C < Bpr n d.
Proof.
  intros C. set (D := 1 + Rmax 0 (ln 3 + C)). assert (HD : 1 + (ln 3 + C) <= D /\ 1 <= D).
  { unfold D. assert (H1 := Rmax_l 0 (ln 3 + C)). assert (H2 := Rmax_r 0 (ln 3 + C)). lra. }
  exists 2%nat, (fun _ => D). split; [lia|]. replace (INR 2 + 1) with 3 by (simpl; lra).
  unfold Bpr. rewrite Sum_const, Largest_const, Rmax_right by lra. replace (INR 2) with 2 by (simpl; lra).
  assert (H := softplus_gt D). lra.
Qed.

(** Printed after Eq. 15: it "only slightly improves" over the mean difference. The improvement has no bound, for any
    number of samples. *)
Theorem eq15_improvement_is_unbounded :
  forall n B, (0 < n)%nat -> exists d, B < Mean n (fun j => relu (d j)) - Mean n d.
Proof.
  intros n B Hn. set (D := 1 + Rmax 0 B). assert (H1 := Rmax_l 0 B). assert (H2 := Rmax_r 0 B).
  exists (fun _ => - D). rewrite !Mean_const by assumption. unfold relu. rewrite Rmax_left; unfold D; lra.
Qed.

(** The gap of Eq. 15, at most N log 2 ([eq15_gap_le]), is N log 2 when all scores are equal. *)
Theorem eq15_gap_is_attained :
  forall n, Bpr n (fun _ => 0) = Sum n (fun _ => relu 0) + INR n * ln 2.
Proof.
  intros n. unfold Bpr, relu. rewrite !Sum_const, softplus_0, Rmax_left by lra. lra.
Qed.

(** Eq. 12's bounds are attained: one sample on the left of MINE, equal scores on its right. *)
Theorem eq12_bounds_are_attained :
  (forall d, Mine 1 d = Largest 1 d) /\
  (forall n c, (0 < n)%nat -> Mine n (fun _ => c) = Largest n (fun _ => c) + ln (INR n)) /\
  (forall n, (0 < n)%nat -> Infonce n (fun _ => 0) = Rmax 0 (Largest n (fun _ => 0)) + ln (INR n + 1)).
Proof.
  repeat split; intros.
  - unfold Mine. simpl. rewrite Rplus_0_l, ln_exp. now rewrite Rmax_left by lra.
  - unfold Mine. rewrite Sum_const, Largest_const, ln_mult, ln_exp by (apply exp_pos || now apply INR_pos || assumption). lra.
  - unfold Infonce. rewrite Largest_const, Sum_const, exp_0, Rmax_left by lra.
    rewrite Rplus_0_l. f_equal. ring.
Qed.
