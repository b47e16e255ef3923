(** MINE+, Eq. 16: what its cosine scores are for. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Chain.
Open Scope R_scope.

(** A common shift of all scores changes MINE+ by (lambda - 1) s / t, so only MINE (lambda = 1) is invariant. *)
Theorem mine_plus_shift t lambda n y x s : 0 < t -> (0 < n)%nat ->
  mine_plus t lambda n (y + s) (fun j => x j + s) = mine_plus t lambda n y x + (lambda - 1) * s / t.
Proof.
  intros Ht Hn. unfold mine_plus.
  replace (exp_sum t n (fun j => x j + s)) with (exp_sum t n x * exp (s / t)).
  - rewrite ln_mult, ln_exp by (now apply exp_sum_pos || apply exp_pos). field. lra.
  - unfold exp_sum. rewrite <- Sum_scale_r. apply Sum_ext. intros j _. rewrite <- exp_plus. f_equal. field. lra.
Qed.

Theorem mine_shift_invariant t n y x s : 0 < t -> (0 < n)%nat ->
  mine t n (y + s) (fun j => x j + s) = mine t n y x.
Proof.
  intros Ht Hn. rewrite <- !mine_plus_one_is_mine, mine_plus_shift by assumption. field. lra.
Qed.

(** With cosine scores it is bounded on both sides ... *)
Theorem mine_plus_bounds t lambda n y x : 0 < t -> 0 <= lambda -> (0 < n)%nat ->
  -1 <= y <= 1 -> (forall j, (j < n)%nat -> -1 <= x j <= 1) ->
  lambda * ln (INR n) - (1 + lambda) / t <= mine_plus t lambda n y x <= lambda * ln (INR n) + (1 + lambda) / t.
Proof.
  intros Ht Hl Hn Hy Hx. assert (HN := INR_pos n Hn). assert (HI := Rinv_0_lt_compat t Ht).
  assert (A : ln (INR n) - 1 / t <= ln (exp_sum t n x)).
  { rewrite <- (ln_exp (1 / t)), <- ln_div by (assumption || apply exp_pos).
    apply ln_le; [apply Rdiv_lt_0_compat; [assumption|apply exp_pos]|].
    unfold Rdiv at 1. rewrite <- exp_Ropp, <- Sum_const. apply Sum_le. intros j Hj. apply exp_le.
    destruct (Hx j Hj). unfold Rdiv. nra. }
  assert (B : ln (exp_sum t n x) <= ln (INR n) + 1 / t).
  { rewrite <- (ln_exp (1 / t)), <- ln_mult by (assumption || apply exp_pos).
    apply ln_le; [now apply exp_sum_pos|]. rewrite <- Sum_const. apply Sum_le. intros j Hj. apply exp_le.
    destruct (Hx j Hj). unfold Rdiv. nra. }
  assert (C : - (1 / t) <= y / t <= 1 / t) by (unfold Rdiv; split; nra).
  unfold mine_plus. replace ((1 + lambda) / t) with (1 / t + lambda * (1 / t)) by (field; lra).
  split; nra.
Qed.

(** ... and both bounds are attained: y_i = 1 and all y_j = -1, and the other way round. *)
Theorem mine_plus_bounds_are_attained t lambda n : 0 < t -> (0 < n)%nat ->
  mine_plus t lambda n 1 (fun _ => -1) = lambda * ln (INR n) - (1 + lambda) / t /\
  mine_plus t lambda n (-1) (fun _ => 1) = lambda * ln (INR n) + (1 + lambda) / t.
Proof.
  intros Ht Hn. assert (HN := INR_pos n Hn). unfold mine_plus, exp_sum. rewrite !Sum_const.
  split; rewrite ln_mult, ln_exp by (assumption || apply exp_pos); field; lra.
Qed.

(** With unbounded scores it is bounded below for no lambda: by a shift for lambda <> 1, by the gap for lambda = 1. *)
Theorem mine_plus_unbounded_below t lambda n B : 0 < t -> (0 < n)%nat -> exists y x, mine_plus t lambda n y x < B.
Proof.
  intros Ht Hn. assert (HN := INR_pos n Hn). set (L := lambda * ln (INR n)).
  assert (V : forall y a, mine_plus t lambda n y (fun _ => a) = L + (lambda * a - y) / t).
  { intros y a. unfold mine_plus, exp_sum. rewrite Sum_const, ln_mult, ln_exp by (assumption || apply exp_pos).
    unfold L. field. lra. }
  exists (t * (1 + L - B)), (fun _ => 0). rewrite V.
  replace ((lambda * 0 - t * (1 + L - B)) / t) with (- (1 + L - B)) by (field; lra). lra.
Qed.

(** The cosine matters for lambda > 1 even where the gaps are fixed: all scores may fall together. *)
Theorem mine_plus_unbounded_at_equal_scores t lambda n B : 0 < t -> lambda <> 1 -> (0 < n)%nat ->
  exists s, mine_plus t lambda n s (fun _ => s) < B.
Proof.
  intros Ht Hl Hn. assert (HN := INR_pos n Hn). set (L := lambda * ln (INR n)).
  exists (t * (B - L - 1) / (lambda - 1)). unfold mine_plus, exp_sum.
  rewrite Sum_const, ln_mult, ln_exp by (assumption || apply exp_pos).
  replace (- _) with (L + (B - L - 1)) by (unfold L; field; lra). lra.
Qed.
