/* SHA-256 of leaves and nodes. */
/* The streaming functions are deprecated in favour of EVP, whose set-up costs more than the hash of a node. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <string.h>

#include "ledger/ledger.h"

cs_hash cs_hash_leaf(const void *entry, size_t length)
{
  static const unsigned char prefix = 0x00;
  cs_hash out;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, &prefix, 1);
  SHA256_Update(&context, entry, length);
  SHA256_Final(out.bytes, &context);
  return out;
}

cs_hash cs_hash_node(const cs_hash *left, const cs_hash *right)
{
  unsigned char node[1 + 2 * CS_HASH];
  cs_hash out;
  SHA256_CTX context;
  node[0] = 0x01;
  memcpy(node + 1, left->bytes, CS_HASH);
  memcpy(node + 1 + CS_HASH, right->bytes, CS_HASH);
  SHA256_Init(&context);
  SHA256_Update(&context, node, sizeof node);
  SHA256_Final(out.bytes, &context);
  return out;
}

bool cs_hash_equal(const cs_hash *a, const cs_hash *b)
{
  return memcmp(a->bytes, b->bytes, CS_HASH) == 0;
}
