/* assess/: what the visits so far would have seen, against every way to place a violation. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* A limit from 2022, a freeze, an elimination in two phases; stores may be visited, works may not. */
static const char AGREEMENT[] =
  "agreement: searched\n"
  "title: Searched\n"
  "form: Draft\n"
  "parties: {A: {name: Arland}, B: {name: Borland}, C: {name: Corland}}\n"
  "term: {entry-into-force: 2021-01-01, duration: 5 years, article: Article 1}\n"
  "facilities:\n"
  "  base: {name: bases, article: Article 2}\n"
  "  store: {name: stores, article: Article 2}\n"
  "  works: {name: works, article: Article 2}\n"
  "items:\n"
  "  missile: {name: missiles, states: {deployed: {at: [base]}, stored: {at: [store, works]}}}\n"
  "counts:\n"
  "  deployed: {name: deployed, article: Article 2, sum: [{item: missile, states: [deployed]}]}\n"
  "  missiles: {name: missiles, article: Article 2, sum: [{item: missile, states: [deployed, stored]}]}\n"
  "limits:\n"
  "  ceiling: {count: deployed, at-most: 100, from: 2022-01-01, article: Article 3}\n"
  "  freeze: {count: missiles, at-most: {A: baseline, B: baseline}, baseline: 2021-03-01, article: Article 4}\n"
  "inspections:\n"
  "  of-stores: {name: of stores, at: [store], chosen: drawn, article: Article 5}\n"
  "  of-bases: {name: of bases, at: [base], chosen: designated, article: Article 6}\n"
  "eliminations:\n"
  "  disarm:\n"
  "    name: disarm\n"
  "    count: deployed\n"
  "    article: Article 7\n"
  "    phases:\n"
  "      - {by: 2022-06-01, at-most: 50, article: Article 7 (a)}\n"
  "      - {by: 2023-06-01, at-most: {A: 20}, article: Article 7 (b)}\n";

enum { OF_STORES, OF_BASES, NOT_HELD = -1 };

typedef struct visit {
  const char *date;
  size_t party;
  int facility, inspection;
  bool drawn, differs;
} visit;

typedef struct fixture {
  cs_treaty *treaty;
  cs_holdings *holdings;
  cs_assessment *a;
} fixture;

/* Party A declares `facilities`, B four; C declares nothing. */
static fixture judge(int64_t facilities, const visit *visits, size_t count, const cs_assess_options *how)
{
  cs_error error;
  fixture f = {.treaty = make_treaty(AGREEMENT)};
  f.holdings = make_holdings(f.treaty, "date,party,deployed,missiles\n2021-03-01,A,1,1\n", NULL);
  const int64_t declared[] = {facilities, 4, 0};
  for (size_t i = 0; i < CS_COUNT_OF(declared); i++)
    must(cs_holdings_set_facilities(f.holdings, i, declared[i], &error), &error);
  for (size_t i = 0; i < count; i++) {
    const visit *v = &visits[i];
    cs_searched s = {.date = day(v->date),
                     .party = (uint32_t)v->party,
                     .facility = v->facility < 0 ? CS_NOWHERE : (uint32_t)v->facility,
                     .inspection = (uint32_t)v->inspection,
                     .drawn = v->drawn,
                     .differs = v->differs};
    must(cs_holdings_search(f.holdings, &s, &error), &error);
  }
  must(cs_assess(f.treaty, f.holdings, how, &f.a, &error), &error);
  return f;
}

static void release(fixture *f)
{
  cs_assessment_free(f->a);
  cs_holdings_free(f->holdings);
  cs_treaty_free(f->treaty);
}

/* The only search of this party and rule that counts from this day. */
static cs_search find_search(const cs_assessment *a, const char *party, const char *rule, const char *since)
{
  cs_search out = {0};
  size_t found = 0;
  for (size_t i = 0; i < cs_assessment_searches(a); i++) {
    cs_search s = cs_assessment_search(a, i);
    if (strcmp(s.party, party) != 0 || strcmp(s.rule, rule) != 0 || s.since != day(since))
      continue;
    out = s;
    found++;
  }
  assert_int_equal(found, 1);
  return out;
}

