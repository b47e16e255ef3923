(** Expectation over N independent draws from a distribution on the items, and what it gives: Eq. 22 and the bracket of
    Eq. 7 are unbiased, Eq. 11, 12, 14 and 15 hold in expectation.

    A draw of N items is a function w, w 0, ..., w (N - 1) the items. [Expect n p N F] is the exact finite sum over
    all n^N draws, each with the product of its probabilities ([expect_uniform_is_average] for the uniform p). *)
From Coq Require Import Reals Lra Lia List.
From Verirec Require Import Sums ExpLog Losses Chain Debias.
Open Scope R_scope.

(** w with the item i drawn before it. *)
Definition after (i : nat) (w : nat -> nat) (j : nat) : nat := match j with O => i | S k => w k end.

Fixpoint Expect (n : nat) (p : nat -> R) (N : nat) (F : (nat -> nat) -> R) : R :=
  match N with
  | O => F (fun _ => O)
  | S k => E n p (fun i => Expect n p k (fun w => F (after i w)))
  end.

(** ** It is a linear, monotone mean *)

Definition in_range (n N : nat) (w : nat -> nat) : Prop := forall j, (j < N)%nat -> (w j < n)%nat.

Lemma in_range_after n N i w : (i < n)%nat -> in_range n N w -> in_range n (S N) (after i w).
Proof. intros Hi H [|j] Hj; simpl; [assumption|apply H; lia]. Qed.

Lemma Expect_ext n p N F G : (forall w, in_range n N w -> F w = G w) -> Expect n p N F = Expect n p N G.
Proof.
  revert F G. induction N; intros F G H; simpl; [apply H; intros j Hj; lia|].
  apply E_ext. intros i Hi. apply IHN. intros w Hw. apply H. now apply in_range_after.
Qed.

Lemma Expect_add n p N F G : Expect n p N (fun w => F w + G w) = Expect n p N F + Expect n p N G.
Proof.
  revert F G. induction N; intros F G; simpl; [reflexivity|].
  rewrite <- E_add. apply E_ext. intros i _. now rewrite IHN.
Qed.

Lemma Expect_scale n p N c F : Expect n p N (fun w => c * F w) = c * Expect n p N F.
Proof.
  revert F. induction N; intros F; simpl; [reflexivity|]. rewrite <- E_scale. apply E_ext. intros i _. now rewrite IHN.
Qed.

Lemma Expect_const n p N c : Sum n p = 1 -> Expect n p N (fun _ => c) = c.
Proof. intros H. induction N; simpl; [reflexivity|]. rewrite IHN. now apply E_const. Qed.

Lemma Expect_le n p N F G : (forall i, (i < n)%nat -> 0 <= p i) -> (forall w, in_range n N w -> F w <= G w) ->
  Expect n p N F <= Expect n p N G.
Proof.
  intros Hp. revert F G. induction N; intros F G H; simpl; [apply H; intros j Hj; lia|].
  apply E_le; [assumption|]. intros i Hi. apply IHN. intros w Hw. apply H. now apply in_range_after.
Qed.

Lemma Expect_Sum n p N g : Sum n p = 1 -> Expect n p N (fun w => Sum N (fun j => g (w j))) = INR N * E n p g.
Proof.
  intros H. induction N; [simpl; lra|]. rewrite S_INR. simpl Expect.
  rewrite (E_ext n p _ (fun i => g i + INR N * E n p g)).
  - rewrite E_add, E_const by assumption. ring.
  - intros i _. transitivity (Expect n p N (fun w => g i + Sum N (fun j => g (w j)))).
    + apply Expect_ext. intros w _. exact (Sum_first N (fun j => g (after i w j))).
    + rewrite (Expect_add n p N (fun _ => g i)), Expect_const, IHN by assumption. reflexivity.
Qed.

(** The mean over the draws is an unbiased estimate of the expectation. *)
Theorem mean_of_draws_is_unbiased n p N g : (0 < N)%nat -> Sum n p = 1 ->
  Expect n p N (fun w => Mean N (fun j => g (w j))) = E n p g.
