/* A ledger written as files, for any web server to serve. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* syncfs; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc asks for it */
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/net.h"

typedef struct export
{
  const char *folder;
  const cs_verifier *key;
  cs_log *log;
  uint64_t before, size;
  cs_error *error;
}
export;

/* ---- Files --------------------------------------------------------------------------------------------------- */

static cs_status fail_errno(const char *path, const char *what, cs_error *error)
{
  return cs_fail(error, CS_SYSTEM, path, (cs_mark){0}, "%s: %s", what, strerror(errno));
}

/* "FOLDER/NAME" and what is added to it; the caller frees it. NULL when out of memory. */
static char *path_of(const export *x, const char *name, const char *more)
{
  cs_text path = {0};
  cs_text_add(&path, "%s/%s%s", x->folder, name, more);
  if (path.failed)
    cs_fail_memory(x->error);
  return path.failed ? NULL : path.at;
}

static bool write_all(int fd, cs_slice bytes)
{
  while (bytes.length > 0) {
    ssize_t written = write(fd, bytes.at, bytes.length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return false;
    bytes.at += written;
    bytes.length -= (size_t)written;
  }
  return true;
}

/* Opens a file to be written, and makes the folders on the way to it. */
static int open_new(const export *x, char *path)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd >= 0 || errno != ENOENT)
    return fd;
  for (char *slash = path + strlen(x->folder) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
    *slash = '\0';
    bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
    *slash = '/';
    if (!made)
      return -1;
  }
  return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

/* Writes a file, whole or not at all; where it is `durable`, it is on the disk before it has its name. */
static cs_status put(const export *x, const char *name, cs_slice bytes, bool durable)
{
  char *path = path_of(x, name, ""), *beside = path_of(x, name, "~");
  if (path == NULL || beside == NULL) {
    free(path);
    free(beside);
    return CS_SYSTEM;
  }
  int fd = open_new(x, beside);
  bool ok = fd >= 0 && write_all(fd, bytes) && (!durable || fsync(fd) == 0);
  ok = fd >= 0 && close(fd) == 0 && ok && rename(beside, path) == 0;
  cs_status status = ok ? CS_OK : fail_errno(path, "cannot be written", x->error);
  if (fd >= 0 && !ok)
    unlink(beside);
  free(path);
  free(beside);
  return status;
}

/* What a file holds; `found` is false where there is none. */
static cs_status get(const export *x, const char *name, size_t limit, cs_file *out, bool *found)
{
  char *path = path_of(x, name, "");
  if (path == NULL)
    return CS_SYSTEM;
  *out = (cs_file){0};
  *found = access(path, F_OK) == 0;
  cs_status status = *found ? cs_file_read_bytes(path, limit, out, x->error) : CS_OK;
  out->name = NULL;
  free(path);
  return status;
}

/* Puts a file where it is not there, or is another. */
static cs_status put_changed(const export *x, const char *name, cs_slice bytes, bool durable)
{
  cs_file file;
  bool found;
  cs_status status = get(x, name, bytes.length + 1, &file, &found);
  bool same = status == CS_OK && found && cs_slice_equal((cs_slice){file.bytes, file.length}, bytes);
  cs_file_free(&file);
  return same ? CS_OK : put(x, name, bytes, durable);
}

/* ---- The folder ---------------------------------------------------------------------------------------------- */

static cs_status refuse(const export *x, const char *what)
{
  cs_fail(x->error, CS_INVALID, x->folder, (cs_mark){0}, "%s; expected a new or empty folder, or an older export of %s",
          what, x->key->name);
  return CS_INVALID;
}

static cs_status expect_empty(const export *x)
{
  DIR *folder = opendir(x->folder);
  if (folder == NULL)
    return cs_fail(x->error, CS_INVALID, x->folder, (cs_mark){0}, "cannot be read: %s", strerror(errno));
  bool empty = true;
  for (struct dirent *each; (each = readdir(folder)) != NULL;)
    empty = empty && (strcmp(each->d_name, ".") == 0 || strcmp(each->d_name, "..") == 0);
  closedir(folder);
  return empty ? CS_OK : refuse(x, "the folder holds something else");
}

