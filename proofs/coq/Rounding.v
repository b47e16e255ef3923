(** What Gappa's goals (proofs/gappa) take as given beside the polynomials, and what puts them together: how an error of the
    argument goes through exp and log, the last rounding, the correction of log1p, and sums of any length in any order. *)
From Coq Require Import Reals Lra Lia ZArith.
From Coquelicot Require Import Coquelicot.
From Flocq Require Import Core Pff2Flocq.
Open Scope R_scope.

(** ** An error of the argument *)

(** exp_value.in: e^r against e^(r + d). *)
Theorem exp_near d : Rabs d <= 1 / 2 -> Rabs (exp d - 1) <= Rabs d * (1 + 2 * Rabs d).
Proof.
  intros H. assert (A := exp_ineq1_le d). assert (B := exp_ineq1_le (- d)). rewrite exp_Ropp in B.
  assert (P := exp_pos d). apply Rmult_le_compat_r with (r := exp d) in B; [|lra]. rewrite Rinv_l in B by lra.
  unfold Rabs in *. destruct (Rcase_abs d), (Rcase_abs (exp d - 1)); nra.
Qed.

(** log1p.in: log(1 + c/w) against c/w. *)
Lemma ln_le_minus_1 x : 0 < x -> ln x <= x - 1.
Proof. intros H. assert (A := exp_ineq1_le (ln x)). rewrite exp_ln in A by assumption. lra. Qed.

Theorem log1p_near y : Rabs y <= 1 / 2 -> Rabs (ln (1 + y) - y) <= 2 * (y * y).
Proof.
  intros H. assert (B : - (1 / 2) <= y <= 1 / 2) by (unfold Rabs in H; destruct (Rcase_abs y); lra).
  assert (A := ln_le_minus_1 (1 + y) ltac:(lra)).
  assert (C := ln_le_minus_1 (/ (1 + y)) ltac:(apply Rinv_0_lt_compat; lra)). rewrite ln_Rinv in C by lra.
  assert (D : / (1 + y) - 1 + y = y * y * / (1 + y)) by (field; lra).
  assert (E : / (1 + y) <= 2) by (apply Rmult_le_reg_r with (1 + y); [lra|]; rewrite Rinv_l; lra).
  assert (0 <= y * y) by nra. unfold Rabs. destruct (Rcase_abs (ln (1 + y) - y)); nra.
Qed.

(** softplus.in: Lu - LU = D (u - U), 0 <= D <= 1/(1 + m). *)
Theorem log1p_slope a b m : 0 <= m -> m <= b -> b <= a -> 0 <= ln (1 + a) - ln (1 + b) <= (a - b) / (1 + m).
Proof.
  intros Hm Hb Ha. split.
  - destruct (Req_dec a b) as [->|N]; [lra|]. assert (ln (1 + b) < ln (1 + a)) by (apply ln_increasing; lra). lra.
  - assert (Q := ln_le_minus_1 ((1 + a) / (1 + b)) ltac:(apply Rdiv_lt_0_compat; lra)).
    rewrite ln_div in Q by lra. apply Rle_trans with (1 := Q).
    replace ((1 + a) / (1 + b) - 1) with ((a - b) * / (1 + b)) by (field; lra).
    apply Rmult_le_compat_l; [lra|]. apply Rinv_le_contravar; lra.
Qed.

(** |log(1 + f)| >= 2 |s|, s = f/(2 + f): so |f/L0| <= (2 + f)/2 in log_core.in, and in softplus.in an error of U relative to U
    is one relative to log(1 + U) at most (2 + U)/(2 + 2 U) times as large. *)
Lemma log1p_minus_2s f : -1 < f -> 0 <= (ln (1 + f) - 2 * f / (2 + f)) * f.
Proof.
  intros H. set (g := fun x => ln (1 + x) - 2 * x / (2 + x)). set (dg := fun x => x * x / ((1 + x) * ((2 + x) * (2 + x)))).
  assert (D : forall x, Rmin 0 f <= x <= Rmax 0 f -> is_derive g x (dg x)).
  { intros x Hx. assert (-1 < x) by (unfold Rmin, Rmax in Hx; destruct (Rle_dec 0 f); lra).
    unfold g, dg. auto_derive; [repeat split; lra|]. field. repeat split; lra. }
  destruct (MVT_gen g 0 f dg) as (c & Hc & E).
  - intros x Hx. apply D. lra.
  - intros x Hx. apply continuity_pt_filterlim, (ex_derive_continuous g). exists (dg x). now apply D.
  - assert (G : g 0 = 0) by (unfold g; replace (1 + 0) with 1 by ring; rewrite ln_1; field).
    assert (-1 < c) by (unfold Rmin, Rmax in Hc; destruct (Rle_dec 0 f); lra).
    assert (0 <= dg c) by (unfold dg; apply Rmult_le_pos; [nra|]; apply Rlt_le, Rinv_0_lt_compat; nra).
    fold (g f). rewrite G in E. replace (g f) with (dg c * f) by lra. nra.
