/* The three ways to the items that a loss holds against a positive: a table, and Recall against minutes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/panel.h"
#include "report/report.h"

enum { MOST_WAYS = 3 /* as many as a panel has colours */ };

/* How many, from this one on, are ways of one loss. */
static size_t ways_from(const vr_report *report, size_t first) {
    size_t n = 1;
    while (first + n < report->n_modes && !vr_mode_leads(report->modes, first + n)) n++;
    return n;
}

static vr_number metric(const vr_mode *mode, double fraction) {
    return vr_decimals(mode->record ? 100 * fraction : (double)NAN, 2);
}

/* "12 of 31" epochs, or what came instead. */
static vr_number epochs_to(const vr_mode *mode) {
    vr_number number;
    if (!mode->record)
        snprintf(number.text, sizeof number.text, "not run");
    else if (isnan(mode->target))
        return vr_decimals((double)NAN, 0);
    else if (!mode->epochs_to)
        snprintf(number.text, sizeof number.text, "never in %u", mode->record->n_epochs);
    else
        snprintf(number.text, sizeof number.text, "%u of %u", mode->epochs_to,
                 mode->record->n_epochs);
    return number;
}

/* --- the page ---------------------------------------------------------------------------------------- */

static double minutes(const vr_mode *mode, uint32_t epoch) {
    return epoch * mode->epoch_seconds / 60;
}

static void line(vr_panel *at, const vr_mode *mode, int series) {
    uint32_t n = mode->record->n_epochs;
    double *x = calloc(2 * (size_t)n + 1, sizeof *x), *y = x ? x + n : NULL;
    for (uint32_t i = 0; x && i < n; i++) {
        x[i] = minutes(mode, i + 1);
        y[i] = 100 * mode->record->epochs[i].recall;
    }
    at->series = series;
    if (x) vr_panel_line(at, x, y, n);
    vr_panel_key(at, MOST_WAYS - 1 - series, mode->cell->reading);
    free(x);
}

/* Recall@20 of a loss's ways against their training time. */
static void panel(const vr_mode *modes, size_t n, FILE *out) {
    char last[32];
    vr_panel at = {.title = modes->cell->row,
                   .about = "core minutes",
                   .first = "0",
                   .last = last,
                   .low = INFINITY,
                   .high = -INFINITY,
                   .out = out};
    for (size_t i = 0; i < n; i++) {
        const vr_mode *mode = &modes[i];
        if (!mode->record || isnan(mode->epoch_seconds)) continue;
        at.right = fmax(at.right, minutes(mode, mode->record->n_epochs));
        vr_panel_widen(&at, 100 * mode->record->epochs[0].recall);
        vr_panel_widen(&at, 100 * mode->record->recall);
    }
    if (at.low > at.high) return;
    snprintf(last, sizeof last, "%.3g min", at.right);
    vr_panel_begin(&at);
    for (size_t i = 0; i < n && i < MOST_WAYS; i++)
        if (modes[i].record && !isnan(modes[i].epoch_seconds)) line(&at, &modes[i], (int)i);
    vr_panel_end(&at);
}

static void row(const vr_mode *mode, int leads, FILE *out) {
    const vr_record *record = mode->record;
    fprintf(out,
            "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"n o\">%s</td><td class=\"n o\">%s"
            "</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
            "<td class=\"n o\">%s</td></tr>\n",
            leads ? mode->cell->row : "", mode->cell->reading,
            metric(mode, record ? record->recall : 0).text,
            metric(mode, record ? record->ndcg : 0).text,
            vr_seconds_in_words(mode->epoch_seconds).text, vr_decimals(mode->target, 2).text,
            epochs_to(mode).text, vr_seconds_in_words(mode->seconds_to).text);
}

void vr_report_modes_html(const vr_report *report, FILE *out) {
    fprintf(out,
            "<h2 id=\"modes\">Draws, shared draws, no draws</h2><p>Three ways to the items that a "
            "loss holds against a positive, on Gowalla; within a loss nothing else differs. The "
            "paper and its lineage draw for each pair. Shared draws and all items are dense "
            "products of tiles. Times are the processor\u2019s, training and ranking; each way is "
            "timed to %.0f %% of the best Recall@20 of the loss\u2019s first. "
            "<code>verirec reproduce --profile full --tables modes</code></p>\n"
            "<div class=\"wide\"><table><thead><tr><th>Loss</th><th>Negatives</th>"
            "<th class=\"n\">Recall@20</th><th class=\"n\">NDCG@20</th>"
            "<th class=\"n\">Epoch</th>"
            "<th class=\"n\">Recall aimed at</th><th class=\"n\">Epochs to it</th>"
            "<th class=\"n\">Time to it</th></tr></thead><tbody>\n",
            100 * VR_MODE_TARGET);
    for (size_t i = 0; i < report->n_modes; i++)
        row(&report->modes[i], vr_mode_leads(report->modes, i), out);
    fputs("</tbody></table></div>\n<p class=\"soft\">Recall@20 (%) against core minutes:</p>"
          "<div class=\"curves\">",
          out);
    for (size_t i = 0; i < report->n_modes; i += ways_from(report, i))
        panel(report->modes + i, ways_from(report, i), out);
    fputs("</div>\n", out);
}

/* --- the other formats ------------------------------------------------------------------------------- */

void vr_report_modes_markdown(const vr_report *report, FILE *out) {
    fprintf(out,
            "\nOn Gowalla; within a loss nothing else differs. Processor time, to %.0f %% of the "
            "best Recall of the loss's first row.\n\n"
            "| loss | negatives | Recall@20 / NDCG@20 | epoch | Recall aimed at | epochs to it | "
            "time to it |\n|---|---|---|---|---|---|---|\n",
            100 * VR_MODE_TARGET);
    for (size_t i = 0; i < report->n_modes; i++) {
        const vr_mode *mode = &report->modes[i];
        const vr_record *record = mode->record;
        fprintf(out, "| %s | %s | %s / %s | %s | %s | %s | %s |\n", mode->cell->row,
                mode->cell->reading, metric(mode, record ? record->recall : 0).text,
                metric(mode, record ? record->ndcg : 0).text,
                vr_seconds_in_words(mode->epoch_seconds).text, vr_decimals(mode->target, 2).text,
                epochs_to(mode).text, vr_seconds_in_words(mode->seconds_to).text);
    }
}

void vr_report_modes_tsv(const vr_report *report, FILE *out) {
    fputs("loss\tnegatives\tdataset\trecall@20\tndcg@20\tepochs\tepoch_core_seconds\t"
          "recall_target\tepochs_to_target\tcore_seconds_to_target\trun\n",
          out);
    for (size_t i = 0; i < report->n_modes; i++) {
        const vr_mode *mode = &report->modes[i];
        const vr_record *record = mode->record;
        fprintf(out, "%s\t%s\t%s", mode->cell->row, mode->cell->reading, mode->cell->dataset);
        if (!record) {
            fputs("\t-\t-\t-\t-\t-\t-\t-\t-\n", out);
            continue;
        }
        fprintf(out, "\t%.4f\t%.4f\t%u\t%.3f\t%.4f", 100 * record->recall, 100 * record->ndcg,
                record->n_epochs, mode->epoch_seconds, mode->target);
        if (mode->epochs_to)
            fprintf(out, "\t%u\t%.1f\t%s\n", mode->epochs_to, mode->seconds_to, record->id);
        else
            fprintf(out, "\t-\t-\t%s\n", record->id);
    }
}
