/* The outcome in one table: each cell of matrix factorisation that the paper prints, with what was reached as printed, by
   the nearest reading that reaches the printed value, and by settings that validation chose. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "report/report.h"

typedef enum said {
    AS_PRINTED,
    OTHER_READING,
    ONE_METRIC, /* of the closest reading: within the band in one of Recall and NDCG */
    EXCEEDED, /* a reading, or what validation chose, has more Recall than the band; none is in it */
    NOT_REACHED,
    NOT_RUN,
    CANNOT_RUN,
    N_SAID
} said;

static const char *const said_text[N_SAID] = {"reproduced as printed",
                                              "reproduced by another reading",
                                              "one metric reproduced",
                                              "exceeded, not reproduced",
                                              "not reached",
                                              "not run",
                                              "cannot run"};
static const vr_verdict said_colour[N_SAID] = {VR_REPRODUCED, VR_REPRODUCED,     VR_NOT_RUN,
                                               VR_BETTER,     VR_NOT_REPRODUCED, VR_NOT_RUN,
                                               VR_CANNOT_RUN};

typedef struct outcome {
    const vr_joined *printed;     /* the row as printed */
    const vr_joined *reproducing; /* the nearest reading that reaches it, or NULL */
    const vr_joined *closest;     /* the reading least outside the band, or NULL */
    const vr_joined *best;        /* a reading that validation chose, or NULL */
    const vr_search *search;      /* the search of the row, done or not, or NULL */
    double most;                  /* Recall@20 of all of them; NaN without a record */
} outcome;

static int same_cell(const vr_joined *a, const vr_joined *b) {
    return !strcmp(a->table, b->table) && !strcmp(a->row, b->row) &&
           !strcmp(a->dataset, b->dataset);
}

/* Readings that this program itself chose do not count as the paper's. */
static int by_validation(const vr_joined *cell) {
    return strncmp(cell->reading, "best", 4) == 0;
}

/* The larger of both metrics' distances, in bands: at most 1 is reproduced. */
static double far(const vr_joined *cell) {
    double most = 0;
    for (int m = 0; m < VR_N_METRICS; m++) {
        const vr_comparison *at = &cell->metrics[m];
        most = fmax(most, fabs(at->ours - at->printed->value) / at->band);
    }
    return most;
}

static size_t n_reproduced(const vr_joined *cell) {
    size_t n = 0;
    for (int m = 0; m < VR_N_METRICS; m++) n += cell->metrics[m].verdict == VR_REPRODUCED;
    return n;
}

static void take_reading(outcome *o, const vr_joined *cell) {
    double recall = cell->metrics[VR_RECALL].ours;
    if (!cell->record) return;
    o->most = fmax(o->most, recall); /* fmax passes over a NaN */
    if (by_validation(cell)) {
        o->best = cell; /* the file has them by rising Recall on the validation split */
        return;
    }
    if (n_reproduced(cell) == VR_N_METRICS &&
        (!o->reproducing || (o->reproducing != o->printed && far(cell) < far(o->reproducing))))
        o->reproducing = cell;
    if (!o->closest || far(cell) < far(o->closest)) o->closest = cell;
}

/* The readings are taken in the order of their file, so that the row as printed comes first. */
static outcome outcome_of(const vr_report *report, const vr_joined *printed) {
    outcome o = {.printed = printed, .most = (double)NAN};
    for (size_t i = 0; i < report->join->n_cells; i++)
        if (same_cell(&report->join->cells[i], printed)) take_reading(&o, &report->join->cells[i]);
    for (size_t i = 0; i < report->n_searches; i++) {
        const vr_search *s = &report->searches[i];
        if (strcmp(s->cell->row, printed->row) || strcmp(s->cell->dataset, printed->dataset))
            continue;
        o.search = s;
        if (vr_search_done(s)) o.most = fmax(o.most, s->test[VR_RECALL]);
    }
    return o;
}

static said verdict(const outcome *o) {
    const vr_comparison *recall = &o->printed->metrics[VR_RECALL];
    if (o->printed->no_data) return CANNOT_RUN;
    if (!o->closest) return NOT_RUN;
    if (o->reproducing) return o->reproducing == o->printed ? AS_PRINTED : OTHER_READING;
    if (n_reproduced(o->closest)) return ONE_METRIC;
    return o->most > recall->printed->value + recall->band ? EXCEEDED : NOT_REACHED;
}

