/* simulate/: random numbers against their published vectors, simulations against exact probabilities. All seeds are fixed, so
 * that a test does not fail by chance; the bounds are those that would hold by chance in all but one of a million runs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/compare.h"
#include "simulate/trial.h"
#include "support.h"

/* Standard deviations. */
static const double SIGMAS = 5;

/* ---- Random numbers ---------------------------------------------------------------------------------------------- */

/* Random123, kat_vectors, "philox4x32 10". */
static const struct {
  uint32_t counter[4], key[2], expected[4];
} vectors[] = {
  {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
  {{UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX},
   {UINT32_MAX, UINT32_MAX},
   {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
  {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
   {0xa4093822, 0x299f31d0},
   {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void philox_gives_its_published_words(void **state)
{
  (void)state;
  cs_stream_fill *const ways[] = {cs_stream_fill_portable, cs_stream_open(0, 0).fill};
  for (size_t w = 0; w < CS_COUNT_OF(ways); w++)
    for (size_t i = 0; i < CS_COUNT_OF(vectors); i++) {
      uint32_t words[CS_STREAM_GROUP];
      ways[w](vectors[i].key, vectors[i].counter, words);
      for (size_t k = 0; k < 4; k++)
        assert_int_equal(words[k * CS_STREAM_LANES], vectors[i].expected[k]);
    }
}

static void every_way_gives_the_same_words(void **state)
{
  (void)state;
  static const uint32_t key[2] = {0x12345678, 0x9abcdef0};
  for (uint32_t i = 0; i < 1000; i++) {
    uint32_t a[CS_STREAM_GROUP], b[CS_STREAM_GROUP], counter[4] = {i * 0x01234567, 3 * i, i << 29, i};
    cs_stream_fill_portable(key, counter, a);
    cs_stream_open(0, 0).fill(key, counter, b);
    assert_memory_equal(a, b, sizeof a);
  }
}

/* Whatever was played before, and however many numbers it took. */
static void a_piece_has_its_own_numbers(void **state)
{
  (void)state;
  enum { WORDS = 3 * CS_STREAM_KEPT + 5, PIECES = 20 };
  static uint32_t expected[PIECES][WORDS];
  cs_stream s = cs_stream_open(9, 1);
  for (uint64_t piece = 0; piece < PIECES; piece++) {
    cs_stream_begin(&s, piece);
    for (int i = 0; i < WORDS; i++)
      expected[piece][i] = cs_stream_word(&s);
    assert_true(piece == 0 || memcmp(expected[piece], expected[piece - 1], sizeof *expected) != 0);
  }
  for (int k = 0; k < 400; k++) {
    uint64_t piece = (uint64_t)(k * 7 % PIECES);
    cs_stream_begin(&s, piece);
    for (int i = 0; i < k * 31 % WORDS; i++)
      assert_int_equal(cs_stream_word(&s), expected[piece][i]);
  }
}

/* The sum of squared deviations of `count` cells, each expected `expected` times, as standard deviations from its mean. */
static double chi_square(const int64_t *seen, const double *expected, size_t count)
{
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += ((double)seen[i] - expected[i]) * ((double)seen[i] - expected[i]) / expected[i];
  return (sum - (double)(count - 1)) / sqrt(2.0 * (double)(count - 1));
}

static void numbers_below_are_even(void **state)
{
  (void)state;
  enum { CELLS = 37, DRAWS = 3700000 };
  int64_t seen[CELLS] = {0}, halves[CELLS] = {0};
  double expected[CELLS];
  cs_stream s = cs_stream_open(11, 0);
  for (int i = 0; i < DRAWS; i++) {
    seen[cs_stream_below(&s, CELLS)]++;
    halves[(size_t)(cs_stream_unit(&s) * CELLS)]++;
  }
  for (int i = 0; i < CELLS; i++)
    expected[i] = (double)DRAWS / CELLS;
  assert_true(fabs(chi_square(seen, expected, CELLS)) < SIGMAS);
  assert_true(fabs(chi_square(halves, expected, CELLS)) < SIGMAS);
  /* Four words for three numbers: without rejection, every third number would come twice as often as the others. */
  enum { THIRDS = 3 };
  int64_t thirds[THIRDS] = {0};
  for (int i = 0; i < DRAWS; i++)
    thirds[cs_stream_below(&s, UINT32_C(3) << 30) % THIRDS]++;
  for (int i = 0; i < THIRDS; i++)
    expected[i] = (double)DRAWS / THIRDS;
  assert_true(fabs(chi_square(thirds, expected, THIRDS)) < SIGMAS);
}

static void draws_by_weight_have_their_weights(void **state)
{
  (void)state;
  enum { CELLS = 9, DRAWS = 4000000 };
  static const double weights[CELLS] = {1, 0.001, 50, 3, 3, 0.5, 7, 0, 12};
  cs_arena arena = {0};
  cs_alias alias;
  int64_t seen[CELLS] = {0};
  double sum = 0, expected[CELLS];
  cs_stream s = cs_stream_open(5, 0);
  assert_true(cs_alias_make(&arena, weights, CELLS, &alias));
  for (int i = 0; i < DRAWS; i++) {
    uint32_t k = cs_stream_below(&s, CELLS);
    seen[cs_stream_unit(&s) < alias.keep[k] ? k : alias.other[k]]++;
  }
  for (int i = 0; i < CELLS; i++)
    sum += weights[i];
  for (int i = 0; i < CELLS; i++)
    expected[i] = DRAWS * weights[i] / sum + (i == 7);
  assert_int_equal(seen[7], 0);
  seen[7] = 1;
  assert_true(fabs(chi_square(seen, expected, CELLS)) < SIGMAS);
  cs_arena_free(&arena);
}

/* ---- Agreements and scenarios ------------------------------------------------------------------------------------ */

static const char *const TREATY =
  "agreement: test\ntitle: Test\nform: Draft\n"
  "parties: {A: {name: A}, B: {name: B}}\n"
  "term: {entry-into-force: 2021-01-01, duration: 2 years, article: X}\n"
  "facilities: {store: {name: stores, article: X}, base: {name: bases, article: X}}\n"
  "items:\n"
  "  warhead: {name: warheads, identified: true, article: X, states: {stored: {at: [store], article: X}}}\n"
  "counts:\n"
  "  all: {name: all, article: X, sum: [{item: warhead, states: [stored]}]}\n"
  "limits:\n"
  "  freeze: {count: all, %s, article: X}\n"
  "exchanges:\n"
  "  exchange:\n"
  "    {name: exchange, counts: [all], article: X, schedule: [{first: 2021-04-01, every: 3 months, due: 10 days after, article: X}]}\n"
  "notifications:\n"
  "  move: {group: M, event: a move, items: [warhead], due: 5 days after, article: X}\n"
  "inspections:\n"
  "  visit: {name: Visit, purpose: look, conduct: %d, per: treaty year, notice: 48 hours before, at: [store], chosen: %s, article: X}\n";

static const char *const SCENARIO =
  "scenario: test\ntitle: Test\nlength: %s\n"
  "facilities: {kinds: {store: {count: %d, items: %d}, base: {count: 3, items: 50}}}\n"
  "assume: {%s}\n"
  "violations: {v: {of: [warhead], %s}}\n";

static int named;

static const char *limit = "at-most: baseline, baseline: 2021-01-01";

static cs_treaty *treaty_of(int visits, const char *chosen)
{
  char text[4096];
  snprintf(text, sizeof text, TREATY, limit, visits, chosen);
  return make_treaty(text);
}

static cs_scenario *scenario_of(const char *length, int places, int items, const char *assume, const char *violation)
{
  char text[4096], name[32];
  cs_scenario *out;
  cs_error error;
  snprintf(text, sizeof text, SCENARIO, length, places, items, assume, violation);
  snprintf(name, sizeof name, "scenario-%d.yaml", named++);
  must(cs_scenario_read(scratch_file(name, text), &out, &error), &error);
  return out;
}

typedef struct played {
  cs_treaty *treaty;
  cs_scenario *scenario;
  cs_simulation *simulation;
} played;

static played play(int visits, const char *length, int places, int items, const char *assume, const char *violation,
                   int64_t trials)
{
  played out = {.treaty = treaty_of(visits, "drawn"),
                .scenario = scenario_of(length, places, items, assume, violation)};
  cs_play how = {.trials = trials, .seed = 1, .threads = 2};
  cs_error error;
  must(cs_simulate(out.treaty, out.scenario, &how, &out.simulation, &error), &error);
  return out;
}

static void end(played *p)
{
  cs_simulation_free(p->simulation);
  cs_scenario_free(p->scenario);
  cs_treaty_free(p->treaty);
}

/* The same with places from a table. */
static played play_places(const char *csv, int visits, const char *chosen, const char *assume, const char *violation,
                          int64_t trials)
{
  char text[1024], name[32];
  cs_error error;
  played out = {.treaty = treaty_of(visits, chosen)};
  cs_play how = {.trials = trials, .seed = 3, .threads = 1};
  snprintf(name, sizeof name, "places-%d.csv", named++);
  snprintf(text, sizeof text,
           "scenario: s\ntitle: S\nlength: 1 year\nfacilities: {file: %s}\nassume: {%s}\n"
           "violations:\n  v: {of: [warhead], strategy: covert-production, %s}\n",
           scratch_file(name, csv), assume, violation);
  snprintf(name, sizeof name, "scenario-%d.yaml", named++);
  must(cs_scenario_read(scratch_file(name, text), &out.scenario, &error), &error);
  must(cs_simulate(out.treaty, out.scenario, &how, &out.simulation, &error), &error);
  return out;
}

static void assert_share(cs_interval share, int64_t trials, double expected)
{
  double sigma = sqrt(expected * (1 - expected) / (double)trials) + 1e-12;
  if (fabs(share.value - expected) > SIGMAS * sigma)
    fail_msg("simulated %.9f, exact %.9f, %.1f standard deviations", share.value, expected,
             fabs(share.value - expected) / sigma);
}

static double end_share(const played *p)
{
  return cs_course_by(&p->simulation->courses[0], p->simulation->courses[0].days).value;
}

enum { TRIALS = 400000 };

static void check(int visits, const char *length, int places, int items, const char *assume, const char *violation,
                  double expected)
{
  played p = play(visits, length, places, items, assume, violation, TRIALS);
  assert_share(cs_course_by(&p.simulation->courses[0], p.simulation->courses[0].days), TRIALS, expected);
  end(&p);
}

/* ---- Against exact probabilities --------------------------------------------------------------------------------- */

static void without_repeats_it_is_hypergeometric(void **state)
{
  (void)state;
  static const struct {
    int places, violating, visits;
    double miss;
  } cases[] = {{10, 1, 3, 0},  {20, 4, 5, 0},  {20, 4, 5, 0.3}, {50, 2, 18, 0},
               {7, 7, 1, 0.5}, {6, 2, 6, 0.9}, {40, 3, 40, 0},  {6, 1, 9, 0.5}};
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    char assume[64], violation[96];
    cs_sampling s = {.population = cases[i].places,
                     .defects = cases[i].violating,
                     .sample = cases[i].visits < cases[i].places ? cases[i].visits : cases[i].places,
                     .miss = cases[i].miss};
    snprintf(assume, sizeof assume, "repeats: never, miss: %g", cases[i].miss);
    snprintf(violation, sizeof violation, "strategy: covert-production, count: %d, places: %d, at: [store]",
             cases[i].violating, cases[i].violating);
    check(cases[i].visits, "1 year", cases[i].places, 100, assume, violation, cs_detect(&s).detected);
  }
}

static void with_repeats_visits_are_independent(void **state)
{
  (void)state;
  check(5, "1 year", 20, 100, "repeats: always", "strategy: covert-production, count: 3, places: 3, at: [store]",
        1 - pow(17.0 / 20, 5));
  check(9, "1 year", 20, 100, "repeats: drawn, miss: 0.25",
        "strategy: covert-production, count: 6, places: 3, at: [store]", 1 - pow(1 - 0.15 * (1 - 0.0625), 9));
}

/* Visits go to 10 of the 13 places where it may be: each visit is drawn, not only those that meet something. */
static void places_out_of_reach_are_not_seen(void **state)
{
  (void)state;
  check(4, "1 year", 10, 100, "repeats: never", "strategy: covert-production, count: 1", 10.0 / 13 * 0.4);
  check(4, "1 year", 10, 100, "repeats: always", "strategy: covert-production, count: 1",
        10.0 / 13 * (1 - pow(0.9, 4)));
  check(4, "1 year", 10, 100, "repeats: always", "strategy: covert-production, count: 1, at: [base]", 0);
}

/* A visit looks at 30 of the items that are there, drawn at random. */
static void looks_are_hypergeometric_too(void **state)
{
  (void)state;
  static const struct {
    const char *strategy;
    int extra;
  } cases[] = {{"covert-production", 4}, {"hidden-transfer", 0}};
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    char violation[96];
    cs_sampling s = {.population = 100 + cases[i].extra, .defects = 4, .sample = 30, .miss = 0.1};
    snprintf(violation, sizeof violation, "strategy: %s, count: 4, at: [store]", cases[i].strategy);
    check(6, "1 year", 10, 100, "repeats: always, looks: 30, miss: 0.1", violation,
          1 - pow(1 - cs_detect(&s).detected / 10, 6));
  }
  /* 5 items over 2 places: 3 and 2; false identifiers have a probability of their own. */
  check(4, "1 year", 10, 100, "repeats: always, miss: 0.5, spoof-miss: 0.2",
        "strategy: spoofed-identifiers, count: 5, places: 2, at: [store]",
        1 - pow(1 - (1 - 0.008) / 10 - (1 - 0.04) / 10, 4));
}

static void quotas_are_those_of_the_years_played(void **state)
{
  (void)state;
  check(3, "2 years", 10, 100, "repeats: always", "strategy: covert-production, count: 1, at: [store]",
        1 - pow(0.9, 6));
  /* The agreement ends after two years. */
  check(3, "3 years", 10, 100, "repeats: always", "strategy: covert-production, count: 1, at: [store]",
        1 - pow(0.9, 6));
  /* Half a year: each of the year's visits falls into it with this probability. */
  check(6, "6 months", 10, 100, "repeats: always", "strategy: covert-production, count: 1, at: [store]",
        1 - pow(1 - 0.1 * 181 / 365, 6));
}

/* Begun on a random day, it meets only the visits that are left. */
static void what_begins_later_is_seen_less(void **state)
{
  (void)state;
  double expected = 0;
  for (int k = 0; k <= 1000; k++) { /* Simpson's rule over the day on which it begins */
    double left = 1 - (double)k / 1000 * 181 / 365, weight = k == 0 || k == 1000 ? 1 : k % 2 == 1 ? 4 : 2;
    expected += weight / 3000 * (1 - pow(1 - 0.1 * left, 8));
  }
  check(8, "1 year", 10, 100, "repeats: always",
        "strategy: covert-production, count: 1, at: [store], begins-by: 6 months", expected);
  check(8, "1 year", 10, 100, "repeats: always", "strategy: covert-production, count: 1, at: [store], begins: 6 months",
        1 - pow(1 - 0.1 * 184 / 365, 8));
}

/* Four items in four steps over half a year: a visit in the quarter k sees k of them. */
static void what_grows_is_seen_more(void **state)
{
  (void)state;
  double seen = 0, miss = 0.6;
  for (int k = 1; k <= 4; k++)
    seen += 181.0 / 365 / 4 * (1 - pow(miss, k));
  seen += (1 - 181.0 / 365) * (1 - pow(miss, 4));
  check(5, "1 year", 10, 100, "repeats: always, miss: 0.6",
        "strategy: slow-breakout, count: 4, at: [store], over: 6 months", 1 - pow(1 - seen / 10, 5));
}

/* Only while something limits it for the party, there is something to break. */
static void what_is_not_limited_is_not_broken(void **state)
{
  (void)state;
  static const struct {
    const char *limit, *more;
    double part; /* of the year */
  } cases[] = {
    {"at-most: 100", "from: 2021-01-01\nparty: A", 1},
    {"at-most: {A: 100}", "from: 2021-01-01\nparty: A", 1},
    {"at-most: {A: 100}", "from: 2021-01-01\nparty: B", 0},
    {"at-most: 100, from: 2021-07-01", "from: 2021-01-01", 184.0 / 365},
    {"at-most: 100, until: 2021-07-01", "from: 2021-01-01", 181.0 / 365},
    {"at-most: 100, until: 2021-07-01", "from: 2021-08-01", 0},
    {"at-most: 100, from: 2021-03-01, until: 2021-09-01", "from: 2021-01-01", 184.0 / 365},
  };
  const char *usual = limit;
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    char length[64];
    limit = cases[i].limit;
    snprintf(length, sizeof length, "1 year\n%s", cases[i].more);
    check(4, length, 10, 100, "repeats: always", "strategy: covert-production, count: 1, at: [store]",
          1 - pow(1 - 0.1 * cases[i].part, 4));
    check(4, length, 10, 100, "repeats: never, designates: weight, defer: 0",
          "strategy: covert-production, count: 1, at: [store]", 0.4 * cases[i].part);
  }
  limit = usual;
}

static void notice_refusals_and_delays_thin_visits(void **state)
{
  (void)state;
  /* 48 hours of notice, half-time 24 hours: three of four are taken away. */
  check(5, "1 year", 10, 100, "repeats: always, hiding: 24 hours", "strategy: covert-production, count: 1, at: [store]",
        1 - pow(1 - 0.025, 5));
  check(5, "1 year", 10, 100, "repeats: always, hiding: 24 hours, draw-notice: 24 hours",
        "strategy: covert-production, count: 1, at: [store]", 1 - pow(1 - 0.05, 5));
  check(5, "1 year", 10, 100, "repeats: always, defer: 0.2", "strategy: covert-production, count: 1, at: [store]",
        1 - pow(1 - 0.08, 5));
  /* Refused with 0.7, else seen with 0.4. */
  played p = play(5, "1 year", 10, 100, "repeats: always, miss: 0.6",
                  "strategy: refused-inspections, count: 1, at: [store], refuses: 0.7", TRIALS);
  const cs_course *c = &p.simulation->courses[0];
  double refused = 0.7, seen = 0.3 * 0.4, all = 1 - pow(1 - (refused + seen) / 10, 5);
  assert_share(cs_wilson(c->first_by[1 + CS_BY_REFUSAL], TRIALS), TRIALS, all * refused / (refused + seen));
  assert_share(cs_wilson(c->first_by[0], TRIALS), TRIALS, all * seen / (refused + seen));
  end(&p);
}

/* A visit before it began is neither refused nor sees anything; one that is put off is not refused either. */
static void what_has_not_begun_is_not_refused(void **state)
{
  (void)state;
  check(5, "1 year", 10, 100, "repeats: always",
        "strategy: refused-inspections, count: 1, at: [store], refuses: 0.7, begins: 6 months",
        1 - pow(1 - 0.1 * 184 / 365, 5));
  played p = play(5, "6 months", 10, 100, "repeats: always, defer: 0.4, miss: 1",
                  "strategy: refused-inspections, count: 1, at: [store], refuses: 0.7", TRIALS);
  const cs_course *c = &p.simulation->courses[0];
  assert_share(cs_course_by(c, c->days), TRIALS, 1 - pow(1 - 0.1 * 0.6 * 0.7 * 181 / 365, 5));
  assert_true(fabs(c->visits - 5.0 * 181 / 365) < 1e-9);
  end(&p);
}

/* Both of two places are visited, once each: the one where it is sure to be seen, and the one where it never is. */
static void no_place_is_visited_twice(void **state)
{
  (void)state;
  played p = play_places("facility,kind,items\na,store,0\nb,store,900000000\n", 2, "drawn", "repeats: never, looks: 1",
                         "count: 2, places: 2", 10000);
  const cs_course *c = &p.simulation->courses[0];
  assert_int_equal(c->noticed[c->days - 1], 10000);
  end(&p);
}

static void events_in_time_are_exponential(void **state)
{
  (void)state;
  check(0, "1 year", 10, 100, "national-means: {covert-production: 0.7}",
        "strategy: covert-production, count: 1, undeclared: true", 1 - exp(-0.7 * 365 / 365.25));
  check(0, "1 year", 10, 100, "moves: 40", "strategy: late-notifications, share: 0.05, late: 10",
        1 - exp(-2 * (365.0 - 15) / 365.25));
  /* What happens after the agreement has ended breaks no deadline of it. */
  check(0, "3 years", 10, 100, "moves: 4", "strategy: late-notifications, share: 0.05, late: 10",
        1 - exp(-0.2 * 730 / 365.25));
}

/* One that declares what it has is seen at the first exchange after: of 1 April, due ten days after the day before. */
static void exchanges_show_what_is_declared(void **state)
{
  (void)state;
  static const char *const cases[][2] = {{"1 month", "2021-04-10"}, {"4 months", "2021-07-10"}};
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    char violation[128];
    snprintf(violation, sizeof violation,
             "strategy: covert-production, count: 1, at: [store], declared: true, begins: %s", cases[i][0]);
    played p = play(0, "1 year", 10, 100, "moves: 0", violation, 1000);
    const cs_course *c = &p.simulation->courses[0];
    assert_int_equal(c->first_by[1 + CS_BY_EXCHANGE], 1000);
    assert_int_equal(c->begin + cs_course_median(c), day(cases[i][1]));
    assert_int_equal(c->noticed[cs_course_median(c) - 1], 0);
    end(&p);
  }
}

static void an_honest_party_raises_false_alarms(void **state)
{
  (void)state;
  played p =
    play(4, "1 year", 10, 50, "repeats: never, looks: 20, false-alarm: 0.01, moves: 30, clerical: 0.05, defer: 0.1",
         "strategy: covert-production, count: 1, at: [store]", TRIALS);
  const cs_course *c = &p.simulation->courses[1];
  double alarm = 1 - pow(0.99, 20), quiet = pow(0.9 * (1 - alarm), 4), late = 30 * 0.05 * 365 / 365.25;
  /* Exchanges of April, July, October and, until the end of the year that is played, none in January. */
  quiet *= exp(-late) * pow(0.95, 3);
  assert_share(cs_course_by(c, c->days), TRIALS, 1 - quiet);
  double alarms = (double)c->times[0] / TRIALS, expected = 4 * 0.9 * alarm;
  assert_true(fabs(alarms - expected) < SIGMAS * sqrt(expected / TRIALS));
  double mistakes = (double)c->times[1 + CS_BY_DEADLINE] / TRIALS;
  assert_true(fabs(mistakes - late - 0.15) < SIGMAS * sqrt((late + 0.15) / TRIALS));
  double deferred = (double)c->times[1 + CS_BY_REFUSAL] / TRIALS;
  assert_true(fabs(deferred - 0.4) < SIGMAS * sqrt(0.4 / TRIALS));
  end(&p);
}

/* The least visited places of draws by items: the violator takes the two smallest of these. */
static void a_violator_may_know_where_visits_go(void **state)
{
  (void)state;
  played p = play_places("facility,kind,items\na,store,10\nb,store,20\nc,store,30\nd,store,40\n", 4, "designated",
                         "repeats: always, designates: items", "count: 2, places: 2, placing: least-visited", TRIALS);
  assert_share(cs_course_by(&p.simulation->courses[0], 365), TRIALS, 1 - pow(0.7, 4));
  end(&p);
}

/* Without repeats and by weight, two of three places: the exact sum over orders of drawing. */
static void weights_hold_without_repeats(void **state)
{
  (void)state;
  played p = play_places("facility,kind,items,weight\na,store,9,1\nb,store,9,2\nc,store,9,5\n", 2, "designated",
                         "repeats: never, designates: weight", "count: 1, placing: least-visited", TRIALS);
  double missed = 2.0 / 8 * (5.0 / 6) + 5.0 / 8 * (2.0 / 3); /* b then c, c then b: a is left over */
  assert_share(cs_course_by(&p.simulation->courses[0], 365), TRIALS, 1 - missed);
  end(&p);
}

/* Trials abreast, of which only visits that meet something are drawn, and one after the other, each visit drawn: the same
 * shares by measure and month. */
static void both_ways_of_playing_agree(void **state)
{
  (void)state;
  enum { PIECES = 50, MONTHS = 12, CELLS = 16 * MONTHS };
  cs_error error;
  cs_treaty *treaty = read_treaty("treaties/freeze-2020-us.yaml");
  cs_scenario *scenario;
  must(cs_scenario_read("scenarios/forty-warheads.yaml", &scenario, &error), &error);
  for (size_t v = 0; v < scenario->violation_count; v++) {
    int64_t seen[2][CELLS] = {{0}};
    cs_regime regime;
    must(cs_regime_make(treaty, scenario, &scenario->violations[v], &regime, &error), &error);
    assert_true(regime.sparse);
    for (int way = 0; way < 2; way++) {
      cs_table table;
      regime.sparse = way == 0;
      must(cs_table_make(&regime, 77, (uint32_t)way, &table, &error), &error);
      assert_true((table.abreast != NULL) == regime.sparse);
      for (uint64_t piece = 0; piece < PIECES; piece++)
        cs_play_piece(&table, piece, CS_PIECE);
      for (size_t m = 0; m < table.measures; m++)
        for (int32_t d = 0; d < regime.days; d++)
          seen[way][m * MONTHS + (size_t)(d * MONTHS / regime.days)] +=
            table.tally.by_day[m * (size_t)regime.days + (size_t)d];
      cs_table_free(&table);
    }
    for (size_t i = 0; i < CELLS; i++) {
      double difference = (double)(seen[0][i] - seen[1][i]), variance = (double)(seen[0][i] + seen[1][i]);
      assert_true(fabs(difference) <= SIGMAS * sqrt(variance));
    }
    cs_regime_free(&regime);
  }
  cs_scenario_free(scenario);
  cs_treaty_free(treaty);
}

/* ---- Properties -------------------------------------------------------------------------------------------------- */

/* More visits, more places in violation, more looks never lower detection; more misses, more notice never raise it. */
static void more_of_it_catches_more(void **state)
{
  (void)state;
  static const struct {
    int visits;
    const char *assume, *violation;
  } rising[][3] = {
    {{2, "miss: 0", "count: 4"}, {5, "miss: 0", "count: 4"}, {11, "miss: 0", "count: 4"}},
    {{5, "miss: 0.1", "count: 4, places: 1"},
     {5, "miss: 0.1", "count: 4, places: 2"},
     {5, "miss: 0.1", "count: 4, places: 4"}},
    {{5, "looks: 5", "count: 4"}, {5, "looks: 20", "count: 4"}, {5, "looks: 80", "count: 4"}},
    {{5, "miss: 0.99", "count: 4"}, {5, "miss: 0.5", "count: 4"}, {5, "miss: 0.01", "count: 4"}},
    {{5, "hiding: 1 hour", "count: 4"}, {5, "hiding: 2 days", "count: 4"}, {5, "hiding: 1 year", "count: 4"}},
    {{5, "miss: 0.2", "count: 4, over: 1 year"},
     {5, "miss: 0.2", "count: 4, over: 1 month"},
     {5, "miss: 0.2", "count: 4"}},
  };
  for (size_t i = 0; i < CS_COUNT_OF(rising); i++) {
    double before = -1;
    for (size_t k = 0; k < 3; k++) {
      char violation[128];
      snprintf(violation, sizeof violation, "strategy: covert-production, at: [store], %s", rising[i][k].violation);
      played p = play(rising[i][k].visits, "1 year", 15, 100, rising[i][k].assume, violation, 50000);
      assert_true(end_share(&p) > before);
      before = end_share(&p);
      end(&p);
    }
  }
}

static void detection_never_falls_with_time(void **state)
{
  (void)state;
  played p = play(5, "2 years", 10, 100, "miss: 0.3", "strategy: covert-production, count: 2, at: [store]", 20000);
  const cs_course *c = &p.simulation->courses[0];
  for (int32_t d = 0; d < c->days; d++) {
    cs_interval now = cs_course_by(c, d), before = cs_course_by(c, d - 1);
    assert_true(now.value >= before.value && now.low <= now.value && now.value <= now.high);
  }
  end(&p);
}

/* ---- The same from whoever plays it ------------------------------------------------------------------------------ */

/* The JSON of a simulation of real files; the caller frees it. */
static char *report(const cs_play *how)
{
  cs_error error;
  cs_treaty *treaty = read_treaty("treaties/freeze-2020-us.yaml");
  cs_scenario *scenario;
  cs_simulation *s;
  cs_text out = {0};
  must(cs_scenario_read("scenarios/forty-warheads.yaml", &scenario, &error), &error);
  must(cs_simulate(treaty, scenario, how, &s, &error), &error);
  must(cs_simulation_json(s, &out, &error), &error);
  cs_simulation_free(s);
  cs_scenario_free(scenario);
  cs_treaty_free(treaty);
  return out.at;
}

static void threads_do_not_matter(void **state)
{
  (void)state;
  cs_play how = {.trials = 30001, .seed = 42, .threads = 1};
  char *one = report(&how);
  for (how.threads = 2; how.threads < 6; how.threads++) {
    char *more = report(&how);
    assert_string_equal(one, more);
    free(more);
  }
  how.seed = 43;
  char *other = report(&how);
  assert_true(strcmp(one, other) != 0);
  free(other);
  free(one);
}

/* Stands for other processes: what each counted is kept, and the last adds all up. */
enum { RANKS = 3, NUMBERS = 100 * 1000 };
static int64_t kept[NUMBERS];
static size_t kept_at;
static bool last_rank;

static void sum_ranks(int64_t *numbers, size_t count)
{
  assert_true(kept_at + count <= NUMBERS);
  for (size_t i = 0; i < count; i++) {
    kept[kept_at + i] += numbers[i];
    if (last_rank)
      numbers[i] = kept[kept_at + i];
  }
  kept_at += count;
}

static void processes_do_not_matter(void **state)
{
  (void)state;
  cs_play how = {.trials = 50001, .seed = 42, .threads = 2};
  char *one = report(&how);
  how.ranks = RANKS;
  how.sum = sum_ranks;
  for (how.rank = 0; how.rank < RANKS; how.rank++) {
    kept_at = 0;
    last_rank = how.rank == RANKS - 1;
    char *shared = report(&how);
    if (last_rank)
      assert_string_equal(one, shared);
    free(shared);
  }
  free(one);
}

/* ---- Intervals --------------------------------------------------------------------------------------------------- */

/* Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3. */
static void wilson_as_published(void **state)
{
  (void)state;
  static const struct {
    int64_t hits, trials;
    double low, high;
  } cases[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
  for (size_t i = 0; i < CS_COUNT_OF(cases); i++) {
    cs_interval w = cs_wilson(cases[i].hits, cases[i].trials);
    assert_true(fabs(w.low - cases[i].low) < 5e-5 && fabs(w.high - cases[i].high) < 5e-5);
  }
}

/* ---- Comparison -------------------------------------------------------------------------------------------------- */

/* What one position gains, the other gives up. */
static void positions_mirror_each_other(void **state)
{
  (void)state;
  static const char *const paths[] = {"treaties/freeze-2020-us.yaml", "treaties/freeze-2020-ru.yaml",
                                      "treaties/new-start.yaml", "treaties/freeze-seals.yaml"};
  const cs_treaty *treaties[CS_COUNT_OF(paths)];
  cs_scenario *scenario;
  cs_comparison *c;
  cs_error error;
  cs_play how = {.trials = 5000, .seed = 1, .threads = 1};
  for (size_t i = 0; i < CS_COUNT_OF(paths); i++)
    treaties[i] = read_treaty(paths[i]);
  must(cs_scenario_read("scenarios/forty-warheads.yaml", &scenario, &error), &error);
  must(cs_comparison_make(treaties, CS_COUNT_OF(paths), scenario, &how, &c, &error), &error);
  for (size_t i = 0; i < CS_COUNT_OF(paths); i++)
    for (size_t k = 0; k < CS_COUNT_OF(paths); k++) {
      cs_difference own[CS_DIFFERENCES_MAX], other[CS_DIFFERENCES_MAX];
      size_t count = cs_comparison_differences(c, i, k, own);
      assert_int_equal(count, cs_comparison_differences(c, k, i, other));
      assert_true(i == k ? count == 0 : count > 0);
      for (size_t n = 0; n < count; n++) {
        assert_string_equal(own[n].id, other[n].id);
        assert_true(own[n].gains != other[n].gains);
        assert_true(own[n].own == other[n].other && own[n].other == other[n].own);
      }
    }
  cs_comparison_free(c);
  cs_scenario_free(scenario);
  for (size_t i = 0; i < CS_COUNT_OF(paths); i++)
    cs_treaty_free((cs_treaty *)treaties[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(philox_gives_its_published_words),
    cmocka_unit_test(every_way_gives_the_same_words),
    cmocka_unit_test(a_piece_has_its_own_numbers),
    cmocka_unit_test(numbers_below_are_even),
    cmocka_unit_test(draws_by_weight_have_their_weights),
    cmocka_unit_test(without_repeats_it_is_hypergeometric),
    cmocka_unit_test(with_repeats_visits_are_independent),
    cmocka_unit_test(places_out_of_reach_are_not_seen),
    cmocka_unit_test(looks_are_hypergeometric_too),
    cmocka_unit_test(quotas_are_those_of_the_years_played),
    cmocka_unit_test(what_begins_later_is_seen_less),
    cmocka_unit_test(what_grows_is_seen_more),
    cmocka_unit_test(what_is_not_limited_is_not_broken),
    cmocka_unit_test(notice_refusals_and_delays_thin_visits),
    cmocka_unit_test(what_has_not_begun_is_not_refused),
    cmocka_unit_test(no_place_is_visited_twice),
    cmocka_unit_test(events_in_time_are_exponential),
    cmocka_unit_test(exchanges_show_what_is_declared),
    cmocka_unit_test(an_honest_party_raises_false_alarms),
    cmocka_unit_test(a_violator_may_know_where_visits_go),
    cmocka_unit_test(weights_hold_without_repeats),
    cmocka_unit_test(both_ways_of_playing_agree),
    cmocka_unit_test(more_of_it_catches_more),
    cmocka_unit_test(detection_never_falls_with_time),
    cmocka_unit_test(threads_do_not_matter),
    cmocka_unit_test(processes_do_not_matter),
    cmocka_unit_test(wilson_as_published),
    cmocka_unit_test(positions_mirror_each_other),
  };
  return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
