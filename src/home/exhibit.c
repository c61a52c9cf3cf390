/* Exhibits: an entry of a ledger, or the opening of what it seals, as a file that stands alone. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/packet.h"
#include "home/sealing.h"

/* ---- Making -------------------------------------------------------------------------------------------------- */

typedef struct exhibit {
  cs_home *home;
  cs_log *log;
  uint64_t index;
  cs_arena arena;
  cs_text entry, adoption;
  cs_statement statement;
  cs_error *error;
} exhibit;

static cs_status read_exhibit(exhibit *x)
{
  uint64_t size = cs_log_checkpoint(x->log).size;
  if (x->index >= size)
    return cs_fail(x->error, CS_INVALID, cs_log_checkpoint(x->log).origin, (cs_mark){0},
                   "there is no entry %llu; expected one below %llu", (unsigned long long)x->index,
                   (unsigned long long)size);
  cs_status status = cs_log_entries(x->log, x->index, 1, cs_store_entry_add, &x->entry, x->error);
  if (status == CS_OK)
    status = cs_log_entries(x->log, 0, 1, cs_store_entry_add, &x->adoption, x->error);
  if (status == CS_OK)
    status = cs_statement_parse((cs_slice){x->entry.at, x->entry.length}, NULL, &x->statement, x->error);
  return status;
}

/* The parts that every exhibit has. */
static cs_status add_parts(exhibit *x, json_t *json)
{
  cs_proof proof, adoption_proof;
  cs_reference *references;
  size_t reference_count;
  cs_file treaty = {0};
  uint64_t size = cs_log_checkpoint(x->log).size;
  cs_hash_source hashes = cs_log_hashes(x->log);
  cs_status status = cs_prove_inclusion(&hashes, x->index, size, &proof, x->error);
  if (status == CS_OK)
    status = cs_prove_inclusion(&hashes, 0, size, &adoption_proof, x->error);
  if (status == CS_OK)
    status = cs_home_references(x->log, &x->statement, &x->arena, &references, &reference_count, x->error);
  if (status == CS_OK)
    status = cs_home_treaty_file(x->home, &treaty, x->error);
  if (status != CS_OK)
    return status;
  cs_packet_set_text(json, "checkpoint", cs_log_note(x->log));
  cs_packet_set_text(json, "treaty", (cs_slice){treaty.bytes, treaty.length});
  cs_packet_set_bytes(json, "adoption", (cs_slice){x->adoption.at, x->adoption.length});
  cs_packet_set_proof(json, "adoption-proof", &adoption_proof);
  json_object_set_new(json, "index", json_integer((json_int_t)x->index));
  cs_packet_set_bytes(json, "entry", (cs_slice){x->entry.at, x->entry.length});
  cs_packet_set_proof(json, "proof", &proof);
  cs_packet_set_references(json, references, reference_count);
  cs_file_free(&treaty);
  return CS_OK;
}

/* Prints the exhibit with an opening, which is taken over, or NULL. */
static cs_status print_exhibit(exhibit *x, const cs_verifier *ledger, json_t *opening, cs_text *out)
{
  cs_text key = {0};
  cs_verifier_format(ledger, &key);
  json_t *json = json_pack("{s:i, s:s}", "countersign-exhibit", 1, "ledger", key.at == NULL ? "" : key.at);
  cs_text_free(&key);
  cs_status status = json == NULL ? cs_fail_memory(x->error) : add_parts(x, json);
  if (opening != NULL && json != NULL)
    json_object_set_new(json, "opening", opening);
  if (status == CS_OK)
    return cs_packet_print(json, out, x->error);
  json_decref(json);
  return status;
}

static void exhibit_close(exhibit *x)
{
  cs_statement_free(&x->statement);
  cs_text_free(&x->entry);
  cs_text_free(&x->adoption);
  cs_arena_free(&x->arena);
}

/* The key of the ledger that a log is of. */
static cs_status key_of(cs_home *home, cs_log *log, cs_verifier *out, cs_error *error)
{
  cs_peer *peers = NULL;
  size_t count = 0;
  *out = home->key;
  if (strcmp(cs_log_checkpoint(log).origin, home->key.name) == 0)
    return CS_OK;
  cs_status status = cs_home_peers(home, &peers, &count, error);
  for (size_t i = 0; i < count; i++)
    if (strcmp(peers[i].key.name, cs_log_checkpoint(log).origin) == 0)
      *out = peers[i].key;
  free(peers);
  return status;
}

