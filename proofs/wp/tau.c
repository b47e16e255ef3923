#include "loss/tau.h"
