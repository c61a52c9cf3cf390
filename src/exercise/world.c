/* What there is: filled from the file, picked from, and written as CSV. */
#include "exercise/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Filling ------------------------------------------------------------------------------------------------- */

size_t cs_world_place(cs_world *w, size_t party, const char *name)
{
  for (size_t i = 0; i < w->place_count; i++)
    if (w->places[i].party == party && strcmp(w->places[i].name, name) == 0)
      return i;
  if (!cs_grow((void **)&w->places, &w->place_capacity, w->place_count, sizeof *w->places))
    return SIZE_MAX;
  w->places[w->place_count] = (cs_location){.party = party, .name = name};
  return w->place_count++;
}

static size_t state_of(const cs_item *item, const char *name)
{
  size_t i = 0;
  while (i + 1 < item->states.count && strcmp(item->states.at[i].rule.id, name) != 0)
    i++;
  return i;
}

/* A place is declared with every state that it had at the beginning. */
static void declare_place(cs_world *w, size_t place, size_t cell)
{
  w->places[place].declared = true;
  if (cell < 64)
    w->places[place].states |= UINT64_C(1) << cell;
}

static cs_status add_thing(cs_world *w, const cs_thing *thing, cs_error *error)
{
  if (!cs_grow((void **)&w->things, &w->capacity, w->count, sizeof *w->things))
    return cs_fail_memory(error);
  w->things[w->count++] = *thing;
  return CS_OK;
}

/* The pattern with its first run of # as a number. */
static const char *numbered(cs_arena *arena, const char *pattern, uint64_t number)
{
  const char *hash = strchr(pattern, '#');
  if (hash == NULL)
    return cs_arena_format(arena, "%s%llu", pattern, (unsigned long long)number);
  size_t digits = strspn(hash, "#");
  return cs_arena_format(arena, "%.*s%0*llu%s", (int)(hash - pattern), pattern, (int)digits, (unsigned long long)number,
                         hash + digits);
}

static cs_status add_holding(cs_world *w, const cs_holding *h, uint64_t *number, cs_error *error)
{
  const cs_treaty *t = w->x->treaty;
  size_t item = cs_treaty_find(t, CS_KEY_ITEM, h->item), state = state_of(&t->items.at[item], h->state);
  size_t place = cs_world_place(w, h->party, h->facility);
  if (place == SIZE_MAX)
    return cs_fail_memory(error);
  declare_place(w, place, t->items.at[item].cell + state);
  cs_status status = CS_OK;
  for (int64_t i = 0; i < h->count && status == CS_OK; i++) {
    const char *identifier = h->identifiers == NULL ? NULL : numbered(w->arena, h->identifiers, ++*number);
    if (h->identifiers != NULL && identifier == NULL)
      return cs_fail_memory(error);
    struct cs_thing_side side = {identifier, place, state};
    cs_thing thing = {h->party, item, h->type == NULL ? "" : h->type, side, side, false};
    status = add_thing(w, &thing, error);
  }
  return status;
}

/* Numbers of one pattern go on from row to row. */
static cs_status add_holdings(cs_world *w, cs_error *error)
{
  const cs_exercise *x = w->x;
  cs_status status = CS_OK;
  uint64_t *numbers = cs_arena_array(w->arena, x->holding_count + 1, sizeof *numbers);
  if (numbers == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < x->holding_count && status == CS_OK; i++) {
    size_t first = i;
    for (size_t k = i; k-- > 0 && x->holdings[i].identifiers != NULL;)
      if (x->holdings[k].identifiers != NULL && strcmp(x->holdings[k].identifiers, x->holdings[i].identifiers) == 0)
        first = k;
    status = add_holding(w, &x->holdings[i], &numbers[first], error);
  }
  return status;
}

static const char *text_of(cs_arena *arena, cs_slice slice)
{
  return slice.length == 0 ? "" : cs_arena_copy(arena, slice);
}

static cs_status add_row(cs_world *w, const cs_row *row, cs_error *error)
{
  const cs_item *item = &w->x->treaty->items.at[row->item];
  const char *name = text_of(w->arena, row->facility), *type = text_of(w->arena, row->type),
             *identifier = row->identifier.length == 0 ? NULL : cs_arena_copy(w->arena, row->identifier);
  size_t place = name == NULL ? SIZE_MAX : cs_world_place(w, row->party, name);
  if (place == SIZE_MAX || type == NULL || (row->identifier.length > 0 && identifier == NULL))
    return cs_fail_memory(error);
  declare_place(w, place, item->cell + row->state);
  struct cs_thing_side side = {identifier, place, row->state};
  cs_thing thing = {row->party, row->item, type, side, side, false};
  cs_status status = CS_OK;
  for (int64_t i = 0; i < row->number && status == CS_OK; i++)
    status = add_thing(w, &thing, error);
  return status;
}

