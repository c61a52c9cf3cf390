#include <sodium.h>
#include <string.h>

#include "fuzz.h"
#include "home/opening.h"

/* Bytes of which an opening becomes the owner. */
static unsigned char *locked(const void *bytes, size_t length)
{
  unsigned char *out = sodium_malloc(length + 1); /* it is not asked for nothing */
  need(out != NULL);
  if (length > 0)
    memcpy(out, bytes, length);
  return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  cs_opening opening;
  cs_error error;
  unsigned char *again;
  size_t length_again;
  need(sodium_init() >= 0);
  if (cs_opening_parse(locked(bytes, length), length, &opening, &error) != CS_OK) {
    need(opening.record == NULL && opening.secrets == NULL); /* nothing of it is left */
    return 0;
  }
  need(cs_opening_format(&opening, &again, &length_again, &error) == CS_OK);
  need(length_again == length && memcmp(again, bytes, length) == 0); /* what it took is written again as it was read */
  sodium_free(again);
  cs_opening_free(&opening);
  return 0;
}
