/* Where a violator who knows a plan would hide the violation.
 *
 * The exact probability that a split is missed is no sum over places, so the worst split is not found directly. Two
 * bounds on it are, for each pool: with x the probability of a place to be chosen, h that of seeing something there, m
 * chosen visits, and k drawn ones, each of which goes to any of N places alike,
 *
 *   missed <= product of (1 - x h) (1 - h / N)^k                      as the draw is negatively associated
 *   missed <= (1 - sum of (x + k / N) h / (m + k))^(m + k)            as the number of chosen visits that see something is
 *                                                                     distributed like a sum of at most m independent
 *                                                                     events (it is strongly Rayleigh), and the geometric
 *                                                                     mean is at most the arithmetic
 *
 * Drawn visits that go to places of several pools count for each, as 1 - a - b <= (1 - a) (1 - b). Each bound is worst
 * for a split that dynamic programming over places and items finds. The smaller of both holds for every split; it is
 * exact where the places of a pool are alike, and where all visits are drawn. From the splits that it is found at, a
 * search goes on. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/plan.h"

/* Certain to be seen: less than the logarithm of any probability, and still a number that can be added. */
static const double CERTAIN = -1e6;

/* ---- Drawn visits -------------------------------------------------------------------------------------------------- */

/* However many they are, drawn visits make nothing certain: the logarithm of their missing it is bounded from below,
 * above what a goal forgives for rounding. */
static double not_certain(double missed)
{
  static const double LEAST = -24;
  return isinf(missed) ? missed : fmax(LEAST, missed);
}

/* Notes the drawn visits that count in `scope`: of one pool by itself, or of all. */
static void set_lots(cs_planner *p, size_t scope)
{
  const cs_plan *plan = p->plan;
  p->lot_count = 0;
  for (size_t k = 0; k < plan->pool_count; k++)
    if (plan->pools[k].drawn > 0 && (scope == plan->pool_count || k == scope))
      p->lots[p->lot_count++] =
        (cs_lot){.pool = k, .visits = (double)plan->pools[k].drawn, .each = 1 / (double)plan->pools[k].sites};
}

/* How many drawn visits go to a place in the mean. */
static double drawn_to(const cs_planner *p, size_t place)
{
  double sum = 0;
  for (size_t q = 0; q < p->lot_count; q++)
    sum += cs_pool_covers(p->plan, p->lots[q].pool, place) ? p->lots[q].visits * p->lots[q].each : 0;
  return sum;
}

/* The logarithm of a bound on their missing what they see there with probability `seen`. */
static double drawn_missed(const cs_planner *p, size_t place, double seen)
{
  double sum = 0;
  for (size_t q = 0; q < p->lot_count; q++)
    sum += cs_pool_covers(p->plan, p->lots[q].pool, place) ? p->lots[q].visits * log1p(-p->lots[q].each * seen) : 0;
  return not_certain(sum);
}

/* Whether they may go to some, or to all places of a pool. */
static bool lot_covers(const cs_planner *p, const cs_lot *lot, const cs_pool *pool, bool all)
{
  size_t covered = 0;
  for (size_t i = 0; i < pool->count; i++)
    covered += cs_pool_covers(p->plan, lot->pool, pool->places[i]);
  return all ? covered == pool->count : covered > 0;
}

/* ---- One pool ------------------------------------------------------------------------------------------------------ */

/* Whether a place takes part: the most important places of a split have the weight `level`. */
static bool at_level(const cs_plan *plan, size_t place, double level, bool lighter)
{
  double weight = plan->places->at[place].weight;
  return lighter ? weight < level : weight == level;
}

/* What is left to place when a step is taken; at least `least`. */
static size_t before_step(size_t units, const cs_step *step, size_t least)
{
  return units > least + step->units ? units - step->units : least;
}

/* Adds a place to the best splits of at least each number of units; `choice` notes the step that is taken there. Those
 * of which one unit at least is elsewhere (`least`) keep it there. */
static void extend(cs_planner *p, size_t place, bool product, size_t least, uint32_t *choice)
{
  const cs_plan *plan = p->plan;
  const cs_steps *steps = &p->steps[place];
  double chosen = plan->visit[place], drawn = drawn_to(p, place);
  for (size_t j = 0; j < steps->count; j++) {
    double seen = steps->at[j].seen;
    p->gain[j] =
      product ? fmax(CERTAIN, log1p(-chosen * seen) + drawn_missed(p, place, seen)) : -(chosen + drawn) * seen;
  }
  for (size_t v = p->width - 1; v > least; v--)
    for (size_t j = 0; j < steps->count; j++) {
      double with = p->best[before_step(v, &steps->at[j], least)] + p->gain[j];
      if (with > p->best[v]) {
        p->best[v] = with;
        choice[place * p->width + v] = (uint32_t)j + 1;
      }
    }
}

