/* Private to home/: JSON files that convince by themselves, evidence and exhibits, written and read piece by piece. */
#ifndef CS_HOME_PACKET_H
#define CS_HOME_PACKET_H

#include "home/home.h"

/* ---- Writing ------------------------------------------------------------------------------------------------- */

/* Base64 as JSON; NULL when out of memory. */
json_t *cs_packet_bytes(cs_slice bytes);
/* Nothing is set where there are no bytes, no proof or no references. */
void cs_packet_set_text(json_t *json, const char *key, cs_slice text);
void cs_packet_set_bytes(json_t *json, const char *key, cs_slice bytes);
void cs_packet_set_proof(json_t *json, const char *key, const cs_proof *proof);
void cs_packet_set_references(json_t *json, const cs_reference *references, size_t count);
/* Adds the JSON, which is released, indented. */
cs_status cs_packet_print(json_t *json, cs_text *out, cs_error *error);

/* ---- Reading ------------------------------------------------------------------------------------------------- */

typedef struct cs_packet {
  const json_t *json;
  const char *place;
  const char *what; /* "evidence" */
  cs_error *error;
  cs_verifier ledger;
} cs_packet;

/* CS_INVALID: "this WHAT proves nothing: FAULT". */
cs_status cs_packet_fail(const cs_packet *packet, const char *fault);
/* The bytes of a base64 text into at most `size`; their number, or SIZE_MAX. */
size_t cs_packet_base64(const json_t *json, void *out, size_t size);
/* A checkpoint that the ledger signed. The slices of the note lie in the JSON. */
cs_status cs_packet_note(const cs_packet *packet, const char *key, cs_note *note, cs_checkpoint *out);
cs_status cs_packet_proof(const cs_packet *packet, const json_t *of, const char *key, cs_proof *out);
/* An entry of the tree of a checkpoint, with its proof, from the keys of an object. The caller frees `out->at`. */
cs_status cs_packet_entry(const cs_packet *packet, const json_t *of, const char *key, uint64_t index,
                          const char *proof_key, const cs_checkpoint *checkpoint, cs_slice *out);
/* The first entry, by which the party joined the agreement. Release with cs_statement_free. */
cs_status cs_packet_adoption(const cs_packet *packet, const cs_checkpoint *checkpoint, cs_statement *out);
/* The party whose ledger it is, by the adoption, which has to name the agreement of this hash. */
cs_status cs_packet_party(const cs_packet *packet, const cs_checkpoint *checkpoint, const cs_treaty *treaty,
                          const char *hash, size_t *party);

/* Whether the agreement admits a statement, and it proves what it says; what it rests on are the references. CS_SYSTEM where
 * that cannot be told: `fault->status` is then CS_INVALID where the file is at fault, and not the statement. */
cs_status cs_packet_judge(const cs_packet *packet, const cs_checkpoint *checkpoint, uint64_t index,
                          const cs_statement *statement, const cs_treaty *treaty, size_t party, const char *hash,
                          cs_error *fault);
/* Whether the same is so of each entry that a statement rests on: a claim about counts that are not proven to be numbers
 * says nothing. CS_INVALID names the entry. */
cs_status cs_packet_judge_references(const cs_packet *packet, const cs_checkpoint *checkpoint, uint64_t index,
                                     const cs_statement *statement, const cs_treaty *treaty, size_t party,
                                     const char *hash);

#endif
