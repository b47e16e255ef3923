/* base: files are whole or absent, SHA-256 is SHA-256, NPY is exact in and precise about errors, names have nearest
   ones. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <criterion/criterion.h>
#include "base/file.h"
#include "base/npy.h"
#include "base/sha256.h"
#include "base/text.h"

static char folder[64];

static void make_folder(void) {
    strcpy(folder, "/tmp/verirec-base-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}
static void remove_folder(void) {
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}
static const char *in(const char *name) {
    static char path[4][128];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    return out;
}

TestSuite(files, .init = make_folder, .fini = remove_folder);
TestSuite(npy, .init = make_folder, .fini = remove_folder);

/* --- files ----------------------------------------------------------------------------------------- */

Test(files, what_is_written_is_read_and_folders_are_made) {
    vr_error error = {0};
    char *bytes;
    size_t size;
    vr_part parts[] = {{"ab", 2}, {"", 0}, {"\0c\n", 3}};
    cr_assert_eq(vr_file_write_parts(in("x/y/z"), parts, 3, &error), VR_OK, "%s", error.text);
    cr_assert_eq(vr_file_read(in("x/y/z"), &bytes, &size, &error), VR_OK);
    cr_assert_eq(size, 5);
    cr_assert_arr_eq(bytes, "ab\0c\n", 6); /* the NUL behind the end too */
    free(bytes);
}

Test(files, a_failed_write_leaves_the_old_file_and_no_other) {
    vr_error error = {0};
    char *bytes;
    size_t size;
    cr_assert_eq(vr_file_write(in("a"), "old", 3, &error), VR_OK);
    cr_assert_eq(mkdir(in("folder"), 0777), 0);
    cr_assert_eq(vr_file_write(in("a/b"), "new", 3, &error), VR_CANNOT_WRITE);
    cr_assert_not_null(strstr(error.text, "/a"), "%s", error.text);
    cr_assert_eq(vr_file_write(in("folder"), "new", 3, &error), VR_CANNOT_WRITE);
    cr_assert_eq(vr_file_read(in("a"), &bytes, &size, &error), VR_OK);
    cr_assert_str_eq(bytes, "old");
    free(bytes);
    char command[160];
    snprintf(command, sizeof command, "[ \"$(ls %s | tr '\\n' ' ')\" = 'a folder ' ]", folder);
    cr_assert_eq(system(command), 0);
}

Test(files, a_full_disk_is_said_and_devices_are_not_replaced) {
    vr_error error = {0};
    struct stat about;
    cr_assert_eq(vr_file_write("/dev/full", "x", 1, &error), VR_CANNOT_WRITE);
    cr_assert_not_null(strstr(error.text, "No space left"), "%s", error.text);
    cr_assert_eq(stat("/dev/full", &about), 0);
    cr_assert(S_ISCHR(about.st_mode));
}

Test(files, a_missing_file_and_a_folder_are_no_input) {
    vr_error error = {0};
    char *bytes;
    size_t size;
    cr_assert_eq(vr_file_read(in("none"), &bytes, &size, &error), VR_NO_INPUT);
    cr_assert_not_null(strstr(error.text, "none: cannot read: No such file"), "%s", error.text);
    cr_assert_eq(vr_file_read(folder, &bytes, &size, &error), VR_NO_INPUT);
}

/* --- SHA-256: FIPS 180-2 vectors ------------------------------------------------------------------- */

Test(sha256, known_answers_whole_and_in_parts) {
    const char *abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    char hex[VR_SHA256_HEX];
    vr_sha256_of("", 0, hex);
    cr_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    vr_sha256 hash;
    vr_sha256_begin(&hash);
    vr_sha256_add(&hash, "a", 1);
    vr_sha256_add(&hash, "bc", 2);
    vr_sha256_end(&hash, hex);
    cr_assert_str_eq(hex, abc);
}

/* --- names ----------------------------------------------------------------------------------------- */

