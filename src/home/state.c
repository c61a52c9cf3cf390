/* Statements of the home's party: made, compared with what is in its ledgers already, and appended. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home/sealing.h"
#include "home/visits.h"

typedef struct speech {
  cs_home *home;
  const cs_statement *statement;
  cs_error *error;
} speech;

static cs_status refuse(const speech *s, const char *format, ...) CS_PRINTF(2, 3);

static cs_status refuse(const speech *s, const char *format, ...)
{
  char what[sizeof s->error->what];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return cs_fail(s->error, CS_INVALID, s->home->key.name, (cs_mark){0}, "%s", what);
}

/* ---- Entries that it speaks of ------------------------------------------------------------------------------- */

static cs_status parse_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  (void)index;
  (void)hash;
  (void)error;
  cs_error fault; /* what is no statement stays one without JSON */
  if (cs_statement_parse(entry, NULL, context, &fault) == CS_SYSTEM)
    return cs_fail_memory(error);
  return CS_OK;
}

/* The statement at an entry; its `json` is NULL where there is none. */
static cs_status read_entry(cs_log *log, uint64_t index, cs_statement *out, cs_error *error)
{
  *out = (cs_statement){0};
  return index < cs_log_checkpoint(log).size ? cs_log_entries(log, index, 1, parse_entry, out, error) : CS_OK;
}

/* Time does not go back in a ledger. */
static cs_status check_time(const speech *s)
{
  cs_statement last;
  uint64_t size = cs_log_checkpoint(s->home->log).size;
  cs_status status = size == 0 ? CS_OK : read_entry(s->home->log, size - 1, &last, s->error);
  if (size == 0 || status != CS_OK || last.json == NULL)
    return status;
  char now[CS_TIME_TEXT], then[CS_TIME_TEXT];
  if (s->statement->time < last.time)
    status =
      refuse(s, "the time is %s, and entry %llu was made at %s; expected a clock that does not go back",
             cs_time_format(s->statement->time, now), (unsigned long long)size - 1, cs_time_format(last.time, then));
  cs_statement_free(&last);
  return status;
}

/* ---- Declarations -------------------------------------------------------------------------------------------- */

typedef struct standing {
  const char *date;
  int64_t entry; /* that declares the day; -1: none */
} standing;

static cs_status find_standing(void *context, uint64_t index, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  standing *d = context;
  (void)bytes;
  (void)error;
  if (s->kind == CS_DECLARE && strcmp(cs_statement_text(s, "date"), d->date) == 0 &&
      (d->entry < 0 || cs_statement_number(s, "corrects") == d->entry))
    d->entry = (int64_t)index;
  return CS_OK;
}

/* A day is declared once; another declaration corrects the one that stands, and says so. */
static cs_status check_declaration(const speech *s)
{
  standing d = {cs_statement_text(s->statement, "date"), -1};
  int64_t corrects = cs_statement_number(s->statement, "corrects");
  cs_status status = cs_home_walk(s->home->log, UINT64_MAX, d.date, find_standing, &d, s->error);
  if (status != CS_OK || corrects == d.entry)
    return status;
  if (d.entry < 0)
    return refuse(s, "there is no declaration for %s to correct; expected a new one, without \"corrects\"", d.date);
  status = refuse(s, "entry %lld declares %s already; expected a correction of it", (long long)d.entry, d.date);
  cs_hint(s->error, "--corrects %lld takes its place; both stay in the ledger", (long long)d.entry);
  return status;
}

/* What is corrected is there, and is of the same kind. */
static cs_status check_correction(const speech *s)
{
  int64_t corrects = cs_statement_number(s->statement, "corrects");
  cs_statement other;
  if (corrects < 0)
    return CS_OK;
  cs_status status = read_entry(s->home->log, (uint64_t)corrects, &other, s->error);
  if (status != CS_OK)
    return status;
  if (other.json == NULL || other.kind != s->statement->kind || other.kind == CS_ADOPT)
    status = refuse(s, "entry %lld is not there to be corrected; expected an entry of this ledger that is a \"%s\"",
                    (long long)corrects, cs_statement_kinds[s->statement->kind].name);
  cs_statement_free(&other);
  return status;
}

