/* A plan in words. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inspect/plan.h"

/* ---- Words --------------------------------------------------------------------------------------------------------- */

static void paragraph(cs_text *out, const cs_text *text, size_t indent, size_t width)
{
  cs_text_add(out, "%*s", (int)indent, "");
  cs_text_wrap(out, text->at == NULL ? "" : text->at, indent, indent + 2, width);
  cs_text_add(out, "\n");
}

/* One paragraph, from a format. */
#define SAY(out, indent, width, ...)                                                                                   \
  do {                                                                                                                 \
    cs_text words = {0};                                                                                               \
    cs_text_add(&words, __VA_ARGS__);                                                                                  \
    paragraph((out), &words, (indent), (width));                                                                       \
    cs_text_free(&words);                                                                                              \
  } while (0)

static const char *in_the(const cs_plan *plan)
{
  return plan->term ? "the term" : "a year";
}

static void show_head(const cs_plan *plan, size_t width, cs_text *out)
{
  const cs_plan_options *o = &plan->options;
  char date[CS_DATE_TEXT], number[CS_GROUPED];
  const cs_treaty *t = plan->treaty;
  SAY(out, 0, width, "Visits in %s under %s%s%s, by the quotas of %s", in_the(plan),
      t->short_title != NULL ? t->short_title : t->id, o->party != NULL ? ", conducted by " : "",
      o->party != NULL ? o->party : "", cs_date_format(o->at, date));
  SAY(out, 0, width, "A violation of %s item%s is to be seen with a probability of %g.",
      cs_grouped(o->violation, number), o->violation == 1 ? "" : "s", o->goal);
}

static void show_assumed_places(const cs_plan *plan, size_t width, cs_text *out)
{
  char number[CS_GROUPED];
  const char *kinds = plan->places->at[0].kind == CS_ANY_KIND ? "" : " of each kind that may be visited";
  if (plan->places->limit != NULL)
    SAY(out, 2, width,
        "- no facilities were given: %" PRId64 "%s, each with %s items, the limit \"%s\" spread evenly over them",
        plan->places->each, kinds, cs_grouped(plan->places->at[0].items, number), plan->places->limit);
  else
    SAY(out, 2, width,
        "- no facilities were given, and no limit has a number: %" PRId64
        "%s, each of which can hide the whole violation",
        plan->places->each, kinds);
}

/* How visits come to their places, and what was simplified. */
static void show_visits_assumed(const cs_plan *plan, size_t width, cs_text *out)
{
  char number[CS_GROUPED];
  if (cs_plan_draws(plan))
    SAY(
      out, 2, width,
      "- a drawn visit goes to any of the facilities of its kinds alike; each is drawn from all of them anew, so that "
      "one may be drawn twice");
  if (!cs_plan_draws(plan))
    SAY(out, 2, width,
        "- no facility is visited twice in %s, and facilities are drawn with the probabilities below (conditional "
        "Poisson sampling)",
        in_the(plan));
  else if (plan->within.visits > cs_plan_drawn(plan))
    SAY(out, 2, width,
        "- the other visits are chosen: to no facility twice in %s, with the probabilities below (conditional Poisson "
        "sampling), whatever is drawn",
        in_the(plan));
  if (plan->scaled)
    SAY(out, 2, width, "- of a quota for the whole term a year's share counts, rounded down");
  if (plan->rough)
    SAY(out, 2, width,
        "- for the probability that holds however the violation is split, numbers of items that are seen nearly alike "
        "were taken together%s%s%s; it errs on the low side",
        plan->unit > 1 ? ", and placed " : "", plan->unit > 1 ? cs_grouped(plan->unit, number) : "",
        plan->unit > 1 ? " at a time" : "");
}

static void show_assumptions(const cs_plan *plan, size_t width, cs_text *out)
{
  const cs_plan_options *o = &plan->options;
  char number[CS_GROUPED];
  cs_text_add(out, "\nAssumed\n");
  if (plan->places->assumed)
    show_assumed_places(plan, width, out);
  if (o->looks == 0)
    SAY(out, 2, width,
        "- a visit looks at every item of the facility; a look at an item in violation misses it with "
        "probability %g",
        o->miss);
  else
    SAY(out, 2, width,
        "- a visit looks at %s items of the facility, drawn at random; a look at an item in violation "
        "misses it with probability %g",
        cs_grouped(o->looks, number), o->miss);
  SAY(out, 2, width,
      "- the violator knows this plan but not the draw, and splits the violation where it is seen least, "
      "at no facility more items than it holds");
  show_visits_assumed(plan, width, out);
}

