/* The ledger: an append-only history that nobody can rewrite.
 *
 * Entries are leaves of a Merkle tree (RFC 6962, SHA-256). A checkpoint, a signed note, states the size and root of
 * the tree; other parties check that each checkpoint extends the one before and cosign it. Everything here follows
 * the C2SP specifications signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles and tlog-witness byte for byte,
 * so that any client or witness of that ecosystem can work with a ledger. This floor holds no state and no files:
 * it hashes, proves, signs and checks what it is given. */
#ifndef CS_LEDGER_H
#define CS_LEDGER_H

#include "base/base.h"
#include "store/store.h"

/* ---- Hashes (RFC 6962, section 2.1) -------------------------------------------------------------------------- */

enum { CS_HASH = 32 };
typedef struct cs_hash {
  unsigned char bytes[CS_HASH];
} cs_hash;

/* SHA-256 of 0x00 and the entry: a leaf. */
cs_hash cs_hash_leaf(const void *entry, size_t length);
/* SHA-256 of 0x01 and two hashes: a node. */
cs_hash cs_hash_node(const cs_hash *left, const cs_hash *right);
bool cs_hash_equal(const cs_hash *a, const cs_hash *b);

/* ---- The tree ------------------------------------------------------------------------------------------------ */

/* A tree as its size and the roots of its perfect subtrees, largest first (a compact range): all that is needed to
 * append and to compute the root, in memory that grows with log2 of the size. Start with {0}. */
enum { CS_TREE_PEAKS = 63 };
typedef struct cs_tree {
  uint64_t size;
  cs_hash peaks[CS_TREE_PEAKS]; /* one for each bit of size that is set */
} cs_tree;

/* The largest tree. */
#define CS_TREE_MAX ((UINT64_C(1) << 62) - 1)

/* Adds a leaf. The tree is smaller than CS_TREE_MAX. Writes the roots of the perfect subtrees that the leaf completes, of
 * 1, 2, 4 ... leaves, into `completed`, and gives their number. */
unsigned cs_tree_append(cs_tree *tree, const cs_hash *leaf, cs_hash completed[CS_TREE_PEAKS]);
/* Its root; the root of the empty tree is SHA-256 of nothing. */
cs_hash cs_tree_root(const cs_tree *tree);

/* The hash of the perfect subtree number `index` of 2^level leaves, from wherever hashes are kept. */
typedef struct cs_hash_source {
  cs_status (*read)(void *context, unsigned level, uint64_t index, cs_hash *out, cs_error *error);
  void *context;
} cs_hash_source;

/* The tree of the first `size` leaves. */
cs_status cs_tree_load(const cs_hash_source *source, uint64_t size, cs_tree *out, cs_error *error);

/* The most hashes that a proof of a tree up to CS_TREE_MAX can hold. */
enum { CS_PROOF_HASHES = 124 };
typedef struct cs_proof {
  size_t count;
  cs_hash hashes[CS_PROOF_HASHES];
} cs_proof;

/* Proof that leaf `index` is in the tree of `size` leaves (RFC 6962, section 2.1.1); index < size. */
cs_status cs_prove_inclusion(const cs_hash_source *source, uint64_t index, uint64_t size, cs_proof *out,
                             cs_error *error);
/* Proof that the tree of `size` leaves begins with the tree of `old` (section 2.1.2); old <= size. */
cs_status cs_prove_consistency(const cs_hash_source *source, uint64_t old, uint64_t size, cs_proof *out,
                               cs_error *error);

/* Checks them (RFC 9162, sections 2.1.3.2 and 2.1.4.2). A consistency proof from size 0, or between equal sizes, is
 * empty, and the roots of equal sizes are equal. */
bool cs_check_inclusion(const cs_proof *proof, uint64_t index, uint64_t size, const cs_hash *leaf, const cs_hash *root);
bool cs_check_consistency(const cs_proof *proof, uint64_t old, uint64_t size, const cs_hash *old_root,
                          const cs_hash *root);

/* ---- Base64 (RFC 4648, section 4) ---------------------------------------------------------------------------- */

/* Decodes at most `size` bytes; false where there are more, or the text is not exactly what they are written as. */
bool cs_base64_read(cs_slice text, void *out, size_t size, size_t *length);

/* ---- Keys ---------------------------------------------------------------------------------------------------- */

/* Kinds of signature, by their byte in C2SP signed-note. */
typedef enum cs_signature_type { CS_SIGNATURE_ED25519 = 0x01, CS_SIGNATURE_COSIGNATURE = 0x04 } cs_signature_type;

enum { CS_NAME_LONGEST = 255, CS_PUBLIC_KEY = 32, CS_SECRET_KEY = 64, CS_SIGNATURE = 64 };

/* Who may sign: a name, a kind and a public key. */
typedef struct cs_verifier {
  char name[CS_NAME_LONGEST + 1];
  cs_signature_type type;
  uint32_t id; /* first four bytes of SHA-256(name, 0x0A, type, key), big-endian */
  unsigned char key[CS_PUBLIC_KEY];
} cs_verifier;

