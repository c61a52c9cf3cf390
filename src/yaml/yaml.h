/* A YAML document as plain nodes, each with its place in the file: what agreements, exercises and scenarios are read from.
 *
 * libfyaml scans and parses; the nodes are built from its events. Its own document builder compares every
 * new key of a mapping with every earlier one, which a hostile file of 100,000 keys turns into minutes. */
#ifndef CS_YAML_H
#define CS_YAML_H

#include <jansson.h>

#include "base/base.h"

typedef enum cs_node_type { CS_SCALAR, CS_SEQUENCE, CS_MAPPING } cs_node_type;

typedef struct cs_node {
  cs_node_type type;
  cs_mark mark;
  const char *text;      /* of a scalar */
  struct cs_node *first; /* a sequence's entries; a mapping's keys and values in turn */
  struct cs_node *last;
  struct cs_node *next;
  size_t count; /* entries, or pairs */
} cs_node;

/* Reads one document into the arena. Anchors, aliases and tags are refused. `what` says in messages what it is to be, such
 * as "agreement". */
cs_status cs_yaml_read(cs_slice bytes, const char *file, const char *what, cs_arena *arena, cs_node **out,
                       cs_error *error);

/* ---- Mappings by table --------------------------------------------------------------------------------------- */

typedef enum cs_key_kind {
  CS_Y_TEXT,    /* const char * */
  CS_Y_NAMES,   /* cs_names: a name or a list of them */
  CS_Y_FLAG,    /* cs_answer */
  CS_Y_NUMBER,  /* int64_t; -1: not given */
  CS_Y_DECIMAL, /* double; NAN: not given */
  CS_Y_DATE,    /* cs_date */
  CS_Y_SPAN,    /* cs_span; amount 0: not given */
  CS_Y_NODE,    /* const cs_node *, which is read by itself */
} cs_key_kind;

typedef enum cs_answer { CS_UNSAID, CS_NO, CS_YES } cs_answer;

typedef struct cs_names {
  const char **at;
  cs_mark *marks;
  size_t count;
} cs_names;

/* A key, and the member that its value goes into. */
typedef struct cs_yaml_key {
  const char *name;
  size_t offset;
  cs_key_kind kind;
  unsigned noun;      /* what a text has to name, for its reader */
  double least, most; /* of a decimal; both 0: from 0 on */
  const char *words;  /* the only values, separated by spaces; NULL: any */
  const char *help;
  bool required;
  bool large; /* of a number that may be more than a million */
} cs_yaml_key;

typedef struct cs_yaml_table {
  const char *what; /* in messages: "an action" */
  const cs_yaml_key *keys;
  size_t count; /* at most 64 */
} cs_yaml_table;

typedef struct cs_yaml_reader {
  const char *file;
  cs_arena *arena;
  cs_error *error;
} cs_yaml_reader;

/* Reads a mapping into a structure: each key known and once, none missing that is required, each value of its kind. What
 * is not given is as in cs_key_kind. `marks` (or NULL) takes the place of each value; it starts with {0}. */
cs_status cs_yaml_mapping(const cs_yaml_reader *reader, const cs_node *node, const cs_yaml_table *table, void *into,
                          cs_mark *marks);

/* CS_INVALID: the text at `mark` has this fault. */
cs_status cs_yaml_refuse(const cs_yaml_reader *reader, cs_mark mark, const char *text, const char *fault,
                         const char *expected);
cs_status cs_yaml_wrong_type(const cs_yaml_reader *reader, const cs_node *node, const char *key, const char *expected);
/* The same for a name, with the nearest of those that could be meant, each at the beginning of `stride` bytes. */
cs_status cs_yaml_unknown(const cs_yaml_reader *reader, cs_mark mark, const char *name, const char *fault,
                          const char *expected, const void *names, size_t count, size_t stride);

/* Whether one of the words in `list`, which spaces separate, is `word`. */
bool cs_yaml_listed(const char *list, const char *word);
/* Writes such a list as one reads it aloud: "commit, reveal or open" where `last` is " or ". */
void cs_yaml_enumerate(const char *list, const char *last, char *out, size_t size);

/* ---- Schemas ------------------------------------------------------------------------------------------------- */

/* The JSON Schema of a mapping by this table, which leaves those read by themselves (CS_Y_NODE) open; NULL: out of
 * memory. The caller releases it with json_decref. */
json_t *cs_yaml_schema(const cs_yaml_table *table);
/* A JSON array of the words in a list. */
json_t *cs_yaml_words(const char *list);

#endif
