// Includes the file named by CK_FAMILY once per instruction set that this architecture may have.
//   CK_SUFFIX    ends the names of the functions
//   CK_LANES     floats in a vector
//   CK_ROWS      rows of the register tile, which is CK_ROWS × (CK_TILE_VECTORS * CK_LANES)
// No include guard: every family includes it.

#define CK_SUFFIX scalar
#define CK_LANES 4
#define CK_ROWS 4
#define CK_TILE_VECTORS 2
#include CK_FAMILY
#include "no_instruction_set.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_SUFFIX avx2
#define CK_LANES 8
#define CK_ROWS 6
#define CK_TILE_VECTORS 2
#include CK_FAMILY
#include "no_instruction_set.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#define CK_SUFFIX avx512
#define CK_LANES 16
#define CK_ROWS 14
#define CK_TILE_VECTORS 2
#include CK_FAMILY
#include "no_instruction_set.h"
#pragma clang attribute pop

#elif defined(__aarch64__)

#define CK_SUFFIX neon
#define CK_LANES 4
#define CK_ROWS 8
#define CK_TILE_VECTORS 3
#include CK_FAMILY
#include "no_instruction_set.h"

#endif

#undef CK_FAMILY
