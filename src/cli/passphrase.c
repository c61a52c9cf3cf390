/* The passphrase: from a file, or from the terminal without echo. Never from an argument. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"

static cli_exit fail(const char *place, const char *what)
{
  cs_error error;
  cs_fail(&error, CS_INVALID, place, (cs_mark){0}, "%s", what);
  return cli_fail(&error);
}

/* Signals that would leave the terminal without echo: the one that came, or 0. */
static volatile sig_atomic_t caught;
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static void catch_signal(int number)
{
  caught = number;
}

/* Has those signals end what is being read, but where they are ignored. */
static void catch_signals(struct sigaction before[CS_COUNT_OF(ending)])
{
  caught = 0;
  for (size_t i = 0; i < CS_COUNT_OF(ending); i++) {
    struct sigaction catching = {.sa_handler = catch_signal};
    sigaction(ending[i], NULL, &before[i]);
    if (before[i].sa_handler != SIG_IGN)
      sigaction(ending[i], &catching, NULL);
  }
}

/* As they were; the one that came now does what it would have done. */
static void release_signals(const struct sigaction before[CS_COUNT_OF(ending)])
{
  for (size_t i = 0; i < CS_COUNT_OF(ending); i++)
    sigaction(ending[i], &before[i], NULL);
  if (caught != 0)
    (void)raise(caught);
}

/* Reads one line of at most CS_PASSPHRASE_LONGEST bytes into locked memory. */
static bool read_line(int fd, cs_passphrase *out)
{
  out->length = 0;
  while (out->length < CS_PASSPHRASE_LONGEST) {
    ssize_t got = read(fd, out->bytes + out->length, 1);
    if (got < 0 && errno == EINTR && caught == 0)
      continue;
    if (got < 0)
      return false;
    if (got == 0 || out->bytes[out->length] == '\n')
      return out->length > 0;
    out->length++;
  }
  return false;
}

/* Asks on the terminal. */
static cli_exit ask(const char *question, cs_passphrase *out)
{
  int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
  struct termios before, quiet;
  struct sigaction signals[CS_COUNT_OF(ending)];
  if (fd < 0 || tcgetattr(fd, &before) != 0) {
    if (fd >= 0)
      close(fd);
    return fail("passphrase", "there is no terminal to ask on; expected --passphrase-file FILE");
  }
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  catch_signals(signals);
  tcsetattr(fd, TCSAFLUSH, &quiet);
  bool ok = write(fd, question, strlen(question)) > 0 && read_line(fd, out);
  tcsetattr(fd, TCSAFLUSH, &before);
  ok = write(fd, "\n", 1) == 1 && ok;
  close(fd);
  release_signals(signals);
  return ok ? CLI_OK : fail("passphrase", "nothing was entered; expected a passphrase");
}

static cli_exit read_file(const char *path, cs_passphrase *out)
{
  bool standard = strcmp(path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(path, "the passphrase cannot be read; expected a file with it on its first line");
  bool ok = read_line(fd, out);
  if (!standard)
    close(fd);
  return ok ? CLI_OK : fail(path, "the file has no first line; expected the passphrase, at most 1023 bytes");
}

/* The passphrase into `out`, entered again into `again` where there is one. */
static cli_exit take(const char *path, cs_passphrase *again, cs_passphrase *out)
{
  if (path != NULL)
    return read_file(path, out);
  cli_exit exit = ask("Passphrase: ", out);
  if (exit != CLI_OK || again == NULL)
    return exit;
  exit = ask("Once more: ", again);
  if (exit == CLI_OK && (again->length != out->length || sodium_memcmp(again->bytes, out->bytes, out->length) != 0))
    exit = fail("passphrase", "the two are not the same; expected one passphrase twice");
  return exit;
}

cli_exit cli_passphrase(const cli_args *args, bool twice, cs_passphrase *out)
{
  *out = (cs_passphrase){0};
  if (sodium_init() < 0)
    return fail("passphrase", "the cryptographic library does not start");
  cs_passphrase again = {.bytes = sodium_malloc(CS_PASSPHRASE_LONGEST)};
  out->bytes = sodium_malloc(CS_PASSPHRASE_LONGEST);
  cli_exit exit = CLI_SYSTEM;
  if (out->bytes != NULL && again.bytes != NULL)
    exit = take(cli_value(args, "passphrase-file"), twice ? &again : NULL, out);
  else
    (void)fail("passphrase", "out of memory");
  sodium_free(again.bytes);
  if (exit != CLI_OK) {
    sodium_free(out->bytes);
    out->bytes = NULL;
  }
  return exit;
}

cli_exit cli_open_home(const cli_args *args, cs_store_mode mode, cs_home **out)
{
  cs_error error;
  cs_passphrase passphrase;
  if (cs_home_open(".", mode, out, &error) != CS_OK)
    return cli_fail(&error);
  if (mode == CS_STORE_READ)
    return CLI_OK;
  cli_exit exit = cli_passphrase(args, false, &passphrase);
  if (exit == CLI_OK) {
    exit = cs_home_unlock(*out, &passphrase, &error) == CS_OK ? CLI_OK : cli_fail(&error);
    sodium_free(passphrase.bytes);
  }
  if (exit != CLI_OK) {
    cs_home_close(*out);
    *out = NULL;
  }
  return exit;
}
