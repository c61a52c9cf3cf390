/* home/vault: openings at rest, and their backups. */
#define _GNU_SOURCE /* memmem */
#include "home/vault.h"

#include <dirent.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "home/backup.h"
#include "support.h"

/* ---- Vaults at hand: few, for each key takes 64 MiB -------------------------------------------------------------- */

static char right[] = "correct horse battery staple", wrong[] = "correct horse battery stapler";
static const cs_passphrase passphrase = {right, sizeof right - 1}, slip = {wrong, sizeof wrong - 1};

static const char *in(const char *directory, const char *name)
{
  static char path[1024];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static const char *new_folder(void)
{
  const char *path = scratch_path("home");
  assert_int_equal(mkdir(path, 0700), 0);
  return path;
}

static cs_vault *open_vault(const char *directory, bool create)
{
  cs_vault *vault;
  cs_error error;
  must(cs_vault_open(directory, &passphrase, create, &vault, &error), &error);
  return vault;
}

static cs_error refuse_vault(const char *directory, const cs_passphrase *with, bool create)
{
  cs_vault *vault;
  cs_error error;
  assert_int_not_equal(cs_vault_open(directory, with, create, &vault, &error), CS_OK);
  assert_null(vault);
  return error;
}

static void put(cs_vault *vault, const char *name, cs_slice bytes)
{
  cs_error error;
  must(cs_vault_put(vault, &(cs_vault_record){name, bytes}, 1, &error), &error);
}

static void refuse_put(cs_vault *vault, const char *name, cs_slice bytes, const char *what)
{
  cs_error error;
  assert_int_equal(cs_vault_put(vault, &(cs_vault_record){name, bytes}, 1, &error), CS_INVALID);
  assert_non_null(strstr(error.what, what));
}

static bool has(cs_vault *vault, const char *name, cs_slice expected)
{
  unsigned char *bytes;
  size_t length;
  cs_error error;
  must(cs_vault_get(vault, name, &bytes, &length, &error), &error);
  bool same = bytes != NULL && length == expected.length && (length == 0 || memcmp(bytes, expected.at, length) == 0);
  assert_true(bytes != NULL || length == 0);
  sodium_free(bytes);
  return same;
}

static bool lacks(cs_vault *vault, const char *name)
{
  unsigned char *bytes;
  size_t length;
  cs_error error;
  must(cs_vault_get(vault, name, &bytes, &length, &error), &error);
  sodium_free(bytes);
  return bytes == NULL;
}

static void refuse_get(cs_vault *vault, const char *name, const char *what)
{
  unsigned char *bytes;
  size_t length;
  cs_error error;
  assert_int_equal(cs_vault_get(vault, name, &bytes, &length, &error), CS_INVALID);
  assert_null(bytes);
  assert_non_null(strstr(error.what, what));
}

static void expect_count(cs_vault *vault, uint64_t expected)
{
  uint64_t count;
  cs_error error;
  must(cs_vault_check(vault, &count, &error), &error);
  assert_int_equal(count, expected);
}

/* Changes the database behind the vault's back. */
static void tamper(const char *directory, const char *sql)
{
  sqlite3 *db;
  assert_int_equal(sqlite3_open(in(directory, "vault.db"), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

static size_t files_in(const char *directory)
{
  DIR *folder = opendir(directory);
  size_t count = 0;
  assert_non_null(folder);
  while (readdir(folder) != NULL)
    count++;
  closedir(folder);
  return count - 2;
}

/* ---- Records ----------------------------------------------------------------------------------------------------- */

static const char *home; /* with records a, b, c and long */
static cs_vault *shared; /* its vault */
static unsigned char filling[100000];
static const cs_slice long_record = {(const char *)filling, sizeof filling};

static cs_status gather(void *context, const char *name, cs_error *error)
{
  (void)error;
  cs_text_add(context, "%s;", name);
  return CS_OK;
}

static void expect_names(cs_vault *vault, const char *prefix, const char *expected)
{
  cs_text names = {0};
  cs_error error;
  cs_text_add(&names, "%s", "");
  must(cs_vault_each(vault, prefix, gather, &names, &error), &error);
  assert_string_equal(names.at, expected);
  cs_text_free(&names);
}

static void test_a_vault_is_made(void **state)
{
  (void)state;
  static const char *const files[] = {"vault.db", "vault.db-wal", "vault.db-shm"};
  home = new_folder();
  cs_error error = refuse_vault(home, &passphrase, false);
  assert_non_null(strstr(error.what, "there is no vault"));
  assert_int_equal(files_in(home), 0);
  shared = open_vault(home, true);
  for (size_t i = 0; i < CS_COUNT_OF(files); i++) {
    struct stat info;
    assert_int_equal(stat(in(home, files[i]), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
  }
  assert_int_equal(files_in(home), CS_COUNT_OF(files));
  expect_count(shared, 0);
  error = refuse_vault(scratch_path("nowhere"), &passphrase, true);
  assert_int_equal(error.status, CS_SYSTEM);
}

static void test_records(void **state)
{
  (void)state;
  randombytes_buf(filling, sizeof filling);
  put(shared, "a", CS_SLICE(""));
  put(shared, "b", CS_SLICE("\x80\0\0"));
  put(shared, "c", CS_SLICE("three"));
  put(shared, "long", long_record);
  put(shared, "Плесецк/7 %_'\"", CS_SLICE("x"));
  for (int round = 0; round < 2; round++) {
    assert_true(has(shared, "a", CS_SLICE("")));
    assert_true(has(shared, "b", CS_SLICE("\x80\0\0")));
    assert_true(has(shared, "c", CS_SLICE("three")));
    assert_true(has(shared, "long", long_record));
    assert_true(has(shared, "Плесецк/7 %_'\"", CS_SLICE("x")));
    assert_true(lacks(shared, "d"));
    assert_true(lacks(shared, "lon"));
    expect_names(shared, "", "a;b;c;long;Плесецк/7 %_'\";");
    expect_names(shared, "l", "long;");
    expect_names(shared, "%", "");
    expect_count(shared, 5);
    if (round == 0) {
      cs_vault_close(shared);
      shared = open_vault(home, false);
    }
  }
}

static void test_nothing_is_overwritten(void **state)
{
  (void)state;
  static const char what[] = "the vault has other bytes under the name \"c\"; expected the same, for a record is never "
                             "overwritten";
  put(shared, "c", CS_SLICE("three"));
  refuse_put(shared, "c", CS_SLICE("thref"), what);
  refuse_put(shared, "c", CS_SLICE("thre"), what);
  refuse_put(shared, "c", CS_SLICE(""), what);
  assert_true(has(shared, "c", CS_SLICE("three")));
  cs_error error;
  const cs_vault_record together[] = {{"d", CS_SLICE("4")}, {"c", CS_SLICE("III")}, {"e", CS_SLICE("5")}};
  assert_int_equal(cs_vault_put(shared, together, 3, &error), CS_INVALID); /* all or none */
  assert_true(lacks(shared, "d"));
  const cs_vault_record twice[] = {{"d", CS_SLICE("4")}, {"d", CS_SLICE("IV")}};
  assert_int_equal(cs_vault_put(shared, twice, 2, &error), CS_INVALID);
  assert_true(lacks(shared, "d"));
  must(cs_vault_put(shared, NULL, 0, &error), &error);
  expect_count(shared, 5);
}

static void test_what_is_no_record(void **state)
{
  (void)state;
  char name[CS_VAULT_NAME + 2];
  memset(name, 'n', sizeof name);
  name[sizeof name - 1] = '\0';
  const char *const names[] = {"", "a\nb", "a\x1b", "\xff", name};
  for (size_t i = 0; i < CS_COUNT_OF(names); i++) {
    refuse_put(shared, names[i], CS_SLICE("x"), "a record cannot have the name");
    refuse_get(shared, names[i], "a record cannot have the name");
  }
  char *large = calloc(1, CS_VAULT_PADDED);
  assert_non_null(large);
  refuse_put(shared, "large", (cs_slice){large, CS_VAULT_PADDED},
             "a record of 16777216 bytes; expected at most 16777215");
  free(large);
  expect_count(shared, 5);
}

static void test_a_wrong_passphrase(void **state)
{
  (void)state;
  for (int create = 0; create < 2; create++) {
    cs_error error = refuse_vault(home, &slip, create == 1);
    assert_int_equal(error.status, CS_INVALID);
    assert_string_equal(error.what, "it does not open with this passphrase; expected the one with which it was made");
  }
  expect_count(shared, 5);
}

/* About the sizes to which records are filled up. */
static void test_lengths(void **state)
{
  (void)state;
  static const size_t lengths[] = {1, 1022, 1023, 1024, 1025, 2047, 2048, 2049, 65536};
  char names[CS_COUNT_OF(lengths)][16];
  for (size_t i = 0; i < CS_COUNT_OF(lengths); i++) {
    cs_slice bytes = {(const char *)filling, lengths[i]};
    snprintf(names[i], sizeof names[i], "of %zu", lengths[i]);
    put(shared, names[i], bytes);
    assert_true(has(shared, names[i], bytes));
  }
  tamper(home, "DELETE FROM setting WHERE name LIKE 'record/of %'");
  expect_count(shared, 5);
}

/* Nothing of what was put in can be read in the file, nor how long it is to the byte. */
static void test_what_the_file_shows(void **state)
{
  (void)state;
  static const char secret[] = "a secret that can be looked for";
  const char *directory = new_folder(), *path;
  cs_vault *vault = open_vault(directory, true);
  put(vault, "n", cs_slice_of(secret));
  put(vault, "m", (cs_slice){(const char *)filling, 1000});
  cs_vault_close(vault);
  path = in(directory, "vault.db");
  FILE *file = fopen(path, "rb");
  static char bytes[1 << 17];
  assert_non_null(file);
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  assert_true(length > 0 && length < sizeof bytes);
  assert_non_null(memmem(bytes, length, "record/n", 8));
  assert_null(memmem(bytes, length, secret, 8));
  assert_null(memmem(bytes, length, filling, 8));
  sqlite3 *db;
  sqlite3_stmt *s;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, "SELECT length(value) FROM setting WHERE name LIKE 'record/%'", -1, &s, NULL),
                   SQLITE_OK);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(s, 0), 1024 + CS_BOX_EXTRA);
  }
  sqlite3_finalize(s);
  sqlite3_close(db);
}

/* ---- Damage ------------------------------------------------------------------------------------------------------ */

static void test_tampered_records(void **state)
{
  (void)state;
  static const char *const changes[] = {
    "UPDATE setting SET value = (SELECT value FROM kept WHERE name = 'record/b') WHERE name = 'record/c'",
    "UPDATE setting SET value = zeroblob(0) WHERE name = 'record/c'",
    "UPDATE setting SET value = substr(value, 1, 39) WHERE name = 'record/c'",
    "UPDATE setting SET value = substr(value, 1, length(value) - 1) WHERE name = 'record/c'",
    "UPDATE setting SET value = CAST(value || x'00' AS BLOB) WHERE name = 'record/c'",
    "UPDATE setting SET value = zeroblob(1064) WHERE name = 'record/c'",
    "UPDATE setting SET value = zeroblob(20000000) WHERE name = 'record/c'",
    ("UPDATE setting SET value = CAST(CASE substr(value, 1, 1) WHEN x'00' THEN x'01' ELSE x'00' END || "
     "substr(value, 2) AS BLOB) WHERE name = 'record/c'"),
    "UPDATE setting SET value = (SELECT value FROM setting WHERE name = 'vault') WHERE name = 'record/c'",
  };
  tamper(home, "CREATE TABLE kept AS SELECT * FROM setting");
  for (size_t i = 0; i < CS_COUNT_OF(changes); i++) {
    const char *path = scratch_path("backup");
    uint64_t count;
    cs_error error;
    tamper(home, changes[i]);
    refuse_get(shared, "c", "record \"c\" does not open; the vault was damaged");
    refuse_put(shared, "c", CS_SLICE("three"), "record \"c\" does not open");
    assert_int_equal(cs_vault_check(shared, &count, &error), CS_INVALID);
    assert_int_equal(cs_vault_backup(shared, path, &count, &error), CS_INVALID);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(has(shared, "b", CS_SLICE("\x80\0\0")));
    tamper(home, "UPDATE setting SET value = (SELECT value FROM kept WHERE kept.name = setting.name)");
    expect_count(shared, 5);
  }
  tamper(home, "UPDATE setting SET name = 'record/z' WHERE name = 'record/c'"); /* renamed */
  assert_true(lacks(shared, "c"));
  refuse_get(shared, "z", "does not open");
  tamper(home, "UPDATE setting SET name = 'record/c' WHERE name = 'record/z'");
  tamper(home,
         "INSERT INTO setting SELECT CAST(x'7265636f72642f6300' AS TEXT), value FROM kept WHERE name = 'record/c'");
  uint64_t count; /* "c" twice, the second with a zero byte in its name */
  cs_error error;
  assert_int_equal(cs_vault_backup(shared, scratch_path("backup"), &count, &error), CS_INVALID);
  tamper(home, "DELETE FROM setting WHERE name NOT IN (SELECT name FROM kept)");
  tamper(home, "DROP TABLE kept");
  expect_count(shared, 5);
}

static void test_a_tampered_head(void **state)
{
  (void)state;
  static const struct {
    const char *change, *what;
  } table[] = {
    {"DELETE FROM setting WHERE name = 'vault'", "this is no vault, or a damaged one"},
    {"UPDATE setting SET value = CAST('x' || substr(value, 2) AS BLOB) WHERE name = 'vault'", "this is no vault"},
    {"UPDATE setting SET value = CAST(value || x'00' AS BLOB) WHERE name = 'vault'", "this is no vault"},
    {"UPDATE setting SET value = CAST(substr(value, 1, length(value) - 1) || "
     "CASE substr(value, -1) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB) WHERE name = 'vault'",
     "does not open with this passphrase"},
    {"UPDATE setting SET value = CAST(substr(value, 1, length(value) - 56) || " /* the first byte of the salt */
     "CASE substr(value, -56, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(value, -55) AS BLOB) WHERE name = 'vault'",
     "does not open with this passphrase"},
  };
  tamper(home, "CREATE TABLE kept AS SELECT * FROM setting");
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    tamper(home, table[i].change);
    cs_error error = refuse_vault(home, &passphrase, true);
    assert_int_equal(error.status, CS_INVALID);
    assert_non_null(strstr(error.what, table[i].what));
    tamper(home, "INSERT OR REPLACE INTO setting SELECT * FROM kept WHERE name = 'vault'");
  }
  tamper(home, "DROP TABLE kept");
  const char *other = new_folder();
  FILE *file = fopen(in(other, "vault.db"), "wb");
  assert_non_null(file);
  fputs("no database", file);
  fclose(file);
  assert_int_equal(refuse_vault(other, &passphrase, true).status, CS_INVALID);
}

/* ---- Other processes --------------------------------------------------------------------------------------------- */

/* A child that puts records "n 1", "n 2" ... and says each number when it is put, until it is killed. */
static void put_for_ever(const char *directory, int say)
{
  cs_vault *vault;
  cs_error error;
  char name[32];
  if (cs_vault_open(directory, &passphrase, true, &vault, &error) != CS_OK)
    _exit(1);
  for (uint32_t i = 1;; i++) {
    snprintf(name, sizeof name, "n %u", i);
    if (cs_vault_put(vault, &(cs_vault_record){name, cs_slice_of(name)}, 1, &error) != CS_OK ||
        write(say, &i, sizeof i) != sizeof i)
      _exit(1);
  }
}

static void test_killed(void **state)
{
  (void)state;
  enum { ENOUGH = 20 };
  const char *directory = new_folder();
  int pipes[2], status;
  assert_int_equal(pipe(pipes), 0);
  pid_t child = fork();
  if (child == 0)
    put_for_ever(directory, pipes[1]);
  assert_true(child > 0);
  close(pipes[1]);
  uint32_t last = 0, said = 0;
  while (last < ENOUGH && read(pipes[0], &last, sizeof last) == sizeof last)
    continue;
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  while (read(pipes[0], &said, sizeof said) == sizeof said)
    last = said;
  close(pipes[0]);
  assert_true(last >= ENOUGH);
  cs_vault *vault = open_vault(directory, false);
  for (uint32_t i = 1; i <= last; i++) {
    char name[32];
    snprintf(name, sizeof name, "n %u", i);
    assert_true(has(vault, name, cs_slice_of(name)));
  }
  uint64_t count;
  cs_error error;
  must(cs_vault_check(vault, &count, &error), &error);
  assert_in_range(count, last, last + 1); /* the next may be there, unsaid */
  cs_vault_close(vault);
}

/* Two processes make the vault at once: one vault comes of it, with what both put in. */
static void test_made_twice(void **state)
{
  (void)state;
  static const char *const names[] = {"one", "two"};
  const char *directory = new_folder();
  pid_t children[2];
  int status;
  for (size_t i = 0; i < 2; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      cs_vault *vault;
      cs_error error;
      bool ok = cs_vault_open(directory, &passphrase, true, &vault, &error) == CS_OK &&
                cs_vault_put(vault, &(cs_vault_record){names[i], cs_slice_of(names[i])}, 1, &error) == CS_OK;
      _exit(ok ? 0 : 1);
    }
    assert_true(children[i] > 0);
  }
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(waitpid(children[i], &status, 0), children[i]);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  cs_vault *vault = open_vault(directory, false);
  for (size_t i = 0; i < 2; i++)
    assert_true(has(vault, names[i], cs_slice_of(names[i])));
  cs_vault_close(vault);
  assert_int_equal(files_in(directory), 1);
}

