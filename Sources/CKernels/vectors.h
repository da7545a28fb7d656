// Vectors of CK_LANES floats in the instruction set being compiled. No include guard: every family's
// source includes it once per instruction set.

typedef float CK_NAME(vector) __attribute__((ext_vector_type(CK_LANES)));
typedef float CK_NAME(unaligned) __attribute__((ext_vector_type(CK_LANES), aligned(4), may_alias));
typedef int32_t CK_NAME(integers) __attribute__((ext_vector_type(CK_LANES)));
#define CK_VECTOR CK_NAME(vector)

CK_INLINE CK_VECTOR CK_NAME(load)(const float *p) { return *(const CK_NAME(unaligned) *)p; }
CK_INLINE void CK_NAME(store)(float *p, CK_VECTOR v) { *(CK_NAME(unaligned) *)p = v; }

#if defined(__x86_64__) && CK_LANES == 16

/// The first `count` lanes from memory, zeros in the others; nothing else is read.
CK_INLINE CK_VECTOR CK_NAME(load_part)(const float *p, int64_t count) {
    return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}

CK_INLINE void CK_NAME(store_part)(float *p, CK_VECTOR v, int64_t count) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), v);
}

/// Lanes `from` ..< `end` of the vector that starts at `p`; zeros in the others, where nothing is read or written.
CK_INLINE CK_VECTOR CK_NAME(load_between)(const float *p, int64_t from, int64_t end) {
    return _mm512_maskz_loadu_ps((__mmask16)((1u << end) - (1u << from)), p);
}

CK_INLINE void CK_NAME(store_between)(float *p, CK_VECTOR v, int64_t from, int64_t end) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << end) - (1u << from)), v);
}

#elif defined(__x86_64__) && CK_LANES == 8

CK_INLINE __m256i CK_NAME(mask)(int64_t count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes);
}

CK_INLINE CK_VECTOR CK_NAME(load_part)(const float *p, int64_t count) {
    return _mm256_maskload_ps(p, CK_NAME(mask)(count));
}

CK_INLINE void CK_NAME(store_part)(float *p, CK_VECTOR v, int64_t count) {
    _mm256_maskstore_ps(p, CK_NAME(mask)(count), v);
}

CK_INLINE CK_VECTOR CK_NAME(load_between)(const float *p, int64_t from, int64_t end) {
    return _mm256_maskload_ps(p, _mm256_andnot_si256(CK_NAME(mask)(from), CK_NAME(mask)(end)));
}

CK_INLINE void CK_NAME(store_between)(float *p, CK_VECTOR v, int64_t from, int64_t end) {
    _mm256_maskstore_ps(p, _mm256_andnot_si256(CK_NAME(mask)(from), CK_NAME(mask)(end)), v);
}

#else

CK_INLINE CK_VECTOR CK_NAME(load_part)(const float *p, int64_t count) {
    CK_VECTOR v = (CK_VECTOR)(0.0f);
    for (int i = 0; i < CK_LANES; i++) {
        if (i < count) v[i] = p[i];
    }
    return v;
}

CK_INLINE void CK_NAME(store_part)(float *p, CK_VECTOR v, int64_t count) {
    for (int i = 0; i < CK_LANES; i++) {
        if (i < count) p[i] = v[i];
    }
}

CK_INLINE CK_VECTOR CK_NAME(load_between)(const float *p, int64_t from, int64_t end) {
    CK_VECTOR v = (CK_VECTOR)(0.0f);
    for (int i = 0; i < CK_LANES; i++) {
        if (i >= from && i < end) v[i] = p[i];
    }
    return v;
}

CK_INLINE void CK_NAME(store_between)(float *p, CK_VECTOR v, int64_t from, int64_t end) {
    for (int i = 0; i < CK_LANES; i++) {
        if (i >= from && i < end) p[i] = v[i];
    }
}

#endif

/// The first `lanes` lanes, all if there are more.
CK_INLINE CK_VECTOR CK_NAME(load_some)(const float *p, int64_t lanes) {
    return lanes >= CK_LANES ? CK_NAME(load)(p) : CK_NAME(load_part)(p, lanes);
}

CK_INLINE void CK_NAME(store_some)(float *p, CK_VECTOR v, int64_t lanes) {
    if (lanes >= CK_LANES) CK_NAME(store)(p, v);
    else CK_NAME(store_part)(p, v, lanes);
}

#if CK_LANES == 16
#define CK_INTERLEAVE_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define CK_INTERLEAVE_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif CK_LANES == 8
#define CK_INTERLEAVE_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define CK_INTERLEAVE_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define CK_INTERLEAVE_LOW 0, 4, 1, 5
#define CK_INTERLEAVE_HIGH 2, 6, 3, 7
#endif

/// Transposes CK_LANES vectors in place: log2(CK_LANES) perfect shuffles of the first half with the second.
CK_INLINE void CK_NAME(transpose_square)(CK_VECTOR v[CK_LANES]) {
    #pragma clang loop unroll(full)
    for (int round = 1; round < CK_LANES; round *= 2) {
        CK_VECTOR t[CK_LANES];
        #pragma clang loop unroll(full)
        for (int i = 0; i < CK_LANES / 2; i++) {
            t[2 * i] = __builtin_shufflevector(v[i], v[i + CK_LANES / 2], CK_INTERLEAVE_LOW);
            t[2 * i + 1] = __builtin_shufflevector(v[i], v[i + CK_LANES / 2], CK_INTERLEAVE_HIGH);
        }
        #pragma clang loop unroll(full)
        for (int i = 0; i < CK_LANES; i++) v[i] = t[i];
    }
}

#undef CK_INTERLEAVE_LOW
#undef CK_INTERLEAVE_HIGH

/// Loads `rows` × `columns` floats (each at most CK_LANES), `stride` floats from row to row, and
/// transposes them; zeros elsewhere.
CK_INLINE void CK_NAME(load_transposed)(CK_VECTOR v[CK_LANES], const float *p, int64_t stride,
                                        int64_t rows, int64_t columns) {
    if (rows == CK_LANES && columns == CK_LANES) {
        #pragma clang loop unroll(full)
        for (int i = 0; i < CK_LANES; i++) v[i] = CK_NAME(load)(p + i * stride);
    } else {
        #pragma clang loop unroll(full)
        for (int i = 0; i < CK_LANES; i++) {
            v[i] = i < rows ? CK_NAME(load_part)(p + i * stride, columns) : (CK_VECTOR)(0.0f);
        }
    }
    CK_NAME(transpose_square)(v);
}
