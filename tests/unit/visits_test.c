/* home/: visits, from the request to the verdict. Two homes that follow each other, without a network between them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home/home.h"
#include "support.h"

static const char PACT[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}, BO: {name: Borland}}\n"
  "term: {entry-into-force: 2020-01-01, duration: 10 years, article: Article 1}\n"
  "items: {warhead: {name: warheads, identified: true, disclosure: sealed, states: {deployed: {}, stored: {}}}}\n"
  "counts: {all: {name: all, disclosure: sealed, article: A, sum: [{item: warhead, states: [deployed, stored]}]}}\n"
  "notifications: {move: {group: Moves, event: a move, items: [warhead], due: 5 days after, article: B}}\n"
  "inspections:\n"
  "  named: {name: Named, conduct: 2, receive: 2, per: term, chosen: designated, article: C}\n"
  "  drawn: {name: Drawn, conduct: 2, receive: 2, per: term, chosen: drawn, article: D}\n";

enum { DAY = 86400, MORNING = 9 * 3600 };

static char words[] = "correct horse battery staple";
static const cs_passphrase passphrase = {words, sizeof words - 1};
static cs_home *ar, *bo; /* who inspects, and who is inspected */
static cs_vault *ar_vault, *bo_vault;
static uint64_t request; /* in the ledger of AR */
static cs_text opening;

/* ---- Two homes --------------------------------------------------------------------------------------------------- */

static int64_t at(const char *date)
{
  return (int64_t)day(date) * DAY + MORNING;
}

static cs_home *make_home(const char *party, cs_vault **vault)
{
  const char *directory = scratch_path("home");
  cs_home *home;
  cs_error error;
  must(cs_home_create(directory, scratch_file("pact.yaml", PACT), party, NULL, &passphrase, at("2020-01-10"), &error),
       &error);
  must(cs_home_open(directory, CS_STORE_WRITE, &home, &error), &error);
  must(cs_home_unlock(home, &passphrase, &error), &error);
  must(cs_vault_open(directory, &passphrase, true, vault, &error), &error);
  return home;
}

static void introduce(cs_home *to, const cs_home *who)
{
  cs_text key = {0};
  cs_error error;
  cs_verifier_format(&who->key, &key);
  must(cs_home_add_peer(to, who->treaty->parties.at[who->party].rule.id, "http://localhost", key.at, &error), &error);
  cs_text_free(&key);
}

static cs_status pass_on(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  (void)index;
  (void)hash;
  return cs_log_fetch(context, &entry, 1, error);
}

/* As "sync" does, without a network. */
static void follow(cs_home *home, const cs_home *other)
{
  cs_log *copy;
  cs_error error;
  must(cs_log_open(home->store, &other->key, NULL, &copy, &error), &error);
  cs_checkpoint now = cs_log_checkpoint(other->log);
  must(cs_log_entries(other->log, cs_log_fetched(copy), UINT64_MAX, pass_on, copy, &error), &error);
  must(cs_log_accept(copy, cs_log_note(other->log), &now, &error), &error);
  cs_log_close(copy);
}

static void meet(void)
{
  follow(ar, bo);
  follow(bo, ar);
}

static const char HOLDINGS[] = "date,party,item,state,facility,identifier,count\n"
                               "2020-02-01,BO,warhead,stored,north,B-1,1\n"
                               "2020-02-01,BO,warhead,stored,north,B-2,1\n"
                               "2020-02-01,BO,warhead,stored,north,B-3,1\n"
                               "2020-02-01,BO,warhead,deployed,north,B-4,1\n"
                               "2020-02-01,BO,warhead,stored,south,B-5,1\n"
                               "2020-02-01,BO,warhead,stored,south,B-6,1\n";

