/* The study: printed numbers, experiment files, verdicts, run records. Runs in the root of the repository. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <criterion/criterion.h>
#include "base/file.h"
#include "study/growth.h"
#include "study/planted.h"
#include "study/join.h"
#include "study/record.h"
#include "study/runner.h"
#include "study/shelf.h"
#include "study/study.h"

static char folder[64];

static void make_folder(void) {
    snprintf(folder, sizeof folder, P_tmpdir "/verirec-study-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(study, .init = make_folder, .fini = remove_folder);

static const char *write_text(const char *name, const char *text) {
    static char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(vr_file_write(path, text, strlen(text), NULL), VR_OK);
    return path;
}

/* --- printed numbers --- */

Test(study, every_printed_improvement_and_average_follows_from_the_printed_cells) {
    vr_expected table2;
    vr_error error = {0};
    size_t n_cells = 0, n_averages = 0;
    cr_assert_eq(vr_expected_read("expected/table2.tsv", &table2, &error), VR_OK, "%s", error.text);
    for (size_t i = 0; i < table2.n_rows; i++) {
        const vr_expected_row *line = &table2.rows[i];
        if (strcmp(line->flag, "improvement") != 0) continue;
        char text[32];
        snprintf(text, sizeof text, "%.2f", vr_printed_improvement(&table2, line));
        cr_expect_str_eq(text, line->text, "%s %s %s", line->row, line->dataset, line->metric);
        if (strcmp(line->metric, "average") == 0)
            n_averages++;
        else
            n_cells++;
    }
    cr_assert_eq(n_cells, 30);
    cr_assert_eq(n_averages, 5);
    vr_expected_free(&table2);
}

Test(study, the_printed_average_is_not_the_average_of_rounded_cells) { /* negative control */
    vr_expected table2;
    double sum = 0;
    cr_assert_eq(vr_expected_read("expected/table2.tsv", &table2, NULL), VR_OK);
    for (size_t i = 0; i < table2.n_rows; i++) {
        const vr_expected_row *line = &table2.rows[i];
        if (!strcmp(line->row, "MINE RI%") && strcmp(line->metric, "average")) sum += line->value;
    }
    cr_assert_float_eq(sum / 6, 4.81, .005);
    cr_assert_str_eq(vr_expected_find(&table2, "2", "MINE RI%", "all", "average")->text, "4.80");
    vr_expected_free(&table2);
}

Test(study, the_two_printed_values_of_one_run_are_both_kept) {
    vr_expected table2, table3;
    cr_assert_eq(vr_expected_read("expected/table2.tsv", &table2, NULL), VR_OK);
    cr_assert_eq(vr_expected_read("expected/table3.tsv", &table3, NULL), VR_OK);
    cr_assert_str_eq(vr_expected_find(&table2, "2", "MINE+", "amazon-book", "ndcg@20")->text,
                     "4.05");
    cr_assert_str_eq(vr_expected_find(&table3, "3", "MF-MINE+", "amazon-book", "ndcg@20")->text,
                     "4.06");
    vr_expected_free(&table2);
    vr_expected_free(&table3);
}

Test(study, a_bad_line_of_printed_numbers_is_named) {
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"# c\n2\ta\tb\tc\t1\t-\n", ":2: expected 7 columns"},
        {"2\ta\tb\tc\t1\t-\t-\t-\n", ":1: expected 7 columns"},
        {"2\ta\tb\tc\t1x\t-\t-\n", ":1: value \"1x\""},
        {"2\ta\tb\tc\tnan\t-\t-\n", ":1: value \"nan\""},
        {"2\ta\tb\tc\t1\t\t-\n", ":1: column 6 is empty"},
        {"2\ta\tb\tc\t1\t-\t-\r\n", ":1: column 7 is ended by CR"},
        {"2\ta\tb\tc\t1\t-\t-\n2\ta\tb\tc\t2\t-\t-\n",
         ":2: this cell already has a value in line 1"},
        {"2\ta\tb\tc\t1\t-\t-", ":1: the last line has no line end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vr_expected expected;
        vr_error error = {0};
        const char *path = write_text("expected.tsv", cases[i].text);
        cr_expect_eq(vr_expected_read(path, &expected, &error), VR_BAD_DATA);
        cr_expect_not_null(strstr(error.text, cases[i].says), "%s", error.text);
    }
}

/* --- verdicts --- */

