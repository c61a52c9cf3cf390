/* GF(2^255 - 19), four elements side by side in AVX2 registers. Private to seal/.
 *
 * Ten limbs of 26 and 25 bits in turn, each in the lower half of a 64-bit lane. Tight: limbs below 2^26 and 2^25, a little
 * more in limbs 1 and 5. Sums and differences are not carried. In units of a tight limb, `a` of a product may be 8 high
 * and `b` 3.3 (19 b stays within 32 bits), together at most 30 (columns stay within 64). What is above 32 bits of a limb
 * is not read. */
#ifndef CS_SEAL_FIELD_AVX2_H
#define CS_SEAL_FIELD_AVX2_H

#include <immintrin.h>

#include "seal/engine.h"

#define LANES ((size_t)4)
enum { LIMBS = 10 };

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline)) /* products: inlined, they crowd the cache of decoded instructions */

typedef struct lanes {
  __m256i limb[LIMBS];
} lanes;

/* Points with z = 1. */
typedef struct lanes_niels {
  lanes sum, difference, t2d;
} lanes_niels;

/* All ones in the lanes where something holds. */
typedef __m256i lanes_mask;

INLINE __m256i limb_of(uint64_t word)
{
  return _mm256_set1_epi64x((long long)word);
}

/* The same element in each lane. */
INLINE void lanes_set(cs_field a, lanes *out)
{
  uint64_t packed[CS_WORDS];
  cs_field_pack(a, packed);
  for (size_t i = 0; i < CS_WORDS; i++) {
    out->limb[2 * i] = limb_of(packed[i] & UINT32_MAX);
    out->limb[2 * i + 1] = limb_of(packed[i] >> 32);
  }
}

INLINE void lanes_add(const lanes *a, const lanes *b, lanes *out)
{
  for (int i = 0; i < LIMBS; i++)
    out->limb[i] = _mm256_add_epi64(a->limb[i], b->limb[i]);
}

/* Of any a and a tight b: 2p is added. */
INLINE void lanes_subtract(const lanes *a, const lanes *b, lanes *out)
{
  const __m256i even = limb_of((UINT64_C(1) << 27) - 2), odd = limb_of((UINT64_C(1) << 26) - 2);
  out->limb[0] = _mm256_sub_epi64(_mm256_add_epi64(a->limb[0], limb_of((UINT64_C(1) << 27) - 38)), b->limb[0]);
  for (int i = 1; i < LIMBS; i++)
    out->limb[i] = _mm256_sub_epi64(_mm256_add_epi64(a->limb[i], i % 2 == 0 ? even : odd), b->limb[i]);
}

/* Moves what is above 26 or 25 bits of limb i into limb i + 1. */
INLINE void carry_limb(__m256i h[LIMBS], int i)
{
  const int bits = i % 2 == 0 ? 26 : 25;
  h[i + 1] = _mm256_add_epi64(h[i + 1], _mm256_srli_epi64(h[i], bits));
  h[i] = _mm256_and_si256(h[i], limb_of((UINT64_C(1) << bits) - 1));
}

/* The chains from limb 0 and from limb 4 run side by side. */
INLINE void carry_all(__m256i h[LIMBS], lanes *out)
{
  carry_limb(h, 0);
  carry_limb(h, 4);
  carry_limb(h, 1);
  carry_limb(h, 5);
  carry_limb(h, 2);
  carry_limb(h, 6);
  carry_limb(h, 3);
  carry_limb(h, 7);
  carry_limb(h, 4);
  carry_limb(h, 8);
  __m256i top = _mm256_srli_epi64(h[9], 25); /* up to 39 bits: 19 times it by shifts */
  h[9] = _mm256_and_si256(h[9], limb_of((UINT64_C(1) << 25) - 1));
  __m256i three = _mm256_add_epi64(top, _mm256_slli_epi64(top, 1));
  h[0] = _mm256_add_epi64(h[0], _mm256_add_epi64(three, _mm256_slli_epi64(top, 4)));
  carry_limb(h, 0);
#pragma GCC unroll 10
  for (int i = 0; i < LIMBS; i++) /* as a loop, gcc makes a slow copy of memory of it */
    out->limb[i] = h[i];
}

