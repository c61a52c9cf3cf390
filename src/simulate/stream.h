/* Private to simulate/: random numbers that follow from a seed and a counter, so that a trial has its own, whoever plays it
 * and when.
 *
 * Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).
 * Not for secrets. */
#ifndef CS_SIMULATE_STREAM_H
#define CS_SIMULATE_STREAM_H

#include <stdint.h>

enum { CS_STREAM_LANES = 8, CS_STREAM_WORDS = 4 * CS_STREAM_LANES };

typedef struct cs_stream cs_stream;
typedef void cs_stream_fill(cs_stream *stream);

struct cs_stream {
  uint32_t key[2];     /* the seed */
  uint32_t counter[4]; /* of the next blocks: their number, what is played, and the trial (low, high) */
  uint32_t used;       /* words of those below */
  uint32_t words[CS_STREAM_WORDS];
  cs_stream_fill *fill;
};

/* A stream of this seed, by the fastest way that the processor has; each gives the same words. */
cs_stream cs_stream_new(uint64_t seed);
/* From now on the numbers of one trial of what has this index. */
static inline void cs_stream_begin(cs_stream *s, uint32_t index, uint64_t trial)
{
  s->counter[0] = 0;
  s->counter[1] = index;
  s->counter[2] = (uint32_t)trial;
  s->counter[3] = (uint32_t)(trial >> 32);
  s->used = CS_STREAM_WORDS;
}

/* The ways: eight blocks into `words`, word i of block b at [8 i + b]. */
void cs_stream_fill_portable(cs_stream *stream);
#if defined(__x86_64__)
void cs_stream_fill_avx2(cs_stream *stream);
#endif

static inline uint32_t cs_stream_word(cs_stream *s)
{
  if (s->used == CS_STREAM_WORDS) {
    s->fill(s);
    s->used = 0;
  }
  return s->words[s->used++];
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

/* Uniform in [0, 1), of 53 bits. */
static inline double cs_stream_unit(cs_stream *s)
{
  uint64_t high = cs_stream_word(s) >> 5, low = cs_stream_word(s) >> 6;
  return (double)(high << 26 | low) * 0x1p-53;
}

#endif
