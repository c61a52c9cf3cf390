/* Errors, dates and text: what every other header of libcountersign builds on. */
#ifndef COUNTERSIGN_BASE_H
#define COUNTERSIGN_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The version of the library, such as "0.1.0". */
const char *cs_version(void);

/* ---- Errors ------------------------------------------------------------------------------ */

/* What a call came to. 0 is success; the command's exit codes follow from these. */
typedef enum cs_status {
  CS_OK = 0,
  CS_INVALID, /* input from outside is wrong or unreadable: cs_error says where and how */
  CS_SYSTEM,  /* the system failed: out of memory, a disk error */
} cs_status;

/* One error, owned by the caller, filled by the call that failed. Text from the input is quoted
 * and shortened, and holds no control characters. */
typedef struct cs_error {
  cs_status status;
  char file[512];  /* path as the caller gave it, or empty */
  uint32_t line;   /* from 1; 0 where there is no place */
  uint32_t column; /* in characters, from 1; 0 where there is none */
  char what[640];  /* "what is wrong; what was expected" */
  char hint[256];  /* a suggestion, or empty */
} cs_error;

/* Writes "FILE:LINE:COL: WHAT" into `out` (at most `size` bytes, always terminated). */
void cs_error_format(const cs_error *error, char *out, size_t size);

/* ---- Dates ------------------------------------------------------------------------------- */

/* A day of the proleptic Gregorian calendar in Greenwich Mean Time, as days since 1970-01-01;
 * years 0001 to 9999. */
typedef int32_t cs_date;

#define CS_DATE_NONE INT32_MIN
#define CS_DATE_TEXT 11 /* bytes of "YYYY-MM-DD" with its end */

/* Reads exactly YYYY-MM-DD (RFC 3339 full-date) from `length` bytes. False where the form is
 * another or the day does not exist (2021-02-29). */
bool cs_date_parse(const char *text, size_t length, cs_date *out);

/* Writes YYYY-MM-DD and returns `out`; CS_DATE_NONE becomes an empty text. */
const char *cs_date_format(cs_date date, char out[CS_DATE_TEXT]);

/* The day `months` calendar months later; where that month is shorter, its last day. */
cs_date cs_date_add_months(cs_date date, int32_t months);

/* Today in Greenwich Mean Time. */
cs_date cs_date_today(void);

/* ---- Text that grows --------------------------------------------------------------------- */

/* Output of the library. Start with {0}; release with cs_text_free. `at` is terminated by a zero
 * byte that `length` does not count; it is NULL before anything was added. When memory ran out,
 * `failed` is set, and what was added after that is lost. */
typedef struct cs_text {
  char *at;
  size_t length;
  size_t capacity;
  bool failed;
} cs_text;

void cs_text_free(cs_text *text);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
