/* Declarations: from a CSV file into a statement, and from the statements of ledgers into holdings. */
#include <stdlib.h>
#include <string.h>

#include "home/history.h"

/* ---- From a file --------------------------------------------------------------------------------------------- */

static void set_totals(const cs_record *record, json_t *json)
{
  json_t *totals = json_object_get(json, "totals");
  for (size_t i = 0; i < record->treaty->counts.count; i++) {
    if (record->totals[i] == CS_NO_NUMBER)
      continue;
    if (totals == NULL)
      json_object_set_new(json, "totals", totals = json_object());
    json_object_set_new(totals, record->treaty->counts.at[i].rule.id, json_integer(record->totals[i]));
  }
}

static void set_text(json_t *json, const char *key, cs_slice text)
{
  if (text.length > 0)
    json_object_set_new(json, key, json_stringn(text.at, text.length));
}

static void add_holding(const cs_record *record, const cs_row *row, json_t *json)
{
  const cs_item *item = &record->treaty->items.at[row->item];
  json_t *list = json_object_get(json, "holdings"), *holding = json_object();
  if (list == NULL)
    json_object_set_new(json, "holdings", list = json_array());
  json_object_set_new(holding, "item", json_string(item->rule.id));
  json_object_set_new(holding, "state", json_string(item->states.at[row->state].rule.id));
  set_text(holding, "type", row->type);
  set_text(holding, "facility", row->facility);
  json_object_set_new(holding, "count", json_integer(row->number));
  json_array_append_new(list, holding);
}

/* Nobody discloses by a slip, for ever, what the agreement seals. */
static cs_status check_open(const cs_record *record, const cs_row *row, const char *path, cs_error *error)
{
  const cs_treaty *t = record->treaty;
  const char *sealed = NULL;
  if (record->itemised && t->items.at[row->item].disclosure == CS_SEALED)
    sealed = t->items.at[row->item].rule.id;
  for (size_t i = 0; i < t->counts.count && !record->itemised && sealed == NULL; i++)
    if (record->totals[i] != CS_NO_NUMBER && t->counts.at[i].disclosure == CS_SEALED)
      sealed = t->counts.at[i].rule.id;
  if (sealed == NULL)
    return CS_OK;
  cs_fail(error, CS_INVALID, path, cs_record_mark(record, row),
          "%s seals the numbers of \"%s\"; expected them not to be declared openly", t->id, sealed);
  cs_hint(error, "\"countersign declare --sealed\" takes holdings by item, state and facility");
  return CS_INVALID;
}

cs_status cs_home_read_declaration(const cs_home *home, const char *path, cs_date date, json_t **out, cs_error *error)
{
  cs_file file;
  cs_record record = {0};
  cs_row row;
  int got = -1;
  char day[CS_DATE_TEXT];
  *out = NULL;
  if (home->party == (size_t)CS_OBSERVER)
    return cs_fail(error, CS_INVALID, home->directory, (cs_mark){0},
                   "an observer declares nothing; expected the home of a party");
  *out = json_object();
  cs_status status = cs_file_read(path, CS_HOLDINGS_BYTES, &file, error);
  if (status == CS_OK)
    status = cs_record_open(home->treaty, &file, &record, error);
  while (status == CS_OK && (got = cs_record_next(&record, &row, error)) == 1) {
    if (row.party != home->party || row.date != date)
      continue;
    if (row.provided == CS_PUBLISHED)
      status =
        cs_fail(error, CS_INVALID, path, cs_record_mark(&record, &row),
                "these numbers were published and not exchanged; expected \"exchanged\" in what is to be declared");
    else
      status = check_open(&record, &row, path, error);
    if (status == CS_OK && record.itemised)
      add_holding(&record, &row, *out);
    else if (status == CS_OK)
      set_totals(&record, *out);
  }
  status = status == CS_OK && got < 0 ? CS_INVALID : status;
  if (status == CS_OK && json_object_size(*out) == 0)
    status = cs_fail(error, CS_INVALID, path, (cs_mark){0},
                     "there is no number of %s for %s; expected a row with this party and date",
                     home->treaty->parties.at[home->party].rule.id, cs_date_format(date, day));
  cs_record_close(&record);
  cs_file_free(&file);
  if (status != CS_OK) {
    json_decref(*out);
    *out = NULL;
  }
  return status;
}

