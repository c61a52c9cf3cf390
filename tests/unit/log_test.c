/* store/ and ledger/log.c: ledgers that are durable, and that notice every change. */
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

/* ---- A ledger at hand ---------------------------------------------------------------------------------------- */

typedef struct ledger {
  const char *path;
  cs_store *store;
  cs_log *log;
} ledger;

static cs_verifier key;
static unsigned char secret[CS_SECRET_KEY];

static cs_store *open_store(const char *path, cs_store_mode mode)
{
  cs_store *store;
  cs_error error;
  must(cs_store_open(path, mode, &store, &error), &error);
  return store;
}

static void open_log(ledger *l, const unsigned char *with)
{
  cs_error error;
  must(cs_log_open(l->store, &key, with, &l->log, &error), &error);
}

/* A new own ledger, or a new copy. */
static ledger new_ledger(const unsigned char *with)
{
  ledger out = {.path = scratch_path("ledger.db")};
  out.store = open_store(out.path, CS_STORE_CREATE);
  open_log(&out, with);
  return out;
}

static void close_ledger(ledger *l)
{
  cs_log_close(l->log);
  cs_store_close(l->store);
}

static void reopen(ledger *l, const unsigned char *with)
{
  close_ledger(l);
  l->store = open_store(l->path, CS_STORE_WRITE);
  open_log(l, with);
}

/* Entry `i` of every ledger here: its number, and a filling that makes lengths differ. */
enum { ENTRY = 24 };
static size_t entry_of(uint64_t i, char out[ENTRY])
{
  return (size_t)snprintf(out, ENTRY, "%llu %.*s", (unsigned long long)i, (int)(i % 7), "......");
}

static cs_hash leaf_of(uint64_t i)
{
  char bytes[ENTRY];
  return cs_hash_leaf(bytes, entry_of(i, bytes));
}

/* Entries `first` to before `end`, in one piece; the caller frees `*bytes` and the slices. */
static cs_slice *entries_of(uint64_t first, uint64_t end, char **bytes)
{
  cs_slice *slices = calloc(end - first, sizeof *slices);
  *bytes = calloc(end - first, ENTRY);
  assert_true(slices != NULL && *bytes != NULL);
  for (uint64_t i = first; i < end; i++) {
    char *at = *bytes + (i - first) * ENTRY;
    slices[i - first] = (cs_slice){at, entry_of(i, at)};
  }
  return slices;
}

/* Adds entries up to `size`, to an own ledger by appending, to a copy by fetching. */
static cs_status grow(cs_log *log, uint64_t size, bool own, cs_error *error)
{
  uint64_t from = cs_log_fetched(log), first = 0;
  char *bytes;
  cs_slice *slices = entries_of(from, size, &bytes);
  cs_status status =
    own ? cs_log_append(log, slices, size - from, &first, error) : cs_log_fetch(log, slices, size - from, error);
  if (status == CS_OK && own)
    assert_int_equal(first, from);
  free(slices);
  free(bytes);
  return status;
}

static void append_to(ledger *l, uint64_t size)
{
  cs_error error;
  must(grow(l->log, size, true, &error), &error);
}

static void fetch_to(ledger *l, uint64_t size)
{
  cs_error error;
  must(grow(l->log, size, false, &error), &error);
}

/* Root of the first `size` entries. */
static cs_hash root_of(size_t size)
{
  cs_hash *leaves = calloc(size + 1, sizeof *leaves), root;
  assert_non_null(leaves);
  for (size_t i = 0; i < size; i++)
    leaves[i] = leaf_of(i);
  root = naive_root(leaves, size);
  free(leaves);
  return root;
}

/* The ledger states this size and its root, under its own signature, and verifies. */
static void assert_size(const ledger *l, size_t size)
{
  cs_checkpoint checkpoint = cs_log_checkpoint(l->log), parsed;
  cs_hash root = root_of(size);
  cs_note note;
  cs_error error;
  assert_int_equal(checkpoint.size, size);
  assert_true(cs_hash_equal(&checkpoint.root, &root));
  must(cs_note_parse(cs_log_note(l->log), NULL, &note, &error), &error);
  must(cs_checkpoint_parse(note.text, NULL, &parsed, &error), &error);
  assert_int_equal(cs_note_verify(&note, &key, NULL), CS_SIGNED);
  assert_string_equal(parsed.origin, key.name);
  assert_int_equal(parsed.size, size);
  assert_true(cs_hash_equal(&parsed.root, &root));
  must(cs_log_verify(l->log, NULL, NULL, &error), &error);
}

static cs_status compare_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  uint64_t *expected = context;
  char bytes[ENTRY];
  cs_hash leaf = leaf_of(index);
  (void)error;
  assert_int_equal(index, *expected);
  assert_true(cs_slice_equal(entry, (cs_slice){bytes, entry_of(index, bytes)}));
  assert_true(cs_slice_equal(hash, (cs_slice){(const char *)leaf.bytes, CS_HASH}));
  (*expected)++;
  return CS_OK;
}

static void assert_entries(const ledger *l, uint64_t first, uint64_t count, uint64_t got)
{
  cs_error error;
  uint64_t next = first;
  must(cs_log_entries(l->log, first, count, compare_entry, &next, &error), &error);
  assert_int_equal(next - first, got);
}

static int open_group(void **state)
{
  key = make_key("example.com/log", CS_SIGNATURE_ED25519, 1, secret);
  return scratch_open(state);
}

/* Something outside the program: SQL on the store's file. */
static void alter(const char *path, const char *format, ...) CS_PRINTF(2, 3);
static void alter(const char *path, const char *format, ...)
{
  sqlite3 *db;
  va_list args;
  va_start(args, format);
  char *sql = sqlite3_vmprintf(format, args);
  va_end(args);
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
  sqlite3_free(sql);
  sqlite3_close(db);
}

/* ---- The store ----------------------------------------------------------------------------------------------- */

static cs_error refuse_store(const char *path, cs_store_mode mode, cs_status expected)
{
  cs_store *store;
  cs_error error = {0};
  assert_int_equal(cs_store_open(path, mode, &store, &error), expected);
  assert_null(store);
  assert_string_equal(error.file, path);
  return error;
}

static void test_files_that_are_no_stores(void **state)
{
  (void)state;
  const char *path = scratch_path("store.db");
  refuse_store(path, CS_STORE_WRITE, CS_SYSTEM);
  refuse_store(path, CS_STORE_READ, CS_SYSTEM);
  refuse_store("/proc/none/store.db", CS_STORE_CREATE, CS_SYSTEM);
  cs_store_close(open_store(path, CS_STORE_CREATE));
  assert_string_equal(refuse_store(path, CS_STORE_CREATE, CS_INVALID).what,
                      "the file exists; expected a place for a new store");
  cs_store_close(open_store(path, CS_STORE_READ));
  alter(path, "PRAGMA user_version = 2");
  assert_string_equal(refuse_store(path, CS_STORE_WRITE, CS_INVALID).what, "this store has version 2; expected 1");
  alter(path, "PRAGMA application_id = 0");
  assert_string_equal(refuse_store(path, CS_STORE_WRITE, CS_INVALID).what,
                      "this is another program's database; expected a store of countersign");
  refuse_store(scratch_file("text.db", "This is a text, and long enough to be taken for the head of a database; but "
                                       "it is none, and never was one, whatever one may say of it.\n"),
               CS_STORE_WRITE, CS_INVALID);
}

static cs_status collect(void *context, const char *name, cs_slice value, cs_error *error)
{
  (void)error;
  cs_text_add(context, "%s=%.*s;", name, (int)value.length, value.at);
  return CS_OK;
}

