/* The inner product argument.
 *
 * The paper folds the generators in each round, which costs a product of two terms a generator. Here they stay as they are,
 * and what folding would have made of them goes into the scalars: after k rounds on n = N / 2^k elements, generator
 * G^(k)_j is the sum of factors[c] * G_(cn + j) over c < 2^k, so that L and R are sums over the original generators, for
 * which there are tables. After a few rounds, when they have become few, the folded generators are made at last. */
#include "seal/inner.h"

#include <stdlib.h>
#include <string.h>

typedef struct inner {
  const cs_generators *generators;
  cs_point *points;          /* B and the folded generators, G before H; NULL while those of the set are used */
  size_t base;               /* how many generators of each chain there are: of the set, or folded */
  size_t count;              /* of points, B (and B~) included */
  size_t g_at, h_at, stride; /* where they are: element f of G at g_at + f * stride */
  size_t length;             /* of a and b now */
  cs_scalar *g, *h;          /* the factors of each base / length generators that are folded into one */
  cs_scalar *a, *b;          /* of the caller */
  cs_scalar *scaled;         /* half of b, with the powers of y that H' has */
  cs_scalar *weights;        /* of each generator in a sum */
  cs_scalar w;
  const cs_scalar *inverses; /* y^-i, of the caller */
} inner;

static const cs_scalar one = {{1}};

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

static void close_inner(inner *p)
{
  free(p->points);
  free(p->g);
  free(p->h);
  free(p->scaled);
  free(p->weights);
}

static bool open_inner(inner *p)
{
  p->g = calloc(p->base, sizeof *p->g);
  p->h = calloc(p->base, sizeof *p->h);
  p->scaled = calloc(p->base, sizeof *p->scaled);
  p->weights = calloc(cs_at_g(p->base), sizeof *p->weights);
  p->count = cs_at_g(p->base);
  p->g_at = cs_at_g(0);
  p->h_at = cs_at_h(0);
  p->stride = 2;
  if (p->g == NULL || p->h == NULL || p->scaled == NULL || p->weights == NULL)
    return false;
  p->g[0] = p->h[0] = one;
  return true;
}

/* ---- L and R ----------------------------------------------------------------------------------------------------- */

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
    cs_scalar_multiply(&b[j], &p->inverses[from + j], &p->scaled[j]);
  }
  cs_scalar_multiply(&product, &p->w, &p->weights[CS_AT_B]);
  for (size_t c = 0; c * p->length < p->base; c++) {
    cs_scalar *g = p->weights + p->g_at + (c * p->length + to) * p->stride;
    cs_scalar *h = p->weights + p->h_at + (c * p->length + from) * p->stride;
    for (size_t j = 0; j < half; j++) {
      cs_scalar_multiply(&p->g[c], &a[j], &g[j * p->stride]);
      cs_scalar_multiply(&p->h[c], &p->scaled[j], &h[j * p->stride]);
    }
  }
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

/* a and b to half their length, and the factors that their generators have now. */
static void fold(inner *p, const cs_scalar *u, const cs_scalar *inverse)
{
  size_t half = p->length / 2;
  cs_scalar high, t;
  for (size_t j = 0; j < half; j++) {
    cs_scalar_multiply(&p->a[half + j], inverse, &t);
    cs_scalar_multiply_add(&p->a[j], u, &t, &p->a[j]);
    cs_scalar_multiply(&p->b[half + j], u, &t);
    cs_scalar_multiply_add(&p->b[j], inverse, &t, &p->b[j]);
  }
  cs_scalar_multiply(inverse, &p->inverses[half], &high);
  for (size_t c = p->base / p->length; c-- > 0;) {
    cs_scalar_multiply(&p->g[c], u, &p->g[2 * c + 1]);
    cs_scalar_multiply(&p->g[c], inverse, &p->g[2 * c]);
    cs_scalar_multiply(&p->h[c], &high, &p->h[2 * c + 1]);
    cs_scalar_multiply(&p->h[c], u, &p->h[2 * c]);
  }
  p->length = half;
}

/* Makes the folded generators, after which the argument goes on as if it had begun with them. */
static bool settle(inner *p)
{
  const cs_point *old = p->points == NULL ? p->generators->points : p->points;
  size_t ways = p->base / p->length;
  cs_point *points = calloc(1 + 2 * p->length, sizeof *points);
  if (points == NULL || !cs_point_fold_var(p->g, ways, old + p->g_at, p->stride, p->length, points + 1) ||
      !cs_point_fold_var(p->h, ways, old + p->h_at, p->stride, p->length, points + 1 + p->length)) {
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
  p->g[0] = p->h[0] = one;
  return true;
}

static bool worth_settling(const inner *p)
{
  return p->length >= 4 && p->base / p->length >= 8;
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
  cs_scalar_invert(&u, &inverse);
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
  for (; made && p.length > 1; out += 2 * CS_POINT_BYTES)
    made = go_round(&p, transcript, out);
  close_inner(&p);
  if (!made)
    return cs_fail_memory(error);
  cs_scalar_encode(&a[0], out);
  cs_scalar_encode(&b[0], out + CS_SCALAR_BYTES);
  return CS_OK;
}
