/* ristretto255: RFC 9496. */
#include <string.h>

#include "seal/engine.h"

static const cs_field root_ad_minus_one = {
  {0x7f6a0497b2e1b, 0x1836f0a97afd2, 0x7d747f6be7638, 0x456079e7e6498, 0x376931bf2b834}};
static const cs_field inverse_root_a_minus_d = {
  {0x0fdaa805d40ea, 0x2eb482e57d339, 0x007610274bc58, 0x6510b613dc8ff, 0x786c8905cfaff}};
static const cs_field one_minus_d_squared = {
  {0x409c1945fc176, 0x719abc6a1fc4f, 0x1c37f90b20684, 0x06bccca55eedf, 0x029072a8b2b3e}};
static const cs_field d_minus_one_squared = {
  {0x55aaa44ed4d20, 0x59603c3332635, 0x26d3baf4a7928, 0x120a66e6997a9, 0x5968b37af66c2}};

const cs_point cs_point_identity = {{{0}}, {{1}}, {{1}}, {{0}}};
const cs_point cs_point_base = {{{0x62d608f25d51a, 0x412a4b4f6592a, 0x75b7171a4b31d, 0x1ff60527118fe, 0x216936d3cd6e5}},
                                {{0x6666666666658, 0x4cccccccccccc, 0x1999999999999, 0x3333333333333, 0x6666666666666}},
                                {{1}},
                                {{0x68ab3a5b7dda3, 0x00eea2a5eadbb, 0x2af8df483c27e, 0x332b375274732,
                                  0x67875f0fd78b7}}};

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

/* Hisil, Wong, Carter, Dawson 2008, section 3.3, with a = -1. Only the last doubling needs t. */
void cs_point_double_times(const cs_point *p, int times, cs_point *out)
{
  cs_field x = p->x, y = p->y, z = p->z, e = p->t, h = cs_field_one;
  while (times-- > 0) {
    cs_field xx = cs_field_square(x), yy = cs_field_square(y), zz = cs_field_square(z);
    cs_field sum = cs_field_square(cs_field_add(x, y));
    h = cs_field_add(xx, yy);
    e = cs_field_subtract(h, sum);
    cs_field g = cs_field_subtract(xx, yy);
    cs_field f = cs_field_carry(cs_field_add(cs_field_add(zz, zz), g));
    x = cs_field_multiply(e, f);
    y = cs_field_multiply(g, h);
    z = cs_field_multiply(f, g);
  }
  out->x = x;
  out->y = y;
  out->z = z;
  out->t = cs_field_multiply(e, h);
}

