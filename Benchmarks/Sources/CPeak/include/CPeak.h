#ifndef CPEAK_H
#define CPEAK_H

#include <stdint.h>

typedef enum { CPEAK_PORTABLE, CPEAK_AVX2, CPEAK_AVX512 } CPeakInstructionSet;

/// Runs chains of fused multiply-adds that wait for nothing but each other, in the widest vectors of `set`.
/// Returns how many float operations (two per lane) `rounds` of them are.
int64_t cpeak_run(CPeakInstructionSet set, int64_t rounds);

#endif
