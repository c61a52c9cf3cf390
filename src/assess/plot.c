/* The limited counts over time, as an SVG for a paper: one panel a limit, one line a party. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "assess/assess.h"

/* Sizes in SVG user units. */
enum { WIDTH = 900, LEFT = 64, RIGHT = 24, TOP = 126, PANEL = 190, GAP = 62, BOTTOM = 58, MOST_PANELS = 8 };

typedef struct plot {
  const cs_assessment *a;
  cs_text *out;
  cs_date first, last; /* of the time axis */
  double least, most;  /* of the panel's values */
  double top;          /* of the panel */
} plot;

static double x_of(const plot *p, cs_date date)
{
  return LEFT + (double)(WIDTH - LEFT - RIGHT) * (date - p->first) / (p->last - p->first);
}

static double y_of(const plot *p, double value)
{
  return p->top + PANEL * (1 - (value - p->least) / (p->most - p->least));
}

/* A point: a disc, a square, a diamond, and so on by party; hollow where the number was only published. */
static void mark(plot *p, double x, double y, size_t party, bool hollow)
{
  const char *colour = cs_svg_colour(party);
  char paint[96];
  snprintf(paint, sizeof paint, "fill=\"%s\" stroke=\"%s\" stroke-width=\"1.4\"", hollow ? "#ffffff" : colour, colour);
  if (party % 3 == 0)
    cs_text_add(p->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" %s/>\n", x, y, paint);
  else if (party % 3 == 1)
    cs_text_add(p->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"5.4\" height=\"5.4\" %s/>\n", x - 2.7, y - 2.7, paint);
  else
    cs_text_add(p->out, "<path d=\"M%.1f %.1f l3.6 3.6 l-3.6 3.6 l-3.6 -3.6 z\" %s/>\n", x, y - 3.6, paint);
}

/* ---- Axes -------------------------------------------------------------------------------- */

static void fit_values(plot *p, size_t bound)
{
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < p->a->count; i++) {
    const cs_result *r = &p->a->results[i];
    if (r->subject != CS_SUBJECT_BOUND || r->index != bound)
      continue;
    int64_t numbers[2];
    cs_result_numbers(p->a, r, &numbers[0], &numbers[1]);
    for (int k = 0; k < 2; k++) {
      int64_t number = numbers[k];
      if (number == CS_NO_NUMBER)
        continue;
      least = (double)number < least ? (double)number : least;
      most = (double)number > most ? (double)number : most;
    }
  }
  if (most < least)
    least = 0, most = 1;
  double step = cs_svg_step(most - least < 4 ? 4 : most - least);
  p->least = floor(least / step) * step;
  p->most = ceil((most + step * 0.1) / step) * step;
  if (p->least == least && p->least > 0)
    p->least -= step;
}

static void value_axis(plot *p)
{
  double step = cs_svg_step(p->most - p->least);
  int64_t first = llround(ceil(p->least / step)), last = llround(floor(p->most / step + 0.001));
  for (int64_t n = first; n <= last; n++) {
    char number[CS_GROUPED];
    double v = (double)n * step;
    cs_svg_line(p->out, LEFT, y_of(p, v), WIDTH - RIGHT, y_of(p, v), "stroke=\"#e4e4e4\"");
    cs_svg_text(p->out, LEFT - 8, y_of(p, v) + 4, "text-anchor=\"end\" class=\"tick\"",
                cs_grouped((int64_t)llround(v), number));
  }
}

/* Years, as many as leave room for their names. */
static void time_axis(plot *p, bool named)
{
  int years = (p->last - p->first) / 365 + 1;
  int step = years <= 20 ? 1 : years <= 40 ? 2 : years <= 100 ? 5 : years / 20 + 1;
  char date[CS_DATE_TEXT];
  cs_date new_year;
  cs_date_format(p->first, date);
  memcpy(date + 4, "-01-01", sizeof "-01-01");
  cs_date_parse(date, CS_DATE_TEXT - 1, &new_year);
  for (int32_t n = 0;; n += step) {
    cs_date day = cs_date_add_months(new_year, 12 * n);
    if (day > p->last || n > 10000)
      break;
    if (day < p->first)
      continue;
    cs_date_format(day, date);
    cs_svg_line(p->out, x_of(p, day), p->top + PANEL, x_of(p, day), p->top + PANEL + 4, "stroke=\"#555555\"");
    date[4] = '\0';
    if (named)
      cs_svg_text(p->out, x_of(p, day), p->top + PANEL + 18, "text-anchor=\"middle\" class=\"tick\"", date);
  }
  cs_svg_line(p->out, LEFT, p->top + PANEL, WIDTH - RIGHT, p->top + PANEL, "stroke=\"#555555\"");
}

