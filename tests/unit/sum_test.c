/* seal/group.h: sums of many products are judged by their terms, on every engine. */
#include <sodium.h>
#include <stdlib.h>

#include "group_support.h"

/* ---- Sums --------------------------------------------------------------------------------------------------------- */

enum { LARGEST = 2100, SMALL = 130 };

typedef struct terms {
  cs_scalar scalar[LARGEST];
  cs_point point[LARGEST];
  cs_point sum[LARGEST + 1]; /* of the first terms, by cs_point_multiply */
} terms;

static terms *made; /* once for all tests of sums */
/* Tables: with all multiples, for all points and for the first; for the first, with some; for all and for
 * the first, with none yet. */
static cs_point_table *table, *small, *used, *fresh, *rare;

static int make_terms(void **state)
{
  (void)state;
  made = calloc(1, sizeof *made);
  made->sum[0] = cs_point_identity;
  for (size_t i = 0; i < LARGEST; i++) {
    cs_point product;
    made->scalar[i] = try_scalar(i);
    made->point[i] = try_point(i * 7 % LARGEST);
    cs_point_multiply(&made->scalar[i], &made->point[i], &product);
    cs_point_add(&made->sum[i], &product, &made->sum[i + 1]);
  }
  table = cs_point_table_new(made->point, LARGEST);
  small = cs_point_table_new(made->point, SMALL);
  used = cs_point_table_new(made->point, SMALL);
  fresh = cs_point_table_new(made->point, LARGEST);
  rare = cs_point_table_new(made->point, SMALL);
  assert_true(cs_point_table_fill(table) && cs_point_table_fill(small));
  for (size_t i = 0; i < 20; i++) {
    cs_point unused;
    assert_true(cs_point_sum_var(used, made->scalar, SMALL, NULL, NULL, 0, &unused));
  }
  return 0;
}

static int free_terms(void **state)
{
  (void)state;
  cs_point_table_free(table);
  cs_point_table_free(small);
  cs_point_table_free(used);
  cs_point_table_free(rare);
  cs_point_table_free(fresh);
  free(made);
  return 0;
}

static size_t next_size(size_t size)
{
  return size < 20 ? size + 1 : size + size / 2;
}

static void check_sums(size_t count)
{
  cs_point out;
  assert_true(cs_point_sum(made->scalar, made->point, count, &out));
  assert_same_point(&out, &made->sum[count]);
  assert_true(cs_point_sum_var(NULL, NULL, 0, made->scalar, made->point, count, &out));
  assert_same_point(&out, &made->sum[count]);
  assert_true(cs_point_sum_var(table, made->scalar, count, NULL, NULL, 0, &out));
  assert_same_point(&out, &made->sum[count]);
  assert_true(cs_point_table_sum(table, 0, made->scalar, count, &out));
  assert_same_point(&out, &made->sum[count]);
  assert_true(cs_point_sum_var(fresh, made->scalar, count, NULL, NULL, 0, &out));
  assert_same_point(&out, &made->sum[count]);
  if (count <= SMALL) {
    assert_true(cs_point_sum_var(rare, made->scalar, count, NULL, NULL, 0, &out));
    assert_same_point(&out, &made->sum[count]);
    assert_true(cs_point_sum_var(used, made->scalar, count, NULL, NULL, 0, &out));
    assert_same_point(&out, &made->sum[count]);
    assert_true(cs_point_sum_var(small, made->scalar, count, NULL, NULL, 0, &out));
    assert_same_point(&out, &made->sum[count]);
  }
  size_t first = count / 3, rest = count - first; /* from the middle of the table, and mixed */
  assert_true(cs_point_table_sum(table, first, made->scalar + first, rest, &out));
  cs_point_add(&out, &made->sum[first], &out);
  assert_same_point(&out, &made->sum[count]);
  assert_true(cs_point_sum_var(table, made->scalar, first, made->scalar + first, made->point + first, rest, &out));
  assert_same_point(&out, &made->sum[count]);
}

static void sums_are_those_of_their_terms(void **state)
{
  (void)state;
  for (size_t e = 0; use_engine(e); e++)
    for (size_t count = 0; count <= LARGEST; count = next_size(count))
      check_sums(count);
}

