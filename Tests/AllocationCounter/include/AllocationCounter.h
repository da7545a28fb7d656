// Counts what a thread takes from the heap. A program that links this takes its memory through here.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

/// How often the calling thread has taken memory so far; -1 where it cannot be counted (anywhere but with glibc).
int64_t allocations_of_this_thread(void);

#endif
