#include "eval/gain.h"
