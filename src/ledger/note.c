/* Signed notes and cosignatures (C2SP signed-note and tlog-cosignature). */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"

static const char DASH[] = "\xe2\x80\x94 "; /* em dash and space */
enum { DASH_LENGTH = 4, ID = 4, TIME = 8 };

/* ---- Reading ------------------------------------------------------------------------------------------------- */

static cs_status fail_at(cs_slice note, const char *at, const char *file, const char *what, cs_error *error)
{
  return cs_fail(error, CS_INVALID, file, cs_mark_of(note.at, (size_t)(at - note.at)), "%s", what);
}

static uint64_t read_number(const unsigned char *bytes, size_t count)
{
  uint64_t number = 0;
  for (size_t i = 0; i < count; i++)
    number = number << 8 | bytes[i];
  return number;
}

/* Takes one signature line apart: dash, name, base64 of id and signature. */
static bool parse_signature(cs_slice line, cs_note_signature *out)
{
  *out = (cs_note_signature){.line = line};
  if (line.length < DASH_LENGTH + 1 || memcmp(line.at, DASH, DASH_LENGTH) != 0)
    return false;
  cs_slice rest = {line.at + DASH_LENGTH, line.length - DASH_LENGTH - 1};
  const char *space = memchr(rest.at, ' ', rest.length);
  if (space == NULL)
    return false;
  out->name = (cs_slice){rest.at, (size_t)(space - rest.at)};
  if (!cs_key_may_be_named(out->name))
    return false;
  cs_slice base64 = {space + 1, rest.length - out->name.length - 1};
  unsigned char *bytes = malloc(base64.length + 1);
  size_t length = 0;
  bool ok = bytes != NULL && cs_base64_read(base64, bytes, base64.length, &length) && length > ID;
  if (ok) {
    out->id = (uint32_t)read_number(bytes, ID);
    if (length - ID <= sizeof out->bytes) {
      out->length = length - ID;
      memcpy(out->bytes, bytes + ID, out->length);
    }
  }
  free(bytes);
  return ok;
}

/* The last empty line divides text and signatures. */
static const char *find_division(cs_slice note)
{
  for (const char *at = note.at + note.length; at - note.at >= 2; at--)
    if (at[-1] == '\n' && at[-2] == '\n')
      return at;
  return NULL;
}

cs_status cs_note_parse(cs_slice note, const char *file, cs_note *out, cs_error *error)
{
  out->count = 0;
  if (note.length == 0)
    return cs_fail(error, CS_INVALID, file, (cs_mark){1, 1},
                   "this is not a signed note but nothing; expected text, an empty line, and signature lines");
  if (note.length > CS_NOTE_LONGEST)
    return cs_fail(error, CS_INVALID, file, (cs_mark){1, 1}, "the note is too long; expected at most 64 KiB");
  size_t bad = cs_utf8_check(note.at, note.length);
  for (size_t i = 0; i < bad; i++)
    if ((unsigned char)note.at[i] < 0x20 && note.at[i] != '\n')
      bad = i;
  if (bad < note.length)
    return fail_at(note, note.at + bad, file, "a byte that no note may hold; expected UTF-8 without control characters",
                   error);
  const char *at = find_division(note), *end = note.at + note.length;
  if (at == NULL || at == end || end[-1] != '\n')
    return fail_at(note, end, file, "this is not a signed note; expected text, an empty line, and signature lines",
                   error);
  out->text = (cs_slice){note.at, (size_t)(at - 1 - note.at)};
  while (at < end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    cs_slice line = {at, (size_t)(newline + 1 - at)};
    if (out->count == CS_NOTE_SIGNATURES)
      return fail_at(note, at, file, "too many signatures; expected at most 64", error);
    if (!parse_signature(line, &out->signatures[out->count++]))
      return fail_at(note, at, file, "this is not a signature line; expected an em dash, a key name and base64", error);
    at = newline + 1;
  }
  return CS_OK;
}

/* ---- Verifying and signing ----------------------------------------------------------------------------------- */

/* What is signed: the text itself, or for a cosignature two lines and the text. The caller frees `out`. */
static void signed_bytes(cs_slice text, cs_signature_type type, uint64_t time, cs_text *out)
{
  if (type == CS_SIGNATURE_COSIGNATURE)
    cs_text_add(out, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
  cs_text_put(out, text.at, text.length);
}

static bool verify_one(cs_slice text, const cs_note_signature *signature, const cs_verifier *verifier, uint64_t *time)
{
  bool cosignature = verifier->type == CS_SIGNATURE_COSIGNATURE;
  size_t skip = cosignature ? TIME : 0;
  if (signature->length != skip + CS_SIGNATURE)
    return false;
  *time = cosignature ? read_number(signature->bytes, TIME) : 0;
  cs_text message = {0};
  signed_bytes(text, verifier->type, *time, &message);
  bool ok = !message.failed && crypto_sign_verify_detached(signature->bytes + skip, (const unsigned char *)message.at,
                                                           message.length, verifier->key) == 0;
  cs_text_free(&message);
  return ok;
}

cs_signed cs_note_verify(const cs_note *note, const cs_verifier *verifier, uint64_t *time)
{
  cs_signed found = CS_NOT_SIGNED;
  for (size_t i = 0; i < note->count; i++) {
    const cs_note_signature *signature = &note->signatures[i];
    if (signature->id != verifier->id || !cs_slice_is(signature->name, verifier->name))
      continue;
    uint64_t stamp;
    if (!verify_one(note->text, signature, verifier, &stamp))
      return CS_BADLY_SIGNED;
    if (found == CS_NOT_SIGNED && time != NULL)
      *time = stamp;
    found = CS_SIGNED;
  }
  return found;
}

void cs_note_sign(cs_slice text, const cs_verifier *verifier, const unsigned char secret[CS_SECRET_KEY], uint64_t time,
                  cs_text *out)
{
  unsigned char bytes[ID + TIME + CS_SIGNATURE];
  size_t length = 0;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes[length++] = (unsigned char)(verifier->id >> shift);
  for (int shift = 56; shift >= 0 && verifier->type == CS_SIGNATURE_COSIGNATURE; shift -= 8)
    bytes[length++] = (unsigned char)(time >> shift);
  cs_text message = {0};
  signed_bytes(text, verifier->type, time, &message);
  out->failed = out->failed || message.failed;
  if (!message.failed)
    crypto_sign_detached(bytes + length, NULL, (const unsigned char *)message.at, message.length, secret);
  cs_text_free(&message);
  length += CS_SIGNATURE;
  char base64[sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_ORIGINAL)];
  sodium_bin2base64(base64, sizeof base64, bytes, length, sodium_base64_VARIANT_ORIGINAL);
  cs_text_add(out, "%s%s %s\n", DASH, verifier->name, base64);
}

void cs_note_keep(const cs_note *note, const cs_verifier *verifier, cs_text *out)
{
  cs_text_put(out, note->text.at, note->text.length);
  cs_text_put(out, "\n", 1);
  cs_note_lines(note, verifier, out);
}

void cs_note_lines(const cs_note *note, const cs_verifier *verifier, cs_text *out)
{
  for (size_t i = 0; i < note->count; i++)
    if (note->signatures[i].id == verifier->id && cs_slice_is(note->signatures[i].name, verifier->name))
      cs_text_put(out, note->signatures[i].line.at, note->signatures[i].line.length);
}
