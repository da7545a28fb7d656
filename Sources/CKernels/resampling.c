#include "instruction_sets.h"

#define CK_FAMILY "resampling.inc"
#include "each_instruction_set.h"

void ck_resample(const CKLinearMap *rows, const CKLinearMap *columns, int64_t outer, int64_t middle, int64_t inner,
                 const float *x, float fill, float *y) {
    CK_DISPATCH(resample, (rows, columns, outer, middle, inner, x, fill, y));
}
