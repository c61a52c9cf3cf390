/* The peer: SQLite importing the same CSV file, and answering the same verdicts with one query. */
#ifndef SQLITE_PEER_H
#define SQLITE_PEER_H

#include "countersign/assess.h"

typedef struct sqlite3 sqlite3;

/* A verdict, of either side; the texts live for the time of the call. */
typedef struct verdict {
  const char *party, *rule;
  cs_date date;
  const char *word;
  bool has_value;
  int64_t value, limit, margin;
} verdict;
typedef void verdict_sink(const verdict *v, void *context);

typedef struct peer_options {
  const char *path; /* of the database; "" keeps it in memory */
  bool itemised;    /* the form of the record */
  bool keyed;       /* a primary key over what makes a row unique: a second such row is refused */
} peer_options;

/* Makes a database with the rules of `treaty` and imports the CSV file `record` in one transaction. */
sqlite3 *peer_import(const cs_treaty *treaty, const char *record, cs_date at, const peer_options *options);

/* Answers every verdict about limits and exchanges, in any order. */
void peer_query(sqlite3 *db, bool itemised, verdict_sink *sink, void *context);

void peer_close(sqlite3 *db);

#endif
