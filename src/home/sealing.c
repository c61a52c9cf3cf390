/* Sealed declarations, transfers and claims of the home's party. */
#include "home/sealing.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* ---- From a file --------------------------------------------------------------------------------------------- */

/* A row of what is to be sealed. */
typedef struct sealed_row {
  size_t facility, column;
  int64_t number;
  cs_escrow_item item; /* no identifier: none */
} sealed_row;

typedef struct reading {
  const cs_home *home;
  const char *path;
  cs_record record;
  cs_arena arena;
  size_t *cells, *columns; /* the sealed cells, and the column of each cell of the agreement; SIZE_MAX: not sealed */
  size_t cell_count;
  cs_slice *facilities;
  size_t facility_count, facility_capacity;
  sealed_row *rows;
  size_t row_count, row_capacity;
  json_t *holdings; /* what is open */
  cs_error *error;
} reading;

static cs_status fail_row(reading *r, const cs_row *row, const char *fault, const char *expected)
{
  const cs_item *item = &r->home->treaty->items.at[row->item];
  return cs_fail(r->error, CS_INVALID, r->path, cs_record_mark(&r->record, row), "%s, %s, %s; expected %s",
                 item->rule.id, item->states.at[row->state].rule.id, fault, expected);
}

static bool find_facility(reading *r, cs_slice name, size_t *out)
{
  size_t last = r->row_count > 0 ? r->rows[r->row_count - 1].facility : 0;
  if (r->facility_count > 0 && cs_slice_equal(r->facilities[last], name)) {
    *out = last;
    return true;
  }
  for (*out = 0; *out < r->facility_count; ++*out)
    if (cs_slice_equal(r->facilities[*out], name))
      return true;
  if (!cs_grow((void **)&r->facilities, &r->facility_capacity, r->facility_count, sizeof *r->facilities))
    return false;
  r->facilities[r->facility_count++] = name;
  return true;
}

/* Each one of identified items has a row of its own, with its identifier; where there are none, a row says 0. */
static cs_status check_items(reading *r, const cs_row *row)
{
  const cs_item *item = &r->home->treaty->items.at[row->item];
  if (row->facility.length == 0)
    return fail_row(r, row, "is at no facility", "the column \"facility\" for what is to be sealed");
  if (row->number > (INT64_C(1) << CS_SEAL_BITS) - 1)
    return fail_row(r, row, "is more than a sealed count can be", "at most 65,535");
  if (item->identified && row->number > 1)
    return fail_row(r, row, "counts several in one row", "a row for each one, with its identifier and the count 1");
  if (item->identified && row->number == 1 && row->identifier.length == 0)
    return fail_row(r, row, "has no identifier", "the column \"identifier\", by which the agreement tells them apart");
  if (row->identifier.length > 0 && row->number != 1)
    return fail_row(r, row, "has an identifier for other than one", "the count 1");
  return CS_OK;
}

static cs_status add_open(reading *r, const cs_row *row)
{
  const cs_item *item = &r->home->treaty->items.at[row->item];
  json_t *holding = json_pack("{s:s, s:s, s:I}", "item", item->rule.id, "state", item->states.at[row->state].rule.id,
                              "count", (json_int_t)row->number);
  if (row->type.length > 0)
    json_object_set_new(holding, "type", json_stringn(row->type.at, row->type.length));
  if (row->facility.length > 0)
    json_object_set_new(holding, "facility", json_stringn(row->facility.at, row->facility.length));
  return json_array_append_new(r->holdings, holding) == 0 ? CS_OK : cs_fail_memory(r->error);
}

static cs_status add_row(reading *r, const cs_row *row)
{
  const cs_item *item = &r->home->treaty->items.at[row->item];
  size_t column = r->columns[item->cell + row->state];
  if (row->provided == CS_PUBLISHED)
    return fail_row(r, row, "was published and not exchanged", "\"exchanged\" in what is to be declared");
  if (column == SIZE_MAX)
    return add_open(r, row);
  cs_status status = check_items(r, row);
  size_t facility;
  if (status != CS_OK)
    return status;
  if (!find_facility(r, row->facility, &facility) ||
      !cs_grow((void **)&r->rows, &r->row_capacity, r->row_count, sizeof *r->rows))
    return cs_fail_memory(r->error);
  sealed_row *new = &r->rows[r->row_count++];
  *new = (sealed_row){.facility = facility, .column = column, .number = row->number};
  if (row->identifier.length > 0)
    new->item = (cs_escrow_item){.identifier = row->identifier,
                                 .item = cs_slice_of(item->rule.id),
                                 .state = cs_slice_of(item->states.at[row->state].rule.id),
                                 .type = row->type};
  return CS_OK;
}

