#include "base/header_text.h"
