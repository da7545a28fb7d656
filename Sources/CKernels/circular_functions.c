#include "circular_functions.h"
#include "instruction_sets.h"

#include <string.h>

static const double halfPi = 0x1.921fb54442d18p+0;

static double root(double x) { return __builtin_elementwise_sqrt(x); }

/// sum of c[i] x^i
static double polynomial(double x, const double *c, int count) {
    double sum = c[count - 1];
    for (int i = count - 2; i >= 0; i--) sum = sum * x + c[i];
    return sum;
}

// ---------------------------------------------------------------- sine, cosine, tangent

/// x = quarters pi / 2 + rest, rest in [-pi/4, pi/4]; of the quarters the lowest two bits.
typedef struct { unsigned quarters; double rest; } Angle;

/// The first 224 bits of 2 / pi.
static const uint32_t twoOverPi[] = {
    0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu,
};

/// Payne and Hanek, "Radian reduction for trigonometric functions" (1983), for 2^16 <= x < infinity: of the product of
/// x = m 2^e with 2 / pi, bits that make multiples of 4 are left out, as are those that are too small to matter.
static Angle largeAngle(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int e = (int)(bits >> 23) - 150, first = e - 2;                // the first bit that is needed counts 2^1
    uint64_t m = (bits & 0x007fffffu) | 0x00800000u;
    int padding = first < 0 ? -first : 0;                          // bits of 2 / pi before the first one are 0
    int word = first < 0 ? 0 : first / 32, shift = first < 0 ? 0 : first % 32;
    unsigned __int128 chunk = 0;
    for (int i = 0; i < 4; i++) chunk = chunk << 32 | (word + i < 7 ? twoOverPi[word + i] : 0);
    // 96 bits: the last one counts 2^-94.
    chunk = (chunk << shift) >> (32 + padding);
    unsigned __int128 product = chunk * m;
    int64_t fraction = (int64_t)(uint64_t)((product << 34) >> 64);
    unsigned quarters = (unsigned)(product >> 94) + (fraction < 0);
    return (Angle){ quarters, (double)fraction * 0x1p-64 * halfPi };
}

/// Up to 2^16, pi / 2 in two parts will do, of which the first has 33 bits (Cody and Waite, 1980).
static Angle angle(float magnitude) {
    if (magnitude >= 0x1p16f) return largeAngle(magnitude);
    const double magic = 0x1.8p52;
    double quarters = ((double)magnitude * 0x1.45f306dc9c883p-1 + magic) - magic;
    double rest = ((double)magnitude - quarters * 0x1.921fb54400000p+0) - quarters * 0x1.0b4611a626331p-34;
    return (Angle){ (unsigned)quarters, rest };
}

// Taylor series; the next terms are below 2^-53 up to pi / 4.
static double sine(double x) {
    static const double c[] = {
        -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000,
    };
    double square = x * x;
    return x + x * square * polynomial(square, c, 7);
}

static double cosine(double x) {
    static const double c[] = {
        -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200,
        1.0 / 20922789888000,
    };
    double square = x * x;
    return 1 + square * polynomial(square, c, 8);
}

static float magnitudeOf(float x) { return __builtin_elementwise_abs(x); }

/// Infinity has no sine; NaN stays.
static bool isFinite(float x) { return x - x == 0; }

float ck_sinf(float x) {
    if (!isFinite(x)) return x - x;
    if (x == 0) return x;
    Angle a = angle(magnitudeOf(x));
    double y = a.quarters & 1 ? cosine(a.rest) : sine(a.rest);
    bool isNegative = (a.quarters & 2) != 0;
    return (float)(isNegative != (x < 0) ? -y : y);
}

float ck_cosf(float x) {
    if (!isFinite(x)) return x - x;
    Angle a = angle(magnitudeOf(x));
    double y = a.quarters & 1 ? sine(a.rest) : cosine(a.rest);
    bool isNegative = ((a.quarters + 1) & 2) != 0;
    return (float)(isNegative ? -y : y);
}

