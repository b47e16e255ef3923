(** What Jensen's inequality gives away in Eq. 11: Hoeffding's lemma. MINE is above mean d + log N by at most
    (max d - min d)^2 / 8, so the bound is tight when the scores of the samples are close together. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Verirec Require Import Sums ExpLog Losses Chain Debias.
Open Scope R_scope.

Definition Smallest (n : nat) (f : nat -> R) : R := - Largest n (fun j => - f j).

Lemma Smallest_le n f j : (j < n)%nat -> Smallest n f <= f j.
Proof. intros Hj. unfold Smallest. assert (H := Largest_ge n (fun j => - f j) j Hj). simpl in H. lra. Qed.

(** What has a slope of at least 0 does not fall. *)
Lemma nonneg_slope (f f' : R -> R) h : 0 <= h -> (forall x, 0 <= x <= h -> is_derive f x (f' x)) ->
  (forall x, 0 <= x <= h -> 0 <= f' x) -> f 0 <= f h.
Proof.
  intros Hh Hd Hp. destruct (MVT_gen f 0 h f') as (c & Hc & E).
  - intros x Hx. rewrite Rmin_left, Rmax_right in Hx by lra. apply Hd. lra.
  - intros x Hx. rewrite Rmin_left, Rmax_right in Hx by lra.
    apply continuity_pt_filterlim, (ex_derive_continuous f x). exists (f' x). now apply Hd.
  - rewrite Rmin_left, Rmax_right in Hc by lra.
    assert (Q := Rmult_le_pos _ _ (Hp c Hc) Hh). lra.
Qed.

(** Two points 0 and h, the upper one with weight theta. *)
Section TwoPoints.
Variable theta : R.
Hypothesis theta_range : 0 <= theta <= 1.

Let D (x : R) : R := 1 - theta + theta * exp x.

Lemma D_pos x : 0 < D x.
Proof.
  unfold D. assert (H := exp_pos x). destruct (Req_dec theta 0) as [->|Ht]; [lra|].
  assert (0 < theta * exp x) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

Lemma slope_le x : 0 <= x -> theta * exp x / D x <= theta + x / 4.
Proof.
  intros Hx. set (g := fun x => theta + x / 4 - theta * exp x / D x).
  set (g' := fun x => 1 / 4 - theta * exp x * (1 - theta) / (D x) ^ 2).
  assert (H : g 0 <= g x).
  { apply (nonneg_slope g g' x Hx).
    - intros v _. unfold g, g', D. assert (P := D_pos v). unfold D in P. auto_derive; [lra|]. field. lra.
    - intros v _. unfold g'. assert (P := D_pos v). assert (Q : D v = (1 - theta) + theta * exp v) by reflexivity.
      set (a := 1 - theta) in *. set (b := theta * exp v) in *.
      apply Rmult_le_reg_r with (4 * D v ^ 2); [apply Rmult_lt_0_compat; [lra|now apply pow_lt]|].
      replace ((1 / 4 - b * a / D v ^ 2) * (4 * D v ^ 2)) with (D v ^ 2 - 4 * (b * a)) by (field; lra).
      rewrite Q. assert (S := pow2_ge_0 (a - b)). lra. }
  assert (Z : g 0 = 0) by (unfold g, D; rewrite exp_0; field; lra). rewrite Z in H. unfold g in H. lra.
Qed.

Lemma hoeffding_two_points h : 0 <= h -> ln (1 - theta + theta * exp h) <= theta * h + h ^ 2 / 8.
Proof.
  intros Hh. set (f := fun x => theta * x + x ^ 2 / 8 - ln (D x)).
  set (f' := fun x => theta + x / 4 - theta * exp x / D x).
  assert (H : f 0 <= f h).
  { apply (nonneg_slope f f' h Hh).
    - intros v _. unfold f, f', D. assert (P := D_pos v). unfold D in P. auto_derive; [lra|]. field. lra.
    - intros v Hv. unfold f'. assert (S := slope_le v (proj1 Hv)). lra. }
  unfold f, D in H. rewrite exp_0 in H. replace (1 - theta + theta * 1) with 1 in H by ring. rewrite ln_1 in H. lra.
Qed.

End TwoPoints.

(** exp lies below its chord. *)
Lemma exp_chord l h : 0 <= l <= 1 -> exp (l * h) <= 1 - l + l * exp h.
Proof.
  intros Hl. assert (P := exp_pos (l * h)).
  assert (A : exp (l * h) * (1 + (h - l * h)) <= exp h).
  { replace (exp h) with (exp (l * h) * exp (h - l * h)) by (rewrite <- exp_plus; f_equal; ring).
    apply Rmult_le_compat_l; [lra|apply exp_tangent]. }
  assert (B : exp (l * h) * (1 - l * h) <= 1).
  { replace 1 with (exp (l * h) * exp (- (l * h))) at 2 by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
    apply Rmult_le_compat_l; [lra|]. assert (T := exp_tangent (- (l * h))). lra. }
  assert (A' := Rmult_le_compat_l l _ _ (proj1 Hl) A). assert (B' := Rmult_le_compat_l (1 - l) _ _ ltac:(lra) B). lra.
Qed.

(** Hoeffding's lemma over a finite set. *)
Theorem hoeffding n p d a b : distribution n p -> (forall j, (j < n)%nat -> a <= d j <= b) ->
  ln (E n p (fun j => exp (d j))) <= E n p d + (b - a) ^ 2 / 8.
Proof.
  intros [Hp H1] Hd. assert (Hn : (0 < n)%nat) by (destruct n; [simpl in H1; lra|lia]).
  assert (Hab : a <= b) by (specialize (Hd O Hn); lra).
  destruct (Rle_lt_or_eq_dec a b Hab) as [Hlt|Heq].
  - set (h := b - a). assert (Hh : 0 < h) by (unfold h; lra). set (theta := (E n p d - a) / h).
    assert (Ha : a <= E n p d) by (rewrite <- (E_const n p a H1); apply E_le; [assumption|]; intros; now apply Hd).
    assert (Hb : E n p d <= b) by (rewrite <- (E_const n p b H1); apply E_le; [assumption|]; intros; now apply Hd).
    assert (Et : theta * h = E n p d - a) by (unfold theta; field; lra).
    assert (Ht : 0 <= theta <= 1) by (split; apply Rmult_le_reg_r with h; unfold h in *; lra).
    assert (K : E n p (fun j => exp (d j)) <= exp a * (1 - theta + theta * exp h)).
    { apply Rle_trans with (E n p (fun j => exp a * (1 - a * (exp h - 1) / h) + exp a * (exp h - 1) / h * d j)).
      - apply E_le; [assumption|]. intros j Hj. destruct (Hd j Hj) as [D1 D2]. set (l := (d j - a) / h).
        assert (El : l * h = d j - a) by (unfold l; field; lra).
        assert (C := exp_chord l h ltac:(split; apply Rmult_le_reg_r with h; unfold h in *; lra)).
        replace (d j) with (a + l * h) at 1 by lra. rewrite exp_plus.
        apply Rle_trans with (exp a * (1 - l + l * exp h)).
        + apply Rmult_le_compat_l; [apply Rlt_le, exp_pos|assumption].
        + right. unfold l. field. lra.
      - rewrite (E_add n p (fun _ => _)), E_const, E_scale by assumption. right. unfold theta. field. lra. }
    assert (P := D_pos theta Ht h).
    apply Rle_trans with (ln (exp a * (1 - theta + theta * exp h))).
    + apply ln_le; [|assumption]. apply Rlt_le_trans with (exp a); [apply exp_pos|].
      rewrite <- (E_const n p (exp a) H1). apply E_le; [assumption|]. intros. apply exp_le. now apply Hd.
    + rewrite ln_mult, ln_exp by (apply exp_pos || assumption).
      assert (S := hoeffding_two_points theta Ht h ltac:(lra)). fold h. lra.
  - subst b. rewrite (E_ext n p (fun j => exp (d j)) (fun _ => exp a)), (E_ext n p d (fun _ => a)), !E_const, ln_exp
      by (assumption || (intros; f_equal; specialize (Hd i H); lra) || (intros; specialize (Hd i H); lra)). lra.
Qed.

Lemma E_uniform n f : E n (fun _ => 1 / INR n) f = Mean n f.
Proof. unfold E, Mean. rewrite Sum_scale. unfold Rdiv. ring. Qed.

Lemma uniform_distribution n : (0 < n)%nat -> distribution n (fun _ => 1 / INR n).
Proof.
  intros Hn. apply INR_pos in Hn. split; [intros; apply Rlt_le, Rdiv_lt_0_compat; lra|]. rewrite Sum_const. field. lra.
Qed.

(** The gap of Eq. 11's third line; that it is at least 0 is [eq11_mean_plus_log_le_mine]. *)
Theorem eq11_jensen_gap n d : (0 < n)%nat ->
  0 <= Mine n d - (Mean n d + ln (INR n)) <= (Largest n d - Smallest n d) ^ 2 / 8.
Proof.
  intros Hn. assert (HN := INR_pos n Hn). split; [assert (H := eq11_mean_plus_log_le_mine n d Hn); lra|].
  assert (H := hoeffding n (fun _ => 1 / INR n) d (Smallest n d) (Largest n d) (uniform_distribution n Hn)
    (fun j Hj => conj (Smallest_le n d j Hj) (Largest_ge n d j Hj))).
  rewrite !E_uniform in H. unfold Mine. unfold Mean at 1 in H.
  rewrite ln_div in H by (assumption || now apply SumExp_pos). lra.
Qed.

(** It is 0 for equal gaps, so the lower end is reached. *)
Theorem eq11_jensen_gap_is_attained n c : (0 < n)%nat -> Mine n (fun _ => c) = Mean n (fun _ => c) + ln (INR n).
Proof.
  intros Hn. unfold Mine. rewrite Sum_const, Mean_const, ln_mult, ln_exp by (assumption || apply exp_pos || now apply INR_pos).
  lra.
Qed.