/* ---- One panel --------------------------------------------------------------------------- */

static void limit_line(plot *p, const cs_bound *bound, size_t party, const char *name)
{
  bool applies;
  int64_t limit = cs_bound_limit(p->a, bound, party, &applies);
  if (limit == CS_NO_NUMBER)
    return;
  cs_date from = bound->from != CS_DATE_NONE && bound->from > p->first ? bound->from : p->first;
  cs_date until = bound->until != CS_DATE_NONE && bound->until < p->last ? bound->until : p->last;
  cs_date end = cs_treaty_end(p->a->treaty, p->a->at);
  until = end != CS_DATE_NONE && end < until ? end : until;
  if (from >= until)
    return;
  double y = y_of(p, (double)limit);
  char words[96], number[CS_GROUPED], date[CS_DATE_TEXT];
  cs_svg_line(p->out, LEFT, y, x_of(p, from), y, "stroke=\"#222222\" stroke-width=\"1\" stroke-dasharray=\"1 4\"");
  cs_svg_line(p->out, x_of(p, from), y, x_of(p, until), y,
              "stroke=\"#222222\" stroke-width=\"1.6\" stroke-dasharray=\"7 4\"");
  if (from > p->first)
    cs_svg_line(p->out, x_of(p, from), p->top, x_of(p, from), p->top + PANEL,
                "stroke=\"#222222\" stroke-width=\"0.8\"");
  snprintf(words, sizeof words, "%s%slimit %s%s%s", name, name[0] == '\0' ? "" : ": ", cs_grouped(limit, number),
           from > p->first ? ", binding from " : "", from > p->first ? cs_date_format(from, date) : "");
  cs_svg_text(p->out, x_of(p, from) + 6, y - 5, "class=\"limit\"", words);
}

/* The limit of every party, or one line where they are the same. */
static void limit_lines(plot *p, const cs_bound *bound)
{
  const cs_allowance *first = bound->at_most->count == 0 ? NULL : &bound->at_most->at[0];
  bool same = first != NULL && first->party.id == NULL && !first->baseline;
  for (size_t i = 0; i < p->a->treaty->parties.count && (i == 0 || !same); i++)
    limit_line(p, bound, i, same ? "" : p->a->treaty->parties.at[i].rule.id);
}

/* A line breaks where a declaration is missing. */
static void series(plot *p, size_t bound, size_t party)
{
  bool open = false;
  for (size_t i = 0; i < p->a->count; i++) {
    const cs_result *r = &p->a->results[i];
    if (r->subject != CS_SUBJECT_BOUND || r->index != bound || r->party != party)
      continue;
    int64_t value, limit;
    cs_result_numbers(p->a, r, &value, &limit);
    if (value == CS_NO_NUMBER) {
      cs_text_add(p->out, "%s", open ? "\"/>\n" : "");
      open = false;
      continue;
    }
    if (!open)
      cs_text_add(p->out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" points=\"", cs_svg_colour(party));
    cs_text_add(p->out, "%s%.1f,%.1f", open ? " " : "", x_of(p, r->date), y_of(p, (double)value));
    open = true;
  }
  cs_text_add(p->out, "%s", open ? "\"/>\n" : "");
  for (size_t i = 0; i < p->a->count; i++) {
    const cs_result *r = &p->a->results[i];
    int64_t value, limit;
    if (r->subject != CS_SUBJECT_BOUND || r->index != bound || r->party != party)
      continue;
    cs_result_numbers(p->a, r, &value, &limit);
    if (value != CS_NO_NUMBER)
      mark(p, x_of(p, r->date), y_of(p, (double)value), party, r->note == CS_NOTE_PUBLISHED);
  }
}

