/* A comparison as a table, in Markdown, as JSON and as a plot. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/compare.h"

/* A row of cells, each in words. */
typedef struct row {
  cs_text cells[CS_COMPARED_MAX];
  const char *name;
} row;

static void free_row(const cs_comparison *c, row *r)
{
  for (size_t i = 0; i < c->count; i++)
    cs_text_free(&r->cells[i]);
}

static const char *cell(const row *r, size_t i)
{
  return r->cells[i].at == NULL ? "none" : r->cells[i].at;
}

static row topic_row(const cs_comparison *c, const cs_topic *topic)
{
  row out = {.name = topic->name};
  for (size_t i = 0; i < c->count; i++)
    topic->describe(c->treaties[i], c->parties[i], &out.cells[i]);
  return out;
}

/* What the agreements would catch of a violation; `index` of the courses, the last is that of an honest party. */
static row course_row(const cs_comparison *c, size_t index)
{
  const cs_violation *v = c->simulations[0]->courses[index].violation;
  row out = {.name = v == NULL ? "an honest party" : v->name};
  for (size_t i = 0; i < c->count; i++) {
    const cs_course *course = &c->simulations[i]->courses[index];
    cs_interval end = cs_course_by(course, course->days);
    cs_text_add(&out.cells[i], "%.4f (%.4f to %.4f)", end.value, end.low, end.high);
    if (course->note != NULL)
      cs_text_add(&out.cells[i], "; %s", course->note);
  }
  return out;
}

static row cost_row(const cs_comparison *c)
{
  row out = {.name = "visits, inspector-days"};
  for (size_t i = 0; i < c->count; i++) {
    const cs_course *honest = &c->simulations[i]->courses[c->simulations[i]->course_count - 1];
    cs_text_add(&out.cells[i], "%.4g, %.4g", honest->visits, honest->visits * c->scenario->assume.inspector_days);
  }
  return out;
}

static void add_number(double number, cs_text *out)
{
  if (isinf(number))
    cs_text_add(out, "without a limit");
  else
    cs_text_add(out, "%.4g", number);
}

/* "18, not 8" */
static void add_numbers(const cs_difference *d, cs_text *out)
{
  if (d->share) {
    cs_text_add(out, "seen with probability %.2f, not %.2f", d->own, d->other);
    return;
  }
  add_number(d->own, out);
  cs_text_add(out, ", not ");
  add_number(d->other, out);
}

/* What an agreement is called here: its identifier, or its file where another has the same. */
static const char *name_of(const cs_comparison *c, size_t i)
{
  for (size_t k = 0; k < c->count; k++)
    if (k != i && strcmp(c->treaties[k]->id, c->treaties[i]->id) == 0)
      return c->treaties[i]->file;
  return c->treaties[i]->id;
}

/* ---- Words ------------------------------------------------------------------------------------------------------- */

enum { NAME = 20, APART = 2 };

/* Takes the next line of a wrapped text, without its end. */
static const char *take_line(const char **at, size_t *length)
{
  const char *line = *at;
  *length = strcspn(line, "\n");
  *at += *length + (line[*length] == '\n');
  return line;
}

static void add_cell(cs_text *out, const char *line, size_t length, size_t width, bool last)
{
  char *copy = strndup(line, length);
  if (copy == NULL) {
    out->failed = true;
    return;
  }
  if (last)
    cs_text_add(out, "%s", copy);
  else
    cs_text_pad(out, copy, width);
  free(copy);
}