static void assert_seen(const cs_search *s, double together, double spread)
{
  assert_true(fabs(s->together - together) < 1e-12);
  assert_true(fabs(s->spread - spread) < 1e-12);
}

/* ---- Which visits count -------------------------------------------------------------------------------------------- */

static void test_each_facility_counts_once(void **state)
{
  (void)state;
  const visit visits[] = {
    {"2021-04-01", 0, 3, OF_STORES, true, false}, {"2021-05-01", 0, 3, OF_STORES, true, false},
    {"2021-06-01", 0, 7, OF_STORES, true, false}, {"2021-07-01", 0, 9, OF_BASES, false, false},
    {"2021-07-02", 0, 7, OF_BASES, false, false}, {"2021-07-03", 1, 0, OF_BASES, true, false},
  };
  fixture f = judge(10, visits, CS_COUNT_OF(visits), &(cs_assess_options){.at = day("2021-12-01"), .violation = 2});
  cs_search s = find_search(f.a, "A", "freeze", "2021-03-01");
  assert_int_equal(s.facilities, 10);
  assert_int_equal(s.visited, 3);
  assert_int_equal(s.drawn, 2);
  assert_string_equal(s.article, "Article 4");
  assert_string_equal(s.note, "");
  assert_seen(&s, 3.0 / 10, 1 - 7.0 * 6 / (10 * 9)); /* 1 - C(8, 3) / C(10, 3) */
  s = find_search(f.a, "B", "freeze", "2021-03-01");
  assert_seen(&s, 1.0 / 4, 2.0 / 4);
  release(&f);
}

static void test_visits_before_a_rule_binds_or_after_the_day_do_not_count(void **state)
{
  (void)state;
  const visit visits[] = {
    {"2021-02-28", 0, 0, OF_BASES, true, false}, {"2021-03-01", 0, 1, OF_BASES, true, false},
    {"2021-12-31", 0, 2, OF_BASES, true, false}, {"2022-01-01", 0, 3, OF_BASES, true, false},
    {"2022-05-31", 0, 4, OF_BASES, true, false}, {"2022-06-01", 0, 5, OF_BASES, true, false},
    {"2023-05-31", 0, 6, OF_BASES, true, false}, {"2023-06-01", 0, 7, OF_BASES, true, false},
    {"2023-06-02", 0, 8, OF_BASES, true, false},
  };
  cs_assess_options how = {.at = day("2023-06-01"), .violation = 1};
  fixture f = judge(10, visits, CS_COUNT_OF(visits), &how);
  assert_int_equal(find_search(f.a, "A", "freeze", "2021-03-01").visited, 7);
  assert_int_equal(find_search(f.a, "A", "ceiling", "2022-01-01").visited, 5);
  assert_int_equal(find_search(f.a, "A", "disarm", "2022-06-01").visited, 2); /* until the next phase */
  assert_int_equal(find_search(f.a, "A", "disarm", "2023-06-01").visited, 1);
  assert_int_equal(cs_assessment_searches(f.a), 4 + 3 + 2); /* the second phase is of A alone, the freeze not of C */
  release(&f);
  how.at = day("2021-02-28");
  f = judge(10, visits, CS_COUNT_OF(visits), &how);
  assert_int_equal(cs_assessment_searches(f.a), 0);
  release(&f);
}

/* What is deployed is at bases only; stores show nothing of it. */
static void test_an_inspection_counts_where_it_goes_to_what_is_limited(void **state)
{
  (void)state;
  const visit visits[] = {{"2022-02-01", 0, 0, OF_STORES, true, false}, {"2022-03-01", 0, 1, OF_BASES, true, false}};
  fixture f = judge(10, visits, 2, &(cs_assess_options){.at = day("2022-05-01"), .violation = 1});
  assert_int_equal(find_search(f.a, "A", "freeze", "2021-03-01").visited, 2);
  assert_int_equal(find_search(f.a, "A", "ceiling", "2022-01-01").visited, 1);
  release(&f);
}

