/* The tree of a facility's items: places, salts, hashes, and the opening of one item alone. */
#include "seal/escrow.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char ITEM[] = "countersign escrow item v1", PLACE[] = "countersign escrow place",
                  SALT[] = "countersign escrow salt", EMPTY[] = "countersign escrow empty";

enum {
  LENGTH = 2,
  FIELDS = 4,
  TEXTS = FIELDS * (LENGTH + CS_ESCROW_FIELD),
  LEAF = CS_ESCROW_SALT + sizeof ITEM - 1 + TEXTS,
};

/* HMAC-SHA256 that has taken the key; it is copied for every message. */
typedef crypto_auth_hmacsha256_state keyed;

static cs_status fail(cs_error *error, const char *what)
{
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%s", what);
}

static keyed take_key(const unsigned char *key)
{
  keyed out;
  crypto_auth_hmacsha256_init(&out, key, CS_ESCROW_KEY);
  return out;
}

static void put_number(unsigned char *at, uint32_t number, size_t bytes)
{
  for (size_t i = 0; i < bytes; i++)
    at[i] = (unsigned char)(number >> 8 * (bytes - 1 - i));
}

/* HMAC over a label, numbers and a text. */
static void authenticate(const keyed *key, const char *label, const unsigned char *numbers, size_t count, cs_slice text,
                         unsigned char out[CS_HASH])
{
  keyed state = *key;
  crypto_auth_hmacsha256_update(&state, (const unsigned char *)label, strlen(label));
  crypto_auth_hmacsha256_update(&state, numbers, count);
  crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.at, text.length);
  crypto_auth_hmacsha256_final(&state, out);
  sodium_memzero(&state, sizeof state);
}

static void salt_of(const keyed *key, uint32_t place, unsigned char out[CS_ESCROW_SALT])
{
  unsigned char numbers[2];
  put_number(numbers, place, 2);
  authenticate(key, SALT, numbers, sizeof numbers, CS_SLICE(""), out);
}

/* ---- Items ------------------------------------------------------------------------------------------------------- */

static bool is_text(cs_slice text, bool may_be_empty)
{
  return text.length <= CS_ESCROW_FIELD && (may_be_empty || text.length > 0) && cs_text_check(text) == text.length;
}

static bool is_item(const cs_escrow_item *item)
{
  return is_text(item->identifier, false) && is_text(item->item, false) && is_text(item->state, false) &&
         is_text(item->type, true);
}

static unsigned char *put_bytes(unsigned char *at, const void *bytes, size_t length)
{
  if (length > 0)
    memcpy(at, bytes, length);
  return at + length;
}

static cs_hash leaf_of(const cs_escrow_item *item, const unsigned char salt[CS_ESCROW_SALT])
{
  const cs_slice fields[FIELDS] = {item->identifier, item->item, item->state, item->type};
  unsigned char leaf[LEAF], *at = put_bytes(leaf, salt, CS_ESCROW_SALT);
  at = put_bytes(at, ITEM, sizeof ITEM - 1);
  for (size_t i = 0; i < FIELDS; i++) {
    put_number(at, (uint32_t)fields[i].length, LENGTH);
    at = put_bytes(at + LENGTH, fields[i].at, fields[i].length);
  }
  cs_hash out = cs_hash_leaf(leaf, (size_t)(at - leaf));
  sodium_memzero(leaf, (size_t)(at - leaf));
  return out;
}

/* An item by its identifier. */
typedef struct named {
  cs_slice identifier;
  size_t index;
} named;

static int by_identifier(const void *a, const void *b)
{
  cs_slice x = ((const named *)a)->identifier, y = ((const named *)b)->identifier;
  int order = memcmp(x.at, y.at, x.length < y.length ? x.length : y.length);
  return order != 0 ? order : (x.length > y.length) - (x.length < y.length);
}

static int by_place(const void *a, const void *b)
{
  uint32_t x = ((const cs_escrow_item *)a)->place, y = ((const cs_escrow_item *)b)->place;
  return (x > y) - (x < y);
}

/* Checks what a list must be but for the places; `*out` are its items by identifier, to be freed. */
static cs_status check_items(const cs_escrow_item *items, size_t count, named **out, cs_error *error)
{
  *out = NULL;
  if (count > CS_ESCROW_ITEMS)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%zu items in one facility; expected at most %d", count,
                   CS_ESCROW_ITEMS);
  named *sorted = malloc((count + 1) * sizeof *sorted);
  if (sorted == NULL)
    return cs_fail_memory(error);
  cs_status status = CS_OK;
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    sorted[i] = (named){items[i].identifier, i};
    if (!is_item(&items[i]))
      status = cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                       "item %zu is none; expected identifier, item, state and type as text of at most %d bytes", i + 1,
                       CS_ESCROW_FIELD);
  }
  if (status == CS_OK)
    qsort(sorted, count, sizeof *sorted, by_identifier);
  for (size_t i = 1; i < count && status == CS_OK; i++)
    if (by_identifier(&sorted[i - 1], &sorted[i]) == 0) {
      size_t a = sorted[i - 1].index + 1, b = sorted[i].index + 1;
      status = cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "items %zu and %zu have the same identifier",
                       a < b ? a : b, a < b ? b : a);
    }
  if (status == CS_OK)
    *out = sorted;
  else
    free(sorted);
  return status;
}

