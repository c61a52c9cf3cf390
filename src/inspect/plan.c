/* A plan of visits: how many the goal needs, within the agreement's quotas and without, and where they go. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/plan.h"

/* ---- One pool ------------------------------------------------------------------------------------------------------ */

/* The game of one pool: a place that can hide only a part of the violation needs only that part of the visits, and what
 * drawn visits see there already makes it matter less. */
static void describe_sites(const cs_planner *p, const cs_pool *pool, cs_site *sites)
{
  const cs_plan *plan = p->plan;
  for (size_t i = 0; i < pool->count; i++) {
    size_t place = pool->places[i];
    int64_t room = cs_room_at(plan, place);
    double share = (double)room / (double)plan->options.violation, seen = p->steps[place].all;
    double drawn_miss = pow(1 - seen / (double)pool->sites, (double)pool->drawn);
    sites[i] = (cs_site){.value = plan->places->at[place].weight / p->heaviest * drawn_miss,
                         .detect = seen / share,
                         .effort = 1};
  }
}

/* Visits that the optimum leaves over are spread evenly. */
static void spend_the_rest(cs_site *sites, size_t count, double visits)
{
  double rest = visits, room = 0;
  for (size_t i = 0; i < count; i++) {
    rest -= sites[i].visit;
    room += 1 - sites[i].visit;
  }
  for (size_t i = 0; i < count && room > 0; i++)
    sites[i].visit = fmin(1, fmax(0, sites[i].visit + (1 - sites[i].visit) * rest / room));
}

static cs_status solve_sites(cs_planner *p, const cs_pool *pool, cs_site *sites, cs_error *error)
{
  double value, budget = (double)(pool->visits - pool->drawn);
  describe_sites(p, pool, sites);
  cs_status status = cs_game_solve(sites, pool->count, &budget, 1, &value, error);
  if (status != CS_OK)
    return status;
  spend_the_rest(sites, pool->count, budget);
  for (size_t i = 0; i < pool->count; i++)
    p->plan->visit[pool->places[i]] = sites[i].visit;
  return CS_OK;
}

static int64_t least_of_quota(int64_t quota, int64_t limit)
{
  return quota < 0 ? limit : cs_smaller(quota, limit);
}

/* How many of so many visits are drawn: as many as may be, then others are chosen. Where any number may be drawn, they
 * come last. */
static int64_t drawn_of(const cs_pool *pool, int64_t visits)
{
  if (!pool->chooses)
    return visits;
  if (pool->drawn_quota >= 0)
    return cs_smaller(visits, pool->drawn_quota);
  int64_t chosen = least_of_quota(pool->chosen_quota, (int64_t)pool->count);
  return visits > chosen ? visits - chosen : 0;
}

/* Gives a pool so many visits: how many are drawn, and the probability of each of its places to be chosen. */
static cs_status set_visits(cs_planner *p, cs_pool *pool, int64_t visits, cs_error *error)
{
  if (pool->visits == visits)
    return CS_OK;
  pool->visits = visits;
  pool->drawn = drawn_of(pool, visits);
  for (size_t i = 0; i < pool->count; i++)
    p->plan->visit[pool->places[i]] = 0;
  if (pool->count == 0 || visits == pool->drawn)
    return CS_OK;
  cs_site *sites = calloc(pool->count, sizeof *sites);
  cs_status status = sites == NULL ? cs_fail_memory(error) : solve_sites(p, pool, sites, error);
  free(sites);
  return status;
}

/* The draw of the chosen visits, which only exact probabilities need. */
static cs_status make_draw(const cs_plan *plan, cs_pool *pool, cs_error *error)
{
  if (pool->count == 0 || pool->visits == pool->drawn)
    return CS_OK;
  double *visit = calloc(pool->count, sizeof *visit);
  if (visit == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < pool->count; i++)
    visit[i] = plan->visit[pool->places[i]];
  cs_status status = cs_draw_new(visit, pool->count, &pool->draw, error);
  free(visit);
  return status;
}

static bool reaches(const cs_plan *plan, double detected)
{
  static const double ROUNDING = 1e-11; /* of the draws */
  return detected >= plan->options.goal - ROUNDING;
}

