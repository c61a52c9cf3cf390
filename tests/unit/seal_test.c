/* seal/ and statement/: sealed declarations and claims, and every way to cheat with them. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statement/statement.h"
#include "support.h"

static const char PACT[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}, BO: {name: Borland}}\n"
  "term: {entry-into-force: 2020-01-01, duration: 10 years, article: Article 1}\n"
  "items:\n"
  "  warhead: {name: warheads, identified: true, disclosure: sealed, states: {deployed: {}, stored: {}, retired: {}}}\n"
  "  missile: {name: missiles, states: {deployed: {}}}\n"
  "counts:\n"
  "  all: {name: all warheads, disclosure: sealed, article: A, sum: [{item: warhead, states: [deployed, stored, retired]}]}\n"
  "  active: {name: active, disclosure: sealed, article: A, sum: [{item: warhead, states: [deployed, stored]}]}\n"
  "  mixed: {name: mixed, disclosure: sealed, article: A, sum: [{item: warhead, states: [deployed], weight: 3},"
  " {item: missile, states: [deployed], weight: 2}]}\n"
  "notifications: {move: {group: Moves, event: a move, article: Article 3}}\n";

enum { PLACES = 3, CELLS = 3 };
static const char HASH[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const cs_seal_bound mine = {HASH, "AR", "example.com/ar"};
static cs_treaty *pact;

/* ---- A ledger in memory, and the secrets of its entries ---------------------------------------------------------- */

enum { ENTRIES = 16 };
static cs_text ledger[ENTRIES];
static cs_secret secrets[ENTRIES][PLACES * CELLS];
static size_t secret_count[ENTRIES];
static size_t entries;

static cs_status read_entry(void *context, uint64_t index, cs_text *out, bool *found, cs_error *error)
{
  (void)context;
  (void)error;
  *found = index < entries;
  if (*found)
    cs_text_put(out, ledger[index].at, ledger[index].length);
  return CS_OK;
}

static cs_status read_secrets(void *context, uint64_t index, const cs_secret **out, size_t *count, cs_error *error)
{
  (void)context;
  (void)error;
  *out = secrets[index];
  *count = secret_count[index];
  return CS_OK;
}

static const cs_entry_source source = {read_entry, NULL};
static const cs_secret_source vault = {read_secrets, NULL};

static cs_status verify(const char *text, const cs_seal_bound *bound, cs_error *error)
{
  cs_statement s;
  cs_admission admission;
  cs_status status = cs_statement_parse(cs_slice_of(text), "entry", &s, error);
  if (status != CS_OK)
    return status;
  status = cs_statement_admit(&s, pact, 0, "entry", &admission, error);
  if (status == CS_OK)
    status = cs_statement_verify(&s, pact, bound, &source, "entry", error);
  cs_statement_free(&s);
  return status;
}

static void assert_refused(const char *text, const cs_seal_bound *bound, const char *why)
{
  cs_error error = {0};
  if (verify(text, bound, &error) != CS_INVALID)
    fail_msg("%s: taken", why);
  assert_true(strlen(error.what) > 0);
}

static const char *append(const cs_text *text)
{
  assert_true(entries < ENTRIES && !text->failed);
  ledger[entries] = *text;
  return ledger[entries++].at;
}

/* Seals these numbers of `PLACES` facilities as the next entry. */
static const char *declare(const char *date, const uint64_t numbers[PLACES][CELLS], const char *holdings)
{
  static const char *const names[PLACES] = {"north", "south", "west"};
  cs_sealed_facility facilities[PLACES];
  cs_secret *mine_secrets = secrets[entries];
  cs_error error;
  json_t *sealed;
  for (size_t f = 0; f < PLACES; f++) {
    for (size_t c = 0; c < CELLS; c++)
      cs_seal_draw((int64_t)numbers[f][c], &mine_secrets[f * CELLS + c]);
    facilities[f] = (cs_sealed_facility){.name = names[f], .secrets = &mine_secrets[f * CELLS]};
    memset(facilities[f].root.bytes, (int)f + 1, CS_HASH);
  }
  secret_count[entries] = PLACES * CELLS;
  must(cs_sealed_make(pact, &mine, date, facilities, PLACES, &sealed, &error), &error);
  json_t *extra = json_pack("{s:o}", "sealed", sealed);
  if (holdings != NULL)
    json_object_set_new(extra, "holdings", json_loads(holdings, 0, NULL));
  cs_statement_value value = {"date", date};
  cs_text text = {0};
  must(cs_statement_make(pact, 0, 1700000000, CS_DECLARE, &value, 1, extra, &text, &error), &error);
  return append(&text);
}

