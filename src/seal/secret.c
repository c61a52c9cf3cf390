/* Products and sums for secret scalars: constant-time. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "seal/table.h"

/* ---- Digits ------------------------------------------------------------------------------------------------------- */

/* With a = (b + 32^52 - 1) / 2 modulo l and a = the sum of a_k 32^k, b is the sum of (2 a_k - 31) 32^k: every digit is odd,
 * and a scalar needs no sign and no zero. */
static void digits_32(const cs_scalar *b, cs_digits *out)
{
  /* (32^52 - 1) / 2 and 1/2 modulo l */
  static const cs_scalar offset = {{0x22d7a45eb390f376, 0x9af28d9dd5ad633f, 0xfffffffffffffff5, 0x07ffffffffffffff}},
                         half = {{0x2c09318d2e7ae9f7, 0x0a6f7cef517bce6b, 0x0000000000000000, 0x0800000000000000}};
  cs_scalar a;
  cs_scalar_multiply_add(b, &half, &offset, &a);
  memset(out, 0, sizeof *out);
  for (int k = 0; k < CS_DIGITS; k++) {
    int bit = k * CS_DIGIT_BITS, word = bit / 64, shift = bit % 64;
    uint64_t bits = word < 4 ? a.word[word] >> shift : 0;
    if (shift > 64 - CS_DIGIT_BITS && word < 3)
      bits |= a.word[word + 1] << (64 - shift);
    out->digit[k] = bits & 31;
  }
  sodium_memzero(&a, sizeof a);
}

/* The sum of sums[k] * 32^k. Wipes `sums`. */
static void weigh_digits(cs_slot *sums, int count, cs_point *out)
{
  cs_point sum;
  cs_slot_get(&sums[count - 1], out);
  for (int k = count - 1; k-- > 0;) {
    cs_point_double_times(out, CS_DIGIT_BITS, out);
    cs_slot_get(&sums[k], &sum);
    cs_point_add(out, &sum, out);
  }
  sodium_memzero(sums, (size_t)count * sizeof *sums);
  sodium_memzero(&sum, sizeof sum);
}

/* ---- Sums --------------------------------------------------------------------------------------------------------- */

static bool sum_odds(const cs_odds *odds, const cs_scalar *scalars, size_t count, cs_point *out)
{
  cs_slot sums[CS_DIGITS];
  cs_digits *digits = cs_aligned_alloc(count, sizeof *digits);
  if (digits == NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    digits_32(&scalars[i], &digits[i]);
  cs_engine_get()->add_digits(odds, digits, count, sums);
  weigh_digits(sums, CS_DIGITS, out);
  sodium_memzero(digits, count * sizeof *digits);
  free(digits);
  return true;
}

static void sum_comb(const cs_odds *comb, const cs_scalar *scalar, cs_point *out)
{
  cs_slot sums[CS_COMB_DIGITS];
  cs_digits digits;
  digits_32(scalar, &digits);
  cs_engine_get()->add_comb(comb, &digits, sums);
  weigh_digits(sums, CS_COMB_DIGITS, out);
  sodium_memzero(&digits, sizeof digits);
}

bool cs_point_sum(const cs_scalar *scalars, const cs_point *points, size_t count, cs_point *out)
{
  *out = cs_point_identity;
  if (count == 0)
    return true;
  cs_odds *odds = cs_aligned_alloc(count, sizeof *odds);
  bool enough = odds != NULL && cs_odds_make(points, count, odds) && sum_odds(odds, scalars, count, out);
  free(odds);
  return enough;
}

bool cs_point_table_sum(const cs_point_table *table, size_t first, const cs_scalar *scalars, size_t count,
                        cs_point *out)
{
  *out = cs_point_identity;
  if (count == 0)
    return true;
  if (first + count > CS_COMBED) {
    const cs_odds *odds = cs_table_odds(table);
    return odds != NULL && sum_odds(odds + first, scalars, count, out);
  }
  const cs_odds *combs = cs_table_combs(table);
  for (size_t i = 0; combs != NULL && i < count; i++) {
    cs_point product;
    sum_comb(combs + (first + i) * CS_COMB, &scalars[i], &product);
    cs_point_add(out, &product, out);
    sodium_memzero(&product, sizeof product);
  }
  return combs != NULL;
}

void cs_point_table_choose(const cs_point_table *table, size_t first, const unsigned char *bits, size_t count,
                           cs_point *out)
{
  cs_engine_get()->choose(cs_table_entries(table) + first, bits, count, out);
}

/* ---- One product -------------------------------------------------------------------------------------------------- */

/* Digits -8 .. 8, so that a is the sum of digit[i] 16^i. */
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
    uint64_t mask = cs_mask(((size ^ k) - 1) >> 63);
    out.sum = cs_field_select(out.sum, multiples[k - 1].sum, mask);
    out.difference = cs_field_select(out.difference, multiples[k - 1].difference, mask);
    out.z2 = cs_field_select(out.z2, multiples[k - 1].z2, mask);
    out.t2d = cs_field_select(out.t2d, multiples[k - 1].t2d, mask);
  }
  return cs_cached_negate_if(out, sign);
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
    cs_point_double_times(&sum, 4, &sum);
    chosen = look_up(multiples, digits[at]);
    cs_point_add_cached(&sum, &chosen, &sum);
  }
  *out = sum;
  sodium_memzero(digits, sizeof digits);
  sodium_memzero(&chosen, sizeof chosen);
  sodium_memzero(&sum, sizeof sum);
}

/* ---- Products of B ------------------------------------------------------------------------------------------------ */

static cs_point_table *base_table; /* kept until the program ends; NULL when there was no memory */
static pthread_once_t base_once = PTHREAD_ONCE_INIT;

static void make_base_table(void)
{
  base_table = cs_point_table_new(&cs_point_base, 1);
}

void cs_point_multiply_base(const cs_scalar *a, cs_point *out)
{
  pthread_once(&base_once, make_base_table);
  if (base_table == NULL || !cs_point_table_sum(base_table, 0, a, 1, out))
    cs_point_multiply(a, &cs_point_base, out);
}
