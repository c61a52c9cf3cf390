/* assess/: holdings read, every kind of verdict, what was known on which day, and the real record. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* Two parties, one limit from 2004-01-01, a yearly exchange due on 31 January. */
static const char YEARLY[] =
  "agreement: yearly\n"
  "title: A yearly exchange\n"
  "form: Draft\n"
  "parties: {A: {name: Arland}, B: {name: Borland}}\n"
  "term:\n"
  "  entry-into-force: 2001-01-01\n"
  "  duration: 5 years\n"
  "  article: Article 1\n"
  "  extension: {at-most: 2 years, article: Article 7}\n"
  "  extended:\n"
  "    - {agreed: 2005-06-01, in-force: 2005-07-01, until: 2008-01-01, article: Notes}\n"
  "items:\n"
  "  missile: {name: missiles, states: {deployed: {}, stored: {}}}\n"
  "counts:\n"
  "  missiles: {name: missiles, article: Article 2, sum: [{item: missile, states: [deployed, stored]}]}\n"
  "limits:\n"
  "  ceiling: {count: missiles, at-most: 100, from: 2004-01-01, article: Article 3}\n"
  "exchanges:\n"
  "  exchange:\n"
  "    name: exchange\n"
  "    article: Article 4\n"
  "    counts: [missiles]\n"
  "    schedule: [{first: 2002-01-01, every: 1 year, due: 31 days after, article: Article 5}]\n";

/* Both parties every year within the term, 90 each. */
static const char KEPT[] = "date,party,missiles\n"
                           "2002-01-01,A,90\n2002-01-01,B,90\n2003-01-01,A,90\n2003-01-01,B,90\n"
                           "2004-01-01,A,90\n2004-01-01,B,90\n2005-01-01,A,90\n2005-01-01,B,90\n"
                           "2006-01-01,A,90\n2006-01-01,B,90\n2007-01-01,A,90\n2007-01-01,B,90\n";

/* An assessment of text, and what has to be released with it. */
typedef struct judged {
  cs_treaty *treaty;
  cs_holdings *holdings;
  cs_assessment *a;
} judged;

static judged judge(const char *yaml, const char *csv, const char *more, const char *at)
{
  judged j = {.treaty = make_treaty(yaml)};
  j.holdings = make_holdings(j.treaty, csv, more);
  j.a = assess_at(j.treaty, j.holdings, at);
  return j;
}

static void judged_free(judged *j)
{
  cs_assessment_free(j->a);
  cs_holdings_free(j->holdings);
  cs_treaty_free(j->treaty);
}

/* ---- Verdicts ---------------------------------------------------------------------------- */

static void test_kept(void **state)
{
  (void)state;
  judged j = judge(YEARLY, KEPT, NULL, "2008-06-01");
  assert_false(cs_assessment_is_bad(j.a));
  assert_int_equal(cs_assessment_tally(j.a, CS_MET), 12 + 8 + 2); /* exchanges, limits from 2004, extension */
  assert_int_equal(cs_assessment_tally(j.a, CS_NOT_YET_BINDING), 4);
  assert_int_equal(cs_assessment_count(j.a), 26);
  assert_string_equal(
    cs_assessment_conclusion(j.a),
    "No limit was exceeded while it was binding: each was met in every declaration from 2004-01-01 to 2007-01-01. "
    "Extended on 2005-07-01 to 2008-01-01. The agreement ended on 2008-01-01.");
  judged_free(&j);
}

static void test_a_limit_before_and_while_it_binds(void **state)
{
  (void)state;
  judged j =
    judge(YEARLY, "date,party,missiles\n2003-12-31,A,101\n2004-01-01,A,101\n2004-01-02,A,100\n2004-01-03,A,0\n", NULL,
          "2004-01-10");
  cs_finding f = find(j.a, "2003-12-31", "A", "ceiling");
  assert_int_equal(f.verdict, CS_NOT_YET_BINDING);
  assert_true(f.has_value && f.has_limit);
  assert_int_equal(f.margin, -1);
  f = find(j.a, "2004-01-01", "A", "ceiling");
  assert_int_equal(f.verdict, CS_VIOLATED);
  assert_int_equal(f.value, 101);
  assert_int_equal(f.limit, 100);
  assert_int_equal(f.margin, -1);
  assert_string_equal(f.article, "Article 3");
  assert_int_equal(f.first_line, 3);
  assert_int_equal(f.last_line, 3);
  assert_non_null(strstr(f.file, "holdings.csv"));
  f = find(j.a, "2004-01-02", "A", "ceiling");
  assert_int_equal(f.verdict, CS_MET);
  assert_int_equal(f.margin, 0);
  assert_int_equal(find(j.a, "2004-01-03", "A", "ceiling").margin, 100);
  assert_true(cs_assessment_is_bad(j.a));
  assert_non_null(strstr(cs_assessment_conclusion(j.a), "Limits exceeded while binding: A 1 (2004-01-01)."));
  judged_free(&j);
}

static void test_late_missing_and_published(void **state)
{
  (void)state;
  judged j = judge(YEARLY,
                   "date,party,provided,received,missiles\n"
                   "2002-01-01,A,exchanged,2002-01-31,90\n" /* the last day */
                   "2002-01-01,B,exchanged,2002-02-01,90\n" /* a day later */
                   "2003-01-01,A,published,,90\n"
                   "2003-01-01,B,,,90\n"
                   "2004-01-01,A,exchanged,,\n"
                   "2004-01-01,B,,2004-01-01,90\n",
                   NULL, "2005-06-01");
  assert_verdict(j.a, "2002-01-01", "A", "exchange", "met");
  assert_verdict(j.a, "2002-01-01", "B", "exchange", "late");
  cs_finding f = find(j.a, "2003-01-01", "A", "exchange");
  assert_int_equal(f.verdict, CS_MISSING);
  assert_string_equal(f.note, "published, not exchanged");
  assert_int_equal(f.first_line, 4);
  assert_verdict(j.a, "2003-01-01", "B", "exchange", "met");
  f = find(j.a, "2004-01-01", "A", "exchange"); /* a row without the number */
  assert_int_equal(f.verdict, CS_UNKNOWN);
  assert_string_equal(f.note, "no number declared");
  assert_verdict(j.a, "2004-01-01", "A", "ceiling", "unknown");
  f = find(j.a, "2005-01-01", "A", "exchange");
  assert_int_equal(f.verdict, CS_MISSING);
  assert_string_equal(f.note, "no declaration");
  assert_null(f.file);
  f = find(j.a, "2005-01-01", "A", "ceiling");
  assert_int_equal(f.verdict, CS_UNKNOWN);
  assert_false(f.has_value);
  assert_int_equal(f.limit, 100);
  assert_string_equal(
    cs_assessment_conclusion(j.a),
    "No limit was exceeded while it was binding: each was met in every declaration from 2004-01-01. "
    "Missing exchanges: A 2 (2003-01-01 to 2005-01-01, of which 1 published but not exchanged), B 1 (2005-01-01). "
    "Late exchanges: B 1 (2002-01-01). The agreement is in force until 2006-01-01.");
  judged_free(&j);
}

