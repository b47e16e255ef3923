(** The polynomials behind exp and log in src/num/elementary.h, with the C's own coefficients (Coefficients.v): how far the
    formula is from the function in exact arithmetic. Rounding comes on top; the measured worst errors of the compiled
    functions stand in that header and are enforced by tests/unit/test_elementary.c.

    Interval computes with machine integers, so these theorems alone rest on Coq's axioms of PrimInt63 and Uint63.
    (i_prec keeps it from computing with machine floats, whose axioms are not allowed here.) *)
From Coq Require Import Reals Lra Lia ZArith.
From Coquelicot Require Import Coquelicot.
From Interval Require Import Tactic.
From Verirec Require Import Sums ExpLog Gradients Coefficients.
Open Scope R_scope.

Lemma between x a : Rabs x <= a -> - a <= x <= a.
Proof. intros H. unfold Rabs in H. destruct (Rcase_abs x); lra. Qed.

(** ** exp: e^r = 1 + r + r^2 q(r) on |r| <= ln 2 / 2 = 0.34657..., and a little beyond: r is rounded. *)

Definition exp_f32_formula (r : R) : R :=
  1 + (r + r * r * ((((exp_f32_q_4 * r + exp_f32_q_3) * r + exp_f32_q_2) * r + exp_f32_q_1) * r + exp_f32_q_0)).

Theorem exp_f32_polynomial r : Rabs r <= 3466 / 10 ^ 4 -> Rabs (exp_f32_formula r / exp r - 1) <= 4 / 10 ^ 9.
Proof.
  intros H. apply between in H.
  unfold exp_f32_formula, exp_f32_q_0, exp_f32_q_1, exp_f32_q_2, exp_f32_q_3, exp_f32_q_4.
  interval with (i_prec 60, i_taylor r, i_degree 8, i_bisect r, i_depth 20).
Qed.

Definition exp_f64_formula (r : R) : R :=
  1 + (r + r * r * ((((((((((exp_f64_q_10 * r + exp_f64_q_9) * r + exp_f64_q_8) * r + exp_f64_q_7) * r + exp_f64_q_6) * r
    + exp_f64_q_5) * r + exp_f64_q_4) * r + exp_f64_q_3) * r + exp_f64_q_2) * r + exp_f64_q_1) * r + exp_f64_q_0)).

Theorem exp_f64_polynomial r : Rabs r <= 3466 / 10 ^ 4 -> Rabs (exp_f64_formula r / exp r - 1) <= 77 / 10 ^ 20.
Proof.
  intros H. apply between in H.
  unfold exp_f64_formula, exp_f64_q_0, exp_f64_q_1, exp_f64_q_2, exp_f64_q_3, exp_f64_q_4, exp_f64_q_5, exp_f64_q_6,
    exp_f64_q_7, exp_f64_q_8, exp_f64_q_9, exp_f64_q_10.
  interval with (i_prec 100, i_taylor r, i_degree 16, i_bisect r, i_depth 20).
Qed.

(** ** log: log(1 + f) = 2 s + s^3 R(s^2), s = f/(2 + f), for f in [-1/4, 1/2], so |s| <= 1/5

    |log(1 + f)| >= 2 |s|, so an error of eps |s|^3 is one of eps/50 relative to the logarithm: 2^-30.7 and 2^-60.1.

    The C computes f - (h - s (p z + h)) with h = f^2/2, z = s^2, p = R(z), which keeps f whole. *)
Theorem log_core_form f p : 2 + f <> 0 ->
  let s := f / (2 + f) in let z := s * s in let h := / 2 * f * f in
  f - (h - s * (p * z + h)) = 2 * s + s ^ 3 * p.
Proof. intros H s z h. unfold h, z, s. field. assumption. Qed.

Theorem log_argument f : 0 < 1 + f -> let s := f / (2 + f) in (1 + s) / (1 - s) = 1 + f.
Proof. intros H s. unfold s. field. split; lra. Qed.

(** The series of log((1 + s)/(1 - s)), and what is left after n terms. *)
Definition odd_series (n : nat) (s : R) : R := Sum n (fun k => 2 * s ^ (2 * k + 1) / INR (2 * k + 1)).

Lemma power_derivative m s : (0 < m)%nat -> is_derive (fun s => 2 * s ^ m / INR m) s (2 * s ^ pred m).
Proof. intros Hm. assert (H := INR_pos m Hm). auto_derive; [exact I|]. field. lra. Qed.

Lemma odd_series_derivative n s : is_derive (odd_series n) s (Sum n (fun k => 2 * s ^ (2 * k))).
Proof.
  apply (is_derive_Sum n (fun k s => 2 * s ^ (2 * k + 1) / INR (2 * k + 1))). intros k _.
  assert (D := power_derivative (2 * k + 1) s ltac:(lia)).
  replace (pred (2 * k + 1)) with (2 * k)%nat in D by lia. exact D.
Qed.

