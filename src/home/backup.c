/* Backups of vaults: written, taken apart, opened. */
#include "home/backup.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char TITLE[] = "countersign vault backup v1: " CS_BOX_MANNER "\n", KEY[] = "key ", RECORD[] = "record ",
                  LAST[] = "end ", END[] = "end";

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static void put_base64(const void *bytes, size_t length, cs_text *out)
{
  size_t size = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);
  char *text = malloc(size);
  if (text == NULL) {
    out->failed = true;
    return;
  }
  sodium_bin2base64(text, size, bytes, length, sodium_base64_VARIANT_ORIGINAL);
  cs_text_put(out, text, size - 1);
  free(text);
}

void cs_backup_begin(const unsigned char head[CS_BOX_HEAD], cs_text *out)
{
  cs_text_add(out, "%s%s", TITLE, KEY);
  put_base64(head, CS_BOX_HEAD, out);
  cs_text_put(out, "\n", 1);
}

void cs_backup_add(cs_slice name, cs_slice box, cs_text *out)
{
  cs_text_add(out, "%s", RECORD);
  put_base64(box.at, box.length, out);
  cs_text_put(out, " ", 1);
  cs_text_put(out, name.at, name.length);
  cs_text_put(out, "\n", 1);
}

void cs_backup_end(const cs_box_key *key, uint64_t count, cs_text *out)
{
  char hash[CS_HEX_HASH];
  cs_text box = {0};
  cs_text_add(out, "%s%" PRIu64 " ", LAST, count);
  if (out->failed)
    return;
  cs_hex_hash((cs_slice){out->at, out->length}, hash);
  if (cs_box_close(key, END, cs_slice_of(hash), NULL, 0, &box) != CS_OK || box.failed)
    out->failed = true;
  else
    put_base64(box.at, box.length, out);
  cs_text_put(out, "\n", 1);
  cs_text_free(&box);
}

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

/* Takes what is before the first `end` off `rest`, and that. */
static bool take(cs_slice *rest, char end, cs_slice *out)
{
  const char *at = rest->length == 0 ? NULL : memchr(rest->at, end, rest->length);
  if (at == NULL)
    return false;
  *out = (cs_slice){rest->at, (size_t)(at - rest->at)};
  *rest = (cs_slice){at + 1, rest->length - out->length - 1};
  return true;
}

static bool take_word(cs_slice *rest, const char *word)
{
  size_t length = strlen(word);
  if (rest->length < length || memcmp(rest->at, word, length) != 0)
    return false;
  *rest = (cs_slice){rest->at + length, rest->length - length};
  return true;
}

static bool take_record(cs_slice *rest, cs_slice *box, cs_slice *name)
{
  return take_word(rest, RECORD) && take(rest, '\n', name) && take(name, ' ', box);
}

static bool rises(cs_slice before, cs_slice name)
{
  size_t shorter = before.length < name.length ? before.length : name.length;
  int order = memcmp(before.at, name.at, shorter);
  return order < 0 || (order == 0 && before.length < name.length);
}

static bool read_exactly(cs_slice base64, unsigned char *out, size_t size)
{
  size_t length;
  return cs_base64_read(base64, out, size, &length) && length == size;
}

static cs_status fail_line(const cs_backup *backup, uint64_t line, const char *what, cs_error *error)
{
  return cs_fail(error, CS_INVALID, backup->file, (cs_mark){(uint32_t)line, 1}, "%s", what);
}

