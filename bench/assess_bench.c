/* What loading and assessing take, beside SQLite answering the same verdicts from the same file.
 *
 *   assess-bench DIRECTORY [ROWS]
 *
 * DIRECTORY is for the records and databases, which stay there; bench/run makes and removes one. */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "bench.h"
#include "record.h"
#include "sqlite_peer.h"

enum { PATH = 512 };

/* One record to be assessed, by one of the ways below. */
typedef struct job {
  const cs_treaty *treaty;
  const char *record; /* path of the CSV file */
  cs_date at;
  peer_options peer;
  cs_holdings *holdings; /* read beforehand */
  sqlite3 *database;     /* imported beforehand */
} job;

/* ---- The work ---------------------------------------------------------------------------- */

static cs_treaty *load(const char *path)
{
  cs_treaty *treaty;
  cs_error error;
  if (cs_treaty_read(path, &treaty, &error) != CS_OK)
    bench_fail(error.what);
  return treaty;
}

static void load_once(void *context)
{
  cs_treaty_free(load(context));
}

static cs_holdings *read_record(const job *j)
{
  cs_holdings *holdings;
  cs_error error;
  if (cs_holdings_read(j->treaty, &j->record, 1, &holdings, &error) != CS_OK)
    bench_fail(error.what);
  return holdings;
}

/* Extensions are left out: they follow from the agreement alone. */
static void assess(const job *j, const cs_holdings *holdings, verdict_sink *sink, void *context)
{
  cs_assessment *assessment;
  cs_error error;
  if (cs_assess(j->treaty, holdings, &(cs_assess_options){.at = j->at}, &assessment, &error) != CS_OK)
    bench_fail(error.what);
  for (size_t i = 0; i < cs_assessment_count(assessment); i++) {
    cs_finding f = cs_assessment_at(assessment, i);
    verdict v = {f.party, f.rule, f.date, cs_verdict_word(f.verdict), f.has_value, f.value, f.limit, f.margin};
    if (strcmp(f.rule, "extension") != 0)
      sink(&v, context);
  }
  cs_assessment_free(assessment);
}

/* What every timed run does with a verdict: take note of it. */
static void count_verdict(const verdict *v, void *context)
{
  int64_t *sum = context;
  *sum += v->value + v->word[0];
}

static void ours_whole(void *context)
{
  const job *j = context;
  int64_t sum = 0;
  cs_holdings *holdings = read_record(j);
  assess(j, holdings, count_verdict, &sum);
  cs_holdings_free(holdings);
}

static void ours_verdicts(void *context)
{
  const job *j = context;
  int64_t sum = 0;
  assess(j, j->holdings, count_verdict, &sum);
}

static void peer_whole(void *context)
{
  const job *j = context;
  int64_t sum = 0;
  sqlite3 *database = peer_import(j->treaty, j->record, j->at, &j->peer);
  peer_query(database, j->peer.itemised, count_verdict, &sum);
  peer_close(database);
}

static void peer_verdicts(void *context)
{
  const job *j = context;
  int64_t sum = 0;
  peer_query(j->database, j->peer.itemised, count_verdict, &sum);
}

/* ---- Both must say the same --------------------------------------------------------------- */

typedef struct digest {
  uint64_t sum;
  size_t count;
} digest;

