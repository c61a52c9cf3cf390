/* base/: dates, spans, numbers, text, errors, memory and files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* ---- Dates ------------------------------------------------------------------------------- */

/* A calendar that only knows how long months are, to judge the arithmetic by. */
static int length_of(int year, int month)
{
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
  return lengths[month - 1] + (month == 2 && leap);
}

static void test_every_day_is_where_it_belongs(void **state)
{
  (void)state;
  cs_date number = -719162; /* 0001-01-01 */
  size_t checked = 0;
  for (int year = 1; year <= 9999; year++) {
    for (int month = 1; month <= 12; month++) {
      for (int d = 1; d <= length_of(year, month); d++, number++) {
        bool edge =
          (month == 2 && d >= 28) || (month == 3 && d == 1) || (month == 12 && d == 31) || (month == 1 && d == 1);
        if (!edge && number % 97 != 0)
          continue;
        char expected[32], text[CS_DATE_TEXT];
        cs_date date = CS_DATE_NONE;
        snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, d);
        assert_true(cs_date_parse(expected, 10, &date));
        assert_int_equal(date, number);
        assert_string_equal(cs_date_format(number, text), expected);
        checked++;
      }
    }
  }
  assert_int_equal(number, 2932897); /* the day after 9999-12-31 */
  assert_true(checked > 75000);
}

static void test_days_that_do_not_exist(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "2021-02-29", "1900-02-29", "2100-02-29",  "2020-02-30",  "2021-04-31",           "2021-06-31",
    "2021-09-31", "2021-11-31", "2021-01-32",  "2021-01-00",  "2021-00-10",           "2021-13-01",
    "0000-01-01", "2021-1-01",  "2021-01-1",   "21-01-01",    "2021/01/01",           "2021-01/01",
    "20210101",   "+021-01-01", "-021-01-01",  " 2021-01-1",  "2021-01-0x",           "2021-0x-01",
    "202x-01-01", "",           "2021-01-011", "2021-01-01 ", "2021-01-01T00:00:00Z",
  };
  for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
    cs_date date = 12345;
    if (cs_date_parse(bad[i], strlen(bad[i]), &date))
      fail_msg("%s was taken for a date", bad[i]);
    assert_int_equal(date, 12345);
  }
  cs_date leap;
  assert_true(cs_date_parse("2020-02-29", 10, &leap));
  assert_true(cs_date_parse("2000-02-29", 10, &leap));
  assert_int_equal(day("1970-01-01"), 0);
}

static void test_no_date_is_an_empty_text(void **state)
{
  (void)state;
  char text[CS_DATE_TEXT] = "x";
  assert_string_equal(cs_date_format(CS_DATE_NONE, text), "");
}