static cs_status stop(void *context, const char *name, cs_slice value, cs_error *error)
{
  collect(context, name, value, error);
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "enough");
}

static void test_a_store_that_cannot_be_made_leaves_nothing(void **state)
{
  (void)state;
  const char *path = scratch_path("store.db");
  const rlim_t sizes[] = {0, 100, 4096, 8192, 16384};
  struct rlimit before, none;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  none = before;
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  for (size_t i = 0; i < CS_COUNT_OF(sizes); i++) {
    cs_store *store;
    cs_error error;
    none.rlim_cur = sizes[i];
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    cs_status status = cs_store_open(path, CS_STORE_CREATE, &store, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, CS_SYSTEM);
    assert_int_not_equal(access(path, F_OK), 0);
  }
  signal(SIGXFSZ, handler);
  cs_store_close(open_store(path, CS_STORE_CREATE));
}

static void test_settings(void **state)
{
  (void)state;
  cs_store *store = open_store(scratch_path("store.db"), CS_STORE_CREATE);
  cs_error error;
  cs_text text = {0};
  bool found = true;
  must(cs_store_get(store, "a%b", &text, &found, &error), &error);
  assert_false(found);
  must(cs_store_set(store, "a%b", CS_SLICE("1"), &error), &error);
  must(cs_store_set(store, "a%c", CS_SLICE("2"), &error), &error);
  must(cs_store_set(store, "a%b",
                    CS_SLICE("3\0"
                             "4"),
                    &error),
       &error);
  must(cs_store_set(store, "axb", CS_SLICE(""), &error), &error);
  must(cs_store_set(store, "A%b", CS_SLICE("5"), &error), &error);
  must(cs_store_get(store, "a%b", &text, &found, &error), &error);
  assert_true(found);
  assert_true(cs_slice_equal((cs_slice){text.at, text.length}, CS_SLICE("3\0"
                                                                        "4")));
  text.length = 0;
  must(cs_store_get(store, "axb", &text, &found, &error), &error);
  assert_true(found && text.length == 0);
  must(cs_store_set(store, "a%b", CS_SLICE("3"), &error), &error);
  must(cs_store_each(store, "a%", collect, &text, &error), &error);
  assert_string_equal(text.at, "a%b=3;a%c=2;");
  text.length = 0;
  assert_int_equal(cs_store_each(store, "", stop, &text, &error), CS_INVALID);
  assert_string_equal(text.at, "A%b=5;");
  cs_text_free(&text);
  cs_store_close(store);
}

static void test_notes_and_evidence(void **state)
{
  (void)state;
  cs_store *store = open_store(scratch_path("store.db"), CS_STORE_CREATE);
  cs_error error;
  cs_text text = {0};
  int64_t one, two, again;
  bool found;
  must(cs_store_ledger(store, "one", &one, &error), &error);
  must(cs_store_ledger(store, "two", &two, &error), &error);
  must(cs_store_ledger(store, "one", &again, &error), &error);
  assert_int_equal(one, again);
  assert_int_not_equal(one, two);
  must(cs_store_put_note(store, one, "kind", "b", CS_SLICE("1"), &error), &error);
  must(cs_store_put_note(store, one, "kind", "a", CS_SLICE("2"), &error), &error);
  must(cs_store_put_note(store, one, "kind", "b", CS_SLICE("3"), &error), &error);
  must(cs_store_put_note(store, two, "kind", "c", CS_SLICE("4"), &error), &error);
  must(cs_store_put_note(store, one, "other", "d", CS_SLICE("5"), &error), &error);
  must(cs_store_notes(store, one, "kind", collect, &text, &error), &error);
  assert_string_equal(text.at, "a=2;b=3;");
  text.length = 0;
  must(cs_store_get_note(store, two, "kind", "a", &text, &found, &error), &error);
  assert_false(found);
  must(cs_store_put_evidence(store, "fork", CS_SLICE("2"), &error), &error);
  must(cs_store_put_evidence(store, "fork", CS_SLICE("1"), &error), &error);
  must(cs_store_put_evidence(store, "rollback", CS_SLICE("2"), &error), &error); /* changes nothing */
  must(cs_store_evidence(store, collect, &text, &error), &error);
  assert_string_equal(text.at, "fork=2;fork=1;");
  cs_text_free(&text);
  cs_store_close(store);
}

static void test_a_transaction_is_whole_or_not_there(void **state)
{
  (void)state;
  const char *path = scratch_path("store.db");
  cs_store *store = open_store(path, CS_STORE_CREATE);
  cs_error error;
  cs_text text = {0};
  bool found;
  must(cs_store_begin(store, &error), &error);
  must(cs_store_set(store, "a", CS_SLICE("1"), &error), &error);
  cs_store_rollback(store);
  must(cs_store_get(store, "a", &text, &found, &error), &error);
  assert_false(found);
  must(cs_store_begin(store, &error), &error);
  must(cs_store_set(store, "a", CS_SLICE("1"), &error), &error);
  must(cs_store_commit(store, &error), &error);
  cs_store_rollback(store); /* nothing to take back */
  cs_store *other = open_store(path, CS_STORE_READ);
  must(cs_store_get(other, "a", &text, &found, &error), &error);
  assert_true(found);
  assert_int_equal(cs_store_set(other, "a", CS_SLICE("2"), &error), CS_SYSTEM);
  cs_store_close(other);
  cs_text_free(&text);
  cs_store_close(store);
}

static cs_status count_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  (void)error;
  assert_int_equal(index, *(uint64_t *)context);
  assert_true(cs_slice_is(entry, "e"));
  assert_int_equal(hash.length, CS_STORE_HASH);
  ++*(uint64_t *)context;
  return CS_OK;
}

/* Ledgers lie side by side, and none reaches into the next. */
static void test_ledgers_do_not_mix(void **state)
{
  (void)state;
  static const unsigned char hash[CS_STORE_HASH] = {1};
  static const struct {
    uint64_t first, count, got;
  } table[] = {{0, 0, 0}, {0, 2, 2}, {1, 1, 1}, {1, 5, 2}, {3, 1, 0}, {0, UINT64_MAX, 3}, {2, UINT64_MAX - 1, 1}};
  cs_store *store = open_store(scratch_path("store.db"), CS_STORE_CREATE);
  cs_error error;
  int64_t ledgers[3];
  uint64_t count;
  for (size_t l = 0; l < 3; l++) {
    const char *origins[] = {"one", "two", "three"};
    must(cs_store_ledger(store, origins[l], &ledgers[l], &error), &error);
  }
  for (size_t l = 0; l < 3; l++)
    for (uint64_t i = 0; i < 3; i++)
      must(cs_store_put_entry(store, ledgers[l], i, CS_SLICE("e"), hash, &error), &error);
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    uint64_t next = table[i].first;
    must(cs_store_entries(store, ledgers[1], table[i].first, table[i].count, count_entry, &next, &error), &error);
    assert_int_equal(next - table[i].first, table[i].got);
  }
  must(cs_store_put_tile(store, ledgers[0], 0, 0, CS_SLICE("t"), &error), &error);
  must(cs_store_put_tile(store, ledgers[1], 0, 0, CS_SLICE("t"), &error), &error);
  must(cs_store_cut(store, ledgers[1], 1, &error), &error);
  static const uint64_t left[] = {3, 1, 3}, tiles[] = {1, 0, 0};
  for (size_t l = 0; l < 3; l++) {
    must(cs_store_entry_count(store, ledgers[l], &count, &error), &error);
    assert_int_equal(count, left[l]);
    must(cs_store_tile_count(store, ledgers[l], 0, &count, &error), &error);
    assert_int_equal(count, tiles[l]);
  }
  cs_store_close(store);
}

