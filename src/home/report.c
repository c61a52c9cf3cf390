/* What was seen at a visit, compared with what was opened and with what was notified since. */
#include <stdlib.h>
#include <string.h>

#include "home/expected.h"
#include "home/seen.h"

enum { RAISED_MOST = 32 };

typedef struct comparison {
  cs_home *home;
  const cs_visit *visit;
  size_t side;
  json_t *opening;      /* of the file that was handed over */
  const char *unopened; /* why that opens nothing; NULL: it does */
  cs_moves moves;
  cs_expected expected;
  cs_seen seen;
  cs_arena arena;
  json_t *holdings, *identifiers, *differences;
  cs_text *says, remarks; /* what is no difference comes after those that are */
  cs_error *error;
} comparison;

/* ---- Differences --------------------------------------------------------------------------------------------- */

static void differ(comparison *c, const char *format, ...) CS_PRINTF(2, 3);

static void differ(comparison *c, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  const char *text = cs_arena_vformat(&c->arena, format, args);
  va_end(args);
  if (text == NULL)
    return;
  json_array_append_new(c->differences, json_string(text));
  cs_text_add(c->says, "  %s\n", text);
}

/* One cell: how many there should be, and how many were counted. What was declared openly is compared where it was looked
 * at. */
static cs_status compare_cell(comparison *c, size_t cell)
{
  const cs_expected_cell *e = &c->expected.cells[cell];
  int64_t counted = c->seen.counts[cell];
  const cs_item *item = cs_cell_item(c->home->treaty, cell);
  const char *state = item->states.at[cell - item->cell].rule.id, *what = e->sealed ? "opened" : "declared";
  if (!e->sealed && !c->seen.mentioned[cell])
    return CS_OK;
  json_t *holding = json_pack("{s:s, s:s, s:s, s:I}", "item", item->rule.id, "state", state, "facility",
                              c->visit->facility, "count", (json_int_t)counted);
  if (json_array_append_new(c->holdings, holding) != 0)
    return cs_fail_memory(c->error);
  if (c->unopened != NULL || counted == e->declared + e->moved)
    return CS_OK;
  if (e->moved == 0)
    differ(c, "%s/%s: %lld %s, %lld counted", item->rule.id, state, (long long)e->declared, what, (long long)counted);
  else
    differ(c, "%s/%s: %lld %s and %+lld moved since, %lld counted", item->rule.id, state, (long long)e->declared, what,
           (long long)e->moved, (long long)counted);
  return CS_OK;
}

/* Whether the identifiers in a cell were read: all of them, so that one that was not seen is not there. */
static bool were_read(const comparison *c, size_t cell)
{
  return c->seen.identifiers && c->seen.unread[cell] == 0;
}

/* An item that should be there, in the state that it was opened in or came in. */
static void compare_item(comparison *c, const char *identifier, size_t cell, int64_t entry)
{
  cs_expected_cell *cells = c->expected.cells;
  const json_t *index = json_object_get(c->seen.by_name, identifier);
  const char *from = cs_cell_name(c->home->treaty, cell, &c->arena);
  const cs_sighting *s = index == NULL ? NULL : &c->seen.at[json_integer_value(index)];
  if (s != NULL && s->cell == cell)
    return;
  if (s != NULL && cells[cell].left > 0 && cells[s->cell].came > 0) {
    cells[cell].left--;
    cells[s->cell].came--;
  } else if (s != NULL) {
    const char *to = cs_cell_name(c->home->treaty, s->cell, &c->arena);
    differ(c, "%s is %s in the escrow and was seen %s", identifier, from == NULL ? "" : from, to == NULL ? "" : to);
  } else if (cells[cell].left > 0) {
    cells[cell].left--;
  } else if (were_read(c, cell) && entry < 0) {
    differ(c, "%s is in the escrow and was not seen", identifier);
  } else if (were_read(c, cell)) {
    differ(c, "%s came by entry %lld and was not seen", identifier, (long long)entry);
  }
}

