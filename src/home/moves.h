/* Private to home/: what notifications bring to a facility and take from it, for visits.
 *
 * An escrow says what there is on the day of its declaration. What a visit finds there is that, with what the party has
 * notified since. */
#ifndef CS_HOME_MOVES_H
#define CS_HOME_MOVES_H

#include "home/home.h"

/* One end of a move. */
typedef struct cs_end {
  const char *facility; /* NULL: it is not said */
  size_t cell;          /* SIZE_MAX: there is no such end */
} cs_end;
enum { CS_FROM, CS_TO };

/* A notification that changes holdings. Texts are the statement's own until cs_moves_add copies them. */
typedef struct cs_move {
  uint64_t entry;
  cs_date date;
  int64_t time; /* of the statement, POSIX seconds */
  cs_end ends[2];
  int64_t count;          /* CS_NO_NUMBER: it is sealed, or is not said */
  const char *identifier; /* NULL: none was given */
  bool sealed;
  cs_commitment seals[2]; /* to the count, negative at CS_FROM */
  int64_t corrects;       /* entry; -1: none */
  bool stands;            /* of those that were settled */
} cs_move;

/* Where a notification takes from and where it adds, by the keys that it has:
 *
 *   state   to-state or to-facility   from                to
 *   yes     yes                       state, facility     to-state, or else state; to-facility, or else facility
 *   yes     no                        state, facility     -
 *   no      to-state                  -                   to-state; to-facility, or else facility
 *   no      no                        -                   -
 *
 * There are no ends where it says no number, or the event leaves holdings as they are. The statement is admitted. */
void cs_move_read(const cs_statement *statement, const cs_treaty *treaty, uint64_t entry, cs_move *out);
/* Whether it brings something to a facility or takes something from it. */
bool cs_move_touches(const cs_move *move, const char *facility);

typedef struct cs_moves {
  cs_move *at;
  size_t count, capacity;
} cs_moves;

/* What a visit has to do with: it is to this facility, on `until`, and compared with a declaration of `since`; of the day
 * of the declaration, since it is of the beginning of that day, until that of the visit. */
typedef struct cs_move_window {
  const char *facility;
  cs_date since, until;
} cs_move_window;

/* Takes a move that the window has to do with, or that corrects another; texts are copied into the arena. */
cs_status cs_moves_add(cs_moves *moves, const cs_move_window *window, const cs_move *move, cs_arena *arena,
                       cs_error *error);
/* Leaves those within the window that stand: of each entry that was corrected the first correction does, and the entry
 * and its other corrections do not. Sorted by date, then entry. */
void cs_moves_settle(cs_moves *moves, const cs_move_window *window);
void cs_moves_free(cs_moves *moves);

/* The moves that a visit is compared with: those notified in the inspected party's ledger before it stated that it opened
 * the place, or until now. Texts lie in the arena; release with cs_moves_free. */
cs_status cs_home_moves(cs_home *home, const cs_visit *visit, cs_arena *arena, cs_moves *out, cs_error *error);

/* ---- Opened ---------------------------------------------------------------------------------------------------- */

/* How many of a move came to a facility (`end` CS_TO) or left it (CS_FROM): what is stated, or what the part "moves" of an
 * opening says, which opens the commitment. `found` is false where the opening leaves it out; CS_INVALID where what it
 * says is another number than the one that was sealed. */
cs_status cs_move_count(const cs_move *move, size_t end, const json_t *opening, int64_t *out, bool *found,
                        cs_error *error);
/* The part of an opening that is about a move, or NULL. */
const json_t *cs_move_opened(const json_t *opening, uint64_t entry);

#endif
