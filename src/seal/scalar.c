/* Integers modulo l = 2^252 + c, the order of the group. */
#include <string.h>

#include <sodium.h>

#include "seal/field.h"

static const uint64_t order[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};
static const uint64_t order_twice[4] = {0xb024c634b9eba7da, 0x29bdf3bd45ef39ac, 0, 0x2000000000000000};
static const uint64_t low_part[2] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6}; /* c */

/* The loops are unrolled and the functions inlined, so that all words stay in registers. */
#define INLINE static inline __attribute__((always_inline))

/* out = a - b; returns the borrow. */
INLINE uint64_t subtract(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
  uint64_t borrow = 0;
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    cs_wide difference = (cs_wide)a[i] - b[i] - borrow;
    out[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  return borrow;
}

/* out = a + b, of which no carry comes. */
INLINE void add(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
  cs_wide sum = 0;
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    sum += (cs_wide)a[i] + b[i];
    out[i] = (uint64_t)sum;
    sum >>= 64;
  }
}

/* a - bound, where that is not negative. */
INLINE void reduce_once(uint64_t a[4], const uint64_t bound[4])
{
  uint64_t less[4];
  uint64_t keep = cs_mask(subtract(less, a, bound));
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
    a[i] = less[i] ^ (keep & (less[i] ^ a[i]));
}

/* out[rows + columns] = a[rows] * b[columns] + c[columns] */
INLINE void multiply_words(uint64_t *out, const uint64_t *a, int rows, const uint64_t *b, int columns,
                           const uint64_t *c)
{
#pragma GCC unroll 4
  for (int j = 0; j < columns; j++)
    out[j] = c[j];
#pragma GCC unroll 5
  for (int i = 0; i < rows; i++) {
    uint64_t carry = 0;
#pragma GCC unroll 4
    for (int j = 0; j < columns; j++) {
      cs_wide sum = (cs_wide)a[i] * b[j] + out[i + j] + carry;
      out[i + j] = (uint64_t)sum;
      carry = (uint64_t)(sum >> 64);
    }
    out[i + columns] = carry;
  }
}

static const uint64_t zero[4];

/* out[count] = a[count + 3] >> 252 */
INLINE void above_252(uint64_t *out, const uint64_t *a, int count)
{
#pragma GCC unroll 5
  for (int i = 0; i < count; i++)
    out[i] = a[i + 3] >> 60 | a[i + 4] << 4;
}

/* 2^252 = -c modulo l. With x = x0 + 2^252 x1, c x1 = y0 + 2^252 y1 and c y1 = z0 + 2^252 z1:
 * x = (x0 + z0) - (y0 + c z1), which 2l brings into 0 .. 4l - 1. */
INLINE void reduce_wide(const uint64_t x[8], uint64_t out[4])
{
  const uint64_t bits_60 = (UINT64_C(1) << 60) - 1;
  uint64_t x1[5], y[7], y1[3], z[5], last[4] = {0}, minus[4];
  above_252(x1, x, 4);
  x1[4] = x[7] >> 60;
  multiply_words(y, x1, 5, low_part, 2, zero); /* 385 bits */
  above_252(y1, y, 3);                         /* 133 bits */
  multiply_words(z, y1, 3, low_part, 2, zero); /* 258 bits */
  uint64_t z1 = z[3] >> 60 | z[4] << 4;
  multiply_words(last, &z1, 1, low_part, 2, zero);

  const uint64_t x0[4] = {x[0], x[1], x[2], x[3] & bits_60}, y0[4] = {y[0], y[1], y[2], y[3] & bits_60};
  const uint64_t z0[4] = {z[0], z[1], z[2], z[3] & bits_60};
  uint64_t plus[4];
  add(plus, x0, z0);
  add(plus, plus, order_twice);
  add(minus, y0, last);
  subtract(out, plus, minus);
  reduce_once(out, order_twice);
  reduce_once(out, order);
}

bool cs_scalar_decode(const unsigned char bytes[CS_SCALAR_BYTES], cs_scalar *out)
{
  uint64_t less[4];
  for (int i = 0; i < 4; i++)
    out->word[i] = cs_load64(bytes + (size_t)i * 8);
  return subtract(less, out->word, order) == 1;
}

