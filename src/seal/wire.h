/* What prover and verifier of proofs have in common: the layout of a range proof, and what goes into the transcript. Private to
 * proofs. */
#ifndef CS_SEAL_WIRE_H
#define CS_SEAL_WIRE_H

#include "seal/zero.h"

/* Where the parts of a proof begin; at CS_AT_INNER, L and R of each round, then two scalars. */
enum {
  CS_AT_A = 0,
  CS_AT_S = 32,
  CS_AT_T1 = 64,
  CS_AT_T2 = 96,
  CS_AT_T_X = 128,
  CS_AT_T_X_BLINDING = 160,
  CS_AT_E_BLINDING = 192,
  CS_AT_INNER = 224,
};

/* Binds the transcript to the statement. */
void cs_range_begin(cs_transcript *transcript, const unsigned char (*commitments)[CS_COMMITMENT_BYTES], size_t count,
                    size_t bits);

/* The challenge of a proof of zero whose point is `nonce`. */
void cs_zero_challenge(cs_transcript *transcript, const unsigned char commitment[CS_COMMITMENT_BYTES],
                       const unsigned char nonce[CS_POINT_BYTES], cs_scalar *out);

#endif
