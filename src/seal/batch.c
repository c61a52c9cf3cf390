/* Checking proofs, any number at once. */
#include "seal/batch.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "seal/generators.h"
#include "seal/invert.h"
#include "seal/wire.h"

enum { SIZES = 4, ROUNDS_MAX = 16 };

/* The weights of generators in the sum, for proofs of one number of bits; in the order of a set. */
typedef struct shared {
  size_t parties; /* of the largest proof; 0: there is none */
  cs_scalar *weights;
} shared;

/* A range proof, and the challenges that it met. */
typedef struct reading {
  const unsigned char *proof; /* while it is read */
  const unsigned char (*commitments)[CS_COMMITMENT_BYTES];
  size_t count, bits, length, rounds;
  size_t first; /* where its points begin in the sum */
  cs_scalar t_x, t_x_blinding, e_blinding, a, b;
  cs_scalar y, z, x, w, u[ROUNDS_MAX];
  const cs_scalar *inverses; /* of each u, then of y */
} reading;

/* The sum that must be the identity. */
struct cs_batch {
  shared sizes[SIZES];      /* by bits: 8, 16, 32, 64 */
  cs_scalar base, blinding; /* weights of B and B~ */
  /* Points of the proofs, not decoded yet, with their weights. */
  unsigned char (*points)[CS_POINT_BYTES];
  cs_scalar *weights;
  size_t count, capacity;
  /* Range proofs that have no weights yet: all their challenges are inverted at once. */
  reading *readings;
  size_t reading_count, reading_capacity;
};

static const cs_scalar zero = {{0}}, one = {{1}};

static cs_status refuse(cs_error *error, const char *what)
{
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%s", what);
}

/* ---- The sum ----------------------------------------------------------------------------------------------------- */

cs_batch *cs_batch_new(void)
{
  return calloc(1, sizeof(cs_batch));
}

static void empty(cs_batch *batch)
{
  for (size_t i = 0; i < SIZES; i++)
    free(batch->sizes[i].weights);
  free(batch->points);
  free(batch->weights);
  free(batch->readings);
  *batch = (cs_batch){0};
}

void cs_batch_free(cs_batch *batch)
{
  if (batch == NULL)
    return;
  empty(batch);
  free(batch);
}

/* Room for `more` points. */
static bool make_room(cs_batch *batch, size_t more)
{
  size_t capacity = batch->capacity == 0 ? 64 : batch->capacity;
  while (capacity < batch->count + more)
    capacity *= 2;
  if (capacity == batch->capacity)
    return true;
  void *points = realloc(batch->points, capacity * sizeof *batch->points);
  if (points != NULL)
    batch->points = points;
  void *weights = realloc(batch->weights, capacity * sizeof *batch->weights);
  if (weights != NULL)
    batch->weights = weights;
  if (points == NULL || weights == NULL)
    return false;
  batch->capacity = capacity;
  return true;
}

/* There is room for it. */
static void add_point(cs_batch *batch, const cs_scalar *weight, const unsigned char point[CS_POINT_BYTES])
{
  batch->weights[batch->count] = *weight;
  memcpy(batch->points[batch->count++], point, CS_POINT_BYTES);
}

/* The weights of generators for `parties` values of `bits` bits, zero at first; NULL when out of memory. */
static cs_scalar *share(cs_batch *batch, size_t bits, size_t parties)
{
  shared *s = &batch->sizes[bits == 8 ? 0 : bits == 16 ? 1 : bits == 32 ? 2 : 3];
  if (s->parties < parties) {
    size_t old = s->parties == 0 ? 0 : cs_at_g(s->parties * bits), count = cs_at_g(parties * bits);
    cs_scalar *grown = realloc(s->weights, count * sizeof *grown);
    if (grown == NULL)
      return NULL;
    memset(grown + old, 0, (count - old) * sizeof *grown);
    s->parties = parties;
    s->weights = grown;
  }
  return s->weights;
}

/* ---- Range proofs: reading --------------------------------------------------------------------------------------- */

