/* inspect/: detection, strata, time, the game, draws and posteriors, against enumeration, published numbers and simulation. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/inspect.h"
#include "support.h"

#define assert_near(a, b, off) assert_true(fabs((a) - (b)) <= (off))

/* SplitMix64, so that every run has the same numbers. */
static uint64_t seed;

static uint64_t random_bits(void)
{
  uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static double random_unit(void)
{
  return (double)(random_bits() >> 11) * 0x1p-53;
}

static int64_t random_below(int64_t most)
{
  return (int64_t)(random_bits() % (uint64_t)most);
}

/* Whether `hits` of `tries` agree with a probability: Wilson's interval at 4.5 standard deviations. */
static bool agrees(double probability, double hits, double tries)
{
  const double z = 4.5, p = hits / tries;
  double middle = (p + z * z / (2 * tries)) / (1 + z * z / tries);
  double half = z / (1 + z * z / tries) * sqrt(p * (1 - p) / tries + z * z / (4 * tries * tries));
  return fabs(probability - middle) <= half;
}

/* ---- Detection --------------------------------------------------------------------------------------------------- */

/* Every sample of every small population, item by item: the first `defects` are in violation. */
static cs_detection enumerate(const cs_sampling *s)
{
  double samples = 0, missed = 0, quiet = 0;
  for (unsigned set = 0; set < 1U << s->population; set++) {
    if (__builtin_popcount(set) != s->sample)
      continue;
    int met = __builtin_popcount(set & ((1U << s->defects) - 1));
    samples++;
    missed += pow(s->miss, met);
    quiet += pow(s->miss, met) * pow(1 - s->false_alarm, (double)s->sample - met);
  }
  return (cs_detection){.detected = 1 - missed / samples,
                        .missed = missed / samples,
                        .alarm = 1 - quiet / samples,
                        .false_alarm = 1 - pow(1 - s->false_alarm, (double)s->sample)};
}

static void test_enumeration(void **state)
{
  (void)state;
  static const double misses[] = {0, 0.25, 0.9, 1}, alarms[] = {0, 0.05, 0.6};
  for (int64_t n = 1; n <= 9; n++)
    for (int64_t d = 0; d <= n; d++)
      for (int64_t k = 0; k <= n; k++)
        for (size_t i = 0; i < CS_COUNT_OF(misses) * CS_COUNT_OF(alarms); i++) {
          cs_sampling s = {n, d, k, misses[i % 4], alarms[i / 4]};
          cs_detection ours = cs_detect(&s), all = enumerate(&s);
          assert_near(ours.detected, all.detected, 1e-14);
          assert_near(ours.missed, all.missed, 1e-14);
          assert_near(ours.alarm, all.alarm, 1e-14);
          assert_near(ours.false_alarm, all.false_alarm, 1e-14);
        }
}

/* Exact by integer arithmetic; the first is 18 of 70, a year of New START's visits to as many places. */
static void test_worked_examples(void **state)
{
  (void)state;
  static const struct {
    int64_t population, defects, sample;
    double detected;
  } examples[] = {
    {70, 1, 18, 18.0 / 70},           {70, 3, 18, 0.596273291925466},  {70, 5, 18, 0.785263406288715},
    {300, 10, 30, 0.657215315574071}, {1000, 10, 100, 0.653072285208}, {1000000000, 1, 1, 1e-9},
    {1000000, 3, 2, 0.000005999994},  {1000000, 1000000, 1, 1},
  };
  static const struct {
    int64_t population, defects;
    double goal;
    int64_t sample;
  } sizes[] = {{70, 5, 0.9, 26}, {100, 10, 0.95, 25}, {300, 10, 0.5, 20}, {1000, 50, 0.95, 57},
               {10, 1, 0.9, 9},  {10, 1, 0.3, 3},     {10, 1, 1, 10},     {10, 4, 1, 7},
               {10, 0, 0.1, -1}, {5, 5, 0.5, 1},      {5, 1, 0.2, 1},     {1000000000, 1, 0.5, 500000000},
               {20, 1, 0.05, 1}, {20, 1, 0.95, 19}};
  for (size_t i = 0; i < CS_COUNT_OF(examples); i++) {
    cs_sampling s = {examples[i].population, examples[i].defects, examples[i].sample, 0, 0};
    assert_near(cs_detect(&s).detected, examples[i].detected, 1e-12 * examples[i].detected);
  }
  for (size_t i = 0; i < CS_COUNT_OF(sizes); i++) {
    cs_sampling s = {sizes[i].population, sizes[i].defects, 0, 0, 0};
    assert_int_equal(cs_sample_size(&s, sizes[i].goal), sizes[i].sample);
  }
}

static void test_sample_size_is_least(void **state)
{
  (void)state;
  seed = 1;
  for (int i = 0; i < 300; i++) {
    cs_sampling s = {1 + random_below(80), 0, 0, i % 3 == 0 ? 0 : random_unit(), 0};
    s.defects = random_below(s.population + 1);
    double goal = 0.001 + 0.998 * random_unit();
    int64_t least = 0;
    for (s.sample = 0; least <= s.population; s.sample = ++least)
      if (cs_detect(&s).detected >= goal)
        break;
    assert_int_equal(cs_sample_size(&s, goal), least > s.population ? -1 : least);
  }
}

/* More looks, more defects and better eyes never see less; the smaller side is kept to its own precision. */
static void test_detection_grows(void **state)
{
  (void)state;
  seed = 2;
  for (int i = 0; i < 3000; i++) {
    cs_sampling s = {1 + (int64_t)pow(10, 9 * random_unit()) % CS_POPULATION_MAX, 0, 0, i % 2 == 0 ? 0 : random_unit(),
                     0};
    s.defects = random_below(s.population + 1);
    s.sample = random_below(s.population + 1);
    cs_sampling more = s, worse = s, sharper = s;
    more.sample += s.sample < s.population;
    worse.defects += s.defects < s.population;
    sharper.miss *= random_unit();
    cs_detection d = cs_detect(&s);
    assert_true(d.detected >= 0 && d.detected <= 1 && d.missed >= 0 && d.missed <= 1);
    assert_near(d.detected + d.missed, 1, 1e-15);
    assert_true(cs_detect(&more).detected >= d.detected * (1 - 1e-12));
    assert_true(cs_detect(&worse).detected >= d.detected * (1 - 1e-12));
    assert_true(cs_detect(&sharper).detected >= d.detected * (1 - 1e-12));
    assert_true(cs_log_missed(&s) <= 0);
  }
}

/* Published: the outputs of the examples of n.hypergeo and n.freedom in the manual of RSurveillance 0.2.1, in which an epidemiologist
 * looks for a disease by the inspectors' formula, and by the binomial one where the herd is large. The exact sample is never
 * larger, and its probability reaches the goal. */
static void test_published_samples(void **state)
{
  (void)state;
  static const struct {
    const char *formula;
    int64_t population, defects;
    double goal;
    int64_t sample;
  } published[] = {
    {"inspectors", 100, 1, 0.95, 95},        {"inspectors", 200, 2, 0.95, 156},
    {"inspectors", 500, 5, 0.95, 226},       {"inspectors", 1000, 10, 0.95, 259},
    {"inspectors", 10000, 100, 0.95, 296},   {"inspectors", 100, 5, 0.5, 13},
    {"inspectors", 100, 5, 0.8, 28},         {"inspectors", 100, 5, 0.9, 37},
    {"inspectors", 100, 5, 0.95, 46},        {"inspectors", 80, 1, 0.95, 76},
    {"inspectors", 80, 2, 0.95, 63},         {"inspectors", 80, 5, 0.95, 37},
    {"inspectors", 80, 10, 0.95, 21},        {"inspectors", 5000, 50, 0.95, 291},
    {"inspectors", 100000, 1000, 0.95, 300}, {"binomial", 1000000, 10000, 0.95, 299},
  };
  for (size_t i = 0; i < CS_COUNT_OF(published); i++) {
    cs_sampling s = {.population = published[i].population, .defects = published[i].defects};
    size_t k = 0;
    while (strcmp(cs_approximations[k].name, published[i].formula) != 0)
      k++;
    assert_int_equal(cs_approximate_size(&cs_approximations[k], &s, published[i].goal), published[i].sample);
    s.sample = cs_sample_size(&s, published[i].goal);
    assert_true(s.sample <= published[i].sample && cs_detect(&s).detected >= published[i].goal);
  }
}

static void test_approximations(void **state)
{
  (void)state;
  const cs_sampling s = {300, 10, 30, 0, 0}, few = {100000, 3, 2000, 0.2, 0};
  for (size_t i = 0; i < cs_approximation_count; i++) {
    const cs_approximation *a = &cs_approximations[i];
    assert_near(a->detected(&s), cs_detect(&s).detected, 0.035);
    assert_near(a->detected(&few), cs_detect(&few).detected, 0.001);
    cs_sampling sized = s;
    for (double goal = 0.1; goal < 1; goal += 0.2) { /* the size for a goal gives it back */
      sized.sample = cs_approximate_size(a, &s, goal);
      assert_true(sized.sample == s.population || a->detected(&sized) >= goal - 1e-9);
      sized.sample--;
      assert_true(a->detected(&sized) < goal);
    }
    const cs_sampling none = {300, 0, 30, 0, 0};
    assert_int_equal(cs_approximate_size(a, &none, 0.5), -1);
  }
  /* N (1 - (1 - g)^(1 / D)) and its correction, by hand: 300 (1 - 0.5^0.1) = 20.09, (300 - 4.5) (...) = 19.79 */
  assert_int_equal(cs_approximate_size(&cs_approximations[1], &s, 0.5), 21);
  assert_int_equal(cs_approximate_size(&cs_approximations[0], &s, 0.5), 20);
}

/* Draws samples and looks at them. */
static double simulate(const cs_sampling *s)
{
  int64_t left = s->population, bad = s->defects;
  for (int64_t i = 0; i < s->sample; i++, left--)
    if (random_below(left) < bad) {
      bad--;
      if (random_unit() >= s->miss)
        return 1;
    }
  return 0;
}

static void test_simulation(void **state)
{
  (void)state;
  enum { TRIALS = 20000 };
  seed = 3;
  static const cs_sampling cases[] = {{70, 3, 18, 0, 0},
                                      {70, 5, 18, 0.3, 0},
                                      {300, 10, 30, 0.1, 0},
                                      {1000, 1, 100, 0.5, 0},
                                      {50, 20, 3, 0.7, 0}};
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    double hits = 0;
    for (int k = 0; k < TRIALS; k++)
      hits += simulate(&cases[i]);
    assert_true(agrees(cs_detect(&cases[i]).detected, hits, TRIALS));
  }
}

