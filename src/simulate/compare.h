/* Private to simulate/: agreements side by side. */
#ifndef CS_SIMULATE_COMPARE_H
#define CS_SIMULATE_COMPARE_H

#include "simulate/result.h"

/* What stands in one row of the table, in words. */
typedef struct cs_topic {
  const char *id, *name;
  void (*describe)(const cs_treaty *treaty, size_t party, cs_text *out);
} cs_topic;
extern const cs_topic cs_topics[];
extern const size_t cs_topic_count;

/* What more of something means to a party. */
typedef enum cs_effect { CS_MORE_SEES, CS_LESS_SEES, CS_MORE_SHOWS } cs_effect;

/* Something about an agreement that has a number, and what more of it means to a party. */
typedef struct cs_feature {
  const char *id, *name;
  cs_effect effect;
  double (*number)(const cs_treaty *treaty, size_t party); /* NAN: there is none */
} cs_feature;
extern const cs_feature cs_features[];
extern const size_t cs_feature_count;

/* One point in which two positions differ. */
typedef struct cs_difference {
  const char *id, *name;
  double own, other;
  bool gains; /* the first of the two */
  bool share; /* the numbers are probabilities */
} cs_difference;

struct cs_comparison {
  cs_arena arena;
  const cs_treaty *const *treaties;
  size_t parties[CS_COMPARED_MAX]; /* that is looked at in each */
  size_t count;
  const cs_scenario *scenario;
  cs_simulation *simulations[CS_COMPARED_MAX]; /* with a scenario */
};

enum { CS_DIFFERENCES_MAX = 64 + CS_VIOLATIONS_MAX };
/* In what `own` differs from `other`, both indices into the comparison: how many, into `out` of CS_DIFFERENCES_MAX. */
size_t cs_comparison_differences(const cs_comparison *c, size_t own, size_t other, cs_difference *out);

/* ---- Charts ------------------------------------------------------------------------------------------------------ */

typedef struct cs_chart_line {
  const char *name;
  const cs_course *course;
} cs_chart_line;

typedef struct cs_chart_panel {
  const char *title;
  const cs_chart_line *lines;
  size_t count;
} cs_chart_panel;

/* Draws detection over time, with bands; the names of the first panel's lines are the legend. */
cs_status cs_chart_draw(const char *title, const char *note, const cs_chart_panel *panels, size_t count, cs_text *out,
                        cs_error *error);

#endif