static void test_months_end_on_the_last_day(void **state)
{
  (void)state;
  static const struct {
    const char *from;
    int32_t months;
    const char *to;
  } table[] = {
    {"2021-01-31", 1, "2021-02-28"},         {"2020-01-31", 1, "2020-02-29"},  {"2020-02-29", 12, "2021-02-28"},
    {"2020-02-29", 48, "2024-02-29"},        {"2021-03-31", -1, "2021-02-28"}, {"2021-05-31", 1, "2021-06-30"},
    {"2021-12-15", 1, "2022-01-15"},         {"2021-01-15", -1, "2020-12-15"}, {"2011-02-05", 84, "2018-02-05"},
    {"2015-12-31", 5, "2016-05-31"},         {"2021-01-01", 0, "2021-01-01"},  {"0001-01-31", -1, "0001-01-01"},
    {"9999-12-31", 1, "9999-12-31"},         {"9999-01-31", 11, "9999-12-31"}, {"2021-01-01", INT32_MAX, "9999-12-31"},
    {"2021-01-01", INT32_MIN, "0001-01-01"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char text[CS_DATE_TEXT];
    cs_date_format(cs_date_add_months(day(table[i].from), table[i].months), text);
    assert_string_equal(text, table[i].to);
  }
}

static void test_spans_are_added(void **state)
{
  (void)state;
  static const struct {
    const char *from;
    cs_span span;
    int32_t times;
    const char *to;
  } table[] = {
    {"2011-02-05", {45, CS_DAYS}, 1, "2011-03-22"},      {"2023-02-28", {30, CS_DAYS}, 1, "2023-03-30"},
    {"2011-02-05", {10, CS_YEARS}, 1, "2021-02-05"},     {"2020-02-29", {1, CS_YEARS}, 1, "2021-02-28"},
    {"2011-09-01", {6, CS_MONTHS}, 3, "2013-03-01"},     {"2021-01-31", {1, CS_MONTHS}, 2, "2021-03-31"},
    {"2021-03-01", {24, CS_HOURS}, 1, "2021-03-02"},     {"2021-03-01", {1, CS_HOURS}, 1, "2021-03-02"},
    {"2021-03-01", {25, CS_HOURS}, 1, "2021-03-03"},     {"2021-03-01", {32, CS_HOURS}, -1, "2021-02-27"},
    {"2021-03-01", {0, CS_HOURS}, 1, "2021-03-01"},      {"2021-03-01", {5, CS_DAYS}, -1, "2021-02-24"},
    {"9999-12-01", {100000, CS_DAYS}, 9, "9999-12-31"},  {"9000-01-01", {100000, CS_YEARS}, INT32_MAX, "9999-12-31"},
    {"0001-02-01", {100000, CS_DAYS}, -9, "0001-01-01"}, {"2021-01-01", {100000, CS_HOURS}, INT32_MIN, "0001-01-01"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char text[CS_DATE_TEXT];
    cs_date_format(cs_date_add(day(table[i].from), table[i].span, table[i].times), text);
    assert_string_equal(text, table[i].to);
  }
}

static void test_spans_in_words(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    cs_span span;
    const char *back;
  } good[] = {
    {"45 days", {45, CS_DAYS}, "45 days"},    {"1 day", {1, CS_DAYS}, "1 day"},
    {"1 hours", {1, CS_HOURS}, "1 hour"},     {"72 hours", {72, CS_HOURS}, "72 hours"},
    {"6 months", {6, CS_MONTHS}, "6 months"}, {"7 year", {7, CS_YEARS}, "7 years"},
    {"0 days", {0, CS_DAYS}, "0 days"},       {"100000 days", {100000, CS_DAYS}, "100000 days"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(good); i++) {
    cs_span span;
    char text[CS_SPAN_TEXT];
    assert_true(cs_span_parse(cs_slice_of(good[i].text), &span));
    assert_int_equal(span.amount, good[i].span.amount);
    assert_int_equal(span.unit, good[i].span.unit);
    assert_string_equal(cs_span_format(span, text), good[i].back);
  }
  static const char *const bad[] = {
    "",        "days",     "45",      "45days",   "45  days", " 45 days",    "45 days ",
    "-1 days", "1.5 days", "45 Days", "45 weeks", "45 dayss", "100001 days", "99999999999999999999 days",
    "45 ",     "45 s",
  };
  for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
    cs_span span;
    if (cs_span_parse(cs_slice_of(bad[i]), &span))
      fail_msg("\"%s\" was taken for a span", bad[i]);
  }
}

static void test_today_is_a_day(void **state)
{
  (void)state;
  cs_date today = cs_date_today();
  assert_true(today > day("2020-01-01"));
  assert_true(today < day("9999-01-01"));
}

/* ---- Numbers ----------------------------------------------------------------------------- */

static void test_numbers(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t number;
  } good[] = {
    {"0", 0},
    {"7", 7},
    {"1550", 1550},
    {"007", 7},
    {"9007199254740990", INT64_C(9007199254740990)},
    {"9007199254740991", CS_NUMBER_MAX},
  };
  for (size_t i = 0; i < CS_COUNT_OF(good); i++) {
    int64_t number = -1;
    const char *why = "";
    if (!cs_number_parse(cs_slice_of(good[i].text), &number, &why))
      fail_msg("%s %s", good[i].text, why);
    assert_true(number == good[i].number);
  }
  static const struct {
    const char *text, *why;
  } bad[] = {
    {"", "is not a whole number"},
    {"-", "is not a whole number"},
    {"+1", "is not a whole number"},
    {"1,550", "is not a whole number"},
    {"1.0", "is not a whole number"},
    {"1e3", "is not a whole number"},
    {"0x10", "is not a whole number"},
    {" 1", "is not a whole number"},
    {"1 ", "is not a whole number"},
    {"--1", "is not a whole number"},
    {"-1", "is negative"},
    {"-0", "is negative"},
    {"9007199254740992", "is too large"},
    {"18446744073709551616", "is too large"},
    {"99999999999999999999999999999999999999999999", "is too large"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
    int64_t number;
    const char *why = "";
    assert_false(cs_number_parse(cs_slice_of(bad[i].text), &number, &why));
    assert_string_equal(why, bad[i].why);
    assert_false(cs_number_parse(cs_slice_of(bad[i].text), &number, NULL));
  }
}

static void test_decimals(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double number;
  } good[] = {{"0", 0},        {"12", 12},         {"0.95", 0.95},
              {".5", 0.5},     {"1e-6", 0.000001}, {"2.5E+2", 250},
              {"007.50", 7.5}, {"1e-400", 0},      {"0.59627329192546583", 0.59627329192546583}};
  for (size_t i = 0; i < CS_COUNT_OF(good); i++) {
    double number = -1;
    assert_true(cs_decimal_parse(cs_slice_of(good[i].text), &number));
    assert_true(number == good[i].number);
  }
  static const char *const bad[] = {"",
                                    ".",
                                    "1.",
                                    "-1",
                                    "+1",
                                    " 1",
                                    "1 ",
                                    "1,5",
                                    "0x1",
                                    "e5",
                                    "1e",
                                    "1e-",
                                    "nan",
                                    "inf",
                                    "1e400",
                                    "1.2.3",
                                    "90%",
                                    "1e5.0",
                                    "0000000000000000000000000000000000000000000000000000000000000001"};
  for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
    double number;
    assert_false(cs_decimal_parse(cs_slice_of(bad[i]), &number));
  }
  double number;
  assert_false(cs_decimal_parse((cs_slice){"1\0"
                                           "2",
                                           3},
                                &number));
}

