/* Homes: made, opened, and spoken from. */
#include "home/home.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "home/key.h"

/* Settings of the store. */
static const char PARTY[] = "party", TREATY[] = "treaty", KEY[] = "key", COSIGNER[] = "cosigner";

/* ---- Small things -------------------------------------------------------------------------------------------- */

void cs_hex_hash(cs_slice bytes, char out[CS_HEX_HASH])
{
  unsigned char hash[CS_HASH];
  SHA256((const unsigned char *)bytes.at, bytes.length, hash);
  sodium_bin2hex(out, CS_HEX_HASH, hash, sizeof hash);
}

cs_status cs_home_now(int64_t *out, cs_error *error)
{
  const char *given = getenv("COUNTERSIGN_NOW");
  *out = (int64_t)time(NULL);
  if (given == NULL || cs_time_parse(given, out))
    return CS_OK;
  return cs_fail(error, CS_INVALID, "COUNTERSIGN_NOW", (cs_mark){0}, "this is no time; expected YYYY-MM-DDThh:mm:ssZ");
}

/* "DIRECTORY/NAME"; the caller frees it. NULL when out of memory. */
static char *path_in(const char *directory, const char *name)
{
  cs_text path = {0};
  cs_text_add(&path, "%s/%s", directory, name);
  return path.failed ? NULL : path.at;
}

static cs_status fail_errno(const char *path, const char *what, cs_error *error)
{
  return cs_fail(error, CS_SYSTEM, path, (cs_mark){0}, "%s: %s", what, strerror(errno));
}

/* ---- Making a home ------------------------------------------------------------------------------------------- */

typedef struct maker {
  const char *directory, *party, *origin;
  cs_treaty *treaty;
  char hash[CS_HEX_HASH]; /* of the agreement */
  unsigned char *secrets;
  cs_store *store;
  cs_verifier key, cosigner;
} maker;

/* Writes a new file, durably: whole, or not at all. */
static cs_status write_new(const char *path, cs_slice bytes, cs_error *error)
{
  cs_text beside = {0};
  cs_text_add(&beside, "%s~", path);
  if (beside.failed)
    return cs_fail_memory(error);
  bool exists = access(path, F_OK) == 0;
  int fd = exists ? -1 : open(beside.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  errno = exists ? EEXIST : errno;
  bool ok = fd >= 0 && write(fd, bytes.at, bytes.length) == (ssize_t)bytes.length && fsync(fd) == 0;
  ok = fd >= 0 && close(fd) == 0 && ok && rename(beside.at, path) == 0;
  cs_status status = ok ? CS_OK : fail_errno(path, "cannot be written", error);
  if (fd >= 0 && !ok)
    unlink(beside.at);
  cs_text_free(&beside);
  return status;
}

static cs_status copy_treaty(maker *m, const char *from, cs_error *error)
{
  cs_file file;
  cs_status status = cs_file_read(from, CS_TREATY_BYTES, &file, error);
  if (status != CS_OK)
    return status;
  cs_slice bytes = {file.bytes, file.length};
  char *to = path_in(m->directory, "treaty.yaml");
  cs_hex_hash(bytes, m->hash);
  status = to == NULL ? cs_fail_memory(error) : write_new(to, bytes, error);
  free(to);
  cs_file_free(&file);
  return status;
}

/* The names under which the home signs: its ledger's origin, and the same with "/cosigner". */
static cs_status name_keys(maker *m, cs_error *error)
{
  cs_text origin = {0}, cosigner = {0};
  if (m->origin != NULL)
    cs_text_add(&origin, "%s", m->origin);
  else
    cs_text_add(&origin, "countersign/%s/%s", m->treaty->id, m->party == NULL ? "observer" : m->party);
  cs_text_add(&cosigner, "%s/cosigner", origin.at == NULL ? "" : origin.at);
  bool memory = !origin.failed && !cosigner.failed;
  /* The public key is the second half of libsodium's secret key. */
  bool names = memory &&
               cs_verifier_make((cs_slice){origin.at, origin.length}, CS_SIGNATURE_ED25519, m->secrets + 32, &m->key) &&
               cs_verifier_make((cs_slice){cosigner.at, cosigner.length}, CS_SIGNATURE_COSIGNATURE,
                                m->secrets + CS_SECRET_KEY + 32, &m->cosigner);
  cs_text_free(&origin);
  cs_text_free(&cosigner);
  if (!memory)
    return cs_fail_memory(error);
  if (names)
    return CS_OK;
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                 "the origin cannot be a key's name; expected a schema-less URL without spaces or plus signs");
}

static cs_status set_verifier(cs_store *store, const char *name, const cs_verifier *verifier, cs_error *error)
{
  cs_text text = {0};
  cs_verifier_format(verifier, &text);
  cs_status status =
    text.failed ? cs_fail_memory(error) : cs_store_set(store, name, (cs_slice){text.at, text.length}, error);
  cs_text_free(&text);
  return status;
}

