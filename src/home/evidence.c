/* Evidence against a ledger: made once, checked by anybody, from nothing but itself. */
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/home.h"

static const char *const names[] = {
  [CS_EVIDENCE_FORK] = "fork",           [CS_EVIDENCE_INCONSISTENT] = "inconsistent",
  [CS_EVIDENCE_ROLLBACK] = "rollback",   [CS_EVIDENCE_STATEMENT] = "statement",
  [CS_EVIDENCE_BACKDATED] = "backdated",
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
  if (evidence->entry.length > 0) {
    json_object_set_new(json, "index", json_integer((json_int_t)evidence->index));
    json_object_set_new(json, "entry", base64_json(evidence->entry));
  }
  set_bytes(json, "treaty", evidence->treaty);
  if (evidence->adoption.length > 0)
    json_object_set_new(json, "adoption", base64_json(evidence->adoption));
  set_proof(json, "adoption-proof", evidence->adoption_proof);
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
  cs_note first_note, second_note; /* slices of the JSON */
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

static cs_status read_note(const examination *x, const char *key, cs_note *note, cs_checkpoint *out)
{
  const json_t *text = json_object_get(x->json, key);
  if (!json_is_string(text))
    return nothing(x, "a signed note is missing");
  cs_status status =
    cs_note_parse((cs_slice){json_string_value(text), json_string_length(text)}, x->place, note, x->error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note->text, x->place, out, x->error);
  if (status != CS_OK)
    return status;
  if (cs_note_verify(note, &x->ledger, NULL) != CS_SIGNED || strcmp(out->origin, x->ledger.name) != 0)
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
    "The ledger %s signed a history of %llu entries, and another of %llu entries that does not begin with it.\n",
    x->ledger.name, (unsigned long long)old, (unsigned long long)size);
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

/* The first entry, by which the party joined the agreement. Release with cs_statement_free. */
static cs_status read_adoption(examination *x, cs_statement *out)
{
  cs_slice entry;
  *out = (cs_statement){0};
  cs_status status = read_entry(x, "adoption", 0, "adoption-proof", &entry);
  if (status == CS_OK)
    status = cs_statement_parse(entry, x->place, out, x->error);
  free((void *)entry.at);
  if (status == CS_OK && out->kind != CS_ADOPT)
    return nothing(x, "the ledger does not begin with the adoption of an agreement");
  return status;
}

/* The party whose ledger it is, by the adoption, which names the agreement too. */
static cs_status read_party(examination *x, const cs_treaty *treaty, const char *hash, size_t *party)
{
  cs_statement adoption;
  cs_status status = read_adoption(x, &adoption);
  if (status == CS_OK) {
    *party = cs_treaty_find(treaty, CS_KEY_PARTY, cs_statement_text(&adoption, "party"));
    if (strcmp(cs_statement_text(&adoption, "treaty"), hash) != 0 || *party == SIZE_MAX)
      status = nothing(x, "the ledger did not adopt this agreement");
  }
  cs_statement_free(&adoption);
  return status;
}

/* The time that the ledger's own cosignature puts on a note; the adoption names the key. */
static cs_status read_time(examination *x, const cs_note *note, uint64_t *out)
{
  cs_statement adoption;
  cs_verifier cosigner;
  cs_status status = read_adoption(x, &adoption);
  if (status == CS_OK && (!cs_verifier_parse(cs_slice_of(cs_statement_text(&adoption, "cosigner")), &cosigner) ||
                          cosigner.type != CS_SIGNATURE_COSIGNATURE))
    status = nothing(x, "the adoption names no key that puts a time on a note");
  if (status == CS_OK && cs_note_verify(note, &cosigner, out) != CS_SIGNED)
    status = nothing(x, "a note does not bear the time that the ledger puts on it");
  cs_statement_free(&adoption);
  return status;
}

static cs_status examine_rollback(examination *x)
{
  uint64_t first = 0, second = 0;
  char then[CS_TIME_TEXT], later[CS_TIME_TEXT];
  if (x->second.size >= x->first.size)
    return nothing(x, "the second note is not of a smaller tree");
  cs_status status = read_time(x, &x->first_note, &first);
  if (status == CS_OK)
    status = read_time(x, &x->second_note, &second);
  if (status != CS_OK)
    return status;
  if (second <= first)
    return nothing(x, "the smaller tree was not shown later");
  cs_text_add(x->says, "The ledger %s had %llu entries at %s, and showed itself with %llu at %s: it went back.\n",
              x->ledger.name, (unsigned long long)x->first.size, cs_time_format((int64_t)first, then),
              (unsigned long long)x->second.size, cs_time_format((int64_t)second, later));
  return CS_OK;
}

/* The index and the bytes of the entry that the evidence is about. The caller frees `entry->at`. */
static cs_status read_accused(examination *x, uint64_t *index, cs_slice *entry)
{
  const json_t *number = json_object_get(x->json, "index");
  *entry = (cs_slice){0};
  if (!json_is_integer(number) || json_integer_value(number) < 0)
    return nothing(x, "its index is missing");
  *index = (uint64_t)json_integer_value(number);
  return read_entry(x, "entry", *index, "proof", entry);
}

static cs_status examine_backdated(examination *x)
{
  uint64_t shown = 0, index = 0;
  cs_slice entry;
  cs_statement statement = {0};
  char at[CS_TIME_TEXT], dated[CS_TIME_TEXT];
  cs_status status = read_time(x, &x->first_note, &shown);
  if (status != CS_OK)
    return status;
  status = read_accused(x, &index, &entry);
  if (status == CS_OK)
    status = cs_statement_parse(entry, x->place, &statement, x->error);
  free((void *)entry.at);
  if (status == CS_OK &&
      (index < x->first.size || statement.time < 0 || (uint64_t)statement.time + CS_CLOCK_TOLERANCE >= shown))
    status = nothing(x, "the entry is not dated before the first note");
  if (status == CS_OK)
    cs_text_add(x->says, "The ledger %s had %llu entries at %s, and later an entry %llu that is dated %s.\n",
                x->ledger.name, (unsigned long long)x->first.size, cs_time_format((int64_t)shown, at),
                (unsigned long long)index, cs_time_format(statement.time, dated));
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
  const json_t *text = json_object_get(x->json, "treaty");
  char hash[CS_HEX_HASH];
  cs_treaty *treaty = NULL;
  cs_slice entry = {0};
  size_t party;
  uint64_t index;
  if (!json_is_string(text))
    return nothing(x, "its agreement is missing");
  cs_slice agreement = {json_string_value(text), json_string_length(text)};
  cs_hex_hash(agreement, hash);
  cs_status status = cs_treaty_parse(agreement, x->place, &treaty, x->error);
  if (status == CS_OK)
    status = read_party(x, treaty, hash, &party);
  if (status == CS_OK)
    status = read_accused(x, &index, &entry);
  if (status == CS_OK)
    status = judge_entry(x, entry, treaty, party, hash);
  free((void *)entry.at);
  cs_treaty_free(treaty);
  return status;
}

cs_status cs_evidence_verify(cs_slice bytes, const char *place, cs_text *says, cs_error *error)
{
  static cs_status (*const examine[])(examination *) = {
    [CS_EVIDENCE_FORK] = examine_fork,           [CS_EVIDENCE_INCONSISTENT] = examine_inconsistent,
    [CS_EVIDENCE_ROLLBACK] = examine_rollback,   [CS_EVIDENCE_STATEMENT] = examine_statement,
    [CS_EVIDENCE_BACKDATED] = examine_backdated,
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
    status = read_note(x, "first", &x->first_note, &x->first);
  if (status == CS_OK)
    status = read_note(x, "second", &x->second_note, &x->second);
  if (status == CS_OK)
    status = read_proof(x, "proof", &x->proof);
  if (status == CS_OK)
    status = examine[i](x);
  free(x);
  json_decref(json);
  return status == CS_OK && says->failed ? cs_fail_memory(error) : status;
}
