/* Agreements as data: read, shown, and laid out on a calendar.
 *
 *   cs_treaty *treaty;
 *   cs_error error;
 *   if (cs_treaty_read("treaties/new-start.yaml", &treaty, &error) != CS_OK)
 *     ...
 *   cs_treaty_free(treaty);
 *
 * A treaty does not change after it was read and may be used from several threads at once. */
#ifndef COUNTERSIGN_TREATY_H
#define COUNTERSIGN_TREATY_H

#include "countersign/base.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* An agreement: parties, term, items, counts, limits, exchanges, notifications, inspections. */
typedef struct cs_treaty cs_treaty;

/* The largest agreement that is read, in bytes. */
#define CS_TREATY_BYTES ((size_t)256 * 1024)

/* Reads the agreement in the YAML file at `path` ("-" is standard input) and checks that it is whole:
 * every key known, every reference resolved, no count circular. CS_INVALID names file, line and column of
 * the first fault. The caller releases `*out` with cs_treaty_free; after an error it is NULL. */
cs_status cs_treaty_read(const char *path, cs_treaty **out, cs_error *error);

/* Releases an agreement; NULL is allowed. */
void cs_treaty_free(cs_treaty *treaty);

/* Its identifier and its title, which live as long as the treaty. */
const char *cs_treaty_id(const cs_treaty *treaty);
const char *cs_treaty_title(const cs_treaty *treaty);

/* How many rules it states: limits, exchanges, notifications, inspections, eliminations, obligations. */
size_t cs_treaty_rules(const cs_treaty *treaty);

/* The day on which it entered into force, and the first day on which it no longer is, as it was known on
 * `at` (an extension agreed later is not yet known); CS_DATE_NONE where its duration is not limited. */
cs_date cs_treaty_start(const cs_treaty *treaty);
cs_date cs_treaty_end(const cs_treaty *treaty, cs_date at);

/* Adds the agreement in words, in lines of at most `width` columns (60 at least; a longer word keeps
 * its own line): parties, term, counts,
 * limits, exchanges, notifications with their deadlines, inspections, obligations, each with its article. */
cs_status cs_treaty_show(const cs_treaty *treaty, size_t width, cs_text *out, cs_error *error);

/* Adds the agreement as one JSON object with the keys of the YAML file. */
cs_status cs_treaty_json(const cs_treaty *treaty, cs_text *out, cs_error *error);

/* Adds the JSON Schema (draft 2020-12) of the YAML files, for editors. */
cs_status cs_treaty_schema(cs_text *out, cs_error *error);

/* What falls on a day. */
typedef struct cs_event {
  cs_date date;
  const char *rule;    /* identifier of the rule, or "term" */
  const char *what;    /* in words */
  const char *article; /* that the day comes from */
} cs_event;

/* Events in the order of their dates. */
typedef struct cs_calendar cs_calendar;

/* Everything that falls due from `from` to `to`, both included: the beginning and end of the term, limits
 * that begin to bind, exchanges, steps of elimination, and the years for which quotas are given. The
 * caller releases it with cs_calendar_free. CS_INVALID where `to` lies before `from`. */
cs_status cs_treaty_calendar(const cs_treaty *treaty, cs_date from, cs_date to, cs_calendar **out, cs_error *error);

size_t cs_calendar_count(const cs_calendar *calendar);
const cs_event *cs_calendar_at(const cs_calendar *calendar, size_t index);
void cs_calendar_free(cs_calendar *calendar);

/* Adds the calendar as a table in lines of at most `width` columns, or as a JSON array. */
cs_status cs_calendar_show(const cs_calendar *calendar, size_t width, cs_text *out, cs_error *error);
cs_status cs_calendar_json(const cs_calendar *calendar, cs_text *out, cs_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
