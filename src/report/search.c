/* Equal tuning effort: what each loss reaches, the leak of choosing by test, and which differences stand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/report.h"

static const vr_better *claim_of(const vr_duel *duel) {
    return vr_report_better(duel->other->cell->row, duel->base->cell->row);
}

const char *vr_report_stands(const vr_duel *duel, int m) {
    const char *verdict = vr_duel_verdict(duel, m);
    const vr_better *claim = claim_of(duel);
    int higher = strncmp(verdict, "higher", 6) == 0, lower = strncmp(verdict, "lower", 5) == 0,
        within = strstr(verdict, "within the margin") != NULL;
    if (!claim) return "\u2013";
    if (strcmp(verdict, "undecided") == 0) return "not settled";
    if (claim->comparable && (higher || within)) return "stands";
    if ((higher || lower) && !(duel->p_seeds[m] <= .05)) return "not settled: within the seeds";
    if (higher) return within ? "stands, within the margin" : "stands";
    return "does not stand";
}

/* " (the least)", " (the most)" or "": where the value stands in the range that was searched. A least of 0 is no bound. */
static const char *end_of_range(const vr_range *range, const char *value) {
    double x = strtod(value + strlen(range->prefix), NULL), room = range->most - range->least;
    double low = range->scale == VR_SCALE_LINEAR
                     ? (x - range->least) / room
                     : log(x / range->least) / log(range->most / range->least);
    if (low < .01 && range->least > 0) return " (the least)";
    return low > .99 ? " (the most)" : "";
}

/* "t = .08, lambda = 1.3, ..." of the searched keys. */
static void winner_settings(const vr_search *s, FILE *out) {
    char value[64];
    for (size_t d = 0; d < s->cell->n_space; d++)
        for (size_t i = 0; i < vr_n_spec_keys; i++) {
            if (strcmp(vr_spec_keys[i].name, s->cell->space[d].key) != 0) continue;
            vr_spec_value(&s->trials[s->winner].spec.train, &vr_spec_keys[i], value, sizeof value);
            fprintf(out, "%s%s = %s%s", d ? ", " : "", s->cell->space[d].key, value,
                    end_of_range(&s->cell->space[d], value));
        }
}

static size_t n_run(const vr_search *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->n_trials; i++) n += s->trials[i].record != NULL;
    return n;
}

/* "12 runs so far" or, done, "48 runs". */
static void progress(const vr_search *s, FILE *out) {
    size_t n = n_run(s);
    fprintf(out, n ? "%zu runs%s" : "not run", n, vr_search_done(s) ? "" : " so far");
}

/* What the public projects logged for the same loss by a search and a selection of their own. */
static const struct logged {
    const char *row, *table, *peer;
} all_logged[] = {{"CCL biased", "SimpleX", "MF-CCL"},
                  {"MINE", "BSL", "MF-SL"}, /* without the positive in the sum */
                  {"MINE+", "BSL", "MF-BSL"},
                  {"MF-BPR", "SimpleX", "MF-BPR"}};

vr_number vr_report_logged(const vr_report *report, const char *row, const char *dataset) {
    vr_number number = {"\u2013"};
    for (size_t i = 0; i < sizeof all_logged / sizeof *all_logged; i++) {
        const struct logged *at = &all_logged[i];
        if (strcmp(at->row, row) != 0) continue;
        double recall = vr_expected_value(report->peers, at->table, at->peer, dataset, "recall@20"),
               ndcg = vr_expected_value(report->peers, at->table, at->peer, dataset, "ndcg@20");
        if (!isnan(recall))
            snprintf(number.text, sizeof number.text, "%.2f / %.2f %s", recall, ndcg, at->table);
    }
    return number;
}

/* --- the page ---------------------------------------------------------------------------------------- */

