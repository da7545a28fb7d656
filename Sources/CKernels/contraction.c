#include "instruction_sets.h"

#define CK_FAMILY "contraction.inc"
#include "each_instruction_set.h"

void ck_contraction_forward(const CKContraction *c, const float *const *operands, float *y) {
    CK_DISPATCH(contraction_forward, (c, operands, y));
}

void ck_contraction_gradient(const CKContraction *c, int64_t k, const float *const *operands, const float *dy, float *d) {
    CK_DISPATCH(contraction_gradient, (c, k, operands, dy, d));
}
