/* Errors as values: where, what is wrong, what was expected. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

void cs_error_format(const cs_error *error, char *out, size_t size)
{
  if (error->file[0] == '\0')
    snprintf(out, size, "%s", error->what);
  else if (error->line == 0)
    snprintf(out, size, "%s: %s", error->file, error->what);
  else
    snprintf(out, size, "%s:%u:%u: %s", error->file, error->line, error->column, error->what);
}

cs_status cs_fail(cs_error *error, cs_status status, const char *file, cs_mark mark, const char *format, ...)
{
  *error = (cs_error){.status = status, .line = mark.line, .column = mark.column};
  snprintf(error->file, sizeof error->file, "%s", file == NULL ? "" : file);
  va_list args;
  va_start(args, format);
  vsnprintf(error->what, sizeof error->what, format, args);
  va_end(args);
  return status;
}

cs_status cs_fail_memory(cs_error *error)
{
  return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "out of memory");
}

void cs_hint(cs_error *error, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(error->hint, sizeof error->hint, format, args);
  va_end(args);
}

const char *cs_quote(cs_slice slice, char out[CS_QUOTED])
{
  enum { LONGEST_STEP = 4, TAIL = 5 }; /* "\x1b" or a UTF-8 character; "...\"" and the end */
  size_t n = 0;
  out[n++] = '"';
  for (size_t i = 0; i < slice.length;) {
    unsigned char c = (unsigned char)slice.at[i];
    size_t step = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (step > slice.length - i)
      step = slice.length - i;
    if (n + LONGEST_STEP + TAIL > CS_QUOTED) {
      memcpy(out + n, "...", 3);
      n += 3;
      break;
    }
    /* U+0080 to U+009F are control characters too: terminals act on them. */
    if (c < 0x20 || c == 0x7f || (c == 0xc2 && step == 2 && (unsigned char)slice.at[i + 1] < 0xa0)) {
      n += (size_t)snprintf(out + n, CS_QUOTED - n, "\\x%02x", step == 2 ? (unsigned char)slice.at[i + 1] : c);
    } else {
      memcpy(out + n, slice.at + i, step);
      n += step;
    }
    i += step;
  }
  out[n++] = '"';
  out[n] = '\0';
  return out;
}

enum { NAME_LONGEST = 64 };

static size_t smaller(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, replace, or swap two neighbours. */
static size_t distance(cs_slice a, cs_slice b)
{
  size_t rows[3][NAME_LONGEST + 1];
  size_t *before = rows[0], *above = rows[1], *row = rows[2];
  for (size_t j = 0; j <= b.length; j++)
    above[j] = j;
  for (size_t i = 1; i <= a.length; i++) {
    row[0] = i;
    for (size_t j = 1; j <= b.length; j++) {
      size_t replace = above[j - 1] + (a.at[i - 1] != b.at[j - 1]);
      row[j] = smaller(replace, smaller(above[j], row[j - 1]) + 1);
      if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1])
        row[j] = smaller(row[j], before[j - 2] + 1);
    }
    size_t *oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return above[b.length];
}

const char *cs_nearest(cs_slice name, const void *candidates, size_t count, size_t stride)
{
  if (name.length == 0 || name.length > NAME_LONGEST)
    return NULL;
  const char *best = NULL;
  size_t least = name.length / 3 + 2;
  for (size_t i = 0; i < count; i++) {
    const char *candidate;
    memcpy(&candidate, (const char *)candidates + i * stride, sizeof candidate);
    cs_slice slice = cs_slice_of(candidate);
    if (slice.length > NAME_LONGEST)
      continue;
    size_t steps = distance(name, slice);
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}
