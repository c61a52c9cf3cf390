/* The JSON Schema of exercise files, from the tables of keys. */
#include <string.h>

#include "exercise/game.h"

/* One way to act: its word, the keys that it needs, and no others than those that it takes. */
static json_t *deed_of(const cs_deed *deed)
{
  json_t *names = json_pack("[s, s]", "day", "do"), *required = cs_yaml_words(deed->needs),
         *taken = cs_yaml_words(deed->takes);
  json_array_extend(names, required);
  json_array_extend(names, taken);
  json_decref(taken);
  return json_pack("{s:s, s:{s:{s:s}}, s:{s:o}, s:o}", "description", deed->help, "properties", "do", "const",
                   deed->name, "propertyNames", "enum", names, "required", required);
}

static json_t *action_schema(void)
{
  json_t *out = cs_yaml_schema(&(cs_yaml_table){"", cs_action_keys, CS_ACTION_KEYS}), *deeds = json_array();
  for (size_t i = 0; i < cs_deed_count; i++)
    json_array_append_new(deeds, deed_of(&cs_deeds[i]));
  json_object_set_new(out, "oneOf", deeds);
  return out;
}

static json_t *holdings_schema(void)
{
  json_t *list = json_pack("{s:s, s:o}", "type", "array", "items",
                           cs_yaml_schema(&(cs_yaml_table){"", cs_holding_keys, cs_holding_key_count}));
  json_t *file = cs_yaml_schema(&(cs_yaml_table){"", cs_source_keys, cs_source_key_count});
  return json_pack("{s:s, s:{s:[o, o]}}", "type", "object", "additionalProperties", "anyOf", list, file);
}

cs_status cs_exercise_schema(cs_text *out, cs_error *error)
{
  json_t *schema = cs_yaml_schema(&(cs_yaml_table){"", cs_file_keys, cs_file_key_count}),
         *properties = json_object_get(schema, "properties");
  json_t *actions = json_pack("{s:s, s:o, s:i}", "type", "array", "items", action_schema(), "minItems", 1);
  json_object_set_new(schema, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
  json_object_set_new(schema, "title", json_string("Exercise file of Countersign"));
  json_object_set_new(properties, "holdings", holdings_schema());
  json_object_set_new(properties, "actions", actions);
  return cs_text_json(out, schema, 0, error);
}
