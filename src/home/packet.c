/* Files that convince by themselves, piece by piece. */
#include "home/packet.h"

#include <stdlib.h>
#include <string.h>

#include "home/sealing.h"

/* ---- Writing ------------------------------------------------------------------------------------------------- */

json_t *cs_packet_bytes(cs_slice bytes)
{
  return cs_json_base64(bytes.at, bytes.length);
}

void cs_packet_set_text(json_t *json, const char *key, cs_slice text)
{
  if (text.length > 0)
    json_object_set_new(json, key, json_stringn(text.at, text.length));
}

void cs_packet_set_bytes(json_t *json, const char *key, cs_slice bytes)
{
  if (bytes.length > 0)
    json_object_set_new(json, key, cs_packet_bytes(bytes));
}

void cs_packet_set_proof(json_t *json, const char *key, const cs_proof *proof)
{
  json_t *list = proof == NULL ? NULL : json_array();
  for (size_t i = 0; list != NULL && i < proof->count; i++)
    json_array_append_new(list, cs_packet_bytes((cs_slice){(const char *)proof->hashes[i].bytes, CS_HASH}));
  if (list != NULL)
    json_object_set_new(json, key, list);
}

void cs_packet_set_references(json_t *json, const cs_reference *references, size_t count)
{
  json_t *list = count == 0 ? NULL : json_array();
  for (size_t i = 0; i < count; i++) {
    json_t *one = json_pack("{s:I}", "index", (json_int_t)references[i].index);
    cs_packet_set_bytes(one, "entry", references[i].entry);
    cs_packet_set_proof(one, "proof", &references[i].proof);
    json_array_append_new(list, one);
  }
  if (list != NULL)
    json_object_set_new(json, "references", list);
}

