/* Visits, gathered from the statements of all ledgers. */
#define _GNU_SOURCE /* memmem; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc asks for it */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/visits.h"

typedef struct gathering {
  cs_home *home;
  cs_visit_list *visits;
  const char *origin; /* of the ledger that is read */
  size_t party;       /* whose it is */
  cs_date at;         /* what was stated later is passed over */
  bool requests;      /* this pass takes requests; the next takes what speaks of them */
} gathering;

static const char *copy(gathering *g, const char *text)
{
  return text == NULL ? NULL : cs_arena_copy(&g->visits->arena, cs_slice_of(text));
}

static cs_visit_side new_side(size_t party)
{
  return (cs_visit_side){.party = party, .commit = -1, .reveal = -1, .report = -1, .close = -1};
}

static cs_status take_request(gathering *g, uint64_t entry, const cs_statement *s, cs_slice bytes, cs_error *error)
{
  cs_visit_list *list = g->visits;
  const cs_treaty *t = g->home->treaty;
  if (!cs_grow((void **)&list->at, &list->capacity, list->count, sizeof *list->at))
    return cs_fail_memory(error);
  cs_visit *v = &list->at[list->count++];
  *v = (cs_visit){
    .origin = g->origin,
    .entry = entry,
    .requested = s->time,
    .leaf = cs_hash_leaf(bytes.at, bytes.length),
    .kind = cs_treaty_find(t, CS_KEY_INSPECTION, cs_statement_text(s, "inspection")),
    .date = cs_statement_date(s, "date"),
    .declaration = cs_statement_number(s, "declaration"),
    .facility = copy(g, cs_statement_text(s, "facility")),
    .designated = cs_statement_text(s, "facility") != NULL,
    .weights = json_incref(json_object_get(s->json, "weights")),
    .side = {new_side(g->party), new_side(cs_treaty_find(t, CS_KEY_PARTY, cs_statement_text(s, "of")))},
    .opened = -1,
  };
  v->side[CS_INSPECTING].origin = g->origin;
  return CS_OK;
}

static void take_hash(const cs_statement *s, const char *key, unsigned char out[CS_HASH])
{
  const char *text = cs_statement_text(s, key);
  sodium_hex2bin(out, CS_HASH, text, strlen(text), NULL, NULL, NULL);
}

static void take_step(gathering *g, cs_visit *v, cs_visit_side *side, uint64_t entry, const cs_statement *s)
{
  switch (s->kind) {
  case CS_DRAW_COMMIT:
    if (side->commit < 0) { /* the first one counts */
      side->commit = (int64_t)entry;
      side->committed = s->time;
      take_hash(s, "hash", side->hash.bytes);
    }
    break;
  case CS_DRAW_REVEAL:
    if (side->reveal < 0 && side->commit >= 0) {
      side->reveal = (int64_t)entry;
      side->revealed = s->time;
      take_hash(s, "nonce", side->nonce.bytes);
      cs_hash made = cs_joint_commitment(&v->leaf, g->home->treaty->parties.at[side->party].rule.id, &side->nonce);
      side->sound = cs_hash_equal(&made, &side->hash);
    }
    break;
  case CS_INSPECT_OPEN:
    if (v->opened < 0 && side == &v->side[CS_INSPECTED]) {
      v->opened = (int64_t)entry;
      v->opened_time = s->time;
      v->opened_facility = copy(g, cs_statement_text(s, "facility"));
      memcpy(v->opening, cs_statement_text(s, "opening"), CS_HEX_HASH);
    }
    break;
  case CS_INSPECT_REPORT:
    side->report = (int64_t)entry;
    side->differences = json_array_size(json_object_get(s->json, "differences"));
    break;
  case CS_INSPECT_CLOSE:
    side->close = (int64_t)entry;
    break;
  default:
    break;
  }
}

