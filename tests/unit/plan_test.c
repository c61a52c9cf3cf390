/* inspect/: plans of visits, against every split of a small violation; and the file of facilities. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/plan.h"
#include "simulate/result.h"
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

static double seen_at(const cs_plan *plan, const int64_t *split, size_t at)
{
  int64_t items = plan->places->at[at].items;
  cs_sampling s = {.population = items,
                   .defects = split[at],
                   .sample = cs_smaller(plan->options.looks == 0 ? items : plan->options.looks, items),
                   .miss = plan->options.miss};
  return items == 0 ? 0 : cs_detect(&s).detected;
}

/* So many drawn visits, each to each place that the pool may visit: all sequences, one by one. */
static double drawn_missed(const cs_plan *plan, size_t pool, const double *seen, int64_t visits)
{
  double missed = 0;
  for (size_t i = 0; visits > 0 && i < plan->places->count; i++)
    if (cs_inspection_covers(plan->pools[pool].parts[0].inspection, plan->places->at[i].kind))
      missed += (1 - seen[i]) * drawn_missed(plan, pool, seen, visits - 1) / (double)plan->pools[pool].sites;
  return visits == 0 ? 1 : missed;
}

/* A draw of each pool with the plan's probabilities, and what is drawn from all. */
static double missed_of(const cs_plan *plan, const int64_t *split)
{
  double missed = 1, seen[16];
  for (size_t i = 0; i < plan->places->count; i++)
    seen[i] = seen_at(plan, split, i);
  for (size_t k = 0; k < plan->pool_count; k++) {
    const cs_pool *pool = &plan->pools[k];
    double visit[16], detect[16];
    cs_draw *draw;
    cs_error error;
    for (size_t i = 0; i < pool->count; i++) {
      visit[i] = plan->visit[pool->places[i]];
      detect[i] = seen[pool->places[i]];
    }
    missed *= drawn_missed(plan, k, seen, pool->planned_drawn);
    if (pool->count == 0)
      continue;
    must(cs_draw_new(visit, pool->count, &draw, &error), &error);
    missed *= cs_draw_missed(draw, detect);
    cs_draw_free(draw);
  }
  return missed;
}

/* The weight of the most important place in a split, beside the heaviest. */
static double weight_of(const cs_plan *plan, const int64_t *split)
{
  double heaviest = 0, weight = 0;
  for (size_t i = 0; i < plan->places->count; i++) {
    heaviest = fmax(heaviest, plan->places->at[i].weight);
    weight = split[i] > 0 ? fmax(weight, plan->places->at[i].weight) : weight;
  }
  return weight / heaviest;
}

