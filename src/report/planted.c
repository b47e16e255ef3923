/* Planted worlds, where the truth is known: what the debiased losses estimate, and what their rankings are worth. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/report.h"

static const char *const losses[] = {"InfoNCE", "MSE", "CCL"};
static const char *const positives[] = {"true p+", "observed"};
enum { N_LOSSES = 3 };
typedef const char *const *row;

static const char *axis_text(const char *axis) {
    static const char *const texts[][2] = {
        {"tau", "\u03c4\u207a as a multiple of the observed share (scale:\u03b1: 1 + \u03b1)"},
        {"K", "\u03c4\u207a as if each user had K positive items more (count:K)"},
        {"N", "Sampled items N"},
        {"M", "Positive samples M"},
        {"true tau", "Worlds with other true \u03c4\u207a"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i][0], axis) == 0) return texts[i][1];
    return axis;
}

static int same_setting(row a, row b) {
    static const int keys[] = {VR_PLANTED_AXIS, VR_PLANTED_WORLD, VR_PLANTED_TAU_BY, VR_PLANTED_N,
                               VR_PLANTED_M};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (strcmp(a[keys[k]], b[keys[k]]) != 0) return 0;
    return 1;
}

/* The row of a loss with the settings of `like`; of: where the positive samples are from, NULL: any. NULL: none. */
static row find(const vr_tsv *table, row like, const char *loss, const char *of) {
    for (size_t i = 0; i < table->n_rows; i++) {
        row at = vr_tsv_row(table, i);
        if (same_setting(at, like) && strcmp(at[VR_PLANTED_LOSS], loss) == 0 &&
            (!of || strcmp(at[VR_PLANTED_POSITIVES], of) == 0))
            return at;
    }
    return NULL;
}

/* The first row with its settings. */
static int leads(const vr_tsv *table, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (same_setting(vr_tsv_row(table, i), vr_tsv_row(table, index))) return 0;
    return 1;
}

static double number(row at, int column) {
    return at ? strtod(at[column], NULL) : (double)NAN;
}

/* --- what the table of rankings says in all ------------------------------------------------------------- */

/* How often the debiased form by the true tau+ ranks better or worse than the biased one, in the same world and with
   the same draws, by more than two standard errors. */
typedef struct tally {
    unsigned better, worse, pairs;
} tally;

static tally true_against_biased(const vr_tsv *table) {
    tally t = {0};
    for (size_t i = 0; i < table->n_rows; i++) {
        row biased = vr_tsv_row(table, i);
        if (strcmp(biased[VR_PLANTED_TAU_BY], "biased") != 0) continue;
        for (size_t k = 0; k < table->n_rows; k++) {
            row other = vr_tsv_row(table, k);
            if (strcmp(other[VR_PLANTED_TAU_BY], "true tau") != 0 ||
                strcmp(other[VR_PLANTED_AXIS], biased[VR_PLANTED_AXIS]) != 0 ||
                strcmp(other[VR_PLANTED_WORLD], biased[VR_PLANTED_WORLD]) != 0 ||
                strcmp(other[VR_PLANTED_N], biased[VR_PLANTED_N]) != 0 ||
                strcmp(other[VR_PLANTED_LOSS], biased[VR_PLANTED_LOSS]) != 0)
                continue;
            double a = number(biased, VR_PLANTED_GAIN_SD), b = number(other, VR_PLANTED_GAIN_SD);
            double two = 2 * sqrt((a * a + b * b) / number(biased, VR_PLANTED_SEEDS));
            double gained = number(other, VR_PLANTED_GAIN) - number(biased, VR_PLANTED_GAIN);
            t.pairs++;
            t.better += gained > two;
            t.worse += gained < -two;
        }
    }
    return t;
}

/* --- the page ------------------------------------------------------------------------------------------- */

static void axis_row(const char *axis, int n_columns, FILE *out) {
    fprintf(out, "<tr><th scope=\"colgroup\" colspan=\"%d\">%s</th></tr>\n", n_columns,
            axis_text(axis));
}

static void setting_cells(row at, const char *all, FILE *out) {
    fprintf(out,
            "<tr><th scope=\"row\">%s</th><td class=\"n\">%.3f</td><td>%s</td><td "
            "class=\"n\">%s</td><td "
            "class=\"n\">%s</td>",
            at[VR_PLANTED_WORLD], number(at, VR_PLANTED_TRUE_TAU), at[VR_PLANTED_TAU_BY],
            strcmp(at[VR_PLANTED_N], "0") ? at[VR_PLANTED_N] : all,
            strcmp(at[VR_PLANTED_M], "0") ? at[VR_PLANTED_M] : "\u2013");
}

static void estimate_cell(const vr_tsv *table, row like, const char *loss, const char *of,
                          FILE *out) {
    row at = find(table, like, loss, of);
    if (at)
        fprintf(out, "<td class=\"n\">%+.1f \u00b1 %.1f</td>", number(at, VR_PLANTED_OFF),
                number(at, VR_PLANTED_ERROR));
    else
        fputs("<td class=\"n\">\u2013</td>", out);
}

