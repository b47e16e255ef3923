#include "data/line.h"
