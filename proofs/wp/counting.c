#include "train/counting.h"
