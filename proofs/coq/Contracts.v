(** What the ACSL contracts of src/num and src/loss take from the real numbers. Each theorem is, by name and text, an
    axiom of proofs/acsl; each definition a logic function there; proofs/twin.py compares them. A formula's theorem
    NAME_is says that the ACSL text is the definition of Losses.v. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Verirec Require Import Sums ExpLog Losses Debias Gradients Stable.
Open Scope R_scope.

(** ** Products and quotients by a name *)
Definition mul (a b : R) : R := a * b.
Definition quotient (a b : R) : R := a / b.
Definition share (w t s : R) : R := w / (t * s).

Theorem mul_is_product a b : mul a b = a * b.
Proof. reflexivity. Qed.

Theorem mul_one a : mul 1 a = a.
Proof. apply Rmult_1_l. Qed.

Theorem mul_zero a : mul 0 a = 0.
Proof. apply Rmult_0_l. Qed.

Theorem mul_pos a b : 0 < a -> 0 < b -> 0 < mul a b.
Proof. apply Rmult_lt_0_compat. Qed.

Theorem mul_cancels r a : r <> 0 -> mul r a / r = a.
Proof. intros H. unfold mul. now field. Qed.

Theorem mul_square_cancels r a : r <> 0 -> mul (r * r) a / (r * r) = a.
Proof. intros H. unfold mul. now field. Qed.

Theorem quotient_is a b : quotient a b = a / b.
Proof. reflexivity. Qed.

Theorem quotient_pos a b : 0 < a -> 0 < b -> 0 < quotient a b.
Proof. apply Rdiv_lt_0_compat. Qed.

Theorem quotient_zero b : quotient 0 b = 0.
Proof. unfold quotient, Rdiv. ring. Qed.

Theorem share_is w t s : share w t s = w / (t * s).
Proof. reflexivity. Qed.

Theorem share_range w t s : 0 < t -> 1 <= s -> - Rabs (w / t) <= share w t s /\ share w t s <= Rabs (w / t).
Proof.
  intros Ht Hs. unfold share. replace (w / (t * s)) with (w / t * / s) by (field; lra). set (q := w / t).
  assert (I : 0 < / s <= 1).
  { split; [apply Rinv_0_lt_compat; lra|]. rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
  assert (A : Rabs (q * / s) <= Rabs q).
  { rewrite Rabs_mult, (Rabs_right (/ s)) by lra. assert (P := Rabs_pos q). rewrite <- (Rmult_1_r (Rabs q)) at 2.
    apply Rmult_le_compat_l; lra. }
  assert (B := Rle_abs (q * / s)). assert (C := Rle_abs (- (q * / s))). rewrite Rabs_Ropp in C. lra.
Qed.

(** ** Sums *)
Definition sum_squares (n : nat) (x : nat -> R) : R := Sum n (fun j => mul (x j) (x j)).
Definition sum_hinge (margin : R) (n : nat) (x : nat -> R) : R := Sum n (fun j => relu (x j - margin)).
Definition sum_exp (shift scale : R) (n : nat) (x : nat -> R) : R := Sum n (fun j => exp (mul scale (x j - shift))).
Definition sum_softplus (shift scale : R) (n : nat) (x : nat -> R) : R :=
  Sum n (fun j => softplus (mul scale (x j - shift))).

Theorem sum_hinge_same margin n x_L1 x_L2 : (0 <= n)%nat ->
  (forall j, (0 <= j /\ j < n)%nat -> x_L1 j = x_L2 j) -> sum_hinge margin n x_L1 = sum_hinge margin n x_L2.
Proof. intros _ H. apply Sum_ext. intros j Hj. rewrite H by lia. reflexivity. Qed.

Lemma sum_squares_mean n x : sum_squares n x / INR n = Mean n (fun j => mse_minus (x j)).
Proof. unfold Mean, sum_squares. f_equal. apply Sum_ext. intros j _. unfold mul, mse_minus. ring. Qed.

Lemma sum_hinge_mean margin n x : sum_hinge margin n x / INR n = Mean n (fun j => ccl_minus margin (x j)).
Proof. reflexivity. Qed.

(** ** The formulas are those of Losses.v *)
Theorem softmax_is t n y x : (0 <= n)%nat -> softmax t n y x = - ln (exp (y / t) / (exp (y / t) + exp_sum t n x)).
Proof. reflexivity. Qed.

Theorem infonce_is t n y x : (0 <= n)%nat -> infonce t n y x = - ln (exp (y / t) / (exp (y / t) + exp_sum t n x)).
Proof. reflexivity. Qed.

Theorem mine_is t n y x : (0 <= n)%nat -> mine t n y x = - (y / t - ln (exp_sum t n x)).
Proof. reflexivity. Qed.

Theorem mine_plus_is t lambda n y x : (0 <= n)%nat -> mine_plus t lambda n y x = - (y / t - lambda * ln (exp_sum t n x)).
Proof. reflexivity. Qed.

Theorem mse_is lambda n y x : (0 <= n)%nat ->
  mse lambda n y x = (1 - y) * (1 - y) + lambda * (sum_squares n x / INR n).
Proof. intros _. rewrite sum_squares_mean. unfold mse, mse_plus. ring. Qed.

Theorem ccl_is margin w n y x : (0 <= n)%nat -> ccl margin w n y x = 1 - y + w / INR n * sum_hinge margin n x.
Proof. reflexivity. Qed.

Theorem mse_debiased_is lambda tau n m y x z : (0 <= n)%nat -> (0 <= m)%nat ->
  mse_debiased lambda tau n m y x z =
  tau * ((1 - y) * (1 - y)) + lambda * (sum_squares n x / INR n - tau * (sum_squares m z / INR m)).
Proof. intros _ _. rewrite !sum_squares_mean. unfold mse_debiased, pointwise_debiased, mse_plus. ring. Qed.

Theorem ccl_debiased_is margin lambda tau n m y x z : (0 <= n)%nat -> (0 <= m)%nat ->
  ccl_debiased margin lambda tau n m y x z =
  tau * (1 - y) + lambda * (sum_hinge margin n x / INR n - tau * (sum_hinge margin m z / INR m)).
Proof. reflexivity. Qed.

Theorem mean_difference_is n y x : (0 < n)%nat -> mean_difference n y x = Sum n x / INR n - y.
Proof. intros H. symmetry. now apply (pointwise_c_values 0 0 0 0 n n y x x). Qed.

(** ** The closed forms of the gradients, and that they are the derivatives *)
Definition infonce_slope (t : R) (n : nat) (y : R) (x : nat -> R) : R :=
  - (exp_sum t n x / (exp (y / t) + exp_sum t n x)) / t.
Definition bpr_slope (t y v : R) : R := sigmoid ((v - y) / t) / t.
Definition bpr_slopes (t : R) (n : nat) (y : R) (x : nat -> R) : R := Sum n (fun j => bpr_slope t y (x j)).

Theorem mine_weight_is t n x j : (0 <= n)%nat -> (0 <= j)%nat -> mine_weight t n x j = exp (x j / t) / exp_sum t n x.
Proof. reflexivity. Qed.

Theorem infonce_weight_is t n y x j : (0 <= n)%nat -> (0 <= j)%nat ->
  infonce_weight t n y x j = exp (x j / t) / (exp (y / t) + exp_sum t n x).
Proof. reflexivity. Qed.

Theorem infonce_slope_is t n y x : (0 <= n)%nat ->
  infonce_slope t n y x = - (exp_sum t n x / (exp (y / t) + exp_sum t n x)) / t.
Proof. reflexivity. Qed.

Theorem bpr_slope_is t y v : bpr_slope t y v = sigmoid ((v - y) / t) / t.
Proof. reflexivity. Qed.

Theorem mine_entry_is_derivative t w n y x j : 0 < t -> (j < n)%nat ->
  is_derive (fun v => mine_plus t w n y (put x j v)) (x j) (mul (quotient w t) (mine_weight t n x j)) /\
  is_derive (fun v => mine t n y (put x j v)) (x j) (mul (quotient 1 t) (mine_weight t n x j)).
Proof.
  intros Ht Hj. split; [now apply mine_plus_derivative_neg|].
  replace (mul (quotient 1 t) (mine_weight t n x j)) with (mine_weight t n x j / t).
  - now apply mine_derivative_neg.
  - unfold mul, quotient. field. lra.
Qed.

Theorem infonce_slope_is_derivative t n y x : 0 < t -> is_derive (fun v => infonce t n v x) y (infonce_slope t n y x).
Proof.
  intros Ht. unfold infonce_slope. rewrite <- infonce_weights_sum. now apply infonce_derivative_pos.
Qed.

Theorem bpr_slope_is_derivative t n y x : 0 < t ->
  (forall j, (j < n)%nat -> is_derive (fun v => bpr t n y (put x j v)) (x j) (bpr_slope t y (x j))) /\
  is_derive (fun v => bpr t n v x) y (- bpr_slopes t n y x).
Proof.
  intros Ht. split; [intros j Hj; now apply bpr_derivative_neg|now apply bpr_derivative_pos].
Qed.

Theorem pointwise_entries_are_derivatives lambda margin w n y x j : (j < n)%nat ->
  is_derive (fun v => mse lambda n y (put x j v)) (x j) (mul (2 * lambda / INR n) (x j)) /\
  (margin <> x j -> is_derive (fun v => ccl margin w n y (put x j v)) (x j) (if Rlt_dec margin (x j) then w / INR n else 0)).
Proof.
  intros Hj. split.
  - replace (mul (2 * lambda / INR n) (x j)) with (2 * lambda * x j / INR n) by (unfold mul, Rdiv; ring).
    now apply mse_derivative_neg.
  - intros H. destruct (Rlt_dec margin (x j)).
    + now apply ccl_derivative_neg_above.
    + apply ccl_derivative_neg_below; [assumption|lra].
Qed.

Theorem mean_difference_entries_are_derivatives n y x j : (j < n)%nat ->
  is_derive (fun v => mean_difference n y (put x j v)) (x j) (1 / INR n) /\
  is_derive (fun v => mean_difference n v x) y (-1).
Proof.
  intros Hj. split; [now apply mean_difference_derivative_neg|]. apply mean_difference_derivative_pos. lia.
Qed.

Theorem mse_debiased_entries_are_derivatives lambda tau n m y x z :
  (forall j, (j < n)%nat ->
    is_derive (fun v => mse_debiased lambda tau n m y (put x j v) z) (x j) (mul (2 * lambda / INR n) (x j))) /\
  (forall k, (k < m)%nat ->
    is_derive (fun v => mse_debiased lambda tau n m y x (put z k v)) (z k) (mul (- 2 * lambda * tau / INR m) (z k))) /\
  is_derive (fun v => mse_debiased lambda tau n m v x z) y (2 * tau * (y - 1)).
Proof.
  split; [intros j Hj|split; [intros k Hk|apply mse_debiased_derivative_pos]].
  - replace (mul (2 * lambda / INR n) (x j)) with (2 * lambda * x j / INR n) by (unfold mul, Rdiv; ring).
    now apply mse_debiased_derivative_neg.
  - replace (mul (- 2 * lambda * tau / INR m) (z k)) with (- 2 * lambda * tau * z k / INR m) by (unfold mul, Rdiv; ring).
    now apply mse_debiased_derivative_pos_sample.
Qed.

(** Off the kinks, where there is a derivative. *)
Theorem ccl_debiased_entries_are_derivatives margin lambda tau n m y x z :
  (forall j, (j < n)%nat -> margin <> x j ->
    is_derive (fun v => ccl_debiased margin lambda tau n m y (put x j v) z) (x j)
      (if Rlt_dec margin (x j) then lambda / INR n else 0)) /\
  (forall k, (k < m)%nat -> margin <> z k ->
    is_derive (fun v => ccl_debiased margin lambda tau n m y x (put z k v)) (z k)
      (if Rlt_dec margin (z k) then - lambda * tau / INR m else 0)) /\
  is_derive (fun v => ccl_debiased margin lambda tau n m v x z) y (- tau).
Proof.
  split; [intros j Hj H|split; [intros k Hk H|apply ccl_debiased_derivative_pos]].
  - destruct (ccl_debiased_derivative_neg margin lambda tau n m y x z j Hj) as [A B].
    destruct (Rlt_dec margin (x j)); [now apply A|apply B; lra].
  - destruct (ccl_debiased_derivative_pos_sample margin lambda tau n m y x z k Hk) as [A B].
    destruct (Rlt_dec margin (z k)); [|apply B; lra].
    replace (- lambda * tau / INR m) with (- (lambda * tau / INR m)) by (unfold Rdiv; ring). now apply A.
Qed.

(** ** The steps by which the C reaches them *)
Theorem shifted_exp_is t n x j : (0 < n)%nat -> (0 <= j)%nat ->
  shifted_exp t n x j = exp (mul (1 / t) (x j - Largest n x)).
Proof. intros _ _. unfold shifted_exp, top, mul, Rdiv. f_equal. ring. Qed.

Theorem shifted_sum_is t n x : (0 <= n)%nat -> shifted_sum t n x = sum_exp (Largest n x) (1 / t) n x.
Proof. intros _. apply Sum_ext. intros j Hj. apply shifted_exp_is; lia. Qed.

Theorem shifted_sum_range t n x : 0 < t -> (0 < n)%nat -> 1 <= shifted_sum t n x /\ shifted_sum t n x <= INR n.
Proof. apply shifted_sum_in_range. Qed.

Theorem infonce_u_is t n y x : (0 <= n)%nat ->
  infonce_u t n y x = quotient (Largest n x - y) t + ln (shifted_sum t n x).
Proof. reflexivity. Qed.

Theorem sigmoid_range u : 0 < sigmoid u /\ sigmoid u < 1.
Proof. split; [apply sigmoid_pos|apply sigmoid_lt_1]. Qed.

Theorem mine_value t n y x : 0 < t -> (0 < n)%nat ->
  mine t n y x = quotient (Largest n x - y) t + ln (shifted_sum t n x).
Proof. intros Ht Hn. symmetry. now apply mine_c_value. Qed.

Theorem mine_plus_value t lambda n y x : 0 < t -> (0 < n)%nat ->
  mine_plus t lambda n y x = quotient (mul lambda (Largest n x) - y) t + mul lambda (ln (shifted_sum t n x)).
Proof. intros Ht Hn. symmetry. now apply mine_plus_c_value. Qed.

Theorem mine_entry t w n x j : 0 < t -> (0 <= j /\ j < n)%nat ->
  mul (share w t (shifted_sum t n x)) (shifted_exp t n x j) = mul (quotient w t) (mine_weight t n x j).
Proof.
  intros Ht Hj. assert (Hn : (0 < n)%nat) by lia. rewrite <- shifted_weight by assumption.
  assert (H := shifted_sum_in_range t n x Ht Hn). unfold mul, share, quotient. field. lra.
Qed.

Theorem infonce_value t n y x : 0 < t -> (0 < n)%nat -> infonce t n y x = softplus (infonce_u t n y x).
Proof.
  intros Ht Hn. rewrite <- (infonce_c_value t n y x Ht Hn). apply softplus_c_is_softplus.
Qed.

Theorem softmax_value t n y x : 0 < t -> (0 < n)%nat -> softmax t n y x = softplus (infonce_u t n y x).
Proof. apply infonce_value. Qed.

Theorem infonce_entry t n y x j : 0 < t -> (0 <= j /\ j < n)%nat ->
  mul (share (sigmoid (infonce_u t n y x)) t (shifted_sum t n x)) (shifted_exp t n x j) =
  quotient (infonce_weight t n y x j) t.
Proof.
  intros Ht Hj. assert (Hn : (0 < n)%nat) by lia. rewrite <- sigmoid_c_is_sigmoid, infonce_c_sigmoid by assumption.
  assert (D := denominator_pos t n y x). assert (H := shifted_sum_in_range t n x Ht Hn).
  assert (W := shifted_weight t n x j Ht Hn). unfold mine_weight in W. assert (P := exp_sum_pos t n x Hn).
  unfold mul, share, quotient, infonce_weight.
  replace (exp (x j / t)) with (shifted_exp t n x j / shifted_sum t n x * exp_sum t n x) by (rewrite W; field; lra).
  field. lra.
Qed.

Theorem infonce_positive t n y x : 0 < t -> (0 < n)%nat ->
  infonce_slope t n y x = quotient (- sigmoid (infonce_u t n y x)) t.
Proof.
  intros Ht Hn. rewrite <- sigmoid_c_is_sigmoid, infonce_c_sigmoid by assumption. reflexivity.
Qed.

Theorem bpr_value t n y x : 0 < t -> (0 <= n)%nat -> sum_softplus y (1 / t) n x = bpr t n y x.
Proof.
  intros Ht _. rewrite <- (bpr_c_value t n y x Ht). apply Sum_ext. intros j _. symmetry. apply softplus_c_is_softplus.
Qed.

Theorem bpr_entry t y v : 0 < t -> bpr_slope t y v = mul (1 / t) (sigmoid (mul (1 / t) (v - y))).
Proof.
  intros Ht. unfold bpr_slope, mul. replace (1 / t * (v - y)) with ((v - y) / t) by (field; lra). field. lra.
Qed.

Theorem bpr_positive t n y x_L1 out_L2 : (0 <= n)%nat ->
  (forall j, (0 <= j /\ j < n)%nat -> out_L2 j = bpr_slope t y (x_L1 j)) -> Sum n out_L2 = bpr_slopes t n y x_L1.
Proof. intros _ H. apply Sum_ext. intros j Hj. apply H. lia. Qed.

Theorem mse_value lambda n y x : (0 < n)%nat ->
  mse lambda n y x = (y - 1) * (y - 1) + lambda * (sum_squares n x / INR n).
Proof. intros _. rewrite mse_is by lia. ring. Qed.

Theorem ccl_value margin w n y x : (0 < n)%nat ->
  ccl margin w n y x = 1 - y + w * (sum_hinge margin n x / INR n).
Proof. intros Hn. rewrite ccl_is by lia. assert (HN := INR_pos n Hn). field. lra. Qed.

Theorem mse_debiased_value lambda tau n m y x z : (0 < n)%nat -> (0 < m)%nat ->
  mse_debiased lambda tau n m y x z =
  tau * (y - 1) * (y - 1) + mul lambda (sum_squares n x / INR n - tau * (sum_squares m z / INR m)).
Proof. intros _ _. rewrite mse_debiased_is by lia. unfold mul. ring. Qed.

(** Without positive samples their mean counts as 0. *)
Theorem mse_debiased_none lambda tau n y x z : (0 < n)%nat ->
  mse_debiased lambda tau n 0 y x z = tau * (y - 1) * (y - 1) + mul lambda (sum_squares n x / INR n).
Proof. intros _. rewrite mse_debiased_is by lia. unfold mul, Rdiv at 2. simpl Sum. unfold sum_squares at 2. simpl. ring. Qed.

Theorem ccl_debiased_value margin lambda tau n m y x z : (0 < n)%nat -> (0 < m)%nat ->
  ccl_debiased margin lambda tau n m y x z =
  tau * (1 - y) + mul lambda (quotient (sum_hinge margin n x) (INR n) - mul tau (quotient (sum_hinge margin m z) (INR m))).
Proof. intros _ _. reflexivity. Qed.

Theorem ccl_debiased_none margin lambda tau n y x z : (0 < n)%nat ->
  ccl_debiased margin lambda tau n 0 y x z =
  tau * (1 - y) + mul lambda (quotient (sum_hinge margin n x) (INR n) - mul tau 0).
Proof.
  intros _. rewrite ccl_debiased_is by lia. unfold mul, quotient, sum_hinge at 2, Rdiv at 2. simpl. ring.
Qed.

(** ** The ideal loss, Eq. 20 *)
Definition expected_mse_plus (n : nat) (p x : nat -> R) : R := Sum n (fun i => mul (p i) ((1 - x i) * (1 - x i))).
Definition expected_mse_minus (n : nat) (q x : nat -> R) : R := Sum n (fun i => mul (q i) (x i * x i)).
Definition expected_ccl_plus (n : nat) (p x : nat -> R) : R := Sum n (fun i => mul (p i) (1 - x i)).
Definition expected_ccl_minus (margin : R) (n : nat) (q x : nat -> R) : R := Sum n (fun i => mul (q i) (relu (x i - margin))).
Definition ideal_mse : R -> R -> nat -> (nat -> R) -> (nat -> R) -> (nat -> R) -> R := ideal_pointwise mse_plus mse_minus.
Definition ideal_ccl (margin : R) : R -> R -> nat -> (nat -> R) -> (nat -> R) -> (nat -> R) -> R :=
  ideal_pointwise ccl_plus (ccl_minus margin).

Theorem ideal_mse_is lambda tau n p q x : (0 <= n)%nat ->
  ideal_mse lambda tau n p q x = tau * expected_mse_plus n p x + lambda * (1 - tau) * expected_mse_minus n q x.
Proof.
  intros _. unfold ideal_mse, ideal_pointwise, E. f_equal; f_equal; apply Sum_ext; intros i _.
  - unfold mse_plus, mul. ring.
  - unfold mse_minus, mul. ring.
Qed.

Theorem ideal_ccl_is margin lambda tau n p q x : (0 <= n)%nat ->
  ideal_ccl margin lambda tau n p q x = tau * expected_ccl_plus n p x + lambda * (1 - tau) * expected_ccl_minus margin n q x.
Proof. reflexivity. Qed.

Definition ideal_slope (lambda tau p q plus minus : R) : R := tau * p * plus + lambda * (1 - tau) * q * minus.

Theorem ideal_slope_is lambda tau p q plus minus :
  ideal_slope lambda tau p q plus minus = tau * p * plus + lambda * (1 - tau) * q * minus.
Proof. reflexivity. Qed.

(** CCL's off the kink, where there is a derivative. *)
Theorem ideal_entries_are_derivatives margin lambda tau n p q x i : (i < n)%nat ->
  is_derive (fun v => ideal_mse lambda tau n p q (put x i v)) (x i)
    (ideal_slope lambda tau (p i) (q i) (2 * (x i - 1)) (2 * x i)) /\
  (margin <> x i -> is_derive (fun v => ideal_ccl margin lambda tau n p q (put x i v)) (x i)
    (ideal_slope lambda tau (p i) (q i) (-1) (if Rlt_dec margin (x i) then 1 else 0))).
Proof.
  intros Hi. split; [|intros H]; apply ideal_pointwise_derivative; try assumption.
  - apply is_derive_mse_plus.
  - apply is_derive_square.
  - apply is_derive_ccl_plus.
  - destruct (Rlt_dec margin (x i)); [now apply is_derive_hinge_above|apply is_derive_hinge_below; lra].
Qed.

(** ** Sampled softmax *)
Definition proposal_sum (t : R) (n : nat) (x q : nat -> R) : R := Sum n (fun j => exp (x j / t) / q j).
Definition sampled_slope (t : R) (n : nat) (y : R) (x q : nat -> R) : R :=
  - (proposal_mean t n x q / (exp (y / t) + proposal_mean t n x q)) / t.

Theorem sampled_softmax_is t n y x q : (0 <= n)%nat ->
  sampled_softmax t n y x q = - ln (exp (y / t) / (exp (y / t) + proposal_sum t n x q / INR n)).
Proof. reflexivity. Qed.

Theorem sampled_weight_is t n y x q j : (0 <= n)%nat -> (0 <= j)%nat ->
  sampled_weight t n y x q j = exp (x j / t) / (INR n * q j) / (exp (y / t) + proposal_sum t n x q / INR n).
Proof. reflexivity. Qed.

Theorem sampled_slope_is t n y x q : (0 <= n)%nat ->
  sampled_slope t n y x q = - (proposal_sum t n x q / INR n / (exp (y / t) + proposal_sum t n x q / INR n)) / t.
Proof. reflexivity. Qed.

Theorem sampled_entries_are_derivatives t n y x q : 0 < t -> (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < q i) ->
  (forall j, (j < n)%nat ->
    is_derive (fun v => sampled_softmax t n y (put x j v) q) (x j) (quotient (sampled_weight t n y x q j) t)) /\
  is_derive (fun v => sampled_softmax t n v x q) y (sampled_slope t n y x q).
Proof.
  intros Ht Hn Hq. split; [intros j Hj; now apply sampled_softmax_derivative_neg|].
  unfold sampled_slope. rewrite <- (sampled_c_sigmoid t n y x q Ht Hn Hq).
  now apply (sampled_softmax_c_gradient_pos t n y x q).
Qed.

Theorem corrected_is t n x q j : (0 <= n)%nat -> (0 <= j)%nat ->
  corrected t n x q j = (x j - Largest n x) / t - ln (q j).
Proof. reflexivity. Qed.

Lemma shifted_exp_ext t n c d j : (0 < n)%nat -> (j < n)%nat -> (forall i, (i < n)%nat -> c i = d i) ->
  shifted_exp t n c j = shifted_exp t n d j.
Proof. intros Hn Hj H. unfold shifted_exp, top. now rewrite (Largest_ext n c d Hn H), (H j Hj). Qed.

Lemma shifted_sum_ext t n c d : (0 < n)%nat -> (forall i, (i < n)%nat -> c i = d i) ->
  shifted_sum t n c = shifted_sum t n d.
Proof. intros Hn H. apply Sum_ext. intros j Hj. now apply shifted_exp_ext. Qed.

Theorem sampled_u_is t n y x_L1 q_L1 c_L2 : (0 < n)%nat ->
  (forall j, (0 <= j /\ j < n)%nat -> c_L2 j = corrected t n x_L1 q_L1 j) ->
  sampled_u t n y x_L1 q_L1 =
  quotient (Largest n x_L1 - y) t + (Largest n c_L2 - ln (INR n)) + ln (shifted_sum 1 n c_L2).
Proof.
  intros Hn H. assert (E : forall j, (j < n)%nat -> c_L2 j = corrected t n x_L1 q_L1 j) by (intros; apply H; lia).
  rewrite (Largest_ext n _ _ Hn E), (shifted_sum_ext 1 n _ _ Hn E). reflexivity.
Qed.

Theorem sampled_value t n y x q : 0 < t -> (0 < n)%nat -> (forall j, (0 <= j /\ j < n)%nat -> 0 < q j) ->
  sampled_softmax t n y x q = softplus (sampled_u t n y x q).
Proof.
  intros Ht Hn Hq. rewrite <- (sampled_softmax_c_value t n y x q Ht Hn) by (intros; apply Hq; lia).
  apply softplus_c_is_softplus.
Qed.

Theorem sampled_entry t n y x_L1 q_L1 c_L2 j : 0 < t -> (0 <= j /\ j < n)%nat ->
  (forall i, (0 <= i /\ i < n)%nat -> 0 < q_L1 i) ->
  (forall i, (0 <= i /\ i < n)%nat -> c_L2 i = corrected t n x_L1 q_L1 i) ->
  mul (share (sigmoid (sampled_u t n y x_L1 q_L1)) t (shifted_sum 1 n c_L2)) (shifted_exp 1 n c_L2 j) =
  quotient (sampled_weight t n y x_L1 q_L1 j) t.
Proof.
  intros Ht Hj Hq H. assert (Hn : (0 < n)%nat) by lia.
  assert (E : forall i, (i < n)%nat -> c_L2 i = corrected t n x_L1 q_L1 i) by (intros; apply H; lia).
  rewrite (shifted_sum_ext 1 n _ _ Hn E), (shifted_exp_ext 1 n _ _ j Hn ltac:(lia) E).
  unfold quotient. rewrite <- (sampled_c_weight t n y x_L1 q_L1 j) by (assumption || lia || (intros; apply Hq; lia)).
  unfold against_neg, mul, share. rewrite sigmoid_c_is_sigmoid. ring.
Qed.

Theorem sampled_positive t n y x q : 0 < t -> (0 < n)%nat -> (forall j, (0 <= j /\ j < n)%nat -> 0 < q j) ->
  sampled_slope t n y x q = quotient (- sigmoid (sampled_u t n y x q)) t.
Proof.
  intros Ht Hn Hq. rewrite <- sigmoid_c_is_sigmoid, sampled_c_sigmoid by (assumption || (intros; apply Hq; lia)).
  reflexivity.
Qed.

(** ** Debiased InfoNCE *)
Definition debiased_weight (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R) (j : nat) : R :=
  lambda * exp (x j / t) / ((1 - tau) * INR n * (exp (y / t) + lambda * debiased_mean t tau n m x z)).
Definition debiased_sample_weight (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R) (k : nat) : R :=
  lambda * tau * exp (z k / t) / ((1 - tau) * INR m * (exp (y / t) + lambda * debiased_mean t tau n m x z)).
Definition debiased_slope (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R) : R :=
  - (lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t)) /
     (exp (y / t) + lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t)))) / t.

