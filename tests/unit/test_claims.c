/* The machinery of the claims: tallies, verdicts, cases, the ledger and its files. Runs in the root of the repository. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/file.h"
#include "claims/cases.h"
#include "claims/claims.h"
#include "claims/results.h"
#include "claims/small.h"

/* --- tallies and verdicts ------------------------------------------------------------------------ */

Test(claims, a_case_is_violated_below_its_tolerance_or_when_it_is_no_number) {
    vr_tally t = {0};
    VR_TALLY(&t, 0.5, 0, "%s", "far");
    VR_TALLY(&t, -1e-12, 1e-12, "%s", "at the tolerance");
    cr_expect(vr_tally_clean(&t) && t.n_cases == 2);
    cr_expect_str_eq(t.where, "at the tolerance");
    VR_TALLY(&t, -1.0001e-12, 1e-12, "%s", "below");
    VR_TALLY(&t, (double)NAN, 1e-12, "%s", "no number");
    cr_expect(t.n_violated == 2 && !vr_tally_clean(&t));
    cr_expect_str_eq(t.counterexample, "below");
    cr_expect(t.least == -1.0001e-12);
}

Test(claims, nothing_measured_is_not_clean) {
    vr_tally t = {0};
    cr_expect(!vr_tally_clean(&t));
}

static vr_tally tally_of(int good, int bad) {
    vr_tally t = {0};
    for (int i = 0; i < good; i++) vr_tally_add(&t, 1, 0);
    for (int i = 0; i < bad; i++) vr_tally_add(&t, -1, 0);
    return t;
}

Test(claims, the_verdict_follows_from_what_is_clean) {
    const struct {
        int printed[2], conditioned[2], corrected[2];
        vr_claim_verdict verdict;
    } cases[] = {
        {{3, 0}, {0, 0}, {0, 0}, VR_CLAIM_HOLDS},     {{3, 1}, {2, 0}, {0, 0}, VR_CLAIM_CONDITION},
        {{3, 1}, {0, 0}, {2, 0}, VR_CLAIM_ERRATUM},   {{0, 0}, {0, 0}, {0, 0}, VR_CLAIM_NOT_HERE},
        {{3, 1}, {0, 0}, {0, 0}, VR_CLAIM_UNDECIDED},  /* false, and nothing put right */
        {{3, 1}, {2, 1}, {0, 0}, VR_CLAIM_UNDECIDED},  /* the condition does not do */
        {{3, 1}, {0, 0}, {2, 1}, VR_CLAIM_UNDECIDED},  /* the correction is wrong */
        {{3, 0}, {0, 0}, {2, 1}, VR_CLAIM_UNDECIDED}}; /* true, and a part of it false */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vr_finding f = {0};
        f.printed = tally_of(cases[i].printed[0], cases[i].printed[1]);
        f.conditioned = tally_of(cases[i].conditioned[0], cases[i].conditioned[1]);
        f.corrected = tally_of(cases[i].corrected[0], cases[i].corrected[1]);
        cr_expect_eq(vr_finding_verdict(&f), cases[i].verdict, "case %zu", i);
    }
    vr_finding failed = {.error = {.status = VR_INTERNAL}};
    cr_expect_eq(vr_finding_verdict(&failed), VR_CLAIM_UNDECIDED);
}

/* --- cases --------------------------------------------------------------------------------------- */

Test(claims, dice_repeat_and_differ_by_seed) {
    vr_dice a = vr_dice_of(5), b = vr_dice_of(5), c = vr_dice_of(6);
    int differ = 0;
    for (int i = 0; i < 1000; i++) {
        uint32_t word = vr_dice_word(&a);
        cr_assert_eq(word, vr_dice_word(&b));
        differ += word != vr_dice_word(&c);
        double x = vr_dice_between(&a, -2, 3);
        vr_dice_between(&b, -2, 3);
        cr_assert(x >= -2 && x < 3);
    }
    cr_expect_gt(differ, 990);
}

