/* Errors as values: where, what is wrong, what was expected. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

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

/* Bytes of the character at the front of `slice`, and whether a terminal would show it and do nothing else: not for
 * what is no UTF-8, control characters, and format characters, which can reorder or hide the text around them. */
static size_t next_character(cs_slice slice, bool *shown)
{
  ucs4_t character;
  int step = u8_mbtoucr(&character, (const uint8_t *)slice.at, slice.length);
  *shown = step > 0 && !uc_is_general_category(character, uc_general_category_or(UC_CONTROL, UC_FORMAT));
  return step > 0 ? (size_t)step : 1;
}

size_t cs_text_check(cs_slice slice)
{
  size_t at = 0;
  bool shown = true;
  while (at < slice.length) {
    size_t step = next_character((cs_slice){slice.at + at, slice.length - at}, &shown);
    if (!shown && slice.at[at] != '\n')
      return at;
    at += step;
  }
  return at;
}

/* Writes what a terminal shows of `slice`, the rest as \xNN, in at most `size` bytes with the end; true where all of
 * it had room. */
static bool escape(cs_slice slice, char *out, size_t size)
{
  enum { LONGEST = 4 }; /* "\x1b", or a UTF-8 character */
  size_t n = 0, at = 0;
  while (at < slice.length && n + LONGEST < size) {
    bool shown;
    size_t step = next_character((cs_slice){slice.at + at, slice.length - at}, &shown);
    if (shown) {
      memcpy(out + n, slice.at + at, step);
      n += step;
    } else {
      step = 1;
      n += (size_t)snprintf(out + n, size - n, "\\x%02x", (unsigned char)slice.at[at]);
    }
    at += step;
  }
  out[n] = '\0';
  return at == slice.length;
}

static void CS_PRINTF(3, 0) format_escaped(char *out, size_t size, const char *format, va_list args)
{
  char text[1024];
  int length = vsnprintf(text, sizeof text, format, args);
  size_t kept = length < 0 ? 0 : (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
  escape((cs_slice){text, kept}, out, size);
}

cs_status cs_fail(cs_error *error, cs_status status, const char *file, cs_mark mark, const char *format, ...)
{
  *error = (cs_error){.status = status, .line = mark.line, .column = mark.column};
  if (file != NULL)
    escape(cs_slice_of(file), error->file, sizeof error->file);
  va_list args;
  va_start(args, format);
  format_escaped(error->what, sizeof error->what, format, args);
  va_end(args);
  return status;
}

void cs_hint(cs_error *error, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  format_escaped(error->hint, sizeof error->hint, format, args);
  va_end(args);
}

const char *cs_quote(cs_slice slice, char out[CS_QUOTED])
{
  enum { TAIL = 5 }; /* "...", the quote and the end */
  out[0] = '"';
  bool whole = escape(slice, out + 1, CS_QUOTED - TAIL);
  size_t end = strlen(out);
  snprintf(out + end, CS_QUOTED - end, "%s", whole ? "\"" : "...\"");
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
  size_t least = name.length / 3 + 1;
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