static cs_visit *find(const cs_visit_list *visits, const char *origin, int64_t entry)
{
  for (size_t i = 0; i < visits->count; i++)
    if ((int64_t)visits->at[i].entry == entry && strcmp(visits->at[i].origin, origin) == 0)
      return &visits->at[i];
  return NULL;
}

const cs_visit *cs_visits_find(const cs_visit_list *visits, const char *origin, uint64_t entry)
{
  return find(visits, origin, (int64_t)entry);
}

/* Whether an entry can be a statement about a visit: most are not, and reading them all takes long. Where something is
 * escaped, the words may be too. */
static bool may_be_of_visit(cs_slice bytes)
{
  static const char *const words[] = {"inspect-", "draw-", "\\"};
  for (size_t i = 0; i < CS_COUNT_OF(words); i++)
    if (memmem(bytes.at, bytes.length, words[i], strlen(words[i])) != NULL)
      return true;
  return false;
}

static cs_status take_entry(void *context, uint64_t entry, cs_slice bytes, cs_slice hash, cs_error *error)
{
  gathering *g = context;
  cs_statement s;
  cs_admission admission;
  cs_error fault;
  (void)hash;
  if (!may_be_of_visit(bytes) || cs_statement_parse(bytes, NULL, &s, &fault) != CS_OK)
    return CS_OK;
  cs_status status = CS_OK;
  bool visit = (g->at == CS_DATE_NONE || s.time / 86400 <= g->at) && s.kind >= CS_INSPECT_REQUEST &&
               s.kind <= CS_INSPECT_CLOSE && (s.kind == CS_INSPECT_REQUEST) == g->requests &&
               cs_statement_admit(&s, g->home->treaty, g->party, NULL, &admission, &fault) == CS_OK;
  if (visit && g->requests)
    status = take_request(g, entry, &s, bytes, error);
  cs_visit *v =
    visit && !g->requests ? find(g->visits, cs_statement_text(&s, "origin"), cs_statement_number(&s, "entry")) : NULL;
  for (size_t i = 0; i < 2 && v != NULL; i++)
    if (v->side[i].party == g->party) {
      v->side[i].origin = g->origin;
      take_step(g, v, &v->side[i], entry, &s);
    }
  cs_statement_free(&s);
  return status;
}

static cs_status gather_ledger(gathering *g, const cs_verifier *key, cs_error *error)
{
  cs_log *log = NULL;
  cs_verifier cosigner;
  cs_status status = cs_log_open(g->home->store, key, NULL, &log, error);
  if (status == CS_OK)
    status = cs_home_party_of(g->home, log, &g->party, &cosigner, error);
  if (status == CS_OK && g->party < g->home->treaty->parties.count) {
    g->origin = copy(g, key->name);
    status = g->origin == NULL ? cs_fail_memory(error) : cs_log_entries(log, 0, UINT64_MAX, take_entry, g, error);
    for (size_t i = 0; i < g->visits->count && status == CS_OK; i++)
      if (g->visits->at[i].side[CS_INSPECTED].party == g->party)
        g->visits->at[i].side[CS_INSPECTED].origin = g->origin;
  }
  cs_log_close(log);
  return status;
}

/* ---- Which facility was drawn -------------------------------------------------------------------------------- */

cs_status cs_declared_facilities(const cs_statement *declaration, cs_arena *arena, const char ***out, size_t *count,
                                 cs_error *error)
{
  const json_t *sealed = json_object_get(json_object_get(declaration->json, "sealed"), "facilities"),
               *open = json_object_get(declaration->json, "holdings"), *lists[] = {sealed, open};
  size_t most = json_array_size(sealed) + json_array_size(open);
  *out = cs_arena_array(arena, most + 1, sizeof **out);
  *count = 0;
  if (*out == NULL)
    return cs_fail_memory(error);
  for (size_t l = 0; l < CS_COUNT_OF(lists); l++)
    for (size_t i = 0; i < json_array_size(lists[l]); i++) {
      const char *name = json_string_value(json_object_get(json_array_get(lists[l], i), "facility"));
      size_t k = 0;
      while (name != NULL && k < *count && strcmp((*out)[k], name) != 0)
        k++;
      if (name == NULL || k < *count)
        continue;
      if (((*out)[(*count)++] = cs_arena_copy(arena, cs_slice_of(name))) == NULL)
        return cs_fail_memory(error);
    }
  return CS_OK;
}

