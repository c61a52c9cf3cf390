/* SQLite behind the store's interface. */
#include "store/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { APPLICATION = 0x43535447, VERSION = 1, WAIT_MS = 5000 }; /* "CSTG" */

static const char SCHEMA[] =
  "CREATE TABLE setting(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE ledger(id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE);"
  "CREATE TABLE entry(place INTEGER PRIMARY KEY, hash BLOB NOT NULL, bytes BLOB NOT NULL);"
  "CREATE TABLE tile(ledger INTEGER, level INTEGER, n INTEGER, bytes BLOB NOT NULL, PRIMARY KEY(ledger, level, n)) WITHOUT ROWID;"
  "CREATE TABLE note(ledger INTEGER, kind TEXT, name TEXT, bytes BLOB NOT NULL, PRIMARY KEY(ledger, kind, name)) WITHOUT ROWID;"
  "CREATE TABLE evidence(id INTEGER PRIMARY KEY, kind TEXT NOT NULL, bytes BLOB NOT NULL UNIQUE);";

/* Statements are prepared once, on first use. */
typedef enum statement {
  SET,
  GET,
  EACH_SETTING,
  ADD_LEDGER,
  FIND_LEDGER,
  PUT_ENTRY,
  GET_ENTRIES,
  LAST_ENTRY,
  CUT_ENTRIES,
  CUT_TILES,
  PUT_TILE,
  GET_TILE,
  COUNT_TILES,
  PUT_NOTE,
  GET_NOTE,
  EACH_NOTE,
  PUT_EVIDENCE,
  EACH_EVIDENCE,
  DATA_VERSION,
  STATEMENTS
} statement;

static const char *const sql[STATEMENTS] = {
  [SET] = "INSERT INTO setting VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
  [GET] = "SELECT value FROM setting WHERE name = ?1",
  [EACH_SETTING] = "SELECT name, value FROM setting WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name",
  [ADD_LEDGER] = "INSERT OR IGNORE INTO ledger(origin) VALUES(?1)",
  [FIND_LEDGER] = "SELECT id FROM ledger WHERE origin = ?1",
  [PUT_ENTRY] = "INSERT INTO entry VALUES(?1, ?2, ?3)",
  [GET_ENTRIES] = "SELECT place, bytes, hash FROM entry WHERE place >= ?1 AND place < ?2 ORDER BY place",
  [LAST_ENTRY] = "SELECT max(place) FROM entry WHERE place >= ?1 AND place < ?2",
  [CUT_ENTRIES] = "DELETE FROM entry WHERE place >= ?1 AND place < ?2",
  [CUT_TILES] = "DELETE FROM tile WHERE ledger = ?1 AND n >= ?2 >> 8 * (level + 1)",
  [PUT_TILE] = "INSERT INTO tile VALUES(?1, ?2, ?3, ?4)",
  [GET_TILE] = "SELECT bytes FROM tile WHERE ledger = ?1 AND level = ?2 AND n = ?3",
  [COUNT_TILES] = "SELECT count(*) FROM tile WHERE ledger = ?1 AND level = ?2",
  [PUT_NOTE] = "INSERT INTO note VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET bytes = excluded.bytes",
  [GET_NOTE] = "SELECT bytes FROM note WHERE ledger = ?1 AND kind = ?2 AND name = ?3",
  [EACH_NOTE] = "SELECT name, bytes FROM note WHERE ledger = ?1 AND kind = ?2 ORDER BY name",
  [PUT_EVIDENCE] = "INSERT OR IGNORE INTO evidence(kind, bytes) VALUES(?1, ?2)",
  [EACH_EVIDENCE] = "SELECT kind, bytes FROM evidence ORDER BY id",
  [DATA_VERSION] = "PRAGMA data_version",
};

struct cs_store {
  char *path;
  sqlite3 *db;
  sqlite3_stmt *prepared[STATEMENTS];
};

