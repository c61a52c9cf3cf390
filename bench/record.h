/* Records made up for the benchmark: the same bytes on every run. */
#ifndef RECORD_H
#define RECORD_H

#include <stdio.h>

#include "countersign/treaty.h"

/* What a record is like. Each writes about `rows` rows for `treaty` to `out`. */
typedef void record_writer(FILE *out, const cs_treaty *treaty, size_t rows);

/* Holdings of both parties on 50 days, by item, state, facility and type; in order. */
record_writer record_itemised;
/* Three totals of both parties on each of rows / 2 days; in order. */
record_writer record_wide;

/* Shapes that a careless reader would take quadratic time or memory for. */
record_writer record_one_day;     /* every row for one party and day */
record_writer record_backwards;   /* totals, the last day first */
record_writer record_many_days;   /* holdings, each row for another party and day */
record_writer record_quoted;      /* one quoted field of 60 bytes a row */
record_writer record_quotes;      /* the same, all of it doubled quotes */
record_writer record_empty_lines; /* 60 empty lines a row */

#endif