/* What is published still counts against the limits. */
static void test_published_numbers_are_judged(void **state)
{
  (void)state;
  judged j = judge(YEARLY, "date,party,provided,missiles\n2004-01-01,A,published,120\n", NULL, "2004-06-01");
  cs_finding f = find(j.a, "2004-01-01", "A", "ceiling");
  assert_int_equal(f.verdict, CS_VIOLATED);
  assert_string_equal(f.note, "published, not exchanged");
  judged_free(&j);
}

/* ---- What was known on a day ------------------------------------------------------------- */

static void test_a_deadline_passes(void **state)
{
  (void)state;
  static const struct {
    const char *at;
    size_t findings;
  } table[] = {{"2001-12-31", 0}, {"2002-01-01", 0}, {"2002-01-31", 0}, {"2002-02-01", 2}};
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    judged j = judge(YEARLY, "date,party,missiles\n", NULL, table[i].at);
    assert_int_equal(count_findings(j.a, NULL, NULL, "exchange"), table[i].findings);
    assert_int_equal(cs_assessment_tally(j.a, CS_MISSING), table[i].findings);
    judged_free(&j);
  }
}

static void test_a_declaration_counts_from_its_receipt(void **state)
{
  (void)state;
  static const char csv[] = "date,party,received,missiles\n2004-01-01,A,2004-03-01,120\n2004-01-01,B,2004-01-15,90\n";
  judged j = judge(YEARLY, csv, NULL, "2004-01-20"); /* before the deadline: only B's */
  assert_int_equal(count_findings(j.a, "2004-01-01", "A", NULL), 0);
  assert_verdict(j.a, "2004-01-01", "B", "exchange", "met");
  judged_free(&j);
  j = judge(YEARLY, csv, NULL, "2004-02-29"); /* after it, and nothing was received */
  assert_verdict(j.a, "2004-01-01", "A", "exchange", "missing");
  assert_verdict(j.a, "2004-01-01", "A", "ceiling", "unknown");
  judged_free(&j);
  j = judge(YEARLY, csv, NULL, "2004-03-01");
  assert_verdict(j.a, "2004-01-01", "A", "exchange", "late");
  assert_verdict(j.a, "2004-01-01", "A", "ceiling", "violated");
  judged_free(&j);
}

static void test_publication_leaves_time_to_exchange(void **state)
{
  (void)state;
  static const char csv[] = "date,party,provided,missiles\n2004-01-01,A,published,90\n";
  judged j = judge(YEARLY, csv, NULL, "2004-01-31");
  assert_int_equal(count_findings(j.a, "2004-01-01", "A", "exchange"), 0);
  assert_verdict(j.a, "2004-01-01", "A", "ceiling", "met");
  judged_free(&j);
  j = judge(YEARLY, csv, NULL, "2004-02-01");
  assert_verdict(j.a, "2004-01-01", "A", "exchange", "missing");
  judged_free(&j);
}

static void test_the_future_is_not_judged(void **state)
{
  (void)state;
  judged j = judge(YEARLY, KEPT, NULL, "2003-06-01");
  for (size_t i = 0; i < cs_assessment_count(j.a); i++)
    assert_true(cs_assessment_at(j.a, i).date <= day("2003-06-01"));
  assert_int_equal(cs_assessment_count(j.a), 8);
  judged_free(&j);
}

static void test_an_extension_is_known_from_its_day(void **state)
{
  (void)state;
  judged j = judge(YEARLY, KEPT, NULL, "2005-06-30");
  assert_int_equal(count_findings(j.a, NULL, NULL, "extension"), 0);
  assert_non_null(strstr(cs_assessment_conclusion(j.a), "The agreement is in force until 2006-01-01."));
  judged_free(&j);
  j = judge(YEARLY, KEPT, NULL, "2005-07-01");
  cs_finding f = find(j.a, "2005-07-01", "B", "extension");
  assert_int_equal(f.verdict, CS_MET);
  assert_string_equal(f.article, "Article 7");
  assert_int_equal(f.first_line, 11); /* of the agreement */
  assert_non_null(strstr(cs_assessment_conclusion(j.a), "The agreement is in force until 2008-01-01."));
  judged_free(&j);
}