/* ---- Notifications ------------------------------------------------------------------------------------------- */

/* What a state or facility is afterwards is another one than before. */
static bool stays(const cs_statement *s, const char *before, const char *after)
{
  const char *from = cs_statement_text(s, before), *to = cs_statement_text(s, after);
  return to == NULL || (from != NULL && strcmp(from, to) == 0);
}

/* A notification tells of a change, and does not disclose by the way what the agreement seals. */
static cs_status check_notification(const speech *s)
{
  const cs_treaty *t = s->home->treaty;
  const char *item = cs_statement_text(s->statement, "item");
  bool moves =
    cs_statement_text(s->statement, "to-facility") != NULL || cs_statement_text(s->statement, "to-state") != NULL;
  if (moves && stays(s->statement, "facility", "to-facility") && stays(s->statement, "state", "to-state"))
    return refuse(s, "what it tells of ends where and as it began; expected another facility or state");
  if (item != NULL && cs_statement_number(s->statement, "count") >= 0 &&
      t->items.at[cs_treaty_find(t, CS_KEY_ITEM, item)].disclosure == CS_SEALED) {
    cs_status status =
      refuse(s, "%s seals the numbers of \"%s\"; expected them not to be notified openly", t->id, item);
    cs_hint(s->error, "\"countersign notify --sealed\" puts commitments in their place");
    return status;
  }
  return check_correction(s);
}

/* ---- Ambiguities --------------------------------------------------------------------------------------------- */

/* What it raises as a difference of a report is one of a report that the party has made. */
static cs_status check_difference(const speech *s)
{
  int64_t report = cs_statement_number(s->statement, "report");
  cs_statement other;
  cs_status status = report < 0 ? CS_OK : read_entry(s->home->log, (uint64_t)report, &other, s->error);
  if (report < 0 || status != CS_OK)
    return status;
  if (other.json == NULL || other.kind != CS_INSPECT_REPORT)
    status = refuse(s, "entry %lld is no report of a visit; expected the one in which the difference stands",
                    (long long)report);
  cs_statement_free(&other);
  return status;
}

typedef struct resolving {
  const speech *speech;
  int64_t entry;    /* that raised it */
  int64_t resolved; /* entry that resolves it; -1: none */
} resolving;

static cs_status find_resolution(void *context, uint64_t index, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  resolving *r = context;
  (void)bytes;
  (void)error;
  if (s->kind == CS_RESOLVE && cs_statement_number(s, "entry") == r->entry &&
      strcmp(cs_statement_text(s, "origin"), r->speech->home->key.name) == 0)
    r->resolved = (int64_t)index;
  return CS_OK;
}

/* An ambiguity is resolved by who raised it, and once. */
static cs_status check_resolution(const speech *s, const char *origin, int64_t entry, const cs_statement *raised)
{
  resolving r = {s, entry, -1};
  if (raised->json == NULL || raised->kind != CS_RAISE)
    return refuse(s, "entry %lld of %s raises no ambiguity; expected one that does", (long long)entry, origin);
  if (strcmp(origin, s->home->key.name) != 0)
    return refuse(s, "entry %lld of %s was raised by %s, which alone can resolve it; expected an entry of %s",
                  (long long)entry, origin, cs_statement_text(raised, "party"), s->home->key.name);
  cs_status status = cs_home_walk(s->home->log, UINT64_MAX, "resolve", find_resolution, &r, s->error);
  return status == CS_OK && r.resolved >= 0
           ? refuse(s, "entry %lld is resolved already, by entry %lld; expected an ambiguity that is open",
                    (long long)entry, (long long)r.resolved)
           : status;
}

