/* countersign detect */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "inspect/inspect.h"

/* What was asked for. */
typedef struct question {
  cs_sampling sampling; /* of the whole, where there are no strata */
  double goal;          /* 0: a sample was given */
  bool reached;
  double prior; /* below 0: none was given */
  int64_t found;
  cs_sampling strata[CLI_ARGUMENTS];
  size_t strata_count;
  bool allocated, split; /* the sample was divided, the defects were split, here */
  double days;           /* in which the sample is of visits, on random days; 0: it is none */
  bool again;            /* each visit goes to any place */
} question;

/* ---- Options ------------------------------------------------------------------------------------------------------- */

static cli_exit bad_stratum(const cli_args *args, const char *text, const char *why)
{
  char quoted[CS_QUOTED];
  return cli_usage(args->command, "--stratum is given %s, %s; expected POPULATION[:SAMPLE[:DEFECTS]], such as 60:12",
                   cs_quote(cs_slice_of(text), quoted), why);
}

/* "60", "60:12" or "60:12:2". The parts that were not given are -1. */
static cli_exit read_stratum(const cli_args *args, const char *text, cs_sampling *out)
{
  int64_t numbers[] = {-1, -1, -1};
  const char *at = text;
  for (size_t i = 0;; i++) {
    size_t length = strcspn(at, ":");
    if (i == CS_COUNT_OF(numbers))
      return bad_stratum(args, text, "which has too many parts");
    if (!cs_number_parse((cs_slice){at, length}, &numbers[i], NULL))
      return bad_stratum(args, text, "which is not whole numbers between colons");
    at += length;
    if (*at++ == '\0')
      break;
  }
  if (numbers[0] < 1 || numbers[0] > CS_POPULATION_MAX)
    return bad_stratum(args, text, "whose population is not from 1 to 1,000,000,000");
  if (numbers[1] > numbers[0] || numbers[2] > numbers[0])
    return bad_stratum(args, text, "whose sample or defects are more than its population");
  *out = (cs_sampling){.population = numbers[0], .sample = numbers[1], .defects = numbers[2]};
  return CLI_OK;
}

/* Whether all strata give a part, or none: then the option that stands for all is needed. */
static cli_exit all_or_none(const cli_args *args, const char *option, size_t given, size_t count, bool *none)
{
  *none = given == 0;
  if (given != 0 && given != count)
    return cli_usage(args->command, "some strata give their %s and some do not; expected all, or none and --%s", option,
                     option);
  if (given == count && cli_value(args, option) != NULL)
    return cli_usage(args->command, "--%s and the %s of strata exclude each other", option, option);
  return CLI_OK;
}

static cli_exit read_strata(const cli_args *args, question *q)
{
  const char *texts[CLI_ARGUMENTS];
  size_t samples = 0, defects = 0;
  int64_t population = 0;
  q->strata_count = cli_values(args, "stratum", texts);
  for (size_t i = 0; i < q->strata_count; i++) {
    cli_exit exit = read_stratum(args, texts[i], &q->strata[i]);
    if (exit != CLI_OK)
      return exit;
    samples += q->strata[i].sample >= 0;
    defects += q->strata[i].defects >= 0;
    population += q->strata[i].population;
    q->strata[i].miss = q->sampling.miss;
    q->strata[i].false_alarm = q->sampling.false_alarm;
  }
  if (population > CS_POPULATION_MAX)
    return cli_usage(args->command,
                     "--stratum: the strata have more than 1,000,000,000 items together; expected fewer");
  if (cli_value(args, "population") != NULL)
    return cli_usage(args->command, "--population and --stratum exclude each other");
  q->sampling.population = population;
  cli_exit exit = all_or_none(args, "sample", samples, q->strata_count, &q->allocated);
  if (exit == CLI_OK)
    exit = all_or_none(args, "defects", defects, q->strata_count, &q->split);
  if (exit == CLI_OK && q->allocated && !q->split)
    return cli_usage(args->command,
                     "strata give their defects and not their sample; expected both, or only the sample");
  if (exit == CLI_OK && !q->allocated && q->goal > 0)
    return cli_usage(args->command, "--goal and the sample of strata exclude each other");
  return exit;
}