static void test_numbers_in_groups(void **state)
{
  (void)state;
  static const struct {
    int64_t number;
    const char *text;
  } table[] = {
    {0, "0"},
    {999, "999"},
    {1000, "1,000"},
    {1550, "1,550"},
    {-250, "-250"},
    {-1550, "-1,550"},
    {123456, "123,456"},
    {-123456, "-123,456"},
    {CS_NUMBER_MAX, "9,007,199,254,740,991"},
    {INT64_MIN, "-9,223,372,036,854,775,808"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char text[CS_GROUPED];
    assert_string_equal(cs_grouped(table[i].number, text), table[i].text);
  }
}

/* ---- UTF-8 ------------------------------------------------------------------------------- */

static void test_utf8(void **state)
{
  (void)state;
  static const struct {
    const char *bytes;
    size_t length, good; /* good == length: all of it */
  } table[] = {
    {"", 0, 0},
    {"plain", 5, 5},
    {"\0", 1, 1},
    {"\x7f", 1, 1},
    {"\xc2\x80", 2, 2},           /* U+0080, the first of two bytes */
    {"\xdf\xbf", 2, 2},           /* U+07FF */
    {"\xe0\xa0\x80", 3, 3},       /* U+0800 */
    {"\xed\x9f\xbf", 3, 3},       /* U+D7FF, before the surrogates */
    {"\xee\x80\x80", 3, 3},       /* U+E000, after them */
    {"\xef\xbf\xbd", 3, 3},       /* U+FFFD */
    {"\xf0\x90\x80\x80", 4, 4},   /* U+10000 */
    {"\xf4\x8f\xbf\xbf", 4, 4},   /* U+10FFFF, the last */
    {"12345678\xd0\x96", 10, 10}, /* after eight bytes of ASCII */
    {"\x80", 1, 0},               /* a continuation alone */
    {"a\xbf", 2, 1},
    {"\xc0\xaf", 2, 0}, /* overlong "/" in two, three and four bytes */
    {"\xc1\xbf", 2, 0},
    {"\xe0\x80\xaf", 3, 0},
    {"\xe0\x9f\xbf", 3, 0},
    {"\xf0\x80\x80\xaf", 4, 0},
    {"\xf0\x8f\xbf\xbf", 4, 0},
    {"\xed\xa0\x80", 3, 0}, /* surrogates U+D800, U+DBFF, U+DC00, U+DFFF */
    {"\xed\xaf\xbf", 3, 0},
    {"\xed\xb0\x80", 3, 0},
    {"\xed\xbf\xbf", 3, 0},
    {"\xf4\x90\x80\x80", 4, 0}, /* U+110000 */
    {"\xf5\x80\x80\x80", 4, 0},
    {"\xf8\x88\x80\x80\x80", 5, 0},
    {"\xfe", 1, 0},
    {"\xff", 1, 0},
    {"ab\xc3", 3, 2}, /* truncated */
    {"ab\xe2\x82", 4, 2},
    {"ab\xf0\x9f\x98", 5, 2},
    {"\xc3(", 2, 0}, /* a lead byte, then ASCII */
    {"\xe2\x82(", 3, 0},
    {"12345678\xc3(", 10, 8},
    {"1234567\xff", 8, 7},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    size_t good = cs_utf8_check(table[i].bytes, table[i].length);
    if (good != table[i].good)
      fail_msg("row %zu: %zu bytes are UTF-8; expected %zu", i, good, table[i].good);
  }
}

static void test_places_count_characters(void **state)
{
  (void)state;
  static const char text[] = "ab\n\xd0\x96"
                             "c\nd";
  static const struct {
    size_t offset;
    uint32_t line, column;
  } table[] = {{0, 1, 1}, {1, 1, 2}, {3, 2, 1}, {5, 2, 2}, {7, 3, 1}, {8, 3, 2}};
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_mark mark = cs_mark_of(text, table[i].offset);
    assert_int_equal(mark.line, table[i].line);
    assert_int_equal(mark.column, table[i].column);
  }
}