/* ---- The table ---------------------------------------------------------------------------------------------------- */

enum column { FACILITIES, QUOTA, VISITS, DRAWN, DETECTED, ONE_FEWER, ONE_MORE, GOAL_NEEDS, COLUMNS };
static const char *const column_heads[COLUMNS] = {"facilities", "quota",     "visits",   "drawn",
                                                  "detected",   "one fewer", "one more", "goal needs"};

static const char *count_cell(int64_t number, const char *none, char out[CS_GROUPED])
{
  return number < 0 ? none : cs_grouped(number, out);
}

static const char *probability_cell(double p, char out[CS_GROUPED])
{
  if (isnan(p))
    return "-";
  snprintf(out, CS_GROUPED, "%.6f", p);
  return out;
}

static const char *cell(const cs_pool *pool, size_t column, char out[CS_GROUPED])
{
  switch (column) {
  case FACILITIES:
    return count_cell((int64_t)pool->count, "", out);
  case QUOTA:
    return count_cell(cs_pool_quota(pool), "no limit", out);
  case VISITS:
    return count_cell(pool->planned, "", out);
  case DRAWN:
    return count_cell(pool->planned_drawn, "", out);
  case DETECTED:
    return probability_cell(pool->alone.planned, out);
  case ONE_FEWER:
    return probability_cell(pool->alone.fewer, out);
  case ONE_MORE:
    return probability_cell(pool->alone.more, out);
  default:
    return count_cell(pool->needed, "-", out);
  }
}

static bool has_column(const cs_plan *plan, size_t column)
{
  return column != DRAWN || cs_plan_draws(plan);
}

/* At least as wide as its head, and in a table of small numbers all alike. */
static size_t column_width(const cs_plan *plan, size_t column)
{
  enum { USUAL = 10, GAP = 2 };
  size_t most = USUAL;
  char text[CS_GROUPED];
  for (size_t k = 0; k < plan->pool_count; k++) {
    size_t here = strlen(cell(&plan->pools[k], column, text));
    most = here > most ? here : most;
  }
  return most + GAP;
}

static size_t name_width(const cs_plan *plan)
{
  size_t most = strlen("inspection");
  for (size_t k = 0; k < plan->pool_count; k++)
    most = cs_text_columns(plan->pools[k].name) > most ? cs_text_columns(plan->pools[k].name) : most;
  return most;
}

/* The inspections of a pool, each with its quota, and who says where its visits go. */
static void show_parts(const cs_plan *plan, const cs_pool *pool, size_t width, cs_text *out)
{
  char number[CS_GROUPED];
  for (size_t i = 0; i < pool->part_count; i++) {
    const cs_part *part = &pool->parts[i];
    cs_text line = {0};
    cs_text_add(&line, "%s: [%s], the quota", part->inspection->rule.id, part->inspection->rule.article);
    if (pool->part_count > 1 || part->counted != part->quota)
      cs_text_add(&line, " of %s", count_cell(part->quota, "any number", number));
    cs_text_add(&line, " by %s", cs_year_words[part->inspection->per]);
    if (part->counted != part->quota)
      cs_text_add(&line, ", of which %s in a year", cs_grouped(part->counted, number));
    if (part->inspection->chosen == CS_DRAWN)
      cs_text_add(&line, "; each drawn evenly from all of %s facilities", cs_grouped(pool->sites, number));
    else if (cs_plan_draws(plan))
      cs_text_add(&line, "; chosen by who inspects");
    paragraph(out, &line, 2, width);
    cs_text_free(&line);
  }
}

static void show_pools(const cs_plan *plan, size_t width, cs_text *out)
{
  size_t left = name_width(plan), widths[COLUMNS];
  char text[CS_GROUPED];
  cs_text_add(out, "\nHow many, and what they see of a violation that is all within their reach\n  ");
  cs_text_pad(out, "inspection", left);
  for (size_t c = 0; c < COLUMNS; c++) {
    widths[c] = has_column(plan, c) ? column_width(plan, c) : 0;
    cs_text_add(out, "%*s", (int)widths[c], widths[c] > 0 ? column_heads[c] : "");
  }
  cs_text_add(out, "\n");
  for (size_t k = 0; k < plan->pool_count; k++) {
    cs_text_add(out, "  ");
    cs_text_pad(out, plan->pools[k].name, left);
    for (size_t c = 0; c < COLUMNS; c++)
      cs_text_add(out, "%*s", (int)widths[c], widths[c] > 0 ? cell(&plan->pools[k], c, text) : "");
    cs_text_add(out, "\n");
  }
  for (size_t k = 0; k < plan->pool_count; k++)
    show_parts(plan, &plan->pools[k], width, out);
}

