/* Scenarios: what may stand in their files, and how they are read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/simulate.h"

const cs_strategy cs_strategies[CS_STRATEGIES] = {
  {"covert-production", "makes items beyond what it declares, and keeps them at declared facilities", CS_TRACE_EXTRA,
   "count"},
  {"hidden-transfer", "takes declared items away without notifying anybody", CS_TRACE_MISSING, "count"},
  {"spoofed-identifiers", "gives items that it does not declare the identifiers of others", CS_TRACE_SPOOFED, "count"},
  {"late-notifications", "notifies of a share of its moves too late", CS_TRACE_NONE, "share late"},
  {"refused-inspections", "keeps more than it declares, and refuses visits to where it is", CS_TRACE_EXTRA,
   "count refuses"},
  {"slow-breakout", "adds items little by little", CS_TRACE_EXTRA, "count over"},
};

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

#define KEY(structure, member, text, type, ...)                                                                        \
  {                                                                                                                    \
    .name = (text), .kind = CS_Y_##type, .offset = offsetof(structure, member), .help = __VA_ARGS__                    \
  }
#define SHARE .most = 1

static const cs_yaml_key file_keys[] = {
  KEY(cs_scenario, id, "scenario", TEXT, "Identifier of the scenario.", .required = true),
  KEY(cs_scenario, title, "title", TEXT, "Its title.", .required = true),
  KEY(cs_scenario, summary, "summary", TEXT, "What it asks, in a few sentences."),
  KEY(cs_scenario, sources, "sources", NAMES, "Where its numbers come from."),
  KEY(cs_scenario, party, "party", TEXT,
      "The party that is inspected, by all others; may be left out where quotas are equal."),
  KEY(
    cs_scenario, from, "from", DATE,
    "First day; where this is not said, the first day of each agreement's term on which it limits what a violation is "
    "about."),
  KEY(cs_scenario, length, "length", SPAN, "How long is played, such as \"1 year\"; at most 20 years.",
      .required = true),
  KEY(cs_scenario, facility_node, "facilities", NODE, "The facilities of the party.", .required = true),
  KEY(cs_scenario, assume_node, "assume", NODE, "What is nobody's fact.", .required = true),
  KEY(cs_scenario, violation_node, "violations", NODE, "Ways to cheat, each under an identifier.", .required = true),
};
static const cs_yaml_key facility_keys[] = {
  KEY(cs_scenario, facilities, "file", TEXT,
      "A table (CSV) from the folder of this file: facility, kind, items and, where wanted, weight and party."),
  KEY(cs_scenario, facilities_of, "party", TEXT, "The rows of the table that count: those of this party."),
  KEY(cs_scenario, kind_node, "kinds", NODE, "Kinds of facilities, under the name that they have in most agreements."),
};
static const cs_yaml_key kind_keys[] = {
  KEY(cs_facility_kind, count, "count", NUMBER, "How many there are, where no table gives them."),
  KEY(cs_facility_kind, items, "items", NUMBER, "Items at each of them, where no table gives them."),
  KEY(cs_facility_kind, also, "also", NAMES, "What else agreements call this kind: the first that they know is meant."),
};
static const cs_yaml_key assume_keys[] = {
  KEY(cs_assumptions, looks, "looks", NUMBER, "Items that a visit looks at, drawn at random; otherwise all."),
  KEY(cs_assumptions, miss, "miss", DECIMAL, "Probability that a look at an item in violation misses it.", SHARE),
  KEY(cs_assumptions, spoof_miss, "spoof-miss", DECIMAL,
      "Probability that a look at a false identifier takes it for true.", SHARE),
  KEY(cs_assumptions, false_alarm, "false-alarm", DECIMAL, "Probability that a look at a sound item raises an alarm.",
      .most = 0.5),
  KEY(cs_assumptions, hiding, "hiding", SPAN,
      "Time after the announcement of a visit in which evidence is taken away with probability one half."),
  KEY(cs_assumptions, draw_notice, "draw-notice", SPAN,
      "Time before a drawn visit from which its place is known; otherwise the notice of the agreement."),
  KEY(cs_assumptions, moves, "moves", DECIMAL, "Moves in a year, of which others are notified.", .most = 1e6),
  KEY(cs_assumptions, clerical, "clerical", DECIMAL,
      "Probability that a notification or an exchange is late by mistake.", SHARE),
  KEY(cs_assumptions, defer, "defer", DECIMAL, "Probability that a visit is put off for an honest reason.", SHARE),
  KEY(cs_assumptions, inspector_days, "inspector-days", DECIMAL, "Days of work of all inspectors for a visit.",
      .most = 1e6),
  KEY(
    cs_assumptions, repeats, "repeats", TEXT,
    "Whether a place may be visited twice in the period of a quota: never, always, or as it is by \"drawn\", where each "
    "draw is from all places, and no place is designated twice.",
    .words = "drawn never always"),
  KEY(cs_assumptions, designates, "designates", TEXT,
      "How the places of designated visits are chosen: evenly, or with probabilities in proportion to items or weight.",
      .words = "evenly items weight"),
};
static const cs_yaml_key violation_keys[] = {
  KEY(cs_violation, name, "name", TEXT, "In words."),
  KEY(cs_violation, strategy_name, "strategy", TEXT, "The way to cheat.", .required = true,
      .words = "covert-production hidden-transfer spoofed-identifiers late-notifications refused-inspections "
               "slow-breakout"),
  KEY(cs_violation, count, "count", NUMBER, "Items in violation."),
  KEY(cs_violation, of, "of", NAMES, "Items, as agreements name them: the first that an agreement knows is meant.",
      .required = true),
  KEY(cs_violation, states, "states", NAMES, "States of them, in the same way; otherwise any."),
  KEY(cs_violation, places, "places", NUMBER, "Facilities over which they are spread; 1 where this is not said."),
  KEY(cs_violation, at, "at", NAMES, "Kinds of these facilities; otherwise any."),
  KEY(cs_violation, undeclared, "undeclared", FLAG, "Whether they are at a place that nobody declares."),
  KEY(cs_violation, declared, "declared", FLAG, "Whether the party declares, all the same, what it has."),
  KEY(cs_violation, placing, "placing", TEXT,
      "Whether facilities are taken at random, or those that are visited least.", .words = "random least-visited"),
  KEY(cs_violation, begins, "begins", SPAN, "When it begins, after the first day; otherwise on the first day."),
  KEY(cs_violation, begins_by, "begins-by", SPAN, "When it begins at the latest: on a random day from \"begins\" on."),
  KEY(cs_violation, over, "over", SPAN, "Time in which it grows to its size; otherwise at once."),
  KEY(cs_violation, refuses, "refuses", DECIMAL, "Probability that a visit to where it is, is refused.", SHARE),
  KEY(cs_violation, share, "share", DECIMAL, "Share of the notifications that are late.", SHARE),
  KEY(cs_violation, late, "late", NUMBER, "Days by which they are late."),
};

/* One key for each strategy. */
#define MEANS(i)                                                                                                       \
  {                                                                                                                    \
    .kind = CS_Y_DECIMAL, .offset = offsetof(cs_assumptions, means) + (i) * sizeof(double), .most = 1000,              \
    .help = "Times a year that national means see it."                                                                 \
  }