Test(study, a_cell_is_reproduced_up_to_the_edge_of_the_band) {
    cr_expect_eq(vr_judge(18.17, 18.17 + .37, .37, 0), VR_REPRODUCED);
    cr_expect_eq(vr_judge(18.17, 18.17 - .37, .37, 0), VR_REPRODUCED);
    cr_expect_eq(vr_judge(18.17, 18.17 + .3701, .37, 0), VR_BETTER);
    cr_expect_eq(vr_judge(18.17, 18.17 - .3701, .37, 0), VR_NOT_REPRODUCED);
}

Test(study, two_deviations_over_seeds_widen_the_band_and_never_narrow_it) {
    cr_expect_eq(vr_judge((double)NAN, 18, .37, 0), VR_EXTRA);
    cr_expect_eq(vr_judge(6, 6.3, .15, .15), VR_REPRODUCED);
    cr_expect_eq(vr_judge(6, 6.3, .15, .14), VR_BETTER);
    cr_expect_eq(vr_judge(6, 6.1, .15, .001), VR_REPRODUCED);
    double two[] = {1, 3};
    cr_expect_float_eq(vr_deviation(two, 2), sqrt(2), 4e-16);
    cr_expect_eq(vr_deviation(two, 1), 0);
}

Test(study, an_average_over_a_missing_cell_is_missing) {
    double values[] = {1, (double)NAN};
    cr_expect(isnan(vr_average(values, 2)));
    cr_expect_eq(vr_average(values, 1), 1);
}

/* --- experiment files --- */

Test(study, the_shipped_files_are_complete_and_have_a_source_for_each_setting) {
    static const char *const names[] = {"table2", "table3", "lineage", "smoke"};
    for (size_t i = 0; i < 4; i++) {
        vr_study study;
        vr_error error = {0};
        char path[64];
        snprintf(path, sizeof path, "bench/%s.cfg", names[i]);
        cr_assert_eq(vr_study_read(path, &study, &error), VR_OK, "%s", error.text);
        cr_expect_gt(study.n_cells, 3);
        for (size_t k = 0; k < study.n_cells; k++) {
            for (size_t s = 0; s < study.cells[k].n_settings; s++) {
                cr_expect_gt(strlen(study.cells[k].settings[s].source), 2);
            }
        }
        vr_study_free(&study);
    }
}

#define COMMON                                                                                     \
    "table = \"2\"; expected = \"table2.tsv\";\n"                                                  \
    "rows = ( { row = \"CCL biased\"; name = \"x\"; reading = \"r\";\n"                            \
    "  said = ( "

Test(study, a_mistake_in_an_experiment_file_is_named_with_its_line) {
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"table = \"2\"\nrow = ();\n", "x.cfg:2: "},
        {"table = \"2\";\nexpectd = \"t\";\n",
         "x.cfg:2: unknown key \"expectd\"; did you mean \"expected\"?"},
        {COMMON "{ key = \"los\"; value = \"ccl\"; source = \"s\"; } );\n"
                "  cells = ( { dataset = \"gowalla\"; } ); } );\n",
         "x.cfg:3: unknown key \"los\"; did you mean \"loss\"?"},
        {COMMON "{ key = \"loss\"; value = \"ccll\"; source = \"s\"; } );\n"
                "  cells = ( { dataset = \"gowalla\"; } ); } );\n",
         "x.cfg:3: unknown loss \"ccll\"; did you mean \"ccl\"?"},
        {COMMON "{ key = \"loss\"; value = \"ccl\"; } );\n  cells = ( { dataset = \"gowalla\"; } "
                "); } );\n",
         "x.cfg:3: the key \"source\" is missing"},
        {COMMON "{ key = \"batch\"; value = 512; source = \"s\"; } );\n"
                "  cells = ( { dataset = \"gowalla\"; } ); } );\n",
         "x.cfg:3: value: expected text in quotes"},
        {COMMON "{ key = \"loss\"; value = \"ccl\"; source = \"s\"; } );\n"
                "  cells = ( { dataset = \"gowalla\"; } ); } );\n",
         "nothing sets \"margin\""},
        {COMMON ");\n  cells = ( { datset = \"gowalla\"; } ); } );\n",
         "x.cfg:4: unknown key \"datset\"; did you mean \"dataset\"?"},
        {COMMON "); } );\n", "has no cells, not_run or same_as"},
        {COMMON ");\n  like = \"y\"; cells = ( { dataset = \"gowalla\"; } ); } );\n",
         "x.cfg:4: like: expected the name of another row"},
        {COMMON ");\n  like = \"x\"; cells = ( { dataset = \"gowalla\"; } ); } );\n",
         "that is not itself like one, got \"x\""},
        {"table = \"2\";\nrows = ( { row = \"A\"; name = \"a\"; against = 1; not_run = \"r\"; } "
         ");\n",
         "x.cfg:2: against: expected a row's name or a list of them"},
        {"table = \"2\";\nrows = ( { row = \"A\"; name = \"a\"; against = ( \"A\", 1 ); not_run = "
         "\"r\"; } );\n",
         "x.cfg:2: against: expected a row's name or a list of them"},
        {"table = \"2\";\nrows = ( { row = \"A\"; name = \"a\"; against = ( \"A\", \"A\", \"A\", "
         "\"A\", \"A\" ); } );\n",
         "x.cfg:2: against: expected at most 4 rows, got 5"},
        {"table = \"2\";\nrows = ( { row = \"A\"; name = \"a\"; against = \"B\"; not_run = \"r\"; "
         "} );\n",
         "against: expected the name of a row, got \"B\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vr_study study;
        vr_error error = {0};
        const char *path = write_text("x.cfg", cases[i].text);
        cr_expect_eq(vr_study_read(path, &study, &error), VR_USAGE, "case %zu", i);
        cr_expect_not_null(strstr(error.text, cases[i].says), "case %zu: %s", i, error.text);
    }
}

