/* A plan as it was made: private to plan.c, pools.c, steps.c, split.c, plan_show.c and plan_json.c. */
#ifndef CS_INSPECT_PLAN_H
#define CS_INSPECT_PLAN_H

#include "inspect/inspect.h"

/* What one pool comes to by itself, with one visit fewer, as planned and with one more; NAN: cannot be. */
typedef struct pool_outcome {
  double fewer, planned, more;
} pool_outcome;

/* An inspection in a pool, and how many of its visits count in the period of the plan; -1: not limited. */
typedef struct cs_part {
  const cs_inspection *inspection;
  int64_t quota, counted;
} cs_part;

/* Visits that may go to the same places. Drawn ones go to each of the `sites` alike, each drawn from all of them anew;
 * the others are chosen, to no place twice. */
typedef struct cs_pool {
  cs_part *parts;
  size_t part_count;
  const char *name, *article; /* of all */
  bool draws, chooses;        /* whether visits of some part are drawn, and of some are chosen */
  int64_t drawn_quota;        /* of all parts that are drawn; -1: not limited */
  int64_t chosen_quota;       /* of the others */
  int64_t sites;              /* all facilities that they may go to, also those where there is nothing to hide */
  size_t *places;             /* those that can hide something, and belong to no pool before it */
  size_t count;
  int64_t room;                           /* items that they can hide, as far as the violation goes */
  int64_t visits, drawn;                  /* in the outcome that was computed last: all, and of them drawn */
  cs_draw *draw;                          /* of the chosen ones; NULL: none, or not made yet */
  int64_t planned, planned_drawn, needed; /* visits within the quotas, and without; needed -1: none suffices */
  pool_outcome alone;
} cs_pool;

struct cs_plan {
  cs_arena arena;
  const cs_treaty *treaty;
  const cs_places *places;
  cs_plan_options options;
  cs_pool *pools;
  size_t pool_count;
  bool *covers;              /* of each pool and place: whether visits of the pool may go there */
  size_t *pool_of;           /* of each place: an index, or pool_count: none */
  double *visit;             /* of each place, in the outcome that was computed last: to be chosen for a visit */
  int64_t *split;            /* items in violation there, in the split that was looked at last */
  cs_outcome within, needed; /* by the quotas, and without them; needed.visits -1: no number suffices */
  double mean_days;          /* until a violation begun on the first day is seen, where it is; NAN: never */
  double period;             /* in days; NAN: the agreement has no end */
  bool term;                 /* quotas are counted over the whole term */
  bool scaled;               /* quotas of the term are counted by their share in a year */
  int64_t unit;              /* items that are placed together when the bound is computed */
  bool rough;                /* for the bound, numbers of items that are seen nearly alike were taken together */
  size_t out_of_reach;       /* places that no visit may go to, */
  int64_t hidden;            /* and the items that they hold */
};

/* The most drawn visits that are looked at. */
enum { CS_DRAWN_MAX = 1000000 };

/* Fills the pools from the inspections that are in force on the day of the plan, and says which place belongs where. */
cs_status cs_pools_make(cs_plan *plan, cs_error *error);

static inline bool cs_pool_covers(const cs_plan *plan, size_t pool, size_t place)
{
  return plan->covers[pool * plan->places->count + place];
}

/* Whether some visits are drawn, in any of the pools. */
bool cs_plan_draws(const cs_plan *plan);
/* How many of the planned visits are. */
int64_t cs_plan_drawn(const cs_plan *plan);
/* The quota of a pool: drawn and chosen visits; -1: not limited. */
int64_t cs_pool_quota(const cs_pool *pool);
/* The probability of a place to be visited at least once, by the visits that are planned. */
double cs_plan_visited(const cs_plan *plan, size_t place);

/* ---- While it is made ---- */

/* How a number of items over several pools came about. */
typedef struct cs_pick {
  uint32_t from;
  bool touching;
} cs_pick;

/* One step of the amounts that a place may hide: from above the step before, up to `most` items. */
typedef struct cs_step {
  int64_t most;   /* items */
  uint32_t units; /* as which they count, rounded up */
  double seen;    /* probability that a visit sees the least of them */
} cs_step;

typedef struct cs_steps {
  cs_step *at;
  size_t count;
  double all; /* probability that a visit sees any of as many items as there is room for */
} cs_steps;

/* Visits of a pool that are drawn. */
typedef struct cs_lot {
  size_t pool;
  double visits, each; /* how many, and the probability with which one goes to a certain place */
} cs_lot;

/* What items cost that are placed as cheaply as may be, if they could be divided at will. */
typedef struct cs_slope {
  double each; /* an item */
  int64_t room;
} cs_slope;

/* The tables that the search for the worst split needs. Those of two: for splits over places that are lighter than the
 * weight that is looked at, and for those that touch a place of this weight. */
typedef struct cs_planner {
  cs_plan *plan;
  size_t width;           /* numbers of units: from 0 to the violation */
  cs_steps *steps;        /* of each place */
  cs_lot *lots;           /* that count in what is looked at */
  size_t lot_count;       /* how many */
  double *best, *gain;    /* of each number of units, while places are added; of each step */
  uint32_t *choice[2][2]; /* the step at each place, counted from 1, for each number: by the sum, by the product */
  cs_slope *slopes;       /* of places of a pool */
  double *limit[2];       /* of each pool, and number of units: the logarithm of the most that can be missed */
  uint8_t *binding[2];    /* and by which of the choices */
  double *joint;          /* of each number of units over several pools, before and after one is added */
  cs_pick *pick;
  double *detect;     /* of each place of a pool */
  double *seen;       /* of each place: probability that a visit sees what is there, */
  int64_t *seen_with; /* with this number of items */
  int64_t *worst;     /* the worst split so far */
  double heaviest;    /* weight of a place */
  uint64_t done, all; /* bounds, of one weight each, and how many are expected */
  int64_t *alone;     /* visits that each pool needs by itself; -1: none suffice */
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

/* Whether an earlier place has the same weight. */
bool cs_weight_is_known(const cs_places *places, size_t index);

/* The probability that a visit to a place sees any of `defects` items in violation there. */
double cs_plan_seen(const cs_plan *plan, size_t place, int64_t defects);

/* Chooses unit and steps so that a bound is computed in reasonable time; false when out of memory. */
bool cs_steps_make(cs_planner *planner);

/* The probability with which the visits see a violation in `scope` (a pool, or pool_count: all) at least, however it is
 * split; plan->split is the split at which the bound is found. A split matters as much as the most important place in
 * it. */
double cs_plan_bound(cs_planner *planner, size_t scope);

/* The probability, exact, with which they see the worst split that is found; plan->split is it. NAN: out of memory. */
double cs_plan_search(cs_planner *planner);

/* The exact probability that plan->split is missed, after a part of the period in which visits come on random days. */
double cs_plan_missed(cs_planner *planner, double part);

#endif
