(** Independent draws may be exchanged, and one left out is a smaller sample: what that says of MINE's estimate (Eq. 10)
    and, in Information.v, of the bound on the mutual information. *)
From Coq Require Import Reals Lra Lia.
From Verirec Require Import Sums ExpLog Losses Chain Debias Draws DrawsChain.
Open Scope R_scope.

(** F depends on the values of a draw alone. *)
Definition extensional (F : (nat -> nat) -> R) : Prop := forall w v, (forall j, w j = v j) -> F w = F v.

(** w without its k-th item; w with its items k and k + 1 exchanged. *)
Definition drop {A : Type} (k : nat) (w : nat -> A) (j : nat) : A := if Nat.ltb j k then w j else w (S j).
Definition exchange (k : nat) (w : nat -> nat) (j : nat) : nat :=
  if Nat.eqb j k then w (S k) else if Nat.eqb j (S k) then w k else w j.

Lemma extensional_after F i : extensional F -> extensional (fun w => F (after i w)).
Proof. intros H w v E. apply H. intros [|j]; [reflexivity|apply E]. Qed.

Theorem expect_of_smaller_draw n p N k F : Sum n p = 1 -> extensional F -> (k <= N)%nat ->
  Expect n p (S N) (fun w => F (drop k w)) = Expect n p N F.
Proof.
  intros H1. revert N F. induction k; intros N F HF Hk.
  - cbn [Expect]. rewrite (E_ext n p _ (fun _ => Expect n p N F)); [now apply E_const|].
    intros i _. apply Expect_ext. intros w _. apply HF. reflexivity.
  - destruct N as [|N]; [lia|].
    change (E n p (fun i => Expect n p (S N) (fun w => F (drop (S k) (after i w)))) = Expect n p (S N) F).
    cbn [Expect]. apply E_ext. intros i _.
    rewrite <- (IHk N (fun w => F (after i w)) (extensional_after F i HF)) by lia.
    change (Expect n p (S N) (fun w => F (drop (S k) (after i w))) =
      Expect n p (S N) (fun w => F (after i (drop k w)))).
    apply Expect_ext. intros w _. apply HF. intros [|j]; reflexivity.
Qed.

Theorem expect_of_exchanged_draw n p N k F : extensional F -> (S k < N)%nat ->
  Expect n p N (fun w => F (exchange k w)) = Expect n p N F.
Proof.
  revert N F. induction k; intros N F HF Hk.
  - destruct N as [|[|N]]; [lia|lia|]. cbn [Expect]. unfold E.
    rewrite (Sum_ext n _ (fun i => Sum n (fun j => p i * (p j * Expect n p N (fun w => F (after j (after i w))))))).
    + rewrite Sum_swap. apply Sum_ext. intros j _. rewrite <- Sum_scale. apply Sum_ext. intros i _. ring.
    + intros i _. rewrite <- Sum_scale. apply Sum_ext. intros j _. do 2 f_equal. apply Expect_ext. intros w _.
      apply HF. intros [|[|l]]; reflexivity.
  - destruct N as [|N]; [lia|]. cbn [Expect]. apply E_ext. intros i _.
    rewrite <- (IHk N (fun w => F (after i w)) (extensional_after F i HF)) by lia.
    apply Expect_ext. intros w _. apply HF. intros [|j]; [reflexivity|].
    unfold exchange. cbn [Nat.eqb after]. destruct (Nat.eqb j k); [reflexivity|].
    destruct j; cbn [Nat.eqb]; [reflexivity|]. now destruct (Nat.eqb j k).
Qed.

Lemma Sum_exchange f N k w : (S k < N)%nat -> Sum N (fun j => f (exchange k w j)) = Sum N (fun j => f (w j)).
Proof.
  induction N; intros Hk; [lia|]. destruct (Nat.eq_dec (S k) N) as [<-|Hne].
  - cbn [Sum]. rewrite (Sum_ext k (fun j => f (exchange k w j)) (fun j => f (w j))).
    + unfold exchange. rewrite Nat.eqb_refl. destruct (Nat.eqb_spec (S k) k); [lia|]. rewrite Nat.eqb_refl. ring.
    + intros j Hj. unfold exchange. destruct (Nat.eqb_spec j k); [lia|]. destruct (Nat.eqb_spec j (S k)); [lia|reflexivity].
  - cbn [Sum]. rewrite IHN by lia. do 2 f_equal. unfold exchange.
    destruct (Nat.eqb_spec N k); [lia|]. destruct (Nat.eqb_spec N (S k)); [lia|reflexivity].