/* The numbers that stand for all, once the population is known. */
static cli_exit read_counts(const cli_args *args, question *q)
{
  bool strata = q->strata_count > 0;
  int64_t most = q->sampling.population;
  const struct {
    const char *option;
    bool needed;
    int64_t *out;
  } counts[] = {{"defects", !strata || q->split, &q->sampling.defects},
                {"sample", q->goal == 0 && (!strata || q->allocated), &q->sampling.sample},
                {"found", false, &q->found}};
  for (size_t i = 0; i < CS_COUNT_OF(counts); i++) {
    char number[CS_GROUPED], bound[CS_GROUPED];
    cli_exit exit = cli_number(args, counts[i].option, 0, CS_POPULATION_MAX, 0, counts[i].out);
    if (exit != CLI_OK)
      return exit;
    if (counts[i].needed && cli_value(args, counts[i].option) == NULL)
      return cli_usage(args->command, "--%s is missing; expected --%s N%s", counts[i].option, counts[i].option,
                       strcmp(counts[i].option, "sample") == 0 ? ", or --goal P" : "");
    if (*counts[i].out > most)
      return cli_usage(args->command, "--%s is given %s; expected at most the population, %s", counts[i].option,
                       cs_grouped(*counts[i].out, number), cs_grouped(most, bound));
  }
  return CLI_OK;
}

static cli_exit read_prior(const cli_args *args, question *q)
{
  bool prior = cli_value(args, "prior") != NULL;
  cli_exit exit = cli_decimal(args, "prior", 0, 1, -1, &q->prior);
  if (exit != CLI_OK)
    return exit;
  if (!prior && cli_value(args, "found") != NULL)
    return cli_usage(args->command, "--found is given without --prior; expected both");
  if (prior && (q->strata_count > 0 || q->goal > 0))
    return cli_usage(args->command, "--prior and --%s exclude each other", q->goal > 0 ? "goal" : "stratum");
  if (prior && q->sampling.defects == 0)
    return cli_usage(args->command, "--defects is given 0; expected at least 1 with --prior, the largest violation");
  if (prior && q->sampling.population > CS_BELIEF_MAX)
    return cli_usage(args->command, "--population is too large for --prior; expected at most 1,000,000");
  if (q->found > q->sampling.sample)
    return cli_usage(args->command, "--found is given more than the sample; expected at most as many");
  return CLI_OK;
}

/* The sample as visits to places, on random days. */
static cs_visits visits_of(const question *q)
{
  const cs_sampling *s = &q->sampling;
  return (cs_visits){.places = s->population,
                     .violating = s->defects,
                     .miss = s->miss,
                     .redraw = q->again ? CS_REDRAW_ALWAYS : CS_REDRAW_NEVER,
                     .count = s->sample,
                     .period = q->days};
}

static cli_exit read_days(const cli_args *args, question *q)
{
  static const double MOST_DAYS = 1e6;
  const char *others[] = {"stratum", "goal", "prior", "false-alarm"};
  cs_error error;
  cli_exit exit = cli_decimal(args, "days", 1e-3, MOST_DAYS, 0, &q->days);
  q->again = cli_value(args, "again") != NULL;
  if (exit == CLI_OK && q->again && q->days == 0)
    return cli_usage(args->command, "--again is given without --days; expected both");
  for (size_t i = 0; exit == CLI_OK && q->days > 0 && i < CS_COUNT_OF(others); i++)
    if (cli_value(args, others[i]) != NULL)
      return cli_usage(args->command, "--days and --%s exclude each other", others[i]);
  cs_visits v = visits_of(q);
  if (exit == CLI_OK && q->days > 0 && cs_visits_check(&v, &error) != CS_OK)
    return cli_usage(args->command, "--days: %s", error.what);
  return exit;
}

