/* What inspectors saw: each row is of an item and a state that the agreement defines. */
#include "home/seen.h"

#include <stdlib.h>
#include <string.h>

enum { SEEN_BYTES = 16 * 1024 * 1024 };

typedef struct columns {
  size_t item, state, identifier, count;
} columns;

typedef struct reading {
  const cs_treaty *treaty;
  cs_csv csv;
  columns at;
  cs_seen *out;
  cs_error *error;
} reading;

/* Index of a column of the header, or SIZE_MAX. */
static size_t find_column(const cs_csv *csv, const char *name)
{
  for (size_t i = 0; i < csv->count; i++)
    if (cs_slice_is(csv->fields[i].raw, name))
      return i;
  return SIZE_MAX;
}

static cs_status read_header(reading *r)
{
  int got = cs_csv_next(&r->csv, r->error);
  if (got < 0)
    return CS_INVALID;
  r->at = got == 0 ? (columns){SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX}
                   : (columns){find_column(&r->csv, "item"), find_column(&r->csv, "state"),
                               find_column(&r->csv, "identifier"), find_column(&r->csv, "count")};
  r->out->identifiers = r->at.identifier != SIZE_MAX;
  if (r->at.item != SIZE_MAX && r->at.state != SIZE_MAX && (r->out->identifiers || r->at.count != SIZE_MAX))
    return CS_OK;
  return cs_fail(r->error, CS_INVALID, r->csv.name, (cs_mark){1, 1},
                 "the header has not the columns of what was seen; expected item, state, and identifier or count");
}

/* Refuses what a field names; the names that it may be are the identifiers of rules. */
static cs_status refuse_name(reading *r, size_t field, const char *fault, const char *const *names, size_t count)
{
  char quoted[CS_QUOTED];
  cs_slice name = r->csv.fields[field].raw;
  const char *nearest = cs_nearest(name, names, count, sizeof *names);
  cs_status status = cs_fail(r->error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, field),
                             "%s %s; expected one that the agreement defines", cs_quote(name, quoted), fault);
  if (nearest != NULL)
    cs_hint(r->error, "did you mean \"%s\"?", nearest);
  return status;
}

/* The cell of the item and state that a row names. */
static cs_status find_cell(reading *r, size_t *out)
{
  enum { NAMES = 256 };
  const cs_treaty *t = r->treaty;
  const char *names[NAMES];
  size_t count = 0;
  cs_slice item_text = cs_csv_text(&r->csv.fields[r->at.item], &r->out->arena),
           state_text = cs_csv_text(&r->csv.fields[r->at.state], &r->out->arena);
  const char *item = item_text.at == NULL ? NULL : cs_arena_copy(&r->out->arena, item_text),
             *state = state_text.at == NULL ? NULL : cs_arena_copy(&r->out->arena, state_text);
  if (item == NULL || state == NULL)
    return cs_fail_memory(r->error);
  size_t index = cs_treaty_find(t, CS_KEY_ITEM, item);
  if (index == SIZE_MAX) {
    for (; count < t->items.count && count < NAMES; count++)
      names[count] = t->items.at[count].rule.id;
    return refuse_name(r, r->at.item, "is no item of the agreement", names, count);
  }
  *out = cs_treaty_cell(t, item, state);
  if (*out != SIZE_MAX)
    return CS_OK;
  for (; count < t->items.at[index].states.count && count < NAMES; count++)
    names[count] = t->items.at[index].states.at[count].rule.id;
  return refuse_name(r, r->at.state, "is no state of this item", names, count);
}

static cs_status read_count(reading *r, int64_t *out)
{
  const char *why;
  char quoted[CS_QUOTED];
  *out = 1;
  if (r->at.count == SIZE_MAX || r->csv.fields[r->at.count].raw.length == 0)
    return CS_OK;
  cs_slice text = r->csv.fields[r->at.count].raw;
  if (cs_number_parse(text, out, &why))
    return CS_OK;
  return cs_fail(r->error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, r->at.count), "%s %s; expected a whole number",
                 cs_quote(text, quoted), why);
}