/* The ledger that it names is followed here, and has the entry; for `resolve` that is a `raise`. */
static cs_status check_origin(const speech *s)
{
  const char *origin = cs_statement_text(s->statement, "origin");
  int64_t entry = cs_statement_number(s->statement, "entry");
  char quoted[CS_QUOTED];
  cs_log *log;
  cs_statement other = {0};
  cs_status status = check_difference(s);
  if (status == CS_OK)
    status = cs_home_log_of(s->home, origin, &log, s->error);
  if (status != CS_OK)
    return status;
  if (log == NULL)
    return refuse(s, "%s is no ledger that this home follows; expected its own or that of a peer",
                  cs_quote(cs_slice_of(origin), quoted));
  uint64_t size = cs_log_checkpoint(log).size;
  if (entry >= 0)
    status = read_entry(log, (uint64_t)entry, &other, s->error);
  if (status == CS_OK && entry >= 0 && (uint64_t)entry >= size)
    status = refuse(s, "there is no entry %lld in %s; expected one below %llu", (long long)entry, origin,
                    (unsigned long long)size);
  else if (status == CS_OK && s->statement->kind == CS_RESOLVE)
    status = check_resolution(s, origin, entry, &other);
  cs_statement_free(&other);
  cs_log_close(log);
  return status;
}

/* ---- Visits -------------------------------------------------------------------------------------------------- */

/* A request names what is declared, and is within the party's quota. */
static cs_status check_request(const speech *s)
{
  cs_visit_list visits;
  int64_t used, most;
  size_t kind = cs_treaty_find(s->home->treaty, CS_KEY_INSPECTION, cs_statement_text(s->statement, "inspection"));
  cs_status status = cs_home_check_request(s->home, s->statement, s->error);
  if (status == CS_OK)
    status = cs_home_visits(s->home, CS_DATE_NONE, &visits, s->error);
  if (status != CS_OK)
    return status;
  cs_home_quota(s->home, &visits, kind, s->home->party, cs_statement_date(s->statement, "date"), s->statement->time,
                &used, &most);
  if (most >= 0 && used >= most)
    status = refuse(s, "%lld of %lld \"%s\" inspections are used up; expected no more in this year", (long long)used,
                    (long long)most, s->home->treaty->inspections.at[kind].rule.id);
  cs_visits_free(&visits);
  return status;
}

/* A step of a visit of the home's own, which was not made before. */
static cs_status check_visit(const speech *s)
{
  cs_visit_list visits;
  const char *origin = cs_statement_text(s->statement, "origin");
  cs_status status = cs_home_visits(s->home, CS_DATE_NONE, &visits, s->error);
  if (status != CS_OK)
    return status;
  const cs_visit *v = cs_visits_find(&visits, origin, (uint64_t)cs_statement_number(s->statement, "entry"));
  const cs_visit_side *mine = v == NULL ? NULL : &v->side[v->side[CS_INSPECTED].party == s->home->party];
  if (v == NULL || mine->party != s->home->party)
    status = refuse(s, "there is no such visit of this party; expected the request of one");
  else if (v->fault != NULL)
    status = refuse(s, "the request is void (%s); expected one that names what was declared", v->fault);
  else if (s->statement->kind == CS_DRAW_REVEAL && (mine->commit < 0 || v->side[mine == v->side].commit < 0))
    status = refuse(s, "a number is revealed before both have committed; expected both commitments");
  else if ((s->statement->kind == CS_DRAW_COMMIT && mine->commit >= 0) ||
           (s->statement->kind == CS_DRAW_REVEAL && mine->reveal >= 0) ||
           (s->statement->kind == CS_INSPECT_OPEN && v->opened >= 0) ||
           (s->statement->kind == CS_INSPECT_REPORT && mine->report >= 0) ||
           (s->statement->kind == CS_INSPECT_CLOSE && mine->close >= 0))
    status = refuse(s, "this was stated before; expected it once");
  cs_visits_free(&visits);
  return status;
}

/* ---- Making one ---------------------------------------------------------------------------------------------- */

