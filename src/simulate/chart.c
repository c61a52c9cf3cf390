/* Detection over time, as an SVG for a paper: a line and its 95 % band for each. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "simulate/compare.h"

/* Sizes in SVG user units. */
enum {
  WIDTH = 900,
  LEFT = 52,
  RIGHT = 20,
  BETWEEN = 64,
  PANEL = 150,
  GAP = 64,
  HEAD = 62,
  LEGEND = 20,
  BOTTOM = 44,
  POINTS = 120
};

typedef struct chart {
  cs_text *out;
  double left, top, width, height; /* of the panel */
  int32_t days;
} chart;

static double x_of(const chart *c, double day)
{
  return c->left + c->width * day / c->days;
}

static double y_of(const chart *c, double share)
{
  return c->top + c->height * (1 - share);
}

/* ---- Axes -------------------------------------------------------------------------------------------------------- */

static void share_axis(const chart *c)
{
  enum { PARTS = 4 };
  for (int i = 0; i <= PARTS; i++) {
    char number[16];
    double share = (double)i / PARTS;
    snprintf(number, sizeof number, "%g", share);
    cs_svg_line(c->out, c->left, y_of(c, share), c->left + c->width, y_of(c, share), "stroke=\"#e4e4e4\"");
    cs_svg_text(c->out, c->left - 8, y_of(c, share) + 4, "text-anchor=\"end\" class=\"tick\"", number);
  }
}

/* Days, months or years, as many as leave room for their numbers. */
static void time_axis(const chart *c)
{
  static const struct {
    double days;
    const char *name;
  } units[] = {{1, "day"}, {30.4375, "month"}, {365.25, "year"}};
  size_t unit = c->days <= 92 ? 0 : c->days <= 1100 ? 1 : 2;
  double length = c->days / units[unit].days, step = fmax(1, cs_svg_step(length));
  if (unit == 1 && step >= 2 && step < 6)
    step = 3;
  for (int i = 0; i * step <= length + 0.02; i++) {
    char words[32];
    double n = i * step, x = x_of(c, fmin(c->days, n * units[unit].days));
    snprintf(words, sizeof words, n == 0 ? "%s %.0f" : "%.0s%.0f", units[unit].name, n);
    cs_svg_line(c->out, x, y_of(c, 0), x, y_of(c, 0) + 4, "stroke=\"#555555\"");
    cs_svg_text(c->out, x, y_of(c, 0) + 18,
                n == 0 ? "text-anchor=\"start\" class=\"tick\"" : "text-anchor=\"middle\" class=\"tick\"", words);
  }
  cs_svg_line(c->out, c->left, y_of(c, 0), c->left + c->width, y_of(c, 0), "stroke=\"#555555\"");
}

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

static int32_t day_of(const cs_course *course, int point)
{
  return (int32_t)llround((double)course->days * point / POINTS);
}

/* What was noticed before a day begins. */
static cs_interval before(const cs_course *course, int point)
{
  return cs_course_by(course, day_of(course, point) - 1);
}

/* How a line is broken: with seven colours, twenty-eight lines are told apart. */
static const char *dashes(size_t index)
{
  static const char *const kinds[] = {"", " stroke-dasharray=\"8 3\"", " stroke-dasharray=\"2 3\"",
                                      " stroke-dasharray=\"9 3 2 3\""};
  return kinds[index % CS_COUNT_OF(kinds)];
}

static void draw_line(const chart *c, const cs_course *course, size_t index)
{
  const char *colour = cs_svg_colour(index);
  cs_text_add(c->out, "<path fill=\"%s\" fill-opacity=\"0.2\" d=\"M", colour);
  for (int i = 0; i <= POINTS; i++)
    cs_text_add(c->out, "%.1f,%.1f ", x_of(c, day_of(course, i)), y_of(c, before(course, i).high));
  for (int i = POINTS; i >= 0; i--)
    cs_text_add(c->out, "%.1f,%.1f%s", x_of(c, day_of(course, i)), y_of(c, before(course, i).low), i > 0 ? " " : "");
  cs_text_add(c->out, "z\"/>\n<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"%s points=\"", colour,
              dashes(index));
  for (int i = 0; i <= POINTS; i++)
    cs_text_add(c->out, "%s%.1f,%.1f", i > 0 ? " " : "", x_of(c, day_of(course, i)), y_of(c, before(course, i).value));
  cs_text_add(c->out, "\"/>\n");
}

