/* How far something long is, on the terminal: fetching, checking, exporting. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

static int64_t now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

cli_progress cli_progress_begin(const char *what)
{
  return (cli_progress){.what = what, .terminal = isatty(STDERR_FILENO) == 1, .begun_ms = now_ms()};
}

/* "12 s left", after a second of work. */
static void add_time_left(const cli_progress *p, uint64_t done, uint64_t all, int64_t now, cs_text *line)
{
  enum { MINUTE = 60, HOUR = 60 * MINUTE };
  int64_t worked_ms = now - p->begun_ms;
  if (worked_ms < 1000 || done <= p->first || done >= all)
    return;
  double left = (double)worked_ms / 1000 * (double)(all - done) / (double)(done - p->first);
  if (left < 2 * MINUTE)
    cs_text_add(line, ", %.0f s left", left);
  else if (left < 2 * HOUR)
    cs_text_add(line, ", %.0f min left", left / MINUTE);
  else
    cs_text_add(line, ", %.0f h left", left / HOUR);
}

static size_t terminal_columns(void)
{
  struct winsize size;
  enum { OTHERWISE = 80 };
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : OTHERWISE;
}

/* The line, of which the bar takes what the words leave. */
static void draw(const cli_progress *p, uint64_t done, uint64_t all, int64_t now)
{
  enum { WIDEST = 40, NARROWEST = 8, WORDS = 24 /* of the time left, so that the bar keeps its length */ };
  static const char full[WIDEST + 1] = "########################################";
  char done_text[CS_GROUPED], all_text[CS_GROUPED];
  cs_text numbers = {0};
  cs_grouped((int64_t)all, all_text);
  cs_text_add(&numbers, "%*s of %s", (int)strlen(all_text), cs_grouped((int64_t)done, done_text), all_text);
  size_t taken = cs_text_columns(p->what) + numbers.length + WORDS, columns = terminal_columns();
  size_t bar = taken + NARROWEST > columns ? 0 : columns - taken < WIDEST ? columns - taken : WIDEST;
  size_t filled = all == 0 ? bar : (size_t)((double)bar * ((double)done / (double)all));
  add_time_left(p, done, all, now, &numbers);
  const char *words = numbers.at == NULL ? "" : numbers.at;
  if (bar > 0)
    fprintf(stderr, "\r%s [%.*s%*s] %s\033[K", p->what, (int)filled, full, (int)(bar - filled), "", words);
  else
    fprintf(stderr, "\r%s\033[K", words);
  cs_text_free(&numbers);
}

void cli_progress_show(void *context, uint64_t done, uint64_t all)
{
  enum { EVERY_MS = 100 };
  cli_progress *p = context;
  int64_t now = now_ms();
  if (!p->terminal || (p->drawn && now - p->drawn_ms < EVERY_MS))
    return;
  if (!p->drawn)
    p->first = done;
  p->drawn = true;
  p->drawn_ms = now;
  draw(p, done, all, now);
}

void cli_progress_end(cli_progress *progress)
{
  if (progress->drawn)
    fprintf(stderr, "\r\033[K");
  progress->drawn = false;
}
