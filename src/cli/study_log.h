/* What a person sees of a study: the plan, progress, verdicts. */
#ifndef VR_CLI_STUDY_LOG_H
#define VR_CLI_STUDY_LOG_H

#include "study/join.h"
#include "study/runner.h"
#include "study/digests.h"

typedef struct vr_study_log {
    const vr_plan *plan;
    int terminal, color; /* of stderr */
    double shown;        /* when the progress line was last written */
} vr_study_log;

vr_study_log vr_study_log_begin(const vr_plan *plan);
void vr_study_log_event(void *log, const vr_event *event); /* stderr */
void vr_study_log_end(vr_study_log *log);

/* One line on stderr: how much there is to do, and how. source: of the crew's rates. */
void vr_study_log_total(const vr_plan *plan, const vr_crew *crew, const char *source);

/* stdout */
void vr_study_log_plan(const char *profile, const vr_plan *plan, const vr_crew *crew,
                       const char *source);
void vr_study_log_smoke(const vr_digest *items, size_t n);
void vr_study_log_verdicts(const vr_join *join);

#endif
