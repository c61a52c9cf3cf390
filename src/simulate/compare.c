/* Agreements side by side: made, and what they differ in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/compare.h"

/* ---- Differences ------------------------------------------------------------------------------------------------- */

static void add(cs_difference *out, size_t *count, cs_difference d, cs_effect effect)
{
  if (isnan(d.own) || isnan(d.other) || d.own == d.other || *count == CS_DIFFERENCES_MAX)
    return;
  d.gains = effect == CS_MORE_SEES ? d.own > d.other : d.own < d.other;
  out[(*count)++] = d;
}

/* Whether two shares differ by more than chance. */
static bool apart(cs_interval a, cs_interval b)
{
  return a.low > b.high || b.low > a.high;
}

static double alarms_of(const cs_course *honest)
{
  double sum = 0;
  for (size_t m = 0; m < honest->measures; m++)
    sum += (double)honest->times[m] / (double)honest->trials;
  return sum;
}

/* Whether two parties raise alarms so differently that it is no chance: they come one by one, nearly, so that their number has
 * a variance of about itself. */
static bool alarms_apart(const cs_course *x, const cs_course *y)
{
  static const double SIGMAS = 4;
  double a = alarms_of(x), b = alarms_of(y);
  return fabs(a - b) > SIGMAS * sqrt(a / (double)x->trials + b / (double)y->trials);
}

static void add_simulated(const cs_comparison *c, size_t own, size_t other, cs_difference *out, size_t *count)
{
  const cs_simulation *a = c->simulations[own], *b = c->simulations[other];
  for (size_t i = 0; i + 1 < a->course_count; i++) {
    cs_interval x = cs_course_by(&a->courses[i], a->courses[i].days),
                y = cs_course_by(&b->courses[i], b->courses[i].days);
    const cs_violation *v = a->courses[i].violation;
    if (apart(x, y))
      add(out, count, (cs_difference){.id = v->id, .name = v->name, .own = x.value, .other = y.value, .share = true},
          CS_MORE_SEES);
  }
  const cs_course *x = &a->courses[a->course_count - 1], *y = &b->courses[b->course_count - 1];
  double days = c->scenario->assume.inspector_days;
  if (alarms_apart(x, y))
    add(out, count,
        (cs_difference){.id = "false-alarms",
                        .name = "alarms against an honest party",
                        .own = alarms_of(x),
                        .other = alarms_of(y)},
        CS_MORE_SHOWS);
  add(out, count,
      (cs_difference){.id = "inspector-days",
                      .name = "days of work of inspectors",
                      .own = x->visits * days,
                      .other = y->visits * days},
      CS_MORE_SHOWS);
}

size_t cs_comparison_differences(const cs_comparison *c, size_t own, size_t other, cs_difference *out)
{
  size_t count = 0;
  for (size_t i = 0; i < cs_feature_count; i++) {
    const cs_feature *f = &cs_features[i];
    add(out, &count,
        (cs_difference){.id = f->id,
                        .name = f->name,
                        .own = f->number(c->treaties[own], c->parties[own]),
                        .other = f->number(c->treaties[other], c->parties[other])},
        f->effect);
  }
  if (c->scenario != NULL)
    add_simulated(c, own, other, out, &count);
  return count;
}

/* ---- Making it --------------------------------------------------------------------------------------------------- */

static size_t find_party(const cs_treaty *t, const cs_scenario *scenario)
{
  for (size_t i = 0; scenario != NULL && scenario->party != NULL && i < t->parties.count; i++)
    if (strcmp(t->parties.at[i].rule.id, scenario->party) == 0)
      return i;
  return 0;
}

/* The bar goes over all agreements. */
typedef struct shared_bar {
  const cs_play *play;
  uint64_t before, all;
} shared_bar;

static void show_progress(void *context, uint64_t done, uint64_t all)
{
  shared_bar *bar = context;
  if (bar->play->progress != NULL)
    bar->play->progress(bar->play->context, bar->before * all + done, bar->all * all);
}

static cs_status simulate_all(cs_comparison *c, const cs_play *play, cs_error *error)
{
  shared_bar bar = {.play = play, .all = c->count};
  cs_play own = *play;
  cs_status status = CS_OK;
  own.progress = show_progress;
  own.context = &bar;
  for (size_t i = 0; i < c->count && status == CS_OK; i++, bar.before++)
    status = cs_simulate(c->treaties[i], c->scenario, &own, &c->simulations[i], error);
  return status;
}

cs_status cs_comparison_make(const cs_treaty *const *treaties, size_t count, const cs_scenario *scenario,
                             const cs_play *play, cs_comparison **out, cs_error *error)
{
  *out = NULL;
  if (count < 2 || count > CS_COMPARED_MAX)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%zu agreements cannot be compared; expected 2 to %d", count,
                   CS_COMPARED_MAX);
  cs_comparison *c = calloc(1, sizeof *c);
  const cs_treaty **kept = c == NULL ? NULL : cs_arena_array(&c->arena, count, sizeof(const cs_treaty *));
  if (kept == NULL) {
    free(c);
    return cs_fail_memory(error);
  }
  for (size_t i = 0; i < count; i++) {
    kept[i] = treaties[i];
    c->parties[i] = find_party(treaties[i], scenario);
  }
  c->treaties = kept;
  c->count = count;
  c->scenario = scenario;
  cs_status status = scenario == NULL ? CS_OK : simulate_all(c, play, error);
  if (status == CS_OK)
    *out = c;
  else
    cs_comparison_free(c);
  return status;
}

void cs_comparison_free(cs_comparison *comparison)
{
  if (comparison == NULL)
    return;
  for (size_t i = 0; i < comparison->count; i++)
    cs_simulation_free(comparison->simulations[i]);
  cs_arena_free(&comparison->arena);
  free(comparison);
}
