/* Inspections beforehand: what a number of visits would catch, where to make them, and what they have shown.
 *
 * Some of the places or items of a population are in violation, and an inspector looks at a sample. From the
 * hypergeometric distribution follow the probability of detection, the sample that a goal needs, what several strata
 * catch together when the violator chooses the split, and how long it takes. A violator who knows the plan makes it a
 * game: its value is a linear programme, and its solution a weighted draw of places. A reading by Bayes turns round:
 * given a prior and what visits found, how many violations may there be?
 *
 * Every formula is explained with its source in docs/detection.md. Functions that take counts and probabilities expect
 * them to have passed cs_sampling_check, unless they return a status. */
#ifndef CS_INSPECT_H
#define CS_INSPECT_H

#include "base/base.h"
#include "ledger/ledger.h"
#include "treaty/treaty.h"

/* ---- Detection --------------------------------------------------------------------------------------------------- */

/* The largest population, for which every count below is exact in 64 bits. */
#define CS_POPULATION_MAX INT64_C(1000000000)

/* A sample without replacement from a population. */
typedef struct cs_sampling {
  int64_t population; /* places or items, 1 to CS_POPULATION_MAX */
  int64_t defects;    /* of them in violation */
  int64_t sample;     /* looked at */
  double miss;        /* probability that a look at a defect does not see it */
  double false_alarm; /* probability that a look at a sound item raises an alarm; below 1 */
} cs_sampling;

typedef struct cs_detection {
  double detected;    /* probability that a look sees a defect */
  double missed;      /* 1 - detected, each exact where it is small */
  double alarm;       /* probability of at least one alarm, true or false */
  double false_alarm; /* the same where there is no defect */
} cs_detection;

/* CS_INVALID where a number cannot be, with the fault and what was expected. */
cs_status cs_sampling_check(const cs_sampling *sampling, cs_error *error);

/* The probability of exactly `met` defects in the sample, and of at most, or more than, so many (R's dhyper, phyper).
 * Loader's saddle-point form, "Fast and accurate computation of binomial probabilities" (2000), on the two-by-two
 * table: nothing is subtracted that is nearly equal, so it is right to 1e-12 of itself for every population. */
double cs_hypergeometric(const cs_sampling *sampling, int64_t met);
double cs_hypergeometric_tail(const cs_sampling *sampling, int64_t met, bool more);

/* The probability of `hits` in so many independent tries (R's dbinom), by the same method. */
double cs_binomial(int64_t tries, double chance, int64_t hits);

/* The natural logarithms of the probabilities that no look sees a defect, and that none raises an alarm; -INFINITY where
 * that cannot be. */
double cs_log_missed(const cs_sampling *sampling);
double cs_log_quiet(const cs_sampling *sampling);

/* Exact. Without misses a closed form; with them the sum over the number of defects met, from its largest term
 * outwards, which takes as many terms as some standard deviations. */
cs_detection cs_detect(const cs_sampling *sampling);

/* The least sample for which `detected` reaches `goal` (above 0, at most 1), by bisection on the exact probability;
 * -1 where the whole population does not. `sampling->sample` is not read. A goal written in decimals is met by what
 * equals it as written: 9 of 10 items meet 0.9. */
int64_t cs_sample_size(const cs_sampling *sampling, double goal);

/* The same by a formula that inspectors use. */
typedef struct cs_approximation {
  const char *name;    /* for programs */
  const char *formula; /* in words, with its usual name */
  double (*detected)(const cs_sampling *sampling);
  double (*sample_size)(const cs_sampling *sampling, double goal); /* not rounded; INFINITY where none */
} cs_approximation;
extern const cs_approximation cs_approximations[];
extern const size_t cs_approximation_count;

/* The sample that the approximation asks for, in whole items: rounded up, at most the population; -1 for none. */
int64_t cs_approximate_size(const cs_approximation *approximation, const cs_sampling *sampling, double goal);

/* ---- Strata ------------------------------------------------------------------------------------------------------ */

enum { CS_STRATA_MAX = 1000 };

/* The logarithm of the probability that nothing is seen in any stratum, each sampled by itself. */
double cs_strata_log_missed(const cs_sampling *strata, size_t count);

