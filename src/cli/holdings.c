/* countersign holdings */
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* The ledger of a party, replayed. */
typedef struct view {
  const cs_treaty *treaty;
  const cs_party *party;
  const char *ledger;
  const cs_replay *replay;
  uint32_t *facilities; /* by name */
  size_t count;
  cs_replay_options when;
} view;

/* ---- What is shown ----------------------------------------------------------------------------------------------- */

static const cs_replay *sorted; /* qsort has no context */

static int by_name(const void *a, const void *b)
{
  return strcmp(cs_replay_facility_name(sorted, *(const uint32_t *)a),
                cs_replay_facility_name(sorted, *(const uint32_t *)b));
}

/* Facilities by name, without the place that stands for all. */
static cs_status sort_facilities(view *v, cs_error *error)
{
  size_t all = cs_replay_facilities(v->replay);
  v->facilities = calloc(all, sizeof *v->facilities);
  if (v->facilities == NULL)
    return cs_fail_memory(error);
  v->count = 0;
  for (size_t i = CS_EVERYWHERE + 1; i < all; i++)
    v->facilities[v->count++] = (uint32_t)i;
  sorted = v->replay;
  qsort(v->facilities, v->count, sizeof *v->facilities, by_name);
  return CS_OK;
}

/* Whether there is something to say of a place; that there is none of what is elsewhere goes without saying. */
static bool is_shown(const cs_held *held)
{
  return held->here && (held->known == CS_KNOWN_SEALED || held->number != 0);
}

/* ---- For people -------------------------------------------------------------------------------------------------- */

/* "1,550", "sealed", or "unknown" with what has changed. */
static void add_number(cs_text *out, const cs_held *held)
{
  char number[CS_GROUPED];
  if (held->known == CS_KNOWN_SEALED)
    cs_text_add(out, "%12s", "sealed");
  else if (held->known == CS_KNOWN_NUMBER)
    cs_text_add(out, "%12s", cs_grouped(held->number, number));
  else if (held->number == 0)
    cs_text_add(out, "%12s", "unknown");
  else
    cs_text_add(out, "%12s  %s%s since", "unknown", held->number > 0 ? "+" : "", cs_grouped(held->number, number));
  if (held->known == CS_KNOWN_NUMBER && held->number < 0)
    cs_text_add(out, "  more left than was there");
  cs_text_add(out, "\n");
}

static void widen(size_t *width, const char *text)
{
  size_t columns = cs_text_columns(text);
  *width = columns > *width ? columns : *width;
}

/* Rows of one place; the first bears its name. */
static bool show_place(const view *v, uint32_t facility, const char *name, const size_t widths[2], cs_text *out)
{
  cs_arena arena = {0};
  bool first = true, ok = true;
  for (size_t c = 0; c < v->treaty->cells && ok; c++) {
    cs_held held = cs_replay_held(v->replay, (cs_spot){facility, (uint32_t)c});
    const char *cell = cs_cell_name(v->treaty, c, &arena);
    bool total = facility == CS_EVERYWHERE && held.known != CS_KNOWN_NOT;
    ok = cell != NULL;
    if (!ok || (!is_shown(&held) && !total))
      continue;
    cs_text_add(out, "  ");
    cs_text_pad(out, first ? name : "", widths[0] + 2);
    cs_text_pad(out, cell, widths[1]);
    add_number(out, &held);
    first = false;
  }
  cs_arena_free(&arena);
  return ok;
}

static void show_head(const view *v, cs_text *out)
{
  char on[CS_DATE_TEXT], at[CS_DATE_TEXT], declared[CS_DATE_TEXT];
  uint32_t entry;
  cs_date date = cs_replay_declared(v->replay, &entry);
  unsigned long long changes = cs_replay_changes(v->replay);
  cs_text_add(out, "%s (%s) on %s, as known on %s\n", v->party->rule.id, v->party->name, cs_date_format(v->when.on, on),
              cs_date_format(v->when.at, at));
  cs_text_add(out, "  %s: ", v->ledger);
  if (date == CS_DATE_NONE)
    cs_text_add(out, "nothing declared");
  else
    cs_text_add(out, "declared last for %s by entry %u", cs_date_format(date, declared), entry);
  cs_text_add(out, ", %llu notification%s that change%s holdings\n\n", changes, changes == 1 ? "" : "s",
              changes == 1 ? "s" : "");
}

