/* treaty/: agreements read, checked, laid out in time and printed. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* The least that an agreement needs; what a test is about is added at its end. */
#define HEAD                                                                                                           \
  "agreement: tiny\n"                                                                                                  \
  "title: A tiny agreement\n"                                                                                          \
  "form: Draft\n"                                                                                                      \
  "parties: {A: {name: Arland}, B: {name: Borland}}\n"
#define TERM "term: {entry-into-force: 2001-02-05, duration: 10 years, article: Article 1}\n"
#define ITEMS                                                                                                          \
  "items:\n"                                                                                                           \
  "  missile: {name: missiles, states: {deployed: {}, stored: {}}}\n"                                                  \
  "  bomber: {name: bombers, states: {deployed: {}}}\n"
#define COUNTS                                                                                                         \
  "counts:\n"                                                                                                          \
  "  all: {name: all missiles, article: Article 2, sum: [{item: missile, states: [deployed, stored]}]}\n"
#define TINY HEAD TERM ITEMS COUNTS

static const char *const bundled[] = {"treaties/new-start.yaml", "treaties/freeze-2020-us.yaml",
                                      "treaties/freeze-2020-ru.yaml", "treaties/freeze-trilateral.yaml"};

/* ---- The bundled files ------------------------------------------------------------------- */

static void test_bundled_files_load(void **state)
{
  (void)state;
  static const char *const ids[] = {"new-start", "freeze-2020-us", "freeze-2020-ru", "freeze-trilateral"};
  for (size_t i = 0; i < CS_COUNT_OF(bundled); i++) {
    cs_treaty *treaty = read_treaty(bundled[i]);
    assert_string_equal(cs_treaty_id(treaty), ids[i]);
    assert_true(strlen(cs_treaty_title(treaty)) > 20);
    assert_int_equal(treaty->parties.count, strstr(ids[i], "trilateral") == NULL ? 2 : 3);
    assert_true(cs_treaty_rules(treaty) >= 1);
    cs_treaty_free(treaty);
  }
  cs_treaty_free(NULL);
}

static void test_every_rule_has_its_article(void **state)
{
  (void)state;
  for (size_t i = 0; i < CS_COUNT_OF(bundled); i++) {
    cs_treaty *treaty = read_treaty(bundled[i]);
    size_t seen = 0;
    for (size_t k = 0; k < CS_RULE_KINDS; k++) {
      const cs_rule *rule;
      for (size_t n = 0; (rule = cs_treaty_rule(treaty, &cs_rule_kinds[k], n)) != NULL; n++, seen++)
        if (rule->article == NULL || rule->article[0] == '\0')
          fail_msg("%s: %s has no article", bundled[i], rule->id);
    }
    assert_int_equal(seen, cs_treaty_rules(treaty));
    cs_treaty_free(treaty);
  }
}

static void test_new_start_is_what_the_text_says(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  static const struct {
    const char *id, *article;
    int64_t most;
  } limits[] = {
    {"deployed-delivery-vehicles", "Article II, paragraph 1(a)", 700},
    {"deployed-warheads", "Article II, paragraph 1(b)", 1550},
    {"deployed-and-nondeployed-launchers", "Article II, paragraph 1(c)", 800},
  };
  assert_int_equal(t->limits.count, 3);
  for (size_t i = 0; i < 3; i++) {
    const cs_limit *limit = &t->limits.at[i];
    assert_string_equal(limit->rule.id, limits[i].id);
    assert_string_equal(limit->rule.article, limits[i].article);
    assert_string_equal(t->counts.at[limit->count.index].rule.id, limits[i].id);
    assert_int_equal(cs_moment_date(t, &limit->from), day("2018-02-05"));
    assert_int_equal(cs_moment_date(t, &limit->until), CS_DATE_NONE);
    for (size_t party = 0; party < 2; party++)
      assert_int_equal(cs_amount_for(&limit->at_most, party)->number, limits[i].most);
  }
  static const struct {
    const char *id;
    int64_t quota;
  } inspections[] = {{"type-one", 10}, {"type-two", 8}};
  assert_int_equal(t->inspections.count, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_string_equal(t->inspections.at[i].rule.id, inspections[i].id);
    assert_int_equal(cs_amount_for(&t->inspections.at[i].conduct, 1)->number, inspections[i].quota);
    assert_int_equal(t->inspections.at[i].per, CS_TREATY_YEAR);
    assert_int_equal(cs_moment_date(t, &t->inspections.at[i].from), day("2011-04-06"));
  }
  assert_true(t->notifications.count >= 15);
  cs_treaty_free(t);
}

/* ---- Terms ------------------------------------------------------------------------------- */

