#include "instruction_sets.h"

#define CK_FAMILY "pooling.inc"
#include "each_instruction_set.h"

void ck_max_pool_forward(const CKPooling *shape, const float *x, float *y) {
    CK_DISPATCH(max_pool_forward, (shape, x, y));
}

void ck_max_pool_gradient(const CKPooling *shape, const float *x, const float *dy, float *dx) {
    CK_DISPATCH(max_pool_gradient, (shape, x, dy, dx));
}

void ck_average_pool_forward(const CKPooling *shape, const float *x, float *y) {
    CK_DISPATCH(average_pool_forward, (shape, x, y));
}

void ck_average_pool_gradient(const CKPooling *shape, const float *dy, float *dx) {
    CK_DISPATCH(average_pool_gradient, (shape, dy, dx));
}
