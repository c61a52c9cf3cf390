/* How far a visit has come on a day, who broke it off, and how many count against a quota. */
#include <string.h>

#include "home/home.h"

enum { DAY = 86400 };

bool cs_visit_opened(const cs_visit *v)
{
  return v->opened >= 0 && v->facility != NULL && v->opened_facility != NULL &&
         strcmp(v->opened_facility, v->facility) == 0;
}

cs_help cs_visit_help(const cs_visit *v, size_t index)
{
  const cs_visit_side *side = &v->side[index];
  int64_t eve = ((int64_t)v->date - 1) * DAY, limit = v->requested + DAY > eve ? v->requested + DAY : eve;
  bool revealed = side->reveal >= 0 && side->sound;
  return (cs_help){.committed = side->commit >= 0 && side->committed <= limit,
                   .revealed = revealed,
                   .in_time = revealed && side->revealed < (int64_t)v->date * DAY};
}

/* Nobody reveals to one who has not committed in time. */
static bool fails_the_draw(const cs_visit *v, size_t index)
{
  cs_help mine = cs_visit_help(v, index), other = cs_visit_help(v, 1 - index);
  return !(mine.committed && mine.in_time) && !(mine.committed && !mine.revealed && !other.committed);
}

cs_broken cs_visit_broken(const cs_visit *v, int64_t time)
{
  bool drawn = !v->designated && time >= (int64_t)v->date * DAY;
  if (v->fault != NULL)
    return CS_BROKEN_BY_INSPECTING;
  if (cs_visit_opened(v)) /* it took place */
    return CS_BROKEN_BY_NOBODY;
  if (drawn && fails_the_draw(v, CS_INSPECTING))
    return CS_BROKEN_BY_INSPECTING;
  if (drawn && fails_the_draw(v, CS_INSPECTED))
    return CS_BROKEN_BY_INSPECTED;
  return v->facility != NULL && time >= ((int64_t)v->date + 1) * DAY ? CS_BROKEN_BY_INSPECTED : CS_BROKEN_BY_NOBODY;
}

int64_t cs_visit_known_from(const cs_visit *v)
{
  const cs_visit_side *a = &v->side[CS_INSPECTING];
  if (v->designated)
    return v->requested;
  return a->reveal >= 0 ? a->revealed : INT64_MAX; /* its own number it has known since it committed */
}

/* ---- Quotas -------------------------------------------------------------------------------------------------- */

/* The first day of the year, as the quota counts them, that a day lies in. */
static cs_date year_of(const cs_treaty *t, cs_year per, cs_date date)
{
  cs_date start = t->term.start;
  char text[CS_DATE_TEXT];
  if (per == CS_WHOLE_TERM || date < start)
    return start;
  if (per == CS_CALENDAR_YEAR) {
    cs_date first = date;
    cs_date_format(date, text);
    text[5] = text[8] = '0'; /* YYYY-01-01 */
    text[6] = text[9] = '1';
    return cs_date_parse(text, CS_DATE_TEXT - 1, &first) ? first : start;
  }
  int32_t years = 0;
  while (cs_date_add_months(start, 12 * (years + 1)) <= date)
    years++;
  return cs_date_add_months(start, 12 * years);
}

void cs_home_quota(const cs_home *home, const cs_visit_list *visits, size_t kind, size_t party, cs_date date,
                   int64_t time, int64_t *used, int64_t *most)
{
  const cs_inspection *rule = &home->treaty->inspections.at[kind];
  const cs_allowance *allowance = cs_amount_for(&rule->conduct, party);
  cs_date year = year_of(home->treaty, (cs_year)rule->per, date);
  *used = 0;
  *most = allowance == NULL || allowance->baseline ? -1 : allowance->number;
  for (size_t i = 0; i < visits->count; i++) {
    const cs_visit *v = &visits->at[i];
    *used += v->kind == kind && v->side[CS_INSPECTING].party == party &&
             year_of(home->treaty, (cs_year)rule->per, v->date) == year &&
             cs_visit_broken(v, time) != CS_BROKEN_BY_INSPECTED;
  }
}
