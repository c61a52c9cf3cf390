/* Files of a home. */
#include "home/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *cs_home_path(const char *directory, const char *name)
{
  cs_text path = {0};
  cs_text_add(&path, "%s/%s", directory, name);
  return path.failed ? NULL : path.at;
}

cs_status cs_home_fail(const char *path, const char *what, cs_error *error)
{
  return cs_fail(error, CS_SYSTEM, path, (cs_mark){0}, "%s: %s", what, strerror(errno));
}

cs_status cs_home_write(const char *path, cs_slice bytes, cs_error *error)
{
  cs_text beside = {0};
  cs_text_add(&beside, "%s~", path);
  if (beside.failed)
    return cs_fail_memory(error);
  bool exists = access(path, F_OK) == 0;
  int fd = exists ? -1 : open(beside.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  errno = exists ? EEXIST : errno;
  bool ok = fd >= 0 && write(fd, bytes.at, bytes.length) == (ssize_t)bytes.length && fsync(fd) == 0;
  ok = fd >= 0 && close(fd) == 0 && ok && rename(beside.at, path) == 0;
  cs_status status = ok ? CS_OK : cs_home_fail(path, "cannot be written", error);
  if (fd >= 0 && !ok)
    unlink(beside.at);
  cs_text_free(&beside);
  return status;
}

cs_status cs_home_settle(const char *directory, cs_error *error)
{
  int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && fsync(fd) == 0;
  cs_status status = ok ? CS_OK : cs_home_fail(directory, "cannot be written", error);
  if (fd >= 0)
    close(fd);
  return status;
}