static void test_the_end_as_it_was_known(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  static const struct {
    const char *at, *end;
  } table[] = {
    {"2010-01-01", "2021-02-05"}, {"2011-02-05", "2021-02-05"}, {"2021-01-26", "2021-02-05"}, /* agreed, not in force */
    {"2021-02-02", "2021-02-05"}, {"2021-02-03", "2026-02-05"}, {"2030-01-01", "2026-02-05"},
  };
  assert_int_equal(cs_treaty_start(t), day("2011-02-05"));
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    assert_int_equal(cs_treaty_end(t, day(table[i].at)), day(table[i].end));
  cs_treaty_free(t);
}

static void test_a_term_may_be_unlimited(void **state)
{
  (void)state;
  cs_treaty *t = make_treaty(HEAD "term: {entry-into-force: 2001-02-05, article: Article 1}\n" ITEMS COUNTS);
  assert_int_equal(cs_treaty_end(t, day("9999-12-31")), CS_DATE_NONE);
  cs_treaty_free(t);
}

static void test_moments(void **state)
{
  (void)state;
  cs_treaty *t = make_treaty(
    TINY "limits:\n"
         "  a: {count: all, at-most: 5, article: x, from: 2003-01-01, until: 3 years after entry into force}\n"
         "  b: {count: all, at-most: 5, article: x, from: 18 months after entry into force}\n"
         "  c: {count: all, at-most: 5, article: x, from: 1 day after entry into force}\n");
  assert_int_equal(cs_moment_date(t, &t->limits.at[0].from), day("2003-01-01"));
  assert_int_equal(cs_moment_date(t, &t->limits.at[0].until), day("2004-02-05"));
  assert_int_equal(cs_moment_date(t, &t->limits.at[1].from), day("2002-08-05"));
  assert_int_equal(cs_moment_date(t, &t->limits.at[1].until), CS_DATE_NONE);
  assert_int_equal(cs_moment_date(t, &t->limits.at[2].from), day("2001-02-06"));
  cs_treaty_free(t);
}

/* ---- Exchanges --------------------------------------------------------------------------- */

static size_t exchange_dates(const cs_treaty *t, const char *at, const char *until, cs_exchange_date **out)
{
  size_t count = 0;
  cs_error error;
  assert_int_equal(cs_treaty_exchange_dates(t, day(at), day(until), out, &count, &error), CS_OK);
  return count;
}

static void test_the_exchanges_of_new_start(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  static const struct {
    const char *as_of, *due;
  } expected[] = {
    {"2011-02-05", "2011-03-22"}, /* 45 days after entry into force */
    {"2011-09-01", "2011-09-30"}, /* 30 days after the end of the six-month period, the day before */
    {"2012-03-01", "2012-03-30"}, {"2012-09-01", "2012-09-30"}, {"2013-03-01", "2013-03-30"},
    {"2013-09-01", "2013-09-30"}, {"2014-03-01", "2014-03-30"}, {"2014-09-01", "2014-09-30"},
    {"2015-03-01", "2015-03-30"}, {"2015-09-01", "2015-09-30"}, {"2016-03-01", "2016-03-30"},
    {"2016-09-01", "2016-09-30"}, {"2017-03-01", "2017-03-30"}, {"2017-09-01", "2017-09-30"},
    {"2018-02-05", "2018-03-30"}, /* in place of 2018-03-01 */
    {"2018-09-01", "2018-09-30"}, {"2019-03-01", "2019-03-30"}, {"2019-09-01", "2019-09-30"},
    {"2020-03-01", "2020-03-30"}, {"2020-09-01", "2020-09-30"}, {"2021-03-01", "2021-03-30"},
    {"2021-09-01", "2021-09-30"}, {"2022-03-01", "2022-03-30"}, {"2022-09-01", "2022-09-30"},
    {"2023-03-01", "2023-03-30"}, {"2023-09-01", "2023-09-30"}, {"2024-03-01", "2024-03-30"},
    {"2024-09-01", "2024-09-30"}, {"2025-03-01", "2025-03-30"}, {"2025-09-01", "2025-09-30"},
  };
  cs_exchange_date *dates;
  size_t count = exchange_dates(t, "2030-01-01", "2030-01-01", &dates);
  assert_int_equal(count, CS_COUNT_OF(expected));
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(dates[i].as_of, day(expected[i].as_of));
    assert_int_equal(dates[i].due, day(expected[i].due));
    assert_int_equal(dates[i].replacement != NULL, strcmp(expected[i].as_of, "2018-02-05") == 0);
  }
  free(dates);
  cs_treaty_free(t);
}

static void test_exchanges_stop_at_the_end_that_was_known(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  cs_exchange_date *dates;
  size_t count = exchange_dates(t, "2021-02-02", "2030-01-01", &dates);
  assert_int_equal(count, 20);
  assert_int_equal(dates[count - 1].as_of, day("2020-09-01"));
  free(dates);
  count = exchange_dates(t, "2021-02-03", "2030-01-01", &dates);
  assert_int_equal(count, 30);
  free(dates);
  count = exchange_dates(t, "2021-02-03", "2011-02-04", &dates);
  assert_int_equal(count, 0);
  free(dates);
  cs_treaty_free(t);
}

