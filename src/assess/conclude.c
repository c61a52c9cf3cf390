/* The findings in one line of plain words. */
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

/* Findings of one kind: how many, and the days of the first and the last. */
typedef struct spell {
  size_t count;
  cs_date first, last;
} spell;

typedef struct summary {
  spell met, proved, over;                            /* limits */
  spell missing, late, outside;                       /* exchanges; outside: missing but published */
  spell undrawn, unopened, other_missing, late_visit; /* draws, places and other steps of visits */
  spell unclear;                                      /* declarations that contradict themselves */
  spell void_extension;                               /* extensions that the agreement does not allow */
  spell late_notice;                                  /* notifications */
  spell short_move;                                   /* moves of more than was there */
  spell unaccounted;                                  /* declarations that do not follow from what was notified */
} summary;

static void note_day(spell *s, cs_date date)
{
  if (s->count == 0 || date < s->first)
    s->first = date;
  if (s->count == 0 || date > s->last)
    s->last = date;
  s->count++;
}

static void summarize_account(const cs_result *r, summary *s)
{
  if (r->verdict == CS_LATE)
    note_day(&s->late_notice, r->date);
  if (r->verdict == CS_VIOLATED)
    note_day(r->subject == CS_SUBJECT_MOVE ? &s->short_move : &s->unaccounted, r->date);
}

/* What was stated, or not, about visits. */
static void summarize_visit(const cs_result *r, const cs_noted *n, summary *s)
{
  const char *step = n->name == NULL ? "" : n->name;
  if (r->verdict == CS_LATE)
    note_day(&s->late_visit, r->date);
  if (r->verdict == CS_MISSING)
    note_day(strcmp(step, "draw") == 0    ? &s->undrawn
             : strcmp(step, "visit") == 0 ? &s->unopened
                                          : &s->other_missing,
             r->date);
}

static void summarize(const cs_assessment *a, summary *parties)
{
  for (size_t i = 0; i < a->count; i++) {
    const cs_result *r = &a->results[i];
    summary *s = &parties[r->party];
    if (cs_is_account(r)) {
      summarize_account(r, s);
      continue;
    }
    if (r->subject == CS_SUBJECT_NOTED) {
      summarize_visit(r, &a->holdings->noted[r->declaration], s);
      continue;
    }
    if (r->verdict == CS_MET && r->subject == CS_SUBJECT_BOUND)
      note_day(&s->met, r->date);
    if (r->verdict == CS_PROVED)
      note_day(&s->proved, r->date);
    if (r->verdict == CS_VIOLATED && r->subject == CS_SUBJECT_BOUND)
      note_day(&s->over, r->date);
    if (r->verdict == CS_VIOLATED && (r->subject == CS_SUBJECT_TIE || r->subject == CS_SUBJECT_PART))
      note_day(&s->unclear, r->date);
    if (r->verdict == CS_VIOLATED && r->subject == CS_SUBJECT_EXTENSION)
      note_day(&s->void_extension, r->date);
    if (r->verdict == CS_LATE)
      note_day(&s->late, r->date);
    if (r->verdict == CS_MISSING)
      note_day(&s->missing, r->date);
    if (r->verdict == CS_MISSING && r->note == CS_NOTE_PUBLISHED)
      note_day(&s->outside, r->date);
  }
}

static void add_spell(cs_text *out, const spell *s)
{
  char first[CS_DATE_TEXT], last[CS_DATE_TEXT];
  cs_date_format(s->first, first);
  if (s->first == s->last)
    cs_text_add(out, "%s", first);
  else
    cs_text_add(out, "%s to %s", first, cs_date_format(s->last, last));
}

/* Whether a rule is left open, other than whether declarations follow from one another. */
static bool has_unknown(const cs_assessment *a)
{
  bool any = false;
  for (size_t i = 0; i < a->count; i++)
    any = any || (a->results[i].verdict == CS_UNKNOWN && !cs_is_account(&a->results[i]));
  return any;
}

/* "Missing exchanges: US 6 (2023-03-01 to 2025-09-01), RU 6 (...)." */
static void add_by_party(cs_text *out, const cs_assessment *a, const summary *parties, const char *title, size_t offset,
                         bool published)
{
  bool any = false;
  for (size_t i = 0; i < a->treaty->parties.count; i++) {
    const spell *s = (const spell *)(const void *)((const char *)&parties[i] + offset);
    if (s->count == 0)
      continue;
    cs_text_add(out, "%s%s %zu (", any ? ", " : title, a->treaty->parties.at[i].rule.id, s->count);
    add_spell(out, s);
    if (published && parties[i].outside.count > 0)
      cs_text_add(out, ", of which %zu published but not exchanged", parties[i].outside.count);
    cs_text_add(out, ")");
    any = true;
  }
  if (any)
    cs_text_add(out, ". ");
}

