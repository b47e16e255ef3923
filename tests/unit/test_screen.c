/* The screen before the exact scores of a hinge loss: it never loses a score that counts, and no bit depends on it. */
#include <criterion/criterion.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include "base/sha256.h"
#include "data/planted.h"
#include "model/rows.h"
#include "model/screen.h"
#include "model/table.h"
#include "settings.h"
#include "train/batch.h"

extern const vr_screen_kernels vr_screen_kernels_avx2, vr_screen_kernels_avx512;
extern const vr_row_kernels vr_row_kernels_avx2, vr_row_kernels_avx512;

static const vr_screen_kernels *kernels(int which) {
    if (which == 0) return &vr_screen_kernels_avx2;
    return __builtin_cpu_supports("avx512dq") ? &vr_screen_kernels_avx512 : NULL;
}

static uint32_t random_word(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static double uniform(uint32_t *state) {
    return random_word(state) * 0x1p-24 - .5;
}

/* --- kernels --------------------------------------------------------------------------------------- */

Test(screen, the_kept_places_are_those_whose_sum_is_above_the_limit) {
    enum { ROWS = 50, MOST = 192, N = 100 };
    uint8_t *table = (uint8_t *)vr_floats_new(ROWS * MOST / 4);
    int8_t *user = (int8_t *)vr_floats_new(MOST / 4);
    uint32_t state = 1, ids[N], places[N + 16];
    for (size_t stride = 64; stride <= MOST; stride += 64)
        for (uint32_t n = 0; n <= N; n++) {
            int extreme = n % 3 == 0; /* the largest products that there are */
            for (size_t c = 0; c < stride; c++)
                user[c] = (int8_t)(extreme ? 63 - 126 * (int)(n % 2)
                                           : (int)(random_word(&state) % 127) - 63);
            for (size_t c = 0; c < ROWS * stride; c++)
                table[c] = (uint8_t)(extreme ? 255 - c / stride : random_word(&state) % 256);
            for (uint32_t j = 0; j < n; j++) ids[j] = random_word(&state) % ROWS;
            int32_t sums[N];
            for (uint32_t j = 0; j < n; j++) {
                sums[j] = 0;
                for (size_t c = 0; c < stride; c++) sums[j] += user[c] * table[ids[j] * stride + c];
            }
            int32_t limit = n ? sums[n / 2] : 0; /* one is just at it */
            for (int which = 0; which < 2 && kernels(which); which++) {
                uint32_t kept = kernels(which)->keep(user, table, stride, ids, n, limit, places),
                         k = 0;
                for (uint32_t j = 0; j < n; j++)
                    if (sums[j] > limit) cr_assert(k < kept && places[k++] == j, "place %u", j);
                cr_assert_eq(k, kept);
            }
        }
    free(table), free(user);
}

/* --- the bound ------------------------------------------------------------------------------------- */

/* What is worst for one part of the bound, the other parts small. */
typedef enum worst {
    RANDOM,  /* any rows, the item's not far from the user's */
    ROUNDED, /* the user's row is a multiple of its codes, the item's row half a code from its own, with its sign */
    LEFT_OVER, /* the item's row is its codes, the user's is nearly half a step from its own, towards the item's */
    N_KINDS
} worst;

static void make_rows(worst kind, uint32_t dim, size_t stride, uint32_t *state, float *user,
                      float *item) {
    memset(user, 0, stride * sizeof *user);
    memset(item, 0, stride * sizeof *item);
    double length = exp(8 * uniform(state)), norm2 = 0;
    for (uint32_t c = 0; c < dim; c++) {
        int p = (int)(random_word(state) % 127) - 63, sign = p < 0 ? -1 : 1;
        if (kind == ROUNDED) {
            user[c] = (float)p;
            item[c] =
                (float)((sign * (int)(random_word(state) % (1 + (uint32_t)(120 / sqrt(dim)))) +
                         .4999 * sign) /
                        127);
        } else if (kind == LEFT_OVER) {
            user[c] = (float)(.48 / 63);
            item[c] = (float)(floor(126 / sqrt(dim)) / 127);
        } else {
            user[c] = (float)uniform(state);
            item[c] = user[c] + (float)(uniform(state) * uniform(state));
        }
        norm2 += (double)item[c] * (double)item[c];
    }
    if (kind == LEFT_OVER) user[0] = 1; /* the step is a 63rd */
    if (kind == ROUNDED) user[0] = copysignf(63, item[0]);
    if (kind != RANDOM) {
        cr_assert_lt(norm2, 1.0001);
        return;
    }
    for (uint32_t c = 0; c < dim; c++) {
        item[c] = (float)((double)item[c] / sqrt(norm2));
        user[c] *= (float)length;
    }
}

/* Whether an item is kept whose score is just above the margin, when the sums of the user's row are `tampered` with. */
static int is_kept(int which, const float *user, const float *item, size_t stride, double absolute,
                   double rest) {
    const vr_screen_kernels *k = kernels(which);
    const vr_row_kernels *rows = which ? &vr_row_kernels_avx512 : &vr_row_kernels_avx2;
    int8_t user_codes[4096] __attribute__((aligned(64)));
    uint8_t item_codes[4096] __attribute__((aligned(64))) = {0};
    uint32_t id = 0, places[17];
    float score;
    int32_t most;
    rows->dots(user, item, stride, &id, 1, &score);
    vr_code_sums sums = k->user(user, stride, user_codes);
    sums.absolute = (int32_t)(sums.absolute * absolute);
    sums.rest2 *= (float)(rest * rest);
    k->encode(item, stride, item_codes);
    if (!vr_screen_most(&sums, stride, nextafterf(score, -INFINITY), &most)) return 1;
    return (int)k->keep(user_codes, item_codes, vr_code_stride(stride), &id, 1, most, places);
}

Test(screen, an_item_above_the_margin_is_always_kept) {
    const uint32_t dims[] = {1, 2, 16, 20, 33, 64, 80, 100, 128, 200, 1024, 4096};
    float *user = vr_floats_new(4096), *item = vr_floats_new(4096);
    uint32_t state = 7, lost[N_KINDS] = {0};
    for (int which = 0; which < 2 && kernels(which); which++)
        for (size_t d = 0; d < sizeof dims / sizeof *dims; d++)
            for (worst kind = RANDOM; kind < N_KINDS; kind++)
                for (int turn = 0; turn < 200; turn++) {
                    size_t stride = vr_row_stride(dims[d]);
                    make_rows(kind, dims[d], stride, &state, user, item);
                    cr_assert(is_kept(which, user, item, stride, 1, 1), "kind %d, dim %u", kind,
                              dims[d]);
                    /* negative control: a bound whose one part is a tenth or a fifth too small */
                    lost[kind] += !is_kept(which, user, item, stride, kind == ROUNDED ? .9 : 1,
                                           kind == LEFT_OVER ? .8 : 1);
                }
    cr_assert_gt(lost[ROUNDED], 100);
    cr_assert_gt(lost[LEFT_OVER], 100);
    free(user), free(item);
}

Test(screen, the_bound_is_tight_enough_to_be_of_use) {
    float *user = vr_floats_new(64), *item = vr_floats_new(64);
    uint32_t state = 3;
    for (int turn = 0; turn < 500; turn++) {
        int8_t user_codes[64] __attribute__((aligned(64)));
        uint8_t item_codes[64] __attribute__((aligned(64)));
        uint32_t id = 0, places[17];
        int32_t most;
        double norm2[2] = {0, 0}, score = 0;
        for (int c = 0; c < 64; c++) {
            user[c] = (float)uniform(&state);
            item[c] = (float)uniform(&state);
            norm2[0] += (double)user[c] * (double)user[c];
            norm2[1] += (double)item[c] * (double)item[c];
        }
        for (int c = 0; c < 64; c++) {
            user[c] = (float)((double)user[c] / sqrt(norm2[0]));
            item[c] = (float)((double)item[c] / sqrt(norm2[1]));
            score += (double)user[c] * (double)item[c];
        }
        vr_code_sums sums = vr_screen_kernels_avx2.user(user, 64, user_codes);
        vr_screen_kernels_avx2.encode(item, 64, item_codes);
        cr_assert(vr_screen_most(&sums, 64, (float)score + .1f, &most));
        cr_assert_eq(vr_screen_kernels_avx2.keep(user_codes, item_codes, 64, &id, 1, most, places),
                     0);
    }
    free(user), free(item);
}

Test(screen, nothing_is_said_of_rows_that_are_no_numbers_or_nothing) {
    static const float entries[] = {NAN, INFINITY, -INFINITY, 0, 1e-30f, 1e30f};
    float *user = vr_floats_new(64);
    int8_t codes[64] __attribute__((aligned(64)));
    int32_t most;
    for (int which = 0; which < 2 && kernels(which); which++)
        for (int e = 0; e < 6; e++)
            for (int at = 0; at < 64; at++) {
                for (int c = 0; c < 64; c++) user[c] = e < 3 ? .1f : 0;
                user[at] = entries[e];
                vr_code_sums sums = kernels(which)->user(user, 64, codes);
                cr_assert_not(vr_screen_most(&sums, 64, .9f, &most), "%g at %d", (double)entries[e],
                              at);
            }
    free(user);
}

/* --- the loss ------------------------------------------------------------------------------------- */

/* What the screen builds on. */
Test(screen, a_hinge_loss_sees_scores_up_to_the_margin_as_the_margin_to_the_last_bit) {
    enum { N = 83, M = 5 };
    uint32_t state = 5, below = 0;
    for (size_t l = 0; l < vr_n_losses; l++) {
        if (vr_losses[l].sees != VR_SEES_HINGE) continue;
        vr_loss_params params = vr_losses[l].defaults;
        params.tau_plus = .1;
        for (int turn = 0; turn < 200; turn++) {
            float scores[2][N], samples[M], grads[2][N + M];
            params.margin = turn % 5 * .3 - .6;
            float margin = (float)params.margin;
            for (int j = 0; j < N; j++) {
                scores[0][j] = turn % 4 == 0 && j % 7 == 0 ? NAN : (float)(2 * uniform(&state));
                scores[1][j] = scores[0][j] > margin ? scores[0][j] : margin;
                below += !(scores[0][j] > margin);
            }
            for (int k = 0; k < M; k++) samples[k] = (float)(2 * uniform(&state));
            float values[2];
            vr_gradient_f32 out[2];
            for (int i = 0; i < 2; i++) {
                vr_scores_f32 in = {.pos = .5f,
                                    .neg = scores[i],
                                    .n_neg = N,
                                    .pos_samples = samples,
                                    .n_pos_samples = M};
                out[i] = (vr_gradient_f32){.neg = grads[i], .pos_samples = grads[i] + N};
                memset(grads[i], 0, sizeof grads[i]);
                values[i] = vr_losses[l].f32(&in, &params, &out[i]);
            }
            cr_assert_eq(memcmp(&values[0], &values[1], sizeof *values), 0, "%s",
                         vr_losses[l].name);
            cr_assert_eq(memcmp(&out[0].pos, &out[1].pos, sizeof out[0].pos), 0);
            cr_assert_eq(memcmp(grads[0], grads[1], sizeof grads[0]), 0);
        }
    }
    cr_assert_gt(below, 1000);
}

/* --- steps ----------------------------------------------------------------------------------------- */

static _Atomic uint64_t n_screened, n_kept;
static const vr_screen_kernels *counted;
static uint32_t counting_keep(const int8_t *user, const uint8_t *table, size_t code_stride,
                              const uint32_t *ids, uint32_t n, int32_t most, uint32_t *places) {
    uint32_t kept = counted->keep(user, table, code_stride, ids, n, most, places);
    n_screened += n;
    n_kept += kept;
    return kept;
}

/* The hash of all tables and losses after a few steps. plain: without the screen. spoil: rows that a diverged run
   would have are put into the tables on the way. */
static void train(const vr_train_spec *spec, const vr_dataset *data,
                  const vr_screen_kernels *screen, int plain, int spoil, char hex[VR_SHA256_HEX]) {
    static const float rows[] = {NAN, INFINITY, 1e30f, 1e-30f, 0, 3e38f};
    vr_trainer t;
    vr_error error;
    cr_assert_eq(vr_trainer_new(spec, data, &t, &error), VR_OK, "%s", error.text);
    cr_assert(t.item_codes);
    counted = screen;
    vr_screen_kernels counting = *screen;
    counting.keep = counting_keep;
    t.screen = &counting;
    if (plain) {
        free(t.item_codes);
        t.item_codes = NULL;
    }
    vr_step_flush(&t, 0); /* codes by these kernels */
    vr_sha256 hash;
    vr_sha256_begin(&hash);
    vr_epoch_begin(&t, 1, spec->lr);
    for (uint32_t s = 0; s < vr_trainer_steps(&t); s++) {
        if (spoil && s % 2) {
            vr_step_flush(&t, s);
            for (size_t c = 0; c < t.items.stride; c += s % 4 == 1 ? 1 : 5) {
                t.items.raw[(size_t)(s * 7 % t.items.n_rows) * t.items.stride + c] =
                    rows[s / 2 % 6];
                t.users.raw[(size_t)(s * 3 % t.users.n_rows) * t.users.stride + c] =
                    rows[s / 2 % 6];
            }
            vr_step_flush(&t, s);
        }
        double loss = vr_step(&t, 1, s);
        vr_sha256_add(&hash, &loss, sizeof loss);
    }
    vr_step_flush(&t, vr_trainer_steps(&t));
    const vr_table *tables[] = {&t.users, &t.items};
    for (int i = 0; i < 2; i++) {
        size_t bytes = (size_t)tables[i]->n_rows * tables[i]->stride * sizeof(float);
        vr_sha256_add(&hash, tables[i]->raw, bytes);
        vr_sha256_add(&hash, tables[i]->m, bytes);
        vr_sha256_add(&hash, tables[i]->v, bytes);
    }
    vr_sha256_end(&hash, hex);
    vr_trainer_free(&t);
}

static const char *const settings[] = {
    "loss=ccl dim=64",
    "loss=ccl dim=64 margin=.4 dropout=.3 clip=.05 lr=.05",
    "loss=ccl dim=64 margin=.2 init=.1 lr=.05 weight=300",
    "loss=ccl dim=64 margin=0 init=.1",
    "loss=ccl dim=64 margin=-.1 init=.1",
    "loss=ccl dim=64 margin=-1 init=.1",
    "loss=ccl dim=64 margin=1 init=.1 dropout=.9",
    "loss=ccl dim=2 margin=.7 dropout=.5 negatives=7",
    "loss=ccl dim=20 margin=.5 positive=hinge dropout=.2 sharing=4",
    "loss=ccl dim=100 margin=.3 sampling=popularity dropout=0",
    "loss=ccl dim=130 margin=.15 regularization=1e-2",
    "loss=ccl-debiased dim=64 margin=.6 tau=count:3 positives=7 lr=.05",
    "loss=ccl-debiased dim=33 margin=.2 tau=scale:.5 positives=3 negatives=1",
};

static vr_dataset make_data(void) {
    const vr_planted_spec planted = {.n_users = 150,
                                     .n_items = 120,
                                     .interactions = 2500,
                                     .seed = 3,
                                     .rank = 4,
                                     .scale = 2,
                                     .skew = .5,
                                     .activity = .4,
                                     .breadth = 2};
    vr_dataset data;
    vr_error error;
    cr_assert_eq(vr_planted_generate(&planted, &data, &error), VR_OK, "%s", error.text);
    return data;
}

Test(screen, training_with_and_without_it_gives_the_same_bits) {
    vr_dataset data = make_data();
    char plain[VR_SHA256_HEX], with[VR_SHA256_HEX], spoilt[VR_SHA256_HEX];
    uint64_t all_screened = 0, all_kept = 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        for (int spoil = 0; spoil < 2; spoil++) {
            vr_train_spec spec = settings_spec("batch=64 negatives=40 lr=.01", settings[i]);
            omp_set_num_threads(1);
            train(&spec, &data, kernels(0), 1, spoil, plain);
            n_screened = n_kept = 0;
            for (int which = 0; which < 2 && kernels(which); which++)
                for (int threads = 1; threads <= 3; threads += 2) {
                    omp_set_num_threads(threads);
                    train(&spec, &data, kernels(which), 0, spoil, with);
                    cr_assert_str_eq(plain, with, "%s, spoil %d, %d threads", settings[i], spoil,
                                     threads);
                }
            cr_assert_gt(n_screened, 0, "%s", settings[i]);
            if (!spoil) all_screened += n_screened, all_kept += n_kept;
            if (!spoil) strcpy(spoilt, plain);
        }
    cr_assert_str_neq(plain, spoilt, "the hash must see what was spoilt");
    /* some of both, or this shows nothing */
    cr_assert_gt(all_kept, all_screened / 50);
    cr_assert_lt(all_kept, all_screened / 2);
    omp_set_num_threads(2);
    vr_dataset_free(&data);
}
