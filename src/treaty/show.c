/* The agreement in words, for a person. */
#include <stdio.h>
#include <string.h>

#include "treaty/treaty.h"

enum { LEFT = 20 }; /* column at which explanations begin */

typedef struct page {
  const cs_treaty *treaty;
  cs_text *out;
  size_t width;
  bool marked[CS_BASIS_NONE + 1]; /* marks that the legend has to explain */
} page;

static const char *const marks[] = {
  [CS_BASIS_TEXT] = "",      [CS_BASIS_OFFICIAL] = " (o)", [CS_BASIS_PRESS] = " (p)",
  [CS_BASIS_DRAFT] = " (d)", [CS_BASIS_NONE] = " (?)",
};

static void heading(page *p, const char *title)
{
  cs_text_add(p->out, "\n%s\n", title);
}

/* Adds " [Article II] (o)" to a line of text. */
static void cite(page *p, cs_text *line, const cs_rule *rule)
{
  if (rule->article != NULL)
    cs_text_add(line, "  [%s]", rule->article);
  cs_text_add(line, "%s", marks[rule->basis]);
  p->marked[rule->basis] = true;
}

/* Prints `label` at `indent` and `line` from column LEFT, wrapped; `line` is used up. */
static void print_entry(page *p, size_t indent, const char *label, cs_text *line)
{
  cs_text_add(p->out, "%*s", (int)indent, "");
  size_t columns = cs_text_columns(label);
  if (indent + columns + 2 > LEFT)
    cs_text_add(p->out, "%s\n%*s", label, LEFT, "");
  else
    cs_text_pad(p->out, label, LEFT - indent);
  p->out->failed = p->out->failed || line->failed;
  cs_text_wrap(p->out, line->at == NULL ? "" : line->at, LEFT, LEFT + 2, p->width);
  cs_text_add(p->out, "\n");
  cs_text_free(line);
}

/* The same for a text and its citation. */
static void print_rule(page *p, const char *label, const char *text, const cs_rule *rule)
{
  cs_text line = {0};
  cs_text_add(&line, "%s", text);
  cite(p, &line, rule);
  print_entry(p, 2, label, &line);
}

static void add_amount(cs_text *line, const cs_amount *amount)
{
  for (size_t i = 0; i < amount->count; i++) {
    const cs_allowance *a = &amount->at[i];
    char number[CS_GROUPED];
    cs_text_add(line, "%s", i == 0 ? "" : ", ");
    if (a->party.id != NULL)
      cs_text_add(line, "%s ", a->party.id);
    cs_text_add(line, "%s", a->baseline ? "its own count at the baseline" : cs_grouped(a->number, number));
  }
}

static void add_names(cs_text *line, const cs_treaty *treaty, const cs_refs *refs, const char *before)
{
  for (size_t i = 0; i < refs->count; i++)
    cs_text_add(line, "%s%s", i == 0 ? before : ", ", treaty->facilities.at[refs->at[i].index].name);
}

static const char *state_name(const cs_state *state)
{
  return state->name != NULL ? state->name : state->rule.id;
}

/* ---- Sections ---------------------------------------------------------------------------- */

static void show_head(page *p)
{
  const cs_treaty *t = p->treaty;
  char date[CS_DATE_TEXT];
  cs_text_wrap(p->out, t->title, 0, 0, p->width);
  cs_text_add(p->out, "\n%s (%s)", t->form, t->id);
  if (t->signed_on != CS_DATE_NONE)
    cs_text_add(p->out, ", signed %s", cs_date_format(t->signed_on, date));
  cs_text_add(p->out, "\n");
  if (t->summary != NULL) {
    cs_text_add(p->out, "\n");
    cs_text_wrap(p->out, t->summary, 0, 0, p->width);
    cs_text_add(p->out, "\n");
  }
  heading(p, "PARTIES");
  for (size_t i = 0; i < t->parties.count; i++) {
    cs_text line = {0};
    cs_text_add(&line, "%s", t->parties.at[i].name);
    print_entry(p, 2, t->parties.at[i].rule.id, &line);
  }
}

static void show_leave(page *p, const char *label, const cs_leave *leave)
{
  if (leave->rule.article == NULL)
    return;
  cs_text line = {0};
  char span[CS_SPAN_TEXT];
  if (leave->notice.amount > 0)
    cs_text_add(&line, "on %s' notice", cs_span_format(leave->notice, span));
  if (leave->text != NULL)
    cs_text_add(&line, "%s%s", leave->notice.amount > 0 ? "; " : "", leave->text);
  cite(p, &line, &leave->rule);
  print_entry(p, 2, label, &line);
}