/* The identifier of a row, NULL where it has none; each one once. */
static cs_status read_identifier(reading *r, int64_t count, const char **out)
{
  char quoted[CS_QUOTED];
  *out = NULL;
  if (r->at.identifier == SIZE_MAX || r->csv.fields[r->at.identifier].raw.length == 0)
    return CS_OK;
  cs_slice text = cs_csv_text(&r->csv.fields[r->at.identifier], &r->out->arena);
  if (text.at == NULL || (*out = cs_arena_copy(&r->out->arena, text)) == NULL)
    return cs_fail_memory(r->error);
  cs_mark mark = cs_csv_mark(&r->csv, r->at.identifier);
  if (count != 1)
    return cs_fail(r->error, CS_INVALID, r->csv.name, mark,
                   "an identifier stands for other than one; expected the count 1");
  if (cs_text_check(text) != text.length)
    return cs_fail(r->error, CS_INVALID, r->csv.name, mark, "%s is no identifier; expected plain text",
                   cs_quote(text, quoted));
  if (json_object_get(r->out->by_name, *out) != NULL)
    return cs_fail(r->error, CS_INVALID, r->csv.name, mark, "%s is there twice; expected each identifier once",
                   cs_quote(text, quoted));
  return json_object_set_new(r->out->by_name, *out, json_integer((json_int_t)r->out->count)) == 0
           ? CS_OK
           : cs_fail_memory(r->error);
}

static cs_status read_sighting(reading *r)
{
  cs_seen *out = r->out;
  cs_sighting s = {0};
  cs_status status = find_cell(r, &s.cell);
  if (status == CS_OK)
    status = read_count(r, &s.count);
  if (status == CS_OK)
    status = read_identifier(r, s.count, &s.identifier);
  if (status != CS_OK)
    return status;
  if (!cs_grow((void **)&out->at, &out->capacity, out->count, sizeof *out->at))
    return cs_fail_memory(r->error);
  out->at[out->count++] = s;
  out->mentioned[s.cell] = true;
  out->counts[s.cell] += s.count;
  out->unread[s.cell] += s.identifier == NULL ? s.count : 0;
  if (out->counts[s.cell] <= CS_NUMBER_MAX)
    return CS_OK;
  return cs_fail(r->error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, r->at.state),
                 "there are more in this state than a number can be; expected fewer");
}

cs_status cs_seen_read(const cs_treaty *treaty, const char *path, cs_seen *out, cs_error *error)
{
  cs_file file = {0};
  reading r = {.treaty = treaty, .out = out, .error = error};
  int got = 0;
  *out = (cs_seen){.by_name = json_object()};
  out->counts = cs_arena_array(&out->arena, treaty->cells + 1, sizeof *out->counts);
  out->unread = cs_arena_array(&out->arena, treaty->cells + 1, sizeof *out->unread);
  out->mentioned = cs_arena_array(&out->arena, treaty->cells + 1, sizeof *out->mentioned);
  bool room = out->by_name != NULL && out->counts != NULL && out->unread != NULL && out->mentioned != NULL;
  cs_status status = room ? cs_file_read(path, SEEN_BYTES, &file, error) : cs_fail_memory(error);
  if (status == CS_OK) {
    r.csv = cs_csv_open(&file);
    status = read_header(&r);
  }
  while (status == CS_OK && (got = cs_csv_next(&r.csv, error)) == 1)
    status = read_sighting(&r);
  cs_file_free(&file);
  return status == CS_OK && got < 0 ? CS_INVALID : status;
}

void cs_seen_free(cs_seen *seen)
{
  json_decref(seen->by_name);
  free(seen->at);
  cs_arena_free(&seen->arena);
  *seen = (cs_seen){0};
}
