/* data: the parser names the first bad byte, gzip is whole or refused, planted worlds obey Eq. 5 and are the same for
   any number of threads, the transpose is the transpose. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <criterion/criterion.h>
#include "data/dataset.h"
#include "data/gzip.h"
#include "data/manifest.h"
#include "data/parse.h"
#include "data/planted.h"

/* --- the parser ------------------------------------------------------------------------------------ */

static vr_split_text split(const char *path, const char *text) {
    return (vr_split_text){path, text, strlen(text)};
}

static vr_status parse(const char *train, const char *test, uint32_t n_items, vr_csr out[2],
                       vr_error *error) {
    vr_split_text a = split("train", train), b = split("test", test);
    memset(out, 0, 2 * sizeof *out);
    vr_status status = vr_parse_train(&a, n_items, &out[0], error);
    if (!status) status = vr_parse_test(&b, &out[0], n_items, &out[1], error);
    return status;
}

static void free_both(vr_csr both[2]) {
    vr_csr_free(&both[0]);
    vr_csr_free(&both[1]);
}

Test(parse, rows_are_sorted_and_a_test_split_may_leave_users_out) {
    vr_csr csr[2];
    vr_error error = {0};
    cr_assert_eq(parse("0 5 1 3\n1 2\n2 0 9\n3 7\n", "1 8 4\n2 \n", 0, csr, &error), VR_OK, "%s",
                 error.text);
    cr_assert_eq(csr[0].n_rows, 4);
    cr_assert_eq(csr[0].n_columns, 10);
    cr_assert_arr_eq(csr[0].offsets, ((uint64_t[]){0, 3, 4, 6, 7}), 5 * sizeof(uint64_t));
    cr_assert_arr_eq(csr[0].columns, ((uint32_t[]){1, 3, 5, 2, 0, 9, 7}), 7 * sizeof(uint32_t));
    cr_assert_eq(csr[1].n_rows, 4);
    cr_assert_arr_eq(csr[1].offsets, ((uint64_t[]){0, 0, 2, 2, 2}), 5 * sizeof(uint64_t));
    cr_assert_arr_eq(csr[1].columns, ((uint32_t[]){4, 8}), 2 * sizeof(uint32_t));
    free_both(csr);
}

Test(parse, long_rows_are_sorted_too) {
    enum { N = 20000 };
    char *text = malloc(8 * N), *at = text + sprintf(text, "0");
    for (int i = 0; i < N; i++)
        at += sprintf(at, " %d", (int)((unsigned)i * 7919u % N)); /* 7919 and N coprime */
    strcpy(at, "\n");
    vr_csr csr[2];
    vr_error error = {0};
    cr_assert_eq(parse(text, "0\n", N, csr, &error), VR_OK, "%s", error.text);
    for (uint32_t i = 0; i < N; i++) cr_assert_eq(csr[0].columns[i], i);
    free_both(csr);
    free(text);
}

