(** Eq. 27's objective |X - X W|^2 - alpha |X W|^2 + lambda |W|^2 from alpha = 1 on, that is c >= 2, where Eq. 27 and Theorem 2
    are printed without a condition. At alpha = 1 it has a solution, which is not Eq. 27's 1/0 [eq27_at_1]; above, it falls
    without bound as soon as one item has more than lambda / (alpha - 1) users [eq27_has_no_minimum]; while lambda is as large as
    the curvature needs, Eq. 27 still gives the solution [eq27_beyond_1]. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS EASE EDLAESteps.
Open Scope R_scope.

Section Beyond.
Variables (m n : nat) (X : nat -> nat -> R) (alpha lambda : R).

(** Half the negative slope. *)
Definition displayed_slope (W : nat -> nat -> R) (i j : nat) : R :=
  Sum m (fun u => X u i * (X u j - (1 - alpha) * times n X W u j)) - lambda * W i j.

Definition curvature (D : nat -> nat -> R) : R := (1 - alpha) * frobenius m n (times n X D) + lambda * frobenius n n D.

Lemma displayed_as_target W :
  displayed_ease m n X alpha lambda W = target_ease m n X X lambda W - alpha * target_ease m n X (fun _ _ => 0) 0 W.
Proof.
  unfold displayed_ease, target_ease.
  rewrite (frobenius_ext m n (fun u j => 0 - times n X W u j) (scaled (-1) (times n X W))) by (intros; unfold scaled; ring).
  rewrite frobenius_scaled. ring.
Qed.

Lemma displayed_ext V W : (forall i j, V i j = W i j) -> displayed_ease m n X alpha lambda V = displayed_ease m n X alpha lambda W.
Proof. intros H. rewrite !displayed_as_target. now rewrite !(target_ease_ext m n X _ _ V W H). Qed.

Theorem displayed_expansion W D : displayed_ease m n X alpha lambda (plus W D) =
  displayed_ease m n X alpha lambda W + curvature D - 2 * Sum n (fun i => Sum n (fun j => D i j * displayed_slope W i j)).
Proof.
  rewrite !displayed_as_target, !target_ease_expansion. unfold curvature.
  assert (E : Sum n (fun i => Sum n (fun j => D i j * displayed_slope W i j)) =
    Sum n (fun i => Sum n (fun j => D i j * residual m n X X lambda W i j)) -
    alpha * Sum n (fun i => Sum n (fun j => D i j * residual m n X (fun _ _ => 0) 0 W i j))).
  { rewrite <- Sum_scale, <- Sum_sub. apply Sum_ext. intros i _. rewrite <- Sum_scale, <- Sum_sub. apply Sum_ext.
    intros j _. unfold residual, displayed_slope.
    rewrite (Sum_ext m _ (fun u => X u i * (X u j - times n X W u j) - alpha * (X u i * (0 - times n X W u j)))) by (intros; ring).
    rewrite Sum_sub, Sum_scale. ring. }
  rewrite E. ring.
Qed.

(** W is a solution where the slope is 0 off the diagonal and the curvature nowhere negative. *)
Theorem displayed_solution W : (forall D, zero_diagonal n D -> 0 <= curvature D) -> zero_diagonal n W ->
  (forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> displayed_slope W i j = 0) ->
  best n (displayed_ease m n X alpha lambda) W.
Proof.
  intros HC Hz H. split; [assumption|]. intros V HV. set (D := fun i j => V i j - W i j).
  rewrite (displayed_ext V (plus W D)) by (intros; unfold plus, D; ring). rewrite displayed_expansion.
  assert (HD : zero_diagonal n D) by (intros j Hj; unfold D; rewrite HV, Hz by assumption; ring).
  assert (C := HC D HD). rewrite (Sum_ext n _ (fun _ => 0)); [rewrite Sum_zero; lra|]. intros i Hi. rewrite <- (Sum_zero n).
  apply Sum_ext. intros j Hj. destruct (Nat.eq_dec i j) as [->|Hij]; [rewrite HD|rewrite H]; try assumption; ring.
Qed.

(** Beyond alpha = 1 with one item whose users are too many for lambda: no minimum, for any number of other items. *)
Theorem eq27_has_no_minimum i j : (i < n)%nat -> (j < n)%nat -> i <> j -> lambda < (alpha - 1) * gram m X i i ->
  forall K, exists W, zero_diagonal n W /\ displayed_ease m n X alpha lambda W < K.
Proof.
  intros Hi Hj Hij Hl K. set (D := unit_at i j). set (Z := fun _ _ : nat => 0).
  set (c := displayed_ease m n X alpha lambda Z). set (s := displayed_slope Z i j).
  set (q := (alpha - 1) * gram m X i i - lambda). assert (Hq : 0 < q) by (unfold q; lra).
  set (t := 1 + Rabs (c - K) / q). assert (HA := Rabs_pos (c - K)). assert (HB := Rle_abs (c - K)).
  assert (Ht : 1 <= t). { assert (0 <= Rabs (c - K) / q) by (apply Rmult_le_pos; [assumption|apply Rlt_le, Rinv_0_lt_compat; lra]). unfold t. lra. }
  assert (Hqt : q * t = q + Rabs (c - K)) by (unfold t; field; lra).
  assert (TD : forall u b, times n X D u b = X u i * delta j b).
  { intros u b. unfold times, D, unit_at. rewrite (Sum_ext n _ (fun a => delta i a * (X u a * delta j b))) by (intros; ring).
    now rewrite Sum_delta_l. }
  assert (SQ : Sum n (fun b => delta j b ^ 2) = 1).
  { rewrite (Sum_ext n _ (fun b => delta j b * 1)); [now rewrite Sum_delta_l|].
    intros b _. unfold delta. destruct (Nat.eqb j b); ring. }
  assert (C : curvature D = - q).
  { unfold curvature, q. assert (F1 : frobenius m n (times n X D) = gram m X i i).
    { apply Sum_ext. intros u _. rewrite (Sum_ext n _ (fun b => X u i * X u i * delta j b ^ 2)) by (intros; rewrite TD; ring).
      rewrite Sum_scale, SQ. ring. }
    assert (F2 : frobenius n n D = 1).
    { unfold frobenius, D, unit_at. rewrite (Sum_ext n _ (fun a => delta i a * delta i a)).
      - rewrite Sum_delta_l by assumption. unfold delta. now rewrite Nat.eqb_refl.
      - intros a _. rewrite (Sum_ext n _ (fun b => delta i a * delta i a * delta j b ^ 2)) by (intros; ring).
        rewrite Sum_scale, SQ. ring. }
    rewrite F1, F2. ring. }
  assert (V : forall e, displayed_ease m n X alpha lambda (plus Z (scaled e D)) = c - q * e ^ 2 - 2 * (e * s)).
  { intros e. rewrite displayed_expansion. fold c.
    assert (E : curvature (scaled e D) = e ^ 2 * curvature D).
    { unfold curvature. rewrite frobenius_scaled, (frobenius_ext m n _ (scaled e (times n X D))), frobenius_scaled
        by (intros; apply times_scaled). ring. }
    rewrite E, C. rewrite (Sum_ext n _ (fun a => e * Sum n (fun b => D a b * displayed_slope Z a b))).
    - rewrite Sum_scale. unfold D at 1. rewrite (along_unit n n (displayed_slope Z) i j) by assumption. unfold s. ring.
    - intros a _. rewrite <- Sum_scale. apply Sum_ext. intros. unfold scaled. ring. }
  assert (HZ : forall e, zero_diagonal n (plus Z (scaled e D))).
  { intros e b Hb. unfold plus, Z, scaled, D, unit_at, delta.
    destruct (Nat.eqb_spec i b); destruct (Nat.eqb_spec j b); subst; try contradiction; ring. }
  assert (HT2 : q * t ^ 2 >= q * t) by nra.
  destruct (Rle_dec 0 s) as [Hs|Hs].
  - exists (plus Z (scaled t D)). split; [apply HZ|]. rewrite V. assert (0 <= t * s) by (apply Rmult_le_pos; lra). lra.
  - exists (plus Z (scaled (- t) D)). split; [apply HZ|]. rewrite V.
    assert (0 <= t * - s) by (apply Rmult_le_pos; lra). replace ((- t) ^ 2) with (t ^ 2) by ring. lra.
Qed.

(** Where Eq. 27 has an inverse to speak of, it has slope 0 off the diagonal, on whichever side of 1 alpha lies. *)
Theorem eq27_is_stationary P : alpha <> 1 -> inverse m n X (lambda / (1 - alpha)) P ->
  (forall j, (j < n)%nat -> P j j <> 0) ->
  let W := scaled (1 / (1 - alpha)) (eq24_form P) in
  zero_diagonal n W /\ forall i j, (i < n)%nat -> (j < n)%nat -> i <> j -> displayed_slope W i j = 0.
Proof.
  intros Ha HP Hd W. split.
  - intros j Hj. unfold W, scaled, eq24_form, delta. rewrite Nat.eqb_refl. assert (H := Hd j Hj). field. split; [assumption|lra].
  - intros i j Hi Hj Hij. set (l := lambda / (1 - alpha)) in *.
    assert (E : Sum n (fun k => shifted_gram m X l i k * eq24_form P k j) = gram m X i j).
    { unfold eq24_form. rewrite (Sum_ext n _ (fun k => delta j k * shifted_gram m X l i k - shifted_gram m X l i k * P k j * (1 / P j j)))
        by (intros; rewrite (delta_sym j); ring).
      rewrite Sum_sub, Sum_delta_l, Sum_scale_r, HP by assumption. unfold shifted_gram, delta.
      destruct (Nat.eqb_spec i j); [contradiction|ring]. }
    rewrite shifted_gram_times in E by assumption.
    unfold displayed_slope. rewrite (Sum_ext m _ (fun u => X u i * X u j - X u i * times n X (eq24_form P) u j)).
    + rewrite Sum_sub. fold (gram m X i j). unfold W, scaled. unfold l in E.
      replace (lambda * (1 / (1 - alpha) * eq24_form P i j)) with (lambda / (1 - alpha) * eq24_form P i j) by (field; lra). lra.
    + intros u _. unfold W. rewrite times_scaled. field. lra.
Qed.

Theorem eq27_beyond_1 P : alpha <> 1 -> (forall D, zero_diagonal n D -> 0 <= curvature D) ->
  inverse m n X (lambda / (1 - alpha)) P -> (forall j, (j < n)%nat -> P j j <> 0) ->
  best n (displayed_ease m n X alpha lambda) (scaled (1 / (1 - alpha)) (eq24_form P)).
Proof. intros Ha HC HP Hd. destruct (eq27_is_stationary P Ha HP Hd). now apply displayed_solution. Qed.

End Beyond.

(** alpha = 1, c = 2: the solution is X^T X / lambda without its diagonal, which is no EASE solution's formula. *)
Theorem eq27_at_1 m n X lambda : 0 < lambda ->
  best n (displayed_ease m n X 1 lambda) (fun i j => (1 - delta i j) * gram m X i j / lambda).
Proof.
  intros Hl. apply displayed_solution.
  - intros D _. unfold curvature. assert (F := frobenius_nonneg n n D). assert (P := Rmult_le_pos _ _ (Rlt_le _ _ Hl) F). lra.
  - intros j _. unfold delta. rewrite Nat.eqb_refl. field. lra.
  - intros i j _ _ Hij. unfold displayed_slope, delta. destruct (Nat.eqb_spec i j); [contradiction|].
    rewrite (Sum_ext m _ (fun u => X u i * X u j)) by (intros; ring). fold (gram m X i j). field. lra.
Qed.

(** "Up to a constant factor": over the real numbers a positive one changes no ranking of a user's scores. *)
Theorem positive_factor_keeps_ranking n X W s u i j : 0 < s ->
  (times n X (scaled s W) u i < times n X (scaled s W) u j <-> times n X W u i < times n X W u j).
Proof.
  intros Hs. rewrite !times_scaled. split; intros H; [now apply Rmult_lt_reg_l with s|now apply Rmult_lt_compat_l].
Qed.
