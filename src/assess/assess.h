/* Assessment: what the declarations say about each rule of an agreement.
 *
 * record.c reads rows, gather.c puts them into holdings (holdings.c), judge.c compares these with the rules, finding.c
 * looks up what a finding rests on, conclude.c puts all into a sentence, and report.c, table.c and plot.c show it.
 * search.c says what the visits so far would have seen.
 * replay.c folds what a ledger declares and notifies into numbers for each facility and day, and account.c judges what does
 * not add up there. Findings are kept as numbers and become texts only when somebody looks, so that a record of a million
 * rows is judged in little more memory than it takes itself. */
#ifndef CS_ASSESS_H
#define CS_ASSESS_H

#include "assess/replay.h"
#include "countersign/assess.h"
#include "inspect/inspect.h"
#include "treaty/treaty.h"

/* How numbers came to the other party. */
typedef enum cs_provided { CS_EXCHANGED, CS_PUBLISHED } cs_provided;

enum { CS_NO_NUMBER = -1 };

/* ---- Records ----------------------------------------------------------------------------- */

/* One row of a record. */
typedef struct cs_row {
  cs_date date;
  cs_date received; /* CS_DATE_NONE where the record does not say */
  size_t party;
  cs_provided provided;
  size_t item, state;                  /* of an itemised record, as the rest */
  cs_slice type, facility, identifier; /* in the file's bytes */
  int64_t number;
  uint32_t line, last_line;
  size_t place; /* field that names the row in messages */
} cs_row;

typedef struct cs_record_column {
  unsigned kind;
  size_t count;
} cs_record_column;

/* A record that is being read, row by row. */
typedef struct cs_record {
  const cs_treaty *treaty;
  cs_csv csv;
  cs_arena scratch;
  cs_record_column columns[CS_CSV_FIELDS];
  bool itemised;   /* holdings by item, not totals by count */
  int64_t *totals; /* of the row that was read last, by count; CS_NO_NUMBER where none was given */
  size_t last_party, last_item;
} cs_record;

/* Reads the header; the file's bytes must outlive the record. */
cs_status cs_record_open(const cs_treaty *treaty, const cs_file *file, cs_record *out, cs_error *error);
/* 1 with a row, 0 at the end, -1 with `error` filled. */
int cs_record_next(cs_record *record, cs_row *row, cs_error *error);
/* Where the row that was read last is named. */
cs_mark cs_record_mark(const cs_record *record, const cs_row *row);
void cs_record_close(cs_record *record);

/* ---- Holdings ---------------------------------------------------------------------------- */

/* What one party declared for one day. */
typedef struct cs_declaration {
  cs_date date;
  cs_date received; /* CS_DATE_NONE where the record does not say */
  uint32_t party;
  uint32_t provided;
  uint32_t file; /* index into files */
  uint32_t first_line, last_line;
  uint32_t totals_line; /* of the row with the totals; 0: none */
  bool sealed;          /* what the agreement seals was sealed */
  int64_t *items; /* a total for each cell (state of an item), CS_NO_NUMBER where none was given; NULL: none at all */
} cs_declaration;

/* What a verified claim in a ledger proves about a count of a sealed declaration. */
typedef struct cs_proven {
  cs_date date; /* of the declaration */
  uint32_t party, count;
  int64_t at_most;  /* CS_NO_NUMBER: it says something else */
  cs_date baseline; /* the count is not above what it was on this day; CS_DATE_NONE: it says something else */
  bool equal;       /* it is what it was on that day */
  cs_date received;
  uint32_t line; /* entry of the claim */
} cs_proven;

/* A ledger that holdings came from, to be replayed. */
typedef struct cs_history {
  uint32_t party, file;
  cs_date notified; /* the earliest day of a notification in it; INT32_MAX: there is none */
  cs_replay_source source;
} cs_history;

/* An entry of a ledger whose seals were verified: a declaration by the proof in it, a transfer by a claim that it is
 * balanced. */
typedef struct cs_proven_entry {
  uint32_t file, entry;
  cs_date received; /* the proof */
} cs_proven_entry;

/* A finding about something else than numbers, which its source has judged: a draw, a visit, an ambiguity. */
typedef struct cs_noted {
  cs_date date;
  uint32_t party;
  const cs_rule *rule;
  const char *name; /* in place of the rule's, or NULL */
  cs_verdict verdict;
  const char *note; /* lives as long as the holdings */
  uint32_t file, line;
} cs_noted;

/* A visit to a party. It took place where the facility that was chosen was opened, and what is there was counted. */
typedef struct cs_searched {
  cs_date date;
  uint32_t party;
  uint32_t facility;   /* among those that its newest declaration names; CS_NOWHERE: it did not take place */
  uint32_t inspection; /* of the agreement */
  bool drawn;          /* in a draw in which every facility was as likely */
  bool differs;        /* a report of either side names differences */
} cs_searched;

