/* Range proofs: making them. Checking them is a batch of one.
 *
 * What is constant-time, and what is not. A, S, T_1 and T_2 and everything before the challenge x are computed from the
 * values, their blinding factors and nonces, in constant time. The vectors l(x) and r(x), with t(x) and the two blinding
 * sums, are no secret any more: in the protocol of section 4.1 of the paper the prover sends them to the verifier in the
 * clear, and that protocol has perfect special honest-verifier zero-knowledge (s_L and s_R make l(x) and r(x) uniform). The
 * inner product argument only makes that message shorter (section 4.2), so its L and R, which are functions of l, r and
 * public points, may be computed in variable time: a side channel shows no more than what may be sent. l and r together
 * with s_L or s_R would show the values; so the latter stay constant-time, and all of them are wiped. */
#include "seal/range.h"

#include <sodium.h>
#include <string.h>

#include "seal/batch.h"
#include "seal/inner.h"
#include "seal/invert.h"
#include "seal/reveal.h"
#include "seal/wire.h"

/* ---- Commitments and sizes --------------------------------------------------------------------------------------- */

cs_status cs_commit(uint64_t value, const cs_scalar *blinding, unsigned char out[CS_COMMITMENT_BYTES], cs_error *error)
{
  const cs_generators *bases = cs_generators_bases();
  cs_scalar opening[2] = {[CS_AT_BLINDING] = *blinding};
  cs_point sum;
  cs_scalar_from(value, &opening[CS_AT_B]);
  bool made = bases != NULL && cs_point_table_sum(bases->table, CS_AT_B, opening, 2, &sum);
  sodium_memzero(opening, sizeof opening);
  if (!made)
    return cs_fail_memory(error);
  cs_point_encode(&sum, out);
  CS_REVEAL(out, CS_COMMITMENT_BYTES);
  return CS_OK;
}

size_t cs_range_proof_bytes(size_t bits, size_t count)
{
  bool known_bits = bits == 8 || bits == 16 || bits == 32 || bits == 64;
  if (!known_bits || count == 0 || count > CS_RANGE_VALUES_MAX || (count & (count - 1)) != 0)
    return 0;
  size_t rounds = 0;
  while (bits * count > (size_t)1 << rounds)
    rounds++;
  return CS_POINT_BYTES * (9 + 2 * rounds);
}

void cs_range_begin(cs_transcript *transcript, const unsigned char (*commitments)[CS_COMMITMENT_BYTES], size_t count,
                    size_t bits)
{
  cs_transcript_append(transcript, "dom-sep", "rangeproof v1", 13);
  cs_transcript_append_number(transcript, "n", bits);
  cs_transcript_append_number(transcript, "m", count);
  for (size_t i = 0; i < count; i++)
    cs_transcript_append(transcript, "V", commitments[i], CS_COMMITMENT_BYTES);
}

/* ---- The prover -------------------------------------------------------------------------------------------------- */

typedef struct prover {
  const uint64_t *values;
  const cs_scalar *blindings;
  size_t count, bits, length; /* length = count * bits, N in the paper */
  const cs_generators *generators;
  cs_transcript *transcript;
  unsigned char *proof;
  cs_scalar y, z, x;
  cs_scalar alpha, tau[2], t[2]; /* of A; of T_1 and T_2; t_1 and t_2 */
  /* s is rho, then s_L and s_R in turn; l and r hold the constant terms of the polynomials, then their values at x; slope is
   * that of r, then the powers of y^-1 */
  cs_scalar *s, *l, *r, *slope;
  cs_scalar vectors[];
} prover;

static prover *prover_new(size_t length)
{
  prover *p = sodium_init() < 0 ? NULL : sodium_malloc(sizeof *p + (1 + 5 * length) * sizeof(cs_scalar));
  if (p == NULL)
    return NULL;
  *p = (prover){.length = length};
  p->s = p->vectors;
  p->l = p->s + 1 + 2 * length;
  p->r = p->l + length;
  p->slope = p->r + length;
  return p;
}

/* Every nonce of the proof. */
static void draw_nonces(prover *p)
{
  cs_nonces nonces;
  cs_nonces_start(&nonces, p->transcript);
  cs_nonces_key(&nonces, "v", p->values, p->count * sizeof *p->values);
  cs_nonces_key(&nonces, "v_blinding", p->blindings, p->count * sizeof *p->blindings);
  cs_nonces_finish(&nonces);
  cs_nonces_scalars(&nonces, &p->alpha, 1);
  cs_nonces_scalars(&nonces, p->tau, 2);
  cs_nonces_scalars(&nonces, p->s, 1 + 2 * p->length);
  cs_nonces_wipe(&nonces);
}

static uint64_t bit_of(const prover *p, size_t f)
{
  return (p->values[f / p->bits] >> (f % p->bits)) & 1;
}