cs_status cs_home_exhibit(cs_home *home, cs_log *log, uint64_t entry, cs_text *out, cs_error *error)
{
  exhibit x = {.home = home, .log = log, .index = entry, .error = error};
  cs_verifier key;
  cs_status status = key_of(home, log, &key, error);
  if (status == CS_OK)
    status = read_exhibit(&x);
  if (status == CS_OK)
    status = print_exhibit(&x, &key, NULL, out);
  exhibit_close(&x);
  return status;
}

/* ---- Opening ------------------------------------------------------------------------------------------------- */

static json_t *text_json(cs_slice text)
{
  return json_stringn(text.at, text.length);
}

static json_t *item_json(const cs_escrow_item *item)
{
  json_t *out = json_pack("{s:i, s:o, s:o, s:o}", "place", (int)item->place, "identifier", text_json(item->identifier),
                          "item", text_json(item->item), "state", text_json(item->state));
  if (item->type.length > 0)
    json_object_set_new(out, "type", text_json(item->type));
  return out;
}

static json_t *facility_json(exhibit *x, const cs_opening *o, size_t f, const size_t *cells)
{
  json_t *numbers = json_array(), *items = json_array();
  for (size_t c = 0; c < o->cell_count; c++) {
    const cs_secret *secret = &o->secrets[f * o->cell_count + c];
    const char *name = cs_cell_name(x->home->treaty, cells[c], &x->arena);
    json_array_append_new(numbers, json_pack("{s:s, s:I, s:o}", "cell", name == NULL ? "" : name, "count",
                                             (json_int_t)secret->value, "blinding",
                                             cs_packet_bytes((cs_slice){(const char *)secret->blinding, CS_BLINDING})));
  }
  for (size_t i = o->first_item[f]; i < o->first_item[f + 1]; i++)
    json_array_append_new(items, item_json(&o->items[i]));
  return json_pack("{s:o, s:o, s:o, s:o}", "facility", text_json(o->names[f]), "counts", numbers, "key",
                   cs_packet_bytes((cs_slice){(const char *)o->keys[f], CS_ESCROW_KEY}), "items", items);
}

static cs_status item_opening(exhibit *x, const cs_opening *o, size_t f, const char *identifier, json_t **out)
{
  const cs_escrow_item *items = &o->items[o->first_item[f]];
  size_t count = o->first_item[f + 1] - o->first_item[f], i = 0;
  char quoted[CS_QUOTED];
  cs_escrow_proof proof;
  while (i < count && !cs_slice_is(items[i].identifier, identifier))
    i++;
  if (i == count)
    return cs_fail(x->error, CS_INVALID, NULL, (cs_mark){0},
                   "%s is not among what was sealed there; expected the identifier of an item",
                   cs_quote(cs_slice_of(identifier), quoted));
  cs_status status = cs_escrow_prove(o->keys[f], items, count, i, &proof, x->error);
  if (status != CS_OK)
    return status;
  json_t *path = json_array();
  for (size_t k = 0; k < CS_ESCROW_LEVELS; k++)
    json_array_append_new(path, cs_packet_bytes((cs_slice){(const char *)proof.path[k].bytes, CS_HASH}));
  *out = json_pack("{s:o, s:o, s:o, s:o}", "facility", text_json(o->names[f]), "item", item_json(&items[i]), "salt",
                   cs_packet_bytes((cs_slice){(const char *)proof.salt, CS_ESCROW_SALT}), "path", path);
  sodium_memzero(&proof, sizeof proof);
  return *out == NULL ? cs_fail_memory(x->error) : CS_OK;
}

static cs_status find_facility(exhibit *x, const cs_opening *o, const char *facility, size_t *out)
{
  char quoted[CS_QUOTED];
  *out = 0;
  while (*out < o->facility_count && !cs_slice_is(o->names[*out], facility))
    ++*out;
  if (*out < o->facility_count)
    return CS_OK;
  return cs_fail(x->error, CS_INVALID, NULL, (cs_mark){0},
                 "%s is no facility that entry %llu seals; expected one of its own",
                 cs_quote(cs_slice_of(facility), quoted), (unsigned long long)x->index);
}

