/* Private to home/: what is to be at a place on the day of a visit.
 *
 * That is what was declared of it, sealed or openly, with what the party has notified since. A move that names no identifier
 * says how many came or left, and not which: it explains as many that are new, or that are gone. */
#ifndef CS_HOME_EXPECTED_H
#define CS_HOME_EXPECTED_H

#include "home/moves.h"

typedef struct cs_expected_cell {
  bool sealed;        /* it is opened, and has to be counted */
  int64_t declared;   /* at the place: opened, or else declared openly */
  int64_t moved;      /* there since, less what left */
  int64_t came, left; /* of these, without an identifier */
} cs_expected_cell;

typedef struct cs_expected {
  cs_expected_cell *cells; /* by cell of the agreement; they lie in the arena */
  json_t *items;           /* identifier to [cell, entry that brought it, or -1: it is in the escrow] */
  json_t *gone;            /* identifier to the entry by which it left */
  uint64_t *closed;        /* entries of sealed moves that the opening leaves out; they lie in the arena */
  size_t closed_count;
} cs_expected;

/* From a declaration, the opening of a facility of it, which was verified, and moves there and away, which were settled.
 * CS_INVALID where what it says of a sealed one is not what was sealed. Release with cs_expected_free. */
cs_status cs_expect(const cs_treaty *treaty, const cs_statement *declaration, const json_t *opening,
                    const cs_moves *moves, cs_arena *arena, cs_expected *out, cs_error *error);
void cs_expected_free(cs_expected *expected);

#endif