Test(claims, tuples_go_through_every_one_once) {
    uint32_t tuple[3] = {0};
    int seen[27] = {0}, n = 0;
    do {
        seen[tuple[0] * 9 + tuple[1] * 3 + tuple[2]]++;
        n++;
    } while (vr_next_tuple(tuple, 3, 3));
    cr_expect_eq(n, 27);
    for (int i = 0; i < 27; i++) cr_expect_eq(seen[i], 1);
}

static vr_slack never(const vr_case *c, int bits) {
    (void)bits;
    return vr_at_least(vr_case_max(c) + 1, vr_case_max(c), 0);
}
/* False only where max d is within 1e-4 of 7: too narrow for random cases, not for the search. */
static vr_slack narrow(const vr_case *c, int bits) {
    (void)bits;
    return (vr_slack){fabs(vr_case_max(c) - 7.25) - 1e-4, 1e-9};
}
/* False for one small case only. */
static vr_slack small_one(const vr_case *c, int bits) {
    (void)bits;
    int wrong = c->n == 2 && c->pos == 0 && c->neg[0] == -2 && c->neg[1] == 2;
    return (vr_slack){wrong ? -1 : 1, 0};
}

Test(claims, the_search_finds_what_random_cases_miss_and_the_ladder_the_smallest) {
    const vr_search search = {.largest = 100, .random = 500};
    vr_tally t = {0};
    vr_try_link(&t, never, &search, 3);
    cr_expect(vr_tally_clean(&t) && t.n_cases > 1000);
    t = (vr_tally){0};
    vr_try_link(&t, narrow, &search, 3);
    cr_expect_gt(t.n_violated, 0);
    t = (vr_tally){0};
    vr_try_link(&t, small_one, &search, 3);
    cr_expect_str_eq(t.counterexample, "f64 N=2 y_i=0 y_j=(-2, 2)");
}

Test(claims, the_inverse_of_a_small_matrix) {
    vr_dice dice = vr_dice_of(9);
    for (size_t n = 1; n <= VR_SMALL; n++) {
        vr_small a = vr_small_sum(1, vr_small_random(&dice, n, n), 4, vr_small_identity(n));
        vr_small product = vr_small_times(a, vr_small_inverse(a));
        cr_expect(vr_small_apart(vr_small_identity(n), product) < 1e-12, "n = %zu", n);
    }
    cr_expect(isnan(vr_small_largest(vr_small_inverse(vr_small_zero(2, 2)))), "a singular one");
}

/* --- the ledger ---------------------------------------------------------------------------------- */

static vr_ledger read_ledger(void) {
    vr_ledger ledger;
    vr_error error = {.text = ""};
    cr_assert_eq(vr_ledger_read("proofs/claims.tsv", &ledger, &error), VR_OK, "%s", error.text);
    return ledger;
}

Test(claims, every_numbered_equation_and_theorem_is_in_the_ledger) {
    vr_ledger ledger = read_ledger();
    for (int equation = 1; equation <= 35; equation++) {
        char id[16];
        snprintf(id, sizeof id, "eq-%d", equation);
        cr_expect_not_null(vr_ledger_find(&ledger, id), "%s", id);
    }
    cr_expect_not_null(vr_ledger_find(&ledger, "theorem-1"));
    cr_expect_not_null(vr_ledger_find(&ledger, "theorem-2"));
    cr_expect_null(vr_ledger_find(&ledger, "eq-36"));
    vr_ledger_free(&ledger);
}

static int has_theorem(const char *path, const char *name) {
    char *text, wanted[160];
    size_t size;
    vr_error error;
    if (vr_file_read(path, &text, &size, &error)) return 0;
    int found = 0;
    static const char *const kinds[] = {"Theorem", "Lemma", "Corollary"};
    for (int i = 0; i < 3; i++) {
        snprintf(wanted, sizeof wanted, "%s %s", kinds[i], name);
        for (const char *at = strstr(text, wanted); at && !found; at = strstr(at + 1, wanted))
            found = strchr(" :\n(", at[strlen(wanted)]) != NULL;
    }
    free(text);
    return found;
}

