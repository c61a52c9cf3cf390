/* Points and scalars from 32 bytes each: what is decoded is what libsodium takes too, and encodes as it came. */
#include <sodium.h>
#include <string.h>

#include "fuzz.h"
#include "seal/group.h"

static void point(const unsigned char bytes[CS_POINT_BYTES])
{
  cs_point p, twice;
  unsigned char again[CS_POINT_BYTES], sum[CS_POINT_BYTES], theirs[CS_POINT_BYTES];
  bool decoded = cs_point_decode(bytes, &p);
  /* libsodium 1.0.18 does not look at the highest bit, which RFC 9496 wants to be zero. */
  need(decoded == (crypto_core_ristretto255_is_valid_point(bytes) == 1 && bytes[31] < 128));
  if (!decoded)
    return;
  cs_point_encode(&p, again);
  need(memcmp(again, bytes, sizeof again) == 0);
  cs_point_double(&p, &twice);
  cs_point_encode(&twice, sum);
  need(crypto_core_ristretto255_add(theirs, bytes, bytes) == 0 && memcmp(sum, theirs, sizeof sum) == 0);
}

static void scalar(const unsigned char bytes[CS_SCALAR_BYTES])
{
  cs_scalar s, square;
  unsigned char again[CS_SCALAR_BYTES], product[CS_SCALAR_BYTES], theirs[CS_SCALAR_BYTES];
  if (!cs_scalar_decode(bytes, &s))
    return;
  cs_scalar_encode(&s, again);
  need(memcmp(again, bytes, sizeof again) == 0);
  cs_scalar_multiply(&s, &s, &square);
  cs_scalar_encode(&square, product);
  crypto_core_ristretto255_scalar_mul(theirs, bytes, bytes);
  need(memcmp(product, theirs, sizeof product) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  for (size_t at = 0; at + CS_POINT_BYTES <= size && at < 256; at += CS_POINT_BYTES) {
    point(data + at);
    scalar(data + at);
  }
  return 0;
}
