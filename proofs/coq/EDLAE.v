(** Appendix C.2: the objective of low-rank EDLAE, Eq. 32, its form with beta = diag(U V^T), Eq. 33, and the quadratic
    part of its Lagrangian, Eq. 34. A stands for U V^T (its rank plays no part here), L i > 0 for the diagonal of Lambda. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums IALS EASE.
Open Scope R_scope.

Section EDLAE.
Variables (m n : nat) (X : nat -> nat -> R) (L : nat -> R).

Definition dMat (beta : nat -> R) (i j : nat) : R := delta i j * beta j.
Definition diag (A : nat -> nat -> R) (j : nat) : R := A j j.
Definition minus (A B : nat -> nat -> R) (i j : nat) : R := A i j - B i j.

(** |Lambda^{1/2} A|_F^2 *)
Definition weighted_norm (A : nat -> nat -> R) : R := Sum n (fun i => L i * Sum n (fun j => A i j ^ 2)).

Definition eq32 (A : nat -> nat -> R) : R :=
  frobenius m n (fun u j => X u j - times n X (minus A (dMat (diag A))) u j) + weighted_norm (minus A (dMat (diag A))).
Definition eq33 (A : nat -> nat -> R) (beta : nat -> R) : R :=
  frobenius m n (fun u j => X u j - times n X A u j + times n X (dMat beta) u j) + weighted_norm (minus A (dMat beta)).

(** Eq. 34 without its multiplier and penalty, which vanish where the constraint holds; corrected: the square on the
    second norm and Lambda^{1/2} in the third. *)
Definition eq34_corrected (A : nat -> nat -> R) (beta : nat -> R) : R :=
  frobenius m n (fun u j => X u j - times n X A u j + times n X (dMat beta) u j) + weighted_norm A - weighted_norm (dMat beta).
Definition eq34_printed (A : nat -> nat -> R) (beta : nat -> R) : R :=
  frobenius m n (fun u j => X u j - times n X A u j + times n X (dMat beta) u j) + sqrt (weighted_norm A)
  - frobenius n n (dMat beta).

Theorem eq33_is_eq32 A : eq33 A (diag A) = eq32 A.
Proof.
  unfold eq33, eq32. f_equal. apply frobenius_ext. intros u j. unfold times, minus.
  rewrite (Sum_ext n (fun i => X u i * (A i j - dMat (diag A) i j)) (fun i => X u i * A i j - X u i * dMat (diag A) i j))
    by (intros; ring). rewrite Sum_sub. ring.
Qed.

Theorem eq34_corrected_is_eq33 A : eq34_corrected A (diag A) = eq33 A (diag A).
Proof.
  unfold eq34_corrected, eq33. enough (H : weighted_norm (minus A (dMat (diag A))) = weighted_norm A - weighted_norm (dMat (diag A)))
    by (rewrite H; ring).
  unfold weighted_norm. rewrite <- Sum_sub. apply Sum_ext. intros i _. rewrite <- Rmult_minus_distr_l. f_equal.
  rewrite <- Sum_sub. apply Sum_ext. intros j _. unfold minus, dMat, diag, delta.
  destruct (Nat.eqb_spec i j) as [->|]; ring.
Qed.

End EDLAE.

(** One item, Lambda = 4, A = beta = 1: Eq. 33 is 1, Eq. 34 as printed 2, and without Lambda^{1/2} in its third term 4. *)
Theorem eq34_printed_fails :
  exists m n X L A, eq33 m n X L A (diag A) = 1 /\ eq34_printed m n X L A (diag A) = 2 /\
  eq34_printed m n X L A (diag A) - sqrt (weighted_norm n L A) + weighted_norm n L A = 4.
Proof.
  exists 1%nat, 1%nat, (fun _ _ => 1), (fun _ => 4), (fun _ _ => 1).
  assert (S : sqrt 4 = 2) by (replace 4 with (2 * 2) by ring; apply sqrt_square; lra).
  unfold eq33, eq34_printed, weighted_norm, frobenius, times, minus, dMat, diag, delta. cbn [Sum Nat.eqb].
  replace (0 + 4 * (0 + 1 ^ 2)) with 4 by ring. rewrite S. repeat split; ring.
Qed.
