/* The agreement: what parties promised each other, as data.
 *
 * Items (missiles, launchers, warheads) are in states (deployed, non-deployed) at facilities. A count is a
 * named linear total over items. Limits, exchanges, notifications, inspections, eliminations and
 * obligations are rules: each has an identifier, the article that it comes from, and the basis on which this
 * file states it. The structures below mirror the keys of the YAML files one to one; shapes.c holds the
 * table from which reading, checking, JSON and the schema are driven. */
#ifndef CS_TREATY_H
#define CS_TREATY_H

#include "base/base.h"
#include "countersign/treaty.h"

#define CS_LIST(type)                                                                                                  \
  struct {                                                                                                             \
    type *at;                                                                                                          \
    size_t count;                                                                                                      \
  }

/* Where the words of a rule were read. */
typedef enum cs_basis {
  CS_BASIS_TEXT,     /* in the agreement's own words */
  CS_BASIS_OFFICIAL, /* in a party's official description */
  CS_BASIS_PRESS,    /* in a press report or a study */
  CS_BASIS_DRAFT,    /* supposed by a draft: no party has said it */
  CS_BASIS_NONE,     /* not yet read anywhere: a rule to be checked */
} cs_basis;

/* What every table entry begins with. */
typedef struct cs_rule {
  const char *id;
  cs_mark mark; /* of the identifier in the file */
  const char *article;
  uint32_t basis; /* cs_basis */
  const char *source;
} cs_rule;

/* A reference by identifier to an entry of a table. */
typedef struct cs_ref {
  const char *id; /* NULL where none was given */
  cs_mark mark;
  size_t index;
} cs_ref;
typedef CS_LIST(cs_ref) cs_refs;
typedef CS_LIST(const char *) cs_texts;

/* A day: a date, or a span after entry into force. */
typedef struct cs_moment {
  enum { CS_MOMENT_NONE, CS_MOMENT_DATE, CS_MOMENT_AFTER_START } kind;
  cs_date date;
  cs_span span;
} cs_moment;

/* A time before or after an event. */
typedef struct cs_due {
  enum { CS_DUE_NONE, CS_DUE_AFTER, CS_DUE_BEFORE } side;
  cs_span span;
} cs_due;

/* A number that may differ between parties, or be a party's own count at the baseline. */
typedef struct cs_allowance {
  cs_ref party; /* id NULL: every party */
  bool baseline;
  int64_t number;
} cs_allowance;
typedef CS_LIST(cs_allowance) cs_amount;

/* The years by which quotas are counted. */
typedef enum cs_year { CS_TREATY_YEAR, CS_CALENDAR_YEAR, CS_WHOLE_TERM } cs_year;

/* How much of a declared number others see. */
typedef enum cs_disclosure { CS_OPEN, CS_TOTAL, CS_SEALED } cs_disclosure;

typedef struct cs_party {
  cs_rule rule;
  const char *name;
} cs_party;

typedef struct cs_agreed_extension {
  cs_rule rule;
  cs_date agreed, in_force, until;
} cs_agreed_extension;

typedef struct cs_extension {
  cs_rule rule;
  cs_span at_most; /* in all */
} cs_extension;

/* How a party leaves the agreement, or stops applying it. */
typedef struct cs_leave {
  cs_rule rule; /* article NULL: the agreement does not provide for it */
  cs_span notice;
  const char *text;
} cs_leave;

typedef struct cs_term {
  cs_rule rule;
  cs_date start;
  cs_span duration; /* amount 0: not limited */
  cs_extension extension;
  CS_LIST(cs_agreed_extension) extended;
  cs_leave withdrawal, suspension;
} cs_term;

typedef struct cs_facility {
  cs_rule rule;
  const char *name;
} cs_facility;

typedef struct cs_state {
  cs_rule rule;
  const char *name; /* NULL: the identifier */
  const char *text;
  cs_ref part_of; /* another state of the item, within whose number this one is declared */
  cs_refs at;     /* facilities */
} cs_state;

typedef struct cs_item {
  cs_rule rule;
  const char *name; /* plural */
  const char *text;
  bool identified; /* each one has a unique identifier */
  uint32_t disclosure;
  CS_LIST(cs_state) states;
  cs_texts types;
  size_t cell; /* of its first state: see cs_count */
} cs_item;

typedef struct cs_count_term {
  cs_rule rule;
  cs_ref item;
  cs_refs states; /* index: in the item's states */
  cs_ref count;
  int64_t weight;
  const char *text;
} cs_count_term;

typedef struct cs_count {
  cs_rule rule;
  const char *name;
  uint32_t disclosure;
  CS_LIST(cs_count_term) sum;
  int64_t *weights; /* the same as one linear combination: a weight for each cell (a state of an item) */
} cs_count;

typedef struct cs_limit {
  cs_rule rule;
  const char *name;
  cs_ref count;
  cs_amount at_most;
  cs_moment baseline;
  cs_moment from, until;
} cs_limit;