static int set_up(void **state)
{
  uint64_t entry;
  cs_error error;
  (void)state;
  ar = make_home("AR", &ar_vault);
  bo = make_home("BO", &bo_vault);
  introduce(ar, bo);
  introduce(bo, ar);
  must(cs_home_declare_sealed(bo, bo_vault, scratch_file("bo.csv", HOLDINGS), day("2020-02-01"), NULL, 0,
                              at("2020-02-03"), &entry, NULL, &error),
       &error);
  assert_int_equal(entry, 1);
  meet();
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  cs_vault_close(ar_vault);
  cs_vault_close(bo_vault);
  cs_home_close(ar);
  cs_home_close(bo);
  cs_text_free(&opening);
  return 0;
}

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

static cs_status ask(const char *kind, int64_t declaration, const char *facility, const char *date, const char *when,
                     cs_error *error)
{
  const cs_visit_plan plan = {kind, "BO", date, declaration, facility, NULL};
  cs_status status = cs_home_request_visit(ar, &plan, at(when), &request, error);
  meet();
  return status;
}

static void designate(const char *facility, const char *date, const char *when)
{
  cs_error error;
  must(ask("named", 1, facility, date, when, &error), &error);
}

/* A statement that the own program would not make. */
static uint64_t force(cs_home *home, cs_statement_kind kind, json_t *extra, const char *when)
{
  cs_text text = {0};
  uint64_t entry;
  cs_error error;
  must(cs_statement_make(home->treaty, home->party, at(when), kind, NULL, 0, extra, &text, &error), &error);
  must(cs_log_append(home->log, &(cs_slice){text.at, text.length}, 1, &entry, &error), &error);
  cs_text_free(&text);
  meet();
  return entry;
}

/* BO notifies of warheads that went from one place to another, sealed. */
static uint64_t move_sealed(int64_t count, const char *from, const char *to, const char *date, const char *when,
                            const char *corrects)
{
  const cs_statement_value values[] = {{"notification", "move"}, {"date", date},     {"item", "warhead"},
                                       {"state", "stored"},      {"facility", from}, {"to-facility", to},
                                       {"corrects", corrects}};
  uint64_t entry;
  cs_error error;
  must(cs_home_notify_sealed(bo, bo_vault, count, values, corrects == NULL ? 6 : 7, at(when), &entry, NULL, &error),
       &error);
  meet();
  return entry;
}

/* The same of one that is named, openly. */
static uint64_t move_named(const char *identifier, const char *from, const char *to, const char *to_state,
                           const char *date)
{
  const cs_statement_value values[] = {{"notification", "move"}, {"date", date},
                                       {"item", "warhead"},      {"state", "stored"},
                                       {"facility", from},       {"to-facility", to},
                                       {"to-state", to_state},   {"identifier", identifier}};
  uint64_t entry;
  cs_error error;
  must(cs_home_state(bo, CS_NOTIFY, values, 8, NULL, at(date), &entry, NULL, &error), &error);
  meet();
  return entry;
}

static void open_place(const char *when)
{
  uint64_t entry;
  cs_error error;
  cs_text_free(&opening);
  must(cs_home_visit_file(bo, bo_vault, ar->key.name, request, &opening, &error), &error);
  cs_slice file = {opening.at, opening.length};
  must(cs_home_open_visit(bo, ar->key.name, request, file, at(when), &entry, &error), &error);
  meet();
}

/* What one side reports of rows "IDENTIFIER,STATE". */
static cs_status try_report(cs_home *home, const char *csv, const char *when, cs_text *says, size_t *differences,
                            cs_error *error)
{
  cs_status status = cs_home_report_visit(home, ar->key.name, request, (cs_slice){opening.at, opening.length},
                                          scratch_file("seen.csv", csv), at(when), says, differences, error);
  meet();
  return status;
}

static size_t report(cs_home *home, const char *csv, const char *when, const char *expected)
{
  cs_text says = {0};
  size_t differences;
  cs_error error;
  must(try_report(home, csv, when, &says, &differences, &error), &error);
  if (expected != NULL && strstr(says.at, expected) == NULL)
    fail_msg("expected \"%s\" in: %s", expected, says.at);
  cs_text_free(&says);
  return differences;
}

