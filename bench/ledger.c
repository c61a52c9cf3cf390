#include "ledger.h"

#include <sodium.h>
#include <string.h>

#include "bench.h"

enum { BATCH = 4096 };

void must(cs_status status, const cs_error *error)
{
  if (status != CS_OK)
    bench_fail(error->what);
}

/* Numbers of a linear congruential generator, which begins with the index. */
void entry_write(uint64_t index, char out[ENTRY])
{
  uint64_t number = index;
  for (size_t i = 0; i < ENTRY; i += 4) {
    number = number * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint32_t high = (uint32_t)(number >> 32);
    memcpy(out + i, &high, sizeof high);
  }
}

keys keys_make(void)
{
  static const unsigned char seed[KEY_SEED] = "the same keys on every run";
  unsigned char public[CS_PUBLIC_KEY];
  keys out;
  if (sodium_init() < 0)
    bench_fail("the cryptographic library does not start");
  crypto_sign_seed_keypair(public, out.secret, seed);
  if (!cs_verifier_make(CS_SLICE("example.org/bench"), CS_SIGNATURE_ED25519, public, &out.verifier))
    bench_fail("the name of the ledger is not taken");
  return out;
}

void ledger_grow(cs_log *log, uint64_t size)
{
  static char bytes[BATCH][ENTRY];
  cs_slice entries[BATCH];
  cs_error error;
  uint64_t first, at = cs_log_checkpoint(log).size;
  while (at < size) {
    size_t count = size - at < BATCH ? (size_t)(size - at) : BATCH;
    for (size_t i = 0; i < count; i++) {
      entry_write(at + i, bytes[i]);
      entries[i] = (cs_slice){bytes[i], ENTRY};
    }
    must(cs_log_append(log, entries, count, &first, &error), &error);
    at += count;
  }
}
