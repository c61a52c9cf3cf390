/* countersign declare | notify | raise | resolve | extend | suspend | resume | withdraw: statements of the home's party. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

#define TEXT_OPTION                                                                                                    \
  {                                                                                                                    \
    .name = "text", .argument = "TEXT", .help = "a remark in words"                                                    \
  }
#define CORRECTS_OPTION                                                                                                \
  {                                                                                                                    \
    .name = "corrects", .argument = "N", .help = "entry of this ledger that it takes the place of"                     \
  }

/* The kind of statement that a command makes. */
static cs_statement_kind kind_of(const cli_command *command)
{
  size_t i = 0;
  while (strcmp(cs_statement_kinds[i].name, command->name) != 0)
    i++;
  return (cs_statement_kind)i;
}

/* Options that say how a statement is made, and not what it says. */
static bool is_of_the_command(const char *option)
{
  static const char *const names[] = {"passphrase-file", "confirm", "sealed"};
  for (size_t i = 0; i < CS_COUNT_OF(names); i++)
    if (strcmp(names[i], option) == 0)
      return true;
  return false;
}

/* The options that are keys of the statement, as its values, but for `leave`. */
static size_t collect(const cli_args *args, const char *leave, cs_statement_value *out)
{
  size_t count = 0;
  for (size_t i = 0; i < args->given_count; i++)
    if (!is_of_the_command(args->given[i].option->name) && strcmp(args->given[i].option->name, leave) != 0)
      out[count++] = (cs_statement_value){args->given[i].option->name, args->given[i].value};
  return count;
}

static cli_exit report(const cs_home *home, uint64_t entry, bool late)
{
  cs_text out = {0};
  cs_text_add(&out, "entry %llu of %s%s\n", (unsigned long long)entry, home->key.name,
              late ? ", after its deadline" : "");
  return cli_print(&out, CLI_OK);
}

/* Makes the statement; `path` names the file of a declaration, or is NULL. */
static cli_exit state(const cli_args *args, const char *path, const char *first_key)
{
  cs_statement_value values[CLI_ARGUMENTS + 1];
  size_t count = collect(args, "", values);
  cs_home *home;
  cs_error error;
  json_t *extra = NULL;
  int64_t now;
  uint64_t entry;
  bool late;
  cs_date date = CS_DATE_NONE;
  cli_exit exit = path == NULL ? CLI_OK : cli_date(args, "date", CS_DATE_NONE, &date);
  if (exit != CLI_OK)
    return exit;
  if (cs_home_now(&now, &error) != CS_OK)
    return cli_fail(&error);
  if (first_key != NULL)
    values[count++] = (cs_statement_value){first_key, args->operands[0]};
  exit = cli_open_home(args, CS_STORE_WRITE, &home);
  if (exit != CLI_OK)
    return exit;
  cs_status status = path == NULL ? CS_OK : cs_home_read_declaration(home, path, date, &extra, &error);
  if (status == CS_OK)
    status = cs_home_state(home, kind_of(args->command), values, count, extra, now, &entry, &late, &error);
  exit = status == CS_OK ? report(home, entry, late) : cli_fail(&error);
  cs_home_close(home);
  return exit;
}

/* The same where numbers are sealed: `path` names the file of a declaration, or `number` is that of a notification. */
static cli_exit state_sealed(const cli_args *args, const char *path, int64_t number)
{
  cs_statement_value values[CLI_ARGUMENTS + 1];
  size_t count = collect(args, path == NULL ? "count" : "date", values);
  cs_home *home;
  cs_vault *vault;
  cs_error error;
  int64_t now;
  uint64_t entry;
  bool late = false;
  cs_date date = CS_DATE_NONE;
  cli_exit exit = cli_date(args, "date", CS_DATE_NONE, &date);
  if (exit != CLI_OK)
    return exit;
  if (cs_home_now(&now, &error) != CS_OK)
    return cli_fail(&error);
  if (path == NULL)
    values[count++] = (cs_statement_value){"notification", args->operands[0]};
  exit = cli_open_vault(args, &home, &vault);
  if (exit != CLI_OK)
    return exit;
  cs_status status = CS_OK;
  if (path != NULL)
    status = cs_home_declare_sealed(home, vault, path, date, values, count, now, &entry, &late, &error);
  else
    status = cs_home_check_transfer(home, vault, number, values, count, now, &error);
  if (path == NULL && status == CS_OK)
    status = cs_home_notify_sealed(home, vault, number, values, count, now, &entry, &late, &error);
  exit = status == CS_OK ? report(home, entry, late) : cli_fail(&error);
  cs_vault_close(vault);
  cs_home_close(home);
  return exit;
}

/* ---- declare ------------------------------------------------------------------------------------------------- */

static cli_exit run_declare(const cli_args *args)
{
  if (cli_value(args, "sealed") != NULL)
    return state_sealed(args, args->operands[0], 0);
  return state(args, args->operands[0], NULL);
}

