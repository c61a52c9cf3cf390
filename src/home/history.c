/* A ledger as what is replayed: its declarations and notifications, as places and numbers. */
#include "home/history.h"

#include <string.h>

#include "home/moves.h"

typedef struct history {
  cs_home *home;
  cs_holdings *holdings;
  cs_verifier key;
  size_t party;
  uint32_t file;
} history;

/* One reading of a ledger. */
typedef struct reading {
  const history *of;
  cs_replay *replay;
  bool declarations;
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

static cs_status read_declaration(const reading *r, uint64_t entry, const cs_statement *s, cs_error *error)
{
  cs_date received = (cs_date)(s->time / 86400);
  bool sealed = json_object_get(s->json, "sealed") != NULL, known;
  if (sealed && !cs_holdings_is_verified(r->of->holdings, r->of->file, (uint32_t)entry, received))
    return CS_OK;
  cs_status status = cs_replay_declare(r->replay, cs_statement_date(s, "date"), received, (uint32_t)entry,
                                       cs_statement_number(s, "corrects"), &known, error);
  if (status == CS_OK && known)
    status = read_holdings(r, s, error);
  return status == CS_OK && known && sealed ? read_seals(r, s, error) : status;
}

/* ---- Notifications ----------------------------------------------------------------------------------------------- */

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
  c.balanced =
    move.sealed && cs_holdings_is_verified(r->of->holdings, r->of->file, c.entry, cs_replay_known_at(r->replay));
  cs_spot *const places[] = {[CS_FROM] = &c.from, [CS_TO] = &c.to};
  cs_status status = CS_OK;
  for (size_t i = 0; i < CS_COUNT_OF(places) && status == CS_OK; i++)
    if (move.ends[i].cell != SIZE_MAX)
      status = find_place(r->replay, move.ends[i].facility, move.ends[i].cell, places[i], error);
  return status == CS_OK ? cs_replay_change(r->replay, &c, error) : status;
}

/* ---- The whole of it --------------------------------------------------------------------------------------------- */

/* Only what the agreement admits counts. */
static cs_status read_entry(void *context, uint64_t entry, cs_slice bytes, cs_slice hash, cs_error *error)
{
  const reading *r = context;
  cs_statement s;
  cs_admission admission;
  cs_error fault;
  (void)hash;
  if (cs_statement_parse(bytes, NULL, &s, &fault) != CS_OK)
    return fault.status == CS_SYSTEM ? cs_fail_memory(error) : CS_OK;
  cs_status status = CS_OK;
  bool wanted = s.kind == CS_NOTIFY || (s.kind == CS_DECLARE && r->declarations);
  cs_status admitted =
    wanted ? cs_statement_admit(&s, r->of->home->treaty, r->of->party, NULL, &admission, &fault) : CS_INVALID;
  if (admitted == CS_SYSTEM)
    status = cs_fail_memory(error);
  else if (admitted == CS_OK)
    status = s.kind == CS_NOTIFY ? read_notification(r, entry, &s, error) : read_declaration(r, entry, &s, error);
  cs_statement_free(&s);
  return status;
}

static cs_status read_ledger(void *context, cs_replay *replay, bool declarations, cs_error *error)
{
  const history *h = context;
  reading r = {h, replay, declarations};
  cs_log *log;
  cs_status status = cs_log_open(h->home->store, &h->key, NULL, &log, error);
  if (status == CS_OK)
    status = cs_log_entries(log, 0, UINT64_MAX, read_entry, &r, error);
  cs_log_close(log);
  return status;
}

cs_status cs_home_add_history(cs_home *home, const cs_verifier *key, size_t party, uint32_t file, cs_date notified,
                              cs_holdings *holdings, cs_error *error)
{
  history *h = cs_arena_alloc(&holdings->arena, sizeof *h);
  if (h == NULL)
    return cs_fail_memory(error);
  *h = (history){home, holdings, *key, party, file};
  return cs_holdings_history(holdings, &(cs_history){(uint32_t)party, file, notified, {read_ledger, h}}, error);
}