/* What is cut goes with every tile that it completed, and no other. */
static void test_cutting_tiles(void **state)
{
  (void)state;
  static const struct {
    uint64_t size, left[3];
  } table[] = {{16777216, {3, 2, 1}}, {16777215, {3, 2, 0}}, {131072, {3, 2, 0}}, {131071, {3, 1, 0}},
               {768, {3, 0, 0}},      {767, {2, 0, 0}},      {256, {1, 0, 0}},    {255, {0, 0, 0}}};
  cs_store *store = open_store(scratch_path("store.db"), CS_STORE_CREATE);
  cs_error error;
  uint64_t count;
  for (unsigned level = 0; level < 3; level++)
    for (uint64_t n = 0; n < 3 - level; n++)
      must(cs_store_put_tile(store, 1, level, n, CS_SLICE("t"), &error), &error);
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    must(cs_store_cut(store, 1, table[i].size, &error), &error);
    for (unsigned level = 0; level < 3; level++) {
      must(cs_store_tile_count(store, 1, level, &count, &error), &error);
      assert_int_equal(count, table[i].left[level]);
    }
  }
  cs_store_close(store);
}

/* ---- Appending ----------------------------------------------------------------------------------------------- */

static void test_append_and_reopen(void **state)
{
  (void)state;
  static const uint64_t sizes[] = {1, 2, 3, 7, 8, 20, 255, 256, 257, 300, 511, 512, 513};
  ledger l = new_ledger(secret);
  assert_size(&l, 0);
  for (size_t i = 0; i < CS_COUNT_OF(sizes); i++) {
    append_to(&l, sizes[i]);
    assert_size(&l, sizes[i]);
    reopen(&l, i % 2 == 0 ? secret : NULL); /* the own ledger can be read without its key */
    assert_size(&l, sizes[i]);
    assert_entries(&l, 0, UINT64_MAX, sizes[i]);
    reopen(&l, secret);
  }
  assert_entries(&l, 500, 5, 5);
  assert_entries(&l, 510, 9, 3);
  assert_entries(&l, 513, 1, 0);
  close_ledger(&l);
}

static void test_sizes_of_entries(void **state)
{
  (void)state;
  static char bytes[CS_ENTRY_LONGEST + 1];
  ledger l = new_ledger(secret);
  cs_error error;
  uint64_t first = 99;
  const cs_slice good[] = {{bytes, 1}, {bytes, CS_ENTRY_LONGEST}};
  const cs_slice empty[] = {{bytes, 1}, {bytes, 0}}, long_one[] = {{bytes, 1}, {bytes, CS_ENTRY_LONGEST + 1}};
  must(cs_log_append(l.log, good, 2, &first, &error), &error);
  assert_int_equal(first, 0);
  assert_int_equal(cs_log_append(l.log, empty, 2, &first, &error), CS_INVALID);
  assert_string_equal(error.what, "an entry of 0 bytes; expected 1 to 65535");
  assert_int_equal(cs_log_append(l.log, long_one, 2, &first, &error), CS_INVALID);
  assert_string_equal(error.what, "an entry of 65536 bytes; expected 1 to 65535");
  cs_hash leaves[] = {cs_hash_leaf(bytes, 1), cs_hash_leaf(bytes, CS_ENTRY_LONGEST)}, root = naive_root(leaves, 2);
  reopen(&l, secret);
  cs_checkpoint checkpoint = cs_log_checkpoint(l.log);
  assert_int_equal(checkpoint.size, 2);
  assert_true(cs_hash_equal(&checkpoint.root, &root));
  must(cs_log_verify(l.log, NULL, NULL, &error), &error);

  cs_tile tile = {CS_TILE_ENTRIES, 0, 2};
  cs_text bundle = {0};
  bool found;
  must(cs_log_tile(l.log, &tile, &bundle, &found, &error), &error);
  assert_int_equal(bundle.length, 2 + 1 + 2 + CS_ENTRY_LONGEST);
  cs_text_free(&bundle);
  close_ledger(&l);
}

static void test_copies_are_not_appended_to(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error;
  uint64_t first;
  assert_int_equal(cs_log_append(l.log, &CS_SLICE("e"), 1, &first, &error), CS_INVALID);
  assert_string_equal(error.what, "this is a copy of another's ledger; expected the party's own");
  assert_int_equal(cs_log_note(l.log).length, 0);
  assert_int_equal(cs_log_checkpoint(l.log).size, 0);
  close_ledger(&l);
}

typedef struct progress {
  uint64_t calls, all;
} progress;

static void note_progress(void *context, uint64_t done, uint64_t all)
{
  progress *p = context;
  assert_true(done <= all);
  p->calls++;
  p->all = all;
}

static void test_progress_is_told(void **state)
{
  (void)state;
  ledger l = new_ledger(secret);
  cs_error error;
  progress p = {0};
  append_to(&l, 10);
  must(cs_log_verify(l.log, note_progress, &p, &error), &error);
  assert_true(p.calls > 0);
  assert_int_equal(p.all, 10);
  close_ledger(&l);
}

/* ---- Tiles --------------------------------------------------------------------------------------------------- */

/* Hash `index` of `level`, by the definition; roots of whole tiles are computed once. */
enum { MOST = 65537 };
static cs_hash naive_hash(unsigned level, uint64_t index)
{
  static cs_hash known[2][MOST / 256];
  static bool have[2][MOST / 256];
  cs_hash below[256];
  if (level == 0)
    return leaf_of(index);
  bool kept = level <= 2 && index < MOST / 256;
  if (kept && have[level - 1][index])
    return known[level - 1][index];
  for (uint64_t i = 0; i < 256; i++)
    below[i] = naive_hash(level - 1, index * 256 + i);
  cs_hash root = naive_root(below, 256);
  if (kept) {
    known[level - 1][index] = root;
    have[level - 1][index] = true;
  }
  return root;
}

static void assert_tile(cs_log *log, int level, uint64_t index, unsigned width)
{
  cs_tile tile = {level, index, width};
  cs_text bytes = {0}, expected = {0};
  cs_error error;
  bool found = false;
  must(cs_log_tile(log, &tile, &bytes, &found, &error), &error);
  assert_true(found);
  for (unsigned i = 0; i < width; i++) {
    char entry[ENTRY];
    uint64_t number = index * 256 + i;
    if (level == CS_TILE_ENTRIES) {
      cs_bundle_add(&expected, entry, entry_of(number, entry));
    } else {
      cs_hash hash = naive_hash((unsigned)level, number);
      cs_text_put(&expected, (const char *)hash.bytes, CS_HASH);
    }
  }
  assert_int_equal(bytes.length, expected.length);
  assert_memory_equal(bytes.at, expected.at, expected.length);
  cs_text_free(&bytes);
  cs_text_free(&expected);
}

static void assert_no_tile(cs_log *log, int level, uint64_t index, unsigned width)
{
  cs_tile tile = {level, index, width};
  cs_text bytes = {0};
  cs_error error;
  bool found = true;
  must(cs_log_tile(log, &tile, &bytes, &found, &error), &error);
  assert_false(found);
  assert_int_equal(bytes.length, 0);
  cs_text_free(&bytes);
}

