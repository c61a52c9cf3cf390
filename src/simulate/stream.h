/* Private to simulate/: random numbers that follow from a seed and a counter, so that a trial has its own, whoever plays it
 * and when.
 *
 * Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).
 * Not for secrets. */
#ifndef CS_SIMULATE_STREAM_H
#define CS_SIMULATE_STREAM_H

#include <stdint.h>

/* Words are made eight blocks at a time. */
enum { CS_STREAM_LANES = 8, CS_STREAM_GROUP = 4 * CS_STREAM_LANES, CS_STREAM_KEPT = 4 * CS_STREAM_GROUP };

/* Makes eight blocks from the counter on, whose first word goes up by one from block to block: word i of block b at [8 i + b]. */
typedef void cs_stream_fill(const uint32_t key[2], const uint32_t counter[4], uint32_t words[CS_STREAM_GROUP]);

typedef struct cs_stream {
  uint32_t key[2];     /* the seed */
  uint32_t counter[4]; /* of the next blocks: their number, what is played, and the piece of work (low, high) */
  cs_stream_fill *fill;
  uint32_t used; /* words of those below */
  uint32_t words[CS_STREAM_KEPT];
} cs_stream;

/* A stream of this seed for what has this index, by the fastest way that the processor has; each gives the same words. */
cs_stream cs_stream_open(uint64_t seed, uint32_t index);
/* From now on the numbers of this piece of work. */
void cs_stream_begin(cs_stream *stream, uint64_t piece);

/* The ways. */
cs_stream_fill cs_stream_fill_portable;
#if defined(__x86_64__)
cs_stream_fill cs_stream_fill_avx2;
#endif

/* Writes at least `count` words, rounded up to whole groups, that no other call gives. */
void cs_stream_words(cs_stream *stream, uint32_t *words, uint32_t count);

static inline uint32_t cs_stream_word(cs_stream *s)
{
  if (s->used == CS_STREAM_KEPT) {
    cs_stream_words(s, s->words, CS_STREAM_KEPT);
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

/* Uniform in [0, 1), in steps of 2^-32: finer than any number of trials can tell. */
static inline double cs_stream_unit(cs_stream *s)
{
  return cs_stream_word(s) * 0x1p-32;
}

#endif
