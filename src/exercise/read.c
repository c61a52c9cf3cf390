/* From YAML nodes to an exercise, driven by the tables of keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exercise/script.h"

typedef struct reader {
  cs_exercise *x;
  cs_yaml_reader yaml;
  cs_error *error;
} reader;

/* ---- Names of the agreement ---------------------------------------------------------------------------------- */

static size_t find_party(const cs_treaty *t, const char *id)
{
  return cs_treaty_find(t, CS_KEY_PARTY, id);
}

#define UNKNOWN_OF(list, fault)                                                                                        \
  cs_yaml_unknown(&r->yaml, mark, name, (fault), "one that the agreement defines", (list).at, (list).count,            \
                  sizeof *(list).at)

static const cs_item *item_of(const cs_treaty *t, const char *id)
{
  size_t i = id == NULL ? 0 : cs_treaty_find(t, CS_KEY_ITEM, id);
  return &t->items.at[i];
}

static cs_status check_state(reader *r, cs_mark mark, const char *item, const char *name)
{
  const cs_item *of = item_of(r->x->treaty, item);
  for (size_t i = 0; i < of->states.count; i++)
    if (strcmp(of->states.at[i].rule.id, name) == 0)
      return CS_OK;
  return UNKNOWN_OF(of->states, "is no state of this item");
}

static cs_status check_kind(reader *r, cs_mark mark, const char *name)
{
  for (size_t i = 0; i < CS_STATEMENT_KINDS; i++)
    if (strcmp(cs_statement_kinds[i].name, name) == 0)
      return CS_OK;
  return cs_yaml_unknown(&r->yaml, mark, name, "is no kind of statement", "one of countersign-statement(5)",
                         cs_statement_kinds, CS_STATEMENT_KINDS, sizeof *cs_statement_kinds);
}

/* Whether a name names what it should; `item` is that beside it, or NULL. */
static cs_status check_name(reader *r, cs_mark mark, cs_script_noun noun, const char *item, const char *name)
{
  const cs_treaty *t = r->x->treaty;
  bool observer = noun == CS_N_PLAYER && r->x->observer != CS_NO && strcmp(name, "observer") == 0;
  switch (noun) {
  case CS_N_PARTY:
  case CS_N_PLAYER:
    return observer || find_party(t, name) != SIZE_MAX ? CS_OK : UNKNOWN_OF(t->parties, "is no party of the agreement");
  case CS_N_ITEM:
    return cs_treaty_find(t, CS_KEY_ITEM, name) != SIZE_MAX ? CS_OK
                                                            : UNKNOWN_OF(t->items, "is no item of the agreement");
  case CS_N_STATE:
    return check_state(r, mark, item, name);
  case CS_N_NOTIFICATION:
    return cs_treaty_find(t, CS_KEY_NOTIFICATION, name) != SIZE_MAX
             ? CS_OK
             : UNKNOWN_OF(t->notifications, "is no notification of the agreement");
  case CS_N_INSPECTION:
    return cs_treaty_find(t, CS_KEY_INSPECTION, name) != SIZE_MAX
             ? CS_OK
             : UNKNOWN_OF(t->inspections, "is no inspection of the agreement");
  case CS_N_KIND:
    return check_kind(r, mark, name);
  default:
    return CS_OK;
  }
}

/* ---- Holdings ------------------------------------------------------------------------------------------------ */

static cs_status read_holding(reader *r, size_t party, const cs_node *node)
{
  const cs_yaml_table keys = {"a holding", cs_holding_keys, cs_holding_key_count};
  cs_exercise *x = r->x;
  if (!cs_grow((void **)&x->holdings, &x->holding_capacity, x->holding_count, sizeof *x->holdings))
    return cs_fail_memory(r->error);
  cs_holding *h = &x->holdings[x->holding_count];
  *h = (cs_holding){.mark = node->mark, .party = party};
  cs_status status = cs_yaml_mapping(&r->yaml, node, &keys, h, NULL);
  if (status == CS_OK && h->item != NULL)
    status = check_name(r, node->mark, CS_N_ITEM, NULL, h->item);
  if (status == CS_OK)
    status = check_state(r, node->mark, h->item, h->state);
  if (status != CS_OK)
    return status;
  const cs_item *item = item_of(x->treaty, h->item);
  h->item = item->rule.id;
  if (item->identified && h->count > 0 && h->identifiers == NULL)
    return cs_fail(
      r->error, CS_INVALID, x->file, node->mark,
      "%s are told apart by identifiers, and these have none; expected \"identifiers\", such as \"A-####\"",
      item->name);
  x->holding_count++;
  return CS_OK;
}

