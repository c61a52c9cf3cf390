/* home/: a party's folder, its keys, the ledgers that it follows, and evidence. */
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "home/home.h"
#include "support.h"

static const char PACT[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}, BO: {name: Borland}}\n"
  "term: {entry-into-force: 2020-01-01, duration: 10 years, article: Article 1}\n"
  "items: {missile: {name: missiles, states: {deployed: {}}}}\n"
  "counts: {missiles: {name: missiles, article: Article 2, sum: [{item: missile, states: [deployed]}]}}\n"
  "notifications: {move: {group: Moves, event: a move, due: 5 days after, article: Article 3}}\n";

enum { ADOPTED = 1580000000 }; /* 2020-01-26 */

/* ---- Keys and folders: few, for each call of the key derivation takes 64 MiB ------------------------------------ */

static char right[] = "correct horse battery staple", wrong[] = "correct horse battery stapler";
static const cs_passphrase passphrase = {right, sizeof right - 1}, slip = {wrong, sizeof wrong - 1};

static const char *in(const char *directory, const char *name)
{
  static char path[1024];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return path;
}

static const char *make_home(const char *party, const char *origin)
{
  const char *directory = scratch_path("home");
  cs_error error;
  must(cs_home_create(directory, scratch_file("pact.yaml", PACT), party, origin, &passphrase, ADOPTED, &error), &error);
  return directory;
}

static cs_home *open_home(const char *directory, cs_store_mode mode)
{
  cs_home *home;
  cs_error error;
  must(cs_home_open(directory, mode, &home, &error), &error);
  return home;
}

static cs_error refuse_home(const char *directory)
{
  cs_home *home;
  cs_error error = {0};
  assert_int_equal(cs_home_open(directory, CS_STORE_WRITE, &home, &error), CS_INVALID);
  assert_null(home);
  return error;
}

static const char *party_home, *observer_home;

static cs_status read_first(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  (void)index;
  (void)hash;
  return cs_statement_parse(entry, NULL, context, error);
}

