/* countersign peer add | peer list | sync | serve */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "net/net.h"

/* ---- peer add and list --------------------------------------------------------------------------------------- */

static cli_exit run_add(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  if (cs_home_open(".", CS_STORE_WRITE, &home, &error) != CS_OK)
    return cli_fail(&error);
  cs_status status = cs_home_add_peer(home, args->operands[0], args->operands[1], args->operands[2], &error);
  cs_home_close(home);
  return status == CS_OK ? CLI_OK : cli_fail(&error);
}

const cli_command cli_peer_add = {
  .name = "peer add",
  .summary = "follow another party's ledger",
  .operand = "NAME URL KEY",
  .least = 3,
  .most = 3,
  .notes =
    "KEY is what \"countersign key\" prints in the peer's home; get it by a way that you trust. A peer's address may\n"
    "change, its key may not.",
  .example = "  countersign -C us peer add RU http://127.0.0.1:8002 \"$(countersign -C ru key)\"",
  .run = run_add,
};

static cs_status list_peer(cs_home *home, const cs_peer *peer, cs_text *out, cs_error *error)
{
  cs_log *log;
  cs_status status = cs_log_open(home->store, &peer->key, NULL, &log, error);
  if (status != CS_OK)
    return status;
  cs_text_pad(out, peer->name, 12);
  if (cs_log_note(log).length == 0)
    cs_text_add(out, " not followed yet");
  else
    cs_text_add(out, " %8llu entries", (unsigned long long)cs_log_checkpoint(log).size);
  cs_text_add(out, "  %s  ", peer->url);
  cs_verifier_format(&peer->key, out);
  cs_text_add(out, "\n");
  cs_log_close(log);
  return cli_add_evidence(home, &peer->key, "             ", out, error);
}

static cli_exit run_list(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  cs_peer *peers = NULL;
  size_t count = 0;
  cli_exit exit = cli_open_home(args, CS_STORE_READ, &home);
  if (exit != CLI_OK)
    return exit;
  cs_text out = {0};
  if (cs_home_peers(home, &peers, &count, &error) != CS_OK)
    exit = cli_fail(&error);
  for (size_t i = 0; i < count && exit == CLI_OK; i++)
    if (list_peer(home, &peers[i], &out, &error) != CS_OK)
      exit = cli_fail(&error);
  free(peers);
  cs_home_close(home);
  return cli_print(&out, exit);
}

const cli_command cli_peer_list = {
  .name = "peer list",
  .summary = "list the ledgers that this home follows",
  .example = "  countersign -C us peer list",
  .run = run_list,
};

/* ---- sync ---------------------------------------------------------------------------------------------------- */

static void report_peer(const cs_peer *peer, const cs_sync_report *r, cs_text *out)
{
  cs_text_pad(out, peer->name, 12);
  if (r->accusation.length > 0) {
    cs_text_add(out, " NOT ACCEPTED: %s", r->accusation.at);
  } else {
    cs_text_add(out, " %llu entries, %llu new", (unsigned long long)r->size, (unsigned long long)r->fetched);
    if (r->late > 0)
      cs_text_add(out, ", %llu late", (unsigned long long)r->late);
    if (r->refused > 0)
      cs_text_add(out, ", %llu that the agreement does not admit", (unsigned long long)r->refused);
    if (r->backdated > 0)
      cs_text_add(out, ", %llu that are backdated", (unsigned long long)r->backdated);
    cs_text_add(out, "%s%s\n", r->cosigned ? ", cosigned" : "", r->delivered ? " and delivered" : "");
  }
  for (const char *path = r->evidence.at, *end; path != NULL && (end = strchr(path, '\n')) != NULL; path = end + 1) {
    char *one = strndup(path, (size_t)(end - path));
    cs_text_add(out, "             evidence in ");
    cli_add_path(out, one == NULL ? "" : one);
    cs_text_add(out, "\n");
    free(one);
  }
}

static cli_exit sync_one(cs_home *home, const cs_peer *peer, int64_t now, cs_text *out)
{
  cs_sync_report report;
  cs_error error;
  cli_progress progress = cli_progress_begin(peer->name);
  cs_status status = cs_sync_peer(home, peer, now, cli_progress_show, &progress, &report, &error);
  cli_progress_end(&progress);
  cli_exit exit = status == CS_OK ? CLI_OK : cli_fail(&error);
  if (status == CS_OK)
    report_peer(peer, &report, out);
  if (status == CS_OK && (report.accusation.length > 0 || report.refused > 0 || report.backdated > 0))
    exit = CLI_BAD;
  cs_sync_report_free(&report);
  return exit;
}

/* Has a witness cosign the own ledger. */
static cli_exit offer_one(cs_home *home, const cs_peer *witness, int64_t now, cs_text *out)
{
  uint64_t size;
  cs_error error;
  (void)now;
  if (cs_offer_checkpoint(home, witness, &size, &error) != CS_OK)
    return cli_fail(&error);
  cs_text_pad(out, witness->name, 12);
  cs_text_add(out, " has cosigned the %llu entries of this ledger\n", (unsigned long long)size);
  return CLI_OK;
}

