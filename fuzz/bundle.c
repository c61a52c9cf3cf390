#include "fuzz.h"
#include "ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  cs_slice rest = {(const char *)bytes, length}, entry;
  cs_text again = {0};
  while (cs_bundle_next(&rest, &entry))
    cs_bundle_add(&again, entry.at, entry.length);
  need(cs_slice_equal(slice_of(&again), (cs_slice){(const char *)bytes, length - rest.length}));
  cs_text_free(&again);
  return 0;
}