static void test_extensions_that_are_not_allowed(void **state)
{
  (void)state;
  static const struct {
    const char *in_force, *until, *note;
  } table[] = {
    {"2005-07-01", "2008-01-02", "longer than the agreement allows"},
    {"2006-01-02", "2008-01-01", "after the end of the term"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char yaml[2048];
    snprintf(
      yaml, sizeof yaml,
      "agreement: a\ntitle: t\nform: f\nparties: {A: {name: a}}\n"
      "term: {entry-into-force: 2001-01-01, duration: 5 years, article: x, extension: {at-most: 2 years, article: y},\n"
      "  extended: [{agreed: 2005-06-01, in-force: %s, until: %s, article: z}]}\n"
      "items: {i: {name: i, states: {s: {}}}}\n"
      "counts: {things: {name: c, article: x, sum: [{item: i, states: [s]}]}}\n",
      table[i].in_force, table[i].until);
    judged j = judge(yaml, "date,party,things\n", NULL, "2009-01-01");
    cs_finding f = find(j.a, table[i].in_force, "A", "extension");
    assert_int_equal(f.verdict, CS_VIOLATED);
    assert_string_equal(f.note, table[i].note);
    assert_non_null(strstr(cs_assessment_conclusion(j.a), "Extensions beyond what is allowed: A 1 ("));
    judged_free(&j);
  }
}

static void test_rows_outside_the_term_are_not_judged(void **state)
{
  (void)state;
  static const char csv[] =
    "date,party,missiles\n2000-12-31,A,500\n2004-01-01,A,90\n2008-01-01,A,500\n2030-01-01,A,500\n";
  judged j = judge(YEARLY, csv, NULL, "2020-01-01");
  assert_int_equal(count_findings(j.a, "2000-12-31", NULL, NULL), 0);
  assert_int_equal(count_findings(j.a, "2008-01-01", NULL, NULL), 0);
  assert_int_equal(count_findings(j.a, "2030-01-01", NULL, NULL), 0);
  assert_int_equal(cs_assessment_tally(j.a, CS_VIOLATED), 0);
  assert_non_null(strstr(cs_assessment_conclusion(j.a), "Not judged, outside the term: 2 declarations."));
  judged_free(&j);
}

/* ---- Parties ----------------------------------------------------------------------------- */

static void test_one_party_only(void **state)
{
  (void)state;
  cs_treaty *treaty = make_treaty(YEARLY);
  cs_holdings *holdings = make_holdings(treaty, KEPT, NULL);
  cs_assessment *a;
  cs_error error;
  assert_int_equal(cs_assess(treaty, holdings, &(cs_assess_options){.at = day("2008-06-01"), .party = "B"}, &a, &error),
                   CS_OK);
  assert_int_equal(count_findings(a, NULL, "B", NULL), 13);
  assert_int_equal(count_findings(a, NULL, "A", NULL), 0);
  cs_assessment_free(a);
  assert_int_equal(cs_assess(treaty, holdings, &(cs_assess_options){.at = day("2008-06-01"), .party = "C"}, &a, &error),
                   CS_INVALID);
  assert_null(a);
  assert_string_equal(error.what, "\"C\" is not a party of yearly; expected one of A, B");
  cs_assessment_free(NULL);
  cs_holdings_free(holdings);
  cs_holdings_free(NULL);
  cs_treaty_free(treaty);
}

static void test_limits_by_party(void **state)
{
  (void)state;
  judged j = judge("agreement: a\ntitle: t\nform: f\n"
                   "parties: {A: {name: a}, B: {name: b}, C: {name: c}}\n"
                   "term: {entry-into-force: 2001-01-01, article: x}\n"
                   "items: {i: {name: i, states: {s: {}}}}\n"
                   "counts: {things: {name: c, article: x, sum: [{item: i, states: [s]}]}}\n"
                   "limits: {ceiling: {count: things, at-most: {A: 10, B: 20}, article: y}}\n",
                   "date,party,things\n2002-01-01,A,15\n2002-01-01,B,15\n2002-01-01,C,15\n", NULL, "2003-01-01");
  assert_verdict(j.a, "2002-01-01", "A", "ceiling", "violated");
  assert_verdict(j.a, "2002-01-01", "B", "ceiling", "met");
  assert_int_equal(count_findings(j.a, NULL, "C", NULL), 0); /* the limit says nothing about it */
  judged_free(&j);
}

/* ---- Freezes ----------------------------------------------------------------------------- */

static const char FREEZE[] =
  "agreement: a\ntitle: t\nform: f\nparties: {A: {name: a}, B: {name: b}}\n"
  "term: {entry-into-force: 2021-02-05, duration: 1 year, article: x}\n"
  "items: {warhead: {name: w, states: {deployed: {}, stored: {}}}}\n"
  "counts: {warheads: {name: c, article: x, sum: [{item: warhead, states: [deployed, stored]}]}}\n"
  "limits: {freeze: {count: warheads, at-most: baseline, baseline: 2021-02-05, article: y}}\n";

static void test_a_freeze_against_the_baseline(void **state)
{
  (void)state;
  judged j = judge(FREEZE,
                   "date,party,warheads\n2021-02-05,A,4000\n2021-05-05,A,4000\n2021-08-05,A,3999\n2021-11-05,A,4001\n"
                   "2021-05-05,B,9999\n",
                   NULL, "2021-12-01");
  assert_verdict(j.a, "2021-02-05", "A", "freeze", "met");
  assert_verdict(j.a, "2021-05-05", "A", "freeze", "met");
  assert_int_equal(find(j.a, "2021-08-05", "A", "freeze").margin, 1);
  cs_finding f = find(j.a, "2021-11-05", "A", "freeze");
  assert_int_equal(f.verdict, CS_VIOLATED);
  assert_int_equal(f.limit, 4000);
  f = find(j.a, "2021-05-05", "B", "freeze");
  assert_int_equal(f.verdict, CS_UNKNOWN);
  assert_string_equal(f.note, "no baseline declared");
  assert_false(f.has_limit);
  judged_free(&j);
}

/* The baseline may be declared by items, and is itself known only from its receipt. */
static void test_a_baseline_by_items(void **state)
{
  (void)state;
  static const char csv[] =
    "date,party,item,state,count,received\n"
    "2021-02-05,A,warhead,deployed,1500,2021-04-01\n2021-02-05,A,warhead,stored,2500,2021-04-01\n"
    "2021-03-05,A,warhead,deployed,1600,\n2021-03-05,A,warhead,stored,2401,\n";
  judged j = judge(FREEZE, csv, NULL, "2021-03-10");
  assert_verdict(j.a, "2021-03-05", "A", "freeze", "unknown");
  judged_free(&j);
  j = judge(FREEZE, csv, NULL, "2021-04-01");
  cs_finding f = find(j.a, "2021-03-05", "A", "freeze");
  assert_int_equal(f.verdict, CS_VIOLATED);
  assert_int_equal(f.margin, -1);
  assert_int_equal(f.first_line, 4);
  assert_int_equal(f.last_line, 5);
  judged_free(&j);
}

/* ---- Eliminations ------------------------------------------------------------------------ */

static void test_elimination_by_phases(void **state)
{
  (void)state;
  static const char yaml[] = "agreement: a\ntitle: t\nform: f\nparties: {A: {name: a}, B: {name: b}}\n"
                             "term: {entry-into-force: 1988-06-01, article: x}\n"
                             "items: {missile: {name: m, states: {any: {}}}}\n"
                             "counts: {missiles: {name: c, article: x, sum: [{item: missile, states: [any]}]}}\n"
                             "eliminations:\n  gone:\n    name: e\n    article: y\n    count: missiles\n    phases:\n"
                             "      - {by: 1990-11-01, at-most: {A: 171, B: 180}, article: Phase 1}\n"
                             "      - {by: 1991-06-01, at-most: 0, article: Phase 2}\n";
  judged j = judge(yaml,
                   "date,party,missiles\n1990-10-31,A,500\n1990-11-01,A,171\n1990-11-01,B,181\n1991-05-31,A,171\n"
                   "1991-06-01,A,0\n1991-06-01,B,1\n",
                   NULL, "1992-01-01");
  cs_finding f = find(j.a, "1990-10-31", "A", "gone");
  assert_int_equal(f.verdict, CS_NOT_YET_BINDING);
  assert_int_equal(f.limit, 171);
  f = find(j.a, "1990-11-01", "A", "gone");
  assert_int_equal(f.verdict, CS_MET);
  assert_string_equal(f.article, "Phase 1");
  assert_verdict(j.a, "1990-11-01", "B", "gone", "violated");
  assert_verdict(j.a, "1991-05-31", "A", "gone", "met");
  f = find(j.a, "1991-06-01", "A", "gone");
  assert_int_equal(f.verdict, CS_MET);
  assert_int_equal(f.limit, 0);
  assert_string_equal(f.article, "Phase 2");
  f = find(j.a, "1991-06-01", "B", "gone");
  assert_int_equal(f.verdict, CS_VIOLATED);
  assert_int_equal(f.margin, -1);
  judged_free(&j);
}

static void test_a_limit_ends(void **state)
{
  (void)state;
  judged j = judge("agreement: a\ntitle: t\nform: f\nparties: {A: {name: a}}\n"
                   "term: {entry-into-force: 2001-01-01, article: x}\n"
                   "items: {i: {name: i, states: {s: {}}}}\n"
                   "counts: {things: {name: c, article: x, sum: [{item: i, states: [s]}]}}\n"
                   "limits: {ceiling: {count: things, at-most: 10, until: 2003-01-01, article: y}}\n",
                   "date,party,things\n2002-12-31,A,11\n2003-01-01,A,11\n", NULL, "2004-01-01");
  assert_verdict(j.a, "2002-12-31", "A", "ceiling", "violated");
  assert_int_equal(count_findings(j.a, "2003-01-01", "A", NULL), 0);
  judged_free(&j);
}

/* ---- Items and totals -------------------------------------------------------------------- */

static const char WEIGHED[] =
  "agreement: a\ntitle: t\nform: f\nparties: {A: {name: a}}\n"
  "term: {entry-into-force: 2001-01-01, article: x}\n"
  "items:\n"
  "  missile: {name: m, states: {deployed: {}, stored: {}, test: {part-of: stored, article: Article 9}}}\n"
  "  bomber: {name: b, states: {deployed: {}}}\n"
  "counts:\n"
  "  carriers: {name: c, article: Article 2, sum: [{item: missile, states: [deployed]}, {item: bomber, "
  "states: [deployed]}]}\n"
  "  points: {name: p, article: Article 3, sum: [{count: carriers, weight: 10}, {item: missile, states: "
  "[stored], weight: 3}]}\n"
  "limits:\n"
  "  carriers: {count: carriers, at-most: 50, article: Article 4}\n"
  "  points: {count: points, at-most: 500, article: Article 5}\n";

static void test_sums_follow_the_weights(void **state)
{
  (void)state;
  judged j = judge(
    WEIGHED,
    "date,party,item,state,count,type,facility\n"
    "2002-01-01,A,missile,deployed,30,,\n2002-01-01,A,missile,deployed,4,M2,\n2002-01-01,A,missile,deployed,5,M2,base\n"
    "2002-01-01,A,missile,stored,7,,\n2002-01-01,A,bomber,deployed,6,,\n",
    NULL, "2003-01-01");
  cs_finding f = find(j.a, "2002-01-01", "A", "carriers");
  assert_int_equal(f.value, 30 + 4 + 5 + 6);
  assert_int_equal(f.verdict, CS_MET);
  f = find(j.a, "2002-01-01", "A", "points");
  assert_int_equal(f.value, 45 * 10 + 7 * 3);
  assert_int_equal(f.margin, 29);
  assert_int_equal(f.first_line, 2);
  assert_int_equal(f.last_line, 6);
  judged_free(&j);
}

/* That there are none of a kind is said by a row with 0; without a row nothing is known. */
static void test_a_state_that_is_not_declared(void **state)
{
  (void)state;
  judged j = judge(WEIGHED,
                   "date,party,item,state,count\n2002-01-01,A,missile,deployed,30\n2002-01-01,A,bomber,deployed,6\n"
                   "2002-02-01,A,missile,deployed,30\n2002-02-01,A,bomber,deployed,6\n2002-02-01,A,missile,stored,0\n",
                   NULL, "2003-01-01");
  assert_verdict(j.a, "2002-01-01", "A", "carriers", "met");
  cs_finding f = find(j.a, "2002-01-01", "A", "points");
  assert_int_equal(f.verdict, CS_UNKNOWN);
  assert_false(f.has_value);
  assert_string_equal(f.note, "no number declared");
  assert_int_equal(find(j.a, "2002-02-01", "A", "points").value, 360);
  judged_free(&j);
}

static void test_totals_tie_with_items(void **state)
{
  (void)state;
  static const char items[] =
    "date,party,item,state,count\n"
    "2002-01-01,A,missile,deployed,30\n2002-01-01,A,bomber,deployed,6\n2002-01-01,A,missile,stored,7\n";
  judged j = judge(WEIGHED, "date,party,carriers,points\n2002-01-01,A,36,380\n", items, "2003-01-01");
  assert_int_equal(count_findings(j.a, "2002-01-01", "A", "declared-totals"), 2);
  size_t seen = 0;
  for (size_t i = 0; i < cs_assessment_count(j.a); i++) {
    cs_finding f = cs_assessment_at(j.a, i);
    if (strcmp(f.rule, "declared-totals") != 0)
      continue;
    bool carriers = strcmp(f.article, "Article 2") == 0;
    assert_int_equal(f.verdict, carriers ? CS_MET : CS_VIOLATED);
    assert_int_equal(f.value, carriers ? 36 : 381);
    assert_int_equal(f.limit, carriers ? 36 : 380);
    assert_string_equal(f.note,
                        carriers ? "items add up to the declared total" : "items do not add up to the declared total");
    seen++;
  }
  assert_int_equal(seen, 2);
  /* The limit is judged by the declared total. */
  assert_int_equal(find(j.a, "2002-01-01", "A", "points").value, 380);
  judged_free(&j);
}

/* The order of the files does not matter. */
static void test_items_before_totals(void **state)
{
  (void)state;
  judged j = judge(WEIGHED,
                   "date,party,item,state,count,provided\n2002-01-01,A,missile,deployed,30,published\n"
                   "2002-01-01,A,bomber,deployed,6,published\n",
                   "date,party,carriers,provided\n2002-01-01,A,37,exchanged\n", "2003-01-01");
  assert_verdict(j.a, "2002-01-01", "A", "declared-totals", "violated");
  cs_finding f = find(j.a, "2002-01-01", "A", "carriers");
  assert_non_null(strstr(f.file, "more.csv"));
  assert_int_equal(f.first_line, 2);
  assert_string_equal(f.note, "");
  judged_free(&j);
}

static void test_a_part_within_its_whole(void **state)
{
  (void)state;
  judged j = judge(WEIGHED,
                   "date,party,item,state,count\n"
                   "2002-01-01,A,missile,stored,7\n2002-01-01,A,missile,test,7\n"
                   "2002-02-01,A,missile,stored,7\n2002-02-01,A,missile,test,8\n"
                   "2002-03-01,A,missile,test,8\n",
                   NULL, "2003-01-01");
  assert_int_equal(count_findings(j.a, "2002-01-01", "A", "declared-parts"), 0);
  cs_finding f = find(j.a, "2002-02-01", "A", "declared-parts");
  assert_int_equal(f.verdict, CS_VIOLATED);
  assert_int_equal(f.value, 8);
  assert_int_equal(f.limit, 7);
  assert_string_equal(f.article, "Article 9");
  assert_string_equal(f.note, "a part is larger than the whole that it is in");
  assert_int_equal(count_findings(j.a, "2002-03-01", "A", "declared-parts"), 0); /* the whole is not known */
  assert_string_equal(
    cs_assessment_conclusion(j.a),
    "No limit could be judged. Declarations that contradict themselves: A 1 (2002-02-01). The agreement is in force.");
  judged_free(&j);
}

/* ---- Holdings that are refused, and large numbers ---------------------------------------- */

static const char HEAVY[] =
  "agreement: a\ntitle: t\nform: f\nparties: {A: {name: a}}\n"
  "term: {entry-into-force: 2001-01-01, article: x}\n"
  "items: {i: {name: i, states: {s: {}, t: {}}}}\n"
  "counts: {things: {name: c, article: x, sum: [{item: i, states: [s, t], weight: 1000000}]}}\n"
  "limits: {ceiling: {count: things, at-most: 10, article: y}}\n";

static void test_the_largest_number(void **state)
{
  (void)state;
  judged j = judge(HEAVY, "date,party,things\n2002-01-01,A,9007199254740991\n", NULL, "2003-01-01");
  cs_finding f = find(j.a, "2002-01-01", "A", "ceiling");
  assert_true(f.value == CS_NUMBER_MAX);
  assert_true(f.margin == 10 - CS_NUMBER_MAX);
  judged_free(&j);
}

static void test_sums_that_are_too_large(void **state)
{
  (void)state;
  cs_treaty *treaty = make_treaty(HEAVY);
  cs_error error =
    refuse_holdings(treaty, "date,party,item,state,count\n2002-01-01,A,i,s,9007199255\n2002-01-01,A,i,t,0\n");
  assert_string_equal(error.what,
                      "the holdings of A come to more things than can be; expected at most 9007199254740991");
  assert_int_equal(error.line, 2);
  error =
    refuse_holdings(treaty,
                    "date,party,item,state,count,type\n2002-01-01,A,i,s,9007199254740989,a\n2002-01-01,A,i,s,9,b\n");
  assert_string_equal(error.what,
                      "these holdings come to a total that is too large; expected at most 9007199254740991 in all");
  assert_int_equal(error.line, 3);
  cs_treaty_free(treaty);
}

/* A sum of which a part is not declared is not known, however large the rest. */
static void test_a_large_sum_that_is_not_whole(void **state)
{
  (void)state;
  judged j = judge(HEAVY, "date,party,item,state,count\n2002-01-01,A,i,s,9007199254740989\n", NULL, "2003-01-01");
  assert_verdict(j.a, "2002-01-01", "A", "ceiling", "unknown");
  judged_free(&j);
}

static void test_holdings_that_are_refused(void **state)
{
  (void)state;
  static const struct {
    const char *csv;
    uint32_t line, column;
    const char *what, *hint;
  } table[] = {
    {"", 1, 1, "the file is empty; expected a header and rows", ""},
    {"date,missiles\n", 1, 1, "the header has no column \"party\"; expected it", ""},
    {"party,missiles\n", 1, 1, "the header has no column \"date\"; expected it", ""},
    {"date,party,item,count\n", 1, 1, "the header has no column \"state\"; expected it", ""},
    {"date,party,item,state\n", 1, 1, "the header has no column \"count\"; expected it", ""},
    {"date,party\n", 1, 1,
     "the header has no column named after a count of yearly, nor \"item\"; expected one such as \"missiles\"", ""},
    {"date,party,item,state,count,missiles\n", 1, 1,
     "the header has both \"item\" and a column named after a count; expected one of the two", ""},
    {"date,party,missiles,date\n", 1, 21, "\"date\" is there twice; expected each column once", ""},
    {"date,party,mssiles\n", 1, 12, "\"mssiles\" is almost a count of the agreement; expected missiles",
     "did you mean \"missiles\"?"},
    {"date,party,missiles,recieved\n", 1, 21,
     "\"recieved\" is almost a column that has a meaning; expected date, party, provided, received, item, state, type, facility, identifier, count",
     "did you mean \"received\"?"},
    {"date,party,missiles\n2004-02-30,A,1\n", 2, 1,
     "\"2004-02-30\" is not a date; expected a day that exists, as YYYY-MM-DD", ""},
    {"date,party,missiles\n2004-01-01,Atlantis,1\n", 2, 12,
     "\"Atlantis\" is not a party of the agreement; expected A, B", ""},
    {"date,party,missiles\n2004-01-01,A,-1\n", 2, 14,
     "\"-1\" is negative; expected a whole number from 0 to 9007199254740991", ""},
    {"date,party,missiles\n2004-01-01,A,1\n2004-01-02,A,1\n2004-01-01,A,1\n", 4, 1, NULL, ""},
    {"date,party,missiles,provided\n2004-01-01,A,1,sent\n", 2, 16,
     "\"sent\" does not say how the numbers were provided; expected exchanged or published", ""},
    {"date,party,missiles,received\n2004-01-01,A,1,soon\n", 2, 16,
     "\"soon\" is not a date; expected a day that exists, as YYYY-MM-DD", ""},
    {"date,party,item,state,count\n2004-01-01,A,rocket,deployed,1\n", 2, 14,
     "\"rocket\" is not an item of the agreement; expected missile", ""},
    {"date,party,item,state,count\n2004-01-01,A,missile,hidden,1\n", 2, 22,
     "\"hidden\" is not a state of this item; expected deployed, stored", ""},
    {"date,party,item,state,count\n2004-01-01,A,missile,deployed,\n", 2, 31,
     "\"\" is no number; expected a whole number; a holding that is not known has no row", ""},
    {"date,party,item,state,count\n2004-01-01,A,missile,deployed,1\n2004-01-01,A,missile,deployed,2\n", 3, 14, NULL,
     ""},
  };
  cs_treaty *treaty = make_treaty(YEARLY);
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_error error = refuse_holdings(treaty, table[i].csv);
    if (table[i].what != NULL)
      assert_string_equal(error.what, table[i].what);
    else
      assert_non_null(strstr(error.what, "this row states the same "));
    assert_int_equal(error.line, table[i].line);
    assert_int_equal(error.column, table[i].column);
    assert_string_equal(error.hint, table[i].hint);
  }
  cs_treaty_free(treaty);
}

