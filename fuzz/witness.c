#include "fuzz.h"
#include "ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static const char text[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  cs_slice body = {(const char *)bytes, length};
  cs_witness_request request;
  cs_checkpoint last = {.size = 9}, now;
  cs_verifier log;
  cs_text again = {0};
  cs_error error;
  if (cs_witness_request_parse(body, &request, &error) != CS_OK)
    return 0;
  cs_witness_request_format(&request, &again);
  need(cs_slice_equal(slice_of(&again), body));
  need(cs_verifier_parse(cs_slice_of(text), &log));
  /* The key signed an example of a note that is no checkpoint: nothing is ever cosigned. */
  need(cs_witness_judge(&request, &log, &last, &now) != CS_WITNESS_OK);
  cs_text_free(&again);
  return 0;
}