float ck_tanf(float x) {
    if (!isFinite(x)) return x - x;
    if (x == 0) return x;
    Angle a = angle(magnitudeOf(x));
    double s = sine(a.rest), c = cosine(a.rest);
    double y = a.quarters & 1 ? -c / s : s / c;
    return (float)(x < 0 ? -y : y);
}

// ---------------------------------------------------------------- their inverses

/// For x >= 0, infinity too: arguments above 1 and above tan(pi / 8) are turned by a quarter and an eighth, and what is left is
/// halved, to below tan(pi / 16); then the Taylor series, the next term of which is below 2^-53 of x.
static double arctangent(double x) {
    static const double c[] = {
        -1.0 / 3, 1.0 / 5, -1.0 / 7, 1.0 / 9, -1.0 / 11, 1.0 / 13, -1.0 / 15, 1.0 / 17, -1.0 / 19, 1.0 / 21,
    };
    bool isLarge = x > 1;
    double t = isLarge ? 1 / x : x;
    bool isTurned = t > 0x1.a827999fcef32p-2;
    if (isTurned) t = (t - 1) / (t + 1);
    t = t / (1 + root(1 + t * t));
    double square = t * t;
    double y = 2 * (t + t * square * polynomial(square, c, 10));
    if (isTurned) y += 0x1.921fb54442d18p-1;
    return isLarge ? halfPi - y : y;
}

float ck_atanf(float x) {
    if (x != x || x == 0) return x;
    double y = arctangent(magnitudeOf(x));
    return (float)(x < 0 ? -y : y);
}

/// The tangent of the angle whose sine is x is x / sqrt(1 - x^2).
float ck_asinf(float x) {
    if (x == 0) return x;
    double z = magnitudeOf(x);
    if (!(z <= 1)) return __builtin_nanf("");
    double y = arctangent(z / root((1 - z) * (1 + z)));
    return (float)(x < 0 ? -y : y);
}

/// Twice the angle whose tangent is sqrt((1 - x) / (1 + x)).
float ck_acosf(float x) {
    double z = x;
    if (!(z >= -1 && z <= 1)) return __builtin_nanf("");
    return (float)(2 * arctangent(root((1 - z) / (1 + z))));
}

// ---------------------------------------------------------------- hyperbolic functions and their inverses

/// Where exp(x) and exp(-x) would cancel each other, the Taylor series.
float ck_sinhf(float x) {
    static const double c[] = {
        1.0 / 6, 1.0 / 120, 1.0 / 5040, 1.0 / 362880, 1.0 / 39916800, 1.0 / 6227020800,
    };
    double z = x;
    if (z > -0.5 && z < 0.5) return (float)(z + z * (z * z) * polynomial(z * z, c, 6));
    double e = ck_exp(z);
    return (float)((e - 1 / e) / 2);
}

float ck_coshf(float x) {
    double e = ck_exp(magnitudeOf(x));
    return (float)((e + 1 / e) / 2);
}

/// log(x + sqrt(x^2 + 1)); near 0, where little is left of x in that sum, the Taylor series.
float ck_asinhf(float x) {
    if (x == 0) return x;
    double z = magnitudeOf(x);
    if (z < 0x1p-10) {
        z = x;
        return (float)(z + z * (z * z) * (-1.0 / 6 + z * z * (3.0 / 40)));
    }
    double y = ck_log(z + root(z * z + 1));
    return (float)(x < 0 ? -y : y);
}

float ck_acoshf(float x) {
    double z = x;
    if (!(z >= 1)) return __builtin_nanf("");
    return (float)ck_log(z + root((z - 1) * (z + 1)));
}

float ck_atanhf(float x) {
    double z = x;
    if (z > -0x1p-10 && z < 0x1p-10) return (float)(z + z * (z * z) * (1.0 / 3 + z * z * (1.0 / 5)));
    return (float)(ck_log((1 + z) / (1 - z)) / 2);
}
