/* Sobol's low-discrepancy sequence, the first dimensions (direction numbers of Joe and Kuo, 2008). */
#ifndef VR_NUM_SOBOL_H
#define VR_NUM_SOBOL_H

#include <stdint.h>

enum { VR_SOBOL_DIMENSIONS = 6 };

/* Coordinate `dimension` (from 0) of point `index`, in [0, 1): among the first 2^k points each coordinate takes each
   multiple of 2^-k once. Point 0 is the origin. */
/*@ requires dimension < VR_SOBOL_DIMENSIONS;
    terminates \true; exits \false; assigns \nothing;
    ensures 0.0 <= \result < 1.0;
    ensures index == 0 ==> \result == 0.0; */
double vr_sobol(uint32_t index, uint32_t dimension);

#endif