static size_t report_both(const char *csv, const char *when, const char *expected)
{
  size_t first = report(ar, csv, when, expected);
  assert_int_equal(report(bo, csv, when, expected), first);
  return first;
}

/* The error of a file that is refused. */
static cs_error refuse_seen(const char *csv)
{
  cs_text says = {0};
  size_t differences;
  cs_error error = {0};
  assert_int_equal(try_report(ar, csv, "2020-03-10", &says, &differences, &error), CS_INVALID);
  cs_text_free(&says);
  return error;
}

#define HEAD "identifier,item,state\n"
#define ROW(identifier, state) identifier ",warhead," state "\n"
#define NORTH ROW("B-1", "stored") ROW("B-2", "stored") ROW("B-3", "stored") ROW("B-4", "deployed")

/* ---- Verdicts ---------------------------------------------------------------------------------------------------- */

static cs_holdings *holdings[2];

/* What each home judges: the same. */
static cs_assessment *judge(const char *when)
{
  cs_home *homes[] = {ar, bo};
  cs_assessment *out[2];
  cs_text texts[2] = {{0}, {0}};
  cs_error error;
  for (size_t i = 0; i < 2; i++) {
    must(cs_home_holdings(homes[i], day(when), &holdings[i], &error), &error);
    must(cs_home_note_visits(homes[i], day(when), holdings[i], &error), &error);
    out[i] = assess_at(homes[i]->treaty, holdings[i], when);
    must(cs_assessment_csv(out[i], &texts[i], &error), &error);
  }
  assert_int_equal(strlen(texts[0].at), strlen(texts[1].at));
  cs_text_free(&texts[0]);
  cs_text_free(&texts[1]);
  cs_assessment_free(out[1]);
  return out[0];
}

static void release(cs_assessment *assessment)
{
  cs_assessment_free(assessment);
  cs_holdings_free(holdings[0]);
  cs_holdings_free(holdings[1]);
}

/* Fails unless there is one finding of this visit, party and rule, with this verdict, and these words in its note. */
static void check(const char *when, const char *date, const char *party, const char *rule, const char *verdict,
                  const char *note)
{
  cs_assessment *a = judge(when);
  assert_verdict(a, date, party, rule, verdict);
  if (strstr(find(a, date, party, rule).note, note) == NULL)
    fail_msg("expected \"%s\" in: %s", note, find(a, date, party, rule).note);
  release(a);
}

static void check_none(const char *when, const char *date, const char *party, const char *rule)
{
  cs_assessment *a = judge(when);
  assert_int_equal(count_findings(a, date, party, rule), 0);
  release(a);
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

static void test_a_request_names_what_is_declared(void **state)
{
  (void)state;
  cs_error error = {0};
  assert_int_equal(ask("named", 1, "nroth", "2020-03-10", "2020-03-05", &error), CS_INVALID);
  assert_string_equal(error.what, "\"nroth\" is no facility that entry 1 declares; expected one of its 2");
  assert_string_equal(error.hint, "did you mean \"north\"?");
  assert_int_equal(ask("named", 0, "north", "2020-03-10", "2020-03-05", &error), CS_INVALID);
  assert_non_null(strstr(error.what, "entry 0 of BO's ledger is no declaration"));
  assert_int_equal(ask("named", 99, "north", "2020-03-10", "2020-03-05", &error), CS_INVALID);
  assert_non_null(strstr(error.what, "entry 99 of BO's ledger is no declaration"));
  assert_int_equal(cs_log_checkpoint(ar->log).size, 1);
  const cs_statement_value corrects = {"corrects", "1"};
  uint64_t entry;
  must(cs_home_declare_sealed(bo, bo_vault, scratch_file("bo.csv", HOLDINGS), day("2020-02-01"), &corrects, 1,
                              at("2020-03-04"), &entry, NULL, &error),
       &error);
  meet();
  assert_int_equal(ask("named", 1, "north", "2020-03-10", "2020-03-05", &error), CS_INVALID);
  assert_string_equal(error.what, "entry 1 was corrected by entry 2; expected a declaration that stands");
  must(ask("named", -1, "north", "2020-03-10", "2020-03-05", &error), &error);
  assert_int_equal(request, 1);
}

static cs_hash leaf_of(cs_home *home, uint64_t entry)
{
  cs_text bytes = {0};
  cs_error error;
  must(cs_log_entries(home->log, entry, 1, cs_store_entry_add, &bytes, &error), &error);
  cs_hash leaf = cs_hash_leaf(bytes.at, bytes.length);
  cs_text_free(&bytes);
  return leaf;
}

/* A request past the checks of the own home. */
static uint64_t force_request(int64_t declaration, const cs_hash *leaf, const char *facility, const char *date)
{
  char hex[CS_HEX_HASH];
  for (size_t i = 0; i < CS_HASH; i++)
    snprintf(hex + 2 * i, 3, "%02x", leaf->bytes[i]);
  return force(ar, CS_INSPECT_REQUEST,
               json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "inspection", "named", "of", "BO", "date", date,
                         "declaration", (json_int_t)declaration, "leaf", hex, "facility", facility),
               "2020-03-05");
}

