/* What a scenario assumes, in sentences and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "simulate/result.h"

enum { MOST_SENTENCES = 16 };

typedef struct writer {
  const cs_scenario *s;
  cs_arena *arena;
  cs_sentences *out;
  bool failed;
} writer;

static void say(writer *w, const char *format, ...) CS_PRINTF(2, 3);

static void say(writer *w, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  const char *text = cs_arena_vformat(w->arena, format, args);
  va_end(args);
  if (text == NULL || w->out->count == MOST_SENTENCES)
    w->failed = true;
  else
    w->out->at[w->out->count++] = text;
}

static void say_facilities(writer *w)
{
  const cs_scenario *s = w->s;
  int64_t items = 0;
  char all[CS_GROUPED];
  for (size_t i = 0; i < s->places.count; i++)
    items += s->places.at[i].items;
  cs_grouped(items, all);
  if (s->facilities != NULL)
    say(w, "the party has the %zu facilities of %s, with %s items", s->places.count, s->facilities, all);
  else
    say(w, "the party has %zu facilities, with %s items", s->places.count, all);
}

static void say_looks(writer *w)
{
  const cs_assumptions *a = &w->s->assume;
  if (a->looks < 0)
    say(
      w,
      "a visit looks at every item of the facility; a look misses an item in violation with probability %g, and a false "
      "identifier with probability %g",
      a->miss, a->spoof_miss);
  else
    say(w,
        "a visit looks at %lld items of the facility, drawn at random; a look misses an item in violation with "
        "probability %g, and a false identifier with probability %g",
        (long long)a->looks, a->miss, a->spoof_miss);
  say(w,
      "a look at a sound item raises an alarm with probability %g; a visit is put off for an honest reason with "
      "probability %g",
      a->false_alarm, a->defer);
}

static void say_visits(writer *w)
{
  const cs_assumptions *a = &w->s->assume;
  char span[CS_SPAN_TEXT];
  bool drawn = strcmp(a->repeats, "drawn") == 0;
  say(w, "all visits that quotas allow are made, on random days; %s",
      drawn ? "each draw is from all places, and no place is designated twice in the period of a quota"
      : strcmp(a->repeats, "never") == 0 ? "no place is visited twice in the period of a quota"
                                         : "each visit may go to any place, whether it was visited or not");
  say(w, "designated visits go to places %s",
      strcmp(a->designates, "evenly") == 0  ? "that are chosen evenly"
      : strcmp(a->designates, "items") == 0 ? "in proportion to the items that they hold"
                                            : "in proportion to their weights");
  if (a->hiding.amount == 0)
    say(w, "no evidence is taken away after a visit is announced");
  else
    say(w, "in %s after a visit is announced, evidence is taken away with probability one half",
        cs_span_format(a->hiding, span));
  if (a->hiding.amount > 0 && a->draw_notice.amount > 0)
    say(w, "the place of a drawn visit is known %s before it", cs_span_format(a->draw_notice, span));
}

static bool played(const cs_scenario *s, const cs_strategy *strategy)
{
  bool any = false;
  for (size_t k = 0; k < s->violation_count; k++)
    any = any || s->violations[k].strategy == strategy;
  return any;
}

static void say_means(writer *w)
{
  cs_text list = {0};
  for (size_t i = 0; i < CS_STRATEGIES; i++)
    if (played(w->s, &cs_strategies[i]) && w->s->assume.means[i] > 0)
      cs_text_add(&list, "%s %s %g times a year", list.length == 0 ? "" : ",", cs_strategies[i].name,
                  w->s->assume.means[i]);
  if (list.at == NULL)
    say(w, "national means see nothing");
  else
    say(w, "national means see%s", list.at);
  w->failed = w->failed || list.failed;
  cs_text_free(&list);
}

cs_status cs_scenario_sentences(const cs_scenario *scenario, cs_arena *arena, cs_sentences *out, cs_error *error)
{
  *out = (cs_sentences){.at = cs_arena_array(arena, MOST_SENTENCES, sizeof *out->at)};
  writer w = {scenario, arena, out, false};
  const cs_assumptions *a = &scenario->assume;
  if (out->at == NULL)
    return cs_fail_memory(error);
  say_facilities(&w);
  say_looks(&w);
  say_visits(&w);
  say(&w, "the party makes %g moves a year; a notification, or an exchange, is late by mistake with probability %g",
      a->moves, a->clerical);
  say_means(&w);
  if (a->inspector_days > 0)
    say(&w, "a visit takes %g inspector-days", a->inspector_days);
  return w.failed ? cs_fail_memory(error) : CS_OK;
}

static json_t *span_json(cs_span span)
{
  char text[CS_SPAN_TEXT];
  return span.amount == 0 ? json_null() : json_string(cs_span_format(span, text));
}

json_t *cs_scenario_json(const cs_scenario *s)
{
  const cs_assumptions *a = &s->assume;
  json_t *means = json_object();
  for (size_t i = 0; i < CS_STRATEGIES; i++)
    json_object_set_new(means, cs_strategies[i].name, json_real(a->means[i]));
  return json_pack("{s:s, s:s, s:I, s:{s:o, s:f, s:f, s:f, s:f, s:o, s:o, s:s, s:s, s:f, s:f, s:f, s:o}}", "scenario",
                   s->id, "title", s->title, "facilities", (json_int_t)s->places.count, "assumed", "looks",
                   a->looks < 0 ? json_null() : json_integer(a->looks), "miss", a->miss, "spoof_miss", a->spoof_miss,
                   "false_alarm", a->false_alarm, "defer", a->defer, "hiding", span_json(a->hiding), "draw_notice",
                   span_json(a->draw_notice), "repeats", a->repeats, "designates", a->designates, "moves", a->moves,
                   "clerical", a->clerical, "inspector_days", a->inspector_days, "national_means", means);
}
