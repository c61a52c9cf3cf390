/* What a year of notifications takes to be folded into holdings and verdicts, beside SQLite aggregating the same events.
 *
 *   replay-bench DIRECTORY [EVENTS]
 *
 * DIRECTORY is for a home with a ledger; bench/run makes and removes one. */
#include <inttypes.h>
#include <malloc.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "home/home.h"
#include "moves.h"

enum { FACILITIES = 1000 };

static void must(cs_status status, const cs_error *error)
{
  if (status != CS_OK)
    bench_fail(error->what);
}

/* ---- Ours -------------------------------------------------------------------------------------------------------- */

static cs_replay *replay(const year *y)
{
  cs_date last = y->first + MOVES_DAYS;
  cs_replay_source source = move_source(y);
  cs_replay *out;
  cs_error error;
  must(cs_replay_run(y->treaty, &(cs_replay_options){last, last}, &source, &out, &error), &error);
  return out;
}

static void run_ours(void *context)
{
  cs_replay_free(replay(context));
}

/* ---- SQLite ------------------------------------------------------------------------------------------------------ */

typedef struct peer {
  const year *year;
  bool indexed;      /* by place, which the import pays for */
  sqlite3 *database; /* imported beforehand; NULL: not */
} peer;

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

static void bind_place(sqlite3_stmt *insert, int at, int32_t place)
{
  if (place == NO_PLACE)
    sqlite3_bind_null(insert, at);
  else
    sqlite3_bind_int(insert, at, place);
}

static void insert_row(sqlite3 *db, sqlite3_stmt *insert)
{
  check(db, sqlite3_step(insert) == SQLITE_DONE);
  sqlite3_reset(insert);
}

static sqlite3 *import(const year *y, bool indexed)
{
  sqlite3 *db;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK)
    bench_fail("the database cannot be opened");
  execute(db, "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-400000;"
              "CREATE TABLE declared(place INTEGER PRIMARY KEY, number INTEGER NOT NULL);"
              "CREATE TABLE event(date INTEGER NOT NULL, received INTEGER NOT NULL, origin INTEGER, target INTEGER, "
              "number INTEGER NOT NULL); BEGIN");
  sqlite3_stmt *insert = prepare(db, "INSERT INTO declared VALUES (?, ?)");
  for (int32_t i = 0; i < (int32_t)y->facilities * MOVES_CELLS; i++) {
    sqlite3_bind_int(insert, 1, i);
    sqlite3_bind_int64(insert, 2, move_baseline(i));
    insert_row(db, insert);
  }
  sqlite3_finalize(insert);
  insert = prepare(db, "INSERT INTO event VALUES (?, ?, ?, ?, ?)");
  for (size_t i = 0; i < y->events; i++) {
    move m = move_of(y, i);
    sqlite3_bind_int(insert, 1, m.date);
    sqlite3_bind_int(insert, 2, m.received);
    bind_place(insert, 3, m.from);
    bind_place(insert, 4, m.to);
    sqlite3_bind_int(insert, 5, m.count);
    insert_row(db, insert);
  }
  sqlite3_finalize(insert);
  if (indexed)
    execute(db, "CREATE INDEX origins ON event(origin, number); CREATE INDEX targets ON event(target, number)");
  execute(db, "COMMIT");
  return db;
}

/* What there is at the end, which is the least that could be asked. Sums of either side first: where there are indices, they
 * are in order and nothing is sorted. */
static const char holdings_query[] =
  "SELECT place, SUM(number) FROM (SELECT place, number FROM declared"
  "  UNION ALL SELECT * FROM (SELECT origin, -SUM(number) FROM event WHERE origin IS NOT NULL GROUP BY origin)"
  "  UNION ALL SELECT * FROM (SELECT target, SUM(number) FROM event WHERE target IS NOT NULL GROUP BY target)) "
  "GROUP BY place";

/* The same with the verdicts: days on which more left a place than was there (1), and notifications that came late (2). */
static const char verdicts_query[] =
  "WITH daily AS MATERIALIZED (SELECT place, date, SUM(number) AS number FROM ("
  "    SELECT origin AS place, date, -number AS number FROM event WHERE origin IS NOT NULL"
  "    UNION ALL SELECT target, date, number FROM event WHERE target IS NOT NULL) GROUP BY place, date),"
  " running AS MATERIALIZED (SELECT place, date, daily.number AS number, declared.number"
  "    + SUM(daily.number) OVER (PARTITION BY place ORDER BY date) AS held FROM daily JOIN declared USING (place)) "
  "SELECT 0, place, SUM(number) FROM (SELECT place, number FROM declared UNION ALL SELECT place, number FROM daily) "
  "  GROUP BY place "
  "UNION ALL SELECT 1, place, date FROM running WHERE number < 0 AND held < 0 "
  "UNION ALL SELECT 2, rowid, date FROM event WHERE received > date + 5";

