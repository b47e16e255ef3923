#include "data/row.h"