static bool decode_scalars(reading *r)
{
  const unsigned char *end = r->proof + CS_AT_INNER + r->rounds * 2 * CS_POINT_BYTES;
  return cs_scalar_decode(r->proof + CS_AT_T_X, &r->t_x) &&
         cs_scalar_decode(r->proof + CS_AT_T_X_BLINDING, &r->t_x_blinding) &&
         cs_scalar_decode(r->proof + CS_AT_E_BLINDING, &r->e_blinding) && cs_scalar_decode(end, &r->a) &&
         cs_scalar_decode(end + CS_SCALAR_BYTES, &r->b);
}

/* Appends a point; false where it is the identity, whose encoding is 32 zeros. */
static bool hear_point(cs_transcript *transcript, const char *label, const unsigned char point[CS_POINT_BYTES])
{
  cs_transcript_append(transcript, label, point, CS_POINT_BYTES);
  return !sodium_is_zero(point, CS_POINT_BYTES);
}

/* Appends what the prover said, and draws the challenges; false where a point is the identity. */
static bool replay(reading *r, cs_transcript *transcript)
{
  const unsigned char *p = r->proof;
  cs_range_begin(transcript, r->commitments, r->count, r->bits);
  bool sound = hear_point(transcript, "A", p + CS_AT_A);
  sound = hear_point(transcript, "S", p + CS_AT_S) && sound;
  cs_transcript_challenge_scalar(transcript, "y", &r->y);
  cs_transcript_challenge_scalar(transcript, "z", &r->z);
  sound = hear_point(transcript, "T_1", p + CS_AT_T1) && sound;
  sound = hear_point(transcript, "T_2", p + CS_AT_T2) && sound;
  cs_transcript_challenge_scalar(transcript, "x", &r->x);
  cs_transcript_append_scalar(transcript, "t_x", &r->t_x);
  cs_transcript_append_scalar(transcript, "t_x_blinding", &r->t_x_blinding);
  cs_transcript_append_scalar(transcript, "e_blinding", &r->e_blinding);
  cs_transcript_challenge_scalar(transcript, "w", &r->w);
  cs_transcript_append(transcript, "dom-sep", "ipp v1", 6);
  cs_transcript_append_number(transcript, "n", r->length);
  for (size_t i = 0; i < r->rounds; i++) {
    const unsigned char *round = p + CS_AT_INNER + i * 2 * CS_POINT_BYTES;
    sound = hear_point(transcript, "L", round) && sound;
    sound = hear_point(transcript, "R", round + CS_POINT_BYTES) && sound;
    cs_transcript_challenge_scalar(transcript, "u", &r->u[i]);
  }
  return sound;
}

/* No honest transcript meets a challenge that is zero; it has no inverse. */
static bool has_zero(const reading *r)
{
  bool found = cs_scalar_is_zero(&r->y);
  for (size_t i = 0; i < r->rounds; i++)
    found = found || cs_scalar_is_zero(&r->u[i]);
  return found;
}

/* The points of the proof and its commitments, without their weights. There is room. */
static void keep_points(cs_batch *batch, reading *r)
{
  r->first = batch->count;
  for (size_t at = CS_AT_A; at <= CS_AT_T2; at += CS_POINT_BYTES)
    add_point(batch, &zero, r->proof + at);
  for (size_t i = 0; i < 2 * r->rounds; i++)
    add_point(batch, &zero, r->proof + CS_AT_INNER + i * CS_POINT_BYTES);
  for (size_t i = 0; i < r->count; i++)
    add_point(batch, &zero, r->commitments[i]);
  r->proof = NULL;
  r->commitments = NULL;
}

cs_status cs_batch_add_range(cs_batch *batch, cs_transcript *transcript,
                             const unsigned char (*commitments)[CS_COMMITMENT_BYTES], size_t count, size_t bits,
                             const unsigned char *proof, size_t length, cs_error *error)
{
  reading r = {.proof = proof, .commitments = commitments, .count = count, .bits = bits, .length = count * bits};
  size_t expected = cs_range_proof_bytes(bits, count);
  if (expected == 0)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0, 0}, "no range proof is for %zu values of %zu bits", count,
                   bits);
  if (length != expected)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0, 0}, "the range proof has %zu bytes; expected %zu", length,
                   expected);
  r.rounds = (expected / CS_POINT_BYTES - 9) / 2;
  if (!decode_scalars(&r))
    return refuse(error, "a scalar of the range proof is not reduced");
  if (!replay(&r, transcript))
    return refuse(error, "a point of the range proof is the identity");
  if (has_zero(&r))
    return refuse(error, "a challenge of the range proof is zero");
  if (!make_room(batch, 4 + 2 * r.rounds + count) ||
      !cs_grow((void **)&batch->readings, &batch->reading_capacity, batch->reading_count, sizeof r))
    return cs_fail_memory(error);
  keep_points(batch, &r);
  batch->readings[batch->reading_count++] = r;
  return CS_OK;
}

