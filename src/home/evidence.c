/* Evidence against a ledger: made once, checked by anybody, from nothing but itself. */
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/home.h"

static const char *const names[] = {
  [CS_EVIDENCE_FORK] = "fork",
  [CS_EVIDENCE_INCONSISTENT] = "inconsistent",
  [CS_EVIDENCE_ROLLBACK] = "rollback",
  [CS_EVIDENCE_STATEMENT] = "statement",
};

/* ---- Proofs of what a tree begins with ----------------------------------------------------------------------- */

static bool is_power_of_two(uint64_t n)
{
  return n != 0 && (n & (n - 1)) == 0;
}

cs_status cs_prove_prefix(const cs_hash_source *source, uint64_t old, uint64_t size, cs_proof *out, cs_error *error)
{
  cs_status status = cs_prove_consistency(source, old, size, out, error);
  if (status != CS_OK || !is_power_of_two(old))
    return status;
  memmove(out->hashes + 1, out->hashes, out->count * sizeof *out->hashes);
  out->count++;
  return source->read(source->context, (unsigned)__builtin_ctzll(old), 0, &out->hashes[0], error);
}

/* The roots of the first `old` and of all `size` leaves that the hashes of a prefix proof give (RFC 9162, 2.1.4.2). */
static bool prefix_roots(const cs_proof *proof, uint64_t old, uint64_t size, cs_hash *first, cs_hash *second)
{
  if (proof->count == 0 || old == 0 || old >= size)
    return false;
  uint64_t node = old - 1, last = size - 1;
  for (; node & 1; node >>= 1)
    last >>= 1;
  *first = *second = proof->hashes[0];
  for (size_t i = 1; i < proof->count; i++) {
    if (last == 0)
      return false;
    if ((node & 1) || node == last) {
      *first = cs_hash_node(&proof->hashes[i], first);
      *second = cs_hash_node(&proof->hashes[i], second);
      for (; (node & 1) == 0 && node != 0; node >>= 1)
        last >>= 1;
    } else {
      *second = cs_hash_node(second, &proof->hashes[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0;
}

/* ---- Making -------------------------------------------------------------------------------------------------- */

/* Base64 as JSON; NULL when out of memory. */
static json_t *base64_json(cs_slice bytes)
{
  size_t size = sodium_base64_encoded_len(bytes.length, sodium_base64_VARIANT_ORIGINAL);
  char *text = malloc(size);
  if (text == NULL)
    return NULL;
  sodium_bin2base64(text, size, (const unsigned char *)bytes.at, bytes.length, sodium_base64_VARIANT_ORIGINAL);
  json_t *out = json_string(text);
  free(text);
  return out;
}

static void set_bytes(json_t *json, const char *key, cs_slice bytes)
{
  if (bytes.length > 0)
    json_object_set_new(json, key, json_stringn(bytes.at, bytes.length));
}

static void set_proof(json_t *json, const char *key, const cs_proof *proof)
{
  json_t *list = proof == NULL ? NULL : json_array();
  for (size_t i = 0; list != NULL && i < proof->count; i++)
    json_array_append_new(list, base64_json((cs_slice){(const char *)proof->hashes[i].bytes, CS_HASH}));
  if (list != NULL)
    json_object_set_new(json, key, list);
}

cs_status cs_evidence_format(const cs_evidence *evidence, cs_text *out, cs_error *error)
{
  cs_text key = {0};
  cs_verifier_format(evidence->ledger, &key);
  json_t *json = json_pack("{s:i, s:s, s:s}", "countersign-evidence", 1, "kind", names[evidence->kind], "ledger",
                           key.at == NULL ? "" : key.at);
  cs_text_free(&key);
  set_bytes(json, "first", evidence->first);
  set_bytes(json, "second", evidence->second);
  set_proof(json, "proof", evidence->proof);
  if (evidence->kind == CS_EVIDENCE_STATEMENT) {
    json_object_set_new(json, "index", json_integer((json_int_t)evidence->index));
    json_object_set_new(json, "entry", base64_json(evidence->entry));
    set_bytes(json, "treaty", evidence->treaty);
    json_object_set_new(json, "adoption", base64_json(evidence->adoption));
    set_proof(json, "adoption-proof", evidence->adoption_proof);
  }
  char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
  json_decref(json);
  if (text == NULL)
    return cs_fail_memory(error);
  cs_text_add(out, "%s\n", text);
  free(text);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

/* ---- Checking ------------------------------------------------------------------------------------------------ */

typedef struct examination {
  const json_t *json;
  const char *place;
  cs_error *error;
  cs_text *says;
  cs_verifier ledger;
  cs_checkpoint first, second;
  cs_proof proof;
} examination;

static cs_status nothing(const examination *x, const char *fault)
{
  return cs_fail(x->error, CS_INVALID, x->place, (cs_mark){0}, "this evidence proves nothing: %s", fault);
}

/* Bytes of a base64 text into at most `size`; their number, or SIZE_MAX. */
static size_t from_base64(const json_t *json, unsigned char *out, size_t size)
{
  const char *text = json_string_value(json);
  size_t length;
  if (text == NULL || !cs_base64_read(cs_slice_of(text), out, size, &length))
    return SIZE_MAX;
  return length;
}

static cs_status read_note(const examination *x, const char *key, cs_checkpoint *out)
{
  const json_t *text = json_object_get(x->json, key);
  cs_note note;
  if (!json_is_string(text))
    return nothing(x, "a signed note is missing");
  cs_status status =
    cs_note_parse((cs_slice){json_string_value(text), json_string_length(text)}, x->place, &note, x->error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note.text, x->place, out, x->error);
  if (status != CS_OK)
    return status;
  if (cs_note_verify(&note, &x->ledger, NULL) != CS_SIGNED || strcmp(out->origin, x->ledger.name) != 0)
    return nothing(x, "a note is not signed by the ledger that it accuses");
  return CS_OK;
}

static cs_status read_proof(const examination *x, const char *key, cs_proof *out)
{
  size_t i;
  const json_t *hash;
  out->count = 0;
  json_array_foreach(json_object_get(x->json, key), i, hash)
  {
    if (i == CS_PROOF_HASHES || from_base64(hash, out->hashes[i].bytes, CS_HASH) != CS_HASH)
      return nothing(x, "its proof is broken");
    out->count = i + 1;
  }
  return CS_OK;
}

static cs_status examine_fork(examination *x)
{
  if (x->first.size != x->second.size || cs_hash_equal(&x->first.root, &x->second.root))
    return nothing(x, "the two notes do not contradict each other");
  cs_text_add(x->says, "The ledger %s signed two different histories of %llu entries.\n", x->ledger.name,
              (unsigned long long)x->first.size);
  return CS_OK;
}

static cs_status examine_inconsistent(examination *x)
{
  cs_hash first, second;
  uint64_t old = x->first.size, size = x->second.size;
  if (!prefix_roots(&x->proof, old, size, &first, &second) || !cs_hash_equal(&second, &x->second.root))
    return nothing(x, "its proof does not belong to the second note");
  if (cs_hash_equal(&first, &x->first.root))
    return nothing(x, "the second history begins with the first");
  cs_text_add(
    x->says,
    "The ledger %s signed a history of %llu entries, and later one of %llu entries that does not begin with it.\n",
    x->ledger.name, (unsigned long long)old, (unsigned long long)size);
  return CS_OK;
}

static cs_status examine_rollback(examination *x)
{
  if (x->second.size >= x->first.size)
    return nothing(x, "the second note is not of a smaller tree");
  cs_text_add(
    x->says,
    "The ledger %s signed a history of %llu entries and one of %llu entries; whoever kept this saw the shorter one later.\n",
    x->ledger.name, (unsigned long long)x->first.size, (unsigned long long)x->second.size);
  return CS_OK;
}

/* An entry of the signed tree, by its key, index and proof. The caller frees `out->at`. */
static cs_status read_entry(examination *x, const char *key, uint64_t index, const char *proof_key, cs_slice *out)
{
  unsigned char *bytes = malloc(CS_ENTRY_LONGEST);
  size_t length = bytes == NULL ? SIZE_MAX : from_base64(json_object_get(x->json, key), bytes, CS_ENTRY_LONGEST);
  *out = (cs_slice){(const char *)bytes, length == SIZE_MAX ? 0 : length};
  if (bytes == NULL)
    return cs_fail_memory(x->error);
  if (length == SIZE_MAX)
    return nothing(x, "an entry is missing");
  cs_status status = read_proof(x, proof_key, &x->proof);
  cs_hash leaf = cs_hash_leaf(bytes, length);
  if (status == CS_OK && !cs_check_inclusion(&x->proof, index, x->second.size, &leaf, &x->second.root))
    status = nothing(x, "an entry is not in the signed tree");
  return status;
}

/* The party whose ledger it is, by its first entry, which names the agreement too. */
static cs_status read_adoption(examination *x, const cs_treaty *treaty, const char *hash, size_t *party)
{
  cs_slice entry;
  cs_statement statement;
  cs_status status = read_entry(x, "adoption", 0, "adoption-proof", &entry);
  if (status == CS_OK)
    status = cs_statement_parse(entry, x->place, &statement, x->error);
  free((void *)entry.at);
  if (status != CS_OK)
    return status;
  const char *adopted = cs_statement_text(&statement, "treaty");
  *party = cs_treaty_find(treaty, CS_KEY_PARTY, cs_statement_text(&statement, "party"));
  if (statement.kind != CS_ADOPT || adopted == NULL || strcmp(adopted, hash) != 0 || *party == SIZE_MAX)
    status = nothing(x, "the ledger did not adopt this agreement");
  cs_statement_free(&statement);
  return status;
}

static cs_status judge_entry(examination *x, cs_slice entry, const cs_treaty *treaty, size_t party, const char *hash)
{
  cs_statement statement;
  cs_error fault;
  cs_admission admission;
  cs_status status = cs_statement_parse(entry, x->ledger.name, &statement, &fault);
  if (status == CS_OK) {
    status = cs_statement_admit(&statement, treaty, party, x->ledger.name, &admission, &fault);
    cs_statement_free(&statement);
  }
  if (status == CS_OK)
    return nothing(x, "the agreement admits the statement");
  if (status == CS_SYSTEM) {
    *x->error = fault;
    return CS_SYSTEM;
  }
  cs_text_add(x->says, "The ledger %s signed an entry that its agreement %s (SHA-256 %s) does not admit: %s\n",
              x->ledger.name, treaty->id, hash, fault.what);
  return CS_OK;
}

static cs_status examine_statement(examination *x)
{
  const json_t *index = json_object_get(x->json, "index"), *text = json_object_get(x->json, "treaty");
  char hash[CS_HEX_HASH];
  cs_treaty *treaty = NULL;
  cs_slice entry = {0};
  size_t party;
  if (!json_is_integer(index) || json_integer_value(index) < 0 || !json_is_string(text))
    return nothing(x, "its index or agreement is missing");
  cs_slice agreement = {json_string_value(text), json_string_length(text)};
  cs_hex_hash(agreement, hash);
  cs_status status = cs_treaty_parse(agreement, x->place, &treaty, x->error);
  if (status == CS_OK)
    status = read_adoption(x, treaty, hash, &party);
  if (status == CS_OK)
    status = read_entry(x, "entry", (uint64_t)json_integer_value(index), "proof", &entry);
  if (status == CS_OK)
    status = judge_entry(x, entry, treaty, party, hash);
  free((void *)entry.at);
  cs_treaty_free(treaty);
  return status;
}

cs_status cs_evidence_verify(cs_slice bytes, const char *place, cs_text *says, cs_error *error)
{
  static cs_status (*const examine[])(examination *) = {
    [CS_EVIDENCE_FORK] = examine_fork,
    [CS_EVIDENCE_INCONSISTENT] = examine_inconsistent,
    [CS_EVIDENCE_ROLLBACK] = examine_rollback,
    [CS_EVIDENCE_STATEMENT] = examine_statement,
  };
  json_t *json = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, NULL);
  examination *x = calloc(1, sizeof *x);
  if (x == NULL) {
    json_decref(json);
    return cs_fail_memory(error);
  }
  *x = (examination){.json = json, .place = place, .error = error, .says = says};
  const char *kind = json_string_value(json_object_get(json, "kind")),
             *ledger = json_string_value(json_object_get(json, "ledger"));
  size_t i = 0;
  while (i < CS_COUNT_OF(names) && (kind == NULL || strcmp(names[i], kind) != 0))
    i++;
  cs_status status = CS_OK;
  if (i == CS_COUNT_OF(names) || json_integer_value(json_object_get(json, "countersign-evidence")) != 1 ||
      ledger == NULL || !cs_verifier_parse(cs_slice_of(ledger), &x->ledger))
    status = nothing(x, "it is no evidence that is known");
  if (status == CS_OK && i != CS_EVIDENCE_STATEMENT)
    status = read_note(x, "first", &x->first);
  if (status == CS_OK)
    status = read_note(x, "second", &x->second);
  if (status == CS_OK)
    status = read_proof(x, "proof", &x->proof);
  if (status == CS_OK)
    status = examine[i](x);
  free(x);
  json_decref(json);
  return status == CS_OK && says->failed ? cs_fail_memory(error) : status;
}