static void test_exchanges_without_end_stop(void **state)
{
  (void)state;
  cs_treaty *t =
    make_treaty(HEAD "term: {entry-into-force: 0001-01-01, article: x}\n" ITEMS COUNTS
                     "exchanges: {e: {name: e, article: x, counts: [all], schedule: [{first: 0001-01-01, every: 1 day, "
                     "due: 1 day after, article: x}]}}\n");
  cs_exchange_date *dates;
  size_t count;
  cs_error error;
  assert_int_equal(cs_treaty_exchange_dates(t, day("9999-12-31"), day("9999-12-31"), &dates, &count, &error),
                   CS_INVALID);
  assert_non_null(strstr(error.what, "too many exchanges"));
  count = exchange_dates(t, "0100-01-01", "0100-01-01", &dates);
  assert_int_equal(count, day("0100-01-01") - day("0001-01-01") + 1);
  free(dates);
  cs_treaty_free(t);

  t = make_treaty(HEAD
                  "term: {entry-into-force: 9990-01-01, article: x}\n" ITEMS COUNTS
                  "exchanges: {e: {name: e, article: x, counts: [all], schedule: [{first: 9998-01-01, every: 1 year, "
                  "due: 9 years after, article: x}]}}\n");
  count = exchange_dates(t, "9999-12-31", "9999-12-31", &dates);
  assert_int_equal(count, 2);
  assert_int_equal(dates[1].due, day("9999-12-31"));
  free(dates);
  cs_treaty_free(t);
}

/* ---- Amounts and counts ------------------------------------------------------------------ */

static void test_amounts_by_party(void **state)
{
  (void)state;
  cs_treaty *t = make_treaty(TINY "limits:\n"
                                  "  same: {count: all, at-most: 5, article: x}\n"
                                  "  each: {count: all, at-most: {B: 7, A: 9}, article: x}\n"
                                  "  one: {count: all, at-most: {B: baseline}, baseline: 2001-02-05, article: x}\n");
  assert_int_equal(cs_amount_for(&t->limits.at[0].at_most, 0)->number, 5);
  assert_int_equal(cs_amount_for(&t->limits.at[0].at_most, 1)->number, 5);
  assert_int_equal(cs_amount_for(&t->limits.at[1].at_most, 0)->number, 9);
  assert_int_equal(cs_amount_for(&t->limits.at[1].at_most, 1)->number, 7);
  assert_null(cs_amount_for(&t->limits.at[2].at_most, 0));
  assert_true(cs_amount_for(&t->limits.at[2].at_most, 1)->baseline);
  cs_treaty_free(t);
}

static void test_counts_become_weights(void **state)
{
  (void)state;
  cs_treaty *t = make_treaty(HEAD TERM ITEMS "counts:\n"
                                             "  outer:\n    name: outer\n    article: x\n    sum:\n"
                                             "      - {count: inner, weight: 10}\n"
                                             "      - {item: bomber, states: [deployed], weight: 3}\n"
                                             "      - {item: missile, states: [stored]}\n"
                                             "  inner:\n    name: inner\n    article: x\n    sum:\n"
                                             "      - {item: missile, states: [deployed, stored], weight: 2}\n");
  assert_int_equal(t->cells, 3);
  static const int64_t outer[] = {20, 21, 3}, inner[] = {2, 2, 0};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(t->counts.at[0].weights[i], outer[i]);
    assert_int_equal(t->counts.at[1].weights[i], inner[i]);
  }
  cs_treaty_free(t);
}

static void test_weights_do_not_overflow(void **state)
{
  (void)state;
  char yaml[4096];
  size_t used = (size_t)snprintf(yaml, sizeof yaml,
                                 "%scounts:\n  c0: {name: c, article: x, sum: [{item: bomber, states: [deployed]}]}\n",
                                 HEAD TERM ITEMS);
  for (int i = 1; i < 4; i++)
    used += (size_t)snprintf(yaml + used, sizeof yaml - used,
                             "  c%d: {name: c, article: x, sum: [{count: c%d, weight: 1000000}]}\n", i, i - 1);
  cs_error error = refuse_treaty(yaml);
  assert_string_equal(
    error.what, "the weights of \"c3\" multiply to a number that is too large; expected at most 9007199254740991");
}

/* ---- What is refused --------------------------------------------------------------------- */

typedef struct refusal {
  const char *added;
  uint32_t line, column; /* the line from the beginning of what was added */
  const char *what, *hint;
} refusal;

static void check_refusals(const char *before, const refusal *table, size_t count)
{
  uint32_t lines = cs_mark_of(before, strlen(before)).line - 1;
  for (size_t i = 0; i < count; i++) {
    char yaml[4096];
    snprintf(yaml, sizeof yaml, "%s%s", before, table[i].added);
    cs_error error = refuse_treaty(yaml);
    assert_string_equal(error.what, table[i].what);
    assert_int_equal(error.line, lines + table[i].line);
    assert_int_equal(error.column, table[i].column);
    assert_string_equal(error.hint, table[i].hint == NULL ? "" : table[i].hint);
  }
}

