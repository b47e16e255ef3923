/* Reading a decimal number from text. */
#ifndef VR_BASE_DIGITS_H
#define VR_BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

/*@ predicate IsDigit(integer c) = '0' <= c <= '9';

    // The number that the first n characters write.
    logic integer Decimal{L}(char *text, integer n) =
      n <= 0 ? 0 : Decimal(text, n - 1) * 10 + (text[n - 1] - '0');

    // The n first characters are digits, and write a number of at most `most` at each length.
    predicate DigitsUpTo{L}(char *text, integer n, integer most) =
      \forall integer i; 0 <= i < n ==> IsDigit(text[i]) && Decimal(text, i + 1) <= most;
*/

/* Reads the digits at text into *value and returns how many they are: up to the first character that is no digit
   (`text` must have one), or whose digit would make the number larger than `most`. */
/*@ requires \exists integer n; 0 <= n < SIZE_MAX && \valid_read(text + (0 .. n)) && !IsDigit(text[n]);
    requires \valid(value) && \separated(value, text + (0 .. SIZE_MAX));
    terminates \true;
    exits \false;
    assigns *value;
    ensures DigitsUpTo(text, \result, most);
    ensures *value == Decimal(text, \result);
    ensures !IsDigit(text[\result]) || Decimal(text, \result + 1) > most;
*/
static inline size_t vr_read_digits(const char *text, uint64_t most, uint64_t *value) {
    uint64_t number = 0;
    size_t n = 0;
    /*@ loop invariant \forall integer i; 0 <= i < n ==> IsDigit(text[i]);
        loop invariant DigitsUpTo(text, n, most);
        loop invariant number == Decimal(text, n) <= most;
        loop assigns n, number;
        loop variant SIZE_MAX - n;
    */
    for (; text[n] >= '0' && text[n] <= '9'; n++) {
        const unsigned digit = (unsigned)(text[n] - '0');
        if (number > most / 10 || digit > most - number * 10) break;
        number = number * 10 + digit;
    }
    *value = number;
    return n;
}

#endif