Proof.
  intros HN H. apply INR_pos in HN. unfold Mean.
  rewrite (Expect_ext n p N _ (fun w => / INR N * Sum N (fun j => g (w j)))) by (intros; field; lra).
  rewrite Expect_scale, Expect_Sum by assumption. field. lra.
Qed.

(** For uniform draws it is the plain average over the list of all n^N draws. *)
Fixpoint all_draws (n N : nat) : list (nat -> nat) :=
  match N with
  | O => (fun _ => O) :: nil
  | S k => flat_map (fun i => map (after i) (all_draws n k)) (seq 0 n)
  end.
Definition list_sum (F : (nat -> nat) -> R) (l : list (nat -> nat)) : R := fold_right (fun w s => F w + s) 0 l.

Lemma list_sum_app F l l' : list_sum F (l ++ l') = list_sum F l + list_sum F l'.
Proof. induction l; simpl; [lra|]. rewrite IHl. lra. Qed.

Lemma list_sum_map F f l : list_sum F (map f l) = list_sum (fun w => F (f w)) l.
Proof. induction l; simpl; [reflexivity|]. now rewrite IHl. Qed.

Lemma list_sum_flat_map F (f : nat -> list (nat -> nat)) n :
  list_sum F (flat_map f (seq 0 n)) = Sum n (fun i => list_sum F (f i)).
Proof.
  induction n; [reflexivity|]. rewrite seq_S, flat_map_app, list_sum_app, IHn. simpl. rewrite app_nil_r. reflexivity.
Qed.

Theorem all_draws_number n N : length (all_draws n N) = (n ^ N)%nat.
Proof.
  induction N; [reflexivity|].
  assert (H : forall m s, length (flat_map (fun i => map (after i) (all_draws n N)) (seq s m)) = (m * n ^ N)%nat).
  { induction m; intros s; simpl; [reflexivity|]. now rewrite app_length, map_length, IHN, IHm. }
  apply H.
Qed.

Theorem expect_uniform_is_average n N F : (0 < n)%nat ->
  Expect n (fun _ => 1 / INR n) N F = list_sum F (all_draws n N) / INR n ^ N.
Proof.
  intros Hn. apply INR_pos in Hn. revert F. induction N; intros F; [simpl; lra|].
  simpl. rewrite list_sum_flat_map. unfold E.
  rewrite (Sum_ext n _ (fun i => / (INR n * INR n ^ N) * list_sum F (map (after i) (all_draws n N)))).
  - rewrite Sum_scale. unfold Rdiv. ring.
  - intros i _. rewrite IHN, list_sum_map. assert (H := pow_lt _ N Hn). field. lra.
Qed.

(** ** Eq. 22 is an unbiased estimate of Eq. 21 and of the ideal loss, Eq. 20 *)

(** N draws w from p, M draws v from p+ (the text swaps the two), one positive i from p+. *)
Definition expected_pointwise_debiased plus minus lambda tau n p p_plus s N M : R :=
  E n p_plus (fun i => Expect n p N (fun w => Expect n p_plus M (fun v =>
    pointwise_debiased plus minus lambda tau N M (s i) (fun j => s (w j)) (fun k => s (v k))))).

Theorem eq22_unbiased_for_eq21 plus minus lambda tau n p p_plus s N M : (0 < N)%nat -> (0 < M)%nat ->
  Sum n p = 1 -> Sum n p_plus = 1 ->
  expected_pointwise_debiased plus minus lambda tau n p p_plus s N M =
  debiased_pointwise plus minus lambda tau n p p_plus s.
