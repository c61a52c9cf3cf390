/* From YAML nodes to the agreement, driven by the table of keys. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "treaty/check.h"
#include "treaty/shapes.h"
#include "yaml/yaml.h"

typedef struct reader {
  cs_treaty *treaty;
  cs_error *error;
} reader;

static cs_status read_mapping(reader *r, const cs_node *node, const cs_shape *shape, void *into);

static cs_status fail_at(reader *r, cs_mark mark, const char *what, const char *text, const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(r->error, CS_INVALID, r->treaty->file, mark, "%s %s; expected %s", cs_quote(cs_slice_of(text), quoted),
                 what, expected);
}

static cs_status wrong_type(reader *r, const cs_node *node, const char *key, const char *expected)
{
  static const char *const names[] = {
    [CS_SCALAR] = "a single value",
    [CS_SEQUENCE] = "a list",
    [CS_MAPPING] = "a mapping",
  };
  return cs_fail(r->error, CS_INVALID, r->treaty->file, node->mark, "\"%s\" is %s; expected %s", key, names[node->type],
                 expected);
}

/* ---- Single values ----------------------------------------------------------------------- */

static cs_status read_date(reader *r, const cs_node *node, cs_date *out)
{
  if (cs_date_parse(node->text, strlen(node->text), out))
    return CS_OK;
  return fail_at(r, node->mark, "is not a date", node->text, "a day that exists, as YYYY-MM-DD");
}

static cs_status read_number(reader *r, const cs_node *node, int64_t least, int64_t *out)
{
  const char *why;
  if (!cs_number_parse(cs_slice_of(node->text), out, &why))
    return fail_at(r, node->mark, why, node->text, "a whole number from 0 to 9007199254740991");
  if (*out < least)
    return fail_at(r, node->mark, "is too small", node->text, "a larger whole number");
  return CS_OK;
}

static cs_status read_span(reader *r, const cs_node *node, cs_span *out)
{
  if (cs_span_parse(cs_slice_of(node->text), out) && out->amount > 0)
    return CS_OK;
  return fail_at(r, node->mark, "is not a span of time", node->text,
                 "a number of hours, days, months or years, such as \"6 months\"");
}

/* Cuts `suffix` off the end of `text`. */
static bool cut_suffix(cs_slice *text, const char *suffix)
{
  size_t length = strlen(suffix);
  if (text->length < length || memcmp(text->at + text->length - length, suffix, length) != 0)
    return false;
  text->length -= length;
  return true;
}

static cs_status read_due(reader *r, const cs_node *node, cs_due *out)
{
  cs_slice text = cs_slice_of(node->text);
  out->side = cut_suffix(&text, " after") ? CS_DUE_AFTER : cut_suffix(&text, " before") ? CS_DUE_BEFORE : CS_DUE_NONE;
  if (out->side != CS_DUE_NONE && cs_span_parse(text, &out->span))
    return CS_OK;
  return fail_at(r, node->mark, "is not a deadline", node->text,
                 "a span and a side, such as \"5 days after\" or \"24 hours before\"");
}

static cs_status read_moment(reader *r, const cs_node *node, cs_moment *out)
{
  cs_slice text = cs_slice_of(node->text);
  if (cut_suffix(&text, " after entry into force") && cs_span_parse(text, &out->span)) {
    out->kind = CS_MOMENT_AFTER_START;
    return CS_OK;
  }
  out->kind = CS_MOMENT_DATE;
  if (cs_date_parse(node->text, strlen(node->text), &out->date))
    return CS_OK;
  return fail_at(r, node->mark, "is not a day", node->text, "YYYY-MM-DD, or \"7 years after entry into force\"");
}

static cs_status read_choice(reader *r, const cs_node *node, const cs_field *field, uint32_t *out)
{
  size_t count = 0;
  char expected[200] = "";
  for (; field->words[count] != NULL; count++) {
    if (strcmp(field->words[count], node->text) == 0) {
      *out = (uint32_t)count;
      return CS_OK;
    }
    size_t used = strlen(expected);
    snprintf(expected + used, sizeof expected - used, "%s\"%s\"", count == 0 ? "" : ", ", field->words[count]);
  }
  char quoted[CS_QUOTED];
  return cs_fail(r->error, CS_INVALID, r->treaty->file, node->mark, "\"%s\" is %s; expected one of %s", field->key,
                 cs_quote(cs_slice_of(node->text), quoted), expected);
}

