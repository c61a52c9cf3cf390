/* Where a violator who knows a plan would hide the violation.
 *
 * The exact probability that a split is missed is no sum over places, so the worst split is not found directly. Two
 * bounds on it are, for each pool: with x the probability of a visit, h that of seeing something there, k the visits,
 *
 *   missed <= product of (1 - x h)          as the draw is negatively associated
 *   missed <= (1 - sum of x h / k)^k        as the number of visits that see something is distributed like a sum of at
 *                                           most k independent events (it is strongly Rayleigh), and the geometric mean
 *                                           is at most the arithmetic
 *
 * Each is worst for a split that dynamic programming over places and items finds. The smaller of both holds for every
 * split; it is exact where the places of a pool are alike. From the splits that it is found at, a search goes on. */
#include <math.h>
#include <string.h>

#include "inspect/plan.h"

/* Certain to be seen: less than the logarithm of any probability, and still a number that can be added. */
static const double CERTAIN = -1e6;

static size_t width_of(const cs_plan *plan)
{
  return (size_t)plan->options.violation + 1;
}

/* ---- One pool ------------------------------------------------------------------------------------------------------ */

/* Whether a place takes part: the most important places of a split have the weight `level`. */
static bool at_level(const cs_plan *plan, size_t place, double level, bool lighter)
{
  double weight = plan->places->at[place].weight;
  return lighter ? weight < level : weight == level;
}

/* Adds a place to the best splits of each number of items; `choice` notes how many are there. */
static void extend(cs_planner *p, size_t place, bool product, uint32_t *choice)
{
  const cs_plan *plan = p->plan;
  size_t width = width_of(plan), room = (size_t)cs_room_at(plan, place);
  for (size_t d = 1; d <= room; d++) {
    double seen = plan->visit[place] * p->seen[place][d];
    p->gain[d] = product ? fmax(CERTAIN, log1p(-seen)) : -seen;
  }
  for (size_t v = width - 1; v > 0; v--)
    for (size_t d = 1; d <= room && d <= v; d++)
      if (p->best[v - d] + p->gain[d] > p->best[v]) {
        p->best[v] = p->best[v - d] + p->gain[d];
        choice[place * width + v] = (uint32_t)d;
      }
}

/* Fills p->best with the best splits of each number of items over the places of a pool: of those that touch a place of
 * the weight `level`, or of lighter places alone. */
static void split_pool(cs_planner *p, const cs_pool *pool, double level, bool touching, bool product, uint32_t *choice)
{
  size_t width = width_of(p->plan);
  for (size_t v = 1; v < width; v++)
    p->best[v] = -INFINITY;
  p->best[0] = 0;
  for (size_t i = 0; i < pool->count; i++)
    memset(&choice[pool->places[i] * width], 0, width * sizeof *choice);
  for (size_t i = 0; touching && i < pool->count; i++)
    if (at_level(p->plan, pool->places[i], level, false))
      extend(p, pool->places[i], product, choice);
  if (touching)
    p->best[0] = -INFINITY;
  for (size_t i = 0; i < pool->count; i++)
    if (at_level(p->plan, pool->places[i], level, true))
      extend(p, pool->places[i], product, choice);
}

/* Whether places, visits and looks are alike, so that only the number of places counts, and a visit sees all or nothing
 * whatever the number of items. */
static bool all_alike(const cs_planner *p, const cs_pool *pool)
{
  static const double SAME = 1e-9;
  const cs_plan *plan = p->plan;
  if (pool->count == 0)
    return false;
  size_t first = pool->places[0];
  int64_t room = cs_room_at(plan, first);
  bool alike = p->seen[first][1] == p->seen[first][room];
  for (size_t i = 1; alike && i < pool->count; i++) {
    size_t place = pool->places[i];
    alike = cs_room_at(plan, place) == room && plan->places->at[place].weight == plan->places->at[first].weight &&
            fabs(plan->visit[place] - plan->visit[first]) < SAME && p->seen[place][room] == p->seen[first][room];
  }
  return alike;
}

/* The logarithm of the exact probability that `items` are missed in a pool of like places: on as few of them as hold it. */
static double alike_missed(const cs_planner *p, const cs_pool *pool, size_t items)
{
  int64_t room = cs_room_at(p->plan, pool->places[0]), used = ((int64_t)items + room - 1) / room;
  cs_sampling s = {.population = (int64_t)pool->count,
                   .defects = used,
                   .sample = pool->visits,
                   .miss = 1 - p->seen[pool->places[0]][room]};
  return used > s.population ? -INFINITY : fmax(CERTAIN, cs_log_missed(&s));
}

