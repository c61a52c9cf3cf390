/* What a trial takes, and the model that simulate.py and simulate.R play as well.
 *
 *   simulate-bench TREATY SCENARIO MODEL.json TRIALS
 *
 * Writes the model, and prints for each violation nanoseconds a trial, and the share of trials in which it was noticed. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "simulate/trial.h"

static json_t *blocks_json(const cs_regime *r)
{
  json_t *out = json_array();
  for (size_t k = 0; k < r->block_count; k++) {
    const cs_block *b = &r->blocks[k];
    json_t *places = json_array();
    for (uint32_t i = 0; i < b->count; i++)
      json_array_append_new(places, json_integer(b->places[i]));
    json_array_append_new(out,
                          json_pack("{s:i, s:b, s:f, s:f, s:f, s:o}", "visits", (int)b->visits, "repeats", b->repeats,
                                    "first", b->first, "length", b->length, "sees", b->sees, "places", places));
  }
  return out;
}

static json_t *model_json(const cs_regime *r)
{
  json_t *eligible = json_array(), *seen = json_array();
  for (uint32_t i = 0; i < r->eligible_count; i++)
    json_array_append_new(eligible, json_integer(r->eligible[i]));
  for (size_t p = 0; p < r->place_count && r->seen != NULL; p++) {
    json_t *of_place = json_array();
    for (int portion = 0; portion < 2; portion++) {
      json_t *of_portion = json_array();
      for (uint32_t step = 0; step <= r->steps; step++)
        json_array_append_new(of_portion, json_real(cs_seen_at(r, (uint32_t)p, portion == 0, step)));
      json_array_append_new(of_place, of_portion);
    }
    json_array_append_new(seen, of_place);
  }
  return json_pack("{s:s, s:i, s:i, s:f, s:f, s:f, s:i, s:i, s:i, s:f, s:f, s:f, s:f, s:o, s:o, s:o}", "name",
                   r->violation->id, "days", r->days, "place_count", (int)r->place_count, "begins", r->begins,
                   "begins_by", r->begins_by, "over", r->over, "places", (int)r->places, "more", (int)r->more, "steps",
                   (int)r->steps, "refused", r->refused, "means", r->means, "late", r->late, "late_days", r->late_days,
                   "eligible", eligible, "seen", seen, "blocks", blocks_json(r));
}

static void measure(const cs_regime *r, uint32_t index, int64_t trials)
{
  cs_table table;
  cs_error error;
  int64_t noticed = 0;
  if (cs_table_make(r, 1, index, &table, &error) != CS_OK)
    bench_fail("no memory");
  int64_t pieces = trials / CS_PIECE;
  double begin = bench_now();
  for (int64_t n = 0; n < pieces; n++)
    cs_play_piece(&table, (uint64_t)n, CS_PIECE);
  double took = bench_now() - begin, played = (double)pieces * CS_PIECE;
  for (size_t m = 0; m < table.measures; m++)
    noticed += table.tally.times[m];
  printf("%s %.1f %.6f\n", r->violation->id, took / played * 1e9, (double)noticed / played);
  cs_table_free(&table);
}

int main(int count, char **arguments)
{
  cs_treaty *treaty;
  cs_scenario *scenario;
  cs_error error;
  if (count != 5)
    bench_fail("usage: simulate-bench TREATY SCENARIO MODEL.json TRIALS");
  if (cs_treaty_read(arguments[1], &treaty, &error) != CS_OK ||
      cs_scenario_read(arguments[2], &scenario, &error) != CS_OK)
    bench_fail(error.what);
  json_t *models = json_array();
  for (size_t i = 0; i < scenario->violation_count; i++) {
    cs_regime regime;
    if (cs_regime_make(treaty, scenario, &scenario->violations[i], &regime, &error) != CS_OK)
      bench_fail(error.what);
    json_array_append_new(models, model_json(&regime));
    measure(&regime, (uint32_t)i, strtoll(arguments[4], NULL, 10));
    cs_regime_free(&regime);
  }
  FILE *out = fopen(arguments[3], "w");
  if (out == NULL || json_dumpf(models, out, JSON_REAL_PRECISION(17) | JSON_INDENT(1)) != 0 ||
      fprintf(out, "\n") != 1 || fclose(out) != 0)
    bench_fail("the model cannot be written");
  json_decref(models);
  cs_scenario_free(scenario);
  cs_treaty_free(treaty);
  return 0;
}
