#include "convolution_plan.h"
#include "convolution_sparse.h"
#include "convolution_weights.h"

#include <string.h>

/// Taps of a block: with CK_RUN lanes each they stay in the second level of cache.
#define CK_TAP_BLOCK 1024
/// Taps from a weight that is used to the one that is asked for.
#define CK_TAPS_AHEAD 32
/// Lanes that are taken through all panels of weights together.
#define CK_RUN 64
/// Floats of a cache line.
#define CK_LINE 16
/// The last loads of packed weights may run so far beyond the last weight.
#define CK_WEIGHT_SLACK 16

#define CK_FAMILY "convolution.inc"
#include "each_instruction_set.h"

static int64_t rowsOfTile(void) {
    switch (ck_instruction_set()) {
    case CK_AVX512: return 14;
    case CK_AVX2: return 6;
    case CK_NEON: return 8;
    default: return 4;
    }
}

static CKGeometry forward(const CKConvolution *shape) { return ck_geometry_forward(shape, rowsOfTile()); }
static CKGeometry gradient(const CKConvolution *shape) { return ck_geometry_gradient(shape, rowsOfTile()); }

// ---------------------------------------------------------------- tables

// Where the plans of the forward computation, of the gradient of the data and of that of the weights start, then the
// plans.
enum { FORWARD, GRADIENT, WEIGHTS, PLANS };

int64_t ck_convolution_tables_count(const CKConvolution *shape) {
    CKGeometry f = forward(shape), g = gradient(shape), w = ck_weights_geometry(shape);
    return PLANS + ck_plan_count(&f) + ck_plan_count(&g) + ck_plan_count(&w);
}

void ck_convolution_tables(const CKConvolution *shape, int32_t *tables) {
    CKGeometry geometries[PLANS] = { forward(shape), gradient(shape), ck_weights_geometry(shape) };
    int32_t start = PLANS;
    for (int plan = 0; plan < PLANS; plan++) {
        tables[plan] = start;
        ck_plan_write(&geometries[plan], tables + start);
        start += (int32_t)ck_plan_count(&geometries[plan]);
    }
}

// ---------------------------------------------------------------- packed weights

/// Floats before the packed weights, the first of which says in which way they are packed.
#define HEADER 16
enum { DENSE, SPARSE };

static int64_t densePackedCount(const CKGeometry *g) {
    if (g->isSmall) CK_DISPATCH(points_packed_count, (g));
    return g->groups * g->outputs * g->taps + CK_WEIGHT_SLACK;
}

static int64_t packedCount(CKGeometry g) {
    int64_t dense = densePackedCount(&g), sparse = ck_sparse_count(&g);
    return HEADER + (dense > sparse ? dense : sparse);
}

int64_t ck_convolution_packed_forward_count(const CKConvolution *shape) { return packedCount(forward(shape)); }

int64_t ck_convolution_packed_gradient_count(const CKConvolution *shape) { return packedCount(gradient(shape)); }

/// Writes the header. Small batches are dense always.
static bool packsSparse(const CKGeometry *g, const float *w, float *packed) {
    bool isSparse = !g->isSmall && ck_is_sparse(w, g->groups * g->outputs * g->taps);
    *(int32_t *)packed = isSparse ? SPARSE : DENSE;
    return isSparse;
}

void ck_convolution_pack_forward(const CKConvolution *shape, const float *w, float *packed) {
    CKGeometry g = forward(shape);
    if (packsSparse(&g, w, packed)) {
        ck_sparse_pack_forward(&g, w, packed + HEADER);
        return;
    }
    if (g.isSmall) CK_DISPATCH(points_pack, (&g, w, false, packed + HEADER));
    CK_DISPATCH(pack_forward, (&g, w, packed + HEADER));
}

void ck_convolution_pack_gradient(const CKConvolution *shape, const float *w, float *packed) {
    CKGeometry g = gradient(shape);
    if (packsSparse(&g, w, packed)) {
        ck_sparse_pack_gradient(&g, w, packed + HEADER);
        return;
    }
    if (g.isSmall) CK_DISPATCH(points_pack, (&g, w, true, packed + HEADER));
    CK_DISPATCH(pack_gradient, (&g, w, packed + HEADER));
}

// ---------------------------------------------------------------- computation

static void apply(const CKApplication *a) {
    if (a->isSparse) CK_DISPATCH(sparse_apply, (a));
    if (a->geometry.isSmall) CK_DISPATCH(points_apply, (a));
    CK_DISPATCH(lanes_apply, (a));
}

static CKApplication application(CKGeometry g, const int32_t *plan, int64_t batch, const float *packed,
                                 const CKEpilogue *epilogue, CKPart part) {
    return (CKApplication){
        .geometry = g, .plan = ck_plan_read(&g, plan), .batch = batch, .weights = packed + HEADER,
        .isSparse = *(const int32_t *)packed == SPARSE,
        .epilogue = epilogue ? *epilogue : (CKEpilogue){ 0 }, .part = part,
    };
}

void ck_convolution_forward(const CKConvolution *shape, const int32_t *tables, const float *x, const float *packed,
                            const float *bias, const CKEpilogue *epilogue, CKPart part, float *y) {
    CKApplication a = application(forward(shape), tables + tables[FORWARD], shape->batch, packed, epilogue, part);
    a.source = x, a.bias = bias, a.result = y;
    apply(&a);
}

void ck_convolution_transposed(const CKConvolution *shape, const int32_t *tables, const float *x, const float *packed,
                               const float *bias, const CKEpilogue *epilogue, CKPart part, float *y) {
    CKApplication a = application(gradient(shape), tables + tables[GRADIENT], shape->batch, packed, epilogue, part);
    a.source = x, a.bias = bias, a.result = y;
    apply(&a);
}

void ck_convolution_gradient_data(const CKConvolution *shape, const int32_t *tables, const float *dy,
                                  const float *packed, const CKEpilogue *epilogue, float *dx) {
    ck_convolution_transposed(shape, tables, dy, packed, NULL, epilogue, (CKPart){ 0, 1 }, dx);
}

void ck_convolution_gradient_weights(const CKConvolution *shape, const int32_t *tables, const float *x,
                                     const float *dy, float *dw, float *dbias, float *scratch) {
    CKGeometry g = ck_weights_geometry(shape);
    ck_weights_gradient(shape, &g, ck_plan_read(&g, tables + tables[WEIGHTS]), x, dy, dw, dbias, scratch);
}
