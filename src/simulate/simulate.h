/* Years of a regime, played many times over: what would it catch, when, by which measure, and at what cost?
 *
 * A scenario (countersign-scenario(5)) is a population of facilities, ways to cheat, and the assumptions that nobody knows,
 * such as how often national means see something. An agreement gives the rest: who may visit where how often and on which
 * notice, which exchanges and notifications are due when, what it counts and what it limits. Together they make a regime
 * (regime.h), which is played trial by trial (trial.c), each trial from random numbers of its own (stream.h). What comes out is
 * a course of detection over time, with intervals; courses of several agreements stand side by side in a comparison.
 *
 * The model is explained in docs/detection.md, where a test runs its examples. */
#ifndef CS_SIMULATE_H
#define CS_SIMULATE_H

#include "inspect/inspect.h"
#include "yaml/yaml.h"

/* ---- Scenarios --------------------------------------------------------------------------------------------------- */

/* What a violation leaves at a place for a visit to find. */
typedef enum cs_trace {
  CS_TRACE_NONE,
  CS_TRACE_EXTRA,   /* items that were not declared */
  CS_TRACE_MISSING, /* items that were declared and are gone */
  CS_TRACE_SPOOFED, /* items that bear identifiers of others */
} cs_trace;

/* A way to cheat. */
typedef struct cs_strategy {
  const char *name, *help;
  cs_trace trace;
  const char *needs; /* keys of a violation, separated by spaces */
} cs_strategy;
enum { CS_STRATEGIES = 6 };
extern const cs_strategy cs_strategies[CS_STRATEGIES];

/* What is nobody's fact. */
typedef struct cs_assumptions {
  int64_t looks;               /* items that a visit looks at, drawn at random; -1: all */
  double miss, spoof_miss;     /* of a look at an item in violation, or at a wrong identifier */
  double false_alarm;          /* of a look at a sound item */
  cs_span hiding;              /* half-time in which evidence is taken away after a visit is announced; 0: it is not */
  cs_span draw_notice;         /* before a drawn visit its place is known; 0: as the agreement's notice */
  double moves;                /* notified in a year */
  double clerical;             /* of a notification, or an exchange, to be late by mistake */
  double defer;                /* of a visit to be put off for an honest reason */
  double inspector_days;       /* of a visit */
  double means[CS_STRATEGIES]; /* times a year that national means see a violation of each strategy */
  const char *repeats, *designates;
} cs_assumptions;

/* One violation. Times are in days from the first of what is played. */
typedef struct cs_violation {
  cs_mark mark;
  const char *id, *name;
  const char *strategy_name;
  const cs_strategy *strategy;
  int64_t count;             /* items */
  int64_t places;            /* over which they are spread evenly */
  cs_names of, states;       /* items and states, as agreements name them: the first that an agreement knows is meant */
  cs_names at;               /* kinds of facilities */
  cs_answer undeclared;      /* at a place that nobody declares, where no visit goes */
  cs_answer declared;        /* the party declares what it has */
  const char *placing;       /* "random" or "least-visited" */
  cs_span begins, begins_by; /* after the first day; random in between */
  cs_span over;              /* in which it grows to `count` */
  double refuses;            /* probability that a visit to it is refused */
  double share;              /* of notifications that are late */
  int64_t late;              /* days by which they are */
} cs_violation;

/* A kind of facilities, and what else agreements call it. */
typedef struct cs_facility_kind {
  const char *name;
  int64_t count, items; /* of facilities that no file gives */
  cs_names also;
} cs_facility_kind;

typedef struct cs_scenario {
  cs_arena arena;
  const char *file, *folder;
  const char *id, *title, *summary;
  cs_names sources;
  const char *party;  /* that is inspected, by all others; NULL: any, where quotas are equal */
  cs_mark party_mark; /* where it is said, or would be */
  cs_date from;       /* CS_DATE_NONE: the first day on which the limit in question binds */
  cs_span length;
  const char *facilities; /* file; NULL: by kinds */
  const char *facilities_of;
  cs_places places; /* kinds by name only */
  cs_facility_kind *kinds;
  size_t kind_count;
  cs_assumptions assume;
  cs_violation *violations;
  size_t violation_count;
  const cs_node *facility_node, *kind_node, *assume_node, *means_node, *violation_node;
} cs_scenario;

