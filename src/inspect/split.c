/* Where a violator who knows a plan would hide the violation. */
#include <math.h>
#include <string.h>

#include "inspect/plan.h"

/* ---- The worst split ---------------------------------------------------------------------------------------------- */

static bool in_scope(const cs_plan *plan, size_t scope, size_t place)
{
  return plan->pool_of[place] < plan->pool_count && (scope == plan->pool_count || plan->pool_of[place] == scope);
}

/* Certain to be seen: less than the logarithm of any probability, and still a number that can be added. */
static const double CERTAIN = -1e6;

/* Adds the places that have this weight, or are lighter, to the best splits of each number of items. */
static void extend(cs_planner *p, size_t scope, double weight, bool lighter)
{
  cs_plan *plan = p->plan;
  size_t width = (size_t)plan->options.violation + 1;
  for (size_t i = 0; i < plan->places->count; i++) {
    double own = plan->places->at[i].weight;
    size_t room = (size_t)cs_room_at(plan, i);
    if (!in_scope(plan, scope, i) || (lighter ? own >= weight : own != weight))
      continue;
    for (size_t d = 1; d <= room; d++)
      p->gain[d] = fmax(CERTAIN, log1p(-plan->visit[i] * p->seen[i][d]));
    for (size_t v = width - 1; v > 0; v--)
      for (size_t d = 1; d <= room && d <= v; d++)
        if (p->best[v - d] + p->gain[d] > p->best[v]) {
          p->best[v] = p->best[v - d] + p->gain[d];
          p->choice[i * width + v] = (uint32_t)d;
        }
  }
}

/* The split with the highest product of being missed at each place, of those whose most important place has this weight:
 * dynamic programming over places and items. Gives the logarithm; -INFINITY where there is none. */
static double split_below(cs_planner *p, size_t scope, double weight)
{
  size_t width = (size_t)p->plan->options.violation + 1;
  for (size_t v = 1; v < width; v++)
    p->best[v] = -INFINITY;
  p->best[0] = 0;
  memset(p->choice, 0, p->plan->places->count * width * sizeof *p->choice);
  extend(p, scope, weight, false);
  p->best[0] = -INFINITY; /* something is at a place of this weight */
  extend(p, scope, weight, true);
  return p->best[width - 1];
}

/* Takes the split that was found last into plan->split, places in the opposite order. */
static void take_split(cs_planner *p, double weight)
{
  cs_plan *plan = p->plan;
  size_t width = (size_t)plan->options.violation + 1, left = width - 1;
  memset(plan->split, 0, plan->places->count * sizeof *plan->split);
  for (int lighter = 1; lighter >= 0; lighter--)
    for (size_t i = plan->places->count; i-- > 0;) {
      double own = plan->places->at[i].weight;
      if (lighter == 1 ? own >= weight : own != weight)
        continue;
      plan->split[i] = p->choice[i * width + left];
      left -= p->choice[i * width + left];
    }
}

double cs_plan_missed(cs_planner *p, double part)
{
  double missed = 1;
  for (size_t k = 0; k < p->plan->pool_count; k++) {
    const cs_pool *pool = &p->plan->pools[k];
    if (pool->draw == NULL)
      continue;
    for (size_t i = 0; i < pool->count; i++)
      p->detect[i] = part * p->seen[pool->places[i]][p->plan->split[pool->places[i]]];
    missed *= cs_draw_missed(pool->draw, p->detect);
  }
  return missed;
}

/* ---- Looking on from a split ----------------------------------------------------------------------------------------
 *
 * The product over places is a bound: a draw without replacement sees more. Its worst split need not be the worst for the
 * draw, so others are tried that are near it, on the exact probability. */

/* Weight of a split times the probability that it is missed, for plan->split. */
static double risk(cs_planner *p)
{
  double weight = 0;
  for (size_t i = 0; i < p->plan->places->count; i++)
    if (p->plan->split[i] > 0)
      weight = fmax(weight, p->plan->places->at[i].weight);
  return weight / p->heaviest * cs_plan_missed(p, 1);
}

