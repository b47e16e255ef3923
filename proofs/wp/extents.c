#include "base/extents.h"
