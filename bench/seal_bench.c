/* What range proofs take: making and checking them, in the sizes at which dalek-bulletproofs was measured
 * (docs/performance.md), and a batch of a hundred.
 *
 *   seal-bench [ROUNDS]
 *
 * Prints tab-separated lines with a head. Making a proof includes the commitments, as in dalek's interface; generators and
 * their tables are made before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "seal/batch.h"
#include "seal/generators.h"

enum { BATCH = 100, MOST = 1000 };
static const double LEAST_SECONDS = 1.5;

typedef struct shape {
  size_t bits, count;
} shape;

static const shape shapes[] = {
  {8, 1}, {16, 1}, {32, 1}, {64, 1}, {64, 4}, {64, 8}, {64, 16}, {64, 64}, {64, 128}, {16, 64}, {16, 256}, {16, 512},
};

typedef struct statement {
  shape shape;
  uint64_t *values;
  cs_scalar *blindings;
  unsigned char (*commitments)[CS_COMMITMENT_BYTES];
  unsigned char proof[CS_RANGE_PROOF_MAX];
} statement;

static void must(cs_status status, const cs_error *error)
{
  if (status != CS_OK)
    bench_fail(error->what);
}

static statement statement_new(shape of)
{
  statement out = {.shape = of,
                   .values = calloc(of.count, sizeof *out.values),
                   .blindings = calloc(of.count, sizeof *out.blindings),
                   .commitments = calloc(of.count, sizeof *out.commitments)};
  if (out.values == NULL || out.blindings == NULL || out.commitments == NULL)
    bench_fail("out of memory");
  for (size_t i = 0; i < of.count; i++) {
    out.values[i] = (i * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - of.bits);
    cs_scalar_random(&out.blindings[i]);
  }
  return out;
}

static void statement_free(statement *s)
{
  free(s->values);
  free(s->blindings);
  free(s->commitments);
}

static void prove(void *context)
{
  statement *s = context;
  cs_transcript t;
  cs_error error;
  for (size_t i = 0; i < s->shape.count; i++)
    must(cs_commit(s->values[i], &s->blindings[i], s->commitments[i], &error), &error);
  cs_transcript_start(&t, "bench");
  must(cs_range_prove(&t, s->values, s->blindings, s->commitments, s->shape.count, s->shape.bits, s->proof, &error),
       &error);
}

static void verify(void *context)
{
  statement *s = context;
  cs_transcript t;
  cs_error error;
  cs_transcript_start(&t, "bench");
  must(cs_range_verify(&t, s->commitments, s->shape.count, s->shape.bits, s->proof,
                       cs_range_proof_bytes(s->shape.bits, s->shape.count), &error),
       &error);
}

/* A hundred different proofs. */
static void verify_batch(void *context)
{
  const statement *all = context;
  cs_batch *batch = cs_batch_new();
  cs_error error;
  if (batch == NULL)
    bench_fail("out of memory");
  for (size_t i = 0; i < BATCH; i++) {
    cs_transcript t;
    cs_transcript_start(&t, "bench");
    must(cs_batch_add_range(batch, &t, all[i].commitments, all[i].shape.count, all[i].shape.bits, all[i].proof,
                            cs_range_proof_bytes(all[i].shape.bits, all[i].shape.count), &error),
         &error);
  }
  must(cs_batch_verify(batch, &error), &error);
  cs_batch_free(batch);
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Runs `work` at least `rounds` times and for a time, and prints its line; `each`: proofs that one run handles. */
static void measure(const char *name, shape of, void (*work)(void *), void *context, size_t rounds, double each)
{
  double times[MOST];
  size_t done = 0;
  work(context);
  for (double start = bench_now(); done < MOST && (done < rounds || bench_now() - start < LEAST_SECONDS); done++) {
    double before = bench_now();
    work(context);
    times[done] = (bench_now() - before) / each * 1e3;
  }
  qsort(times, done, sizeof *times, by_value);
  printf("%s\t%zu\t%zu\t%zu\t%.3f\t%.3f\t%zu\n", name, of.bits, of.count, cs_range_proof_bytes(of.bits, of.count),
         times[done / 2], times[0], done);
  fflush(stdout);
}

static void measure_batch(shape of, size_t rounds)
{
  statement all[BATCH];
  for (size_t i = 0; i < BATCH; i++) {
    all[i] = statement_new(of);
    prove(&all[i]);
  }
  measure("verify-batch-100", of, verify_batch, all, rounds, BATCH);
  for (size_t i = 0; i < BATCH; i++)
    statement_free(&all[i]);
}

int main(int count, char **arguments)
{
  size_t rounds = count > 1 ? strtoul(arguments[1], NULL, 10) : 5;
  printf("what\tbits\tvalues\tproof_bytes\tmedian_ms\tminimum_ms\trounds\n");
  for (size_t i = 0; i < CS_COUNT_OF(shapes); i++) {
    statement s = statement_new(shapes[i]);
    measure("prove", shapes[i], prove, &s, rounds, 1);
    measure("verify", shapes[i], verify, &s, rounds, 1);
    statement_free(&s);
  }
  measure_batch((shape){64, 1}, rounds);
  measure_batch((shape){64, 4}, rounds);
  return 0;
}
