/* Numbers, points and engines for the tests of the group. */
#include "group_support.h"

#include <sodium.h>
#include <string.h>

/* ---- Engines ------------------------------------------------------------------------------------------------------ */

bool use_engine(size_t index)
{
  static const char *const names[] = {"portable", "avx2"};
  for (size_t i = 0; i < CS_COUNT_OF(names); i++)
    if (cs_group_use(names[i]) && index-- == 0)
      return true;
  assert_true(cs_group_use(NULL));
  return false;
}

/* ---- Numbers to try ----------------------------------------------------------------------------------------------- */

void from_hex(const char *hex, unsigned char *out, size_t size)
{
  size_t length;
  assert_int_equal(sodium_hex2bin(out, size, hex, strlen(hex), NULL, &length, NULL), 0);
  assert_int_equal(length, size);
}

void bytes_of(uint32_t seed, unsigned char *out, size_t size)
{
  unsigned char key[randombytes_SEEDBYTES] = {(unsigned char)seed, (unsigned char)(seed >> 8),
                                              (unsigned char)(seed >> 16), (unsigned char)(seed >> 24)};
  randombytes_buf_deterministic(out, size, key);
}

cs_scalar scalar_of(uint32_t seed)
{
  unsigned char bytes[64];
  cs_scalar out;
  bytes_of(seed, bytes, sizeof bytes);
  cs_scalar_reduce(bytes, &out);
  return out;
}

cs_point point_of(uint32_t seed)
{
  unsigned char bytes[64];
  cs_point out;
  bytes_of(seed, bytes, sizeof bytes);
  cs_point_from_hash(bytes, &out);
  return out;
}

void near_order(int offset, unsigned char out[32])
{
  from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", out, 32);
  out[0] = (unsigned char)(out[0] + offset); /* carries nothing for the offsets used */
}

cs_scalar try_scalar(size_t index)
{
  cs_scalar out, minus;
  unsigned char bytes[32];
  if (index < 8) {
    cs_scalar_from(index, &out);
  } else if (index < 16) {
    near_order(-(int)(index - 7), bytes);
    assert_true(cs_scalar_decode(bytes, &out));
  } else if (index < 24) {
    memset(bytes, 0, sizeof bytes);
    bytes[(index - 16) * 4] = 0x80;
    assert_true(cs_scalar_decode(bytes, &out));
  } else if (index < 32) {
    memset(bytes, 0xff, sizeof bytes);
    bytes[31] = 0x0f;
    memset(bytes, 0, (index - 24) * 3);
    assert_true(cs_scalar_decode(bytes, &out));
    cs_scalar_negate(&out, &minus);
    out = index % 2 == 0 ? out : minus;
  } else {
    out = scalar_of((uint32_t)index);
  }
  return out;
}

cs_point try_point(size_t index)
{
  cs_point out = cs_point_identity;
  if (index >= 8)
    return point_of((uint32_t)index);
  for (size_t i = 0; i < index; i++)
    cs_point_add(&out, &cs_point_base, &out);
  return out;
}

void assert_same_point(const cs_point *a, const cs_point *b)
{
  unsigned char first[32], second[32];
  cs_point_encode(a, first);
  cs_point_encode(b, second);
  assert_memory_equal(first, second, 32);
  assert_true(cs_point_equal(a, b));
}

void assert_encodes(const cs_point *a, const unsigned char expected[32])
{
  unsigned char bytes[32];
  cs_point_encode(a, bytes);
  assert_memory_equal(bytes, expected, 32);
}