static void test_refused(void **state)
{
  (void)state;
  static const struct {
    cs_sampling sampling;
    const char *what;
  } cases[] = {
    {{0, 0, 0, 0, 0}, "the population is 0; expected at least 1"},
    {{INT64_C(1000000000000000000), 0, 0, 0, 0},
     "the population is 1,000,000,000,000,000,000; expected at most 1,000,000,000"},
    {{5, 6, 0, 0, 0}, "the number of defects is 6; expected at most the population, 5"},
    {{5, -1, 0, 0, 0}, "the number of defects is -1; expected at least 0"},
    {{5, 1, 6, 0, 0}, "the sample is 6; expected at most the population, 5"},
    {{5, 1, 1, 1.5, 0}, "the probability of a miss is 1.5; expected from 0 to 1"},
    {{5, 1, 1, NAN, 0}, "the probability of a miss is nan; expected from 0 to 1"},
    {{5, 1, 1, 0, 1}, "the probability of a false alarm is 1; expected from 0 to below 1"},
  };
  cs_error error;
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    assert_int_equal(cs_sampling_check(&cases[i].sampling, &error), CS_INVALID);
    assert_string_equal(error.what, cases[i].what);
  }
}

/* ---- Strata ------------------------------------------------------------------------------------------------------ */

/* The worst over all splits, one stratum after the other. */
static double worst_split(cs_sampling *strata, size_t count, size_t at, int64_t left)
{
  if (at == count)
    return left == 0 ? cs_strata_log_missed(strata, count) : -INFINITY;
  double worst = -INFINITY;
  for (int64_t d = 0; d <= left && d <= strata[at].population; d++) {
    strata[at].defects = d;
    worst = fmax(worst, worst_split(strata, count, at + 1, left - d));
  }
  return worst;
}

