#include "instruction_sets.h"

#define CK_FAMILY "feedback.inc"
#include "each_instruction_set.h"

void ck_feedback_block(int64_t units, int64_t columns, const float *weights, const float *factor, int64_t stride,
                       const float *unitFactor, const float *rowSteps, const float *columnScales, float zone,
                       float limit, float *carried, float *unitCarried, float *errors, int32_t *indices) {
    CK_DISPATCH(feedback_block, (units, columns, weights, factor, stride, unitFactor, rowSteps, columnScales, zone, limit, carried,
                                 unitCarried, errors, indices));
}

void ck_feedback_trellis(int64_t units, int64_t columns, const float *weights, const float *factor, int64_t stride,
                         const float *unitFactor, const float *rowSteps, const float *columnScales, float price,
                         float *carried, float *room, int32_t *ways, float *errors, int32_t *indices) {
    CK_DISPATCH(feedback_trellis, (units, columns, weights, factor, stride, unitFactor, rowSteps, columnScales, price, carried, room,
                                   ways, errors, indices));
}

void ck_level_values(int64_t count, const float *numbers, float unit, float zone, float limit, const float *scales, float step,
                     float *values) {
    CK_DISPATCH(level_values, (count, numbers, unit, zone, limit, scales, step, values));
}

void ck_level_indices(int64_t count, const float *numbers, float unit, float zone, float limit, int32_t *indices) {
    CK_DISPATCH(level_indices, (count, numbers, unit, zone, limit, indices));
}
