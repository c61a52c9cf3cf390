/* What was seen at a visit, compared with what was opened. */
#include <stdlib.h>
#include <string.h>

#include "home/sealing.h"

enum { RAISED_MOST = 32, OPENING_BYTES = 16 * 1024 * 1024, SEEN_BYTES = 16 * 1024 * 1024 };

/* One thing that was seen: an item with its identifier, or so many without. */
typedef struct sighting {
  cs_slice identifier, item, state;
  int64_t count;
} sighting;

typedef struct comparison {
  cs_home *home;
  const cs_visit *visit;
  size_t side;
  json_t *opening; /* of the file that was handed over */
  const char *facility;
  sighting *seen;
  size_t seen_count, seen_capacity;
  cs_arena arena;
  json_t *holdings, *identifiers, *differences;
  cs_text *says;
  cs_error *error;
} comparison;

/* ---- What was seen ------------------------------------------------------------------------------------------- */

/* Index of a column of the header, or SIZE_MAX. */
static size_t find_column(const cs_csv *csv, const char *name)
{
  for (size_t i = 0; i < csv->count; i++)
    if (cs_slice_is(csv->fields[i].raw, name))
      return i;
  return SIZE_MAX;
}

typedef struct columns {
  size_t item, state, identifier, count;
} columns;

static cs_status read_header(comparison *c, cs_csv *csv, columns *out)
{
  int got = cs_csv_next(csv, c->error);
  if (got < 0)
    return CS_INVALID;
  *out = got == 0 ? (columns){SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX}
                  : (columns){find_column(csv, "item"), find_column(csv, "state"), find_column(csv, "identifier"),
                              find_column(csv, "count")};
  if (out->item != SIZE_MAX && out->state != SIZE_MAX && (out->identifier != SIZE_MAX || out->count != SIZE_MAX))
    return CS_OK;
  return cs_fail(c->error, CS_INVALID, csv->name, (cs_mark){1, 1},
                 "the header has not the columns of what was seen; expected item, state, and identifier or count");
}

static cs_status read_sighting(comparison *c, cs_csv *csv, const columns *at)
{
  const cs_treaty *t = c->home->treaty;
  sighting s = {.item = csv->fields[at->item].raw, .state = csv->fields[at->state].raw, .count = 1};
  const char *why;
  char quoted[CS_QUOTED];
  if (at->identifier != SIZE_MAX)
    s.identifier = cs_csv_text(&csv->fields[at->identifier], &c->arena);
  bool stated = at->count != SIZE_MAX && csv->fields[at->count].raw.length > 0;
  if (stated && !cs_number_parse(csv->fields[at->count].raw, &s.count, &why))
    return cs_fail(c->error, CS_INVALID, csv->name, cs_csv_mark(csv, at->count), "%s %s; expected a whole number",
                   cs_quote(csv->fields[at->count].raw, quoted), why);
  const char *item = cs_arena_copy(&c->arena, s.item);
  if (item == NULL || !cs_grow((void **)&c->seen, &c->seen_capacity, c->seen_count, sizeof *c->seen))
    return cs_fail_memory(c->error);
  if (cs_treaty_find(t, CS_KEY_ITEM, item) == SIZE_MAX)
    return cs_fail(c->error, CS_INVALID, csv->name, cs_csv_mark(csv, at->item),
                   "%s is no item of the agreement; expected one that it defines", cs_quote(s.item, quoted));
  if (s.identifier.length > 0 && s.count != 1)
    return cs_fail(c->error, CS_INVALID, csv->name, cs_csv_mark(csv, at->identifier),
                   "an identifier stands for other than one; expected the count 1");
  c->seen[c->seen_count++] = s;
  return CS_OK;
}

static cs_status read_seen(comparison *c, const cs_file *file)
{
  cs_csv csv = cs_csv_open(file);
  columns at;
  int got = 0;
  cs_status status = read_header(c, &csv, &at);
  while (status == CS_OK && (got = cs_csv_next(&csv, c->error)) == 1)
    status = read_sighting(c, &csv, &at);
  return status == CS_OK && got < 0 ? CS_INVALID : status;
}

/* ---- Differences --------------------------------------------------------------------------------------------- */

static void differ(comparison *c, const char *format, ...) CS_PRINTF(2, 3);

static void differ(comparison *c, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  const char *text = cs_arena_vformat(&c->arena, format, args);
  va_end(args);
  if (text == NULL)
    return;
  json_array_append_new(c->differences, json_string(text));
  cs_text_add(c->says, "  %s\n", text);
}

