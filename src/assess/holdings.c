/* Holdings: what was declared, by day and party. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

static int by_date_and_party(const void *a, const void *b)
{
  const cs_declaration *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  return (x->party > y->party) - (x->party < y->party);
}

/* ---- Declarations by day and party ------------------------------------------------------- */

static uint64_t hash_key(const cs_holdings *h, const void *bytes, size_t length)
{
  uint64_t hash;
  crypto_shorthash((unsigned char *)&hash, bytes, length, h->key);
  return hash;
}

/* The place of the declaration for a day and party, or the empty one where it belongs. */
static uint32_t *declaration_place(const cs_holdings *h, cs_date date, uint32_t party)
{
  const cs_declaration *all = h->declarations;
  const int32_t key[] = {date, (int32_t)party};
  size_t at = (size_t)hash_key(h, key, sizeof key) & (h->table.size - 1);
  while (h->table.places[at] != UINT32_MAX &&
         (all[h->table.places[at]].date != date || all[h->table.places[at]].party != party))
    at = (at + 1) & (h->table.size - 1);
  return &h->table.places[at];
}

/* Makes the table, or makes it larger, so that one more declaration leaves half of it empty. */
static bool declaration_room(cs_holdings *h)
{
  if (h->count < h->table.size / 2)
    return true;
  size_t size = h->table.size == 0 ? 64 : h->table.size;
  while (h->count >= size / 2)
    size *= 2;
  free(h->table.places);
  h->table.places = malloc(size * sizeof *h->table.places);
  h->table.size = size;
  if (h->table.places == NULL)
    return false;
  memset(h->table.places, 0xff, size * sizeof *h->table.places);
  for (size_t i = 0; i < h->count; i++)
    *declaration_place(h, h->declarations[i].date, h->declarations[i].party) = (uint32_t)i;
  return true;
}

/* Adds an empty declaration after the others. */
static bool add_declaration(cs_holdings *h, cs_date date, size_t party)
{
  size_t counts = h->treaty->counts.count;
  if (!cs_grow((void **)&h->declarations, &h->capacity, h->count, sizeof *h->declarations) ||
      !cs_grow((void **)&h->totals, &h->totals_capacity, h->count, counts * sizeof *h->totals))
    return false;
  h->declarations[h->count] = (cs_declaration){.date = date, .party = (uint32_t)party, .received = CS_DATE_NONE};
  for (size_t i = 0; i < counts; i++)
    h->totals[h->count * counts + i] = CS_NO_NUMBER;
  h->count++;
  return true;
}

cs_status cs_holdings_declare(cs_holdings *h, cs_date date, size_t party, uint32_t *out, cs_error *error)
{
  const cs_declaration key = {.date = date, .party = (uint32_t)party};
  int order = h->count == 0 ? 1 : by_date_and_party(&key, &h->declarations[h->last]);
  if (order != 0) {
    /* In a record in order it is the last one, or a new one after it; the table is for the others. */
    uint32_t after = UINT32_MAX, *place = &after;
    if (order < 0 || h->table.size > 0) {
      if (!declaration_room(h))
        return cs_fail_memory(error);
      place = declaration_place(h, date, key.party);
    }
    if (*place == UINT32_MAX) {
      *place = (uint32_t)h->count;
      if (!add_declaration(h, date, party))
        return cs_fail_memory(error);
    }
    h->last = *place;
  }
  *out = h->last;
  return CS_OK;
}

size_t cs_holdings_look(const cs_holdings *h, cs_date date, size_t party)
{
  if (h->table.size == 0) /* they came in order so far */
    return cs_holdings_find(h, date, party);
  uint32_t place = *declaration_place(h, date, (uint32_t)party);
  return place == UINT32_MAX ? SIZE_MAX : place;
}

cs_status cs_holdings_add(cs_holdings *h, uint32_t declaration, size_t cell, int64_t number, bool *fits,
                          cs_error *error)
{
  cs_declaration *d = &h->declarations[declaration];
  if (d->items == NULL) {
    d->items = cs_arena_array(&h->arena, h->treaty->cells, sizeof *d->items);
    if (d->items == NULL)
      return cs_fail_memory(error);
    for (size_t i = 0; i < h->treaty->cells; i++)
      d->items[i] = CS_NO_NUMBER;
  }
  int64_t before = d->items[cell] == CS_NO_NUMBER ? 0 : d->items[cell];
  d->items[cell] = before + number; /* both at most CS_NUMBER_MAX */
  *fits = d->items[cell] <= CS_NUMBER_MAX;
  return CS_OK;
}

