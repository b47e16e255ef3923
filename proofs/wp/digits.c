#include "base/digits.h"
