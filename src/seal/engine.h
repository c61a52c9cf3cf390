/* What sums of points are made of, once for each kind of processor. Private to seal/.
 *
 * An engine works on several points side by side, one a lane. engine_lanes.h has the algorithms, in terms of a field
 * whose elements are vectors; field_portable.h and field_avx2.h are those fields; engine_*.c put the two
 * together. In memory all engines share the same forms. */
#ifndef CS_SEAL_ENGINE_H
#define CS_SEAL_ENGINE_H

#include "seal/point.h"

#define CS_WORDS ((size_t)5)
enum { CS_LANES_MAX = 8 };

/* The smaller one: how many of `left` are handled next. */
static inline size_t cs_at_most(size_t left, size_t most)
{
  return left < most ? left : most;
}

/* A packed field element is five words; word k holds limbs 2k and 2k+1 of radix 2^25.5 (26 and 25 bits, a little more
 * where not canonical) in its lower and upper half: ready for 32-bit multipliers, and nearly so for 64-bit ones. */
typedef struct cs_packed {
  uint64_t word[CS_WORDS];
} cs_packed;

static inline void cs_field_pack(cs_field a, uint64_t out[CS_WORDS])
{
  static const uint64_t bits_26 = (UINT64_C(1) << 26) - 1;
  a = cs_field_carry(a);
  for (size_t i = 0; i < CS_WORDS; i++)
    out[i] = (a.limb[i] & bits_26) | a.limb[i] >> 26 << 32;
}

static inline cs_field cs_field_unpack(const uint64_t at[CS_WORDS])
{
  cs_field out;
  for (size_t i = 0; i < CS_WORDS; i++)
    out.limb[i] = (at[i] & UINT32_MAX) + (at[i] >> 32 << 26);
  return out;
}

/* A point with z = 1: y + x, y - x, 2dxy, packed; two cache lines. Rows of four words, as registers have them: the first
 * four words of each part, then the fifth of all three. */
enum { CS_SUM, CS_DIFFERENCE, CS_T2D, CS_FIFTH };
typedef struct cs_entry {
  _Alignas(128) uint64_t row[4][4];
} cs_entry;

static inline void cs_entry_put(cs_field a, int part, cs_entry *out)
{
  uint64_t word[CS_WORDS];
  cs_field_pack(a, word);
  for (int i = 0; i < 4; i++)
    out->row[part][i] = word[i];
  out->row[CS_FIFTH][part] = word[4];
}

static inline cs_field cs_entry_get(const cs_entry *entry, int part)
{
  const uint64_t *row = entry->row[part];
  const uint64_t word[CS_WORDS] = {row[0], row[1], row[2], row[3], entry->row[CS_FIFTH][part]};
  return cs_field_unpack(word);
}

/* x, y, z, t. */
typedef struct cs_slot {
  _Alignas(32) uint64_t word[4 * CS_WORDS];
} cs_slot;

static inline void cs_slot_put(const cs_point *point, cs_slot *out)
{
  cs_field_pack(point->x, out->word);
  cs_field_pack(point->y, out->word + CS_WORDS);
  cs_field_pack(point->z, out->word + 2 * CS_WORDS);
  cs_field_pack(point->t, out->word + 3 * CS_WORDS);
}

static inline void cs_slot_get(const cs_slot *slot, cs_point *out)
{
  out->x = cs_field_unpack(slot->word);
  out->y = cs_field_unpack(slot->word + CS_WORDS);
  out->z = cs_field_unpack(slot->word + 2 * CS_WORDS);
  out->t = cs_field_unpack(slot->word + 3 * CS_WORDS);
}

/* The multiples 1, 3, .. 31 of a point, laid out for look-up in constant time: limb by limb, the 16 values of each in a
 * row, so that a permutation of registers by digits picks from it. Limbs: 10 of y + x, 10 of y - x, 10 of 2dxy. */
enum { CS_DIGIT_BITS = 5, CS_ODDS = 16, CS_DIGITS = 52, CS_LIMBS = 30 };
typedef struct cs_odds {
  _Alignas(64) uint32_t limb[CS_LIMBS][CS_ODDS];
} cs_odds;

/* Digits of a secret scalar, 0 to 31 for -31, -29, .. 31, so that it is the sum of digit k times 32^k; padded with digits
 * that are not used. */
enum { CS_DIGITS_PADDED = 64 };
/* Rows of a comb: the odd multiples of P, 2^20 P, 2^40 P, .., four digits each. */
enum { CS_COMB_DIGITS = 4, CS_COMB = CS_DIGITS / CS_COMB_DIGITS };

typedef struct cs_digits {
  _Alignas(32) uint8_t digit[CS_DIGITS_PADDED];
} cs_digits;

/* Terms of one bucket: items[first], items[first + 1], .. Each is an index into the entries, times 2, plus 1 where it is
 * to be subtracted. */
typedef struct cs_task {
  uint32_t first, length; /* length > 0 */
  uint32_t slot;          /* where the sum goes */
} cs_task;

enum { CS_NAF = 256, CS_NAF_WIDTH = 5 };

typedef struct cs_engine {
  const char *name;
  size_t lanes;

  /* Public values only. */

  /* The sum of each task. Tasks of about the same length should follow one another. */
  void (*accumulate)(const cs_entry *entries, const uint32_t *items, const cs_task *tasks, size_t count,
                     cs_slot *slots);
  /* For each column of `rows` slots: its sum, and the sum of (row + 1) * slot. slots[at[column * rows + row]]. */
  void (*reduce)(const cs_slot *slots, const uint32_t *at, size_t columns, size_t rows, cs_slot *sums,
                 cs_slot *weighted);
  /* points[i] += entries[i] */
  void (*add_each)(cs_slot *points, const cs_entry *entries, size_t count);
  /* points[i] becomes 2^times * points[i]. */
  void (*double_all)(cs_slot *points, size_t count, int times);
  /* out[i] = the sum over j < ways of points[j * count + i] times the number whose non-adjacent form is naf[j]: bit k
   * counts naf[j][k] * 2^k, zero or odd and below 16. False when out of memory. */
  bool (*fold)(const int8_t (*naf)[CS_NAF], size_t ways, const cs_slot *points, size_t count, cs_slot *out);

  /* Secrets: constant-time. */

  /* Each element becomes its power by (p - 5) / 8 = 2^252 - 3: what roots are made of. */
  void (*power)(cs_packed *elements, size_t count);

  /* sums[k] = the sum over i of odds[i] * digit k of digits[i]. */
  void (*add_digits)(const cs_odds *odds, const cs_digits *digits, size_t count, cs_slot sums[CS_DIGITS]);
  /* sums[k] = the sum over i < CS_COMB of odds[i] * digit (4i + k), for k < 4. */
  void (*add_comb)(const cs_odds *odds, const cs_digits *digits, cs_slot sums[4]);
  /* The sum of bits[i] ? entries[2i] : -entries[2i + 1]. */
  void (*choose)(const cs_entry *entries, const unsigned char *bits, size_t count, cs_point *out);
} cs_engine;

/* Memory for `count` items of `size` bytes, aligned for all of the above; not zeroed. Release with free; NULL when out of
 * memory. */
void *cs_aligned_alloc(size_t count, size_t size);
/* The same for tables: on large pages where that helps. */
void *cs_table_alloc(size_t count, size_t size);

/* What the processor at hand runs best, or what cs_group_use chose. */
const cs_engine *cs_engine_get(void);

extern const cs_engine cs_engine_portable;
#ifdef CS_SEAL_X86
extern const cs_engine cs_engine_avx2;
#endif

#endif
