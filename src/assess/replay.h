/* Replay: holdings by facility and day, from what a party declared and what it notified since.
 *
 * Part of the door of assess/, which includes it. A ledger is read twice, in its order, and each statement handed over as it
 * comes: the first time tells which declarations stand and which events are told of long after or before their day, the
 * second time folds the events into numbers, day by day. What is kept is a number for each facility, item and state, and
 * their changes in the fifteen days around the clock of the ledger; events themselves are kept only where they lie outside
 * of these. So memory goes with facilities, however many events there are.
 *
 * A declaration is of the beginning of its day: events of that day come on top of it. Within a day all events count
 * together, since the order in which they are notified need not be that in which they happened. */
#ifndef CS_ASSESS_REPLAY_H
#define CS_ASSESS_REPLAY_H

#include "seal/seal.h"
#include "treaty/treaty.h"

#define CS_NOWHERE UINT32_MAX
enum { CS_EVERYWHERE = 0 }; /* in place of a facility: all of them together */

/* A state of an item (see cs_count) at a facility. */
typedef struct cs_spot {
  uint32_t facility; /* from cs_replay_facility */
  uint32_t cell;     /* CS_NOWHERE: none */
} cs_spot;

/* A notification of an event.
 *
 *   from   to
 *   a      b    `count` moved, or were converted, or both
 *   a      -    they were eliminated, lost or used up
 *   -      b    they are new
 *   -      -    the event leaves holdings as they are
 */
typedef struct cs_change {
  cs_date date;     /* of the event */
  cs_date received; /* day of the statement */
  uint32_t entry;
  uint32_t notification; /* of the agreement */
  cs_spot from, to;
  int64_t count;
  int64_t corrects;            /* entry of an earlier notification that this one takes the place of; -1: none */
  const cs_commitment *sealed; /* in place of `count`: what `from` loses and what `to` gains; NULL: it is open */
  bool balanced;               /* proven: `to` gains what `from` loses */
} cs_change;

typedef struct cs_replay cs_replay;

/* The state at the end of `on`, from what was said by the end of `at`. */
typedef struct cs_replay_options {
  cs_date on, at;
} cs_replay_options;

/* What a ledger says. `read` hands over all of it, in the order of the ledger, by the functions below; it is called twice,
 * the second time without the declarations. Calls that fail end it. */
typedef struct cs_replay_source {
  cs_status (*read)(void *context, cs_replay *replay, bool declarations, cs_error *error);
  void *context;
} cs_replay_source;

/* Replays a ledger. The treaty must outlive it; release with cs_replay_free. */
cs_status cs_replay_run(const cs_treaty *treaty, const cs_replay_options *options, const cs_replay_source *source,
                        cs_replay **out, cs_error *error);
void cs_replay_free(cs_replay *replay);

/* The day on which it replays what was known, for a source that looks up what else was. */
cs_date cs_replay_known_at(const cs_replay *replay);

/* ---- For sources ----------------------------------------------------------------------------------------------- */

/* The number of a facility, given out on first use. The empty name is that of holdings whose facility is not said. */
cs_status cs_replay_facility(cs_replay *replay, cs_slice name, uint32_t *out, cs_error *error);
/* Begins a declaration. Where it is `known`, its numbers follow by the two functions below; each item and state of which it
 * gives a number it gives whole. The first declaration of a day stands until one corrects it. */
cs_status cs_replay_declare(cs_replay *replay, cs_date date, cs_date received, uint32_t entry, int64_t corrects,
                            bool *known, cs_error *error);
cs_status cs_replay_number(cs_replay *replay, cs_spot place, int64_t number, cs_error *error);
cs_status cs_replay_sealed(cs_replay *replay, cs_spot place, const cs_commitment *commitment, cs_error *error);
/* The first correction of an entry takes its place; later ones are void. */
cs_status cs_replay_change(cs_replay *replay, const cs_change *change, cs_error *error);

/* ---- What it comes to ------------------------------------------------------------------------------------------ */

/* Facilities, with CS_EVERYWHERE before them. */
size_t cs_replay_facilities(const cs_replay *replay);
const char *cs_replay_facility_name(const cs_replay *replay, size_t facility);

typedef enum cs_known {
  CS_KNOWN_NOT, /* nothing was declared: `number` is what changed */
  CS_KNOWN_NUMBER,
  CS_KNOWN_SEALED,
} cs_known;

typedef struct cs_held {
  cs_known known;
  bool here;                   /* something was declared or notified of this place; else the rest is zero */
  int64_t number;              /* below 0: more left than was there; beyond CS_NUMBER_MAX, that */
  const cs_commitment *sealed; /* to the number there; NULL: not sealed, or not one that can be opened */
} cs_held;
cs_held cs_replay_held(const cs_replay *replay, cs_spot place);
/* The total of a count of the agreement: a number where all that it needs is known and open. */
cs_held cs_replay_total(const cs_replay *replay, size_t count);
/* The day of the declaration that the numbers rest on last, and how many notifications were folded in all. */
cs_date cs_replay_declared(const cs_replay *replay, uint32_t *entry);
uint64_t cs_replay_changes(const cs_replay *replay);

typedef enum cs_replayed_kind {
  CS_REPLAYED_IN_TIME, /* `value` notifications of the kind `index` came in time, the last one on `date` */
  CS_REPLAYED_LATE,    /* one of the kind `index` came after its deadline */
  CS_REPLAYED_SHORT,   /* on one day `value` left a place where `limit` were */
  CS_REPLAYED_NO_SEAL, /* a sealed transfer has no commitments that could be opened */
  CS_REPLAYED_FOLLOWS, /* a declaration follows from the one before and the notifications */
  CS_REPLAYED_DIFFERS, /* it declares `value` where `limit` follow */
  CS_REPLAYED_SEALED, /* sealed numbers, which cannot be compared; `value` sealed transfers since `baseline` are unproven */
} cs_replayed_kind;

typedef struct cs_replayed {
  cs_replayed_kind kind;
  cs_date date;
  cs_date baseline;
  uint32_t entry;  /* the notification, or the declaration */
  uint32_t index;  /* of the notification in the agreement, or the cell */
  uint32_t others; /* facilities beside this one of which the same is to be said */
  uint32_t facility;
  int64_t value, limit;
} cs_replayed;

/* By date, kind and place. */
const cs_replayed *cs_replay_findings(const cs_replay *replay, size_t *count);

#endif