/* ---- Range proofs: weighing ---------------------------------------------------------------------------------------- */

/* Adds the products of `start` and, for each bit of the index i < 2^rounds that is set, the step of that bit:
 * out[i] = start * product of steps. */
static void spread(const cs_scalar *start, const cs_scalar *steps, size_t rounds, cs_scalar *out)
{
  out[0] = *start;
  for (size_t k = 0; k < rounds; k++)
    for (size_t i = (size_t)1 << k, j = 0; j < (size_t)1 << k; j++)
      cs_scalar_multiply(&out[j], &steps[k], &out[i + j]);
}

/* G_f has the weight -e (z + a s_f), where s_f is the product of u^-1, or u where the bit of f that belongs to the round is
 * set: the first round folds by the highest bit. */
static void weigh_g(const reading *r, const cs_scalar *e, cs_scalar *scratch, cs_scalar *weights)
{
  cs_scalar steps[ROUNDS_MAX], start, shift;
  cs_scalar_multiply(e, &r->a, &start);
  cs_scalar_multiply(e, &r->z, &shift);
  for (size_t k = 0; k < r->rounds; k++) {
    cs_scalar_multiply(&start, &r->inverses[k], &start);
    cs_scalar_multiply(&r->u[r->rounds - 1 - k], &r->u[r->rounds - 1 - k], &steps[k]);
  }
  spread(&start, steps, r->rounds, scratch);
  for (size_t f = 0; f < r->length; f++) {
    cs_scalar *weight = &weights[cs_at_g(f)];
    cs_scalar_subtract(weight, &shift, weight);
    cs_scalar_subtract(weight, &scratch[f], weight);
  }
}

/* H_f has the weight e (z + y^-f (z^(2 + party) 2^bit - b / s_f)). */
static void weigh_h(const reading *r, const cs_scalar *e, cs_scalar *scratch, cs_scalar *weights)
{
  const cs_scalar *y_inverse = &r->inverses[r->rounds];
  cs_scalar steps[ROUNDS_MAX], start, shift, next_bit, next_party = r->z, party, power = *y_inverse;
  cs_scalar_multiply(e, &r->b, &start);
  cs_scalar_multiply(e, &r->z, &shift);
  for (size_t k = 0; k < r->rounds; k++) {
    const cs_scalar *inverse = &r->inverses[r->rounds - 1 - k];
    if ((size_t)1 << k == r->bits)
      cs_scalar_multiply(&next_party, &power, &next_party);
    cs_scalar_multiply(&start, &r->u[k], &start);
    cs_scalar_multiply(inverse, inverse, &steps[k]);
    cs_scalar_multiply(&steps[k], &power, &steps[k]);
    cs_scalar_multiply(&power, &power, &power);
  }
  spread(&start, steps, r->rounds, scratch);
  cs_scalar_add(y_inverse, y_inverse, &next_bit);
  cs_scalar_multiply(&shift, &r->z, &party);
  for (size_t f = 0; f < r->length; f++) {
    cs_scalar *weight = &weights[cs_at_h(f)];
    if (f > 0 && f % r->bits == 0)
      cs_scalar_multiply(&party, &next_party, &party);
    if (f % r->bits == 0)
      power = party;
    else
      cs_scalar_multiply(&power, &next_bit, &power);
    cs_scalar_add(weight, &shift, weight);
    cs_scalar_subtract(weight, &scratch[f], weight);
    cs_scalar_add(weight, &power, weight);
  }
}

/* 1 + base + ... + base^(count - 1), where count is a power of two. */
static void sum_powers(const cs_scalar *base, size_t count, cs_scalar *out)
{
  cs_scalar power = *base;
  *out = one;
  for (; count > 1; count /= 2) {
    cs_scalar_multiply_add(out, &power, out, out);
    cs_scalar_multiply(&power, &power, &power);
  }
}

