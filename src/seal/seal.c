/* Seals, from the parts that they are made of. */
#include "seal/seal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "seal/zero.h"

static const char PROTOCOL[] = "countersign seal v1";

void cs_seal_draw(int64_t value, cs_secret *out)
{
  cs_scalar blinding;
  cs_scalar_random(&blinding);
  out->value = value;
  cs_scalar_encode(&blinding, out->blinding);
  sodium_memzero(&blinding, sizeof blinding);
}

cs_status cs_seal_commit(const cs_secret *secret, cs_commitment *out, cs_error *error)
{
  cs_scalar blinding;
  if (!cs_scalar_decode(secret->blinding, &blinding))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "a blinding factor is no scalar of the group");
  /* Whether a change is one of more or of less is public. A commitment to -n is the negative of that to n with the
   * negative factor. */
  bool negative = secret->value < 0;
  if (negative)
    cs_scalar_negate(&blinding, &blinding);
  uint64_t size = negative ? 0 - (uint64_t)secret->value : (uint64_t)secret->value;
  cs_status status = cs_commit(size, &blinding, out->bytes, error);
  sodium_memzero(&blinding, sizeof blinding);
  cs_point point;
  if (status == CS_OK && negative && cs_point_decode(out->bytes, &point)) {
    cs_point_negate(&point, &point);
    cs_point_encode(&point, out->bytes);
  }
  return status;
}

cs_status cs_seal_add(const cs_commitment *a, const cs_commitment *b, cs_commitment *out, cs_error *error)
{
  cs_point sum, point;
  if (!cs_point_decode(a->bytes, &sum) || !cs_point_decode(b->bytes, &point))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "a commitment is no point of the group");
  cs_point_add(&sum, &point, &sum);
  cs_point_encode(&sum, out->bytes);
  return CS_OK;
}

static void begin(const cs_seal_context *context, cs_transcript *out)
{
  cs_transcript_start(out, PROTOCOL);
  for (size_t i = 0; i < context->count; i++)
    cs_transcript_append(out, context->facts[i].label, context->facts[i].value.at, context->facts[i].value.length);
}

static size_t power_of_two(size_t count)
{
  size_t out = 1;
  while (out < count)
    out *= 2;
  return out;
}

/* ---- Several values in one range proof ------------------------------------------------------------------------- */

/* What a range proof is made of: values padded to a power of two by zeros with commitments that are the identity, which
 * everybody sees to be padding. */
typedef struct padded {
  size_t count; /* with the padding */
  uint64_t *values;
  cs_scalar *blindings;
  unsigned char (*commitments)[CS_COMMITMENT_BYTES];
} padded;

static void padded_free(padded *p)
{
  sodium_free(p->values);
  sodium_free(p->blindings);
  free(p->commitments);
}

static cs_status padded_new(size_t count, bool secret, padded *out, cs_error *error)
{
  *out = (padded){.count = power_of_two(count)};
  out->commitments = calloc(out->count, sizeof *out->commitments); /* zero bytes encode the identity */
  bool ok = out->commitments != NULL;
  if (secret) {
    out->values = sodium_allocarray(out->count, sizeof *out->values);
    out->blindings = sodium_allocarray(out->count, sizeof *out->blindings);
    ok = ok && out->values != NULL && out->blindings != NULL;
  }
  if (!ok) {
    padded_free(out);
    return cs_fail_memory(error);
  }
  if (secret) {
    memset(out->values, 0, out->count * sizeof *out->values);
    memset(out->blindings, 0, out->count * sizeof *out->blindings);
  }
  return CS_OK;
}

static cs_status prove(cs_transcript *transcript, const padded *p, size_t count, size_t bits, cs_text *out,
                       cs_error *error)
{
  unsigned char proof[CS_RANGE_PROOF_MAX];
  cs_transcript_append_number(transcript, "values", count);
  cs_status status = cs_range_prove(transcript, p->values, p->blindings, p->commitments, p->count, bits, proof, error);
  if (status == CS_OK)
    cs_text_put(out, (const char *)proof, cs_range_proof_bytes(bits, p->count));
  return status == CS_OK && out->failed ? cs_fail_memory(error) : status;
}

/* Takes `length` bytes off a proof. */
static cs_status take(cs_slice *proof, size_t length, const unsigned char **out, cs_error *error)
{
  if (length == 0 || proof->length < length)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the proof has %zu bytes; expected at least %zu",
                   proof->length, length);
  *out = (const unsigned char *)proof->at;
  proof->at += length;
  proof->length -= length;
  return CS_OK;
}

