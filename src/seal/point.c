/* ristretto255: RFC 9496. */
#include <string.h>

#include "seal/point.h"

static const cs_field root_ad_minus_one = {
  {0x7f6a0497b2e1b, 0x1836f0a97afd2, 0x7d747f6be7638, 0x456079e7e6498, 0x376931bf2b834}};
static const cs_field inverse_root_a_minus_d = {
  {0x0fdaa805d40ea, 0x2eb482e57d339, 0x007610274bc58, 0x6510b613dc8ff, 0x786c8905cfaff}};
static const cs_field one_minus_d_squared = {
  {0x409c1945fc176, 0x719abc6a1fc4f, 0x1c37f90b20684, 0x06bccca55eedf, 0x029072a8b2b3e}};
static const cs_field d_minus_one_squared = {
  {0x55aaa44ed4d20, 0x59603c3332635, 0x26d3baf4a7928, 0x120a66e6997a9, 0x5968b37af66c2}};

const cs_point cs_point_identity = {{{0}}, {{1}}, {{1}}, {{0}}};
const cs_point cs_point_base = {
  {{0x62d608f25d51a, 0x412a4b4f6592a, 0x75b7171a4b31d, 0x1ff60527118fe, 0x216936d3cd6e5}},
  {{0x6666666666658, 0x4cccccccccccc, 0x1999999999999, 0x3333333333333, 0x6666666666666}},
  {{1}},
  {{0x68ab3a5b7dda3, 0x00eea2a5eadbb, 0x2af8df483c27e, 0x332b375274732, 0x67875f0fd78b7}}};

/* ---- Arithmetic --------------------------------------------------------------------------------------------------- */

void cs_point_add(const cs_point *a, const cs_point *b, cs_point *out)
{
  cs_cached q = cs_point_to_cached(b);
  cs_point_add_cached(a, &q, out);
}

void cs_point_subtract(const cs_point *a, const cs_point *b, cs_point *out)
{
  cs_point minus;
  cs_point_negate(b, &minus);
  cs_point_add(a, &minus, out);
}

/* Hisil, Wong, Carter, Dawson 2008, section 3.3, with a = -1. */
void cs_point_double(const cs_point *p, cs_point *out)
{
  cs_field xx = cs_field_square(p->x), yy = cs_field_square(p->y), zz = cs_field_square(p->z);
  cs_field sum = cs_field_square(cs_field_add(p->x, p->y));
  cs_field h = cs_field_carry(cs_field_add(xx, yy));
  cs_field e = cs_field_subtract(h, sum);
  cs_field g = cs_field_carry(cs_field_subtract(xx, yy));
  cs_field f = cs_field_add(cs_field_carry(cs_field_add(zz, zz)), g);
  out->x = cs_field_multiply(e, f);
  out->y = cs_field_multiply(g, h);
  out->z = cs_field_multiply(f, g);
  out->t = cs_field_multiply(e, h);
}

void cs_point_negate(const cs_point *a, cs_point *out)
{
  out->x = cs_field_negate(a->x);
  out->y = a->y;
  out->z = a->z;
  out->t = cs_field_negate(a->t);
}

/* RFC 9496, 4.3.3. */
bool cs_point_equal(const cs_point *a, const cs_point *b)
{
  uint64_t same = cs_field_equal(cs_field_multiply(a->x, b->y), cs_field_multiply(a->y, b->x)) |
                  cs_field_equal(cs_field_multiply(a->y, b->y), cs_field_multiply(a->x, b->x));
  return (same & 1) != 0;
}

bool cs_point_is_identity(const cs_point *a)
{
  return ((cs_field_is_zero(a->x) | cs_field_is_zero(a->y)) & 1) != 0;
}

/* ---- Encoding ----------------------------------------------------------------------------------------------------- */

