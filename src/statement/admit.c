/* Whether the agreement allows a statement. */
#include <stdlib.h>
#include <string.h>

#include "statement/statement.h"

typedef struct admittance {
  const cs_statement *statement;
  const cs_treaty *treaty;
  const char *place;
  cs_error *error;
} admittance;

static cs_status refuse(const admittance *a, const char *value, const char *fault, const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(a->error, CS_INVALID, a->place, (cs_mark){0}, "%s %s; expected %s",
                 cs_quote(cs_slice_of(value), quoted), fault, expected);
}

/* ---- Names --------------------------------------------------------------------------------------------------- */

static size_t find_in(const void *table, size_t count, size_t size, const char *id)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(((const cs_rule *)((const char *)table + i * size))->id, id) == 0)
      return i;
  return SIZE_MAX;
}

static size_t find_rule(const cs_treaty *treaty, const char *id)
{
  size_t number = 0;
  for (size_t k = 0; k < CS_RULE_KINDS; k++) {
    const cs_rule *rule;
    for (size_t i = 0; (rule = cs_treaty_rule(treaty, &cs_rule_kinds[k], i)) != NULL; i++, number++)
      if (strcmp(rule->id, id) == 0)
        return number;
  }
  return SIZE_MAX;
}

size_t cs_treaty_find(const cs_treaty *t, cs_key_type type, const char *id)
{
  switch (type) {
  case CS_KEY_PARTY:
    return find_in(t->parties.at, t->parties.count, sizeof *t->parties.at, id);
  case CS_KEY_NOTIFICATION:
    return find_in(t->notifications.at, t->notifications.count, sizeof *t->notifications.at, id);
  case CS_KEY_ITEM:
    return find_in(t->items.at, t->items.count, sizeof *t->items.at, id);
  case CS_KEY_FACILITY:
    return find_in(t->facilities.at, t->facilities.count, sizeof *t->facilities.at, id);
  case CS_KEY_RULE:
    return find_rule(t, id);
  default:
    return SIZE_MAX;
  }
}

/* Every key that names something of the agreement names something that is there. */
static cs_status check_names(const admittance *a, const json_t *object, const cs_statement_key *keys, size_t count)
{
  static const char *const nouns[] = {
    [CS_KEY_PARTY] = "is no party of the agreement",
    [CS_KEY_NOTIFICATION] = "is no notification of the agreement",
    [CS_KEY_RULE] = "is no rule of the agreement",
    [CS_KEY_ITEM] = "is no item of the agreement",
    [CS_KEY_FACILITY] = "is no facility of the agreement",
  };
  for (size_t i = 0; i < count; i++) {
    const char *id = json_string_value(json_object_get(object, keys[i].name));
    bool names = (size_t)keys[i].type < CS_COUNT_OF(nouns) && nouns[keys[i].type] != NULL;
    if (id != NULL && names && cs_treaty_find(a->treaty, keys[i].type, id) == SIZE_MAX)
      return refuse(a, id, nouns[keys[i].type], "one that it defines");
  }
  const char *item = json_string_value(json_object_get(object, "item"));
  for (size_t i = 0; i < count; i++) {
    const char *state = json_string_value(json_object_get(object, keys[i].name));
    if (keys[i].type != CS_KEY_STATE || state == NULL)
      continue;
    if (item == NULL)
      return refuse(a, state, "is a state of no item", "\"item\" beside it");
    const cs_item *of = &a->treaty->items.at[cs_treaty_find(a->treaty, CS_KEY_ITEM, item)];
    if (find_in(of->states.at, of->states.count, sizeof *of->states.at, state) == SIZE_MAX)
      return refuse(a, state, "is no state of this item", "one that the agreement defines");
  }
  return CS_OK;
}

/* ---- Each kind ----------------------------------------------------------------------------------------------- */

