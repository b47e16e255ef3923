#include "data/csr.h"
