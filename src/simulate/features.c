/* What an agreement lets each side see, what it makes each side show: in words and in numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/compare.h"

/* ---- Words ------------------------------------------------------------------------------------------------------- */

/* Begins another entry of a list. */
static void next(cs_text *out)
{
  cs_text_add(out, "%s", out->length == 0 ? "" : "; ");
}

static void add_amount(const cs_treaty *t, const cs_amount *amount, cs_text *out)
{
  char number[CS_GROUPED];
  for (size_t i = 0; i < amount->count; i++) {
    const cs_allowance *a = &amount->at[i];
    cs_text_add(out, "%s", i > 0 ? ", " : "");
    if (a->party.id != NULL)
      cs_text_add(out, "%s ", t->parties.at[a->party.index].rule.id);
    cs_text_add(out, "%s", a->baseline ? "as at the baseline" : cs_grouped(a->number, number));
  }
}

static void describe_limits(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  for (size_t i = 0; i < t->limits.count; i++) {
    const cs_limit *limit = &t->limits.at[i];
    next(out);
    cs_text_add(out, "%s: at most ", limit->name != NULL ? limit->name : t->counts.at[limit->count.index].name);
    add_amount(t, &limit->at_most, out);
  }
  for (size_t i = 0; i < t->eliminations.count; i++) {
    next(out);
    cs_text_add(out, "%s, in %zu phases", t->eliminations.at[i].name, t->eliminations.at[i].phases.count);
  }
}

static bool cell_limited(const cs_treaty *t, size_t cell)
{
  bool any = false;
  for (size_t i = 0; i < t->limits.count; i++)
    any = any || t->counts.at[t->limits.at[i].count.index].weights[cell] != 0;
  for (size_t i = 0; i < t->eliminations.count; i++)
    any = any || t->counts.at[t->eliminations.at[i].count.index].weights[cell] != 0;
  return any;
}

static void describe_counted(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  for (size_t i = 0; i < t->items.count; i++) {
    const cs_item *item = &t->items.at[i];
    bool any = false;
    for (size_t k = 0; k < item->states.count; k++) {
      const cs_state *state = &item->states.at[k];
      if (!cell_limited(t, item->cell + k))
        continue;
      if (!any) {
        next(out);
        cs_text_add(out, "%s:", item->name);
      }
      cs_text_add(out, "%s %s", any ? "," : "", state->name != NULL ? state->name : state->rule.id);
      any = true;
    }
  }
}

static void describe_term(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  char from[CS_DATE_TEXT], span[CS_SPAN_TEXT];
  cs_text_add(out, "from %s, %s", cs_date_format(t->term.start, from),
              t->term.duration.amount == 0 ? "without end" : cs_span_format(t->term.duration, span));
}

static void describe_inspections(const cs_treaty *t, size_t party, cs_text *out)
{
  char span[CS_SPAN_TEXT];
  for (size_t i = 0; i < t->inspections.count; i++) {
    const cs_inspection *n = &t->inspections.at[i];
    int64_t quota = cs_quota_on(t, n, party);
    next(out);
    if (quota < 0)
      cs_text_add(out, "%s: without a limit", n->name);
    else
      cs_text_add(out, "%s: %lld in the %s", n->name, (long long)quota, cs_year_words[n->per]);
    cs_text_add(out, ", %s", n->chosen == CS_DRAWN ? "by a joint draw" : "where the inspecting party chooses");
    if (n->notice.side == CS_DUE_BEFORE)
      cs_text_add(out, ", %s notice", cs_span_format(n->notice.span, span));
  }
}

/* Whether any inspection goes to facilities of this kind. */
static bool visited(const cs_treaty *t, size_t kind)
{
  bool any = false;
  for (size_t i = 0; i < t->inspections.count; i++)
    any = any || cs_inspection_covers(&t->inspections.at[i], kind);
  return any;
}

static void describe_places(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  for (size_t k = 0; k < t->facilities.count; k++)
    if (visited(t, k)) {
      next(out);
      cs_text_add(out, "%s", t->facilities.at[k].name);
    }
}

static void describe_identifiers(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  for (size_t i = 0; i < t->items.count; i++)
    if (t->items.at[i].identified) {
      next(out);
      cs_text_add(out, "%s", t->items.at[i].name);
    }
}

/* Exchanges with data of the first year. */
static double exchanges_a_year(const cs_treaty *t, size_t party)
{
  (void)party;
  cs_exchange_date *dates;
  cs_error error;
  size_t count;
  cs_date until = cs_date_add(t->term.start, (cs_span){1, CS_YEARS}, 1) - 1;
  if (cs_treaty_exchange_dates(t, t->term.start, until, &dates, &count, &error) != CS_OK)
    return NAN;
  free(dates);
  return (double)count;
}

