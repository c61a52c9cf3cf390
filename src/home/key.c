/* Secret keys at rest: Argon2id over the passphrase (RFC 9106), XSalsa20-Poly1305 over two Ed25519 seeds. */
#include "home/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The second recommended option of RFC 9106, section 4, for one lane: 64 MiB, three passes. */
enum {
  PASSES = 3,
  MEMORY = 64 * 1024 * 1024,
  SEEDS = 2 * crypto_sign_SEEDBYTES,
  BOX = SEEDS + crypto_secretbox_MACBYTES
};
static const char TITLE[] = "countersign secret keys v1: argon2id 3 passes 64 MiB, xsalsa20-poly1305\n";

/* What the file holds after its first line. */
typedef struct sealed {
  unsigned char salt[CS_DERIVED_SALT];
  unsigned char nonce[crypto_secretbox_NONCEBYTES];
  unsigned char box[BOX];
} sealed;

void cs_key_guard(void)
{
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static cs_status fail_errno(const char *path, const char *what, cs_error *error)
{
  return cs_fail(error, CS_SYSTEM, path, (cs_mark){0}, "%s: %s", what, strerror(errno));
}

unsigned char *cs_key_derive(const cs_passphrase *passphrase, const unsigned char salt[CS_DERIVED_SALT])
{
  unsigned char *key = sodium_malloc(CS_DERIVED_KEY);
  if (key != NULL && crypto_pwhash(key, CS_DERIVED_KEY, passphrase->bytes, passphrase->length, salt, PASSES, MEMORY,
                                   crypto_pwhash_ALG_ARGON2ID13) != 0) {
    sodium_free(key);
    key = NULL;
  }
  return key;
}

/* Secret keys from the two seeds. */
static unsigned char *expand(const unsigned char *seeds)
{
  unsigned char *secrets = sodium_malloc(CS_SECRETS), public[CS_PUBLIC_KEY];
  for (size_t i = 0; i < 2 && secrets != NULL; i++)
    crypto_sign_seed_keypair(public, secrets + i * CS_SECRET_KEY, seeds + i * crypto_sign_SEEDBYTES);
  return secrets;
}

static cs_status write_file(const char *path, const sealed *s, cs_error *error)
{
  char base64[sodium_base64_ENCODED_LEN(sizeof *s, sodium_base64_VARIANT_ORIGINAL)];
  cs_text text = {0};
  sodium_bin2base64(base64, sizeof base64, (const unsigned char *)s, sizeof *s, sodium_base64_VARIANT_ORIGINAL);
  cs_text_add(&text, "%s%s\n", TITLE, base64);
  if (text.failed)
    return cs_fail_memory(error);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool ok = fd >= 0 && write(fd, text.at, text.length) == (ssize_t)text.length && fsync(fd) == 0;
  ok = fd >= 0 && close(fd) == 0 && ok;
  cs_text_free(&text);
  return ok ? CS_OK : fail_errno(path, "the keys cannot be written", error);
}

cs_status cs_key_create(const char *path, const cs_passphrase *passphrase, unsigned char **secrets, cs_error *error)
{
  sealed s;
  *secrets = NULL;
  randombytes_buf(s.salt, sizeof s.salt);
  randombytes_buf(s.nonce, sizeof s.nonce);
  unsigned char *key = cs_key_derive(passphrase, s.salt), *seeds = sodium_malloc(SEEDS);
  cs_status status = key == NULL || seeds == NULL ? cs_fail_memory(error) : CS_OK;
  if (status == CS_OK) {
    randombytes_buf(seeds, SEEDS);
    crypto_secretbox_easy(s.box, seeds, SEEDS, s.nonce, key);
    status = write_file(path, &s, error);
  }
  if (status == CS_OK && (*secrets = expand(seeds)) == NULL)
    status = cs_fail_memory(error);
  sodium_free(key);
  sodium_free(seeds);
  return status;
}

static cs_status parse_file(const char *path, sealed *s, cs_error *error)
{
  cs_file file;
  cs_status status = cs_file_read(path, 4096, &file, error);
  if (status != CS_OK)
    return status;
  size_t title = sizeof TITLE - 1, length;
  const char *base64 = file.bytes + title;
  if (file.length <= title || memcmp(file.bytes, TITLE, title) != 0 ||
      sodium_base642bin((unsigned char *)s, sizeof *s, base64, file.length - title, "\n", &length, NULL,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      length != sizeof *s)
    status = cs_fail(error, CS_INVALID, path, (cs_mark){1, 1},
                     "this is no file of secret keys; expected what countersign init wrote");
  cs_file_free(&file);
  return status;
}

cs_status cs_key_read(const char *path, const cs_passphrase *passphrase, unsigned char **secrets, cs_error *error)
{
  sealed s;
  *secrets = NULL;
  cs_status status = parse_file(path, &s, error);
  if (status != CS_OK)
    return status;
  unsigned char *key = cs_key_derive(passphrase, s.salt), *seeds = sodium_malloc(SEEDS);
  if (key == NULL || seeds == NULL)
    status = cs_fail_memory(error);
  else if (crypto_secretbox_open_easy(seeds, s.box, BOX, s.nonce, key) != 0)
    status = cs_fail(error, CS_INVALID, path, (cs_mark){0},
                     "the keys do not open with this passphrase; expected the one given to countersign init");
  else
    *secrets = expand(seeds);
  if (status == CS_OK && *secrets == NULL)
    status = cs_fail_memory(error);
  sodium_free(key);
  sodium_free(seeds);
  return status;
}
