(** The coefficients of src/num/elementary.h as exact fractions, written by proofs/coq-coefficients.sh. *)
From Coq Require Import Reals.
Open Scope R_scope.
Definition exp_f32_q_0 : R := 33554428 / 2 ^ 26.
Definition exp_f32_q_1 : R := 22369426 / 2 ^ 27.
Definition exp_f32_q_2 : R := 22370546 / 2 ^ 29.
Definition exp_f32_q_3 : R := 17971684 / 2 ^ 31.
Definition exp_f32_q_4 : R := 23733306 / 2 ^ 34.
Definition log_f32_r_0 : R := 22369622 / 2 ^ 25.
Definition log_f32_r_1 : R := 26843756 / 2 ^ 26.
Definition log_f32_r_2 : R := 19147866 / 2 ^ 26.
Definition log_f32_r_3 : R := 31878512 / 2 ^ 27.
Definition exp_f64_q_0 : R := 1 / 2 ^ 1.
Definition exp_f64_q_1 : R := 6004799503160667 / 2 ^ 55.
Definition exp_f64_q_2 : R := 6004799503160579 / 2 ^ 57.
Definition exp_f64_q_3 : R := 4803839602519137 / 2 ^ 59.
Definition exp_f64_q_4 : R := 6405119470142445 / 2 ^ 62.
Definition exp_f64_q_5 : R := 7320136557514181 / 2 ^ 65.
Definition exp_f64_q_6 : R := 7320136426706304 / 2 ^ 68.
Definition exp_f64_q_7 : R := 6506768117124113 / 2 ^ 71.
Definition exp_f64_q_8 : R := 5205479936235653 / 2 ^ 74.
Definition exp_f64_q_9 : R := 7589645920208153 / 2 ^ 78.
Definition exp_f64_q_10 : R := 5035607551032221 / 2 ^ 81.
Definition log_f64_r_0 : R := 6004799503160661 / 2 ^ 53.
Definition log_f64_r_1 : R := 7205759403794224 / 2 ^ 54.
Definition log_f64_r_2 : R := 5146971001961066 / 2 ^ 54.
Definition log_f64_r_3 : R := 8006399635192021 / 2 ^ 55.
Definition log_f64_r_4 : R := 6550661343901283 / 2 ^ 55.
Definition log_f64_r_5 : R := 5544423945201261 / 2 ^ 55.
Definition log_f64_r_6 : R := 4759298969328957 / 2 ^ 55.
Definition log_f64_r_7 : R := 4903169889654667 / 2 ^ 55.
