/* Holdings from the records that a user names, each holding stated once. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

/* Hashes of the holdings that were stated: open addressing; an empty place is 0. The holdings themselves are not kept:
 * a hash that comes again is looked up in the files. */
typedef struct holding_set {
  uint64_t *hashes;
  size_t size; /* a power of two, or 0 */
  size_t used;
} holding_set;

typedef struct gatherer {
  cs_holdings *holdings;
  cs_error *error;
  cs_file *files; /* whose bytes stay until the last row is read */
  uint32_t file;
  cs_record record;
  holding_set seen;
  unsigned char key[crypto_shorthash_KEYBYTES]; /* random, so that no file can be made to collide */
} gatherer;

/* ---- Hashes of holdings ------------------------------------------------------------------- */

static uint64_t hash_bytes(const gatherer *g, const void *bytes, size_t length)
{
  uint64_t hash;
  crypto_shorthash((unsigned char *)&hash, bytes, length, g->key);
  return hash;
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

/* ---- Rows that were there before ---------------------------------------------------------- */

static cs_status fail_twice(gatherer *g, const cs_row *row, uint32_t file, uint32_t line, const char *what)
{
  return cs_fail(g->error, CS_INVALID, g->record.csv.name, cs_record_mark(&g->record, row),
                 "this row states the same %s as %s:%u; expected one row for each", what, g->holdings->files[file],
                 line);
}

static bool same_holding(const cs_row *a, const cs_row *b)
{
  return a->date == b->date && a->party == b->party && a->item == b->item && a->state == b->state &&
         cs_slice_equal(a->type, b->type) && cs_slice_equal(a->facility, b->facility);
}

/* The line of the row in `record`, before line `end`, that states the holding; 0 where there is none. */
static uint32_t find_in_record(cs_record *record, const cs_row *row, uint32_t end)
{
  cs_error ignored; /* these rows were read before, without an error */
  cs_row other;
  while (cs_record_next(record, &other, &ignored) == 1 && other.line < end)
    if (same_holding(row, &other))
      return other.line;
  return 0;
}

/* Reads the rows before this one again, for one that states the same holding; false where there is none, because two
 * holdings have one hash. */
static bool find_twin(const gatherer *g, const cs_row *row, uint32_t *file, uint32_t *line)
{
  cs_error ignored;
  *line = 0;
  for (*file = 0; *file <= g->file && *line == 0; ++*file) {
    cs_record again;
    if (cs_record_open(g->holdings->treaty, &g->files[*file], &again, &ignored) != CS_OK)
      continue;
    if (again.itemised)
      *line = find_in_record(&again, row, *file < g->file ? UINT32_MAX : row->line);
    cs_record_close(&again);
  }
  --*file;
  return *line != 0;
}

enum { SHORT_TEXT = 64 }; /* longest that stands in a key itself */

/* Adds text to a key, a long one as its hash; returns the bytes used. */
static size_t add_to_key(const gatherer *g, unsigned char *key, cs_slice text)
{
  uint64_t length = text.length, hash;
  memcpy(key, &length, sizeof length);
  if (length > SHORT_TEXT) {
    hash = hash_bytes(g, text.at, text.length);
    memcpy(key + sizeof length, &hash, sizeof hash);
    return sizeof length + sizeof hash;
  }
  if (length > 0)
    memcpy(key + sizeof length, text.at, text.length);
  return sizeof length + text.length;
}

/* Refuses the second row that states one holding. */
static cs_status check_row(gatherer *g, const cs_row *row, uint32_t declaration, uint32_t cell)
{
  unsigned char key[2 * sizeof(uint32_t) + 2 * (sizeof(uint64_t) + SHORT_TEXT)];
  size_t length = 2 * sizeof(uint32_t);
  memcpy(key, (uint32_t[]){declaration, cell}, length);
  length += add_to_key(g, key + length, row->type);
  length += add_to_key(g, key + length, row->facility);
  uint64_t hash = hash_bytes(g, key, length);
  hash += hash == 0; /* 0 is an empty place */
  if (!hash_room(&g->seen))
    return cs_fail_memory(g->error);
  uint64_t *place = hash_place(&g->seen, hash);
  uint32_t file, line;
  if (*place == hash && find_twin(g, row, &file, &line))
    return fail_twice(g, row, file, line, "holding");
  g->seen.used += *place == 0;
  *place = hash;
  return CS_OK;
}

/* ---- Rows into holdings ------------------------------------------------------------------- */

/* Notes on a declaration where it comes from; a row of totals speaks for the whole. */
static void note_source(const gatherer *g, const cs_row *row, cs_declaration *d)
{
  if (g->record.itemised && d->totals_line != 0)
    return;
  bool first = d->first_line == 0 || !g->record.itemised;
  d->file = first ? g->file : d->file;
  d->first_line = first ? row->line : d->first_line;
  d->last_line = row->last_line;
  d->received = first || row->received > d->received ? row->received : d->received;
  d->provided = first || row->provided == CS_PUBLISHED ? row->provided : d->provided;
  d->totals_line = g->record.itemised ? 0 : row->line;
}

static cs_status add_totals(gatherer *g, const cs_row *row, uint32_t index)
{
  cs_declaration *d = &g->holdings->declarations[index];
  size_t counts = g->holdings->treaty->counts.count;
  if (d->totals_line != 0)
    return fail_twice(g, row, d->file, d->totals_line, "party and date");
  note_source(g, row, d);
  memcpy(&g->holdings->totals[index * counts], g->record.totals, counts * sizeof *g->record.totals);
  return CS_OK;
}

static cs_status add_holding(gatherer *g, const cs_row *row, uint32_t index)
{
  size_t cell = g->holdings->treaty->items.at[row->item].cell + row->state;
  bool fits = true;
  cs_status status = check_row(g, row, index, (uint32_t)cell);
  if (status == CS_OK)
    status = cs_holdings_add(g->holdings, index, cell, row->number, &fits, g->error);
  if (status != CS_OK)
    return status;
  note_source(g, row, &g->holdings->declarations[index]);
  if (fits)
    return CS_OK;
  return cs_fail(g->error, CS_INVALID, g->record.csv.name, cs_record_mark(&g->record, row),
                 "these holdings come to a total that is too large; expected at most 9007199254740991 in all");
}

static cs_status gather_rows(gatherer *g)
{
  cs_row row;
  int got;
  while ((got = cs_record_next(&g->record, &row, g->error)) == 1) {
    uint32_t index = 0;
    cs_status status = cs_holdings_declare(g->holdings, row.date, row.party, &index, g->error);
    if (status == CS_OK)
      status = g->record.itemised ? add_holding(g, &row, index) : add_totals(g, &row, index);
    if (status != CS_OK)
      return status;
  }
  return got == 0 ? CS_OK : CS_INVALID;
}

static cs_status gather_file(gatherer *g, const char *path)
{
  cs_file *file = &g->files[g->file];
  cs_status status = cs_file_read(path, CS_HOLDINGS_BYTES, file, g->error);
  if (status != CS_OK)
    return status;
  const char *name = cs_arena_copy(&g->holdings->arena, cs_slice_of(file->name));
  g->holdings->files[g->holdings->file_count++] = name;
  status = name == NULL ? cs_fail_memory(g->error) : cs_record_open(g->holdings->treaty, file, &g->record, g->error);
  if (status != CS_OK)
    return status;
  status = gather_rows(g);
  cs_record_close(&g->record);
  return status;
}

cs_status cs_holdings_read(const cs_treaty *treaty, const char *const *paths, size_t count, cs_holdings **out,
                           cs_error *error)
{
  *out = NULL;
  gatherer g = {.error = error, .files = calloc(count + 1, sizeof *g.files)};
  randombytes_buf(g.key, sizeof g.key);
  cs_status status = g.files == NULL ? cs_fail_memory(error) : cs_holdings_new(treaty, count, &g.holdings, error);
  for (; g.file < count && status == CS_OK; g.file++)
    status = gather_file(&g, paths[g.file]);
  for (size_t i = 0; i < count && g.files != NULL; i++)
    cs_file_free(&g.files[i]);
  free(g.files);
  free(g.seen.hashes);
  if (status == CS_OK)
    status = cs_holdings_finish(g.holdings, error);
  if (status == CS_OK)
    *out = g.holdings;
  else
    cs_holdings_free(g.holdings);
  return status;
}