INLINE void lanes_carry(const lanes *a, lanes *out)
{
  __m256i h[LIMBS];
  for (int i = 0; i < LIMBS; i++)
    h[i] = a->limb[i];
  carry_all(h, out);
}

/* x * y, of which y is in memory. Compilers would rather load y, and then lack registers for the columns. */
INLINE __m256i product(__m256i x, const __m256i *y)
{
  __m256i out;
  __asm__ volatile("vpmuludq %2, %1, %0" : "=x"(out) : "x"(x), "m"(*y));
  return out;
}

/* sum + x * y. Volatile, so that compilers keep the order of additions. */
INLINE __m256i add_product(__m256i sum, __m256i x, const __m256i *y)
{
  __m256i t;
  __asm__ volatile("vpmuludq %3, %2, %1\n\tvpaddq %1, %0, %0" : "+x"(sum), "=&x"(t) : "x"(x), "m"(*y));
  return sum;
}

/* 19 * limbs [from] to [9]. */
INLINE void times_19(const lanes *a, int from, __m256i out[LIMBS])
{
  const __m256i nineteen = limb_of(19);
#pragma GCC unroll 10
  for (int i = 0; i < LIMBS; i++)
    if (i >= from)
      out[i] = product(nineteen, &a->limb[i]);
}

/* Row by row, so that ten columns, the row's limb and its double stay in registers. */
INLINE void multiply_rows(const lanes *a, const lanes *b, const __m256i b19[LIMBS], lanes *out)
{
  __m256i h[LIMBS];
#pragma GCC unroll 10
  for (int j = 0; j < LIMBS; j++)
    h[j] = product(a->limb[0], &b->limb[j]);
#pragma GCC unroll 10
  for (int i = 1; i < LIMBS; i++) {
    __m256i x = a->limb[i];
    __m256i twice = i % 2 == 1 ? _mm256_add_epi64(x, x) : x; /* odd times odd is one bit too low */
#pragma GCC unroll 10
    for (int n = 0; n < LIMBS; n++) {
      const int j = n < 5 ? 2 * n : 2 * n - 9; /* even ones first, which need no double */
      const int k = i + j < LIMBS ? i + j : i + j - LIMBS;
      h[k] = add_product(h[k], j % 2 == 1 ? twice : x, i + j < LIMBS ? &b->limb[j] : &b19[j]);
    }
  }
  carry_all(h, out);
}

NOINLINE void lanes_multiply(const lanes *a, const lanes *b, lanes *out)
{
  __m256i b19[LIMBS];
  times_19(b, 1, b19);
  multiply_rows(a, b, b19, out);
}

/* a0 * b and a1 * b; the first result may not be the place of a1 or b. */
NOINLINE void lanes_multiply_two(const lanes *a0, const lanes *a1, const lanes *b, lanes *out0, lanes *out1)
{
  __m256i b19[LIMBS];
  times_19(b, 1, b19);
  multiply_rows(a0, b, b19, out0);
  multiply_rows(a1, b, b19, out1);
}

/* Column by column; a may be 3.3 high. */
NOINLINE void lanes_square(const lanes *a, lanes *out)
{
  const __m256i *x = a->limb;
  __m256i h[LIMBS], x2[LIMBS], x19[LIMBS];
  times_19(a, 5, x19);
#pragma GCC unroll 10
  for (int i = 0; i < LIMBS; i++)
    x2[i] = _mm256_add_epi64(x[i], x[i]);
#pragma GCC unroll 10
  for (int k = 0; k < LIMBS; k++) {
    __m256i sum = _mm256_setzero_si256(), odd = sum; /* products of odd limbs count twice */
#pragma GCC unroll 10
    for (int i = 0; i < LIMBS; i++) {
      const int j = (k - i + LIMBS) % LIMBS;
      if (j < i)
        continue;
      const __m256i *y = i + j < LIMBS ? &x[j] : &x19[j];
      if (i % 2 == 1 && j % 2 == 1)
        odd = add_product(odd, i == j ? x[i] : x2[i], y);
      else
        sum = add_product(sum, i == j ? x[i] : x2[i], y);
    }
    h[k] = k % 2 == 0 ? _mm256_add_epi64(sum, _mm256_add_epi64(odd, odd)) : sum;
  }
  carry_all(h, out);
}

