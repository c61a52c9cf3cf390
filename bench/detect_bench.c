/* What one exact probability takes, for populations of a million: the same numbers that detect.R asks of R.
 *
 *   detect-bench ROWS.txt    rows of population defects sample, one a line */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "inspect/inspect.h"

enum { ROWS = 1000 };

typedef struct work {
  cs_sampling rows[ROWS];
  double sum;
} work;

static void detect(void *context)
{
  work *w = context;
  for (int i = 0; i < ROWS; i++)
    w->sum += cs_detect(&w->rows[i]).detected;
}

static void detect_with_misses(void *context)
{
  work *w = context;
  for (int i = 0; i < ROWS; i++) {
    cs_sampling s = w->rows[i];
    s.miss = 0.1;
    w->sum += cs_detect(&s).detected;
  }
}

/* The most terms to be added: half in violation, half looked at, and nearly every look misses. */
static void detect_widest(void *context)
{
  work *w = context;
  for (int i = 0; i < ROWS; i++) {
    cs_sampling s = {1000000, 500000 - i, 500000 + i, 0.999999, 0};
    w->sum += cs_detect(&s).detected;
  }
}

static void tails(void *context)
{
  work *w = context;
  for (int i = 0; i < ROWS; i++) {
    const cs_sampling *s = &w->rows[i];
    w->sum +=
      cs_hypergeometric_tail(s, (int64_t)((double)s->sample * (double)s->defects / (double)s->population), false);
  }
}

static void sizes(void *context)
{
  work *w = context;
  for (int i = 0; i < ROWS; i++)
    w->sum += (double)cs_sample_size(&w->rows[i], 0.9);
}

int main(int count, char **arguments)
{
  static work w;
  FILE *in = count == 2 ? fopen(arguments[1], "r") : NULL;
  if (in == NULL)
    bench_fail("usage: detect-bench ROWS.txt");
  for (int i = 0; i < ROWS; i++) {
    cs_sampling *s = &w.rows[i];
    if (fscanf(in, "%" SCNd64 " %" SCNd64 " %" SCNd64, &s->population, &s->defects, &s->sample) != 3)
      bench_fail("the rows cannot be read");
  }
  fclose(in);
  bench_case cases[] = {
    {"P(at least one), exact", detect, &w, ROWS, 0},
    {"the same, a tenth of looks miss", detect_with_misses, &w, ROWS, 0},
    {"the same, the most terms there are", detect_widest, &w, ROWS, 0},
    {"P(at most the mean)", tails, &w, ROWS, 0},
    {"least sample for 90 %", sizes, &w, ROWS, 0},
  };
  bench_run(cases, CS_COUNT_OF(cases));
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++)
    printf("  %-40s %8.3f us each\n", cases[i].name, cases[i].median / ROWS * 1e6);
  return w.sum > 0 ? 0 : 1;
}