enum { CS_SCENARIO_BYTES = 256 * 1024, CS_VIOLATIONS_MAX = 32, CS_YEARS_MAX = 20 };

/* Reads a scenario and the file of facilities that it names, from the folder of `name`. CS_INVALID names file, line and
 * column of the first fault. The caller releases it with cs_scenario_free. */
cs_status cs_scenario_parse(cs_slice bytes, const char *name, cs_scenario **out, cs_error *error);
/* The same for a file ("-" is standard input). */
cs_status cs_scenario_read(const char *path, cs_scenario **out, cs_error *error);
void cs_scenario_free(cs_scenario *scenario);
/* Adds the JSON Schema of scenario files. */
cs_status cs_scenario_schema(cs_text *out, cs_error *error);

/* ---- Intervals --------------------------------------------------------------------------------------------------- */

typedef struct cs_interval {
  double value, low, high;
} cs_interval;

/* `hits` of `trials` as a share, with Wilson's score interval of 95 %: E. B. Wilson, Journal of the American Statistical
 * Association 22 (1927). */
cs_interval cs_wilson(int64_t hits, int64_t trials);

/* ---- Simulation -------------------------------------------------------------------------------------------------- */

enum { CS_TRIALS_MAX_LOG10 = 12, CS_THREADS_MAX = 256 };
#define CS_TRIALS_MAX INT64_C(1000000000000)

typedef struct cs_play {
  int64_t trials; /* of each violation, 1 to CS_TRIALS_MAX */
  uint64_t seed;
  int threads; /* 1 to CS_THREADS_MAX */
  void (*progress)(void *context, uint64_t done, uint64_t all);
  void *context;
  /* Where several processes share the work: this is number `rank` of `ranks` (0: the only one), and `sum` adds up the numbers
   * of all of them. */
  int rank, ranks;
  void (*sum)(int64_t *numbers, size_t count);
} cs_play;

typedef struct cs_simulation cs_simulation;

/* Plays each violation of the scenario, and a party without one, under the agreement. The result depends on agreement,
 * scenario, trials and seed alone. The caller releases it with cs_simulation_free; agreement and scenario must outlive it. */
cs_status cs_simulate(const cs_treaty *treaty, const cs_scenario *scenario, const cs_play *play, cs_simulation **out,
                      cs_error *error);
void cs_simulation_free(cs_simulation *simulation);

/* Adds it in words, in lines of at most `width` columns, as one JSON object, or as a plot (SVG). */
cs_status cs_simulation_show(const cs_simulation *simulation, size_t width, cs_text *out, cs_error *error);
cs_status cs_simulation_json(const cs_simulation *simulation, cs_text *out, cs_error *error);
cs_status cs_simulation_plot(const cs_simulation *simulation, cs_text *out, cs_error *error);

/* ---- Comparison -------------------------------------------------------------------------------------------------- */

enum { CS_COMPARED_MAX = 6 };

typedef struct cs_comparison cs_comparison;

/* Sets agreements side by side, measure by measure, and with a scenario (or NULL) what each would catch. What a position gains
 * and gives up beside another follows from the numbers: what lets a party see more, what shows more of its own, what costs
 * more. The caller releases it with cs_comparison_free; agreements and scenario must outlive it. */
cs_status cs_comparison_make(const cs_treaty *const *treaties, size_t count, const cs_scenario *scenario,
                             const cs_play *play, cs_comparison **out, cs_error *error);
void cs_comparison_free(cs_comparison *comparison);

/* Adds it as a table in lines of at most `width` columns, in Markdown, or as one JSON object. */
cs_status cs_comparison_show(const cs_comparison *comparison, size_t width, cs_text *out, cs_error *error);
cs_status cs_comparison_markdown(const cs_comparison *comparison, cs_text *out, cs_error *error);
cs_status cs_comparison_json(const cs_comparison *comparison, cs_text *out, cs_error *error);
/* Adds detection over time as SVG: a panel a violation, a line an agreement, with its 95 % band. CS_INVALID where it was made
 * without a scenario. */
cs_status cs_comparison_plot(const cs_comparison *comparison, cs_text *out, cs_error *error);

#endif