static cs_status read_scalar(reader *r, const cs_node *node, const cs_field *field, void *into)
{
  if (node->type != CS_SCALAR)
    return wrong_type(r, node, field->key, "a single value");
  if (node->text[0] == '\0')
    return cs_fail(r->error, CS_INVALID, r->treaty->file, node->mark, "\"%s\" is empty; expected a value", field->key);
  switch (field->kind) {
  case CS_K_FLAG:
    *(bool *)into = strcmp(node->text, "true") == 0;
    if (!*(bool *)into && strcmp(node->text, "false") != 0)
      return fail_at(r, node->mark, "is neither yes nor no", node->text, "true or false");
    return CS_OK;
  case CS_K_NUMBER:
    return read_number(r, node, field->least, into);
  case CS_K_CHOICE:
    return read_choice(r, node, field, into);
  case CS_K_DATE:
    return read_date(r, node, into);
  case CS_K_SPAN:
    return read_span(r, node, into);
  case CS_K_MOMENT:
    return read_moment(r, node, into);
  case CS_K_DUE:
    return read_due(r, node, into);
  case CS_K_REF:
    *(cs_ref *)into = (cs_ref){.id = node->text, .mark = node->mark};
    return CS_OK;
  default:
    *(const char **)into = node->text;
    return CS_OK;
  }
}

/* ---- Collections ------------------------------------------------------------------------- */

static cs_status new_list(reader *r, const cs_node *node, size_t size, void *into, cs_any_list *list)
{
  *list = (cs_any_list){cs_arena_array(&r->treaty->arena, node->count, size), node->count};
  if (list->at == NULL)
    return cs_fail_memory(r->error);
  cs_list_set(into, *list);
  return CS_OK;
}

static cs_status read_allowance(reader *r, const cs_node *node, const char *key, cs_allowance *out)
{
  if (node->type != CS_SCALAR)
    return wrong_type(r, node, key, "a number or \"baseline\"");
  out->baseline = strcmp(node->text, "baseline") == 0;
  return out->baseline ? CS_OK : read_number(r, node, 0, &out->number);
}

static cs_status read_amount(reader *r, const cs_node *node, const cs_field *field, void *into)
{
  static const cs_node one = {.count = 1};
  if (node->type == CS_SEQUENCE)
    return wrong_type(r, node, field->key, "a number, \"baseline\", or a mapping of parties to these");
  cs_any_list list;
  cs_status status = new_list(r, node->type == CS_SCALAR ? &one : node, sizeof(cs_allowance), into, &list);
  if (status != CS_OK)
    return status;
  cs_allowance *allowances = list.at;
  if (node->type == CS_SCALAR)
    return read_allowance(r, node, field->key, allowances);
  const cs_node *key = node->first;
  for (size_t i = 0; i < list.count; i++, key = key->next->next) {
    if (key->type != CS_SCALAR)
      return wrong_type(r, key, field->key, "a party");
    allowances[i].party = (cs_ref){.id = key->text, .mark = key->mark};
    for (size_t k = 0; k < i; k++)
      if (strcmp(allowances[k].party.id, key->text) == 0)
        return fail_at(r, key->mark, "is there twice", key->text, "each party once");
    status = read_allowance(r, key->next, field->key, &allowances[i]);
    if (status != CS_OK)
      return status;
  }
  return CS_OK;
}

