/* Draws of places with given probabilities, without replacement. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/inspect.h"

/* Place i is drawn where one of random, random + 1, ... falls into its stretch of the cumulated probabilities. */
size_t cs_draw_systematic(const double *visit, size_t count, double random, size_t *drawn)
{
  static const double ROUNDING = 1e-9; /* a sum of 3 that was rounded is 3 */
  double before = 0, next = random;
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    double after = before + visit[i];
    if (fabs(after - round(after)) < ROUNDING)
      after = round(after);
    if (next < after) {
      drawn[found++] = i;
      next += 1;
    }
    before = after;
  }
  return found;
}

/* ---- Conditional Poisson sampling --------------------------------------------------------------------------------- */

/* Each place comes with a probability of its own, independently, and the draw counts where it has the right size.
 * sums[i * (size + 1) + j] is the probability that j of the places from i on come. */
struct cs_draw {
  size_t count, size;
  double *chance; /* of each place before the size is asked for */
  double *sums;
};

/* Fills the table of sums for chances that may come and be seen (`detect` NULL: or not looked at); the probability that
 * `size` come and none is seen. */
static double fill(const cs_draw *draw, const double *detect, double *sums)
{
  size_t width = draw->size + 1;
  double *last = &sums[draw->count * width];
  for (size_t j = 0; j < width; j++)
    last[j] = j == 0;
  for (size_t i = draw->count; i-- > 0;) {
    const double *after = &sums[(i + 1) * width];
    double come = draw->chance[i], stay = 1 - come;
    come *= detect == NULL ? 1 : 1 - detect[i];
    for (size_t j = 0; j < width; j++)
      sums[i * width + j] = stay * after[j] + (j > 0 ? come * after[j - 1] : 0);
  }
  return sums[draw->size];
}

/* The probability of each place to be in a draw of the right size, from the sums behind it and, in `front`, before it. */
static void inclusion(const cs_draw *draw, double *front, double *out)
{
  size_t width = draw->size + 1;
  for (size_t j = 0; j < width; j++)
    front[j] = j == 0;
  for (size_t i = 0; i < draw->count; i++) {
    const double *after = &draw->sums[(i + 1) * width];
    double come = draw->chance[i], both = 0;
    for (size_t j = 0; j < draw->size; j++)
      both += front[j] * after[draw->size - 1 - j];
    out[i] = come * both / draw->sums[draw->size];
    for (size_t j = width; j-- > 0;)
      front[j] = (1 - come) * front[j] + (j > 0 ? come * front[j - 1] : 0);
  }
}

/* Never and always, and a whole sum, freed of rounding. */
static void settle(const cs_draw *draw, const double *visit, double *out)
{
  static const double ROUNDING = 1e-10;
  double sum = 0, room = 0;
  for (size_t i = 0; i < draw->count; i++) {
    out[i] = visit[i] < ROUNDING ? 0 : visit[i] > 1 - ROUNDING ? 1 : visit[i];
    sum += out[i];
    room += out[i] * (1 - out[i]);
  }
  for (size_t i = 0; i < draw->count; i++)
    out[i] -= room > 0 ? (sum - (double)draw->size) * out[i] * (1 - out[i]) / room : 0;
}

/* Chances whose inclusion probabilities are `visit`: they begin as these, and their odds are corrected by the ratio of
 * odds until they agree. `scratch` holds two numbers for each place and one for each sum. */
static bool fit(cs_draw *draw, const double *visit, double *scratch)
{
  enum { MOST_ROUNDS = 5000 };
  static const double CLOSE = 1e-12, DAMPING = 0.6; /* the whole step may overshoot by as much as it corrects */
  double *goal = scratch, *reached = goal + draw->count, *front = reached + draw->count;
  settle(draw, visit, goal);
  memcpy(draw->chance, goal, draw->count * sizeof *goal);
  for (int round = 0; round < MOST_ROUNDS; round++) {
    double worst = 0;
    fill(draw, NULL, draw->sums);
    inclusion(draw, front, reached);
    for (size_t i = 0; i < draw->count; i++) {
      if (goal[i] <= 0 || goal[i] >= 1)
        continue; /* never, or always: whatever the others do */
      double off = fabs(reached[i] - goal[i]), chance = draw->chance[i];
      worst = off > worst ? off : worst;
      double ratio = (goal[i] / (1 - goal[i])) / (reached[i] / (1 - reached[i]));
      double odds = chance / (1 - chance) * pow(ratio, DAMPING);
      draw->chance[i] = odds / (1 + odds);
    }
    if (worst < CLOSE)
      return true;
  }
  return false;
}

static cs_status check_visits(const double *visit, size_t count, size_t *size, cs_error *error)
{
  static const double ROUNDING = 1e-6;
  double sum = 0;
  if (count < 1 || count > CS_DRAW_MAX)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "there are %zu places; expected 1 to %d", count, CS_DRAW_MAX);
  for (size_t i = 0; i < count; i++) {
    if (!(visit[i] >= 0 && visit[i] <= 1))
      return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the probability of place %zu is %g; expected from 0 to 1",
                     i + 1, visit[i]);
    sum += visit[i];
  }
  if (fabs(sum - round(sum)) > ROUNDING)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the probabilities add up to %g; expected a whole number",
                   sum);
  *size = (size_t)lround(sum);
  return CS_OK;
}

cs_status cs_draw_new(const double *visit, size_t count, cs_draw **out, cs_error *error)
{
  size_t size = 0;
  *out = NULL;
  if (check_visits(visit, count, &size, error) != CS_OK)
    return error->status;
  cs_draw *draw = calloc(1, sizeof *draw);
  double *scratch = calloc(2 * count + size + 1, sizeof *scratch);
  if (draw != NULL)
    *draw = (cs_draw){.count = count,
                      .size = size,
                      .chance = calloc(count, sizeof *draw->chance),
                      .sums = calloc((count + 1) * (size + 1), sizeof *draw->sums)};
  cs_status status = CS_OK;
  if (draw == NULL || scratch == NULL || draw->chance == NULL || draw->sums == NULL)
    status = cs_fail_memory(error);
  else if (!fit(draw, visit, scratch))
    status = cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "no draw was found that has these probabilities");
  free(scratch);
  if (status == CS_OK)
    *out = draw;
  else
    cs_draw_free(draw);
  return status;
}

void cs_draw_free(cs_draw *draw)
{
  if (draw == NULL)
    return;
  free(draw->chance);
  free(draw->sums);
  free(draw);
}

size_t cs_draw_next(const cs_draw *draw, const double *random, size_t *drawn)
{
  size_t width = draw->size + 1, left = draw->size, found = 0;
  for (size_t i = 0; i < draw->count && left > 0; i++) {
    const double *after = &draw->sums[(i + 1) * width];
    double come = draw->chance[i] * after[left - 1], stay = (1 - draw->chance[i]) * after[left];
    if (random[i] * (come + stay) >= come)
      continue;
    drawn[found++] = i;
    left--;
  }
  return found;
}

double cs_draw_missed(const cs_draw *draw, const double *detect)
{
  size_t width = draw->size + 1;
  double missed = 1, *sums = calloc((draw->count + 1) * width, sizeof *sums);
  if (sums == NULL)
    return NAN;
  missed = fill(draw, detect, sums) / draw->sums[draw->size];
  free(sums);
  return missed;
}
