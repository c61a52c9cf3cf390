/* Sums for public scalars, by buckets (Pippenger): every term goes into the bucket of each digit of its scalar, and the sum
 * of digit * bucket follows from running sums. Private to seal/. */
#ifndef CS_SEAL_BUCKETS_H
#define CS_SEAL_BUCKETS_H

#include "seal/table.h"

typedef enum cs_plan_kind {
  CS_PLAN_DIGITS,    /* signed digits of `width` bits; a bucket for each size 1 .. 2^(width - 1) */
  CS_PLAN_MULTIPLES, /* the same digits; level k has k + 1 times the points, and a set is one bucket (Straus) */
  CS_PLAN_ODD,       /* odd digits of `width` bits with their sign, anywhere (non-adjacent form); a bucket for each of
                        1, 3, .. 2^(width - 1) - 1, and a level for each bit */
} cs_plan_kind;

/* How digits are cut, and where their terms come from. */
typedef struct cs_plan {
  cs_plan_kind kind;
  unsigned width;  /* bits of a digit */
  unsigned digits; /* of a scalar, at most */
  unsigned sets;   /* of buckets: digit q goes into set q % sets, as a term of level q / sets */
  size_t buckets;  /* of a set */
  size_t level;    /* entries from one level to the next */
  size_t step;     /* entries from one term to the next */
  const cs_entry *entries;
} cs_plan;

/* The sum of scalars[i] * term i. False when out of memory. */
bool cs_buckets_sum(const cs_plan *plan, const cs_scalar *scalars, size_t count, cs_point *out);

/* Several sums of the same scalars: out[k] is that of the terms that begin at entry first + k * stride. For digits only.
 * False when out of memory. */
bool cs_buckets_fold(const cs_plan *plan, const cs_scalar *scalars, size_t terms, size_t first, size_t stride,
                     size_t count, cs_point *out);

#endif
