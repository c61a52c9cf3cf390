/* Many trials side by side, step by step: the processor then neither waits nor guesses. The same model as trial.c plays, for
 * regimes where the visits that meet a violation can be drawn by themselves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/trial.h"

static double share_of(uint32_t word)
{
  return word * 0x1p-32;
}

/* Days from 0 on, as bits that are in the same order; NEVER comes after all of them. */
#define NEVER UINT64_MAX

static inline uint64_t order_of(double day)
{
  uint64_t bits;
  memcpy(&bits, &day, sizeof bits);
  return bits;
}

/* An index below `count`, even up to one in 2^32, and what is left of the word as another. */
static uint32_t split(uint32_t *word, uint32_t count)
{
  uint64_t product = (uint64_t)*word * count;
  *word = (uint32_t)product;
  return (uint32_t)(product >> 32);
}

/* ---- The violation ----------------------------------------------------------------------------------------------- */

/* Puts the portions at different places: the first of them that a shuffle brings to the front. */
static void choose_places(cs_table *t, uint32_t trials)
{
  const cs_regime *r = t->regime;
  cs_abreast *b = t->abreast;
  for (uint32_t i = 0; i < r->places; i++) {
    uint32_t *chosen = b->chosen + (size_t)i * CS_ABREAST;
    if (r->fixed) {
      for (uint32_t k = 0; k < trials; k++)
        chosen[k] = r->eligible[i];
      continue;
    }
    cs_stream_words(&t->stream, chosen, CS_ABREAST);
  }
  for (uint32_t k = 0; !r->fixed && k < trials; k++)
    for (uint32_t i = 0; i < r->places; i++) {
      uint32_t *chosen = &b->chosen[(size_t)i * CS_ABREAST + k];
      uint32_t j = i + split(chosen, r->eligible_count - i), place = b->order[j];
      b->order[j] = b->order[i];
      b->order[i] = place;
      *chosen = place;
    }
}

static void begin_trials(cs_table *t, uint32_t trials)
{
  const cs_regime *r = t->regime;
  cs_abreast *b = t->abreast;
  bool random = r->begins_by > r->begins;
  uint64_t end = order_of(r->days);
  if (random)
    cs_stream_words(&t->stream, b->words[0], CS_ABREAST);
  for (uint32_t k = 0; k < trials; k++) {
    b->begun[k] = r->begins + (random ? share_of(b->words[0][k]) * (r->begins_by - r->begins) : 0);
    b->day[k] = end;
    b->by[k] = (uint32_t)t->measures;
  }
}

/* Keeps the earlier notice, without a branch that the processor would have to guess. */
static inline void take(cs_abreast *b, uint32_t trial, uint64_t day, uint32_t measure)
{
  uint64_t first = 0 - (uint64_t)(day < b->day[trial]);
  b->day[trial] ^= (b->day[trial] ^ day) & first;
  b->by[trial] ^= (b->by[trial] ^ measure) & (uint32_t)first;
}

/* ---- Visits ------------------------------------------------------------------------------------------------------ */

/* The portion that a visit meets: any, or one that this block has not visited. */
static inline uint32_t portion_met(cs_abreast *b, uint32_t trial, uint32_t places, bool repeats, uint32_t round,
                                   uint32_t *word)
{
  uint32_t nth = split(word, repeats ? places : places - round);
  if (repeats)
    return nth;
  uint32_t portion = 0;
  for (uint64_t taken = b->taken[trial];; portion++)
    if ((taken >> portion & 1) == 0 && nth-- == 0)
      break;
  b->taken[trial] |= UINT64_C(1) << portion;
  return portion;
}

/* One visit of each of these trials that meets the violation; `round`: so many came before. */
static void visit_each(cs_table *t, const cs_block *block, uint32_t count, uint32_t round)
{
  const cs_regime *r = t->regime;
  cs_abreast *b = t->abreast;
  uint32_t refusal = (uint32_t)r->treaty->inspections.count + CS_BY_REFUSAL;
  cs_stream_words(&t->stream, b->words[0], count);
  cs_stream_words(&t->stream, b->words[1], count);
  for (uint32_t n = 0; n < count; n++) {
    uint32_t k = b->trials[n], word = b->words[0][n];
    uint32_t portion = portion_met(b, k, r->places, block->repeats, round, &word);
    uint32_t place = b->chosen[(size_t)portion * CS_ABREAST + k];
    double day = block->first + share_of(b->words[1][n]) * block->length, since = day - b->begun[k];
    uint32_t steps = since >= 0 ? cs_steps_done(r, since) : 0;
    double u = share_of(word), seen = r->refused + block->sees * cs_seen_at(r, place, portion < r->more, steps);
    uint64_t noticed = (uint64_t)((u < seen) & (since >= 0) & (day >= 0) & (day < r->binds_until));
    take(b, k, order_of(day) | (noticed - 1), u < r->refused ? refusal : block->measure);
  }
}

