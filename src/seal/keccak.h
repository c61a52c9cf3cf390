/* Keccak-f[1600] (FIPS 202, section 3), the permutation under the transcripts. Private to seal/.
 *
 * The hashes of FIPS 202 themselves come from OpenSSL, whose interface gives no access to the permutation. */
#ifndef CS_SEAL_KECCAK_H
#define CS_SEAL_KECCAK_H

enum { CS_KECCAK_BYTES = 200 };

/* Permutes the state in place: lane (x, y) is the 64-bit little-endian word at byte 8 (5y + x). Constant-time. */
void cs_keccak_permute(unsigned char state[CS_KECCAK_BYTES]);

#endif