static void test_references_must_resolve(void **state)
{
  (void)state;
  static const refusal table[] = {
    {"limits: {l: {count: warheads, at-most: 1, article: x}}\n", 1, 21,
     "\"warheads\" is not a count; expected one defined under \"counts\"", NULL},
    {"limits: {l: {count: all, at-most: {A: 1, Zed: 2}, article: x}}\n", 1, 42,
     "\"Zed\" is not a party; expected one defined under \"parties\"", NULL},
    {"notifications: {n: {group: g, event: e, items: [missle], article: x}}\n", 1, 49,
     "\"missle\" is not an item; expected one defined under \"items\"", "did you mean \"missile\"?"},
    {"inspections: {i: {name: i, at: [base], article: x}}\n", 1, 33,
     "\"base\" is not a facility; expected one defined under \"facilities\"", NULL},
    {"exchanges: {e: {name: e, article: x, counts: [none], schedule: [{as-of: 2001-02-05, due: 1 day after, article: x}]}}\n",
     1, 47, "\"none\" is not a count; expected one defined under \"counts\"", NULL},
    {"eliminations: {e: {name: e, article: x, count: none, phases: [{by: 2002-01-01, at-most: 1, article: y}]}}\n", 1,
     48, "\"none\" is not a count; expected one defined under \"counts\"", NULL},
  };
  check_refusals(TINY, table, CS_COUNT_OF(table));
}

static void test_counts_must_be_sound(void **state)
{
  (void)state;
  static const refusal table[] = {
    {"  c: {name: c, article: x, sum: [{item: rocket, states: [deployed]}]}\n", 1, 41,
     "\"rocket\" is not an item; expected one defined under \"items\"", NULL},
    {"  c: {name: c, article: x, sum: [{item: missile, states: [deployd]}]}\n", 1, 59,
     "\"deployd\" is not a state of this item; expected one defined under \"states\"", "did you mean \"deployed\"?"},
    {"  c: {name: c, article: x, sum: [{item: missile}]}\n", 1, 34,
     "no states are named; expected \"states\" with the item", NULL},
    {"  c: {name: c, article: x, sum: [{weight: 2}]}\n", 1, 34,
     "a term of a count names neither or both; expected either \"item\" or \"count\"", NULL},
    {"  c: {name: c, article: x, sum: [{item: missile, states: [stored], count: all}]}\n", 1, 34,
     "a term of a count names neither or both; expected either \"item\" or \"count\"", NULL},
    {"  c: {name: c, article: x, sum: [{count: all, states: [stored]}]}\n", 1, 34,
     "a count has no states; expected them with an \"item\"", NULL},
    {"  c: {name: c, article: x, sum: [{item: missile, states: [stored, stored]}]}\n", 1, 67,
     "this state is there twice; expected each state once", NULL},
    {"  c: {name: c, article: x, sum: [{item: missile, states: [stored], weight: 0}]}\n", 1, 76,
     "\"0\" is too small; expected a larger whole number", NULL},
    {"  c: {name: c, article: x, sum: [{item: missile, states: [stored], weight: 1000001}]}\n", 1, 34,
     "the weight is too large; expected at most 1000000", NULL},
    {"  c: {name: c, article: x, sum: [{count: c}]}\n", 1, 42,
     "the count \"c\" is circular: it is a term of itself; expected terms that end in items", NULL},
    {"  c: {name: c, article: x, sum: [{count: d}]}\n  d: {name: d, article: x, sum: [{count: e}]}\n"
     "  e: {name: e, article: x, sum: [{count: all}, {count: c}]}\n",
     3, 56, "the count \"c\" is circular: it is a term of itself; expected terms that end in items", NULL},
    {"  c: {name: c, article: x, sum: []}\n", 1, 33, "\"sum\" is a list; expected a list of at least one entry", NULL},
    {"  all: {name: c, article: x, sum: [{item: missile, states: [stored]}]}\n", 1, 3,
     "\"all\" is there twice; expected each identifier once", NULL},
  };
  check_refusals(TINY, table, CS_COUNT_OF(table));
}

