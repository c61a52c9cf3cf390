/* What evidence a home has against a ledger, in a line. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

typedef struct pieces {
  const cs_verifier *ledger;
  size_t count;
  bool another_history;
  char newest[CS_HEX_HASH];
} pieces;

static cs_status look_at(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  static const char *const histories[] = {"fork", "inconsistent", "rollback"};
  pieces *p = context;
  cs_verifier accused;
  json_t *json = json_loadb(bytes.at, bytes.length, 0, NULL);
  const char *key = json_string_value(json_object_get(json, "ledger"));
  const char *kind = json_string_value(json_object_get(json, "kind"));
  (void)error;
  if (key != NULL && kind != NULL && cs_verifier_parse(cs_slice_of(key), &accused) &&
      strcmp(accused.name, p->ledger->name) == 0 && memcmp(accused.key, p->ledger->key, CS_PUBLIC_KEY) == 0) {
    for (size_t i = 0; i < CS_COUNT_OF(histories); i++)
      p->another_history = p->another_history || strcmp(kind, histories[i]) == 0;
    p->count++;
    snprintf(p->newest, sizeof p->newest, "%s", name);
  }
  json_decref(json);
  return CS_OK;
}

cs_status cli_add_evidence(cs_home *home, const cs_verifier *ledger, const char *before, cs_text *out, cs_error *error)
{
  pieces p = {.ledger = ledger};
  cs_text path = {0};
  cs_status status = cs_store_evidence(home->store, look_at, &p, error);
  if (status != CS_OK || p.count == 0)
    return status;
  cs_text_add(&path, "evidence/%.16s.json", p.newest);
  cs_text_add(out, "%s%s", before,
              p.another_history ? "NOT ACCEPTED, another history was shown; " : "statements at fault; ");
  if (p.count > 1)
    cs_text_add(out, "%zu pieces of evidence, the newest in ", p.count);
  else
    cs_text_add(out, "evidence in ");
  cli_add_path(out, path.at == NULL ? "" : path.at);
  cs_text_add(out, "\n");
  cs_text_free(&path);
  return CS_OK;
}
