/* The store: where a home keeps what it must not lose.
 *
 * A few kinds of record behind one small interface, SQLite beneath: the entries and tiles of ledgers (a party's own and
 * its copies of others'), signed notes, evidence, settings. The store knows nothing of what the bytes mean. What was
 * committed is on disk (write-ahead log, synchronous=FULL). One store is used from one thread at a time; a second
 * process that wants to write waits a moment and is then refused. */
#ifndef CS_STORE_H
#define CS_STORE_H

#include "base/base.h"

typedef struct cs_store cs_store;

typedef enum cs_store_mode { CS_STORE_CREATE, CS_STORE_WRITE, CS_STORE_READ } cs_store_mode;

/* Opens the store in the file `path`; CS_STORE_CREATE makes it, refuses one that exists, and leaves
 * nothing where it fails. CS_INVALID where it is no
 * store or is damaged, CS_SYSTEM where it cannot be opened, is locked, or the disk failed. */
cs_status cs_store_open(const char *path, cs_store_mode mode, cs_store **out, cs_error *error);
void cs_store_close(cs_store *store);

/* ---- Transactions -------------------------------------------------------------------------------------------- */

/* What is written between begin and commit is there after a crash as a whole or not at all; it is durable when commit
 * returns CS_OK. A transaction that fails is rolled back by the caller. */
cs_status cs_store_begin(cs_store *store, cs_error *error);
cs_status cs_store_commit(cs_store *store, cs_error *error);
void cs_store_rollback(cs_store *store);

/* A number that is another one after a different process has committed something. */
cs_status cs_store_version(cs_store *store, int64_t *out, cs_error *error);

/* ---- Settings and peers -------------------------------------------------------------------------------------- */

cs_status cs_store_set(cs_store *store, const char *name, cs_slice value, cs_error *error);
/* Adds the value to `out`; `found` is false where there is none. */
cs_status cs_store_get(cs_store *store, const char *name, cs_text *out, bool *found, cs_error *error);
/* Calls `each` for every setting whose name begins with `prefix`, by name, until it gives something else than CS_OK. */
typedef cs_status (*cs_store_setting)(void *context, const char *name, cs_slice value, cs_error *error);
cs_status cs_store_each(cs_store *store, const char *prefix, cs_store_setting each, void *context, cs_error *error);

/* ---- Ledgers ------------------------------------------------------------------------------------------------- */

/* The number under which the records of a ledger are kept, given out on first use; 0, under which there is nothing, where
 * the store is read only and does not know the ledger. */
cs_status cs_store_ledger(cs_store *store, const char *origin, int64_t *out, cs_error *error);

/* Entries, by their index from 0 without a gap, each with the hash of its leaf. */
enum { CS_STORE_HASH = 32 };
cs_status cs_store_put_entry(cs_store *store, int64_t ledger, uint64_t index, cs_slice entry,
                             const unsigned char hash[CS_STORE_HASH], cs_error *error);
/* Calls `each` for `count` entries from `first`, or as many as there are; the slices last for the call. */
typedef cs_status (*cs_store_entry)(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error);
cs_status cs_store_entries(cs_store *store, int64_t ledger, uint64_t first, uint64_t count, cs_store_entry each,
                           void *context, cs_error *error);
/* A cs_store_entry: adds the entry to the cs_text that is its context. */
cs_status cs_store_entry_add(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error);
cs_status cs_store_entry_count(cs_store *store, int64_t ledger, uint64_t *out, cs_error *error);
/* Forgets the entries from `size` on and the tiles that they completed: for a copy that turned out not to be what its
 * owner signed. */
cs_status cs_store_cut(cs_store *store, int64_t ledger, uint64_t size, cs_error *error);

/* Full tiles. Reading one that is not there leaves `out` as it was, with `found` false. */
cs_status cs_store_put_tile(cs_store *store, int64_t ledger, unsigned level, uint64_t index, cs_slice bytes,
                            cs_error *error);
cs_status cs_store_get_tile(cs_store *store, int64_t ledger, unsigned level, uint64_t index, cs_text *out, bool *found,
                            cs_error *error);
cs_status cs_store_tile_count(cs_store *store, int64_t ledger, unsigned level, uint64_t *out, cs_error *error);

/* Notes: the newest bytes under a kind and a name. */
cs_status cs_store_put_note(cs_store *store, int64_t ledger, const char *kind, const char *name, cs_slice bytes,
                            cs_error *error);
cs_status cs_store_get_note(cs_store *store, int64_t ledger, const char *kind, const char *name, cs_text *out,
                            bool *found, cs_error *error);
typedef cs_status (*cs_store_note)(void *context, const char *name, cs_slice bytes, cs_error *error);
cs_status cs_store_notes(cs_store *store, int64_t ledger, const char *kind, cs_store_note each, void *context,
                         cs_error *error);

/* ---- Evidence ------------------------------------------------------------------------------------------------ */

/* Keeps evidence for ever, once: the same bytes again change nothing. */
cs_status cs_store_put_evidence(cs_store *store, const char *kind, cs_slice bytes, cs_error *error);
cs_status cs_store_evidence(cs_store *store, cs_store_note each, void *context, cs_error *error);

/* ---- Checking ------------------------------------------------------------------------------------------------ */

/* Checks the structure of the file itself. */
cs_status cs_store_check(cs_store *store, cs_error *error);

#endif
