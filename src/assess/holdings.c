/* Declarations from CSV: totals by count, or holdings by item and state. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

typedef enum column_kind {
  NOTE,
  DATE,
  PARTY,
  PROVIDED,
  RECEIVED,
  ITEM,
  STATE,
  TYPE,
  FACILITY,
  NUMBER,
  TOTAL
} column_kind;

typedef struct column {
  column_kind kind;
  size_t count; /* of TOTAL: index of the count */
} column;

static const struct {
  const char *name;
  column_kind kind;
} known_columns[] = {
  {"date", DATE},   {"party", PARTY}, {"provided", PROVIDED}, {"received", RECEIVED}, {"item", ITEM},
  {"state", STATE}, {"type", TYPE},   {"facility", FACILITY}, {"count", NUMBER},
};

/* Declarations by day and party: open addressing over their indices; an empty place is UINT32_MAX. Made when the first
 * row comes that does not follow the order of days and parties. */
typedef struct declaration_table {
  uint32_t *places;
  size_t size; /* a power of two; 0: not made yet */
} declaration_table;

/* Hashes of the holdings that were stated: open addressing; an empty place is 0. The holdings themselves are not kept:
 * a hash that comes again is looked up in the files. */
typedef struct holding_set {
  uint64_t *hashes;
  size_t size; /* a power of two, or 0 */
  size_t used;
} holding_set;

typedef struct reader {
  const cs_treaty *treaty;
  cs_holdings *holdings;
  cs_error *error;
  cs_csv csv;
  cs_arena scratch;
  cs_file *files; /* whose bytes stay until the last row is read */
  uint32_t file;
  column columns[CS_CSV_FIELDS];
  bool itemised;
  declaration_table declarations;
  holding_set seen;
  unsigned char key[crypto_shorthash_KEYBYTES]; /* random, so that no file can be made to collide */
  uint32_t last_declaration;                    /* that of the row before, as the two below */
  size_t last_party, last_item;
} reader;

/* ---- Tables ------------------------------------------------------------------------------ */

static int by_date_and_party(const void *a, const void *b)
{
  const cs_declaration *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  return (x->party > y->party) - (x->party < y->party);
}

static uint64_t hash_bytes(const reader *r, const void *bytes, size_t length)
{
  uint64_t hash;
  crypto_shorthash((unsigned char *)&hash, bytes, length, r->key);
  return hash;
}

/* The place of the declaration for a day and party, or the empty one where it belongs. */
static uint32_t *declaration_place(const reader *r, cs_date date, uint32_t party)
{
  const cs_declaration *all = r->holdings->declarations;
  const declaration_table *t = &r->declarations;
  const int32_t key[] = {date, (int32_t)party};
  size_t at = (size_t)hash_bytes(r, key, sizeof key) & (t->size - 1);
  while (t->places[at] != UINT32_MAX && (all[t->places[at]].date != date || all[t->places[at]].party != party))
    at = (at + 1) & (t->size - 1);
  return &t->places[at];
}

/* Makes the table, or makes it larger, so that one more declaration leaves half of it empty. */
static bool declaration_room(reader *r)
{
  const cs_holdings *h = r->holdings;
  declaration_table *t = &r->declarations;
  if (h->count < t->size / 2)
    return true;
  size_t size = t->size == 0 ? 64 : t->size;
  while (h->count >= size / 2)
    size *= 2;
  free(t->places);
  *t = (declaration_table){malloc(size * sizeof *t->places), size};
  if (t->places == NULL)
    return false;
  memset(t->places, 0xff, size * sizeof *t->places);
  for (size_t i = 0; i < h->count; i++)
    *declaration_place(r, h->declarations[i].date, h->declarations[i].party) = (uint32_t)i;
  return true;
}

/* The place of a hash, or the empty one where it belongs. */
static uint64_t *hash_place(const holding_set *set, uint64_t hash)
{
  size_t at = (size_t)hash & (set->size - 1);
  while (set->hashes[at] != 0 && set->hashes[at] != hash)
    at = (at + 1) & (set->size - 1);
  return &set->hashes[at];
}

