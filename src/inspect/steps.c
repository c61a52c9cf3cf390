/* In which steps the violator's choices are looked at.
 *
 * A place may hide any number of items up to its room. Where that makes too many splits, numbers that a visit sees nearly
 * alike are taken together: they count as the most of them, and are seen like the least. And where there are too many items,
 * they are counted in units, rounded up at each place. Both favour the violator, so that a bound stays a bound. */
#include <math.h>

#include "inspect/plan.h"

double cs_plan_seen(const cs_plan *plan, size_t place, int64_t defects)
{
  const cs_plan_options *o = &plan->options;
  int64_t items = plan->places->at[place].items;
  cs_sampling s = {.population = items, .defects = defects, .sample = o->looks, .miss = o->miss};
  if (defects == 0)
    return 0;
  if (o->looks == 0 || o->looks >= items)
    return 1 - pow(o->miss, (double)defects);
  return cs_detect(&s).detected;
}

/* ---- How finely --------------------------------------------------------------------------------------------------- */

/* Each weight is looked at by itself. */
static size_t count_weights(const cs_places *places)
{
  size_t weights = 0;
  for (size_t i = 0; i < places->count; i++)
    weights += !cs_weight_is_known(places, i);
  return weights;
}

static double detail_of(const cs_plan *plan)
{
  return plan->options.detail > 0 ? plan->options.detail : 1;
}

/* The most numbers of units for which tables and time suffice. */
static int64_t most_units(const cs_plan *plan, double weights)
{
  static const double MOST_CELLS = 1e6, MOST_WEIGHED = 1e7, MOST_PAIRS = 1e7;
  enum { LEAST = 4 };
  double detail = detail_of(plan),
         cells = detail * fmin(MOST_CELLS, MOST_WEIGHED / weights) / (double)plan->places->count;
  if (plan->pool_count > 2) /* between the first and the last, each number is joined with each */
    cells = fmin(cells, sqrt(detail * MOST_PAIRS / (4 * weights * (double)(plan->pool_count - 2))));
  return (int64_t)fmax(LEAST, cells);
}

/* How many steps each place may take; INFINITY: one for each item. */
static double most_steps(const cs_plan *plan, double units, double weights)
{
  static const double MOST_WORK = 1e7;
  enum { LEAST = 2 };
  double all = 0, work = MOST_WORK * detail_of(plan);
  for (size_t i = 0; i < plan->places->count; i++)
    all += (double)cs_room_at(plan, i);
  if (all * units * weights <= work)
    return INFINITY;
  return fmax(LEAST, floor(work / (units * weights * (double)plan->places->count)));
}

/* ---- Steps -------------------------------------------------------------------------------------------------------- */

/* The last of the numbers from `first` to `room` that is seen with at most `limit`: first by leaps, then by bisection. */
static int64_t end_of_step(const cs_plan *plan, size_t place, int64_t first, int64_t room, double limit)
{
  int64_t low = first, high = first + 1, leap = 1;
  if (cs_plan_seen(plan, place, room) <= limit)
    return room;
  while (high < room && cs_plan_seen(plan, place, high) <= limit) {
    low = high;
    leap *= 2;
    high = cs_smaller(high + leap, room);
  }
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (cs_plan_seen(plan, place, middle) <= limit)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* Writes the steps of a place, where `out` is given; how many they are. */
static size_t step_through(cs_plan *plan, size_t place, double most, cs_step *out)
{
  int64_t room = cs_room_at(plan, place), unit = plan->unit;
  double width = isinf(most) || room == 0 ? 0 : cs_plan_seen(plan, place, room) / most;
  size_t count = 0;
  for (int64_t first = 1, last; first <= room; first = last + 1) {
    double seen = cs_plan_seen(plan, place, first);
    last = end_of_step(plan, place, first, room, seen + width);
    last = cs_smaller((last + unit - 1) / unit * unit, room);
    if (out != NULL)
      out[count] = (cs_step){.most = last, .units = (uint32_t)((last + unit - 1) / unit), .seen = seen};
    plan->rough = plan->rough || cs_plan_seen(plan, place, last) > seen;
    count++;
  }
  return count;
}

/* An earlier place of which the steps are the same. */
static size_t find_like(const cs_plan *plan, size_t place)
{
  size_t i = 0;
  while (i < place && plan->places->at[i].items != plan->places->at[place].items)
    i++;
  return i;
}

/* How many bounds are computed, about: a bisection for each pool, and what follows. */
static uint64_t expected_bounds(const cs_plan *plan)
{
  enum { OF_ALL = 6, OF_EACH = 5 };
  uint64_t bounds = OF_ALL;
  for (size_t k = 0; k < plan->pool_count; k++) {
    const cs_pool *pool = &plan->pools[k];
    if (pool->room >= plan->options.violation)
      bounds += OF_EACH + (uint64_t)log2(1 + (pool->chooses ? (double)pool->count : CS_DRAWN_MAX));
  }
  return bounds;
}

bool cs_steps_make(cs_planner *p)
{
  cs_plan *plan = p->plan;
  double weights = (double)count_weights(plan->places);
  int64_t violation = plan->options.violation, most = most_units(plan, weights);
  plan->unit = (violation + most - 1) / most;
  p->width = (size_t)((violation + plan->unit - 1) / plan->unit) + 1;
  plan->rough = plan->unit > 1;
  double finest = most_steps(plan, (double)(p->width - 1), weights);
  p->all = expected_bounds(plan) * (uint64_t)weights;
  p->steps = cs_arena_array(&plan->arena, plan->places->count, sizeof *p->steps);
  for (size_t i = 0; p->steps != NULL && i < plan->places->count; i++) {
    size_t like = find_like(plan, i), count = like < i ? 0 : step_through(plan, i, finest, NULL);
    if (like < i) {
      p->steps[i] = p->steps[like];
      continue;
    }
    p->steps[i] = (cs_steps){.at = cs_arena_array(&plan->arena, count + 1, sizeof(cs_step)),
                             .count = count,
                             .all = cs_plan_seen(plan, i, cs_room_at(plan, i))};
    if (p->steps[i].at == NULL)
      return false;
    step_through(plan, i, finest, p->steps[i].at);
  }
  return p->steps != NULL;
}