/* An entry's place: 2^40 entries for each of 2^22 ledgers. */
enum { LEDGER_SHIFT = 40 };

static int64_t place_of(int64_t ledger, uint64_t index)
{
  return (int64_t)((uint64_t)ledger << LEDGER_SHIFT | index);
}

/* ---- Errors and statements ----------------------------------------------------------------------------------- */

#define FULL_DISK "the disk is full; nothing of this was recorded"
#define READ_ONLY "the store cannot be written; expected to be allowed to write it and its folder"

static cs_status fail_sqlite(const cs_store *store, int code, cs_error *error)
{
  const char *file = store->path;
  switch (code & 0xff) {
  case SQLITE_NOMEM:
    return cs_fail_memory(error);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    cs_fail(error, CS_SYSTEM, file, (cs_mark){0},
            "the store is locked by another process; expected to be the only one that writes");
    cs_hint(error, "is a countersign serve or sync running here?");
    return CS_SYSTEM;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return cs_fail(error, CS_INVALID, file, (cs_mark){0}, "this is no store, or a damaged one: %s",
                   sqlite3_errmsg(store->db));
  case SQLITE_READONLY:
    return cs_fail(error, CS_SYSTEM, file, (cs_mark){0}, READ_ONLY);
  case SQLITE_FULL:
    return cs_fail(error, CS_SYSTEM, file, (cs_mark){0}, FULL_DISK);
  default:
    if (store->db != NULL && sqlite3_system_errno(store->db) == ENOSPC)
      return cs_fail(error, CS_SYSTEM, file, (cs_mark){0}, FULL_DISK);
    if ((code & 0xff) == SQLITE_CANTOPEN && access(file, F_OK) == 0)
      return cs_fail(error, CS_SYSTEM, file, (cs_mark){0}, READ_ONLY);
    return cs_fail(error, CS_SYSTEM, file, (cs_mark){0}, "the store failed: %s", sqlite3_errmsg(store->db));
  }
}