static void add_limits(cs_text *out, const cs_assessment *a, const summary *parties)
{
  spell met = {0};
  size_t over = 0, proved = 0;
  for (size_t i = 0; i < a->treaty->parties.count; i++) {
    const spell *kept[] = {&parties[i].met, &parties[i].proved};
    over += parties[i].over.count;
    proved += parties[i].proved.count;
    for (size_t k = 0; k < CS_COUNT_OF(kept); k++)
      if (kept[k]->count > 0) {
        note_day(&met, kept[k]->first);
        note_day(&met, kept[k]->last);
      }
  }
  if (over > 0) {
    add_by_party(out, a, parties, "Limits exceeded while binding: ", offsetof(summary, over), false);
  } else if (met.count > 0) {
    bool open = proved > 0 && has_unknown(a); /* some of what is sealed was not proven */
    cs_text_add(out, open ? "No limit is known to have been exceeded while it was binding, in declarations from "
                     : proved > 0
                       ? "No limit was exceeded while it was binding: each was met, or proved to be, in every "
                         "declaration from "
                       : "No limit was exceeded while it was binding: each was met in every declaration from ");
    add_spell(out, &met);
    cs_text_add(out, ". ");
  } else if (a->tally[CS_NOT_YET_BINDING] > 0) {
    cs_text_add(out, "No limit is binding yet. ");
  } else {
    cs_text_add(out, "No limit could be judged. ");
  }
}

static void add_term(cs_text *out, const cs_assessment *a)
{
  char date[CS_DATE_TEXT], until[CS_DATE_TEXT];
  cs_date start = a->treaty->term.start, end = cs_treaty_end(a->treaty, a->at);
  for (size_t i = 0; i < a->treaty->term.extended.count; i++) {
    const cs_agreed_extension *e = &a->treaty->term.extended.at[i];
    if (e->in_force <= a->at)
      cs_text_add(out, "Extended on %s to %s. ", cs_date_format(e->in_force, date), cs_date_format(e->until, until));
  }
  if (a->at < start)
    cs_text_add(out, "The agreement enters into force on %s.", cs_date_format(start, date));
  else if (end != CS_DATE_NONE && a->at >= end)
    cs_text_add(out, "The agreement ended on %s.", cs_date_format(end, date));
  else if (end != CS_DATE_NONE)
    cs_text_add(out, "The agreement is in force until %s.", cs_date_format(end, date));
  else
    cs_text_add(out, "The agreement is in force.");
}

bool cs_conclude(cs_assessment *a)
{
  summary *parties = calloc(a->treaty->parties.count, sizeof *parties);
  if (parties == NULL)
    return false;
  summarize(a, parties);
  cs_text out = {0};
  add_limits(&out, a, parties);
  add_by_party(&out, a, parties, "Missing exchanges: ", offsetof(summary, missing), true);
  add_by_party(&out, a, parties, "Late exchanges: ", offsetof(summary, late), false);
  add_by_party(&out, a, parties, "Draws broken off: ", offsetof(summary, undrawn), false);
  add_by_party(&out, a, parties, "Places not opened: ", offsetof(summary, unopened), false);
  add_by_party(&out, a, parties, "Steps of visits missing: ", offsetof(summary, other_missing), false);
  add_by_party(&out, a, parties, "Steps of visits late: ", offsetof(summary, late_visit), false);
  add_by_party(&out, a, parties, "Declarations that contradict themselves: ", offsetof(summary, unclear), false);
  add_by_party(&out, a, parties, "Late notifications: ", offsetof(summary, late_notice), false);
  add_by_party(&out, a, parties, "Moves of more than was there: ", offsetof(summary, short_move), false);
  add_by_party(&out, a, parties,
               "Declared numbers that do not follow from what was notified: ", offsetof(summary, unaccounted), false);
  add_by_party(&out, a, parties, "Extensions beyond what is allowed: ", offsetof(summary, void_extension), false);
  if (a->outside > 0)
    cs_text_add(&out, "Not judged, outside the term: %zu declaration%s. ", a->outside, a->outside == 1 ? "" : "s");
  add_term(&out, a);
  free(parties);
  a->conclusion = out.failed ? NULL : cs_arena_copy(&a->arena, (cs_slice){out.at, out.length});
  cs_text_free(&out);
  return a->conclusion != NULL;
}