static cs_status read_rows(reading *r, const cs_file *file, cs_date date)
{
  cs_row row;
  int got = 0;
  char day[CS_DATE_TEXT];
  cs_status status = cs_record_open(r->home->treaty, file, &r->record, r->error);
  if (status != CS_OK)
    return status;
  if (!r->record.itemised)
    status = cs_fail(r->error, CS_INVALID, r->path, (cs_mark){1, 1},
                     "totals cannot be sealed; expected holdings by item, state and facility");
  while (status == CS_OK && (got = cs_record_next(&r->record, &row, r->error)) == 1)
    if (row.party == r->home->party && row.date == date)
      status = add_row(r, &row);
  if (status == CS_OK && got < 0)
    status = CS_INVALID;
  if (status == CS_OK && r->facility_count == 0)
    status =
      cs_fail(r->error, CS_INVALID, r->path, (cs_mark){0},
              "there is nothing of %s for %s that %s seals; expected a row with this party and date",
              r->home->treaty->parties.at[r->home->party].rule.id, cs_date_format(date, day), r->home->treaty->id);
  return status;
}

/* ---- Into an opening ----------------------------------------------------------------------------------------- */

static cs_status add_numbers(reading *r, cs_opening *o)
{
  for (size_t i = 0; i < r->row_count; i++) {
    cs_secret *secret = &o->secrets[r->rows[i].facility * o->cell_count + r->rows[i].column];
    secret->value += r->rows[i].number;
    if (secret->value > (INT64_C(1) << CS_SEAL_BITS) - 1)
      return cs_fail(r->error, CS_INVALID, r->path, (cs_mark){0},
                     "%.*s has more in one state than a sealed count can be; expected at most 65,535",
                     (int)o->names[r->rows[i].facility].length, o->names[r->rows[i].facility].at);
  }
  return CS_OK;
}

