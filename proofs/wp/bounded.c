#include "num/bounded.h"