/* Shades the time from the first exchange that every party left out. */
static void silence(plot *p, bool named)
{
  cs_date last_heard = CS_DATE_NONE, first_missing = CS_DATE_NONE;
  for (size_t i = 0; i < p->a->count; i++) {
    const cs_result *r = &p->a->results[i];
    if (r->subject != CS_SUBJECT_EXCHANGE)
      continue;
    if (r->verdict != CS_MISSING)
      last_heard = r->date;
    else if (first_missing == CS_DATE_NONE || first_missing <= last_heard)
      first_missing = r->date;
  }
  if (first_missing == CS_DATE_NONE || first_missing <= last_heard)
    return;
  double x = x_of(p, first_missing);
  cs_text_add(p->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"#f1efe8\"/>\n", x, p->top,
              WIDTH - RIGHT - x, PANEL);
  if (named)
    cs_svg_text(p->out, (x + WIDTH - RIGHT) / 2, p->top + 16, "text-anchor=\"middle\" class=\"note\"",
                "no data exchanged");
}

static void panel(plot *p, size_t bound, size_t index, size_t panels)
{
  const cs_assessment *a = p->a;
  const cs_count *count = &a->treaty->counts.at[a->bounds[bound].count];
  cs_text title = {0};
  p->top = TOP + (double)index * (PANEL + GAP);
  fit_values(p, bound);
  cs_text_add(&title, "%c%s",
              count->name[0] >= 'a' && count->name[0] <= 'z' ? count->name[0] - 'a' + 'A' : count->name[0],
              count->name + 1);
  cs_svg_text(p->out, LEFT, p->top - 26, "class=\"panel\"", title.at == NULL ? "" : title.at);
  cs_svg_text(p->out, LEFT, p->top - 10, "class=\"note\"", a->bounds[bound].article->article);
  cs_text_free(&title);
  silence(p, index == 0);
  value_axis(p);
  time_axis(p, index + 1 == panels);
  limit_lines(p, &a->bounds[bound]);
  for (size_t party = 0; party < a->treaty->parties.count; party++)
    series(p, bound, party);
}

/* ---- The page ---------------------------------------------------------------------------- */

static void legend(plot *p)
{
  double x = LEFT;
  for (size_t i = 0; i < p->a->treaty->parties.count; i++) {
    const char *name = p->a->treaty->parties.at[i].name;
    cs_text_add(p->out, "<line x1=\"%.1f\" y1=\"58\" x2=\"%.1f\" y2=\"58\" stroke=\"%s\" stroke-width=\"1.8\"/>\n", x,
                x + 26, cs_svg_colour(i));
    mark(p, x + 13, 58, i, false);
    cs_svg_text(p->out, x + 32, 62, "class=\"tick\"", name);
    x += 52 + 7 * (double)cs_text_columns(name);
  }
}

static void fit_time(plot *p)
{
  const cs_assessment *a = p->a;
  p->first = a->treaty->term.start;
  cs_date end = cs_treaty_end(a->treaty, a->at);
  p->last = end != CS_DATE_NONE && end < a->at ? end : a->at;
  for (size_t i = 0; i < a->count; i++) {
    p->first = a->results[i].date < p->first ? a->results[i].date : p->first;
    p->last = a->results[i].date > p->last ? a->results[i].date : p->last;
  }
  if (p->last <= p->first)
    p->last = p->first + 1;
}

static void head(plot *p, int height)
{
  const cs_assessment *a = p->a;
  char at[CS_DATE_TEXT];
  cs_svg_begin(p->out, WIDTH, height, a->treaty->title, a->conclusion);
  cs_text title = {0};
  cs_text_add(&title, "What the parties declared under %s, and its limits",
              a->treaty->short_title != NULL ? a->treaty->short_title : a->treaty->id);
  cs_svg_text(p->out, LEFT, 32, "class=\"title\"", title.at == NULL ? "" : title.at);
  cs_text_free(&title);
  cs_text foot = {0};
  cs_text_add(&foot, "Assessed at %s. Hollow marks: published, not exchanged.", cs_date_format(a->at, at));
  cs_svg_text(p->out, LEFT, height - 14, "class=\"note\"", foot.at == NULL ? "" : foot.at);
  cs_text_free(&foot);
}

cs_status cs_assessment_plot(const cs_assessment *a, cs_text *out, cs_error *error)
{
  plot p = {.a = a, .out = out};
  size_t panels = a->bound_count;
  if (panels > MOST_PANELS)
    panels = MOST_PANELS;
  int height = (int)(TOP + panels * (PANEL + GAP) - (panels > 0 ? GAP : 0) + BOTTOM);
  fit_time(&p);
  head(&p, height);
  legend(&p);
  for (size_t i = 0; i < panels; i++)
    panel(&p, i, i, panels);
  cs_text_add(out, "</svg>\n");
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
