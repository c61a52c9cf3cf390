/* Evidence against a ledger: made once, checked by anybody, from nothing but itself. */
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/packet.h"

const char *const cs_evidence_names[CS_EVIDENCE_KINDS] = {
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

cs_status cs_evidence_format(const cs_evidence *evidence, cs_text *out, cs_error *error)
{
  cs_text key = {0};
  cs_verifier_format(evidence->ledger, &key);
  json_t *json = json_pack("{s:i, s:s, s:s}", "countersign-evidence", 1, "kind", cs_evidence_names[evidence->kind],
                           "ledger", key.at == NULL ? "" : key.at);
  cs_text_free(&key);
  cs_packet_set_text(json, "first", evidence->first);
  cs_packet_set_text(json, "second", evidence->second);
  cs_packet_set_proof(json, "proof", evidence->proof);
  if (evidence->entry.length > 0)
    json_object_set_new(json, "index", json_integer((json_int_t)evidence->index));
  cs_packet_set_bytes(json, "entry", evidence->entry);
  cs_packet_set_text(json, "treaty", evidence->treaty);
  cs_packet_set_bytes(json, "adoption", evidence->adoption);
  cs_packet_set_proof(json, "adoption-proof", evidence->adoption_proof);
  cs_packet_set_references(json, evidence->references, evidence->reference_count);
  return cs_packet_print(json, out, error);
}

/* ---- Checking ------------------------------------------------------------------------------------------------ */

typedef struct examination {
  cs_packet packet;
  cs_text *says;
  cs_note first_note, second_note; /* slices of the JSON */
  cs_checkpoint first, second;
  cs_proof proof;
} examination;

static cs_status nothing(const examination *x, const char *fault)
{
  return cs_packet_fail(&x->packet, fault);
}

static cs_status examine_fork(examination *x)
{
  if (x->first.size != x->second.size || cs_hash_equal(&x->first.root, &x->second.root))
    return nothing(x, "the two notes do not contradict each other");
  cs_text_add(x->says, "The ledger %s signed two different histories of %llu entries.\n", x->packet.ledger.name,
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
    x->packet.ledger.name, (unsigned long long)old, (unsigned long long)size);
  return CS_OK;
}

/* The time that the ledger's own cosignature puts on a note; the adoption names the key. */
static cs_status read_time(examination *x, const cs_note *note, uint64_t *out)
{
  cs_statement adoption;
  cs_verifier cosigner;
  cs_status status = cs_packet_adoption(&x->packet, &x->second, &adoption);
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
              x->packet.ledger.name, (unsigned long long)x->first.size, cs_time_format((int64_t)first, then),
              (unsigned long long)x->second.size, cs_time_format((int64_t)second, later));
  return CS_OK;
}

/* The index and the bytes of the entry that the evidence is about. The caller frees `entry->at`. */
static cs_status read_accused(examination *x, uint64_t *index, cs_slice *entry)
{
  const json_t *number = json_object_get(x->packet.json, "index");
  *entry = (cs_slice){0};
  if (!json_is_integer(number) || json_integer_value(number) < 0)
    return nothing(x, "its index is missing");
  *index = (uint64_t)json_integer_value(number);
  return cs_packet_entry(&x->packet, x->packet.json, "entry", *index, "proof", &x->second, entry);
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
    status = cs_statement_parse(entry, x->packet.place, &statement, x->packet.error);
  free((void *)entry.at);
  if (status == CS_OK &&
      (index < x->first.size || statement.time < 0 || (uint64_t)statement.time + CS_CLOCK_TOLERANCE >= shown))
    status = nothing(x, "the entry is not dated before the first note");
  if (status == CS_OK)
    cs_text_add(x->says, "The ledger %s had %llu entries at %s, and later an entry %llu that is dated %s.\n",
                x->packet.ledger.name, (unsigned long long)x->first.size, cs_time_format((int64_t)shown, at),
                (unsigned long long)index, cs_time_format(statement.time, dated));
  cs_statement_free(&statement);
  return status;
}

static cs_status judge_entry(examination *x, uint64_t index, cs_slice entry, const cs_treaty *treaty, size_t party,
                             const char *hash)
{
  cs_statement statement;
  cs_error fault;
  cs_status status = cs_statement_parse(entry, x->packet.ledger.name, &statement, &fault);
  if (status == CS_OK) {
    status = cs_packet_judge(&x->packet, &x->second, index, &statement, treaty, party, hash, &fault);
    cs_statement_free(&statement);
  }
  if (status == CS_OK)
    return nothing(x, "the agreement admits the statement");
  if (status == CS_SYSTEM) {
    *x->packet.error = fault;
    return fault.status;
  }
  cs_text_add(x->says, "The ledger %s signed an entry that its agreement %s (SHA-256 %s) does not admit: %s\n",
              x->packet.ledger.name, treaty->id, hash, fault.what);
  return CS_OK;
}

static cs_status examine_statement(examination *x)
{
  const json_t *text = json_object_get(x->packet.json, "treaty");
  char hash[CS_HEX_HASH];
  cs_treaty *treaty = NULL;
  cs_slice entry = {0};
  size_t party;
  uint64_t index = 0;
  if (!json_is_string(text))
    return nothing(x, "its agreement is missing");
  cs_slice agreement = {json_string_value(text), json_string_length(text)};
  cs_hex_hash(agreement, hash);
  cs_status status = cs_treaty_parse(agreement, x->packet.place, &treaty, x->packet.error);
  if (status == CS_OK)
    status = cs_packet_party(&x->packet, &x->second, treaty, hash, &party);
  if (status == CS_OK)
    status = read_accused(x, &index, &entry);
  if (status == CS_OK)
    status = judge_entry(x, index, entry, treaty, party, hash);
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
  *x = (examination){.packet = {.json = json, .place = place, .what = "evidence", .error = error}, .says = says};
  const char *kind = json_string_value(json_object_get(json, "kind")),
             *ledger = json_string_value(json_object_get(json, "ledger"));
  size_t i = 0;
  while (i < CS_EVIDENCE_KINDS && (kind == NULL || strcmp(cs_evidence_names[i], kind) != 0))
    i++;
  cs_status status = CS_OK;
  if (i == CS_EVIDENCE_KINDS || json_integer_value(json_object_get(json, "countersign-evidence")) != 1 ||
      ledger == NULL || !cs_verifier_parse(cs_slice_of(ledger), &x->packet.ledger))
    status = nothing(x, "it is no evidence that is known");
  if (status == CS_OK && i != CS_EVIDENCE_STATEMENT)
    status = cs_packet_note(&x->packet, "first", &x->first_note, &x->first);
  if (status == CS_OK)
    status = cs_packet_note(&x->packet, "second", &x->second_note, &x->second);
  if (status == CS_OK)
    status = cs_packet_proof(&x->packet, json, "proof", &x->proof);
  if (status == CS_OK)
    status = examine[i](x);
  free(x);
  json_decref(json);
  return status == CS_OK && says->failed ? cs_fail_memory(error) : status;
}
