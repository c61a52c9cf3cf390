/* GF(2^255 - 19): encoding, inversion, roots. */
#include <string.h>

#include "seal/engine.h"

const cs_field cs_field_zero = {{0}};
const cs_field cs_field_one = {{1}};
const cs_field cs_field_d = {{0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
const cs_field cs_field_d2 = {{0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};
const cs_field cs_field_sqrt_minus_one = {
  {0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

cs_field cs_field_decode(const unsigned char bytes[32])
{
  uint64_t w0 = cs_load64(bytes), w1 = cs_load64(bytes + 8), w2 = cs_load64(bytes + 16), w3 = cs_load64(bytes + 24);
  cs_field out = {{w0 & CS_LIMB_MASK, (w0 >> 51 | w1 << 13) & CS_LIMB_MASK, (w1 >> 38 | w2 << 26) & CS_LIMB_MASK,
                   (w2 >> 25 | w3 << 39) & CS_LIMB_MASK, w3 >> 12 & CS_LIMB_MASK}};
  return out;
}

cs_field cs_field_freeze(cs_field a)
{
  uint64_t *x = a.limb;
  a = cs_field_carry(cs_field_carry(a));
  /* The quotient of a + 19 by 2^255 is 1 exactly where a >= p. */
  uint64_t quotient = (x[0] + 19) >> 51;
  for (int i = 1; i < 5; i++)
    quotient = (x[i] + quotient) >> 51;
  x[0] += quotient * 19;
  for (int i = 0; i < 4; i++) {
    x[i + 1] += x[i] >> 51;
    x[i] &= CS_LIMB_MASK;
  }
  x[4] &= CS_LIMB_MASK;
  return a;
}

void cs_field_encode(cs_field a, unsigned char bytes[32])
{
  a = cs_field_freeze(a);
  const uint64_t *x = a.limb;
  cs_store64(bytes, x[0] | x[1] << 51);
  cs_store64(bytes + 8, x[1] >> 13 | x[2] << 38);
  cs_store64(bytes + 16, x[2] >> 26 | x[3] << 25);
  cs_store64(bytes + 24, x[3] >> 39 | x[4] << 12);
}

cs_field cs_field_square_times(cs_field a, int count)
{
  while (count-- > 0)
    a = cs_field_square(a);
  return a;
}

/* a^(2^250 - 1), and a^11, from which the exponents below are made. */
static cs_field power_250(cs_field a, cs_field *eleventh)
{
  cs_field a2 = cs_field_square(a);
  cs_field a9 = cs_field_multiply(cs_field_square_times(a2, 2), a);
  *eleventh = cs_field_multiply(a9, a2);
  cs_field e5 = cs_field_multiply(cs_field_square(*eleventh), a9); /* a^(2^5 - 1), and so on */
  cs_field e10 = cs_field_multiply(cs_field_square_times(e5, 5), e5);
  cs_field e20 = cs_field_multiply(cs_field_square_times(e10, 10), e10);
  cs_field e40 = cs_field_multiply(cs_field_square_times(e20, 20), e20);
  cs_field e50 = cs_field_multiply(cs_field_square_times(e40, 10), e10);
  cs_field e100 = cs_field_multiply(cs_field_square_times(e50, 50), e50);
  cs_field e200 = cs_field_multiply(cs_field_square_times(e100, 100), e100);
  return cs_field_multiply(cs_field_square_times(e200, 50), e50);
}

/* a^(p - 2), p - 2 = 2^255 - 21 */
cs_field cs_field_invert(cs_field a)
{
  cs_field eleventh;
  cs_field e250 = power_250(a, &eleventh);
  return cs_field_multiply(cs_field_square_times(e250, 5), eleventh);
}

uint64_t cs_field_is_zero(cs_field a)
{
  a = cs_field_freeze(a);
  uint64_t any = a.limb[0] | a.limb[1] | a.limb[2] | a.limb[3] | a.limb[4];
  return cs_mask(1 ^ ((any | (0 - any)) >> 63));
}

uint64_t cs_field_is_negative(cs_field a)
{
  return cs_mask(cs_field_freeze(a).limb[0] & 1);
}

uint64_t cs_field_equal(cs_field a, cs_field b)
{
  return cs_field_is_zero(cs_field_subtract(a, b));
}

cs_field cs_field_negate_if(cs_field a, uint64_t mask)
{
  return cs_field_select(a, cs_field_negate(a), mask);
}

cs_field cs_field_absolute(cs_field a)
{
  return cs_field_negate_if(a, cs_field_is_negative(a));
}

/* r = u v^3 (u v^7)^((p - 5) / 8), of which `power` is the last factor. */
static void finish_root(cs_root *r, cs_field v3, cs_field power)
{
  cs_field root = cs_field_multiply(cs_field_multiply(r->u, v3), power);
  cs_field check = cs_field_multiply(r->v, cs_field_square(root));
  cs_field minus_u = cs_field_negate(r->u);
  uint64_t correct = cs_field_equal(check, r->u);
  uint64_t flipped = cs_field_equal(check, minus_u);
  uint64_t flipped_i = cs_field_equal(check, cs_field_multiply(minus_u, cs_field_sqrt_minus_one));
  root = cs_field_select(root, cs_field_multiply(root, cs_field_sqrt_minus_one), flipped | flipped_i);
  r->root = cs_field_absolute(root);
  r->square = correct | flipped;
}

/* u v^7, and v^3. */
static cs_field root_base(const cs_root *r, cs_field *v3)
{
  *v3 = cs_field_multiply(cs_field_square(r->v), r->v);
  return cs_field_multiply(r->u, cs_field_multiply(cs_field_square(*v3), r->v));
}

void cs_field_roots(cs_root *roots, size_t count)
{
  cs_field v3[CS_ROOTS], eleventh;
  cs_packed bases[CS_ROOTS];
  if (count == 1) { /* one alone is slower in a vector */
    cs_field base = root_base(roots, v3);
    cs_field power = cs_field_square_times(power_250(base, &eleventh), 2);
    finish_root(roots, v3[0], cs_field_multiply(power, base));
    return;
  }
  for (size_t i = 0; i < count; i++)
    cs_field_pack(root_base(&roots[i], &v3[i]), bases[i].word);
  cs_engine_get()->power(bases, count);
  for (size_t i = 0; i < count; i++)
    finish_root(&roots[i], v3[i], cs_field_unpack(bases[i].word));
}

uint64_t cs_field_root(cs_field u, cs_field v, cs_field *out)
{
  cs_root root = {.u = u, .v = v};
  cs_field_roots(&root, 1);
  *out = root.root;
  return root.square;
}
