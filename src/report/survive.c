/* What survives: each sentence of the paper about its losses, with what the records say of it. Verdicts follow from the
   tests at equal tuning effort, from the shapes of the figures and from the ledger; none is written by hand. */
#include <math.h>
#include <string.h>
#include "report/report.h"

typedef enum fate { SURVIVES, SURVIVES_PART, ON_CONDITION, FALLS, UNDECIDED, N_FATES } fate;
static const char *const fate_text[N_FATES] = {
    "survives", "survives in part", "survives on a condition", "does not survive", "undecided"};
static const int fate_colour[N_FATES] = {VR_REPRODUCED, VR_BETTER, VR_BETTER, VR_NOT_REPRODUCED,
                                         VR_NOT_RUN};

/* Of how many tests a claim holds, fails or is open. */
typedef struct tally {
    size_t holds, fails, open;
} tally;

static fate fate_of(tally t) {
    if (t.holds) return t.fails || t.open ? SURVIVES_PART : SURVIVES;
    return t.fails && !t.open ? FALLS : UNDECIDED;
}

static const vr_better better[] = {
    {"CCL debiased", "CCL biased", "4.2", "Debiased CCL is better than CCL", 0},
    {"MSE debiased", "MSE biased", "4.2", "Debiased MSE is slightly better than MSE", 0},
    {"InfoNCE debiased", "InfoNCE biased", "4.2", "Debiased InfoNCE is better than InfoNCE", 0},
    {"MINE", "InfoNCE biased", "4.3", "MINE is better than InfoNCE", 0},
    {"MINE+", "InfoNCE biased", "4.3", "MINE+ is better than InfoNCE", 0},
    {"MINE+", "CCL biased", "4.3", "MINE+ is comparable or superior to CCL", 1},
};
enum { N_BETTER = sizeof better / sizeof *better };

const vr_better *vr_report_better(const char *row, const char *base) {
    for (int i = 0; i < N_BETTER; i++)
        if (!strcmp(better[i].row, row) && !strcmp(better[i].base, base)) return &better[i];
    return NULL;
}

/* What the ledger says of sentences that the abstract leads with. */
static const struct theory {
    const char *id, *place, *text;
} theories[] = {
    {"theorem-1", "abstract, 3.2", "iALS is inherently debiased, with constant c_u"},
    {"theorem-2", "abstract, 3.2", "EASE is inherently debiased, with constant c_u"},
};
enum { N_THEORIES = sizeof theories / sizeof *theories };

/* --- the parts of a line, in any format ---------------------------------------------------------------- */

typedef struct line {
    const char *place, *text, *link; /* link: of the page */
    fate fate;
    int so_far; /* a data set of it is not run */
    const char *evidence;
} line;
typedef void print_line(const line *at, FILE *out);

static void add(tally *t, const char *stands) {
    t->holds += strncmp(stands, "stands", 6) == 0;
    t->fails += strcmp(stands, "does not stand") == 0;
    t->open += strncmp(stands, "not settled", 11) == 0;
}

static const vr_duel *duel_of(const vr_report *report, const vr_better *claim,
                              const char *dataset) {
    for (size_t i = 0; i < report->n_duels; i++) {
        const vr_cell *base = report->duels[i].base->cell, *other = report->duels[i].other->cell;
        if (!strcmp(other->row, claim->row) && !strcmp(base->row, claim->base) &&
            !strcmp(other->dataset, dataset))
            return &report->duels[i];
    }
    return NULL;
}

static int is_rival(const vr_cell *cell, const vr_better *claim) {
    for (size_t k = 0; k < cell->n_against; k++)
        if (!strcmp(cell->row, claim->row) && !strcmp(cell->against[k], claim->base)) return 1;
    return 0;
}

