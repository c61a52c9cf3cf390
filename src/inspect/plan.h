/* A plan as it was made: private to plan.c, split.c and plan_show.c. */
#ifndef CS_INSPECT_PLAN_H
#define CS_INSPECT_PLAN_H

#include "inspect/inspect.h"

/* What one pool comes to by itself, with one visit fewer, as planned and with one more; NAN: cannot be. */
typedef struct pool_outcome {
  double fewer, planned, more;
} pool_outcome;

/* Visits that have their quota and their places in common. */
typedef struct cs_pool {
  const cs_inspection *inspection; /* the first of them */
  const char *name, *article;      /* of all */
  int64_t quota;                   /* of all; -1: not limited */
  size_t *places;                  /* that may be visited and can hide something */
  size_t count;
  int64_t room;            /* items that they can hide, as far as the violation goes */
  int64_t visits;          /* in the outcome that was computed last, */
  cs_draw *draw;           /* with its draw */
  int64_t planned, needed; /* visits within the quotas, and without; needed -1: none suffices */
  pool_outcome alone;
} cs_pool;

struct cs_plan {
  cs_arena arena;
  const cs_treaty *treaty;
  const cs_places *places;
  cs_plan_options options;
  cs_pool *pools;
  size_t pool_count;
  size_t *pool_of;           /* of each place: an index, or pool_count: none */
  double *visit;             /* of each place, in the outcome that was computed last */
  int64_t *split;            /* items in violation there, in the split that was looked at last */
  cs_outcome within, needed; /* by the quotas, and without them; needed.visits -1: no number suffices */
  double mean_days;          /* until a violation begun on the first day is seen, where it is; NAN: never */
  double period;             /* in days */
  bool term;                 /* quotas are counted over the whole term */
  size_t out_of_reach;       /* places that no visit may go to, */
  int64_t hidden;            /* and the items that they hold */
};

/* ---- While it is made ---- */

/* How a number of items over several pools came about. */
typedef struct cs_pick {
  uint32_t from;
  bool touching;
} cs_pick;

/* The tables that the search for the worst split needs. Those of two: for splits over places that are lighter than the
 * weight that is looked at, and for those that touch a place of this weight. */
typedef struct cs_planner {
  cs_plan *plan;
  double **seen;          /* of each place, and number of items in violation there: probability that a visit sees any */
  double *best, *gain;    /* of each number of items, while places are added */
  uint32_t *choice[2][2]; /* how many are at each place, for each number: by the sum, by the product */
  double *limit[2];       /* of each pool, and number of items: the logarithm of the most that can be missed */
  uint8_t *binding[2];    /* and by which of the choices */
  double *joint;          /* of each number of items over several pools, before and after one is added */
  cs_pick *pick;
  double *detect;
  int64_t *worst;  /* the worst split so far */
  double heaviest; /* weight of a place */
  int64_t *alone;  /* visits that each pool needs by itself; -1: none suffice */
} cs_planner;

static inline int64_t cs_smaller(int64_t a, int64_t b)
{
  return a < b ? a : b;
}

/* Items that a place can hide of the violation. */
static inline int64_t cs_room_at(const cs_plan *plan, size_t place)
{
  return cs_smaller(plan->places->at[place].items, plan->options.violation);
}

/* The probability with which the visits see a violation in `scope` (a pool, or pool_count: all) at least, however it is
 * split; plan->split is the split at which the bound is found. A split matters as much as the most important place in
 * it. */
double cs_plan_bound(cs_planner *planner, size_t scope);

/* The probability, exact, with which they see the worst split that is found; plan->split is it. NAN: out of memory. */
double cs_plan_search(cs_planner *planner);

/* The exact probability that plan->split is missed, after a part of the period in which visits come on random days. */
double cs_plan_missed(cs_planner *planner, double part);

#endif
