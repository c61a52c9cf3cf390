#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Rounds go on until both the least number and the least time are reached. */
enum { LEAST_ROUNDS = 7, MOST_ROUNDS = 200 };
static const double LEAST_SECONDS = 1;

_Noreturn void bench_fail(const char *message)
{
  fprintf(stderr, "bench: %s\n", message);
  exit(1);
}

double bench_now(void)
{
  struct timespec now;
  const char *clock = getenv("BENCH_CLOCK");
  clock_gettime(clock != NULL && strcmp(clock, "processor") == 0 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Writes seconds with three digits and a unit that suits them. */
static const char *in_units(double seconds, char *out, size_t size)
{
  if (seconds >= 1)
    snprintf(out, size, "%.2f s", seconds);
  else if (seconds >= 1e-3)
    snprintf(out, size, "%.2f ms", seconds * 1e3);
  else
    snprintf(out, size, "%.2f us", seconds * 1e6);
  return out;
}

static void print_rate(double rate)
{
  if (rate >= 1e5)
    printf(" %9.2f M/s", rate * 1e-6);
  else
    printf(" %11.0f/s", rate);
}

/* `times` is sorted. The spread is the interquartile range, as a part of the median. */
static void print_case(const bench_case *c, const double *times, size_t rounds)
{
  char median[32];
  double spread = (times[rounds * 3 / 4] - times[rounds / 4]) / c->median * 100;
  printf("%-40s %10zu %12s %7.1f%%", c->name, rounds, in_units(c->median, median, sizeof median), spread);
  if (c->rows > 0)
    print_rate(c->rows / c->median);
  printf("\n");
  fflush(stdout);
}

void bench_head(void)
{
  printf("%-40s %10s %12s %8s %13s\n", "name", "iterations", "median", "spread", "rows");
}

void bench_run(bench_case *cases, size_t count)
{
  double *times = calloc(count, MOST_ROUNDS * sizeof *times);
  if (times == NULL)
    bench_fail("out of memory");
  size_t rounds = 0;
  double start = bench_now();
  for (; rounds < LEAST_ROUNDS || (rounds < MOST_ROUNDS && bench_now() - start < LEAST_SECONDS); rounds++) {
    for (size_t i = 0; i < count; i++) {
      double before = bench_now();
      cases[i].run(cases[i].context);
      times[i * MOST_ROUNDS + rounds] = bench_now() - before;
    }
  }
  for (size_t i = 0; i < count; i++) {
    double *own = &times[i * MOST_ROUNDS];
    qsort(own, rounds, sizeof *own, by_value);
    cases[i].median = own[rounds / 2];
    print_case(&cases[i], own, rounds);
  }
  free(times);
}

void bench_ratios(const bench_case *cases, size_t count)
{
  for (size_t i = 1; i < count; i++)
    printf("  %s / %s = %.1f\n", cases[i].name, cases[0].name, cases[i].median / cases[0].median);
}

double bench_memory(void (*work)(void *context), void *context)
{
  fflush(stdout);
  pid_t child = fork();
  if (child < 0)
    bench_fail("no process could be made");
  if (child == 0) {
    work(context);
    _exit(0);
  }
  int state;
  struct rusage usage;
  if (wait4(child, &state, 0, &usage) != child || state != 0)
    bench_fail("the work whose memory was to be measured failed");
  return (double)usage.ru_maxrss * 1024;
}
