/* What the command prints and writes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

const char *cli_folder;

void cli_add_path(cs_text *out, const char *path)
{
  bool here = strncmp(path, "./", 2) == 0;
  if (cli_folder == NULL || path[0] == '/')
    cs_text_add(out, "%s", path);
  else if (strcmp(path, ".") == 0)
    cs_text_add(out, "%s", cli_folder);
  else
    cs_text_add(out, "%s/%s", cli_folder, here ? path + 2 : path);
}

/* Of the places of errors, which are not all paths, those in a home are told by their beginning. */
static void name_place(cs_error *error)
{
  cs_text place = {0};
  if (strcmp(error->file, ".") == 0 || strncmp(error->file, "./", 2) == 0)
    cli_add_path(&place, error->file);
  if (place.length > 0)
    snprintf(error->file, sizeof error->file, "%s", place.at);
  cs_text_free(&place);
}

cli_exit cli_fail(const cs_error *error)
{
  cs_error named = *error;
  char line[sizeof error->file + sizeof error->what + 32];
  name_place(&named);
  cs_error_format(&named, line, sizeof line);
  fprintf(stderr, "countersign: %s\n", line);
  if (error->hint[0] != '\0')
    fprintf(stderr, "countersign: hint: %s\n", error->hint);
  return error->status == CS_SYSTEM ? CLI_SYSTEM : CLI_INVALID;
}

cli_exit cli_usage(const cli_command *command, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  fprintf(stderr, "countersign%s%s: ", command == NULL ? "" : " ", command == NULL ? "" : command->name);
  (void)vfprintf(stderr, format, args);
  va_end(args);
  fprintf(stderr, "\ncountersign: hint: see \"countersign %s%s--help\"\n", command == NULL ? "" : command->name,
          command == NULL ? "" : " ");
  return CLI_USAGE;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return false;
    bytes += written;
    length -= (size_t)written;
  }
  return true;
}

static cli_exit fail_errno(const char *path, const char *what)
{
  cs_error error;
  cs_fail(&error, CS_SYSTEM, path, (cs_mark){0}, "%s: %s", what, strerror(errno));
  return cli_fail(&error);
}

cli_exit cli_print(cs_text *text, cli_exit exit)
{
  if (text->failed) {
    cs_error error;
    cs_fail_memory(&error);
    exit = cli_fail(&error);
  } else if (!write_all(STDOUT_FILENO, text->at, text->length)) {
    exit = fail_errno("<standard output>", "cannot be written");
  }
  cs_text_free(text);
  return exit;
}

/* To a pipe, or whatever else is no plain file. */
static cli_exit write_to(const char *path, const cs_text *text)
{
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  bool ok = fd >= 0 && write_all(fd, text->at, text->length);
  if (fd >= 0)
    ok = close(fd) == 0 && ok;
  return ok ? CLI_OK : fail_errno(path, "cannot be written");
}

/* In the place of a plain file, or as a new one, beside which it is made. */
static cli_exit replace(const char *path, const cs_text *text)
{
  cs_text beside = {0};
  cs_text_add(&beside, "%s.%ld.tmp", path, (long)getpid());
  if (beside.failed) {
    cs_error error;
    cs_fail_memory(&error);
    return cli_fail(&error);
  }
  cli_exit exit = CLI_OK;
  int fd = open(beside.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) {
    exit = fail_errno(path, "cannot be written");
  } else {
    bool ok = write_all(fd, text->at, text->length);
    ok = fsync(fd) == 0 && ok;
    ok = close(fd) == 0 && ok;
    if (!ok || rename(beside.at, path) != 0) {
      exit = fail_errno(path, "cannot be written");
      unlink(beside.at);
    }
  }
  cs_text_free(&beside);
  return exit;
}

cli_exit cli_write(const char *path, const cs_text *text)
{
  struct stat there;
  if (text->failed) {
    cs_error error;
    cs_fail_memory(&error);
    return cli_fail(&error);
  }
  bool exists = stat(path, &there) == 0;
  if (exists && !S_ISREG(there.st_mode))
    return write_to(path, text);
  char *real = exists ? realpath(path, NULL) : NULL; /* a link stays one */
  cli_exit exit = replace(real == NULL ? path : real, text);
  free(real);
  return exit;
}

cli_exit cli_publish(cs_status status, const cs_error *error, cs_text *out, const char *path, cs_text *plot,
                     cli_exit exit)
{
  cli_exit written = status != CS_OK ? cli_fail(error) : path != NULL ? cli_write(path, plot) : CLI_OK;
  cs_text_free(plot);
  if (written == CLI_OK)
    return cli_print(out, exit);
  cs_text_free(out);
  return written;
}

size_t cli_width(void)
{
  struct winsize size;
  enum { OTHERWISE = 100 };
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return OTHERWISE;
}

bool cli_colour(void)
{
  const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (none == NULL || none[0] == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
}

void cli_help(const cli_command *command, cs_text *out)
{
  enum { LEFT = 26, WIDTH = 90 };
  cs_text_add(out, "countersign %s - %s\n\nUsage: countersign %s", command->name, command->summary, command->name);
  for (size_t i = 0; i < command->option_count; i++)
    if (command->options[i].required)
      cs_text_add(out, " --%s %s", command->options[i].name, command->options[i].argument);
  cs_text_add(out, " [options]%s%s\n\nOptions:\n", command->operand == NULL ? "" : " ",
              command->operand == NULL ? "" : command->operand);
  for (size_t i = 0; i < command->option_count; i++) {
    const cli_option *option = &command->options[i];
    cs_text left = {0};
    cs_text_add(&left, "  ");
    if (option->letter != 0)
      cs_text_add(&left, "-%c, ", option->letter);
    cs_text_add(&left, "--%s%s%s", option->name, option->argument == NULL ? "" : " ",
                option->argument == NULL ? "" : option->argument);
    cs_text_pad(out, left.at == NULL ? "" : left.at, LEFT);
    cs_text_free(&left);
    cs_text_wrap(out, option->help, LEFT, LEFT, WIDTH);
    cs_text_add(out, "\n");
  }
  cs_text_add(out, "  --help                  this help\n");
  if (command->notes != NULL)
    cs_text_add(out, "\n%s\n", command->notes);
  cs_text_add(out, "\nExample:\n%s\n", command->example);
}
