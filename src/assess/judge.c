/* Declarations against rules. */
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

enum { EVERY_PARTY = SIZE_MAX };

/* ---- Findings ---------------------------------------------------------------------------- */

bool cs_assessment_add(cs_assessment *a, cs_result result)
{
  if (!cs_grow((void **)&a->results, &a->capacity, a->count, sizeof *a->results))
    return false;
  a->results[a->count++] = result;
  a->tally[result.verdict]++;
  return true;
}

/* The index of a known declaration, or CS_NO_DECLARATION. */
static uint32_t find_known(const cs_assessment *a, cs_date date, size_t party)
{
  size_t found = cs_holdings_find(a->holdings, date, party);
  return found != SIZE_MAX && cs_declaration_is_known(&a->holdings->declarations[found], a->at) ? (uint32_t)found
                                                                                                : CS_NO_DECLARATION;
}

int64_t cs_declared(const cs_assessment *a, uint32_t declaration, size_t count)
{
  if (declaration == CS_NO_DECLARATION)
    return CS_NO_NUMBER;
  int64_t total = cs_holdings_total(a->holdings, declaration, count);
  return total != CS_NO_NUMBER ? total : cs_holdings_sum(a->holdings, declaration, count);
}

/* ---- Limits ------------------------------------------------------------------------------ */

int64_t cs_bound_limit(const cs_assessment *a, const cs_bound *bound, size_t party, bool *applies)
{
  const cs_allowance *allowance = cs_amount_for(bound->at_most, party);
  *applies = allowance != NULL;
  if (allowance == NULL)
    return CS_NO_NUMBER;
  if (!allowance->baseline)
    return allowance->number;
  return cs_declared(a, find_known(a, bound->baseline, party), bound->count);
}

/* ---- What is sealed -------------------------------------------------------------------------------------------- */

bool cs_is_sealed(const cs_assessment *a, uint32_t declaration, size_t count)
{
  if (declaration == CS_NO_DECLARATION || !a->holdings->declarations[declaration].sealed)
    return false;
  const cs_declaration *d = &a->holdings->declarations[declaration];
  const int64_t *weights = a->treaty->counts.at[count].weights;
  bool any = false;
  for (size_t i = 0; i < a->treaty->items.count; i++) {
    const cs_item *item = &a->treaty->items.at[i];
    for (size_t k = item->cell; k < item->cell + item->states.count; k++) {
      if (weights[k] == 0)
        continue;
      if (item->disclosure != CS_SEALED && (d->items == NULL || d->items[k] == CS_NO_NUMBER))
        return false;
      any = any || item->disclosure == CS_SEALED;
    }
  }
  return any;
}

const cs_proven *cs_find_proof(const cs_assessment *a, const cs_bound *bound, uint32_t declaration)
{
  const cs_holdings *h = a->holdings;
  const cs_declaration *d = &h->declarations[declaration];
  const cs_allowance *allowance = cs_amount_for(bound->at_most, d->party);
  size_t low = 0, high = h->proven_count; /* to the first of this day */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (h->proven[middle].date < d->date)
      low = middle + 1;
    else
      high = middle;
  }
  for (size_t i = low; i < h->proven_count && h->proven[i].date == d->date && allowance != NULL; i++) {
    const cs_proven *p = &h->proven[i];
    if (p->party != d->party || p->count != bound->count || (p->received != CS_DATE_NONE && p->received > a->at))
      continue;
    if (allowance->baseline ? p->baseline != CS_DATE_NONE && p->baseline == bound->baseline
                            : p->at_most != CS_NO_NUMBER && p->at_most <= allowance->number)
      return p;
  }
  return NULL;
}

/* The verdict on a bound whose count is sealed; `owed`: it was due in an exchange, so a claim was due with it. */
static void judge_sealed(const cs_assessment *a, const cs_bound *bound, bool owed, cs_result *result)
{
  const cs_declaration *d = &a->holdings->declarations[result->declaration];
  const cs_allowance *allowance = cs_amount_for(bound->at_most, d->party);
  bool baseline = allowance != NULL && allowance->baseline && bound->baseline == d->date;
  bool proven = baseline || cs_find_proof(a, bound, result->declaration) != NULL;
  result->verdict = proven ? CS_PROVED : owed ? CS_MISSING : CS_UNKNOWN;
  result->note = baseline ? CS_NOTE_BASELINE : proven ? CS_NOTE_PROOF : CS_NOTE_NO_PROOF;
}