/* Makes the folder, or sees that it holds nothing else than this ledger's export: its key comes first and says so. */
static cs_status claim(const export *x)
{
  cs_text key = {0};
  cs_file file = {0};
  bool found = false;
  if (mkdir(x->folder, 0777) != 0 && errno != EEXIST)
    return fail_errno(x->folder, "cannot be made", x->error);
  cs_verifier_format(x->key, &key);
  cs_text_add(&key, "\n");
  cs_slice expected = {key.at, key.length};
  cs_status status = key.failed ? cs_fail_memory(x->error) : get(x, "key", CS_NOTE_LONGEST, &file, &found);
  if (status == CS_OK && found && !cs_slice_equal((cs_slice){file.bytes, file.length}, expected))
    status = refuse(x, "the folder holds something else");
  if (status == CS_OK && !found)
    status = expect_empty(x);
  if (status == CS_OK && !found)
    status = put(x, "key", expected, true);
  cs_file_free(&file);
  cs_text_free(&key);
  return status;
}

/* How much of the ledger the folder has: what its checkpoint, which this ledger continues, says. */
static cs_status find_before(export *x)
{
  cs_file file;
  bool found, begins = false;
  cs_note note;
  cs_checkpoint before = {0};
  cs_error ignored;
  cs_status status = get(x, "checkpoint", CS_NOTE_LONGEST, &file, &found);
  if (status != CS_OK || !found)
    return status;
  if (cs_note_parse((cs_slice){file.bytes, file.length}, NULL, &note, &ignored) != CS_OK ||
      cs_checkpoint_parse(note.text, NULL, &before, &ignored) != CS_OK || strcmp(before.origin, x->key->name) != 0 ||
      cs_note_verify(&note, x->key, NULL) != CS_SIGNED)
    status = refuse(x, "its checkpoint is not signed by this ledger");
  else
    status = cs_log_begins_with(x->log, &before, &begins, x->error);
  cs_file_free(&file);
  if (status != CS_OK)
    return status;
  if (before.size > x->size)
    return cs_fail(x->error, CS_INVALID, x->folder, (cs_mark){0},
                   "the folder has %llu entries of this ledger, and the ledger here only %llu; is it an old backup?",
                   (unsigned long long)before.size, (unsigned long long)x->size);
  if (!begins)
    return refuse(x, "the folder has another history of this ledger");
  x->before = before.size;
  return CS_OK;
}

/* ---- Tiles --------------------------------------------------------------------------------------------------- */

/* Writes a tile, unless it was a part of what the folder had and is there. */
static cs_status put_tile(const export *x, int level, uint64_t index)
{
  char name[CS_TILE_PATH];
  bool found = true;
  const cs_tile tile = {level, index, cs_tile_width(level, index, x->size)};
  cs_tile_path(&tile, name);
  if (cs_tile_width(level, index, x->before) == tile.width) {
    char *path = path_of(x, name, "");
    bool there = path != NULL && access(path, F_OK) == 0;
    free(path);
    if (path == NULL || there)
      return there ? CS_OK : CS_SYSTEM;
  }
  cs_text bytes = {0};
  cs_status status = cs_log_tile(x->log, &tile, &bytes, &found, x->error);
  if (status == CS_OK)
    status = put(x, name, (cs_slice){bytes.at, bytes.length}, false);
  cs_text_free(&bytes);
  return status;
}

static uint64_t tiles_of(int level, uint64_t size)
{
  unsigned shift = CS_TILE_HEIGHT * (level == CS_TILE_ENTRIES ? 1 : (unsigned)level + 1);
  uint64_t full = shift > 62 ? 0 : size >> shift;
  return full + (cs_tile_width(level, full, size) > 0);
}

