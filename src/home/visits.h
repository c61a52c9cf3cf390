/* Visits and where they went. Private to home/. */
#ifndef CS_HOME_VISITS_H
#define CS_HOME_VISITS_H

#include "home/home.h"

/* The facilities that a declaration names, each once, in its order. They lie in the arena. */
cs_status cs_declared_facilities(const cs_statement *declaration, cs_arena *arena, const char ***out, size_t *count,
                                 cs_error *error);

/* Adds to holdings how many facilities each party's newest declaration names that was known on the day `at`, and which of
 * the visits to them took place. */
cs_status cs_home_note_searches(cs_home *home, cs_date at, const cs_visit_list *visits, cs_holdings *holdings,
                                cs_error *error);

#endif