Test(text, edit_distance_counts_single_edits) {
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},       {"", "abc", 3},    {"abc", "abc", 0},        {"abc", "ABC", 0},
        {"abc", "acb", 1}, {"abc", "abd", 1}, {"kitten", "sitting", 3}, {"mine", "mine+", 1},
        {"ab", "ba", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(vr_edit_distance(cases[i].a, cases[i].b), cases[i].distance, "%s %s",
                     cases[i].a, cases[i].b);
        cr_assert_eq(vr_edit_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}

Test(text, nearest_is_named_only_when_it_can_be_meant) {
    static const char *const names[] = {"gowalla", "yelp2018", "amazon-book"};
    char text[128];
    cr_assert_str_eq(vr_nearest("gowala", names, 3), "gowalla");
    cr_assert_str_eq(vr_nearest("amazon", names, 3), "amazon-book");
    cr_assert_null(vr_nearest("movielens", names, 3));
    cr_assert_null(vr_nearest("", names, 3));
    vr_did_you_mean(text, sizeof text, "yelp", names, 3);
    cr_assert_str_eq(text, "; did you mean \"yelp2018\"?");
    vr_did_you_mean(text, sizeof text, "movielens", names, 3);
    cr_assert_str_eq(text, "; known are gowalla, yelp2018, amazon-book");
    vr_did_you_mean(text, 12, "movielens", names, 3); /* too little room is no overflow */
    cr_assert_eq(strlen(text), 11);
}

/* --- NPY ------------------------------------------------------------------------------------------- */

Test(npy, every_type_and_shape_comes_back_exactly) {
    static const double f8[] = {0.1, -1e300, 3, 4, 5, 6};
    static const float f4[] = {0.1f, -1e30f, 3, 4, 5, 6};
    static const int32_t i4[] = {INT32_MIN, -1, 0, 1, 2, INT32_MAX};
    static const int64_t i8[] = {INT64_MIN, -1, 0, 1, 2, INT64_MAX};
    const void *values[] = {f4, f8, i4, i8};
    vr_error error = {0};
    for (uint32_t type = 0; type < 4; type++) {
        for (uint32_t n_dims = 0; n_dims <= 3; n_dims++) {
            uint64_t first = n_dims == 1 ? 6 : 2, third = 1;
            vr_npy a = {(vr_npy_type)type, n_dims, {first, 3, third, 0}, (void *)values[type]},
                   b = {0};
            cr_assert_eq(vr_npy_write(in("a.npy"), &a, &error), VR_OK, "%s", error.text);
            cr_assert_eq(vr_npy_read(in("a.npy"), &b, &error), VR_OK, "%s", error.text);
            cr_assert_eq(b.type, a.type);
            cr_assert_eq(b.n_dims, n_dims);
            cr_assert_eq(vr_npy_count(&b), n_dims ? 6 : 1);
            cr_assert_eq((uintptr_t)b.values % 64, 0);
            cr_assert_arr_eq(b.values, a.values, vr_npy_count(&a) * vr_npy_value_size(a.type));
            vr_npy_free(&b);
        }
    }
}

/* A file of the header and n bytes of zeros; the message must name `expected`. */
static void refused(const char *magic, int major, int minor, const char *header, size_t n,
                    const char *expected) {
    char bytes[512] = {0};
    size_t length = strlen(header);
    memcpy(bytes, magic, 6);
    bytes[6] = (char)major;
    bytes[7] = (char)minor;
    bytes[8] = (char)length;
    memcpy(bytes + 10, header, length);
    vr_error error = {0};
    vr_npy array = {0};
    cr_assert_eq(vr_file_write(in("bad.npy"), bytes, 10 + length + n, &error), VR_OK);
    cr_assert_eq(vr_npy_read(in("bad.npy"), &array, &error), VR_BAD_DATA, "accepted: %s", header);
    cr_assert_not_null(strstr(error.text, expected), "\"%s\" is not in \"%s\"", expected,
                       error.text);
    cr_assert_null(array.values);
}

Test(npy, each_wrong_file_is_named) {
    const char *good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n",
               *magic = "\x93NUMPY";
    refused("\x93NUMPX", 1, 0, good, 24, "not an NPY file");
    refused(magic, 2, 0, good, 24, "version: expected 1.0, got 2.0");
    refused(magic, 1, 0, good, 23, "truncated");
    refused(magic, 1, 0, good, 25, "too long");
    refused(magic, 1, 0, "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", 24,
            "byte order");
    refused(magic, 1, 0, "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3), }", 24,
            "dtype");
    refused(magic, 1, 0, "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }", 24, "dtype");
    refused(magic, 1, 0, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24,
            "Fortran order");
    refused(magic, 1, 0, "{'descr': '<f4', 'fortran_order': False, }", 24, "shape");
    refused(magic, 1, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3) ", 24,
            "expected");
    refused(magic, 1, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3), }", 24,
            "a length");
    refused(magic, 1, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,6), }", 24,
            "dimensions");
    refused(magic, 1, 0,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 24,
            "truncated");
    refused(magic, 1, 0,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (18446744073709551616,), }", 24,
            "2^64");
}

Test(npy, a_header_longer_than_the_file_is_truncated) {
    vr_error error = {0};
    vr_npy array = {0};
    cr_assert_eq(vr_file_write(in("cut.npy"), "\x93NUMPY\x01\x00\xff\x00{'descr", 17, &error),
                 VR_OK);
    cr_assert_eq(vr_npy_read(in("cut.npy"), &array, &error), VR_BAD_DATA);
    cr_assert_not_null(strstr(error.text, "header truncated"), "%s", error.text);
    cr_assert_eq(vr_file_write(in("cut.npy"), "\x93NUM", 4, &error), VR_OK);
    cr_assert_eq(vr_npy_read(in("cut.npy"), &array, &error), VR_BAD_DATA);
}
