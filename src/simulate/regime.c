/* From an agreement and a scenario to what a trial needs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/regime.h"

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

/* ---- What the agreement counts ----------------------------------------------------------------------------------- */

static size_t find_rule(const void *list, size_t count, size_t stride, const char *id)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(((const cs_rule *)(const void *)((const char *)list + i * stride))->id, id) == 0)
      return i;
  return SIZE_MAX;
}

#define FIND(list, id) find_rule((list).at, (list).count, sizeof *(list).at, (id))

/* What a violation is about: an item, and one of its states or, SIZE_MAX, any. */
typedef struct subject {
  size_t item, state;
} subject;

/* The first of the states that the item has; SIZE_MAX where none is asked for; `*found` tells whether that succeeded. */
static size_t find_state(const cs_item *item, const cs_violation *v, bool *found)
{
  *found = v->states.count == 0;
  for (size_t k = 0; k < v->states.count; k++) {
    size_t state = FIND(item->states, v->states.at[k]);
    if (state != SIZE_MAX) {
      *found = true;
      return state;
    }
  }
  return SIZE_MAX;
}

static subject find_subject(const cs_treaty *t, const cs_violation *v)
{
  for (size_t i = 0; i < v->of.count; i++) {
    bool found = false;
    size_t item = FIND(t->items, v->of.at[i]);
    size_t state = item == SIZE_MAX ? SIZE_MAX : find_state(&t->items.at[item], v, &found);
    if (found)
      return (subject){item, state};
  }
  return (subject){SIZE_MAX, SIZE_MAX};
}

static bool counts(const cs_treaty *t, size_t count, subject s)
{
  const cs_item *item = &t->items.at[s.item];
  bool found = false;
  for (size_t state = 0; state < item->states.count; state++)
    found =
      found || ((s.state == SIZE_MAX || s.state == state) && t->counts.at[count].weights[item->cell + state] != 0);
  return found;
}

/* The first day from `after` on of which something limits the subject, as the term was known then; CS_DATE_NONE: nothing
 * does. */
static cs_date limited_from(const cs_treaty *t, subject s, cs_date after)
{
  cs_date first = CS_DATE_NONE, end = cs_treaty_end(t, after);
  after = after < t->term.start ? t->term.start : after;
  if (s.item == SIZE_MAX || (end != CS_DATE_NONE && after >= end))
    return CS_DATE_NONE;
  for (size_t i = 0; i < t->limits.count; i++) {
    const cs_limit *limit = &t->limits.at[i];
    cs_date from = cs_moment_date(t, &limit->from), until = cs_moment_date(t, &limit->until);
    from = from == CS_DATE_NONE || from < after ? after : from;
    bool binds = (until == CS_DATE_NONE || from < until) && (end == CS_DATE_NONE || from < end);
    if (binds && counts(t, limit->count.index, s) && (first == CS_DATE_NONE || from < first))
      first = from;
  }
  for (size_t i = 0; i < t->eliminations.count; i++)
    if (counts(t, t->eliminations.at[i].count.index, s))
      first = after;
  return first;
}

static bool notified(const cs_treaty *t, subject s, const cs_notification **out)
{
  for (size_t i = 0; i < t->notifications.count; i++) {
    const cs_notification *n = &t->notifications.at[i];
    for (size_t k = 0; k < n->items.count; k++)
      if (n->items.at[k].index == s.item && n->due.side == CS_DUE_AFTER && !n->keeps_holdings) {
        *out = n;
        return true;
      }
  }
  return false;
}

/* ---- Places ------------------------------------------------------------------------------------------------------ */

/* What the agreement calls the kind of a place; CS_ANY_KIND where it names no kinds, KIND_UNKNOWN where it knows none such. */
#define KIND_UNKNOWN (SIZE_MAX - 1)

static size_t kind_of(const cs_treaty *t, const cs_scenario *s, const char *name)
{
  if (t->facilities.count == 0)
    return CS_ANY_KIND;
  size_t kind = FIND(t->facilities, name);
  for (size_t k = 0; k < s->kind_count && kind == SIZE_MAX; k++)
    for (size_t i = 0; strcmp(s->kinds[k].name, name) == 0 && i < s->kinds[k].also.count && kind == SIZE_MAX; i++)
      kind = FIND(t->facilities, s->kinds[k].also.at[i]);
  return kind == SIZE_MAX ? KIND_UNKNOWN : kind;
}

