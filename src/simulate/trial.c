/* One year after another: the visits that are drawn, what they meet, and what else notices it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/trial.h"

/* The first notice so far. */
typedef struct notice {
  double day;
  size_t measure;
} notice;

static void take(notice *first, double day, size_t measure)
{
  if (day < first->day) {
    first->day = day;
    first->measure = measure;
  }
}

static double exponential(cs_stream *s, double rate)
{
  return -log1p(-cs_stream_unit(s)) / rate;
}

/* ---- Draws of places --------------------------------------------------------------------------------------------- */

static uint32_t draw_alias(cs_stream *s, const cs_alias *alias, uint32_t count)
{
  uint32_t i = cs_stream_below(s, count);
  return cs_stream_unit(s) < alias->keep[i] ? i : alias->other[i];
}

static uint32_t draw_index(cs_stream *s, const cs_block *b)
{
  return b->weights == NULL ? cs_stream_below(s, b->count) : draw_alias(s, &b->alias, b->count);
}

/* An index of those not yet visited, by their weights: where trying has taken long. */
static uint32_t draw_rest(cs_table *t, const cs_block *b, const uint32_t *visited)
{
  double sum = 0;
  uint32_t last = 0;
  for (uint32_t i = 0; i < b->count; i++)
    if (visited[b->places[i]] != t->trial) {
      sum += b->weights == NULL ? 1 : b->weights[i];
      last = i;
    }
  double left = cs_stream_unit(&t->stream) * sum;
  for (uint32_t i = 0; i < last; i++)
    if (visited[b->places[i]] != t->trial) {
      left -= b->weights == NULL ? 1 : b->weights[i];
      if (left < 0)
        return i;
    }
  return last;
}

/* The place of the next visit. */
static inline uint32_t draw_place(cs_table *t, const cs_block *b, uint32_t *visited)
{
  enum { MOST_TRIES = 64 };
  if (b->repeats)
    return b->places[draw_index(&t->stream, b)];
  uint32_t place;
  int tries = 0;
  do
    place = b->places[tries < MOST_TRIES ? draw_index(&t->stream, b) : draw_rest(t, b, visited)];
  while (visited[place] == t->trial && tries++ <= MOST_TRIES);
  visited[place] = t->trial;
  return place;
}

/* ---- A violation ------------------------------------------------------------------------------------------------- */

/* A place of the violation that has no portion yet: the next, or any. */
static uint32_t choose_place(cs_table *t, uint32_t portion)
{
  const cs_regime *r = t->regime;
  uint32_t place;
  if (r->fixed)
    return r->eligible[portion];
  do
    place = r->eligible[cs_stream_below(&t->stream, r->eligible_count)];
  while (t->violates[place] == t->trial);
  return place;
}

static void mark_places(cs_table *t)
{
  const cs_regime *r = t->regime;
  for (uint32_t i = 0; i < r->places; i++) {
    uint32_t place = choose_place(t, i);
    t->violates[place] = t->trial;
    t->larger[place] = i < r->more;
  }
}

static bool happens(cs_stream *s, double chance)
{
  return chance > 0 && cs_stream_unit(s) < chance;
}

/* A visit to a place in violation, on a random day of its period. */
static void visit(cs_table *t, const cs_block *b, uint32_t place, double begun, notice *first)
{
  const cs_regime *r = t->regime;
  double u = cs_stream_unit(&t->stream), day = b->first + cs_stream_unit(&t->stream) * b->length;
  if (day < begun || day < 0 || day >= first->day || day >= r->binds_until)
    return;
  if (u < r->refused)
    take(first, day, r->treaty->inspections.count + CS_BY_REFUSAL);
  else if (u - r->refused < b->sees * cs_seen_at(r, place, t->larger[place], cs_steps_done(r, day - begun)))
    take(first, day, b->measure);
}

/* Each visit of a block is drawn. */
static void make_visits(cs_table *t, const cs_block *b, double begun, notice *first)
{
  uint32_t *visited = t->visited + b->group * t->regime->place_count;
  for (uint32_t i = 0; i < b->visits; i++) {
    uint32_t place = draw_place(t, b, visited);
    if (t->violates[place] == t->trial)
      visit(t, b, place, begun, first);
  }
}

