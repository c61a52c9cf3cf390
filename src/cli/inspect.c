/* countersign inspect request | designate | draw | open | report | close | list */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define REQUEST_OPTIONS                                                                                                \
  {.name = "origin", .argument = "ORIGIN", .help = "ledger with the request", .required = true},                       \
  {                                                                                                                    \
    .name = "entry", .argument = "N", .help = "entry that is the request", .required = true                            \
  }

static cli_exit request_entry(const cli_args *args, uint64_t *out)
{
  int64_t number;
  cli_exit exit = cli_number(args, "entry", 0, CS_NUMBER_MAX, 0, &number);
  *out = (uint64_t)number;
  return exit;
}

/* ---- request and designate ----------------------------------------------------------------------------------- */

static cli_exit state_request(const cli_args *args, cs_home *home, int64_t declaration)
{
  cs_error error;
  int64_t now;
  uint64_t entry;
  cs_text out = {0};
  const cs_visit_plan plan = {args->operands[0],
                              cli_value(args, "of"),
                              cli_value(args, "date"),
                              declaration,
                              args->operand_count > 1 ? args->operands[1] : NULL,
                              cli_value(args, "weights")};
  if (cs_home_now(&now, &error) != CS_OK || cs_home_request_visit(home, &plan, now, &entry, &error) != CS_OK)
    return cli_fail(&error);
  cs_text_add(&out, "entry %llu of %s\n", (unsigned long long)entry, home->key.name);
  return cli_print(&out, CLI_OK);
}

static cli_exit run_request(const cli_args *args)
{
  cs_home *home;
  int64_t declaration;
  cli_exit exit = cli_number(args, "declaration", 0, CS_NUMBER_MAX, -1, &declaration);
  if (exit == CLI_OK)
    exit = cli_open_home(args, CS_STORE_WRITE, &home);
  if (exit != CLI_OK)
    return exit;
  exit = state_request(args, home, declaration);
  cs_home_close(home);
  return exit;
}

#define PLAN_OPTIONS                                                                                                   \
  {.name = "of", .argument = "PARTY", .help = "the party that is inspected", .required = true},                        \
    {.name = "date", .argument = "DATE", .help = "day of the visit", .kind = CLI_DATE, .required = true},              \
  {                                                                                                                    \
    .name = "declaration", .argument = "N",                                                                            \
    .help = "entry of that party's ledger with what is declared to be there; without it, the newest that is here"      \
  }

static const cli_option request_options[] = {
  PLAN_OPTIONS,
  {.name = "weights",
   .argument = "FILE.csv",
   .help = "draw each facility in proportion to its weight, a whole number (facility,weight), as in the mix of a plan; "
           "those without a row are not drawn; otherwise all alike",
   .kind = CLI_FILE},
  CLI_PASSPHRASE_OPTION,
};

