/* From an agreement and a scenario to what a trial needs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/regime.h"
#include "simulate/subject.h"

static const double DAYS_IN_YEAR = 365.25;

/* ---- Measures ---------------------------------------------------------------------------------------------------- */

size_t cs_measure_count(const cs_treaty *treaty)
{
  return treaty->inspections.count + CS_NOTICES;
}

cs_measure cs_measure_at(const cs_treaty *treaty, size_t index)
{
  static const cs_measure notices[CS_NOTICES] = {
    [CS_BY_REFUSAL] = {"refusal", "a refused visit", ""},
    [CS_BY_DEADLINE] = {"deadline", "a missed deadline", ""},
    [CS_BY_EXCHANGE] = {"exchange", "an exchange", ""},
    [CS_BY_MEANS] = {"national-means", "national means", NULL},
  };
  if (index >= treaty->inspections.count)
    return notices[index - treaty->inspections.count];
  const cs_inspection *i = &treaty->inspections.at[index];
  return (cs_measure){i->rule.id, i->name, i->rule.article};
}

/* ---- Exchanges and deadlines ------------------------------------------------------------------------------------- */

static bool exchanges_subject(const cs_treaty *t, const cs_exchange *exchange, cs_subject s)
{
  bool found = false;
  for (size_t i = 0; i < exchange->counts.count; i++)
    found = found || s.item == SIZE_MAX || cs_subject_counts(t, exchange->counts.at[i].index, s);
  return found;
}

/* Those of what is limited whose data are of a day that is played. */
static cs_status add_exchanges(cs_regime *r, cs_subject s, cs_error *error)
{
  cs_exchange_date *dates;
  size_t count;
  cs_status status = cs_treaty_exchange_dates(r->treaty, INT32_MAX, r->begin + r->days - 1, &dates, &count, error);
  if (status != CS_OK)
    return status;
  r->as_of = cs_arena_array(&r->arena, count + 1, sizeof *r->as_of);
  r->due = cs_arena_array(&r->arena, count + 1, sizeof *r->due);
  bool ok = r->as_of != NULL && r->due != NULL;
  for (size_t i = 0; ok && i < count; i++)
    if (dates[i].as_of >= r->begin && exchanges_subject(r->treaty, &r->treaty->exchanges.at[dates[i].exchange], s)) {
      r->as_of[r->exchange_count] = dates[i].as_of - r->begin;
      r->due[r->exchange_count++] = dates[i].due - r->begin;
    }
  free(dates);
  return ok ? CS_OK : cs_fail_memory(error);
}

static void add_deadlines(cs_regime *r, cs_subject s)
{
  const cs_assumptions *a = &r->scenario->assume;
  const cs_notification *n = cs_subject_notified(r->treaty, s);
  bool none = r->violation != NULL && s.item == SIZE_MAX;
  if (n == NULL || none)
    return;
  r->mistakes = a->moves * a->clerical / DAYS_IN_YEAR;
  if (r->violation != NULL && r->violation->share > 0) {
    r->late = a->moves * r->violation->share / DAYS_IN_YEAR;
    r->late_days = ceil(cs_span_hours(n->due.span) / 24) + (double)r->violation->late;
  }
}

/* ---- The violation ----------------------------------------------------------------------------------------------- */

/* The probability that a visit to a place with so many items sees `defects` in violation. */
static double seen_at(const cs_regime *r, int64_t items, int64_t defects)
{
  const cs_assumptions *a = &r->scenario->assume;
  cs_trace trace = r->violation->strategy->trace;
  cs_sampling s = {.population = trace == CS_TRACE_EXTRA ? items + defects : items, .defects = defects};
  s.population = s.population > CS_POPULATION_MAX ? CS_POPULATION_MAX : s.population;
  s.miss = trace == CS_TRACE_SPOOFED ? a->spoof_miss : a->miss;
  s.sample = a->looks < 0 || a->looks > s.population ? s.population : a->looks;
  return defects == 0 || s.sample == 0 ? 0 : cs_detect(&s).detected;
}

