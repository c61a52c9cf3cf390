/* The folder of an exercise: made, kept, removed. */
#define _GNU_SOURCE /* nftw; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): glibc asks for it */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exercise/game.h"

const char *cs_game_path(cs_game *game, const char *name)
{
  return cs_arena_format(&game->arena, "%s/%s", game->folder, name);
}

static bool is_empty(const char *path)
{
  DIR *folder = opendir(path);
  size_t entries = 0;
  while (folder != NULL && readdir(folder) != NULL)
    entries++;
  if (folder != NULL)
    closedir(folder);
  return folder != NULL && entries <= 2;
}

static cs_status check_keep(cs_game *game, const char *keep)
{
  if (mkdir(keep, 0700) == 0)
    return CS_OK;
  if (errno != EEXIST)
    return cs_fail(game->error, CS_SYSTEM, keep, (cs_mark){0}, "the folder cannot be made: %s", strerror(errno));
  return is_empty(keep) ? CS_OK
                        : cs_fail(game->error, CS_INVALID, keep, (cs_mark){0},
                                  "the folder is not empty; expected a new or empty one");
}

cs_status cs_folder_make(cs_game *game)
{
  const char *above = getenv("TMPDIR");
  if (above == NULL || above[0] == '\0')
    above = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  cs_status status = game->how->keep == NULL ? CS_OK : check_keep(game, game->how->keep);
  const char *path = cs_arena_format(&game->arena, "%s/countersign-exercise-XXXXXX", above);
  if (status != CS_OK)
    return status;
  game->folder = path == NULL ? NULL : strdup(path);
  if (game->folder != NULL && mkdtemp(game->folder) != NULL)
    return CS_OK;
  free(game->folder);
  game->folder = NULL;
  return cs_fail(game->error, CS_SYSTEM, above, (cs_mark){0}, "a folder for the exercise cannot be made");
}

/* ---- Keeping and removing ------------------------------------------------------------------------------------ */

cs_status cs_file_copy(const char *from, const char *to, cs_error *error)
{
  char buffer[1 << 16];
  size_t got;
  FILE *in = fopen(from, "r"), *out = in == NULL ? NULL : fopen(to, "w");
  bool ok = out != NULL;
  while (ok && (got = fread(buffer, 1, sizeof buffer, in)) > 0)
    ok = fwrite(buffer, 1, got, out) == got;
  ok = ok && ferror(in) == 0;
  if (in != NULL)
    (void)fclose(in);
  ok = (out == NULL || fclose(out) == 0) && ok;
  return ok ? CS_OK : cs_fail(error, CS_SYSTEM, to, (cs_mark){0}, "the file cannot be copied");
}

/* What the walk works on: it takes no context. */
static struct {
  const char *from, *to;
  cs_status status;
  cs_error *error;
} copying;

static int copy_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
  cs_text to = {0};
  (void)walk;
  cs_text_add(&to, "%s%s", copying.to, path + strlen(copying.from));
  if (to.failed)
    copying.status = cs_fail_memory(copying.error);
  else if (type == FTW_F)
    copying.status = cs_file_copy(path, to.at, copying.error);
  else if (type == FTW_D && mkdir(to.at, 0700) != 0 && errno != EEXIST)
    copying.status = cs_fail(copying.error, CS_SYSTEM, to.at, (cs_mark){0}, "the folder cannot be made");
  if (copying.status == CS_OK && type == FTW_F)
    chmod(to.at, status->st_mode);
  cs_text_free(&to);
  return copying.status != CS_OK;
}

enum { OPEN_FOLDERS = 16 };

cs_status cs_folder_keep(cs_game *game)
{
  copying.from = game->folder;
  copying.to = game->how->keep;
  copying.status = CS_OK;
  copying.error = game->error;
  if (nftw(game->folder, copy_entry, OPEN_FOLDERS, FTW_PHYS) < 0)
    return cs_fail(game->error, CS_SYSTEM, game->folder, (cs_mark){0}, "the folder cannot be read");
  return copying.status;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
  (void)status;
  (void)type;
  (void)walk;
  return remove(path);
}

void cs_folder_remove(cs_game *game)
{
  if (game->folder != NULL)
    nftw(game->folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
  free(game->folder);
}
