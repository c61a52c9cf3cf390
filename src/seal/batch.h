/* Many proofs checked at once: one sum of products for all of them, in which the generators, that all proofs share, count
 * once. Private to seal/.
 *
 * Each proof is a few equations between points. They are added up with random weights, chosen after the proofs are known:
 * where one equation does not hold, the sum is not the identity, but for one chance in 2^252. So a batch says that all its
 * proofs hold, or that one of them does not; to learn which, check them one by one. */
#ifndef CS_SEAL_BATCH_H
#define CS_SEAL_BATCH_H

#include "seal/range.h"
#include "seal/zero.h"

typedef struct cs_batch cs_batch;

/* NULL when out of memory. */
cs_batch *cs_batch_new(void);
void cs_batch_free(cs_batch *batch);

/* Adds a proof; what is said at cs_range_verify and cs_zero_verify holds for the parameters, which are read here and not
 * kept. CS_INVALID where it is seen to be wrong already: then leave the batch. */
cs_status cs_batch_add_range(cs_batch *batch, cs_transcript *transcript,
                             const unsigned char (*commitments)[CS_COMMITMENT_BYTES], size_t count, size_t bits,
                             const unsigned char *proof, size_t length, cs_error *error);
cs_status cs_batch_add_zero(cs_batch *batch, cs_transcript *transcript,
                            const unsigned char commitment[CS_COMMITMENT_BYTES],
                            const unsigned char proof[CS_ZERO_PROOF_BYTES], cs_error *error);

/* CS_OK where every proof that was added holds; CS_INVALID where one or more do not. Empties the batch. */
cs_status cs_batch_verify(cs_batch *batch, cs_error *error);

#endif
