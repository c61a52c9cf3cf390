/* What the group takes: products, encodings, and sums of many products, for each engine that runs here.
 *
 *   group-bench [ENGINE]
 *
 * Prints tab-separated lines with a head: minima, in microseconds a point. Tables have all their multiples. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "seal/group.h"

enum { LARGEST = 65536 };

static cs_point *points;
static cs_scalar *scalars;
static unsigned char *bits;

static void must(bool worked)
{
  if (!worked)
    bench_fail("out of memory");
}

/* ---- One at a time ------------------------------------------------------------------------------------------------ */

typedef struct one {
  const char *name;
  void (*run)(size_t times);
} one;

static void scalar_multiply(size_t times)
{
  for (size_t i = 0; i < times; i++)
    cs_scalar_multiply(&scalars[i % 8], &scalars[8], &scalars[i % 8]);
}

static void scalar_invert(size_t times)
{
  for (size_t i = 0; i < times; i++)
    cs_scalar_invert(&scalars[i], &scalars[i]);
}

static void point_add(size_t times)
{
  cs_point sum = points[0];
  for (size_t i = 0; i < times; i++)
    cs_point_add(&sum, &points[i % 64], &sum);
}

static void point_double(size_t times)
{
  cs_point sum = points[0];
  for (size_t i = 0; i < times; i++)
    cs_point_double(&sum, &sum);
}

static void point_encode(size_t times)
{
  unsigned char bytes[CS_POINT_BYTES];
  for (size_t i = 0; i < times; i++)
    cs_point_encode(&points[i], bytes);
}

static void point_decode(size_t times)
{
  unsigned char bytes[CS_POINT_BYTES];
  cs_point out;
  cs_point_encode(&points[0], bytes);
  for (size_t i = 0; i < times; i++)
    cs_point_decode(bytes, &out);
}

static unsigned char encoded[256][CS_POINT_BYTES];

static void encode_all(size_t times)
{
  for (size_t i = 0; i < times; i += 256)
    cs_point_encode_all(points, 256, encoded);
}

static void decode_all(size_t times)
{
  cs_point out[256];
  for (size_t i = 0; i < times; i += 256)
    must(cs_point_decode_all((const unsigned char(*)[CS_POINT_BYTES])encoded, 256, out));
}

static void from_hash_all(size_t times)
{
  static unsigned char hashes[256][64];
  cs_point out[256];
  for (size_t i = 0; i < times; i += 256)
    cs_point_from_hash_all((const unsigned char(*)[64])hashes, 256, out);
}

static void multiply(size_t times)
{
  cs_point out;
  for (size_t i = 0; i < times; i++)
    cs_point_multiply(&scalars[i], &points[i], &out);
}

static void multiply_base(size_t times)
{
  cs_point out;
  for (size_t i = 0; i < times; i++)
    cs_point_multiply_base(&scalars[i], &out);
}

static const one ones[] = {
  {"scalar_multiply", scalar_multiply},
  {"scalar_invert", scalar_invert},
  {"add", point_add},
  {"double", point_double},
  {"encode", point_encode},
  {"encode_all", encode_all},
  {"decode", point_decode},
  {"decode_all", decode_all},
  {"from_hash_all", from_hash_all},
  {"multiply", multiply},
  {"multiply_base", multiply_base},
};

static double least(void (*run)(size_t), size_t times, int rounds)
{
  double best = 1e9;
  for (int i = 0; i < rounds; i++) {
    double before = bench_now();
    run(times);
    double took = bench_now() - before;
    best = took < best ? took : best;
  }
  return best / (double)times * 1e6;
}

/* ---- Sums --------------------------------------------------------------------------------------------------------- */

static cs_point_table *table;

static void sum_points(size_t count)
{
  cs_point out;
  must(cs_point_sum_var(NULL, NULL, 0, scalars, points, count, &out));
}

static void sum_table(size_t count)
{
  cs_point out;
  must(cs_point_sum_var(table, scalars, count, NULL, NULL, 0, &out));
}

static void sum_secret(size_t count)
{
  cs_point out;
  must(cs_point_table_sum(table, 0, scalars, count, &out));
}

static void choose(size_t count)
{
  cs_point out;
  cs_point_table_choose(table, 0, bits, count / 2, &out);
}

static void fold(size_t count)
{
  cs_point *out = calloc(count / 8, sizeof *out);
  must(out != NULL && cs_point_fold_var(scalars, 8, points, 1, count / 8, out));
  free(out);
}

static void table_fold(size_t count)
{
  cs_point *out = calloc(count / 8, sizeof *out);
  must(out != NULL && cs_point_table_fold_var(scalars, 8, table, 0, 1, count / 8, out));
  free(out);
}

static const one sums[] = {
  {"sum_points", sum_points}, {"sum_table", sum_table}, {"sum_secret", sum_secret},
  {"choose", choose},         {"fold", fold},           {"table_fold", table_fold},
};

static void measure(const char *engine)
{
  if (!cs_group_use(engine))
    return;
  for (size_t i = 0; i < CS_COUNT_OF(ones); i++)
    printf("%s\t%s\t1\t%.4f\n", engine, ones[i].name, least(ones[i].run, 512, 20));
  for (size_t count = 16; count <= LARGEST; count *= 4) {
    double before = bench_now();
    table = cs_point_table_new(points, count);
    must(table != NULL && cs_point_table_fill(table));
    printf("%s\tfill_table\t%zu\t%.4f\n", engine, count, (bench_now() - before) / (double)count * 1e6);
    for (size_t i = 0; i < CS_COUNT_OF(sums); i++) {
      printf("%s\t%s\t%zu\t%.4f\n", engine, sums[i].name, count,
             least(sums[i].run, count,
                   count < 1024    ? 300
                   : count < 16384 ? 30
                                   : 5));
      fflush(stdout);
    }
    cs_point_table_free(table);
  }
}

int main(int argument_count, char **arguments)
{
  static const char *const engines[] = {"avx2", "portable"};
  points = calloc(LARGEST, sizeof *points);
  scalars = calloc(LARGEST, sizeof *scalars);
  bits = calloc(LARGEST, 1);
  must(points != NULL && scalars != NULL && bits != NULL);
  points[0] = cs_point_base;
  for (size_t i = 0; i < LARGEST; i++) {
    cs_scalar_random(&scalars[i]);
    bits[i] = scalars[i].word[0] & 1;
    if (i > 0)
      cs_point_double(&points[i - 1], &points[i]);
  }
  printf("engine\twhat\tpoints\tmicroseconds_a_point\n");
  for (size_t i = 0; i < CS_COUNT_OF(engines); i++)
    if (argument_count < 2 || strcmp(arguments[1], engines[i]) == 0)
      measure(engines[i]);
  free(points);
  free(scalars);
  free(bits);
  return 0;
}