static const vr_cell *cell_named(const vr_study *study, const char *name) {
    size_t i = 0;
    while (i < study->n_cells && strcmp(study->cells[i].name, name) != 0) i++;
    cr_assert_lt(i, study->n_cells, "%s", name);
    return &study->cells[i];
}

Test(study, a_row_like_another_has_its_settings_cell_by_cell_but_for_its_own) {
    vr_study study;
    vr_error error = {0};
    cr_assert_eq(vr_study_read("bench/table2.cfg", &study, &error), VR_OK, "%s", error.text);
    const char *const datasets[] = {"gowalla", "yelp2018"};
    for (size_t d = 0; d < 2; d++) {
        char name[64], a[VR_CANONICAL], b[VR_CANONICAL];
        snprintf(name, sizeof name, "ccl-debiased-%s", datasets[d]);
        vr_run_spec first = cell_named(&study, name)->spec;
        snprintf(name, sizeof name, "ccl-debiased-alpha-%s", datasets[d]);
        vr_run_spec second = cell_named(&study, name)->spec;
        cr_expect_eq(second.train.tau_rule, VR_TAU_SCALE);
        vr_run_spec_canonical(&first, a, sizeof a);
        vr_run_spec_canonical(&second, b, sizeof b);
        cr_expect_str_neq(a, b);
        second.train.tau_rule = first.train.tau_rule;
        second.train.tau_value = first.train.tau_value;
        vr_run_spec_canonical(&second, b, sizeof b);
        cr_expect_str_eq(a, b);
    }
    vr_study_free(&study);
}

/* --- records --- */

static vr_epoch epochs[] = {{1, .1 + .2, 1.0 / 3, 5e-324, 1e-4}, {2, (double)NAN, .17, .12, 5e-5}};

static vr_record a_record(void) {
    vr_record record = {.engine = VR_ENGINE_VERSION,
                        .dataset = "gowalla",
                        .canonical = "loss=ccl\nseed=18446744073709551615\n",
                        .best_epoch = 1,
                        .n_epochs = 2,
                        .recall = 1.0 / 3,
                        .ndcg = 5e-324,
                        .epochs = epochs};
    memset(record.data_hash, 'd', 64);
    return record;
}

static const char *path_of(const vr_record *record) {
    static char path[200];
    snprintf(path, sizeof path, "%s/%s.json", folder, record->id);
    return path;
}

Test(study, a_record_comes_back_to_the_last_bit) {
    vr_record record = a_record(), back;
    vr_error error = {0};
    cr_assert_eq(vr_record_write(&record, folder, &error), VR_OK, "%s", error.text);
    cr_assert_eq(vr_record_read(path_of(&record), &back, &error), VR_OK, "%s", error.text);
    cr_expect_str_eq(back.id, record.id);
    cr_expect_str_eq(back.canonical, record.canonical);
    cr_expect_eq(back.n_epochs, 2);
    cr_expect_eq(back.recall, 1.0 / 3);
    cr_expect_eq(back.ndcg, 5e-324);
    cr_expect_eq(back.epochs[0].loss, .1 + .2);
    cr_expect(isnan(back.epochs[1].loss));
    vr_record_free(&back);
}

