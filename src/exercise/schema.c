/* The JSON Schema of exercise files, from the tables of keys. */
#include <stdlib.h>
#include <string.h>

#include "exercise/game.h"

static json_t *type_of(const cs_script_key *key)
{
  switch (key->kind) {
  case CS_S_FLAG:
    return json_pack("{s:s}", "type", "boolean");
  case CS_S_NUMBER:
    return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
  case CS_S_DATE:
    return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  case CS_S_NAMES:
    return json_pack("{s:[{s:s}, {s:s, s:{s:s}, s:i}]}", "anyOf", "type", "string", "type", "array", "items", "type",
                     "string", "minItems", 1);
  default:
    return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
  }
}

static json_t *words_of(const char *list)
{
  json_t *out = json_array();
  for (const char *at = list; *at != '\0';) {
    size_t length = strcspn(at, " ");
    if (length > 0)
      json_array_append_new(out, json_stringn(at, length));
    at += length + (at[length] == ' ');
  }
  return out;
}

/* An object with these keys; `node` is the schema of those that are read by themselves, or NULL. */
static json_t *object_of(const cs_script_key *keys, size_t count)
{
  json_t *properties = json_object(), *required = json_array();
  for (size_t i = 0; i < count; i++) {
    json_t *property = type_of(&keys[i]);
    if (keys[i].words != NULL)
      json_object_set_new(property, "enum", words_of(keys[i].words));
    json_object_set_new(property, "description", json_string(keys[i].help));
    json_object_set_new(properties, keys[i].name, property);
    if (keys[i].required)
      json_array_append_new(required, json_string(keys[i].name));
  }
  return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required", required,
                   "additionalProperties", 0);
}

/* One way to act: its word, the keys that it needs, and no others than those that it takes. */
static json_t *deed_of(const cs_deed *deed)
{
  json_t *names = json_pack("[s, s]", "day", "do"), *required = words_of(deed->needs), *taken = words_of(deed->takes);
  json_array_extend(names, required);
  json_array_extend(names, taken);
  json_decref(taken);
  return json_pack("{s:s, s:{s:{s:s}}, s:{s:o}, s:o}", "description", deed->help, "properties", "do", "const",
                   deed->name, "propertyNames", "enum", names, "required", required);
}

static json_t *action_schema(void)
{
  json_t *out = object_of(cs_action_keys, CS_ACTION_KEYS), *deeds = json_array();
  for (size_t i = 0; i < cs_deed_count; i++)
    json_array_append_new(deeds, deed_of(&cs_deeds[i]));
  json_object_set_new(out, "oneOf", deeds);
  return out;
}

static json_t *holdings_schema(void)
{
  json_t *list = json_pack("{s:s, s:o}", "type", "array", "items", object_of(cs_holding_keys, cs_holding_key_count));
  json_t *file = object_of(cs_source_keys, cs_source_key_count);
  return json_pack("{s:s, s:{s:[o, o]}}", "type", "object", "additionalProperties", "anyOf", list, file);
}

cs_status cs_exercise_schema(cs_text *out, cs_error *error)
{
  json_t *schema = object_of(cs_file_keys, cs_file_key_count), *properties = json_object_get(schema, "properties");
  json_t *actions = json_pack("{s:s, s:o, s:i}", "type", "array", "items", action_schema(), "minItems", 1);
  json_object_set_new(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
  json_object_set_new(schema, "title", json_string("Exercise file of Countersign"));
  json_object_set_new(properties, "holdings", holdings_schema());
  json_object_set_new(properties, "actions", actions);
  char *text = schema == NULL ? NULL : json_dumps(schema, JSON_INDENT(2));
  json_decref(schema);
  if (text == NULL)
    return cs_fail_memory(error);
  cs_text_add(out, "%s\n", text);
  free(text);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
