(** Appendix C.1: Eq. 29, minimise f(x) + g(z) subject to A x + B z = c, and its augmented Lagrangian, Eq. 30. r x z stands
    for A x + B z - c, in p coordinates; x and z may be of any kind, f and g any functions.

    "Equivalent to optimise over x, z and y" is true of saddle points [eq30_saddle_solves] [eq30_solution_is_saddle] and
    false of minima, which there are none of [eq30_has_no_minimum]. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS.
Open Scope R_scope.

Section Lagrangian.
Variables (A B : Type) (f : A -> R) (g : B -> R) (p : nat) (r : A -> B -> nat -> R) (rho : R).

Definition feasible (x : A) (z : B) : Prop := forall l, (l < p)%nat -> r x z l = 0.
Definition eq29_solution (x : A) (z : B) : Prop :=
  feasible x z /\ forall x' z', feasible x' z' -> f x + g z <= f x' + g z'.

Definition eq30 (x : A) (z : B) (y : nat -> R) : R :=
  f x + g z + dot p y (r x z) + rho / 2 * Sum p (fun l => r x z l ^ 2).

(** No lower in x and z, no higher in y. *)
Definition saddle (x : A) (z : B) (y : nat -> R) : Prop :=
  (forall x' z', eq30 x z y <= eq30 x' z' y) /\ (forall y', eq30 x z y' <= eq30 x z y).

(** At a feasible point y and the penalty play no part. *)
Theorem eq30_at_feasible x z y : feasible x z -> eq30 x z y = f x + g z.
Proof.
  intros H. unfold eq30, dot. rewrite (Sum_ext p _ (fun _ => 0)) by (intros l Hl; rewrite H by assumption; ring).
  rewrite (Sum_ext p (fun l => r x z l ^ 2) (fun _ => 0)) by (intros l Hl; rewrite H by assumption; ring).
  rewrite Sum_zero. ring.
Qed.

Theorem eq30_saddle_solves x z y : saddle x z y -> eq29_solution x z.
Proof.
  intros [Hxz Hy]. assert (F : feasible x z).
  { intros l Hl. specialize (Hy (fun l => y l + r x z l)). unfold eq30 in Hy.
    assert (E : dot p (fun l => y l + r x z l) (r x z) = dot p y (r x z) + Sum p (fun l => r x z l ^ 2)).
    { unfold dot. rewrite <- Sum_add. apply Sum_ext. intros. ring. }
    rewrite E in Hy. assert (S : 0 <= Sum p (fun l => r x z l ^ 2)) by (apply Sum_nonneg; intros; apply pow2_ge_0).
    assert (Z := Sum_eq_zero p (fun l => r x z l ^ 2) (fun l _ => pow2_ge_0 _) ltac:(lra) l Hl). simpl in Z. nra. }
  split; [assumption|]. intros x' z' F'. specialize (Hxz x' z'). now rewrite !eq30_at_feasible in Hxz by assumption.
Qed.

(** The other way round, where y is a multiplier: for convex f and g, and A x + B z = c that can be met inside, there is one. *)
Theorem eq30_solution_is_saddle x z y : 0 <= rho -> feasible x z ->
  (forall x' z', f x + g z <= f x' + g z' + dot p y (r x' z')) -> saddle x z y.
Proof.
  intros Hr F H. split.
  - intros x' z'. rewrite eq30_at_feasible by assumption. specialize (H x' z'). unfold eq30.
    assert (S : 0 <= Sum p (fun l => r x' z' l ^ 2)) by (apply Sum_nonneg; intros; apply pow2_ge_0).
    assert (Q := Rmult_le_pos (rho / 2) _ ltac:(lra) S). lra.
  - intros y'. rewrite !eq30_at_feasible by assumption. lra.
Qed.

(** Over x, z and y together it has no minimum: it falls without bound in y wherever the constraint does not hold. *)
Theorem eq30_has_no_minimum x z l : (l < p)%nat -> r x z l <> 0 -> forall K, exists y, eq30 x z y < K.
Proof.
  intros Hl Hr K. set (c := f x + g z + rho / 2 * Sum p (fun l => r x z l ^ 2)). set (s := r x z l) in *.
  exists (fun i => if Nat.eqb i l then - (Rabs (c - K) + 1) / s else 0). unfold eq30, dot.
  rewrite (Sum_ext p _ (fun i => if Nat.eqb i l then - (Rabs (c - K) + 1) / s * r x z i else 0)).
  - rewrite (Sum_delta p l (fun i => - (Rabs (c - K) + 1) / s * r x z i)) by assumption. fold s.
    replace (- (Rabs (c - K) + 1) / s * s) with (- (Rabs (c - K) + 1)) by (field; assumption).
    assert (H := Rle_abs (c - K)). unfold c in *. lra.
  - intros i _. destruct (Nat.eqb i l); ring.
Qed.

End Lagrangian.
