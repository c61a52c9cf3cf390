/* Boxes: XChaCha20-Poly1305 under a passphrase's key. */
#include "home/box.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home/vault.h"

enum {
  NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
  TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
  LABEL = 32, /* the longest "countersign vault v1 PURPOSE\n" */
  ASSOCIATED = LABEL + CS_DERIVED_SALT + CS_VAULT_NAME,
  SMALLEST = 1024,
};
_Static_assert(NONCE + TAG == CS_BOX_EXTRA, "nonce and tag");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == CS_DERIVED_KEY, "key");
static const char CHECK[] = "check", RECORD[] = "record";

/* What is authenticated with a box; returns its length. */
static size_t associate(const cs_box_key *key, const char *purpose, cs_slice name, unsigned char out[ASSOCIATED])
{
  char label[LABEL + 1];
  size_t length = (size_t)snprintf(label, sizeof label, "countersign vault v1 %s\n", purpose);
  memcpy(out, label, length);
  memcpy(out + length, key->salt, CS_DERIVED_SALT);
  length += CS_DERIVED_SALT;
  if (name.length > 0)
    memcpy(out + length, name.at, name.length);
  return length + name.length;
}

cs_status cs_box_close(const cs_box_key *key, const char *purpose, cs_slice name, const void *bytes, size_t length,
                       cs_text *out)
{
  if (name.length > CS_VAULT_NAME || length > CS_VAULT_PADDED)
    return CS_INVALID;
  unsigned char associated[ASSOCIATED], *box = malloc(NONCE + length + TAG);
  if (box == NULL)
    return CS_SYSTEM;
  randombytes_buf(box, NONCE);
  crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE, NULL, bytes, length, associated,
                                             associate(key, purpose, name, associated), NULL, box, key->secret);
  cs_text_put(out, (const char *)box, NONCE + length + TAG);
  free(box);
  return CS_OK;
}

cs_status cs_box_open(const cs_box_key *key, const char *purpose, cs_slice name, cs_slice box, unsigned char **bytes,
                      size_t *length)
{
  *bytes = NULL;
  *length = 0;
  if (box.length < CS_BOX_EXTRA || box.length > CS_BOX_EXTRA + CS_VAULT_PADDED || name.length > CS_VAULT_NAME)
    return CS_INVALID;
  unsigned char associated[ASSOCIATED], *out = sodium_malloc(box.length - CS_BOX_EXTRA);
  const unsigned char *at = (const unsigned char *)box.at;
  if (out == NULL)
    return CS_SYSTEM;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, at + NONCE, box.length - NONCE, associated,
                                                 associate(key, purpose, name, associated), at, key->secret) != 0) {
    sodium_free(out);
    return CS_INVALID;
  }
  *bytes = out;
  *length = box.length - CS_BOX_EXTRA;
  return CS_OK;
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

void cs_box_key_free(cs_box_key *key)
{
  sodium_free(key->secret);
  *key = (cs_box_key){0};
}

cs_status cs_box_key_new(const cs_passphrase *passphrase, cs_box_key *out, unsigned char head[CS_BOX_HEAD],
                         cs_error *error)
{
  cs_text check = {0};
  randombytes_buf(out->salt, sizeof out->salt);
  out->secret = cs_key_derive(passphrase, out->salt);
  cs_status status = out->secret == NULL ? CS_SYSTEM : cs_box_close(out, CHECK, CS_SLICE(""), NULL, 0, &check);
  if (status == CS_OK && !check.failed) {
    memcpy(head, out->salt, sizeof out->salt);
    memcpy(head + sizeof out->salt, check.at, CS_BOX_EXTRA);
  } else {
    cs_box_key_free(out);
    status = cs_fail_memory(error);
  }
  cs_text_free(&check);
  return status;
}

cs_status cs_box_key_open(const unsigned char head[CS_BOX_HEAD], const cs_passphrase *passphrase, const char *file,
                          cs_box_key *out, cs_error *error)
{
  unsigned char *nothing;
  size_t length;
  memcpy(out->salt, head, sizeof out->salt);
  out->secret = cs_key_derive(passphrase, out->salt);
  cs_slice check = {(const char *)head + sizeof out->salt, CS_BOX_EXTRA};
  cs_status status = out->secret == NULL ? CS_SYSTEM : cs_box_open(out, CHECK, CS_SLICE(""), check, &nothing, &length);
  if (status == CS_OK) {
    sodium_free(nothing);
    return CS_OK;
  }
  cs_box_key_free(out);
  if (status == CS_SYSTEM)
    return cs_fail_memory(error);
  return cs_fail(error, CS_INVALID, file, (cs_mark){0},
                 "it does not open with this passphrase; expected the one with which it was made");
}

/* ---- Records ----------------------------------------------------------------------------------------------------- */

bool cs_box_may_be_named(cs_slice name)
{
  return name.length > 0 && name.length <= CS_VAULT_NAME && cs_text_check(name) == name.length &&
         memchr(name.at, '\n', name.length) == NULL;
}

cs_status cs_box_close_record(const cs_box_key *key, cs_slice name, cs_slice bytes, cs_text *out)
{
  size_t size = SMALLEST, padded;
  if (bytes.length > CS_VAULT_RECORD)
    return CS_INVALID;
  while (size <= bytes.length)
    size *= 2;
  unsigned char *plain = sodium_malloc(size);
  if (plain == NULL)
    return CS_SYSTEM;
  if (bytes.length > 0)
    memcpy(plain, bytes.at, bytes.length);
  cs_status status = CS_INVALID;
  if (sodium_pad(&padded, plain, bytes.length, size, size) == 0)
    status = cs_box_close(key, RECORD, name, plain, padded, out);
  sodium_free(plain);
  return status;
}

cs_status cs_box_open_record(const cs_box_key *key, cs_slice name, cs_slice box, unsigned char **bytes, size_t *length)
{
  cs_status status = cs_box_open(key, RECORD, name, box, bytes, length);
  if (status == CS_OK && (*length == 0 || sodium_unpad(length, *bytes, *length, *length) != 0)) {
    sodium_free(*bytes);
    *bytes = NULL;
    *length = 0;
    status = CS_INVALID;
  }
  return status;
}
