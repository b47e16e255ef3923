#include "data/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "data/line.h"
#include "data/row.h"

typedef struct parser {
    const vr_split_text *split;
    const char *at, *line_start;
    size_t line;                    /* from 1 */
    const vr_csr *train;            /* NULL when this is the train split */
    uint32_t n_items;               /* 0: not known */
    uint32_t next_user, most_items; /* one more than the largest user and item so far */
    vr_csr csr;
    vr_error *error;
} parser;

/* --- messages -------------------------------------------------------------------------------------- */

static vr_status bad(parser *p, const char *at, const char *text) {
    return vr_fail(p->error, VR_BAD_DATA, "%s:%zu:%zu: %s", p->split->path, p->line,
                   (size_t)(at - p->line_start) + 1, text);
}

/* The word at `at`, as it stands in the file but at most 24 bytes of it, printable. */
static const char *word_at(const parser *p, const char *at, char word[32]) {
    size_t n = 0;
    const char *end = p->split->text + p->split->size;
    for (; at + n < end && n < 24 && !strchr(" \n\r\t", at[n]); n++) {
        word[n] = at[n] > ' ' && at[n] < 127 ? at[n] : '?';
    }
    word[n] = '\0';
    return word;
}

/* `at` is not the digit that an id begins or goes on with: say what it is. */
static vr_status not_a_digit(parser *p, const char *start, const char *at, const char *what) {
    char word[32], text[160];
    word_at(p, start, word);
    if (at == p->split->text + p->split->size) {
        return bad(
            p, at,
            "the last line has no line end: the file may be cut short; add one if it is whole");
    }
    if (*at == '\r') {
        return bad(p, at, "carriage return: expected LF line ends; convert with `tr -d '\\r'`");
    }
    if (*at == '\t') return bad(p, at, "tab: expected one space between ids");
    if (*at == '\n') return bad(p, at, "empty line: expected a user id");
    if (*start == '-')
        snprintf(text, sizeof text, "negative %s id %s: ids count from 0", what, word);
    else
        snprintf(text, sizeof text, "expected a whole number as %s id, got \"%s\"", what, word);
    return bad(p, start, text);
}

static vr_status too_large(parser *p, const char *start, const char *what) {
    char word[32], text[160];
    snprintf(text, sizeof text, "%s id %s is too large: expected at most %u", what,
             word_at(p, start, word), VR_LARGEST_ID);
    return bad(p, start, text);
}

/* --- one line -------------------------------------------------------------------------------------- */

/* How many bytes are left, before the NUL. */
static size_t left(const parser *p, const char *at) {
    return p->split->size - (size_t)(at - p->split->text);
}

/* What is wrong with the id from `start` on, at `at`. */
static vr_status wrong_id(parser *p, vr_id_fault fault, const char *start, const char *at,
                          const char *what) {
    if (fault == VR_ID_TOO_LARGE) return too_large(p, start, what);
    return not_a_digit(p, start, at, what);
}

static vr_status wrong_user(parser *p, const char *at, uint32_t user) {
    char text[160];
    if (user < p->next_user) {
        snprintf(text, sizeof text, "user %u again or out of order: expected %s%u", user,
                 p->train ? "at least " : "user ", p->next_user);
    } else if (p->train) {
        snprintf(text, sizeof text,
                 "user %u has no line in the train split, which ends with user %u", user,
                 p->train->n_rows - 1);
    } else {
        snprintf(text, sizeof text,
                 "user %u leaves a gap: expected user %u (number the users 0, 1, 2, ...)", user,
                 p->next_user);
    }
    return bad(p, at, text);
}

/* The user id that begins a line; rows that a test split leaves out become empty. */
static vr_status read_user(parser *p) {
    uint32_t user = 0;
    size_t length = 0;
    const char *at = p->at;
    vr_id_fault fault = vr_read_id(at, left(p, at), &length, &user);
    if (fault) return wrong_id(p, fault, at, at + length, "user");
    p->at = at + length;
    if (p->train ? user < p->next_user || user >= p->train->n_rows : user != p->next_user) {
        return wrong_user(p, at, user);
    }
    vr_empty_rows(p->csr.offsets, p->next_user, user);
    p->next_user = user + 1;
    return VR_OK;
}

static vr_status outside(parser *p, const char *at, uint32_t item) {
    char text[160];
    snprintf(text, sizeof text, "item id %u: the data set has %u items, expected at most %u", item,
             p->n_items, p->n_items - 1);
    return bad(p, at, text);
}

