/* home/: exhibits of claims, and openings as bytes. What a person meets of them is in tests/e2e/seals.t and seal_test.py. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "home/opening.h"
#include "support.h"

static const char PACT[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}, BO: {name: Borland}}\n"
  "term: {entry-into-force: 2020-01-01, duration: 10 years, article: Article 1}\n"
  "items: {warhead: {name: warheads, disclosure: sealed, states: {deployed: {}, stored: {}}}}\n"
  "counts: {all: {name: all warheads, disclosure: sealed, article: A, sum: [{item: warhead, states: [deployed, stored]}]}}\n"
  "limits: {ceiling: {count: all, at-most: 100, article: B}}\n"
  "exchanges:\n"
  "  data: {name: data, counts: [all], article: C, schedule: [{as-of: 2020-01-10, due: 5 days after, article: C}]}\n";

enum { ADOPTED = 1580000000, CELLS = 2 }; /* 2020-01-26 */
static const char DATE[] = "2020-01-10";

static cs_secret secrets[CELLS];

static cs_status read_secrets(void *context, uint64_t index, const cs_secret **out, size_t *count, cs_error *error)
{
  (void)context;
  (void)index;
  (void)error;
  *out = secrets;
  *count = CELLS;
  return CS_OK;
}

static cs_home *make_home(void)
{
  static char words[] = "correct horse battery staple";
  const cs_passphrase passphrase = {words, sizeof words - 1};
  const char *directory = scratch_path("home");
  cs_home *home;
  cs_error error;
  must(cs_home_create(directory, scratch_file("pact.yaml", PACT), "AR", NULL, &passphrase, ADOPTED, &error), &error);
  must(cs_home_open(directory, CS_STORE_WRITE, &home, &error), &error);
  must(cs_home_unlock(home, &passphrase, &error), &error);
  return home;
}

static void append(cs_home *home, cs_text *text)
{
  uint64_t entry;
  cs_error error;
  must(cs_log_append(home->log, &(cs_slice){text->at, text->length}, 1, &entry, &error), &error);
  cs_text_free(text);
}

/* Appends a sealed declaration, past what a home checks; with `spoil`, its range proof is another. */
static void declare(cs_home *home, const cs_seal_bound *bound, bool spoil)
{
  cs_sealed_facility facility = {.name = "north", .secrets = secrets};
  cs_statement_value value = {"date", DATE};
  cs_text text = {0};
  cs_error error;
  json_t *sealed;
  must(cs_sealed_make(home->treaty, bound, DATE, &facility, 1, &sealed, &error), &error);
  must(cs_statement_make(home->treaty, 0, ADOPTED, CS_DECLARE, &value, 1, json_pack("{s:o}", "sealed", sealed), &text,
                         &error),
       &error);
  char *proof = strstr(text.at, "\"proof\":\"");
  assert_non_null(proof);
  proof += strlen("\"proof\":\"") + 300; /* within its scalars and points */
  if (spoil)
    *proof = *proof == 'A' ? 'B' : 'A';
  append(home, &text);
}

/* Appends the claim that entry 1 holds at most 100, which is proven by itself. */
static void claim(cs_home *home, const cs_seal_bound *bound)
{
  const cs_claim at_most = {CS_CLAIM_AT_MOST, 0, 100, -1};
  cs_home_entries own = {.store = home->store, .end = UINT64_MAX};
  cs_entry_source entries = cs_home_entry_source(&own);
  cs_secret_source source = {read_secrets, NULL};
  cs_text text = {0};
  cs_error error;
  json_t *extra;
  must(cs_store_ledger(home->store, home->key.name, &own.ledger, &error), &error);
  must(cs_claims_make(home->treaty, bound, 1, &at_most, 1, &entries, &source, &extra, &error), &error);
  must(cs_statement_make(home->treaty, 0, ADOPTED, CS_CLAIM, NULL, 0, extra, &text, &error), &error);
  append(home, &text);
}

