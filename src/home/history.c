/* A ledger as what is replayed: its declarations and notifications, as places and numbers. */
#include "home/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home/moves.h"
#include "home/sealing.h"

typedef struct history {
  cs_home *home;
  cs_holdings *holdings;
  cs_verifier key;
  size_t party;
  uint32_t file;
  cs_vault *vault; /* of the own ledger: numbers are those that were sealed; NULL: seals stay closed */
} history;

/* One reading of a ledger. */
typedef struct reading {
  const history *of;
  cs_replay *replay;
  bool declarations;
  cs_slice bytes; /* of the entry at hand */
} reading;

/* `facility` NULL: it is not said. */
static cs_status find_place(cs_replay *replay, const char *facility, size_t cell, cs_spot *out, cs_error *error)
{
  out->cell = (uint32_t)cell;
  return cs_replay_facility(replay, cs_slice_of(facility == NULL ? "" : facility), &out->facility, error);
}

/* ---- Declarations ------------------------------------------------------------------------------------------------ */

static cs_status read_holdings(const reading *r, const cs_statement *s, cs_error *error)
{
  const cs_treaty *t = r->of->home->treaty;
  const json_t *list = json_object_get(s->json, "holdings");
  cs_status status = CS_OK;
  for (size_t i = 0; i < json_array_size(list) && status == CS_OK; i++) {
    const json_t *holding = json_array_get(list, i);
    size_t cell = cs_treaty_cell(t, json_string_value(json_object_get(holding, "item")),
                                 json_string_value(json_object_get(holding, "state")));
    cs_spot place;
    status = find_place(r->replay, json_string_value(json_object_get(holding, "facility")), cell, &place, error);
    if (status == CS_OK)
      status = cs_replay_number(r->replay, place, json_integer_value(json_object_get(holding, "count")), error);
  }
  return status;
}

static cs_status read_seals(const reading *r, const cs_statement *s, cs_error *error)
{
  cs_sealed sealed;
  cs_status status = cs_sealed_read(s, r->of->home->treaty, NULL, &sealed, error);
  for (size_t f = 0; status == CS_OK && f < sealed.facility_count; f++)
    for (size_t c = 0; c < sealed.cell_count && status == CS_OK; c++) {
      cs_spot place;
      status = find_place(r->replay, sealed.facilities[f], sealed.cells[c], &place, error);
      if (status == CS_OK)
        status = cs_replay_sealed(r->replay, place, &sealed.commitments[f * sealed.cell_count + c], error);
    }
  cs_sealed_free(&sealed);
  return status;
}

/* The same as numbers, for whoever has sealed them. */
static cs_status read_opened(const reading *r, uint64_t entry, const cs_statement *s, cs_error *error)
{
  const history *h = r->of;
  cs_opening o = {0};
  size_t *cells = calloc(h->home->treaty->cells + 1, sizeof *cells);
  if (cells == NULL)
    return cs_fail_memory(error);
  size_t count = cs_sealed_cells(h->home->treaty, cells);
  cs_status status = cs_home_open_statement(h->home, h->vault, entry, r->bytes, s, &o, error);
  for (size_t i = 0; status == CS_OK && i < o.facility_count * count; i++) {
    cs_spot place = {.cell = (uint32_t)cells[i % count]};
    status = cs_replay_facility(r->replay, o.names[i / count], &place.facility, error);
    if (status == CS_OK)
      status = cs_replay_number(r->replay, place, o.secrets[i].value, error);
  }
  cs_opening_free(&o);
  free(cells);
  return status;
}

static cs_status read_declaration(const reading *r, uint64_t entry, const cs_statement *s, cs_error *error)
{
  cs_date received = (cs_date)(s->time / 86400);
  bool sealed = json_object_get(s->json, "sealed") != NULL, known;
  if (sealed && r->of->vault == NULL &&
      !cs_holdings_is_verified(r->of->holdings, r->of->file, (uint32_t)entry, received))
    return CS_OK;
  cs_status status = cs_replay_declare(r->replay, cs_statement_date(s, "date"), received, (uint32_t)entry,
                                       cs_statement_number(s, "corrects"), &known, error);
  if (status == CS_OK && known)
    status = read_holdings(r, s, error);
  if (status != CS_OK || !known || !sealed)
    return status;
  return r->of->vault == NULL ? read_seals(r, s, error) : read_opened(r, entry, s, error);
}

