/* inspect/: plans of visits, against every split of a small violation; and the file of facilities. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/plan.h"
#include "support.h"

static cs_treaty *treaty;
static const char *const HEADER = "facility,kind,items\n";

static int open_treaty(void **state)
{
  treaty = read_treaty("treaties/new-start.yaml");
  return scratch_open(state);
}

static int close_treaty(void **state)
{
  cs_treaty_free(treaty);
  return scratch_close(state);
}

static cs_places read_places(const char *text)
{
  cs_places places;
  cs_error error;
  must(cs_places_read(treaty, NULL, scratch_file("facilities.csv", text), &places, &error), &error);
  return places;
}

static cs_plan *make_plan(const cs_places *places, const cs_plan_options *options)
{
  cs_plan *plan;
  cs_error error;
  must(cs_plan_make(treaty, places, options, &plan, &error), &error);
  return plan;
}

/* ---- The worst split --------------------------------------------------------------------------------------------- */

/* A draw of each pool with the plan's probabilities. */
static double missed_of(const cs_plan *plan, const int64_t *split)
{
  double missed = 1;
  for (size_t k = 0; k < plan->pool_count; k++) {
    const cs_pool *pool = &plan->pools[k];
    double visit[16], detect[16];
    cs_draw *draw;
    cs_error error;
    for (size_t i = 0; i < pool->count; i++) {
      size_t at = pool->places[i];
      const cs_place *place = &plan->places->at[at];
      cs_sampling s = {.population = place->items,
                       .defects = split[at],
                       .sample =
                         cs_smaller(plan->options.looks == 0 ? place->items : plan->options.looks, place->items),
                       .miss = plan->options.miss};
      visit[i] = plan->visit[at];
      detect[i] = cs_detect(&s).detected;
    }
    if (pool->count == 0)
      continue;
    must(cs_draw_new(visit, pool->count, &draw, &error), &error);
    missed *= cs_draw_missed(draw, detect);
    cs_draw_free(draw);
  }
  return missed;
}

/* The worst over all splits of `left` items over the places from `at` on. */
static double worst_of(const cs_plan *plan, int64_t *split, size_t at, int64_t left)
{
  if (at == plan->places->count)
    return left == 0 ? missed_of(plan, split) : 0;
  double worst = 0;
  int64_t room = plan->pool_of[at] == plan->pool_count ? 0 : cs_room_at(plan, at);
  for (split[at] = 0; split[at] <= room && split[at] <= left; split[at]++) {
    double found = worst_of(plan, split, at + 1, left - split[at]);
    worst = found > worst ? found : worst;
  }
  split[at] = 0;
  return worst;
}

static void test_worst_split(void **state)
{
  (void)state;
  static const struct {
    const char *facilities;
    cs_plan_options options;
    bool exact;
  } cases[] = {
    {"A,icbm-base,4\nB,icbm-base,4\nC,icbm-base,4\nD,icbm-base,4\n", {.violation = 3, .goal = 0.5}, true},
    {"A,icbm-base,2\nB,icbm-base,2\nC,icbm-base,2\nD,icbm-base,2\n", {.violation = 4, .goal = 0.6, .miss = 0.3}, false},
    {"A,icbm-base,6\nB,submarine-base,3\nC,icbm-base,2\nD,air-base,1\n", {.violation = 4, .goal = 0.7}, false},
    {"A,icbm-base,6\nB,submarine-base,5\nC,icbm-base,4\nD,air-base,3\nE,storage,4\n",
     {.violation = 5, .goal = 0.8, .looks = 2},
     false},
    {"A,icbm-base,5\nB,submarine-base,4\nC,storage,3\nD,storage,3\nE,production,9\n",
     {.violation = 6, .goal = 0.9, .looks = 3, .miss = 0.1},
     false},
    {"A,icbm-base,1\nB,icbm-base,1\nC,icbm-base,9\nD,icbm-base,2\nE,icbm-base,2\n",
     {.violation = 4, .goal = 0.4},
     false},
  };
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    char text[512];
    int64_t split[8] = {0};
    snprintf(text, sizeof text, "%s%s", HEADER, cases[i].facilities);
    cs_places places = read_places(text);
    cs_plan_options options = cases[i].options;
    options.at = CS_DATE_NONE;
    cs_plan *plan = make_plan(&places, &options);
    double worst = worst_of(plan, split, 0, cases[i].options.violation);
    assert_true(plan->within.detected <= 1 - worst + 1e-9);     /* it holds for any split */
    assert_true(fabs(plan->within.found - (1 - worst)) < 1e-9); /* the search found the worst */
    assert_true(!cases[i].exact || fabs(plan->within.detected - (1 - worst)) < 1e-9);
    assert_true(plan->within.detected >= cases[i].options.goal - 1e-9 || !cs_plan_is_enough(plan));
    cs_plan_free(plan);
    cs_places_free(&places);
  }
}

