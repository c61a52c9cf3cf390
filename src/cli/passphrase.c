/* The passphrase: from a file, or from the terminal without echo. Never from an argument. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
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

typedef struct signals {
  sigset_t mask;
  struct sigaction actions[CS_COUNT_OF(ending)];
} signals;

static void catch_signal(int number)
{
  caught = number;
}

/* Has those signals wait, but where they are ignored, for the moments in which something is waited for. */
static void hold_signals(signals *before)
{
  const struct sigaction catching = {.sa_handler = catch_signal};
  sigset_t held;
  caught = 0;
  sigemptyset(&held);
  for (size_t i = 0; i < CS_COUNT_OF(ending); i++)
    sigaddset(&held, ending[i]);
  sigprocmask(SIG_BLOCK, &held, &before->mask);
  for (size_t i = 0; i < CS_COUNT_OF(ending); i++) {
    sigaction(ending[i], NULL, &before->actions[i]);
    if (before->actions[i].sa_handler != SIG_IGN)
      sigaction(ending[i], &catching, NULL);
  }
}

/* As they were; the one that came now does what it would have done. */
static void release_signals(const signals *before)
{
  for (size_t i = 0; i < CS_COUNT_OF(ending); i++)
    sigaction(ending[i], &before->actions[i], NULL);
  sigprocmask(SIG_SETMASK, &before->mask, NULL);
  if (caught != 0)
    (void)raise(caught);
}

/* Waits until there is something to read; false where one of the signals came instead. */
static bool wait_for(int fd, const sigset_t *mask)
{
  fd_set readable;
  int ready = -1;
  while (ready < 0 && caught == 0) {
    FD_ZERO(&readable);
    FD_SET(fd, &readable);
    ready = pselect(fd + 1, &readable, NULL, NULL, NULL, mask);
    if (ready < 0 && errno != EINTR)
      return false;
  }
  return caught == 0;
}

/* Reads one line of at most CS_PASSPHRASE_LONGEST bytes into locked memory; on a terminal, with the mask of signals while
 * it waits. */
static bool read_line(int fd, const sigset_t *mask, cs_passphrase *out)
{
  out->length = 0;
  while (out->length < CS_PASSPHRASE_LONGEST) {
    if (mask != NULL && !wait_for(fd, mask))
      return false;
    ssize_t got = read(fd, out->bytes + out->length, 1);
    if (got < 0 && errno == EINTR)
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
  signals held;
  if (fd < 0 || fd >= FD_SETSIZE || tcgetattr(fd, &before) != 0) {
    if (fd >= 0)
      close(fd);
    return fail("passphrase", "there is no terminal to ask on; expected --passphrase-file FILE");
  }
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  hold_signals(&held);
  tcsetattr(fd, TCSAFLUSH, &quiet);
  bool ok = write(fd, question, strlen(question)) > 0 && read_line(fd, &held.mask, out);
  tcsetattr(fd, TCSAFLUSH, &before);
  ok = write(fd, "\n", 1) == 1 && ok;
  close(fd);
  release_signals(&held);
  return ok ? CLI_OK : fail("passphrase", "nothing was entered; expected a passphrase");
}

static cli_exit read_file(const char *path, cs_passphrase *out)
{
  bool standard = strcmp(path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(path, "the passphrase cannot be read; expected a file with it on its first line");
  bool ok = read_line(fd, NULL, out);
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

cli_exit cli_open_vault(const cli_args *args, cs_home **home, cs_vault **vault)
{
  cs_error error;
  cs_passphrase passphrase;
  *vault = NULL;
  if (cs_home_open(".", CS_STORE_WRITE, home, &error) != CS_OK)
    return cli_fail(&error);
  cli_exit exit = cli_passphrase(args, false, &passphrase);
  if (exit == CLI_OK) {
    cs_status status = cs_home_unlock(*home, &passphrase, &error);
    if (status == CS_OK)
      status = cs_vault_open((*home)->directory, &passphrase, true, vault, &error);
    exit = status == CS_OK ? CLI_OK : cli_fail(&error);
    sodium_free(passphrase.bytes);
  }
  if (exit != CLI_OK) {
    cs_home_close(*home);
    *home = NULL;
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
