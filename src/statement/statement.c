/* Statements from bytes, and into bytes. */
#include "statement/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ledger/ledger.h"
#include "seal/seal.h"

/* ---- Values -------------------------------------------------------------------------------------------------- */

const char *cs_time_format(int64_t time, char out[CS_TIME_TEXT])
{
  cs_date day = (cs_date)(time / 86400);
  int second = (int)(time % 86400);
  char date[CS_DATE_TEXT];
  (void)snprintf(out, CS_TIME_TEXT, "%sT%02d:%02d:%02dZ", cs_date_format(day, date), second / 3600 % 24,
                 second / 60 % 60, second % 60);
  return out;
}

/* Two digits below `limit`. */
static bool two_digits(const char *text, int limit, int *out)
{
  if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
    return false;
  *out = (text[0] - '0') * 10 + text[1] - '0';
  return *out < limit;
}

bool cs_time_parse(const char *text, int64_t *out)
{
  cs_date day;
  int hour, minute, second;
  if (strlen(text) != CS_TIME_TEXT - 1 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z' ||
      !cs_date_parse(text, 10, &day) || !two_digits(text + 11, 24, &hour) || !two_digits(text + 14, 60, &minute) ||
      !two_digits(text + 17, 60, &second) || day < 0)
    return false;
  *out = (((int64_t)day * 24 + hour) * 60 + minute) * 60 + second;
  return true;
}

static bool is_hash(const char *text)
{
  return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static bool is_number(const json_t *value)
{
  return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= CS_NUMBER_MAX;
}

static bool is_array_of_texts(const json_t *value)
{
  bool ok = json_is_array(value) && json_array_size(value) > 0;
  for (size_t i = 0; ok && i < json_array_size(value); i++) {
    const char *text = json_string_value(json_array_get(value, i));
    ok = text != NULL && text[0] != '\0' && cs_text_check(cs_slice_of(text)) == strlen(text);
  }
  return ok;
}

static bool is_array_of_numbers(const json_t *value)
{
  bool ok = json_is_array(value) && json_array_size(value) > 0;
  for (size_t i = 0; ok && i < json_array_size(value); i++)
    ok = is_number(json_array_get(value, i));
  return ok;
}

static bool is_base64(const char *text)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t plain = strspn(text, digits), padding = strspn(text + plain, "=");
  return text[plain + padding] == '\0' && padding <= 2 && (plain + padding) % 4 == 0;
}

static bool is_commitment(const char *text)
{
  cs_commitment commitment;
  size_t length;
  return cs_base64_read(cs_slice_of(text), &commitment, sizeof commitment, &length) && length == sizeof commitment;
}

/* Numbers, and what holds several values of one type: NULL where the value is that; otherwise what was expected. `*other`
 * where the type is another. */
static const char *wrong_number(cs_key_type type, const json_t *value, bool *other)
{
  *other = false;
  switch (type) {
  case CS_KEY_NUMBER:
    return is_number(value) ? NULL : "a whole number from 0 to 9007199254740991";
  case CS_KEY_WEIGHTS:
    return json_is_object(value) && json_object_size(value) > 0 ? NULL : "an object of facilities and numbers";
  case CS_KEY_TOTALS:
    return json_is_object(value) && json_object_size(value) > 0 ? NULL : "an object of counts and numbers";
  case CS_KEY_NAMES:
    return is_array_of_texts(value) ? NULL : "an array of texts";
  case CS_KEY_ENTRIES:
    return is_array_of_numbers(value) ? NULL : "an array of whole numbers";
  default:
    *other = true;
    return NULL;
  }
}

