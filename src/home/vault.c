/* The vault: made whole, written durably, never overwritten; backed up and restored. */
#include "home/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "home/backup.h"

static const char HEAD[] = "vault", TITLE[] = "countersign vault v1: " CS_BOX_MANNER "\n", RECORD[] = "record/";

struct cs_vault {
  char *path;
  cs_store *store;
  unsigned char head[CS_BOX_HEAD];
  cs_box_key key;
};

static cs_status fail_errno(const char *path, const char *what, cs_error *error)
{
  return cs_fail(error, CS_SYSTEM, path, (cs_mark){0}, "%s: %s", what, strerror(errno));
}

static cs_slice slice_of(const cs_text *text)
{
  return (cs_slice){text->at, text->length};
}

/* ---- New files: beside, and then in their place ------------------------------------------------------------------ */

/* "PATH.RANDOM~"; the caller frees it. NULL when out of memory. */
static char *path_beside(const char *path)
{
  cs_text out = {0};
  cs_text_add(&out, "%s.%08lx%08lx~", path, (unsigned long)randombytes_random(), (unsigned long)randombytes_random());
  if (out.failed)
    cs_text_free(&out);
  return out.at;
}

/* Makes the folder's entry of a file durable. A file system that cannot says EINVAL. */
static bool sync_folder(const char *path)
{
  char *copy = strdup(path);
  int fd = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
  if (fd >= 0)
    close(fd);
  free(copy);
  return ok;
}

/* Gives a finished file its name, unless that is taken: errno is then EEXIST. Some file systems (FAT) have no links. */
static bool publish(const char *beside, const char *path)
{
  if (link(beside, path) == 0) {
    unlink(beside);
    return sync_folder(path);
  }
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
    return false;
  if (access(path, F_OK) == 0) {
    errno = EEXIST;
    return false;
  }
  return rename(beside, path) == 0 && sync_folder(path);
}

static bool write_all(int fd, cs_slice bytes)
{
  while (bytes.length > 0) {
    ssize_t wrote = write(fd, bytes.at, bytes.length);
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote <= 0)
      return false;
    bytes = (cs_slice){bytes.at + wrote, bytes.length - (size_t)wrote};
  }
  return true;
}

static cs_status write_new(const char *path, cs_slice bytes, cs_error *error)
{
  char *beside = path_beside(path);
  if (beside == NULL)
    return cs_fail_memory(error);
  int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool ok = fd >= 0 && write_all(fd, bytes) && fsync(fd) == 0;
  ok = fd >= 0 && close(fd) == 0 && ok && publish(beside, path);
  cs_status status = ok ? CS_OK : fail_errno(path, "the backup cannot be written", error);
  if (fd >= 0)
    unlink(beside);
  free(beside);
  return status;
}

/* ---- Opening ----------------------------------------------------------------------------------------------------- */

static cs_status put_head(const char *path, const unsigned char head[CS_BOX_HEAD], cs_error *error)
{
  cs_store *store = NULL;
  cs_text text = {0};
  cs_text_add(&text, "%s", TITLE);
  cs_text_put(&text, (const char *)head, CS_BOX_HEAD);
  cs_status status = text.failed ? cs_fail_memory(error) : cs_store_open(path, CS_STORE_WRITE, &store, error);
  if (status == CS_OK)
    status = cs_store_set(store, HEAD, slice_of(&text), error);
  cs_store_close(store);
  cs_text_free(&text);
  return status;
}

/* SQLite makes a file for all to read; its mode is set before anything is in it. Closed, a store is one file. */
static cs_status make_beside(const char *beside, const unsigned char head[CS_BOX_HEAD], cs_error *error)
{
  cs_store *store;
  char log[4096];
  cs_status status = cs_store_open(beside, CS_STORE_CREATE, &store, error);
  if (status != CS_OK)
    return status;
  cs_store_close(store);
  if (chmod(beside, 0600) != 0)
    return fail_errno(beside, "its mode cannot be set", error);
  status = put_head(beside, head, error);
  (void)snprintf(log, sizeof log, "%s-wal", beside);
  if (status == CS_OK && access(log, F_OK) == 0)
    status = cs_fail(error, CS_SYSTEM, beside, (cs_mark){0}, "the vault cannot be written whole");
  return status;
}