/* ---- Where -------------------------------------------------------------------------------------------------------- */

/* Whether a place stands in one line with the one before. */
static bool alike(const cs_plan *plan, size_t a, size_t b)
{
  static const double SAME = 5e-7;
  const cs_place *x = &plan->places->at[a], *y = &plan->places->at[b];
  return strcmp(x->kind_name, y->kind_name) == 0 && x->items == y->items && x->weight == y->weight &&
         plan->pool_of[a] == plan->pool_of[b] && fabs(plan->visit[a] - plan->visit[b]) < SAME &&
         fabs(cs_plan_visited(plan, a) - cs_plan_visited(plan, b)) < SAME;
}

static size_t end_of_line(const cs_plan *plan, size_t first)
{
  size_t next = first + 1;
  while (next < plan->places->count && alike(plan, first, next))
    next++;
  return next;
}

/* "Base A", or "base 1 to base 10". */
static void add_names(const cs_plan *plan, size_t first, size_t next, cs_text *out)
{
  cs_text_add(out, "%s", plan->places->at[first].name);
  if (next - first > 1)
    cs_text_add(out, " to %s", plan->places->at[next - 1].name);
}

/* The widest names, and the widest kind. */
static void place_widths(const cs_plan *plan, size_t *names, size_t *kinds)
{
  *names = *kinds = 0;
  for (size_t i = 0, next; i < plan->places->count; i = next) {
    next = end_of_line(plan, i);
    cs_text name = {0};
    add_names(plan, i, next, &name);
    size_t width = name.at == NULL ? 0 : cs_text_columns(name.at);
    size_t kind = cs_text_columns(plan->places->at[i].kind_name);
    *names = width > *names ? width : *names;
    *kinds = kind > *kinds ? kind : *kinds;
    cs_text_free(&name);
  }
}

/* A place, or several that are alike: what may be hidden there, and how likely a visit is. */
static void show_place(const cs_plan *plan, size_t place, bool draws, cs_text *out)
{
  char number[CS_GROUPED];
  const cs_place *at = &plan->places->at[place];
  double visited = cs_plan_visited(plan, place);
  bool reached = plan->pool_of[place] < plan->pool_count;
  if (at->items < CS_POPULATION_MAX)
    cs_text_add(out, "%9s item%s", cs_grouped(at->items, number), at->items == 1 ? " " : "s");
  if (draws && (reached || visited > 0))
    cs_text_add(out, "%12.6f%12.6f", plan->visit[place], visited);
  else if (reached)
    cs_text_add(out, "%10.6f", visited);
  cs_text_add(out, "%s\n", reached ? "" : at->items == 0 ? "  nothing to see" : "  out of reach");
}

static void show_places(const cs_plan *plan, cs_text *out)
{
  size_t names, kinds;
  bool draws = cs_plan_draws(plan);
  place_widths(plan, &names, &kinds);
  cs_text_add(out, "\nWhere: the probability of each facility %s\n",
              draws ? "to be chosen, and to be visited by choice or draw" : "to be visited");
  for (size_t i = 0, next; i < plan->places->count; i = next) {
    next = end_of_line(plan, i);
    cs_text name = {0};
    add_names(plan, i, next, &name);
    cs_text_add(out, "  ");
    cs_text_pad(out, name.at == NULL ? "" : name.at, names + 2);
    cs_text_free(&name);
    cs_text_pad(out, plan->places->at[i].kind_name, kinds + 2);
    show_place(plan, i, draws, out);
  }
}

/* "25 items at A and 15 items at B". */
static void add_split(const cs_plan *plan, cs_text *out)
{
  enum { MOST = 6 };
  char number[CS_GROUPED];
  size_t places = 0, shown = 0;
  for (size_t i = 0; i < plan->places->count; i++)
    places += plan->split[i] > 0;
  for (size_t i = 0; i < plan->places->count && shown < MOST; i++)
    if (plan->split[i] > 0)
      cs_text_add(out, "%s%s at %s", shown++ == 0 ? "" : ", ", cs_grouped(plan->split[i], number),
                  plan->places->at[i].name);
  if (places > shown)
    cs_text_add(out, " and the rest at %zu more", places - shown);
}