static void test_a_void_request_is_held_against_its_author(void **state)
{
  (void)state;
  const cs_hash nothing = {{0}}, first = leaf_of(bo, 0), declared = leaf_of(bo, 1);
  force_request(1, &declared, "Atlantis", "2020-03-11");
  force_request(0, &first, "north", "2020-03-12");
  force_request(99, &nothing, "north", "2020-03-13");
  request = force_request(1, &nothing, "north", "2020-03-14"); /* as of another history */
  check("2020-04-01", "2020-03-13", "AR", "request", "unknown", "entry 99 of countersign/pact/BO is not there");
  move_sealed(1, "south", "north", "2020-03-20", "2020-03-20", NULL);
  check("2020-04-01", "2020-03-11", "AR", "request", "violated", "Atlantis: entry 1");
  check("2020-04-01", "2020-03-12", "AR", "request", "violated", "is no declaration");
  check("2020-04-01", "2020-03-13", "AR", "request", "violated", "is not there");
  check("2020-04-01", "2020-03-14", "AR", "request", "unknown", "is another one here");
  check_none("2020-04-01", NULL, "BO", "visit");
  check_none("2020-04-01", NULL, "BO", "report");
  cs_error error = {0};
  assert_int_equal(cs_home_visit_file(bo, bo_vault, ar->key.name, request, &opening, &error), CS_INVALID);
  assert_non_null(strstr(error.what, "the request is void"));
}

/* ---- Moves ------------------------------------------------------------------------------------------------------- */

static void test_what_was_notified_is_expected(void **state)
{
  (void)state;
  move_sealed(2, "south", "north", "2020-02-20", "2020-02-20", NULL);
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  assert_int_equal(report_both(HEAD NORTH ROW("B-5", "stored") ROW("B-6", "stored"), "2020-03-10", NULL), 0);
  check("2020-03-11", "2020-03-10", "BO", "report", "met", "north: what was seen is what was sealed");
  check("2020-03-11", "2020-03-10", "BO", "visit", "met", "north was opened");

  cs_text says = {0};
  cs_error error;
  must(cs_exhibit_verify((cs_slice){opening.at, opening.length}, "visit.json", &bo->key, &says, &error), &error);
  assert_non_null(strstr(says.at, "entry 2, 2020-02-20: 2 warhead/stored, from south to north\n"));
  assert_non_null(strstr(says.at, "With that there should be:\n  warhead/deployed                         1\n"
                                  "  warhead/stored                           5\n"));
  assert_null(strstr(says.at, "B-5"));
  cs_text_free(&says);

  char *count = strstr(opening.at, "\"to\": {\n          \"count\": 2");
  assert_non_null(count);
  *strchr(count, '2') = '1';
  assert_int_equal(cs_exhibit_verify((cs_slice){opening.at, opening.length}, "visit.json", &bo->key, &says, &error),
                   CS_INVALID);
  assert_non_null(strstr(error.what, "what moved by entry 2 is not the number that was sealed"));
}

