/* Private to simulate/: one trial after another, and what is counted of them. */
#ifndef CS_SIMULATE_TRIAL_H
#define CS_SIMULATE_TRIAL_H

#include "simulate/regime.h"
#include "simulate/stream.h"

/* What is counted. Sums of whole numbers, so that it does not matter in which order trials are played, or by whom. */
typedef struct cs_tally {
  int64_t *numbers; /* of all that follows, one after the other */
  size_t count;
  int64_t *by_day; /* trials first noticed on a day, by measure and day */
  int64_t *times;  /* notices of each measure, of an honest party: every alarm; of a violation: the first of a trial */
} cs_tally;

/* Where a thread plays. Nothing is allocated while it does. */
typedef struct cs_table {
  const cs_regime *regime;
  cs_stream stream;
  uint32_t index; /* of what is played, which has random numbers of its own */
  size_t measures;
  uint32_t trial;     /* marks what belongs to this trial: never 0 */
  uint32_t *visited;  /* by group and place: the trial of the last visit */
  uint32_t *violates; /* by place: the trial in which it is in violation last */
  uint8_t *larger;    /* and whether with the larger portion */
  uint32_t *chosen;   /* the places in violation */
  cs_tally tally;
} cs_table;

/* A table for one thread; release with cs_table_free, after an error too. */
cs_status cs_table_make(const cs_regime *regime, uint64_t seed, uint32_t index, cs_table *out, cs_error *error);
void cs_table_free(cs_table *table);

/* Plays trials `from` to before `until`: each is in time, and in random numbers, of the order of visits and events. */
void cs_play_trials(cs_table *table, int64_t from, int64_t until);

#endif