/* A row of a table whose cells are wrapped. */
static void show_cells(const cs_comparison *c, const char *name, const char *const *texts, size_t width, cs_text *out)
{
  cs_text wrapped[CS_COMPARED_MAX + 1] = {{0}};
  const char *at[CS_COMPARED_MAX + 1];
  enum { NARROWEST = 12 };
  size_t column = width > NAME + APART ? (width - NAME - APART) / (c->count > 0 ? c->count : 1) : 0;
  column = column > NARROWEST + APART ? column - APART : NARROWEST;
  for (size_t i = 0; i <= c->count; i++) {
    cs_text_wrap(&wrapped[i], i == 0 ? name : texts[i - 1], 0, 0, i == 0 ? NAME : column);
    at[i] = wrapped[i].at == NULL ? "" : wrapped[i].at;
  }
  for (bool more = true; more;) {
    size_t last = 0, length;
    more = false;
    for (size_t i = 0; i <= c->count; i++)
      last = *at[i] != '\0' ? i : last;
    cs_text_add(out, "  ");
    for (size_t i = 0; i <= last; i++) {
      const char *line = take_line(&at[i], &length);
      add_cell(out, line, length, (i == 0 ? NAME : column) + APART, i == last);
    }
    for (size_t i = 0; i <= c->count; i++)
      more = more || *at[i] != '\0';
    cs_text_add(out, "\n");
  }
  for (size_t i = 0; i <= c->count; i++)
    cs_text_free(&wrapped[i]);
}

static void show_row(const cs_comparison *c, row *r, size_t width, cs_text *out)
{
  const char *texts[CS_COMPARED_MAX];
  for (size_t i = 0; i < c->count; i++)
    texts[i] = cell(r, i);
  show_cells(c, r->name, texts, width, out);
  free_row(c, r);
}

static void show_head(const cs_comparison *c, size_t width, cs_text *out)
{
  const char *names[CS_COMPARED_MAX];
  for (size_t i = 0; i < c->count; i++)
    names[i] = name_of(c, i);
  show_cells(c, "", names, width, out);
}

/* The conditions of what follows. */
static cs_status show_assumed(const cs_comparison *c, size_t width, cs_text *out, cs_error *error)
{
  cs_arena arena = {0};
  cs_sentences assumed = {0};
  char trials[CS_GROUPED];
  cs_status status = cs_scenario_sentences(c->scenario, &arena, &assumed, error);
  cs_text_add(out, "\nAssumed in \"%s\", and nobody's fact (%s trials, seed %llu)\n", c->scenario->title,
              cs_grouped(c->simulations[0]->trials, trials), (unsigned long long)c->simulations[0]->seed);
  for (size_t i = 0; status == CS_OK && i < assumed.count; i++) {
    cs_text_add(out, "  - ");
    cs_text_wrap(out, assumed.at[i], 4, 4, width);
    cs_text_add(out, "\n");
  }
  cs_arena_free(&arena);
  return status;
}

static void show_caught(const cs_comparison *c, size_t width, cs_text *out)
{
  cs_text_add(out, "\nNoticed by the end, with 95 %% interval\n");
  show_head(c, width, out);
  for (size_t i = 0; i < c->simulations[0]->course_count; i++) {
    row r = course_row(c, i);
    show_row(c, &r, width, out);
  }
  row r = cost_row(c);
  show_row(c, &r, width, out);
}

static void show_side(const cs_difference *differences, size_t count, bool gains, size_t width, cs_text *out)
{
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    if (differences[i].gains != gains)
      continue;
    cs_text line = {0};
    cs_text_add(&line, "%s: ", differences[i].name);
    add_numbers(&differences[i], &line);
    cs_text_add(out, "  %-9s", any ? "" : gains ? "gains" : "gives up");
    cs_text_wrap(out, line.at == NULL ? "" : line.at, 11, 13, width);
    cs_text_add(out, "\n");
    cs_text_free(&line);
    any = true;
  }
}

static void show_position(const cs_comparison *c, size_t own, size_t other, size_t width, cs_text *out)
{
  cs_difference differences[CS_DIFFERENCES_MAX];
  size_t count = cs_comparison_differences(c, own, other, differences);
  cs_text_add(out, "\nA party under %s, beside %s\n", name_of(c, own), name_of(c, other));
  show_side(differences, count, true, width, out);
  show_side(differences, count, false, width, out);
  if (count == 0)
    cs_text_add(out, "  no difference in these numbers\n");
}

