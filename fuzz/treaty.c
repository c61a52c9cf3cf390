#include <string.h>

#include "fuzz.h"
#include "treaty/treaty.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  const char *text = (const char *)bytes;
  cs_treaty *treaty;
  cs_calendar *calendar;
  cs_text out = {0};
  cs_error error;
  if (cs_utf8_check(text, length) != length || memchr(text, '\0', length) != NULL)
    return 0; /* cs_file_read gives no such text */
  if (cs_treaty_parse((cs_slice){text, length}, "treaty", &treaty, &error) != CS_OK)
    return 0;
  need(cs_treaty_show(treaty, 80, &out, &error) == CS_OK);
  need(cs_treaty_json(treaty, &out, &error) == CS_OK);
  cs_date start = cs_treaty_start(treaty), end = cs_date_add(start, (cs_span){3, CS_YEARS}, 1);
  if (cs_treaty_calendar(treaty, start, end, &calendar, &error) == CS_OK) {
    need(cs_calendar_show(calendar, 80, &out, &error) == CS_OK);
    cs_calendar_free(calendar);
  }
  cs_text_free(&out);
  cs_treaty_free(treaty);
  return 0;
}
