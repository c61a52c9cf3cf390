/* An assessment for a person at a terminal. */
#include <stdio.h>
#include <string.h>

#include "assess/assess.h"

enum { CELL = 22, MOST_COLUMNS = 5 };

typedef struct table {
  const cs_assessment *a;
  cs_text *out;
  size_t width;
  bool colour;
  size_t party_width, rule_width;
} table;

/* SGR parameters by verdict. */
static const char *const colours[CS_VERDICTS] = {
  [CS_MET] = "32",       [CS_PROVED] = "32",          [CS_VIOLATED] = "1;31", [CS_LATE] = "33",
  [CS_MISSING] = "1;31", [CS_NOT_YET_BINDING] = "36", [CS_UNKNOWN] = "2",
};

/* `text` in the colour of a verdict, padded to `width` columns. */
static void paint(table *t, cs_verdict verdict, const char *text, size_t width)
{
  size_t columns = cs_text_columns(text);
  if (t->colour)
    cs_text_add(t->out, "\033[%sm%s\033[0m", colours[verdict], text);
  else
    cs_text_add(t->out, "%s", text);
  cs_text_pad(t->out, "", columns < width ? width - columns : 0);
}

/* Ends a line, without the spaces that fill up its last column. */
static void end_line(table *t)
{
  while (t->out->length > 0 && t->out->at[t->out->length - 1] == ' ')
    t->out->length--;
  cs_text_add(t->out, "\n");
}

static void strong(table *t, const char *text)
{
  cs_text_add(t->out, t->colour ? "\033[1m%s\033[0m" : "%s", text);
}

/* ---- The rules that stand at the head of columns ------------------------------------------- */

static void show_rule(table *t, const char *label, const char *name, const char *text, const char *article)
{
  cs_text line = {0};
  cs_text_add(t->out, "  %-2s ", label);
  cs_text_pad(t->out, name, t->rule_width);
  cs_text_add(&line, "%s%s[%s]", text, text[0] == '\0' ? "" : "  ", article);
  t->out->failed = t->out->failed || line.failed;
  cs_text_add(t->out, "  ");
  cs_text_wrap(t->out, line.at == NULL ? "" : line.at, t->rule_width + 7, t->rule_width + 7, t->width);
  cs_text_add(t->out, "\n");
  cs_text_free(&line);
}

static void describe_bound(const cs_bound *bound, cs_text *out)
{
  char number[CS_GROUPED], date[CS_DATE_TEXT];
  cs_text_add(out, "at most ");
  for (size_t i = 0; i < bound->at_most->count; i++) {
    const cs_allowance *allowance = &bound->at_most->at[i];
    cs_text_add(out, "%s%s%s%s", i == 0 ? "" : ", ", allowance->party.id == NULL ? "" : allowance->party.id,
                allowance->party.id == NULL ? "" : " ",
                allowance->baseline ? "its baseline" : cs_grouped(allowance->number, number));
  }
  if (bound->from != CS_DATE_NONE)
    cs_text_add(out, " from %s", cs_date_format(bound->from, date));
}

static void show_rules(table *t)
{
  const cs_assessment *a = t->a;
  strong(t, "Rules\n");
  for (size_t i = 0; i < a->treaty->exchanges.count; i++) {
    const cs_rule *rule = &a->treaty->exchanges.at[i].rule;
    show_rule(t, "", rule->id, "", rule->article);
  }
  for (size_t i = 0; i < a->bound_count; i++) {
    char label[4] = {(char)(a->bound_count <= 26 ? 'A' + (int)i : ' ')};
    cs_text line = {0};
    describe_bound(&a->bounds[i], &line);
    t->out->failed = t->out->failed || line.failed;
    show_rule(t, label, a->bounds[i].rule->id, line.at == NULL ? "" : line.at, a->bounds[i].article->article);
    cs_text_free(&line);
  }
}

/* ---- One row for each day and party -------------------------------------------------------- */

/* Verdicts as they stand in a cell: short, and loud where they are bad. */
static const char *const cell_words[CS_VERDICTS] = {
  [CS_MET] = "met",         [CS_PROVED] = "proved",           [CS_VIOLATED] = "VIOLATED", [CS_LATE] = "LATE",
  [CS_MISSING] = "MISSING", [CS_NOT_YET_BINDING] = "not yet", [CS_UNKNOWN] = "unknown",
};