/* The worst over all splits of `left` items over the places from `at` on. */
static double worst_of(const cs_plan *plan, int64_t *split, size_t at, int64_t left)
{
  if (at == plan->places->count)
    return left == 0 ? weight_of(plan, split) * missed_of(plan, split) : 0;
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

/* ---- Drawn visits ------------------------------------------------------------------------------------------------ */

static const char *const AGREEMENT =
  "agreement: test\ntitle: Test\nform: Draft\n"
  "parties: {A: {name: A}, B: {name: B}}\n"
  "term: {entry-into-force: 2021-01-01, %sarticle: X}\n"
  "facilities: {store: {name: stores, article: X}, base: {name: bases, article: X}, plant: {name: plants, article: X}}\n"
  "items:\n"
  "  warhead: {name: warheads, article: X, states: {stored: {at: [store], article: X}}}\n"
  "counts:\n"
  "  all: {name: all, article: X, sum: [{item: warhead, states: [stored]}]}\n"
  "inspections:\n%s";

#define VISITS(id, number, per, at, chosen)                                                                            \
  "  " id ": {name: V, purpose: look, conduct: " number ", per: " per ", notice: 48 hours before, at: [" at            \
  "], chosen: " chosen ", article: X}\n"

static cs_treaty *agreement_of(const char *duration, const char *inspections)
{
  char text[4096];
  snprintf(text, sizeof text, AGREEMENT, duration, inspections);
  return make_treaty(text);
}

static const char *const mixtures[] = {
  VISITS("d", "3", "term", "store, base", "drawn"),
  VISITS("d", "2", "term", "store, base", "drawn") VISITS("c", "2", "term", "base, store", "designated"),
  VISITS("c", "2", "term", "store", "designated") VISITS("d", "3", "term", "store, base", "drawn"),
  VISITS("d", "2", "term", "store", "drawn") VISITS("c", "1", "term", "store", "designated")
    VISITS("e", "2", "term", "base", "designated") VISITS("f", "2", "term", "store, base, plant", "drawn"),
  VISITS("c", "1", "term", "store, base", "designated") VISITS("d", "2", "term", "base", "drawn"),
};

/* Facilities at random, some empty: what is said to be exact is what all sequences of draws come to, the bound holds for
 * every split, also where it is computed as coarsely as may be, and hardly ever is another split worse than the one found. */
static void test_random_draws(void **state)
{
  (void)state;
  enum { CASES = 200 };
  static const char *const kinds[] = {"store", "base", "base", "store", "plant"};
  int found = 0, rough = 0;
  srand(2);
  for (int i = 0; i < CASES; i++) {
    char text[512];
    int64_t split[8] = {0};
    size_t which = (size_t)rand() % CS_COUNT_OF(mixtures);
    int length = snprintf(text, sizeof text, "facility,kind,items,weight\n"), count = 3 + rand() % 3;
    for (int k = 0; k < count; k++) {
      int here = k < 2 ? 1 + rand() % 5 : rand() % 6, kind = k < 2 ? k : rand() % 4;
      length += snprintf(text + length, sizeof text - (size_t)length, "F%d,%s,%d,%d\n", k,
                         which == 3 && k == 2 ? "plant" : kinds[kind], here, i % 5 == 0 ? 1 + rand() % 2 : 1);
    }
    cs_treaty *was = treaty;
    treaty = agreement_of("duration: 1 year, ", mixtures[which]);
    cs_places places = read_places(text);
    int64_t reached = 0;
    for (size_t k = 0; k < places.count; k++)
      reached += which == 3 || places.at[k].kind < 2 ? places.at[k].items : 0;
    cs_plan_options options = {.violation = 1 + rand() % (reached < 7 ? reached : 7),
                               .goal = 0.1 * (1 + rand() % 9),
                               .miss = i % 2 == 0 ? 0 : 0.3,
                               .looks = rand() % 3,
                               .at = CS_DATE_NONE,
                               .detail = i % 3 == 0 ? 1e-6 : 1};
    cs_plan *plan = make_plan(&places, &options);
    double worst = worst_of(plan, split, 0, options.violation);
    assert_true(plan->within.detected <= 1 - worst + 1e-9);
    assert_true(plan->within.found >= 1 - worst - 1e-9);
    double risk = weight_of(plan, plan->split) * missed_of(plan, plan->split);
    assert_true(fabs(1 - risk - plan->within.found) < 1e-9);
    found += plan->within.found <= 1 - worst + 1e-9;
    rough += plan->rough;
    cs_plan_free(plan);
    cs_places_free(&places);
    cs_treaty_free(treaty);
    treaty = was;
  }
  assert_true(found >= CASES - 2 && rough > CASES / 10);
}

/* Twelve visits anywhere and six that are chosen, as in the draft; and eight that are all drawn. */
static void test_drafts(void **state)
{
  (void)state;
  static const struct {
    const char *file;
    int drawn, chosen, places, needed;
  } cases[] = {{"treaties/freeze-2020-us.yaml", 12, 6, 20, 29}, {"treaties/freeze-seals.yaml", 8, 0, 30, 68}};
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    cs_treaty *draft = read_treaty(cases[i].file);
    cs_places places;
    cs_plan *plan;
    cs_error error;
    cs_plan_options options = {.violation = 1, .goal = 0.9, .at = CS_DATE_NONE};
    double n = cases[i].places, drawn = pow(1 - 1 / n, cases[i].drawn), chosen = 1 - cases[i].chosen / n;
    must(cs_places_assume(draft, 10, &places, &error), &error);
    must(cs_plan_make(draft, &places, &options, &plan, &error), &error);
    assert_int_equal(places.count, cases[i].places);
    assert_true(fabs(plan->within.detected - (1 - drawn * chosen)) < 1e-12);
    assert_true(fabs(plan->within.found - plan->within.detected) < 1e-12);
    assert_int_equal(cs_plan_drawn(plan), cases[i].drawn);
    assert_int_equal(plan->within.visits, cases[i].drawn + cases[i].chosen);
    assert_int_equal(plan->needed.visits, cases[i].needed);
    assert_true(fabs(cs_plan_visited(plan, 0) - (1 - drawn * chosen)) < 1e-12);
    double more = cases[i].chosen > 0 ? drawn * (1 - (cases[i].chosen + 1) / n) : drawn * (1 - 1 / n);
    assert_true(fabs(plan->pools[0].alone.more - (1 - more)) < 1e-12);
    cs_plan_free(plan);
    cs_places_free(&places);
    cs_treaty_free(draft);
  }
}

