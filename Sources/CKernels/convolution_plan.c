#include "convolution_plan.h"

static CKAxis axis(int64_t input, int64_t output, int64_t kernel, int64_t stride, int64_t pad,
                   int64_t dilation, bool transposed) {
    return (CKAxis){
        .positions = transposed ? input : output, .source = transposed ? output : input,
        .kernel = kernel, .stride = stride, .pad = pad, .dilation = dilation, .transposed = transposed,
    };
}

/// Few lanes, and channels enough for vectors of them. With few taps these do not pay unless lanes stand alone.
static bool isSmall(const CKConvolution *s, const CKGeometry *g) {
    bool standAlone = s->strideWidth > 1 || g->width.positions < CK_LEAST_LANES;
    return s->batch < CK_LEAST_LANES && g->outputs >= CK_LEAST_CHANNELS && (g->taps >= CK_LEAST_TAPS || standAlone);
}

static CKGeometry geometry(const CKConvolution *s, int64_t rows, bool transposed) {
    int64_t in = s->inputChannels / s->groups, out = s->outputChannels / s->groups;
    CKGeometry g = {
        .height = axis(s->inputHeight, s->outputHeight, s->kernelHeight, s->strideHeight, s->padTop,
                       s->dilationHeight, transposed),
        .width = axis(s->inputWidth, s->outputWidth, s->kernelWidth, s->strideWidth, s->padLeft,
                      s->dilationWidth, transposed),
        .groups = s->groups, .outputs = transposed ? in : out, .inputs = transposed ? out : in,
    };
    g.taps = g.inputs * s->kernelHeight * s->kernelWidth;
    g.isSmall = isSmall(s, &g);
    g.panels = (g.outputs + rows - 1) / rows;
    if (g.panels < 1) g.panels = 1;
    return g;
}

CKGeometry ck_geometry_forward(const CKConvolution *shape, int64_t rows) {
    return geometry(shape, rows, false);
}

CKGeometry ck_geometry_gradient(const CKConvolution *shape, int64_t rows) {
    return geometry(shape, rows, true);
}

/// The source position that tap `k` of position `p` meets, or -1.
static int64_t met(const CKAxis *a, int64_t p, int64_t k) {
    int64_t q = a->transposed ? p + a->pad - k * a->dilation : p * a->stride - a->pad + k * a->dilation;
    if (q < 0) return -1;
    if (a->transposed) {
        if (q % a->stride != 0) return -1;
        q /= a->stride;
    }
    return q < a->source ? q : -1;
}

/// The q of the first tap of position p (0 if no tap meets the source).
static int64_t base(const CKAxis *a, int64_t p) {
    for (int64_t k = 0; k < a->kernel; k++) {
        int64_t q = met(a, p, k);
        if (q >= 0) return q;
    }
    return 0;
}

static bool sameClass(const CKAxis *a, int64_t p, int64_t other) {
    int64_t shift = base(a, p) - base(a, other);
    for (int64_t k = 0; k < a->kernel; k++) {
        int64_t q = met(a, p, k), r = met(a, other, k);
        if ((q < 0) != (r < 0) || (q >= 0 && q - r != shift)) return false;
    }
    return true;
}

/// The first position of p's class.
static int64_t representative(const CKAxis *a, int64_t p) {
    for (int64_t other = 0; other < p; other++) {
        if (sameClass(a, p, other)) return other;
    }
    return p;
}

/// How many classes an axis has, and how many taps they have together.
typedef struct { int64_t classes, taps; } AxisCount;

static AxisCount countAxis(const CKAxis *a) {
    AxisCount count = { 0, 0 };
    for (int64_t p = 0; p < a->positions; p++) {
        if (representative(a, p) != p) continue;
        count.classes += 1;
        for (int64_t k = 0; k < a->kernel; k++) count.taps += met(a, p, k) >= 0;
    }
    return count;
}

// Memory: the numbers of classes of rows and columns, then per position of each axis its class and base,
// then the starts of the lists and the taps (two integers each); for a small batch the starts of the lists' points and
// the points (two integers each), otherwise each list's offsets by k.

static int64_t listsAt(const CKGeometry *g) {
    return 2 + 2 * (g->height.positions + g->width.positions);
}

int64_t ck_plan_count(const CKGeometry *g) {
    AxisCount rows = countAxis(&g->height), columns = countAxis(&g->width);
    int64_t starts = rows.classes * columns.classes + 1;
    int64_t count = listsAt(g) + starts + 2 * g->inputs * rows.taps * columns.taps;
    return count + (g->isSmall ? starts + 2 * g->height.positions * g->width.positions : (starts - 1) * g->taps);
}

static int32_t writeAxis(const CKAxis *a, int32_t *class, int32_t *bases) {
    int32_t classes = 0;
    for (int64_t p = 0; p < a->positions; p++) {
        int64_t first = representative(a, p);
        class[p] = first == p ? classes++ : class[first];
        bases[p] = (int32_t)base(a, p);
    }
    return classes;
}

