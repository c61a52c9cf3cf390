/* statement/: what parties say, and what an agreement admits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statement/statement.h"
#include "support.h"

static const char PACT[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}, BO: {name: Borland}}\n"
  "term:\n"
  "  entry-into-force: 2020-01-01\n"
  "  duration: 10 years\n"
  "  article: Article 1\n"
  "  extension: {at-most: 5 years, article: Article 2}\n"
  "  withdrawal: {notice: 3 months, article: Article 3}\n"
  "items:\n"
  "  missile: {name: missiles, states: {deployed: {}, stored: {}}}\n"
  "  launcher: {name: launchers, states: {fixed: {}}}\n"
  "counts:\n"
  "  missiles: {name: missiles, article: Article 4, sum: [{item: missile, states: [deployed, stored]}]}\n"
  "  launchers: {name: launchers, article: Article 4, sum: [{item: launcher, states: [fixed]}]}\n"
  "limits:\n"
  "  ceiling: {count: missiles, at-most: 100, article: Article 5}\n"
  "exchanges:\n"
  "  data:\n"
  "    name: data\n"
  "    counts: [missiles, launchers]\n"
  "    article: Article 6\n"
  "    schedule:\n"
  "      - {as-of: 2020-01-01, due: 45 days after, article: Article 6}\n"
  "      - {first: 2020-07-01, every: 6 months, due: 30 days after, article: Article 6}\n"
  "notifications:\n"
  "  move: {group: Moves, event: a move, due: 5 days after, article: Article 7}\n"
  "  launch: {group: Moves, event: a launch, due: 24 hours before, article: Article 7}\n"
  "  visit: {group: Moves, event: a visit, article: Article 7}\n"
  "  test: {group: Moves, event: a test, items: [missile], article: Article 7}\n";

/* An agreement that says nothing of extension and withdrawal. */
static const char BARE[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}}\n"
  "term: {entry-into-force: 2020-01-01, article: Article 1}\n"
  "items: {missile: {name: missiles, states: {deployed: {}}}}\n"
  "counts: {missiles: {name: missiles, article: Article 4, sum: [{item: missile, states: [deployed]}]}}\n";

static cs_treaty *pact, *bare;

static int open_group(void **state)
{
  int failed = scratch_open(state);
  pact = make_treaty(PACT);
  bare = make_treaty(BARE);
  return failed;
}

static int close_group(void **state)
{
  cs_treaty_free(pact);
  cs_treaty_free(bare);
  return scratch_close(state);
}

static cs_statement parse(cs_slice bytes)
{
  cs_statement out;
  cs_error error;
  must(cs_statement_parse(bytes, "entry 7", &out, &error), &error);
  return out;
}

static cs_error refuse(cs_slice bytes)
{
  cs_statement out;
  cs_error error = {0};
  if (cs_statement_parse(bytes, "entry 7", &out, &error) != CS_INVALID)
    fail_msg("%.*s: taken", (int)bytes.length, bytes.at);
  assert_null(out.json);
  assert_string_equal(error.file, "entry 7");
  return error;
}

/* ---- Time ---------------------------------------------------------------------------------------------------- */

static void test_times(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t time;
  } table[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2021-02-05T17:08:09Z", 1612544889},
    {"2100-02-28T23:59:59Z", 4107542399},
    {"9999-12-31T23:59:59Z", 253402300799},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char text[CS_TIME_TEXT];
    int64_t time = -1;
    assert_true(cs_time_parse(table[i].text, &time));
    assert_int_equal(time, table[i].time);
    assert_string_equal(cs_time_format(table[i].time, text), table[i].text);
  }
}

static void test_texts_that_are_no_times(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "",
    "2021-02-05",
    "2021-02-05T17:08:09",
    "2021-02-05T17:08:09z",
    "2021-02-05t17:08:09Z",
    "2021-02-05 17:08:09Z",
    "2021-02-05T17:08:09+00:00",
    "2021-02-05T17:08:09.5Z",
    "2021-02-05T24:00:00Z",
    "2021-02-05T17:60:00Z",
    "2021-02-05T17:08:60Z",
    "2021-02-29T17:08:09Z",
    "2021-02-05T1a:08:09Z",
    "2021-02-05T17-08-09Z",
    "1969-12-31T23:59:59Z",
    " 2021-02-05T17:08:09Z",
    "2021-02-05T17:08:09Z\n",
  };
  int64_t time;
  for (size_t i = 0; i < CS_COUNT_OF(texts); i++)
    if (cs_time_parse(texts[i], &time))
      fail_msg("\"%s\" is taken for a time", texts[i]);
}

/* ---- One of each kind ---------------------------------------------------------------------------------------- */

/* The lines of tests/schema/statements.jsonl, in the order of the kinds; they have every key. */
static cs_file samples;