/* Adds up a hash of each verdict (FNV-1a over its text), so that their order does not matter. */
static void digest_verdict(const verdict *v, void *context)
{
  digest *d = context;
  char text[256], date[CS_DATE_TEXT], numbers[80] = "";
  if (v->has_value)
    snprintf(numbers, sizeof numbers, "%" PRId64 " %" PRId64 " %" PRId64, v->value, v->limit, v->margin);
  snprintf(text, sizeof text, "%s %s %s %s %s", v->party, v->rule, cs_date_format(v->date, date), v->word, numbers);
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (const char *p = text; *p != '\0'; p++)
    hash = (hash ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
  d->sum += hash;
  d->count++;
}

static void verify(const job *j)
{
  digest ours = {0}, peers = {0};
  assess(j, j->holdings, digest_verdict, &ours);
  peer_query(j->database, j->peer.itemised, digest_verdict, &peers);
  if (ours.count != peers.count || ours.sum != peers.sum)
    bench_fail("the two sides do not give the same verdicts");
  printf("  %zu verdicts, the same on both sides\n", ours.count);
}

/* ---- Records ------------------------------------------------------------------------------ */

/* Writes a record into the directory and returns its size in bytes. */
static double write_record(const char *path, record_writer *writer, const cs_treaty *treaty, size_t rows)
{
  FILE *out = fopen(path, "w");
  if (out == NULL)
    bench_fail("the record cannot be written");
  writer(out, treaty, rows);
  struct stat info;
  if (fclose(out) != 0 || stat(path, &info) != 0)
    bench_fail("the record cannot be written");
  return (double)info.st_size;
}

/* ---- The tables --------------------------------------------------------------------------- */

/* Ours first, then SQLite in memory, in a file, and where `unkeyed` without the check that a row is unique. */
static void compare_whole(const job *j, const char *database, double rows, bool unkeyed)
{
  bool itemised = j->peer.itemised;
  job ours = *j, memory = *j, file = *j, plain = *j;
  memory.peer = (peer_options){"", itemised, true};
  file.peer = (peer_options){database, itemised, true};
  plain.peer = (peer_options){"", itemised, false};
  bench_case cases[] = {
    {"ours", ours_whole, &ours, rows, 0},
    {"SQLite, in memory", peer_whole, &memory, rows, 0},
    {"SQLite, in a file", peer_whole, &file, rows, 0},
    {"SQLite, in memory, no key", peer_whole, &plain, rows, 0},
  };
  size_t count = CS_COUNT_OF(cases) - !unkeyed;
  bench_run(cases, count);
  bench_ratios(cases, count);
}

static void compare_verdicts(job *j)
{
  bench_case cases[] = {
    {"ours, verdicts alone", ours_verdicts, j, 0, 0},
    {"SQLite, query alone", peer_verdicts, j, 0, 0},
    {"ours, file to verdicts", ours_whole, j, 0, 0},
  };
  bench_run(cases, CS_COUNT_OF(cases));
  bench_ratios(cases, 2);
  printf("  SQLite, query alone / ours, file to verdicts = %.1f\n", cases[1].median / cases[2].median);
}

static void compare(job *j, const char *database, size_t rows, bool unkeyed)
{
  compare_whole(j, database, (double)rows, unkeyed);
  j->holdings = read_record(j);
  j->database = peer_import(j->treaty, j->record, j->at, &j->peer);
  compare_verdicts(j);
  verify(j);
  cs_holdings_free(j->holdings);
  peer_close(j->database);
}

/* Peaks of memory; `base` is that of a process that does nothing. */
static void print_memory(job *j, const char *database, double bytes, size_t rows, double base)
{
  job file = *j;
  file.peer.path = database;
  double ours = bench_memory(ours_whole, j) - base;
  double memory = bench_memory(peer_whole, j) - base, on_disk = bench_memory(peer_whole, &file) - base;
  printf("%-10s %9zu rows  file %5.1f MB  ours %6.1f MB (%.0f bytes a row beyond the file)  SQLite %6.1f MB in memory, "
         "%.1f MB in a file\n",
         j->peer.itemised ? "itemised" : "wide", rows, bytes * 1e-6, ours * 1e-6, (ours - bytes) / (double)rows,
         memory * 1e-6, on_disk * 1e-6);
}

static void nothing(void *context)
{
  (void)context;
}

static void hostile(const char *path, const cs_treaty *daily, const cs_treaty *new_start, size_t rows)
{
  const struct {
    const char *name;
    record_writer *writer;
    const cs_treaty *treaty;
  } shapes[] = {
    {"every row for one party and day", record_one_day, new_start},
    {"every row for another party and day", record_many_days, daily},
    {"the last day first", record_backwards, daily},
    {"one quoted field", record_quoted, daily},
    {"one quoted field of doubled quotes", record_quotes, daily},
    {"empty lines", record_empty_lines, daily},
  };
  printf("\nShapes that must not take quadratic time: %zu rows (60 bytes each, where there are none), then half\n",
         rows);
  for (size_t i = 0; i < CS_COUNT_OF(shapes); i++) {
    job j = {.treaty = shapes[i].treaty, .record = path, .at = 500000};
    bench_case whole = {shapes[i].name, ours_whole, &j, (double)rows, 0};
    bench_case half = {"  half of it", ours_whole, &j, (double)rows / 2, 0};
    write_record(path, shapes[i].writer, j.treaty, rows);
    bench_run(&whole, 1);
    write_record(path, shapes[i].writer, j.treaty, rows / 2);
    bench_run(&half, 1);
    printf("  whole / half = %.1f\n", whole.median / half.median);
  }
}

int main(int count, char **arguments)
{
  if (count < 2)
    bench_fail("usage: assess-bench DIRECTORY [ROWS]");
  size_t rows = count > 2 ? (size_t)strtoull(arguments[2], NULL, 10) : 1000000;
  char record[PATH], database[PATH];
  snprintf(record, sizeof record, "%s/record.csv", arguments[1]);
  snprintf(database, sizeof database, "%s/peer.db", arguments[1]);
  mallopt(M_MMAP_THRESHOLD, 128 * 1024); /* large blocks come from the system each time, as in a fresh process */
  char new_start[] = "treaties/new-start.yaml", daily[] = "bench/daily.yaml";
  job itemised = {.treaty = load(new_start), .record = record, .at = 20489, .peer = {"", true, true}};
  job wide = {.treaty = load(daily), .record = record, .at = 500000, .peer = {"", false, true}};
  const struct {
    const char *name;
    job *job;
    record_writer *writer;
  } forms[] = {{"itemised", &itemised, record_itemised}, {"wide", &wide, record_wide}};

  printf("Peak memory, beyond that of a process that does nothing\n");
  double base = bench_memory(nothing, NULL); /* first: a child's peak begins at what its parent holds */
  for (size_t i = 0; i < CS_COUNT_OF(forms); i++)
    for (size_t n = rows / 10; n <= rows; n *= 10)
      print_memory(forms[i].job, database, write_record(record, forms[i].writer, forms[i].job->treaty, n), n, base);

  printf("\n");
  bench_head();
  bench_run(&(bench_case){"load treaties/new-start.yaml", load_once, new_start, 0, 0}, 1);
  for (size_t i = 0; i < CS_COUNT_OF(forms); i++) {
    write_record(record, forms[i].writer, forms[i].job->treaty, rows);
    printf("\nAssess a record, %s: %zu rows\n", forms[i].name, rows);
    compare(forms[i].job, database, rows, forms[i].job->peer.itemised);
  }
  hostile(record, wide.treaty, itemised.treaty, rows);
  cs_treaty_free((cs_treaty *)itemised.treaty);
  cs_treaty_free((cs_treaty *)wide.treaty);
  return 0;
}