/* The places that an inspection may visit. */
static cs_status find_places(cs_regime *r, const cs_inspection *inspection, cs_block *b, cs_error *error)
{
  const cs_places *all = &r->scenario->places;
  uint32_t *out = cs_arena_array(&r->arena, all->count, sizeof *out);
  if (out == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < all->count; i++)
    if (cs_inspection_covers(inspection, kind_of(r->treaty, r->scenario, all->at[i].kind_name)))
      out[b->count++] = (uint32_t)i;
  b->places = out;
  return CS_OK;
}

/* ---- Visits ------------------------------------------------------------------------------------------------------ */

static double blind(const cs_assumptions *a, const cs_inspection *inspection)
{
  double notice = inspection->notice.side == CS_DUE_BEFORE ? cs_span_hours(inspection->notice.span) : 0;
  if (inspection->chosen == CS_DRAWN && a->draw_notice.amount > 0)
    notice = cs_span_hours(a->draw_notice);
  return a->hiding.amount == 0 ? 0 : -expm1(-M_LN2 * notice / cs_span_hours(a->hiding));
}

int64_t cs_quota_on(const cs_treaty *t, const cs_inspection *inspection, size_t party)
{
  const cs_allowance *receive = cs_amount_for(&inspection->receive, party);
  int64_t sum = 0;
  for (size_t i = 0; i < t->parties.count && sum >= 0; i++) {
    const cs_allowance *conduct = cs_amount_for(&inspection->conduct, i);
    if (i != party)
      sum = conduct == NULL || conduct->baseline ? -1 : sum + conduct->number;
  }
  if (receive == NULL || receive->baseline)
    return sum;
  return sum < 0 || receive->number < sum ? receive->number : sum;
}

/* The first day of the year that a date is in. */
static cs_date new_year(cs_date date)
{
  char text[CS_DATE_TEXT];
  cs_date_format(date, text);
  memcpy(text + 4, "-01-01", sizeof "-01-01");
  cs_date_parse(text, CS_DATE_TEXT - 1, &date);
  return date;
}

/* Period number n of the quotas, from `*from` to before `*until`. */
static void quota_period(const cs_regime *r, const cs_inspection *inspection, int32_t n, cs_date *from, cs_date *until)
{
  static const cs_span YEAR = {1, CS_YEARS};
  cs_date end = cs_treaty_end(r->treaty, r->begin), start = r->treaty->term.start;
  if (inspection->per == CS_WHOLE_TERM) {
    *from = start;
    *until = end == CS_DATE_NONE ? r->begin + r->days : end;
    return;
  }
  start = inspection->per == CS_CALENDAR_YEAR ? new_year(start) : start;
  *from = cs_date_add(start, YEAR, n);
  *until = cs_date_add(start, YEAR, n + 1);
}

/* Whether the other block has the same places. */
static bool same_places(const cs_block *a, const cs_block *b)
{
  return a->count == b->count && memcmp(a->places, b->places, a->count * sizeof *a->places) == 0;
}

/* Blocks that share a period and places share what was visited; none is to visit more places than there are. */
static void join_group(cs_regime *r, cs_block *b)
{
  uint32_t taken = 0;
  b->group = (uint32_t)r->group_count;
  for (size_t i = 0; i < r->block_count; i++) {
    const cs_block *other = &r->blocks[i];
    if (other->repeats || b->repeats || other->first != b->first || other->length != b->length ||
        !same_places(other, b))
      continue;
    b->group = other->group;
    taken += other->visits;
  }
  if (b->group == r->group_count)
    r->group_count++;
  if (!b->repeats && b->visits > b->count - taken)
    b->visits = b->count - taken;
}

static bool weigh(cs_regime *r, const cs_inspection *inspection, cs_block *b)
{
  const char *how = r->scenario->assume.designates;
  bool items = strcmp(how, "items") == 0;
  if (inspection->chosen == CS_DRAWN || strcmp(how, "evenly") == 0 || b->count == 0)
    return true;
  double *weights = cs_arena_array(&r->arena, b->count, sizeof *weights), sum = 0;
  if (weights == NULL)
    return false;
  for (uint32_t i = 0; i < b->count; i++) {
    const cs_place *place = &r->scenario->places.at[b->places[i]];
    sum += weights[i] = items ? (double)place->items : place->weight;
  }
  b->weights = sum > 0 ? weights : NULL;
  return sum <= 0 || cs_alias_make(&r->arena, weights, b->count, &b->alias);
}

