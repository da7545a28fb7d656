#include "instruction_sets.h"

#define CK_FAMILY "elementwise.inc"
#include "each_instruction_set.h"

void ck_unary_forward(CKUnary f, float a, float b, int64_t count, const float *x, float *y) {
    CK_DISPATCH(unary_forward, (f, a, b, count, x, y));
}

void ck_unary_gradient(CKUnary f, float a, float b, int64_t count, const float *x, const float *y,
                       const float *dy, float *dx) {
    CK_DISPATCH(unary_gradient, (f, a, b, count, x, y, dy, dx));
}

void ck_binary(CKBinary f, int64_t count, const float *a, int64_t aStride,
               const float *b, int64_t bStride, float *y) {
    CK_DISPATCH(binary, (f, count, a, aStride, b, bStride, y));
}

void ck_affine_forward(int64_t channels, int64_t count, const float *x,
                       const float *scale, const float *shift, float *y) {
    CK_DISPATCH(affine_forward, (channels, count, x, scale, shift, y));
}
