#include "fuzz.h"
#include "home/home.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  cs_text says = {0};
  cs_error error;
  cs_status status = cs_evidence_verify((cs_slice){(const char *)bytes, length}, "evidence", &says, &error);
  need((status == CS_OK) == (says.length > 0)); /* it says what it proves, and nothing where it proves nothing */
  cs_text_free(&says);
  return 0;
}