/* The first and the last tiles of every level of a tree of `size`, and none after them. */
static void assert_tiles(cs_log *log, uint64_t size)
{
  for (int level = CS_TILE_ENTRIES; level < 8; level++) {
    uint64_t hashes = size >> (level < 0 ? 0 : 8 * level), full = hashes / 256;
    unsigned rest = (unsigned)(hashes % 256);
    for (uint64_t index = 0; index < full; index += index == 0 && full > 2 ? full - 2 : 1)
      assert_tile(log, level, index, 256);
    if (rest > 0)
      assert_tile(log, level, full, rest);
    if (rest > 1)
      assert_tile(log, level, full, rest - 1);
    assert_no_tile(log, level, full, rest + 1);
    assert_no_tile(log, level, full + 1, 1);
  }
}

static void test_tiles_where_they_fill(void **state)
{
  (void)state;
  static const uint64_t sizes[] = {0, 1, 255, 256, 257, 65535, 65536, MOST};
  ledger l = new_ledger(secret);
  for (size_t i = 0; i < CS_COUNT_OF(sizes); i++) {
    append_to(&l, sizes[i]);
    assert_tiles(l.log, sizes[i]);
    reopen(&l, secret);
    assert_tiles(l.log, sizes[i]);
  }
  assert_size(&l, MOST);
  close_ledger(&l);
}

static void test_partial_tiles_of_every_width(void **state)
{
  (void)state;
  ledger l = new_ledger(secret);
  append_to(&l, 256);
  for (unsigned width = 1; width < 256; width++) {
    append_to(&l, 256 + width);
    assert_tile(l.log, 0, 1, width);
    assert_tile(l.log, CS_TILE_ENTRIES, 1, width);
    assert_no_tile(l.log, 0, 1, width + 1);
    assert_tile(l.log, 0, 0, width); /* of a tile that is full by now */
    assert_tile(l.log, CS_TILE_ENTRIES, 0, width);
    assert_tile(l.log, 1, 0, 1);
  }
  close_ledger(&l);
}

/* The hashes that a ledger serves prove what its checkpoint says. */
static void test_proofs_from_a_ledger(void **state)
{
  (void)state;
  enum { SIZE = 1000 };
  ledger l = new_ledger(secret);
  append_to(&l, SIZE);
  cs_hash_source source = cs_log_hashes(l.log);
  cs_hash root = cs_log_checkpoint(l.log).root;
  cs_proof proof;
  cs_error error;
  for (uint64_t i = 0; i < SIZE; i += 37) {
    cs_hash leaf = leaf_of(i), old = root_of(i + 1);
    must(cs_prove_inclusion(&source, i, SIZE, &proof, &error), &error);
    assert_true(cs_check_inclusion(&proof, i, SIZE, &leaf, &root));
    must(cs_prove_consistency(&source, i + 1, SIZE, &proof, &error), &error);
    assert_true(cs_check_consistency(&proof, i + 1, SIZE, &old, &root));
  }
  close_ledger(&l);
}

/* ---- Copies -------------------------------------------------------------------------------------------------- */

/* The signed checkpoint of the first `size` entries, or of another root. */
static cs_checkpoint sign_checkpoint(size_t size, bool other, cs_text *note)
{
  cs_checkpoint checkpoint = {.size = size, .root = root_of(size)};
  cs_text text = {0};
  if (other)
    checkpoint.root.bytes[0] ^= 1;
  snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", key.name);
  cs_checkpoint_format(&checkpoint, &text);
  note->length = 0;
  cs_text_add(note, "%s\n", text.at);
  cs_note_sign((cs_slice){text.at, text.length}, &key, secret, 0, note);
  cs_text_free(&text);
  return checkpoint;
}

static cs_status accept(ledger *l, size_t size, bool other, cs_error *error)
{
  cs_text note = {0};
  cs_checkpoint checkpoint = sign_checkpoint(size, other, &note);
  cs_status status = cs_log_accept(l->log, (cs_slice){note.at, note.length}, &checkpoint, error);
  cs_text_free(&note);
  return status;
}

static void assert_fetched(const ledger *l, uint64_t size)
{
  cs_hash root = root_of(size), fetched = cs_log_fetched_root(l->log);
  assert_int_equal(cs_log_fetched(l->log), size);
  assert_true(cs_hash_equal(&fetched, &root));
}

static void test_a_copy_is_fetched_in_pieces(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error;
  fetch_to(&l, 100);
  fetch_to(&l, 300);
  assert_fetched(&l, 300);
  assert_int_equal(cs_log_checkpoint(l.log).size, 0); /* not part of the copy yet */
  assert_entries(&l, 0, UINT64_MAX, 0);
  assert_no_tile(l.log, 0, 0, 1);
  reopen(&l, NULL); /* it goes on where it was interrupted */
  assert_fetched(&l, 300);
  fetch_to(&l, 600);
  must(accept(&l, 600, false, &error), &error);
  assert_size(&l, 600);
  assert_entries(&l, 0, UINT64_MAX, 600);
  assert_tiles(l.log, 600);
  fetch_to(&l, 700);
  assert_size(&l, 600);
  assert_tiles(l.log, 600);
  reopen(&l, NULL);
  assert_size(&l, 600);
  assert_tiles(l.log, 600);
  assert_fetched(&l, 700);
  must(accept(&l, 700, false, &error), &error);
  reopen(&l, NULL);
  assert_size(&l, 700);
  close_ledger(&l);
}

/* Entries of which none is signed. */
static void fetch_others(ledger *l, uint64_t count)
{
  cs_error error;
  for (uint64_t i = 0; i < count; i++)
    must(cs_log_fetch(l->log, &CS_SLICE("another"), 1, &error), &error);
}

/* The last full tile of leaves comes to hand. */
static void touch_last_tile(ledger *l)
{
  cs_hash_source source = cs_log_hashes(l->log);
  cs_hash hash;
  cs_error error;
  uint64_t full = cs_log_fetched(l->log) / 256;
  if (full > 0)
    must(source.read(source.context, 0, full * 256 - 1, &hash, &error), &error);
}

static void test_what_was_fetched_can_be_discarded(void **state)
{
  (void)state;
  static const uint64_t kept[] = {0, 100, 256, 300, 511}, fetched[] = {1, 101, 257};
  for (size_t i = 0; i < CS_COUNT_OF(kept); i++)
    for (size_t k = 0; k < CS_COUNT_OF(fetched); k++) {
      ledger l = new_ledger(NULL);
      cs_error error;
      fetch_to(&l, kept[i]);
      must(accept(&l, kept[i], false, &error), &error);
      fetch_others(&l, fetched[k]);
      touch_last_tile(&l);
      must(cs_log_discard(l.log, &error), &error);
      assert_fetched(&l, kept[i]); /* and nothing that would clear what is at hand */
      fetch_to(&l, 700);           /* what comes in its place */
      must(accept(&l, 700, false, &error), &error);
      assert_tiles(l.log, 700);
      assert_size(&l, 700);
      reopen(&l, NULL);
      assert_size(&l, 700);
      close_ledger(&l);
    }
}

static void test_only_what_was_signed_is_accepted(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error;
  fetch_to(&l, 20);
  assert_int_equal(accept(&l, 20, true, &error), CS_INVALID);
  assert_string_equal(error.what, "the fetched entries are not what the checkpoint signs");
  assert_int_equal(accept(&l, 19, false, &error), CS_INVALID);
  assert_int_equal(accept(&l, 21, false, &error), CS_INVALID);
  assert_int_equal(cs_log_note(l.log).length, 0);
  must(accept(&l, 20, false, &error), &error);
  assert_size(&l, 20);
  close_ledger(&l);
}

