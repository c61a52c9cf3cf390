/* Openings: made, kept as bytes, and compared with what they open. */
#include "home/opening.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char DECLARATION[] = "countersign opening v1: declaration\n",
                  TRANSFER[] = "countersign opening v1: transfer\n";

/* Bytes of a secret, and of an item whose texts are empty. */
enum { SECRET = 8 + CS_BLINDING, ITEM_LEAST = 4 + 4 * 2 };

cs_status cs_opening_new(size_t facilities, size_t cells, size_t items, cs_opening *out, cs_error *error)
{
  size_t secrets = facilities == 0 ? 2 : facilities * cells;
  *out = (cs_opening){.facility_count = facilities, .cell_count = cells};
  out->names = calloc(facilities + 1, sizeof *out->names);
  out->first_item = calloc(facilities + 1, sizeof *out->first_item);
  out->roots = calloc(facilities + 1, sizeof *out->roots);
  out->keys = sodium_allocarray(facilities + 1, sizeof *out->keys);
  out->secrets = sodium_allocarray(secrets + 1, sizeof *out->secrets);
  out->items = sodium_allocarray(items + 1, sizeof *out->items);
  if (out->names != NULL && out->first_item != NULL && out->roots != NULL && out->keys != NULL &&
      out->secrets != NULL && out->items != NULL)
    return CS_OK;
  cs_opening_free(out);
  return cs_fail_memory(error);
}

void cs_opening_free(cs_opening *opening)
{
  free(opening->names);
  free(opening->first_item);
  free(opening->roots);
  sodium_free(opening->keys);
  sodium_free(opening->secrets);
  sodium_free(opening->items);
  sodium_free(opening->record);
  *opening = (cs_opening){0};
}

void cs_opening_name(cs_slice statement, char out[CS_OPENING_NAME])
{
  static const char prefix[] = "opening/";
  cs_hash leaf = cs_hash_leaf(statement.at, statement.length);
  memcpy(out, prefix, sizeof prefix - 1);
  sodium_bin2hex(out + sizeof prefix - 1, CS_OPENING_NAME - (sizeof prefix - 1), leaf.bytes, CS_HASH);
}

/* ---- As bytes ------------------------------------------------------------------------------------------------ */

/* Writes into `at` where there is one, and counts in any case, so that one pass measures and one writes. */
typedef struct writer {
  unsigned char *at;
  size_t length;
} writer;

static void put(writer *w, const void *bytes, size_t length)
{
  if (w->at != NULL && length > 0)
    memcpy(w->at + w->length, bytes, length);
  w->length += length;
}

static void put_number(writer *w, uint64_t number, size_t bytes)
{
  unsigned char big_endian[8];
  for (size_t i = 0; i < bytes; i++)
    big_endian[i] = (unsigned char)(number >> 8 * (bytes - 1 - i));
  put(w, big_endian, bytes);
  sodium_memzero(big_endian, sizeof big_endian);
}

static void put_text(writer *w, cs_slice text)
{
  put_number(w, text.length, 2);
  put(w, text.at, text.length);
}

static void put_secret(writer *w, const cs_secret *secret)
{
  put_number(w, (uint64_t)secret->value, 8);
  put(w, secret->blinding, CS_BLINDING);
}

static void write_opening(const cs_opening *o, writer *w)
{
  if (o->facility_count == 0) {
    put(w, TRANSFER, sizeof TRANSFER - 1);
    put_secret(w, &o->secrets[0]);
    put_secret(w, &o->secrets[1]);
    return;
  }
  put(w, DECLARATION, sizeof DECLARATION - 1);
  put_number(w, o->facility_count, 4);
  put_number(w, o->cell_count, 4);
  put_number(w, o->first_item[o->facility_count], 4);
  for (size_t f = 0; f < o->facility_count; f++) {
    put_text(w, o->names[f]);
    put(w, o->keys[f], CS_ESCROW_KEY);
    for (size_t c = 0; c < o->cell_count; c++)
      put_secret(w, &o->secrets[f * o->cell_count + c]);
    put_number(w, o->first_item[f + 1] - o->first_item[f], 4);
    for (size_t i = o->first_item[f]; i < o->first_item[f + 1]; i++) {
      put_number(w, o->items[i].place, 4);
      put_text(w, o->items[i].identifier);
      put_text(w, o->items[i].item);
      put_text(w, o->items[i].state);
      put_text(w, o->items[i].type);
    }
  }
}

cs_status cs_opening_format(const cs_opening *opening, unsigned char **bytes, size_t *length, cs_error *error)
{
  writer w = {0};
  write_opening(opening, &w);
  *length = w.length;
  w = (writer){.at = *bytes = sodium_malloc(w.length)};
  if (*bytes == NULL)
    return cs_fail_memory(error);
  write_opening(opening, &w);
  return CS_OK;
}

/* What is left to be read; `ok` turns false where it ends too early, and all that is read then is zero. */
typedef struct reader {
  const unsigned char *at;
  size_t length;
  bool ok;
} reader;

static const unsigned char *take(reader *r, size_t length)
{
  static const unsigned char nothing[CS_ESCROW_KEY] = {0};
  r->ok = r->ok && length <= r->length;
  if (!r->ok)
    return nothing;
  const unsigned char *out = r->at;
  r->at += length;
  r->length -= length;
  return out;
}

static uint64_t take_number(reader *r, size_t bytes)
{
  const unsigned char *at = take(r, bytes);
  uint64_t out = 0;
  for (size_t i = 0; i < bytes; i++)
    out = out << 8 | at[i];
  return out;
}

