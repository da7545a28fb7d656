// The arithmetic of compress-model.
//
// Contract (every function here keeps it, on every processor, with every instruction set):
//   * float32, round to nearest even, subnormals kept;
//   * every sum has one written order, and every multiply-add of a sum is one fused `fma`;
//   * no libm but `sqrtf`, `fmaf` (correctly rounded);
//   * no state but the choice of the instruction set, no memory taken: every function may run on many
//     threads at once.
// NaNs may differ in sign and payload between instruction sets. Arrays that start on 64 bytes are
// quickest.
//
// Layout: an activation of per-sample shape [C][H][W] for `batch` samples is stored as
// [C][H][W][batch], the batch innermost ("lanes"). Weights are stored as ONNX stores them.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---------------------------------------------------------------- instruction sets and environment

typedef enum { CK_SCALAR = 0, CK_AVX2 = 1, CK_AVX512 = 2, CK_NEON = 3 } CKInstructionSet;

/// The instruction set in use: the best one of this processor unless one was forced.
CKInstructionSet ck_instruction_set(void);
/// Uses `set` from now on; false (and no change) if this processor does not have it.
/// Call once at start-up, before any other thread computes; weights packed before must be packed again.
bool ck_force_instruction_set(CKInstructionSet set);
/// The same for what the calling thread computes, until the release: for a program whose other threads go on.
bool ck_force_instruction_set_for_thread(CKInstructionSet set);
void ck_release_instruction_set_for_thread(void);

/// Puts the calling thread's floating-point unit (MXCSR, FPCR) into the state of the contract: round to
/// nearest even, subnormals kept, no traps. Returns what it was, for ck_floating_point_end.
uint64_t ck_floating_point_begin(void);
void ck_floating_point_end(uint64_t previous);

// ---------------------------------------------------------------- convolution and fully connected

/// y[o][oh][ow][n] = bias[o] + sum over (i, kh, kw) ascending of w[o][i][kh][kw] * x[i][ih][iw][n],
/// ih = oh*strideHeight - padTop + kh*dilationHeight; taps that fall outside the input are left out.
/// The chain starts from bias[o] (or +0 without bias); one fma per tap. If no more than an eighth of the weights are not
/// zero, the chains leave out the zeros, unless the batch is below 8; that shows in nothing but the sign of a zero and
/// where x is not finite. Likewise for the gradient of the data.
/// A fully connected layer is the case height = width = kernel = 1.
typedef struct {
    int64_t batch;
    int64_t inputChannels, inputHeight, inputWidth;
    int64_t outputChannels, outputHeight, outputWidth;
    int64_t kernelHeight, kernelWidth;
    int64_t strideHeight, strideWidth, padTop, padLeft, dilationHeight, dilationWidth;
    int64_t groups;
} CKConvolution;

/// What is done to each result r as soon as its chain is complete, in this order. Arrays are of the result's shape and
/// apart from it.
typedef struct {
    const float *addend;               // r + addend, or NULL
    bool relu;                         // r <= 0 ? 0 : r
    const float *mask;                 // mask > 0 ? r : 0, or NULL
} CKEpilogue;

/// One of `count` parts of a computation.
typedef struct { int64_t index, count; } CKPart;

/// Integers of the tables of a shape, which say where each tap of the kernel meets the input. They are written once per
/// shape and instruction set, for all batches that are alike below or alike not below 8 samples.
int64_t ck_convolution_tables_count(const CKConvolution *shape);
void ck_convolution_tables(const CKConvolution *shape, int32_t *tables);

/// Floats that the packed weights take; packing is done once per change of the weights, by one thread, and the result
/// is shared by all micro-batches: like the tables, it suits all batches that are alike in being below 8 samples or not.
/// Never 0.
int64_t ck_convolution_packed_forward_count(const CKConvolution *shape);
void ck_convolution_pack_forward(const CKConvolution *shape, const float *w, float *packed);
/// Computes one part of y, whose parts may be computed at the same time: together they are the whole.
void ck_convolution_forward(const CKConvolution *shape, const int32_t *tables, const float *x, const float *packed,
                            const float *bias /* or NULL */, const CKEpilogue *epilogue /* or NULL */, CKPart part,
                            float *y);

