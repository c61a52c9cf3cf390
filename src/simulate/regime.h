/* Private to simulate/: an agreement and a scenario made ready for one violation, so that a trial only draws and looks up.
 * Days are counted from the first that is played; places are indices into the scenario's. */
#ifndef CS_SIMULATE_REGIME_H
#define CS_SIMULATE_REGIME_H

#include "simulate/simulate.h"

/* ---- Measures ---------------------------------------------------------------------------------------------------- */

/* What can notice a violation: visits by each inspection of the agreement, and then these. */
typedef enum cs_notice { CS_BY_REFUSAL, CS_BY_DEADLINE, CS_BY_EXCHANGE, CS_BY_MEANS, CS_NOTICES } cs_notice;

typedef struct cs_measure {
  const char *id, *name;
  const char *article; /* NULL: it is no measure of the agreement */
} cs_measure;

/* The measures of an agreement: its inspections in their order, then cs_notice in its order. */
size_t cs_measure_count(const cs_treaty *treaty);
cs_measure cs_measure_at(const cs_treaty *treaty, size_t index);

/* How many visits all others may make to a party in a period of the quota; -1: not limited. */
int64_t cs_quota_on(const cs_treaty *treaty, const cs_inspection *inspection, size_t party);

/* ---- Draws by weight --------------------------------------------------------------------------------------------- */

/* Draws an index with given probabilities from one uniform number: the alias method of A. J. Walker (1977), as M. D. Vose builds
 * it (1991). */
typedef struct cs_alias {
  double *keep; /* of each index, the probability to stay with it */
  uint32_t *other;
} cs_alias;
bool cs_alias_make(cs_arena *arena, const double *weights, size_t count, cs_alias *out);

/* ---- The regime -------------------------------------------------------------------------------------------------- */

/* The visits of one inspection in one period of its quota. */
typedef struct cs_block {
  uint32_t measure;
  uint32_t visits;
  uint32_t group;       /* of blocks that share what was visited already */
  bool repeats;         /* a place may be visited again */
  double first, length; /* the days in which they come, at random */
  const uint32_t *places;
  uint32_t count;
  const double *weights; /* of them; NULL: evenly */
  cs_alias alias;
  /* Where only visits that may notice something are drawn: how many of them are at most k, k + 1, ... as shares of 2^32, for
   * those k for which it is less than certain. */
  uint32_t *at_most;
  uint32_t at_most_count;
  double sees;  /* probability that what may be seen in a visit is: that it is held, and nothing was taken away */
  double blind; /* probability that the notice is used to take evidence away */
} cs_block;

/* Places over which a violation may be spread where only visits that meet it are drawn. */
enum { CS_SPARSE_MAX = 64 };

typedef struct cs_regime {
  const cs_treaty *treaty;
  const cs_scenario *scenario;
  const cs_violation *violation; /* NULL: an honest party */
  size_t party;                  /* that is inspected */
  cs_arena arena;
  cs_date begin;
  int32_t days;
  double in_force;                /* days after which the agreement has ended, if it does while it is played */
  double binds_from, binds_until; /* the days in which there is something to break */
  size_t place_count;
  cs_block *blocks;
  size_t block_count, group_count;
  /* All visits are alike, so that only those are drawn that may notice something, as many as come out: of a violation, those
   * to its places, of an honest party, those that may raise an alarm. */
  bool sparse;
  double visits; /* that take place in the mean, where none is put off */
  double defer;
  /* Exchanges of what is limited, by day. */
  double *as_of, *due;
  size_t exchange_count;
  const char *note; /* why a measure sees less than one may think, or NULL */
  bool counted;     /* the agreement limits what the violation is about */
  /* Of an honest party: */
  double *alarm;    /* probability of a false alarm in a visit to each place */
  double any_alarm; /* the most that a visit may raise one with, or be put off */
  double mistakes;  /* notifications late by mistake, each day */
  double clerical;  /* probability that an exchange is late by mistake */
  /* Of a violation: */
  uint32_t *eligible; /* places where it may be */
  uint32_t eligible_count;
  bool fixed;            /* it is at the first of them */
  uint32_t places, more; /* over which it is spread; the first `more` have one item more than the rest */
  uint32_t steps;        /* in which it grows */
  double *seen;          /* probability that a visit sees it, by place, portion (0: the larger) and steps done */
  double begins, begins_by, over;
  double refused; /* probability that a visit to it is refused */
  bool declared;
  double means, late;       /* events a day that national means, or a deadline, notice */
  double by_means, by_late; /* the most that these come to in the days that are played */
  double late_days;         /* from the event until it is noticed */
} cs_regime;

/* While it is made: the visits of all periods that are played; and, when the places of the violation are known, whether only
 * those need be drawn that may notice something. */
cs_status cs_blocks_add(cs_regime *regime, cs_error *error);
cs_status cs_blocks_thin(cs_regime *regime, cs_error *error);

/* Release with cs_regime_free, after an error too. */
cs_status cs_regime_make(const cs_treaty *treaty, const cs_scenario *scenario, const cs_violation *violation,
                         cs_regime *out, cs_error *error);
void cs_regime_free(cs_regime *regime);

static inline double cs_seen_at(const cs_regime *r, uint32_t place, bool larger, uint32_t steps_done)
{
  return r->seen[((size_t)place * 2 + (larger ? 0 : 1)) * (r->steps + 1) + steps_done];
}

#endif
