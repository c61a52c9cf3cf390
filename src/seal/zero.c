/* Proofs of zero, and the combinations of commitments that they speak about. */
#include "seal/zero.h"

#include <sodium.h>

#include "seal/batch.h"
#include "seal/generators.h"
#include "seal/reveal.h"
#include "seal/wire.h"

/* ---- Combinations ------------------------------------------------------------------------------------------------ */

static void scalar_from_signed(int64_t number, cs_scalar *out)
{
  uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  cs_scalar_from(size, out);
  if (number < 0)
    cs_scalar_negate(out, out);
}

/* Few bits decide the work: double and add. */
static void multiply_small_var(const cs_point *point, int64_t weight, cs_point *out)
{
  uint64_t size = weight < 0 ? 0 - (uint64_t)weight : (uint64_t)weight;
  cs_point sum = cs_point_identity;
  for (uint64_t bit = UINT64_C(1) << 63; bit > 0; bit >>= 1) {
    if (bit <= size)
      cs_point_double(&sum, &sum);
    if ((size & bit) != 0)
      cs_point_add(&sum, point, &sum);
  }
  if (weight < 0)
    cs_point_negate(&sum, &sum);
  *out = sum;
}

cs_status cs_commitments_combine(const unsigned char (*commitments)[CS_COMMITMENT_BYTES], const int64_t *weights,
                                 size_t count, int64_t value, unsigned char out[CS_COMMITMENT_BYTES], cs_error *error)
{
  cs_point sum, term;
  multiply_small_var(&cs_point_base, value, &sum);
  cs_point_negate(&sum, &sum);
  for (size_t i = 0; i < count; i++) {
    if (!cs_point_decode(commitments[i], &term))
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "commitment %zu is no point of the group", i + 1);
    multiply_small_var(&term, weights[i], &term);
    cs_point_add(&sum, &term, &sum);
  }
  cs_point_encode(&sum, out);
  return CS_OK;
}

void cs_blindings_combine(const cs_scalar *blindings, const int64_t *weights, size_t count, cs_scalar *out)
{
  cs_scalar sum = {{0}}, weight;
  for (size_t i = 0; i < count; i++) {
    scalar_from_signed(weights[i], &weight);
    cs_scalar_multiply_add(&weight, &blindings[i], &sum, &sum);
  }
  *out = sum;
  sodium_memzero(&sum, sizeof sum);
}

/* ---- Proofs ------------------------------------------------------------------------------------------------------ */

static void begin(cs_transcript *transcript, const unsigned char commitment[CS_COMMITMENT_BYTES])
{
  cs_transcript_append(transcript, "dom-sep", "zeroproof v1", 12);
  cs_transcript_append(transcript, "C", commitment, CS_COMMITMENT_BYTES);
}

static void challenge(cs_transcript *transcript, const unsigned char nonce[CS_POINT_BYTES], cs_scalar *out)
{
  cs_transcript_append(transcript, "R", nonce, CS_POINT_BYTES);
  cs_transcript_challenge_scalar(transcript, "c", out);
}

void cs_zero_challenge(cs_transcript *transcript, const unsigned char commitment[CS_COMMITMENT_BYTES],
                       const unsigned char nonce[CS_POINT_BYTES], cs_scalar *out)
{
  begin(transcript, commitment);
  challenge(transcript, nonce, out);
}

cs_status cs_zero_prove(cs_transcript *transcript, const unsigned char commitment[CS_COMMITMENT_BYTES],
                        const cs_scalar *blinding, unsigned char proof[CS_ZERO_PROOF_BYTES], cs_error *error)
{
  const cs_generators *bases = cs_generators_bases();
  cs_nonces nonces;
  cs_scalar nonce, c;
  cs_point point;
  begin(transcript, commitment);
  cs_nonces_start(&nonces, transcript);
  cs_nonces_key(&nonces, "blinding", blinding, sizeof *blinding);
  cs_nonces_finish(&nonces);
  cs_nonces_scalars(&nonces, &nonce, 1);
  bool made = bases != NULL && cs_point_table_sum(bases->table, CS_AT_BLINDING, &nonce, 1, &point);
  if (made) {
    cs_point_encode(&point, proof);
    CS_REVEAL(proof, CS_POINT_BYTES);
    challenge(transcript, proof, &c);
    cs_scalar_multiply_add(&c, blinding, &nonce, &c);
    cs_scalar_encode(&c, proof + CS_POINT_BYTES);
    CS_REVEAL(proof + CS_POINT_BYTES, CS_SCALAR_BYTES);
  }
  cs_nonces_wipe(&nonces);
  sodium_memzero(&nonce, sizeof nonce);
  return made ? CS_OK : cs_fail_memory(error);
}

cs_status cs_zero_verify(cs_transcript *transcript, const unsigned char commitment[CS_COMMITMENT_BYTES],
                         const unsigned char proof[CS_ZERO_PROOF_BYTES], cs_error *error)
{
  cs_batch *batch = cs_batch_new();
  if (batch == NULL)
    return cs_fail_memory(error);
  cs_status status = cs_batch_add_zero(batch, transcript, commitment, proof, error);
  if (status == CS_OK)
    status = cs_batch_verify(batch, error);
  cs_batch_free(batch);
  return status;
}
