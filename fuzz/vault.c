#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "home/backup.h"

static cs_status count(void *context, const char *name, cs_slice bytes, cs_error *error)
{
  (void)error;
  need(cs_box_may_be_named(cs_slice_of(name)) && bytes.length <= CS_VAULT_RECORD);
  ++*(uint64_t *)context;
  return CS_OK;
}

/* The key is of zero bytes (tests/vectors/backup.py), so that records of the corpus open. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  unsigned char zero[CS_DERIVED_KEY] = {0};
  cs_box_key key = {.secret = zero};
  cs_slice text = {(const char *)bytes, length};
  cs_backup backup;
  cs_error error;
  uint64_t opened = 0;
  need(sodium_init() >= 0);
  if (cs_backup_parse("backup", text, &backup, &error) != CS_OK)
    return 0;
  need(backup.before.at == text.at && backup.before.length < length);
  memcpy(key.salt, backup.head, sizeof key.salt);
  cs_status status = cs_backup_open(&backup, &key, count, &opened, &error);
  need(status == CS_OK ? opened == backup.count : opened == 0 || opened < backup.count);

  /* Ended anew, the same records reach the boxes whatever was done to them. */
  cs_text again = {0};
  cs_text_put(&again, text.at, (size_t)(backup.records.at + backup.records.length - text.at));
  cs_backup_end(&key, backup.count, &again);
  need(cs_backup_parse("backup", slice_of(&again), &backup, &error) == CS_OK);
  uint64_t opened_again = 0;
  cs_status now = cs_backup_open(&backup, &key, count, &opened_again, &error);
  need(now == CS_OK || status != CS_OK); /* what opened before opens still */
  need(now == CS_OK ? opened_again == backup.count : opened_again < backup.count);
  cs_text_free(&again);
  return 0;
}
