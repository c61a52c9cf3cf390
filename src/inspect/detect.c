/* Samples: what a goal needs, exactly and by the formulas of inspectors. */
#include <float.h>
#include <inttypes.h>
#include <math.h>

#include "inspect/inspect.h"

/* ---- Numbers that cannot be --------------------------------------------------------------------------------------- */

static cs_status refuse(cs_error *error, const char *what, int64_t number, const char *expected, int64_t bound)
{
  char a[CS_GROUPED], b[CS_GROUPED];
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%s is %s; expected %s %s", what, cs_grouped(number, a),
                 expected, cs_grouped(bound, b));
}

static cs_status refuse_probability(cs_error *error, const char *what, double number, const char *expected)
{
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%s is %g; expected %s", what, number, expected);
}

cs_status cs_sampling_check(const cs_sampling *s, cs_error *error)
{
  if (s->population < 1)
    return refuse(error, "the population", s->population, "at least", 1);
  if (s->population > CS_POPULATION_MAX)
    return refuse(error, "the population", s->population, "at most", CS_POPULATION_MAX);
  if (s->defects < 0 || s->sample < 0)
    return refuse(error, s->defects < 0 ? "the number of defects" : "the sample",
                  s->defects < 0 ? s->defects : s->sample, "at least", 0);
  if (s->defects > s->population)
    return refuse(error, "the number of defects", s->defects, "at most the population,", s->population);
  if (s->sample > s->population)
    return refuse(error, "the sample", s->sample, "at most the population,", s->population);
  if (!(s->miss >= 0 && s->miss <= 1))
    return refuse_probability(error, "the probability of a miss", s->miss, "from 0 to 1");
  if (!(s->false_alarm >= 0 && s->false_alarm < 1))
    return refuse_probability(error, "the probability of a false alarm", s->false_alarm, "from 0 to below 1");
  return CS_OK;
}

/* ---- The sample that a goal needs -------------------------------------------------------------------------------- */

/* Whether the goal is met. Where it is near 1 the small side is compared; a goal that was written in decimals lies up to
 * half a unit in the last place beside what was meant, and no probability is that near to it by chance. */
static bool meets(const cs_sampling *s, double goal)
{
  static const double SLACK = 16 * DBL_EPSILON;
  cs_detection d = cs_detect(s);
  if (goal == 1)
    return d.missed == 0;
  if (goal <= 0.5)
    return d.detected >= goal * (1 - SLACK);
  return d.missed <= (1 - goal) * (1 + SLACK) + DBL_EPSILON / 4;
}

int64_t cs_sample_size(const cs_sampling *sampling, double goal)
{
  cs_sampling s = *sampling;
  int64_t low = 0, high = s.population;
  s.sample = high;
  if (!meets(&s, goal))
    return -1;
  while (low < high) {
    s.sample = low + (high - low) / 2;
    if (meets(&s, goal))
      high = s.sample;
    else
      low = s.sample + 1;
  }
  return low;
}

/* ---- Approximations ---------------------------------------------------------------------------------------------- */

/* Each treats the looks, or the defects, as if they were independent. `seen` is the probability that one is. */
static double at_least_one(double seen, double times)
{
  return seen >= 1 ? (double)(times > 0) : -expm1(times * log1p(-seen));
}

/* The part that each of `times` must have for one of them to reach the goal: 1 - (1 - goal)^(1 / times). */
static double part_for(double goal, double times)
{
  return times > 0 ? -expm1(log1p(-goal) / times) : INFINITY;
}

static double inspectors_detected(const cs_sampling *s)
{
  return at_least_one((double)s->sample / (double)s->population * (1 - s->miss), (double)s->defects);
}

static double inspectors_size(const cs_sampling *s, double goal)
{
  return (double)s->population * part_for(goal, (double)s->defects) / (1 - s->miss);
}

/* Half of the other defects stand beside the one that is looked for. */
static double corrected_population(const cs_sampling *s)
{
  return (double)s->population - ((double)s->defects - 1) / 2;
}

static double corrected_detected(const cs_sampling *s)
{
  return at_least_one((double)s->sample / corrected_population(s) * (1 - s->miss), (double)s->defects);
}

static double corrected_size(const cs_sampling *s, double goal)
{
  return corrected_population(s) * part_for(goal, (double)s->defects) / (1 - s->miss);
}

static double binomial_detected(const cs_sampling *s)
{
  return at_least_one((double)s->defects / (double)s->population * (1 - s->miss), (double)s->sample);
}

static double binomial_size(const cs_sampling *s, double goal)
{
  return log1p(-goal) / log1p(-(double)s->defects / (double)s->population * (1 - s->miss));
}

static double poisson_detected(const cs_sampling *s)
{
  return -expm1(-(double)s->sample * (double)s->defects / (double)s->population * (1 - s->miss));
}

static double poisson_size(const cs_sampling *s, double goal)
{
  return -log1p(-goal) * (double)s->population / ((double)s->defects * (1 - s->miss));
}

const cs_approximation cs_approximations[] = {
  {"corrected", "n = (N - (D-1)/2) (1 - (1-g)^(1/D)), corrected inspectors' formula", corrected_detected,
   corrected_size},
  {"inspectors", "n = N (1 - (1-g)^(1/D)), inspectors' formula (IAEA)", inspectors_detected, inspectors_size},
  {"binomial", "1 - (1 - D/N)^n, as if an item could be drawn twice", binomial_detected, binomial_size},
  {"poisson", "1 - exp(-n D/N), for few defects and a small sample", poisson_detected, poisson_size},
};
const size_t cs_approximation_count = CS_COUNT_OF(cs_approximations);

int64_t cs_approximate_size(const cs_approximation *approximation, const cs_sampling *sampling, double goal)
{
  double size = approximation->sample_size(sampling, goal);
  if (!(size >= 0) || !isfinite(size))
    return -1;
  size = ceil(size * (1 - 8 * DBL_EPSILON));
  return size > (double)sampling->population ? sampling->population : (int64_t)size;
}
