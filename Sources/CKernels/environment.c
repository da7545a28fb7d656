#include "instruction_sets.h"

// x86: every exception masked, round to nearest even, neither flush-to-zero nor denormals-are-zero.
// ARM: FPCR 0 says the same.

#if defined(__x86_64__)

uint64_t ck_floating_point_begin(void) {
    uint64_t previous = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(0x1F80);
    return previous;
}

void ck_floating_point_end(uint64_t previous) {
    __builtin_ia32_ldmxcsr((uint32_t)previous);
}

#elif defined(__aarch64__)

uint64_t ck_floating_point_begin(void) {
    uint64_t previous;
    __asm__ volatile("mrs %0, fpcr" : "=r"(previous));
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0) : "memory");
    return previous;
}

void ck_floating_point_end(uint64_t previous) {
    __asm__ volatile("msr fpcr, %0" : : "r"(previous) : "memory");
}

#else

uint64_t ck_floating_point_begin(void) { return 0; }
void ck_floating_point_end(uint64_t previous) { (void)previous; }

#endif
