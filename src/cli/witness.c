/* countersign witness add | witness list */
#include <stdlib.h>

#include "cli/cli.h"

static cli_exit run_add(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  if (cs_home_open(".", CS_STORE_WRITE, &home, &error) != CS_OK)
    return cli_fail(&error);
  cs_status status = cs_home_add_witness(home, args->operands[0], args->operands[1], args->operands[2], &error);
  cs_home_close(home);
  return status == CS_OK ? CLI_OK : cli_fail(&error);
}

const cli_command cli_witness_add = {
  .name = "witness add",
  .summary = "have somebody else cosign this home's ledger",
  .operand = "NAME URL KEY",
  .least = 3,
  .most = 3,
  .notes =
    "A witness is any server that answers add-checkpoint (C2SP tlog-witness), or an observer's home that is served with\n"
    "--witness. KEY is its key of cosignature/v1, which \"countersign key --cosigner\" prints. \"sync\" then asks it.",
  .example = "  countersign -C us witness add UN http://127.0.0.1:8009 \"$(countersign -C un key --cosigner)\"",
  .run = run_add,
};

static cli_exit run_list(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  cs_peer *witnesses = NULL;
  size_t count = 0;
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  cs_text out = {0};
  if (cs_home_witnesses(home, &witnesses, &count, &error) != CS_OK)
    exit = cli_fail(&error);
  for (size_t i = 0; i < count && exit == CLI_OK; i++) {
    uint64_t size;
    if (cs_home_cosigned_by(home, witnesses[i].key.name, &size, &error) != CS_OK) {
      exit = cli_fail(&error);
      break;
    }
    cs_text_pad(&out, witnesses[i].name, 12);
    cs_text_add(&out, " %8llu cosigned  %s  ", (unsigned long long)size, witnesses[i].url);
    cs_verifier_format(&witnesses[i].key, &out);
    cs_text_add(&out, "\n");
  }
  free(witnesses);
  cs_home_close(home);
  return cli_print(&out, exit);
}

const cli_command cli_witness_list = {
  .name = "witness list",
  .summary = "list who is asked to cosign this home's ledger",
  .example = "  countersign -C us witness list",
  .run = run_list,
};
