/* Pools of visits: inspections whose visits may go to the same places, and what their quotas come to. */
#include <math.h>
#include <string.h>

#include "inspect/plan.h"

/* ---- Inspections -------------------------------------------------------------------------------------------------- */

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

/* ---- Quotas ------------------------------------------------------------------------------------------------------- */

/* The first day on which no visit may be held any more; CS_DATE_NONE: there is none. */
static cs_date last_day(const cs_plan *plan, const cs_inspection *inspection)
{
  cs_date end = cs_treaty_end(plan->treaty, plan->options.at), until = cs_moment_date(plan->treaty, &inspection->until);
  return until != CS_DATE_NONE && (end == CS_DATE_NONE || until < end) ? until : end;
}

/* What a quota comes to in the period of the plan: in a year, the share of a quota for the term, rounded down. */
static int64_t counted(cs_plan *plan, const cs_inspection *inspection, int64_t quota)
{
  static const double YEAR = 365.25,
                      LEAP_DAYS = 0.01; /* five years are five years, however many leap days fall into them */
  if (quota < 0 || plan->term || inspection->per != CS_WHOLE_TERM)
    return quota;
  cs_date first = cs_inspection_first_day(plan->treaty, inspection), last = last_day(plan, inspection);
  plan->scaled = true;
  if (last == CS_DATE_NONE)
    return 0;
  double years = (double)(last - first) / YEAR;
  years = fabs(years - round(years)) < LEAP_DAYS ? round(years) : years;
  return years <= 1 ? quota : (int64_t)floor((double)quota / years);
}

static int64_t add_quotas(int64_t a, int64_t b)
{
  return a < 0 || b < 0 ? -1 : a + b;
}

int64_t cs_pool_quota(const cs_pool *pool)
{
  return add_quotas(pool->drawn_quota, pool->chosen_quota);
}

/* Adds it to the pool of the same places, or as a new one; false when out of memory. */
static bool add_inspection(cs_plan *plan, const cs_inspection *inspection, int64_t quota)
{
  size_t i = 0;
  while (i < plan->pool_count && !same_places(plan->pools[i].parts[0].inspection, inspection))
    i++;
  cs_pool *p = &plan->pools[i];
  if (i == plan->pool_count) {
    *p = (cs_pool){.visits = -1, .needed = -1, .name = inspection->rule.id, .article = inspection->rule.article};
    p->parts = cs_arena_array(&plan->arena, plan->treaty->inspections.count, sizeof *p->parts);
    plan->pool_count++;
  } else {
    p->name = cs_arena_format(&plan->arena, "%s + %s", p->name, inspection->rule.id);
    p->article = cs_arena_format(&plan->arena, "%s; %s", p->article, inspection->rule.article);
  }
  if (p->parts == NULL || p->name == NULL || p->article == NULL)
    return false;
  cs_part part = {.inspection = inspection, .quota = quota, .counted = counted(plan, inspection, quota)};
  int64_t *sum = inspection->chosen == CS_DRAWN ? &p->drawn_quota : &p->chosen_quota;
  *sum = add_quotas(*sum, part.counted);
  p->draws = p->draws || inspection->chosen == CS_DRAWN;
  p->chooses = p->chooses || inspection->chosen != CS_DRAWN;
  p->parts[p->part_count++] = part;
  return true;
}

/* ---- Places ------------------------------------------------------------------------------------------------------- */

static bool give_place(cs_plan *plan, cs_pool *pool, size_t place)
{
  if (pool->places == NULL)
    pool->places = cs_arena_array(&plan->arena, plan->places->count, sizeof *pool->places);
  if (pool->places == NULL)
    return false;
  pool->places[pool->count++] = place;
  pool->room = cs_smaller(pool->room + cs_room_at(plan, place), plan->options.violation);
  return true;
}

