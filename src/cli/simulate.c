/* countersign simulate */
#include <unistd.h>

#include "cli/cli.h"
#include "cli/ranks.h"
#include "countersign/treaty.h"
#include "simulate/simulate.h"

enum { TRIALS = 100000 };

/* Processors that this process may use. */
static int processors(void)
{
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > CS_THREADS_MAX ? CS_THREADS_MAX : (int)count;
}

cli_exit cli_play(const cli_args *args, cs_play *out)
{
  int64_t seed, threads;
  cli_exit exit = cli_number(args, "trials", 1, CS_TRIALS_MAX, TRIALS, &out->trials);
  if (exit == CLI_OK)
    exit = cli_number(args, "seed", 0, CS_NUMBER_MAX, 1, &seed);
  if (exit == CLI_OK)
    exit = cli_number(args, "threads", 1, CS_THREADS_MAX, processors(), &threads);
  if (exit != CLI_OK)
    return exit;
  out->seed = (uint64_t)seed;
  out->threads = (int)threads;
  return CLI_OK;
}

static cli_exit publish(const cli_args *args, const cs_simulation *simulation)
{
  const char *path = cli_value(args, "plot");
  cs_text out = {0}, plot = {0};
  cs_error error;
  cs_status status = cli_value(args, "json") != NULL ? cs_simulation_json(simulation, &out, &error)
                                                     : cs_simulation_show(simulation, cli_width(), &out, &error);
  if (status == CS_OK && path != NULL)
    status = cs_simulation_plot(simulation, &plot, &error);
  return cli_publish(status, &error, &out, path, &plot, CLI_OK);
}

/* Plays it with whoever shares the work, and prints it where this process is to. */
static cli_exit play_and_publish(const cli_args *args, const cs_treaty *treaty, const cs_scenario *scenario,
                                 cs_play *play)
{
  cs_simulation *simulation = NULL;
  cs_error error;
  bool prints = cli_ranks_begin(play);
  cli_progress progress = cli_progress_begin("Playing");
  cs_play how = *play;
  how.progress = prints ? cli_progress_show : NULL;
  how.context = &progress;
  cs_status status = cs_simulate(treaty, scenario, &how, &simulation, &error);
  cli_progress_end(&progress);
  if (status != CS_OK)
    return cli_fail(&error);
  cli_ranks_end();
  cli_exit exit = prints ? publish(args, simulation) : CLI_OK;
  cs_simulation_free(simulation);
  return exit;
}

/* Without agreement or scenario: the schema, where it was asked for. */
static cli_exit run_without(const cli_args *args)
{
  cs_text out = {0};
  cs_error error;
  if (cli_value(args, "schema") == NULL)
    return cli_usage(args->command, "--%s is missing; expected --treaty FILE and --scenario FILE",
                     cli_value(args, "treaty") == NULL ? "treaty" : "scenario");
  if (cs_scenario_schema(&out, &error) == CS_OK)
    return cli_print(&out, CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

static cli_exit run_simulate(const cli_args *args)
{
  cs_play play = {0};
  cs_treaty *treaty = NULL;
  cs_scenario *scenario = NULL;
  cs_error error;
  if (cli_value(args, "treaty") == NULL || cli_value(args, "scenario") == NULL)
    return run_without(args);
  cli_exit exit = cli_play(args, &play);
  if (exit != CLI_OK)
    return exit;
  cs_status status = cs_treaty_read(cli_value(args, "treaty"), &treaty, &error);
  if (status == CS_OK)
    status = cs_scenario_read(cli_value(args, "scenario"), &scenario, &error);
  exit = status == CS_OK ? play_and_publish(args, treaty, scenario, &play) : cli_fail(&error);
  cs_scenario_free(scenario);
  cs_treaty_free(treaty);
  return exit;
}

static const cli_option options[] = {
  {.name = "treaty", .argument = "FILE", .help = "the agreement (YAML)", .kind = CLI_FILE},
  {.name = "scenario",
   .argument = "FILE",
   .help = "facilities, ways to cheat and assumptions (YAML): see countersign-scenario(5)",
   .kind = CLI_FILE},
  CLI_PLAY_OPTIONS,
  {.name = "plot",
   .argument = "FILE.svg",
   .help = "also draw detection over time, a line a violation",
   .kind = CLI_OUTPUT},
  {.name = "json", .help = "one JSON object, for programs"},
  {.name = "schema", .help = "without files: print the JSON Schema of scenario files, for editors"},
};

const cli_command cli_simulate = {
  .name = "simulate",
  .summary = "play a year of an agreement many times, with and without cheating",
  .options = options,
  .option_count = CS_COUNT_OF(options),
  .notes = "The result depends on agreement, scenario, trials and seed, not on threads.",
  .example = "  countersign simulate --treaty treaties/freeze-2020-us.yaml --scenario scenarios/forty-warheads.yaml",
  .run = run_simulate,
};