/* Moves as many items as fit from one place to another, where that is missed more often; false where it is not. */
static bool try_move(cs_planner *p, size_t from, size_t to, double *worst)
{
  static const double WORTH = 1e-12;
  int64_t *split = p->plan->split, moved = cs_smaller(split[from], cs_room_at(p->plan, to) - split[to]);
  split[from] -= moved;
  split[to] += moved;
  double now = risk(p);
  if (now > *worst + WORTH) {
    *worst = now;
    return true;
  }
  split[from] += moved;
  split[to] -= moved;
  return false;
}

static double search_on(cs_planner *p, size_t scope)
{
  enum { MOST_TRIALS = 2000 };
  const cs_plan *plan = p->plan;
  size_t count = plan->places->count;
  double worst = risk(p);
  int trials = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t from = 0; from < count; from++)
      for (size_t to = 0; to < count; to++) {
        if (from == to || plan->split[from] == 0 || !in_scope(plan, scope, to) ||
            plan->split[to] >= cs_room_at(plan, to))
          continue;
        if (trials++ == MOST_TRIALS)
          return worst;
        moved = try_move(p, from, to, &worst) || moved;
      }
  }
  return worst;
}

/* Fills places by the order of `visit` (descending where `sign` is -1), or of their room. */
static void fill_in_order(cs_planner *p, size_t scope, int order)
{
  cs_plan *plan = p->plan;
  int64_t left = plan->options.violation;
  memset(plan->split, 0, plan->places->count * sizeof *plan->split);
  while (left > 0) {
    size_t best = plan->places->count;
    double key = -INFINITY;
    for (size_t i = 0; i < plan->places->count; i++) {
      double own = order == 0 ? (double)cs_room_at(plan, i) : order * plan->visit[i];
      if (in_scope(plan, scope, i) && plan->split[i] == 0 && cs_room_at(plan, i) > 0 && own > key) {
        key = own;
        best = i;
      }
    }
    plan->split[best] = cs_smaller(left, cs_room_at(plan, best));
    left -= plan->split[best];
  }
}

/* The worst of what is found from several beginnings; plan->split is it then. */
static double search_all(cs_planner *p, size_t scope)
{
  cs_plan *plan = p->plan;
  size_t bytes = plan->places->count * sizeof *plan->split;
  double worst = search_on(p, scope);
  memcpy(p->worst, plan->split, bytes);
  for (int order = -1; order <= 1; order++) {
    fill_in_order(p, scope, order);
    double found = search_on(p, scope);
    if (found > worst) {
      worst = found;
      memcpy(p->worst, plan->split, bytes);
    }
  }
  memcpy(plan->split, p->worst, bytes);
  return worst;
}

/* ---- All of it ---- */

/* Whether an earlier place has the same weight. */
static bool weight_is_known(const cs_places *places, size_t index)
{
  for (size_t i = 0; i < index; i++)
    if (places->at[i].weight == places->at[index].weight)
      return true;
  return false;
}

cs_status cs_plan_evaluate(cs_planner *p, size_t scope, cs_outcome *out, cs_error *error)
{
  cs_plan *plan = p->plan;
  size_t bytes = plan->places->count * sizeof *plan->split;
  double bound = 0, worst = -1;
  for (size_t i = 0; i < plan->places->count; i++) {
    double weight = plan->places->at[i].weight;
    double missed = weight_is_known(plan->places, i) ? -INFINITY : split_below(p, scope, weight);
    if (missed == -INFINITY)
      continue; /* it was done, or does not fit */
    bound = fmax(bound, weight / p->heaviest * exp(missed));
    take_split(p, weight);
    double found = risk(p);
    if (!(found <= worst)) {
      worst = found;
      memcpy(p->worst, plan->split, bytes);
    }
  }
  memcpy(plan->split, p->worst, bytes);
  worst = search_all(p, scope);
  *out = (cs_outcome){.detected = 1 - worst, .at_least = 1 - fmax(bound, worst)};
  for (size_t k = 0; k < plan->pool_count; k++)
    out->visits += plan->pools[k].count > 0 ? plan->pools[k].visits : 0;
  return isnan(worst) ? cs_fail_memory(error) : CS_OK;
}