static void test_a_move_explains_as_many_as_it_says(void **state)
{
  (void)state;
  move_sealed(1, "south", "north", "2020-02-20", "2020-02-20", NULL);
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  size_t differences = report_both(HEAD NORTH ROW("B-5", "stored") ROW("X-1", "stored"), "2020-03-10",
                                   "warhead/stored: 3 opened and +1 moved since, 5 counted");
  assert_int_equal(differences, 2); /* the number, and one of the two that are new */
  check("2020-03-11", "2020-03-10", "BO", "report", "violated", "north: 2 differences");
}

static void test_named_moves_and_conversions(void **state)
{
  (void)state;
  move_named("B-5", "south", "north", "deployed", "2020-02-10");
  move_named("B-1", "north", "south", "stored", "2020-02-11");
  move_named("B-2", "north", "north", "deployed", "2020-02-12");
  force(bo, CS_NOTIFY, /* of one that is not named, past what the own program discloses */
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "notification", "move", "date", "2020-02-13", "item",
                  "warhead", "state", "stored", "facility", "south", "to-facility", "north", "count", 1),
        "2020-02-13");
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  assert_int_equal(report(ar,
                          HEAD ROW("B-2", "deployed") ROW("B-3", "stored") ROW("B-4", "deployed") ROW("B-5", "deployed")
                            ROW("B-6", "stored"),
                          "2020-03-10", NULL),
                   0);
  assert_int_equal(report(bo,
                          HEAD ROW("B-1", "stored") ROW("B-3", "stored") ROW("B-4", "deployed") ROW("B-5", "stored"),
                          "2020-03-10", "B-1 left by entry 3 and was seen"),
                   5); /* also B-2, B-5 and both numbers */
}

static void test_a_correction_takes_the_place_of_a_move(void **state)
{
  (void)state;
  move_sealed(2, "south", "north", "2020-02-20", "2020-02-20", NULL);
  move_sealed(1, "south", "north", "2020-02-20", "2020-02-21", "2");
  move_sealed(1, "north", "south", "2020-02-22", "2020-02-22", NULL);
  move_sealed(1, "south", "west", "2020-02-22", "2020-02-23", "4");   /* it was from another place */
  move_sealed(2, "south", "north", "2020-01-20", "2020-02-24", NULL); /* before the declaration */
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  assert_int_equal(report_both(HEAD NORTH ROW("B-5", "stored"), "2020-03-10", NULL), 0);
  check("2020-03-11", "2020-03-10", "BO", "report", "met", "what was seen is what was sealed");
}

/* Whoever knows where the inspectors go could say that what they will find was moved there. */
static void test_a_move_that_is_told_of_when_the_place_is_known(void **state)
{
  (void)state;
  designate("north", "2020-03-10", "2020-03-05");
  move_sealed(1, "south", "north", "2020-03-06", "2020-03-06", NULL);
  open_place("2020-03-10");
  assert_int_equal(report_both(HEAD NORTH ROW("B-5", "stored"), "2020-03-10",
                               "entry 2, a move here or away, was notified after the place was known"),
                   0);
  check("2020-03-11", "2020-03-10", "BO", "report", "unknown", "with what entry 2 notified when the place was known");
}

