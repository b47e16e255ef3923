(** Finite sums, means and maxima of f 0, ..., f (n - 1), by recursion from the right: the same shape as the
    ACSL logic functions and as the sequential C loops. Nothing of the paper stands here. *)
From Coq Require Import Reals Lra Lia Arith.
Open Scope R_scope.

Fixpoint Sum (n : nat) (f : nat -> R) : R :=
  match n with O => 0 | S k => Sum k f + f k end.

Definition Mean (n : nat) (f : nat -> R) : R := Sum n f / INR n.

(** The largest of f 0, ..., f (n - 1); n >= 1. *)
Fixpoint Largest (n : nat) (f : nat -> R) : R :=
  match n with O => f O | S k => Rmax (Largest k f) (f k) end.

(** The sequence f with v in place j. *)
Definition put (f : nat -> R) (j : nat) (v : R) (i : nat) : R := if Nat.eqb i j then v else f i.

(** ** Sums *)

Lemma Sum_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> Sum n f = Sum n g.
Proof.
  induction n; intros H; simpl; [reflexivity|].
  rewrite IHn by (intros; apply H; lia). rewrite H by lia. reflexivity.
Qed.

Lemma Sum_add n f g : Sum n (fun i => f i + g i) = Sum n f + Sum n g.
Proof. induction n; simpl; [|rewrite IHn]; lra. Qed.

Lemma Sum_sub n f g : Sum n (fun i => f i - g i) = Sum n f - Sum n g.
Proof. induction n; simpl; [|rewrite IHn]; lra. Qed.

Lemma Sum_scale n c f : Sum n (fun i => c * f i) = c * Sum n f.
Proof. induction n; simpl; [|rewrite IHn]; lra. Qed.

Lemma Sum_scale_r n c f : Sum n (fun i => f i * c) = Sum n f * c.
Proof. induction n; simpl; [|rewrite IHn]; lra. Qed.

Lemma Sum_const n c : Sum n (fun _ => c) = INR n * c.
Proof. induction n; [simpl; lra|]. rewrite S_INR. simpl Sum. rewrite IHn. lra. Qed.

Lemma Sum_zero n : Sum n (fun _ => 0) = 0.
Proof. rewrite Sum_const. lra. Qed.

Lemma Sum_le n f g : (forall i, (i < n)%nat -> f i <= g i) -> Sum n f <= Sum n g.
Proof.
  induction n; intros H; simpl; [lra|].
  assert (Sum n f <= Sum n g) by (apply IHn; intros; apply H; lia).
  assert (f n <= g n) by (apply H; lia). lra.
Qed.

Lemma Sum_nonneg n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= Sum n f.
Proof. intros H. rewrite <- (Sum_zero n). apply Sum_le. exact H. Qed.

Lemma Sum_pos n f : (0 < n)%nat -> (forall i, (i < n)%nat -> 0 < f i) -> 0 < Sum n f.
Proof.
  intros Hn H. destruct n; [lia|]. simpl.
  assert (0 <= Sum n f) by (apply Sum_nonneg; intros; apply Rlt_le, H; lia).
  assert (0 < f n) by (apply H; lia). lra.
Qed.

Lemma Sum_term_le n f j : (j < n)%nat -> (forall i, (i < n)%nat -> 0 <= f i) -> f j <= Sum n f.
Proof.
  induction n; intros Hj H; [lia|]. simpl.
  assert (0 <= f n) by (apply H; lia).
  assert (0 <= Sum n f) by (apply Sum_nonneg; intros; apply H; lia).
  destruct (Nat.eq_dec j n) as [->|]; [lra|].
  assert (f j <= Sum n f) by (apply IHn; [lia|intros; apply H; lia]). lra.
Qed.

Lemma Sum_first n f : Sum (S n) f = f O + Sum n (fun i => f (S i)).
Proof. induction n; [simpl; lra|]. change (Sum (S (S n)) f) with (Sum (S n) f + f (S n)). rewrite IHn. simpl. lra. Qed.

Lemma Sum_swap m n f : Sum m (fun i => Sum n (fun j => f i j)) = Sum n (fun j => Sum m (fun i => f i j)).
Proof.
  induction m; simpl; [now rewrite Sum_zero|]. rewrite IHm. rewrite <- Sum_add. reflexivity.
Qed.

Lemma Sum_eq_zero n f : (forall i, (i < n)%nat -> 0 <= f i) -> Sum n f = 0 -> forall i, (i < n)%nat -> f i = 0.
Proof.
  intros H E i Hi. assert (f i <= Sum n f) by (now apply Sum_term_le). specialize (H i Hi). lra.
Qed.