/* Recall and NDCG of what validation chose: a reading, else the search's winner. */
static int searched(const outcome *o) {
    return o->search && vr_search_done(o->search) && !o->best;
}

static int best_of(const outcome *o, double out[VR_N_METRICS]) {
    for (int m = 0; m < VR_N_METRICS; m++)
        out[m] = searched(o) ? o->search->test[m]
                 : o->best   ? o->best->metrics[m].ours
                             : (double)NAN;
    return searched(o) || o->best;
}

/* --- the outcomes of all cells ------------------------------------------------------------------------ */

/* Whether the cell leads its row: the first reading of what this program trains. */
static int leads(const vr_report *report, size_t i) {
    const vr_joined *cell = &report->join->cells[i];
    int has_own = strcmp(cell->table, "2") == 0 || strcmp(cell->table, "3") == 0;
    if (!has_own || cell->metrics[0].verdict == VR_COPIED ||
        isnan(cell->metrics[0].printed->value) || !cell->cell || cell->cell->not_run ||
        strcmp(cell->study->table, cell->table) != 0)
        return 0;
    for (size_t k = 0; k < i; k++)
        if (same_cell(&report->join->cells[k], cell)) return 0;
    return 1;
}

/* The next leading cell from *i on; 0: there is none. */
static int next_outcome(const vr_report *report, size_t *i, outcome *out) {
    while (*i < report->join->n_cells && !leads(report, *i)) ++*i;
    if (*i == report->join->n_cells) return 0;
    *out = outcome_of(report, &report->join->cells[(*i)++]);
    return 1;
}

/* --- departures --------------------------------------------------------------------------------------- */

static int same_value(const char *a, const char *b) {
    char *a_end, *b_end;
    double x = strtod(a, &a_end), y = strtod(b, &b_end);
    return strcmp(a, b) == 0 || (a_end != a && !*a_end && b_end != b && !*b_end && x == y);
}

/* What the reading sets otherwise than the row as printed; returns how many. stated: those that the paper states, else
   those that it leaves open. out NULL: only counts. */
static size_t departures(const outcome *o, const vr_joined *reading, int stated, FILE *out) {
    size_t n = 0;
    for (size_t i = 0; i < reading->cell->n_settings; i++) {
        const vr_setting *used = &reading->cell->settings[i],
                         *was = vr_cell_setting(o->printed->cell, used->key);
        if (used->fixed || (was && same_value(was->value, used->value))) continue;
        if ((was && !was->unknown) != stated) continue;
        if (out) {
            fprintf(out, "%s%s %s", n ? ", " : "", used->key, used->value);
            if (was) fprintf(out, " for %s", was->value);
        }
        n++;
    }
    return n;
}

/* "t .1 for .4; open in the paper: sampling all for uniform" */
static void all_departures(const outcome *o, const vr_joined *reading, FILE *out) {
    size_t n = departures(o, reading, 1, out);
    if (!departures(o, reading, 0, NULL)) return;
    fputs(n ? "; open in the paper: " : "open in the paper: ", out);
    departures(o, reading, 0, out);
}

/* Readings of the cell that stand in the file without a record: "a, b"; returns how many. */
static size_t waiting(const vr_report *report, const outcome *o, FILE *out) {
    size_t n = 0;
    for (size_t i = 0; i < report->join->n_cells; i++) {
        const vr_joined *cell = &report->join->cells[i];
        if (!same_cell(cell, o->printed) || cell->record || cell == o->printed) continue;
        if (out) fprintf(out, "%s%s", n ? "; " : "", cell->reading);
        n++;
    }
    return n;
}

/* How many readings but the one as printed have been run; those by validation stand elsewhere. */
static size_t others_run(const vr_report *report, const outcome *o) {
    size_t n = 0;
    for (size_t i = 0; i < report->join->n_cells; i++) {
        const vr_joined *cell = &report->join->cells[i];
        n += cell != o->printed && same_cell(cell, o->printed) && cell->record &&
             !by_validation(cell);
    }
    return n;
}

