/* The visits that the quotas of an agreement come to, and where they may go. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/regime.h"
#include "simulate/subject.h"

/* ---- Places ------------------------------------------------------------------------------------------------------ */

/* What the agreement calls the kind of a place; CS_ANY_KIND where it names no kinds, KIND_UNKNOWN where it knows none such. */
#define KIND_UNKNOWN (SIZE_MAX - 1)

static size_t kind_of(const cs_treaty *t, const cs_scenario *s, const char *name)
{
  if (t->facilities.count == 0)
    return CS_ANY_KIND;
  size_t kind = CS_FIND(t->facilities, name);
  for (size_t k = 0; k < s->kind_count && kind == SIZE_MAX; k++)
    for (size_t i = 0; strcmp(s->kinds[k].name, name) == 0 && i < s->kinds[k].also.count && kind == SIZE_MAX; i++)
      kind = CS_FIND(t->facilities, s->kinds[k].also.at[i]);
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
  cs_date end = cs_term_end(r->treaty), start = r->treaty->term.start;
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
  cs_date end = cs_term_end(r->treaty);
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

cs_status cs_blocks_add(cs_regime *r, cs_error *error)
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

cs_status cs_blocks_thin(cs_regime *r, cs_error *error)
{
  cs_status status = CS_OK;
  r->sparse = r->places <= CS_SPARSE_MAX;
  for (size_t k = 0; k < r->block_count; k++)
    r->sparse = r->sparse && is_alike(r, &r->blocks[k]);
  for (size_t k = 0; r->sparse && k < r->block_count && status == CS_OK; k++)
    status = count_met(r, &r->blocks[k], error);
  return status;
}
