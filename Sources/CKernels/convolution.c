#include "convolution_plan.h"

#include <string.h>

/// Taps of a block: with CK_RUN lanes each they stay in the first or second level of cache.
#define CK_TAP_BLOCK 256
/// Lanes that are taken through all panels of weights together.
#define CK_RUN 64
/// Up to so many lanes, vectors over channels are quicker than vectors over lanes.
#define CK_NARROW (CK_LANES / 2)

#define CK_FAMILY "convolution.inc"
#include "each_instruction_set.h"

// Packed: the weights in panels, then the plan (integers).

static int64_t packedCount(CKGeometry g) { return ck_geometry_weights(&g) + ck_plan_count(&g); }

static int64_t rowsOfTile(void) {
    switch (ck_instruction_set()) {
    case CK_AVX512: return 14;
    case CK_AVX2: return 6;
    case CK_NEON: return 8;
    default: return 4;
    }
}

static void apply(CKGeometry g, int64_t batch, const float *source, const float *packed,
                  const float *bias, const CKEpilogue *epilogue, float *result) {
    CKPlan plan = ck_plan_read(&g, (const int32_t *)(packed + ck_geometry_weights(&g)));
    CK_DISPATCH(convolution_apply, (&g, &plan, batch, source, packed, bias, epilogue, result));
}

static void packForward(const CKGeometry *g, const float *w, float *packed) {
    CK_DISPATCH(pack_forward, (g, w, packed));
}

static void packGradient(const CKGeometry *g, const float *w, float *packed) {
    CK_DISPATCH(pack_gradient, (g, w, packed));
}

int64_t ck_convolution_packed_forward_count(const CKConvolution *shape) {
    return packedCount(ck_geometry_forward(shape, rowsOfTile()));
}

void ck_convolution_pack_forward(const CKConvolution *shape, const float *w, float *packed) {
    CKGeometry g = ck_geometry_forward(shape, rowsOfTile());
    packForward(&g, w, packed);
    ck_plan_write(&g, (int32_t *)(packed + ck_geometry_weights(&g)));
}

void ck_convolution_forward(const CKConvolution *shape, const float *x, const float *packed,
                            const float *bias, const CKEpilogue *epilogue, float *y) {
    apply(ck_geometry_forward(shape, rowsOfTile()), shape->batch, x, packed, bias, epilogue, y);
}

int64_t ck_convolution_packed_gradient_count(const CKConvolution *shape) {
    return packedCount(ck_geometry_gradient(shape, rowsOfTile()));
}

void ck_convolution_pack_gradient(const CKConvolution *shape, const float *w, float *packed) {
    CKGeometry g = ck_geometry_gradient(shape, rowsOfTile());
    packGradient(&g, w, packed);
    ck_plan_write(&g, (int32_t *)(packed + ck_geometry_weights(&g)));
}

void ck_convolution_gradient_data(const CKConvolution *shape, const float *dy, const float *packed,
                                  const CKEpilogue *epilogue, float *dx) {
    apply(ck_geometry_gradient(shape, rowsOfTile()), shape->batch, dy, packed, NULL, epilogue, dx);
}
