/* The inner product argument.
 *
 * The paper folds the generators in each round, which costs a product of two terms a generator. Here they stay as they are,
 * and what folding would have made of them goes into the scalars: after k rounds on n = N / 2^k elements, generator
 * G^(k)_j is the sum of factors[c] * G_(cn + j) over c < 2^k, so that L and R are sums over the original generators, for
 * which there are tables. After a few rounds, when they have become few, the folded generators are made at last. */
#include "seal/inner.h"

#include <stdlib.h>
#include <string.h>

#include "seal/invert.h"

/* Generators that are folded into one: G^(k)_j = scale * the sum of factors[c] * G_(cn + j). The first factor is always 1:
 * it costs nothing. */
typedef struct folded {
  cs_scalar *factors;
  cs_scalar scale;
} folded;

typedef struct inner {
  const cs_generators *generators;
  cs_point *points;          /* B and the folded generators, G before H; NULL while those of the set are used */
  size_t base;               /* how many generators of each chain there are: of the set, or folded */
  size_t count;              /* of points, B (and B~) included */
  size_t g_at, h_at, stride; /* where they are: element f of G at g_at + f * stride */
  size_t length;             /* of a and b now */
  folded g, h;
  cs_scalar *a, *b;               /* of the caller */
  cs_scalar *scaled_a, *scaled_b; /* halves of a and b, with the scales; b also with the powers of y that H' has */
  cs_scalar *weights;             /* of each point in a sum */
  cs_scalar w;
  const cs_scalar *inverses; /* y^-i, of the caller */
} inner;

static const cs_scalar one = {{1}};

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

static void close_inner(inner *p)
{
  free(p->points);
  free(p->g.factors);
  free(p->h.factors);
  free(p->scaled_a);
  free(p->scaled_b);
  free(p->weights);
}

static bool open_inner(inner *p)
{
  p->g = (folded){calloc(p->base, sizeof(cs_scalar)), one};
  p->h = (folded){calloc(p->base, sizeof(cs_scalar)), one};
  p->scaled_a = calloc(p->base, sizeof *p->scaled_a);
  p->scaled_b = calloc(p->base, sizeof *p->scaled_b);
  p->count = cs_at_g(p->base);
  p->weights = calloc(p->count, sizeof *p->weights);
  p->g_at = cs_at_g(0);
  p->h_at = cs_at_h(0);
  p->stride = 2;
  if (p->g.factors == NULL || p->h.factors == NULL || p->scaled_a == NULL || p->scaled_b == NULL || p->weights == NULL)
    return false;
  p->g.factors[0] = p->h.factors[0] = one;
  return true;
}

/* ---- L and R ----------------------------------------------------------------------------------------------------- */

/* weights[(c * length + j) * stride] = factors[c] * values[j], for half a length of values. */
static void spread(const inner *p, const cs_scalar *factors, const cs_scalar *values, cs_scalar *weights)
{
  size_t half = p->length / 2;
  for (size_t j = 0; j < half; j++)
    weights[j * p->stride] = values[j];
  for (size_t c = 1; c * p->length < p->base; c++)
    for (size_t j = 0; j < half; j++)
      cs_scalar_multiply(&factors[c], &values[j], &weights[(c * p->length + j) * p->stride]);
}

/* The weights of generators in L, which takes the lower half of a and the upper half of b, or in R, which takes the
 * others. Each half meets the half of generators that it does not belong to. */
static void weigh(inner *p, bool right)
{
  size_t half = p->length / 2, from = right ? half : 0, to = half - from;
  const cs_scalar *a = p->a + from, *b = p->b + to;
  cs_scalar product = {{0}};
  memset(p->weights, 0, p->count * sizeof *p->weights);
  for (size_t j = 0; j < half; j++) {
    cs_scalar_multiply_add(&a[j], &b[j], &product, &product);
    cs_scalar_multiply(&a[j], &p->g.scale, &p->scaled_a[j]);
    cs_scalar_multiply(&b[j], &p->h.scale, &p->scaled_b[j]);
    cs_scalar_multiply(&p->scaled_b[j], &p->inverses[from + j], &p->scaled_b[j]);
  }
  cs_scalar_multiply(&product, &p->w, &p->weights[CS_AT_B]);
  spread(p, p->g.factors, p->scaled_a, p->weights + p->g_at + to * p->stride);
  spread(p, p->h.factors, p->scaled_b, p->weights + p->h_at + from * p->stride);
}

/* The sum over the folded generators, of which half have no weight. */
static bool sum_folded(const inner *p, cs_point *out)
{
  size_t used = 0;
  cs_scalar *scalars = calloc(p->count, sizeof *scalars);
  cs_point *terms = calloc(p->count, sizeof *terms);
  bool made = scalars != NULL && terms != NULL;
  for (size_t i = 0; made && i < p->count; i++)
    if (!cs_scalar_is_zero(&p->weights[i])) {
      scalars[used] = p->weights[i];
      terms[used++] = p->points[i];
    }
  made = made && cs_point_sum_var(NULL, NULL, 0, scalars, terms, used, out);
  free(scalars);
  free(terms);
  return made;
}

static bool cross(inner *p, bool right, cs_point *out)
{
  weigh(p, right);
  if (p->points != NULL)
    return sum_folded(p, out);
  return cs_point_sum_var(p->generators->table, p->weights, p->count, NULL, NULL, 0, out);
}

/* ---- Folding ----------------------------------------------------------------------------------------------------- */

/* The factors of generators whose upper half comes to the lower one with `upper`, and what is common to both with `lower`:
 * lower * (G_lo + upper * G_hi). */
