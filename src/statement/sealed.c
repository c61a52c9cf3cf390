/* Sealed declarations: read, made and verified. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "statement/seals.h"

enum { FACILITIES_MOST = 4096 };

/* ---- Cells that the agreement seals -------------------------------------------------------------------------- */

size_t cs_sealed_cells(const cs_treaty *treaty, size_t *out)
{
  size_t count = 0;
  for (size_t i = 0; i < treaty->items.count; i++)
    for (size_t k = 0; treaty->items.at[i].disclosure == CS_SEALED && k < treaty->items.at[i].states.count; k++)
      out[count++] = treaty->items.at[i].cell + k;
  return count;
}

const cs_item *cs_cell_item(const cs_treaty *treaty, size_t cell)
{
  size_t i = treaty->items.count - 1;
  while (i > 0 && treaty->items.at[i].cell > cell)
    i--;
  return &treaty->items.at[i];
}

const char *cs_cell_name(const cs_treaty *treaty, size_t cell, cs_arena *arena)
{
  const cs_item *item = cs_cell_item(treaty, cell);
  return cs_arena_format(arena, "%s/%s", item->rule.id, item->states.at[cell - item->cell].rule.id);
}

/* ---- Base64 -------------------------------------------------------------------------------------------------- */

json_t *cs_json_base64(const void *bytes, size_t length)
{
  size_t size = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);
  char *text = malloc(size);
  if (text == NULL)
    return NULL;
  sodium_bin2base64(text, size, bytes, length, sodium_base64_VARIANT_ORIGINAL);
  json_t *out = json_string(text);
  free(text);
  return out;
}

