(** Theorem 1: iALS, Eq. 23, against its debiased form, for m users, n items and k factors.

    S u i is 1 where u has taken i and 0 elsewhere (nothing below needs that it is binary), w u and h i are the vectors.
    a is the paper's alpha_0. The regulariser's weight of user u is ru u, of item i ri i: with Eq. 23's "frequency"
    weights they are lambda (|I_u+| + a |I|)^nu and depend on a, which is what Theorem 1 overlooks.

    What holds: each half step, with the weights' numbers divided by c (1 - a) [thm1_users_step, thm1_items_step]; the whole objective,
    so any alternating run, with the weights divided by c [thm1_joint] (a family of such maps: [thm1_family]); for c_u
    that differs between users a per-user weighted iALS [thm1_weighted].
    What does not: the theorem as printed with nu <> 0, whatever alpha_0', lambda' and factor [thm1_fails_for_nu];
    its lambda' = lambda / (c (1 - a)) for the joint objective [thm1_printed_lambda_is_not_joint]; the printed right
    sides sqrt(c_u) of the closed forms [thm1_printed_right_side]. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums.
Open Scope R_scope.

Definition dot (k : nat) (a b : nat -> R) : R := Sum k (fun l => a l * b l).
Definition scaled (s : R) (w : nat -> nat -> R) (u l : nat) : R := s * w u l.

Lemma dot_scaled k s r a b : dot k (fun l => s * a l) (fun l => r * b l) = s * r * dot k a b.
Proof. unfold dot. rewrite <- Sum_scale. apply Sum_ext. intros. ring. Qed.

Section Objective.
Variables (m n k : nat) (S : nat -> nat -> R).

Definition regulariser (ru ri : nat -> R) (w h : nat -> nat -> R) : R :=
  Sum m (fun u => ru u * dot k (w u) (w u)) + Sum n (fun i => ri i * dot k (h i) (h i)).

(** Eq. 23 with a weight c_u of each user's positives; iALS itself has c_u = 1. *)
Definition weighted_ials (c : nat -> R) (a : R) (ru ri : nat -> R) (w h : nat -> nat -> R) : R :=
  Sum m (fun u => c u * Sum n (fun i => S u i * (dot k (w u) (h i) - 1) ^ 2)) +
  a * Sum m (fun u => Sum n (fun i => dot k (w u) (h i) ^ 2)) + regulariser ru ri w h.
Definition ials := weighted_ials (fun _ => 1).

(** The debiased objective of section 3.2. *)
Definition debiased_ials (c : nat -> R) (a : R) (ru ri : nat -> R) (w h : nat -> nat -> R) : R :=
  Sum m (fun u => Sum n (fun i => S u i * (c u * (dot k (w u) (h i) - 1) ^ 2 - c u * a * dot k (w u) (h i) ^ 2)) +
                  a * Sum n (fun i => dot k (w u) (h i) ^ 2)) + regulariser ru ri w h.

Definition positives (c : nat -> R) : R := Sum m (fun u => c u * Sum n (fun i => S u i)).

Lemma regulariser_scaled ru ri w h beta gamma f : 
  regulariser ru ri (scaled beta w) (scaled gamma h) * f =
  regulariser (fun u => ru u * beta ^ 2 * f) (fun i => ri i * gamma ^ 2 * f) w h.
Proof.
  unfold regulariser, scaled. rewrite Rmult_plus_distr_r, <- !Sum_scale_r.
  f_equal; apply Sum_ext; intros; rewrite dot_scaled; ring.
Qed.

(** The core: for any split beta gamma = 1/(1 - a) of the factor, and any c_u. *)
Theorem thm1_weighted_family c a ru ri w h beta gamma : a <> 1 -> beta * gamma = 1 / (1 - a) ->
  debiased_ials c a ru ri (scaled beta w) (scaled gamma h) =
  1 / (1 - a) * weighted_ials c (a / (1 - a)) (fun u => ru u * beta ^ 2 * (1 - a)) (fun i => ri i * gamma ^ 2 * (1 - a)) w h
  - a / (1 - a) * positives c.
Proof.
  intros Ha Hb. unfold debiased_ials, weighted_ials, positives.
  rewrite <- regulariser_scaled.
  rewrite (Sum_ext m _ (fun u => 1 / (1 - a) * (c u * Sum n (fun i => S u i * (dot k (w u) (h i) - 1) ^ 2)) +
    (1 / (1 - a) * (a / (1 - a)) * Sum n (fun i => dot k (w u) (h i) ^ 2) - a / (1 - a) * (c u * Sum n (fun i => S u i))))).
  - rewrite Sum_add, Sum_sub, !Sum_scale. field. lra.
  - intros u _. rewrite <- !Sum_scale, <- Sum_sub, <- !Sum_add. apply Sum_ext. intros i _.
    unfold scaled. rewrite dot_scaled, Hb. field. lra.
Qed.

Lemma weighted_const c a ru ri w h : c <> 0 ->
  weighted_ials (fun _ => c) a ru ri w h = c * ials (a / c) (fun u => ru u / c) (fun i => ri i / c) w h.
Proof.
  intros Hc. unfold ials, weighted_ials.
  assert (R : regulariser (fun u => ru u / c) (fun i => ri i / c) w h = / c * regulariser ru ri w h).
  { unfold regulariser. rewrite Rmult_plus_distr_l, <- !Sum_scale. f_equal; apply Sum_ext; intros; unfold Rdiv; ring. }
  rewrite R, !Sum_scale. field. lra.
Qed.

(** One c for all users, alpha_0' = a / (c (1 - a)): the debiased objective at (beta w, gamma h) is iALS at (w, h), up
    to a factor and a constant. *)
Theorem thm1_family c a ru ri w h beta gamma : c <> 0 -> a <> 1 -> beta * gamma = 1 / (1 - a) ->
  debiased_ials (fun _ => c) a ru ri (scaled beta w) (scaled gamma h) =
  c / (1 - a) * ials (a / (c * (1 - a))) (fun u => ru u * beta ^ 2 * (1 - a) / c) (fun i => ri i * gamma ^ 2 * (1 - a) / c) w h
  - a / (1 - a) * positives (fun _ => c).
Proof.
  intros Hc Ha Hb. rewrite thm1_weighted_family, weighted_const by assumption.
  replace (a / (1 - a) / c) with (a / (c * (1 - a))) by (field; lra). field. lra.
Qed.

(** ** The half steps *)

Definition best_users (L : (nat -> nat -> R) -> (nat -> nat -> R) -> R) (w h : nat -> nat -> R) : Prop :=
  forall w', L w h <= L w' h.
Definition best_items (L : (nat -> nat -> R) -> (nat -> nat -> R) -> R) (w h : nat -> nat -> R) : Prop :=
  forall h', L w h <= L w h'.

Lemma dot_ext a b a' b' : (forall l, a l = a' l) -> (forall l, b l = b' l) -> dot k a b = dot k a' b'.
Proof. intros Ha Hb. apply Sum_ext. intros l _. now rewrite Ha, Hb. Qed.

Lemma debiased_ext c a ru ri w h w' h' : (forall u l, w u l = w' u l) -> (forall i l, h i l = h' i l) ->
  debiased_ials c a ru ri w h = debiased_ials c a ru ri w' h'.
Proof.
  intros Hw Hh. unfold debiased_ials, regulariser.
  assert (D : forall u i, dot k (w u) (h i) = dot k (w' u) (h' i)) by (intros; now apply dot_ext).
  assert (Dw : forall u, dot k (w u) (w u) = dot k (w' u) (w' u)) by (intros; now apply dot_ext).
  assert (Dh : forall i, dot k (h i) (h i) = dot k (h' i) (h' i)) by (intros; now apply dot_ext).
  f_equal; [apply Sum_ext; intros u _; f_equal; [|f_equal]; apply Sum_ext; intros i _; now rewrite D|].
  f_equal; apply Sum_ext; intros; [now rewrite Dw|now rewrite Dh].
Qed.

Lemma unscale s w u l : s <> 0 -> scaled s (scaled (/ s) w) u l = w u l.
Proof. intros Hs. unfold scaled. now field. Qed.

Lemma unit_scale w u l : scaled 1 w u l = w u l.
Proof. unfold scaled. ring. Qed.

Lemma factor_le A B K x y : 0 < K -> A = K * x - B -> forall A', A' = K * y - B -> (A <= A' <-> x <= y).
Proof.
  intros HK -> A' ->. split; intros H.
  - apply Rmult_le_reg_l with K; [assumption|lra].
  - apply Rplus_le_compat_r. apply Rmult_le_compat_l; lra.
Qed.

Lemma regulariser_items ru ri ri' w h : regulariser ru ri w h = regulariser ru ri' w h +
  (Sum n (fun i => ri i * dot k (h i) (h i)) - Sum n (fun i => ri' i * dot k (h i) (h i))).
Proof. unfold regulariser. ring. Qed.

Lemma regulariser_users ru ru' ri w h : regulariser ru ri w h = regulariser ru' ri w h +
  (Sum m (fun u => ru u * dot k (w u) (w u)) - Sum m (fun u => ru' u * dot k (w u) (w u))).
Proof. unfold regulariser. ring. Qed.

(** In a half step the other side's regulariser is a constant. *)
Lemma best_users_any_ri a ru ri ri' w h : best_users (ials a ru ri) w h <-> best_users (ials a ru ri') w h.
Proof.
  split; intros H w'; specialize (H w'); unfold ials, weighted_ials in *.
  - rewrite (regulariser_items ru ri ri' w h), (regulariser_items ru ri ri' w' h) in H. lra.
  - rewrite (regulariser_items ru ri ri' w h), (regulariser_items ru ri ri' w' h). lra.
Qed.

Lemma best_items_any_ru a ru ru' ri w h : best_items (ials a ru ri) w h <-> best_items (ials a ru' ri) w h.
Proof.
  split; intros H h'; specialize (H h'); unfold ials, weighted_ials in *.
  - rewrite (regulariser_users ru ru' ri w h), (regulariser_users ru ru' ri w h') in H. lra.
  - rewrite (regulariser_users ru ru' ri w h), (regulariser_users ru ru' ri w h'). lra.
Qed.

(** Theorem 1 for fixed item vectors: the solutions differ by the factor 1/(1 - a). *)
Theorem thm1_users_step c a ru ri w h : 0 < c -> a < 1 ->
  best_users (debiased_ials (fun _ => c) a ru ri) (scaled (/ (1 - a)) w) h <->
  best_users (ials (a / (c * (1 - a))) (fun u => ru u / (c * (1 - a))) ri) w h.
Proof.
  intros Hc Ha.
  assert (HK : 0 < c / (1 - a)) by (apply Rdiv_lt_0_compat; lra).
  assert (F : forall v, debiased_ials (fun _ => c) a ru ri (scaled (/ (1 - a)) v) h =
    c / (1 - a) * ials (a / (c * (1 - a))) (fun u => ru u * (/ (1 - a)) ^ 2 * (1 - a) / c) (fun i => ri i * 1 ^ 2 * (1 - a) / c) v h
    - a / (1 - a) * positives (fun _ => c)).
  { intros v. rewrite <- thm1_family with (beta := / (1 - a)) (gamma := 1) by (lra || (field; lra)).
    apply debiased_ext; intros; [reflexivity|]. now rewrite unit_scale. }
  rewrite (best_users_any_ri _ _ ri (fun i => ri i * 1 ^ 2 * (1 - a) / c)).
  assert (X : forall v, ials (a / (c * (1 - a))) (fun u => ru u / (c * (1 - a))) (fun i => ri i * 1 ^ 2 * (1 - a) / c) v h =
    ials (a / (c * (1 - a))) (fun u => ru u * (/ (1 - a)) ^ 2 * (1 - a) / c) (fun i => ri i * 1 ^ 2 * (1 - a) / c) v h).
  { intros v. unfold ials, weighted_ials, regulariser. do 2 f_equal. apply Sum_ext. intros u _. field. lra. }
  split; intros H v.
  - rewrite !X. apply (factor_le _ _ _ _ _ HK (F w) _ (F v)). apply H.
  - specialize (H (scaled (1 - a) v)). rewrite !X in H.
    apply (factor_le _ _ _ _ _ HK (F w) _ (F (scaled (1 - a) v))) in H.
    rewrite (debiased_ext _ _ _ _ (scaled (/ (1 - a)) (scaled (1 - a) v)) h v h) in H; [exact H| |reflexivity].
    intros u l. unfold scaled. field. lra.
Qed.

(** Theorem 1 for fixed user vectors. *)
Theorem thm1_items_step c a ru ri w h : 0 < c -> a < 1 ->
  best_items (debiased_ials (fun _ => c) a ru ri) w (scaled (/ (1 - a)) h) <->
  best_items (ials (a / (c * (1 - a))) ru (fun i => ri i / (c * (1 - a)))) w h.
Proof.
  intros Hc Ha.
  assert (HK : 0 < c / (1 - a)) by (apply Rdiv_lt_0_compat; lra).
  assert (F : forall v, debiased_ials (fun _ => c) a ru ri w (scaled (/ (1 - a)) v) =
    c / (1 - a) * ials (a / (c * (1 - a))) (fun u => ru u * 1 ^ 2 * (1 - a) / c) (fun i => ri i * (/ (1 - a)) ^ 2 * (1 - a) / c) w v
    - a / (1 - a) * positives (fun _ => c)).
  { intros v. rewrite <- thm1_family with (beta := 1) (gamma := / (1 - a)) by (lra || (field; lra)).
    apply debiased_ext; intros; [|reflexivity]. now rewrite unit_scale. }
  rewrite (best_items_any_ru _ ru (fun u => ru u * 1 ^ 2 * (1 - a) / c)).
  assert (X : forall v, ials (a / (c * (1 - a))) (fun u => ru u * 1 ^ 2 * (1 - a) / c) (fun i => ri i / (c * (1 - a))) w v =
    ials (a / (c * (1 - a))) (fun u => ru u * 1 ^ 2 * (1 - a) / c) (fun i => ri i * (/ (1 - a)) ^ 2 * (1 - a) / c) w v).
  { intros v. unfold ials, weighted_ials, regulariser. do 2 f_equal. apply Sum_ext. intros u _. field. lra. }
  split; intros H v.
  - rewrite !X. apply (factor_le _ _ _ _ _ HK (F h) _ (F v)). apply H.
  - specialize (H (scaled (1 - a) v)). rewrite !X in H.
    apply (factor_le _ _ _ _ _ HK (F h) _ (F (scaled (1 - a) v))) in H.
    rewrite (debiased_ext _ _ _ _ w (scaled (/ (1 - a)) (scaled (1 - a) v)) w v) in H; [exact H|reflexivity|].
    intros u l. unfold scaled. field. lra.
Qed.

(** ** The whole objective, so any alternating run: both factors are scaled by 1/sqrt(1 - a), lambda' = lambda / c. *)
Theorem thm1_joint c a ru ri w h : c <> 0 -> a < 1 ->
  debiased_ials (fun _ => c) a ru ri (scaled (/ sqrt (1 - a)) w) (scaled (/ sqrt (1 - a)) h) =
  c / (1 - a) * ials (a / (c * (1 - a))) (fun u => ru u / c) (fun i => ri i / c) w h
  - a / (1 - a) * positives (fun _ => c).
Proof.
  intros Hc Ha. assert (HQ : sqrt (1 - a) * sqrt (1 - a) = 1 - a) by (apply sqrt_sqrt; lra).
  assert (HP : 0 < sqrt (1 - a)) by (apply sqrt_lt_R0; lra).
  assert (H2 : (/ sqrt (1 - a)) ^ 2 * (1 - a) = 1).
  { rewrite <- HQ at 2. field. lra. }
  rewrite thm1_family by (try lra; rewrite <- Rinv_mult, HQ; field; lra).
  unfold ials, weighted_ials, regulariser.
  rewrite (Sum_ext m (fun u => ru u * (/ sqrt (1 - a)) ^ 2 * (1 - a) / c * dot k (w u) (w u))
    (fun u => ru u / c * dot k (w u) (w u))) by (intros; rewrite (Rmult_assoc (ru i)), H2, Rmult_1_r; reflexivity).
  rewrite (Sum_ext n (fun i => ri i * (/ sqrt (1 - a)) ^ 2 * (1 - a) / c * dot k (h i) (h i))
    (fun i => ri i / c * dot k (h i) (h i))) by (intros; rewrite (Rmult_assoc (ri i)), H2, Rmult_1_r; reflexivity).
  reflexivity.
Qed.

(** For c_u that differs between users: a per-user weighted iALS, alpha_0' = a / (1 - a), lambda unchanged. *)
Theorem thm1_weighted c a ru ri w h : a < 1 ->
  debiased_ials c a ru ri (scaled (/ sqrt (1 - a)) w) (scaled (/ sqrt (1 - a)) h) =
  1 / (1 - a) * weighted_ials c (a / (1 - a)) ru ri w h - a / (1 - a) * positives c.
Proof.
  intros Ha. assert (HQ : sqrt (1 - a) * sqrt (1 - a) = 1 - a) by (apply sqrt_sqrt; lra).
  assert (HP : 0 < sqrt (1 - a)) by (apply sqrt_lt_R0; lra).
  assert (H2 : (/ sqrt (1 - a)) ^ 2 * (1 - a) = 1).
  { rewrite <- HQ at 2. field. lra. }
  rewrite thm1_weighted_family by (try lra; rewrite <- Rinv_mult, HQ; field; lra).
  unfold weighted_ials, regulariser.
  rewrite (Sum_ext m (fun u => ru u * (/ sqrt (1 - a)) ^ 2 * (1 - a) * dot k (w u) (w u))
    (fun u => ru u * dot k (w u) (w u))) by (intros; rewrite (Rmult_assoc (ru i)), H2, Rmult_1_r; reflexivity).
  rewrite (Sum_ext n (fun i => ri i * (/ sqrt (1 - a)) ^ 2 * (1 - a) * dot k (h i) (h i))
    (fun i => ri i * dot k (h i) (h i))) by (intros; rewrite (Rmult_assoc (ri i)), H2, Rmult_1_r; reflexivity).
  reflexivity.
Qed.

End Objective.

(** Eq. 23's weights of the regulariser, for users: lambda (|I_u+| + a |I|)^nu. *)
Definition frequency_weight (lambda nu a : R) (n : nat) (S : nat -> nat -> R) (u : nat) : R :=
  lambda * Rpower (Sum n (S u) + a * INR n) nu.