static cs_status draw_among(gathering *g, cs_visit *v, const char *const *facilities, size_t count, cs_error *error)
{
  uint64_t *weights = NULL;
  if (v->weights != NULL) {
    weights = cs_arena_array(&g->visits->arena, count + 1, sizeof *weights);
    if (weights == NULL)
      return cs_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
      const json_t *weight = json_object_get(v->weights, facilities[i]);
      weights[i] = json_is_integer(weight) ? (uint64_t)json_integer_value(weight) : 0;
    }
  }
  cs_hash seed = cs_joint_seed(&v->leaf, &v->side[CS_INSPECTING].nonce, &v->side[CS_INSPECTED].nonce);
  cs_joint stream = cs_joint_start(&seed);
  size_t place = count == 0 ? SIZE_MAX : cs_joint_place(&stream, weights, count);
  v->facility = place == SIZE_MAX ? NULL : facilities[place];
  return CS_OK;
}

/* When both have revealed, everybody knows the place. */
static cs_status draw(gathering *g, cs_visit *v, cs_error *error)
{
  const cs_visit_side *a = &v->side[CS_INSPECTING], *b = &v->side[CS_INSPECTED];
  cs_home_entries entries = {.store = g->home->store, .end = UINT64_MAX};
  cs_entry_source source = cs_home_entry_source(&entries);
  cs_text bytes = {0};
  cs_statement s = {0};
  cs_error fault;
  bool found = false;
  const char **facilities;
  size_t count;
  if (v->designated || a->reveal < 0 || b->reveal < 0 || !a->sound || !b->sound || b->origin == NULL)
    return CS_OK;
  cs_status status = cs_store_ledger(g->home->store, b->origin, &entries.ledger, error);
  if (status == CS_OK)
    status = source.read(source.context, (uint64_t)v->declaration, &bytes, &found, error);
  if (status == CS_OK && found && cs_statement_parse((cs_slice){bytes.at, bytes.length}, NULL, &s, &fault) == CS_OK &&
      s.kind == CS_DECLARE) {
    status = cs_declared_facilities(&s, &g->visits->arena, &facilities, &count, error);
    if (status == CS_OK)
      status = draw_among(g, v, facilities, count, error);
  }
  cs_statement_free(&s);
  cs_text_free(&bytes);
  return status;
}

cs_status cs_home_visits(cs_home *home, cs_date at, cs_visit_list *out, cs_error *error)
{
  cs_verifier *ledgers = NULL;
  size_t count = 0;
  *out = (cs_visit_list){0};
  gathering g = {.home = home, .visits = out, .at = at};
  cs_status status = cs_home_ledgers(home, &ledgers, &count, error);
  for (int pass = 0; pass < 2 && status == CS_OK; pass++) {
    g.requests = pass == 0;
    for (size_t i = 0; i < count && status == CS_OK; i++)
      status = gather_ledger(&g, &ledgers[i], error);
  }
  for (size_t i = 0; i < out->count && status == CS_OK; i++)
    status = draw(&g, &out->at[i], error);
  free(ledgers);
  if (status != CS_OK)
    cs_visits_free(out);
  return status;
}

void cs_visits_free(cs_visit_list *visits)
{
  for (size_t i = 0; i < visits->count; i++)
    json_decref(visits->at[i].weights);
  free(visits->at);
  cs_arena_free(&visits->arena);
  *visits = (cs_visit_list){0};
}
