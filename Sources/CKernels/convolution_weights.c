#include "convolution_weights.h"

#include <string.h>

#define CK_FAMILY "convolution_weights.inc"
#include "each_instruction_set.h"

static bool isFullyConnected(const CKConvolution *s) {
    return s->groups == 1 && s->inputHeight == 1 && s->inputWidth == 1 && s->outputHeight == 1
        && s->outputWidth == 1 && s->kernelHeight == 1 && s->kernelWidth == 1
        && s->padTop == 0 && s->padLeft == 0;
}

/// The same sums with the roles of x and dy exchanged: the result then comes out in the order of dw.
static CKConvolution exchanged(const CKConvolution *s) {
    CKConvolution e = *s;
    e.inputChannels = s->outputChannels;
    e.outputChannels = s->inputChannels;
    return e;
}

static int64_t padded(int64_t channels) {
    return (channels + CK_CHANNEL_UNIT - 1) / CK_CHANNEL_UNIT * CK_CHANNEL_UNIT;
}

static CKGeometry geometryOf(const CKConvolution *shape) { return ck_geometry_forward(shape, 1); }

/// Scratch: the transposed chunk, the sums of the bias, the sums, the plan.
int64_t ck_convolution_gradient_scratch_count(const CKConvolution *shape) {
    CKConvolution s = isFullyConnected(shape) ? exchanged(shape) : *shape;
    CKGeometry g = geometryOf(&s);
    int64_t chunk = s.batch > CK_CHUNK ? s.batch : CK_CHUNK;
    return padded(g.outputs) * (chunk + 1 + g.taps) + ck_plan_count(&g);
}

static CKWeightGradient problem(const CKConvolution *s, const float *x, const float *dy, float *scratch) {
    CKWeightGradient p = {
        .geometry = geometryOf(s), .batch = s->batch, .stride = s->strideWidth, .x = x, .dy = dy,
        .gradient = scratch,
    };
    int64_t chunk = s->batch > CK_CHUNK ? s->batch : CK_CHUNK;
    p.paddedOutputs = p.sumsStride = padded(p.geometry.outputs);
    p.biasSums = scratch + p.paddedOutputs * chunk;
    p.sums = p.biasSums + p.paddedOutputs;
    int32_t *plan = (int32_t *)(p.sums + p.paddedOutputs * p.geometry.taps);
    ck_plan_write(&p.geometry, plan);
    p.plan = ck_plan_read(&p.geometry, plan);
    return p;
}

static void group(const CKWeightGradient *p) {
    CK_DISPATCH(weights_group, (p));
}

static void transposeSums(const CKWeightGradient *p, float *dw) {
    CK_DISPATCH(weights_transpose, (p->sums, p->geometry.taps, p->geometry.outputs, p->sumsStride, dw));
}

static void fullyConnected(const CKConvolution *shape, const float *x, const float *dy,
                           float *dw, float *dbias, float *scratch) {
    CKConvolution s = exchanged(shape);
    CKWeightGradient p = problem(&s, dy, x, scratch);
    p.sums = dw;
    p.sumsStride = shape->inputChannels;
    p.biasSums = NULL;
    p.once = true;
    group(&p);
    if (dbias) ck_row_sums(shape->outputChannels, shape->batch, dy, NULL, dbias);
}

void ck_convolution_gradient_weights(const CKConvolution *shape, const float *x, const float *dy,
                                     float *dw, float *dbias, float *scratch) {
    if (isFullyConnected(shape)) {
        fullyConnected(shape, x, dy, dw, dbias, scratch);
        return;
    }
    CKWeightGradient p = problem(shape, x, dy, scratch);
    const CKGeometry *g = &p.geometry;
    float *biasSums = p.biasSums;
    p.biasSums = dbias ? biasSums : NULL;
    for (int64_t i = 0; i < g->groups; i++) {
        memset(p.sums, 0, (size_t)(g->taps * p.sumsStride) * sizeof(float));
        memset(biasSums, 0, (size_t)p.paddedOutputs * sizeof(float));
        group(&p);
        transposeSums(&p, dw + i * g->outputs * g->taps);
        if (dbias) memcpy(dbias + i * g->outputs, biasSums, (size_t)g->outputs * sizeof(float));
        p.x += g->inputs * g->height.source * g->width.source * p.batch;
        p.dy += g->outputs * g->height.positions * g->width.positions * p.batch;
    }
}