/* An identifier that was seen and should not be there. */
static void compare_sighting(comparison *c, const cs_sighting *s)
{
  const json_t *gone = json_object_get(c->expected.gone, s->identifier);
  int64_t *came = &c->expected.cells[s->cell].came;
  if (json_object_get(c->expected.items, s->identifier) != NULL)
    return;
  if (gone != NULL)
    differ(c, "%s left by entry %lld and was seen", s->identifier, (long long)json_integer_value(gone));
  else if (*came > 0)
    --*came;
  else
    differ(c, "%s was seen and is not in the escrow", s->identifier);
}

static void compare_identifiers(comparison *c)
{
  const char *identifier;
  json_t *where;
  json_object_foreach(c->expected.items, identifier, where)
  {
    compare_item(c, identifier, (size_t)json_integer_value(json_array_get(where, 0)),
                 json_integer_value(json_array_get(where, 1)));
  }
  for (size_t i = 0; i < c->seen.count; i++)
    if (c->seen.at[i].identifier != NULL) {
      json_array_append_new(c->identifiers, json_string(c->seen.at[i].identifier));
      if (c->unopened == NULL)
        compare_sighting(c, &c->seen.at[i]);
    }
}

/* ---- Remarks --------------------------------------------------------------------------------------------------- */

/* What is known less well than it seems. */
static void remark(comparison *c)
{
  int64_t known = cs_visit_known_from(c->visit);
  for (size_t cell = 0; cell < c->home->treaty->cells; cell++) {
    const char *name = cs_cell_name(c->home->treaty, cell, &c->arena);
    if (name != NULL && c->seen.counts[cell] > 0 && !were_read(c, cell) &&
        cs_cell_item(c->home->treaty, cell)->identified)
      cs_text_add(&c->remarks, "  the identifiers of %s were not all read; those not seen are not compared\n", name);
  }
  for (size_t i = 0; i < c->moves.count; i++)
    if (c->moves.at[i].time > known)
      cs_text_add(&c->remarks, "  entry %llu, a move here or away, was notified after the place was known\n",
                  (unsigned long long)c->moves.at[i].entry);
}

/* Where nothing was opened, what was counted is reported all the same. */
static cs_status compare(comparison *c)
{
  cs_status status = CS_OK;
  if (c->unopened != NULL)
    differ(c, "%s", c->unopened);
  for (size_t i = 0; i < c->expected.closed_count; i++)
    differ(c, "entry %llu, a sealed move here or away, is not opened", (unsigned long long)c->expected.closed[i]);
  for (size_t cell = 0; cell < c->home->treaty->cells && status == CS_OK; cell++)
    status = compare_cell(c, cell);
  compare_identifiers(c);
  remark(c);
  return status;
}

/* ---- Statements ---------------------------------------------------------------------------------------------- */

static cs_status state_report(comparison *c, const char *hash, int64_t time, uint64_t *stated)
{
  json_t *extra =
    json_pack("{s:s, s:I, s:s, s:s, s:O}", "origin", c->visit->origin, "entry", (json_int_t)c->visit->entry, "facility",
              c->visit->facility, "opening", hash, "holdings", c->holdings);
  if (json_array_size(c->identifiers) > 0)
    json_object_set(extra, "identifiers", c->identifiers);
  if (json_array_size(c->differences) > 0)
    json_object_set(extra, "differences", c->differences);
  cs_status status = cs_home_state(c->home, CS_INSPECT_REPORT, NULL, 0, extra, time, stated, NULL, c->error);
  if (status == CS_OK)
    cs_text_add(c->says, "entry %llu of %s reports %zu difference%s\n", (unsigned long long)*stated, c->home->key.name,
                json_array_size(c->differences), json_array_size(c->differences) == 1 ? "" : "s");
  return status;
}