cs_status cs_packet_print(json_t *json, cs_text *out, cs_error *error)
{
  char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
  json_decref(json);
  if (text == NULL)
    return cs_fail_memory(error);
  cs_text_add(out, "%s\n", text);
  free(text);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

cs_status cs_packet_fail(const cs_packet *packet, const char *fault)
{
  return cs_fail(packet->error, CS_INVALID, packet->place, (cs_mark){0}, "this %s proves nothing: %s", packet->what,
                 fault);
}

size_t cs_packet_base64(const json_t *json, void *out, size_t size)
{
  const char *text = json_string_value(json);
  size_t length;
  if (text == NULL || !cs_base64_read(cs_slice_of(text), out, size, &length))
    return SIZE_MAX;
  return length;
}

cs_status cs_packet_note(const cs_packet *packet, const char *key, cs_note *note, cs_checkpoint *out)
{
  const json_t *text = json_object_get(packet->json, key);
  if (!json_is_string(text))
    return cs_packet_fail(packet, "a signed note is missing");
  cs_status status =
    cs_note_parse((cs_slice){json_string_value(text), json_string_length(text)}, packet->place, note, packet->error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note->text, packet->place, out, packet->error);
  if (status != CS_OK)
    return status;
  if (cs_note_verify(note, &packet->ledger, NULL) != CS_SIGNED || strcmp(out->origin, packet->ledger.name) != 0)
    return cs_packet_fail(packet, "a note is not signed by the ledger that it is of");
  return CS_OK;
}

cs_status cs_packet_proof(const cs_packet *packet, const json_t *of, const char *key, cs_proof *out)
{
  size_t i;
  const json_t *hash;
  out->count = 0;
  json_array_foreach(json_object_get(of, key), i, hash)
  {
    if (i == CS_PROOF_HASHES || cs_packet_base64(hash, out->hashes[i].bytes, CS_HASH) != CS_HASH)
      return cs_packet_fail(packet, "its proof is broken");
    out->count = i + 1;
  }
  return CS_OK;
}

cs_status cs_packet_entry(const cs_packet *packet, const json_t *of, const char *key, uint64_t index,
                          const char *proof_key, const cs_checkpoint *checkpoint, cs_slice *out)
{
  cs_proof proof;
  unsigned char *bytes = malloc(CS_ENTRY_LONGEST);
  size_t length = bytes == NULL ? SIZE_MAX : cs_packet_base64(json_object_get(of, key), bytes, CS_ENTRY_LONGEST);
  *out = (cs_slice){(const char *)bytes, length == SIZE_MAX ? 0 : length};
  if (bytes == NULL)
    return cs_fail_memory(packet->error);
  if (length == SIZE_MAX)
    return cs_packet_fail(packet, "an entry is missing");
  cs_status status = cs_packet_proof(packet, of, proof_key, &proof);
  cs_hash leaf = cs_hash_leaf(bytes, length);
  if (status == CS_OK && !cs_check_inclusion(&proof, index, checkpoint->size, &leaf, &checkpoint->root))
    status = cs_packet_fail(packet, "an entry is not in the signed tree");
  return status;
}

cs_status cs_packet_adoption(const cs_packet *packet, const cs_checkpoint *checkpoint, cs_statement *out)
{
  cs_slice entry;
  *out = (cs_statement){0};
  cs_status status = cs_packet_entry(packet, packet->json, "adoption", 0, "adoption-proof", checkpoint, &entry);
  if (status == CS_OK)
    status = cs_statement_parse(entry, packet->place, out, packet->error);
  free((void *)entry.at);
  if (status == CS_OK && out->kind != CS_ADOPT)
    return cs_packet_fail(packet, "the ledger does not begin with the adoption of an agreement");
  return status;
}

cs_status cs_packet_party(const cs_packet *packet, const cs_checkpoint *checkpoint, const cs_treaty *treaty,
                          const char *hash, size_t *party)
{
  cs_statement adoption;
  cs_status status = cs_packet_adoption(packet, checkpoint, &adoption);
  if (status == CS_OK) {
    *party = cs_treaty_find(treaty, CS_KEY_PARTY, cs_statement_text(&adoption, "party"));
    if (strcmp(cs_statement_text(&adoption, "treaty"), hash) != 0 || *party == SIZE_MAX)
      status = cs_packet_fail(packet, "the ledger did not adopt this agreement");
  }
  cs_statement_free(&adoption);
  return status;
}

/* ---- What a statement rests on ------------------------------------------------------------------------------- */

typedef struct shelf {
  const cs_packet *packet;
  const cs_checkpoint *checkpoint;
  uint64_t end; /* of the entries that may be spoken of: those before the statement */
} shelf;

/* An entry by its index among the references. Where the file does not hold it, the statement cannot be judged, which must not be
 * taken for a fault of the statement: CS_SYSTEM, and the error tells that the file is at fault. */
static cs_status read_reference(void *context, uint64_t index, cs_text *out, bool *found, cs_error *error)
{
  const shelf *s = context;
  size_t i;
  const json_t *one;
  *found = false;
  if (index >= s->end)
    return CS_OK;
  json_array_foreach(json_object_get(s->packet->json, "references"), i, one)
  {
    if (json_integer_value(json_object_get(one, "index")) != (json_int_t)index)
      continue;
    cs_slice entry;
    cs_status status = cs_packet_entry(s->packet, one, "entry", index, "proof", s->checkpoint, &entry);
    if (status == CS_OK)
      cs_text_put(out, entry.at, entry.length);
    free((void *)entry.at);
    *found = status == CS_OK;
    if (status == CS_OK)
      return CS_OK;
    *error = *s->packet->error;
    return CS_SYSTEM;
  }
  cs_packet_fail(s->packet, "an entry that it rests on is missing");
  *error = *s->packet->error;
  return CS_SYSTEM;
}

cs_status cs_packet_judge(const cs_packet *packet, const cs_checkpoint *checkpoint, uint64_t index,
                          const cs_statement *statement, const cs_treaty *treaty, size_t party, const char *hash,
                          cs_error *fault)
{
  shelf s = {packet, checkpoint, index};
  cs_entry_source entries = {read_reference, &s};
  cs_seal_bound bound = {hash, treaty->parties.at[party].rule.id, packet->ledger.name};
  cs_admission admission;
  cs_status status = cs_statement_admit(statement, treaty, party, packet->ledger.name, &admission, fault);
  return status == CS_OK ? cs_statement_verify(statement, treaty, &bound, &entries, packet->ledger.name, fault)
                         : status;
}

/* The entries that a statement rests on, each judged once. */
typedef struct foundation {
  shelf shelf;
  const cs_treaty *treaty;
  size_t party;
  const char *hash;
  uint64_t judged[CS_CLAIMS + 1];
  size_t count;
} foundation;

static cs_status judge_entry(foundation *f, uint64_t index, cs_slice bytes, cs_error *fault)
{
  cs_statement statement;
  cs_status status = cs_statement_parse(bytes, NULL, &statement, fault);
  if (status != CS_OK)
    return status;
  status =
    cs_packet_judge(f->shelf.packet, f->shelf.checkpoint, index, &statement, f->treaty, f->party, f->hash, fault);
  cs_statement_free(&statement);
  return status;
}

static cs_status judge_reference(void *context, uint64_t index, cs_error *error)
{
  foundation *f = context;
  cs_text bytes = {0};
  bool found = false;
  cs_error fault;
  for (size_t i = 0; i < f->count; i++)
    if (f->judged[i] == index)
      return CS_OK;
  if (f->count < CS_COUNT_OF(f->judged))
    f->judged[f->count++] = index;
  cs_status status = read_reference(&f->shelf, index, &bytes, &found, error);
  if (status != CS_OK)
    status = error->status;
  else {
    status = judge_entry(f, index, (cs_slice){bytes.at, bytes.length}, &fault);
    if (status == CS_INVALID)
      cs_fail(error, CS_INVALID, f->shelf.packet->place, (cs_mark){0},
              "this %s proves nothing: entry %llu, on which it rests, is not what the agreement admits: %s",
              f->shelf.packet->what, (unsigned long long)index, fault.what);
    else if (status != CS_OK)
      *error = fault;
  }
  cs_text_free(&bytes);
  return status;
}

cs_status cs_packet_judge_references(const cs_packet *packet, const cs_checkpoint *checkpoint, uint64_t index,
                                     const cs_statement *statement, const cs_treaty *treaty, size_t party,
                                     const char *hash)
{
  foundation f = {{packet, checkpoint, index}, treaty, party, hash, {0}, 0};
  return cs_statement_references(statement, judge_reference, &f, packet->error);
}

typedef struct gathering {
  cs_log *log;
  cs_arena *arena;
  cs_reference *at;
  size_t count, capacity;
} gathering;

static cs_status take_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  gathering *g = context;
  cs_reference *r = &g->at[g->count];
  (void)hash;
  *r = (cs_reference){.index = index};
  const char *copy = cs_arena_copy(g->arena, entry);
  r->entry = (cs_slice){copy, entry.length};
  g->count += copy != NULL;
  return copy == NULL ? cs_fail_memory(error) : CS_OK;
}

static cs_status gather_one(void *context, uint64_t index, cs_error *error)
{
  gathering *g = context;
  uint64_t size = cs_log_checkpoint(g->log).size;
  for (size_t i = 0; i < g->count; i++)
    if (g->at[i].index == index)
      return CS_OK;
  if (index >= size || g->count == g->capacity)
    return CS_OK;
  size_t before = g->count;
  cs_hash_source hashes = cs_log_hashes(g->log);
  cs_status status = cs_log_entries(g->log, index, 1, take_entry, g, error);
  if (status == CS_OK && g->count > before)
    status = cs_prove_inclusion(&hashes, index, size, &g->at[before].proof, error);
  return status;
}

cs_status cs_home_references(cs_log *log, const cs_statement *statement, cs_arena *arena, cs_reference **out,
                             size_t *count, cs_error *error)
{
  gathering g = {.log = log, .arena = arena, .capacity = CS_CLAIMS + 1};
  g.at = cs_arena_array(arena, g.capacity, sizeof *g.at);
  cs_status status = g.at == NULL ? cs_fail_memory(error) : CS_OK;
  if (status == CS_OK)
    status = cs_statement_references(statement, gather_one, &g, error);
  *out = g.at;
  *count = g.count;
  return status;
}
