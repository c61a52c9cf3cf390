/* A small harness: cases that do the same work in different ways are run in turn, so that whatever slows the
 * machine slows all of them, and stand in one table with the median and the spread of their times. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

typedef struct bench_case {
  const char *name;
  void (*run)(void *context); /* does the work once, and frees what it made */
  void *context;
  double rows;   /* that one run reads; 0: no rate is shown */
  double median; /* seconds; filled by bench_run */
} bench_case;

/* Prints the heads of the columns. */
void bench_head(void);

/* Runs `count` cases in turn, several rounds of all, and prints a line for each. */
void bench_run(bench_case *cases, size_t count);

/* Prints how many times longer each case took than the first: "SQLite / ours = 3.1". */
void bench_ratios(const bench_case *cases, size_t count);

/* Runs `work` in a process of its own; returns its peak of resident memory in bytes. */
double bench_memory(void (*work)(void *context), void *context);

/* Seconds of a clock that never goes back; BENCH_CLOCK=processor takes the time of this process's work alone, for a machine
 * that others use too. */
double bench_now(void);

/* Prints `message` and ends the program: a benchmark whose work failed has no result. */
_Noreturn void bench_fail(const char *message);

#endif
