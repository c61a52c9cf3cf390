/* countersign status | draft */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* ---- status -------------------------------------------------------------------------------------------------- */

/* What is missing or late of the home's party. */
static cs_status show_findings(cs_home *home, cs_date today, cs_text *out, bool *bad, cs_error *error)
{
  cs_holdings *holdings = NULL;
  cs_assessment *assessment = NULL;
  cs_assess_options how = {.at = today, .party = home->treaty->parties.at[home->party].rule.id};
  cs_status status = cs_home_holdings(home, today, &holdings, error);
  if (status == CS_OK)
    status = cs_home_note_visits(home, today, holdings, error);
  if (status == CS_OK)
    status = cs_assess(home->treaty, holdings, &how, &assessment, error);
  for (size_t i = 0; status == CS_OK && i < cs_assessment_count(assessment); i++) {
    cs_finding f = cs_assessment_at(assessment, i);
    char date[CS_DATE_TEXT];
    if (f.verdict != CS_MISSING && f.verdict != CS_LATE && f.verdict != CS_VIOLATED)
      continue;
    cs_text_add(out, "  %-9s %s of %s  [%s]\n", cs_verdict_word(f.verdict), f.rule, cs_date_format(f.date, date),
                f.article);
    *bad = true;
  }
  cs_assessment_free(assessment);
  cs_holdings_free(holdings);
  return status;
}

/* What falls due in the next half-year. */
static cs_status show_next(const cs_home *home, cs_date today, cs_text *out, cs_error *error)
{
  enum { AHEAD = 183 };
  cs_calendar *calendar = NULL;
  cs_status status = cs_treaty_calendar(home->treaty, today, today + AHEAD, &calendar, error);
  for (size_t i = 0; status == CS_OK && i < cs_calendar_count(calendar); i++) {
    const cs_event *event = cs_calendar_at(calendar, i);
    char date[CS_DATE_TEXT];
    cs_text_add(out, "  %s  %s\n", cs_date_format(event->date, date), event->what);
  }
  if (status == CS_OK && cs_calendar_count(calendar) == 0)
    cs_text_add(out, "  nothing\n");
  cs_calendar_free(calendar);
  return status;
}

typedef struct cosigners {
  cs_text *out;
  uint64_t size;
  const char *self; /* the home's own, which is no countersigning */
} cosigners;

static cs_status show_cosigner(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  cosigners *c = context;
  if (strcmp(name, c->self) == 0)
    return CS_OK;
  cs_note note;
  cs_checkpoint checkpoint;
  cs_status status = cs_note_parse(bytes, name, &note, error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note.text, name, &checkpoint, error);
  if (status == CS_OK)
    cs_text_add(c->out, "  %s has cosigned %llu of %llu entries\n", name, (unsigned long long)checkpoint.size,
                (unsigned long long)c->size);
  return status;
}

/* Whoever of this name has cosigned nothing yet. */
static cs_status show_missing(cs_home *home, const char *name, const char *cosigner, cs_text *out, cs_error *error)
{
  uint64_t size;
  cs_status status = cs_home_cosigned_by(home, cosigner, &size, error);
  if (status == CS_OK && size == 0)
    cs_text_add(out, "  %s has not cosigned this ledger yet\n", name);
  return status;
}

/* The peers and witnesses that have cosigned nothing. */
static cs_status show_all_missing(cs_home *home, const cs_peer *peers, size_t count, cs_text *out, cs_error *error)
{
  cs_peer *witnesses = NULL;
  size_t witness_count = 0;
  cs_status status = cs_home_witnesses(home, &witnesses, &witness_count, error);
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    cs_log *log;
    size_t party;
    cs_verifier cosigner = {0};
    status = cs_log_open(home->store, &peers[i].key, NULL, &log, error);
    if (status == CS_OK)
      status = cs_home_party_of(home, log, &party, &cosigner, error);
    if (status == CS_OK)
      status = show_missing(home, peers[i].name, cosigner.name, out, error);
    cs_log_close(log);
  }
  for (size_t i = 0; i < witness_count && status == CS_OK; i++)
    status = show_missing(home, witnesses[i].name, witnesses[i].key.name, out, error);
  free(witnesses);
  return status;
}

