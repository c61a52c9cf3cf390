/* References resolved, and the rules that span several keys. */
#include "treaty/check.h"

#include <stdlib.h>
#include <string.h>

#include "treaty/shapes.h"

typedef struct checker {
  cs_treaty *treaty;
  cs_error *error;
} checker;

static cs_status fail_at(const checker *c, cs_mark mark, const char *what)
{
  return cs_fail(c->error, CS_INVALID, c->treaty->file, mark, "%s", what);
}

/* ---- References -------------------------------------------------------------------------- */

/* Finds `ref` in a table whose entries begin with cs_rule. */
static cs_status resolve(const checker *c, cs_ref *ref, cs_any_list table, size_t size, const char *noun,
                         const char *where)
{
  if (ref->id == NULL)
    return CS_OK;
  for (size_t i = 0; i < table.count; i++) {
    if (strcmp(((const cs_rule *)((const char *)table.at + i * size))->id, ref->id) == 0) {
      ref->index = i;
      return CS_OK;
    }
  }
  char quoted[CS_QUOTED];
  cs_slice name = cs_slice_of(ref->id);
  cs_fail(c->error, CS_INVALID, c->treaty->file, ref->mark, "%s is not %s; expected one defined under \"%s\"",
          cs_quote(name, quoted), noun, where);
  const char *nearest = table.count == 0 ? NULL : cs_nearest(name, &((const cs_rule *)table.at)->id, table.count, size);
  if (nearest != NULL)
    cs_hint(c->error, "did you mean \"%s\"?", nearest);
  return CS_INVALID;
}

static cs_status resolve_target(const checker *c, cs_ref *ref, cs_target target)
{
  static const struct {
    size_t offset, size;
    const char *noun, *where;
  } tables[] = {
    [CS_T_PARTY] = {offsetof(cs_treaty, parties), sizeof(cs_party), "a party", "parties"},
    [CS_T_FACILITY] = {offsetof(cs_treaty, facilities), sizeof(cs_facility), "a facility", "facilities"},
    [CS_T_ITEM] = {offsetof(cs_treaty, items), sizeof(cs_item), "an item", "items"},
    [CS_T_COUNT] = {offsetof(cs_treaty, counts), sizeof(cs_count), "a count", "counts"},
  };
  if (target == CS_T_STATE) /* of the item beside it: resolved by check_items and check_counts */
    return CS_OK;
  cs_any_list table = cs_list_get((const char *)c->treaty + tables[target].offset);
  return resolve(c, ref, table, tables[target].size, tables[target].noun, tables[target].where);
}

static cs_status resolve_shape(const checker *c, const cs_shape *shape, void *at);

static cs_status resolve_field(const checker *c, const cs_field *field, void *at)
{
  cs_any_list list = {0};
  if (field->kind == CS_K_REFS || field->kind == CS_K_AMOUNT || field->kind == CS_K_LIST || field->kind == CS_K_TABLE)
    list = cs_list_get(at);
  cs_status status = CS_OK;
  if (field->kind == CS_K_REF)
    status = resolve_target(c, at, field->target);
  else if (field->kind == CS_K_ONE)
    status = resolve_shape(c, field->shape, at);
  for (size_t i = 0; i < list.count && status == CS_OK; i++) {
    if (field->kind == CS_K_REFS)
      status = resolve_target(c, (cs_ref *)list.at + i, field->target);
    else if (field->kind == CS_K_AMOUNT)
      status = resolve_target(c, &((cs_allowance *)list.at + i)->party, CS_T_PARTY);
    else
      status = resolve_shape(c, field->shape, (char *)list.at + i * field->shape->size);
  }
  return status;
}

static cs_status resolve_shape(const checker *c, const cs_shape *shape, void *at)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < shape->count && status == CS_OK; i++)
    status = resolve_field(c, &shape->fields[i], (char *)at + shape->fields[i].offset);
  return status;
}

static cs_status resolve_state(const checker *c, cs_ref *ref, const cs_item *item)
{
  return resolve(c, ref, (cs_any_list){item->states.at, item->states.count}, sizeof(cs_state), "a state of this item",
                 "states");
}

