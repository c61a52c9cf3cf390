/* Asking witnesses to cosign the own ledger: the ledger's side of C2SP tlog-witness. */
#include <stdlib.h>
#include <string.h>

#include "net/net.h"

enum { ANSWER_BYTES = CS_NOTE_LONGEST };

typedef struct offer {
  cs_home *home;
  const cs_peer *witness;
  cs_log *log; /* the own ledger */
  cs_checkpoint now;
  cs_text body; /* of the answer */
  long code;
  cs_error *error;
} offer;

/* Brings the checkpoint, with the proof that it extends the tree of `old`. */
static cs_status bring(offer *o, uint64_t old)
{
  cs_text url = {0}, request = {0};
  cs_slice note = cs_log_note(o->log);
  cs_witness_request *r = calloc(1, sizeof *r);
  if (r == NULL)
    return cs_fail_memory(o->error);
  *r = (cs_witness_request){.old = old, .checkpoint = note};
  cs_hash_source hashes = cs_log_hashes(o->log);
  cs_status status = CS_OK;
  if (old > 0) /* a proof from nothing is empty */
    status = cs_prove_consistency(&hashes, old, o->now.size, &r->proof, o->error);
  if (status == CS_OK) {
    cs_witness_request_format(r, &request);
    cs_text_add(&url, "%s/add-checkpoint", o->witness->url);
    status = request.failed || url.failed ? cs_fail_memory(o->error) : CS_OK;
  }
  if (status == CS_OK)
    status = cs_http(url.at, &(cs_slice){request.at, request.length}, ANSWER_BYTES, &o->code, &o->body, o->error);
  cs_text_free(&url);
  cs_text_free(&request);
  free(r);
  return status;
}

/* The size that the witness says it has cosigned, of a 409; false where it says none that can be. */
static bool read_conflict(const offer *o, uint64_t *old)
{
  int64_t number;
  const char *why;
  size_t length = o->body.length;
  if (length == 0 || o->body.at[length - 1] != '\n' ||
      !cs_number_parse((cs_slice){o->body.at, length - 1}, &number, &why))
    return false;
  *old = (uint64_t)number;
  return *old <= o->now.size;
}

/* The answer holds lines that cosign the checkpoint; the one of the witness's key is kept. */
static cs_status keep_answer(offer *o)
{
  cs_text note = {0};
  cs_note parsed;
  cs_slice own = cs_log_note(o->log);
  cs_text_put(&note, own.at, own.length);
  cs_text_put(&note, o->body.at, o->body.length);
  cs_slice bytes = {note.at, note.length};
  cs_status status = note.failed ? cs_fail_memory(o->error) : cs_note_parse(bytes, o->witness->url, &parsed, o->error);
  if (status == CS_OK && cs_note_verify(&parsed, &o->witness->key, NULL) != CS_SIGNED)
    status = cs_fail(o->error, CS_INVALID, o->witness->url, (cs_mark){0},
                     "the answer is not a cosignature by the key %s", o->witness->key.name);
  if (status == CS_OK)
    status = cs_home_keep_cosignature(o->home, &o->witness->key, bytes, o->error);
  cs_text_free(&note);
  return status;
}

static cs_status refused(const offer *o)
{
  static const struct {
    long code;
    const char *words;
  } known[] = {
    {CS_WITNESS_NOT_SIGNED, "the witness knows another key of this ledger"},
    {CS_WITNESS_UNKNOWN, "the witness does not know this ledger; it has to be told of it and its key"},
    {CS_WITNESS_CONFLICT, "the witness has cosigned what this ledger does not have"},
    {CS_WITNESS_INCONSISTENT, "the witness has cosigned another history of this ledger"},
    {503, "the witness is locked, and cosigns nothing"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(known); i++)
    if (known[i].code == o->code)
      return cs_fail(o->error, CS_INVALID, o->witness->url, (cs_mark){0}, "%s (HTTP status %ld)", known[i].words,
                     o->code);
  return cs_fail(o->error, CS_INVALID, o->witness->url, (cs_mark){0}, "the answer is HTTP status %ld; expected 200",
                 o->code);
}

static cs_status ask(offer *o)
{
  uint64_t old;
  cs_status status = cs_home_cosigned_by(o->home, o->witness->key.name, &old, o->error);
  if (status == CS_OK)
    status = bring(o, old);
  uint64_t theirs;
  if (status == CS_OK && o->code == CS_WITNESS_CONFLICT && read_conflict(o, &theirs) && theirs != old)
    status = bring(o, theirs);
  if (status != CS_OK)
    return status;
  return o->code == CS_WITNESS_OK ? keep_answer(o) : refused(o);
}

cs_status cs_offer_checkpoint(cs_home *home, const cs_peer *witness, uint64_t *size, cs_error *error)
{
  offer o = {.home = home, .witness = witness, .error = error};
  cs_status status = cs_home_read_own(home, &o.log, error);
  if (status == CS_OK) {
    o.now = cs_log_checkpoint(o.log);
    *size = o.now.size;
    status = ask(&o);
  }
  cs_log_close(o.log);
  cs_text_free(&o.body);
  return status;
}