/* As a program would that leaves out what it does not like. */
static void test_a_move_that_is_not_opened(void **state)
{
  (void)state;
  char hash[CS_HEX_HASH];
  cs_error error;
  move_sealed(2, "north", "south", "2020-02-20", "2020-02-20", NULL);
  designate("north", "2020-03-10", "2020-03-05");
  must(cs_home_open_facility(bo, bo_vault, 1, "north", NULL, &opening, &error), &error);
  cs_hex_hash((cs_slice){opening.at, opening.length}, hash);
  force(bo, CS_INSPECT_OPEN,
        json_pack("{s:s, s:I, s:s, s:s}", "origin", ar->key.name, "entry", (json_int_t)request, "facility", "north",
                  "opening", hash),
        "2020-03-10");
  report_both(HEAD NORTH, "2020-03-10", "entry 2, a sealed move here or away, is not opened");
  cs_assessment *a = judge("2020-03-11");
  assert_int_equal(count_findings(a, "2020-03-10", "BO", "visit"), 2); /* opened, and not all of it */
  assert_int_equal(cs_assessment_tally(a, CS_MISSING), 1);
  assert_verdict(a, "2020-03-10", "BO", "report", "violated");
  release(a);
}

/* ---- Reports ----------------------------------------------------------------------------------------------------- */

static void test_what_one_side_says_alone(void **state)
{
  (void)state;
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  assert_int_equal(report(ar, HEAD NORTH ROW("X-1", "stored"), "2020-03-10", NULL), 2);
  cs_assessment *a = judge("2020-03-11");
  assert_int_equal(count_findings(a, "2020-03-10", "BO", "report"), 2); /* it did not report, and what AR said */
  assert_int_equal(cs_assessment_tally(a, CS_MISSING), 1);
  assert_int_equal(cs_assessment_tally(a, CS_VIOLATED), 0);
  release(a);
  assert_int_equal(report(bo, HEAD NORTH, "2020-03-11", NULL), 0);
  check("2020-03-12", "2020-03-10", "BO", "report", "unknown",
        "2 differences by the report of AR alone; BO reports none");
  a = judge("2020-03-12");
  assert_int_equal(count_findings(a, "2020-03-10", "BO", "reports"), 2); /* the number, and the identifier */
  assert_int_equal(cs_assessment_tally(a, CS_VIOLATED) + cs_assessment_tally(a, CS_MISSING), 0);
  release(a);
}

static void test_who_does_not_report(void **state)
{
  (void)state;
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  report(bo, HEAD NORTH, "2020-03-10", NULL);
  check_none("2020-03-10", "2020-03-10", "AR", "report"); /* the day is not over */
  check("2020-03-11", "2020-03-10", "AR", "report", "missing", "did not report what was seen at north");
  check("2020-03-11", "2020-03-10", "BO", "report", "unknown", "by the report of BO alone");
}

static void test_one_report_of_each_side(void **state)
{
  (void)state;
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  report_both(HEAD NORTH ROW("X-1", "stored"), "2020-03-10", NULL);
  cs_error error = refuse_seen(HEAD NORTH);
  assert_non_null(strstr(error.what, "entry 2 reports this visit already; expected one report of each side"));

  /* Another program may say what it likes: it changes nothing. */
  json_t *other =
    json_pack("{s:s, s:I, s:s, s:s, s:[{s:s, s:s, s:i}]}", "origin", ar->key.name, "entry", (json_int_t)request,
              "facility", "north", "opening", "", "holdings", "item", "warhead", "state", "stored", "count", 3);
  char hash[CS_HEX_HASH];
  cs_hex_hash((cs_slice){opening.at, opening.length}, hash);
  json_object_set_new(other, "opening", json_string(hash));
  force(ar, CS_INSPECT_REPORT, json_incref(other), "2020-03-10");
  check("2020-03-11", "2020-03-10", "AR", "report", "unknown", "reports the visit again; its first report counts");
  check("2020-03-11", "2020-03-10", "BO", "report", "violated", "north: 2 differences");
  json_object_set_new(other, "facility", json_string("south"));
  force(bo, CS_INSPECT_REPORT, other, "2020-03-10");
  cs_assessment *a = judge("2020-03-11");
  assert_int_equal(count_findings(a, "2020-03-10", "BO", "report"), 2);
  release(a);
}