/// dx[i][ih][iw][n] = sum over (o, kh, kw) ascending of w[o][i][kh][kw] * dy[o][oh][ow][n], from +0.
int64_t ck_convolution_packed_gradient_count(const CKConvolution *shape);
void ck_convolution_pack_gradient(const CKConvolution *shape, const float *w, float *packed);
void ck_convolution_gradient_data(const CKConvolution *shape, const int32_t *tables, const float *dy,
                                  const float *packed, const CKEpilogue *epilogue /* or NULL */, float *dx);

/// The transposed convolution: y has the shape of a convolution's input and x that of its output, and y[i] is the sum that
/// the gradient of the data is for dy = x, but from bias[i] (or +0 without bias). Weights are packed as for that gradient;
/// parts are as those of the forward computation. Its gradient of the data is a convolution of dy, that of the weights a
/// convolution's with x and dy exchanged.
void ck_convolution_transposed(const CKConvolution *shape, const int32_t *tables, const float *x, const float *packed,
                               const float *bias /* or NULL */, const CKEpilogue *epilogue /* or NULL */, CKPart part,
                               float *y);

/// dw[o][i][kh][kw] = sum over (oh, ow, n) ascending of x[i][ih][iw][n] * dy[o][oh][ow][n], from +0;
/// dbias[o] = sum over (oh, ow, n) ascending of dy (plain additions), from +0; dbias may be NULL.
/// `scratch` holds ck_convolution_gradient_scratch_count floats, which suffice for smaller batches too.
int64_t ck_convolution_gradient_scratch_count(const CKConvolution *shape);
void ck_convolution_gradient_weights(const CKConvolution *shape, const int32_t *tables, const float *x,
                                     const float *dy, float *dw, float *dbias, float *scratch);

/// Matrix product per sample. Element (i, t) of a for sample `lane` is a[i*aRow + t*aColumn + lane] if
/// aBatched, else a[i*aRow + t*aColumn] for every sample; b likewise with (t, j). Strides are in floats and
/// free (a transposed operand is one with its strides exchanged).
/// yBatched: y is [m][n][batch], each element the sum over t ascending.
/// Otherwise y is [m][n], each element one chain over samples ascending and, within a sample, t ascending.
/// Every chain starts from +0, or from what y holds if `accumulate`.
void ck_matmul(int64_t batch, int64_t m, int64_t n, int64_t k,
               const float *a, int64_t aRow, int64_t aColumn, bool aBatched,
               const float *b, int64_t bRow, int64_t bColumn, bool bBatched,
               float *y, bool yBatched, bool accumulate);

// ---------------------------------------------------------------- pooling

/// `inputHeight` … as above, per channel. Padding never wins a maximum; a window wholly in the padding
/// has the maximum -inf, the average 0 and no gradient. A NaN in a window is its maximum.
typedef struct {
    int64_t batch, channels;
    int64_t inputHeight, inputWidth, outputHeight, outputWidth;
    int64_t kernelHeight, kernelWidth;
    int64_t strideHeight, strideWidth, padTop, padLeft, padBottom, padRight, dilationHeight, dilationWidth;
    bool countIncludesPadding;
} CKPooling;

/// Whether every input pixel belongs to exactly one window.
bool ck_windows_tile(const CKPooling *shape);

void ck_max_pool_forward(const CKPooling *shape, const float *x, float *y);
/// The gradient goes to the first (row-major) maximum of each window, of which a NaN is one only as the first tap; windows
/// are added in row-major order. `relu`: x is what a ReLU made, and dx the gradient before it. dx may be x if windows tile the
/// input.
void ck_max_pool_gradient(const CKPooling *shape, const float *x, const float *dy, bool relu, float *dx);
/// Sum in row-major order (from +0), then one division by the count: of the taps on the input, or with
/// countIncludesPadding of the taps on the padded input. Gradient: dy / count to each tap on the input.
void ck_average_pool_forward(const CKPooling *shape, const float *x, float *y);
void ck_average_pool_gradient(const CKPooling *shape, const float *dy, float *dx);

