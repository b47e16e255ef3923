/* The arithmetic of the printed tables, and the sentences about them (abstract, sections 4.2 to 4.4). Everything is
   recomputed from expected/table1.tsv to table5.tsv. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "claims/finding.h"
#include "data/manifest.h"

#define HALF_OF_LAST 0.0050000001 /* of two printed decimals */

enum { COLUMNS = 6 };
static const char *const datasets[] = {"yelp2018", "gowalla", "amazon-book"};
static const char *const metrics[] = {"recall@20", "ndcg@20"};

typedef struct line {
    double at[COLUMNS]; /* Yelp Recall, Yelp NDCG, Gowalla ... */
} line;

static const char *column_name(int column, char text[48]) {
    snprintf(text, 48, "%s %s", datasets[column / 2], metrics[column % 2]);
    return text;
}

static line read_line(const vr_claims_input *in, int table, const char *row) {
    char number[2] = {(char)('0' + table), 0};
    line l;
    for (int k = 0; k < COLUMNS; k++)
        l.at[k] =
            vr_expected_value(&in->tables[table], number, row, datasets[k / 2], metrics[k % 2]);
    return l;
}

/* Relative improvement in percent. */
static line improvement(line before, line after) {
    for (int k = 0; k < COLUMNS; k++) after.at[k] = 100 * (after.at[k] / before.at[k] - 1);
    return after;
}

static double mean(line l) {
    double sum = 0;
    for (int k = 0; k < COLUMNS; k++) sum += l.at[k];
    return sum / COLUMNS;
}

static double rounded(double x) {
    return round(100 * x) / 100;
}

static const struct {
    const char *printed, *before, *after;
} improvements[] = {{"CCL RI%", "CCL biased", "CCL debiased"},
                    {"MSE RI%", "MSE biased", "MSE debiased"},
                    {"InfoNCE RI%", "InfoNCE biased", "InfoNCE debiased"},
                    {"MINE RI%", "InfoNCE biased", "MINE"},
                    {"MINE+ RI%", "InfoNCE biased", "MINE+"}};
enum { N_IMPROVEMENTS = 5, CCL = 0, MSE, INFONCE, MINE, MINE_PLUS };

static line improvement_of(const vr_claims_input *in, int which) {
    return improvement(read_line(in, 2, improvements[which].before),
                       read_line(in, 2, improvements[which].after));
}

/* --- Table 1 ------------------------------------------------------------------------------------ */

/* The manifests' counts are those of the files whose hashes are checked before they are used. */
static void statistics(const vr_claims_input *in, vr_finding *f, int train_only) {
    for (size_t i = 0; i < in->tables[1].n_rows && !f->error.status; i++) {
        const vr_expected_row *row = &in->tables[1].rows[i];
        vr_manifest m;
        if (vr_manifest_find(row->dataset, &m, &f->error)) return;
        double pairs = (double)(m.train.interactions + (train_only ? 0 : m.test.interactions));
        double counted = !strcmp(row->metric, "users")   ? m.n_users
                         : !strcmp(row->metric, "items") ? m.n_items
                                                         : pairs;
        VR_TALLY(&f->printed, -fabs(counted - row->value), 0, "%s, %s: printed %.0f, counted %.0f",
                 row->dataset, row->metric, row->value, counted);
    }
}
void vr_claim_table_1(const vr_claims_input *in, vr_finding *f) {
    statistics(in, f, 0);
}
void vr_claim_table_1_train_only(const vr_claims_input *in, vr_finding *f) {
    statistics(in, f, 1);
}

/* --- Table 2 ------------------------------------------------------------------------------------ */

static void each_improvement(const vr_claims_input *in, vr_tally *tally, int of_new) {
    char name[48];
    for (int i = 0; i < N_IMPROVEMENTS; i++) {
        line got = improvement_of(in, i), printed = read_line(in, 2, improvements[i].printed);
        for (int k = 0; k < COLUMNS; k++) {
            double ri = of_new ? got.at[k] / (1 + got.at[k] / 100) : got.at[k];
            VR_TALLY(tally, HALF_OF_LAST - fabs(ri - printed.at[k]), 0,
                     "%s, %s: printed %.2f, from the cells %.4f", improvements[i].printed,
                     column_name(k, name), printed.at[k], ri);
        }
    }
}
void vr_claim_improvements(const vr_claims_input *in, vr_finding *f) {
    each_improvement(in, &f->printed, 0);
}
void vr_claim_improvements_of_new(const vr_claims_input *in, vr_finding *f) {
    each_improvement(in, &f->printed, 1);
}

