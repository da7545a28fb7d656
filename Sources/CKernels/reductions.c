#include "instruction_sets.h"

#define CK_FAMILY "reductions.inc"
#include "each_instruction_set.h"

void ck_row_sums(int64_t channels, int64_t count, const float *a, const float *b, float *sums) {
    CK_DISPATCH(row_sums, (channels, count, a, b, sums));
}

void ck_transpose(int64_t rows, int64_t columns, const float *x, float *y) {
    CK_DISPATCH(transpose, (rows, columns, x, y));
}
