/* Numbers that follow from what was counted. */
#include <math.h>

#include "simulate/result.h"

cs_interval cs_wilson(int64_t hits, int64_t trials)
{
  static const double Z = 1.959963984540054; /* of 95 % */
  double n = (double)trials, p = (double)hits / n, z2 = Z * Z / n;
  double centre = (p + z2 / 2) / (1 + z2), half = Z * sqrt(p * (1 - p) / n + z2 / (4 * n)) / (1 + z2);
  return (cs_interval){p, hits == 0 ? 0 : fmax(0, centre - half), hits == trials ? 1 : fmin(1, centre + half)};
}

cs_status cs_course_fill(cs_course *out, const cs_regime *regime, int64_t trials, const int64_t *by_day,
                         const int64_t *times, cs_error *error)
{
  size_t days = (size_t)regime->days;
  out->violation = regime->violation;
  out->note = regime->note;
  out->counted = regime->counted;
  out->trials = trials;
  out->begin = regime->begin;
  out->days = regime->days;
  out->visits = regime->visits;
  out->measures = cs_measure_count(regime->treaty);
  out->noticed = cs_arena_array(out->arena, days, sizeof *out->noticed);
  out->first_by = cs_arena_array(out->arena, out->measures, sizeof *out->first_by);
  out->times = cs_arena_array(out->arena, out->measures, sizeof *out->times);
  if (out->noticed == NULL || out->first_by == NULL || out->times == NULL)
    return cs_fail_memory(error);
  for (size_t m = 0; m < out->measures; m++) {
    out->times[m] = times[m];
    for (size_t day = 0; day < days; day++) {
      int64_t trials_then = by_day[m * days + day];
      out->first_by[m] += trials_then;
      out->noticed[day] += trials_then;
      out->day_sum += trials_then * (int64_t)day;
    }
  }
  for (size_t day = 1; day < days; day++)
    out->noticed[day] += out->noticed[day - 1];
  return CS_OK;
}

cs_interval cs_course_by(const cs_course *c, int32_t day)
{
  static const cs_interval NEVER = {0, 0, 0};
  return day < 0 ? NEVER : cs_wilson(c->noticed[day < c->days ? day : c->days - 1], c->trials);
}

double cs_course_share(const cs_course *c, size_t measure)
{
  return (double)c->first_by[measure] / (double)c->trials;
}

double cs_course_mean(const cs_course *c)
{
  int64_t noticed = c->noticed[c->days - 1];
  return noticed == 0 ? NAN : (double)c->day_sum / (double)noticed + 0.5;
}

int32_t cs_course_median(const cs_course *c)
{
  int64_t noticed = c->noticed[c->days - 1];
  int32_t day = 0;
  while (day + 1 < c->days && 2 * c->noticed[day] < noticed)
    day++;
  return noticed == 0 ? -1 : day;
}