/* The best over all allocations of the worst over all splits. */
static double best_allocation(cs_sampling *strata, size_t count, size_t at, int64_t looks, int64_t violation)
{
  if (at == count)
    return looks == 0 ? worst_split(strata, count, 0, violation) : INFINITY;
  double best = INFINITY;
  for (int64_t n = 0; n <= looks && n <= strata[at].population; n++) {
    strata[at].sample = n;
    best = fmin(best, best_allocation(strata, count, at + 1, looks - n, violation));
  }
  return best;
}

static void test_strata(void **state)
{
  (void)state;
  seed = 4;
  int alike = 0;
  for (int i = 0; i < 150; i++) {
    cs_sampling ours[3], all[3];
    size_t count = 2 + (size_t)(i % 2);
    int64_t items = 0;
    cs_error error;
    for (size_t k = 0; k < count; k++) {
      ours[k] = (cs_sampling){2 + random_below(7), 0, 0, i % 3 == 0 ? 0.6 * random_unit() : 0, 0};
      ours[k].sample = random_below(ours[k].population + 1);
      items += ours[k].population;
    }
    memcpy(all, ours, sizeof ours);
    int64_t violation = random_below(items + 1), looks = random_below(items + 1);
    must(cs_strata_worst(ours, count, violation, &error), &error);
    double worst = worst_split(all, count, 0, violation), found = cs_strata_log_missed(ours, count);
    assert_true(worst == found || fabs(worst - found) < 1e-12); /* both may be -INFINITY */
    must(cs_strata_allocate(ours, count, violation, looks, &error), &error);
    double best = best_allocation(all, count, 0, looks, violation);
    found = cs_strata_log_missed(ours, count);
    assert_true(found >= best - 1e-12);
    alike += found == best || fabs(exp(found) - exp(best)) < 1e-9;
  }
  assert_true(alike >= 140); /* moving single looks may end beside the optimum */
}

