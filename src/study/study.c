/* bench/\*.cfg -> cells. libconfig parses; everything else is checked here, with the line. */
#include "study/study.h"

#include <libconfig.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/config.h"
#include "base/file.h"
#include "base/text.h"

enum { MOST_SETTINGS = 64, MOST_CELLS = 512, MOST_WHERE = 4200 };

typedef struct reader {
    vr_study *study;
    vr_error *error;
} reader;

/* Settings on their way from the file to a cell; an inner one with the same key replaces the outer. */
typedef struct setting_list {
    vr_setting items[MOST_SETTINGS];
    unsigned lines[MOST_SETTINGS];
    size_t count;
} setting_list;

/* --- messages and checked access ----------------------------------------------------------------- */

static char *place(const reader *at, unsigned line, char where[MOST_WHERE]) {
    snprintf(where, MOST_WHERE, "%s:%u", at->study->path, line);
    return where;
}

#define FAIL(at, line, ...) fail_at(at, line, __VA_ARGS__)
__attribute__((format(printf, 3, 4))) static vr_status fail_at(const reader *at, unsigned line,
                                                               const char *format, ...) {
    char text[700];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return vr_fail(at->error, VR_USAGE, "%s:%u: %s", at->study->path, line, text);
}

static unsigned line_of(const config_setting_t *setting) {
    return config_setting_source_line(setting);
}