/* A prepared statement, ready to bind; NULL with `error` filled. */
static sqlite3_stmt *prepare(cs_store *store, statement which, cs_error *error)
{
  sqlite3_stmt **slot = &store->prepared[which];
  int code =
    *slot != NULL ? SQLITE_OK : sqlite3_prepare_v3(store->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
  if (code == SQLITE_OK)
    return *slot;
  fail_sqlite(store, code, error);
  return NULL;
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
  sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

/* A blob, of no length where it is empty (SQLite makes NULL of a NULL pointer). */
static void bind_bytes(sqlite3_stmt *s, int at, cs_slice bytes)
{
  sqlite3_bind_blob64(s, at, bytes.length == 0 ? "" : bytes.at, bytes.length, SQLITE_STATIC);
}

static cs_slice column_bytes(sqlite3_stmt *s, int at)
{
  const char *bytes = sqlite3_column_blob(s, at);
  return (cs_slice){bytes == NULL ? "" : bytes, (size_t)sqlite3_column_bytes(s, at)};
}

/* Runs a bound statement that gives no rows. */
static cs_status run(cs_store *store, sqlite3_stmt *s, cs_error *error)
{
  int code = sqlite3_step(s);
  cs_status status = code == SQLITE_DONE ? CS_OK : fail_sqlite(store, code, error);
  sqlite3_reset(s);
  return status;
}

/* Runs a bound statement that gives one blob or none. */
static cs_status run_bytes(cs_store *store, sqlite3_stmt *s, cs_text *out, bool *found, cs_error *error)
{
  int code = sqlite3_step(s);
  *found = code == SQLITE_ROW;
  if (*found) {
    cs_slice bytes = column_bytes(s, 0);
    cs_text_put(out, bytes.at, bytes.length);
  }
  cs_status status = *found || code == SQLITE_DONE ? CS_OK : fail_sqlite(store, code, error);
  sqlite3_reset(s);
  return status == CS_OK && out->failed ? cs_fail_memory(error) : status;
}

/* Runs a bound statement that gives rows of a name and a blob. */
static cs_status run_each(cs_store *store, sqlite3_stmt *s, cs_store_note each, void *context, cs_error *error)
{
  cs_status status = CS_OK;
  int code;
  while (status == CS_OK && (code = sqlite3_step(s)) != SQLITE_DONE) {
    if (code != SQLITE_ROW)
      status = fail_sqlite(store, code, error);
    else
      status = each(context, (const char *)sqlite3_column_text(s, 0), column_bytes(s, 1), error);
  }
  sqlite3_reset(s);
  return status;
}

static cs_status run_number(cs_store *store, sqlite3_stmt *s, int64_t *out, bool *found, cs_error *error)
{
  int code = sqlite3_step(s);
  *found = code == SQLITE_ROW && sqlite3_column_type(s, 0) != SQLITE_NULL;
  *out = *found ? sqlite3_column_int64(s, 0) : 0;
  cs_status status = code == SQLITE_ROW || code == SQLITE_DONE ? CS_OK : fail_sqlite(store, code, error);
  sqlite3_reset(s);
  return status;
}

static cs_status execute(cs_store *store, const char *text, cs_error *error)
{
  int code = sqlite3_exec(store->db, text, NULL, NULL, NULL);
  return code == SQLITE_OK ? CS_OK : fail_sqlite(store, code, error);
}

/* ---- Opening ------------------------------------------------------------------------------------------------- */

static cs_status read_pragma(cs_store *store, const char *text, int64_t *out, cs_error *error)
{
  sqlite3_stmt *s;
  bool found;
  int code = sqlite3_prepare_v2(store->db, text, -1, &s, NULL);
  if (code != SQLITE_OK)
    return fail_sqlite(store, code, error);
  cs_status status = run_number(store, s, out, &found, error);
  sqlite3_finalize(s);
  return status;
}

static cs_status create(cs_store *store, cs_error *error)
{
  char head[128];
  snprintf(head, sizeof head, "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION, VERSION);
  cs_status status = execute(store, "BEGIN IMMEDIATE", error);
  if (status == CS_OK)
    status = execute(store, head, error);
  if (status == CS_OK)
    status = execute(store, SCHEMA, error);
  return status == CS_OK ? execute(store, "COMMIT", error) : status;
}

static cs_status check_kind(cs_store *store, cs_error *error)
{
  int64_t application = 0, version = 0;
  cs_status status = read_pragma(store, "PRAGMA application_id", &application, error);
  if (status == CS_OK)
    status = read_pragma(store, "PRAGMA user_version", &version, error);
  if (status != CS_OK)
    return status;
  if (application != APPLICATION)
    return cs_fail(error, CS_INVALID, store->path, (cs_mark){0},
                   "this is another program's database; expected a store of countersign");
  if (version != VERSION)
    return cs_fail(error, CS_INVALID, store->path, (cs_mark){0}, "this store has version %lld; expected %d",
                   (long long)version, VERSION);
  return CS_OK;
}

/* On a file system that nobody writes, SQLite needs to be told so: it cannot make the files beside the store that readers
 * share with writers. */
static int open_file(cs_store *store, int flags)
{
  struct statvfs disk;
  cs_text uri = {0};
  if ((flags & SQLITE_OPEN_READONLY) == 0 || statvfs(store->path, &disk) != 0 || (disk.f_flag & ST_RDONLY) == 0)
    return sqlite3_open_v2(store->path, &store->db, flags, NULL);
  cs_text_add(&uri, "file:");
  for (const char *at = store->path; *at != '\0'; at++)
    cs_text_add(&uri, strchr("%?#", *at) != NULL ? "%%%02X" : "%c", (unsigned char)*at);
  cs_text_add(&uri, "?immutable=1");
  int code = uri.failed ? SQLITE_NOMEM : sqlite3_open_v2(uri.at, &store->db, flags | SQLITE_OPEN_URI, NULL);
  cs_text_free(&uri);
  return code;
}

static cs_status open_database(cs_store *store, cs_store_mode mode, cs_error *error)
{
  static const int flags[] = {
    [CS_STORE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
    [CS_STORE_WRITE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
    [CS_STORE_READ] = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
  };
  struct stat info;
  if (mode == CS_STORE_CREATE && stat(store->path, &info) == 0)
    return cs_fail(error, CS_INVALID, store->path, (cs_mark){0}, "the file exists; expected a place for a new store");
  int code = open_file(store, flags[mode]);
  if (code != SQLITE_OK)
    return fail_sqlite(store, code, error);
  sqlite3_busy_timeout(store->db, WAIT_MS);
  cs_status status = CS_OK;
  if (mode != CS_STORE_READ)
    status = execute(store,
                     "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     "PRAGMA trusted_schema = OFF",
                     error);
  if (status == CS_OK)
    status = mode == CS_STORE_CREATE ? create(store, error) : check_kind(store, error);
  return status;
}

/* Removes what a store that could not be made has left. */
static void remove_store(const char *path)
{
  static const char *const ends[] = {"-wal", "-shm", ""};
  for (size_t i = 0; i < CS_COUNT_OF(ends); i++) {
    cs_text name = {0};
    cs_text_add(&name, "%s%s", path, ends[i]);
    if (!name.failed)
      unlink(name.at);
    cs_text_free(&name);
  }
}

cs_status cs_store_open(const char *path, cs_store_mode mode, cs_store **out, cs_error *error)
{
  *out = NULL;
  cs_store *store = calloc(1, sizeof *store);
  if (store == NULL || (store->path = strdup(path)) == NULL) {
    free(store);
    return cs_fail_memory(error);
  }
  struct stat info;
  bool is_new = mode == CS_STORE_CREATE && stat(path, &info) != 0;
  cs_status status = open_database(store, mode, error);
  if (status == CS_OK)
    *out = store;
  else
    cs_store_close(store);
  if (status != CS_OK && is_new)
    remove_store(path);
  return status;
}

void cs_store_close(cs_store *store)
{
  if (store == NULL)
    return;
  for (size_t i = 0; i < STATEMENTS; i++)
    sqlite3_finalize(store->prepared[i]);
  sqlite3_close(store->db);
  free(store->path);
  free(store);
}

/* ---- Transactions -------------------------------------------------------------------------------------------- */

cs_status cs_store_begin(cs_store *store, cs_error *error)
{
  return execute(store, "BEGIN IMMEDIATE", error);
}

cs_status cs_store_commit(cs_store *store, cs_error *error)
{
  return execute(store, "COMMIT", error);
}

void cs_store_rollback(cs_store *store)
{
  if (sqlite3_get_autocommit(store->db) == 0)
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

cs_status cs_store_version(cs_store *store, int64_t *out, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, DATA_VERSION, error);
  bool found;
  return s == NULL ? error->status : run_number(store, s, out, &found, error);
}

/* ---- Records ------------------------------------------------------------------------------------------------- */

cs_status cs_store_set(cs_store *store, const char *name, cs_slice value, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, SET, error);
  if (s == NULL)
    return error->status;
  bind_text(s, 1, name);
  bind_bytes(s, 2, value);
  return run(store, s, error);
}

cs_status cs_store_get(cs_store *store, const char *name, cs_text *out, bool *found, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, GET, error);
  if (s == NULL)
    return error->status;
  bind_text(s, 1, name);
  return run_bytes(store, s, out, found, error);
}

cs_status cs_store_each(cs_store *store, const char *prefix, cs_store_setting each, void *context, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, EACH_SETTING, error);
  if (s == NULL)
    return error->status;
  bind_text(s, 1, prefix);
  return run_each(store, s, each, context, error);
}

cs_status cs_store_ledger(cs_store *store, const char *origin, int64_t *out, cs_error *error)
{
  static const statement steps[] = {FIND_LEDGER, ADD_LEDGER, FIND_LEDGER};
  bool found = false, fixed = sqlite3_db_readonly(store->db, "main") == 1;
  *out = 0; /* the ledger of nobody, in a store that cannot be written */
  for (size_t i = 0; i < (fixed ? 1 : CS_COUNT_OF(steps)) && !found; i++) {
    sqlite3_stmt *s = prepare(store, steps[i], error);
    if (s == NULL)
      return error->status;
    bind_text(s, 1, origin);
    cs_status status = steps[i] == ADD_LEDGER ? run(store, s, error) : run_number(store, s, out, &found, error);
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

cs_status cs_store_put_entry(cs_store *store, int64_t ledger, uint64_t index, cs_slice entry,
                             const unsigned char hash[CS_STORE_HASH], cs_error *error)
{
  sqlite3_stmt *s = prepare(store, PUT_ENTRY, error);
  if (s == NULL)
    return error->status;
  sqlite3_bind_int64(s, 1, place_of(ledger, index));
  bind_bytes(s, 2, (cs_slice){(const char *)hash, CS_STORE_HASH});
  bind_bytes(s, 3, entry);
  return run(store, s, error);
}

cs_status cs_store_entry_add(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  cs_text *out = context;
  (void)index;
  (void)hash;
  cs_text_put(out, entry.at, entry.length);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

cs_status cs_store_entries(cs_store *store, int64_t ledger, uint64_t first, uint64_t count, cs_store_entry each,
                           void *context, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, GET_ENTRIES, error);
  if (s == NULL)
    return error->status;
  int64_t base = place_of(ledger, 0), end = place_of(ledger + 1, 0);
  int64_t last = count > (uint64_t)(end - base) - first ? end : base + (int64_t)(first + count);
  sqlite3_bind_int64(s, 1, base + (int64_t)first);
  sqlite3_bind_int64(s, 2, last);
  cs_status status = CS_OK;
  int code;
  while (status == CS_OK && (code = sqlite3_step(s)) != SQLITE_DONE) {
    if (code != SQLITE_ROW)
      status = fail_sqlite(store, code, error);
    else
      status =
        each(context, (uint64_t)(sqlite3_column_int64(s, 0) - base), column_bytes(s, 1), column_bytes(s, 2), error);
  }
  sqlite3_reset(s);
  return status;
}

cs_status cs_store_entry_count(cs_store *store, int64_t ledger, uint64_t *out, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, LAST_ENTRY, error);
  int64_t last;
  bool found;
  if (s == NULL)
    return error->status;
  sqlite3_bind_int64(s, 1, place_of(ledger, 0));
  sqlite3_bind_int64(s, 2, place_of(ledger + 1, 0));
  cs_status status = run_number(store, s, &last, &found, error);
  *out = found ? (uint64_t)(last - place_of(ledger, 0)) + 1 : 0;
  return status;
}

cs_status cs_store_cut(cs_store *store, int64_t ledger, uint64_t size, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, CUT_ENTRIES, error);
  if (s == NULL)
    return error->status;
  sqlite3_bind_int64(s, 1, place_of(ledger, size));
  sqlite3_bind_int64(s, 2, place_of(ledger + 1, 0));
  cs_status status = run(store, s, error);
  s = status == CS_OK ? prepare(store, CUT_TILES, error) : NULL;
  if (s == NULL)
    return error->status;
  sqlite3_bind_int64(s, 1, ledger);
  sqlite3_bind_int64(s, 2, (int64_t)size);
  return run(store, s, error);
}

static void bind_tile(sqlite3_stmt *s, int64_t ledger, unsigned level, uint64_t index)
{
  sqlite3_bind_int64(s, 1, ledger);
  sqlite3_bind_int64(s, 2, level);
  sqlite3_bind_int64(s, 3, (int64_t)index);
}

cs_status cs_store_put_tile(cs_store *store, int64_t ledger, unsigned level, uint64_t index, cs_slice bytes,
                            cs_error *error)
{
  sqlite3_stmt *s = prepare(store, PUT_TILE, error);
  if (s == NULL)
    return error->status;
  bind_tile(s, ledger, level, index);
  bind_bytes(s, 4, bytes);
  return run(store, s, error);
}

cs_status cs_store_get_tile(cs_store *store, int64_t ledger, unsigned level, uint64_t index, cs_text *out, bool *found,
                            cs_error *error)
{
  sqlite3_stmt *s = prepare(store, GET_TILE, error);
  if (s == NULL)
    return error->status;
  bind_tile(s, ledger, level, index);
  return run_bytes(store, s, out, found, error);
}

cs_status cs_store_tile_count(cs_store *store, int64_t ledger, unsigned level, uint64_t *out, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, COUNT_TILES, error);
  int64_t count;
  bool found;
  if (s == NULL)
    return error->status;
  sqlite3_bind_int64(s, 1, ledger);
  sqlite3_bind_int64(s, 2, level);
  cs_status status = run_number(store, s, &count, &found, error);
  *out = (uint64_t)count;
  return status;
}

static void bind_note(sqlite3_stmt *s, int64_t ledger, const char *kind)
{
  sqlite3_bind_int64(s, 1, ledger);
  bind_text(s, 2, kind);
}

cs_status cs_store_put_note(cs_store *store, int64_t ledger, const char *kind, const char *name, cs_slice bytes,
                            cs_error *error)
{
  sqlite3_stmt *s = prepare(store, PUT_NOTE, error);
  if (s == NULL)
    return error->status;
  bind_note(s, ledger, kind);
  bind_text(s, 3, name);
  bind_bytes(s, 4, bytes);
  return run(store, s, error);
}

cs_status cs_store_get_note(cs_store *store, int64_t ledger, const char *kind, const char *name, cs_text *out,
                            bool *found, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, GET_NOTE, error);
  if (s == NULL)
    return error->status;
  bind_note(s, ledger, kind);
  bind_text(s, 3, name);
  return run_bytes(store, s, out, found, error);
}

