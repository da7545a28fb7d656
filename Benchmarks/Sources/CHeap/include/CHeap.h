// Measures what a program takes from the heap, and ends it when it takes too much. A program that links this takes its
// memory through here. Counts are right while one thread runs.
#ifndef CHEAP_H
#define CHEAP_H

#include <stdint.h>

/// The exit status of a program that took more than it may.
#define CHEAP_EXIT_STATUS 86

/// Whether the heap is measured: with glibc only.
int cheap_is_measured(void);

/// Starts a measurement: from now on the program may take `limit` bytes beyond what it has, at any one time.
void cheap_begin(int64_t limit);

/// Ends it: the most bytes that it had at once beyond those it had at the beginning.
int64_t cheap_end(void);

#endif
