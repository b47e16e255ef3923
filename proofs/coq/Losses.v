(** The losses, as the paper defines them for one user, one positive item and its samples. Each is one file of
    src/loss; the theorems of the other files speak of these definitions and of nothing else.

      n, x   number and scores y_j of the sampled items        y   score y_i of the positive item
      m, z   number and scores y_k of the positive samples     t   temperature (1 where the paper has none)

    Scores are plain similarities and a loss divides them by t itself, as in C. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog.
Open Scope R_scope.

(** sum_j e^{y_j / t} *)
Definition exp_sum (t : R) (n : nat) (x : nat -> R) : R := Sum n (fun j => exp (x j / t)).

(** d_j = (y_j - y_i) / t *)
Definition gap (t y : R) (x : nat -> R) (j : nat) : R := (x j - y) / t.

(** Eq. 1, one positive; j runs over all other items. Printed: the logarithm of the sum over the positives. *)
Definition softmax (t : R) (n : nat) (y : R) (x : nat -> R) : R :=
  - ln (exp (y / t) / (exp (y / t) + exp_sum t n x)).

(** Eq. 2, with the missing 1/N; j is drawn from q. *)
Definition sampled_softmax (t : R) (n : nat) (y : R) (x q : nat -> R) : R :=
  - ln (exp (y / t) / (exp (y / t) + Mean n (fun j => exp (x j / t) / q j))).

(** Eq. 3 and 4 *)
Definition infonce (t : R) (n : nat) (y : R) (x : nat -> R) : R :=
  - ln (exp (y / t) / (exp (y / t) + exp_sum t n x)).

(** Eq. 7's bracket, the estimate of E_{j ~ p-} e^{y_j / t}. *)
Definition debiased_mean (t tau : R) (n m : nat) (x z : nat -> R) : R :=
  (Mean n (fun j => exp (x j / t)) - tau * Mean m (fun k => exp (z k / t))) / (1 - tau).

(** Eq. 7, with the floor e^{-1/t} of the paper's text. Printed in the formula: e^{1/t}. *)
Definition infonce_debiased (t lambda tau : R) (n m : nat) (y : R) (x z : nat -> R) : R :=
  - ln (exp (y / t) / (exp (y / t) + lambda * Rmax (debiased_mean t tau n m x z) (exp (- 1 / t)))).

(** Eq. 10 *)
Definition mine (t : R) (n : nat) (y : R) (x : nat -> R) : R := - (y / t - ln (exp_sum t n x)).

(** Eq. 16 *)
Definition mine_plus (t lambda : R) (n : nat) (y : R) (x : nat -> R) : R :=
  - (y / t - lambda * ln (exp_sum t n x)).

(** Eq. 13, and its mean in place of the sum. *)
Definition bpr (t : R) (n : nat) (y : R) (x : nat -> R) : R := Sum n (fun j => - ln (sigmoid ((y - x j) / t))).
Definition bpr_mean (t : R) (n : nat) (y : R) (x : nat -> R) : R := bpr t n y x / INR n.

(** Eq. 17: l+ and l-, and the loss of one positive. *)
Definition mse_plus (y : R) : R := (1 - y) ^ 2.
Definition mse_minus (y : R) : R := y ^ 2.
Definition mse (lambda : R) (n : nat) (y : R) (x : nat -> R) : R :=
  mse_plus y + lambda * Mean n (fun j => mse_minus (x j)).

(** Eq. 18 and 19 *)
Definition ccl_plus (y : R) : R := 1 - y.
Definition ccl_minus (margin y : R) : R := relu (y - margin).
Definition ccl (margin w : R) (n : nat) (y : R) (x : nat -> R) : R :=
  ccl_plus y + w / INR n * Sum n (fun j => ccl_minus margin (x j)).

(** Eq. 22, for any pointwise l+ and l-. *)
Definition pointwise_debiased (plus minus : R -> R) (lambda tau : R) (n m : nat) (y : R) (x z : nat -> R) : R :=
  tau * plus y + lambda * (Mean n (fun j => minus (x j)) - tau * Mean m (fun k => minus (z k))).
Definition mse_debiased := pointwise_debiased mse_plus mse_minus.
Definition ccl_debiased (margin : R) := pointwise_debiased ccl_plus (ccl_minus margin).

(** The last line of Eq. 11 and 14, "the first bound". *)
Definition mean_difference (n : nat) (y : R) (x : nat -> R) : R := Mean n (fun j => x j - y).

(** ** The same by the gaps d_j

    InfoNCE, MINE and BPR see the scores only through d_j = (y_j - y_i)/t; Eq. 11 to 15 are statements on d. *)

Definition Mine (n : nat) (d : nat -> R) : R := ln (Sum n (fun j => exp (d j))).
Definition Infonce (n : nat) (d : nat -> R) : R := ln (1 + Sum n (fun j => exp (d j))).
Definition Bpr (n : nat) (d : nat -> R) : R := Sum n (fun j => softplus (d j)).
Definition Bpr_mean (n : nat) (d : nat -> R) : R := Mean n (fun j => softplus (d j)).

Lemma exp_sum_pos t n x : (0 < n)%nat -> 0 < exp_sum t n x.
Proof. apply SumExp_pos. Qed.

Lemma exp_sum_nonneg t n x : 0 <= exp_sum t n x.
Proof. apply Sum_nonneg. intros. apply Rlt_le, exp_pos. Qed.

Lemma exp_sum_gap t n y x : t <> 0 -> Sum n (fun j => exp (gap t y x j)) = exp_sum t n x * exp (- (y / t)).
Proof.
  intros Ht. unfold exp_sum. rewrite <- SumExp_shift. apply Sum_ext. intros j _. unfold gap. f_equal. now field.
Qed.

(** - log(a / (a + b)) = log(a + b) - log a, the form of the comments in C. *)
Lemma neg_ln_share y b : 0 <= b -> - ln (exp y / (exp y + b)) = ln (exp y + b) - y.
Proof.
  intros Hb. assert (H := exp_pos y). rewrite ln_div, ln_exp by lra. lra.
Qed.

Lemma neg_ln_share_gap y b : 0 <= b -> - ln (exp y / (exp y + b)) = ln (1 + b * exp (- y)).
Proof.
  intros Hb. assert (H := exp_pos y). rewrite <- ln_Rinv by (apply Rdiv_lt_0_compat; lra). f_equal.
  rewrite exp_Ropp. field. lra.
Qed.

Theorem mine_of_gaps t n y x : t <> 0 -> (0 < n)%nat -> mine t n y x = Mine n (gap t y x).
Proof.
  intros Ht Hn. unfold mine, Mine. rewrite exp_sum_gap by assumption.
  rewrite ln_mult, ln_exp by (apply exp_pos || now apply exp_sum_pos). lra.
Qed.

Theorem infonce_of_gaps t n y x : t <> 0 -> infonce t n y x = Infonce n (gap t y x).
Proof.
  intros Ht. unfold infonce, Infonce. rewrite exp_sum_gap by assumption.
  apply neg_ln_share_gap, exp_sum_nonneg.
Qed.

(** The two lines of Eq. 13 are equal. *)
Theorem eq13_bpr_of_gaps t n y x : t <> 0 -> bpr t n y x = Bpr n (gap t y x).
Proof.
  intros Ht. apply Sum_ext. intros j _. unfold gap. rewrite <- neg_ln_sigmoid. do 3 f_equal. now field.
Qed.

Theorem bpr_mean_of_gaps t n y x : t <> 0 -> bpr_mean t n y x = Bpr_mean n (gap t y x).
Proof. intros Ht. unfold bpr_mean. rewrite eq13_bpr_of_gaps by assumption. reflexivity. Qed.

Theorem mean_difference_of_gaps n y x : mean_difference n y x = Mean n (gap 1 y x).
Proof. apply Mean_ext. intros j _. unfold gap. field. Qed.

(** MINE+ with weight 1 is MINE. *)
Theorem mine_plus_one_is_mine t n y x : mine_plus t 1 n y x = mine t n y x.
Proof. unfold mine_plus, mine. ring. Qed.
