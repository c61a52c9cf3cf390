/* The ground floor: errors, text, dates, numbers, files and CSV. It knows nothing of agreements.
 *
 * Everything that reads input from outside comes through here: cs_file_read bounds it, cs_utf8_check
 * refuses what is not text, cs_csv_next splits records, and cs_fail makes the error that names place,
 * fault and expectation. */
#ifndef CS_BASE_H
#define CS_BASE_H

#include <stdarg.h>

#include "countersign/base.h"

#define CS_PRINTF(string, first) __attribute__((format(printf, string, first)))
#define CS_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Slices and places ------------------------------------------------------------------- */

/* Bytes that somebody else owns; not terminated. */
typedef struct cs_slice {
  const char *at;
  size_t length;
} cs_slice;

#define CS_SLICE(literal) ((cs_slice){(literal), sizeof(literal) - 1})

cs_slice cs_slice_of(const char *text);
bool cs_slice_equal(cs_slice a, cs_slice b);
bool cs_slice_is(cs_slice slice, const char *text);

/* A place in a text file, both from 1; {0, 0} where there is none. */
typedef struct cs_mark {
  uint32_t line;
  uint32_t column;
} cs_mark;

/* ---- Errors ------------------------------------------------------------------------------ */

/* Fills `error` and returns `status`, so that a caller can write `return cs_fail(...)`. */
cs_status cs_fail(cs_error *error, cs_status status, const char *file, cs_mark mark, const char *format, ...)
  CS_PRINTF(5, 6);

/* CS_SYSTEM with "out of memory". Inline, so that an analyzer of one file sees that it never succeeds. */
static inline cs_status cs_fail_memory(cs_error *error)
{
  *error = (cs_error){.status = CS_SYSTEM, .what = "out of memory"};
  return CS_SYSTEM;
}

/* Adds a hint to an error that was filled. */
void cs_hint(cs_error *error, const char *format, ...) CS_PRINTF(2, 3);

#define CS_QUOTED 64
/* `slice` between quotes, control characters escaped, shortened to fit; returns `out`. For messages. */
const char *cs_quote(cs_slice slice, char out[CS_QUOTED]);

/* The candidate that `name` is most likely a slip of (optimal string alignment distance of at most a
 * third of its length), or NULL. `stride` bytes lie between two candidates, each a `const char *`. */
const char *cs_nearest(cs_slice name, const void *candidates, size_t count, size_t stride);

/* ---- Memory ------------------------------------------------------------------------------ */

/* Allocations that live and die together. Start with {0}. */
typedef struct cs_arena {
  struct cs_arena_block *blocks;
} cs_arena;

/* Zeroed memory, aligned for any type; NULL when out of memory. */
void *cs_arena_alloc(cs_arena *arena, size_t size);
/* `count` elements of `size` bytes; NULL on overflow too. */
void *cs_arena_array(cs_arena *arena, size_t count, size_t size);
/* A terminated copy. */
const char *cs_arena_copy(cs_arena *arena, cs_slice slice);
/* printf into the arena; NULL when out of memory. */
const char *cs_arena_format(cs_arena *arena, const char *format, ...) CS_PRINTF(2, 3);
const char *cs_arena_vformat(cs_arena *arena, const char *format, va_list args) CS_PRINTF(2, 0);
void cs_arena_free(cs_arena *arena);

/* Makes room for element number `count` in a malloc'ed array that doubles; false when out of memory. */
bool cs_grow(void **array, size_t *capacity, size_t count, size_t size);

/* ---- Text ---------------------------------------------------------------------------------*/

void cs_text_add(cs_text *text, const char *format, ...) CS_PRINTF(2, 3);
void cs_text_put(cs_text *text, const char *bytes, size_t length);
/* `text`, then spaces up to `width` terminal columns (wide and combining characters counted as shown). */
void cs_text_pad(cs_text *text, const char *bytes, size_t width);
/* Terminal columns that a UTF-8 string takes. */
size_t cs_text_columns(const char *bytes);
/* Adds `bytes` in lines of at most `width` columns; lines after the first begin with `indent` spaces.
 * `at` is the column at which the first begins. */
void cs_text_wrap(cs_text *text, const char *bytes, size_t at, size_t indent, size_t width);
/* A JSON value, which it releases, in lines of their own; `digits` of numbers that are not whole, 0: as many as they need. CS_SYSTEM
 * where the value is NULL: it could not be made. */
struct json_t;
cs_status cs_text_json(cs_text *out, struct json_t *json, size_t digits, cs_error *error);
/* `bytes` with & < > " as XML entities. */
void cs_text_xml(cs_text *text, const char *bytes);

/* The offset of the first character that is no text: not UTF-8, or a control or format character other than a newline;
 * or the length. */
size_t cs_text_check(cs_slice slice);

