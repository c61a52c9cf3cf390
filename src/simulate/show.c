/* A simulation in words and as JSON. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "simulate/result.h"

enum { QUARTERS = 4, NUMBER = 11, WORDS = 9 };

/* The last day of a quarter of what is played. */
static int32_t quarter(const cs_course *c, int q)
{
  return (int32_t)((int64_t)c->days * (q + 1) / QUARTERS) - 1;
}

static const char *name_of(const cs_course *c)
{
  return c->violation == NULL ? "an honest party" : c->violation->id;
}

static size_t widest_name(const cs_simulation *s)
{
  size_t widest = 0;
  for (size_t i = 0; i < s->course_count; i++) {
    size_t columns = cs_text_columns(name_of(&s->courses[i]));
    widest = columns > widest ? columns : widest;
  }
  return widest + 2;
}

static void show_head(const cs_simulation *s, const cs_sentences *assumed, size_t width, cs_text *out)
{
  const cs_course *c = &s->courses[0];
  char trials[CS_GROUPED], begin[CS_DATE_TEXT];
  cs_text line = {0};
  cs_text_add(&line, "%s under %s: %d days from %s, %s trials of each violation, seed %llu", s->scenario->title,
              s->treaty->id, c->days, cs_date_format(c->begin, begin), cs_grouped(s->trials, trials),
              (unsigned long long)s->seed);
  cs_text_wrap(out, line.at == NULL ? "" : line.at, 0, 2, width);
  cs_text_free(&line);
  cs_text_add(out, "\n\nAssumed, and nobody's fact\n");
  for (size_t i = 0; i < assumed->count; i++) {
    cs_text_add(out, "  - ");
    cs_text_wrap(out, assumed->at[i], 4, 4, width);
    cs_text_add(out, "\n");
  }
}

static void show_violations(const cs_simulation *s, size_t width, cs_text *out)
{
  cs_text_add(out, "\nViolations\n");
  for (size_t i = 0; i + 1 < s->course_count; i++) {
    const cs_course *c = &s->courses[i];
    cs_text line = {0};
    cs_text_add(&line, "%s: %s (%s)%s%s", c->violation->id, c->violation->name, c->violation->strategy->name,
                c->note == NULL ? "" : "; ", c->note == NULL ? "" : c->note);
    cs_text_add(out, "  ");
    cs_text_wrap(out, line.at == NULL ? "" : line.at, 2, 4, width);
    cs_text_add(out, "\n");
    cs_text_free(&line);
  }
}

/* The day by which half of those that are noticed were, and where there is room, the interval at the end before it. */
static void show_course(const cs_course *c, size_t wide, bool interval, cs_text *out)
{
  char median[CS_DATE_TEXT] = "-";
  cs_text_add(out, "  ");
  cs_text_pad(out, name_of(c), wide);
  for (int q = 0; q < QUARTERS; q++)
    cs_text_add(out, "%*.6f", NUMBER - 1, cs_course_by(c, quarter(c, q)).value);
  cs_interval end = cs_course_by(c, c->days - 1);
  int32_t day = cs_course_median(c);
  if (day >= 0)
    snprintf(median, sizeof median, "%d", day + 1);
  if (interval)
    cs_text_add(out, "  %.6f to %.6f", end.low, end.high);
  cs_text_add(out, "  %*s\n", NUMBER + 1, median);
}

/* How probable it is that each was noticed by the end of each quarter, and how surely that is known. */
static void show_courses(const cs_simulation *s, size_t width, cs_text *out)
{
  static const char INTERVAL[] = "  95 % interval at end", HALF[] = "  half of them";
  size_t wide = widest_name(s), fixed = 2 + wide + (size_t)QUARTERS * (NUMBER - 1) + sizeof HALF - 1;
  bool interval = fixed + sizeof INTERVAL - 1 <= width;
  const cs_course *c = &s->courses[0];
  cs_text_add(out, "\nNoticed by the end of day\n  ");
  cs_text_pad(out, "", wide);
  for (int q = 0; q < QUARTERS; q++)
    cs_text_add(out, "%*d", NUMBER - 1, quarter(c, q) + 1);
  cs_text_add(out, "%s%s\n", interval ? INTERVAL : "", HALF);
  for (size_t i = 0; i < s->course_count; i++)
    show_course(&s->courses[i], wide, interval, out);
}

static bool notices(const cs_simulation *s, size_t measure)
{
  bool any = false;
  for (size_t i = 0; i < s->course_count; i++)
    any = any || s->courses[i].first_by[measure] > 0;
  return any;
}

/* By which measure, if anything was noticed. */
static void show_measures(const cs_simulation *s, cs_text *out)
{
  size_t wide = widest_name(s), measures = cs_measure_count(s->treaty), noticing = 0;
  for (size_t m = 0; m < measures; m++)
    noticing += notices(s, m);
  if (noticing == 0)
    return;
  cs_text_add(out, "\nNoticed first by\n  ");
  cs_text_pad(out, "", wide);
  for (size_t m = 0; m < measures; m++)
    if (notices(s, m))
      cs_text_add(out, "%*s", NUMBER + 4, cs_measure_at(s->treaty, m).id);
  cs_text_add(out, "\n");
  for (size_t i = 0; i < s->course_count; i++) {
    cs_text_add(out, "  ");
    cs_text_pad(out, name_of(&s->courses[i]), wide);
    for (size_t m = 0; m < measures; m++)
      if (notices(s, m))
        cs_text_add(out, "%*.6f", NUMBER + 4, cs_course_share(&s->courses[i], m));
    cs_text_add(out, "\n");
  }
}