cs_status cs_holdings_new(const cs_treaty *treaty, size_t sources, cs_holdings **out, cs_error *error)
{
  *out = NULL;
  cs_holdings *h = calloc(1, sizeof *h);
  if (h == NULL)
    return cs_fail_memory(error);
  h->treaty = treaty;
  h->files = cs_arena_array(&h->arena, sources + 1, sizeof *h->files);
  randombytes_buf(h->key, sizeof h->key);
  if (h->files == NULL) {
    cs_holdings_free(h);
    return cs_fail_memory(error);
  }
  *out = h;
  return CS_OK;
}

/* ---- When all is there -------------------------------------------------------------------- */

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

static int by_date_party_count(const void *a, const void *b)
{
  const cs_proven *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  if (x->party != y->party)
    return x->party < y->party ? -1 : 1;
  if (x->count != y->count)
    return x->count < y->count ? -1 : 1;
  return (x->line > y->line) - (x->line < y->line);
}

cs_status cs_holdings_prove(cs_holdings *h, const cs_proven *proven, cs_error *error)
{
  if (!cs_grow((void **)&h->proven, &h->proven_capacity, h->proven_count, sizeof *h->proven))
    return cs_fail_memory(error);
  h->proven[h->proven_count++] = *proven;
  return CS_OK;
}

cs_status cs_holdings_history(cs_holdings *h, const cs_history *history, cs_error *error)
{
  if (!cs_grow((void **)&h->histories, &h->history_capacity, h->history_count, sizeof *h->histories))
    return cs_fail_memory(error);
  h->histories[h->history_count++] = *history;
  return CS_OK;
}

static int by_file_and_entry(const void *a, const void *b)
{
  const cs_proven_entry *x = a, *y = b;
  if (x->file != y->file)
    return x->file < y->file ? -1 : 1;
  if (x->entry != y->entry)
    return x->entry < y->entry ? -1 : 1;
  return (x->received > y->received) - (x->received < y->received);
}

cs_status cs_holdings_verify(cs_holdings *h, const cs_proven_entry *verified, cs_error *error)
{
  if (!cs_grow((void **)&h->verified, &h->verified_capacity, h->verified_count, sizeof *h->verified))
    return cs_fail_memory(error);
  h->verified[h->verified_count++] = *verified;
  return CS_OK;
}

bool cs_holdings_is_verified(const cs_holdings *h, uint32_t file, uint32_t entry, cs_date at)
{
  cs_proven_entry key = {file, entry, INT32_MIN};
  size_t low = 0, high = h->verified_count; /* to the first proof of this entry */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (by_file_and_entry(&h->verified[middle], &key) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < h->verified_count && h->verified[low].file == file && h->verified[low].entry == entry &&
         h->verified[low].received <= at;
}

cs_status cs_holdings_note(cs_holdings *h, const cs_noted *noted, cs_error *error)
{
  const char *note = cs_arena_copy(&h->arena, cs_slice_of(noted->note));
  if (note == NULL || !cs_grow((void **)&h->noted, &h->noted_capacity, h->noted_count, sizeof *h->noted))
    return cs_fail_memory(error);
  h->noted[h->noted_count] = *noted;
  h->noted[h->noted_count++].note = note;
  return CS_OK;
}

cs_status cs_holdings_set_facilities(cs_holdings *h, size_t party, int64_t count, cs_error *error)
{
  if (h->facilities == NULL)
    h->facilities = cs_arena_array(&h->arena, h->treaty->parties.count, sizeof *h->facilities);
  if (h->facilities == NULL)
    return cs_fail_memory(error);
  h->facilities[party] = count;
  return CS_OK;
}

cs_status cs_holdings_search(cs_holdings *h, const cs_searched *searched, cs_error *error)
{
  if (!cs_grow((void **)&h->searched, &h->searched_capacity, h->searched_count, sizeof *h->searched))
    return cs_fail_memory(error);
  h->searched[h->searched_count++] = *searched;
  return CS_OK;
}

cs_status cs_holdings_finish(cs_holdings *h, cs_error *error)
{
  free(h->table.places);
  h->table.places = NULL;
  h->table.size = 0;
  if (h->proven_count > 1)
    qsort(h->proven, h->proven_count, sizeof *h->proven, by_date_party_count);
  if (h->verified_count > 1)
    qsort(h->verified, h->verified_count, sizeof *h->verified, by_file_and_entry);
  return sort_declarations(h) ? check_sums(h, error) : cs_fail_memory(error);
}

void cs_holdings_free(cs_holdings *holdings)
{
  if (holdings == NULL)
    return;
  cs_arena arena = holdings->arena;
  free(holdings->declarations);
  free(holdings->table.places);
  free(holdings->totals);
  free(holdings->proven);
  free(holdings->histories);
  free(holdings->verified);
  free(holdings->noted);
  free(holdings->searched);
  cs_arena_free(&arena);
  free(holdings);
}

bool cs_declaration_is_known(const cs_declaration *d, cs_date at)
{
  return d->date <= at && (d->received == CS_DATE_NONE || d->received <= at);
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