static void test_large_strata(void **state)
{
  (void)state;
  cs_sampling strata[] = {{1000000, 0, 200, 0, 0}, {500000000, 0, 100000, 0.1, 0}, {3000, 0, 40, 0, 0}};
  cs_error error;
  must(cs_strata_worst(strata, 3, 100000, &error), &error);
  assert_int_equal(strata[0].defects + strata[1].defects + strata[2].defects, 100000);
  double worst = cs_strata_log_missed(strata, 3);
  for (size_t from = 0; from < 3; from++)
    for (size_t to = 0; to < 3; to++) { /* no single move is seen less */
      if (from == to || strata[from].defects == 0 || strata[to].defects == strata[to].population)
        continue;
      strata[from].defects--;
      strata[to].defects++;
      assert_true(cs_strata_log_missed(strata, 3) <= worst + 1e-9);
      strata[from].defects++;
      strata[to].defects--;
    }
  assert_int_equal(cs_strata_worst(strata, 3, 600000000, &error), CS_INVALID);
  assert_string_equal(error.what, "the violation is 600,000,000; expected at most the population, 501,003,000");
}

/* ---- Over time --------------------------------------------------------------------------------------------------- */

static void test_visits(void **state)
{
  (void)state;
  static const double days[] = {30, 100, 200, 300};
  cs_visits v = {.places = 10, .violating = 2, .miss = 0.25, .count = 4, .days = days, .period = 365};
  cs_error error;
  must(cs_visits_check(&v, &error), &error);
  cs_sampling two = {10, 2, 2, 0.25, 0};
  assert_near(cs_detected_by(&v, 50, 250), cs_detect(&two).detected, 1e-15);
  assert_near(cs_detected_by(&v, 50, 99), 0, 0);
  v.redraw = CS_REDRAW_ALWAYS;
  assert_near(cs_detected_by(&v, 0, 365), 1 - pow(1 - 0.15, 4), 1e-15);
  /* Geometric over visits: day 30 with 0.15, day 100 with 0.85 * 0.15, ... */
  double p = 0, mean = 0;
  for (int i = 0; i < 4; i++) {
    mean += pow(0.85, i) * 0.15 * days[i];
    p += pow(0.85, i) * 0.15;
  }
  assert_near(cs_detection_time(&v, 0).mean, mean / p, 1e-9);
  assert_near(cs_detection_time(&v, 0).within, mean + (1 - p) * 365, 1e-9);
  v.redraw = CS_REDRAW_AT_MOST;
  v.most = 2; /* of 20 tickets, 4 lead to a violation */
  cs_sampling tickets = {20, 4, 4, 0.25, 0};
  assert_near(cs_visits_detect(&v, 4), cs_detect(&tickets).detected, 1e-15);
  v.most = 0;
  assert_int_equal(cs_visits_check(&v, &error), CS_INVALID);
  v.redraw = CS_REDRAW_NEVER;
  v.count = 11;
  v.days = NULL;
  assert_int_equal(cs_visits_check(&v, &error), CS_INVALID);
  assert_string_equal(error.what, "the sample is 11; expected at most the population, 10");
}

