/* From a prior over the number of violations, and what visits found, to a posterior. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/inspect.h"

/* ---- Priors ------------------------------------------------------------------------------------------------------ */

static cs_status new_belief(int64_t population, cs_belief *out, cs_error *error)
{
  *out = (cs_belief){.population = population};
  if (population < 1 || population > CS_BELIEF_MAX)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the population is %lld; expected 1 to %d for a prior",
                   (long long)population, CS_BELIEF_MAX);
  out->weights = calloc((size_t)population + 1, sizeof *out->weights);
  return out->weights == NULL ? cs_fail_memory(error) : CS_OK;
}

void cs_belief_free(cs_belief *belief)
{
  free(belief->weights);
  belief->weights = NULL;
}

/* Turns logarithms into weights with a sum of 1; false where all are -INFINITY. */
static bool normalize(double *logs, int64_t population)
{
  double most = -INFINITY, sum = 0;
  for (int64_t d = 0; d <= population; d++)
    most = logs[d] > most ? logs[d] : most;
  if (!(most > -INFINITY))
    return false;
  for (int64_t d = 0; d <= population; d++)
    sum += logs[d] = exp(logs[d] - most);
  for (int64_t d = 0; d <= population; d++)
    logs[d] /= sum;
  return true;
}

cs_status cs_belief_beta(int64_t population, double a, double b, cs_belief *out, cs_error *error)
{
  if (new_belief(population, out, error) != CS_OK)
    return error->status;
  if (!(a > 0 && b > 0) || !isfinite(a) || !isfinite(b)) {
    cs_belief_free(out);
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "the prior is Beta(%g, %g); expected two numbers above 0", a,
                   b);
  }
  double n = (double)population;
  for (int64_t i = 0; i < population; i++) {
    double d = (double)i;
    out->weights[i + 1] = out->weights[i] + log((n - d) / (d + 1) * ((d + a) / (n - d - 1 + b)));
  }
  normalize(out->weights, population);
  return CS_OK;
}

cs_status cs_belief_some(int64_t population, double some, int64_t most, cs_belief *out, cs_error *error)
{
  if (new_belief(population, out, error) != CS_OK)
    return error->status;
  const char *fault = !(some >= 0 && some <= 1)       ? "the prior probability of a violation is not from 0 to 1"
                      : most < 1 || most > population ? "the prior's largest violation is not from 1 to the population"
                                                      : NULL;
  if (fault != NULL) {
    cs_belief_free(out);
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "%s", fault);
  }
  out->weights[0] = 1 - some;
  for (int64_t d = 1; d <= most; d++)
    out->weights[d] = some / (double)most;
  return CS_OK;
}

cs_status cs_belief_table(int64_t population, const double *table, size_t count, cs_belief *out, cs_error *error)
{
  if (new_belief(population, out, error) != CS_OK)
    return error->status;
  double sum = 0;
  bool good = count <= (size_t)population + 1;
  for (size_t d = 0; good && d < count; d++) {
    good = table[d] >= 0 && isfinite(table[d]);
    sum += table[d];
  }
  if (!good || !(sum > 0) || !isfinite(sum)) {
    cs_belief_free(out);
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "the prior's table cannot be; expected at most %lld numbers, none negative, with a sum above 0",
                   (long long)population + 1);
  }
  for (size_t d = 0; d < count; d++)
    out->weights[d] = table[d] / sum;
  return CS_OK;
}

/* ---- What was found ---------------------------------------------------------------------------------------------- */

/* The probability of `found` alarms among `met` defects and the sound rest of the sample. */
static double alarms(const cs_look *look, int64_t met)
{
  if (look->false_alarm == 0)
    return look->found > met ? 0 : cs_binomial(met, 1 - look->miss, look->found);
  double sum = 0;
  int64_t sound = look->sample - met, most = look->found < met ? look->found : met;
  for (int64_t seen = look->found > sound ? look->found - sound : 0; seen <= most; seen++)
    sum += cs_binomial(met, 1 - look->miss, seen) * cs_binomial(sound, look->false_alarm, look->found - seen);
  return sum;
}

