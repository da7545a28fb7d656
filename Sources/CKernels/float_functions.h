// Elementary functions of one float, without branches, so that the loops around them become vectors.
// Each is a fixed sequence of exact operations and fma: the same bits with every instruction set.
// Polynomials: minimax (Remez) fits.
#ifndef CK_FLOAT_FUNCTIONS_H
#define CK_FLOAT_FUNCTIONS_H

#include "instruction_sets.h"

CK_INLINE int32_t ck_bits(float x) {
    union { float f; int32_t i; } u = { .f = x };
    return u.i;
}

CK_INLINE float ck_from_bits(int32_t i) {
    union { int32_t i; float f; } u = { .i = i };
    return u.f;
}

/// Cody-Waite reduction to |r| <= ln(2)/2, a polynomial of degree 6, and 2^k in two factors, so that
/// results among the subnormals are rounded once.
CK_INLINE float ck_expf(float x) {
    float z = x > 89.0f ? 89.0f : x;
    z = z < -104.0f ? -104.0f : z;
    const float magic = 0x1.8p23f;
    float shifted = CK_FMA(z, 0x1.715476p+0f, magic);
    float k = shifted - magic;
    float r = CK_FMA(k, -0x1.62e400p-1f, z);
    r = CK_FMA(k, -0x1.7f7d1cp-20f, r);
    float q = 0x1.6a2454p-10f;
    q = CK_FMA(q, r, 0x1.1239d4p-7f);
    q = CK_FMA(q, r, 0x1.5558f2p-5f);
    q = CK_FMA(q, r, 0x1.555492p-3f);
    q = CK_FMA(q, r, 0x1.fffffcp-2f);
    float p = CK_FMA(CK_FMA(q, r, 1.0f), r, 1.0f);
    int32_t exponent = ck_bits(shifted) - 0x4b400000;
    int32_t half = exponent >> 1;
    return p * ck_from_bits((int32_t)((uint32_t)(half + 127) << 23))
             * ck_from_bits((int32_t)((uint32_t)(exponent - half + 127) << 23));
}

/// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); log(1 + f) = f - f^2/2 + f^3 P(f).
CK_INLINE float ck_logf(float x) {
    bool small = x < 0x1p-126f;
    float z = small ? x * 0x1p25f : x;
    uint32_t u = (uint32_t)ck_bits(z) + (0x3f800000u - 0x3f3504f3u);
    float k = (float)((int32_t)(u >> 23) - 127 - (small ? 25 : 0));
    float f = ck_from_bits((int32_t)((u & 0x007fffffu) + 0x3f3504f3u)) - 1.0f;
    float p = 0x1.1457a0p-4f;
    p = CK_FMA(p, f, -0x1.de3c12p-4f);
    p = CK_FMA(p, f, 0x1.e6f06cp-4f);
    p = CK_FMA(p, f, -0x1.fc220ap-4f);
    p = CK_FMA(p, f, 0x1.233768p-3f);
    p = CK_FMA(p, f, -0x1.555c4ep-3f);
    p = CK_FMA(p, f, 0x1.99a4b6p-3f);
    p = CK_FMA(p, f, -0x1.000006p-2f);
    p = CK_FMA(p, f, 0x1.555548p-2f);
    float square = f * f;
    float tail = CK_FMA(k, 0x1.7f7d1cp-20f, square * CK_FMA(p, f, -0.5f));
    float y = CK_FMA(k, 0x1.62e400p-1f, f + tail);
    y = x == 0 ? -__builtin_inff() : y;
    y = x < 0 ? __builtin_nanf("") : y;
    y = x == __builtin_inff() ? x : y;
    return x != x ? x : y;
}

/// 1 / (1 + exp(-x)), from e = exp(-|x|), which does not overflow. What the sum 1 + e loses by rounding
/// is put back into the quotient: d(1/s) = -1/s^2, with 1/(1 + e) = 1 - e/(1 + e).
CK_INLINE float ck_sigmoidf(float x) {
    float e = ck_expf(x < 0 ? x : -x);
    float s = 1.0f + e;
    float lost = e - (s - 1.0f);
    float q = (x < 0 ? e : 1.0f) / s;
    float inverse = x < 0 ? 1.0f - q : q;
    return CK_FMA(-(q * lost), inverse, q);
}

/// An odd polynomial below 0.625, above it 1 - 2 / (exp(2 |x|) + 1).
CK_INLINE float ck_tanhf(float x) {
    float magnitude = x < 0 ? -x : x;
    float square = x * x;
    float p = -0x1.a62822p-11f;
    p = CK_FMA(p, square, 0x1.a792dcp-9f);
    p = CK_FMA(p, square, -0x1.1ed218p-7f);
    p = CK_FMA(p, square, 0x1.65ffaap-6f);
    p = CK_FMA(p, square, -0x1.ba17eap-5f);
    p = CK_FMA(p, square, 0x1.111106p-3f);
    p = CK_FMA(p, square, -0x1.555556p-2f);
    float near = CK_FMA(x * square, p, x);
    float far = 1.0f - 2.0f / (ck_expf(magnitude + magnitude) + 1.0f);
    far = x < 0 ? -far : far;
    return magnitude > 0.625f ? far : near;
}

#endif
