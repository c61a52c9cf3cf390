/* Generators, hashed to the group and kept. */
#include "seal/generators.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES = 4, CLASSES = 11, POINT_HASH = 64, LABEL = 5 };

/* By bits (8, 16, 32, 64) and by the binary logarithm of the parties. */
static cs_generators *sets[SIZES][CLASSES];
static cs_generators *bases;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- Hashing to the group ---------------------------------------------------------------------------------------- */

/* B~: SHA3-512 of the encoding of B, through the one-way map. */
static bool hash_blinding_base(cs_point *out)
{
  unsigned char bytes[CS_POINT_BYTES], hash[POINT_HASH];
  cs_point_encode(&cs_point_base, bytes);
  if (EVP_Digest(bytes, sizeof bytes, hash, NULL, EVP_sha3_512(), NULL) != 1)
    return false;
  cs_point_from_hash(hash, out);
  return true;
}

/* The first `bits` points of the chain `name` of one party, to every other place of `out`: a SHAKE256 stream, 64 bytes a
 * point. */
static bool hash_chain(char name, size_t party, size_t bits, cs_point *out)
{
  static const char domain[] = "GeneratorsChain";
  unsigned char stream[CS_BITS_MAX * POINT_HASH];
  unsigned char label[LABEL] = {(unsigned char)name, (unsigned char)party, (unsigned char)(party >> 8),
                                (unsigned char)(party >> 16), (unsigned char)(party >> 24)};
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  bool made = hash != NULL && EVP_DigestInit_ex(hash, EVP_shake256(), NULL) == 1 &&
              EVP_DigestUpdate(hash, domain, sizeof domain - 1) == 1 && EVP_DigestUpdate(hash, label, LABEL) == 1 &&
              EVP_DigestFinalXOF(hash, stream, bits * POINT_HASH) == 1;
  EVP_MD_CTX_free(hash);
  for (size_t i = 0; made && i < bits; i++)
    cs_point_from_hash(stream + i * POINT_HASH, &out[2 * i]);
  return made;
}

/* ---- Sets -------------------------------------------------------------------------------------------------------- */

static void set_free(cs_generators *set)
{
  if (set == NULL)
    return;
  cs_point_table_free(set->table);
  free(set->points);
  free(set);
}

/* All points of `set`; those of `smaller` (NULL: none), which has the same bits, are copied. */
static bool fill(cs_generators *set, const cs_generators *smaller)
{
  size_t known = smaller == NULL ? 0 : smaller->parties;
  if (smaller != NULL) {
    memcpy(set->points, smaller->points, cs_at_g(known * set->bits) * sizeof(cs_point));
  } else {
    set->points[CS_AT_B] = cs_point_base;
    if (!hash_blinding_base(&set->points[CS_AT_BLINDING]))
      return false;
  }
  for (size_t party = known; party < set->parties; party++)
    if (!hash_chain('G', party, set->bits, set->points + cs_at_g(party * set->bits)) ||
        !hash_chain('H', party, set->bits, set->points + cs_at_h(party * set->bits)))
      return false;
  return true;
}

static cs_generators *set_new(size_t bits, size_t parties, const cs_generators *smaller)
{
  size_t count = cs_at_g(parties * bits);
  cs_generators *set = calloc(1, sizeof *set);
  if (set == NULL)
    return NULL;
  *set = (cs_generators){.bits = bits, .parties = parties, .points = calloc(count, sizeof *set->points)};
  if (set->points == NULL || !fill(set, smaller) || (set->table = cs_point_table_new(set->points, count)) == NULL) {
    set_free(set);
    return NULL;
  }
  return set;
}

static size_t logarithm(size_t power)
{
  size_t out = 0;
  while (power > (size_t)1 << out)
    out++;
  return out;
}

/* The smallest set of a row that serves `class`; where there is none, it is made. */
static const cs_generators *find_or_make(cs_generators **row, size_t bits, size_t class)
{
  const cs_generators *smaller = NULL;
  for (size_t i = class; i < CLASSES; i++)
    if (row[i] != NULL)
      return row[i];
  for (size_t i = 0; i < class; i++)
    if (row[i] != NULL)
      smaller = row[i];
  return row[class] = set_new(bits, (size_t)1 << class, smaller);
}

const cs_generators *cs_generators_get(size_t bits, size_t parties)
{
  pthread_mutex_lock(&lock);
  const cs_generators *out = find_or_make(sets[logarithm(bits) - 3], bits, logarithm(parties));
  pthread_mutex_unlock(&lock);
  return out;
}

const cs_generators *cs_generators_bases(void)
{
  pthread_mutex_lock(&lock);
  if (bases == NULL)
    bases = set_new(CS_BITS_MAX, 0, NULL);
  const cs_generators *out = bases;
  pthread_mutex_unlock(&lock);
  return out;
}
