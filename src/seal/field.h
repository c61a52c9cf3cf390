/* GF(p), p = 2^255 - 19, for any machine: five limbs of 51 bits. Private to seal/.
 *
 * Limbs may grow above 51 bits between carries. A "tight" element has limbs below 2^51 + 2^15; every product and
 * cs_field_carry give tight ones. Sums and differences of two tight elements are "loose", limbs below 2^54; every function
 * takes loose ones. Constant-time throughout. */
#ifndef CS_SEAL_FIELD_H
#define CS_SEAL_FIELD_H

#include "seal/group.h"

__extension__ typedef unsigned __int128 cs_wide;

/* A call would pass limbs through memory. */
#define CS_ALWAYS_INLINE static inline __attribute__((always_inline))

#define CS_LIMB_MASK ((UINT64_C(1) << 51) - 1)

extern const cs_field cs_field_zero, cs_field_one;
extern const cs_field cs_field_d, cs_field_d2; /* d = -121665/121666, the curve's constant, and twice it */
extern const cs_field cs_field_sqrt_minus_one; /* the root of -1 that is not negative */

static inline uint64_t cs_load64(const unsigned char *at)
{
  uint64_t out;
  __builtin_memcpy(&out, at, sizeof out);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  out = __builtin_bswap64(out);
#endif
  return out;
}

static inline void cs_store64(unsigned char *at, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  __builtin_memcpy(at, &word, sizeof word);
}

/* All ones where `bit` is 1, zero where it is 0. The compiler does not see what it is, and makes no branch of it. */
static inline uint64_t cs_mask(uint64_t bit)
{
  __asm__("" : "+r"(bit));
  return 0 - bit;
}

/* Loose to tight. */
static inline cs_field cs_field_carry(cs_field a)
{
  uint64_t top = a.limb[4] >> 51;
  cs_field out = {{(a.limb[0] & CS_LIMB_MASK) + top * 19, (a.limb[1] & CS_LIMB_MASK) + (a.limb[0] >> 51),
                   (a.limb[2] & CS_LIMB_MASK) + (a.limb[1] >> 51), (a.limb[3] & CS_LIMB_MASK) + (a.limb[2] >> 51),
                   (a.limb[4] & CS_LIMB_MASK) + (a.limb[3] >> 51)}};
  return out;
}

/* Loose, of two tight ones. */
static inline cs_field cs_field_add(cs_field a, cs_field b)
{
  for (int i = 0; i < 5; i++)
    a.limb[i] += b.limb[i];
  return a;
}

/* Loose, of two that are tight or the sum of two tight ones: 4p is added to stay above zero. */
static inline cs_field cs_field_subtract(cs_field a, cs_field b)
{
  a.limb[0] += (CS_LIMB_MASK - 18) * 4 - b.limb[0];
  for (int i = 1; i < 5; i++)
    a.limb[i] += CS_LIMB_MASK * 4 - b.limb[i];
  return a;
}

/* Tight. */
static inline cs_field cs_field_negate(cs_field a)
{
  return cs_field_carry(cs_field_subtract(cs_field_zero, a));
}

/* Carries five columns of a product. */
CS_ALWAYS_INLINE cs_field cs_field_fold(cs_wide c0, cs_wide c1, cs_wide c2, cs_wide c3, cs_wide c4)
{
  c1 += (uint64_t)(c0 >> 51);
  c2 += (uint64_t)(c1 >> 51);
  c3 += (uint64_t)(c2 >> 51);
  c4 += (uint64_t)(c3 >> 51);
  cs_wide low = (cs_wide)(uint64_t)(c4 >> 51) * 19 + ((uint64_t)c0 & CS_LIMB_MASK);
  cs_field out = {{(uint64_t)low & CS_LIMB_MASK, ((uint64_t)c1 & CS_LIMB_MASK) + (uint64_t)(low >> 51),
                   (uint64_t)c2 & CS_LIMB_MASK, (uint64_t)c3 & CS_LIMB_MASK, (uint64_t)c4 & CS_LIMB_MASK}};
  return out;
}

