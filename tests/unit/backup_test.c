/* home/backup: the file of a vault's backup, byte by byte. */
#include "home/backup.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support.h"

static char right[] = "correct horse battery staple";
static const cs_passphrase passphrase = {right, sizeof right - 1};

/* A backup that another program wrote, and its contents. */
static cs_vault *from_vector;
static cs_file vector;
static cs_box_key vector_key;

static void expect_record(const char *name, cs_slice expected)
{
  unsigned char *bytes;
  size_t length;
  cs_error error;
  must(cs_vault_get(from_vector, name, &bytes, &length, &error), &error);
  assert_non_null(bytes);
  assert_int_equal(length, expected.length);
  assert_memory_equal(bytes, expected.at, length);
  sodium_free(bytes);
}

static void test_the_vector(void **state)
{
  (void)state;
  static const char path[] = "tests/vectors/backup.txt";
  const char *directory = scratch_path("home");
  cs_error error;
  assert_int_equal(mkdir(directory, 0700), 0);
  must(cs_vault_open(directory, &passphrase, true, &from_vector, &error), &error);
  cs_backup backup;
  uint64_t added;
  must(cs_vault_restore(from_vector, path, &passphrase, &added, &error), &error);
  assert_int_equal(added, 3);
  char all[256 * 5];
  for (size_t i = 0; i < sizeof all; i++)
    all[i] = (char)(i % 256);
  expect_record("a", CS_SLICE(""));
  expect_record("entry 7/b", CS_SLICE("\x80\0\0"));
  expect_record("entry 7/Плесецк", (cs_slice){all, sizeof all});
  must(cs_file_read(path, 1 << 20, &vector, &error), &error);
  must(cs_backup_parse(path, (cs_slice){vector.bytes, vector.length}, &backup, &error), &error);
  must(cs_box_key_open(backup.head, &passphrase, path, &vector_key, &error), &error);
}

static cs_status count_record(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  (void)name;
  (void)bytes;
  (void)error;
  ++*(size_t *)context;
  return CS_OK;
}

/* As restore reads it, with the key at hand. */
static cs_status read_backup(cs_slice bytes, size_t *records, cs_error *error)
{
  cs_backup backup;
  *records = 0;
  cs_status status = cs_backup_parse("backup", bytes, &backup, error);
  return status == CS_OK ? cs_backup_open(&backup, &vector_key, count_record, records, error) : status;
}

static void refuse_backup(const char *bytes, size_t length)
{
  char *exact = malloc(length + 1); /* so that reading past its end is seen */
  size_t records;
  cs_error error;
  assert_non_null(exact);
  memcpy(exact, bytes, length);
  assert_int_equal(read_backup((cs_slice){exact, length}, &records, &error), CS_INVALID);
  assert_true(error.what[0] != '\0');
  assert_int_equal(records, 0); /* nothing is handed out before all was authenticated */
  free(exact);
}

static void test_every_byte_of_a_backup(void **state)
{
  (void)state;
  size_t records;
  cs_error error;
  must(read_backup((cs_slice){vector.bytes, vector.length}, &records, &error), &error);
  assert_int_equal(records, 3);
  for (size_t i = 0; i < vector.length; i++) {
    for (unsigned bit = i % 8; bit < 8; bit += vector.length - i < 100 || i < 160 ? 1 : 8) {
      vector.bytes[i] = (char)(vector.bytes[i] ^ 1 << bit);
      refuse_backup(vector.bytes, vector.length);
      vector.bytes[i] = (char)(vector.bytes[i] ^ 1 << bit);
    }
  }
  for (size_t length = 0; length < vector.length; length += length < 200 || vector.length - length < 200 ? 1 : 7)
    refuse_backup(vector.bytes, length);
}

/* The lines of the vector; each with its newline. */
enum { LINES = 6 };
static void split(cs_slice lines[LINES])
{
  const char *at = vector.bytes;
  for (size_t i = 0; i < LINES; i++) {
    const char *end = strchr(at, '\n') + 1;
    lines[i] = (cs_slice){at, (size_t)(end - at)};
    at = end;
  }
  assert_true(*at == '\0');
}

static void test_lines_in_other_order(void **state)
{
  (void)state;
  static const int orders[][LINES + 1] = {
    {0, 1, 3, 2, 4, 5, -1}, {0, 1, 2, 4, 3, 5, -1}, {0, 1, 2, 3, 5, -1},   {0, 1, 2, 3, 4, 4, 5},
    {0, 1, 5, -1},          {0, 2, 3, 4, 5, -1},    {0, 1, 2, 3, 4, 5, 5}, {1, 2, 3, 4, 5, -1},
    {0, 1, 2, 3, 4, -1},    {0, 0, 1, 2, 3, 4, 5},  {0, 1, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 5, 4, 5},
  };
  cs_slice lines[LINES];
  split(lines);
  for (size_t o = 0; o < CS_COUNT_OF(orders); o++) {
    cs_text text = {0};
    for (size_t i = 0; i <= LINES && orders[o][i] >= 0; i++)
      cs_text_put(&text, lines[orders[o][i]].at, lines[orders[o][i]].length);
    refuse_backup(text.at, text.length);
    cs_text_free(&text);
  }
}