static void show_bound_cell(table *t, const cs_finding *f)
{
  char value[CS_GROUPED] = "-", margin[CS_GROUPED + 1] = "", cell[96];
  if (f->has_value)
    cs_grouped(f->value, value);
  else if (strncmp(f->note, "sealed", 6) == 0)
    snprintf(value, sizeof value, "sealed");
  if (f->has_value && f->has_limit) {
    char number[CS_GROUPED];
    snprintf(margin, sizeof margin, "%s%s", f->margin > 0 ? "+" : "", cs_grouped(f->margin, number));
  }
  snprintf(cell, sizeof cell, "%5s %6s %s", value, margin, cell_words[f->verdict]);
  paint(t, f->verdict, cell, CELL);
}

/* Columns of an exchange's verdicts. */
static size_t exchange_width(const cs_assessment *a, size_t exchange)
{
  enum { LEAST = 9 };
  size_t columns = cs_text_columns(a->treaty->exchanges.at[exchange].rule.id) + 1;
  return columns > LEAST ? columns : LEAST;
}

/* Prints the findings from `first` to before `last`, all of one day and party, as one row. */
static void show_row(table *t, size_t first, size_t last, bool same_day)
{
  const cs_assessment *a = t->a;
  cs_finding head = cs_assessment_at(a, first);
  char date[CS_DATE_TEXT];
  cs_text_pad(t->out, same_day ? "" : cs_date_format(head.date, date), CS_DATE_TEXT + 1);
  cs_text_pad(t->out, head.party, t->party_width + 2);
  size_t at = first;
  for (size_t i = 0; i < a->treaty->exchanges.count; i++) {
    bool here = at < last && a->results[at].subject == CS_SUBJECT_EXCHANGE && a->results[at].index == i;
    cs_verdict verdict = here ? (cs_verdict)a->results[at].verdict : CS_UNKNOWN;
    paint(t, verdict, here ? cell_words[verdict] : "", exchange_width(a, i));
    at += here;
  }
  for (size_t i = 0; i < a->bound_count; i++) {
    bool here = at < last && a->results[at].subject == CS_SUBJECT_BOUND && a->results[at].index == i;
    cs_finding f = here ? cs_assessment_at(a, at) : (cs_finding){0};
    if (here)
      show_bound_cell(t, &f);
    else
      cs_text_pad(t->out, "", CELL);
    at += here;
  }
  if (head.file != NULL)
    cs_text_add(t->out, "%5u", head.first_line);
  if (a->results[first].note == CS_NOTE_PUBLISHED || a->results[first].note == CS_NOTE_REPLACED)
    cs_text_add(t->out, "  %s", head.note);
  end_line(t);
}

static bool is_row(const cs_result *r)
{
  return r->subject == CS_SUBJECT_EXCHANGE || r->subject == CS_SUBJECT_BOUND;
}

static void show_matrix(table *t)
{
  const cs_assessment *a = t->a;
  cs_text head = {0};
  cs_text_pad(&head, "date", CS_DATE_TEXT + 1);
  cs_text_pad(&head, "party", t->party_width + 2);
  for (size_t i = 0; i < a->treaty->exchanges.count; i++)
    cs_text_pad(&head, a->treaty->exchanges.at[i].rule.id, exchange_width(a, i));
  for (size_t i = 0; i < a->bound_count; i++) {
    char label[32];
    snprintf(label, sizeof label, "%5c margin", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i]);
    cs_text_pad(&head, label, CELL);
  }
  cs_text_add(&head, " line\n");
  t->out->failed = t->out->failed || head.failed;
  cs_text_add(t->out, "\n");
  strong(t, head.at == NULL ? "" : head.at);
  cs_text_free(&head);
  cs_date before = CS_DATE_NONE;
  for (size_t i = 0; i < a->count;) {
    const cs_result *r = &a->results[i];
    size_t last = i + 1;
    while (last < a->count && a->results[last].date == r->date && a->results[last].party == r->party &&
           is_row(&a->results[last]))
      last++;
    if (is_row(r)) {
      show_row(t, i, last, before == r->date);
      before = r->date;
    }
    i = last;
  }
}

