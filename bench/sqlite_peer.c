#include "sqlite_peer.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "treaty/treaty.h"

static const char rules_schema[] = "CREATE TABLE party(party TEXT NOT NULL);"
                                   "CREATE TABLE weight(item TEXT, state TEXT, total INTEGER, weight INTEGER);"
                                   "CREATE TABLE bound(rule TEXT, total INTEGER, at_most INTEGER, first INTEGER);"
                                   "CREATE TABLE exchange(rule TEXT, date INTEGER, due INTEGER);";

/* A key in the order of the record, so that each row is appended and the query groups without sorting. */
#define HOLDING                                                                                                        \
  "CREATE TABLE holding(date INTEGER NOT NULL, party TEXT NOT NULL, item TEXT NOT NULL, type TEXT NOT NULL, "          \
  "facility TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL"
#define DECLARED                                                                                                       \
  "CREATE TABLE declared(date INTEGER NOT NULL, party TEXT NOT NULL, total0 INTEGER, total1 INTEGER, total2 INTEGER"

static const char *const record_schema[2][2] = {
  {DECLARED ");", DECLARED ", PRIMARY KEY (date, party)) WITHOUT ROWID;"},
  {HOLDING ");", HOLDING ", PRIMARY KEY (date, party, item, state, type, facility)) WITHOUT ROWID;"},
};

/* Totals of the holdings, by the counting rules; the record declares a number for every item and state. */
#define TOTALS                                                                                                         \
  "WITH cell AS MATERIALIZED (SELECT date, party, item, state, SUM(count) AS number FROM holding "                     \
  "  GROUP BY date, party, item, state), "                                                                             \
  "declared AS MATERIALIZED (SELECT date, party, SUM(CASE total WHEN 0 THEN weight * number END) AS total0, "          \
  "  SUM(CASE total WHEN 1 THEN weight * number END) AS total1, SUM(CASE total WHEN 2 THEN weight * number END) "      \
  "  AS total2 FROM cell JOIN weight USING (item, state) GROUP BY date, party) "

#define VALUE "CASE total WHEN 0 THEN total0 WHEN 1 THEN total1 ELSE total2 END"
#define VERDICTS                                                                                                       \
  "SELECT party, rule, date, CASE WHEN date < first THEN 'not yet binding' WHEN value IS NULL THEN 'unknown' "         \
  "  WHEN value <= at_most THEN 'met' ELSE 'violated' END, value, at_most, at_most - value "                           \
  "FROM (SELECT *, " VALUE " AS value FROM declared CROSS JOIN bound) "                                                \
  "UNION ALL "                                                                                                         \
  "SELECT party, rule, date, CASE WHEN date < first THEN 'not yet binding' ELSE 'unknown' END, NULL, at_most, NULL "   \
  "FROM (SELECT party, exchange.date, bound.rule, first, at_most FROM exchange, party, bound) AS due "                 \
  "WHERE NOT EXISTS (SELECT 1 FROM declared WHERE declared.date = due.date AND declared.party = due.party) "           \
  "UNION ALL "                                                                                                         \
  "SELECT party.party, rule, exchange.date, CASE WHEN declared.date IS NULL THEN 'missing' ELSE 'met' END, "           \
  "  NULL, NULL, NULL "                                                                                                \
  "FROM exchange CROSS JOIN party LEFT JOIN declared ON declared.date = exchange.date AND declared.party = party.party"

static const char *const queries[2] = {VERDICTS, TOTALS VERDICTS};

static void check(sqlite3 *db, bool ok)
{
  if (!ok)
    bench_fail(sqlite3_errmsg(db));
}

