/* Homes made: all that can be wrong is found before anything is written, and a failure leaves nothing behind. */
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "home/folder.h"
#include "home/key.h"

struct cs_home_plan {
  const char *directory, *party;
  char *origin, *cosigner; /* the names under which the home signs */
  cs_file agreement;
  cs_treaty *treaty;
  char hash[CS_HEX_HASH]; /* of the agreement */
  unsigned char *secrets;
  cs_store *store;
  cs_verifier key, cosigner_key;
};

/* ---- Checking ------------------------------------------------------------------------------------------------ */

static cs_status check_party(const cs_home_plan *plan, cs_error *error)
{
  char quoted[CS_QUOTED];
  if (plan->party == NULL || cs_treaty_find(plan->treaty, CS_KEY_PARTY, plan->party) != SIZE_MAX)
    return CS_OK;
  return cs_fail(error, CS_INVALID, plan->agreement.name, (cs_mark){0},
                 "%s is no party of this agreement; expected one such as \"%s\"",
                 cs_quote(cs_slice_of(plan->party), quoted), plan->treaty->parties.at[0].rule.id);
}

/* Makes the verifiers from two public keys. */
static cs_status name_keys(cs_home_plan *plan, const unsigned char *key, const unsigned char *cosigner, cs_error *error)
{
  if (cs_verifier_make(cs_slice_of(plan->origin), CS_SIGNATURE_ED25519, key, &plan->key) &&
      cs_verifier_make(cs_slice_of(plan->cosigner), CS_SIGNATURE_COSIGNATURE, cosigner, &plan->cosigner_key))
    return CS_OK;
  char quoted[CS_QUOTED];
  return cs_fail(error, CS_INVALID, NULL, (cs_mark){0},
                 "%s cannot be the origin of a ledger; expected at most 246 bytes, without spaces and plus signs",
                 cs_quote(cs_slice_of(plan->origin), quoted));
}

/* The origin of the ledger, and the same with "/cosigner"; whether keys may bear these names, any keys tell. */
static cs_status find_names(cs_home_plan *plan, const char *origin, cs_error *error)
{
  static const unsigned char any[CS_PUBLIC_KEY];
  cs_text name = {0}, cosigner = {0};
  if (origin != NULL)
    cs_text_add(&name, "%s", origin);
  else
    cs_text_add(&name, "countersign/%s/%s", plan->treaty->id, plan->party == NULL ? "observer" : plan->party);
  cs_text_add(&cosigner, "%s/cosigner", name.at == NULL ? "" : name.at);
  plan->origin = name.at;
  plan->cosigner = cosigner.at;
  return name.failed || cosigner.failed ? cs_fail_memory(error) : name_keys(plan, any, any, error);
}

/* The folder is not there yet, or is empty. */
static cs_status check_folder(const cs_home_plan *plan, cs_error *error)
{
  char *store = cs_home_path(plan->directory, "ledger.db");
  if (store == NULL)
    return cs_fail_memory(error);
  bool home = access(store, F_OK) == 0, empty = true;
  free(store);
  if (home)
    return cs_fail(error, CS_INVALID, plan->directory, (cs_mark){0},
                   "this is a home already; expected a new or empty folder");
  DIR *folder = opendir(plan->directory);
  if (folder == NULL)
    return errno == ENOENT ? CS_OK
                           : cs_fail(error, CS_INVALID, plan->directory, (cs_mark){0},
                                     "%s; expected a new or empty folder", strerror(errno));
  for (struct dirent *each; (each = readdir(folder)) != NULL;)
    empty = empty && (strcmp(each->d_name, ".") == 0 || strcmp(each->d_name, "..") == 0);
  closedir(folder);
  return empty ? CS_OK
               : cs_fail(error, CS_INVALID, plan->directory, (cs_mark){0},
                         "the folder holds something already; expected a new or empty folder");
}

cs_status cs_home_plan_new(const char *directory, const char *treaty_path, const char *party, const char *origin,
                           cs_home_plan **out, cs_error *error)
{
  *out = NULL;
  cs_home_plan *plan = calloc(1, sizeof *plan);
  if (plan == NULL)
    return cs_fail_memory(error);
  plan->directory = directory;
  plan->party = party;
  cs_status status = cs_file_read(treaty_path, CS_TREATY_BYTES, &plan->agreement, error);
  cs_slice bytes = {plan->agreement.bytes, plan->agreement.length};
  if (status == CS_OK) {
    cs_hex_hash(bytes, plan->hash);
    status = cs_treaty_parse(bytes, plan->agreement.name, &plan->treaty, error);
  }
  if (status == CS_OK)
    status = check_party(plan, error);
  if (status == CS_OK)
    status = find_names(plan, origin, error);
  if (status == CS_OK)
    status = check_folder(plan, error);
  if (status == CS_OK)
    *out = plan;
  else
    cs_home_plan_free(plan);
  return status;
}

void cs_home_plan_free(cs_home_plan *plan)
{
  if (plan == NULL)
    return;
  cs_store_close(plan->store);
  sodium_free(plan->secrets);
  cs_treaty_free(plan->treaty);
  cs_file_free(&plan->agreement);
  free(plan->origin);
  free(plan->cosigner);
  free(plan);
}

/* ---- Making -------------------------------------------------------------------------------------------------- */