// ---------------------------------------------------------------- volumes

/// Along one axis: tap t of result r meets source sources[r taps + t], or nothing where that is negative.
typedef struct {
    int64_t results, length, taps;     // length: of the axis that the sources stand on
    const int32_t *sources;
} CKTaps;

/// A convolution over three axes, in either direction: y has groups resultChannels channels of the results' axes, x has groups
/// sourceChannels ones. The weight of result channel r, source channel s and tap t of group g is
/// w[g resultChannels sourceChannels taps + r resultStep + s sourceStep + t], t counted row-major.
typedef struct {
    int64_t batch, groups, resultChannels, sourceChannels, resultStep, sourceStep;
    CKTaps depth, rows, columns;
} CKVolume;

/// y[r] = bias[r] (or +0 without bias), then one fma of weight and x for (s, depth, row, column) ascending; taps that meet nothing are
/// left out. Parts are as those of a convolution.
void ck_volume_convolution(const CKVolume *shape, const float *x, const float *w, const float *bias /* or NULL */, CKPart part,
                           float *y);
/// dw: sum over (depth, row, column, n) of the results ascending of x * dy, from +0. `scratch` holds ck_volume_gradient_scratch_count
/// floats.
int64_t ck_volume_gradient_scratch_count(const CKVolume *shape);
void ck_volume_gradient_weights(const CKVolume *shape, const float *x, const float *dy, float *dw, float *scratch);

/// Pooling over three axes, with the rules of the pooling above. An average is divided by the product of the three counts.
typedef struct {
    int64_t batch, channels;
    CKTaps depth, rows, columns;
    const int32_t *depthCounts, *rowCounts, *columnCounts;   // by result; of averages
} CKVolumePooling;
void ck_volume_maximum(const CKVolumePooling *shape, const float *x, float *y);
/// The gradient goes to the first tap that is the maximum y.
void ck_volume_maximum_gradient(const CKVolumePooling *shape, const float *x, const float *y, const float *dy, float *dx);
void ck_volume_average(const CKVolumePooling *shape, const float *x, float *y);
void ck_volume_average_gradient(const CKVolumePooling *shape, const float *dy, float *dx);

// ---------------------------------------------------------------- resampling

/// A linear map along an axis: result r is made of sources[t] with weights[t], t from starts[r] to before starts[r + 1].
typedef struct {
    int64_t results, length;           // of the two axes
    const int64_t *starts, *sources;
    const float *weights;
} CKLinearMap;
/// Two linear maps, along two axes: x is [outer][rows.length][middle][columns.length][inner], y has the maps' results
/// in place of their lengths. Each element of y is the sum over t ascending of rows.weights[t] * v(t), v the sum over u
/// ascending of columns.weights[u] * x: the first term of a sum is a product, each further one an fma. y is `fill` where
/// one of the maps has nothing. The gradient of x is the same with transposed maps.
void ck_resample(const CKLinearMap *rows, const CKLinearMap *columns, int64_t outer, int64_t middle, int64_t inner,
                 const float *x, float fill, float *y);

// ---------------------------------------------------------------- element-wise

// In this and the next section, a result may be the same array as an operand (not overlap it otherwise).