/* The visits of a block that meet the violation: one of each trial that has any, then the second, and so on. */
static void visit_block(cs_table *t, const cs_block *block, uint32_t trials)
{
  cs_abreast *b = t->abreast;
  uint32_t count = trials;
  if (block->at_most_count == 0)
    return;
  cs_stream_words(&t->stream, b->words[0], CS_ABREAST);
  for (uint32_t k = 0; k < trials; k++) {
    b->met[k] = 0;
    b->trials[k] = k;
  }
  for (uint32_t i = 0; i < block->at_most_count; i++)
    for (uint32_t k = 0; k < trials; k++)
      b->met[k] += b->words[0][k] >= block->at_most[i];
  if (!block->repeats)
    memset(b->taken, 0, trials * sizeof *b->taken);
  for (uint32_t round = 0;; round++) {
    uint32_t left = 0;
    for (uint32_t n = 0; n < count; n++) {
      uint32_t k = b->trials[n];
      b->trials[left] = k;
      left += b->met[k] > round;
    }
    if (left == 0)
      return;
    count = left;
    visit_each(t, block, count, round);
  }
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

/* What comes at a rate, before the day `end`, and is noticed some days later; only what comes within the days that are played
 * needs a logarithm. */
static void wait_for(cs_table *t, uint32_t trials, double rate, double within, double end, double later,
                     uint32_t measure)
{
  cs_abreast *b = t->abreast;
  if (rate == 0)
    return;
  cs_stream_words(&t->stream, b->words[0], CS_ABREAST);
  for (uint32_t k = 0; k < trials; k++) {
    double u = share_of(b->words[0][k]);
    double day = u < within ? b->begun[k] - log1p(-u) / rate : INFINITY;
    if (day < end)
      take(b, k, order_of(day + later), measure);
  }
}

static void exchange(cs_table *t, uint32_t trials)
{
  const cs_regime *r = t->regime;
  uint32_t measure = (uint32_t)r->treaty->inspections.count + CS_BY_EXCHANGE;
  for (size_t i = 0; r->declared && i < r->exchange_count; i++)
    for (uint32_t k = 0; k < trials; k++)
      take(t->abreast, k,
           r->as_of[i] > t->abreast->begun[k] && r->as_of[i] < r->binds_until ? order_of(r->due[i]) : NEVER, measure);
}

/* ---- Playing ----------------------------------------------------------------------------------------------------- */

static void play_some(cs_table *t, uint32_t trials)
{
  const cs_regime *r = t->regime;
  cs_abreast *b = t->abreast;
  uint32_t other = (uint32_t)r->treaty->inspections.count;
  begin_trials(t, trials);
  if (r->places > 0)
    choose_places(t, trials);
  for (size_t k = 0; r->places > 0 && k < r->block_count; k++)
    visit_block(t, &r->blocks[k], trials);
  wait_for(t, trials, r->means, r->by_means, r->days, 0, other + CS_BY_MEANS);
  wait_for(t, trials, r->late, r->by_late, r->binds_until, r->late_days, other + CS_BY_DEADLINE);
  exchange(t, trials);
  for (uint32_t k = 0; k < trials; k++) {
    double day;
    memcpy(&day, &b->day[k], sizeof day);
    cs_tally_add(&t->tally, (size_t)r->days, b->by[k] < t->measures ? day : 0, b->by[k]);
  }
}

void cs_play_abreast(cs_table *t, uint32_t trials)
{
  const cs_regime *r = t->regime;
  /* A shuffle may begin with any order, but always the same in a piece of work. */
  for (uint32_t i = 0; i < r->eligible_count; i++)
    t->abreast->order[i] = r->eligible[i];
  for (uint32_t at = 0; at < trials; at += CS_ABREAST)
    play_some(t, trials - at < CS_ABREAST ? trials - at : CS_ABREAST);
}

cs_status cs_abreast_make(const cs_regime *regime, cs_abreast **out, cs_error *error)
{
  cs_abreast *b = *out = calloc(1, sizeof *b);
  if (b == NULL)
    return cs_fail_memory(error);
  b->order = calloc(regime->eligible_count + 1, sizeof *b->order);
  b->chosen = calloc((size_t)regime->places * CS_ABREAST + 1, sizeof *b->chosen);
  return b->order == NULL || b->chosen == NULL ? cs_fail_memory(error) : CS_OK;
}

void cs_abreast_free(cs_abreast *abreast)
{
  if (abreast == NULL)
    return;
  free(abreast->order);
  free(abreast->chosen);
  free(abreast);
}
