/* Several strata: the violator chooses where, the inspector how many looks each gets. */
#include <math.h>
#include <string.h>

#include "inspect/inspect.h"

double cs_strata_log_missed(const cs_sampling *strata, size_t count)
{
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += cs_log_missed(&strata[i]);
  return sum;
}

/* How the logarithm of being missed changes with one more defect: at most 0, and falling. */
static double marginal(const cs_sampling *stratum)
{
  cs_sampling more = *stratum;
  if (more.defects >= more.population)
    return -INFINITY;
  more.defects++;
  if (stratum->miss > 0)
    return cs_log_missed(&more) - cs_log_missed(stratum);
  double left = (double)(stratum->population - stratum->defects);
  return (double)stratum->sample >= left ? -INFINITY : log1p(-(double)stratum->sample / left);
}

/* Gives out what remains of the violation, `step` defects at a time, each to the stratum where one more is missed most
 * easily; `given` is the size of the last part of each. */
static void give_out(cs_sampling *strata, size_t count, int64_t remaining, int64_t step, int64_t *given, double *gain)
{
  for (size_t i = 0; i < count; i++)
    gain[i] = marginal(&strata[i]);
  while (remaining > 0) {
    size_t best = count;
    for (size_t i = 0; i < count; i++)
      if (strata[i].defects < strata[i].population && (best == count || gain[i] > gain[best]))
        best = i;
    int64_t room = strata[best].population - strata[best].defects, part = step < room ? step : room;
    given[best] = part < remaining ? part : remaining;
    strata[best].defects += given[best];
    remaining -= given[best];
    gain[best] = marginal(&strata[best]);
  }
}

static int64_t total_of(const cs_sampling *strata, size_t count)
{
  int64_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += strata[i].defects;
  return sum;
}

static cs_status check_strata(const cs_sampling *strata, size_t count, int64_t violation, cs_error *error)
{
  char a[CS_GROUPED], b[CS_GROUPED];
  int64_t room = 0;
  if (count < 1 || count > CS_STRATA_MAX)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "there are %zu strata; expected 1 to %d", count,
                   CS_STRATA_MAX);
  for (size_t i = 0; i < count; i++) {
    cs_sampling s = strata[i];
    s.defects = 0;
    if (cs_sampling_check(&s, error) != CS_OK)
      return error->status;
    room += s.population;
  }
  if (violation >= 0 && violation <= room)
    return CS_OK;
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the violation is %s; expected at most the population, %s",
                 cs_grouped(violation, a), cs_grouped(room, b));
}

/* Larger steps first: each leaves a lower bound on the optimum, one last step below what it gave. */
static void split(cs_sampling *strata, size_t count, int64_t violation)
{
  double gain[CS_STRATA_MAX];
  int64_t given[CS_STRATA_MAX];
  int64_t step = violation / (int64_t)(2 * count + 1) + 1;
  for (size_t i = 0; i < count; i++)
    strata[i].defects = 0;
  for (;; step = (step + 1) / 2) {
    memset(given, 0, sizeof given);
    give_out(strata, count, violation - total_of(strata, count), step, given, gain);
    if (step == 1)
      return;
    for (size_t i = 0; i < count; i++)
      strata[i].defects -= given[i];
  }
}

cs_status cs_strata_worst(cs_sampling *strata, size_t count, int64_t violation, cs_error *error)
{
  cs_status status = check_strata(strata, count, violation, error);
  if (status == CS_OK)
    split(strata, count, violation);
  return status;
}

/* ---- Allocation --------------------------------------------------------------------------------------------------- */

static double worst_missed(cs_sampling *strata, size_t count, int64_t violation)
{
  split(strata, count, violation);
  return cs_strata_log_missed(strata, count);
}

/* In proportion to population / (1 - miss), as far as there are items; what is left by rounding goes where most of a
 * share is missing. */
static void in_proportion(cs_sampling *strata, size_t count, int64_t looks)
{
  double scale = 0;
  for (size_t i = 0; i < count; i++) {
    strata[i].sample = 0;
    scale += (double)strata[i].population / (1 - strata[i].miss);
  }
  int64_t left = looks;
  for (size_t i = 0; i < count; i++) {
    double share = (double)looks * ((double)strata[i].population / (1 - strata[i].miss) / scale);
    int64_t whole = (int64_t)share < strata[i].population ? (int64_t)share : strata[i].population;
    strata[i].sample = whole < left ? whole : left;
    left -= strata[i].sample;
  }
  while (left > 0) {
    size_t neediest = count;
    double need = -INFINITY;
    for (size_t i = 0; i < count; i++) {
      double lacks = (double)looks * ((double)strata[i].population / (1 - strata[i].miss) / scale);
      lacks -= (double)strata[i].sample;
      if (strata[i].sample < strata[i].population && lacks > need) {
        need = lacks;
        neediest = i;
      }
    }
    int64_t room = strata[neediest].population - strata[neediest].sample, some = need > 1 ? (int64_t)need : 1;
    some = some < room ? some : room;
    some = some < left ? some : left;
    strata[neediest].sample += some;
    left -= some;
  }
}

/* Moves one look from one stratum to another where that catches more; false where no move does. */
static bool improve(cs_sampling *strata, size_t count, int64_t violation, double *missed)
{
  static const double WORTH = 1e-13; /* less is rounding */
  for (size_t from = 0; from < count; from++)
    for (size_t to = 0; to < count; to++) {
      if (from == to || strata[from].sample == 0 || strata[to].sample == strata[to].population)
        continue;
      strata[from].sample--;
      strata[to].sample++;
      double now = worst_missed(strata, count, violation);
      if (now < *missed - WORTH) {
        *missed = now;
        return true;
      }
      strata[from].sample++;
      strata[to].sample--;
    }
  return false;
}

cs_status cs_strata_allocate(cs_sampling *strata, size_t count, int64_t violation, int64_t looks, cs_error *error)
{
  enum { MOST_MOVES = 1000, MOST_IMPROVED = 50 };
  for (size_t i = 0; i < count; i++)
    strata[i].sample = 0;
  cs_status status = check_strata(strata, count, violation, error);
  int64_t room = 0;
  for (size_t i = 0; status == CS_OK && i < count; i++) {
    room += strata[i].population;
    if (strata[i].miss == 1)
      status = cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the probability of a miss is 1; expected below 1");
  }
  if (status == CS_OK && (looks < 0 || looks > room)) {
    char a[CS_GROUPED], b[CS_GROUPED];
    status = cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the sample is %s; expected at most the population, %s",
                     cs_grouped(looks, a), cs_grouped(room, b));
  }
  if (status != CS_OK)
    return status;
  in_proportion(strata, count, looks);
  double missed = worst_missed(strata, count, violation);
  bool better = count <= MOST_IMPROVED;
  for (int i = 0; better && i < MOST_MOVES; i++)
    better = improve(strata, count, violation, &missed);
  split(strata, count, violation);
  return CS_OK;
}
