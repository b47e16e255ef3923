(** What section 3.2 prints around Theorem 2 and is false, each with a counterexample. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS EASE.
Open Scope R_scope.

(** Eq. 26, last line: X = (1 0), W = (0 1; 0 0), c = 3 give 4 on the first line and 0 on the last. *)
Theorem eq26_printed_fails :
  exists m n X W c, binary X /\ zero_diagonal n W /\ 1 < c /\
  debiased_mse m n X (fun _ => c) 1 W = 4 /\
  frobenius m n (fun u j => X u j - times n X W u j) - (c - 1) * frobenius m n (times n X W) = 0.
Proof.
  exists 1%nat, 2%nat, (fun _ i => if Nat.eqb i 0 then 1 else 0),
    (fun i j => if andb (Nat.eqb i 0) (Nat.eqb j 1) then 1 else 0), 3.
  repeat split; try lra.
  - intros u i. destruct (Nat.eqb i 0); auto.
  - intros j _. destruct j as [|[|j]]; reflexivity.
  - unfold debiased_mse, times. cbn [Sum Nat.eqb andb]. ring.
  - unfold frobenius, times. cbn [Sum Nat.eqb andb]. ring.
Qed.

(** Below Eq. 26: W = ((1 - lambda) X^T X)^-1 X^T X = I / (1 - lambda), printed where alpha must stand, is no minimum. *)
Theorem unconstrained_printed_fails alpha lambda : alpha < 1 -> lambda <> 1 -> lambda <> alpha ->
  exists m n X W, binary X /\
  displayed_ease m n X alpha 0 W < displayed_ease m n X alpha 0 (scaled (1 / (1 - lambda)) delta).
Proof.
  intros Ha H1 Hne. exists 1%nat, 1%nat, (fun _ _ => 1), (scaled (1 / (1 - alpha)) delta).
  split; [now right|]. unfold displayed_ease, frobenius, times, scaled, delta. cbn [Sum Nat.eqb].
  set (s := 1 / (1 - alpha)). set (r := 1 / (1 - lambda)).
  assert (E : s * (1 - alpha) = 1) by (unfold s; field; lra).
  assert (F : r * (1 - lambda) = 1) by (unfold r; field; lra).
  assert (D : r - s <> 0).
  { intros D. apply Hne. assert (r = s) by lra. assert (Hs : s <> 0) by (intros Z; rewrite Z in E; lra).
    rewrite H in F. apply Rmult_eq_reg_l with s; lra. }
  assert (P : 0 < (1 - alpha) * (r - s) ^ 2).
  { apply Rmult_lt_0_compat; [lra|]. assert (Q := pow2_ge_0 (r - s)).
    assert ((r - s) ^ 2 <> 0) by now apply pow_nonzero. lra. }
  nra.
Qed.

(** ** lambda' is determined by the solution, up to any factor: X = (1 1; 1 0). *)
Definition X2 (u i : nat) : R := match u, i with O, O => 1 | O, 1%nat => 1 | 1%nat, O => 1 | _, _ => 0 end.

Definition W2 (lambda : R) (i j : nat) : R :=
  match i, j with O, 1%nat => 1 / (2 + lambda) | 1%nat, O => 1 / (1 + lambda) | _, _ => 0 end.

Lemma residual2 T lambda V : zero_diagonal 2 V ->
  residual 2 2 X2 T lambda V 0 1 = T 0%nat 1%nat + T 1%nat 1%nat - (2 + lambda) * V 0%nat 1%nat /\
  residual 2 2 X2 T lambda V 1 0 = T 0%nat 0%nat - (1 + lambda) * V 1%nat 0%nat.
Proof.
  intros Hz. assert (Z0 := Hz 0%nat ltac:(lia)). assert (Z1 := Hz 1%nat ltac:(lia)).
  unfold residual, times, X2. cbn [Sum]. rewrite Z0, Z1. split; ring.
Qed.

Theorem ease_solution_of_X2 lambda : 0 < lambda -> best 2 (ease 2 2 X2 lambda) (W2 lambda).
Proof.
  intros Hl. assert (Hz : zero_diagonal 2 (W2 lambda)) by (intros [|[|j]] Hj; [reflexivity..|lia]).
  apply normal_equations; [assumption..|]. destruct (residual2 X2 lambda (W2 lambda) Hz) as [R01 R10].
  intros [|[|i]] [|[|j]] Hi Hj Hij; try lia; [rewrite R01|rewrite R10]; unfold W2, X2; field; lra.
Qed.

(** The debiased loss with lambda and EASE with lambda' have proportional solutions only if lambda' = lambda. *)
Theorem thm2_lambda_is_determined c lambda lambda' s V : c <> 0 -> 0 < lambda -> 0 < lambda' ->
  best 2 (ease 2 2 X2 lambda') V -> best 2 (debiased_ease 2 2 X2 (fun _ => c) lambda) (scaled s V) -> lambda' = lambda.
Proof.
  intros Hc Hl Hl' HV HS.
  rewrite (best_shift 2 (target_ease 2 2 X2 (fun u j => c * X2 u j) lambda) _ _
    (Sum 2 (fun u => c * (1 - c) * Sum 2 (X2 u)))) in HS.
  - assert (Hz := proj1 HV). assert (Hzs := proj1 HS).
    assert (N := proj1 (normal_equations 2 2 X2 _ _ _ Hl' Hz) HV).
    assert (M := proj1 (normal_equations 2 2 X2 _ _ _ Hl Hzs) HS).
    destruct (residual2 X2 lambda' V Hz) as [A01 A10].
    destruct (residual2 (fun u j => c * X2 u j) lambda (scaled s V) Hzs) as [B01 B10].
    rewrite N in A01, A10 by lia. rewrite M in B01, B10 by lia. unfold X2, scaled in A01, A10, B01, B10.
    assert (P : s * (2 + lambda) = c * (2 + lambda')).
    { apply Rmult_eq_reg_r with (V 0%nat 1%nat); [nra|]. intros Z. rewrite Z in A01. lra. }
    assert (Q : s * (1 + lambda) = c * (1 + lambda')).
    { apply Rmult_eq_reg_r with (V 1%nat 0%nat); [nra|]. intros Z. rewrite Z in A10. lra. }
    assert (s = c) by lra. subst s. apply Rmult_eq_reg_l with c; lra.
  - intros W. apply debiased_is_rescaled_target. intros [|[|u]] [|[|i]]; simpl; auto.
Qed.

(** The proof sketch's lambda' = lambda / ((1 - alpha) c) with alpha = c - 1: wrong for every c > 1 that it can be
    written for. *)
Theorem thm2_printed_lambda_fails c lambda : 1 < c < 2 -> 0 < lambda ->
  let alpha := c - 1 in
  let lambda' := lambda / ((1 - alpha) * c) in
  best 2 (ease 2 2 X2 lambda') (W2 lambda') /\
  forall s, ~ best 2 (debiased_ease 2 2 X2 (fun _ => c) lambda) (scaled s (W2 lambda')).
Proof.
  intros Hc Hl alpha lambda'. assert (HD : 0 < (1 - alpha) * c) by (unfold alpha; apply Rmult_lt_0_compat; lra).
  assert (Hl' : 0 < lambda') by (apply Rdiv_lt_0_compat; assumption).
  assert (B := ease_solution_of_X2 lambda' Hl'). split; [assumption|]. intros s HS.
  assert (E := thm2_lambda_is_determined c lambda lambda' s _ ltac:(lra) Hl Hl' B HS).
  assert (F : lambda' * ((1 - alpha) * c) = lambda) by (unfold lambda'; field; unfold alpha; lra).
  rewrite E in F. assert ((1 - alpha) * c = 1) by (apply Rmult_eq_reg_l with lambda; lra).
  unfold alpha in H. nra.
Qed.

(** Nor is it right for the objective above Eq. 27, which needs lambda / (1 - alpha). *)
Theorem eq27_lambda_is_determined alpha lambda lambda' s V : alpha < 1 -> 0 < lambda -> 0 < lambda' ->
  best 2 (ease 2 2 X2 lambda') V -> best 2 (displayed_ease 2 2 X2 alpha lambda) (scaled s V) ->
  lambda' = lambda / (1 - alpha).
Proof.
  intros Ha Hl Hl' HV HS. set (l := lambda / (1 - alpha)). assert (H : 0 < l) by (apply Rdiv_lt_0_compat; lra).
  apply (thm2_lambda_is_determined 1 l lambda' ((1 - alpha) * s) V ltac:(lra) H Hl' HV).
  assert (B : best 2 (ease 2 2 X2 l) (scaled ((1 - alpha) * s) V)).
  { apply (eq27 2 2 X2 alpha lambda _ Ha). destruct HS as [Hz Hb]. split.
    - intros j Hj. specialize (Hz j Hj). unfold scaled in *.
      replace (1 / (1 - alpha) * ((1 - alpha) * s * V j j)) with (s * V j j) by (field; lra). assumption.
    - intros W HW. specialize (Hb W HW).
      replace (displayed_ease 2 2 X2 alpha lambda (scaled (1 / (1 - alpha)) (scaled ((1 - alpha) * s) V)))
        with (displayed_ease 2 2 X2 alpha lambda (scaled s V)); [assumption|].
      unfold displayed_ease, frobenius, times, scaled. cbn [Sum]. field. lra. }
  rewrite (best_shift 2 (target_ease 2 2 X2 (fun u j => 1 * X2 u j) l) _ _ (Sum 2 (fun u => 1 * (1 - 1) * Sum 2 (X2 u)))).
  - destruct B as [Hz Hb]. split; [assumption|]. intros W HW. specialize (Hb W HW).
    assert (X : forall v, target_ease 2 2 X2 (fun u j => 1 * X2 u j) l v = ease 2 2 X2 l v).
    { intros v. unfold ease, target_ease, frobenius. f_equal. apply Sum_ext. intros u _. apply Sum_ext. intros j _. ring. }
    rewrite !X. assumption.
  - intros W. apply debiased_is_rescaled_target. intros [|[|u]] [|[|i]]; simpl; auto.
Qed.

(** ** Theorem 2 needs one c for all users

    Two users, four items: the first took items 0 and 1, the second 2 and 3. For c_0 <> c_1 no EASE solution, whatever
    lambda' and factor, is that of the debiased loss. *)
Definition X4 (u i : nat) : R := if Nat.eqb u (Nat.div2 i) then 1 else 0.

Theorem thm2_needs_constant_c c0 c1 lambda : 0 < lambda -> c0 <> c1 ->
  forall lambda' s V, 0 < lambda' -> best 4 (ease 2 4 X4 lambda') V ->
  ~ best 4 (debiased_ease 2 4 X4 (fun u => if Nat.eqb u 0 then c0 else c1) lambda) (scaled s V).
Proof.
  intros Hl Hc lambda' s V Hl' HV HS. set (c := fun u => if Nat.eqb u 0 then c0 else c1) in *.
  rewrite (best_shift 4 (target_ease 2 4 X4 (fun u j => c u * X4 u j) lambda) _ _
    (Sum 2 (fun u => c u * (1 - c u) * Sum 4 (X4 u)))) in HS.
  - assert (Hz := proj1 HV). assert (Hzs := proj1 HS).
    assert (N := proj1 (normal_equations 2 4 X4 _ _ _ Hl' Hz) HV).
    assert (M := proj1 (normal_equations 2 4 X4 _ _ _ Hl Hzs) HS).
    assert (N0 := N 0%nat 1%nat ltac:(lia) ltac:(lia) ltac:(lia)). assert (N1 := N 2%nat 3%nat ltac:(lia) ltac:(lia) ltac:(lia)).
    assert (M0 := M 0%nat 1%nat ltac:(lia) ltac:(lia) ltac:(lia)). assert (M1 := M 2%nat 3%nat ltac:(lia) ltac:(lia) ltac:(lia)).
    assert (Z1 := Hz 1%nat ltac:(lia)). assert (Z3 := Hz 3%nat ltac:(lia)).
    unfold residual, times, scaled, X4, c in N0, N1, M0, M1. cbn [Sum Nat.eqb Nat.div2] in N0, N1, M0, M1.
    rewrite Z1 in N0, M0. rewrite Z3 in N1, M1.
    assert (A : V 0%nat 1%nat = V 2%nat 3%nat) by (apply Rmult_eq_reg_l with (1 + lambda'); lra).
    rewrite A in M0. lra.
  - intros W. apply debiased_is_rescaled_target. intros u i. unfold X4. destruct (Nat.eqb u (Nat.div2 i)); auto.
Qed.