static cli_exit read_question(const cli_args *args, question *q)
{
  static const double BELOW_ONE = 0.999999;
  cli_exit exit = cli_decimal(args, "miss", 0, 1, 0, &q->sampling.miss);
  if (exit == CLI_OK)
    exit = cli_decimal(args, "false-alarm", 0, BELOW_ONE, 0, &q->sampling.false_alarm);
  if (exit == CLI_OK)
    exit = cli_decimal(args, "goal", 1e-9, 1, 0, &q->goal);
  if (exit == CLI_OK)
    exit = cli_number(args, "population", 1, CS_POPULATION_MAX, 0, &q->sampling.population);
  if (exit != CLI_OK)
    return exit;
  if (q->goal > 0 && cli_value(args, "sample") != NULL)
    return cli_usage(args->command, "--sample and --goal exclude each other");
  if (cli_value(args, "stratum") != NULL)
    exit = read_strata(args, q);
  else if (q->sampling.population == 0)
    return cli_usage(args->command, "--population is missing; expected --population N, or --stratum");
  if (exit == CLI_OK)
    exit = read_counts(args, q);
  if (exit == CLI_OK)
    exit = read_prior(args, q);
  return exit == CLI_OK ? read_days(args, q) : exit;
}

/* ---- Answers ------------------------------------------------------------------------------------------------------- */

static cs_status allocate(question *q, int64_t looks, cs_error *error)
{
  return cs_strata_allocate(q->strata, q->strata_count, q->sampling.defects, looks, error);
}

static double strata_detected(const question *q)
{
  return 0 - expm1(cs_strata_log_missed(q->strata, q->strata_count));
}

static bool enough(const question *q, double detected)
{
  static const double ROUNDING = 1e-13;
  return detected >= q->goal - ROUNDING;
}

/* The least sample that, well divided, reaches the goal; false where not even all items do. */
static cs_status least_allocation(question *q, cs_error *error)
{
  int64_t low = 0, high = q->sampling.population;
  cs_status status = allocate(q, high, error);
  q->reached = status == CS_OK && enough(q, strata_detected(q));
  while (status == CS_OK && q->reached && low < high) {
    int64_t middle = low + (high - low) / 2;
    status = allocate(q, middle, error);
    if (enough(q, strata_detected(q)))
      high = middle;
    else
      low = middle + 1;
  }
  q->sampling.sample = high;
  return status == CS_OK ? allocate(q, high, error) : status;
}

static cs_status answer(question *q, cs_error *error)
{
  q->reached = true;
  if (q->strata_count > 0 && q->goal > 0)
    return least_allocation(q, error);
  if (q->allocated)
    return allocate(q, q->sampling.sample, error);
  if (q->split)
    return cs_strata_worst(q->strata, q->strata_count, q->sampling.defects, error);
  if (q->strata_count == 0 && q->goal > 0) {
    int64_t size = cs_sample_size(&q->sampling, q->goal);
    q->reached = size >= 0;
    q->sampling.sample = size >= 0 ? size : q->sampling.population;
  }
  return CS_OK;
}

/* The sums of what the strata got. */
static void sum_strata(question *q)
{
  for (size_t i = 0; i < q->strata_count; i++) {
    q->sampling.sample = i == 0 ? q->strata[i].sample : q->sampling.sample + q->strata[i].sample;
    q->sampling.defects = i == 0 ? q->strata[i].defects : q->sampling.defects + q->strata[i].defects;
  }
}

/* What all strata together come to. */
static cs_detection together(const question *q)
{
  if (q->again) {
    cs_visits v = visits_of(q);
    double detected = cs_visits_detect(&v, v.count);
    return (cs_detection){.detected = detected, .missed = 1 - detected, .alarm = detected};
  }
  if (q->strata_count == 0)
    return cs_detect(&q->sampling);
  cs_detection out = {.detected = strata_detected(q), .missed = exp(cs_strata_log_missed(q->strata, q->strata_count))};
  double quiet = 0;
  for (size_t i = 0; i < q->strata_count; i++)
    quiet += cs_log_quiet(&q->strata[i]);
  out.alarm = -expm1(quiet);
  out.false_alarm = -expm1((double)q->sampling.sample * log1p(-q->sampling.false_alarm));
  return out;
}

/* ---- Words --------------------------------------------------------------------------------------------------------- */

static const double CREDIBLE = 0.95;

/* Six digits, also of what is missing to 1. */
static void add_probability(cs_text *out, double p, double rest)
{
  if (rest > 0 && rest < 1e-6)
    cs_text_add(out, "1 - %.6g", rest);
  else
    cs_text_add(out, "%.6g", p);
}

