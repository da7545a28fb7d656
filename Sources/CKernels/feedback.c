#include "instruction_sets.h"

#define CK_FAMILY "feedback.inc"
#include "each_instruction_set.h"

void ck_feedback_block(int64_t units, int64_t columns, const float *weights, const float *factor, int64_t stride,
                       const float *unitFactor, const float *rowSteps, const float *columnScales, const CKDeadZone *zone,
                       float limit, float *carried, float *unitCarried, float *errors, int32_t *indices) {
    CK_DISPATCH(feedback_block, (units, columns, weights, factor, stride, unitFactor, rowSteps, columnScales, zone, limit, carried,
                                 unitCarried, errors, indices));
}