Theorem debiased_mean_is t tau n m x z : (0 <= n)%nat -> (0 <= m)%nat ->
  debiased_mean t tau n m x z = (exp_sum t n x / INR n - tau * (exp_sum t m z / INR m)) / (1 - tau).
Proof. reflexivity. Qed.

Theorem infonce_debiased_is t lambda tau n m y x z : (0 <= n)%nat -> (0 <= m)%nat ->
  infonce_debiased t lambda tau n m y x z =
  - ln (exp (y / t) / (exp (y / t) + lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t)))).
Proof. reflexivity. Qed.

Theorem debiased_weight_is t lambda tau n m y x z j : (0 <= n)%nat -> (0 <= m)%nat -> (0 <= j)%nat ->
  debiased_weight t lambda tau n m y x z j =
  lambda * exp (x j / t) / ((1 - tau) * INR n * (exp (y / t) + lambda * debiased_mean t tau n m x z)).
Proof. reflexivity. Qed.

Theorem debiased_sample_weight_is t lambda tau n m y x z k : (0 <= n)%nat -> (0 <= m)%nat -> (0 <= k)%nat ->
  debiased_sample_weight t lambda tau n m y x z k =
  lambda * tau * exp (z k / t) / ((1 - tau) * INR m * (exp (y / t) + lambda * debiased_mean t tau n m x z)).