static void test_a_visit_that_was_not_held_saw_nothing(void **state)
{
  (void)state;
  const visit visits[] = {{"2021-04-01", 1, NOT_HELD, OF_STORES, true, false},
                          {"2021-05-01", 1, NOT_HELD, OF_BASES, false, false}};
  fixture f = judge(10, visits, 2, &(cs_assess_options){.at = day("2021-06-01"), .violation = 9});
  cs_search s = find_search(f.a, "B", "freeze", "2021-03-01");
  assert_int_equal(s.visited, 0);
  assert_int_equal(s.not_held, 2);
  assert_string_equal(s.note, "no facility that is declared was visited");
  assert_seen(&s, 0, 0);
  release(&f);
}

static void test_why_nothing_was_seen(void **state)
{
  (void)state;
  cs_assess_options how = {.at = day("2022-02-01"), .violation = 1, .party = "C"};
  fixture f = judge(10, NULL, 0, &how);
  assert_int_equal(cs_assessment_searches(f.a), 1);
  assert_string_equal(find_search(f.a, "C", "ceiling", "2022-01-01").note, "no facility is declared");
  release(&f);
  f = judge(10, NULL, 0, &(cs_assess_options){.at = day("2022-02-01")});
  assert_int_equal(cs_assessment_searches(f.a), 0); /* nobody asked */
  release(&f);
  f = (fixture){.treaty = make_treaty(AGREEMENT)};
  cs_error error;
  f.holdings = make_holdings(f.treaty, "date,party,deployed,missiles\n2021-03-01,A,1,1\n", NULL);
  how.party = "A";
  must(cs_assess(f.treaty, f.holdings, &how, &f.a, &error), &error);
  cs_search s = find_search(f.a, "A", "freeze", "2021-03-01");
  assert_string_equal(s.note, "the record shows no visits");
  assert_int_equal(s.facilities, -1);
  assert_seen(&s, 0, 0);
  release(&f);
}

/* ---- The probability ----------------------------------------------------------------------------------------------- */

/* The part of all ways to choose `apart` of `facilities` that have one of the first `visited` among them. */
static double by_enumeration(int facilities, int visited, int apart)
{
  double all = 0, seen = 0;
  for (unsigned set = 0; set < 1U << facilities; set++) {
    if (__builtin_popcount(set) != apart)
      continue;
    all++;
    seen += (set & ((1U << visited) - 1)) != 0;
  }
  return seen / all;
}

static void test_against_every_placement(void **state)
{
  (void)state;
  enum { MOST = 7 };
  for (int facilities = 1; facilities <= MOST; facilities++)
    for (int visited = 0; visited <= facilities; visited++)
      for (int violation = 1; violation <= MOST + 1; violation++) {
        visit visits[MOST];
        for (int i = 0; i < visited; i++)
          visits[i] = (visit){"2021-04-01", 0, facilities - 1 - i, OF_STORES, true, false};
        cs_assess_options how = {.at = day("2021-06-01"), .violation = violation, .party = "A"};
        fixture f = judge(facilities, visits, (size_t)visited, &how);
        cs_search s = find_search(f.a, "A", "freeze", "2021-03-01");
        int apart = violation < facilities ? violation : facilities;
        assert_seen(&s, by_enumeration(facilities, visited, 1), by_enumeration(facilities, visited, apart));
        assert_true(s.together <= s.spread + 1e-15);
        release(&f);
      }
}

/* ---- Reports ------------------------------------------------------------------------------------------------------- */

