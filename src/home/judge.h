/* Private to home/: how visits are judged. judge.c walks the ledgers and judges ambiguities, judge_visit.c each visit, and
 * judge_report.c what its two sides have reported. */
#ifndef CS_HOME_JUDGE_H
#define CS_HOME_JUDGE_H

#include "home/moves.h"

enum { CS_DAY = 86400 };

/* An ambiguity before the commission. */
typedef struct cs_raised {
  const char *origin; /* of the ledger in which it was raised */
  uint64_t entry;
  size_t by, about; /* parties; SIZE_MAX: nobody's ledger */
  int64_t report;   /* entry of the same ledger, of whose differences it is one; -1: none */
  const char *rule, *text;
  cs_date date;
  bool resolved;
} cs_raised;

typedef struct cs_judging {
  cs_home *home;
  cs_holdings *holdings;
  cs_visit_list *visits;
  cs_moves *moves; /* of each visit */
  cs_date at;
  const char *origin; /* of the ledger that is read */
  size_t party;
  cs_arena arena;
  cs_raised *raised;
  size_t raised_count, raised_capacity;
  cs_error *error;
} cs_judging;

/* Adds a finding, of which date, party, rule, name and verdict are given; it rests on an entry (or -1) of a ledger. */
cs_status cs_judge_note(cs_judging *judging, const cs_noted *finding, const char *origin, int64_t entry,
                        const char *format, ...) CS_PRINTF(5, 6);

/* Judges a visit, when its day is over. */
cs_status cs_judge_visit(cs_judging *judging, size_t index);
/* And what was reported of one whose place is known and was opened. */
cs_status cs_judge_reports(cs_judging *judging, const cs_visit *visit, const cs_moves *moves);

#endif
