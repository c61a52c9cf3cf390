/* A plan of visits: how many the goal needs, within the agreement's quotas and without, and where they go. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/plan.h"

/* ---- Pools -------------------------------------------------------------------------------------------------------- */

bool cs_inspection_covers(const cs_inspection *inspection, size_t kind)
{
  bool found = inspection->at.count == 0;
  for (size_t i = 0; i < inspection->at.count; i++)
    found = found || inspection->at.at[i].index == kind;
  return found;
}

static bool same_places(const cs_inspection *a, const cs_inspection *b)
{
  bool same = a->at.count == b->at.count;
  for (size_t i = 0; same && i < a->at.count; i++)
    same = cs_inspection_covers(b, a->at.at[i].index);
  return same;
}

cs_date cs_inspection_first_day(const cs_treaty *treaty, const cs_inspection *inspection)
{
  cs_date from = cs_moment_date(treaty, &inspection->from);
  return from == CS_DATE_NONE ? treaty->term.start : from;
}

static bool in_force(const cs_treaty *treaty, const cs_inspection *inspection, cs_date at)
{
  cs_date until = cs_moment_date(treaty, &inspection->until);
  return cs_inspection_first_day(treaty, inspection) <= at && (until == CS_DATE_NONE || at < until);
}

/* What `party` may conduct: by its own quota, and by what the others together must accept; -1: not limited. */
static int64_t quota_of(const cs_treaty *treaty, const cs_inspection *inspection, size_t party)
{
  const cs_allowance *own = cs_amount_for(&inspection->conduct, party);
  int64_t conduct = own == NULL || own->baseline ? -1 : own->number, receive = 0;
  for (size_t i = 0; i < treaty->parties.count && receive >= 0; i++) {
    const cs_allowance *other = cs_amount_for(&inspection->receive, i);
    if (i != party)
      receive = other == NULL || other->baseline ? -1 : receive + other->number;
  }
  if (treaty->parties.count < 2 || receive < 0)
    return conduct;
  return conduct < 0 ? receive : cs_smaller(conduct, receive);
}

static cs_status find_party(const cs_plan *plan, size_t *out, cs_error *error)
{
  const cs_treaty *t = plan->treaty;
  const char *name = plan->options.party;
  *out = 0;
  for (size_t i = 0; name != NULL && i < t->parties.count; i++)
    if (strcmp(t->parties.at[i].rule.id, name) == 0) {
      *out = i;
      return CS_OK;
    }
  if (name != NULL) {
    char quoted[CS_QUOTED];
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%s is not a party of %s; expected one like \"%s\"",
                   cs_quote(cs_slice_of(name), quoted), t->id, t->parties.at[0].rule.id);
  }
  for (size_t i = 0; i < t->inspections.count; i++)
    for (size_t p = 1; p < t->parties.count; p++)
      if (quota_of(t, &t->inspections.at[i], p) != quota_of(t, &t->inspections.at[i], 0))
        return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                       "the quotas of inspection \"%s\" differ between parties; expected the party that inspects",
                       t->inspections.at[i].rule.id);
  return CS_OK;
}

/* Adds it to the pool of the same places, or as a new one; false when out of memory. */
static bool add_inspection(cs_plan *plan, const cs_inspection *inspection, int64_t quota)
{
  size_t i = 0;
  while (i < plan->pool_count && !same_places(plan->pools[i].inspection, inspection))
    i++;
  cs_pool *p = &plan->pools[i];
  if (i == plan->pool_count) {
    *p = (cs_pool){.inspection = inspection, .quota = quota, .visits = -1, .needed = -1};
    p->name = inspection->rule.id;
    p->article = inspection->rule.article;
    plan->pool_count++;
  } else {
    p->quota = p->quota < 0 || quota < 0 ? -1 : p->quota + quota;
    p->name = cs_arena_format(&plan->arena, "%s + %s", p->name, inspection->rule.id);
    p->article = cs_arena_format(&plan->arena, "%s; %s", p->article, inspection->rule.article);
  }
  return p->name != NULL && p->article != NULL;
}

/* Each place belongs to the first pool whose visits may go there. */
static bool place_all(cs_plan *plan)
{
  for (size_t i = 0; i < plan->places->count; i++) {
    const cs_place *place = &plan->places->at[i];
    size_t p = 0;
    while (p < plan->pool_count && !cs_inspection_covers(plan->pools[p].inspection, place->kind))
      p++;
    plan->pool_of[i] = place->items > 0 ? p : plan->pool_count;
    if (p == plan->pool_count) {
      plan->out_of_reach += place->items > 0;
      plan->hidden += place->items;
    } else if (place->items > 0) {
      cs_pool *at = &plan->pools[p];
      if (at->places == NULL)
        at->places = cs_arena_array(&plan->arena, plan->places->count, sizeof *at->places);
      if (at->places == NULL)
        return false;
      at->places[at->count++] = i;
      at->room = cs_smaller(at->room + cs_room_at(plan, i), plan->options.violation);
    }
  }
  return true;
}

