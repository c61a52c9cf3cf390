/* Products of scalars and points, and sums of them. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "seal/point.h"

struct cs_point_table {
  size_t count;
  cs_point points[];
};

cs_point_table *cs_point_table_new(const cs_point *points, size_t count)
{
  if (count > (SIZE_MAX - sizeof(cs_point_table)) / sizeof *points)
    return NULL;
  cs_point_table *table = malloc(sizeof *table + count * sizeof *points);
  if (table == NULL)
    return NULL;
  table->count = count;
  if (count > 0)
    memcpy(table->points, points, count * sizeof *points);
  return table;
}

void cs_point_table_free(cs_point_table *table)
{
  free(table);
}

/* ---- Secret scalars ----------------------------------------------------------------------------------------------- */

/* Digits -8 .. 8 (the last may be 8), so that a is the sum of digit[i] 16^i. */
static void digits_16(const cs_scalar *a, int8_t digit[64])
{
  int carry = 0;
  for (int i = 0; i < 64; i++) {
    int d = (int)(a->word[i / 16] >> (i % 16 * 4) & 15) + carry;
    carry = (d + 8) >> 4;
    digit[i] = (int8_t)(d - carry * 16);
  }
}

/* digit * P out of P, 2P .. 8P, reading all of them. */
static cs_cached look_up(const cs_cached multiples[8], int8_t digit)
{
  uint64_t sign = cs_mask((uint64_t)(uint8_t)digit >> 7);
  uint64_t size = ((uint64_t)(int64_t)digit ^ sign) - sign;
  cs_cached out = {cs_field_one, cs_field_one, {{2}}, cs_field_zero};
  for (uint64_t k = 1; k <= 8; k++) {
    uint64_t other = size ^ k;
    uint64_t mask = cs_mask(1 ^ ((other | (0 - other)) >> 63));
    out.sum = cs_field_select(out.sum, multiples[k - 1].sum, mask);
    out.difference = cs_field_select(out.difference, multiples[k - 1].difference, mask);
    out.z2 = cs_field_select(out.z2, multiples[k - 1].z2, mask);
    out.t2d = cs_field_select(out.t2d, multiples[k - 1].t2d, mask);
  }
  return cs_cached_negate_if(out, sign);
}

bool cs_point_sum(const cs_scalar *scalars, const cs_point *points, size_t count, cs_point *out)
{
  *out = cs_point_identity;
  if (count == 0)
    return true;
  int8_t(*digits)[64] = calloc(count, sizeof *digits);
  cs_cached(*multiples)[8] = calloc(count, sizeof *multiples);
  bool enough = digits != NULL && multiples != NULL;
  for (size_t i = 0; enough && i < count; i++) {
    cs_point multiple = points[i];
    digits_16(&scalars[i], digits[i]);
    multiples[i][0] = cs_point_to_cached(&points[i]);
    for (int k = 1; k < 8; k++) {
      cs_point_add_cached(&multiple, &multiples[i][0], &multiple);
      multiples[i][k] = cs_point_to_cached(&multiple);
    }
  }
  cs_cached chosen;
  for (int at = 63; enough && at >= 0; at--) {
    for (int k = 0; k < 4; k++)
      cs_point_double(out, out);
    for (size_t i = 0; i < count; i++) {
      chosen = look_up(multiples[i], digits[i][at]);
      cs_point_add_cached(out, &chosen, out);
    }
  }
  if (digits != NULL)
    sodium_memzero(digits, count * sizeof *digits);
  sodium_memzero(&chosen, sizeof chosen);
  free(digits);
  free(multiples);
  return enough;
}

void cs_point_multiply(const cs_scalar *a, const cs_point *p, cs_point *out)
{
  int8_t digits[64];
  cs_cached multiples[8], chosen;
  cs_point multiple = *p, sum = cs_point_identity;
  digits_16(a, digits);
  multiples[0] = cs_point_to_cached(p);
  for (int k = 1; k < 8; k++) {
    cs_point_add_cached(&multiple, &multiples[0], &multiple);
    multiples[k] = cs_point_to_cached(&multiple);
  }
  for (int at = 63; at >= 0; at--) {
    for (int k = 0; k < 4; k++)
      cs_point_double(&sum, &sum);
    chosen = look_up(multiples, digits[at]);
    cs_point_add_cached(&sum, &chosen, &sum);
  }
  *out = sum;
  sodium_memzero(digits, sizeof digits);
  sodium_memzero(&chosen, sizeof chosen);
  sodium_memzero(&sum, sizeof sum);
}

void cs_point_multiply_base(const cs_scalar *a, cs_point *out)
{
  cs_point_multiply(a, &cs_point_base, out);
}