/* A claim about counts that are not proven to be numbers says nothing: one of them may be less than zero. */
static void check_claim(bool spoil)
{
  cs_home *home = make_home();
  cs_seal_bound bound = {home->treaty_hash, "AR", home->key.name};
  cs_text exhibit = {0}, says = {0};
  cs_error error = {0};
  cs_holdings *holdings;
  cs_seal_draw(30, &secrets[0]);
  cs_seal_draw(12, &secrets[1]);
  declare(home, &bound, spoil);
  claim(home, &bound);

  must(cs_home_exhibit(home, home->log, 2, &exhibit, &error), &error);
  cs_status status = cs_exhibit_verify((cs_slice){exhibit.at, exhibit.length}, "exhibit", NULL, &says, &error);
  assert_int_equal(status, spoil ? CS_INVALID : CS_OK);
  assert_true((says.length == 0) == spoil);
  if (spoil)
    assert_non_null(strstr(error.what, "this exhibit proves nothing: entry 1, on which it rests, is not what the "
                                       "agreement admits: the sealed counts are not proven"));

  /* Nor does it make a declaration of what was not accepted as one. */
  must(cs_home_holdings(home, INT32_MAX, &holdings, &error), &error);
  cs_assessment *assessment = assess_at(home->treaty, holdings, "2020-03-01");
  assert_verdict(assessment, DATE, "AR", "data", spoil ? "missing" : "late");
  assert_verdict(assessment, DATE, "AR", "ceiling", spoil ? "unknown" : "proved");
  assert_string_equal(find(assessment, DATE, "AR", "ceiling").note,
                      spoil ? "no declaration" : "sealed; a proof shows it");
  cs_assessment_free(assessment);
  cs_holdings_free(holdings);
  cs_text_free(&exhibit);
  cs_text_free(&says);
  cs_home_close(home);
}

static void test_a_claim_and_what_it_rests_on(void **state)
{
  (void)state;
  check_claim(false);
}

static void test_a_claim_that_rests_on_nothing(void **state)
{
  (void)state;
  check_claim(true);
}

/* ---- Openings as bytes ------------------------------------------------------------------------------------------- */

static cs_opening make_opening(void)
{
  static const char *const names[] = {"north", "south"};
  cs_opening out;
  cs_error error;
  must(cs_opening_new(2, CELLS, 3, &out, &error), &error);
  for (size_t f = 0; f < 2; f++) {
    out.names[f] = cs_slice_of(names[f]);
    randombytes_buf(out.keys[f], CS_ESCROW_KEY);
    out.first_item[f] = f;
  }
  out.first_item[2] = 3;
  for (size_t i = 0; i < 2 * CELLS; i++)
    cs_seal_draw((int64_t)i, &out.secrets[i]);
  for (size_t i = 0; i < 3; i++)
    out.items[i] = (cs_escrow_item){CS_SLICE("A-1"), CS_SLICE("warhead"), CS_SLICE("stored"), CS_SLICE(""), 7};
  return out;
}

static cs_status parse(const unsigned char *bytes, size_t length, cs_opening *out)
{
  cs_error error;
  unsigned char *copy = sodium_malloc(length + 1);
  assert_non_null(copy);
  memcpy(copy, bytes, length);
  return cs_opening_parse(copy, length, out, &error);
}

static void test_an_opening_as_bytes(void **state)
{
  (void)state;
  cs_opening opening = make_opening(), again;
  unsigned char *bytes, *twice;
  size_t length, length_twice;
  cs_error error;
  must(cs_opening_format(&opening, &bytes, &length, &error), &error);
  assert_int_equal(parse(bytes, length, &again), CS_OK);
  must(cs_opening_format(&again, &twice, &length_twice, &error), &error);
  assert_int_equal(length_twice, length);
  assert_memory_equal(twice, bytes, length);
  sodium_free(twice);
  cs_opening_free(&again);
  for (size_t cut = 0; cut < length; cut++)
    assert_int_equal(parse(bytes, cut, &again), CS_INVALID);
  unsigned char *longer = test_malloc(length + 1);
  memcpy(longer, bytes, length);
  longer[length] = 0;
  assert_int_equal(parse(longer, length + 1, &again), CS_INVALID);
  test_free(longer);
  sodium_free(bytes);
  cs_opening_free(&opening);
}

/* Numbers of facilities, cells and items that the record has no room for: refused before memory is asked for. */
static void test_an_opening_of_many(void **state)
{
  (void)state;
  static const char title[] = "countersign opening v1: declaration\n";
  static const uint16_t numbers[][3] = {{4000, 4000, 0}, {1, 1, 4000}, {1, 1, 1}, {0, 1, 0}, {1, 0xffff, 0}};
  for (size_t i = 0; i < CS_COUNT_OF(numbers); i++) {
    unsigned char bytes[sizeof title - 1 + 12 + 4096] = {0};
    memcpy(bytes, title, sizeof title - 1);
    for (size_t k = 0; k < 3; k++) {
      bytes[sizeof title - 1 + 4 * k + 2] = (unsigned char)(numbers[i][k] >> 8);
      bytes[sizeof title - 1 + 4 * k + 3] = (unsigned char)numbers[i][k];
    }
    cs_opening opening;
    assert_int_equal(parse(bytes, sizeof bytes, &opening), CS_INVALID);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_claim_and_what_it_rests_on),
    cmocka_unit_test(test_a_claim_that_rests_on_nothing),
    cmocka_unit_test(test_an_opening_as_bytes),
    cmocka_unit_test(test_an_opening_of_many),
  };
  return cmocka_run_group_tests_name("exhibit", tests, scratch_open, scratch_close);
}