/* "Recall@20 16.12 against 16.97 (-0.94 to -0.77), NDCG@20 ..." */
static void duel_evidence(const vr_duel *d, FILE *out) {
    for (int m = 0; m < 2; m++) {
        const vr_paired *t = &d->test[m];
        fprintf(out, "%s%.2f against %.2f (%s to %s)", m ? ", NDCG@20 " : "Recall@20 ",
                100 * t->mean[1], 100 * t->mean[0], vr_signed(100 * t->low).text,
                vr_signed(100 * t->high).text);
    }
}

/* A user's metrics are hits, which are kept, over test items, which the data has. */
static const char *why_no_duel(const vr_report *report, const vr_better *claim,
                               const char *dataset) {
    for (size_t i = 0; i < report->n_searches; i++) {
        const vr_search *s = &report->searches[i];
        int of_pair = !strcmp(s->cell->row, claim->row) || !strcmp(s->cell->row, claim->base);
        if (of_pair && !strcmp(s->cell->dataset, dataset) && !vr_search_done(s))
            return "not run yet";
    }
    return "run, but its test split, which the comparison needs, is not at hand";
}

static void better_line(const vr_report *report, const vr_better *claim, print_line *print,
                        FILE *out) {
    char evidence[1024] = "";
    FILE *text = fmemopen(evidence, sizeof evidence, "w");
    tally t = {0};
    size_t n = 0, n_run = 0;
    if (!text) return;
    for (size_t i = 0; i < report->n_searches; i++) {
        const vr_cell *cell = report->searches[i].cell;
        if (!is_rival(cell, claim)) continue;
        const vr_duel *d = duel_of(report, claim, cell->dataset);
        fprintf(text, "%s%s: ", n++ ? "; " : "", vr_dataset_title(cell->dataset));
        n_run += d != NULL;
        if (!d) fputs(why_no_duel(report, claim, cell->dataset), text);
        if (d) duel_evidence(d, text);
        for (int m = 0; d && m < 2; m++) add(&t, vr_report_stands(d, m));
    }
    fclose(text);
    if (n)
        print(
            &(line){claim->place, claim->text, "search", fate_of(t), n_run && n_run < n, evidence},
            out);
}

/* One line for each sentence about a figure, over the curves of which it speaks. */
static void shape_line(const vr_figure *figure, size_t first, print_line *print, FILE *out) {
    char evidence[1024] = "", place[32];
    FILE *text = fmemopen(evidence, sizeof evidence, "w");
    const char *said = figure->shapes[first].claim->text, *name = figure->study->table;
    tally t = {0};
    if (!text) return;
    for (size_t k = first; k < figure->n_shapes; k++) {
        const vr_judged_shape *shape = &figure->shapes[k];
        if (strcmp(shape->claim->text, said) != 0) continue;
        fprintf(text, "%s%s: %s (%s)", k == first ? "" : "; ", shape->claim->row,
                vr_shape_text(shape->found.verdict), shape->found.text);
        t.holds += shape->found.verdict == VR_SHAPE_HOLDS;
        t.fails += shape->found.verdict == VR_SHAPE_FAILS;
        t.open +=
            shape->found.verdict == VR_SHAPE_UNDECIDED || shape->found.verdict == VR_SHAPE_NOT_RUN;
    }
    fclose(text);
    snprintf(place, sizeof place, "Figure %s", name + strcspn(name, "0123456789"));
    print(&(line){place, said, name, fate_of(t), 0, evidence}, out);
}

static void shape_lines(const vr_report *report, print_line *print, FILE *out) {
    for (size_t i = 0; i < report->n_figures; i++) {
        const vr_figure *figure = &report->figures[i];
        for (size_t k = 0; k < figure->n_shapes; k++) {
            size_t before = 0;
            while (before < k &&
                   strcmp(figure->shapes[before].claim->text, figure->shapes[k].claim->text) != 0)
                before++;
            if (before == k) shape_line(figure, k, print, out);
        }
    }
}