static cs_status fill_seen(cs_regime *r, cs_error *error)
{
  const cs_places *places = &r->scenario->places;
  int64_t portion = r->violation->count / r->places;
  r->seen = cs_arena_array(&r->arena, places->count * 2 * (r->steps + 1), sizeof *r->seen);
  if (r->seen == NULL)
    return cs_fail_memory(error);
  for (uint32_t e = 0; e < r->eligible_count; e++)
    for (int larger = 0; larger < 2; larger++)
      for (uint32_t step = 1; step <= r->steps; step++) {
        uint32_t place = r->eligible[e];
        int64_t all = portion + (larger == 1 && r->more > 0), now = (all * step + r->steps - 1) / r->steps;
        double *at = &r->seen[((size_t)place * 2 + (larger ? 0 : 1)) * (r->steps + 1) + step];
        *at = seen_at(r, places->at[place].items, now);
      }
  return CS_OK;
}

typedef struct ranked {
  double visited;
  uint32_t place;
} ranked;

static int by_visits(const void *a, const void *b)
{
  const ranked *x = a, *y = b;
  if (x->visited != y->visited)
    return x->visited < y->visited ? -1 : 1;
  return (x->place > y->place) - (x->place < y->place);
}

/* Visits that a place gets in the mean, roughly: enough to rank places. */
static double mean_visits(const cs_regime *r, uint32_t place)
{
  double visits = 0;
  for (size_t k = 0; k < r->block_count; k++) {
    const cs_block *b = &r->blocks[k];
    double sum = 0, own = 0;
    for (uint32_t i = 0; i < b->count; i++) {
      double weight = b->weights == NULL ? 1 : b->weights[i];
      sum += weight;
      own += b->places[i] == place ? weight : 0;
    }
    visits += b->visits * own / sum * (1 - b->blind);
  }
  return visits;
}

static cs_status rank_places(cs_regime *r, cs_error *error)
{
  ranked *all = calloc(r->eligible_count + 1, sizeof *all);
  if (all == NULL)
    return cs_fail_memory(error);
  for (uint32_t i = 0; i < r->eligible_count; i++)
    all[i] = (ranked){mean_visits(r, r->eligible[i]), r->eligible[i]};
  qsort(all, r->eligible_count, sizeof *all, by_visits);
  for (uint32_t i = 0; i < r->eligible_count; i++)
    r->eligible[i] = all[i].place;
  free(all);
  r->fixed = true;
  return CS_OK;
}

/* The places where the violation may be: of its kinds, with enough items where it is among those that are declared. */
static cs_status find_eligible(cs_regime *r, cs_error *error)
{
  const cs_violation *v = r->violation;
  const cs_places *all = &r->scenario->places;
  int64_t portion = (v->count + v->places - 1) / v->places;
  r->eligible = cs_arena_array(&r->arena, all->count, sizeof *r->eligible);
  if (r->eligible == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < all->count; i++) {
    bool kind = v->at.count == 0;
    for (size_t k = 0; k < v->at.count; k++)
      kind = kind || strcmp(v->at.at[k], all->at[i].kind_name) == 0;
    if (kind && (v->strategy->trace == CS_TRACE_EXTRA || all->at[i].items >= portion))
      r->eligible[r->eligible_count++] = (uint32_t)i;
  }
  if (r->eligible_count >= v->places)
    return strcmp(v->placing, "random") == 0 ? CS_OK : rank_places(r, error);
  if (v->strategy->trace == CS_TRACE_EXTRA)
    return cs_fail(error, CS_INVALID, r->scenario->file, v->mark,
                   "\"%s\" needs %lld places, and there are %u; expected fewer, or other kinds", v->id,
                   (long long)v->places, r->eligible_count);
  return cs_fail(
    error, CS_INVALID, r->scenario->file, v->mark,
    "\"%s\" needs %lld places that hold %lld items each, and there are %u; expected fewer items or more places", v->id,
    (long long)v->places, (long long)portion, r->eligible_count);
}