static void show_cost(const cs_simulation *s, size_t width, cs_text *out)
{
  const cs_course *honest = &s->courses[s->course_count - 1];
  double days = s->scenario->assume.inspector_days, alarms = 0;
  cs_text line = {0};
  for (size_t m = 0; m < honest->measures; m++)
    alarms += (double)honest->times[m] / (double)honest->trials;
  cs_text_add(&line, "Against an honest party an alarm is raised %.4g times in the mean. There are %.4g visits", alarms,
              honest->visits);
  if (days > 0)
    cs_text_add(&line, ", which take %.4g inspector-days", honest->visits * days);
  cs_text_add(&line, ".");
  cs_text_add(out, "\n");
  cs_text_wrap(out, line.at == NULL ? "" : line.at, 0, 0, width);
  cs_text_add(out, "\n");
  cs_text_free(&line);
}

cs_status cs_simulation_show(const cs_simulation *s, size_t width, cs_text *out, cs_error *error)
{
  cs_sentences assumed = {0};
  cs_arena arena = {0};
  cs_status status = cs_scenario_sentences(s->scenario, &arena, &assumed, error);
  if (status == CS_OK) {
    show_head(s, &assumed, width, out);
    show_violations(s, width, out);
    show_courses(s, width, out);
    show_measures(s, out);
    show_cost(s, width, out);
    status = out->failed ? cs_fail_memory(error) : CS_OK;
  }
  cs_arena_free(&arena);
  return status;
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static json_t *interval_json(cs_interval i)
{
  return json_pack("{s:f, s:f, s:f}", "value", i.value, "low", i.low, "high", i.high);
}

/* A point a month, or ten a month or so where less than a year is played; and the end. */
static json_t *curve_json(const cs_course *c)
{
  enum { POINTS = 60 };
  json_t *out = json_array();
  int32_t step = c->days <= POINTS ? 1 : (c->days + POINTS - 1) / POINTS;
  for (int32_t day = step - 1;; day += step) {
    day = day < c->days ? day : c->days - 1;
    cs_interval i = cs_course_by(c, day);
    json_array_append_new(out, json_pack("[i, f, f, f]", day + 1, i.value, i.low, i.high));
    if (day == c->days - 1)
      return out;
  }
}

static json_t *course_json(const cs_simulation *s, const cs_course *c)
{
  json_t *first = json_object(), *times = json_object();
  for (size_t m = 0; m < c->measures; m++) {
    const char *id = cs_measure_at(s->treaty, m).id;
    json_object_set_new(first, id, json_real(cs_course_share(c, m)));
    json_object_set_new(times, id, json_real((double)c->times[m] / (double)c->trials));
  }
  double mean = cs_course_mean(c);
  char begin[CS_DATE_TEXT];
  json_t *out =
    json_pack("{s:s, s:i, s:f, s:o, s:o, s:o, s:o, s:o}", "from", cs_date_format(c->begin, begin), "days", c->days,
              "visits", c->visits, "noticed", interval_json(cs_course_by(c, c->days - 1)), "first_by", first,
              "mean_day", isnan(mean) ? json_null() : json_real(mean), "median_day",
              cs_course_median(c) < 0 ? json_null() : json_integer(cs_course_median(c) + 1), "curve", curve_json(c));
  if (c->violation == NULL)
    json_object_set_new(out, "alarms", times);
  else
    json_decref(times);
  if (c->violation != NULL)
    json_object_update_new(out, json_pack("{s:s, s:s, s:s, s:b, s:s?}", "violation", c->violation->id, "name",
                                          c->violation->name, "strategy", c->violation->strategy->name, "limited",
                                          c->counted, "note", c->note));
  return out;
}

json_t *cs_simulation_object(const cs_simulation *s)
{
  json_t *violations = json_array();
  for (size_t i = 0; i + 1 < s->course_count; i++)
    json_array_append_new(violations, course_json(s, &s->courses[i]));
  const cs_course *honest = &s->courses[s->course_count - 1];
  return json_pack("{s:s, s:o, s:I, s:I, s:o, s:o, s:f}", "agreement", s->treaty->id, "scenario",
                   cs_scenario_json(s->scenario), "trials", (json_int_t)s->trials, "seed", (json_int_t)s->seed,
                   "violations", violations, "honest", course_json(s, honest), "inspector_days",
                   honest->visits * s->scenario->assume.inspector_days);
}

cs_status cs_simulation_json(const cs_simulation *s, cs_text *out, cs_error *error)
{
  return cs_text_json(out, cs_simulation_object(s), 12, error);
}
