/* countersign assess */
#include "countersign/assess.h"
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"

/* Adds the report that was asked for. */
static cs_status report(const cli_args *args, const cs_assessment *assessment, cs_text *out, cs_error *error)
{
  if (cli_value(args, "json") != NULL)
    return cs_assessment_json(assessment, out, error);
  if (cli_value(args, "csv") != NULL)
    return cs_assessment_csv(assessment, out, error);
  return cs_assessment_table(assessment, cli_width(), cli_colour(), out, error);
}

/* What the home keeps against parties stands beside what is judged, which is the same wherever the same ledgers are. It is no
 * verdict, so a table of verdicts for programs has no row for it. */
static cs_status add_evidence(const cli_args *args, cs_home *home, cs_text *out, bool *any, cs_error *error)
{
  cs_text beside = {0};
  bool csv = cli_value(args, "csv") != NULL;
  cs_status status =
    cli_add_charges(home, cli_value(args, "party"), cli_value(args, "json") != NULL, csv ? &beside : out, any, error);
  if (beside.length > 0)
    (void)fputs(beside.at, stderr);
  cs_text_free(&beside);
  return status;
}

/* Everything is computed before anything is written. */
static cli_exit publish(const cli_args *args, const cs_assessment *assessment, cs_home *home)
{
  cs_text out = {0}, plot = {0};
  cs_error error;
  bool accused = false;
  const char *path = cli_value(args, "plot");
  cs_status status = report(args, assessment, &out, &error);
  if (status == CS_OK && home != NULL)
    status = add_evidence(args, home, &out, &accused, &error);
  if (status == CS_OK && path != NULL)
    status = cs_assessment_plot(assessment, &plot, &error);
  bool bad = accused || cs_assessment_is_bad(assessment);
  return cli_publish(status, &error, &out, path, &plot, bad ? CLI_BAD : CLI_OK);
}

/* What is judged: an agreement and a record from files, or a home with its ledgers. */
typedef struct subject {
  cs_home *home;
  const cs_treaty *treaty;
  cs_treaty *read; /* the agreement, where it came from a file */
  cs_holdings *holdings;
} subject;

static cs_status open_files(const cli_args *args, subject *s, cs_error *error)
{
  const char *paths[CLI_ARGUMENTS];
  size_t count = cli_values(args, "holdings", paths);
  cs_status status = cs_treaty_read(cli_value(args, "treaty"), &s->read, error);
  s->treaty = s->read;
  return status == CS_OK ? cs_holdings_read(s->treaty, paths, count, &s->holdings, error) : status;
}

static cs_status open_home(subject *s, cs_date at, cs_error *error)
{
  cs_status status = cs_home_open(".", CS_STORE_READ, &s->home, error);
  if (status != CS_OK)
    return status;
  s->treaty = s->home->treaty;
  status = cs_home_holdings(s->home, at, &s->holdings, error);
  return status == CS_OK ? cs_home_note_visits(s->home, at, s->holdings, error) : status;
}

static cli_exit judge(const cli_args *args, bool files, cs_assess_options *how)
{
  subject s = {0};
  cs_assessment *assessment = NULL;
  cs_error error;
  int64_t now;
  cs_status status = cs_home_now(&now, &error);
  if (status == CS_OK && how->at == CS_DATE_NONE)
    how->at = (cs_date)(now / 86400);
  if (status == CS_OK)
    status = files ? open_files(args, &s, &error) : open_home(&s, how->at, &error);
  if (status == CS_OK)
    status = cs_assess(s.treaty, s.holdings, how, &assessment, &error);
  cli_exit exit = status == CS_OK ? publish(args, assessment, s.home) : cli_fail(&error);
  cs_assessment_free(assessment);
  cs_holdings_free(s.holdings);
  cs_treaty_free(s.read);
  cs_home_close(s.home);
  return exit;
}

static cli_exit run_assess(const cli_args *args)
{
  bool treaty = cli_value(args, "treaty") != NULL, holdings = cli_value(args, "holdings") != NULL;
  cs_assess_options how = {.party = cli_value(args, "party")};
  cli_exit exit = cli_date(args, "at", CS_DATE_NONE, &how.at);
  if (exit == CLI_OK)
    exit = cli_number(args, "violation", 1, CS_POPULATION_MAX, 0, &how.violation);
  if (exit == CLI_OK)
    exit = cli_decimal(args, "prior", 1e-9, 1, 0, &how.prior);
  if (exit != CLI_OK)
    return exit;
  if (how.prior > 0 && how.violation == 0)
    return cli_usage(args->command, "--prior is given without --violation; expected both");
  if (cli_value(args, "csv") != NULL && (cli_value(args, "json") != NULL || how.violation > 0))
    return cli_usage(args->command, "--%s and --csv exclude each other", how.violation > 0 ? "violation" : "json");
  if (treaty != holdings)
    return cli_usage(args->command, "--%s is missing; expected --treaty FILE and --holdings CSV, or neither in a home",
                     treaty ? "holdings" : "treaty");
  if (!treaty && access("ledger.db", F_OK) != 0)
    return cli_usage(args->command,
                     "--treaty is missing; expected --treaty FILE and --holdings CSV, or neither in a home");
  return judge(args, treaty, &how);
}

static const cli_option options[] = {
  {.name = "treaty", .argument = "FILE", .help = "the agreement (YAML)", .kind = CLI_FILE},
  {.name = "holdings",
   .argument = "CSV",
   .help =
     "what the parties declared; may be given several times: totals by count, and holdings by item, which must add up to them",
   .kind = CLI_FILE,
   .repeated = true},
  {.name = "at",
   .argument = "DATE",
   .help = "judge as it could be known on this day; without it, today",
   .kind = CLI_DATE},
  {.name = "party", .argument = "PARTY", .help = "only this party", .kind = CLI_WORD},
  {.name = "violation", .argument = "N", .help = "also say what visits so far would have seen of so many in violation"},
  {.name = "prior",
   .argument = "P",
   .help = "with --violation: also what the visits have shown, where one had this probability before"},
  {.name = "json", .help = "one JSON object, for programs"},
  {.name = "csv", .help = "one verdict a row, for spreadsheets"},
  {.name = "plot", .argument = "FILE.svg", .help = "also draw the limited counts over time", .kind = CLI_OUTPUT},
};

const cli_command cli_assess = {
  .name = "assess",
  .summary = "judge what was declared against an agreement",
  .options = options,
  .option_count = CS_COUNT_OF(options),
  .notes =
    "In a home, without --treaty and --holdings, it judges by the ledgers, the own and the peers'; the evidence is an\n"
    "entry of a ledger then.\n\n"
    "Verdicts: met, proved, violated, late, missing, not yet binding, unknown. Exits with 1 where one is violated,\n"
    "late or missing, and where the home keeps evidence against a party. The columns of the CSV files are explained in\n"
    "countersign-assess(1).",
  .example = "  countersign assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv",
  .run = run_assess,
};
