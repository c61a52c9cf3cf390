/* The hypergeometric distribution, by Loader's saddle-point form of a two-by-two table. */
#include <math.h>

#include "inspect/inspect.h"

/* log1p(x) - x for x from -1/2 to 1, without cancellation near 0: 2 atanh(x / (2 + x)) by its series. */
static double log1p_less(double x)
{
  enum { TERMS = 20 }; /* y is at most 1/9 */
  double r = x / (2 + x), y = r * r, sum = 0, power = 1;
  for (int k = 0; k < TERMS && power > 1e-17; k++) {
    sum += power / (2 * k + 3);
    power *= y;
  }
  return r * (2 * y * sum - x);
}

/* What a cell of `count` adds to the deviance: count log(count / mean) + mean - count, of which `less` is the last
 * difference, given to its full precision. */
static double deviance(double count, double mean, double less)
{
  if (count == 0)
    return mean;
  double x = less / count;
  return x < -0.5 || x > 1 ? count * log(count / mean) + less : -count * log1p_less(x);
}

/* log n! less Stirling's formula: log n! = log(2 pi n) / 2 + n log n - n + this (Loader 2000, table and series). */
static double stirling_error(int64_t n)
{
  static const double table[] = {
    0,
    0.08106146679532725821967026,
    0.04134069595540929409382208,
    0.02767792568499833914878929,
    0.02079067210376509311152277,
    0.01664469118982119216319487,
    0.01387612882307074799874573,
    0.01189670994589177009505572,
    0.01041126526197209649747857,
    0.009255462182712732917728637,
    0.008330563433362871256469318,
    0.007573675487951840794972024,
    0.006942840107209529865664153,
    0.006408994188004207068439631,
    0.005951370112758847735624416,
    0.005554733551962801371038690,
  };
  if (n < (int64_t)CS_COUNT_OF(table))
    return table[n];
  double x = (double)n, y = 1 / (x * x);
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - y / 1188) * y) * y) * y) / x;
}

/* Fewest and most defects that the sample can meet. */
static int64_t least_met(const cs_sampling *s)
{
  int64_t sound = s->population - s->defects;
  return s->sample > sound ? s->sample - sound : 0;
}

static int64_t most_met(const cs_sampling *s)
{
  return s->sample < s->defects ? s->sample : s->defects;
}

/* The logarithm of the probability, within the range of `met`. */
static double log_probability(const cs_sampling *s, int64_t met)
{
  int64_t n = s->population, d = s->defects, k = s->sample;
  if (d == 0 || k == 0 || d == n || k == n)
    return 0; /* one value only */
  const int64_t cells[] = {met, d - met, k - met, n - d - k + met};
  const double size = (double)n;
  const double rows[] = {(double)d, (double)d, (double)(n - d), (double)(n - d)};
  const double columns[] = {(double)k, (double)(n - k), (double)k, (double)(n - k)};
  double less = (double)(k * d - met * n) / size; /* mean less count, in the first cell and the last */
  double sum = 0, correction = 0, ratio = rows[0] / size * rows[2] * columns[0] * columns[1];
  double circle = 8 * M_PI * M_PI * M_PI; /* a factor of 2 pi for each margin but one, and for no cell yet */
  for (int i = 0; i < 4; i++) {
    double count = (double)cells[i];
    sum += deviance(count, rows[i] * columns[i] / size, i == 0 || i == 3 ? less : -less);
    correction -= stirling_error(cells[i]);
    ratio /= cells[i] == 0 ? 1 : count;
    circle /= cells[i] == 0 ? 1 : 2 * M_PI;
  }
  correction += stirling_error(d) + stirling_error(n - d) + stirling_error(k) + stirling_error(n - k);
  return 0.5 * log(ratio * circle) + (correction - stirling_error(n)) - sum;
}

double cs_hypergeometric(const cs_sampling *s, int64_t met)
{
  return met < least_met(s) || met > most_met(s) ? 0 : exp(log_probability(s, met));
}

double cs_binomial(int64_t tries, double chance, int64_t hits)
{
  double n = (double)tries, x = (double)hits, p = chance, q = 1 - chance;
  if (hits < 0 || hits > tries)
    return 0;
  if (hits == 0)
    return p == 1 ? (double)(tries == 0) : exp(n * log1p(-p));
  if (hits == tries)
    return pow(p, n);
  if (p == 0 || q == 0)
    return 0;
  double correction = stirling_error(tries) - stirling_error(hits) - stirling_error(tries - hits);
  double sum = deviance(x, n * p, n * p - x) + deviance(n - x, n * q, x - n * p);
  return sqrt(n / (2 * M_PI * x * (n - x))) * exp(correction - sum);
}