static void show_formula(const question *q, cs_text *out)
{
  const cs_sampling *s = &q->sampling;
  if (q->strata_count > 0)
    cs_text_add(out, "exact: 1 less the product over strata of hypergeometric probabilities of seeing nothing");
  else if (q->again)
    cs_text_add(out, "exact: each visit goes to any place, 1 - (1 - %lld/%lld (1 - %g))^%lld", (long long)s->defects,
                (long long)s->population, s->miss, (long long)s->sample);
  else if (s->miss > 0)
    cs_text_add(out, "exact: hypergeometric, each defect that is met missed with probability %g", s->miss);
  else
    cs_text_add(out, "exact: hypergeometric, 1 - C(%lld, %lld) / C(%lld, %lld)",
                (long long)(s->population - s->defects), (long long)s->sample, (long long)s->population,
                (long long)s->sample);
}

static void show_approximations(const question *q, const cs_detection *d, cs_text *out)
{
  cs_text_add(out, "\nApproximations, and their error\n");
  for (size_t i = 0; i < cs_approximation_count; i++) {
    const cs_approximation *a = &cs_approximations[i];
    int64_t size = cs_approximate_size(a, &q->sampling, q->goal);
    if (q->goal == 0)
      cs_text_add(out, "  %10.6f  %+10.6f", a->detected(&q->sampling), a->detected(&q->sampling) - d->detected);
    else if (size < 0)
      cs_text_add(out, "  %10s  %10s", "none", "");
    else
      cs_text_add(out, "  %10lld  %+10lld", (long long)size, (long long)(size - q->sampling.sample));
    cs_text_add(out, "  %s\n", a->formula);
  }
}

static void show_strata(const question *q, cs_text *out)
{
  cs_text_add(out, "\n  population      sample     defects  detected there\n");
  for (size_t i = 0; i < q->strata_count; i++) {
    const cs_sampling *s = &q->strata[i];
    cs_text_add(out, "  %10lld  %10lld  %10lld  %14.6f\n", (long long)s->population, (long long)s->sample,
                (long long)s->defects, 0 - expm1(cs_log_missed(s)));
  }
  if (q->split)
    cs_text_add(out, "The defects are split where they are seen least: this is the worst case.\n");
  if (q->allocated)
    cs_text_add(out, "The sample is divided so that the worst case is seen best.\n");
}

static void show_posterior(const question *q, const cs_belief_summary *b, cs_text *out)
{
  char number[CS_GROUPED];
  cs_text_add(out,
              "\nPrior: a violation with probability %g, then of any size from 1 to %s, all alike.\n"
              "After a sample in which %s%s alarm was raised:\n"
              "  no violation with probability %.6f; mean size %.6g\n"
              "  with %g %% probability at most %lld; shortest such interval %lld to %lld\n",
              q->prior, cs_grouped(q->sampling.defects, number), q->found == 0 ? "no" : "an",
              q->found > 1 ? " alarm, and more than one," : "", b->none, b->mean, CREDIBLE * 100, (long long)b->at_most,
              (long long)b->low, (long long)b->high);
}

/* How long a violation that is there from the first day goes unseen. */
static void show_days(const question *q, cs_text *out)
{
  cs_visits v = visits_of(q);
  cs_time_to_detection t = cs_detection_time(&v, 0);
  cs_text_add(out, "  visits on random days of %g\n", q->days);
  if (isnan(t.mean))
    cs_text_add(out, "  time to detection      none: it is not seen\n");
  else
    cs_text_add(out,
                "  time to detection      %.6g days in the mean, where it is seen\n"
                "  it goes on for         %.6g days in the mean, seen or not\n",
                t.mean, t.within);
}

