/* countersign treaty compare */
#include <string.h>

#include "cli/cli.h"
#include "cli/ranks.h"
#include "countersign/treaty.h"

static const struct {
  const char *name;
  cs_status (*write)(const cs_comparison *comparison, cs_text *out, cs_error *error);
} formats[] = {{"json", cs_comparison_json}, {"markdown", cs_comparison_markdown}};

static cli_exit publish(const cli_args *args, const cs_comparison *comparison)
{
  const char *path = cli_value(args, "plot");
  cs_text out = {0}, plot = {0};
  cs_error error;
  bool written = false;
  cs_status status = CS_OK;
  for (size_t i = 0; i < CS_COUNT_OF(formats) && !written; i++)
    if (cli_value(args, formats[i].name) != NULL) {
      status = formats[i].write(comparison, &out, &error);
      written = true;
    }
  if (!written)
    status = cs_comparison_show(comparison, cli_width(), &out, &error);
  if (status == CS_OK && path != NULL)
    status = cs_comparison_plot(comparison, &plot, &error);
  return cli_publish(status, &error, &out, path, &plot, CLI_OK);
}

static cli_exit compare(const cli_args *args, const cs_treaty *const *treaties, const cs_scenario *scenario,
                        cs_play *play)
{
  cs_comparison *comparison = NULL;
  cs_error error;
  bool prints = scenario == NULL || cli_ranks_begin(play);
  cli_progress progress = cli_progress_begin("Playing");
  cs_play how = *play;
  how.progress = prints ? cli_progress_show : NULL;
  how.context = &progress;
  cs_status status = cs_comparison_make(treaties, args->operand_count, scenario, &how, &comparison, &error);
  cli_progress_end(&progress);
  if (status != CS_OK)
    return cli_fail(&error);
  if (scenario != NULL)
    cli_ranks_end();
  cli_exit exit = prints ? publish(args, comparison) : CLI_OK;
  cs_comparison_free(comparison);
  return exit;
}

static cli_exit run_compare(const cli_args *args)
{
  const char *path = cli_value(args, "scenario");
  cs_treaty *treaties[CS_COMPARED_MAX] = {NULL};
  cs_scenario *scenario = NULL;
  cs_play play = {0};
  cs_error error;
  cli_exit exit = cli_play(args, &play);
  if (exit != CLI_OK)
    return exit;
  static const char *const of_scenarios[] = {"plot", "trials", "seed", "threads"};
  for (size_t i = 0; i < CS_COUNT_OF(of_scenarios); i++)
    if (path == NULL && cli_value(args, of_scenarios[i]) != NULL)
      return cli_usage(args->command, "--%s needs --scenario: without one, nothing is played", of_scenarios[i]);
  if (cli_value(args, "json") != NULL && cli_value(args, "markdown") != NULL)
    return cli_usage(args->command, "--json and --markdown exclude each other");
  cs_status status = CS_OK;
  for (size_t i = 0; i < args->operand_count && status == CS_OK; i++)
    status = cs_treaty_read(args->operands[i], &treaties[i], &error);
  if (status == CS_OK && path != NULL)
    status = cs_scenario_read(path, &scenario, &error);
  exit = status == CS_OK ? compare(args, (const cs_treaty *const *)treaties, scenario, &play) : cli_fail(&error);
  cs_scenario_free(scenario);
  for (size_t i = 0; i < args->operand_count; i++)
    cs_treaty_free(treaties[i]);
  return exit;
}

static const cli_option options[] = {
  {.name = "scenario",
   .argument = "FILE",
   .help = "also what each would catch of the violations of this scenario (YAML): see countersign-scenario(5)",
   .kind = CLI_FILE},
  CLI_PLAY_OPTIONS,
  {.name = "plot",
   .argument = "FILE.svg",
   .help = "also draw detection over time, a line an agreement",
   .kind = CLI_OUTPUT},
  {.name = "markdown", .help = "tables in Markdown, for a paper"},
  {.name = "json", .help = "one JSON object, for programs"},
};

const cli_command cli_treaty_compare = {
  .name = "treaty compare",
  .summary = "set agreements side by side, with what each would catch",
  .operand = "FILE FILE...",
  .operand_kind = CLI_FILE,
  .least = 2,
  .most = CS_COMPARED_MAX,
  .options = options,
  .option_count = CS_COUNT_OF(options),
  .notes =
    "What a party gains and gives up is said for the first agreement beside each of the others, and the other way.",
  .example = "  countersign treaty compare treaties/freeze-2020-us.yaml treaties/freeze-2020-ru.yaml \\\n"
             "    --scenario scenarios/forty-warheads.yaml --plot compare.svg",
  .run = run_compare,
};
