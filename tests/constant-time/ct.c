/* Whether time depends on secrets: run under valgrind, which is told that secrets have no value, and reports each branch and
 * each address that depends on one. What a case computes is revealed at its end, as it is when it is sent.
 *
 *   valgrind --error-exitcode=99 ct [leak]
 *
 * To add what handles secrets: write a function that hides its secrets, does the work and reveals the results, and put it
 * into `cases`. "leak" branches on a secret instead, to show that this is found. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "seal/group.h"

enum { TERMS = 9 };

static cs_point points[2 * TERMS]; /* public */
static cs_point_table *table;

static void hide(void *secret, size_t size)
{
  (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, size);
}

static void reveal(void *result, size_t size)
{
  (void)VALGRIND_MAKE_MEM_DEFINED(result, size);
}

static void must(bool worked)
{
  if (!worked) {
    fputs("ct: out of memory\n", stderr);
    exit(1);
  }
}

static void secret_scalars(cs_scalar *out, size_t count)
{
  for (size_t i = 0; i < count; i++)
    cs_scalar_random(&out[i]);
  hide(out, count * sizeof *out);
}

static void reveal_point(const cs_point *point)
{
  unsigned char bytes[CS_POINT_BYTES];
  cs_point_encode(point, bytes);
  reveal(bytes, sizeof bytes);
}

/* ---- Cases -------------------------------------------------------------------------------------------------------- */

static void scalars(void)
{
  cs_scalar a[3], out;
  unsigned char bytes[64];
  secret_scalars(a, 3);
  cs_scalar_add(&a[0], &a[1], &out);
  cs_scalar_subtract(&a[0], &out, &out);
  cs_scalar_negate(&out, &out);
  cs_scalar_multiply(&a[0], &out, &out);
  cs_scalar_multiply_add(&a[0], &a[1], &out, &out);
  cs_scalar_invert(&out, &out);
  bool same = cs_scalar_equal(&a[0], &a[1]), zero = cs_scalar_is_zero(&out);
  reveal(&same, sizeof same);
  reveal(&zero, sizeof zero);
  cs_scalar_encode(&out, bytes);
  bool canonical = cs_scalar_decode(bytes, &out);
  reveal(&canonical, sizeof canonical);
  randombytes_buf(bytes, sizeof bytes);
  hide(bytes, sizeof bytes);
  cs_scalar_reduce(bytes, &out);
  cs_scalar_encode(&out, bytes);
  reveal(bytes, sizeof bytes);
}

static void arithmetic_of_points(void)
{
  cs_point a[2] = {points[0], points[1]}, out;
  unsigned char bytes[2][CS_POINT_BYTES], hash[64];
  hide(a, sizeof a);
  cs_point_add(&a[0], &a[1], &out);
  cs_point_subtract(&out, &a[0], &out);
  cs_point_double(&out, &out);
  cs_point_negate(&out, &out);
  bool same = cs_point_equal(&a[0], &out), identity = cs_point_is_identity(&out);
  reveal(&same, sizeof same);
  reveal(&identity, sizeof identity);
  cs_point_encode_all(a, 2, bytes);
  reveal(bytes, sizeof bytes);
  randombytes_buf(hash, sizeof hash);
  hide(hash, sizeof hash);
  cs_point_from_hash(hash, &out);
  reveal_point(&out);
}

static void products(void)
{
  cs_scalar a;
  cs_point out;
  secret_scalars(&a, 1);
  cs_point_multiply(&a, &points[0], &out);
  reveal_point(&out);
  cs_point_multiply_base(&a, &out);
  reveal_point(&out);
}

static void sums(void)
{
  cs_scalar a[TERMS];
  cs_point out;
  secret_scalars(a, TERMS);
  must(cs_point_sum(a, points, TERMS, &out));
  reveal_point(&out);
  must(cs_point_table_sum(table, 0, a, 2, &out)); /* by combs */
  reveal_point(&out);
  must(cs_point_table_sum(table, 1, a, TERMS, &out));
  reveal_point(&out);
}

static void choices(void)
{
  unsigned char bits[TERMS];
  cs_point out;
  randombytes_buf(bits, sizeof bits);
  for (size_t i = 0; i < TERMS; i++)
    bits[i] &= 1;
  hide(bits, sizeof bits);
  cs_point_table_choose(table, 0, bits, TERMS, &out);
  reveal_point(&out);
}

static void (*const cases[])(void) = {scalars, arithmetic_of_points, products, sums, choices};

/* ---- The run ------------------------------------------------------------------------------------------------------ */

static int leak(void)
{
  cs_scalar a;
  secret_scalars(&a, 1);
  return a.word[0] % 2 == 0 ? puts("even") : puts("odd");
}

int main(int count, char **arguments)
{
  static const char *const engines[] = {"portable", "avx2"};
  if (RUNNING_ON_VALGRIND == 0)
    fputs("ct: nothing is noticed without valgrind\n", stderr);
  if (sodium_init() < 0)
    return 1;
  if (count > 1 && strcmp(arguments[1], "leak") == 0)
    return leak() < 0;
  for (size_t i = 0; i < 2 * TERMS; i++) {
    unsigned char hash[64];
    randombytes_buf(hash, sizeof hash);
    cs_point_from_hash(hash, &points[i]);
  }
  table = cs_point_table_new(points, 2 * TERMS);
  must(table != NULL);
  for (size_t e = 0; e < CS_COUNT_OF(engines); e++) {
    if (!cs_group_use(engines[e]))
      continue;
    for (size_t i = 0; i < CS_COUNT_OF(cases); i++)
      cases[i]();
    printf("%s: %zu cases\n", engines[e], CS_COUNT_OF(cases));
  }
  cs_point_table_free(table);
  return 0;
}
