(** The derivative of every loss in each score: the positive's y, one sampled item's y_j, one positive sample's y_k. The
    right sides are the formulas of the comments in src/loss/*.c; that the C computes them, in a form that does not
    overflow, is Stable.v. "put x j v" is x with v in place j, so [is_derive (fun v => L (put x j v)) (x j) g] says that
    the partial derivative in y_j is g. If an item stands in several places its derivatives add up. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Verirec Require Import Sums ExpLog Losses Debias.
Open Scope R_scope.

(** ** Sums of which one term varies *)

Lemma exp_sum_put t n x j v : (j < n)%nat ->
  exp_sum t n (put x j v) = exp_sum t n x - exp (x j / t) + exp (v / t).
Proof. apply (Sum_put n (fun _ v => exp (v / t))). Qed.

Lemma Mean_put n (f : nat -> R -> R) x j v : (j < n)%nat ->
  Mean n (fun i => f i (put x j v i)) = Mean n (fun i => f i (x i)) - f j (x j) / INR n + f j v / INR n.
Proof. intros Hj. unfold Mean. rewrite (Sum_put n f x j v Hj). unfold Rdiv. ring. Qed.

(** An equation in Coquelicot's module R is one in R. *)
Ltac in_R := match goal with |- @eq _ ?a ?b => change (@eq R a b) end.

Lemma is_derive_constant (c y : R) : is_derive (fun _ : R => c) y 0.
Proof. auto_derive; [exact I|reflexivity]. Qed.

Lemma is_derive_Sum n (f : nat -> R -> R) (y : R) (g : nat -> R) : (forall j, (j < n)%nat -> is_derive (f j) y (g j)) ->
  is_derive (fun v => Sum n (fun j => f j v)) y (Sum n g).
Proof.
  induction n; intros H; simpl; [apply is_derive_constant|].
  apply (is_derive_plus (fun v => Sum n (fun j => f j v)) (f n)); [apply IHn; intros; apply H|apply H]; lia.
Qed.

Lemma is_derive_Sum_put n (f : nat -> R -> R) x j (g : R) : (j < n)%nat -> is_derive (f j) (x j) g ->
  is_derive (fun v => Sum n (fun i => f i (put x j v i))) (x j) g.
Proof.
  intros Hj H. apply is_derive_ext with (fun v => (Sum n (fun i => f i (x i)) - f j (x j)) + f j v).
  - intros v. now rewrite (Sum_put n f x j v).
  - replace g with (0 + g) by ring. apply (is_derive_plus (fun _ => _) (f j)); [apply is_derive_constant|assumption].
Qed.

Lemma is_derive_Mean_put n (f : nat -> R -> R) x j (g : R) : (j < n)%nat -> is_derive (f j) (x j) g ->
  is_derive (fun v => Mean n (fun i => f i (put x j v i))) (x j) (g / INR n).
Proof.
  intros Hj H. unfold Mean, Rdiv.
  apply is_derive_ext with (fun v => scal (/ INR n) (Sum n (fun i => f i (put x j v i)))).
  - intros v. apply Rmult_comm.
  - replace (g * / INR n) with (scal (/ INR n) g) by (apply Rmult_comm).
    apply (is_derive_scal (fun v => Sum n (fun i => f i (put x j v i)))). now apply is_derive_Sum_put.
Qed.

(** ** One term *)

Lemma is_derive_softplus_gap t y v : 0 < t -> is_derive (fun v => softplus ((v - y) / t)) v (sigmoid ((v - y) / t) / t).
Proof.
  intros Ht. unfold softplus. auto_derive.
  - apply one_plus_exp_pos.
  - rewrite sigmoid_exp. assert (H := exp_pos ((v - y) / t)). unfold Rdiv, Rminus in *. field. lra.
Qed.

Lemma is_derive_softplus_pos t x y : 0 < t -> is_derive (fun y => softplus ((x - y) / t)) y (- (sigmoid ((x - y) / t) / t)).
Proof.
  intros Ht. unfold softplus. auto_derive.
  - apply one_plus_exp_pos.
  - rewrite sigmoid_exp. assert (H := exp_pos ((x - y) / t)). unfold Rdiv, Rminus in *. field. lra.
Qed.

Lemma is_derive_square v : is_derive mse_minus v (2 * v).
Proof. unfold mse_minus. auto_derive; [exact I|ring]. Qed.

(** ReLU(y - margin), off its kink: 1 above, 0 below. The C takes 0 at the kink itself. *)
Lemma is_derive_hinge_above margin v : margin < v -> is_derive (ccl_minus margin) v 1.
Proof.
  intros H. apply is_derive_ext_loc with (fun w => w - margin).
  - apply filter_imp with (2 := open_gt margin v H). intros w Hw. unfold ccl_minus, relu. rewrite Rmax_right by lra. reflexivity.
  - auto_derive; [exact I|ring].
Qed.

Lemma is_derive_hinge_below margin v : v < margin -> is_derive (ccl_minus margin) v 0.
Proof.
  intros H. apply is_derive_ext_loc with (fun _ => 0).
  - apply filter_imp with (2 := open_lt margin v H). intros w Hw. unfold ccl_minus, relu. rewrite Rmax_left by lra. reflexivity.
  - apply is_derive_constant.
Qed.

(** ** InfoNCE and softmax

    p_j = e^{y_j/t} / (e^{y_i/t} + sum e^{y_l/t}); dL/dy_j = p_j / t, dL/dy_i = - sum_j p_j / t. *)
Definition infonce_weight (t : R) (n : nat) (y : R) (x : nat -> R) (j : nat) : R :=
  exp (x j / t) / (exp (y / t) + exp_sum t n x).

Lemma infonce_log_form t n y x : infonce t n y x = ln (exp (y / t) + exp_sum t n x) - y / t.
Proof. apply neg_ln_share, exp_sum_nonneg. Qed.

Lemma denominator_pos t n y x : 0 < exp (y / t) + exp_sum t n x.
Proof. assert (A := exp_pos (y / t)). assert (B := exp_sum_nonneg t n x). lra. Qed.

Lemma infonce_weights_sum t n y x :
  Sum n (infonce_weight t n y x) = exp_sum t n x / (exp (y / t) + exp_sum t n x).
Proof. unfold infonce_weight, Rdiv. now rewrite Sum_scale_r. Qed.

Theorem infonce_derivative_neg t n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => infonce t n y (put x j v)) (x j) (infonce_weight t n y x j / t).
Proof.
  intros Ht Hj. set (C := exp_sum t n x - exp (x j / t)).
  apply is_derive_ext with (fun v => ln (exp (y / t) + (C + exp (v / t))) - y / t).
  - intros v. rewrite infonce_log_form, exp_sum_put by assumption. reflexivity.
  - assert (D := denominator_pos t n y x). unfold infonce_weight.
    auto_derive; replace (C + exp (x j * / t)) with (exp_sum t n x) by (unfold C, Rdiv; ring).
    + assumption.
    + unfold Rdiv in *. field. lra.
Qed.

Theorem infonce_derivative_pos t n y x : 0 < t ->
  is_derive (fun v => infonce t n v x) y (- Sum n (infonce_weight t n y x) / t).
Proof.
  intros Ht. apply is_derive_ext with (fun v => ln (exp (v / t) + exp_sum t n x) - v / t).
  - intros v. now rewrite infonce_log_form.
  - rewrite infonce_weights_sum. assert (D := denominator_pos t n y x). unfold Rdiv in *.
    auto_derive; [assumption|]. field. lra.
Qed.

(** Softmax is the same function of the scores, j over all other items. *)
Theorem softmax_derivative_neg t n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => softmax t n y (put x j v)) (x j) (infonce_weight t n y x j / t).
Proof. exact (infonce_derivative_neg t n y x j). Qed.

Theorem softmax_derivative_pos t n y x : 0 < t ->
  is_derive (fun v => softmax t n v x) y (- Sum n (infonce_weight t n y x) / t).
Proof. exact (infonce_derivative_pos t n y x). Qed.

(** Not p_i - 1, which cancels: but equal to it. *)
Theorem softmax_derivative_pos_is_p_minus_1 t n y x :
  - Sum n (infonce_weight t n y x) = exp (y / t) / (exp (y / t) + exp_sum t n x) - 1.
Proof. rewrite infonce_weights_sum. assert (D := denominator_pos t n y x). field. lra. Qed.

(** ** Sampled softmax *)

Definition proposal_mean (t : R) (n : nat) (x q : nat -> R) : R := Mean n (fun j => exp (x j / t) / q j).
Definition sampled_weight (t : R) (n : nat) (y : R) (x q : nat -> R) (j : nat) : R :=
  exp (x j / t) / (INR n * q j) / (exp (y / t) + proposal_mean t n x q).

Lemma proposal_mean_nonneg t n x q : (forall j, (j < n)%nat -> 0 < q j) -> 0 <= proposal_mean t n x q.
Proof.
  intros Hq. unfold proposal_mean, Mean. destruct n as [|n]; [simpl; lra|].
  apply Rlt_le, Rdiv_lt_0_compat; [|apply INR_pos; lia]. apply Sum_pos; [lia|]. intros j Hj.
  apply Rdiv_lt_0_compat; [apply exp_pos|now apply Hq].
Qed.

Theorem sampled_softmax_derivative_neg t n y x q j : 0 < t -> (j < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  is_derive (fun v => sampled_softmax t n y (put x j v) q) (x j) (sampled_weight t n y x q j / t).
Proof.
  intros Ht Hj Hq. assert (HN : 0 < INR n) by (apply INR_pos; lia). assert (Hqj := Hq j Hj).
  set (C := proposal_mean t n x q - exp (x j / t) / q j / INR n).
  apply is_derive_ext with (fun v => ln (exp (y / t) + (C + exp (v / t) / q j / INR n)) - y / t).
  - intros v. unfold sampled_softmax.
    rewrite neg_ln_share by (apply (proposal_mean_nonneg t n (put x j v) q Hq)).
    rewrite (Mean_put n (fun i v => exp (v / t) / q i) x j v Hj). reflexivity.
  - assert (A := exp_pos (y / t)). assert (B := proposal_mean_nonneg t n x q Hq). unfold sampled_weight.
    assert (E : C + exp (x j / t) / q j / INR n = proposal_mean t n x q) by (unfold C; ring).
    unfold Rdiv in *. auto_derive; rewrite E; [repeat split; lra|]. field. repeat split; lra.
Qed.

Theorem sampled_softmax_derivative_pos t n y x q : 0 < t -> (forall i, (i < n)%nat -> 0 < q i) ->
  is_derive (fun v => sampled_softmax t n v x q) y (- Sum n (sampled_weight t n y x q) / t).
Proof.
  intros Ht Hq. assert (B := proposal_mean_nonneg t n x q Hq). assert (A := exp_pos (y / t)).
  apply is_derive_ext with (fun v => ln (exp (v / t) + proposal_mean t n x q) - v / t).
  - intros v. unfold sampled_softmax. now rewrite neg_ln_share.
  - assert (E : Sum n (sampled_weight t n y x q) = proposal_mean t n x q / (exp (y / t) + proposal_mean t n x q)).
    { unfold sampled_weight. set (D := exp (y / t) + proposal_mean t n x q).
      rewrite (Sum_ext n _ (fun j => exp (x j / t) / q j * (/ INR n * / D))).
      - rewrite Sum_scale_r. unfold proposal_mean, Mean, Rdiv. ring.
      - intros j Hj. assert (Hqj := Hq j Hj). assert (HN : 0 < INR n) by (apply INR_pos; lia).
        field. unfold D. lra. }
    rewrite E. unfold Rdiv in *. auto_derive; [lra|]. field. lra.
Qed.

(** ** MINE and MINE+: dL/dy_i = -1/t, dL/dy_j = (lambda/t) softmax_j *)

Definition mine_weight (t : R) (n : nat) (x : nat -> R) (j : nat) : R := exp (x j / t) / exp_sum t n x.

Theorem mine_plus_derivative_neg t lambda n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => mine_plus t lambda n y (put x j v)) (x j) (lambda / t * mine_weight t n x j).
Proof.
  intros Ht Hj. set (C := exp_sum t n x - exp (x j / t)).
  apply is_derive_ext with (fun v => - (y / t - lambda * ln (C + exp (v / t)))).
  - intros v. unfold mine_plus. now rewrite exp_sum_put.
  - assert (D : 0 < exp_sum t n x) by (apply exp_sum_pos; lia). unfold mine_weight.
    assert (E : C + exp (x j / t) = exp_sum t n x) by (unfold C; ring).
    unfold Rdiv in *. auto_derive; rewrite E; [assumption|]. field. lra.
Qed.

Theorem mine_plus_derivative_pos t lambda n y x : 0 < t -> is_derive (fun v => mine_plus t lambda n v x) y (- 1 / t).
Proof. intros Ht. unfold mine_plus. auto_derive; [exact I|]. field. lra. Qed.

Theorem mine_derivative_neg t n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => mine t n y (put x j v)) (x j) (mine_weight t n x j / t).
Proof.
  intros Ht Hj. apply is_derive_ext with (fun v => mine_plus t 1 n y (put x j v)).
  - intros v. apply mine_plus_one_is_mine.
  - replace (mine_weight t n x j / t) with (1 / t * mine_weight t n x j) by (field; lra).
    now apply mine_plus_derivative_neg.
Qed.

Theorem mine_derivative_pos t n y x : 0 < t -> is_derive (fun v => mine t n v x) y (- 1 / t).
Proof. intros Ht. unfold mine. auto_derive; [exact I|]. field. lra. Qed.

(** ** BPR: dL/dy_j = sigmoid(d_j)/t, dL/dy_i = - sum_j sigmoid(d_j)/t *)

Theorem bpr_derivative_neg t n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => bpr t n y (put x j v)) (x j) (sigmoid (gap t y x j) / t).
Proof.
  intros Ht Hj. apply is_derive_ext with (fun v => Sum n (fun i => softplus ((put x j v i - y) / t))).
  - intros v. rewrite eq13_bpr_of_gaps by lra. reflexivity.
  - apply (is_derive_Sum_put n (fun _ v => softplus ((v - y) / t))); [assumption|]. now apply is_derive_softplus_gap.
Qed.

Theorem bpr_derivative_pos t n y x : 0 < t ->
  is_derive (fun v => bpr t n v x) y (- Sum n (fun j => sigmoid (gap t y x j) / t)).
Proof.
  intros Ht. apply is_derive_ext with (fun v => Sum n (fun j => softplus ((x j - v) / t))).
  - intros v. rewrite eq13_bpr_of_gaps by lra. reflexivity.
  - replace (- Sum n (fun j => sigmoid (gap t y x j) / t)) with (Sum n (fun j => - (sigmoid (gap t y x j) / t))).
    + apply (is_derive_Sum n (fun j v => softplus ((x j - v) / t))). intros j _. now apply is_derive_softplus_pos.
    + rewrite (Sum_ext n _ (fun j => -1 * (sigmoid (gap t y x j) / t))) by (intros; ring). rewrite Sum_scale. ring.
Qed.

(** ** Pointwise losses, biased and debiased *)

Lemma is_derive_mse_plus y : is_derive mse_plus y (2 * (y - 1)).
Proof. unfold mse_plus. auto_derive; [exact I|ring]. Qed.

Lemma is_derive_ccl_plus y : is_derive ccl_plus y (-1).
Proof. unfold ccl_plus. auto_derive; [exact I|ring]. Qed.

Lemma affine_derivative (f : R -> R) (y g a b : R) : is_derive f y g -> is_derive (fun v => a * f v + b) y (a * g).
Proof.
  intros H. replace (a * g) with (plus (scal a g) zero) by (unfold plus, scal, zero; simpl; unfold mult; simpl; ring).
  apply (is_derive_plus (fun v => scal a (f v)) (fun _ => b)); [now apply is_derive_scal|apply is_derive_constant].
Qed.

Section Pointwise.
Variables (plus minus : R -> R) (lambda tau : R) (n m : nat) (y : R) (x z : nat -> R).

Theorem pointwise_debiased_derivative_pos g : is_derive plus y g ->
  is_derive (fun v => pointwise_debiased plus minus lambda tau n m v x z) y (tau * g).
Proof. apply affine_derivative. Qed.

Theorem pointwise_debiased_derivative_neg j g : (j < n)%nat -> is_derive minus (x j) g ->
  is_derive (fun v => pointwise_debiased plus minus lambda tau n m y (put x j v) z) (x j) (lambda / INR n * g).
Proof.
  intros Hj H. assert (HN : 0 < INR n) by (apply INR_pos; lia).
  replace (lambda / INR n * g) with (lambda * (g / INR n)) by (field; lra).
  apply is_derive_ext with (fun v => lambda * Mean n (fun i => minus (put x j v i)) +
    (tau * plus y - lambda * tau * Mean m (fun k => minus (z k)))).
  - intros v. in_R. unfold pointwise_debiased. ring.
  - apply (affine_derivative (fun v => Mean n (fun i => minus (put x j v i)))).
    now apply (is_derive_Mean_put n (fun _ => minus)).
Qed.

Theorem pointwise_debiased_derivative_pos_sample k g : (k < m)%nat -> is_derive minus (z k) g ->
  is_derive (fun v => pointwise_debiased plus minus lambda tau n m y x (put z k v)) (z k) (- (lambda * tau / INR m) * g).
Proof.
  intros Hk H. assert (HM : 0 < INR m) by (apply INR_pos; lia).
  replace (- (lambda * tau / INR m) * g) with (- (lambda * tau) * (g / INR m)) by (field; lra).
  apply is_derive_ext with (fun v => - (lambda * tau) * Mean m (fun i => minus (put z k v i)) +
    (tau * plus y + lambda * Mean n (fun j => minus (x j)))).
  - intros v. in_R. unfold pointwise_debiased. ring.
  - apply (affine_derivative (fun v => Mean m (fun i => minus (put z k v i)))).
    now apply (is_derive_Mean_put m (fun _ => minus)).
Qed.
End Pointwise.

Theorem mse_derivative_pos lambda n y x : is_derive (fun v => mse lambda n v x) y (2 * (y - 1)).
Proof.
  apply is_derive_ext with (fun v => 1 * mse_plus v + lambda * Mean n (fun j => mse_minus (x j))).
  - intros v. in_R. unfold mse. ring.
  - replace (2 * (y - 1)) with (1 * (2 * (y - 1))) by ring. apply affine_derivative, is_derive_mse_plus.
Qed.

Theorem mse_derivative_neg lambda n y x j : (j < n)%nat ->
  is_derive (fun v => mse lambda n y (put x j v)) (x j) (2 * lambda * x j / INR n).
Proof.
  intros Hj. assert (HN : 0 < INR n) by (apply INR_pos; lia).
  apply is_derive_ext with (fun v => lambda * Mean n (fun i => mse_minus (put x j v i)) + mse_plus y).
  - intros v. in_R. unfold mse. ring.
  - replace (2 * lambda * x j / INR n) with (lambda * (2 * x j / INR n)) by (field; lra).
    apply (affine_derivative (fun v => Mean n (fun i => mse_minus (put x j v i)))).
    apply (is_derive_Mean_put n (fun _ => mse_minus)); [assumption|apply is_derive_square].
Qed.

Theorem ccl_derivative_pos margin w n y x : is_derive (fun v => ccl margin w n v x) y (-1).
Proof.
  apply is_derive_ext with (fun v => 1 * ccl_plus v + w / INR n * Sum n (fun j => ccl_minus margin (x j))).
  - intros v. in_R. unfold ccl. ring.
  - replace (-1) with (1 * -1) by ring. apply affine_derivative, is_derive_ccl_plus.
Qed.

Lemma ccl_derivative margin w n y x j g : (j < n)%nat -> is_derive (ccl_minus margin) (x j) g ->
  is_derive (fun v => ccl margin w n y (put x j v)) (x j) (w / INR n * g).
Proof.
  intros Hj H.
  apply is_derive_ext with (fun v => w / INR n * Sum n (fun i => ccl_minus margin (put x j v i)) + ccl_plus y).
  - intros v. in_R. unfold ccl. ring.
  - apply (affine_derivative (fun v => Sum n (fun i => ccl_minus margin (put x j v i)))).
    now apply (is_derive_Sum_put n (fun _ => ccl_minus margin)).
Qed.

Theorem ccl_derivative_neg_above margin w n y x j : (j < n)%nat -> margin < x j ->
  is_derive (fun v => ccl margin w n y (put x j v)) (x j) (w / INR n).
Proof.
  intros Hj H. replace (w / INR n) with (w / INR n * 1) by ring.
  apply ccl_derivative; [assumption|now apply is_derive_hinge_above].
Qed.

Theorem ccl_derivative_neg_below margin w n y x j : (j < n)%nat -> x j < margin ->
  is_derive (fun v => ccl margin w n y (put x j v)) (x j) 0.
Proof.
  intros Hj H. replace 0 with (w / INR n * 0) by ring.
  apply ccl_derivative; [assumption|now apply is_derive_hinge_below].
Qed.

Theorem mse_debiased_derivative_pos lambda tau n m y x z :
  is_derive (fun v => mse_debiased lambda tau n m v x z) y (2 * tau * (y - 1)).
Proof.
  replace (2 * tau * (y - 1)) with (tau * (2 * (y - 1))) by ring.
  apply pointwise_debiased_derivative_pos, is_derive_mse_plus.
Qed.

Theorem mse_debiased_derivative_neg lambda tau n m y x z j : (j < n)%nat ->
  is_derive (fun v => mse_debiased lambda tau n m y (put x j v) z) (x j) (2 * lambda * x j / INR n).
Proof.
  intros Hj. replace (2 * lambda * x j / INR n) with (lambda / INR n * (2 * x j)) by (unfold Rdiv; ring).
  apply pointwise_debiased_derivative_neg; [assumption|apply is_derive_square].
Qed.

Theorem mse_debiased_derivative_pos_sample lambda tau n m y x z k : (k < m)%nat ->
  is_derive (fun v => mse_debiased lambda tau n m y x (put z k v)) (z k) (- 2 * lambda * tau * z k / INR m).
Proof.
  intros Hk. replace (- 2 * lambda * tau * z k / INR m) with (- (lambda * tau / INR m) * (2 * z k)) by (unfold Rdiv; ring).
  apply pointwise_debiased_derivative_pos_sample; [assumption|apply is_derive_square].
Qed.

Theorem ccl_debiased_derivative_pos margin lambda tau n m y x z :
  is_derive (fun v => ccl_debiased margin lambda tau n m v x z) y (- tau).
Proof.
  replace (- tau) with (tau * -1) by ring. apply pointwise_debiased_derivative_pos, is_derive_ccl_plus.
Qed.

Theorem ccl_debiased_derivative_neg margin lambda tau n m y x z j : (j < n)%nat ->
  (margin < x j -> is_derive (fun v => ccl_debiased margin lambda tau n m y (put x j v) z) (x j) (lambda / INR n)) /\
  (x j < margin -> is_derive (fun v => ccl_debiased margin lambda tau n m y (put x j v) z) (x j) 0).
Proof.
  intros Hj. split; intros H.
  - replace (lambda / INR n) with (lambda / INR n * 1) by ring.
    apply pointwise_debiased_derivative_neg; [assumption|now apply is_derive_hinge_above].
  - replace 0 with (lambda / INR n * 0) by ring.
    apply pointwise_debiased_derivative_neg; [assumption|now apply is_derive_hinge_below].
Qed.

Theorem ccl_debiased_derivative_pos_sample margin lambda tau n m y x z k : (k < m)%nat ->
  (margin < z k ->
   is_derive (fun v => ccl_debiased margin lambda tau n m y x (put z k v)) (z k) (- (lambda * tau / INR m))) /\
  (z k < margin -> is_derive (fun v => ccl_debiased margin lambda tau n m y x (put z k v)) (z k) 0).
Proof.
  intros Hk. split; intros H.
  - replace (- (lambda * tau / INR m)) with (- (lambda * tau / INR m) * 1) by ring.
    apply pointwise_debiased_derivative_pos_sample; [assumption|now apply is_derive_hinge_above].
  - replace 0 with (- (lambda * tau / INR m) * 0) by ring.
    apply pointwise_debiased_derivative_pos_sample; [assumption|now apply is_derive_hinge_below].
Qed.

(** The ideal loss, Eq. 20 (ideal.c), in the score of one item. *)
Theorem ideal_pointwise_derivative plus minus lambda tau n p_plus p_minus s i g_plus g_minus : (i < n)%nat ->
  is_derive plus (s i) g_plus -> is_derive minus (s i) g_minus ->
  is_derive (fun v => ideal_pointwise plus minus lambda tau n p_plus p_minus (put s i v)) (s i)
    (tau * p_plus i * g_plus + lambda * (1 - tau) * p_minus i * g_minus).
Proof.
  intros Hi Hp Hm.
  assert (A : forall f g, is_derive f (s i) g -> forall p : nat -> R, is_derive (fun v => p i * f v) (s i) (p i * g)).
  { intros f g H p. replace (p i * g) with (p i * g + 0) by ring.
    apply is_derive_ext with (fun v => p i * f v + 0); [intros; in_R; ring|].
    replace (p i * g + 0) with (p i * g) by ring. now apply affine_derivative. }
  apply is_derive_ext with (fun v => tau * Sum n (fun k => p_plus k * plus (put s i v k)) +
    lambda * (1 - tau) * Sum n (fun k => p_minus k * minus (put s i v k))).
  - intros v. reflexivity.
  - replace (tau * p_plus i * g_plus + lambda * (1 - tau) * p_minus i * g_minus)
      with (Hierarchy.plus (Hierarchy.scal tau (p_plus i * g_plus)) (Hierarchy.scal (lambda * (1 - tau)) (p_minus i * g_minus)))
      by (unfold Hierarchy.plus, Hierarchy.scal; simpl; unfold Hierarchy.mult; simpl; ring).
    apply (is_derive_plus (fun v => Hierarchy.scal tau (Sum n (fun k => p_plus k * plus (put s i v k))))
      (fun v => Hierarchy.scal (lambda * (1 - tau)) (Sum n (fun k => p_minus k * minus (put s i v k))))).
    + apply is_derive_scal. apply (is_derive_Sum_put n (fun k v => p_plus k * plus v)); [assumption|now apply A].
    + apply is_derive_scal. apply (is_derive_Sum_put n (fun k v => p_minus k * minus v)); [assumption|now apply A].
Qed.

(** ** The mean difference *)

Theorem mean_difference_derivative_pos n y x : (0 < n)%nat -> is_derive (fun v => mean_difference n v x) y (-1).
Proof.
  intros Hn. apply is_derive_ext with (fun v => Mean n x - v).
  - intros v. unfold mean_difference. rewrite (Mean_ext n (fun j => x j - v) (fun j => x j + (- v))) by (intros; ring).
    rewrite Mean_add, Mean_const by assumption. in_R. ring.
  - auto_derive; [exact I|ring].
Qed.

Theorem mean_difference_derivative_neg n y x j : (j < n)%nat ->
  is_derive (fun v => mean_difference n y (put x j v)) (x j) (1 / INR n).
Proof.
  intros Hj. apply (is_derive_Mean_put n (fun _ v => v - y)); [assumption|]. auto_derive; [exact I|ring].
Qed.

(** ** Debiased InfoNCE, with f = max(b, e^{-1/t})

    Above the floor:  dL/dy_i = - lambda b / (A + lambda b) / t,  A = e^{y_i/t},
                      dL/dy_j = lambda e^{y_j/t} / ((1 - tau+) N (A + lambda b)) / t,
                      dL/dy_k = - lambda tau+ e^{y_k/t} / ((1 - tau+) M (A + lambda b)) / t;
    at the floor the first with e^{-1/t} for b, and 0. *)
Section DebiasedInfonce.
Variables (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R).
Hypothesis t_pos : 0 < t.
Hypothesis lambda_pos : 0 < lambda.
Hypothesis tau_lt_1 : tau < 1.

Local Notation floor := (exp (- 1 / t)).
Local Notation b := (debiased_mean t tau n m x z).

Lemma infonce_debiased_log_form y0 x0 z0 : infonce_debiased t lambda tau n m y0 x0 z0 =
  ln (exp (y0 / t) + lambda * Rmax (debiased_mean t tau n m x0 z0) floor) - y0 / t.
Proof.
  apply neg_ln_share. apply Rmult_le_pos; [lra|]. apply Rle_trans with floor; [apply Rlt_le, exp_pos|apply Rmax_r].
Qed.

Lemma total_pos f : 0 < f -> 0 < exp (y / t) + lambda * f.
Proof. intros Hf. assert (A := exp_pos (y / t)). assert (B := Rmult_lt_0_compat _ _ lambda_pos Hf). lra. Qed.

(** f is whatever the maximum is: this covers both sides of the floor. *)
Theorem infonce_debiased_derivative_pos : let f := Rmax b floor in
  is_derive (fun v => infonce_debiased t lambda tau n m v x z) y (- (lambda * f / (exp (y / t) + lambda * f)) / t).
Proof.
  intros f. assert (Hf : 0 < f) by (apply Rlt_le_trans with floor; [apply exp_pos|apply Rmax_r]).
  apply is_derive_ext with (fun v => ln (exp (v / t) + lambda * f) - v / t).
  - intros v. now rewrite infonce_debiased_log_form.
  - assert (D := total_pos f Hf). unfold Rdiv in *. auto_derive; [assumption|]. field. lra.
Qed.

(** A function of one score that moves b. *)
Lemma derivative_through_b (h : R -> R) (v0 slope : R) : is_derive h v0 slope -> h v0 = b ->
  (floor < b -> is_derive (fun v => ln (exp (y / t) + lambda * Rmax (h v) floor) - y / t) v0
    (lambda * slope / (exp (y / t) + lambda * b))) /\
  (b < floor -> is_derive (fun v => ln (exp (y / t) + lambda * Rmax (h v) floor) - y / t) v0 0).
Proof.
  intros Hh E. assert (Hc : continuous h v0) by (apply (ex_derive_continuous h); now exists slope).
  split; intros Hb.
  - apply is_derive_ext_loc with (fun v => ln (exp (y / t) + lambda * h v) - y / t).
    + assert (L : locally v0 (fun v => floor < h v)).
      { apply (Hc (fun u => floor < u)). apply (open_gt floor). now rewrite E. }
      apply filter_imp with (2 := L). intros v Hv. rewrite Rmax_left by lra. reflexivity.
    + assert (D : 0 < exp (y / t) + lambda * b) by (apply total_pos; apply Rlt_trans with floor; [apply exp_pos|assumption]).
      assert (EX : ex_derive h v0) by now exists slope.
      auto_derive; rewrite E; unfold Rdiv in *; [repeat split; assumption|].
      replace (Derive (fun v => h v) v0) with slope by (symmetry; now apply is_derive_unique). field. lra.
  - apply is_derive_ext_loc with (fun _ => ln (exp (y / t) + lambda * floor) - y / t).
    + assert (L : locally v0 (fun v => h v < floor)).
      { apply (Hc (fun u => u < floor)). apply (open_lt floor). now rewrite E. }
      apply filter_imp with (2 := L). intros v Hv. rewrite Rmax_right by lra. reflexivity.
    + apply is_derive_constant.
Qed.

Lemma is_derive_exp_over v : is_derive (fun v => exp (v / t)) v (exp (v / t) / t).
Proof. auto_derive; [exact I|]. unfold Rdiv. ring. Qed.

Theorem infonce_debiased_derivative_neg j : (j < n)%nat ->
  (floor < b -> is_derive (fun v => infonce_debiased t lambda tau n m y (put x j v) z) (x j)
    (lambda * exp (x j / t) / ((1 - tau) * INR n * (exp (y / t) + lambda * b)) / t)) /\
  (b < floor -> is_derive (fun v => infonce_debiased t lambda tau n m y (put x j v) z) (x j) 0).
Proof.
  intros Hj. assert (HN : 0 < INR n) by (apply INR_pos; lia).
  assert (H : is_derive (fun v => debiased_mean t tau n m (put x j v) z) (x j) (/ (1 - tau) * (exp (x j / t) / t / INR n))).
  { apply is_derive_ext with (fun v => / (1 - tau) * Mean n (fun i => exp (put x j v i / t)) +
      - (tau * Mean m (fun k => exp (z k / t))) / (1 - tau)).
    - intros v. in_R. unfold debiased_mean, Rdiv. ring.
    - apply (affine_derivative (fun v => Mean n (fun i => exp (put x j v i / t)))).
      apply (is_derive_Mean_put n (fun _ v => exp (v / t))); [assumption|apply is_derive_exp_over]. }
  destruct (derivative_through_b _ _ _ H) as [A B].
  - unfold debiased_mean. do 2 f_equal. apply Mean_ext. intros i _. now rewrite put_same.
  - split; intros Hb.
    + assert (D : 0 < exp (y / t) + lambda * b) by (apply total_pos; apply Rlt_trans with floor; [apply exp_pos|assumption]).
      replace (lambda * exp (x j / t) / ((1 - tau) * INR n * (exp (y / t) + lambda * b)) / t)
        with (lambda * (/ (1 - tau) * (exp (x j / t) / t / INR n)) / (exp (y / t) + lambda * b)) by (field; lra).
      apply is_derive_ext with (2 := A Hb). intros v. now rewrite infonce_debiased_log_form.
    + apply is_derive_ext with (2 := B Hb). intros v. now rewrite infonce_debiased_log_form.
Qed.

Theorem infonce_debiased_derivative_pos_sample k : (k < m)%nat ->
  (floor < b -> is_derive (fun v => infonce_debiased t lambda tau n m y x (put z k v)) (z k)
    (- (lambda * tau * exp (z k / t) / ((1 - tau) * INR m * (exp (y / t) + lambda * b)) / t))) /\
  (b < floor -> is_derive (fun v => infonce_debiased t lambda tau n m y x (put z k v)) (z k) 0).
Proof.
  intros Hk. assert (HM : 0 < INR m) by (apply INR_pos; lia).
  assert (H : is_derive (fun v => debiased_mean t tau n m x (put z k v)) (z k) (- (tau / (1 - tau)) * (exp (z k / t) / t / INR m))).
  { apply is_derive_ext with (fun v => - (tau / (1 - tau)) * Mean m (fun i => exp (put z k v i / t)) +
      Mean n (fun j => exp (x j / t)) / (1 - tau)).
    - intros v. in_R. unfold debiased_mean, Rdiv. ring.
    - apply (affine_derivative (fun v => Mean m (fun i => exp (put z k v i / t)))).
      apply (is_derive_Mean_put m (fun _ v => exp (v / t))); [assumption|apply is_derive_exp_over]. }
  destruct (derivative_through_b _ _ _ H) as [A B].
  - unfold debiased_mean. do 3 f_equal. apply Mean_ext. intros i _. now rewrite put_same.
  - split; intros Hb.
    + assert (D : 0 < exp (y / t) + lambda * b) by (apply total_pos; apply Rlt_trans with floor; [apply exp_pos|assumption]).
      replace (- (lambda * tau * exp (z k / t) / ((1 - tau) * INR m * (exp (y / t) + lambda * b)) / t))
        with (lambda * (- (tau / (1 - tau)) * (exp (z k / t) / t / INR m)) / (exp (y / t) + lambda * b)) by (field; lra).
      apply is_derive_ext with (2 := A Hb). intros v. now rewrite infonce_debiased_log_form.
    + apply is_derive_ext with (2 := B Hb). intros v. now rewrite infonce_debiased_log_form.
Qed.

End DebiasedInfonce.
