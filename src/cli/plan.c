/* countersign plan */
#include "cli/cli.h"
#include "countersign/treaty.h"
#include "inspect/inspect.h"

/* Facilities of each kind where no file gives them. */
enum { FACILITIES_EACH = 10 };

static cli_exit publish(const cli_args *args, const cs_plan *plan)
{
  cs_text out = {0};
  cs_error error;
  cs_status status =
    cli_value(args, "json") != NULL ? cs_plan_json(plan, &out, &error) : cs_plan_show(plan, cli_width(), &out, &error);
  if (status == CS_OK)
    return cli_print(&out, cs_plan_is_enough(plan) ? CLI_OK : CLI_BAD);
  cs_text_free(&out);
  return cli_fail(&error);
}

static cli_exit make(const cli_args *args, int64_t each, const cs_plan_options *options)
{
  const char *path = cli_value(args, "facilities");
  cs_treaty *treaty;
  cs_places places = {0};
  cs_plan *plan = NULL;
  cs_error error;
  if (cs_treaty_read(cli_value(args, "treaty"), &treaty, &error) != CS_OK)
    return cli_fail(&error);
  cs_status status = path != NULL ? cs_places_read(treaty, NULL, path, &places, &error)
                                  : cs_places_assume(treaty, each, &places, &error);
  cli_progress progress = cli_progress_begin("Planning");
  cs_plan_options how = *options;
  how.progress = cli_progress_show;
  how.context = &progress;
  if (status == CS_OK)
    status = cs_plan_make(treaty, &places, &how, &plan, &error);
  cli_progress_end(&progress);
  cli_exit exit = status == CS_OK ? publish(args, plan) : cli_fail(&error);
  cs_plan_free(plan);
  cs_places_free(&places);
  cs_treaty_free(treaty);
  return exit;
}

static cli_exit run_plan(const cli_args *args)
{
  cs_plan_options how = {.party = cli_value(args, "party")};
  int64_t each;
  cli_exit exit = cli_number(args, "violation", 1, CS_POPULATION_MAX, 0, &how.violation);
  if (exit == CLI_OK)
    exit = cli_decimal(args, "goal", 1e-9, 1, 0, &how.goal);
  if (exit == CLI_OK)
    exit = cli_decimal(args, "miss", 0, 1, 0, &how.miss);
  if (exit == CLI_OK)
    exit = cli_number(args, "looks", 1, CS_POPULATION_MAX, 0, &how.looks);
  if (exit == CLI_OK)
    exit = cli_number(args, "each", 1, CS_PLACES_MAX, FACILITIES_EACH, &each);
  if (exit == CLI_OK)
    exit = cli_date(args, "at", CS_DATE_NONE, &how.at);
  if (exit != CLI_OK)
    return exit;
  if (cli_value(args, "facilities") != NULL && cli_value(args, "each") != NULL)
    return cli_usage(args->command, "--facilities and --each exclude each other");
  return make(args, each, &how);
}

static const cli_option options[] = {
  {.name = "treaty", .argument = "FILE", .help = "the agreement (YAML)", .kind = CLI_FILE, .required = true},
  {.name = "violation", .argument = "N", .help = "items in violation, wherever they are", .required = true},
  {.name = "goal", .argument = "P", .help = "probability of seeing them that is wanted", .required = true},
  {.name = "facilities",
   .argument = "CSV",
   .help = "the facilities: facility,kind,items and, where wanted, weight",
   .kind = CLI_FILE},
  {.name = "each", .argument = "N", .help = "without --facilities: how many of each kind are assumed; otherwise 10"},
  {.name = "looks", .argument = "N", .help = "items that a visit looks at, drawn at random; otherwise all"},
  {.name = "miss", .argument = "P", .help = "probability that a look at an item in violation misses it; otherwise 0"},
  {.name = "party", .argument = "PARTY", .help = "the party that inspects, where their quotas differ"},
  {.name = "at",
   .argument = "DATE",
   .help = "the day whose quotas count; otherwise the first on which an inspection may be held",
   .kind = CLI_DATE},
  {.name = "json", .help = "one JSON object, for programs"},
};

const cli_command cli_plan = {
  .name = "plan",
  .summary = "plan visits: how many a goal needs, where, and what they catch",
  .options = options,
  .option_count = CS_COUNT_OF(options),
  .notes =
    "The violator is taken to know the plan, but not what is drawn, and to split the violation where it is seen\n"
    "least. Exits with 1 where the quotas of the agreement do not reach the goal. What is assumed is part of\n"
    "the output; countersign-plan(1) explains it.",
  .example = "  countersign plan --treaty treaties/new-start.yaml --violation 40 --goal 0.9",
  .run = run_plan,
};