Test(study, the_name_depends_on_engine_data_and_every_key) {
    char one[VR_RUN_ID], two[VR_RUN_ID];
    vr_run_id("1", "d", "loss=ccl\nseed=1\n", one);
    vr_run_id("1", "d", "loss=ccl\nseed=2\n", two);
    cr_expect_str_neq(one, two);
    vr_run_id("2", "d", "loss=ccl\nseed=1\n", two);
    cr_expect_str_neq(one, two);
    vr_run_id("1", "e", "loss=ccl\nseed=1\n", two);
    cr_expect_str_neq(one, two);
    vr_run_id("1", "d", "loss=ccl\nseed=1\n", two);
    cr_expect_str_eq(one, two);
}

/* Writes the record with every from replaced once by to. */
static void tamper(const vr_record *record, const char *from, const char *to) {
    char *bytes, text[8192];
    size_t size;
    cr_assert_eq(vr_file_read(path_of(record), &bytes, &size, NULL), VR_OK);
    char *at = strstr(bytes, from);
    cr_assert_not_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - bytes), bytes, to, at + strlen(from));
    cr_assert_eq(vr_file_write(path_of(record), text, strlen(text), NULL), VR_OK);
    free(bytes);
}

Test(study, a_changed_record_is_refused) {
    static const char *const changes[][2] = {
        {"\"recall@20\": 0.33333333333333331", "\"recall@20\": 0.43333333333333331"},
        {"\"loss\": \"ccl\"", "\"loss\": \"mse\""},
        {"\"best_epoch\": 1", "\"best_epoch\": 2"},
        {"null", "0.5"},
        {"\"gowalla\"", "\"yelp2018\""},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        vr_record record = a_record(), back;
        vr_error error = {0};
        cr_assert_eq(vr_record_write(&record, folder, &error), VR_OK);
        tamper(&record, changes[i][0], changes[i][1]);
        cr_expect_eq(vr_record_read(path_of(&record), &back, &error), VR_BAD_DATA);
        cr_expect_not_null(strstr(error.text, "was changed"), "%s", error.text);
    }
}

Test(study, a_record_under_another_name_is_refused) {
    vr_record record = a_record(), back;
    vr_error error = {0};
    char other[200];
    cr_assert_eq(vr_record_write(&record, folder, &error), VR_OK);
    snprintf(other, sizeof other, "%s/%064d.json", folder, 0);
    cr_assert_eq(rename(path_of(&record), other), 0);
    cr_expect_eq(vr_record_read(other, &back, &error), VR_BAD_DATA);
    cr_expect_not_null(strstr(error.text, "not this record's name"), "%s", error.text);
}

Test(study, a_cut_or_foreign_file_is_refused) {
    vr_record back;
    vr_error error = {0};
    cr_expect_eq(vr_record_read(write_text("a.json", "{\"record\": 1"), &back, &error),
                 VR_BAD_DATA);
    cr_expect_eq(vr_record_read(write_text("a.json", "[]"), &back, &error), VR_BAD_DATA);
    cr_expect_eq(vr_record_read(write_text("a.json", ""), &back, &error), VR_BAD_DATA);
}

Test(study, the_shelf_finds_a_record_by_what_the_run_is) {
    vr_record record = a_record();
    vr_shelf shelf;
    vr_error error = {0};
    cr_assert_eq(vr_record_write(&record, folder, &error), VR_OK);
    cr_assert_eq(vr_shelf_read(folder, &shelf, &error), VR_OK, "%s", error.text);
    cr_expect_not_null(vr_shelf_find(&shelf, "gowalla", NULL, record.canonical));
    cr_expect_not_null(vr_shelf_find(&shelf, "gowalla", record.data_hash, record.canonical));
    cr_expect_null(vr_shelf_find(&shelf, "gowalla", "another", record.canonical));
    cr_expect_null(vr_shelf_find(&shelf, "yelp2018", NULL, record.canonical));
    cr_expect_null(vr_shelf_find(&shelf, "gowalla", NULL, "loss=ccl\n"));
    vr_shelf_free(&shelf);
}