/* Whether a key may bear a name: it is UTF-8, not empty, and holds no Unicode space, plus sign or control character. */
bool cs_key_may_be_named(cs_slice name);
/* Makes a verifier; false where no key may bear the name, or it is too long. */
bool cs_verifier_make(cs_slice name, cs_signature_type type, const unsigned char key[CS_PUBLIC_KEY], cs_verifier *out);
/* Reads and writes "name+hex(id)+base64(type, key)". */
bool cs_verifier_parse(cs_slice text, cs_verifier *out);
void cs_verifier_format(const cs_verifier *verifier, cs_text *out);

/* ---- Signed notes -------------------------------------------------------------------------------------------- */

enum { CS_NOTE_SIGNATURES = 64, CS_NOTE_LONGEST = 64 * 1024 };

/* One signature line. Slices lie in the note's bytes. */
typedef struct cs_note_signature {
  cs_slice name;
  uint32_t id;
  cs_slice line;                         /* with its newline */
  size_t length;                         /* of the signature */
  unsigned char bytes[8 + CS_SIGNATURE]; /* time and signature of a cosignature, or a signature */
} cs_note_signature;

/* A note taken apart; nothing is verified yet. */
typedef struct cs_note {
  cs_slice text; /* with its final newline */
  size_t count;
  cs_note_signature signatures[CS_NOTE_SIGNATURES];
} cs_note;

/* Takes a note apart. CS_INVALID names `file` and the line. Signatures of kinds that are not known have length 0. */
cs_status cs_note_parse(cs_slice note, const char *file, cs_note *out, cs_error *error);

typedef enum cs_signed { CS_NOT_SIGNED, CS_SIGNED, CS_BADLY_SIGNED } cs_signed;

/* Whether the note bears the verifier's signature. A signature of its name and id that does not verify spoils the
 * note: CS_BADLY_SIGNED. `time` is set for a cosignature (POSIX seconds); it may be NULL. */
cs_signed cs_note_verify(const cs_note *note, const cs_verifier *verifier, uint64_t *time);

/* Adds the line that signs `text` for `verifier`. The secret key is libsodium's (seed and public key), and stays the
 * caller's; `time` is used by cosignatures. */
void cs_note_sign(cs_slice text, const cs_verifier *verifier, const unsigned char secret[CS_SECRET_KEY], uint64_t time,
                  cs_text *out);

/* Adds the note with no other signatures than the verifier's: what others added is not known to be good. */
void cs_note_keep(const cs_note *note, const cs_verifier *verifier, cs_text *out);
/* Adds only the lines of the verifier's signatures. */
void cs_note_lines(const cs_note *note, const cs_verifier *verifier, cs_text *out);

/* ---- Checkpoints --------------------------------------------------------------------------------------------- */

/* What a ledger states of itself (C2SP tlog-checkpoint). */
typedef struct cs_checkpoint {
  char origin[CS_NAME_LONGEST + 1];
  uint64_t size;
  cs_hash root;
} cs_checkpoint;

/* The note text of a checkpoint: three lines. */
void cs_checkpoint_format(const cs_checkpoint *checkpoint, cs_text *out);
/* Reads a checkpoint from a note's text; extension lines are passed over. */
cs_status cs_checkpoint_parse(cs_slice text, const char *file, cs_checkpoint *out, cs_error *error);

/* ---- Tiles (C2SP tlog-tiles) --------------------------------------------------------------------------------- */

enum { CS_TILE_WIDTH = 256, CS_TILE_HEIGHT = 8, CS_ENTRY_LONGEST = 65535, CS_TILE_PATH = 128 };
enum { CS_TILE_ENTRIES = -1 }; /* in place of a level: a bundle of entries */

typedef struct cs_tile {
  int level; /* 0 to 7, or CS_TILE_ENTRIES */
  uint64_t index;
  unsigned width; /* 1 to 256 */
} cs_tile;

/* Writes "tile/0/x001/234/067" or, for a partial tile, "tile/0/x001/234/067.p/12"; returns `out`. */
const char *cs_tile_path(const cs_tile *tile, char out[CS_TILE_PATH]);
/* Reads such a path; false where it is not exactly one. */
bool cs_tile_parse(cs_slice path, cs_tile *out);
/* How many hashes tile `index` of `level` holds in a tree of `size`: 0 to 256. */
unsigned cs_tile_width(int level, uint64_t index, uint64_t size);

/* Adds an entry to a bundle: its length in two bytes, big-endian, and its bytes. */
void cs_bundle_add(cs_text *bundle, const void *entry, size_t length);
/* Takes the first entry off a bundle; false where the bundle is broken. */
bool cs_bundle_next(cs_slice *bundle, cs_slice *entry);

/* A tree as it grows, with the hashes of each level that do not fill a tile yet. Start with {0}. */
enum { CS_TILE_LEVELS = 8 };
typedef struct cs_growth {
  cs_tree tree;
  unsigned width[CS_TILE_LEVELS];
  cs_hash edge[CS_TILE_LEVELS][CS_TILE_WIDTH];
} cs_growth;