/* ---- Everything else, one finding a line --------------------------------------------------- */

static void show_finding(table *t, const cs_finding *f)
{
  char date[CS_DATE_TEXT], number[CS_GROUPED];
  cs_text_pad(t->out, cs_date_format(f->date, date), CS_DATE_TEXT + 1);
  cs_text_pad(t->out, f->party, t->party_width + 2);
  paint(t, f->verdict, cs_verdict_word(f->verdict), 17);
  cs_text_add(t->out, "%s", f->rule);
  if (f->has_value)
    cs_text_add(t->out, "  %s", cs_grouped(f->value, number));
  if (f->has_limit)
    cs_text_add(t->out, " against %s", cs_grouped(f->limit, number));
  if (f->note[0] != '\0')
    cs_text_add(t->out, "  %s", f->note);
  cs_text_add(t->out, "  [%s]", f->article);
  if (f->file != NULL)
    cs_text_add(t->out, "  %s:%u", f->file, f->first_line);
  cs_text_add(t->out, "\n");
}

static void show_list(table *t, bool rows_too)
{
  bool any = false;
  for (size_t i = 0; i < t->a->count; i++) {
    if (is_row(&t->a->results[i]) && !rows_too)
      continue;
    cs_finding f = cs_assessment_at(t->a, i);
    if (!any)
      cs_text_add(t->out, "\n");
    show_finding(t, &f);
    any = true;
  }
}

/* ---- What was over a limit before it bound -------------------------------------------------- */

/* How often a party was over a bound before it was binding, and the last such finding. */
static size_t count_over_early(const cs_assessment *a, size_t bound, size_t party, cs_finding *last)
{
  size_t times = 0;
  for (size_t i = 0; i < a->count; i++) {
    const cs_result *r = &a->results[i];
    if (r->subject != CS_SUBJECT_BOUND || r->index != bound || r->party != party || r->verdict != CS_NOT_YET_BINDING)
      continue;
    cs_finding f = cs_assessment_at(a, i);
    if (!f.has_value || !f.has_limit || f.margin >= 0)
      continue;
    *last = f;
    times++;
  }
  return times;
}

static void show_over_early(table *t)
{
  const cs_assessment *a = t->a;
  bool any = false;
  for (size_t i = 0; i < a->bound_count * a->treaty->parties.count; i++) {
    size_t bound = i / a->treaty->parties.count, party = i % a->treaty->parties.count;
    cs_finding last;
    size_t times = count_over_early(a, bound, party, &last);
    if (times == 0)
      continue;
    char date[CS_DATE_TEXT], value[CS_GROUPED], from[CS_DATE_TEXT];
    if (!any) {
      cs_text_add(t->out, "\n");
      strong(t, "Over a limit before it was binding, so without violating it\n");
    }
    any = true;
    cs_text_add(t->out, "  ");
    cs_text_pad(t->out, last.party, t->party_width + 2);
    cs_text_pad(t->out, last.rule, t->rule_width + 2);
    cs_text_add(t->out, "in %zu declaration%s, last on %s with %s; binding from %s\n", times, times == 1 ? "" : "s",
                cs_date_format(last.date, date), cs_grouped(last.value, value),
                cs_date_format(a->bounds[bound].from, from));
  }
}

static void show_tally(table *t)
{
  bool any = false;
  cs_text_add(t->out,
              t->a->count == 0   ? "\nNo verdicts"
              : t->a->count == 1 ? "\n%zu verdict: "
                                 : "\n%zu verdicts: ",
              t->a->count);
  for (size_t i = 0; i < CS_VERDICTS; i++) {
    if (t->a->tally[i] == 0)
      continue;
    char number[64];
    snprintf(number, sizeof number, "%zu %s", t->a->tally[i], cs_verdict_word((cs_verdict)i));
    cs_text_add(t->out, "%s", any ? ", " : "");
    paint(t, (cs_verdict)i, number, 0);
    any = true;
  }
  cs_text_add(t->out, ".\n");
  size_t rules = cs_treaty_rules(t->a->treaty) - t->a->treaty->limits.count - t->a->treaty->exchanges.count -
                 t->a->treaty->eliminations.count;
  for (size_t i = 0; i < t->a->treaty->notifications.count; i++)
    rules -= t->a->notified[i];
  if (rules > 0)
    cs_text_add(
      t->out, "%zu other rule%s (notifications, inspections, obligations) need%s evidence that holdings do not hold.\n",
      rules, rules == 1 ? "" : "s", rules == 1 ? "s" : "");
}

