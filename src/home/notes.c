/* Signed notes that a home keeps: what it has cosigned, who has cosigned its own ledger, and what the others have shown. */
#include <stdlib.h>
#include <string.h>

#include "home/home.h"

static const char COSIGNED[] = "cosigned", COSIGNATURE[] = "cosignature", SHOWN[] = "shown";

/* ---- Cosigning ----------------------------------------------------------------------------------------------- */

cs_status cs_home_cosigned(cs_home *home, const char *origin, cs_checkpoint *out, cs_error *error)
{
  int64_t ledger;
  cs_text note = {0};
  bool found = false;
  *out = (cs_checkpoint){0};
  cs_status status = cs_store_ledger(home->store, origin, &ledger, error);
  if (status == CS_OK)
    status = cs_store_get_note(home->store, ledger, COSIGNED, "", &note, &found, error);
  cs_note parsed = {0};
  if (status == CS_OK && found)
    status = cs_note_parse((cs_slice){note.at, note.length}, origin, &parsed, error);
  if (status == CS_OK && found)
    status = cs_checkpoint_parse(parsed.text, origin, out, error);
  cs_text_free(&note);
  return status;
}

/* Keeps a note with no other signatures than those that were verified. */
static cs_status keep(cs_home *home, const char *origin, const char *kind, const char *name, const cs_note *note,
                      const cs_verifier *signer, cs_error *error)
{
  int64_t ledger;
  cs_text kept = {0};
  cs_note_keep(note, signer, &kept);
  cs_status status = kept.failed ? cs_fail_memory(error) : cs_store_ledger(home->store, origin, &ledger, error);
  if (status == CS_OK)
    status = cs_store_put_note(home->store, ledger, kind, name, (cs_slice){kept.at, kept.length}, error);
  cs_text_free(&kept);
  return status;
}

/* Within a transaction: what was cosigned last is still that. */
static cs_status check_last(cs_home *home, const char *origin, const cs_checkpoint *last, cs_error *error)
{
  cs_checkpoint now;
  cs_status status = cs_home_cosigned(home, origin, &now, error);
  if (status != CS_OK || (now.size == last->size && cs_hash_equal(&now.root, &last->root)))
    return status;
  return cs_fail(error, CS_SYSTEM, origin, (cs_mark){0},
                 "another process has cosigned this ledger meanwhile; expected to be the only one");
}

cs_status cs_home_cosign(cs_home *home, const cs_verifier *ledger, const cs_checkpoint *last, cs_slice note,
                         int64_t time, cs_text *line, cs_error *error)
{
  cs_note parsed;
  cs_status status = cs_note_parse(note, ledger->name, &parsed, error);
  if (status == CS_OK)
    status = cs_store_begin(home->store, error);
  if (status != CS_OK)
    return status;
  status = check_last(home, ledger->name, last, error);
  if (status == CS_OK)
    status = keep(home, ledger->name, COSIGNED, "", &parsed, ledger, error);
  if (status == CS_OK)
    status = cs_store_commit(home->store, error);
  if (status == CS_OK)
    cs_note_sign(parsed.text, &home->cosigner, home->secrets + CS_SECRET_KEY, (uint64_t)time, line);
  else
    cs_store_rollback(home->store);
  return status == CS_OK && line->failed ? cs_fail_memory(error) : status;
}

cs_status cs_home_cosigned_by(cs_home *home, const char *cosigner, uint64_t *out, cs_error *error)
{
  int64_t ledger;
  bool found = false;
  cs_text kept = {0};
  cs_note note = {0};
  cs_checkpoint checkpoint = {0};
  cs_status status = cs_store_ledger(home->store, home->key.name, &ledger, error);
  if (status == CS_OK)
    status = cs_store_get_note(home->store, ledger, COSIGNATURE, cosigner, &kept, &found, error);
  if (status == CS_OK && found)
    status = cs_note_parse((cs_slice){kept.at, kept.length}, home->key.name, &note, error);
  if (status == CS_OK && found)
    status = cs_checkpoint_parse(note.text, home->key.name, &checkpoint, error);
  *out = checkpoint.size;
  cs_text_free(&kept);
  return status;
}

cs_status cs_home_keep_cosignature(cs_home *home, const cs_verifier *cosigner, cs_slice bytes, cs_error *error)
{
  cs_note note = {0};
  cs_checkpoint checkpoint = {0};
  uint64_t size = 0;
  cs_status status = cs_note_parse(bytes, home->key.name, &note, error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note.text, home->key.name, &checkpoint, error);
  if (status == CS_OK)
    status = cs_home_cosigned_by(home, cosigner->name, &size, error);
  if (status != CS_OK || checkpoint.size < size) /* an old one that comes late takes nothing away */
    return status;
  return keep(home, home->key.name, COSIGNATURE, cosigner->name, &note, cosigner, error);
}

