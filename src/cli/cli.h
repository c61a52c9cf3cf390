/* The command: a table of commands, each with its options, from which parsing, --help and completion follow.
 * A new command is a file here and a row in cli_commands (main.c). */
#ifndef CS_CLI_H
#define CS_CLI_H

#include "home/home.h"
#include "simulate/simulate.h"

/* Exit codes. */
typedef enum cli_exit {
  CLI_OK = 0,
  CLI_BAD = 1, /* the work was done and the answer is bad */
  CLI_USAGE = 2,
  CLI_INVALID = 3, /* the input is invalid or unreadable */
  CLI_SYSTEM = 4,
} cli_exit;

/* What an argument is, for completion. */
typedef enum cli_kind { CLI_WORD, CLI_FILE, CLI_OUTPUT /* a file that is written */, CLI_DATE, CLI_SHELL } cli_kind;

typedef struct cli_option {
  const char *name;     /* without its dashes */
  const char *argument; /* its value's name in help; NULL: none */
  const char *help;
  cli_kind kind;
  bool required, repeated;
  char letter; /* a short form, such as 'o' for -o; 0: none */
} cli_option;

typedef struct cli_args cli_args;

typedef struct cli_command {
  const char *name; /* "treaty show" */
  const char *summary;
  const char *operand; /* in help: "FILE..."; NULL: none */
  cli_kind operand_kind;
  size_t least, most; /* operands */
  const cli_option *options;
  size_t option_count;
  const char *example; /* lines, each a command */
  const char *notes;   /* paragraphs after the options, or NULL */
  cli_exit (*run)(const cli_args *args);
  cli_exit (*run_without)(const cli_args *args); /* where operands are missing; NULL: it is a fault of usage */
} cli_command;

extern const cli_command *const cli_commands[];
extern const size_t cli_command_count;

extern const cli_command cli_assess, cli_holdings, cli_detect, cli_plan, cli_simulate, cli_treaty_check,
  cli_treaty_show, cli_treaty_calendar, cli_treaty_compare, cli_treaty_schema, cli_completion, cli_init, cli_key,
  cli_declare, cli_notify, cli_raise, cli_resolve, cli_extend, cli_suspend, cli_resume, cli_withdraw, cli_claim,
  cli_open, cli_inspect_request, cli_inspect_designate, cli_inspect_draw, cli_inspect_open, cli_inspect_report,
  cli_inspect_close, cli_inspect_list, cli_vault_check, cli_vault_backup, cli_vault_restore, cli_witness_add,
  cli_witness_list, cli_log, cli_show, cli_status, cli_draft, cli_peer_add, cli_peer_list, cli_sync, cli_serve,
  cli_verify, cli_export, cli_statement_schema, cli_exercise;

/* ---- Arguments --------------------------------------------------------------------------- */

enum { CLI_ARGUMENTS = 256 };

struct cli_args {
  const cli_command *command;
  const char *operands[CLI_ARGUMENTS];
  size_t operand_count;
  struct {
    const cli_option *option;
    const char *value;
  } given[CLI_ARGUMENTS];
  size_t given_count;
};

/* Reads what stands after the command's name; on CLI_USAGE the fault was printed. */
cli_exit cli_parse(const cli_command *command, int argc, char **argv, cli_args *out);

/* The value of an option ("" for one without a value), or NULL where it was not given. */
const char *cli_value(const cli_args *args, const char *option);
/* All values of a repeated option: how many, into `out` of CLI_ARGUMENTS. */
size_t cli_values(const cli_args *args, const char *option, const char **out);
/* The value as a date; `otherwise` where it was not given. On CLI_USAGE the fault was printed. */
cli_exit cli_date(const cli_args *args, const char *option, cs_date otherwise, cs_date *out);

/* The value as a whole number from `least` to `most`, or as a decimal number; `otherwise` where it was not given. On
 * CLI_USAGE the fault was printed. */
cli_exit cli_number(const cli_args *args, const char *option, int64_t least, int64_t most, int64_t otherwise,
                    int64_t *out);
cli_exit cli_decimal(const cli_args *args, const char *option, double least, double most, double otherwise,
                     double *out);

