/* Statements: what a party says, one a ledger entry.
 *
 * A statement is a JSON object, kept and hashed as the exact bytes that were signed. kinds.c holds a table of the kinds
 * and their keys, from which reading, writing, admission and the schema are driven. Admission asks whether the agreement
 * allows a statement at all: what is late is admitted, and judged; what is impossible is refused. */
#ifndef CS_STATEMENT_H
#define CS_STATEMENT_H

#include <jansson.h>

#include "ledger/ledger.h"
#include "seal/seal.h"
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
  CS_CLAIM,           /* what the party proves about sealed counts */
  CS_INSPECT_REQUEST, /* a visit is announced, at a place that is named or to be drawn */
  CS_DRAW_COMMIT,     /* to a number that will help to choose the place */
  CS_DRAW_REVEAL,
  CS_INSPECT_OPEN,   /* the inspected party opened the place */
  CS_INSPECT_REPORT, /* what was seen there */
  CS_INSPECT_CLOSE,
} cs_statement_kind;
enum { CS_STATEMENT_KINDS = 16 };

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
  CS_KEY_COUNT,
  CS_KEY_INSPECTION,
  CS_KEY_BASE64,
  CS_KEY_COMMITMENT, /* 32 bytes in base64 */
  CS_KEY_NAMES,      /* an array of texts */
  CS_KEY_ENTRIES,    /* an array of numbers */
  CS_KEY_TOTALS,     /* an object: counts to numbers */
  CS_KEY_WEIGHTS,    /* an object: facilities to numbers */
  CS_KEY_HOLDINGS,   /* an array of objects with keys of their own, as the rest: see cs_nested_keys */
  CS_KEY_SEALED,     /* an object */
  CS_KEY_SEALED_FACILITIES,
  CS_KEY_CLAIMS,
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

/* The keys of objects inside a statement, by the type of the key that holds them. */
typedef struct cs_nested_kind {
  cs_key_type type;
  bool array; /* of such objects */
  const cs_statement_key *keys;
  size_t key_count;
} cs_nested_kind;
extern const cs_nested_kind cs_nested_kinds[];
extern const size_t cs_nested_kind_count;
/* NULL where the type holds no objects. */
const cs_nested_kind *cs_nested_keys(cs_key_type type);

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
/* Index of the cell of an item's state, both by identifier; SIZE_MAX where the agreement has none such. */
size_t cs_treaty_cell(const cs_treaty *treaty, const char *item, const char *state);

/* ---- Seals --------------------------------------------------------------------------------------------------- */

/* What the proofs of a ledger's statements are bound to, beside what each says itself. */
typedef struct cs_seal_bound {
  const char *treaty_hash; /* of the agreement's file, hexadecimal */
  const char *party;
  const char *origin; /* of the ledger */
} cs_seal_bound;

/* Entries of the ledger that a statement speaks of; `found` is false where there is no such entry. Adds the bytes to `out`. */
typedef struct cs_entry_source {
  cs_status (*read)(void *context, uint64_t index, cs_text *out, bool *found, cs_error *error);
  void *context;
} cs_entry_source;

/* Indices of the cells (states of items) that the agreement seals, in its order; `out` holds treaty->cells of them. */
size_t cs_sealed_cells(const cs_treaty *treaty, size_t *out);
/* "item/state" of a cell, in the arena; NULL when out of memory. */
const char *cs_cell_name(const cs_treaty *treaty, size_t cell, cs_arena *arena);
/* The item that a cell is a state of. */
const cs_item *cs_cell_item(const cs_treaty *treaty, size_t cell);

/* The sealed part of a declaration, taken apart: a commitment for each cell of each facility, facility by facility. */
typedef struct cs_sealed {
  cs_arena arena;
  size_t *cells;
  size_t cell_count, facility_count, bits;
  const char **facilities;
  cs_commitment *commitments;
  cs_hash *roots; /* of each facility's escrow */
  cs_slice proof; /* decoded */
} cs_sealed;