static void test_rules_must_make_sense(void **state)
{
  (void)state;
  static const refusal table[] = {
    {"limits: {l: {count: all, at-most: baseline, article: x}}\n", 1, 10,
     "this limit is a freeze without a baseline day; expected \"baseline\"", NULL},
    {"limits: {l: {count: all, at-most: 5, baseline: 2001-02-05, article: x}}\n", 1, 10,
     "\"baseline\" has no use here; expected \"at-most: baseline\" with it", NULL},
    {"limits: {l: {count: all, at-most: 5, from: 2003-01-01, until: 2003-01-01, article: x}}\n", 1, 10,
     "this limit ends before it binds; expected \"until\" after \"from\"", NULL},
    {"limits: {l: {count: all, at-most: {A: 1, A: 2}, article: x}}\n", 1, 42,
     "\"A\" is there twice; expected each party once", NULL},
    {"limits: {l: {count: all, at-most: 5, article: x}}\nobligations: {l: {group: g, text: t, article: x}}\n", 2, 15,
     "\"l\" already names another rule; expected each rule to have a name of its own", NULL},
    {"exchanges: {e: {name: e, article: x, counts: [all], schedule: [{due: 1 day after, article: x}]}}\n", 1, 64,
     "when this exchange takes place is not clear; expected either \"as-of\", or \"first\" and \"every\"", NULL},
    {"exchanges: {e: {name: e, article: x, counts: [all], schedule: [{as-of: 2001-02-05, every: 1 year, due: 1 day after, article: "
     "x}]}}\n",
     1, 64, "when this exchange takes place is not clear; expected either \"as-of\", or \"first\" and \"every\"", NULL},
    {"exchanges: {e: {name: e, article: x, counts: [all], schedule: [{first: 2001-02-05, every: 5 hours, due: 1 day after, "
     "article: x}]}}\n",
     1, 64, "an exchange is repeated by hours; expected days, months or years", NULL},
    {"exchanges: {e: {name: e, article: x, counts: [all], schedule: [{as-of: 2001-02-05, due: 1 day before, article: x}]}}\n",
     1, 64, "the data are due before the day that they describe; expected a deadline \"after\" it", NULL},
    {"exchanges:\n  e:\n    name: e\n    article: x\n    counts: [all]\n"
     "    schedule: [{first: 2002-01-31, every: 1 month, due: 1 day after, article: x}]\n"
     "    replaced: [{as-of: 2002-02-28, by: 2002-03-01, text: t}, {as-of: 2002-03-30, by: 2002-03-29, text: t}]\n",
     7, 62, "this exchange has no such day to be replaced; expected \"as-of\" to be a day of its schedule", NULL},
    {"eliminations: {e: {name: e, article: x, count: all, phases: [{by: 2003-01-01, at-most: 1, article: y}, {by: 2002-01-01, at-most: 0, article: y}]}}\n",
     1, 104, "this phase ends before the one above it; expected phases by date", NULL},
  };
  check_refusals(TINY, table, CS_COUNT_OF(table));
}

static void test_terms_must_make_sense(void **state)
{
  (void)state;
  static const refusal table[] = {
    {"term: {entry-into-force: 2001-02-05, duration: 0 years, article: x}\n" ITEMS COUNTS, 1, 48,
     "\"0 years\" is not a span of time; expected a number of hours, days, months or years, such as \"6 months\"",
     NULL},
    {"term: {entry-into-force: 2001-02-05, duration: 1 year, article: x, extended: [{agreed: 2001-03-01, in-force: 2001-03-01, "
     "until: 2003-01-01, article: x}]}\n" ITEMS COUNTS,
     1, 79, "an extension was agreed that the term does not allow; expected \"extension\" beside it", NULL},
    {"term: {entry-into-force: 2001-02-05, duration: 1 year, article: x, extension: {at-most: 1 year, article: x}, extended: "
     "[{agreed: 2001-03-01, in-force: 2001-03-01, until: 2002-02-05, article: x}]}\n" ITEMS COUNTS,
     1, 121, "this extension does not extend the term; expected an end later than the one before", NULL},
  };
  check_refusals(HEAD, table, CS_COUNT_OF(table));
}

static void test_states_within_states(void **state)
{
  (void)state;
  static const refusal table[] = {
    {"items: {i: {name: i, states: {a: {part-of: a}}}}\n", 1, 44,
     "a state is part of itself; expected another state of this item", NULL},
    {"items: {i: {name: i, states: {a: {part-of: b}, b: {part-of: c}, c: {}}}}\n", 1, 44,
     "this state is itself part of a state; expected one that stands alone", NULL},
    {"items: {i: {name: i, states: {a: {part-of: nowhere}}}}\n", 1, 44,
     "\"nowhere\" is not a state of this item; expected one defined under \"states\"", NULL},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    refusal r = table[i];
    char yaml[4096];
    snprintf(yaml, sizeof yaml, "%scounts: {c: {name: c, article: x, sum: [{item: i, states: [a]}]}}\n", r.added);
    r.added = yaml;
    check_refusals(HEAD TERM, &r, 1);
  }
}

/* What an agreement says must not act on the terminal on which it is shown. */
static void test_texts_hold_no_control_characters(void **state)
{
  (void)state;
  static const char *const titles[] = {"a\\e[31mb", "a\\0b", "a\\x9bb", "a\\x01b", "a\\x7fb"};
  for (size_t i = 0; i < CS_COUNT_OF(titles); i++) {
    char yaml[2048];
    snprintf(yaml, sizeof yaml, "agreement: tiny\ntitle: \"%s\"\nform: f\nparties: {A: {name: a}}\n%s", titles[i],
             TERM ITEMS COUNTS);
    cs_treaty *treaty;
    cs_error error = {0};
    if (cs_treaty_read(scratch_file("treaty.yaml", yaml), &treaty, &error) == CS_OK) {
      cs_treaty_free(treaty);
      fail_msg("the title \"%s\" was accepted", titles[i]);
    }
    assert_int_equal(error.line, 2);
  }
}