static void show(const question *q, const cs_detection *d, const cs_belief_summary *belief, cs_text *out)
{
  const cs_sampling *s = &q->sampling;
  char population[CS_GROUPED], defects[CS_GROUPED], sample[CS_GROUPED];
  cs_text_add(out, "%s items, %s of them in violation, %s looked at\n", cs_grouped(s->population, population),
              cs_grouped(s->defects, defects), cs_grouped(s->sample, sample));
  if (q->goal > 0 && q->reached)
    cs_text_add(out, "  sample size            %s, the least with a probability of at least %g\n", sample, q->goal);
  else if (q->goal > 0)
    cs_text_add(out, "  sample size            none: not even all items reach a probability of %g\n", q->goal);
  cs_text_add(out, "  detection probability  ");
  add_probability(out, d->detected, d->missed);
  cs_text_add(out, "\n                         ");
  show_formula(q, out);
  cs_text_add(out, "\n");
  if (s->false_alarm > 0)
    cs_text_add(out,
                "  any alarm              %.6g, true or false\n"
                "  false alarm            %.6g, if nothing were in violation\n",
                d->alarm, d->false_alarm);
  if (q->days > 0)
    show_days(q, out);
  if (q->strata_count > 0)
    show_strata(q, out);
  else if (q->reached && q->days == 0)
    show_approximations(q, d, out);
  if (belief != NULL)
    show_posterior(q, belief, out);
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

static json_t *approximations_json(const question *q, const cs_detection *d)
{
  json_t *out = json_array();
  for (size_t i = 0; i < cs_approximation_count; i++) {
    const cs_approximation *a = &cs_approximations[i];
    double p = a->detected(&q->sampling);
    json_t *row = json_pack("{s:s, s:s}", "name", a->name, "formula", a->formula);
    if (q->goal == 0)
      json_object_update_new(row, json_pack("{s:f, s:f}", "detection_probability", p, "error", p - d->detected));
    else if (cs_approximate_size(a, &q->sampling, q->goal) >= 0)
      json_object_set_new(row, "sample_size", json_integer(cs_approximate_size(a, &q->sampling, q->goal)));
    else
      json_object_set_new(row, "sample_size", json_null());
    json_array_append_new(out, row);
  }
  return out;
}

static json_t *strata_json(const question *q)
{
  json_t *out = json_array();
  for (size_t i = 0; i < q->strata_count; i++)
    json_array_append_new(out,
                          json_pack("{s:I, s:I, s:I, s:f}", "population", (json_int_t)q->strata[i].population, "sample",
                                    (json_int_t)q->strata[i].sample, "defects", (json_int_t)q->strata[i].defects,
                                    "detection_probability", 0 - expm1(cs_log_missed(&q->strata[i]))));
  return out;
}

static json_t *answer_json(const question *q, const cs_detection *d, const cs_belief_summary *b)
{
  const cs_sampling *s = &q->sampling;
  json_t *out =
    json_pack("{s:I, s:I, s:I, s:f, s:f}", "population", (json_int_t)s->population, "defects", (json_int_t)s->defects,
              "sample", (json_int_t)s->sample, "miss", s->miss, "false_alarm", s->false_alarm);
  if (q->goal > 0) {
    json_object_set_new(out, "goal", json_real(q->goal));
    json_object_set_new(out, "sample_size", q->reached ? json_integer(s->sample) : json_null());
  }
  json_object_set_new(out, "detection_probability", json_real(d->detected));
  json_object_set_new(out, "missed_probability", json_real(d->missed));
  json_object_set_new(out, "formula",
                      json_string(q->strata_count > 0 ? "product of hypergeometrics"
                                  : q->again          ? "binomial"
                                                      : "hypergeometric"));
  if (q->days > 0) {
    cs_visits v = visits_of(q);
    cs_time_to_detection t = cs_detection_time(&v, 0);
    json_object_update_new(out, json_pack("{s:f, s:b, s:o, s:f}", "days", q->days, "again", q->again, "mean_days",
                                          isnan(t.mean) ? json_null() : json_real(t.mean), "goes_on_days", t.within));
  }
  if (s->false_alarm > 0)
    json_object_update_new(out, json_pack("{s:f, s:f}", "alarm_probability", d->alarm, "false_alarm_probability",
                                          d->false_alarm));
  if (q->strata_count > 0)
    json_object_set_new(out, "strata", strata_json(q));
  else if (q->reached && q->days == 0)
    json_object_set_new(out, "approximations", approximations_json(q, d));
  if (b != NULL)
    json_object_set_new(out, "posterior",
                        json_pack("{s:f, s:I, s:f, s:f, s:f, s:I, s:[I, I]}", "prior", q->prior, "found",
                                  (json_int_t)q->found, "none", b->none, "mean", b->mean, "credible", CREDIBLE,
                                  "at_most", (json_int_t)b->at_most, "interval", (json_int_t)b->low,
                                  (json_int_t)b->high));
  return out;
}

static bool add_json(const question *q, const cs_detection *d, const cs_belief_summary *b, cs_text *out)
{
  json_t *json = answer_json(q, d, b);
  char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(16));
  json_decref(json);
  if (text == NULL)
    return false;
  cs_text_add(out, "%s\n", text);
  free(text);
  return true;
}

