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
  unsigned char stream[CS_BITS_MAX][POINT_HASH];
  cs_point points[CS_BITS_MAX];
  unsigned char label[LABEL] = {(unsigned char)name, (unsigned char)party, (unsigned char)(party >> 8),
                                (unsigned char)(party >> 16), (unsigned char)(party >> 24)};
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  bool made = hash != NULL && EVP_DigestInit_ex(hash, EVP_shake256(), NULL) == 1 &&
              EVP_DigestUpdate(hash, domain, sizeof domain - 1) == 1 && EVP_DigestUpdate(hash, label, LABEL) == 1 &&
              EVP_DigestFinalXOF(hash, stream[0], bits * POINT_HASH) == 1;
  EVP_MD_CTX_free(hash);
  if (!made)
    return false;
  cs_point_from_hash_all((const unsigned char(*)[POINT_HASH])stream, bits, points);
  for (size_t i = 0; i < bits; i++)
    out[2 * i] = points[i];
  return true;
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

/* All points of `set`; those that `other` (NULL: none), which has the same bits, has too are copied. */
static bool fill(cs_generators *set, const cs_generators *other)
{
  size_t known = other == NULL ? 0 : other->parties < set->parties ? other->parties : set->parties;
  if (other != NULL) {
    memcpy(set->points, other->points, cs_at_g(known * set->bits) * sizeof(cs_point));
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

static cs_generators *set_new(size_t bits, size_t parties, const cs_generators *other)
{
  size_t count = cs_at_g(parties * bits);
  cs_generators *set = calloc(1, sizeof *set);
  if (set == NULL)
    return NULL;
  *set = (cs_generators){.bits = bits, .parties = parties, .points = calloc(count, sizeof *set->points)};
  if (set->points == NULL || !fill(set, other) || (set->table = cs_point_table_new(set->points, count)) == NULL) {
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

/* The set of `class` in a row; where there is none, it is made. A larger set would serve, but its tables are laid out for more
 * points, and slower for few. */
static const cs_generators *find_or_make(cs_generators **row, size_t bits, size_t class)
{
  const cs_generators *largest = NULL;
  for (size_t i = 0; i < CLASSES; i++)
    if (row[i] != NULL)
      largest = row[i];
  if (row[class] == NULL)
    row[class] = set_new(bits, (size_t)1 << class, largest);
  return row[class];
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