/* ---- The real record --------------------------------------------------------------------- */

#define RECORD "data/new-start-aggregates.csv"

static judged real_record(const char *at)
{
  static const char *const files[] = {RECORD, "data/new-start-by-type.csv"};
  judged j = {.treaty = read_treaty("treaties/new-start.yaml")};
  cs_error error;
  assert_int_equal(cs_holdings_read(j.treaty, files, 2, &j.holdings, &error), CS_OK);
  j.a = assess_at(j.treaty, j.holdings, at);
  return j;
}

static const char *const limits[] = {"deployed-delivery-vehicles", "deployed-warheads",
                                     "deployed-and-nondeployed-launchers"};

/* Days of the exchanges, in three spans: before the limits bound, since, and when nothing was exchanged. */
static const char *const before[] = {"2011-02-05", "2011-09-01", "2012-03-01", "2012-09-01", "2013-03-01",
                                     "2013-09-01", "2014-03-01", "2014-09-01", "2015-03-01", "2015-09-01",
                                     "2016-03-01", "2016-09-01", "2017-03-01", "2017-09-01"};
static const char *const since[] = {"2018-02-05", "2018-09-01", "2019-03-01", "2019-09-01", "2020-03-01",
                                    "2020-09-01", "2021-03-01", "2021-09-01", "2022-03-01", "2022-09-01"};
