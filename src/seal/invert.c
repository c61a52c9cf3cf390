/* Inverses modulo the group order by division steps (Bernstein and Yang 2019, "Fast constant-time gcd computation and modular
 * inversion"), in batches of 62 steps on the lowest words alone, as described there in section 1.4 and by Wuille for
 * libsecp256k1; here in variable time.
 *
 * f and g begin as l and a; d and e are kept such that f = d a and g = e a modulo l. When g is 0, f is 1 or -1 and d the
 * inverse, but for the sign. */
#include "seal/invert.h"

typedef __int128 wide;

enum { DIGITS = 5, DIGIT_BITS = 62 };

/* The sum of digit[i] 2^(62 i); all but the last are not negative. */
typedef struct number {
  int64_t digit[DIGITS];
} number;

static const int64_t digit_mask = INT64_MAX >> 1; /* 2^62 - 1 */
static const number order = {{0x1812631a5cf5d3ed, 0x137be77a8bde7359, 0x1, 0, 0x10}};
static const uint64_t order_inverse = 0x2d4ae25cedab81e5; /* modulo 2^62 */

/* What a batch of steps makes of f and g: 2^62 f' = u f + v g, 2^62 g' = q f + r g. */
typedef struct steps {
  int64_t u, v, q, r;
} steps;

/* 62 division steps on the lowest 64 bits of f and g; returns the new eta, which is minus the delta of the paper. */
static int64_t step_62(int64_t eta, uint64_t f, uint64_t g, steps *out)
{
  uint64_t u = 1, v = 0, q = 0, r = 1, t;
  int left = DIGIT_BITS;
  for (;;) {
    int zeros = __builtin_ctzll(g | UINT64_MAX << left);
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0)
      break;
    uint64_t limit, multiple;
    if (eta < 0) { /* g takes the place of f, and cancels up to six of its bits */
      eta = -eta;
      t = f, f = g, g = 0 - t;
      t = u, u = q, q = 0 - t;
      t = v, v = r, r = 0 - t;
      limit = (uint64_t)(eta + 1 < left ? eta + 1 : left);
      multiple = f * g * (f * f - 2) & (UINT64_MAX >> (64 - limit)) & 63;
    } else { /* up to four */
      limit = (uint64_t)(eta + 1 < left ? eta + 1 : left);
      multiple = (0 - (f + (((f + 1) & 4) << 1))) * g & (UINT64_MAX >> (64 - limit)) & 15;
    }
    g += f * multiple;
    q += u * multiple;
    r += v * multiple;
  }
  *out = (steps){(int64_t)u, (int64_t)v, (int64_t)q, (int64_t)r};
  return eta;
}

/* f and g after the steps; the lowest digit is zero, and falls away. */
static void update_fg(const steps *s, number *f, number *g)
{
  wide cf = 0, cg = 0;
  for (int i = 0; i < DIGITS; i++) {
    int64_t fi = f->digit[i], gi = g->digit[i];
    cf += (wide)s->u * fi + (wide)s->v * gi;
    cg += (wide)s->q * fi + (wide)s->r * gi;
    if (i > 0) {
      f->digit[i - 1] = (int64_t)cf & digit_mask;
      g->digit[i - 1] = (int64_t)cg & digit_mask;
    }
    cf >>= DIGIT_BITS;
    cg >>= DIGIT_BITS;
  }
  f->digit[DIGITS - 1] = (int64_t)cf;
  g->digit[DIGITS - 1] = (int64_t)cg;
}