static void make_means_keys(cs_yaml_key out[CS_STRATEGIES])
{
  static const cs_yaml_key keys[CS_STRATEGIES] = {MEANS(0), MEANS(1), MEANS(2), MEANS(3), MEANS(4), MEANS(5)};
  for (size_t i = 0; i < CS_STRATEGIES; i++) {
    out[i] = keys[i];
    out[i].name = cs_strategies[i].name;
  }
}

static const cs_yaml_key means_key = {
  .name = "national-means",
  .kind = CS_Y_NODE,
  .offset = offsetof(cs_scenario, means_node),
  .help = "Times a year that national means see a violation, by its strategy.",
};

enum { ASSUME_KEYS = CS_COUNT_OF(assume_keys) + 1 };
static void make_assume_keys(cs_yaml_key out[ASSUME_KEYS])
{
  memcpy(out, assume_keys, sizeof assume_keys);
  out[ASSUME_KEYS - 1] = means_key;
  out[ASSUME_KEYS - 1].offset -=
    offsetof(cs_scenario, assume); /* it lies in the scenario, the rest in its assumptions */
}

#define TABLE(words, keys)                                                                                             \
  (cs_yaml_table)                                                                                                      \
  {                                                                                                                    \
    (words), (keys), CS_COUNT_OF(keys)                                                                                 \
  }

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

typedef struct reader {
  cs_scenario *s;
  cs_yaml_reader yaml;
} reader;