/* Visits that are drawn never make it certain, however many they are. */
static void test_never_certain(void **state)
{
  (void)state;
  cs_treaty *draft = read_treaty("treaties/freeze-seals.yaml");
  cs_places places;
  cs_plan *plan;
  cs_error error;
  cs_plan_options options = {.violation = 1, .goal = 1, .at = CS_DATE_NONE};
  must(cs_places_assume(draft, 10, &places, &error), &error);
  must(cs_plan_make(draft, &places, &options, &plan, &error), &error);
  assert_int_equal(plan->needed.visits, -1);
  assert_int_equal(plan->pools[0].needed, -1);
  cs_plan_free(plan);
  cs_places_free(&places);
  cs_treaty_free(draft);
}

/* What the plan says, played: one item at each of three of twenty places, with misses. */
static void test_simulated(void **state)
{
  (void)state;
  enum { TRIALS = 100000 };
  static const char *const files[] = {"treaties/freeze-2020-us.yaml", "treaties/freeze-seals.yaml"};
  static const double SIGMAS = 5;
  char text[1024];
  int length = snprintf(text, sizeof text, "%s", HEADER);
  for (int i = 1; i <= 20; i++)
    length += snprintf(text + length, sizeof text - (size_t)length, "S%d,warhead-storage,1\n", i);
  const char *path =
    scratch_file("played.yaml", "scenario: played\ntitle: Played\nlength: 1 year\n"
                                "facilities: {kinds: {warhead-storage: {count: 20, items: 1}}}\nassume: {miss: 0.3}\n"
                                "violations: {v: {strategy: covert-production, of: warhead, count: 3, places: 3}}\n");
  for (size_t i = 0; i < CS_COUNT_OF(files); i++) {
    cs_treaty *was = treaty;
    treaty = read_treaty(files[i]);
    cs_places places = read_places(text);
    cs_plan_options options = {.violation = 3, .goal = 1, .miss = 0.3, .at = CS_DATE_NONE};
    cs_plan *plan = make_plan(&places, &options);
    cs_scenario *scenario;
    cs_simulation *simulation;
    cs_error error;
    cs_play how = {.trials = TRIALS, .seed = 1, .threads = 2};
    must(cs_scenario_read(path, &scenario, &error), &error);
    must(cs_simulate(treaty, scenario, &how, &simulation, &error), &error);
    double played = cs_course_by(&simulation->courses[0], simulation->courses[0].days).value;
    double expected = plan->within.found, sigma = sqrt(expected * (1 - expected) / TRIALS);
    assert_true(fabs(plan->within.detected - expected) < 1e-9); /* all alike: exact */
    assert_true(fabs(played - expected) < SIGMAS * sigma);
    cs_simulation_free(simulation);
    cs_scenario_free(scenario);
    cs_plan_free(plan);
    cs_places_free(&places);
    cs_treaty_free(treaty);
    treaty = was;
  }
}

/* ---- Quotas and sizes -------------------------------------------------------------------------------------------- */

/* In a year, a quota of the term counts with its share. */
static void test_quotas_of_different_periods(void **state)
{
  (void)state;
  static const struct {
    const char *duration, *per;
    int64_t quota, chosen;
    bool term, scaled;
  } cases[] = {
    {"duration: 10 years, ", "calendar year", 4, 4, false, true},
    {"duration: 8 years, ", "treaty year", 4, 4, false, true},
    {"duration: 1 year, ", "calendar year", 13, 12, false, true},
    {"", "calendar year", 3, 3, false, true},
    {"duration: 10 years, ", "term", 13, 12, true, false},
  };
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    char inspections[512], text[1024];
    int length = snprintf(text, sizeof text, "%s", HEADER);
    snprintf(inspections, sizeof inspections,
             "  a: {name: V, purpose: look, conduct: 3, per: %s, notice: 48 hours before, at: [store], chosen: "
             "designated, article: X}\n%s",
             cases[i].per, VISITS("b", "10", "term", "store", "designated"));
    for (int k = 0; k < 12; k++)
      length += snprintf(text + length, sizeof text - (size_t)length, "S%d,store,9\n", k);
    cs_treaty *was = treaty;
    treaty = agreement_of(cases[i].duration, inspections);
    cs_places places = read_places(text);
    cs_plan_options options = {.violation = 5, .goal = 1, .at = CS_DATE_NONE};
    cs_plan *plan = make_plan(&places, &options);
    assert_int_equal(plan->pool_count, 1);
    assert_int_equal(cs_pool_quota(&plan->pools[0]), cases[i].quota);
    assert_int_equal(plan->within.visits, cases[i].chosen);
    assert_int_equal(plan->term, cases[i].term);
    assert_int_equal(plan->scaled, cases[i].scaled);
    cs_plan_free(plan);
    cs_places_free(&places);
    cs_treaty_free(treaty);
    treaty = was;
  }
}

