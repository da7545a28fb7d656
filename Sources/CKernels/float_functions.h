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

/// The nearest integer, halves to even.
CK_INLINE float ck_nearestf(float x) {
    const float magic = 0x1.8p23f;
    float y = (x + magic) - magic;
    return ((x < 0x1p22f) & (x > -0x1p22f)) ? y : x;
}

/// x, but at least 0 and at most 1.
CK_INLINE float ck_unit(float x) { return x < 0 ? 0.0f : x > 1 ? 1.0f : x; }

/// exp(x) - 1 for x <= 0, from u = exp(x): (u - 1) x / log(u), in which the errors of u - 1 and log(u) are alike
/// (Kahan); x itself where u is 1.
CK_INLINE float ck_expm1f(float x) {
    float u = ck_expf(x);
    float y = (u - 1.0f) * (x / ck_logf(u));
    y = u < 0x1p-25f ? -1.0f : y;
    return u == 1.0f ? x : y;
}

/// max(x, 0) + log(1 + e), e = exp(-|x|); what the sum 1 + e loses by rounding is put back: d(log s) = 1/s.
CK_INLINE float ck_softplusf(float x) {
    float e = ck_expf(x < 0 ? x : -x);
    float s = 1.0f + e;
    float lost = e - (s - 1.0f);
    return (x < 0 ? 0.0f : x) + (ck_logf(s) + lost / s);
}

/// A rational function of degrees 13 and 8 for |x| <= 4, beyond which the result is 1 or -1.
CK_INLINE float ck_erff(float x) {
    float z = x > 4.0f ? 4.0f : x < -4.0f ? -4.0f : x;
    float square = z * z;
    float p = -2.72614225801306e-10f;
    p = CK_FMA(p, square, 2.77068142495902e-08f);
    p = CK_FMA(p, square, -2.10102402082508e-06f);
    p = CK_FMA(p, square, -5.69250639462346e-05f);
    p = CK_FMA(p, square, -7.34990630326855e-04f);
    p = CK_FMA(p, square, -2.95459980854025e-03f);
    p = CK_FMA(p, square, -1.60960333262415e-02f);
    float q = -1.45660718464996e-05f;
    q = CK_FMA(q, square, -2.13374055278905e-04f);
    q = CK_FMA(q, square, -1.68282697438203e-03f);
    q = CK_FMA(q, square, -7.37332916720468e-03f);
    q = CK_FMA(q, square, -1.42647390514189e-02f);
    float y = z * p / q;
    return y > 1.0f ? 1.0f : y < -1.0f ? -1.0f : y;
}

/// a to the power of b. Squares and roots are one operation; the rest goes through 64 bits and is rounded once more.
CK_INLINE float ck_powf(float a, float b) {
    if (b == 2) return a * a;
    if (b == 1) return a;
    if (b == 0.5f) return __builtin_elementwise_sqrt(a);
    if (b == 0 || a == 1) return 1;
    double whole = (double)__builtin_elementwise_trunc(b);
    bool isInteger = whole == b;
    bool isOdd = isInteger && b > -0x1p24f && b < 0x1p24f && ((int64_t)whole & 1);
    if (a < 0 && !isInteger) return __builtin_nanf("");
    double magnitude = ck_exp((double)b * ck_log(a < 0 ? -(double)a : a));
    return (float)(a < 0 && isOdd ? -magnitude : magnitude);
}

/// a - n b for the integer n towards zero (`truncates`) or downwards; exact. Only numbers below 2^53 times b.
CK_INLINE float ck_remainderf(float a, float b, bool truncates) {
    double n = __builtin_elementwise_trunc((double)a / (double)b);
    bool isWhole = a - a == 0 && (b == __builtin_inff() || b == -__builtin_inff());
    double rest = isWhole ? (double)a : __builtin_fma(-n, (double)b, (double)a);
    // The quotient may have been rounded up to the next integer.
    if (rest != 0 && (rest < 0) != (a < 0)) rest += (a < 0) == (b < 0) ? b : -b;
    if (!truncates && rest != 0 && (rest < 0) != (b < 0)) rest += b;
    return (float)rest;
}

#endif