/* A sequence of texts, of references, or of mappings. */
static cs_status read_sequence(reader *r, const cs_node *node, const cs_field *field, size_t size, void *into)
{
  if (node->type != CS_SEQUENCE || node->count == 0)
    return wrong_type(r, node, field->key, "a list of at least one entry");
  cs_any_list list;
  cs_status status = new_list(r, node, size, into, &list);
  const cs_node *entry = node->first;
  for (size_t i = 0; status == CS_OK && i < list.count; i++, entry = entry->next) {
    void *at = (char *)list.at + i * size;
    if (field->kind == CS_K_LIST) {
      ((cs_rule *)at)->mark = entry->mark;
      status = read_mapping(r, entry, field->shape, at);
    } else {
      cs_field one = *field;
      one.kind = field->kind == CS_K_REFS ? CS_K_REF : CS_K_TEXT;
      status = read_scalar(r, entry, &one, at);
    }
  }
  return status;
}

static bool is_identifier(const char *text)
{
  size_t length = strlen(text);
  return length >= 1 && length <= 64 &&
         strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

static int by_id(const void *a, const void *b)
{
  return strcmp((*(const cs_rule *const *)a)->id, (*(const cs_rule *const *)b)->id);
}

/* Two entries with one identifier, the later one, or NULL. `failed` is set when out of memory. */
static const cs_rule *find_twin(cs_any_list list, size_t size, bool *failed)
{
  const cs_rule **sorted = malloc(list.count * sizeof(const cs_rule *));
  *failed = sorted == NULL;
  if (sorted == NULL)
    return NULL;
  for (size_t i = 0; i < list.count; i++)
    sorted[i] = (const cs_rule *)((const char *)list.at + i * size);
  qsort(sorted, list.count, sizeof *sorted, by_id); /* NOLINT(bugprone-sizeof-expression): the elements are pointers */
  const cs_rule *twin = NULL;
  for (size_t i = 1; i < list.count && twin == NULL; i++)
    if (strcmp(sorted[i - 1]->id, sorted[i]->id) == 0)
      twin = sorted[i - 1] > sorted[i] ? sorted[i - 1] : sorted[i];
  free(sorted);
  return twin;
}

static cs_status read_table(reader *r, const cs_node *node, const cs_field *field, void *into)
{
  if (node->type != CS_MAPPING || node->count == 0)
    return wrong_type(r, node, field->key, "a mapping of at least one identifier");
  cs_any_list list;
  cs_status status = new_list(r, node, field->shape->size, into, &list);
  if (status != CS_OK)
    return status;
  const cs_node *key = node->first;
  for (size_t i = 0; i < list.count; i++, key = key->next->next) {
    cs_rule *rule = (cs_rule *)((char *)list.at + i * field->shape->size);
    if (key->type != CS_SCALAR)
      return wrong_type(r, key, field->key, "an identifier");
    if (!is_identifier(key->text))
      return fail_at(r, key->mark, "is not an identifier", key->text, "letters, digits and hyphens, at most 64");
    rule->id = key->text;
    rule->mark = key->mark;
    status = read_mapping(r, key->next, field->shape, rule);
    if (status != CS_OK)
      return status;
  }
  bool failed;
  const cs_rule *twin = find_twin(list, field->shape->size, &failed);
  if (failed)
    return cs_fail_memory(r->error);
  return twin == NULL ? CS_OK : fail_at(r, twin->mark, "is there twice", twin->id, "each identifier once");
}

static cs_status read_value(reader *r, const cs_node *node, const cs_field *field, void *into)
{
  switch (field->kind) {
  case CS_K_ONE:
    ((cs_rule *)into)->mark = node->mark;
    return read_mapping(r, node, field->shape, into);
  case CS_K_TABLE:
    return read_table(r, node, field, into);
  case CS_K_LIST:
    return read_sequence(r, node, field, field->shape->size, into);
  case CS_K_TEXTS:
    return read_sequence(r, node, field, sizeof(const char *), into);
  case CS_K_REFS:
    return read_sequence(r, node, field, sizeof(cs_ref), into);
  case CS_K_AMOUNT:
    return read_amount(r, node, field, into);
  default:
    return read_scalar(r, node, field, into);
  }
}

/* ---- Mappings ---------------------------------------------------------------------------- */

static void set_defaults(const cs_shape *shape, void *into)
{
  for (size_t i = 0; i < shape->count; i++) {
    void *at = (char *)into + shape->fields[i].offset;
    if (shape->fields[i].kind == CS_K_DATE)
      *(cs_date *)at = CS_DATE_NONE;
    if (shape->fields[i].kind == CS_K_NUMBER)
      *(int64_t *)at = shape->fields[i].otherwise;
  }
}

static cs_status unknown_key(reader *r, const cs_node *key, const cs_shape *shape)
{
  char quoted[CS_QUOTED], expected[300] = "";
  for (size_t i = 0; i < shape->count; i++) {
    size_t used = strlen(expected);
    snprintf(expected + used, sizeof expected - used, "%s%s", i == 0 ? "" : ", ", shape->fields[i].key);
  }
  cs_slice name = cs_slice_of(key->text);
  cs_fail(r->error, CS_INVALID, r->treaty->file, key->mark, "%s is not a key of %s; expected one of %s",
          cs_quote(name, quoted), shape->name, expected);
  const char *nearest = cs_nearest(name, &shape->fields[0].key, shape->count, sizeof(cs_field));
  if (nearest != NULL)
    cs_hint(r->error, "did you mean \"%s\"?", nearest);
  return CS_INVALID;
}

static cs_status read_mapping(reader *r, const cs_node *node, const cs_shape *shape, void *into)
{
  if (node->type != CS_MAPPING)
    return wrong_type(r, node, shape->name, "a mapping of keys to values");
  set_defaults(shape, into);
  uint64_t given = 0;
  const cs_node *key = node->first;
  for (size_t n = 0; n < node->count; n++, key = key->next->next) {
    if (key->type != CS_SCALAR)
      return wrong_type(r, key, shape->name, "a key");
    size_t i = 0;
    while (i < shape->count && strcmp(shape->fields[i].key, key->text) != 0)
      i++;
    if (i == shape->count)
      return unknown_key(r, key, shape);
    if (given >> i & 1)
      return fail_at(r, key->mark, "is there twice", key->text, "each key once");
    given |= UINT64_C(1) << i;
    cs_status status = read_value(r, key->next, &shape->fields[i], (char *)into + shape->fields[i].offset);
    if (status != CS_OK)
      return status;
  }
  for (size_t i = 0; i < shape->count; i++)
    if (shape->fields[i].required && !(given >> i & 1))
      return cs_fail(r->error, CS_INVALID, r->treaty->file, node->mark, "%s has no \"%s\"; expected this key",
                     shape->name, shape->fields[i].key);
  return CS_OK;
}

cs_status cs_treaty_parse(cs_slice bytes, const char *name, cs_treaty **out, cs_error *error)
{
  *out = NULL;
  cs_treaty *treaty = calloc(1, sizeof *treaty);
  if (treaty == NULL)
    return cs_fail_memory(error);
  reader r = {treaty, error};
  cs_node *root = NULL;
  treaty->file = cs_arena_copy(&treaty->arena, cs_slice_of(name));
  cs_status status = treaty->file == NULL
                       ? cs_fail_memory(error)
                       : cs_yaml_read(bytes, treaty->file, "agreement", &treaty->arena, &root, error);
  assert(status != CS_OK || root != NULL);
  if (status == CS_OK)
    status = read_mapping(&r, root, &cs_treaty_shape, treaty);
  if (status == CS_OK)
    status = cs_treaty_check(treaty, error);
  if (status == CS_OK)
    *out = treaty;
  else
    cs_treaty_free(treaty);
  return status;
}

cs_status cs_treaty_read(const char *path, cs_treaty **out, cs_error *error)
{
  *out = NULL;
  cs_file file;
  cs_status status = cs_file_read(path, CS_TREATY_BYTES, &file, error);
  if (status != CS_OK)
    return status;
  status = cs_treaty_parse((cs_slice){file.bytes, file.length}, file.name, out, error);
  cs_file_free(&file);
  return status;
}

void cs_treaty_free(cs_treaty *treaty)
{
  if (treaty == NULL)
    return;
  cs_arena arena = treaty->arena;
  cs_arena_free(&arena);
  free(treaty);
}