/* The probability of `met` + 1 defects over that of `met`. */
static double step_up(const cs_sampling *s, int64_t met)
{
  double x = (double)met;
  return ((double)s->defects - x) * ((double)s->sample - x) /
         ((x + 1) * ((double)(s->population - s->defects - s->sample) + x + 1));
}

/* Terms below this part of a sum do not change it. */
static const double NEGLIGIBLE = 1e-18;

/* The sum from `met` away from the mean, where terms become smaller. */
static double tail(const cs_sampling *s, int64_t met, bool up)
{
  int64_t end = up ? most_met(s) : least_met(s);
  double term = 1, sum = 0;
  for (int64_t k = met; term > NEGLIGIBLE * sum; k += up ? 1 : -1) {
    sum += term;
    if (k == end)
      break;
    term *= up ? step_up(s, k) : 1 / step_up(s, k - 1);
  }
  return sum * cs_hypergeometric(s, met);
}

double cs_hypergeometric_tail(const cs_sampling *s, int64_t met, bool more)
{
  int64_t least = least_met(s), most = most_met(s);
  if (met < least || met >= most)
    return more == (met < least);
  bool low = (double)met * (double)s->population < (double)s->defects * (double)s->sample; /* below the mean */
  double sum = low ? tail(s, met, false) : tail(s, met + 1, true);
  if (low != more)
    return sum;
  return sum > 0.5 ? tail(s, more ? met + 1 : met, more) : 1 - sum; /* a small one is not left to a difference */
}

/* ---- With misses and false alarms --------------------------------------------------------------------------------- */

/* The number of defects for which probability times ratio^number is largest: where the step up falls below 1. */
static int64_t largest_term(const cs_sampling *s, double ratio)
{
  int64_t low = least_met(s), high = most_met(s);
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (step_up(s, middle) * ratio >= 1)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The logarithm of the sum over the number met of its probability times ratio^number. */
static double log_thinned(const cs_sampling *s, double ratio)
{
  int64_t least = least_met(s), most = most_met(s);
  if (ratio == 0)
    return least > 0 ? -INFINITY : log_probability(s, 0);
  int64_t peak = largest_term(s, ratio);
  double sum = 1, term = 1;
  for (int64_t k = peak; k < most && term > NEGLIGIBLE * sum; k++)
    sum += term *= step_up(s, k) * ratio;
  term = 1;
  for (int64_t k = peak; k > least && term > NEGLIGIBLE * sum; k--)
    sum += term /= step_up(s, k - 1) * ratio;
  return log_probability(s, peak) + (double)peak * log(ratio) + log(sum);
}

/* The sum over the number met of its probability times that of seeing at least one: all terms are positive, so a small
 * sum is as exact as a large one. */
static double seen(const cs_sampling *s, double miss)
{
  int64_t least = least_met(s), most = most_met(s), peak = largest_term(s, 1);
  if (peak == 0)
    peak = most > 0;
  if (most == 0)
    return 0;
  double log_miss = log(miss), start = exp(log_probability(s, peak)), sum = -start * expm1((double)peak * log_miss);
  double term = start;
  for (int64_t k = peak; k < most && term > NEGLIGIBLE * sum; k++) {
    term *= step_up(s, k);
    sum -= term * expm1((double)(k + 1) * log_miss);
  }
  term = start;
  for (int64_t k = peak; k > least && k > 1 && term > NEGLIGIBLE * sum; k--) {
    term /= step_up(s, k - 1);
    sum -= term * expm1((double)(k - 1) * log_miss);
  }
  return sum;
}

double cs_log_missed(const cs_sampling *s)
{
  if (s->miss == 1)
    return 0;
  double missed = log_thinned(s, s->miss);
  return missed < 0 ? missed : 0;
}

double cs_log_quiet(const cs_sampling *s)
{
  if (s->false_alarm == 0)
    return cs_log_missed(s);
  return (double)s->sample * log1p(-s->false_alarm) + log_thinned(s, s->miss / (1 - s->false_alarm));
}

cs_detection cs_detect(const cs_sampling *s)
{
  cs_detection out = {.missed = exp(cs_log_missed(s))};
  out.detected = 1 - out.missed;
  if (out.missed > 0.5 && s->miss < 1) {
    out.detected = seen(s, s->miss);
    out.missed = 1 - out.detected;
  }
  if (s->false_alarm == 0) {
    out.alarm = out.detected;
    return out;
  }
  out.false_alarm = -expm1((double)s->sample * log1p(-s->false_alarm));
  out.alarm = -expm1(cs_log_quiet(s));
  return out;
}