/* Fills p->best with the best splits of each number of units over the places of a pool: of those that touch a place of
 * the weight `level`, or of lighter places alone. */
static void split_pool(cs_planner *p, const cs_pool *pool, double level, bool touching, bool product, uint32_t *choice)
{
  size_t width = p->width;
  for (size_t v = 1; v < width; v++)
    p->best[v] = -INFINITY;
  p->best[0] = 0;
  for (size_t i = 0; i < pool->count; i++)
    memset(&choice[pool->places[i] * width], 0, width * sizeof *choice);
  for (size_t i = 0; touching && i < pool->count; i++)
    if (at_level(p->plan, pool->places[i], level, false))
      extend(p, pool->places[i], product, 0, choice);
  if (touching)
    p->best[0] = -INFINITY;
  for (size_t i = 0; i < pool->count; i++)
    if (at_level(p->plan, pool->places[i], level, true))
      extend(p, pool->places[i], product, touching, choice);
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
  bool alike = p->steps[first].count == 1;
  for (size_t i = 1; alike && i < pool->count; i++) {
    size_t place = pool->places[i];
    alike = cs_room_at(plan, place) == room && plan->places->at[place].weight == plan->places->at[first].weight &&
            fabs(plan->visit[place] - plan->visit[first]) < SAME && p->steps[place].count == 1 &&
            p->steps[place].at[0].seen == p->steps[first].at[0].seen;
  }
  return alike;
}

/* The logarithm of the exact probability that `units` are missed in a pool of like places: on as few of them as hold
 * it. */
static double alike_missed(const cs_planner *p, const cs_pool *pool, size_t units)
{
  const cs_step *all = &p->steps[pool->places[0]].at[0];
  int64_t used = ((int64_t)units + all->units - 1) / all->units;
  cs_sampling s = {.population = (int64_t)pool->count,
                   .defects = used,
                   .sample = pool->visits - pool->drawn,
                   .miss = 1 - all->seen};
  if (used > s.population)
    return -INFINITY;
  double drawn = 0;
  for (size_t q = 0; q < p->lot_count; q++)
    if (lot_covers(p, &p->lots[q], pool, true))
      drawn += p->lots[q].visits * log1p(-(double)used * p->lots[q].each * all->seen);
  return fmax(CERTAIN, cs_log_missed(&s) + not_certain(drawn));
}

/* ---- Rounded ------------------------------------------------------------------------------------------------------ */

static int by_cost(const void *a, const void *b)
{
  double x = ((const cs_slope *)a)->each, y = ((const cs_slope *)b)->each;
  return (x > y) - (x < y);
}

/* What an item costs in the sum, as its share of a full place. */
static double share_of(const cs_planner *p, size_t place)
{
  return (p->plan->visit[place] + drawn_to(p, place)) * p->steps[place].all / (double)cs_room_at(p->plan, place);
}

/* What steps and units round away is bounded from the other side. The probability of seeing some of d items is concave in
 * d, so that no item costs less in the sum than its share of a full place. Lowers p->best, of the sum, to what items cost
 * that are placed at these costs. */
static void charge_shares(cs_planner *p, const cs_pool *pool, double level)
{
  const cs_plan *plan = p->plan;
  size_t count = 0;
  for (size_t i = 0; i < pool->count; i++)
    if (plan->places->at[pool->places[i]].weight <= level)
      p->slopes[count++] = (cs_slope){share_of(p, pool->places[i]), cs_room_at(plan, pool->places[i])};
  qsort(p->slopes, count, sizeof *p->slopes, by_cost);
  int64_t placed = 0;
  double cost = 0;
  for (size_t v = 1, i = 0; v < p->width; v++) {
    int64_t items = (int64_t)(v - 1) * plan->unit + 1; /* at least, where so many units were rounded up */
    for (; i < count && placed + p->slopes[i].room <= items; i++) {
      placed += p->slopes[i].room;
      cost += p->slopes[i].each * (double)p->slopes[i].room;
    }
    double all = cost + (i < count ? p->slopes[i].each * (double)(items - placed) : 0);
    p->best[v] = fmin(p->best[v], -all);
  }
}

