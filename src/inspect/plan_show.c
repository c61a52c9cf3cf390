/* A plan in words, and for programs. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
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

static const char *unit(const cs_plan *plan)
{
  return plan->term ? "term" : "year";
}

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
  SAY(
    out, 2, width,
    "- no facility is visited twice in %s, and facilities are drawn with the probabilities below (conditional Poisson "
    "sampling)",
    in_the(plan));
}

static void add_probability(cs_text *out, double p)
{
  if (isnan(p))
    cs_text_add(out, "%12s", "-");
  else
    cs_text_add(out, "%12.6f", p);
}

static void add_count(cs_text *out, int64_t number, const char *none)
{
  char grouped[CS_GROUPED];
  cs_text_add(out, "%12s", number < 0 ? none : cs_grouped(number, grouped));
}

static size_t name_width(const cs_plan *plan)
{
  size_t most = strlen("inspection");
  for (size_t k = 0; k < plan->pool_count; k++)
    most = cs_text_columns(plan->pools[k].name) > most ? cs_text_columns(plan->pools[k].name) : most;
  return most;
}

static void show_pools(const cs_plan *plan, size_t width, cs_text *out)
{
  size_t left = name_width(plan);
  cs_text_add(out, "\nHow many, and what they see of a violation that is all within their reach\n  ");
  cs_text_pad(out, "inspection", left);
  cs_text_add(out, "%12s%12s%12s%12s%12s%12s%12s\n", "facilities", "quota", "visits", "detected", "one fewer",
              "one more", "goal needs");
  for (size_t k = 0; k < plan->pool_count; k++) {
    const cs_pool *pool = &plan->pools[k];
    cs_text_add(out, "  ");
    cs_text_pad(out, pool->name, left);
    add_count(out, (int64_t)pool->count, "");
    add_count(out, pool->quota, "no limit");
    add_count(out, pool->planned, "");
    add_probability(out, pool->alone.planned);
    add_probability(out, pool->alone.fewer);
    add_probability(out, pool->alone.more);
    add_count(out, pool->needed, "-");
    cs_text_add(out, "\n");
  }
  for (size_t k = 0; k < plan->pool_count; k++)
    SAY(out, 2, width, "%s: [%s], the quota by %s", plan->pools[k].name, plan->pools[k].article,
        cs_year_words[plan->pools[k].inspection->per]);
}

/* Whether a place stands in one line with the one before. */
static bool alike(const cs_plan *plan, size_t a, size_t b)
{
  static const double SAME = 5e-7;
  const cs_place *x = &plan->places->at[a], *y = &plan->places->at[b];
  return strcmp(x->kind_name, y->kind_name) == 0 && x->items == y->items && x->weight == y->weight &&
         plan->pool_of[a] == plan->pool_of[b] && fabs(plan->visit[a] - plan->visit[b]) < SAME;
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

static void show_places(const cs_plan *plan, cs_text *out)
{
  char number[CS_GROUPED];
  size_t names, kinds;
  place_widths(plan, &names, &kinds);
  cs_text_add(out, "\nWhere: the probability of each facility to be visited\n");
  for (size_t i = 0, next; i < plan->places->count; i = next) {
    const cs_place *place = &plan->places->at[i];
    next = end_of_line(plan, i);
    cs_text name = {0};
    add_names(plan, i, next, &name);
    cs_text_add(out, "  ");
    cs_text_pad(out, name.at == NULL ? "" : name.at, names + 2);
    cs_text_free(&name);
    cs_text_pad(out, place->kind_name, kinds + 2);
    if (place->items < CS_POPULATION_MAX)
      cs_text_add(out, "%9s item%s", cs_grouped(place->items, number), place->items == 1 ? " " : "s");
    if (plan->pool_of[i] == plan->pool_count)
      cs_text_add(out, place->items == 0 ? "  nothing to see\n" : "  out of reach\n");
    else
      cs_text_add(out, "%10.6f\n", plan->visit[i]);
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

static void show_conclusion(const cs_plan *plan, size_t width, cs_text *out)
{
  static const double DIFFERS = 5e-7;
  char number[CS_GROUPED];
  bool exact = plan->within.found - plan->within.detected < DIFFERS;
  cs_text split = {0};
  add_split(plan, &split);
  cs_text_add(out, "\n");
  SAY(out, 0, width, "%s visit%s see%s the violation with %sprobability %s%.6f, however it is split.",
      cs_grouped(plan->within.visits, number), plan->within.visits == 1 ? "" : "s", plan->within.visits == 1 ? "s" : "",
      weighed(plan) ? "a weighed " : "", exact ? "" : "of at least ", plan->within.detected);
  if (exact)
    SAY(out, 0, width, "It is seen least as %s.", split.at == NULL ? "" : split.at);
  else
    SAY(out, 0, width, "The worst split that was found is seen with %.6f: %s.", plan->within.found,
        split.at == NULL ? "" : split.at);
  cs_text_free(&split);
  if (weighed(plan))
    SAY(
      out, 0, width,
      "Facilities have weights: where one has half the weight of the heaviest, missing a violation there counts half.");
  if (cs_plan_is_enough(plan))
    SAY(out, 0, width, "The goal of %g is reached within the quotas.", plan->options.goal);
  else if (plan->needed.visits >= 0)
    SAY(out, 0, width, "The goal of %g is not reached: it needs %s visits, %" PRId64 " more than that.",
        plan->options.goal, cs_grouped(plan->needed.visits, number), plan->needed.visits - plan->within.visits);
  else
    SAY(out, 0, width, "The goal of %g is out of reach: not even visits to every facility see enough.",
        plan->options.goal);
  if (!isnan(plan->mean_days))
    SAY(out, 0, width,
        "A violation that begins with the %s and is seen is seen after %.0f days in the mean, where the "
        "visits come on random days.",
        unit(plan), plan->mean_days);
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

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

static json_t *real_or_null(double number)
{
  return isnan(number) ? json_null() : json_real(number);
}

static json_t *integer_or_null(int64_t number)
{
  return number < 0 ? json_null() : json_integer(number);
}

static json_t *pools_json(const cs_plan *plan)
{
  json_t *out = json_array();
  for (size_t k = 0; k < plan->pool_count; k++) {
    const cs_pool *p = &plan->pools[k];
    json_array_append_new(out,
                          json_pack("{s:s, s:s, s:I, s:o, s:s, s:I, s:o, s:o, s:o, s:o}", "inspection", p->name,
                                    "article", p->article, "facilities", (json_int_t)p->count, "quota",
                                    integer_or_null(p->quota), "per", cs_year_words[p->inspection->per], "visits",
                                    (json_int_t)p->planned, "detection_probability", real_or_null(p->alone.planned),
                                    "one_fewer", real_or_null(p->alone.fewer), "one_more", real_or_null(p->alone.more),
                                    "visits_needed", integer_or_null(p->needed)));
  }
  return out;
}

static json_t *places_json(const cs_plan *plan)
{
  json_t *out = json_array();
  for (size_t i = 0; i < plan->places->count; i++) {
    const cs_place *place = &plan->places->at[i];
    bool reached = plan->pool_of[i] < plan->pool_count;
    json_array_append_new(out,
                          json_pack("{s:s, s:s, s:o, s:f, s:s*, s:f, s:I}", "facility", place->name, "kind",
                                    place->kind_name, "items",
                                    integer_or_null(place->items == CS_POPULATION_MAX ? -1 : place->items), "weight",
                                    place->weight, "inspection", reached ? plan->pools[plan->pool_of[i]].name : NULL,
                                    "visit_probability", plan->visit[i], "worst_split", (json_int_t)plan->split[i]));
  }
  return out;
}

static json_t *plan_json(const cs_plan *plan)
{
  const cs_plan_options *o = &plan->options;
  char date[CS_DATE_TEXT];
  json_t *out = json_pack("{s:s, s:s, s:s*, s:s, s:I, s:f, s:f, s:o}", "agreement", plan->treaty->id, "at",
                          cs_date_format(o->at, date), "party", o->party, "period", unit(plan), "violation",
                          (json_int_t)o->violation, "goal", o->goal, "miss", o->miss, "looks",
                          integer_or_null(o->looks == 0 ? -1 : o->looks));
  json_object_set_new(out, "facilities_assumed", json_boolean(plan->places->assumed));
  json_object_set_new(out, "visits", json_integer(plan->within.visits));
  json_object_set_new(out, "detection_probability", json_real(plan->within.detected));
  json_object_set_new(out, "worst_split_found", json_real(plan->within.found));
  json_object_set_new(out, "goal_reached", json_boolean(cs_plan_is_enough(plan)));
  json_object_set_new(out, "visits_needed", integer_or_null(plan->needed.visits));
  json_object_set_new(out, "mean_days", real_or_null(plan->mean_days));
  json_object_set_new(out, "inspections", pools_json(plan));
  json_object_set_new(out, "facilities", places_json(plan));
  json_object_set_new(out, "out_of_reach",
                      json_pack("{s:I, s:I}", "facilities", (json_int_t)plan->out_of_reach, "items",
                                (json_int_t)plan->hidden));
  return out;
}

cs_status cs_plan_json(const cs_plan *plan, cs_text *out, cs_error *error)
{
  json_t *json = plan_json(plan);
  char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(16));
  json_decref(json);
  if (text == NULL)
    return cs_fail_memory(error);
  cs_text_add(out, "%s\n", text);
  free(text);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
