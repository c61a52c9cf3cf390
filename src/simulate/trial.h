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
  /* Behind the measures there is a place for trials that none noticed. */
} cs_tally;

/* Trials that are played as one piece of work, whose random numbers follow from its number alone; and those of them that are
 * played side by side. */
enum { CS_PIECE = 4096, CS_ABREAST = 512 };

/* Trials side by side, a visit to what is in violation each: see abreast.c. */
typedef struct cs_abreast {
  uint32_t *order;             /* of the places where the violation may be */
  uint32_t *chosen;            /* places in violation, by portion and trial */
  uint64_t taken[CS_ABREAST];  /* of a trial's portions, those that this block has visited */
  uint32_t met[CS_ABREAST];    /* visits that meet the violation, still to come */
  uint32_t trials[CS_ABREAST]; /* that have some */
  double begun[CS_ABREAST];    /* the day on which the violation began */
  uint64_t day[CS_ABREAST];    /* of the first notice, as bits in the order of days */
  uint32_t by[CS_ABREAST];     /* its measure */
  uint32_t words[2][CS_ABREAST];
} cs_abreast;

/* Where a thread plays. Nothing is allocated while it does. */
typedef struct cs_table {
  const cs_regime *regime;
  cs_stream stream;
  size_t measures;
  uint32_t trial;      /* marks what belongs to this trial: never 0 */
  uint32_t *visited;   /* by group and place: the trial of the last visit */
  uint32_t *violates;  /* by place: the trial in which it is in violation last */
  uint8_t *larger;     /* and whether with the larger portion */
  cs_abreast *abreast; /* NULL where each visit is drawn */
  cs_tally tally;
} cs_table;

/* A table for one thread; release with cs_table_free, after an error too. */
cs_status cs_table_make(const cs_regime *regime, uint64_t seed, uint32_t index, cs_table *out, cs_error *error);
void cs_table_free(cs_table *table);

/* Plays the first `trials`, at most CS_PIECE, of a piece of work: each takes time of the order of visits and events. */
void cs_play_piece(cs_table *table, uint64_t piece, uint32_t trials);

/* The same for a violation of which only visits that meet it are drawn. */
cs_status cs_abreast_make(const cs_regime *regime, cs_abreast **out, cs_error *error);
void cs_abreast_free(cs_abreast *abreast);
void cs_play_abreast(cs_table *table, uint32_t trials);

/* Counts a trial that was first noticed by a measure on a day; `measures`: by none. */
static inline void cs_tally_add(cs_tally *tally, size_t days, double day, size_t measure)
{
  tally->by_day[measure * days + (size_t)day]++;
  tally->times[measure]++;
}

/* How much of a violation there is, in steps, some days after it began. */
static inline uint32_t cs_steps_done(const cs_regime *r, double since)
{
  if (since >= r->over)
    return r->steps;
  uint32_t steps = 1 + (uint32_t)(since / r->over * r->steps);
  return steps > r->steps ? r->steps : steps;
}

/* How many visits may notice something, for a random word. */
static inline uint32_t cs_met(const cs_block *b, uint32_t word)
{
  uint32_t met = 0;
  for (uint32_t k = 0; k < b->at_most_count; k++)
    met += word >= b->at_most[k];
  return met;
}

#endif
