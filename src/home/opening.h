/* Private to home/: what opens a sealed statement, in locked memory and as a record of the vault. */
#ifndef CS_HOME_OPENING_H
#define CS_HOME_OPENING_H

#include "home/home.h"
#include "home/vault.h"

/* The opening of a sealed declaration, or (with no facilities) of a sealed transfer. Everything in it is secret but the names
 * and numbers of facilities and cells. Start with {0}; release with cs_opening_free. */
typedef struct cs_opening {
  size_t facility_count, cell_count;
  cs_slice *names;                      /* of facilities */
  unsigned char (*keys)[CS_ESCROW_KEY]; /* of their escrows */
  cs_secret *secrets;                   /* facility by facility; the two of a transfer */
  cs_escrow_item *items;                /* of all facilities, each sorted by place */
  size_t *first_item;                   /* of each facility, and the number of all */
  cs_hash *roots;                       /* of the escrows; only where it was made, not read */
  unsigned char *record;                /* locked memory that the texts lie in, or NULL: they are the caller's */
} cs_opening;

/* Room for so many; CS_SYSTEM when out of memory. */
cs_status cs_opening_new(size_t facilities, size_t cells, size_t items, cs_opening *out, cs_error *error);
void cs_opening_free(cs_opening *opening);

/* As bytes in locked memory, to be released with sodium_free; and back. CS_INVALID where the bytes are no opening; they
 * become the opening's own in any case. */
cs_status cs_opening_format(const cs_opening *opening, unsigned char **bytes, size_t *length, cs_error *error);
cs_status cs_opening_parse(unsigned char *bytes, size_t length, cs_opening *out, cs_error *error);

/* The name of the record that opens a statement: by the hash of its leaf. */
enum { CS_OPENING_NAME = 8 + 64 + 1 };
void cs_opening_name(cs_slice statement, char out[CS_OPENING_NAME]);

/* Whether it opens every commitment and every escrow of a sealed statement. */
cs_status cs_opening_check(const cs_opening *opening, const cs_statement *statement, const cs_treaty *treaty,
                           const char *place, cs_error *error);

#endif
