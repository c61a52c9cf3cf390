/* seal/: that nothing secret decides a branch or an address. Run under valgrind, which is told that secrets have no value;
 * see seal/reveal.h. */
#include <sodium.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "seal/batch.h"
#include "support.h"

enum { MOST = 8 };

static void hide(void *secret, size_t size)
{
  (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, size);
}

static void commit_and_prove(size_t bits, size_t count)
{
  uint64_t values[MOST];
  cs_scalar blindings[MOST];
  unsigned char commitments[MOST][CS_COMMITMENT_BYTES], proof[CS_RANGE_PROOF_MAX];
  cs_transcript t;
  cs_error error;
  randombytes_buf(values, sizeof values);
  for (size_t i = 0; i < count; i++) {
    values[i] >>= 64 - bits;
    cs_scalar_random(&blindings[i]);
  }
  hide(values, sizeof values);
  hide(blindings, sizeof blindings);
  for (size_t i = 0; i < count; i++)
    must(cs_commit(values[i], &blindings[i], commitments[i], &error), &error);
  cs_transcript_start(&t, "secrecy");
  must(cs_range_prove(&t, values, blindings, commitments, count, bits, proof, &error), &error);
  cs_transcript_start(&t, "secrecy");
  must(cs_range_verify(&t, commitments, count, bits, proof, cs_range_proof_bytes(bits, count), &error), &error);
}

static void test_range_proofs(void **state)
{
  (void)state;
  for (size_t bits = 8; bits <= 64; bits *= 2)
    commit_and_prove(bits, 1);
  commit_and_prove(16, 8);
}

static void test_proofs_of_zero(void **state)
{
  (void)state;
  static const int64_t weights[2] = {1, -1};
  cs_scalar blindings[2], blinding;
  unsigned char commitments[2][CS_COMMITMENT_BYTES], difference[CS_COMMITMENT_BYTES], proof[CS_ZERO_PROOF_BYTES];
  cs_transcript t;
  cs_error error;
  uint64_t value = 12;
  hide(&value, sizeof value);
  for (size_t i = 0; i < 2; i++) {
    cs_scalar_random(&blindings[i]);
    hide(&blindings[i], sizeof blindings[i]);
    must(cs_commit(value, &blindings[i], commitments[i], &error), &error);
  }
  cs_blindings_combine(blindings, weights, 2, &blinding);
  must(cs_commitments_combine(commitments, weights, 2, 0, difference, &error), &error);
  cs_transcript_start(&t, "secrecy");
  must(cs_zero_prove(&t, difference, &blinding, proof, &error), &error);
  cs_transcript_start(&t, "secrecy");
  must(cs_zero_verify(&t, difference, proof, &error), &error);
}

/* The test itself: valgrind notices what it should. */
static void test_a_leak_is_found(void **state)
{
  (void)state;
  if (RUNNING_ON_VALGRIND == 0)
    skip();
  uint64_t secret = 5;
  hide(&secret, sizeof secret);
  secret = secret * 3 + 1;
  uint64_t seen = 0;
  assert_int_equal(VALGRIND_GET_VBITS(&secret, &seen, sizeof secret), 1);
  assert_true(seen != 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_range_proofs),
    cmocka_unit_test(test_proofs_of_zero),
    cmocka_unit_test(test_a_leak_is_found),
  };
  return cmocka_run_group_tests_name("secrecy", tests, NULL, NULL);
}