/* ---- How many visits ---------------------------------------------------------------------------------------------- */

static bool fits(const cs_plan *plan, const cs_pool *pool)
{
  return pool->room >= plan->options.violation;
}

/* The most visits that a pool may have. Without quotas, chosen ones may go to every place; as many are drawn as the quota
 * says, or where none is chosen, any number. */
static int64_t limit_of(const cs_pool *pool, bool quotas)
{
  int64_t count = (int64_t)pool->count;
  int64_t chosen = !pool->chooses ? 0 : quotas ? least_of_quota(pool->chosen_quota, count) : count;
  bool any = !quotas && !pool->chooses;
  return chosen + (any ? CS_DRAWN_MAX : least_of_quota(pool->drawn_quota, CS_DRAWN_MAX));
}

/* What a pool comes to by itself with so many visits; NAN where that cannot be. */
static cs_status alone(cs_planner *p, size_t index, int64_t visits, double *out, cs_error *error)
{
  cs_pool *pool = &p->plan->pools[index];
  *out = NAN;
  if (!fits(p->plan, pool) || visits < 0 || visits > limit_of(pool, false))
    return CS_OK;
  cs_status status = set_visits(p, pool, visits, error);
  if (status == CS_OK)
    *out = cs_plan_bound(p, index);
  return status;
}

/* The least visits that the goal needs where all of the violation is in one pool, by bisection. */
static cs_status need_alone(cs_planner *p, size_t index, int64_t *out, cs_error *error)
{
  cs_pool *pool = &p->plan->pools[index];
  int64_t low = 0, high = limit_of(pool, false);
  double detected;
  *out = 0;
  if (!fits(p->plan, pool))
    return CS_OK;
  cs_status status = alone(p, index, high, &detected, error);
  if (status == CS_OK && !reaches(p->plan, detected)) {
    *out = -1;
    return CS_OK;
  }
  while (status == CS_OK && low < high) {
    int64_t middle = low + (high - low) / 2;
    status = alone(p, index, middle, &detected, error);
    if (reaches(p->plan, detected))
      high = middle;
    else
      low = middle + 1;
  }
  *out = low;
  return status;
}

/* Items of the worst split that one more visit of a pool may see. */
static int64_t items_before(const cs_plan *plan, size_t index)
{
  const cs_pool *pool = &plan->pools[index];
  bool drawn = drawn_of(pool, pool->visits + 1) > pool->drawn;
  int64_t items = 0;
  for (size_t i = 0; i < plan->places->count; i++)
    items += (drawn ? cs_pool_covers(plan, index, i) : plan->pool_of[i] == index) ? plan->split[i] : 0;
  return items;
}

/* The pool with room for one more visit in which most of the worst split is; pool_count where there is none. */
static size_t pool_to_raise(const cs_plan *plan, bool quotas)
{
  size_t best = plan->pool_count;
  int64_t most = 0;
  for (size_t k = 0; k < plan->pool_count; k++) {
    int64_t items = plan->pools[k].visits < limit_of(&plan->pools[k], quotas) ? items_before(plan, k) : 0;
    if (items > most) {
      best = k;
      most = items;
    }
  }
  return best;
}

/* One visit more, or where there are hundreds, one in a hundred. */
static int64_t raised(const cs_pool *pool, bool quotas)
{
  enum { PART = 200 };
  return cs_smaller(pool->visits + 1 + pool->visits / PART, limit_of(pool, quotas));
}

/* Gives each pool what it needs by itself, then more visits where the worst split is, until the goal or the limits are
 * reached. */
static cs_status reach(cs_planner *p, bool quotas, cs_outcome *out, cs_error *error)
{
  cs_plan *plan = p->plan;
  cs_status status = CS_OK;
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++) {
    int64_t limit = limit_of(&plan->pools[k], quotas);
    status = set_visits(p, &plan->pools[k], p->alone[k] < 0 ? limit : cs_smaller(p->alone[k], limit), error);
  }
  while (status == CS_OK) {
    out->detected = cs_plan_bound(p, plan->pool_count);
    size_t raise = reaches(plan, out->detected) ? plan->pool_count : pool_to_raise(plan, quotas);
    if (raise == plan->pool_count)
      break;
    status = set_visits(p, &plan->pools[raise], raised(&plan->pools[raise], quotas), error);
  }
  out->visits = 0;
  for (size_t k = 0; k < plan->pool_count; k++)
    out->visits += plan->pools[k].visits;
  return status;
}