/// Functions of one argument: y[i] = f(x[i]); gradients dx[i] = dy[i] * f'(x[i]) (y = f(x) is given too).
/// `a`, `b` are the operator's constants: leaky slope in a; clip to [a, b]. NaN passes through.
///     f              y                       dx
///     relu           x <= 0 ? 0 : x          x > 0 ? dy : 0
///     leaky relu     x >= 0 ? x : a x        x > 0 ? dy : a dy
///     clip           x < a ? a : x > b ? b : x    a <= x <= b ? dy : 0
///     sigmoid        1 / (1 + exp(-x))       dy (y (1 - y))
///     tanh           tanh x                  dy fma(-y, y, 1)
///     exp            exp x                   dy y
///     log            log x                   dy / x
///     sqrt           sqrt x                  y > 0 ? dy / (y + y) : 0
///     absolute       |x|                     x > 0 ? dy : x < 0 ? -dy : 0
///     reciprocal     1 / x                   -(dy (y y))
///     hard sigmoid   clip(a x + b, 0, 1)     0 < a x + b < 1 ? a dy : 0
///     hard swish     x clip(x / 6 + 1/2, 0, 1)    dy (0, x / 3 + 1/2 or 1)
///     elu            x < 0 ? a (exp(x) - 1) : x   x < 0 ? dy (y + a) : dy
///     selu           b elu(x)                x < 0 ? dy (y + a b) : b dy
///     celu           x < 0 ? a (exp(x / a) - 1) : x   x < 0 ? dy (y / a + 1) : dy
///     softplus       log(1 + exp(x))         dy sigmoid(x)
///     softsign       x / (1 + |x|)           dy / (1 + |x|)^2
///     erf            erf x                   dy 2 / sqrt(pi) exp(-x^2)
///     affine         a x + b (one fma)       a dy
///     scaled tanh    a tanh(b x)             dy (a b fma(-t, t, 1)), t = tanh(b x)
///     thresholded relu    x > a ? x : 0      x > a ? dy : 0
///     shrink         x < -b ? x + a : x > b ? x - a : 0      x < -b or x > b ? dy : 0
///     sin            sin x                   dy cos x
///     cos            cos x                   -(dy sin x)
///     tan            tan x                   dy fma(y, y, 1)
///     asin, acos     asin x, acos x          dy / sqrt((1 - x) (1 + x)), and that negative
///     atan           atan x                  dy / fma(x, x, 1)
///     sinh, cosh     sinh x, cosh x          dy cosh x, dy sinh x
///     asinh          asinh x                 dy / sqrt(fma(x, x, 1))
///     acosh          acosh x                 dy / sqrt((x - 1) (x + 1))
///     atanh          atanh x                 dy / ((1 - x) (1 + x))
/// Floor, ceil, round (halves to even), truncate, sign, is NaN, is infinite (-inf if a is not 0, inf if b is not), not (x == 0) and
/// truth (x != 0) have the gradient 0.
/// exp, log, tanh, sigmoid have errors below 2 ulp, erf below 8, those from sin to atanh below 1 for every x.
typedef enum {
    CK_RELU, CK_LEAKY_RELU, CK_CLIP, CK_SIGMOID, CK_TANH, CK_EXP, CK_LOG, CK_SQRT, CK_NEGATE, CK_ABSOLUTE,
    CK_RECIPROCAL, CK_HARD_SIGMOID, CK_HARD_SWISH, CK_ELU, CK_SELU, CK_CELU, CK_SOFTPLUS, CK_SOFTSIGN, CK_ERF,
    CK_AFFINE, CK_SCALED_TANH, CK_THRESHOLDED_RELU, CK_SHRINK,
    CK_SIN, CK_COS, CK_TAN, CK_ASIN, CK_ACOS, CK_ATAN, CK_SINH, CK_COSH, CK_ASINH, CK_ACOSH, CK_ATANH,
    CK_FLOOR, CK_CEIL, CK_ROUND, CK_TRUNCATE, CK_SIGN, CK_IS_NAN, CK_IS_INFINITE, CK_NOT, CK_TRUTH
} CKUnary;
void ck_unary_forward(CKUnary f, float a, float b, int64_t count, const float *x, float *y);
void ck_unary_gradient(CKUnary f, float a, float b, int64_t count, const float *x, const float *y,
                       const float *dy, float *dx);

