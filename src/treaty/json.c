/* The agreement as JSON, and the schema of its files: both from the table of keys. */
#include <jansson.h>
#include <string.h>

#include "treaty/shapes.h"

/* jansson reports its only failure, memory, by NULL, and every json_*_new of it passes a NULL on. */

/* ---- The agreement ----------------------------------------------------------------------- */

static json_t *date_json(cs_date date)
{
  char text[CS_DATE_TEXT];
  return json_string(cs_date_format(date, text));
}

static json_t *span_json(cs_span span, const char *suffix)
{
  char text[CS_SPAN_TEXT];
  return json_sprintf("%s%s", cs_span_format(span, text), suffix);
}

static json_t *moment_json(const cs_moment *moment)
{
  return moment->kind == CS_MOMENT_DATE ? date_json(moment->date) : span_json(moment->span, " after entry into force");
}

static json_t *allowance_json(const cs_allowance *allowance)
{
  return allowance->baseline ? json_string("baseline") : json_integer(allowance->number);
}

static json_t *amount_json(const cs_amount *amount)
{
  if (amount->at[0].party.id == NULL)
    return allowance_json(&amount->at[0]);
  json_t *out = json_object();
  for (size_t i = 0; i < amount->count; i++)
    json_object_set_new(out, amount->at[i].party.id, allowance_json(&amount->at[i]));
  return out;
}

static json_t *shape_json(const cs_shape *shape, const void *at);

static json_t *list_json(const cs_field *field, cs_any_list list)
{
  json_t *out = field->kind == CS_K_TABLE ? json_object() : json_array();
  for (size_t i = 0; i < list.count; i++) {
    if (field->kind == CS_K_TEXTS)
      json_array_append_new(out, json_string(((const char **)list.at)[i]));
    else if (field->kind == CS_K_REFS)
      json_array_append_new(out, json_string(((const cs_ref *)list.at)[i].id));
    else {
      const void *entry = (const char *)list.at + i * field->shape->size;
      if (field->kind == CS_K_TABLE)
        json_object_set_new(out, ((const cs_rule *)entry)->id, shape_json(field->shape, entry));
      else
        json_array_append_new(out, shape_json(field->shape, entry));
    }
  }
  return out;
}

/* NULL where the key was not given. */
static json_t *field_json(const cs_field *field, const void *at)
{
  switch (field->kind) {
  case CS_K_TEXT:
    return *(const char *const *)at == NULL ? NULL : json_string(*(const char *const *)at);
  case CS_K_FLAG:
    return *(const bool *)at ? json_true() : NULL;
  case CS_K_NUMBER:
    return *(const int64_t *)at == field->otherwise ? NULL : json_integer(*(const int64_t *)at);
  case CS_K_CHOICE:
    return json_string(field->words[*(const uint32_t *)at]);
  case CS_K_DATE:
    return *(const cs_date *)at == CS_DATE_NONE ? NULL : date_json(*(const cs_date *)at);
  case CS_K_SPAN:
    return ((const cs_span *)at)->amount == 0 ? NULL : span_json(*(const cs_span *)at, "");
  case CS_K_MOMENT:
    return ((const cs_moment *)at)->kind == CS_MOMENT_NONE ? NULL : moment_json(at);
  case CS_K_DUE: {
    const cs_due *due = at;
    return due->side == CS_DUE_NONE ? NULL : span_json(due->span, due->side == CS_DUE_AFTER ? " after" : " before");
  }
  case CS_K_AMOUNT:
    return ((const cs_amount *)at)->count == 0 ? NULL : amount_json(at);
  case CS_K_REF:
    return ((const cs_ref *)at)->id == NULL ? NULL : json_string(((const cs_ref *)at)->id);
  case CS_K_ONE:
    return ((const cs_rule *)at)->article == NULL ? NULL : shape_json(field->shape, at);
  default: {
    cs_any_list list = cs_list_get(at);
    return list.count == 0 ? NULL : list_json(field, list);
  }
  }
}

static json_t *shape_json(const cs_shape *shape, const void *at)
{
  json_t *out = json_object();
  for (size_t i = 0; i < shape->count; i++) {
    json_t *value = field_json(&shape->fields[i], (const char *)at + shape->fields[i].offset);
    if (value != NULL)
      json_object_set_new(out, shape->fields[i].key, value);
  }
  return out;
}