static void show_term(page *p)
{
  const cs_term *term = &p->treaty->term;
  char date[CS_DATE_TEXT], end[CS_DATE_TEXT], span[CS_SPAN_TEXT];
  heading(p, "TERM");
  cs_text line = {0};
  cs_text_add(&line, "from %s", cs_date_format(term->start, date));
  if (term->duration.amount > 0)
    cs_text_add(&line, " for %s, ending on %s", cs_span_format(term->duration, span),
                cs_date_format(cs_date_add(term->start, term->duration, 1), end));
  else
    cs_text_add(&line, ", of unlimited duration");
  cite(p, &line, &term->rule);
  print_entry(p, 2, "in force", &line);
  if (term->extension.rule.article != NULL) {
    line = (cs_text){0};
    cs_text_add(&line, "by agreement, for at most %s", cs_span_format(term->extension.at_most, span));
    cite(p, &line, &term->extension.rule);
    print_entry(p, 2, "extension", &line);
  }
  for (size_t i = 0; i < term->extended.count; i++) {
    const cs_agreed_extension *e = &term->extended.at[i];
    line = (cs_text){0};
    cs_text_add(&line, "to %s, agreed ", cs_date_format(e->until, date));
    cs_text_add(&line, "%s, in force ", cs_date_format(e->agreed, date));
    cs_text_add(&line, "%s", cs_date_format(e->in_force, date));
    cite(p, &line, &e->rule);
    print_entry(p, 2, "extended", &line);
  }
  show_leave(p, "withdrawal", &term->withdrawal);
  show_leave(p, "suspension", &term->suspension);
}

static void show_items(page *p)
{
  heading(p, "ITEMS AND THEIR STATES");
  for (size_t i = 0; i < p->treaty->items.count; i++) {
    const cs_item *item = &p->treaty->items.at[i];
    cs_text line = {0};
    cs_text_add(&line, "%s", item->name);
    if (item->text != NULL)
      cs_text_add(&line, ": %s", item->text);
    if (item->identified)
      cs_text_add(&line, "; each with a unique identifier");
    if (item->disclosure != CS_OPEN)
      cs_text_add(&line, "; %s", item->disclosure == CS_TOTAL ? "only totals are shown" : "numbers are sealed");
    cite(p, &line, &item->rule);
    print_entry(p, 2, item->rule.id, &line);
    for (size_t k = 0; k < item->states.count; k++) {
      const cs_state *state = &item->states.at[k];
      line = (cs_text){0};
      cs_text_add(&line, "%s", state->text != NULL ? state->text : state_name(state));
      if (state->part_of.id != NULL)
        cs_text_add(&line, " (within the number of those %s)", state_name(&item->states.at[state->part_of.index]));
      add_names(&line, p->treaty, &state->at, "; at ");
      cite(p, &line, &state->rule);
      print_entry(p, 4, state_name(state), &line);
    }
  }
}

static void add_count_term(page *p, cs_text *line, const cs_count_term *term)
{
  if (term->count.id != NULL)
    cs_text_add(line, "%s", p->treaty->counts.at[term->count.index].name);
  else {
    const cs_item *item = &p->treaty->items.at[term->item.index];
    for (size_t i = 0; i < term->states.count; i++) {
      const char *joint = i == 0 ? "" : i + 1 == term->states.count ? " and " : ", ";
      cs_text_add(line, "%s%s", joint, state_name(&item->states.at[term->states.at[i].index]));
    }
    cs_text_add(line, " %s", item->name);
  }
  if (term->weight != 1)
    cs_text_add(line, ", each counted %lld times", (long long)term->weight);
  if (term->text != NULL)
    cs_text_add(line, ": %s", term->text);
}

static void show_counts(page *p)
{
  static const char *const shown[] = {"", " (only the total is shown)", " (sealed)"};
  heading(p, "COUNTS");
  for (size_t i = 0; i < p->treaty->counts.count; i++) {
    const cs_count *count = &p->treaty->counts.at[i];
    cs_text line = {0};
    cs_text_add(&line, "%s%s", count->name, shown[count->disclosure]);
    cite(p, &line, &count->rule);
    print_entry(p, 2, count->rule.id, &line);
    for (size_t k = 0; k < count->sum.count; k++) {
      line = (cs_text){0};
      cs_text_add(&line, "%s ", k == 0 ? "=" : "+");
      add_count_term(p, &line, &count->sum.at[k]);
      cite(p, &line, &count->sum.at[k].rule);
      print_entry(p, LEFT - 2, "", &line);
    }
  }
}