/* Splits a violation of `violation` defects where it is seen least, and writes it into `strata[].defects`. Exact: the
 * logarithm of the probability of being missed is concave in the number of defects (the indicators of being inspected
 * are strongly Rayleigh), for which the scaled greedy method of Hochbaum, Mathematics of Operations Research 19 (1994)
 * finds the optimum. CS_INVALID where it does not fit. */
cs_status cs_strata_worst(cs_sampling *strata, size_t count, int64_t violation, cs_error *error);

/* Divides `looks` over the strata (into `strata[].sample`) so that the worst split of `violation` (into
 * `strata[].defects`) is seen with the highest probability: in proportion to population / (1 - miss), then improved by
 * moving single looks for as long as that helps. */
cs_status cs_strata_allocate(cs_sampling *strata, size_t count, int64_t violation, int64_t looks, cs_error *error);

/* ---- Over time --------------------------------------------------------------------------------------------------- */

/* How places are drawn for successive visits. */
typedef enum cs_redraw {
  CS_REDRAW_NEVER,   /* no place twice */
  CS_REDRAW_ALWAYS,  /* from all places each time */
  CS_REDRAW_AT_MOST, /* no place more than `most` times */
} cs_redraw;

/* Visits during a period, each to one place. */
typedef struct cs_visits {
  int64_t places, violating;
  double miss; /* of a visit to a violating place */
  cs_redraw redraw;
  int64_t most;
  int64_t count;      /* visits */
  const double *days; /* of each, ascending, from 0 to `period`; NULL: random days, independent and uniform */
  double period;      /* in days */
} cs_visits;

typedef struct cs_time_to_detection {
  double detected; /* probability by the end of the period */
  double mean;     /* days from the beginning of the violation, where it is detected; NAN where it cannot be */
  double within;   /* mean of the days that it goes on, when the end of the period ends it too */
} cs_time_to_detection;

cs_status cs_visits_check(const cs_visits *visits, cs_error *error);

/* The probability that `count` of the visits see something. */
double cs_visits_detect(const cs_visits *visits, int64_t count);

/* The probability that a violation begun on day `begun` is seen by day `day`. Places that were visited before stay out
 * of the draw, but the violator is taken not to have chosen by that. */
double cs_detected_by(const cs_visits *visits, double begun, double day);
cs_time_to_detection cs_detection_time(const cs_visits *visits, double begun);

/* ---- The inspection game ----------------------------------------------------------------------------------------- */

/* A place where the violator may act. */
typedef struct cs_site {
  double value;  /* what an undetected violation there is worth to the violator, at least 0 */
  double detect; /* probability that a visit sees it */
  double effort; /* of a visit, above 0; 1 where visits are counted */
  size_t pool;   /* of visits that may be spent here: an index into the budgets */
  /* Found: */
  double visit;   /* probability of a visit in the inspector's optimal strategy */
  double violate; /* probability of a violation in the violator's */
} cs_site;

/* Solves the zero-sum game in which the inspector spends `budgets[p]` of effort on the sites of each pool and the
 * violator chooses one site, both unseen; the payoff to the violator is `value` times the probability of not being seen.
 * `*value` is that of the game, and its strategies go into the sites. Linear programming with GLPK, the violator's from
 * the dual. Dresher, RAND RM-2972 (1962); Avenhaus, von Stengel and Zamir, Handbook of Game Theory 3 (2002), ch. 51. */
cs_status cs_game_solve(cs_site *sites, size_t count, const double *budgets, size_t pools, double *value,
                        cs_error *error);

/* The value of Dresher's game to the inspector: `periods` in turn, `visits` of them inspected, a violator who sees each
 * visit may act once or never; 1 where caught, -1 where not, 0 for keeping the rules. */
double cs_dresher_value(int64_t periods, int64_t visits);

/* ---- Draws ------------------------------------------------------------------------------------------------------- */

enum { CS_DRAW_MAX = 4096 };

/* Draws places so that number i is among them with probability `visit[i]`, from one random number in [0, 1): systematic
 * sampling (Madow 1949). It can be repeated by hand, and draws the sum of the probabilities rounded down or up; but some
 * pairs of places never come together. Writes indices, ascending, and gives how many. */
