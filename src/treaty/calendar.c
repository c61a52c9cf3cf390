/* What falls on which day. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "treaty/treaty.h"

typedef struct entry {
  cs_event event;
  size_t order; /* in which it was added: keeps the order within a day */
} entry;

struct cs_calendar {
  cs_arena arena;
  entry *entries;
  size_t count, capacity;
};

typedef struct builder {
  const cs_treaty *treaty;
  cs_calendar *calendar;
  cs_date from, to;
  cs_date end; /* of the term, with every extension */
  bool failed;
} builder;

static void add(builder *b, cs_date date, const cs_rule *rule, const char *id, const char *format, ...) CS_PRINTF(5, 6);

static void add(builder *b, cs_date date, const cs_rule *rule, const char *id, const char *format, ...)
{
  if (date == CS_DATE_NONE || date < b->from || date > b->to || b->failed)
    return;
  cs_calendar *calendar = b->calendar;
  va_list args;
  va_start(args, format);
  const char *what = cs_arena_vformat(&calendar->arena, format, args);
  va_end(args);
  b->failed = what == NULL ||
              !cs_grow((void **)&calendar->entries, &calendar->capacity, calendar->count, sizeof *calendar->entries);
  if (b->failed)
    return;
  cs_event event = {.date = date, .rule = id, .what = what, .article = rule->article == NULL ? "" : rule->article};
  calendar->entries[calendar->count] = (entry){event, calendar->count};
  calendar->count++;
}

/* A rule outlives the term no longer than the term. */
static bool within_term(const builder *b, cs_date date)
{
  return date != CS_DATE_NONE && (b->end == CS_DATE_NONE || date < b->end);
}

static void add_term(builder *b)
{
  const cs_term *term = &b->treaty->term;
  char until[CS_DATE_TEXT];
  if (b->treaty->signed_on != CS_DATE_NONE)
    add(b, b->treaty->signed_on, &term->rule, "term", "signature");
  add(b, term->start, &term->rule, "term", "entry into force");
  for (size_t i = 0; i < term->extended.count; i++) {
    const cs_agreed_extension *extension = &term->extended.at[i];
    add(b, extension->agreed, &extension->rule, "term", "extension agreed, until %s",
        cs_date_format(extension->until, until));
    if (extension->in_force != extension->agreed)
      add(b, extension->in_force, &extension->rule, "term", "extension enters into force, until %s", until);
  }
  add(b, b->end, term->extended.count > 0 ? &term->extended.at[term->extended.count - 1].rule : &term->rule, "term",
      "end of the term: no longer in force from this day");
}

static void add_limits(builder *b)
{
  for (size_t i = 0; i < b->treaty->limits.count; i++) {
    const cs_limit *limit = &b->treaty->limits.at[i];
    cs_date from = cs_moment_date(b->treaty, &limit->from), until = cs_moment_date(b->treaty, &limit->until);
    if (within_term(b, from))
      add(b, from, &limit->rule, limit->rule.id, "limit begins to bind: %s",
          b->treaty->counts.at[limit->count.index].name);
    if (within_term(b, until))
      add(b, until, &limit->rule, limit->rule.id, "limit no longer binds: %s",
          b->treaty->counts.at[limit->count.index].name);
  }
  for (size_t i = 0; i < b->treaty->eliminations.count; i++) {
    const cs_elimination *elimination = &b->treaty->eliminations.at[i];
    for (size_t k = 0; k < elimination->phases.count; k++)
      add(b, cs_moment_date(b->treaty, &elimination->phases.at[k].by), &elimination->phases.at[k].rule,
          elimination->rule.id, "end of phase %zu of %zu: %s", k + 1, elimination->phases.count, elimination->name);
  }
}

static cs_status add_exchanges(builder *b, cs_error *error)
{
  cs_exchange_date *dates;
  size_t count;
  cs_status status = cs_treaty_exchange_dates(b->treaty, b->to > b->end ? b->to : b->end, b->to, &dates, &count, error);
  if (status != CS_OK)
    return status;
  for (size_t i = 0; i < count; i++) {
    const cs_exchange *exchange = &b->treaty->exchanges.at[dates[i].exchange];
    char as_of[CS_DATE_TEXT], due[CS_DATE_TEXT];
    cs_date_format(dates[i].as_of, as_of);
    cs_date_format(dates[i].due, due);
    add(b, dates[i].as_of, &dates[i].schedule->rule, exchange->rule.id, "%s: data current on this day, due by %s%s",
        exchange->name, due, dates[i].replacement == NULL ? "" : " (in place of the scheduled day)");
    add(b, dates[i].due, &dates[i].schedule->rule, exchange->rule.id, "%s: last day to provide the data of %s",
        exchange->name, as_of);
  }
  free(dates);
  return CS_OK;
}

/* Adds "NAME 10" to a list of quotas in words. */
static void list_quota(cs_text *out, const cs_inspection *inspection)
{
  const char *comma = out->length == 0 ? "" : ", ";
  if (inspection->conduct.at[0].party.id == NULL)
    cs_text_add(out, "%s%s %lld", comma, inspection->name, (long long)inspection->conduct.at[0].number);
  else
    cs_text_add(out, "%s%s by party", comma, inspection->name);
}