static void test_a_broken_entry_is_not_fetched(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error;
  const cs_slice broken[] = {CS_SLICE("e"), CS_SLICE("")};
  fetch_to(&l, 255);
  assert_int_equal(cs_log_fetch(l.log, broken, 2, &error), CS_INVALID);
  assert_fetched(&l, 255);
  fetch_to(&l, 300);
  assert_fetched(&l, 300);
  close_ledger(&l);
}

/* An own ledger and copies of two others in one store. */
static void test_ledgers_share_a_store(void **state)
{
  (void)state;
  ledger own = new_ledger(secret);
  cs_error error;
  unsigned char other_secret[CS_SECRET_KEY];
  cs_verifier other = make_key("example.com/other", CS_SIGNATURE_ED25519, 2, other_secret), mine = key;
  cs_log *copy;
  must(cs_log_open(own.store, &other, NULL, &copy, &error), &error);
  for (uint64_t size = 50; size <= 300; size += 50) {
    append_to(&own, size);
    must(grow(copy, 2 * size, false, &error), &error);
  }
  assert_size(&own, 300);
  ledger second = {own.path, own.store, copy};
  key = other;
  memcpy(secret, other_secret, sizeof secret);
  must(accept(&second, 600, false, &error), &error);
  assert_size(&second, 600);
  key = make_key(mine.name, CS_SIGNATURE_ED25519, 1, secret);
  cs_log_close(copy);
  assert_size(&own, 300);
  close_ledger(&own);
}

/* What was fetched can be looked at, and held against a checkpoint, before it is accepted. */
static void test_what_was_fetched_is_looked_at(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error;
  uint64_t next = 250;
  fetch_to(&l, 250);
  must(accept(&l, 250, false, &error), &error);
  fetch_to(&l, 300);
  must(cs_log_fetched_entries(l.log, 250, compare_entry, &next, &error), &error);
  assert_int_equal(next, 300);
  for (size_t size = 0; size <= 310; size += 31) {
    cs_checkpoint checkpoint = {.size = size, .root = root_of(size)};
    bool begins = size > 300;
    must(cs_log_begins_with(l.log, &checkpoint, &begins, &error), &error);
    assert_int_equal(begins, size <= 300);
    checkpoint.root.bytes[size % CS_HASH] ^= 1;
    must(cs_log_begins_with(l.log, &checkpoint, &begins, &error), &error);
    assert_false(begins);
  }
  close_ledger(&l);
}

/* An entry that was fetched, and is gone before it was accepted. */
static void test_a_gap_in_what_was_fetched(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error;
  fetch_to(&l, 300);
  must(accept(&l, 300, false, &error), &error);
  fetch_to(&l, 400);
  cs_log_close(l.log);
  alter(l.path, "DELETE FROM entry WHERE place = (1 << 40) + 350");
  assert_int_equal(cs_log_open(l.store, &key, NULL, &l.log, &error), CS_INVALID);
  assert_string_equal(error.what, "entry 350 is missing");
  close_ledger(&l);
}

/* A store that is only read knows nothing of a ledger that was never written, and says so. */
static void test_an_unknown_ledger_in_a_store_that_is_read(void **state)
{
  (void)state;
  const char *path = scratch_path("store.db");
  cs_store_close(open_store(path, CS_STORE_CREATE));
  ledger l = {.path = path, .store = open_store(path, CS_STORE_READ)};
  open_log(&l, NULL);
  assert_int_equal(cs_log_checkpoint(l.log).size, 0);
  assert_int_equal(cs_log_note(l.log).length, 0);
  assert_entries(&l, 0, UINT64_MAX, 0);
  close_ledger(&l);
}

/* ---- Many threads -------------------------------------------------------------------------------------------- */

enum { THREADS = 8, APPENDS = 200 };
typedef struct writer {
  cs_log *log;
  unsigned number;
  uint64_t at[APPENDS]; /* where each entry came to stand */
  bool failed;
} writer;

static size_t written(unsigned by, unsigned i, char out[ENTRY])
{
  return (size_t)snprintf(out, ENTRY, "%u wrote %u", by, i);
}

static void *write_entries(void *argument)
{
  writer *w = argument;
  for (unsigned i = 0; i < APPENDS; i++) {
    char bytes[ENTRY];
    cs_error error;
    cs_slice entry = {bytes, written(w->number, i, bytes)};
    w->failed = w->failed || cs_log_append(w->log, &entry, 1, &w->at[i], &error) != CS_OK;
  }
  return NULL;
}

static cs_status keep_leaf(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  cs_hash *leaves = context;
  (void)hash;
  (void)error;
  leaves[index] = cs_hash_leaf(entry.at, entry.length);
  return CS_OK;
}

static void test_threads_append_together(void **state)
{
  (void)state;
  static writer writers[THREADS];
  static cs_hash leaves[THREADS * APPENDS];
  static bool taken[THREADS * APPENDS];
  ledger l = new_ledger(secret);
  pthread_t threads[THREADS];
  cs_error error;
  for (unsigned i = 0; i < THREADS; i++) {
    writers[i] = (writer){.log = l.log, .number = i};
    assert_int_equal(pthread_create(&threads[i], NULL, write_entries, &writers[i]), 0);
  }
  for (unsigned i = 0; i < THREADS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  reopen(&l, secret);
  cs_checkpoint checkpoint = cs_log_checkpoint(l.log);
  assert_int_equal(checkpoint.size, THREADS * APPENDS);
  must(cs_log_entries(l.log, 0, UINT64_MAX, keep_leaf, leaves, &error), &error);
  cs_hash root = naive_root(leaves, THREADS * APPENDS);
  assert_true(cs_hash_equal(&root, &checkpoint.root));
  must(cs_log_verify(l.log, NULL, NULL, &error), &error);
  for (unsigned w = 0; w < THREADS; w++)
    for (unsigned i = 0; i < APPENDS; i++) {
      char bytes[ENTRY];
      uint64_t at = writers[w].at[i];
      cs_hash leaf = cs_hash_leaf(bytes, written(w, i, bytes));
      assert_false(writers[w].failed);
      assert_true(at < THREADS * APPENDS && !taken[at]); /* each stands where it was said to, and nowhere else */
      assert_true(i == 0 || at > writers[w].at[i - 1]);
      assert_true(cs_hash_equal(&leaves[at], &leaf));
      taken[at] = true;
    }
  close_ledger(&l);
}

/* ---- Commits that fail --------------------------------------------------------------------------------------- */

/* A write that fails part of the way leaves everything as it was, in memory and on disk. */
static void test_a_failed_commit_leaves_all_as_it_was(void **state)
{
  (void)state;
  static const char *const tables[] = {"entry", "tile", "note"};
  for (size_t i = 0; i < CS_COUNT_OF(tables); i++) {
    ledger l = new_ledger(secret);
    cs_error error = {0};
    append_to(&l, 250);
    alter(l.path, "CREATE TRIGGER never BEFORE INSERT ON %s BEGIN SELECT RAISE(ABORT, 'never'); END", tables[i]);
    assert_int_equal(grow(l.log, 260, true, &error), CS_SYSTEM);
    assert_non_null(strstr(error.what, "never"));
    assert_size(&l, 250);
    assert_tiles(l.log, 250);
    alter(l.path, "DROP TRIGGER never");
    append_to(&l, 270);
    assert_size(&l, 270);
    assert_tiles(l.log, 270);
    reopen(&l, secret);
    assert_size(&l, 270);
    close_ledger(&l);
  }
}

/* Every thread that waited for the commit is told. */
static void test_a_failure_reaches_every_thread(void **state)
{
  (void)state;
  static writer writers[THREADS];
  ledger l = new_ledger(secret);
  pthread_t threads[THREADS];
  alter(l.path, "CREATE TRIGGER never BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'never'); END");
  for (unsigned i = 0; i < THREADS; i++) {
    writers[i] = (writer){.log = l.log, .number = i};
    assert_int_equal(pthread_create(&threads[i], NULL, write_entries, &writers[i]), 0);
  }
  for (unsigned i = 0; i < THREADS; i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(writers[i].failed);
  }
  alter(l.path, "DROP TRIGGER never");
  assert_size(&l, 0);
  append_to(&l, 5);
  assert_size(&l, 5);
  close_ledger(&l);
}

/* The system takes no more bytes, as on a full disk. */
static void test_a_disk_that_takes_no_more(void **state)
{
  (void)state;
  ledger l = new_ledger(secret);
  cs_error error = {0};
  append_to(&l, 250);
  struct rlimit before, none = {4096, RLIM_INFINITY};
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  none.rlim_max = before.rlim_max;
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
  cs_status status = grow(l.log, 300, true, &error);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, handler);
  assert_int_equal(status, CS_SYSTEM);
  assert_size(&l, 250);
  append_to(&l, 300);
  reopen(&l, secret);
  assert_size(&l, 300);
  close_ledger(&l);
}