static cs_slice take_text(reader *r)
{
  size_t length = (size_t)take_number(r, 2);
  const char *at = (const char *)take(r, length);
  return r->ok ? (cs_slice){at, length} : (cs_slice){at, 0};
}

static void take_secret(reader *r, cs_secret *out)
{
  out->value = (int64_t)take_number(r, 8);
  memcpy(out->blinding, take(r, CS_BLINDING), CS_BLINDING);
}

static void read_facility(reader *r, cs_opening *o, size_t f, size_t items)
{
  o->names[f] = take_text(r);
  memcpy(o->keys[f], take(r, CS_ESCROW_KEY), CS_ESCROW_KEY);
  for (size_t c = 0; c < o->cell_count; c++)
    take_secret(r, &o->secrets[f * o->cell_count + c]);
  size_t count = (size_t)take_number(r, 4);
  r->ok = r->ok && count <= items - o->first_item[f];
  o->first_item[f + 1] = o->first_item[f] + (r->ok ? count : 0);
  for (size_t i = o->first_item[f]; i < o->first_item[f + 1]; i++) {
    o->items[i].place = (uint32_t)take_number(r, 4);
    o->items[i].identifier = take_text(r);
    o->items[i].item = take_text(r);
    o->items[i].state = take_text(r);
    o->items[i].type = take_text(r);
  }
}

static bool starts_with(reader *r, const char *title)
{
  size_t length = strlen(title);
  if (r->length < length || memcmp(r->at, title, length) != 0)
    return false;
  take(r, length);
  return true;
}

static cs_status read_opening(reader *r, cs_opening *out, cs_error *error)
{
  if (starts_with(r, TRANSFER)) {
    cs_status status = cs_opening_new(0, 0, 0, out, error);
    for (size_t i = 0; i < 2 && status == CS_OK; i++)
      take_secret(r, &out->secrets[i]);
    return status;
  }
  r->ok = starts_with(r, DECLARATION);
  size_t facilities = (size_t)take_number(r, 4), cells = (size_t)take_number(r, 4), items = (size_t)take_number(r, 4);
  /* Each takes bytes of its own, so that a large number in a short record is no request for memory. */
  r->ok = r->ok && facilities > 0 && facilities <= r->length && cells <= r->length && items <= r->length / ITEM_LEAST &&
          facilities * cells <= r->length / SECRET;
  cs_status status = r->ok ? cs_opening_new(facilities, cells, items, out, error) : CS_OK;
  for (size_t f = 0; f < facilities && r->ok && status == CS_OK; f++)
    read_facility(r, out, f, items);
  r->ok = r->ok && (status != CS_OK || out->first_item[facilities] == items);
  return status;
}

cs_status cs_opening_parse(unsigned char *bytes, size_t length, cs_opening *out, cs_error *error)
{
  reader r = {bytes, length, true};
  *out = (cs_opening){0};
  cs_status status = read_opening(&r, out, error);
  out->record = bytes;
  if (status == CS_OK && (!r.ok || r.length > 0))
    status = cs_fail(error, CS_INVALID, "vault", (cs_mark){0}, "a record is no opening; the vault is damaged");
  if (status != CS_OK)
    cs_opening_free(out);
  return status;
}

/* ---- Against what it opens ----------------------------------------------------------------------------------- */

static cs_status fail_open(const char *place, const char *what, cs_error *error)
{
  return cs_fail(error, CS_INVALID, place, (cs_mark){0},
                 "the opening does not open %s; expected the one that was sealed", what);
}

static cs_status check_secrets(const cs_secret *secrets, const cs_commitment *commitments, size_t count,
                               const char *place, cs_error *error)
{
  for (size_t i = 0; i < count; i++) {
    cs_commitment made;
    cs_status status = cs_seal_commit(&secrets[i], &made, error);
    if (status == CS_SYSTEM)
      return status;
    if (status != CS_OK || memcmp(&made, &commitments[i], sizeof made) != 0)
      return fail_open(place, "a sealed count", error);
  }
  return CS_OK;
}

static cs_status check_declaration(const cs_opening *o, const cs_statement *statement, const cs_treaty *treaty,
                                   const char *place, cs_error *error)
{
  cs_sealed s;
  cs_status status = cs_sealed_read(statement, treaty, place, &s, error);
  if (status != CS_OK)
    return status;
  if (o->facility_count != s.facility_count || o->cell_count != s.cell_count)
    status = fail_open(place, "this declaration", error);
  for (size_t f = 0; f < s.facility_count && status == CS_OK; f++) {
    cs_hash root;
    if (!cs_slice_is(o->names[f], s.facilities[f]))
      status = fail_open(place, "this facility", error);
    if (status == CS_OK)
      status =
        check_secrets(&o->secrets[f * s.cell_count], &s.commitments[f * s.cell_count], s.cell_count, place, error);
    if (status == CS_OK)
      status =
        cs_escrow_root(o->keys[f], &o->items[o->first_item[f]], o->first_item[f + 1] - o->first_item[f], &root, error);
    if (status == CS_OK && !cs_hash_equal(&root, &s.roots[f]))
      status = fail_open(place, "an escrow", error);
  }
  cs_sealed_free(&s);
  return status;
}

cs_status cs_opening_check(const cs_opening *o, const cs_statement *statement, const cs_treaty *treaty,
                           const char *place, cs_error *error)
{
  if (statement->kind == CS_DECLARE)
    return check_declaration(o, statement, treaty, place, error);
  cs_commitment commitments[2];
  if (o->facility_count != 0 || !cs_transfer_read(statement, commitments))
    return fail_open(place, "this statement", error);
  return check_secrets(o->secrets, commitments, 2, place, error);
}