static void test_json_and_table(void **state)
{
  (void)state;
  const visit visits[] = {{"2021-04-01", 0, 0, OF_STORES, true, false},
                          {"2021-05-01", 0, NOT_HELD, OF_STORES, true, false}};
  cs_error error;
  cs_text text = {0}, table = {0};
  fixture f = judge(3, visits, 2, &(cs_assess_options){.at = day("2021-06-01"), .violation = 2, .party = "A"});
  must(cs_assessment_json(f.a, &text, &error), &error);
  must(cs_assessment_table(f.a, 80, false, &table, &error), &error);
  json_t *root = json_loads(text.at, 0, NULL), *violation = json_object_get(root, "violation");
  json_t *seen = json_array_get(json_object_get(violation, "seen"), 0);
  assert_int_equal(json_integer_value(json_object_get(violation, "size")), 2);
  assert_int_equal(json_integer_value(json_object_get(seen, "facilities")), 3);
  assert_int_equal(json_integer_value(json_object_get(seen, "not-held")), 1);
  assert_non_null(strstr(text.at, "\"together\": 0.333333333, \"spread\": 0.666666667, \"out-of-reach\": [\"works\"]"));
  assert_non_null(strstr(table.at, "A      freeze   2021-03-01           3        1        1  0.333333  0.666667\n"));
  assert_non_null(strstr(table.at, "A, freeze: no inspection may go to works; what is there would not have"));
  assert_non_null(strstr(table.at, "A, freeze: 1 visit did not take place;"));
  const char *line = strstr(table.at, "What the visits");
  assert_non_null(line);
  for (size_t length; *line != '\0'; line += length + 1) {
    length = strcspn(line, "\n");
    assert_true(length <= 80);
  }
  json_decref(root);
  cs_text_free(&text);
  cs_text_free(&table);
  release(&f);
}

/* C(above, below) as a floating-point number. */
static double choose(int above, int below)
{
  double c = below > above ? 0 : 1;
  for (int i = 0; i < below; i++)
    c = c * (above - i) / (i + 1);
  return c;
}

/* Bayes by hand: 10 facilities, 3 visited, of which `found` differ; a violation of 4 items is at 1 to 4 of them. */
static void a_prior_becomes_a_posterior(void **state)
{
  (void)state;
  for (int found = 0; found < 3; found++) {
    const visit visits[] = {{"2021-04-01", 0, 2, OF_STORES, true, found > 0},
                            {"2021-05-01", 0, 5, OF_BASES, false, found > 1},
                            {"2021-05-02", 0, 7, OF_STORES, true, false}};
    fixture f =
      judge(10, visits, 3, &(cs_assess_options){.at = day("2021-06-01"), .violation = 4, .prior = 0.3, .party = "A"});
    cs_search s = cs_assessment_search(f.a, 0);
    double none = found > 0 ? 0 : 0.7, some[5] = {0}, sum = none, below = 0;
    for (int d = 1; d <= 4; d++)
      sum += some[d] = 0.3 / 4 * choose(d, found) * choose(10 - d, 3 - found) / choose(10, 3);
    int at_most = 0;
    below = none / sum;
    while (below < 0.95)
      below += some[++at_most] / sum;
    assert_int_equal(s.found, found);
    assert_true(fabs(s.none - none / sum) < 1e-12);
    assert_int_equal(s.at_most, at_most);
    release(&f);
  }
  const visit visits[] = {{"2021-04-01", 0, 2, OF_STORES, true, true}, {"2021-05-01", 0, 5, OF_BASES, false, true}};
  fixture f =
    judge(10, visits, 2, &(cs_assess_options){.at = day("2021-06-01"), .violation = 1, .prior = 0.3, .party = "A"});
  assert_true(cs_assessment_search(f.a, 0).none < 0); /* one item cannot be at two facilities */
  release(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_each_facility_counts_once),
    cmocka_unit_test(test_visits_before_a_rule_binds_or_after_the_day_do_not_count),
    cmocka_unit_test(test_an_inspection_counts_where_it_goes_to_what_is_limited),
    cmocka_unit_test(test_a_visit_that_was_not_held_saw_nothing),
    cmocka_unit_test(test_why_nothing_was_seen),
    cmocka_unit_test(test_against_every_placement),
    cmocka_unit_test(test_json_and_table),
    cmocka_unit_test(a_prior_becomes_a_posterior),
  };
  return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