static void row(const vr_report *report, const vr_search *s, FILE *out) {
    fputs("<tr><th scope=\"row\">", out);
    vr_escape(s->cell->row, out);
    fprintf(out, " <small>");
    progress(s, out);
    fprintf(out, "</small></th><td class=\"set\">%s</td><td class=\"win\">",
            vr_dataset_title(s->cell->dataset));
    if (s->epoch) winner_settings(s, out);
    fputs("</td><td class=\"n\">", out);
    if (s->epoch)
        fprintf(out, "%u", s->epoch);
    else
        fputs("\u2013", out);
    fprintf(out, "</td><td class=\"n\">%s</td><td class=\"n o\">",
            vr_decimals(s->validation[0], 2).text);
    fprintf(out, s->epoch ? "<a href=\"#%s\">%s</a>" : "%.0s%s", s->cell->name,
            vr_decimals(s->test[0], 2).text);
    if (vr_search_done(s)) fprintf(out, " <small>\u00b1 %.2f</small>", s->sd[0]);
    fprintf(out, "</td><td class=\"n o\">%s", vr_decimals(s->test[1], 2).text);
    if (vr_search_done(s)) fprintf(out, " <small>\u00b1 %.2f</small>", s->sd[1]);
    fprintf(out,
            "</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
            "<td class=\"n\">%s</td></tr>\n",
            vr_decimals(s->by_test[0], 2).text, vr_signed(s->by_epoch[0] - s->first[0]).text,
            vr_signed(s->by_test[0] - s->by_epoch[0]).text,
            vr_report_logged(report, s->cell->row, s->cell->dataset).text);
}

/* Where a winner's numbers come from: its records, its command, its curve. */
static void card(const vr_report *report, const vr_search *s, FILE *out) {
    const vr_record *chosen = s->trials[s->winner].record;
    fprintf(out, "<article id=\"%s\"><div class=\"head\"><h3>", s->cell->name);
    vr_escape(s->cell->row, out);
    fprintf(out, " \u00b7 %s</h3><span class=\"soft\">best by validation</span></div>\n<p>",
            vr_dataset_title(s->cell->dataset));
    winner_settings(s, out);
    fprintf(out,
            "; %u epochs, of which the validation split has its best Recall@20, %.2f.</p>"
            "<p><code>verirec reproduce --profile full --tables search --only %s</code></p>\n",
            s->epoch, s->validation[0], s->cell->name);
    fputs("<details><summary>curve on the validation split, and records</summary>", out);
    vr_report_curve(chosen, (double)NAN, out);
    fputs("<p>Chosen by ", out);
    vr_report_record(report, chosen->id, out);
    fputs("</p>\n", out);
    for (size_t k = 0; k < s->n_finals; k++) {
        const vr_record *final = s->trials[s->finals + k].record;
        if (!final) continue;
        fprintf(out, "<p>All of train, seed %zu: test %.2f / %.2f, ", k + 1, 100 * final->recall,
                100 * final->ndcg);
        vr_report_record(report, final->id, out);
        fputs("</p>\n", out);
    }
    fputs("</details></article>\n", out);
}

/* The tail of a test over 30,000 users leaves the range of a double. */
static vr_number tail(double p) {
    vr_number number;
    snprintf(number.text, sizeof number.text, p > 0 || isnan(p) ? "%.2g" : "&lt; 1e-300", p);
    return number;
}

static void duel_row(const vr_duel *d, int m, FILE *out) {
    const vr_paired *t = &d->test[m];
    if (m)
        fputs("<tr><th></th><td></td><td></td>", out);
    else {
        fputs("<tr><th scope=\"row\">", out);
        vr_escape(d->other->cell->row, out);
        fprintf(out, " <small>against %s</small></th><td class=\"set\">%s</td><td>",
                d->base->cell->row, vr_dataset_title(d->base->cell->dataset));
        if (claim_of(d)) fprintf(out, "%s (%s)", claim_of(d)->text, claim_of(d)->place);
        fputs("</td>", out);
    }
    fprintf(out,
            "<td>%s</td><td class=\"n o\">%s</td><td class=\"n\">%s to %s</td><td class=\"n\">%s"
            "</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
            "<td>%s</td><td>%s</td></tr>\n",
            m ? "NDCG@20" : "Recall@20", vr_signed(100 * t->difference).text,
            vr_signed(100 * t->low).text, vr_signed(100 * t->high).text, vr_signed(t->effect).text,
            tail(d->p[m]).text, tail(d->p_seeds[m]).text, tail(d->apart[m]).text,
            vr_duel_verdict(d, m), vr_report_stands(d, m));
}

