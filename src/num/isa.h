/* Which copy of the vector kernels runs: AVX-512 where the processor has it, else AVX2. The bits are equal. */
#ifndef VR_NUM_ISA_H
#define VR_NUM_ISA_H

typedef enum vr_isa_name { VR_ISA_AVX2, VR_ISA_AVX512 } vr_isa_name;

/* The processor's best, or what the environment's VERIREC_ISA=avx2|avx512 asks for where it can be had.
   Decided at the first call; safe from any thread. */
vr_isa_name vr_isa(void);

#endif
