/* inspect/: joint draws. */
#include <math.h>
#include <string.h>

#include "inspect/inspect.h"
#include "support.h"

static cs_nonce nonce(unsigned char fill)
{
  cs_nonce out;
  memset(out.bytes, fill, sizeof out.bytes);
  return out;
}

static void test_what_a_draw_depends_on(void **state)
{
  (void)state;
  cs_hash request = cs_hash_leaf("request", 7), other = cs_hash_leaf("other", 5);
  cs_nonce a = nonce(1), b = nonce(2);
  cs_hash seed = cs_joint_seed(&request, &a, &b),
          seeds[] = {cs_joint_seed(&other, &a, &b), cs_joint_seed(&request, &b, &a), cs_joint_seed(&request, &a, &a)};
  for (size_t i = 0; i < CS_COUNT_OF(seeds); i++)
    assert_false(cs_hash_equal(&seed, &seeds[i]));
  cs_hash commitment = cs_joint_commitment(&request, "US", &a),
          others[] = {cs_joint_commitment(&other, "US", &a), cs_joint_commitment(&request, "RU", &a),
                      cs_joint_commitment(&request, "US", &b)};
  for (size_t i = 0; i < CS_COUNT_OF(others); i++)
    assert_false(cs_hash_equal(&commitment, &others[i]));
}

/* The stream, by another hand: SHA-256(seed, counter), four numbers a block. Made with Python's hashlib from a seed of 32
 * bytes 0x07. */
static void test_the_stream(void **state)
{
  (void)state;
  cs_hash seed;
  memset(seed.bytes, 7, sizeof seed.bytes);
  cs_joint draw = cs_joint_start(&seed);
  static const uint64_t expected[] = {UINT64_C(8973355981674781182),  UINT64_C(9520175003376276752),
                                      UINT64_C(10827762907707891739), UINT64_C(5848241934728440794),
                                      UINT64_C(17447686075078311304), UINT64_C(16655286702235054048)};
  for (size_t i = 0; i < CS_COUNT_OF(expected); i++)
    assert_true(cs_joint_below(&draw, UINT64_C(1) << 63) == (expected[i] & (UINT64_MAX >> 1)));
}

/* Chi-squared of how often each of `count` places was drawn against how often it should be. */
static double chi_squared(const uint64_t *weights, size_t count, size_t draws)
{
  size_t seen[64] = {0};
  double sum = 0, total = 0;
  cs_hash request = cs_hash_leaf("chi", 3);
  for (size_t i = 0; i < draws; i++) {
    cs_nonce a = nonce(0), b = nonce(1);
    memcpy(a.bytes, &i, sizeof i);
    cs_hash seed = cs_joint_seed(&request, &a, &b);
    cs_joint draw = cs_joint_start(&seed);
    size_t place = cs_joint_place(&draw, weights, count);
    assert_true(place < count);
    seen[place]++;
  }
  for (size_t i = 0; i < count; i++)
    total += weights == NULL ? 1 : (double)weights[i];
  for (size_t i = 0; i < count; i++) {
    double expected = (double)draws * (weights == NULL ? 1 : (double)weights[i]) / total;
    if (expected == 0)
      assert_int_equal(seen[i], 0);
    else
      sum += pow((double)seen[i] - expected, 2) / expected;
  }
  return sum;
}

/* The seeds are fixed, so that this never fails by chance; 5 standard deviations of chi-squared would. */
static void test_every_place_is_as_likely_as_its_weight(void **state)
{
  (void)state;
  static const uint64_t weights[] = {1, 2, 3, 0, 10, 1000, 7};
  for (size_t count = 2; count <= 50; count += 12) {
    double freedom = (double)count - 1;
    assert_true(chi_squared(NULL, count, 40000) < freedom + 5 * sqrt(2 * freedom));
  }
  double freedom = (double)CS_COUNT_OF(weights) - 2;
  assert_true(chi_squared(weights, CS_COUNT_OF(weights), 100000) < freedom + 5 * sqrt(2 * freedom));
}

/* Just above half of all numbers: without rejection, the lower half would be drawn twice as often. */
static void test_no_bias_by_the_modulus(void **state)
{
  (void)state;
  uint64_t limit = (UINT64_C(1) << 63) + (UINT64_C(1) << 62);
  size_t low = 0, draws = 20000;
  cs_hash seed = cs_hash_leaf("bias", 4);
  cs_joint draw = cs_joint_start(&seed);
  for (size_t i = 0; i < draws; i++)
    low += cs_joint_below(&draw, limit) < UINT64_C(1) << 62;
  assert_true(fabs((double)low - (double)draws / 3) < 5 * sqrt((double)draws * 2 / 9));
  for (size_t i = 0; i < 1000; i++)
    assert_int_equal(cs_joint_below(&draw, 1), 0);
}

static void test_weights_that_choose_nothing(void **state)
{
  (void)state;
  cs_hash seed = cs_hash_leaf("none", 4);
  cs_joint draw = cs_joint_start(&seed);
  static const uint64_t zero[] = {0, 0}, large[] = {UINT64_MAX, 1};
  assert_true(cs_joint_place(&draw, zero, 2) == SIZE_MAX);
  assert_true(cs_joint_place(&draw, large, 2) == SIZE_MAX);
  assert_true(cs_joint_place(&draw, NULL, 0) == SIZE_MAX);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_what_a_draw_depends_on),
    cmocka_unit_test(test_the_stream),
    cmocka_unit_test(test_every_place_is_as_likely_as_its_weight),
    cmocka_unit_test(test_no_bias_by_the_modulus),
    cmocka_unit_test(test_weights_that_choose_nothing),
  };
  return cmocka_run_group_tests_name("joint", tests, NULL, NULL);
}