/* ---- Errors ------------------------------------------------------------------------------ */

static void test_quoting(void **state)
{
  (void)state;
  static const struct {
    cs_slice text;
    const char *quoted;
  } table[] = {
    {{"", 0}, "\"\""},
    {{"warheads", 8}, "\"warheads\""},
    {{"a\nb\tc", 5}, "\"a\\x0ab\\x09c\""},
    {{"\x1b[31mred", 8}, "\"\\x1b[31mred\""},
    {{"\0\x7f", 2}, "\"\\x00\\x7f\""},
    {{"\xc2\x9b"
      "31m",
      5},
     "\"\\xc2\\x9b31m\""}, /* CSI as one character */
    {{"\xc2\xa0", 2}, "\"\xc2\xa0\""},
    {{"\xd0\x96", 2}, "\"\xd0\x96\""},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char out[CS_QUOTED];
    assert_string_equal(cs_quote(table[i].text, out), table[i].quoted);
  }
}

/* Whatever comes in, what goes out is short, whole UTF-8 and free of control characters. */
static void test_quoting_is_safe_for_any_text(void **state)
{
  (void)state;
  static const char *const pieces[] = {"a", "\x1b", "\xd0\x96", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xc2\x85", "\x7f"};
  for (size_t k = 0; k < CS_COUNT_OF(pieces); k++) {
    char text[400] = "";
    for (size_t n = 0; n < 80; n++) {
      char out[CS_QUOTED];
      memset(out, 'x', sizeof out);
      cs_quote(cs_slice_of(text), out);
      assert_non_null(memchr(out, '\0', sizeof out));
      assert_int_equal(cs_utf8_check(out, strlen(out)), strlen(out));
      assert_int_equal(out[strlen(out) - 1], '"');
      for (const char *p = out; *p != '\0'; p++)
        assert_false((unsigned char)*p < 0x20 || *p == 0x7f);
      if (strlen(text) > CS_QUOTED)
        assert_non_null(strstr(out, "...\""));
      strcat(text, pieces[k]);
    }
  }
}

/* Arguments of the command line are bytes, not text: a lead byte must not carry an escape past the quoting. */
static void test_quoting_of_bytes_that_are_not_text(void **state)
{
  (void)state;
  static const char *const bad[] = {"\xc3\x1b[31m", "\xe2\x1b[31m", "\xf0\x9f\x1b[31m",
                                    "\xff\x1b[31m", "\x9b[31m",     "\xc2"};
  for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
    char out[CS_QUOTED];
    cs_quote(cs_slice_of(bad[i]), out);
    assert_null(strchr(out, '\x1b'));
    assert_int_equal(cs_utf8_check(out, strlen(out)), strlen(out));
  }
}

