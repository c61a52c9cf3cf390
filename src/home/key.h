/* Private to home/: secret keys in a file, encrypted. */
#ifndef CS_HOME_KEY_H
#define CS_HOME_KEY_H

#include "home/home.h"

enum { CS_SECRETS = 2 * CS_SECRET_KEY };

/* Makes two key pairs and writes them, encrypted, to a new file `path` (mode 0600). `secrets` (CS_SECRETS bytes of locked
 * memory, to be released with sodium_free) are the ledger's and the cosigner's. */
cs_status cs_key_create(const char *path, const cs_passphrase *passphrase, unsigned char **secrets, cs_error *error);
/* Decrypts such a file. */
cs_status cs_key_read(const char *path, const cs_passphrase *passphrase, unsigned char **secrets, cs_error *error);
/* The key that a passphrase gives: Argon2id (RFC 9106), 3 passes over 64 MiB, one lane. In locked memory, to be released with
 * sodium_free; NULL when out of memory. */
enum { CS_DERIVED_KEY = 32, CS_DERIVED_SALT = 16 };
unsigned char *cs_key_derive(const cs_passphrase *passphrase, const unsigned char salt[CS_DERIVED_SALT]);
/* No core dump and no debugger sees what this process holds from here on. */
void cs_key_guard(void);

#endif