/* Whether a quota is in force at any time from `begin` to before `end`. */
static bool quota_applies(const builder *b, const cs_inspection *inspection, cs_year per, cs_date begin, cs_date end)
{
  cs_date from = cs_moment_date(b->treaty, &inspection->from), until = cs_moment_date(b->treaty, &inspection->until);
  return inspection->per == per && inspection->conduct.count > 0 && (from == CS_DATE_NONE || from < end) &&
         (until == CS_DATE_NONE || until > begin);
}

/* One year for which quotas are given anew. */
static void add_year(builder *b, cs_year per, int32_t number, cs_date begin, cs_date end)
{
  cs_text quotas = {0};
  const cs_rule *rule = NULL;
  for (size_t i = 0; i < b->treaty->inspections.count; i++) {
    const cs_inspection *inspection = &b->treaty->inspections.at[i];
    if (!quota_applies(b, inspection, per, begin, end))
      continue;
    list_quota(&quotas, inspection);
    rule = rule == NULL ? &inspection->rule : rule;
  }
  b->failed = b->failed || quotas.failed;
  if (rule != NULL && !b->failed)
    add(b, begin, rule, rule->id, "%s %d begins, with its quotas: %s", cs_year_words[per], number, quotas.at);
  cs_text_free(&quotas);
}

/* Years begin on anniversaries of entry into force, or on the first of January. */
static void add_years(builder *b, cs_year per)
{
  cs_date start = b->treaty->term.start, first = start;
  if (per == CS_CALENDAR_YEAR) {
    char text[CS_DATE_TEXT];
    cs_date_format(start, text);
    memcpy(text + 4, "-01-01", sizeof "-01-01");
    cs_date_parse(text, CS_DATE_TEXT - 1, &first);
  }
  cs_span year = {1, CS_YEARS};
  for (int32_t n = 0; n < 10000; n++) {
    cs_date begin = cs_date_add(first, year, n), end = cs_date_add(first, year, n + 1);
    if (begin > b->to || !within_term(b, begin))
      break;
    if (end > b->from)
      add_year(b, per, n + 1, begin < start ? start : begin, end);
  }
}

static int by_date(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  if (x->event.date != y->event.date)
    return x->event.date < y->event.date ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

cs_status cs_treaty_calendar(const cs_treaty *treaty, cs_date from, cs_date to, cs_calendar **out, cs_error *error)
{
  *out = NULL;
  char text[2][CS_DATE_TEXT];
  if (to < from)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "the calendar ends on %s, before it begins on %s; expected a later day", cs_date_format(to, text[0]),
                   cs_date_format(from, text[1]));
  cs_calendar *calendar = calloc(1, sizeof *calendar);
  if (calendar == NULL)
    return cs_fail_memory(error);
  builder b = {.treaty = treaty, .calendar = calendar, .from = from, .to = to, .end = cs_treaty_end(treaty, INT32_MAX)};
  add_term(&b);
  add_limits(&b);
  cs_status status = add_exchanges(&b, error);
  add_years(&b, CS_TREATY_YEAR);
  add_years(&b, CS_CALENDAR_YEAR);
  if (status == CS_OK && b.failed)
    status = cs_fail_memory(error);
  if (calendar->count > 0)
    qsort(calendar->entries, calendar->count, sizeof *calendar->entries, by_date);
  if (status == CS_OK)
    *out = calendar;
  else
    cs_calendar_free(calendar);
  return status;
}

size_t cs_calendar_count(const cs_calendar *calendar)
{
  return calendar->count;
}

const cs_event *cs_calendar_at(const cs_calendar *calendar, size_t index)
{
  return index < calendar->count ? &calendar->entries[index].event : NULL;
}

void cs_calendar_free(cs_calendar *calendar)
{
  if (calendar == NULL)
    return;
  cs_arena_free(&calendar->arena);
  free(calendar->entries);
  free(calendar);
}

cs_status cs_calendar_show(const cs_calendar *calendar, size_t width, cs_text *out, cs_error *error)
{
  enum { DATE_COLUMN = 12 };
  if (calendar->count == 0)
    cs_text_add(out, "Nothing falls due.\n");
  for (size_t i = 0; i < calendar->count; i++) {
    const cs_event *event = &calendar->entries[i].event;
    char date[CS_DATE_TEXT];
    bool same = i > 0 && calendar->entries[i - 1].event.date == event->date;
    cs_text_pad(out, same ? "" : cs_date_format(event->date, date), DATE_COLUMN);
    cs_text line = {0};
    cs_text_add(&line, "%s  [%s]", event->what, event->article);
    out->failed = out->failed || line.failed;
    cs_text_wrap(out, line.failed ? "" : line.at, DATE_COLUMN, DATE_COLUMN + 2, width);
    cs_text_add(out, "\n");
    cs_text_free(&line);
  }
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

cs_status cs_calendar_json(const cs_calendar *calendar, cs_text *out, cs_error *error)
{
  json_t *list = json_array();
  for (size_t i = 0; i < calendar->count; i++) {
    const cs_event *event = &calendar->entries[i].event;
    char date[CS_DATE_TEXT];
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "date", cs_date_format(event->date, date), "rule",
                                          event->rule, "what", event->what, "article", event->article));
  }
  return cs_text_json(out, list, 0, error);
}