bool cs_point_table_sum(const cs_point_table *table, size_t first, const cs_scalar *scalars, size_t count,
                        cs_point *out)
{
  return cs_point_sum(scalars, table->points + first, count, out);
}

/* ---- Public scalars ----------------------------------------------------------------------------------------------- */

/* The signed digit of `width` bits that begins at bit `at`, carries of lower digits counted. */
static int digit_at(const cs_scalar *a, int at, int width)
{
  uint64_t bits = 0;
  for (int i = -1; i < width; i++) { /* the bit below decides whether a carry comes: digits of Booth */
    int bit = at + i;
    if (bit >= 0 && bit < 256)
      bits |= (a->word[bit / 64] >> (bit % 64) & 1) << (i + 1);
  }
  int value = (int)((bits + 1) >> 1);
  return value - (int)((bits >> width) << width);
}

static int width_for(size_t count)
{
  int width = 4;
  while (width < 14 && (size_t)1 << (width + 2) < count)
    width++;
  return width;
}

typedef struct pippenger {
  int width;
  size_t buckets;
  cs_point *bucket;
} pippenger;

static void add_digits(pippenger *p, int at, const cs_scalar *scalars, const cs_cached *cached, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    int digit = digit_at(&scalars[i], at, p->width);
    if (digit == 0)
      continue;
    cs_cached q = cs_cached_negate_if(cached[i], digit < 0 ? ~UINT64_C(0) : 0);
    cs_point *bucket = &p->bucket[(digit < 0 ? -digit : digit) - 1];
    cs_point_add_cached(bucket, &q, bucket);
  }
}

static void collect(pippenger *p, cs_point *out)
{
  cs_point running = cs_point_identity;
  for (size_t k = p->buckets; k-- > 0;) {
    cs_point_add(&running, &p->bucket[k], &running);
    cs_point_add(out, &running, out);
  }
}

bool cs_point_sum_var(const cs_point_table *table, const cs_scalar *fixed, size_t fixed_count, const cs_scalar *scalars,
                      const cs_point *points, size_t count, cs_point *out)
{
  pippenger p = {.width = width_for(fixed_count + count)};
  p.buckets = (size_t)1 << (p.width - 1);
  p.bucket = malloc(p.buckets * sizeof *p.bucket);
  cs_cached *cached = calloc(fixed_count + count + 1, sizeof *cached);
  bool enough = p.bucket != NULL && cached != NULL;
  *out = cs_point_identity;
  for (size_t i = 0; enough && i < fixed_count; i++)
    cached[i] = cs_point_to_cached(&table->points[i]);
  for (size_t i = 0; enough && i < count; i++)
    cached[fixed_count + i] = cs_point_to_cached(&points[i]);
  for (int at = 255 / p.width * p.width; enough && at >= 0; at -= p.width) {
    for (int k = 0; k < p.width; k++)
      cs_point_double(out, out);
    for (size_t k = 0; k < p.buckets; k++)
      p.bucket[k] = cs_point_identity;
    add_digits(&p, at, fixed, cached, fixed_count);
    add_digits(&p, at, scalars, cached + fixed_count, count);
    collect(&p, out);
  }
  free(p.bucket);
  free(cached);
  return enough;
}

void cs_point_table_choose(const cs_point_table *table, size_t first, const unsigned char *bits, size_t count,
                           cs_point *out)
{
  *out = cs_point_identity;
  for (size_t i = 0; i < count; i++) {
    const cs_point *pair = &table->points[first + 2 * i];
    uint64_t mask = cs_mask(bits[i]);
    cs_cached on = cs_point_to_cached(&pair[0]), off = cs_cached_negate_if(cs_point_to_cached(&pair[1]), ~UINT64_C(0));
    cs_cached q = {cs_field_select(off.sum, on.sum, mask), cs_field_select(off.difference, on.difference, mask),
                   cs_field_select(off.z2, on.z2, mask), cs_field_select(off.t2d, on.t2d, mask)};
    cs_point_add_cached(out, &q, out);
  }
}

bool cs_point_fold_var(const cs_scalar *scalars, size_t ways, const cs_point *points, size_t stride, size_t count,
                       cs_point *out)
{
  cs_point *terms = calloc(ways + 1, sizeof *terms);
  bool enough = terms != NULL;
  for (size_t i = 0; enough && i < count; i++) {
    for (size_t j = 0; j < ways; j++)
      terms[j] = points[(i + j * count) * stride];
    enough = cs_point_sum(scalars, terms, ways, &out[i]);
  }
  free(terms);
  return enough;
}