Qed.

Theorem log1p_at_least_2s f : -1 < f -> Rabs (2 * f / (2 + f)) <= Rabs (ln (1 + f)).
Proof.
  intros H. assert (A := log1p_minus_2s f H). assert (P : 0 < / (2 + f)) by (apply Rinv_0_lt_compat; lra).
  destruct (Rtotal_order f 0) as [N|[->|N]].
  - assert (ln (1 + f) <= 2 * f / (2 + f)) by nra.
    assert (2 * f / (2 + f) <= 0) by (unfold Rdiv; nra). rewrite !Rabs_left1; lra.
  - replace (1 + 0) with 1 by ring. rewrite ln_1. replace (2 * 0 / (2 + 0)) with 0 by field. lra.
  - assert (2 * f / (2 + f) <= ln (1 + f)) by nra.
    assert (0 <= 2 * f / (2 + f)) by (unfold Rdiv; nra). rewrite !Rabs_pos_eq; lra.
Qed.

Theorem log1p_condition U : 0 < U -> U / ((1 + U) * ln (1 + U)) <= (2 + U) / (2 + 2 * U).
Proof.
  intros H. assert (A := log1p_at_least_2s U ltac:(lra)).
  assert (P : 0 < ln (1 + U)) by (rewrite <- ln_1; apply ln_increasing; lra).
  assert (Q : 0 < 2 * U / (2 + U)) by (apply Rdiv_lt_0_compat; lra).
  rewrite !Rabs_pos_eq in A by lra.
  replace ((2 + U) / (2 + 2 * U)) with (U / ((1 + U) * (2 * U / (2 + U)))) by (field; lra).
  apply Rmult_le_compat_l; [lra|]. apply Rinv_le_contravar; nra.
Qed.

(** ** Sums in any order: each addition is off by at most u of its result; `depth` is the longest way to a term. *)

Inductive order := Term (x : R) | Plus (a b : order).

Fixpoint exact_sum (t : order) : R := match t with Term x => x | Plus a b => exact_sum a + exact_sum b end.
Fixpoint sizes (t : order) : R := match t with Term x => Rabs x | Plus a b => sizes a + sizes b end.
Fixpoint depth (t : order) : nat := match t with Term _ => O | Plus a b => S (Nat.max (depth a) (depth b)) end.

(** What floating point may make of it, with relative errors of at most u. *)
Fixpoint computes (u : R) (t : order) (v : R) : Prop :=
  match t with
  | Term x => v = x
  | Plus a b => exists x y d, computes u a x /\ computes u b y /\ Rabs d <= u /\ v = (x + y) * (1 + d)
  end.

Lemma sizes_nonneg t : 0 <= sizes t.
Proof. induction t; simpl; [apply Rabs_pos|lra]. Qed.

Lemma pow_1u_mono u m n : 0 <= u -> (m <= n)%nat -> (1 + u) ^ m <= (1 + u) ^ n.
Proof. intros. apply Rle_pow; [lra|assumption]. Qed.

Lemma exact_le_sizes t : Rabs (exact_sum t) <= sizes t.
Proof. induction t; simpl; [lra|]. apply Rle_trans with (1 := Rabs_triang _ _). lra. Qed.