(** The sum picks one term. *)
Lemma Sum_delta n j f : (j < n)%nat -> Sum n (fun i => if Nat.eqb i j then f i else 0) = f j.
Proof.
  induction n; intros Hj; [lia|]. simpl. destruct (Nat.eqb_spec n j) as [->|Hn].
  - rewrite (Sum_ext j _ (fun _ => 0)).
    + rewrite Sum_zero. lra.
    + intros i Hi. destruct (Nat.eqb_spec i j); [lia|reflexivity].
  - rewrite IHn by lia. lra.
Qed.

Lemma Sum_put n (f : nat -> R -> R) x j v : (j < n)%nat ->
  Sum n (fun i => f i (put x j v i)) = Sum n (fun i => f i (x i)) - f j (x j) + f j v.
Proof.
  intros Hj. unfold put.
  rewrite (Sum_ext n _ (fun i => f i (x i) + (if Nat.eqb i j then f i v - f i (x i) else 0))).
  - rewrite Sum_add, (Sum_delta n j (fun i => f i v - f i (x i))) by assumption. lra.
  - intros i _. destruct (Nat.eqb i j); lra.
Qed.

Lemma put_same x j : forall i, put x j (x j) i = x i.
Proof. intros i. unfold put. destruct (Nat.eqb_spec i j); subst; reflexivity. Qed.

(** ** Means *)

Lemma INR_pos n : (0 < n)%nat -> 0 < INR n.
Proof. apply lt_0_INR. Qed.

Lemma INR_ge_1 n : (0 < n)%nat -> 1 <= INR n.
Proof. intros H. apply (le_INR 1 n). lia. Qed.

Lemma Mean_le n f g : (0 < n)%nat -> (forall i, (i < n)%nat -> f i <= g i) -> Mean n f <= Mean n g.
Proof.
  intros Hn H. unfold Mean, Rdiv. apply Rmult_le_compat_r.
  - apply Rlt_le, Rinv_0_lt_compat, INR_pos, Hn.
  - apply Sum_le, H.
Qed.

Lemma Mean_const n c : (0 < n)%nat -> Mean n (fun _ => c) = c.
Proof. intros Hn. unfold Mean. rewrite Sum_const. apply INR_pos in Hn. field. lra. Qed.

Lemma Mean_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> Mean n f = Mean n g.
Proof. intros H. unfold Mean. now rewrite (Sum_ext n f g). Qed.

Lemma Mean_add n f g : Mean n (fun i => f i + g i) = Mean n f + Mean n g.
Proof. unfold Mean. rewrite Sum_add. lra. Qed.

Lemma Mean_scale n c f : Mean n (fun i => c * f i) = c * Mean n f.
Proof. unfold Mean. rewrite Sum_scale. lra. Qed.

(** ** The largest *)

Lemma Largest_ge n f j : (j < n)%nat -> f j <= Largest n f.
Proof.
  induction n; intros Hj; [lia|]. simpl. destruct (Nat.eq_dec j n) as [->|].
  - apply Rmax_r.
  - apply Rle_trans with (Largest n f); [apply IHn; lia|apply Rmax_l].
Qed.

Lemma Largest_attained n f : (0 < n)%nat -> exists j, (j < n)%nat /\ Largest n f = f j.
Proof.
  assert (H : exists j, (j < Nat.max n 1)%nat /\ Largest n f = f j).
  { induction n; [exists O; split; [simpl; lia|reflexivity]|].
    destruct IHn as (j & Hj & E). simpl. destruct (Rle_dec (Largest n f) (f n)) as [L|L].
    - exists n. split; [lia|]. now apply Rmax_right.
    - exists j. split; [lia|]. rewrite <- E. apply Rmax_left. lra. }
  intros Hn. replace (Nat.max n 1) with n in H by lia. exact H.
Qed.

Lemma Largest_le n f c : (0 < n)%nat -> (forall j, (j < n)%nat -> f j <= c) -> Largest n f <= c.
Proof. intros Hn H. destruct (Largest_attained n f Hn) as (j & Hj & ->). now apply H. Qed.

Lemma Largest_ext n f g : (0 < n)%nat -> (forall j, (j < n)%nat -> f j = g j) -> Largest n f = Largest n g.
Proof.
  intros Hn H. apply Rle_antisym; apply Largest_le; try assumption; intros j Hj.
  - rewrite H by assumption. now apply Largest_ge.
  - rewrite <- H by assumption. now apply Largest_ge.
Qed.

Lemma Largest_const n c : Largest n (fun _ => c) = c.
Proof. induction n; simpl; [reflexivity|]. rewrite IHn. apply Rmax_left. lra. Qed.
