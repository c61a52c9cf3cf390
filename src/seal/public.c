/* Sums for public scalars: how each is done best. */
#include <stdlib.h>
#include <string.h>

#include "seal/buckets.h"
#include "seal/table.h"

/* ---- Plans -------------------------------------------------------------------------------------------------------- */

/* What a plan costs, in additions of an entry: a bucket takes two full additions and saves one. */
static double cost(size_t count, unsigned digits, unsigned sets, unsigned width)
{
  return (double)count * digits + 2.2 * sets * (double)(1 << (width - 1)) + 2.0 * sets * width;
}

static void plan_odd(size_t count, cs_plan *out)
{
  double best = 0;
  for (unsigned width = 3; width <= 14; width++) {
    double costs = (double)count * (CS_SCALAR_BITS + 1) / (width + 1) + 2.2 * (double)(1 << (width - 2));
    if (best != 0 && costs >= best)
      continue;
    best = costs;
    *out = (cs_plan){.kind = CS_PLAN_ODD, .width = width, .digits = CS_SCALAR_BITS / width + 1, .sets = 1};
  }
  out->buckets = (size_t)1 << (out->width - 2);
}

static void plan_digits(unsigned spacing, size_t count, cs_plan *out)
{
  double best = 0;
  *out = (cs_plan){.width = 2};
  for (unsigned sets = 1; sets <= spacing; sets++) {
    unsigned width = spacing / sets;
    if (spacing % sets != 0 || width < 2 || width > 14)
      continue;
    double costs = cost(count, CS_SCALAR_BITS / width, sets, width);
    if (best != 0 && costs >= best)
      continue;
    best = costs;
    *out = (cs_plan){.width = width, .digits = CS_SCALAR_BITS / width, .sets = sets};
  }
  out->buckets = (size_t)1 << (out->width - 1);
}

static void plan_table(const cs_point_table *table, const cs_levels *levels, size_t count, bool odd, cs_plan *out)
{
  const unsigned spacing = levels->spacing == 1 && !odd ? 9 : levels->spacing; /* every ninth level */
  if (spacing == 1)
    plan_odd(count, out);
  else
    plan_digits(spacing, count, out);
  out->level = cs_table_count(table) * (spacing / levels->spacing);
  out->step = 1;
  out->entries = levels->entries;
}

/* Few points without levels: Straus, with multiples that the table keeps. */
static const size_t few = 64, few_of = 320;

static void plan_multiples(size_t count, cs_plan *out)
{
  enum { WIDTH = 4, DIGITS = CS_SCALAR_BITS / WIDTH };
  *out = (cs_plan){.kind = CS_PLAN_MULTIPLES,
                   .width = WIDTH,
                   .digits = DIGITS,
                   .sets = DIGITS,
                   .buckets = 1,
                   .level = count,
                   .step = 1};
}

static bool sum_table(const cs_point_table *table, const cs_scalar *scalars, size_t count, cs_point *out)
{
  size_t terms = 0;
  for (size_t i = 0; i < count; i++)
    terms += !cs_scalar_is_zero(&scalars[i]);
  *out = cs_point_identity;
  if (terms == 0)
    return true;
  cs_levels levels;
  cs_plan p;
  if (!cs_table_levels(table, terms, &levels))
    return false;
  if (levels.spacing == CS_SCALAR_BITS && terms <= few && cs_table_count(table) <= few_of) {
    plan_multiples(cs_table_count(table), &p);
    p.entries = cs_table_multiples(table);
    return p.entries != NULL && cs_buckets_sum(&p, scalars, count, out);
  }
  plan_table(table, &levels, terms, true, &p);
  return cs_buckets_sum(&p, scalars, count, out);
}

/* Straus pays for few points: `each` multiple of a point costs as much as this many additions. */
static void plan_points(size_t count, cs_plan *out)
{
  static const double each = 4;
  double best = 0;
  *out = (cs_plan){.width = 2};
  for (unsigned width = 2; width <= 13; width++) {
    unsigned digits = (CS_SCALAR_BITS + width - 1) / width;
    double buckets = cost(count, digits, digits, width);
    double multiples = (double)count * (digits + each * (double)(1 << (width - 1))) + 2.0 * digits;
    bool straus = multiples < buckets;
    double costs = straus ? multiples : buckets;
    if (best != 0 && costs >= best)
      continue;
    best = costs;
    *out = (cs_plan){.kind = straus ? CS_PLAN_MULTIPLES : CS_PLAN_DIGITS,
                     .width = width,
                     .digits = digits,
                     .sets = digits,
                     .level = count,
                     .step = 1};
  }
  out->buckets = out->kind == CS_PLAN_MULTIPLES ? 1 : (size_t)1 << (out->width - 1);
}

