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
    int64_t paddedOutputs;             // per group
    const float *x, *dy;
    float *sums;                       // [k][sumsStride]
    int64_t sumsStride;
    float *gradient;                   // transposed chunk
    float *biasSums;                   // [paddedOutputs], or NULL
    bool once;                         // every sum is one chunk: sums need not be cleared
} CKWeightGradient;

#endif