static cs_status show_cosigners(cs_home *home, const cs_peer *peers, size_t count, cs_text *out, cs_error *error)
{
  cs_log *log = NULL;
  int64_t ledger;
  size_t before = out->length;
  cs_status status = cs_home_read_own(home, &log, error);
  if (status == CS_OK)
    status = cs_store_ledger(home->store, home->key.name, &ledger, error);
  cosigners c = {out, status == CS_OK ? cs_log_checkpoint(log).size : 0, home->cosigner.name};
  if (status == CS_OK)
    status = cs_store_notes(home->store, ledger, "cosignature", show_cosigner, &c, error);
  if (status == CS_OK)
    status = show_all_missing(home, peers, count, out, error);
  if (status == CS_OK && out->length == before)
    cs_text_add(out, "  nobody has cosigned the %llu entries of this ledger yet\n", (unsigned long long)c.size);
  cs_log_close(log);
  return status;
}

/* How far each peer is followed, and whether there is evidence against it. */
static cs_status show_peers(cs_home *home, const cs_peer *peers, size_t count, cs_text *out, cs_error *error)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    cs_log *log;
    cs_text before = {0};
    status = cs_log_open(home->store, &peers[i].key, NULL, &log, error);
    if (status != CS_OK)
      return status;
    if (cs_log_note(log).length == 0)
      cs_text_add(out, "  %s is not followed yet; see \"countersign sync --help\"\n", peers[i].name);
    else
      cs_text_add(out, "  %s is followed, %llu entries\n", peers[i].name,
                  (unsigned long long)cs_log_checkpoint(log).size);
    cs_text_add(&before, "  %s: ", peers[i].name);
    status = cli_add_evidence(home, &peers[i].key, before.at == NULL ? "" : before.at, out, error);
    cs_text_free(&before);
    cs_log_close(log);
  }
  if (count == 0)
    cs_text_add(out, "  there are none; see \"countersign peer add --help\"\n");
  return status;
}

