/* Base64, read strictly. */
#include <sodium.h>

#include "ledger/ledger.h"

bool cs_base64_read(cs_slice text, void *out, size_t size, size_t *length)
{
  /* libsodium takes some bytes above 0x7f for digits. */
  for (size_t i = 0; i < text.length; i++)
    if ((unsigned char)text.at[i] > 0x7f)
      return false;
  return sodium_base642bin(out, size, text.at, text.length, NULL, length, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}