/* NULL where the value is of the key's type; otherwise what was expected. */
static const char *wrong_value(cs_key_type type, const json_t *value)
{
  const char *text = json_string_value(value);
  cs_date date;
  int64_t time;
  cs_verifier verifier;
  bool other;
  const char *wrong = wrong_number(type, value, &other);
  if (!other)
    return wrong;
  const cs_nested_kind *nested = cs_nested_keys(type);
  if (nested != NULL && nested->array)
    return json_is_array(value) && json_array_size(value) > 0 ? NULL : "an array of objects";
  if (nested != NULL)
    return json_is_object(value) ? NULL : "an object";
  if (text == NULL || text[0] == '\0' || cs_text_check(cs_slice_of(text)) != strlen(text))
    return "a text";
  if (type == CS_KEY_DATE && !cs_date_parse(text, strlen(text), &date))
    return "a day that exists, as YYYY-MM-DD";
  if (type == CS_KEY_TIME && !cs_time_parse(text, &time))
    return "a time as YYYY-MM-DDThh:mm:ssZ";
  if (type == CS_KEY_HASH && !is_hash(text))
    return "64 hexadecimal digits";
  if (type == CS_KEY_BASE64 && !is_base64(text))
    return "bytes in base64";
  if (type == CS_KEY_COMMITMENT && !is_commitment(text))
    return "32 bytes in base64";
  if (type == CS_KEY_VERIFIER && !cs_verifier_parse(cs_slice_of(text), &verifier))
    return "a verifier key, name+id+key";
  return NULL;
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

static cs_status fail(const char *place, cs_error *error, const char *key, const char *fault, const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(error, CS_INVALID, place, (cs_mark){0}, "%s %s; expected %s", cs_quote(cs_slice_of(key), quoted),
                 fault, expected);
}

static const cs_statement_key *find_key(const cs_statement_key *keys, size_t count, const char *name)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(keys[i].name, name) == 0)
      return &keys[i];
  return NULL;
}

static cs_status check_nested(const cs_statement_key *key, json_t *value, const char *place, cs_error *error);

/* Checks an object against two tables of keys (the second may be empty). */
static cs_status check_object(json_t *object, const cs_statement_key *first, size_t first_count,
                              const cs_statement_key *second, size_t second_count, const char *place, cs_error *error)
{
  const char *name;
  json_t *value;
  json_object_foreach(object, name, value)
  {
    const cs_statement_key *key = find_key(first, first_count, name);
    if (key == NULL)
      key = find_key(second, second_count, name);
    if (key == NULL)
      return fail(place, error, name, "is no key of such a statement", "the keys of its kind");
    const char *expected = wrong_value(key->type, value);
    if (expected != NULL)
      return fail(place, error, name, "has a wrong value", expected);
    if (check_nested(key, value, place, error) != CS_OK)
      return error->status;
  }
  for (size_t i = 0; i < first_count + second_count; i++) {
    const cs_statement_key *key = i < first_count ? &first[i] : &second[i - first_count];
    if (key->required && json_object_get(object, key->name) == NULL)
      return fail(place, error, key->name, "is missing", "this key");
  }
  return CS_OK;
}