static bool is_cell(const sighting *s, const char *cell)
{
  size_t item = s->item.length;
  return strlen(cell) == item + 1 + s->state.length && memcmp(cell, s->item.at, item) == 0 && cell[item] == '/' &&
         memcmp(cell + item + 1, s->state.at, s->state.length) == 0;
}

/* One cell: how many were opened, and how many counted. */
static void compare_cell(comparison *c, const char *cell, int64_t opened)
{
  int64_t counted = 0;
  for (size_t i = 0; i < c->seen_count; i++)
    counted += is_cell(&c->seen[i], cell) ? c->seen[i].count : 0;
  const char *slash = strchr(cell, '/');
  json_array_append_new(c->holdings,
                        json_pack("{s:o, s:s, s:s, s:I}", "item", json_stringn(cell, (size_t)(slash - cell)), "state",
                                  slash + 1, "facility", c->facility, "count", (json_int_t)counted));
  if (counted != opened)
    differ(c, "%s: %lld opened, %lld counted", cell, (long long)opened, (long long)counted);
}

static const sighting *find_seen(const comparison *c, const char *identifier)
{
  for (size_t i = 0; i < c->seen_count; i++)
    if (cs_slice_is(c->seen[i].identifier, identifier))
      return &c->seen[i];
  return NULL;
}

static const json_t *find_item(const comparison *c, cs_slice identifier)
{
  size_t i;
  const json_t *item;
  json_array_foreach(json_object_get(c->opening, "items"), i, item)
  {
    if (cs_slice_is(identifier, json_string_value(json_object_get(item, "identifier"))))
      return item;
  }
  return NULL;
}

static void compare_items(comparison *c)
{
  size_t i;
  const json_t *item;
  json_array_foreach(json_object_get(c->opening, "items"), i, item)
  {
    const char *identifier = json_string_value(json_object_get(item, "identifier")),
               *state = json_string_value(json_object_get(item, "state"));
    const sighting *s = find_seen(c, identifier);
    if (s == NULL)
      differ(c, "%s is in the escrow and was not seen", identifier);
    else if (!cs_slice_is(s->state, state))
      differ(c, "%s is %s in the escrow and was seen %.*s", identifier, state, (int)s->state.length, s->state.at);
  }
  for (size_t k = 0; k < c->seen_count; k++) {
    const cs_slice *identifier = &c->seen[k].identifier;
    if (identifier->length == 0)
      continue;
    json_array_append_new(c->identifiers, json_stringn(identifier->at, identifier->length));
    if (find_item(c, *identifier) == NULL)
      differ(c, "%.*s was seen and is not in the escrow", (int)identifier->length, identifier->at);
  }
}

static void compare(comparison *c)
{
  size_t i;
  const json_t *count;
  json_array_foreach(json_object_get(c->opening, "counts"), i, count)
  {
    compare_cell(c, json_string_value(json_object_get(count, "cell")),
                 json_integer_value(json_object_get(count, "count")));
  }
  compare_items(c);
}

/* ---- Statements ---------------------------------------------------------------------------------------------- */

static cs_status state_report(comparison *c, const char *hash, int64_t time)
{
  uint64_t stated;
  json_t *extra =
    json_pack("{s:s, s:I, s:s, s:s, s:O}", "origin", c->visit->origin, "entry", (json_int_t)c->visit->entry, "facility",
              c->facility, "opening", hash, "holdings", c->holdings);
  if (json_array_size(c->identifiers) > 0)
    json_object_set(extra, "identifiers", c->identifiers);
  if (json_array_size(c->differences) > 0)
    json_object_set(extra, "differences", c->differences);
  cs_status status = cs_home_state(c->home, CS_INSPECT_REPORT, NULL, 0, extra, time, &stated, NULL, c->error);
  if (status == CS_OK)
    cs_text_add(c->says, "entry %llu of %s reports %zu difference%s\n", (unsigned long long)stated, c->home->key.name,
                json_array_size(c->differences), json_array_size(c->differences) == 1 ? "" : "s");
  return status;
}

