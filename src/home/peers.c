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
  if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) || length >= 1000 || url[length - 1] == '/')
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
    if (strcmp(known[i].name, name) == 0 && memcmp(known[i].key.key, key.key, CS_PUBLIC_KEY) != 0)
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
    cs_verifier_parse(cs_slice_of(cs_statement_text(&statement, "cosigner")), a->cosigner);
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

cs_status cs_home_cosign(cs_home *home, const char *origin, cs_slice note, int64_t time, cs_text *line, cs_error *error)
{
  int64_t ledger;
  cs_note parsed;
  cs_status status = cs_note_parse(note, origin, &parsed, error);
  if (status == CS_OK)
    status = cs_store_ledger(home->store, origin, &ledger, error);
  if (status == CS_OK)
    status = cs_store_put_note(home->store, ledger, COSIGNED, "", note, error);
  if (status == CS_OK)
    cs_note_sign(parsed.text, &home->cosigner, home->secrets + CS_SECRET_KEY, (uint64_t)time, line);
  return status == CS_OK && line->failed ? cs_fail_memory(error) : status;
}

cs_status cs_home_keep_cosignature(cs_home *home, const cs_verifier *cosigner, cs_slice note, cs_error *error)
{
  int64_t ledger;
  cs_status status = cs_store_ledger(home->store, home->key.name, &ledger, error);
  return status == CS_OK ? cs_store_put_note(home->store, ledger, COSIGNATURE, cosigner->name, note, error) : status;
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
  cs_text_put(out, bytes.at, bytes.length);
  collection c = {note.text, out};
  if (status == CS_OK)
    status = cs_store_notes(home->store, ledger, COSIGNATURE, add_lines, &c, error);
  return status == CS_OK && out->failed ? cs_fail_memory(error) : status;
}
