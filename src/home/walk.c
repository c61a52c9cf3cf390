/* The statements of a ledger, one after the other. */
#define _GNU_SOURCE /* memmem; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc asks for it */
#include <string.h>

#include "home/home.h"

typedef struct walk {
  const char *word;
  cs_statement_taker *take;
  void *context;
} walk;

/* Whether a word may stand in an entry; where something is escaped, the word may be too. */
static bool may_hold(cs_slice bytes, const char *word)
{
  return word == NULL || memmem(bytes.at, bytes.length, word, strlen(word)) != NULL ||
         memchr(bytes.at, '\\', bytes.length) != NULL;
}

static cs_status take_entry(void *context, uint64_t entry, cs_slice bytes, cs_slice hash, cs_error *error)
{
  walk *w = context;
  cs_statement s;
  cs_error fault;
  (void)hash;
  if (!may_hold(bytes, w->word))
    return CS_OK;
  if (cs_statement_parse(bytes, NULL, &s, &fault) != CS_OK)
    return fault.status == CS_SYSTEM ? cs_fail_memory(error) : CS_OK;
  cs_status status = w->take(w->context, entry, bytes, &s, error);
  cs_statement_free(&s);
  return status;
}

cs_status cs_home_walk(cs_log *log, uint64_t until, const char *word, cs_statement_taker *take, void *context,
                       cs_error *error)
{
  walk w = {word, take, context};
  return cs_log_entries(log, 0, until, take_entry, &w, error);
}
