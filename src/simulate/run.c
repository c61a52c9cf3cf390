/* All trials: shared out over threads and processes, and added up. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/result.h"
#include "simulate/trial.h"

typedef struct job {
  const cs_play *play;
  atomic_int_fast64_t next; /* piece */
  int64_t first, step;      /* pieces of this process: every `step`th from `first` */
  uint64_t before, all;     /* trials of what was played before, and of everything, for the bar */
} job;

typedef struct worker {
  job *work;
  cs_table table;
  pthread_t thread;
  bool shows; /* how far it is */
} worker;

static void *play_pieces(void *context)
{
  worker *w = context;
  const cs_play *play = w->work->play;
  int64_t pieces = (play->trials + CS_PIECE - 1) / CS_PIECE;
  for (;;) {
    int64_t n = w->work->first + atomic_fetch_add(&w->work->next, 1) * w->work->step;
    if (n >= pieces)
      return NULL;
    int64_t from = n * CS_PIECE, left = play->trials - from;
    cs_play_piece(&w->table, (uint64_t)n, left < CS_PIECE ? (uint32_t)left : CS_PIECE);
    if (w->shows && play->progress != NULL)
      play->progress(play->context, w->work->before + (uint64_t)from, w->work->all);
  }
}

/* Starts as many threads as can be had besides this one, and waits for them. */
static void play_all(job *work, worker *workers, int count)
{
  int started = 1;
  for (int i = 0; i == 0 || i < count; i++)
    workers[i].work = work;
  while (started < count && pthread_create(&workers[started].thread, NULL, play_pieces, &workers[started]) == 0)
    started++;
  workers[0].shows = true;
  play_pieces(&workers[0]);
  for (int i = 1; i < started; i++)
    pthread_join(workers[i].thread, NULL);
}

/* Plays one violation, or the honest party, into `out`. */
static cs_status play_course(const cs_regime *regime, uint32_t index, job *work, cs_course *out, cs_error *error)
{
  const cs_play *play = work->play;
  cs_status status = CS_OK;
  worker *workers = calloc((size_t)play->threads, sizeof *workers);
  if (workers == NULL)
    return cs_fail_memory(error);
  atomic_store(&work->next, 0);
  for (int i = 0; i < play->threads && status == CS_OK; i++)
    status = cs_table_make(regime, play->seed, index, &workers[i].table, error);
  if (status == CS_OK)
    play_all(work, workers, play->threads);
  cs_tally *sum = &workers[0].table.tally;
  for (int i = 1; i < play->threads && status == CS_OK; i++)
    for (size_t k = 0; k < sum->count; k++)
      sum->numbers[k] += workers[i].table.tally.numbers[k];
  if (status == CS_OK && play->sum != NULL)
    play->sum(sum->numbers, sum->count);
  if (status == CS_OK)
    status = cs_course_fill(out, regime, play->trials, sum->by_day, sum->times, error);
  for (int i = 0; i < play->threads; i++)
    cs_table_free(&workers[i].table);
  free(workers);
  return status;
}

static cs_status check(const cs_play *play, cs_error *error)
{
  if (play->trials < 1 || play->trials > CS_TRIALS_MAX)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%lld trials cannot be played; expected 1 to %lld",
                   (long long)play->trials, (long long)CS_TRIALS_MAX);
  if (play->threads < 1 || play->threads > CS_THREADS_MAX)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%d threads cannot be had; expected 1 to %d", play->threads,
                   CS_THREADS_MAX);
  return CS_OK;
}

cs_status cs_simulate(const cs_treaty *treaty, const cs_scenario *scenario, const cs_play *play, cs_simulation **out,
                      cs_error *error)
{
  size_t count = scenario->violation_count + 1;
  job work = {.play = play, .first = play->rank, .step = play->ranks > 0 ? play->ranks : 1};
  *out = NULL;
  cs_status status = check(play, error);
  if (status != CS_OK)
    return status;
  cs_simulation *s = calloc(1, sizeof *s);
  if (s == NULL || (s->courses = cs_arena_array(&s->arena, count, sizeof *s->courses)) == NULL) {
    free(s);
    return cs_fail_memory(error);
  }
  s->treaty = treaty;
  s->scenario = scenario;
  s->trials = play->trials;
  s->seed = play->seed;
  work.all = (uint64_t)count * (uint64_t)play->trials;
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    cs_regime regime;
    const cs_violation *v = i < scenario->violation_count ? &scenario->violations[i] : NULL;
    status = cs_regime_make(treaty, scenario, v, &regime, error);
    s->courses[i].arena = &s->arena;
    if (status == CS_OK)
      status = play_course(&regime, (uint32_t)i, &work, &s->courses[i], error);
    cs_regime_free(&regime);
    s->course_count += status == CS_OK;
    work.before += (uint64_t)play->trials;
  }
  if (status == CS_OK)
    *out = s;
  else
    cs_simulation_free(s);
  return status;
}

void cs_simulation_free(cs_simulation *simulation)
{
  if (simulation == NULL)
    return;
  cs_arena_free(&simulation->arena);
  free(simulation);
}
