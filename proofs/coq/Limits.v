(** InfoNCE with lambda = N against the ideal loss of Eq. 6, and Eq. 8: what the samples tend to. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Debias Draws DrawsChain Pointwise.
Open Scope R_scope.

(** ** "InfoNCE converges to the ideal loss when N grows" (after Eq. 6): the difference does, both grow like log N.

    One positive; d j the gap of item j, at least a; N draws from p. *)
Section Convergence.
Variables (n : nat) (p d : nat -> R) (a : R).
Hypothesis p_distribution : distribution n p.
Hypothesis d_bounded : forall j, (j < n)%nat -> a <= d j.

Local Notation mu := (E n p (fun j => exp (d j))).
Local Notation sigma2 := (variance n p (fun j => exp (d j))).

Definition ideal (N : nat) : R := ln (1 + INR N * mu).
Definition sampled (N : nat) : R := Expect n p N (fun w => Infonce N (fun j => d (w j))).

Lemma mu_ge : exp a <= mu.
Proof.
  destruct p_distribution as [Hp H1]. rewrite <- (E_const n p (exp a) H1). apply E_le; [assumption|].
  intros j Hj. apply exp_le. now apply d_bounded.
Qed.

Lemma sigma2_nonneg : 0 <= sigma2.
Proof.
  destruct p_distribution as [Hp H1]. unfold variance. apply Sum_nonneg. intros j Hj.
  apply Rmult_le_pos; [now apply Hp|apply pow2_ge_0].
Qed.

Theorem infonce_to_ideal_bound N : (0 < N)%nat ->
  0 <= ideal N - sampled N <= INR N * sigma2 / ((1 + INR N * mu) * (1 + INR N * exp a)).
Proof.
  destruct p_distribution as [Hp H1]. intros HN. assert (HP := INR_pos N HN). assert (Ha := exp_pos a). assert (Hmu := mu_ge).
  set (c := 1 + INR N * mu). assert (Hc : 0 < c) by (unfold c; assert (X := Rmult_lt_0_compat (INR N) mu HP ltac:(lra)); lra).
  set (low := 1 + INR N * exp a). assert (Hlow : 0 < low) by (unfold low; assert (X := Rmult_lt_0_compat _ _ HP Ha); lra).
  set (Z := fun w : nat -> nat => 1 + Sum N (fun j => exp (d (w j)))).
  assert (HZ : forall w, in_range n N w -> low <= Z w).
  { intros w Hw. unfold Z, low. apply Rplus_le_compat_l. rewrite <- Sum_const. apply Sum_le. intros j Hj.
    apply exp_le, d_bounded, Hw, Hj. }
  assert (EZ : Expect n p N Z = c).
  { unfold Z. rewrite (Expect_add n p N (fun _ => 1)), Expect_const by assumption.
    now rewrite (Expect_Sum n p N (fun j => exp (d j)) H1). }
  assert (VZ : Expect n p N (fun w => (Z w - c) ^ 2) = INR N * sigma2).
  { rewrite (Expect_ext n p N _ (fun w => Sum N (fun j => exp (d (w j)) - mu) ^ 2)).
    - rewrite (Expect_Sum_square n p N (fun i => exp (d i) - mu) H1); [reflexivity|].
      unfold Rminus. rewrite (E_add n p (fun i => exp (d i)) (fun _ => - mu)), E_const by assumption. ring.
    - intros w _. rewrite Sum_sub, Sum_const. unfold Z, c. f_equal. ring. }
  split.
  - unfold ideal, sampled. fold c. apply Rge_le, Rge_minus, Rle_ge. rewrite <- EZ.
    apply (expect_ln_le n p N p_distribution Z).
    + intros w Hw. specialize (HZ w Hw). lra.
    + rewrite EZ. assumption.
  - assert (K : Expect n p N (fun w => (ln c + - 1) + (/ c * Z w + - / (c * low) * (Z w - c) ^ 2)) <= sampled N).
    { apply Expect_le; [assumption|]. intros w Hw. specialize (HZ w Hw). assert (Hz : 0 < Z w) by lra.
      change (Infonce N (fun j => d (w j))) with (ln (Z w)).
      assert (T := ln_tangent c (Z w) Hc Hz).
      assert (Q : (c - Z w) / Z w <= 1 - / c * Z w + / (c * low) * (Z w - c) ^ 2).
      { replace ((c - Z w) / Z w) with (1 - / c * Z w + / (c * Z w) * (Z w - c) ^ 2) by (field; lra).
        apply Rplus_le_compat_l, Rmult_le_compat_r; [apply pow2_ge_0|]. apply Rinv_le_contravar.
        - apply Rmult_lt_0_compat; assumption.
        - apply Rmult_le_compat_l; lra. }
      lra. }
    rewrite (Expect_add n p N (fun _ => _)), Expect_const in K by assumption.
    rewrite (Expect_add n p N (fun w => / c * Z w)), !Expect_scale, EZ, VZ, Rinv_l in K by (assumption || lra).
    unfold ideal. fold c. unfold Rdiv. lra.
Qed.

Theorem infonce_converges_to_ideal eps : 0 < eps ->
  exists N0, forall N, (N0 <= N)%nat -> 0 <= ideal N - sampled N <= eps.
Proof.
  intros He. assert (Ha := exp_pos a). assert (Hmu := mu_ge). assert (Hs := sigma2_nonneg).
  assert (HD : 0 < mu * exp a) by (apply Rmult_lt_0_compat; lra).
  destruct (archimed_cor1 (eps * (mu * exp a) / (sigma2 + 1))) as (N0 & HN0 & HN0p).
  { apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; assumption|lra]. }
  exists N0. intros N HN. assert (HNp : (0 < N)%nat) by lia. destruct (infonce_to_ideal_bound N HNp) as [A B].
  split; [assumption|]. apply Rle_trans with (1 := B). assert (HP := INR_pos N HNp).
  assert (HP0 : 0 < INR N0) by (apply INR_pos; lia). assert (HL : INR N0 <= INR N) by (apply le_INR; assumption).
  apply Rle_trans with (INR N * sigma2 / ((INR N * mu) * (INR N * exp a))).
  - unfold Rdiv. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|].
    assert (X1 := Rmult_lt_0_compat (INR N) mu HP ltac:(lra)). assert (X2 := Rmult_lt_0_compat _ _ HP Ha).
    apply Rinv_le_contravar; [now apply Rmult_lt_0_compat|]. apply Rmult_le_compat; lra.
  - replace (INR N * sigma2 / (INR N * mu * (INR N * exp a))) with (sigma2 / (mu * exp a) * / INR N) by (field; lra).
    assert (I : / INR N <= / INR N0) by (apply Rinv_le_contravar; assumption).
    assert (J : / INR N <= eps * (mu * exp a) / (sigma2 + 1)) by lra.
    apply Rle_trans with (sigma2 / (mu * exp a) * (eps * (mu * exp a) / (sigma2 + 1))).
    + apply Rmult_le_compat_l; [|assumption]. apply Rmult_le_pos; [assumption|]. now apply Rlt_le, Rinv_0_lt_compat.
    + replace (sigma2 / (mu * exp a) * (eps * (mu * exp a) / (sigma2 + 1))) with (eps * (sigma2 / (sigma2 + 1))) by (field; lra).
      rewrite <- (Rmult_1_r eps) at 2. apply Rmult_le_compat_l; [lra|].
      apply Rmult_le_reg_r with (sigma2 + 1); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