static double day_of(cs_date begin, cs_span span)
{
  return span.amount == 0 ? 0 : cs_date_add(begin, span, 1) - begin;
}

static cs_status describe_violation(cs_regime *r, cs_error *error)
{
  enum { MOST_STEPS = 256 };
  const cs_violation *v = r->violation;
  r->begins = fmax(day_of(r->begin, v->begins), r->binds_from);
  r->begins_by = fmax(r->begins, day_of(r->begin, v->begins_by));
  r->over = day_of(r->begin, v->over);
  r->refused = (1 - r->defer) * v->refuses;
  for (size_t k = 0; k < r->block_count; k++)
    r->blocks[k].sees = (1 - r->defer) * (1 - v->refuses) * (1 - r->blocks[k].blind);
  r->declared = v->declared == CS_YES;
  r->means = r->scenario->assume.means[v->strategy - cs_strategies] / DAYS_IN_YEAR;
  if (v->strategy->trace == CS_TRACE_NONE || v->undeclared == CS_YES)
    return CS_OK;
  r->places = (uint32_t)v->places;
  r->more = (uint32_t)(v->count % v->places);
  int64_t larger = (v->count + v->places - 1) / v->places;
  r->steps = r->over == 0 ? 1 : (uint32_t)(larger < MOST_STEPS ? larger : MOST_STEPS);
  cs_status status = find_eligible(r, error);
  return status == CS_OK ? fill_seen(r, error) : status;
}

/* Whether any visit may go where the violation may be. */
static bool within_reach(const cs_regime *r)
{
  for (size_t k = 0; k < r->block_count; k++)
    for (uint32_t i = 0; i < r->blocks[k].count; i++)
      for (uint32_t e = 0; e < r->eligible_count; e++)
        if (r->blocks[k].visits > 0 && r->blocks[k].places[i] == r->eligible[e])
          return true;
  return false;
}

/* Takes away what the agreement's measures cannot notice, and says why. */
static void judge_reach(cs_regime *r, cs_subject s)
{
  const cs_violation *v = r->violation;
  bool item = s.item != SIZE_MAX, traced = v->strategy->trace != CS_TRACE_NONE;
  if (!item)
    r->note = "this agreement has no such items";
  else if (!r->counted)
    r->note = "this agreement limits no such items in that time";
  else if (traced && r->treaty->inspections.count == 0)
    r->note = "this agreement has no inspections";
  else if (traced && v->undeclared == CS_YES)
    r->note = "no visit goes to a place that nobody declares";
  else if (traced && !within_reach(r))
    r->note = "no visit of this agreement goes there";
  else if (v->strategy->trace == CS_TRACE_SPOOFED && !r->treaty->items.at[s.item].identified)
    r->note = "its items have no identifiers";
  else if (!traced && cs_subject_notified(r->treaty, s) == NULL)
    r->note = "no notification of these items has a deadline";
  else if (!traced && r->late == 0)
    r->note = "no move is late";
  if (!r->counted || (v->strategy->trace == CS_TRACE_SPOOFED && !r->treaty->items.at[s.item].identified))
    r->places = 0;
  if (!r->counted) {
    r->late = 0;
    r->declared = false;
  }
  r->by_means = -expm1(-r->means * r->days);
  r->by_late = -expm1(-r->late * r->days);
}

/* ---- An honest party --------------------------------------------------------------------------------------------- */

static cs_status fill_alarms(cs_regime *r, cs_error *error)
{
  const cs_assumptions *a = &r->scenario->assume;
  r->alarm = cs_arena_array(&r->arena, r->place_count, sizeof *r->alarm);
  if (r->alarm == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < r->place_count; i++) {
    int64_t items = r->scenario->places.at[i].items, looks = a->looks < 0 || a->looks > items ? items : a->looks;
    r->alarm[i] = -expm1((double)looks * log1p(-a->false_alarm));
    r->any_alarm = fmax(r->any_alarm, a->defer + (1 - a->defer) * r->alarm[i]);
  }
  r->clerical = a->clerical;
  return CS_OK;
}

/* ---- Making it --------------------------------------------------------------------------------------------------- */