static cs_status admit_declaration(const admittance *a)
{
  json_t *totals = json_object_get(a->statement->json, "totals"),
         *holdings = json_object_get(a->statement->json, "holdings");
  const cs_treaty *t = a->treaty;
  if (totals == NULL && holdings == NULL)
    return refuse(a, "declare", "declares nothing", "\"totals\" or \"holdings\"");
  const char *name;
  json_t *value;
  json_object_foreach(totals, name, value)
  {
    if (find_in(t->counts.at, t->counts.count, sizeof *t->counts.at, name) == SIZE_MAX)
      return refuse(a, name, "is no count of the agreement", "one that it defines");
  }
  size_t i;
  json_array_foreach(holdings, i, value)
  {
    cs_status status = check_names(a, value, cs_holding_keys, cs_holding_key_count);
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

/* The first day after the deadline of an event on `date`, or CS_DATE_NONE. */
static cs_date too_late(const cs_due *due, cs_date date)
{
  if (due->side == CS_DUE_NONE)
    return CS_DATE_NONE;
  return cs_date_add(date, due->span, due->side == CS_DUE_AFTER ? 1 : -1) + 1;
}

static bool notification_is_late(const admittance *a)
{
  size_t index = cs_treaty_find(a->treaty, CS_KEY_NOTIFICATION, cs_statement_text(a->statement, "notification"));
  cs_date limit = too_late(&a->treaty->notifications.at[index].due, cs_statement_date(a->statement, "date"));
  return limit != CS_DATE_NONE && a->statement->time / 86400 >= limit;
}

/* Late where the day belongs to an exchange whose deadline is past. */
static cs_status declaration_is_late(const admittance *a, bool *late)
{
  cs_date date = cs_statement_date(a->statement, "date");
  cs_exchange_date *exchanges;
  size_t count;
  cs_status status = cs_treaty_exchange_dates(a->treaty, INT32_MAX, date, &exchanges, &count, a->error);
  *late = false;
  for (size_t i = 0; status == CS_OK && i < count; i++)
    *late = *late || (exchanges[i].as_of == date && a->statement->time / 86400 > exchanges[i].due);
  if (status == CS_OK)
    free(exchanges);
  return status;
}

static cs_status admit_term(const admittance *a)
{
  const cs_term *term = &a->treaty->term;
  switch (a->statement->kind) {
  case CS_EXTEND: {
    cs_date until = cs_statement_date(a->statement, "until");
    if (term->extension.at_most.amount == 0)
      return refuse(a, "extend", "is not provided for", "an agreement that can be extended");
    cs_date latest = cs_date_add(cs_date_add(term->start, term->duration, 1), term->extension.at_most, 1);
    if (until > latest || until <= term->start)
      return refuse(a, cs_statement_text(a->statement, "until"), "is longer than the agreement may be extended",
                    "an earlier day");
    return CS_OK;
  }
  case CS_WITHDRAW: {
    cs_date from = cs_statement_date(a->statement, "from");
    if (term->withdrawal.notice.amount > 0 &&
        from < cs_date_add((cs_date)(a->statement->time / 86400), term->withdrawal.notice, 1))
      return refuse(a, cs_statement_text(a->statement, "from"), "is sooner than the notice of withdrawal allows",
                    "a later day");
    return CS_OK;
  }
  default: /* a suspension that the text does not provide for is a fact all the same, and is judged */
    return CS_OK;
  }
}

/* The day that the statement is about lies within the calendar of the agreement and not after the statement. */
static cs_status check_days(const admittance *a)
{
  cs_date date = cs_statement_date(a->statement, "date"), made = (cs_date)(a->statement->time / 86400);
  if (date == CS_DATE_NONE)
    return CS_OK;
  if (a->statement->kind == CS_DECLARE && date > made)
    return refuse(a, cs_statement_text(a->statement, "date"), "lies after the statement itself", "a day that has come");
  if (date < a->treaty->term.start)
    return refuse(a, cs_statement_text(a->statement, "date"), "lies before the entry into force", "a day of the term");
  return CS_OK;
}

cs_status cs_statement_admit(const cs_statement *statement, const cs_treaty *treaty, size_t party, const char *place,
                             cs_admission *out, cs_error *error)
{
  admittance a = {statement, treaty, place, error};
  const cs_kind_of_statement *kind = &cs_statement_kinds[statement->kind];
  const char *agreement = cs_statement_text(statement, "agreement"), *sender = cs_statement_text(statement, "party");
  bool late = false;
  *out = CS_ADMITTED;
  if (strcmp(agreement, treaty->id) != 0)
    return refuse(&a, agreement, "is another agreement", treaty->id);
  if (strcmp(sender, treaty->parties.at[party].rule.id) != 0)
    return refuse(&a, sender, "speaks in another party's ledger", treaty->parties.at[party].rule.id);
  cs_status status = check_names(&a, statement->json, kind->keys, kind->key_count);
  if (status == CS_OK)
    status = check_days(&a);
  if (status == CS_OK && statement->kind == CS_DECLARE)
    status = admit_declaration(&a);
  if (status == CS_OK)
    status = admit_term(&a);
  if (status == CS_OK && statement->kind == CS_DECLARE)
    status = declaration_is_late(&a, &late);
  if (status == CS_OK && statement->kind == CS_NOTIFY)
    late = notification_is_late(&a);
  *out = late ? CS_ADMITTED_LATE : CS_ADMITTED;
  return status;
}