/* Adds a leaf. Calls `full` with the hashes of each tile that it fills; what that gives other than CS_OK ends it. */
typedef cs_status (*cs_tile_full)(void *context, const cs_tile *tile, cs_slice hashes, cs_error *error);
cs_status cs_growth_add(cs_growth *growth, const cs_hash *leaf, cs_tile_full full, void *context, cs_error *error);

/* ---- Witnessing (C2SP tlog-witness) -------------------------------------------------------------------------- */

/* What a ledger asks of a witness: "this checkpoint extends the size that you cosigned last". */
typedef struct cs_witness_request {
  uint64_t old;
  cs_proof proof;
  cs_slice checkpoint; /* the signed note */
} cs_witness_request;

void cs_witness_request_format(const cs_witness_request *request, cs_text *out);
/* Reads the body of add-checkpoint; `out->checkpoint` lies in `body`. */
cs_status cs_witness_request_parse(cs_slice body, cs_witness_request *out, cs_error *error);

/* The answers, as HTTP status codes. */
typedef enum cs_witness_answer {
  CS_WITNESS_OK = 200,
  CS_WITNESS_MALFORMED = 400, /* also: the old size is larger than the new */
  CS_WITNESS_NOT_SIGNED = 403,
  CS_WITNESS_UNKNOWN = 404,
  CS_WITNESS_CONFLICT = 409, /* the old size is not what was cosigned last */
  CS_WITNESS_INCONSISTENT = 422,
} cs_witness_answer;

/* Judges a request against the log's key and the checkpoint that was cosigned last (size 0: none yet). On
 * CS_WITNESS_OK `now` is the checkpoint to be kept, durably, before the cosignature is given. */
cs_witness_answer cs_witness_judge(const cs_witness_request *request, const cs_verifier *log, const cs_checkpoint *last,
                                   cs_checkpoint *now);

/* ---- A ledger in a store ------------------------------------------------------------------------------------- */

/* A party's own ledger, or its copy of another's. */
typedef struct cs_log cs_log;

/* Opens the ledger of `verifier`, whose name is its origin, and checks it against its last signed checkpoint: CS_INVALID
 * where the entries that are there do not hash to the root that was signed. With `secret` (which stays the caller's and
 * must outlive the log) it is the party's own and can be appended to; without, it is a copy. Several logs may share a
 * store. The caller closes the log before the store. */
cs_status cs_log_open(cs_store *store, const cs_verifier *verifier, const unsigned char *secret, cs_log **out,
                      cs_error *error);
void cs_log_close(cs_log *log);

/* The tree that was signed last, and its note; the slice lasts until the log changes. An own ledger that is new has
 * size 0 and a note; a copy that is new has size 0 and no note (length 0). */
cs_checkpoint cs_log_checkpoint(const cs_log *log);
cs_slice cs_log_note(const cs_log *log);

/* Appends entries of 1 to CS_ENTRY_LONGEST bytes to an own ledger, in one piece, and signs the new checkpoint. When it
 * returns CS_OK all of that is durable; `first` is the index of the first entry. May be called from many threads at once:
 * what waits is committed together. */
cs_status cs_log_append(cs_log *log, const cs_slice *entries, size_t count, uint64_t *first, cs_error *error);

/* For a copy: keeps entries that follow those that are there, not yet as part of the signed tree. */
cs_status cs_log_fetch(cs_log *log, const cs_slice *entries, size_t count, cs_error *error);
/* How many entries are there, fetched ones included. */
uint64_t cs_log_fetched(const cs_log *log);
/* Entries from `first` on, fetched ones included. */
cs_status cs_log_fetched_entries(cs_log *log, uint64_t first, cs_store_entry each, void *context, cs_error *error);
/* The root that the entries fetched so far have. */
cs_hash cs_log_fetched_root(const cs_log *log);
/* Makes the fetched entries part of the copy: `note` is a checkpoint, already verified, of exactly this size and root. */
cs_status cs_log_accept(cs_log *log, cs_slice note, const cs_checkpoint *checkpoint, cs_error *error);
/* Forgets what was fetched and not accepted. */
cs_status cs_log_discard(cs_log *log, cs_error *error);

/* Hashes of the tree, fetched entries included, for proofs. */
cs_hash_source cs_log_hashes(cs_log *log);
/* Whether the tree, fetched entries included, begins with the one that a checkpoint states. */
cs_status cs_log_begins_with(cs_log *log, const cs_checkpoint *checkpoint, bool *out, cs_error *error);
/* Adds the bytes of a tile; `found` is false where the tree has no such tile. */
cs_status cs_log_tile(cs_log *log, const cs_tile *tile, cs_text *out, bool *found, cs_error *error);
/* Entries of the signed tree, by index. */
cs_status cs_log_entries(cs_log *log, uint64_t first, uint64_t count, cs_store_entry each, void *context,
                         cs_error *error);

/* Computes everything again: the leaf of every entry, every tile, the root, the signature. CS_INVALID names the entry or
 * tile that is not as it was. `progress` (or NULL) is called now and then with the entries done. */
cs_status cs_log_verify(cs_log *log, void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
                        cs_error *error);

#endif
