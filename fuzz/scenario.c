#include <string.h>

#include "fuzz.h"
#include "simulate/simulate.h"
#include "treaty/treaty.h"

static const char *const agreements[] = {
  "treaties/freeze-2020-us.yaml",     "treaties/new-start.yaml",         "treaties/freeze-seals.yaml",
  "treaties/freeze-2020-ru.yaml",     "treaties/freeze-trilateral.yaml", "tests/model/inf-like.yaml",
  "tests/model/open-skies-like.yaml",
};
enum { AGREEMENTS = sizeof agreements / sizeof *agreements };

/* Whether a few trials of it are soon played: what is large takes long, and reads no more. */
static bool small(const cs_scenario *s)
{
  enum { PLACES = 100, VIOLATIONS = 6, DAYS = 800, ITEMS = 2000, EVENTS = 2000 };
  const cs_assumptions *a = &s->assume;
  bool ok = s->places.count <= PLACES && s->violation_count <= VIOLATIONS && cs_span_hours(s->length) <= DAYS * 24 &&
            a->moves * a->clerical <= EVENTS && a->looks <= ITEMS;
  for (size_t i = 0; i < s->places.count; i++)
    ok = ok && s->places.at[i].items <= ITEMS;
  for (size_t i = 0; i < s->violation_count; i++)
    ok = ok && s->violations[i].count <= ITEMS;
  return ok;
}

static void need_text(const cs_text *text)
{
  cs_slice slice = slice_of(text);
  need(slice.length > 0 && cs_utf8_check(slice.at, slice.length) == slice.length);
}

/* It is played, and what came out is told in every way; or it is refused in words. */
static void play(const cs_treaty *treaty, const cs_scenario *scenario)
{
  static const cs_play how = {.trials = 9, .seed = 1, .threads = 1};
  cs_simulation *simulation;
  cs_text text = {0}, json = {0}, plot = {0};
  cs_error error;
  if (cs_simulate(treaty, scenario, &how, &simulation, &error) != CS_OK) {
    need(error.status == CS_INVALID && error.what[0] != '\0' && error.file[0] != '\0');
    return;
  }
  need(cs_simulation_show(simulation, 80, &text, &error) == CS_OK);
  need(cs_simulation_json(simulation, &json, &error) == CS_OK);
  need(cs_simulation_plot(simulation, &plot, &error) == CS_OK);
  need_text(&text);
  need_text(&json);
  need_text(&plot);
  json_t *parsed = json_loads(json.at, 0, NULL);
  need(json_array_size(json_object_get(parsed, "violations")) == scenario->violation_count);
  json_decref(parsed);
  cs_text_free(&text);
  cs_text_free(&json);
  cs_text_free(&plot);
  cs_simulation_free(simulation);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static cs_treaty *treaties[AGREEMENTS];
  const char *text = (const char *)bytes;
  cs_scenario *scenario;
  cs_error error;
  for (size_t i = 0; i < AGREEMENTS && treaties[AGREEMENTS - 1] == NULL; i++)
    need(cs_treaty_read(agreements[i], &treaties[i], &error) == CS_OK);
  if (cs_utf8_check(text, length) != length || memchr(text, '\0', length) != NULL || length > CS_SCENARIO_BYTES)
    return 0; /* cs_file_read gives no such text */
  /* As if it lay beside the bundled one, so that it finds tables of facilities. */
  if (cs_scenario_parse((cs_slice){text, length}, "scenarios/fuzz.yaml", &scenario, &error) != CS_OK) {
    need(error.status == CS_INVALID && error.what[0] != '\0' && error.file[0] != '\0');
    return 0;
  }
  need(scenario->places.count >= 1 && scenario->places.count <= CS_PLACES_MAX && scenario->violation_count >= 1 &&
       scenario->violation_count <= CS_VIOLATIONS_MAX);
  for (size_t i = 0; i < AGREEMENTS && small(scenario); i++)
    play(treaties[i], scenario);
  cs_scenario_free(scenario);
  return 0;
}
