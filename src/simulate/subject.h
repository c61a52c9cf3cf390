/* Private to simulate/: what a violation is about, in the terms of an agreement. */
#ifndef CS_SIMULATE_SUBJECT_H
#define CS_SIMULATE_SUBJECT_H

#include "simulate/simulate.h"

/* The index of the rule with this identifier in a list of them, each at the beginning of `stride` bytes; SIZE_MAX: none. */
size_t cs_find_rule(const void *list, size_t count, size_t stride, const char *id);
#define CS_FIND(list, id) cs_find_rule((list).at, (list).count, sizeof *(list).at, (id))

/* An item, and one of its states or, SIZE_MAX, any. */
typedef struct cs_subject {
  size_t item, state;
} cs_subject;

/* Its item is SIZE_MAX where the agreement has none such. */
cs_subject cs_subject_find(const cs_treaty *treaty, const cs_violation *violation);
/* Whether a count of the agreement has a part of it. */
bool cs_subject_counts(const cs_treaty *treaty, size_t count, cs_subject subject);
/* The first day after the term, with every extension that the agreement's file knows; CS_DATE_NONE: it has no end. */
static inline cs_date cs_term_end(const cs_treaty *treaty)
{
  return cs_treaty_end(treaty, INT32_MAX);
}

/* The days, not before `after`, on which something limits it for a party: from the first on which anything does to the last. */
typedef struct cs_window {
  cs_date from, until; /* CS_DATE_NONE in `from`: nothing does; INT32_MAX in `until`: without end */
} cs_window;
cs_window cs_subject_limited(const cs_treaty *treaty, cs_subject subject, size_t party, cs_date after);
/* The first notification of it that has a deadline after the event, and changes holdings; NULL: none. An item SIZE_MAX stands
 * for every one. */
const cs_notification *cs_subject_notified(const cs_treaty *treaty, cs_subject subject);

#endif
