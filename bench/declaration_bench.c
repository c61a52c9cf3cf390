/* A whole sealed declaration: 100 facilities with 6 cells each, sealed and proven, with the claims of a limit and a freeze, and
 * all of it verified. Prints what took how long, the bytes of the proofs, and the peak of memory. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench.h"
#include "statement/statement.h"

enum { FACILITIES = 100, CELLS = 6, SECRETS = FACILITIES * CELLS };

static const char PACT[] =
  "agreement: pact\n"
  "title: A freeze\n"
  "form: Draft\n"
  "parties: {AR: {name: Arland}}\n"
  "term: {entry-into-force: 2020-01-01, article: A}\n"
  "items: {warhead: {name: warheads, disclosure: sealed, states: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}}}}\n"
  "counts: {all: {name: all, disclosure: sealed, article: A, sum: [{item: warhead, states: [a, b, c, d, e, f]}]}}\n";

static cs_text entries[2];
static cs_secret *secrets[2];

static void check(cs_status status, const cs_error *error)
{
  if (status != CS_OK)
    bench_fail(error->what);
}

static cs_status read_entry(void *context, uint64_t index, cs_text *out, bool *found, cs_error *error)
{
  (void)context;
  (void)error;
  *found = index < 2;
  cs_text_put(out, entries[index].at, entries[index].length);
  return CS_OK;
}

static cs_status read_secrets(void *context, uint64_t index, const cs_secret **out, size_t *count, cs_error *error)
{
  (void)context;
  (void)error;
  *out = secrets[index];
  *count = SECRETS;
  return CS_OK;
}

static const cs_entry_source source = {read_entry, NULL};
static const cs_secret_source vault = {read_secrets, NULL};
static const cs_seal_bound bound = {"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "AR", "ar"};

/* Seals and proves a declaration; gives the bytes of its proof. */
static size_t declare(const cs_treaty *treaty, size_t index, const char *date)
{
  static char names[FACILITIES][32];
  cs_sealed_facility facilities[FACILITIES];
  cs_error error;
  json_t *sealed;
  cs_text text = {0};
  for (size_t f = 0; f < FACILITIES; f++) {
    snprintf(names[f], sizeof names[f], "Facility %zu", f + 1);
    facilities[f] = (cs_sealed_facility){.name = names[f], .secrets = &secrets[index][f * CELLS]};
  }
  check(cs_sealed_make(treaty, &bound, date, facilities, FACILITIES, &sealed, &error), &error);
  size_t proof = strlen(json_string_value(json_object_get(sealed, "proof"))) / 4 * 3;
  cs_statement_value value = {"date", date};
  check(cs_statement_make(treaty, 0, 1700000000, CS_DECLARE, &value, 1, json_pack("{s:o}", "sealed", sealed), &text,
                          &error),
        &error);
  entries[index] = text;
  return proof;
}

static size_t claim(const cs_treaty *treaty, cs_text *out)
{
  static const cs_claim claims[] = {{CS_CLAIM_AT_MOST, 0, 5550, -1}, {CS_CLAIM_NOT_ABOVE, 0, -1, 0}};
  cs_error error;
  json_t *extra;
  check(cs_claims_make(treaty, &bound, 1, claims, 2, &source, &vault, &extra, &error), &error);
  size_t proof = strlen(json_string_value(json_object_get(extra, "proof"))) / 4 * 3;
  check(cs_statement_make(treaty, 0, 1700000000, CS_CLAIM, NULL, 0, extra, out, &error), &error);
  return proof;
}

static void verify(const cs_treaty *treaty, const cs_text *text)
{
  cs_statement statement;
  cs_error error;
  check(cs_statement_parse((cs_slice){text->at, text->length}, NULL, &statement, &error), &error);
  check(cs_statement_verify(&statement, treaty, &bound, &source, NULL, &error), &error);
  cs_statement_free(&statement);
}

int main(void)
{
  cs_treaty *treaty;
  cs_error error;
  cs_text claims = {0};
  if (sodium_init() < 0)
    return 1;
  check(cs_treaty_parse(cs_slice_of(PACT), "pact", &treaty, &error), &error);
  for (size_t i = 0; i < 2; i++) {
    secrets[i] = sodium_allocarray(SECRETS, sizeof *secrets[i]);
    for (size_t k = 0; k < SECRETS; k++)
      cs_seal_draw((int64_t)(k % 10), &secrets[i][k]);
  }
  double begin = bench_now();
  declare(treaty, 0, "2021-01-01"); /* the first one makes the generators */
  double first = bench_now() - begin, sealed = 1e9, proven = 1e9, verified = 1e9;
  size_t bytes = 0;
  for (int run = 0; run < 5; run++) {
    cs_text_free(&entries[1]);
    cs_text_free(&claims);
    claims = (cs_text){0};
    begin = bench_now();
    bytes = declare(treaty, 1, "2021-04-01");
    double middle = bench_now();
    bytes += claim(treaty, &claims);
    double end = bench_now();
    sealed = middle - begin < sealed ? middle - begin : sealed;
    proven = end - middle < proven ? end - middle : proven;
    begin = bench_now();
    verify(treaty, &entries[1]);
    verify(treaty, &claims);
    end = bench_now();
    verified = end - begin < verified ? end - begin : verified;
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("100 facilities x 6 cells of 16 bits, with an at-most and a not-above claim\n");
  printf("  first declaration, generators included   %7.3f s\n", first);
  printf("  sealed and proven, without claims        %7.3f s\n", sealed);
  printf("  the two claims                           %7.3f s\n", proven);
  printf("  all verified                             %7.3f s\n", verified);
  printf("  proofs                                   %7zu bytes\n", bytes);
  printf("  statement                                %7zu bytes\n", entries[1].length);
  printf("  peak memory                              %7ld MiB\n", usage.ru_maxrss / 1024);
  cs_treaty_free(treaty);
  return 0;
}
