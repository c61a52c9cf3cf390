/* Seals: counts that are committed to and not shown, and proofs about them.
 *
 * A sealed count is a Pedersen commitment over ristretto255: it hides the number from everybody for ever, and whoever made
 * it cannot open it as another number. Commitments add up as their numbers do, so that a count of an agreement, a public
 * linear combination of cells, has a commitment that anybody computes. Two kinds of proof speak about such combinations,
 * and tell nothing else: that the number lies in a range (aggregated Bulletproofs, byte for byte those of dalek), and that
 * it is zero. Each is bound to a context: whoever verifies it with another agreement, party, ledger, date or commitment
 * finds it to be wrong. docs/seals.md explains it to a sceptical reader.
 *
 * The group, transcripts and proofs are private parts (group.h, transcript.h, range.h). escrow.h, which this header brings, commits to lists of items. */
#ifndef CS_SEAL_H
#define CS_SEAL_H

#include "base/base.h"
#include "seal/escrow.h"

enum { CS_COMMITMENT = 32, CS_BLINDING = 32, CS_SEAL_BITS = 16 };

typedef struct cs_commitment {
  unsigned char bytes[CS_COMMITMENT];
} cs_commitment;

/* What opens a commitment: secret, and wiped by who made it. */
typedef struct cs_secret {
  int64_t value;
  unsigned char blinding[CS_BLINDING];
} cs_secret;

/* A secret for `value` with a fresh blinding factor. */
void cs_seal_draw(int64_t value, cs_secret *out);
/* The commitment that a secret opens. Constant-time. CS_INVALID where the blinding factor is no scalar. */
cs_status cs_seal_commit(const cs_secret *secret, cs_commitment *out, cs_error *error);

/* The commitment to the sum of the numbers in two, which opens with the sum of their blinding factors. `out` may be one of
 * them. For public values. CS_INVALID where one of them is none. */
cs_status cs_seal_add(const cs_commitment *a, const cs_commitment *b, cs_commitment *out, cs_error *error);

/* ---- What a proof is bound to ---------------------------------------------------------------------------------- */

/* A value under a label, such as the agreement's hash; both go into the transcript, in order. */
typedef struct cs_seal_fact {
  const char *label;
  cs_slice value;
} cs_seal_fact;

typedef struct cs_seal_context {
  const cs_seal_fact *facts;
  size_t count;
} cs_seal_context;

/* ---- Cells ------------------------------------------------------------------------------------------------------- */

/* Proves that each of `count` secrets, of which these are the commitments, is from 0 to 2^bits - 1; `bits` is 8, 16, 32 or
 * 64. Adds the proof to `out`. Constant-time in the secrets. CS_INVALID names a secret that is not in the range. */
cs_status cs_seal_prove_cells(const cs_seal_context *context, const cs_secret *secrets,
                              const cs_commitment *commitments, size_t count, size_t bits, cs_text *out,
                              cs_error *error);
/* CS_INVALID where the bytes do not prove that. */
cs_status cs_seal_verify_cells(const cs_seal_context *context, const cs_commitment *commitments, size_t count,
                               size_t bits, cs_slice proof, cs_error *error);

/* ---- Relations --------------------------------------------------------------------------------------------------- */

/* That the sum of weights[i] times the number in commitments[i], less a constant, is not negative, or is zero. */
typedef struct cs_relation {
  const cs_commitment *commitments;
  const int64_t *weights;
  size_t count;
  int64_t constant;
  bool zero; /* or else: not negative */
} cs_relation;

/* The least and the most that a sum of weighted numbers from 0 to 2^bits - 1, less a constant, can come to; false where
 * that is not within 2^62 on either side. What lies within cannot wrap around the group's order, which is above 2^252. */
bool cs_seal_extent(const int64_t *weights, size_t count, size_t bits, int64_t constant, int64_t *least, int64_t *most);

/* The width, 8, 16, 32 or 64, that holds every number up to `most`. */
size_t cs_seal_width(int64_t most);

/* Proves relations together: one range proof of `bits` for all that are not negative, then a proof of 64 bytes for each that
 * is zero. secrets[i] opens commitment i of the first relation, and so on for the rest, one relation after the other.
 * CS_INVALID names a relation that does not hold. */
cs_status cs_seal_prove_relations(const cs_seal_context *context, const cs_relation *relations,
                                  const cs_secret *const *secrets, size_t count, size_t bits, cs_text *out,
                                  cs_error *error);
/* CS_INVALID where the bytes do not prove them. The caller has made sure by cs_seal_extent that no sum wraps. */
cs_status cs_seal_verify_relations(const cs_seal_context *context, const cs_relation *relations, size_t count,
                                   size_t bits, cs_slice proof, cs_error *error);

#endif