/* ---- JSON and schema --------------------------------------------------------------------- */

static json_t *treaty_json(const cs_treaty *treaty)
{
  cs_text out = {0};
  cs_error error;
  json_error_t fault;
  assert_int_equal(cs_treaty_json(treaty, &out, &error), CS_OK);
  json_t *root = json_loads(out.at, JSON_REJECT_DUPLICATES, &fault);
  if (root == NULL)
    fail_msg("line %d: %s", fault.line, fault.text);
  cs_text_free(&out);
  return root;
}

static const char *json_text(json_t *root, const char *first, const char *second, const char *third)
{
  json_t *value = json_object_get(json_object_get(root, first), second);
  const char *text = json_string_value(third == NULL ? value : json_object_get(value, third));
  return text == NULL ? "" : text;
}

static void test_json_has_the_keys_of_the_file(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  json_t *root = treaty_json(t);
  static const char *const keys[] = {"agreement", "title",     "short-title",   "form",        "summary",    "signed",
                                     "sources",   "parties",   "term",          "facilities",  "items",      "counts",
                                     "limits",    "exchanges", "notifications", "inspections", "obligations"};
  for (size_t i = 0; i < CS_COUNT_OF(keys); i++)
    if (json_object_get(root, keys[i]) == NULL)
      fail_msg("no \"%s\"", keys[i]);
  assert_int_equal(json_object_size(root), CS_COUNT_OF(keys));
  assert_string_equal(json_string_value(json_object_get(root, "signed")), "2010-04-08");
  assert_string_equal(json_text(root, "parties", "RU", "name"), "Russian Federation");
  assert_string_equal(json_text(root, "term", "duration", NULL), "10 years");
  assert_string_equal(json_text(root, "term", "extension", "at-most"), "5 years");
  assert_string_equal(json_text(root, "limits", "deployed-warheads", "from"), "7 years after entry into force");
  assert_string_equal(json_text(root, "limits", "deployed-warheads", "basis"), "official");
  assert_string_equal(json_text(root, "notifications", "launch", "due"), "24 hours before");
  assert_string_equal(json_text(root, "inspections", "type-two", "per"), "treaty year");
  json_t *limit = json_object_get(json_object_get(root, "limits"), "deployed-warheads");
  assert_int_equal(json_integer_value(json_object_get(limit, "at-most")), 1550);
  json_t *states = json_object_get(json_object_get(json_object_get(root, "items"), "heavy-bomber"), "states");
  assert_int_equal(json_object_size(states), 3);
  assert_string_equal(json_text(states, "test", "part-of", NULL), "non-deployed");
  json_decref(root);
  cs_treaty_free(t);
}

/* JSON is YAML: what is printed reads back to the same agreement. */
static void test_json_reads_back(void **state)
{
  (void)state;
  for (size_t i = 0; i < CS_COUNT_OF(bundled); i++) {
    cs_treaty *t = read_treaty(bundled[i]);
    cs_text first = {0}, second = {0};
    cs_error error;
    assert_int_equal(cs_treaty_json(t, &first, &error), CS_OK);
    cs_treaty_free(t);
    t = make_treaty(first.at);
    assert_int_equal(cs_treaty_json(t, &second, &error), CS_OK);
    assert_string_equal(second.at, first.at);
    cs_treaty_free(t);
    cs_text_free(&first);
    cs_text_free(&second);
  }
}

static void test_the_schema_file_is_the_schema(void **state)
{
  (void)state;
  cs_text schema = {0};
  cs_file file;
  cs_error error;
  assert_int_equal(cs_treaty_schema(&schema, &error), CS_OK);
  assert_int_equal(cs_file_read("schemas/treaty.schema.json", 1 << 20, &file, &error), CS_OK);
  assert_string_equal(schema.at, file.bytes);
  cs_text_free(&schema);
  cs_file_free(&file);
}

/* ---- In words ---------------------------------------------------------------------------- */

static void test_shown_lines_fit(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/freeze-2020-us.yaml");
  static const size_t widths[] = {60, 100, 200};
  for (size_t i = 0; i < CS_COUNT_OF(widths); i++) {
    cs_text out = {0};
    cs_error error;
    assert_int_equal(cs_treaty_show(t, widths[i], &out, &error), CS_OK);
    for (char *line = strtok(out.at, "\n"); line != NULL; line = strtok(NULL, "\n"))
      if (cs_text_columns(line) > widths[i] && strstr(line, "https://") == NULL)
        fail_msg("%zu columns of %zu: %s", cs_text_columns(line), widths[i], line);
    cs_text_free(&out);
  }
  cs_treaty_free(t);
}

