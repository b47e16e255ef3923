#include "num/isa.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static int decide(void) {
    const char *wish = getenv("VERIREC_ISA");
    __builtin_cpu_init();
    int wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    return wide && !(wish && strcmp(wish, "avx2") == 0) ? VR_ISA_AVX512 : VR_ISA_AVX2;
}

vr_isa_name vr_isa(void) {
    static _Atomic int known; /* 0: not decided yet; else the name + 1. Two threads decide alike. */
    int name = atomic_load_explicit(&known, memory_order_relaxed);
    if (!name) {
        name = decide() + 1;
        atomic_store_explicit(&known, name, memory_order_relaxed);
    }
    return (vr_isa_name)(name - 1);
}