/* Deals with each of the peers or witnesses that were asked for, and counts them; gives the worst of what came of it. */
static cli_exit each(const cli_args *args, cs_home *home, const cs_peer *list, size_t count,
                     cli_exit (*one)(cs_home *, const cs_peer *, int64_t, cs_text *), size_t *chosen, cs_text *out)
{
  cli_exit worst = CLI_OK;
  cs_error error;
  int64_t now;
  if (cs_home_now(&now, &error) != CS_OK)
    return cli_fail(&error);
  for (size_t i = 0; i < count; i++) {
    if (args->operand_count > 0 && strcmp(args->operands[0], list[i].name) != 0)
      continue;
    ++*chosen;
    cli_exit exit = one(home, &list[i], now, out);
    worst = exit > worst ? exit : worst;
  }
  return worst;
}

static cli_exit run_sync(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  cs_peer *peers = NULL, *witnesses = NULL;
  size_t peer_count = 0, witness_count = 0, chosen = 0;
  cli_exit worst = cli_open_home(args, CS_STORE_WRITE, &home);
  if (worst != CLI_OK)
    return worst;
  cs_text out = {0};
  if (cs_home_peers(home, &peers, &peer_count, &error) != CS_OK ||
      cs_home_witnesses(home, &witnesses, &witness_count, &error) != CS_OK)
    worst = cli_fail(&error);
  cli_exit exit = each(args, home, peers, peer_count, sync_one, &chosen, &out);
  worst = exit > worst ? exit : worst;
  if (home->party != (size_t)CS_OBSERVER) { /* an observer has no ledger to be cosigned */
    exit = each(args, home, witnesses, witness_count, offer_one, &chosen, &out);
    worst = exit > worst ? exit : worst;
  }
  if (chosen == 0 && worst == CLI_OK)
    worst =
      cli_usage(args->command, args->operand_count > 0 ? "there is no such peer or witness"
                                                       : "there are no peers; see \"countersign peer add --help\"");
  free(peers);
  free(witnesses);
  cs_home_close(home);
  return cli_print(&out, worst);
}

static const cli_option sync_options[] = {CLI_PASSPHRASE_OPTION};

const cli_command cli_sync = {
  .name = "sync",
  .summary = "fetch, check and countersign what the peers have added",
  .operand = "[NAME]",
  .least = 0,
  .most = 1,
  .options = sync_options,
  .option_count = CS_COUNT_OF(sync_options),
  .notes =
    "Checks signature, growth and statements, keeps a full copy, cosigns the checkpoint and delivers the cosignature.\n"
    "A ledger that shows two histories is not accepted; the evidence is kept in the folder \"evidence\". Exits with 1 then.\n"
    "Witnesses are asked to cosign this home's own ledger.",
  .example = "  countersign -C us sync",
  .run = run_sync,
};

/* ---- serve --------------------------------------------------------------------------------------------------- */

static cli_exit serve(cs_home *home, const char *address)
{
  cs_server *server;
  cs_error error;
  sigset_t stop;
  int signal;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop, NULL); /* before there are threads, so that none of them takes it */
  if (cs_server_start(home, address, &server, &error) != CS_OK)
    return cli_fail(&error);
  cs_text out = {0};
  cs_text_add(&out, "listening on port %u\n", cs_server_port(server));
  cli_exit exit = cli_print(&out, CLI_OK);
  sigwait(&stop, &signal);
  cs_server_stop(server);
  return exit;
}

static cli_exit run_serve(const cli_args *args)
{
  cs_home *home;
  cs_error error;
  cli_exit exit = CLI_OK;
  bool witness = cli_value(args, "witness") != NULL || cli_value(args, "passphrase-file") != NULL;
  if (witness)
    exit = cli_open_home(args, CS_STORE_WRITE, &home);
  else if (cs_home_open(".", CS_STORE_WRITE, &home, &error) != CS_OK)
    exit = cli_fail(&error);
  if (exit != CLI_OK)
    return exit;
  /* A ledger that is served shows the time: from then on, it cannot go back unseen. */
  int64_t now;
  if (home->log != NULL && (cs_home_now(&now, &error) != CS_OK || cs_home_cosign_own(home, now, &error) != CS_OK)) {
    cs_home_close(home);
    return cli_fail(&error);
  }
  /* What waits between requests must not hold the own ledger: another process appends to it. */
  cs_log_close(home->log);
  home->log = NULL;
  exit = serve(home, cli_value(args, "listen"));
  cs_home_close(home);
  return exit;
}

static const cli_option serve_options[] = {
  {.name = "listen",
   .argument = "ADDR",
   .help = "address and port, such as 127.0.0.1:8000 or localhost:8000; port 0 takes any",
   .required = true},
  {.name = "witness", .help = "cosign what peers bring (add-checkpoint); asks for the passphrase"},
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_serve = {
  .name = "serve",
  .summary = "publish this home's ledger over HTTP",
  .options = serve_options,
  .option_count = CS_COUNT_OF(serve_options),
  .notes =
    "Serves the ledger as tiles (C2SP tlog-tiles) under /, and the API of docs/openapi.yaml under /api/v1/. Ends on\n"
    "SIGINT or SIGTERM.",
  .example = "  countersign -C us serve --listen 127.0.0.1:8001",
  .run = run_serve,
};