/* Makes the vault, unless another process is faster: its vault is then the one that is opened. */
static cs_status make_vault(cs_vault *vault, const cs_passphrase *passphrase, cs_error *error)
{
  char *beside = path_beside(vault->path);
  if (beside == NULL)
    return cs_fail_memory(error);
  cs_status status = cs_box_key_new(passphrase, &vault->key, vault->head, error);
  if (status == CS_OK)
    status = make_beside(beside, vault->head, error);
  if (status == CS_OK && !publish(beside, vault->path) && errno != EEXIST)
    status = fail_errno(vault->path, "the vault cannot be made", error);
  unlink(beside);
  free(beside);
  return status;
}

/* Reads the head, and derives its key unless that is there. */
static cs_status load_key(cs_vault *vault, const cs_passphrase *passphrase, cs_error *error)
{
  cs_text text = {0};
  bool found;
  size_t title = sizeof TITLE - 1;
  cs_status status = cs_store_get(vault->store, HEAD, &text, &found, error);
  if (status == CS_OK && (!found || text.length != title + sizeof vault->head || memcmp(text.at, TITLE, title) != 0))
    status = cs_fail(error, CS_INVALID, vault->path, (cs_mark){0},
                     "this is no vault, or a damaged one; expected \"countersign vault v1\" in its head");
  if (status == CS_OK && (vault->key.secret == NULL || memcmp(vault->head, text.at + title, sizeof vault->head) != 0)) {
    cs_box_key_free(&vault->key);
    memcpy(vault->head, text.at + title, sizeof vault->head);
    status = cs_box_key_open(vault->head, passphrase, vault->path, &vault->key, error);
  }
  cs_text_free(&text);
  return status;
}

static cs_status open_at(cs_vault *vault, const cs_passphrase *passphrase, bool create, cs_error *error)
{
  cs_status status = CS_OK;
  if (access(vault->path, F_OK) != 0) {
    if (create)
      status = make_vault(vault, passphrase, error);
    else
      status = cs_fail(error, CS_INVALID, vault->path, (cs_mark){0},
                       "there is no vault; expected one, which is made when something is sealed or restored");
  }
  if (status == CS_OK)
    status = cs_store_open(vault->path, CS_STORE_WRITE, &vault->store, error);
  return status == CS_OK ? load_key(vault, passphrase, error) : status;
}

cs_status cs_vault_open(const char *directory, const cs_passphrase *passphrase, bool create, cs_vault **out,
                        cs_error *error)
{
  *out = NULL;
  if (sodium_init() < 0)
    return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "the cryptographic library does not start");
  cs_key_guard();
  cs_text path = {0};
  cs_vault *vault = calloc(1, sizeof *vault);
  cs_text_add(&path, "%s/vault.db", directory);
  if (vault == NULL || path.failed) {
    cs_text_free(&path);
    free(vault);
    return cs_fail_memory(error);
  }
  vault->path = path.at;
  cs_status status = open_at(vault, passphrase, create, error);
  if (status == CS_OK)
    *out = vault;
  else
    cs_vault_close(vault);
  return status;
}

void cs_vault_close(cs_vault *vault)
{
  if (vault == NULL)
    return;
  cs_store_close(vault->store);
  cs_box_key_free(&vault->key);
  free(vault->path);
  free(vault);
}

/* ---- Records ----------------------------------------------------------------------------------------------------- */

static cs_status fail_record(const cs_vault *vault, cs_slice name, cs_error *error)
{
  char quoted[CS_QUOTED];
  cs_fail(error, CS_INVALID, vault->path, (cs_mark){0}, "record %s does not open; the vault was damaged",
          cs_quote(name, quoted));
  cs_hint(error, "a backup has it: restore that into a home without a vault");
  return CS_INVALID;
}

static cs_status open_box(const cs_vault *vault, cs_slice name, cs_slice box, unsigned char **bytes, size_t *length,
                          cs_error *error)
{
  cs_status status = cs_box_open_record(&vault->key, name, box, bytes, length);
  if (status == CS_INVALID)
    return fail_record(vault, name, error);
  return status == CS_OK ? CS_OK : cs_fail_memory(error);
}

