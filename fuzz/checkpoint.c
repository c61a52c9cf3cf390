#include <string.h>

#include "fuzz.h"
#include "ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  cs_slice text = {(const char *)bytes, length};
  cs_checkpoint checkpoint;
  cs_text again = {0};
  cs_error error;
  if (memchr(bytes, '\0', length) != NULL || cs_checkpoint_parse(text, "checkpoint", &checkpoint, &error) != CS_OK)
    return 0; /* no note holds a zero byte */
  need(checkpoint.size <= CS_TREE_MAX);
  cs_checkpoint_format(&checkpoint, &again);
  need(again.length <= length && memcmp(again.at, bytes, again.length) == 0); /* extension lines may follow */
  cs_text_free(&again);
  return 0;
}
