/* seal/generators.c, seal/invert.c and commitments: what proofs are made over. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "seal/generators.h"
#include "seal/invert.h"
#include "seal/range.h"
#include "support.h"

/* ---- Generators -------------------------------------------------------------------------------------------------- */

/* The bases and the first generators are those of dalek: published in its documents, and made here with libsodium. */
static void test_generators_are_those_of_dalek(void **state)
{
  (void)state;
  static const unsigned char blinding[CS_POINT_BYTES] = {
    0x8c, 0x92, 0x40, 0xb4, 0x56, 0xa9, 0xe6, 0xdc, 0x65, 0xc3, 0x77, 0xa1, 0x04, 0x8d, 0x74, 0x5f,
    0x94, 0xa0, 0x8c, 0xdb, 0x7f, 0x44, 0xcb, 0xcd, 0x7b, 0x46, 0xf3, 0x40, 0x48, 0x87, 0x11, 0x34,
  };
  const cs_generators *set = cs_generators_get(64, 1);
  unsigned char bytes[CS_POINT_BYTES];
  cs_point_encode(&set->points[CS_AT_BLINDING], bytes);
  assert_memory_equal(bytes, blinding, sizeof bytes);
  assert_true(cs_point_equal(&set->points[CS_AT_B], &cs_point_base));
}

/* What belongs to a party is the same in every set that has it. */
static void test_sets_agree(void **state)
{
  (void)state;
  const cs_generators *small = cs_generators_get(8, 1), *wide = cs_generators_get(64, 2),
                      *large = cs_generators_get(8, 4);
  for (size_t i = 0; i < 8; i++) {
    assert_true(cs_point_equal(&small->points[cs_at_g(i)], &wide->points[cs_at_g(i)]));
    assert_true(cs_point_equal(&small->points[cs_at_h(i)], &large->points[cs_at_h(i)]));
    assert_true(cs_point_equal(&large->points[cs_at_g(8 + i)], &wide->points[cs_at_g(64 + i)]));
    assert_true(cs_point_equal(&large->points[cs_at_h(8 + i)], &wide->points[cs_at_h(64 + i)]));
    assert_false(cs_point_equal(&large->points[cs_at_g(8 + i)], &large->points[cs_at_g(i)]));
    assert_false(cs_point_equal(&small->points[cs_at_g(i)], &small->points[cs_at_h(i)]));
  }
  assert_ptr_equal(cs_generators_get(8, 4), large);
  assert_int_equal(cs_generators_get(8, 2)->parties, 2);
}

static void *get_set(void *out)
{
  *(const cs_generators **)out = cs_generators_get(32, 8);
  return NULL;
}

static void test_threads_share_a_set(void **state)
{
  (void)state;
  enum { THREADS = 8 };
  pthread_t threads[THREADS];
  const cs_generators *sets[THREADS];
  for (size_t i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, get_set, &sets[i]), 0);
  for (size_t i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    assert_non_null(sets[i]);
    assert_ptr_equal(sets[i], sets[0]);
  }
}

/* ---- Inverses ------------------------------------------------------------------------------------------------------ */

static void assert_inverse(const cs_scalar *a)
{
  cs_scalar inverse, expected;
  cs_scalar_invert_var(a, &inverse);
  cs_scalar_invert(a, &expected);
  assert_true(cs_scalar_equal(&inverse, &expected));
}

static void test_inverses(void **state)
{
  (void)state;
  enum { COUNT = 300 };
  cs_scalar all[COUNT], inverses[COUNT], scratch[COUNT], product;
  for (size_t i = 0; i < COUNT; i++) {
    cs_scalar_from(i, &all[i]); /* 0 too */
    assert_inverse(&all[i]);
    cs_scalar_negate(&all[i], &all[i]);
    assert_inverse(&all[i]);
    all[i] = (cs_scalar){{0}};
    all[i].word[i % 4] = UINT64_C(1) << (i % 60);
    assert_inverse(&all[i]);
    cs_scalar_random(&all[i]);
    assert_inverse(&all[i]);
    inverses[i] = all[i];
  }
  cs_scalar_invert_all_var(inverses, scratch, COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    cs_scalar_multiply(&all[i], &inverses[i], &product);
    assert_true(cs_scalar_equal(&product, &(cs_scalar){{1}}));
  }
}

/* ---- Commitments ------------------------------------------------------------------------------------------------- */

/* libsodium computes v * B + r * B~ too. */
static void test_commitments(void **state)
{
  (void)state;
  static const uint64_t values[] = {1, 2, 255, UINT64_C(1) << 32, UINT64_MAX};
  unsigned char base[32], ours[32], first[32], second[32], sum[32], number[32], factor[32];
  cs_scalar blinding, value;
  cs_error error;
  cs_point_encode(&cs_generators_bases()->points[CS_AT_BLINDING], base);
  for (size_t i = 0; i < CS_COUNT_OF(values); i++) {
    cs_scalar_random(&blinding);
    cs_scalar_from(values[i], &value);
    cs_scalar_encode(&value, number);
    cs_scalar_encode(&blinding, factor);
    must(cs_commit(values[i], &blinding, ours, &error), &error);
    assert_int_equal(crypto_scalarmult_ristretto255_base(first, number), 0);
    assert_int_equal(crypto_scalarmult_ristretto255(second, factor, base), 0);
    assert_int_equal(crypto_core_ristretto255_add(sum, first, second), 0);
    assert_memory_equal(ours, sum, sizeof ours);
  }
  must(cs_commit(0, &(cs_scalar){{0}}, ours, &error), &error);
  assert_true(sodium_is_zero(ours, sizeof ours));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_generators_are_those_of_dalek),
    cmocka_unit_test(test_sets_agree),
    cmocka_unit_test(test_threads_share_a_set),
    cmocka_unit_test(test_inverses),
    cmocka_unit_test(test_commitments),
  };
  return cmocka_run_group_tests_name("generators", tests, NULL, NULL);
}
