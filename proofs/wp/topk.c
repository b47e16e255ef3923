#include "eval/topk.h"
