/* Multiples of points in the forms that engines read. Private to seal/. */
#ifndef CS_SEAL_TABLE_H
#define CS_SEAL_TABLE_H

#include "seal/engine.h"

/* points[i] with z = 1, as entries. False when out of memory. */
bool cs_entries_make(const cs_point *points, size_t count, cs_entry *out);
/* The points, then twice each of them, and so on to `times` times. False when out of memory. */
bool cs_multiples_make(const cs_point *points, size_t count, size_t times, cs_entry *out);
/* The odd multiples of each point. Constant-time. False when out of memory. */
bool cs_odds_make(const cs_point *points, size_t count, cs_odds *out);

/* Bits of a scalar, once the smaller of a and l - a is taken. */
enum { CS_SCALAR_BITS = 252 };

/* Entries for public sums: entries[level * count + i] is 2^(spacing * level) * point i, below 2^CS_SCALAR_BITS. */
typedef struct cs_levels {
  unsigned spacing; /* CS_SCALAR_BITS: there is level 0 only */
  const cs_entry *entries;
} cs_levels;

const cs_point *cs_table_points(const cs_point_table *table);
size_t cs_table_count(const cs_point_table *table);
/* Level 0 alone, which is always there. */
const cs_entry *cs_table_entries(const cs_point_table *table);
/* The levels there are for a sum of `terms`: the first alone, until so many terms were summed that the others pay, which are
 * then made. False when out of memory. */
bool cs_table_levels(const cs_point_table *table, size_t terms, cs_levels *out);
/* The points, and 2 to CS_KEPT_MULTIPLES times each of them, made when asked for first; NULL when out of memory. */
enum { CS_KEPT_MULTIPLES = 8 };
const cs_entry *cs_table_multiples(const cs_point_table *table);
/* The odd multiples of each point, made when asked for first; NULL when out of memory. */
const cs_odds *cs_table_odds(const cs_point_table *table);
/* The combs of the first CS_COMBED points, CS_COMB rows each, made when asked for first; NULL when out of memory. */
enum { CS_COMBED = 2 };
const cs_odds *cs_table_combs(const cs_point_table *table);

#endif