Proof.
  intros HN HM H1 H2. unfold expected_pointwise_debiased, debiased_pointwise, pointwise_debiased.
  set (m := fun i => minus (s i)). set (P := E n p m). set (Q := E n p_plus m).
  rewrite (E_ext n p_plus _ (fun i => tau * plus (s i) + lambda * (P - tau * Q))).
  - rewrite E_add, E_scale, E_const by assumption. reflexivity.
  - intros i _. rewrite (Expect_ext n p N _ (fun w => (tau * plus (s i) - lambda * tau * Q) +
      lambda * Mean N (fun j => m (w j)))).
    + rewrite Expect_add, Expect_scale, Expect_const, mean_of_draws_is_unbiased by assumption. fold P. ring.
    + intros w _. rewrite (Expect_ext n p_plus M _ (fun v => (tau * plus (s i) + lambda * Mean N (fun j => m (w j))) +
        - (lambda * tau) * Mean M (fun k => m (v k)))).
      * rewrite Expect_add, Expect_scale, Expect_const, mean_of_draws_is_unbiased by assumption. fold Q. ring.
      * intros v _. unfold m. ring.
Qed.

Theorem eq22_unbiased_for_eq20 plus minus lambda tau n p p_plus p_minus s N M : (0 < N)%nat -> (0 < M)%nat ->
  Sum n p = 1 -> Sum n p_plus = 1 -> tau < 1 -> mixture n tau p p_plus p_minus ->
  expected_pointwise_debiased plus minus lambda tau n p p_plus s N M =
  ideal_pointwise plus minus lambda tau n p_plus p_minus s.
Proof. intros. rewrite eq22_unbiased_for_eq21 by assumption. now apply eq21_equals_eq20. Qed.

(** ** Eq. 7's bracket *)

Definition expected_of_bracket (G : R -> R) t tau n p p_plus s N M : R :=
  Expect n p N (fun w => Expect n p_plus M (fun v =>
    G (debiased_mean t tau N M (fun j => s (w j)) (fun k => s (v k))))).

Theorem eq7_bracket_is_unbiased t tau n p p_plus p_minus s N M : (0 < N)%nat -> (0 < M)%nat ->
  Sum n p = 1 -> Sum n p_plus = 1 -> tau < 1 -> mixture n tau p p_plus p_minus ->
  expected_of_bracket (fun b => b) t tau n p p_plus s N M = E n p_minus (fun i => exp (s i / t)).
Proof.
  intros HN HM H1 H2 Ht H. rewrite (eq5_debias n tau p p_plus p_minus _ Ht H).
  unfold expected_of_bracket, debiased_mean. set (m := fun i => exp (s i / t)). set (Q := E n p_plus m).
  rewrite (Expect_ext n p N _ (fun w => - (tau * Q / (1 - tau)) + / (1 - tau) * Mean N (fun j => m (w j)))).
  - rewrite Expect_add, Expect_scale, Expect_const, mean_of_draws_is_unbiased by assumption. field. lra.
  - intros w _. rewrite (Expect_ext n p_plus M _ (fun v => Mean N (fun j => m (w j)) / (1 - tau) +
      - (tau / (1 - tau)) * Mean M (fun k => m (v k)))).
    + rewrite Expect_add, Expect_scale, Expect_const, mean_of_draws_is_unbiased by assumption. fold Q. field. lra.
    + intros v _. unfold m. field. lra.
Qed.

(** The floor biases the bracket upwards, whatever it is. *)
Theorem eq7_floor_biases_up t tau n p p_plus p_minus s N M floor : (0 < N)%nat -> (0 < M)%nat ->
  distribution n p -> distribution n p_plus -> tau < 1 -> mixture n tau p p_plus p_minus ->
  E n p_minus (fun i => exp (s i / t)) <= expected_of_bracket (fun b => Rmax b floor) t tau n p p_plus s N M.
Proof.
  intros HN HM [Hp H1] [Hq H2] Ht H.
  rewrite <- (eq7_bracket_is_unbiased t tau n p p_plus p_minus s N M) by assumption.
  apply Expect_le; [assumption|]. intros w _. apply Expect_le; [assumption|]. intros v _. apply Rmax_l.
Qed.
