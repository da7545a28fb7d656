#include "instruction_sets.h"

#define CK_FAMILY "matmul.inc"
#include "each_instruction_set.h"

void ck_matmul(int64_t batch, int64_t m, int64_t n, int64_t k,
               const float *a, int64_t aRow, int64_t aColumn, bool aBatched,
               const float *b, int64_t bRow, int64_t bColumn, bool bBatched,
               float *y, bool yBatched, bool accumulate) {
    CK_DISPATCH(matmul, (batch, m, n, k, a, aRow, aColumn, aBatched, b, bRow, bColumn, bBatched,
                         y, yBatched, accumulate));
}