static void play_violation(cs_table *t)
{
  const cs_regime *r = t->regime;
  size_t other = r->treaty->inspections.count;
  notice first = {.day = r->days};
  double begun = r->begins;
  if (r->begins_by > r->begins)
    begun += cs_stream_unit(&t->stream) * (r->begins_by - r->begins);
  if (r->places > 0) {
    mark_places(t);
    for (size_t k = 0; k < r->block_count; k++)
      make_visits(t, &r->blocks[k], begun, &first);
  }
  if (r->means > 0)
    take(&first, begun + exponential(&t->stream, r->means), other + CS_BY_MEANS);
  if (r->late > 0) {
    double day = begun + exponential(&t->stream, r->late);
    if (day < r->binds_until)
      take(&first, day + r->late_days, other + CS_BY_DEADLINE);
  }
  for (size_t i = 0; r->declared && i < r->exchange_count; i++)
    if (r->as_of[i] > begun && r->as_of[i] < r->binds_until)
      take(&first, r->due[i], other + CS_BY_EXCHANGE);
  if (first.day < r->days)
    cs_tally_add(&t->tally, (size_t)r->days, first.day, first.measure);
}

/* ---- An honest party --------------------------------------------------------------------------------------------- */

static void alarm(cs_table *t, double day, size_t measure, notice *first)
{
  if (day < 0 || day >= t->regime->days)
    return;
  take(first, day, measure);
  t->tally.times[measure]++;
}

/* A visit that may raise an alarm, or be put off, with the probability `most`, the highest of all places. */
static void visit_honest(cs_table *t, const cs_block *b, double most, notice *first)
{
  const cs_regime *r = t->regime;
  uint32_t place = draw_place(t, b, t->visited + b->group * r->place_count);
  double u = cs_stream_unit(&t->stream) * most;
  if (u >= r->defer + (1 - r->defer) * r->alarm[place])
    return;
  size_t measure = u < r->defer ? r->treaty->inspections.count + CS_BY_REFUSAL : b->measure;
  alarm(t, b->first + cs_stream_unit(&t->stream) * b->length, measure, first);
}

static void play_honest(cs_table *t)
{
  const cs_regime *r = t->regime;
  size_t other = r->treaty->inspections.count;
  notice first = {.day = r->days};
  for (size_t k = 0; r->any_alarm > 0 && k < r->block_count; k++) {
    const cs_block *b = &r->blocks[k];
    uint32_t visits = r->sparse ? cs_met(b, cs_stream_word(&t->stream)) : b->visits;
    for (; visits > 0; visits--)
      visit_honest(t, b, r->sparse ? r->any_alarm : 1, &first);
  }
  for (double day = 0; r->mistakes > 0 && (day += exponential(&t->stream, r->mistakes)) < r->in_force;)
    alarm(t, day, other + CS_BY_DEADLINE, &first);
  for (size_t i = 0; i < r->exchange_count; i++)
    if (happens(&t->stream, r->clerical))
      alarm(t, r->due[i], other + CS_BY_DEADLINE, &first);
  if (first.day < r->days)
    t->tally.by_day[first.measure * (size_t)r->days + (size_t)first.day]++;
}

/* ---- Playing ----------------------------------------------------------------------------------------------------- */

void cs_play_piece(cs_table *t, uint64_t piece, uint32_t trials)
{
  cs_stream_begin(&t->stream, piece);
  if (t->abreast != NULL) {
    cs_play_abreast(t, trials);
    return;
  }
  for (uint32_t i = 0; i < trials; i++) {
    if (++t->trial == 0) { /* after four thousand million: the marks of old trials come round */
      memset(t->visited, 0, t->regime->group_count * t->regime->place_count * sizeof *t->visited);
      memset(t->violates, 0, t->regime->place_count * sizeof *t->violates);
      t->trial = 1;
    }
    if (t->regime->violation == NULL)
      play_honest(t);
    else
      play_violation(t);
  }
}

cs_status cs_table_make(const cs_regime *regime, uint64_t seed, uint32_t index, cs_table *out, cs_error *error)
{
  size_t places = regime->place_count, measures = cs_measure_count(regime->treaty);
  *out = (cs_table){.regime = regime, .stream = cs_stream_open(seed, index), .measures = measures};
  out->visited = calloc(regime->group_count * places + 1, sizeof *out->visited);
  out->violates = calloc(places + 1, sizeof *out->violates);
  out->larger = calloc(places + 1, sizeof *out->larger);
  out->tally.count = (measures + 1) * ((size_t)regime->days + 1);
  out->tally.numbers = calloc(out->tally.count, sizeof *out->tally.numbers);
  if (out->visited == NULL || out->violates == NULL || out->larger == NULL || out->tally.numbers == NULL)
    return cs_fail_memory(error);
  out->tally.by_day = out->tally.numbers;
  out->tally.times = out->tally.numbers + (measures + 1) * (size_t)regime->days;
  return regime->sparse && regime->violation != NULL ? cs_abreast_make(regime, &out->abreast, error) : CS_OK;
}

void cs_table_free(cs_table *table)
{
  free(table->visited);
  free(table->violates);
  free(table->larger);
  free(table->tally.numbers);
  cs_abreast_free(table->abreast);
}