size_t cs_draw_systematic(const double *visit, size_t count, double random, size_t *drawn);

/* The draw with the highest entropy, the least to be guessed, for given probabilities: conditional Poisson sampling
 * (Hajek 1964; Chen, Dempster and Liu, Biometrika 81 (1994)). The sum of the probabilities must be whole. */
typedef struct cs_draw cs_draw;
cs_status cs_draw_new(const double *visit, size_t count, cs_draw **out, cs_error *error);
void cs_draw_free(cs_draw *draw);
/* Draws, from `count` random numbers in [0, 1). Writes indices, ascending, and gives how many: always the same. */
size_t cs_draw_next(const cs_draw *draw, const double *random, size_t *drawn);
/* The exact probability that no visit sees anything, where one to place i does with probability `detect[i]` (0 for
 * places without a violation). Never more than the product of 1 - visit[i] detect[i], as the draw is negatively
 * associated. */
double cs_draw_missed(const cs_draw *draw, const double *detect);

/* ---- What visits have shown -------------------------------------------------------------------------------------- */

/* What one visit found: of `sample` items, or places, `found` raised an alarm. */
typedef struct cs_look {
  int64_t sample, found;
  double miss, false_alarm;
} cs_look;

/* How many of a population are in violation: weights[d] is the probability of d, for 0 to `population`. */
typedef struct cs_belief {
  int64_t population;
  double *weights;
} cs_belief;

enum { CS_BELIEF_MAX = 1000000 };

/* Priors. Release with cs_belief_free. */
/* Beta-binomial: each is in violation with a probability that is Beta(a, b) distributed. */
cs_status cs_belief_beta(int64_t population, double a, double b, cs_belief *out, cs_error *error);
/* None with probability 1 - `some`, else spread evenly over 1 to `most`. */
cs_status cs_belief_some(int64_t population, double some, int64_t most, cs_belief *out, cs_error *error);
/* A table, scaled to a sum of 1; what is past its end is 0. */
cs_status cs_belief_table(int64_t population, const double *table, size_t count, cs_belief *out, cs_error *error);
void cs_belief_free(cs_belief *belief);

/* Turns a prior into the posterior after looks, each a new random sample from the whole population. CS_INVALID where
 * the prior holds what was found to be impossible; the belief is then unchanged. */
cs_status cs_belief_update(cs_belief *belief, const cs_look *looks, size_t count, cs_error *error);

typedef struct cs_belief_summary {
  double none; /* probability of no violation */
  double mean;
  int64_t at_most;   /* least number with at least `credible` of the probability at or below it */
  int64_t low, high; /* shortest interval that holds at least `credible` */
} cs_belief_summary;

cs_belief_summary cs_belief_read(const cs_belief *belief, double credible);

/* ---- Inspections of an agreement ---------------------------------------------------------------------------------- */

/* Whether its visits may go to facilities of this kind. */
bool cs_inspection_covers(const cs_inspection *inspection, size_t kind);
/* The first day on which one may be held. */
cs_date cs_inspection_first_day(const cs_treaty *treaty, const cs_inspection *inspection);

/* ---- A plan of visits -------------------------------------------------------------------------------------------- */

/* A facility that may hide part of a violation. */
typedef struct cs_place {
  const char *name;
  const char *kind_name;
  size_t kind;   /* index into the agreement's facilities; CS_ANY_KIND where it names none */
  int64_t items; /* that it holds: no more can be in violation there; 0: nothing to hide a violation in */
  double weight; /* how much a violation there matters, beside the others; above 0 */
} cs_place;

#define CS_ANY_KIND SIZE_MAX

typedef struct cs_places {
  cs_arena arena;
  cs_place *at;
  size_t count;
  bool assumed;      /* not read: evenly spread */
  int64_t each;      /* assumed facilities of each kind */
  const char *limit; /* identifier of the limit whose number was spread; NULL: there is none */
} cs_places;

enum { CS_PLACES_MAX = 1000 };

