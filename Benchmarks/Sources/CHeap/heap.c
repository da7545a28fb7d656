#include "CHeap.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__GLIBC__)

#include <malloc.h>
#include <unistd.h>

// glibc's own entry points, for replacements of malloc such as these.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static int64_t used;
static int64_t most;
static int64_t begun;
static int64_t allowed = INT64_MAX;

int cheap_is_measured(void) { return 1; }

void cheap_begin(int64_t limit) {
    begun = most = used;
    allowed = used + limit;
}

int64_t cheap_end(void) {
    allowed = INT64_MAX;
    return most - begun;
}

/// Before memory is taken, so that a program that asks for too much never gets it.
static void check(size_t size) {
    if (size > INT64_MAX - (1l << 40) || used + (int64_t)size > allowed) _exit(CHEAP_EXIT_STATUS);
}

static void *counted(void *memory) {
    if (memory) used += malloc_usable_size(memory);
    if (used > most) most = used;
    return memory;
}

void *malloc(size_t size) {
    check(size);
    return counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    size_t product;
    check(__builtin_mul_overflow(count, size, &product) ? SIZE_MAX : product);
    return counted(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size) {
    // Both are there while one is copied to the other.
    check(size);
    int64_t before = memory ? malloc_usable_size(memory) : 0;
    void *result = counted(__libc_realloc(memory, size));
    if (result || size == 0) used -= before;
    return result;
}

void *aligned_alloc(size_t alignment, size_t size) {
    check(size);
    return counted(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *found = aligned_alloc(alignment, size);
    if (found) *memory = found;
    return found ? 0 : ENOMEM;
}

void free(void *memory) {
    if (memory) used -= malloc_usable_size(memory);
    __libc_free(memory);
}

#else

int cheap_is_measured(void) { return 0; }
void cheap_begin(int64_t limit) {}
int64_t cheap_end(void) { return 0; }

#endif