Lemma geometric n s : s * s <> 1 -> Sum n (fun k => 2 * s ^ (2 * k)) = 2 * (1 - s ^ (2 * n)) / (1 - s * s).
Proof.
  intros H. assert (1 - s * s <> 0) by lra. induction n.
  { replace (2 * 0)%nat with O by lia. rewrite pow_O. cbn [Sum]. unfold Rdiv. ring. }
  cbn [Sum]. rewrite IHn.
  replace (s ^ (2 * S n)) with (s ^ (2 * n) * (s * s)).
  - set (q := s ^ (2 * n)). field. intros Z. apply H. lra.
  - replace (2 * S n)%nat with (2 * n + 2)%nat by lia. rewrite pow_add. ring.
Qed.

Theorem odd_series_rest n s : Rabs s <= 1 / 5 ->
  Rabs (ln ((1 + s) / (1 - s)) - odd_series n s) <= 25 / 12 * Rabs s ^ (2 * n + 1).
Proof.
  intros Hs. assert (B := between _ _ Hs).
  set (g := fun x => ln ((1 + x) / (1 - x)) - odd_series n x).
  set (dg := fun x => 2 * x ^ (2 * n) / (1 - x * x)).
  assert (D : forall x, -1 / 5 <= x <= 1 / 5 -> is_derive g x (dg x)).
  { intros x Hx. unfold g.
    replace (dg x) with (Coquelicot.Hierarchy.minus (2 / (1 - x * x)) (Sum n (fun k => 2 * x ^ (2 * k)))).
    - apply (is_derive_minus (fun x => ln ((1 + x) / (1 - x))) (odd_series n)); [|apply odd_series_derivative].
      auto_derive; [repeat split; try lra; apply Rmult_lt_0_compat; [lra|apply Rinv_0_lt_compat; lra]|].
      field. repeat split; nra.
    - rewrite geometric by nra. unfold dg, Hierarchy.minus, Hierarchy.plus, Hierarchy.opp. simpl. field. nra. }
  assert (M : forall x, Rmin 0 s <= x <= Rmax 0 s -> -1 / 5 <= x <= 1 / 5).
  { intros x Hx. unfold Rmin, Rmax in Hx. destruct (Rle_dec 0 s); lra. }
  assert (M1 : forall x, Rmin 0 s < x < Rmax 0 s -> is_derive g x (dg x)) by (intros x Hx; apply D, M; lra).
  assert (M2 : forall x, Rmin 0 s <= x <= Rmax 0 s -> continuity_pt g x).
  { intros x Hx. apply continuity_pt_filterlim. apply (ex_derive_continuous g). exists (dg x). apply D, M, Hx. }
  destruct (MVT_gen g 0 s dg M1 M2) as (c & Hc & E).
  assert (G0 : g 0 = 0).
  { unfold g, odd_series. replace ((1 + 0) / (1 - 0)) with 1 by field. rewrite ln_1.
    rewrite (Sum_ext n _ (fun _ => 0)); [rewrite Sum_zero; ring|]. intros k _. rewrite pow_i by lia. unfold Rdiv. ring. }
  rewrite G0, !Rminus_0_r in E. change (Rabs (g s) <= 25 / 12 * Rabs s ^ (2 * n + 1)). rewrite E, Rabs_mult.
  assert (Hc' : Rabs c <= Rabs s).
  { unfold Rmin, Rmax in Hc. unfold Rabs. destruct (Rle_dec 0 s), (Rcase_abs c), (Rcase_abs s); lra. }
  rewrite pow_add, pow_1, <- Rmult_assoc. apply Rmult_le_compat_r; [apply Rabs_pos|]. unfold dg.
  assert (C2 : c * c <= 1 / 25).
  { rewrite <- (Rabs_pos_eq (c * c)) by nra. rewrite Rabs_mult. assert (P := Rabs_pos c). nra. }
  unfold Rdiv. rewrite Rabs_mult, (Rabs_mult 2), (Rabs_pos_eq 2) by lra. rewrite <- RPow_abs.
  rewrite (Rabs_pos_eq (/ (1 - c * c))) by (apply Rlt_le, Rinv_0_lt_compat; lra).
  assert (I : / (1 - c * c) <= / (24 / 25)) by (apply Rinv_le_contravar; lra).
  assert (P : Rabs c ^ (2 * n) <= Rabs s ^ (2 * n)) by (apply pow_incr; split; [apply Rabs_pos|assumption]).
  assert (P0 : 0 <= Rabs c ^ (2 * n)) by (apply pow_le, Rabs_pos).
  assert (I0 : 0 < / (1 - c * c)) by (apply Rinv_0_lt_compat; lra).
  replace (25 * / 12 * Rabs s ^ (2 * n)) with (2 * Rabs s ^ (2 * n) * / (24 / 25)) by field.
  apply Rmult_le_compat; lra.
Qed.

(** A formula 2 s + s^3 Q(s^2) that is near the series' Q is near the logarithm. *)
Lemma near_series n Q T eps s : Rabs s <= 1 / 5 ->
  odd_series (S (S n)) s = 2 * s + s ^ 3 * T (s * s) -> (forall z, 0 <= z <= 1 / 25 -> Rabs (Q z - T z) <= eps) ->
  Rabs (2 * s + s ^ 3 * Q (s * s) - ln ((1 + s) / (1 - s))) <= Rabs s ^ 3 * (eps + 25 / 12 * (/ 25) ^ S n).
Proof.
  intros Hs HT HQ. assert (R := odd_series_rest (S (S n)) s Hs). rewrite HT in R.
  assert (Z : 0 <= s * s <= 1 / 25) by (apply between in Hs; nra). specialize (HQ _ Z).
  replace (2 * s + s ^ 3 * Q (s * s) - ln ((1 + s) / (1 - s)))
    with (s ^ 3 * (Q (s * s) - T (s * s)) + - (ln ((1 + s) / (1 - s)) - (2 * s + s ^ 3 * T (s * s)))) by ring.
  apply Rle_trans with (1 := Rabs_triang _ _). rewrite Rabs_Ropp, Rabs_mult, <- RPow_abs, Rmult_plus_distr_l.
  assert (P : 0 <= Rabs s ^ 3) by (apply pow_le, Rabs_pos). apply Rplus_le_compat.
  - now apply Rmult_le_compat_l.
  - apply Rle_trans with (1 := R). replace (2 * S (S n) + 1)%nat with (3 + 2 * S n)%nat by lia. rewrite pow_add.
    assert (A : Rabs s ^ (2 * S n) <= (/ 25) ^ S n).
    { rewrite pow_mult. apply pow_incr. split; [apply pow_le, Rabs_pos|].
      replace (Rabs s ^ 2) with (Rabs s * Rabs s) by ring. assert (Q0 := Rabs_pos s). nra. }
    assert (B : 0 <= Rabs s ^ 3 * ((/ 25) ^ S n - Rabs s ^ (2 * S n))) by (apply Rmult_le_pos; lra). lra.
Qed.

Definition log_f32_tail (z : R) : R := ((log_f32_r_3 * z + log_f32_r_2) * z + log_f32_r_1) * z + log_f32_r_0.

Definition series_8 (z : R) : R :=
  2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17))))))).