static void duels(const vr_report *report, FILE *out) {
    if (!report->n_duels) return;
    fprintf(
        out,
        "<p>Which differences stand. Every user is a pair: the mean over the seeds of one winner "
        "against that of the other. The interval is of 95 %%; the effect is the mean difference in "
        "standard deviations of the users\u2019 differences; p is the paired t test\u2019s, after "
        "Holm for all rows of this table; p of the seeds is Welch\u2019s between the runs, after "
        "Holm; "
        "p of a difference of %g points or more is that of two one-sided tests, after Holm, and "
        "small where the two are equal within that margin. \u201cBetter\u201d stands where p and "
        "p of the seeds are at most .05, however small the difference; \u201ccomparable\u201d "
        "where nothing says lower by more than the margin.</p>\n"
        "<div class=\"wide\"><table><thead><tr><th>Loss</th><th>Data set</th><th>Claim</th>"
        "<th>Metric</th><th class=\"n\">Difference</th><th class=\"n\">Interval</th>"
        "<th class=\"n\">Effect</th><th class=\"n\">p</th><th class=\"n\">p, seeds</th>"
        "<th class=\"n\">p, %g apart</th><th>Verdict</th><th>The claim</th></tr></thead><tbody>\n",
        VR_DUEL_MARGIN, VR_DUEL_MARGIN);
    for (size_t i = 0; i < report->n_duels; i++)
        for (int m = 0; m < 2; m++) duel_row(&report->duels[i], m, out);
    fputs("</tbody></table></div>\n", out);
}

/* A curve that is best at its end cannot show what choosing a later epoch would have added. */
static void curves_that_rise(const vr_report *report, FILE *out) {
    size_t n = 0, rising = 0;
    for (size_t i = 0; i < report->n_searches; i++) {
        const vr_search *s = &report->searches[i];
        for (size_t k = 0; k < s->n_curves; k++) {
            const vr_record *record = s->trials[s->curves + k].record;
            n += record != NULL;
            rising += record && record->best_epoch == record->n_epochs;
        }
    }
    if (rising)
        fprintf(
            out,
            "<p class=\"soft\">%zu of %zu curves on test are best at their last epoch: of these "
            "the leak by epoch is the least that it may be.</p>\n",
            rising, n);
}

void vr_report_search_html(const vr_report *report, FILE *out) {
    if (!report->n_searches) return;
    const vr_search_plan *plan = report->searches->plan;
    fprintf(
        out,
        "<h2 id=\"search\">Equal tuning effort</h2><p>Every loss gets the same search: %u "
        "settings for %u epochs, the best %u for %u, %u more around the best; chosen by "
        "Recall@20 on a tenth of each user\u2019s train items, rounded down, so that who has fewer "
        "than ten is not validated. A loss with more to search has its settings farther apart; an "
        "end "
        "of a range is marked. The winner is trained on all of train with %u seeds "
        "for the epochs that validation chose, and then measured on test. <i>By test</i> is "
        "what choosing among the last %u settings and all their epochs by test would have "
        "reported: the leak, in points, of choosing the epoch and of choosing the setting. "
        "<i>Logged by peers</i>: SimpleX\u2019s and BSL\u2019s public logs of the same loss, by "
        "searches of their own, up to 100 epochs, the epoch chosen by test. "
        "<code>verirec reproduce --profile full --tables search</code></p>\n"
        "<div class=\"wide\"><table><thead><tr><th>Loss</th><th>Data set</th><th>Winner</th>"
        "<th class=\"n\">Epochs</th><th class=\"n\">Validation Recall@20</th>"
        "<th class=\"n\">Test Recall@20</th><th class=\"n\">NDCG@20</th>"
        "<th class=\"n\">By test</th><th class=\"n\">Leak, epoch</th>"
        "<th class=\"n\">Leak, setting</th><th class=\"n\">Logged by "
        "peers</th></tr></thead><tbody>\n",
        plan->candidates, plan->epochs[0], plan->kept, plan->epochs[plan->n_rungs - 1], plan->near,
        plan->seeds, plan->kept);
    size_t n_waiting = 0;
    for (size_t i = 0; i < report->n_searches; i++)
        if (n_run(&report->searches[i]))
            row(report, &report->searches[i], out);
        else
            n_waiting++;
    fputs("</tbody></table></div>\n", out);
    curves_that_rise(report, out);
    if (n_waiting) fputs("<p class=\"soft\">Not begun:", out);
    for (size_t i = 0, said = 0; i < report->n_searches; i++) {
        const vr_search *s = &report->searches[i];
        if (n_run(s)) continue;
        fprintf(out, "%s %s on %s", said++ ? "," : "", s->cell->row,
                vr_dataset_title(s->cell->dataset));
    }
    if (n_waiting) fputs(".</p>\n", out);
    duels(report, out);
    for (size_t i = 0; i < report->n_searches; i++)
        if (report->searches[i].epoch) card(report, &report->searches[i], out);
}

