(** Mutual information over m users and n items: the bound by InfoNCE (after Eq. 3) and Eq. 9 beside Eq. 8.

    P u i is the joint probability of a positive pair, its marginals are [user] and [item]; 0 is allowed. s u i are
    the scores, here already divided by the temperature. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Debias Draws DrawsChain Exchange.
Open Scope R_scope.

Section Information.
Variables (m n : nat) (P : nat -> nat -> R).

Definition pairs (F : nat -> nat -> R) : R := Sum m (fun u => Sum n (fun i => F u i)).
Definition joint : Prop := (forall u i, (u < m)%nat -> (i < n)%nat -> 0 <= P u i) /\ pairs P = 1.
Definition user (u : nat) : R := Sum n (P u).
Definition item (i : nat) : R := Sum m (fun u => P u i).

(** I(u; i) = sum P log (P / (user item)); a pair of probability 0 adds 0. *)
Definition mutual_information : R := pairs (fun u i => P u i * ln (P u i / (user u * item i))).

(** E_u KL(p_u+ | p) *)
Definition divergence (p : nat -> R) : R := pairs (fun u i => P u i * ln (P u i / (user u * p i))).

Hypothesis P_joint : joint.

Lemma user_ge u i : (u < m)%nat -> (i < n)%nat -> P u i <= user u.
Proof. intros Hu Hi. apply (Sum_term_le n (P u) i Hi). intros j Hj. now apply P_joint. Qed.

Lemma item_ge u i : (u < m)%nat -> (i < n)%nat -> P u i <= item i.
Proof. intros Hu Hi. apply (Sum_term_le m (fun u => P u i) u Hu). intros v Hv. now apply P_joint. Qed.

Lemma user_nonneg u : (u < m)%nat -> 0 <= user u.
Proof. intros Hu. apply Sum_nonneg. intros i Hi. now apply P_joint. Qed.

Lemma item_nonneg i : (i < n)%nat -> 0 <= item i.
Proof. intros Hi. apply Sum_nonneg. intros u Hu. now apply P_joint. Qed.

Lemma user_total : Sum m user = 1.
Proof. apply P_joint. Qed.

Lemma item_total : Sum n item = 1.
Proof. unfold item. rewrite <- Sum_swap. apply P_joint. Qed.

Lemma item_distribution : distribution n item.
Proof. split; [exact item_nonneg|exact item_total]. Qed.

(** The step of Gibbs' inequality in one pair: log x <= x - 1. *)
Lemma gibbs_term q b g : 0 <= q -> 0 <= b -> (0 < q -> 0 < b) -> 0 < g ->
  q * ln g - q * ln (q / b) <= b * g - q.
Proof.
  intros Hq Hb Hqb Hg. destruct Hq as [Hq|<-].
  - specialize (Hqb Hq). assert (V : 0 < g * b / q) by (apply Rdiv_lt_0_compat; [now apply Rmult_lt_0_compat|assumption]).
    assert (T := ln_tangent _ 1 V Rlt_0_1). rewrite ln_1 in T.
    rewrite ln_div, ln_mult in T by (assumption || now apply Rmult_lt_0_compat). rewrite ln_div by assumption.
    assert (M := Rmult_le_compat_l q _ _ (Rlt_le _ _ Hq) T).
    replace (q * (0 + (g * b / q - 1) / 1)) with (b * g - q) in M by (field; lra). lra.
  - assert (H := Rmult_le_pos b g Hb (Rlt_le _ _ Hg)). lra.
Qed.

(** ** After Eq. 3: log (N + 1) - E L_info <= I(u; i), when the N negatives are drawn from the items' marginal *)

Definition expected_infonce (p : nat -> R) (s : nat -> nat -> R) (N : nat) : R :=
  pairs (fun u i => P u i * Expect n p N (fun w => infonce 1 N (s u i) (fun j => s u (w j)))).

Lemma expected_positive p (s : nat -> nat -> R) N u : Sum n p = 1 ->
  E n p (fun i => Expect n p N (fun w => exp (s u i) / (exp (s u i) + Sum N (fun j => exp (s u (w j)))))) = 1 / INR (S N).
Proof.
  intros H1. rewrite <- (expected_share n p (S N) (fun i => exp (s u i)) H1) by (lia || (intros; apply exp_pos)).
  cbn [Expect]. apply E_ext. intros i _. apply Expect_ext. intros w _.
  rewrite (Sum_first N (fun j => exp (s u (after i w j)))). reflexivity.
Qed.

Theorem information_bound s N : ln (INR N + 1) - expected_infonce item s N <= mutual_information.
Proof.
  destruct item_distribution as [Hq H1]. assert (HN := pos_INR N). assert (HP := proj1 P_joint).
  set (g := fun u i (w : nat -> nat) => (INR N + 1) * (exp (s u i) / (exp (s u i) + Sum N (fun j => exp (s u (w j)))))).
  assert (Hg : forall u i w, 0 < g u i w).
  { intros u i w. assert (A := exp_pos (s u i)). apply Rmult_lt_0_compat; [lra|]. apply Rdiv_lt_0_compat; [assumption|].
    assert (B : 0 <= Sum N (fun j => exp (s u (w j)))) by (apply Sum_nonneg; intros; apply Rlt_le, exp_pos). lra. }
  assert (Lg : forall u i w, ln (g u i w) = ln (INR N + 1) - infonce 1 N (s u i) (fun j => s u (w j))).
  { intros u i w. assert (A := exp_pos (s u i)).
    assert (B : 0 <= Sum N (fun j => exp (s u (w j)))) by (apply Sum_nonneg; intros; apply Rlt_le, exp_pos).
    unfold g, infonce, exp_sum. rewrite ln_mult by (lra || (apply Rdiv_lt_0_compat; lra)).
    replace (s u i / 1) with (s u i) by field.
    rewrite (Sum_ext N (fun j => exp (s u (w j) / 1)) (fun j => exp (s u (w j)))) by (intros; f_equal; field). ring. }
  assert (K : pairs (fun u i => P u i * (ln (INR N + 1) - Expect n item N (fun w => infonce 1 N (s u i) (fun j => s u (w j))))
      - P u i * ln (P u i / (user u * item i))) <=
    pairs (fun u i => user u * item i * Expect n item N (g u i) - P u i)).
  { unfold pairs. apply Sum_le. intros u Hu. apply Sum_le. intros i Hi. specialize (HP u i Hu Hi).
    assert (Hr := user_nonneg u Hu). assert (Hi' := item_nonneg i Hi).
    apply Rle_trans with (Expect n item N (fun w => P u i * ln (g u i w) - P u i * ln (P u i / (user u * item i)))).
    - right. unfold Rminus at 1 3.
      rewrite (Expect_add n item N (fun w => P u i * ln (g u i w)) (fun _ => _)), Expect_scale, Expect_const by assumption.
      do 2 f_equal. rewrite (Expect_ext n item N (fun w => ln (g u i w))
        (fun w => ln (INR N + 1) + -1 * infonce 1 N (s u i) (fun j => s u (w j)))) by (intros; rewrite Lg; ring).
      rewrite (Expect_add n item N (fun _ => _)), Expect_const, Expect_scale by assumption. ring.
    - rewrite <- Expect_scale. unfold Rminus at 2. rewrite <- (Expect_const n item N (- P u i) H1), <- Expect_add.
      apply Expect_le; [assumption|]. intros w _.
      apply gibbs_term; [assumption|now apply Rmult_le_pos| |apply Hg].
      intros Hpos. apply Rmult_lt_0_compat.
      + apply Rlt_le_trans with (P u i); [assumption|now apply user_ge].
      + apply Rlt_le_trans with (P u i); [assumption|now apply item_ge]. }
  assert (Z : pairs (fun u i => user u * item i * Expect n item N (g u i) - P u i) = 0).
  { unfold pairs. rewrite (Sum_ext m _ (fun u => user u - user u)).
    - rewrite Sum_sub. ring.
    - intros u Hu. rewrite Sum_sub. fold (user u). f_equal.
      rewrite (Sum_ext n _ (fun i => user u * (INR N + 1) * (item i *
        Expect n item N (fun w => exp (s u i) / (exp (s u i) + Sum N (fun j => exp (s u (w j)))))))).
      + rewrite Sum_scale. fold (E n item (fun i => Expect n item N (fun w => exp (s u i) /
          (exp (s u i) + Sum N (fun j => exp (s u (w j))))))).
        rewrite expected_positive, S_INR by assumption. field. lra.
      + intros i _. unfold g. rewrite Expect_scale. ring. }
  rewrite Z in K. unfold mutual_information, expected_infonce.
  assert (S1 : forall A B, pairs (fun u i => A u i - B u i) = pairs A - pairs B).
  { intros A B. unfold pairs. rewrite <- Sum_sub. apply Sum_ext. intros u _. apply Sum_sub. }
  rewrite S1 in K.
  assert (S2 : pairs (fun u i => P u i * (ln (INR N + 1) - Expect n item N (fun w => infonce 1 N (s u i) (fun j => s u (w j)))))
    = ln (INR N + 1) - pairs (fun u i => P u i * Expect n item N (fun w => infonce 1 N (s u i) (fun j => s u (w j))))).
  { transitivity (pairs (fun u i => P u i * ln (INR N + 1) -
      P u i * Expect n item N (fun w => infonce 1 N (s u i) (fun j => s u (w j))))).
    - unfold pairs. apply Sum_ext. intros u _. apply Sum_ext. intros i _. ring.
    - rewrite S1. f_equal. unfold pairs. rewrite (Sum_ext m _ (fun u => user u * ln (INR N + 1))) by (intros; apply Sum_scale_r).
      rewrite Sum_scale_r, user_total. ring. }
  rewrite S2 in K. lra.
Qed.

(** ** Eq. 9 beside Eq. 8; the negatives are drawn from p *)

Definition eq9 (p : nat -> R) (s : nat -> nat -> R) : R :=
  pairs (fun u i => P u i * s u i) - Sum m (fun u => user u * ln (E n p (fun j => exp (s u j)))).
Definition eq8 (p : nat -> R) (s : nat -> nat -> R) : R :=
  pairs (fun u i => P u i * s u i) - ln (Sum m (fun u => user u * E n p (fun j => exp (s u j)))).

(** At every score Eq. 9 is at least Eq. 8: the mean over users of a logarithm is at most the logarithm of the mean. *)
Theorem eq9_is_tighter p s : distribution n p -> eq8 p s <= eq9 p s.
Proof.
  intros Hp. unfold eq8, eq9. apply Rplus_le_compat_l, Ropp_le_contravar.
  set (Z := fun u => E n p (fun j => exp (s u j))).
  assert (HZ : forall u, 0 < Z u) by (intros; now apply E_exp_pos).
  set (c := Sum m (fun u => user u * Z u)).
  assert (Hc : 0 < c).
  { assert (Hm : (0 < m)%nat) by (assert (T := user_total); destruct m; [simpl in T; lra|lia]).
    set (low := - Largest m (fun u => - Z u)).
    assert (L : 0 < low) by (unfold low; destruct (Largest_attained m (fun u => - Z u) Hm) as (j & _ & ->); cbv beta; specialize (HZ j); lra).
    apply Rlt_le_trans with low; [assumption|]. replace low with (Sum m (fun u => user u * low))
      by (rewrite Sum_scale_r, user_total; ring).
    apply Sum_le. intros u Hu. apply Rmult_le_compat_l; [now apply user_nonneg|].
    assert (H := Largest_ge m (fun u => - Z u) u Hu). unfold low. simpl in H. lra. }
  apply Rle_trans with (Sum m (fun u => user u * (ln c - 1) + / c * (user u * Z u))).
  - apply Sum_le. intros u Hu. assert (T := ln_tangent (Z u) c (HZ u) Hc).
    assert (M := Rmult_le_compat_l _ _ _ (user_nonneg u Hu) T).
    replace (user u * (ln c + (Z u - c) / c)) with (user u * (ln c - 1) + / c * (user u * Z u)) in M by (field; lra).
    exact M.
  - rewrite Sum_add, Sum_scale_r, Sum_scale, user_total. fold c. rewrite Rinv_l by lra. change (1 * (ln c - 1) + 1 <= ln c). lra.
Qed.

(** It is bounded by the divergence from p, which is the mutual information when p is the items' marginal ... *)
Theorem eq9_upper_bound p s : distribution n p -> (forall i, (i < n)%nat -> 0 < p i) -> eq9 p s <= divergence p.
Proof.
  intros Hd Hp. assert (HP := proj1 P_joint).
  set (Z := fun u => E n p (fun j => exp (s u j))).
  assert (HZ : forall u, 0 < Z u) by (intros; now apply E_exp_pos).
  assert (K : pairs (fun u i => P u i * ln (exp (s u i) / Z u) - P u i * ln (P u i / (user u * p i))) <=
              pairs (fun u i => user u * p i * (exp (s u i) / Z u) - P u i)).
  { unfold pairs. apply Sum_le. intros u Hu. apply Sum_le. intros i Hi. specialize (HP u i Hu Hi). specialize (Hp i Hi).
    apply gibbs_term; [assumption|apply Rmult_le_pos; [now apply user_nonneg|lra]| |
      apply Rdiv_lt_0_compat; [apply exp_pos|apply HZ]].
    intros Hpos. apply Rmult_lt_0_compat; [|assumption]. apply Rlt_le_trans with (P u i); [assumption|now apply user_ge]. }
  assert (R0 : pairs (fun u i => user u * p i * (exp (s u i) / Z u) - P u i) = 0).
  { unfold pairs. rewrite (Sum_ext m _ (fun u => user u - user u)); [rewrite Sum_sub; ring|].
    intros u Hu. rewrite Sum_sub. fold (user u). f_equal.
    rewrite (Sum_ext n _ (fun i => user u / Z u * (p i * exp (s u i)))) by (intros; unfold Rdiv; ring).
    rewrite Sum_scale. fold (E n p (fun i => exp (s u i))). change (E n p (fun i => exp (s u i))) with (Z u).
    specialize (HZ u). field. lra. }
  rewrite R0 in K. unfold pairs in K.
  rewrite (Sum_ext m _ (fun u => (Sum n (fun i => P u i * s u i) - user u * ln (Z u)) -
    Sum n (fun i => P u i * ln (P u i / (user u * p i))))) in K.
  - rewrite !Sum_sub in K. unfold eq9, divergence, pairs. fold Z. change (fun u => user u * ln (E n p (fun j => exp (s u j))))
      with (fun u => user u * ln (Z u)). lra.
  - intros u Hu. rewrite Sum_sub. f_equal.
    rewrite (Sum_ext n _ (fun i => P u i * s u i - P u i * ln (Z u))).
    + rewrite Sum_sub, Sum_scale_r. reflexivity.
    + intros i Hi. rewrite ln_div, ln_exp by (apply exp_pos || apply HZ). ring.
Qed.

Theorem eq9_upper_bound_is_information : divergence item = mutual_information.
Proof. reflexivity. Qed.

Section Positive.
Hypothesis P_positive : forall u i, (u < m)%nat -> (i < n)%nat -> 0 < P u i.

Lemma both_nonempty : (0 < m)%nat /\ (0 < n)%nat.
Proof.
  assert (T := user_total). unfold user in T. split.
  - destruct (Nat.eq_dec m 0) as [E|E]; [|lia]. rewrite E in T. simpl in T. lra.
  - destruct (Nat.eq_dec n 0) as [E|E]; [|lia]. rewrite E in T. change (Sum m (fun _ => 0) = 1) in T.
    rewrite Sum_zero in T. lra.
Qed.

Lemma user_positive u : (u < m)%nat -> 0 < user u.
Proof. intros Hu. destruct both_nonempty as [_ Hn]. apply Sum_pos; [assumption|]. intros. now apply P_positive. Qed.

Lemma item_positive i : (i < n)%nat -> 0 < item i.
Proof. intros Hi. destruct both_nonempty as [Hm _]. apply Sum_pos; [assumption|]. intros. now apply P_positive. Qed.

(** ... and it is reached. *)
Theorem eq9_is_attained p : distribution n p -> (forall i, (i < n)%nat -> 0 < p i) ->
  eq9 p (fun u i => ln (P u i / (user u * p i))) = divergence p.
Proof.
  intros [_ H1] Hp. unfold eq9, divergence. rewrite (Sum_ext m _ (fun _ => 0)); [rewrite Sum_zero; ring|].
  intros u Hu. assert (Hr := user_positive u Hu). replace (E n p _) with 1; [rewrite ln_1; ring|].
  transitivity (/ user u * Sum n (P u)); [fold (user u); field; lra|]. rewrite <- Sum_scale. apply Sum_ext.
  intros i Hi. assert (A := P_positive u i Hu Hi). assert (B := Hp i Hi).
  rewrite exp_ln by (apply Rdiv_lt_0_compat; [assumption|now apply Rmult_lt_0_compat]). field. lra.
Qed.

(** Other negatives than the marginal's: what the bound then has beside the mutual information is how far the items'
    popularity is from p, so it is at least as large. *)
Theorem divergence_is_information_and_popularity p : distribution n p -> (forall i, (i < n)%nat -> 0 < p i) ->
  divergence p = mutual_information + E n item (fun i => ln (item i / p i)) /\ mutual_information <= divergence p.
Proof.
  intros [_ H1] Hp.
  assert (S : divergence p = mutual_information + E n item (fun i => ln (item i / p i))).
  { unfold divergence, mutual_information, E. replace (Sum n (fun i => item i * ln (item i / p i)))
      with (pairs (fun u i => P u i * ln (item i / p i))).
    - unfold pairs. rewrite <- Sum_add. apply Sum_ext. intros u Hu. rewrite <- Sum_add. apply Sum_ext. intros i Hi.
      assert (A := P_positive u i Hu Hi). assert (B := Hp i Hi). assert (C := user_positive u Hu). assert (D := item_positive i Hi).
      rewrite !ln_div, !ln_mult by (assumption || now apply Rmult_lt_0_compat). ring.
    - unfold pairs. rewrite Sum_swap. apply Sum_ext. intros i _. unfold item. now rewrite Sum_scale_r. }
  split; [exact S|]. rewrite S. enough (0 <= E n item (fun i => ln (item i / p i))) by lra.
  apply Rle_trans with (E n item (fun i => 1 - p i / item i)).
  - right. unfold E. rewrite (Sum_ext n _ (fun i => item i - p i)).
    + rewrite Sum_sub, item_total, H1. ring.
    + intros i Hi. assert (D := item_positive i Hi). field. lra.
  - apply E_le; [exact item_nonneg|]. intros i Hi. assert (B := Hp i Hi). assert (D := item_positive i Hi).
    assert (T := ln_tangent (p i / item i) 1 (Rdiv_lt_0_compat _ _ B D) Rlt_0_1). rewrite ln_1, ln_div in T by assumption.
    rewrite ln_div by assumption. lra.
Qed.

End Positive.
End Information.

(** With other negatives popularity alone looks like information: one user, who always takes item 0 of two, so that I(u; i) = 0;
    one uniform negative and a score of 1 for that item make log 2 - E L_info > 0. *)
Theorem information_bound_needs_the_marginal :
  let P := fun _ i : nat => if Nat.eqb i 0 then 1 else 0 in
  joint 1 2 P /\ mutual_information 1 2 P = 0 /\
  0 < ln (INR 1 + 1) - expected_infonce 1 2 P (fun _ => 1 / 2) (fun _ i => if Nat.eqb i 0 then 1 else 0) 1.
Proof.
  intros P. assert (J : joint 1 2 P).
  { split; [intros u i _ _; unfold P; destruct (Nat.eqb i 0); lra|]. unfold pairs, P. cbn [Sum Nat.eqb]. ring. }
  split; [assumption|]. split.
  - unfold mutual_information, pairs, user, item, P. cbn [Sum Nat.eqb].
    replace (1 / ((0 + 1 + 0) * (0 + 1))) with 1 by field. rewrite ln_1. ring.
  - unfold expected_infonce, pairs, P, infonce, exp_sum. cbn [Sum Expect Nat.eqb]. unfold E. cbn [Sum Nat.eqb after].
    rewrite !Rplus_0_l. replace (INR 1 + 1) with 2 by (simpl; ring). replace (1 / 1) with 1 by field.
    replace (0 / 1) with 0 by field. rewrite exp_0. assert (H := exp_ineq1 1 ltac:(lra)). set (e := exp 1) in *.
    replace (e / (e + e)) with (/ 2) by (field; lra). rewrite ln_Rinv by lra.
    assert (L : ln (/ 2) < ln (e / (e + 1))).
    { apply ln_increasing; [lra|]. apply Rmult_lt_reg_r with (2 * (e + 1)); [lra|]. field_simplify; lra. }
    rewrite ln_Rinv in L by lra. lra.
Qed.