static void test_random_days(void **state)
{
  (void)state;
  static const cs_redraw redraws[] = {CS_REDRAW_NEVER, CS_REDRAW_ALWAYS, CS_REDRAW_AT_MOST};
  for (size_t i = 0; i < CS_COUNT_OF(redraws); i++) {
    cs_visits v =
      {.places = 12, .violating = 3, .miss = 0.2, .redraw = redraws[i], .most = 2, .count = 6, .period = 365};
    double begun = 65, sum = 0, number = 0;
    for (int64_t k = 0; k <= v.count; k++) /* the number of visits after the beginning is binomial */
      number += cs_binomial(v.count, 300.0 / 365, k) * cs_visits_detect(&v, k);
    cs_time_to_detection t = cs_detection_time(&v, begun);
    assert_near(t.detected, number, 1e-14);
    enum { STEPS = 20000 };
    for (int k = 0; k < STEPS; k++)
      sum += (1 - cs_detected_by(&v, begun, begun + 300 * (k + 0.5) / STEPS)) * 300 / STEPS;
    assert_near(t.within, sum, 1e-5);
    assert_near(t.mean, (sum - 300 * (1 - t.detected)) / t.detected, 1e-4);
    assert_true(cs_detection_time(&v, 100).detected < t.detected);
  }
  cs_visits none = {.places = 12, .violating = 0, .count = 6, .period = 365};
  assert_true(isnan(cs_detection_time(&none, 0).mean));
}

/* ---- The game ---------------------------------------------------------------------------------------------------- */

/* Whether a strategy of each side guarantees the value against everything that the other can do purely: the violator any
 * site, the inspector any visits that the budget allows. */
static void assert_solved(const cs_site *sites, size_t count, double budget, double value)
{
  double spent = 0, sum = 0;
  for (size_t i = 0; i < count; i++) {
    spent += sites[i].effort * sites[i].visit;
    sum += sites[i].violate;
    assert_true(sites[i].value * (1 - sites[i].visit * sites[i].detect) <= value + 1e-9);
  }
  assert_true(spent <= budget + 1e-9);
  assert_near(sum, 1, 1e-9);
  for (unsigned set = 0; set < 1U << count; set++) {
    double cost = 0, payoff = 0;
    for (size_t i = 0; i < count; i++) {
      bool visited = (set >> i & 1) != 0;
      cost += visited ? sites[i].effort : 0;
      payoff += sites[i].violate * sites[i].value * (1 - (visited ? sites[i].detect : 0));
    }
    if (cost <= budget)
      assert_true(payoff >= value - 1e-9);
  }
}

static void test_game(void **state)
{
  (void)state;
  seed = 5;
  cs_error error;
  double value;
  for (size_t n = 1; n <= 8; n++)
    for (size_t m = 0; m <= n; m++) { /* m of n equal places: 1 - m / n (Avenhaus and Canty) */
      cs_site sites[8];
      double budget = (double)m;
      for (size_t i = 0; i < n; i++)
        sites[i] = (cs_site){.value = 1, .detect = 1, .effort = 1};
      must(cs_game_solve(sites, n, &budget, 1, &value, &error), &error);
      assert_near(value, 1 - (double)m / (double)n, 1e-12);
    }
  for (int i = 0; i < 200; i++) {
    cs_site sites[8];
    size_t n = 1 + (size_t)random_below(8);
    double budget = (double)random_below((int64_t)n + 1);
    for (size_t k = 0; k < n; k++)
      sites[k] = (cs_site){.value = 0.1 + random_unit(), .detect = 0.2 + 0.8 * random_unit(), .effort = 1};
    must(cs_game_solve(sites, n, &budget, 1, &value, &error), &error);
    assert_solved(sites, n, budget, value);
  }
}