static void test_a_failed_fetch_leaves_all_as_it_was(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error = {0};
  fetch_to(&l, 250);
  must(accept(&l, 250, false, &error), &error);
  fetch_to(&l, 251);
  alter(l.path, "CREATE TRIGGER never BEFORE INSERT ON tile BEGIN SELECT RAISE(ABORT, 'never'); END");
  assert_int_equal(grow(l.log, 260, false, &error), CS_SYSTEM);
  alter(l.path, "DROP TRIGGER never");
  alter(l.path, "CREATE TRIGGER never BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'never'); END");
  assert_int_equal(cs_log_discard(l.log, &error), CS_SYSTEM);
  alter(l.path, "DROP TRIGGER never");
  assert_fetched(&l, 251);
  assert_size(&l, 250);
  alter(l.path, "CREATE TRIGGER never BEFORE INSERT ON note BEGIN SELECT RAISE(ABORT, 'never'); END");
  assert_int_equal(accept(&l, 251, false, &error), CS_SYSTEM);
  alter(l.path, "DROP TRIGGER never");
  assert_size(&l, 250);
  must(accept(&l, 251, false, &error), &error);
  assert_size(&l, 251);
  close_ledger(&l);
}

/* ---- More than one process ----------------------------------------------------------------------------------- */

/* A second process: it does its work, says so in a byte, and is gone without another word, for what it shares with its
 * parent is not its own to release. */
typedef struct helper {
  pid_t process;
  int heard, told; /* ends of two pipes */
} helper;

typedef bool (*task)(const char *path, const helper *self);

static void say(const helper *h, bool good)
{
  char byte = good ? 'y' : 'n';
  assert_int_equal(write(h->told, &byte, 1), 1);
}

static bool hear(const helper *h)
{
  char byte = 'n';
  return read(h->heard, &byte, 1) == 1 && byte == 'y';
}

static helper begin(task work, const char *path)
{
  int out[2], in[2];
  assert_true(pipe(out) == 0 && pipe(in) == 0);
  helper parent = {.process = fork(), .heard = out[0], .told = in[1]}, child = {.heard = in[0], .told = out[1]};
  assert_true(parent.process >= 0);
  if (parent.process == 0) {
    say(&child, work(path, &child));
    raise(SIGKILL);
  }
  close(in[0]);
  close(out[1]);
  return parent;
}

static void end(helper *h)
{
  assert_true(hear(h));
  assert_int_equal(waitpid(h->process, NULL, 0), h->process);
  close(h->heard);
  close(h->told);
}

static bool append_two(const char *path, const helper *self)
{
  ledger l = {.path = path};
  cs_error error;
  (void)self;
  return cs_store_open(path, CS_STORE_WRITE, &l.store, &error) == CS_OK &&
         cs_log_open(l.store, &key, secret, &l.log, &error) == CS_OK && grow(l.log, 12, true, &error) == CS_OK;
}

/* An own ledger to which another process has appended is not forked: it is read again, and goes on from there. */
static void test_two_writers_do_not_fork(void **state)
{
  (void)state;
  ledger l = new_ledger(secret);
  cs_error error;
  uint64_t first;
  char bytes[ENTRY];
  append_to(&l, 10);
  helper other = begin(append_two, l.path);
  end(&other);
  cs_slice entry = {bytes, entry_of(12, bytes)};
  must(cs_log_append(l.log, &entry, 1, &first, &error), &error);
  assert_int_equal(first, 12);
  assert_size(&l, 13);
  reopen(&l, secret);
  assert_size(&l, 13);
  close_ledger(&l);
}

static bool accept_more(const char *path, const helper *self)
{
  ledger l = {.path = path};
  cs_error error;
  (void)self;
  return cs_store_open(path, CS_STORE_WRITE, &l.store, &error) == CS_OK &&
         cs_log_open(l.store, &key, NULL, &l.log, &error) == CS_OK && grow(l.log, 12, false, &error) == CS_OK &&
         accept(&l, 12, false, &error) == CS_OK;
}

/* A copy that another process has brought further does not go back. */
static void test_two_copies_do_not_go_back(void **state)
{
  (void)state;
  ledger l = new_ledger(NULL);
  cs_error error = {0};
  fetch_to(&l, 10);
  must(accept(&l, 10, false, &error), &error);
  helper other = begin(accept_more, l.path);
  end(&other);
  assert_int_equal(accept(&l, 10, false, &error), CS_SYSTEM);
  assert_string_equal(error.what, "another process has changed this copy; expected to be the only one that writes it");
  assert_int_equal(grow(l.log, 11, false, &error), CS_SYSTEM);
  reopen(&l, NULL);
  assert_size(&l, 12);
  close_ledger(&l);
}

/* Holds the store in a transaction until it is told to let go. */
static bool hold(const char *path, const helper *self)
{
  sqlite3 *db;
  bool held =
    sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
  say(self, held);
  return hear(self) && sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK;
}

static void test_a_locked_store_is_waited_for_and_then_refused(void **state)
{
  (void)state;
  ledger l = new_ledger(secret);
  cs_error error = {0};
  append_to(&l, 10);
  helper other = begin(hold, l.path);
  assert_true(hear(&other));
  assert_size(&l, 10); /* reading goes on */
  assert_int_equal(grow(l.log, 12, true, &error), CS_SYSTEM);
  assert_string_equal(error.what, "the store is locked by another process; expected to be the only one that writes");
  assert_size(&l, 10);
  say(&other, true);
  append_to(&l, 12);
  assert_size(&l, 12);
  end(&other);
  close_ledger(&l);
}

/* Appends for ever, and tells of each append. */
static bool append_on(const char *path, const helper *self)
{
  ledger l = {.path = path};
  cs_error error;
  bool ok = cs_store_open(path, CS_STORE_WRITE, &l.store, &error) == CS_OK &&
            cs_log_open(l.store, &key, secret, &l.log, &error) == CS_OK;
  for (uint64_t size = 1; ok; size++) {
    ok = grow(l.log, size, true, &error) == CS_OK;
    say(self, ok);
  }
  return false;
}

