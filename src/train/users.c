#include <string.h>
#include "train/batch.h"

void vr_user_catch_up(vr_trainer *t, uint32_t user, uint32_t s) {
    size_t stride = t->users.stride, at = user * stride;
    uint32_t seen = t->user_step[user];
    if (seen < s)
        t->kernels->adam_missed(t->users.raw + at, t->users.m + at, t->users.v + at, stride,
                                t->steps + seen, s - seen, (float)t->spec->regularization);
    t->user_step[user] = s;
    if (t->spec->similarity == VR_COSINE)
        t->users.inverse_norm[user] =
            t->kernels->normalise(t->users.raw + at, stride, t->users.unit + at);
}

void vr_users_flush(vr_trainer *t, uint32_t s) {
#pragma omp parallel for schedule(dynamic, VR_ROWS) num_threads(t->buffers->threads)
    for (uint32_t u = 0; u < t->users.n_rows; u++) vr_user_catch_up(t, u, s);
}

void vr_slots_make(vr_trainer *t, const uint32_t *pairs, uint64_t stamp) {
    vr_step_buffers *b = t->buffers;
    b->n_slots = 0;
    for (uint32_t p = 0; p < b->n_pairs; p++) {
        uint32_t user = t->pair_users[pairs[p]];
        if (b->stamp_of_user[user] != stamp) {
            b->stamp_of_user[user] = stamp;
            b->slot_of_user[user] = b->n_slots;
            b->slots[b->n_slots++] = (vr_slot){.user = user};
        }
        b->slot_of_pair[p] = b->slot_of_user[user];
        b->slots[b->slot_of_pair[p]].count++;
    }
    uint32_t first = 0;
    for (uint32_t i = 0; i < b->n_slots; i++) {
        b->slots[i].first = first;
        first += b->slots[i].count;
        b->slots[i].count = 0;
    }
    for (uint32_t p = 0; p < b->n_pairs; p++) {
        vr_slot *of = &b->slots[b->slot_of_pair[p]];
        b->slot_pairs[of->first + of->count++] = p;
    }
}

void vr_slot_gradient(vr_trainer *t, uint32_t index) {
    vr_step_buffers *b = t->buffers;
    const vr_slot *of = &b->slots[index];
    size_t stride = t->users.stride;
    float *gradient = b->slot_grads + index * stride;
    memcpy(gradient, b->user_grads + b->slot_pairs[of->first] * stride, stride * sizeof *gradient);
    for (uint32_t p = 1; p < of->count; p++) {
        const float *more = b->user_grads + b->slot_pairs[of->first + p] * stride;
        for (size_t c = 0; c < stride; c++) gradient[c] += more[c];
    }
    const float *raw = t->users.raw + of->user * stride;
    if (t->spec->similarity == VR_COSINE)
        t->kernels->project(gradient, t->users.unit + of->user * stride, stride,
                            t->users.inverse_norm[of->user]);
    b->slot_norm2[index] = t->kernels->norm2(gradient, raw, stride, (float)t->spec->regularization);
}

void vr_slot_update(vr_trainer *t, uint32_t index, uint32_t s) {
    vr_step_buffers *b = t->buffers;
    size_t stride = t->users.stride, at = b->slots[index].user * stride;
    t->kernels->adam(t->users.raw + at, t->users.m + at, t->users.v + at,
                     b->slot_grads + index * stride, stride, t->steps[s],
                     (float)t->spec->regularization);
    t->user_step[b->slots[index].user] = s + 1;
}