/* --- the other formats ------------------------------------------------------------------------------- */

void vr_report_search_markdown(const vr_report *report, FILE *out) {
    fputs("\n| loss | data set | winner by validation | epochs | test Recall@20 / NDCG@20 | chosen "
          "by test | leak: epoch, setting | logged by peers |\n|---|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < report->n_searches; i++) {
        const vr_search *s = &report->searches[i];
        fprintf(out, "| %s | %s | ", s->cell->row, vr_dataset_title(s->cell->dataset));
        if (s->epoch)
            winner_settings(s, out);
        else
            progress(s, out);
        fprintf(out, " | %u | %s / %s | %s | %s, %s | %s |\n", s->epoch,
                vr_decimals(s->test[0], 2).text, vr_decimals(s->test[1], 2).text,
                vr_decimals(s->by_test[0], 2).text, vr_signed(s->by_epoch[0] - s->first[0]).text,
                vr_signed(s->by_test[0] - s->by_epoch[0]).text,
                vr_report_logged(report, s->cell->row, s->cell->dataset).text);
    }
    if (!report->n_duels) return;
    fputs("\n| loss | against | data set | metric | difference | 95 % | p (Holm) | verdict | the "
          "paper's claim |\n|---|---|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < report->n_duels; i++)
        for (int m = 0; m < 2; m++) {
            const vr_duel *d = &report->duels[i];
            fprintf(out, "| %s | %s | %s | %s | %s | %s to %s | %.2g | %s | %s |\n",
                    d->other->cell->row, d->base->cell->row,
                    vr_dataset_title(d->base->cell->dataset), m ? "NDCG@20" : "Recall@20",
                    vr_signed(100 * d->test[m].difference).text,
                    vr_signed(100 * d->test[m].low).text, vr_signed(100 * d->test[m].high).text,
                    d->p[m], vr_duel_verdict(d, m), vr_report_stands(d, m));
        }
}

void vr_report_search_tsv(const vr_report *report, FILE *out) {
    fputs("loss\tdataset\truns\twinner\tepochs\tvalidation_recall@20\ttest_recall@20\tsd\t"
          "test_ndcg@20\tsd\tby_test_recall@20\tleak_epoch\tleak_setting\trun\n",
          out);
    for (size_t i = 0; i < report->n_searches; i++) {
        const vr_search *s = &report->searches[i];
        fprintf(out, "%s\t%s\t%zu\t", s->cell->row, s->cell->dataset, n_run(s));
        if (!s->epoch) {
            fputs("-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\n", out);
            continue;
        }
        winner_settings(s, out);
        fprintf(out, "\t%u\t%.4f", s->epoch, s->validation[0]);
        if (vr_search_done(s))
            fprintf(out, "\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%s\n", s->test[0], s->sd[0],
                    s->test[1], s->sd[1], s->by_test[0], s->by_epoch[0] - s->first[0],
                    s->by_test[0] - s->by_epoch[0], s->trials[s->finals].record->id);
        else
            fputs("\t-\t-\t-\t-\t-\t-\t-\t-\n", out);
    }
}

void vr_report_duels_tsv(const vr_report *report, FILE *out) {
    fputs("loss\tagainst\tdataset\tmetric\tbase\tthis\tdifference\tlow95\thigh95\teffect\tp_holm\t"
          "p_seeds\tp_apart_holm\tverdict\tclaim\n",
          out);
    for (size_t i = 0; i < report->n_duels; i++)
        for (int m = 0; m < 2; m++) {
            const vr_duel *d = &report->duels[i];
            const vr_paired *t = &d->test[m];
            fprintf(out,
                    "%s\t%s\t%s\t%s\t%.4f\t%.4f\t%+.4f\t%+.4f\t%+.4f\t%+.4f\t%.3g\t%.3g\t%.3g\t%s\t"
                    "%s\n",
                    d->other->cell->row, d->base->cell->row, d->base->cell->dataset,
                    m ? "ndcg@20" : "recall@20", 100 * t->mean[0], 100 * t->mean[1],
                    100 * t->difference, 100 * t->low, 100 * t->high, t->effect, d->p[m],
                    d->p_seeds[m], d->apart[m], vr_duel_verdict(d, m), vr_report_stands(d, m));
        }
}
