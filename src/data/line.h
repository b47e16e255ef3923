/* Reading the ids of one line of a split, "user item item ...\n", and how much room they need. */
#ifndef VR_DATA_LINE_H
#define VR_DATA_LINE_H

#include "base/digits.h"

enum { VR_LARGEST_ID = 0xfffffffe }; /* so that a count of ids fits 32 bits */

typedef enum vr_id_fault { VR_ID_GOOD, VR_ID_TOO_LARGE, VR_ID_NO_DIGIT, VR_ID_OUTSIDE } vr_id_fault;

/* What came of reading: a fault, the word that it is in and where reading stopped. */
typedef struct vr_row_read {
    vr_id_fault fault;
    uint32_t id;       /* the last that was read; VR_ID_OUTSIDE: the one that is outside */
    size_t count;      /* how many ids are in the row */
    size_t start, end; /* the last word, up to the first byte behind its digits */
} vr_row_read;

/*@ predicate IsText{L}(char *text, integer size) =
      \valid_read(text + (0 .. size)) && text[size] == '\0';

    // How many of the first n bytes are c.
    logic integer Found{L}(char *text, integer n, integer c) =
      n <= 0 ? 0 : Found(text, n - 1, c) + (text[n - 1] == c ? 1 : 0);

    predicate IdsAndSpaces{L}(char *text, integer n) =
      \forall integer i; 0 <= i < n ==> text[i] == ' ' || IsDigit(text[i]);

    // A word begins behind a space. How many begin in the first n bytes.
    predicate Begins{L}(char *text, integer i) = i >= 1 && IsDigit(text[i]) && text[i - 1] == ' ';
    logic integer Words{L}(char *text, integer n) =
      n <= 1 ? 0 : Words(text, n - 1) +
        (text[n - 2] == ' ' && '0' <= text[n - 1] && text[n - 1] <= '9' ? 1 : 0);

    predicate HasDigit{L}(char *text, integer i) = IsDigit(text[i]);

    // k digits stand at i, before a byte that is none.
    predicate Word{L}(char *text, integer i, integer k) =
      k >= 1 && (\forall integer j; i <= j < i + k ==> IsDigit(text[j])) && !IsDigit(text[i + k]);

    // The row has the numbers of the words that begin before `end`, each at its place.
    predicate Holds{L}(uint32_t *row, char *text, integer end) =
      \forall integer i, k; Begins(text, i) && i < end && Word(text, i, k) ==>
        row[Words(text, i)] == Decimal(text + i, k);
*/