Proof. reflexivity. Qed.

Theorem debiased_slope_is t lambda tau n m y x z : (0 <= n)%nat -> (0 <= m)%nat ->
  debiased_slope t lambda tau n m y x z =
  - (lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t)) /
     (exp (y / t) + lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t)))) / t.
Proof. reflexivity. Qed.

(** Off the floor, where there is a derivative; below it the other entries are 0. *)
Theorem debiased_entries_are_derivatives t lambda tau n m y x z :
  0 < t -> 0 < lambda -> 0 < tau < 1 -> (0 < n)%nat ->
  is_derive (fun v => infonce_debiased t lambda tau n m v x z) y (debiased_slope t lambda tau n m y x z) /\
  (exp (- 1 / t) < debiased_mean t tau n m x z ->
    (forall j, (j < n)%nat -> is_derive (fun v => infonce_debiased t lambda tau n m y (put x j v) z) (x j)
      (quotient (debiased_weight t lambda tau n m y x z j) t)) /\
    (forall k, (k < m)%nat -> is_derive (fun v => infonce_debiased t lambda tau n m y x (put z k v)) (z k)
      (- quotient (debiased_sample_weight t lambda tau n m y x z k) t))) /\
  (debiased_mean t tau n m x z < exp (- 1 / t) ->
    (forall j, (j < n)%nat -> is_derive (fun v => infonce_debiased t lambda tau n m y (put x j v) z) (x j) 0) /\
    (forall k, (k < m)%nat -> is_derive (fun v => infonce_debiased t lambda tau n m y x (put z k v)) (z k) 0)).
