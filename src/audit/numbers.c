#include "audit/numbers.h"

#include <stdint.h>
#include <stdlib.h>

enum { BLOCK = 4096 };

/* Numbers keep their place: a block never moves. */
typedef struct block {
    struct block *next;
    mpfr_t numbers[BLOCK];
} block;

typedef struct room {
    struct room *next;
    _Alignas(max_align_t) char bytes[];
} room;

struct vr_numbers {
    block *first, *at; /* numbers of `at` from `used` on, and all blocks behind it, are free */
    size_t used;
    room *rooms;
    mpfr_t spare; /* when memory ends */
    int failed;
};

static block *block_new(void) {
    block *b = malloc(sizeof *b);
    if (!b) return NULL;
    b->next = NULL;
    for (size_t i = 0; i < BLOCK; i++) mpfr_init2(b->numbers[i], VR_NUMBER_BITS);
    return b;
}

vr_numbers *vr_numbers_new(void) {
    vr_numbers *pool = calloc(1, sizeof *pool);
    if (pool) pool->first = pool->at = block_new();
    if (!pool || !pool->first) {
        free(pool);
        return NULL;
    }
    mpfr_init2(pool->spare, VR_NUMBER_BITS);
    mpfr_set_d(pool->spare, 1, MPFR_RNDN);
    return pool;
}

static void free_rooms(vr_numbers *pool) {
    for (room *r = pool->rooms, *next; r; r = next) {
        next = r->next;
        free(r);
    }
    pool->rooms = NULL;
}

void vr_numbers_free(vr_numbers *pool) {
    if (!pool) return;
    free_rooms(pool);
    for (block *b = pool->first, *next; b; b = next) {
        next = b->next;
        for (size_t i = 0; i < BLOCK; i++) mpfr_clear(b->numbers[i]);
        free(b);
    }
    mpfr_clear(pool->spare);
    mpfr_free_cache();
    free(pool);
}

void vr_numbers_reset(vr_numbers *pool) {
    free_rooms(pool);
    pool->at = pool->first;
    pool->used = 0;
    pool->failed = 0;
}

int vr_numbers_failed(const vr_numbers *pool) {
    return pool->failed;
}

void *vr_numbers_room(vr_numbers *pool, size_t n, size_t size) {
    size_t bytes;
    room *r = NULL;
    if (!__builtin_mul_overflow(n, size, &bytes) && bytes < PTRDIFF_MAX - sizeof *r)
        r = calloc(1, sizeof *r + bytes);
    if (!r) {
        pool->failed = 1;
        return NULL;
    }
    r->next = pool->rooms;
    pool->rooms = r;
    return r->bytes;
}

static vr_number fresh(vr_numbers *pool) {
    if (pool->used == BLOCK) {
        if (!pool->at->next) pool->at->next = block_new();
        if (!pool->at->next) {
            pool->failed = 1;
            return pool->spare;
        }
        pool->at = pool->at->next;
        pool->used = 0;
    }
    return pool->at->numbers[pool->used++];
}

vr_number vr_number_of(vr_numbers *pool, double x) {
    vr_number r = fresh(pool);
    mpfr_set_d(r, x, MPFR_RNDN);
    return r;
}

#define BINARY(name, function)                                                                     \
    vr_number name(vr_numbers *pool, vr_number a, vr_number b) {                                   \
        vr_number r = fresh(pool);                                                                 \
        function(r, a, b, MPFR_RNDN);                                                              \
        return r;                                                                                  \
    }
#define UNARY(name, function)                                                                      \
    vr_number name(vr_numbers *pool, vr_number a) {                                                \
        vr_number r = fresh(pool);                                                                 \
        function(r, a, MPFR_RNDN);                                                                 \
        return r;                                                                                  \
    }
BINARY(vr_number_add, mpfr_add)
BINARY(vr_number_sub, mpfr_sub)
BINARY(vr_number_mul, mpfr_mul)
BINARY(vr_number_div, mpfr_div)
BINARY(vr_number_max, mpfr_max)
UNARY(vr_number_exp, mpfr_exp)
UNARY(vr_number_log, mpfr_log)
UNARY(vr_number_log1p, mpfr_log1p)