static cs_status write_treaty(const cs_home_plan *plan, cs_error *error)
{
  char *path = cs_home_path(plan->directory, "treaty.yaml");
  cs_slice bytes = {plan->agreement.bytes, plan->agreement.length};
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_home_write(path, bytes, error);
  free(path);
  return status;
}

static cs_status make_keys(cs_home_plan *plan, const cs_passphrase *passphrase, cs_error *error)
{
  char *path = cs_home_path(plan->directory, "key");
  cs_key_guard();
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_key_create(path, passphrase, &plan->secrets, error);
  free(path);
  /* The public key is the second half of libsodium's secret key. */
  return status == CS_OK ? name_keys(plan, plan->secrets + 32, plan->secrets + CS_SECRET_KEY + 32, error) : status;
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

static cs_status fill_store(cs_home_plan *plan, cs_error *error)
{
  char *path = cs_home_path(plan->directory, "ledger.db");
  cs_status status = path == NULL ? cs_fail_memory(error) : cs_store_open(path, CS_STORE_CREATE, &plan->store, error);
  free(path);
  if (status == CS_OK)
    status = cs_store_begin(plan->store, error);
  if (status == CS_OK)
    status = cs_store_set(plan->store, CS_SETTING_PARTY, cs_slice_of(plan->party == NULL ? "" : plan->party), error);
  if (status == CS_OK)
    status = cs_store_set(plan->store, CS_SETTING_TREATY, cs_slice_of(plan->hash), error);
  if (status == CS_OK)
    status = set_verifier(plan->store, CS_SETTING_KEY, &plan->key, error);
  if (status == CS_OK)
    status = set_verifier(plan->store, CS_SETTING_COSIGNER, &plan->cosigner_key, error);
  return status == CS_OK ? cs_store_commit(plan->store, error) : status;
}

/* The statement that begins every party's ledger. */
static cs_status adopt(const cs_home_plan *plan, int64_t time, cs_error *error)
{
  cs_text key = {0}, cosigner = {0}, bytes = {0};
  cs_log *log = NULL;
  uint64_t entry;
  cs_verifier_format(&plan->key, &key);
  cs_verifier_format(&plan->cosigner_key, &cosigner);
  cs_status status = key.failed || cosigner.failed ? cs_fail_memory(error) : CS_OK;
  const cs_statement_value values[] = {{"treaty", plan->hash},
                                       {"origin", plan->key.name},
                                       {"key", key.at},
                                       {"cosigner", cosigner.at}};
  size_t party = cs_treaty_find(plan->treaty, CS_KEY_PARTY, plan->party);
  if (status == CS_OK)
    status = cs_statement_make(plan->treaty, party, time, CS_ADOPT, values, CS_COUNT_OF(values), NULL, &bytes, error);
  if (status == CS_OK)
    status = cs_log_open(plan->store, &plan->key, plan->secrets, &log, error);
  if (status == CS_OK)
    status = cs_log_append(log, &(cs_slice){bytes.at, bytes.length}, 1, &entry, error);
  cs_log_close(log);
  cs_text_free(&key);
  cs_text_free(&cosigner);
  cs_text_free(&bytes);
  return status;
}

/* Removes what was made in the folder, which was empty, and the folder where it was `made`. */
static void remove_all(cs_home_plan *plan, bool made)
{
  static const char *const names[] = {"treaty.yaml",   "treaty.yaml~",  "key",
                                      "ledger.db-wal", "ledger.db-shm", "ledger.db"};
  cs_store_close(plan->store);
  plan->store = NULL;
  for (size_t i = 0; i < CS_COUNT_OF(names); i++) {
    char *path = cs_home_path(plan->directory, names[i]);
    if (path != NULL)
      unlink(path);
    free(path);
  }
  if (made)
    rmdir(plan->directory);
}

/* The folder itself is on the disk, where the one above lets itself be opened. */
static void settle_above(const cs_home_plan *plan)
{
  cs_error ignored;
  char *path = cs_home_path(plan->directory, "..");
  if (path != NULL)
    (void)cs_home_settle(path, &ignored);
  free(path);
}

cs_status cs_home_make(cs_home_plan *plan, const cs_passphrase *passphrase, int64_t time, cs_error *error)
{
  if (sodium_init() < 0)
    return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "the cryptographic library does not start");
  cs_status status = check_folder(plan, error); /* again: the passphrase may have taken its time */
  if (status != CS_OK)
    return status;
  bool made = mkdir(plan->directory, 0700) == 0;
  if (!made && errno != EEXIST)
    return cs_home_fail(plan->directory, "cannot be made", error);
  status = write_treaty(plan, error);
  if (status == CS_OK)
    status = make_keys(plan, passphrase, error);
  if (status == CS_OK)
    status = fill_store(plan, error);
  if (status == CS_OK && plan->party != NULL)
    status = adopt(plan, time, error);
  if (status == CS_OK)
    status = cs_home_settle(plan->directory, error);
  if (status == CS_OK && made)
    settle_above(plan);
  if (status != CS_OK)
    remove_all(plan, made);
  return status;
}

cs_status cs_home_create(const char *directory, const char *treaty_path, const char *party, const char *origin,
                         const cs_passphrase *passphrase, int64_t time, cs_error *error)
{
  cs_home_plan *plan;
  cs_status status = cs_home_plan_new(directory, treaty_path, party, origin, &plan, error);
  if (status == CS_OK)
    status = cs_home_make(plan, passphrase, time, error);
  cs_home_plan_free(plan);
  return status;
}