static bool repeats(const cs_regime *r, const cs_inspection *inspection)
{
  const char *how = r->scenario->assume.repeats;
  return strcmp(how, "always") == 0 || (strcmp(how, "drawn") == 0 && inspection->chosen == CS_DRAWN);
}

/* The visits of one inspection in one period, if any may come. */
static cs_status add_block(cs_regime *r, size_t index, int64_t quota, cs_date from, cs_date until, cs_error *error)
{
  const cs_inspection *inspection = &r->treaty->inspections.at[index];
  cs_date first = cs_inspection_first_day(r->treaty, inspection), last = cs_moment_date(r->treaty, &inspection->until);
  cs_date end = cs_treaty_end(r->treaty, r->begin);
  from = first > from ? first : from;
  until = last != CS_DATE_NONE && last < until ? last : until;
  until = end != CS_DATE_NONE && end < until ? end : until;
  if (from >= until || until <= r->begin || from >= r->begin + r->days)
    return CS_OK;
  cs_block b = {.measure = (uint32_t)index,
                .visits = (uint32_t)(quota < UINT32_MAX / 2 ? quota : UINT32_MAX / 2),
                .first = from - r->begin,
                .length = until - from,
                .repeats = repeats(r, inspection),
                .blind = blind(&r->scenario->assume, inspection)};
  if (find_places(r, inspection, &b, error) != CS_OK)
    return error->status;
  if (b.count == 0)
    return CS_OK;
  join_group(r, &b);
  if (!weigh(r, inspection, &b))
    return cs_fail_memory(error);
  double within = fmin(b.first + b.length, r->days) - fmax(b.first, 0);
  r->visits += b.visits * within / b.length;
  r->blocks[r->block_count++] = b;
  return CS_OK;
}

static cs_status add_visits(cs_regime *r, cs_error *error)
{
  enum { MOST_VISITS = 100000 };
  const cs_treaty *t = r->treaty;
  cs_status status = CS_OK;
  r->blocks = cs_arena_array(&r->arena, t->inspections.count * (CS_YEARS_MAX + 3) + 1, sizeof *r->blocks);
  if (r->blocks == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < t->inspections.count && status == CS_OK; i++) {
    const cs_inspection *inspection = &t->inspections.at[i];
    int64_t quota = cs_quota_on(t, inspection, r->party);
    if (quota < 0 || quota > MOST_VISITS)
      return cs_fail(error, CS_INVALID, t->file, inspection->rule.mark,
                     "\"%s\" has no quota to play; expected one of at most %d visits", inspection->rule.id,
                     MOST_VISITS);
    cs_date from = 0, until = 0;
    int32_t years = (r->begin - t->term.start) / 366 - 1, n = years > 0 && inspection->per != CS_WHOLE_TERM ? years : 0;
    for (;; n++) {
      quota_period(r, inspection, n, &from, &until);
      if (status != CS_OK || from >= r->begin + r->days)
        break;
      status = add_block(r, i, quota, from, until, error);
      if (inspection->per == CS_WHOLE_TERM)
        break;
    }
  }
  return status;
}

/* ---- Exchanges and deadlines ------------------------------------------------------------------------------------- */

static bool exchanges_subject(const cs_treaty *t, const cs_exchange *exchange, subject s)
{
  bool found = false;
  for (size_t i = 0; i < exchange->counts.count; i++)
    found = found || s.item == SIZE_MAX || counts(t, exchange->counts.at[i].index, s);
  return found;
}

