/* Verifier keys of C2SP signed-note. */
#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include "ledger/ledger.h"

bool cs_key_may_be_named(cs_slice name)
{
  if (name.length == 0 || cs_utf8_check(name.at, name.length) != name.length)
    return false;
  for (size_t i = 0; i < name.length;) {
    ucs4_t character;
    int step = u8_mbtouc(&character, (const uint8_t *)name.at + i, name.length - i);
    if (character == '+' || uc_is_property_white_space(character) || uc_is_general_category(character, UC_CONTROL))
      return false;
    i += (size_t)step;
  }
  return true;
}

static uint32_t key_id(const cs_verifier *verifier)
{
  unsigned char bytes[CS_NAME_LONGEST + 2 + CS_PUBLIC_KEY], hash[CS_HASH];
  size_t length = strlen(verifier->name);
  memcpy(bytes, verifier->name, length);
  bytes[length++] = '\n';
  bytes[length++] = (unsigned char)verifier->type;
  memcpy(bytes + length, verifier->key, CS_PUBLIC_KEY);
  SHA256(bytes, length + CS_PUBLIC_KEY, hash);
  return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

bool cs_verifier_make(cs_slice name, cs_signature_type type, const unsigned char key[CS_PUBLIC_KEY], cs_verifier *out)
{
  *out = (cs_verifier){.type = type};
  if (name.length > CS_NAME_LONGEST || !cs_key_may_be_named(name))
    return false;
  memcpy(out->name, name.at, name.length);
  memcpy(out->key, key, CS_PUBLIC_KEY);
  out->id = key_id(out);
  return true;
}

/* Eight lower-case hexadecimal digits. */
static bool parse_id(cs_slice text, uint32_t *out)
{
  static const char digits[] = "0123456789abcdef";
  *out = 0;
  if (text.length != 8)
    return false;
  for (size_t i = 0; i < text.length; i++) {
    const char *digit = memchr(digits, text.at[i], sizeof digits - 1);
    if (digit == NULL)
      return false;
    *out = *out << 4 | (uint32_t)(digit - digits);
  }
  return true;
}

bool cs_verifier_parse(cs_slice text, cs_verifier *out)
{
  const char *first = memchr(text.at, '+', text.length);
  if (first == NULL)
    return false;
  cs_slice name = {text.at, (size_t)(first - text.at)};
  cs_slice rest = {first + 1, text.length - name.length - 1};
  const char *second = memchr(rest.at, '+', rest.length);
  if (second == NULL)
    return false;
  cs_slice id_text = {rest.at, (size_t)(second - rest.at)};
  cs_slice key_text = {second + 1, rest.length - id_text.length - 1};
  unsigned char bytes[1 + CS_PUBLIC_KEY];
  size_t length;
  uint32_t id;
  if (!parse_id(id_text, &id) || !cs_base64_read(key_text, bytes, sizeof bytes, &length) || length != sizeof bytes ||
      (bytes[0] != CS_SIGNATURE_ED25519 && bytes[0] != CS_SIGNATURE_COSIGNATURE))
    return false;
  return cs_verifier_make(name, (cs_signature_type)bytes[0], bytes + 1, out) && out->id == id;
}

void cs_verifier_format(const cs_verifier *verifier, cs_text *out)
{
  unsigned char bytes[1 + CS_PUBLIC_KEY];
  char base64[sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_ORIGINAL)];
  bytes[0] = (unsigned char)verifier->type;
  memcpy(bytes + 1, verifier->key, CS_PUBLIC_KEY);
  sodium_bin2base64(base64, sizeof base64, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
  cs_text_add(out, "%s+%08x+%s", verifier->name, verifier->id, base64);
}