static cs_status check_name(const cs_vault *vault, cs_slice name, cs_error *error)
{
  char quoted[CS_QUOTED];
  if (cs_box_may_be_named(name))
    return CS_OK;
  return cs_fail(error, CS_INVALID, vault->path, (cs_mark){0},
                 "a record cannot have the name %s; expected text of 1 to %d bytes in one line", cs_quote(name, quoted),
                 CS_VAULT_NAME);
}

cs_status cs_vault_get(cs_vault *vault, const char *name, unsigned char **bytes, size_t *length, cs_error *error)
{
  cs_slice slice = cs_slice_of(name);
  cs_text box = {0}, setting = {0};
  bool found = false;
  *bytes = NULL;
  *length = 0;
  cs_status status = check_name(vault, slice, error);
  cs_text_add(&setting, "%s%s", RECORD, name);
  if (status == CS_OK && setting.failed)
    status = cs_fail_memory(error);
  if (status == CS_OK)
    status = cs_store_get(vault->store, setting.at, &box, &found, error);
  if (status == CS_OK && found)
    status = open_box(vault, slice, slice_of(&box), bytes, length, error);
  cs_text_free(&setting);
  cs_text_free(&box);
  return status;
}

/* What is there under a name stays. */
static cs_status compare(const cs_vault *vault, const char *name, cs_slice bytes, const unsigned char *there,
                         size_t length, cs_error *error)
{
  char quoted[CS_QUOTED];
  if (length == bytes.length && (length == 0 || sodium_memcmp(there, bytes.at, length) == 0))
    return CS_OK;
  return cs_fail(error, CS_INVALID, vault->path, (cs_mark){0},
                 "the vault has other bytes under the name %s; expected the same, for a record is never overwritten",
                 cs_quote(cs_slice_of(name), quoted));
}

/* Puts one record in, within a transaction. */
static cs_status put_one(cs_vault *vault, const char *name, cs_slice bytes, bool *added, cs_error *error)
{
  unsigned char *there;
  size_t length;
  cs_text box = {0}, setting = {0};
  *added = false;
  if (bytes.length > CS_VAULT_RECORD)
    return cs_fail(error, CS_INVALID, vault->path, (cs_mark){0}, "a record of %zu bytes; expected at most %d",
                   bytes.length, CS_VAULT_RECORD);
  cs_status status = cs_vault_get(vault, name, &there, &length, error);
  if (status != CS_OK)
    return status;
  if (there != NULL) {
    status = compare(vault, name, bytes, there, length, error);
    sodium_free(there);
    return status;
  }
  cs_text_add(&setting, "%s%s", RECORD, name);
  status = cs_box_close_record(&vault->key, cs_slice_of(name), bytes, &box);
  if (status != CS_OK || box.failed || setting.failed)
    status = cs_fail_memory(error);
  else
    status = cs_store_set(vault->store, setting.at, slice_of(&box), error);
  *added = status == CS_OK;
  cs_text_free(&setting);
  cs_text_free(&box);
  return status;
}

/* Ends a transaction: all, on disk, or nothing. */
static cs_status finish(cs_vault *vault, cs_status status, cs_error *error)
{
  if (status == CS_OK)
    status = cs_store_commit(vault->store, error);
  if (status != CS_OK)
    cs_store_rollback(vault->store);
  return status;
}

cs_status cs_vault_put(cs_vault *vault, const cs_vault_record *records, size_t count, cs_error *error)
{
  bool added;
  cs_status status = cs_store_begin(vault->store, error);
  if (status != CS_OK)
    return status;
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = put_one(vault, records[i].name, records[i].bytes, &added, error);
  return finish(vault, status, error);
}

typedef struct names {
  cs_vault_name each;
  void *context;
} names;

static cs_status each_name(void *context, const char *setting, cs_slice box, cs_error *error)
{
  const names *n = context;
  (void)box;
  return n->each(n->context, setting + sizeof RECORD - 1, error);
}