void cs_point_double(const cs_point *a, cs_point *out)
{
  cs_point_double_times(a, 1, out);
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

/* Decoding in two steps, with the root of 1/(v u2^2) between them. */
typedef struct decoding {
  cs_field s, u1, u2, v;
  bool canonical;
} decoding;

static void begin_decoding(const unsigned char bytes[CS_POINT_BYTES], decoding *d, cs_root *root)
{
  unsigned char canonical[CS_POINT_BYTES];
  d->s = cs_field_decode(bytes);
  cs_field_encode(d->s, canonical);
  d->canonical = memcmp(bytes, canonical, sizeof canonical) == 0 && (bytes[0] & 1) == 0;

  cs_field ss = cs_field_square(d->s);
  d->u1 = cs_field_carry(cs_field_subtract(cs_field_one, ss));
  d->u2 = cs_field_carry(cs_field_add(cs_field_one, ss));
  cs_field u2u2 = cs_field_square(d->u2);
  cs_field minus_v = cs_field_add(cs_field_multiply(cs_field_d, cs_field_square(d->u1)), u2u2);
  d->v = cs_field_negate(cs_field_carry(minus_v));
  *root = (cs_root){.u = cs_field_one, .v = cs_field_multiply(d->v, u2u2)};
}

static bool end_decoding(const decoding *d, const cs_root *root, cs_point *out)
{
  cs_field x_part = cs_field_multiply(root->root, d->u2);
  cs_field y_part = cs_field_multiply(cs_field_multiply(root->root, x_part), d->v);
  out->x = cs_field_absolute(cs_field_multiply(cs_field_add(d->s, d->s), x_part));
  out->y = cs_field_multiply(d->u1, y_part);
  out->z = cs_field_one;
  out->t = cs_field_multiply(out->x, out->y);
  uint64_t good = root->square & ~cs_field_is_negative(out->t) & ~cs_field_is_zero(out->y);
  return d->canonical && (good & 1) != 0;
}

bool cs_point_decode_all(const unsigned char (*bytes)[CS_POINT_BYTES], size_t count, cs_point *out)
{
  bool good = true;
  for (size_t first = 0; first < count; first += CS_ROOTS) {
    size_t here = cs_at_most(count - first, CS_ROOTS);
    decoding d[CS_ROOTS];
    cs_root roots[CS_ROOTS];
    for (size_t i = 0; i < here; i++)
      begin_decoding(bytes[first + i], &d[i], &roots[i]);
    cs_field_roots(roots, here);
    for (size_t i = 0; i < here; i++)
      good = end_decoding(&d[i], &roots[i], &out[first + i]) && good;
  }
  return good;
}

bool cs_point_decode(const unsigned char bytes[CS_POINT_BYTES], cs_point *out)
{
  return cs_point_decode_all((const unsigned char(*)[CS_POINT_BYTES])bytes, 1, out);
}

/* Encoding in two steps, with the root of 1/(u1 u2^2) between them. */
typedef struct encoding {
  cs_field u1, u2;
} encoding;

static void begin_encoding(const cs_point *a, encoding *e, cs_root *root)
{
  e->u1 = cs_field_multiply(cs_field_add(a->z, a->y), cs_field_subtract(a->z, a->y));
  e->u2 = cs_field_multiply(a->x, a->y);
  *root = (cs_root){.u = cs_field_one, .v = cs_field_multiply(e->u1, cs_field_square(e->u2))};
}

static void end_encoding(const cs_point *a, const encoding *e, const cs_root *root, unsigned char bytes[CS_POINT_BYTES])
{
  cs_field i1 = cs_field_multiply(root->root, e->u1), i2 = cs_field_multiply(root->root, e->u2);
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
  for (size_t first = 0; first < count; first += CS_ROOTS) {
    size_t here = cs_at_most(count - first, CS_ROOTS);
    encoding e[CS_ROOTS];
    cs_root roots[CS_ROOTS];
    for (size_t i = 0; i < here; i++)
      begin_encoding(&points[first + i], &e[i], &roots[i]);
    cs_field_roots(roots, here);
    for (size_t i = 0; i < here; i++)
      end_encoding(&points[first + i], &e[i], &roots[i], out[first + i]);
  }
}

void cs_point_encode(const cs_point *a, unsigned char bytes[CS_POINT_BYTES])
{
  cs_point_encode_all(a, 1, (unsigned char(*)[CS_POINT_BYTES])bytes);
}

/* ---- The one-way map ---------------------------------------------------------------------------------------------- */

/* RFC 9496, 4.3.4, MAP, in two steps, with the root of u/v between them. */
typedef struct mapping {
  cs_field t, r;
} mapping;

static void begin_mapping(const unsigned char bytes[32], mapping *m, cs_root *root)
{
  m->t = cs_field_decode(bytes);
  m->r = cs_field_multiply(cs_field_sqrt_minus_one, cs_field_square(m->t));
  root->u = cs_field_multiply(cs_field_add(m->r, cs_field_one), one_minus_d_squared);
  cs_field rd = cs_field_multiply(m->r, cs_field_d);
  root->v = cs_field_multiply(cs_field_negate(cs_field_carry(cs_field_add(rd, cs_field_one))),
                              cs_field_add(m->r, cs_field_d)); /* (-1 - r d)(r + d) */
}

static void end_mapping(const mapping *m, const cs_root *root, cs_point *out)
{
  cs_field other = cs_field_negate(cs_field_absolute(cs_field_multiply(root->root, m->t)));
  cs_field s = cs_field_select(other, root->root, root->square);
  cs_field c = cs_field_select(m->r, cs_field_negate(cs_field_one), root->square);
  cs_field n = cs_field_multiply(c, cs_field_subtract(m->r, cs_field_one));
  n = cs_field_subtract(cs_field_multiply(n, d_minus_one_squared), root->v);

  cs_field ss = cs_field_square(s);
  cs_field w0 = cs_field_multiply(cs_field_add(s, s), root->v), w1 = cs_field_multiply(n, root_ad_minus_one);
  cs_field w2 = cs_field_subtract(cs_field_one, ss), w3 = cs_field_add(cs_field_one, ss);
  out->x = cs_field_multiply(w0, w3);
  out->y = cs_field_multiply(w2, w1);
  out->z = cs_field_multiply(w1, w3);
  out->t = cs_field_multiply(w0, w2);
}

void cs_point_from_hash_all(const unsigned char (*bytes)[64], size_t count, cs_point *out)
{
  enum { AT_ONCE = CS_ROOTS / 2 };
  for (size_t first = 0; first < count; first += AT_ONCE) {
    size_t here = cs_at_most(count - first, AT_ONCE);
    mapping m[CS_ROOTS];
    cs_root roots[CS_ROOTS];
    for (size_t i = 0; i < 2 * here; i++)
      begin_mapping(bytes[first + i / 2] + i % 2 * 32, &m[i], &roots[i]);
    cs_field_roots(roots, 2 * here);
    for (size_t i = 0; i < here; i++) {
      cs_point half[2];
      end_mapping(&m[2 * i], &roots[2 * i], &half[0]);
      end_mapping(&m[2 * i + 1], &roots[2 * i + 1], &half[1]);
      cs_point_add(&half[0], &half[1], &out[first + i]);
    }
  }
}

void cs_point_from_hash(const unsigned char bytes[64], cs_point *out)
{
  cs_point_from_hash_all((const unsigned char(*)[64])bytes, 1, out);
}