/* The logarithm of the probability of what the look found, had `s->defects` been in violation. */
static double log_likelihood(const cs_look *look, const cs_sampling *s)
{
  if (look->found == 0)
    return cs_log_quiet(s);
  if (look->miss == 0 && look->false_alarm == 0)
    return log(cs_hypergeometric(s, look->found));
  int64_t most = s->sample < s->defects ? s->sample : s->defects;
  double sum = 0;
  for (int64_t met = look->false_alarm == 0 ? look->found : 0; met <= most; met++) {
    double p = cs_hypergeometric(s, met);
    sum += p == 0 ? 0 : p * alarms(look, met);
  }
  return sum > 0 ? log(sum) : -INFINITY;
}

static cs_status check_look(const cs_belief *belief, const cs_look *look, size_t index, cs_error *error)
{
  static const double MOST_TERMS = 1e9;
  cs_sampling s = {.population = belief->population,
                   .sample = look->sample,
                   .miss = look->miss,
                   .false_alarm = look->false_alarm};
  if (cs_sampling_check(&s, error) != CS_OK)
    return error->status;
  if (look->found < 0 || look->found > look->sample)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "visit %zu found %lld of %lld; expected at most its sample",
                   index + 1, (long long)look->found, (long long)look->sample);
  bool sums = look->found > 0 && (look->miss > 0 || look->false_alarm > 0);
  double terms = (double)belief->population * (double)look->sample;
  if (sums && terms * (look->false_alarm > 0 ? (double)look->found : 1) > MOST_TERMS)
    return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                   "visit %zu takes too long to read; expected a smaller population or sample", index + 1);
  return CS_OK;
}

cs_status cs_belief_update(cs_belief *belief, const cs_look *looks, size_t count, cs_error *error)
{
  for (size_t i = 0; i < count; i++)
    if (check_look(belief, &looks[i], i, error) != CS_OK)
      return error->status;
  double *logs = calloc((size_t)belief->population + 1, sizeof *logs);
  if (logs == NULL)
    return cs_fail_memory(error);
  for (int64_t d = 0; d <= belief->population; d++) {
    logs[d] = log(belief->weights[d]);
    for (size_t i = 0; i < count && logs[d] > -INFINITY; i++) {
      cs_sampling s = {.population = belief->population,
                       .defects = d,
                       .sample = looks[i].sample,
                       .miss = looks[i].miss,
                       .false_alarm = looks[i].false_alarm};
      logs[d] += log_likelihood(&looks[i], &s);
    }
  }
  bool possible = normalize(logs, belief->population);
  if (possible)
    memcpy(belief->weights, logs, ((size_t)belief->population + 1) * sizeof *logs);
  free(logs);
  return possible ? CS_OK
                  : cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                            "the prior holds what the visits found to be impossible; expected a prior that allows it");
}

/* ---- Reading it -------------------------------------------------------------------------------------------------- */

cs_belief_summary cs_belief_read(const cs_belief *belief, double credible)
{
  static const double ROUNDING = 1e-12;
  cs_belief_summary out = {.none = belief->weights[0], .at_most = belief->population, .high = belief->population};
  double enough = credible - ROUNDING, below = 0, window = 0;
  bool bounded = false;
  for (int64_t d = 0, first = 0; d <= belief->population; d++) {
    out.mean += (double)d * belief->weights[d];
    below += belief->weights[d];
    window += belief->weights[d];
    if (!bounded && below >= enough) {
      out.at_most = d;
      bounded = true;
    }
    while (first < d && window - belief->weights[first] >= enough)
      window -= belief->weights[first++];
    if (window >= enough && d - first < out.high - out.low) {
      out.low = first;
      out.high = d;
    }
  }
  return out;
}
