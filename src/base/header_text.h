/* Reading the text of an NPY header, a Python dictionary: spaces, tokens, quoted words, the shape. */
#ifndef VR_BASE_HEADER_TEXT_H
#define VR_BASE_HEADER_TEXT_H

#include "base/digits.h"

enum { VR_WORD_ROOM = 32, VR_SHAPE_ROOM = 4 };

/*@ // A place in a text that ends with NUL at `size`. Each function begins at *at and leaves it behind what it took.
    predicate InText{L}(char *text, integer size, size_t *at) =
      \valid_read(text + (0 .. size)) && text[size] == '\0' && size < SIZE_MAX && \valid(at) &&
      *at <= size && \separated(at, text + (0 .. size));

    predicate IsSpace(integer c) = c == ' ' || c == '\n' || c == '\t';
    predicate IsQuote(integer c) = c == '\'' || c == '"';

    // The token stands from i to before j.
    predicate Stands{L}(char *text, integer i, integer j, char *token) = i <= j && token[j - i] == '\0' &&
      \forall integer k; 0 <= k < j - i ==> token[k] != '\0' && text[i + k] == token[k];

    // A quoted word stands from i to before j, its last quote the first like the one that it begins with.
    predicate Quoted{L}(char *text, integer i, integer j) = i + 2 <= j &&
      IsQuote(text[i]) && text[j - 1] == text[i] &&
      \forall integer k; i < k < j - 1 ==> text[k] != text[i] && text[k] != '\0';
    predicate Unquoted{L}(char *text, integer i, integer j, char *word) =
      word[j - i - 2] == '\0' && \forall integer k; 0 <= k < j - i - 2 ==> word[k] == text[i + 1 + k];
*/

/*@ requires InText(text, size, at);
    terminates \true;
    exits \false;
    assigns *at;
    ensures \old(*at) <= *at <= size;
    ensures \forall integer i; \old(*at) <= i < *at ==> IsSpace(text[i]);
    ensures !IsSpace(text[*at]);
*/
static inline void vr_skip_spaces(const char *text, size_t size, size_t *at) {
    (void)size; /* for the contract: the text ends with NUL, which is no space */
    size_t i = *at;
    /*@ loop invariant \at(*at, Pre) <= i <= size;
        loop invariant \forall integer j; \at(*at, Pre) <= j < i ==> IsSpace(text[j]);
        loop assigns i;
        loop variant size - i;
    */
    while (text[i] == ' ' || text[i] == '\n' || text[i] == '\t') i++;
    *at = i;
}

/* Is the token next, behind spaces? */
/*@ requires InText(text, size, at);
    requires \exists integer n; 0 <= n < SIZE_MAX && \valid_read(token + (0 .. n)) && token[n] == '\0';
    requires \separated(at, token + (0 .. SIZE_MAX));
    terminates \true;
    exits \false;
    assigns *at;
    ensures \result == 0 || \result == 1;
    ensures \old(*at) <= *at <= size;
    ensures \result == 1 ==> \exists integer i; \old(*at) <= i && Stands(text, i, *at, token);
    ensures \result == 0 ==> !IsSpace(text[*at]) && \forall integer j; !Stands(text, *at, j, token);
    ensures \result == 1 && token[0] != '\0' ==> \old(*at) < *at;
*/
static inline int vr_accept(const char *text, size_t size, size_t *at, const char *token) {
    vr_skip_spaces(text, size, at);
    const size_t from = *at;
    size_t n = 0;
    /*@ loop invariant from + n <= size;
        loop invariant \forall integer j; 0 <= j < n ==> token[j] != '\0' && text[from + j] == token[j];
        loop assigns n;
        loop variant size - from - n;
    */
    while (token[n] != '\0' && text[from + n] == token[n]) n++;
    if (token[n] != '\0') return 0;
    //@ assert Stands(text, from, from + n, token);
    *at = from + n;
    return 1;
}