bool cs_point_decode(const unsigned char bytes[CS_POINT_BYTES], cs_point *out)
{
  unsigned char canonical[32];
  cs_field s = cs_field_decode(bytes);
  cs_field_encode(s, canonical);
  if (memcmp(bytes, canonical, sizeof canonical) != 0 || (bytes[0] & 1) != 0)
    return false;

  cs_field ss = cs_field_square(s);
  cs_field u1 = cs_field_carry(cs_field_subtract(cs_field_one, ss)), u2 = cs_field_carry(cs_field_add(cs_field_one, ss));
  cs_field u2u2 = cs_field_square(u2);
  cs_field v = cs_field_multiply(cs_field_d, cs_field_square(u1)); /* -v - u2^2 is the RFC's v */
  v = cs_field_negate(cs_field_carry(cs_field_add(v, u2u2)));
  cs_field root;
  uint64_t square = cs_field_root(cs_field_one, cs_field_multiply(v, u2u2), &root);
  cs_field x_part = cs_field_multiply(root, u2);
  cs_field y_part = cs_field_multiply(cs_field_multiply(root, x_part), v);
  out->x = cs_field_absolute(cs_field_multiply(cs_field_add(s, s), x_part));
  out->y = cs_field_multiply(u1, y_part);
  out->z = cs_field_one;
  out->t = cs_field_multiply(out->x, out->y);
  return (square & ~cs_field_is_negative(out->t) & ~cs_field_is_zero(out->y) & 1) != 0;
}

void cs_point_encode(const cs_point *a, unsigned char bytes[CS_POINT_BYTES])
{
  cs_field u1 = cs_field_multiply(cs_field_add(a->z, a->y), cs_field_subtract(a->z, a->y));
  cs_field u2 = cs_field_multiply(a->x, a->y);
  cs_field root;
  cs_field_root(cs_field_one, cs_field_multiply(u1, cs_field_square(u2)), &root);
  cs_field i1 = cs_field_multiply(root, u1), i2 = cs_field_multiply(root, u2);
  cs_field z_inverse = cs_field_multiply(i1, cs_field_multiply(i2, a->t));

  uint64_t rotate = cs_field_is_negative(cs_field_multiply(a->t, z_inverse));
  cs_field x = cs_field_select(a->x, cs_field_multiply(a->y, cs_field_sqrt_minus_one), rotate);
  cs_field y = cs_field_select(a->y, cs_field_multiply(a->x, cs_field_sqrt_minus_one), rotate);
  cs_field denominator = cs_field_select(i2, cs_field_multiply(i1, inverse_root_a_minus_d), rotate);
  y = cs_field_negate_if(y, cs_field_is_negative(cs_field_multiply(x, z_inverse)));
  cs_field_encode(cs_field_absolute(cs_field_multiply(denominator, cs_field_subtract(a->z, y))), bytes);
}

void cs_point_encode_all(const cs_point *points, size_t count, unsigned char (*out)[CS_POINT_BYTES])
{
  for (size_t i = 0; i < count; i++)
    cs_point_encode(&points[i], out[i]);
}

/* RFC 9496, 4.3.4, MAP. */
static void map_to_point(const unsigned char bytes[32], cs_point *out)
{
  cs_field t = cs_field_decode(bytes);
  cs_field r = cs_field_multiply(cs_field_sqrt_minus_one, cs_field_square(t));
  cs_field u = cs_field_multiply(cs_field_add(r, cs_field_one), one_minus_d_squared);
  cs_field rd = cs_field_multiply(r, cs_field_d);
  cs_field v = cs_field_multiply(cs_field_negate(cs_field_carry(cs_field_add(rd, cs_field_one))),
                                 cs_field_add(r, cs_field_d)); /* (-1 - r d)(r + d) */
  cs_field s;
  uint64_t square = cs_field_root(u, v, &s);
  cs_field other = cs_field_negate(cs_field_absolute(cs_field_multiply(s, t)));
  s = cs_field_select(other, s, square);
  cs_field c = cs_field_select(r, cs_field_negate(cs_field_one), square);
  cs_field n = cs_field_multiply(cs_field_multiply(c, cs_field_subtract(r, cs_field_one)), d_minus_one_squared);
  n = cs_field_subtract(n, v);

  cs_field ss = cs_field_square(s);
  cs_field w0 = cs_field_multiply(cs_field_add(s, s), v), w1 = cs_field_multiply(n, root_ad_minus_one);
  cs_field w2 = cs_field_subtract(cs_field_one, ss), w3 = cs_field_add(cs_field_one, ss);
  out->x = cs_field_multiply(w0, w3);
  out->y = cs_field_multiply(w2, w1);
  out->z = cs_field_multiply(w1, w3);
  out->t = cs_field_multiply(w0, w2);
}

void cs_point_from_hash(const unsigned char bytes[64], cs_point *out)
{
  cs_point first, second;
  map_to_point(bytes, &first);
  map_to_point(bytes + 32, &second);
  cs_point_add(&first, &second, out);
}