/* Even whoever has the key, and ends the file anew, cannot give a record another's name, or a line that is none. */
static void test_a_backup_ended_anew(void **state)
{
  (void)state;
  static const struct {
    const char *find, *put;
    bool good;
  } table[] = {
    {" a\n", " a\n", true},
    {" a\n", " b\n", false},           /* another name */
    {" a\n", " z\n", false},           /* and out of order */
    {" a\n", " \n", false},            /* none */
    {" a\n", " \xff\n", false},        /* no text */
    {"record Ag", "record AA", false}, /* another nonce */
    {"record Ag", "record A*", false}, /* no base64 */
    {"record Ag", "recorD Ag", false},
    {"record Ag", "record \nAg", false},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_text text = {0};
    cs_error error;
    size_t records;
    const char *at = strstr(vector.bytes, table[i].find), *end = strstr(vector.bytes, "end 3");
    cs_text_put(&text, vector.bytes, (size_t)(at - vector.bytes));
    cs_text_add(&text, "%s", table[i].put);
    at += strlen(table[i].find);
    cs_text_put(&text, at, (size_t)(end - at));
    cs_backup_end(&vector_key, 3, &text);
    assert_false(text.failed);
    assert_int_equal(read_backup((cs_slice){text.at, text.length}, &records, &error),
                     table[i].good ? CS_OK : CS_INVALID);
    cs_text_free(&text);
  }
  cs_text text = {0}; /* another number of records */
  cs_text_put(&text, vector.bytes, (size_t)(strstr(vector.bytes, "end 3") - vector.bytes));
  cs_backup_end(&vector_key, 2, &text);
  refuse_backup(text.at, text.length);
  cs_text_free(&text);
}

/* A backup of records of these names, each with its box; a name of NULL ends them. */
static cs_status read_names(const char *const *names, cs_error *error)
{
  cs_text text = {0};
  uint64_t count = 0;
  size_t records;
  cs_backup backup;
  must(cs_backup_parse("backup", (cs_slice){vector.bytes, vector.length}, &backup, error), error);
  cs_backup_begin(backup.head, &text);
  for (; names[count] != NULL; count++) {
    cs_text box = {0};
    cs_slice name = cs_slice_of(names[count]);
    assert_int_equal(cs_box_close_record(&vector_key, name, CS_SLICE("x"), &box), CS_OK);
    cs_backup_add(name, (cs_slice){box.at, box.length}, &text);
    cs_text_free(&box);
  }
  cs_backup_end(&vector_key, count, &text);
  cs_status status = read_backup((cs_slice){text.at, text.length}, &records, error);
  assert_int_equal(records, status == CS_OK ? count : 0);
  cs_text_free(&text);
  return status;
}

static void test_names_in_a_backup(void **state)
{
  (void)state;
  static const struct {
    const char *names[4];
    cs_status status;
  } table[] = {
    {{NULL}, CS_OK},
    {{"a", "a ", "a b", NULL}, CS_OK},
    {{"Z", "a", "ä", NULL}, CS_OK},
    {{"b", "a", NULL}, CS_INVALID},
    {{"a", "a", NULL}, CS_INVALID},
    {{"a b", "a", NULL}, CS_INVALID},
    {{"ä", "a", NULL}, CS_INVALID},
    {{"", NULL}, CS_INVALID},
    {{"a\x1b", NULL}, CS_INVALID},
    {{"\xff", NULL}, CS_INVALID},
  };
  cs_error error;
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    assert_int_equal(read_names(table[i].names, &error), table[i].status);
}

static void test_files_that_are_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text, *what;
  } table[] = {
    {"", "this is no backup of a vault"},
    {"countersign vault backup v2: argon2id 3 passes 64 MiB, xchacha20-poly1305\n", "this is no backup of a vault"},
    {"countersign vault backup v1: argon2id 3 passes 64 MiB, xchacha20-poly1305\nkey AAAA\n",
     "this is no head of a key"},
    {"\xff", "is not UTF-8"},
  };
  uint64_t added;
  cs_error error;
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    const char *path = scratch_file("backup", table[i].text);
    assert_int_equal(cs_vault_restore(from_vector, path, &passphrase, &added, &error), CS_INVALID);
    assert_non_null(strstr(error.what, table[i].what));
    assert_string_equal(error.file, path);
  }
  const char *path = scratch_bytes("backup", vector.bytes, vector.length - 1);
  assert_int_equal(cs_vault_restore(from_vector, path, &passphrase, &added, &error), CS_INVALID);
  assert_string_equal(error.what, "the file ends here; expected it not to be cut short");
  assert_int_equal(error.line, 6);
  vector.bytes[1000] ^= 1;
  path = scratch_bytes("backup", vector.bytes, vector.length);
  vector.bytes[1000] ^= 1;
  assert_int_equal(cs_vault_restore(from_vector, path, &passphrase, &added, &error), CS_INVALID);
  assert_string_equal(error.what, "the file is not as it was written; it was damaged");
  assert_int_equal(cs_vault_restore(from_vector, scratch_path("none"), &passphrase, &added, &error), CS_INVALID);
  uint64_t count;
  must(cs_vault_check(from_vector, &count, &error), &error);
  assert_int_equal(count, 3);
}

static int close_group(void **state)
{
  cs_vault_close(from_vector);
  cs_box_key_free(&vector_key);
  cs_file_free(&vector);
  return scratch_close(state);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_vector),           cmocka_unit_test(test_every_byte_of_a_backup),
    cmocka_unit_test(test_lines_in_other_order), cmocka_unit_test(test_a_backup_ended_anew),
    cmocka_unit_test(test_names_in_a_backup),    cmocka_unit_test(test_files_that_are_refused),
  };
  return cmocka_run_group_tests_name("backup", tests, scratch_open, close_group);
}