/* Reads facility,kind,items and, if there, weight. With a `party`, only the rows of which the column "party" names it;
 * without a `treaty`, kinds are not checked, and are CS_ANY_KIND. Release with cs_places_free. */
cs_status cs_places_read(const cs_treaty *treaty, const char *party, const char *path, cs_places *out, cs_error *error);
/* `each` facilities of every kind that may be inspected (or `each` facilities, where the agreement names no kinds), over
 * which the largest number that a limit gives is spread evenly, rounded up. Release with cs_places_free. */
cs_status cs_places_assume(const cs_treaty *treaty, int64_t each, cs_places *out, cs_error *error);
void cs_places_free(cs_places *places);

typedef struct cs_plan_options {
  int64_t violation; /* items */
  double goal;
  double miss;       /* of a look at an item in violation */
  int64_t looks;     /* items looked at in a visit; 0: all */
  const char *party; /* that inspects; NULL: any, where quotas are equal */
  cs_date at;        /* whose quotas count; CS_DATE_NONE: the first day on which a visit is allowed */
  double detail;     /* how finely large violations are looked at, beside what is usual (0: 1) */
  void (*progress)(void *context, uint64_t done, uint64_t all); /* NULL: none */
  void *context;
} cs_plan_options;

/* What a number of visits comes to. */
typedef struct cs_outcome {
  int64_t visits;  /* of all pools */
  double detected; /* for any split of the violation, at least; weighed, where places have weights */
  double found;    /* exact, for the worst split that was found */
} cs_outcome;

typedef struct cs_plan cs_plan;

/* How many visits, where, and what they catch. Drawn visits go to any place alike, with repetition; the inspector chooses
 * where the others go, and knows the size of the violation and where it may be. The violator knows the plan, but not the
 * draws, and splits the violation where it is seen least. */
cs_status cs_plan_make(const cs_treaty *treaty, const cs_places *places, const cs_plan_options *options, cs_plan **out,
                       cs_error *error);
void cs_plan_free(cs_plan *plan);

/* Whether the agreement's quotas reach the goal. */
bool cs_plan_is_enough(const cs_plan *plan);

/* Adds the plan in words, in lines of at most `width` columns, or as one JSON object. */
cs_status cs_plan_show(const cs_plan *plan, size_t width, cs_text *out, cs_error *error);
cs_status cs_plan_json(const cs_plan *plan, cs_text *out, cs_error *error);

/* ---- Joint draws ------------------------------------------------------------------------------------------------- */

/* Each party commits to a number in its own ledger, and reveals it when it has seen the other's commitment; the two numbers
 * and the request decide which facility is visited. Neither can steer the draw, nor know it before it has committed; who does
 * not reveal is seen by everybody. */

enum { CS_NONCE = 32 };
typedef struct cs_nonce {
  unsigned char bytes[CS_NONCE];
} cs_nonce;

/* SHA-256 of "countersign draw commitment v1\n", the request's leaf hash, the party's identifier, a newline, and the nonce: what a
 * party commits to for this one request. */
cs_hash cs_joint_commitment(const cs_hash *request, const char *party, const cs_nonce *nonce);

/* The seed of the draw: SHA-256 of "countersign draw v1\n", the request's leaf hash, the nonce of the inspecting party and
 * that of the inspected one. */
cs_hash cs_joint_seed(const cs_hash *request, const cs_nonce *inspecting, const cs_nonce *inspected);

/* A stream of uniform numbers from a seed: block i is SHA-256 of the seed and i (8 bytes, big-endian), read as four 64-bit
 * big-endian numbers. */
typedef struct cs_joint {
  cs_hash seed;
  uint64_t block;
  unsigned used;
  uint64_t numbers[4];
} cs_joint;
cs_joint cs_joint_start(const cs_hash *seed);
/* A number below `limit` (at least 1), each alike: what would favour some of them is thrown away (rejection). */
uint64_t cs_joint_below(cs_joint *draw, uint64_t limit);
/* Index of one of `count` places, each as likely as its weight says; weights NULL: all alike. SIZE_MAX where the weights are
 * all zero, or their sum does not fit. */
size_t cs_joint_place(cs_joint *draw, const uint64_t *weights, size_t count);

#endif
