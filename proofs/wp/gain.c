#include "eval/gain.h"
#include "eval/measures.h"
