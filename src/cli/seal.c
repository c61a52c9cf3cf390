/* countersign claim | open | vault check | vault backup | vault restore */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* ---- claim --------------------------------------------------------------------------------------------------- */

static cli_exit unknown_count(const cli_args *args, const cs_treaty *t, const char *id)
{
  char quoted[CS_QUOTED];
  const char *nearest = cs_nearest(cs_slice_of(id), &t->counts.at[0].rule.id, t->counts.count, sizeof(cs_count));
  return cli_usage(args->command,
                   nearest != NULL ? "%s is no count of %s; did you mean \"%s\"?"
                                   : "%s is no count of %s; expected one such as \"%s\"",
                   cs_quote(cs_slice_of(id), quoted), t->id, nearest != NULL ? nearest : t->counts.at[0].rule.id);
}

/* The numbers that the options give; -1 where one was not given. */
typedef struct given {
  int64_t limit, number, baseline;
} given;

static cli_exit read_numbers(const cli_args *args, given *out)
{
  cli_exit exit = cli_number(args, "limit", 0, CS_NUMBER_MAX, -1, &out->limit);
  if (exit == CLI_OK)
    exit = cli_number(args, "number", 0, CS_NUMBER_MAX, -1, &out->number);
  return exit == CLI_OK ? cli_number(args, "baseline", 0, CS_NUMBER_MAX, -1, &out->baseline) : exit;
}

/* What is missing for a claim of this kind; NULL: nothing. */
static const char *missing(cs_claim_kind kind, const given *g)
{
  if (kind == CS_CLAIM_AT_MOST && g->limit < 0)
    return "expected --limit N with at-most";
  if (kind == CS_CLAIM_NOT_ABOVE && g->baseline < 0)
    return "expected --baseline ENTRY with not-above";
  if (kind == CS_CLAIM_EQUAL && (g->number < 0) == (g->baseline < 0))
    return "expected either --number N or --baseline ENTRY with equal";
  return NULL;
}

/* The claim that the operands and options name. */
static cli_exit read_claim(const cli_args *args, const cs_home *home, cs_claim *out)
{
  const char *kind = args->operands[0], *count = args->operand_count > 1 ? args->operands[1] : NULL;
  given g;
  cli_exit exit = read_numbers(args, &g);
  if (exit != CLI_OK)
    return exit;
  size_t i = 0;
  while (i < CS_CLAIM_KINDS && strcmp(cs_claim_names[i], kind) != 0)
    i++;
  if (i == CS_CLAIM_KINDS)
    return cli_usage(args->command, "\"%s\" is no claim; expected at-most, not-above, equal, balanced or due", kind);
  *out = (cs_claim){(cs_claim_kind)i, SIZE_MAX, i == CS_CLAIM_AT_MOST ? g.limit : g.number, g.baseline};
  if ((out->kind == CS_CLAIM_BALANCED) != (count == NULL))
    return cli_usage(args->command,
                     count == NULL ? "expected a count of the agreement after \"%s\""
                                   : "\"%s\" is of a transfer, and takes no count",
                     kind);
  if (count != NULL && (out->count = cs_treaty_find(home->treaty, CS_KEY_COUNT, count)) == SIZE_MAX)
    return unknown_count(args, home->treaty, count);
  const char *what = missing(out->kind, &g);
  return what == NULL ? CLI_OK : cli_usage(args->command, "%s", what);
}

static cli_exit report_claims(const cs_home *home, uint64_t entry, const cs_claim *claims, size_t count)
{
  cs_text out = {0};
  char digits[CS_GROUPED];
  cs_text_add(&out, "entry %llu of %s proves\n", (unsigned long long)entry, home->key.name);
  for (size_t i = 0; i < count; i++) {
    cs_text_add(&out, "  %s", cs_claim_names[claims[i].kind]);
    if (claims[i].count != SIZE_MAX)
      cs_text_add(&out, " %s", home->treaty->counts.at[claims[i].count].rule.id);
    if (claims[i].number >= 0)
      cs_text_add(&out, " %s", cs_grouped(claims[i].number, digits));
    if (claims[i].baseline >= 0)
      cs_text_add(&out, " entry %lld", (long long)claims[i].baseline);
    cs_text_add(&out, "\n");
  }
  return cli_print(&out, CLI_OK);
}