Qed.

Lemma Expect_of_Sum n p N M F : Expect n p N (fun w => Sum M (fun k => F k w)) = Sum M (fun k => Expect n p N (F k)).
Proof.
  induction M; cbn [Sum].
  - transitivity (Expect n p N (fun w => 0 * 0)); [apply Expect_ext; intros; ring|]. rewrite Expect_scale. ring.
  - now rewrite (Expect_add n p N (fun w => Sum M (fun k => F k w)) (F M)), IHM.
Qed.

(** Each of N draws has, in expectation, the N-th part of the sum. *)
Theorem expected_share n p N f : Sum n p = 1 -> (0 < N)%nat -> (forall i, 0 < f i) ->
  Expect n p N (fun w => f (w O) / Sum N (fun j => f (w j))) = 1 / INR N.
Proof.
  intros H1 HN Hf. assert (HP := INR_pos N HN).
  set (share := fun (k : nat) (w : nat -> nat) => f (w k) / Sum N (fun j => f (w j))).
  assert (X : forall k, extensional (share k)).
  { intros k w v E. unfold share. rewrite (E k). f_equal. apply Sum_ext. intros j _. now rewrite E. }
  assert (S1 : forall k, (k < N)%nat -> Expect n p N (share k) = Expect n p N (share O)).
  { induction k; intros Hk; [reflexivity|]. rewrite <- IHk by lia.
    rewrite <- (expect_of_exchanged_draw n p N k (share k) (X k) Hk). apply Expect_ext. intros w _.
    unfold share. rewrite Sum_exchange by assumption. unfold exchange. now rewrite Nat.eqb_refl. }
  assert (T : INR N * Expect n p N (share O) = 1).
  { rewrite <- Sum_const. rewrite <- (Sum_ext N (fun k => Expect n p N (share k)) (fun _ => Expect n p N (share O)) S1).
    rewrite <- Expect_of_Sum. rewrite <- (Expect_const n p N 1 H1). apply Expect_ext. intros w _. unfold share.
    rewrite (Sum_ext N _ (fun k => f (w k) * / Sum N (fun j => f (w j)))) by reflexivity. rewrite Sum_scale_r.
    apply Rinv_r. apply Rgt_not_eq. apply Sum_pos; [assumption|]. intros. apply Hf. }
  change (Expect n p N (share O) = 1 / INR N). apply Rmult_eq_reg_l with (INR N); [|lra]. rewrite T. field. lra.
Qed.

(** ** Eq. 10: E L_mine - log N rises with N *)

Lemma Sum_drop N k f : (k <= N)%nat -> Sum N (drop k f) = Sum (S N) f - f k.
Proof.
  revert k. induction N; intros k Hk.
  - replace k with O by lia. simpl. ring.
  - change (Sum (S N) (drop k f)) with (Sum N (drop k f) + drop k f N).
    change (Sum (S (S N)) f) with (Sum (S N) f + f (S N)). unfold drop at 2. destruct (Nat.ltb_spec N k).
    + replace k with (S N) by lia. rewrite (Sum_ext N _ f); [simpl; ring|].
      intros j Hj. unfold drop. destruct (Nat.ltb_spec j (S N)); [reflexivity|lia].
    + rewrite IHN by lia. ring.
Qed.

Lemma mean_of_means N f : (0 < N)%nat -> Mean (S N) (fun k => Mean N (drop k f)) = Mean (S N) f.
Proof.
  intros HN. assert (HP := INR_pos N HN). unfold Mean. f_equal.
  rewrite (Sum_ext (S N) _ (fun k => / INR N * (Sum (S N) f - f k))).
  - rewrite Sum_scale, Sum_sub, Sum_const, S_INR. field. lra.
  - intros k Hk. rewrite Sum_drop by lia. field. lra.