/* Writes words of a class in lines of so many columns, as many as fit; the last ends in an ellipsis where there are more. */
static void draw_words(const chart *c, double y, const char *class, size_t columns, int lines, const char *words)
{
  enum { LINE = 15 };
  cs_text wrapped = {0};
  cs_text_wrap(&wrapped, words, 0, 0, columns);
  const char *at = wrapped.at == NULL ? "" : wrapped.at;
  for (int i = 0; i < lines && *at != '\0'; i++) {
    cs_text line = {0};
    size_t length = strcspn(at, "\n");
    bool more = at[length] != '\0';
    cs_text_put(&line, at, length);
    if (i == 0 && length > 0 && line.at != NULL && line.at[0] >= 'a' && line.at[0] <= 'z')
      line.at[0] = (char)(line.at[0] - 'a' + 'A');
    if (more && i + 1 == lines)
      cs_text_add(&line, " ...");
    cs_svg_text(c->out, c->left, y + i * LINE, class, line.at == NULL ? "" : line.at);
    cs_text_free(&line);
    at += length + more;
  }
  cs_text_free(&wrapped);
}

/* The names of the lines; gives the height that they take. */
static int draw_legend(cs_text *out, const cs_chart_panel *panel)
{
  double x = LEFT, y = HEAD - 4;
  for (size_t i = 0; i < panel->count; i++) {
    double width = 52 + 7 * (double)cs_text_columns(panel->lines[i].name);
    if (x + width > WIDTH - RIGHT && x > LEFT) {
      x = LEFT;
      y += LEGEND;
    }
    char attributes[96];
    snprintf(attributes, sizeof attributes, "stroke=\"%s\" stroke-width=\"2\"%s", cs_svg_colour(i), dashes(i));
    cs_svg_line(out, x, y, x + 26, y, attributes);
    cs_svg_text(out, x + 32, y + 4, "class=\"tick\"", panel->lines[i].name);
    x += width;
  }
  return (int)(y - HEAD) + LEGEND;
}

cs_status cs_chart_draw(const char *title, const char *note, const cs_chart_panel *panels, size_t count, cs_text *out,
                        cs_error *error)
{
  static const double COLUMN = 7.4; /* of a wide fallback font */
  enum { TITLE_COLUMNS = 80 };
  size_t columns = count == 1 ? 1 : 2, rows = (count + columns - 1) / columns;
  cs_text legend = {0};
  int top = HEAD + draw_legend(&legend, &panels[0]) + GAP - 20, tall = count == 1 ? 2 * PANEL : PANEL;
  int height = top + (int)rows * (tall + GAP) - GAP + BOTTOM + 26;
  cs_svg_begin(out, WIDTH, height, title, note);
  chart page = {.out = out, .left = LEFT};
  draw_words(&page, 32, "class=\"title\"", TITLE_COLUMNS, 1, title);
  cs_text_put(out, legend.at == NULL ? "" : legend.at, legend.length);
  for (size_t i = 0; i < count; i++) {
    chart c = {.out = out, .height = tall};
    c.width = columns == 1 ? WIDTH - LEFT - RIGHT : (WIDTH - LEFT - RIGHT - BETWEEN) / 2.0;
    c.left = LEFT + (double)(i % columns) * (c.width + BETWEEN);
    size_t row = i / columns;
    c.top = top + (double)row * (tall + GAP);
    for (size_t k = 0; k < panels[i].count; k++)
      c.days = panels[i].lines[k].course->days > c.days ? panels[i].lines[k].course->days : c.days;
    draw_words(&c, c.top - 26, "class=\"panel\"", (size_t)(c.width / COLUMN), 2, panels[i].title);
    share_axis(&c);
    time_axis(&c);
    for (size_t broken = 0; broken < 2; broken++) /* above whole lines, so that none hides another */
      for (size_t k = 0; k < panels[i].count; k++)
        if ((*dashes(k) != '\0') == broken)
          draw_line(&c, panels[i].lines[k].course, k);
  }
  cs_svg_text(out, LEFT, height - 14, "class=\"note\"", note);
  cs_text_add(out, "</svg>\n");
  bool failed = legend.failed || out->failed;
  cs_text_free(&legend);
  return failed ? cs_fail_memory(error) : CS_OK;
}
