/* What the fuzz targets share. Each hands bytes from outside to one reader of the library, and then holds the reader to its
 * word: what it took is written again as it was read. */
#ifndef CS_FUZZ_H
#define CS_FUZZ_H

#include <stdlib.h>

#include "base/base.h"

/* What libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A promise of the library; the fuzzer reports where it is broken. */
static inline void need(bool kept)
{
  if (!kept)
    abort();
}

static inline cs_slice slice_of(const cs_text *text)
{
  need(!text->failed);
  return (cs_slice){text->at, text->length};
}

#endif