Qed.

Theorem log_mean_rises n p N f : distribution n p -> (0 < N)%nat -> (forall i, 0 < f i) ->
  Expect n p N (fun w => ln (Mean N (fun j => f (w j)))) <= Expect n p (S N) (fun w => ln (Mean (S N) (fun j => f (w j)))).
Proof.
  intros [Hp H1] HN Hf. set (A := fun w : nat -> nat => ln (Mean N (fun j => f (w j)))).
  assert (X : extensional A) by (intros w v E; unfold A; f_equal; apply Mean_ext; intros j _; now rewrite E).
  assert (T : Expect n p (S N) (fun w => Mean (S N) (fun k => A (drop k w))) = Expect n p N A).
  { unfold Mean at 1. rewrite (Expect_ext n p (S N) _ (fun w => / INR (S N) * Sum (S N) (fun k => A (drop k w))))
      by (intros; unfold Rdiv; ring).
    rewrite Expect_scale, Expect_of_Sum.
    rewrite (Sum_ext (S N) _ (fun _ => Expect n p N A)) by (intros k Hk; apply expect_of_smaller_draw; assumption || lia).
    rewrite Sum_const. rewrite <- Rmult_assoc, Rinv_l, Rmult_1_l; [reflexivity|]. apply not_0_INR. lia. }
  rewrite <- T. apply Expect_le; [assumption|]. intros w _.
  set (z := fun j => f (w j)).
  assert (J := Jensen_ln (S N) (fun k => Mean N (drop k z)) ltac:(lia)).
  rewrite mean_of_means in J by assumption. change (ln (Mean (S N) z)) with (ln (Mean (S N) (fun j => f (w j)))) in J.
  assert (P : forall k, (k < S N)%nat -> 0 < Mean N (drop k z)).
  { intros k _. apply Rdiv_lt_0_compat; [|now apply INR_pos]. apply Sum_pos; [assumption|]. intros j _. unfold drop, z.
    destruct (Nat.ltb j k); apply Hf. }
  apply Rle_trans with (2 := J P). right. apply Mean_ext. intros k _. unfold A. f_equal. apply Mean_ext. intros j _.
  unfold drop, z. now destruct (Nat.ltb j k).
Qed.

Theorem eq10_rises n p p_plus s N : distribution n p -> distribution n p_plus -> (0 < N)%nat ->
  expected n p p_plus s N (mine 1) - ln (INR N) <= expected n p p_plus s (S N) (mine 1) - ln (INR (S N)).
Proof.
  intros Hp [Hq H2] HN. destruct (Hp) as [Hp0 H1].
  assert (T : forall M, (0 < M)%nat -> expected n p p_plus s M (mine 1) - ln (INR M) =
    E n p_plus (fun i => Expect n p M (fun w => ln (Mean M (fun j => exp (s (w j) - s i)))))).
  { intros M HM. assert (HP := INR_pos M HM). unfold expected, Rminus at 1.
    rewrite <- (E_const n p_plus (- ln (INR M)) H2), <- E_add. apply E_ext. intros i _.
    rewrite <- (Expect_const n p M (- ln (INR M)) H1), <- Expect_add. apply Expect_ext. intros w _.
    rewrite mine_of_gaps by (assumption || lra). unfold Mine, Mean.
    rewrite (Sum_ext M _ (fun j => exp (s (w j) - s i))) by (intros; now rewrite gaps_are_differences).
    rewrite ln_div by (assumption || (now apply SumExp_pos)). lra. }
  rewrite !T by lia. apply E_le; [assumption|]. intros i _.
  apply (log_mean_rises n p N (fun j => exp (s j - s i))); [assumption..|]. intros. apply exp_pos.
Qed.

(** ** Eq. 10 of dot products: without a bound of the scores it has none from below, not even in expectation *)

(** 1 where no draw is item 0. *)
Fixpoint misses (N : nat) (w : nat -> nat) : R :=
  match N with O => 1 | S k => if Nat.eqb (w O) 0 then 0 else misses k (fun j => w (S j)) end.