typedef struct cs_schedule {
  cs_rule rule;
  cs_moment as_of; /* once */
  cs_moment first; /* or repeatedly, from here */
  cs_span every;
  cs_due due;
  const char *text;
} cs_schedule;

typedef struct cs_replacement {
  cs_rule rule;
  cs_date as_of, by;
  const char *text;
} cs_replacement;

typedef struct cs_match {
  cs_rule rule;
  cs_ref count, with;
} cs_match;

typedef struct cs_exchange {
  cs_rule rule;
  const char *name;
  cs_refs counts;
  CS_LIST(cs_schedule) schedule;
  CS_LIST(cs_replacement) replaced;
  CS_LIST(cs_match) match;
} cs_exchange;

typedef struct cs_notification {
  cs_rule rule;
  const char *group;
  const char *event;
  cs_refs items;
  bool keeps_holdings; /* the event leaves them as they are */
  cs_due due;
} cs_notification;

/* How the place of an inspection is chosen. */
typedef enum cs_chosen { CS_DESIGNATED, CS_DRAWN } cs_chosen;

typedef struct cs_provision {
  cs_rule rule;
  const char *text;
} cs_provision;

typedef struct cs_inspection {
  cs_rule rule;
  const char *name;
  const char *purpose;
  cs_amount conduct; /* at most this many by a party */
  cs_amount receive; /* at most this many on a party */
  uint32_t per;      /* cs_year */
  cs_moment from, until;
  cs_due notice;
  cs_refs at;      /* facilities */
  uint32_t chosen; /* cs_chosen */
  CS_LIST(cs_provision) rules;
} cs_inspection;

typedef struct cs_phase {
  cs_rule rule;
  cs_moment by;
  cs_amount at_most;
} cs_phase;

typedef struct cs_elimination {
  cs_rule rule;
  const char *name;
  cs_ref count;
  CS_LIST(cs_phase) phases;
} cs_elimination;

typedef struct cs_obligation {
  cs_rule rule;
  const char *group;
  const char *text;
  int64_t at_least, at_most; /* times a year; -1: not said */
  uint32_t per;
  cs_due due;
} cs_obligation;

struct cs_treaty {
  cs_arena arena;
  const char *file; /* as given to cs_treaty_read */
  const char *id;
  const char *title;
  const char *short_title; /* NULL where none is usual */
  const char *form;
  const char *summary;
  cs_date signed_on;
  cs_texts sources;
  CS_LIST(cs_party) parties;
  cs_term term;
  CS_LIST(cs_facility) facilities;
  CS_LIST(cs_item) items;
  size_t cells; /* states of all items */
  CS_LIST(cs_count) counts;
  CS_LIST(cs_limit) limits;
  CS_LIST(cs_exchange) exchanges;
  CS_LIST(cs_notification) notifications;
  CS_LIST(cs_inspection) inspections;
  CS_LIST(cs_elimination) eliminations;
  CS_LIST(cs_obligation) obligations;
};

/* Reads an agreement from text, which cs_file_read has found to be UTF-8; `name` stands in messages. */
cs_status cs_treaty_parse(cs_slice bytes, const char *name, cs_treaty **out, cs_error *error);

/* The day of a moment; CS_DATE_NONE where none was given. */
cs_date cs_moment_date(const cs_treaty *treaty, const cs_moment *moment);

/* The first day after the deadline of what happens on `date`; CS_DATE_NONE where there is none. */
cs_date cs_due_passed(const cs_due *due, cs_date date);

/* What `amount` allows `party` (an index into parties), or NULL where it says nothing about it. */
const cs_allowance *cs_amount_for(const cs_amount *amount, size_t party);

/* One exchange that the agreement calls for: data current on `as_of`, provided no later than `due`. */
typedef struct cs_exchange_date {
  size_t exchange; /* index into exchanges */
  const cs_schedule *schedule;
  const cs_replacement *replacement; /* by which `as_of` came in place of the scheduled day, or NULL */
  cs_date as_of, due;
} cs_exchange_date;

/* Every exchange with `as_of` up to `until` that falls within the term known on `at`, by date. The
 * caller frees `*out`. */
cs_status cs_treaty_exchange_dates(const cs_treaty *treaty, cs_date at, cs_date until, cs_exchange_date **out,
                                   size_t *count, cs_error *error);

/* The treaty's rules of every kind, as one list in the order of the file. */
typedef struct cs_rule_kind {
  const char *name; /* "limit", "exchange", ... */
  const char *const key;
  size_t list; /* offset of the list in cs_treaty */
  size_t size; /* of an entry */
} cs_rule_kind;
extern const cs_rule_kind cs_rule_kinds[];
enum { CS_RULE_KINDS = 6 };
/* Entry `index` of the list of that kind; NULL past its end. */
const cs_rule *cs_treaty_rule(const cs_treaty *treaty, const cs_rule_kind *kind, size_t index);

/* Words for bases, disclosures, years and ways to choose, in the order of their enumerations. */
extern const char *const cs_basis_words[];
extern const char *const cs_disclosure_words[];
extern const char *const cs_year_words[];
extern const char *const cs_chosen_words[];

#endif
