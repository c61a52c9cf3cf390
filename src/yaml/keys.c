/* From YAML nodes to structures, driven by a table of keys. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "yaml/yaml.h"

/* Of a decimal that nothing else bounds. */
static const double LARGEST = 1e9;

enum { SMALL_MOST = 1000000, MOST_KEYS = 64 };

cs_status cs_yaml_refuse(const cs_yaml_reader *r, cs_mark mark, const char *text, const char *fault,
                         const char *expected)
{
  char quoted[CS_QUOTED];
  return cs_fail(r->error, CS_INVALID, r->file, mark, "%s %s; expected %s", cs_quote(cs_slice_of(text), quoted), fault,
                 expected);
}

static const char *type_name(const cs_node *node)
{
  static const char *const names[] =
    {[CS_SCALAR] = "a single value", [CS_SEQUENCE] = "a list", [CS_MAPPING] = "a mapping"};
  bool empty = node->type == CS_SCALAR ? node->text[0] == '\0' : node->count == 0;
  return empty ? "empty" : names[node->type];
}

cs_status cs_yaml_wrong_type(const cs_yaml_reader *r, const cs_node *node, const char *key, const char *expected)
{
  return cs_fail(r->error, CS_INVALID, r->file, node->mark, "\"%s\" is %s; expected %s", key, type_name(node),
                 expected);
}

cs_status cs_yaml_unknown(const cs_yaml_reader *r, cs_mark mark, const char *name, const char *fault,
                          const char *expected, const void *names, size_t count, size_t stride)
{
  const char *nearest = count == 0 ? NULL : cs_nearest(cs_slice_of(name), names, count, stride);
  cs_status status = cs_yaml_refuse(r, mark, name, fault, expected);
  if (nearest != NULL)
    cs_hint(r->error, "did you mean \"%s\"?", nearest);
  return status;
}

bool cs_yaml_listed(const char *list, const char *word)
{
  size_t length = strlen(word);
  for (const char *at = list; (at = strstr(at, word)) != NULL; at += length)
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return true;
  return false;
}

void cs_yaml_enumerate(const char *list, const char *last, char *out, size_t size)
{
  size_t used = 0;
  out[0] = '\0';
  while (*list != '\0' && used + 1 < size) {
    size_t length = strcspn(list, " ");
    const char *rest = list + length + strspn(list + length, " ");
    const char *between = used == 0 ? "" : *rest == '\0' ? last : ", ";
    int written = snprintf(out + used, size - used, "%s%.*s", between, (int)length, list);
    used += written < 0 ? size : (size_t)written;
    list = rest;
  }
}

/* ---- Values -------------------------------------------------------------------------------------------------- */

static cs_status read_names(const cs_yaml_reader *r, const cs_node *node, const char *key, cs_names *out)
{
  bool list = node->type == CS_SEQUENCE;
  out->count = list ? node->count : 1;
  if (node->type == CS_MAPPING || out->count == 0)
    return cs_yaml_wrong_type(r, node, key, "a name or a list of names");
  out->at = cs_arena_array(r->arena, out->count, sizeof *out->at);
  out->marks = cs_arena_array(r->arena, out->count, sizeof *out->marks);
  if (out->at == NULL || out->marks == NULL)
    return cs_fail_memory(r->error);
  const cs_node *entry = list ? node->first : node;
  for (size_t i = 0; i < out->count; i++, entry = entry->next) {
    if (entry->type != CS_SCALAR || entry->text[0] == '\0')
      return cs_yaml_wrong_type(r, entry, key, "a name");
    out->at[i] = entry->text;
    out->marks[i] = entry->mark;
  }
  return CS_OK;
}

static cs_status read_decimal(const cs_yaml_reader *r, const cs_node *node, const cs_yaml_key *key, double *into)
{
  char quoted[CS_QUOTED];
  double most = key->most == 0 ? LARGEST : key->most;
  if (cs_decimal_parse(cs_slice_of(node->text), into) && *into >= key->least && *into <= most)
    return CS_OK;
  return cs_fail(r->error, CS_INVALID, r->file, node->mark,
                 "%s is not what \"%s\" can be; expected a number from %.10g to %.10g",
                 cs_quote(cs_slice_of(node->text), quoted), key->name, key->least, most);
}

