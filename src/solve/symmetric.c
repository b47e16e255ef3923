#include "solve/symmetric.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "solve/product.h"
#include "solve/transpose.h"

/* --- room ------------------------------------------------------------------------------------------ */

static double blocks_of(double n) {
    return ceil(n / VR_BLOCK_MOST);
}

/* All blocks are of one size: the least multiple of 64 that needs no more of them. */
static double block_of(double n) {
    return 64 * ceil(n / (64 * blocks_of(n)));
}

double vr_symmetric_bytes(double n) {
    const double blocks = blocks_of(n), block = block_of(n);
    return 4 * blocks * (blocks + 1) * block * block;
}

double vr_symmetric_work_bytes(double n, vr_format format) {
    const double block = block_of(n), real = format == VR_SINGLE ? 4 : 8;
    return (3 * blocks_of(n) + 1) * block * block * real + 8 * block * (block + 1);
}

/* Pages that the system gives zeroed, when they are touched. */
static void *pages(double bytes) {
    void *room =
        mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) return NULL;
    madvise(room, (size_t)bytes, MADV_HUGEPAGE);
    return room;
}

vr_status vr_symmetric_new(uint32_t n, vr_format format, vr_symmetric *out, vr_error *error) {
    vr_symmetric m = {.n = n, .format = format};
    m.block = (uint32_t)block_of(n);
    m.n_blocks = (uint32_t)blocks_of(n);
    m.slots = pages(vr_symmetric_bytes(n));
    if (!m.slots)
        return vr_fail(error, VR_INTERNAL, "no memory for a symmetric matrix of %u rows: %.1f GiB",
                       n, vr_symmetric_bytes(n) / 0x1p30);
    *out = m;
    return VR_OK;
}

void vr_symmetric_free(vr_symmetric *matrix) {
    if (matrix->slots) munmap(matrix->slots, (size_t)vr_symmetric_bytes(matrix->n));
    *matrix = (vr_symmetric){0};
}

/* --- elements -------------------------------------------------------------------------------------- */

static size_t slot_at(const vr_symmetric *m, size_t i, size_t j) {
    return (i * (i + 1) / 2 + j) * m->block * m->block;
}

/* Adds to one element of the lower block triangle. */
static void add(vr_symmetric *m, size_t row, size_t column, double value) {
    const size_t b = m->block, at = slot_at(m, row / b, column / b);
    const size_t inside = row % b * b + column % b;
    if (m->format == VR_DOUBLE)
        ((double *)m->slots)[at + inside] += value;
    else
        ((float *)m->slots)[2 * at + inside] += (float)value;
}

double vr_symmetric_get(const vr_symmetric *m, uint32_t row, uint32_t column) {
    const size_t b = m->block, swap = row / b < column / b;
    const size_t i = swap ? column : row, j = swap ? row : column;
    const size_t at = slot_at(m, i / b, j / b), inside = i % b * b + j % b;
    return m->format == VR_DOUBLE ? ((const double *)m->slots)[at + inside]
                                  : (double)((const float *)m->slots)[2 * at + inside];
}

void vr_symmetric_gram(vr_symmetric *matrix, const vr_csr *x, const vr_csr *by_item, double sign,
                       const double *diagonal) {
    const uint32_t padded = matrix->n_blocks * matrix->block;
    /* one thread a row: nothing is added to by two */
#pragma omp parallel for schedule(dynamic, 64)
    for (uint32_t i = 0; i < padded; i++) {
        const uint64_t end = ((uint64_t)i / matrix->block + 1) * matrix->block;
        add(matrix, i, i, i < matrix->n ? diagonal[i] : 1);
        if (i >= matrix->n) continue;
        for (uint64_t v = by_item->offsets[i]; v < by_item->offsets[i + 1]; v++) {
            const uint32_t user = by_item->columns[v];
            for (uint64_t e = x->offsets[user]; e < x->offsets[user + 1] && x->columns[e] < end;
                 e++)
                add(matrix, i, x->columns[e], sign);
        }
    }
}

/* --- every row forwards ------------------------------------------------------------------------------ */

static void to_pair(const vr_symmetric *m, size_t slot, float *room) {
    const size_t b = m->block, size = b * b;
    float *to = (float *)m->slots + 2 * slot * size;
    if (m->format == VR_DOUBLE) {
        const double *from = (const double *)m->slots + slot * size;
        for (size_t e = 0; e < size; e++) room[e] = (float)from[e];
        memcpy(to, room, size * sizeof *to);
    }
    vr_transpose_32(b, to, to + size);
}

vr_status vr_symmetric_pair(vr_symmetric *matrix, vr_error *error) {
    const size_t n = matrix->n_blocks, size = (size_t)matrix->block * matrix->block;
    const int threads = omp_get_max_threads();
    float *room = malloc((size_t)threads * size * sizeof *room);
    if (!room)
        return vr_fail(error, VR_INTERNAL, "no memory to unfold a matrix of %u rows", matrix->n);
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t slot = 0; slot < n * (n + 1) / 2; slot++)
        to_pair(matrix, slot, room + (size_t)omp_get_thread_num() * size);
    free(room);
    matrix->format = VR_PAIR;
    return VR_OK;
}

const float *vr_pair_segment(const vr_symmetric *m, uint32_t row, uint32_t b) {
    const size_t block = m->block, own = row / block, inside = row % block * block;
    return (const float *)m->slots +
           (b <= own ? 2 * slot_at(m, own, b) : 2 * slot_at(m, b, own) + block * block) + inside;
}

const float *vr_pair_column(const vr_symmetric *m, uint32_t column, uint32_t b) {
    const size_t block = m->block;
    return vr_pair_segment(m, column, b) + (b == column / block ? block * block : 0);
}

/* --- product --------------------------------------------------------------------------------------- */

static void times_row(const vr_symmetric *m, const double *in, size_t width, double *out,
                      size_t i) {
    const size_t b = m->block;
    vr_multiply64 *multiply = vr_multiply64_get();
    for (size_t j = 0; j < m->n_blocks; j++) {
        const int below = j <= i; /* else the block is read by its columns */
        multiply(&(vr_product64){.rows = b,
                                 .steps = b,
                                 .width = width,
                                 .a = (const double *)m->slots +
                                      (below ? slot_at(m, i, j) : slot_at(m, j, i)),
                                 .a_row = below ? b : 1,
                                 .a_step = below ? 1 : b,
                                 .b = in + j * b * width,
                                 .b_step = width,
                                 .c = out + i * b * width,
                                 .c_row = width,
                                 .add = j > 0});
    }
}

void vr_symmetric_times(const vr_symmetric *matrix, const double *in, size_t width, double *out) {
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < matrix->n_blocks; i++) times_row(matrix, in, width, out, i);
}