static void describe_exchanges(const cs_treaty *t, size_t party, cs_text *out)
{
  if (t->exchanges.count == 0)
    return;
  for (size_t i = 0; i < t->exchanges.count; i++) {
    next(out);
    cs_text_add(out, "%s", t->exchanges.at[i].name);
  }
  cs_text_add(out, ": %.0f in the first year", exchanges_a_year(t, party));
}

static void describe_notifications(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  enum { FEW = 5 };
  char span[CS_SPAN_TEXT];
  size_t due = 0;
  for (size_t i = 0; i < t->notifications.count; i++) {
    const cs_notification *n = &t->notifications.at[i];
    due += n->due.side != CS_DUE_NONE;
    if (t->notifications.count > FEW)
      continue;
    next(out);
    cs_text_add(out, "%s", n->event);
    if (n->due.side != CS_DUE_NONE)
      cs_text_add(out, " (%s %s)", cs_span_format(n->due.span, span), n->due.side == CS_DUE_AFTER ? "after" : "before");
  }
  if (t->notifications.count > FEW)
    cs_text_add(out, "%zu kinds of events, %zu with a deadline that is known", t->notifications.count, due);
}

static void describe_secrecy(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  static const char *const words[] = {[CS_OPEN] = "open", [CS_TOTAL] = "totals only", [CS_SEALED] = "sealed"};
  for (uint32_t d = CS_OPEN; d <= CS_SEALED; d++) {
    bool first = true;
    for (size_t i = 0; i < t->counts.count; i++) {
      if (t->counts.at[i].disclosure != d)
        continue;
      if (first) {
        next(out);
        cs_text_add(out, "%s:", words[d]);
      }
      cs_text_add(out, "%s %s", first ? "" : ",", t->counts.at[i].name);
      first = false;
    }
  }
  if (t->exchanges.count == 0)
    cs_text_add(out, "%snothing is exchanged", out->length == 0 ? "" : "; but ");
}

static void describe_obligations(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  for (size_t i = 0; i < t->obligations.count; i++) {
    const char *group = t->obligations.at[i].group == NULL ? "others" : t->obligations.at[i].group;
    size_t same = 0, before = 0;
    for (size_t k = 0; k < t->obligations.count; k++) {
      const char *other = t->obligations.at[k].group == NULL ? "others" : t->obligations.at[k].group;
      same += strcmp(other, group) == 0;
      before += k < i && strcmp(other, group) == 0;
    }
    if (before > 0)
      continue;
    next(out);
    cs_text_add(out, "%s", group);
    if (same > 1)
      cs_text_add(out, " (%zu)", same);
  }
}

/* Where the words of its rules were read. */
static void describe_basis(const cs_treaty *t, size_t party, cs_text *out)
{
  (void)party;
  static const char *const words[] = {"its own text", "official descriptions", "the press", "supposed by a draft",
                                      "not read yet"};
  size_t counts[CS_COUNT_OF(words)] = {0};
  for (size_t k = 0; k < CS_RULE_KINDS; k++) {
    const cs_rule *rule;
    for (size_t i = 0; (rule = cs_treaty_rule(t, &cs_rule_kinds[k], i)) != NULL; i++)
      if (rule->basis < CS_COUNT_OF(words))
        counts[rule->basis]++;
  }
  for (size_t b = 0; b < CS_COUNT_OF(words); b++)
    if (counts[b] > 0) {
      next(out);
      cs_text_add(out, "%s: %zu", words[b], counts[b]);
    }
}

const cs_topic cs_topics[] = {
  {"limits", "Limits", describe_limits},
  {"counted", "Items they count", describe_counted},
  {"term", "Term", describe_term},
  {"inspections", "Inspections", describe_inspections},
  {"places", "Places visited", describe_places},
  {"identifiers", "Identified items", describe_identifiers},
  {"exchanges", "Exchanges", describe_exchanges},
  {"notifications", "Notifications", describe_notifications},
  {"secrecy", "Numbers", describe_secrecy},
  {"obligations", "Further duties", describe_obligations},
  {"basis", "Rules rest on", describe_basis},
};
const size_t cs_topic_count = CS_COUNT_OF(cs_topics);

/* ---- Numbers ----------------------------------------------------------------------------------------------------- */

/* Years of the term, to the hundredth, so that one of a leap year and another are alike; 1 where it has no end. */
static double term_years(const cs_treaty *t)
{
  static const double DAYS_IN_YEAR = 365.25, HUNDREDTHS = 100;
  cs_date end = cs_treaty_end(t, t->term.start);
  return end == CS_DATE_NONE ? 1 : fmax(1, round((end - t->term.start) / DAYS_IN_YEAR * HUNDREDTHS)) / HUNDREDTHS;
}

/* What a quota of a period comes to in a year. */
static double in_a_year(const cs_treaty *t, const cs_inspection *n, int64_t quota)
{
  return (double)quota / (n->per == CS_WHOLE_TERM ? term_years(t) : 1);
}

