#include "train/memory.h"

#include "eval/evaluate.h"
#include "eval/rank.h"
#include "train/dense.h"

#define PROGRAM (12. * 0x1p20) /* code and libraries */
#define STACK   (64. * 0x1p10) /* what a thread touches of its own */

vr_extent vr_extent_of(const vr_dataset *dataset) {
    return (vr_extent){dataset->n_users, dataset->n_items, (double)vr_csr_count(&dataset->train),
                       dataset->test.offsets ? (double)vr_csr_count(&dataset->test) : 0};
}

/* n floats as vr_floats_new rounds them up; n may be more than any machine has. */
static double floats(double n) {
    return n < 0x1p50 ? (double)vr_floats_bytes((size_t)n) : 4 * n;
}

static double stride_of(const vr_train_spec *spec) {
    return (double)vr_row_stride(spec->dim);
}

static double table_bytes(const vr_train_spec *spec, double n_rows) {
    int copies = spec->similarity == VR_COSINE ? 5 : 4;
    return copies * floats(n_rows * stride_of(spec)) + floats(n_rows);
}

/* The arrays of a step, as trainer.c makes them. */
static double step_bytes(const vr_train_spec *spec, const vr_extent *extent, int threads) {
    const vr_loss *loss = vr_loss_find(spec->loss);
    double stride = stride_of(spec), batch = spec->batch,
           tiles = batch / (vr_dense_wanted(spec) ? VR_DENSE_TILE : VR_TILE) + 1;
    double entries = VR_SPARE + 1. + (vr_dense_wanted(spec) ? 0 : spec->negatives) +
                     (loss && loss->needs_pos_samples ? (double)spec->positives : 0);
    double buckets = extent->n_items / VR_BUCKET + 1;
    double batch_rows =
        3 * floats(batch * stride) + batch * (8 * sizeof(uint32_t) + sizeof(double));
    double kept = vr_dense_wanted(spec) ? batch : (double)threads * VR_TILE;
    double scored = batch * entries * sizeof(vr_triple) + kept * entries * sizeof(uint32_t) +
                    floats(kept * entries);
    double sorted =
        tiles * buckets * 2 * sizeof(float) + buckets * (sizeof(float) + sizeof(double));
    double of_thread = entries * 5 * sizeof(float) + 2 * VR_BUCKET * stride * sizeof(float);
    return batch_rows + scored + sorted + floats(buckets * VR_BUCKET * stride) +
           threads * of_thread + vr_dense_bytes(spec, extent->n_items, threads);
}

vr_memory vr_memory_needed(const vr_train_spec *spec, const vr_extent *e, int threads) {
    double steps = e->train_pairs / spec->batch + 1, stride = stride_of(spec);
    vr_memory m = {.program = PROGRAM + threads * STACK};
    m.data = 2 * sizeof(uint64_t) * (e->n_users + 1) +
             sizeof(uint32_t) * (e->train_pairs + e->test_pairs);
    m.tables = table_bytes(spec, e->n_users) + table_bytes(spec, e->n_items);
    if (vr_screened(spec))
        m.tables += floats(e->n_items * (double)vr_code_stride((size_t)stride) / sizeof(float));
    m.pairs = 2 * sizeof(uint32_t) * e->train_pairs + sizeof(vr_adam_step) * steps +
              (2 * sizeof(uint32_t) + sizeof(uint64_t)) * e->n_users;
    m.step = step_bytes(spec, e, threads);
    m.ranking = 4 * (e->n_items + VR_RANK_ITEMS) * stride +
                (sizeof(vr_user_metrics) + sizeof(uint32_t)) * e->n_users +
                threads * 96. * (4 * stride + 20. * sizeof(vr_ranked_item));
    m.run = m.tables + m.pairs + m.step + m.ranking;
    m.peak = m.program + m.data + m.run;
    return m;
}

vr_status vr_memory_check(const vr_train_spec *spec, const vr_extent *extent, int threads,
                          double room, vr_error *error) {
    vr_memory need = vr_memory_needed(spec, extent, threads);
    if (room <= 0 || need.run <= room) return VR_OK;
    return vr_fail(
        error, VR_USAGE,
        "dim = %u, batch = %u and negatives = %u for %.0f users, %.0f items and %.0f pairs "
        "need %.1f GiB (%.1f of them tables), %.1f GiB are free here; take smaller ones",
        spec->dim, spec->batch, spec->negatives, extent->n_users, extent->n_items,
        extent->train_pairs, need.run / 0x1p30, need.tables / 0x1p30, room / 0x1p30);
}