/* Where the value of a key stands; line 0: it is not given. */
static cs_mark mark_of(const cs_yaml_table *table, const cs_mark *marks, const char *key)
{
  size_t i = 0;
  while (strcmp(table->keys[i].name, key) != 0)
    i++;
  return marks[i];
}

/* The entries of a mapping of identifiers; `each` reads one, to which `index` belongs. */
static cs_status read_entries(reader *r, const cs_node *node, const char *key, size_t most,
                              cs_status (*each)(reader *r, const char *id, const cs_node *node, size_t index))
{
  if (node->type != CS_MAPPING || node->count == 0)
    return cs_yaml_wrong_type(&r->yaml, node, key, "a mapping of identifiers to mappings");
  if (node->count > most)
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, node->mark, "\"%s\" has %zu entries; expected at most %zu",
                   key, node->count, most);
  cs_status status = CS_OK;
  const cs_node *name = node->first;
  for (size_t i = 0; i < node->count && status == CS_OK; i++, name = name->next->next) {
    if (name->type != CS_SCALAR || name->text[0] == '\0')
      return cs_yaml_wrong_type(&r->yaml, name, key, "an identifier");
    for (const cs_node *other = node->first; other != name; other = other->next->next)
      if (strcmp(other->text, name->text) == 0)
        return cs_yaml_refuse(&r->yaml, name->mark, name->text, "is there twice", "each once");
    status = each(r, name->text, name->next, i);
  }
  return status;
}

static cs_status read_kind(reader *r, const char *id, const cs_node *node, size_t index)
{
  cs_facility_kind *kind = &r->s->kinds[index];
  cs_mark marks[CS_COUNT_OF(kind_keys)] = {{0}};
  cs_yaml_table table = TABLE("a kind of facilities", kind_keys);
  kind->name = id;
  cs_status status = cs_yaml_mapping(&r->yaml, node, &table, kind, marks);
  if (status != CS_OK)
    return status;
  bool numbers = kind->count >= 0 && kind->items >= 0;
  if (r->s->facilities != NULL && (kind->count >= 0 || kind->items >= 0))
    return cs_yaml_refuse(&r->yaml, mark_of(&table, marks, kind->count >= 0 ? "count" : "items"), id,
                          "is counted here and in the table of facilities", "one of them");
  if (r->s->facilities == NULL && !numbers)
    return cs_yaml_refuse(&r->yaml, node->mark, id, "has no number", "\"count\" and \"items\"");
  return CS_OK;
}

static cs_status add_places(reader *r)
{
  cs_places *places = &r->s->places;
  int64_t all = 0;
  for (size_t k = 0; k < r->s->kind_count; k++)
    all += r->s->kinds[k].count;
  if (all < 1 || all > CS_PLACES_MAX)
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, r->s->kind_node->mark,
                   "%lld facilities are %s; expected 1 to %d", (long long)all, all < 1 ? "too few" : "too many",
                   CS_PLACES_MAX);
  places->at = cs_arena_array(&places->arena, (size_t)all, sizeof *places->at);
  if (places->at == NULL)
    return cs_fail_memory(r->yaml.error);
  for (size_t k = 0; k < r->s->kind_count; k++)
    for (int64_t i = 0; i < r->s->kinds[k].count; i++) {
      const char *kind = r->s->kinds[k].name;
      const char *name = cs_arena_format(&places->arena, "%s %lld", kind, (long long)i + 1);
      if (name == NULL)
        return cs_fail_memory(r->yaml.error);
      places->at[places->count++] =
        (cs_place){.name = name, .kind_name = kind, .kind = CS_ANY_KIND, .items = r->s->kinds[k].items, .weight = 1};
    }
  return CS_OK;
}