/* Fills the limits of a pool: the logarithm of the most that can be missed of each number of items. */
static void limit_pool(cs_planner *p, size_t index, double level, bool touching)
{
  const cs_pool *pool = &p->plan->pools[index];
  size_t width = width_of(p->plan);
  double *limit = &p->limit[touching][index * width], visits = (double)pool->visits;
  uint8_t *binding = &p->binding[touching][index * width];
  split_pool(p, pool, level, touching, true, p->choice[touching][1]);
  memcpy(limit, p->best, width * sizeof *limit);
  memset(binding, 1, width);
  split_pool(p, pool, level, touching, false, p->choice[touching][0]);
  for (size_t v = 1; v < width; v++) {
    double sum = visits > 0 ? fmax(CERTAIN, visits * log1p(fmax(-1, p->best[v] / visits))) : 0;
    if (limit[v] > -INFINITY && sum < limit[v]) {
      limit[v] = sum;
      binding[v] = 0;
    }
  }
  bool alike = all_alike(p, pool);
  for (size_t v = 1; alike && v < width; v++)
    limit[v] = limit[v] == -INFINITY ? limit[v] : alike_missed(p, pool, v);
}

/* ---- All pools ----------------------------------------------------------------------------------------------------- */

/* Takes what the violator puts into a pool from its choices. */
static void take_pool(cs_planner *p, size_t index, double level, bool touching, size_t items)
{
  const cs_pool *pool = &p->plan->pools[index];
  size_t width = width_of(p->plan);
  const uint32_t *choice = p->choice[touching][p->binding[touching][index * width + items]];
  for (int lighter = 1; lighter >= 0; lighter--)
    for (size_t i = pool->count; i-- > 0;) {
      size_t place = pool->places[i];
      if (!at_level(p->plan, place, level, lighter == 1))
        continue;
      p->plan->split[place] = choice[place * width + items];
      items -= choice[place * width + items];
    }
}

/* The number of items of a cell: of those for splits that do not touch the level yet, or of the others behind them. */
static size_t items_of(size_t cell, size_t width)
{
  return cell < width ? cell : cell - width;
}

/* Adds a pool to the best of each number of items over the pools before it: `after` from `before`, each for splits that
 * touch the level already and for those that do not. */
static void join_pool(cs_planner *p, size_t index, const double *before, double *after, bool last)
{
  size_t width = width_of(p->plan);
  for (size_t cell = 0; cell < 2 * width; cell++)
    after[cell] = -INFINITY;
  for (size_t from = 0; from < 2 * width; from++)
    for (int touching = 0; before[from] > -INFINITY && touching < 2; touching++) {
      size_t placed = items_of(from, width), most = width - placed;
      const double *limit = &p->limit[touching][index * width];
      for (size_t v = last ? most - 1 : 0; v < most; v++) {
        size_t to = placed + v + (from >= width || touching == 1 ? width : 0);
        if (before[from] + limit[v] > after[to]) {
          after[to] = before[from] + limit[v];
          p->pick[index * 2 * width + to] = (cs_pick){(uint32_t)from, touching == 1};
        }
      }
    }
}

/* The most that can be missed of the violation in `scope` where the most important place has the weight `level`, as a
 * logarithm; plan->split is the split that belongs to it. -INFINITY: there is none. */