static cs_status verify(cs_transcript *transcript, const padded *p, size_t count, size_t bits, cs_slice *proof,
                        cs_error *error)
{
  const unsigned char *bytes = NULL;
  size_t length = cs_range_proof_bytes(bits, p->count);
  cs_transcript_append_number(transcript, "values", count);
  cs_status status = take(proof, length, &bytes, error);
  return status == CS_OK ? cs_range_verify(transcript, p->commitments, p->count, bits, bytes, length, error) : status;
}

static cs_status all_read(cs_slice rest, cs_error *error)
{
  return rest.length == 0
           ? CS_OK
           : cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the proof has %zu bytes too many", rest.length);
}

/* ---- Cells ------------------------------------------------------------------------------------------------------- */

/* How many of the cells from `first` on one proof takes. */
static size_t part(size_t count, size_t first)
{
  return count - first < CS_RANGE_VALUES_MAX ? count - first : CS_RANGE_VALUES_MAX;
}

static cs_status copy_secrets(const cs_secret *secrets, const cs_commitment *commitments, size_t count, padded *out,
                              cs_error *error)
{
  for (size_t i = 0; i < count; i++) {
    out->values[i] = (uint64_t)secrets[i].value; /* a negative one is too large for its width, and refused */
    if (!cs_scalar_decode(secrets[i].blinding, &out->blindings[i]))
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "a blinding factor is no scalar of the group");
    memcpy(out->commitments[i], commitments[i].bytes, CS_COMMITMENT_BYTES);
  }
  return CS_OK;
}

cs_status cs_seal_prove_cells(const cs_seal_context *context, const cs_secret *secrets,
                              const cs_commitment *commitments, size_t count, size_t bits, cs_text *out,
                              cs_error *error)
{
  cs_transcript transcript;
  cs_status status = CS_OK;
  begin(context, &transcript);
  for (size_t first = 0; first < count && status == CS_OK; first += part(count, first)) {
    padded p;
    size_t some = part(count, first);
    status = padded_new(some, true, &p, error);
    if (status != CS_OK)
      break;
    status = copy_secrets(secrets + first, commitments + first, some, &p, error);
    if (status == CS_OK)
      status = prove(&transcript, &p, some, bits, out, error);
    padded_free(&p);
  }
  cs_transcript_wipe(&transcript);
  return status;
}

cs_status cs_seal_verify_cells(const cs_seal_context *context, const cs_commitment *commitments, size_t count,
                               size_t bits, cs_slice proof, cs_error *error)
{
  cs_transcript transcript;
  cs_status status = CS_OK;
  begin(context, &transcript);
  for (size_t first = 0; first < count && status == CS_OK; first += part(count, first)) {
    padded p;
    size_t some = part(count, first);
    status = padded_new(some, false, &p, error);
    if (status != CS_OK)
      break;
    memcpy(p.commitments, commitments + first, some * sizeof *commitments);
    status = verify(&transcript, &p, some, bits, &proof, error);
    padded_free(&p);
  }
  return status == CS_OK ? all_read(proof, error) : status;
}

/* ---- Relations --------------------------------------------------------------------------------------------------- */

bool cs_seal_extent(const int64_t *weights, size_t count, size_t bits, int64_t constant, int64_t *least, int64_t *most)
{
  static const __int128 edge = (__int128)1 << 62;
  __int128 low = -(__int128)constant, high = low;
  if (bits > 62)
    return false;
  for (size_t i = 0; i < count; i++) {
    __int128 part_most = (__int128)weights[i] * ((INT64_C(1) << bits) - 1);
    low += part_most < 0 ? part_most : 0;
    high += part_most > 0 ? part_most : 0;
    if (low < -edge || high > edge)
      return false;
  }
  *least = (int64_t)low;
  *most = (int64_t)high;
  return low >= -edge && high <= edge;
}

size_t cs_seal_width(int64_t most)
{
  size_t bits = 8;
  while (bits < 64 && (uint64_t)most >> bits != 0)
    bits *= 2;
  return bits;
}

/* The commitment that a relation speaks about. */
static cs_status combine(const cs_relation *r, unsigned char out[CS_COMMITMENT_BYTES], cs_error *error)
{
  return cs_commitments_combine((const unsigned char(*)[CS_COMMITMENT_BYTES])r->commitments, r->weights, r->count,
                                r->constant, out, error);
}

/* What opens it; false where a blinding factor is no scalar. */
static bool combine_secrets(const cs_relation *r, const cs_secret *secrets, int64_t *value, cs_scalar *blinding)
{
  bool ok = true;
  *value = -r->constant; /* the caller has bounded the sum */
  *blinding = (cs_scalar){{0}};
  for (size_t i = 0; i < r->count; i++) {
    cs_scalar factor, sum;
    *value += r->weights[i] * secrets[i].value;
    ok = cs_scalar_decode(secrets[i].blinding, &factor) && ok;
    cs_blindings_combine(&factor, &r->weights[i], 1, &sum);
    cs_scalar_add(blinding, &sum, blinding);
    sodium_memzero(&factor, sizeof factor);
    sodium_memzero(&sum, sizeof sum);
  }
  return ok;
}

