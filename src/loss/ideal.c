#include "loss/ideal.h"

#ifdef __FRAMAC__
#include "ideal_loss.h" /* the formulas */
#endif

/* l+ and l- of one score, with their derivatives. */
typedef struct pointwise {
    double plus, minus, d_plus, d_minus;
} pointwise;

/*@ terminates \true; exits \false; assigns \nothing;
    ensures \result.plus == (1.0 - y) * (1.0 - y) && \result.minus == y * y;
    ensures \result.d_plus == 2.0 * (y - 1.0) && \result.d_minus == 2.0 * y; */
static pointwise mse(double y) {
    return (pointwise){(1 - y) * (1 - y), y * y, 2 * (y - 1), 2 * y};
}

/*@ terminates \true; exits \false; assigns \nothing;
    ensures \result.plus == 1.0 - y && \result.minus == relu(y - margin);
    ensures \result.d_plus == -1.0 && \result.d_minus == (y > margin ? 1.0 : 0.0); */
static pointwise ccl(double y, double margin) {
    int above = y > margin;
    return (pointwise){1 - y, above ? y - margin : 0, -1, above};
}

/*@ predicate IdealUser{L}(vr_ideal_user *u, double *x, vr_loss_params *p) =
      \valid_read(u) && \valid_read(p) && \valid_read(x + (0 .. u->n_items - 1)) &&
      \valid_read(u->p_plus + (0 .. u->n_items - 1)) && \valid_read(u->p_minus + (0 .. u->n_items - 1));
    predicate Apart{L}(vr_ideal_user *u, double *x, vr_loss_params *p, double *g) =
      \separated(g + (0 .. u->n_items - 1), u, p, x + (0 .. u->n_items - 1)) &&
      \separated(g + (0 .. u->n_items - 1), u->p_plus + (0 .. u->n_items - 1), u->p_minus + (0 .. u->n_items - 1));
*/

/*@ requires IdealUser(user, scores, params) && (kind == VR_POINTWISE_MSE || kind == VR_POINTWISE_CCL);
    requires Apart(user, scores, params, gradient) && (gradient != \null ==> \valid(gradient + (0 .. user->n_items - 1)));
    terminates \true; exits \false; assigns gradient[0 .. user->n_items - 1];
    behavior mse:
      assumes kind == VR_POINTWISE_MSE;
      ensures \result == \old(ideal_mse(params->lambda, user->tau_plus, user->n_items, user->p_plus, user->p_minus, scores));
      ensures gradient != \null ==> \forall integer i; 0 <= i < user->n_items ==> gradient[i] ==
        \old(ideal_slope(params->lambda, user->tau_plus, user->p_plus[i], user->p_minus[i], 2.0 * (scores[i] - 1.0),
          2.0 * scores[i]));
    behavior ccl:
      assumes kind == VR_POINTWISE_CCL;
      ensures \result == \old(ideal_ccl(params->margin, params->lambda, user->tau_plus, user->n_items, user->p_plus,
        user->p_minus, scores));
      ensures gradient != \null ==> \forall integer i; 0 <= i < user->n_items ==> gradient[i] ==
        \old(ideal_slope(params->lambda, user->tau_plus, user->p_plus[i], user->p_minus[i], -1.0,
          scores[i] > params->margin ? 1.0 : 0.0));
    complete behaviors; disjoint behaviors; */
double vr_ideal_loss(const vr_ideal_user *user, const double *scores, vr_pointwise kind,
                     const vr_loss_params *params, double *gradient) {
    double plus = user->tau_plus, minus = params->lambda * (1 - user->tau_plus);
    double sum_plus = 0, sum_minus = 0;
    /*@ loop invariant 0 <= i <= user->n_items;
        loop invariant kind == VR_POINTWISE_MSE ==>
          sum_plus == \at(expected_mse_plus(\at(i, Here), user->p_plus, scores), Pre) &&
          sum_minus == \at(expected_mse_minus(\at(i, Here), user->p_minus, scores), Pre);
        loop invariant kind == VR_POINTWISE_CCL ==>
          sum_plus == \at(expected_ccl_plus(\at(i, Here), user->p_plus, scores), Pre) &&
          sum_minus == \at(expected_ccl_minus(params->margin, \at(i, Here), user->p_minus, scores), Pre);
        loop invariant gradient != \null && kind == VR_POINTWISE_MSE ==> \forall integer j; 0 <= j < i ==>
          gradient[j] == \at(ideal_slope(params->lambda, user->tau_plus, user->p_plus[j], user->p_minus[j],
            2.0 * (scores[j] - 1.0), 2.0 * scores[j]), Pre);
        loop invariant gradient != \null && kind == VR_POINTWISE_CCL ==> \forall integer j; 0 <= j < i ==>
          gradient[j] == \at(ideal_slope(params->lambda, user->tau_plus, user->p_plus[j], user->p_minus[j], -1.0,
            scores[j] > params->margin ? 1.0 : 0.0), Pre);
        loop assigns i, sum_plus, sum_minus, gradient[0 .. user->n_items - 1];
        loop variant user->n_items - i; */
    for (size_t i = 0; i < user->n_items; i++) {
        double y = scores[i], p = user->p_plus[i], q = user->p_minus[i];
        /*@ assert y == \at(scores[\at(i, Here)], Pre) && p == \at(user->p_plus[\at(i, Here)], Pre) &&
              q == \at(user->p_minus[\at(i, Here)], Pre); */
        pointwise l = kind == VR_POINTWISE_MSE ? mse(y) : ccl(y, params->margin);
        /*@ assert p * l.plus == mul(p, l.plus) && q * l.minus == mul(q, l.minus); */
        /*@ assert plus * p * l.d_plus + minus * q * l.d_minus ==
              ideal_slope(\at(params->lambda, Pre), plus, p, q, l.d_plus, l.d_minus); */
        sum_plus += p * l.plus;
        sum_minus += q * l.minus;
        if (gradient) gradient[i] = plus * p * l.d_plus + minus * q * l.d_minus;
    }
    return plus * sum_plus + minus * sum_minus;
}