static void theory_lines(const vr_report *report, print_line *print, FILE *out) {
    static const fate fates[] = {[VR_CLAIM_HOLDS] = SURVIVES,
                                 [VR_CLAIM_CONDITION] = ON_CONDITION,
                                 [VR_CLAIM_ERRATUM] = FALLS,
                                 [VR_CLAIM_NOT_HERE] = UNDECIDED};
    char link[96];
    for (size_t i = 0; i < report->ledger->n_rows; i++) {
        const vr_ledger_row *row = &report->ledger->rows[i];
        for (int k = 0; k < N_THEORIES; k++) {
            if (strcmp(theories[k].id, row->id) != 0) continue;
            snprintf(link, sizeof link, "claim-%s", row->id);
            print(&(line){theories[k].place, theories[k].text, link, fates[row->verdict], 0,
                          row->correction && strcmp(row->correction, "-") ? row->correction
                                                                          : row->condition},
                  out);
        }
    }
}

static void all_lines(const vr_report *report, print_line *print, FILE *out) {
    for (int i = 0; i < N_BETTER; i++) better_line(report, &better[i], print, out);
    shape_lines(report, print, out);
    theory_lines(report, print, out);
}

/* --- the formats --------------------------------------------------------------------------------------- */

static const char *so_far(const line *at) {
    return at->so_far ? ", so far" : "";
}

static void html_line(const line *at, FILE *out) {
    fprintf(out, "<tr><th scope=\"row\">");
    vr_escape(at->text, out);
    fprintf(out, " <small>%s</small></th><td><span class=\"v v%d\">%s%s</span></td><td>", at->place,
            fate_colour[at->fate], fate_text[at->fate], so_far(at));
    vr_escape(at->evidence, out);
    fprintf(out, " <a href=\"#%s\">more</a></td></tr>\n", at->link);
}

void vr_report_survive_html(const vr_report *report, FILE *out) {
    fputs("<h2 id=\"survive\">What survives of the paper\u2019s claims</h2><p>One loss is better "
          "than another when it is at <a href=\"#search\">equal tuning effort</a>: the same "
          "search for both, chosen on a validation split, five seeds of each winner, paired tests "
          "over users and between the seeds, after Holm. In parentheses the 95 % interval of the "
          "difference, in points. "
          "Sentences about the figures are judged on this project\u2019s own curves.</p>\n"
          "<table class=\"fates\"><thead><tr><th>The paper says</th><th>It</th><th>Because"
          "</th></tr></thead><tbody>\n",
          out);
    all_lines(report, html_line, out);
    fputs("</tbody></table>\n", out);
    if (report->ledger->n_rows)
        fputs("<p class=\"soft\">Every equation, theorem and sentence, with counterexamples and "
              "proofs: <a href=\"#claims\">the claims</a>. Table 3\u2019s \u201cbest or second "
              "best in most cases\u201d is not tested: its starred rows are copied by the paper "
              "and not trained here.</p>\n",
              out);
}

static void markdown_line(const line *at, FILE *out) {
    fprintf(out, "| %s (%s) | %s%s | ", at->text, at->place, fate_text[at->fate], so_far(at));
    for (const char *c = at->evidence; *c; c++) fprintf(out, *c == '|' ? "\\%c" : "%c", *c);
    fputs(" |\n", out);
}

void vr_report_survive_markdown(const vr_report *report, FILE *out) {
    fputs("\n## What survives of the paper's claims\n\n| the paper says | it | because "
          "|\n|---|---|---|\n",
          out);
    all_lines(report, markdown_line, out);
}

static void tsv_line(const line *at, FILE *out) {
    fprintf(out, "%s\t%s\t%s%s\t%s\n", at->place, at->text, fate_text[at->fate], so_far(at),
            at->evidence);
}

void vr_report_survive_tsv(const vr_report *report, FILE *out) {
    fputs("place\tclaim\tverdict\tevidence\n", out);
    all_lines(report, tsv_line, out);
}
