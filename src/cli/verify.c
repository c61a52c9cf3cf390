/* countersign verify */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "net/net.h"

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
  cli_progress progress = cli_progress_begin(key->name);
  cs_status status = cs_log_open(home->store, key, NULL, &log, &error);
  if (status == CS_OK)
    status = cs_log_verify(log, cli_progress_show, &progress, &error);
  if (status == CS_OK && key == &home->key)
    status = check_own(home, log, &error);
  cs_verdicts verdicts = {0};
  if (status == CS_OK)
    status = cs_home_verify_statements(home, log, cli_progress_show, &progress, &verdicts, &error);
  cli_progress_end(&progress);
  cs_checkpoint checkpoint = status == CS_OK ? cs_log_checkpoint(log) : (cs_checkpoint){0};
  uint64_t unsigned_count = status == CS_OK ? cs_log_fetched(log) - checkpoint.size : 0;
  cs_log_close(log);
  if (status != CS_OK)
    return fail(&error);
  if (key == &home->key && home->party == (size_t)CS_OBSERVER)
    return CLI_OK;
  cs_text_add(out, "%s: %llu entries, every one in the signed tree\n", key->name, (unsigned long long)checkpoint.size);
  if (verdicts.proofs > 0)
    cs_text_add(out, "%s: %llu proof%s about sealed counts verified\n", key->name, (unsigned long long)verdicts.proofs,
                verdicts.proofs == 1 ? "" : "s");
  if (verdicts.refused > 0)
    cs_text_add(out, "%s: %llu statement%s that the agreement does not admit, the first in entry %llu: %s\n", key->name,
                (unsigned long long)verdicts.refused, verdicts.refused == 1 ? "" : "s",
                (unsigned long long)verdicts.first, verdicts.fault.what);
  if (unsigned_count > 0)
    cs_text_add(out, "%s: %llu more of a synchronisation that was interrupted, not yet in a signed tree\n", key->name,
                (unsigned long long)unsigned_count);
  /* A peer's is evidence, and kept as such; in the own ledger nothing of that kind can be. */
  return verdicts.refused > 0 && key == &home->key ? CLI_BAD : CLI_OK;
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

/* The ledger's key among those of --key, which an exhibit has to be of; NULL where none was given. */
static const cs_verifier *ledger_key(const cli_args *args, cs_verifier *out)
{
  const char *given[CLI_ARGUMENTS];
  size_t count = cli_values(args, "key", given);
  for (size_t i = 0; i < count; i++)
    if (cs_verifier_parse(cs_slice_of(given[i]), out) && out->type == CS_SIGNATURE_ED25519)
      return out;
  return NULL;
}

static cli_exit verify_file(const cli_args *args, const char *path)
{
  cs_file file;
  cs_error error;
  cs_text out = {0};
  enum { LARGEST = 16 * 1024 * 1024 };
  cs_verifier key;
  if (cs_file_read(path, LARGEST, &file, &error) != CS_OK)
    return cli_fail(&error);
  cli_exit exit = CLI_OK;
  cs_slice bytes = {file.bytes, file.length};
  cs_status status = cs_is_exhibit(bytes) ? cs_exhibit_verify(bytes, path, ledger_key(args, &key), &out, &error)
                                          : cs_evidence_verify(bytes, path, &out, &error);
  if (status != CS_OK)
    exit = fail(&error);
  cs_file_free(&file);
  return cli_print(&out, exit);
}

/* ---- A ledger as files, served or in a folder ---------------------------------------------------------------- */

/* The keys of --key, then room for that in the folder and the one that the ledger names. */
typedef struct keys {
  cs_verifier at[CS_NOTE_SIGNATURES + 2];
  size_t count;
  bool ledger; /* there is one of a ledger among them */
} keys;

static cli_exit read_keys(const cli_args *args, keys *out)
{
  const char *given[CLI_ARGUMENTS];
  size_t count = cli_values(args, "key", given);
  *out = (keys){0};
  if (count > CS_NOTE_SIGNATURES)
    return cli_usage(args->command, "--key is given %zu times; expected at most %d", count, CS_NOTE_SIGNATURES);
  for (size_t i = 0; i < count; i++) {
    char quoted[CS_QUOTED];
    cs_verifier *key = &out->at[out->count++];
    if (!cs_verifier_parse(cs_slice_of(given[i]), key))
      return cli_usage(args->command, "--key is given %s; expected what \"countersign key\" prints",
                       cs_quote(cs_slice_of(given[i]), quoted));
    out->ledger = out->ledger || key->type == CS_SIGNATURE_ED25519;
  }
  return CLI_OK;
}

/* The key that lies in the folder itself. */
static cs_status take_key(const cs_files *files, keys *out, cs_error *error)
{
  cs_text text = {0}, place = {0};
  cs_status status = cs_files_read(files, "key", CS_NOTE_LONGEST, &text, error);
  size_t length = text.length > 0 && text.at[text.length - 1] == '\n' ? text.length - 1 : 0;
  cs_verifier *key = &out->at[out->count++];
  if (status == CS_OK && (!cs_verifier_parse((cs_slice){text.at, length}, key) || key->type != CS_SIGNATURE_ED25519)) {
    cs_text_add(&place, "%s/key", files->place);
    status = cs_fail(error, CS_INVALID, place.at, (cs_mark){0}, "this is no key of a ledger; expected a line of it");
  }
  cs_text_free(&text);
  cs_text_free(&place);
  return status;
}