/* Whether each party kept the agreement, a line for each. */
static void show_parties(table *t)
{
  const cs_assessment *a = t->a;
  if (!cs_has_summary(a))
    return;
  cs_text_add(t->out, "\n");
  for (size_t i = 0; i < a->treaty->parties.count; i++) {
    if (a->only != SIZE_MAX && a->only != i)
      continue;
    cs_text line = {0};
    cs_kept kept = cs_party_kept(a, i);
    cs_text_pad(t->out, a->treaty->parties.at[i].rule.id, t->party_width + 2);
    paint(t, kept == CS_NOT_KEPT ? CS_VIOLATED : kept == CS_KEPT ? CS_MET : CS_PROVED, cs_kept_word(kept), 0);
    cs_text_add(&line, ": ");
    cs_add_why(a, i, &line);
    size_t at = t->party_width + 2 + cs_text_columns(cs_kept_word(kept));
    cs_text_wrap(t->out, line.at == NULL ? "" : line.at, at, t->party_width + 2, t->width);
    cs_text_add(t->out, "\n");
    cs_text_free(&line);
  }
}

/* ---- What the visits so far would have seen ------------------------------------------------- */

static void show_search(table *t, const cs_search *s)
{
  char since[CS_DATE_TEXT], facilities[CS_GROUPED] = "-", visited[CS_GROUPED], drawn[CS_GROUPED];
  if (s->facilities >= 0)
    cs_grouped(s->facilities, facilities);
  cs_text_add(t->out, "  ");
  cs_text_pad(t->out, s->party, t->party_width + 2);
  cs_text_pad(t->out, s->rule, t->rule_width + 2);
  cs_text_add(t->out, "%-12s%10s%9s%9s%10.6f%10.6f\n", cs_date_format(s->since, since), facilities,
              cs_grouped(s->visited, visited), cs_grouped(s->drawn, drawn), s->together, s->spread);
}

/* Adds the text as a paragraph, its lines after the first indented, and releases it. */
static void show_words(table *t, cs_text *words, size_t indent)
{
  if (words->length > 0) {
    cs_text_wrap(t->out, words->at, 0, indent, t->width);
    cs_text_add(t->out, "\n");
  }
  t->out->failed = t->out->failed || words->failed;
  cs_text_free(words);
}

static void explain_searches(table *t)
{
  const cs_assessment *a = t->a;
  cs_text words = {0};
  bool any = false;
  for (size_t i = 0; i < a->search_count; i++)
    any = any || a->searches[i].search.visited > 0;
  if (!any)
    cs_text_add(&words, "%s, so nothing would have been seen.",
                a->holdings->facilities == NULL ? "The record shows no visits" : "No visit took place");
  else
    cs_text_add(&words,
                "Together: the probability that it was seen by now, with all of it at one of the facilities that the "
                "party declares, where it is seen least. Spread: over as many of them as it can be. At a place that "
                "nobody declared nothing would have been seen. Assumed: %s.",
                cs_search_assumes);
  show_words(t, &words, 0);
}

/* What makes the numbers worth less. */
static void warn_of_search(table *t, const cs_bound_search *b)
{
  const cs_treaty *treaty = t->a->treaty;
  const cs_search *s = &b->search;
  cs_text refused = {0}, reach = {0};
  if (s->not_held > 0)
    cs_text_add(&refused, "%s, %s: %lld visit%s did not take place%s.", s->party, s->rule, (long long)s->not_held,
                s->not_held == 1 ? "" : "s",
                s->visited > 0 ? "; where those are broken off that would find something, the numbers are too high"
                               : "");
  for (size_t kind = 0; kind < treaty->facilities.count && s->visited > 0; kind++) {
    if (!cs_is_out_of_reach(treaty, b->bound, kind))
      continue;
    if (reach.length == 0)
      cs_text_add(&reach, "%s, %s: no inspection may go to %s", s->party, s->rule, treaty->facilities.at[kind].rule.id);
    else
      cs_text_add(&reach, ", %s", treaty->facilities.at[kind].rule.id);
  }
  if (reach.length > 0)
    cs_text_add(&reach, "; what is there would not have been seen.");
  show_words(t, &refused, 2);
  show_words(t, &reach, 2);
}