static const char *const silent[] = {"2023-09-01", "2024-03-01", "2024-09-01", "2025-03-01", "2025-09-01"};
static const char *const parties[] = {"US", "RU"};

/* Which declarations were over a limit before it bound. A letter a day of `before`: x over, - not. */
static void test_who_was_over_which_limit_before_it_bound(void **state)
{
  (void)state;
  static const char *const over[2][3] = {
    {"xxxxxxxxxxx---", "xxxxxxxxx-----", "xxxxxxxxxxxxx-"},
    {"--------------", "-x-----xxxxxxx", "xxxxxxxxxxxxx-"},
  };
  judged j = real_record("2026-03-01");
  for (size_t party = 0; party < 2; party++)
    for (size_t limit = 0; limit < 3; limit++)
      for (size_t i = 0; i < CS_COUNT_OF(before); i++) {
        cs_finding f = find(j.a, before[i], parties[party], limits[limit]);
        assert_int_equal(f.verdict, CS_NOT_YET_BINDING);
        if ((f.margin < 0) != (over[party][limit][i] == 'x'))
          fail_msg("%s, %s of %s: %lld", before[i], limits[limit], parties[party], (long long)f.value);
      }
  judged_free(&j);
}

static void test_every_limit_was_met_since_it_bound(void **state)
{
  (void)state;
  static const int64_t most[] = {700, 1550, 800};
  static const char *const articles[] = {"Article II, paragraph 1(a)", "Article II, paragraph 1(b)",
                                         "Article II, paragraph 1(c)"};
  judged j = real_record("2026-03-01");
  for (size_t i = 0; i < CS_COUNT_OF(since); i++)
    for (size_t party = 0; party < 2; party++)
      for (size_t limit = 0; limit < 3; limit++) {
        cs_finding f = find(j.a, since[i], parties[party], limits[limit]);
        assert_int_equal(f.verdict, CS_MET);
        assert_int_equal(f.limit, most[limit]);
        assert_true(f.margin >= 0);
        assert_string_equal(f.article, articles[limit]);
        assert_string_equal(f.file, RECORD);
      }
  assert_int_equal(cs_assessment_tally(j.a, CS_VIOLATED), 0);
  assert_int_equal(find(j.a, "2022-09-01", "RU", "deployed-warheads").margin, 1); /* the narrowest */
  judged_free(&j);
}

