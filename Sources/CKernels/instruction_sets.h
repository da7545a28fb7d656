// What every kernel source includes first: the public interface, the floating-point rules of the
// compiler, and the means to compile one source once per instruction set.
#ifndef CK_INSTRUCTION_SETS_H
#define CK_INSTRUCTION_SETS_H

#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Without this, clang fuses `a * b + c` where the target has FMA and not elsewhere.
#pragma STDC FP_CONTRACT OFF

#define CK_INLINE static inline __attribute__((always_inline))

#define CK_PASTE_(a, b) a##_##b
#define CK_PASTE(a, b) CK_PASTE_(a, b)
/// Inside a family's source: the name of a function in the instruction set being compiled.
#define CK_NAME(function) CK_PASTE(function, CK_SUFFIX)

/// Runs `function arguments` (arguments in parentheses) of the instruction set in use.
#if defined(__x86_64__)
#define CK_DISPATCH(function, arguments)                            \
    switch (ck_instruction_set()) {                                 \
    case CK_AVX512: return function##_avx512 arguments;             \
    case CK_AVX2: return function##_avx2 arguments;                 \
    default: return function##_scalar arguments;                    \
    }
#elif defined(__aarch64__)
#define CK_DISPATCH(function, arguments)                            \
    switch (ck_instruction_set()) {                                 \
    case CK_NEON: return function##_neon arguments;                 \
    default: return function##_scalar arguments;                    \
    }
#else
#define CK_DISPATCH(function, arguments) return function##_scalar arguments
#endif

/// Loops over outputs: vectors may be formed although the compiler cannot see that in and out are
/// either the same array or apart.
#define CK_VECTORIZE _Pragma("clang loop vectorize(assume_safety) interleave(enable)")

// What the compiler is told of a vector `v` in a register; it costs no instruction.
//   CK_SETTLE(v)  loads behind it are not moved to before v is computed, as the compiler likes to do until there are more
//                 values than registers
//   CK_HOLD(v)    v is not loaded anew for every use
#if defined(__x86_64__)
#define CK_SETTLE(v) __asm__ volatile("" : "+v"(v) : : "memory")
#define CK_HOLD(v) __asm__("" : "+v"(v))
#elif defined(__aarch64__)
#define CK_SETTLE(v) __asm__ volatile("" : "+w"(v) : : "memory")
#define CK_HOLD(v) __asm__("" : "+w"(v))
#else
#define CK_SETTLE(v) (void)(v)
#define CK_HOLD(v) (void)(v)
#endif

/// One rounding; a vector instruction where the target has it, `fmaf` of the C library elsewhere.
#define CK_FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))

#endif