static void test_errors_say_where(void **state)
{
  (void)state;
  cs_error error;
  char line[128];
  assert_int_equal(cs_fail(&error, CS_INVALID, "a.yaml", (cs_mark){3, 7}, "%s; expected %d", "wrong", 5), CS_INVALID);
  cs_error_format(&error, line, sizeof line);
  assert_string_equal(line, "a.yaml:3:7: wrong; expected 5");
  assert_string_equal(error.hint, "");
  cs_hint(&error, "did you mean \"%s\"?", "x");
  assert_string_equal(error.hint, "did you mean \"x\"?");

  cs_fail(&error, CS_SYSTEM, "a.yaml", (cs_mark){0}, "cannot be read");
  cs_error_format(&error, line, sizeof line);
  assert_string_equal(line, "a.yaml: cannot be read");
  assert_string_equal(error.hint, "");

  assert_int_equal(cs_fail_memory(&error), CS_SYSTEM);
  cs_error_format(&error, line, sizeof line);
  assert_string_equal(line, "out of memory");
  cs_error_format(&error, line, 5);
  assert_string_equal(line, "out ");
}

static void test_long_errors_are_cut(void **state)
{
  (void)state;
  static char path[2000], what[2000];
  memset(path, 'p', sizeof path - 1);
  memset(what, 'w', sizeof what - 1);
  cs_error error;
  cs_fail(&error, CS_INVALID, path, (cs_mark){1, 1}, "%s", what);
  assert_in_range(strlen(error.file), sizeof error.file - 8, sizeof error.file - 1);
  assert_in_range(strlen(error.what), sizeof error.what - 8, sizeof error.what - 1);
  cs_hint(&error, "%s", what);
  assert_in_range(strlen(error.hint), sizeof error.hint - 8, sizeof error.hint - 1);
}

static void test_nearest_names(void **state)
{
  (void)state;
  static const char *const names[] = {"article", "at-most", "baseline", "count", "from", "until"};
  static const struct {
    const char *name, *nearest;
  } table[] = {
    {"artcle", "article"},   /* one left out */
    {"aarticle", "article"}, /* one too many */
    {"articke", "article"},  /* one replaced */
    {"atricle", "article"},  /* two swapped */
    {"form", "from"},        {"at_most", "at-most"}, {"Count", "count"}, {"base-line", "baseline"},
    {"untill", "until"},     {"warheads", NULL},     {"", NULL},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    const char *nearest = cs_nearest(cs_slice_of(table[i].name), names, CS_COUNT_OF(names), sizeof names[0]);
    if (table[i].nearest == NULL)
      assert_null(nearest);
    else
      assert_string_equal(nearest == NULL ? "nothing" : nearest, table[i].nearest);
  }
  static char longest[200];
  memset(longest, 'a', sizeof longest - 1);
  assert_null(cs_nearest(cs_slice_of(longest), names, CS_COUNT_OF(names), sizeof names[0]));
  const char *one = longest;
  assert_null(cs_nearest(CS_SLICE("article"), &one, 1, sizeof one));
  assert_null(cs_nearest(CS_SLICE("article"), NULL, 0, sizeof one));
}

/* "At most a third of its length": a name of two letters is not a slip of any other one. */
static void test_short_names_have_no_neighbours(void **state)
{
  (void)state;
  static const char *const names[] = {"US", "b", "RU"};
  assert_null(cs_nearest(CS_SLICE("UK"), names, 3, sizeof names[0]));
  assert_null(cs_nearest(CS_SLICE("a"), names, 3, sizeof names[0]));
}

/* ---- Text -------------------------------------------------------------------------------- */

static void test_text_grows(void **state)
{
  (void)state;
  cs_text text = {0};
  for (int i = 0; i < 3000; i++)
    cs_text_add(&text, "%d,", i % 10);
  assert_false(text.failed);
  assert_int_equal(text.length, 6000);
  assert_int_equal(strlen(text.at), 6000);
  assert_memory_equal(text.at + 5990, "5,6,7,8,9,", 10);
  cs_text_free(&text);
  assert_null(text.at);
  assert_int_equal(text.length, 0);
}