/* From a file. */
static cs_status read_source(reader *r, size_t party, const cs_node *node)
{
  const cs_yaml_table keys = {"the file of holdings", cs_source_keys, cs_source_key_count};
  cs_exercise *x = r->x;
  if (!cs_grow((void **)&x->files, &x->file_capacity, x->file_count, sizeof *x->files))
    return cs_fail_memory(r->error);
  cs_holding_file *f = &x->files[x->file_count++];
  *f = (cs_holding_file){.mark = node->mark, .party = party};
  cs_status status = cs_yaml_mapping(&r->yaml, node, &keys, f, NULL);
  if (status == CS_OK && f->item != NULL)
    status = check_name(r, node->mark, CS_N_ITEM, NULL, f->item);
  return status;
}

/* What one party has: a list, or a mapping that names a file. */
static cs_status read_party_holdings(reader *r, size_t party, const cs_node *node)
{
  cs_status status = CS_OK;
  if (node->type == CS_MAPPING)
    return read_source(r, party, node);
  if (node->type != CS_SEQUENCE)
    return cs_yaml_wrong_type(&r->yaml, node, "holdings", "a list of holdings, or {file: RECORD.csv}");
  for (const cs_node *entry = node->first; entry != NULL && status == CS_OK; entry = entry->next)
    status = read_holding(r, party, entry);
  return status;
}

static cs_status read_holdings(reader *r)
{
  const cs_node *node = r->x->holding_node;
  cs_status status = CS_OK;
  if (node->type != CS_MAPPING)
    return cs_yaml_wrong_type(&r->yaml, node, "holdings", "a mapping of parties to what they have");
  const cs_node *key = node->first;
  for (size_t i = 0; i < node->count && status == CS_OK; i++, key = key->next->next) {
    if (key->type != CS_SCALAR)
      return cs_yaml_wrong_type(&r->yaml, key, "holdings", "a party");
    status = check_name(r, key->mark, CS_N_PARTY, NULL, key->text);
    for (const cs_node *other = node->first; other != key && status == CS_OK; other = other->next->next)
      if (strcmp(other->text, key->text) == 0)
        status = cs_yaml_refuse(&r->yaml, key->mark, key->text, "is there twice", "each party once");
    if (status == CS_OK)
      status = read_party_holdings(r, find_party(r->x->treaty, key->text), key->next);
  }
  return status;
}

/* ---- Actions ------------------------------------------------------------------------------------------------- */

/* Each key is one that the deed takes, and none that it needs is missing. */
static cs_status check_keys(reader *r, const cs_action *a)
{
  char fault[96];
  for (size_t i = 2; i < CS_ACTION_KEYS; i++) {
    const char *key = cs_action_keys[i].name;
    bool needed = cs_yaml_listed(a->deed->needs, key), given = a->marks[i].line > 0;
    if (needed && !given)
      return cs_fail(r->error, CS_INVALID, r->x->file, a->mark, "\"%s\" has no \"%s\"; expected this key", a->what,
                     key);
    snprintf(fault, sizeof fault, "is not a key of \"%s\"", a->what);
    if (given && !needed && !cs_yaml_listed(a->deed->takes, key)) {
      char keys[200], words[300], expected[320];
      snprintf(keys, sizeof keys, "day do %s %s", a->deed->needs, a->deed->takes);
      cs_yaml_enumerate(keys, " and ", words, sizeof words);
      snprintf(expected, sizeof expected, "none but %s", words);
      return cs_yaml_refuse(&r->yaml, a->marks[i], key, fault, expected);
    }
  }
  return CS_OK;
}

static cs_status check_names(reader *r, const cs_action *a)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < CS_ACTION_KEYS && status == CS_OK; i++) {
    const cs_yaml_key *key = &cs_action_keys[i];
    const void *at = (const char *)a + key->offset;
    if (key->noun == CS_N_NONE || a->marks[i].line == 0)
      continue;
    if (key->kind == CS_Y_TEXT)
      status = check_name(r, a->marks[i], key->noun, a->item, *(const char *const *)at);
    const cs_names *names = at;
    for (size_t n = 0; key->kind == CS_Y_NAMES && n < names->count && status == CS_OK; n++)
      status = check_name(r, names->marks[n], key->noun, a->item, names->at[n]);
  }
  return status;
}

/* A visit is made by one party to another. */
static cs_status check_visit(reader *r, const cs_action *a)
{
  if (a->inspection == NULL || a->of == NULL)
    return CS_OK;
  if (a->by.count != 1)
    return CS_FAIL_ACTION(r->error, r->x, a, by, "%zu parties make one visit; expected one party", a->by.count);
  return strcmp(a->by.at[0], a->of) == 0
           ? cs_yaml_refuse(&r->yaml, a->marks[CS_KEY_OF(of)], a->of, "inspects itself", "another party")
           : CS_OK;
}

