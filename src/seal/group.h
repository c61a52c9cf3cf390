/* ristretto255 (RFC 9496): scalars, points, and sums of many products. Private to seal/.
 *
 * Names that end in _var take time that depends on their inputs: for public values only. Everything else is
 * constant-time. A point is one of four representatives in extended twisted Edwards coordinates; compare points with
 * cs_point_equal, or by their encoding. */
#ifndef CS_SEAL_GROUP_H
#define CS_SEAL_GROUP_H

#include "base/base.h"

/* ---- Scalars: integers modulo the group order l = 2^252 + 27742317777372353535851937790883648493 ------------------ */

/* Always reduced; little-endian words. */
typedef struct cs_scalar {
  uint64_t word[4];
} cs_scalar;

enum { CS_SCALAR_BYTES = 32, CS_POINT_BYTES = 32 };

/* False where the 32 bytes are not canonical (smaller than l). */
bool cs_scalar_decode(const unsigned char bytes[CS_SCALAR_BYTES], cs_scalar *out);
void cs_scalar_encode(const cs_scalar *a, unsigned char bytes[CS_SCALAR_BYTES]);
/* 64 bytes, little-endian, modulo l. */
void cs_scalar_reduce(const unsigned char bytes[64], cs_scalar *out);
void cs_scalar_from(uint64_t number, cs_scalar *out);
/* A uniform scalar from the system's generator. */
void cs_scalar_random(cs_scalar *out);
void cs_scalar_add(const cs_scalar *a, const cs_scalar *b, cs_scalar *out);
void cs_scalar_subtract(const cs_scalar *a, const cs_scalar *b, cs_scalar *out);
void cs_scalar_negate(const cs_scalar *a, cs_scalar *out);
void cs_scalar_multiply(const cs_scalar *a, const cs_scalar *b, cs_scalar *out);
/* out = a * b + c */
void cs_scalar_multiply_add(const cs_scalar *a, const cs_scalar *b, const cs_scalar *c, cs_scalar *out);
/* 0 becomes 0. */
void cs_scalar_invert(const cs_scalar *a, cs_scalar *out);
/* All of `count` non-zero scalars at the cost of one inversion and 3 products each; `scratch` holds as many. */
void cs_scalar_invert_all(cs_scalar *scalars, cs_scalar *scratch, size_t count);
bool cs_scalar_is_zero(const cs_scalar *a);
bool cs_scalar_equal(const cs_scalar *a, const cs_scalar *b);

/* ---- Points ------------------------------------------------------------------------------------------------------- */

/* An element of GF(2^255 - 19), radix 2^51. */
typedef struct cs_field {
  uint64_t limb[5];
} cs_field;

typedef struct cs_point {
  cs_field x, y, z, t;
} cs_point;

extern const cs_point cs_point_identity;
extern const cs_point cs_point_base; /* B */

/* RFC 9496, 4.3.1: false where the 32 bytes are no canonical encoding. Public input: not constant-time in failing. */
bool cs_point_decode(const unsigned char bytes[CS_POINT_BYTES], cs_point *out);
/* `count` of them, one after the other, in half the time; false where any is no canonical encoding. */
bool cs_point_decode_all(const unsigned char (*bytes)[CS_POINT_BYTES], size_t count, cs_point *out);
/* RFC 9496, 4.3.2. */
void cs_point_encode(const cs_point *a, unsigned char bytes[CS_POINT_BYTES]);
/* Many at once, in half the time of as many calls. */
void cs_point_encode_all(const cs_point *points, size_t count, unsigned char (*out)[CS_POINT_BYTES]);
/* RFC 9496, 4.3.4: the one-way map of 64 uniform bytes. */
void cs_point_from_hash(const unsigned char bytes[64], cs_point *out);
/* Many at once, in half the time of as many calls. */
void cs_point_from_hash_all(const unsigned char (*bytes)[64], size_t count, cs_point *out);
void cs_point_add(const cs_point *a, const cs_point *b, cs_point *out);
void cs_point_subtract(const cs_point *a, const cs_point *b, cs_point *out);
void cs_point_double(const cs_point *a, cs_point *out);
void cs_point_negate(const cs_point *a, cs_point *out);
bool cs_point_equal(const cs_point *a, const cs_point *b);
bool cs_point_is_identity(const cs_point *a);

/* ---- Products and sums -------------------------------------------------------------------------------------------- */

/* a * B, constant-time, from a table. */
void cs_point_multiply_base(const cs_scalar *a, cs_point *out);
/* a * P, constant-time. */
void cs_point_multiply(const cs_scalar *a, const cs_point *p, cs_point *out);

/* Points that never change, with multiples that make sums faster; shared by many threads. The multiples for a kind of sum
 * are made when they are first needed; those for public sums when so many terms were summed that they pay: the first that
 * are summed take longer. Memory for a point, at most: 6 kB; of up to 600 points 38 kB; of more than 40,000 3.5 kB. */
typedef struct cs_point_table cs_point_table;
/* NULL when out of memory. Release with cs_point_table_free. */
cs_point_table *cs_point_table_new(const cs_point *points, size_t count);
/* Makes all multiples now. False when out of memory. */
bool cs_point_table_fill(const cs_point_table *table);
void cs_point_table_free(cs_point_table *table);

/* The sum of scalars[i] * points[i], constant-time in the scalars: for what is secret. False when out of memory. */
bool cs_point_sum(const cs_scalar *scalars, const cs_point *points, size_t count, cs_point *out);
/* The sum of scalars[i] * table[first + i], constant-time in the scalars. False when out of memory. */
bool cs_point_table_sum(const cs_point_table *table, size_t first, const cs_scalar *scalars, size_t count,
                        cs_point *out);
/* The same sum for public values, as fast as it goes: fixed[i] * table[i] for `fixed_count` (at most as many as the table
 * has; NULL and 0: none), plus scalars[i] * points[i]. Straus for few points, Pippenger for many. False when out of
 * memory. */
bool cs_point_sum_var(const cs_point_table *table, const cs_scalar *fixed, size_t fixed_count, const cs_scalar *scalars,
                      const cs_point *points, size_t count, cs_point *out);

/* For a range prover's A: the sum of bits[i] ? table[first + 2i] : -table[first + 2i + 1], for i < count; constant-time in
 * the bits, each 0 or 1. One addition a bit. */
void cs_point_table_choose(const cs_point_table *table, size_t first, const unsigned char *bits, size_t count,
                           cs_point *out);
/* For an inner-product prover that folds several rounds at once, `ways` = 2^rounds: out[i] = the sum over j < ways of
 * scalars[j] * points[(i + j * count) * stride], for i < count. All i share the scalars, and four are computed side by
 * side. `out` may not overlap `points`. For public values. False when out of memory. */
bool cs_point_fold_var(const cs_scalar *scalars, size_t ways, const cs_point *points, size_t stride, size_t count,
                       cs_point *out);
/* The same for points of a table, in two thirds of the time: out[i] = the sum over j < ways of
 * scalars[j] * table[first + (i + j * count) * stride]. */
bool cs_point_table_fold_var(const cs_scalar *scalars, size_t ways, const cs_point_table *table, size_t first,
                             size_t stride, size_t count, cs_point *out);

/* ---- Processors --------------------------------------------------------------------------------------------------- */

/* Sums are computed by the fastest of several engines that the processor runs: "avx2" (x86) or "portable". This chooses
 * one, for tests and measurements; NULL: the fastest. False where there is none of that name, or it does not run here. */
bool cs_group_use(const char *name);

#endif