static const cli_option designate_options[] = {
  PLAN_OPTIONS,
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_inspect_request = {
  .name = "inspect request",
  .summary = "announce a visit whose place will be drawn",
  .operand = "INSPECTION",
  .least = 1,
  .most = 1,
  .options = request_options,
  .option_count = CS_COUNT_OF(request_options),
  .notes =
    "INSPECTION is a kind that the agreement defines. Notice and quota are the agreement's; what is beyond them is "
    "refused.",
  .example = "  countersign -C us inspect request drawn --of RU --date 2021-06-10",
  .run = run_request,
};

const cli_command cli_inspect_designate = {
  .name = "inspect designate",
  .summary = "announce a visit to a facility that is named",
  .operand = "INSPECTION FACILITY",
  .least = 2,
  .most = 2,
  .options = designate_options,
  .option_count = CS_COUNT_OF(designate_options),
  .example = "  countersign -C us inspect designate designated \"Storage 3\" --of RU --date 2021-06-10",
  .run = run_request,
};

/* ---- draw ---------------------------------------------------------------------------------------------------- */

static cli_exit run_draw(const cli_args *args)
{
  cs_home *home;
  cs_vault *vault;
  cs_error error;
  cs_text out = {0};
  int64_t now;
  uint64_t entry;
  cli_exit exit = request_entry(args, &entry);
  if (exit == CLI_OK)
    exit = cli_open_vault(args, &home, &vault);
  if (exit != CLI_OK)
    return exit;
  cs_status status = cs_home_now(&now, &error);
  if (status == CS_OK)
    status = cs_home_draw(home, vault, cli_value(args, "origin"), entry, now, &out, &error);
  cs_vault_close(vault);
  cs_home_close(home);
  return cli_print(&out, status == CS_OK ? CLI_OK : cli_fail(&error));
}

static const cli_option draw_options[] = {REQUEST_OPTIONS, CLI_PASSPHRASE_OPTION};

const cli_command cli_inspect_draw = {
  .name = "inspect draw",
  .summary = "do this party's next step in drawing the place of a visit",
  .options = draw_options,
  .option_count = CS_COUNT_OF(draw_options),
  .notes =
    "Both parties run it, and \"sync\" between: first each commits to a number, then, when it has seen the other's\n"
    "commitment, reveals it. Then both know the place.",
  .example = "  countersign -C ru inspect draw --origin countersign/freeze-2020-us/US --entry 9",
  .run = run_draw,
};

/* ---- open ---------------------------------------------------------------------------------------------------- */

static cli_exit run_open(const cli_args *args)
{
  cs_home *home;
  cs_vault *vault;
  cs_error error;
  cs_text file = {0}, out = {0};
  int64_t now;
  uint64_t entry, stated;
  cli_exit exit = request_entry(args, &entry);
  if (exit == CLI_OK)
    exit = cli_open_vault(args, &home, &vault);
  if (exit != CLI_OK)
    return exit;
  const char *origin = cli_value(args, "origin"), *path = cli_value(args, "output");
  cs_status status = cs_home_now(&now, &error);
  if (status == CS_OK)
    status = cs_home_visit_file(home, vault, origin, entry, &file, &error);
  if (status == CS_OK) /* before it is stated, so that what is stated can be handed over */
    exit = cli_write(path, &file);
  if (status == CS_OK && exit == CLI_OK)
    status = cs_home_open_visit(home, origin, entry, (cs_slice){file.at, file.length}, now, &stated, &error);
  if (status != CS_OK)
    exit = cli_fail(&error);
  else if (exit == CLI_OK)
    cs_text_add(&out, "entry %llu of %s; hand the inspectors %s\n", (unsigned long long)stated, home->key.name, path);
  if (file.at != NULL)
    sodium_memzero(file.at, file.capacity);
  cs_text_free(&file);
  cs_vault_close(vault);
  cs_home_close(home);
  return cli_print(&out, exit);
}

static const cli_option open_options[] = {
  REQUEST_OPTIONS,
  {.name = "output",
   .argument = "FILE",
   .help = "the file for the inspectors",
   .kind = CLI_OUTPUT,
   .required = true,
   .letter = 'o'},
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_inspect_open = {
  .name = "inspect open",
  .summary = "open the place of a visit, and state that it was opened",
  .options = open_options,
  .option_count = CS_COUNT_OF(open_options),
  .notes = "Done again, it writes the very same file, and states nothing twice.",
  .example = "  countersign -C ru inspect open --origin countersign/freeze-2020-us/US --entry 9 -o visit.json",
  .run = run_open,
};

/* ---- report -------------------------------------------------------------------------------------------------- */

static cli_exit run_report(const cli_args *args)
{
  enum { LARGEST = 16 * 1024 * 1024 };
  cs_home *home;
  cs_error error;
  cs_file opening = {0};
  cs_text out = {0};
  int64_t now;
  uint64_t entry;
  size_t differences = 0;
  cli_exit exit = request_entry(args, &entry);
  if (exit == CLI_OK)
    exit = cli_open_home(args, CS_STORE_WRITE, &home);
  if (exit != CLI_OK)
    return exit;
  const char *path = cli_value(args, "opening"); /* none: no file was handed over */
  cs_status status = path == NULL ? CS_OK : cs_file_read(path, LARGEST, &opening, &error);
  if (status == CS_OK)
    status = cs_home_now(&now, &error);
  if (status == CS_OK)
    status = cs_home_report_visit(home, cli_value(args, "origin"), entry, (cs_slice){opening.bytes, opening.length},
                                  args->operands[0], now, &out, &differences, &error);
  cs_file_free(&opening);
  cs_home_close(home);
  exit = status == CS_OK ? (differences > 0 ? CLI_BAD : CLI_OK) : cli_fail(&error);
  return cli_print(&out, exit);
}

static const cli_option report_options[] = {
  REQUEST_OPTIONS,
  {.name = "opening",
   .argument = "FILE",
   .help = "the file that the inspected party handed over; without it, that it handed over none is a difference",
   .kind = CLI_FILE},
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_inspect_report = {
  .name = "inspect report",
  .summary = "state what was seen at a visit, compared with what was opened",
  .operand = "SEEN.csv",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = report_options,
  .option_count = CS_COUNT_OF(report_options),
  .notes =
    "SEEN.csv has the columns item, state, and identifier (a row for each item) or count. Both sides report. Each\n"
    "difference stands in the report; from the inspecting party it also becomes an ambiguity, which \"resolve\" closes.\n"
    "Exits with 1 where there is one.",
  .example =
    "  countersign -C us inspect report seen.csv --origin countersign/freeze-2020-us/US --entry 9 --opening visit.json",
  .run = run_report,
};

/* ---- close and list ------------------------------------------------------------------------------------------ */

static cli_exit run_close(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  int64_t now;
  uint64_t entry, stated;
  cs_text out = {0};
  cli_exit exit = request_entry(args, &entry);
  if (exit == CLI_OK)
    exit = cli_open_home(args, CS_STORE_WRITE, &home);
  if (exit != CLI_OK)
    return exit;
  json_t *extra = json_pack("{s:s, s:I}", "origin", cli_value(args, "origin"), "entry", (json_int_t)entry);
  if (cs_home_now(&now, &error) != CS_OK) {
    json_decref(extra);
    exit = cli_fail(&error);
  } else if (cs_home_state(home, CS_INSPECT_CLOSE, NULL, 0, extra, now, &stated, NULL, &error) != CS_OK) {
    exit = cli_fail(&error);
  } else {
    cs_text_add(&out, "entry %llu of %s\n", (unsigned long long)stated, home->key.name);
  }
  cs_home_close(home);
  return cli_print(&out, exit);
}

const cli_command cli_inspect_close = {
  .name = "inspect close",
  .summary = "state that a visit is over",
  .options = draw_options,
  .option_count = CS_COUNT_OF(draw_options),
  .example = "  countersign -C us inspect close --origin countersign/freeze-2020-us/US --entry 9",
  .run = run_close,
};

/* How far a draw has come. */
static const char *draw_stage(const cs_visit_side *a, const cs_visit_side *b)
{
  if ((a->reveal >= 0 && !a->sound) || (b->reveal >= 0 && !b->sound))
    return "broken off: a number is not what was committed to";
  if (a->reveal >= 0 && b->reveal >= 0)
    return "both have revealed; what they draw from is not here";
  if (a->reveal >= 0 || b->reveal >= 0)
    return "one has revealed";
  if (a->commit >= 0 && b->commit >= 0)
    return "both have committed";
  return a->commit >= 0 || b->commit >= 0 ? "one has committed" : "requested";
}

/* How far a visit has come, and what was found. */
static void add_stage(const cs_visit *v, cs_text *out)
{
  const cs_visit_side *a = &v->side[CS_INSPECTING], *b = &v->side[CS_INSPECTED];
  if (a->report >= 0 && a->differences > 0)
    cs_text_add(out, "reported, %zu difference%s", a->differences, a->differences == 1 ? "" : "s");
  else if (a->report >= 0)
    cs_text_add(out, "reported, as sealed");
  else if (v->opened >= 0)
    cs_text_add(out, "opened");
  else if (v->facility != NULL)
    cs_text_add(out, v->designated ? "designated" : "drawn");
  else
    cs_text_add(out, "%s", draw_stage(a, b));
  if (a->close >= 0 && b->close >= 0)
    cs_text_add(out, ", closed");
  else if (a->close >= 0 || b->close >= 0)
    cs_text_add(out, ", closed by one");
}

static const char *place_of(const cs_visit *v)
{
  return v->facility == NULL ? "(to be drawn)" : v->facility;
}

static int by_day(const void *a, const void *b)
{
  const cs_visit *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  int order = strcmp(x->origin, y->origin);
  return order != 0 ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

static void list_visit(const cs_treaty *t, const cs_visit *v, size_t place_width, cs_text *out)
{
  char date[CS_DATE_TEXT];
  cs_text_add(out, "%s  %s in %s  %-12s ", cs_date_format(v->date, date),
              t->parties.at[v->side[CS_INSPECTING].party].rule.id, t->parties.at[v->side[CS_INSPECTED].party].rule.id,
              t->inspections.at[v->kind].rule.id);
  cs_text_pad(out, place_of(v), place_width);
  cs_text_add(out, "  --origin %s --entry %llu  ", v->origin, (unsigned long long)v->entry);
  add_stage(v, out);
  cs_text_add(out, "\n");
}

static cli_exit run_list(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  cs_visit_list visits;
  cs_text out = {0};
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  if (cs_home_visits(home, CS_DATE_NONE, &visits, &error) != CS_OK) {
    cs_home_close(home);
    return cli_fail(&error);
  }
  if (visits.count > 1)
    qsort(visits.at, visits.count, sizeof *visits.at, by_day);
  size_t width = 0;
  for (size_t i = 0; i < visits.count; i++) {
    size_t columns = cs_text_columns(place_of(&visits.at[i]));
    width = columns > width ? columns : width;
  }
  for (size_t i = 0; i < visits.count; i++)
    list_visit(home->treaty, &visits.at[i], width, &out);
  if (visits.count == 0)
    cs_text_add(&out, "no visit was requested\n");
  cs_visits_free(&visits);
  cs_home_close(home);
  return cli_print(&out, CLI_OK);
}

const cli_command cli_inspect_list = {
  .name = "inspect list",
  .summary = "list the visits in all ledgers, and how far each has come",
  .example = "  countersign -C us inspect list",
  .run = run_list,
};