cs_status cs_home_cosign_own(cs_home *home, int64_t time, cs_error *error)
{
  int64_t ledger;
  uint64_t last = 0;
  bool found = false;
  cs_text kept = {0};
  cs_note note;
  cs_status status = cs_store_ledger(home->store, home->key.name, &ledger, error);
  if (status == CS_OK)
    status = cs_store_get_note(home->store, ledger, COSIGNATURE, home->cosigner.name, &kept, &found, error);
  if (status == CS_OK && found)
    status = cs_note_parse((cs_slice){kept.at, kept.length}, home->key.name, &note, error);
  if (status == CS_OK && found)
    cs_note_verify(&note, &home->cosigner, &last);
  cs_text_free(&kept);
  if (status == CS_OK)
    status = cs_note_parse(cs_log_note(home->log), home->key.name, &note, error);
  if (status != CS_OK)
    return status;
  cs_text_put(&kept, note.text.at, note.text.length);
  cs_text_put(&kept, "\n", 1);
  cs_note_sign(note.text, &home->cosigner, home->secrets + CS_SECRET_KEY, (uint64_t)time > last ? (uint64_t)time : last,
               &kept);
  status = kept.failed ? cs_fail_memory(error)
                       : cs_store_put_note(home->store, ledger, COSIGNATURE, home->cosigner.name,
                                           (cs_slice){kept.at, kept.length}, error);
  cs_text_free(&kept);
  return status;
}

/* ---- What a peer has shown ----------------------------------------------------------------------------------- */

/* Takes apart a checkpoint that the ledger signed and cosigned; CS_NOT_SIGNED where it did not. */
static cs_signed read_shown(cs_slice bytes, const cs_verifier *ledger, const cs_verifier *cosigner, cs_note *note,
                            cs_checkpoint *checkpoint, uint64_t *time)
{
  cs_error error;
  if (cosigner->name[0] == '\0' || cs_note_parse(bytes, NULL, note, &error) != CS_OK ||
      cs_checkpoint_parse(note->text, NULL, checkpoint, &error) != CS_OK ||
      strcmp(checkpoint->origin, ledger->name) != 0 || cs_note_verify(note, ledger, NULL) != CS_SIGNED)
    return CS_NOT_SIGNED;
  return cs_note_verify(note, cosigner, time);
}

cs_status cs_home_shown(cs_home *home, const cs_verifier *ledger, const cs_verifier *cosigner, cs_shown *out,
                        cs_error *error)
{
  int64_t number;
  bool found;
  cs_note note;
  *out = (cs_shown){0};
  cs_status status = cs_store_ledger(home->store, ledger->name, &number, error);
  if (status == CS_OK)
    status = cs_store_get_note(home->store, number, SHOWN, "", &out->note, &found, error);
  if (status != CS_OK || !found ||
      read_shown((cs_slice){out->note.at, out->note.length}, ledger, cosigner, &note, &out->checkpoint, &out->time) !=
        CS_SIGNED) {
    cs_text_free(&out->note);
    *out = (cs_shown){0};
  }
  return status;
}

cs_status cs_home_keep_shown(cs_home *home, const cs_verifier *ledger, const cs_verifier *cosigner, cs_slice bytes,
                             cs_error *error)
{
  cs_note note;
  cs_checkpoint checkpoint;
  uint64_t time;
  cs_shown before;
  int64_t number;
  if (read_shown(bytes, ledger, cosigner, &note, &checkpoint, &time) != CS_SIGNED)
    return CS_OK;
  cs_status status = cs_home_shown(home, ledger, cosigner, &before, error);
  bool newer = checkpoint.size >= before.checkpoint.size && time >= before.time &&
               (checkpoint.size > before.checkpoint.size || time > before.time);
  cs_text_free(&before.note);
  if (status != CS_OK || !newer)
    return status;
  cs_text kept = {0};
  cs_note_keep(&note, ledger, &kept);
  cs_note_lines(&note, cosigner, &kept);
  status = kept.failed ? cs_fail_memory(error) : cs_store_ledger(home->store, ledger->name, &number, error);
  if (status == CS_OK)
    status = cs_store_put_note(home->store, number, SHOWN, "", (cs_slice){kept.at, kept.length}, error);
  cs_text_free(&kept);
  return status;
}

/* ---- The own checkpoint -------------------------------------------------------------------------------------- */

typedef struct collection {
  cs_slice text; /* of the own checkpoint */
  cs_text *out;
} collection;

/* Adds the cosignature lines of a note with the same text. */
static cs_status add_lines(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  collection *c = context;
  cs_note note;
  cs_status status = cs_note_parse(bytes, name, &note, error);
  for (size_t i = 0; status == CS_OK && i < note.count && cs_slice_equal(note.text, c->text); i++)
    if (cs_slice_is(note.signatures[i].name, name))
      cs_text_put(c->out, note.signatures[i].line.at, note.signatures[i].line.length);
  return status;
}