/* Those of what is limited whose data are of a day that is played. */
static cs_status add_exchanges(cs_regime *r, subject s, cs_error *error)
{
  cs_exchange_date *dates;
  size_t count;
  cs_status status = cs_treaty_exchange_dates(r->treaty, r->begin, r->begin + r->days - 1, &dates, &count, error);
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

static void add_deadlines(cs_regime *r, subject s)
{
  const cs_assumptions *a = &r->scenario->assume;
  const cs_notification *n;
  if (s.item == SIZE_MAX || !notified(r->treaty, s, &n))
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
  r->begins = day_of(r->begin, v->begins);
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
static void judge_reach(cs_regime *r, subject s)
{
  const cs_violation *v = r->violation;
  const cs_notification *n;
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
  else if (!traced && !notified(r->treaty, s, &n))
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

/* ---- Visits that are alike --------------------------------------------------------------------------------------- */

/* How many of the places where the violation may be, a block may visit. */
static uint32_t reachable(const cs_regime *r, const cs_block *b)
{
  uint32_t count = 0;
  for (uint32_t i = 0; i < b->count; i++)
    for (uint32_t e = 0; e < r->eligible_count; e++)
      count += b->places[i] == r->eligible[e];
  return count;
}

static bool shares(const cs_regime *r, const cs_block *b)
{
  for (size_t k = 0; k < r->block_count; k++)
    if (&r->blocks[k] != b && r->blocks[k].group == b->group)
      return true;
  return false;
}

/* Whether every place of the violation may be visited, or none, and all are drawn evenly: then how many visits meet it is
 * binomial or hypergeometric. */
static bool is_alike(const cs_regime *r, const cs_block *b)
{
  uint32_t may = r->violation == NULL ? 0 : reachable(r, b);
  return b->weights == NULL && (b->repeats || !shares(r, b)) && (may == 0 || may == r->eligible_count);
}

/* How many visits of a block may notice something. */
static cs_status count_met(cs_regime *r, cs_block *b, cs_error *error)
{
  static const double WORDS = 0x1p32;
  uint32_t places = r->violation != NULL && reachable(r, b) > 0 ? r->places : 0;
  double each = r->violation == NULL ? r->any_alarm : (double)places / b->count, sum = 0;
  bool by_place = r->violation != NULL && !b->repeats;
  cs_sampling s = {.population = b->count, .defects = places, .sample = b->visits};
  b->at_most = cs_arena_array(&r->arena, b->visits + 1, sizeof *b->at_most);
  if (b->at_most == NULL)
    return cs_fail_memory(error);
  for (uint32_t k = 0; k <= b->visits; k++) {
    sum += by_place ? cs_hypergeometric(&s, k) : cs_binomial(b->visits, each, k);
    double share = round(sum * WORDS);
    if (share >= WORDS || k == b->visits || (places == 0 && r->violation != NULL) || (by_place && k == places))
      break;
    b->at_most[b->at_most_count++] = (uint32_t)share;
  }
  return CS_OK;
}

static cs_status thin_visits(cs_regime *r, cs_error *error)
{
  cs_status status = CS_OK;
  r->sparse = r->places <= CS_SPARSE_MAX;
  for (size_t k = 0; k < r->block_count; k++)
    r->sparse = r->sparse && is_alike(r, &r->blocks[k]);
  for (size_t k = 0; r->sparse && k < r->block_count && status == CS_OK; k++)
    status = count_met(r, &r->blocks[k], error);
  return status;
}

/* ---- Making it --------------------------------------------------------------------------------------------------- */

static cs_status find_party(cs_regime *r, cs_error *error)
{
  const cs_treaty *t = r->treaty;
  const char *party = r->scenario->party;
  if (party != NULL) {
    char quoted[CS_QUOTED];
    r->party = FIND(t->parties, party);
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

cs_status cs_regime_make(const cs_treaty *treaty, const cs_scenario *scenario, const cs_violation *violation,
                         cs_regime *out, cs_error *error)
{
  const cs_violation *about = violation != NULL ? violation : &scenario->violations[0];
  subject s = find_subject(treaty, about);
  cs_date limited = limited_from(treaty, s, scenario->from != CS_DATE_NONE ? scenario->from : treaty->term.start);
  *out = (cs_regime){.treaty = treaty, .scenario = scenario, .violation = violation};
  out->begin = scenario->from != CS_DATE_NONE ? scenario->from : limited != CS_DATE_NONE ? limited : treaty->term.start;
  out->days = cs_date_add(out->begin, scenario->length, 1) - out->begin;
  if (out->days < 1)
    return cs_fail(error, CS_INVALID, treaty->file, (cs_mark){0},
                   "no day is left to play before the calendar ends; expected an earlier term");
  out->counted = limited != CS_DATE_NONE && limited < out->begin + out->days;
  out->place_count = scenario->places.count;
  out->defer = scenario->assume.defer;
  cs_status status = find_party(out, error);
  if (status == CS_OK)
    status = add_visits(out, error);
  if (status == CS_OK)
    status = add_exchanges(out, s, error);
  if (status != CS_OK)
    return status;
  add_deadlines(out, s);
  status = violation == NULL ? fill_alarms(out, error) : describe_violation(out, error);
  if (status == CS_OK && violation != NULL)
    judge_reach(out, s);
  return status == CS_OK ? thin_visits(out, error) : status;
}

void cs_regime_free(cs_regime *regime)
{
  cs_arena_free(&regime->arena);
}