static void test_what_was_not_read_in_the_text_is_marked(void **state)
{
  (void)state;
  cs_treaty *t = make_treaty(TINY "obligations:\n"
                                  "  read: {group: g, text: t, article: Article 3}\n"
                                  "  drafted: {group: g, text: t, article: Article 4, basis: draft}\n"
                                  "  unread: {group: g, text: t, article: Article 5, basis: none}\n");
  cs_text out = {0};
  cs_error error;
  assert_int_equal(cs_treaty_show(t, 100, &out, &error), CS_OK);
  assert_non_null(strstr(out.at, "[Article 3]\n"));
  assert_non_null(strstr(out.at, "[Article 4] (d)\n"));
  assert_non_null(strstr(out.at, "[Article 5] (?)\n"));
  assert_non_null(strstr(out.at, "  (d) supposed by this draft"));
  assert_null(strstr(out.at, "  (p) "));
  cs_text_free(&out);
  cs_treaty_free(t);
}

/* ---- Calendars --------------------------------------------------------------------------- */

static cs_calendar *calendar_of(const cs_treaty *t, const char *from, const char *to)
{
  cs_calendar *calendar;
  cs_error error;
  assert_int_equal(cs_treaty_calendar(t, day(from), day(to), &calendar, &error), CS_OK);
  return calendar;
}

static bool has_event(const cs_calendar *calendar, const char *date, const char *rule, const char *what)
{
  for (size_t i = 0; i < cs_calendar_count(calendar); i++) {
    const cs_event *event = cs_calendar_at(calendar, i);
    if (event->date == day(date) && strcmp(event->rule, rule) == 0 && strstr(event->what, what) != NULL)
      return true;
  }
  return false;
}