/* Steps through a query and takes note of what it gives. */
static int64_t query(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = prepare(db, sql);
  int64_t sum = 0;
  int step;
  while ((step = sqlite3_step(statement)) == SQLITE_ROW)
    sum += sqlite3_column_int64(statement, 0) + sqlite3_column_int64(statement, 1);
  check(db, step == SQLITE_DONE);
  sqlite3_finalize(statement);
  return sum;
}

static void run_query(void *context, const char *sql)
{
  const peer *p = context;
  sqlite3 *db = p->database == NULL ? import(p->year, p->indexed) : p->database;
  query(db, sql);
  if (p->database == NULL)
    sqlite3_close(db);
}

static void run_holdings(void *context)
{
  run_query(context, holdings_query);
}

static void run_verdicts(void *context)
{
  run_query(context, verdicts_query);
}

/* ---- Both must say the same --------------------------------------------------------------------------------------- */

static int64_t count_rows(sqlite3 *db, const char *condition)
{
  char *sql = sqlite3_mprintf("SELECT COUNT(*) FROM (%s) WHERE %s", verdicts_query, condition);
  sqlite3_stmt *statement = prepare(db, sql);
  check(db, sqlite3_step(statement) == SQLITE_ROW);
  int64_t out = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_free(sql);
  return out;
}

static void verify(const year *y, sqlite3 *db)
{
  cs_replay *r = replay(y);
  cs_error error;
  size_t count, rows = 0, kinds[CS_REPLAYED_SEALED + 1] = {0};
  const cs_replayed *found = cs_replay_findings(r, &count);
  for (size_t i = 0; i < count; i++)
    kinds[found[i].kind]++;
  sqlite3_stmt *statement = prepare(db, holdings_query);
  for (; sqlite3_step(statement) == SQLITE_ROW; rows++) {
    int32_t place = sqlite3_column_int(statement, 0);
    char name[32];
    uint32_t facility;
    snprintf(name, sizeof name, "facility %d", place / MOVES_CELLS);
    must(cs_replay_facility(r, cs_slice_of(name), &facility, &error), &error);
    cs_held held = cs_replay_held(r, (cs_spot){facility, (uint32_t)(place % MOVES_CELLS)});
    if (held.number != sqlite3_column_int64(statement, 1))
      bench_fail("the two sides do not give the same holdings");
  }
  sqlite3_finalize(statement);
  if (rows != y->facilities * MOVES_CELLS || (int64_t)kinds[CS_REPLAYED_SHORT] != count_rows(db, "\"0\" = 1") ||
      (int64_t)kinds[CS_REPLAYED_LATE] != count_rows(db, "\"0\" = 2"))
    bench_fail("the two sides do not give the same verdicts");
  printf("  %zu numbers, %zu late notifications, %zu days on which more left than was there: the same on both sides\n",
         rows, kinds[CS_REPLAYED_LATE], kinds[CS_REPLAYED_SHORT]);
  cs_replay_free(r);
}