struct cs_holdings {
  const cs_treaty *treaty;
  cs_arena arena;
  const char **files;
  size_t file_count;
  cs_declaration *declarations; /* sorted by date, then party */
  size_t count, capacity;
  int64_t *totals; /* declared totals, one for each declaration and count; CS_NO_NUMBER where none was given */
  size_t totals_capacity;
  struct { /* declarations by day and party while they come: open addressing, an empty place is UINT32_MAX */
    uint32_t *places;
    size_t size; /* a power of two; 0: not made yet, because the rows come in order */
  } table;
  cs_proven *proven; /* sorted by date, party and count */
  size_t proven_count, proven_capacity;
  cs_history *histories;
  size_t history_count, history_capacity;
  cs_proven_entry *verified; /* sorted by file and entry */
  size_t verified_count, verified_capacity;
  cs_noted *noted;
  size_t noted_count, noted_capacity;
  int64_t *facilities; /* of each party, that its newest declaration names; NULL: not known, and no visits either */
  cs_searched *searched;
  size_t searched_count, searched_capacity;
  uint32_t last;         /* declaration that was named last */
  unsigned char key[16]; /* of the hashes: random, so that no file can be made to collide */
};

/* Empty holdings that will come from at most `sources` files or ledgers, whose names go into `files`. */
cs_status cs_holdings_new(const cs_treaty *treaty, size_t sources, cs_holdings **out, cs_error *error);
/* Index of the declaration for a day and party, made where there is none yet. */
cs_status cs_holdings_declare(cs_holdings *holdings, cs_date date, size_t party, uint32_t *out, cs_error *error);
/* The same while they come, SIZE_MAX where there is none. */
size_t cs_holdings_look(const cs_holdings *holdings, cs_date date, size_t party);
/* Adds to what it declares in a cell; `fits` is false where the sum is more than a number can be. */
cs_status cs_holdings_add(cs_holdings *holdings, uint32_t declaration, size_t cell, int64_t number, bool *fits,
                          cs_error *error);
/* Adds what is proven about a declaration. */
cs_status cs_holdings_prove(cs_holdings *holdings, const cs_proven *proven, cs_error *error);
/* Adds a ledger, or an entry of one whose seals were verified. What the source needs must outlive the holdings. */
cs_status cs_holdings_history(cs_holdings *holdings, const cs_history *history, cs_error *error);
cs_status cs_holdings_verify(cs_holdings *holdings, const cs_proven_entry *verified, cs_error *error);
/* Adds a finding; its note is copied. */
cs_status cs_holdings_note(cs_holdings *holdings, const cs_noted *noted, cs_error *error);
/* Says how many facilities the newest declaration of a party names, and adds a visit to one of them or to nowhere. */
cs_status cs_holdings_set_facilities(cs_holdings *holdings, size_t party, int64_t count, cs_error *error);
cs_status cs_holdings_search(cs_holdings *holdings, const cs_searched *searched, cs_error *error);
/* Sorts the declarations, which changes their indices, and checks their sums. */
cs_status cs_holdings_finish(cs_holdings *holdings, cs_error *error);

/* The declared total of a count, or CS_NO_NUMBER. */
int64_t cs_holdings_total(const cs_holdings *holdings, size_t declaration, size_t count);
/* The total that follows from the declared items, or CS_NO_NUMBER where one that the count needs is not declared
 * (that there is none is declared by a row with 0). */
int64_t cs_holdings_sum(const cs_holdings *holdings, size_t declaration, size_t count);
/* Index of the declaration of `party` for `date`, or SIZE_MAX. */
size_t cs_holdings_find(const cs_holdings *holdings, cs_date date, size_t party);

/* Whether a declaration was known on the day `at`. */
bool cs_declaration_is_known(const cs_declaration *declaration, cs_date at);

/* Whether the seals of an entry were verified, by what was known on the day `at`. */
bool cs_holdings_is_verified(const cs_holdings *holdings, uint32_t file, uint32_t entry, cs_date at);

/* A rule that compares a count with a number, in force from `from` to before `until`. */
typedef struct cs_bound {
  const cs_rule *rule;    /* the limit or elimination, for its name */
  const cs_rule *article; /* that is cited */
  size_t count;
  const cs_amount *at_most;
  cs_date from, until, baseline;
  bool first; /* before `from` it is not yet binding, and not superseded */
} cs_bound;

typedef enum cs_remark {
  CS_NOTE_NONE,
  CS_NOTE_PUBLISHED,
  CS_NOTE_REPLACED,
  CS_NOTE_NO_DECLARATION,
  CS_NOTE_NO_NUMBER,
  CS_NOTE_NO_BASELINE,
  CS_NOTE_EXTENSION_LONG,
  CS_NOTE_EXTENSION_LATE,
  CS_NOTE_TIES,
  CS_NOTE_TIES_NOT,
  CS_NOTE_PART_EXCEEDS,
  CS_NOTE_SEALED,
  CS_NOTE_PROOF,
  CS_NOTE_NO_PROOF,
  CS_NOTE_BASELINE,
  CS_NOTE_IN_TIME,
  CS_NOTE_FOLLOWS,
  CS_NOTE_TOTALS_FOLLOW,
} cs_remark;