Test(study, a_look_up_goes_on_to_the_next_shelf_and_stops_at_the_first_match) {
    vr_record record = a_record();
    vr_shelf first = {0}, second;
    vr_error error = {0};
    cr_assert_eq(vr_record_write(&record, folder, &error), VR_OK);
    cr_assert_eq(vr_shelf_read("/nonexistent", &first, &error), VR_OK, "%s", error.text);
    cr_assert_eq(vr_shelf_read(folder, &second, &error), VR_OK, "%s", error.text);
    cr_expect_null(vr_shelf_find(&first, "gowalla", NULL, record.canonical));
    first.next = &second;
    cr_expect_eq(vr_shelf_find(&first, "gowalla", NULL, record.canonical), second.records);
    cr_assert_eq(vr_shelf_read(folder, &first, &error), VR_OK, "%s", error.text);
    first.next = &second;
    cr_expect_eq(vr_shelf_find(&first, "gowalla", NULL, record.canonical), first.records);
    vr_shelf_free(&first);
    vr_shelf_free(&second);
}

Test(study, a_resumed_run_keeps_the_pace_of_the_epochs_before_its_checkpoint) {
    vr_provenance made = vr_provenance_here("id", "name", "0");
    vr_provenance_add(&made, &(vr_pace){1, 10, 1, .5, 0}, NULL);
    vr_provenance_add(&made, &(vr_pace){2, 11, 1, .5, 0}, NULL);
    vr_provenance_add(&made, &(vr_pace){3, 12, 1, .5, 0}, NULL);
    vr_provenance_add(&made, &(vr_pace){2, 99, 1, .5, 0}, NULL); /* epoch 2 again, after a kill */
    cr_expect_eq(made.n_epochs, 2);
    cr_expect_eq(made.epochs[0].train_seconds, 10);
    cr_expect_eq(made.epochs[0].core_seconds, .5);
    cr_expect_eq(made.epochs[1].train_seconds, 99);
    vr_provenance_free(&made);
}

/* --- the join --- */

static const char *const studies[] = {"bench/table2.cfg", "bench/table3.cfg"};
static const char *const printed[] = {"expected/table2.tsv", "expected/table3.tsv"};

Test(study, every_printed_cell_has_a_verdict_also_without_data_and_runs) {
    vr_study study[2];
    vr_expected expected[2];
    vr_error error = {0};
    vr_shelf shelf = {0};
    static vr_sources sources;
    static const char *const names[] = {"gowalla", "yelp2018", "amazon-book"};
    for (size_t i = 0; i < 3; i++) { /* as after a failed download: nothing is fetched again */
        snprintf(sources.items[i].name, sizeof sources.items[i].name, "%s", names[i]);
        vr_fail(&sources.items[i].error, VR_NETWORK, "no network");
    }
    sources.count = 3;
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(vr_study_read(studies[i], &study[i], &error), VR_OK, "%s", error.text);
        cr_assert_eq(vr_expected_read(printed[i], &expected[i], &error), VR_OK, "%s", error.text);
    }
    vr_join_input input = {study, expected, 2, &shelf, &sources, NULL};
    vr_join join;
    cr_assert_eq(vr_join_build(&input, &join, &error), VR_OK, "%s", error.text);
    cr_expect_eq(
        join.n_cells,
        (8 + 3 + 3) * 3 + 14 * 3 + 14 +
            14); /* 3 rows with two rules for tau, one with two t, two with two K; iALS, EASE; 14 other readings */
    cr_expect_eq(join.n_improvements, 35);
    cr_expect_eq(join.counts[VR_COPIED], 9 * 3 * 2);
    cr_expect_eq(join.counts[VR_NOT_RUN], 0);
    cr_expect_eq(join.counts[VR_CANNOT_RUN], ((8 + 3 + 3 + 5) * 3 + 14 + 14) * 2);
    for (size_t i = 0; i < join.n_cells; i++) cr_expect_gt(strlen(join.cells[i].why), 3);
    cr_expect(isnan(join.improvements[0].from_ours));
    vr_join_free(&join);
    for (size_t i = 0; i < 2; i++) {
        vr_study_free(&study[i]);
        vr_expected_free(&expected[i]);
    }
}

Test(study, a_printed_row_without_an_entry_is_an_error) { /* the other side of the test above */
    vr_study study;
    vr_expected expected;
    vr_error error = {0};
    vr_shelf shelf = {0};
    static vr_sources sources;
    const char *path = write_text("x.tsv", "2\tnew row\tgowalla\trecall@20\t1\t-\t-\n"
                                           "2\tnew row\tgowalla\tndcg@20\t1\t-\t-\n");
    cr_assert_eq(vr_study_read(studies[0], &study, &error), VR_OK);
    cr_assert_eq(vr_expected_read(path, &expected, &error), VR_OK);
    vr_join_input input = {&study, &expected, 1, &shelf, &sources, NULL};
    vr_join join;
    cr_expect_eq(vr_join_build(&input, &join, &error), VR_USAGE);
    cr_expect_not_null(strstr(error.text, "no row \"new row\" for gowalla"), "%s", error.text);
    vr_study_free(&study);
    vr_expected_free(&expected);
}