static void test_which_exchanges_were_made(void **state)
{
  (void)state;
  judged j = real_record("2026-03-01");
  for (size_t party = 0; party < 2; party++) {
    for (size_t i = 0; i < CS_COUNT_OF(before); i++)
      assert_verdict(j.a, before[i], parties[party], "exchange", "met");
    for (size_t i = 0; i < CS_COUNT_OF(since); i++)
      assert_verdict(j.a, since[i], parties[party], "exchange", "met");
    for (size_t i = 0; i < CS_COUNT_OF(silent); i++) {
      assert_verdict(j.a, silent[i], parties[party], "exchange", "missing");
      for (size_t limit = 0; limit < 3; limit++)
        assert_verdict(j.a, silent[i], parties[party], limits[limit], "unknown");
    }
  }
  cs_finding f = find(j.a, "2023-03-01", "RU", "exchange");
  assert_int_equal(f.verdict, CS_MISSING);
  assert_string_equal(f.note, "no declaration");
  f = find(j.a, "2023-03-01", "US", "exchange");
  assert_int_equal(f.verdict, CS_MISSING);
  assert_string_equal(f.note, "published, not exchanged");
  for (size_t limit = 0; limit < 3; limit++) {
    assert_verdict(j.a, "2023-03-01", "US", limits[limit], "met");
    assert_verdict(j.a, "2023-03-01", "RU", limits[limit], "unknown");
  }
  assert_int_equal(count_findings(j.a, NULL, NULL, "exchange"), 60);
  assert_int_equal(cs_assessment_tally(j.a, CS_MISSING), 12);
  judged_free(&j);
}

static void test_the_extension_and_the_end(void **state)
{
  (void)state;
  judged j = real_record("2026-03-01");
  for (size_t party = 0; party < 2; party++) {
    cs_finding f = find(j.a, "2021-02-03", parties[party], "extension");
    assert_int_equal(f.verdict, CS_MET);
    assert_string_equal(f.article, "Article XIV, paragraph 2");
    assert_string_equal(f.file, "treaties/new-start.yaml");
  }
  assert_string_equal(
    cs_assessment_conclusion(j.a),
    "No limit was exceeded while it was binding: each was met in every declaration from 2018-02-05 to 2023-03-01. "
    "Missing exchanges: US 6 (2023-03-01 to 2025-09-01, of which 1 published but not exchanged), RU 6 (2023-03-01 "
    "to 2025-09-01). Extended on 2021-02-03 to 2026-02-05. The agreement ended on 2026-02-05.");
  assert_int_equal(count_findings(j.a, "2026-03-01", NULL, NULL), 0);
  judged_free(&j);
}

