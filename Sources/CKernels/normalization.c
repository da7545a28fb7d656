#include "instruction_sets.h"

#define CK_FAMILY "normalization.inc"
#include "each_instruction_set.h"

void ck_normalization_forward(const CKNormalization *n, const float *x, const float *scale, const float *shift, float *y,
                              float *means, float *inverses) {
    CK_DISPATCH(normalization_forward, (n, x, scale, shift, y, means, inverses));
}

void ck_normalization_gradient(const CKNormalization *n, const float *x, const float *scale, const float *dy, float *dx,
                               float *dscale, float *dshift) {
    CK_DISPATCH(normalization_gradient, (n, x, scale, dy, dx, dscale, dshift));
}
