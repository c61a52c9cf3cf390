/* countersign exercise */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "exercise/exercise.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
  stop = number;
}

/* What is shown of an exercise while it is played, or kept for --json. */
typedef struct show {
  json_t *events; /* NULL: they are printed */
  bool quiet, all, colour;
  cs_date date; /* of the line before */
  bool said;    /* it was words, with an empty line after them */
  cli_progress progress;
} show;

static void keep_event(show *s, const cs_news *e)
{
  static const char *const weights[] = {"detail", "plain", "bad", "word"};
  char date[CS_DATE_TEXT];
  json_array_append_new(s->events,
                        json_pack("{s:s, s:s, s:s, s:s, s:s}", "date", cs_date_format(e->date, date), "player",
                                  e->player, "do", e->deed, "weight", weights[e->weight], "text", e->text));
}

/* Words, each line of them by itself. */
static void add_words(cs_text *line, const char *text)
{
  for (const char *at = text; at != NULL;) {
    const char *end = strchr(at, '\n');
    char *one = end == NULL ? strdup(at) : strndup(at, (size_t)(end - at));
    size_t indent = one == NULL ? 0 : strspn(one, " ");
    cs_text_add(line, "%*s", (int)indent, "");
    cs_text_wrap(line, one == NULL ? "" : one + indent, indent, indent, cli_width());
    cs_text_add(line, "\n");
    free(one);
    at = end == NULL ? NULL : end + 1;
  }
}

/* "2021-03-02  US        inspects RU at ...", with what follows below. */
static void print_event(show *s, const cs_news *e)
{
  enum { INDENT = 22, PLAYER = 10 };
  char date[CS_DATE_TEXT];
  cs_text line = {0};
  if (e->weight == CS_NEWS_WORD) {
    cs_text_add(&line, "%s", s->said ? "" : "\n");
    add_words(&line, e->text);
    cs_text_add(&line, "\n");
  } else {
    cs_text_pad(&line, e->date == s->date ? "" : cs_date_format(e->date, date), CS_DATE_TEXT + 1);
    cs_text_pad(&line, e->player, PLAYER);
    bool red = s->colour && e->weight == CS_NEWS_BAD;
    cs_text_add(&line, "%s", red ? "\033[31m" : "");
    cs_text_wrap(&line, e->text, INDENT, INDENT, cli_width());
    cs_text_add(&line, "%s\n", red ? "\033[0m" : "");
    s->date = e->date;
  }
  s->said = e->weight == CS_NEWS_WORD;
  cli_progress_end(&s->progress);
  (void)fputs(line.at == NULL ? "" : line.at, stdout);
  (void)fflush(stdout);
  cs_text_free(&line);
}

static void on_event(void *context, const cs_news *e)
{
  show *s = context;
  if (s->events != NULL)
    keep_event(s, e);
  else if (e->weight == CS_NEWS_BAD || (!s->quiet && (s->all || e->weight != CS_NEWS_DETAIL)))
    print_event(s, e);
}

static void on_progress(void *context, uint64_t done, uint64_t all)
{
  show *s = context;
  cli_progress_show(&s->progress, done, all);
}

static cli_exit finish(show *s, const cs_played *out)
{
  cs_text text = {0};
  cli_exit exit = out->bad ? CLI_BAD : CLI_OK;
  if (s->events == NULL)
    return exit;
  json_object_set(out->json, "events", s->events);
  char *json = json_dumps(out->json, JSON_INDENT(2));
  cs_text_add(&text, "%s\n", json == NULL ? "" : json);
  free(json);
  return cli_print(&text, exit);
}

static cli_exit play(const cli_args *args, const cs_exercise *exercise, int64_t seed)
{
  cs_error error;
  cs_played out;
  show s = {.quiet = cli_value(args, "quiet") != NULL,
            .all = cli_value(args, "all") != NULL,
            .colour = cli_colour(),
            .date = CS_DATE_NONE,
            .progress = cli_progress_begin("playing"),
            .events = cli_value(args, "json") == NULL ? NULL : json_array()};
  cs_play_options how = {.keep = cli_value(args, "keep"),
                         .seed = seed < 0 ? cs_exercise_seed(exercise) : (uint64_t)seed,
                         .event = on_event,
                         .progress = on_progress,
                         .context = &s,
                         .stop = &stop};
  struct sigaction act = {.sa_handler = on_signal};
  sigaction(SIGINT, &act, NULL);
  sigaction(SIGTERM, &act, NULL);
  sigaction(SIGHUP, &act, NULL);
  cs_status status = cs_exercise_play(exercise, &how, &out, &error);
  cli_progress_end(&s.progress);
  cli_exit exit = status != CS_OK ? cli_fail(&error) : out.stopped ? CLI_SYSTEM : finish(&s, &out);
  json_decref(out.json);
  json_decref(s.events);
  if (stop != 0) { /* nothing is left; end as the signal asks */
    (void)signal(stop, SIG_DFL);
    (void)raise(stop);
  }
  return exit;
}

/* Without a file: the schema, where it was asked for. */
static cli_exit run_without(const cli_args *args)
{
  cs_text out = {0};
  cs_error error;
  if (cli_value(args, "schema") == NULL)
    return cli_usage(args->command, "expected %s", args->command->operand);
  if (cs_exercise_schema(&out, &error) == CS_OK)
    return cli_print(&out, CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

static cli_exit run_exercise(const cli_args *args)
{
  cs_error error;
  cs_exercise *exercise;
  int64_t seed;
  if (args->operand_count == 0)
    return run_without(args);
  cli_exit exit = cli_number(args, "seed", 0, CS_NUMBER_MAX, -1, &seed);
  if (exit != CLI_OK)
    return exit;
  if (cs_exercise_read(args->operands[0], &exercise, &error) != CS_OK)
    return cli_fail(&error);
  exit = play(args, exercise, seed);
  cs_exercise_free(exercise);
  return exit;
}

static const cli_option options[] = {
  {.name = "keep",
   .argument = "DIR",
   .help = "leave the homes in this folder, new or empty, to look at them",
   .kind = CLI_FILE},
  {.name = "seed", .argument = "N", .help = "play with other chances than the file says: keys, draws, random moves"},
  {.name = "all", .help = "also show what is routine: moves, proofs, draws"},
  {.name = "quiet", .help = "show only what was caught, refused or failed"},
  {.name = "json", .help = "one JSON object, for programs: all events, ledgers, assessment"},
  {.name = "schema", .help = "without a file: print the JSON Schema of exercise files, for editors"},
};

const cli_command cli_exercise = {
  .name = "exercise",
  .summary = "play a table-top exercise with homes, servers and inspections",
  .operand = "FILE.yaml",
  .operand_kind = CLI_FILE,
  .most = 1,
  .options = options,
  .option_count = CS_COUNT_OF(options),
  .notes =
    "Makes a home for each party and an observer, serves each on this machine, and does what the file says on which\n"
    "day: declarations, moves, inspections, and ways to cheat. The format is explained in countersign-exercise(5). The\n"
    "passphrase of homes that are kept is \"exercise\"; their keys follow from the seed and are secret to nobody.\n"
    "Exits with 1 where something was caught, refused, or judged violated, late or missing.",
  .example = "  countersign exercise demo/freeze-cheat.yaml",
  .run = run_exercise,
};