static void test_types_tie_to_the_aggregates(void **state)
{
  (void)state;
  judged j = real_record("2026-03-01");
  assert_int_equal(count_findings(j.a, "2020-09-01", "US", "declared-totals"), 2);
  for (size_t i = 0; i < cs_assessment_count(j.a); i++) {
    cs_finding f = cs_assessment_at(j.a, i);
    if (strcmp(f.rule, "declared-totals") == 0)
      assert_int_equal(f.verdict, CS_MET);
  }
  judged_free(&j);
}

static void test_the_record_on_past_days(void **state)
{
  (void)state;
  static const struct {
    const char *at, *conclusion;
  } table[] = {
    {"2010-06-01", "No limit could be judged. The agreement enters into force on 2011-02-05."},
    {"2015-01-01", "No limit is binding yet. The agreement is in force until 2021-02-05."},
    {"2021-02-02",
     "No limit was exceeded while it was binding: each was met in every declaration from 2018-02-05 to 2020-09-01. "
     "The agreement is in force until 2021-02-05."},
    {"2023-03-30",
     "No limit was exceeded while it was binding: each was met in every declaration from 2018-02-05 to 2023-03-01. "
     "Extended on 2021-02-03 to 2026-02-05. The agreement is in force until 2026-02-05."},
    {"2023-03-31",
     "No limit was exceeded while it was binding: each was met in every declaration from 2018-02-05 to 2023-03-01. "
     "Missing exchanges: US 1 (2023-03-01, of which 1 published but not exchanged), RU 1 (2023-03-01). "
     "Extended on 2021-02-03 to 2026-02-05. The agreement is in force until 2026-02-05."},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    judged j = real_record(table[i].at);
    assert_string_equal(cs_assessment_conclusion(j.a), table[i].conclusion);
    judged_free(&j);
  }
}

/* ---- Properties -------------------------------------------------------------------------- */

/* The same findings from the same rows in any order, but for the lines that they rest on. */
static void test_the_order_of_rows_does_not_matter(void **state)
{
  (void)state;
  cs_file file;
  cs_error error;
  assert_int_equal(cs_file_read(RECORD, 1 << 20, &file, &error), CS_OK);
  char *rows[128], *saved = NULL;
  size_t count = 0;
  char *header = strtok_r(file.bytes, "\n", &saved);
  while (count < CS_COUNT_OF(rows) && (rows[count] = strtok_r(NULL, "\n", &saved)) != NULL)
    count++;
  assert_true(count > 40 && count < CS_COUNT_OF(rows));

  cs_treaty *treaty = read_treaty("treaties/new-start.yaml");
  static const char *const path = RECORD;
  cs_holdings *sorted;
  assert_int_equal(cs_holdings_read(treaty, &path, 1, &sorted, &error), CS_OK);
  cs_assessment *expected = assess_at(treaty, sorted, "2026-03-01");
  uint32_t random = 20210205;
  for (int round = 0; round < 5; round++) {
    cs_text csv = {0};
    cs_text_add(&csv, "%s\n", header);
    for (size_t i = count; i-- > 0;) { /* Fisher and Yates */
      random = random * 1664525 + 1013904223;
      size_t k = (random >> 8) % (i + 1);
      char *row = rows[k];
      rows[k] = rows[i];
      rows[i] = row;
      cs_text_add(&csv, "%s\n", row);
    }
    cs_holdings *shuffled = make_holdings(treaty, csv.at, NULL);
    cs_assessment *actual = assess_at(treaty, shuffled, "2026-03-01");
    assert_int_equal(cs_assessment_count(actual), cs_assessment_count(expected));
    size_t moved = 0;
    for (size_t i = 0; i < cs_assessment_count(expected); i++) {
      cs_finding a = cs_assessment_at(expected, i), b = cs_assessment_at(actual, i);
      assert_int_equal(a.date, b.date);
      assert_string_equal(a.party, b.party);
      assert_string_equal(a.rule, b.rule);
      assert_int_equal(a.verdict, b.verdict);
      assert_int_equal(a.has_value, b.has_value);
      assert_int_equal(a.value, b.value);
      assert_int_equal(a.limit, b.limit);
      assert_string_equal(a.note, b.note);
      moved += a.first_line != b.first_line;
    }
    assert_true(moved > 0);
    assert_string_equal(cs_assessment_conclusion(actual), cs_assessment_conclusion(expected));
    cs_assessment_free(actual);
    cs_holdings_free(shuffled);
    cs_text_free(&csv);
  }
  cs_assessment_free(expected);
  cs_holdings_free(sorted);
  cs_treaty_free(treaty);
  cs_file_free(&file);
}

static void test_findings_are_in_order(void **state)
{
  (void)state;
  judged j = real_record("2026-03-01");
  for (size_t i = 1; i < cs_assessment_count(j.a); i++) {
    cs_finding a = cs_assessment_at(j.a, i - 1), b = cs_assessment_at(j.a, i);
    assert_true(a.date <= b.date);
    if (a.date == b.date && strcmp(a.party, "RU") == 0) /* parties in the order of the agreement */
      assert_string_equal(b.party, "RU");
  }
  judged_free(&j);
}

/* A verdict never gets lost: the tallies add up. */
static void test_tallies_add_up(void **state)
{
  (void)state;
  static const char *const days[] = {"2009-01-01", "2011-02-05", "2018-02-05", "2021-02-03",
                                     "2023-03-31", "2026-02-05", "2030-01-01"};
  for (size_t i = 0; i < CS_COUNT_OF(days); i++) {
    judged j = real_record(days[i]);
    size_t sum = 0;
    for (int verdict = 0; verdict < CS_VERDICTS; verdict++)
      sum += cs_assessment_tally(j.a, (cs_verdict)verdict);
    assert_int_equal(sum, cs_assessment_count(j.a));
    judged_free(&j);
  }
}

/* ---- Reports ----------------------------------------------------------------------------- */

