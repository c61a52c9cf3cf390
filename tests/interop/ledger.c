/* The C side of the interoperation test: writes a ledger as files, and reads one that another program wrote.
 *
 *   ledger write DIR N   a ledger of N entries, as C2SP tlog-tiles lays it out, with its key and proofs beside it
 *   ledger read DIR      checks such a folder
 *
 * "proofs" has a line for each: "inclusion INDEX HASH..." or "consistency OLD OLDROOT HASH...", hashes in base64. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/ledger.h"

static const char *folder;

static void give_up(const char *what, const cs_error *error)
{
  fprintf(stderr, "ledger: %s: %s\n", what, error == NULL ? "" : error->what);
  exit(1);
}

static void need(bool ok, const char *what)
{
  if (!ok)
    give_up(what, NULL);
}

static void must(cs_status status, const cs_error *error)
{
  if (status != CS_OK)
    give_up("failed", error);
}

/* ---- Files --------------------------------------------------------------------------------------------------- */

/* Opens "DIR/NAME", and makes the folders on the way to a new file. */
static FILE *open_file(const char *name, const char *mode)
{
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  for (char *slash = strchr(path + strlen(folder) + 1, '/'); mode[0] == 'w' && slash != NULL;
       slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0777);
    *slash = '/';
  }
  FILE *file = fopen(path, mode);
  if (file == NULL)
    give_up(path, NULL);
  return file;
}

static void write_file(const char *name, cs_slice bytes)
{
  FILE *file = open_file(name, "wb");
  need(fwrite(bytes.at, 1, bytes.length, file) == bytes.length && fclose(file) == 0, name);
}

/* The caller frees it. */
static cs_text read_file(const char *name)
{
  char chunk[65536];
  cs_text out = {0};
  FILE *file = open_file(name, "rb");
  for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
    cs_text_put(&out, chunk, got);
  cs_text_put(&out, "", 0);
  need(!ferror(file) && !out.failed, name);
  fclose(file);
  return out;
}

/* ---- Writing ------------------------------------------------------------------------------------------------- */

static size_t entry_of(uint64_t i, char out[32])
{
  return (size_t)snprintf(out, 32, "entry %llu", (unsigned long long)i);
}

static void append(cs_log *log, uint64_t count)
{
  char(*bytes)[32] = calloc(count, sizeof *bytes);
  cs_slice *entries = calloc(count, sizeof *entries);
  uint64_t first;
  cs_error error;
  need(bytes != NULL && entries != NULL, "out of memory");
  for (uint64_t i = 0; i < count; i++)
    entries[i] = (cs_slice){bytes[i], entry_of(i, bytes[i])};
  must(cs_log_append(log, entries, count, &first, &error), &error);
  free(entries);
  free(bytes);
}

static void write_tiles(cs_log *log, uint64_t size)
{
  for (int level = CS_TILE_ENTRIES; level < 8; level++)
    for (uint64_t n = 0; cs_tile_width(level, n, size) > 0; n++) {
      cs_tile tile = {level, n, cs_tile_width(level, n, size)};
      cs_text bytes = {0};
      char path[CS_TILE_PATH];
      bool found;
      cs_error error;
      must(cs_log_tile(log, &tile, &bytes, &found, &error), &error);
      need(found, "a tile is not there");
      write_file(cs_tile_path(&tile, path), (cs_slice){bytes.at, bytes.length});
      cs_text_free(&bytes);
    }
}

static void print_hash(FILE *file, const cs_hash *hash)
{
  char base64[sodium_base64_ENCODED_LEN(CS_HASH, sodium_base64_VARIANT_ORIGINAL)];
  sodium_bin2base64(base64, sizeof base64, hash->bytes, CS_HASH, sodium_base64_VARIANT_ORIGINAL);
  fprintf(file, " %s", base64);
}