cs_status cs_store_notes(cs_store *store, int64_t ledger, const char *kind, cs_store_note each, void *context,
                         cs_error *error)
{
  sqlite3_stmt *s = prepare(store, EACH_NOTE, error);
  if (s == NULL)
    return error->status;
  bind_note(s, ledger, kind);
  return run_each(store, s, each, context, error);
}

cs_status cs_store_put_evidence(cs_store *store, const char *kind, cs_slice bytes, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, PUT_EVIDENCE, error);
  if (s == NULL)
    return error->status;
  bind_text(s, 1, kind);
  bind_bytes(s, 2, bytes);
  return run(store, s, error);
}

cs_status cs_store_evidence(cs_store *store, cs_store_note each, void *context, cs_error *error)
{
  sqlite3_stmt *s = prepare(store, EACH_EVIDENCE, error);
  return s == NULL ? error->status : run_each(store, s, each, context, error);
}

cs_status cs_store_check(cs_store *store, cs_error *error)
{
  sqlite3_stmt *s;
  int code = sqlite3_prepare_v2(store->db, "PRAGMA integrity_check(1)", -1, &s, NULL);
  if (code != SQLITE_OK)
    return fail_sqlite(store, code, error);
  cs_status status = CS_OK;
  code = sqlite3_step(s);
  const char *answer = code == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : NULL;
  if (code != SQLITE_ROW)
    status = fail_sqlite(store, code, error);
  else if (answer == NULL || strcmp(answer, "ok") != 0)
    status =
      cs_fail(error, CS_INVALID, store->path, (cs_mark){0}, "the store is damaged: %s", answer == NULL ? "" : answer);
  sqlite3_finalize(s);
  return status;
}