static cs_status fill_store(maker *m, cs_error *error)
{
  char *path = path_in(m->directory, "ledger.db");
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_store_open(path, CS_STORE_CREATE, &m->store, error);
  free(path);
  if (status == CS_OK)
    status = cs_store_begin(m->store, error);
  if (status == CS_OK)
    status = cs_store_set(m->store, PARTY, cs_slice_of(m->party == NULL ? "" : m->party), error);
  if (status == CS_OK)
    status = cs_store_set(m->store, TREATY, cs_slice_of(m->hash), error);
  if (status == CS_OK)
    status = set_verifier(m->store, KEY, &m->key, error);
  if (status == CS_OK)
    status = set_verifier(m->store, COSIGNER, &m->cosigner, error);
  return status == CS_OK ? cs_store_commit(m->store, error) : status;
}

/* The statement that begins every party's ledger. */
static cs_status adopt(maker *m, int64_t time, cs_error *error)
{
  cs_text key = {0}, cosigner = {0}, bytes = {0};
  cs_log *log = NULL;
  uint64_t entry;
  cs_verifier_format(&m->key, &key);
  cs_verifier_format(&m->cosigner, &cosigner);
  cs_status status = key.failed || cosigner.failed ? cs_fail_memory(error) : CS_OK;
  const cs_statement_value values[] = {{"treaty", m->hash},
                                       {"origin", m->key.name},
                                       {"key", key.at},
                                       {"cosigner", cosigner.at}};
  size_t party = cs_treaty_find(m->treaty, CS_KEY_PARTY, m->party);
  if (status == CS_OK)
    status = cs_statement_make(m->treaty, party, time, CS_ADOPT, values, CS_COUNT_OF(values), NULL, &bytes, error);
  if (status == CS_OK)
    status = cs_log_open(m->store, &m->key, m->secrets, &log, error);
  if (status == CS_OK)
    status = cs_log_append(log, &(cs_slice){bytes.at, bytes.length}, 1, &entry, error);
  cs_log_close(log);
  cs_text_free(&key);
  cs_text_free(&cosigner);
  cs_text_free(&bytes);
  return status;
}

/* The agreement is read before anything is made, so that a slip leaves nothing behind. */
static cs_status check_party(maker *m, const char *treaty_path, cs_error *error)
{
  cs_status status = cs_treaty_read(treaty_path, &m->treaty, error);
  if (status == CS_OK && m->party != NULL && cs_treaty_find(m->treaty, CS_KEY_PARTY, m->party) == SIZE_MAX) {
    char quoted[CS_QUOTED];
    return cs_fail(error, CS_INVALID, treaty_path, (cs_mark){0},
                   "%s is no party of this agreement; expected one such as \"%s\"",
                   cs_quote(cs_slice_of(m->party), quoted), m->treaty->parties.at[0].rule.id);
  }
  return status;
}

cs_status cs_home_create(const char *directory, const char *treaty_path, const char *party, const char *origin,
                         const cs_passphrase *passphrase, int64_t time, cs_error *error)
{
  maker m = {.directory = directory, .party = party, .origin = origin};
  if (sodium_init() < 0)
    return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "the cryptographic library does not start");
  cs_key_guard();
  cs_status status = check_party(&m, treaty_path, error);
  if (status == CS_OK && mkdir(directory, 0700) != 0 && errno != EEXIST)
    status = fail_errno(directory, "cannot be made", error);
  char *key_path = path_in(directory, "key");
  if (status == CS_OK && key_path == NULL)
    status = cs_fail_memory(error);
  if (status == CS_OK)
    status = copy_treaty(&m, treaty_path, error);
  if (status == CS_OK)
    status = cs_key_create(key_path, passphrase, &m.secrets, error);
  if (status == CS_OK)
    status = name_keys(&m, error);
  if (status == CS_OK)
    status = fill_store(&m, error);
  if (status == CS_OK && party != NULL)
    status = adopt(&m, time, error);
  cs_store_close(m.store);
  sodium_free(m.secrets);
  cs_treaty_free(m.treaty);
  free(key_path);
  return status;
}

/* ---- Opening a home ------------------------------------------------------------------------------------------ */

static cs_status get_verifier(cs_home *home, const char *name, cs_verifier *out, cs_error *error)
{
  cs_text text = {0};
  bool found;
  cs_status status = cs_store_get(home->store, name, &text, &found, error);
  if (status == CS_OK && (!found || !cs_verifier_parse((cs_slice){text.at, text.length}, out)))
    status = cs_fail(error, CS_INVALID, home->directory, (cs_mark){0},
                     "the store has no verifier key \"%s\"; the home is damaged", name);
  cs_text_free(&text);
  return status;
}