/* ---- Notifications ----------------------------------------------------------------------------------------------- */

/* The number that a sealed transfer of the own ledger is of. */
static cs_status read_number(const reading *r, const cs_statement *s, cs_change *c, cs_error *error)
{
  cs_opening o;
  cs_status status = cs_home_open_statement(r->of->home, r->of->vault, c->entry, r->bytes, s, &o, error);
  if (status == CS_OK)
    c->count = o.secrets[1].value;
  c->sealed = NULL;
  cs_opening_free(&o);
  return status;
}

static cs_status read_notification(const reading *r, uint64_t entry, const cs_statement *s, cs_error *error)
{
  cs_move move;
  cs_move_read(s, r->of->home->treaty, entry, &move);
  cs_change c = {
    .date = move.date,
    .received = (cs_date)(move.time / 86400),
    .entry = (uint32_t)entry,
    .notification =
      (uint32_t)cs_treaty_find(r->of->home->treaty, CS_KEY_NOTIFICATION, cs_statement_text(s, "notification")),
    .from = {CS_EVERYWHERE, CS_NOWHERE},
    .to = {CS_EVERYWHERE, CS_NOWHERE},
    .count = move.count,
    .corrects = move.corrects,
    .sealed = move.sealed ? move.seals : NULL,
  };
  if (c.sealed != NULL && r->of->vault != NULL) {
    cs_status opened = read_number(r, s, &c, error);
    if (opened != CS_OK)
      return opened;
  }
  c.balanced =
    c.sealed != NULL && cs_holdings_is_verified(r->of->holdings, r->of->file, c.entry, cs_replay_known_at(r->replay));
  cs_spot *const places[] = {[CS_FROM] = &c.from, [CS_TO] = &c.to};
  cs_status status = CS_OK;
  for (size_t i = 0; i < CS_COUNT_OF(places) && status == CS_OK; i++)
    if (move.ends[i].cell != SIZE_MAX)
      status = find_place(r->replay, move.ends[i].facility, move.ends[i].cell, places[i], error);
  return status == CS_OK ? cs_replay_change(r->replay, &c, error) : status;
}

/* ---- The whole of it --------------------------------------------------------------------------------------------- */

/* Only what the agreement admits counts. */
static cs_status read_entry(void *context, uint64_t entry, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  reading *r = context;
  cs_admission admission;
  cs_error fault;
  cs_status status = CS_OK;
  r->bytes = bytes;
  bool wanted = s->kind == CS_NOTIFY || (s->kind == CS_DECLARE && r->declarations);
  cs_status admitted =
    wanted ? cs_statement_admit(s, r->of->home->treaty, r->of->party, NULL, &admission, &fault) : CS_INVALID;
  if (admitted == CS_SYSTEM)
    status = cs_fail_memory(error);
  else if (admitted == CS_OK)
    status = s->kind == CS_NOTIFY ? read_notification(r, entry, s, error) : read_declaration(r, entry, s, error);
  return status;
}

static cs_status read_ledger(void *context, cs_replay *replay, bool declarations, cs_error *error)
{
  const history *h = context;
  reading r = {.of = h, .replay = replay, .declarations = declarations};
  cs_log *log;
  cs_status status = cs_log_open(h->home->store, &h->key, NULL, &log, error);
  if (status == CS_OK)
    status = cs_home_walk(log, UINT64_MAX, NULL, read_entry, &r, error);
  cs_log_close(log);
  return status;
}

cs_status cs_home_add_history(cs_home *home, const cs_verifier *key, size_t party, uint32_t file, cs_date notified,
                              cs_holdings *holdings, cs_error *error)
{
  history *h = cs_arena_alloc(&holdings->arena, sizeof *h);
  if (h == NULL)
    return cs_fail_memory(error);
  *h = (history){home, holdings, *key, party, file, NULL};
  return cs_holdings_history(holdings, &(cs_history){(uint32_t)party, file, notified, {read_ledger, h}}, error);
}

/* ---- What the own party can move --------------------------------------------------------------------------------- */