static cs_status find_party(cs_regime *r, cs_error *error)
{
  const cs_treaty *t = r->treaty;
  const char *party = r->scenario->party;
  if (party != NULL) {
    char quoted[CS_QUOTED];
    r->party = CS_FIND(t->parties, party);
    return r->party != SIZE_MAX ? CS_OK
                                : cs_fail(error, CS_INVALID, r->scenario->file, r->scenario->party_mark,
                                          "\"party\" is %s, which is no party of %s; expected one like \"%s\"",
                                          cs_quote(cs_slice_of(party), quoted), t->id, t->parties.at[0].rule.id);
  }
  for (size_t i = 0; i < t->inspections.count; i++)
    for (size_t p = 1; p < t->parties.count; p++)
      if (cs_quota_on(t, &t->inspections.at[i], p) != cs_quota_on(t, &t->inspections.at[i], 0))
        return cs_fail(error, CS_INVALID, r->scenario->file, r->scenario->party_mark,
                       "the quotas of \"%s\" in %s differ between parties; expected \"party\", which is inspected",
                       t->inspections.at[i].rule.id, t->id);
  return CS_OK;
}

/* When the agreement limits what the regime is about; of an honest party, what the first violation is about that it limits. */
static cs_window limited(const cs_regime *r, cs_subject s, cs_date after)
{
  cs_window w = cs_subject_limited(r->treaty, s, r->party, after);
  for (size_t i = 0; r->violation == NULL && w.from == CS_DATE_NONE && i < r->scenario->violation_count; i++)
    w = cs_subject_limited(r->treaty, cs_subject_find(r->treaty, &r->scenario->violations[i]), r->party, after);
  return w;
}

/* The days that are played, those of them on which the agreement is in force, and those on which there is something to break. */
static cs_status set_days(cs_regime *r, cs_subject s, cs_error *error)
{
  const cs_treaty *t = r->treaty;
  cs_date from = r->scenario->from;
  cs_window w = limited(r, s, from != CS_DATE_NONE ? from : t->term.start);
  r->begin = from != CS_DATE_NONE ? from : w.from != CS_DATE_NONE ? w.from : t->term.start;
  r->days = cs_date_add(r->begin, r->scenario->length, 1) - r->begin;
  if (r->days < 1)
    return cs_fail(error, CS_INVALID, t->file, (cs_mark){0},
                   "no day is left to play before the calendar ends; expected an earlier term");
  cs_date end = cs_term_end(t);
  r->in_force = end == CS_DATE_NONE || end > r->begin + r->days ? r->days : fmax(0, end - r->begin);
  r->counted = w.from != CS_DATE_NONE && w.from < r->begin + r->days;
  r->binds_from = r->counted ? w.from - r->begin : 0;
  r->binds_until = r->counted && w.until < r->begin + r->days ? w.until - r->begin : r->days;
  return CS_OK;
}

cs_status cs_regime_make(const cs_treaty *treaty, const cs_scenario *scenario, const cs_violation *violation,
                         cs_regime *out, cs_error *error)
{
  cs_subject s = violation != NULL ? cs_subject_find(treaty, violation) : (cs_subject){SIZE_MAX, SIZE_MAX};
  *out = (cs_regime){.treaty = treaty, .scenario = scenario, .violation = violation};
  out->place_count = scenario->places.count;
  out->defer = scenario->assume.defer;
  cs_status status = find_party(out, error);
  if (status == CS_OK)
    status = set_days(out, s, error);
  if (status == CS_OK)
    status = cs_blocks_add(out, error);
  if (status == CS_OK)
    status = add_exchanges(out, s, error);
  if (status != CS_OK)
    return status;
  add_deadlines(out, s);
  status = violation == NULL ? fill_alarms(out, error) : describe_violation(out, error);
  if (status == CS_OK && violation != NULL)
    judge_reach(out, s);
  return status == CS_OK ? cs_blocks_thin(out, error) : status;
}

void cs_regime_free(cs_regime *regime)
{
  cs_arena_free(&regime->arena);
}
