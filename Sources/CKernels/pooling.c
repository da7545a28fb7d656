#include "instruction_sets.h"

#define CK_FAMILY "pooling.inc"
#include "each_instruction_set.h"

bool ck_windows_tile(const CKPooling *s) {
    return s->dilationHeight == 1 && s->dilationWidth == 1 && s->padTop == 0 && s->padLeft == 0
        && s->strideHeight == s->kernelHeight && s->strideWidth == s->kernelWidth
        && s->inputHeight == s->outputHeight * s->kernelHeight && s->inputWidth == s->outputWidth * s->kernelWidth;
}

void ck_max_pool_forward(const CKPooling *shape, const float *x, float *y) {
    CK_DISPATCH(max_pool_forward, (shape, x, y));
}

void ck_max_pool_gradient(const CKPooling *shape, const float *x, const float *dy, bool relu, float *dx) {
    CK_DISPATCH(max_pool_gradient, (shape, x, dy, relu, dx));
}

void ck_average_pool_forward(const CKPooling *shape, const float *x, float *y) {
    CK_DISPATCH(average_pool_forward, (shape, x, y));
}

void ck_average_pool_gradient(const CKPooling *shape, const float *dy, float *dx) {
    CK_DISPATCH(average_pool_gradient, (shape, dy, dx));
}
