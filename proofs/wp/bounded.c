/* A drawn index, its redraws, and the permutation that is drawn. */
#include "num/permutation.h"
#include "num/redraw.h"