static cs_status load_treaty(cs_home *home, cs_error *error)
{
  char *path = path_in(home->directory, "treaty.yaml"), *hash = home->treaty_hash;
  cs_file file = {0};
  cs_text stored = {0};
  bool found;
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_file_read(path, CS_TREATY_BYTES, &file, error);
  if (status == CS_OK)
    status = cs_store_get(home->store, TREATY, &stored, &found, error);
  if (status == CS_OK) {
    cs_hex_hash((cs_slice){file.bytes, file.length}, hash);
    if (!found || !cs_slice_is((cs_slice){stored.at, stored.length}, hash))
      status = cs_fail(error, CS_INVALID, path, (cs_mark){0},
                       "the agreement is not the one that was adopted; expected SHA-256 %s",
                       stored.at == NULL ? "" : stored.at);
  }
  if (status == CS_OK)
    status = cs_treaty_read(path, &home->treaty, error);
  cs_text_free(&stored);
  cs_file_free(&file);
  free(path);
  return status;
}

static cs_status load_party(cs_home *home, cs_error *error)
{
  cs_text party = {0};
  bool found;
  cs_status status = cs_store_get(home->store, PARTY, &party, &found, error);
  if (status == CS_OK && party.length > 0)
    home->party = cs_treaty_find(home->treaty, CS_KEY_PARTY, party.at);
  if (status == CS_OK && (!found || (party.length > 0 && home->party == SIZE_MAX)))
    status = cs_fail(error, CS_INVALID, home->directory, (cs_mark){0},
                     "the store does not say for a party of the agreement whose home this is; the home is damaged");
  cs_text_free(&party);
  return status;
}

cs_status cs_home_open(const char *directory, cs_store_mode mode, cs_home **out, cs_error *error)
{
  *out = NULL;
  if (sodium_init() < 0)
    return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "the cryptographic library does not start");
  cs_home *home = calloc(1, sizeof *home);
  if (home == NULL)
    return cs_fail_memory(error);
  home->party = (size_t)CS_OBSERVER;
  home->directory = strdup(directory);
  char *path = home->directory == NULL ? NULL : path_in(directory, "ledger.db");
  cs_status status = path == NULL ? cs_fail_memory(error) : CS_OK;
  if (status == CS_OK && access(path, F_OK) != 0) {
    status = cs_fail(error, CS_INVALID, directory, (cs_mark){0},
                     "this is no home; expected a folder made by countersign init");
    cs_hint(error, "make one with \"countersign init DIR --party P --treaty FILE\", or name it with -C DIR");
  }
  if (status == CS_OK)
    status = cs_store_open(path, mode, &home->store, error);
  if (status == CS_OK)
    status = load_treaty(home, error);
  if (status == CS_OK)
    status = load_party(home, error);
  if (status == CS_OK)
    status = get_verifier(home, KEY, &home->key, error);
  if (status == CS_OK)
    status = get_verifier(home, COSIGNER, &home->cosigner, error);
  free(path);
  if (status == CS_OK)
    *out = home;
  else
    cs_home_close(home);
  return status;
}

cs_status cs_home_unlock(cs_home *home, const cs_passphrase *passphrase, cs_error *error)
{
  char *path = path_in(home->directory, "key");
  cs_key_guard();
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_key_read(path, passphrase, &home->secrets, error);
  if (status == CS_OK && memcmp(home->secrets + 32, home->key.key, CS_PUBLIC_KEY) != 0)
    status = cs_fail(error, CS_INVALID, path, (cs_mark){0}, "these are the keys of another home");
  if (status == CS_OK && home->party != (size_t)CS_OBSERVER)
    status = cs_log_open(home->store, &home->key, home->secrets, &home->log, error);
  free(path);
  return status;
}

void cs_home_close(cs_home *home)
{
  if (home == NULL)
    return;
  cs_log_close(home->log);
  sodium_free(home->secrets);
  cs_treaty_free(home->treaty);
  cs_store_close(home->store);
  free(home->directory);
  free(home);
}

cs_status cs_home_read_own(cs_home *home, cs_log **out, cs_error *error)
{
  return cs_log_open(home->store, &home->key, NULL, out, error);
}

cs_status cs_home_treaty_file(const cs_home *home, cs_file *out, cs_error *error)
{
  char *path = path_in(home->directory, "treaty.yaml");
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_file_read(path, CS_TREATY_BYTES, out, error);
  free(path);
  return status;
}

cs_status cs_home_keep_evidence(cs_home *home, const cs_evidence *evidence, cs_text *path, cs_error *error)
{
  cs_text json = {0}, folder = {0};
  char hash[CS_HEX_HASH] = "";
  cs_status status = cs_evidence_format(evidence, &json, error);
  if (status == CS_OK) {
    cs_slice bytes = {json.at, json.length};
    cs_hex_hash(bytes, hash);
    status = cs_store_put_evidence(home->store, hash, bytes, error);
    cs_text_add(&folder, "%s/evidence", home->directory);
    cs_text_add(path, "%s/%.16s.json", folder.failed ? "" : folder.at, hash);
    if (status == CS_OK && (folder.failed || path->failed))
      status = cs_fail_memory(error);
    if (status == CS_OK && mkdir(folder.at, 0777) != 0 && errno != EEXIST)
      status = fail_errno(folder.at, "cannot be made", error);
    if (status == CS_OK && access(path->at, F_OK) != 0)
      status = write_new(path->at, bytes, error);
  }
  cs_text_free(&json);
  cs_text_free(&folder);
  return status;
}