/// Power: exp(b log |a|) in 64 bits, with the sign of an odd integer b; squares and roots directly. Remainder has the
/// sign of b, fmod that of a. Divisions of integers are rounded towards zero. PRelu: a >= 0 ? a : a b. What compares gives 0 or 1.
/// The bitwise ones take integers up to 2^24, negative ones as two's complement.
typedef enum {
    CK_ADD, CK_SUBTRACT, CK_MULTIPLY, CK_DIVIDE, CK_POWER, CK_MAXIMUM, CK_MINIMUM, CK_INTEGER_DIVIDE, CK_REMAINDER,
    CK_FMOD, CK_PRELU, CK_EQUAL, CK_LESS, CK_GREATER, CK_LESS_OR_EQUAL, CK_GREATER_OR_EQUAL, CK_AND, CK_OR,
    CK_BITWISE_AND, CK_BITWISE_OR, CK_BITWISE_XOR, CK_XOR
} CKBinary;
/// y[i] = a[i] op b[i]. A stride is 1 (array) or 0 (one value for all).
void ck_binary(CKBinary f, int64_t count, const float *a, int64_t aStride, const float *b, int64_t bStride, float *y);
/// Adds to d the gradient of a (or, if `second`, of b) in y = a op b, of which dy is known. d has the stride of its
/// operand: with 1, d[i] += term(i); with 0, term(i) is added to sum i mod 16 for i ascending, and d[0] += each of the 16
/// sums, which begin at +0, in order. Terms: Add dy; Sub dy or -dy;
/// Mul dy * other (one fma); Div dy / b or -(dy * y / b); Pow dy * (b * a^(b - 1)) or dy * (y * log a); Max and Min dy where
/// the operand is the result, a where both are; PRelu dy or dy * b, and dy * a where a < 0. The others have none.
void ck_binary_gradient(CKBinary f, bool second, int64_t count, const float *a, int64_t aStride,
                        const float *b, int64_t bStride, const float *y, const float *dy, float *d);

/// y[c][i] = x[c][i] * scale[c] + shift[c] as one fma, for `channels` rows of `count`. scale or shift may be
/// NULL: one multiplication or one addition.
void ck_affine_forward(int64_t channels, int64_t count, const float *x, const float *scale, const float *shift, float *y);
/// sums[c] = sum over i ascending of a[c][i] * b[c][i] (fma chain from +0); with b NULL the plain sum of a.
void ck_row_sums(int64_t channels, int64_t count, const float *a, const float *b, float *sums);

/// Softmax over the middle axis of [outer][classes][inner], lanes included in `inner`: d = x - max,
/// e = exp(d), sum of e ascending from +0, e / sum. Logarithm: d - log(sum).
void ck_softmax_forward(bool logarithm, int64_t outer, int64_t classes, int64_t inner, const float *x, float *y);
/// dx = y (dy - sum), sum = chain of fma(y, dy) over classes ascending from +0.
/// Logarithm: dx = fma(-exp(y), sum, dy), sum = dy summed over classes ascending.
void ck_softmax_gradient(bool logarithm, int64_t outer, int64_t classes, int64_t inner,
                         const float *y, const float *dy, float *dx);

/// What a reduction makes of the numbers x[0] …, in ascending order: their sum, sum / count, product, greatest, smallest, sum
/// of magnitudes, chain of fma(x, x), its root, log of the sum, log of the sum of exp(x - greatest) + greatest, the
/// place of the first or last greatest or smallest.
typedef enum {
    CK_REDUCE_SUM, CK_REDUCE_MEAN, CK_REDUCE_PRODUCT, CK_REDUCE_MAXIMUM, CK_REDUCE_MINIMUM, CK_REDUCE_L1,
    CK_REDUCE_SUM_SQUARE, CK_REDUCE_L2, CK_REDUCE_LOG_SUM, CK_REDUCE_LOG_SUM_EXP,
    CK_FIRST_MAXIMUM, CK_LAST_MAXIMUM, CK_FIRST_MINIMUM, CK_LAST_MINIMUM
} CKReduction;
/// Where the numbers of a reduction stand: y[k][i] is made of x[kept[k] + reduced[r] + i] for r ascending, i < inner.
typedef struct {
    const int64_t *kept, *reduced;
    int64_t keptCount, reducedCount, inner;
} CKReductionPlaces;
void ck_reduce(CKReduction f, CKReductionPlaces places, const float *x, float *y);
/// dx, every number of which belongs to one result: of the greatest (smallest), the first gets all of dy. Places have no
/// gradient.
void ck_reduce_gradient(CKReduction f, CKReductionPlaces places, const float *x, const float *y, const float *dy, float *dx);

