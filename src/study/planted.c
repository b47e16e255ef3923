#include "study/planted.h"

#include <math.h>

#define SETTINGS "axis\tworld\ttrue_tau\tloss\ttau_by\tN\tM\t"
static const char *const heads[] = {
    SETTINGS "positives\toff_percent\terror_percent\tfloor_percent",
    SETTINGS "chosen\trecall@20\tndcg@20\tgain@20\tgain_sd\tseeds",
};

static int is_number(size_t column) {
    return column == VR_PLANTED_TRUE_TAU || column == VR_PLANTED_N || column == VR_PLANTED_M ||
           column >= VR_PLANTED_OFF;
}

static vr_status check(const char *path, vr_planted_kind kind, const vr_tsv *table, size_t row,
                       vr_error *error) {
    for (size_t i = 0; i < table->n_columns; i++) {
        double value;
        if (!is_number(i)) continue;
        vr_status status = vr_tsv_number(table, path, row, i, &value, error);
        if (status) return status;
        if (isnan(value) && !(kind == VR_PLANTED_ESTIMATES && i == VR_PLANTED_FLOOR))
            return vr_fail(error, VR_BAD_DATA, "%s:%u: column %zu is empty; expected a number",
                           path, table->line[row], i + 1);
    }
    return VR_OK;
}

vr_status vr_planted_read(const char *path, vr_planted_kind kind, vr_tsv *out, vr_error *error) {
    vr_tsv table;
    vr_status status = vr_tsv_read(path, heads[kind], "`make planted`", &table, error);
    if (status) return status;
    for (size_t i = 0; i < table.n_rows && !status; i++)
        status = check(path, kind, &table, i, error);
    if (status)
        vr_tsv_free(&table);
    else
        *out = table;
    return status;
}
