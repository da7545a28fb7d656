#include "CPeak.h"

// `chains` hide the latency of an FMA (4 cycles, 2 to 4 per cycle) and leave registers for the factor and the term. None starts
// from 1, which this FMA does not change: the compiler would leave it out.
#define RUN(name, lanes, chains)                                                                       \
    typedef float vector_##name __attribute__((ext_vector_type(lanes)));                              \
    static int64_t run_##name(int64_t rounds) {                                                        \
        vector_##name sums[chains], factor = (vector_##name)(0.999f), term = (vector_##name)(0.001f); \
        for (int i = 0; i < chains; i++) sums[i] = (vector_##name)((float)(i + 2));                    \
        for (int64_t round = 0; round < rounds; round++) {                                             \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < chains; i++)                        \
                sums[i] = __builtin_elementwise_fma(sums[i], factor, term);                            \
        }                                                                                              \
        for (int i = 1; i < chains; i++) sums[0] += sums[i];                                           \
        volatile float kept = sums[0][0];                                                              \
        (void)kept;                                                                                    \
        return rounds * chains * lanes * 2;                                                            \
    }

RUN(portable, 4, 16)

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
RUN(avx2, 8, 12)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
RUN(avx512, 16, 16)
#pragma clang attribute pop
#endif

int64_t cpeak_run(CPeakInstructionSet set, int64_t rounds) {
    switch (set) {
#if defined(__x86_64__)
    case CPEAK_AVX2: return run_avx2(rounds);
    case CPEAK_AVX512: return run_avx512(rounds);
#endif
    default: return run_portable(rounds);
    }
}
