/* JSON as text. */
#include <jansson.h>
#include <stdlib.h>

#include "base/base.h"

cs_status cs_text_json(cs_text *out, json_t *json, size_t digits, cs_error *error)
{
  char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(digits));
  json_decref(json);
  if (text == NULL)
    return cs_fail_memory(error);
  cs_text_add(out, "%s\n", text);
  free(text);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}
