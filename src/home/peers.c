/* The ledgers that a home follows, and the cosignatures that go both ways. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home/home.h"

static const char PREFIX[] = "peer/", COSIGNED[] = "cosigned", COSIGNATURE[] = "cosignature";

/* ---- Peers --------------------------------------------------------------------------------------------------- */

typedef struct peers {
  cs_peer *at;
  size_t count, capacity;
} peers;

/* "URL\nVERIFIER" under "peer/NAME". */
static cs_status take_peer(void *context, const char *name, cs_slice value, cs_error *error)
{
  peers *list = context;
  const char *newline = memchr(value.at, '\n', value.length);
  if (!cs_grow((void **)&list->at, &list->capacity, list->count, sizeof *list->at))
    return cs_fail_memory(error);
  cs_peer *peer = &list->at[list->count];
  size_t url = newline == NULL ? sizeof peer->url : (size_t)(newline - value.at);
  if (url >= sizeof peer->url || strlen(name) - strlen(PREFIX) >= sizeof peer->name ||
      !cs_verifier_parse((cs_slice){newline + 1, value.length - url - 1}, &peer->key))
    return cs_fail(error, CS_INVALID, name, (cs_mark){0}, "the store has a broken peer");
  snprintf(peer->name, sizeof peer->name, "%s", name + strlen(PREFIX));
  memcpy(peer->url, value.at, url);
  peer->url[url] = '\0';
  list->count++;
  return CS_OK;
}

cs_status cs_home_peers(cs_home *home, cs_peer **out, size_t *count, cs_error *error)
{
  peers list = {0};
  cs_status status = cs_store_each(home->store, PREFIX, take_peer, &list, error);
  if (status != CS_OK) {
    free(list.at);
    return status;
  }
  *out = list.at;
  *count = list.count;
  return CS_OK;
}

/* ASCII that is seen, and no spaces. */
static bool is_plain(const char *text)
{
  while (*text > ' ' && *text < 0x7f)
    text++;
  return *text == '\0';
}

/* A name, an http address without an end slash, and a key of a ledger. */
static cs_status check_peer(const char *name, const char *url, const char *verifier, cs_verifier *key, cs_error *error)
{
  char quoted[CS_QUOTED];
  size_t length = strlen(url);
  if (name[0] == '\0' || strlen(name) > 64 ||
      strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != strlen(name))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "%s is no name for a peer; expected letters, digits and hyphens",
                   cs_quote(cs_slice_of(name), quoted));
  bool web = strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
  if (!web || length >= 1000 || url[length - 1] == '/' || !is_plain(url))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "%s is no address of a ledger; expected http:// or https://, without a slash at the end",
                   cs_quote(cs_slice_of(url), quoted));
  if (!cs_verifier_parse(cs_slice_of(verifier), key) || key->type != CS_SIGNATURE_ED25519)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "%s is no key of a ledger; expected what \"countersign key\" prints in the peer's home",
                   cs_quote(cs_slice_of(verifier), quoted));
  return CS_OK;
}

cs_status cs_home_add_peer(cs_home *home, const char *name, const char *url, const char *verifier, cs_error *error)
{
  cs_verifier key;
  cs_peer *known = NULL;
  size_t count = 0;
  cs_status status = check_peer(name, url, verifier, &key, error);
  if (status == CS_OK)
    status = cs_home_peers(home, &known, &count, error);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (strcmp(known[i].name, name) == 0 &&
        (strcmp(known[i].key.name, key.name) != 0 || memcmp(known[i].key.key, key.key, CS_PUBLIC_KEY) != 0))
      status =
        cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                "the peer \"%s\" is known with another key; expected a name of its own for another ledger", name);
  free(known);
  if (status != CS_OK)
    return status;
  cs_text setting = {0}, value = {0};
  cs_text_add(&setting, "%s%s", PREFIX, name);
  cs_text_add(&value, "%s\n%s", url, verifier);
  status = setting.failed || value.failed
             ? cs_fail_memory(error)
             : cs_store_set(home->store, setting.at, (cs_slice){value.at, value.length}, error);
  cs_text_free(&setting);
  cs_text_free(&value);
  return status;
}

/* ---- Whose ledger it is -------------------------------------------------------------------------------------- */

typedef struct adoption {
  cs_home *home;
  size_t *party;
  cs_verifier *cosigner;
} adoption;

static cs_status read_adoption(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  adoption *a = context;
  cs_statement statement;
  (void)index;
  (void)hash;
  if (cs_statement_parse(entry, NULL, &statement, error) != CS_OK)
    return error->status == CS_SYSTEM ? CS_SYSTEM : CS_OK; /* no adoption: nobody's ledger */
  if (statement.kind == CS_ADOPT) {
    *a->party = cs_treaty_find(a->home->treaty, CS_KEY_PARTY, cs_statement_text(&statement, "party"));
    if (!cs_verifier_parse(cs_slice_of(cs_statement_text(&statement, "cosigner")), a->cosigner) ||
        a->cosigner->type != CS_SIGNATURE_COSIGNATURE)
      *a->cosigner = (cs_verifier){0};
  }
  cs_statement_free(&statement);
  return CS_OK;
}

cs_status cs_home_party_of(cs_home *home, cs_log *log, size_t *party, cs_verifier *cosigner, cs_error *error)
{
  adoption a = {home, party, cosigner};
  *party = (size_t)CS_OBSERVER;
  *cosigner = (cs_verifier){0};
  return cs_log_entries(log, 0, 1, read_adoption, &a, error);
}

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

cs_status cs_home_keep_cosignature(cs_home *home, const cs_verifier *cosigner, cs_slice note, cs_error *error)
{
  cs_note parsed;
  cs_status status = cs_note_parse(note, home->key.name, &parsed, error);
  return status == CS_OK ? keep(home, home->key.name, COSIGNATURE, cosigner->name, &parsed, cosigner, error) : status;
}

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

/* The key of one who cosigned the own ledger, by the ledgers that the home follows; a key of no name where there is none. */
static cs_status find_cosigner(cs_home *home, const char *name, cs_verifier *out, cs_error *error)
{
  cs_peer *known = NULL;
  size_t count = 0, party;
  bool found = false;
  cs_status status = cs_home_peers(home, &known, &count, error);
  for (size_t i = 0; i < count && status == CS_OK && !found; i++) {
    cs_log *log;
    status = cs_log_open(home->store, &known[i].key, NULL, &log, error);
    if (status == CS_OK)
      status = cs_home_party_of(home, log, &party, out, error);
    cs_log_close(log);
    found = status == CS_OK && strcmp(out->name, name) == 0;
  }
  free(known);
  if (!found)
    *out = (cs_verifier){0};
  return status;
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
  cs_status status = k->own ? find_cosigner(k->home, name, &signer, error) : CS_OK;
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

static cs_status verify_notes_of(cs_home *home, const cs_verifier *key, bool own, cs_error *error)
{
  keeping k = {.home = home, .ledger = key, .own = own};
  int64_t ledger;
  cs_status status = cs_log_open(home->store, key, NULL, &k.log, error);
  if (status == CS_OK)
    status = cs_store_ledger(home->store, key->name, &ledger, error);
  if (status == CS_OK)
    status = cs_store_notes(home->store, ledger, own ? COSIGNATURE : COSIGNED, verify_kept, &k, error);
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
