/* countersign init | key | log | show | status */
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* ---- init ---------------------------------------------------------------------------------------------------- */

static cli_exit run_init(const cli_args *args)
{
  const char *party = cli_value(args, "party");
  bool observer = cli_value(args, "observer") != NULL;
  cs_error error;
  cs_passphrase passphrase;
  cs_home_plan *plan;
  int64_t now;
  if ((party == NULL) != observer)
    return cli_usage(args->command, "expected either --party P or --observer");
  if (cs_home_now(&now, &error) != CS_OK || cs_home_plan_new(args->operands[0], cli_value(args, "treaty"), party,
                                                             cli_value(args, "origin"), &plan, &error) != CS_OK)
    return cli_fail(&error);
  cli_exit exit = cli_passphrase(args, true, &passphrase);
  if (exit == CLI_OK) {
    exit = cs_home_make(plan, &passphrase, now, &error) == CS_OK ? CLI_OK : cli_fail(&error);
    sodium_free(passphrase.bytes);
  }
  cs_home_plan_free(plan);
  if (exit != CLI_OK)
    return exit;
  cs_text out = {0}, home = {0};
  cli_add_path(&home, args->operands[0]);
  cs_text_add(&out, "%s is the home of %s. Give the others what \"countersign -C %s key\" prints.\n", home.at,
              party == NULL ? "an observer" : party, home.at);
  out.failed = out.failed || home.failed;
  cs_text_free(&home);
  return cli_print(&out, CLI_OK);
}

static const cli_option init_options[] = {
  {.name = "treaty",
   .argument = "FILE",
   .help = "the agreement (YAML); it is copied",
   .kind = CLI_FILE,
   .required = true},
  {.name = "party", .argument = "PARTY", .help = "the party whose home it is"},
  {.name = "observer", .help = "a home without a party: it follows ledgers and makes no statements"},
  {.name = "origin",
   .argument = "NAME",
   .help = "origin of the ledger, a schema-less URL; without it, countersign/AGREEMENT/PARTY"},
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_init = {
  .name = "init",
  .summary = "make a party's home: its keys and its ledger",
  .operand = "DIR",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = init_options,
  .option_count = CS_COUNT_OF(init_options),
  .notes = "The keys are encrypted under the passphrase. Who loses it cannot sign any more.",
  .example = "  countersign init us --party US --treaty treaties/new-start.yaml",
  .run = run_init,
};

/* ---- key ----------------------------------------------------------------------------------------------------- */

static cli_exit run_key(const cli_args *args)
{
  cs_home *home;
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  cs_text out = {0};
  cs_verifier_format(cli_value(args, "cosigner") != NULL ? &home->cosigner : &home->key, &out);
  cs_text_add(&out, "\n");
  cs_home_close(home);
  return cli_print(&out, CLI_OK);
}

static const cli_option key_options[] = {
  {.name = "cosigner", .help = "the key that cosigns the checkpoints of others, instead of the ledger's"},
};

const cli_command cli_key = {
  .name = "key",
  .summary = "print the key that verifies this home's ledger",
  .options = key_options,
  .option_count = CS_COUNT_OF(key_options),
  .example = "  countersign -C us key",
  .run = run_key,
};

/* ---- log and show -------------------------------------------------------------------------------------------- */

cli_exit cli_open_ledger(const cli_args *args, cs_home *home, cs_verifier *key, cs_log **out)
{
  const char *name = cli_value(args, "peer");
  cs_error error;
  cs_peer *peers = NULL;
  size_t count = 0, i = 0;
  *out = NULL;
  if (name != NULL && cs_home_peers(home, &peers, &count, &error) != CS_OK)
    return cli_fail(&error);
  while (i < count && strcmp(peers[i].name, name) != 0)
    i++;
  cli_exit exit = CLI_OK;
  const cs_verifier *of = i < count ? &peers[i].key : &home->key;
  if (name != NULL && i == count)
    exit = cli_usage(args->command, "there is no peer \"%s\"; see \"countersign peer list\"", name);
  else if (cs_log_open(home->store, of, NULL, out, &error) != CS_OK)
    exit = cli_fail(&error);
  if (key != NULL)
    *key = *of;
  free(peers);
  return exit;
}

/* What a statement says, in a few words. */
static void describe(const cs_statement *s, cs_text *out)
{
  static const char *const telling[] = {"notification", "date", "rule", "entry", "until", "from", "origin", "text"};
  cs_text_add(out, "%s", cs_statement_kinds[s->kind].name);
  for (size_t i = 0; i < CS_COUNT_OF(telling); i++) {
    const char *text = cs_statement_text(s, telling[i]);
    int64_t number = cs_statement_number(s, telling[i]);
    if (text != NULL)
      cs_text_add(out, " %s", text);
    else if (number >= 0)
      cs_text_add(out, " %lld", (long long)number);
  }
  const char *name;
  json_t *value;
  json_object_foreach(json_object_get(s->json, "totals"), name, value)
  {
    char quoted[CS_QUOTED]; /* a peer may give any name; what a terminal would obey is not shown as it is */
    bool plain = cs_text_check(cs_slice_of(name)) == strlen(name);
    cs_text_add(out, "  %s %lld", plain ? name : cs_quote(cs_slice_of(name), quoted),
                (long long)json_integer_value(value));
  }
  size_t holdings = json_array_size(json_object_get(s->json, "holdings"));
  if (holdings > 0)
    cs_text_add(out, "  %zu holdings", holdings);
  if (cs_statement_number(s, "corrects") >= 0)
    cs_text_add(out, "  (corrects %lld)", (long long)cs_statement_number(s, "corrects"));
}

typedef struct listing {
  cs_text *out;
  bool json;
} listing;

/* Adds JSON as it was signed, on one line: between its tokens a line may end, in its texts it cannot. */
static void add_json(cs_slice json, cs_text *out)
{
  size_t start = out->length;
  cs_text_put(out, json.at, json.length);
  for (size_t i = start; i < out->length; i++)
    if (out->at[i] == '\n' || out->at[i] == '\r')
      out->at[i] = ' ';
}

static cs_status list_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  listing *l = context;
  cs_statement s;
  cs_error fault;
  char stamp[CS_TIME_TEXT];
  (void)hash;
  (void)error;
  cs_status status = cs_statement_parse(entry, NULL, &s, &fault);
  if (l->json) {
    cs_text_add(l->out, "{\"entry\": %llu, \"statement\": ", (unsigned long long)index);
    if (status == CS_OK)
      add_json(entry, l->out);
    else
      cs_text_add(l->out, "null");
    cs_text_add(l->out, "}\n");
  } else if (status == CS_OK) {
    cs_text_add(l->out, "%6llu  %s  ", (unsigned long long)index, cs_time_format(s.time, stamp));
    describe(&s, l->out);
    cs_text_add(l->out, "\n");
  } else {
    cs_text_add(l->out, "%6llu  is no statement: %s\n", (unsigned long long)index, fault.what);
  }
  if (status == CS_OK)
    cs_statement_free(&s);
  return CS_OK;
}

