// What the two halves of the gradient of the weights share: the problem, and where its scratch lies.
#ifndef CK_CONVOLUTION_WEIGHTS_H
#define CK_CONVOLUTION_WEIGHTS_H

#include "convolution_plan.h"

/// Lanes of whole pixels that are transposed and used together (one pixel if a batch is larger).
#define CK_CHUNK 256
/// Output channels are padded to whole vectors of the widest instruction set.
#define CK_CHANNEL_UNIT 16

typedef struct {
    CKGeometry geometry;               // forward
    CKPlan plan;
    int64_t batch;
    int64_t stride;                    // strideWidth
    const float *x, *dy;
    float *sums;                       // [k][sumsStride]
    int64_t sumsStride;
    float *gradient;                   // transposed chunk
    float *biasSums;                   // [paddedOutputs], or NULL
    bool once;                         // every sum is one chunk: sums need not be cleared
} CKWeightGradient;

/// Rows of the source between the first and the last that a row of the kernel meets, both included.
CK_INLINE int64_t ck_row_span(const CKGeometry *g) { return (g->height.kernel - 1) * g->height.dilation + 1; }

/// The geometry whose sums are the gradient of the weights; the same for all batches.
CKGeometry ck_weights_geometry(const CKConvolution *shape);
/// ck_convolution_gradient_weights with that geometry and its plan.
void ck_weights_gradient(const CKConvolution *shape, const CKGeometry *geometry, CKPlan plan, const float *x,
                         const float *dy, float *dw, float *dbias, float *scratch);

#endif
