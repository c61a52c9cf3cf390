#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "inspect/inspect.h"

/* A plan for what was read: it is made, or refused in words. */
static void plan(const cs_treaty *treaty, const cs_places *places)
{
  cs_plan *plan;
  cs_text text = {0}, json = {0};
  cs_error error;
  const cs_plan_options options = {.violation = 3, .goal = 0.5, .miss = 0.1, .at = CS_DATE_NONE};
  if (cs_plan_make(treaty, places, &options, &plan, &error) != CS_OK) {
    need(error.status == CS_INVALID && error.what[0] != '\0');
    return;
  }
  need(cs_plan_show(plan, 80, &text, &error) == CS_OK && cs_plan_json(plan, &json, &error) == CS_OK);
  need(cs_utf8_check(text.at, text.length) == text.length);
  cs_text_free(&text);
  cs_text_free(&json);
  cs_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  enum { MOST_PLACES = 12 }; /* a plan for more takes long, and reads no more */
  static cs_treaty *treaty;
  static int fd = -1;
  char path[64];
  cs_places places;
  cs_error error;
  if (treaty == NULL)
    need(cs_treaty_read("treaties/new-start.yaml", &treaty, &error) == CS_OK);
  if (fd < 0)
    need((fd = memfd_create("facilities", 0)) >= 0);
  need(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, length, 0) == (ssize_t)length);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (cs_places_read(treaty, NULL, path, &places, &error) != CS_OK)
    return 0;
  need(places.count > 0 && places.count <= CS_PLACES_MAX);
  for (size_t i = 0; i < places.count; i++)
    need(places.at[i].items >= 0 && places.at[i].items <= CS_POPULATION_MAX && places.at[i].weight > 0 &&
         places.at[i].name[0] != '\0' && places.at[i].kind < treaty->facilities.count);
  if (places.count <= MOST_PLACES)
    plan(treaty, &places);
  cs_places_free(&places);
  return 0;
}