static cs_status check_in_ledger(const speech *s)
{
  cs_status status = check_time(s);
  if (status != CS_OK)
    return status;
  switch (s->statement->kind) {
  case CS_DECLARE:
    return check_declaration(s);
  case CS_NOTIFY:
    return check_notification(s);
  case CS_RAISE:
  case CS_RESOLVE:
    return check_origin(s);
  case CS_INSPECT_REQUEST:
    return check_request(s);
  case CS_DRAW_COMMIT:
  case CS_DRAW_REVEAL:
  case CS_INSPECT_OPEN:
  case CS_INSPECT_REPORT:
  case CS_INSPECT_CLOSE:
    return check_visit(s);
  default:
    return check_correction(s);
  }
}

/* Puts what opens the statement into the vault, on disk. */
static cs_status keep_opening(cs_vault *vault, const cs_opening *opening, cs_slice statement, cs_error *error)
{
  char name[CS_OPENING_NAME];
  unsigned char *bytes = NULL;
  size_t length;
  cs_opening_name(statement, name);
  cs_status status = cs_opening_format(opening, &bytes, &length, error);
  if (status == CS_OK)
    status = cs_vault_put(vault, &(cs_vault_record){name, {(const char *)bytes, length}}, 1, error);
  sodium_free(bytes);
  return status;
}

/* What others will check is checked before it is said. */
static cs_status check_seals(cs_home *home, const cs_statement *statement, cs_error *error)
{
  cs_home_entries own = {.store = home->store, .end = UINT64_MAX};
  cs_entry_source entries = cs_home_entry_source(&own);
  cs_seal_bound bound = cs_home_bound(home, home->party, home->key.name);
  cs_status status = cs_store_ledger(home->store, home->key.name, &own.ledger, error);
  return status == CS_OK ? cs_statement_verify(statement, home->treaty, &bound, &entries, home->key.name, error)
                         : status;
}

cs_status cs_home_state_sealed(cs_home *home, cs_vault *vault, const cs_opening *opening, cs_statement_kind kind,
                               const cs_statement_value *values, size_t count, json_t *extra, int64_t time,
                               uint64_t *entry, bool *late, cs_error *error)
{
  bool observer = home->party == (size_t)CS_OBSERVER;
  if (observer || home->log == NULL) {
    json_decref(extra);
    return cs_fail(error, CS_INVALID, home->directory, (cs_mark){0},
                   observer ? "an observer makes no statements; expected the home of a party"
                            : "the home is locked; expected one that was unlocked");
  }
  cs_text bytes = {0};
  cs_statement statement = {0};
  cs_admission admission;
  cs_status status = cs_statement_make(home->treaty, home->party, time, kind, values, count, extra, &bytes, error);
  cs_slice text = {bytes.at, bytes.length};
  if (status == CS_OK)
    status = cs_statement_parse(text, home->key.name, &statement, error);
  if (status == CS_OK)
    status = cs_statement_admit(&statement, home->treaty, home->party, home->key.name, &admission, error);
  if (status == CS_OK)
    status = check_in_ledger(&(speech){home, &statement, error});
  if (status == CS_OK)
    status = check_seals(home, &statement, error);
  if (status == CS_OK && opening != NULL)
    status = keep_opening(vault, opening, text, error);
  if (status == CS_OK)
    status = cs_log_append(home->log, &text, 1, entry, error);
  if (status == CS_OK && late != NULL)
    *late = admission == CS_ADMITTED_LATE;
  cs_error ignored; /* the statement is there; the next one, or "serve", puts the time on the checkpoint again */
  if (status == CS_OK)
    (void)cs_home_cosign_own(home, time, &ignored);
  cs_statement_free(&statement);
  cs_text_free(&bytes);
  return status;
}

cs_status cs_home_state(cs_home *home, cs_statement_kind kind, const cs_statement_value *values, size_t count,
                        json_t *extra, int64_t time, uint64_t *entry, bool *late, cs_error *error)
{
  return cs_home_state_sealed(home, NULL, NULL, kind, values, count, extra, time, entry, late, error);
}