/// x[o][r][l] for o < outer, r < reduced, l < lanes, brought for each o and l to mean 0 and variance 1 over r, then times
/// scale[i] plus shift[i] with i = (o reduced + r) / repeat mod count.
/// keepsMean: the mean counts as 0 and is not taken away, so that the root mean square becomes 1.
typedef struct {
    int64_t outer, reduced, lanes, repeat, count;
    float epsilon;
    bool keepsMean;
} CKNormalization;
/// Mean: sum ascending from +0, / reduced. Variance: chain of fma(d, d) with d = x - mean, / reduced. inverse = 1 / sqrt(variance +
/// epsilon). y = fma(d inverse, scale, shift), or (d inverse) scale with shift NULL. means and inverses are [outer][lanes] or NULL.
void ck_normalization_forward(const CKNormalization *n, const float *x, const float *scale, const float *shift, float *y,
                              float *means, float *inverses);
/// With g = dy scale and h = d inverse: dx = inverse ((g - sum g / reduced) - h (chain of fma(g, h) / reduced)). dscale[i] is a chain
/// of fma(dy, h) from +0 over o, blocks of 64 lanes, r, and the lanes of a block, dshift[i] the sum of dy. Each result may be NULL.
void ck_normalization_gradient(const CKNormalization *n, const float *x, const float *scale, const float *dy, float *dx,
                               float *dscale, float *dshift);

/// Products of elements of some operands, summed. Element l of output o takes from operand k, for term t, its element
/// outputs[k outputCount + o] + terms[k termCount + t], whose lanes stand side by side if lanesOf[k], which else is one number for all.
typedef struct {
    int64_t operandCount, outputCount, termCount, lanes;
    const int64_t *outputs, *terms;
    const bool *lanesOf;
} CKContraction;
/// y[o][l]: over t ascending from +0, a chain of fma(product of all operands but the last, last); the plain sum with one operand.
void ck_contraction_forward(const CKContraction *c, const float *const *operands, float *y);
/// Adds to d, which is like operand k, for o, t and l ascending: fma(dy, product of the other operands).
void ck_contraction_gradient(const CKContraction *c, int64_t k, const float *const *operands, const float *dy, float *d);

// ---------------------------------------------------------------- optimizers and reductions

/// y[i] += x[i]
void ck_accumulate(int64_t count, const float *x, float *y);
/// y[i] *= factor
void ck_scale(int64_t count, float factor, float *y);
/// v = fma(momentum, v, g); w = fma(-rate, v, w)
void ck_sgd(int64_t count, float rate, float momentum, const float *g, float *v, float *w);
/// Kingma & Ba (2015), with c = 1 - beta: m = fma(beta1, m, c1 g); s = fma(beta2, s, (c2 g) g);
/// w = w - (rate (m / correction1)) / (sqrt(s / correction2) + epsilon)
void ck_adam(int64_t count, float rate, float beta1, float beta2, float epsilon,
             float correction1, float correction2, const float *g, float *m, float *s, float *w);
/// s = b2*s + (1-b2)*g*g, as in ck_adam.
void ck_second_moment(int64_t count, float beta2, const float *g, float *s);
/// True if every value is finite.
bool ck_all_finite(int64_t count, const float *x);
/// Transposes [rows][columns] into [columns][rows].
void ck_transpose(int64_t rows, int64_t columns, const float *x, float *y);

