/* Private to treaty/: the table of keys that an agreement file may hold. */
#ifndef CS_TREATY_SHAPES_H
#define CS_TREATY_SHAPES_H

#include "treaty/treaty.h"

typedef enum cs_kind {
  CS_K_TEXT,   /* const char * */
  CS_K_TEXTS,  /* cs_texts: a sequence of texts */
  CS_K_FLAG,   /* bool */
  CS_K_NUMBER, /* int64_t */
  CS_K_CHOICE, /* uint32_t: the index of a word in `words` */
  CS_K_DATE,   /* cs_date */
  CS_K_SPAN,   /* cs_span */
  CS_K_MOMENT, /* cs_moment */
  CS_K_DUE,    /* cs_due */
  CS_K_AMOUNT, /* cs_amount: a number, "baseline", or a mapping of parties to these */
  CS_K_REF,    /* cs_ref into `target` */
  CS_K_REFS,   /* cs_refs: a sequence of these */
  CS_K_ONE,    /* a mapping, its structure held in place */
  CS_K_LIST,   /* a sequence of mappings */
  CS_K_TABLE,  /* a mapping of identifiers to mappings */
} cs_kind;

/* What a reference points to. */
typedef enum cs_target { CS_T_PARTY, CS_T_FACILITY, CS_T_ITEM, CS_T_COUNT, CS_T_STATE } cs_target;

typedef struct cs_shape cs_shape;

typedef struct cs_field {
  const char *key;
  const char *help; /* for the schema */
  cs_kind kind;
  bool required;
  size_t offset;
  const cs_shape *shape;    /* of ONE, LIST, TABLE */
  const char *const *words; /* of CHOICE, ended by NULL */
  cs_target target;         /* of REF, REFS */
  int64_t otherwise;        /* of NUMBER: its value where the key is not given */
  int64_t least;            /* of NUMBER: the smallest allowed */
} cs_field;

struct cs_shape {
  const char *name; /* in messages: "a limit" */
  size_t size;
  const cs_field *fields;
  size_t count;
};

extern const cs_shape cs_treaty_shape;

/* The structure in memory of every LIST, TABLE, TEXTS, REFS and AMOUNT. */
typedef struct cs_any_list {
  void *at;
  size_t count;
} cs_any_list;

/* A list held at `at`, and writing it there, whatever its element type. */
cs_any_list cs_list_get(const void *at);
void cs_list_set(void *at, cs_any_list list);

#endif