static bool judge_bound(cs_assessment *a, size_t index, cs_date date, size_t party, uint32_t declaration, bool owed)
{
  const cs_bound *bound = &a->bounds[index];
  bool binding = bound->from == CS_DATE_NONE || date >= bound->from;
  bool applies;
  int64_t limit = cs_bound_limit(a, bound, party, &applies);
  if (!applies || (!binding && !bound->first) || (bound->until != CS_DATE_NONE && date >= bound->until))
    return true;

  cs_result result = {
    .date = date,
    .party = (uint16_t)party,
    .subject = CS_SUBJECT_BOUND,
    .index = (uint16_t)index,
    .declaration = declaration,
  };
  int64_t value = cs_declared(a, declaration, bound->count);
  if (binding && value == CS_NO_NUMBER && cs_is_sealed(a, declaration, bound->count)) {
    judge_sealed(a, bound, owed, &result);
    return cs_assessment_add(a, result);
  }
  if (!binding)
    result.verdict = CS_NOT_YET_BINDING;
  else if (value == CS_NO_NUMBER || limit == CS_NO_NUMBER)
    result.verdict = CS_UNKNOWN;
  else
    result.verdict = value <= limit ? CS_MET : CS_VIOLATED;

  if (declaration == CS_NO_DECLARATION)
    result.note = CS_NOTE_NO_DECLARATION;
  else if (value == CS_NO_NUMBER)
    result.note = CS_NOTE_NO_NUMBER;
  else if (limit == CS_NO_NUMBER)
    result.note = CS_NOTE_NO_BASELINE;
  else if (a->holdings->declarations[declaration].provided == CS_PUBLISHED)
    result.note = CS_NOTE_PUBLISHED;
  return cs_assessment_add(a, result);
}

/* ---- Exchanges --------------------------------------------------------------------------- */

/* Whether an exchange has left something to judge: it was made, or its deadline is past. */
static bool exchange_is_due(const cs_assessment *a, const cs_exchange_date *exchange, uint32_t declaration)
{
  return declaration != CS_NO_DECLARATION || exchange->due < a->at;
}

static bool judge_exchange(cs_assessment *a, const cs_exchange_date *exchange, size_t party, uint32_t declaration)
{
  if (!exchange_is_due(a, exchange, declaration))
    return true;
  cs_result result = {
    .date = exchange->as_of,
    .party = (uint16_t)party,
    .subject = CS_SUBJECT_EXCHANGE,
    .index = (uint16_t)exchange->exchange,
    .declaration = declaration,
    .part = (uint16_t)(exchange->schedule - a->treaty->exchanges.at[exchange->exchange].schedule.at),
    .note = exchange->replacement != NULL ? CS_NOTE_REPLACED : CS_NOTE_NONE,
  };
  if (declaration == CS_NO_DECLARATION) {
    result.verdict = CS_MISSING;
    result.note = CS_NOTE_NO_DECLARATION;
    return cs_assessment_add(a, result);
  }
  const cs_declaration *d = &a->holdings->declarations[declaration];
  const cs_exchange *rule = &a->treaty->exchanges.at[exchange->exchange];
  bool whole = true, sealed = false;
  for (size_t i = 0; i < rule->counts.count; i++) {
    size_t count = rule->counts.at[i].index;
    bool hidden = cs_is_sealed(a, declaration, count);
    sealed = sealed || hidden;
    whole = whole && (hidden || cs_declared(a, declaration, count) != CS_NO_NUMBER);
  }
  if (d->provided == CS_PUBLISHED) {
    if (exchange->due >= a->at)
      return true; /* there is still time to exchange them */
    result.verdict = CS_MISSING;
    result.note = CS_NOTE_PUBLISHED;
  } else if (!whole) {
    result.verdict = CS_UNKNOWN;
    result.note = CS_NOTE_NO_NUMBER;
  } else {
    result.verdict = d->received != CS_DATE_NONE && d->received > exchange->due ? CS_LATE : CS_MET;
    if (sealed && result.note == CS_NOTE_NONE)
      result.note = CS_NOTE_SEALED;
  }
  return cs_assessment_add(a, result);
}