static cs_status make_pools(cs_plan *plan, cs_error *error)
{
  const cs_treaty *t = plan->treaty;
  char date[CS_DATE_TEXT];
  size_t party;
  if (find_party(plan, &party, error) != CS_OK)
    return error->status;
  cs_date at = plan->options.at;
  for (size_t i = 0; plan->options.at == CS_DATE_NONE && i < t->inspections.count; i++) {
    cs_date first = cs_inspection_first_day(t, &t->inspections.at[i]);
    at = i == 0 || first < at ? first : at;
  }
  plan->options.at = at;
  for (size_t i = 0; i < t->inspections.count; i++)
    if (in_force(t, &t->inspections.at[i], at) &&
        !add_inspection(plan, &t->inspections.at[i], quota_of(t, &t->inspections.at[i], party)))
      return cs_fail_memory(error);
  if (t->inspections.count == 0)
    return cs_fail(error, CS_INVALID, t->file, (cs_mark){0}, "the agreement has no inspections; expected some to plan");
  if (plan->pool_count == 0)
    return cs_fail(error, CS_INVALID, t->file, (cs_mark){0},
                   "no inspection may be held on %s; expected a day on which one may", cs_date_format(at, date));
  return place_all(plan) ? CS_OK : cs_fail_memory(error);
}

/* ---- One pool ------------------------------------------------------------------------------------------------------ */

