(** What Theorem 1 and its proof print and is false, each with a counterexample. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS.
Open Scope R_scope.

(** Where a quadratic is least its slope is 0. *)
Lemma stationary D g : (forall e, 0 <= D * e ^ 2 + 2 * g * e) -> g = 0.
Proof.
  intros H. assert (HD := Rabs_pos D). assert (HA := Rle_abs D). set (q := Rabs D + 1) in *.
  specialize (H (- g / q)). assert (Hq : 0 < q) by (unfold q; lra).
  replace (D * (- g / q) ^ 2 + 2 * g * (- g / q)) with ((D - 2 * q) * (g / q) ^ 2) in H by (field; lra).
  assert (Hs := pow2_ge_0 (g / q)). assert (Hz : (g / q) ^ 2 = 0) by (unfold q in *; nra).
  assert (g / q = 0) by nra. replace g with (g / q * q) by (field; lra). rewrite H0. ring.
Qed.

(** ** nu <> 0

    Three users who took items {0}, {1} and {0, 2}; item vectors (1,0), (2,0) and (0,1). *)
Definition S3 (u i : nat) : R :=
  match u, i with O, O => 1 | 1%nat, 1%nat => 1 | 2%nat, O => 1 | 2%nat, 2%nat => 1 | _, _ => 0 end.
Definition H3 (i l : nat) : R :=
  match i, l with O, O => 1 | 1%nat, O => 2 | 2%nat, 1%nat => 1 | _, _ => 0 end.

(** The users' part of either objective: alpha weighs the squares of the positives, beta all squares, gamma the
    targets; users 0 and 1 have the regulariser's weight r, user 2 has r2. *)
Definition quadratic3 (alpha beta gamma r r2 : R) (w : nat -> nat -> R) : R :=
  (alpha + 5 * beta + r) * w 0%nat 0%nat ^ 2 - 2 * gamma * w 0%nat 0%nat + (beta + r) * w 0%nat 1%nat ^ 2 +
  ((4 * alpha + 5 * beta + r) * w 1%nat 0%nat ^ 2 - 4 * gamma * w 1%nat 0%nat + (beta + r) * w 1%nat 1%nat ^ 2) +
  ((alpha + 5 * beta + r2) * w 2%nat 0%nat ^ 2 - 2 * gamma * w 2%nat 0%nat +
   (alpha + beta + r2) * w 2%nat 1%nat ^ 2 - 2 * gamma * w 2%nat 1%nat).

Lemma weights3 lambda nu a :
  frequency_weight lambda nu a 3 S3 0 = lambda * Rpower (1 + 3 * a) nu /\
  frequency_weight lambda nu a 3 S3 1 = lambda * Rpower (1 + 3 * a) nu /\
  frequency_weight lambda nu a 3 S3 2 = lambda * Rpower (2 + 3 * a) nu.
Proof. unfold frequency_weight. simpl. repeat split; do 2 f_equal; ring. Qed.

Lemma debiased3 c a lambda nu ri w :
  debiased_ials 3 3 2 S3 (fun _ => c) a (frequency_weight lambda nu a 3 S3) ri w H3 =
  quadratic3 (c * (1 - a)) a c (lambda * Rpower (1 + 3 * a) nu) (lambda * Rpower (2 + 3 * a) nu) w +
  (4 * c + (ri 0%nat + 4 * ri 1%nat + ri 2%nat)).
Proof.
  unfold debiased_ials, regulariser, quadratic3, dot. cbn [Sum].
  destruct (weights3 lambda nu a) as (-> & -> & ->). unfold S3, H3. ring.
Qed.

Lemma ials3 a lambda nu ri w :
  ials 3 3 2 S3 a (frequency_weight lambda nu a 3 S3) ri w H3 =
  quadratic3 1 a 1 (lambda * Rpower (1 + 3 * a) nu) (lambda * Rpower (2 + 3 * a) nu) w +
  (4 + (ri 0%nat + 4 * ri 1%nat + ri 2%nat)).
Proof.
  unfold ials, weighted_ials, regulariser, quadratic3, dot. cbn [Sum].
  destruct (weights3 lambda nu a) as (-> & -> & ->). unfold S3, H3. ring.
Qed.

(** Its minimum. *)
Definition solution3 (alpha beta gamma r r2 : R) (u l : nat) : R :=
  match u, l with
  | O, O => gamma / (alpha + 5 * beta + r)
  | 1%nat, O => 2 * gamma / (4 * alpha + 5 * beta + r)
  | 2%nat, O => gamma / (alpha + 5 * beta + r2)
  | 2%nat, 1%nat => gamma / (alpha + beta + r2)
  | _, _ => 0
  end.

Lemma solution3_is_least alpha beta gamma r r2 w : 0 < alpha -> 0 < beta -> 0 < r -> 0 < r2 ->
  quadratic3 alpha beta gamma r r2 (solution3 alpha beta gamma r r2) <= quadratic3 alpha beta gamma r r2 w.
Proof.
  intros Ha Hb Hr Hr2. apply Rminus_le.
  replace (quadratic3 alpha beta gamma r r2 (solution3 alpha beta gamma r r2) - quadratic3 alpha beta gamma r r2 w)
    with (- ((alpha + 5 * beta + r) * (w 0%nat 0%nat - gamma / (alpha + 5 * beta + r)) ^ 2 + (beta + r) * w 0%nat 1%nat ^ 2 +
             (4 * alpha + 5 * beta + r) * (w 1%nat 0%nat - 2 * gamma / (4 * alpha + 5 * beta + r)) ^ 2 +
             (beta + r) * w 1%nat 1%nat ^ 2 +
             (alpha + 5 * beta + r2) * (w 2%nat 0%nat - gamma / (alpha + 5 * beta + r2)) ^ 2 +
             (alpha + beta + r2) * (w 2%nat 1%nat - gamma / (alpha + beta + r2)) ^ 2))
    by (unfold quadratic3, solution3; field; repeat split; lra).
  assert (P : forall D x, 0 < D -> 0 <= D * x ^ 2) by (intros; apply Rmult_le_pos; [lra|apply pow2_ge_0]).
  assert (P1 := P (alpha + 5 * beta + r) (w 0%nat 0%nat - gamma / (alpha + 5 * beta + r)) ltac:(lra)).
  assert (P2 := P (beta + r) (w 0%nat 1%nat) ltac:(lra)).
  assert (P3 := P (4 * alpha + 5 * beta + r) (w 1%nat 0%nat - 2 * gamma / (4 * alpha + 5 * beta + r)) ltac:(lra)).
  assert (P4 := P (beta + r) (w 1%nat 1%nat) ltac:(lra)).
  assert (P5 := P (alpha + 5 * beta + r2) (w 2%nat 0%nat - gamma / (alpha + 5 * beta + r2)) ltac:(lra)).
  assert (P6 := P (alpha + beta + r2) (w 2%nat 1%nat - gamma / (alpha + beta + r2)) ltac:(lra)).
  lra.
Qed.

Definition put2 (w : nat -> nat -> R) (u l : nat) (v : R) (u' l' : nat) : R :=
  if andb (Nat.eqb u' u) (Nat.eqb l' l) then v else w u' l'.

Lemma least3_is_stationary alpha beta gamma r r2 w :
  (forall w', quadratic3 alpha beta gamma r r2 w <= quadratic3 alpha beta gamma r r2 w') ->
  (alpha + 5 * beta + r) * w 0%nat 0%nat = gamma /\ (4 * alpha + 5 * beta + r) * w 1%nat 0%nat = 2 * gamma /\
  (alpha + 5 * beta + r2) * w 2%nat 0%nat = gamma /\ (alpha + beta + r2) * w 2%nat 1%nat = gamma.
Proof.
  intros H. repeat split; apply Rminus_diag_uniq.
  - apply stationary with (alpha + 5 * beta + r). intros e. specialize (H (put2 w 0 0 (w 0%nat 0%nat + e))).
    unfold quadratic3, put2 in H. simpl in H. lra.
  - apply stationary with (4 * alpha + 5 * beta + r). intros e. specialize (H (put2 w 1 0 (w 1%nat 0%nat + e))).
    unfold quadratic3, put2 in H. simpl in H. lra.
  - apply stationary with (alpha + 5 * beta + r2). intros e. specialize (H (put2 w 2 0 (w 2%nat 0%nat + e))).
    unfold quadratic3, put2 in H. simpl in H. lra.
  - apply stationary with (alpha + beta + r2). intros e. specialize (H (put2 w 2 1 (w 2%nat 1%nat + e))).
    unfold quadratic3, put2 in H. simpl in H. lra.
Qed.

Lemma Rpower_inj x y nu : nu <> 0 -> 0 < x -> 0 < y -> Rpower x nu = Rpower y nu -> x = y.
Proof.
  intros Hn Hx Hy H. apply ln_inv; [assumption..|]. unfold Rpower in H. apply exp_inv in H.
  now apply Rmult_eq_reg_l with nu.
Qed.

Lemma cross D s b d g : D * (s * (b / d)) = g -> d <> 0 -> s * b * D = g * d.
Proof. intros <- Hd. now field. Qed.

(** Theorem 1 as printed, for every nu but 0 (the paper: "generally 1") and every c, alpha_0, lambda but the trivial
    case c (1 - alpha_0) = 1: on these data the users' half step of the debiased loss is that of no iALS, whatever
    alpha_0', lambda' and common factor s. *)
Theorem thm1_fails_for_nu c a lambda nu ri : 0 < c -> 0 < a < 1 -> 0 < lambda -> nu <> 0 -> c * (1 - a) <> 1 ->
  forall a' lambda' s,
  ~ (forall w, best_users (debiased_ials 3 3 2 S3 (fun _ => c) a (frequency_weight lambda nu a 3 S3) ri) w H3 ->
               best_users (ials 3 3 2 S3 a' (frequency_weight lambda' nu a' 3 S3) ri) (scaled s w) H3).
Proof.
  intros Hc Ha Hl Hn Hne a' lambda' s H.
  set (alpha := c * (1 - a)) in *. assert (Hal : 0 < alpha) by (apply Rmult_lt_0_compat; lra).
  set (q1 := Rpower (1 + 3 * a) nu). set (q2 := Rpower (2 + 3 * a) nu).
  assert (Hq1 : 0 < q1) by apply exp_pos. assert (Hq2 : 0 < q2) by apply exp_pos.
  assert (R1 := Rmult_lt_0_compat _ _ Hl Hq1). assert (R2 := Rmult_lt_0_compat _ _ Hl Hq2).
  assert (B : best_users (ials 3 3 2 S3 a' (frequency_weight lambda' nu a' 3 S3) ri)
                (scaled s (solution3 alpha a c (lambda * q1) (lambda * q2))) H3).
  { apply H. intros w'. rewrite !debiased3. apply Rplus_le_compat_r. fold alpha q1 q2. apply solution3_is_least; lra. }
  clear H. set (p1 := Rpower (1 + 3 * a') nu). set (p2 := Rpower (2 + 3 * a') nu).
  destruct (least3_is_stationary 1 a' 1 (lambda' * p1) (lambda' * p2) _
    (fun w' => Rplus_le_reg_r _ _ _ (eq_ind _ (fun x => x <= _) (eq_ind _ (fun x => _ <= x) (B w') _ (ials3 a' lambda' nu ri w')) _
      (ials3 a' lambda' nu ri _)))) as (E1 & E2 & E3 & E4).
  unfold scaled, solution3 in E1, E2, E3, E4.
  apply cross in E1, E2, E3, E4; try lra.
  assert (F1 : s * c * (1 + 5 * a' + lambda' * p1) = alpha + 5 * a + lambda * q1) by (rewrite E1; ring).
  assert (F2 : s * c * (4 + 5 * a' + lambda' * p1) = 4 * alpha + 5 * a + lambda * q1).
  { apply Rmult_eq_reg_l with 2; [|lra]. rewrite <- (Rmult_1_r 2) at 2. rewrite <- E2. ring. }
  assert (F3 : s * c * (1 + 5 * a' + lambda' * p2) = alpha + 5 * a + lambda * q2) by (rewrite E3; ring).
  assert (F4 : s * c * (1 + a' + lambda' * p2) = alpha + a + lambda * q2) by (rewrite E4; ring).
  assert (G1 : s * c = alpha) by lra. rewrite G1 in *.
  assert (G2 : alpha * a' = a) by lra.
  assert (G3 : alpha * lambda' * p1 = lambda * q1) by lra.
  assert (G4 : alpha * lambda' * p2 = lambda * q2) by lra.
  assert (Ha' : 0 < a').
  { apply Rmult_lt_reg_l with alpha; [assumption|]. lra. }
  assert (HK : alpha * lambda' <> 0).
  { intros K. rewrite K in G3. lra. }
  assert (X : q1 * p2 = q2 * p1).
  { apply Rmult_eq_reg_l with (lambda * (alpha * lambda')); [|apply Rmult_integral_contrapositive; split; [lra|exact HK]].
    transitivity ((lambda * q1) * (alpha * lambda' * p2)); [ring|].
    transitivity ((lambda * q2) * (alpha * lambda' * p1)); [|ring]. rewrite G3, G4. ring. }
  unfold q1, q2, p1, p2 in X. rewrite !Rpower_mult_distr in X by lra.
  apply Rpower_inj in X; [|assumption|apply Rmult_lt_0_compat; lra|apply Rmult_lt_0_compat; lra].
  assert (a' = a) by lra. subst a'. apply Hne. apply Rmult_eq_reg_r with a; lra.
Qed.

(** ** lambda' = lambda / (c (1 - a)) for the joint objective

    One user, one item, one factor; c = 2, a = 1/2, lambda = 3/2. The iALS with the printed parameters is least where
    both vectors are 0; the debiased objective is not, so no factor takes the one solution to the other. *)
Theorem thm1_printed_lambda_is_not_joint :
  exists c a lambda, 0 < c /\ 0 < a < 1 /\ 0 < lambda /\
  let zero := fun _ _ : nat => 0 in
  let S := fun _ _ : nat => 1 in
  let lambda' := fun _ : nat => lambda / (c * (1 - a)) in
  (forall w h, ials 1 1 1 S (a / (c * (1 - a))) lambda' lambda' zero zero <=
               ials 1 1 1 S (a / (c * (1 - a))) lambda' lambda' w h) /\
  (exists w h, debiased_ials 1 1 1 S (fun _ => c) a (fun _ => lambda) (fun _ => lambda) w h <
               debiased_ials 1 1 1 S (fun _ => c) a (fun _ => lambda) (fun _ => lambda) zero zero).
Proof.
  exists 2, (1 / 2), (3 / 2). repeat split; try lra.
  - intros w h. unfold ials, weighted_ials, regulariser, dot. cbn [Sum].
    replace (3 / 2 / (2 * (1 - 1 / 2))) with (3 / 2) by field.
    replace (1 / 2 / (2 * (1 - 1 / 2))) with (1 / 2) by field.
    set (x := w O O). set (y := h O O). assert (A := pow2_ge_0 (x - y)). assert (B := pow2_ge_0 (x + y)).
    assert (C := pow2_ge_0 (x * y)). nra.
  - exists (fun _ _ => 1 / 2), (fun _ _ => 1 / 2). unfold debiased_ials, regulariser, dot. cbn [Sum]. lra.
Qed.

(** ** The right sides of the closed forms (Appendix B.1)

    Printed: W_S sqrt(C_u) y_S; it must be W_S C_u y_S. Two users with vectors (1,0), (0,1) and c_u = 1, 4 who both took
    the one item: the printed closed form is no minimum, and no multiple of it is one. *)
Theorem thm1_printed_right_side a r ru : 0 <= a < 1 -> 0 < r ->
  let c := fun u : nat => if Nat.eqb u 0 then 1 else 4 in
  let W := fun u l : nat => if Nat.eqb u l then 1 else 0 in
  let printed := fun _ l : nat => sqrt (c l) / (c l * (1 - a) + a + r) in
  let right := fun _ l : nat => c l / (c l * (1 - a) + a + r) in
  best_items (debiased_ials 2 1 2 (fun _ _ => 1) c a ru (fun _ => r)) W right /\
  forall s, ~ best_items (debiased_ials 2 1 2 (fun _ _ => 1) c a ru (fun _ => r)) W (scaled s printed).
Proof.
  intros Ha Hr c W printed right.
  set (D0 := 1 - a + a + r). set (D1 := 4 * (1 - a) + a + r).
  assert (V : forall h, debiased_ials 2 1 2 (fun _ _ => 1) c a ru (fun _ => r) W h =
    D0 * h O O ^ 2 - 2 * h O O + (D1 * h O 1%nat ^ 2 - 8 * h O 1%nat) + (5 + (ru O + ru 1%nat))).
  { intros h. unfold debiased_ials, regulariser, dot, c, W. cbn [Sum Nat.eqb]. unfold D0, D1. ring. }
  assert (H0 : 0 < D0) by (unfold D0; lra). assert (H1 : 0 < D1) by (unfold D1; lra).
  split.
  - intros h. rewrite !V. unfold right, c. cbn [Nat.eqb].
    replace (1 * (1 - a) + a + r) with D0 by (unfold D0; ring). fold D1. apply Rminus_le.
    replace (_ - _) with (- (D0 * (h O O - 1 / D0) ^ 2 + D1 * (h O 1%nat - 4 / D1) ^ 2)) by (field; lra).
    assert (P0 := Rmult_le_pos _ _ (Rlt_le _ _ H0) (pow2_ge_0 (h O O - 1 / D0))).
    assert (P1 := Rmult_le_pos _ _ (Rlt_le _ _ H1) (pow2_ge_0 (h O 1%nat - 4 / D1))). lra.
  - intros s B.
    assert (E0 : D0 * (s * (sqrt 1 / D0)) - 1 = 0).
    { apply stationary with D0. intros e. specialize (B (put2 (scaled s printed) 0 0 (s * (sqrt 1 / D0) + e))).
      rewrite !V in B. unfold put2, scaled, printed, c in B. cbn [Nat.eqb andb] in B.
      replace (1 * (1 - a) + a + r) with D0 in B by (unfold D0; ring). lra. }
    assert (E1 : D1 * (s * (sqrt 4 / D1)) - 4 = 0).
    { apply stationary with D1. intros e. specialize (B (put2 (scaled s printed) 0 1 (s * (sqrt 4 / D1) + e))).
      rewrite !V in B. unfold put2, scaled, printed, c in B. cbn [Nat.eqb andb] in B. fold D1 in B. lra. }
    rewrite sqrt_1 in E0. replace (sqrt 4) with 2 in E1 by (replace 4 with (2 * 2) by ring; now rewrite sqrt_square by lra).
    apply Rminus_diag_uniq, cross, Rmult_eq_reg_r in E0, E1; lra.
Qed.