/* An identifier is that of one item, wherever it is. */
static int by_identifier(const void *a, const void *b)
{
  const cs_slice *x = a, *y = b;
  size_t shorter = x->length < y->length ? x->length : y->length;
  int order = memcmp(x->at, y->at, shorter);
  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static cs_status check_identifiers(reading *r)
{
  cs_slice *all = cs_arena_array(&r->arena, r->row_count + 1, sizeof *all);
  size_t count = 0;
  if (all == NULL)
    return cs_fail_memory(r->error);
  for (size_t i = 0; i < r->row_count; i++)
    if (r->rows[i].item.identifier.length > 0)
      all[count++] = r->rows[i].item.identifier;
  qsort(all, count, sizeof *all, by_identifier);
  for (size_t i = 1; i < count; i++)
    if (cs_slice_equal(all[i - 1], all[i])) {
      char quoted[CS_QUOTED];
      return cs_fail(r->error, CS_INVALID, r->path, (cs_mark){0},
                     "the identifier %s is there twice; expected each one once", cs_quote(all[i], quoted));
    }
  return CS_OK;
}

static cs_status seal_escrows(reading *r, cs_opening *o)
{
  cs_status status = CS_OK;
  size_t n = 0;
  for (size_t f = 0; f < o->facility_count && status == CS_OK; f++) {
    o->first_item[f] = n;
    for (size_t i = 0; i < r->row_count; i++)
      if (r->rows[i].facility == f && r->rows[i].item.identifier.length > 0)
        o->items[n++] = r->rows[i].item;
    o->first_item[f + 1] = n;
    randombytes_buf(o->keys[f], CS_ESCROW_KEY);
    status = cs_escrow_seal(o->keys[f], &o->items[o->first_item[f]], n - o->first_item[f], &o->roots[f], r->error);
  }
  return status;
}

static cs_status make_opening(reading *r, cs_opening *out)
{
  size_t items = 0;
  for (size_t i = 0; i < r->row_count; i++)
    items += r->rows[i].item.identifier.length > 0;
  cs_status status = check_identifiers(r);
  if (status == CS_OK)
    status = cs_opening_new(r->facility_count, r->cell_count, items, out, r->error);
  if (status != CS_OK)
    return status;
  for (size_t f = 0; f < r->facility_count; f++)
    out->names[f] = r->facilities[f];
  for (size_t i = 0; i < r->facility_count * r->cell_count; i++)
    cs_seal_draw(0, &out->secrets[i]);
  status = add_numbers(r, out);
  return status == CS_OK ? seal_escrows(r, out) : status;
}

static cs_status start_reading(reading *r)
{
  const cs_treaty *t = r->home->treaty;
  r->holdings = json_array();
  r->cells = cs_arena_array(&r->arena, t->cells + 1, sizeof *r->cells);
  r->columns = cs_arena_array(&r->arena, t->cells + 1, sizeof *r->columns);
  if (r->holdings == NULL || r->cells == NULL || r->columns == NULL)
    return cs_fail_memory(r->error);
  r->cell_count = cs_sealed_cells(t, r->cells);
  for (size_t i = 0; i < t->cells; i++)
    r->columns[i] = SIZE_MAX;
  for (size_t i = 0; i < r->cell_count; i++)
    r->columns[r->cells[i]] = i;
  return r->cell_count > 0 ? CS_OK
                           : cs_fail(r->error, CS_INVALID, NULL, (cs_mark){0},
                                     "%s seals nothing; expected a declaration without --sealed", t->id);
}

static void end_reading(reading *r)
{
  cs_record_close(&r->record);
  if (r->rows != NULL)
    sodium_memzero(r->rows, r->row_capacity * sizeof *r->rows);
  free(r->rows);
  free(r->facilities);
  json_decref(r->holdings);
  cs_arena_free(&r->arena);
}

/* ---- Into a statement ---------------------------------------------------------------------------------------- */

cs_seal_bound cs_home_bound(const cs_home *home, size_t party, const char *origin)
{
  return (cs_seal_bound){home->treaty_hash, home->treaty->parties.at[party].rule.id, origin};
}

/* The facilities of an opening as cs_sealed_make takes them; names are terminated in the arena. */
static cs_status list_facilities(const cs_opening *o, cs_arena *arena, cs_sealed_facility **out, cs_error *error)
{
  *out = cs_arena_array(arena, o->facility_count, sizeof **out);
  if (*out == NULL)
    return cs_fail_memory(error);
  for (size_t f = 0; f < o->facility_count; f++) {
    (*out)[f] = (cs_sealed_facility){cs_arena_copy(arena, o->names[f]), &o->secrets[f * o->cell_count], o->roots[f]};
    if ((*out)[f].name == NULL)
      return cs_fail_memory(error);
  }
  return CS_OK;
}

static cs_status state_opening(reading *r, cs_home *home, cs_vault *vault, const cs_opening *o,
                               const cs_statement_value *values, size_t count, int64_t time, uint64_t *entry,
                               bool *late)
{
  cs_seal_bound bound = cs_home_bound(home, home->party, home->key.name);
  cs_sealed_facility *facilities;
  json_t *extra = json_object(), *sealed = NULL;
  cs_status status = list_facilities(o, &r->arena, &facilities, r->error);
  if (status == CS_OK)
    status = cs_sealed_make(home->treaty, &bound, values[0].value, facilities, o->facility_count, &sealed, r->error);
  if (status == CS_OK)
    json_object_set_new(extra, "sealed", sealed);
  if (status == CS_OK && json_array_size(r->holdings) > 0)
    json_object_set(extra, "holdings", r->holdings);
  if (status == CS_OK)
    return cs_home_state_sealed(home, vault, o, CS_DECLARE, values, count, extra, time, entry, late, r->error);
  json_decref(extra);
  return status;
}

cs_status cs_home_declare_sealed(cs_home *home, cs_vault *vault, const char *path, cs_date date,
                                 const cs_statement_value *values, size_t count, int64_t time, uint64_t *entry,
                                 bool *late, cs_error *error)
{
  enum { VALUES = 8 };
  char day[CS_DATE_TEXT];
  cs_statement_value all[VALUES] = {{"date", cs_date_format(date, day)}};
  for (size_t i = 0; i < count && i + 1 < VALUES; i++)
    all[i + 1] = values[i];
  if (home->party == (size_t)CS_OBSERVER)
    return cs_fail(error, CS_INVALID, home->directory, (cs_mark){0},
                   "an observer declares nothing; expected the home of a party");
  reading r = {.home = home, .path = path, .error = error};
  cs_file file = {0};
  cs_opening opening = {0};
  cs_status status = start_reading(&r);
  if (status == CS_OK)
    status = cs_file_read(path, CS_HOLDINGS_BYTES, &file, error);
  if (status == CS_OK)
    status = read_rows(&r, &file, date);
  if (status == CS_OK)
    status = make_opening(&r, &opening);
  if (status == CS_OK)
    status = state_opening(&r, home, vault, &opening, all, count + 1, time, entry, late);
  cs_opening_free(&opening);
  end_reading(&r);
  if (file.bytes != NULL)
    sodium_memzero(file.bytes, file.length);
  cs_file_free(&file);
  return status;
}

cs_status cs_home_notify_sealed(cs_home *home, cs_vault *vault, int64_t number, const cs_statement_value *values,
                                size_t count, int64_t time, uint64_t *entry, bool *late, cs_error *error)
{
  static const char *const keys[] = {"sealed-from", "sealed-to"};
  cs_opening opening;
  if (number > (INT64_C(1) << CS_SEAL_BITS) - 1)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "the number is more than a sealed count can be; expected at most 65,535");
  cs_status status = cs_opening_new(0, 0, 0, &opening, error);
  if (status != CS_OK)
    return status;
  json_t *extra = json_object();
  for (size_t i = 0; i < 2 && status == CS_OK; i++) {
    cs_commitment commitment;
    char base64[sodium_base64_ENCODED_LEN(CS_COMMITMENT, sodium_base64_VARIANT_ORIGINAL)];
    cs_seal_draw(i == 0 ? -number : number, &opening.secrets[i]);
    status = cs_seal_commit(&opening.secrets[i], &commitment, error);
    if (status != CS_OK)
      break;
    sodium_bin2base64(base64, sizeof base64, commitment.bytes, CS_COMMITMENT, sodium_base64_VARIANT_ORIGINAL);
    if (json_object_set_new(extra, keys[i], json_string(base64)) != 0)
      status = cs_fail_memory(error);
  }
  if (status == CS_OK)
    status = cs_home_state_sealed(home, vault, &opening, CS_NOTIFY, values, count, extra, time, entry, late, error);
  else
    json_decref(extra);
  cs_opening_free(&opening);
  return status;
}