Theorem sum_in_any_order u t v : 0 <= u -> computes u t v -> Rabs (v - exact_sum t) <= ((1 + u) ^ depth t - 1) * sizes t.
Proof.
  intros Hu. revert v. induction t as [x|a IHa b IHb]; intros v H; simpl exact_sum; simpl sizes; simpl depth.
  - simpl in H. rewrite H, Rminus_diag_eq by reflexivity. rewrite Rabs_R0, pow_O. lra.
  - destruct H as (x & y & d & HA & HB & Hd & ->). assert (IA := IHa x HA). assert (IB := IHb y HB).
    set (n := Nat.max (depth a) (depth b)) in *.
    assert (A1 := pow_1u_mono u (depth a) n Hu ltac:(lia)). assert (B1 := pow_1u_mono u (depth b) n Hu ltac:(lia)).
    assert (SA := sizes_nonneg a). assert (SB := sizes_nonneg b).
    assert (EA := exact_le_sizes a). assert (EB := exact_le_sizes b).
    set (p := (1 + u) ^ n) in *. change ((1 + u) ^ S n) with ((1 + u) * p).
    assert (X : Rabs (x - exact_sum a) <= (p - 1) * sizes a) by (apply Rle_trans with (1 := IA); nra).
    assert (Y : Rabs (y - exact_sum b) <= (p - 1) * sizes b) by (apply Rle_trans with (1 := IB); nra).
    replace ((x + y) * (1 + d) - (exact_sum a + exact_sum b))
      with ((x - exact_sum a) + (y - exact_sum b) + d * (exact_sum a + exact_sum b + (x - exact_sum a) + (y - exact_sum b))) by ring.
    set (ex := x - exact_sum a) in *. set (ey := y - exact_sum b) in *.
    apply Rle_trans with (1 := Rabs_triang _ _). rewrite Rabs_mult.
    assert (T : Rabs (ex + ey) <= (p - 1) * (sizes a + sizes b)) by (apply Rle_trans with (1 := Rabs_triang _ _); lra).
    assert (W : Rabs (exact_sum a + exact_sum b + ex + ey) <= p * (sizes a + sizes b)).
    { rewrite Rplus_assoc. apply Rle_trans with (1 := Rabs_triang _ _).
      assert (V := Rabs_triang (exact_sum a) (exact_sum b)). nra. }
    assert (Z : Rabs d * Rabs (exact_sum a + exact_sum b + ex + ey) <= u * (p * (sizes a + sizes b))).
    { apply Rmult_le_compat; try apply Rabs_pos; assumption. }
    nra.
Qed.

