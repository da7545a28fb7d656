#include "instruction_sets.h"

#define CK_FAMILY "broadcast.inc"
#include "each_instruction_set.h"

void ck_binary_gradient(CKBinary f, bool second, int64_t count, const float *a, int64_t aStride,
                        const float *b, int64_t bStride, const float *y, const float *dy, float *d) {
    CK_DISPATCH(binary_gradient, (f, second, count, a, aStride, b, bStride, y, dy, d));
}
