/* What evidence a home has against ledgers, in lines and for programs. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static void add_file(const cs_piece *piece, cs_text *out)
{
  char path[sizeof "evidence/0123456789abcdef.json"];
  snprintf(path, sizeof path, "evidence/%.16s.json", piece->hash);
  cli_add_path(out, path);
}

cs_status cli_add_evidence(cs_home *home, const cs_verifier *ledger, const char *before, cs_text *out, cs_error *error)
{
  static const unsigned histories =
    1U << CS_EVIDENCE_FORK | 1U << CS_EVIDENCE_INCONSISTENT | 1U << CS_EVIDENCE_ROLLBACK;
  cs_piece *pieces;
  size_t count;
  cs_status status = cs_home_evidence(home, &pieces, &count, error);
  if (status != CS_OK)
    return status;
  cs_charge charge = cs_charge_against(pieces, count, ledger);
  if (charge.count > 0) {
    cs_text_add(out, "%s%s", before,
                (charge.kinds & histories) != 0 ? "NOT ACCEPTED, another history was shown; "
                                                : "statements at fault; ");
    if (charge.count > 1)
      cs_text_add(out, "%zu pieces of evidence, the newest in ", charge.count);
    else
      cs_text_add(out, "evidence in ");
    add_file(charge.newest, out);
    cs_text_add(out, "\n");
  }
  free(pieces);
  return CS_OK;
}

/* ---- Beside an assessment ------------------------------------------------------------------------------------ */

/* Whose ledger a piece is against: a party of the agreement, or the ledger's name where it has adopted nothing. */
static const char *accused(const cs_home *home, const cs_piece *piece)
{
  return piece->party < home->treaty->parties.count ? home->treaty->parties.at[piece->party].rule.id
                                                    : piece->ledger.name;
}

static void add_charge(const cs_home *home, const cs_charge *charge, cs_text *out)
{
  cs_text file = {0};
  add_file(charge->newest, &file);
  const char *path = file.at == NULL ? "" : file.at;
  cs_text_add(out, "  %s ", accused(home, charge->newest));
  cs_charge_words(charge->kinds, out);
  if (charge->count > 1)
    cs_text_add(out, " (%zu pieces)", charge->count);
  cs_text_add(out, "; check it with \"countersign verify %s\"\n", path);
  cs_text_free(&file);
}

static cs_status add_charges(const cs_home *home, const cs_piece *pieces, size_t count, cs_text *out, cs_error *error)
{
  cs_text_add(out, "\nEvidence that this home keeps; the verdicts above do not go by it\n");
  for (size_t i = 0; i < count; i++) {
    cs_charge charge = cs_charge_against(pieces, count, &pieces[i].ledger);
    if (charge.newest == &pieces[i]) /* one line for each ledger */
      add_charge(home, &charge, out);
  }
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

/* Before the brace that ends the object. */
static cs_status add_member(const cs_home *home, const cs_piece *pieces, size_t count, cs_text *out, cs_error *error)
{
  json_t *list = json_array();
  cs_text file = {0};
  for (size_t i = 0; i < count; i++) {
    file.length = 0;
    add_file(&pieces[i], &file);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "party", accused(home, &pieces[i]), "ledger",
                                          pieces[i].ledger.name, "kind", cs_evidence_names[pieces[i].kind], "file",
                                          file.at == NULL ? "" : file.at));
  }
  char *text = json_dumps(list, 0);
  cs_text_free(&file);
  json_decref(list);
  if (text == NULL || out->failed || out->length < 3)
    return cs_fail_memory(error);
  out->length -= sizeof "\n}\n" - 1;
  cs_text_add(out, ",\n  \"evidence\": %s\n}\n", text);
  free(text);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

cs_status cli_add_charges(cs_home *home, const char *party, bool json, cs_text *out, bool *any, cs_error *error)
{
  cs_piece *pieces;
  size_t all, count = 0;
  cs_status status = cs_home_evidence(home, &pieces, &all, error);
  *any = false;
  if (status != CS_OK)
    return status;
  for (size_t i = 0; i < all; i++)
    if (party == NULL || strcmp(accused(home, &pieces[i]), party) == 0)
      pieces[count++] = pieces[i];
  *any = count > 0;
  if (count > 0)
    status = json ? add_member(home, pieces, count, out, error) : add_charges(home, pieces, count, out, error);
  free(pieces);
  return status;
}