static void show_limits(page *p)
{
  const cs_treaty *t = p->treaty;
  if (t->limits.count > 0)
    heading(p, "LIMITS");
  for (size_t i = 0; i < t->limits.count; i++) {
    const cs_limit *limit = &t->limits.at[i];
    char date[CS_DATE_TEXT];
    cs_text line = {0};
    cs_text_add(&line, "%s: at most ", t->counts.at[limit->count.index].name);
    add_amount(&line, &limit->at_most);
    if (limit->baseline.kind != CS_MOMENT_NONE)
      cs_text_add(&line, ", baseline of %s", cs_date_format(cs_moment_date(t, &limit->baseline), date));
    cs_date from = cs_moment_date(t, &limit->from), until = cs_moment_date(t, &limit->until);
    if (from != CS_DATE_NONE)
      cs_text_add(&line, ", from %s", cs_date_format(from, date));
    if (until != CS_DATE_NONE)
      cs_text_add(&line, ", until %s", cs_date_format(until, date));
    cite(p, &line, &limit->rule);
    print_entry(p, 2, limit->rule.id, &line);
  }
  if (t->eliminations.count > 0)
    heading(p, "ELIMINATIONS");
  for (size_t i = 0; i < t->eliminations.count; i++) {
    const cs_elimination *e = &t->eliminations.at[i];
    print_rule(p, e->rule.id, e->name, &e->rule);
    for (size_t k = 0; k < e->phases.count; k++) {
      char date[CS_DATE_TEXT];
      cs_text line = {0};
      cs_text_add(&line, "at most ");
      add_amount(&line, &e->phases.at[k].at_most);
      cite(p, &line, &e->phases.at[k].rule);
      print_entry(p, 4, cs_date_format(cs_moment_date(t, &e->phases.at[k].by), date), &line);
    }
  }
}

/* "within 45 days", "24 hours before"; where the rule gives no time, whether its words were read at all. */
static const char *due_words(const cs_due *due, const cs_rule *rule, char out[48])
{
  char span[CS_SPAN_TEXT];
  if (due->side == CS_DUE_NONE)
    return rule->basis == CS_BASIS_TEXT ? "no set time" : "time not read";
  snprintf(out, 48, due->side == CS_DUE_AFTER ? "within %s" : "%s before", cs_span_format(due->span, span));
  return out;
}

static void show_exchanges(page *p)
{
  const cs_treaty *t = p->treaty;
  if (t->exchanges.count > 0)
    heading(p, "EXCHANGES");
  for (size_t i = 0; i < t->exchanges.count; i++) {
    const cs_exchange *exchange = &t->exchanges.at[i];
    print_rule(p, exchange->rule.id, exchange->name, &exchange->rule);
    for (size_t k = 0; k < exchange->schedule.count; k++) {
      const cs_schedule *s = &exchange->schedule.at[k];
      char date[CS_DATE_TEXT], span[CS_SPAN_TEXT], due[48];
      cs_text line = {0};
      bool once = s->as_of.kind != CS_MOMENT_NONE;
      if (!once)
        cs_text_add(&line, "every %s, ", cs_span_format(s->every, span));
      cs_text_add(&line, "data current on %s%s", cs_date_format(cs_moment_date(t, once ? &s->as_of : &s->first), date),
                  once ? "" : " and so on");
      if (s->text != NULL)
        cs_text_add(&line, ": %s", s->text);
      cite(p, &line, &s->rule);
      print_entry(p, 4, due_words(&s->due, &s->rule, due), &line);
    }
    for (size_t k = 0; k < exchange->replaced.count; k++) {
      const cs_replacement *r = &exchange->replaced.at[k];
      char date[CS_DATE_TEXT];
      cs_text line = {0};
      cs_text_add(&line, "in place of %s, ", cs_date_format(r->as_of, date));
      cs_text_add(&line, "data current on %s: %s", cs_date_format(r->by, date), r->text);
      cite(p, &line, &r->rule);
      print_entry(p, 4, "replaced", &line);
    }
    for (size_t k = 0; k < exchange->match.count; k++) {
      cs_text line = {0};
      cs_text_add(&line, "%s by one party = %s by the other", t->counts.at[exchange->match.at[k].count.index].name,
                  t->counts.at[exchange->match.at[k].with.index].name);
      cite(p, &line, &exchange->match.at[k].rule);
      print_entry(p, 4, "must match", &line);
    }
  }
}

static void show_notifications(page *p)
{
  const cs_treaty *t = p->treaty;
  const char *group = "";
  for (size_t i = 0; i < t->notifications.count; i++) {
    const cs_notification *n = &t->notifications.at[i];
    char due[48];
    if (i == 0)
      heading(p, "NOTIFICATIONS");
    if (strcmp(group, n->group) != 0)
      cs_text_add(p->out, "  %s\n", n->group);
    group = n->group;
    cs_text line = {0};
    cs_text_add(&line, "%s: %s", due_words(&n->due, &n->rule, due), n->event);
    cite(p, &line, &n->rule);
    print_entry(p, 4, n->rule.id, &line);
  }
}