INLINE lanes_mask lanes_load_mask(const uint64_t mask[LANES])
{
  return _mm256_loadu_si256((const __m256i *)(const void *)mask);
}

/* b where the mask is all ones. */
INLINE void lanes_select(const lanes *a, const lanes *b, lanes_mask mask, lanes *out)
{
  for (int i = 0; i < LIMBS; i++)
    out->limb[i] = _mm256_blendv_epi8(a->limb[i], b->limb[i], mask);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------- */

/* Two halves of 16 bytes, from two places. */
INLINE __m256i load_halves(const uint64_t *low, const uint64_t *high)
{
  return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)low)),
                                 _mm_loadu_si128((const __m128i *)(const void *)high), 1);
}

/* Column k of four rows. */
INLINE void transpose(const uint64_t *const at[LANES], __m256i out[4])
{
  for (int k = 0; k < 4; k += 2) {
    __m256i even = load_halves(at[0] + k, at[2] + k), odd = load_halves(at[1] + k, at[3] + k);
    out[k] = _mm256_unpacklo_epi64(even, odd);
    out[k + 1] = _mm256_unpackhi_epi64(even, odd);
  }
}

INLINE void split_words(const __m256i words[CS_WORDS], lanes *out)
{
  for (size_t k = 0; k < CS_WORDS; k++) {
    out->limb[2 * k] = words[k];
    out->limb[2 * k + 1] = _mm256_srli_epi64(words[k], 32);
  }
}

/* A packed element from each of four places. The upper halves of limbs hold what does not matter. */
INLINE void lanes_gather(const uint64_t *const at[LANES], lanes *out)
{
  __m256i words[CS_WORDS];
  transpose(at, words);
  words[4] = _mm256_setr_epi64x((long long)at[0][4], (long long)at[1][4], (long long)at[2][4], (long long)at[3][4]);
  split_words(words, out);
}

INLINE void gather_row(const cs_entry *const entries[LANES], const uint32_t minus[LANES], int part, __m256i out[4])
{
  const uint64_t *at[LANES];
  for (size_t i = 0; i < LANES; i++)
    at[i] = entries[i]->row[part ^ (int)minus[i]];
  transpose(at, out);
}

/* An entry in each lane, or its negative where `minus` is 1 and not 0. For public values. */
INLINE void lanes_entries(const cs_entry *const entries[LANES], const uint32_t minus[LANES], lanes_niels *out)
{
  const uint32_t none[LANES] = {0};
  __m256i mask = _mm256_setr_epi64x(-(int64_t)minus[0], -(int64_t)minus[1], -(int64_t)minus[2], -(int64_t)minus[3]);
  __m256i sum[CS_WORDS], difference[CS_WORDS], t2d[CS_WORDS], fifth[4];
  gather_row(entries, minus, CS_SUM, sum); /* the two change places */
  gather_row(entries, minus, CS_DIFFERENCE, difference);
  gather_row(entries, none, CS_T2D, t2d);
  gather_row(entries, none, CS_FIFTH, fifth);
  sum[4] = _mm256_blendv_epi8(fifth[CS_SUM], fifth[CS_DIFFERENCE], mask);
  difference[4] = _mm256_blendv_epi8(fifth[CS_DIFFERENCE], fifth[CS_SUM], mask);
  t2d[4] = fifth[CS_T2D];
  for (size_t k = 0; k < CS_WORDS; k++) {
    __m256i p2 = limb_of((UINT64_C(1) << 27) - (k == 0 ? 38 : 2) + (((UINT64_C(1) << 26) - 2) << 32));
    t2d[k] = _mm256_blendv_epi8(t2d[k], _mm256_sub_epi32(p2, t2d[k]), mask);
  }
  split_words(sum, &out->sum);
  split_words(difference, &out->difference);
  split_words(t2d, &out->t2d);
}

