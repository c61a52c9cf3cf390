/* The keeper of the servers, and the servers. */
#include "exercise/keeper.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, SERVERS = 64, START_MS = 30000 };

/* What the keeper is asked: to serve a folder, or (with none) to kill a process. */
typedef struct request {
  int64_t now;
  pid_t process;
  char directory[PATH_BYTES];
} request;

typedef struct answer {
  pid_t process;
  unsigned port; /* 0: it did not start, and why */
  char fault[512];
} answer;

/* ---- A server ------------------------------------------------------------------------------------------------ */

static bool say(int line, const void *bytes, size_t length)
{
  ssize_t sent;
  do
    sent = write(line, bytes, length);
  while (sent < 0 && errno == EINTR);
  return sent == (ssize_t)length;
}

static void serve(const request *r, int line)
{
  cs_error error = {0};
  cs_home *home = NULL;
  cs_server *server = NULL;
  char now[CS_TIME_TEXT];
  answer a = {.process = getpid()};
  setenv("COUNTERSIGN_NOW", cs_time_format(r->now, now), 1);
  cs_status status = cs_home_open(r->directory, CS_STORE_WRITE, &home, &error);
  if (status == CS_OK)
    status = cs_server_start(home, "127.0.0.1:0", &server, &error);
  if (status == CS_OK)
    a.port = cs_server_port(server);
  else
    cs_error_format(&error, a.fault, sizeof a.fault);
  say(line, &a, sizeof a);
  close(line);
  if (status != CS_OK)
    _exit(1);
  for (;;)
    pause();
}

/* ---- The keeper ---------------------------------------------------------------------------------------------- */

static bool read_whole(int line, void *into, size_t length)
{
  for (size_t have = 0; have < length;) {
    ssize_t got = read(line, (char *)into + have, length - have);
    if (got <= 0 && !(got < 0 && errno == EINTR))
      return false;
    have += got > 0 ? (size_t)got : 0;
  }
  return true;
}

static void start_server(const request *r, int boss, pid_t *servers, answer *out)
{
  int line[2];
  size_t i = 0;
  while (i < SERVERS && servers[i] != 0)
    i++;
  *out = (answer){.fault = "a server cannot be started"};
  if (i == SERVERS || pipe(line) != 0)
    return;
  pid_t keeper = getpid(), process = fork();
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(line[0]);
    close(boss);
    if (getppid() == keeper)
      serve(r, line[1]);
    _exit(1);
  }
  close(line[1]);
  servers[i] = process < 0 ? 0 : process;
  struct pollfd wait = {.fd = line[0], .events = POLLIN};
  if (process > 0 && poll(&wait, 1, START_MS) == 1)
    read_whole(line[0], out, sizeof *out);
  close(line[0]);
}

static void end_server(pid_t process, pid_t *servers)
{
  for (size_t i = 0; i < SERVERS; i++)
    if (servers[i] != 0 && (process == 0 || servers[i] == process)) {
      kill(servers[i], SIGKILL);
      waitpid(servers[i], NULL, 0);
      servers[i] = 0;
    }
}

/* Lives as long as the other end of the line is open. */
static void keep(int line)
{
  pid_t servers[SERVERS] = {0};
  request *r = malloc(sizeof *r);
  answer a;
  /* What ends the exercise comes over the line: a signal to all of the group is for who plays it. */
  static const int passed_over[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  for (size_t i = 0; i < CS_COUNT_OF(passed_over); i++)
    (void)signal(passed_over[i], SIG_IGN);
  while (r != NULL && read_whole(line, r, sizeof *r)) {
    if (r->process != 0) {
      a = (answer){.process = r->process};
      end_server(r->process, servers);
    } else {
      start_server(r, line, servers, &a);
    }
    if (!say(line, &a, sizeof a))
      break;
  }
  end_server(0, servers);
  _exit(0);
}

/* ---- Who asks ------------------------------------------------------------------------------------------------ */

static cs_status fail(const char *what, cs_error *error)
{
  return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "%s", what);
}

cs_status cs_keeper_start(cs_keeper *out, cs_error *error)
{
  int line[2];
  *out = (cs_keeper){0};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) != 0)
    return fail("no process can be started for the servers", error);
  pid_t process = fork();
  if (process == 0) {
    close(line[0]);
    keep(line[1]);
  }
  close(line[1]);
  if (process < 0) {
    close(line[0]);
    return fail("no process can be started for the servers", error);
  }
  *out = (cs_keeper){process, line[0]};
  return CS_OK;
}

static cs_status ask(cs_keeper *keeper, const request *r, answer *out, cs_error *error)
{
  const char *at = (const char *)r;
  for (size_t sent = 0; sent < sizeof *r;) {
    ssize_t got = send(keeper->line, at + sent, sizeof *r - sent, MSG_NOSIGNAL);
    if (got < 0 && errno != EINTR)
      return fail("the process that keeps the servers is gone", error);
    sent += got > 0 ? (size_t)got : 0;
  }
  return read_whole(keeper->line, out, sizeof *out) ? CS_OK : fail("the process that keeps the servers is gone", error);
}

cs_status cs_keeper_serve(cs_keeper *keeper, const char *directory, int64_t now, pid_t *process, unsigned *port,
                          cs_error *error)
{
  request *r = calloc(1, sizeof *r);
  answer a = {0};
  if (r == NULL)
    return cs_fail_memory(error);
  r->now = now;
  bool fits = snprintf(r->directory, sizeof r->directory, "%s", directory) < PATH_BYTES;
  cs_status status = fits ? ask(keeper, r, &a, error) : fail("the path of a home is too long", error);
  free(r);
  if (status == CS_OK && a.port == 0)
    status = fail(a.fault, error);
  *process = a.process;
  *port = a.port;
  return status;
}

cs_status cs_keeper_kill(cs_keeper *keeper, pid_t process, cs_error *error)
{
  answer a;
  request *r = calloc(1, sizeof *r);
  if (r == NULL)
    return cs_fail_memory(error);
  r->process = process;
  cs_status status = ask(keeper, r, &a, error);
  free(r);
  return status;
}

void cs_keeper_stop(cs_keeper *keeper)
{
  if (keeper->process == 0)
    return;
  close(keeper->line);
  pid_t ended;
  do
    ended = waitpid(keeper->process, NULL, 0);
  while (ended < 0 && errno == EINTR);
  *keeper = (cs_keeper){0};
}
