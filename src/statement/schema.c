/* The schema of statements, from the table of kinds. */

#include "statement/statement.h"

static json_t *keys_schema(const cs_statement_key *first, size_t first_count, const cs_statement_key *second,
                           size_t second_count, const char *kind);

static json_t *value_schema(cs_key_type type)
{
  const cs_nested_kind *nested = cs_nested_keys(type);
  if (nested != NULL && nested->array)
    return json_pack("{s:s, s:i, s:o}", "type", "array", "minItems", 1, "items",
                     keys_schema(nested->keys, nested->key_count, NULL, 0, NULL));
  if (nested != NULL)
    return keys_schema(nested->keys, nested->key_count, NULL, 0, NULL);
  switch (type) {
  case CS_KEY_NUMBER:
    return json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum", (json_int_t)CS_NUMBER_MAX);
  case CS_KEY_WEIGHTS:
  case CS_KEY_TOTALS:
    return json_pack("{s:s, s:i, s:o}", "type", "object", "minProperties", 1, "additionalProperties",
                     value_schema(CS_KEY_NUMBER));
  case CS_KEY_NAMES:
    return json_pack("{s:s, s:i, s:o}", "type", "array", "minItems", 1, "items", value_schema(CS_KEY_TEXT));
  case CS_KEY_ENTRIES:
    return json_pack("{s:s, s:i, s:o}", "type", "array", "minItems", 1, "items", value_schema(CS_KEY_NUMBER));
  case CS_KEY_BASE64:
    return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[A-Za-z0-9+/]+={0,2}$");
  case CS_KEY_COMMITMENT:
    return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[A-Za-z0-9+/]{43}=$");
  case CS_KEY_DATE:
    return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  case CS_KEY_TIME:
    return json_pack("{s:s, s:s}", "type", "string", "pattern",
                     "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$");
  case CS_KEY_HASH:
    return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9a-f]{64}$");
  default:
    return json_pack("{s:s, s:i}", "type", "string", "minLength", 1);
  }
}

static json_t *keys_schema(const cs_statement_key *first, size_t first_count, const cs_statement_key *second,
                           size_t second_count, const char *kind)
{
  json_t *properties = json_object(), *required = json_array();
  for (size_t i = 0; i < first_count + second_count; i++) {
    const cs_statement_key *key = i < first_count ? &first[i] : &second[i - first_count];
    json_t *schema = value_schema(key->type);
    if (kind != NULL && i == 0)
      json_object_set_new(schema, "const", json_string(kind));
    json_object_set_new(schema, "description", json_string(key->help));
    json_object_set_new(properties, key->name, schema);
    if (key->required)
      json_array_append_new(required, json_string(key->name));
  }
  return json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0, "required", required,
                   "properties", properties);
}

cs_status cs_statement_schema(cs_text *out, cs_error *error)
{
  json_t *kinds = json_array();
  for (size_t i = 0; i < CS_STATEMENT_KINDS; i++) {
    const cs_kind_of_statement *kind = &cs_statement_kinds[i];
    json_t *schema =
      keys_schema(cs_statement_common, cs_statement_common_count, kind->keys, kind->key_count, kind->name);
    json_object_set_new(schema, "title", json_string(kind->name));
    json_object_set_new(schema, "description", json_string(kind->help));
    json_array_append_new(kinds, schema);
  }
  json_t *schema = json_pack("{s:s, s:s, s:o}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
                             "A statement in a ledger of Countersign", "oneOf", kinds);
  return cs_text_json(out, schema, 0, error);
}
