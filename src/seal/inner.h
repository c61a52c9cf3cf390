/* The inner product argument (Bulletproofs, section 3): the vectors a and b of a commitment, in 2 log2(N) points. Private to
 * range proofs. */
#ifndef CS_SEAL_INNER_H
#define CS_SEAL_INNER_H

#include "seal/generators.h"
#include "seal/transcript.h"

/* Appends to the transcript, and writes to `out`, the argument for <a, G> + <b, H'> + <a, b> Q with Q = w * B and
 * H'_i = y^-i H_i, over the first `length` (a power of two) generators of each chain: L and R of each round, then what is
 * left of a and b: 64 (log2(length) + 1) bytes. `inverses` holds y^0, y^-1, ... y^-(length - 1). The vectors are folded in
 * place. Not constant-time: see cs_range_prove. CS_SYSTEM when out of memory. */
cs_status cs_inner_prove_var(cs_transcript *transcript, const cs_generators *generators, const cs_scalar *w,
                             const cs_scalar *inverses, cs_scalar *a, cs_scalar *b, size_t length, unsigned char *out,
                             cs_error *error);

#endif