/* "FILE:THEOREM FILE:THEOREM ..." */
Test(claims, every_proof_that_the_ledger_names_is_there) {
    vr_ledger ledger = read_ledger();
    for (size_t i = 0; i < ledger.n_rows; i++) {
        char proofs[1024], *save, *item;
        snprintf(proofs, sizeof proofs, "%s", ledger.rows[i].proof);
        if (!strcmp(proofs, "-") || !strncmp(proofs, "none: ", 6)) continue;
        for (item = strtok_r(proofs, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
            if (*item == '(') break; /* what they leave open */
            char *colon = strchr(item, ':');
            cr_assert_not_null(colon, "%s: %s", ledger.rows[i].id, item);
            *colon = 0;
            cr_expect(has_theorem(item, colon + 1), "%s: %s has no theorem %s", ledger.rows[i].id,
                      item, colon + 1);
        }
    }
    cr_expect(!has_theorem("proofs/coq/Chain.v", "eq11_chai"),
              "control: a part of a name is no name");
    vr_ledger_free(&ledger);
}

Test(claims, every_evidence_that_the_ledger_names_is_there) {
    vr_ledger ledger = read_ledger();
    for (size_t i = 0; i < ledger.n_rows; i++) {
        char files[1024], *save, *item;
        snprintf(files, sizeof files, "%s", ledger.rows[i].evidence);
        if (!strcmp(files, "-")) continue;
        for (item = strtok_r(files, " ", &save); item; item = strtok_r(NULL, " ", &save))
            cr_expect(vr_file_exists(item), "%s: no file %s", ledger.rows[i].id, item);
    }
    vr_ledger_free(&ledger);
}

/* The committed ledger with one line changed by `from` -> `to`; the message of reading it. */
static const char *message_of(const char *from, const char *to) {
    static vr_error error;
    char path[] = P_tmpdir "/verirec-ledger-XXXXXX", *text;
    size_t size;
    cr_assert_eq(vr_file_read("proofs/claims.tsv", &text, &size, &error), VR_OK);
    char *at = strstr(text, from), *changed = malloc(size + strlen(to) + 1);
    cr_assert(at && changed, "%s", from);
    sprintf(changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    close(mkstemp(path));
    cr_assert_eq(vr_file_write(path, changed, strlen(changed), NULL), VR_OK);
    vr_ledger ledger;
    error.text[0] = 0;
    if (!vr_ledger_read(path, &ledger, &error)) vr_ledger_free(&ledger);
    unlink(path);
    free(text);
    free(changed);
    return error.text;
}

Test(claims, a_damaged_ledger_is_refused_with_its_line) {
    const char *const wrong[][3] = {
        {"\teq_26\t", "\t", "expected 10 columns"},
        {"\teq_26\t", "\teq_25\t", "claims.def"},
        {"\neq-26\t", "\neq-99\t", "claims.def has no claim \"eq-99\""},
        {"\neq-26\t", "\neq-25\t", "eq-25 is checked by"},
        {"\teq_26\t", "\t\t", "check is empty"},
        {"\teq_26\t", "\teq_26\r\t", "CR"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *message = message_of(wrong[i][0], wrong[i][1]);
        cr_expect(strstr(message, wrong[i][2]), "%s -> %s: \"%s\"", wrong[i][0], wrong[i][1],
                  message);
    }
    cr_expect(strstr(message_of("\terratum\t", "\terrata\t"), "did you mean \"erratum\"?"));
    cr_expect_str_eq(message_of("The ledger", "A ledger"), "", "control: a comment may change");
}

Test(claims, a_condition_or_correction_that_the_verdict_needs_must_be_there) {
    cr_expect(strstr(message_of("holds\t-\t-\tinfonce_cross", "erratum\t-\t-\tinfonce_cross"),
                     "erratum without a correction"));
    cr_expect(strstr(
        message_of("holds\t-\t-\tinfonce_cross", "holds under a condition\t-\t-\tinfonce_cross"),
        "needs its condition"));
}

Test(claims, a_line_of_claims_def_without_a_line_in_the_ledger_is_refused) {
    const char *message = message_of("\neq-25\t", "\n#q-25\t");
    cr_expect(strstr(message, "no line for \"eq-25\""), "%s", message);
}

/* --- running ------------------------------------------------------------------------------------- */

static size_t run(const char *const *ids, size_t n, const vr_ledger *ledger,
                  vr_claim_result *results) {
    vr_claims_input input;
    vr_error error = {.text = ""};
    const vr_ledger_row *rows[8];
    for (size_t i = 0; i < n; i++) rows[i] = vr_ledger_find(ledger, ids[i]);
    cr_assert_eq(vr_claims_input_read("expected", &input, &error), VR_OK, "%s", error.text);
    cr_assert_eq(vr_claims_run(&input, rows, n, NULL, NULL, results, &error), VR_OK, "%s",
                 error.text);
    vr_claims_input_free(&input);
    size_t n_ok = 0;
    for (size_t i = 0; i < n; i++) n_ok += (size_t)results[i].ok;
    return n_ok;
}

static const char *const some[] = {"eq-2",          "eq-5", "eq-26", "table-2-improvements",
                                   "text-4.3-best", "eq-34"};
enum { N_SOME = sizeof some / sizeof *some };

Test(claims, a_wrong_verdict_in_the_ledger_is_seen) {
    static vr_claim_result results[N_SOME];
    vr_ledger ledger = read_ledger();
    cr_expect_eq(run(some, N_SOME, &ledger, results), N_SOME);
    for (size_t i = 0; i < ledger.n_rows; i++)
        if (!strcmp(ledger.rows[i].id, "eq-26")) ledger.rows[i].verdict = VR_CLAIM_HOLDS;
    cr_expect_eq(run(some, N_SOME, &ledger, results), N_SOME - 1);
    cr_expect(!results[2].ok && results[2].measured == VR_CLAIM_ERRATUM &&
              results[2].control_rejected);
    vr_ledger_free(&ledger);
}

Test(claims, results_are_read_as_they_were_written_and_the_same_each_time) {
    static vr_claim_result results[N_SOME];
    char path[] = P_tmpdir "/verirec-results-XXXXXX", *first, *second;
    size_t size;
    vr_error error = {.text = ""};
    vr_ledger ledger = read_ledger();
    vr_results read;
    close(mkstemp(path));
    for (int i = 0; i < 2; i++) {
        run(some, N_SOME, &ledger, results);
        cr_assert_eq(vr_results_write(path, results, N_SOME, &error), VR_OK, "%s", error.text);
        cr_assert_eq(vr_file_read(path, i ? &second : &first, &size, &error), VR_OK);
    }
    cr_expect_str_eq(first, second);
    cr_assert_eq(vr_results_read(path, &read, &error), VR_OK, "%s", error.text);
    cr_expect_eq(read.n_rows, N_SOME);
    const vr_verified *row = vr_results_find(&read, "eq-26");
    cr_expect_str_eq(row->verdict, "erratum");
    cr_expect_str_eq(row->as_ledger, "yes");
    cr_expect(strstr(row->counterexample, "first line 4, second line with alpha = c - 1 0"));
    vr_results_free(&read);
    char *tab = strchr(strstr(second, "eq-26"), '\t');
    *tab = ' ';
    cr_assert_eq(vr_file_write(path, second, strlen(second), NULL), VR_OK);
    cr_expect_eq(vr_results_read(path, &read, &error), VR_BAD_DATA);
    cr_expect(strstr(error.text, "expected 10 columns, found 9"), "%s", error.text);
    cr_expect_eq(vr_results_read("no/such/file", &read, &error), VR_OK);
    cr_expect_eq(read.n_rows, 0);
    unlink(path);
    free(first);
    free(second);
    vr_ledger_free(&ledger);
}
