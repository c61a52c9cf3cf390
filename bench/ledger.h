/* Ledgers made up for the benchmark: the same bytes on every run. */
#ifndef BENCH_LEDGER_H
#define BENCH_LEDGER_H

#include "ledger/ledger.h"

enum { ENTRY = 300, KEY_SEED = 32 };

/* Ends the program where a call failed. */
void must(cs_status status, const cs_error *error);

/* Writes entry number `index`. */
void entry_write(uint64_t index, char out[ENTRY]);

/* The keys of every ledger made here. */
typedef struct keys {
  cs_verifier verifier;
  unsigned char secret[CS_SECRET_KEY];
} keys;
keys keys_make(void);

/* Appends entries in bulk until the ledger has `size`. */
void ledger_grow(cs_log *log, uint64_t size);

#endif