static cs_status add_record(cs_world *w, const cs_holding_file *from, const cs_file *file, cs_error *error)
{
  cs_record record = {0};
  cs_row row;
  cs_date first = CS_DATE_NONE;
  int got = 0;
  cs_status status = cs_record_open(w->x->treaty, file, &record, error);
  if (status == CS_OK && !record.itemised)
    status = cs_fail(error, CS_INVALID, file->name, (cs_mark){1, 1},
                     "these are totals; expected holdings by item, state and facility");
  while (status == CS_OK && (got = cs_record_next(&record, &row, error)) == 1) {
    if (row.party != from->party || (first != CS_DATE_NONE && row.date != first))
      continue;
    first = row.date; /* what there is at the beginning is what the first day says */
    status = add_row(w, &row, error);
  }
  if (status == CS_OK && got < 0)
    status = CS_INVALID;
  if (status == CS_OK && first == CS_DATE_NONE)
    status = cs_fail(error, CS_INVALID, w->x->file, from->mark, "there is nothing of this party in %s; expected a row",
                     file->name);
  cs_record_close(&record);
  return status;
}

/* ---- From a table of facilities ------------------------------------------------------------------------------- */

typedef struct columns {
  size_t facility, party, kind;
  size_t states[CS_CSV_FIELDS]; /* the state of each column; SIZE_MAX: none */
} columns;

static size_t find_column(const cs_csv *csv, const char *name)
{
  size_t i = 0;
  while (i < csv->count && !cs_slice_is(csv->fields[i].raw, name))
    i++;
  return i < csv->count ? i : SIZE_MAX;
}

static cs_status read_header(cs_csv *csv, const cs_item *item, columns *out, cs_error *error)
{
  size_t states = 0;
  if (cs_csv_next(csv, error) < 0)
    return CS_INVALID;
  *out = (columns){find_column(csv, "facility"), find_column(csv, "party"), find_column(csv, "kind"), {0}};
  for (size_t i = 0; i < CS_CSV_FIELDS; i++)
    out->states[i] = SIZE_MAX;
  for (size_t s = 0; s < item->states.count; s++) {
    size_t i = find_column(csv, item->states.at[s].rule.id);
    if (i != SIZE_MAX)
      out->states[i] = s;
    states += i != SIZE_MAX;
  }
  if (out->facility != SIZE_MAX && out->party != SIZE_MAX && states > 0)
    return CS_OK;
  return cs_fail(error, CS_INVALID, csv->name, (cs_mark){1, 1},
                 "the header is neither that of a record nor of facilities; expected facility, party, and states");
}

/* Whether the agreement has this state at such a facility. */
static bool is_allowed(const cs_state *state, cs_slice kind)
{
  for (size_t i = 0; i < state->at.count; i++)
    if (cs_slice_is(kind, state->at.at[i].id))
      return true;
  return state->at.count == 0;
}

static cs_status add_facility(cs_world *w, const cs_holding_file *from, const cs_csv *csv, const columns *at,
                              uint64_t *number, cs_error *error)
{
  const cs_treaty *t = w->x->treaty;
  size_t index = from->item == NULL ? 0 : cs_treaty_find(t, CS_KEY_ITEM, from->item);
  const cs_item *item = &t->items.at[index];
  cs_slice kind = at->kind == SIZE_MAX ? (cs_slice){"", 0} : csv->fields[at->kind].raw;
  const char *name = cs_arena_copy(w->arena, cs_csv_text(&csv->fields[at->facility], w->arena)), *why;
  cs_status status = name == NULL ? cs_fail_memory(error) : CS_OK;
  for (size_t i = 0; i < csv->count && status == CS_OK; i++) {
    cs_holding h = {.party = from->party, .item = item->rule.id, .facility = name, .identifiers = from->identifiers};
    if (at->states[i] == SIZE_MAX)
      continue;
    const cs_state *state = &item->states.at[at->states[i]];
    h.state = state->rule.id;
    if (!cs_number_parse(csv->fields[i].raw, &h.count, &why) || h.count > CS_HOLDING_MOST)
      return cs_fail(error, CS_INVALID, csv->name, cs_csv_mark(csv, i), "this is no count; expected a number up to %d",
                     CS_HOLDING_MOST);
    if (h.count > 0 || is_allowed(state, kind))
      status = add_holding(w, &h, number, error);
  }
  return status;
}

