/* Merlin over the part of STROBE-128 that it needs (strobe.sourceforge.io/specs, sections 5 and 7). */
#include "seal/transcript.h"

#include <sodium.h>
#include <string.h>

enum { RATE = 166, SCALARS_AT_ONCE = 64 };

/* Of an operation. */
enum { INBOUND = 1, APPLICATION = 2, CIPHER = 4, META = 16 };
enum {
  META_AD = META | APPLICATION,
  AD = APPLICATION,
  PRF = INBOUND | APPLICATION | CIPHER,
  KEY = APPLICATION | CIPHER
};

/* ---- STROBE ------------------------------------------------------------------------------------------------------ */

static void permute(cs_transcript *t)
{
  t->state[t->at] ^= t->begin;
  t->state[t->at + 1] ^= 0x04;
  t->state[RATE + 1] ^= 0x80;
  cs_keccak_permute(t->state);
  t->at = 0;
  t->begin = 0;
}

static inline void advance(cs_transcript *t)
{
  if (++t->at == RATE)
    permute(t);
}

static void absorb(cs_transcript *t, const unsigned char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    t->state[t->at] ^= bytes[i];
    advance(t);
  }
}

static void overwrite(cs_transcript *t, const unsigned char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    t->state[t->at] = bytes[i];
    advance(t);
  }
}

static void squeeze(cs_transcript *t, unsigned char *out, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    out[i] = t->state[t->at];
    t->state[t->at] = 0;
    advance(t);
  }
}

static void begin(cs_transcript *t, unsigned char flags)
{
  unsigned char head[2] = {t->begin, flags};
  t->begin = (unsigned char)(t->at + 1);
  absorb(t, head, sizeof head);
  if ((flags & CIPHER) != 0 && t->at != 0)
    permute(t);
}

/* The meta-data before a message or a challenge: its label, and its length. */
static void announce(cs_transcript *t, const char *label, size_t length)
{
  unsigned char size[4];
  for (unsigned i = 0; i < sizeof size; i++)
    size[i] = (unsigned char)(length >> (8 * i));
  begin(t, META_AD);
  absorb(t, (const unsigned char *)label, strlen(label));
  absorb(t, size, sizeof size);
}

/* ---- Transcripts ------------------------------------------------------------------------------------------------- */

void cs_transcript_start(cs_transcript *transcript, const char *label)
{
  static const unsigned char head[] = {1,   RATE + 2, 1,   0,   1,   96,  'S', 'T', 'R',
                                       'O', 'B',      'E', 'v', '1', '.', '0', '.', '2'};
  static const char merlin[] = "Merlin v1.0";
  *transcript = (cs_transcript){0};
  memcpy(transcript->state, head, sizeof head);
  cs_keccak_permute(transcript->state);
  begin(transcript, META_AD);
  absorb(transcript, (const unsigned char *)merlin, sizeof merlin - 1);
  cs_transcript_append(transcript, "dom-sep", label, strlen(label));
}

void cs_transcript_append(cs_transcript *transcript, const char *label, const void *bytes, size_t length)
{
  announce(transcript, label, length);
  begin(transcript, AD);
  absorb(transcript, bytes, length);
}

void cs_transcript_append_number(cs_transcript *transcript, const char *label, uint64_t number)
{
  unsigned char bytes[8];
  for (unsigned i = 0; i < sizeof bytes; i++)
    bytes[i] = (unsigned char)(number >> (8 * i));
  cs_transcript_append(transcript, label, bytes, sizeof bytes);
}

void cs_transcript_append_scalar(cs_transcript *transcript, const char *label, const cs_scalar *scalar)
{
  unsigned char bytes[CS_SCALAR_BYTES];
  cs_scalar_encode(scalar, bytes);
  cs_transcript_append(transcript, label, bytes, sizeof bytes);
}

void cs_transcript_challenge(cs_transcript *transcript, const char *label, void *out, size_t length)
{
  announce(transcript, label, length);
  begin(transcript, PRF);
  squeeze(transcript, out, length);
}

void cs_transcript_challenge_scalar(cs_transcript *transcript, const char *label, cs_scalar *out)
{
  unsigned char bytes[64];
  cs_transcript_challenge(transcript, label, bytes, sizeof bytes);
  cs_scalar_reduce(bytes, out);
}

void cs_transcript_wipe(cs_transcript *transcript)
{
  sodium_memzero(transcript, sizeof *transcript);
}

/* ---- Nonces ------------------------------------------------------------------------------------------------------ */

void cs_nonces_start(cs_nonces *nonces, const cs_transcript *transcript)
{
  nonces->strobe = *transcript;
}

void cs_nonces_key(cs_nonces *nonces, const char *label, const void *secret, size_t length)
{
  announce(&nonces->strobe, label, length);
  begin(&nonces->strobe, KEY);
  overwrite(&nonces->strobe, secret, length);
}

void cs_nonces_finish_with(cs_nonces *nonces, const unsigned char bytes[32])
{
  begin(&nonces->strobe, META_AD);
  absorb(&nonces->strobe, (const unsigned char *)"rng", 3);
  begin(&nonces->strobe, KEY);
  overwrite(&nonces->strobe, bytes, 32);
}

void cs_nonces_finish(cs_nonces *nonces)
{
  unsigned char bytes[32];
  randombytes_buf(bytes, sizeof bytes);
  cs_nonces_finish_with(nonces, bytes);
  sodium_memzero(bytes, sizeof bytes);
}

void cs_nonces_draw(cs_nonces *nonces, void *out, size_t length)
{
  unsigned char size[4];
  for (unsigned i = 0; i < sizeof size; i++)
    size[i] = (unsigned char)(length >> (8 * i));
  begin(&nonces->strobe, META_AD);
  absorb(&nonces->strobe, size, sizeof size);
  begin(&nonces->strobe, PRF);
  squeeze(&nonces->strobe, out, length);
}

void cs_nonces_scalars(cs_nonces *nonces, cs_scalar *out, size_t count)
{
  unsigned char bytes[SCALARS_AT_ONCE][64];
  for (size_t i = 0; i < count; i++) {
    size_t at = i % SCALARS_AT_ONCE, rest = count - i;
    if (at == 0)
      cs_nonces_draw(nonces, bytes, (rest < SCALARS_AT_ONCE ? rest : SCALARS_AT_ONCE) * sizeof bytes[0]);
    cs_scalar_reduce(bytes[at], &out[i]);
  }
  sodium_memzero(bytes, sizeof bytes);
}

void cs_nonces_wipe(cs_nonces *nonces)
{
  cs_transcript_wipe(&nonces->strobe);
}
