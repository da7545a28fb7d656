#include "instruction_sets.h"

#include <stdatomic.h>

static bool supported(CKInstructionSet set) {
    switch (set) {
    case CK_SCALAR: return true;
#if defined(__x86_64__)
    case CK_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CK_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
            && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
    case CK_NEON: return true;
#endif
    default: return false;
    }
}

static CKInstructionSet best(void) {
    const CKInstructionSet order[] = { CK_AVX512, CK_AVX2, CK_NEON };
    for (int i = 0; i < 3; i++) {
        if (supported(order[i])) return order[i];
    }
    return CK_SCALAR;
}

/// -1 until the first question; every thread that asks at once finds the same answer.
static _Atomic int chosen = -1;

/// -1 for the choice of the process.
static _Thread_local int chosenForThread = -1;

CKInstructionSet ck_instruction_set(void) {
    if (__builtin_expect(chosenForThread >= 0, 0)) return (CKInstructionSet)chosenForThread;
    int set = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (__builtin_expect(set < 0, 0)) {
        set = (int)best();
        atomic_store_explicit(&chosen, set, memory_order_relaxed);
    }
    return (CKInstructionSet)set;
}

bool ck_force_instruction_set(CKInstructionSet set) {
    if (!supported(set)) return false;
    atomic_store_explicit(&chosen, (int)set, memory_order_relaxed);
    return true;
}

bool ck_force_instruction_set_for_thread(CKInstructionSet set) {
    if (!supported(set)) return false;
    chosenForThread = (int)set;
    return true;
}

void ck_release_instruction_set_for_thread(void) { chosenForThread = -1; }
