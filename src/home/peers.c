/* The ledgers that a home follows, and the witnesses of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home/home.h"

static const char PEER[] = "peer/", WITNESS[] = "witness/";

/* ---- Peers --------------------------------------------------------------------------------------------------- */

typedef struct peers {
  cs_peer *at;
  size_t count, capacity;
  const char *prefix;
} peers;

/* "URL\nVERIFIER" under "peer/NAME" or "witness/NAME". */
static cs_status take_peer(void *context, const char *name, cs_slice value, cs_error *error)
{
  peers *list = context;
  const char *newline = memchr(value.at, '\n', value.length);
  if (!cs_grow((void **)&list->at, &list->capacity, list->count, sizeof *list->at))
    return cs_fail_memory(error);
  cs_peer *peer = &list->at[list->count];
  size_t url = newline == NULL ? sizeof peer->url : (size_t)(newline - value.at);
  if (url >= sizeof peer->url || strlen(name) - strlen(list->prefix) >= sizeof peer->name ||
      !cs_verifier_parse((cs_slice){newline + 1, value.length - url - 1}, &peer->key))
    return cs_fail(error, CS_INVALID, name, (cs_mark){0}, "the store has a broken address");
  snprintf(peer->name, sizeof peer->name, "%s", name + strlen(list->prefix));
  memcpy(peer->url, value.at, url);
  peer->url[url] = '\0';
  list->count++;
  return CS_OK;
}

static cs_status read_list(cs_home *home, const char *prefix, cs_peer **out, size_t *count, cs_error *error)
{
  peers list = {.prefix = prefix};
  cs_status status = cs_store_each(home->store, prefix, take_peer, &list, error);
  if (status != CS_OK) {
    free(list.at);
    return status;
  }
  *out = list.at;
  *count = list.count;
  return CS_OK;
}

cs_status cs_home_peers(cs_home *home, cs_peer **out, size_t *count, cs_error *error)
{
  return read_list(home, PEER, out, count, error);
}

static int by_name(const void *a, const void *b)
{
  const cs_verifier *x = a, *y = b;
  return strcmp(x->name, y->name);
}

cs_status cs_home_ledgers(cs_home *home, cs_verifier **out, size_t *count, cs_error *error)
{
  cs_peer *list = NULL;
  size_t peer_count = 0;
  *count = 0;
  *out = NULL;
  cs_status status = cs_home_peers(home, &list, &peer_count, error);
  if (status == CS_OK && (*out = calloc(peer_count + 1, sizeof **out)) == NULL)
    status = cs_fail_memory(error);
  if (status == CS_OK) {
    for (size_t i = 0; i < peer_count; i++)
      (*out)[(*count)++] = list[i].key;
    if (home->party < home->treaty->parties.count)
      (*out)[(*count)++] = home->key;
    qsort(*out, *count, sizeof **out, by_name);
  }
  free(list);
  return status;
}

cs_status cs_home_witnesses(cs_home *home, cs_peer **out, size_t *count, cs_error *error)
{
  return read_list(home, WITNESS, out, count, error);
}

/* ASCII that is seen, and no spaces. */
static bool is_plain(const char *text)
{
  while (*text > ' ' && *text < 0x7f)
    text++;
  return *text == '\0';
}

/* A name, an http address without an end slash, and a key of the type that signs ledgers or cosigns them. */
static cs_status check_address(const char *name, const char *url, const char *verifier, cs_signature_type type,
                               cs_verifier *key, cs_error *error)
{
  char quoted[CS_QUOTED];
  size_t length = strlen(url);
  if (name[0] == '\0' || strlen(name) > 64 ||
      strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != strlen(name))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "%s is no name for a peer or witness; expected letters, digits and hyphens",
                   cs_quote(cs_slice_of(name), quoted));
  bool web = strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
  if (!web || length >= 1000 || url[length - 1] == '/' || !is_plain(url))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "%s is no address; expected http:// or https://, without a slash at the end",
                   cs_quote(cs_slice_of(url), quoted));
  if (cs_verifier_parse(cs_slice_of(verifier), key) && key->type == type)
    return CS_OK;
  return cs_fail(
    error, CS_INVALID, NULL, (cs_mark){0},
    type == CS_SIGNATURE_ED25519
      ? "%s is no key of a ledger; expected what \"countersign key\" prints in the peer's home"
      : "%s is no key of a witness; expected one of cosignature/v1, such as \"countersign key --cosigner\" "
        "prints",
    cs_quote(cs_slice_of(verifier), quoted));
}

static bool same_key(const cs_verifier *a, const cs_verifier *b)
{
  return strcmp(a->name, b->name) == 0 && memcmp(a->key, b->key, CS_PUBLIC_KEY) == 0;
}

