/* Homes: opened, and spoken from. */
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

#include "home/folder.h"
#include "home/key.h"

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
  char *path = cs_home_path(home->directory, "treaty.yaml"), *hash = home->treaty_hash;
  cs_file file = {0};
  cs_text stored = {0};
  bool found;
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_file_read(path, CS_TREATY_BYTES, &file, error);
  if (status == CS_OK)
    status = cs_store_get(home->store, CS_SETTING_TREATY, &stored, &found, error);
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
  cs_status status = cs_store_get(home->store, CS_SETTING_PARTY, &party, &found, error);
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
  char *path = home->directory == NULL ? NULL : cs_home_path(directory, "ledger.db");
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
    status = get_verifier(home, CS_SETTING_KEY, &home->key, error);
  if (status == CS_OK)
    status = get_verifier(home, CS_SETTING_COSIGNER, &home->cosigner, error);
  free(path);
  if (status == CS_OK)
    *out = home;
  else
    cs_home_close(home);
  return status;
}

cs_status cs_home_unlock(cs_home *home, const cs_passphrase *passphrase, cs_error *error)
{
  char *path = cs_home_path(home->directory, "key");
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
  char *path = cs_home_path(home->directory, "treaty.yaml");
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
      status = cs_home_fail(folder.at, "cannot be made", error);
    if (status == CS_OK && access(path->at, F_OK) != 0)
      status = cs_home_write(path->at, bytes, error);
  }
  cs_text_free(&json);
  cs_text_free(&folder);
  return status;
}