/* The own ledger, opened, and a transfer that is not in it yet. */
typedef struct prospect {
  history own;
  const cs_statement *transfer;
  cs_spot from;
} prospect;

static cs_status read_prospect(void *context, cs_replay *replay, bool declarations, cs_error *error)
{
  prospect *p = context;
  reading r = {.of = &p->own, .replay = replay, .declarations = declarations};
  cs_move move;
  uint64_t next = cs_log_checkpoint(p->own.home->log).size;
  cs_move_read(p->transfer, p->own.home->treaty, next, &move);
  p->from = (cs_spot){CS_EVERYWHERE, CS_NOWHERE};
  cs_status status = read_ledger(&p->own, replay, declarations, error);
  if (status == CS_OK && move.ends[CS_FROM].cell != SIZE_MAX)
    status = find_place(replay, move.ends[CS_FROM].facility, move.ends[CS_FROM].cell, &p->from, error);
  return status == CS_OK ? read_notification(&r, next, p->transfer, error) : status;
}

static cs_status refuse_transfer(const prospect *p, const cs_replay *replay, const cs_replayed *short_of,
                                 cs_error *error)
{
  char date[CS_DATE_TEXT], left[CS_GROUPED], there[CS_GROUPED], quoted[CS_QUOTED];
  cs_date_format(short_of->date, date);
  cs_fail(error, CS_INVALID, p->own.home->key.name, (cs_mark){0},
          "on %s %s would leave %s in all, where %s are by what was declared and notified; expected no more", date,
          cs_grouped(short_of->value, left),
          cs_quote(cs_slice_of(cs_replay_facility_name(replay, short_of->facility)), quoted),
          cs_grouped(short_of->limit, there));
  cs_hint(error, "where a declaration or a notification was wrong, correct that first, with --corrects");
  return CS_INVALID;
}

/* Looks for a day from the transfer's on, on which the place that it takes from has too few. */
static cs_status look_for_short(prospect *p, cs_error *error)
{
  static const cs_replay_options all = {INT32_MAX, INT32_MAX};
  cs_replay *replay;
  size_t count;
  cs_date date = cs_statement_date(p->transfer, "date");
  cs_status status = cs_replay_run(p->own.home->treaty, &all, &(cs_replay_source){read_prospect, p}, &replay, error);
  if (status == CS_INVALID) /* the vault does not open all: what it does not know is not held against anybody */
    return CS_OK;
  if (status != CS_OK)
    return status;
  const cs_replayed *findings = cs_replay_findings(replay, &count);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (findings[i].kind == CS_REPLAYED_SHORT && findings[i].date >= date && findings[i].index == p->from.cell &&
        findings[i].facility == p->from.facility)
      status = refuse_transfer(p, replay, &findings[i], error);
  cs_replay_free(replay);
  return status;
}

cs_status cs_home_check_transfer(cs_home *home, cs_vault *vault, int64_t number, const cs_statement_value *values,
                                 size_t count, int64_t time, cs_error *error)
{
  enum { VALUES = 32 };
  char digits[CS_GROUPED];
  cs_text bytes = {0};
  cs_statement statement = {0};
  cs_admission admission;
  cs_error fault; /* what is wrong with the statement itself is told of when it is made */
  cs_statement_value all[VALUES];
  if (home->log == NULL || count + 1 > VALUES)
    return CS_OK;
  memcpy(all, values, count * sizeof *all);
  snprintf(digits, sizeof digits, "%lld", (long long)number);
  all[count] = (cs_statement_value){"count", digits};
  cs_status status =
    cs_statement_make(home->treaty, home->party, time, CS_NOTIFY, all, count + 1, NULL, &bytes, &fault);
  if (status == CS_OK)
    status = cs_statement_parse((cs_slice){bytes.at, bytes.length}, NULL, &statement, &fault);
  if (status == CS_OK)
    status = cs_statement_admit(&statement, home->treaty, home->party, NULL, &admission, &fault);
  prospect p = {.own = {home, NULL, home->key, home->party, 0, vault}, .transfer = &statement};
  status = status == CS_OK ? look_for_short(&p, error) : CS_OK;
  cs_statement_free(&statement);
  cs_text_free(&bytes);
  return status;
}