(** (1 + u)^k - 1 <= (k + 1) u, the form of the loss's bounds, while k (k + 1) u <= 1: k <= 4095 in float. *)
Theorem growth_of_sums u k : 0 <= u -> INR k * (INR k + 1) * u <= 1 -> (1 + u) ^ k - 1 <= (INR k + 1) * u.
Proof.
  intros Hu Hk. assert (K := pos_INR k).
  assert (G : forall j, (j <= k)%nat -> (1 + u) ^ j * (1 - INR j * u) <= 1).
  { intros j. induction j as [|j IH]; intros Hj; [simpl; lra|]. specialize (IH ltac:(lia)).
    assert (P : 0 < (1 + u) ^ j) by (apply pow_lt; lra). rewrite S_INR. assert (J := pos_INR j).
    assert (Q : (1 + u) * (1 - (INR j + 1) * u) <= 1 - INR j * u) by (assert (0 <= INR j * (u * u)) by (apply Rmult_le_pos; nra); nra).
    apply Rle_trans with (2 := IH). apply Rmult_le_compat_l with (r := (1 + u) ^ j) in Q; [|lra]. simpl. lra. }
  specialize (G k (le_n k)). assert (P : 0 < (1 + u) ^ k) by (apply pow_lt; lra).
  destruct (Req_dec (INR k) 0) as [Z|N].
  { replace k with O by (apply INR_eq; simpl; lra). simpl. lra. }
  assert (S : INR k * u < 1) by nra.
  assert (Q : 1 <= (1 + (INR k + 1) * u) * (1 - INR k * u)) by nra.
  apply Rmult_le_reg_r with (1 - INR k * u); [lra|].
  apply Rle_trans with (1 - (1 - INR k * u)); lra.
Qed.

(** ** The last rounding: half an ulp on top of what was off before, also where it goes beyond the binade of the exact L. *)
Section Rounding.
Variables emin p : Z.
Hypothesis p_at_least_2 : (2 <= p)%Z.
Let fexp := FLT_exp emin p.
Let rnd := round radix2 fexp ZnearestE.

Local Instance p_positive : Prec_gt_0 p.
Proof. unfold Prec_gt_0. lia. Qed.

Theorem last_rounding v L : bpow radix2 (emin + p - 1) <= L -> Rabs (v - L) < ulp radix2 fexp L ->
  Rabs (rnd v - L) <= ulp radix2 fexp L / 2 + Rabs (v - L).
Proof.
  intros HL Hv. assert (L0 : 0 < L) by (apply Rlt_le_trans with (2 := HL), bpow_gt_0).
  set (e := mag radix2 L : Z). assert (B : bpow radix2 (e - 1) <= L < bpow radix2 e).
  { assert (H1 := bpow_mag_le radix2 L ltac:(lra)). assert (H2 := bpow_mag_gt radix2 L).
    rewrite Rabs_pos_eq in H1, H2 by lra. fold e in H1, H2. lra. }
  assert (E : (emin + p <= e)%Z).
  { assert (emin + p - 1 < e)%Z by (apply (lt_bpow radix2); lra). lia. }
  assert (U : ulp radix2 fexp L = bpow radix2 (e - p)).
  { rewrite ulp_neq_0 by lra. unfold cexp, fexp, FLT_exp. fold e. f_equal. lia. }
  rewrite U in *. assert (UL : bpow radix2 (e - p) <= bpow radix2 (e - 1)) by (apply bpow_le; lia).
  assert (V : 0 < v). { unfold Rabs in Hv. destruct (Rcase_abs (v - L)); lra. }
  destruct (Rlt_dec v (bpow radix2 e)) as [Below|Above].
  - assert (M : (mag radix2 v <= e)%Z) by (apply mag_le_bpow; [lra|rewrite Rabs_pos_eq; lra]).
    assert (H : Rabs (rnd v - v) <= / 2 * ulp radix2 fexp v) by (apply error_le_half_ulp, FLT_exp_valid, p_positive).
    assert (UV : ulp radix2 fexp v <= bpow radix2 (e - p)).
    { rewrite ulp_neq_0 by lra. apply bpow_le. unfold cexp, fexp, FLT_exp. lia. }
    replace (rnd v - L) with ((rnd v - v) + (v - L)) by ring. apply Rle_trans with (1 := Rabs_triang _ _).
    lra.
  - assert (F : generic_format radix2 fexp (bpow radix2 e)).
    { apply generic_format_bpow. unfold fexp, FLT_exp. lia. }
    assert (S : ulp radix2 fexp (bpow radix2 e) = 2 * bpow radix2 (e - p)).
    { rewrite ulp_bpow. unfold fexp, FLT_exp. replace (Z.max (e + 1 - p) emin) with (1 + (e - p))%Z by lia.
      rewrite bpow_plus. reflexivity. }
    assert (R1 : rnd v <= bpow radix2 e).
    { apply round_N_le_midp; [apply FLT_exp_valid, p_positive|exact F|].
      rewrite succ_eq_pos by (apply bpow_ge_0). rewrite S. unfold Rabs in Hv. destruct (Rcase_abs (v - L)); lra. }
    assert (R2 : bpow radix2 e <= rnd v).
    { apply round_ge_generic; [apply FLT_exp_valid, p_positive|apply valid_rnd_N|exact F|lra]. }
    assert (P := bpow_gt_0 radix2 (e - p)). unfold Rabs. destruct (Rcase_abs (rnd v - L)), (Rcase_abs (v - L)); lra.
Qed.

(** log1p.in: what 1 + x loses in w is found again exactly (Fast2Sum of Dekker, with the larger of the two first). *)
Hypothesis emin_negative : (emin <= 0)%Z.
Theorem log1p_correction x y : generic_format radix2 fexp x -> generic_format radix2 fexp y -> Rabs y <= Rabs x ->
  rnd (x + y) + rnd (y - rnd (rnd (x + y) - x)) = x + y.
Proof.
  intros Fx Fy H. assert (Q := Fast2Sum_correct emin p (fun z => negb (Z.even z)) ltac:(lia) emin_negative).
  assert (Sym : forall z, negb (Z.even z) = negb (negb (Z.even (- (z + 1))))).
  { intros z. rewrite Z.even_opp, Z.even_add. now destruct (Z.even z). }
  specialize (Q Sym x y Fx Fy H). unfold rnd.
  replace (round radix2 fexp ZnearestE (x + y) - x) with (- (x - round radix2 fexp ZnearestE (x + y))) by ring.
  rewrite round_NE_opp. unfold Rminus at 1. rewrite Ropp_involutive. exact Q.
Qed.
End Rounding.