/* Of a cell that no reading reproduces: whether one comes closer than the one as printed. */
static int has_closer(const outcome *o) {
    return o->closest && o->closest != o->printed;
}

/* There: why none that is closer stands before this, and which are still to be run. */
static void other_readings(const vr_report *report, const outcome *o, FILE *out) {
    size_t n = others_run(report, o), left = waiting(report, o, NULL);
    int closer = has_closer(o);
    if (!closer && n)
        fprintf(out, "none of %zu other reading%s comes closer", n, n == 1 ? "" : "s");
    else if (!closer && !left)
        fputs("no other reading tried", out);
    if (!left) return;
    fputs(closer || n ? "; not run yet: " : "not run yet: ", out);
    waiting(report, o, out);
}

/* Why nothing stands under "by validation", in words. */
static const char *why_no_best(const outcome *o) {
    if (!o->search) return "not searched";
    for (size_t i = 0; i < o->search->n_trials; i++)
        if (o->search->trials[i].record) return "search begun";
    return "search not run yet";
}

/* --- the page ----------------------------------------------------------------------------------------- */

/* Recall / NDCG of a reading. */
static void pair(const vr_joined *cell, FILE *out) {
    fprintf(out, "%s / %s", vr_decimals(cell->metrics[VR_RECALL].ours, 2).text,
            vr_decimals(cell->metrics[VR_NDCG].ours, 2).text);
}

static void linked(const vr_joined *cell, FILE *out) {
    fprintf(out, "<a href=\"#%s\">", cell->cell->name);
    pair(cell, out);
    fputs("</a>", out);
}

static void small(const char *before, const char *text, FILE *out) {
    fprintf(out, "<small>%s", before);
    vr_escape(text, out);
    fputs("</small>", out);
}

/* Few departures stand in the table, more fold. */
static void named_departures(const outcome *o, const vr_joined *reading, FILE *out) {
    size_t n = departures(o, reading, 1, NULL) + departures(o, reading, 0, NULL);
    if (n <= 3) {
        fputs("<small>", out);
        vr_escape(reading->reading, out);
        fputs(": ", out);
        all_departures(o, reading, out);
        fputs("</small>", out);
        return;
    }
    fputs("<details><summary>", out);
    vr_escape(reading->reading, out);
    fprintf(out, ": %zu departures</summary><small>", n);
    all_departures(o, reading, out);
    fputs("</small></details>", out);
}

static void reading_column(const vr_report *report, const outcome *o, FILE *out) {
    if (o->reproducing == o->printed && o->reproducing) {
        fputs("<small>as printed</small>", out);
        return;
    }
    if (o->reproducing) {
        linked(o->reproducing, out);
        named_departures(o, o->reproducing, out);
        return;
    }
    if (has_closer(o)) {
        fputs("<i>", out);
        linked(o->closest, out);
        fputs("</i><small>closest: ", out);
        vr_escape(o->closest->reading, out);
    } else {
        fputs("<small>", out);
    }
    other_readings(report, o, out);
    fputs("</small>", out);
}

static void best_column(const outcome *o, FILE *out) {
    double best[VR_N_METRICS];
    if (!best_of(o, best)) {
        small("", why_no_best(o), out);
        return;
    }
    fprintf(out, "<a href=\"#%s\">%s / %s</a>",
            searched(o) ? o->search->cell->name : o->best->cell->name,
            vr_decimals(best[VR_RECALL], 2).text, vr_decimals(best[VR_NDCG], 2).text);
    const char *comma = searched(o) ? NULL : strstr(o->best->reading, ", ");
    if (comma) small("", comma + 2, out);
}

/* The pair, and below it who logged it. */
static void logged_column(const vr_report *report, const outcome *o, FILE *out) {
    vr_number logged = vr_report_logged(report, o->printed->row, o->printed->dataset);
    char *who = strrchr(logged.text, ' ');
    if (who) *who++ = 0;
    fputs(logged.text, out);
    if (who) small("", who, out);
}

