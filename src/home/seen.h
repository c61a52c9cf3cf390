/* Private to home/: what inspectors saw, from a CSV file. */
#ifndef CS_HOME_SEEN_H
#define CS_HOME_SEEN_H

#include "home/home.h"

/* One thing that was seen: an item with its identifier, or so many without. */
typedef struct cs_sighting {
  const char *identifier; /* NULL: it was not read */
  size_t cell;
  int64_t count;
} cs_sighting;

typedef struct cs_seen {
  cs_arena arena;
  cs_sighting *at;
  size_t count, capacity;
  bool identifiers; /* the file has a column for them */
  int64_t *counts;  /* by cell of the agreement */
  int64_t *unread;  /* of these, without an identifier */
  bool *mentioned;  /* the file has a row for it */
  json_t *by_name;  /* identifiers, each to its index */
} cs_seen;

/* Reads a file with the columns item, state, and identifier (a row for each) or count. CS_INVALID names what the agreement
 * does not define, and an identifier that stands twice. Release with cs_seen_free. */
cs_status cs_seen_read(const cs_treaty *treaty, const char *path, cs_seen *out, cs_error *error);
void cs_seen_free(cs_seen *seen);

#endif