/* The game of one pool: a place that can hide only a part of the violation needs only that part of the visits. */
static void describe_sites(const cs_planner *p, const cs_pool *pool, cs_site *sites)
{
  for (size_t i = 0; i < pool->count; i++) {
    size_t place = pool->places[i];
    int64_t room = cs_room_at(p->plan, place);
    double share = (double)room / (double)p->plan->options.violation;
    sites[i] = (cs_site){.value = p->plan->places->at[place].weight / p->heaviest,
                         .detect = p->seen[place][room] / share,
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

static cs_status solve_sites(cs_planner *p, cs_pool *pool, cs_site *sites, double *visit, cs_error *error)
{
  double value, budget = (double)pool->visits;
  describe_sites(p, pool, sites);
  cs_status status = cs_game_solve(sites, pool->count, &budget, 1, &value, error);
  if (status != CS_OK)
    return status;
  spend_the_rest(sites, pool->count, budget);
  for (size_t i = 0; i < pool->count; i++)
    p->plan->visit[pool->places[i]] = visit[i] = sites[i].visit;
  cs_draw_free(pool->draw);
  return cs_draw_new(visit, pool->count, &pool->draw, error);
}

/* Gives a pool so many visits: the probability of each of its places, and the draw. */
static cs_status set_visits(cs_planner *p, cs_pool *pool, int64_t visits, cs_error *error)
{
  if (pool->count == 0 || pool->visits == visits)
    return CS_OK;
  cs_site *sites = calloc(pool->count, sizeof *sites);
  double *visit = calloc(pool->count, sizeof *visit);
  pool->visits = visits;
  cs_status status = sites == NULL || visit == NULL ? cs_fail_memory(error) : solve_sites(p, pool, sites, visit, error);
  free(sites);
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

/* What a pool comes to by itself with so many visits; NAN where that cannot be. */
static cs_status alone(cs_planner *p, size_t index, int64_t visits, double *out, cs_error *error)
{
  cs_pool *pool = &p->plan->pools[index];
  *out = NAN;
  if (!fits(p->plan, pool) || visits < 0 || visits > (int64_t)pool->count)
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
  int64_t low = 0, high = (int64_t)pool->count;
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

static int64_t limit_of(const cs_pool *pool, bool quotas)
{
  int64_t count = (int64_t)pool->count;
  return quotas && pool->quota >= 0 ? cs_smaller(pool->quota, count) : count;
}

/* The pool with room for one more visit in which most of the worst split is; pool_count where there is none. */
static size_t pool_to_raise(const cs_plan *plan, bool quotas)
{
  size_t best = plan->pool_count;
  int64_t most = 0;
  for (size_t k = 0; k < plan->pool_count; k++) {
    int64_t items = 0;
    for (size_t i = 0; i < plan->pools[k].count; i++)
      items += plan->split[plan->pools[k].places[i]];
    if (items > most && plan->pools[k].visits < limit_of(&plan->pools[k], quotas)) {
      best = k;
      most = items;
    }
  }
  return best;
}

/* Gives each pool what it needs by itself, then single visits where the worst split is, until the goal or the limits are
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
    status = set_visits(p, &plan->pools[raise], plan->pools[raise].visits + 1, error);
  }
  out->visits = 0;
  for (size_t k = 0; k < plan->pool_count; k++)
    out->visits += plan->pools[k].count > 0 ? plan->pools[k].visits : 0;
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
    plan->pools[k].needed =
      reaches(plan, plan->needed.detected) && plan->pools[k].count > 0 ? plan->pools[k].visits : -1;
  if (status == CS_OK)
    status = reach(p, true, &plan->within, error);
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++)
    plan->pools[k].planned = plan->pools[k].count > 0 ? plan->pools[k].visits : 0;
  for (size_t k = 0; status == CS_OK && k < plan->pool_count; k++)
    status = neighbours(p, k, error);
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

static double seen_at(const cs_plan *plan, size_t place, int64_t defects)
{
  const cs_plan_options *o = &plan->options;
  int64_t items = plan->places->at[place].items;
  cs_sampling s = {.population = items, .defects = defects, .sample = o->looks, .miss = o->miss};
  if (o->looks == 0 || o->looks >= items)
    return defects == 0 ? 0 : 1 - pow(o->miss, (double)defects);
  return cs_detect(&s).detected;
}

static bool fill_seen(cs_planner *p)
{
  cs_plan *plan = p->plan;
  for (size_t i = 0; i < plan->places->count; i++) {
    int64_t room = cs_room_at(plan, i);
    p->heaviest = fmax(p->heaviest, plan->places->at[i].weight);
    p->seen[i] = cs_arena_array(&plan->arena, (size_t)room + 1, sizeof **p->seen);
    if (p->seen[i] == NULL)
      return false;
    for (int64_t d = 0; d <= room; d++)
      p->seen[i][d] = seen_at(plan, i, d);
  }
  return true;
}

static bool make_tables(cs_planner *p)
{
  cs_plan *plan = p->plan;
  size_t count = plan->places->count, pools = plan->pool_count, width = (size_t)plan->options.violation + 1;
  const struct {
    void *table;
    size_t count, size;
  } tables[] = {
    {&p->seen, count, sizeof *p->seen},
    {&p->best, width, sizeof *p->best},
    {&p->gain, width, sizeof *p->gain},
    {&p->choice[0][0], count, width * sizeof **p->choice[0]},
    {&p->choice[0][1], count, width * sizeof **p->choice[0]},
    {&p->choice[1][0], count, width * sizeof **p->choice[0]},
    {&p->choice[1][1], count, width * sizeof **p->choice[0]},
    {&p->limit[0], pools, width * sizeof **p->limit},
    {&p->limit[1], pools, width * sizeof **p->limit},
    {&p->binding[0], pools, width},
    {&p->binding[1], pools, width},
    {&p->joint, 4, width * sizeof *p->joint},
    {&p->pick, pools, 2 * width * sizeof *p->pick},
    {&p->detect, count, sizeof *p->detect},
    {&p->worst, count, sizeof *p->worst},
    {&p->alone, pools, sizeof *p->alone},
  };
  for (size_t i = 0; i < CS_COUNT_OF(tables); i++) {
    void *table = cs_arena_array(&plan->arena, tables[i].count, tables[i].size);
    if (table == NULL)
      return false;
    memcpy(tables[i].table, &table, sizeof table);
  }
  return fill_seen(p);
}

static cs_status check_options(const cs_plan *plan, cs_error *error)
{
  const cs_plan_options *o = &plan->options;
  static const double MOST_STEPS = 5e7, MOST_CELLS = 5e6;
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
  double steps = 0; /* of one bound */
  for (size_t i = 0; i < plan->places->count; i++)
    steps += (double)o->violation * (double)cs_room_at(plan, i);
  if (steps > MOST_STEPS || (double)o->violation * (double)plan->places->count > MOST_CELLS)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "a violation of %lld items has too many splits over %zu facilities; expected a smaller one",
                   (long long)o->violation, plan->places->count);
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

/* The time over which the quotas are counted. */
static void set_period(cs_plan *plan)
{
  static const double YEAR = 365;
  cs_date end = cs_treaty_end(plan->treaty, plan->options.at);
  plan->term = end != CS_DATE_NONE;
  for (size_t k = 0; k < plan->pool_count; k++)
    plan->term = plan->term && plan->pools[k].inspection->per == CS_WHOLE_TERM;
  plan->period = plan->term ? (double)(end - plan->treaty->term.start) : YEAR;
}

static cs_status make(cs_plan *plan, cs_error *error)
{
  size_t count = plan->places->count;
  cs_planner p = {.plan = plan};
  plan->pools = cs_arena_array(&plan->arena, plan->treaty->inspections.count + 1, sizeof *plan->pools);
  plan->pool_of = cs_arena_array(&plan->arena, count, sizeof *plan->pool_of);
  plan->visit = cs_arena_array(&plan->arena, count, sizeof *plan->visit);
  plan->split = cs_arena_array(&plan->arena, count, sizeof *plan->split);
  if (plan->pools == NULL || plan->pool_of == NULL || plan->visit == NULL || plan->split == NULL)
    return cs_fail_memory(error);
  cs_status status = check_options(plan, error);
  if (status == CS_OK)
    status = make_pools(plan, error);
  if (status == CS_OK)
    status = check_room(plan, error);
  if (status != CS_OK)
    return status;
  set_period(plan);
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

bool cs_plan_is_enough(const cs_plan *plan)
{
  return reaches(plan, plan->within.detected);
}