static void test_columns(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    size_t columns;
  } table[] = {
    {"", 0},
    {"abc", 3},
    {"\xd0\x96", 1},                 /* Ж */
    {"\xe6\xa0\xb8\xe5\xbc\xb9", 4}, /* 核弹, two columns each */
    {"e\xcc\x81", 1},                /* e with a combining acute */
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    assert_int_equal(cs_text_columns(table[i].text), table[i].columns);
}

static void test_padding(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    size_t width;
    const char *padded;
  } table[] = {
    {"ab", 4, "ab  "},
    {"abcd", 4, "abcd"},
    {"abcde", 4, "abcde"},
    {"", 2, "  "},
    {"ab", 0, "ab"},
    {"\xe6\xa0\xb8", 4, "\xe6\xa0\xb8  "},
    {"e\xcc\x81", 3, "e\xcc\x81  "},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_text text = {0};
    cs_text_pad(&text, table[i].text, table[i].width);
    assert_string_equal(text.at, table[i].padded);
    cs_text_free(&text);
  }
}

static void test_wrapping(void **state)
{
  (void)state;
  static const struct {
    const char *bytes;
    size_t at, indent, width;
    const char *wrapped;
  } table[] = {
    {"one two three", 0, 2, 7, "one two\n  three"},
    {"one two three", 4, 2, 7, "one\n  two\n  three"},
    {"one\ntwo   three\n", 0, 0, 80, "one two three"},
    {"unbreakable word", 0, 1, 4, "unbreakable\n word"},
    {"  leading", 0, 0, 80, "leading"},
    {"\xe6\xa0\xb8 \xe5\xbc\xb9", 0, 0, 5, "\xe6\xa0\xb8 \xe5\xbc\xb9"},
    {"\xe6\xa0\xb8 \xe5\xbc\xb9", 0, 0, 4, "\xe6\xa0\xb8\n\xe5\xbc\xb9"},
    {"e\xcc\x81 e\xcc\x81", 0, 0, 3, "e\xcc\x81 e\xcc\x81"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_text text = {0};
    cs_text_wrap(&text, table[i].bytes, table[i].at, table[i].indent, table[i].width);
    assert_string_equal(text.at, table[i].wrapped);
    cs_text_free(&text);
  }
}

static void test_xml(void **state)
{
  (void)state;
  cs_text text = {0};
  cs_text_xml(&text, "a<b> & \"c\" 'd'");
  assert_string_equal(text.at, "a&lt;b&gt; &amp; &quot;c&quot; 'd'");
  cs_text_free(&text);
}

/* ---- Memory ------------------------------------------------------------------------------ */

static void test_arena(void **state)
{
  (void)state;
  cs_arena arena = {0};
  unsigned char *before = NULL;
  for (size_t size = 1; size < 600; size++) {
    unsigned char *bytes = cs_arena_alloc(&arena, size);
    assert_non_null(bytes);
    assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < size; i++)
      assert_int_equal(bytes[i], 0);
    memset(bytes, 0xa5, size);
    assert_ptr_not_equal(bytes, before);
    before = bytes;
  }
  unsigned char *large = cs_arena_alloc(&arena, 100000); /* more than a block */
  assert_non_null(large);
  large[99999] = 1;
  const char *copy = cs_arena_copy(&arena, (cs_slice){"warhead", 3});
  assert_string_equal(copy, "war");
  assert_string_equal(cs_arena_copy(&arena, (cs_slice){NULL, 0}), "");
  assert_string_equal(cs_arena_format(&arena, "%s-%d", "a", 7), "a-7");
  cs_arena_free(&arena);
  assert_null(arena.blocks);
}

static void test_arena_refuses_what_cannot_be(void **state)
{
  (void)state;
  cs_arena arena = {0};
  assert_null(cs_arena_alloc(&arena, SIZE_MAX));
  assert_null(cs_arena_array(&arena, SIZE_MAX / 2, 3));
  assert_null(cs_arena_array(&arena, SIZE_MAX, SIZE_MAX));
  assert_non_null(cs_arena_array(&arena, 10, 8));
  cs_arena_free(&arena);
}