/* One name has one key, for ever, and one key has one name. */
static cs_status check_known(const cs_peer *known, size_t count, const char *name, const cs_verifier *key,
                             cs_error *error)
{
  for (size_t i = 0; i < count; i++) {
    bool named = strcmp(known[i].name, name) == 0, keyed = same_key(&known[i].key, key);
    if (named && !keyed)
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                     "\"%s\" is known with another key; expected a name of its own for another ledger", name);
    if (keyed && !named)
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "this key is known as \"%s\"; expected that name",
                     known[i].name);
  }
  return CS_OK;
}

static cs_status add_address(cs_home *home, const char *prefix, const char *name, const char *url, const char *verifier,
                             cs_signature_type type, cs_error *error)
{
  cs_verifier key;
  cs_peer *known = NULL;
  size_t count = 0;
  cs_status status = check_address(name, url, verifier, type, &key, error);
  if (status == CS_OK && (same_key(&key, &home->key) || same_key(&key, &home->cosigner)))
    status = cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "this key is the home's own; expected that of another");
  if (status == CS_OK)
    status = read_list(home, prefix, &known, &count, error);
  if (status == CS_OK)
    status = check_known(known, count, name, &key, error);
  free(known);
  if (status != CS_OK)
    return status;
  cs_text setting = {0}, value = {0};
  cs_text_add(&setting, "%s%s", prefix, name);
  cs_text_add(&value, "%s\n%s", url, verifier);
  status = setting.failed || value.failed
             ? cs_fail_memory(error)
             : cs_store_set(home->store, setting.at, (cs_slice){value.at, value.length}, error);
  cs_text_free(&setting);
  cs_text_free(&value);
  return status;
}

cs_status cs_home_add_peer(cs_home *home, const char *name, const char *url, const char *verifier, cs_error *error)
{
  return add_address(home, PEER, name, url, verifier, CS_SIGNATURE_ED25519, error);
}

cs_status cs_home_add_witness(cs_home *home, const char *name, const char *url, const char *verifier, cs_error *error)
{
  return add_address(home, WITNESS, name, url, verifier, CS_SIGNATURE_COSIGNATURE, error);
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

cs_status cs_home_log_of(cs_home *home, const char *origin, cs_log **out, cs_error *error)
{
  cs_peer *known = NULL;
  size_t count = 0;
  *out = NULL;
  if (origin == NULL)
    return CS_OK;
  if (strcmp(origin, home->key.name) == 0)
    return cs_home_read_own(home, out, error);
  cs_status status = cs_home_peers(home, &known, &count, error);
  for (size_t i = 0; i < count && status == CS_OK && *out == NULL; i++)
    if (strcmp(known[i].key.name, origin) == 0)
      status = cs_log_open(home->store, &known[i].key, NULL, out, error);
  free(known);
  return status;
}

cs_status cs_home_ledger_of(cs_home *home, size_t party, cs_log **out, cs_error *error)
{
  cs_verifier *ledgers = NULL, cosigner;
  size_t count = 0, owner;
  *out = NULL;
  cs_status status = cs_home_ledgers(home, &ledgers, &count, error);
  for (size_t i = 0; i < count && status == CS_OK && *out == NULL; i++) {
    status = cs_log_open(home->store, &ledgers[i], NULL, out, error);
    if (status == CS_OK)
      status = cs_home_party_of(home, *out, &owner, &cosigner, error);
    if (status != CS_OK || owner != party) {
      cs_log_close(*out);
      *out = NULL;
    }
  }
  free(ledgers);
  return status;
}

cs_status cs_home_party_of(cs_home *home, cs_log *log, size_t *party, cs_verifier *cosigner, cs_error *error)
{
  adoption a = {home, party, cosigner};
  *party = (size_t)CS_OBSERVER;
  *cosigner = (cs_verifier){0};
  return cs_log_entries(log, 0, 1, read_adoption, &a, error);
}

/* The witness of this name; found is false where there is none. */
static cs_status find_witness(cs_home *home, const char *name, cs_verifier *out, bool *found, cs_error *error)
{
  cs_peer *known = NULL;
  size_t count = 0;
  cs_status status = cs_home_witnesses(home, &known, &count, error);
  for (size_t i = 0; i < count && !*found; i++) {
    *found = strcmp(known[i].key.name, name) == 0;
    if (*found)
      *out = known[i].key;
  }
  free(known);
  return status;
}

cs_status cs_home_cosigner(cs_home *home, const char *name, cs_verifier *out, cs_error *error)
{
  cs_peer *known = NULL;
  size_t count = 0, party;
  bool found = strcmp(name, home->cosigner.name) == 0;
  if (found)
    *out = home->cosigner;
  cs_status status = found ? CS_OK : find_witness(home, name, out, &found, error);
  if (status == CS_OK && !found)
    status = cs_home_peers(home, &known, &count, error);
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