/* The rows of the table of options that every command has which plays trials, */
#define CLI_PLAY_OPTIONS                                                                                               \
  {.name = "trials", .argument = "N", .help = "how often each violation is played; otherwise 100000"},                 \
    {.name = "seed", .argument = "N", .help = "what all random numbers follow from; otherwise 1"},                     \
  {                                                                                                                    \
    .name = "threads", .argument = "N", .help = "how many threads play; otherwise one for each processor"              \
  }
/* and their values. On CLI_USAGE the fault was printed. */
cli_exit cli_play(const cli_args *args, cs_play *out);

/* ---- Homes --------------------------------------------------------------------------------------------------- */

/* The row of the table of options that every command has which unlocks a home. */
#define CLI_PASSPHRASE_OPTION                                                                                          \
  {                                                                                                                    \
    .name = "passphrase-file", .argument = "FILE",                                                                     \
    .help = "read the passphrase from the first line of this file; without it, it is asked on the terminal",           \
    .kind = CLI_FILE                                                                                                   \
  }

/* The passphrase, from --passphrase-file or the terminal (`twice`: to be entered again). Release with sodium_free. */
cli_exit cli_passphrase(const cli_args *args, bool twice, cs_passphrase *out);
/* Opens the home in the working directory; for CS_STORE_WRITE it is unlocked. Release with cs_home_close. */
cli_exit cli_open_home(const cli_args *args, cs_store_mode mode, cs_home **out);
/* Opens the home, unlocked, and its vault under the same passphrase. Release both, the vault first. */
cli_exit cli_open_vault(const cli_args *args, cs_home **home, cs_vault **vault);
/* Opens the home's own ledger, or with --peer the copy of that peer's, for reading; `key` (or NULL) is its key. Release
 * with cs_log_close. */
cli_exit cli_open_ledger(const cli_args *args, cs_home *home, cs_verifier *key, cs_log **out);

/* ---- Output ------------------------------------------------------------------------------ */

/* The folder of -C, or NULL. Commands run in it. */
extern const char *cli_folder;
/* Adds a path that a command uses as its caller finds it: under -C DIR, "evidence/x" is "DIR/evidence/x". */
void cli_add_path(cs_text *out, const char *path);

/* Adds a line on the evidence that the home has against a ledger, after `before`; nothing where it has none. */
cs_status cli_add_evidence(cs_home *home, const cs_verifier *ledger, const char *before, cs_text *out, cs_error *error);

/* Adds, below an assessment, a line for each party (or only `party`) against which the home has evidence; to JSON the
 * member "evidence". `any` says whether there was some. */
cs_status cli_add_charges(cs_home *home, const char *party, bool json, cs_text *out, bool *any, cs_error *error);

/* Prints an error and gives its exit code. */
cli_exit cli_fail(const cs_error *error);
/* Prints a fault of usage, with where to find help, and gives CLI_USAGE. */
cli_exit cli_usage(const cli_command *command, const char *format, ...) CS_PRINTF(2, 3);
/* Writes the text to standard output and releases it; gives `exit`, or CLI_SYSTEM where it cannot be written. */
cli_exit cli_print(cs_text *text, cli_exit exit);
/* Writes the text to a file, whole or not at all; to what is no plain file, such as a pipe, as it comes. */
cli_exit cli_write(const char *path, const cs_text *text);
/* Everything that a command has made, once all of it is made: writes the plot to `path` (NULL: there is none), then the text to
 * standard output, and gives `exit`; or where `status` says that it was not made, prints the error. Releases both. */
cli_exit cli_publish(cs_status status, const cs_error *error, cs_text *out, const char *path, cs_text *plot,
                     cli_exit exit);
/* Columns of the terminal, or 100 where there is none. */
size_t cli_width(void);
/* Whether standard output is a terminal that is to have colour. */
bool cli_colour(void);

/* How far something long is: a bar on the terminal of standard error, and nothing where that is none. */
typedef struct cli_progress {
  const char *what; /* stays the caller's */
  bool terminal, drawn;
  int64_t begun_ms, drawn_ms;
  uint64_t first; /* how much was done when it was drawn first */
} cli_progress;
cli_progress cli_progress_begin(const char *what);
/* Shows it; `context` is the cli_progress, so that it can be given to what calls back. */
void cli_progress_show(void *context, uint64_t done, uint64_t all);
/* Wipes the bar. */
void cli_progress_end(cli_progress *progress);

/* Adds the help of a command. */
void cli_help(const cli_command *command, cs_text *out);

#endif