static const cli_option declare_options[] = {
  {.name = "date",
   .argument = "DATE",
   .help = "day on which the numbers are current",
   .kind = CLI_DATE,
   .required = true},
  {.name = "sealed",
   .help =
     "seal what the agreement seals: commitments in place of numbers, with a proof. The file has the columns facility "
     "and, for items that have one, identifier"},
  CORRECTS_OPTION,
  TEXT_OPTION,
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_declare = {
  .name = "declare",
  .summary = "declare holdings, from the party's rows of a CSV file",
  .operand = "FILE.csv",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = declare_options,
  .option_count = CS_COUNT_OF(declare_options),
  .notes =
    "Takes the home's party and this date from a file as \"countersign assess\" reads it. A correction is a new\n"
    "declaration with --corrects; nothing is ever changed.",
  .example = "  countersign -C us declare ../data/new-start-aggregates.csv --date 2018-02-05",
  .run = run_declare,
};

/* ---- notify -------------------------------------------------------------------------------------------------- */

/* The notifications of the agreement, each with its event, to standard error. */
static void list_notifications(const cs_treaty *t)
{
  enum { LEFT = 32 };
  cs_text out = {0};
  const char *group = "";
  for (size_t i = 0; i < t->notifications.count; i++) {
    const cs_notification *n = &t->notifications.at[i];
    if (strcmp(group, n->group) != 0)
      cs_text_add(&out, "  %s\n", n->group);
    group = n->group;
    cs_text_add(&out, "    ");
    cs_text_pad(&out, n->rule.id, LEFT - 4 - 2);
    cs_text_add(&out, "  ");
    cs_text_wrap(&out, n->event, LEFT, LEFT, cli_width());
    cs_text_add(&out, "\n");
  }
  fprintf(stderr, "%s", out.at == NULL ? "" : out.at);
  cs_text_free(&out);
}

/* Without a notification: which there are, in a home. */
static cli_exit run_notify_without(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  if (cs_home_open(".", CS_STORE_READ, &home, &error) != CS_OK)
    return cli_usage(args->command, "expected %s", args->command->operand);
  fprintf(stderr, "countersign notify: expected %s, which in %s is one of\n", args->command->operand, home->treaty->id);
  list_notifications(home->treaty);
  fprintf(stderr, "countersign: hint: see \"countersign notify --help\"\n");
  cs_home_close(home);
  return CLI_USAGE;
}

/* Whether the agreement has the notification; what it has instead is said before anybody is asked for a passphrase. */
static cli_exit check_notification(const char *id)
{
  cs_home *home;
  cs_error error;
  char quoted[CS_QUOTED];
  if (cs_home_open(".", CS_STORE_READ, &home, &error) != CS_OK)
    return cli_fail(&error);
  cli_exit exit = CLI_OK;
  if (cs_treaty_find(home->treaty, CS_KEY_NOTIFICATION, id) == SIZE_MAX) {
    const cs_notification *all = home->treaty->notifications.at;
    size_t count = home->treaty->notifications.count;
    const char *nearest = count == 0 ? NULL : cs_nearest(cs_slice_of(id), &all->rule.id, count, sizeof *all);
    cs_fail(&error, CS_INVALID, NULL, (cs_mark){0}, "%s is no notification of %s; expected one of those it defines",
            cs_quote(cs_slice_of(id), quoted), home->treaty->id);
    if (nearest != NULL)
      cs_hint(&error, "did you mean \"%s\"? \"countersign notify\" alone lists them", nearest);
    exit = cli_fail(&error);
    if (nearest == NULL)
      list_notifications(home->treaty);
  }
  cs_home_close(home);
  return exit;
}

static cli_exit run_notify(const cli_args *args)
{
  cli_exit exit = check_notification(args->operands[0]);
  if (exit != CLI_OK || cli_value(args, "sealed") == NULL)
    return exit == CLI_OK ? state(args, NULL, "notification") : exit;
  int64_t number;
  exit = cli_number(args, "count", 0, CS_NUMBER_MAX, -1, &number);
  if (exit == CLI_OK && number < 0)
    exit = cli_usage(args->command, "--sealed is given without --count; expected the number that is to be sealed");
  return exit == CLI_OK ? state_sealed(args, NULL, number) : exit;
}

static const cli_option notify_options[] = {
  {.name = "date", .argument = "DATE", .help = "day of the event", .kind = CLI_DATE, .required = true},
  {.name = "item", .argument = "ITEM", .help = "item that it is about"},
  {.name = "type", .argument = "TYPE", .help = "its type"},
  {.name = "identifier", .argument = "ID", .help = "its unique identifier"},
  {.name = "count", .argument = "N", .help = "how many"},
  {.name = "state", .argument = "STATE", .help = "state before"},
  {.name = "facility", .argument = "NAME", .help = "facility before"},
  {.name = "to-state", .argument = "STATE", .help = "state after"},
  {.name = "to-facility", .argument = "NAME", .help = "facility after"},
  {.name = "sealed",
   .help =
     "seal the count: two commitments in its place, which \"countersign claim balanced\" proves to be of one number"},
  CORRECTS_OPTION,
  TEXT_OPTION,
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_notify = {
  .name = "notify",
  .summary = "notify the others of an event",
  .operand = "NOTIFICATION",
  .least = 1,
  .most = 1,
  .options = notify_options,
  .option_count = CS_COUNT_OF(notify_options),
  .notes =
    "In a home, \"countersign notify\" alone lists the notifications of its agreement. A late one is recorded, and judged\n"
    "late.",
  .example = "  countersign -C us notify conversion-or-elimination --date 2017-06-20 --item icbm-launcher --count 1",
  .run = run_notify,
  .run_without = run_notify_without,
};

/* ---- The others ---------------------------------------------------------------------------------------------- */

static cli_exit run_plain(const cli_args *args)
{
  return state(args, NULL, NULL);
}

static const cli_option raise_options[] = {
  {.name = "origin", .argument = "ORIGIN", .help = "ledger that the ambiguity is about", .required = true},
  {.name = "entry", .argument = "N", .help = "entry of that ledger"},
  {.name = "rule", .argument = "RULE", .help = "rule of the agreement"},
  TEXT_OPTION,
  CLI_PASSPHRASE_OPTION,
};
const cli_command cli_raise = {
  .name = "raise",
  .summary = "raise an ambiguity before the commission",
  .options = raise_options,
  .option_count = CS_COUNT_OF(raise_options),
  .example =
    "  countersign -C us raise --origin countersign/new-start/RU --rule exchange --text \"no data of March 2023\"",
  .run = run_plain,
};

static const cli_option resolve_options[] = {
  {.name = "origin", .argument = "ORIGIN", .help = "ledger in which it was raised", .required = true},
  {.name = "entry", .argument = "N", .help = "entry that raised it", .required = true},
  TEXT_OPTION,
  CLI_PASSPHRASE_OPTION,
};
const cli_command cli_resolve = {
  .name = "resolve",
  .summary = "state that an ambiguity is resolved",
  .options = resolve_options,
  .option_count = CS_COUNT_OF(resolve_options),
  .example = "  countersign -C us resolve --origin countersign/new-start/US --entry 12",
  .run = run_plain,
};

static const cli_option extend_options[] = {
  {.name = "until",
   .argument = "DATE",
   .help = "first day on which the agreement would no longer be in force",
   .kind = CLI_DATE,
   .required = true},
  TEXT_OPTION,
  CLI_PASSPHRASE_OPTION,
};
const cli_command cli_extend = {
  .name = "extend",
  .summary = "consent to an extension of the agreement",
  .options = extend_options,
  .option_count = CS_COUNT_OF(extend_options),
  .example = "  countersign -C us extend --until 2026-02-05",
  .run = run_plain,
};

static const cli_option from_options[] = {
  {.name = "from", .argument = "DATE", .help = "first day on which it has effect", .kind = CLI_DATE, .required = true},
  TEXT_OPTION,
  CLI_PASSPHRASE_OPTION,
};
const cli_command cli_suspend = {
  .name = "suspend",
  .summary = "state that the party suspends the agreement",
  .options = from_options,
  .option_count = CS_COUNT_OF(from_options),
  .example = "  countersign -C ru suspend --from 2023-02-28",
  .run = run_plain,
};
const cli_command cli_resume = {
  .name = "resume",
  .summary = "state that the party applies the agreement again",
  .options = from_options,
  .option_count = CS_COUNT_OF(from_options),
  .example = "  countersign -C ru resume --from 2024-01-01",
  .run = run_plain,
};

/* Nobody leaves an agreement by a slip: its identifier has to be typed. */
static cli_exit run_withdraw(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  if (cs_home_open(".", CS_STORE_READ, &home, &error) != CS_OK)
    return cli_fail(&error);
  bool meant = strcmp(cli_value(args, "confirm"), home->treaty->id) == 0;
  cli_exit exit = meant ? CLI_OK
                        : cli_usage(args->command,
                                    "--confirm does not name the agreement that the party leaves; "
                                    "expected --confirm %s",
                                    home->treaty->id);
  cs_home_close(home);
  return meant ? run_plain(args) : exit;
}

static const cli_option withdraw_options[] = {
  {.name = "from", .argument = "DATE", .help = "first day on which it has effect", .kind = CLI_DATE, .required = true},
  {.name = "confirm",
   .argument = "AGREEMENT",
   .help = "the identifier of the agreement, to say that this is meant: it cannot be taken back",
   .required = true},
  TEXT_OPTION,
  CLI_PASSPHRASE_OPTION,
};
const cli_command cli_withdraw = {
  .name = "withdraw",
  .summary = "state that the party leaves the agreement",
  .options = withdraw_options,
  .option_count = CS_COUNT_OF(withdraw_options),
  .example = "  countersign -C ru withdraw --from 2026-01-01 --confirm new-start",
  .run = run_withdraw,
};