Proof.
  intros Ht Hl Htau Hn. assert (T : tau < 1) by lra.
  split; [now apply infonce_debiased_derivative_pos|split; intros H; split; intros i Hi].
  - apply (infonce_debiased_derivative_neg t lambda tau n m y x z Ht Hl T i Hi); assumption.
  - apply (infonce_debiased_derivative_pos_sample t lambda tau n m y x z Ht Hl T i Hi); assumption.
  - apply (infonce_debiased_derivative_neg t lambda tau n m y x z Ht Hl T i Hi); assumption.
  - apply (infonce_debiased_derivative_pos_sample t lambda tau n m y x z Ht Hl T i Hi); assumption.
Qed.

Definition plus (a b : R) : R := a + b.

Theorem plus_is a b : plus a b = a + b.
Proof. reflexivity. Qed.

Definition opposite (a : R) : R := - a.

Theorem opposite_is a : opposite a = - a.
Proof. reflexivity. Qed.

Theorem exp_of_log_plus r g : 0 < r -> exp (plus (ln r) g) = mul r (exp g).
Proof. intros Hr. unfold plus, mul. now rewrite exp_plus, exp_ln. Qed.

Theorem largest_same n x_L1 x_L2 : (0 < n)%nat ->
  (forall j, (0 <= j /\ j < n)%nat -> x_L1 j = x_L2 j) -> Largest n x_L1 = Largest n x_L2.