/* --- the crew -------------------------------------------------------------------------------------- */

/* A thousand users and items, no pairs. */
static vr_dataset empty_data(void) {
    static uint64_t offsets[1001];
    return (vr_dataset){.n_users = 1000,
                        .n_items = 1000,
                        .train = {1000, 1000, offsets, NULL},
                        .test = {1000, 1000, offsets, NULL}};
}

/* n runs of 1e8 scores an epoch on a data set of 1000 users and items. */
static vr_plan make_plan(const vr_dataset *data, size_t n) {
    vr_plan plan = {calloc(n, sizeof *plan.runs), n};
    for (size_t i = 0; i < n; i++) {
        plan.runs[i] = (vr_run){.state = VR_RUN_TO_DO, .data = data, .scores = 1e8};
        plan.runs[i].spec = (vr_run_spec){.train = vr_spec_default()};
        strcpy(plan.runs[i].spec.train.loss, "mse");
        plan.runs[i].spec.train.epochs = 10;
    }
    return plan;
}

Test(study, side_by_side_wins_while_runs_outnumber_cores_and_threads_at_the_end) {
    vr_dataset data = empty_data();
    vr_crew crew = {.threads = 2, .jobs = 1, .one = 33e6, .all = 62e6};
    vr_plan plan = make_plan(&data, 3);
    cr_assert_float_eq(vr_crew_rate(&crew, 2, 0), 33e6, 1);
    cr_assert_float_eq(vr_crew_rate(&crew, 1, 0), 62e6, 1);
    cr_assert_float_eq(vr_crew_rate(&crew, 8, 7), 33e6 / 4, 1);
    cr_assert_float_eq(vr_crew_seconds(&crew, &plan, NULL), 3e9 / 62e6, 1e-6);
    crew.jobs = 2; /* two together, then the third on both cores */
    cr_assert_float_eq(vr_crew_seconds(&crew, &plan, NULL), 1e9 / 33e6 + 1e9 / 62e6, 1e-6);
    vr_crew_choose(&crew, &plan);
    cr_assert_eq(crew.jobs, 2);
    crew.all = 70e6; /* threads that share a cache: then one after the other */
    vr_crew_choose(&crew, &plan);
    cr_assert_eq(crew.jobs, 1);
    crew.all = 66e6; /* no difference: the fewest, who take the least memory */
    vr_crew_choose(&crew, &plan);
    cr_assert_eq(crew.jobs, 1);
    crew = (vr_crew){.threads = 16, .one = 1e6, .all = 8e6};
    vr_crew_choose(&crew, &plan);
    cr_assert_eq(crew.jobs, 3, "no more jobs than runs");
    vr_plan_free(&plan);
}

Test(study, runs_side_by_side_never_take_more_memory_than_there_is) {
    vr_dataset data = empty_data();
    vr_crew crew = {.threads = 8, .one = 1e6, .all = 4e6};
    vr_plan plan = make_plan(&data, 8);
    double need = vr_crew_need(&crew, &plan.runs[0]), memory, free_of_it, bound;
    vr_crew_choose(&crew, &plan);
    cr_assert_eq(crew.jobs, 8);
    free_of_it = vr_crew_seconds(&crew, &plan, &memory);
    cr_assert_float_eq(memory, 8 * need, 1);
    crew.room = 2.5 * need;
    bound = vr_crew_seconds(&crew, &plan, &memory);
    cr_assert_float_eq(memory, 2 * need, 1);
    cr_assert_gt(bound, 1.1 * free_of_it);
    vr_crew_choose(&crew, &plan);
    cr_assert_eq(crew.jobs, 2, "more would wait for memory only");
    vr_plan_free(&plan);
}

Test(study, all_cores_are_given_out_and_each_run_has_one) {
    for (int threads = 1; threads < 9; threads++) {
        vr_crew crew = {.threads = threads};
        for (size_t n = 1; n < 12; n++) {
            int sum = 0;
            for (size_t i = 0; i < n; i++) sum += vr_crew_share(&crew, n, i);
            cr_assert_eq(sum, (size_t)threads > n ? threads : (int)n);
        }
    }
}