static cs_status read_scalar(const cs_yaml_reader *r, const cs_node *node, const cs_yaml_key *key, void *into)
{
  const char *why;
  char words[200];
  if (node->type != CS_SCALAR || node->text[0] == '\0')
    return cs_yaml_wrong_type(r, node, key->name, "a single value");
  switch (key->kind) {
  case CS_Y_FLAG:
    *(cs_answer *)into = strcmp(node->text, "true") == 0 ? CS_YES : CS_NO;
    if (*(cs_answer *)into == CS_NO && strcmp(node->text, "false") != 0)
      return cs_yaml_refuse(r, node->mark, node->text, "is neither yes nor no", "true or false");
    return CS_OK;
  case CS_Y_NUMBER:
    if (!cs_number_parse(cs_slice_of(node->text), into, &why))
      return cs_yaml_refuse(r, node->mark, node->text, why, "a whole number from 0 on");
    if (*(int64_t *)into > SMALL_MOST && !key->large)
      return cs_yaml_refuse(r, node->mark, node->text, "is too large", "at most 1000000");
    return CS_OK;
  case CS_Y_DECIMAL:
    return read_decimal(r, node, key, into);
  case CS_Y_SPAN:
    if (!cs_span_parse(cs_slice_of(node->text), into))
      return cs_yaml_refuse(r, node->mark, node->text, "is not a time", "one like \"48 hours\" or \"1 year\"");
    return CS_OK;
  case CS_Y_DATE:
    if (!cs_date_parse(node->text, strlen(node->text), into))
      return cs_yaml_refuse(r, node->mark, node->text, "is not a date", "a day that exists, as YYYY-MM-DD");
    return CS_OK;
  default:
    if (key->words != NULL && !cs_yaml_listed(key->words, node->text)) {
      cs_yaml_enumerate(key->words, " or ", words, sizeof words);
      return cs_fail(r->error, CS_INVALID, r->file, node->mark, "\"%s\" is not what \"%s\" can be; expected %s",
                     node->text, key->name, words);
    }
    *(const char **)into = node->text;
    return CS_OK;
  }
}

static cs_status read_value(const cs_yaml_reader *r, const cs_node *node, const cs_yaml_key *key, void *into)
{
  if (key->kind == CS_Y_NODE) {
    *(const cs_node **)into = node;
    return CS_OK;
  }
  return key->kind == CS_Y_NAMES ? read_names(r, node, key->name, into) : read_scalar(r, node, key, into);
}

static void set_defaults(const cs_yaml_table *t, void *into)
{
  for (size_t i = 0; i < t->count; i++) {
    void *at = (char *)into + t->keys[i].offset;
    if (t->keys[i].kind == CS_Y_NUMBER)
      *(int64_t *)at = -1;
    if (t->keys[i].kind == CS_Y_DECIMAL)
      *(double *)at = NAN;
    if (t->keys[i].kind == CS_Y_DATE)
      *(cs_date *)at = CS_DATE_NONE;
  }
}

static cs_status unknown_key(const cs_yaml_reader *r, const cs_node *key, const cs_yaml_table *t)
{
  char expected[400] = "one of ";
  for (size_t i = 0; i < t->count; i++) {
    size_t used = strlen(expected);
    snprintf(expected + used, sizeof expected - used, "%s%s", i == 0 ? "" : ", ", t->keys[i].name);
  }
  char fault[64];
  snprintf(fault, sizeof fault, "is not a key of %s", t->what);
  return cs_yaml_unknown(r, key->mark, key->text, fault, expected, t->keys, t->count, sizeof *t->keys);
}

cs_status cs_yaml_mapping(const cs_yaml_reader *r, const cs_node *node, const cs_yaml_table *t, void *into,
                          cs_mark *marks)
{
  cs_mark own[MOST_KEYS] = {{0}};
  cs_mark *given = marks == NULL ? own : marks;
  if (node->type != CS_MAPPING)
    return cs_fail(r->error, CS_INVALID, r->file, node->mark, "%s is %s; expected a mapping of keys to values", t->what,
                   type_name(node));
  set_defaults(t, into);
  const cs_node *key = node->first;
  for (size_t n = 0; n < node->count; n++, key = key->next->next) {
    size_t i = 0;
    if (key->type != CS_SCALAR)
      return cs_yaml_wrong_type(r, key, t->what, "a key");
    while (i < t->count && strcmp(t->keys[i].name, key->text) != 0)
      i++;
    if (i == t->count)
      return unknown_key(r, key, t);
    if (given[i].line > 0)
      return cs_yaml_refuse(r, key->mark, key->text, "is there twice", "each key once");
    cs_status status = read_value(r, key->next, &t->keys[i], (char *)into + t->keys[i].offset);
    if (status != CS_OK)
      return status;
    given[i] = key->next->mark;
  }
  for (size_t i = 0; i < t->count; i++)
    if (t->keys[i].required && given[i].line == 0)
      return cs_fail(r->error, CS_INVALID, r->file, node->mark, "%s has no \"%s\"; expected this key", t->what,
                     t->keys[i].name);
  return CS_OK;
}