Proof. intros Hn H. apply Largest_ext; [assumption|]. intros j Hj. apply H. lia. Qed.

Theorem shifted_sum_same t n x_L1 x_L2 : (0 < n)%nat ->
  (forall j, (0 <= j /\ j < n)%nat -> x_L1 j = x_L2 j) -> shifted_sum t n x_L1 = shifted_sum t n x_L2.
Proof. intros Hn H. apply shifted_sum_ext; [assumption|]. intros j Hj. apply H. lia. Qed.

Theorem shifted_exp_same t n x_L1 x_L2 j : (0 <= j /\ j < n)%nat ->
  (forall i, (0 <= i /\ i < n)%nat -> x_L1 i = x_L2 i) -> shifted_exp t n x_L1 j = shifted_exp t n x_L2 j.
Proof. intros Hj H. apply shifted_exp_ext; [lia|lia|]. intros i Hi. apply H. lia. Qed.

(** The C's numbers: r, log b less top/t, and u. *)
Definition debiased_ratio (t tau : R) (n m : nat) (x z : nat -> R) : R := ratio t tau n m x z.
Definition debiased_log (t tau : R) (n m : nat) (x z : nat -> R) : R := log_b t tau n m x z.
Definition infonce_debiased_u (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R) : R :=
  debiased_u t lambda tau n m y x z (if Rlt_dec (exp (- 1 / t)) (debiased_mean t tau n m x z) then true else false).

Theorem debiased_ratio_is t tau n m x z : (0 < n)%nat -> (0 < m)%nat ->
  debiased_ratio t tau n m x z =
  mul (quotient (quotient (mul tau (shifted_sum t m z)) (INR m)) (quotient (shifted_sum t n x) (INR n)))
    (exp (quotient (Largest m z - Largest n x) t)).
Proof. reflexivity. Qed.

Definition debiased_rest (t tau : R) (n m : nat) (x z : nat -> R) : R := rest t tau n m x z.

Theorem debiased_rest_is t tau n m x z : (0 < n)%nat -> (0 <= m)%nat ->
  debiased_rest t tau n m x z = 1 - debiased_ratio t tau n m x z.
Proof. reflexivity. Qed.

Theorem debiased_ratio_none t tau n x z : (0 < n)%nat -> debiased_ratio t tau n 0 x z = 0.
Proof.
  intros _. unfold debiased_ratio, ratio, mean_k, shifted_sum. simpl. unfold Rdiv. rewrite !Rmult_0_r, !Rmult_0_l. reflexivity.
Qed.

Theorem debiased_log_is t tau n m x z : (0 < n)%nat -> (0 <= m)%nat ->
  debiased_log t tau n m x z = ln (quotient (shifted_sum t n x) (INR n)) + ln (1 - debiased_ratio t tau n m x z) - ln (1 + - tau).
Proof. reflexivity. Qed.

Section Above.
Variables (t tau : R) (n m : nat) (x z : nat -> R).
Hypothesis Ht : 0 < t.
Hypothesis Htau : 0 < tau /\ tau < 1.
Hypothesis Hn : (0 < n)%nat.

Theorem debiased_above : (0 <= m)%nat ->
  0 < 1 - debiased_ratio t tau n m x z /\ 0 < quotient (Largest n x + 1) t + debiased_log t tau n m x z ->
  exp (- 1 / t) < debiased_mean t tau n m x z.
Proof. intros _ H. now apply infonce_debiased_c_above. Qed.

Theorem debiased_above_only : (0 <= m)%nat -> exp (- 1 / t) < debiased_mean t tau n m x z ->
  0 < 1 - debiased_ratio t tau n m x z /\ 0 < quotient (Largest n x + 1) t + debiased_log t tau n m x z.
Proof. intros _ H. now apply infonce_debiased_c_above in H. Qed.
End Above.

Theorem debiased_u_above t lambda tau n m y x z : (0 < n)%nat -> (0 <= m)%nat ->
  exp (- 1 / t) < debiased_mean t tau n m x z ->
  infonce_debiased_u t lambda tau n m y x z = ln lambda + (quotient (Largest n x - y) t + debiased_log t tau n m x z).
Proof. intros _ _ H. unfold infonce_debiased_u. now destruct Rlt_dec. Qed.

Theorem debiased_u_floor t lambda tau n m y x z : (0 < n)%nat -> (0 <= m)%nat ->
  debiased_mean t tau n m x z <= exp (- 1 / t) ->
  infonce_debiased_u t lambda tau n m y x z = ln lambda + quotient (- 1 - y) t.
Proof. intros _ _ H. unfold infonce_debiased_u. destruct Rlt_dec; [lra|reflexivity]. Qed.

Section Entries.
Variables (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R).
Hypothesis Ht : 0 < t.
Hypothesis Hl : 0 < lambda.
Hypothesis Htau : 0 < tau /\ tau < 1.

Theorem debiased_value : (0 < n)%nat -> (0 <= m)%nat ->
  infonce_debiased t lambda tau n m y x z = softplus (infonce_debiased_u t lambda tau n m y x z).
Proof.
  intros Hn _. rewrite <- softplus_c_is_softplus. symmetry. unfold infonce_debiased_u. destruct Rlt_dec as [H|H].
  - apply infonce_debiased_c_value_above; try assumption. now apply infonce_debiased_c_above.
  - apply infonce_debiased_c_value_floor; try assumption. intros A. now apply H, infonce_debiased_c_above.
Qed.

Lemma debiased_sigmoid : (0 < n)%nat -> sigmoid (infonce_debiased_u t lambda tau n m y x z) =
  lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t)) /
  (exp (y / t) + lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t))).
