#include "num/paired.h"