/* Killed without warning at any moment, a ledger keeps what it acknowledged. */
static void test_killed_while_it_appends(void **state)
{
  (void)state;
  for (uint64_t round = 0; round < 8; round++) {
    ledger l = new_ledger(secret);
    close_ledger(&l);
    helper other = begin(append_on, l.path);
    uint64_t acknowledged = 0;
    while (acknowledged < 5 + round && hear(&other))
      acknowledged++;
    kill(other.process, SIGKILL);
    while (hear(&other))
      acknowledged++;
    assert_int_equal(waitpid(other.process, NULL, 0), other.process);
    close(other.heard);
    close(other.told);
    assert_true(acknowledged >= 5 + round);
    l.store = open_store(l.path, CS_STORE_WRITE);
    open_log(&l, secret);
    uint64_t size = cs_log_checkpoint(l.log).size;
    assert_in_range(size, acknowledged, acknowledged + 1); /* the last may be there without having been told */
    assert_size(&l, size);
    close_ledger(&l);
  }
}

/* ---- Changes from outside ------------------------------------------------------------------------------------ */

/* The bytes of a ledger of 600 entries: two full tiles of leaves, and an edge. */
enum { TAMPERED = 600 };
static char *tampered;
static size_t tampered_length;

static void keep_tampered(void)
{
  if (tampered != NULL)
    return;
  ledger l = new_ledger(secret);
  append_to(&l, TAMPERED);
  close_ledger(&l);
  FILE *file = fopen(l.path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  tampered_length = (size_t)ftell(file);
  rewind(file);
  tampered = malloc(tampered_length);
  assert_non_null(tampered);
  assert_int_equal(fread(tampered, 1, tampered_length, file), tampered_length);
  fclose(file);
}

/* Opens and verifies, as the own ledger and as a copy; `error` tells what is wrong. */
static cs_status examine(const char *path, const unsigned char *with, cs_error *error)
{
  ledger l = {.path = path};
  cs_status status = cs_store_open(path, CS_STORE_WRITE, &l.store, error);
  if (status == CS_OK)
    status = cs_log_open(l.store, &key, with, &l.log, error);
  if (status == CS_OK)
    status = cs_log_verify(l.log, NULL, NULL, error);
  close_ledger(&l);
  return status;
}

static void refuse(const char *path, const char *what, const char *said)
{
  const unsigned char *const with[] = {secret, NULL};
  for (size_t i = 0; i < CS_COUNT_OF(with); i++) {
    cs_error error = {0};
    if (examine(path, with[i], &error) != CS_INVALID)
      fail_msg("%s: not noticed", what);
    if (strstr(error.what, said) == NULL)
      fail_msg("%s: \"%s\"; expected \"%s\"", what, error.what, said);
    assert_string_equal(error.file, key.name);
  }
}

#define FLIP(column) column " = CAST(substr(" column ", 1, 2) || 'x' || substr(" column ", 4) AS BLOB)"
/* The place of an entry in the only ledger, number 1. */
#define AT(index) "place = (1 << 40) + " #index

static void test_changes_from_outside(void **state)
{
  (void)state;
  static const struct {
    const char *sql, *said;
  } table[] = {
    {"UPDATE entry SET " FLIP("bytes") " WHERE " AT(100), "entry 100 is not what was recorded"},
    {"UPDATE entry SET " FLIP("bytes") " WHERE " AT(599), "entry 599 is not what was recorded"},
    {"UPDATE entry SET " FLIP("bytes") " WHERE " AT(0), "entry 0 is not what was recorded"},
    {"UPDATE entry SET " FLIP("hash") " WHERE " AT(100), "entry 100 is not what was recorded"},
    {"UPDATE entry SET " FLIP("hash") " WHERE " AT(512), "entry 512 is not what was recorded"},
    {"UPDATE entry SET bytes = x'' WHERE " AT(7), "entry 7 is not what was recorded"},
    {"UPDATE entry SET bytes = substr(bytes, 1, 1) WHERE " AT(7), "entry 7 is not what was recorded"},
    {"UPDATE entry SET bytes = bytes || x'00' WHERE " AT(7), "entry 7 is not what was recorded"},
    {"UPDATE entry SET hash = x'00' WHERE " AT(7), "entry 7 is not what was recorded"},
    {"UPDATE entry SET hash = x'00' WHERE " AT(599), "entry 599 is broken in the store"},
    {"DELETE FROM entry WHERE " AT(7), "entry 7 is missing"},
    {"DELETE FROM entry WHERE " AT(0), "entry 0 is missing"},
    {"DELETE FROM entry WHERE " AT(550), "entry 550 is missing"},
    {"DELETE FROM entry WHERE " AT(599), "the store holds 599 entries; the signed checkpoint says 600"},
    {"DELETE FROM entry WHERE place >= (1 << 40) + 512", "the store holds 512 entries"},
    {"DELETE FROM entry", "the store holds 0 entries"},
    {"UPDATE entry SET place = 5 WHERE " AT(599), "the store holds 599 entries"},
    {"UPDATE entry SET place = 5 WHERE " AT(3), "entry 3 is missing"},
    {"CREATE TABLE two AS SELECT * FROM entry WHERE place IN ((1 << 40) + 5, (1 << 40) + 6);"
     "DELETE FROM entry WHERE place IN (SELECT place FROM two);"
     "INSERT INTO entry SELECT (2 << 40) + 11 - place, hash, bytes FROM two;",
     "tile 0/0 is not what its entries hash to"}, /* two entries change their places */
    {"CREATE TABLE two AS SELECT * FROM entry WHERE place IN ((1 << 40) + 598, (1 << 40) + 599);"
     "DELETE FROM entry WHERE place IN (SELECT place FROM two);"
     "INSERT INTO entry SELECT (2 << 40) + 598 + 599 - place, hash, bytes FROM two;",
     "do not hash to the root that was signed"},
    {"UPDATE tile SET " FLIP("bytes") " WHERE level = 0 AND n = 0", "tile 0/0 is not what its entries hash to"},
    {"UPDATE tile SET " FLIP("bytes") " WHERE level = 0 AND n = 1", "tile 0/1 is not what its entries hash to"},
    {"UPDATE tile SET bytes = substr(bytes, 1, 8160) WHERE level = 0 AND n = 0", "tile 0/0 is missing or broken"},
    {"DELETE FROM tile WHERE n = 1", "tile 0/1 is missing or broken"},
    {"UPDATE tile SET n = 9 WHERE n = 1", "tile 0/1 is missing or broken"},
    {"UPDATE tile SET level = 1 WHERE n = 1", "tile 0/1 is missing or broken"},
    {"UPDATE tile SET ledger = 2 WHERE n = 0", "tile 0/0 is missing or broken"},
    {"UPDATE note SET bytes = CAST(replace(bytes, '600', '601') AS BLOB)", "is not signed by this ledger's key"},
    {"UPDATE note SET bytes = CAST(replace(bytes, '600', '0600') AS BLOB)", "has no tree size"},
    {"UPDATE note SET bytes = CAST(replace(bytes, 'example.com/log', 'example.com/gol') AS BLOB)",
     "is not signed by this ledger's key"},
    {"UPDATE note SET bytes = x''", "this is not a signed note"},
    {"UPDATE note SET bytes = substr(bytes, 1, length(bytes) - 1)", "this is not a signed note"},
  };
  keep_tampered();
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    const char *path = scratch_bytes("ledger.db", tampered, tampered_length);
    alter(path, "%s", table[i].sql);
    refuse(path, table[i].sql, table[i].said);
  }
  cs_error error;
  must(examine(scratch_bytes("ledger.db", tampered, tampered_length), secret, &error), &error);
}