/* The same modulo l for d and e, between -2l and l before and after: a multiple of l makes the lowest digit zero. */
static void update_de(const steps *s, number *d, number *e)
{
  int64_t minus_d = d->digit[DIGITS - 1] < 0 ? -1 : 0, minus_e = e->digit[DIGITS - 1] < 0 ? -1 : 0;
  int64_t md = (s->u & minus_d) + (s->v & minus_e), me = (s->q & minus_d) + (s->r & minus_e);
  wide cd = (wide)s->u * d->digit[0] + (wide)s->v * e->digit[0];
  wide ce = (wide)s->q * d->digit[0] + (wide)s->r * e->digit[0];
  md -= (int64_t)((order_inverse * (uint64_t)cd + (uint64_t)md) & (uint64_t)digit_mask);
  me -= (int64_t)((order_inverse * (uint64_t)ce + (uint64_t)me) & (uint64_t)digit_mask);
  cd = (cd + (wide)order.digit[0] * md) >> DIGIT_BITS;
  ce = (ce + (wide)order.digit[0] * me) >> DIGIT_BITS;
  for (int i = 1; i < DIGITS; i++) {
    int64_t di = d->digit[i], ei = e->digit[i];
    cd += (wide)s->u * di + (wide)s->v * ei + (wide)order.digit[i] * md;
    ce += (wide)s->q * di + (wide)s->r * ei + (wide)order.digit[i] * me;
    d->digit[i - 1] = (int64_t)cd & digit_mask;
    e->digit[i - 1] = (int64_t)ce & digit_mask;
    cd >>= DIGIT_BITS;
    ce >>= DIGIT_BITS;
  }
  d->digit[DIGITS - 1] = (int64_t)cd;
  e->digit[DIGITS - 1] = (int64_t)ce;
}

/* a, of which any digit may be negative or have 63 bits, plus l times 0 or 1. */
static void carry_plus(number *a, int64_t times)
{
  int64_t carry = 0;
  for (int i = 0; i < DIGITS - 1; i++) {
    carry += a->digit[i] + times * order.digit[i];
    a->digit[i] = carry & digit_mask;
    carry >>= DIGIT_BITS;
  }
  a->digit[DIGITS - 1] += times * order.digit[DIGITS - 1] + carry;
}

static void from_scalar(const cs_scalar *a, number *out)
{
  const uint64_t *w = a->word, mask = (uint64_t)digit_mask;
  out->digit[0] = (int64_t)(w[0] & mask);
  out->digit[1] = (int64_t)((w[0] >> 62 | w[1] << 2) & mask);
  out->digit[2] = (int64_t)((w[1] >> 60 | w[2] << 4) & mask);
  out->digit[3] = (int64_t)((w[2] >> 58 | w[3] << 6) & mask);
  out->digit[4] = (int64_t)(w[3] >> 56);
}

/* Of a number from 0 to l - 1. */
static void to_scalar(const number *a, cs_scalar *out)
{
  const int64_t *d = a->digit;
  out->word[0] = (uint64_t)d[0] | (uint64_t)d[1] << 62;
  out->word[1] = (uint64_t)d[1] >> 2 | (uint64_t)d[2] << 60;
  out->word[2] = (uint64_t)d[2] >> 4 | (uint64_t)d[3] << 58;
  out->word[3] = (uint64_t)d[3] >> 6 | (uint64_t)d[4] << 56;
}

static bool is_zero(const number *a)
{
  return (a->digit[0] | a->digit[1] | a->digit[2] | a->digit[3] | a->digit[4]) == 0;
}

void cs_scalar_invert_var(const cs_scalar *a, cs_scalar *out)
{
  number f = order, g, d = {{0}}, e = {{1}};
  int64_t eta = -1;
  steps s;
  from_scalar(a, &g);
  while (!is_zero(&g)) {
    eta = step_62(eta, (uint64_t)f.digit[0] | (uint64_t)f.digit[1] << 62,
                  (uint64_t)g.digit[0] | (uint64_t)g.digit[1] << 62, &s);
    update_de(&s, &d, &e);
    update_fg(&s, &f, &g);
  }
  if (d.digit[DIGITS - 1] < 0)
    carry_plus(&d, 1);
  if (f.digit[DIGITS - 1] < 0)
    for (int i = 0; i < DIGITS; i++)
      d.digit[i] = -d.digit[i];
  carry_plus(&d, 0);
  if (d.digit[DIGITS - 1] < 0)
    carry_plus(&d, 1);
  to_scalar(&d, out);
}

void cs_scalar_invert_all_var(cs_scalar *scalars, cs_scalar *scratch, size_t count)
{
  cs_scalar product, inverse;
  cs_scalar_from(1, &product);
  for (size_t i = 0; i < count; i++) {
    scratch[i] = product; /* of all before it */
    cs_scalar_multiply(&product, &scalars[i], &product);
  }
  cs_scalar_invert_var(&product, &inverse);
  for (size_t i = count; i-- > 0;) {
    cs_scalar rest;
    cs_scalar_multiply(&inverse, &scalars[i], &rest);
    cs_scalar_multiply(&inverse, &scratch[i], &scalars[i]);
    inverse = rest;
  }
}
