/* What the statements of a ledger come to: admitted by the agreement, and proving what they say. */
#include <stdlib.h>
#include <string.h>

#include "home/home.h"

typedef struct checking {
  cs_home *home;
  size_t party;
  cs_verdicts *out;
  uint64_t *proofs; /* entries that prove something: verified when the walk is over, for that reads others */
  size_t proof_count, proof_capacity;
  void (*progress)(void *context, uint64_t done, uint64_t all);
  void *context;
  uint64_t size;
} checking;

static void refuse(checking *c, uint64_t entry, const cs_error *fault)
{
  if (c->out->refused++ == 0) {
    c->out->first = entry;
    c->out->fault = *fault;
  }
}

static cs_status check_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  enum { STEP = 4096 };
  checking *c = context;
  cs_statement s;
  cs_admission admission;
  cs_error fault;
  (void)hash;
  if (c->progress != NULL && index % STEP == 0)
    c->progress(c->context, index, c->size);
  cs_status status = cs_statement_parse(entry, NULL, &s, &fault);
  if (status == CS_OK) {
    status = cs_statement_admit(&s, c->home->treaty, c->party, NULL, &admission, &fault);
    bool proves = s.kind == CS_CLAIM || json_object_get(s.json, "sealed") != NULL;
    cs_statement_free(&s);
    if (status == CS_OK && proves) {
      if (!cs_grow((void **)&c->proofs, &c->proof_capacity, c->proof_count, sizeof *c->proofs))
        return cs_fail_memory(error);
      c->proofs[c->proof_count++] = index;
    }
  }
  if (status == CS_SYSTEM) {
    *error = fault;
    return status;
  }
  c->out->statements++;
  if (status != CS_OK)
    refuse(c, index, &fault);
  return CS_OK;
}

static cs_status check_proof(checking *c, const cs_seal_bound *bound, cs_home_entries *entries, uint64_t index,
                             cs_error *error)
{
  cs_text bytes = {0};
  cs_statement s = {0};
  cs_error fault = {0};
  bool found;
  cs_entry_source source = cs_home_entry_source(entries);
  entries->end = index + 1;
  cs_status status = source.read(source.context, index, &bytes, &found, error);
  if (status == CS_OK)
    status = cs_statement_parse((cs_slice){bytes.at, bytes.length}, NULL, &s, error);
  entries->end = index;
  if (status == CS_OK && cs_statement_verify(&s, c->home->treaty, bound, &source, NULL, &fault) == CS_INVALID)
    refuse(c, index, &fault);
  else if (status == CS_OK && fault.status == CS_OK)
    c->out->proofs++;
  if (fault.status == CS_SYSTEM) {
    *error = fault;
    status = CS_SYSTEM;
  }
  cs_statement_free(&s);
  cs_text_free(&bytes);
  return status;
}

cs_status cs_home_verify_statements(cs_home *home, cs_log *log, void (*progress)(void *, uint64_t, uint64_t),
                                    void *context, cs_verdicts *out, cs_error *error)
{
  cs_checkpoint checkpoint = cs_log_checkpoint(log);
  checking c = {.home = home, .out = out, .progress = progress, .context = context, .size = checkpoint.size};
  cs_home_entries entries = {.store = home->store};
  cs_verifier cosigner;
  *out = (cs_verdicts){0};
  cs_status status = cs_home_party_of(home, log, &c.party, &cosigner, error);
  if (status != CS_OK || c.party >= home->treaty->parties.count)
    return status; /* nobody's ledger says nothing under this agreement */
  cs_seal_bound bound = {home->treaty_hash, home->treaty->parties.at[c.party].rule.id, checkpoint.origin};
  status = cs_log_entries(log, 0, UINT64_MAX, check_entry, &c, error);
  if (status == CS_OK)
    status = cs_store_ledger(home->store, checkpoint.origin, &entries.ledger, error);
  for (size_t i = 0; i < c.proof_count && status == CS_OK; i++)
    status = check_proof(&c, &bound, &entries, c.proofs[i], error);
  free(c.proofs);
  return status;
}