static void write_proofs(cs_log *log, uint64_t size)
{
  cs_hash_source source = cs_log_hashes(log);
  FILE *file = open_file("proofs", "w");
  for (uint64_t i = 0; i < size; i += size / 97 + 1) {
    cs_proof proof;
    cs_error error;
    cs_tree old;
    fprintf(file, "inclusion %llu", (unsigned long long)i);
    must(cs_prove_inclusion(&source, i, size, &proof, &error), &error);
    for (size_t k = 0; k < proof.count; k++)
      print_hash(file, &proof.hashes[k]);
    must(cs_tree_load(&source, i + 1, &old, &error), &error);
    cs_hash root = cs_tree_root(&old);
    fprintf(file, "\nconsistency %llu", (unsigned long long)i + 1);
    print_hash(file, &root);
    must(cs_prove_consistency(&source, i + 1, size, &proof, &error), &error);
    for (size_t k = 0; k < proof.count; k++)
      print_hash(file, &proof.hashes[k]);
    fprintf(file, "\n");
  }
  need(fclose(file) == 0, "proofs");
}

static void write_ledger(uint64_t size)
{
  unsigned char public[CS_PUBLIC_KEY], secret[CS_SECRET_KEY];
  char path[1024];
  cs_verifier key;
  cs_store *store;
  cs_log *log;
  cs_text text = {0};
  cs_error error;
  crypto_sign_keypair(public, secret);
  need(cs_verifier_make(CS_SLICE("example.com/c-log"), CS_SIGNATURE_ED25519, public, &key), "a name");
  snprintf(path, sizeof path, "%s/ledger.db", folder);
  must(cs_store_open(path, CS_STORE_CREATE, &store, &error), &error);
  must(cs_log_open(store, &key, secret, &log, &error), &error);
  append(log, size);
  write_file("checkpoint", cs_log_note(log));
  cs_verifier_format(&key, &text);
  write_file("key", (cs_slice){text.at, text.length});
  write_tiles(log, size);
  write_proofs(log, size);
  cs_text_free(&text);
  cs_log_close(log);
  cs_store_close(store);
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

static cs_checkpoint read_checkpoint(void)
{
  cs_text key_text = read_file("key"), bytes = read_file("checkpoint");
  cs_verifier key;
  cs_note note;
  cs_checkpoint out;
  cs_error error;
  need(cs_verifier_parse((cs_slice){key_text.at, key_text.length}, &key), "the key cannot be read");
  must(cs_note_parse((cs_slice){bytes.at, bytes.length}, "checkpoint", &note, &error), &error);
  need(cs_note_verify(&note, &key, NULL) == CS_SIGNED, "the checkpoint is not signed");
  must(cs_checkpoint_parse(note.text, "checkpoint", &out, &error), &error);
  need(strcmp(out.origin, key.name) == 0, "the origin is not the key's name");
  cs_text_free(&key_text);
  cs_text_free(&bytes);
  return out;
}

/* The tile of this place in a tree of `size`. */
static cs_text read_tile(int level, uint64_t index, uint64_t size)
{
  cs_tile tile = {level, index, cs_tile_width(level, index, size)};
  char path[CS_TILE_PATH];
  return read_file(cs_tile_path(&tile, path));
}

/* Leaves of the entries in the bundles. */
static cs_hash *read_leaves(uint64_t size)
{
  cs_hash *out = calloc(size + 1, sizeof *out);
  need(out != NULL, "out of memory");
  for (uint64_t n = 0; n * CS_TILE_WIDTH < size; n++) {
    cs_text bytes = read_tile(CS_TILE_ENTRIES, n, size);
    cs_slice rest = {bytes.at, bytes.length}, entry;
    for (uint64_t i = n * CS_TILE_WIDTH; i < size && i < (n + 1) * CS_TILE_WIDTH; i++) {
      need(cs_bundle_next(&rest, &entry), "a bundle is too short");
      out[i] = cs_hash_leaf(entry.at, entry.length);
    }
    need(rest.length == 0, "a bundle is too long");
    cs_text_free(&bytes);
  }
  return out;
}

/* Checks the tiles of a level; `hashes` become those of the level above. */
static uint64_t check_level(int level, cs_hash *hashes, uint64_t count, uint64_t size)
{
  for (uint64_t n = 0; n * CS_TILE_WIDTH < count; n++) {
    cs_text bytes = read_tile(level, n, size);
    uint64_t width = cs_tile_width(level, n, size);
    need(bytes.length == width * CS_HASH && memcmp(bytes.at, hashes + n * CS_TILE_WIDTH, bytes.length) == 0,
         "a tile is not what it should be");
    cs_text_free(&bytes);
  }
  for (uint64_t n = 0; n < count / CS_TILE_WIDTH; n++) {
    cs_tree tree = {0};
    cs_hash completed[CS_TREE_PEAKS];
    for (uint64_t i = 0; i < CS_TILE_WIDTH; i++)
      cs_tree_append(&tree, &hashes[n * CS_TILE_WIDTH + i], completed);
    hashes[n] = cs_tree_root(&tree);
  }
  return count / CS_TILE_WIDTH;
}

static bool next_word(char **line, char **word)
{
  *word = *line;
  *line = *word == NULL ? NULL : strchr(*word, ' ');
  if (*line != NULL)
    *(*line)++ = '\0';
  return *word != NULL && **word != '\0';
}

static cs_hash read_hash(const char *base64)
{
  cs_hash out;
  size_t length;
  need(sodium_base642bin(out.bytes, CS_HASH, base64, strlen(base64), NULL, &length, NULL,
                         sodium_base64_VARIANT_ORIGINAL) == 0 &&
         length == CS_HASH,
       "this is no hash");
  return out;
}

static void check_proof(char *line, const cs_checkpoint *checkpoint, const cs_hash *leaves)
{
  char *kind, *number, *word;
  cs_proof proof = {0};
  cs_hash old = {0};
  need(next_word(&line, &kind) && next_word(&line, &number), "a proof is broken");
  uint64_t from = strtoull(number, NULL, 10);
  bool inclusion = strcmp(kind, "inclusion") == 0;
  if (!inclusion && next_word(&line, &word))
    old = read_hash(word);
  while (next_word(&line, &word)) {
    need(proof.count < CS_PROOF_HASHES, "a proof is too long");
    proof.hashes[proof.count++] = read_hash(word);
  }
  need(inclusion ? cs_check_inclusion(&proof, from, checkpoint->size, &leaves[from], &checkpoint->root)
                 : cs_check_consistency(&proof, from, checkpoint->size, &old, &checkpoint->root),
       "a proof does not hold");
}

static void read_ledger(void)
{
  cs_checkpoint checkpoint = read_checkpoint();
  cs_hash *leaves = read_leaves(checkpoint.size), completed[CS_TREE_PEAKS];
  cs_tree tree = {0};
  for (uint64_t i = 0; i < checkpoint.size; i++)
    cs_tree_append(&tree, &leaves[i], completed);
  cs_hash root = cs_tree_root(&tree);
  need(cs_hash_equal(&root, &checkpoint.root), "the entries do not hash to the root");
  cs_text proofs = read_file("proofs");
  size_t count = 0;
  for (char *line = proofs.at, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, count++) {
    *end = '\0';
    check_proof(line, &checkpoint, leaves);
  }
  need(count > 0, "there are no proofs");
  uint64_t hashes = checkpoint.size;
  for (int level = 0; hashes > 0; level++)
    hashes = check_level(level, leaves, hashes, checkpoint.size);
  cs_text_free(&proofs);
  free(leaves);
}

int main(int argc, char **argv)
{
  if (argc == 4 && strcmp(argv[1], "write") == 0) {
    folder = argv[2];
    write_ledger(strtoull(argv[3], NULL, 10));
  } else if (argc == 3 && strcmp(argv[1], "read") == 0) {
    folder = argv[2];
    read_ledger();
  } else {
    fprintf(stderr, "usage: ledger write DIR N | ledger read DIR\n");
    return 2;
  }
  return 0;
}
