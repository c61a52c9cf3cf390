/* Visits, what their requests rest on, and where they went. Private to home/. */
#ifndef CS_HOME_VISITS_H
#define CS_HOME_VISITS_H

#include "home/home.h"

/* The facilities that a declaration names, each once, in its order. They lie in the arena. */
cs_status cs_declared_facilities(const cs_statement *declaration, cs_arena *arena, const char ***out, size_t *count,
                                 cs_error *error);

/* An entry that a request names, in the ledger of the inspected party as this home has it. */
typedef struct cs_named_entry {
  bool there;   /* the ledger has such an entry */
  bool valid;   /* it is a declaration, and the agreement admits it */
  int64_t last; /* time of the newest statement in the ledger */
  cs_hash leaf;
  cs_date date;
  const char **facilities; /* that it names, in its order; they lie in the arena */
  size_t count;
} cs_named_entry;
cs_status cs_home_declared(cs_home *home, const char *origin, size_t party, int64_t entry, cs_arena *arena,
                           cs_named_entry *out, cs_error *error);

/* Fills visit->fault where its request is void. */
cs_status cs_request_fault(cs_visit *visit, const cs_named_entry *declared, cs_arena *arena, cs_error *error);

/* Whether a request that the home is about to make names a declaration that stands, and a place in it. */
cs_status cs_home_check_request(cs_home *home, const cs_statement *request, cs_error *error);

/* Adds to holdings how many facilities each party's newest declaration names that was known on the day `at`, and which of
 * the visits to them took place. */
cs_status cs_home_note_searches(cs_home *home, cs_date at, const cs_visit_list *visits, cs_holdings *holdings,
                                cs_error *error);

#endif
