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

CKGeometry ck_weights_geometry(const CKConvolution *shape) {
    CKConvolution s = isFullyConnected(shape) ? exchanged(shape) : *shape;
    s.batch = CK_LEAST_LANES;
    return ck_geometry_forward(&s, 1);
}

/// Whether every channel is a group of its own, and there are enough for vectors of them.
static bool isDepthwise(const CKConvolution *s) {
    return s->groups == s->inputChannels && s->groups == s->outputChannels && s->groups >= CK_LEAST_CHANNELS;
}

static int64_t channelsScratchCount(const CKGeometry *g, int64_t batch) {
    return CK_CHANNEL_UNIT * (g->taps + batch * (ck_row_span(g) * g->width.source + g->width.positions));
}

/// Scratch: the transposed chunk, the sums of the bias, the sums. For channels by themselves: the sums, transposed rows.
int64_t ck_convolution_gradient_scratch_count(const CKConvolution *shape) {
    CKGeometry g = ck_weights_geometry(shape);
    if (isDepthwise(shape)) return channelsScratchCount(&g, shape->batch);
    int64_t chunk = shape->batch > CK_CHUNK ? shape->batch : CK_CHUNK;
    return padded(g.outputs) * (chunk + 1 + g.taps);
}

static void group(const CKWeightGradient *p) {
    CK_DISPATCH(weights_group, (p));
}

static void transposeSums(const CKWeightGradient *p, float *dw) {
    CK_DISPATCH(weights_transpose, (p->sums, p->geometry.taps, p->geometry.outputs, p->sumsStride, dw));
}

static void fullyConnected(CKWeightGradient p, const CKConvolution *shape, float *dw, float *dbias) {
    const float *x = p.x;
    p.x = p.dy, p.dy = x;
    p.sums = dw;
    p.sumsStride = shape->inputChannels;
    p.biasSums = NULL;
    p.once = true;
    group(&p);
    if (dbias) ck_row_sums(shape->outputChannels, shape->batch, p.x, NULL, dbias);
}

static void channels(const CKWeightGradient *p, float *dw, float *dbias, float *scratch) {
    CK_DISPATCH(weights_channels, (p, dw, dbias, scratch));
}

void ck_weights_gradient(const CKConvolution *shape, const CKGeometry *g, CKPlan plan, const float *x,
                         const float *dy, float *dw, float *dbias, float *scratch) {
    int64_t chunk = shape->batch > CK_CHUNK ? shape->batch : CK_CHUNK, outputs = padded(g->outputs);
    CKWeightGradient p = {
        .geometry = *g, .plan = plan, .batch = shape->batch, .stride = shape->strideWidth, .x = x, .dy = dy,
        .gradient = scratch, .biasSums = scratch + outputs * chunk, .sums = scratch + outputs * (chunk + 1),
        .sumsStride = outputs,
    };
    if (isFullyConnected(shape)) {
        fullyConnected(p, shape, dw, dbias);
        return;
    }
    if (isDepthwise(shape)) {
        channels(&p, dw, dbias, scratch);
        return;
    }
    float *biasSums = p.biasSums;
    p.biasSums = dbias ? biasSums : NULL;
    for (int64_t i = 0; i < g->groups; i++) {
        memset(p.sums, 0, (size_t)(g->taps * p.sumsStride) * sizeof(float));
        memset(biasSums, 0, (size_t)outputs * sizeof(float));
        group(&p);
        transposeSums(&p, dw + i * g->outputs * g->taps);
        if (dbias) memcpy(dbias + i * g->outputs, biasSums, (size_t)g->outputs * sizeof(float));
        p.x += g->inputs * g->height.source * g->width.source * p.batch;
        p.dy += g->outputs * g->height.positions * g->width.positions * p.batch;
    }
}