/* Entries and their leaves side by side, so that what is read together is written together; then the higher levels. */
static cs_status put_tiles(const export *x, cs_sync_progress progress, void *context)
{
  cs_status status = CS_OK;
  for (uint64_t i = 0; i < tiles_of(0, x->size) && status == CS_OK; i++) {
    status = put_tile(x, CS_TILE_ENTRIES, i);
    if (status == CS_OK)
      status = put_tile(x, 0, i);
    if (progress != NULL)
      progress(context, (i + 1) * CS_TILE_WIDTH < x->size ? (i + 1) * CS_TILE_WIDTH : x->size, x->size);
  }
  for (int level = 1; level < CS_TILE_LEVELS; level++)
    for (uint64_t i = 0; i < tiles_of(level, x->size) && status == CS_OK; i++)
      status = put_tile(x, level, i);
  return status;
}

/* Removes the partial tiles of a tile that is full now. What cannot be removed does no harm. */
static void remove_partial(const export *x, int level, uint64_t index)
{
  char name[CS_TILE_PATH];
  const cs_tile full = {level, index, CS_TILE_WIDTH};
  char *path = path_of(x, cs_tile_path(&full, name), ".p");
  DIR *folder = path == NULL ? NULL : opendir(path);
  if (folder != NULL) {
    for (struct dirent *each; (each = readdir(folder)) != NULL;)
      if (each->d_name[0] != '.')
        unlinkat(dirfd(folder), each->d_name, 0);
    closedir(folder);
    rmdir(path);
  }
  free(path);
}

static void remove_partials(const export *x)
{
  for (int level = CS_TILE_ENTRIES; level < CS_TILE_LEVELS; level++) {
    uint64_t end = tiles_of(level, x->size), first = tiles_of(level, x->before);
    for (uint64_t i = first == 0 ? 0 : first - 1; i < end; i++)
      if (cs_tile_width(level, i, x->size) == CS_TILE_WIDTH)
        remove_partial(x, level, i);
  }
}

/* ---- The whole ----------------------------------------------------------------------------------------------- */

static cs_status put_treaty(const export *x, const cs_home *home)
{
  cs_file file;
  cs_status status = cs_home_treaty_file(home, &file, x->error);
  if (status != CS_OK)
    return status;
  status = put_changed(x, "treaty.yaml", (cs_slice){file.bytes, file.length}, false);
  cs_file_free(&file);
  return status;
}

/* Everything that was written is on the disk, then the checkpoint, then its name. */
static cs_status put_checkpoint(const export *x, cs_home *home)
{
  cs_text note = {0};
  cs_status status = CS_OK;
  if (x->key == &home->key)
    status = cs_home_checkpoint(home, x->log, &note, x->error);
  else
    cs_text_put(&note, cs_log_note(x->log).at, cs_log_note(x->log).length);
  if (status == CS_OK && note.failed)
    status = cs_fail_memory(x->error);
  int fd = status == CS_OK ? open(x->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (status == CS_OK && (fd < 0 || syncfs(fd) != 0))
    status = fail_errno(x->folder, "cannot be written", x->error);
  if (status == CS_OK)
    status = put_changed(x, "checkpoint", (cs_slice){note.at, note.length}, true);
  if (status == CS_OK && fsync(fd) != 0)
    status = fail_errno(x->folder, "cannot be written", x->error);
  if (fd >= 0)
    close(fd);
  cs_text_free(&note);
  return status;
}

cs_status cs_export(cs_home *home, const cs_verifier *key, cs_log *log, const char *folder, cs_sync_progress progress,
                    void *context, uint64_t *before, cs_error *error)
{
  export x = {.folder = folder, .key = key, .log = log, .size = cs_log_checkpoint(log).size, .error = error};
  cs_status status = claim(&x);
  if (status == CS_OK)
    status = find_before(&x);
  if (status == CS_OK)
    status = put_treaty(&x, home);
  if (status == CS_OK)
    status = put_tiles(&x, progress, context);
  if (status == CS_OK)
    status = put_checkpoint(&x, home);
  if (status == CS_OK)
    remove_partials(&x);
  *before = x.before;
  return status;
}
