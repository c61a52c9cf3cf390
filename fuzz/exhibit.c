#include <sodium.h>
#include <string.h>

#include "fuzz.h"
#include "home/home.h"

enum { LEVELS = 3, LEAVES = 1 << LEVELS }; /* of the tree that is signed anew */

static cs_status verify(const char *text, size_t length)
{
  cs_text says = {0};
  cs_error error;
  cs_slice bytes = {text, length};
  cs_status status = cs_exhibit_verify(bytes, "exhibit", NULL, &says, &error);
  need((status == CS_OK) == (says.length > 0)); /* it says what it shows, and nothing where it shows nothing */
  need(status != CS_OK || cs_is_exhibit(bytes));
  cs_text_free(&says);
  return status;
}

/* The leaf of an entry in base64; of no entry, where it is none. */
static cs_hash leaf_of(const json_t *text)
{
  char *entry = malloc(CS_ENTRY_LONGEST);
  size_t length = 0;
  need(entry != NULL);
  if (!json_is_string(text) || !cs_base64_read(cs_slice_of(json_string_value(text)), entry, CS_ENTRY_LONGEST, &length))
    length = 0;
  cs_hash out = cs_hash_leaf(entry, length);
  free(entry);
  return out;
}

static json_t *base64(const cs_hash *hash)
{
  char text[sodium_base64_ENCODED_LEN(CS_HASH, sodium_base64_VARIANT_ORIGINAL)];
  sodium_bin2base64(text, sizeof text, hash->bytes, CS_HASH, sodium_base64_VARIANT_ORIGINAL);
  return json_string(text);
}

/* nodes[LEAVES + i] is leaf i, nodes[1] the root. */
static json_t *prove(const cs_hash nodes[2 * LEAVES], size_t index)
{
  json_t *out = json_array();
  for (size_t node = LEAVES + index; node > 1; node /= 2)
    json_array_append_new(out, base64(&nodes[node ^ 1]));
  return out;
}

/* The number of an entry, within the tree. */
static size_t index_of(const json_t *json)
{
  return (size_t)json_integer_value(json_object_get(json, "index")) % LEAVES;
}

/* Signs a checkpoint of the tree by a key of the ledger's name. */
static void sign(json_t *json, const cs_hash *root)
{
  unsigned char seed[crypto_sign_SEEDBYTES] = {7}, public[CS_PUBLIC_KEY], secret[CS_SECRET_KEY];
  const char *ledger = json_string_value(json_object_get(json, "ledger"));
  cs_slice name = ledger == NULL ? CS_SLICE("") : (cs_slice){ledger, strcspn(ledger, "+")};
  cs_verifier key;
  cs_text text = {0}, note = {0}, line = {0};
  crypto_sign_seed_keypair(public, secret, seed);
  if (!cs_key_may_be_named(name) || name.length > CS_NAME_LONGEST ||
      !cs_verifier_make(name, CS_SIGNATURE_ED25519, public, &key))
    need(cs_verifier_make(CS_SLICE("pact/AR"), CS_SIGNATURE_ED25519, public, &key));
  cs_checkpoint checkpoint = {.size = LEAVES, .root = *root};
  memcpy(checkpoint.origin, key.name, sizeof key.name);
  cs_checkpoint_format(&checkpoint, &text);
  cs_text_add(&note, "%s\n", text.at);
  cs_note_sign(slice_of(&text), &key, secret, 0, &note);
  cs_verifier_format(&key, &line);
  json_object_set_new(json, "checkpoint", json_stringn(note.at, note.length));
  json_object_set_new(json, "ledger", json_stringn(line.at, line.length));
  cs_text_free(&text);
  cs_text_free(&note);
  cs_text_free(&line);
}

/* Whatever the entries are, somebody has signed them. */
static void sign_anew(json_t *json)
{
  cs_hash nodes[2 * LEAVES];
  json_t *references = json_object_get(json, "references"), *one;
  size_t i;
  for (size_t leaf = 0; leaf < LEAVES; leaf++)
    nodes[LEAVES + leaf] = cs_hash_leaf("", 0);
  nodes[LEAVES] = leaf_of(json_object_get(json, "adoption"));
  json_array_foreach(references, i, one) nodes[LEAVES + index_of(one)] = leaf_of(json_object_get(one, "entry"));
  nodes[LEAVES + index_of(json)] = leaf_of(json_object_get(json, "entry"));
  for (size_t node = LEAVES - 1; node > 0; node--)
    nodes[node] = cs_hash_node(&nodes[2 * node], &nodes[2 * node + 1]);
  json_array_foreach(references, i, one) if (json_is_object(one))
    json_object_set_new(one, "proof", prove(nodes, index_of(one)));
  json_object_set_new(json, "adoption-proof", prove(nodes, 0));
  json_object_set_new(json, "proof", prove(nodes, index_of(json)));
  sign(json, &nodes[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  need(sodium_init() >= 0);
  verify((const char *)bytes, length);
  json_t *json = json_loadb((const char *)bytes, length, JSON_REJECT_DUPLICATES, NULL);
  if (json_is_object(json)) {
    sign_anew(json);
    char *text = json_dumps(json, 0);
    need(text != NULL);
    verify(text, strlen(text));
    free(text);
  }
  json_decref(json);
  return 0;
}
