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

static void take_hash(const cs_statement *s, const char *key, unsigned char out[CS_HASH])
{
  const char *text = cs_statement_text(s, key);
  sodium_hex2bin(out, CS_HASH, text, strlen(text), NULL, NULL, NULL);
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
    .declared = CS_DATE_NONE,
    .facility = copy(g, cs_statement_text(s, "facility")),
    .designated = cs_statement_text(s, "facility") != NULL,
    .weights = json_incref(json_object_get(s->json, "weights")),
    .side = {new_side(g->party), new_side(cs_treaty_find(t, CS_KEY_PARTY, cs_statement_text(s, "of")))},
    .opened = -1,
  };
  v->side[CS_INSPECTING].origin = g->origin;
  take_hash(s, "leaf", v->named.bytes);
  return CS_OK;
}

static void take_opening(gathering *g, cs_visit *v, uint64_t entry, const cs_statement *s)
{
  v->opened = (int64_t)entry;
  v->opened_time = s->time;
  v->opened_facility = copy(g, cs_statement_text(s, "facility"));
  v->moves = json_incref(json_object_get(s->json, "moves"));
  memcpy(v->opening, cs_statement_text(s, "opening"), CS_HEX_HASH);
}

/* Which of them count is told when the place is known. */
static cs_status take_report(cs_visit *v, size_t side, uint64_t entry, const cs_statement *s, cs_error *error)
{
  size_t before = 0;
  for (size_t i = 0; i < v->report_count; i++)
    before += v->reports[i].side == side;
  if (before == CS_REPORTS_MOST)
    return CS_OK;
  if (!cs_grow((void **)&v->reports, &v->report_capacity, v->report_count, sizeof *v->reports))
    return cs_fail_memory(error);
  v->reports[v->report_count++] = (cs_visit_report){.side = side, .entry = entry, .json = json_incref(s->json)};
  return CS_OK;
}

static cs_status take_step(gathering *g, cs_visit *v, size_t index, uint64_t entry, const cs_statement *s,
                           cs_error *error)
{
  cs_visit_side *side = &v->side[index];
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
    if (v->opened < 0 && index == CS_INSPECTED)
      take_opening(g, v, entry, s);
    break;
  case CS_INSPECT_REPORT:
    return take_report(v, index, entry, s, error);
  case CS_INSPECT_CLOSE:
    side->close = (int64_t)entry;
    break;
  default:
    break;
  }
  return CS_OK;
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
  for (size_t i = 0; i < 2 && v != NULL && status == CS_OK; i++)
    if (v->side[i].party == g->party) {
      v->side[i].origin = g->origin;
      status = take_step(g, v, i, entry, &s, error);
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

/* ---- What follows from the request ----------------------------------------------------------------------------- */

static cs_status draw_among(gathering *g, cs_visit *v, const cs_named_entry *d, cs_error *error)
{
  uint64_t *weights = NULL;
  if (v->weights != NULL) {
    weights = cs_arena_array(&g->visits->arena, d->count + 1, sizeof *weights);
    if (weights == NULL)
      return cs_fail_memory(error);
    for (size_t i = 0; i < d->count; i++) {
      const json_t *weight = json_object_get(v->weights, d->facilities[i]);
      weights[i] = json_is_integer(weight) ? (uint64_t)json_integer_value(weight) : 0;
    }
  }
  cs_hash seed = cs_joint_seed(&v->leaf, &v->side[CS_INSPECTING].nonce, &v->side[CS_INSPECTED].nonce);
  cs_joint stream = cs_joint_start(&seed);
  size_t place = d->count == 0 ? SIZE_MAX : cs_joint_place(&stream, weights, d->count);
  v->facility = place == SIZE_MAX ? NULL : d->facilities[place];
  return CS_OK;
}

/* Whether the request names a declaration that was there when it was made, and a place in it. When both have revealed,
 * everybody knows the place. */
static cs_status settle(gathering *g, cs_visit *v, cs_error *error)
{
  const cs_visit_side *a = &v->side[CS_INSPECTING], *b = &v->side[CS_INSPECTED];
  cs_named_entry d;
  if (b->origin == NULL) /* its ledger is not here: nothing can be said of the request */
    return CS_OK;
  cs_status status = cs_home_declared(g->home, b->origin, b->party, v->declaration, &g->visits->arena, &d, error);
  if (status == CS_OK)
    status = cs_request_fault(v, &d, &g->visits->arena, error);
  if (status != CS_OK)
    return status;
  v->declared = d.date;
  if (v->fault != NULL)
    v->facility = NULL;
  else if (!v->designated && a->reveal >= 0 && b->reveal >= 0 && a->sound && b->sound)
    status = draw_among(g, v, &d, error);
  return status;
}

static bool says(const json_t *json, const char *key, const char *text)
{
  const char *said = json_string_value(json_object_get(json, key));
  return said != NULL && text != NULL && strcmp(said, text) == 0;
}

/* Of each side the first report counts that is about the place of the visit and the file that was handed over. */
static void find_reports(cs_visit *v)
{
  bool opened = cs_visit_opened(v);
  for (size_t i = 0; i < v->report_count; i++) {
    cs_visit_report *r = &v->reports[i];
    cs_visit_side *side = &v->side[r->side];
    r->is_of_it = opened && says(r->json, "facility", v->facility) && says(r->json, "opening", v->opening);
    if (!r->is_of_it || side->report >= 0)
      continue;
    side->report = (int64_t)r->entry;
    side->differences = json_array_size(json_object_get(r->json, "differences"));
  }
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
  for (size_t i = 0; i < out->count && status == CS_OK; i++) {
    status = settle(&g, &out->at[i], error);
    find_reports(&out->at[i]);
  }
  free(ledgers);
  if (status != CS_OK)
    cs_visits_free(out);
  return status;
}

static void free_visit(cs_visit *v)
{
  for (size_t i = 0; i < v->report_count; i++)
    json_decref(v->reports[i].json);
  free(v->reports);
  json_decref(v->moves);
  json_decref(v->weights);
}

void cs_visits_free(cs_visit_list *visits)
{
  for (size_t i = 0; i < visits->count; i++)
    free_visit(&visits->at[i]);
  free(visits->at);
  cs_arena_free(&visits->arena);
  *visits = (cs_visit_list){0};
}