static void test_pools(void **state)
{
  (void)state;
  cs_error error;
  double value, budgets[] = {10, 8};
  cs_site sites[90];
  for (size_t i = 0; i < 90; i++)
    sites[i] = (cs_site){.value = 1, .detect = 1, .effort = 1, .pool = i < 30 ? 0 : 1};
  must(cs_game_solve(sites, 90, budgets, 2, &value, &error), &error);
  assert_near(value, 1 - 8.0 / 60, 1e-12); /* the violator goes where fewer visits fall on a place */
  sites[3].effort = 0;
  assert_int_equal(cs_game_solve(sites, 90, budgets, 2, &value, &error), CS_INVALID);
  assert_string_equal(error.what, "the effort of site 4 is 0; expected more than 0");
}

/* Dresher's recursion: a game of two by two at each period, solved by itself. */
static double recursion(int n, int m)
{
  if (m == 0)
    return -1;
  if (m >= n)
    return 0;
  double a = recursion(n - 1, m - 1), b = 1, c = recursion(n - 1, m), d = -1; /* inspect or not; legal or not */
  return (a * d - b * c) / (a + d - b - c);
}

static void test_dresher(void **state)
{
  (void)state;
  assert_near(cs_dresher_value(2, 1), -1.0 / 3, 1e-15);
  for (int n = 1; n <= 12; n++)
    for (int m = 0; m <= n; m++)
      assert_near(cs_dresher_value(n, m), recursion(n, m), 1e-12);
  assert_true(cs_dresher_value(365, 18) < -0.9 && cs_dresher_value(365, 18) > -1);
}

/* ---- Draws ------------------------------------------------------------------------------------------------------- */

static void test_systematic(void **state)
{
  (void)state;
  static const double visit[] = {0.5, 0.25, 1, 0, 0.9, 0.35};
  double drawn_of[6] = {0};
  enum { STEPS = 2000 };
  for (int k = 0; k < STEPS; k++) {
    size_t drawn[6], count = cs_draw_systematic(visit, 6, (k + 0.5) / STEPS, drawn);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
      drawn_of[drawn[i]]++;
  }
  for (size_t i = 0; i < 6; i++)
    assert_near(drawn_of[i] / STEPS, visit[i], 1e-12);
  size_t drawn[6];
  static const double part[] = {0.3, 0.4};
  assert_int_equal(cs_draw_systematic(part, 2, 0.1, drawn), 1);
  assert_int_equal(cs_draw_systematic(part, 2, 0.9, drawn), 0);
}

/* Probabilities with a whole sum. */
static size_t random_visits(double *visit, size_t count)
{
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += visit[i] = random_unit();
  size_t size = 1 + (size_t)random_below((int64_t)count);
  for (int round = 0; round < 200; round++, sum = 0) {
    for (size_t i = 0; i < count; i++)
      sum += visit[i];
    for (size_t i = 0; i < count; i++)
      visit[i] = fmin(1, visit[i] * (double)size / sum);
  }
  return size;
}

/* The probability of exactly this set: that of missing all the others, where it has the right size. */
static double set_probability(const cs_draw *draw, unsigned set, size_t count)
{
  double detect[16];
  for (size_t i = 0; i < count; i++)
    detect[i] = (set >> i & 1) == 0;
  return cs_draw_missed(draw, detect);
}

static void check_draw(const cs_draw *draw, const double *visit, size_t count, size_t size)
{
  double sum = 0, included[16] = {0}, detect[16], missed = 0, product = 1;
  for (size_t i = 0; i < count; i++) {
    detect[i] = i % 2 == 0 ? 0.8 : 0;
    product *= 1 - visit[i] * detect[i];
  }
  for (unsigned set = 0; set < 1U << count; set++) {
    if ((size_t)__builtin_popcount(set) != size)
      continue;
    double p = set_probability(draw, set, count), unseen = p;
    sum += p;
    for (size_t i = 0; i < count; i++) {
      included[i] += (set >> i & 1) != 0 ? p : 0;
      unseen *= (set >> i & 1) != 0 ? 1 - detect[i] : 1;
    }
    missed += unseen;
  }
  assert_near(sum, 1, 1e-11);
  for (size_t i = 0; i < count; i++)
    assert_near(included[i], visit[i], 1e-9);
  assert_near(cs_draw_missed(draw, detect), missed, 1e-11);
  assert_true(missed <= product + 1e-11); /* negative association */
}