static cs_status read_facilities(reader *r)
{
  cs_scenario *s = r->s;
  cs_mark marks[CS_COUNT_OF(facility_keys)] = {{0}};
  cs_yaml_table table = TABLE("\"facilities\"", facility_keys);
  cs_status status = cs_yaml_mapping(&r->yaml, s->facility_node, &table, s, marks);
  if (status == CS_OK && s->facilities == NULL && s->kind_node == NULL)
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, s->facility_node->mark,
                   "there are no facilities; expected \"file\" or \"kinds\"");
  if (status == CS_OK && s->facilities == NULL && s->facilities_of != NULL)
    return cs_yaml_refuse(&r->yaml, mark_of(&table, marks, "party"), s->facilities_of,
                          "chooses rows of a table that is not named", "\"file\" beside \"party\"");
  if (status == CS_OK && s->kind_node != NULL) {
    s->kind_count = s->kind_node->count;
    s->kinds = cs_arena_array(&s->arena, s->kind_count + 1, sizeof *s->kinds);
    status = s->kinds == NULL ? cs_fail_memory(r->yaml.error)
                              : read_entries(r, s->kind_node, "kinds", CS_PLACES_MAX, read_kind);
  }
  if (status != CS_OK)
    return status;
  if (s->facilities == NULL)
    return add_places(r);
  bool dash = strcmp(s->facilities, "-") == 0; /* is a file here, and not standard input */
  const char *folder = s->facilities[0] == '/' ? "" : dash && s->folder[0] == '\0' ? "./" : s->folder;
  const char *path = cs_arena_format(&s->arena, "%s%s", folder, s->facilities);
  return path == NULL ? cs_fail_memory(r->yaml.error)
                      : cs_places_read(NULL, s->facilities_of, path, &s->places, r->yaml.error);
}

/* What is not said is 0. */
static void clear_unsaid(const cs_yaml_key *keys, size_t count, void *into)
{
  for (size_t i = 0; i < count; i++) {
    double *at = (void *)((char *)into + keys[i].offset);
    if (keys[i].kind == CS_Y_DECIMAL && isnan(*at))
      *at = 0;
  }
}

static cs_status read_assumptions(reader *r)
{
  cs_scenario *s = r->s;
  cs_yaml_key keys[ASSUME_KEYS], means[CS_STRATEGIES];
  make_assume_keys(keys);
  make_means_keys(means);
  cs_yaml_table table = TABLE("\"assume\"", keys), by_strategy = TABLE("\"national-means\"", means);
  cs_status status = cs_yaml_mapping(&r->yaml, s->assume_node, &table, &s->assume, NULL);
  if (status == CS_OK && s->means_node != NULL)
    status = cs_yaml_mapping(&r->yaml, s->means_node, &by_strategy, &s->assume, NULL);
  clear_unsaid(keys, CS_COUNT_OF(keys), &s->assume);
  clear_unsaid(means, CS_COUNT_OF(means), &s->assume);
  if (s->assume.repeats == NULL)
    s->assume.repeats = "drawn";
  if (s->assume.designates == NULL)
    s->assume.designates = "evenly";
  return status;
}

/* Days from the first until a time is over; as from 1970 on, where the first depends on the agreement. */
static int64_t days_until(const cs_scenario *s, cs_span span)
{
  cs_date from = s->from == CS_DATE_NONE ? 0 : s->from;
  return span.amount == 0 ? 0 : cs_date_add(from, span, 1) - from;
}

/* Whether every key that the strategy needs is there. */
static cs_status check_needs(reader *r, const cs_violation *v, const cs_yaml_table *table, const cs_mark *marks)
{
  for (size_t i = 0; i < table->count; i++)
    if (marks[i].line == 0 && cs_yaml_listed(v->strategy->needs, table->keys[i].name))
      return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, v->mark, "\"%s\" has no \"%s\"; expected this key of %s",
                     v->id, table->keys[i].name, v->strategy->name);
  if (v->share > 0 && v->late < 0)
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, mark_of(table, marks, "share"),
                   "\"%s\" does not say how late the notifications are; expected \"late\" beside \"share\"", v->id);
  return v->late == 0 ? cs_yaml_refuse(&r->yaml, mark_of(table, marks, "late"), "0", "days are not late", "at least 1")
                      : CS_OK;
}

static cs_status check_spread(reader *r, const cs_violation *v, const cs_yaml_table *table, const cs_mark *marks)
{
  bool traced = v->strategy->trace != CS_TRACE_NONE;
  if (traced && v->count < 1)
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, mark_of(table, marks, "count"),
                   "\"%s\" is a violation of no items; expected at least 1", v->id);
  if (v->places < 1 || v->places > CS_PLACES_MAX || (traced && v->places > v->count))
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, mark_of(table, marks, "places"),
                   "\"%s\" is spread over %lld places; expected at least 1, and at most as many as items", v->id,
                   (long long)v->places);
  return CS_OK;
}

