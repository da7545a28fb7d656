#include "instruction_sets.h"

#define CK_FAMILY "optimizers.inc"
#include "each_instruction_set.h"

void ck_accumulate(int64_t count, const float *x, float *y) {
    CK_DISPATCH(accumulate, (count, x, y));
}

void ck_scale(int64_t count, float factor, float *y) {
    CK_DISPATCH(scale, (count, factor, y));
}

void ck_sgd(int64_t count, float rate, float momentum, const float *g, float *v, float *w) {
    CK_DISPATCH(sgd, (count, rate, momentum, g, v, w));
}

void ck_adam(int64_t count, float rate, float beta1, float beta2, float epsilon,
             float correction1, float correction2, const float *g, float *m, float *s, float *w) {
    CK_DISPATCH(adam, (count, rate, beta1, beta2, epsilon, correction1, correction2, g, m, s, w));
}

void ck_second_moment(int64_t count, float beta2, const float *g, float *s) {
    CK_DISPATCH(second_moment, (count, beta2, g, s));
}

bool ck_all_finite(int64_t count, const float *x) {
    CK_DISPATCH(all_finite, (count, x));
}
