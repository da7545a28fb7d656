// Weights of which few are not zero, as lists by row of the result.
#ifndef CK_CONVOLUTION_SPARSE_H
#define CK_CONVOLUTION_SPARSE_H

#include "convolution_plan.h"

/// Lists are used if no more than one weight in so many is not zero.
#define CK_SPARSE_SHARE 4

typedef struct { int32_t k; float value; } CKSparseWeight;

/// Rows of all groups, one behind the other; row r has the weights starts[r] ..< starts[r + 1], k ascending.
typedef struct {
    const int32_t *starts;
    const CKSparseWeight *weights;
} CKSparse;

/// One row, and what its chains start from.
typedef struct {
    const CKSparseWeight *first, *end;
    float start;
} CKSparseRow;

CK_INLINE CKSparse ck_sparse(const CKGeometry *g, const float *packed) {
    const int32_t *starts = (const int32_t *)packed;
    return (CKSparse){ starts, (const CKSparseWeight *)(starts + g->groups * g->outputs + 1) };
}

/// Floats that lists take at most.
CK_INLINE int64_t ck_sparse_count(const CKGeometry *g) {
    int64_t rows = g->groups * g->outputs;
    return rows + 1 + 2 * (rows * g->taps / CK_SPARSE_SHARE);
}

bool ck_is_sparse(const float *w, int64_t count);
/// `w` is [group][row][k].
void ck_sparse_pack_forward(const CKGeometry *g, const float *w, float *packed);
/// `w` is [group][o][row][kernel], k = (o, kernel).
void ck_sparse_pack_gradient(const CKGeometry *g, const float *w, float *packed);

#endif
