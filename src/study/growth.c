#include "study/growth.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/tsv.h"

static const char head[] =
    "sweep\tworld\tusers\titems\ttrain_pairs\ttest_pairs\tdim\tnegatives\tbatch\tthreads\t"
    "steps_timed\tstep_ms\ttrain_s\trank_s\tepoch_s\tpeak_mib\tmodel_mib\tmodel_over_peak";
enum { N_WORDS = 2 };

static vr_status read_row(const char *path, const vr_tsv *table, size_t row, vr_growth_row *out,
                          vr_error *error) {
    vr_status status = VR_OK;
    snprintf(out->sweep, sizeof out->sweep, "%s", vr_tsv_row(table, row)[0]);
    snprintf(out->world, sizeof out->world, "%s", vr_tsv_row(table, row)[1]);
    for (size_t i = 0; i < VR_GROWTH_NUMBERS && !status; i++) {
        status = vr_tsv_number(table, path, row, N_WORDS + i, &out->at[i], error);
        if (!status && out->at[i] < 0)
            status = vr_fail(error, VR_BAD_DATA, "%s:%u: column %zu is below 0", path,
                             table->line[row], N_WORDS + i + 1);
    }
    return status;
}

vr_status vr_growth_read(const char *path, vr_growth *out, vr_error *error) {
    vr_growth growth = {.machine = ""};
    vr_tsv table;
    vr_status status = vr_tsv_read(path, head, "`make growth`", &table, error);
    if (status) return status;
    snprintf(growth.machine, sizeof growth.machine, "%s", table.comment);
    growth.rows = calloc(table.n_rows + 1, sizeof *growth.rows);
    if (!growth.rows) status = vr_fail(error, VR_INTERNAL, "%s: no memory", path);
    for (; growth.n_rows < table.n_rows && !status; growth.n_rows++)
        status = read_row(path, &table, growth.n_rows, &growth.rows[growth.n_rows], error);
    vr_tsv_free(&table);
    if (status)
        vr_growth_free(&growth);
    else
        *out = growth;
    return status;
}

void vr_growth_free(vr_growth *growth) {
    free(growth->rows);
    *growth = (vr_growth){.machine = ""};
}