static void row(const vr_report *report, const outcome *o, int repeated, FILE *out) {
    const vr_comparison *printed = o->printed->metrics;
    said how = verdict(o);
    fprintf(out, "<tr><th scope=\"row\"%s>", repeated ? " class=\"same\"" : "");
    vr_escape(o->printed->row, out);
    fprintf(out,
            "</th><td class=\"set\">%s</td><td class=\"n\" data-l=\"printed\">%s / %s</td>"
            "<td class=\"n o\" data-l=\"as printed\">",
            vr_dataset_title(o->printed->dataset), printed[VR_RECALL].printed->text,
            printed[VR_NDCG].printed->text);
    if (o->printed->record)
        linked(o->printed, out);
    else
        small("", "not run", out);
    fputs("</td><td class=\"n o read\" data-l=\"reproducing\">", out);
    reading_column(report, o, out);
    fputs("</td><td class=\"n o\" data-l=\"by validation\">", out);
    best_column(o, out);
    fputs("</td><td class=\"n peer\" data-l=\"logged\">", out);
    logged_column(report, o, out);
    fprintf(out, "</td><td class=\"verdict\"><span class=\"v v%d\">%s</span></td></tr>\n",
            (int)said_colour[how], said_text[how]);
}

/* Data sets of which no cell can run, one line each: their printed values stand in the table of every cell. */
static void without_data(const vr_report *report, FILE *out) {
    const char *named[VR_MOST_SOURCES];
    size_t n_named = 0;
    outcome o;
    for (size_t i = 0; next_outcome(report, &i, &o);) {
        size_t k = 0, n = 1;
        while (k < n_named && strcmp(named[k], o.printed->dataset) != 0) k++;
        if (!o.printed->no_data || k < n_named || n_named == VR_MOST_SOURCES) continue;
        named[n_named++] = o.printed->dataset;
        outcome other;
        for (size_t j = i; next_outcome(report, &j, &other);)
            n += strcmp(other.printed->dataset, o.printed->dataset) == 0;
        fprintf(out,
                "<tr><th scope=\"row\" class=\"same\">%zu rows</th><td class=\"set\">%s</td>"
                "<td class=\"all\" colspan=\"5\"><a href=\"#table1\">its data cannot be had</a>; "
                "the printed values stand <a href=\"#cells\">below</a></td><td "
                "class=\"verdict\"><span class=\"v v%d\">%s</span></td></tr>\n",
                n, vr_dataset_title(o.printed->dataset), (int)VR_CANNOT_RUN, said_text[CANNOT_RUN]);
    }
}

static void counts(const vr_report *report, FILE *out) {
    size_t n[N_SAID] = {0}, all = 0;
    outcome o;
    for (size_t i = 0; next_outcome(report, &i, &o); all++) n[verdict(&o)]++;
    fprintf(out,
            "<h2 id=\"outcome\">The outcome</h2><p>What became of the %zu cells that the paper "
            "prints for matrix factorisation:</p><ul class=\"sum\">",
            all);
    for (int v = 0; v < N_SAID; v++)
        if (n[v])
            fprintf(out, "<li><span class=\"v v%d\">%zu %s</span></li>", (int)said_colour[v], n[v],
                    said_text[v]);
    fputs("</ul>\n", out);
}

static const char legend[] =
    "<p class=\"soft\">Recall@20 / NDCG@20 in percent; a number leads to its run: settings with "
    "sources, record, command, curve. <b>As printed</b>: the paper\u2019s settings, its gaps "
    "filled from SimpleX. <b>Reproducing</b>: the nearest reading with both numbers within the "
    "band (.37 points on Gowalla, .15 on Yelp2018), with what it sets otherwise; in italics the "
    "closest that is not. <b>By validation</b>: settings chosen on a validation split of train, "
    "trained on all of train, tested once; for the losses those of the "
    "<a href=\"#search\">equal search</a>, whose budget is small: compare them with each other. "
    "<b>Logged</b>: what SimpleX and BSL logged for the same loss with settings of their own, the "
    "epoch chosen by test. <b>Exceeded</b>: no reading is within the band, but one, or what "
    "validation chose, is above it.</p>\n";

void vr_report_outcome_html(const vr_report *report, FILE *out) {
    const char *above = "";
    outcome o;
    counts(report, out);
    fputs("<table class=\"cells lead\"><thead><tr><th>Row</th><th>Data set</th>"
          "<th class=\"n\">Printed</th><th class=\"n\">As printed</th><th "
          "class=\"n\">Reproducing</th><th class=\"n\">By validation</th><th "
          "class=\"n\">Logged</th><th>Outcome</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; next_outcome(report, &i, &o);) {
        if (o.printed->no_data) continue;
        row(report, &o, strcmp(o.printed->row, above) == 0, out);
        above = o.printed->row;
    }
    without_data(report, out);
    fputs("</tbody></table>\n", out);
    fputs(legend, out);
}