/* What the value of a key holds; kinds.c bounds the depth. */
static cs_status check_nested(const cs_statement_key *key, json_t *value, const char *place, cs_error *error)
{
  const cs_nested_kind *nested = cs_nested_keys(key->type);
  const char *name;
  json_t *number;
  json_object_foreach(key->type == CS_KEY_TOTALS || key->type == CS_KEY_WEIGHTS ? value : NULL, name, number)
  {
    if (!is_number(number))
      return fail(place, error, name, "has a wrong value", "a whole number from 0 to 9007199254740991");
  }
  if (nested == NULL)
    return CS_OK;
  if (!nested->array)
    return check_object(value, nested->keys, nested->key_count, NULL, 0, place, error);
  for (size_t i = 0; i < json_array_size(value); i++) {
    json_t *part = json_array_get(value, i);
    if (!json_is_object(part))
      return fail(place, error, key->name, "has an entry that is no object", "objects alone");
    cs_status status = check_object(part, nested->keys, nested->key_count, NULL, 0, place, error);
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

static cs_status check_statement(cs_statement *s, const char *place, cs_error *error)
{
  const char *kind = json_string_value(json_object_get(s->json, "kind"));
  size_t i = 0;
  while (i < CS_STATEMENT_KINDS && (kind == NULL || strcmp(kind, cs_statement_kinds[i].name) != 0))
    i++;
  if (i == CS_STATEMENT_KINDS)
    return fail(place, error, kind == NULL ? "kind" : kind, "is no kind of statement",
                "one such as \"declare\" or \"notify\"");
  s->kind = (cs_statement_kind)i;
  cs_status status = check_object(s->json, cs_statement_common, cs_statement_common_count, cs_statement_kinds[i].keys,
                                  cs_statement_kinds[i].key_count, place, error);
  if (status == CS_OK)
    cs_time_parse(json_string_value(json_object_get(s->json, "time")), &s->time);
  return status;
}

/* A statement is an entry. */
static cs_status check_length(size_t length, const char *place, cs_error *error)
{
  if (length <= CS_ENTRY_LONGEST)
    return CS_OK;
  return cs_fail(error, CS_INVALID, place, (cs_mark){0}, "a statement of %zu bytes; expected at most %d", length,
                 CS_ENTRY_LONGEST);
}

cs_status cs_statement_parse(cs_slice bytes, const char *place, cs_statement *out, cs_error *error)
{
  json_error_t fault;
  *out = (cs_statement){0};
  if (check_length(bytes.length, place, error) != CS_OK)
    return error->status;
  *out = (cs_statement){.json = json_loadb(bytes.at, bytes.length, JSON_REJECT_DUPLICATES, &fault)};
  if (out->json == NULL)
    return cs_fail(error, CS_INVALID, place,
                   (cs_mark){(uint32_t)(fault.line > 0 ? fault.line : 1),
                             (uint32_t)(fault.column > 0 ? fault.column : 1)},
                   "this is not JSON: %s; expected a statement", fault.text);
  cs_status status = json_is_object(out->json)
                       ? check_statement(out, place, error)
                       : cs_fail(error, CS_INVALID, place, (cs_mark){0}, "this is no object; expected a statement");
  if (status != CS_OK)
    cs_statement_free(out);
  return status;
}

void cs_statement_free(cs_statement *statement)
{
  json_decref(statement->json);
  statement->json = NULL;
}

const char *cs_statement_text(const cs_statement *statement, const char *key)
{
  return json_string_value(json_object_get(statement->json, key));
}

int64_t cs_statement_number(const cs_statement *statement, const char *key)
{
  const json_t *value = json_object_get(statement->json, key);
  return json_is_integer(value) ? json_integer_value(value) : -1;
}

cs_date cs_statement_date(const cs_statement *statement, const char *key)
{
  const char *text = cs_statement_text(statement, key);
  cs_date date;
  return text != NULL && cs_date_parse(text, strlen(text), &date) ? date : CS_DATE_NONE;
}

/* ---- Making -------------------------------------------------------------------------------------------------- */

/* The JSON of a value by the type of its key; NULL where it is a number that cannot be read, or out of memory. */
static json_t *value_json(cs_key_type type, const char *value)
{
  int64_t number;
  if (type != CS_KEY_NUMBER)
    return json_string(value);
  return cs_number_parse(cs_slice_of(value), &number, NULL) ? json_integer(number) : NULL;
}

static cs_status set_values(json_t *json, cs_statement_kind kind, const cs_statement_value *values, size_t count,
                            cs_error *error)
{
  for (size_t i = 0; i < count; i++) {
    const cs_statement_key *key =
      find_key(cs_statement_kinds[kind].keys, cs_statement_kinds[kind].key_count, values[i].key);
    if (key == NULL)
      key = find_key(cs_statement_common, cs_statement_common_count, values[i].key);
    if (key == NULL)
      return fail(NULL, error, values[i].key, "is no key of such a statement", "the keys of its kind");
    if (json_object_set_new(json, key->name, value_json(key->type, values[i].value)) != 0)
      return fail(NULL, error, values[i].key, "has a wrong value",
                  key->type == CS_KEY_NUMBER ? "a whole number from 0 to 9007199254740991" : "a text");
  }
  return CS_OK;
}

cs_status cs_statement_make(const cs_treaty *treaty, size_t party, int64_t time, cs_statement_kind kind,
                            const cs_statement_value *values, size_t count, json_t *extra, cs_text *out,
                            cs_error *error)
{
  char stamp[CS_TIME_TEXT];
  json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "kind", cs_statement_kinds[kind].name, "agreement", treaty->id,
                           "party", treaty->parties.at[party].rule.id, "time", cs_time_format(time, stamp));
  cs_status status =
    json == NULL || (extra != NULL && json_object_update(json, extra) != 0) ? cs_fail_memory(error) : CS_OK;
  json_decref(extra);
  if (status == CS_OK)
    status = set_values(json, kind, values, count, error);
  cs_statement statement = {.kind = kind, .json = json};
  if (status == CS_OK)
    status = check_statement(&statement, NULL, error);
  cs_admission admission;
  if (status == CS_OK)
    status = cs_statement_admit(&statement, treaty, party, NULL, &admission, error);
  char *text = status == CS_OK ? json_dumps(json, JSON_COMPACT) : NULL;
  if (status == CS_OK && text == NULL)
    status = cs_fail_memory(error);
  if (status == CS_OK)
    status = check_length(strlen(text), NULL, error);
  if (status == CS_OK)
    cs_text_add(out, "%s", text);
  free(text);
  json_decref(json);
  return status == CS_OK && out->failed ? cs_fail_memory(error) : status;
}
