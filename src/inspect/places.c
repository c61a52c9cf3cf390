/* The places that a plan is about: read from a file, or assumed. */
#include <string.h>

#include "inspect/inspect.h"

enum { PLACES_BYTES = 1 << 20 };

/* The columns; every other one is a note. */
enum column { FACILITY, KIND, ITEMS, WEIGHT, PARTY, COLUMNS };
static const struct {
  const char *name;
  bool required;
} columns[COLUMNS] = {[FACILITY] = {"facility", true},
                      [KIND] = {"kind", true},
                      [ITEMS] = {"items", true},
                      [WEIGHT] = {"weight", false},
                      [PARTY] = {"party", false}};

typedef struct reader {
  const cs_treaty *treaty;
  const char *party;
  cs_csv csv;
  size_t at[COLUMNS]; /* CS_CSV_FIELDS: not there */
  cs_places *out;
} reader;

static cs_status fail_field(const reader *r, size_t field, cs_error *error, const char *format, cs_slice text,
                            const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, field), format, cs_quote(text, quoted), expected);
}

static cs_status read_header(reader *r, cs_error *error)
{
  for (size_t c = 0; c < COLUMNS; c++)
    r->at[c] = CS_CSV_FIELDS;
  for (size_t i = 0; i < r->csv.count; i++) {
    cs_slice name = r->csv.fields[i].raw;
    size_t c = 0;
    while (c < COLUMNS && !cs_slice_is(name, columns[c].name))
      c++;
    if (c < COLUMNS && r->at[c] != CS_CSV_FIELDS)
      return fail_field(r, i, error, "the column %s is there twice; expected once%s", name, "");
    const char *nearest = cs_nearest(name, &columns[0].name, COLUMNS, sizeof columns[0]);
    if (c == COLUMNS && nearest != NULL)
      return fail_field(r, i, error, "%s is not a column; did you mean \"%s\"?", name, nearest);
    if (c < COLUMNS)
      r->at[c] = i;
  }
  for (size_t c = 0; c < COLUMNS; c++)
    if (columns[c].required && r->at[c] == CS_CSV_FIELDS)
      return cs_fail(error, CS_INVALID, r->csv.name, (cs_mark){1, 1},
                     "there is no column \"%s\"; expected facility,kind,items and, where wanted, weight",
                     columns[c].name);
  if (r->party != NULL && r->at[PARTY] == CS_CSV_FIELDS)
    return cs_fail(error, CS_INVALID, r->csv.name, (cs_mark){1, 1},
                   "there is no column \"party\"; expected one that tells the facilities of %s from others", r->party);
  return CS_OK;
}

static cs_status read_name(reader *r, cs_place *place, cs_error *error)
{
  cs_slice text = cs_csv_text(&r->csv.fields[r->at[FACILITY]], &r->out->arena);
  if (text.length == 0)
    return cs_fail(error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, r->at[FACILITY]),
                   "the facility has no name; expected one");
  for (size_t i = 0; i < r->out->count; i++)
    if (cs_slice_is(text, r->out->at[i].name))
      return fail_field(r, r->at[FACILITY], error, "the facility %s is there twice; expected a row for each%s", text,
                        "");
  place->name = cs_arena_copy(&r->out->arena, text);
  return place->name == NULL ? cs_fail_memory(error) : CS_OK;
}

static cs_status read_kind(const reader *r, cs_place *place, cs_error *error)
{
  cs_slice text = r->csv.fields[r->at[KIND]].raw;
  if (r->treaty == NULL || r->treaty->facilities.count == 0) { /* nothing to check it against */
    place->kind = CS_ANY_KIND;
    place->kind_name = cs_arena_copy(&r->out->arena, text);
    return place->kind_name == NULL ? cs_fail_memory(error) : CS_OK;
  }
  for (size_t i = 0; i < r->treaty->facilities.count; i++)
    if (cs_slice_is(text, r->treaty->facilities.at[i].rule.id)) {
      place->kind = i;
      place->kind_name = r->treaty->facilities.at[i].rule.id;
      return CS_OK;
    }
  fail_field(r, r->at[KIND], error, "%s is not a kind of facility of %s; expected one defined under \"facilities\"",
             text, r->treaty->id);
  const char *nearest = r->treaty->facilities.count == 0
                          ? NULL
                          : cs_nearest(text, &r->treaty->facilities.at[0].rule.id, r->treaty->facilities.count,
                                       sizeof r->treaty->facilities.at[0]);
  if (nearest != NULL)
    cs_hint(error, "did you mean \"%s\"?", nearest);
  return CS_INVALID;
}

static cs_status read_numbers(const reader *r, cs_place *place, cs_error *error)
{
  const char *why;
  cs_slice items = r->csv.fields[r->at[ITEMS]].raw;
  if (!cs_number_parse(items, &place->items, &why))
    return fail_field(r, r->at[ITEMS], error, "%s %s; expected a whole number", items, why);
  if (place->items > CS_POPULATION_MAX)
    return fail_field(r, r->at[ITEMS], error, "%s items are too many; expected at most 1,000,000,000%s", items, "");
  place->weight = 1;
  if (r->at[WEIGHT] == CS_CSV_FIELDS || r->csv.fields[r->at[WEIGHT]].raw.length == 0)
    return CS_OK;
  cs_slice weight = r->csv.fields[r->at[WEIGHT]].raw;
  if (!cs_decimal_parse(weight, &place->weight) || place->weight < 1e-6 || place->weight > 1e6)
    return fail_field(r, r->at[WEIGHT], error, "%s is not a weight; expected a number from 0.000001 to 1000000%s",
                      weight, "");
  return CS_OK;
}

