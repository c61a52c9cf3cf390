/* Commitments and a proof: what is not refused must hold again, alone and in a
 * batch, and not in another context. */
#include <string.h>

#include "fuzz.h"
#include "seal/batch.h"

enum { HEAD = 1, VALUES = 8 };

typedef struct input {
  unsigned char commitments[VALUES][CS_COMMITMENT_BYTES];
  size_t count, bits;
  const unsigned char *proof;
  size_t length;
} input;

static cs_status verify(const input *in, const char *context)
{
  cs_transcript transcript;
  cs_error error;
  cs_transcript_start(&transcript, context);
  return cs_range_verify(&transcript, in->commitments, in->count, in->bits, in->proof, in->length, &error);
}

static cs_status verify_twice(const input *in, const char *context)
{
  cs_transcript transcript;
  cs_error error;
  cs_batch *batch = cs_batch_new();
  need(batch != NULL);
  cs_status status = CS_OK;
  for (size_t i = 0; i < 2 && status == CS_OK; i++) {
    cs_transcript_start(&transcript, context);
    status =
      cs_batch_add_range(batch, &transcript, in->commitments, in->count, in->bits, in->proof, in->length, &error);
  }
  if (status == CS_OK)
    status = cs_batch_verify(batch, &error);
  cs_batch_free(batch);
  return status;
}

static cs_status verify_zero(const unsigned char *bytes)
{
  cs_transcript transcript;
  cs_error error;
  cs_transcript_start(&transcript, "fuzz");
  return cs_zero_verify(&transcript, bytes, bytes + CS_COMMITMENT_BYTES, &error);
}

/* The first byte: values (1, 2, 4 or 8), bits (8 to 64); then the commitments, and the proof. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  input in;
  if (length < HEAD)
    return 0;
  in.count = (size_t)1 << (bytes[0] & 3);
  in.bits = (size_t)8 << (bytes[0] >> 2 & 3);
  if (length == HEAD + CS_COMMITMENT_BYTES + CS_ZERO_PROOF_BYTES)
    verify_zero(bytes + HEAD);
  if (length < HEAD + in.count * CS_COMMITMENT_BYTES)
    return 0;
  memcpy(in.commitments, bytes + HEAD, in.count * CS_COMMITMENT_BYTES);
  in.proof = bytes + HEAD + in.count * CS_COMMITMENT_BYTES;
  in.length = length - HEAD - in.count * CS_COMMITMENT_BYTES;
  cs_status status = verify(&in, "Deserialize-And-Verify Test");
  need(verify_twice(&in, "Deserialize-And-Verify Test") == status);
  need(status != CS_OK || in.length == cs_range_proof_bytes(in.bits, in.count));
  need(status != CS_OK || verify(&in, "fuzz") == CS_INVALID);
  return 0;
}
