/* seal/keccak.c and seal/transcript.c: Merlin's own vectors, and what nonces depend on. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "seal/transcript.h"
#include "support.h"

static void assert_hex(const unsigned char *bytes, size_t length, const char *expected)
{
  char hex[256];
  assert_true(2 * length < sizeof hex);
  for (size_t i = 0; i < length; i++)
    snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
  assert_string_equal(hex, expected);
}

/* ---- Keccak ------------------------------------------------------------------------------------------------------ */

/* SHA3-256 (FIPS 202, 6.1) over our permutation. */
static void sha3_256(const unsigned char *bytes, size_t length, unsigned char out[32])
{
  enum { RATE = 136 };
  unsigned char state[CS_KECCAK_BYTES] = {0};
  size_t at = 0;
  for (size_t i = 0; i < length; i++) {
    state[at++] ^= bytes[i];
    if (at == RATE) {
      cs_keccak_permute(state);
      at = 0;
    }
  }
  state[at] ^= 0x06;
  state[RATE - 1] ^= 0x80;
  cs_keccak_permute(state);
  memcpy(out, state, 32);
}

static void test_keccak_is_that_of_sha3(void **state)
{
  (void)state;
  unsigned char bytes[600], ours[32], theirs[32];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(i * 7 + i / 5);
  for (size_t length = 0; length <= sizeof bytes; length++) {
    sha3_256(bytes, length, ours);
    assert_int_equal(EVP_Digest(bytes, length, theirs, NULL, EVP_sha3_256(), NULL), 1);
    assert_memory_equal(ours, theirs, sizeof ours);
  }
}

static void test_keccak_of_zeros(void **state)
{
  (void)state;
  unsigned char bytes[CS_KECCAK_BYTES] = {0};
  cs_keccak_permute(bytes);
  assert_hex(bytes, 16, "e7dde140798f25f18a47c033f9ccd584");
}

/* ---- Transcripts ------------------------------------------------------------------------------------------------- */

static void test_merlin_simple(void **state)
{
  (void)state;
  cs_transcript t;
  unsigned char challenge[32];
  cs_transcript_start(&t, "test protocol");
  cs_transcript_append(&t, "some label", "some data", 9);
  cs_transcript_challenge(&t, "challenge", challenge, sizeof challenge);
  assert_hex(challenge, sizeof challenge, "d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615");
}

/* Messages that are longer than the rate, and many rounds. */
static void test_merlin_complex(void **state)
{
  (void)state;
  cs_transcript t;
  unsigned char challenge[32], data[1024];
  memset(data, 99, sizeof data);
  cs_transcript_start(&t, "test protocol");
  cs_transcript_append(&t, "step1", "some data", 9);
  for (size_t i = 0; i < 32; i++) {
    cs_transcript_challenge(&t, "challenge", challenge, sizeof challenge);
    cs_transcript_append(&t, "bigdata", data, sizeof data);
    cs_transcript_append(&t, "challengedata", challenge, sizeof challenge);
  }
  assert_hex(challenge, sizeof challenge, "a8c933f54fae76e3f9bea93648c1308e7dfa2152dd51674ff3ca438351cf003c");
}

/* The challenge after one message. */
static void challenge_after(const char *label, const char *message, size_t length, unsigned char out[32])
{
  cs_transcript t;
  cs_transcript_start(&t, "test protocol");
  cs_transcript_append(&t, label, message, length);
  cs_transcript_challenge(&t, "challenge", out, 32);
}

static void test_challenges_depend_on_everything(void **state)
{
  (void)state;
  unsigned char out[6][32];
  cs_transcript t;
  challenge_after("ab", "cd", 2, out[0]);
  challenge_after("a", "bcd", 3, out[1]);
  challenge_after("abc", "d", 1, out[2]);
  challenge_after("ab", "cd\0", 3, out[3]);
  challenge_after("ab", "ce", 2, out[4]);
  cs_transcript_start(&t, "test protocol");
  cs_transcript_append(&t, "ab", "cd", 2);
  cs_transcript_challenge(&t, "other", out[5], 32);
  for (size_t i = 0; i < CS_COUNT_OF(out); i++)
    for (size_t k = 0; k < i; k++)
      assert_memory_not_equal(out[i], out[k], 32);
}

static void test_a_copy_goes_its_own_way(void **state)
{
  (void)state;
  unsigned char a[32], b[32], c[32];
  cs_transcript t, copy;
  cs_transcript_start(&t, "test protocol");
  copy = t;
  cs_transcript_append_number(&copy, "n", 1);
  cs_transcript_challenge(&copy, "challenge", a, 32);
  copy = t;
  cs_transcript_challenge(&copy, "challenge", b, 32);
  cs_transcript_challenge(&t, "challenge", c, 32);
  assert_memory_not_equal(a, b, 32);
  assert_memory_equal(b, c, 32);
}

