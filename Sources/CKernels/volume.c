#include "instruction_sets.h"

#define CK_FAMILY "volume.inc"
#include "each_instruction_set.h"

void ck_volume_convolution(const CKVolume *shape, const float *x, const float *w, const float *bias, CKPart part, float *y) {
    CK_DISPATCH(volume_convolution, (shape, x, w, bias, part, y));
}

int64_t ck_volume_gradient_scratch_count(const CKVolume *v) {
    return v->groups * v->resultChannels * v->depth.results * v->rows.results * v->columns.results * v->batch;
}

void ck_volume_gradient_weights(const CKVolume *shape, const float *x, const float *dy, float *dw, float *scratch) {
    CK_DISPATCH(volume_gradient_weights, (shape, x, dy, dw, scratch));
}

void ck_volume_maximum(const CKVolumePooling *shape, const float *x, float *y) {
    CK_DISPATCH(volume_maximum, (shape, x, y));
}

void ck_volume_maximum_gradient(const CKVolumePooling *shape, const float *x, const float *y, const float *dy, float *dx) {
    CK_DISPATCH(volume_maximum_gradient, (shape, x, y, dy, dx));
}

void ck_volume_average(const CKVolumePooling *shape, const float *x, float *y) {
    CK_DISPATCH(volume_average, (shape, x, y));
}

void ck_volume_average_gradient(const CKVolumePooling *shape, const float *dy, float *dx) {
    CK_DISPATCH(volume_average_gradient, (shape, dy, dx));
}