static cs_status neighbours(cs_planner *p, size_t index, cs_error *error)
{
  cs_pool *pool = &p->plan->pools[index];
  double *const out[] = {&pool->alone.fewer, &pool->alone.planned, &pool->alone.more};
  cs_status status = CS_OK;
  for (int i = 0; status == CS_OK && i < 3; i++)
    status = alone(p, index, pool->planned + i - 1, out[i], error);
  return status == CS_OK ? set_visits(p, pool, pool->planned, error) : status;
}

/* Visits come on random days: the integral of being missed, by Simpson's rule on a polynomial of their number. */
static double mean_days(cs_planner *p)
{
  enum { STEPS = 256 };
  static const double SEEN = 1e-9; /* less is rounding */
  double sum = 0, end = cs_plan_missed(p, 1);
  for (int i = 0; i <= STEPS; i++)
    sum += (i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2) * cs_plan_missed(p, (double)i / STEPS);
  return end < 1 - SEEN ? p->plan->period * (sum / (3 * STEPS) - end) / (1 - end) : NAN;
}

static cs_status compute(cs_planner *p, cs_error *error)
{
  cs_plan *plan = p->plan;
  cs_status status = CS_OK;
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++)
    status = need_alone(p, k, &p->alone[k], error);
  if (status == CS_OK)
    status = reach(p, false, &plan->needed, error);
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++)
    plan->pools[k].needed = reaches(plan, plan->needed.detected) ? plan->pools[k].visits : -1;
  if (status == CS_OK)
    status = reach(p, true, &plan->within, error);
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++) {
    plan->pools[k].planned = plan->pools[k].visits;
    plan->pools[k].planned_drawn = plan->pools[k].drawn;
  }
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++)
    status = neighbours(p, k, error);
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++)
    status = make_draw(plan, &plan->pools[k], error);
  if (status != CS_OK)
    return status;
  plan->within.found = cs_plan_search(p);
  plan->mean_days = mean_days(p);
  if (isnan(plan->within.found))
    return cs_fail_memory(error);
  if (!reaches(plan, plan->needed.detected))
    plan->needed.visits = -1;
  return status;
}

/* ---- Making it ----------------------------------------------------------------------------------------------------- */

static bool make_tables(cs_planner *p)
{
  cs_plan *plan = p->plan;
  if (!cs_steps_make(p))
    return false;
  size_t count = plan->places->count, pools = plan->pool_count, width = p->width, most = 1;
  for (size_t i = 0; i < count; i++)
    most = p->steps[i].count > most ? p->steps[i].count : most;
  const struct {
    void *table;
    size_t count, size;
  } tables[] = {
    {&p->lots, pools, sizeof *p->lots},
    {&p->best, width, sizeof *p->best},
    {&p->gain, most, sizeof *p->gain},
    {&p->choice[0][0], count, width * sizeof **p->choice[0]},
    {&p->choice[0][1], count, width * sizeof **p->choice[0]},
    {&p->choice[1][0], count, width * sizeof **p->choice[0]},
    {&p->choice[1][1], count, width * sizeof **p->choice[0]},
    {&p->slopes, count, sizeof *p->slopes},
    {&p->limit[0], pools, width * sizeof **p->limit},
    {&p->limit[1], pools, width * sizeof **p->limit},
    {&p->binding[0], pools, width},
    {&p->binding[1], pools, width},
    {&p->joint, 4, width * sizeof *p->joint},
    {&p->pick, pools, 2 * width * sizeof *p->pick},
    {&p->detect, count, sizeof *p->detect},
    {&p->seen, count, sizeof *p->seen},
    {&p->seen_with, count, sizeof *p->seen_with},
    {&p->worst, count, sizeof *p->worst},
    {&p->alone, pools, sizeof *p->alone},
  };
  for (size_t i = 0; i < CS_COUNT_OF(tables); i++) {
    void *table = cs_arena_array(&plan->arena, tables[i].count, tables[i].size);
    if (table == NULL)
      return false;
    memcpy(tables[i].table, &table, sizeof table);
  }
  for (size_t i = 0; i < count; i++)
    p->heaviest = fmax(p->heaviest, plan->places->at[i].weight);
  return true;
}