/* Every member of the group must be one of names. */
static vr_status check_members(const reader *at, const config_setting_t *group,
                               const char *const *names, size_t n_names) {
    if (!config_setting_is_group(group)) {
        return FAIL(at, line_of(group), "expected a group { key = value; ... }");
    }
    const config_setting_t *other = vr_config_unknown(group, names, n_names);
    if (!other) return VR_OK;
    const char *name = config_setting_name(other);
    char hint[400];
    return FAIL(at, line_of(other), "unknown key \"%s\"%s", name,
                vr_did_you_mean(hint, sizeof hint, name, names, n_names));
}
#define CHECK_MEMBERS(at, group, ...)                                                              \
    check_members(at, group, (const char *const[]){__VA_ARGS__},                                   \
                  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* *out = the text of the member; stays as it is when an optional one is missing. */
static vr_status text_of(const reader *at, const config_setting_t *group, const char *name,
                         int required, const char **out) {
    const config_setting_t *member = config_setting_get_member(group, name);
    if (!member) {
        return required ? FAIL(at, line_of(group), "the key \"%s\" is missing", name) : VR_OK;
    }
    const char *text = config_setting_get_string(member);
    if (!text || !*text) {
        return FAIL(at, line_of(member), "%s: expected text in quotes", name);
    }
    *out = text;
    return VR_OK;
}

static vr_status list_of(const reader *at, const config_setting_t *group, const char *name,
                         const config_setting_t **out) {
    *out = config_setting_get_member(group, name);
    if (*out && !config_setting_is_list(*out)) {
        return FAIL(at, line_of(*out), "%s: expected a list ( ... )", name);
    }
    return VR_OK;
}

/* --- settings ------------------------------------------------------------------------------------ */

static vr_status add_setting(const reader *at, const vr_setting *setting, unsigned line,
                             setting_list *list) {
    size_t i = 0;
    while (i < list->count && strcmp(list->items[i].key, setting->key) != 0) i++;
    if (i == MOST_SETTINGS) return FAIL(at, line, "more than %d settings", MOST_SETTINGS);
    list->items[i] = *setting;
    list->lines[i] = line;
    if (i == list->count) list->count++;
    return VR_OK;
}

static vr_status read_setting(const reader *at, const config_setting_t *group, int unknown,
                              setting_list *list) {
    vr_setting setting = {.unknown = unknown};
    vr_status status = CHECK_MEMBERS(at, group, "key", "what", "value", "source");
    if (!status) status = text_of(at, group, "key", 0, &setting.key);
    if (!status && !setting.key) {
        setting.fixed = 1;
        status = text_of(at, group, "what", 1, &setting.key);
    } else if (!status && config_setting_get_member(group, "what")) {
        status = FAIL(at, line_of(group), "both key and what; a setting has one of them");
    }
    if (!status) status = text_of(at, group, "value", 1, &setting.value);
    if (!status) status = text_of(at, group, "source", 1, &setting.source);
    return status ? status : add_setting(at, &setting, line_of(group), list);
}

static vr_status read_settings(const reader *at, const config_setting_t *group, const char *name,
                               int unknown, setting_list *list) {
    const config_setting_t *items;
    vr_status status = list_of(at, group, name, &items);
    for (unsigned i = 0; !status && items && i < (unsigned)config_setting_length(items); i++) {
        status = read_setting(at, config_setting_get_elem(items, i), unknown, list);
    }
    return status;
}

static vr_status read_said_and_unknowns(const reader *at, const config_setting_t *group,
                                        setting_list *list) {
    vr_status status = read_settings(at, group, "said", 0, list);
    return status ? status : read_settings(at, group, "unknowns", 1, list);
}

static vr_status set_all(const reader *at, const vr_setting *settings, const unsigned *lines,
                         size_t n, vr_run_spec *spec) {
    char where[MOST_WHERE];
    for (size_t i = 0; i < n; i++) {
        if (settings[i].fixed) continue;
        vr_status status = vr_run_spec_set(spec, settings[i].key, settings[i].value,
                                           place(at, lines[i], where), at->error);
        if (status) return status;
    }
    return VR_OK;
}

const vr_setting *vr_cell_setting(const vr_cell *cell, const char *key) {
    for (size_t i = 0; i < cell->n_settings; i++) {
        if (strcmp(cell->settings[i].key, key) == 0) return &cell->settings[i];
    }
    return NULL;
}

/* A quantity that the run depends on may not come silently from a default. */
static vr_status check_complete(const reader *at, const vr_cell *cell) {
    const char *key, *doc;
    for (size_t i = 0; (key = vr_run_spec_key(&cell->spec, i, &doc)) != NULL; i++) {
        if (vr_cell_setting(cell, key)) continue;
        return FAIL(
            at, cell->line,
            "run %s: nothing sets \"%s\" (%s); add it, with its source, to said or unknowns",
            cell->name, key, doc);
    }
    return VR_OK;
}

/* --- cells --------------------------------------------------------------------------------------- */

static vr_status add_cell(const reader *at, vr_cell *cell) {
    vr_study *study = at->study;
    for (size_t i = 0; i < study->n_cells; i++) {
        if (strcmp(study->cells[i].name, cell->name) == 0) {
            return FAIL(at, cell->line, "the run name \"%s\" is already that of line %u",
                        cell->name, study->cells[i].line);
        }
    }
    if (study->n_cells == MOST_CELLS) return FAIL(at, cell->line, "more than %d cells", MOST_CELLS);
    study->cells[study->n_cells++] = *cell;
    return VR_OK;
}

static vr_status read_within(const reader *at, const config_setting_t *group, const char *name,
                             double *out) {
    const config_setting_t *member = config_setting_get_member(group, name);
    if (!member) return VR_OK;
    *out = config_setting_get_float(member);
    return *out > 0 ? VR_OK
                    : FAIL(at, line_of(member), "%s: expected a number above 0, as in 0.15", name);
}

/* --- what is searched ----------------------------------------------------------------------------- */

static vr_status number_of(const reader *at, const config_setting_t *group, const char *name,
                           double least, double most, double *out) {
    const config_setting_t *member = config_setting_get_member(group, name);
    if (!member) return FAIL(at, line_of(group), "the key \"%s\" is missing", name);
    *out = config_setting_is_number(member) ? config_setting_get_float(member) : (double)NAN;
    if (config_setting_type(member) == CONFIG_TYPE_INT) *out = config_setting_get_int(member);
    if (*out >= least && *out <= most) return VR_OK;
    return FAIL(at, line_of(member), "%s: expected a number from %g to %g", name, least, most);
}

static vr_status read_range(const reader *at, const config_setting_t *group, vr_range *range) {
    static const char *const scales[] = {"linear", "log", "whole"};
    const char *scale = NULL;
    char hint[400];
    *range = (vr_range){.prefix = ""};
    vr_status status =
        CHECK_MEMBERS(at, group, "key", "least", "most", "scale", "prefix", "source");
    if (!status) status = text_of(at, group, "key", 1, &range->key);
    if (!status) status = text_of(at, group, "source", 1, &range->source);
    if (!status) status = text_of(at, group, "prefix", 0, &range->prefix);
    if (!status) status = text_of(at, group, "scale", 1, &scale);
    if (!status) status = number_of(at, group, "least", -1e30, 1e30, &range->least);
    if (!status) status = number_of(at, group, "most", range->least, 1e30, &range->most);
    if (status) return status;
    while (range->scale < 3 && strcmp(scales[range->scale], scale) != 0) range->scale++;
    if (range->scale == 3)
        return FAIL(at, line_of(group), "scale: unknown \"%s\"%s", scale,
                    vr_did_you_mean(hint, sizeof hint, scale, scales, 3));
    if (range->scale != VR_SCALE_LINEAR && range->least <= 0)
        return FAIL(at, line_of(group), "least: expected a number above 0 with scale = \"%s\"",
                    scale);
    return VR_OK;
}

/* Both ends must be values that the cell's run takes. */
static vr_status check_range(const reader *at, const vr_cell *cell, const vr_range *range) {
    char where[MOST_WHERE], value[64];
    for (int end = 0; end < 2; end++) {
        vr_run_spec spec = cell->spec;
        snprintf(value, sizeof value, "%s%.9g", range->prefix, end ? range->most : range->least);
        vr_status status =
            vr_run_spec_set(&spec, range->key, value, place(at, cell->line, where), at->error);
        if (!status) status = vr_run_spec_check(&spec, place(at, cell->line, where), at->error);
        if (status) return status;
    }
    return VR_OK;
}

static vr_status read_space(const reader *at, const config_setting_t *row, vr_cell *cell) {
    const config_setting_t *items;
    vr_status status = list_of(at, row, "space", &items);
    unsigned n = items && !status ? (unsigned)config_setting_length(items) : 0;
    if (!status && n > VR_MOST_RANGES)
        status = FAIL(at, line_of(items), "more than %d keys to search", VR_MOST_RANGES);
    for (unsigned i = 0; !status && i < n; i++) {
        status = read_range(at, config_setting_get_elem(items, i), &cell->space[i]);
        if (!status) status = check_range(at, cell, &cell->space[i]);
    }
    cell->n_space = n;
    return status;
}

static vr_status count_of(const reader *at, const config_setting_t *group, const char *name,
                          double least, double most, uint32_t *out) {
    double value;
    vr_status status = number_of(at, group, name, least, most, &value);
    if (!status) *out = (uint32_t)value;
    return status;
}

static vr_status read_search(const reader *at, const config_setting_t *root) {
    const config_setting_t *group = config_setting_get_member(root, "search"), *epochs;
    vr_search_plan plan = {.n_rungs = 0};
    if (!group) return VR_OK;
    vr_status status = CHECK_MEMBERS(at, group, "candidates", "kept", "near", "seeds", "epochs");
    if (!status) status = count_of(at, group, "candidates", 1, 1024, &plan.candidates);
    if (!status) status = count_of(at, group, "kept", 1, plan.candidates, &plan.kept);
    if (!status) status = count_of(at, group, "near", 0, 1024, &plan.near);
    if (!status) status = count_of(at, group, "seeds", 1, VR_MOST_SEEDS, &plan.seeds);
    if (!status) status = list_of(at, group, "epochs", &epochs);
    if (status) return status;
    plan.n_rungs = epochs ? (uint32_t)config_setting_length(epochs) : 0;
    if (!plan.n_rungs || plan.n_rungs > VR_MOST_RUNGS)
        return FAIL(at, line_of(group), "epochs: expected 1 to %d ascending whole numbers",
                    VR_MOST_RUNGS);
    for (uint32_t i = 0; i < plan.n_rungs; i++) {
        int n = config_setting_get_int_elem(epochs, (int)i);
        if (n < 1 || (i && (uint32_t)n <= plan.epochs[i - 1]))
            return FAIL(at, line_of(epochs), "epochs: expected ascending whole numbers from 1");
        plan.epochs[i] = (uint32_t)n;
    }
    at->study->search = plan;
    return VR_OK;
}

static vr_status finish_spec(const reader *at, vr_cell *cell, const setting_list *list) {
    char where[MOST_WHERE];
    vr_status status =
        vr_run_spec_start(cell->solver, place(at, cell->line, where), &cell->spec, at->error);
    if (!status) status = set_all(at, list->items, list->lines, list->count, &cell->spec);
    if (!status) status = vr_run_spec_check(&cell->spec, place(at, cell->line, where), at->error);
    if (status) return status;
    cell->settings = malloc((list->count + !list->count) * sizeof *cell->settings);
    if (!cell->settings) return vr_fail(at->error, VR_INTERNAL, "%s: no memory", at->study->path);
    memcpy(cell->settings, list->items, list->count * sizeof *cell->settings);
    cell->n_settings = list->count;
    return check_complete(at, cell);
}

/* The group in a list whose member `key` is `value`; NULL: none. */
static const config_setting_t *group_with(const config_setting_t *list, const char *key,
                                          const char *value) {
    for (unsigned i = 0; list && i < (unsigned)config_setting_length(list); i++) {
        const config_setting_t *group = config_setting_get_elem(list, i);
        const char *text;
        if (config_setting_is_group(group) && config_setting_lookup_string(group, key, &text) &&
            strcmp(text, value) == 0)
            return group;
    }
    return NULL;
}

/* The row that this one is like, whose settings stand below its own; NULL: it is like none. */
static vr_status find_like(const reader *at, const config_setting_t *row,
                           const config_setting_t **out) {
    const char *name = NULL;
    vr_status status = text_of(at, row, "like", 0, &name);
    *out = name ? group_with(config_setting_parent(row), "name", name) : NULL;
    if (status || !name) return status;
    if (*out && *out != row && !config_setting_get_member(*out, "like")) return VR_OK;
    return FAIL(at, line_of(config_setting_get_member(row, "like")),
                "like: expected the name of another row of this file that is not itself like one, "
                "got \"%s\"",
                name);
}

/* From the outer to the inner: the row that this one is like, that one's cell of the same data set, the row, the cell. */
static vr_status cell_settings(const reader *at, const config_setting_t *row,
                               const config_setting_t *cell, const char *dataset,
                               setting_list *list) {
    const config_setting_t *like;
    vr_status status = find_like(at, row, &like);
    if (!status && like) {
        const config_setting_t *same =
            group_with(config_setting_get_member(like, "cells"), "dataset", dataset);
        status = read_said_and_unknowns(at, like, list);
        if (!status && same) status = read_said_and_unknowns(at, same, list);
    }
    if (!status) status = read_said_and_unknowns(at, row, list);
    return status ? status : read_said_and_unknowns(at, cell, list);
}

static vr_status finish_cell(const reader *at, const config_setting_t *row, vr_cell *cell,
                             const setting_list *list) {
    vr_status status = finish_spec(at, cell, list);
    if (!status) status = read_space(at, row, cell);
    if (!status) status = add_cell(at, cell);
    if (status) free(cell->settings);
    return status;
}

/* A cell for each value of the swept key, ascending: the points of a curve. */
static vr_status add_points(const reader *at, const config_setting_t *sweep, vr_cell *cell,
                            const char *row_name, const setting_list *outer) {
    vr_setting swept = {.unknown = 1};
    vr_status status = CHECK_MEMBERS(at, sweep, "key", "values", "label", "source");
    if (!status) status = text_of(at, sweep, "key", 1, &swept.key);
    if (!status) status = text_of(at, sweep, "label", 1, &cell->x_label);
    if (!status) status = text_of(at, sweep, "source", 1, &swept.source);
    if (status) return status;
    const config_setting_t *values = config_setting_get_member(sweep, "values");
    double above = -INFINITY;
    cell->x_key = swept.key;
    for (int i = 0; !status && (!i || i < config_setting_length(values)); i++) {
        char *end = "-";
        swept.value = values ? config_setting_get_string_elem(values, i) : NULL;
        cell->x = swept.value ? strtod(swept.value, &end) : 0;
        if (*end || !(cell->x > above))
            return FAIL(at, line_of(values ? values : sweep),
                        "values: expected ascending numbers as text, as in [ \"0.5\", \"1\" ]");
        setting_list list = *outer;
        above = cell->x;
        snprintf(cell->name, sizeof cell->name, "%s-%s-%s-%s", row_name, swept.key, swept.value,
                 cell->dataset);
        status = add_setting(at, &swept, line_of(sweep), &list);
        if (!status) status = finish_cell(at, config_setting_parent(sweep), cell, &list);
    }
    return status;
}

static vr_status read_cell(const reader *at, const config_setting_t *group, const vr_cell *row,
                           const char *row_name, setting_list *list) {
    vr_cell cell = *row;
    cell.line = line_of(group);
    vr_status status =
        CHECK_MEMBERS(at, group, "dataset", "said", "unknowns", "within_recall", "within_ndcg");
    if (!status) status = text_of(at, group, "dataset", 1, &cell.dataset);
    if (!status)
        status = cell_settings(at, config_setting_parent(config_setting_parent(group)), group,
                               cell.dataset, list);
    if (!status) status = read_within(at, group, "within_recall", &cell.within[0]);
    if (!status) status = read_within(at, group, "within_ndcg", &cell.within[1]);
    if (status) return status;
    const config_setting_t *sweep =
        config_setting_get_member(config_setting_parent(config_setting_parent(group)), "sweep");
    if (sweep) return add_points(at, sweep, &cell, row_name, list);
    snprintf(cell.name, sizeof cell.name, "%s-%s", row_name, cell.dataset);
    return finish_cell(at, config_setting_parent(config_setting_parent(group)), &cell, list);
}

static vr_status read_same_as(const reader *at, const config_setting_t *group, vr_cell *row) {
    const config_setting_t *same = config_setting_get_member(group, "same_as");
    if (!same) return VR_OK;
    vr_status status = CHECK_MEMBERS(at, same, "table", "row");
    if (!status) status = text_of(at, same, "table", 1, &row->same_table);
    return status ? status : text_of(at, same, "row", 1, &row->same_row);
}

/* against = "row"; or against = ( "row", "row" ); */
static vr_status read_against(const reader *at, const config_setting_t *group, vr_cell *row) {
    const config_setting_t *rivals = config_setting_get_member(group, "against");
    if (!rivals) return VR_OK;
    int n = config_setting_is_list(rivals) ? config_setting_length(rivals) : 1;
    if (n > VR_MOST_RIVALS)
        return FAIL(at, line_of(rivals), "against: expected at most %d rows, got %d",
                    VR_MOST_RIVALS, n);
    for (int i = 0; i < n; i++) {
        const char *name = config_setting_is_list(rivals)
                               ? config_setting_get_string_elem(rivals, i)
                               : config_setting_get_string(rivals);
        if (!name)
            return FAIL(at, line_of(rivals), "against: expected a row's name or a list of them");
        row->against[row->n_against++] = name;
    }
    return VR_OK;
}

/* A row that is not trained here, or is another table's run: one cell for all data sets. */
static vr_status add_untrained(const reader *at, vr_cell *row, const char *name) {
    row->dataset = "all";
    row->reading = "as printed";
    snprintf(row->name, sizeof row->name, "%s", name);
    return add_cell(at, row);
}

static vr_status read_row(const reader *at, const config_setting_t *group,
                          const setting_list *common) {
    vr_cell row = {.line = line_of(group)};
    const char *name = NULL;
    const config_setting_t *cells;
    vr_status status =
        CHECK_MEMBERS(at, group, "row", "name", "reading", "solver", "like", "sweep", "said",
                      "unknowns", "cells", "not_run", "same_as", "space", "against");
    if (!status) status = text_of(at, group, "row", 1, &row.row);
    if (!status) status = text_of(at, group, "name", 1, &name);
    if (!status) status = text_of(at, group, "solver", 0, &row.solver);
    if (!status) status = read_against(at, group, &row);
    if (!status) status = text_of(at, group, "not_run", 0, &row.not_run);
    if (!status) status = read_same_as(at, group, &row);
    if (!status) status = list_of(at, group, "cells", &cells);
    if (status) return status;
    if (row.not_run || row.same_row) return add_untrained(at, &row, name);
    if (!cells) return FAIL(at, row.line, "row \"%s\" has no cells, not_run or same_as", row.row);
    status = text_of(at, group, "reading", 1, &row.reading);
    for (unsigned i = 0; !status && i < (unsigned)config_setting_length(cells); i++) {
        setting_list own = {.count = 0}; /* the file's settings are of training */
        if (!row.solver) own = *common;
        status = read_cell(at, config_setting_get_elem(cells, i), &row, name, &own);
    }
    return status;
}

/* --- the file ------------------------------------------------------------------------------------ */

/* Each is a key of training or, where training has none such, of a solver; its value is read with each cell's. */
static vr_status check_quick(const reader *at, const setting_list *list) {
    vr_run_spec spec;
    vr_status status = vr_run_spec_start(NULL, "quick", &spec, at->error);
    for (size_t i = 0; !status && i < list->count; i++) {
        int solved = 0;
        for (size_t k = 0; k < vr_n_solve_keys; k++)
            solved |= strcmp(vr_solve_keys[k].name, list->items[i].key) == 0;
        if (!solved || vr_run_spec_has(&spec, list->items[i].key))
            status = set_all(at, &list->items[i], &list->lines[i], 1, &spec);
    }
    return status;
}

static vr_status read_quick(const reader *at, const config_setting_t *root) {
    setting_list list = {.count = 0};
    vr_status status = read_settings(at, root, "quick", 1, &list);
    if (!status) status = check_quick(at, &list);
    if (status || !list.count) return status;
    at->study->quick = malloc(list.count * sizeof *list.items);
    if (!at->study->quick) return vr_fail(at->error, VR_INTERNAL, "%s: no memory", at->study->path);
    memcpy(at->study->quick, list.items, list.count * sizeof *list.items);
    at->study->n_quick = list.count;
    return VR_OK;
}

/* Whom a row is compared with is a row too. */
static vr_status check_rivals(const reader *at, const vr_cell *cell) {
    const vr_study *study = at->study;
    for (size_t k = 0; k < cell->n_against; k++) {
        size_t i = 0;
        while (i < study->n_cells && strcmp(study->cells[i].row, cell->against[k]) != 0) i++;
        if (i == study->n_cells)
            return FAIL(at, cell->line, "against: expected the name of a row, got \"%s\"",
                        cell->against[k]);
    }
    return VR_OK;
}

static vr_status read_root(const reader *at, const config_setting_t *root) {
    vr_study *study = at->study;
    setting_list common = {.count = 0};
    const config_setting_t *rows;
    vr_status status = CHECK_MEMBERS(at, root, "table", "title", "note", "expected", "quick",
                                     "said", "unknowns", "rows", "search");
    if (!status) status = text_of(at, root, "table", 1, &study->table);
    if (!status) status = text_of(at, root, "title", 0, &study->title);
    if (!status) status = text_of(at, root, "note", 0, &study->note);
    if (!status) status = text_of(at, root, "expected", 0, &study->expected);
    if (!status) status = read_said_and_unknowns(at, root, &common);
    if (!status) status = read_quick(at, root);
    if (!status) status = read_search(at, root);
    if (!status) status = list_of(at, root, "rows", &rows);
    if (status) return status;
    if (!rows) return FAIL(at, 1, "the key \"rows\" is missing");
    study->cells = calloc(MOST_CELLS, sizeof *study->cells);
    if (!study->cells) return vr_fail(at->error, VR_INTERNAL, "%s: no memory", study->path);
    for (unsigned i = 0; !status && i < (unsigned)config_setting_length(rows); i++) {
        status = read_row(at, config_setting_get_elem(rows, i), &common);
    }
    for (size_t i = 0; i < study->n_cells && !status; i++)
        status = check_rivals(at, &study->cells[i]);
    return status;
}

static vr_status parse(const reader *at, const char *bytes) {
    config_t *file = malloc(sizeof *file);
    if (!file) return vr_fail(at->error, VR_INTERNAL, "%s: no memory", at->study->path);
    config_init(file);
    at->study->file = file;
    if (!config_read_string(file, bytes)) {
        return FAIL(at, (unsigned)config_error_line(file), "%s", config_error_text(file));
    }
    return read_root(at, config_root_setting(file));
}

vr_status vr_study_read(const char *path, vr_study *out, vr_error *error) {
    vr_study study = {0};
    reader at = {&study, error};
    char *bytes;
    size_t size;
    vr_status status = vr_file_read(path, &bytes, &size, error);
    if (status) return status;
    snprintf(study.path, sizeof study.path, "%s", path);
    status = strlen(bytes) == size ? parse(&at, bytes) : FAIL(&at, 1, "a NUL byte; expected text");
    free(bytes);
    if (status)
        vr_study_free(&study);
    else
        *out = study;
    return status;
}

void vr_study_free(vr_study *study) {
    for (size_t i = 0; i < study->n_cells; i++) free(study->cells[i].settings);
    free(study->cells);
    free(study->quick);
    if (study->file) {
        config_destroy(study->file);
        free(study->file);
    }
    *study = (vr_study){0};
}

vr_status vr_study_quick(const vr_study *study, const vr_cell *cell, vr_run_spec *out,
                         vr_error *error) {
    vr_run_spec spec = cell->spec;
    for (size_t i = 0; i < study->n_quick; i++) {
        if (!vr_run_spec_has(&spec, study->quick[i].key)) continue;
        vr_status status =
            vr_run_spec_set(&spec, study->quick[i].key, study->quick[i].value, study->path, error);
        if (status) return status;
    }
    vr_status status = vr_run_spec_check(&spec, study->path, error);
    if (!status) *out = spec;
    return status;
}