static bool show_view(const view *v, cs_text *out)
{
  static const char all[] = "in all", unnamed[] = "(not named)";
  size_t widths[2] = {sizeof unnamed - 1, 0};
  cs_arena arena = {0};
  bool ok = true;
  for (size_t i = 0; i < v->count; i++)
    widen(&widths[0], cs_replay_facility_name(v->replay, v->facilities[i]));
  for (size_t c = 0; c < v->treaty->cells && ok; c++) {
    const char *cell = cs_cell_name(v->treaty, c, &arena);
    ok = cell != NULL;
    if (ok)
      widen(&widths[1], cell);
  }
  cs_arena_free(&arena);
  show_head(v, out);
  for (size_t i = 0; i < v->count && ok; i++) {
    const char *name = cs_replay_facility_name(v->replay, v->facilities[i]);
    ok = show_place(v, v->facilities[i], name[0] == '\0' ? unnamed : name, widths, out);
  }
  ok = ok && show_place(v, CS_EVERYWHERE, all, widths, out);
  cs_text_add(out, "\n");
  for (size_t i = 0; i < v->treaty->counts.count; i++) {
    cs_held total = cs_replay_total(v->replay, i);
    cs_text_add(out, "  ");
    cs_text_pad(out, v->treaty->counts.at[i].rule.id, widths[0] + 2 + widths[1]);
    add_number(out, &total);
  }
  return ok;
}

/* ---- For programs ------------------------------------------------------------------------------------------------ */

/* A number, null where it is not known; what is sealed is a commitment, or true. */
static void set_held(json_t *json, const cs_held *held)
{
  char text[sodium_base64_ENCODED_LEN(CS_COMMITMENT, sodium_base64_VARIANT_ORIGINAL)];
  if (held->known != CS_KNOWN_SEALED) {
    json_object_set_new(json, "number", held->known == CS_KNOWN_NUMBER ? json_integer(held->number) : json_null());
    if (held->known == CS_KNOWN_NOT && held->number != 0)
      json_object_set_new(json, "change", json_integer(held->number));
    return;
  }
  json_object_set_new(json, "sealed", json_true());
  if (held->sealed != NULL)
    json_object_set_new(json, "commitment",
                        json_string(sodium_bin2base64(text, sizeof text, held->sealed->bytes, CS_COMMITMENT,
                                                      sodium_base64_VARIANT_ORIGINAL)));
}

static void add_rows(const view *v, uint32_t facility, const char *name, json_t *list)
{
  for (size_t i = 0; i < v->treaty->items.count; i++) {
    const cs_item *item = &v->treaty->items.at[i];
    for (size_t k = 0; k < item->states.count; k++) {
      cs_held held = cs_replay_held(v->replay, (cs_spot){facility, (uint32_t)(item->cell + k)});
      if (!held.here && held.known != CS_KNOWN_SEALED)
        continue;
      if (!held.here && facility != CS_EVERYWHERE)
        continue;
      json_t *row = json_object();
      if (facility != CS_EVERYWHERE)
        json_object_set_new(row, "facility", json_string(name));
      json_object_set_new(row, "item", json_string(item->rule.id));
      json_object_set_new(row, "state", json_string(item->states.at[k].rule.id));
      set_held(row, &held);
      json_array_append_new(list, row);
    }
  }
}

static json_t *view_json(const view *v)
{
  json_t *holdings = json_array(), *totals = json_array(), *counts = json_array();
  char declared[CS_DATE_TEXT];
  uint32_t entry;
  cs_date date = cs_replay_declared(v->replay, &entry);
  for (size_t i = 0; i < v->count; i++)
    add_rows(v, v->facilities[i], cs_replay_facility_name(v->replay, v->facilities[i]), holdings);
  add_rows(v, CS_EVERYWHERE, NULL, totals);
  for (size_t i = 0; i < v->treaty->counts.count; i++) {
    cs_held total = cs_replay_total(v->replay, i);
    json_t *row = json_pack("{s:s}", "count", v->treaty->counts.at[i].rule.id);
    set_held(row, &total);
    json_array_append_new(counts, row);
  }
  json_t *out = json_pack("{s:s, s:s, s:I}", "party", v->party->rule.id, "ledger", v->ledger, "changes",
                          (json_int_t)cs_replay_changes(v->replay));
  if (date != CS_DATE_NONE)
    json_object_set_new(out, "declared",
                        json_pack("{s:s, s:I}", "date", cs_date_format(date, declared), "entry", (json_int_t)entry));
  json_object_set_new(out, "holdings", holdings);
  json_object_set_new(out, "totals", totals);
  json_object_set_new(out, "counts", counts);
  return out;
}

/* ---- The command ------------------------------------------------------------------------------------------------- */