static cs_slice sample(cs_statement_kind kind)
{
  cs_error error;
  if (samples.bytes == NULL)
    must(cs_file_read("tests/schema/statements.jsonl", 1 << 20, &samples, &error), &error);
  const char *line = samples.bytes, *end = strchr(line, '\n');
  for (size_t i = 0; i < (size_t)kind; i++) {
    line = end + 1;
    end = strchr(line, '\n');
    assert_non_null(end);
  }
  return (cs_slice){line, (size_t)(end - line)};
}

static json_t *sample_json(cs_statement_kind kind)
{
  cs_slice line = sample(kind);
  json_t *json = json_loadb(line.at, line.length, 0, NULL);
  assert_non_null(json);
  return json;
}

/* Makes a statement again from the keys of one that was read: plain values as text, others as they are. */
static void make_again(const cs_statement *s, cs_text *out)
{
  cs_statement_value values[16];
  char numbers[16][24];
  size_t count = 0;
  const char *name;
  json_t *value, *extra = json_object();
  json_object_foreach(s->json, name, value)
  {
    if (json_is_object(value) || json_is_array(value)) {
      json_object_set(extra, name, value);
    } else if (strcmp(name, "kind") != 0 && strcmp(name, "agreement") != 0 && strcmp(name, "party") != 0 &&
               strcmp(name, "time") != 0) {
      snprintf(numbers[count], sizeof numbers[count], "%lld", (long long)json_integer_value(value));
      values[count] = (cs_statement_value){name, json_is_integer(value) ? numbers[count] : json_string_value(value)};
      count++;
    }
  }
  cs_error error;
  must(cs_statement_make(pact, 0, s->time, s->kind, values, count, extra, out, &error), &error);
}

/* Key number `i` of a kind, the common ones first. */
static const cs_statement_key *key_of(cs_statement_kind kind, size_t i)
{
  return i < cs_statement_common_count ? &cs_statement_common[i]
                                       : &cs_statement_kinds[kind].keys[i - cs_statement_common_count];
}

static size_t keys_of(cs_statement_kind kind)
{
  return cs_statement_common_count + cs_statement_kinds[kind].key_count;
}

static bool is_sealed(cs_key_type type)
{
  return type == CS_KEY_SEALED || type == CS_KEY_COMMITMENT;
}

static void test_every_kind_is_made_as_it_is_read(void **state)
{
  (void)state;
  for (cs_statement_kind kind = 0; kind <= CS_WITHDRAW; kind++) {
    cs_statement s = parse(sample(kind));
    cs_text made = {0};
    assert_int_equal(s.kind, kind);
    assert_string_equal(cs_statement_text(&s, "kind"), cs_statement_kinds[kind].name);
    size_t sealed = 0; /* what is sealed is tested in seal_test.c */
    for (size_t i = 0; i < keys_of(kind); i++)
      sealed += is_sealed(key_of(kind, i)->type);
    assert_int_equal(json_object_size(s.json), keys_of(kind) - sealed);
    make_again(&s, &made);
    assert_int_equal(made.length, sample(kind).length);
    assert_memory_equal(made.at, sample(kind).at, made.length);
    cs_text_free(&made);
    cs_statement_free(&s);
  }
}

static void test_values_of_keys(void **state)
{
  (void)state;
  cs_statement s = parse(sample(CS_NOTIFY));
  assert_int_equal(s.time, 1583107199);
  assert_string_equal(cs_statement_text(&s, "notification"), "move");
  assert_null(cs_statement_text(&s, "count"));
  assert_null(cs_statement_text(&s, "nothing"));
  assert_int_equal(cs_statement_number(&s, "count"), 1);
  assert_int_equal(cs_statement_number(&s, "item"), -1);
  assert_int_equal(cs_statement_number(&s, "nothing"), -1);
  assert_int_equal(cs_statement_date(&s, "date"), day("2020-03-01"));
  assert_int_equal(cs_statement_date(&s, "item"), CS_DATE_NONE);
  assert_int_equal(cs_statement_date(&s, "nothing"), CS_DATE_NONE);
  cs_statement_free(&s);
}

/* ---- What is no statement ------------------------------------------------------------------------------------ */

/* The error with which `json`, which is released, is refused. */
static cs_error refuse_json(json_t *json)
{
  char *text = json_dumps(json, 0);
  assert_non_null(text);
  cs_error error = refuse(cs_slice_of(text));
  free(text);
  json_decref(json);
  return error;
}

static void take_json(json_t *json)
{
  char *text = json_dumps(json, 0);
  assert_non_null(text);
  cs_statement s = parse(cs_slice_of(text));
  cs_statement_free(&s);
  free(text);
  json_decref(json);
}