/* A = alpha * B~ + <a_L, G> + <a_R, H>, where a_L are the bits and a_R = a_L - 1: for each bit G where it is 1, and -H where
 * it is 0. */
static bool commit_bits(const prover *p, cs_point *out)
{
  unsigned char *bits = (unsigned char *)p->r; /* not used yet */
  cs_point blinding;
  for (size_t f = 0; f < p->length; f++)
    bits[f] = (unsigned char)bit_of(p, f);
  cs_point_table_choose(p->generators->table, CS_AT_VECTORS, bits, p->length, out);
  if (!cs_point_table_sum(p->generators->table, CS_AT_BLINDING, &p->alpha, 1, &blinding))
    return false;
  cs_point_add(out, &blinding, out);
  sodium_memzero(&blinding, sizeof blinding);
  return true;
}

static void say(prover *p, const char *label, size_t at)
{
  cs_transcript_append(p->transcript, label, p->proof + at, CS_POINT_BYTES);
}

/* A and S, and the challenges y and z. */
static bool commit_vectors(prover *p)
{
  cs_point sums[2];
  draw_nonces(p);
  if (!commit_bits(p, &sums[0]) ||
      !cs_point_table_sum(p->generators->table, CS_AT_BLINDING, p->s, 1 + 2 * p->length, &sums[1]))
    return false;
  cs_point_encode_all(sums, 2, (unsigned char(*)[CS_POINT_BYTES])(p->proof + CS_AT_A));
  CS_REVEAL(p->proof + CS_AT_A, 2 * CS_POINT_BYTES);
  say(p, "A", CS_AT_A);
  say(p, "S", CS_AT_S);
  cs_transcript_challenge_scalar(p->transcript, "y", &p->y);
  cs_transcript_challenge_scalar(p->transcript, "z", &p->z);
  return true;
}

/* The polynomials l(X) = a_L - z + s_L X and r(X) = y^f (a_R + z + s_R X) + z^(2 + party) 2^bit, and of their product
 * t(X) the coefficients t_1 and t_2. */
static void make_polynomials(prover *p)
{
  cs_scalar bit, power = {{1}}, weight = p->z, scaled, upper, less;
  cs_scalar_subtract(&p->z, &(cs_scalar){{1}}, &less); /* z - 1 */
  for (size_t f = 0; f < p->length; f++) {
    const cs_scalar *s_l = &p->s[1 + 2 * f], *s_r = &p->s[2 + 2 * f];
    if (f % p->bits == 0) {
      cs_scalar_multiply(&weight, &p->z, &weight);
      scaled = weight;
    } else {
      cs_scalar_add(&scaled, &scaled, &scaled);
    }
    cs_scalar_from(bit_of(p, f), &bit);
    cs_scalar_subtract(&bit, &p->z, &p->l[f]);
    cs_scalar_add(&bit, &less, &upper);
    cs_scalar_multiply_add(&power, &upper, &scaled, &p->r[f]);
    cs_scalar_multiply(&power, s_r, &p->slope[f]);
    cs_scalar_multiply_add(&p->l[f], &p->slope[f], &p->t[0], &p->t[0]);
    cs_scalar_multiply_add(s_l, &p->r[f], &p->t[0], &p->t[0]);
    cs_scalar_multiply_add(s_l, &p->slope[f], &p->t[1], &p->t[1]);
    cs_scalar_multiply(&power, &p->y, &power);
  }
  sodium_memzero(&bit, sizeof bit);
  sodium_memzero(&upper, sizeof upper);
}

/* T_1 and T_2, and the challenge x. */
static bool commit_polynomial(prover *p)
{
  cs_point sums[2];
  make_polynomials(p);
  for (size_t i = 0; i < 2; i++) {
    cs_scalar opening[2] = {[CS_AT_B] = p->t[i], [CS_AT_BLINDING] = p->tau[i]};
    bool made = cs_point_table_sum(p->generators->table, CS_AT_B, opening, 2, &sums[i]);
    sodium_memzero(opening, sizeof opening);
    if (!made)
      return false;
  }
  cs_point_encode_all(sums, 2, (unsigned char(*)[CS_POINT_BYTES])(p->proof + CS_AT_T1));
  CS_REVEAL(p->proof + CS_AT_T1, 2 * CS_POINT_BYTES);
  say(p, "T_1", CS_AT_T1);
  say(p, "T_2", CS_AT_T2);
  cs_transcript_challenge_scalar(p->transcript, "x", &p->x);
  return true;
}

/* l(x), r(x) and t(x), in place. */
static void evaluate(prover *p, cs_scalar *t_x)
{
  *t_x = (cs_scalar){{0}};
  for (size_t f = 0; f < p->length; f++) {
    cs_scalar_multiply_add(&p->s[1 + 2 * f], &p->x, &p->l[f], &p->l[f]);
    cs_scalar_multiply_add(&p->slope[f], &p->x, &p->r[f], &p->r[f]);
    cs_scalar_multiply_add(&p->l[f], &p->r[f], t_x, t_x);
  }
}