/* Visits to a party in a year, by one kind of choice or by all; INFINITY where a quota sets no limit. */
static double visits_to(const cs_treaty *t, size_t party, bool drawn_only)
{
  double sum = 0;
  for (size_t i = 0; i < t->inspections.count; i++) {
    const cs_inspection *n = &t->inspections.at[i];
    int64_t quota = cs_quota_on(t, n, party);
    if (!drawn_only || n->chosen == CS_DRAWN)
      sum += quota < 0 ? INFINITY : in_a_year(t, n, quota);
  }
  return sum;
}

static double visits_all(const cs_treaty *t, size_t party)
{
  return visits_to(t, party, false);
}

static double visits_drawn(const cs_treaty *t, size_t party)
{
  return visits_to(t, party, true);
}

static double shortest_notice(const cs_treaty *t, size_t party)
{
  (void)party;
  double least = NAN;
  for (size_t i = 0; i < t->inspections.count; i++) {
    cs_span span = t->inspections.at[i].notice.span;
    if (t->inspections.at[i].notice.side == CS_DUE_BEFORE)
      least = fmin(least, cs_span_hours(span));
  }
  return least;
}

static double kinds_visited(const cs_treaty *t, size_t party)
{
  (void)party;
  double sum = 0;
  for (size_t k = 0; k < t->facilities.count; k++)
    sum += visited(t, k);
  return sum;
}

static double items_limited(const cs_treaty *t, size_t party)
{
  (void)party;
  double sum = 0;
  for (size_t i = 0; i < t->items.count; i++) {
    bool any = false;
    for (size_t k = 0; k < t->items.at[i].states.count; k++)
      any = any || cell_limited(t, t->items.at[i].cell + k);
    sum += any;
  }
  return sum;
}

static double items_identified(const cs_treaty *t, size_t party)
{
  (void)party;
  double sum = 0;
  for (size_t i = 0; i < t->items.count; i++)
    sum += t->items.at[i].identified;
  return sum;
}

/* Counts that are exchanged with this disclosure. */
static double counts_told(const cs_treaty *t, bool sealed)
{
  double sum = 0;
  for (size_t i = 0; i < t->counts.count; i++) {
    bool told = false;
    for (size_t e = 0; e < t->exchanges.count; e++)
      for (size_t k = 0; k < t->exchanges.at[e].counts.count; k++)
        told = told || t->exchanges.at[e].counts.at[k].index == i;
    sum += told && (t->counts.at[i].disclosure == CS_SEALED) == sealed;
  }
  return sum;
}

static double totals_shown(const cs_treaty *t, size_t party)
{
  (void)party;
  return counts_told(t, false);
}

static double totals_proved(const cs_treaty *t, size_t party)
{
  (void)party;
  return counts_told(t, true);
}

static double events_notified(const cs_treaty *t, size_t party)
{
  (void)party;
  return (double)t->notifications.count;
}

static double duties_to_verify(const cs_treaty *t, size_t party)
{
  (void)party;
  double sum = 0;
  for (size_t i = 0; i < t->obligations.count; i++)
    sum += t->obligations.at[i].group != NULL && strcmp(t->obligations.at[i].group, "Verification") == 0;
  return sum;
}

const cs_feature cs_features[] = {
  {"items-limited", "kinds of items that a limit or a freeze covers", CS_MORE_SEES, items_limited},
  {"visits-made", "visits to the other side in a year", CS_MORE_SEES, visits_all},
  {"visits-drawn", "of these, to places that a joint draw chooses", CS_MORE_SEES, visits_drawn},
  {"shortest-notice", "hours of notice that the other side has before a visit", CS_LESS_SEES, shortest_notice},
  {"kinds-visited", "kinds of facilities that may be visited", CS_MORE_SEES, kinds_visited},
  {"items-identified", "kinds of items that are told apart by identifiers", CS_MORE_SEES, items_identified},
  {"exchanges", "exchanges in the first year", CS_MORE_SEES, exchanges_a_year},
  {"totals-proved", "totals that are sealed, and can be proven to keep their limits", CS_MORE_SEES, totals_proved},
  {"totals-seen", "totals that the other side shows openly", CS_MORE_SEES, totals_shown},
  {"events-notified", "kinds of events of which it is told", CS_MORE_SEES, events_notified},
  {"verification-duties", "further duties that serve verification", CS_MORE_SEES, duties_to_verify},
  {"visits-received", "visits that it must admit in a year, each to a facility that it opens", CS_MORE_SHOWS,
   visits_all},
  {"totals-shown", "totals that it shows openly", CS_MORE_SHOWS, totals_shown},
  {"events-told", "kinds of events of which it must tell", CS_MORE_SHOWS, events_notified},
};
const size_t cs_feature_count = CS_COUNT_OF(cs_features);