/* of_rounded: the mean of the printed improvements instead of the exact ones; MINE's differs. */
static void averages(const vr_claims_input *in, vr_tally *tally, int of_rounded) {
    for (int i = 0; i < N_IMPROVEMENTS; i++) {
        line ri = improvement_of(in, i);
        for (int k = 0; k < COLUMNS && of_rounded; k++) ri.at[k] = rounded(ri.at[k]);
        double printed =
            vr_expected_value(&in->tables[2], "2", improvements[i].printed, "all", "average");
        VR_TALLY(tally, HALF_OF_LAST - fabs(mean(ri) - printed), 0,
                 "%s: printed %.2f, the mean is %.4f", improvements[i].printed, printed, mean(ri));
    }
}
void vr_claim_averages(const vr_claims_input *in, vr_finding *f) {
    averages(in, &f->printed, 0);
}
void vr_claim_averages_of_rounded(const vr_claims_input *in, vr_finding *f) {
    averages(in, &f->printed, 1);
}

/* --- Tables 2 and 3: the same runs ---------------------------------------------------------------------- */

static void same_runs(const vr_claims_input *in, vr_tally *tally, const char *ccl, int leave_out) {
    const char *const pairs[3][2] = {
        {ccl, "MF-CCL"}, {"CCL debiased", "MF-CCL-debiased"}, {"MINE+", "MF-MINE+"}};
    char name[48];
    for (int i = 0; i < 3; i++) {
        line second = read_line(in, 2, pairs[i][0]), third = read_line(in, 3, pairs[i][1]);
        for (int k = 0; k < COLUMNS; k++) {
            if (leave_out && i == 2 && k == COLUMNS - 1) continue;
            VR_TALLY(tally, -fabs(second.at[k] - third.at[k]), 1e-9,
                     "%s, %s: %.2f in Table 2, %.2f in Table 3", pairs[i][1], column_name(k, name),
                     second.at[k], third.at[k]);
        }
    }
}
void vr_claim_same_runs(const vr_claims_input *in, vr_finding *f) {
    same_runs(in, &f->printed, "CCL biased", 0);
    same_runs(in, &f->corrected, "CCL biased", 1);
    line infonce = read_line(in, 2, "InfoNCE biased"), plus = read_line(in, 2, "MINE+");
    double printed = read_line(in, 2, "MINE+ RI%").at[5],
           two = 100 * (plus.at[5] / infonce.at[5] - 1);
    line third = read_line(in, 3, "MF-MINE+");
    line ri = improvement(infonce, third);
    VR_TALLY(&f->corrected, HALF_OF_LAST - fabs(two - printed), 0,
             "the printed RI%% of %.2f follows from 4.05", printed);
    vr_finding_note(f, "With Table 3's %.2f that RI%% is %.2f, its average %.2f.", third.at[5],
                    ri.at[5], mean(ri));
}
void vr_claim_same_runs_debiased(const vr_claims_input *in, vr_finding *f) {
    same_runs(in, &f->printed, "CCL debiased", 1);
}

/* --- sentences ---------------------------------------------------------------------------------------------- */

/* Every cell of the improvement is above least (percent). */
static void above(vr_tally *tally, line ri, const char *what, double least) {
    char name[48];
    for (int k = 0; k < COLUMNS; k++)
        VR_TALLY(tally, ri.at[k] > least ? ri.at[k] - least : fmin(ri.at[k] - least, -1e-9), 0,
                 "%s, %s: %+.2f %%", what, column_name(k, name), ri.at[k]);
}

/* "the debiased losses ... outperform the existing (biased) ones" */
void vr_claim_debiased_outperform(const vr_claims_input *in, vr_finding *f) {
    for (int i = CCL; i <= INFONCE; i++)
        above(&f->printed, improvement_of(in, i), improvements[i].printed, 0);
    above(&f->conditioned, improvement_of(in, CCL), "CCL", 0);
    above(&f->conditioned, improvement_of(in, INFONCE), "InfoNCE", 0);
    vr_finding_note(f, "%d of 18 cells rise.", 18 - (int)f->printed.n_violated);
}
void vr_claim_mse_outperforms(const vr_claims_input *in, vr_finding *f) {
    above(&f->printed, improvement_of(in, MSE), "MSE", 0);
}

/* "newly introduced mutual-information losses outperform the existing (biased) ones" */
void vr_claim_mine_outperforms(const vr_claims_input *in, vr_finding *f) {
    static const char *const existing[] = {"CCL biased", "MSE biased", "InfoNCE biased"};
    static const char *const mines[] = {"MINE", "MINE+"};
    for (int m = 0; m < 2; m++)
        for (int e = 0; e < 3; e++) {
            char what[64];
            line ri = improvement(read_line(in, 2, existing[e]), read_line(in, 2, mines[m]));
            snprintf(what, sizeof what, "%s over %s", mines[m], existing[e]);
            above(&f->printed, ri, what, 0);
            if (e > 0) above(&f->conditioned, ri, what, 0);
        }
}
void vr_claim_mine_outperforms_ccl(const vr_claims_input *in, vr_finding *f) {
    above(&f->printed, improvement(read_line(in, 2, "CCL biased"), read_line(in, 2, "MINE")),
          "MINE over CCL", 0);
}

