#include "instruction_sets.h"

#define CK_FAMILY "softmax.inc"
#include "each_instruction_set.h"

void ck_softmax_forward(bool logarithm, int64_t outer, int64_t classes, int64_t inner,
                        const float *x, float *y) {
    CK_DISPATCH(softmax_forward, (logarithm, outer, classes, inner, x, y));
}

void ck_softmax_gradient(bool logarithm, int64_t outer, int64_t classes, int64_t inner,
                         const float *y, const float *dy, float *dx) {
    CK_DISPATCH(softmax_gradient, (logarithm, outer, classes, inner, y, dy, dx));
}