static void execute(sqlite3 *db, const char *sql)
{
  check(db, sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  check(db, sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
  return statement;
}

/* ---- The rules --------------------------------------------------------------------------- */

static void add_weights(sqlite3 *db, const cs_treaty *treaty)
{
  for (size_t c = 0; c < treaty->counts.count; c++)
    for (size_t i = 0; i < treaty->items.count; i++)
      for (size_t k = 0; k < treaty->items.at[i].states.count; k++) {
        const cs_item *item = &treaty->items.at[i];
        int64_t weight = treaty->counts.at[c].weights[item->cell + k];
        char *sql = sqlite3_mprintf("INSERT INTO weight VALUES (%Q, %Q, %d, %lld)", item->rule.id,
                                    item->states.at[k].rule.id, (int)c, (long long)weight);
        if (weight != 0)
          execute(db, sql);
        sqlite3_free(sql);
      }
}

static void add_exchanges(sqlite3 *db, const cs_treaty *treaty, cs_date at)
{
  cs_exchange_date *dates = NULL;
  size_t count = 0;
  cs_error error;
  if (cs_treaty_exchange_dates(treaty, at, at, &dates, &count, &error) != CS_OK)
    bench_fail(error.what);
  sqlite3_stmt *insert = prepare(db, "INSERT INTO exchange VALUES (?, ?, ?)");
  for (size_t i = 0; i < count; i++) {
    if (dates[i].due >= at)
      continue;
    sqlite3_bind_text(insert, 1, treaty->exchanges.at[dates[i].exchange].rule.id, -1, SQLITE_STATIC);
    sqlite3_bind_int(insert, 2, dates[i].as_of);
    sqlite3_bind_int(insert, 3, dates[i].due);
    check(db, sqlite3_step(insert) == SQLITE_DONE);
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  free(dates);
}

static void add_rules(sqlite3 *db, const cs_treaty *treaty, cs_date at)
{
  execute(db, rules_schema);
  for (size_t i = 0; i < treaty->parties.count; i++) {
    char *sql = sqlite3_mprintf("INSERT INTO party VALUES (%Q)", treaty->parties.at[i].rule.id);
    execute(db, sql);
    sqlite3_free(sql);
  }
  for (size_t i = 0; i < treaty->limits.count; i++) {
    const cs_limit *limit = &treaty->limits.at[i];
    char *sql = sqlite3_mprintf("INSERT INTO bound VALUES (%Q, %d, %lld, %d)", limit->rule.id, (int)limit->count.index,
                                (long long)limit->at_most.at[0].number, (int)cs_moment_date(treaty, &limit->from));
    execute(db, sql);
    sqlite3_free(sql);
  }
  add_weights(db, treaty);
  add_exchanges(db, treaty, at);
}

/* ---- The record -------------------------------------------------------------------------- */

static void bind_field(sqlite3_stmt *insert, size_t field, cs_slice text, bool number)
{
  int64_t value;
  int at = (int)field + 1;
  if (field == 0) {
    cs_date date = CS_DATE_NONE;
    cs_date_parse(text.at, text.length, &date);
    sqlite3_bind_int(insert, at, date);
  } else if (!number) {
    sqlite3_bind_text(insert, at, text.at, (int)text.length, SQLITE_STATIC);
  } else if (cs_number_parse(text, &value, NULL)) {
    sqlite3_bind_int64(insert, at, value);
  } else {
    sqlite3_bind_null(insert, at);
  }
}

/* Splits the file with the reader of this project, which is faster than SQLite's own. */
static void import_rows(sqlite3 *db, const char *record, bool itemised)
{
  cs_file file;
  cs_error error;
  if (cs_file_read(record, CS_HOLDINGS_BYTES, &file, &error) != CS_OK)
    bench_fail(error.what);
  sqlite3_stmt *insert = prepare(db, itemised ? "INSERT INTO holding VALUES (?, ?, ?, ?, ?, ?, ?)"
                                              : "INSERT INTO declared VALUES (?, ?, ?, ?, ?)");
  cs_csv csv = cs_csv_open(&file);
  size_t first_number = itemised ? 6 : 2;
  execute(db, "BEGIN");
  cs_csv_next(&csv, &error); /* the header */
  while (cs_csv_next(&csv, &error) == 1) {
    for (size_t i = 0; i < csv.count; i++)
      bind_field(insert, i, csv.fields[i].raw, i >= first_number);
    check(db, sqlite3_step(insert) == SQLITE_DONE);
    sqlite3_reset(insert);
  }
  execute(db, "COMMIT");
  sqlite3_finalize(insert);
  cs_file_free(&file);
}

sqlite3 *peer_import(const cs_treaty *treaty, const char *record, cs_date at, const peer_options *options)
{
  sqlite3 *db = NULL;
  const char *path = options->path[0] == '\0' ? ":memory:" : options->path;
  if (options->path[0] != '\0')
    unlink(path);
  if (sqlite3_open(path, &db) != SQLITE_OK)
    bench_fail("the database cannot be opened");
  execute(db,
          "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA temp_store=MEMORY; PRAGMA locking_mode=EXCLUSIVE");
  add_rules(db, treaty, at);
  execute(db, record_schema[options->itemised][options->keyed]);
  import_rows(db, record, options->itemised);
  return db;
}

void peer_query(sqlite3 *db, bool itemised, verdict_sink *sink, void *context)
{
  sqlite3_stmt *query = prepare(db, queries[itemised]);
  int step;
  while ((step = sqlite3_step(query)) == SQLITE_ROW) {
    verdict v = {
      .party = (const char *)sqlite3_column_text(query, 0),
      .rule = (const char *)sqlite3_column_text(query, 1),
      .date = sqlite3_column_int(query, 2),
      .word = (const char *)sqlite3_column_text(query, 3),
      .has_value = sqlite3_column_type(query, 4) != SQLITE_NULL,
      .value = sqlite3_column_int64(query, 4),
      .limit = sqlite3_column_int64(query, 5),
      .margin = sqlite3_column_int64(query, 6),
    };
    sink(&v, context);
  }
  check(db, step == SQLITE_DONE);
  sqlite3_finalize(query);
}

void peer_close(sqlite3 *db)
{
  sqlite3_close(db);
}
