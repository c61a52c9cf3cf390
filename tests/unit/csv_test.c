/* base/csv.c: RFC 4180, and what is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static cs_csv open_text(const char *text)
{
  static char bytes[8192];
  snprintf(bytes, sizeof bytes, "%s", text);
  cs_file file = {.name = "a.csv", .bytes = bytes, .length = strlen(bytes)};
  return cs_csv_open(&file);
}

/* Everything that is read, as "line:field|field;line:field|field;". */
static void read_all(const char *text, char *out, size_t size)
{
  cs_csv csv = open_text(text);
  cs_error error;
  cs_arena arena = {0};
  int got;
  size_t used = 0;
  out[0] = '\0';
  while ((got = cs_csv_next(&csv, &error)) > 0) {
    used += (size_t)snprintf(out + used, size - used, "%u:", csv.line);
    for (size_t i = 0; i < csv.count; i++) {
      cs_slice field = cs_csv_text(&csv.fields[i], &arena);
      used += (size_t)snprintf(out + used, size - used, "%s%.*s", i == 0 ? "" : "|", (int)field.length, field.at);
    }
    used += (size_t)snprintf(out + used, size - used, ";");
  }
  if (got < 0)
    snprintf(out + used, size - used, "%u:%u %s", error.line, error.column, error.what);
  cs_arena_free(&arena);
}

typedef struct sample {
  const char *text, *expected;
} sample;

static void check(const sample *samples, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    char out[8192];
    read_all(samples[i].text, out, sizeof out);
    assert_string_equal(out, samples[i].expected);
  }
}