/*@ requires \valid_read(text + (0 .. size - 1));
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures \result == Found(text, size, byte) <= size;
*/
static inline size_t vr_count_byte(const char *text, size_t size, char byte) {
    size_t n = 0;
    /*@ loop invariant 0 <= i <= size;
        loop invariant n == Found(text, i, byte) <= i;
        loop assigns i, n;
        loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) n += text[i] == byte;
    return n;
}

/* The id at `text`, before a space or a line end; *length = the digits that are read. */
/*@ requires IsText(text, size) && size < SIZE_MAX;
    requires \valid(id) && \valid(length) && \separated(id, length) &&
      \separated(id, text + (0 .. size)) && \separated(length, text + (0 .. size));
    terminates \true;
    exits \false;
    assigns *id, *length;
    ensures 0 <= *length <= size && DigitsUpTo(text, *length, VR_LARGEST_ID);
    ensures \result == VR_ID_GOOD || \result == VR_ID_TOO_LARGE || \result == VR_ID_NO_DIGIT;
    ensures \result == VR_ID_GOOD <==>
      *length >= 1 && (text[*length] == ' ' || text[*length] == '\n');
    ensures \result == VR_ID_GOOD ==> *id == Decimal(text, *length);
    ensures \result == VR_ID_TOO_LARGE <==> IsDigit(text[*length]);
    ensures \result == VR_ID_TOO_LARGE ==> Decimal(text, *length + 1) > VR_LARGEST_ID;
*/
static inline vr_id_fault vr_read_id(const char *text, size_t size, size_t *length, uint32_t *id) {
    (void)size; /* for the contract: the text ends with NUL, which is no digit */
    uint64_t value;
    const size_t n = vr_read_digits(text, VR_LARGEST_ID, &value);
    //@ assert n <= size;
    *id = (uint32_t)value;
    *length = n;
    if (text[n] >= '0' && text[n] <= '9') return VR_ID_TOO_LARGE;
    return n > 0 && (text[n] == ' ' || text[n] == '\n') ? VR_ID_GOOD : VR_ID_NO_DIGIT;
}

/* The ids below `bound` from `text`, which is behind the user's id, to the line's end. The row has room for an id a
   space. */
/*@ requires IsText(text, size) && size < SIZE_MAX && (text[0] == ' ' || text[0] == '\n');
    requires \valid(row + (0 .. Found(text, size, ' ') - 1));
    requires \separated(row + (0 .. Found(text, size, ' ') - 1), text + (0 .. size));
    terminates \true;
    exits \false;
    assigns row[0 .. Found(text, size, ' ') - 1];
    ensures \result.start <= \result.end <= size;
    ensures \result.count <= Found(text, \result.end, ' ') <= Found(text, size, ' ');
    ensures IdsAndSpaces(text, \result.end);
    ensures \forall integer k; 0 <= k < \result.count ==> row[k] < bound && row[k] <= VR_LARGEST_ID;
    ensures Holds(row, text, \result.start);
    ensures \result.count == Words(text, \result.start);
    ensures \result.fault == VR_ID_GOOD ==> \result.start == \result.end && text[\result.end] == '\n';
    ensures \result.fault == VR_ID_OUTSIDE ==> \result.id >= bound &&
      \result.id == Decimal(text + \result.start, \result.end - \result.start);
    ensures \result.fault == VR_ID_TOO_LARGE ==> IsDigit(text[\result.end]) &&
      Decimal(text + \result.start, \result.end - \result.start + 1) > VR_LARGEST_ID;
    ensures \result.fault == VR_ID_NO_DIGIT ==>
      !IsDigit(text[\result.end]) && text[\result.end] != ' ' && text[\result.end] != '\n';
*/
static inline vr_row_read vr_read_row(const char *text, size_t size, uint32_t bound,
                                      uint32_t *row) {
    vr_row_read r = {VR_ID_GOOD, 0, 0, 0, 0};
    size_t at = 0, count = 0;
    /*@ ghost
      /@ loop invariant 0 <= m <= size;
         loop invariant 0 <= Found(text, m, ' ') <= m;
         loop invariant \forall integer i; 0 <= i <= m ==> Found(text, i, ' ') <= Found(text, m, ' ');
         loop invariant \forall integer i, j; 0 <= i <= j <= m ==> Words(text, i) <= Words(text, j);
         loop assigns m;
         loop variant size - m; @/
      for (size_t m = 0; m < size; m++) ;
    */
    /*@ loop invariant r.fault == VR_ID_GOOD;
        loop invariant 0 <= at <= size && (text[at] == ' ' || text[at] == '\n');
        loop invariant IdsAndSpaces(text, at);
        loop invariant count == Words(text, at) <= Found(text, at, ' ');
        loop invariant Holds(row, text, at);
        loop invariant \forall integer k; 0 <= k < count ==> row[k] < bound && row[k] <= VR_LARGEST_ID;
        loop assigns at, count, r, row[0 .. Found(text, size, ' ') - 1];
        loop variant size - at;
    */
    for (;;) {
        /*@ ghost size_t head = at; */
        /*@ loop invariant head <= at <= size;
            loop invariant \forall integer i; head <= i < at ==> text[i] == ' ';
            loop invariant count == Words(text, at);
            loop invariant count + (at > head ? 1 : 0) <= Found(text, at, ' ');
            loop assigns at;
            loop variant size - at;
        */
        while (text[at] == ' ') at++;
        r.start = r.end = at;
        r.count = count;
        //@ assert IdsAndSpaces(text, at);
        if (text[at] == '\n') break;
        //@ assert at > head && text[at - 1] == ' ';
        size_t length;
        uint32_t id;
        r.fault = vr_read_id(text + at, size - at, &length, &id);
        r.end = at + length;
        r.id = id;
        /*@ ghost
          /@ loop invariant 0 <= m <= length;
             loop invariant \forall integer i; at <= i < at + m ==> IsDigit(text[i]);
             loop invariant Words(text, at + m) == count + (m > 0 ? 1 : 0);
             loop invariant Found(text, at + m, ' ') == Found(text, at, ' ');
             loop assigns m;
             loop variant length - m; @/
          for (size_t m = 0; m < length; m++) {
              /@ assert HasDigit(text + at, m); @/
          }
        */
        //@ assert IdsAndSpaces(text, at + length);
        if (r.fault) break;
        if (id >= bound) {
            r.fault = VR_ID_OUTSIDE;
            break;
        }
        //@ assert Begins(text, at) && Word(text, at, length);
        //@ assert count < Found(text, at, ' ') <= Found(text, size, ' ');
        row[count++] = id;
        //@ assert count - 1 == Words(text, at) && row[count - 1] == id;
        //@ assert row[Words(text, at)] == Decimal(text + at, length);
        //@ assert \forall integer i; Begins(text, i) && i < at ==> Words(text, i + 1) <= Words(text, at);
        //@ assert Holds(row, text, at);
        //@ assert \forall integer i; at < i < at + length ==> IsDigit(text[i - 1]);
        //@ assert \forall integer i; at < i < at + length ==> !Begins(text, i);
        //@ assert \forall integer k; Word(text, at, k) ==> k == length;
        at += length;
    }
    return r;
}

/* The rows from `from` to `to` - 1 are empty. */
/*@ requires from <= to < UINT32_MAX && \valid(offsets + (0 .. to));
    terminates \true;
    exits \false;
    assigns offsets[from + 1 .. to];
    ensures \forall integer r; from <= r <= to ==> offsets[r] == \old(offsets[from]);
*/
static inline void vr_empty_rows(uint64_t *offsets, uint32_t from, uint32_t to) {
    /*@ loop invariant from <= r <= to;
        loop invariant \forall integer s; from <= s <= r ==> offsets[s] == \at(offsets[from], Pre);
        loop assigns r, offsets[from + 1 .. to];
        loop variant to - r;
    */
    for (uint32_t r = from; r < to; r++) offsets[r + 1] = offsets[r];
}

#endif