static cs_status claim(uint64_t entry, const cs_claim *claims, size_t count, cs_text *out, cs_error *error)
{
  json_t *extra;
  cs_status status = cs_claims_make(pact, &mine, entry, claims, count, &source, &vault, &extra, error);
  return status == CS_OK ? cs_statement_make(pact, 0, 1700000000, CS_CLAIM, NULL, 0, extra, out, error) : status;
}

static void assert_claims(uint64_t entry, const cs_claim *claims, size_t count)
{
  cs_text text = {0};
  cs_error error;
  must(claim(entry, claims, count, &text, &error), &error);
  must(verify(text.at, &mine, &error), &error);
  cs_text_free(&text);
}

static void assert_no_claim(uint64_t entry, cs_claim one, const char *what)
{
  cs_text text = {0};
  cs_error error = {0};
  if (claim(entry, &one, 1, &text, &error) != CS_INVALID)
    fail_msg("a claim that does not hold is made");
  if (strstr(error.what, what) == NULL)
    fail_msg("%s; expected %s", error.what, what);
  assert_int_equal(text.length, 0);
}

static const uint64_t first[PLACES][CELLS] = {{10, 20, 3}, {0, 65535, 1}, {7, 0, 0}};
static const uint64_t second[PLACES][CELLS] = {{9, 20, 4}, {0, 65535, 1}, {7, 0, 0}};

enum { ALL, ACTIVE, MIXED };
enum { TOTAL = 10 + 20 + 3 + 65535 + 1 + 7 };

static int open_group(void **state)
{
  int failed = sodium_init() < 0 || scratch_open(state) != 0;
  pact = make_treaty(PACT);
  return failed;
}

static int close_group(void **state)
{
  for (size_t i = 0; i < entries; i++)
    cs_text_free(&ledger[i]);
  cs_treaty_free(pact);
  return scratch_close(state);
}

/* ---- Declarations ------------------------------------------------------------------------------------------------ */