/* Each difference is an ambiguity before the commission, about the declaration that was opened, and bound to the report. */
static cs_status raise_differences(comparison *c, uint64_t report, int64_t time)
{
  size_t count = json_array_size(c->differences);
  cs_status status = CS_OK;
  for (size_t i = 0; i < count && i < RAISED_MOST && status == CS_OK; i++) {
    const char *text = json_string_value(json_array_get(c->differences, i));
    cs_text words = {0};
    uint64_t stated;
    cs_text_add(&words, "%s: %s", c->visit->facility, text);
    if (i + 1 == RAISED_MOST && count > RAISED_MOST)
      cs_text_add(&words, "; and %zu more", count - RAISED_MOST);
    json_t *extra =
      json_pack("{s:s, s:I, s:I, s:s, s:s}", "origin", c->visit->side[CS_INSPECTED].origin, "entry",
                (json_int_t)c->visit->declaration, "report", (json_int_t)report, "rule",
                c->home->treaty->inspections.at[c->visit->kind].rule.id, "text", words.at == NULL ? "" : words.at);
    cs_text_free(&words);
    status = cs_home_state(c->home, CS_RAISE, NULL, 0, extra, time, &stated, NULL, c->error);
  }
  return status;
}

/* ---- The opening ----------------------------------------------------------------------------------------------- */

/* The key of the inspected party's ledger. */
static cs_status find_key(comparison *c, cs_verifier *out)
{
  cs_verifier *ledgers = NULL;
  size_t count = 0;
  *out = c->home->key;
  cs_status status = cs_home_ledgers(c->home, &ledgers, &count, c->error);
  for (size_t i = 0; i < count; i++)
    if (strcmp(ledgers[i].name, c->visit->side[CS_INSPECTED].origin) == 0)
      *out = ledgers[i];
  free(ledgers);
  return status;
}

static cs_status is_unopened(comparison *c, const char *why)
{
  c->unopened = cs_arena_format(&c->arena, "what was sealed is not opened: %s", why);
  return c->unopened == NULL ? cs_fail_memory(c->error) : CS_OK;
}

/* Whether the file is what it says, and of the place and the declaration of this visit. */
static cs_status read_opening(comparison *c, cs_slice bytes)
{
  cs_text ignored = {0};
  cs_verifier key;
  cs_error fault;
  cs_status status = find_key(c, &key);
  if (status != CS_OK)
    return status;
  cs_status verified = cs_exhibit_verify(bytes, "opening", &key, &ignored, &fault);
  cs_text_free(&ignored);
  if (verified == CS_SYSTEM)
    *c->error = fault;
  if (verified != CS_OK)
    return verified == CS_SYSTEM ? CS_SYSTEM : is_unopened(c, fault.what);
  json_t *json = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, NULL);
  json_t *opening = json_object_get(json, "opening");
  const char *facility = json_string_value(json_object_get(opening, "facility"));
  bool right = json_integer_value(json_object_get(json, "index")) == c->visit->declaration && facility != NULL &&
               strcmp(facility, c->visit->facility) == 0 && json_object_get(opening, "counts") != NULL;
  c->opening = right ? json_incref(opening) : NULL;
  json_decref(json);
  return right ? CS_OK : is_unopened(c, "the file is of another place or declaration");
}

/* The file is that which was handed over for this visit. Whoever inspects and got none says so. */
static cs_status check_opening(comparison *c, cs_slice bytes, const char *hash)
{
  if (c->visit->opened < 0 || c->visit->facility == NULL)
    return cs_fail(c->error, CS_INVALID, c->home->key.name, (cs_mark){0},
                   "the inspected party has not stated that it opened the place; expected its \"inspect-open\"");
  if (bytes.at == NULL && c->side == CS_INSPECTING)
    return is_unopened(c, "no file was handed over");
  if (bytes.at == NULL || strcmp(c->visit->opening, hash) != 0)
    return cs_fail(c->error, CS_INVALID, "opening", (cs_mark){0},
                   "this is not the file that the inspected party stated to have handed over; expected SHA-256 %s",
                   c->visit->opening);
  return read_opening(c, bytes);
}

/* The declaration, which has what is open beside what is sealed. */
static cs_status read_declaration(comparison *c, cs_statement *out)
{
  cs_log *log = NULL;
  cs_text bytes = {0};
  *out = (cs_statement){0};
  cs_status status = cs_home_log_of(c->home, c->visit->side[CS_INSPECTED].origin, &log, c->error);
  if (status == CS_OK)
    status = cs_log_entries(log, (uint64_t)c->visit->declaration, 1, cs_store_entry_add, &bytes, c->error);
  if (status == CS_OK)
    status = cs_statement_parse((cs_slice){bytes.at, bytes.length}, NULL, out, c->error);
  cs_text_free(&bytes);
  cs_log_close(log);
  return status;
}

