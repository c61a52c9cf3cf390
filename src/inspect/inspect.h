/* Inspections: the place of a visit drawn by both sides together.
 *
 * Each party commits to a number in its own ledger, and reveals it when it has seen the other's commitment; the two numbers and
 * the request decide which facility it is. Neither can steer the draw, nor know it before it has committed; who does not
 * reveal is seen by everybody. docs/decisions/0014-joint-draws.md says why it is done this way. */
#ifndef CS_INSPECT_H
#define CS_INSPECT_H

#include "ledger/ledger.h"
#include "treaty/treaty.h"

/* ---- Joint draws --------------------------------------------------------------------------------------------- */

enum { CS_NONCE = 32 };
typedef struct cs_nonce {
  unsigned char bytes[CS_NONCE];
} cs_nonce;

/* SHA-256 of "countersign draw commitment v1\n", the request's leaf hash, the party's identifier, a newline, and the nonce: what a
 * party commits to for this one request. */
cs_hash cs_joint_commitment(const cs_hash *request, const char *party, const cs_nonce *nonce);

/* The seed of the draw: SHA-256 of "countersign draw v1\n", the request's leaf hash, the nonce of the inspecting party and
 * that of the inspected one. */
cs_hash cs_joint_seed(const cs_hash *request, const cs_nonce *inspecting, const cs_nonce *inspected);

/* A stream of uniform numbers from a seed: block i is SHA-256 of the seed and i (8 bytes, big-endian), read as four 64-bit
 * big-endian numbers. */
typedef struct cs_joint {
  cs_hash seed;
  uint64_t block;
  unsigned used;
  uint64_t numbers[4];
} cs_joint;
cs_joint cs_joint_start(const cs_hash *seed);
/* A number below `limit` (at least 1), each alike: what would favour some of them is thrown away (rejection). */
uint64_t cs_joint_below(cs_joint *draw, uint64_t limit);
/* Index of one of `count` places, each as likely as its weight says; weights NULL: all alike. SIZE_MAX where the weights are
 * all zero, or their sum does not fit. */
size_t cs_joint_place(cs_joint *draw, const uint64_t *weights, size_t count);

#endif