static bool weighed(const cs_plan *plan)
{
  for (size_t i = 1; i < plan->places->count; i++)
    if (plan->places->at[i].weight != plan->places->at[0].weight)
      return true;
  return false;
}

/* "6 visits", "12 drawn and 6 chosen visits". */
static void add_visits(const cs_plan *plan, cs_text *out)
{
  char number[CS_GROUPED];
  int64_t all = plan->within.visits, drawn = cs_plan_drawn(plan);
  if (drawn > 0)
    cs_text_add(out, "%s drawn ", cs_grouped(drawn, number));
  if (drawn > 0 && all > drawn)
    cs_text_add(out, "and %s chosen ", cs_grouped(all - drawn, number));
  else if (drawn == 0)
    cs_text_add(out, "%s ", cs_grouped(all, number));
  cs_text_add(out, "visit%s see%s", all == 1 ? "" : "s", all == 1 ? "s" : "");
}

static void show_goal(const cs_plan *plan, size_t width, cs_text *out)
{
  char number[CS_GROUPED], more[CS_GROUPED];
  int64_t missing = plan->needed.visits - plan->within.visits;
  if (cs_plan_is_enough(plan))
    SAY(out, 0, width, "The goal of %g is reached within the quotas.", plan->options.goal);
  else if (plan->needed.visits < 0)
    SAY(out, 0, width, "The goal of %g is out of reach: not even %s see enough.", plan->options.goal,
        cs_plan_draws(plan) ? "all visits that may be drawn, and chosen ones to every facility,"
                            : "visits to every facility");
  else if (missing > 0)
    SAY(out, 0, width, "The goal of %g is not reached: it needs %s visits, %s more than that.", plan->options.goal,
        cs_grouped(plan->needed.visits, number), cs_grouped(missing, more));
  else
    SAY(out, 0, width, "The goal of %g is not reached: it needs %s visits, differently divided over the inspections.",
        plan->options.goal, cs_grouped(plan->needed.visits, number));
}

static void show_conclusion(const cs_plan *plan, size_t width, cs_text *out)
{
  static const double DIFFERS = 5e-7;
  char number[CS_GROUPED];
  bool exact = plan->within.found - plan->within.detected < DIFFERS;
  cs_text split = {0}, visits = {0};
  add_split(plan, &split);
  add_visits(plan, &visits);
  cs_text_add(out, "\n");
  SAY(out, 0, width, "%s the violation with %sprobability %s%.6f, however it is split.",
      visits.at == NULL ? "" : visits.at, weighed(plan) ? "a weighed " : "", exact ? "" : "of at least ",
      plan->within.detected);
  if (exact)
    SAY(out, 0, width, "It is seen least as %s.", split.at == NULL ? "" : split.at);
  else
    SAY(out, 0, width, "The worst split that was found is seen with %.6f: %s.", plan->within.found,
        split.at == NULL ? "" : split.at);
  cs_text_free(&split);
  cs_text_free(&visits);
  if (weighed(plan))
    SAY(
      out, 0, width,
      "Facilities have weights: where one has half the weight of the heaviest, missing a violation there counts half.");
  show_goal(plan, width, out);
  if (!isnan(plan->mean_days))
    SAY(out, 0, width,
        "A violation that begins with the %s and is seen is seen after %.0f days in the mean, where the "
        "visits come on random days.",
        plan->term ? "term" : "year", plan->mean_days);
  if (plan->out_of_reach > 0)
    SAY(out, 0, width,
        "Out of reach of every inspection: %zu facilit%s with %s items. A violation there is not seen by "
        "visits, and is not in these numbers.",
        plan->out_of_reach, plan->out_of_reach == 1 ? "y" : "ies", cs_grouped(plan->hidden, number));
}

cs_status cs_plan_show(const cs_plan *plan, size_t width, cs_text *out, cs_error *error)
{
  show_head(plan, width, out);
  show_assumptions(plan, width, out);
  show_pools(plan, width, out);
  show_places(plan, out);
  show_conclusion(plan, width, out);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
