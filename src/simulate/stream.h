/* Private to simulate/: random numbers that follow from a seed and a counter, so that a trial has its own, whoever plays it
 * and when.
 *
 * Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).
 * Not for secrets. */
#ifndef CS_SIMULATE_STREAM_H
#define CS_SIMULATE_STREAM_H

#include <stdint.h>

/* Eight trials, of which the first is a multiple of eight, are made at a time: a block of four words for each. */
enum { CS_STREAM_LANES = 8, CS_STREAM_WORDS = 4 * CS_STREAM_LANES, CS_STREAM_BLOCKS = 128 };

/* Makes block number `block` of what has this index, for eight trials: word i of the trial `trial + lane` at [8 i + lane]. */
typedef void cs_stream_fill(const uint32_t key[2], uint32_t block, uint32_t index, uint64_t trial,
                            uint32_t words[CS_STREAM_WORDS]);

typedef struct cs_stream {
  uint32_t key[2]; /* the seed */
  uint32_t index;  /* of what is played */
  uint32_t lane;   /* of the trial */
  uint32_t used;   /* of its words */
  uint32_t blocks; /* that were made for these eight trials */
  uint64_t trial;  /* the first of them */
  cs_stream_fill *fill;
  uint32_t words[CS_STREAM_BLOCKS][CS_STREAM_WORDS];
} cs_stream;

/* A stream of this seed for what has this index, by the fastest way that the processor has; each gives the same words. */
void cs_stream_open(cs_stream *stream, uint64_t seed, uint32_t index);
/* From now on the numbers of this trial; cheap where trials follow one another. */
static inline void cs_stream_begin(cs_stream *s, uint64_t trial)
{
  uint64_t first = trial - trial % CS_STREAM_LANES;
  if (s->trial != first) {
    s->trial = first;
    s->blocks = 0;
  }
  s->lane = (uint32_t)(trial - first);
  s->used = 0;
}

/* The ways. */
cs_stream_fill cs_stream_fill_portable;
#if defined(__x86_64__)
cs_stream_fill cs_stream_fill_avx2;
#endif

/* The next word past what was made. */
uint32_t cs_stream_more(cs_stream *stream);

static inline uint32_t cs_stream_word(cs_stream *s)
{
  if (s->used < 4 * s->blocks) {
    uint32_t at = s->used++;
    return s->words[at / 4][at % 4 * CS_STREAM_LANES + s->lane];
  }
  return cs_stream_more(s);
}

/* Uniform over 0 to count - 1, without bias: Lemire, "Fast random integer generation in an interval" (2019). */
static inline uint32_t cs_stream_below(cs_stream *s, uint32_t count)
{
  uint64_t product = (uint64_t)cs_stream_word(s) * count;
  if ((uint32_t)product < count) {
    uint32_t refused = (0 - count) % count;
    while ((uint32_t)product < refused)
      product = (uint64_t)cs_stream_word(s) * count;
  }
  return (uint32_t)(product >> 32);
}

/* Uniform in [0, 1), in steps of 2^-32: finer than any number of trials can tell. */
static inline double cs_stream_unit(cs_stream *s)
{
  return cs_stream_word(s) * 0x1p-32;
}

#endif