static cs_status read_action(reader *r, const cs_node *node, cs_action *a)
{
  static const cs_yaml_table keys = {"an action", cs_action_keys, CS_ACTION_KEYS};
  a->mark = node->mark;
  cs_status status = cs_yaml_mapping(&r->yaml, node, &keys, a, a->marks);
  if (status != CS_OK)
    return status;
  for (size_t i = 0; i < cs_deed_count && a->deed == NULL; i++)
    if (strcmp(cs_deeds[i].name, a->what) == 0)
      a->deed = &cs_deeds[i];
  if (a->deed == NULL)
    return cs_yaml_unknown(&r->yaml, a->marks[CS_KEY_OF(what)], a->what, "is nothing that can be done",
                           "an action of countersign-exercise(5)", cs_deeds, cs_deed_count, sizeof *cs_deeds);
  status = check_keys(r, a);
  if (status == CS_OK)
    status = check_names(r, a);
  return status == CS_OK ? check_visit(r, a) : status;
}

static cs_status read_actions(reader *r)
{
  cs_exercise *x = r->x;
  const cs_node *node = x->action_node;
  cs_status status = CS_OK;
  if (node->type != CS_SEQUENCE || node->count == 0)
    return cs_yaml_wrong_type(&r->yaml, node, "actions", "a list of actions");
  x->actions = cs_arena_array(&x->arena, node->count, sizeof *x->actions);
  if (x->actions == NULL)
    return cs_fail_memory(r->error);
  for (const cs_node *entry = node->first; entry != NULL && status == CS_OK; entry = entry->next) {
    x->actions[x->action_count].index = x->action_count;
    status = read_action(r, entry, &x->actions[x->action_count++]);
  }
  return status;
}

/* ---- The file ------------------------------------------------------------------------------------------------ */

const char *cs_script_path(const cs_exercise *x, cs_arena *arena, const char *path)
{
  return cs_arena_format(arena, "%s%s", path[0] == '/' ? "" : x->folder, path);
}

static cs_status read_agreement(reader *r)
{
  cs_exercise *x = r->x;
  x->agreement_path = cs_script_path(x, &x->arena, x->agreement);
  if (x->agreement_path == NULL)
    return cs_fail_memory(r->error);
  return cs_treaty_read(x->agreement_path, &x->treaty, r->error);
}

static cs_status read_file(reader *r, const cs_file *file)
{
  const cs_yaml_table keys = {"an exercise", cs_file_keys, cs_file_key_count};
  cs_exercise *x = r->x;
  cs_node *root = NULL;
  const char *slash = strrchr(file->name, '/');
  x->file = cs_arena_copy(&x->arena, cs_slice_of(file->name));
  x->folder = cs_arena_copy(&x->arena, (cs_slice){file->name, slash == NULL ? 0 : (size_t)(slash - file->name) + 1});
  if (x->file == NULL || x->folder == NULL)
    return cs_fail_memory(r->error);
  r->yaml.file = x->file;
  cs_status status =
    cs_yaml_read((cs_slice){file->bytes, file->length}, x->file, "exercise", &x->arena, &root, r->error);
  if (status == CS_OK)
    status = cs_yaml_mapping(&r->yaml, root, &keys, x, NULL);
  if (status == CS_OK)
    status = read_agreement(r);
  if (status == CS_OK)
    status = read_holdings(r);
  return status == CS_OK ? read_actions(r) : status;
}

cs_status cs_exercise_read(const char *path, cs_exercise **out, cs_error *error)
{
  cs_file file = {0};
  cs_exercise *x = calloc(1, sizeof *x);
  *out = NULL;
  if (x == NULL)
    return cs_fail_memory(error);
  reader r = {x, {NULL, &x->arena, error}, error};
  cs_status status = cs_file_read(path, CS_EXERCISE_BYTES, &file, error);
  if (status == CS_OK)
    status = read_file(&r, &file);
  cs_file_free(&file);
  if (status == CS_OK)
    *out = x;
  else
    cs_exercise_free(x);
  return status;
}

void cs_exercise_free(cs_exercise *exercise)
{
  if (exercise == NULL)
    return;
  cs_treaty_free(exercise->treaty);
  free(exercise->holdings);
  free(exercise->files);
  cs_arena_free(&exercise->arena);
  free(exercise);
}

const char *cs_exercise_title(const cs_exercise *exercise)
{
  return exercise->title;
}

uint64_t cs_exercise_seed(const cs_exercise *exercise)
{
  return exercise->seed < 0 ? 1 : (uint64_t)exercise->seed;
}