/* Whether there are facilities of the kinds that are named, or may be. */
static cs_status check_kinds(reader *r, const cs_violation *v)
{
  const cs_scenario *s = r->s;
  for (size_t k = 0; k < v->at.count; k++) {
    bool found = false;
    for (size_t i = 0; i < s->kind_count; i++)
      found = found || strcmp(s->kinds[i].name, v->at.at[k]) == 0;
    for (size_t i = 0; i < s->places.count; i++)
      found = found || strcmp(s->places.at[i].kind_name, v->at.at[k]) == 0;
    if (!found)
      return cs_yaml_unknown(&r->yaml, v->at.marks[k], v->at.at[k], "is no kind of these facilities",
                             "one that the table or \"kinds\" has", &s->places.at[0].kind_name, s->places.count,
                             sizeof s->places.at[0]);
  }
  return CS_OK;
}

static cs_status check_times(reader *r, const cs_violation *v, const cs_yaml_table *table, const cs_mark *marks)
{
  const cs_scenario *s = r->s;
  cs_mark by = mark_of(table, marks, "begins-by");
  char begins[CS_SPAN_TEXT], latest[CS_SPAN_TEXT];
  bool late = days_until(s, v->begins) >= days_until(s, s->length);
  if (late || days_until(s, v->begins_by) > days_until(s, s->length))
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, late ? mark_of(table, marks, "begins") : by,
                   "\"%s\" begins %s after the first day, when %s is over; expected a time that is played", v->id,
                   cs_span_format(late ? v->begins : v->begins_by, begins), cs_span_format(s->length, latest));
  if (by.line > 0 && days_until(s, v->begins_by) < days_until(s, v->begins))
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, by,
                   "\"begins-by\" is %s, before \"begins\", which is %s; expected a later time",
                   cs_span_format(v->begins_by, latest), cs_span_format(v->begins, begins));
  return CS_OK;
}

static cs_status read_violation(reader *r, const char *id, const cs_node *node, size_t index)
{
  cs_violation *v = &r->s->violations[index];
  cs_mark marks[CS_COUNT_OF(violation_keys)] = {{0}};
  cs_yaml_table table = TABLE("a violation", violation_keys);
  cs_status status = cs_yaml_mapping(&r->yaml, node, &table, v, marks);
  if (status != CS_OK)
    return status;
  clear_unsaid(violation_keys, CS_COUNT_OF(violation_keys), v);
  v->id = id;
  v->mark = node->mark;
  v->name = v->name == NULL ? id : v->name;
  v->placing = v->placing == NULL ? "random" : v->placing;
  v->places = v->places < 0 ? 1 : v->places;
  for (size_t i = 0; i < CS_STRATEGIES; i++)
    if (strcmp(cs_strategies[i].name, v->strategy_name) == 0)
      v->strategy = &cs_strategies[i];
  status = check_needs(r, v, &table, marks);
  if (status == CS_OK)
    status = check_spread(r, v, &table, marks);
  if (status == CS_OK)
    status = check_times(r, v, &table, marks);
  return status == CS_OK ? check_kinds(r, v) : status;
}

static cs_status check_length(reader *r, cs_mark mark)
{
  enum { MOST_DAYS = CS_YEARS_MAX * 366 };
  char span[CS_SPAN_TEXT];
  cs_span length = r->s->length;
  int64_t days = days_until(r->s, length);
  if (length.amount > 0 && days < 1)
    return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, mark,
                   "no day is left to play before the calendar ends; expected an earlier \"from\"");
  if (length.unit != CS_HOURS && days >= 1 && days <= MOST_DAYS)
    return CS_OK;
  return cs_fail(r->yaml.error, CS_INVALID, r->yaml.file, mark, "\"length\" is %s; expected 1 day to %d years%s",
                 cs_span_format(length, span), CS_YEARS_MAX,
                 length.unit == CS_HOURS ? ", in days, months or years" : "");
}

static cs_status read_text(reader *r, cs_slice bytes, const char *name)
{
  cs_scenario *s = r->s;
  cs_node *root = NULL;
  cs_mark marks[CS_COUNT_OF(file_keys)] = {{0}};
  cs_yaml_table table = TABLE("a scenario", file_keys);
  const char *slash = strrchr(name, '/');
  s->file = cs_arena_copy(&s->arena, cs_slice_of(name));
  s->folder = cs_arena_copy(&s->arena, (cs_slice){name, slash == NULL ? 0 : (size_t)(slash - name) + 1});
  if (s->file == NULL || s->folder == NULL)
    return cs_fail_memory(r->yaml.error);
  r->yaml.file = s->file;
  cs_status status = cs_yaml_read(bytes, s->file, "scenario", &s->arena, &root, r->yaml.error);
  if (status == CS_OK)
    status = cs_yaml_mapping(&r->yaml, root, &table, s, marks);
  if (status == CS_OK)
    status = check_length(r, mark_of(&table, marks, "length"));
  if (status == CS_OK)
    status = read_facilities(r);
  if (status == CS_OK)
    status = read_assumptions(r);
  if (status != CS_OK)
    return status;
  s->party_mark = s->party != NULL ? mark_of(&table, marks, "party") : root->mark;
  s->violation_count = s->violation_node->count;
  s->violations = cs_arena_array(&s->arena, s->violation_count + 1, sizeof *s->violations);
  return s->violations == NULL ? cs_fail_memory(r->yaml.error)
                               : read_entries(r, s->violation_node, "violations", CS_VIOLATIONS_MAX, read_violation);
}