Proof.
  intros Hn. rewrite <- sigmoid_c_is_sigmoid. unfold infonce_debiased_u. destruct Rlt_dec as [H|H].
  - rewrite Rmax_left by lra. assert (A := proj2 (infonce_debiased_c_above t tau n m x z Ht Htau Hn) H).
    destruct (bracket_log t tau n m x z Ht Htau Hn (proj1 A)) as [Hb _].
    apply sigmoid_from_exp_u; try assumption. apply exp_u_above; try assumption. exact (proj1 A).
  - rewrite Rmax_right by lra. apply sigmoid_from_exp_u; try assumption; [apply exp_pos|now apply exp_u_floor].
Qed.

Theorem debiased_positive : (0 < n)%nat -> (0 <= m)%nat ->
  debiased_slope t lambda tau n m y x z = quotient (- sigmoid (infonce_debiased_u t lambda tau n m y x z)) t.
Proof. intros Hn _. rewrite debiased_sigmoid by assumption. reflexivity. Qed.
End Entries.

Theorem debiased_entry t lambda tau n m y x z j : 0 < t -> 0 < lambda -> 0 < tau /\ tau < 1 -> (0 <= m)%nat -> (0 <= j /\ j < n)%nat -> exp (- 1 / t) < debiased_mean t tau n m x z ->
  mul (quotient (share (sigmoid (infonce_debiased_u t lambda tau n m y x z)) t (debiased_rest t tau n m x z))
         (shifted_sum t n x)) (shifted_exp t n x j) =
  quotient (debiased_weight t lambda tau n m y x z j) t.