/* Fills the limits of a pool: the logarithm of the most that can be missed of each number of units. */
static void limit_pool(cs_planner *p, size_t index, double level, bool touching)
{
  const cs_pool *pool = &p->plan->pools[index];
  size_t width = p->width;
  double *limit = &p->limit[touching][index * width], drawn = 0;
  uint8_t *binding = &p->binding[touching][index * width];
  for (size_t q = 0; q < p->lot_count; q++)
    drawn += lot_covers(p, &p->lots[q], pool, false) ? p->lots[q].visits : 0;
  double visits = (double)(pool->visits - pool->drawn) + drawn;
  split_pool(p, pool, level, touching, true, p->choice[touching][1]);
  memcpy(limit, p->best, width * sizeof *limit);
  memset(binding, 1, width);
  split_pool(p, pool, level, touching, false, p->choice[touching][0]);
  if (p->plan->rough)
    charge_shares(p, pool, touching ? level : nextafter(level, 0));
  for (size_t v = 1; v < width; v++) {
    double sum = visits > 0 ? visits * log1p(fmax(-1, p->best[v] / visits)) : 0;
    sum = fmax(CERTAIN, drawn > 0 ? not_certain(sum) : sum);
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
static void take_pool(cs_planner *p, size_t index, double level, bool touching, size_t units)
{
  const cs_pool *pool = &p->plan->pools[index];
  size_t width = p->width;
  const uint32_t *choice = p->choice[touching][p->binding[touching][index * width + units]];
  for (int lighter = 1; lighter >= 0; lighter--)
    for (size_t i = pool->count; i-- > 0;) {
      size_t place = pool->places[i], taken = choice[place * width + units];
      if (taken == 0 || !at_level(p->plan, place, level, lighter == 1))
        continue;
      const cs_step *step = &p->steps[place].at[taken - 1];
      p->plan->split[place] = step->most;
      units = before_step(units, step, touching && lighter == 1 ? 1 : 0);
    }
}

/* Steps and units are rounded up: makes the split as large as the violation. */
static void settle_split(cs_plan *plan, size_t scope)
{
  int64_t over = -plan->options.violation;
  for (size_t i = 0; i < plan->places->count; i++)
    over += plan->split[i];
  for (int used = 1; used >= 0; used--) /* what is missing goes to places that are used, then to others */
    for (size_t i = 0; over < 0 && i < plan->places->count; i++) {
      size_t pool = plan->pool_of[i];
      if (pool == plan->pool_count || (scope < plan->pool_count && pool != scope) ||
          (plan->split[i] > 0) != (used == 1))
        continue;
      int64_t more = cs_smaller(-over, cs_room_at(plan, i) - plan->split[i]);
      plan->split[i] += more;
      over += more;
    }
  for (size_t i = plan->places->count; over > 0 && i-- > 0;) {
    int64_t less = cs_smaller(over, plan->split[i] > 0 ? plan->split[i] - 1 : 0);
    plan->split[i] -= less;
    over -= less;
  }
}

/* The number of units of a cell: of those for splits that do not touch the level yet, or of the others behind them. */
static size_t units_of(size_t cell, size_t width)
{
  return cell < width ? cell : cell - width;
}

/* Adds a pool to the best of each number of units over the pools before it: `after` from `before`, each for splits that
 * touch the level already and for those that do not. */
static void join_pool(cs_planner *p, size_t index, const double *before, double *after, bool last)
{
  size_t width = p->width;
  for (size_t cell = 0; cell < 2 * width; cell++)
    after[cell] = -INFINITY;
  for (size_t from = 0; from < 2 * width; from++)
    for (int touching = 0; before[from] > -INFINITY && touching < 2; touching++) {
      size_t placed = units_of(from, width), most = width - placed;
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
  size_t width = p->width, first = scope == plan->pool_count ? 0 : scope;
  size_t end = scope == plan->pool_count ? plan->pool_count : scope + 1, at = 2 * width - 1;
  double *joint[] = {p->joint, p->joint + 2 * width};
  set_lots(p, scope);
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
    size_t units = units_of(at, width) - units_of(pick.from, width);
    if (units > 0)
      take_pool(p, k, level, pick.touching, units);
    at = pick.from;
  }
  if (missed > -INFINITY)
    settle_split(plan, scope);
  return missed;
}

/* The probability that a visit to a place sees what is there. */
static double seen_now(cs_planner *p, size_t place)
{
  if (p->seen_with[place] != p->plan->split[place]) {
    p->seen_with[place] = p->plan->split[place];
    p->seen[place] = cs_plan_seen(p->plan, place, p->plan->split[place]);
  }
  return p->seen[place];
}

double cs_plan_missed(cs_planner *p, double part)
{
  const cs_plan *plan = p->plan;
  double missed = 1;
  for (size_t k = 0; k < plan->pool_count; k++) {
    const cs_pool *pool = &plan->pools[k];
    double seen = 0; /* summed */
    for (size_t i = 0; pool->drawn > 0 && i < plan->places->count; i++)
      seen += plan->split[i] > 0 && cs_pool_covers(plan, k, i) ? seen_now(p, i) : 0;
    if (pool->drawn > 0)
      missed *= pow(1 - part * seen / (double)pool->sites, (double)pool->drawn);
    for (size_t i = 0; pool->draw != NULL && i < pool->count; i++)
      p->detect[i] = part * seen_now(p, pool->places[i]);
    if (pool->draw != NULL)
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
bool cs_weight_is_known(const cs_places *places, size_t index)
{
  for (size_t i = 0; i < index; i++)
    if (places->at[i].weight == places->at[index].weight)
      return true;
  return false;
}

static void report(cs_planner *p)
{
  const cs_plan_options *o = &p->plan->options;
  p->done++;
  p->all = p->done > p->all ? p->done : p->all;
  if (o->progress != NULL)
    o->progress(o->context, p->done, p->all);
}

double cs_plan_bound(cs_planner *p, size_t scope)
{
  cs_plan *plan = p->plan;
  size_t bytes = plan->places->count * sizeof *plan->split;
  double bound = 0, worst = -1;
  for (size_t i = 0; i < plan->places->count; i++) {
    double level = plan->places->at[i].weight;
    double missed = cs_weight_is_known(plan->places, i) ? -INFINITY : bound_at(p, scope, level);
    if (!cs_weight_is_known(plan->places, i))
      report(p);
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

/* Moves items from one place to another, where that is missed more often; false where it is not. */
static bool try_move(cs_planner *p, size_t from, size_t to, int64_t moved, double *worst)
{
  static const double WORTH = 1e-12;
  int64_t *split = p->plan->split;
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

/* As many as fit, or a single one. */
static bool try_moves(cs_planner *p, size_t from, size_t to, double *worst)
{
  const cs_plan *plan = p->plan;
  int64_t most = cs_smaller(plan->split[from], cs_room_at(plan, to) - plan->split[to]);
  return try_move(p, from, to, most, worst) || (most > 1 && try_move(p, from, to, 1, worst));
}

/* Moves for as long as that is missed more often, or the time for it is over; keeps the worst that was ever found. */
static void search_on(cs_planner *p, double *worst)
{
  static const double MOST_WORK = 1e7;
  const cs_plan *plan = p->plan;
  size_t count = plan->places->count, bytes = count * sizeof *plan->split;
  double here = risk(p), work = 0, trial = 1;
  for (size_t k = 0; k < plan->pool_count; k++)
    trial += (double)plan->pools[k].count * (double)(plan->pools[k].visits - plan->pools[k].drawn + 1);
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t from = 0; from < count; from++)
      for (size_t to = 0; to < count && work < MOST_WORK; to++) {
        if (from == to || plan->split[from] == 0 || plan->pool_of[to] == plan->pool_count ||
            plan->split[to] >= cs_room_at(plan, to))
          continue;
        work += 2 * trial;
        moved = try_moves(p, from, to, &here) || moved;
      }
  }
  if (!(here <= *worst)) {
    *worst = here;
    memcpy(p->worst, plan->split, bytes);
  }
}

/* Beginnings of a search fill places by their room, by the probability of being chosen (the least, or the most, first), or
 * by what an item costs there; and one pool before all. */
enum beginning { LARGEST, LEAST_CHOSEN, MOST_CHOSEN, CHEAPEST, BEGINNINGS };

static double rank(const cs_planner *p, size_t place, int order, size_t pool)
{
  static const double BEFORE_ALL = 1e10; /* above any number of items */
  const cs_plan *plan = p->plan;
  double chosen = plan->visit[place], own = order == LEAST_CHOSEN ? -chosen : chosen,
         first = 10; /* above any probability */
  if (order == LARGEST) {
    own = (double)cs_room_at(plan, place);
    first = BEFORE_ALL;
  }
  if (order == CHEAPEST)
    own = -share_of(p, place);
  return own + (plan->pool_of[place] == pool ? first : 0);
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
          (best == plan->places->count || rank(p, i, order, pool) > rank(p, best, order, pool)))
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
    for (int order = LARGEST; order < BEGINNINGS; order++) {
      fill_in_order(p, order, k);
      search_on(p, &worst);
    }
  memcpy(plan->split, p->worst, plan->places->count * sizeof *plan->split);
  return 1 - worst;
}