/// The taps of result position (ph, pw), in the order of the sum: those of the first channel, then the
/// same again, shifted, for each further one.
static CKTap *writeList(const CKGeometry *g, int64_t ph, int64_t pw, CKTap *list) {
    const CKAxis *h = &g->height, *w = &g->width;
    int64_t baseHeight = base(h, ph), baseWidth = base(w, pw), count = 0;
    for (int64_t kh = 0; kh < h->kernel; kh++) {
        int64_t qh = met(h, ph, kh);
        for (int64_t kw = 0; qh >= 0 && kw < w->kernel; kw++) {
            int64_t qw = met(w, pw, kw);
            if (qw < 0) continue;
            int64_t offset = (qh - baseHeight) * w->source + qw - baseWidth;
            list[count++] = (CKTap){ (int32_t)(kh * w->kernel + kw), (int32_t)offset };
        }
    }
    int32_t kernel = (int32_t)(h->kernel * w->kernel), plane = (int32_t)(h->source * w->source);
    int64_t total = count * g->inputs;
    for (int64_t i = count; i < total; i++) {
        list[i] = (CKTap){ list[i - count].k + kernel, list[i - count].offset + plane };
    }
    return list + total;
}

CKPlan ck_plan_read(const CKGeometry *g, const int32_t *memory) {
    CKPlan plan = { .rowClass = memory + 2, .columnClasses = memory[1], .lists = memory[0] * memory[1] };
    plan.rowBase = plan.rowClass + g->height.positions;
    plan.columnClass = plan.rowBase + g->height.positions;
    plan.columnBase = plan.columnClass + g->width.positions;
    plan.listStart = memory + listsAt(g);
    plan.taps = (const CKTap *)(plan.listStart + plan.lists + 1);
    plan.offsets = plan.pointStart = (const int32_t *)(plan.taps + plan.listStart[plan.lists]);
    plan.points = (const CKPoint *)(plan.pointStart + plan.lists + 1);
    return plan;
}

/// The points whose row and column are of the given classes.
static CKPoint *writePoints(const CKGeometry *g, const CKPlan *plan, int32_t list, CKPoint *points) {
    for (int64_t ph = 0; ph < g->height.positions; ph++) {
        if (plan->rowClass[ph] != list / plan->columnClasses) continue;
        for (int64_t pw = 0; pw < g->width.positions; pw++) {
            if (plan->columnClass[pw] != list % plan->columnClasses) continue;
            int64_t source = plan->rowBase[ph] * g->width.source + plan->columnBase[pw];
            *points++ = (CKPoint){ (int32_t)source, (int32_t)(ph * g->width.positions + pw) };
        }
    }
    return points;
}

static void writeOffsets(const CKGeometry *g, const CKPlan *plan, int32_t *offsets) {
    for (int32_t list = 0; list < plan->lists; list++, offsets += g->taps) {
        for (int64_t k = 0; k < g->taps; k++) offsets[k] = CK_NO_TAP;
        for (int32_t tap = plan->listStart[list]; tap < plan->listStart[list + 1]; tap++) {
            offsets[plan->taps[tap].k] = plan->taps[tap].offset;
        }
    }
}

void ck_plan_write(const CKGeometry *g, int32_t *memory) {
    const CKAxis *h = &g->height, *w = &g->width;
    int32_t *tables = memory + 2;
    memory[0] = writeAxis(h, tables, tables + h->positions);
    tables += 2 * h->positions;
    memory[1] = writeAxis(w, tables, tables + w->positions);
    int32_t *listStart = tables + 2 * w->positions, lists = memory[0] * memory[1];
    CKTap *taps = (CKTap *)(listStart + lists + 1), *nextTap = taps;
    for (int64_t ph = 0; ph < h->positions; ph++) {
        if (representative(h, ph) != ph) continue;
        for (int64_t pw = 0; pw < w->positions; pw++) {
            if (representative(w, pw) != pw) continue;
            *listStart++ = (int32_t)(nextTap - taps);
            nextTap = writeList(g, ph, pw, nextTap);
        }
    }
    *listStart = (int32_t)(nextTap - taps);
    CKPlan plan = ck_plan_read(g, memory);
    if (!g->isSmall) {
        writeOffsets(g, &plan, (int32_t *)nextTap);
        return;
    }
    int32_t *pointStart = (int32_t *)nextTap;
    CKPoint *points = (CKPoint *)(pointStart + lists + 1), *nextPoint = points;
    for (int32_t list = 0; list < lists; list++) {
        pointStart[list] = (int32_t)(nextPoint - points);
        nextPoint = writePoints(g, &plan, list, nextPoint);
    }
    pointStart[lists] = (int32_t)(nextPoint - points);
}
