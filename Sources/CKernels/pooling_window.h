// The part of a pooling window that lies on the input, along one axis.
#ifndef CK_POOLING_WINDOW_H
#define CK_POOLING_WINDOW_H

#include "instruction_sets.h"

/// Taps first ..< end are on the input; `counted` of them are on the padded input.
typedef struct { int64_t start, first, end, counted; } CKWindow;

CK_INLINE CKWindow ck_window(int64_t output, int64_t stride, int64_t padBefore, int64_t padAfter,
                             int64_t input, int64_t kernel, int64_t dilation) {
    CKWindow w = { output * stride - padBefore, kernel, kernel, 0 };
    if (w.start >= 0 && w.start + (kernel - 1) * dilation < input) return (CKWindow){ w.start, 0, kernel, kernel };
    bool found = false;
    for (int64_t t = 0; t < kernel; t++) {
        int64_t position = w.start + t * dilation;
        w.counted += position < input + padAfter;
        bool inside = position >= 0 && position < input;
        if (inside && !found) w.first = t, found = true;
        if (inside) w.end = t + 1;
    }
    return w;
}

CK_INLINE CKWindow ck_window_rows(const CKPooling *s, int64_t oh) {
    return ck_window(oh, s->strideHeight, s->padTop, s->padBottom, s->inputHeight, s->kernelHeight,
                     s->dilationHeight);
}

CK_INLINE CKWindow ck_window_columns(const CKPooling *s, int64_t ow) {
    return ck_window(ow, s->strideWidth, s->padLeft, s->padRight, s->inputWidth, s->kernelWidth,
                     s->dilationWidth);
}

/// What the sum of an average window is divided by.
CK_INLINE float ck_window_count(const CKPooling *s, CKWindow rows, CKWindow columns) {
    if (s->countIncludesPadding) return (float)(rows.counted * columns.counted);
    return (float)((rows.end - rows.first) * (columns.end - columns.first));
}

/// Runs `body` for every tap (th, tw) of the window that is on the input; `at` is the tap's offset
/// in the channel's plane.
#define CK_EACH_TAP(s, rows, columns, at, body)                                                   \
    for (int64_t th = rows.first; th < rows.end; th++) {                                          \
        for (int64_t tw = columns.first; tw < columns.end; tw++) {                                \
            int64_t at = ((rows.start + th * s->dilationHeight) * s->inputWidth                   \
                          + columns.start + tw * s->dilationWidth) * s->batch;                    \
            body                                                                                  \
        }                                                                                         \
    }

/// Runs `body` for every output pixel (oh, ow) of channel c; `rows` and `columns` are its window.
#define CK_EACH_WINDOW(s, rows, columns, body)                                                    \
    for (int64_t c = 0; c < s->channels; c++) {                                                   \
        for (int64_t oh = 0; oh < s->outputHeight; oh++) {                                        \
            CKWindow rows = ck_window_rows(s, oh);                                                \
            for (int64_t ow = 0; ow < s->outputWidth; ow++) {                                     \
                CKWindow columns = ck_window_columns(s, ow);                                      \
                body                                                                              \
            }                                                                                     \
        }                                                                                         \
    }

#endif