/* ---- Items and counts -------------------------------------------------------------------- */

static cs_status check_items(const checker *c)
{
  for (size_t i = 0; i < c->treaty->items.count; i++) {
    cs_item *item = &c->treaty->items.at[i];
    item->cell = c->treaty->cells;
    c->treaty->cells += item->states.count;
    for (size_t k = 0; k < item->states.count; k++) {
      cs_state *state = &item->states.at[k];
      cs_status status = resolve_state(c, &state->part_of, item);
      if (status != CS_OK)
        return status;
      if (state->part_of.id == NULL)
        continue;
      if (state->part_of.index == k)
        return fail_at(c, state->part_of.mark, "a state is part of itself; expected another state of this item");
      if (item->states.at[state->part_of.index].part_of.id != NULL)
        return fail_at(c, state->part_of.mark, "this state is itself part of a state; expected one that stands alone");
    }
  }
  return CS_OK;
}

static cs_status check_count_term(const checker *c, cs_count_term *term)
{
  if ((term->item.id == NULL) == (term->count.id == NULL))
    return fail_at(c, term->rule.mark,
                   "a term of a count names neither or both; expected either \"item\" or \"count\"");
  if (term->weight > 1000000)
    return fail_at(c, term->rule.mark, "the weight is too large; expected at most 1000000");
  if (term->count.id != NULL)
    return term->states.count == 0
             ? CS_OK
             : fail_at(c, term->rule.mark, "a count has no states; expected them with an \"item\"");
  if (term->states.count == 0)
    return fail_at(c, term->rule.mark, "no states are named; expected \"states\" with the item");
  const cs_item *item = &c->treaty->items.at[term->item.index];
  for (size_t i = 0; i < term->states.count; i++) {
    cs_status status = resolve_state(c, &term->states.at[i], item);
    if (status != CS_OK)
      return status;
    for (size_t k = 0; k < i; k++)
      if (term->states.at[k].index == term->states.at[i].index)
        return fail_at(c, term->states.at[i].mark, "this state is there twice; expected each state once");
  }
  return CS_OK;
}

/* Adds a term to the weights of its count; false where a weight grows too large. The counts that it names
 * have their weights by then. */
static bool add_term(const cs_treaty *treaty, const cs_count_term *term, int64_t *weights)
{
  bool fits = true;
  if (term->count.id != NULL) {
    const int64_t *inner = treaty->counts.at[term->count.index].weights;
    for (size_t i = 0; i < treaty->cells && fits; i++) {
      int64_t part;
      fits = !__builtin_mul_overflow(inner[i], term->weight, &part) &&
             !__builtin_add_overflow(weights[i], part, &weights[i]) && weights[i] <= CS_NUMBER_MAX;
    }
    return fits;
  }
  for (size_t i = 0; i < term->states.count && fits; i++) {
    int64_t *weight = &weights[treaty->items.at[term->item.index].cell + term->states.at[i].index];
    fits = !__builtin_add_overflow(*weight, term->weight, weight) && *weight <= CS_NUMBER_MAX;
  }
  return fits;
}

/* Depth first over counts that are terms of counts; `begun` marks those on the way down, weights those done. */
static cs_status flatten_count(const checker *c, size_t index, bool *begun, cs_mark mark)
{
  cs_count *count = &c->treaty->counts.at[index];
  char quoted[CS_QUOTED];
  cs_quote(cs_slice_of(count->rule.id), quoted);
  if (count->weights != NULL)
    return CS_OK;
  if (begun[index])
    return cs_fail(c->error, CS_INVALID, c->treaty->file, mark,
                   "the count %s is circular: it is a term of itself; expected terms that end in items", quoted);
  begun[index] = true;
  for (size_t i = 0; i < count->sum.count; i++) {
    const cs_ref *ref = &count->sum.at[i].count;
    cs_status status = ref->id == NULL ? CS_OK : flatten_count(c, ref->index, begun, ref->mark);
    if (status != CS_OK)
      return status;
  }
  int64_t *weights = cs_arena_array(&c->treaty->arena, c->treaty->cells, sizeof *weights);
  if (weights == NULL)
    return cs_fail_memory(c->error);
  for (size_t i = 0; i < count->sum.count; i++)
    if (!add_term(c->treaty, &count->sum.at[i], weights))
      return cs_fail(c->error, CS_INVALID, c->treaty->file, count->sum.at[i].rule.mark,
                     "the weights of %s multiply to a number that is too large; expected at most 9007199254740991",
                     quoted);
  count->weights = weights;
  return CS_OK;
}

