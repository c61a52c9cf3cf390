/* A year of notifications for the benchmark of replays, made from a fixed seed: each event follows from its number alone, so
 * that a source need not hold them. */
#ifndef MOVES_H
#define MOVES_H

#include "assess/assess.h"

/* Places count facilities by cells; NO_PLACE: none. */
enum { MOVES_CELLS = 6, MOVES_DAYS = 365, NO_PLACE = -1 };

typedef struct move {
  cs_date date, received;
  int32_t from, to;
  int32_t count;
} move;

typedef struct year {
  cs_treaty *treaty;
  cs_date first;
  size_t events, facilities;
  const move *moves; /* NULL: they are made as they are asked for */
  bool quarterly;    /* it is declared every quarter, not only at first */
} year;

/* Event `index` of the year, in the order of the ledger. */
move move_of(const year *y, size_t index);
/* What is declared of a place at first. */
int64_t move_baseline(int32_t place);

/* The year as what is replayed. */
cs_replay_source move_source(const year *y);
/* The agreement under which they are notified. */
cs_treaty *move_treaty(void);

#endif
