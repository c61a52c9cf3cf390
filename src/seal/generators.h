/* The points that commitments and range proofs are made over: B, B~ and the chains G and H. Private to seal/.
 *
 * They are those of dalek-bulletproofs, hashed to the group so that nobody knows a relation between them. Sets are made
 * when they are first asked for, shared by all threads, and kept until the program ends. */
#ifndef CS_SEAL_GENERATORS_H
#define CS_SEAL_GENERATORS_H

#include "seal/group.h"

enum { CS_BITS_MAX = 64, CS_PARTIES_MAX = 1024 };

/* Where the points of a set are, in `points` and in `table`. G and H number f = party * bits + bit. */
enum { CS_AT_B = 0, CS_AT_BLINDING = 1, CS_AT_VECTORS = 2 };
static inline size_t cs_at_g(size_t f)
{
  return CS_AT_VECTORS + 2 * f;
}
static inline size_t cs_at_h(size_t f)
{
  return CS_AT_VECTORS + 2 * f + 1;
}

typedef struct cs_generators {
  size_t bits; /* of a party */
  size_t parties;
  cs_point *points;
  cs_point_table *table;
} cs_generators;

/* The set for `parties` values (a power of two up to CS_PARTIES_MAX) of `bits` bits (8, 16, 32 or 64). NULL when out of
 * memory. */
const cs_generators *cs_generators_get(size_t bits, size_t parties);

/* B and B~ alone: all that a commitment needs. NULL when out of memory. */
const cs_generators *cs_generators_bases(void);

#endif