static void estimates(const vr_tsv *table, FILE *out) {
    const char *axis = "";
    fputs("<h3>The estimate of the negative term</h3><p>Estimate less truth, in percent of the "
          "truth: mean \u00b1 root mean square, at the scores of a trained model. The first "
          "column of a loss draws its M positive samples from the user\u2019s true p\u207a, as the "
          "derivation has it; the second from the observed items, as all training must. The biased "
          "loss subtracts nothing.</p>\n<div class=\"wide\"><table><thead><tr><th>World</th><th "
          "class=\"n\">True \u03c4\u207a</th><th>\u03c4\u207a used</th><th class=\"n\">N</th><th "
          "class=\"n\">M</th>",
          out);
    for (int k = 0; k < N_LOSSES; k++)
        fprintf(out, "<th class=\"n\">%s, of p\u207a</th><th class=\"n\">of observed</th>",
                losses[k]);
    fputs("</tr></thead><tbody>\n", out);
    for (size_t i = 0; i < table->n_rows; i++) {
        row at = vr_tsv_row(table, i);
        if (!leads(table, i)) continue;
        if (strcmp(axis, at[VR_PLANTED_AXIS]) != 0)
            axis_row(axis = at[VR_PLANTED_AXIS], 5 + 2 * N_LOSSES, out);
        setting_cells(at, "", out);
        for (int k = 0; k < 2 * N_LOSSES; k++)
            estimate_cell(table, at, losses[k / 2],
                          strcmp(at[VR_PLANTED_TAU_BY], "biased") ? positives[k % 2]
                          : k % 2                                 ? "none"
                                                                  : "",
                          out);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void rankings(const vr_tsv *table, FILE *out) {
    const char *axis = "";
    tally t = true_against_biased(table);
    fprintf(out,
            "<h3>What the ranking is worth</h3><p>Gain: the sum of the true probabilities of a "
            "user\u2019s first 20 unseen items over the most that 20 can have, in percent, mean of "
            "%s seeds (standard deviation). Each row\u2019s weight is the best of a small grid by "
            "that gain, on a seed of its own. With the true \u03c4\u207a the debiased form ranks "
            "better than the biased one by more than two standard errors in %u of %u "
            "comparisons, worse in %u.</p>\n<div class=\"wide\"><table><thead><tr><th>World</th>"
            "<th class=\"n\">True \u03c4\u207a</th><th>\u03c4\u207a used</th><th class=\"n\">N</th>"
            "<th class=\"n\">M</th>",
            vr_tsv_row(table, 0)[VR_PLANTED_SEEDS], t.better, t.pairs, t.worse);
    for (int k = 0; k < N_LOSSES; k++)
        fprintf(out, "<th class=\"n\">%s</th><th>with</th>", losses[k]);
    fputs("</tr></thead><tbody>\n", out);
    for (size_t i = 0; i < table->n_rows; i++) {
        row at = vr_tsv_row(table, i);
        if (!leads(table, i)) continue;
        if (strcmp(axis, at[VR_PLANTED_AXIS]) != 0)
            axis_row(axis = at[VR_PLANTED_AXIS], 5 + 2 * N_LOSSES, out);
        setting_cells(at, "all", out);
        for (int k = 0; k < N_LOSSES; k++) {
            row of = find(table, at, losses[k], NULL);
            fprintf(out, "<td class=\"n\">%s (%s)</td><td>%s</td>",
                    vr_decimals(number(of, VR_PLANTED_GAIN), 1).text,
                    vr_decimals(number(of, VR_PLANTED_GAIN_SD), 1).text,
                    of ? of[VR_PLANTED_CHOSEN] : "");
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

void vr_report_planted_html(const vr_report *report, FILE *out) {
    if (!report->estimates->n_rows && !report->rankings->n_rows) return;
    fputs("<h2 id=\"planted\">Planted worlds: where the truth is known</h2><p>In a planted world "
          "every preference probability \u03c0 is known, and with it \u03c4\u207a, p\u207a and "
          "p\u207b of Eq. 5. So what a debiased loss estimates can be held against what it stands "
          "for, and a ranking against what the user likes instead of what was observed. "
          "<code>make planted</code></p>\n",
          out);
    if (report->estimates->n_rows) estimates(report->estimates, out);
    if (report->rankings->n_rows) rankings(report->rankings, out);
}

/* --- markdown --------------------------------------------------------------------------------------------- */

void vr_report_planted_markdown(const vr_report *report, FILE *out) {
    const vr_tsv *table = report->rankings;
    if (!table->n_rows) return;
    tally t = true_against_biased(table);
    fprintf(
        out,
        "\n## Planted worlds: where the truth is known\n\nGain: true probabilities of the first "
        "20 unseen items over the most that 20 can have, percent. With the true tau+ the "
        "debiased form\nranks better than the biased one by more than two standard errors in "
        "%u of %u comparisons, worse in %u.\n\n| axis | world | tau+ used | N | M | InfoNCE | "
        "MSE | CCL |\n|---|---|---|---|---|---|---|---|\n",
        t.better, t.pairs, t.worse);
    for (size_t i = 0; i < table->n_rows; i++) {
        row at = vr_tsv_row(table, i);
        if (!leads(table, i)) continue;
        fprintf(out, "| %s | %s | %s | %s | %s |", at[VR_PLANTED_AXIS], at[VR_PLANTED_WORLD],
                at[VR_PLANTED_TAU_BY], strcmp(at[VR_PLANTED_N], "0") ? at[VR_PLANTED_N] : "all",
                at[VR_PLANTED_M]);
        for (int k = 0; k < N_LOSSES; k++)
            fprintf(out, " %s |",
                    vr_decimals(number(find(table, at, losses[k], NULL), VR_PLANTED_GAIN), 1).text);
        fputs("\n", out);
    }
}
