/* countersign verify */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "net/net.h"

static void show_progress(void *context, uint64_t done, uint64_t all)
{
  fprintf(stderr, "\r%s %llu of %llu", (const char *)context, (unsigned long long)done, (unsigned long long)all);
}

/* ---- A home -------------------------------------------------------------------------------------------------- */

/* Prints what is not as it was, which is an answer and not a fault of the input. */
static cli_exit fail(const cs_error *error)
{
  cli_exit exit = cli_fail(error);
  return exit == CLI_INVALID ? CLI_BAD : exit;
}

/* The own ledger is signed, and is that of the home's party; an observer's home has none. */
static cs_status check_own(cs_home *home, cs_log *log, cs_error *error)
{
  size_t party;
  cs_verifier cosigner;
  cs_status status = cs_home_party_of(home, log, &party, &cosigner, error);
  bool is_signed = cs_log_note(log).length > 0, observer = home->party == (size_t)CS_OBSERVER;
  if (status != CS_OK || (is_signed != observer && party == home->party))
    return status;
  return cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                 is_signed ? "the ledger does not begin with the adoption by the home's party"
                           : "the signed checkpoint is missing");
}

static cli_exit verify_log(cs_home *home, const cs_verifier *key, cs_text *out)
{
  cs_log *log;
  cs_error error;
  bool terminal = isatty(STDERR_FILENO) == 1;
  cs_status status = cs_log_open(home->store, key, NULL, &log, &error);
  if (status == CS_OK)
    status = cs_log_verify(log, terminal ? show_progress : NULL, (void *)key->name, &error);
  if (terminal)
    fprintf(stderr, "\r\033[K");
  if (status == CS_OK && key == &home->key)
    status = check_own(home, log, &error);
  cs_checkpoint checkpoint = status == CS_OK ? cs_log_checkpoint(log) : (cs_checkpoint){0};
  uint64_t unsigned_count = status == CS_OK ? cs_log_fetched(log) - checkpoint.size : 0;
  cs_log_close(log);
  if (status != CS_OK)
    return fail(&error);
  if (key == &home->key && home->party == (size_t)CS_OBSERVER)
    return CLI_OK;
  cs_text_add(out, "%s: %llu entries, every one in the signed tree\n", key->name, (unsigned long long)checkpoint.size);
  if (unsigned_count > 0)
    cs_text_add(out, "%s: %llu more of a synchronisation that was interrupted, not yet in a signed tree\n", key->name,
                (unsigned long long)unsigned_count);
  return CLI_OK;
}

typedef struct evidence_list {
  cs_text *out;
  cli_exit worst;
} evidence_list;

static cs_status verify_kept(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  evidence_list *list = context;
  (void)error;
  cs_error fault;
  cs_text says = {0};
  char hash[CS_HEX_HASH];
  cs_hex_hash(bytes, hash); /* under which it was kept */
  cs_status status = strcmp(hash, name) == 0
                       ? cs_evidence_verify(bytes, name, &says, &fault)
                       : cs_fail(&fault, CS_INVALID, name, (cs_mark){0}, "the evidence in the store is not as it was");
  if (status == CS_OK)
    cs_text_add(list->out, "evidence %.16s: %s", name, says.at == NULL ? "" : says.at);
  else
    list->worst = fail(&fault);
  cs_text_free(&says);
  return CS_OK;
}

