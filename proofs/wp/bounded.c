/* A drawn index, and the permutation that is drawn by it. */
#include "num/permutation.h"