/* Makes place for one more hash. */
static bool hash_room(holding_set *set)
{
  if (set->used < set->size / 4 * 3)
    return true;
  holding_set larger = {.size = set->size == 0 ? 64 : set->size * 2, .used = set->used};
  larger.hashes = calloc(larger.size, sizeof *larger.hashes);
  if (larger.hashes == NULL)
    return false;
  for (size_t i = 0; i < set->size; i++)
    if (set->hashes[i] != 0)
      *hash_place(&larger, set->hashes[i]) = set->hashes[i];
  free(set->hashes);
  *set = larger;
  return true;
}

/* ---- Errors ------------------------------------------------------------------------------ */

static cs_status fail_field(reader *r, size_t field, const char *fault, const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(r->error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, field), "%s %s; expected %s",
                 cs_quote(r->csv.fields[field].raw, quoted), fault, expected);
}

/* "... is not a party of the agreement", with the nearest name. */
static cs_status fail_name(reader *r, size_t field, const char *fault, const void *names, size_t count, size_t stride)
{
  cs_text list = {0};
  for (size_t i = 0; i < count && i < 12; i++) {
    const char *name;
    memcpy(&name, (const char *)names + i * stride, sizeof name);
    cs_text_add(&list, "%s%s", i == 0 ? "" : ", ", name);
  }
  cs_text_add(&list, "%s", count > 12 ? ", ..." : "");
  cs_status status = list.failed ? cs_fail_memory(r->error) : fail_field(r, field, fault, list.at);
  cs_text_free(&list);
  const char *nearest = cs_nearest(r->csv.fields[field].raw, names, count, stride);
  if (status == CS_INVALID && nearest != NULL)
    cs_hint(r->error, "did you mean \"%s\"?", nearest);
  return status;
}

/* ---- The header -------------------------------------------------------------------------- */

static column classify(const reader *r, cs_slice name)
{
  for (size_t i = 0; i < r->treaty->counts.count; i++)
    if (cs_slice_is(name, r->treaty->counts.at[i].rule.id))
      return (column){TOTAL, i};
  for (size_t i = 0; i < CS_COUNT_OF(known_columns); i++)
    if (cs_slice_is(name, known_columns[i].name))
      return (column){known_columns[i].kind, 0};
  return (column){NOTE, 0};
}

static bool has_column(const reader *r, column_kind kind)
{
  for (size_t i = 0; i < r->csv.expected; i++)
    if (r->columns[i].kind == kind)
      return true;
  return false;
}

static cs_status require_columns(reader *r)
{
  static const column_kind always[] = {DATE, PARTY}, itemised[] = {STATE, NUMBER};
  cs_mark mark = {r->csv.line, 1};
  const char *missing = NULL;
  for (size_t i = 0; i < CS_COUNT_OF(known_columns); i++) {
    column_kind kind = known_columns[i].kind;
    bool needed = false;
    for (size_t k = 0; k < 2; k++)
      needed = needed || kind == always[k] || (r->itemised && kind == itemised[k]);
    if (needed && !has_column(r, kind) && missing == NULL)
      missing = known_columns[i].name;
  }
  if (missing != NULL)
    return cs_fail(r->error, CS_INVALID, r->csv.name, mark, "the header has no column \"%s\"; expected it", missing);
  if (!r->itemised && !has_column(r, TOTAL))
    return cs_fail(r->error, CS_INVALID, r->csv.name, mark,
                   "the header has no column named after a count of %s, nor \"item\"; expected one such as \"%s\"",
                   r->treaty->id, r->treaty->counts.at[0].rule.id);
  if (r->itemised && has_column(r, TOTAL))
    return cs_fail(r->error, CS_INVALID, r->csv.name, mark,
                   "the header has both \"item\" and a column named after a count; expected one of the two");
  return CS_OK;
}

