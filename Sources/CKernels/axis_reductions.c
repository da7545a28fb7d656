#include "instruction_sets.h"

#define CK_FAMILY "axis_reductions.inc"
#include "each_instruction_set.h"

void ck_reduce(CKReduction f, CKReductionPlaces places, const float *x, float *y) {
    CK_DISPATCH(reduce, (f, places, x, y));
}

void ck_reduce_gradient(CKReduction f, CKReductionPlaces places, const float *x, const float *y, const float *dy,
                        float *dx) {
    CK_DISPATCH(reduce_gradient, (f, places, x, y, dy, dx));
}