static cli_exit state_claims(cs_home *home, cs_vault *vault, uint64_t about, const cs_claim *claims, size_t count)
{
  cs_error error;
  int64_t now;
  uint64_t entry;
  if (count == 0) {
    cs_text out = {0};
    cs_text_add(&out, "%s asks for no proof about entry %llu\n", home->treaty->id, (unsigned long long)about);
    return cli_print(&out, CLI_OK);
  }
  if (cs_home_now(&now, &error) != CS_OK ||
      cs_home_claim(home, vault, about, claims, count, now, &entry, &error) != CS_OK)
    return cli_fail(&error);
  return report_claims(home, entry, claims, count);
}

static cli_exit claim(const cli_args *args, cs_home *home, cs_vault *vault, uint64_t about)
{
  cs_error error;
  if (strcmp(args->operands[0], "due") != 0) {
    cs_claim one;
    cli_exit exit = read_claim(args, home, &one);
    return exit == CLI_OK ? state_claims(home, vault, about, &one, 1) : exit;
  }
  cs_claim *due;
  size_t count;
  if (cs_home_due_claims(home, about, &due, &count, &error) != CS_OK)
    return cli_fail(&error);
  cli_exit exit = state_claims(home, vault, about, due, count);
  free(due);
  return exit;
}

static cli_exit run_claim(const cli_args *args)
{
  cs_home *home;
  cs_vault *vault;
  int64_t about;
  cli_exit exit = cli_number(args, "at", 0, CS_NUMBER_MAX, -1, &about);
  if (exit == CLI_OK)
    exit = cli_open_vault(args, &home, &vault);
  if (exit != CLI_OK)
    return exit;
  exit = claim(args, home, vault, (uint64_t)about);
  cs_vault_close(vault);
  cs_home_close(home);
  return exit;
}