static cs_status check_counts(const checker *c)
{
  enum { MOST = 256 }; /* bounds the recursion of flatten_count */
  size_t n = c->treaty->counts.count;
  if (n > MOST)
    return fail_at(c, c->treaty->counts.at[MOST].rule.mark, "too many counts; expected at most 256");
  for (size_t i = 0; i < n; i++) {
    cs_count *count = &c->treaty->counts.at[i];
    for (size_t k = 0; k < count->sum.count; k++) {
      cs_status status = check_count_term(c, &count->sum.at[k]);
      if (status != CS_OK)
        return status;
    }
  }
  bool begun[MOST] = {false};
  for (size_t i = 0; i < n; i++) {
    cs_status status = flatten_count(c, i, begun, c->treaty->counts.at[i].rule.mark);
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

/* ---- Rules ------------------------------------------------------------------------------- */

static cs_status check_limits(const checker *c)
{
  for (size_t i = 0; i < c->treaty->limits.count; i++) {
    const cs_limit *limit = &c->treaty->limits.at[i];
    bool freezes = false;
    for (size_t k = 0; k < limit->at_most.count; k++)
      freezes = freezes || limit->at_most.at[k].baseline;
    if (freezes != (limit->baseline.kind != CS_MOMENT_NONE))
      return fail_at(c, limit->rule.mark,
                     freezes ? "this limit is a freeze without a baseline day; expected \"baseline\""
                             : "\"baseline\" has no use here; expected \"at-most: baseline\" with it");
    cs_date from = cs_moment_date(c->treaty, &limit->from), until = cs_moment_date(c->treaty, &limit->until);
    if (from != CS_DATE_NONE && until != CS_DATE_NONE && until <= from)
      return fail_at(c, limit->rule.mark, "this limit ends before it binds; expected \"until\" after \"from\"");
  }
  return CS_OK;
}

/* Whether the schedule produces this day. */
static bool is_scheduled(const checker *c, const cs_schedule *schedule, cs_date day)
{
  if (schedule->as_of.kind != CS_MOMENT_NONE)
    return cs_moment_date(c->treaty, &schedule->as_of) == day;
  cs_date first = cs_moment_date(c->treaty, &schedule->first);
  int32_t low = 0, high = 4000000; /* the days of ten thousand years */
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (cs_date_add(first, schedule->every, middle) < day)
      low = middle + 1;
    else
      high = middle;
  }
  return cs_date_add(first, schedule->every, low) == day;
}

static cs_status check_replacements(const checker *c, const cs_exchange *exchange)
{
  for (size_t i = 0; i < exchange->replaced.count; i++) {
    bool scheduled = false;
    for (size_t k = 0; k < exchange->schedule.count; k++)
      scheduled = scheduled || is_scheduled(c, &exchange->schedule.at[k], exchange->replaced.at[i].as_of);
    if (!scheduled)
      return fail_at(c, exchange->replaced.at[i].rule.mark,
                     "this exchange has no such day to be replaced; expected \"as-of\" to be a day of its schedule");
  }
  return CS_OK;
}

static cs_status check_exchanges(const checker *c)
{
  for (size_t i = 0; i < c->treaty->exchanges.count; i++) {
    const cs_exchange *exchange = &c->treaty->exchanges.at[i];
    for (size_t k = 0; k < exchange->schedule.count; k++) {
      const cs_schedule *schedule = &exchange->schedule.at[k];
      bool once = schedule->as_of.kind != CS_MOMENT_NONE;
      bool repeated = schedule->first.kind != CS_MOMENT_NONE && schedule->every.amount > 0;
      if (once == repeated || (once && (schedule->first.kind != CS_MOMENT_NONE || schedule->every.amount > 0)))
        return fail_at(c, schedule->rule.mark,
                       "when this exchange takes place is not clear; "
                       "expected either \"as-of\", or \"first\" and \"every\"");
      if (repeated && schedule->every.unit == CS_HOURS)
        return fail_at(c, schedule->rule.mark, "an exchange is repeated by hours; expected days, months or years");
      if (schedule->due.side != CS_DUE_AFTER)
        return fail_at(c, schedule->rule.mark,
                       "the data are due before the day that they describe; expected a deadline \"after\" it");
    }
    cs_status status = check_replacements(c, exchange);
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

static cs_status check_eliminations(const checker *c)
{
  for (size_t i = 0; i < c->treaty->eliminations.count; i++) {
    const cs_elimination *elimination = &c->treaty->eliminations.at[i];
    cs_date before = CS_DATE_NONE;
    for (size_t k = 0; k < elimination->phases.count; k++) {
      const cs_phase *phase = &elimination->phases.at[k];
      cs_date by = cs_moment_date(c->treaty, &phase->by);
      if (before != CS_DATE_NONE && by <= before)
        return fail_at(c, phase->rule.mark, "this phase ends before the one above it; expected phases by date");
      before = by;
    }
  }
  return CS_OK;
}

static cs_status check_term(const checker *c)
{
  const cs_term *term = &c->treaty->term;
  if (term->extended.count > 0 && term->extension.at_most.amount == 0)
    return fail_at(c, term->extended.at[0].rule.mark,
                   "an extension was agreed that the term does not allow; expected \"extension\" beside it");
  cs_date before = cs_treaty_end(c->treaty, CS_DATE_NONE);
  for (size_t i = 0; i < term->extended.count; i++) {
    if (before == CS_DATE_NONE || term->extended.at[i].until <= before)
      return fail_at(c, term->extended.at[i].rule.mark,
                     "this extension does not extend the term; expected an end later than the one before");
    before = term->extended.at[i].until;
  }
  return CS_OK;
}

static int by_id(const void *a, const void *b)
{
  return strcmp((*(const cs_rule *const *)a)->id, (*(const cs_rule *const *)b)->id);
}

/* A verdict names its rule by identifier alone, so an identifier stands for one rule of any kind. */
static cs_status check_rule_names(const checker *c)
{
  size_t count = cs_treaty_rules(c->treaty), n = 0;
  if (count == 0)
    return CS_OK;
  const cs_rule **rules = malloc(count * sizeof(const cs_rule *));
  if (rules == NULL)
    return cs_fail_memory(c->error);
  for (size_t k = 0; k < CS_RULE_KINDS; k++)
    for (size_t i = 0; cs_treaty_rule(c->treaty, &cs_rule_kinds[k], i) != NULL; i++)
      rules[n++] = cs_treaty_rule(c->treaty, &cs_rule_kinds[k], i);
  qsort(rules, n, sizeof *rules, by_id); /* NOLINT(bugprone-sizeof-expression): the elements are pointers */
  const cs_rule *twin = NULL;
  for (size_t i = 1; i < n && twin == NULL; i++)
    if (strcmp(rules[i - 1]->id, rules[i]->id) == 0)
      twin = rules[i - 1]->mark.line > rules[i]->mark.line ? rules[i - 1] : rules[i];
  free(rules);
  if (twin == NULL)
    return CS_OK;
  char quoted[CS_QUOTED];
  return cs_fail(c->error, CS_INVALID, c->treaty->file, twin->mark,
                 "%s already names another rule; expected each rule to have a name of its own",
                 cs_quote(cs_slice_of(twin->id), quoted));
}

cs_status cs_treaty_check(cs_treaty *treaty, cs_error *error)
{
  static cs_status (*const checks[])(const checker *) = {
    check_items, check_counts, check_term, check_limits, check_exchanges, check_eliminations, check_rule_names,
  };
  checker c = {treaty, error};
  cs_status status = resolve_shape(&c, &cs_treaty_shape, treaty);
  for (size_t i = 0; i < CS_COUNT_OF(checks) && status == CS_OK; i++)
    status = checks[i](&c);
  return status;
}