/* An own ledger has signed every entry that it has. */
static void test_an_entry_that_nobody_signed(void **state)
{
  (void)state;
  keep_tampered();
  const char *path = scratch_bytes("ledger.db", tampered, tampered_length);
  cs_error error;
  alter(path, "INSERT INTO entry VALUES((1 << 40) + %d, zeroblob(32), x'78')", TAMPERED);
  assert_int_equal(examine(path, secret, &error), CS_INVALID);
  assert_string_equal(error.what, "the store holds 601 entries; the signed checkpoint says 600");
}

/* A value in a database that is changed and put back. */
typedef struct cell {
  sqlite3 *db;
  sqlite3_stmt *update;
  unsigned char *bytes;
  int length;
} cell;

static cell open_cell(const char *path, const char *table, const char *column, const char *where)
{
  cell out;
  sqlite3_stmt *s;
  char *select = sqlite3_mprintf("SELECT %s FROM %s WHERE %s", column, table, where),
       *update = sqlite3_mprintf("UPDATE %s SET %s = ?1 WHERE %s", table, column, where);
  assert_int_equal(sqlite3_open(path, &out.db), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(out.db, select, -1, &s, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(out.db, update, -1, &out.update, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(s), SQLITE_ROW);
  out.length = sqlite3_column_bytes(s, 0);
  out.bytes = malloc((size_t)out.length);
  assert_non_null(out.bytes);
  memcpy(out.bytes, sqlite3_column_blob(s, 0), (size_t)out.length);
  sqlite3_finalize(s);
  sqlite3_free(select);
  sqlite3_free(update);
  return out;
}

static void flip_byte(cell *c, int at)
{
  c->bytes[at] ^= 0x01;
  sqlite3_bind_blob(c->update, 1, c->bytes, c->length, SQLITE_TRANSIENT);
  assert_int_equal(sqlite3_step(c->update), SQLITE_DONE);
  sqlite3_reset(c->update);
}

static void close_cell(cell *c)
{
  sqlite3_finalize(c->update);
  sqlite3_close(c->db);
  free(c->bytes);
}

/* Every byte of an entry and of the note; every few bytes of hashes and tiles. */
static void test_every_byte(void **state)
{
  (void)state;
  static const struct {
    const char *table, *column, *where;
    int step;
  } places[] = {
    {"entry", "bytes", AT(5), 1},  {"entry", "bytes", AT(599), 1},   {"entry", "hash", AT(5), 5},
    {"entry", "hash", AT(599), 5}, {"tile", "bytes", "n = 1", 1023}, {"note", "bytes", "1", 1},
  };
  keep_tampered();
  const char *path = scratch_bytes("ledger.db", tampered, tampered_length);
  cs_error error;
  for (size_t i = 0; i < CS_COUNT_OF(places); i++) {
    cell c = open_cell(path, places[i].table, places[i].column, places[i].where);
    for (int at = 0; at < c.length; at += places[i].step) {
      flip_byte(&c, at);
      if (examine(path, secret, &error) != CS_INVALID)
        fail_msg("byte %d of %s.%s: not noticed", at, places[i].table, places[i].column);
      flip_byte(&c, at);
    }
    close_cell(&c);
    must(examine(path, secret, &error), &error);
  }
}

static bool is_damaged(const char *path)
{
  cs_error error;
  cs_store *store = NULL;
  bool damaged = examine(path, secret, &error) != CS_OK ||
                 cs_store_open(path, CS_STORE_READ, &store, &error) != CS_OK ||
                 cs_store_check(store, &error) == CS_INVALID;
  cs_store_close(store);
  return damaged;
}

/* Every page of the file, and every page that it may be cut to. */
static void test_a_damaged_file(void **state)
{
  (void)state;
  keep_tampered();
  size_t page = (size_t)(unsigned char)tampered[16] << 8 | (unsigned char)tampered[17];
  assert_true(page >= 512);
  assert_false(is_damaged(scratch_bytes("ledger.db", tampered, tampered_length)));
  for (size_t at = 0; at < tampered_length; at += page) {
    if (!is_damaged(scratch_bytes("ledger.db", tampered, at)))
      fail_msg("the file cut to %zu bytes: not noticed", at);
    char *copy = malloc(tampered_length);
    assert_non_null(copy);
    memcpy(copy, tampered, tampered_length);
    memset(copy + at, 0xff, page);
    if (!is_damaged(scratch_bytes("ledger.db", copy, tampered_length)))
      fail_msg("the page at %zu: not noticed", at);
    free(copy);
  }
}

/* The ledger of another key is not mistaken for this one. */
static void test_another_key(void **state)
{
  (void)state;
  ledger l = new_ledger(secret);
  cs_error error;
  cs_log *log;
  append_to(&l, 5);
  cs_log_close(l.log);
  unsigned char other_secret[CS_SECRET_KEY];
  cs_verifier other = make_key(key.name, CS_SIGNATURE_ED25519, 2, other_secret);
  assert_int_equal(cs_log_open(l.store, &other, other_secret, &log, &error), CS_INVALID);
  assert_null(log);
  assert_string_equal(error.what, "the stored checkpoint is not signed by this ledger's key");
  open_log(&l, secret);
  assert_size(&l, 5);
  close_ledger(&l);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_files_that_are_no_stores),
    cmocka_unit_test(test_a_store_that_cannot_be_made_leaves_nothing),
    cmocka_unit_test(test_settings),
    cmocka_unit_test(test_notes_and_evidence),
    cmocka_unit_test(test_a_transaction_is_whole_or_not_there),
    cmocka_unit_test(test_ledgers_do_not_mix),
    cmocka_unit_test(test_cutting_tiles),
    cmocka_unit_test(test_append_and_reopen),
    cmocka_unit_test(test_sizes_of_entries),
    cmocka_unit_test(test_copies_are_not_appended_to),
    cmocka_unit_test(test_progress_is_told),
    cmocka_unit_test(test_tiles_where_they_fill),
    cmocka_unit_test(test_partial_tiles_of_every_width),
    cmocka_unit_test(test_proofs_from_a_ledger),
    cmocka_unit_test(test_a_copy_is_fetched_in_pieces),
    cmocka_unit_test(test_what_was_fetched_can_be_discarded),
    cmocka_unit_test(test_only_what_was_signed_is_accepted),
    cmocka_unit_test(test_a_broken_entry_is_not_fetched),
    cmocka_unit_test(test_ledgers_share_a_store),
    cmocka_unit_test(test_what_was_fetched_is_looked_at),
    cmocka_unit_test(test_a_gap_in_what_was_fetched),
    cmocka_unit_test(test_an_unknown_ledger_in_a_store_that_is_read),
    cmocka_unit_test(test_threads_append_together),
    cmocka_unit_test(test_a_failed_commit_leaves_all_as_it_was),
    cmocka_unit_test(test_a_failure_reaches_every_thread),
    cmocka_unit_test(test_a_disk_that_takes_no_more),
    cmocka_unit_test(test_a_failed_fetch_leaves_all_as_it_was),
    cmocka_unit_test(test_two_writers_do_not_fork),
    cmocka_unit_test(test_two_copies_do_not_go_back),
    cmocka_unit_test(test_a_locked_store_is_waited_for_and_then_refused),
    cmocka_unit_test(test_killed_while_it_appends),
    cmocka_unit_test(test_changes_from_outside),
    cmocka_unit_test(test_an_entry_that_nobody_signed),
    cmocka_unit_test(test_every_byte),
    cmocka_unit_test(test_a_damaged_file),
    cmocka_unit_test(test_another_key),
  };
  return cmocka_run_group_tests_name("log", tests, open_group, scratch_close);
}