static size_t count_ranges(const cs_relation *relations, size_t count)
{
  size_t out = 0;
  for (size_t i = 0; i < count; i++)
    out += !relations[i].zero;
  return out;
}

static cs_status fail_relation(size_t number, cs_error *error)
{
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "claim %zu does not hold; nothing can prove it", number + 1);
}

static cs_status prove_ranges(cs_transcript *transcript, const cs_relation *relations, const cs_secret *const *secrets,
                              size_t count, size_t bits, cs_text *out, cs_error *error)
{
  size_t ranges = count_ranges(relations, count), k = 0;
  padded p;
  if (ranges == 0)
    return CS_OK;
  cs_status status = ranges > CS_RANGE_VALUES_MAX ? CS_INVALID : padded_new(ranges, true, &p, error);
  if (status != CS_OK)
    return status == CS_INVALID ? cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "too many claims") : status;
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    int64_t value;
    if (relations[i].zero)
      continue;
    if (!combine_secrets(&relations[i], secrets[i], &value, &p.blindings[k]) || value < 0)
      status = fail_relation(i, error);
    if (status == CS_OK)
      status = combine(&relations[i], p.commitments[k], error);
    p.values[k++] = (uint64_t)value;
  }
  if (status == CS_OK)
    status = prove(transcript, &p, ranges, bits, out, error);
  padded_free(&p);
  return status;
}

static cs_status prove_zeros(cs_transcript *transcript, const cs_relation *relations, const cs_secret *const *secrets,
                             size_t count, cs_text *out, cs_error *error)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    unsigned char commitment[CS_COMMITMENT_BYTES], proof[CS_ZERO_PROOF_BYTES];
    cs_scalar blinding;
    int64_t value;
    if (!relations[i].zero)
      continue;
    if (!combine_secrets(&relations[i], secrets[i], &value, &blinding) || value != 0)
      status = fail_relation(i, error);
    if (status == CS_OK)
      status = combine(&relations[i], commitment, error);
    if (status == CS_OK)
      status = cs_zero_prove(transcript, commitment, &blinding, proof, error);
    if (status == CS_OK)
      cs_text_put(out, (const char *)proof, sizeof proof);
    sodium_memzero(&blinding, sizeof blinding);
  }
  return status == CS_OK && out->failed ? cs_fail_memory(error) : status;
}

cs_status cs_seal_prove_relations(const cs_seal_context *context, const cs_relation *relations,
                                  const cs_secret *const *secrets, size_t count, size_t bits, cs_text *out,
                                  cs_error *error)
{
  cs_transcript transcript;
  begin(context, &transcript);
  cs_transcript_append_number(&transcript, "relations", count);
  cs_status status = prove_ranges(&transcript, relations, secrets, count, bits, out, error);
  if (status == CS_OK)
    status = prove_zeros(&transcript, relations, secrets, count, out, error);
  cs_transcript_wipe(&transcript);
  return status;
}

static cs_status verify_ranges(cs_transcript *transcript, const cs_relation *relations, size_t count, size_t bits,
                               cs_slice *proof, cs_error *error)
{
  size_t ranges = count_ranges(relations, count), k = 0;
  padded p;
  if (ranges == 0)
    return CS_OK;
  cs_status status = ranges > CS_RANGE_VALUES_MAX ? CS_INVALID : padded_new(ranges, false, &p, error);
  if (status != CS_OK)
    return status == CS_INVALID ? cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "too many claims") : status;
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (!relations[i].zero)
      status = combine(&relations[i], p.commitments[k++], error);
  if (status == CS_OK)
    status = verify(transcript, &p, ranges, bits, proof, error);
  padded_free(&p);
  return status;
}

cs_status cs_seal_verify_relations(const cs_seal_context *context, const cs_relation *relations, size_t count,
                                   size_t bits, cs_slice proof, cs_error *error)
{
  cs_transcript transcript;
  begin(context, &transcript);
  cs_transcript_append_number(&transcript, "relations", count);
  cs_status status = verify_ranges(&transcript, relations, count, bits, &proof, error);
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    unsigned char commitment[CS_COMMITMENT_BYTES];
    const unsigned char *bytes = NULL;
    if (!relations[i].zero)
      continue;
    status = combine(&relations[i], commitment, error);
    if (status == CS_OK)
      status = take(&proof, CS_ZERO_PROOF_BYTES, &bytes, error);
    if (status == CS_OK)
      status = cs_zero_verify(&transcript, commitment, bytes, error);
  }
  return status == CS_OK ? all_read(proof, error) : status;
}