static cs_status check_list(const cs_escrow_item *items, size_t count, cs_error *error)
{
  named *sorted;
  cs_status status = check_items(items, count, &sorted, error);
  free(sorted);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (items[i].place >= CS_ESCROW_PLACES || (i > 0 && items[i].place <= items[i - 1].place))
      status = cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                       "item %zu is at place %lu; expected places that rise from item to item and are below %d", i + 1,
                       (unsigned long)items[i].place, CS_ESCROW_PLACES);
  return status;
}

/* ---- The tree ---------------------------------------------------------------------------------------------------- */

/* The hash of a subtree from the items in it, which are sorted by place. */
static cs_hash subtree(const keyed *key, const cs_escrow_item *items, size_t count, unsigned level, uint32_t index)
{
  if (count == 0) {
    cs_hash out;
    unsigned char numbers[3] = {(unsigned char)level};
    put_number(numbers + 1, index, 2);
    authenticate(key, EMPTY, numbers, sizeof numbers, CS_SLICE(""), out.bytes);
    return out;
  }
  if (level == 0) {
    unsigned char salt[CS_ESCROW_SALT];
    salt_of(key, items->place, salt);
    cs_hash out = leaf_of(items, salt);
    sodium_memzero(salt, sizeof salt);
    return out;
  }
  size_t middle = 0;
  while (middle < count && (items[middle].place >> (level - 1) & 1) == 0)
    middle++;
  cs_hash left = subtree(key, items, middle, level - 1, 2 * index),
          right = subtree(key, items + middle, count - middle, level - 1, 2 * index + 1);
  return cs_hash_node(&left, &right);
}

static cs_hash root_of(const keyed *key, const cs_escrow_item *items, size_t count)
{
  return subtree(key, items, count, CS_ESCROW_LEVELS, 0);
}

/* Draws until the place is free. No more than half are ever taken. */
static uint32_t draw_place(const keyed *key, cs_slice identifier, const unsigned char *taken)
{
  unsigned char numbers[4], drawn[CS_HASH];
  uint32_t place, attempt = 0;
  do {
    put_number(numbers, attempt++, 4);
    authenticate(key, PLACE, numbers, sizeof numbers, identifier, drawn);
    place = (uint32_t)drawn[0] << 8 | drawn[1];
  } while (taken[place] != 0);
  sodium_memzero(drawn, sizeof drawn);
  return place;
}

cs_status cs_escrow_seal(const unsigned char key[CS_ESCROW_KEY], cs_escrow_item *items, size_t count, cs_hash *root,
                         cs_error *error)
{
  named *sorted;
  unsigned char *taken = NULL;
  cs_status status = check_items(items, count, &sorted, error);
  if (status == CS_OK && (taken = calloc(CS_ESCROW_PLACES, 1)) == NULL)
    status = cs_fail_memory(error);
  if (status == CS_OK) {
    keyed state = take_key(key);
    for (size_t i = 0; i < count; i++) {
      uint32_t place = draw_place(&state, sorted[i].identifier, taken);
      items[sorted[i].index].place = place;
      taken[place] = 1;
    }
    if (count > 0)
      qsort(items, count, sizeof *items, by_place);
    *root = root_of(&state, items, count);
    sodium_memzero(&state, sizeof state);
    sodium_memzero(taken, CS_ESCROW_PLACES);
  }
  free(taken);
  free(sorted);
  return status;
}

cs_status cs_escrow_root(const unsigned char key[CS_ESCROW_KEY], const cs_escrow_item *items, size_t count,
                         cs_hash *root, cs_error *error)
{
  cs_status status = check_list(items, count, error);
  if (status != CS_OK)
    return status;
  keyed state = take_key(key);
  *root = root_of(&state, items, count);
  sodium_memzero(&state, sizeof state);
  return CS_OK;
}

/* ---- One item alone ---------------------------------------------------------------------------------------------- */

cs_status cs_escrow_prove(const unsigned char key[CS_ESCROW_KEY], const cs_escrow_item *items, size_t count,
                          size_t which, cs_escrow_proof *proof, cs_error *error)
{
  cs_status status = check_list(items, count, error);
  if (status == CS_OK && which >= count)
    status = fail(error, "there is no such item in the list");
  if (status != CS_OK)
    return status;
  keyed state = take_key(key);
  uint32_t place = items[which].place;
  salt_of(&state, place, proof->salt);
  for (unsigned level = 0; level < CS_ESCROW_LEVELS; level++) {
    uint32_t beside = place >> level ^ 1;
    size_t first = 0, end;
    while (first < count && items[first].place >> level < beside)
      first++;
    for (end = first; end < count && items[end].place >> level == beside;)
      end++;
    proof->path[level] = subtree(&state, items + first, end - first, level, beside);
  }
  sodium_memzero(&state, sizeof state);
  return CS_OK;
}

cs_status cs_escrow_check(const cs_escrow_item *item, const cs_escrow_proof *proof, const cs_hash *root,
                          cs_error *error)
{
  if (!is_item(item) || item->place >= CS_ESCROW_PLACES)
    return cs_fail(
      error, CS_INVALID, NULL, (cs_mark){0},
      "this is no item; expected identifier, item, state and type as text of at most %d bytes, and a place "
      "below %d",
      CS_ESCROW_FIELD, CS_ESCROW_PLACES);
  cs_hash hash = leaf_of(item, proof->salt);
  for (unsigned level = 0; level < CS_ESCROW_LEVELS; level++) {
    const cs_hash *beside = &proof->path[level];
    hash = (item->place >> level & 1) == 0 ? cs_hash_node(&hash, beside) : cs_hash_node(beside, &hash);
  }
  return cs_hash_equal(&hash, root) ? CS_OK : fail(error, "the item is not in the list that was sealed");
}