static void fold_factors(folded *f, size_t count, const cs_scalar *lower, const cs_scalar *upper)
{
  for (size_t c = count; c-- > 0;) {
    cs_scalar_multiply(&f->factors[c], upper, &f->factors[2 * c + 1]);
    f->factors[2 * c] = f->factors[c];
  }
  cs_scalar_multiply(&f->scale, lower, &f->scale);
}

/* a and b to half their length, and the factors that their generators have now: G' = u^-1 G_lo + u G_hi, and with y
 * H' = u H_lo + u^-1 y^-half H_hi. */
static void fold(inner *p, const cs_scalar *u, const cs_scalar *inverse)
{
  size_t half = p->length / 2;
  cs_scalar upper, t;
  for (size_t j = 0; j < half; j++) {
    cs_scalar_multiply(&p->a[half + j], inverse, &t);
    cs_scalar_multiply_add(&p->a[j], u, &t, &p->a[j]);
    cs_scalar_multiply(&p->b[half + j], u, &t);
    cs_scalar_multiply_add(&p->b[j], inverse, &t, &p->b[j]);
  }
  cs_scalar_multiply(u, u, &upper);
  fold_factors(&p->g, p->base / p->length, inverse, &upper);
  cs_scalar_multiply(inverse, inverse, &upper);
  cs_scalar_multiply(&upper, &p->inverses[half], &upper);
  fold_factors(&p->h, p->base / p->length, u, &upper);
  p->length = half;
}

/* Whether folding from the table is the faster way. */
static bool folds_from_table(bool table, size_t base, size_t length)
{
  return table && length >= 16 && base / length >= 16;
}

/* out[j] = the sum of factors[c] * the generator at `first` + (c * length + j) * stride. */
static bool fold_chain(const inner *p, const cs_scalar *factors, size_t first, cs_point *out)
{
  const size_t ways = p->base / p->length;
  if (folds_from_table(p->points == NULL, p->base, p->length))
    return cs_point_table_fold_var(factors, ways, p->generators->table, first, p->stride, p->length, out);
  const cs_point *points = p->points == NULL ? p->generators->points : p->points;
  return cs_point_fold_var(factors, ways, points + first, p->stride, p->length, out);
}

/* Makes the folded generators, but for their scale, after which the argument goes on as if it had begun with them. */
static bool settle(inner *p)
{
  cs_point *points = calloc(1 + 2 * p->length, sizeof *points);
  if (points == NULL || !fold_chain(p, p->g.factors, p->g_at, points + 1) ||
      !fold_chain(p, p->h.factors, p->h_at, points + 1 + p->length)) {
    free(points);
    return false;
  }
  points[CS_AT_B] = cs_point_base;
  free(p->points);
  p->points = points;
  p->base = p->length;
  p->count = 1 + 2 * p->length;
  p->g_at = 1;
  p->h_at = 1 + p->length;
  p->stride = 1;
  return true;
}

/* What things take, in microseconds where they were measured; only their ratios matter. */

/* A sum over as many points of the table, or of no table. */
static double sum_costs(bool table, size_t terms)
{
  return table ? 25 + 1.0 * (double)terms : 60 + 2.0 * (double)terms;
}

/* Folding `base` generators of each chain into `length`. */
static double folding_costs(bool table, size_t base, size_t length)
{
  if (folds_from_table(table, base, length))
    return 2 * (6.0 * (double)length + 1.6 * (double)base);
  return 2 * (8.6 * (double)length + 2.1 * (double)base);
}

/* Whether to settle now: it must cost less than another round and settling after it, and less than what it saves in all the
 * rounds that are left. */
static bool worth_settling(const inner *p)
{
  const bool table = p->points == NULL;
  size_t rounds = 0;
  while (p->length > (size_t)1 << rounds)
    rounds++;
  double now = folding_costs(table, p->base, p->length), later = folding_costs(table, p->base, p->length / 2);
  double round = 2 * sum_costs(table, p->base), settled = 2 * sum_costs(false, p->length);
  return now + settled < round + later && now + (double)rounds * settled < (double)rounds * round;
}

/* ---- The argument ------------------------------------------------------------------------------------------------ */

/* L and R to the transcript and to `out`, their challenge, and the folding. */
static bool go_round(inner *p, cs_transcript *transcript, unsigned char *out)
{
  cs_point sums[2];
  cs_scalar u, inverse;
  if (!cross(p, false, &sums[0]) || !cross(p, true, &sums[1]))
    return false;
  cs_point_encode_all(sums, 2, (unsigned char(*)[CS_POINT_BYTES])out);
  cs_transcript_append(transcript, "L", out, CS_POINT_BYTES);
  cs_transcript_append(transcript, "R", out + CS_POINT_BYTES, CS_POINT_BYTES);
  cs_transcript_challenge_scalar(transcript, "u", &u);
  cs_scalar_invert_var(&u, &inverse);
  fold(p, &u, &inverse);
  return !worth_settling(p) || settle(p);
}

cs_status cs_inner_prove_var(cs_transcript *transcript, const cs_generators *generators, const cs_scalar *w,
                             const cs_scalar *inverses, cs_scalar *a, cs_scalar *b, size_t length, unsigned char *out,
                             cs_error *error)
{
  inner p = {.generators = generators, .base = length, .length = length, .a = a, .b = b, .w = *w, .inverses = inverses};
  bool made = open_inner(&p);
  cs_transcript_append(transcript, "dom-sep", "ipp v1", 6);
  cs_transcript_append_number(transcript, "n", length);
  for (; made && p.length > 1; out += (size_t)2 * CS_POINT_BYTES)
    made = go_round(&p, transcript, out);
  close_inner(&p);
  if (!made)
    return cs_fail_memory(error);
  cs_scalar_encode(&a[0], out);
  cs_scalar_encode(&b[0], out + CS_SCALAR_BYTES);
  return CS_OK;
}