/* Facilities at random: the bound holds for every split, and the search finds the worst, or hardly ever not. */
static void test_random_splits(void **state)
{
  (void)state;
  enum { CASES = 120 };
  static const char *const kinds[] = {"icbm-base", "icbm-base", "storage"};
  int found = 0;
  srand(1);
  for (int i = 0; i < CASES; i++) {
    char text[512];
    int64_t split[8] = {0}, items = 0;
    int length = snprintf(text, sizeof text, "%s", HEADER), count = 2 + rand() % 4;
    for (int k = 0; k < count; k++) {
      int here = 1 + rand() % 5;
      items += here;
      length += snprintf(text + length, sizeof text - (size_t)length, "F%d,%s,%d\n", k, kinds[rand() % 3], here);
    }
    cs_plan_options options = {.violation = 1 + rand() % (items < 7 ? items : 7),
                               .goal = 0.1 * (1 + rand() % 9),
                               .miss = i % 2 == 0 ? 0 : 0.3,
                               .looks = rand() % 3,
                               .at = CS_DATE_NONE};
    cs_places places = read_places(text);
    cs_plan *plan = make_plan(&places, &options);
    double worst = worst_of(plan, split, 0, options.violation);
    assert_true(plan->within.detected <= 1 - worst + 1e-9);
    assert_true(plan->within.found >= 1 - worst - 1e-9);
    found += plan->within.found <= 1 - worst + 1e-9;
    cs_plan_free(plan);
    cs_places_free(&places);
  }
  assert_true(found >= CASES - 2);
}

/* One facility that may hide it all: k visits of n see it with k / n, and no fewer than the goal times n are needed. */
static void test_equal_places(void **state)
{
  (void)state;
  char text[1024];
  int length = snprintf(text, sizeof text, "%s", HEADER);
  for (int i = 1; i <= 12; i++)
    length += snprintf(text + length, sizeof text - (size_t)length, "Base %d,icbm-base,100\n", i);
  cs_places places = read_places(text);
  double before = 0;
  for (int k = 1; k <= 12; k++) {
    cs_plan_options options = {.violation = 40, .goal = (double)k / 12, .at = CS_DATE_NONE};
    cs_plan *plan = make_plan(&places, &options);
    int64_t within = k < 10 ? k : 10; /* ten of Type One a year */
    assert_int_equal(plan->within.visits, within);
    assert_int_equal(plan->needed.visits, k);
    assert_true(fabs(plan->within.detected - (double)within / 12) < 1e-9);
    assert_true(plan->within.detected >= before); /* more visits never see less */
    assert_true(fabs(plan->pools[0].alone.fewer - (double)(within - 1) / 12) < 1e-9);
    assert_true(fabs(plan->pools[0].alone.more - (double)(within + 1) / 12) < 1e-9);
    assert_true(fabs(plan->mean_days - 182.5) < 1e-6); /* one place, on a random day */
    assert_int_equal(cs_plan_is_enough(plan), k <= 10);
    before = plan->within.detected;
    cs_plan_free(plan);
  }
  cs_places_free(&places);
}

/* A place of twice the weight is visited until missing a violation there weighs the same. */
static void test_weights(void **state)
{
  (void)state;
  cs_places places = read_places("facility,kind,items,weight\nA,icbm-base,9,2\nB,icbm-base,9,1\nC,icbm-base,9,1\n");
  cs_plan_options options = {.violation = 5, .goal = 0.7, .at = CS_DATE_NONE};
  cs_plan *plan = make_plan(&places, &options);
  /* 1 - a = (1 - b) / 2 and a + 2 b = 2 visits: a = 0.8, b = 0.6, 0.2 missed */
  assert_int_equal(plan->within.visits, 2);
  assert_true(fabs(plan->visit[0] - 0.8) < 1e-9 && fabs(plan->visit[1] - 0.6) < 1e-9);
  assert_true(fabs(plan->within.detected - 0.8) < 1e-9);
  cs_plan_free(plan);
  cs_places_free(&places);
}