/* 4.2: "consistently outperform the biased ones for the CCL and InfoNCE loss functions in all cases" */
void vr_claim_in_all_cases(const vr_claims_input *in, vr_finding *f) {
    above(&f->printed, improvement_of(in, CCL), "CCL", 0);
    above(&f->printed, improvement_of(in, INFONCE), "InfoNCE", 0);
}
void vr_claim_in_all_cases_by_one(const vr_claims_input *in, vr_finding *f) {
    above(&f->printed, improvement_of(in, CCL), "CCL by 1 %", 1);
}

/* 4.2: "up to over 4% for the CCL loss function on the Amazon-Books dataset" */
static void up_to(const vr_claims_input *in, vr_tally *tally, double percent) {
    line ri = improvement_of(in, CCL);
    double top = fmax(ri.at[4], ri.at[5]), elsewhere = -INFINITY;
    for (int k = 0; k < 4; k++) elsewhere = fmax(elsewhere, ri.at[k]);
    VR_TALLY(tally, top - percent, 0, "CCL on Amazon-Books: up to %+.2f %%", top);
    VR_TALLY(tally, top - elsewhere, 0, "CCL elsewhere: at most %+.2f %%", elsewhere);
}
void vr_claim_over_four(const vr_claims_input *in, vr_finding *f) {
    up_to(in, &f->printed, 4);
}
void vr_claim_over_five(const vr_claims_input *in, vr_finding *f) {
    up_to(in, &f->printed, 5);
}

/* 4.2: "the debiased MSE still provides slight gain over the existing MSE loss" */
void vr_claim_mse_gain(const vr_claims_input *in, vr_finding *f) {
    line ri = improvement_of(in, MSE);
    above(&f->printed, ri, "MSE", 0);
    VR_TALLY(&f->conditioned, mean(ri), 0, "MSE: %+.4f %% on average", mean(ri));
}
void vr_claim_mse_gain_of_two(const vr_claims_input *in, vr_finding *f) {
    VR_TALLY(&f->printed, mean(improvement_of(in, MSE)) - 2, 0, "MSE by 2 %% on average: %+.2f",
             mean(improvement_of(in, MSE)));
}

/* 4.3: "the basic MINE is shown close to 5% average lifts over the (biased) InfoNCE loss": within half a percent */
void vr_claim_mine_close_to_five(const vr_claims_input *in, vr_finding *f) {
    line ri = improvement_of(in, MINE);
    VR_TALLY(&f->printed, 0.5 - fabs(mean(ri) - 5), 0, "MINE: %+.4f %% on average", mean(ri));
    vr_finding_note(f,
                    "On Yelp2018 it is %+.2f and %+.2f %%, about what the last printed digit says.",
                    ri.at[0], ri.at[1]);
}
void vr_claim_mine_close_to_five_each(const vr_claims_input *in, vr_finding *f) {
    line ri = improvement_of(in, MINE);
    char name[48];
    for (int k = 0; k < COLUMNS; k++)
        VR_TALLY(&f->printed, 0.5 - fabs(ri.at[k] - 5), 0, "MINE, %s: %+.2f %%",
                 column_name(k, name), ri.at[k]);
}

/* 4.3: "MINE+ ... comparable or superior ... to the state-of-the-art CCL loss function": comparable is not more than
   1 % below, or than 5 %. */
void vr_claim_comparable_to_ccl(const vr_claims_input *in, vr_finding *f) {
    line ri = improvement(read_line(in, 2, "CCL biased"), read_line(in, 2, "MINE+"));
    line debiased = improvement(read_line(in, 2, "CCL debiased"), read_line(in, 2, "MINE+"));
    int superior = 0, over_debiased = 0;
    for (int k = 0; k < COLUMNS; k++) superior += ri.at[k] > 0, over_debiased += debiased.at[k] > 0;
    above(&f->printed, ri, "MINE+ against CCL", -1);
    above(&f->conditioned, ri, "MINE+ against CCL", -5);
    vr_finding_note(f, "Superior in %d of 6 cells; to debiased CCL in %d.", superior,
                    over_debiased);
}
void vr_claim_superior_to_ccl(const vr_claims_input *in, vr_finding *f) {
    above(&f->printed, improvement(read_line(in, 2, "CCL biased"), read_line(in, 2, "MINE+")),
          "MINE+ against CCL", 0);
}