/* The same of a token of one byte. */
/*@ requires InText(text, size, at) && byte != '\0' && !IsSpace(byte);
    terminates \true;
    exits \false;
    assigns *at;
    ensures \result == 0 || \result == 1;
    ensures \old(*at) <= *at <= size;
    ensures \result == 1 ==> \old(*at) < *at && text[*at - 1] == byte;
    ensures \result == 0 ==> !IsSpace(text[*at]) && text[*at] != byte;
*/
static inline int vr_accept_byte(const char *text, size_t size, size_t *at, char byte) {
    vr_skip_spaces(text, size, at);
    if (text[*at] != byte) return 0;
    *at += 1;
    return 1;
}

/* The quoted word, of at most VR_WORD_ROOM - 2 bytes, that is next behind spaces. */
/*@ requires InText(text, size, at);
    requires \valid(word + (0 .. VR_WORD_ROOM - 1));
    requires \separated(word + (0 .. VR_WORD_ROOM - 1), at, text + (0 .. size));
    terminates \true;
    exits \false;
    assigns *at, word[0 .. VR_WORD_ROOM - 1];
    ensures \result == 0 || \result == 1;
    ensures \old(*at) <= *at <= size;
    ensures \result == 1 ==> \exists integer i; \old(*at) <= i && *at - i <= VR_WORD_ROOM &&
      Quoted(text, i, *at) && Unquoted(text, i, *at, word);
    ensures \result == 0 ==> !IsSpace(text[*at]) &&
      \forall integer j; j <= *at + VR_WORD_ROOM ==> !Quoted(text, *at, j);
*/
static inline int vr_quoted(const char *text, size_t size, size_t *at, char *word) {
    vr_skip_spaces(text, size, at);
    const size_t from = *at;
    const char quote = text[from];
    if (quote != '\'' && quote != '"') return 0;
    size_t n = 0;
    /*@ loop invariant 0 <= n <= VR_WORD_ROOM - 1 && from + 1 + n <= size;
        loop invariant \forall integer k; from < k < from + 1 + n ==> text[k] != quote && text[k] != '\0';
        loop invariant \forall integer j; 0 <= j < n ==> word[j] == text[from + 1 + j];
        loop assigns n, word[0 .. VR_WORD_ROOM - 1];
        loop variant VR_WORD_ROOM - n;
    */
    for (; n < VR_WORD_ROOM - 1 && text[from + 1 + n] != '\0' && text[from + 1 + n] != quote; n++)
        word[n] = text[from + 1 + n];
    if (n == VR_WORD_ROOM - 1 || text[from + 1 + n] != quote) return 0;
    word[n] = '\0';
    *at = from + n + 2;
    //@ assert Quoted(text, from, from + n + 2) && Unquoted(text, from, from + n + 2, word);
    return 1;
}

typedef enum vr_shape_fault {
    VR_SHAPE_GOOD,
    VR_SHAPE_UNOPENED, /* no ( */
    VR_SHAPE_LONG,     /* more than VR_SHAPE_ROOM extents */
    VR_SHAPE_NO_EXTENT,
    VR_SHAPE_LARGE_EXTENT, /* of 64 bits or more */
    VR_SHAPE_UNCLOSED      /* neither a comma nor ) */
} vr_shape_fault;

/* vr_read_digits of all 64 bits. */
/*@ requires \valid_read(text + (0 .. size)) && text[size] == '\0' && size < SIZE_MAX;
    requires \valid(value) && \separated(value, text + (0 .. size));
    terminates \true;
    exits \false;
    assigns *value;
    ensures 0 <= \result <= size;
    ensures DigitsUpTo(text, \result, UINT64_MAX);
    ensures *value == Decimal(text, \result);
    ensures !IsDigit(text[\result]) || Decimal(text, \result + 1) > UINT64_MAX;
*/
static inline size_t vr_read_number(const char *text, size_t size, uint64_t *value) {
    (void)size; /* for the contract: the text ends with NUL, which is no digit */
    uint64_t number;
    const size_t n = vr_read_digits(text, UINT64_MAX, &number);
    //@ assert n <= size;
    *value = number;
    return n;
}

