(** Appendix B's matrix of the observed items, Eq. 28; and full-batch gradient descent on the debiased MSE of dot products,
    which takes the steps of a biased one. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From Verirec Require Import Sums IALS EASE Existence.
Open Scope R_scope.

(** ** Eq. 28: the columns of H_S are the vectors of the observed items, in order *)

Definition observed (n : nat) (s : nat -> bool) : list nat := filter s (seq 0 n).
Definition H_S (n : nat) (s : nat -> bool) (h : nat -> nat -> R) (l p : nat) : R := h (nth p (observed n s) 0%nat) l.

Lemma observed_sum n s f : Sum (length (observed n s)) (fun p => f (nth p (observed n s) 0%nat)) =
  Sum n (fun i => (if s i then 1 else 0) * f i).
Proof.
  induction n; [reflexivity|]. unfold observed in *. rewrite seq_S, filter_app. cbn [Sum Nat.add filter].
  set (before := filter s (seq 0 n)) in *. destruct (s n).
  - rewrite app_length. cbn [length]. rewrite Nat.add_1_r. cbn [Sum].
    rewrite app_nth2, Nat.sub_diag by lia. cbn [nth]. rewrite <- IHn, Rmult_1_l. f_equal. apply Sum_ext. intros p Hp.
    now rewrite app_nth1.
  - rewrite app_nil_r, IHn. ring.
Qed.

(** (H_S H_S^T)_{l l'} = sum over the observed items of h_il h_il', and H_S 1 = sum over them of h_il. *)
Theorem eq28 n s h l l' : Sum (length (observed n s)) (fun p => H_S n s h l p * H_S n s h l' p) =
  Sum n (fun i => (if s i then 1 else 0) * (h i l * h i l')).
Proof. exact (observed_sum n s (fun i => h i l * h i l')). Qed.

Theorem eq28_right_side n s h l : Sum (length (observed n s)) (fun p => H_S n s h l p * 1) =
  Sum n (fun i => (if s i then 1 else 0) * h i l).
Proof.
  rewrite (Sum_ext _ _ (fun p => H_S n s h l p)) by (intros; ring). exact (observed_sum n s (fun i => h i l)).
Qed.

(** ** Gradient descent *)

(** g is the gradient of F at w (r x c): the derivative along every direction e is the sum of e g. *)
Definition gradient (r c : nat) (F : (nat -> nat -> R) -> R) (w g : nat -> nat -> R) : Prop :=
  forall e, is_derive (fun v => F (moved w (scaled v e))) 0 (Sum r (fun u => Sum c (fun l => e u l * g u l))).

(** w t, h t: the factors after t steps of rate eta t. *)
Definition descent (m n k : nat) (L : (nat -> nat -> R) -> (nat -> nat -> R) -> R) (eta : nat -> R)
  (w h : nat -> nat -> nat -> R) : Prop :=
  forall t, exists gw gh, gradient m k (fun v => L v (h t)) (w t) gw /\ gradient n k (L (w t)) (h t) gh /\
    (forall u l, w (S t) u l = w t u l - eta t * gw u l) /\ (forall i l, h (S t) i l = h t i l - eta t * gh i l).

Lemma gradient_rescaled r c F F' beta C w g : beta <> 0 -> (forall v v', (forall i j, v i j = v' i j) -> F' v = F' v') ->
  (forall v, F' (scaled beta v) = beta ^ 2 * F v - C) -> gradient r c F w g -> gradient r c F' (scaled beta w) (scaled beta g).
Proof.
  intros Hb Hx HF H e. specialize (H e).
  apply is_derive_ext with (fun v => beta ^ 2 * F (moved w (scaled (v / beta) e)) - C).
  - intros v. rewrite <- HF. apply Hx. intros i j. unfold moved, scaled. now field.
  - set (s := Sum r (fun u => Sum c (fun l => e u l * g u l))) in *.
    replace (Sum r (fun u => Sum c (fun l => e u l * scaled beta g u l))) with (beta ^ 2 * (/ beta * s)).
    + assert (D : is_derive (fun v => F (moved w (scaled (v / beta) e))) 0 (/ beta * s)).
      { apply (is_derive_comp (fun x => F (moved w (scaled x e))) (fun v => v / beta) 0 s (/ beta)).
        - unfold Rdiv. now rewrite Rmult_0_l.
        - auto_derive; [trivial|]. now apply Rmult_1_l. }
      assert (E := is_derive_scal (fun v => F (moved w (scaled (v / beta) e))) 0 (beta ^ 2) _ D).
      assert (G := is_derive_minus _ (fun _ => C) 0 _ 0 E (is_derive_const C 0)).
      replace (beta ^ 2 * (/ beta * s)) with (beta ^ 2 * (/ beta * s) - 0) by ring. exact G.
    + unfold s. rewrite <- !Sum_scale. apply Sum_ext. intros u _. rewrite <- !Sum_scale. apply Sum_ext. intros l _.
      unfold scaled. now field.
Qed.

(** Debiased MSE with loss weight lambda, at factors scaled by sqrt(1/(1 - lambda)), descends as the biased one with
    lambda/(1 - lambda) does: the same rates, the same weights ru and ri of the squared norms, any c_u. *)
Theorem debiased_descent_is_biased_descent m n k S c lambda ru ri eta w h : lambda < 1 ->
  let beta := sqrt (1 / (1 - lambda)) in
  descent m n k (weighted_ials m n k S c (lambda / (1 - lambda)) ru ri) eta w h ->
  descent m n k (debiased_ials m n k S c lambda ru ri) eta (fun t => scaled beta (w t)) (fun t => scaled beta (h t)).
Proof.
  intros Hl beta H t. destruct (H t) as (gw & gh & Hw & Hh & Ew & Eh).
  assert (P : 0 < 1 / (1 - lambda)) by (apply Rdiv_lt_0_compat; lra).
  assert (Hb : 0 < beta) by now apply sqrt_lt_R0.
  assert (B : beta * beta = 1 / (1 - lambda)) by (apply sqrt_sqrt; lra).
  assert (K : forall v y, debiased_ials m n k S c lambda ru ri (scaled beta v) (scaled beta y) =
    beta ^ 2 * weighted_ials m n k S c (lambda / (1 - lambda)) ru ri v y - lambda / (1 - lambda) * positives m n S c).
  { intros v y. rewrite (thm1_weighted_family m n k S c lambda ru ri v y beta beta) by (lra || assumption).
    replace (beta ^ 2) with (1 / (1 - lambda)) by (rewrite <- B; ring). do 2 f_equal. unfold weighted_ials. f_equal.
    unfold regulariser. f_equal; apply Sum_ext; intros; f_equal; field; lra. }
  exists (scaled beta gw), (scaled beta gh). split; [|split; [|split]].
  - apply gradient_rescaled with (fun v => weighted_ials m n k S c (lambda / (1 - lambda)) ru ri v (h t))
      (lambda / (1 - lambda) * positives m n S c); [lra| |intros; apply K|assumption].
    intros v v' E. now apply debiased_ext.
  - apply gradient_rescaled with (weighted_ials m n k S c (lambda / (1 - lambda)) ru ri (w t))
      (lambda / (1 - lambda) * positives m n S c); [lra| |intros; apply K|assumption].
    intros v v' E. now apply debiased_ext.
  - intros u l. unfold scaled. rewrite Ew. ring.
  - intros i l. unfold scaled. rewrite Eh. ring.
Qed.

(** There are such gradients: twice what the half-step's normal equations leave. *)
Theorem users_gradient m n k S c a ru ri w h : gradient m k (fun v => weighted_ials m n k S c a ru ri v h) w
  (fun u l => 2 * (apply_to k (user_matrix n S c a ru h u) (w u) l - user_side n S c h u l)).
Proof.
  intros e. set (G := Sum m _). set (q := Sum m (fun u => quadratic_form k (user_matrix n S c a ru h u) (e u))).
  apply is_derive_ext with (fun v => weighted_ials m n k S c a ru ri w h + v * G + v ^ 2 * q).
  - intros v. rewrite half_step_expansion. f_equal; [f_equal|].
    + unfold G. rewrite <- !Sum_scale. apply Sum_ext. intros u _. rewrite <- !Sum_scale. apply Sum_ext. intros l _.
      unfold scaled. ring.
    + unfold q. rewrite <- Sum_scale. apply Sum_ext. intros u _. unfold quadratic_form, apply_to, scaled. rewrite <- Sum_scale.
      apply Sum_ext. intros i _. rewrite (Sum_ext k (fun j => user_matrix n S c a ru h u i j * (v * e u j))
        (fun j => v * (user_matrix n S c a ru h u i j * e u j))) by (intros; ring). rewrite Sum_scale. ring.
  - auto_derive; [trivial|]. ring.
Qed.

Theorem items_gradient m n k S c a ru ri w h : gradient n k (weighted_ials m n k S c a ru ri w) h
  (fun i l => 2 * (apply_to k (user_matrix m (fun i u => c u * S u i) (fun _ => 1) a ri w i) (h i) l -
                   user_side m (fun i u => c u * S u i) (fun _ => 1) w i l)).
Proof.
  intros e. apply is_derive_ext with (fun v => weighted_ials n m k (fun i u => c u * S u i) (fun _ => 1) a ri ru (moved h (scaled v e)) w).
  - intros v. symmetry. apply items_step_is_a_users_step.
  - exact (users_gradient n m k (fun i u => c u * S u i) (fun _ => 1) a ri ru h w e).
Qed.
