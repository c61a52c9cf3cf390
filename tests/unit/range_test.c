/* seal/range.c, batch.c, zero.c: proofs that hold, dalek's among them, and everything that must not. */
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "seal/batch.h"
#include "support.h"

enum { AT_T_X = 128, AT_L = 224 };

/* A statement and its proof. */
typedef struct statement {
  size_t bits, count, length;
  uint64_t values[CS_RANGE_VALUES_MAX];
  cs_scalar blindings[CS_RANGE_VALUES_MAX];
  unsigned char commitments[CS_RANGE_VALUES_MAX][CS_COMMITMENT_BYTES];
  unsigned char proof[CS_RANGE_PROOF_MAX];
} statement;

static const unsigned char identity[CS_POINT_BYTES];
static const char context[] = "range proofs of a test";

static uint64_t largest(size_t bits)
{
  return bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

static void commit(statement *s)
{
  cs_error error;
  for (size_t i = 0; i < s->count; i++) {
    cs_scalar_random(&s->blindings[i]);
    must(cs_commit(s->values[i], &s->blindings[i], s->commitments[i], &error), &error);
  }
}

static void prove(statement *s)
{
  cs_transcript t;
  cs_error error;
  cs_transcript_start(&t, context);
  must(cs_range_prove(&t, s->values, s->blindings, s->commitments, s->count, s->bits, s->proof, &error), &error);
  s->length = cs_range_proof_bytes(s->bits, s->count);
}

/* Random values, the smallest and the largest among them. */
static statement *make(size_t bits, size_t count)
{
  statement *s = calloc(1, sizeof *s);
  assert_non_null(s);
  s->bits = bits;
  s->count = count;
  randombytes_buf(s->values, count * sizeof *s->values);
  for (size_t i = 0; i < count; i++)
    s->values[i] &= largest(bits);
  s->values[0] = 0;
  s->values[count - 1] = largest(bits);
  commit(s);
  prove(s);
  return s;
}

static cs_status verify_in(const statement *s, const char *label, cs_error *error)
{
  cs_transcript t;
  cs_transcript_start(&t, label);
  return cs_range_verify(&t, s->commitments, s->count, s->bits, s->proof, s->length, error);
}

static void assert_holds(const statement *s)
{
  cs_error error;
  must(verify_in(s, context, &error), &error);
}

static void assert_refused(const statement *s)
{
  cs_error error;
  assert_int_equal(verify_in(s, context, &error), CS_INVALID);
}

static void assert_refused_with(const statement *s, const char *what)
{
  cs_error error;
  assert_int_equal(verify_in(s, context, &error), CS_INVALID);
  assert_string_equal(error.what, what);
}

/* ---- dalek's proofs ---------------------------------------------------------------------------------------------- */

static void from_hex(const json_t *hex, unsigned char *out, size_t size, size_t *length)
{
  const char *text = json_string_value(hex);
  assert_non_null(text);
  assert_int_equal(sodium_hex2bin(out, size, text, strlen(text), NULL, length, NULL), 0);
}

static json_t *read_vectors(void)
{
  json_error_t error;
  json_t *out = json_load_file("tests/vectors/dalek-range-proofs.json", 0, &error);
  if (out == NULL)
    fail_msg("%s", error.text);
  return out;
}

static void read_vector(const json_t *vectors, const json_t *item, statement *s)
{
  size_t length;
  s->bits = (size_t)json_integer_value(json_object_get(item, "bits"));
  s->count = (size_t)json_integer_value(json_object_get(item, "values"));
  from_hex(json_object_get(item, "proof"), s->proof, sizeof s->proof, &s->length);
  for (size_t i = 0; i < s->count; i++)
    from_hex(json_array_get(json_object_get(vectors, "commitments"), i), s->commitments[i], CS_COMMITMENT_BYTES,
             &length);
}

static void test_proofs_of_dalek_hold(void **state)
{
  (void)state;
  json_t *vectors = read_vectors(), *item;
  const char *label = json_string_value(json_object_get(vectors, "transcript_label"));
  statement *s = calloc(1, sizeof *s);
  cs_batch *batch = cs_batch_new();
  cs_error error;
  size_t at, seen = 0;
  json_array_foreach(json_object_get(vectors, "proofs"), at, item)
  {
    cs_transcript t;
    read_vector(vectors, item, s);
    must(verify_in(s, label, &error), &error);
    cs_transcript_start(&t, label);
    must(cs_batch_add_range(batch, &t, s->commitments, s->count, s->bits, s->proof, s->length, &error), &error);
    seen++;
    s->proof[AT_L] ^= 1;
    assert_int_equal(verify_in(s, label, &error), CS_INVALID);
  }
  must(cs_batch_verify(batch, &error), &error);
  assert_int_equal(seen, 16);
  cs_batch_free(batch);
  free(s);
  json_decref(vectors);
}

/* ---- Proofs that hold -------------------------------------------------------------------------------------------- */

static void test_sizes(void **state)
{
  (void)state;
  assert_int_equal(cs_range_proof_bytes(64, 1), 672);
  assert_int_equal(cs_range_proof_bytes(64, 128), 1120);
  assert_int_equal(cs_range_proof_bytes(8, 1), 480);
  assert_int_equal(cs_range_proof_bytes(64, 1024), CS_RANGE_PROOF_MAX);
  for (size_t bits = 0; bits < 130; bits++)
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
      assert_int_equal(cs_range_proof_bytes(bits, 1), 0);
  assert_int_equal(cs_range_proof_bytes(8, 0), 0);
  assert_int_equal(cs_range_proof_bytes(8, 3), 0);
  assert_int_equal(cs_range_proof_bytes(8, 2048), 0);
  assert_int_equal(cs_range_proof_bytes(SIZE_MAX, SIZE_MAX), 0);
}

static void test_proofs_of_every_shape(void **state)
{
  (void)state;
  for (size_t bits = 8; bits <= 64; bits *= 2)
    for (size_t count = 1; bits * count <= 256; count *= 2) {
      statement *s = make(bits, count);
      assert_holds(s);
      free(s);
    }
}

static void test_proofs_of_many_values(void **state)
{
  (void)state;
  statement *s = make(8, CS_RANGE_VALUES_MAX);
  assert_holds(s);
  s->commitments[CS_RANGE_VALUES_MAX - 1][3] ^= 4;
  assert_refused(s);
  free(s);
}

static void test_proofs_of_one_statement_differ(void **state)
{
  (void)state;
  statement *s = make(16, 2);
  unsigned char first[CS_RANGE_PROOF_MAX];
  memcpy(first, s->proof, s->length);
  prove(s);
  for (size_t at = 0; at < s->length; at += 32)
    assert_memory_not_equal(first + at, s->proof + at, 32);
  free(s);
}

static void test_a_commitment_may_be_the_identity(void **state)
{
  (void)state;
  statement *s = make(8, 2);
  cs_error error;
  cs_scalar_from(0, &s->blindings[0]);
  must(cs_commit(0, &s->blindings[0], s->commitments[0], &error), &error);
  assert_memory_equal(s->commitments[0], identity, sizeof identity);
  prove(s);
  assert_holds(s);
  free(s);
}

/* ---- Proofs that do not ------------------------------------------------------------------------------------------ */

static void test_values_too_large(void **state)
{
  (void)state;
  cs_transcript t;
  cs_error error;
  for (size_t bits = 8; bits < 64; bits *= 2) {
    statement *s = make(bits, 2);
    s->values[1] = largest(bits) + 1;
    cs_transcript_start(&t, context);
    assert_int_equal(cs_range_prove(&t, s->values, s->blindings, s->commitments, s->count, bits, s->proof, &error),
                     CS_INVALID);
    /* the proof for its lower bits does not speak of it either */
    must(cs_commit(s->values[1], &s->blindings[1], s->commitments[1], &error), &error);
    s->values[1] = 0;
    prove(s);
    assert_refused_with(s, "the proof does not hold");
    free(s);
  }
}

static void test_shapes_of_no_proof(void **state)
{
  (void)state;
  static const size_t shapes[][2] = {{7, 1}, {8, 3}, {8, 0}, {128, 1}, {0, 1}, {8, 2048}};
  statement *s = make(8, 4);
  cs_transcript t;
  cs_error error;
  for (size_t i = 0; i < CS_COUNT_OF(shapes); i++) {
    cs_transcript_start(&t, context);
    assert_int_equal(cs_range_prove(&t, s->values, s->blindings, s->commitments, shapes[i][1], shapes[i][0], s->proof,
                                    &error),
                     CS_INVALID);
    assert_int_equal(cs_range_verify(&t, s->commitments, shapes[i][1], shapes[i][0], s->proof, s->length, &error),
                     CS_INVALID);
  }
  assert_string_equal(error.what, "no range proof is for 2048 values of 8 bits");
  free(s);
}

static void test_every_byte_of_a_proof(void **state)
{
  (void)state;
  static const unsigned char flips[] = {0x01, 0x80};
  statement *s = make(8, 1);
  for (size_t i = 0; i < CS_COUNT_OF(flips); i++) {
    for (size_t at = 0; at < s->length; at++) {
      s->proof[at] ^= flips[i];
      assert_refused(s);
      s->proof[at] ^= flips[i];
    }
    for (size_t at = 0; at < CS_COMMITMENT_BYTES; at++) {
      s->commitments[0][at] ^= flips[i];
      assert_refused(s);
      s->commitments[0][at] ^= flips[i];
    }
  }
  assert_holds(s);
  free(s);
}

static void test_every_byte_of_an_aggregate(void **state)
{
  (void)state;
  statement *s = make(16, 4);
  for (size_t at = 0; at < s->length; at += 5) {
    unsigned char before = s->proof[at];
    do
      randombytes_buf(&s->proof[at], 1);
    while (s->proof[at] == before);
    assert_refused(s);
    s->proof[at] = before;
  }
  assert_holds(s);
  free(s);
}

static void test_lengths(void **state)
{
  (void)state;
  statement *s = make(8, 2);
  size_t right = s->length;
  for (s->length = 0; s->length <= right + 64; s->length++)
    if (s->length != right)
      assert_refused(s);
  s->length = right - 1;
  assert_refused_with(s, "the range proof has 543 bytes; expected 544");
  free(s);
}

static void test_another_statement(void **state)
{
  (void)state;
  statement *s = make(8, 4);
  cs_error error;
  assert_int_equal(verify_in(s, "another context", &error), CS_INVALID);
  s->bits = 16;
  s->count = 2; /* a proof of the same length */
  assert_refused_with(s, "the proof does not hold");
  s->bits = 32;
  s->count = 1;
  assert_refused(s);
  s->bits = 8;
  s->count = 2;
  assert_refused(s);
  s->count = 4;
  unsigned char first[CS_COMMITMENT_BYTES];
  memcpy(first, s->commitments[0], sizeof first);
  memcpy(s->commitments[0], s->commitments[1], sizeof first);
  memcpy(s->commitments[1], first, sizeof first);
  assert_refused(s);
  free(s);
}

/* Every point of the proof in turn. */
static void test_points_that_are_none(void **state)
{
  (void)state;
  statement *s = make(8, 1);
  unsigned char right[CS_POINT_BYTES], not_a_point[CS_POINT_BYTES];
  memset(not_a_point, 0xff, sizeof not_a_point);
  for (size_t at = 0; at < s->length - 64; at += 32) {
    if (at >= AT_T_X && at < AT_L)
      continue;
    memcpy(right, s->proof + at, sizeof right);
    memcpy(s->proof + at, identity, sizeof right);
    assert_refused_with(s, "a point of the range proof is the identity");
    memcpy(s->proof + at, not_a_point, sizeof right);
    assert_refused_with(s, "a point of a proof or a commitment is not one of the group");
    memcpy(s->proof + at, right, sizeof right);
  }
  memcpy(s->commitments[0], not_a_point, sizeof not_a_point);
  assert_refused_with(s, "a point of a proof or a commitment is not one of the group");
  free(s);
}

/* The same number, plus the order of the group. */
static void test_scalars_that_are_not_reduced(void **state)
{
  (void)state;
  static const unsigned char order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                          0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
  statement *s = make(8, 1);
  size_t places[] = {AT_T_X, AT_T_X + 32, AT_T_X + 64, s->length - 64, s->length - 32};
  for (size_t i = 0; i < CS_COUNT_OF(places); i++) {
    unsigned char *scalar = s->proof + places[i], right[32];
    memcpy(right, scalar, sizeof right);
    sodium_add(scalar, order, sizeof order);
    assert_refused_with(s, "a scalar of the range proof is not reduced");
    memcpy(scalar, right, sizeof right);
  }
  assert_holds(s);
  free(s);
}

/* ---- Batches ----------------------------------------------------------------------------------------------------- */

enum { IN_BATCH = 9 };

static void add(cs_batch *batch, const statement *s)
{
  cs_transcript t;
  cs_error error;
  cs_transcript_start(&t, context);
  must(cs_batch_add_range(batch, &t, s->commitments, s->count, s->bits, s->proof, s->length, &error), &error);
}

/* Proofs of different shapes, and after them a proof of zero. */
static void test_batches(void **state)
{
  (void)state;
  static const size_t shapes[IN_BATCH][2] = {{8, 1},  {64, 1}, {16, 4}, {32, 2}, {8, 8},
                                             {64, 2}, {64, 1}, {8, 2},  {16, 1}};
  statement *all[IN_BATCH];
  cs_batch *batch = cs_batch_new();
  cs_error error;
  for (size_t i = 0; i < IN_BATCH; i++)
    all[i] = make(shapes[i][0], shapes[i][1]);
  for (size_t bad = 0; bad <= IN_BATCH; bad++) {
    if (bad < IN_BATCH) /* t_x: everything can still be decoded */
      all[bad]->proof[AT_T_X] ^= 1;
    for (size_t i = 0; i < IN_BATCH; i++)
      add(batch, all[i]);
    assert_int_equal(cs_batch_verify(batch, &error), bad < IN_BATCH ? CS_INVALID : CS_OK);
    if (bad < IN_BATCH)
      all[bad]->proof[AT_T_X] ^= 1;
  }
  must(cs_batch_verify(batch, &error), &error); /* nothing is in it */
  for (size_t i = 0; i < IN_BATCH; i++)
    free(all[i]);
  cs_batch_free(batch);
  cs_batch_free(NULL);
}

/* Two errors that would cancel out without random weights. */
static void test_errors_in_a_batch_do_not_cancel_out(void **state)
{
  (void)state;
  statement *s = make(8, 1), *other = calloc(1, sizeof *other);
  cs_batch *batch = cs_batch_new();
  cs_error error;
  cs_scalar e, step;
  *other = *s;
  cs_scalar_from(1, &step);
  assert_true(cs_scalar_decode(s->proof + AT_T_X + 64, &e));
  cs_scalar_add(&e, &step, &e);
  cs_scalar_encode(&e, s->proof + AT_T_X + 64);
  cs_scalar_subtract(&e, &step, &e);
  cs_scalar_subtract(&e, &step, &e);
  cs_scalar_encode(&e, other->proof + AT_T_X + 64);
  add(batch, s);
  add(batch, other);
  assert_int_equal(cs_batch_verify(batch, &error), CS_INVALID);
  cs_batch_free(batch);
  free(s);
  free(other);
}

/* ---- Proofs of zero ---------------------------------------------------------------------------------------------- */

typedef struct zero {
  cs_scalar blinding;
  unsigned char commitment[CS_COMMITMENT_BYTES], proof[CS_ZERO_PROOF_BYTES];
} zero;

static zero make_zero(uint64_t value)
{
  zero out;
  cs_transcript t;
  cs_error error;
  cs_scalar_random(&out.blinding);
  must(cs_commit(value, &out.blinding, out.commitment, &error), &error);
  cs_transcript_start(&t, context);
  must(cs_zero_prove(&t, out.commitment, &out.blinding, out.proof, &error), &error);
  return out;
}

static cs_status verify_zero(const zero *z, const char *label)
{
  cs_transcript t;
  cs_error error;
  cs_transcript_start(&t, label);
  return cs_zero_verify(&t, z->commitment, z->proof, &error);
}

static void test_proofs_of_zero(void **state)
{
  (void)state;
  zero z = make_zero(0), one = make_zero(1);
  assert_int_equal(verify_zero(&z, context), CS_OK);
  assert_int_equal(verify_zero(&z, "another context"), CS_INVALID);
  assert_int_equal(verify_zero(&one, context), CS_INVALID);
  for (size_t at = 0; at < CS_ZERO_PROOF_BYTES; at++) {
    z.proof[at] ^= 0x10;
    assert_int_equal(verify_zero(&z, context), CS_INVALID);
    z.proof[at] ^= 0x10;
  }
  for (size_t at = 0; at < CS_COMMITMENT_BYTES; at++) {
    z.commitment[at] ^= 0x10;
    assert_int_equal(verify_zero(&z, context), CS_INVALID);
    z.commitment[at] ^= 0x10;
  }
  memcpy(z.proof, identity, sizeof identity);
  assert_int_equal(verify_zero(&z, context), CS_INVALID);
}

/* The identity is a commitment to zero, and its proof holds. */
static void test_zero_without_blinding(void **state)
{
  (void)state;
  zero z = {.blinding = {{0}}};
  cs_transcript t;
  cs_error error;
  cs_transcript_start(&t, context);
  must(cs_zero_prove(&t, z.commitment, &z.blinding, z.proof, &error), &error);
  assert_int_equal(verify_zero(&z, context), CS_OK);
}

static void test_proofs_of_zero_in_a_batch(void **state)
{
  (void)state;
  zero z = make_zero(0), one = make_zero(1);
  statement *s = make(8, 1);
  cs_batch *batch = cs_batch_new();
  cs_transcript t;
  cs_error error;
  for (size_t round = 0; round < 4; round++) {
    if (round % 2 == 1)
      add(batch, s);
    cs_transcript_start(&t, context);
    must(cs_batch_add_zero(batch, &t, z.commitment, z.proof, &error), &error);
    cs_transcript_start(&t, context);
    if (round >= 2)
      must(cs_batch_add_zero(batch, &t, one.commitment, one.proof, &error), &error);
    assert_int_equal(cs_batch_verify(batch, &error), round < 2 ? CS_OK : CS_INVALID);
  }
  cs_batch_free(batch);
  free(s);
}

/* 3 a - 2 b - c = value, for signed weights and values. */
static void test_combinations(void **state)
{
  (void)state;
  static const uint64_t values[][3] = {{5, 6, 3}, {0, 7, 1}, {UINT32_MAX, 0, 17}};
  static const int64_t weights[] = {3, -2, -1};
  for (size_t i = 0; i < CS_COUNT_OF(values); i++) {
    cs_scalar blindings[3];
    unsigned char commitments[3][CS_COMMITMENT_BYTES];
    cs_error error;
    cs_transcript t;
    zero z;
    int64_t total = 0;
    for (size_t k = 0; k < 3; k++) {
      cs_scalar_random(&blindings[k]);
      must(cs_commit(values[i][k], &blindings[k], commitments[k], &error), &error);
      total += weights[k] * (int64_t)values[i][k];
    }
    cs_blindings_combine(blindings, weights, 3, &z.blinding);
    must(cs_commitments_combine(commitments, weights, 3, total, z.commitment, &error), &error);
    cs_transcript_start(&t, context);
    must(cs_zero_prove(&t, z.commitment, &z.blinding, z.proof, &error), &error);
    assert_int_equal(verify_zero(&z, context), CS_OK);
    must(cs_commitments_combine(commitments, weights, 3, total + 1, z.commitment, &error), &error);
    assert_int_equal(verify_zero(&z, context), CS_INVALID);
    memset(commitments[1], 0xff, CS_COMMITMENT_BYTES);
    assert_int_equal(cs_commitments_combine(commitments, weights, 3, total, z.commitment, &error), CS_INVALID);
    assert_string_equal(error.what, "commitment 2 is no point of the group");
  }
}

/* INT64_MIN has no opposite number. */
static void test_combinations_at_the_edge(void **state)
{
  (void)state;
  static const int64_t weights[] = {INT64_MIN, INT64_MAX, 0};
  cs_scalar blindings[3];
  unsigned char commitments[3][CS_COMMITMENT_BYTES], combined[CS_COMMITMENT_BYTES], expected[CS_COMMITMENT_BYTES];
  cs_error error;
  for (size_t k = 0; k < 3; k++) {
    cs_scalar_random(&blindings[k]);
    must(cs_commit(1, &blindings[k], commitments[k], &error), &error);
  }
  cs_scalar sum;
  cs_blindings_combine(blindings, weights, 3, &sum);
  must(cs_commitments_combine(commitments, weights, 3, -1, combined, &error), &error);
  must(cs_commit(0, &sum, expected, &error), &error);
  assert_memory_equal(combined, expected, sizeof combined);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_proofs_of_dalek_hold),
    cmocka_unit_test(test_sizes),
    cmocka_unit_test(test_proofs_of_every_shape),
    cmocka_unit_test(test_proofs_of_many_values),
    cmocka_unit_test(test_proofs_of_one_statement_differ),
    cmocka_unit_test(test_a_commitment_may_be_the_identity),
    cmocka_unit_test(test_values_too_large),
    cmocka_unit_test(test_shapes_of_no_proof),
    cmocka_unit_test(test_every_byte_of_a_proof),
    cmocka_unit_test(test_every_byte_of_an_aggregate),
    cmocka_unit_test(test_lengths),
    cmocka_unit_test(test_another_statement),
    cmocka_unit_test(test_points_that_are_none),
    cmocka_unit_test(test_scalars_that_are_not_reduced),
    cmocka_unit_test(test_batches),
    cmocka_unit_test(test_errors_in_a_batch_do_not_cancel_out),
    cmocka_unit_test(test_proofs_of_zero),
    cmocka_unit_test(test_zero_without_blinding),
    cmocka_unit_test(test_proofs_of_zero_in_a_batch),
    cmocka_unit_test(test_combinations),
    cmocka_unit_test(test_combinations_at_the_edge),
  };
  return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
