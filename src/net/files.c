/* A ledger checked from its files, served or in a folder, without keeping it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/net.h"

enum {
  BUNDLE_BYTES = CS_TILE_WIDTH * (2 + CS_ENTRY_LONGEST),
  TILE_BYTES = CS_TILE_WIDTH * CS_HASH,
  PATH_BYTES = 1024,
  KEY_BYTES = 1024,
};

/* ---- Reading ------------------------------------------------------------------------------------------------- */

/* "PLACE/PATH", shortened where it is too long for a message. */
static const char *full_path(const cs_files *files, const char *path, char out[PATH_BYTES])
{
  snprintf(out, PATH_BYTES, "%s/%s", files->place, path);
  return out;
}

static cs_status read_folder(const char *path, size_t limit, cs_text *out, cs_error *error)
{
  cs_file file;
  cs_status status = cs_file_read_bytes(path, limit, &file, error);
  if (status != CS_OK)
    return status;
  cs_text_put(out, file.bytes, file.length);
  cs_file_free(&file);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

cs_status cs_files_read(const cs_files *files, const char *path, size_t limit, cs_text *out, cs_error *error)
{
  cs_text whole = {0};
  long code = 200;
  out->length = 0;
  cs_text_add(&whole, "%s/%s", files->place, path);
  cs_status status = whole.failed    ? cs_fail_memory(error)
                     : files->folder ? read_folder(whole.at, limit, out, error)
                                     : cs_http(whole.at, NULL, limit, &code, out, error);
  if (status == CS_OK && code != 200)
    status = cs_fail(error, CS_INVALID, whole.at, (cs_mark){0}, "the answer is HTTP status %ld; expected 200", code);
  cs_text_free(&whole);
  return status;
}

/* ---- What is checked ----------------------------------------------------------------------------------------- */

typedef struct check {
  const cs_files *files;
  const cs_verifier *ledger; /* among the keys */
  cs_verified *out;
  cs_checkpoint checkpoint;
  cs_text bundle, tile; /* files that were read last */
  cs_text first;        /* entry */
  cs_growth growth;     /* what the entries give */
  struct {              /* the first hash that a tile holds and the entries do not give */
    bool found;
    cs_tile tile;
    uint64_t index; /* of the first entry beneath it */
  } fault;
  char left[CS_TILE_PATH]; /* the first partial tile of a smaller tree that is not as it was; "" where there is none */
} check;

static cs_status fail(const check *c, const char *path, cs_error *error, const char *what)
{
  char place[PATH_BYTES];
  return cs_fail(error, CS_INVALID, full_path(c->files, path, place), (cs_mark){0}, "%s", what);
}

/* The checkpoint, and that every key has signed it. */
static cs_status read_checkpoint(check *c, const cs_verifier *keys, size_t key_count, cs_error *error)
{
  cs_text *note = &c->out->note;
  char place[PATH_BYTES];
  cs_note parsed;
  cs_status status = cs_files_read(c->files, "checkpoint", CS_NOTE_LONGEST, note, error);
  full_path(c->files, "checkpoint", place);
  if (status == CS_OK)
    status = cs_note_parse((cs_slice){note->at == NULL ? "" : note->at, note->length}, place, &parsed, error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(parsed.text, place, &c->checkpoint, error);
  for (size_t i = 0; i < key_count && status == CS_OK; i++) {
    if (keys[i].type == CS_SIGNATURE_ED25519 && strcmp(keys[i].name, c->checkpoint.origin) == 0)
      c->ledger = &keys[i];
    if (cs_note_verify(&parsed, &keys[i], NULL) != CS_SIGNED)
      status =
        cs_fail(error, CS_INVALID, place, (cs_mark){0}, "the checkpoint is not signed by the key of %s", keys[i].name);
  }
  if (status == CS_OK && c->ledger == NULL)
    status =
      cs_fail(error, CS_INVALID, place, (cs_mark){0},
              "this is the ledger \"%s\"; expected its key, as \"countersign key\" prints it", c->checkpoint.origin);
  return status;
}

/* Reads the file of a tile. A partial tile may have given way to the full one, of which it is the beginning. */
static cs_status read_tile(const check *c, const cs_tile *tile, cs_text *out, bool *full, cs_error *error)
{
  char path[CS_TILE_PATH];
  cs_error ignored;
  const cs_tile grown = {tile->level, tile->index, CS_TILE_WIDTH};
  size_t limit = tile->level == CS_TILE_ENTRIES ? BUNDLE_BYTES : TILE_BYTES;
  cs_status status = cs_files_read(c->files, cs_tile_path(tile, path), limit, out, error);
  *full = tile->width == CS_TILE_WIDTH;
  if (status == CS_INVALID && !*full &&
      cs_files_read(c->files, cs_tile_path(&grown, path), limit, out, &ignored) == CS_OK) {
    *full = true;
    return CS_OK;
  }
  return status;
}

/* In a folder, looks at the partial tiles of smaller trees that are left: each is a beginning of `bytes`. `ends` has the
 * length of the beginning of each width. */
static cs_status compare_left(check *c, const cs_tile *tile, cs_slice bytes, const size_t *ends, cs_error *error)
{
  char path[CS_TILE_PATH];
  const cs_tile full = {tile->level, tile->index, CS_TILE_WIDTH};
  cs_text name = {0}, left = {0};
  if (!c->files->folder || c->left[0] != '\0')
    return CS_OK;
  cs_text_add(&name, "%s/%s.p", c->files->place, cs_tile_path(&full, path));
  DIR *folder = name.failed ? NULL : opendir(name.at);
  cs_status status = name.failed ? cs_fail_memory(error) : CS_OK;
  for (struct dirent *each; folder != NULL && status == CS_OK && (each = readdir(folder)) != NULL;) {
    int64_t width;
    if (!cs_number_parse(cs_slice_of(each->d_name), &width, NULL) || width < 1 || width >= (int64_t)tile->width)
      continue;
    const cs_tile smaller = {tile->level, tile->index, (unsigned)width};
    status = cs_files_read(c->files, cs_tile_path(&smaller, path), BUNDLE_BYTES, &left, error);
    if (status == CS_OK && !cs_slice_equal((cs_slice){left.at, left.length}, (cs_slice){bytes.at, ends[width]}))
      memcpy(c->left, path, sizeof c->left);
  }
  if (folder != NULL)
    closedir(folder);
  cs_text_free(&left);
  cs_text_free(&name);
  return status;
}

/* ---- Tiles --------------------------------------------------------------------------------------------------- */

/* Compares a tile with what the entries give. Which of them is as it was signed, the root tells in the end. */
static cs_status compare_tile(void *context, const cs_tile *tile, cs_slice hashes, cs_error *error)
{
  check *c = context;
  char path[CS_TILE_PATH];
  size_t ends[CS_TILE_WIDTH + 1];
  bool full;
  for (size_t i = 0; i <= CS_TILE_WIDTH; i++)
    ends[i] = i * CS_HASH;
  cs_status status = read_tile(c, tile, &c->tile, &full, error);
  if (status == CS_OK && c->tile.length != (full ? ends[CS_TILE_WIDTH] : hashes.length))
    return fail(c, cs_tile_path(tile, path), error, "this is no tile of its width: its length is another");
  if (status != CS_OK)
    return status;
  for (unsigned i = 0; i < tile->width && !c->fault.found; i++) {
    if (memcmp(c->tile.at + ends[i], hashes.at + ends[i], CS_HASH) == 0)
      continue;
    c->fault.found = true;
    c->fault.tile = *tile;
    c->fault.index = (tile->index * CS_TILE_WIDTH + i) << (CS_TILE_HEIGHT * (unsigned)tile->level);
  }
  return compare_left(c, tile, hashes, ends, error);
}

/* The tiles that the tree does not fill. */
static cs_status compare_edges(check *c, cs_error *error)
{
  cs_status status = CS_OK;
  for (int level = 0; level < CS_TILE_LEVELS && status == CS_OK; level++) {
    const cs_growth *g = &c->growth;
    const cs_tile tile = {level, (g->tree.size >> CS_TILE_HEIGHT * (unsigned)level) / CS_TILE_WIDTH, g->width[level]};
    if (tile.width > 0)
      status = compare_tile(c, &tile, (cs_slice){(const char *)g->edge[level], tile.width * sizeof(cs_hash)}, error);
  }
  return status;
}

/* ---- Entries ------------------------------------------------------------------------------------------------- */

/* Adds the entries of the next bundle to the tree. */
static cs_status add_bundle(check *c, cs_error *error)
{
  char path[CS_TILE_PATH];
  cs_tile tile = {.level = CS_TILE_ENTRIES, .index = c->growth.tree.size / CS_TILE_WIDTH};
  tile.width = cs_tile_width(CS_TILE_ENTRIES, tile.index, c->checkpoint.size);
  size_t ends[CS_TILE_WIDTH + 1] = {0};
  bool full;
  cs_status status = read_tile(c, &tile, &c->bundle, &full, error);
  cs_slice bundle = {c->bundle.at, c->bundle.length}, entry;
  for (unsigned i = 0; i < tile.width && status == CS_OK; i++) {
    if (!cs_bundle_next(&bundle, &entry))
      return fail(c, cs_tile_path(&tile, path), error, "the bundle of entries is broken");
    if (c->growth.tree.size == 0)
      cs_text_put(&c->first, entry.at, entry.length);
    ends[i + 1] = c->bundle.length - bundle.length;
    cs_hash leaf = cs_hash_leaf(entry.at, entry.length);
    status = cs_growth_add(&c->growth, &leaf, compare_tile, c, error);
  }
  if (status == CS_OK && bundle.length > 0 && full == (tile.width == CS_TILE_WIDTH))
    return fail(c, cs_tile_path(&tile, path), error, "the bundle holds more than its entries");
  return status == CS_OK ? compare_left(c, &tile, (cs_slice){c->bundle.at, ends[tile.width]}, ends, error) : status;
}

/* Says which file is not as it was signed: a tile, where the entries have the root that was, or else the bundle of entries
 * above which tiles first disagree. */
static cs_status conclude(const check *c, cs_error *error)
{
  char path[CS_TILE_PATH];
  cs_hash root = cs_tree_root(&c->growth.tree);
  bool signed_root = cs_hash_equal(&root, &c->checkpoint.root);
  if (signed_root && c->fault.found)
    return fail(c, cs_tile_path(&c->fault.tile, path), error, "the tile is not what was signed");
  if (signed_root)
    return c->left[0] == '\0' ? CS_OK : fail(c, c->left, error, "the tile is not what was signed");
  if (!c->fault.found)
    return fail(c, "checkpoint", error, "the entries do not hash to the root that was signed");
  cs_tile bundle = {.level = CS_TILE_ENTRIES, .index = c->fault.index / CS_TILE_WIDTH};
  bundle.width = cs_tile_width(CS_TILE_ENTRIES, bundle.index, c->checkpoint.size);
  char place[PATH_BYTES];
  return cs_fail(error, CS_INVALID, full_path(c->files, cs_tile_path(&bundle, path), place), (cs_mark){0},
                 c->fault.tile.level == 0 ? "entry %llu is not what was signed"
                                          : "the entries from %llu on are not what was signed",
                 (unsigned long long)c->fault.index);
}

/* ---- What the adoption in a party's ledger says ----------------------------------------------------------------------- */

static cs_status check_key(check *c, cs_error *error)
{
  cs_text expected = {0};
  cs_verifier_format(c->ledger, &expected);
  cs_text_add(&expected, "\n");
  cs_status status =
    expected.failed ? cs_fail_memory(error) : cs_files_read(c->files, "key", KEY_BYTES, &c->tile, error);
  if (status == CS_OK && !cs_slice_is((cs_slice){c->tile.at, c->tile.length}, expected.at))
    status = fail(c, "key", error, "this is not the key of the ledger");
  cs_text_free(&expected);
  return status;
}

static cs_status check_treaty(check *c, const char *adopted, cs_error *error)
{
  char hash[CS_HEX_HASH];
  cs_status status = cs_files_read(c->files, "treaty.yaml", CS_TREATY_BYTES, &c->tile, error);
  if (status != CS_OK)
    return status;
  cs_hex_hash((cs_slice){c->tile.at, c->tile.length}, hash);
  return strcmp(hash, adopted) == 0 ? CS_OK
                                    : fail(c, "treaty.yaml", error, "this is not the agreement that entry 0 adopts");
}

/* The cosigner that the party has named in its ledger puts the time on its checkpoints. */
static cs_status check_cosigner(const check *c, const char *key, cs_error *error)
{
  cs_note note;
  cs_status status = cs_note_parse((cs_slice){c->out->note.at, c->out->note.length}, c->files->place, &note, error);
  if (status != CS_OK || !cs_verifier_parse(cs_slice_of(key), &c->out->cosigner))
    return status;
  return cs_note_verify(&note, &c->out->cosigner, NULL) != CS_BADLY_SIGNED
           ? CS_OK
           : fail(c, "checkpoint", error, "the cosignature of the ledger's own party is not good");
}

static cs_status check_adoption(check *c, cs_error *error)
{
  cs_statement adoption;
  cs_error ignored;
  if (c->checkpoint.size == 0 ||
      cs_statement_parse((cs_slice){c->first.at, c->first.length}, NULL, &adoption, &ignored) != CS_OK)
    return CS_OK;
  cs_status status = CS_OK;
  if (adoption.kind == CS_ADOPT)
    status = check_cosigner(c, cs_statement_text(&adoption, "cosigner"), error);
  if (adoption.kind == CS_ADOPT && c->files->folder && status == CS_OK) {
    status = check_key(c, error);
    if (status == CS_OK)
      status = check_treaty(c, cs_statement_text(&adoption, "treaty"), error);
  }
  cs_statement_free(&adoption);
  return status;
}

cs_status cs_files_verify(const cs_files *files, const cs_verifier *keys, size_t key_count, cs_sync_progress progress,
                          void *context, cs_verified *out, cs_error *error)
{
  *out = (cs_verified){0};
  check *c = calloc(1, sizeof *c);
  if (c == NULL)
    return cs_fail_memory(error);
  c->files = files;
  c->out = out;
  cs_status status = read_checkpoint(c, keys, key_count, error);
  while (status == CS_OK && c->growth.tree.size < c->checkpoint.size) {
    status = add_bundle(c, error);
    if (progress != NULL)
      progress(context, c->growth.tree.size, c->checkpoint.size);
  }
  if (status == CS_OK)
    status = compare_edges(c, error);
  if (status == CS_OK)
    status = conclude(c, error);
  if (status == CS_OK)
    status = check_adoption(c, error);
  out->checkpoint = c->checkpoint;
  cs_text_free(&c->bundle);
  cs_text_free(&c->tile);
  cs_text_free(&c->first);
  free(c);
  return status;
}