Proof.
  intros Ht Hl Htau _ Hj H. assert (Hn : (0 < n)%nat) by lia. unfold quotient, debiased_weight.
  rewrite <- (infonce_debiased_c_entry_neg t lambda tau n m y x z Ht Hl Htau Hn j)
    by (now apply infonce_debiased_c_above).
  unfold mul, share, per, infonce_debiased_u. destruct Rlt_dec as [_|N]; [|lra].
  rewrite sigmoid_c_is_sigmoid. reflexivity.
Qed.

Theorem debiased_sample_entry t lambda tau n m y x z k : 0 < t -> 0 < lambda -> 0 < tau /\ tau < 1 -> (0 < n)%nat -> (0 <= k /\ k < m)%nat -> exp (- 1 / t) < debiased_mean t tau n m x z ->
  mul (quotient (mul (opposite (share (sigmoid (infonce_debiased_u t lambda tau n m y x z)) t (debiased_rest t tau n m x z)))
                   (debiased_ratio t tau n m x z)) (shifted_sum t m z)) (shifted_exp t m z k) =
  - quotient (debiased_sample_weight t lambda tau n m y x z k) t.
Proof.
  intros Ht Hl Htau Hn Hk H. unfold quotient, debiased_sample_weight.
  rewrite <- (infonce_debiased_c_entry_pos_sample t lambda tau n m y x z Ht Hl Htau Hn k)
    by (lia || now apply infonce_debiased_c_above).
  unfold mul, share, per, infonce_debiased_u. destruct Rlt_dec as [_|N]; [|lra].
  rewrite sigmoid_c_is_sigmoid. reflexivity.
Qed.