/* ---- Backups ----------------------------------------------------------------------------------------------------- */

static const char *backup_path; /* of `shared` */

static void test_a_backup(void **state)
{
  (void)state;
  const char *folder = new_folder();
  char path[1024];
  struct stat info;
  uint64_t count;
  cs_error error;
  snprintf(path, sizeof path, "%s", in(folder, "backup"));
  must(cs_vault_backup(shared, path, &count, &error), &error);
  assert_int_equal(count, 5);
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);
  assert_int_equal(cs_vault_backup(shared, path, &count, &error), CS_SYSTEM); /* one that is there stays */
  assert_string_equal(error.what, "the backup cannot be written: File exists");
  assert_int_equal(files_in(folder), 1);
  assert_int_equal(cs_vault_backup(shared, in(folder, "none/backup"), &count, &error), CS_SYSTEM);
  struct rlimit limit, small;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  small = limit;
  small.rlim_cur = 1000;
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  cs_status status = cs_vault_backup(shared, in(folder, "cut"), &count, &error);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
  assert_int_equal(status, CS_SYSTEM);
  assert_int_equal(files_in(folder), 1); /* not a part of it */
  backup_path = scratch_path("backup");
  must(cs_vault_backup(shared, backup_path, &count, &error), &error);
}

static void test_a_restore(void **state)
{
  (void)state;
  const char *directory = new_folder();
  cs_vault *vault;
  cs_error error;
  uint64_t added;
  must(cs_vault_open(directory, &slip, true, &vault, &error), &error); /* under a passphrase of its own */
  put(vault, "c", CS_SLICE("three"));
  put(vault, "mine", CS_SLICE("m"));
  assert_int_equal(cs_vault_restore(vault, backup_path, &slip, &added, &error), CS_INVALID);
  assert_string_equal(error.what, "it does not open with this passphrase; expected the one with which it was made");
  assert_string_equal(error.file, backup_path);
  expect_count(vault, 2);
  must(cs_vault_restore(vault, backup_path, &passphrase, &added, &error), &error);
  assert_int_equal(added, 4);
  expect_names(vault, "", "a;b;c;long;mine;Плесецк/7 %_'\";");
  assert_true(has(vault, "long", long_record));
  assert_true(has(vault, "a", CS_SLICE("")));
  must(cs_vault_restore(vault, backup_path, &passphrase, &added, &error), &error);
  assert_int_equal(added, 0);
  expect_count(vault, 6);
  cs_vault_close(vault);
  must(cs_vault_open(directory, &slip, false, &vault, &error), &error);
  expect_count(vault, 6);
  cs_vault_close(vault);
}