// ---------------------------------------------------------------- levels and error feedback

// The level of a number t, told in steps: of m = min(|t|, limit) the floor, or one more, at most `limit`, if m - floor(m) is at least
// 1/2 + zone; with the sign of t.

/// Quantizes a block of columns of weights one after the other, each weight to the multiple of its step that is nearest to what the
/// errors before it ask of it. Arrays are [column][unit]. For each column j, in this order:
/// carried_j = fma(R_ij, errors_i, carried_j) for i ascending below j; for each unit wanted = weight + carried_j / R_jj;
/// its level is that of wanted / step, where step = columnScales[j] rowSteps[unit]; errors = weight - level step.
/// With `unitFactor`, L, units are gone through in ascending order, and wanted = weight + (carried_j + c / L_uu) / R_jj with
/// c = fma(L_vu, fma(R_jj, errors_v, carried_v), c) for v ascending below u, from +0.
///
/// `factor`: R from the block's first column on, `stride` floats from row to row; `unitFactor`: [unit][unit], or NULL. `carried` comes
/// with what errors of earlier blocks make; `unitCarried` is room for a float for each unit.
void ck_feedback_block(int64_t units, int64_t columns, const float *weights, const float *factor, int64_t stride,
                       const float *unitFactor, const float *rowSteps, const float *columnScales, float zone,
                       float limit, float *carried, float *unitCarried, float *errors, int32_t *indices);
/// The same with levels that follow the trellis of dependent quantization along the units of each column (FORMAT.md, section 5): of all
/// ways through its 8 states the one of least cost, as far as ways that meet in a state are compared there (Viterbi). With
/// x = wanted / step of the way so far, a way that takes level v costs weight (fma(x - v, x - v, price |v|)) more, weight being the
/// square of rowSteps[unit], times L_uu with `unitFactor`. Of levels after which a state is the same, the nearest is tried; of equal
/// ways the one whose last symbol is even. A column begins in state 0.
///
/// `room`: for 16 floats for each unit; `ways`: for 8 integers.
void ck_feedback_trellis(int64_t units, int64_t columns, const float *weights, const float *factor, int64_t stride,
                         const float *unitFactor, const float *rowSteps, const float *columnScales, float price,
                         float *carried, float *room, int32_t *ways, float *errors, int32_t *indices);

/// values[i] = (level(unit numbers[i]) scales[i]) step, without `scales` level(…) step, each product rounded once.
void ck_level_values(int64_t count, const float *numbers, float unit, float zone, float limit, const float *scales /* or NULL */,
                     float step, float *values);

/// The levels themselves, of which the limit fits the integers.
void ck_level_indices(int64_t count, const float *numbers, float unit, float zone, float limit, int32_t *indices);

// ---------------------------------------------------------------- linear prediction

/// c_i = c_i + gain errors_i, then p_i = p_i + (c_i >> 16) error, for `count` coefficients c and predictions p; all modulo 2^32.
void ck_predict_from(int64_t count, int32_t gain, const int32_t *errors, int32_t error, int32_t *coefficients, int32_t *predictions);

// ---------------------------------------------------------------- exact scalar functions

/// Own implementations from exact operations, error below 2 ulp; the same bits everywhere.
double ck_log2(double x);
double ck_exp2(double x);
double ck_log(double x);
double ck_exp(double x);
/// cos(pi * x)
double ck_cospi(double x);

// ---------------------------------------------------------------- SHA-256 (FIPS 180-4)

typedef struct { uint32_t state[8]; uint64_t length; uint8_t block[64]; } CKSHA256;
void ck_sha256_init(CKSHA256 *context);
void ck_sha256_update(CKSHA256 *context, const void *bytes, size_t count);
void ck_sha256_final(CKSHA256 *context, uint8_t digest[32]);

#ifdef __cplusplus
}
#endif
#endif