/* Each place where something may be hidden belongs to the first pool whose visits may go there. */
static bool place_all(cs_plan *plan)
{
  size_t count = plan->places->count;
  plan->covers = cs_arena_array(&plan->arena, plan->pool_count * count, sizeof *plan->covers);
  if (plan->covers == NULL)
    return false;
  for (size_t i = 0; i < count; i++) {
    const cs_place *place = &plan->places->at[i];
    size_t first = plan->pool_count;
    for (size_t k = plan->pool_count; k-- > 0;) {
      bool covers = plan->covers[k * count + i] = cs_inspection_covers(plan->pools[k].parts[0].inspection, place->kind);
      plan->pools[k].sites += covers;
      first = covers ? k : first;
    }
    plan->pool_of[i] = place->items > 0 ? first : plan->pool_count;
    if (place->items > 0 && first < plan->pool_count && !give_place(plan, &plan->pools[first], i))
      return false;
    if (first == plan->pool_count) {
      plan->out_of_reach += place->items > 0;
      plan->hidden += place->items;
    }
  }
  return true;
}

/* ---- Making them -------------------------------------------------------------------------------------------------- */

/* The day whose quotas count: one in the term, or the first on which a visit is allowed. */
static cs_status set_day(cs_plan *plan, cs_error *error)
{
  const cs_treaty *t = plan->treaty;
  char date[CS_DATE_TEXT], start[CS_DATE_TEXT], last[CS_DATE_TEXT];
  cs_date at = plan->options.at, end = cs_treaty_end(t, at);
  if (at != CS_DATE_NONE && (at < t->term.start || (end != CS_DATE_NONE && at >= end))) {
    cs_fail(error, CS_INVALID, t->file, (cs_mark){0}, "%s is not in the term of %s; expected a day from %s%s%s",
            cs_date_format(at, date), t->id, cs_date_format(t->term.start, start), end == CS_DATE_NONE ? " on" : " to ",
            end == CS_DATE_NONE ? "" : cs_date_format(end - 1, last));
    return error->status;
  }
  for (size_t i = 0; plan->options.at == CS_DATE_NONE && i < t->inspections.count; i++) {
    cs_date first = cs_inspection_first_day(t, &t->inspections.at[i]);
    at = i == 0 || first < at ? first : at;
  }
  plan->options.at = at;
  return CS_OK;
}

/* The time over which the quotas are counted: the term where all are for the term, otherwise a year. */
static void set_period(cs_plan *plan)
{
  static const double YEAR = 365;
  const cs_treaty *t = plan->treaty;
  cs_date end = cs_treaty_end(t, plan->options.at);
  plan->term = true;
  for (size_t i = 0; i < t->inspections.count; i++)
    plan->term = plan->term &&
                 (!in_force(t, &t->inspections.at[i], plan->options.at) || t->inspections.at[i].per == CS_WHOLE_TERM);
  plan->period = !plan->term ? YEAR : end == CS_DATE_NONE ? NAN : (double)(end - t->term.start);
}

cs_status cs_pools_make(cs_plan *plan, cs_error *error)
{
  const cs_treaty *t = plan->treaty;
  char date[CS_DATE_TEXT];
  size_t party;
  if (t->inspections.count == 0)
    return cs_fail(error, CS_INVALID, t->file, (cs_mark){0}, "the agreement has no inspections; expected some to plan");
  if (find_party(plan, &party, error) != CS_OK || set_day(plan, error) != CS_OK)
    return error->status;
  set_period(plan);
  plan->pools = cs_arena_array(&plan->arena, t->inspections.count, sizeof *plan->pools);
  if (plan->pools == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < t->inspections.count; i++)
    if (in_force(t, &t->inspections.at[i], plan->options.at) &&
        !add_inspection(plan, &t->inspections.at[i], quota_of(t, &t->inspections.at[i], party)))
      return cs_fail_memory(error);
  if (plan->pool_count == 0)
    return cs_fail(error, CS_INVALID, t->file, (cs_mark){0},
                   "no inspection may be held on %s; expected a day on which one may",
                   cs_date_format(plan->options.at, date));
  return place_all(plan) ? CS_OK : cs_fail_memory(error);
}