/* Adds one ledger's holdings to the text, or to the list where there is one. */
static cs_status add_view(const cs_holdings *h, const cs_history *history, const cs_replay_options *when, json_t *list,
                          cs_text *out, cs_error *error)
{
  cs_replay *replay;
  cs_status status = cs_replay_run(h->treaty, when, &history->source, &replay, error);
  if (status != CS_OK)
    return status;
  view v = {.treaty = h->treaty,
            .party = &h->treaty->parties.at[history->party],
            .ledger = h->files[history->file],
            .replay = replay,
            .when = *when};
  status = sort_facilities(&v, error);
  bool ok = status != CS_OK;
  if (status == CS_OK && list != NULL)
    ok = json_array_append_new(list, view_json(&v)) == 0;
  else if (status == CS_OK)
    ok = show_view(&v, out);
  free(v.facilities);
  cs_replay_free(replay);
  return ok ? status : cs_fail_memory(error);
}

static cs_status add_views(const cs_holdings *h, size_t party, const cs_replay_options *when, json_t *list,
                           cs_text *out, cs_error *error)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < h->history_count && status == CS_OK; i++) {
    if (party != SIZE_MAX && h->histories[i].party != party)
      continue;
    if (out->length > 0)
      cs_text_add(out, "\n");
    status = add_view(h, &h->histories[i], when, list, out, error);
  }
  return status;
}

static cs_status add_json(const cs_treaty *t, const cs_replay_options *when, json_t *list, cs_text *out,
                          cs_error *error)
{
  char on[CS_DATE_TEXT], at[CS_DATE_TEXT];
  json_t *json = json_pack("{s:s, s:s, s:s, s:O}", "agreement", t->id, "on", cs_date_format(when->on, on), "at",
                           cs_date_format(when->at, at), "ledgers", list);
  return cs_text_json(out, json, 0, error);
}

static cs_status compute(const cli_args *args, cs_home *home, size_t party, cs_replay_options when, cs_text *out,
                         cs_error *error)
{
  cs_holdings *holdings = NULL;
  json_t *list = cli_value(args, "json") != NULL ? json_array() : NULL;
  int64_t now;
  cs_status status = cs_home_now(&now, error);
  if (status == CS_OK && when.at == CS_DATE_NONE)
    when.at = (cs_date)(now / 86400);
  if (when.on == CS_DATE_NONE)
    when.on = when.at;
  if (status == CS_OK)
    status = cs_home_holdings(home, when.at, &holdings, error);
  if (status == CS_OK)
    status = add_views(holdings, party, &when, list, out, error);
  if (status == CS_OK && list != NULL)
    status = add_json(home->treaty, &when, list, out, error);
  if (status == CS_OK && out->length == 0)
    cs_text_add(out, "no ledger of %s is in this home\n",
                party == SIZE_MAX ? "a party" : home->treaty->parties.at[party].rule.id);
  json_decref(list);
  cs_holdings_free(holdings);
  return status;
}

static cli_exit show(const cli_args *args, cs_home *home, const cs_replay_options *when)
{
  const char *id = cli_value(args, "party");
  size_t party = id == NULL ? SIZE_MAX : cs_treaty_find(home->treaty, CS_KEY_PARTY, id);
  cs_text out = {0};
  cs_error error;
  char quoted[CS_QUOTED];
  if (id != NULL && party == SIZE_MAX)
    return cli_usage(args->command, "%s is not a party of %s; expected one such as \"%s\"",
                     cs_quote(cs_slice_of(id), quoted), home->treaty->id, home->treaty->parties.at[0].rule.id);
  if (compute(args, home, party, *when, &out, &error) == CS_OK)
    return cli_print(&out, CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

static cli_exit run_holdings(const cli_args *args)
{
  cs_replay_options when;
  cs_home *home;
  cli_exit exit = cli_date(args, "on", CS_DATE_NONE, &when.on);
  if (exit == CLI_OK)
    exit = cli_date(args, "at", CS_DATE_NONE, &when.at);
  if (exit == CLI_OK)
    exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  exit = show(args, home, &when);
  cs_home_close(home);
  return exit;
}

static const cli_option options[] = {
  {.name = "party", .argument = "PARTY", .help = "only this party", .kind = CLI_WORD},
  {.name = "on",
   .argument = "DATE",
   .help = "what there was at the end of this day; without it, that of --at",
   .kind = CLI_DATE},
  {.name = "at", .argument = "DATE", .help = "as it could be known on this day; without it, today", .kind = CLI_DATE},
  {.name = "json", .help = "one JSON object, for programs"},
};

const cli_command cli_holdings = {
  .name = "holdings",
  .summary = "what each party has where, by what it declared and notified",
  .options = options,
  .option_count = CS_COUNT_OF(options),
  .notes = "Numbers are those of the last declaration, changed by the moves, conversions and eliminations that were\n"
           "notified since. Which keys of a notification change what is told in countersign-holdings(1).",
  .example = "  countersign -C us holdings --party RU --on 2021-06-01",
  .run = run_holdings,
};