void cs_scalar_encode(const cs_scalar *a, unsigned char bytes[CS_SCALAR_BYTES])
{
  for (int i = 0; i < 4; i++)
    cs_store64(bytes + (size_t)i * 8, a->word[i]);
}

void cs_scalar_reduce(const unsigned char bytes[64], cs_scalar *out)
{
  uint64_t wide[8];
  for (int i = 0; i < 8; i++)
    wide[i] = cs_load64(bytes + (size_t)i * 8);
  reduce_wide(wide, out->word);
}

void cs_scalar_from(uint64_t number, cs_scalar *out)
{
  *out = (cs_scalar){{number}};
}

void cs_scalar_random(cs_scalar *out)
{
  unsigned char bytes[64];
  randombytes_buf(bytes, sizeof bytes);
  cs_scalar_reduce(bytes, out);
  sodium_memzero(bytes, sizeof bytes);
}

void cs_scalar_add(const cs_scalar *a, const cs_scalar *b, cs_scalar *out)
{
  add(out->word, a->word, b->word);
  reduce_once(out->word, order);
}

void cs_scalar_subtract(const cs_scalar *a, const cs_scalar *b, cs_scalar *out)
{
  uint64_t difference[4];
  uint64_t negative = cs_mask(subtract(difference, a->word, b->word));
  uint64_t back[4];
  for (int i = 0; i < 4; i++)
    back[i] = order[i] & negative;
  add(out->word, difference, back);
}

void cs_scalar_negate(const cs_scalar *a, cs_scalar *out)
{
  static const cs_scalar none;
  cs_scalar_subtract(&none, a, out);
}

void cs_scalar_multiply(const cs_scalar *a, const cs_scalar *b, cs_scalar *out)
{
  uint64_t wide[8];
  multiply_words(wide, a->word, 4, b->word, 4, zero);
  reduce_wide(wide, out->word);
}

void cs_scalar_multiply_add(const cs_scalar *a, const cs_scalar *b, const cs_scalar *c, cs_scalar *out)
{
  uint64_t wide[8];
  multiply_words(wide, a->word, 4, b->word, 4, c->word);
  reduce_wide(wide, out->word);
}

/* a^(l - 2), four bits of the exponent at a time; the exponent is no secret. */
void cs_scalar_invert(const cs_scalar *a, cs_scalar *out)
{
  cs_scalar power[16], result;
  power[1] = *a;
  for (int i = 2; i < 16; i++)
    cs_scalar_multiply(&power[i - 1], a, &power[i]);
  const uint64_t exponent[4] = {order[0] - 2, order[1], order[2], order[3]};
  result = *a; /* the top digit is 1 */
  for (int i = 62; i >= 0; i--) {
    unsigned digit = exponent[i / 16] >> (i % 16 * 4) & 15;
    for (int k = 0; k < 4; k++)
      cs_scalar_multiply(&result, &result, &result);
    if (digit != 0)
      cs_scalar_multiply(&result, &power[digit], &result);
  }
  *out = result;
  sodium_memzero(power, sizeof power);
  sodium_memzero(&result, sizeof result);
}

void cs_scalar_invert_all(cs_scalar *scalars, cs_scalar *scratch, size_t count)
{
  cs_scalar product, inverse;
  cs_scalar_from(1, &product);
  for (size_t i = 0; i < count; i++) {
    scratch[i] = product; /* of all before it */
    cs_scalar_multiply(&product, &scalars[i], &product);
  }
  cs_scalar_invert(&product, &inverse);
  for (size_t i = count; i-- > 0;) {
    cs_scalar rest;
    cs_scalar_multiply(&inverse, &scalars[i], &rest);
    cs_scalar_multiply(&inverse, &scratch[i], &scalars[i]);
    inverse = rest;
  }
}

bool cs_scalar_is_zero(const cs_scalar *a)
{
  uint64_t any = a->word[0] | a->word[1] | a->word[2] | a->word[3];
  return (1 ^ ((any | (0 - any)) >> 63)) != 0;
}

bool cs_scalar_equal(const cs_scalar *a, const cs_scalar *b)
{
  cs_scalar difference;
  for (int i = 0; i < 4; i++)
    difference.word[i] = a->word[i] ^ b->word[i];
  return cs_scalar_is_zero(&difference);
}
