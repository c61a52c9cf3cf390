/* countersign: finds the command and runs it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* clang-format off: a line for each subject */
const cli_command *const cli_commands[] = {
  /* judging */
  &cli_assess,
  &cli_holdings,
  &cli_verify,
  /* agreements */
  &cli_treaty_check,
  &cli_treaty_show,
  &cli_treaty_calendar,
  &cli_treaty_compare,
  &cli_treaty_schema,
  /* a home */
  &cli_init,
  &cli_key,
  &cli_status,
  &cli_log,
  &cli_show,
  /* statements */
  &cli_draft,
  &cli_declare,
  &cli_notify,
  &cli_raise,
  &cli_resolve,
  &cli_extend,
  &cli_suspend,
  &cli_resume,
  &cli_withdraw,
  &cli_statement_schema,
  /* seals */
  &cli_claim,
  &cli_open,
  &cli_vault_check,
  &cli_vault_backup,
  &cli_vault_restore,
  /* inspections */
  &cli_detect,
  &cli_plan,
  &cli_simulate,
  &cli_inspect_request,
  &cli_inspect_designate,
  &cli_inspect_draw,
  &cli_inspect_open,
  &cli_inspect_report,
  &cli_inspect_close,
  &cli_inspect_list,
  /* the others */
  &cli_peer_add,
  &cli_peer_list,
  &cli_witness_add,
  &cli_witness_list,
  &cli_sync,
  &cli_serve,
  &cli_export,
  /* playing */
  &cli_exercise,
  /* the shell */
  &cli_completion,
};
/* clang-format on */
const size_t cli_command_count = CS_COUNT_OF(cli_commands);

/* Headings of the list of commands, each above the command that it names. */
static const struct {
  const cli_command *first;
  const char *title;
} headings[] = {
  {&cli_assess, "Judge"},
  {&cli_treaty_check, "Agreements"},
  {&cli_init, "A party's home"},
  {&cli_draft, "Statements in its ledger"},
  {&cli_claim, "Sealed counts"},
  {&cli_detect, "Inspections"},
  {&cli_peer_add, "The ledgers of others"},
  {&cli_exercise, "Exercises"},
  {&cli_completion, "The shell"},
};

static cli_exit help_all(cli_exit exit)
{
  cs_text out = {0};
  cs_text_add(&out, "countersign - keep an arms-control agreement between parties that do not trust each other\n"
                    "\nUsage: countersign [-C DIR] COMMAND [options] [FILE...]\n");
  for (size_t i = 0; i < cli_command_count; i++) {
    for (size_t k = 0; k < CS_COUNT_OF(headings); k++)
      if (headings[k].first == cli_commands[i])
        cs_text_add(&out, "\n%s\n", headings[k].title);
    cs_text_add(&out, "  %-18s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
  }
  cs_text_add(&out,
              "\ncountersign COMMAND --help explains one of them, with an example; --version prints the version;\n"
              "-C DIR works as if it was started in that folder.\n"
              "\nFirst steps:\n"
              "  countersign treaty show treaties/new-start.yaml\n"
              "  countersign assess --treaty treaties/new-start.yaml --holdings data/new-start-aggregates.csv\n"
              "\nExit codes: 0 all well; 1 the work was done and the answer is bad; 2 usage; 3 invalid input;\n"
              "4 the system failed.\n");
  return cli_print(&out, exit);
}

/* The command named by the first one or two words; `*words` is how many. */
static const cli_command *find_command(int argc, char **argv, int *words)
{
  for (size_t i = 0; i < cli_command_count; i++) {
    const char *name = cli_commands[i]->name, *space = strchr(name, ' ');
    size_t first = space == NULL ? strlen(name) : (size_t)(space - name);
    if (argc < 1 || strlen(argv[0]) != first || strncmp(argv[0], name, first) != 0)
      continue;
    *words = space == NULL ? 1 : 2;
    if (space == NULL || (argc > 1 && strcmp(argv[1], space + 1) == 0))
      return cli_commands[i];
  }
  return NULL;
}

/* Help for "treaty", which is the first word of several commands. */
static bool help_group(const char *word, cs_text *out)
{
  size_t length = strlen(word);
  bool any = false;
  for (size_t i = 0; i < cli_command_count; i++) {
    const cli_command *command = cli_commands[i];
    if (strncmp(command->name, word, length) != 0 || command->name[length] != ' ')
      continue;
    if (!any)
      cs_text_add(out, "Usage: countersign %s COMMAND\n\nCommands:\n", word);
    cs_text_add(out, "  %-18s %s\n", command->name, command->summary);
    any = true;
  }
  return any;
}

/* The words that were given, as one name. */
static void given_name(int argc, char **argv, cs_text *out)
{
  cs_text_add(out, "%s", argv[0]);
  if (argc > 1 && argv[1][0] != '-')
    cs_text_add(out, " %s", argv[1]);
}

static cli_exit unknown_command(int argc, char **argv, bool help)
{
  cs_text group = {0}, name = {0};
  if (help_group(argv[0], &group) && (help || argc == 1 || strcmp(argv[1], "--help") == 0))
    return cli_print(&group, help || argc > 1 ? CLI_OK : CLI_USAGE);
  given_name(group.length > 0 ? argc : 1, argv, &name);
  const char *names[sizeof cli_commands / sizeof cli_commands[0]];
  for (size_t i = 0; i < cli_command_count; i++)
    names[i] = cli_commands[i]->name;
  char quoted[CS_QUOTED];
  cs_slice slice = {name.at, name.length};
  const char *nearest = name.failed ? NULL : cs_nearest(slice, names, cli_command_count, sizeof names[0]);
  cs_quote(slice, quoted);
  cs_text_free(&group);
  cs_text_free(&name);
  if (nearest != NULL)
    return cli_usage(NULL, "there is no command %s; did you mean \"%s\"?", quoted, nearest);
  return cli_usage(NULL, "there is no command %s", quoted);
}

int main(int argc, char **argv)
{
  if (argc < 2) {
    help_all(CLI_USAGE);
    return CLI_USAGE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (strcmp(argv[1], "help") == 0 && argc == 2))
    return (int)help_all(CLI_OK);
  if (strcmp(argv[1], "--version") == 0) {
    cs_text out = {0};
    cs_text_add(&out, "countersign %s\n", cs_version());
    return (int)cli_print(&out, CLI_OK);
  }
  argc--;
  argv++;
  if (strcmp(argv[0], "-C") == 0) {
    if (argc < 3)
      return (int)cli_usage(NULL, "-C is given without a folder and a command");
    if (chdir(argv[1]) != 0)
      return (int)cli_usage(NULL, "the folder %s cannot be entered: %s", argv[1], strerror(errno));
    cli_folder = argv[1];
    argc -= 2;
    argv += 2;
  }
  bool help = strcmp(argv[0], "help") == 0;
  argc -= help;
  argv += help;
  int words;
  const cli_command *command = find_command(argc, argv, &words);
  if (command == NULL)
    return (int)unknown_command(argc, argv, help);
  for (int i = words; i < argc && strcmp(argv[i], "--") != 0; i++)
    help = help || strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
  if (help) {
    cs_text out = {0};
    cli_help(command, &out);
    return (int)cli_print(&out, CLI_OK);
  }
  cli_args args;
  cli_exit exit = cli_parse(command, argc - words, argv + words, &args);
  return (int)(exit == CLI_OK ? command->run(&args) : exit);
}
