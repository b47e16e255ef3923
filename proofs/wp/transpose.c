#include "data/transpose.h"