Test(parse, each_bad_byte_is_named_by_line_and_column) {
    static const struct {
        const char *train, *test;
        uint32_t n_items;
        const char *place, *reason;
    } cases[] = {
        {"", "0 1\n", 0, "train:1:1:", "empty file"},
        {"0 1\n", "", 0, "test:1:1:", "empty file"},
        {"0 1 -2\n", "0 3\n", 0, "train:1:5:", "negative item id -2"},
        {"-1 1\n", "0 3\n", 0, "train:1:1:", "negative user id -1"},
        {"0 1\n1 2 x7\n", "0 3\n", 0, "train:2:5:", "got \"x7\""},
        {"0 1\n1 2 7x\n", "0 3\n", 0, "train:2:5:", "got \"7x\""},
        {"0 1.5\n", "0 3\n", 0, "train:1:3:", "got \"1.5\""},
        {"0 4294967295\n", "0 3\n", 0, "train:1:3:", "too large"},
        {"0 4294967296\n", "0 3\n", 0, "train:1:3:", "too large"},
        {"0 18446744073709551616\n", "0 3\n", 0, "train:1:3:", "too large"},
        {"0 99999999999999999999999999999999\n", "0 3\n", 0, "train:1:3:", "too large"},
        {"0 7 1 7\n", "0 3\n", 0, "train:1:7:", "item 7 twice"},
        {"0 77 7 1 7\n", "0 3\n", 0, "train:1:10:", "item 7 twice"},
        {"0 1\n0 2\n", "0 3\n", 0, "train:2:1:", "again or out of order"},
        {"1 1\n0 2\n", "0 3\n", 0, "train:1:1:", "gap"},
        {"0 1\n2 2\n", "0 3\n", 0, "train:2:1:", "gap"},
        {"0 1\r\n", "0 3\n", 0, "train:1:4:", "carriage return"},
        {"0 1\n1\n", "0 3\n", 0, "train:2:2:", "without items"},
        {"0 1\n1 \n", "0 3\n", 0, "train:2:3:", "without items"},
        {"0\t1\n", "0 3\n", 0, "train:1:2:", "tab"},
        {"0 1\n\n1 2\n", "0 3\n", 0, "train:2:1:", "empty line"},
        {" 0 1\n", "0 3\n", 0, "train:1:1:", "user id"},
        {"0 1\n1 2", "0 3\n", 0, "train:2:4:", "no line end"},
        {"0 1 9\n", "0 3\n", 9, "train:1:5:", "has 9 items"},
        {"0 1\n", "0 3\n1 2\n", 0, "test:2:1:", "user 1 has no line in the train split"},
        {"0 1\n1 2\n", "1 3\n0 2\n", 0, "test:2:1:", "again or out of order"},
        {"0 1\n1 12 2\n", "0 3\n1 5 2\n", 0, "test:2:5:", "in the train split too: user 1, item 2"},
        {"0 1\n", "0 3 3\n", 0, "test:1:5:", "item 3 twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vr_csr csr[2];
        vr_error error = {0};
        vr_status status = parse(cases[i].train, cases[i].test, cases[i].n_items, csr, &error);
        cr_expect_eq(status, VR_BAD_DATA, "case %zu was accepted", i);
        cr_expect_eq(strncmp(error.text, cases[i].place, strlen(cases[i].place)), 0,
                     "case %zu: expected %s, got %s", i, cases[i].place, error.text);
        cr_expect_not_null(strstr(error.text, cases[i].reason), "case %zu: %s", i, error.text);
        free_both(csr);
    }
}

Test(parse, the_largest_id_is_accepted) {
    vr_csr csr[2];
    vr_error error = {0};
    cr_assert_eq(parse("0 4294967294\n", "0 0\n", 0, csr, &error), VR_OK, "%s", error.text);
    cr_assert_eq(csr[0].n_columns, 4294967295u);
    free_both(csr);
}

/* --- rows ------------------------------------------------------------------------------------------ */

Test(csr, the_transpose_holds_the_same_pairs_and_twice_is_the_same) {
    uint64_t offsets[] = {0, 3, 3, 5};
    uint32_t columns[] = {0, 2, 4, 2, 3};
    vr_csr in = {3, 5, offsets, columns}, t, back;
    vr_error error = {0};
    cr_assert_eq(vr_csr_transpose(&in, &t, &error), VR_OK);
    cr_assert_eq(t.n_rows, 5);
    cr_assert_arr_eq(t.offsets, ((uint64_t[]){0, 1, 1, 3, 4, 5}), 6 * sizeof(uint64_t));
    cr_assert_arr_eq(t.columns, ((uint32_t[]){0, 0, 2, 2, 0}), 5 * sizeof(uint32_t));
    cr_assert_eq(vr_csr_transpose(&t, &back, &error), VR_OK);
    cr_assert_arr_eq(back.offsets, offsets, sizeof offsets);
    cr_assert_arr_eq(back.columns, columns, sizeof columns);
    vr_csr_free(&t);
    vr_csr_free(&back);
}

Test(csr, the_text_of_a_split_parses_to_the_split) {
    vr_csr csr[2], again[2];
    vr_error error = {0};
    char *text;
    size_t size;
    const char *written = "0 1 30 4000000000\n1 7\n";
    cr_assert_eq(parse(written, "0\n1 2\n", 0, csr, &error), VR_OK);
    cr_assert_eq(vr_csr_text(&csr[0], &text, &size, &error), VR_OK);
    cr_assert_str_eq(text, written);
    cr_assert_eq(size, strlen(written));
    cr_assert_eq(parse(text, "0\n", 0, again, &error), VR_OK);
    free(text);
    free_both(csr);
    free_both(again);
}

/* --- gzip ------------------------------------------------------------------------------------------ */

static size_t compress_text(const char *text, size_t size, unsigned char *out, size_t room) {
    z_stream stream = {0};
    cr_assert_eq(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (uInt)size;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return room - stream.avail_out;
}

static vr_status gunzip(const void *bytes, size_t size, char **text, size_t *out_size, size_t guess,
                        vr_error *error) {
    *text = malloc(size + 1);
    memcpy(*text, bytes, size);
    *out_size = size;
    return vr_gunzip("x.gz", text, out_size, guess, error);
}

Test(gzip, text_comes_back_whatever_the_guess_and_plain_text_is_left_alone) {
    static char text[100000];
    static unsigned char packed[100100];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)('0' + i * i % 7);
    size_t n = compress_text(text, sizeof text, packed, sizeof packed), size,
           guesses[] = {0, 100, 100000, 1000000};
    vr_error error = {0};
    char *out;
    for (size_t g = 0; g < 4; g++) {
        cr_assert_eq(gunzip(packed, n, &out, &size, guesses[g], &error), VR_OK, "%s", error.text);
        cr_assert_eq(size, sizeof text);
        cr_assert_arr_eq(out, text, sizeof text);
        cr_assert_eq(out[size], 0);
        free(out);
    }
    cr_assert_eq(gunzip("0 1\n", 4, &out, &size, 0, &error), VR_OK);
    cr_assert_eq(size, 4);
    free(out);
}

Test(gzip, members_follow_each_other) {
    unsigned char packed[256];
    size_t n = compress_text("0 1\n", 4, packed, 128), size;
    n += compress_text("1 2\n", 4, packed + n, 128);
    vr_error error = {0};
    char *out;
    cr_assert_eq(gunzip(packed, n, &out, &size, 0, &error), VR_OK, "%s", error.text);
    out[size] = 0;
    cr_assert_str_eq(out, "0 1\n1 2\n");
    free(out);
}

Test(gzip, every_cut_every_flipped_byte_and_garbage_are_refused) {
    unsigned char packed[256];
    const char *text = "0 1 2 3 4 5 6 7 8 9 10\n1 11 12 13\n";
    size_t n = compress_text(text, strlen(text), packed, 200), size;
    vr_error error = {0};
    char *out;
    for (size_t cut = 2; cut < n; cut++) {
        cr_expect_eq(gunzip(packed, cut, &out, &size, 64, &error), VR_BAD_DATA, "cut at %zu", cut);
        cr_expect_null(out);
    }
    for (size_t i = 10; i < n;
         i++) { /* the header's time and system name are not checked by anybody */
        packed[i] ^= 0x10;
        cr_expect_eq(gunzip(packed, n, &out, &size, 64, &error), VR_BAD_DATA, "byte %zu flipped",
                     i);
        packed[i] ^= 0x10;
    }
    packed[n] = 'x';
    cr_expect_eq(gunzip(packed, n + 1, &out, &size, 64, &error), VR_BAD_DATA);
    cr_expect_not_null(strstr(error.text, "garbage"), "%s", error.text);
}

/* --- manifests ------------------------------------------------------------------------------------- */

Test(manifest, each_listed_data_set_has_a_readable_manifest) {
    vr_manifest_names names;
    vr_manifest_list(&names);
    cr_assert_geq(names.count, 4);
    for (size_t i = 0; i < names.count; i++) {
        vr_manifest manifest;
        vr_error error = {0};
        cr_assert_eq(vr_manifest_find(names.names[i], &manifest, &error), VR_OK, "%s", error.text);
        cr_assert_str_eq(manifest.name, names.names[i]);
        cr_assert(manifest.kind == VR_DATA_PLANTED || manifest.train.n_urls >= 2);
    }
}

/* Table 1 of the paper. */
Test(manifest, the_counts_are_those_of_table_1) {
    static const struct {
        const char *name;
        uint32_t users, items;
        uint64_t interactions;
    } table[] = {{"yelp2018", 31668, 38048, 1561406},
                 {"gowalla", 29858, 40981, 1027370},
                 {"amazon-book", 52643, 91599, 2984108}};
    for (size_t i = 0; i < 3; i++) {
        vr_manifest m;
        vr_error error = {0};
        cr_assert_eq(vr_manifest_find(table[i].name, &m, &error), VR_OK);
        cr_assert_eq(m.n_users, table[i].users);
        cr_assert_eq(m.n_items, table[i].items);
        cr_assert_eq(m.train.interactions + m.test.interactions, table[i].interactions);
    }
}

Test(manifest, an_unknown_name_is_a_usage_error_with_the_nearest) {
    vr_manifest manifest;
    vr_error error = {0};
    cr_assert_eq(vr_manifest_find("yelp2108", &manifest, &error), VR_USAGE);
    cr_assert_not_null(strstr(error.text, "\"yelp2018\""), "%s", error.text);
    cr_assert_eq(vr_manifest_find("../datasets/gowalla", &manifest, &error), VR_USAGE);
}

/* --- planted worlds -------------------------------------------------------------------------------- */

static vr_dataset small_world(void) {
    vr_dataset data = {0};
    vr_error error = {0};
    cr_assert_eq(vr_dataset_load("planted-small", NULL, &data, &error), VR_OK, "%s", error.text);
    return data;
}

/* tau p+ + (1 - tau) p- = 1 / n_items. Each of the four factors carries at most a few roundings, and the sum of pi
   n_items of them; relative error below (n_items + 8) 2^-53. */
Test(planted, equation_5_holds_for_every_pair) {
    vr_dataset data = small_world();
    double uniform = 1.0 / data.n_items, tolerance = uniform * (data.n_items + 8) * 0x1p-53,
           worst = 0, control = 0;
    for (uint32_t u = 0; u < data.n_users; u++) {
        double tau = vr_planted_tau_plus(data.truth, u), sum_plus = 0, sum_minus = 0;
        cr_assert(tau > 0 && tau < 1);
        for (uint32_t i = 0; i < data.n_items; i++) {
            double plus = vr_planted_p_plus(data.truth, u, i),
                   minus = vr_planted_p_minus(data.truth, u, i);
            worst = fmax(worst, fabs(tau * plus + (1 - tau) * minus - uniform));
            control = fmax(control, fabs(1.001 * tau * plus + (1 - 1.001 * tau) * minus - uniform));
            sum_plus += plus;
            sum_minus += minus;
        }
        cr_assert_float_eq(sum_plus, 1, data.n_items * 0x1p-50);
        cr_assert_float_eq(sum_minus, 1, data.n_items * 0x1p-50);
    }
    cr_assert_leq(worst, tolerance);
    cr_assert_gt(control, tolerance); /* another tau does not fit */
    vr_dataset_free(&data);
}

Test(planted, a_row_has_the_bits_of_its_pairs) {
    vr_dataset data = small_world();
    float *pi = malloc((data.n_items + 32) * sizeof *pi);
    for (uint32_t u = 0; u < data.n_users; u += 7) {
        vr_planted_row(data.truth, u, pi);
        for (uint32_t i = 0; i < data.n_items; i++) {
            cr_assert_eq((double)pi[i], vr_planted_probability(data.truth, u, i));
            cr_assert(pi[i] > 0 && pi[i] < 1);
        }
    }
    free(pi);
    vr_dataset_free(&data);
}

Test(planted, splits_are_disjoint_ascending_and_each_user_has_both) {
    vr_dataset data = small_world();
    for (uint32_t u = 0; u < data.n_users; u++) {
        char seen[512] = {0};
        const vr_csr *both[] = {&data.train, &data.test};
        cr_assert_geq(vr_csr_row_count(&data.train, u), 4);
        cr_assert_geq(vr_csr_row_count(&data.test, u), 1);
        for (int s = 0; s < 2; s++) {
            for (uint64_t k = both[s]->offsets[u]; k < both[s]->offsets[u + 1]; k++) {
                cr_assert(k == both[s]->offsets[u] ||
                          both[s]->columns[k] > both[s]->columns[k - 1]);
                cr_assert_lt(both[s]->columns[k], data.n_items);
                cr_assert_eq(seen[both[s]->columns[k]]++, 0);
            }
        }
    }
    vr_dataset_free(&data);
}

Test(planted, any_number_of_threads_gives_the_same_world_and_another_seed_another) {
    vr_planted_spec spec = {.n_users = 300,
                            .n_items = 333,
                            .interactions = 6000,
                            .seed = 5,
                            .rank = 3,
                            .scale = 2,
                            .skew = 1,
                            .activity = 1,
                            .breadth = 1.5};
    vr_dataset one = {0}, three = {0}, other = {0};
    vr_error error = {0};
    omp_set_num_threads(1);
    cr_assert_eq(vr_planted_generate(&spec, &one, &error), VR_OK, "%s", error.text);
    omp_set_num_threads(3);
    cr_assert_eq(vr_planted_generate(&spec, &three, &error), VR_OK);
    uint64_t n = vr_csr_count(&one.train);
    cr_assert_eq(vr_csr_count(&three.train), n);
    cr_assert_arr_eq(one.train.columns, three.train.columns, n * sizeof(uint32_t));
    cr_assert_arr_eq(one.test.columns, three.test.columns,
                     vr_csr_count(&one.test) * sizeof(uint32_t));
    spec.seed = 6;
    cr_assert_eq(vr_planted_generate(&spec, &other, &error), VR_OK);
    cr_assert_neq(memcmp(one.train.columns, other.train.columns, 100 * sizeof(uint32_t)), 0);
    vr_dataset_free(&one);
    vr_dataset_free(&three);
    vr_dataset_free(&other);
}

/* The observed items are draws from p+: their mean pi is far above the mean over all items, and with popularity
   switched on the most observed item is observed far more often than the mean one. */
Test(planted, observations_follow_the_probabilities) {
    vr_dataset data = small_world();
    vr_error error = {0};
    double observed = 0, all = 0;
    for (uint32_t u = 0; u < data.n_users; u++) {
        for (uint64_t k = data.train.offsets[u]; k < data.train.offsets[u + 1]; k++) {
            observed += vr_planted_probability(data.truth, u, data.train.columns[k]);
        }
        all += vr_planted_tau_plus(data.truth, u);
    }
    cr_assert_gt(observed / (double)vr_csr_count(&data.train), 3 * all / data.n_users);
    vr_csr items;
    cr_assert_eq(vr_csr_transpose(&data.train, &items, &error), VR_OK);
    uint32_t most = 0;
    for (uint32_t i = 0; i < items.n_rows; i++) {
        most = vr_csr_row_count(&items, i) > most ? vr_csr_row_count(&items, i) : most;
    }
    cr_assert_gt(most, 2.5 * (double)vr_csr_count(&data.train) / data.n_items);
    vr_csr_free(&items);
    vr_dataset_free(&data);
}

Test(planted, a_specification_out_of_range_is_a_usage_error) {
    vr_planted_spec good = {.n_users = 30,
                            .n_items = 100,
                            .interactions = 300,
                            .seed = 5,
                            .rank = 3,
                            .scale = 2,
                            .skew = 1,
                            .activity = 1,
                            .breadth = 1.5},
                    spec;
    vr_dataset data = {0};
    vr_error error = {0};
    spec = good;
    spec.interactions = 10;
    cr_assert_eq(vr_planted_generate(&spec, &data, &error), VR_USAGE);
    spec = good;
    spec.rank = 0;
    cr_assert_eq(vr_planted_generate(&spec, &data, &error), VR_USAGE);
    spec = good;
    spec.scale = NAN;
    cr_assert_eq(vr_planted_generate(&spec, &data, &error), VR_USAGE);
    cr_assert_eq(vr_planted_generate(&good, &data, &error), VR_OK);
    vr_dataset_free(&data);
}
