/* Philox4x32-10, eight blocks at a time. */
#include "simulate/stream.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { ROUNDS = 10 };
static const uint32_t MULTIPLIER[2] = {0xd2511f53, 0xcd9e8d57}, WEYL[2] = {0x9e3779b9, 0xbb67ae85};

void cs_stream_fill_portable(const uint32_t seed[2], const uint32_t counter[4], uint32_t words[CS_STREAM_GROUP])
{
  for (uint32_t lane = 0; lane < CS_STREAM_LANES; lane++) {
    uint32_t c[4] = {counter[0] + lane, counter[1], counter[2], counter[3]};
    uint32_t key[2] = {seed[0], seed[1]};
    for (int round = 0; round < ROUNDS; round++) {
      uint64_t a = (uint64_t)MULTIPLIER[0] * c[0], b = (uint64_t)MULTIPLIER[1] * c[2];
      c[0] = (uint32_t)(b >> 32) ^ c[1] ^ key[0];
      c[1] = (uint32_t)b;
      c[2] = (uint32_t)(a >> 32) ^ c[3] ^ key[1];
      c[3] = (uint32_t)a;
      key[0] += WEYL[0];
      key[1] += WEYL[1];
    }
    for (uint32_t i = 0; i < 4; i++)
      words[i * CS_STREAM_LANES + lane] = c[i];
  }
}

#if defined(__x86_64__)
/* The low and high halves of eight products. */
__attribute__((target("avx2"))) static inline void multiply(__m256i a, __m256i by, __m256i *low, __m256i *high)
{
  enum { ODD = 0xaa };
  __m256i even = _mm256_mul_epu32(a, by), odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), by);
  *low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), ODD);
  *high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, ODD);
}

__attribute__((target("avx2"))) void cs_stream_fill_avx2(const uint32_t seed[2], const uint32_t counter[4],
                                                         uint32_t words[CS_STREAM_GROUP])
{
  const __m256i by0 = _mm256_set1_epi32((int)MULTIPLIER[0]), by1 = _mm256_set1_epi32((int)MULTIPLIER[1]);
  __m256i key0 = _mm256_set1_epi32((int)seed[0]), key1 = _mm256_set1_epi32((int)seed[1]);
  __m256i c0 = _mm256_add_epi32(_mm256_set1_epi32((int)counter[0]), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  __m256i c1 = _mm256_set1_epi32((int)counter[1]);
  __m256i c2 = _mm256_set1_epi32((int)counter[2]), c3 = _mm256_set1_epi32((int)counter[3]);
  for (int round = 0; round < ROUNDS; round++) {
    __m256i low0, high0, low1, high1;
    multiply(c0, by0, &low0, &high0);
    multiply(c2, by1, &low1, &high1);
    c0 = _mm256_xor_si256(_mm256_xor_si256(high1, c1), key0);
    c1 = low1;
    c2 = _mm256_xor_si256(_mm256_xor_si256(high0, c3), key1);
    c3 = low0;
    key0 = _mm256_add_epi32(key0, _mm256_set1_epi32((int)WEYL[0]));
    key1 = _mm256_add_epi32(key1, _mm256_set1_epi32((int)WEYL[1]));
  }
  __m256i *out = (void *)words;
  _mm256_storeu_si256(&out[0], c0);
  _mm256_storeu_si256(&out[1], c1);
  _mm256_storeu_si256(&out[2], c2);
  _mm256_storeu_si256(&out[3], c3);
}
#endif

cs_stream cs_stream_open(uint64_t seed, uint32_t index)
{
  cs_stream s = {.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                 .counter = {0, index},
                 .fill = cs_stream_fill_portable};
  s.used = CS_STREAM_KEPT;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2"))
    s.fill = cs_stream_fill_avx2;
#endif
  return s;
}

void cs_stream_begin(cs_stream *s, uint64_t piece)
{
  s->counter[0] = 0;
  s->counter[2] = (uint32_t)piece;
  s->counter[3] = (uint32_t)(piece >> 32);
  s->used = CS_STREAM_KEPT;
}

void cs_stream_words(cs_stream *s, uint32_t *words, uint32_t count)
{
  for (uint32_t at = 0; at < count; at += CS_STREAM_GROUP) {
    s->fill(s->key, s->counter, words + at);
    s->counter[0] += CS_STREAM_LANES;
  }
}