/* Reads it; CS_INVALID names what the agreement does not allow. Release with cs_sealed_free. */
cs_status cs_sealed_read(const cs_statement *statement, const cs_treaty *treaty, const char *place, cs_sealed *out,
                         cs_error *error);
void cs_sealed_free(cs_sealed *sealed);

/* The commitments of a notification whose number is sealed: to what the facility before loses, and the one after gains.
 * False where it has none. */
bool cs_transfer_read(const cs_statement *statement, cs_commitment out[2]);

/* One facility of a declaration that is to be sealed. */
typedef struct cs_sealed_facility {
  const char *name;
  const cs_secret *secrets; /* one for each cell that the agreement seals */
  cs_hash root;
} cs_sealed_facility;

/* Makes the value of the key "sealed", with its proof. The caller releases `*out` with json_decref. */
cs_status cs_sealed_make(const cs_treaty *treaty, const cs_seal_bound *bound, const char *date,
                         const cs_sealed_facility *facilities, size_t count, json_t **out, cs_error *error);

/* What a claim says about a count of a sealed declaration. */
typedef enum cs_claim_kind { CS_CLAIM_AT_MOST, CS_CLAIM_NOT_ABOVE, CS_CLAIM_EQUAL, CS_CLAIM_BALANCED } cs_claim_kind;
enum { CS_CLAIM_KINDS = 4 };
extern const char *const cs_claim_names[CS_CLAIM_KINDS];

typedef struct cs_claim {
  cs_claim_kind kind;
  size_t count;     /* of the agreement; SIZE_MAX: none */
  int64_t number;   /* the limit, or the number that it equals; -1: none */
  int64_t baseline; /* entry that it compares with; -1: none */
} cs_claim;

enum { CS_CLAIMS = 64 }; /* in one statement */
/* Reads part `index` of a statement of the kind claim; CS_INVALID where it is none that can be. */
cs_status cs_claim_read(const cs_statement *statement, const cs_treaty *treaty, size_t index, const char *place,
                        cs_claim *out, cs_error *error);

/* The secrets behind the commitments of an entry: those of a declaration, facility by facility, or the two of a
 * notification. They stay the callee's until the proof is made; CS_INVALID where it has none. */
typedef struct cs_secret_source {
  cs_status (*read)(void *context, uint64_t index, const cs_secret **out, size_t *count, cs_error *error);
  void *context;
} cs_secret_source;

/* Makes the keys "claims" and "proof" of a statement about `entry`, from claims. CS_INVALID where one of them does not hold.
 * The caller releases `*out` with json_decref. */
cs_status cs_claims_make(const cs_treaty *treaty, const cs_seal_bound *bound, uint64_t entry, const cs_claim *claims,
                         size_t count, const cs_entry_source *entries, const cs_secret_source *secrets, json_t **out,
                         cs_error *error);

/* Whether a statement proves what it says about sealed counts: CS_OK for one that says nothing about them. The statement is
 * admitted by the agreement. A claim rests on entries that `entries` gives, which are verified themselves elsewhere. */
cs_status cs_statement_verify(const cs_statement *statement, const cs_treaty *treaty, const cs_seal_bound *bound,
                              const cs_entry_source *entries, const char *place, cs_error *error);
/* Calls `each` for every entry of the ledger that a statement rests on. */
cs_status cs_statement_references(const cs_statement *statement,
                                  cs_status (*each)(void *context, uint64_t index, cs_error *error), void *context,
                                  cs_error *error);

/* Adds the JSON Schema of statements. */
cs_status cs_statement_schema(cs_text *out, cs_error *error);

/* Time as YYYY-MM-DDThh:mm:ssZ. */
#define CS_TIME_TEXT 21
const char *cs_time_format(int64_t time, char out[CS_TIME_TEXT]);
bool cs_time_parse(const char *text, int64_t *out);

/* Bytes as a JSON string in base64 (RFC 4648, 4); NULL when out of memory. The caller owns it. */
json_t *cs_json_base64(const void *bytes, size_t length);

#endif