cs_status cs_home_checkpoint(cs_home *home, cs_log *own, cs_text *out, cs_error *error)
{
  int64_t ledger;
  cs_note note;
  cs_slice bytes = cs_log_note(own);
  cs_status status = cs_note_parse(bytes, home->key.name, &note, error);
  if (status == CS_OK)
    status = cs_store_ledger(home->store, home->key.name, &ledger, error);
  if (status != CS_OK)
    return status;
  cs_text_put(out, bytes.at, bytes.length);
  collection c = {note.text, out};
  status = cs_store_notes(home->store, ledger, COSIGNATURE, add_lines, &c, error);
  return status == CS_OK && out->failed ? cs_fail_memory(error) : status;
}

/* ---- Checking what is kept ----------------------------------------------------------------------------------- */

typedef struct keeping {
  cs_home *home;
  cs_log *log; /* the ledger that the notes are of */
  const cs_verifier *ledger;
  bool own;
} keeping;

static cs_status fail_kept(const keeping *k, const char *what, const char *whose, cs_error *error)
{
  return cs_fail(error, CS_INVALID, k->ledger->name, (cs_mark){0}, "the %s%s in the store is not as it was", what,
                 whose);
}

static cs_status verify_kept(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  const keeping *k = context;
  const char *what = k->own ? "cosignature of " : "checkpoint that was cosigned";
  cs_verifier signer = *k->ledger;
  cs_note note;
  cs_checkpoint checkpoint;
  cs_error fault;
  bool begins = true;
  cs_status status = k->own ? cs_home_cosigner(k->home, name, &signer, error) : CS_OK;
  if (status != CS_OK)
    return status;
  if (cs_note_parse(bytes, NULL, &note, &fault) != CS_OK ||
      cs_checkpoint_parse(note.text, NULL, &checkpoint, &fault) != CS_OK || signer.name[0] == '\0' ||
      cs_note_verify(&note, &signer, NULL) != CS_SIGNED || strcmp(checkpoint.origin, k->ledger->name) != 0)
    return fail_kept(k, what, name, error);
  /* A witness may have cosigned more than it has a copy of. */
  if (k->own || checkpoint.size <= cs_log_fetched(k->log))
    status = cs_log_begins_with(k->log, &checkpoint, &begins, error);
  return status == CS_OK && !begins ? fail_kept(k, what, name, error) : status;
}

/* What a peer has shown bears both of its signatures, and is how the copy begins. */
static cs_status verify_shown(const keeping *k, int64_t ledger, cs_error *error)
{
  size_t party;
  cs_verifier cosigner;
  cs_shown shown = {0};
  cs_text kept = {0};
  bool found = false, begins = true;
  cs_status status = cs_store_get_note(k->home->store, ledger, SHOWN, "", &kept, &found, error);
  cs_text_free(&kept);
  if (status != CS_OK || !found)
    return status;
  status = cs_home_party_of(k->home, k->log, &party, &cosigner, error);
  if (status == CS_OK)
    status = cs_home_shown(k->home, k->ledger, &cosigner, &shown, error);
  if (status == CS_OK && shown.note.length > 0 && shown.checkpoint.size <= cs_log_fetched(k->log))
    status = cs_log_begins_with(k->log, &shown.checkpoint, &begins, error);
  if (status == CS_OK && (shown.note.length == 0 || !begins))
    status = fail_kept(k, "checkpoint that was shown", "", error);
  cs_text_free(&shown.note);
  return status;
}

static cs_status verify_notes_of(cs_home *home, const cs_verifier *key, bool own, cs_error *error)
{
  keeping k = {.home = home, .ledger = key, .own = own};
  int64_t ledger;
  cs_status status = cs_log_open(home->store, key, NULL, &k.log, error);
  if (status == CS_OK)
    status = cs_store_ledger(home->store, key->name, &ledger, error);
  if (status == CS_OK)
    status = cs_store_notes(home->store, ledger, own ? COSIGNATURE : COSIGNED, verify_kept, &k, error);
  if (status == CS_OK && !own)
    status = verify_shown(&k, ledger, error);
  cs_log_close(k.log);
  return status;
}

cs_status cs_home_verify_notes(cs_home *home, cs_error *error)
{
  cs_peer *known = NULL;
  size_t count = 0;
  cs_status status = cs_home_peers(home, &known, &count, error);
  if (status == CS_OK && home->party != (size_t)CS_OBSERVER)
    status = verify_notes_of(home, &home->key, true, error);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = verify_notes_of(home, &known[i].key, false, error);
  free(known);
  return status;
}