static void test_conditional_poisson(void **state)
{
  (void)state;
  seed = 6;
  cs_error error;
  cs_draw *draw;
  for (int i = 0; i < 150; i++) {
    double visit[8];
    size_t count = 1 + (size_t)random_below(8), size = random_visits(visit, count);
    must(cs_draw_new(visit, count, &draw, &error), &error);
    check_draw(draw, visit, count, size);
    cs_draw_free(draw);
  }
  static const double steep[] = {0.99, 0.99, 0.99, 0.99, 0.04};
  must(cs_draw_new(steep, 5, &draw, &error), &error);
  check_draw(draw, steep, 5, 4);
  cs_draw_free(draw);
  static const double half[] = {0.5, 0.4}, more[] = {1.5, 0.5};
  assert_int_equal(cs_draw_new(half, 2, &draw, &error), CS_INVALID);
  assert_string_equal(error.what, "the probabilities add up to 0.9; expected a whole number");
  assert_int_equal(cs_draw_new(more, 2, &draw, &error), CS_INVALID);
}

/* Equal probabilities are a plain sample, and what is drawn agrees with what was asked for. */
static void test_drawn(void **state)
{
  (void)state;
  enum { PLACES = 70, VISITS = 18, TRIALS = 4000 };
  seed = 7;
  cs_error error;
  cs_draw *draw;
  double visit[PLACES], detect[PLACES] = {1, 1, 1}, random[PLACES], hits[PLACES] = {0}, seen = 0;
  for (size_t i = 0; i < PLACES; i++)
    visit[i] = (double)VISITS / PLACES;
  must(cs_draw_new(visit, PLACES, &draw, &error), &error);
  cs_sampling s = {PLACES, 3, VISITS, 0, 0};
  assert_near(1 - cs_draw_missed(draw, detect), cs_detect(&s).detected, 1e-11);
  cs_draw_free(draw);
  for (size_t i = 0; i < PLACES; i++)
    visit[i] = (double)VISITS / PLACES * (1 + ((double)i - 34.5) / 70);
  must(cs_draw_new(visit, PLACES, &draw, &error), &error);
  for (int k = 0; k < TRIALS; k++) {
    size_t drawn[PLACES];
    for (size_t i = 0; i < PLACES; i++)
      random[i] = random_unit();
    assert_int_equal(cs_draw_next(draw, random, drawn), VISITS);
    for (size_t i = 0; i < VISITS; i++)
      hits[drawn[i]]++;
    seen += drawn[0] < 3;
  }
  for (size_t i = 0; i < PLACES; i++)
    assert_true(agrees(visit[i], hits[i], TRIALS));
  assert_true(agrees(1 - cs_draw_missed(draw, detect), seen, TRIALS));
  cs_draw_free(draw);
}

/* ---- Posteriors -------------------------------------------------------------------------------------------------- */

/* The probability of `found` alarms, over every sample and every answer of every look. */
static double enumerate_found(int64_t population, int64_t defects, const cs_look *look)
{
  double samples = 0, sum = 0;
  for (unsigned set = 0; set < 1U << population; set++) {
    if (__builtin_popcount(set) != look->sample)
      continue;
    samples++;
    for (unsigned alarms = set;; alarms = (alarms - 1) & set) {
      double p = __builtin_popcount(alarms) == look->found;
      for (int64_t i = 0; i < population && p > 0; i++) {
        double alarm = i < defects ? 1 - look->miss : look->false_alarm;
        if ((set >> i & 1) != 0)
          p *= (alarms >> i & 1) != 0 ? alarm : 1 - alarm;
      }
      sum += p;
      if (alarms == 0)
        break;
    }
  }
  return sum / samples;
}

static void test_posterior(void **state)
{
  (void)state;
  seed = 8;
  enum { POPULATION = 7 };
  for (int i = 0; i < 60; i++) {
    double table[POPULATION + 1], exact[POPULATION + 1], sum = 0;
    cs_belief belief;
    cs_error error;
    cs_look looks[2];
    for (size_t k = 0; k < 2; k++) {
      looks[k] = (cs_look){random_below(POPULATION + 1), 0, i % 3 == 0 ? 0 : random_unit(),
                           i % 2 == 0 ? 0 : 0.5 * random_unit()};
      looks[k].found = looks[k].sample > 0 && i % 4 > 1 ? random_below(2) : 0;
    }
    for (int64_t d = 0; d <= POPULATION; d++) {
      table[d] = random_unit();
      exact[d] = table[d] * enumerate_found(POPULATION, d, &looks[0]) * enumerate_found(POPULATION, d, &looks[1]);
      sum += exact[d];
    }
    must(cs_belief_table(POPULATION, table, POPULATION + 1, &belief, &error), &error);
    must(cs_belief_update(&belief, looks, 2, &error), &error);
    for (int64_t d = 0; d <= POPULATION; d++)
      assert_near(belief.weights[d], exact[d] / sum, 1e-12);
    cs_belief_free(&belief);
  }
}