/* Lists entries from `first`. */
static cli_exit list(const cli_args *args, uint64_t first, uint64_t count, bool json)
{
  cs_home *home;
  cs_log *log = NULL;
  cs_error error;
  cs_text out = {0};
  listing l = {&out, json};
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  exit = cli_open_ledger(args, home, NULL, &log);
  if (exit == CLI_OK && count == 1 && first >= cs_log_checkpoint(log).size) {
    cs_fail(&error, CS_INVALID, home->directory, (cs_mark){0}, "there is no entry %llu; expected one below %llu",
            (unsigned long long)first, (unsigned long long)cs_log_checkpoint(log).size);
    exit = cli_fail(&error);
  }
  if (exit == CLI_OK && cs_log_entries(log, first, count, list_entry, &l, &error) != CS_OK)
    exit = cli_fail(&error);
  cs_log_close(log);
  cs_home_close(home);
  return cli_print(&out, exit);
}

static cli_exit run_log(const cli_args *args)
{
  return list(args, 0, UINT64_MAX, cli_value(args, "json") != NULL);
}

static const cli_option log_options[] = {
  {.name = "peer", .argument = "NAME", .help = "the copy of this peer's ledger, instead of the own"},
  {.name = "json", .help = "a JSON object a line, with the statement as it was signed"},
};

const cli_command cli_log = {
  .name = "log",
  .summary = "list the statements of a ledger",
  .options = log_options,
  .option_count = CS_COUNT_OF(log_options),
  .example = "  countersign -C us log --peer RU",
  .run = run_log,
};

/* Writes an entry as a file that stands alone. */
static cli_exit write_exhibit(const cli_args *args, uint64_t entry, const char *path)
{
  cs_home *home;
  cs_log *log = NULL;
  cs_error error;
  cs_text out = {0};
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  exit = cli_open_ledger(args, home, NULL, &log);
  if (exit == CLI_OK)
    exit = cs_home_exhibit(home, log, entry, &out, &error) == CS_OK ? cli_write(path, &out) : cli_fail(&error);
  cs_text_free(&out);
  cs_log_close(log);
  cs_home_close(home);
  return exit;
}

static cli_exit run_show(const cli_args *args)
{
  int64_t entry;
  const char *path = cli_value(args, "output");
  if (!cs_number_parse(cs_slice_of(args->operands[0]), &entry, NULL))
    return cli_usage(args->command, "\"%s\" is no entry; expected a number", args->operands[0]);
  return path == NULL ? list(args, (uint64_t)entry, 1, true) : write_exhibit(args, (uint64_t)entry, path);
}

static const cli_option show_options[] = {
  {.name = "peer", .argument = "NAME", .help = "the copy of this peer's ledger, instead of the own"},
  {.name = "output",
   .argument = "FILE",
   .help = "write it with all that proves it to this file, which \"countersign verify\" checks without a network",
   .kind = CLI_OUTPUT,
   .letter = 'o'},
};

const cli_command cli_show = {
  .name = "show",
  .summary = "print one entry of a ledger as it was signed",
  .operand = "N",
  .least = 1,
  .most = 1,
  .options = show_options,
  .option_count = CS_COUNT_OF(show_options),
  .example = "  countersign -C us show 3",
  .run = run_show,
};
