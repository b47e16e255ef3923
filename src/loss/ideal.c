#include "loss/ideal.h"

/* l+ and l- of one score, with their derivatives. */
typedef struct pointwise {
    double plus, minus, d_plus, d_minus;
} pointwise;

static pointwise mse(double y) {
    return (pointwise){(1 - y) * (1 - y), y * y, 2 * (y - 1), 2 * y};
}

static pointwise ccl(double y, double margin) {
    int above = y > margin;
    return (pointwise){1 - y, above ? y - margin : 0, -1, above};
}

double vr_ideal_loss(const vr_ideal_user *user, const double *scores, vr_pointwise kind,
                     const vr_loss_params *params, double *gradient) {
    double plus = user->tau_plus, minus = params->lambda * (1 - user->tau_plus);
    double sum_plus = 0, sum_minus = 0;
    for (size_t i = 0; i < user->n_items; i++) {
        double y = scores[i], p = user->p_plus[i], q = user->p_minus[i];
        pointwise l = kind == VR_POINTWISE_MSE ? mse(y) : ccl(y, params->margin);
        sum_plus += p * l.plus;
        sum_minus += q * l.minus;
        if (gradient) gradient[i] = plus * p * l.d_plus + minus * q * l.d_minus;
    }
    return plus * sum_plus + minus * sum_minus;
}