cs_status cs_treaty_json(const cs_treaty *treaty, cs_text *out, cs_error *error)
{
  return cs_text_json(out, shape_json(&cs_treaty_shape, treaty), 0, error);
}

/* ---- The schema -------------------------------------------------------------------------- */

static const char SPAN[] = "^[0-9]+ (hour|day|month|year)s?$";
static const char DUE[] = "^[0-9]+ (hour|day|month|year)s? (after|before)$";
static const char MOMENT[] = "^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]+ (hour|day|month|year)s? after entry into force)$";
static const char DATE[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
static const char IDENTIFIER[] = "^[A-Za-z0-9-]{1,64}$";

static json_t *shape_schema(const cs_shape *shape);

static json_t *pattern_schema(const char *pattern)
{
  return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *number_schema(json_int_t least)
{
  return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", least, "maximum", (json_int_t)CS_NUMBER_MAX);
}

static json_t *array_schema(json_t *items)
{
  return json_pack("{s:s, s:i, s:o}", "type", "array", "minItems", 1, "items", items);
}

static json_t *mapping_schema(json_t *values, const char *names)
{
  return json_pack("{s:s, s:i, s:{s:s}, s:o}", "type", "object", "minProperties", 1, "propertyNames", "pattern", names,
                   "additionalProperties", values);
}

static json_t *words_schema(const char *const *words)
{
  json_t *list = json_array();
  for (; *words != NULL; words++)
    json_array_append_new(list, json_string(*words));
  return json_pack("{s:o}", "enum", list);
}

static json_t *allowance_schema(void)
{
  return json_pack("{s:[o, {s:s}]}", "anyOf", number_schema(0), "const", "baseline");
}

static json_t *amount_schema(void)
{
  return json_pack("{s:[o, o]}", "anyOf", allowance_schema(), mapping_schema(allowance_schema(), IDENTIFIER));
}

static json_t *field_schema(const cs_field *field)
{
  switch (field->kind) {
  case CS_K_FLAG:
    return json_pack("{s:s}", "type", "boolean");
  case CS_K_NUMBER:
    return number_schema(field->least);
  case CS_K_CHOICE:
    return words_schema(field->words);
  case CS_K_DATE:
    return pattern_schema(DATE);
  case CS_K_SPAN:
    return pattern_schema(SPAN);
  case CS_K_MOMENT:
    return pattern_schema(MOMENT);
  case CS_K_DUE:
    return pattern_schema(DUE);
  case CS_K_AMOUNT:
    return amount_schema();
  case CS_K_REF:
    return pattern_schema(IDENTIFIER);
  case CS_K_REFS:
    return array_schema(pattern_schema(IDENTIFIER));
  case CS_K_TEXTS:
    return array_schema(json_pack("{s:s}", "type", "string"));
  case CS_K_ONE:
    return shape_schema(field->shape);
  case CS_K_LIST:
    return array_schema(shape_schema(field->shape));
  case CS_K_TABLE:
    return mapping_schema(shape_schema(field->shape), IDENTIFIER);
  default:
    return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
  }
}

static json_t *shape_schema(const cs_shape *shape)
{
  json_t *properties = json_object(), *required = json_array();
  for (size_t i = 0; i < shape->count; i++) {
    const cs_field *field = &shape->fields[i];
    json_t *schema = json_pack("{s:s}", "description", field->help);
    json_t *kind = field_schema(field);
    json_object_update(schema, kind);
    json_decref(kind);
    json_object_set_new(properties, field->key, schema);
    if (field->required)
      json_array_append_new(required, json_string(field->key));
  }
  return json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0, "required", required,
                   "properties", properties);
}

cs_status cs_treaty_schema(cs_text *out, cs_error *error)
{
  json_t *schema =
    json_pack("{s:s, s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
              "An arms-control agreement as Countersign reads it", "description",
              "Written by \"countersign treaty schema\"; the keys are explained in countersign-treaty(5).");
  json_t *shape = shape_schema(&cs_treaty_shape);
  json_object_update(schema, shape);
  json_decref(shape);
  return cs_text_json(out, schema, 0, error);
}