/* ---- Declared totals against declared items ----------------------------------------------- */

static bool judge_ties(cs_assessment *a, size_t party, uint32_t declaration)
{
  const cs_declaration *d = &a->holdings->declarations[declaration];
  if (d->items == NULL)
    return true;
  for (size_t i = 0; i < a->treaty->counts.count; i++) {
    int64_t total = cs_holdings_total(a->holdings, declaration, i), sum = cs_holdings_sum(a->holdings, declaration, i);
    if (total == CS_NO_NUMBER || sum == CS_NO_NUMBER)
      continue;
    cs_result result = {
      .date = d->date,
      .party = (uint16_t)party,
      .subject = CS_SUBJECT_TIE,
      .index = (uint16_t)i,
      .declaration = declaration,
      .verdict = sum == total ? CS_MET : CS_VIOLATED,
      .note = sum == total ? CS_NOTE_TIES : CS_NOTE_TIES_NOT,
    };
    if (!cs_assessment_add(a, result))
      return false;
  }
  return true;
}

/* A number declared as part of another cannot exceed it. */
static bool judge_parts(cs_assessment *a, size_t party, uint32_t declaration)
{
  const cs_declaration *d = &a->holdings->declarations[declaration];
  for (size_t i = 0; i < a->treaty->items.count && d->items != NULL; i++) {
    const cs_item *item = &a->treaty->items.at[i];
    for (size_t k = 0; k < item->states.count; k++) {
      const cs_state *state = &item->states.at[k];
      int64_t part = d->items[item->cell + k];
      int64_t whole = state->part_of.id == NULL ? CS_NO_NUMBER : d->items[item->cell + state->part_of.index];
      if (part == CS_NO_NUMBER || whole == CS_NO_NUMBER || part <= whole)
        continue;
      cs_result result = {
        .date = d->date,
        .party = (uint16_t)party,
        .subject = CS_SUBJECT_PART,
        .index = (uint16_t)(item->cell + k),
        .declaration = declaration,
        .verdict = CS_VIOLATED,
        .note = CS_NOTE_PART_EXCEEDS,
      };
      if (!cs_assessment_add(a, result))
        return false;
    }
  }
  return true;
}

/* ---- Extensions -------------------------------------------------------------------------- */

static bool judge_extensions(cs_assessment *a, size_t party)
{
  const cs_term *term = &a->treaty->term;
  if (term->extended.count == 0)
    return true;
  cs_date before = cs_date_add(term->start, term->duration, 1);
  cs_date latest = cs_date_add(before, term->extension.at_most, 1);
  for (size_t i = 0; i < term->extended.count && term->extended.at[i].in_force <= a->at; i++) {
    const cs_agreed_extension *e = &term->extended.at[i];
    bool late = e->in_force > before, longer = e->until > latest;
    cs_remark note = late ? CS_NOTE_EXTENSION_LATE : longer ? CS_NOTE_EXTENSION_LONG : CS_NOTE_NONE;
    cs_result result = {
      .date = e->in_force,
      .party = (uint16_t)party,
      .subject = CS_SUBJECT_EXTENSION,
      .index = (uint16_t)i,
      .declaration = CS_NO_DECLARATION,
      .verdict = late || longer ? CS_VIOLATED : CS_MET,
      .note = (uint8_t)note,
    };
    before = e->until;
    if (!cs_assessment_add(a, result))
      return false;
  }
  return true;
}

/* ---- Day by day -------------------------------------------------------------------------- */

/* Whether one of these exchanges is past its deadline and has the count of a bound. */
static bool was_owed(const cs_assessment *a, const cs_bound *bound, const cs_exchange_date *exchanges, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    const cs_exchange *exchange = &a->treaty->exchanges.at[exchanges[i].exchange];
    for (size_t k = 0; k < exchange->counts.count; k++)
      if (exchange->counts.at[k].index == bound->count && exchanges[i].due < a->at)
        return true;
  }
  return false;
}