cs_status cs_scenario_parse(cs_slice bytes, const char *name, cs_scenario **out, cs_error *error)
{
  cs_scenario *s = calloc(1, sizeof *s);
  *out = NULL;
  if (s == NULL)
    return cs_fail_memory(error);
  reader r = {s, {NULL, &s->arena, error}};
  cs_status status = read_text(&r, bytes, name);
  if (status == CS_OK)
    *out = s;
  else
    cs_scenario_free(s);
  return status;
}

cs_status cs_scenario_read(const char *path, cs_scenario **out, cs_error *error)
{
  cs_file file;
  *out = NULL;
  cs_status status = cs_file_read(path, CS_SCENARIO_BYTES, &file, error);
  if (status != CS_OK)
    return status;
  status = cs_scenario_parse((cs_slice){file.bytes, file.length}, file.name, out, error);
  cs_file_free(&file);
  return status;
}

void cs_scenario_free(cs_scenario *scenario)
{
  if (scenario == NULL)
    return;
  cs_places_free(&scenario->places);
  cs_arena_free(&scenario->arena);
  free(scenario);
}

/* ---- Schema ------------------------------------------------------------------------------------------------------ */

/* A mapping of at most so many identifiers to these mappings. */
static json_t *entries_schema(int most, json_t *each)
{
  return json_pack("{s:s, s:i, s:i, s:o}", "type", "object", "minProperties", 1, "maxProperties", most,
                   "additionalProperties", each);
}

/* A violation, with the keys that each strategy needs. */
static json_t *violation_schema(void)
{
  json_t *schema = cs_yaml_schema(&TABLE("", violation_keys)), *all = json_array();
  for (size_t i = 0; i < CS_STRATEGIES; i++)
    json_array_append_new(all,
                          json_pack("{s:{s:{s:{s:s}}}, s:{s:o}}", "if", "properties", "strategy", "const",
                                    cs_strategies[i].name, "then", "required", cs_yaml_words(cs_strategies[i].needs)));
  json_object_set_new(schema, "allOf", all);
  return schema;
}

/* The schema of a key that is read by itself, with the words that it has. */
static void put_schema(json_t *mapping, const char *key, json_t *schema)
{
  json_t *properties = json_object_get(mapping, "properties");
  json_object_set(schema, "description", json_object_get(json_object_get(properties, key), "description"));
  json_object_set_new(properties, key, schema);
}

static json_t *facilities_schema(void)
{
  json_t *schema = cs_yaml_schema(&TABLE("", facility_keys));
  put_schema(schema, "kinds", entries_schema(CS_PLACES_MAX, cs_yaml_schema(&TABLE("", kind_keys))));
  json_object_set_new(schema, "anyOf", json_pack("[{s:[s]}, {s:[s]}]", "required", "file", "required", "kinds"));
  return schema;
}

static json_t *assume_schema(void)
{
  cs_yaml_key keys[ASSUME_KEYS], means[CS_STRATEGIES];
  make_assume_keys(keys);
  make_means_keys(means);
  json_t *schema = cs_yaml_schema(&TABLE("", keys));
  put_schema(schema, means_key.name, cs_yaml_schema(&TABLE("", means)));
  return schema;
}

cs_status cs_scenario_schema(cs_text *out, cs_error *error)
{
  json_t *schema = cs_yaml_schema(&TABLE("", file_keys));
  put_schema(schema, "facilities", facilities_schema());
  put_schema(schema, "assume", assume_schema());
  put_schema(schema, "violations", entries_schema(CS_VIOLATIONS_MAX, violation_schema()));
  json_object_set_new(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
  json_object_set_new(schema, "title", json_string("Scenario file of Countersign"));
  return cs_text_json(out, schema, 0, error);
}