static const cli_option claim_options[] = {
  {.name = "at",
   .argument = "ENTRY",
   .help = "entry of the own ledger that it is about: a sealed declaration or transfer",
   .required = true},
  {.name = "limit", .argument = "N", .help = "with at-most: the number that the count does not exceed"},
  {.name = "baseline", .argument = "ENTRY", .help = "with not-above or equal: the declaration that it compares with"},
  {.name = "number", .argument = "N", .help = "with equal: the number that the count is"},
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_claim = {
  .name = "claim",
  .summary = "prove something about sealed counts without opening them",
  .operand = "due|at-most|not-above|equal|balanced [COUNT]",
  .least = 1,
  .most = 2,
  .options = claim_options,
  .option_count = CS_COUNT_OF(claim_options),
  .notes =
    "due: all that the limits of the agreement ask for, in one proof. at-most: the count is at most a number. not-above:\n"
    "it is not above what it was in an earlier declaration, as in a freeze. equal: it is a number, or what it was.\n"
    "balanced: a sealed transfer takes from one facility what it gives to the other. Nothing else is disclosed. What\n"
    "does not hold cannot be proven, and nothing is stated then.",
  .example = "  countersign -C us claim at-most all-warheads --limit 5550 --at 3",
  .run = run_claim,
};

/* ---- open ---------------------------------------------------------------------------------------------------- */

static cli_exit run_open(const cli_args *args)
{
  cs_home *home;
  cs_vault *vault;
  cs_error error;
  cs_text out = {0};
  int64_t entry;
  cli_exit exit = cli_number(args, "at", 0, CS_NUMBER_MAX, -1, &entry);
  if (exit == CLI_OK)
    exit = cli_open_vault(args, &home, &vault);
  if (exit != CLI_OK)
    return exit;
  cs_status status =
    cs_home_open_facility(home, vault, (uint64_t)entry, args->operands[0], cli_value(args, "item"), &out, &error);
  exit = status == CS_OK ? cli_write(cli_value(args, "output"), &out) : cli_fail(&error);
  if (out.at != NULL)
    sodium_memzero(out.at, out.capacity);
  cs_text_free(&out);
  cs_vault_close(vault);
  cs_home_close(home);
  return exit;
}

static const cli_option open_options[] = {
  {.name = "at", .argument = "ENTRY", .help = "the sealed declaration, an entry of the own ledger", .required = true},
  {.name = "output",
   .argument = "FILE",
   .help = "the file to write",
   .kind = CLI_OUTPUT,
   .required = true,
   .letter = 'o'},
  {.name = "item", .argument = "IDENTIFIER", .help = "open this item alone, and not the whole facility"},
  CLI_PASSPHRASE_OPTION,
};

const cli_command cli_open = {
  .name = "open",
  .summary = "open what was sealed at a facility, for an inspector",
  .operand = "FACILITY",
  .least = 1,
  .most = 1,
  .options = open_options,
  .option_count = CS_COUNT_OF(open_options),
  .notes =
    "Writes the counts, blinding factors and items of one facility, with what ties them to the signed ledger.\n"
    "\"countersign verify FILE\" checks it without a network. Who has the file knows what is in it; it tells nothing of\n"
    "other facilities.",
  .example = "  countersign -C us open \"Storage North\" --at 3 -o north.json",
  .run = run_open,
};

/* ---- vault --------------------------------------------------------------------------------------------------- */

static cli_exit say_openings(cs_home *home, cs_vault *vault, const char *before)
{
  uint64_t records, sealed;
  cs_error error;
  cs_text out = {0};
  if (cs_vault_check(vault, &records, &error) != CS_OK || cs_home_check_openings(home, vault, &sealed, &error) != CS_OK)
    return cli_fail(&error);
  cs_text_add(&out, "%sthe vault opens each of the %llu sealed statements of %s\n", before, (unsigned long long)sealed,
              home->key.name);
  return cli_print(&out, CLI_OK);
}

static cli_exit check_vault(const cli_args *args, cs_home *home, cs_vault *vault)
{
  (void)args;
  return say_openings(home, vault, "");
}

static cli_exit backup_vault(const cli_args *args, cs_home *home, cs_vault *vault)
{
  uint64_t count;
  cs_error error;
  cli_exit exit = say_openings(home, vault, "");
  if (exit != CLI_OK)
    return exit;
  return cs_vault_backup(vault, args->operands[0], &count, &error) == CS_OK ? CLI_OK : cli_fail(&error);
}

static cli_exit restore_vault(const cli_args *args, cs_home *home, cs_vault *vault)
{
  uint64_t added;
  cs_error error;
  cs_passphrase passphrase;
  cs_text before = {0};
  cli_exit exit = cli_passphrase(args, false, &passphrase);
  if (exit != CLI_OK)
    return exit;
  cs_status status = cs_vault_restore(vault, args->operands[0], &passphrase, &added, &error);
  sodium_free(passphrase.bytes);
  if (status != CS_OK)
    return cli_fail(&error);
  cs_text_add(&before, "%llu records came back; ", (unsigned long long)added);
  exit = say_openings(home, vault, before.at == NULL ? "" : before.at);
  cs_text_free(&before);
  return exit;
}

static cli_exit with_vault(const cli_args *args, cli_exit (*work)(const cli_args *, cs_home *, cs_vault *))
{
  cs_home *home;
  cs_vault *vault;
  cli_exit exit = cli_open_vault(args, &home, &vault);
  if (exit != CLI_OK)
    return exit;
  exit = work(args, home, vault);
  cs_vault_close(vault);
  cs_home_close(home);
  return exit;
}

static cli_exit run_check(const cli_args *args)
{
  return with_vault(args, check_vault);
}

static cli_exit run_backup(const cli_args *args)
{
  return with_vault(args, backup_vault);
}

static cli_exit run_restore(const cli_args *args)
{
  return with_vault(args, restore_vault);
}

static const cli_option vault_options[] = {CLI_PASSPHRASE_OPTION};

const cli_command cli_vault_check = {
  .name = "vault check",
  .summary = "check that every sealed statement can be opened",
  .options = vault_options,
  .option_count = CS_COUNT_OF(vault_options),
  .example = "  countersign -C us vault check",
  .run = run_check,
};

const cli_command cli_vault_backup = {
  .name = "vault backup",
  .summary = "write what opens the sealed statements to a file, encrypted",
  .operand = "FILE",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = vault_options,
  .option_count = CS_COUNT_OF(vault_options),
  .notes =
    "The file is new, and under the passphrase of the home. Without the vault, and without a backup of it, nothing\n"
    "that was sealed can ever be opened.",
  .example = "  countersign -C us vault backup ../us-vault.backup",
  .run = run_backup,
};

const cli_command cli_vault_restore = {
  .name = "vault restore",
  .summary = "bring back from a backup what the vault has not",
  .operand = "FILE",
  .operand_kind = CLI_FILE,
  .least = 1,
  .most = 1,
  .options = vault_options,
  .option_count = CS_COUNT_OF(vault_options),
  .notes = "Nothing that is there is overwritten: where the two differ, nothing is changed.",
  .example = "  countersign -C us vault restore ../us-vault.backup",
  .run = run_restore,
};