static void test_a_home_is_made(void **state)
{
  (void)state;
  party_home = make_home("BO", NULL);
  struct stat info;
  assert_int_equal(stat(in(party_home, "key"), &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);

  cs_home *home = open_home(party_home, CS_STORE_READ);
  cs_error error;
  cs_log *log;
  cs_statement adopted;
  assert_int_equal(home->party, 1);
  assert_string_equal(home->key.name, "countersign/pact/BO");
  assert_int_equal(home->key.type, CS_SIGNATURE_ED25519);
  assert_string_equal(home->cosigner.name, "countersign/pact/BO/cosigner");
  assert_int_equal(home->cosigner.type, CS_SIGNATURE_COSIGNATURE);
  assert_memory_not_equal(home->key.key, home->cosigner.key, CS_PUBLIC_KEY);
  assert_null(home->secrets);
  must(cs_home_read_own(home, &log, &error), &error);
  assert_int_equal(cs_log_checkpoint(log).size, 1);
  must(cs_log_entries(log, 0, 1, read_first, &adopted, &error), &error);
  char hash[CS_HEX_HASH];
  cs_text key = {0}, cosigner = {0};
  cs_hex_hash(cs_slice_of(PACT), hash);
  cs_verifier_format(&home->key, &key);
  cs_verifier_format(&home->cosigner, &cosigner);
  assert_int_equal(adopted.kind, CS_ADOPT);
  assert_int_equal(adopted.time, ADOPTED);
  assert_string_equal(cs_statement_text(&adopted, "party"), "BO");
  assert_string_equal(cs_statement_text(&adopted, "treaty"), hash);
  assert_string_equal(cs_statement_text(&adopted, "origin"), "countersign/pact/BO");
  assert_string_equal(cs_statement_text(&adopted, "key"), key.at);
  assert_string_equal(cs_statement_text(&adopted, "cosigner"), cosigner.at);
  size_t party;
  cs_verifier found;
  must(cs_home_party_of(home, log, &party, &found, &error), &error);
  assert_int_equal(party, 1);
  assert_memory_equal(&found, &home->cosigner, sizeof found);
  cs_text_free(&key);
  cs_text_free(&cosigner);
  cs_statement_free(&adopted);
  cs_log_close(log);
  cs_home_close(home);
}

static void test_a_home_is_unlocked(void **state)
{
  (void)state;
  cs_home *home = open_home(party_home, CS_STORE_WRITE);
  cs_error error;
  assert_int_equal(cs_home_unlock(home, &slip, &error), CS_INVALID);
  assert_string_equal(error.what,
                      "the keys do not open with this passphrase; expected the one given to countersign init");
  assert_null(home->secrets);
  assert_null(home->log);
  must(cs_home_unlock(home, &passphrase, &error), &error);
  const cs_statement_value values[] = {{"notification", "move"}, {"date", "2020-02-01"}};
  uint64_t entry = 0;
  bool late = true;
  must(cs_home_state(home, CS_NOTIFY, values, 2, NULL, 1580600000, &entry, &late, &error), &error);
  assert_int_equal(entry, 1);
  assert_false(late);
  must(cs_home_state(home, CS_NOTIFY, values, 2, NULL, 1590000000, &entry, &late, &error), &error);
  assert_int_equal(entry, 2);
  assert_true(late);
  assert_int_equal(cs_home_state(home, CS_NOTIFY, values, 1, NULL, 1590000000, &entry, &late, &error), CS_INVALID);
  assert_int_equal(cs_log_checkpoint(home->log).size, 3);
  cs_home_close(home);
}

static void test_an_observer_makes_no_statements(void **state)
{
  (void)state;
  observer_home = make_home(NULL, "example.org/watch");
  cs_home *home = open_home(observer_home, CS_STORE_WRITE);
  cs_error error;
  uint64_t entry;
  assert_int_equal(home->party, (size_t)CS_OBSERVER);
  assert_string_equal(home->key.name, "example.org/watch");
  const cs_statement_value values[] = {{"from", "2020-02-01"}};
  assert_int_equal(cs_home_state(home, CS_SUSPEND, values, 1, json_object(), ADOPTED, &entry, NULL, &error),
                   CS_INVALID);
  assert_string_equal(error.what, "an observer makes no statements; expected the home of a party");
  cs_home_close(home);
}

static void copy_file(const char *from, const char *to)
{
  char bytes[4096];
  FILE *source = fopen(from, "rb"), *target = fopen(to, "wb");
  assert_true(source != NULL && target != NULL);
  size_t length = fread(bytes, 1, sizeof bytes, source);
  assert_int_equal(fwrite(bytes, 1, length, target), length);
  fclose(source);
  fclose(target);
}

static void test_keys_of_another_home(void **state)
{
  (void)state;
  char keys[1024];
  snprintf(keys, sizeof keys, "%s", in(observer_home, "key"));
  copy_file(keys, in(party_home, "key"));
  cs_home *home = open_home(party_home, CS_STORE_WRITE);
  cs_error error;
  assert_int_equal(cs_home_unlock(home, &passphrase, &error), CS_INVALID);
  assert_string_equal(error.what, "these are the keys of another home");
  cs_home_close(home);
}

static void overwrite(const char *path, const char *text)
{
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static void test_files_that_hold_no_keys(void **state)
{
  (void)state;
  static const char TITLE[] = "countersign secret keys v1: argon2id 3 passes 64 MiB, xsalsa20-poly1305\n";
  static const char *const bodies[] = {"", "AAAA\n", "no base64\n", "\xff"};
  cs_home *home = open_home(observer_home, CS_STORE_WRITE);
  for (size_t i = 0; i <= CS_COUNT_OF(bodies); i++) {
    char text[256];
    cs_error error;
    snprintf(text, sizeof text, "%s%s", i < CS_COUNT_OF(bodies) ? TITLE : "a text\n",
             i < CS_COUNT_OF(bodies) ? bodies[i] : "");
    overwrite(in(observer_home, "key"), text);
    assert_int_equal(cs_home_unlock(home, &passphrase, &error), CS_INVALID);
    assert_null(home->secrets);
  }
  cs_home_close(home);
}

static void test_a_changed_agreement(void **state)
{
  (void)state;
  char text[sizeof PACT + 1];
  snprintf(text, sizeof text, "%s\n", PACT);
  overwrite(in(party_home, "treaty.yaml"), text);
  assert_non_null(strstr(refuse_home(party_home).what, "the agreement is not the one that was adopted"));
  overwrite(in(party_home, "treaty.yaml"), PACT);
  cs_home_close(open_home(party_home, CS_STORE_READ));
}

static void test_homes_that_are_not_made(void **state)
{
  (void)state;
  const char *treaty = scratch_file("pact.yaml", PACT), *directory = scratch_path("home");
  cs_error error = {0};
  assert_int_equal(cs_home_create(directory, treaty, "CE", NULL, &passphrase, ADOPTED, &error), CS_INVALID);
  assert_string_equal(error.what, "\"CE\" is no party of this agreement; expected one such as \"AR\"");
  assert_int_not_equal(access(directory, F_OK), 0); /* nothing is left behind */
  assert_int_equal(cs_home_create(directory, directory, "AR", NULL, &passphrase, ADOPTED, &error), CS_INVALID);
  assert_int_not_equal(access(directory, F_OK), 0);
  assert_int_not_equal(cs_home_create(party_home, treaty, "AR", NULL, &passphrase, ADOPTED, &error), CS_OK);
  cs_home *home = open_home(party_home, CS_STORE_READ); /* the home that was there is as it was */
  assert_int_equal(home->party, 1);
  cs_home_close(home);
  assert_non_null(strstr(refuse_home(directory).what, "this is no home"));
}

/* ---- Without keys: a home of a store alone -------------------------------------------------------------------- */

static cs_treaty *pact;
static unsigned char secrets[2 * CS_SECRET_KEY]; /* a ledger's and a cosigner's */
static cs_verifier key, cosigner;

static int open_group(void **state)
{
  int failed = scratch_open(state);
  pact = make_treaty(PACT);
  key = make_key("example.com/log", CS_SIGNATURE_ED25519, 1, secrets);
  cosigner = make_key("example.com/log/cosigner", CS_SIGNATURE_COSIGNATURE, 2, secrets + CS_SECRET_KEY);
  return failed;
}

static int close_group(void **state)
{
  cs_treaty_free(pact);
  return scratch_close(state);
}

static const char *bare_path; /* of the store that was made last */

static cs_home bare_home(void)
{
  static char directory[] = "home";
  cs_home home = {.directory = directory, .treaty = pact, .key = key, .cosigner = cosigner, .secrets = secrets};
  cs_error error;
  must(cs_store_open(bare_path = scratch_path("ledger.db"), CS_STORE_CREATE, &home.store, &error), &error);
  return home;
}

#define PEER_KEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

static void test_peers(void **state)
{
  (void)state;
  cs_home home = bare_home();
  cs_error error;
  cs_peer *peers;
  cs_text mine = {0};
  size_t count;
  must(cs_home_peers(&home, &peers, &count, &error), &error);
  assert_int_equal(count, 0);
  free(peers);
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier other = make_key("example.com/other", CS_SIGNATURE_ED25519, 5, secret);
  cs_verifier_format(&other, &mine);
  must(cs_home_add_peer(&home, "b", "http://127.0.0.1:8080", PEER_KEY, &error), &error);
  must(cs_home_add_peer(&home, "a-1.x_Y", "https://example.com/log", mine.at, &error), &error);
  must(cs_home_add_peer(&home, "b", "https://example.com/b", PEER_KEY, &error), &error); /* it moved */
  assert_int_equal(cs_home_add_peer(&home, "c", "http://127.0.0.1:8080", PEER_KEY, &error), CS_INVALID);
  assert_string_equal(error.what, "this key is known as \"b\"; expected that name");
  must(cs_home_peers(&home, &peers, &count, &error), &error);
  assert_int_equal(count, 2);
  assert_string_equal(peers[0].name, "a-1.x_Y");
  assert_string_equal(peers[0].url, "https://example.com/log");
  assert_memory_equal(&peers[0].key, &other, sizeof other);
  assert_string_equal(peers[1].name, "b");
  assert_string_equal(peers[1].url, "https://example.com/b");
  assert_string_equal(peers[1].key.name, "example.com/foo");
  free(peers);
  cs_text_free(&mine);
  cs_store_close(home.store);
}

static void test_a_peer_keeps_its_key(void **state)
{
  (void)state;
  cs_home home = bare_home();
  unsigned char secret[CS_SECRET_KEY];
  const cs_verifier first = make_key("example.com/one", CS_SIGNATURE_ED25519, 5, secret),
                    others[] = {make_key("example.com/one", CS_SIGNATURE_ED25519, 9, secret),
                                make_key("example.com/two", CS_SIGNATURE_ED25519, 5, secret)};
  cs_error error;
  cs_text text = {0};
  cs_verifier_format(&first, &text);
  must(cs_home_add_peer(&home, "peer", "http://a", text.at, &error), &error);
  for (size_t i = 0; i < CS_COUNT_OF(others); i++) {
    text.length = 0;
    cs_verifier_format(&others[i], &text);
    assert_int_equal(cs_home_add_peer(&home, "peer", "http://a", text.at, &error), CS_INVALID);
    assert_string_equal(error.what,
                        "\"peer\" is known with another key; expected a name of its own for another ledger");
  }
  text.length = 0;
  cs_verifier_format(&key, &text);
  assert_int_equal(cs_home_add_peer(&home, "self", "http://a", text.at, &error), CS_INVALID);
  assert_string_equal(error.what, "this key is the home's own; expected that of another");
  cs_text_free(&text);
  cs_store_close(home.store);
}

/* A witness has a cosigner's key, and a list of its own. */
static void test_witnesses(void **state)
{
  (void)state;
  cs_home home = bare_home();
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier witness = make_key("example.org/witness", CS_SIGNATURE_COSIGNATURE, 5, secret), found;
  cs_error error;
  cs_peer *list;
  size_t count;
  cs_text text = {0};
  cs_verifier_format(&witness, &text);
  assert_int_equal(cs_home_add_witness(&home, "w", "http://a", PEER_KEY, &error), CS_INVALID);
  assert_non_null(strstr(error.what, "is no key of a witness"));
  must(cs_home_add_witness(&home, "w", "http://a", text.at, &error), &error);
  must(cs_home_witnesses(&home, &list, &count, &error), &error);
  assert_int_equal(count, 1);
  assert_string_equal(list[0].name, "w");
  free(list);
  must(cs_home_peers(&home, &list, &count, &error), &error);
  assert_int_equal(count, 0);
  free(list);
  must(cs_home_cosigner(&home, "example.org/witness", &found, &error), &error);
  assert_memory_equal(&found, &witness, sizeof found);
  must(cs_home_cosigner(&home, cosigner.name, &found, &error), &error);
  assert_memory_equal(&found, &cosigner, sizeof found);
  must(cs_home_cosigner(&home, "nobody", &found, &error), &error);
  assert_string_equal(found.name, "");
  cs_text_free(&text);
  cs_store_close(home.store);
}

static void test_peers_that_are_refused(void **state)
{
  (void)state;
  char long_name[80], long_url[1100] = "http://";
  memset(long_name, 'n', 65);
  long_name[65] = '\0';
  memset(long_url + 7, 'u', 993);
  long_url[1000] = '\0';
  cs_text mine = {0};
  cs_verifier_format(&cosigner, &mine);
  const struct {
    const char *name, *url, *verifier, *what;
  } table[] = {
    {"", "http://a", PEER_KEY, "is no name for a peer"},
    {"a b", "http://a", PEER_KEY, "is no name for a peer"},
    {"a/b", "http://a", PEER_KEY, "is no name for a peer"},
    {"\xd0\x96", "http://a", PEER_KEY, "is no name for a peer"},
    {long_name, "http://a", PEER_KEY, "is no name for a peer"},
    {"a", "", PEER_KEY, "is no address"},
    {"a", "http://", PEER_KEY, "is no address"},
    {"a", "http://a/", PEER_KEY, "is no address"},
    {"a", "HTTP://a", PEER_KEY, "is no address"},
    {"a", "ftp://a", PEER_KEY, "is no address"},
    {"a", "file:///etc/passwd", PEER_KEY, "is no address"},
    {"a", "example.com", PEER_KEY, "is no address"},
    {"a", "http://a\nb", PEER_KEY, "is no address"},
    {"a", "http://a b", PEER_KEY, "is no address"},
    {"a", "http://a\x7f", PEER_KEY, "is no address"},
    {"a", "http://\xd0\x96", PEER_KEY, "is no address"},
    {"a", long_url, PEER_KEY, "is no address"},
    {"a", "http://a", "", "is no key of a ledger"},
    {"a", "http://a", "example.com/foo", "is no key of a ledger"},
    {"a", "http://a", PEER_KEY "=", "is no key of a ledger"},
    {"a", "http://a", mine.at, "is no key of a ledger"}, /* a cosigner's */
  };
  cs_home home = bare_home();
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_error error = {0};
    if (cs_home_add_peer(&home, table[i].name, table[i].url, table[i].verifier, &error) != CS_INVALID)
      fail_msg("peer %zu is taken", i);
    assert_non_null(strstr(error.what, table[i].what));
  }
  cs_error error;
  cs_peer *peers;
  size_t count;
  must(cs_home_peers(&home, &peers, &count, &error), &error);
  assert_int_equal(count, 0);
  free(peers);
  long_url[999] = '\0';
  long_name[64] = '\0';
  must(cs_home_add_peer(&home, long_name, long_url, PEER_KEY, &error), &error);
  must(cs_home_peers(&home, &peers, &count, &error), &error);
  assert_int_equal(count, 1);
  assert_string_equal(peers[0].url, long_url);
  assert_string_equal(peers[0].name, long_name);
  free(peers);
  cs_text_free(&mine);
  cs_store_close(home.store);
}

/* Whose ledger it is, by a first entry of these bytes. */
static size_t party_by(const char *entry, cs_verifier *found)
{
  cs_home home = bare_home();
  cs_error error;
  cs_log *log;
  uint64_t first;
  size_t party;
  must(cs_log_open(home.store, &key, secrets, &log, &error), &error);
  if (entry != NULL) {
    cs_slice bytes = cs_slice_of(entry);
    must(cs_log_append(log, &bytes, 1, &first, &error), &error);
  }
  must(cs_home_party_of(&home, log, &party, found, &error), &error);
  cs_log_close(log);
  cs_store_close(home.store);
  return party;
}

static size_t party_by_adoption(const char *party, const char *cosigned_by, cs_verifier *found)
{
  char text[1024];
  snprintf(text, sizeof text,
           "{\"kind\":\"adopt\",\"agreement\":\"pact\",\"party\":\"%s\",\"time\":\"2020-01-26T00:00:00Z\","
           "\"treaty\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"origin\":\"o\","
           "\"key\":\"" PEER_KEY "\",\"cosigner\":\"%s\"}",
           party, cosigned_by);
  return party_by(text, found);
}

static void test_whose_ledger_it_is(void **state)
{
  (void)state;
  cs_verifier found;
  static const cs_verifier none = {0};
  cs_text text = {0};
  cs_verifier_format(&cosigner, &text);
  assert_int_equal(party_by_adoption("AR", text.at, &found), 0);
  assert_memory_equal(&found, &cosigner, sizeof found);
  assert_int_equal(party_by_adoption("CE", text.at, &found), (size_t)CS_OBSERVER);
  assert_int_equal(party_by_adoption("BO", PEER_KEY, &found), 1);
  assert_memory_equal(&found, &none, sizeof found); /* a checkpoint's key cosigns nothing */
  assert_int_equal(party_by(NULL, &found), (size_t)CS_OBSERVER);
  assert_int_equal(party_by("no statement", &found), (size_t)CS_OBSERVER);
  assert_int_equal(party_by("{\"kind\":\"suspend\",\"agreement\":\"pact\",\"party\":\"AR\","
                            "\"time\":\"2020-01-26T00:00:00Z\",\"from\":\"2020-02-01\"}",
                            &found),
                   (size_t)CS_OBSERVER);
  cs_text_free(&text);
}

/* ---- Cosigning ----------------------------------------------------------------------------------------------- */

static void append(cs_log *log, const char *entry)
{
  cs_slice bytes = cs_slice_of(entry);
  uint64_t first;
  cs_error error;
  must(cs_log_append(log, &bytes, 1, &first, &error), &error);
}

static void test_cosigning(void **state)
{
  (void)state;
  cs_home home = bare_home();
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier peer = make_key("example.com/peer", CS_SIGNATURE_ED25519, 5, secret);
  cs_checkpoint last, before, signed_by_peer;
  cs_error error;
  cs_log *log;
  cs_text line = {0}, note = {0};
  must(cs_home_cosigned(&home, peer.name, &before, &error), &error);
  assert_int_equal(before.size, 0);
  must(cs_log_open(home.store, &peer, secret, &log, &error), &error);
  append(log, "e");
  must(cs_home_cosign(&home, &peer, &before, cs_log_note(log), 1600000000, &line, &error), &error);
  must(cs_home_cosigned(&home, peer.name, &last, &error), &error);
  signed_by_peer = cs_log_checkpoint(log);
  assert_int_equal(last.size, 1);
  assert_true(cs_hash_equal(&last.root, &signed_by_peer.root));
  cs_text_add(&note, "%.*s%s", (int)cs_log_note(log).length, cs_log_note(log).at, line.at);
  cs_note parsed;
  uint64_t time = 0;
  must(cs_note_parse((cs_slice){note.at, note.length}, NULL, &parsed, &error), &error);
  assert_int_equal(cs_note_verify(&parsed, &cosigner, &time), CS_SIGNED);
  assert_int_equal(time, 1600000000);
  assert_int_equal(cs_note_verify(&parsed, &peer, NULL), CS_SIGNED);

  line.length = 0;
  append(log, "f");
  assert_int_equal(cs_home_cosign(&home, &peer, &last, CS_SLICE("no note"), 0, &line, &error), CS_INVALID);
  /* What was cosigned last is not what the caller checked against. */
  assert_int_equal(cs_home_cosign(&home, &peer, &before, cs_log_note(log), 0, &line, &error), CS_SYSTEM);
  assert_string_equal(error.what, "another process has cosigned this ledger meanwhile; expected to be the only one");
  assert_int_equal(line.length, 0);
  must(cs_home_cosigned(&home, peer.name, &last, &error), &error);
  assert_int_equal(last.size, 1);
  cs_log_close(log);
  cs_text_free(&line);
  cs_text_free(&note);
  cs_store_close(home.store);
}

/* A note with one more line, as a cosigner gives it back. */
static void cosign_with(cs_home *home, cs_slice note, const cs_verifier *by, const unsigned char *secret)
{
  cs_text text = {0}, line = {0};
  cs_note parsed;
  cs_error error;
  must(cs_note_parse(note, NULL, &parsed, &error), &error);
  cs_note_sign(parsed.text, by, secret, 1600000000, &line);
  cs_text_add(&text, "%.*s%s", (int)note.length, note.at, line.at);
  must(cs_home_keep_cosignature(home, by, (cs_slice){text.at, text.length}, &error), &error);
  cs_text_free(&text);
  cs_text_free(&line);
}

/* Only cosignatures of the checkpoint as it is now stand below it. */
static void test_a_checkpoint_with_its_cosignatures(void **state)
{
  (void)state;
  cs_home home = bare_home();
  unsigned char one[CS_SECRET_KEY], two[CS_SECRET_KEY];
  cs_verifier first = make_key("one", CS_SIGNATURE_COSIGNATURE, 6, one),
              second = make_key("two", CS_SIGNATURE_COSIGNATURE, 7, two);
  cs_error error;
  cs_log *log;
  cs_text text = {0};
  cs_note note;
  must(cs_log_open(home.store, &key, secrets, &log, &error), &error);
  append(log, "e");
  cosign_with(&home, cs_log_note(log), &first, one);
  append(log, "f");
  cosign_with(&home, cs_log_note(log), &second, two);
  must(cs_home_checkpoint(&home, log, &text, &error), &error);
  must(cs_note_parse((cs_slice){text.at, text.length}, NULL, &note, &error), &error);
  assert_int_equal(note.count, 2);
  assert_int_equal(cs_note_verify(&note, &key, NULL), CS_SIGNED);
  assert_int_equal(cs_note_verify(&note, &second, NULL), CS_SIGNED);
  assert_int_equal(cs_note_verify(&note, &first, NULL), CS_NOT_SIGNED);
  text.length = 0;
  cosign_with(&home, cs_log_note(log), &first, one);
  must(cs_home_checkpoint(&home, log, &text, &error), &error);
  must(cs_note_parse((cs_slice){text.at, text.length}, NULL, &note, &error), &error);
  assert_int_equal(note.count, 3);
  assert_int_equal(cs_note_verify(&note, &first, NULL), CS_SIGNED);
  cs_log_close(log);
  cs_text_free(&text);
  cs_store_close(home.store);
}

/* A party's home beside a peer: each has cosigned the other's checkpoint. */
static cs_home cosigned_home(const char **path)
{
  cs_home home = bare_home();
  unsigned char secret[CS_SECRET_KEY], cosecret[CS_SECRET_KEY];
  cs_verifier peer = make_key("example.com/peer", CS_SIGNATURE_ED25519, 5, secret),
              peer_cosigner = make_key("example.com/peer/cosigner", CS_SIGNATURE_COSIGNATURE, 6, cosecret);
  cs_text text = {0}, entry = {0};
  cs_log *log;
  cs_checkpoint none = {0};
  cs_error error;
  *path = bare_path;
  cs_verifier_format(&peer, &text);
  must(cs_home_add_peer(&home, "peer", "http://a", text.at, &error), &error);
  text.length = 0;
  cs_verifier_format(&peer_cosigner, &text);
  cs_text_add(&entry,
              "{\"kind\":\"adopt\",\"agreement\":\"pact\",\"party\":\"BO\",\"time\":\"2020-01-26T00:00:00Z\","
              "\"treaty\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"origin\":\"o\","
              "\"key\":\"" PEER_KEY "\",\"cosigner\":\"%s\"}",
              text.at);
  text.length = 0;
  must(cs_log_open(home.store, &peer, secret, &log, &error), &error);
  append(log, entry.at);
  must(cs_home_cosign(&home, &peer, &none, cs_log_note(log), 1600000000, &text, &error), &error);
  append(log, "e");
  cs_log_close(log);
  must(cs_log_open(home.store, &key, secrets, &log, &error), &error);
  append(log, "e");
  cosign_with(&home, cs_log_note(log), &peer_cosigner, cosecret);
  append(log, "f");
  cs_log_close(log);
  cs_text_free(&text);
  cs_text_free(&entry);
  return home;
}

static void run_sql(sqlite3 *db, const char *format, ...) CS_PRINTF(2, 3);
static void run_sql(sqlite3 *db, const char *format, ...)
{
  char sql[512];
  va_list args;
  va_start(args, format);
  vsnprintf(sql, sizeof sql, format, args);
  va_end(args);
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static int length_of_note(sqlite3 *db, const char *kind)
{
  sqlite3_stmt *s;
  assert_int_equal(sqlite3_prepare_v2(db, "SELECT length(bytes) FROM note WHERE kind = ?1", -1, &s, NULL), SQLITE_OK);
  sqlite3_bind_text(s, 1, kind, -1, SQLITE_STATIC);
  assert_int_equal(sqlite3_step(s), SQLITE_ROW);
  int length = sqlite3_column_int(s, 0);
  sqlite3_finalize(s);
  assert_true(length > 100);
  return length;
}

/* Whatever byte of what was cosigned, here or by others, is another: it is named. */
static void test_every_byte_of_a_cosignature(void **state)
{
  (void)state;
  static const struct {
    const char *kind, *what;
  } table[] = {
    {"cosigned", "the checkpoint that was cosigned in the store is not as it was"},
    {"cosignature", "the cosignature of example.com/peer/cosigner in the store is not as it was"},
  };
  const char *path;
  cs_home home = cosigned_home(&path);
  cs_error error;
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  run_sql(db, "CREATE TABLE saved AS SELECT * FROM note");
  must(cs_home_verify_notes(&home, &error), &error);
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    for (int at = 0, length = length_of_note(db, table[i].kind); at < length; at++) {
      run_sql(db,
              "UPDATE note SET bytes = CAST(substr(bytes, 1, %d) || '~' || substr(bytes, %d) AS BLOB) "
              "WHERE kind = '%s'",
              at, at + 2, table[i].kind);
      if (cs_home_verify_notes(&home, &error) != CS_INVALID)
        fail_msg("byte %d of a %s: not noticed", at, table[i].kind);
      assert_string_equal(error.what, table[i].what);
      run_sql(db, "REPLACE INTO note SELECT * FROM saved");
    }
  must(cs_home_verify_notes(&home, &error), &error);
  sqlite3_close(db);
  cs_store_close(home.store);
}

/* ---- Evidence ------------------------------------------------------------------------------------------------ */

/* A history: `same` leaves that all histories share, and then its own. */
enum { MOST = 24 };
typedef struct history {
  cs_hash leaves[MOST];
} history;

static history make_history(size_t same, char own)
{
  history out;
  for (size_t i = 0; i < MOST; i++) {
    char entry[] = {i < same ? 's' : own, (char)i};
    out.leaves[i] = cs_hash_leaf(entry, sizeof entry);
  }
  return out;
}

static cs_status read_history(void *context, unsigned level, uint64_t index, cs_hash *out, cs_error *error)
{
  const history *h = context;
  (void)error;
  assert_true((index + 1) << level <= MOST);
  *out = naive_root(h->leaves + (index << level), (size_t)1 << level);
  return CS_OK;
}

/* The signed note of the first `size` leaves; the caller frees it. */
static cs_text sign_history(const history *h, size_t size)
{
  cs_checkpoint checkpoint = {.size = size, .root = naive_root(h->leaves, size)};
  cs_text text = {0}, note = {0};
  snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", key.name);
  cs_checkpoint_format(&checkpoint, &text);
  cs_text_add(&note, "%s\n", text.at);
  cs_note_sign((cs_slice){text.at, text.length}, &key, secrets, 0, &note);
  cs_text_free(&text);
  return note;
}

static cs_slice slice(const cs_text *text)
{
  return (cs_slice){text->at, text->length};
}

static void assert_proves(const char *evidence, const char *what)
{
  cs_text says = {0};
  cs_error error;
  must(cs_evidence_verify(cs_slice_of(evidence), "evidence", &says, &error), &error);
  assert_string_equal(says.at, what);
  cs_text_free(&says);
}

static void assert_proves_nothing(const char *evidence, const char *why)
{
  cs_text says = {0};
  cs_error error = {0};
  if (cs_evidence_verify(cs_slice_of(evidence), "evidence", &says, &error) != CS_INVALID)
    fail_msg("%s: taken, and says: %s", why, says.at);
  assert_string_equal(error.file, "evidence");
  assert_int_equal(says.length, 0);
  cs_text_free(&says);
}

/* A text with its middle byte changed into another letter or digit. */
static json_t *changed_text(const json_t *text)
{
  char copy[8192];
  size_t length = json_string_length(text);
  assert_true(length < sizeof copy);
  memcpy(copy, json_string_value(text), length);
  copy[length / 2] = copy[length / 2] == 'Q' ? 'R' : 'Q';
  return json_stringn(copy, length);
}

static json_t *changed_value(const json_t *value)
{
  if (json_is_string(value))
    return changed_text(value);
  if (json_is_integer(value))
    return json_integer(json_integer_value(value) + 1);
  json_t *copy = json_deep_copy(value);
  json_array_set_new(copy, 0, changed_text(json_array_get(copy, 0)));
  return copy;
}

static void refuse_with(json_t *json, const char *name, json_t *value, const char *why)
{
  json_t *copy = json_deep_copy(json);
  char label[128];
  if (value == NULL)
    json_object_del(copy, name);
  else
    json_object_set_new(copy, name, value);
  char *text = json_dumps(copy, 0);
  snprintf(label, sizeof label, "\"%s\" %s", name, why);
  assert_proves_nothing(text, label);
  free(text);
  json_decref(copy);
}

/* Evidence with any field left away, changed, or of another type. */
static void refuse_mutations(const char *evidence)
{
  json_t *json = json_loads(evidence, 0, NULL), *value;
  const char *name;
  json_object_foreach(json, name, value)
  {
    refuse_with(json, name, NULL, "left away");
    refuse_with(json, name, changed_value(value), "changed");
    refuse_with(json, name, json_null(), "null");
    refuse_with(json, name, json_true(), "true");
    refuse_with(json, name, json_object(), "an object");
    refuse_with(json, name, json_string(""), "empty");
  }
  json_t *proof = json_object_get(json, "proof");
  if (proof != NULL) {
    json_t *longer = json_deep_copy(proof), *shorter = json_deep_copy(proof), *endless = json_array();
    json_array_append(longer, json_array_get(proof, 0));
    json_array_remove(shorter, json_array_size(shorter) - 1);
    for (size_t i = 0; i < 1000; i++)
      json_array_append(endless, json_array_get(proof, 0));
    refuse_with(json, "proof", longer, "longer");
    refuse_with(json, "proof", shorter, "shorter");
    refuse_with(json, "proof", endless, "endless");
  }
  json_decref(json);
}

static void format_evidence(const cs_evidence *evidence, cs_text *out)
{
  cs_error error;
  out->length = 0;
  must(cs_evidence_format(evidence, out, &error), &error);
}

static void test_a_fork(void **state)
{
  (void)state;
  history one = make_history(5, 'a'), two = make_history(5, 'b');
  cs_text first = sign_history(&one, 9), second = sign_history(&two, 9), json = {0};
  cs_evidence evidence = {CS_EVIDENCE_FORK, .ledger = &key, .first = slice(&first), .second = slice(&second)};
  format_evidence(&evidence, &json);
  assert_proves(json.at, "The ledger example.com/log signed two different histories of 9 entries.\n");
  refuse_mutations(json.at);
  evidence.second = evidence.first;
  format_evidence(&evidence, &json);
  assert_proves_nothing(json.at, "the same note twice");
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier other = make_key(key.name, CS_SIGNATURE_ED25519, 9, secret);
  evidence = (cs_evidence){CS_EVIDENCE_FORK, .ledger = &other, .first = slice(&first), .second = slice(&second)};
  format_evidence(&evidence, &json);
  assert_proves_nothing(json.at, "notes of another ledger");
  cs_text_free(&first);
  cs_text_free(&second);
  cs_text_free(&json);
}

/* Every pair of sizes: a history that was rewritten is shown, and one that was not is not accused. */
static void test_an_inconsistent_history(void **state)
{
  (void)state;
  cs_text json = {0};
  cs_error error;
  for (size_t old = 1; old < MOST; old++)
    for (size_t size = old + 1; size <= MOST; size++) {
      history one = make_history(old - 1, 'a'), two = make_history(old - 1, 'b'); /* one entry is rewritten */
      cs_hash_source source = {read_history, &two};
      cs_text first = sign_history(&one, old), honest = sign_history(&two, old), second = sign_history(&two, size);
      cs_proof proof;
      char what[256];
      must(cs_prove_prefix(&source, old, size, &proof, &error), &error);
      cs_evidence evidence = {CS_EVIDENCE_INCONSISTENT, .ledger = &key, .first = slice(&first),
                              .second = slice(&second), .proof = &proof};
      format_evidence(&evidence, &json);
      snprintf(what, sizeof what,
               "The ledger example.com/log signed a history of %zu entries, and another of %zu entries that does "
               "not begin with it.\n",
               old, size);
      assert_proves(json.at, what);
      if ((old == 4 || old == 7) && (size == 8 || size == 13))
        refuse_mutations(json.at);
      evidence.first = slice(&honest);
      format_evidence(&evidence, &json);
      assert_proves_nothing(json.at, "a history that begins with the first");
      evidence.first = slice(&second);
      format_evidence(&evidence, &json);
      assert_proves_nothing(json.at, "a history and itself");
      cs_text_free(&first);
      cs_text_free(&honest);
      cs_text_free(&second);
    }
  cs_text_free(&json);
}

#define STATED(party, item)                                                                                            \
  "{\"kind\":\"notify\",\"agreement\":\"pact\",\"party\":\"" party "\",\"time\":\"2020-02-01T00:00:00Z\","             \
  "\"notification\":\"move\",\"date\":\"2020-01-31\",\"item\":\"" item "\"}"

/* The entry by which Arland adopts the agreement of this file. */
static void adopt(const char *treaty, char out[1024])
{
  char hash[CS_HEX_HASH];
  cs_hex_hash(cs_slice_of(treaty), hash);
  snprintf(out, 1024,
           "{\"kind\":\"adopt\",\"agreement\":\"pact\",\"party\":\"AR\",\"time\":\"2020-01-26T00:00:00Z\","
           "\"treaty\":\"%s\",\"origin\":\"o\",\"key\":\"" PEER_KEY "\",\"cosigner\":\"" PEER_KEY "\"}",
           hash);
}

/* Evidence that entry 6 of a ledger of 13, which begins with this adoption, is this. */
static void format_statement(const char *adoption, const char *entry, cs_text *json)
{
  history h = make_history(MOST, 'a');
  cs_hash_source source = {read_history, &h};
  cs_proof proof, adoption_proof;
  cs_error error;
  h.leaves[0] = cs_hash_leaf(adoption, strlen(adoption));
  h.leaves[6] = cs_hash_leaf(entry, strlen(entry));
  cs_text note = sign_history(&h, 13);
  must(cs_prove_inclusion(&source, 6, 13, &proof, &error), &error);
  must(cs_prove_inclusion(&source, 0, 13, &adoption_proof, &error), &error);
  cs_evidence evidence = {CS_EVIDENCE_STATEMENT,
                          .ledger = &key,
                          .second = slice(&note),
                          .proof = &proof,
                          .index = 6,
                          .entry = cs_slice_of(entry),
                          .treaty = cs_slice_of(PACT),
                          .adoption = cs_slice_of(adoption),
                          .adoption_proof = &adoption_proof};
  format_evidence(&evidence, json);
  cs_text_free(&note);
}

static void test_a_bad_statement(void **state)
{
  (void)state;
  static const struct {
    const char *entry, *says;
  } table[] = {
    {STATED("AR", "tank"), "\"tank\" is no item of the agreement; expected missile"},
    {STATED("BO", "missile"), "\"BO\" speaks in another party's ledger; expected AR"},
    {STATED("CE", "missile"), "\"CE\" speaks in another party's ledger; expected AR"},
    {"{}", "\"kind\" is no kind of statement; expected one such as \"declare\" or \"notify\""},
  };
  char hash[CS_HEX_HASH], adoption[1024];
  cs_text json = {0};
  cs_hex_hash(cs_slice_of(PACT), hash);
  adopt(PACT, adoption);
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char what[512];
    format_statement(adoption, table[i].entry, &json);
    snprintf(what, sizeof what,
             "The ledger example.com/log signed an entry that its agreement pact (SHA-256 %s) does not admit: %s\n",
             hash, table[i].says);
    assert_proves(json.at, what);
    refuse_mutations(json.at);
  }
  format_statement(adoption, STATED("AR", "missile"), &json);
  assert_proves_nothing(json.at, "a statement that is admitted");
  cs_text_free(&json);
}

/* ---- What the time on a checkpoint proves --------------------------------------------------------------------- */

/* A note of a history that begins with an adoption, with the time that the ledger puts on it. */
static cs_text sign_at(const history *h, size_t size, uint64_t time)
{
  cs_text note = sign_history(h, size);
  const char *end = strstr(note.at, "\n\n");
  cs_note_sign((cs_slice){note.at, (size_t)(end + 1 - note.at)}, &cosigner, secrets + CS_SECRET_KEY, time, &note);
  return note;
}

/* An adoption that names the cosigner of this test. */
static void adopt_cosigner(char out[1024])
{
  cs_text text = {0};
  cs_verifier_format(&cosigner, &text);
  snprintf(out, 1024,
           "{\"kind\":\"adopt\",\"agreement\":\"pact\",\"party\":\"AR\",\"time\":\"2020-01-26T00:00:00Z\","
           "\"treaty\":\"%064d\",\"origin\":\"o\",\"key\":\"" PEER_KEY "\",\"cosigner\":\"%s\"}",
           0, text.at);
  cs_text_free(&text);
}

static void test_a_rollback(void **state)
{
  (void)state;
  char adoption[1024];
  adopt_cosigner(adoption);
  history h = make_history(MOST, 'a');
  h.leaves[0] = cs_hash_leaf(adoption, strlen(adoption));
  cs_hash_source source = {read_history, &h};
  cs_text first = sign_at(&h, 9, ADOPTED), later = sign_at(&h, 5, ADOPTED + 1), earlier = sign_at(&h, 5, ADOPTED),
          timeless = sign_history(&h, 5), json = {0};
  cs_proof proof;
  cs_error error;
  must(cs_prove_inclusion(&source, 0, 5, &proof, &error), &error);
  cs_evidence evidence = {CS_EVIDENCE_ROLLBACK,
                          .ledger = &key,
                          .first = slice(&first),
                          .second = slice(&later),
                          .adoption = cs_slice_of(adoption),
                          .adoption_proof = &proof};
  format_evidence(&evidence, &json);
  assert_proves(json.at,
                "The ledger example.com/log had 9 entries at 2020-01-26T00:53:20Z, and showed itself with 5 at "
                "2020-01-26T00:53:21Z: it went back.\n");
  refuse_mutations(json.at);
  evidence.second = slice(&earlier);
  format_evidence(&evidence, &json);
  assert_proves_nothing(json.at, "what every ledger signs while it grows");
  evidence.second = slice(&timeless);
  format_evidence(&evidence, &json);
  assert_proves_nothing(json.at, "no time");
  evidence.first = slice(&later);
  evidence.second = slice(&first);
  format_evidence(&evidence, &json);
  assert_proves_nothing(json.at, "a tree that grew");
  cs_text_free(&first);
  cs_text_free(&later);
  cs_text_free(&earlier);
  cs_text_free(&timeless);
  cs_text_free(&json);
}

static void test_a_backdated_entry(void **state)
{
  (void)state;
  char adoption[1024];
  static const char entry[] = STATED("AR", "missile"); /* of 2020-02-01 */
  enum { MADE = 1580515200 };
  adopt_cosigner(adoption);
  history h = make_history(MOST, 'a');
  h.leaves[0] = cs_hash_leaf(adoption, strlen(adoption));
  h.leaves[6] = cs_hash_leaf(entry, strlen(entry));
  cs_hash_source source = {read_history, &h};
  cs_text json = {0}, second = sign_history(&h, 13);
  cs_proof proof, adoption_proof;
  cs_error error;
  must(cs_prove_inclusion(&source, 6, 13, &proof, &error), &error);
  must(cs_prove_inclusion(&source, 0, 13, &adoption_proof, &error), &error);
  static const struct {
    size_t size;
    int64_t after; /* the entry's time, in seconds, at which the first note was shown */
    bool proves;
  } table[] = {{5, CS_CLOCK_TOLERANCE + 1, true},
               {6, CS_CLOCK_TOLERANCE + 1, true},
               {7, CS_CLOCK_TOLERANCE + 1, false}, /* it has the entry */
               {6, CS_CLOCK_TOLERANCE, false},
               {6, -1, false}};
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_text first = sign_at(&h, table[i].size, (uint64_t)(MADE + table[i].after));
    cs_evidence evidence = {CS_EVIDENCE_BACKDATED,
                            .ledger = &key,
                            .first = slice(&first),
                            .second = slice(&second),
                            .proof = &proof,
                            .index = 6,
                            .entry = CS_SLICE(STATED("AR", "missile")),
                            .adoption = cs_slice_of(adoption),
                            .adoption_proof = &adoption_proof};
    format_evidence(&evidence, &json);
    if (!table[i].proves) {
      assert_proves_nothing(json.at, "an honest date");
    } else {
      char what[256];
      snprintf(what, sizeof what,
               "The ledger example.com/log had %zu entries at 2020-02-01T00:05:01Z, and later an entry 6 that is dated "
               "2020-02-01T00:00:00Z.\n",
               table[i].size);
      assert_proves(json.at, what);
      refuse_mutations(json.at);
    }
    cs_text_free(&first);
  }
  cs_text_free(&second);
  cs_text_free(&json);
}