/* delta = (z - z^2) sum of y^f - z^3 (2^bits - 1) sum of z^party: what t(0) is for values whose commitments are left out. */
static void find_delta(const reading *r, cs_scalar *out)
{
  cs_scalar square, sum, all_ones;
  cs_scalar_multiply(&r->z, &r->z, &square);
  sum_powers(&r->y, r->length, &sum);
  cs_scalar_subtract(&r->z, &square, out);
  cs_scalar_multiply(out, &sum, out);
  sum_powers(&r->z, r->count, &sum);
  cs_scalar_multiply(&sum, &square, &sum);
  cs_scalar_multiply(&sum, &r->z, &sum);
  cs_scalar_from(r->bits == 64 ? UINT64_MAX : (UINT64_C(1) << r->bits) - 1, &all_ones);
  cs_scalar_multiply(&sum, &all_ones, &sum);
  cs_scalar_subtract(out, &sum, out);
}

/* B has the weight e w (t_x - a b) + c (delta - t_x), and B~ -e e_blinding - c t_x_blinding. */
static void weigh_bases(cs_batch *batch, const reading *r, const cs_scalar *e, const cs_scalar *c)
{
  cs_scalar delta, product, t;
  find_delta(r, &delta);
  cs_scalar_multiply(&r->a, &r->b, &product);
  cs_scalar_subtract(&r->t_x, &product, &t);
  cs_scalar_multiply(&t, &r->w, &t);
  cs_scalar_multiply_add(&t, e, &batch->base, &batch->base);
  cs_scalar_subtract(&delta, &r->t_x, &t);
  cs_scalar_multiply_add(&t, c, &batch->base, &batch->base);
  cs_scalar_multiply(e, &r->e_blinding, &t);
  cs_scalar_subtract(&batch->blinding, &t, &batch->blinding);
  cs_scalar_multiply(c, &r->t_x_blinding, &t);
  cs_scalar_subtract(&batch->blinding, &t, &batch->blinding);
}

/* The points of the proof and the commitments: A, x S, c x T_1, c x^2 T_2, u^2 L, u^-2 R, c z^(2 + party) V, of which those
 * without c are weighed with e. */
static void weigh_points(const cs_batch *batch, const reading *r, const cs_scalar *e, const cs_scalar *c)
{
  cs_scalar *weights = batch->weights + r->first, power;
  weights[0] = *e;
  cs_scalar_multiply(e, &r->x, &weights[1]);
  cs_scalar_multiply(c, &r->x, &weights[2]);
  cs_scalar_multiply(&weights[2], &r->x, &weights[3]);
  weights += 4;
  for (size_t i = 0; i < r->rounds; i++, weights += 2) {
    cs_scalar_multiply(&r->u[i], &r->u[i], &weights[0]);
    cs_scalar_multiply(&weights[0], e, &weights[0]);
    cs_scalar_multiply(&r->inverses[i], &r->inverses[i], &weights[1]);
    cs_scalar_multiply(&weights[1], e, &weights[1]);
  }
  cs_scalar_multiply(c, &r->z, &power);
  for (size_t i = 0; i < r->count; i++) {
    cs_scalar_multiply(&power, &r->z, &power);
    weights[i] = power;
  }
}

/* Both equations of the proof (section 4.2 of the paper, (65) and (67)): that of the inner product with a random weight e,
 * that of t(x) with a random weight c. */
static bool weigh(cs_batch *batch, const reading *r)
{
  cs_scalar e, c;
  cs_scalar *weights = share(batch, r->bits, r->count), *scratch = calloc(r->length, sizeof *scratch);
  bool room = weights != NULL && scratch != NULL;
  if (room) {
    cs_scalar_random(&e);
    cs_scalar_random(&c);
    weigh_g(r, &e, scratch, weights);
    weigh_h(r, &e, scratch, weights);
    weigh_bases(batch, r, &e, &c);
    weigh_points(batch, r, &e, &c);
  }
  free(scratch);
  return room;
}

