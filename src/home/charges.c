/* What evidence a home keeps, and against whom. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "home/home.h"

typedef struct listing {
  cs_piece *at;
  size_t count, capacity;
} listing;

static bool same_key(const cs_verifier *a, const cs_verifier *b)
{
  return strcmp(a->name, b->name) == 0 && memcmp(a->key, b->key, CS_PUBLIC_KEY) == 0;
}

static cs_status list_piece(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  listing *l = context;
  json_t *json = json_loadb(bytes.at, bytes.length, 0, NULL);
  const char *key = json_string_value(json_object_get(json, "ledger")),
             *kind = json_string_value(json_object_get(json, "kind"));
  cs_piece piece = {.party = (size_t)CS_OBSERVER};
  size_t k = 0;
  while (k < CS_EVIDENCE_KINDS && (kind == NULL || strcmp(cs_evidence_names[k], kind) != 0))
    k++;
  bool known = k < CS_EVIDENCE_KINDS && key != NULL && strlen(name) < sizeof piece.hash &&
               cs_verifier_parse(cs_slice_of(key), &piece.ledger);
  json_decref(json);
  if (!known)
    return CS_OK;
  if (!cs_grow((void **)&l->at, &l->capacity, l->count, sizeof *l->at))
    return cs_fail_memory(error);
  piece.kind = (cs_evidence_kind)k;
  memcpy(piece.hash, name, strlen(name) + 1);
  l->at[l->count++] = piece;
  return CS_OK;
}

/* Names the party whose ledger a peer's is, in each piece against it. */
static cs_status name_party(cs_home *home, const cs_peer *peer, listing *l, cs_error *error)
{
  cs_log *log = NULL;
  cs_verifier cosigner;
  size_t party = (size_t)CS_OBSERVER;
  cs_status status = cs_log_open(home->store, &peer->key, NULL, &log, error);
  if (status == CS_OK)
    status = cs_home_party_of(home, log, &party, &cosigner, error);
  cs_log_close(log);
  for (size_t i = 0; i < l->count && status == CS_OK; i++)
    if (same_key(&l->at[i].ledger, &peer->key))
      l->at[i].party = party;
  return status;
}

cs_status cs_home_evidence(cs_home *home, cs_piece **out, size_t *count, cs_error *error)
{
  listing l = {0};
  cs_peer *peers = NULL;
  size_t peer_count = 0;
  cs_status status = cs_store_evidence(home->store, list_piece, &l, error);
  if (status == CS_OK && l.count > 0)
    status = cs_home_peers(home, &peers, &peer_count, error);
  for (size_t i = 0; i < peer_count && status == CS_OK; i++)
    status = name_party(home, &peers[i], &l, error);
  free(peers);
  if (status != CS_OK) {
    free(l.at);
    l = (listing){0};
  }
  *out = l.at;
  *count = l.count;
  return status;
}

cs_charge cs_charge_against(const cs_piece *pieces, size_t count, const cs_verifier *ledger)
{
  cs_charge charge = {0};
  for (size_t i = 0; i < count; i++)
    if (same_key(&pieces[i].ledger, ledger)) {
      charge.newest = &pieces[i];
      charge.count++;
      charge.kinds |= 1U << pieces[i].kind;
    }
  return charge;
}

void cs_charge_words(unsigned kinds, cs_text *out)
{
  static const struct {
    unsigned kinds;
    const char *words;
  } deeds[] = {
    {1U << CS_EVIDENCE_FORK | 1U << CS_EVIDENCE_INCONSISTENT, "signed two histories"},
    {1U << CS_EVIDENCE_ROLLBACK, "went back to an older history"},
    {1U << CS_EVIDENCE_BACKDATED, "dated statements back"},
    {1U << CS_EVIDENCE_STATEMENT, "stated what the agreement does not admit"},
  };
  bool any = false;
  for (size_t i = 0; i < CS_COUNT_OF(deeds); i++)
    if ((kinds & deeds[i].kinds) != 0) {
      cs_text_add(out, "%s%s", any ? ", " : "", deeds[i].words);
      any = true;
    }
}