/* `declaration` is the party's of this day, if it is known. */
static bool judge_day(cs_assessment *a, cs_date date, size_t party, uint32_t declaration,
                      const cs_exchange_date *exchanges, size_t count)
{
  bool due = false, ok = true;
  for (size_t i = 0; i < count && ok; i++) {
    due = due || exchange_is_due(a, &exchanges[i], declaration);
    ok = judge_exchange(a, &exchanges[i], party, declaration);
  }
  if (declaration == CS_NO_DECLARATION && !due)
    return ok;
  for (size_t i = 0; i < a->bound_count && ok; i++)
    ok = judge_bound(a, i, date, party, declaration, was_owed(a, &a->bounds[i], exchanges, count));
  if (declaration != CS_NO_DECLARATION)
    ok = ok && judge_ties(a, party, declaration) && judge_parts(a, party, declaration);
  return ok;
}

/* The party's among `count` declarations of one day from `first`, if it is known. */
static uint32_t pick(const cs_assessment *a, size_t first, size_t count, size_t party)
{
  for (size_t i = first; i < first + count; i++)
    if (a->holdings->declarations[i].party == party && cs_declaration_is_known(&a->holdings->declarations[i], a->at))
      return (uint32_t)i;
  return CS_NO_DECLARATION;
}

/* Walks the days of exchanges and the days of declarations together, earliest first. */
static bool judge_days(cs_assessment *a, const cs_exchange_date *exchanges, size_t count, size_t only)
{
  const cs_holdings *h = a->holdings;
  cs_date end = cs_treaty_end(a->treaty, a->at);
  size_t e = 0, d = 0;
  bool ok = true;
  while (ok && (e < count || d < h->count)) {
    cs_date date = d == h->count || (e < count && exchanges[e].as_of < h->declarations[d].date)
                     ? exchanges[e].as_of
                     : h->declarations[d].date;
    size_t same = 0;
    while (e + same < count && exchanges[e + same].as_of == date)
      same++;
    size_t declared_here = 0;
    while (d + declared_here < h->count && h->declarations[d + declared_here].date == date)
      declared_here++;
    bool in_force = date >= a->treaty->term.start && (end == CS_DATE_NONE || date < end);
    if (date <= a->at && !in_force)
      a->outside += declared_here;
    for (size_t party = 0; party < a->treaty->parties.count && ok && date <= a->at && in_force; party++)
      if (only == EVERY_PARTY || only == party)
        ok = judge_day(a, date, party, pick(a, d, declared_here, party), same == 0 ? NULL : &exchanges[e], same);
    e += same;
    d += declared_here;
  }
  return ok;
}

/* Limits, then the phases of eliminations, each in force from its day until the next one's. */
static bool collect_bounds(cs_assessment *a)
{
  const cs_treaty *t = a->treaty;
  size_t count = t->limits.count;
  for (size_t i = 0; i < t->eliminations.count; i++)
    count += t->eliminations.at[i].phases.count;
  a->bounds = cs_arena_array(&a->arena, count + 1, sizeof *a->bounds);
  if (a->bounds == NULL)
    return false;
  for (size_t i = 0; i < t->limits.count; i++) {
    const cs_limit *limit = &t->limits.at[i];
    a->bounds[a->bound_count++] = (cs_bound){
      .rule = &limit->rule,
      .article = &limit->rule,
      .count = limit->count.index,
      .at_most = &limit->at_most,
      .from = cs_moment_date(t, &limit->from),
      .until = cs_moment_date(t, &limit->until),
      .baseline = cs_moment_date(t, &limit->baseline),
      .first = true,
    };
  }
  for (size_t i = 0; i < t->eliminations.count; i++) {
    const cs_elimination *elimination = &t->eliminations.at[i];
    for (size_t k = 0; k < elimination->phases.count; k++) {
      const cs_phase *phase = &elimination->phases.at[k];
      const cs_phase *next = k + 1 < elimination->phases.count ? phase + 1 : NULL;
      a->bounds[a->bound_count++] = (cs_bound){
        .rule = &elimination->rule,
        .article = &phase->rule,
        .count = elimination->count.index,
        .at_most = &phase->at_most,
        .from = cs_moment_date(t, &phase->by),
        .until = next != NULL ? cs_moment_date(t, &next->by) : CS_DATE_NONE,
        .baseline = CS_DATE_NONE,
        .first = k == 0,
      };
    }
  }
  return true;
}

