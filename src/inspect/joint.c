/* Joint draws, from two revealed numbers. */
#include <openssl/evp.h>
#include <string.h>

#include "inspect/inspect.h"

/* SHA-256 of some slices, one after the other. */
static cs_hash hash_all(const cs_slice *parts, size_t count)
{
  cs_hash out = {{0}};
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool ok = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
  for (size_t i = 0; i < count && ok; i++)
    ok = EVP_DigestUpdate(context, parts[i].at, parts[i].length) == 1;
  if (ok)
    EVP_DigestFinal_ex(context, out.bytes, NULL);
  EVP_MD_CTX_free(context);
  return out;
}

static cs_slice bytes_of(const unsigned char *bytes)
{
  return (cs_slice){(const char *)bytes, CS_HASH};
}

cs_hash cs_joint_commitment(const cs_hash *request, const char *party, const cs_nonce *nonce)
{
  const cs_slice parts[] = {CS_SLICE("countersign draw commitment v1\n"), bytes_of(request->bytes), cs_slice_of(party),
                            CS_SLICE("\n"), bytes_of(nonce->bytes)};
  return hash_all(parts, CS_COUNT_OF(parts));
}

cs_hash cs_joint_seed(const cs_hash *request, const cs_nonce *inspecting, const cs_nonce *inspected)
{
  const cs_slice parts[] = {CS_SLICE("countersign draw v1\n"), bytes_of(request->bytes), bytes_of(inspecting->bytes),
                            bytes_of(inspected->bytes)};
  return hash_all(parts, CS_COUNT_OF(parts));
}

cs_joint cs_joint_start(const cs_hash *seed)
{
  return (cs_joint){.seed = *seed, .used = CS_COUNT_OF(((cs_joint *)0)->numbers)};
}

static uint64_t next(cs_joint *d)
{
  if (d->used == CS_COUNT_OF(d->numbers)) {
    unsigned char counter[8];
    for (size_t i = 0; i < sizeof counter; i++)
      counter[i] = (unsigned char)(d->block >> (56 - 8 * i));
    const cs_slice parts[] = {bytes_of(d->seed.bytes), {(const char *)counter, sizeof counter}};
    cs_hash block = hash_all(parts, CS_COUNT_OF(parts));
    for (size_t i = 0; i < CS_COUNT_OF(d->numbers); i++) {
      d->numbers[i] = 0;
      for (size_t k = 0; k < 8; k++)
        d->numbers[i] = d->numbers[i] << 8 | block.bytes[8 * i + k];
    }
    d->block++;
    d->used = 0;
  }
  return d->numbers[d->used++];
}

uint64_t cs_joint_below(cs_joint *draw, uint64_t limit)
{
  uint64_t uneven = (UINT64_MAX % limit + 1) % limit; /* how many numbers are left over above the last whole multiple */
  uint64_t number;
  do
    number = next(draw);
  while (number > UINT64_MAX - uneven);
  return number % limit;
}

size_t cs_joint_place(cs_joint *draw, const uint64_t *weights, size_t count)
{
  uint64_t sum = weights == NULL ? count : 0;
  for (size_t i = 0; i < count && weights != NULL; i++)
    if (__builtin_add_overflow(sum, weights[i], &sum))
      return SIZE_MAX;
  if (sum == 0)
    return SIZE_MAX;
  uint64_t number = cs_joint_below(draw, sum);
  if (weights == NULL)
    return (size_t)number;
  size_t place = 0;
  while (number >= weights[place])
    number -= weights[place++];
  return place;
}
