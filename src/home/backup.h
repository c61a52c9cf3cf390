/* Private to home/: the file of a vault's backup. Lines of text:
 *
 *   countersign vault backup v1: argon2id 3 passes 64 MiB, xchacha20-poly1305
 *   key HEAD             the head of the key (home/box.h)
 *   record BOX NAME      for each record; names rise by their bytes
 *   end COUNT BOX        how many records; the box is empty, of purpose "end", and its name is the SHA-256, in hexadecimal
 *                        digits, of all of the file that is before it
 *
 * Heads and boxes are base64. Each byte of the file is authenticated, so that one which was changed or cut is refused whole. */
#ifndef CS_HOME_BACKUP_H
#define CS_HOME_BACKUP_H

#include "home/box.h"
#include "home/vault.h"

/* Writing: begin, add each record by rising names, end. `out->failed` tells when memory ran out. */
void cs_backup_begin(const unsigned char head[CS_BOX_HEAD], cs_text *out);
void cs_backup_add(cs_slice name, cs_slice box, cs_text *out);
void cs_backup_end(const cs_box_key *key, uint64_t count, cs_text *out);

/* A file taken apart; nothing is authenticated yet. Slices lie in its bytes. */
typedef struct cs_backup {
  const char *file;
  unsigned char head[CS_BOX_HEAD];
  uint64_t count;
  cs_slice records; /* their lines */
  cs_slice before;  /* all before the box of the end */
  unsigned char end[CS_BOX_EXTRA];
} cs_backup;

/* CS_INVALID names `file` and the line. */
cs_status cs_backup_parse(const char *file, cs_slice bytes, cs_backup *out, cs_error *error);

/* Authenticates the whole file, and then opens every record; `each` (or NULL) has it for the call, in locked memory. */
typedef cs_status (*cs_backup_record)(void *context, const char *name, cs_slice bytes, cs_error *error);
cs_status cs_backup_open(const cs_backup *backup, const cs_box_key *key, cs_backup_record each, void *context,
                         cs_error *error);

#endif