static cs_status add_facilities(cs_world *w, const cs_holding_file *from, const cs_file *file, cs_error *error)
{
  const cs_treaty *t = w->x->treaty;
  const cs_item *item = &t->items.at[from->item == NULL ? 0 : cs_treaty_find(t, CS_KEY_ITEM, from->item)];
  cs_csv csv = cs_csv_open(file);
  columns at = {0};
  uint64_t number = 0;
  int got = 0;
  cs_status status =
    item->identified && from->identifiers == NULL
      ? cs_fail(error, CS_INVALID, w->x->file, from->mark,
                "%s are told apart by identifiers; expected \"identifiers\", such as \"A-####\"", item->name)
      : read_header(&csv, item, &at, error);
  while (status == CS_OK && (got = cs_csv_next(&csv, error)) == 1)
    if (cs_slice_is(csv.fields[at.party].raw, t->parties.at[from->party].rule.id))
      status = add_facility(w, from, &csv, &at, &number, error);
  return status == CS_OK && got < 0 ? CS_INVALID : status;
}

/* A record has dates; a table of facilities has not. */
static cs_status add_file(cs_world *w, const cs_holding_file *from, cs_error *error)
{
  const char *path = cs_script_path(w->x, w->arena, from->path);
  cs_file file = {0};
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_file_read(path, CS_HOLDINGS_BYTES, &file, error);
  if (status != CS_OK)
    return status;
  cs_csv csv = cs_csv_open(&file);
  int got = cs_csv_next(&csv, error);
  if (got < 0)
    status = CS_INVALID;
  else if (got > 0 && find_column(&csv, "date") == SIZE_MAX)
    status = add_facilities(w, from, &file, error);
  else
    status = add_record(w, from, &file, error);
  cs_file_free(&file);
  return status;
}

cs_status cs_world_fill(cs_world *world, const cs_exercise *x, cs_arena *arena, cs_error *error)
{
  *world = (cs_world){.x = x, .arena = arena};
  cs_status status = add_holdings(world, error);
  for (size_t i = 0; i < x->file_count && status == CS_OK; i++)
    status = add_file(world, &x->files[i], error);
  return status;
}

void cs_world_free(cs_world *world)
{
  free(world->things);
  free(world->places);
  *world = (cs_world){0};
}

const char *cs_world_identifier(cs_world *world, const char *like)
{
  size_t letters = strcspn(like, "0123456789");
  return cs_arena_format(world->arena, "%.*s9%05llu", (int)letters, like, (unsigned long long)++world->numbers);
}

/* ---- Picking ------------------------------------------------------------------------------------------------- */

static bool named(const cs_names *names, const char *identifier)
{
  for (size_t i = 0; names != NULL && i < names->count; i++)
    if (identifier != NULL && strcmp(names->at[i], identifier) == 0)
      return true;
  return names == NULL || names->count == 0;
}

cs_status cs_world_pick(const cs_world *w, const cs_pick *pick, size_t most, size_t **out, size_t *count,
                        cs_error *error)
{
  most = most < w->count ? most : w->count;
  *out = cs_arena_array(w->arena, most + 1, sizeof **out);
  *count = 0;
  if (*out == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < w->count && *count < most; i++) {
    const cs_thing *t = &w->things[i];
    const struct cs_thing_side *side = pick->there == CS_THERE_REALLY ? &t->really : &t->declared;
    bool same = t->really.place == t->declared.place && t->really.state == t->declared.state;
    if (t->party == pick->party && t->item == pick->item && side->place == pick->place &&
        (pick->state == SIZE_MAX || side->state == pick->state) && !(pick->there != CS_THERE_REALLY && t->undeclared) &&
        (pick->there != CS_THERE_BOTH || same) && (pick->type == NULL || strcmp(t->type, pick->type) == 0) &&
        named(pick->identifiers, t->really.identifier))
      (*out)[(*count)++] = i;
  }
  return CS_OK;
}

/* ---- As CSV -------------------------------------------------------------------------------------------------- */

