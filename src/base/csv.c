/* RFC 4180: records of fields, without a copy. */
#include <string.h>

#include "base/base.h"

cs_csv cs_csv_open(const cs_file *file)
{
  cs_csv csv = {.name = file->name,
                .begin = file->bytes,
                .at = file->bytes,
                .end = file->bytes + file->length,
                .next = 1};
  static const char BOM[] = "\xef\xbb\xbf";
  if (file->length >= 3 && memcmp(file->bytes, BOM, 3) == 0)
    csv.at += 3;
  return csv;
}

/* Characters between the start of its line and `at`, plus one. */
static cs_mark mark_at(const cs_csv *csv, const char *at)
{
  cs_mark mark = {csv->line, 1};
  const char *start = at;
  while (start > csv->begin && start[-1] != '\n')
    start--;
  for (const char *p = start; p < at; p++)
    mark.column += ((unsigned char)*p & 0xc0) != 0x80;
  if (start == csv->begin && csv->end - csv->begin >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
    mark.column -= mark.column > 1; /* the byte order mark is not a column */
  return mark;
}

static int fail_at(const cs_csv *csv, const char *at, uint32_t line, cs_error *error, const char *what)
{
  cs_mark mark = mark_at(csv, at);
  mark.line = line;
  cs_fail(error, CS_INVALID, csv->name, mark, "%s", what);
  return -1;
}

/* Reads a quoted field whose opening quote `csv->at` points to, up to and past its closing quote. */
static int quoted_field(cs_csv *csv, cs_csv_field *field, cs_error *error)
{
  const char *opening = csv->at++;
  uint32_t line = csv->next;
  *field = (cs_csv_field){.raw.at = csv->at};
  for (; csv->at < csv->end; csv->at++) {
    if (*csv->at == '\n')
      csv->next++;
    if (*csv->at != '"')
      continue;
    if (csv->at + 1 < csv->end && csv->at[1] == '"') {
      field->escaped = true;
      csv->at++;
      continue;
    }
    field->raw.length = (size_t)(csv->at - field->raw.at);
    csv->at++;
    if (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n' && *csv->at != '\r')
      return fail_at(csv, csv->at, csv->next, error,
                     "text after a closing quote; expected a comma or the end of the line");
    return 0;
  }
  return fail_at(csv, opening, line, error,
                 "this quoted field has no end; expected a closing quote (is the file truncated?)");
}

static int plain_field(cs_csv *csv, cs_csv_field *field, cs_error *error)
{
  const char *at = csv->at;
  while (at < csv->end && *at != ',' && *at != '\n' && *at != '\r' && *at != '"')
    at++;
  *field = (cs_csv_field){.raw = {csv->at, (size_t)(at - csv->at)}};
  csv->at = at;
  if (at < csv->end && *at == '"')
    return fail_at(csv, at, csv->next, error,
                   "a quote inside a field that does not begin with one; "
                   "expected the field in quotes, and its quotes doubled");
  return 0;
}

/* Passes the end of a line; false where `at` is not at one. */
static bool line_end(cs_csv *csv)
{
  if (csv->at < csv->end && *csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n')
    csv->at++;
  if (csv->at < csv->end && *csv->at != '\n')
    return false;
  csv->at += csv->at < csv->end;
  csv->next++;
  return true;
}

int cs_csv_next(cs_csv *csv, cs_error *error)
{
  do {
    if (csv->at == csv->end)
      return 0;
    csv->line = csv->next;
  } while ((*csv->at == '\n' || *csv->at == '\r') && line_end(csv));

  csv->count = 0;
  for (;;) {
    if (csv->count == CS_CSV_FIELDS)
      return fail_at(csv, csv->at, csv->next, error, "too many fields; expected at most 64");
    cs_csv_field *field = &csv->fields[csv->count];
    int bad = csv->at < csv->end && *csv->at == '"' ? quoted_field(csv, field, error) : plain_field(csv, field, error);
    if (bad != 0)
      return bad;
    csv->count++;
    if (csv->at < csv->end && *csv->at == ',') {
      csv->at++;
      continue;
    }
    uint32_t line = csv->next;
    const char *stop = csv->at;
    if (!line_end(csv))
      return fail_at(csv, stop, line, error, "a carriage return alone; expected the line to end with LF or CRLF");
    if (csv->expected == 0)
      csv->expected = csv->count;
    if (csv->count == csv->expected)
      return 1;
    cs_fail(error, CS_INVALID, csv->name, (cs_mark){line, mark_at(csv, stop).column},
            "the row has %zu field%s; expected %zu, as in the header", csv->count, csv->count == 1 ? "" : "s",
            csv->expected);
    return -1;
  }
}

cs_mark cs_csv_mark(const cs_csv *csv, size_t field)
{
  const char *at = csv->fields[field].raw.at;
  bool quoted = at > csv->begin && at[-1] == '"';
  cs_mark mark = mark_at(csv, quoted ? at - 1 : at);
  for (size_t i = 0; i < field; i++)
    for (size_t k = 0; k < csv->fields[i].raw.length; k++)
      mark.line += csv->fields[i].raw.at[k] == '\n';
  return mark;
}

cs_slice cs_csv_text(const cs_csv_field *field, cs_arena *arena)
{
  if (!field->escaped)
    return field->raw;
  char *out = cs_arena_alloc(arena, field->raw.length);
  cs_slice text = {out, 0};
  if (out == NULL)
    return text;
  for (size_t i = 0; i < field->raw.length; i++) {
    out[text.length++] = field->raw.at[i];
    i += field->raw.at[i] == '"';
  }
  return text;
}
