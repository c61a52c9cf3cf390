/* Proofs that a commitment is to zero: knowledge of r with C = r * B~ (Schnorr). Private to seal/.
 *
 * Commitments add up: where C is a linear combination of commitments less a public value, the proof shows that the committed
 * values satisfy that relation; two equal values, a balance, a total. */
#ifndef CS_SEAL_ZERO_H
#define CS_SEAL_ZERO_H

#include "seal/range.h"

enum { CS_ZERO_PROOF_BYTES = 64 };

/* The sum of weights[i] * commitments[i] less value * B: what is a commitment to zero where the committed values, so weighted,
 * add up to `value`. Its blinding factor is the same sum of theirs. CS_INVALID where a commitment is no point. */
cs_status cs_commitments_combine(const unsigned char (*commitments)[CS_COMMITMENT_BYTES], const int64_t *weights,
                                 size_t count, int64_t value, unsigned char out[CS_COMMITMENT_BYTES], cs_error *error);
/* That blinding factor. Constant-time. */
void cs_blindings_combine(const cs_scalar *blindings, const int64_t *weights, size_t count, cs_scalar *out);

/* Proves that `commitment` is to zero, with its blinding factor. Constant-time. CS_SYSTEM when out of memory. */
cs_status cs_zero_prove(cs_transcript *transcript, const unsigned char commitment[CS_COMMITMENT_BYTES],
                        const cs_scalar *blinding, unsigned char proof[CS_ZERO_PROOF_BYTES], cs_error *error);

/* CS_INVALID where the proof does not show it. */
cs_status cs_zero_verify(cs_transcript *transcript, const unsigned char commitment[CS_COMMITMENT_BYTES],
                         const unsigned char proof[CS_ZERO_PROOF_BYTES], cs_error *error);

#endif