Lemma series_8_is_odd_series s : odd_series 9 s = 2 * s + s ^ 3 * series_8 (s * s).
Proof. unfold odd_series, series_8. simpl. field. Qed.

Theorem log_f32_polynomial s : Rabs s <= 1 / 5 ->
  Rabs (2 * s + s ^ 3 * log_f32_tail (s * s) - ln ((1 + s) / (1 - s))) <= Rabs s ^ 3 * (282 / 10 ^ 10).
Proof.
  intros Hs. apply Rle_trans with (Rabs s ^ 3 * (281 / 10 ^ 10 + 25 / 12 * (/ 25) ^ 8)).
  - apply (near_series 7 log_f32_tail series_8 _ s Hs (series_8_is_odd_series s)).
    intros z Hz. unfold log_f32_tail, series_8, log_f32_r_0, log_f32_r_1, log_f32_r_2, log_f32_r_3.
    interval with (i_prec 80, i_taylor z, i_degree 9, i_bisect z, i_depth 12).
  - apply Rmult_le_compat_l; [apply pow_le, Rabs_pos|interval with (i_prec 80)].
Qed.

Definition log_f64_tail (z : R) : R :=
  ((((((log_f64_r_7 * z + log_f64_r_6) * z + log_f64_r_5) * z + log_f64_r_4) * z + log_f64_r_3) * z + log_f64_r_2) * z
    + log_f64_r_1) * z + log_f64_r_0.

Definition series_15 (z : R) : R :=
  2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 +
    z * (2 / 21 + z * (2 / 23 + z * (2 / 25 + z * (2 / 27 + z * (2 / 29 + z * (2 / 31)))))))))))))).

Lemma series_15_is_odd_series s : odd_series 16 s = 2 * s + s ^ 3 * series_15 (s * s).
Proof. unfold odd_series, series_15. simpl. field. Qed.

Theorem log_f64_polynomial s : Rabs s <= 1 / 5 ->
  Rabs (2 * s + s ^ 3 * log_f64_tail (s * s) - ln ((1 + s) / (1 - s))) <= Rabs s ^ 3 * (386 / 10 ^ 19).
Proof.
  intros Hs. apply Rle_trans with (Rabs s ^ 3 * (385 / 10 ^ 19 + 25 / 12 * (/ 25) ^ 15)).
  - apply (near_series 14 log_f64_tail series_15 _ s Hs (series_15_is_odd_series s)).
    intros z Hz. unfold log_f64_tail, series_15, log_f64_r_0, log_f64_r_1, log_f64_r_2, log_f64_r_3, log_f64_r_4,
      log_f64_r_5, log_f64_r_6, log_f64_r_7.
    interval with (i_prec 100, i_taylor z, i_degree 16, i_bisect z, i_depth 12).
  - apply Rmult_le_compat_l; [apply pow_le, Rabs_pos|interval with (i_prec 80)].
Qed.