static double bound_at(cs_planner *p, size_t scope, double level)
{
  cs_plan *plan = p->plan;
  size_t width = width_of(plan), first = scope == plan->pool_count ? 0 : scope;
  size_t end = scope == plan->pool_count ? plan->pool_count : scope + 1, at = 2 * width - 1;
  double *joint[] = {p->joint, p->joint + 2 * width};
  for (size_t cell = 0; cell < 2 * width; cell++)
    joint[0][cell] = cell == 0 ? 0 : -INFINITY;
  for (size_t k = first; k < end; k++) {
    for (int touching = 0; touching < 2; touching++) {
      limit_pool(p, k, level, touching == 1);
      p->limit[touching][k * width] = touching == 1 ? -INFINITY : 0;
    }
    join_pool(p, k, joint[(k - first) % 2], joint[(k - first + 1) % 2], k + 1 == end);
  }
  double missed = joint[(end - first) % 2][at];
  memset(plan->split, 0, plan->places->count * sizeof *plan->split);
  for (size_t k = end; missed > -INFINITY && k-- > first;) {
    cs_pick pick = p->pick[k * 2 * width + at];
    size_t items = items_of(at, width) - items_of(pick.from, width);
    if (items > 0)
      take_pool(p, k, level, pick.touching, items);
    at = pick.from;
  }
  return missed;
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

/* The weight of plan->split times the exact probability that it is missed. */
static double risk(cs_planner *p)
{
  double weight = 0;
  for (size_t i = 0; i < p->plan->places->count; i++)
    if (p->plan->split[i] > 0)
      weight = fmax(weight, p->plan->places->at[i].weight);
  return weight / p->heaviest * cs_plan_missed(p, 1);
}

/* Whether an earlier place has the same weight. */
static bool weight_is_known(const cs_places *places, size_t index)
{
  for (size_t i = 0; i < index; i++)
    if (places->at[i].weight == places->at[index].weight)
      return true;
  return false;
}

double cs_plan_bound(cs_planner *p, size_t scope)
{
  cs_plan *plan = p->plan;
  size_t bytes = plan->places->count * sizeof *plan->split;
  double bound = 0, worst = -1;
  for (size_t i = 0; i < plan->places->count; i++) {
    double level = plan->places->at[i].weight;
    double missed = weight_is_known(plan->places, i) ? -INFINITY : bound_at(p, scope, level);
    if (missed == -INFINITY)
      continue; /* it was done, or there is no such split */
    bound = fmax(bound, level / p->heaviest * exp(missed));
    if (bound > worst)
      memcpy(p->worst, plan->split, bytes);
    worst = bound;
  }
  memcpy(plan->split, p->worst, bytes);
  return 1 - bound;
}

/* ---- Looking on ----------------------------------------------------------------------------------------------------- */

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

/* Moves for as long as that is missed more often, or the time for it is over; keeps the worst that was ever found. */
static void search_on(cs_planner *p, double *worst)
{
  static const double MOST_WORK = 2e7;
  const cs_plan *plan = p->plan;
  size_t count = plan->places->count, bytes = count * sizeof *plan->split;
  double here = risk(p), work = 0, trial = 1;
  for (size_t k = 0; k < plan->pool_count; k++)
    trial += (double)plan->pools[k].count * (double)(plan->pools[k].visits + 1);
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t from = 0; from < count; from++)
      for (size_t to = 0; to < count && work < MOST_WORK; to++) {
        if (from == to || plan->split[from] == 0 || plan->pool_of[to] == plan->pool_count ||
            plan->split[to] >= cs_room_at(plan, to))
          continue;
        work += trial;
        moved = try_move(p, from, to, &here) || moved;
      }
  }
  if (!(here <= *worst)) {
    *worst = here;
    memcpy(p->worst, plan->split, bytes);
  }
}

/* The order in which a beginning fills places: by their room, by the probability of a visit, and one pool before all. */
static double rank(const cs_plan *plan, size_t place, int order, size_t pool)
{
  static const double BEFORE_ALL = 1e12;
  double own = order == 0 ? (double)cs_room_at(plan, place) : order * plan->visit[place];
  return own + (plan->pool_of[place] == pool ? BEFORE_ALL : 0);
}

static void fill_in_order(cs_planner *p, int order, size_t pool)
{
  cs_plan *plan = p->plan;
  int64_t left = plan->options.violation;
  memset(plan->split, 0, plan->places->count * sizeof *plan->split);
  while (left > 0) {
    size_t best = plan->places->count;
    for (size_t i = 0; i < plan->places->count; i++)
      if (plan->pool_of[i] < plan->pool_count && plan->split[i] == 0 &&
          (best == plan->places->count || rank(plan, i, order, pool) > rank(plan, best, order, pool)))
        best = i;
    plan->split[best] = cs_smaller(left, cs_room_at(plan, best));
    left -= plan->split[best];
  }
}

double cs_plan_search(cs_planner *p)
{
  cs_plan *plan = p->plan;
  double worst = -1;
  cs_plan_bound(p, plan->pool_count);
  search_on(p, &worst);
  for (size_t k = 0; k <= plan->pool_count; k++)
    for (int order = -1; order <= 1; order++) {
      fill_in_order(p, order, k);
      search_on(p, &worst);
    }
  memcpy(plan->split, p->worst, plan->places->count * sizeof *plan->split);
  return 1 - worst;
}