/* Of two loose ones. The columns stay below 2^115: 77 products of 54 by 54 bits. */
CS_ALWAYS_INLINE cs_field cs_field_multiply(cs_field a, cs_field b)
{
  const uint64_t *x = a.limb, *y = b.limb;
  uint64_t y1 = y[1] * 19, y2 = y[2] * 19, y3 = y[3] * 19, y4 = y[4] * 19;
  cs_wide c0 = (cs_wide)x[0] * y[0] + (cs_wide)x[1] * y4 + (cs_wide)x[2] * y3 + (cs_wide)x[3] * y2 + (cs_wide)x[4] * y1;
  cs_wide c1 =
    (cs_wide)x[0] * y[1] + (cs_wide)x[1] * y[0] + (cs_wide)x[2] * y4 + (cs_wide)x[3] * y3 + (cs_wide)x[4] * y2;
  cs_wide c2 =
    (cs_wide)x[0] * y[2] + (cs_wide)x[1] * y[1] + (cs_wide)x[2] * y[0] + (cs_wide)x[3] * y4 + (cs_wide)x[4] * y3;
  cs_wide c3 =
    (cs_wide)x[0] * y[3] + (cs_wide)x[1] * y[2] + (cs_wide)x[2] * y[1] + (cs_wide)x[3] * y[0] + (cs_wide)x[4] * y4;
  cs_wide c4 =
    (cs_wide)x[0] * y[4] + (cs_wide)x[1] * y[3] + (cs_wide)x[2] * y[2] + (cs_wide)x[3] * y[1] + (cs_wide)x[4] * y[0];
  return cs_field_fold(c0, c1, c2, c3, c4);
}

CS_ALWAYS_INLINE cs_field cs_field_square(cs_field a)
{
  const uint64_t *x = a.limb;
  uint64_t x0 = x[0] * 2, x1 = x[1] * 2, x2 = x[2] * 2, x3 = x[3] * 19, x4 = x[4] * 19;
  cs_wide c0 = (cs_wide)x[0] * x[0] + (cs_wide)x1 * x4 + (cs_wide)x2 * x3;
  cs_wide c1 = (cs_wide)x0 * x[1] + (cs_wide)x2 * x4 + (cs_wide)x[3] * x3;
  cs_wide c2 = (cs_wide)x0 * x[2] + (cs_wide)x[1] * x[1] + (cs_wide)(x[3] * 2) * x4;
  cs_wide c3 = (cs_wide)x0 * x[3] + (cs_wide)x1 * x[2] + (cs_wide)x[4] * x4;
  cs_wide c4 = (cs_wide)x0 * x[4] + (cs_wide)x1 * x[3] + (cs_wide)x[2] * x[2];
  return cs_field_fold(c0, c1, c2, c3, c4);
}

/* b where `mask` is all ones, a where it is zero. */
static inline cs_field cs_field_select(cs_field a, cs_field b, uint64_t mask)
{
  for (int i = 0; i < 5; i++)
    a.limb[i] ^= mask & (a.limb[i] ^ b.limb[i]);
  return a;
}

/* a^(2^count) */
cs_field cs_field_square_times(cs_field a, int count);
cs_field cs_field_invert(cs_field a);
/* The top bit is ignored, as RFC 9496 has it checked before. */
cs_field cs_field_decode(const unsigned char bytes[32]);
/* Canonical: below p. */
void cs_field_encode(cs_field a, unsigned char bytes[32]);
/* Canonical, limbs of 51 bits. */
cs_field cs_field_freeze(cs_field a);
/* Masks: all ones where it holds. "Negative" is odd, RFC 9496, 2. */
uint64_t cs_field_is_zero(cs_field a);
uint64_t cs_field_is_negative(cs_field a);
uint64_t cs_field_equal(cs_field a, cs_field b);
/* -a where `mask` is all ones. */
cs_field cs_field_negate_if(cs_field a, uint64_t mask);
cs_field cs_field_absolute(cs_field a);
/* RFC 9496, 4.2, SQRT_RATIO_M1: the root of u/v, or of i u/v where u/v is no square; returns a mask that says which. */
uint64_t cs_field_root(cs_field u, cs_field v, cs_field *out);

/* The same for up to CS_ROOTS at once, which processors do faster side by side. */
enum { CS_ROOTS = 8 };
typedef struct cs_root {
  cs_field u, v;   /* in */
  cs_field root;   /* out */
  uint64_t square; /* out: all ones where u/v is a square */
} cs_root;
void cs_field_roots(cs_root *roots, size_t count);

#endif