/* sum of z^(2 + party) r_party + x tau_1 + x^2 tau_2, by Horner's rule in both. */
static void blind_t(const prover *p, cs_scalar *out)
{
  cs_scalar taus;
  *out = (cs_scalar){{0}};
  for (size_t i = p->count; i-- > 0;)
    cs_scalar_multiply_add(out, &p->z, &p->blindings[i], out);
  cs_scalar_multiply(out, &p->z, out);
  cs_scalar_multiply_add(&p->tau[1], &p->x, &p->tau[0], &taus);
  cs_scalar_multiply(&taus, &p->x, &taus);
  cs_scalar_multiply_add(out, &p->z, &taus, out);
  sodium_memzero(&taus, sizeof taus);
}

/* t(x) and the blinding factors, and the challenge w. */
static void open_polynomial(prover *p, cs_scalar *w)
{
  cs_scalar t_x, t_x_blinding, e_blinding;
  evaluate(p, &t_x);
  blind_t(p, &t_x_blinding);
  cs_scalar_multiply_add(&p->s[0], &p->x, &p->alpha, &e_blinding);
  cs_scalar_encode(&t_x, p->proof + CS_AT_T_X);
  cs_scalar_encode(&t_x_blinding, p->proof + CS_AT_T_X_BLINDING);
  cs_scalar_encode(&e_blinding, p->proof + CS_AT_E_BLINDING);
  CS_REVEAL(p->proof + CS_AT_T_X, 3 * CS_SCALAR_BYTES);
  CS_REVEAL(p->l, p->length * sizeof *p->l);
  CS_REVEAL(p->r, p->length * sizeof *p->r);
  say(p, "t_x", CS_AT_T_X);
  say(p, "t_x_blinding", CS_AT_T_X_BLINDING);
  say(p, "e_blinding", CS_AT_E_BLINDING);
  cs_transcript_challenge_scalar(p->transcript, "w", w);
}

/* The powers of y^-1, where the slope of r is not needed any more. */
static void take_inverses(prover *p)
{
  cs_scalar inverse, power = {{1}};
  cs_scalar_invert_var(&p->y, &inverse);
  for (size_t f = 0; f < p->length; f++) {
    p->slope[f] = power;
    cs_scalar_multiply(&power, &inverse, &power);
  }
}

static cs_status prove(prover *p, cs_error *error)
{
  cs_scalar w;
  if (!commit_vectors(p) || !commit_polynomial(p))
    return cs_fail_memory(error);
  open_polynomial(p, &w);
  take_inverses(p);
  return cs_inner_prove_var(p->transcript, p->generators, &w, p->slope, p->l, p->r, p->length, p->proof + CS_AT_INNER,
                            error);
}

/* Whether every value is smaller than 2^bits. The answer is no secret; which value it was, and when it was found, are. */
static bool all_fit(const uint64_t *values, size_t count, size_t bits)
{
  uint64_t beyond = 0;
  for (size_t i = 0; i < count; i++)
    beyond |= bits == 64 ? 0 : values[i] >> bits;
  CS_REVEAL(&beyond, sizeof beyond);
  return beyond == 0;
}

cs_status cs_range_prove(cs_transcript *transcript, const uint64_t *values, const cs_scalar *blindings,
                         const unsigned char (*commitments)[CS_COMMITMENT_BYTES], size_t count, size_t bits,
                         unsigned char *proof, cs_error *error)
{
  if (cs_range_proof_bytes(bits, count) == 0)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0, 0}, "no range proof is for %zu values of %zu bits", count,
                   bits);
  if (!all_fit(values, count, bits))
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0, 0}, "a value has more than %zu bits", bits);
  prover *p = prover_new(count * bits);
  if (p == NULL || (p->generators = cs_generators_get(bits, count)) == NULL) {
    sodium_free(p);
    return cs_fail_memory(error);
  }
  p->values = values;
  p->blindings = blindings;
  p->count = count;
  p->bits = bits;
  p->transcript = transcript;
  p->proof = proof;
  cs_range_begin(transcript, commitments, count, bits);
  cs_status status = prove(p, error);
  sodium_free(p);
  return status;
}

cs_status cs_range_verify(cs_transcript *transcript, const unsigned char (*commitments)[CS_COMMITMENT_BYTES],
                          size_t count, size_t bits, const unsigned char *proof, size_t length, cs_error *error)
{
  cs_batch *batch = cs_batch_new();
  if (batch == NULL)
    return cs_fail_memory(error);
  cs_status status = cs_batch_add_range(batch, transcript, commitments, count, bits, proof, length, error);
  if (status == CS_OK)
    status = cs_batch_verify(batch, error);
  cs_batch_free(batch);
  return status;
}
