/* What follows from the agreement's words: days, amounts, exchanges. */
#include <stdlib.h>
#include <string.h>

#include "treaty/shapes.h"

#define KIND(label, member)                                                                                            \
  {                                                                                                                    \
    label, #member, offsetof(cs_treaty, member), sizeof(*((cs_treaty *)0)->member.at)                                  \
  }
const cs_rule_kind cs_rule_kinds[CS_RULE_KINDS] = {
  KIND("limit", limits),           KIND("exchange", exchanges),       KIND("notification", notifications),
  KIND("inspection", inspections), KIND("elimination", eliminations), KIND("obligation", obligations),
};

const cs_rule *cs_treaty_rule(const cs_treaty *treaty, const cs_rule_kind *kind, size_t index)
{
  cs_any_list list = cs_list_get((const char *)treaty + kind->list);
  return index < list.count ? (const cs_rule *)((const char *)list.at + index * kind->size) : NULL;
}

size_t cs_treaty_rules(const cs_treaty *treaty)
{
  size_t count = 0;
  for (size_t i = 0; i < CS_RULE_KINDS; i++)
    count += cs_list_get((const char *)treaty + cs_rule_kinds[i].list).count;
  return count;
}

const char *cs_treaty_id(const cs_treaty *treaty)
{
  return treaty->id;
}

const char *cs_treaty_title(const cs_treaty *treaty)
{
  return treaty->title;
}

cs_date cs_treaty_start(const cs_treaty *treaty)
{
  return treaty->term.start;
}

cs_date cs_treaty_end(const cs_treaty *treaty, cs_date at)
{
  const cs_term *term = &treaty->term;
  if (term->duration.amount == 0)
    return CS_DATE_NONE;
  cs_date end = cs_date_add(term->start, term->duration, 1);
  for (size_t i = 0; i < term->extended.count; i++)
    if (term->extended.at[i].in_force <= at)
      end = term->extended.at[i].until;
  return end;
}

cs_date cs_moment_date(const cs_treaty *treaty, const cs_moment *moment)
{
  switch (moment->kind) {
  case CS_MOMENT_DATE:
    return moment->date;
  case CS_MOMENT_AFTER_START:
    return cs_date_add(treaty->term.start, moment->span, 1);
  default:
    return CS_DATE_NONE;
  }
}

cs_date cs_due_passed(const cs_due *due, cs_date date)
{
  if (due->side == CS_DUE_NONE)
    return CS_DATE_NONE;
  return cs_date_add(date, due->span, due->side == CS_DUE_AFTER ? 1 : -1) + 1;
}

const cs_allowance *cs_amount_for(const cs_amount *amount, size_t party)
{
  for (size_t i = 0; i < amount->count; i++)
    if (amount->at[i].party.id == NULL || amount->at[i].party.index == party)
      return &amount->at[i];
  return NULL;
}

/* ---- Exchanges --------------------------------------------------------------------------- */

/* More than any agreement calls for; a hostile one that exchanges every day for ever stops here. */
enum { MOST_EXCHANGES = 100000 };

typedef struct dates {
  cs_exchange_date *at;
  size_t count, capacity;
} dates;

/* The replacement of a scheduled day, or NULL. */
static const cs_replacement *find_replacement(const cs_exchange *exchange, cs_date as_of)
{
  for (size_t i = 0; i < exchange->replaced.count; i++)
    if (exchange->replaced.at[i].as_of == as_of)
      return &exchange->replaced.at[i];
  return NULL;
}

/* Adds an exchange unless it takes place after `until`. */
static bool add_date(dates *out, const cs_treaty *treaty, size_t index, const cs_schedule *schedule, cs_date as_of,
                     cs_date due, cs_date until)
{
  const cs_replacement *replacement = find_replacement(&treaty->exchanges.at[index], as_of);
  cs_exchange_date date = {
    .exchange = index,
    .schedule = schedule,
    .replacement = replacement,
    .as_of = replacement == NULL ? as_of : replacement->by,
    .due = due,
  };
  if (date.as_of > until)
    return true;
  if (out->count == MOST_EXCHANGES || !cs_grow((void **)&out->at, &out->capacity, out->count, sizeof *out->at))
    return false;
  out->at[out->count++] = date;
  return true;
}

/* The last scheduled day that can take place by `until`: a later one may have been brought forward. */
static cs_date last_scheduled(const cs_exchange *exchange, cs_date until)
{
  cs_date last = until;
  for (size_t i = 0; i < exchange->replaced.count; i++)
    if (exchange->replaced.at[i].by <= until && exchange->replaced.at[i].as_of > last)
      last = exchange->replaced.at[i].as_of;
  return last;
}

static bool add_schedule(dates *out, const cs_treaty *treaty, size_t index, const cs_schedule *schedule, cs_date until)
{
  if (schedule->as_of.kind != CS_MOMENT_NONE) {
    cs_date as_of = cs_moment_date(treaty, &schedule->as_of);
    return add_date(out, treaty, index, schedule, as_of, cs_date_add(as_of, schedule->due.span, 1), until);
  }
  cs_date first = cs_moment_date(treaty, &schedule->first), never = cs_date_add(first, (cs_span){10000, CS_YEARS}, 1);
  cs_date last = last_scheduled(&treaty->exchanges.at[index], until);
  for (int32_t n = 0;; n++) {
    cs_date as_of = cs_date_add(first, schedule->every, n);
    if (as_of > last || as_of == never) /* the calendar ends with the year 9999 */
      return true;
    /* The deadline runs from the end of the period, the day before. */
    if (!add_date(out, treaty, index, schedule, as_of, cs_date_add(as_of - 1, schedule->due.span, 1), until))
      return false;
  }
}

static int by_date(const void *a, const void *b)
{
  const cs_exchange_date *x = a, *y = b;
  if (x->as_of != y->as_of)
    return x->as_of < y->as_of ? -1 : 1;
  return (x->exchange > y->exchange) - (x->exchange < y->exchange);
}

cs_status cs_treaty_exchange_dates(const cs_treaty *treaty, cs_date at, cs_date until, cs_exchange_date **out,
                                   size_t *count, cs_error *error)
{
  cs_date end = cs_treaty_end(treaty, at);
  if (end != CS_DATE_NONE && until >= end)
    until = end - 1; /* data current on a day after the end are not owed */
  dates found = {0};
  bool ok = true;
  for (size_t i = 0; i < treaty->exchanges.count && ok; i++)
    for (size_t k = 0; k < treaty->exchanges.at[i].schedule.count && ok; k++)
      ok = add_schedule(&found, treaty, i, &treaty->exchanges.at[i].schedule.at[k], until);
  if (!ok) {
    bool many = found.count == MOST_EXCHANGES;
    free(found.at);
    if (many)
      return cs_fail(error, CS_INVALID, treaty->file, treaty->exchanges.at[0].rule.mark,
                     "too many exchanges up to that day; expected at most %d", MOST_EXCHANGES);
    return cs_fail_memory(error);
  }
  if (found.count > 0)
    qsort(found.at, found.count, sizeof *found.at, by_date);
  *out = found.at;
  *count = found.count;
  return CS_OK;
}