/* 4.3: "MINE+ consistently achieves better results than InfoNCE with a maximum improvement of 14% (with an average
   improvement over 11%" */
void vr_claim_mine_plus_maximum(const vr_claims_input *in, vr_finding *f) {
    line ri = improvement_of(in, MINE_PLUS);
    double top = -INFINITY;
    for (int k = 0; k < COLUMNS; k++) top = fmax(top, ri.at[k]);
    above(&f->printed, ri, "MINE+ over InfoNCE", 0);
    VR_TALLY(&f->printed, 0.5 - fabs(top - 14), 0, "the maximum is %.2f %%", top);
    VR_TALLY(&f->printed, mean(ri) - 11, 0, "the average is %.4f %%", mean(ri));
}
void vr_claim_mine_plus_nine(const vr_claims_input *in, vr_finding *f) {
    above(&f->printed, improvement_of(in, MINE_PLUS), "MINE+ over InfoNCE by 9 %", 9);
}

/* 4.3: "these two methods perform best or second best in most cases" (Table 3) */
static int rank_of(const vr_claims_input *in, const char *row, int column) {
    const vr_expected *table = &in->tables[3];
    double own = read_line(in, 3, row).at[column];
    int rank = 1;
    for (size_t i = 0; i < table->n_rows; i++) {
        const vr_expected_row *at = &table->rows[i];
        rank += !strcmp(at->dataset, datasets[column / 2]) &&
                !strcmp(at->metric, metrics[column % 2]) && at->value > own;
    }
    return rank;
}
static int columns_among(const vr_claims_input *in, const char *row, int most) {
    int n = 0;
    for (int k = 0; k < COLUMNS; k++) n += rank_of(in, row, k) <= most;
    return n;
}
void vr_claim_best_or_second(const vr_claims_input *in, vr_finding *f) {
    int plus = columns_among(in, "MF-MINE+", 2), ccl = columns_among(in, "MF-CCL-debiased", 2);
    VR_TALLY(&f->printed, plus > 3 ? 1 : -1, 0, "MINE+ is best or second in %d of 6 columns", plus);
    VR_TALLY(&f->printed, ccl > 3 ? 1 : -1, 0, "debiased CCL is best or second in %d of 6 columns",
             ccl);
    VR_TALLY(&f->conditioned, plus + ccl > 6 ? 1 : -1, 0, "the two together: %d of 12", plus + ccl);
    vr_finding_note(f, "Best: MINE+ in %d columns, debiased CCL in %d.",
                    columns_among(in, "MF-MINE+", 1), columns_among(in, "MF-CCL-debiased", 1));
}
void vr_claim_best_in_all(const vr_claims_input *in, vr_finding *f) {
    int n = columns_among(in, "MF-MINE+", 1) + columns_among(in, "MF-CCL-debiased", 1);
    VR_TALLY(&f->printed, n == COLUMNS ? 1 : -1, 0, "one of the two is best in %d of 6 columns", n);
}

/* 4.4: "it would achieve optimal around 0.5 for all datasets (see Appendix A)" */
static void temperatures(const vr_claims_input *in, vr_tally *tally, double middle, double width) {
    for (int d = 0; d < 3; d++) {
        double t = vr_expected_value(&in->tables[4], "4", "MINE+", datasets[d], "t");
        VR_TALLY(tally, width - fabs(t - middle), 1e-9, "%s: t=%g in Table 4", datasets[d], t);
    }
}
void vr_claim_temperature(const vr_claims_input *in, vr_finding *f) {
    temperatures(in, &f->printed, 0.5, 0.05);
    temperatures(in, &f->conditioned, 0.5, 0.1);
}
void vr_claim_temperature_one(const vr_claims_input *in, vr_finding *f) {
    temperatures(in, &f->printed, 1, 0.1);
}

/* Table 5 prints the regularization as -9; section 4.1.5 searches from 1e-9 to 1e-5. */
static void regularization(vr_tally *tally, double value) {
    VR_TALLY(tally, value >= 0.999e-9 && value <= 1.001e-5 ? 1 : -1, 0,
             "%g, searched from 1e-9 to 1e-5", value);
}
void vr_claim_regularization(const vr_claims_input *in, vr_finding *f) {
    regularization(&f->printed, -9);
    for (int d = 0; d < 3; d++)
        regularization(&f->corrected, vr_expected_value(&in->tables[5], "5", "CCL debiased",
                                                        datasets[d], "regularization"));
}
void vr_claim_regularization_large(const vr_claims_input *in, vr_finding *f) {
    (void)in;
    regularization(&f->printed, 1e-4);
}
