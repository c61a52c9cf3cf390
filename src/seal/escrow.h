/* Escrow: the items behind one facility's sealed counts, committed to by one hash. Private to seal/.
 *
 * The root hides everything, the number of items included; later the facility is opened whole (its key and all items), or
 * one item alone. The items lie at places of a binary Merkle tree of 2^16 leaves, hashed as in RFC 6962 (SHA-256) with a salt:
 *
 *   leaf   SHA-256(0x00, salt, canonical bytes of the item)
 *   node   SHA-256(0x01, left, right)
 *   empty  HMAC(key, "countersign escrow empty", level in 1 byte, index in 2): the hash of a subtree that holds no item
 *          and is as large as can be; the leaves are level 0, and subtree `index` of a level begins at `index` << level
 *   salt   HMAC(key, "countersign escrow salt", place in 2 bytes)
 *   place  by identifier in the order of its bytes, each item in turn has the first place that is free among the first two
 *          bytes of HMAC(key, "countersign escrow place", attempt in 4 bytes, identifier), attempt 0, 1, 2 ...
 *
 * HMAC is HMAC-SHA256; numbers are big-endian. The canonical bytes are "countersign escrow item v1" and then, each after its
 * length in 2 bytes, identifier, item, state and type. So the root depends on the key and the set of items alone.
 *
 * That nothing can be hidden: two openings of one root that differ show, from the root down, a first pair of subtrees with
 * one hash and different origins (an item here and an empty subtree there, or two items, or two keys). The bytes under the
 * two hashes differ: a node has 65 of them, what SHA-256 takes last in an HMAC is 96 (the key xor 0x5c..., and a hash), and a
 * leaf of 96 has its label where an HMAC has the padding of a 32-byte key, 0x5c. So they are a collision of SHA-256, however
 * the party chose its keys. It holds also between the opening of one item and that of the whole.
 *
 * That the root hides, and that one item hides the rest: whoever has not the key cannot tell HMACs, and hashes under a secret
 * salt, from random bytes. A proof is always 16 such hashes; a salt says nothing of another; and because a taken place is
 * answered by a new draw (not by its neighbour), the places of the items that were opened are uniformly random, whatever
 * the others are and however many. All this is for one list under one key: draw a new key for each list, since under the
 * same key two lists show where they are alike, and an opening of the whole gives the key away. */
#ifndef CS_SEAL_ESCROW_H
#define CS_SEAL_ESCROW_H

#include "ledger/ledger.h"

enum {
  CS_ESCROW_LEVELS = 16,
  CS_ESCROW_PLACES = 1 << CS_ESCROW_LEVELS,
  CS_ESCROW_ITEMS = CS_ESCROW_PLACES / 2, /* the most items of one facility */
  CS_ESCROW_FIELD = 1024,                 /* the longest text of an item in bytes */
  CS_ESCROW_KEY = 32,
  CS_ESCROW_SALT = 32,
};

/* One item. All are text (cs_text_check) of at most CS_ESCROW_FIELD bytes, and only the type may be empty. */
typedef struct cs_escrow_item {
  cs_slice identifier; /* unlike every other in the list, byte by byte */
  cs_slice item;       /* its category, an item of the agreement */
  cs_slice state;
  cs_slice type;
  uint32_t place; /* smaller than CS_ESCROW_PLACES */
} cs_escrow_item;

/* What shows that one item is in a list: its salt, and the hashes beside its way to the root, lowest first. */
typedef struct cs_escrow_proof {
  unsigned char salt[CS_ESCROW_SALT];
  cs_hash path[CS_ESCROW_LEVELS];
} cs_escrow_proof;

/* Gives each item its place, sorts the items by place, and computes the root. `key` is secret and random. CS_INVALID where
 * there are more than CS_ESCROW_ITEMS, two of one identifier, or a text that is none; the message has the numbers of the items
 * (from 1, in the order in which they were given) and nothing of them. The items are then as they were. */
cs_status cs_escrow_seal(const unsigned char key[CS_ESCROW_KEY], cs_escrow_item *items, size_t count, cs_hash *root,
                         cs_error *error);

/* The root of a facility that was opened whole: the caller compares it with the one that was sealed. CS_INVALID also where
 * the places do not rise from item to item. Any places that do are taken, not only those that cs_escrow_seal would give:
 * they decide nothing. */
cs_status cs_escrow_root(const unsigned char key[CS_ESCROW_KEY], const cs_escrow_item *items, size_t count,
                         cs_hash *root, cs_error *error);

/* Opens items[which] of a sealed list alone. The proof is as secret as the item. */
cs_status cs_escrow_prove(const unsigned char key[CS_ESCROW_KEY], const cs_escrow_item *items, size_t count,
                          size_t which, cs_escrow_proof *proof, cs_error *error);

/* CS_OK: an item with these texts lies at its place in the list of this root. It says nothing about other places: that no
 * second item has this identifier, only the opening of the whole shows. CS_INVALID: it does not. */
cs_status cs_escrow_check(const cs_escrow_item *item, const cs_escrow_proof *proof, const cs_hash *root,
                          cs_error *error);

#endif