static cs_status check_options(const cs_plan *plan, cs_error *error)
{
  const cs_plan_options *o = &plan->options;
  if (o->violation < 1)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the violation is %lld; expected at least 1",
                   (long long)o->violation);
  if (!(o->goal > 0 && o->goal <= 1))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the goal is %g; expected above 0, at most 1", o->goal);
  if (!(o->miss >= 0 && o->miss <= 1))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the probability of a miss is %g; expected from 0 to 1",
                   o->miss);
  if (o->looks > 0 && plan->places->assumed && plan->places->limit == NULL)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "the agreement does not say how many items there are to look at; expected a file of facilities");
  return CS_OK;
}

static cs_status check_room(const cs_plan *plan, cs_error *error)
{
  char a[CS_GROUPED], b[CS_GROUPED];
  int64_t room = 0;
  for (size_t k = 0; k < plan->pool_count; k++)
    room += plan->pools[k].room;
  if (room >= plan->options.violation)
    return CS_OK;
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                 "a violation of %s items does not fit; the facilities that may be visited hold %s",
                 cs_grouped(plan->options.violation, a), cs_grouped(room, b));
}

static cs_status make(cs_plan *plan, cs_error *error)
{
  size_t count = plan->places->count;
  cs_planner p = {.plan = plan};
  plan->pool_of = cs_arena_array(&plan->arena, count, sizeof *plan->pool_of);
  plan->visit = cs_arena_array(&plan->arena, count, sizeof *plan->visit);
  plan->split = cs_arena_array(&plan->arena, count, sizeof *plan->split);
  if (plan->pool_of == NULL || plan->visit == NULL || plan->split == NULL)
    return cs_fail_memory(error);
  cs_status status = check_options(plan, error);
  if (status == CS_OK)
    status = cs_pools_make(plan, error);
  if (status == CS_OK)
    status = check_room(plan, error);
  if (status != CS_OK)
    return status;
  return make_tables(&p) ? compute(&p, error) : cs_fail_memory(error);
}

cs_status cs_plan_make(const cs_treaty *treaty, const cs_places *places, const cs_plan_options *options, cs_plan **out,
                       cs_error *error)
{
  *out = NULL;
  cs_plan *plan = calloc(1, sizeof *plan);
  if (plan == NULL)
    return cs_fail_memory(error);
  *plan = (cs_plan){.treaty = treaty, .places = places, .options = *options};
  cs_status status = make(plan, error);
  if (status == CS_OK)
    *out = plan;
  else
    cs_plan_free(plan);
  return status;
}

void cs_plan_free(cs_plan *plan)
{
  if (plan == NULL)
    return;
  for (size_t k = 0; k < plan->pool_count; k++)
    cs_draw_free(plan->pools[k].draw);
  cs_arena_free(&plan->arena);
  free(plan);
}

bool cs_plan_draws(const cs_plan *plan)
{
  bool draws = false;
  for (size_t k = 0; k < plan->pool_count; k++)
    draws = draws || plan->pools[k].draws;
  return draws;
}

int64_t cs_plan_drawn(const cs_plan *plan)
{
  int64_t drawn = 0;
  for (size_t k = 0; k < plan->pool_count; k++)
    drawn += plan->pools[k].planned_drawn;
  return drawn;
}

double cs_plan_visited(const cs_plan *plan, size_t place)
{
  double missed = 1 - plan->visit[place];
  for (size_t k = 0; k < plan->pool_count; k++)
    if (cs_pool_covers(plan, k, place))
      missed *= pow(1 - 1 / (double)plan->pools[k].sites, (double)plan->pools[k].planned_drawn);
  return 1 - missed;
}

bool cs_plan_is_enough(const cs_plan *plan)
{
  return reaches(plan, plan->within.detected);
}