static void test_arrays_double(void **state)
{
  (void)state;
  int *numbers = NULL;
  size_t capacity = 0, growths = 0;
  for (size_t i = 0; i < 1000; i++) {
    size_t before = capacity;
    assert_true(cs_grow((void **)&numbers, &capacity, i, sizeof *numbers));
    growths += capacity != before;
    numbers[i] = (int)i;
  }
  for (size_t i = 0; i < 1000; i++)
    assert_int_equal(numbers[i], (int)i);
  assert_true(growths < 12);
  size_t full = SIZE_MAX / 4;
  assert_false(cs_grow((void **)&numbers, &full, full, 16));
  free(numbers);
}

/* ---- Files ------------------------------------------------------------------------------- */

static void test_files(void **state)
{
  (void)state;
  cs_file file;
  cs_error error;
  assert_int_equal(cs_file_read(scratch_file("a", "one\ntwo"), 7, &file, &error), CS_OK);
  assert_int_equal(file.length, 7);
  assert_string_equal(file.bytes, "one\ntwo");
  cs_file_free(&file);
  assert_null(file.bytes);

  assert_int_equal(cs_file_read(scratch_file("a", ""), 7, &file, &error), CS_OK);
  assert_int_equal(file.length, 0);
  cs_file_free(&file);
}

static void test_files_that_are_refused(void **state)
{
  (void)state;
  static char large[5000];
  memset(large, 'a', sizeof large);
  const struct {
    const char *path;
    uint32_t line, column;
    const char *what;
  } table[] = {
    {scratch_bytes("a", large, 4097), 1, 1, "the file is too large; expected at most 4 KiB"},
    {scratch_bytes("a", "ab\nc\xff", 5), 2, 2, "byte 0xff is not UTF-8; expected UTF-8 text"},
    {scratch_bytes("a", "ab\nc\0d", 6), 2, 2, "a zero byte; expected text"},
    {"/nonexistent/file", 0, 0, "cannot be opened: No such file or directory"},
    {"/", 0, 0, "cannot be read: Is a directory"},
    {"/dev/zero", 1, 1, "the file is too large; expected at most 4 KiB"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_file file;
    cs_error error;
    assert_int_equal(cs_file_read(table[i].path, 4096, &file, &error), CS_INVALID);
    assert_string_equal(error.what, table[i].what);
    assert_string_equal(error.file, table[i].path);
    assert_int_equal(error.line, table[i].line);
    assert_int_equal(error.column, table[i].column);
    assert_null(file.bytes);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_day_is_where_it_belongs),
    cmocka_unit_test(test_days_that_do_not_exist),
    cmocka_unit_test(test_no_date_is_an_empty_text),
    cmocka_unit_test(test_months_end_on_the_last_day),
    cmocka_unit_test(test_spans_are_added),
    cmocka_unit_test(test_spans_in_words),
    cmocka_unit_test(test_today_is_a_day),
    cmocka_unit_test(test_numbers),
    cmocka_unit_test(test_decimals),
    cmocka_unit_test(test_numbers_in_groups),
    cmocka_unit_test(test_utf8),
    cmocka_unit_test(test_places_count_characters),
    cmocka_unit_test(test_quoting),
    cmocka_unit_test(test_quoting_is_safe_for_any_text),
    cmocka_unit_test(test_quoting_of_bytes_that_are_not_text),
    cmocka_unit_test(test_errors_say_where),
    cmocka_unit_test(test_long_errors_are_cut),
    cmocka_unit_test(test_nearest_names),
    cmocka_unit_test(test_short_names_have_no_neighbours),
    cmocka_unit_test(test_text_grows),
    cmocka_unit_test(test_columns),
    cmocka_unit_test(test_padding),
    cmocka_unit_test(test_wrapping),
    cmocka_unit_test(test_xml),
    cmocka_unit_test(test_arena),
    cmocka_unit_test(test_arena_refuses_what_cannot_be),
    cmocka_unit_test(test_arrays_double),
    cmocka_unit_test(test_files),
    cmocka_unit_test(test_files_that_are_refused),
  };
  return cmocka_run_group_tests_name("base", tests, scratch_open, scratch_close);
}