/* Chapter "Bayes" of the reference: prior times C(N - D, n) / C(N, n), renormalised. */
static void test_clean_visits(void **state)
{
  (void)state;
  cs_belief belief;
  cs_error error;
  const cs_look clean = {.sample = 18};
  must(cs_belief_some(70, 0.3, 5, &belief, &error), &error);
  must(cs_belief_update(&belief, &clean, 1, &error), &error);
  double sum = 0.7;
  for (int64_t d = 1; d <= 5; d++) {
    cs_sampling s = {70, d, 18, 0, 0};
    sum += 0.3 / 5 * cs_detect(&s).missed;
  }
  cs_belief_summary b = cs_belief_read(&belief, 0.95);
  assert_near(b.none, 0.7 / sum, 1e-14);
  assert_true(b.none > 0.7);
  double below = 0;
  for (int64_t d = 0; d <= b.at_most; d++)
    below += belief.weights[d];
  assert_true(below >= 0.95 && below - belief.weights[b.at_most] < 0.95);
  cs_belief_free(&belief);
  /* Beta(1, 1): every number is equally likely; seen all, all is known. */
  must(cs_belief_beta(1000, 1, 1, &belief, &error), &error);
  assert_near(belief.weights[0], 1.0 / 1001, 1e-15);
  assert_near(belief.weights[1000], 1.0 / 1001, 1e-14);
  must(cs_belief_update(&belief, &(cs_look){.sample = 1000, .found = 3}, 1, &error), &error);
  b = cs_belief_read(&belief, 0.95);
  assert_true(b.low == 3 && b.high == 3 && b.at_most == 3);
  assert_int_equal(cs_belief_update(&belief, &(cs_look){.sample = 1000}, 1, &error), CS_INVALID);
  assert_near(belief.weights[3], 1, 1e-12);
  cs_belief_free(&belief);
}

static void test_bad_priors(void **state)
{
  (void)state;
  cs_belief belief;
  cs_error error;
  static const double negative[] = {0.5, -0.5}, nothing[] = {0, 0};
  assert_int_equal(cs_belief_beta(10, 0, 1, &belief, &error), CS_INVALID);
  assert_int_equal(cs_belief_some(10, 1.5, 3, &belief, &error), CS_INVALID);
  assert_int_equal(cs_belief_some(10, 0.5, 11, &belief, &error), CS_INVALID);
  assert_int_equal(cs_belief_table(10, negative, 2, &belief, &error), CS_INVALID);
  assert_int_equal(cs_belief_table(10, nothing, 2, &belief, &error), CS_INVALID);
  assert_int_equal(cs_belief_table(0, nothing, 2, &belief, &error), CS_INVALID);
  must(cs_belief_some(10, 0.5, 3, &belief, &error), &error);
  assert_int_equal(cs_belief_update(&belief, &(cs_look){.sample = 3, .found = 4}, 1, &error), CS_INVALID);
  assert_string_equal(error.what, "visit 1 found 4 of 3; expected at most its sample");
  cs_belief_free(&belief);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_enumeration),
    cmocka_unit_test(test_worked_examples),
    cmocka_unit_test(test_sample_size_is_least),
    cmocka_unit_test(test_detection_grows),
    cmocka_unit_test(test_published_samples),
    cmocka_unit_test(test_approximations),
    cmocka_unit_test(test_simulation),
    cmocka_unit_test(test_refused),
    cmocka_unit_test(test_strata),
    cmocka_unit_test(test_large_strata),
    cmocka_unit_test(test_visits),
    cmocka_unit_test(test_random_days),
    cmocka_unit_test(test_game),
    cmocka_unit_test(test_pools),
    cmocka_unit_test(test_dresher),
    cmocka_unit_test(test_systematic),
    cmocka_unit_test(test_conditional_poisson),
    cmocka_unit_test(test_drawn),
    cmocka_unit_test(test_posterior),
    cmocka_unit_test(test_clean_visits),
    cmocka_unit_test(test_bad_priors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
