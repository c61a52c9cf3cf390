/* A plan for programs. */
#include <jansson.h>
#include <math.h>

#include "inspect/plan.h"

static json_t *real_or_null(double number)
{
  return isnan(number) ? json_null() : json_real(number);
}

static json_t *integer_or_null(int64_t number)
{
  return number < 0 ? json_null() : json_integer(number);
}

static json_t *parts_json(const cs_pool *pool)
{
  json_t *out = json_array();
  for (size_t i = 0; i < pool->part_count; i++) {
    const cs_part *part = &pool->parts[i];
    const cs_inspection *inspection = part->inspection;
    json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:o, s:s, s:o}", "inspection", inspection->rule.id, "article",
                                         inspection->rule.article, "chosen", cs_chosen_words[inspection->chosen],
                                         "quota", integer_or_null(part->quota), "per", cs_year_words[inspection->per],
                                         "counted", integer_or_null(part->counted)));
  }
  return out;
}

static json_t *pools_json(const cs_plan *plan)
{
  json_t *out = json_array();
  for (size_t k = 0; k < plan->pool_count; k++) {
    const cs_pool *p = &plan->pools[k];
    json_array_append_new(out, json_pack("{s:s, s:s, s:I, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "inspection",
                                         p->name, "article", p->article, "facilities", (json_int_t)p->count,
                                         "drawn_from", integer_or_null(p->draws ? p->sites : -1), "quota",
                                         integer_or_null(cs_pool_quota(p)), "visits", (json_int_t)p->planned,
                                         "drawn_visits", (json_int_t)p->planned_drawn, "detection_probability",
                                         real_or_null(p->alone.planned), "one_fewer", real_or_null(p->alone.fewer),
                                         "one_more", real_or_null(p->alone.more), "visits_needed",
                                         integer_or_null(p->needed), "parts", parts_json(p)));
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
                          json_pack("{s:s, s:s, s:o, s:f, s:s*, s:f, s:f, s:I}", "facility", place->name, "kind",
                                    place->kind_name, "items",
                                    integer_or_null(place->items == CS_POPULATION_MAX ? -1 : place->items), "weight",
                                    place->weight, "inspection", reached ? plan->pools[plan->pool_of[i]].name : NULL,
                                    "chosen_probability", plan->visit[i], "visit_probability", cs_plan_visited(plan, i),
                                    "worst_split", (json_int_t)plan->split[i]));
  }
  return out;
}

static json_t *plan_json(const cs_plan *plan)
{
  const cs_plan_options *o = &plan->options;
  char date[CS_DATE_TEXT];
  json_t *out = json_pack("{s:s, s:s, s:s*, s:s, s:I, s:f, s:f, s:o}", "agreement", plan->treaty->id, "at",
                          cs_date_format(o->at, date), "party", o->party, "period", plan->term ? "term" : "year",
                          "violation", (json_int_t)o->violation, "goal", o->goal, "miss", o->miss, "looks",
                          integer_or_null(o->looks == 0 ? -1 : o->looks));
  json_object_set_new(out, "facilities_assumed", json_boolean(plan->places->assumed));
  json_object_set_new(out, "visits", json_integer(plan->within.visits));
  json_object_set_new(out, "drawn_visits", json_integer(cs_plan_drawn(plan)));
  json_object_set_new(out, "detection_probability", json_real(plan->within.detected));
  json_object_set_new(out, "worst_split_found", json_real(plan->within.found));
  json_object_set_new(out, "items_together", json_integer(plan->unit));
  json_object_set_new(out, "rounded", json_boolean(plan->rough));
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
  return cs_text_json(out, plan_json(plan), 16, error);
}