/* ---- The command ---------------------------------------------------------------------------------------------------- */

static cs_status read_belief(const question *q, cs_belief_summary *out, cs_error *error)
{
  const cs_sampling *s = &q->sampling;
  cs_look look = {.sample = s->sample, .found = q->found, .miss = s->miss, .false_alarm = s->false_alarm};
  cs_belief belief = {0};
  cs_status status = cs_belief_some(s->population, q->prior, s->defects, &belief, error);
  if (status == CS_OK)
    status = cs_belief_update(&belief, &look, 1, error);
  if (status == CS_OK)
    *out = cs_belief_read(&belief, CREDIBLE);
  cs_belief_free(&belief);
  return status;
}

static cli_exit run_detect(const cli_args *args)
{
  question q = {0};
  cs_belief_summary belief = {0};
  cs_error error;
  cs_text out = {0};
  cli_exit exit = read_question(args, &q);
  if (exit != CLI_OK)
    return exit;
  cs_status status = answer(&q, &error);
  sum_strata(&q);
  if (status == CS_OK && q.prior >= 0)
    status = read_belief(&q, &belief, &error);
  if (status != CS_OK)
    return cli_fail(&error);
  cs_detection d = together(&q);
  const cs_belief_summary *b = q.prior >= 0 ? &belief : NULL;
  if (cli_value(args, "json") == NULL)
    show(&q, &d, b, &out);
  else if (!add_json(&q, &d, b, &out))
    out.failed = true;
  return cli_print(&out, q.reached ? CLI_OK : CLI_BAD);
}

static const cli_option options[] = {
  {.name = "population", .argument = "N", .help = "items, or places, in all"},
  {.name = "defects", .argument = "D", .help = "how many of them are in violation"},
  {.name = "sample", .argument = "N", .help = "how many are looked at, drawn at random, none twice"},
  {.name = "goal", .argument = "P", .help = "instead of --sample: the least sample that sees a defect so probably"},
  {.name = "miss", .argument = "P", .help = "probability that a look at a defect does not see it; otherwise 0"},
  {.name = "false-alarm",
   .argument = "P",
   .help = "probability that a look at a sound item raises an alarm; otherwise 0"},
  {.name = "stratum",
   .argument = "N[:n[:D]]",
   .help =
     "instead of --population, several times: population, sample and defects of a part; without its sample, --sample "
     "is divided best; without its defects, --defects are split where they are seen least",
   .repeated = true},
  {.name = "days",
   .argument = "N",
   .help = "the sample is of visits on random days of so many: also how long a violation goes unseen"},
  {.name = "again", .help = "with --days: each visit goes to any place, also one that was visited before"},
  {.name = "prior",
   .argument = "P",
   .help =
     "also what a sample without an alarm shows, where a violation, of up to --defects, had this probability before"},
  {.name = "found", .argument = "N", .help = "with --prior: so many alarms were raised; otherwise 0"},
  {.name = "json", .help = "one JSON object, for programs"},
};

const cli_command cli_detect = {
  .name = "detect",
  .summary = "compute the probability that a sample sees a violation",
  .options = options,
  .option_count = CS_COUNT_OF(options),
  .notes = "Exits with 1 where no sample reaches the goal.",
  .example = "  countersign detect --population 70 --defects 3 --sample 18\n"
             "  countersign detect --population 70 --defects 5 --goal 0.9",
  .run = run_detect,
};