/* Resolves an ambiguity of AR. */
static void resolve(uint64_t entry, const char *when)
{
  char number[24];
  uint64_t stated;
  cs_error error;
  snprintf(number, sizeof number, "%llu", (unsigned long long)entry);
  const cs_statement_value values[] = {{"origin", ar->key.name}, {"entry", number}};
  must(cs_home_state(ar, CS_RESOLVE, values, 2, NULL, at(when), &stated, NULL, &error), &error);
  meet();
}

static void test_differences_are_resolved_visit_by_visit(void **state)
{
  (void)state;
  designate("north", "2020-03-10", "2020-03-05"); /* entry 1 */
  open_place("2020-03-10");
  report_both(HEAD NORTH ROW("X-1", "stored"), "2020-03-10", NULL); /* entries 2 to 4 */
  designate("north", "2020-03-20", "2020-03-15");                   /* entry 5 */
  open_place("2020-03-20");
  report_both(HEAD NORTH ROW("X-2", "stored"), "2020-03-20", NULL); /* entries 6 to 8 */
  force(ar, CS_RAISE,
        json_pack("{s:s, s:i, s:s, s:s}", "origin", bo->key.name, "entry", 1, "rule", "named", "text", "what is X-1?"),
        "2020-03-21"); /* of no report */
  resolve(3, "2020-03-22");
  check("2020-03-23", "2020-03-10", "BO", "report", "violated", "2 differences");
  resolve(4, "2020-03-23");
  check("2020-03-24", "2020-03-10", "BO", "report", "met", "2 differences, resolved since");
  check("2020-03-24", "2020-03-20", "BO", "report", "violated", "2 differences");
  resolve(7, "2020-03-24");
  resolve(8, "2020-03-24");
  check("2020-03-25", "2020-03-20", "BO", "report", "met", "2 differences, resolved since");
}

static void test_a_file_that_opens_nothing(void **state)
{
  (void)state;
  char hash[CS_HEX_HASH];
  designate("north", "2020-03-10", "2020-03-05");
  cs_text_add(&opening, "{}");
  cs_hex_hash((cs_slice){opening.at, opening.length}, hash);
  force(bo, CS_INSPECT_OPEN,
        json_pack("{s:s, s:I, s:s, s:s}", "origin", ar->key.name, "entry", (json_int_t)request, "facility", "north",
                  "opening", hash),
        "2020-03-10");
  assert_int_equal(report(ar, HEAD NORTH, "2020-03-10", "what was sealed is not opened: this exhibit proves nothing"),
                   1);
  check("2020-03-11", "2020-03-10", "BO", "ambiguity", "unknown", "north: what was sealed is not opened");
}

/* ---- What was seen ----------------------------------------------------------------------------------------------- */

static void test_what_was_seen_is_what_the_agreement_defines(void **state)
{
  (void)state;
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  static const struct {
    const char *csv, *what, *hint;
    uint32_t line, column;
  } refused[] = {
    {"item,state,count\nwarhead,stored,3\nwarhead,hidden,3\n",
     "\"hidden\" is no state of this item; expected one that the agreement defines", "", 3, 9},
    {"item,state,count\nwarhead,stord,3\n",
     "\"stord\" is no state of this item; expected one that the agreement defines", "did you mean \"stored\"?", 2, 9},
    {"item,state,count\nwarheads,stored,3\n",
     "\"warheads\" is no item of the agreement; expected one that the agreement defines", "did you mean \"warhead\"?",
     2, 1},
    {HEAD ROW("B-1", "stored") ROW("B-1", "stored"), "\"B-1\" is there twice; expected each identifier once", "", 3, 1},
    {"item,state,count\nwarhead,stored,-3\n", "\"-3\" is negative; expected a whole number", "", 2, 16},
    {"identifier,item,state,count\nB-1,warhead,stored,2\n",
     "an identifier stands for other than one; expected the count 1", "", 2, 1},
    {"state,count\nstored,3\n",
     "the header has not the columns of what was seen; expected item, state, and identifier or count", "", 1, 1},
  };
  for (size_t i = 0; i < CS_COUNT_OF(refused); i++) {
    cs_error error = refuse_seen(refused[i].csv);
    assert_string_equal(error.what, refused[i].what);
    assert_string_equal(error.hint, refused[i].hint);
    assert_int_equal(error.line, refused[i].line);
    assert_int_equal(error.column, refused[i].column);
  }
}