typedef enum cs_subject {
  CS_SUBJECT_EXCHANGE,
  CS_SUBJECT_BOUND,
  CS_SUBJECT_TIE,
  CS_SUBJECT_PART,
  CS_SUBJECT_EXTENSION,
  CS_SUBJECT_NOTIFICATION,
  CS_SUBJECT_MOVE,
  CS_SUBJECT_REPLAY,
  CS_SUBJECT_NOTED, /* `declaration` is its index */
} cs_subject;

/* A finding as references: its numbers and words are looked up when somebody asks. */
typedef struct cs_result {
  cs_date date;
  uint32_t declaration; /* UINT32_MAX: none; of a notification, move or replay: index into accounts */
  uint16_t party;
  uint16_t index;  /* of the exchange, bound, count, cell, extension or notification */
  uint16_t part;   /* of an exchange: its schedule */
  uint8_t subject; /* cs_subject */
  uint8_t verdict;
  uint8_t note;
} cs_result;
#define CS_NO_DECLARATION UINT32_MAX

/* What a replay found, and the words that it needs. */
typedef struct cs_account {
  cs_replayed found;
  uint32_t file;
  const char *note; /* NULL: that of the result */
} cs_account;

/* What visits would have seen of a violation of a bound. */
typedef struct cs_bound_search {
  cs_search search;
  const cs_bound *bound;
} cs_bound_search;

struct cs_assessment {
  const cs_treaty *treaty;
  const cs_holdings *holdings;
  cs_date at;
  size_t only; /* the one party that is judged; SIZE_MAX: every one */
  cs_arena arena;
  cs_bound *bounds;
  size_t bound_count;
  cs_result *results;
  size_t count, capacity;
  cs_account *accounts;
  size_t account_count, account_capacity;
  bool *notified; /* by notification: there are verdicts on it */
  size_t tally[CS_VERDICTS];
  size_t outside;    /* declarations of days on which the agreement was not in force */
  int64_t violation; /* whose detection was asked for; 0: none */
  double prior;      /* that there is one; 0: was not given */
  cs_bound_search *searches;
  size_t search_count;
  const char *conclusion;
};

/* Adds a finding; false when out of memory. */
bool cs_assessment_add(cs_assessment *assessment, cs_result result);
/* Replays the ledgers of `party` (SIZE_MAX: of all), and adds what is found. */
cs_status cs_judge_histories(cs_assessment *assessment, size_t party, cs_error *error);
/* Whether a finding comes from a replay. */
bool cs_is_account(const cs_result *result);

/* Fills assessment->searches, of each party or only one (SIZE_MAX: each); false when out of memory. */
bool cs_search_bounds(cs_assessment *assessment, size_t only);
/* What the probabilities of searches rest on, in words. */
extern const char cs_search_assumes[];
/* Whether a kind of facility may hold what a bound counts, and no inspection may go there. */
bool cs_is_out_of_reach(const cs_treaty *treaty, const cs_bound *bound, size_t kind);

/* Fills assessment->conclusion; false when out of memory. */
bool cs_conclude(cs_assessment *assessment);

/* What a party declared of a count: the total that it stated, or else the sum of its items. */
int64_t cs_declared(const cs_assessment *assessment, uint32_t declaration, size_t count);

/* Whether a party kept the agreement, as far as the findings tell. */
typedef enum cs_kept { CS_KEPT, CS_KEPT_AS_VERIFIED, CS_NOT_KEPT } cs_kept;
cs_kept cs_party_kept(const cs_assessment *assessment, size_t party);
/* "kept", "kept as far as verified", "not kept". */
const char *cs_kept_word(cs_kept kept);
/* Adds why, in a few words. */
void cs_add_why(const cs_assessment *assessment, size_t party, cs_text *out);
/* Whether there is more to sum up than open numbers, which the conclusion tells alone. */
bool cs_has_summary(const cs_assessment *assessment);

/* Whether a count is sealed in a declaration: every part of it that the agreement seals is sealed there, and the rest is
 * declared. */
bool cs_is_sealed(const cs_assessment *assessment, uint32_t declaration, size_t count);
/* The proof, known on the day of the assessment, that a bound is kept by a declaration whose count is sealed; NULL where there is none. */
const cs_proven *cs_find_proof(const cs_assessment *assessment, const cs_bound *bound, uint32_t declaration);

/* The two numbers that a finding compares; CS_NO_NUMBER where there is none. */
void cs_result_numbers(const cs_assessment *assessment, const cs_result *result, int64_t *value, int64_t *limit);

/* The most that a bound allows a party, or CS_NO_NUMBER where that is not known; `applies` is false where the
 * bound says nothing about the party. */
int64_t cs_bound_limit(const cs_assessment *assessment, const cs_bound *bound, size_t party, bool *applies);

#endif
