#include "instruction_sets.h"

#define CK_FAMILY "prediction.inc"
#include "each_instruction_set.h"

void ck_predict_from(int64_t count, int32_t gain, const int32_t *errors, int32_t error, int32_t *coefficients, int32_t *predictions) {
    CK_DISPATCH(predict_from, (count, gain, errors, error, coefficients, predictions));
}
