/* Transcripts: what prover and verifier have said so far, and the challenges and nonces that follow from it. Private to
 * seal/.
 *
 * This is Merlin v1.0 (merlin.cool): each message is absorbed under a label into STROBE-128 over Keccak-f[1600], so that
 * a challenge depends on everything before it, and on where each message began and ended. Everything is constant-time. */
#ifndef CS_SEAL_TRANSCRIPT_H
#define CS_SEAL_TRANSCRIPT_H

#include "seal/group.h"
#include "seal/keccak.h"

/* A plain value: copy it to continue in two ways. */
typedef struct cs_transcript {
  unsigned char state[CS_KECCAK_BYTES];
  unsigned char at;    /* where the next byte goes */
  unsigned char begin; /* one past where the current operation began; 0: before this permutation */
} cs_transcript;

/* Begins a transcript of the protocol `label`. */
void cs_transcript_start(cs_transcript *transcript, const char *label);
/* Absorbs a message of at most 2^32 - 1 bytes. */
void cs_transcript_append(cs_transcript *transcript, const char *label, const void *bytes, size_t length);
void cs_transcript_append_number(cs_transcript *transcript, const char *label, uint64_t number);
void cs_transcript_append_scalar(cs_transcript *transcript, const char *label, const cs_scalar *scalar);
/* Fills `out`, and makes what follows depend on the fact that it did. */
void cs_transcript_challenge(cs_transcript *transcript, const char *label, void *out, size_t length);
/* 64 bytes of challenge, modulo the group order. */
void cs_transcript_challenge_scalar(cs_transcript *transcript, const char *label, cs_scalar *out);
void cs_transcript_wipe(cs_transcript *transcript);

/* Secret randomness of a prover: a function of the transcript so far, of the prover's secrets and of the system's
 * generator, so that nonces do not repeat where the generator fails, and cannot be guessed where a secret is weak. It is
 * Merlin's TranscriptRng: start, give every secret, finish, then draw. */
typedef struct cs_nonces {
  cs_transcript strobe;
} cs_nonces;

void cs_nonces_start(cs_nonces *nonces, const cs_transcript *transcript);
void cs_nonces_key(cs_nonces *nonces, const char *label, const void *secret, size_t length);
/* With 32 bytes of the system's generator; `bytes` in its place, for tests alone. */
void cs_nonces_finish(cs_nonces *nonces);
void cs_nonces_finish_with(cs_nonces *nonces, const unsigned char bytes[32]);
void cs_nonces_draw(cs_nonces *nonces, void *out, size_t length);
/* `count` uniform scalars. */
void cs_nonces_scalars(cs_nonces *nonces, cs_scalar *out, size_t count);
void cs_nonces_wipe(cs_nonces *nonces);

#endif
