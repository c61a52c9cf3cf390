/* Files from outside: bounded, and text. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

enum { CHUNK = 64 * 1024 };

static cs_status too_large(const char *name, size_t limit, cs_error *error)
{
  const size_t mebibyte = 1 << 20;
  cs_mark start = {1, 1};
  if (limit >= mebibyte)
    return cs_fail(error, CS_INVALID, name, start, "the file is too large; expected at most %zu MiB", limit / mebibyte);
  return cs_fail(error, CS_INVALID, name, start, "the file is too large; expected at most %zu KiB", limit / 1024);
}

/* Reads to the end of `fd`, or one byte past the limit. */
static cs_status read_all(int fd, size_t limit, size_t guess, cs_file *file, cs_error *error)
{
  size_t capacity = guess + 1;
  file->bytes = malloc(capacity + 1);
  if (file->bytes == NULL)
    return cs_fail_memory(error);
  for (;;) {
    if (file->length == capacity) {
      capacity = capacity * 2 < limit + 1 ? capacity * 2 : limit + 1;
      char *grown = realloc(file->bytes, capacity + 1);
      if (grown == NULL)
        return cs_fail_memory(error);
      file->bytes = grown;
    }
    ssize_t got = read(fd, file->bytes + file->length, capacity - file->length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return cs_fail(error, CS_INVALID, file->name, (cs_mark){0}, "cannot be read: %s", strerror(errno));
    file->length += (size_t)got;
    if (file->length > limit)
      return too_large(file->name, limit, error);
    if (got == 0)
      break;
  }
  file->bytes[file->length] = '\0';
  return CS_OK;
}

static cs_status check_text(const cs_file *file, cs_error *error)
{
  size_t bad = cs_utf8_check(file->bytes, file->length);
  const char *zero = memchr(file->bytes, '\0', bad);
  if (zero != NULL) {
    cs_mark mark = cs_mark_of(file->bytes, (size_t)(zero - file->bytes));
    return cs_fail(error, CS_INVALID, file->name, mark, "a zero byte; expected text");
  }
  if (bad < file->length)
    return cs_fail(error, CS_INVALID, file->name, cs_mark_of(file->bytes, bad),
                   "byte 0x%02x is not UTF-8; expected UTF-8 text", (unsigned char)file->bytes[bad]);
  return CS_OK;
}

cs_status cs_file_read_bytes(const char *path, size_t limit, cs_file *out, cs_error *error)
{
  bool standard = strcmp(path, "-") == 0;
  *out = (cs_file){.name = standard ? "<standard input>" : path};
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return cs_fail(error, CS_INVALID, path, (cs_mark){0}, "cannot be opened: %s", strerror(errno));

  struct stat info;
  cs_status status = CS_OK;
  size_t guess = CHUNK;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    if ((uint64_t)info.st_size > limit)
      status = too_large(out->name, limit, error);
    else
      guess = (size_t)info.st_size;
  }
  if (status == CS_OK)
    status = read_all(fd, limit, guess, out, error);
  if (!standard)
    close(fd);
  if (status != CS_OK)
    cs_file_free(out);
  return status;
}

cs_status cs_file_read(const char *path, size_t limit, cs_file *out, cs_error *error)
{
  cs_status status = cs_file_read_bytes(path, limit, out, error);
  if (status != CS_OK)
    return status;
  status = check_text(out, error);
  if (status != CS_OK)
    cs_file_free(out);
  return status;
}

void cs_file_free(cs_file *file)
{
  free(file->bytes);
  *file = (cs_file){0};
}