static void test_records(void **state)
{
  (void)state;
  static const sample samples[] = {
    {"", ""},
    {"aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "1:aaa|bbb|ccc;2:zzz|yyy|xxx;"}, /* RFC 4180, section 2, rule 1 */
    {"aaa,bbb,ccc\r\nzzz,yyy,xxx", "1:aaa|bbb|ccc;2:zzz|yyy|xxx;"},     /* rule 2: no line break at the end */
    {"a,b\nc,d\n", "1:a|b;2:c|d;"},
    {"a,b\nc,d\r\n", "1:a|b;2:c|d;"},
    {"a b, c ,d\n", "1:a b| c |d;"}, /* rule 4: spaces are part of a field */
    {"a,,\n,,\n", "1:a||;2:||;"},
    {"a", "1:a;"},
    {",\n", "1:|;"},
    {"a,", "1:a|;"},
    {"\xd0\x96,\xe6\xa0\xb8\n", "1:\xd0\x96|\xe6\xa0\xb8;"},
  };
  check(samples, CS_COUNT_OF(samples));
}

static void test_quoted_fields(void **state)
{
  (void)state;
  static const sample samples[] = {
    {"\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", "1:aaa|bbb|ccc;2:zzz|yyy|xxx;"},           /* rule 5 */
    {"\"aaa\",\"b \r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", "1:aaa|b \r\nbb|ccc;3:zzz|yyy|xxx;"}, /* rule 6 */
    {"\"aaa\",\"b\"\"bb\",\"ccc\"", "1:aaa|b\"bb|ccc;"},                                  /* rule 7 */
    {"\"a,b\",c\n", "1:a,b|c;"},
    {"\"\",\"\"\n", "1:|;"},
    {"\"\"\"\"\n", "1:\";"},
    {"\"\"\"a\"\"\"\n", "1:\"a\";"},
    {"\"a\rb\"\n", "1:a\rb;"},
    {"\"a\n\nb\"\nc\n", "1:a\n\nb;4:c;"},
  };
  check(samples, CS_COUNT_OF(samples));
}

static void test_empty_lines_are_passed_over(void **state)
{
  (void)state;
  static const sample samples[] = {
    {"\n\r\n\n", ""},
    {"\n\na,b\n\nc,d\r\n\r\n", "3:a|b;5:c|d;"},
    {"a\n\n\"\"\n", "1:a;3:;"},
  };
  check(samples, CS_COUNT_OF(samples));
}

static void test_byte_order_mark(void **state)
{
  (void)state;
  static const sample samples[] = {
    {"\xef\xbb\xbf", ""},
    {"\xef\xbb\xbf"
     "a,b\n",
     "1:a|b;"},
    {"\xef\xbb\xbf\"a\",b\n", "1:a|b;"},
    {"a,\xef\xbb\xbf\n", "1:a|\xef\xbb\xbf;"}, /* only at the beginning */
    {"\xef\xbb\xbf"
     "a,b\"c\n",
     "1:4 a quote inside a field that does not begin with one; expected the field in quotes, and its "
     "quotes doubled"},
  };
  check(samples, CS_COUNT_OF(samples));
}

static void test_faults_and_their_places(void **state)
{
  (void)state;
  static const sample samples[] = {
    {"a,b\nc,\"d", "1:a|b;2:3 this quoted field has no end; expected a closing quote (is the file truncated?)"},
    {"a,\"b\nc\n\nd", "1:3 this quoted field has no end; expected a closing quote (is the file truncated?)"},
    {"\"", "1:1 this quoted field has no end; expected a closing quote (is the file truncated?)"},
    {"\"a\"\"", "1:1 this quoted field has no end; expected a closing quote (is the file truncated?)"},
    {"a\n\"b\"c\n", "1:a;2:4 text after a closing quote; expected a comma or the end of the line"},
    {"\"b\nc\" ,d\n", "2:3 text after a closing quote; expected a comma or the end of the line"},
    {"a\xd0\x96\"b\n",
     "1:3 a quote inside a field that does not begin with one; expected the field in quotes, and its quotes "
     "doubled"},
    {"a,b\n\nc \"d\",e\n",
     "1:a|b;3:3 a quote inside a field that does not begin with one; expected the field in quotes, and "
     "its quotes doubled"},
    {"a,b\nc\n", "1:a|b;2:2 the row has 1 field; expected 2, as in the header"},
    {"a,b\nc,d,e\n", "1:a|b;2:6 the row has 3 fields; expected 2, as in the header"},
    {"a,b\n\"c\nd\",e,f\n", "1:a|b;3:7 the row has 3 fields; expected 2, as in the header"},
    {"a\rb\n", "1:2 a carriage return alone; expected the line to end with LF or CRLF"},
    {"a,b\nc,d\r", "1:a|b;2:4 a carriage return alone; expected the line to end with LF or CRLF"},
    {"a\n\rb\n", "1:a;2:1 a carriage return alone; expected the line to end with LF or CRLF"},
  };
  check(samples, CS_COUNT_OF(samples));
}

static void test_as_many_fields_as_there_may_be(void **state)
{
  (void)state;
  char text[512] = "", out[512];
  for (size_t i = 1; i < CS_CSV_FIELDS; i++)
    strcat(text, "a,");
  strcat(text, "b\n");
  cs_csv csv = open_text(text);
  cs_error error;
  assert_int_equal(cs_csv_next(&csv, &error), 1);
  assert_int_equal(csv.count, CS_CSV_FIELDS);
  assert_memory_equal(csv.fields[CS_CSV_FIELDS - 1].raw.at, "b", 1);
  text[strlen(text) - 1] = '\0';
  strcat(text, ",c\n");
  read_all(text, out, sizeof out);
  assert_string_equal(out, "1:129 too many fields; expected at most 64");
}

static void test_marks_of_fields(void **state)
{
  (void)state;
  cs_csv csv = open_text("date,n\n\"x\ny\",\"\xd0\x96\",z\n");
  csv.expected = 3;
  csv.at = strchr(csv.begin, '\n') + 1;
  csv.next = 2;
  cs_error error;
  assert_int_equal(cs_csv_next(&csv, &error), 1);
  static const cs_mark expected[] = {{2, 1}, {3, 4}, {3, 8}};
  for (size_t i = 0; i < 3; i++) {
    cs_mark mark = cs_csv_mark(&csv, i);
    assert_int_equal(mark.line, expected[i].line);
    assert_int_equal(mark.column, expected[i].column);
  }
}

/* A field without escapes is not copied. */
static void test_nothing_is_copied_without_need(void **state)
{
  (void)state;
  cs_csv csv = open_text("\"abc\",\"d\"\"e\"\n");
  cs_error error;
  cs_arena arena = {0};
  assert_int_equal(cs_csv_next(&csv, &error), 1);
  assert_ptr_equal(cs_csv_text(&csv.fields[0], &arena).at, csv.begin + 1);
  assert_null(arena.blocks);
  assert_true(cs_slice_is(cs_csv_text(&csv.fields[1], &arena), "d\"e"));
  cs_arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_records),
    cmocka_unit_test(test_quoted_fields),
    cmocka_unit_test(test_empty_lines_are_passed_over),
    cmocka_unit_test(test_byte_order_mark),
    cmocka_unit_test(test_faults_and_their_places),
    cmocka_unit_test(test_as_many_fields_as_there_may_be),
    cmocka_unit_test(test_marks_of_fields),
    cmocka_unit_test(test_nothing_is_copied_without_need),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
