/* The losses in one piece, in their double form, so that what they share (loss/real.h) is proved once. */
#define VR_REAL_BITS 64
#include "loss/mine.c"
#include "loss/mine_plus.c"
#include "loss/infonce.c"
#include "loss/softmax.c"
#include "loss/bpr.c"
#include "loss/mse.c"
#include "loss/ccl.c"
#include "loss/mean_difference.c"
#include "loss/mse_debiased.c"
#include "loss/ccl_debiased.c"
#include "loss/sampled_softmax.c"
#include "loss/infonce_debiased.c"
