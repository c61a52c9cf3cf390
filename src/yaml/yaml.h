/* A YAML document as plain nodes, each with its place in the file: what agreements and exercises are read from.
 *
 * libfyaml scans and parses; the nodes are built from its events. Its own document builder compares every
 * new key of a mapping with every earlier one, which a hostile file of 100,000 keys turns into minutes. */
#ifndef CS_YAML_H
#define CS_YAML_H

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

#endif
