/* The JSON Schema of mappings, from the tables of keys. */
#include <string.h>

#include "yaml/yaml.h"

static json_t *type_of(const cs_yaml_key *key)
{
  switch (key->kind) {
  case CS_Y_FLAG:
    return json_pack("{s:s}", "type", "boolean");
  case CS_Y_NUMBER:
    return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
  case CS_Y_DECIMAL:
    return key->most == 0 ? json_pack("{s:s, s:f}", "type", "number", "minimum", key->least)
                          : json_pack("{s:s, s:f, s:f}", "type", "number", "minimum", key->least, "maximum", key->most);
  case CS_Y_SPAN:
    return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9]+ (hour|day|month|year)s?$");
  case CS_Y_DATE:
    return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  case CS_Y_NAMES:
    return json_pack("{s:[{s:s}, {s:s, s:{s:s}, s:i}]}", "anyOf", "type", "string", "type", "array", "items", "type",
                     "string", "minItems", 1);
  default:
    return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
  }
}

json_t *cs_yaml_words(const char *list)
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

json_t *cs_yaml_schema(const cs_yaml_table *table)
{
  json_t *properties = json_object(), *required = json_array();
  for (size_t i = 0; i < table->count; i++) {
    json_t *property = type_of(&table->keys[i]);
    if (table->keys[i].words != NULL)
      json_object_set_new(property, "enum", cs_yaml_words(table->keys[i].words));
    json_object_set_new(property, "description", json_string(table->keys[i].help));
    json_object_set_new(properties, table->keys[i].name, property);
    if (table->keys[i].required)
      json_array_append_new(required, json_string(table->keys[i].name));
  }
  return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required", required,
                   "additionalProperties", 0);
}