static bool sum_points(const cs_scalar *scalars, const cs_point *points, size_t count, cs_point *out)
{
  cs_plan p;
  plan_points(count, &p);
  size_t levels = p.kind == CS_PLAN_MULTIPLES ? (size_t)1 << (p.width - 1) : 1;
  cs_entry *entries = cs_aligned_alloc(count * levels, sizeof *entries);
  bool enough = entries != NULL && cs_multiples_make(points, count, levels, entries);
  p.entries = entries;
  enough = enough && cs_buckets_sum(&p, scalars, count, out);
  free(entries);
  return enough;
}

bool cs_point_sum_var(const cs_point_table *table, const cs_scalar *fixed, size_t fixed_count, const cs_scalar *scalars,
                      const cs_point *points, size_t count, cs_point *out)
{
  cs_point part;
  if (!sum_table(table, fixed, fixed_count, out))
    return false;
  if (count == 0)
    return true;
  if (!sum_points(scalars, points, count, &part))
    return false;
  cs_point_add(out, &part, out);
  return true;
}

/* ---- Folding ------------------------------------------------------------------------------------------------------ */

/* The digits of a non-adjacent form: odd or zero, at most 15 in size, four zeros at least after each. */
static void non_adjacent(const cs_scalar *a, int8_t naf[CS_NAF])
{
  int carry = 0;
  memset(naf, 0, CS_NAF);
  for (unsigned bit = 0; bit < CS_NAF;) {
    unsigned word = bit / 64, shift = bit % 64;
    uint64_t bits = a->word[word] >> shift;
    if (shift != 0 && word < 3)
      bits |= a->word[word + 1] << (64 - shift);
    int digit = (int)(bits & ((1 << CS_NAF_WIDTH) - 1)) + carry;
    if (digit % 2 == 0) { /* the carry, if there is one, moves on */
      bit++;
      continue;
    }
    carry = digit >= 1 << (CS_NAF_WIDTH - 1);
    naf[bit] = (int8_t)(digit - (carry << CS_NAF_WIDTH));
    bit += CS_NAF_WIDTH;
  }
}

bool cs_point_fold_var(const cs_scalar *scalars, size_t ways, const cs_point *points, size_t stride, size_t count,
                       cs_point *out)
{
  cs_slot *slots = cs_aligned_alloc(ways * count, sizeof *slots), *sums = cs_aligned_alloc(count, sizeof *sums);
  int8_t(*naf)[CS_NAF] = calloc(ways + 1, sizeof *naf);
  bool enough = slots != NULL && sums != NULL && naf != NULL;
  for (size_t j = 0; enough && j < ways; j++)
    non_adjacent(&scalars[j], naf[j]);
  for (size_t i = 0; enough && i < ways * count; i++)
    cs_slot_put(&points[i * stride], &slots[i]);
  enough = enough && cs_engine_get()->fold((const int8_t(*)[CS_NAF])naf, ways, slots, count, sums);
  for (size_t i = 0; enough && i < count; i++)
    cs_slot_get(&sums[i], &out[i]);
  free(slots);
  free(sums);
  free(naf);
  return enough;
}

bool cs_point_table_fold_var(const cs_scalar *scalars, size_t ways, const cs_point_table *table, size_t first,
                             size_t stride, size_t count, cs_point *out)
{
  cs_levels levels;
  cs_plan p;
  if (!cs_table_levels(table, ways * count, &levels))
    return false;
  if (levels.spacing == CS_SCALAR_BITS)
    return cs_point_fold_var(scalars, ways, cs_table_points(table) + first, stride, count, out);
  plan_table(table, &levels, ways, false, &p);
  p.step = count * stride;
  return cs_buckets_fold(&p, scalars, ways, first, stride, count, out);
}