static cs_status parse_end(cs_backup *backup, const char *begin, cs_slice rest, cs_error *error)
{
  cs_slice number, box;
  const char *why;
  int64_t count;
  uint64_t line = 3 + backup->count;
  if (rest.length == 0 || memchr(rest.at, '\n', rest.length) == NULL)
    return fail_line(backup, line, "the file ends here; expected it not to be cut short", error);
  if (!take_word(&rest, LAST) || !take(&rest, ' ', &number) || !cs_number_parse(number, &count, &why))
    return fail_line(backup, line, "this is no record; expected \"record BOX NAME\" by rising names, or the end",
                     error);
  backup->before = (cs_slice){begin, (size_t)(rest.at - begin)};
  if ((uint64_t)count != backup->count)
    return fail_line(backup, line, "the number of records is not the one before which the file ends", error);
  if (!take(&rest, '\n', &box) || !read_exactly(box, backup->end, CS_BOX_EXTRA) || rest.length > 0)
    return fail_line(backup, line, "this is no end of a backup; expected \"end COUNT BOX\" and nothing after it",
                     error);
  return CS_OK;
}

cs_status cs_backup_parse(const char *file, cs_slice bytes, cs_backup *out, cs_error *error)
{
  cs_slice rest = bytes, line, box, name = {0}, last = CS_SLICE("");
  *out = (cs_backup){.file = file};
  if (!take_word(&rest, TITLE))
    return fail_line(out, 1, "this is no backup of a vault; expected what countersign vault backup wrote", error);
  if (!take_word(&rest, KEY) || !take(&rest, '\n', &line) || !read_exactly(line, out->head, CS_BOX_HEAD))
    return fail_line(out, 2, "this is no head of a key; expected \"key HEAD\"", error);
  out->records.at = rest.at;
  for (cs_slice next = rest; take_record(&next, &box, &name) && cs_box_may_be_named(name) && rises(last, name);) {
    rest = next;
    last = name;
    out->count++;
  }
  out->records.length = (size_t)(rest.at - out->records.at);
  return parse_end(out, bytes.at, rest, error);
}

static cs_status check_end(const cs_backup *backup, const cs_box_key *key, cs_error *error)
{
  char hash[CS_HEX_HASH];
  unsigned char *nothing;
  size_t length;
  cs_hex_hash(backup->before, hash);
  cs_slice box = {(const char *)backup->end, CS_BOX_EXTRA};
  cs_status status = cs_box_open(key, END, cs_slice_of(hash), box, &nothing, &length);
  sodium_free(nothing);
  if (status == CS_INVALID)
    return cs_fail(error, CS_INVALID, backup->file, (cs_mark){0}, "the file is not as it was written; it was damaged");
  return status == CS_OK ? CS_OK : cs_fail_memory(error);
}

/* Opens one record and hands it on. */
static cs_status open_record(const cs_backup *backup, const cs_box_key *key, cs_slice base64, cs_slice name,
                             cs_backup_record each, void *context, cs_error *error)
{
  char copy[CS_VAULT_NAME + 1], quoted[CS_QUOTED];
  size_t size = base64.length / 4 * 3, length = 0;
  char *box = malloc(size + 1);
  unsigned char *bytes = NULL;
  cs_status status = box == NULL ? CS_SYSTEM : CS_INVALID;
  if (box != NULL && cs_base64_read(base64, box, size, &length))
    status = cs_box_open_record(key, name, (cs_slice){box, length}, &bytes, &length);
  free(box);
  if (status == CS_SYSTEM)
    return cs_fail_memory(error);
  if (status != CS_OK)
    return cs_fail(error, CS_INVALID, backup->file, (cs_mark){0}, "record %s does not open; it was damaged",
                   cs_quote(name, quoted));
  memcpy(copy, name.at, name.length);
  copy[name.length] = '\0';
  if (each != NULL)
    status = each(context, copy, (cs_slice){(const char *)bytes, length}, error);
  sodium_free(bytes);
  return status;
}

cs_status cs_backup_open(const cs_backup *backup, const cs_box_key *key, cs_backup_record each, void *context,
                         cs_error *error)
{
  cs_slice rest = backup->records, box, name;
  cs_status status = check_end(backup, key, error);
  while (status == CS_OK && take_record(&rest, &box, &name))
    status = open_record(backup, key, box, name, each, context, error);
  return status;
}