/* What a test of the runner saw. */
typedef struct seen {
    size_t most_active, n_failed, n_done;
    int widest; /* threads of a run that was alone at the end */
} seen;

static void see(void *context, const vr_event *event) {
    seen *s = context;
    if (event->n_active > s->most_active) s->most_active = event->n_active;
    s->n_done += event->kind == VR_EVENT_DONE;
    s->n_failed += event->kind == VR_EVENT_FAILED;
    if (event->n_active == 1 && s->n_done == 2 && event->active[0].threads > s->widest)
        s->widest = event->active[0].threads;
}

/* Three short runs on the small planted world; the third is the longest. */
static vr_plan three_runs(vr_sources *sources, vr_error *error) {
    static const char *const lengths[] = {"2", "2", "8"};
    vr_plan plan = {0};
    vr_shelf none = {0};
    for (int i = 0; i < 3; i++) {
        vr_train_spec spec = vr_spec_default();
        vr_spec_set(&spec, "loss", "mse", "test", error);
        vr_spec_set(&spec, "epochs", lengths[i], "test", error);
        vr_spec_set(&spec, "schedule", "fixed", "test", error);
        vr_spec_set(&spec, "negatives", "50", "test", error);
        spec.seed = (uint64_t)i + 1;
        cr_assert_eq(vr_spec_check(&spec, "test", error), VR_OK);
        vr_run_spec run = {.train = spec};
        cr_assert_eq(vr_plan_add(&plan, "run", "planted-small", &run, error), VR_OK);
    }
    cr_assert_eq(vr_plan_settle(&plan, sources, &none, error), VR_OK, "%s", error->text);
    return plan;
}

Test(study, the_last_run_gets_the_cores_of_those_that_are_done) {
    vr_error error = {.text = ""};
    vr_sources sources = {0};
    vr_plan plan = three_runs(&sources, &error);
    seen saw = {0};
    vr_runner runner = {folder, "test", see, &saw, {.threads = 3, .jobs = 3, .one = 1, .all = 2}};
    cr_assert_eq(vr_runner_run(&runner, &plan, &error), VR_OK, "%s", error.text);
    cr_assert_eq(saw.n_done, 3);
    cr_assert_eq(saw.most_active, 3);
    cr_assert_eq(saw.widest, 3);
    vr_plan_free(&plan);
    vr_sources_free(&sources);
}

Test(study, with_room_for_one_run_they_go_one_after_the_other_and_too_large_ones_say_so) {
    vr_error error = {.text = ""};
    vr_sources sources = {0};
    vr_plan plan = three_runs(&sources, &error);
    seen saw = {0};
    vr_runner runner = {folder, "test", see, &saw, {.threads = 2, .jobs = 2, .one = 1, .all = 2}};
    plan.runs[1].spec.train.dim =
        2048; /* its id is that of another spec: it must not get a record */
    runner.crew.room = 1.5 * vr_crew_need(&runner.crew, &plan.runs[0]);
    cr_assert_eq(vr_runner_run(&runner, &plan, &error), VR_USAGE);
    cr_assert(strstr(error.text, "dim = 2048") && strstr(error.text, "GiB"), "%s", error.text);
    cr_assert_eq(saw.most_active, 1);
    cr_assert(saw.n_done == 2 && saw.n_failed == 1 && plan.runs[1].state == VR_RUN_FAILED);
    vr_plan_free(&plan);
    vr_sources_free(&sources);
}

/* --- growth ---------------------------------------------------------------------------------------- */

#define GROWTH_HEAD                                                                                \
    "# a machine\n# "                                                                              \
    "more\nsweep\tworld\tusers\titems\ttrain_pairs\ttest_pairs\tdim\tnegatives\tbatch\t"           \
    "threads\tsteps_timed\tstep_ms\ttrain_s\trank_s\tepoch_s\tpeak_mib\tmodel_mib\tmodel_over_"    \
    "peak\n"

