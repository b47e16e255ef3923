(** The debiasing identity over a finite set of items 0, ..., n - 1: Eq. 5, 6, 20 and 21, the plug-in of section 2.2
    and the floor of Eq. 7. A distribution is a function p on the items, E n p g = sum_i p(i) g(i). *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses.
Open Scope R_scope.

Definition E (n : nat) (p g : nat -> R) : R := Sum n (fun i => p i * g i).

Definition distribution (n : nat) (p : nat -> R) : Prop := (forall i, (i < n)%nat -> 0 <= p i) /\ Sum n p = 1.

(** ** Expectation *)

Lemma E_ext n p g h : (forall i, (i < n)%nat -> g i = h i) -> E n p g = E n p h.
Proof. intros H. apply Sum_ext. intros i Hi. now rewrite H. Qed.

Lemma E_add n p g h : E n p (fun i => g i + h i) = E n p g + E n p h.
Proof. unfold E. rewrite <- Sum_add. apply Sum_ext. intros. ring. Qed.

Lemma E_scale n p c g : E n p (fun i => c * g i) = c * E n p g.
Proof. unfold E. rewrite <- Sum_scale. apply Sum_ext. intros. ring. Qed.

Lemma E_const n p c : Sum n p = 1 -> E n p (fun _ => c) = c.
Proof. intros H. unfold E. rewrite Sum_scale_r, H. ring. Qed.

Lemma E_le n p g h : (forall i, (i < n)%nat -> 0 <= p i) -> (forall i, (i < n)%nat -> g i <= h i) -> E n p g <= E n p h.
Proof. intros Hp H. apply Sum_le. intros i Hi. apply Rmult_le_compat_l; [now apply Hp|now apply H]. Qed.

(** ** Eq. 5 and 6, 20 and 21 *)

(** Eq. 5 as a property of three functions: p = tau+ p+ + (1 - tau+) p-. *)
Definition mixture (n : nat) (tau : R) (p p_plus p_minus : nat -> R) : Prop :=
  forall i, (i < n)%nat -> p i = tau * p_plus i + (1 - tau) * p_minus i.

Theorem eq5_debias n tau p p_plus p_minus g : tau < 1 -> mixture n tau p p_plus p_minus ->
  E n p_minus g = (E n p g - tau * E n p_plus g) / (1 - tau).
Proof.
  intros Ht H. unfold E at 2. rewrite (Sum_ext n (fun i => p i * g i)
    (fun i => tau * (p_plus i * g i) + (1 - tau) * (p_minus i * g i))).
  - rewrite Sum_add, !Sum_scale. fold (E n p_plus g) (E n p_minus g). field. lra.
  - intros i Hi. rewrite H by assumption. ring.
Qed.

(** Eq. 6 for one user and one positive: the two forms are equal. *)
Theorem eq6_two_forms n tau lambda p p_plus p_minus t s y : tau < 1 -> mixture n tau p p_plus p_minus ->
  let e i := exp (s i / t) in
  - ln (exp (y / t) / (exp (y / t) + lambda * E n p_minus e)) =
  - ln (exp (y / t) / (exp (y / t) + lambda * (1 / (1 - tau)) * (E n p e - tau * E n p_plus e))).
Proof.
  intros Ht H e. rewrite (eq5_debias n tau p p_plus p_minus e Ht H). do 4 f_equal. field. lra.
Qed.

(** Eq. 20, one user: the ideal pointwise loss; Eq. 21, its second line. *)
Definition ideal_pointwise (plus minus : R -> R) (lambda tau : R) (n : nat) (p_plus p_minus s : nat -> R) : R :=
  tau * E n p_plus (fun i => plus (s i)) + lambda * (1 - tau) * E n p_minus (fun i => minus (s i)).
Definition debiased_pointwise (plus minus : R -> R) (lambda tau : R) (n : nat) (p p_plus s : nat -> R) : R :=
  tau * E n p_plus (fun i => plus (s i)) +
  lambda * (E n p (fun i => minus (s i)) - tau * E n p_plus (fun i => minus (s i))).

Theorem eq21_equals_eq20 plus minus lambda tau n p p_plus p_minus s : tau < 1 -> mixture n tau p p_plus p_minus ->
  debiased_pointwise plus minus lambda tau n p p_plus s = ideal_pointwise plus minus lambda tau n p_plus p_minus s.
Proof.
  intros Ht H. unfold debiased_pointwise, ideal_pointwise.
  rewrite (eq5_debias n tau p p_plus p_minus _ Ht H). field. lra.
Qed.

(** ** The plug-in of section 2.2: p uniform on n items, p+ uniform on the k known positives, tau+ = c k / n.

    Then p- is (1 - c) / (n - c k) on the known positives, so for the paper's c > 1 it is negative there: a signed
    measure, which is the only reason why a debiased loss can be negative in expectation. *)
Definition plug_in_minus (n : nat) (tau : R) (p p_plus : nat -> R) (i : nat) : R := (p i - tau * p_plus i) / (1 - tau).

Theorem plug_in_is_mixture n tau p p_plus : tau < 1 -> mixture n tau p p_plus (plug_in_minus n tau p p_plus).
Proof. intros Ht i _. unfold plug_in_minus. field. lra. Qed.

Theorem plug_in_on_known_positives n k c i : (0 < k)%nat -> (0 < n)%nat -> c * INR k < INR n ->
  let tau := c * INR k / INR n in
  plug_in_minus n tau (fun _ => 1 / INR n) (fun _ => 1 / INR k) i = (1 - c) / (INR n - c * INR k).
Proof.
  intros Hk Hn H tau. apply INR_pos in Hk. apply INR_pos in Hn. unfold plug_in_minus, tau. field. lra.
Qed.

Theorem plug_in_nonneg_iff n k c i : (0 < k)%nat -> (0 < n)%nat -> c * INR k < INR n ->
  0 <= plug_in_minus n (c * INR k / INR n) (fun _ => 1 / INR n) (fun _ => 1 / INR k) i <-> c <= 1.
Proof.
  intros Hk Hn H. rewrite plug_in_on_known_positives by assumption.
  assert (HD : 0 < INR n - c * INR k) by lra. split; intros H0.
  - apply Rnot_lt_le. intros Hc. assert ((1 - c) / (INR n - c * INR k) < 0); [|lra].
    apply Rmult_lt_reg_r with (INR n - c * INR k); [assumption|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
  - unfold Rdiv. apply Rmult_le_pos; [lra|]. now apply Rlt_le, Rinv_0_lt_compat.
Qed.

(** c_u = |I| tau_u / |I_u+| for the paper's two rules: 1 + K/|I_u+| (differs from user to user) and 1 + alpha. *)
Theorem c_of_the_two_rules n k K alpha : (0 < k)%nat -> (0 < n)%nat ->
  INR n * ((INR k + K) / INR n) / INR k = 1 + K / INR k /\
  INR n * ((1 + alpha) * INR k / INR n) / INR k = 1 + alpha.
Proof. intros Hk Hn. apply INR_pos in Hk. apply INR_pos in Hn. split; field; lra. Qed.

(** ** Eq. 7's floor: scores are cos / t, so e^{-1/t} <= E_{p-} e^{y/t} <= e^{1/t}. *)

Lemma exp_cosine t s : 0 < t -> -1 <= s <= 1 -> exp (- 1 / t) <= exp (s / t) <= exp (1 / t).
Proof.
  intros Ht [H1 H2]. assert (HI := Rinv_0_lt_compat t Ht).
  split; apply exp_le; unfold Rdiv; apply Rmult_le_compat_r; lra.
Qed.

Theorem eq7_floor_and_ceiling n p_minus s t : 0 < t -> distribution n p_minus -> (forall i, (i < n)%nat -> -1 <= s i <= 1) ->
  exp (- 1 / t) <= E n p_minus (fun i => exp (s i / t)) <= exp (1 / t).
Proof.
  intros Ht [Hp H1] Hs. split.
  - rewrite <- (E_const n p_minus (exp (- 1 / t)) H1). apply E_le; [assumption|].
    intros i Hi. now apply (exp_cosine t (s i) Ht (Hs i Hi)).
  - rewrite <- (E_const n p_minus (exp (1 / t)) H1). apply E_le; [assumption|].
    intros i Hi. now apply (exp_cosine t (s i) Ht (Hs i Hi)).
Qed.

(** The floor e^{-1/t} changes nothing of the population ... *)
Theorem eq7_floor_is_inactive n p_minus s t : 0 < t -> distribution n p_minus -> (forall i, (i < n)%nat -> -1 <= s i <= 1) ->
  Rmax (E n p_minus (fun i => exp (s i / t))) (exp (- 1 / t)) = E n p_minus (fun i => exp (s i / t)).
Proof. intros Ht Hp Hs. apply Rmax_left. now apply eq7_floor_and_ceiling. Qed.

(** ... the printed e^{1/t} makes it a constant, whatever the scores: no negative item has a gradient. *)
Theorem eq7_printed_floor_is_constant n p_minus s t : 0 < t -> distribution n p_minus ->
  (forall i, (i < n)%nat -> -1 <= s i <= 1) ->
  Rmax (E n p_minus (fun i => exp (s i / t))) (exp (1 / t)) = exp (1 / t).
Proof. intros Ht Hp Hs. apply Rmax_right. now apply eq7_floor_and_ceiling. Qed.

(** With the floor the debiased InfoNCE is positive and finite for every sample. *)
Theorem infonce_debiased_pos t lambda tau n m y x z : 0 < lambda ->
  0 < infonce_debiased t lambda tau n m y x z.
Proof.
  intros Hl. unfold infonce_debiased. set (f := Rmax _ _).
  assert (Hf : 0 < f) by (apply Rlt_le_trans with (exp (- 1 / t)); [apply exp_pos|apply Rmax_r]).
  rewrite neg_ln_share_gap by (apply Rmult_le_pos; lra). apply ln_pos.
  assert (H := Rmult_lt_0_compat _ _ (Rmult_lt_0_compat _ _ Hl Hf) (exp_pos (- (y / t)))). lra.
Qed.

(** Its range for cosine scores. *)
Theorem infonce_debiased_range t lambda tau n m y x z : 0 < t -> 0 < lambda -> 0 <= tau < 1 -> (0 < n)%nat -> (0 < m)%nat ->
  -1 <= y <= 1 -> (forall j, (j < n)%nat -> -1 <= x j <= 1) -> (forall k, (k < m)%nat -> -1 <= z k <= 1) ->
  ln (1 + lambda * exp (- 2 / t)) <= infonce_debiased t lambda tau n m y x z <=
  ln (1 + lambda * (exp (1 / t) * ((exp (1 / t) - tau * exp (- 1 / t)) / (1 - tau)))).
Proof.
  intros Ht Hl Htau Hn Hm Hy Hx Hz. unfold infonce_debiased. set (f := Rmax _ _).
  assert (Hfl : exp (- 1 / t) <= f) by apply Rmax_r. assert (P1 := exp_pos (- 1 / t)).
  rewrite neg_ln_share_gap by (apply Rmult_le_pos; lra).
  assert (Ey : exp (- 1 / t) <= exp (- (y / t)) <= exp (1 / t)).
  { replace (- (y / t)) with ((- y) / t) by (field; lra). apply exp_cosine; lra. }
  assert (Hfu : f <= (exp (1 / t) - tau * exp (- 1 / t)) / (1 - tau)).
  { assert (HI := Rinv_0_lt_compat (1 - tau) ltac:(lra)).
    assert (A : exp (- 1 / t) <= exp (1 / t)) by (apply Rle_trans with (exp (y / t)); now apply exp_cosine).
    apply Rmax_lub.
    - unfold debiased_mean, Rdiv. apply Rmult_le_compat_r; [lra|].
      assert (B : Mean n (fun j => exp (x j * / t)) <= exp (1 * / t)).
      { rewrite <- (Mean_const n (exp (1 * / t)) Hn). apply Mean_le; [assumption|].
        intros j Hj. apply (exp_cosine t (x j) Ht (Hx j Hj)). }
      assert (C : exp (- 1 * / t) <= Mean m (fun k => exp (z k * / t))).
      { rewrite <- (Mean_const m (exp (- 1 * / t)) Hm). apply Mean_le; [assumption|].
        intros k Hk. apply (exp_cosine t (z k) Ht (Hz k Hk)). }
      assert (D := Rmult_le_compat_l tau _ _ (proj1 Htau) C). lra.
    - apply Rmult_le_reg_r with (1 - tau); [lra|]. unfold Rdiv at 2. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  split; apply ln_le.
  - assert (Q := exp_pos (- 2 / t)). assert (W := Rmult_lt_0_compat _ _ Hl Q). lra.
  - replace (- 2 / t) with (- 1 / t + - 1 / t) by (field; lra). rewrite exp_plus, Rmult_assoc.
    apply Rplus_le_compat_l, Rmult_le_compat_l; [lra|]. apply Rmult_le_compat; lra.
  - assert (W := Rmult_lt_0_compat _ _ (Rmult_lt_0_compat lambda f Hl ltac:(lra)) (exp_pos (- (y / t)))). lra.
  - rewrite Rmult_assoc. apply Rplus_le_compat_l, Rmult_le_compat_l; [lra|]. rewrite (Rmult_comm f).
    apply Rmult_le_compat; lra.
Qed.