/* The offset of the first byte that is not UTF-8 (RFC 3629), or `length`. */
size_t cs_utf8_check(const char *bytes, size_t length);

/* Line and column, in characters, of an offset. */
cs_mark cs_mark_of(const char *bytes, size_t offset);

/* ---- Numbers ----------------------------------------------------------------------------- */

/* The largest number that an input may state: the largest integer that every JSON reader keeps exact. */
#define CS_NUMBER_MAX INT64_C(9007199254740991)

/* Reads a whole number from 0 to CS_NUMBER_MAX, decimal digits only. On failure returns false and sets
 * `why` to a phrase such as "is negative". */
bool cs_number_parse(cs_slice text, int64_t *out, const char **why);

/* Reads a decimal number such as "0.95", ".5", "12" or "1e-6": digits, a point with digits after it, an exponent.
 * False where it is anything else, or is larger than a double. */
bool cs_decimal_parse(cs_slice text, double *out);

/* 1550 as "1,550"; returns `out`. */
#define CS_GROUPED 32
const char *cs_grouped(int64_t number, char out[CS_GROUPED]);

/* ---- Dates ------------------------------------------------------------------------------- */

/* A whole span of time. Months and years are calendar spans. */
typedef enum cs_unit { CS_HOURS, CS_DAYS, CS_MONTHS, CS_YEARS } cs_unit;
typedef struct cs_span {
  uint32_t amount;
  cs_unit unit;
} cs_span;

/* Reads "45 days", "1 hour", "7 years". */
bool cs_span_parse(cs_slice text, cs_span *out);
/* Writes "45 days", "1 year". */
#define CS_SPAN_TEXT 24
const char *cs_span_format(cs_span span, char out[CS_SPAN_TEXT]);
/* Hours in a span, of months and years in the mean. */
double cs_span_hours(cs_span span);
/* `times` spans after `date` (before, where negative). Hours count in whole days, rounded up; the
 * result stays within the years 0001 to 9999. */
cs_date cs_date_add(cs_date date, cs_span span, int32_t times);

/* ---- Files ------------------------------------------------------------------------------- */

/* A file read whole. `bytes` is terminated by a zero byte that `length` does not count. */
typedef struct cs_file {
  const char *name; /* as given */
  char *bytes;
  size_t length;
} cs_file;

/* Reads `path` ("-" is standard input) of at most `limit` bytes of UTF-8. CS_INVALID where it cannot
 * be read, is larger, or is not text; release with cs_file_free. */
cs_status cs_file_read(const char *path, size_t limit, cs_file *out, cs_error *error);
/* The same for bytes that need not be text. */
cs_status cs_file_read_bytes(const char *path, size_t limit, cs_file *out, cs_error *error);
void cs_file_free(cs_file *file);

/* ---- CSV --------------------------------------------------------------------------------- */

/* RFC 4180 records over a file in memory, nothing copied. Lines end with LF or CRLF; every record has as
 * many fields as the first, at most CS_CSV_FIELDS. Empty lines are passed over. */
#define CS_CSV_FIELDS 64

typedef struct cs_csv_field {
  cs_slice raw; /* between the quotes, where it was quoted */
  bool escaped; /* holds "" pairs that cs_csv_text resolves */
} cs_csv_field;

typedef struct cs_csv {
  const char *name;
  const char *begin, *at, *end;
  uint32_t line;   /* of the record that was read last */
  uint32_t next;   /* of the record that comes next */
  size_t expected; /* fields of the first record; 0 before it */
  size_t count;    /* fields of the record that was read last */
  cs_csv_field fields[CS_CSV_FIELDS];
} cs_csv;

cs_csv cs_csv_open(const cs_file *file);
/* 1 with a record in `fields`, 0 at the end, -1 with `error` filled. */
int cs_csv_next(cs_csv *csv, cs_error *error);
/* Where a field of the last record begins. */
cs_mark cs_csv_mark(const cs_csv *csv, size_t field);
/* The field's own text, in the arena where it held escapes; NULL `at` when out of memory. */
cs_slice cs_csv_text(const cs_csv_field *field, cs_arena *arena);

/* ---- SVG --------------------------------------------------------------------------------- */

/* Begins a plot on white ground, with the classes title, panel, tick, limit and note for texts; end it with "</svg>\n". */
void cs_svg_begin(cs_text *out, int width, int height, const char *title, const char *description);
void cs_svg_text(cs_text *out, double x, double y, const char *attributes, const char *words);
void cs_svg_line(cs_text *out, double x1, double y1, double x2, double y2, const char *attributes);
/* The colour of a series: Okabe and Ito's, told apart by people who do not see red or green. */
const char *cs_svg_colour(size_t index);
/* 1, 2 or 5 times a power of ten, so that about four of them make `span`. */
double cs_svg_step(double span);

#endif