/* Each difference is an ambiguity before the commission, about the declaration that was opened. */
static cs_status raise_differences(comparison *c, int64_t time)
{
  size_t count = json_array_size(c->differences);
  cs_status status = CS_OK;
  for (size_t i = 0; i < count && i < RAISED_MOST && status == CS_OK; i++) {
    const char *text = json_string_value(json_array_get(c->differences, i));
    cs_text words = {0};
    uint64_t stated;
    cs_text_add(&words, "%s: %s", c->facility, text);
    if (i + 1 == RAISED_MOST && count > RAISED_MOST)
      cs_text_add(&words, "; and %zu more", count - RAISED_MOST);
    json_t *extra =
      json_pack("{s:s, s:I, s:s, s:s}", "origin", c->visit->side[CS_INSPECTED].origin, "entry",
                (json_int_t)c->visit->declaration, "rule", c->home->treaty->inspections.at[c->visit->kind].rule.id,
                "text", words.at == NULL ? "" : words.at);
    cs_text_free(&words);
    status = cs_home_state(c->home, CS_RAISE, NULL, 0, extra, time, &stated, NULL, c->error);
  }
  return status;
}

/* The opening is what it says, is that which was handed over for this visit, and is of the place that was chosen. */
static cs_status check_opening(comparison *c, cs_slice bytes, const char *hash)
{
  cs_text ignored = {0};
  cs_verifier key = {0};
  cs_peer *peers = NULL;
  size_t count = 0;
  const char *origin = c->visit->side[CS_INSPECTED].origin;
  cs_status status = cs_home_peers(c->home, &peers, &count, c->error);
  if (status != CS_OK)
    return status;
  key = c->home->key;
  for (size_t i = 0; i < count && origin != NULL; i++)
    if (strcmp(peers[i].key.name, origin) == 0)
      key = peers[i].key;
  free(peers);
  if (c->visit->opened < 0 || strcmp(c->visit->opening, hash) != 0)
    return cs_fail(c->error, CS_INVALID, "opening", (cs_mark){0},
                   "this is not the file that the inspected party stated to have handed over; expected SHA-256 %s",
                   c->visit->opened < 0 ? "(none was stated yet)" : c->visit->opening);
  status = cs_exhibit_verify(bytes, "opening", &key, &ignored, c->error);
  cs_text_free(&ignored);
  if (status != CS_OK)
    return status;
  json_t *json = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, NULL);
  c->opening = json_incref(json_object_get(json, "opening"));
  bool declared = json_integer_value(json_object_get(json, "index")) == c->visit->declaration;
  json_decref(json);
  c->facility = json_string_value(json_object_get(c->opening, "facility"));
  if (!declared || c->facility == NULL || c->visit->facility == NULL || strcmp(c->facility, c->visit->facility) != 0 ||
      json_object_get(c->opening, "counts") == NULL)
    return cs_fail(c->error, CS_INVALID, "opening", (cs_mark){0},
                   "it does not open the place of this visit; expected %s of entry %lld",
                   c->visit->facility == NULL ? "the place" : c->visit->facility, (long long)c->visit->declaration);
  return CS_OK;
}

static cs_status report(comparison *c, cs_slice opening, const char *path, int64_t time)
{
  char hash[CS_HEX_HASH];
  cs_file file = {0};
  cs_hex_hash(opening, hash);
  c->holdings = json_array();
  c->identifiers = json_array();
  c->differences = json_array();
  cs_status status = check_opening(c, opening, hash);
  if (status == CS_OK)
    status = cs_file_read(path, SEEN_BYTES, &file, c->error);
  if (status == CS_OK)
    status = read_seen(c, &file);
  if (status == CS_OK) {
    compare(c);
    status = state_report(c, hash, time);
  }
  if (status == CS_OK && c->side == CS_INSPECTING)
    status = raise_differences(c, time);
  cs_file_free(&file);
  return status;
}

cs_status cs_home_report_visit(cs_home *home, const char *origin, uint64_t entry, cs_slice opening, const char *seen,
                               int64_t time, cs_text *says, size_t *differences, cs_error *error)
{
  cs_visit_list visits;
  comparison c = {.home = home, .says = says, .error = error};
  cs_status status = cs_home_visits(home, CS_DATE_NONE, &visits, error);
  if (status != CS_OK)
    return status;
  c.visit = cs_visits_find(&visits, origin, entry);
  if (c.visit == NULL)
    status = cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                     "entry %llu of %s requests no visit; expected one that \"countersign inspect list\" shows",
                     (unsigned long long)entry, origin);
  if (c.visit != NULL) {
    c.side = c.visit->side[CS_INSPECTED].party == home->party ? CS_INSPECTED : CS_INSPECTING;
    status = c.visit->side[c.side].party != home->party
               ? cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0}, "this visit is of two other parties")
               : report(&c, opening, seen, time);
  }
  *differences = json_array_size(c.differences);
  json_decref(c.opening);
  json_decref(c.holdings);
  json_decref(c.identifiers);
  json_decref(c.differences);
  free(c.seen);
  cs_arena_free(&c.arena);
  cs_visits_free(&visits);
  return status;
}
