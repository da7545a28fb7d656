// Which taps of the kernel meet which pixels of the source, worked out once when weights are packed.
//
// A convolution and the gradient of its data are one computation:
//     result[m][p] = sum over (c, kh, kw) ascending of weight[m][c][kh][kw] * source[c][q(p, kh, kw)]
// They differ in q and in how the weights are read. Result positions that see the same taps in the same
// relative places are of one class; each pair (row class, column class) has one list of taps.
#ifndef CK_CONVOLUTION_PLAN_H
#define CK_CONVOLUTION_PLAN_H

#include "instruction_sets.h"

/// One axis of the computation. Forward: q = p * stride - pad + tap * dilation.
/// Transposed (gradient of the data): the q with q * stride - pad + tap * dilation = p.
typedef struct {
    int64_t positions, source, kernel, stride, pad, dilation;
    bool transposed;
} CKAxis;

typedef struct {
    CKAxis height, width;
    int64_t groups, outputs, inputs;   // channels per group
    int64_t taps;                      // inputs * kernel height * kernel width
    int64_t panels;                    // of rows of weights, per group
} CKGeometry;

/// `k` is the tap's row in the packed weights; `offset` its place, in pixels, from the window's base.
typedef struct { int32_t k, offset; } CKTap;

/// What lies behind the packed weights. `rowBase[p]` is the q of the first tap of position p.
typedef struct {
    const int32_t *rowClass, *rowBase, *columnClass, *columnBase;
    const int32_t *listStart;          // [row class][column class], and the end
    const CKTap *taps;
    int32_t columnClasses;
} CKPlan;

/// `rows` is the height of the register tile: panels are at most so high, and as equal as possible.
CKGeometry ck_geometry_forward(const CKConvolution *shape, int64_t rows);
CKGeometry ck_geometry_gradient(const CKConvolution *shape, int64_t rows);

/// Floats of the packed weights alone; the last loads may run CK_WEIGHT_SLACK beyond the last weight.
#define CK_WEIGHT_SLACK 16
int64_t ck_geometry_weights(const CKGeometry *geometry);

int64_t ck_plan_count(const CKGeometry *geometry);
void ck_plan_write(const CKGeometry *geometry, int32_t *memory);
CKPlan ck_plan_read(const CKGeometry *geometry, const int32_t *memory);

/// The rows of panel `index`: first ..< first + count.
typedef struct { int64_t first, count; } CKPanel;
CK_INLINE CKPanel ck_panel(const CKGeometry *g, int64_t index) {
    int64_t least = g->outputs / g->panels, higher = g->outputs % g->panels;
    bool isHigher = index < higher;
    return (CKPanel){ index * least + (isHigher ? index : higher), least + isHigher };
}

/// The epilogue of results that stand `offset` floats further on.
CK_INLINE CKEpilogue ck_epilogue_at(CKEpilogue e, int64_t offset) {
    if (e.addend) e.addend += offset;
    if (e.mask) e.mask += offset;
    return e;
}

CK_INLINE float ck_finished(CKEpilogue e, float result) {
    if (e.addend) result += *e.addend;
    if (e.relu) result = result <= 0 ? 0 : result;
    if (e.mask) result = *e.mask > 0 ? result : 0;
    return result;
}

#endif