End Convergence.

(** ** Eq. 8 (Donsker and Varadhan), over the n pairs of users and items: P their joint distribution, Q the product of
    the marginals. The supremum over all scores is the mutual information, and it is reached. *)
Definition information (n : nat) (P Q : nat -> R) : R := E n P (fun k => ln (P k / Q k)).
Definition donsker_varadhan (n : nat) (P Q y : nat -> R) : R := E n P y - ln (E n Q (fun k => exp (y k))).

Theorem eq8_upper_bound n P Q y : Sum n P = 1 -> (forall k, (k < n)%nat -> 0 < P k) -> (forall k, (k < n)%nat -> 0 < Q k) ->
  donsker_varadhan n P Q y <= information n P Q.
Proof.
  intros H1 HP HQ. unfold donsker_varadhan, information.
  assert (Hn : (0 < n)%nat) by (destruct n; [simpl in H1; lra|lia]).
  set (c := E n Q (fun k => exp (y k))).
  assert (Hc : 0 < c).
  { apply Sum_pos; [assumption|]. intros k Hk. apply Rmult_lt_0_compat; [now apply HQ|apply exp_pos]. }
  apply Rminus_le. replace (E n P y - ln c - E n P (fun k => ln (P k / Q k)))
    with (E n P (fun k => (y k - ln c) + -1 * ln (P k / Q k))).
  - apply Rle_trans with (E n P (fun k => Q k / P k * exp (y k) / c - 1)).
    + apply E_le; [intros; now apply Rlt_le, HP|]. intros k Hk. assert (A := HP k Hk). assert (B := HQ k Hk).
      assert (G := exp_pos (y k)). assert (V : 0 < Q k / P k * exp (y k)).
      { apply Rmult_lt_0_compat; [now apply Rdiv_lt_0_compat|assumption]. }
      assert (T := ln_tangent _ c V Hc).
      rewrite ln_mult, ln_exp, ln_div in T by (assumption || now apply Rdiv_lt_0_compat). rewrite ln_div by assumption.
      replace ((Q k / P k * exp (y k) - c) / c) with (Q k / P k * exp (y k) / c - 1) in T by (field; lra). lra.
    + unfold E. rewrite (Sum_ext n _ (fun k => / c * (Q k * exp (y k)) - P k)).
      * rewrite Sum_sub, Sum_scale, H1. fold (E n Q (fun k => exp (y k))). fold c. rewrite Rinv_l; lra.
      * intros k Hk. assert (A := HP k Hk). field. lra.
  - rewrite (E_add n P (fun k => y k - ln c)), E_scale. unfold Rminus at 1. rewrite (E_add n P y (fun _ => - ln c)).
    rewrite E_const by assumption. ring.
Qed.

Theorem eq8_is_attained n P Q : Sum n P = 1 -> (forall k, (k < n)%nat -> 0 < P k) -> (forall k, (k < n)%nat -> 0 < Q k) ->
  donsker_varadhan n P Q (fun k => ln (P k / Q k)) = information n P Q.
Proof.
  intros H1 HP HQ. unfold donsker_varadhan, information. replace (E n Q _) with 1.
  - rewrite ln_1. ring.
  - rewrite <- H1. apply Sum_ext. intros k Hk. assert (A := HP k Hk). assert (B := HQ k Hk).
    rewrite exp_ln by now apply Rdiv_lt_0_compat. field. lra.
Qed.

(** ** Eq. 10: the factor 1/N moves the value by log N and no derivative *)
Theorem eq10_is_shifted_plug_in t n y x : 0 < t -> (0 < n)%nat ->
  mine t n y x = - (y / t - ln (Mean n (fun j => exp (x j / t)))) + ln (INR n).
Proof.
  intros Ht Hn. unfold mine, Mean. fold (exp_sum t n x).
  rewrite ln_div by (now apply exp_sum_pos || now apply INR_pos). ring.
Qed.
