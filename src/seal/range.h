/* Range proofs: that committed values lie between 0 and 2^bits - 1, and nothing else about them. Private to seal/.
 *
 * A commitment to v with the blinding factor r is v * B + r * B~ (Pedersen): it hides v perfectly, and binds as long as
 * nobody knows the discrete logarithm of B~. The proofs are aggregated Bulletproofs (Buenz, Bootle, Boneh, Poelstra, Wuille
 * and Maxwell 2018, sections 4.2 and 4.3), byte for byte those of dalek-bulletproofs, so that others can check ours.
 *
 * What a proof speaks about is what stands in the transcript before it: put the context there (agreement, party, date,
 * claim), the same for prover and verifier. */
#ifndef CS_SEAL_RANGE_H
#define CS_SEAL_RANGE_H

#include "seal/transcript.h"

enum { CS_COMMITMENT_BYTES = 32, CS_RANGE_VALUES_MAX = 1024, CS_RANGE_PROOF_MAX = 32 * (9 + 2 * 16) };

/* The commitment to `value`. Constant-time. CS_SYSTEM when out of memory. */
cs_status cs_commit(uint64_t value, const cs_scalar *blinding, unsigned char out[CS_COMMITMENT_BYTES], cs_error *error);

/* The bytes of a proof for `count` values of `bits` bits; 0 where there are no such proofs: bits is 8, 16, 32 or 64, count
 * a power of two of at most CS_RANGE_VALUES_MAX. (Pad with commitments to zero.) */
size_t cs_range_proof_bytes(size_t bits, size_t count);

/* Proves that each of `count` values is smaller than 2^bits; commitments[i] is that to values[i] with blindings[i].
 * Constant-time in values and blindings. Writes cs_range_proof_bytes(bits, count) bytes to `proof`. CS_INVALID for bits and
 * count of no proof, and for a value that is too large; CS_SYSTEM when out of memory. The transcript goes on after it. */
cs_status cs_range_prove(cs_transcript *transcript, const uint64_t *values, const cs_scalar *blindings,
                         const unsigned char (*commitments)[CS_COMMITMENT_BYTES], size_t count, size_t bits,
                         unsigned char *proof, cs_error *error);

/* CS_OK where `proof` shows that the value of each commitment is smaller than 2^bits; CS_INVALID where it does not, or is
 * no proof at all. */
cs_status cs_range_verify(cs_transcript *transcript, const unsigned char (*commitments)[CS_COMMITMENT_BYTES],
                          size_t count, size_t bits, const unsigned char *proof, size_t length, cs_error *error);

#endif