Lemma misses_range N w : 0 <= misses N w <= 1.
Proof. revert w. induction N; intros w; simpl; [lra|]. destruct (Nat.eqb (w O) 0); [lra|apply IHN]. Qed.

Lemma misses_none N w : misses N w <> 0 -> forall j, (j < N)%nat -> w j <> O.
Proof.
  revert w. induction N; intros w H j Hj; [lia|]. simpl in H. destruct (Nat.eqb_spec (w O) 0); [lra|].
  destruct j; [assumption|]. apply (IHN _ H). lia.
Qed.

Lemma expected_misses n p N : (0 < n)%nat -> Sum n p = 1 -> Expect n p N (misses N) = (1 - p O) ^ N.
Proof.
  intros Hn H1. induction N; [reflexivity|]. cbn [Expect misses after].
  rewrite (E_ext n p _ (fun i => (1 - p O) ^ N - (1 - p O) ^ N * (if Nat.eqb i 0 then 1 else 0))).
  - unfold Rminus at 1. rewrite (E_add n p (fun _ => _)), E_const by assumption.
    rewrite (E_ext n p _ (fun i => - (1 - p O) ^ N * (if Nat.eqb i 0 then 1 else 0))) by (intros; ring).
    rewrite E_scale. unfold E. rewrite (Sum_ext n _ (fun i => if Nat.eqb i 0 then p i else 0)).
    + rewrite Sum_delta by assumption. simpl. ring.
    + intros i _. destruct (Nat.eqb i 0); ring.
  - intros i _. destruct (Nat.eqb i 0).
    + rewrite (Expect_ext n p N _ (fun _ => 0 * 0)) by (intros; ring). rewrite Expect_scale. ring.
    + change (Expect n p N (fun w => misses N (fun j => w j)) = (1 - p O) ^ N - (1 - p O) ^ N * 0).
      change (Expect n p N (misses N) = (1 - p O) ^ N - (1 - p O) ^ N * 0). rewrite IHN. ring.
Qed.

(** One item has the score a, is the positive, and all others have the score 0: E L_mine falls with a at least by the slope
    (1 - p(0))^N, the chance that no draw is that item. *)
Theorem eq10_falls_without_bound n p N a : (0 < n)%nat -> distribution n p -> (0 < N)%nat -> 0 <= a ->
  Expect n p N (fun w => mine 1 N a (fun j => if Nat.eqb (w j) 0 then a else 0)) <= ln (INR N) - a * (1 - p O) ^ N.
Proof.
  intros Hn [Hp H1] HN Ha. assert (HP := INR_pos N HN). rewrite <- expected_misses with (n := n) (p := p) by assumption.
  apply Rle_trans with (Expect n p N (fun w => ln (INR N) + - a * misses N w)).
  - apply Expect_le; [assumption|]. intros w _. rewrite mine_of_gaps by (assumption || lra).
    assert (M := misses_range N w). destruct (Req_dec (misses N w) 0) as [Z|Z].
    + rewrite Z. apply Rle_trans with (Largest N (gap 1 a (fun j => if Nat.eqb (w j) 0 then a else 0)) + ln (INR N)).
      * now apply mine_le_max_plus_log.
      * enough (Largest N (gap 1 a (fun j => if Nat.eqb (w j) 0 then a else 0)) <= 0) by lra.
        apply Largest_le; [assumption|]. intros j _. unfold gap. destruct (Nat.eqb (w j) 0); lra.
    + apply Rle_trans with (ln (INR N) - a); [|nra].
      apply Rle_trans with (Largest N (gap 1 a (fun j => if Nat.eqb (w j) 0 then a else 0)) + ln (INR N)).
      * now apply mine_le_max_plus_log.
      * enough (Largest N (gap 1 a (fun j => if Nat.eqb (w j) 0 then a else 0)) <= - a) by lra.
        apply Largest_le; [assumption|]. intros j Hj. assert (Q := misses_none N w Z j Hj). unfold gap.
        destruct (Nat.eqb_spec (w j) 0); [contradiction|lra].
  - rewrite (Expect_add n p N (fun _ => _)), Expect_const, Expect_scale by assumption. right. ring.
Qed.
