/* Private to home/: boxes, in which secret bytes lie at rest.
 *
 * A box is a random nonce (24 bytes), what XChaCha20-Poly1305 makes of the bytes, and its tag (16 bytes). It opens only under
 * its key, for its purpose and its name: these are authenticated with it, as "countersign vault v1 PURPOSE\n", the salt of the
 * key (16 bytes) and the name. */
#ifndef CS_HOME_BOX_H
#define CS_HOME_BOX_H

#include "home/key.h"

/* The key that a passphrase and a salt give. Release with cs_box_key_free. */
typedef struct cs_box_key {
  unsigned char salt[CS_DERIVED_SALT];
  unsigned char *secret; /* CS_DERIVED_KEY bytes of locked memory */
} cs_box_key;

/* The head of what is under a key: its salt, and an empty box of purpose "check" by which a wrong passphrase is noticed. */
enum { CS_BOX_EXTRA = 24 + 16, CS_BOX_HEAD = CS_DERIVED_SALT + CS_BOX_EXTRA };

/* How it is done, for first lines of formats. Another way has another word, and is refused before a key is derived. */
#define CS_BOX_MANNER "argon2id 3 passes 64 MiB, xchacha20-poly1305"

/* Makes a key with a new salt, and its head. CS_SYSTEM when out of memory. */
cs_status cs_box_key_new(const cs_passphrase *passphrase, cs_box_key *out, unsigned char head[CS_BOX_HEAD],
                         cs_error *error);
/* Makes the key of a head. CS_INVALID, naming `file`, where it is not of this passphrase. */
cs_status cs_box_key_open(const unsigned char head[CS_BOX_HEAD], const cs_passphrase *passphrase, const char *file,
                          cs_box_key *out, cs_error *error);
void cs_box_key_free(cs_box_key *key);

/* Adds a box of `length` bytes to `out`. CS_INVALID where they are more than CS_VAULT_PADDED, or the name is longer than
 * CS_VAULT_NAME; CS_SYSTEM when out of memory, and `out->failed` tells of `out`. */
cs_status cs_box_close(const cs_box_key *key, const char *purpose, cs_slice name, const void *bytes, size_t length,
                       cs_text *out);
/* Opens a box into locked memory, to be released with sodium_free. CS_INVALID: it does not open. */
cs_status cs_box_open(const cs_box_key *key, const char *purpose, cs_slice name, cs_slice box, unsigned char **bytes,
                      size_t *length);

/* Boxes of purpose "record". Their bytes are padded (ISO/IEC 7816-4) to a power of two of at least 1 KiB, so that the size of a
 * box tells little of the number of items behind a count. CS_INVALID where they are more than CS_VAULT_RECORD. */
cs_status cs_box_close_record(const cs_box_key *key, cs_slice name, cs_slice bytes, cs_text *out);
cs_status cs_box_open_record(const cs_box_key *key, cs_slice name, cs_slice box, unsigned char **bytes, size_t *length);
/* Whether a record may have the name: text of 1 to CS_VAULT_NAME bytes, in one line. */
bool cs_box_may_be_named(cs_slice name);

#endif
