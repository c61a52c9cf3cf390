/* Whether the agreement allows a statement. */
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"
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

/* A table of rules that the agreement defines: each element begins with its cs_rule. */
typedef struct table {
  const void *at;
  size_t count, size;
} table;

#define TABLE(list) ((table){(list).at, (list).count, sizeof *(list).at})

static const char *name_at(const table *t, size_t i)
{
  return ((const cs_rule *)((const char *)t->at + i * t->size))->id;
}

/* Refuses a name that is none of these: says which of them is near, and all where they are few. */
static cs_status refuse_among(const admittance *a, const char *name, const char *fault, const char *const *names,
                              size_t count)
{
  enum { SHOWN = 12 };
  cs_text expected = {0};
  if (count > SHOWN || count == 0)
    cs_text_add(&expected, "one that the agreement defines");
  for (size_t i = 0; i < count && count <= SHOWN; i++)
    cs_text_add(&expected, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", names[i]);
  cs_status status = expected.failed ? cs_fail_memory(a->error) : refuse(a, name, fault, expected.at);
  const char *nearest = cs_nearest(cs_slice_of(name), names, count, sizeof *names);
  if (nearest != NULL)
    cs_hint(a->error, "did you mean \"%s\"?", nearest);
  cs_text_free(&expected);
  return status;
}

enum { NAMES = 256 };

static cs_status refuse_name(const admittance *a, const char *name, const char *fault, const table *t)
{
  const char *names[NAMES];
  size_t count = 0;
  for (; count < t->count && count < NAMES; count++)
    names[count] = name_at(t, count);
  return refuse_among(a, name, fault, names, count);
}

static cs_status refuse_rule(const admittance *a, const char *name)
{
  const char *names[NAMES];
  size_t count = 0;
  const cs_rule *rule;
  for (size_t k = 0; k < CS_RULE_KINDS; k++)
    for (size_t i = 0; count < NAMES && (rule = cs_treaty_rule(a->treaty, &cs_rule_kinds[k], i)) != NULL; i++)
      names[count++] = rule->id;
  return refuse_among(a, name, "is no rule of the agreement", names, count);
}

static size_t find_in(table t, const char *id)
{
  for (size_t i = 0; i < t.count; i++)
    if (strcmp(name_at(&t, i), id) == 0)
      return i;
  return SIZE_MAX;
}

/* The names that a key of a type may hold; empty where it names nothing, or rules of several kinds. */
static table names_of(const cs_treaty *t, cs_key_type type)
{
  switch (type) {
  case CS_KEY_PARTY:
    return TABLE(t->parties);
  case CS_KEY_NOTIFICATION:
    return TABLE(t->notifications);
  case CS_KEY_ITEM:
    return TABLE(t->items);
  case CS_KEY_FACILITY:
    return TABLE(t->facilities);
  case CS_KEY_COUNT:
    return TABLE(t->counts);
  case CS_KEY_INSPECTION:
    return TABLE(t->inspections);
  default:
    return (table){0};
  }
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
  return type == CS_KEY_RULE ? find_rule(t, id) : find_in(names_of(t, type), id);
}

size_t cs_treaty_cell(const cs_treaty *t, const char *item, const char *state)
{
  size_t i = item == NULL || state == NULL ? SIZE_MAX : cs_treaty_find(t, CS_KEY_ITEM, item);
  if (i == SIZE_MAX)
    return SIZE_MAX;
  size_t k = find_in(TABLE(t->items.at[i].states), state);
  return k == SIZE_MAX ? SIZE_MAX : t->items.at[i].cell + k;
}

/* Every key that names something of the agreement names something that is there. */
static cs_status check_names(const admittance *a, const json_t *object, const cs_statement_key *keys, size_t count)
{
  static const char *const nouns[] = {
    [CS_KEY_PARTY] = "is no party of the agreement", [CS_KEY_NOTIFICATION] = "is no notification of the agreement",
    [CS_KEY_ITEM] = "is no item of the agreement",   [CS_KEY_FACILITY] = "is no facility of the agreement",
    [CS_KEY_COUNT] = "is no count of the agreement", [CS_KEY_INSPECTION] = "is no inspection of the agreement",
  };
  for (size_t i = 0; i < count; i++) {
    const char *id = json_string_value(json_object_get(object, keys[i].name));
    if (id != NULL && keys[i].type == CS_KEY_RULE && find_rule(a->treaty, id) == SIZE_MAX)
      return refuse_rule(a, id);
    bool names = (size_t)keys[i].type < CS_COUNT_OF(nouns) && nouns[keys[i].type] != NULL;
    table defined = names_of(a->treaty, keys[i].type);
    if (id != NULL && names && cs_treaty_find(a->treaty, keys[i].type, id) == SIZE_MAX)
      return refuse_name(a, id, nouns[keys[i].type], &defined);
  }
  const char *item = json_string_value(json_object_get(object, "item"));
  for (size_t i = 0; i < count; i++) {
    const char *state = json_string_value(json_object_get(object, keys[i].name));
    if (keys[i].type != CS_KEY_STATE || state == NULL)
      continue;
    if (item == NULL)
      return refuse(a, state, "is a state of no item", "\"item\" beside it");
    table states = TABLE(a->treaty->items.at[cs_treaty_find(a->treaty, CS_KEY_ITEM, item)].states);
    if (find_in(states, state) == SIZE_MAX)
      return refuse_name(a, state, "is no state of this item", &states);
  }
  return CS_OK;
}

/* ---- Each kind ----------------------------------------------------------------------------------------------- */

/* No holding is declared twice: which of the two would count? */
static cs_status check_twice(const admittance *a, json_t *seen, const json_t *holding)
{
  static const char *const keys[] = {"item", "state", "type", "facility"};
  cs_text name = {0};
  for (size_t i = 0; i < CS_COUNT_OF(keys); i++) {
    const char *value = json_string_value(json_object_get(holding, keys[i]));
    cs_text_add(&name, "%s%s", i == 0 ? "" : "\n", value == NULL ? "" : value);
  }
  bool twice = !name.failed && json_object_get(seen, name.at) != NULL;
  bool kept = !name.failed && json_object_set_new_nocheck(seen, name.at, json_true()) == 0;
  cs_text_free(&name);
  if (twice)
    return refuse(a, json_string_value(json_object_get(holding, "item")), "is declared twice in one state",
                  "one number for each item, state, type and facility");
  return kept ? CS_OK : cs_fail_memory(a->error);
}

static cs_status admit_holdings(const admittance *a, const json_t *holdings)
{
  const cs_nested_kind *keys = cs_nested_keys(CS_KEY_HOLDINGS);
  json_t *seen = json_object();
  cs_status status = seen == NULL ? cs_fail_memory(a->error) : CS_OK;
  for (size_t i = 0; i < json_array_size(holdings) && status == CS_OK; i++) {
    const json_t *holding = json_array_get(holdings, i);
    status = check_names(a, holding, keys->keys, keys->key_count);
    if (status == CS_OK)
      status = check_twice(a, seen, holding);
  }
  json_decref(seen);
  return status;
}

/* What the agreement seals is sealed as it says; what is sealed is not declared openly beside it. */
static cs_status admit_sealed(const admittance *a)
{
  cs_sealed sealed;
  if (json_object_get(a->statement->json, "sealed") == NULL)
    return CS_OK;
  cs_status status = cs_sealed_read(a->statement, a->treaty, a->place, &sealed, a->error);
  if (status == CS_OK)
    cs_sealed_free(&sealed);
  const json_t *holdings = json_object_get(a->statement->json, "holdings");
  for (size_t i = 0; i < json_array_size(holdings) && status == CS_OK; i++) {
    const char *item = json_string_value(json_object_get(json_array_get(holdings, i), "item"));
    if (a->treaty->items.at[cs_treaty_find(a->treaty, CS_KEY_ITEM, item)].disclosure == CS_SEALED)
      status = refuse(a, item, "is declared both openly and sealed", "one of the two");
  }
  return status;
}

/* A transfer whose number is sealed has a commitment for either side, and is of an item that the agreement seals. */
static cs_status admit_sealed_transfer(const admittance *a, const char *item)
{
  bool from = cs_statement_text(a->statement, "sealed-from") != NULL,
       to = cs_statement_text(a->statement, "sealed-to") != NULL;
  if (!from && !to)
    return CS_OK;
  if (from != to)
    return refuse(a, from ? "sealed-from" : "sealed-to", "stands alone", "a commitment for either side");
  if (cs_statement_number(a->statement, "count") >= 0)
    return refuse(a, "count", "is stated beside sealed counts", "one of the two");
  if (item == NULL || a->treaty->items.at[cs_treaty_find(a->treaty, CS_KEY_ITEM, item)].disclosure != CS_SEALED)
    return refuse(a, item == NULL ? "item" : item, "is not what the agreement seals", "an item that it seals");
  if (cs_statement_text(a->statement, "state") == NULL || cs_statement_text(a->statement, "facility") == NULL ||
      cs_statement_text(a->statement, "to-facility") == NULL)
    return refuse(a, "sealed-from", "is of an unknown place", "\"state\", \"facility\" and \"to-facility\"");
  return CS_OK;
}

static cs_status admit_claims(const admittance *a)
{
  cs_status status = CS_OK;
  cs_claim claim;
  size_t count = json_array_size(json_object_get(a->statement->json, "claims"));
  if (count > CS_CLAIMS)
    return refuse(a, "claims", "are too many for one statement", "at most 64");
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = cs_claim_read(a->statement, a->treaty, i, a->place, &claim, a->error);
  return status;
}

static cs_status admit_declaration(const admittance *a)
{
  json_t *totals = json_object_get(a->statement->json, "totals"),
         *holdings = json_object_get(a->statement->json, "holdings");
  table counts = TABLE(a->treaty->counts);
  if (totals == NULL && holdings == NULL && json_object_get(a->statement->json, "sealed") == NULL)
    return refuse(a, "declare", "declares nothing", "\"totals\", \"holdings\" or \"sealed\"");
  const char *name;
  json_t *value;
  json_object_foreach(totals, name, value)
  {
    if (find_in(counts, name) == SIZE_MAX)
      return refuse_name(a, name, "is no count of the agreement", &counts);
  }
  cs_status status = admit_holdings(a, holdings);
  return status == CS_OK ? admit_sealed(a) : status;
}

/* A notification is about one of the items that the agreement has it for. */
static cs_status admit_notification(const admittance *a)
{
  const char *item = cs_statement_text(a->statement, "item");
  const cs_notification *n =
    &a->treaty->notifications
       .at[cs_treaty_find(a->treaty, CS_KEY_NOTIFICATION, cs_statement_text(a->statement, "notification"))];
  cs_status sealed = admit_sealed_transfer(a, item);
  if (sealed != CS_OK || item == NULL || n->items.count == 0)
    return sealed;
  cs_text expected = {0};
  for (size_t i = 0; i < n->items.count; i++) {
    if (strcmp(n->items.at[i].id, item) == 0) {
      cs_text_free(&expected);
      return CS_OK;
    }
    cs_text_add(&expected, "%s%s", i == 0 ? "" : i + 1 == n->items.count ? " or " : ", ", n->items.at[i].id);
  }
  cs_status status =
    expected.failed ? cs_fail_memory(a->error) : refuse(a, item, "is not what this notification is about", expected.at);
  cs_text_free(&expected);
  return status;
}

/* The keys are of the kinds that sign ledgers and cosign them, and the ledger's has its origin for a name. */
static cs_status admit_adoption(const admittance *a)
{
  const char *origin = cs_statement_text(a->statement, "origin"), *key = cs_statement_text(a->statement, "key"),
             *cosigner = cs_statement_text(a->statement, "cosigner");
  cs_verifier verifier;
  if (!cs_verifier_parse(cs_slice_of(key), &verifier) || verifier.type != CS_SIGNATURE_ED25519)
    return refuse(a, key, "does not sign ledgers", "an Ed25519 key of signed notes");
  if (strcmp(verifier.name, origin) != 0)
    return refuse(a, origin, "is not the name of the ledger's key", verifier.name);
  if (!cs_verifier_parse(cs_slice_of(cosigner), &verifier) || verifier.type != CS_SIGNATURE_COSIGNATURE)
    return refuse(a, cosigner, "does not cosign", "a key of cosignature/v1");
  return CS_OK;
}

static bool notification_is_late(const admittance *a)
{
  size_t index = cs_treaty_find(a->treaty, CS_KEY_NOTIFICATION, cs_statement_text(a->statement, "notification"));
  cs_date limit = cs_due_passed(&a->treaty->notifications.at[index].due, cs_statement_date(a->statement, "date"));
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
  const cs_term *term = &a->treaty->term;
  if (date < term->start)
    return refuse(a, cs_statement_text(a->statement, "date"), "lies before the entry into force", "a day of the term");
  cs_date end = cs_date_add(cs_date_add(term->start, term->duration, 1), term->extension.at_most, 1);
  if (term->duration.amount > 0 && date >= end)
    return refuse(a, cs_statement_text(a->statement, "date"), "lies after the last day that the agreement can have",
                  "a day of the term");
  return CS_OK;
}

/* A visit to another party, of a kind that this day may see, announced in time, at a place that is chosen as it says. */
static cs_status admit_request(const admittance *a)
{
  const cs_inspection *kind =
    &a->treaty->inspections
       .at[cs_treaty_find(a->treaty, CS_KEY_INSPECTION, cs_statement_text(a->statement, "inspection"))];
  const char *of = cs_statement_text(a->statement, "of"), *day = cs_statement_text(a->statement, "date");
  cs_date date = cs_statement_date(a->statement, "date"), from = cs_moment_date(a->treaty, &kind->from),
          until = cs_moment_date(a->treaty, &kind->until);
  bool designated = cs_statement_text(a->statement, "facility") != NULL;
  if (strcmp(of, cs_statement_text(a->statement, "party")) == 0)
    return refuse(a, of, "inspects itself", "another party");
  if ((from != CS_DATE_NONE && date < from) || (until != CS_DATE_NONE && date >= until))
    return refuse(a, day, "is no day for such an inspection", "one on which the agreement has it");
  if (kind->notice.side == CS_DUE_BEFORE &&
      a->statement->time > (int64_t)cs_date_add(date, kind->notice.span, -1) * 86400)
    return refuse(a, day, "is sooner than the notice that the agreement asks for", "a later day");
  if (designated ? kind->chosen == CS_DRAWN : kind->chosen == CS_DESIGNATED)
    return refuse(a, kind->rule.id, designated ? "draws its place, which nobody names" : "names its place",
                  designated ? "no facility" : "a facility");
  if (designated && json_object_get(a->statement->json, "weights") != NULL)
    return refuse(a, "weights", "are given for a place that is named", "one of the two");
  return CS_OK;
}

static cs_status admit_kind(const admittance *a)
{
  switch (a->statement->kind) {
  case CS_ADOPT:
    return admit_adoption(a);
  case CS_DECLARE:
    return admit_declaration(a);
  case CS_NOTIFY:
    return admit_notification(a);
  case CS_CLAIM:
    return admit_claims(a);
  case CS_INSPECT_REQUEST:
    return admit_request(a);
  case CS_INSPECT_REPORT:
    return admit_holdings(a, json_object_get(a->statement->json, "holdings"));
  default:
    return admit_term(a);
  }
}

cs_status cs_statement_admit(const cs_statement *statement, const cs_treaty *treaty, size_t party, const char *place,
                             cs_admission *out, cs_error *error)
{
  admittance a = {statement, treaty, place, error};
  const cs_kind_of_statement *kind = &cs_statement_kinds[statement->kind];
  const char *agreement = cs_statement_text(statement, "agreement"), *sender = cs_statement_text(statement, "party");
  bool late = false;
  *out = CS_ADMITTED;
  if (party >= treaty->parties.count)
    return refuse(&a, sender, "speaks in a ledger that is no party's", "the ledger of a party");
  if (strcmp(agreement, treaty->id) != 0)
    return refuse(&a, agreement, "is another agreement", treaty->id);
  if (strcmp(sender, treaty->parties.at[party].rule.id) != 0)
    return refuse(&a, sender, "speaks in another party's ledger", treaty->parties.at[party].rule.id);
  cs_status status = check_names(&a, statement->json, kind->keys, kind->key_count);
  if (status == CS_OK)
    status = check_days(&a);
  if (status == CS_OK)
    status = admit_kind(&a);
  if (status == CS_OK && statement->kind == CS_DECLARE)
    status = declaration_is_late(&a, &late);
  if (status == CS_OK && statement->kind == CS_NOTIFY)
    late = notification_is_late(&a);
  *out = late ? CS_ADMITTED_LATE : CS_ADMITTED;
  return status;
}