/* One point, many times, with scalars whose digits are alike: all additions meet in one bucket. */
static void equal_terms_add_up(void **state)
{
  (void)state;
  enum { TIMES = 300 };
  static cs_point points[TIMES];
  for (size_t i = 0; i < TIMES; i++)
    points[i] = cs_point_base;
  cs_point_table *same = cs_point_table_new(points, TIMES);
  assert_true(same != NULL && cs_point_table_fill(same));
  for (size_t which = 0; which < SCALARS; which += which < 8 ? 1 : 5) {
    cs_scalar scalars[TIMES], total, times;
    cs_point out, expected;
    for (size_t i = 0; i < TIMES; i++)
      scalars[i] = try_scalar(which);
    cs_scalar_from(TIMES, &times);
    cs_scalar_multiply(&times, &scalars[0], &total);
    cs_point_multiply_base(&total, &expected);
    for (size_t e = 0; use_engine(e); e++) {
      assert_true(cs_point_sum_var(NULL, NULL, 0, scalars, points, TIMES, &out));
      assert_same_point(&out, &expected);
      assert_true(cs_point_sum_var(same, scalars, TIMES, NULL, NULL, 0, &out));
      assert_same_point(&out, &expected);
      assert_true(cs_point_table_sum(same, 0, scalars, TIMES, &out));
      assert_same_point(&out, &expected);
    }
  }
  cs_point_table_free(same);
}

static void choices_are_sums(void **state)
{
  (void)state;
  unsigned char bits[LARGEST / 2];
  for (size_t count = 0; count <= LARGEST / 2 - 2; count = next_size(count)) {
    cs_point out, expected = cs_point_identity;
    for (size_t i = 0; i < count; i++) {
      const cs_point *pair = &made->point[2 + 2 * i];
      bits[i] = made->scalar[i].word[0] & 1;
      if (bits[i] != 0)
        cs_point_add(&expected, &pair[0], &expected);
      else
        cs_point_subtract(&expected, &pair[1], &expected);
    }
    for (size_t e = 0; use_engine(e); e++) {
      cs_point_table_choose(table, 2, bits, count, &out);
      assert_same_point(&out, &expected);
    }
  }
}

enum { FOLDED = 64 };

/* Folds by points, by a table with its multiples, by one of few points, and by one that has none yet. */
static void check_fold(const cs_scalar *scalars, size_t ways, size_t stride, size_t count)
{
  cs_point expected[FOLDED], out[FOLDED], product;
  const cs_point_table *tables[] = {table, fresh, small, used};
  for (size_t i = 0; i < count; i++) {
    expected[i] = cs_point_identity;
    for (size_t j = 0; j < ways; j++) {
      cs_point_multiply(&scalars[j], &made->point[3 + (i + j * count) * stride], &product);
      cs_point_add(&expected[i], &product, &expected[i]);
    }
  }
  for (size_t e = 0; use_engine(e); e++) {
    assert_true(cs_point_fold_var(scalars, ways, made->point + 3, stride, count, out));
    for (size_t i = 0; i < count; i++)
      assert_same_point(&out[i], &expected[i]);
    for (size_t k = 0; k < CS_COUNT_OF(tables); k++) {
      if ((tables[k] == small || tables[k] == used) && 3 + ways * count * stride > SMALL)
        continue;
      assert_true(cs_point_table_fold_var(scalars, ways, tables[k], 3, stride, count, out));
      for (size_t i = 0; i < count; i++)
        assert_same_point(&out[i], &expected[i]);
    }
  }
}

static void folding_is_a_sum_for_each(void **state)
{
  (void)state;
  for (size_t ways = 1; ways <= 16; ways *= 2)
    for (size_t count = 1; count <= FOLDED; count = count * 2 + (ways == 4)) {
      size_t stride = ways == 8 ? 1 : 2;
      if (3 + ways * count * stride <= LARGEST)
        check_fold(made->scalar + FOLDED / ways, ways, stride, count);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(sums_are_those_of_their_terms),
    cmocka_unit_test(equal_terms_add_up),
    cmocka_unit_test(choices_are_sums),
    cmocka_unit_test(folding_is_a_sum_for_each),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("sum", tests, make_terms, free_terms);
}