static cli_exit verify_home(const char *directory)
{
  cs_home *home;
  cs_error error;
  cs_peer *peers = NULL;
  size_t count = 0;
  cs_text out = {0};
  if (cs_home_open(directory, CS_STORE_READ, &home, &error) != CS_OK)
    return cli_fail(&error);
  cli_exit worst = cs_store_check(home->store, &error) == CS_OK ? CLI_OK : fail(&error);
  if (worst == CLI_OK && cs_home_peers(home, &peers, &count, &error) != CS_OK)
    worst = cli_fail(&error);
  if (worst == CLI_OK)
    worst = verify_log(home, &home->key, &out);
  for (size_t i = 0; i < count && worst < CLI_USAGE; i++) {
    cli_exit exit = verify_log(home, &peers[i].key, &out);
    worst = exit > worst ? exit : worst;
  }
  if (worst == CLI_OK && cs_home_verify_notes(home, &error) != CS_OK)
    worst = fail(&error);
  evidence_list list = {&out, worst};
  if (worst < CLI_USAGE && cs_store_evidence(home->store, verify_kept, &list, &error) != CS_OK)
    list.worst = cli_fail(&error);
  free(peers);
  cs_home_close(home);
  return cli_print(&out, list.worst);
}

/* ---- A file -------------------------------------------------------------------------------------------------- */

static cli_exit verify_file(const char *path)
{
  cs_file file;
  cs_error error;
  cs_text out = {0};
  enum { LARGEST = 4 * 1024 * 1024 };
  if (cs_file_read(path, LARGEST, &file, &error) != CS_OK)
    return cli_fail(&error);
  cli_exit exit = CLI_OK;
  if (cs_evidence_verify((cs_slice){file.bytes, file.length}, path, &out, &error) != CS_OK)
    exit = fail(&error);
  cs_file_free(&file);
  return cli_print(&out, exit);
}

/* ---- A ledger that is served --------------------------------------------------------------------------------- */

static cli_exit verify_url(const cli_args *args, const char *url)
{
  const char *text = cli_value(args, "key");
  cs_verifier key;
  cs_checkpoint checkpoint;
  cs_error error;
  cs_text out = {0};
  bool terminal = isatty(STDERR_FILENO) == 1;
  if (text == NULL || !cs_verifier_parse(cs_slice_of(text), &key))
    return cli_usage(args->command, "expected --key KEY with an address; KEY is what \"countersign key\" prints");
  cs_status status = cs_verify_remote(url, &key, terminal ? show_progress : NULL, key.name, &checkpoint, &error);
  if (terminal)
    fprintf(stderr, "\r\033[K");
  if (status != CS_OK) {
    cli_exit exit = cli_fail(&error);
    return exit == CLI_INVALID ? CLI_BAD : exit;
  }
  cs_text_add(&out, "%s: %llu entries, every one in the signed tree\n", key.name, (unsigned long long)checkpoint.size);
  return cli_print(&out, CLI_OK);
}

static cli_exit verify_one(const cli_args *args, const char *what)
{
  struct stat info;
  if (strncmp(what, "http://", 7) == 0 || strncmp(what, "https://", 8) == 0)
    return verify_url(args, what);
  return stat(what, &info) == 0 && S_ISDIR(info.st_mode) ? verify_home(what) : verify_file(what);
}

static cli_exit run_verify(const cli_args *args)
{
  cli_exit worst = CLI_OK;
  if (args->operand_count == 0)
    return verify_home(".");
  for (size_t i = 0; i < args->operand_count; i++) {
    cli_exit exit = verify_one(args, args->operands[i]);
    worst = exit > worst ? exit : worst;
  }
  return worst;
}

static const cli_option verify_options[] = {
  {.name = "key", .argument = "KEY", .help = "with an address: the key of the ledger that is served there"},
};

const cli_command cli_verify = {
  .name = "verify",
  .summary = "check a home, a ledger that is served, or a file of evidence",
  .operand = "[DIR|FILE|URL...]",
  .operand_kind = CLI_FILE,
  .least = 0,
  .most = CLI_ARGUMENTS,
  .options = verify_options,
  .option_count = CS_COUNT_OF(verify_options),
  .notes =
    "A home: every entry, tile, checkpoint, cosignature and copy is computed again, and the evidence in it checked.\n"
    "A file: whether it proves what it says, from nothing but itself. An address: the whole ledger is fetched, and\n"
    "checked against its key. Exits with 1 where something is not as it was, or proves nothing.",
  .example = "  countersign verify us/evidence/*.json",
  .run = run_verify,
};
