/* What src/inspect computes for a grid of parameters, for others to compare: reads rows of
 *   population defects sample met miss
 * from standard input and writes for each: the probability of so many, of at most so many, of more; of detection, of
 * missing; and of `met` hits in `sample` tries with chance `miss`. */
#include <inttypes.h>
#include <stdio.h>

#include "inspect/inspect.h"

int main(void)
{
  int64_t population, defects, sample, met;
  double miss;
  while (scanf("%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %lf", &population, &defects, &sample, &met, &miss) ==
         5) {
    cs_sampling s = {.population = population, .defects = defects, .sample = sample, .miss = miss};
    cs_detection d = cs_detect(&s);
    printf("%.17g %.17g %.17g %.17g %.17g %.17g\n", cs_hypergeometric(&s, met), cs_hypergeometric_tail(&s, met, false),
           cs_hypergeometric_tail(&s, met, true), d.detected, d.missed, cs_binomial(sample, miss, met));
  }
  return 0;
}
