/* Private to home/: the vault, where a party's openings lie.
 *
 * What was sealed in a ledger is opened by secret bytes: blinding factors, keys, items. They are records of the vault, by
 * name, in the store "vault.db" of the home (mode 0600), each in a box of its own (home/box.h) under a key from a passphrase.
 * The setting "vault" of the store is the line "countersign vault v1: MANNER" and the head of the key; a record's setting is
 * "record/NAME". Names are not secret, nor is how many records there are; how long they are shows to a power of two.
 *
 * What was put in is on disk when the call returns, and is never overwritten: who loses an opening, or has two, can no longer
 * show what it declared. Whoever can write the file can take whole records away, or put an older vault in its place; that is
 * for the caller to notice, by looking for the opening of each thing that its ledger has sealed. */
#ifndef CS_HOME_VAULT_H
#define CS_HOME_VAULT_H

#include "home/home.h"

enum {
  CS_VAULT_NAME = 255,                   /* the longest name of a record, in bytes */
  CS_VAULT_PADDED = 16 * 1024 * 1024,    /* the longest record with what fills it up */
  CS_VAULT_RECORD = CS_VAULT_PADDED - 1, /* the longest record */
  CS_VAULT_BACKUP = 1024 * 1024 * 1024,  /* the longest backup */
};

/* Used from one thread at a time. */
typedef struct cs_vault cs_vault;

/* Opens the vault of a home. Where there is none, `create` makes one under this passphrase; without it that is CS_INVALID. A
 * passphrase that is not the vault's: CS_INVALID. Release with cs_vault_close. */
cs_status cs_vault_open(const char *directory, const cs_passphrase *passphrase, bool create, cs_vault **out,
                        cs_error *error);
void cs_vault_close(cs_vault *vault);

typedef struct cs_vault_record {
  const char *name; /* text of 1 to CS_VAULT_NAME bytes, in one line */
  cs_slice bytes;   /* at most CS_VAULT_RECORD */
} cs_vault_record;

/* Puts records in, all or none; on CS_OK they are on disk. One that is there already with the same bytes is as it should be.
 * CS_INVALID where one is there with other bytes, or does not open. */
cs_status cs_vault_put(cs_vault *vault, const cs_vault_record *records, size_t count, cs_error *error);

/* A record in locked memory, to be released with sodium_free; `*bytes` is NULL where there is none. CS_INVALID where it does not
 * open: it was damaged, or put under another name. */
cs_status cs_vault_get(cs_vault *vault, const char *name, unsigned char **bytes, size_t *length, cs_error *error);

/* Calls `each` for every record whose name begins with `prefix`, by name, until it gives something else than CS_OK; it does not
 * change the vault. */
typedef cs_status (*cs_vault_name)(void *context, const char *name, cs_error *error);
cs_status cs_vault_each(cs_vault *vault, const char *prefix, cs_vault_name each, void *context, cs_error *error);

/* Opens every record, and counts them. */
cs_status cs_vault_check(cs_vault *vault, uint64_t *count, cs_error *error);

/* Writes the new file `path` (mode 0600), whole or not at all, on disk on CS_OK; it is under the vault's passphrase. Every record
 * is opened for it. CS_INVALID where one does not open, CS_SYSTEM where the file exists. */
cs_status cs_vault_backup(cs_vault *vault, const char *path, uint64_t *count, cs_error *error);

/* Adds the records of a backup that the vault has not, all or none, after all of the file was checked; `passphrase` is that of
 * the backup. CS_INVALID where the file was changed or cut, the passphrase is wrong, or the vault has other bytes under a name. */
cs_status cs_vault_restore(cs_vault *vault, const char *path, const cs_passphrase *passphrase, uint64_t *added,
                           cs_error *error);

#endif