static cs_status make_opening(exhibit *x, const cs_opening *o, const char *facility, const char *identifier,
                              json_t **out)
{
  size_t f, *cells = cs_arena_array(&x->arena, x->home->treaty->cells + 1, sizeof *cells);
  cs_status status = cells == NULL ? cs_fail_memory(x->error) : find_facility(x, o, facility, &f);
  if (status != CS_OK)
    return status;
  if (identifier != NULL)
    return item_opening(x, o, f, identifier, out);
  cs_sealed_cells(x->home->treaty, cells);
  *out = facility_json(x, o, f, cells);
  return *out == NULL ? cs_fail_memory(x->error) : CS_OK;
}

/* One end of a sealed move, as much as it opens of it. */
static json_t *end_json(const cs_secret *secret)
{
  return json_pack("{s:I, s:o}", "count", (json_int_t)(secret->value < 0 ? -secret->value : secret->value), "blinding",
                   cs_packet_bytes((cs_slice){(const char *)secret->blinding, CS_BLINDING}));
}

/* A move: its entry with the proof that it is in the tree, and where it is sealed what opens the end at the facility. */
static cs_status move_json(exhibit *x, cs_vault *vault, const cs_move *m, const char *facility, json_t **out)
{
  static const char *const ends[] = {[CS_FROM] = "from", [CS_TO] = "to"};
  cs_text entry = {0};
  cs_proof proof;
  cs_opening opening = {0};
  cs_hash_source hashes = cs_log_hashes(x->log);
  json_t *json = json_pack("{s:I}", "index", (json_int_t)m->entry);
  *out = json;
  cs_status status = json == NULL ? cs_fail_memory(x->error) : CS_OK;
  if (status == CS_OK)
    status = cs_log_entries(x->log, m->entry, 1, cs_store_entry_add, &entry, x->error);
  if (status == CS_OK)
    status = cs_prove_inclusion(&hashes, m->entry, cs_log_checkpoint(x->log).size, &proof, x->error);
  if (status == CS_OK && m->sealed)
    status = cs_home_get_opening(x->home, vault, m->entry, &opening, x->error);
  if (status == CS_OK) {
    cs_packet_set_bytes(json, "entry", (cs_slice){entry.at, entry.length});
    cs_packet_set_proof(json, "proof", &proof);
  }
  for (size_t i = 0; i < CS_COUNT_OF(ends) && status == CS_OK && m->sealed; i++)
    if (m->ends[i].cell != SIZE_MAX && m->ends[i].facility != NULL && strcmp(m->ends[i].facility, facility) == 0)
      json_object_set_new(json, ends[i], end_json(&opening.secrets[i]));
  cs_opening_free(&opening);
  cs_text_free(&entry);
  return status;
}

static cs_status add_moves(exhibit *x, cs_vault *vault, const char *facility, const cs_moves *moves, json_t *opening)
{
  cs_status status = CS_OK;
  json_t *list = moves == NULL || moves->count == 0 ? NULL : json_array();
  for (size_t i = 0; list != NULL && i < moves->count && status == CS_OK; i++) {
    json_t *one = NULL;
    status = move_json(x, vault, &moves->at[i], facility, &one);
    json_array_append_new(list, one);
  }
  if (list != NULL)
    json_object_set_new(opening, "moves", list);
  return status;
}

static cs_status open_facility(cs_home *home, cs_vault *vault, uint64_t entry, const char *facility,
                               const char *identifier, const cs_moves *moves, cs_text *out, cs_error *error)
{
  exhibit x = {.home = home, .index = entry, .error = error};
  cs_opening opening = {0};
  json_t *json = NULL;
  cs_status status = cs_home_read_own(home, &x.log, error);
  if (status == CS_OK)
    status = read_exhibit(&x);
  if (status == CS_OK)
    status = cs_home_get_opening(home, vault, entry, &opening, error);
  if (status == CS_OK)
    status = make_opening(&x, &opening, facility, identifier, &json);
  if (status == CS_OK)
    status = add_moves(&x, vault, facility, moves, json);
  if (status == CS_OK)
    status = print_exhibit(&x, &home->key, json, out);
  else
    json_decref(json);
  cs_opening_free(&opening);
  exhibit_close(&x);
  cs_log_close(x.log);
  return status;
}

cs_status cs_home_open_facility(cs_home *home, cs_vault *vault, uint64_t entry, const char *facility,
                                const char *identifier, cs_text *out, cs_error *error)
{
  return open_facility(home, vault, entry, facility, identifier, NULL, out, error);
}

cs_status cs_home_open_place(cs_home *home, cs_vault *vault, uint64_t entry, const char *facility,
                             const cs_moves *moves, cs_text *out, cs_error *error)
{
  return open_facility(home, vault, entry, facility, NULL, moves, out, error);
}