static void count_progress(void *context, uint64_t done, uint64_t all)
{
  uint64_t *last = context;
  assert_true(done > *last && done <= all);
  *last = done;
}

/* Ordinary sizes: the bound stays one and is near what the worst split that is found comes to. */
static void test_large(void **state)
{
  (void)state;
  static const cs_plan_options cases[] = {
    {.violation = 1000, .goal = 0.9},
    {.violation = 1000, .goal = 0.9, .looks = 50, .miss = 0.2},
    {.violation = 100000, .goal = 0.9, .looks = 50},
  };
  enum { PLACES = 300, BYTES = 16384 };
  char *text = malloc(BYTES);
  int length = snprintf(text, BYTES, "%s", HEADER);
  for (int i = 0; i < PLACES; i++)
    length += snprintf(text + length, BYTES - (size_t)length, "F%d,%s,%d\n", i, i % 2 == 0 ? "icbm-base" : "storage",
                       1000 + i * 7 % 97);
  cs_places places = read_places(text);
  free(text);
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    uint64_t done = 0;
    cs_plan_options options = cases[i];
    options.at = CS_DATE_NONE;
    options.progress = count_progress;
    options.context = &done;
    cs_plan *plan = make_plan(&places, &options);
    int64_t split = 0;
    for (size_t k = 0; k < places.count; k++)
      split += plan->split[k];
    assert_int_equal(split, options.violation);
    assert_true(done > 0 && plan->rough == (i > 0));
    assert_true(plan->within.detected <= plan->within.found + 1e-9);
    assert_true(plan->within.detected > plan->within.found - 0.02);
    cs_plan_free(plan);
  }
  cs_places_free(&places);
}

/* The coarser it is looked at, the lower is the bound, never higher. */
static void test_coarser(void **state)
{
  (void)state;
  enum { PLACES = 25, BYTES = 8192 };
  static const double details[] = {1e3, 1e-3, 1e-4};
  char *text = malloc(BYTES);
  srand(3);
  for (int i = 0; i < 4; i++) {
    int length = snprintf(text, BYTES, "facility,kind,items,weight\n");
    for (int k = 0; k < PLACES; k++)
      length += snprintf(text + length, BYTES - (size_t)length, "F%d,%s,%d,%d\n", k,
                         k % 3 == 0 ? "storage" : "icbm-base", 10 + rand() % 80, i % 2 == 0 ? 1 : 1 + rand() % 2);
    cs_places places = read_places(text);
    double exact = 0;
    for (size_t d = 0; d < CS_COUNT_OF(details); d++) {
      cs_plan_options options =
        {.violation = 150, .goal = 1, .looks = 1 + 4 * i, .miss = 0.1, .at = CS_DATE_NONE, .detail = details[d]};
      cs_plan *plan = make_plan(&places, &options);
      exact = d == 0 ? plan->within.detected : exact;
      assert_true(plan->rough == (d > 0));
      assert_true(plan->within.detected <= exact + 1e-12 && exact <= plan->within.found + 1e-12);
      cs_plan_free(plan);
    }
    cs_places_free(&places);
  }
  free(text);
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
    {good, {.violation = 900000000, .goal = 0.5}, "a violation of 900,000,000 items does not fit"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    cs_plan_options options = cases[i].options;
    options.at = CS_DATE_NONE;
    refuse(cases[i].text, &options, cases[i].expected);
  }
  cs_plan_options early = fine;
  early.at = day("2011-03-01"); /* inspections may begin 60 days after entry into force */
  refuse(good, &early, "no inspection may be held on 2011-03-01");
  cs_plan_options outside = fine;
  outside.at = day("2011-02-04");
  refuse(good, &outside, "2011-02-04 is not in the term of new-start; expected a day from 2011-02-05 to 2021-02-04");
  outside.at = day("2026-02-05");
  refuse(good, &outside, "2026-02-05 is not in the term of new-start; expected a day from 2011-02-05 to 2026-02-04");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_worst_split),
    cmocka_unit_test(test_random_splits),
    cmocka_unit_test(test_random_draws),
    cmocka_unit_test(test_drafts),
    cmocka_unit_test(test_never_certain),
    cmocka_unit_test(test_simulated),
    cmocka_unit_test(test_quotas_of_different_periods),
    cmocka_unit_test(test_large),
    cmocka_unit_test(test_coarser),
    cmocka_unit_test(test_equal_places),
    cmocka_unit_test(test_weights),
    cmocka_unit_test(test_assumed),
    cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, open_treaty, close_treaty);
}