cs_status cs_vault_each(cs_vault *vault, const char *prefix, cs_vault_name each, void *context, cs_error *error)
{
  cs_text setting = {0};
  names n = {each, context};
  cs_text_add(&setting, "%s%s", RECORD, prefix);
  cs_status status =
    setting.failed ? cs_fail_memory(error) : cs_store_each(vault->store, setting.at, each_name, &n, error);
  cs_text_free(&setting);
  return status;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* Every record, opened, and added to a backup where there is one. */
typedef struct walk {
  cs_vault *vault;
  cs_text *backup;
  uint64_t count;
} walk;

static cs_status walk_record(void *context, const char *setting, cs_slice box, cs_error *error)
{
  walk *w = context;
  unsigned char *bytes;
  size_t length;
  cs_slice name = cs_slice_of(setting + sizeof RECORD - 1);
  if (!cs_box_may_be_named(name))
    return fail_record(w->vault, name, error);
  cs_status status = open_box(w->vault, name, box, &bytes, &length, error);
  sodium_free(bytes);
  if (status != CS_OK)
    return status;
  w->count++;
  if (w->backup == NULL)
    return CS_OK;
  cs_backup_add(name, box, w->backup);
  if (w->backup->failed)
    return cs_fail_memory(error);
  if (w->backup->length > CS_VAULT_BACKUP)
    return cs_fail(error, CS_INVALID, w->vault->path, (cs_mark){0}, "the vault is too large for a backup of 1 GiB");
  return CS_OK;
}

cs_status cs_vault_check(cs_vault *vault, uint64_t *count, cs_error *error)
{
  walk w = {.vault = vault};
  cs_status status = cs_store_each(vault->store, RECORD, walk_record, &w, error);
  *count = w.count;
  return status;
}

/* What was written must be what can be read: it is taken apart again before it gets its name. */
cs_status cs_vault_backup(cs_vault *vault, const char *path, uint64_t *count, cs_error *error)
{
  cs_text text = {0};
  cs_backup backup;
  walk w = {.vault = vault, .backup = &text};
  cs_backup_begin(vault->head, &text);
  cs_status status = cs_store_each(vault->store, RECORD, walk_record, &w, error);
  if (status == CS_OK)
    cs_backup_end(&vault->key, w.count, &text);
  if (status == CS_OK && text.failed)
    status = cs_fail_memory(error);
  if (status == CS_OK)
    status = cs_backup_parse(path, slice_of(&text), &backup, error);
  if (status == CS_OK)
    status = cs_backup_open(&backup, &vault->key, NULL, NULL, error);
  if (status == CS_OK)
    status = write_new(path, slice_of(&text), error);
  *count = w.count;
  cs_text_free(&text);
  return status;
}

typedef struct restore {
  cs_vault *vault;
  uint64_t added;
} restore;

static cs_status restore_record(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  restore *r = context;
  bool added;
  cs_status status = put_one(r->vault, name, bytes, &added, error);
  r->added += added ? 1 : 0;
  return status;
}

/* Adds the records of a backup that was checked. */
static cs_status add_records(cs_vault *vault, const cs_backup *backup, const cs_box_key *key, uint64_t *added,
                             cs_error *error)
{
  restore r = {vault, 0};
  cs_status status = cs_store_begin(vault->store, error);
  if (status != CS_OK)
    return status;
  status = finish(vault, cs_backup_open(backup, key, restore_record, &r, error), error);
  *added = status == CS_OK ? r.added : 0;
  return status;
}

cs_status cs_vault_restore(cs_vault *vault, const char *path, const cs_passphrase *passphrase, uint64_t *added,
                           cs_error *error)
{
  cs_file file;
  cs_backup backup;
  cs_box_key key = {0};
  *added = 0;
  cs_status status = cs_file_read(path, CS_VAULT_BACKUP, &file, error);
  if (status != CS_OK)
    return status;
  status = cs_backup_parse(path, (cs_slice){file.bytes, file.length}, &backup, error);
  if (status == CS_OK)
    status = cs_box_key_open(backup.head, passphrase, path, &key, error);
  if (status == CS_OK)
    status = cs_backup_open(&backup, &key, NULL, NULL, error);
  if (status == CS_OK)
    status = add_records(vault, &backup, &key, added, error);
  cs_box_key_free(&key);
  cs_file_free(&file);
  return status;
}
