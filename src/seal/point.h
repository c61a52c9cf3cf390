/* Points in the forms that sums need. Private to seal/. */
#ifndef CS_SEAL_POINT_H
#define CS_SEAL_POINT_H

#include "seal/field.h"

/* What an addition needs of its second operand: y + x, y - x, 2z and 2dxy/z (times z). */
typedef struct cs_cached {
  cs_field sum, difference, z2, t2d;
} cs_cached;

/* The same of a point whose z is 1. */
typedef struct cs_niels {
  cs_field sum, difference, t2d;
} cs_niels;

/* a + b and a - b, from Hisil, Wong, Carter, Dawson 2008, section 3.1: complete on this curve. */
static inline void cs_point_finish(cs_field a, cs_field b, cs_field c, cs_field d, cs_point *out)
{
  cs_field e = cs_field_subtract(b, a), f = cs_field_subtract(d, c), g = cs_field_add(d, c), h = cs_field_add(b, a);
  out->x = cs_field_multiply(e, f);
  out->y = cs_field_multiply(g, h);
  out->z = cs_field_multiply(f, g);
  out->t = cs_field_multiply(e, h);
}

static inline void cs_point_add_cached(const cs_point *p, const cs_cached *q, cs_point *out)
{
  cs_field a = cs_field_multiply(cs_field_subtract(p->y, p->x), q->difference);
  cs_field b = cs_field_multiply(cs_field_add(p->y, p->x), q->sum);
  cs_point_finish(a, b, cs_field_multiply(p->t, q->t2d), cs_field_multiply(p->z, q->z2), out);
}

static inline cs_cached cs_point_to_cached(const cs_point *p)
{
  cs_cached out = {cs_field_carry(cs_field_add(p->y, p->x)), cs_field_carry(cs_field_subtract(p->y, p->x)),
                   cs_field_carry(cs_field_add(p->z, p->z)), cs_field_multiply(p->t, cs_field_d2)};
  return out;
}

/* -q where `mask` is all ones. */
static inline cs_cached cs_cached_negate_if(cs_cached q, uint64_t mask)
{
  cs_cached out = {cs_field_select(q.sum, q.difference, mask), cs_field_select(q.difference, q.sum, mask), q.z2,
                   cs_field_negate_if(q.t2d, mask)};
  return out;
}

/* 2^times * p; cheaper than as many doublings. */
void cs_point_double_times(const cs_point *p, int times, cs_point *out);

#endif
