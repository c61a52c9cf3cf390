/* Claims of the home's party, and what they rest on: its ledger and its vault. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/sealing.h"

/* ---- Entries and openings ------------------------------------------------------------------------------------ */

static cs_status read_entry(void *context, uint64_t index, cs_text *out, bool *found, cs_error *error)
{
  const cs_home_entries *e = context;
  size_t before = out->length;
  cs_status status =
    index < e->end ? cs_store_entries(e->store, e->ledger, index, 1, cs_store_entry_add, out, error) : CS_OK;
  *found = out->length > before;
  return status;
}

cs_entry_source cs_home_entry_source(cs_home_entries *entries)
{
  return (cs_entry_source){read_entry, entries};
}

cs_status cs_home_own_statement(cs_home *home, uint64_t entry, cs_text *bytes, cs_statement *out, cs_error *error)
{
  cs_home_entries own = {.store = home->store, .end = UINT64_MAX};
  bool found = false;
  *out = (cs_statement){0};
  cs_status status = cs_store_ledger(home->store, home->key.name, &own.ledger, error);
  if (status == CS_OK)
    status = read_entry(&own, entry, bytes, &found, error);
  if (status == CS_OK && !found)
    status =
      cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0}, "there is no entry %llu", (unsigned long long)entry);
  if (status == CS_OK)
    status = cs_statement_parse((cs_slice){bytes->at, bytes->length}, home->key.name, out, error);
  return status;
}

/* Whether a statement seals numbers, which the vault has to open. */
static bool seals(const cs_statement *statement)
{
  cs_commitment commitments[2];
  return cs_transfer_read(statement, commitments) ||
         (statement->kind == CS_DECLARE && json_object_get(statement->json, "sealed") != NULL);
}

cs_status cs_home_open_statement(cs_home *home, cs_vault *vault, uint64_t entry, cs_slice bytes,
                                 const cs_statement *statement, cs_opening *out, cs_error *error)
{
  char name[CS_OPENING_NAME];
  unsigned char *record = NULL;
  size_t length;
  *out = (cs_opening){0};
  if (!seals(statement))
    return cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                   "entry %llu seals nothing; expected a sealed declaration", (unsigned long long)entry);
  cs_opening_name(bytes, name);
  cs_status status = cs_vault_get(vault, name, &record, &length, error);
  if (status == CS_OK && record == NULL)
    status = cs_fail(error, CS_INVALID, home->directory, (cs_mark){0},
                     "the vault has nothing that opens entry %llu; expected its opening (\"countersign vault restore\" "
                     "brings it back from a backup)",
                     (unsigned long long)entry);
  if (status == CS_OK)
    status = cs_opening_parse(record, length, out, error);
  if (status == CS_OK)
    status = cs_opening_check(out, statement, home->treaty, home->key.name, error);
  if (status != CS_OK)
    cs_opening_free(out);
  return status;
}

cs_status cs_home_get_opening(cs_home *home, cs_vault *vault, uint64_t entry, cs_opening *out, cs_error *error)
{
  cs_text bytes = {0};
  cs_statement statement;
  *out = (cs_opening){0};
  cs_status status = cs_home_own_statement(home, entry, &bytes, &statement, error);
  if (status == CS_OK)
    status = cs_home_open_statement(home, vault, entry, (cs_slice){bytes.at, bytes.length}, &statement, out, error);
  cs_statement_free(&statement);
  cs_text_free(&bytes);
  return status;
}

/* ---- Secrets for a proof ------------------------------------------------------------------------------------- */

/* Openings that a proof needs, each read once. */
typedef struct opened {
  cs_home *home;
  cs_vault *vault;
  struct {
    uint64_t entry;
    cs_opening opening;
  } at[CS_CLAIMS + 1];
  size_t count;
} opened;

static cs_status read_secrets(void *context, uint64_t index, const cs_secret **out, size_t *count, cs_error *error)
{
  opened *o = context;
  size_t i = 0;
  while (i < o->count && o->at[i].entry != index)
    i++;
  if (i == o->count) {
    cs_status status = i == CS_COUNT_OF(o->at)
                         ? cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "too many entries in one claim")
                         : cs_home_get_opening(o->home, o->vault, index, &o->at[i].opening, error);
    if (status != CS_OK)
      return status;
    o->at[i].entry = index;
    o->count++;
  }
  const cs_opening *opening = &o->at[i].opening;
  *out = opening->secrets;
  *count = opening->facility_count == 0 ? 2 : opening->facility_count * opening->cell_count;
  return CS_OK;
}

static cs_status refuse_observer(const cs_home *home, cs_error *error)
{
  return cs_fail(error, CS_INVALID, home->directory, (cs_mark){0},
                 "an observer claims nothing; expected the home of a party");
}

cs_status cs_home_claim(cs_home *home, cs_vault *vault, uint64_t about, const cs_claim *claims, size_t count,
                        int64_t time, uint64_t *entry, cs_error *error)
{
  if (home->party == (size_t)CS_OBSERVER)
    return refuse_observer(home, error);
  cs_seal_bound bound = cs_home_bound(home, home->party, home->key.name);
  cs_home_entries own = {.store = home->store, .end = UINT64_MAX};
  cs_entry_source entries = cs_home_entry_source(&own);
  opened *o = calloc(1, sizeof *o);
  if (o == NULL)
    return cs_fail_memory(error);
  o->home = home;
  o->vault = vault;
  cs_secret_source secrets = {read_secrets, o};
  json_t *extra = NULL;
  cs_status status = cs_store_ledger(home->store, home->key.name, &own.ledger, error);
  if (status == CS_OK)
    status = cs_claims_make(home->treaty, &bound, about, claims, count, &entries, &secrets, &extra, error);
  if (status == CS_OK)
    status = cs_home_state_sealed(home, vault, NULL, CS_CLAIM, NULL, 0, extra, time, entry, NULL, error);
  for (size_t i = 0; i < o->count; i++)
    cs_opening_free(&o->at[i].opening);
  free(o);
  return status;
}