/* Nobody is accused by an agreement that it did not adopt. */
static void test_a_statement_under_another_agreement(void **state)
{
  (void)state;
  char adoption[1024];
  cs_text json = {0};
  adopt("another file", adoption);
  format_statement(adoption, STATED("AR", "tank"), &json);
  assert_proves_nothing(json.at, "an agreement that was not adopted");
  format_statement(STATED("AR", "missile"), STATED("AR", "tank"), &json);
  assert_proves_nothing(json.at, "a ledger that adopted nothing");
  cs_text_free(&json);
}

static void test_bytes_that_are_no_evidence(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "",
    "[]",
    "null",
    "{}",
    "{\"countersign-evidence\":1}",
    "{\"countersign-evidence\":1,\"kind\":\"fork\"}",
    "{\"countersign-evidence\":1,\"kind\":\"fork\",\"ledger\":\"" PEER_KEY "\"}",
    "{\"countersign-evidence\":1,\"kind\":\"fork\",\"ledger\":\"" PEER_KEY "\",\"first\":\"a\",\"second\":\"b\"}",
    "{\"countersign-evidence\":1,\"kind\":\"knife\",\"ledger\":\"" PEER_KEY "\"}",
  };
  for (size_t i = 0; i < CS_COUNT_OF(texts); i++)
    assert_proves_nothing(texts[i], texts[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_home_is_made),
    cmocka_unit_test(test_a_home_is_unlocked),
    cmocka_unit_test(test_an_observer_makes_no_statements),
    cmocka_unit_test(test_keys_of_another_home),
    cmocka_unit_test(test_files_that_hold_no_keys),
    cmocka_unit_test(test_a_changed_agreement),
    cmocka_unit_test(test_homes_that_are_not_made),
    cmocka_unit_test(test_peers),
    cmocka_unit_test(test_a_peer_keeps_its_key),
    cmocka_unit_test(test_witnesses),
    cmocka_unit_test(test_peers_that_are_refused),
    cmocka_unit_test(test_whose_ledger_it_is),
    cmocka_unit_test(test_cosigning),
    cmocka_unit_test(test_a_checkpoint_with_its_cosignatures),
    cmocka_unit_test(test_every_byte_of_a_cosignature),
    cmocka_unit_test(test_a_fork),
    cmocka_unit_test(test_an_inconsistent_history),
    cmocka_unit_test(test_a_rollback),
    cmocka_unit_test(test_a_backdated_entry),
    cmocka_unit_test(test_a_bad_statement),
    cmocka_unit_test(test_a_statement_under_another_agreement),
    cmocka_unit_test(test_bytes_that_are_no_evidence),
  };
  return cmocka_run_group_tests_name("home", tests, open_group, close_group);
}