/* --- the other formats -------------------------------------------------------------------------------- */

static void reading_markdown(const vr_report *report, const outcome *o, FILE *out) {
    if (o->printed->no_data) {
        fputs("\u2013", out);
        return;
    }
    if (o->reproducing == o->printed && o->reproducing) {
        fputs("as printed", out);
    } else if (o->reproducing) {
        pair(o->reproducing, out);
        fputs(": ", out);
        all_departures(o, o->reproducing, out);
    } else {
        if (has_closer(o)) {
            fputs("closest: ", out);
            pair(o->closest, out);
            fprintf(out, ", %s", o->closest->reading);
        }
        other_readings(report, o, out);
    }
}

void vr_report_outcome_markdown(const vr_report *report, FILE *out) {
    double best[VR_N_METRICS];
    outcome o;
    fputs("\n| row | data set | printed | as printed | reproducing | by validation | logged | "
          "outcome |\n|---|---|---|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; next_outcome(report, &i, &o);) {
        const vr_comparison *ours = o.printed->metrics;
        fprintf(out, "| %s | %s | %s / %s | ", o.printed->row, vr_dataset_title(o.printed->dataset),
                ours[0].printed->text, ours[1].printed->text);
        pair(o.printed, out);
        fputs(" | ", out);
        reading_markdown(report, &o, out);
        if (best_of(&o, best))
            fprintf(out, " | %s / %s", vr_decimals(best[0], 2).text, vr_decimals(best[1], 2).text);
        else
            fprintf(out, " | %s", o.printed->no_data ? "\u2013" : why_no_best(&o));
        fprintf(out, " | %s | %s |\n",
                vr_report_logged(report, o.printed->row, o.printed->dataset).text,
                said_text[verdict(&o)]);
    }
}

static void pair_tsv(double recall, double ndcg, FILE *out) {
    if (isnan(recall))
        fputs("\t-\t-", out);
    else
        fprintf(out, "\t%.4f\t%.4f", recall, ndcg);
}

static void reading_tsv(const outcome *o, const vr_joined *reading, FILE *out) {
    double none = (double)NAN;
    fprintf(out, "\t%s", reading ? reading->reading : "-");
    pair_tsv(reading ? reading->metrics[0].ours : none, reading ? reading->metrics[1].ours : none,
             out);
    fputc('\t', out);
    if (reading && reading != o->printed)
        all_departures(o, reading, out);
    else
        fputc('-', out);
}

void vr_report_outcome_tsv(const vr_report *report, FILE *out) {
    double best[VR_N_METRICS];
    outcome o;
    fputs("table\trow\tdataset\tprinted_recall@20\tprinted_ndcg@20\tas_printed_recall@20\t"
          "as_printed_ndcg@20\treproducing\treproducing_recall@20\treproducing_ndcg@20\t"
          "departures\tclosest\tclosest_recall@20\tclosest_ndcg@20\tclosest_departures\t"
          "best_recall@20\tbest_ndcg@20\twhy_no_best\tlogged\toutcome\n",
          out);
    for (size_t i = 0; next_outcome(report, &i, &o);) {
        const vr_joined *p = o.printed;
        fprintf(out, "%s\t%s\t%s\t%s\t%s", p->table, p->row, p->dataset,
                p->metrics[0].printed->text, p->metrics[1].printed->text);
        pair_tsv(p->metrics[0].ours, p->metrics[1].ours, out);
        reading_tsv(&o, o.reproducing, out);
        reading_tsv(&o, o.closest, out);
        int known = best_of(&o, best);
        pair_tsv(best[0], best[1], out);
        vr_number logged = vr_report_logged(report, p->row, p->dataset);
        fprintf(out, "\t%s\t%s\t%s\n", known || p->no_data ? "-" : why_no_best(&o),
                strcmp(logged.text, "\u2013") ? logged.text : "-", said_text[verdict(&o)]);
    }
}