static void test_counts_without_identifiers(void **state)
{
  (void)state;
  designate("north", "2020-03-10", "2020-03-05");
  open_place("2020-03-10");
  assert_int_equal(report(ar, "item,state,count\nwarhead,stored,3\nwarhead,deployed,1\n", "2020-03-10",
                          "the identifiers of warhead/stored were not all read"),
                   0);
  /* One cell was read, of the other one some: only the number, and what is new, can tell. */
  assert_int_equal(report(bo,
                          "identifier,item,state,count\nB-1,warhead,stored,1\nX-1,warhead,stored,1\n,warhead,stored,2\n"
                          "B-4,warhead,deployed,1\n",
                          "2020-03-10", "X-1 was seen and is not in the escrow"),
                   2);
  check("2020-03-11", "2020-03-10", "BO", "reports", "unknown", "north: AR counted 3 warhead/stored, and BO 4");
}

/* ---- Quotas ------------------------------------------------------------------------------------------------------ */

static void test_who_breaks_a_visit_off_pays_for_it(void **state)
{
  (void)state;
  cs_error error = {0};
  cs_text says = {0};
  designate("north", "2020-03-10", "2020-03-05"); /* is not opened */
  designate("north", "2020-03-20", "2020-03-05");
  assert_int_equal(ask("named", 1, "north", "2020-03-20", "2020-03-10", &error), CS_INVALID);
  assert_non_null(strstr(error.what, "2 of 2 \"named\" inspections are used up"));
  must(ask("drawn", 1, NULL, "2020-03-20", "2020-03-15", &error), &error);
  must(cs_home_draw(ar, ar_vault, ar->key.name, request, at("2020-03-15"), &says, &error), &error); /* BO does not */
  must(ask("drawn", 1, NULL, "2020-03-21", "2020-03-15", &error), &error);
  meet();
  must(cs_home_draw(bo, bo_vault, ar->key.name, request, at("2020-03-15"), &says, &error), &error); /* AR does not */
  cs_text_free(&says);
  meet();
  must(ask("named", 1, "north", "2020-04-10", "2020-03-25", &error), &error); /* both are not counted */
  must(ask("drawn", 1, NULL, "2020-04-10", "2020-03-25", &error), &error);    /* one of the two is */
  assert_int_equal(ask("drawn", 1, NULL, "2020-04-11", "2020-03-25", &error), CS_INVALID);
  assert_non_null(strstr(error.what, "2 of 2 \"drawn\" inspections are used up"));
  check_none("2020-03-26", NULL, "AR", "quota");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    TEST(a_request_names_what_is_declared),
    TEST(a_void_request_is_held_against_its_author),
    TEST(what_was_notified_is_expected),
    TEST(a_move_explains_as_many_as_it_says),
    TEST(named_moves_and_conversions),
    TEST(a_correction_takes_the_place_of_a_move),
    TEST(a_move_that_is_told_of_when_the_place_is_known),
    TEST(a_move_that_is_not_opened),
    TEST(what_one_side_says_alone),
    TEST(who_does_not_report),
    TEST(one_report_of_each_side),
    TEST(differences_are_resolved_visit_by_visit),
    TEST(a_file_that_opens_nothing),
    TEST(what_was_seen_is_what_the_agreement_defines),
    TEST(counts_without_identifiers),
    TEST(who_breaks_a_visit_off_pays_for_it),
  };
  return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
