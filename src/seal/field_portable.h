/* The same operations as field_avx2.h has, for one element at a time. Private to seal/. */
#ifndef CS_SEAL_FIELD_PORTABLE_H
#define CS_SEAL_FIELD_PORTABLE_H

#include "seal/engine.h"

#define LANES ((size_t)1)

#define INLINE static inline

typedef cs_field lanes;
typedef uint64_t lanes_mask;
typedef cs_niels lanes_niels;

INLINE void lanes_set(cs_field a, lanes *out)
{
  *out = a;
}

INLINE void lanes_add(const lanes *a, const lanes *b, lanes *out)
{
  *out = cs_field_add(*a, *b);
}

INLINE void lanes_subtract(const lanes *a, const lanes *b, lanes *out)
{
  *out = cs_field_subtract(*a, *b);
}

INLINE void lanes_carry(const lanes *a, lanes *out)
{
  *out = cs_field_carry(*a);
}

INLINE void lanes_multiply(const lanes *a, const lanes *b, lanes *out)
{
  *out = cs_field_multiply(*a, *b);
}

INLINE void lanes_multiply_two(const lanes *a0, const lanes *a1, const lanes *b, lanes *out0, lanes *out1)
{
  *out0 = cs_field_multiply(*a0, *b);
  *out1 = cs_field_multiply(*a1, *b);
}

INLINE void lanes_square(const lanes *a, lanes *out)
{
  *out = cs_field_square(*a);
}

INLINE lanes_mask lanes_load_mask(const uint64_t mask[LANES])
{
  return mask[0];
}

INLINE void lanes_select(const lanes *a, const lanes *b, lanes_mask mask, lanes *out)
{
  *out = cs_field_select(*a, *b, mask);
}

INLINE void lanes_gather(const uint64_t *const at[LANES], lanes *out)
{
  *out = cs_field_unpack(at[0]);
}

INLINE void lanes_entries(const cs_entry *const entries[LANES], const uint32_t minus[LANES], lanes_niels *out)
{
  cs_field t2d = cs_entry_get(entries[0], CS_T2D);
  out->sum = cs_entry_get(entries[0], minus[0] != 0 ? CS_DIFFERENCE : CS_SUM);
  out->difference = cs_entry_get(entries[0], minus[0] != 0 ? CS_SUM : CS_DIFFERENCE);
  out->t2d = minus[0] != 0 ? cs_field_subtract(cs_field_zero, t2d) : t2d;
}

INLINE void lanes_scatter(const lanes *a, uint64_t *const at[LANES])
{
  cs_field_pack(*a, at[0]);
}

/* ---- Look-up ------------------------------------------------------------------------------------------------------ */

/* Digits of a row of a comb that one vector takes. */
#define COMB_WIDTH ((size_t)1)

/* Digits that are looked up at once: the lanes of two vectors. */
#define GROUP ((size_t)2)

/* digit * point, 0 .. 31 for -31 .. 31, reading all multiples. */
INLINE void look_up_one(const cs_odds *odds, uint64_t digit, lanes_niels *out)
{
  uint64_t minus = cs_mask((digit >> 4) ^ 1);
  uint64_t k = (digit ^ minus) & 15; /* 16 + k is 2k + 1, and 15 - k is -(2k + 1) */
  uint32_t mask[CS_ODDS], limb[CS_LIMBS];
  for (uint64_t i = 0; i < CS_ODDS; i++)
    mask[i] = (uint32_t)cs_mask(((i ^ k) - 1) >> 63);
  for (int i = 0; i < CS_LIMBS; i++) {
    uint32_t chosen = 0;
    for (int j = 0; j < CS_ODDS; j++)
      chosen |= odds->limb[i][j] & mask[j];
    limb[i] = chosen;
  }
  cs_field part[3];
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < CS_WORDS; j++)
      part[i].limb[j] = limb[10 * i + 2 * j] + ((uint64_t)limb[10 * i + 2 * j + 1] << 26);
  out->sum = cs_field_select(part[0], part[1], minus);
  out->difference = cs_field_select(part[1], part[0], minus);
  out->t2d = cs_field_select(part[2], cs_field_subtract(cs_field_zero, part[2]), minus);
}

INLINE void look_up(const cs_odds *odds, const uint8_t digits[GROUP], lanes_niels out[2])
{
  look_up_one(odds, digits[0], &out[0]);
  look_up_one(odds, digits[1], &out[1]);
}

#endif
