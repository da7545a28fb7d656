#include "convolution_sparse.h"

#include <string.h>

/// Weights that are looked at together; most often none of them is there.
#define CHUNK 16

/// Whether one of CHUNK weights is not zero.
static bool hasWeight(const float *w) {
    uint32_t bits[CHUNK], any = 0;
    memcpy(bits, w, sizeof bits);
    for (int i = 0; i < CHUNK; i++) any |= bits[i] << 1;
    return any != 0;
}

/// Runs the block for every index i of a weight w[i] that is not zero, ascending.
#define EACH_WEIGHT(w, count, i, ...)                                                             \
    for (int64_t start = 0; start < (count); start += CHUNK) {                                    \
        int64_t end = start + CHUNK < (count) ? start + CHUNK : (count);                          \
        if (end - start == CHUNK && !hasWeight((w) + start)) continue;                            \
        for (int64_t i = start; i < end; i++) {                                                   \
            if ((w)[i] != 0) __VA_ARGS__                                                          \
        }                                                                                         \
    }

bool ck_is_sparse(const float *w, int64_t count) {
    int64_t most = count / CK_SPARSE_SHARE, found = 0;
    for (int64_t start = 0; start < count && found <= most; start += 4096) {
        int64_t end = start + 4096 < count ? start + 4096 : count;
        int32_t some = 0;
        for (int64_t i = start; i < end; i++) some += w[i] != 0;
        found += some;
    }
    return found <= most;
}

void ck_sparse_pack_forward(const CKGeometry *g, const float *w, float *packed) {
    int32_t *starts = (int32_t *)packed, next = 0;
    CKSparseWeight *weights = (CKSparseWeight *)(starts + g->groups * g->outputs + 1);
    for (int64_t row = 0; row < g->groups * g->outputs; row++) {
        const float *of = w + row * g->taps;
        starts[row] = next;
        EACH_WEIGHT(of, g->taps, i, { weights[next++] = (CKSparseWeight){ (int32_t)i, of[i] }; })
    }
    starts[g->groups * g->outputs] = next;
}

void ck_sparse_pack_gradient(const CKGeometry *g, const float *w, float *packed) {
    int64_t rows = g->outputs, kernel = g->height.kernel * g->width.kernel, size = rows * g->taps;
    int32_t *starts = (int32_t *)packed;
    CKSparseWeight *weights = (CKSparseWeight *)(starts + g->groups * rows + 1);
    // Counted into the place behind the next row, then summed up, then moved on as the lists are filled.
    memset(starts, 0, (size_t)(g->groups * rows + 1) * sizeof *starts);
    for (int64_t group = 0; group < g->groups; group++) {
        EACH_WEIGHT(w + group * size, size, i, { starts[group * rows + i / kernel % rows + 1]++; })
    }
    for (int64_t row = 0; row < g->groups * rows; row++) starts[row + 1] += starts[row];
    for (int64_t group = 0; group < g->groups; group++) {
        const float *of = w + group * size;
        EACH_WEIGHT(of, size, i, {
            int32_t k = (int32_t)(i / (kernel * rows) * kernel + i % kernel);
            weights[starts[group * rows + i / kernel % rows]++] = (CKSparseWeight){ k, of[i] };
        })
    }
    memmove(starts + 1, starts, (size_t)(g->groups * rows) * sizeof *starts);
    starts[0] = 0;
}
