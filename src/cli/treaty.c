/* countersign treaty check | show | calendar | schema */
#include "countersign/treaty.h"
#include "cli/cli.h"

/* ---- check ------------------------------------------------------------------------------- */

static cli_exit run_check(const cli_args *args)
{
  cs_text out = {0};
  cli_exit worst = CLI_OK;
  for (size_t i = 0; i < args->operand_count; i++) {
    cs_treaty *treaty;
    cs_error error;
    if (cs_treaty_read(args->operands[i], &treaty, &error) != CS_OK) {
      cli_exit exit = cli_fail(&error);
      worst = exit > worst ? exit : worst;
      continue;
    }
    size_t rules = cs_treaty_rules(treaty);
    cs_text_add(&out, "%s: %s, %zu rule%s, all well\n", args->operands[i], cs_treaty_id(treaty), rules,
                rules == 1 ? "" : "s");
    cs_treaty_free(treaty);
  }
  return cli_print(&out, worst);
}

const cli_command cli_treaty_check = {
  .name = "treaty check",
  .summary = "check that agreement files are whole",
  .operand = "FILE...",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = CLI_ARGUMENTS,
  .notes = "Prints a line for each file that is well, and the first fault of each that is not, with its line and\n"
           "column. Exits with 3 where there was a fault.",
  .example = "  countersign treaty check treaties/*.yaml",
  .run = run_check,
};

/* ---- show -------------------------------------------------------------------------------- */

static cli_exit run_show(const cli_args *args)
{
  cs_treaty *treaty;
  cs_error error;
  if (cs_treaty_read(args->operands[0], &treaty, &error) != CS_OK)
    return cli_fail(&error);
  cs_text out = {0};
  cs_status status = cli_value(args, "json") != NULL ? cs_treaty_json(treaty, &out, &error)
                                                     : cs_treaty_show(treaty, cli_width(), &out, &error);
  cs_treaty_free(treaty);
  if (status == CS_OK)
    return cli_print(&out, CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

static const cli_option show_options[] = {
  {.name = "json", .help = "one JSON object with the keys of the file, for programs"},
};

const cli_command cli_treaty_show = {
  .name = "treaty show",
  .summary = "print an agreement in words, each rule with its article",
  .operand = "FILE",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = show_options,
  .option_count = CS_COUNT_OF(show_options),
  .example = "  countersign treaty show treaties/new-start.yaml",
  .run = run_show,
};

/* ---- calendar ---------------------------------------------------------------------------- */

static cli_exit run_calendar(const cli_args *args)
{
  cs_treaty *treaty;
  cs_error error;
  cs_date from, to;
  cli_exit exit = cli_date(args, "from", CS_DATE_NONE, &from);
  if (exit == CLI_OK)
    exit = cli_date(args, "to", CS_DATE_NONE, &to);
  if (exit != CLI_OK)
    return exit;
  if (to < from)
    return cli_usage(args->command, "--to lies before --from; expected a later day");
  if (cs_treaty_read(args->operands[0], &treaty, &error) != CS_OK)
    return cli_fail(&error);
  cs_text out = {0};
  cs_calendar *calendar = NULL;
  cs_status status = cs_treaty_calendar(treaty, from, to, &calendar, &error);
  if (status == CS_OK)
    status = cli_value(args, "json") != NULL ? cs_calendar_json(calendar, &out, &error)
                                             : cs_calendar_show(calendar, cli_width(), &out, &error);
  cs_calendar_free(calendar);
  cs_treaty_free(treaty);
  if (status == CS_OK)
    return cli_print(&out, CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

static const cli_option calendar_options[] = {
  {.name = "from", .argument = "DATE", .help = "first day, as YYYY-MM-DD", .kind = CLI_DATE, .required = true},
  {.name = "to", .argument = "DATE", .help = "last day", .kind = CLI_DATE, .required = true},
  {.name = "json", .help = "a JSON array, for programs"},
};

const cli_command cli_treaty_calendar = {
  .name = "treaty calendar",
  .summary = "list what falls due on which day",
  .operand = "FILE",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = calendar_options,
  .option_count = CS_COUNT_OF(calendar_options),
  .example = "  countersign treaty calendar treaties/new-start.yaml --from 2018-01-01 --to 2018-12-31",
  .run = run_calendar,
};

/* ---- schema ------------------------------------------------------------------------------ */

static cli_exit run_schema(const cli_args *args)
{
  (void)args;
  cs_text out = {0};
  cs_error error;
  if (cs_treaty_schema(&out, &error) == CS_OK)
    return cli_print(&out, CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

const cli_command cli_treaty_schema = {
  .name = "treaty schema",
  .summary = "print the JSON Schema of agreement files, for editors",
  .example = "  countersign treaty schema > schemas/treaty.schema.json",
  .run = run_schema,
};