static void test_every_key_that_is_missing(void **state)
{
  (void)state;
  for (cs_statement_kind kind = 0; kind <= CS_WITHDRAW; kind++)
    for (size_t i = 0; i < keys_of(kind); i++) {
      const cs_statement_key *key = key_of(kind, i);
      if (is_sealed(key->type))
        continue;
      json_t *json = sample_json(kind);
      assert_int_equal(json_object_del(json, key->name), 0);
      if (!key->required) {
        take_json(json);
        continue;
      }
      char expected[128];
      snprintf(expected, sizeof expected, "\"%s\" is missing; expected this key", key->name);
      cs_error error = refuse_json(json);
      assert_string_equal(error.what,
                          i == 0 ? "\"kind\" is no kind of statement; expected one such as \"declare\" or \"notify\""
                                 : expected);
    }
}

/* Which key types take a value. */
enum { NONE = 0, TEXT = 1, NUMBER = 2 };

static bool takes(cs_key_type type, int what)
{
  if (type == CS_KEY_NUMBER)
    return what == NUMBER;
  return what == TEXT && (type == CS_KEY_TEXT || (type >= CS_KEY_PARTY && type <= CS_KEY_FACILITY));
}

static void test_values_of_another_type(void **state)
{
  (void)state;
  static const struct {
    const char *json;
    int what; /* names are texts until the agreement is asked */
  } values[] = {
    {"null", NONE},
    {"true", NONE},
    {"1.5", NONE},
    {"3.0", NONE},
    {"-1", NONE},
    {"3", NUMBER},
    {"0", NUMBER},
    {"9007199254740992", NONE},
    {"[]", NONE},

    {"{}", NONE},
    {"\"\"", NONE},
    {"\"word\"", TEXT},
    {"\"a\\u0007b\"", NONE},
    {"\"\\u202e\"", NONE},
    {"\"3\"", TEXT},
    {"\"2020-02-30\"", TEXT},
    {"\"2020-1-1\"", TEXT},
    {"\"2020-03-01T24:00:00Z\"", TEXT},
  };
  for (cs_statement_kind kind = 0; kind <= CS_WITHDRAW; kind++)
    for (size_t i = 1; i < keys_of(kind); i++)
      for (size_t v = 0; v < CS_COUNT_OF(values); v++) {
        const cs_statement_key *key = key_of(kind, i);
        if (is_sealed(key->type))
          continue;
        json_t *json = sample_json(kind), *value = json_loads(values[v].json, JSON_DECODE_ANY, NULL);
        assert_non_null(value);
        json_object_set_new(json, key->name, value);
        if (takes(key->type, values[v].what)) {
          take_json(json);
          continue;
        }
        char expected[128];
        snprintf(expected, sizeof expected, "\"%s\" has a wrong value; expected ", key->name);
        cs_error error = refuse_json(json);
        assert_memory_equal(error.what, expected, strlen(expected));
      }
}

static void test_keys_that_are_not_known(void **state)
{
  (void)state;
  for (cs_statement_kind kind = 0; kind <= CS_WITHDRAW; kind++) {
    json_t *json = sample_json(kind);
    json_object_set_new(json, "colour", json_string("red"));
    assert_string_equal(refuse_json(json).what,
                        "\"colour\" is no key of such a statement; expected the keys of its kind");
  }
  json_t *json = sample_json(CS_DECLARE);
  json_object_set_new(json, "until", json_string("2030-01-01")); /* a key of another kind */
  assert_string_equal(refuse_json(json).what, "\"until\" is no key of such a statement; expected the keys of its kind");
}

