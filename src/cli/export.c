/* countersign export */
#include "cli/cli.h"
#include "net/net.h"

static cli_exit export_ledger(cs_home *home, const cs_verifier *key, cs_log *log, const char *folder)
{
  cs_error error;
  cs_text out = {0};
  uint64_t before, size = cs_log_checkpoint(log).size;
  cli_progress progress = cli_progress_begin(key->name);
  cs_status status = cs_export(home, key, log, folder, cli_progress_show, &progress, &before, &error);
  cli_progress_end(&progress);
  if (status != CS_OK)
    return cli_fail(&error);
  cli_add_path(&out, folder);
  cs_text_add(&out, ": %llu entries of %s, %llu new\n", (unsigned long long)size, key->name,
              (unsigned long long)(size - before));
  return cli_print(&out, CLI_OK);
}

static cli_exit run_export(const cli_args *args)
{
  cs_home *home;
  cs_log *log = NULL;
  cs_verifier key;
  bool own = cli_value(args, "peer") == NULL;
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  exit = own && home->party == (size_t)CS_OBSERVER
           ? cli_usage(args->command, "an observer has no ledger of its own; expected --peer NAME")
           : cli_open_ledger(args, home, &key, &log);
  if (exit == CLI_OK && cs_log_note(log).length == 0)
    exit = cli_usage(args->command, "nothing of this ledger was fetched yet; see \"countersign sync --help\"");
  if (exit == CLI_OK)
    exit = export_ledger(home, own ? &home->key : &key, log, args->operands[0]);
  cs_log_close(log);
  cs_home_close(home);
  return exit;
}

static const cli_option export_options[] = {
  {.name = "peer", .argument = "NAME", .help = "the copy of this peer's ledger, instead of the own"},
};

const cli_command cli_export = {
  .name = "export",
  .summary = "write a ledger as files that any web server can serve",
  .operand = "DIR",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = export_options,
  .option_count = CS_COUNT_OF(export_options),
  .notes =
    "DIR is made, or is empty, or holds an older export of the same ledger, which is brought up to date. It holds what\n"
    "\"countersign serve\" would serve as tiles (C2SP tlog-tiles), the key and the agreement, and nothing secret. Check it\n"
    "with \"countersign verify DIR --key KEY\".",
  .example = "  countersign -C us export ../us-ledger",
  .run = run_export,
};