static cs_status read_place(reader *r, cs_error *error)
{
  cs_place place = {0};
  if (r->party != NULL && !cs_slice_is(r->csv.fields[r->at[PARTY]].raw, r->party))
    return CS_OK;
  if (r->out->count == CS_PLACES_MAX)
    return cs_fail(error, CS_INVALID, r->csv.name, (cs_mark){r->csv.line, 1},
                   "too many facilities; expected at most %d", CS_PLACES_MAX);
  cs_status status = read_name(r, &place, error);
  if (status == CS_OK)
    status = read_kind(r, &place, error);
  if (status == CS_OK)
    status = read_numbers(r, &place, error);
  if (status == CS_OK)
    r->out->at[r->out->count++] = place;
  return status;
}

static bool make_room(cs_places *out)
{
  out->at = cs_arena_array(&out->arena, CS_PLACES_MAX, sizeof *out->at);
  return out->at != NULL;
}

static cs_status read_rows(reader *r, cs_error *error)
{
  cs_status status = CS_OK;
  int got = cs_csv_next(&r->csv, error);
  if (got > 0)
    status = read_header(r, error);
  while (got > 0 && status == CS_OK && (got = cs_csv_next(&r->csv, error)) > 0)
    status = read_place(r, error);
  if (got < 0)
    return CS_INVALID;
  if (status == CS_OK && r->out->count == 0 && r->party != NULL)
    return cs_fail(error, CS_INVALID, r->csv.name, (cs_mark){0}, "there is no facility of %s; expected a row for each",
                   r->party);
  if (status == CS_OK && r->out->count == 0)
    return cs_fail(error, CS_INVALID, r->csv.name, (cs_mark){0},
                   "there is no facility; expected a header and a row for each");
  return status;
}

cs_status cs_places_read(const cs_treaty *treaty, const char *party, const char *path, cs_places *out, cs_error *error)
{
  *out = (cs_places){0};
  cs_file file;
  cs_status status = cs_file_read(path, PLACES_BYTES, &file, error);
  if (status != CS_OK)
    return status;
  reader r = {.treaty = treaty, .party = party, .csv = cs_csv_open(&file), .out = out};
  status = make_room(out) ? read_rows(&r, error) : cs_fail_memory(error);
  cs_file_free(&file);
  if (status != CS_OK)
    cs_places_free(out);
  return status;
}

void cs_places_free(cs_places *places)
{
  cs_arena_free(&places->arena);
  *places = (cs_places){0};
}

/* ---- Assumed ------------------------------------------------------------------------------------------------------ */

static bool may_be_inspected(const cs_treaty *treaty, size_t kind)
{
  for (size_t i = 0; i < treaty->inspections.count; i++) {
    const cs_refs *at = &treaty->inspections.at[i].at;
    if (at->count == 0)
      return true; /* anywhere */
    for (size_t k = 0; k < at->count; k++)
      if (at->at[k].index == kind)
        return true;
  }
  return false;
}

/* The largest number that a limit gives a party. */
static int64_t largest_limit(const cs_treaty *treaty, const char **id)
{
  int64_t most = 0;
  for (size_t i = 0; i < treaty->limits.count; i++)
    for (size_t k = 0; k < treaty->limits.at[i].at_most.count; k++) {
      const cs_allowance *allowed = &treaty->limits.at[i].at_most.at[k];
      if (!allowed->baseline && allowed->number > most && allowed->number <= CS_POPULATION_MAX) {
        most = allowed->number;
        *id = treaty->limits.at[i].rule.id;
      }
    }
  return most;
}

/* Adds `each` facilities of a kind. */
static cs_status add_assumed(cs_places *out, size_t kind, const char *kind_name, cs_error *error)
{
  for (int64_t i = 0; i < out->each; i++) {
    if (out->count == CS_PLACES_MAX)
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "too many facilities; expected at most %d", CS_PLACES_MAX);
    const char *name = cs_arena_format(&out->arena, "%s %lld", kind_name, (long long)i + 1);
    if (name == NULL)
      return cs_fail_memory(error);
    out->at[out->count++] = (cs_place){.name = name, .kind_name = kind_name, .kind = kind, .weight = 1};
  }
  return CS_OK;
}

cs_status cs_places_assume(const cs_treaty *treaty, int64_t each, cs_places *out, cs_error *error)
{
  *out = (cs_places){.assumed = true, .each = each};
  cs_status status = make_room(out) ? CS_OK : cs_fail_memory(error);
  if (status == CS_OK && treaty->facilities.count == 0)
    status = add_assumed(out, CS_ANY_KIND, "facility", error);
  for (size_t kind = 0; status == CS_OK && kind < treaty->facilities.count; kind++)
    if (may_be_inspected(treaty, kind))
      status = add_assumed(out, kind, treaty->facilities.at[kind].rule.id, error);
  int64_t items = largest_limit(treaty, &out->limit), count = (int64_t)out->count;
  if (status == CS_OK && count == 0)
    status = cs_fail(error, CS_INVALID, treaty->file, (cs_mark){0},
                     "no inspection may visit any of the facilities; expected \"at\" of some to name them");
  for (int64_t i = 0; status == CS_OK && i < count; i++)
    out->at[i].items = out->limit == NULL ? CS_POPULATION_MAX : (items + count - 1) / count;
  if (status != CS_OK)
    cs_places_free(out);
  return status;
}