/* ---- What the agreement asks to be proven -------------------------------------------------------------------- */

typedef struct search {
  const char *date;
  int64_t entry;
} search;

static cs_status find_declaration(void *context, uint64_t index, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  search *sought = context;
  (void)bytes;
  (void)error;
  if (s->kind == CS_DECLARE && strcmp(cs_statement_text(s, "date"), sought->date) == 0)
    sought->entry = (int64_t)index;
  return CS_OK;
}

static cs_status find_baseline(cs_home *home, cs_date date, int64_t *entry, cs_error *error)
{
  char text[CS_DATE_TEXT];
  search s = {cs_date_format(date, text), -1};
  cs_status status = cs_home_walk(home->log, UINT64_MAX, s.date, find_declaration, &s, error);
  *entry = s.entry;
  return status;
}

/* Whether a count has a part that the agreement seals. */
static bool is_sealed_count(const cs_treaty *t, size_t count)
{
  for (size_t i = 0; i < t->items.count; i++)
    for (size_t k = 0; t->items.at[i].disclosure == CS_SEALED && k < t->items.at[i].states.count; k++)
      if (t->counts.at[count].weights[t->items.at[i].cell + k] != 0)
        return true;
  return false;
}

/* The claim that a limit asks for; its kind is CS_CLAIM_KINDS where it asks for none. */
static cs_status claim_of_limit(cs_home *home, const cs_limit *limit, cs_date date, cs_claim *out, cs_error *error)
{
  const cs_allowance *allowance = cs_amount_for(&limit->at_most, home->party);
  *out = (cs_claim){(cs_claim_kind)CS_CLAIM_KINDS, limit->count.index, -1, -1};
  if (allowance == NULL || !is_sealed_count(home->treaty, limit->count.index))
    return CS_OK;
  if (!allowance->baseline) {
    out->kind = CS_CLAIM_AT_MOST;
    out->number = allowance->number;
    return CS_OK;
  }
  cs_date baseline = cs_moment_date(home->treaty, &limit->baseline);
  if (baseline >= date) /* it is the baseline */
    return CS_OK;
  cs_status status = find_baseline(home, baseline, &out->baseline, error);
  char text[CS_DATE_TEXT];
  if (status == CS_OK && out->baseline < 0)
    return cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                   "\"%s\" compares with the declaration of %s, which is not in the ledger; expected it",
                   limit->rule.id, cs_date_format(baseline, text));
  out->kind = CS_CLAIM_NOT_ABOVE;
  return status;
}

cs_status cs_home_due_claims(cs_home *home, uint64_t about, cs_claim **out, size_t *count, cs_error *error)
{
  cs_text bytes = {0};
  cs_statement statement;
  *count = 0;
  *out = NULL;
  if (home->party == (size_t)CS_OBSERVER)
    return refuse_observer(home, error);
  *out = calloc(home->treaty->limits.count + 1, sizeof **out);
  cs_status status =
    *out == NULL ? cs_fail_memory(error) : cs_home_own_statement(home, about, &bytes, &statement, error);
  cs_date date = status == CS_OK ? cs_statement_date(&statement, "date") : CS_DATE_NONE;
  for (size_t i = 0; i < home->treaty->limits.count && status == CS_OK; i++) {
    status = claim_of_limit(home, &home->treaty->limits.at[i], date, &(*out)[*count], error);
    *count += status == CS_OK && (*out)[*count].kind != (cs_claim_kind)CS_CLAIM_KINDS;
  }
  if (bytes.length > 0)
    cs_statement_free(&statement);
  cs_text_free(&bytes);
  if (status != CS_OK) {
    free(*out);
    *out = NULL;
  }
  return status;
}

/* ---- Everything that was sealed can be opened ---------------------------------------------------------------- */

typedef struct list {
  uint64_t *at;
  size_t count, capacity;
} list;

static cs_status list_sealed(void *context, uint64_t index, cs_slice entry, const cs_statement *s, cs_error *error)
{
  list *l = context;
  (void)entry;
  bool sealed = seals(s);
  if (sealed && !cs_grow((void **)&l->at, &l->capacity, l->count, sizeof *l->at))
    return cs_fail_memory(error);
  if (sealed)
    l->at[l->count++] = index;
  return CS_OK;
}

cs_status cs_home_check_openings(cs_home *home, cs_vault *vault, uint64_t *checked, cs_error *error)
{
  list l = {0};
  cs_log *log = NULL;
  *checked = 0;
  cs_status status = cs_home_read_own(home, &log, error);
  if (status == CS_OK)
    status = cs_home_walk(log, UINT64_MAX, "sealed", list_sealed, &l, error);
  cs_log_close(log);
  for (size_t i = 0; i < l.count && status == CS_OK; i++) {
    cs_opening opening;
    status = cs_home_get_opening(home, vault, l.at[i], &opening, error);
    if (status == CS_OK)
      cs_opening_free(&opening);
    *checked += status == CS_OK;
  }
  free(l.at);
  return status;
}