static void test_a_sealed_declaration(void **state)
{
  (void)state;
  cs_error error;
  const char *text = declare("2021-01-01", first, NULL); /* entry 0 */
  must(verify(text, &mine, &error), &error);
  assert_null(strstr(text, "65535"));
  const cs_seal_bound others[] = {
    {"1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "AR", "example.com/ar"},
    {HASH, "BO", "example.com/ar"},
    {HASH, "AR", "example.com/ra"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(others); i++)
    assert_refused(text, &others[i], "another agreement, party or ledger");
}

/* A statement with one text in place of another. */
static char *with(const char *text, const char *old, const char *new)
{
  const char *at = strstr(text, old);
  assert_non_null(at);
  cs_text out = {0};
  cs_text_put(&out, text, (size_t)(at - text));
  cs_text_add(&out, "%s%s", new, at + strlen(old));
  return out.at;
}

static void refuse_with(const char *text, const char *old, const char *new, const char *why)
{
  char *changed = with(text, old, new);
  assert_refused(changed, &mine, why);
  free(changed);
}

static void test_a_changed_declaration(void **state)
{
  (void)state;
  const char *text = ledger[0].at;
  refuse_with(text, "\"date\":\"2021-01-01\"", "\"date\":\"2021-01-02\"", "another date");
  refuse_with(text, "\"north\"", "\"nord\"", "another facility");
  refuse_with(text, "\"bits\":16", "\"bits\":32", "another width");
  refuse_with(text, "\"bits\":16", "\"bits\":17", "no width");
  refuse_with(text, "0101", "0102", "another escrow");
  refuse_with(text, "\"warhead/stored\"", "\"warhead/retired\"", "another cell");
  refuse_with(text, "\"warhead/stored\",", "", "a cell less");
  refuse_with(text, "\"south\"", "\"north\"", "a facility twice");
}

/* Every byte of what a JSON string holds, decoded, changed in turn. */
static void refuse_every_byte(const char *text, const char *key, size_t step)
{
  char start[64];
  snprintf(start, sizeof start, "\"%s\":\"", key);
  for (const char *at = text; (at = strstr(at, start)) != NULL; at++) {
    const char *from = at + strlen(start), *end = strchr(from, '"');
    char old[16384];
    unsigned char bytes[12288];
    size_t length = (size_t)(end - from), got;
    assert_true(length < sizeof old);
    memcpy(old, from, length);
    old[length] = '\0';
    assert_true(cs_base64_read(cs_slice_of(old), bytes, sizeof bytes, &got));
    for (size_t i = 0; i < got; i += step) {
      char new[16384];
      bytes[i] ^= (unsigned char)(1 << (i % 8));
      sodium_bin2base64(new, sizeof new, bytes, got, sodium_base64_VARIANT_ORIGINAL);
      bytes[i] ^= (unsigned char)(1 << (i % 8));
      refuse_with(text, old, new, key);
    }
    char shorter[16384], longer[16384];
    sodium_bin2base64(shorter, sizeof shorter, bytes, got - 1, sodium_base64_VARIANT_ORIGINAL);
    refuse_with(text, old, shorter, "truncated");
    bytes[got] = 0;
    sodium_bin2base64(longer, sizeof longer, bytes, got + 1, sodium_base64_VARIANT_ORIGINAL);
    refuse_with(text, old, longer, "too long");
  }
}

static void test_every_byte_of_a_declaration(void **state)
{
  (void)state;
  refuse_every_byte(ledger[0].at, "proof", 1);
  refuse_every_byte(ledger[0].at, "commitments", 1);
}

/* The first commitments of two facilities, exchanged. */
static void test_swapped_commitments(void **state)
{
  (void)state;
  json_t *json = json_loads(ledger[0].at, 0, NULL),
         *facilities = json_object_get(json_object_get(json, "sealed"), "facilities"),
         *one = json_array_get(facilities, 0), *two = json_array_get(facilities, 1);
  json_t *a = json_incref(json_object_get(one, "commitments")), *b = json_incref(json_object_get(two, "commitments"));
  json_object_set(one, "commitments", b);
  json_object_set(two, "commitments", a);
  char *text = json_dumps(json, JSON_COMPACT);
  assert_refused(text, &mine, "swapped");
  free(text);
  json_object_set(two, "commitments", b);
  text = json_dumps(json, JSON_COMPACT);
  cs_error error = {0};
  assert_int_equal(verify(text, &mine, &error), CS_INVALID);
  assert_string_equal(error.what,
                      "\"commitments\" are the same for two cells; expected a blinding factor of its own for each");
  free(text);
  json_decref(a);
  json_decref(b);
  json_decref(json);
}

/* A number below zero, or too large for its width, has no proof. */
static void test_numbers_that_cannot_be_sealed(void **state)
{
  (void)state;
  static const int64_t bad[] = {-1, 65536, INT64_MIN, INT64_MAX};
  for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
    cs_secret some[CELLS];
    cs_sealed_facility facility = {.name = "north", .secrets = some};
    cs_error error = {0};
    json_t *sealed;
    for (size_t c = 0; c < CELLS; c++)
      cs_seal_draw(c == 1 ? bad[i] : 5, &some[c]);
    assert_int_equal(cs_sealed_make(pact, &mine, "2021-01-01", &facility, 1, &sealed, &error), CS_INVALID);
    assert_null(sealed);
  }
}

static void test_an_agreement_that_seals_nothing(void **state)
{
  (void)state;
  cs_treaty *open = make_treaty("agreement: pact\ntitle: A pact\nform: Treaty\nparties: {AR: {name: Arland}}\n"
                                "term: {entry-into-force: 2020-01-01, article: Article 1}\n"
                                "items: {warhead: {name: w, states: {deployed: {}, stored: {}, retired: {}}}}\n"
                                "counts: {all: {name: w, article: A, sum: [{item: warhead, states: [deployed]}]}}\n");
  cs_statement s;
  cs_error error = {0};
  cs_admission admission;
  must(cs_statement_parse(cs_slice_of(ledger[0].at), NULL, &s, &error), &error);
  assert_int_equal(cs_statement_admit(&s, open, 0, NULL, &admission, &error), CS_INVALID);
  assert_string_equal(error.what, "\"sealed\" is not what this agreement provides for; expected open numbers");
  cs_statement_free(&s);
  cs_treaty_free(open);
}

/* ---- Claims ------------------------------------------------------------------------------------------------------ */

static void test_claims_that_hold(void **state)
{
  (void)state;
  declare("2021-04-01", second, NULL);                                                          /* entry 1 */
  declare("2021-07-01", second, "[{\"item\":\"missile\",\"state\":\"deployed\",\"count\":6}]"); /* entry 2 */
  assert_claims(0, (cs_claim[]){{CS_CLAIM_AT_MOST, ALL, TOTAL, -1}}, 1);
  assert_claims(0, (cs_claim[]){{CS_CLAIM_AT_MOST, ALL, 100000, -1}}, 1);
  assert_claims(1, (cs_claim[]){{CS_CLAIM_NOT_ABOVE, ALL, -1, 0}}, 1);
  assert_claims(1, (cs_claim[]){{CS_CLAIM_EQUAL, ALL, -1, 0}}, 1);
  assert_claims(1, (cs_claim[]){{CS_CLAIM_EQUAL, ALL, TOTAL, -1}}, 1);
  assert_claims(1, (cs_claim[]){{CS_CLAIM_EQUAL, ACTIVE, TOTAL - 5, -1}}, 1);
  assert_claims(2, (cs_claim[]){{CS_CLAIM_AT_MOST, MIXED, 3 * 16 + 2 * 6, -1}}, 1);
  assert_claims(2, (cs_claim[]){{CS_CLAIM_EQUAL, MIXED, 3 * 16 + 2 * 6, -1}}, 1);
  assert_claims(2,
                (cs_claim[]){{CS_CLAIM_AT_MOST, ALL, TOTAL + 1, -1},
                             {CS_CLAIM_NOT_ABOVE, ALL, -1, 0},
                             {CS_CLAIM_NOT_ABOVE, ACTIVE, -1, 0},
                             {CS_CLAIM_EQUAL, ALL, -1, 1},
                             {CS_CLAIM_AT_MOST, MIXED, 900, -1}},
                5);
}

static void test_claims_that_do_not_hold(void **state)
{
  (void)state;
  assert_no_claim(0, (cs_claim){CS_CLAIM_AT_MOST, ALL, TOTAL - 1, -1}, "does not hold");
  assert_no_claim(0, (cs_claim){CS_CLAIM_AT_MOST, ALL, 0, -1}, "does not hold");
  assert_no_claim(0, (cs_claim){CS_CLAIM_EQUAL, ALL, TOTAL + 1, -1}, "does not hold");
  assert_no_claim(0, (cs_claim){CS_CLAIM_NOT_ABOVE, ACTIVE, -1, 1}, "does not hold");
  assert_no_claim(0, (cs_claim){CS_CLAIM_EQUAL, ACTIVE, -1, 1}, "does not hold");
  assert_no_claim(0, (cs_claim){CS_CLAIM_AT_MOST, MIXED, 900, -1}, "says nothing");
  assert_no_claim(2, (cs_claim){CS_CLAIM_AT_MOST, MIXED, 11, -1}, "can never hold");
  assert_no_claim(0, (cs_claim){CS_CLAIM_BALANCED, SIZE_MAX, -1, -1}, "no sealed transfer");
  assert_no_claim(9, (cs_claim){CS_CLAIM_AT_MOST, ALL, 9, -1}, "is not there");
  assert_no_claim(1, (cs_claim){CS_CLAIM_NOT_ABOVE, ALL, -1, 9}, "is not there");
}

static void test_a_changed_claim(void **state)
{
  (void)state;
  cs_text text = {0};
  cs_error error;
  const cs_claim claims[] = {{CS_CLAIM_AT_MOST, ALL, 70000, -1},
                             {CS_CLAIM_NOT_ABOVE, ACTIVE, -1, 0},
                             {CS_CLAIM_EQUAL, ALL, -1, 0}};
  must(claim(1, claims, 3, &text, &error), &error);
  must(verify(text.at, &mine, &error), &error);
  refuse_with(text.at, "\"limit\":70000", "\"limit\":69999", "another limit");
  refuse_with(text.at, "\"entry\":1", "\"entry\":0", "another declaration");
  refuse_with(text.at, "\"entry\":1", "\"entry\":2", "a later declaration of the same numbers");
  refuse_with(text.at, "\"baseline\":0", "\"baseline\":2", "another baseline");
  refuse_with(text.at, "\"count\":\"active\"", "\"count\":\"all\"", "another count");
  refuse_with(text.at, "\"claim\":\"not-above\"", "\"claim\":\"equal\"", "another claim");
  refuse_with(text.at, "\"claim\":\"not-above\"", "\"claim\":\"above\"", "no claim");
  refuse_with(text.at, "{\"claim\":\"at-most\",\"count\":\"all\",\"limit\":70000},", "", "a claim less");
  refuse_every_byte(text.at, "proof", 1);
  const cs_seal_bound others[] = {{"1123", "AR", "example.com/ar"}, {HASH, "BO", "example.com/ar"}, {HASH, "AR", "x"}};
  for (size_t i = 0; i < CS_COUNT_OF(others); i++)
    assert_refused(text.at, &others[i], "another agreement, party or ledger");
  /* The same numbers sealed anew: a proof about the old commitments is none about the new. */
  cs_text kept = ledger[1];
  entries--;
  cs_text last = ledger[entries];
  ledger[1] = last;
  assert_refused(text.at, &mine, "another entry in its place");
  ledger[1] = kept;
  entries++;
  must(verify(text.at, &mine, &error), &error);
  cs_text_free(&text);
}

/* ---- Transfers --------------------------------------------------------------------------------------------------- */

static uint64_t notify(int64_t from, int64_t to)
{
  cs_commitment commitments[2];
  cs_error error;
  char text[2][64];
  cs_seal_draw(from, &secrets[entries][0]);
  cs_seal_draw(to, &secrets[entries][1]);
  secret_count[entries] = 2;
  for (size_t i = 0; i < 2; i++) {
    must(cs_seal_commit(&secrets[entries][i], &commitments[i], &error), &error);
    sodium_bin2base64(text[i], sizeof text[i], commitments[i].bytes, CS_COMMITMENT, sodium_base64_VARIANT_ORIGINAL);
  }
  const cs_statement_value values[] = {{"notification", "move"}, {"date", "2021-05-01"}, {"item", "warhead"},
                                       {"state", "stored"},      {"facility", "north"},  {"to-facility", "south"},
                                       {"sealed-from", text[0]}, {"sealed-to", text[1]}};
  cs_text out = {0};
  must(cs_statement_make(pact, 0, 1700000000, CS_NOTIFY, values, CS_COUNT_OF(values), NULL, &out, &error), &error);
  append(&out);
  return entries - 1;
}

static void test_transfers(void **state)
{
  (void)state;
  const cs_claim balanced = {CS_CLAIM_BALANCED, SIZE_MAX, -1, -1};
  cs_text text = {0};
  cs_error error;
  uint64_t honest = notify(-40, 40);
  assert_claims(honest, &balanced, 1);
  assert_claims(notify(0, 0), &balanced, 1);
  must(claim(honest, &balanced, 1, &text, &error), &error);
  refuse_every_byte(text.at, "proof", 1);
  uint64_t created = notify(-40, 41);
  assert_no_claim(created, balanced, "does not hold");
  uint64_t backwards = notify(40, -40); /* nothing created, but it takes from where it is to be given */
  assert_no_claim(backwards, balanced, "does not hold");
  assert_no_claim(honest, (cs_claim){CS_CLAIM_AT_MOST, ALL, 50, -1}, "no declaration");
  char entry[32];
  snprintf(entry, sizeof entry, "\"entry\":%d", (int)created);
  refuse_with(text.at, "\"entry\":3", entry, "the proof of another transfer");
  cs_text_free(&text);
}

/* ---- No sum wraps ------------------------------------------------------------------------------------------------ */

static void test_extents(void **state)
{
  (void)state;
  int64_t least, most;
  assert_true(cs_seal_extent((int64_t[]){1, -2}, 2, 16, 7, &least, &most));
  assert_int_equal(least, -2 * 65535 - 7);
  assert_int_equal(most, 65535 - 7);
  assert_true(cs_seal_extent(NULL, 0, 16, -3, &least, &most));
  assert_int_equal(most, 3);
  assert_false(cs_seal_extent((int64_t[]){INT64_MAX}, 1, 16, 0, &least, &most));
  assert_false(cs_seal_extent((int64_t[]){INT64_MIN}, 1, 32, 0, &least, &most));
  assert_false(cs_seal_extent((int64_t[]){1}, 1, 63, 0, &least, &most));
  assert_false(cs_seal_extent((int64_t[]){1}, 1, 64, 0, &least, &most));
  assert_false(cs_seal_extent((int64_t[]){INT64_C(1) << 46, INT64_C(1) << 46}, 2, 16, 0, &least, &most));
  assert_true(cs_seal_extent((int64_t[]){INT64_C(1) << 45}, 1, 16, 0, &least, &most));
  assert_int_equal(cs_seal_width(0), 8);
  assert_int_equal(cs_seal_width(255), 8);
  assert_int_equal(cs_seal_width(256), 16);
  assert_int_equal(cs_seal_width(65535), 16);
  assert_int_equal(cs_seal_width(65536), 32);
  assert_int_equal(cs_seal_width(INT64_C(1) << 32), 64);
}

/* A commitment to the group's order less something is one to a negative number, however it is written. */
static void test_the_order_of_the_group(void **state)
{
  (void)state;
  cs_secret below = {.value = -5}, plain = {.value = 5};
  cs_commitment one, other;
  cs_error error;
  memset(below.blinding, 0, CS_BLINDING);
  memset(plain.blinding, 0, CS_BLINDING);
  must(cs_seal_commit(&below, &one, &error), &error);
  must(cs_seal_commit(&plain, &other, &error), &error);
  unsigned char five[CS_BLINDING] = {5}, scalar[CS_BLINDING], point[CS_COMMITMENT];
  crypto_core_ristretto255_scalar_negate(scalar, five);
  assert_int_equal(crypto_scalarmult_ristretto255_base(point, scalar), 0);
  assert_memory_equal(one.bytes, point, sizeof point);
  assert_int_equal(crypto_core_ristretto255_add(point, one.bytes, other.bytes), 0);
  static const unsigned char identity[CS_COMMITMENT];
  assert_memory_equal(point, identity, sizeof point);
  memset(plain.blinding, 0xff, CS_BLINDING);
  assert_int_equal(cs_seal_commit(&plain, &one, &error), CS_INVALID); /* no scalar */
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_sealed_declaration),
    cmocka_unit_test(test_a_changed_declaration),
    cmocka_unit_test(test_every_byte_of_a_declaration),
    cmocka_unit_test(test_swapped_commitments),
    cmocka_unit_test(test_numbers_that_cannot_be_sealed),
    cmocka_unit_test(test_an_agreement_that_seals_nothing),
    cmocka_unit_test(test_claims_that_hold),
    cmocka_unit_test(test_claims_that_do_not_hold),
    cmocka_unit_test(test_a_changed_claim),
    cmocka_unit_test(test_transfers),
    cmocka_unit_test(test_extents),
    cmocka_unit_test(test_the_order_of_the_group),
  };
  return cmocka_run_group_tests_name("seal", tests, open_group, close_group);
}
