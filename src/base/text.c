#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t vr_edit_distance(const char *a, const char *b) {
    size_t rows[3][LONGEST + 1]; /* rows i - 2, i - 1 and i of the table of prefix distances */
    size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
    for (size_t j = 0; j <= m; j++) rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *swap = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            int p = tolower((unsigned char)a[i - 1]), q = tolower((unsigned char)b[j - 1]);
            row[j] = smaller(smaller(above[j], row[j - 1]) + 1, above[j - 1] + (p != q));
            if (i > 1 && j > 1 && p == tolower((unsigned char)b[j - 2]) &&
                q == tolower((unsigned char)a[i - 2])) {
                row[j] = smaller(row[j], swap[j - 2] + 1);
            }
        }
    }
    return rows[n % 3][m];
}

const char *vr_nearest(const char *word, const char *const *names, size_t n_names) {
    const char *best = NULL;
    size_t length = strlen(word), best_distance = length / 3 + 2; /* farther is not a slip */
    for (size_t i = 0; i < n_names; i++) {
        size_t distance = vr_edit_distance(word, names[i]);
        /* "amazon" means "amazon-book", however long the rest is */
        if (length >= 3 && strncasecmp(word, names[i], length) == 0)
            distance = smaller(distance, 1);
        if (distance < best_distance && distance < strlen(names[i])) {
            best = names[i];
            best_distance = distance;
        }
    }
    return best;
}

char *vr_did_you_mean(char *text, size_t size, const char *word, const char *const *names,
                      size_t n_names) {
    const char *nearest = vr_nearest(word, names, n_names);
    if (nearest) {
        snprintf(text, size, "; did you mean \"%s\"?", nearest);
        return text;
    }
    size_t used = (size_t)snprintf(text, size, "%s", n_names ? "; known are " : "");
    for (size_t i = 0; i < n_names && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", names[i]);
    }
    return text;
}

size_t vr_cut_tabs(char *line, const char **fields, size_t most) {
    size_t n = 0;
    for (char *at = line; at; n++) {
        char *tab = strchr(at, '\t');
        if (tab) *tab++ = 0;
        if (n < most) fields[n] = at;
        at = tab;
    }
    return n;
}
