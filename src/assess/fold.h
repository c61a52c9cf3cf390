/* A replay from within: replay.c folds events day by day, fold.c what is declared. Private to assess/. */
#ifndef CS_ASSESS_FOLD_H
#define CS_ASSESS_FOLD_H

#include "assess/stock.h"

/* Events told of within so many days of theirs are added up by day; a day has its place in a ring. */
enum { WINDOW = 7, DAYS = 16 };
#define NO_CLOCK (INT64_MIN / 2) /* before the first statement */

/* How a cell changes on a day: by low, and 2^64 times high. Kept small, since these are what the memory of a replay is. */
typedef struct tally {
  int64_t low;
  int32_t high;
  uint32_t entry; /* the last that takes from it */
} tally;

typedef struct day {
  cs_date date;
  tally *tallies;    /* by cell */
  uint32_t *touched; /* cells, each once */
  bool *is_touched;
  size_t count, room;
} day;

/* An event by itself. */
typedef struct stray {
  cs_date date;
  uint32_t entry;
  cs_spot from, to;
  int64_t count;
} stray;

typedef struct correction {
  uint32_t old, new; /* entries */
} correction;

typedef struct declaration {
  cs_date date;
  uint32_t entry;
  int64_t corrects;
  struct {
    uint32_t cell; /* of the stock */
    int64_t number;
  } * rows;
  size_t count, capacity;
  struct {
    uint32_t cell;
    cs_commitment commitment;
  } * seals;
  size_t seal_count, seal_capacity;
  bool corrected;   /* or void: it does not stand */
  int64_t unproven; /* sealed transfers since the sealed declaration before it */
} declaration;

/* How the numbers of a cell were declared last. */
typedef enum grounds { NOT_KNOWN, BY_TOTAL, BY_FACILITY, BY_SEAL } grounds;

struct cs_replay {
  const cs_treaty *treaty;
  cs_replay_options options;
  cs_stock stock;
  cs_arena arena;
  bool surveys;  /* the first reading */
  int64_t clock; /* the latest day of a statement so far */
  struct state {
    uint32_t whole; /* that it is part of, or CS_NOWHERE */
    uint32_t item;
    grounds known;
    bool accounted;      /* its changes are notified */
    bool covered, named; /* by the declaration that is being looked at, and with facilities */
    uint32_t worst;      /* cell that differs from that most, of so many that do */
    uint32_t differing;
  } * cells;          /* of the agreement */
  day days[DAYS + 1]; /* the last one is that of events that come alone */
  stray *strays;
  size_t stray_count, stray_capacity, next_stray;
  correction *corrections;
  size_t correction_count, correction_capacity;
  uint32_t *gone; /* entries that do not stand */
  size_t gone_count;
  declaration *declarations; /* by date, from the second reading on */
  size_t declaration_count, declaration_all, declaration_capacity, next_declaration; /* that stand, and all */
  const declaration *sealed;                                                         /* the last that seals something */
  cs_replayed *in_time;                                                              /* by notification */
  cs_replayed *findings;
  size_t finding_count, finding_capacity;
  uint64_t changes;
};

bool cs_fold_open(cs_replay *replay);
bool cs_fold_find(cs_replay *replay, const cs_replayed *finding);
/* The item of this cell is one whose changes are notified. */
void cs_fold_account(cs_replay *replay, uint32_t cell);
/* Leaves the declarations that stand, by date. */
void cs_fold_standing(cs_replay *replay);
/* Compares a declaration with the state, and begins again from it. */
bool cs_fold_restart(cs_replay *replay, const declaration *declaration);
cs_status cs_fold_seals(cs_replay *replay, const cs_change *change, cs_error *error);
/* What is left to say when everything was read. */
cs_status cs_fold_finish(cs_replay *replay, cs_error *error);

#endif