static void compare(year *y)
{
  move *moves = malloc(y->events * sizeof *moves);
  if (moves == NULL)
    bench_fail("out of memory");
  for (size_t i = 0; i < y->events; i++)
    moves[i] = move_of(y, i);
  y->moves = moves;
  year quarterly = *y;
  quarterly.quarterly = true;
  peer whole = {y, false, NULL}, whole_indexed = {y, true, NULL};
  peer imported = {y, false, import(y, false)}, indexed = {y, true, import(y, true)};
  double rows = (double)y->events;
  bench_case cases[] = {
    {"ours, holdings and verdicts", run_ours, y, rows, 0},
    {"SQLite, indexed, query of holdings", run_holdings, &indexed, rows, 0},
    {"SQLite, query of holdings", run_holdings, &imported, rows, 0},
    {"SQLite, query with verdicts", run_verdicts, &imported, rows, 0},
    {"SQLite, import, query of holdings", run_holdings, &whole, rows, 0},
    {"SQLite, import, index, query of holdings", run_holdings, &whole_indexed, rows, 0},
    {"ours, declared every quarter", run_ours, &quarterly, rows, 0},
  };
  printf("\n%zu notifications over %zu facilities\n", y->events, y->facilities);
  bench_head();
  bench_run(cases, CS_COUNT_OF(cases));
  bench_ratios(cases, CS_COUNT_OF(cases));
  verify(y, imported.database);
  sqlite3_close(imported.database);
  sqlite3_close(indexed.database);
  free(moves);
  y->moves = NULL;
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

static void nothing(void *context)
{
  (void)context;
}

static void print_memory(year y, size_t events, size_t facilities, double base, bool peers)
{
  peer whole = {&y, false, NULL};
  y.events = events;
  y.facilities = facilities;
  printf("%10zu events  %6zu facilities  ours %7.1f MB", events, facilities,
         (bench_memory(run_ours, &y) - base) * 1e-6);
  if (peers)
    printf("  SQLite %7.1f MB", (bench_memory(run_holdings, &whole) - base) * 1e-6);
  printf("\n");
}

/* ---- From a ledger ----------------------------------------------------------------------------------------------- */

typedef struct ledger {
  const year *year;
  char home[512];
} ledger;

static void add_statement(const year *y, size_t index, cs_text *out)
{
  static const char *const names[MOVES_CELLS][2] = {{"icbm", "deployed"},    {"icbm", "non-deployed"},
                                                    {"slbm", "deployed"},    {"slbm", "non-deployed"},
                                                    {"warhead", "deployed"}, {"warhead", "stored"}};
  move m = move_of(y, index);
  char date[CS_DATE_TEXT], time[CS_TIME_TEXT];
  int32_t any = m.from != NO_PLACE ? m.from : m.to;
  cs_text_add(out,
              "{\"kind\":\"notify\",\"agreement\":\"new-start\",\"party\":\"US\",\"time\":\"%s\",\"notification\":"
              "\"change-in-data\",\"date\":\"%s\",\"item\":\"%s\",\"count\":%d",
              cs_time_format((int64_t)m.received * 86400, time), cs_date_format(m.date, date), names[any % 4][0],
              (int)m.count);
  if (m.from != NO_PLACE)
    cs_text_add(out, ",\"state\":\"%s\",\"facility\":\"facility %d\"", names[m.from % 4][1], m.from / MOVES_CELLS);
  if (m.to != NO_PLACE)
    cs_text_add(out, ",\"to-state\":\"%s\",\"to-facility\":\"facility %d\"", names[m.to % 4][1], m.to / MOVES_CELLS);
  cs_text_add(out, "}");
}

static void append(const year *y, cs_log *log)
{
  enum { BATCH = 4096 };
  for (size_t first = 0; first < y->events; first += BATCH) {
    cs_text texts[BATCH] = {0};
    cs_slice slices[BATCH];
    size_t count = 0;
    uint64_t index;
    cs_error error;
    for (; count < BATCH && first + count < y->events; count++) {
      add_statement(y, first + count, &texts[count]);
      slices[count] = (cs_slice){texts[count].at, texts[count].length};
    }
    must(cs_log_append(log, slices, count, &index, &error), &error);
    for (size_t i = 0; i < count; i++)
      cs_text_free(&texts[i]);
  }
}

static void run_ledger(void *context)
{
  cs_home *home;
  cs_holdings *holdings;
  cs_assessment *assessment;
  cs_error error;
  must(cs_home_open(((const ledger *)context)->home, CS_STORE_READ, &home, &error), &error);
  must(cs_home_holdings(home, INT32_MAX, &holdings, &error), &error);
  must(cs_assess(home->treaty, holdings, &(cs_assess_options){.at = 20000, .party = "US"}, &assessment, &error),
       &error);
  cs_assessment_free(assessment);
  cs_holdings_free(holdings);
  cs_home_close(home);
}

static void make_ledger(void *context)
{
  const ledger *l = context;
  char words[] = "correct horse battery staple";
  cs_passphrase passphrase = {words, strlen(words)};
  cs_home *home;
  cs_error error;
  must(cs_home_create(l->home, "treaties/new-start.yaml", "US", NULL, &passphrase, 1296864000, &error), &error);
  must(cs_home_open(l->home, CS_STORE_WRITE, &home, &error), &error);
  must(cs_home_unlock(home, &passphrase, &error), &error);
  append(l->year, home->log);
  cs_home_close(home);
}

int main(int count, char **arguments)
{
  if (count < 2)
    bench_fail("usage: replay-bench DIRECTORY [EVENTS]");
  size_t events = count > 2 ? (size_t)strtoull(arguments[2], NULL, 10) : 1000000;
  mallopt(M_MMAP_THRESHOLD, 128 * 1024); /* large blocks come from the system each time, as in a fresh process */
  year y = {.treaty = move_treaty(), .events = events, .facilities = FACILITIES};
  y.first = cs_treaty_start(y.treaty);
  printf("Peak memory, beyond that of a process that does nothing; events are made as they are read\n");
  double base = bench_memory(nothing, NULL);
  print_memory(y, events / 10, FACILITIES, base, true);
  print_memory(y, events, FACILITIES, base, true);
  print_memory(y, 10 * events, FACILITIES, base, false);
  print_memory(y, events, 10 * FACILITIES, base, false);
  year tenth = y;
  tenth.events = events / 10;
  ledger l = {.year = &tenth};
  snprintf(l.home, sizeof l.home, "%s/home", arguments[1]);
  bench_memory(make_ledger, &l);
  printf("%10zu statements in a ledger       ours %7.1f MB\n", tenth.events,
         (bench_memory(run_ledger, &l) - base) * 1e-6);
  compare(&y);
  printf("\nFrom the statements of a ledger to verdicts\n");
  bench_run(&(bench_case){"ours, ledger to verdicts", run_ledger, &l, (double)tenth.events, 0}, 1);
  cs_treaty_free(y.treaty);
  return 0;
}