static void show_inspection(page *p, const cs_inspection *inspection)
{
  const cs_treaty *t = p->treaty;
  char due[48], date[CS_DATE_TEXT];
  print_rule(p, inspection->rule.id, inspection->purpose != NULL ? inspection->purpose : inspection->name,
             &inspection->rule);
  cs_text line = {0};
  if (inspection->conduct.count > 0) {
    cs_text_add(&line, "at most ");
    add_amount(&line, &inspection->conduct);
    cs_text_add(&line, " a party a %s", cs_year_words[inspection->per]);
  }
  if (inspection->receive.count > 0) {
    cs_text_add(&line, "%sto be accepted: ", line.length > 0 ? "; " : "");
    add_amount(&line, &inspection->receive);
  }
  if (inspection->from.kind != CS_MOMENT_NONE)
    cs_text_add(&line, "; from %s", cs_date_format(cs_moment_date(t, &inspection->from), date));
  if (inspection->until.kind != CS_MOMENT_NONE)
    cs_text_add(&line, "; until %s", cs_date_format(cs_moment_date(t, &inspection->until), date));
  if (line.length > 0)
    print_entry(p, 4, "quota", &line);
  line = (cs_text){0};
  cs_text_add(&line, "%s by the inspecting party",
              inspection->chosen == 0 ? "designated" : "drawn jointly, then visited");
  add_names(&line, t, &inspection->at, ", among ");
  print_entry(p, 4, "place", &line);
  if (inspection->notice.side != CS_DUE_NONE) {
    line = (cs_text){0};
    cs_text_add(&line, "%s arrival", due_words(&inspection->notice, &inspection->rule, due));
    print_entry(p, 4, "notice", &line);
  }
  for (size_t k = 0; k < inspection->rules.count; k++) {
    line = (cs_text){0};
    cs_text_add(&line, "%s", inspection->rules.at[k].text);
    cite(p, &line, &inspection->rules.at[k].rule);
    print_entry(p, LEFT - 2, "", &line);
  }
}

static void show_obligations(page *p)
{
  const cs_treaty *t = p->treaty;
  const char *group = "";
  for (size_t i = 0; i < t->obligations.count; i++) {
    const cs_obligation *o = &t->obligations.at[i];
    char due[48];
    if (i == 0)
      heading(p, "FURTHER OBLIGATIONS");
    if (strcmp(group, o->group) != 0)
      cs_text_add(p->out, "  %s\n", o->group);
    group = o->group;
    cs_text line = {0};
    if (o->due.side != CS_DUE_NONE)
      cs_text_add(&line, "%s: ", due_words(&o->due, &o->rule, due));
    cs_text_add(&line, "%s", o->text);
    if (o->at_least >= 0)
      cs_text_add(&line, "; at least %lld a %s", (long long)o->at_least, cs_year_words[o->per]);
    if (o->at_most >= 0)
      cs_text_add(&line, "; at most %lld a %s", (long long)o->at_most, cs_year_words[o->per]);
    cite(p, &line, &o->rule);
    print_entry(p, 4, o->rule.id, &line);
  }
}

static void show_legend(page *p)
{
  static const char *const words[] = {
    [CS_BASIS_OFFICIAL] = "(o) read in a party's official description, not in the agreement's text",
    [CS_BASIS_PRESS] = "(p) read in a press report or a study, not in the agreement's text",
    [CS_BASIS_DRAFT] = "(d) supposed by this draft; no party has said it",
    [CS_BASIS_NONE] = "(?) not yet read in any source: to be checked before it is relied on",
  };
  bool any = false;
  for (size_t i = CS_BASIS_OFFICIAL; i < CS_COUNT_OF(words); i++) {
    if (!p->marked[i])
      continue;
    cs_text_add(p->out, any ? "  " : "\n  ");
    cs_text_wrap(p->out, words[i], 2, 6, p->width);
    cs_text_add(p->out, "\n");
    any = true;
  }
}

cs_status cs_treaty_show(const cs_treaty *treaty, size_t width, cs_text *out, cs_error *error)
{
  enum { NARROWEST = 60 };
  page p = {.treaty = treaty, .out = out, .width = width < NARROWEST ? NARROWEST : width};
  show_head(&p);
  show_term(&p);
  show_items(&p);
  show_counts(&p);
  show_limits(&p);
  show_exchanges(&p);
  show_notifications(&p);
  for (size_t i = 0; i < treaty->inspections.count; i++) {
    if (i == 0)
      heading(&p, "INSPECTIONS");
    show_inspection(&p, &treaty->inspections.at[i]);
  }
  show_obligations(&p);
  show_legend(&p);
  if (treaty->sources.count > 0)
    heading(&p, "SOURCES");
  for (size_t i = 0; i < treaty->sources.count; i++)
    cs_text_add(out, "  %s\n", treaty->sources.at[i]);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