static void test_parts_of_a_declaration(void **state)
{
  (void)state;
  static const struct {
    const char *key, *value, *what;
  } table[] = {
    {"totals", "{\"missiles\": -1}",
     "\"missiles\" has a wrong value; expected a whole number from 0 to 9007199254740991"},
    {"totals", "{\"missiles\": \"7\"}",
     "\"missiles\" has a wrong value; expected a whole number from 0 to 9007199254740991"},
    {"totals", "{\"a\": 1, \"missiles\": 1.0}",
     "\"missiles\" has a wrong value; expected a whole number from 0 to 9007199254740991"},
    {"totals", "{\"missiles\": {\"missiles\": 7}}",
     "\"missiles\" has a wrong value; expected a whole number from 0 to 9007199254740991"},
    {"holdings", "[7]", "\"holdings\" has an entry that is no object; expected objects alone"},
    {"holdings", "[{}]", "\"item\" is missing; expected this key"},
    {"holdings", "[{\"item\": \"missile\", \"count\": 1}]", "\"state\" is missing; expected this key"},
    {"holdings", "[{\"item\": \"missile\", \"state\": \"deployed\"}]", "\"count\" is missing; expected this key"},
    {"holdings", "[{\"item\": \"missile\", \"state\": \"deployed\", \"count\": -1}]",
     "\"count\" has a wrong value; expected a whole number from 0 to 9007199254740991"},
    {"holdings", "[{\"item\": \"missile\", \"state\": \"deployed\", \"count\": 1}, {\"item\": 7}]",
     "\"item\" has a wrong value; expected a text"},
    {"holdings", "[{\"item\": \"missile\", \"state\": \"deployed\", \"count\": 1, \"date\": \"2020-01-01\"}]",
     "\"date\" is no key of such a statement; expected the keys of its kind"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    json_t *json = sample_json(CS_DECLARE), *value = json_loads(table[i].value, 0, NULL);
    assert_non_null(value);
    json_object_set_new(json, table[i].key, value);
    assert_string_equal(refuse_json(json).what, table[i].what);
  }
}

static void test_bytes_that_are_no_statement(void **state)
{
  (void)state;
  static const cs_slice table[] = {
    CS_SLICE(""),
    CS_SLICE(" "),
    CS_SLICE("null"),
    CS_SLICE("7"),
    CS_SLICE("\"declare\""),
    CS_SLICE("[]"),
    CS_SLICE("{}"),
    CS_SLICE("{\"kind\": 7}"),
    CS_SLICE("{\"kind\": \"Declare\"}"),
    CS_SLICE("{\"kind\": \"declare\\u0000\"}"),
    CS_SLICE("{\"kind\": \"\xff\"}"),
    CS_SLICE("{'kind': 'declare'}"),
    CS_SLICE("\xef\xbb\xbf{}"),
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    refuse(table[i]);
  assert_string_equal(refuse(CS_SLICE("[]")).what, "this is no object; expected a statement");
}

/* A sample with something added before its first byte, after its last, or inside. */
static void refuse_altered(cs_slice before, cs_slice after)
{
  cs_slice line = sample(CS_SUSPEND);
  cs_text text = {0};
  cs_text_put(&text, before.at, before.length);
  cs_text_put(&text, line.at + (before.length > 0 && before.at[0] == '{'), line.length - 1);
  cs_text_put(&text, after.at, after.length);
  refuse((cs_slice){text.at, text.length});
  cs_text_free(&text);
}

static void test_what_stands_beside_a_statement(void **state)
{
  (void)state;
  static const cs_slice nothing = {"", 0};
  refuse_altered(nothing, nothing); /* its last brace is missing */
  refuse_altered(nothing, CS_SLICE("}}"));
  refuse_altered(nothing, CS_SLICE("}{}"));
  refuse_altered(nothing, CS_SLICE("}\0"));
  refuse_altered(nothing, CS_SLICE(",}"));
  refuse_altered(nothing, CS_SLICE(",\"kind\":\"suspend\"}"));
  refuse_altered(nothing, CS_SLICE(",\"from\":\"2020-04-02\"}"));
  refuse_altered(CS_SLICE("x"), CS_SLICE("}"));
}

static void test_duplicates_inside(void **state)
{
  (void)state;
  assert_non_null(strstr(refuse(CS_SLICE("{\"kind\":\"declare\",\"agreement\":\"pact\",\"party\":\"AR\","
                                         "\"time\":\"2020-02-01T00:00:00Z\",\"date\":\"2020-01-01\","
                                         "\"totals\":{\"missiles\":1,\"missiles\":2}}"))
                           .what,
                         "duplicate"));
}

/* A statement with a remark of `length` bytes. */
static void long_statement(size_t length, cs_text *out)
{
  cs_slice line = sample(CS_SUSPEND);
  cs_text_put(out, line.at, line.length - sizeof "x\"}" + 1);
  for (size_t i = 0; i < length; i++)
    cs_text_put(out, "x", 1);
  cs_text_add(out, "\"}");
}

static void test_long_statements(void **state)
{
  (void)state;
  cs_text text = {0};
  size_t rest = 65535 - (sample(CS_SUSPEND).length - 1);
  long_statement(rest, &text);
  assert_int_equal(text.length, 65535);
  cs_statement s = parse((cs_slice){text.at, text.length});
  cs_text made = {0};
  make_again(&s, &made);
  assert_string_equal(made.at, text.at);
  cs_statement_free(&s);

  cs_text_put(&text, " ", 1);
  assert_string_equal(refuse((cs_slice){text.at, text.length}).what,
                      "a statement of 65536 bytes; expected at most 65535");
  text.length = 0;
  for (size_t i = 0; i < 70 * 1024; i++)
    cs_text_put(&text, "x", 1);
  const cs_statement_value values[] = {{"from", "2020-04-02"}, {"text", text.at}};
  cs_error error = {0};
  made.length = 0;
  assert_int_equal(cs_statement_make(pact, 0, 1600000000, CS_SUSPEND, values, 2, NULL, &made, &error), CS_INVALID);
  assert_non_null(strstr(error.what, "bytes; expected at most 65535"));
  assert_int_equal(made.length, 0);
  cs_text_free(&made);
  cs_text_free(&text);
}

static void test_deep_statements(void **state)
{
  (void)state;
  static const char *const openings[] = {"[", "{\"a\":", "{\"totals\":", "{\"holdings\":["};
  static const size_t depths[] = {10, 1000, 5000};
  for (size_t i = 0; i < CS_COUNT_OF(openings); i++)
    for (size_t k = 0; k < CS_COUNT_OF(depths); k++) {
      cs_text text = {0};
      for (size_t depth = 0; depth < depths[k]; depth++)
        cs_text_add(&text, "%s", openings[i]);
      refuse((cs_slice){text.at, text.length});
      cs_text_free(&text);
    }
}

/* ---- Making -------------------------------------------------------------------------------------------------- */

static void test_statements_that_cannot_be_made(void **state)
{
  (void)state;
  static const struct {
    cs_statement_kind kind;
    cs_statement_value values[3];
    const char *what;
  } table[] = {
    {CS_NOTIFY,
     {{"notification", "move"}, {"date", "2020-03-01"}, {"count", "many"}},
     "\"count\" has a wrong value; expected a whole number from 0 to 9007199254740991"},
    {CS_NOTIFY,
     {{"notification", "move"}, {"date", "2020-03-01"}, {"count", "-1"}},
     "\"count\" has a wrong value; expected a whole number from 0 to 9007199254740991"},
    {CS_NOTIFY,
     {{"notification", "move"}, {"date", "2020-03-01"}, {"colour", "red"}},
     "\"colour\" is no key of such a statement; expected the keys of its kind"},
    {CS_NOTIFY,
     {{"notification", "move"}, {"date", "2020-03-01"}, {"text", "\xff"}},
     "\"text\" has a wrong value; expected a text"},
    {CS_NOTIFY,
     {{"notification", "move"}, {"date", "1 March"}, {"text", "x"}},
     "\"date\" has a wrong value; expected a day that exists, as YYYY-MM-DD"},
    {CS_NOTIFY,
     {{"notification", "dance"}, {"date", "2020-03-01"}, {"text", "x"}},
     "\"dance\" is no notification of the agreement; expected move, launch, visit or test"},
    {CS_DECLARE,
     {{"date", "2020-01-01"}, {"totals", "7"}, {"text", "x"}},
     "\"totals\" has a wrong value; expected an object of counts and numbers"},
    {CS_ADOPT,
     {{"treaty", "0123"}, {"origin", "o"}, {"text", "x"}},
     "\"treaty\" has a wrong value; expected 64 hexadecimal digits"},
    {CS_RESOLVE, {{"origin", "o"}, {"text", "x"}, {"text", "y"}}, "\"entry\" is missing; expected this key"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_text out = {0};
    cs_error error = {0};
    assert_int_equal(cs_statement_make(pact, 0, 1600000000, table[i].kind, table[i].values, 3, NULL, &out, &error),
                     CS_INVALID);
    assert_string_equal(error.what, table[i].what);
    assert_int_equal(out.length, 0);
    cs_text_free(&out);
  }
}

/* ---- Admission ----------------------------------------------------------------------------------------------- */

#define IN_TIME "2021-01-30T23:59:59Z" /* thirty days after the end of the half-year, 31 December */
#define LATE "2021-01-31T00:00:00Z"

typedef struct hearing {
  const char *kind, *time, *keys;
  const char *what; /* NULL: admitted */
  cs_admission admission;
} hearing;

static cs_status hear(const cs_treaty *treaty, const char *agreement, const char *party, const hearing *h,
                      cs_admission *admission, cs_error *error)
{
  char text[1024];
  snprintf(text, sizeof text, "{\"kind\":\"%s\",\"agreement\":\"%s\",\"party\":\"%s\",\"time\":\"%s\",%s}", h->kind,
           agreement, party, h->time, h->keys);
  cs_statement s = parse(cs_slice_of(text));
  cs_status status = cs_statement_admit(&s, treaty, 0, "entry 7", admission, error);
  cs_statement_free(&s);
  return status;
}

static void hear_all(const cs_treaty *treaty, const hearing *table, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    cs_admission admission;
    cs_error error = {0};
    cs_status status = hear(treaty, "pact", "AR", &table[i], &admission, &error);
    const char *what = status == CS_OK ? "admitted" : error.what;
    if (strcmp(what, table[i].what == NULL ? "admitted" : table[i].what) != 0)
      fail_msg("%s %s: %s", table[i].kind, table[i].keys, what);
    if (status == CS_OK && admission != table[i].admission)
      fail_msg("%s at %s %s: %s", table[i].kind, table[i].time, table[i].keys,
               admission == CS_ADMITTED_LATE ? "said to be late" : "not said to be late");
    if (status != CS_OK)
      assert_string_equal(error.file, "entry 7");
  }
}

static void test_who_speaks(void **state)
{
  (void)state;
  static const hearing h = {"suspend", IN_TIME, "\"from\":\"2021-02-02\"", NULL, CS_ADMITTED};
  cs_admission admission;
  cs_error error;
  must(hear(pact, "pact", "AR", &h, &admission, &error), &error);
  assert_int_equal(hear(pact, "pact", "BO", &h, &admission, &error), CS_INVALID);
  assert_string_equal(error.what, "\"BO\" speaks in another party's ledger; expected AR");
  assert_int_equal(hear(pact, "pact", "ar", &h, &admission, &error), CS_INVALID);
  assert_int_equal(hear(pact, "tcap", "AR", &h, &admission, &error), CS_INVALID);
  assert_string_equal(error.what, "\"tcap\" is another agreement; expected pact");
}

static void test_declarations(void **state)
{
  (void)state;
  static const hearing table[] = {
    {"declare", IN_TIME, "\"date\":\"2021-01-01\",\"totals\":{\"missiles\":5,\"launchers\":0}", NULL, CS_ADMITTED},
    {"declare", LATE, "\"date\":\"2021-01-01\",\"totals\":{\"missiles\":5}", NULL, CS_ADMITTED_LATE},
    {"declare", "2029-01-01T00:00:00Z", "\"date\":\"2021-01-02\",\"totals\":{\"missiles\":5}", NULL, CS_ADMITTED},
    {"declare", "2020-02-15T23:59:59Z", "\"date\":\"2020-01-01\",\"totals\":{\"missiles\":5}", NULL, CS_ADMITTED},
    {"declare", "2020-02-16T00:00:00Z", "\"date\":\"2020-01-01\",\"totals\":{\"missiles\":5}", NULL, CS_ADMITTED_LATE},
    {"declare", "2021-01-01T00:00:00Z", "\"date\":\"2021-01-01\",\"totals\":{\"missiles\":5}", NULL, CS_ADMITTED},
    {"declare", "2020-12-31T23:59:59Z", "\"date\":\"2021-01-01\",\"totals\":{\"missiles\":5}",
     "\"2021-01-01\" lies after the statement itself; expected a day that has come", 0},
    {"declare", IN_TIME, "\"date\":\"2019-12-31\",\"totals\":{\"missiles\":5}",
     "\"2019-12-31\" lies before the entry into force; expected a day of the term", 0},
    {"declare", "2040-01-01T00:00:00Z", "\"date\":\"2034-12-31\",\"totals\":{\"missiles\":5}", NULL, CS_ADMITTED},
    {"declare", "2040-01-01T00:00:00Z", "\"date\":\"2035-01-01\",\"totals\":{\"missiles\":5}",
     "\"2035-01-01\" lies after the last day that the agreement can have; expected a day of the term", 0},
    {"declare", IN_TIME,
     "\"date\":\"2021-01-01\",\"holdings\":[{\"item\":\"missile\",\"state\":\"stored\",\"facility\":\"A\",\"count\":5},"
     "{\"item\":\"missile\",\"state\":\"stored\",\"facility\":\"B\",\"count\":5}]",
     NULL, CS_ADMITTED},
    {"declare", IN_TIME,
     "\"date\":\"2021-01-01\",\"holdings\":[{\"item\":\"missile\",\"state\":\"stored\",\"facility\":\"A\",\"count\":5},"
     "{\"item\":\"missile\",\"state\":\"stored\",\"facility\":\"A\",\"count\":6}]",
     "\"missile\" is declared twice in one state; expected one number for each item, state, type and facility", 0},
    {"declare", IN_TIME, "\"date\":\"2021-01-01\"",
     "\"declare\" declares nothing; expected \"totals\", \"holdings\" or \"sealed\"", 0},
    {"declare", IN_TIME, "\"date\":\"2021-01-01\",\"totals\":{\"missiles\":5,\"tanks\":5}",
     "\"tanks\" is no count of the agreement; expected missiles or launchers", 0},
    {"declare", IN_TIME,
     "\"date\":\"2021-01-01\",\"holdings\":[{\"item\":\"missile\",\"state\":\"stored\",\"count\":5}]", NULL,
     CS_ADMITTED},
    {"declare", IN_TIME,
     "\"date\":\"2021-01-01\",\"holdings\":[{\"item\":\"missile\",\"state\":\"stored\",\"count\":5},"
     "{\"item\":\"tank\",\"state\":\"stored\",\"count\":5}]",
     "\"tank\" is no item of the agreement; expected missile or launcher", 0},
    {"declare", IN_TIME,
     "\"date\":\"2021-01-01\",\"holdings\":[{\"item\":\"missile\",\"state\":\"fixed\",\"count\":5}]",
     "\"fixed\" is no state of this item; expected deployed or stored", 0},
  };
  hear_all(pact, table, CS_COUNT_OF(table));
}

static void test_notifications(void **state)
{
  (void)state;
  static const hearing table[] = {
    {"notify", "2021-03-06T23:59:59Z", "\"notification\":\"move\",\"date\":\"2021-03-01\"", NULL, CS_ADMITTED},
    {"notify", "2021-03-07T00:00:00Z", "\"notification\":\"move\",\"date\":\"2021-03-01\"", NULL, CS_ADMITTED_LATE},
    {"notify", "2021-02-01T00:00:00Z", "\"notification\":\"move\",\"date\":\"2021-03-01\"", NULL, CS_ADMITTED},
    {"notify", "2021-03-01T23:59:59Z", "\"notification\":\"launch\",\"date\":\"2021-03-02\"", NULL, CS_ADMITTED},
    {"notify", "2021-03-02T00:00:00Z", "\"notification\":\"launch\",\"date\":\"2021-03-02\"", NULL, CS_ADMITTED_LATE},
    {"notify", "2029-03-02T00:00:00Z", "\"notification\":\"visit\",\"date\":\"2021-03-02\"", NULL, CS_ADMITTED},
    {"notify", IN_TIME, "\"notification\":\"visit\",\"date\":\"2019-12-31\"",
     "\"2019-12-31\" lies before the entry into force; expected a day of the term", 0},
    {"notify", IN_TIME, "\"notification\":\"test\",\"date\":\"2021-01-31\",\"item\":\"missile\"", NULL, CS_ADMITTED},
    {"notify", IN_TIME, "\"notification\":\"test\",\"date\":\"2021-01-31\"", NULL, CS_ADMITTED},
    {"notify", IN_TIME, "\"notification\":\"test\",\"date\":\"2021-01-31\",\"item\":\"launcher\"",
     "\"launcher\" is not what this notification is about; expected missile", 0},
    {"notify", IN_TIME, "\"notification\":\"dance\",\"date\":\"2021-01-31\"",
     "\"dance\" is no notification of the agreement; expected move, launch, visit or test", 0},
    {"notify", IN_TIME, "\"notification\":\"visit\",\"date\":\"2021-01-31\",\"item\":\"tank\"",
     "\"tank\" is no item of the agreement; expected missile or launcher", 0},
    {"notify", IN_TIME, "\"notification\":\"visit\",\"date\":\"2021-01-31\",\"state\":\"stored\"",
     "\"stored\" is a state of no item; expected \"item\" beside it", 0},
    {"notify", IN_TIME, "\"notification\":\"visit\",\"date\":\"2021-01-31\",\"item\":\"missile\",\"state\":\"stored\"",
     NULL, CS_ADMITTED},
    {"notify", IN_TIME,
     "\"notification\":\"visit\",\"date\":\"2021-01-31\",\"item\":\"missile\",\"to-state\":\"fixed\"",
     "\"fixed\" is no state of this item; expected deployed or stored", 0},
  };
  hear_all(pact, table, CS_COUNT_OF(table));
}

#define LEDGER_KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define COSIGNER_KEY "example.com/foo/cosigner+f0c2a167+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define ADOPTING(origin, key, cosigner)                                                                                \
  "\"treaty\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"origin\":\"" origin               \
  "\",\"key\":\"" key "\",\"cosigner\":\"" cosigner "\""

static void test_adoptions(void **state)
{
  (void)state;
  static const hearing table[] = {
    {"adopt", IN_TIME, ADOPTING("example.com/foo", LEDGER_KEY, COSIGNER_KEY), NULL, CS_ADMITTED},
    {"adopt", IN_TIME, ADOPTING("example.com/bar", LEDGER_KEY, COSIGNER_KEY),
     "\"example.com/bar\" is not the name of the ledger's key; expected example.com/foo", 0},
    {"adopt", IN_TIME, ADOPTING("example.com/foo", COSIGNER_KEY, COSIGNER_KEY),
     "\"example.com/foo/cosigner+f0c2a167+BOkyeRrm56hApGFkyQR4Z...\" does not sign ledgers; expected an Ed25519 key of "
     "signed notes",
     0},
    {"adopt", IN_TIME, ADOPTING("example.com/foo", LEDGER_KEY, LEDGER_KEY),
     "\"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2L...\" does not cosign; expected a key of cosignature/v1",
     0},
  };
  hear_all(pact, table, CS_COUNT_OF(table));
}

static void test_other_kinds(void **state)
{
  (void)state;
  static const hearing table[] = {
    {"raise", IN_TIME, "\"origin\":\"o\"", NULL, CS_ADMITTED},
    {"raise", IN_TIME, "\"origin\":\"o\",\"rule\":\"ceiling\"", NULL, CS_ADMITTED},
    {"raise", IN_TIME, "\"origin\":\"o\",\"rule\":\"data\"", NULL, CS_ADMITTED},
    {"raise", IN_TIME, "\"origin\":\"o\",\"rule\":\"missile\"",
     "\"missile\" is no rule of the agreement; expected ceiling, data, move, launch, visit or test", 0},
    {"resolve", IN_TIME, "\"origin\":\"o\",\"entry\":4", NULL, CS_ADMITTED},
    {"suspend", IN_TIME, "\"from\":\"2021-02-02\"", NULL, CS_ADMITTED},
    {"resume", IN_TIME, "\"from\":\"2021-02-02\"", NULL, CS_ADMITTED},
    {"extend", IN_TIME, "\"until\":\"2035-01-01\"", NULL, CS_ADMITTED},
    {"extend", IN_TIME, "\"until\":\"2035-01-02\"",
     "\"2035-01-02\" is longer than the agreement may be extended; expected an earlier day", 0},
    {"withdraw", LATE, "\"from\":\"2021-04-30\"", NULL, CS_ADMITTED},
    {"withdraw", LATE, "\"from\":\"2021-04-29\"",
     "\"2021-04-29\" is sooner than the notice of withdrawal allows; expected a later day", 0},
  };
  hear_all(pact, table, CS_COUNT_OF(table));
}

static void test_an_agreement_that_is_silent(void **state)
{
  (void)state;
  static const hearing table[] = {
    {"extend", IN_TIME, "\"until\":\"2021-02-02\"",
     "\"extend\" is not provided for; expected an agreement that can be extended", 0},
    {"withdraw", IN_TIME, "\"from\":\"2021-02-01\"", NULL, CS_ADMITTED},
    {"declare", IN_TIME, "\"date\":\"2021-01-01\",\"totals\":{\"missiles\":5}", NULL, CS_ADMITTED},
    {"notify", IN_TIME, "\"notification\":\"move\",\"date\":\"2021-01-31\"",
     "\"move\" is no notification of the agreement; expected one that the agreement defines", 0},
  };
  hear_all(bare, table, CS_COUNT_OF(table));
}

static void test_names_of_the_agreement(void **state)
{
  (void)state;
  assert_int_equal(cs_treaty_find(pact, CS_KEY_PARTY, "BO"), 1);
  assert_int_equal(cs_treaty_find(pact, CS_KEY_ITEM, "launcher"), 1);
  assert_int_equal(cs_treaty_find(pact, CS_KEY_NOTIFICATION, "visit"), 2);
  assert_int_equal(cs_treaty_find(pact, CS_KEY_RULE, "ceiling"), 0);
  assert_int_equal(cs_treaty_find(pact, CS_KEY_PARTY, "CE"), SIZE_MAX);
  assert_int_equal(cs_treaty_find(pact, CS_KEY_FACILITY, "north"), SIZE_MAX);
  assert_int_equal(cs_treaty_find(pact, CS_KEY_RULE, ""), SIZE_MAX);
  assert_int_equal(cs_treaty_find(pact, CS_KEY_DATE, "BO"), SIZE_MAX);
}

/* ---- The schema ---------------------------------------------------------------------------------------------- */

static void test_the_schema_is_the_one_in_schemas(void **state)
{
  (void)state;
  cs_text schema = {0};
  cs_file file;
  cs_error error;
  must(cs_statement_schema(&schema, &error), &error);
  must(cs_file_read("schemas/statement.schema.json", 1 << 20, &file, &error), &error);
  assert_string_equal(schema.at, file.bytes);
  cs_file_free(&file);
  cs_text_free(&schema);
}

static int close_samples(void **state)
{
  cs_file_free(&samples);
  return close_group(state);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_times),
    cmocka_unit_test(test_texts_that_are_no_times),
    cmocka_unit_test(test_every_kind_is_made_as_it_is_read),
    cmocka_unit_test(test_values_of_keys),
    cmocka_unit_test(test_every_key_that_is_missing),
    cmocka_unit_test(test_values_of_another_type),
    cmocka_unit_test(test_keys_that_are_not_known),
    cmocka_unit_test(test_parts_of_a_declaration),
    cmocka_unit_test(test_bytes_that_are_no_statement),
    cmocka_unit_test(test_what_stands_beside_a_statement),
    cmocka_unit_test(test_duplicates_inside),
    cmocka_unit_test(test_long_statements),
    cmocka_unit_test(test_deep_statements),
    cmocka_unit_test(test_statements_that_cannot_be_made),
    cmocka_unit_test(test_who_speaks),
    cmocka_unit_test(test_declarations),
    cmocka_unit_test(test_notifications),
    cmocka_unit_test(test_adoptions),
    cmocka_unit_test(test_other_kinds),
    cmocka_unit_test(test_an_agreement_that_is_silent),
    cmocka_unit_test(test_names_of_the_agreement),
    cmocka_unit_test(test_the_schema_is_the_one_in_schemas),
  };
  return cmocka_run_group_tests_name("statement", tests, open_group, close_samples);
}