static cs_status expect(comparison *c)
{
  cs_statement declaration;
  if (c->unopened != NULL) { /* nothing is known of what should be there */
    size_t *sealed = cs_arena_array(&c->arena, c->home->treaty->cells + 1, sizeof *sealed);
    c->expected.cells = cs_arena_array(&c->arena, c->home->treaty->cells + 1, sizeof *c->expected.cells);
    if (sealed == NULL || c->expected.cells == NULL)
      return cs_fail_memory(c->error);
    for (size_t i = cs_sealed_cells(c->home->treaty, sealed); i > 0; i--)
      c->expected.cells[sealed[i - 1]].sealed = true;
    return CS_OK;
  }
  cs_status status = read_declaration(c, &declaration);
  if (status == CS_OK)
    status = cs_home_moves(c->home, c->visit, &c->arena, &c->moves, c->error);
  if (status == CS_OK)
    status = cs_expect(c->home->treaty, &declaration, c->opening, &c->moves, &c->arena, &c->expected, c->error);
  cs_statement_free(&declaration);
  return status;
}

static cs_status report(comparison *c, cs_slice opening, const char *path, int64_t time)
{
  char hash[CS_HEX_HASH];
  uint64_t stated = 0;
  cs_hex_hash(opening, hash);
  c->holdings = json_array();
  c->identifiers = json_array();
  c->differences = json_array();
  cs_status status = check_opening(c, opening, hash);
  if (status == CS_OK)
    status = cs_seen_read(c->home->treaty, path, &c->seen, c->error);
  if (status == CS_OK)
    status = expect(c);
  if (status == CS_OK)
    status = compare(c);
  if (status == CS_OK && c->remarks.length > 0)
    cs_text_put(c->says, c->remarks.at, c->remarks.length);
  if (status == CS_OK)
    status = state_report(c, c->visit->opening, time, &stated);
  if (status == CS_OK && c->side == CS_INSPECTING)
    status = raise_differences(c, stated, time);
  return status;
}

/* A visit in which the home's party takes part, and of which it has not reported yet. */
static cs_status find_visit(comparison *c, const cs_visit_list *visits, const char *origin, uint64_t entry)
{
  c->visit = cs_visits_find(visits, origin, entry);
  if (c->visit == NULL)
    return cs_fail(c->error, CS_INVALID, c->home->key.name, (cs_mark){0},
                   "entry %llu of %s requests no visit; expected one that \"countersign inspect list\" shows",
                   (unsigned long long)entry, origin);
  c->side = c->visit->side[CS_INSPECTED].party == c->home->party ? CS_INSPECTED : CS_INSPECTING;
  if (c->visit->side[c->side].party != c->home->party)
    return cs_fail(c->error, CS_INVALID, c->home->key.name, (cs_mark){0},
                   "this visit is of two other parties; expected one of the home's own");
  if (c->visit->side[c->side].report >= 0)
    return cs_fail(c->error, CS_INVALID, c->home->key.name, (cs_mark){0},
                   "entry %lld reports this visit already; expected one report of each side",
                   (long long)c->visit->side[c->side].report);
  return CS_OK;
}

cs_status cs_home_report_visit(cs_home *home, const char *origin, uint64_t entry, cs_slice opening, const char *seen,
                               int64_t time, cs_text *says, size_t *differences, cs_error *error)
{
  cs_visit_list visits;
  comparison c = {.home = home, .says = says, .error = error};
  cs_status status = cs_home_visits(home, CS_DATE_NONE, &visits, error);
  if (status != CS_OK)
    return status;
  status = find_visit(&c, &visits, origin, entry);
  if (status == CS_OK)
    status = report(&c, opening, seen, time);
  *differences = json_array_size(c.differences);
  json_decref(c.opening);
  json_decref(c.holdings);
  json_decref(c.identifiers);
  json_decref(c.differences);
  cs_text_free(&c.remarks);
  cs_moves_free(&c.moves);
  cs_expected_free(&c.expected);
  cs_seen_free(&c.seen);
  cs_arena_free(&c.arena);
  cs_visits_free(&visits);
  return status;
}