cs_status cs_arena_base64(cs_arena *arena, const char *text, const char *place, cs_slice *out, cs_error *error)
{
  size_t length = strlen(text), size = length / 4 * 3 + 1, got;
  char *bytes = cs_arena_alloc(arena, size);
  if (bytes == NULL)
    return cs_fail_memory(error);
  if (!cs_base64_read(cs_slice_of(text), bytes, size, &got))
    return cs_fail(error, CS_INVALID, place, (cs_mark){0}, "this is not base64; expected bytes in RFC 4648, section 4");
  *out = (cs_slice){bytes, got};
  return CS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

static cs_status refuse(const char *place, cs_error *error, const char *value, const char *fault, const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(error, CS_INVALID, place, (cs_mark){0}, "%s %s; expected %s", cs_quote(cs_slice_of(value), quoted),
                 fault, expected);
}

/* The cells are those of the agreement, all of them, in its order. */
static cs_status read_cells(const json_t *json, const cs_treaty *treaty, const char *place, cs_sealed *out,
                            cs_error *error)
{
  const json_t *names = json_object_get(json, "cells");
  out->cells = cs_arena_array(&out->arena, treaty->cells + 1, sizeof *out->cells);
  if (out->cells == NULL)
    return cs_fail_memory(error);
  out->cell_count = cs_sealed_cells(treaty, out->cells);
  if (out->cell_count == 0)
    return refuse(place, error, "sealed", "is not what this agreement provides for", "open numbers");
  if (json_array_size(names) != out->cell_count)
    return refuse(place, error, "cells", "are not those that the agreement seals", "all of them, in its order");
  for (size_t i = 0; i < out->cell_count; i++) {
    const char *expected = cs_cell_name(treaty, out->cells[i], &out->arena),
               *name = json_string_value(json_array_get(names, i));
    if (expected == NULL)
      return cs_fail_memory(error);
    if (strcmp(name, expected) != 0)
      return refuse(place, error, name, "is not the cell that the agreement seals here", expected);
  }
  return CS_OK;
}

static cs_status read_facility(const json_t *json, const char *place, size_t index, cs_sealed *out, cs_error *error)
{
  cs_slice bytes;
  out->facilities[index] = json_string_value(json_object_get(json, "facility"));
  for (size_t i = 0; i < index; i++)
    if (strcmp(out->facilities[i], out->facilities[index]) == 0)
      return refuse(place, error, out->facilities[index], "is sealed twice", "each facility once");
  cs_status status =
    cs_arena_base64(&out->arena, json_string_value(json_object_get(json, "commitments")), place, &bytes, error);
  if (status != CS_OK)
    return status;
  if (bytes.length != out->cell_count * CS_COMMITMENT)
    return refuse(place, error, out->facilities[index], "has another number of commitments", "32 bytes for each cell");
  memcpy(&out->commitments[index * out->cell_count], bytes.at, bytes.length);
  const char *root = json_string_value(json_object_get(json, "items"));
  sodium_hex2bin(out->roots[index].bytes, CS_HASH, root, strlen(root), NULL, NULL, NULL);
  return CS_OK;
}

static int by_bytes(const void *a, const void *b)
{
  return memcmp(a, b, CS_COMMITMENT);
}

/* Two that are the same have the same blinding factor, and tell that the numbers are the same. */
static cs_status check_fresh(const cs_sealed *s, const char *place, cs_error *error)
{
  size_t count = s->facility_count * s->cell_count;
  cs_commitment *sorted = malloc(count * sizeof *sorted + 1);
  if (sorted == NULL)
    return cs_fail_memory(error);
  memcpy(sorted, s->commitments, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_bytes);
  bool twice = false;
  for (size_t i = 1; i < count; i++)
    twice = twice || memcmp(&sorted[i - 1], &sorted[i], sizeof *sorted) == 0;
  free(sorted);
  return twice
           ? refuse(place, error, "commitments", "are the same for two cells", "a blinding factor of its own for each")
           : CS_OK;
}

/* Every count of the agreement, over so many numbers so wide, stays far from the order of the group. */
static cs_status check_extent(const cs_sealed *s, const cs_treaty *treaty, const char *place, cs_error *error)
{
  for (size_t i = 0; i < treaty->counts.count; i++) {
    int64_t least = 0, most = 0, low, high;
    bool fits = true;
    for (size_t c = 0; c < s->cell_count && fits; c++) {
      int64_t weight = treaty->counts.at[i].weights[s->cells[c]];
      fits = !__builtin_mul_overflow(weight, (int64_t)s->facility_count, &weight) &&
             cs_seal_extent(&weight, 1, s->bits, 0, &low, &high) && !__builtin_add_overflow(least, low, &least) &&
             !__builtin_add_overflow(most, high, &most);
    }
    if (!fits)
      return refuse(place, error, treaty->counts.at[i].rule.id, "can come to more than a sealed count may be",
                    "fewer facilities or smaller numbers");
  }
  return CS_OK;
}

static cs_status read_sealed(const json_t *json, const cs_treaty *treaty, const char *place, cs_sealed *out,
                             cs_error *error)
{
  const json_t *facilities = json_object_get(json, "facilities");
  out->bits = (size_t)json_integer_value(json_object_get(json, "bits"));
  out->facility_count = json_array_size(facilities);
  if (out->bits != 8 && out->bits != 16 && out->bits != 32)
    return refuse(place, error, "bits", "is no width of a sealed count", "8, 16 or 32");
  if (out->facility_count > FACILITIES_MOST)
    return refuse(place, error, "facilities", "are too many", "at most 4096");
  cs_status status = read_cells(json, treaty, place, out, error);
  if (status != CS_OK)
    return status;
  size_t count = out->facility_count;
  out->facilities = cs_arena_array(&out->arena, count, sizeof *out->facilities);
  out->roots = cs_arena_array(&out->arena, count, sizeof *out->roots);
  out->commitments = cs_arena_array(&out->arena, count * out->cell_count, sizeof *out->commitments);
  if (out->facilities == NULL || out->roots == NULL || out->commitments == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = read_facility(json_array_get(facilities, i), place, i, out, error);
  if (status == CS_OK)
    status = check_fresh(out, place, error);
  if (status == CS_OK)
    status = check_extent(out, treaty, place, error);
  const char *proof = json_string_value(json_object_get(json, "proof"));
  if (status == CS_OK && proof != NULL) /* none yet: it is being made */
    status = cs_arena_base64(&out->arena, proof, place, &out->proof, error);
  return status;
}

static cs_status read_json(const json_t *json, const cs_treaty *treaty, const char *place, cs_sealed *out,
                           cs_error *error)
{
  *out = (cs_sealed){0};
  cs_status status = read_sealed(json, treaty, place, out, error);
  if (status != CS_OK)
    cs_sealed_free(out);
  return status;
}

cs_status cs_sealed_read(const cs_statement *statement, const cs_treaty *treaty, const char *place, cs_sealed *out,
                         cs_error *error)
{
  const json_t *json = json_object_get(statement->json, "sealed");
  *out = (cs_sealed){0};
  if (statement->kind != CS_DECLARE || json == NULL)
    return refuse(place, error, cs_statement_kinds[statement->kind].name, "seals no holdings", "a sealed declaration");
  return read_json(json, treaty, place, out, error);
}

void cs_sealed_free(cs_sealed *sealed)
{
  cs_arena arena = sealed->arena;
  *sealed = (cs_sealed){0};
  cs_arena_free(&arena);
}

bool cs_transfer_read(const cs_statement *statement, cs_commitment out[2])
{
  static const char *const keys[] = {"sealed-from", "sealed-to"};
  for (size_t i = 0; i < 2; i++) {
    const char *text = cs_statement_text(statement, keys[i]);
    size_t length = 0;
    if (statement->kind != CS_NOTIFY || text == NULL ||
        !cs_base64_read(cs_slice_of(text), &out[i], CS_COMMITMENT, &length) || length != CS_COMMITMENT)
      return false;
  }
  return true;
}

/* ---- The proof ----------------------------------------------------------------------------------------------- */

/* What the proof of a declaration is bound to: who declares what, when, under which agreement, in which ledger, and each
 * commitment by its facility. */
static cs_status bind(const cs_sealed *s, const cs_seal_bound *bound, const char *date, cs_arena *arena,
                      cs_seal_context *out, cs_error *error)
{
  cs_seal_fact *facts = cs_arena_array(arena, 5 + 3 * s->facility_count, sizeof *facts);
  if (facts == NULL)
    return cs_fail_memory(error);
  size_t n = 0;
  facts[n++] = (cs_seal_fact){"agreement", cs_slice_of(bound->treaty_hash)};
  facts[n++] = (cs_seal_fact){"party", cs_slice_of(bound->party)};
  facts[n++] = (cs_seal_fact){"ledger", cs_slice_of(bound->origin)};
  facts[n++] = (cs_seal_fact){"statement", CS_SLICE("declare")};
  facts[n++] = (cs_seal_fact){"date", cs_slice_of(date)};
  for (size_t i = 0; i < s->facility_count; i++) {
    const cs_commitment *commitments = &s->commitments[i * s->cell_count];
    facts[n++] = (cs_seal_fact){"facility", cs_slice_of(s->facilities[i])};
    facts[n++] = (cs_seal_fact){"commitments", {(const char *)commitments, s->cell_count * sizeof *commitments}};
    facts[n++] = (cs_seal_fact){"items", {(const char *)s->roots[i].bytes, CS_HASH}};
  }
  *out = (cs_seal_context){facts, n};
  return CS_OK;
}

cs_status cs_sealed_verify(const cs_statement *statement, const cs_treaty *treaty, const cs_seal_bound *bound,
                           const char *place, cs_error *error)
{
  cs_sealed s;
  cs_arena arena = {0};
  cs_seal_context context;
  cs_status status = cs_sealed_read(statement, treaty, place, &s, error);
  if (status != CS_OK)
    return status;
  status = bind(&s, bound, cs_statement_text(statement, "date"), &arena, &context, error);
  cs_error fault = {0};
  if (status == CS_OK)
    status = cs_seal_verify_cells(&context, s.commitments, s.facility_count * s.cell_count, s.bits, s.proof, &fault);
  if (status == CS_INVALID)
    status = cs_fail(error, CS_INVALID, place, (cs_mark){0},
                     "the sealed counts are not proven to be numbers of %zu bits: %s", s.bits, fault.what);
  else if (fault.status == CS_SYSTEM)
    *error = fault;
  cs_arena_free(&arena);
  cs_sealed_free(&s);
  return status;
}

/* ---- Making -------------------------------------------------------------------------------------------------- */

static json_t *facility_json(const cs_sealed_facility *facility, size_t cells, cs_error *error)
{
  cs_commitment *commitments = calloc(cells + 1, sizeof *commitments);
  cs_status status = commitments == NULL ? cs_fail_memory(error) : CS_OK;
  for (size_t c = 0; c < cells && status == CS_OK; c++)
    status = cs_seal_commit(&facility->secrets[c], &commitments[c], error);
  char root[2 * CS_HASH + 1];
  sodium_bin2hex(root, sizeof root, facility->root.bytes, CS_HASH);
  json_t *out = NULL;
  if (status == CS_OK) {
    out = json_pack("{s:s, s:o, s:s}", "facility", facility->name, "commitments",
                    cs_json_base64(commitments, cells * sizeof *commitments), "items", root);
    if (out == NULL)
      cs_fail_memory(error);
  }
  free(commitments);
  return out;
}

/* Everything but the proof. */
static cs_status sealed_json(const cs_treaty *treaty, const cs_sealed_facility *facilities, size_t count, json_t **out,
                             cs_error *error)
{
  cs_arena arena = {0};
  size_t *cells = cs_arena_array(&arena, treaty->cells + 1, sizeof *cells);
  size_t cell_count = cells == NULL ? 0 : cs_sealed_cells(treaty, cells);
  json_t *names = json_array(), *list = json_array();
  cs_status status = cells == NULL || names == NULL || list == NULL ? cs_fail_memory(error) : CS_OK;
  for (size_t i = 0; i < cell_count && status == CS_OK; i++) {
    const char *name = cs_cell_name(treaty, cells[i], &arena);
    if (name == NULL || json_array_append_new(names, json_string(name)) != 0)
      status = cs_fail_memory(error);
  }
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    json_t *facility = facility_json(&facilities[i], cell_count, error);
    if (facility == NULL)
      status = error->status;
    else if (json_array_append_new(list, facility) != 0)
      status = cs_fail_memory(error);
  }
  if (status == CS_OK &&
      (*out = json_pack("{s:i, s:O, s:O}", "bits", CS_SEAL_BITS, "cells", names, "facilities", list)) == NULL)
    status = cs_fail_memory(error);
  json_decref(names);
  json_decref(list);
  cs_arena_free(&arena);
  return status;
}

/* The secrets of all facilities, in locked memory. */
static cs_secret *join(const cs_sealed_facility *facilities, size_t count, size_t cells)
{
  cs_secret *out = sodium_allocarray(count * cells + 1, sizeof *out);
  for (size_t i = 0; i < count && out != NULL; i++)
    memcpy(out + i * cells, facilities[i].secrets, cells * sizeof *out);
  return out;
}

static cs_status prove(json_t *json, const cs_sealed *s, const cs_seal_bound *bound, const char *date,
                       const cs_secret *secrets, cs_error *error)
{
  cs_arena arena = {0};
  cs_seal_context context;
  cs_text proof = {0};
  cs_status status = bind(s, bound, date, &arena, &context, error);
  if (status == CS_OK)
    status =
      cs_seal_prove_cells(&context, secrets, s->commitments, s->facility_count * s->cell_count, s->bits, &proof, error);
  if (status == CS_OK && json_object_set_new(json, "proof", cs_json_base64(proof.at, proof.length)) != 0)
    status = cs_fail_memory(error);
  cs_text_free(&proof);
  cs_arena_free(&arena);
  return status;
}

cs_status cs_sealed_make(const cs_treaty *treaty, const cs_seal_bound *bound, const char *date,
                         const cs_sealed_facility *facilities, size_t count, json_t **out, cs_error *error)
{
  json_t *json = NULL;
  cs_sealed s = {0};
  cs_secret *secrets = NULL;
  *out = NULL;
  cs_status status = sealed_json(treaty, facilities, count, &json, error);
  if (status == CS_OK)
    status = read_json(json, treaty, NULL, &s, error);
  if (status == CS_OK && (secrets = join(facilities, count, s.cell_count)) == NULL)
    status = cs_fail_memory(error);
  if (status == CS_OK)
    status = prove(json, &s, bound, date, secrets, error);
  sodium_free(secrets);
  cs_sealed_free(&s);
  if (status == CS_OK)
    *out = json;
  else
    json_decref(json);
  return status;
}
