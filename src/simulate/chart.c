/* Detection over time, as an SVG for a paper: a line and its 95 % band for each. */
#include <math.h>
#include <stdio.h>

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

static void draw_line(const chart *c, const cs_course *course, size_t index)
{
  const char *colour = cs_svg_colour(index);
  cs_text_add(c->out, "<path fill=\"%s\" fill-opacity=\"0.2\" d=\"M", colour);
  for (int i = 0; i <= POINTS; i++)
    cs_text_add(c->out, "%.1f,%.1f ", x_of(c, day_of(course, i)), y_of(c, before(course, i).high));
  for (int i = POINTS; i >= 0; i--)
    cs_text_add(c->out, "%.1f,%.1f%s", x_of(c, day_of(course, i)), y_of(c, before(course, i).low), i > 0 ? " " : "");
  cs_text_add(c->out, "z\"/>\n<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"%s points=\"", colour,
              index % 2 == 1 ? " stroke-dasharray=\"8 3\"" : "");
  for (int i = 0; i <= POINTS; i++)
    cs_text_add(c->out, "%s%.1f,%.1f", i > 0 ? " " : "", x_of(c, day_of(course, i)), y_of(c, before(course, i).value));
  cs_text_add(c->out, "\"/>\n");
}

/* Breaks a title into lines that fit. */
static void draw_title(const chart *c, const char *title)
{
  enum { LINES = 2, LINE = 15 };
  static const double COLUMN = 7.4; /* of a wide fallback font */
  cs_text wrapped = {0};
  size_t columns = (size_t)(c->width / COLUMN);
  int count = 0;
  cs_text_wrap(&wrapped, title, 0, 0, columns);
  for (const char *at = wrapped.at; at != NULL && *at != '\0' && count < LINES; count++) {
    char line[160];
    size_t length = 0;
    while (at[length] != '\0' && at[length] != '\n')
      length++;
    snprintf(line, sizeof line, "%.*s", (int)length, at);
    if (count == 0 && line[0] >= 'a' && line[0] <= 'z')
      line[0] = (char)(line[0] - 'a' + 'A');
    cs_svg_text(c->out, c->left, c->top - 26 + count * LINE, "class=\"panel\"", line);
    at += length + (at[length] == '\n');
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
    snprintf(attributes, sizeof attributes, "stroke=\"%s\" stroke-width=\"2\"%s", cs_svg_colour(i),
             i % 2 == 1 ? " stroke-dasharray=\"8 3\"" : "");
    cs_svg_line(out, x, y, x + 26, y, attributes);
    cs_svg_text(out, x + 32, y + 4, "class=\"tick\"", panel->lines[i].name);
    x += width;
  }
  return (int)(y - HEAD) + LEGEND;
}

cs_status cs_chart_draw(const char *title, const char *note, const cs_chart_panel *panels, size_t count, cs_text *out,
                        cs_error *error)
{
  size_t columns = count == 1 ? 1 : 2, rows = (count + columns - 1) / columns;
  cs_text legend = {0};
  int top = HEAD + draw_legend(&legend, &panels[0]) + GAP - 20, tall = count == 1 ? 2 * PANEL : PANEL;
  int height = top + (int)rows * (tall + GAP) - GAP + BOTTOM + 26;
  cs_svg_begin(out, WIDTH, height, title, note);
  cs_svg_text(out, LEFT, 32, "class=\"title\"", title);
  cs_text_put(out, legend.at == NULL ? "" : legend.at, legend.length);
  for (size_t i = 0; i < count; i++) {
    chart c = {.out = out, .height = tall};
    c.width = columns == 1 ? WIDTH - LEFT - RIGHT : (WIDTH - LEFT - RIGHT - BETWEEN) / 2.0;
    c.left = LEFT + (double)(i % columns) * (c.width + BETWEEN);
    size_t row = i / columns;
    c.top = top + (double)row * (tall + GAP);
    c.days = panels[i].lines[0].course->days;
    draw_title(&c, panels[i].title);
    share_axis(&c);
    time_axis(&c);
    for (size_t dashed = 0; dashed < 2; dashed++) /* above whole lines, so that none hides another */
      for (size_t k = dashed; k < panels[i].count; k += 2)
        draw_line(&c, panels[i].lines[k].course, k);
  }
  cs_svg_text(out, LEFT, height - 14, "class=\"note\"", note);
  cs_text_add(out, "</svg>\n");
  bool failed = legend.failed || out->failed;
  cs_text_free(&legend);
  return failed ? cs_fail_memory(error) : CS_OK;
}