/* Who has signed beside the ledger: of whom the key was given, when; of whom it was not, that nothing was checked. */
static void report_signatures(const cs_verified *verified, const keys *known, cs_text *out)
{
  cs_note note;
  cs_error ignored;
  char stamp[CS_TIME_TEXT];
  if (cs_note_parse((cs_slice){verified->note.at, verified->note.length}, NULL, &note, &ignored) != CS_OK)
    return;
  for (size_t i = 0; i < note.count; i++) {
    const cs_verifier *key = NULL;
    uint64_t time = 0;
    for (size_t k = 0; k < known->count; k++)
      if (cs_slice_is(note.signatures[i].name, known->at[k].name) && note.signatures[i].id == known->at[k].id)
        key = &known->at[k];
    if (key == NULL)
      cs_text_add(out, "  signed in the name of %.*s too, which was not checked for want of its --key\n",
                  (int)note.signatures[i].name.length, note.signatures[i].name.at);
    else if (strcmp(key->name, verified->checkpoint.origin) != 0 && cs_note_verify(&note, key, &time) == CS_SIGNED)
      cs_text_add(out, "  %s by %s%s%s\n", key->type == CS_SIGNATURE_COSIGNATURE ? "cosigned" : "signed", key->name,
                  time > 0 ? ", " : "", time > 0 ? cs_time_format((int64_t)time, stamp) : "");
  }
}

static cli_exit verify_files(const cs_files *files, keys *known)
{
  cs_error error;
  cs_text out = {0};
  cs_verified verified = {0};
  bool taken = !known->ledger;
  cs_status status = taken ? take_key(files, known, &error) : CS_OK;
  cli_progress progress = cli_progress_begin(files->place);
  if (status == CS_OK)
    status = cs_files_verify(files, known->at, known->count, cli_progress_show, &progress, &verified, &error);
  cli_progress_end(&progress);
  if (status == CS_OK) {
    size_t last = known->count - 1;
    known->at[known->count++] = verified.cosigner;
    cs_text_add(&out, "%s: %llu entries, every one in the signed tree\n", verified.checkpoint.origin,
                (unsigned long long)verified.checkpoint.size);
    report_signatures(&verified, known, &out);
    if (taken) {
      cs_text_add(&out, "  the key was taken from the folder itself, which proves nothing about whose ledger it is;\n"
                        "  compare it with what the party gave out, or name that with --key: ");
      cs_verifier_format(&known->at[last], &out);
      cs_text_add(&out, "\n");
    }
  }
  cs_text_free(&verified.note);
  return cli_print(&out, status == CS_OK ? CLI_OK : fail(&error));
}

static bool is_there(const char *folder, const char *name)
{
  cs_text path = {0};
  cs_text_add(&path, "%s/%s", folder, name);
  bool there = !path.failed && access(path.at, F_OK) == 0;
  cs_text_free(&path);
  return there;
}

static cli_exit verify_one(const cli_args *args, const char *what)
{
  struct stat info;
  keys known;
  cli_exit exit = read_keys(args, &known);
  bool address = strncmp(what, "http://", 7) == 0 || strncmp(what, "https://", 8) == 0;
  if (exit != CLI_OK)
    return exit;
  if (address && !known.ledger)
    return cli_usage(args->command, "expected --key KEY with an address; KEY is what \"countersign key\" prints");
  if (address)
    return verify_files(&(cs_files){what, false}, &known);
  if (stat(what, &info) != 0 || !S_ISDIR(info.st_mode))
    return verify_file(args, what);
  bool exported = !is_there(what, "ledger.db") && (is_there(what, "checkpoint") || is_there(what, "tile"));
  return exported ? verify_files(&(cs_files){what, true}, &known) : verify_home(what);
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
  {.name = "key",
   .argument = "KEY",
   .help =
     "with an address, an exported folder or an exhibit: the key of the ledger; may be given again for others who "
     "must have signed, such as cosigners",
   .repeated = true},
};

const cli_command cli_verify = {
  .name = "verify",
  .summary = "check a home, a ledger that is served or exported, or a file of evidence",
  .operand = "[DIR|FILE|URL...]",
  .operand_kind = CLI_FILE,
  .least = 0,
  .most = CLI_ARGUMENTS,
  .options = verify_options,
  .option_count = CS_COUNT_OF(verify_options),
  .notes =
    "A home: every entry, tile, checkpoint, cosignature and copy is computed again, and the evidence in it checked.\n"
    "A file of evidence, an exhibit or an opening: whether it proves what it says, from nothing but itself. An address,\n"
    "or a folder made by \"countersign export\": the whole ledger is read, and checked against its key. Exits with 1\n"
    "where something is not as it was signed, or proves nothing.",
  .example = "  countersign verify us/evidence/*.json",
  .run = run_verify,
};