/* By date, then party; within these in the order in which they were judged, which `a` and `b` keep. */
static int by_date_and_party(const void *a, const void *b)
{
  const cs_result *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  if (x->party != y->party)
    return x->party < y->party ? -1 : 1;
  if (x->subject != y->subject)
    return x->subject < y->subject ? -1 : 1;
  if (x->index != y->index)
    return x->index < y->index ? -1 : 1;
  return (x->declaration > y->declaration) - (x->declaration < y->declaration); /* as they were noted */
}

static cs_status judge(cs_assessment *a, size_t only, cs_error *error)
{
  cs_exchange_date *exchanges = NULL;
  size_t count = 0;
  if (!collect_bounds(a))
    return cs_fail_memory(error);
  cs_status status = cs_treaty_exchange_dates(a->treaty, a->at, a->at, &exchanges, &count, error);
  if (status != CS_OK)
    return status;
  bool ok = judge_days(a, exchanges, count, only);
  free(exchanges);
  size_t judged = a->count;
  for (size_t party = 0; party < a->treaty->parties.count && ok; party++)
    if (only == EVERY_PARTY || only == party)
      ok = judge_extensions(a, party);
  for (size_t i = 0; i < a->holdings->noted_count && ok; i++) {
    const cs_noted *n = &a->holdings->noted[i];
    cs_result result = {.date = n->date,
                        .party = (uint16_t)n->party,
                        .subject = CS_SUBJECT_NOTED,
                        .declaration = (uint32_t)i,
                        .verdict = (uint8_t)n->verdict};
    if (n->date <= a->at && (only == EVERY_PARTY || only == n->party))
      ok = cs_assessment_add(a, result);
  }
  if (ok)
    status = cs_judge_histories(a, only, error);
  if (status != CS_OK)
    return status;
  if (ok && a->count > judged) /* the days alone are in order already */
    qsort(a->results, a->count, sizeof *a->results, by_date_and_party);
  if (!ok || !cs_search_bounds(a, only) || !cs_conclude(a))
    return cs_fail_memory(error);
  return CS_OK;
}

static cs_status fail_party(const cs_treaty *treaty, const char *party, cs_error *error)
{
  char quoted[CS_QUOTED];
  cs_text parties = {0};
  for (size_t i = 0; i < treaty->parties.count; i++)
    cs_text_add(&parties, "%s%s", i == 0 ? "" : ", ", treaty->parties.at[i].rule.id);
  cs_status status = cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%s is not a party of %s; expected one of %s",
                             cs_quote(cs_slice_of(party), quoted), treaty->id, parties.at == NULL ? "" : parties.at);
  cs_text_free(&parties);
  return status;
}

cs_status cs_assess(const cs_treaty *treaty, const cs_holdings *holdings, const cs_assess_options *options,
                    cs_assessment **out, cs_error *error)
{
  *out = NULL;
  size_t only = EVERY_PARTY;
  for (size_t i = 0; options->party != NULL && i < treaty->parties.count; i++)
    if (strcmp(treaty->parties.at[i].rule.id, options->party) == 0)
      only = i;
  if (options->party != NULL && only == EVERY_PARTY)
    return fail_party(treaty, options->party, error);
  cs_assessment *a = calloc(1, sizeof *a);
  if (a == NULL)
    return cs_fail_memory(error);
  a->treaty = treaty;
  a->holdings = holdings;
  a->at = options->at;
  a->only = only;
  a->violation = options->violation;
  a->prior = options->prior;
  cs_status status = judge(a, only, error);
  if (status == CS_OK)
    *out = a;
  else
    cs_assessment_free(a);
  return status;
}

void cs_assessment_free(cs_assessment *assessment)
{
  if (assessment == NULL)
    return;
  cs_arena arena = assessment->arena;
  free(assessment->results);
  free(assessment->accounts);
  cs_arena_free(&arena);
  free(assessment);
}