Test(study, measured_growth_is_read_and_what_was_not_measured_is_missing) {
    vr_growth growth;
    vr_error error = {.text = ""};
    const char *path =
        write_text("growth.tsv", GROWTH_HEAD
                   "items\tplanted\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15\t1.1\n"
                   "x\ty\t1\t2\t3\t4\t5\t6\t7\t8\t0\t\t\t\t\t\t15\t\n");
    cr_assert_eq(vr_growth_read(path, &growth, &error), VR_OK, "%s", error.text);
    cr_assert_eq(growth.n_rows, 2);
    cr_assert_str_eq(growth.machine, " a machine");
    cr_assert_str_eq(growth.rows[0].sweep, "items");
    cr_assert_eq(growth.rows[0].at[VR_GROWTH_USERS], 1);
    cr_assert_eq(growth.rows[0].at[VR_GROWTH_MODEL_OVER_PEAK], 1.1);
    cr_assert(isnan(growth.rows[1].at[VR_GROWTH_PEAK_MIB]));
    cr_assert_eq(growth.rows[1].at[VR_GROWTH_MODEL_MIB], 15);
    vr_growth_free(&growth);
    cr_assert_eq(vr_growth_read("no/such/file", &growth, &error), VR_OK);
    cr_assert_eq(growth.n_rows, 0);
    vr_growth_free(&growth);
}

Test(study, a_damaged_line_of_growth_is_named) {
    static const char *const wrong[][2] = {
        {"sweep\tworld\n", "growth.tsv:1: expected the head"},
        {GROWTH_HEAD "a\tb\t1\n", "growth.tsv:4: expected 18 columns, found 3"},
        {GROWTH_HEAD "a\tb\t1\t2\t3\t4\t5\t6\t7\t8\t9\tten\t11\t12\t13\t14\t15\t1\n",
         ":4: column 12"},
        {GROWTH_HEAD "a\tb\t1\t2\t3\t4\t5\t6\t7\t8\t9\t-1\t11\t12\t13\t14\t15\t1\n",
         ":4: column 12"},
        {GROWTH_HEAD "a\tb\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15\t1\t2\n",
         ":4: expected 18 columns, found 19"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        vr_growth growth;
        vr_error error = {.text = ""};
        cr_assert_eq(vr_growth_read(write_text("growth.tsv", wrong[i][0]), &growth, &error),
                     VR_BAD_DATA);
        cr_assert(strstr(error.text, wrong[i][1]), "%s", error.text);
    }
}

/* --- planted worlds -------------------------------------------------------------------------------- */

#define PLANTED   "axis\tworld\ttrue_tau\tloss\ttau_by\tN\tM\t"
#define ESTIMATES PLANTED "positives\toff_percent\terror_percent\tfloor_percent\n"
#define RANKINGS  PLANTED "chosen\trecall@20\tndcg@20\tgain@20\tgain_sd\tseeds\n"

Test(study, tables_of_planted_worlds_are_read) {
    vr_tsv table;
    vr_error error = {.text = ""};
    const char *path = write_text("planted.tsv", "# said\n" ESTIMATES
                                                 "M\tw\t.1\tMSE\tbiased\t800\t0\t\t1.5\t2\t\n");
    cr_assert_eq(vr_planted_read(path, VR_PLANTED_ESTIMATES, &table, &error), VR_OK, "%s",
                 error.text);
    cr_assert_eq(table.n_rows, 1);
    cr_assert_str_eq(vr_tsv_row(&table, 0)[VR_PLANTED_TAU_BY], "biased");
    cr_assert_str_eq(vr_tsv_row(&table, 0)[VR_PLANTED_POSITIVES], "");
    cr_assert_str_eq(vr_tsv_row(&table, 0)[VR_PLANTED_OFF], "1.5");
    vr_tsv_free(&table);
    cr_assert_eq(vr_planted_read("no/such/file", VR_PLANTED_RANKINGS, &table, &error), VR_OK);
    cr_assert_eq(table.n_rows, 0);
}

Test(study, a_damaged_line_of_a_planted_table_is_named) {
    static const char *const wrong[][2] = {
        {ESTIMATES, "planted.tsv:1: expected the head"},
        {RANKINGS "M\tw\t.1\tMSE\tbiased\t800\t0\t\t1\t2\t3\t4\n",
         ":2: expected 13 columns, found 12"},
        {RANKINGS "M\tw\t.1\tMSE\tbiased\t800\tten\t\t1\t2\t3\t4\t5\n",
         ":2: column 7, \"ten\", is no number"},
        {RANKINGS "M\tw\t.1\tMSE\tbiased\t800\t0\t\t1\t2\t\t4\t5\n", ":2: column 11 is empty"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        vr_tsv table;
        vr_error error = {.text = ""};
        cr_assert_eq(vr_planted_read(write_text("planted.tsv", wrong[i][0]), VR_PLANTED_RANKINGS,
                                     &table, &error),
                     VR_BAD_DATA);
        cr_assert(strstr(error.text, wrong[i][1]), "%s", error.text);
    }
}
