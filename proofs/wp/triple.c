#include "model/triple.h"