/* A number that is next behind spaces; faults: VR_SHAPE_NO_EXTENT, VR_SHAPE_LARGE_EXTENT. */
/*@ requires InText(text, size, at);
    requires \valid(extent) && \separated(extent, at, text + (0 .. size));
    terminates \true;
    exits \false;
    assigns *at, *extent;
    ensures \old(*at) <= *at <= size;
    ensures \result == VR_SHAPE_GOOD || \result == VR_SHAPE_NO_EXTENT || \result == VR_SHAPE_LARGE_EXTENT;
    ensures \result == VR_SHAPE_GOOD ==> !IsDigit(text[*at]) && \exists integer i; \old(*at) <= i < *at &&
      DigitsUpTo(text + i, *at - i, UINT64_MAX) && *extent == Decimal(text + i, *at - i);
    ensures \result == VR_SHAPE_NO_EXTENT ==> !IsDigit(text[*at]) && !IsSpace(text[*at]);
    ensures \result == VR_SHAPE_LARGE_EXTENT ==> \exists integer i; \old(*at) <= i < *at &&
      IsDigit(text[*at]) && Decimal(text + i, *at - i + 1) > UINT64_MAX;
*/
static inline vr_shape_fault vr_read_extent(const char *text, size_t size, size_t *at,
                                            uint64_t *extent) {
    vr_skip_spaces(text, size, at);
    const size_t from = *at;
    uint64_t value;
    const size_t n = vr_read_number(text + from, size - from, &value);
    if (n == 0) return VR_SHAPE_NO_EXTENT;
    *at = from + n;
    *extent = value;
    return text[from + n] >= '0' && text[from + n] <= '9' ? VR_SHAPE_LARGE_EXTENT : VR_SHAPE_GOOD;
}

/* "(a, b, ...)", with or without a comma behind the last, that is next behind spaces. */
/*@ requires InText(text, size, at);
    requires \valid(shape + (0 .. VR_SHAPE_ROOM - 1)) && \valid(n_dims);
    requires \separated(shape + (0 .. VR_SHAPE_ROOM - 1), n_dims, at, text + (0 .. size));
    terminates \true;
    exits \false;
    assigns *at, *n_dims, shape[0 .. VR_SHAPE_ROOM - 1];
    ensures \old(*at) <= *at <= size;
    ensures 0 <= *n_dims <= VR_SHAPE_ROOM;
    ensures VR_SHAPE_GOOD <= \result <= VR_SHAPE_UNCLOSED;
    ensures \result == VR_SHAPE_GOOD ==> \old(*at) < *at && text[*at - 1] == ')';
    ensures \result == VR_SHAPE_LONG ==> *n_dims == VR_SHAPE_ROOM;
*/
static inline vr_shape_fault vr_read_shape(const char *text, size_t size, size_t *at,
                                           uint64_t *shape, uint32_t *n_dims) {
    uint32_t n = 0;
    *n_dims = 0;
    if (!vr_accept_byte(text, size, at, '(')) return VR_SHAPE_UNOPENED;
    /*@ loop invariant 0 <= n <= VR_SHAPE_ROOM && *n_dims == n;
        loop invariant \at(*at, Pre) < *at <= size;
        loop assigns n, *at, *n_dims, shape[0 .. VR_SHAPE_ROOM - 1];
        loop variant VR_SHAPE_ROOM - n;
    */
    while (!vr_accept_byte(text, size, at, ')')) {
        if (n == VR_SHAPE_ROOM) return VR_SHAPE_LONG;
        const vr_shape_fault fault = vr_read_extent(text, size, at, &shape[n]);
        if (fault != VR_SHAPE_GOOD) return fault;
        *n_dims = ++n;
        if (!vr_accept_byte(text, size, at, ','))
            return vr_accept_byte(text, size, at, ')') ? VR_SHAPE_GOOD : VR_SHAPE_UNCLOSED;
    }
    return VR_SHAPE_GOOD;
}

#endif