static void test_json(void **state)
{
  (void)state;
  judged j = real_record("2026-03-01");
  cs_text out = {0};
  cs_error error;
  assert_int_equal(cs_assessment_json(j.a, &out, &error), CS_OK);
  json_t *root = json_loads(out.at, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(root);
  assert_string_equal(json_string_value(json_object_get(root, "agreement")), "new-start");
  assert_string_equal(json_string_value(json_object_get(root, "at")), "2026-03-01");
  assert_string_equal(json_string_value(json_object_get(root, "conclusion")), cs_assessment_conclusion(j.a));
  json_t *verdicts = json_object_get(root, "verdicts");
  assert_int_equal(json_array_size(verdicts), cs_assessment_count(j.a));
  for (size_t i = 0; i < json_array_size(verdicts); i++) {
    json_t *v = json_array_get(verdicts, i);
    cs_finding f = cs_assessment_at(j.a, i);
    char date[CS_DATE_TEXT];
    assert_string_equal(json_string_value(json_object_get(v, "party")), f.party);
    assert_string_equal(json_string_value(json_object_get(v, "rule")), f.rule);
    assert_string_equal(json_string_value(json_object_get(v, "article")), f.article);
    assert_string_equal(json_string_value(json_object_get(v, "date")), cs_date_format(f.date, date));
    assert_string_equal(json_string_value(json_object_get(v, "verdict")), cs_verdict_word(f.verdict));
    assert_int_equal(json_object_get(v, "value") != NULL, f.has_value);
    assert_int_equal(json_integer_value(json_object_get(v, "value")), f.has_value ? f.value : 0);
    assert_int_equal(json_object_get(v, "limit") != NULL, f.has_limit);
    assert_int_equal(json_object_get(v, "margin") != NULL, f.has_value && f.has_limit);
    assert_int_equal(json_object_get(v, "evidence") != NULL, f.file != NULL);
  }
  json_decref(root);
  cs_text_free(&out);
  judged_free(&j);
}

static void test_csv(void **state)
{
  (void)state;
  judged j = real_record("2026-03-01");
  cs_text out = {0};
  cs_error error;
  assert_int_equal(cs_assessment_csv(j.a, &out, &error), CS_OK);
  cs_file file = {.name = "out.csv", .bytes = out.at, .length = out.length};
  cs_csv csv = cs_csv_open(&file);
  cs_arena arena = {0};
  size_t rows = 0;
  assert_int_equal(cs_csv_next(&csv, &error), 1);
  assert_int_equal(csv.count, 10);
  while (cs_csv_next(&csv, &error) > 0) {
    cs_finding f = cs_assessment_at(j.a, rows++);
    assert_true(cs_slice_is(csv.fields[1].raw, f.party));
    assert_true(cs_slice_is(csv.fields[2].raw, f.rule));
    assert_true(cs_slice_is(csv.fields[3].raw, cs_verdict_word(f.verdict)));
    assert_true(cs_slice_is(cs_csv_text(&csv.fields[7], &arena), f.article));
  }
  assert_int_equal(rows, cs_assessment_count(j.a));
  cs_arena_free(&arena);
  cs_text_free(&out);
  judged_free(&j);
}

static void test_colour_is_only_colour(void **state)
{
  (void)state;
  judged j = real_record("2026-03-01");
  cs_text plain = {0}, colour = {0};
  cs_error error;
  assert_int_equal(cs_assessment_table(j.a, 100, false, &plain, &error), CS_OK);
  assert_int_equal(cs_assessment_table(j.a, 100, true, &colour, &error), CS_OK);
  assert_null(strchr(plain.at, '\033'));
  assert_non_null(strchr(colour.at, '\033'));
  char *to = colour.at;
  for (const char *from = colour.at; *from != '\0'; from++) {
    if (*from == '\033')
      from = strchr(from, 'm');
    else
      *to++ = *from;
  }
  *to = '\0';
  assert_string_equal(colour.at, plain.at);
  cs_text_free(&plain);
  cs_text_free(&colour);
  judged_free(&j);
}

static void test_plots_of_little(void **state)
{
  (void)state;
  static const char *const days[] = {"2000-01-01", "2004-01-01"};
  for (size_t i = 0; i < CS_COUNT_OF(days); i++) {
    judged j = judge(YEARLY, "date,party,missiles\n2004-01-01,A,0\n", NULL, days[i]);
    cs_text out = {0};
    cs_error error;
    assert_int_equal(cs_assessment_plot(j.a, &out, &error), CS_OK);
    assert_non_null(strstr(out.at, "</svg>\n"));
    assert_null(strstr(out.at, "nan"));
    assert_null(strstr(out.at, "inf"));
    cs_text_free(&out);
    judged_free(&j);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_kept),
    cmocka_unit_test(test_a_limit_before_and_while_it_binds),
    cmocka_unit_test(test_late_missing_and_published),
    cmocka_unit_test(test_published_numbers_are_judged),
    cmocka_unit_test(test_a_deadline_passes),
    cmocka_unit_test(test_a_declaration_counts_from_its_receipt),
    cmocka_unit_test(test_publication_leaves_time_to_exchange),
    cmocka_unit_test(test_the_future_is_not_judged),
    cmocka_unit_test(test_an_extension_is_known_from_its_day),
    cmocka_unit_test(test_extensions_that_are_not_allowed),
    cmocka_unit_test(test_rows_outside_the_term_are_not_judged),
    cmocka_unit_test(test_one_party_only),
    cmocka_unit_test(test_limits_by_party),
    cmocka_unit_test(test_a_freeze_against_the_baseline),
    cmocka_unit_test(test_a_baseline_by_items),
    cmocka_unit_test(test_elimination_by_phases),
    cmocka_unit_test(test_a_limit_ends),
    cmocka_unit_test(test_sums_follow_the_weights),
    cmocka_unit_test(test_a_state_that_is_not_declared),
    cmocka_unit_test(test_totals_tie_with_items),
    cmocka_unit_test(test_items_before_totals),
    cmocka_unit_test(test_a_part_within_its_whole),
    cmocka_unit_test(test_the_largest_number),
    cmocka_unit_test(test_sums_that_are_too_large),
    cmocka_unit_test(test_a_large_sum_that_is_not_whole),
    cmocka_unit_test(test_holdings_that_are_refused),
    cmocka_unit_test(test_who_was_over_which_limit_before_it_bound),
    cmocka_unit_test(test_every_limit_was_met_since_it_bound),
    cmocka_unit_test(test_which_exchanges_were_made),
    cmocka_unit_test(test_the_extension_and_the_end),
    cmocka_unit_test(test_types_tie_to_the_aggregates),
    cmocka_unit_test(test_the_record_on_past_days),
    cmocka_unit_test(test_the_order_of_rows_does_not_matter),
    cmocka_unit_test(test_findings_are_in_order),
    cmocka_unit_test(test_tallies_add_up),
    cmocka_unit_test(test_json),
    cmocka_unit_test(test_csv),
    cmocka_unit_test(test_colour_is_only_colour),
    cmocka_unit_test(test_plots_of_little),
  };
  return cmocka_run_group_tests_name("assess", tests, scratch_open, scratch_close);
}
