#include "instruction_sets.h"

#include <string.h>

// Functions of one double for places that are not hot. No fma, so that they are quick on every
// processor: additions, multiplications and divisions in the written order give the same bits.
// Polynomials: minimax (Remez) fits of relative error below 2^-62.

static const double ln2High = 0x1.62e42fee00000p-1;   // 33 bits: k * ln2High is exact for |k| < 2^20
static const double ln2Low = 0x1.a39ef35793c76p-33;

static uint64_t bits(double x) {
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

static double fromBits(uint64_t u) {
    double x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/// c[0] + c[1] x + … + c[count-1] x^(count-1)
static double polynomial(double x, const double *c, int count) {
    double sum = c[count - 1];
    for (int i = count - 2; i >= 0; i--) sum = sum * x + c[i];
    return sum;
}

/// p * 2^k for p in [0.5, 2), rounded once.
static double scaled(double p, int k) {
    int half = k / 2;
    double first = fromBits((uint64_t)(1023 + half) << 52);
    double second = fromBits((uint64_t)(1023 + k - half) << 52);
    return p * first * second;
}

/// The nearest integer (ties to even) of |x| < 2^51.
static double nearest(double x) {
    const double magic = 0x1.8p52;
    return (x + magic) - magic;
}

/// exp(r) - 1 - r over r^2, |r| <= ln(2)/2
static const double expTail[] = {
    0x1.0000000000000p-1,  0x1.555555555555bp-3,  0x1.5555555555503p-5,  0x1.111111110ec64p-7,
    0x1.6c16c16c3044bp-10, 0x1.a01a01b37b672p-13, 0x1.a01a01369a954p-16, 0x1.71ddf02808dc3p-19,
    0x1.27e5b43d535abp-22, 0x1.af6bdafbbf74fp-26, 0x1.1e3d27e7238b2p-29,
};

double ck_exp(double x) {
    if (x != x) return x;
    if (x > 709.8) return __builtin_inf();
    if (x < -745.2) return 0;
    double k = nearest(x * 0x1.71547652b82fep+0);
    double high = x - k * ln2High, low = k * ln2Low;
    double r = high - low;
    return scaled(1 + (high + (r * r * polynomial(r, expTail, 11) - low)), (int)k);
}

/// 2^r - 1 over r, |r| <= 1/2
static const double exp2Tail[] = {
    0x1.62e42fefa39efp-1,  0x1.ebfbdff82c58fp-3,  0x1.c6b08d704a0cfp-5,  0x1.3b2ab6fba4e22p-7,
    0x1.5d87fe78a26c8p-10, 0x1.430912f883cfbp-13, 0x1.ffcbfc74d644ep-17, 0x1.62c021e26dce3p-20,
    0x1.b524dd54e0576p-24, 0x1.e4d06c753709bp-28, 0x1.ea014f7a8176bp-32, 0x1.c2ce99b59bd1ep-36,
};

double ck_exp2(double x) {
    if (x != x) return x;
    if (x >= 1024) return __builtin_inf();
    if (x < -1075) return 0;
    double k = nearest(x);
    double r = x - k;
    return scaled(1 + r * polynomial(r, exp2Tail, 12), (int)k);
}

/// x = 2^exponent * (1 + f), 1 + f in [sqrt(1/2), sqrt(2));
/// log(1 + f) = f - halfSquare + correction.
typedef struct { double exponent, f, halfSquare, correction; } Logarithm;

/// With s = f / (2 + f): log(1 + f) = 2 s + 2/3 s^3 + 2/5 s^5 + …, and f - 2 s = s f.
static Logarithm logarithm(double x) {
    static const double series[] = {
        2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21,
    };
    int shift = 0;
    if (x < 0x1p-1022) x *= 0x1p54, shift = 54;
    // Adding the distance from sqrt(1/2) to 1 makes the exponent field change at sqrt(1/2).
    uint64_t u = bits(x) + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
    int exponent = (int)(u >> 52) - 1023 - shift;
    double f = fromBits((u & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd) - 1;
    double s = f / (2 + f), square = s * s;
    double halfSquare = 0.5 * f * f;
    double correction = s * (halfSquare + square * polynomial(square, series, 10));
    return (Logarithm){ exponent, f, halfSquare, correction };
}

/// NaN for x < 0 and NaN, -inf for 0, inf for inf; false for what has a logarithm.
static bool isSpecial(double x, double *result) {
    if (x > 0 && x < __builtin_inf()) return false;
    *result = x == 0 ? -__builtin_inf() : x < 0 ? __builtin_nan("") : x;
    return true;
}

double ck_log(double x) {
    double special;
    if (isSpecial(x, &special)) return special;
    Logarithm l = logarithm(x);
    return l.exponent * ln2High - ((l.halfSquare - (l.correction + l.exponent * ln2Low)) - l.f);
}

double ck_log2(double x) {
    double special;
    if (isSpecial(x, &special)) return special;
    Logarithm l = logarithm(x);
    // log(1 + f) in two parts; the first has so few bits that its product with log2e's is exact.
    double high = fromBits(bits(l.f - l.halfSquare) & 0xffffffff00000000);
    double low = ((l.f - high) - l.halfSquare) + l.correction;
    const double log2eHigh = 0x1.7154765200000p+0, log2eLow = 0x1.705fc2eefa200p-33;
    double main = high * log2eHigh;
    double rest = (low + high) * log2eLow + low * log2eHigh;
    double sum = l.exponent + main;
    return sum + (rest + ((l.exponent - sum) + main));
}

/// (cos(pi t) - 1) / t^2 in t^2, |t| <= 1/4
static const double cosTail[] = {
    -0x1.3bd3cc9be45dep+2, 0x1.03c1f081b5ac4p+2,  -0x1.55d3c7e3cbfefp+0,  0x1.e1f5068919cd3p-3,
    -0x1.a6d1f29f3f5d9p-6, 0x1.f9d3856dd9614p-10, -0x1.b6dd82aa0f7c5p-14, 0x1.1e2f8928e7678p-18,
};
/// (sin(pi t) - pi t) / t^3 in t^2, |t| <= 1/4
static const double sinTail[] = {
    -0x1.4abbce625be53p+2, 0x1.466bc6775aadbp+1,  -0x1.32d2cce62ade5p-1,  0x1.50783485eeb5bp-4,
    -0x1.e3074b7df5fb1p-8, 0x1.e8eef00a8fad9p-12, -0x1.6c63cbada689dp-16,
};

double ck_cospi(double x) {
    if (x != x || x - x != 0) return __builtin_nan("");
    double t = x < 0 ? -x : x;
    if (t >= 0x1p53) return 1;                       // an even integer
    t = t - 2 * (double)(int64_t)(t * 0.5);          // exact; [0, 2)
    if (t > 1) t = 2 - t;
    double sign = 1;
    if (t > 0.5) t = 1 - t, sign = -1;
    if (t <= 0.25) {
        double square = t * t;
        return sign * (1 + square * polynomial(square, cosTail, 8));
    }
    t = 0.5 - t;
    double square = t * t;
    double tail = 0x1.1a62633145c07p-53 + square * polynomial(square, sinTail, 7);
    return sign * (t * 0x1.921fb54442d18p+1 + t * tail);
}