static void test_numbers_and_scalars_are_little_endian(void **state)
{
  (void)state;
  unsigned char a[32], b[32];
  cs_transcript t;
  cs_scalar scalar;
  cs_scalar_from(0x0102, &scalar);
  cs_transcript_start(&t, "test protocol");
  cs_transcript_append_number(&t, "n", 0x0807060504030201);
  cs_transcript_append_scalar(&t, "s", &scalar);
  cs_transcript_challenge(&t, "challenge", a, 32);
  cs_transcript_start(&t, "test protocol");
  cs_transcript_append(&t, "n", "\1\2\3\4\5\6\7\10", 8);
  cs_transcript_append(&t, "s", (const unsigned char[32]){2, 1}, 32);
  cs_transcript_challenge(&t, "challenge", b, 32);
  assert_memory_equal(a, b, 32);
}

static void test_a_wiped_transcript_is_zero(void **state)
{
  (void)state;
  cs_transcript t;
  cs_transcript_start(&t, "test protocol");
  cs_transcript_wipe(&t);
  for (size_t i = 0; i < sizeof t; i++)
    assert_int_equal(((unsigned char *)&t)[i], 0);
}

/* ---- Nonces ------------------------------------------------------------------------------------------------------ */

static void draw(const char *context, const char *secret, const unsigned char *system, unsigned char out[64])
{
  cs_transcript t;
  cs_nonces nonces;
  cs_transcript_start(&t, context);
  cs_nonces_start(&nonces, &t);
  cs_nonces_key(&nonces, "secret", secret, strlen(secret));
  if (system == NULL)
    cs_nonces_finish(&nonces);
  else
    cs_nonces_finish_with(&nonces, system);
  cs_nonces_draw(&nonces, out, 64);
  cs_nonces_wipe(&nonces);
}

static void test_nonces_depend_on_transcript_secret_and_system(void **state)
{
  (void)state;
  static const unsigned char zeros[32], ones[32] = {1};
  unsigned char out[6][64], again[64];
  draw("context", "secret", zeros, out[0]);
  draw("another context", "secret", zeros, out[1]);
  draw("context", "another secret", zeros, out[2]);
  draw("context", "secret", ones, out[3]);
  draw("context", "secret", NULL, out[4]);
  draw("context", "secret", NULL, out[5]);
  for (size_t i = 0; i < CS_COUNT_OF(out); i++)
    for (size_t k = 0; k < i; k++)
      assert_memory_not_equal(out[i], out[k], 64);
  draw("context", "secret", zeros, again);
  assert_memory_equal(again, out[0], 64);
}

static void test_scalars_are_drawn_one_after_the_other(void **state)
{
  (void)state;
  enum { COUNT = 150 };
  cs_transcript t;
  cs_nonces nonces;
  cs_scalar scalars[COUNT];
  cs_transcript_start(&t, "test protocol");
  cs_nonces_start(&nonces, &t);
  cs_nonces_finish(&nonces);
  cs_nonces_scalars(&nonces, scalars, COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    unsigned char bytes[CS_SCALAR_BYTES];
    cs_scalar same;
    cs_scalar_encode(&scalars[i], bytes);
    assert_true(cs_scalar_decode(bytes, &same));
    assert_false(cs_scalar_is_zero(&scalars[i]));
    for (size_t k = 0; k < i; k++)
      assert_false(cs_scalar_equal(&scalars[i], &scalars[k]));
  }
}

/* The transcript itself does not notice that nonces were drawn from it. */
static void test_nonces_leave_the_transcript(void **state)
{
  (void)state;
  cs_transcript t, copy;
  cs_nonces nonces;
  cs_scalar scalar;
  cs_transcript_start(&t, "test protocol");
  copy = t;
  cs_nonces_start(&nonces, &t);
  cs_nonces_finish(&nonces);
  cs_nonces_scalars(&nonces, &scalar, 1);
  assert_memory_equal(&t, &copy, sizeof t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_keccak_is_that_of_sha3),
    cmocka_unit_test(test_keccak_of_zeros),
    cmocka_unit_test(test_merlin_simple),
    cmocka_unit_test(test_merlin_complex),
    cmocka_unit_test(test_challenges_depend_on_everything),
    cmocka_unit_test(test_a_copy_goes_its_own_way),
    cmocka_unit_test(test_numbers_and_scalars_are_little_endian),
    cmocka_unit_test(test_a_wiped_transcript_is_zero),
    cmocka_unit_test(test_nonces_depend_on_transcript_secret_and_system),
    cmocka_unit_test(test_scalars_are_drawn_one_after_the_other),
    cmocka_unit_test(test_nonces_leave_the_transcript),
  };
  return cmocka_run_group_tests_name("transcript", tests, NULL, NULL);
}