cs_status cs_comparison_show(const cs_comparison *c, size_t width, cs_text *out, cs_error *error)
{
  show_head(c, width, out);
  for (size_t i = 0; i < cs_topic_count; i++) {
    row r = topic_row(c, &cs_topics[i]);
    show_row(c, &r, width, out);
  }
  if (c->scenario != NULL && show_assumed(c, width, out, error) != CS_OK)
    return error->status;
  if (c->scenario != NULL)
    show_caught(c, width, out);
  for (size_t i = 1; i < c->count; i++) {
    show_position(c, 0, i, width, out);
    show_position(c, i, 0, width, out);
  }
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

/* ---- Markdown ---------------------------------------------------------------------------------------------------- */

/* Words that mean nothing to Markdown, in one line. */
static void add_escaped(const char *text, cs_text *out)
{
  for (; *text != '\0'; text++) {
    if (strchr("\\|`*_<>[]", *text) != NULL)
      cs_text_add(out, "\\");
    cs_text_put(out, *text == '\n' ? " " : text, 1);
  }
}

static void mark_row(const cs_comparison *c, row *r, cs_text *out)
{
  cs_text_add(out, "| ");
  add_escaped(r->name, out);
  for (size_t i = 0; i < c->count; i++) {
    cs_text_add(out, " | ");
    add_escaped(cell(r, i), out);
  }
  cs_text_add(out, " |\n");
  free_row(c, r);
}

static void mark_head(const cs_comparison *c, const char *name, cs_text *out)
{
  cs_text_add(out, "| %s", name);
  for (size_t i = 0; i < c->count; i++) {
    cs_text_add(out, " | ");
    add_escaped(name_of(c, i), out);
  }
  cs_text_add(out, " |\n|");
  for (size_t i = 0; i <= c->count; i++)
    cs_text_add(out, " --- |");
  cs_text_add(out, "\n");
}

static void mark_position(const cs_comparison *c, size_t own, size_t other, cs_text *out)
{
  cs_difference differences[CS_DIFFERENCES_MAX];
  size_t count = cs_comparison_differences(c, own, other, differences);
  cs_text_add(out, "\n**A party under ");
  add_escaped(name_of(c, own), out);
  cs_text_add(out, ", beside ");
  add_escaped(name_of(c, other), out);
  cs_text_add(out, "**\n\n");
  for (size_t i = 0; i < count; i++) {
    cs_text_add(out, "- %s: ", differences[i].gains ? "gains" : "gives up");
    add_escaped(differences[i].name, out);
    cs_text_add(out, ": ");
    add_numbers(&differences[i], out);
    cs_text_add(out, "\n");
  }
  if (count == 0)
    cs_text_add(out, "No difference in these numbers.\n");
}

static cs_status mark_caught(const cs_comparison *c, cs_text *out, cs_error *error)
{
  cs_arena arena = {0};
  cs_sentences assumed = {0};
  cs_status status = cs_scenario_sentences(c->scenario, &arena, &assumed, error);
  cs_text_add(out, "\nAssumed, and nobody's fact (%lld trials, seed %llu):\n\n", (long long)c->simulations[0]->trials,
              (unsigned long long)c->simulations[0]->seed);
  for (size_t i = 0; status == CS_OK && i < assumed.count; i++) {
    cs_text_add(out, "- ");
    add_escaped(assumed.at[i], out);
    cs_text_add(out, "\n");
  }
  cs_arena_free(&arena);
  cs_text_add(out, "\n");
  mark_head(c, "Noticed by the end", out);
  for (size_t i = 0; i < c->simulations[0]->course_count; i++) {
    row r = course_row(c, i);
    mark_row(c, &r, out);
  }
  row r = cost_row(c);
  mark_row(c, &r, out);
  return status;
}

cs_status cs_comparison_markdown(const cs_comparison *c, cs_text *out, cs_error *error)
{
  mark_head(c, "", out);
  for (size_t i = 0; i < cs_topic_count; i++) {
    row r = topic_row(c, &cs_topics[i]);
    mark_row(c, &r, out);
  }
  if (c->scenario != NULL && mark_caught(c, out, error) != CS_OK)
    return error->status;
  for (size_t i = 1; i < c->count; i++) {
    mark_position(c, 0, i, out);
    mark_position(c, i, 0, out);
  }
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static json_t *number_json(double number)
{
  return isnan(number) ? json_null() : isinf(number) ? json_string("unlimited") : json_real(number);
}

static json_t *agreement_json(const cs_comparison *c, size_t i)
{
  json_t *topics = json_object(), *numbers = json_object();
  for (size_t k = 0; k < cs_topic_count; k++) {
    cs_text words = {0};
    cs_topics[k].describe(c->treaties[i], c->parties[i], &words);
    json_object_set_new(topics, cs_topics[k].id, words.at == NULL ? json_null() : json_string(words.at));
    cs_text_free(&words);
  }
  for (size_t k = 0; k < cs_feature_count; k++) {
    double number = cs_features[k].number(c->treaties[i], c->parties[i]);
    json_object_set_new(numbers, cs_features[k].id, number_json(number));
  }
  return json_pack("{s:s, s:s, s:o, s:o, s:o}", "agreement", c->treaties[i]->id, "title", c->treaties[i]->title,
                   "measures", topics, "numbers", numbers, "simulation",
                   c->scenario == NULL ? json_null() : cs_simulation_object(c->simulations[i]));
}

static json_t *position_json(const cs_comparison *c, size_t own, size_t other)
{
  cs_difference differences[CS_DIFFERENCES_MAX];
  size_t count = cs_comparison_differences(c, own, other, differences);
  json_t *sides[] = {json_array(), json_array()};
  for (size_t i = 0; i < count; i++)
    json_array_append_new(sides[differences[i].gains],
                          json_pack("{s:s, s:s, s:o, s:o}", "id", differences[i].id, "name", differences[i].name, "own",
                                    number_json(differences[i].own), "other", number_json(differences[i].other)));
  return json_pack("{s:s, s:s, s:o, s:o}", "agreement", c->treaties[own]->id, "beside", c->treaties[other]->id, "gains",
                   sides[1], "gives_up", sides[0]);
}

cs_status cs_comparison_json(const cs_comparison *c, cs_text *out, cs_error *error)
{
  json_t *agreements = json_array(), *positions = json_array();
  for (size_t i = 0; i < c->count; i++)
    json_array_append_new(agreements, agreement_json(c, i));
  for (size_t i = 1; i < c->count; i++) {
    json_array_append_new(positions, position_json(c, 0, i));
    json_array_append_new(positions, position_json(c, i, 0));
  }
  return cs_text_json(out, json_pack("{s:o, s:o}", "agreements", agreements, "positions", positions), 12, error);
}

/* ---- Plot -------------------------------------------------------------------------------------------------------- */

cs_status cs_comparison_plot(const cs_comparison *c, cs_text *out, cs_error *error)
{
  cs_chart_line lines[CS_VIOLATIONS_MAX][CS_COMPARED_MAX];
  cs_chart_panel panels[CS_VIOLATIONS_MAX];
  if (c->scenario == NULL)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "there is nothing to plot; expected a scenario");
  size_t count = c->scenario->violation_count;
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < c->count; k++)
      lines[i][k] = (cs_chart_line){name_of(c, k), &c->simulations[k]->courses[i]};
    panels[i] = (cs_chart_panel){c->scenario->violations[i].name, lines[i], c->count};
  }
  return cs_chart_draw(c->scenario->title,
                       "Probability that it was noticed, with 95 % intervals; what is assumed stands in the scenario.",
                       panels, count, out, error);
}

cs_status cs_simulation_plot(const cs_simulation *s, cs_text *out, cs_error *error)
{
  cs_chart_line lines[CS_VIOLATIONS_MAX];
  size_t count = s->scenario->violation_count;
  for (size_t i = 0; i < count; i++)
    lines[i] = (cs_chart_line){s->scenario->violations[i].id, &s->courses[i]};
  cs_text title = {0};
  cs_text_add(&title, "%s under %s", s->scenario->title, s->treaty->id);
  cs_chart_panel panel = {"Probability that a violation was noticed", lines, count};
  cs_status status =
    cs_chart_draw(title.at == NULL ? "" : title.at, "With 95 % intervals; what is assumed stands in the scenario.",
                  &panel, 1, out, error);
  cs_text_free(&title);
  return status;
}
