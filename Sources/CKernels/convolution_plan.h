// Which taps of the kernel meet which pixels of the source, worked out once per shape.
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
    bool isSmall;                      // a small batch: worked on as points
} CKGeometry;

/// `k` is the tap's row in the packed weights; `offset` its place, in pixels, from the window's base.
typedef struct { int32_t k, offset; } CKTap;

/// A result position, and the base of its window in the source; in pixels.
typedef struct { int32_t source, result; } CKPoint;

/// A part of the tables of a shape. `rowBase[p]` is the q of the first tap of position p.
typedef struct {
    const int32_t *rowClass, *rowBase, *columnClass, *columnBase;
    int32_t columnClasses, lists;
    const int32_t *listStart;          // [row class][column class], and the end
    const CKTap *taps;
    const int32_t *offsets;            // [list][k]: that of the tap, or CK_NO_TAP; unless for small batches
    const int32_t *pointStart;         // like listStart; for small batches
    const CKPoint *points;             // those of each list in row-major order
} CKPlan;

/// Samples from which on vectors run over lanes. Below, they may run over channels, if there are so many of them and of
/// taps.
#define CK_LEAST_LANES 8
#define CK_LEAST_CHANNELS 4
#define CK_LEAST_TAPS 32

/// `rows` is the height of the register tile: panels are at most so high, and as equal as possible.
CKGeometry ck_geometry_forward(const CKConvolution *shape, int64_t rows);
CKGeometry ck_geometry_gradient(const CKConvolution *shape, int64_t rows);

/// In the place of an offset, for a tap that falls outside.
#define CK_NO_TAP INT32_MIN

/// Integers.
int64_t ck_plan_count(const CKGeometry *geometry);
void ck_plan_write(const CKGeometry *geometry, int32_t *memory);
CKPlan ck_plan_read(const CKGeometry *geometry, const int32_t *memory);

/// A convolution, or the gradient of its data, and where everything lies.
typedef struct {
    CKGeometry geometry;
    CKPlan plan;
    int64_t batch;
    const float *source, *weights, *bias;   // packed; bias may be NULL
    bool isSparse;                     // how the weights are packed
    CKEpilogue epilogue;
    CKPart part;
    float *result;
} CKApplication;

/// A part's share of `count` items: first ..< end.
typedef struct { int64_t first, end; } CKRange;
CK_INLINE CKRange ck_share(CKPart part, int64_t count) {
    return (CKRange){ count * part.index / part.count, count * (part.index + 1) / part.count };
}

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

#endif