static cli_exit run_status(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  cs_peer *peers = NULL;
  size_t count = 0;
  cs_text out = {0};
  int64_t now;
  bool bad = false;
  char date[CS_DATE_TEXT];
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  cs_status status = cs_home_now(&now, &error);
  if (status == CS_OK)
    status = cs_home_peers(home, &peers, &count, &error);
  cs_date today = (cs_date)(now / 86400);
  if (status == CS_OK && home->party == (size_t)CS_OBSERVER)
    cs_text_add(&out, "This is an observer's home; it owes nothing.\n");
  if (status == CS_OK && home->party != (size_t)CS_OBSERVER) {
    cs_text_add(&out, "%s under %s, on %s\n\nOwed\n", home->treaty->parties.at[home->party].name, home->treaty->id,
                cs_date_format(today, date));
    status = show_findings(home, today, &out, &bad, &error);
    if (!bad)
      cs_text_add(&out, "  nothing\n");
    cs_text_add(&out, "\nCountersigned\n");
    if (status == CS_OK)
      status = show_cosigners(home, peers, count, &out, &error);
  }
  cs_text_add(&out, "\nPeers\n");
  if (status == CS_OK)
    status = show_peers(home, peers, count, &out, &error);
  cs_text_add(&out, "\nNext\n");
  if (status == CS_OK)
    status = show_next(home, today, &out, &error);
  free(peers);
  cs_home_close(home);
  if (status == CS_OK)
    return cli_print(&out, bad ? CLI_BAD : CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

const cli_command cli_status = {
  .name = "status",
  .summary = "what is owed, who has countersigned, how the peers are, and what comes next",
  .example = "  countersign -C us status",
  .notes = "Exits with 1 where something is missing, late or violated.",
  .run = run_status,
};

/* ---- draft --------------------------------------------------------------------------------------------------- */

static const char DRAFT[] = "draft"; /* setting: {"date": ..., "totals": ..., "holdings": ...} */

/* How many of a cell the draft declares; -1 where it does not say. */
static int64_t drafted(const json_t *draft, const cs_item *item, const cs_state *state)
{
  const json_t *list = json_object_get(draft, "holdings");
  int64_t sum = -1;
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *holding = json_array_get(list, i);
    if (strcmp(json_string_value(json_object_get(holding, "item")), item->rule.id) == 0 &&
        strcmp(json_string_value(json_object_get(holding, "state")), state->rule.id) == 0)
      sum = (sum < 0 ? 0 : sum) + json_integer_value(json_object_get(holding, "count"));
  }
  return sum;
}

static void form_line(cs_text *out, const char *name, int64_t number, size_t *missing)
{
  char digits[CS_GROUPED];
  cs_text_add(out, "  ");
  cs_text_pad(out, name, 48);
  cs_text_add(out, "%12s\n", number < 0 ? "MISSING" : cs_grouped(number, digits));
  *missing += number < 0;
}

/* Prints the draft as a form and counts what it leaves open: every total, or every item and state. */
static size_t form(const cs_home *home, const json_t *draft, cs_text *out)
{
  const cs_treaty *t = home->treaty;
  size_t missing = 0;
  json_t *totals = json_object_get(draft, "totals");
  cs_text_add(out, "Declaration of %s for %s\n", t->parties.at[home->party].name,
              json_string_value(json_object_get(draft, "date")));
  for (size_t i = 0; i < t->counts.count && totals != NULL; i++) {
    json_t *total = json_object_get(totals, t->counts.at[i].rule.id);
    form_line(out, t->counts.at[i].rule.id, total == NULL ? -1 : json_integer_value(total), &missing);
  }
  for (size_t i = 0; i < t->items.count && json_object_get(draft, "holdings") != NULL; i++) {
    const cs_item *item = &t->items.at[i];
    for (size_t k = 0; k < item->states.count; k++) {
      cs_text name = {0};
      cs_text_add(&name, "%s, %s", item->rule.id, item->states.at[k].rule.id);
      form_line(out, name.at == NULL ? "" : name.at, drafted(draft, item, &item->states.at[k]), &missing);
      cs_text_free(&name);
    }
  }
  cs_text_add(out,
              missing == 0 ? "Complete: submit it with \"countersign draft --submit\".\n"
                           : "%zu lines are missing; what there is none of is declared as 0.\n",
              missing);
  return missing;
}

static cs_status keep_draft(cs_home *home, json_t *draft, cs_error *error)
{
  char *text = draft == NULL ? strdup("") : json_dumps(draft, JSON_COMPACT);
  cs_status status = text == NULL ? cs_fail_memory(error) : cs_store_set(home->store, DRAFT, cs_slice_of(text), error);
  free(text);
  return status;
}

/* The draft that is kept; NULL where there is none. */
static cs_status load_draft(cs_home *home, json_t **out, cs_error *error)
{
  cs_text text = {0};
  bool found;
  cs_status status = cs_store_get(home->store, DRAFT, &text, &found, error);
  *out = text.length > 0 ? json_loadb(text.at, text.length, 0, NULL) : NULL;
  cs_text_free(&text);
  return status;
}

static cli_exit submit(cs_home *home, json_t *draft, bool partly, const char *corrects)
{
  cs_error error;
  cs_text form_text = {0}, out = {0};
  int64_t now;
  uint64_t entry;
  bool late;
  size_t missing = form(home, draft, &form_text);
  if (missing > 0 && !partly)
    return cli_print(&form_text, CLI_BAD);
  cs_text_free(&form_text);
  cs_statement_value values[] = {{"date", json_string_value(json_object_get(draft, "date"))}, {"corrects", corrects}};
  json_t *extra = json_copy(draft);
  json_object_del(extra, "date");
  cs_status status = cs_home_now(&now, &error);
  if (status == CS_OK)
    status = cs_home_state(home, CS_DECLARE, values, corrects == NULL ? 1 : 2, extra, now, &entry, &late, &error);
  if (status == CS_OK)
    status = keep_draft(home, NULL, &error);
  if (status != CS_OK)
    return cli_fail(&error);
  cs_text_add(&out, "entry %llu of %s%s\n", (unsigned long long)entry, home->key.name,
              late ? ", after its deadline" : "");
  return cli_print(&out, CLI_OK);
}

static cli_exit prepare(cs_home *home, const cli_args *args)
{
  cs_error error;
  cs_date date;
  char text[CS_DATE_TEXT];
  json_t *draft = NULL;
  cli_exit exit = cli_date(args, "date", CS_DATE_NONE, &date);
  if (exit != CLI_OK)
    return exit;
  if (date == CS_DATE_NONE)
    return cli_usage(args->command, "--date is missing; expected --date DATE with a file");
  cs_status status = cs_home_read_declaration(home, args->operands[0], date, &draft, &error);
  if (status == CS_OK) {
    json_object_set_new(draft, "date", json_string(cs_date_format(date, text)));
    status = keep_draft(home, draft, &error);
  }
  cs_text out = {0};
  size_t missing = status == CS_OK ? form(home, draft, &out) : 0;
  json_decref(draft);
  return status == CS_OK ? cli_print(&out, missing == 0 ? CLI_OK : CLI_BAD) : cli_fail(&error);
}

static cli_exit run_draft(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  json_t *draft = NULL;
  bool submits = cli_value(args, "submit") != NULL;
  cli_exit exit = CLI_OK;
  if (submits)
    exit = cli_open_home(args, CS_STORE_WRITE, &home);
  else if (cs_home_open(".", CS_STORE_WRITE, &home, &error) != CS_OK)
    exit = cli_fail(&error);
  if (exit != CLI_OK)
    return exit;
  if (home->party == (size_t)CS_OBSERVER) {
    exit = cli_usage(args->command, "an observer declares nothing; expected the home of a party");
  } else if (args->operand_count > 0) {
    exit = prepare(home, args);
  } else if (load_draft(home, &draft, &error) != CS_OK) {
    exit = cli_fail(&error);
  } else if (draft == NULL) {
    exit = cli_usage(args->command, "there is no draft; expected a file and --date");
  } else if (cli_value(args, "discard") != NULL) {
    exit = keep_draft(home, NULL, &error) == CS_OK ? CLI_OK : cli_fail(&error);
  } else if (submits) {
    exit = submit(home, draft, cli_value(args, "incomplete") != NULL, cli_value(args, "corrects"));
  } else {
    cs_text out = {0};
    size_t missing = form(home, draft, &out);
    exit = cli_print(&out, missing == 0 ? CLI_OK : CLI_BAD);
  }
  json_decref(draft);
  cs_home_close(home);
  return exit;
}

static const cli_option draft_options[] = {
  {.name = "date", .argument = "DATE", .help = "day on which the numbers are current, with a file", .kind = CLI_DATE},
  {.name = "submit", .help = "make the draft a statement; it cannot be changed any more"},
  {.name = "incomplete", .help = "with --submit: even where lines are missing"},
  {.name = "corrects", .argument = "N", .help = "with --submit: entry of this ledger that it takes the place of"},
  {.name = "discard", .help = "forget the draft"},
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_draft = {
  .name = "draft",
  .summary = "prepare a declaration, see what it leaves open, and submit it",
  .operand = "[FILE.csv]",
  .operand_kind = CLI_FILE,
  .least = 0,
  .most = 1,
  .options = draft_options,
  .option_count = CS_COUNT_OF(draft_options),
  .notes =
    "With a file, the party's rows of that date become the draft; without one, the draft is printed. Exits with 1 while\n"
    "lines are missing.",
  .example = "  countersign -C us draft ../data/new-start-by-type.csv --date 2020-09-01",
  .run = run_draft,
};
