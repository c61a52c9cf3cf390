/* What the tests of seal/group.h share: numbers and points to try, and engines to try them on. */
#ifndef CS_TEST_GROUP_SUPPORT_H
#define CS_TEST_GROUP_SUPPORT_H

#include "seal/group.h"
#include "support.h"

/* How many try_scalar and try_point have before random ones alone remain, and some of these. */
enum { SCALARS = 64, POINTS = 64 };

/* Chooses engine number `index` of those that run here; past the last, the fastest, and returns false. */
bool use_engine(size_t index);

void from_hex(const char *hex, unsigned char *out, size_t size);
/* The same bytes in every run, other ones for each `seed`. */
void bytes_of(uint32_t seed, unsigned char *out, size_t size);
cs_scalar scalar_of(uint32_t seed);
cs_point point_of(uint32_t seed);
/* l + offset, little-endian. */
void near_order(int offset, unsigned char out[32]);
/* Edges first, then scalars of every kind of sparseness, then random ones. */
cs_scalar try_scalar(size_t index);
/* Identity, small multiples of B, then random points. */
cs_point try_point(size_t index);

void assert_same_point(const cs_point *a, const cs_point *b);
void assert_encodes(const cs_point *a, const unsigned char expected[32]);

#endif
