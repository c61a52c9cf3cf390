/* Statements: what a party says, one a ledger entry.
 *
 * A statement is a JSON object, kept and hashed as the exact bytes that were signed. kinds.c holds a table of the kinds
 * and their keys, from which reading, writing, admission and the schema are driven. Admission asks whether the agreement
 * allows a statement at all: what is late is admitted, and judged; what is impossible is refused. */
#ifndef CS_STATEMENT_H
#define CS_STATEMENT_H

#include <jansson.h>

#include "treaty/treaty.h"

typedef enum cs_statement_kind {
  CS_ADOPT,   /* a party joins the agreement: its hash, its ledger, its keys */
  CS_DECLARE, /* holdings on a day */
  CS_NOTIFY,  /* an event */
  CS_RAISE,   /* an ambiguity, before the commission */
  CS_RESOLVE, /* the end of one */
  CS_EXTEND,
  CS_SUSPEND,
  CS_RESUME,
  CS_WITHDRAW,
} cs_statement_kind;
enum { CS_STATEMENT_KINDS = 9 };

/* What a key holds. */
typedef enum cs_key_type {
  CS_KEY_TEXT,
  CS_KEY_DATE,
  CS_KEY_TIME, /* YYYY-MM-DDThh:mm:ssZ */
  CS_KEY_NUMBER,
  CS_KEY_HASH,     /* 64 hexadecimal digits */
  CS_KEY_VERIFIER, /* a verifier key of a signed note */
  CS_KEY_PARTY,    /* identifiers that the agreement defines */
  CS_KEY_NOTIFICATION,
  CS_KEY_RULE,
  CS_KEY_ITEM,
  CS_KEY_STATE,
  CS_KEY_FACILITY,
  CS_KEY_TOTALS,   /* an object: counts to numbers */
  CS_KEY_HOLDINGS, /* an array of objects: item, state, type, facility, count */
} cs_key_type;

typedef struct cs_statement_key {
  const char *name;
  cs_key_type type;
  bool required;
  const char *help;
} cs_statement_key;

typedef struct cs_kind_of_statement {
  const char *name;
  const char *help;
  const cs_statement_key *keys; /* beside the common ones */
  size_t key_count;
} cs_kind_of_statement;

extern const cs_kind_of_statement cs_statement_kinds[CS_STATEMENT_KINDS];
extern const cs_statement_key cs_statement_common[];
extern const size_t cs_statement_common_count;
extern const cs_statement_key cs_holding_keys[];
extern const size_t cs_holding_key_count;

/* A statement that was read. */
typedef struct cs_statement {
  cs_statement_kind kind;
  int64_t time; /* POSIX seconds at which it was made */
  json_t *json; /* the whole object */
} cs_statement;

/* Reads one: known kind, known keys of the right types, none missing. CS_INVALID names `place` and the fault; release
 * with cs_statement_free. Nothing is compared with an agreement yet. */
cs_status cs_statement_parse(cs_slice bytes, const char *place, cs_statement *out, cs_error *error);
void cs_statement_free(cs_statement *statement);

/* The text of a key, NULL where it has none; its number, -1 where it has none; its date, CS_DATE_NONE. */
const char *cs_statement_text(const cs_statement *statement, const char *key);
int64_t cs_statement_number(const cs_statement *statement, const char *key);
cs_date cs_statement_date(const cs_statement *statement, const char *key);

/* A key and its value as text, from which a statement is made. */
typedef struct cs_statement_value {
  const char *key;
  const char *value;
} cs_statement_value;

/* Makes the bytes of a statement of `party` (an index into the agreement's parties) at `time`; values are read by the type
 * of their key, and checked like one that was read. `extra` (or NULL, taken over) holds keys that are no plain values. */
cs_status cs_statement_make(const cs_treaty *treaty, size_t party, int64_t time, cs_statement_kind kind,
                            const cs_statement_value *values, size_t count, json_t *extra, cs_text *out,
                            cs_error *error);

typedef enum cs_admission { CS_ADMITTED, CS_ADMITTED_LATE } cs_admission;

/* Whether the agreement allows the statement in the ledger of `party`; CS_INVALID says why not. */
cs_status cs_statement_admit(const cs_statement *statement, const cs_treaty *treaty, size_t party, const char *place,
                             cs_admission *out, cs_error *error);

/* Index of a notification, rule kind and the like by identifier; SIZE_MAX where there is none. */
size_t cs_treaty_find(const cs_treaty *treaty, cs_key_type type, const char *id);

/* Adds the JSON Schema of statements. */
cs_status cs_statement_schema(cs_text *out, cs_error *error);

/* Time as YYYY-MM-DDThh:mm:ssZ. */
#define CS_TIME_TEXT 21
const char *cs_time_format(int64_t time, char out[CS_TIME_TEXT]);
bool cs_time_parse(const char *text, int64_t *out);

#endif