/* Of a tight element whose limbs are clean. */
INLINE void lanes_scatter(const lanes *a, uint64_t *const at[LANES])
{
  for (size_t k = 0; k < CS_WORDS; k++) {
    __m256i words = _mm256_or_si256(a->limb[2 * k], _mm256_slli_epi64(a->limb[2 * k + 1], 32));
    uint64_t lane[LANES] = {0};
    _mm256_storeu_si256((__m256i *)(void *)lane, words);
    for (size_t i = 0; i < LANES; i++)
      at[i][k] = lane[i];
  }
}

/* ---- Look-up ------------------------------------------------------------------------------------------------------ */

/* Digits of a row of a comb that one vector takes. */
#define COMB_WIDTH ((size_t)4)

/* Digits that are looked up at once: the lanes of two vectors. */
#define GROUP ((size_t)8)

/* Ten limbs of the multiples that eight digits choose, in the lower and upper halves. */
INLINE void look_up_limbs(const uint32_t rows[LIMBS][CS_ODDS], __m256i index, __m256i high, __m256i out[LIMBS])
{
  for (int i = 0; i < LIMBS; i++) {
    __m256i low_part = _mm256_load_si256((const __m256i *)(const void *)rows[i]);
    __m256i high_part = _mm256_load_si256((const __m256i *)(const void *)(rows[i] + 8));
    out[i] = _mm256_blendv_epi8(_mm256_permutevar8x32_epi32(low_part, index),
                                _mm256_permutevar8x32_epi32(high_part, index), high);
  }
}

INLINE void split_halves(const __m256i in[LIMBS], lanes *low, lanes *high)
{
  for (int i = 0; i < LIMBS; i++) {
    low->limb[i] = in[i];
    high->limb[i] = _mm256_srli_epi64(in[i], 32);
  }
}

/* digit * point for eight digits, 0 .. 31 for -31 .. 31; lane i of the first vector takes digit i, of the second digit
 * i + 4. The digits only choose within registers. */
INLINE void look_up(const cs_odds *odds, const uint8_t digits[GROUP], lanes_niels out[2])
{
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  __m256i d = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)digits));
  d = _mm256_permutevar8x32_epi32(d, order);
  /* 16 + k is 2k + 1, and 15 - k is -(2k + 1). */
  __m256i minus = _mm256_cmpgt_epi32(_mm256_set1_epi32(16), d);
  __m256i k = _mm256_and_si256(_mm256_xor_si256(d, minus), _mm256_set1_epi32(15));
  __m256i high = _mm256_cmpgt_epi32(k, _mm256_set1_epi32(7));
  __m256i sum[LIMBS], difference[LIMBS], t2d[LIMBS], swapped[LIMBS];
  look_up_limbs(odds->limb, k, high, sum);
  look_up_limbs(odds->limb + LIMBS, k, high, difference);
  look_up_limbs(odds->limb + (size_t)2 * LIMBS, k, high, t2d);
  for (int i = 0; i < LIMBS; i++) {
    const int p2 = (i % 2 == 0 ? 1 << 27 : 1 << 26) - (i == 0 ? 38 : 2);
    swapped[i] = _mm256_blendv_epi8(sum[i], difference[i], minus);
    difference[i] = _mm256_blendv_epi8(difference[i], sum[i], minus);
    t2d[i] = _mm256_blendv_epi8(t2d[i], _mm256_sub_epi32(_mm256_set1_epi32(p2), t2d[i]), minus);
  }
  split_halves(swapped, &out[0].sum, &out[1].sum);
  split_halves(difference, &out[0].difference, &out[1].difference);
  split_halves(t2d, &out[0].t2d, &out[1].t2d);
}

#endif
