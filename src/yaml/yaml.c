/* YAML events into nodes. */
#include <libfyaml.h>
#include <string.h>

#include "yaml/yaml.h"

enum { DEEPEST = 16 };

typedef struct reader {
  cs_slice bytes;
  const char *file, *what;
  cs_arena *arena;
  cs_error *error;
  cs_node *open[DEEPEST]; /* collections that have begun and not ended */
  size_t depth;
  cs_node *root;
  cs_mark before; /* of the newest node */
} reader;

/* Where an event stands; a value that is left out stands nowhere, and is found at what comes before it. */
static cs_mark event_mark(const reader *r, struct fy_event *event)
{
  const struct fy_mark *mark = fy_event_start_mark(event);
  if (mark == NULL)
    return r->before;
  /* The mark of a quoted scalar is behind its quote. */
  bool quoted = event->type == FYET_SCALAR && event->scalar.value != NULL &&
                (fy_token_scalar_style(event->scalar.value) == FYSS_SINGLE_QUOTED ||
                 fy_token_scalar_style(event->scalar.value) == FYSS_DOUBLE_QUOTED);
  return (cs_mark){(uint32_t)mark->line + 1, (uint32_t)mark->column + (quoted && mark->column > 0 ? 0 : 1)};
}

static cs_status refuse(reader *r, cs_mark mark, const char *what)
{
  cs_fail(r->error, CS_INVALID, r->file, mark, "%s", what);
  return CS_INVALID;
}

/* Hangs a new node under the innermost open collection. */
static cs_status add_node(reader *r, struct fy_event *event, cs_node_type type, cs_node **out)
{
  cs_mark mark = event_mark(r, event);
  cs_node *node = cs_arena_alloc(r->arena, sizeof *node);
  if (node == NULL)
    return cs_fail_memory(r->error);
  node->type = type;
  node->mark = mark;
  r->before = mark;
  *out = node;
  if (r->depth == 0) {
    if (r->root != NULL)
      return cs_fail(r->error, CS_INVALID, r->file, mark, "a second document; expected one %s in a file", r->what);
    r->root = node;
    return CS_OK;
  }
  cs_node *parent = r->open[r->depth - 1];
  if (parent->last == NULL)
    parent->first = node;
  else
    parent->last->next = node;
  parent->last = node;
  parent->count++;
  return CS_OK;
}

static cs_status open_collection(reader *r, struct fy_event *event, cs_node_type type)
{
  cs_node *node;
  cs_status status = add_node(r, event, type, &node);
  if (status != CS_OK)
    return status;
  if (r->depth == DEEPEST)
    return refuse(r, node->mark, "nested too deeply; expected at most 16 levels");
  r->open[r->depth++] = node;
  return CS_OK;
}

static void close_collection(reader *r)
{
  cs_node *node = r->open[--r->depth];
  if (node->type == CS_MAPPING)
    node->count /= 2;
}

static cs_status add_scalar(reader *r, struct fy_event *event)
{
  cs_node *node;
  cs_status status = add_node(r, event, CS_SCALAR, &node);
  if (status != CS_OK)
    return status;
  size_t length = 0;
  const char *text = event->scalar.value == NULL ? NULL : fy_token_get_text(event->scalar.value, &length);
  cs_slice slice = {text, text == NULL ? 0 : length};
  if (cs_text_check(slice) < slice.length)
    return refuse(r, node->mark, "a value with a control or format character; expected text");
  node->text = cs_arena_copy(r->arena, slice);
  return node->text == NULL ? cs_fail_memory(r->error) : CS_OK;
}

static cs_status take_event(reader *r, struct fy_event *event)
{
  static const char NO_ANCHORS[] = "an anchor or alias; expected every value written out";
  switch (event->type) {
  case FYET_ALIAS:
    return refuse(r, event_mark(r, event), NO_ANCHORS);
  case FYET_SCALAR:
  case FYET_SEQUENCE_START:
  case FYET_MAPPING_START:
    if (fy_event_get_anchor_token(event) != NULL)
      return refuse(r, event_mark(r, event), NO_ANCHORS);
    if (fy_event_get_tag_token(event) != NULL)
      return refuse(r, event_mark(r, event), "a tag; expected a plain value");
    if (event->type == FYET_SCALAR)
      return add_scalar(r, event);
    return open_collection(r, event, event->type == FYET_MAPPING_START ? CS_MAPPING : CS_SEQUENCE);
  case FYET_SEQUENCE_END:
  case FYET_MAPPING_END:
    close_collection(r);
    return CS_OK;
  default:
    return CS_OK;
  }
}

/* The parser's first complaint, or a general one at the end of the file. */
static cs_status parser_failed(reader *r, struct fy_diag *diag)
{
  void *at = NULL;
  const struct fy_diag_error *first = fy_diag_errors_iterate(diag, &at);
  if (first == NULL || first->msg == NULL || first->line < 1)
    return refuse(r, cs_mark_of(r->bytes.at, r->bytes.length),
                  "this is not YAML; expected a mapping of keys to values");
  cs_mark mark = {(uint32_t)first->line, first->column < 1 ? 1 : (uint32_t)first->column};
  return cs_fail(r->error, CS_INVALID, r->file, mark, "this is not YAML: %s; expected a mapping of keys to values",
                 first->msg);
}

static cs_status read_events(reader *r, struct fy_parser *parser, struct fy_diag *diag)
{
  for (;;) {
    struct fy_event *event = fy_parser_parse(parser);
    if (event == NULL)
      return parser_failed(r, diag);
    bool end = event->type == FYET_STREAM_END;
    cs_status status = take_event(r, event);
    fy_parser_event_free(parser, event);
    if (status != CS_OK || end)
      return status;
  }
}

cs_status cs_yaml_read(cs_slice bytes, const char *file, const char *what, cs_arena *arena, cs_node **out,
                       cs_error *error)
{
  reader r = {.bytes = bytes, .file = file, .what = what, .arena = arena, .error = error, .before = {1, 1}};
  cs_status status = CS_OK;
  struct fy_parser *parser = NULL;
  struct fy_diag_cfg quiet;
  fy_diag_cfg_default(&quiet);
  quiet.level = FYET_MAX;
  struct fy_diag *diag = fy_diag_create(&quiet);
  if (diag != NULL) {
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2, .diag = diag};
    parser = fy_parser_create(&config);
  }
  if (parser == NULL || fy_parser_set_string(parser, bytes.at, bytes.length) != 0)
    status = cs_fail_memory(error);
  else
    status = read_events(&r, parser, diag);
  if (status == CS_OK && r.root == NULL)
    status = cs_fail(error, CS_INVALID, file, (cs_mark){1, 1}, "the file is empty; expected %s %s",
                     strchr("aeiou", what[0]) == NULL ? "a" : "an", what);
  *out = r.root;
  fy_parser_destroy(parser);
  fy_diag_destroy(diag);
  return status;
}