/* ---- From ledgers -------------------------------------------------------------------------------------------- */

typedef struct folding {
  cs_home *home;
  cs_holdings *holdings;
  uint32_t file;
  size_t party; /* whose ledger it is */
  cs_date at;   /* the last day of which statements are known */
  cs_seal_bound bound;
  cs_home_entries entries; /* of that ledger */
  uint64_t *claims;        /* entries that are, looked at when all declarations are there */
  size_t claim_count, claim_capacity;
  cs_date notified; /* the earliest day of a notification */
} folding;

/* Forgets what was declared for a day: the statement that comes corrects it. */
static void clear(cs_holdings *h, uint32_t index)
{
  size_t counts = h->treaty->counts.count;
  for (size_t i = 0; i < counts; i++)
    h->totals[index * counts + i] = CS_NO_NUMBER;
  h->declarations[index].items = NULL;
  h->declarations[index].sealed = false;
}

static cs_status fold_holdings(cs_holdings *h, uint32_t index, json_t *list, cs_error *error)
{
  size_t i;
  json_t *holding;
  json_array_foreach(list, i, holding)
  {
    bool fits;
    size_t item = cs_treaty_find(h->treaty, CS_KEY_ITEM, json_string_value(json_object_get(holding, "item")));
    const cs_item *of = &h->treaty->items.at[item];
    const char *state = json_string_value(json_object_get(holding, "state"));
    size_t k = 0;
    while (k + 1 < of->states.count && strcmp(of->states.at[k].rule.id, state) != 0)
      k++;
    cs_status status =
      cs_holdings_add(h, index, of->cell + k, json_integer_value(json_object_get(holding, "count")), &fits, error);
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

static cs_status fold_declaration(const folding *f, uint64_t entry, const cs_statement *s, cs_error *error)
{
  cs_holdings *h = f->holdings;
  uint32_t index;
  cs_status status = cs_holdings_declare(h, cs_statement_date(s, "date"), f->party, &index, error);
  if (status != CS_OK)
    return status;
  cs_declaration *d = &h->declarations[index];
  if (d->totals_line != 0 && cs_statement_number(s, "corrects") != (int64_t)d->totals_line)
    return CS_OK; /* a statement stands until another corrects it */
  clear(h, index);
  d->file = f->file;
  d->first_line = d->last_line = d->totals_line = (uint32_t)entry;
  d->received = (cs_date)(s->time / 86400);
  d->sealed = json_object_get(s->json, "sealed") != NULL;
  const char *name;
  json_t *value;
  json_object_foreach(json_object_get(s->json, "totals"), name, value)
  {
    for (size_t i = 0; i < h->treaty->counts.count; i++)
      if (strcmp(h->treaty->counts.at[i].rule.id, name) == 0)
        h->totals[index * h->treaty->counts.count + i] = json_integer_value(value);
  }
  return fold_holdings(h, index, json_object_get(s->json, "holdings"), error);
}

/* Remembers that the seals of an entry were verified, for when the ledger is replayed. */
static cs_status note_verified(const folding *f, uint64_t entry, const cs_statement *proof, cs_error *error)
{
  return cs_holdings_verify(f->holdings, &(cs_proven_entry){f->file, (uint32_t)entry, (cs_date)(proof->time / 86400)},
                            error);
}

static cs_status fold_kind(folding *f, uint64_t entry, const cs_statement *s, cs_error *error)
{
  cs_status status = CS_OK;
  cs_error fault;
  switch (s->kind) {
  case CS_DECLARE:
    if ((cs_date)(s->time / 86400) > f->at ||
        cs_statement_verify(s, f->home->treaty, &f->bound, NULL, NULL, &fault) != CS_OK)
      return CS_OK;
    if (json_object_get(s->json, "sealed") != NULL)
      status = note_verified(f, entry, s, error);
    return status == CS_OK ? fold_declaration(f, entry, s, error) : status;
  case CS_CLAIM:
    if (!cs_grow((void **)&f->claims, &f->claim_capacity, f->claim_count, sizeof *f->claims))
      return cs_fail_memory(error);
    f->claims[f->claim_count++] = entry;
    return CS_OK;
  default:
    f->notified = (cs_date)(s->time / 86400);
    return CS_OK;
  }
}

/* Only what the agreement admits counts; the rest is evidence, not a declaration. */
static cs_status fold_entry(void *context, uint64_t entry, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  folding *f = context;
  (void)bytes;
  cs_admission admission;
  cs_error fault;
  cs_status status = CS_OK;
  bool folds =
    s->kind == CS_DECLARE || s->kind == CS_CLAIM || (s->kind == CS_NOTIFY && (cs_date)(s->time / 86400) < f->notified);
  if (folds && cs_statement_admit(s, f->home->treaty, f->party, NULL, &admission, &fault) == CS_OK)
    status = fold_kind(f, entry, s, error);
  return status;
}

/* ---- Claims -------------------------------------------------------------------------------------------------- */

/* Parses an entry; `json` is NULL where it is not there, or is no statement. Release both. */
static cs_status read_statement(folding *f, uint64_t index, cs_text *bytes, cs_statement *out, cs_error *error)
{
  cs_entry_source source = cs_home_entry_source(&f->entries);
  bool found;
  cs_error fault;
  *out = (cs_statement){0};
  cs_status status = source.read(source.context, index, bytes, &found, error);
  if (status == CS_OK && found &&
      cs_statement_parse((cs_slice){bytes->at, bytes->length}, NULL, out, &fault) == CS_SYSTEM)
    return cs_fail_memory(error);
  return status;
}

/* The day that an entry declares, where it is the declaration of that day that stands; CS_DATE_NONE otherwise. */
static cs_status standing_date(folding *f, int64_t entry, cs_date *out, cs_error *error)
{
  cs_text bytes = {0};
  cs_statement s;
  *out = CS_DATE_NONE;
  cs_status status = entry < 0 ? CS_OK : read_statement(f, (uint64_t)entry, &bytes, &s, error);
  if (entry < 0 || status != CS_OK)
    return status;
  if (s.json != NULL && s.kind == CS_DECLARE) {
    /* What was not accepted as a declaration is none for being spoken of. */
    cs_date date = cs_statement_date(&s, "date");
    size_t index = cs_holdings_look(f->holdings, date, f->party);
    const cs_declaration *d = index == SIZE_MAX ? NULL : &f->holdings->declarations[index];
    if (d != NULL && d->file == f->file && d->totals_line == (uint32_t)entry)
      *out = date;
  }
  cs_statement_free(&s);
  cs_text_free(&bytes);
  return status;
}

/* Adds what one claim of a verified statement proves about the declarations that stand. */
static cs_status fold_claim(folding *f, uint64_t entry, const cs_statement *s, const cs_claim *claim, cs_error *error)
{
  cs_proven proven = {.party = (uint32_t)f->party,
                      .count = (uint32_t)claim->count,
                      .at_most = claim->number >= 0 ? claim->number : CS_NO_NUMBER,
                      .equal = claim->kind == CS_CLAIM_EQUAL,
                      .received = (cs_date)(s->time / 86400),
                      .line = (uint32_t)entry};
  cs_status status = standing_date(f, cs_statement_number(s, "entry"), &proven.date, error);
  if (status == CS_OK)
    status = standing_date(f, claim->baseline, &proven.baseline, error);
  bool says = proven.date != CS_DATE_NONE && (claim->number >= 0 || proven.baseline != CS_DATE_NONE);
  return status == CS_OK && says ? cs_holdings_prove(f->holdings, &proven, error) : status;
}

static cs_status fold_claims(folding *f, uint64_t entry, cs_error *error)
{
  cs_text bytes = {0};
  cs_statement s;
  cs_error fault;
  f->entries.end = entry + 1;
  cs_entry_source source = cs_home_entry_source(&f->entries);
  cs_status status = read_statement(f, entry, &bytes, &s, error);
  f->entries.end = entry; /* a claim is about what was there before it */
  if (status != CS_OK || s.json == NULL)
    return status;
  cs_status verified = cs_statement_verify(&s, f->home->treaty, &f->bound, &source, NULL, &fault);
  size_t count = verified == CS_OK ? json_array_size(json_object_get(s.json, "claims")) : 0;
  if (verified == CS_SYSTEM) {
    *error = fault;
    status = CS_SYSTEM;
  }
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    cs_claim claim;
    status = cs_claim_read(&s, f->home->treaty, i, NULL, &claim, error);
    if (status == CS_OK)
      status = claim.kind == CS_CLAIM_BALANCED ? note_verified(f, (uint64_t)cs_statement_number(&s, "entry"), &s, error)
                                               : fold_claim(f, entry, &s, &claim, error);
  }
  cs_statement_free(&s);
  cs_text_free(&bytes);
  return status;
}

static cs_status fold_ledger(folding *f, const cs_verifier *key, cs_error *error)
{
  cs_log *log;
  cs_verifier cosigner;
  cs_status status = cs_log_open(f->home->store, key, NULL, &log, error);
  if (status == CS_OK)
    status = cs_home_party_of(f->home, log, &f->party, &cosigner, error);
  if (status == CS_OK && f->party < f->home->treaty->parties.count) {
    f->file = (uint32_t)f->holdings->file_count;
    f->holdings->files[f->holdings->file_count++] = cs_arena_copy(&f->holdings->arena, cs_slice_of(key->name));
    f->bound = (cs_seal_bound){f->home->treaty_hash, f->home->treaty->parties.at[f->party].rule.id, key->name};
    f->claim_count = 0;
    f->notified = INT32_MAX;
    f->entries = (cs_home_entries){.store = f->home->store};
    status = f->holdings->files[f->file] == NULL
               ? cs_fail_memory(error)
               : cs_store_ledger(f->home->store, key->name, &f->entries.ledger, error);
    if (status == CS_OK)
      status = cs_home_walk(log, UINT64_MAX, NULL, fold_entry, f, error);
    for (size_t i = 0; i < f->claim_count && status == CS_OK; i++)
      status = fold_claims(f, f->claims[i], error);
    if (status == CS_OK)
      status = cs_home_add_history(f->home, key, f->party, f->file, f->notified, f->holdings, error);
  }
  cs_log_close(log);
  return status;
}

cs_status cs_home_holdings(cs_home *home, cs_date at, cs_holdings **out, cs_error *error)
{
  cs_peer *peers = NULL;
  size_t count = 0;
  folding f = {.home = home, .at = at};
  *out = NULL;
  cs_status status = cs_home_peers(home, &peers, &count, error);
  if (status == CS_OK)
    status = cs_holdings_new(home->treaty, count + 1, &f.holdings, error);
  if (status == CS_OK && home->party < home->treaty->parties.count)
    status = fold_ledger(&f, &home->key, error);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = fold_ledger(&f, &peers[i].key, error);
  if (status == CS_OK)
    status = cs_holdings_finish(f.holdings, error);
  free(peers);
  free(f.claims);
  if (status == CS_OK)
    *out = f.holdings;
  else
    cs_holdings_free(f.holdings);
  return status;
}