static void test_the_calendar_of_new_start(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  cs_calendar *calendar = calendar_of(t, "2010-01-01", "2030-12-31");
  static const struct {
    const char *date, *rule, *what;
  } expected[] = {
    {"2010-04-08", "term", "signature"},
    {"2011-02-05", "term", "entry into force"},
    {"2011-02-05", "exchange", "due by 2011-03-22"},
    {"2011-03-22", "exchange", "last day to provide the data of 2011-02-05"},
    {"2018-02-05", "deployed-warheads", "limit begins to bind"},
    {"2018-02-05", "exchange", "in place of the scheduled day"},
    {"2021-01-26", "term", "extension agreed, until 2026-02-05"},
    {"2021-02-03", "term", "extension enters into force"},
    {"2023-03-30", "exchange", "last day to provide the data of 2023-03-01"},
    {"2025-09-01", "exchange", "due by 2025-09-30"},
    {"2025-02-05", "type-one", "treaty year 15 begins, with its quotas: Type One 10, Type Two 8"},
    {"2026-02-05", "term", "end of the term"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(expected); i++)
    if (!has_event(calendar, expected[i].date, expected[i].rule, expected[i].what))
      fail_msg("%s: no \"%s\"", expected[i].date, expected[i].what);
  assert_false(has_event(calendar, "2026-02-05", "type-one", "treaty year"));
  assert_false(has_event(calendar, "2018-03-01", "exchange", ""));
  assert_false(has_event(calendar, "2026-03-01", "exchange", ""));
  cs_date before = CS_DATE_NONE;
  for (size_t i = 0; i < cs_calendar_count(calendar); i++) {
    const cs_event *event = cs_calendar_at(calendar, i);
    assert_true(event->date >= before);
    assert_true(event->article[0] != '\0');
    before = event->date;
  }
  assert_null(cs_calendar_at(calendar, cs_calendar_count(calendar)));
  cs_calendar_free(calendar);
  cs_treaty_free(t);
}

static void test_calendars_include_both_ends(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  cs_calendar *calendar = calendar_of(t, "2026-02-05", "2026-02-05");
  assert_int_equal(cs_calendar_count(calendar), 1);
  cs_calendar_free(calendar);
  calendar = calendar_of(t, "2026-02-06", "9999-12-31");
  assert_int_equal(cs_calendar_count(calendar), 0);
  cs_calendar_free(calendar);
  cs_error error;
  assert_int_equal(cs_treaty_calendar(t, day("2020-01-02"), day("2020-01-01"), &calendar, &error), CS_INVALID);
  assert_null(calendar);
  cs_calendar_free(NULL);
  cs_treaty_free(t);
}

/* An inspection that is held in some years only is in the calendar of those years only. */
static void test_quotas_of_a_year_are_those_in_force(void **state)
{
  (void)state;
  cs_treaty *t =
    make_treaty(TINY "inspections:\n"
                     "  early: {name: Early, conduct: 20, until: 3 years after entry into force, article: x}\n"
                     "  late: {name: Late, conduct: 15, from: 3 years after entry into force, article: x}\n");
  cs_calendar *calendar = calendar_of(t, "2001-02-05", "2010-12-31");
  assert_true(has_event(calendar, "2001-02-05", "early", "Early 20"));
  assert_false(has_event(calendar, "2001-02-05", "early", "Late 15"));
  assert_true(has_event(calendar, "2004-02-05", "late", "Late 15"));
  assert_false(has_event(calendar, "2004-02-05", "late", "Early 20"));
  cs_calendar_free(calendar);
  cs_treaty_free(t);
}

static void test_phases_are_in_the_calendar(void **state)
{
  (void)state;
  cs_treaty *t =
    make_treaty(TINY "eliminations:\n"
                     "  gone:\n    name: missiles\n    article: x\n    count: all\n    phases:\n"
                     "      - {by: 29 months after entry into force, article: y, at-most: {A: 171, B: 180}}\n"
                     "      - {by: 3 years after entry into force, article: y, at-most: 0}\n");
  cs_calendar *calendar = calendar_of(t, "2001-01-01", "2010-12-31");
  assert_true(has_event(calendar, "2003-07-05", "gone", "end of phase 1 of 2"));
  assert_true(has_event(calendar, "2004-02-05", "gone", "end of phase 2 of 2"));
  cs_calendar_free(calendar);
  cs_treaty_free(t);
}

static void test_calendar_json(void **state)
{
  (void)state;
  cs_treaty *t = read_treaty("treaties/new-start.yaml");
  cs_calendar *calendar = calendar_of(t, "2018-02-05", "2018-02-05");
  cs_text out = {0};
  cs_error error;
  assert_int_equal(cs_calendar_json(calendar, &out, &error), CS_OK);
  json_t *list = json_loads(out.at, 0, NULL);
  assert_int_equal(json_array_size(list), cs_calendar_count(calendar));
  json_t *first = json_array_get(list, 0);
  assert_string_equal(json_string_value(json_object_get(first, "date")), "2018-02-05");
  static const char *const keys[] = {"rule", "what", "article"};
  for (size_t i = 0; i < CS_COUNT_OF(keys); i++)
    assert_true(json_is_string(json_object_get(first, keys[i])));
  json_decref(list);
  cs_text_free(&out);
  cs_calendar_free(calendar);
  cs_treaty_free(t);
}

/* ---- Hostile files ----------------------------------------------------------------------- */

/* Every truncation of an agreement is read or refused, and nothing else. */
static void test_truncated_agreements(void **state)
{
  (void)state;
  static const char whole[] = TINY "limits:\n  l: {count: all, at-most: 5, article: \"x\"}\n";
  for (size_t length = 0; length < sizeof whole - 1; length += 3) {
    cs_treaty *treaty;
    cs_error error = {0};
    cs_status status = cs_treaty_read(scratch_bytes("treaty.yaml", whole, length), &treaty, &error);
    assert_int_equal(status == CS_OK, treaty != NULL);
    if (status != CS_OK) {
      assert_int_equal(status, CS_INVALID);
      assert_true(error.line >= 1 && error.column >= 1);
      assert_true(error.what[0] != '\0');
    }
    cs_treaty_free(treaty);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_bundled_files_load),
    cmocka_unit_test(test_every_rule_has_its_article),
    cmocka_unit_test(test_new_start_is_what_the_text_says),
    cmocka_unit_test(test_the_end_as_it_was_known),
    cmocka_unit_test(test_a_term_may_be_unlimited),
    cmocka_unit_test(test_moments),
    cmocka_unit_test(test_the_exchanges_of_new_start),
    cmocka_unit_test(test_exchanges_stop_at_the_end_that_was_known),
    cmocka_unit_test(test_exchanges_without_end_stop),
    cmocka_unit_test(test_amounts_by_party),
    cmocka_unit_test(test_counts_become_weights),
    cmocka_unit_test(test_weights_do_not_overflow),
    cmocka_unit_test(test_references_must_resolve),
    cmocka_unit_test(test_counts_must_be_sound),
    cmocka_unit_test(test_rules_must_make_sense),
    cmocka_unit_test(test_terms_must_make_sense),
    cmocka_unit_test(test_states_within_states),
    cmocka_unit_test(test_texts_hold_no_control_characters),
    cmocka_unit_test(test_json_has_the_keys_of_the_file),
    cmocka_unit_test(test_json_reads_back),
    cmocka_unit_test(test_the_schema_file_is_the_schema),
    cmocka_unit_test(test_shown_lines_fit),
    cmocka_unit_test(test_what_was_not_read_in_the_text_is_marked),
    cmocka_unit_test(test_the_calendar_of_new_start),
    cmocka_unit_test(test_calendars_include_both_ends),
    cmocka_unit_test(test_quotas_of_a_year_are_those_in_force),
    cmocka_unit_test(test_phases_are_in_the_calendar),
    cmocka_unit_test(test_calendar_json),
    cmocka_unit_test(test_truncated_agreements),
  };
  return cmocka_run_group_tests_name("treaty", tests, scratch_open, scratch_close);
}