static void add_field(cs_text *out, const char *text)
{
  if (text[strcspn(text, ",\"\r\n")] == '\0') {
    cs_text_add(out, "%s", text);
    return;
  }
  cs_text_put(out, "\"", 1);
  for (; *text != '\0'; text++)
    cs_text_put(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
  cs_text_put(out, "\"", 1);
}

static cs_status write_text(const char *path, cs_text *text, cs_error *error)
{
  FILE *file = text->failed ? NULL : fopen(path, "w");
  bool ok = file != NULL && fwrite(text->at, 1, text->length, file) == text->length;
  ok = (file == NULL || fclose(file) == 0) && ok;
  cs_text_free(text);
  return ok ? CS_OK : cs_fail(error, CS_SYSTEM, path, (cs_mark){0}, "the file cannot be written");
}

/* "2021-02-05,US,warhead,stored,W76,Bangor,ID,1". */
static void add_declared(cs_text *out, const cs_world *w, const char *day, const cs_thing *t, const char *identifier,
                         int64_t count)
{
  const cs_treaty *treaty = w->x->treaty;
  const cs_item *item = &treaty->items.at[t->item];
  cs_text_add(out, "%s,%s,%s,%s,", day, treaty->parties.at[t->party].rule.id, item->rule.id,
              item->states.at[t->declared.state].rule.id);
  add_field(out, t->type);
  cs_text_add(out, ",");
  add_field(out, w->places[t->declared.place].name);
  cs_text_add(out, ",");
  add_field(out, identifier == NULL ? "" : identifier);
  cs_text_add(out, ",%lld\n", (long long)count);
}

/* That there are none is declared by a row with 0. */
static void add_zeros(cs_text *out, const cs_world *w, size_t party, const char *day, const bool *some)
{
  const cs_treaty *t = w->x->treaty;
  for (size_t p = 0; p < w->place_count; p++)
    for (size_t i = 0; i < t->items.count; i++)
      for (size_t s = 0; s < t->items.at[i].states.count; s++) {
        cs_thing none = {.party = party, .item = i, .type = "", .declared = {NULL, p, s}};
        if (w->places[p].party == party && w->places[p].declared && !some[p * t->cells + t->items.at[i].cell + s])
          add_declared(out, w, day, &none, NULL, 0);
      }
}

static bool alike(const cs_thing *a, const cs_thing *b)
{
  return a->item == b->item && a->declared.place == b->declared.place && a->declared.state == b->declared.state &&
         strcmp(a->type, b->type) == 0;
}

/* Adds the row of a thing, with all others like it where they are summed up; `done` marks those. */
static void add_things(cs_text *out, const cs_world *w, size_t first, const char *day, bool itemised, bool *done)
{
  const cs_thing *t = &w->things[first];
  int64_t count = 1;
  if (itemised && t->declared.identifier != NULL) {
    add_declared(out, w, day, t, t->declared.identifier, 1);
    return;
  }
  for (size_t i = first + 1; i < w->count; i++) {
    const cs_thing *other = &w->things[i];
    if (other->party == t->party && !other->undeclared && !done[i] && alike(t, other) &&
        (!itemised || other->declared.identifier == NULL)) {
      done[i] = true;
      count++;
    }
  }
  add_declared(out, w, day, t, NULL, count);
}

cs_status cs_world_write_declared(const cs_world *w, size_t party, cs_date date, bool itemised, const char *path,
                                  size_t *items, cs_error *error)
{
  char day[CS_DATE_TEXT];
  cs_text out = {0};
  size_t cells = w->x->treaty->cells;
  bool *some = calloc(w->place_count * cells + 1, sizeof *some), *done = calloc(w->count + 1, sizeof *done);
  *items = 0;
  if (some == NULL || done == NULL) {
    free(some);
    free(done);
    return cs_fail_memory(error);
  }
  cs_date_format(date, day);
  cs_text_add(&out, "date,party,item,state,type,facility,identifier,count\n");
  for (size_t i = 0; i < w->count; i++) {
    const cs_thing *t = &w->things[i];
    if (t->party != party || t->undeclared)
      continue;
    ++*items;
    some[t->declared.place * cells + w->x->treaty->items.at[t->item].cell + t->declared.state] = true;
    if (!done[i])
      add_things(&out, w, i, day, itemised, done);
  }
  add_zeros(&out, w, party, day, some);
  free(some);
  free(done);
  return write_text(path, &out, error);
}

cs_status cs_world_write_seen(const cs_world *w, size_t place, const char *path, cs_error *error)
{
  cs_text out = {0};
  cs_text_add(&out, "identifier,item,state,count\n");
  for (size_t i = 0; i < w->count; i++) {
    const cs_thing *t = &w->things[i];
    if (t->really.place != place)
      continue;
    const cs_item *item = &w->x->treaty->items.at[t->item];
    add_field(&out, t->really.identifier == NULL ? "" : t->really.identifier);
    cs_text_add(&out, ",%s,%s,1\n", item->rule.id, item->states.at[t->really.state].rule.id);
  }
  return write_text(path, &out, error);
}
