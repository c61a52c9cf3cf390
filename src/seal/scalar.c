/* Integers modulo l = 2^252 + c, the order of the group. */
#include <string.h>

#include <sodium.h>

#include "seal/field.h"

static const uint64_t order[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};
static const uint64_t order_twice[4] = {0xb024c634b9eba7da, 0x29bdf3bd45ef39ac, 0, 0x2000000000000000};
static const uint64_t low_part[2] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6}; /* c */

/* out = a - b; returns the borrow. */
static inline uint64_t subtract(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
  uint64_t borrow = 0;
  for (int i = 0; i < 4; i++) {
    cs_wide difference = (cs_wide)a[i] - b[i] - borrow;
    out[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  return borrow;
}

/* out = a + b, of which no carry comes. */
static inline void add(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
  cs_wide sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += (cs_wide)a[i] + b[i];
    out[i] = (uint64_t)sum;
    sum >>= 64;
  }
}

/* a - bound, where that is not negative. */
static inline void reduce_once(uint64_t a[4], const uint64_t bound[4])
{
  uint64_t less[4];
  uint64_t keep = cs_mask(subtract(less, a, bound));
  for (int i = 0; i < 4; i++)
    a[i] = less[i] ^ (keep & (less[i] ^ a[i]));
}

/* out[count + 2] = a[count] * c */
static inline void times_low_part(uint64_t *out, const uint64_t *a, int count)
{
  uint64_t high = 0, higher = 0; /* what goes into the next two words */
  for (int i = 0; i < count; i++) {
    cs_wide first = (cs_wide)a[i] * low_part[0] + high;
    cs_wide second = (cs_wide)a[i] * low_part[1] + higher + (uint64_t)(first >> 64);
    out[i] = (uint64_t)first;
    high = (uint64_t)second;
    higher = (uint64_t)(second >> 64);
  }
  out[count] = high;
  out[count + 1] = higher;
}

/* out[count] = a[count + 3] >> 252 */
static inline void above_252(uint64_t *out, const uint64_t *a, int count)
{
  for (int i = 0; i < count; i++)
    out[i] = a[i + 3] >> 60 | a[i + 4] << 4;
}

/* 2^252 = -c modulo l. With x = x0 + 2^252 x1, c x1 = y0 + 2^252 y1 and c y1 = z0 + 2^252 z1:
 * x = x0 - y0 + z0 - c z1, which 2l brings into 0 .. 4l - 1. */
static void reduce_wide(const uint64_t x[8], uint64_t out[4])
{
  static const uint64_t bits_60 = (UINT64_C(1) << 60) - 1;
  uint64_t x1[6], y[8], y1[4], z[6], z1[2], last[4] = {0};
  uint64_t wide[9];
  memcpy(wide, x, 8 * sizeof *x);
  wide[8] = 0;
  above_252(x1, wide, 5);
  times_low_part(y, x1, 5); /* 385 bits: words 0 to 6 */
  above_252(y1, y, 3);      /* 133 bits */
  times_low_part(z, y1, 3); /* 258 bits: words 0 to 4 */
  above_252(z1, z, 1);
  times_low_part(last, z1, 1);

  uint64_t x0[4] = {x[0], x[1], x[2], x[3] & bits_60}, y0[4] = {y[0], y[1], y[2], y[3] & bits_60};
  uint64_t z0[4] = {z[0], z[1], z[2], z[3] & bits_60};
  add(out, x0, order_twice);
  subtract(out, out, y0);
  add(out, out, z0);
  subtract(out, out, last);
  reduce_once(out, order_twice);
  reduce_once(out, order);
}

/* out[8] = a * b + c[4] */
static inline void multiply_wide(uint64_t out[8], const uint64_t a[4], const uint64_t b[4], const uint64_t c[4])
{
  memcpy(out, c, 4 * sizeof *c);
  for (int i = 0; i < 4; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < 4; j++) {
      cs_wide sum = (cs_wide)a[i] * b[j] + out[i + j] + carry;
      out[i + j] = (uint64_t)sum;
      carry = (uint64_t)(sum >> 64);
    }
    out[i + 4] = carry;
  }
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
  static const cs_scalar zero;
  cs_scalar_subtract(&zero, a, out);
}

void cs_scalar_multiply(const cs_scalar *a, const cs_scalar *b, cs_scalar *out)
{
  static const uint64_t zero[4];
  uint64_t wide[8];
  multiply_wide(wide, a->word, b->word, zero);
  reduce_wide(wide, out->word);
}

void cs_scalar_multiply_add(const cs_scalar *a, const cs_scalar *b, const cs_scalar *c, cs_scalar *out)
{
  uint64_t wide[8];
  multiply_wide(wide, a->word, b->word, c->word);
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
