// Circular and hyperbolic functions of one float and their inverses: worked out in 64 bits and rounded once, so that errors stay
// below 1 ulp for every float. The same bits everywhere: see scalar_functions.c.
#ifndef CK_CIRCULAR_FUNCTIONS_H
#define CK_CIRCULAR_FUNCTIONS_H

float ck_sinf(float x);
float ck_cosf(float x);
float ck_tanf(float x);
float ck_asinf(float x);
float ck_acosf(float x);
float ck_atanf(float x);
float ck_sinhf(float x);
float ck_coshf(float x);
float ck_asinhf(float x);
float ck_acoshf(float x);
float ck_atanhf(float x);

#endif