/* The items of the line into row[0..*n); p->at is behind the user id. */
static vr_status read_items(parser *p, uint32_t *row, size_t *n) {
    const uint32_t bound = p->n_items ? p->n_items : UINT32_MAX;
    const vr_row_read read = vr_read_row(p->at, left(p, p->at), bound, row);
    const char *start = p->at + read.start, *end = p->at + read.end;
    if (read.fault == VR_ID_OUTSIDE) return outside(p, start, read.id);
    if (read.fault) return wrong_id(p, read.fault, start, end, "item");
    p->at = end;
    *n = read.count;
    return VR_OK;
}

/* Where `item` stands for the nth time (from 1) on the line that begins at p->line_start. */
static const char *find_item(const parser *p, uint32_t item, int nth) {
    const char *at = strchr(p->line_start, ' ');
    while (at && *at == ' ') {
        char *end;
        if (strtoul(at, &end, 10) == item && --nth == 0) return at + 1;
        at = end;
    }
    return p->line_start;
}

/* The sorted row holds no item twice, and none of the user's train items. */
static vr_status check_row(parser *p, uint32_t user, const uint32_t *row, size_t n) {
    char text[160];
    size_t i = vr_row_repeated(row, n);
    if (i < n) {
        snprintf(text, sizeof text, "duplicate pair: user %u has item %u twice", user, row[i]);
        return bad(p, find_item(p, row[i], 2), text);
    }
    if (!p->train || (i = vr_row_shared(row, n, p->train, user)) == n) return VR_OK;
    snprintf(text, sizeof text, "test pair that is in the train split too: user %u, item %u", user,
             row[i]);
    return bad(p, find_item(p, row[i], 1), text);
}

static vr_status read_line(parser *p) {
    vr_status status = read_user(p);
    if (status) return status;
    uint32_t user = p->next_user - 1;
    uint32_t *row = p->csr.columns + p->csr.offsets[user];
    size_t n = 0;
    status = read_items(p, row, &n);
    if (status) return status;
    if (n == 0 && !p->train)
        return bad(p, p->at, "user without items: a train line needs at least one");
    vr_row_sort(row, n);
    if (n > 0 && row[n - 1] >= p->most_items) p->most_items = row[n - 1] + 1;
    p->csr.offsets[user + 1] = p->csr.offsets[user] + n;
    return check_row(p, user, row, n);
}

/* --- whole files ----------------------------------------------------------------------------------- */

/* Each item stands behind a space and each user on a line: the room that the rows can need at most. */
static vr_status reserve(parser *p) {
    const vr_split_text *split = p->split;
    size_t n_lines = vr_count_byte(split->text, split->size, '\n');
    size_t n_spaces = vr_count_byte(split->text, split->size, ' ');
    size_t n_rows = p->train ? p->train->n_rows : n_lines;
    if (n_lines > VR_LARGEST_ID)
        return vr_fail(p->error, VR_BAD_DATA, "%s: too many lines", split->path);
    p->csr.offsets = calloc(n_rows + 1, sizeof *p->csr.offsets);
    p->csr.columns = malloc((n_spaces + 1) * sizeof *p->csr.columns);
    if (p->csr.offsets && p->csr.columns) return VR_OK;
    return vr_fail(p->error, VR_INTERNAL, "%s: no memory for its interactions", split->path);
}

static vr_status read_lines(parser *p) {
    const char *end = p->split->text + p->split->size;
    if (p->split->size == 0) {
        return vr_fail(p->error, VR_BAD_DATA,
                       "%s:1:1: empty file: expected lines \"user item item ...\"", p->split->path);
    }
    vr_status status = reserve(p);
    for (p->at = p->split->text; !status && p->at < end; p->at++) {
        p->line++;
        p->line_start = p->at;
        status = read_line(p); /* leaves p->at on the line end */
    }
    return status;
}

static vr_status parse_split(parser *p, vr_csr *out) {
    vr_status status = read_lines(p);
    if (status) {
        vr_csr_free(&p->csr);
        return status;
    }
    p->csr.n_rows = p->train ? p->train->n_rows : p->next_user;
    p->csr.n_columns = p->n_items ? p->n_items : p->most_items;
    vr_empty_rows(p->csr.offsets, p->next_user, p->csr.n_rows);
    uint64_t count = vr_csr_count(&p->csr);
    uint32_t *exact = realloc(p->csr.columns, (count ? count : 1) * sizeof *exact);
    if (exact) p->csr.columns = exact;
    *out = p->csr;
    return VR_OK;
}

vr_status vr_parse_train(const vr_split_text *split, uint32_t n_items, vr_csr *out,
                         vr_error *error) {
    parser p = {.split = split, .n_items = n_items, .error = error};
    return parse_split(&p, out);
}

vr_status vr_parse_test(const vr_split_text *split, const vr_csr *train, uint32_t n_items,
                        vr_csr *out, vr_error *error) {
    parser p = {.split = split, .train = train, .n_items = n_items, .error = error};
    return parse_split(&p, out);
}
