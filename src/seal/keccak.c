/* Keccak-f[1600], each round from one set of 25 lanes into another. */
#include "seal/keccak.h"

#include <sodium.h>
#include <stdint.h>

enum { LANES = 25, ROUNDS = 24 };

/* Rounds of constants alone: without inlining, twice as slow. */
#define ALWAYS __attribute__((always_inline))

/* FIPS 202, 3.2.5: the constants that iota adds to lane (0, 0). */
static const uint64_t round_constants[ROUNDS] = {
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static inline ALWAYS uint64_t rotate(uint64_t lane, unsigned count)
{
  return count == 0 ? lane : (lane << count) | (lane >> (64 - count));
}

static inline uint64_t load(const unsigned char *bytes)
{
  uint64_t out = 0;
  for (unsigned i = 0; i < 8; i++)
    out |= (uint64_t)bytes[i] << (8 * i);
  return out;
}

static inline void store(uint64_t lane, unsigned char *bytes)
{
  for (unsigned i = 0; i < 8; i++)
    bytes[i] = (unsigned char)(lane >> (8 * i));
}

static inline ALWAYS uint64_t column(const uint64_t old[LANES], unsigned x)
{
  return old[x] ^ old[x + 5] ^ old[x + 10] ^ old[x + 15] ^ old[x + 20];
}

/* Row y of the new state by chi, from five lanes that theta, rho and pi bring there: lane x is old lane `from`, in column
 * `column`, rotated. */
static inline ALWAYS void row(const uint64_t old[LANES], const uint64_t theta[5], const unsigned from[5],
                              const unsigned rotations[5], uint64_t out[5])
{
  uint64_t b0 = rotate(old[from[0]] ^ theta[from[0] % 5], rotations[0]);
  uint64_t b1 = rotate(old[from[1]] ^ theta[from[1] % 5], rotations[1]);
  uint64_t b2 = rotate(old[from[2]] ^ theta[from[2] % 5], rotations[2]);
  uint64_t b3 = rotate(old[from[3]] ^ theta[from[3] % 5], rotations[3]);
  uint64_t b4 = rotate(old[from[4]] ^ theta[from[4] % 5], rotations[4]);
  out[0] = b0 ^ (~b1 & b2);
  out[1] = b1 ^ (~b2 & b3);
  out[2] = b2 ^ (~b3 & b4);
  out[3] = b3 ^ (~b4 & b0);
  out[4] = b4 ^ (~b0 & b1);
}

/* One round, FIPS 202, 3.2: theta, rho, pi, chi, iota. */
static inline ALWAYS void permute_once(const uint64_t old[LANES], uint64_t constant, uint64_t out[LANES])
{
  uint64_t c0 = column(old, 0), c1 = column(old, 1), c2 = column(old, 2), c3 = column(old, 3), c4 = column(old, 4);
  uint64_t theta[5] = {c4 ^ rotate(c1, 1), c0 ^ rotate(c2, 1), c1 ^ rotate(c3, 1), c2 ^ rotate(c4, 1),
                       c3 ^ rotate(c0, 1)};
  row(old, theta, (const unsigned[]){0, 6, 12, 18, 24}, (const unsigned[]){0, 44, 43, 21, 14}, out);
  row(old, theta, (const unsigned[]){3, 9, 10, 16, 22}, (const unsigned[]){28, 20, 3, 45, 61}, out + 5);
  row(old, theta, (const unsigned[]){1, 7, 13, 19, 20}, (const unsigned[]){1, 6, 25, 8, 18}, out + 10);
  row(old, theta, (const unsigned[]){4, 5, 11, 17, 23}, (const unsigned[]){27, 36, 10, 15, 56}, out + 15);
  row(old, theta, (const unsigned[]){2, 8, 14, 15, 21}, (const unsigned[]){62, 55, 39, 41, 2}, out + 20);
  out[0] ^= constant;
}

void cs_keccak_permute(unsigned char state[CS_KECCAK_BYTES])
{
  uint64_t lanes[LANES], next[LANES];
  for (unsigned i = 0; i < LANES; i++)
    lanes[i] = load(state + 8 * (size_t)i);
  for (unsigned i = 0; i < ROUNDS; i += 2) {
    permute_once(lanes, round_constants[i], next);
    permute_once(next, round_constants[i + 1], lanes);
  }
  for (unsigned i = 0; i < LANES; i++)
    store(lanes[i], state + 8 * (size_t)i);
  sodium_memzero(lanes, sizeof lanes);
  sodium_memzero(next, sizeof next);
}
