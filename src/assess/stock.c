/* What is where. */
#include "assess/stock.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash_name(const cs_stock *s, const char *at, size_t length)
{
  uint64_t hash;
  crypto_shorthash((unsigned char *)&hash, (const unsigned char *)at, length, s->key);
  return hash;
}

/* The place of a facility of this name, or the empty one where it belongs. */
static uint32_t *name_place(const cs_stock *s, cs_slice name)
{
  size_t at = (size_t)hash_name(s, name.at, name.length) & (s->table_size - 1);
  while (s->table[at] != CS_NOWHERE && !cs_slice_is(name, s->names[s->table[at]]))
    at = (at + 1) & (s->table_size - 1);
  return &s->table[at];
}

/* Makes the table larger, so that one more facility leaves half of it empty. */
static bool name_room(cs_stock *s)
{
  if (s->facilities < s->table_size / 2)
    return true;
  size_t size = s->table_size == 0 ? 64 : 2 * s->table_size;
  uint32_t *table = malloc(size * sizeof *table);
  if (table == NULL)
    return false;
  memset(table, 0xff, size * sizeof *table);
  free(s->table);
  s->table = table;
  s->table_size = size;
  for (size_t i = CS_EVERYWHERE + 1; i < s->facilities; i++)
    *name_place(s, cs_slice_of(s->names[i])) = (uint32_t)i;
  return true;
}

/* Adds a facility after the others, without cells yet. */
static bool add_facility(cs_stock *s, const char *name)
{
  if (name == NULL || !cs_grow((void **)&s->names, &s->name_capacity, s->facilities, sizeof *s->names) ||
      !cs_grow((void **)&s->index, &s->index_capacity, s->facilities, s->treaty->cells * sizeof *s->index))
    return false;
  memset(&s->index[s->facilities * s->treaty->cells], 0xff, s->treaty->cells * sizeof *s->index);
  s->names[s->facilities++] = name;
  return true;
}

bool cs_stock_open(cs_stock *s, const cs_treaty *treaty)
{
  *s = (cs_stock){.treaty = treaty};
  randombytes_buf(s->key, sizeof s->key);
  return name_room(s) && add_facility(s, "");
}

void cs_stock_close(cs_stock *s)
{
  cs_arena_free(&s->arena);
  free(s->names);
  free(s->table);
  free(s->index);
  free(s->cells);
  free(s->seldom);
}

uint32_t cs_stock_facility(cs_stock *s, cs_slice name)
{
  if (!name_room(s) || s->facilities == CS_NOWHERE)
    return CS_NOWHERE;
  uint32_t *place = name_place(s, name);
  if (*place != CS_NOWHERE)
    return *place;
  if (!add_facility(s, cs_arena_copy(&s->arena, name)))
    return CS_NOWHERE;
  *place = (uint32_t)(s->facilities - 1);
  return *place;
}

uint32_t cs_stock_make(cs_stock *s, cs_spot place)
{
  uint32_t *at = &s->index[place.facility * s->treaty->cells + place.cell];
  if (s->count == CS_NOWHERE || !cs_grow((void **)&s->cells, &s->capacity, s->count, sizeof *s->cells) ||
      !cs_grow((void **)&s->seldom, &s->seldom_capacity, s->count, sizeof *s->seldom))
    return CS_NOWHERE;
  s->seldom[s->count] = (cs_seldom){0};
  s->cells[s->count] = (cs_cell){.place = place};
  *at = (uint32_t)s->count++;
  return *at;
}

const cs_cell *cs_stock_find(const cs_stock *s, cs_spot place)
{
  uint32_t at = s->index[place.facility * s->treaty->cells + place.cell];
  return at == CS_NOWHERE ? NULL : &s->cells[at];
}

int64_t cs_sum_number(cs_sum sum)
{
  if (sum > CS_NUMBER_MAX)
    return CS_NUMBER_MAX;
  return sum < -CS_NUMBER_MAX ? -CS_NUMBER_MAX : (int64_t)sum;
}