static void test_a_restore_that_conflicts(void **state)
{
  (void)state;
  cs_vault *vault = open_vault(new_folder(), true);
  cs_error error;
  uint64_t added;
  put(vault, "long", CS_SLICE("short"));
  assert_int_equal(cs_vault_restore(vault, backup_path, &passphrase, &added, &error), CS_INVALID);
  assert_non_null(strstr(error.what, "the vault has other bytes under the name \"long\""));
  assert_int_equal(added, 0);
  expect_names(vault, "", "long;");
  assert_true(has(vault, "long", CS_SLICE("short")));
  put(vault, "after", CS_SLICE("the transaction is over"));
  cs_vault_close(vault);
}

static int close_group(void **state)
{
  cs_vault_close(shared);
  return scratch_close(state);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_vault_is_made),
    cmocka_unit_test(test_records),
    cmocka_unit_test(test_nothing_is_overwritten),
    cmocka_unit_test(test_what_is_no_record),
    cmocka_unit_test(test_lengths),
    cmocka_unit_test(test_a_wrong_passphrase),
    cmocka_unit_test(test_what_the_file_shows),
    cmocka_unit_test(test_tampered_records),
    cmocka_unit_test(test_a_tampered_head),
    cmocka_unit_test(test_killed),
    cmocka_unit_test(test_made_twice),
    cmocka_unit_test(test_a_backup),
    cmocka_unit_test(test_a_restore),
    cmocka_unit_test(test_a_restore_that_conflicts),
  };
  return cmocka_run_group_tests_name("vault", tests, scratch_open, close_group);
}
