/* Slices, growing text, UTF-8 and numbers. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "base/base.h"

const char *cs_version(void)
{
  return COUNTERSIGN_VERSION;
}

cs_slice cs_slice_of(const char *text)
{
  return (cs_slice){text, strlen(text)};
}

bool cs_slice_equal(cs_slice a, cs_slice b)
{
  return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool cs_slice_is(cs_slice slice, const char *text)
{
  return cs_slice_equal(slice, cs_slice_of(text));
}

static bool make_room(cs_text *text, size_t more)
{
  if (text->failed || more > SIZE_MAX / 4 - text->length)
    text->failed = true;
  if (text->failed)
    return false;
  size_t needed = text->length + more + 1;
  if (needed <= text->capacity)
    return true;
  size_t capacity = text->capacity < 256 ? 256 : text->capacity;
  while (capacity < needed)
    capacity *= 2;
  char *grown = realloc(text->at, capacity);
  if (grown == NULL) {
    text->failed = true;
    return false;
  }
  text->at = grown;
  text->capacity = capacity;
  return true;
}

void cs_text_put(cs_text *text, const char *bytes, size_t length)
{
  if (!make_room(text, length))
    return;
  if (length > 0)
    memcpy(text->at + text->length, bytes, length);
  text->length += length;
  text->at[text->length] = '\0';
}

void cs_text_add(cs_text *text, const char *format, ...)
{
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (length < 0)
    text->failed = true;
  else if (make_room(text, (size_t)length)) {
    (void)vsnprintf(text->at + text->length, (size_t)length + 1, format, again);
    text->length += (size_t)length;
  }
  va_end(again);
}

size_t cs_text_columns(const char *bytes)
{
  int columns = u8_strwidth((const uint8_t *)bytes, "UTF-8");
  return columns < 0 ? 0 : (size_t)columns;
}

static void put_spaces(cs_text *text, size_t count)
{
  while (count-- > 0)
    cs_text_put(text, " ", 1);
}

void cs_text_pad(cs_text *text, const char *bytes, size_t width)
{
  size_t columns = cs_text_columns(bytes);
  cs_text_put(text, bytes, strlen(bytes));
  if (columns < width)
    put_spaces(text, width - columns);
}

void cs_text_wrap(cs_text *text, const char *bytes, size_t at, size_t indent, size_t width)
{
  size_t column = at;
  bool first = true;
  for (;;) {
    bytes += strspn(bytes, " \n");
    size_t length = strcspn(bytes, " \n");
    if (length == 0)
      break;
    int columns = u8_width((const uint8_t *)bytes, length, "UTF-8");
    size_t word = columns < 0 ? length : (size_t)columns;
    if (!first && column + 1 + word > width) {
      cs_text_put(text, "\n", 1);
      put_spaces(text, indent);
      column = indent;
      first = true;
    }
    if (!first) {
      cs_text_put(text, " ", 1);
      column++;
    }
    cs_text_put(text, bytes, length);
    column += word;
    bytes += length;
    first = false;
  }
}

void cs_text_xml(cs_text *text, const char *bytes)
{
  static const struct {
    char character;
    const char *entity;
  } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
  for (; *bytes != '\0'; bytes++) {
    size_t i = 0;
    while (i < CS_COUNT_OF(entities) && entities[i].character != *bytes)
      i++;
    if (i < CS_COUNT_OF(entities))
      cs_text_put(text, entities[i].entity, strlen(entities[i].entity));
    else
      cs_text_put(text, bytes, 1);
  }
}

void cs_text_free(cs_text *text)
{
  free(text->at);
  *text = (cs_text){0};
}

size_t cs_utf8_check(const char *bytes, size_t length)
{
  size_t i = 0;
  while (i < length) {
    uint64_t word;
    if (length - i >= sizeof word) {
      memcpy(&word, bytes + i, sizeof word);
      if ((word & UINT64_C(0x8080808080808080)) == 0) {
        i += sizeof word;
        continue;
      }
    }
    int step = u8_mblen((const uint8_t *)bytes + i, length - i);
    if (step < 0)
      return i;
    i += step == 0 ? 1 : (size_t)step; /* 0 stands for a zero byte, which is UTF-8 */
  }
  return length;
}

cs_mark cs_mark_of(const char *bytes, size_t offset)
{
  cs_mark mark = {1, 1};
  for (size_t i = 0; i < offset; i++) {
    if (bytes[i] == '\n')
      mark = (cs_mark){mark.line + 1, 1};
    else if (((unsigned char)bytes[i] & 0xc0) != 0x80)
      mark.column++;
  }
  return mark;
}

bool cs_number_parse(cs_slice text, int64_t *out, const char **why)
{
  const char *fault = text.length == 0 ? "is not a whole number" : NULL;
  int64_t value = 0;
  for (size_t i = 0; i < text.length && fault == NULL; i++) {
    if (text.at[i] < '0' || text.at[i] > '9')
      fault = "is not a whole number";
    else if (value > (CS_NUMBER_MAX - (text.at[i] - '0')) / 10)
      fault = "is too large";
    else
      value = value * 10 + (text.at[i] - '0');
  }
  if (fault != NULL && text.length > 1 && text.at[0] == '-' && text.at[1] >= '0' && text.at[1] <= '9')
    fault = "is negative";
  *out = fault == NULL ? value : 0;
  if (why != NULL)
    *why = fault;
  return fault == NULL;
}

static const char *skip_digits(const char *at)
{
  while (*at >= '0' && *at <= '9')
    at++;
  return at;
}

bool cs_decimal_parse(cs_slice text, double *out)
{
  char copy[64];
  if (text.length == 0 || text.length >= sizeof copy || memchr(text.at, '\0', text.length) != NULL)
    return false;
  memcpy(copy, text.at, text.length);
  copy[text.length] = '\0';
  const char *at = skip_digits(copy), *digits;
  bool good = at > copy || *at == '.';
  if (*at == '.') {
    digits = at + 1;
    at = skip_digits(digits);
    good = at > digits;
  }
  if (good && (*at == 'e' || *at == 'E')) {
    digits = at + 1 + (at[1] == '-' || at[1] == '+');
    at = skip_digits(digits);
    good = at > digits;
  }
  char *end;
  *out = strtod(copy, &end); /* stops at the point where a locale has another; then the number is refused */
  return good && *at == '\0' && *end == '\0' && *out <= DBL_MAX;
}

const char *cs_grouped(int64_t number, char out[CS_GROUPED])
{
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%lld", (long long)number), n = 0;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
      out[n++] = ',';
    out[n++] = digits[i];
  }
  out[n] = '\0';
  return out;
}