static void test_assumed(void **state)
{
  (void)state;
  cs_places places;
  cs_error error;
  must(cs_places_assume(treaty, 10, &places, &error), &error);
  assert_int_equal(places.count, 100); /* three kinds of Type One, seven of Type Two */
  assert_string_equal(places.limit, "deployed-warheads");
  int64_t items = 0;
  for (size_t i = 0; i < places.count; i++)
    items += places.at[i].items;
  assert_int_equal(items, 1600); /* 1,550, rounded up at each */
  cs_places_free(&places);
  assert_int_equal(cs_places_assume(treaty, 1000, &places, &error), CS_INVALID);
}

static void refuse(const char *text, const cs_plan_options *options, const char *expected)
{
  cs_places places;
  cs_plan *plan = NULL;
  cs_error error;
  char line[1200];
  cs_status status = cs_places_read(treaty, NULL, scratch_file("refused.csv", text), &places, &error);
  if (status == CS_OK) {
    status = cs_plan_make(treaty, &places, options, &plan, &error);
    cs_places_free(&places);
  }
  assert_int_equal(status, CS_INVALID);
  error.file[0] = '\0';
  cs_error_format(&error, line, sizeof line);
  assert_non_null(strstr(line, expected));
}

static void test_refused(void **state)
{
  (void)state;
  static const char good[] = "facility,kind,items\nA,icbm-base,5\n";
  const cs_plan_options fine = {.violation = 1, .goal = 0.5};
  const struct {
    const char *text;
    cs_plan_options options;
    const char *expected;
  } cases[] = {
    {"", fine, "there is no facility"},
    {"facility,kind,items\n", fine, "there is no facility"},
    {"facility,kind\nA,icbm-base\n", fine, "there is no column \"items\""},
    {"facility,kind,item\nA,icbm-base,5\n", fine, "did you mean \"items\"?"},
    {"facility,kind,items,items\nA,icbm-base,5,5\n", fine, "the column \"items\" is there twice"},
    {"facility,kind,items\nA,icbm-base,5\nA,icbm-base,6\n", fine, "\"A\" is there twice"},
    {"facility,kind,items\n,icbm-base,5\n", fine, "has no name"},
    {"facility,kind,items\nA,icbm-bas,5\n", fine, "\"icbm-bas\" is not a kind of facility"},
    {"facility,kind,items\nA,icbm-base,-5\n", fine, "\"-5\" is negative"},
    {"facility,kind,items\nA,icbm-base,1000000000000000000\n", fine, "is too large"},
    {"facility,kind,items\nA,icbm-base,2000000000\n", fine, "are too many"},
    {"facility,kind,items,weight\nA,icbm-base,5,-1\n", fine, "\"-1\" is not a weight"},
    {"facility,kind,items,weight\nA,icbm-base,5,0\n", fine, "\"0\" is not a weight"},
    {good,
     {.violation = 6, .goal = 0.5},
     "a violation of 6 items does not fit; the facilities that may be visited hold 5"},
    {good, {.violation = 0, .goal = 0.5}, "the violation is 0; expected at least 1"},
    {good, {.violation = 1, .goal = 0}, "the goal is 0; expected above 0, at most 1"},
    {good, {.violation = 1, .goal = 0.5, .miss = 2}, "the probability of a miss is 2"},
    {good, {.violation = 1, .goal = 0.5, .party = "UK"}, "\"UK\" is not a party of new-start"},
    {good, {.violation = 900000000, .goal = 0.5}, "has too many splits"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    cs_plan_options options = cases[i].options;
    options.at = CS_DATE_NONE;
    refuse(cases[i].text, &options, cases[i].expected);
  }
  cs_plan_options early = fine;
  early.at = day("2011-03-01"); /* inspections may begin 60 days after entry into force */
  refuse(good, &early, "no inspection may be held on 2011-03-01");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_worst_split), cmocka_unit_test(test_random_splits), cmocka_unit_test(test_equal_places),
    cmocka_unit_test(test_weights),     cmocka_unit_test(test_assumed),       cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, open_treaty, close_treaty);
}
