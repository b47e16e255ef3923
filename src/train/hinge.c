/* Scores that a hinge loss need not know: those that cannot be above its margin count as the margin does, to the last
   bit (loss.h: VR_SEES_HINGE). The screen of model/screen.h finds them; the others get their exact score. */
#include "train/dense.h"

/* Of the screened items at most this share may be kept: where more are, the screen costs about what it saves. */
#define WORTH .5

int vr_screened(const vr_train_spec *spec) {
    const vr_loss *loss = vr_loss_find(spec->loss);
    return loss && loss->sees == VR_SEES_HINGE && spec->similarity == VR_COSINE &&
           !vr_dense_wanted(spec);
}

/* Which items may score above the margin, into places; how many, or 0 when the user's row allows no bound. */
static uint32_t keep(const vr_trainer *t, const vr_scored_items *items, float margin) {
    size_t stride = t->items.stride;
    uint32_t n_sampled = t->spec->negatives, kept = 1;
    int8_t user[4096] __attribute__((aligned(VR_CODE_LINE)));
    int32_t most;
    vr_code_sums sums = t->screen->user(items->row, stride, user);
    if (!vr_screen_most(&sums, stride, margin, &most)) return 0;
    kept += t->screen->keep(user, t->item_codes, vr_code_stride(stride), items->drawn + 1,
                            n_sampled, most, items->places + 1);
    items->places[0] = 0;
    for (uint32_t k = 1; k < kept; k++) items->places[k]++;
    for (uint32_t j = 1 + n_sampled; j < items->n; j++) items->places[kept++] = j;
    return kept;
}

uint32_t vr_scores_above_margin(const vr_trainer *t, const vr_scored_items *items,
                                vr_screening *so_far) {
    float margin = (float)t->spec->params.margin;
    if (!t->item_codes || t->naive || (double)so_far->kept > WORTH * so_far->screened) return 0;
    uint32_t kept = keep(t, items, margin);
    for (uint32_t k = 0; k < kept; k++) items->ids[k] = items->drawn[items->places[k]];
    t->kernels->dots(items->row, t->items.unit, t->items.stride, items->ids, kept,
                     items->kept_scores);
    for (uint32_t j = 1; kept && j <= t->spec->negatives; j++) items->scores[j] = margin;
    for (uint32_t k = 0; k < kept; k++) items->scores[items->places[k]] = items->kept_scores[k];
    so_far->screened += items->n;
    so_far->kept += kept;
    return kept;
}