/* What the visits have shown, to who thought a violation so probable before. */
static void show_posteriors(table *t)
{
  const cs_assessment *a = t->a;
  cs_text head = {0};
  if (a->prior <= 0)
    return;
  cs_text_add(
    &head,
    "Before these visits a violation had the probability %g, at any number of facilities alike. After them, where all "
    "were as likely to be visited:",
    a->prior);
  show_words(t, &head, 0);
  for (size_t i = 0; i < a->search_count; i++) {
    const cs_search *s = &a->searches[i].search;
    cs_text line = {0};
    if (s->none < 0)
      cs_text_add(&line, "  %s, %s: %s", s->party, s->rule,
                  s->facilities < 1 ? "nothing is known of its facilities"
                                    : "more was found than the prior thinks possible");
    else
      cs_text_add(&line, "  %s, %s: none with probability %.6f; with 95 %% probability at most %lld of %lld facilities",
                  s->party, s->rule, s->none, (long long)s->at_most, (long long)s->facilities);
    show_words(t, &line, 4);
  }
}

static void show_searches(table *t)
{
  const cs_assessment *a = t->a;
  char number[CS_GROUPED];
  cs_text head = {0};
  if (a->violation <= 0)
    return;
  cs_text_add(&head, "What the visits so far would have seen of a violation of %s\n", cs_grouped(a->violation, number));
  cs_text_add(t->out, "\n");
  strong(t, head.at == NULL ? "" : head.at);
  t->out->failed = t->out->failed || head.failed;
  cs_text_free(&head);
  if (a->search_count == 0) {
    cs_text_add(t->out, "No limit was binding so far.\n");
    return;
  }
  cs_text_add(t->out, "  ");
  cs_text_pad(t->out, "party", t->party_width + 2);
  cs_text_pad(t->out, "rule", t->rule_width + 2);
  cs_text_add(t->out, "%-12s%10s%9s%9s%10s%10s\n", "since", "facilities", "visited", "by draw", "together", "spread");
  for (size_t i = 0; i < a->search_count; i++)
    show_search(t, &a->searches[i].search);
  explain_searches(t);
  for (size_t i = 0; i < a->search_count; i++)
    warn_of_search(t, &a->searches[i]);
  show_posteriors(t);
}

static void widen(size_t *width, const char *text)
{
  size_t columns = cs_text_columns(text);
  *width = columns > *width ? columns : *width;
}

cs_status cs_assessment_table(const cs_assessment *a, size_t width, bool colour, cs_text *out, cs_error *error)
{
  table t = {.a = a, .out = out, .width = width < 60 ? 60 : width, .colour = colour, .party_width = 5};
  char at[CS_DATE_TEXT];
  for (size_t i = 0; i < a->treaty->parties.count; i++)
    widen(&t.party_width, a->treaty->parties.at[i].rule.id);
  for (size_t i = 0; i < a->treaty->exchanges.count; i++)
    widen(&t.rule_width, a->treaty->exchanges.at[i].rule.id);
  for (size_t i = 0; i < a->bound_count; i++)
    widen(&t.rule_width, a->bounds[i].rule->id);
  cs_text_wrap(out, a->treaty->title, 0, 0, t.width);
  cs_text_add(out, "\nassessed at %s", cs_date_format(a->at, at));
  for (size_t i = 0; i < a->holdings->file_count; i++)
    cs_text_add(out, "%s%s", i == 0 ? " from " : ", ", a->holdings->files[i]);
  cs_text_add(out, "\n\n");
  show_rules(&t);
  bool matrix = a->bound_count + a->treaty->exchanges.count <= MOST_COLUMNS;
  if (matrix)
    show_matrix(&t);
  show_list(&t, !matrix);
  show_over_early(&t);
  show_tally(&t);
  cs_text_add(out, "\n");
  cs_text_wrap(out, a->conclusion, 0, 0, t.width);
  cs_text_add(out, "\n");
  show_parties(&t);
  show_searches(&t);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
