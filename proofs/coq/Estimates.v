(** What the samples' losses tend to and how fast: MINE (Eq. 10), InfoNCE against the softmax loss and against the ideal one
    (after Eq. 4), the debiased InfoNCE of Eq. 7. N draws from p over n items; d j the gap of item j. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Chain Debias Draws DrawsChain Pointwise Limits Exchange.
Open Scope R_scope.

(** 0 <= log (1 + 1/x) <= 1/x *)
Lemma ln_one_plus x : 0 < x -> 0 <= ln (1 + / x) <= / x.
Proof.
  intros Hx. assert (H := Rinv_0_lt_compat x Hx). split; [apply ln_nonneg; lra|].
  assert (T := ln_tangent (1 + / x) 1 ltac:(lra) Rlt_0_1). rewrite ln_1 in T. lra.
Qed.

Lemma ln_shifted_product N mu : 0 < N -> 0 < mu -> 0 <= ln (1 + N * mu) - ln N - ln mu <= / (N * mu).
Proof.
  intros HN Hm. assert (HP := Rmult_lt_0_compat _ _ HN Hm).
  replace (ln (1 + N * mu) - ln N - ln mu) with (ln (1 + / (N * mu))); [now apply ln_one_plus|].
  replace (1 + / (N * mu)) with ((1 + N * mu) / (N * mu)) by (field; lra).
  rewrite ln_div, ln_mult by lra. ring.
Qed.

(** ** MINE: E L_mine - log N tends to Eq. 9's log E e^d, from below, with a difference of at most a multiple of 1/N *)
Section Rates.
Variables (n : nat) (p d : nat -> R) (a : R).
Hypothesis p_distribution : distribution n p.
Hypothesis d_bounded : forall j, (j < n)%nat -> a <= d j.

Local Notation mu := (E n p (fun j => exp (d j))).
Local Notation sigma2 := (variance n p (fun j => exp (d j))).

Definition sampled_mine (N : nat) : R := Expect n p N (fun w => Mine N (fun j => d (w j))).

Theorem mine_to_eq9_bound N : (0 < N)%nat ->
  0 <= ln mu - (sampled_mine N - ln (INR N)) <= sigma2 / (INR N * (mu * exp a)).
Proof.
  destruct p_distribution as [Hp H1]. intros HN. assert (HP := INR_pos N HN). assert (Ha := exp_pos a).
  assert (Hmu := mu_ge n p d a p_distribution d_bounded). set (c := mu) in *. assert (Hc : 0 < c) by lra.
  set (Z := fun w : nat -> nat => Mean N (fun j => exp (d (w j)))).
  assert (HZ : forall w, in_range n N w -> exp a <= Z w).
  { intros w Hw. unfold Z. rewrite <- (Mean_const N (exp a) HN). apply Mean_le; [assumption|]. intros j Hj.
    apply exp_le, d_bounded, Hw, Hj. }
  assert (EZ : Expect n p N Z = c) by exact (mean_of_draws_is_unbiased n p N (fun j => exp (d j)) HN H1).
  assert (VZ : Expect n p N (fun w => (Z w - c) ^ 2) = sigma2 / INR N)
    by exact (variance_of_mean_of_draws n p N (fun j => exp (d j)) HN H1).
  assert (SM : sampled_mine N - ln (INR N) = Expect n p N (fun w => ln (Z w))).
  { unfold sampled_mine, Rminus. rewrite <- (Expect_const n p N (- ln (INR N)) H1), <- Expect_add. apply Expect_ext.
    intros w _. unfold Mine, Z, Mean. rewrite ln_div by (assumption || now apply SumExp_pos). ring. }
  rewrite SM. split.
  - enough (Expect n p N (fun w => ln (Z w)) <= ln c) by lra. rewrite <- EZ.
    apply (expect_ln_le n p N p_distribution Z); [intros w Hw; specialize (HZ w Hw); lra|now rewrite EZ].
  - assert (K : Expect n p N (fun w => (ln c + - 1) + (/ c * Z w + - / (c * exp a) * (Z w - c) ^ 2)) <=
               Expect n p N (fun w => ln (Z w))).
    { apply Expect_le; [assumption|]. intros w Hw. specialize (HZ w Hw). assert (Hz : 0 < Z w) by lra.
      assert (T := ln_tangent c (Z w) Hc Hz).
      assert (Q : (c - Z w) / Z w <= 1 - / c * Z w + / (c * exp a) * (Z w - c) ^ 2).
      { replace ((c - Z w) / Z w) with (1 - / c * Z w + / (c * Z w) * (Z w - c) ^ 2) by (field; lra).
        apply Rplus_le_compat_l, Rmult_le_compat_r; [apply pow2_ge_0|]. apply Rinv_le_contravar.
        - apply Rmult_lt_0_compat; assumption.
        - apply Rmult_le_compat_l; lra. }
      lra. }
    rewrite (Expect_add n p N (fun _ => _)), Expect_const in K by assumption.
    rewrite (Expect_add n p N (fun w => / c * Z w)), !Expect_scale, EZ, VZ, Rinv_l in K by (assumption || lra).
    replace (sigma2 / (INR N * (c * exp a))) with (/ (c * exp a) * (sigma2 / INR N)) by (field; lra). lra.
Qed.

(** ** InfoNCE after Eq. 4: E L - log N tends to log E e^d, with a difference of at most a multiple of 1/N *)

Theorem infonce_rate N : (0 < N)%nat ->
  - (sigma2 / (INR N * (mu * exp a))) <= sampled n p d N - ln (INR N) - ln mu <= / (INR N * mu).
Proof.
  intros HN. assert (HP := INR_pos N HN). assert (Ha := exp_pos a). assert (Hmu := mu_ge n p d a p_distribution d_bounded).
  assert (Hm : 0 < mu) by lra. assert (Hs := sigma2_nonneg n p d p_distribution).
  destruct (infonce_to_ideal_bound n p d a p_distribution d_bounded N HN) as [A B].
  destruct (ln_shifted_product (INR N) mu HP Hm) as [C D]. unfold ideal in *. split; [|lra].
  enough (INR N * sigma2 / ((1 + INR N * mu) * (1 + INR N * exp a)) <= sigma2 / (INR N * (mu * exp a))) by lra.
  replace (sigma2 / (INR N * (mu * exp a))) with (INR N * sigma2 / ((INR N * mu) * (INR N * exp a))) by (field; lra).
  unfold Rdiv. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|].
  assert (X1 := Rmult_lt_0_compat (INR N) mu HP Hm). assert (X2 := Rmult_lt_0_compat _ _ HP Ha).
  apply Rinv_le_contravar; [now apply Rmult_lt_0_compat|]. apply Rmult_le_compat; lra.
Qed.

(** Against the ideal loss, whose negatives have the mean of exponentials mu_minus: the difference of the two with lambda = N
    tends to log (mu / mu_minus). *)
Theorem infonce_bias_rate mu_minus N : 0 < mu_minus -> (0 < N)%nat ->
  - ((sigma2 / (mu * exp a) + / mu_minus) / INR N) <=
  sampled n p d N - ln (1 + INR N * mu_minus) - ln (mu / mu_minus) <= / (INR N * mu).
Proof.
  intros Hm HN. assert (HP := INR_pos N HN). assert (Ha := exp_pos a). assert (Hmu := mu_ge n p d a p_distribution d_bounded).
  destruct (infonce_rate N HN) as [A B]. destruct (ln_shifted_product (INR N) mu_minus HP Hm) as [C D].
  rewrite ln_div by lra.
  replace ((sigma2 / (mu * exp a) + / mu_minus) / INR N) with (sigma2 / (INR N * (mu * exp a)) + / (INR N * mu_minus))
    by (field; lra). lra.
Qed.

End Rates.

(** With p the mixture of Eq. 5, mu / mu_minus is tau- + tau+ mu+ / mu-. *)
Theorem sampling_bias_of_mixture n tau p p_plus p_minus d : mixture n tau p p_plus p_minus ->
  0 < E n p_minus (fun j => exp (d j)) ->
  E n p (fun j => exp (d j)) / E n p_minus (fun j => exp (d j)) =
  (1 - tau) + tau * (E n p_plus (fun j => exp (d j)) / E n p_minus (fun j => exp (d j))).
Proof.
  intros H Hm. replace (E n p (fun j => exp (d j)))
    with (tau * E n p_plus (fun j => exp (d j)) + (1 - tau) * E n p_minus (fun j => exp (d j))); [field; lra|].
  unfold E. rewrite <- !Sum_scale, <- Sum_add. apply Sum_ext. intros i Hi. rewrite H by assumption. ring.
Qed.

(** ** "No proper estimator of the softmax loss": with uniform draws it is one, up to log (N / |I|) ... *)

(** The softmax loss of the positive item i over all n items. *)
Definition full_softmax (n : nat) (s : nat -> R) (i : nat) : R := ln (Sum n (fun j => exp (s j))) - s i.

Theorem infonce_of_uniform_draws n s i a N : (0 < n)%nat -> (0 < N)%nat -> (forall j, (j < n)%nat -> a <= s j - s i) ->
  let p := fun _ : nat => 1 / INR n in let d := fun j => s j - s i in
  - (variance n p (fun j => exp (d j)) / (INR N * (E n p (fun j => exp (d j)) * exp a))) <=
  sampled n p d N - ln (INR N / INR n) - full_softmax n s i <= / (INR N * E n p (fun j => exp (d j))).
Proof.
  intros Hn HN Ha p d. assert (HP := INR_pos N HN). assert (HI := INR_pos n Hn).
  assert (Hd : distribution n p).
  { split; [intros; apply Rlt_le, Rdiv_lt_0_compat; lra|]. unfold p. rewrite Sum_const. field. lra. }
  assert (R := infonce_rate n p d a Hd Ha N HN).
  replace (sampled n p d N - ln (INR N / INR n) - full_softmax n s i)
    with (sampled n p d N - ln (INR N) - ln (E n p (fun j => exp (d j)))); [exact R|].
  rewrite ln_div by assumption. unfold full_softmax.
  replace (E n p (fun j => exp (d j))) with (Sum n (fun j => exp (s j)) * exp (- s i) / INR n).
  - rewrite ln_div, ln_mult, ln_exp by ((now apply SumExp_pos) || apply exp_pos || assumption ||
      (apply Rmult_lt_0_compat; [now apply SumExp_pos|apply exp_pos])). ring.
  - unfold E, p, d. rewrite Sum_scale, SumExp_shift. field. lra.
Qed.

(** ... with all others it is not, whatever constant is taken off: its limit less the softmax loss depends on the scores. *)
Theorem infonce_of_other_draws_is_no_estimator n p i : distribution n p -> (i < n)%nat -> p i <> / INR n ->
  forall b, exists s, ln (E n p (fun j => exp (s j - s O))) - full_softmax n s O <> b.
Proof.
  intros [Hp H1] Hi Hne b. assert (HI := INR_pos n ltac:(lia)). assert (Hpi := Hp i Hi).
  destruct (Req_dec (- ln (INR n)) b) as [<-|Hb].
  - set (s := fun j => if Nat.eqb j i then ln 2 else 0). exists s.
    assert (Hs : forall j, exp (s j) = 1 + (if Nat.eqb j i then 1 else 0)).
    { intros j. unfold s. destruct (Nat.eqb j i); [rewrite exp_ln by lra|rewrite exp_0]; lra. }
    assert (HS : Sum n (fun j => exp (s j)) = INR n + 1).
    { rewrite (Sum_ext n _ (fun j => 1 + (if Nat.eqb j i then 1 else 0))) by (intros; apply Hs).
      rewrite Sum_add, Sum_const, (Sum_delta n i (fun _ => 1)) by assumption. ring. }
    assert (HE : E n p (fun j => exp (s j - s O)) = (1 + p i) * exp (- s O)).
    { unfold E. rewrite (Sum_ext n _ (fun j => (p j + (if Nat.eqb j i then p j else 0)) * exp (- s O))).
      - rewrite Sum_scale_r, Sum_add, (Sum_delta n i p), H1 by assumption. ring.
      - intros j _. unfold Rminus. rewrite exp_plus, Hs. destruct (Nat.eqb j i); ring. }
    unfold full_softmax. rewrite HS, HE, ln_mult, ln_exp by (apply exp_pos || lra). intros H.
    apply Hne. assert (T : ln ((1 + p i) * INR n) = ln (INR n + 1)) by (rewrite ln_mult by lra; lra).
    apply ln_inv in T; [|apply Rmult_lt_0_compat; lra|lra].
    apply (Rmult_eq_reg_r (INR n)); [rewrite Rinv_l by lra; lra|lra].
  - exists (fun _ => 0). unfold E, full_softmax.
    rewrite (Sum_ext n _ p) by (intros; rewrite Rminus_0_r, exp_0; ring).
    rewrite H1, exp_0, Sum_const, Rmult_1_r, ln_1. lra.
Qed.

(** ** Eq. 4 over the whole catalogue: with every other item once it is the softmax loss of the pair *)


Theorem infonce_of_all_other_items n s i : (i <= n)%nat -> infonce 1 n (s i) (drop i s) = full_softmax (S n) s i.
Proof.
  intros Hi. unfold infonce, full_softmax, exp_sum. rewrite neg_ln_share by (apply Sum_nonneg; intros; apply Rlt_le, exp_pos).
  replace (s i / 1) with (s i) by field. do 2 f_equal.
  rewrite (Sum_ext n _ (drop i (fun j => exp (s j)))).
  - rewrite Sum_drop by assumption. ring.
  - intros j _. unfold drop. destruct (Nat.ltb j i); f_equal; field.
Qed.

(** ** Eq. 7 estimates the ideal loss: the error's mean over N draws of p and M of p+ *)

Lemma expected_abs_le n p N n' p' M X V : distribution n p -> distribution n' p' -> 0 <= V ->
  Expect n p N (fun w => Expect n' p' M (fun v => X w v ^ 2)) <= V ->
  Expect n p N (fun w => Expect n' p' M (fun v => Rabs (X w v))) <= sqrt V.
Proof.
  intros [Hp H1] [Hq H2] HV H.
  assert (K : forall r, 0 < r -> Expect n p N (fun w => Expect n' p' M (fun v => Rabs (X w v))) <= r / 2 + V / (2 * r)).
  { intros r Hr. apply Rle_trans with
      (Expect n p N (fun w => Expect n' p' M (fun v => r / 2 + / (2 * r) * X w v ^ 2))).
    - apply Expect_le; [assumption|]. intros w _. apply Expect_le; [assumption|]. intros v _.
      rewrite <- (pow2_abs (X w v)). set (x := Rabs (X w v)).
      apply Rmult_le_reg_r with (2 * r); [lra|]. replace ((r / 2 + / (2 * r) * x ^ 2) * (2 * r)) with (r ^ 2 + x ^ 2) by (field; lra).
      assert (S := pow2_ge_0 (x - r)). lra.
    - rewrite (Expect_ext n p N _ (fun w => r / 2 + / (2 * r) * Expect n' p' M (fun v => X w v ^ 2))).
      + rewrite (Expect_add n p N (fun _ => _)), Expect_const, Expect_scale by assumption.
        apply Rplus_le_compat_l. unfold Rdiv. rewrite (Rmult_comm V). apply Rmult_le_compat_l; [|assumption].
        apply Rlt_le, Rinv_0_lt_compat. lra.
      + intros w _. now rewrite (Expect_add n' p' M (fun _ => _)), Expect_const, Expect_scale. }
  destruct (Rle_lt_or_eq_dec 0 V HV) as [Hpos|<-].
  - assert (Hs := sqrt_lt_R0 V Hpos). specialize (K (sqrt V) Hs). assert (Q := sqrt_sqrt V HV).
    replace (sqrt V) with (sqrt V / 2 + V / (2 * sqrt V)); [assumption|]. rewrite <- Q at 2. field. lra.
  - rewrite sqrt_0. apply Rnot_lt_le. intros Hlt.
    specialize (K _ Hlt). unfold Rdiv in K. lra.
Qed.

(** The logarithm and the floor do not enlarge an error of the bracket. *)
Lemma ideal_error lambda y b mu floor : 0 <= lambda -> 0 < floor -> floor <= mu ->
  Rabs (- ln (exp y / (exp y + lambda * Rmax b floor)) - - ln (exp y / (exp y + lambda * mu))) <= lambda * exp (- y) * Rabs (b - mu).
Proof.
  intros Hl Hf Hm. assert (He := exp_pos (- y)). set (f := Rmax b floor).
  assert (Ff : floor <= f) by apply Rmax_r. assert (K := Rmult_le_pos _ _ Hl (Rlt_le _ _ He)).
  assert (Q : Rabs (f - mu) <= Rabs (b - mu)).
  { unfold f. destruct (Rle_dec floor b) as [L|L]; [rewrite Rmax_left by assumption; lra|].
    rewrite Rmax_right by lra. rewrite !Rabs_left1 by lra. lra. }
  apply Rle_trans with (lambda * exp (- y) * Rabs (f - mu)); [|apply Rmult_le_compat_l; assumption].
  assert (F : 0 <= lambda * f) by (apply Rmult_le_pos; lra). assert (M : 0 <= lambda * mu) by (apply Rmult_le_pos; lra).
  rewrite !neg_ln_share_gap by assumption.
  assert (B : forall x z, 0 < x -> 0 < z -> ln (1 + lambda * x * exp (- y)) - ln (1 + lambda * z * exp (- y)) <=
    lambda * exp (- y) * Rabs (x - z)).
  { intros x z Hx Hz. assert (Px := Rmult_le_pos _ _ K (Rlt_le _ _ Hx)). assert (Pz := Rmult_le_pos _ _ K (Rlt_le _ _ Hz)).
    destruct (Rle_dec x z) as [L|L].
    - assert (0 <= lambda * exp (- y) * Rabs (x - z)) by (apply Rmult_le_pos; [assumption|apply Rabs_pos]).
      assert (ln (1 + lambda * x * exp (- y)) <= ln (1 + lambda * z * exp (- y))); [|lra].
      apply ln_le; [lra|]. assert (W := Rmult_le_compat_l _ _ _ K L). lra.
    - assert (T := ln_tangent (1 + lambda * x * exp (- y)) (1 + lambda * z * exp (- y)) ltac:(lra) ltac:(lra)).
      rewrite Rabs_right by lra. apply Rle_trans with ((1 + lambda * x * exp (- y) - (1 + lambda * z * exp (- y))) /
        (1 + lambda * z * exp (- y))); [lra|].
      assert (W : 0 <= lambda * exp (- y) * (x - z)) by (apply Rmult_le_pos; lra).
      apply Rmult_le_reg_r with (1 + lambda * z * exp (- y)); [lra|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
      assert (W' := Rmult_le_pos _ _ W Pz). lra. }
  apply Rabs_le. assert (B1 := B f mu ltac:(lra) ltac:(lra)). assert (B2 := B mu f ltac:(lra) ltac:(lra)).
  rewrite (Rabs_minus_sym mu) in B2. lra.
Qed.

Theorem eq7_error t lambda tau n p p_plus p_minus s y N M : 0 < t -> 0 <= lambda -> 0 <= tau < 1 -> (0 < N)%nat -> (0 < M)%nat ->
  distribution n p -> distribution n p_plus -> distribution n p_minus -> mixture n tau p p_plus p_minus ->
  (forall i, (i < n)%nat -> -1 <= s i <= 1) ->
  let e := fun i => exp (s i / t) in
  Expect n p N (fun w => Expect n p_plus M (fun v =>
    Rabs (infonce_debiased t lambda tau N M y (fun j => s (w j)) (fun k => s (v k)) -
          - ln (exp (y / t) / (exp (y / t) + lambda * E n p_minus e))))) <=
  lambda * exp (- (y / t)) * sqrt ((variance n p e / INR N + tau ^ 2 * variance n p_plus e / INR M) / (1 - tau) ^ 2).
Proof.
  intros Ht Hl Htau HN HM Hd Hdp Hdm Hmix Hs e. destruct (Hd) as [Hp H1]. destruct (Hdp) as [Hq H2].
  assert (HNp := INR_pos N HN). assert (HMp := INR_pos M HM). assert (He := exp_pos (- (y / t))).
  set (mu := E n p_minus e). set (bracket := fun w v : nat -> nat => debiased_mean t tau N M (fun j => s (w j)) (fun k => s (v k))).
  assert (Fl := proj1 (eq7_floor_and_ceiling n p_minus s t Ht Hdm Hs)). fold e in Fl. fold mu in Fl.
  set (V := (variance n p e / INR N + tau ^ 2 * variance n p_plus e / INR M) / (1 - tau) ^ 2).
  apply Rle_trans with (lambda * exp (- (y / t)) *
    Expect n p N (fun w => Expect n p_plus M (fun v => Rabs (bracket w v - mu)))).
  - rewrite <- Expect_scale. apply Expect_le; [assumption|]. intros w _. rewrite <- Expect_scale.
    apply Expect_le; [assumption|]. intros v _. unfold infonce_debiased, bracket.
    apply ideal_error; [assumption|apply exp_pos|exact Fl].
  - apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|].
    assert (vp : forall q, distribution n q -> 0 <= variance n q e).
    { intros q [Hq0 _]. unfold variance. apply Sum_nonneg. intros j Hj. apply Rmult_le_pos; [now apply Hq0|apply pow2_ge_0]. }
    assert (HI : 0 < / (1 - tau) ^ 2) by (apply Rinv_0_lt_compat, pow_lt; lra).
    apply expected_abs_le; [assumption..| |].
    + unfold V, Rdiv. apply Rmult_le_pos; [|lra]. apply Rplus_le_le_0_compat.
      * apply Rmult_le_pos; [now apply vp|]. now apply Rlt_le, Rinv_0_lt_compat.
      * apply Rmult_le_pos; [apply Rmult_le_pos; [apply pow2_ge_0|now apply vp]|]. now apply Rlt_le, Rinv_0_lt_compat.
    + right. set (A := E n p e). set (B := E n p_plus e).
      assert (Emu : mu = (A - tau * B) / (1 - tau)) by (apply (eq5_debias n tau p p_plus p_minus e); [lra|assumption]).
      set (a := fun w : nat -> nat => Mean N (fun j => e (w j)) - A). set (b := fun v : nat -> nat => Mean M (fun k => e (v k)) - B).
      assert (Ea : Expect n p N a = 0).
      { unfold a, Rminus. rewrite (Expect_add n p N _ (fun _ => _)), Expect_const by assumption.
        rewrite mean_of_draws_is_unbiased by assumption. fold A. ring. }
      assert (Eb : Expect n p_plus M b = 0).
      { unfold b, Rminus. rewrite (Expect_add n p_plus M _ (fun _ => _)), Expect_const by assumption.
        rewrite mean_of_draws_is_unbiased by assumption. fold B. ring. }
      assert (Va : Expect n p N (fun w => a w ^ 2) = variance n p e / INR N) by (now apply variance_of_mean_of_draws).
      assert (Vb : Expect n p_plus M (fun v => b v ^ 2) = variance n p_plus e / INR M) by (now apply variance_of_mean_of_draws).
      set (k := / (1 - tau)).
      rewrite (Expect_ext n p N _ (fun w => k ^ 2 * a w ^ 2 + k ^ 2 * tau ^ 2 * (variance n p_plus e / INR M))).
      * rewrite (Expect_add n p N _ (fun _ => _)), Expect_const, Expect_scale, Va by assumption. unfold V, k. field. lra.
      * intros w _. rewrite (Expect_ext n p_plus M _ (fun v => k ^ 2 * a w ^ 2 +
          (- (2 * k ^ 2 * tau * a w) * b v + k ^ 2 * tau ^ 2 * b v ^ 2))).
        -- rewrite (Expect_add n p_plus M (fun _ => _)), Expect_const by assumption.
           rewrite (Expect_add n p_plus M (fun v => _ * b v)), !Expect_scale, Eb, Vb. ring.
        -- intros v _. rewrite Emu. unfold bracket, debiased_mean, a, b, k, e. field. lra.
Qed.
