/* Visits spread over a period, and how long a violation goes unseen. */
#include <math.h>

#include "inspect/inspect.h"

enum { MOST_VISITS = 100000 };

/* The draw of places as a sample without replacement: a place that may be visited m times stands in it m times. */
static cs_sampling as_sampling(const cs_visits *v, int64_t count)
{
  int64_t times = v->redraw == CS_REDRAW_AT_MOST ? v->most : 1;
  return (
    cs_sampling){.population = v->places * times, .defects = v->violating * times, .sample = count, .miss = v->miss};
}

cs_status cs_visits_check(const cs_visits *v, cs_error *error)
{
  cs_sampling places = {.population = v->places, .defects = v->violating, .miss = v->miss};
  if (cs_sampling_check(&places, error) != CS_OK)
    return error->status;
  if (v->count < 0 || v->count > MOST_VISITS)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "there are %lld visits; expected 0 to %d",
                   (long long)v->count, MOST_VISITS);
  if (v->redraw == CS_REDRAW_AT_MOST && (v->most < 1 || v->most > CS_POPULATION_MAX / v->places))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "a place may be visited %lld times; expected 1 to %lld",
                   (long long)v->most, (long long)(CS_POPULATION_MAX / v->places));
  if (!(v->period > 0) || !isfinite(v->period))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the period is %g days; expected more than 0", v->period);
  for (int64_t i = 0; v->days != NULL && i < v->count; i++)
    if (!(v->days[i] >= (i == 0 ? 0 : v->days[i - 1]) && v->days[i] <= v->period))
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                     "visit %lld is on day %g; expected ascending days from 0 to %g", (long long)i + 1, v->days[i],
                     v->period);
  cs_sampling all = as_sampling(v, v->count);
  return v->redraw == CS_REDRAW_ALWAYS ? CS_OK : cs_sampling_check(&all, error);
}

/* The probability that one visit to a place drawn from all sees something. */
static double one_visit(const cs_visits *v)
{
  return (double)v->violating / (double)v->places * (1 - v->miss);
}

double cs_visits_detect(const cs_visits *v, int64_t count)
{
  if (v->redraw == CS_REDRAW_ALWAYS)
    return one_visit(v) == 1 ? (double)(count > 0) : -expm1((double)count * log1p(-one_visit(v)));
  cs_sampling s = as_sampling(v, count);
  return cs_detect(&s).detected;
}

/* Visits on random days, of which a part falls into the time of the violation: as if the others missed it. */
static double random_detected(const cs_visits *v, double part)
{
  cs_visits thinned = *v;
  thinned.miss = 1 - part * (1 - v->miss);
  return cs_visits_detect(&thinned, v->count);
}

double cs_detected_by(const cs_visits *v, double begun, double day)
{
  if (day > v->period)
    day = v->period;
  if (day < begun)
    return 0;
  if (v->days == NULL)
    return random_detected(v, (day - begun) / v->period);
  int64_t count = 0;
  for (int64_t i = 0; i < v->count; i++)
    count += v->days[i] >= begun && v->days[i] <= day;
  return cs_visits_detect(v, count);
}

/* The integral of the probability of not being seen, from the beginning to the end of the period. */
static double fixed_within(const cs_visits *v, double begun)
{
  double sum = 0, last = begun, missed = 1;
  int64_t count = 0;
  for (int64_t i = 0; i < v->count; i++) {
    if (v->days[i] < begun)
      continue;
    sum += missed * (v->days[i] - last);
    last = v->days[i];
    missed = 1 - cs_visits_detect(v, ++count);
  }
  return sum + missed * (v->period - last);
}

/* The integral over x from 0 to `part` of (1 - rate x)^power. */
static double integral(double rate, double power, double part)
{
  if (rate == 0)
    return part;
  double end = rate * part;
  return (end >= 1 ? 1 : -expm1((power + 1) * log1p(-end))) / (rate * (power + 1));
}

static double random_within(const cs_visits *v, double begun)
{
  double part = (v->period - begun) / v->period, sum = 0;
  if (v->redraw == CS_REDRAW_ALWAYS)
    return v->period * integral(one_visit(v), (double)v->count, part);
  cs_sampling s = as_sampling(v, v->count);
  int64_t most = s.sample < s.defects ? s.sample : s.defects;
  for (int64_t met = 0; met <= most; met++)
    sum += cs_hypergeometric(&s, met) * integral(1 - v->miss, (double)met, part);
  return v->period * sum;
}

cs_time_to_detection cs_detection_time(const cs_visits *v, double begun)
{
  cs_time_to_detection out = {.detected = cs_detected_by(v, begun, v->period), .mean = NAN};
  out.within = v->days == NULL ? random_within(v, begun) : fixed_within(v, begun);
  if (out.detected > 0)
    out.mean = (out.within - (v->period - begun) * (1 - out.detected)) / out.detected;
  return out;
}