/* Gives all range proofs their weights; false when out of memory. */
static bool weigh_all(cs_batch *batch)
{
  size_t count = batch->reading_count, at = 0;
  cs_scalar *inverses = calloc(count * (ROUNDS_MAX + 1) + 1, 2 * sizeof *inverses);
  bool room = inverses != NULL;
  for (size_t i = 0; room && i < count; i++) {
    reading *r = &batch->readings[i];
    r->inverses = inverses + at;
    memcpy(inverses + at, r->u, r->rounds * sizeof *r->u);
    inverses[at + r->rounds] = r->y;
    at += r->rounds + 1;
  }
  if (room && at > 0)
    cs_scalar_invert_all_var(inverses, inverses + at, at);
  for (size_t i = 0; room && i < count; i++)
    room = weigh(batch, &batch->readings[i]);
  free(inverses);
  return room;
}

/* ---- Proofs of zero ---------------------------------------------------------------------------------------------- */

/* s * B~ = R + c * C */
cs_status cs_batch_add_zero(cs_batch *batch, cs_transcript *transcript,
                            const unsigned char commitment[CS_COMMITMENT_BYTES],
                            const unsigned char proof[CS_ZERO_PROOF_BYTES], cs_error *error)
{
  cs_scalar response, challenge, e;
  if (!cs_scalar_decode(proof + CS_POINT_BYTES, &response))
    return refuse(error, "the scalar of the proof of zero is not reduced");
  if (sodium_is_zero(proof, CS_POINT_BYTES))
    return refuse(error, "the point of the proof of zero is the identity");
  if (!make_room(batch, 2))
    return cs_fail_memory(error);
  cs_zero_challenge(transcript, commitment, proof, &challenge);
  cs_scalar_random(&e);
  add_point(batch, &e, proof);
  cs_scalar_multiply(&challenge, &e, &challenge);
  add_point(batch, &challenge, commitment);
  cs_scalar_multiply(&response, &e, &response);
  cs_scalar_subtract(&batch->blinding, &response, &batch->blinding);
  return CS_OK;
}

/* ---- Checking ---------------------------------------------------------------------------------------------------- */

/* Adds what belongs to a set of generators, and the first `count` points; false when out of memory. */
static bool add_products(const cs_generators *generators, const cs_scalar *fixed, size_t fixed_count,
                         const cs_batch *batch, const cs_point *points, size_t count, cs_point *sum)
{
  cs_point part;
  if (generators == NULL ||
      !cs_point_sum_var(generators->table, fixed, fixed_count, batch->weights, points, count, &part))
    return false;
  cs_point_add(sum, &part, sum);
  return true;
}

/* The whole sum. B, B~ and the points go with the first set of generators that there is. */
static bool add_up(const cs_batch *batch, const cs_point *points, cs_point *sum)
{
  const cs_scalar bases[CS_AT_VECTORS] = {[CS_AT_B] = batch->base, [CS_AT_BLINDING] = batch->blinding};
  size_t count = batch->count;
  bool room = true, first = true;
  *sum = cs_point_identity;
  for (size_t i = 0; room && i < SIZES; i++) {
    const shared *s = &batch->sizes[i];
    const size_t bits = (size_t)8 << i;
    if (s->parties == 0)
      continue;
    memcpy(s->weights, first ? bases : (const cs_scalar[CS_AT_VECTORS]){0}, sizeof bases);
    room = add_products(cs_generators_get(bits, s->parties), s->weights, cs_at_g(s->parties * bits), batch, points,
                        count, sum);
    first = false;
    count = 0;
  }
  return room && first ? add_products(cs_generators_bases(), bases, CS_AT_VECTORS, batch, points, count, sum) : room;
}

cs_status cs_batch_verify(cs_batch *batch, cs_error *error)
{
  cs_point *points = calloc(batch->count + 1, sizeof *points), sum;
  bool room = points != NULL,
       decoded =
         room && cs_point_decode_all((const unsigned char(*)[CS_POINT_BYTES])batch->points, batch->count, points);
  if (decoded)
    room = weigh_all(batch) && add_up(batch, points, &sum);
  free(points);
  empty(batch);
  if (!room)
    return cs_fail_memory(error);
  if (!decoded)
    return refuse(error, "a point of a proof or a commitment is not one of the group");
  return cs_point_is_identity(&sum) ? CS_OK : refuse(error, "the proof does not hold");
}
