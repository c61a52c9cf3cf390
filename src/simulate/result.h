/* Private to simulate/: what trials came to, and how it is read. */
#ifndef CS_SIMULATE_RESULT_H
#define CS_SIMULATE_RESULT_H

#include "simulate/regime.h"

/* How one violation, or an honest party, fared. */
typedef struct cs_course {
  cs_arena *arena;
  const cs_violation *violation; /* NULL: an honest party */
  const char *note;              /* why less is seen than one may think, or NULL */
  bool counted;                  /* the agreement limits what it is about */
  int64_t trials;
  cs_date begin;
  int32_t days;
  double visits; /* in the mean, where none is put off */
  size_t measures;
  int64_t *noticed;  /* trials in which it was noticed by the end of each day */
  int64_t *first_by; /* trials that each measure noticed first */
  int64_t *times;    /* notices of each measure: of an honest party, every alarm */
  int64_t day_sum;   /* of the days on which it was noticed, whole */
} cs_course;

struct cs_simulation {
  cs_arena arena;
  const cs_treaty *treaty;
  const cs_scenario *scenario;
  int64_t trials;
  uint64_t seed;
  cs_course *courses; /* of the violations in their order, then of the honest party */
  size_t course_count;
};

/* Reads the numbers of a tally. */
cs_status cs_course_fill(cs_course *out, const cs_regime *regime, int64_t trials, const int64_t *by_day,
                         const int64_t *times, cs_error *error);

/* The share of trials in which it was noticed by the end of a day (-1: before the first). */
cs_interval cs_course_by(const cs_course *course, int32_t day);
/* Of those that were noticed, the share noticed first by a measure; and the mean and median day. */
double cs_course_share(const cs_course *course, size_t measure);
double cs_course_mean(const cs_course *course);
int32_t cs_course_median(const cs_course *course);

/* ---- Words ------------------------------------------------------------------------------------------------------- */

/* What is assumed, one sentence each, into the arena. */
typedef struct cs_sentences {
  const char **at;
  size_t count;
} cs_sentences;
cs_status cs_scenario_sentences(const cs_scenario *scenario, cs_arena *arena, cs_sentences *out, cs_error *error);

/* The same as JSON; NULL: out of memory. */
json_t *cs_scenario_json(const cs_scenario *scenario);
json_t *cs_simulation_object(const cs_simulation *simulation);

#endif