static cs_status read_header(reader *r)
{
  int got = cs_csv_next(&r->csv, r->error);
  if (got < 0)
    return CS_INVALID;
  if (got == 0)
    return cs_fail(r->error, CS_INVALID, r->csv.name, (cs_mark){1, 1}, "the file is empty; expected a header and rows");
  for (size_t i = 0; i < r->csv.count; i++) {
    cs_slice name = cs_csv_text(&r->csv.fields[i], &r->scratch);
    r->columns[i] = classify(r, name);
    for (size_t k = 0; k < i; k++)
      if (r->columns[i].kind != NOTE && r->columns[k].kind == r->columns[i].kind &&
          r->columns[k].count == r->columns[i].count)
        return fail_field(r, i, "is there twice", "each column once");
    /* A slip in a column's name must not turn its numbers into notes. */
    const char *nearest = cs_nearest(name, &r->treaty->counts.at[0].rule.id, r->treaty->counts.count, sizeof(cs_count));
    const char *known = cs_nearest(name, &known_columns[0].name, CS_COUNT_OF(known_columns), sizeof known_columns[0]);
    if (r->columns[i].kind == NOTE && known != NULL)
      return fail_name(r, i, "is almost a column that has a meaning", &known_columns[0].name,
                       CS_COUNT_OF(known_columns), sizeof known_columns[0]);
    if (r->columns[i].kind == NOTE && nearest != NULL)
      return fail_name(r, i, "is almost a count of the agreement", &r->treaty->counts.at[0].rule.id,
                       r->treaty->counts.count, sizeof(cs_count));
    r->itemised = r->itemised || r->columns[i].kind == ITEM;
  }
  return require_columns(r);
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* One row's values; indices of fields are kept for messages. */
typedef struct values {
  cs_date date, received;
  size_t party, item, state;
  cs_provided provided;
  int64_t number;
  size_t date_field, item_field, state_field;
  cs_slice type, facility;
} values;

static cs_status read_date(reader *r, size_t field, cs_date *out)
{
  cs_slice text = r->csv.fields[field].raw;
  return cs_date_parse(text.at, text.length, out)
           ? CS_OK
           : fail_field(r, field, "is not a date", "a day that exists, as YYYY-MM-DD");
}

static cs_status read_number(reader *r, size_t field, int64_t *out)
{
  const char *why;
  cs_slice text = r->csv.fields[field].raw;
  if (text.length == 0) {
    *out = CS_NO_NUMBER;
    return CS_OK;
  }
  return cs_number_parse(text, out, &why) ? CS_OK
                                          : fail_field(r, field, why, "a whole number from 0 to 9007199254740991");
}

/* Index of the entry of `table` named by the field, trying `guess` first; SIZE_MAX where there is none. */
static size_t find_name(const reader *r, size_t field, const void *names, size_t count, size_t stride, size_t guess)
{
  cs_slice text = r->csv.fields[field].raw;
  for (size_t n = 0; n < count; n++) {
    size_t i = n == 0 ? guess : n <= guess ? n - 1 : n;
    const char *name;
    memcpy(&name, (const char *)names + i * stride, sizeof name);
    if (cs_slice_is(text, name))
      return i;
  }
  return SIZE_MAX;
}

static cs_status read_party(reader *r, size_t field, size_t *out)
{
  const cs_treaty *t = r->treaty;
  *out = find_name(r, field, &t->parties.at[0].rule.id, t->parties.count, sizeof(cs_party), r->last_party);
  if (*out == SIZE_MAX)
    return fail_name(r, field, "is not a party of the agreement", &t->parties.at[0].rule.id, t->parties.count,
                     sizeof(cs_party));
  r->last_party = *out;
  return CS_OK;
}

static cs_status read_provided(reader *r, size_t field, cs_provided *out)
{
  cs_slice text = r->csv.fields[field].raw;
  *out = cs_slice_is(text, "published") ? CS_PUBLISHED : CS_EXCHANGED;
  if (text.length == 0 || *out == CS_PUBLISHED || cs_slice_is(text, "exchanged"))
    return CS_OK;
  return fail_field(r, field, "does not say how the numbers were provided", "exchanged or published");
}

static cs_status read_field(reader *r, size_t field, values *v)
{
  const cs_treaty *t = r->treaty;
  switch (r->columns[field].kind) {
  case DATE:
    v->date_field = field;
    return read_date(r, field, &v->date);
  case PARTY:
    return read_party(r, field, &v->party);
  case PROVIDED:
    return read_provided(r, field, &v->provided);
  case RECEIVED:
    return r->csv.fields[field].raw.length == 0 ? CS_OK : read_date(r, field, &v->received);
  case ITEM:
    v->item_field = field;
    v->item = find_name(r, field, &t->items.at[0].rule.id, t->items.count, sizeof(cs_item), r->last_item);
    if (v->item == SIZE_MAX)
      return fail_name(r, field, "is not an item of the agreement", &t->items.at[0].rule.id, t->items.count,
                       sizeof(cs_item));
    r->last_item = v->item;
    return CS_OK;
  case STATE:
    v->state_field = field; /* read when the item is known */
    return CS_OK;
  case TYPE:
    v->type = r->csv.fields[field].raw;
    return CS_OK;
  case FACILITY:
    v->facility = r->csv.fields[field].raw;
    return CS_OK;
  case NUMBER:
    if (!r->itemised)
      return CS_OK;
    if (r->csv.fields[field].raw.length == 0)
      return fail_field(r, field, "is no number", "a whole number; a holding that is not known has no row");
    return read_number(r, field, &v->number);
  default:
    return CS_OK;
  }
}

static cs_status read_state(reader *r, values *v)
{
  const cs_item *item = &r->treaty->items.at[v->item];
  v->state = find_name(r, v->state_field, &item->states.at[0].rule.id, item->states.count, sizeof(cs_state), 0);
  if (v->state == SIZE_MAX)
    return fail_name(r, v->state_field, "is not a state of this item", &item->states.at[0].rule.id, item->states.count,
                     sizeof(cs_state));
  return CS_OK;
}

static cs_status read_values(reader *r, values *v)
{
  *v = (values){.received = CS_DATE_NONE};
  for (size_t i = 0; i < r->csv.count; i++) {
    cs_status status = read_field(r, i, v);
    if (status != CS_OK)
      return status;
  }
  return r->itemised ? read_state(r, v) : CS_OK;
}

/* Adds an empty declaration after the others. */
static bool add_declaration(reader *r, const values *v)
{
  cs_holdings *h = r->holdings;
  size_t counts = r->treaty->counts.count;
  if (!cs_grow((void **)&h->declarations, &h->capacity, h->count, sizeof *h->declarations) ||
      !cs_grow((void **)&h->totals, &h->totals_capacity, h->count, counts * sizeof *h->totals))
    return false;
  h->declarations[h->count] = (cs_declaration){
    .date = v->date,
    .party = (uint32_t)v->party,
    .received = v->received,
    .provided = v->provided,
    .file = r->file,
    .first_line = r->csv.line,
    .last_line = r->csv.line,
  };
  for (size_t i = 0; i < counts; i++)
    h->totals[h->count * counts + i] = CS_NO_NUMBER;
  h->count++;
  return true;
}

/* The declaration for the row's day and party, made where there is none yet. In a record in order it is the last one, or
 * a new one after it; the table is for the others. */
static cs_status find_declaration(reader *r, const values *v, uint32_t *out)
{
  cs_holdings *h = r->holdings;
  const cs_declaration key = {.date = v->date, .party = (uint32_t)v->party};
  int order = h->count == 0 ? 1 : by_date_and_party(&key, &h->declarations[r->last_declaration]);
  if (order != 0) {
    uint32_t after = UINT32_MAX, *place = &after;
    if (order < 0 || r->declarations.size > 0) {
      if (!declaration_room(r))
        return cs_fail_memory(r->error);
      place = declaration_place(r, key.date, key.party);
    }
    if (*place == UINT32_MAX) {
      *place = (uint32_t)h->count;
      if (!add_declaration(r, v))
        return cs_fail_memory(r->error);
    }
    r->last_declaration = *place;
  }
  *out = r->last_declaration;
  return CS_OK;
}

static cs_status fail_twice(reader *r, size_t field, uint32_t file, uint32_t line, const char *what)
{
  return cs_fail(r->error, CS_INVALID, r->csv.name, cs_csv_mark(&r->csv, field),
                 "this row states the same %s as %s:%u; expected one row for each", what, r->holdings->files[file],
                 line);
}

/* Puts the row's totals into the declaration. */
static cs_status add_totals(reader *r, const values *v, uint32_t index)
{
  cs_declaration *d = &r->holdings->declarations[index];
  if (d->totals_line != 0)
    return fail_twice(r, v->date_field, d->file, d->totals_line, "party and date");
  *d = (cs_declaration){
    .date = d->date,
    .party = d->party,
    .received = v->received,
    .provided = v->provided,
    .file = r->file,
    .first_line = r->csv.line,
    .last_line = r->csv.next - 1,
    .totals_line = r->csv.line,
    .items = d->items,
  };
  int64_t *totals = &r->holdings->totals[index * r->treaty->counts.count];
  for (size_t i = 0; i < r->csv.count; i++) {
    cs_status status = r->columns[i].kind == TOTAL ? read_number(r, i, &totals[r->columns[i].count]) : CS_OK;
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

static bool same_holding(const values *a, const values *b)
{
  return a->date == b->date && a->party == b->party && a->item == b->item && a->state == b->state &&
         cs_slice_equal(a->type, b->type) && cs_slice_equal(a->facility, b->facility);
}

/* Whether a row of the file that `again` has opened, before the row that `r` is at, states the holding. */
static bool find_in_file(reader *again, const reader *r, const values *v)
{
  values w;
  bool found = false;
  while (!found && cs_csv_next(&again->csv, again->error) == 1 &&
         (again->file < r->file || again->csv.line < r->csv.line) && read_values(again, &w) == CS_OK)
    found = same_holding(v, &w);
  return found;
}

/* Reads the rows before this one again, for one that states the same holding; false where there is none, because two
 * holdings have one hash. */
static bool find_twin(const reader *r, const values *v, uint32_t *file, uint32_t *line)
{
  cs_error ignored; /* these rows were read before, without an error */
  reader again = {.treaty = r->treaty, .holdings = r->holdings, .error = &ignored, .files = r->files};
  bool found = false;
  for (; again.file <= r->file && !found; again.file++) {
    again.csv = cs_csv_open(&r->files[again.file]);
    again.itemised = false;
    found = read_header(&again) == CS_OK && again.itemised && find_in_file(&again, r, v);
    *file = again.file;
    *line = again.csv.line;
  }
  cs_arena_free(&again.scratch);
  return found;
}

enum { SHORT_TEXT = 64 }; /* longest that stands in a key itself */

/* Adds text to a key, a long one as its hash; returns the bytes used. */
static size_t add_to_key(const reader *r, unsigned char *key, cs_slice text)
{
  uint64_t length = text.length, hash;
  memcpy(key, &length, sizeof length);
  if (length > SHORT_TEXT) {
    hash = hash_bytes(r, text.at, text.length);
    memcpy(key + sizeof length, &hash, sizeof hash);
    return sizeof length + sizeof hash;
  }
  if (length > 0)
    memcpy(key + sizeof length, text.at, text.length);
  return sizeof length + text.length;
}

/* Refuses the second row that states one holding. */
static cs_status check_row(reader *r, const values *v, uint32_t declaration, uint32_t cell)
{
  unsigned char key[2 * sizeof(uint32_t) + 2 * (sizeof(uint64_t) + SHORT_TEXT)];
  size_t length = 2 * sizeof(uint32_t);
  memcpy(key, (uint32_t[]){declaration, cell}, length);
  length += add_to_key(r, key + length, v->type);
  length += add_to_key(r, key + length, v->facility);
  uint64_t hash = hash_bytes(r, key, length);
  hash += hash == 0; /* 0 is an empty place */
  if (!hash_room(&r->seen))
    return cs_fail_memory(r->error);
  uint64_t *place = hash_place(&r->seen, hash);
  uint32_t file, line;
  if (*place == hash && find_twin(r, v, &file, &line))
    return fail_twice(r, v->item_field, file, line, "holding");
  r->seen.used += *place == 0;
  *place = hash;
  return CS_OK;
}

static cs_status add_holding(reader *r, const values *v, uint32_t index)
{
  cs_holdings *h = r->holdings;
  size_t cell = r->treaty->items.at[v->item].cell + v->state;
  cs_status status = check_row(r, v, index, (uint32_t)cell);
  if (status != CS_OK)
    return status;

  cs_declaration *d = &h->declarations[index];
  if (d->items == NULL) {
    d->items = cs_arena_array(&h->arena, r->treaty->cells, sizeof *d->items);
    if (d->items == NULL)
      return cs_fail_memory(r->error);
    for (size_t i = 0; i < r->treaty->cells; i++)
      d->items[i] = CS_NO_NUMBER;
  }
  if (d->totals_line == 0) {
    d->last_line = r->csv.next - 1;
    d->received = v->received > d->received ? v->received : d->received;
    d->provided = v->provided == CS_PUBLISHED ? CS_PUBLISHED : d->provided;
  }
  int64_t before = d->items[cell] == CS_NO_NUMBER ? 0 : d->items[cell];
  d->items[cell] = before + v->number; /* both at most CS_NUMBER_MAX */
  if (d->items[cell] > CS_NUMBER_MAX)
    return fail_field(r, v->item_field, "comes to a total that is too large", "at most 9007199254740991 in all");
  return CS_OK;
}

static cs_status read_row(reader *r)
{
  values v;
  cs_status status = read_values(r, &v);
  if (status != CS_OK)
    return status;
  uint32_t index = 0;
  status = find_declaration(r, &v, &index);
  if (status != CS_OK)
    return status;
  return r->itemised ? add_holding(r, &v, index) : add_totals(r, &v, index);
}

static cs_status read_file(reader *r, const char *path)
{
  cs_file *file = &r->files[r->file];
  cs_status status = cs_file_read(path, CS_HOLDINGS_BYTES, file, r->error);
  if (status != CS_OK)
    return status;
  r->csv = cs_csv_open(file);
  r->itemised = false;
  const char *name = cs_arena_copy(&r->holdings->arena, cs_slice_of(file->name));
  r->holdings->files[r->holdings->file_count++] = name;
  status = name == NULL ? cs_fail_memory(r->error) : read_header(r);
  while (status == CS_OK) {
    int got = cs_csv_next(&r->csv, r->error);
    if (got == 0)
      break;
    status = got < 0 ? CS_INVALID : read_row(r);
  }
  return status;
}

/* ---- The holdings ------------------------------------------------------------------------ */

/* Sorts the declarations; their totals follow through the index that is lent to `file` meanwhile. */
static bool sort_declarations(cs_holdings *h)
{
  bool sorted = true;
  for (size_t i = 1; i < h->count && sorted; i++)
    sorted = by_date_and_party(&h->declarations[i - 1], &h->declarations[i]) < 0;
  if (sorted)
    return true;
  size_t counts = h->treaty->counts.count;
  int64_t *totals = malloc(h->count * counts * sizeof *totals);
  uint32_t *files = malloc(h->count * sizeof *files);
  bool ok = totals != NULL && files != NULL;
  if (ok) {
    for (size_t i = 0; i < h->count; i++) {
      files[i] = h->declarations[i].file;
      h->declarations[i].file = (uint32_t)i;
    }
    qsort(h->declarations, h->count, sizeof *h->declarations, by_date_and_party);
    for (size_t i = 0; i < h->count; i++) {
      size_t from = h->declarations[i].file;
      memcpy(&totals[i * counts], &h->totals[from * counts], counts * sizeof *totals);
      h->declarations[i].file = files[from];
    }
    free(h->totals);
    h->totals = totals;
  } else {
    free(totals);
  }
  free(files);
  return ok;
}

/* The sum of the declared items, CS_NO_NUMBER where one that the count needs was not declared; false where it is more
 * than a number can be. */
static bool weigh(const cs_holdings *h, size_t declaration, size_t count, int64_t *sum)
{
  const int64_t *items = h->declarations[declaration].items, *weights = h->treaty->counts.at[count].weights;
  bool known = items != NULL, fits = true;
  for (size_t i = 0; i < h->treaty->cells && known; i++)
    known = weights[i] == 0 || items[i] != CS_NO_NUMBER;
  *sum = known ? 0 : CS_NO_NUMBER;
  for (size_t i = 0; i < h->treaty->cells && known && fits; i++) {
    int64_t part = 0;
    fits = weights[i] == 0 || (!__builtin_mul_overflow(weights[i], items[i], &part) && part <= CS_NUMBER_MAX - *sum);
    *sum += fits ? part : 0;
  }
  return fits;
}

/* A total that no number can hold is refused now, so that nobody has to think of it later. */
static cs_status check_sums(const cs_holdings *h, cs_error *error)
{
  int64_t sum;
  for (size_t i = 0; i < h->count; i++) {
    const cs_declaration *d = &h->declarations[i];
    for (size_t k = 0; k < h->treaty->counts.count; k++)
      if (!weigh(h, i, k, &sum))
        return cs_fail(error, CS_INVALID, h->files[d->file], (cs_mark){d->first_line, 1},
                       "the holdings of %s come to more %s than can be; expected at most 9007199254740991",
                       h->treaty->parties.at[d->party].rule.id, h->treaty->counts.at[k].rule.id);
  }
  return CS_OK;
}

static void reader_free(reader *r, size_t files)
{
  cs_arena_free(&r->scratch);
  for (size_t i = 0; i < files && r->files != NULL; i++)
    cs_file_free(&r->files[i]);
  free(r->files);
  free(r->declarations.places);
  free(r->seen.hashes);
  free(r);
}

cs_status cs_holdings_read(const cs_treaty *treaty, const char *const *paths, size_t count, cs_holdings **out,
                           cs_error *error)
{
  *out = NULL;
  cs_holdings *holdings = calloc(1, sizeof *holdings);
  reader *r = calloc(1, sizeof *r);
  if (holdings == NULL || r == NULL) {
    free(holdings);
    free(r);
    return cs_fail_memory(error);
  }
  holdings->treaty = r->treaty = treaty;
  r->holdings = holdings;
  r->error = error;
  r->files = calloc(count + 1, sizeof *r->files);
  holdings->files = cs_arena_array(&holdings->arena, count + 1, sizeof *holdings->files);
  randombytes_buf(r->key, sizeof r->key);

  cs_status status = r->files == NULL || holdings->files == NULL ? cs_fail_memory(error) : CS_OK;
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    r->file = (uint32_t)i;
    status = read_file(r, paths[i]);
  }
  reader_free(r, count);
  if (status == CS_OK && !sort_declarations(holdings))
    status = cs_fail_memory(error);
  if (status == CS_OK)
    status = check_sums(holdings, error);
  if (status == CS_OK)
    *out = holdings;
  else
    cs_holdings_free(holdings);
  return status;
}

void cs_holdings_free(cs_holdings *holdings)
{
  if (holdings == NULL)
    return;
  cs_arena arena = holdings->arena;
  free(holdings->declarations);
  free(holdings->totals);
  cs_arena_free(&arena);
  free(holdings);
}

size_t cs_holdings_find(const cs_holdings *holdings, cs_date date, size_t party)
{
  cs_declaration key = {.date = date, .party = (uint32_t)party};
  if (holdings->count == 0)
    return SIZE_MAX;
  const cs_declaration *found =
    bsearch(&key, holdings->declarations, holdings->count, sizeof *holdings->declarations, by_date_and_party);
  return found == NULL ? SIZE_MAX : (size_t)(found - holdings->declarations);
}

int64_t cs_holdings_total(const cs_holdings *holdings, size_t declaration, size_t count)
{
  return holdings->totals[declaration * holdings->treaty->counts.count + count];
}

int64_t cs_holdings_sum(const cs_holdings *holdings, size_t declaration, size_t count)
{
  int64_t sum;
  weigh(holdings, declaration, count, &sum);
  return sum;
}
