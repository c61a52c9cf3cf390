/* Checkpoints (C2SP tlog-checkpoint). */
#include <sodium.h>
#include <string.h>

#include "ledger/ledger.h"

void cs_checkpoint_format(const cs_checkpoint *checkpoint, cs_text *out)
{
  char base64[sodium_base64_ENCODED_LEN(CS_HASH, sodium_base64_VARIANT_ORIGINAL)];
  sodium_bin2base64(base64, sizeof base64, checkpoint->root.bytes, CS_HASH, sodium_base64_VARIANT_ORIGINAL);
  cs_text_add(out, "%s\n%llu\n%s\n", checkpoint->origin, (unsigned long long)checkpoint->size, base64);
}

/* Takes the next line off `text`, without its newline; false at the end. */
static bool next_line(cs_slice *text, cs_slice *line)
{
  const char *newline = memchr(text->at, '\n', text->length);
  if (text->length == 0 || newline == NULL)
    return false;
  *line = (cs_slice){text->at, (size_t)(newline - text->at)};
  text->at += line->length + 1;
  text->length -= line->length + 1;
  return true;
}

/* Decimal without a leading zero, at most CS_TREE_MAX. */
static bool parse_size(cs_slice text, uint64_t *out)
{
  *out = 0;
  if (text.length == 0 || text.length > 19 || (text.at[0] == '0' && text.length > 1))
    return false;
  for (size_t i = 0; i < text.length; i++) {
    if (text.at[i] < '0' || text.at[i] > '9')
      return false;
    *out = *out * 10 + (uint64_t)(text.at[i] - '0');
  }
  return *out <= CS_TREE_MAX;
}

cs_status cs_checkpoint_parse(cs_slice text, const char *file, cs_checkpoint *out, cs_error *error)
{
  cs_slice origin, size, root, extension;
  if (!next_line(&text, &origin) || origin.length == 0 || origin.length > CS_NAME_LONGEST)
    return cs_fail(error, CS_INVALID, file, (cs_mark){1, 1},
                   "the checkpoint has no origin; expected it on the first line");
  if (!next_line(&text, &size) || !parse_size(size, &out->size))
    return cs_fail(error, CS_INVALID, file, (cs_mark){2, 1},
                   "the checkpoint has no tree size; expected a decimal number");
  size_t length;
  if (!next_line(&text, &root) || !cs_base64_read(root, out->root.bytes, CS_HASH, &length) || length != CS_HASH)
    return cs_fail(error, CS_INVALID, file, (cs_mark){3, 1},
                   "the checkpoint has no root hash; expected 32 bytes in base64");
  for (uint32_t line = 4; text.length > 0; line++)
    if (!next_line(&text, &extension) || extension.length == 0)
      return cs_fail(error, CS_INVALID, file, (cs_mark){line, 1},
                     "an empty extension line, or one without an end; expected none or a text");
  memcpy(out->origin, origin.at, origin.length);
  out->origin[origin.length] = '\0';
  return CS_OK;
}
