/* What `reproduce` and `report` share: the experiment files, the printed numbers, the report. */
#ifndef VR_CLI_REPRODUCTION_H
#define VR_CLI_REPRODUCTION_H

#include "report/report.h"

enum { VR_TABLE2, VR_TABLE3, VR_LINEAGE, VR_N_STUDIES };

typedef struct vr_reproduction {
    char root[4096]; /* the folder that holds bench/ and expected/ */
    char runs[4096], evidence[4200], out[4096];
    vr_study studies[VR_N_STUDIES], modes, smoke, search, figures[VR_N_FIGURES];
    vr_expected expected[VR_N_STUDIES], table1, table4, table5, smoke_expected, own_expected;
    vr_growth growth; /* of reports/evidence, as are these: */
    vr_tsv estimates, rankings;
    vr_ledger ledger;
    vr_results verified; /* of the report's folder, else of reports/evidence */
    vr_sources sources;
    vr_shelf local, committed; /* of runs; of evidence */
    vr_shelf shelf;            /* local, then committed: what the pages show; owns nothing */
} vr_reproduction;

/* root NULL: beside the program's own folder, else the working directory. runs and out NULL: reports/runs
   and reports in the working directory. Reads everything, the records too; data sets later, as `data` says. */
vr_status vr_reproduction_open(vr_reproduction *at, const char *root, const char *runs,
                               const char *out, const vr_data_options *data, vr_error *error);
void vr_reproduction_close(vr_reproduction *at);

/* The folder that holds bench, expected and proofs: as vr_reproduction_open finds it. */
vr_status vr_find_root(const char *given, char *root, size_t size, vr_error *error);

/* Reads (again) the records of runs and evidence. */
vr_status vr_reproduction_shelf(vr_reproduction *at, vr_error *error);

/* VR_CANNOT_WRITE when nothing can be written to the folder: known before hours of training. */
vr_status vr_check_folder(const char *folder, vr_error *error);

/* Joins and writes all pages. *out (may be NULL): for whoever prints the verdicts; closed by the caller. */
vr_status vr_reproduction_report(vr_reproduction *at, const vr_plan *plan, vr_join *out,
                                 vr_error *error);

#endif
