/* A ledger checked from afar, without keeping it. */
#include "net/net.h"

enum { BUNDLE_BYTES = CS_TILE_WIDTH * (2 + CS_ENTRY_LONGEST) };

typedef struct remote {
  const char *url;
  cs_text body;
  cs_tree tree;
  cs_error *error;
} remote;

static cs_status get(remote *r, const char *path, size_t limit)
{
  cs_text url = {0};
  long code = 0;
  cs_text_add(&url, "%s/%s", r->url, path);
  cs_status status = url.failed ? cs_fail_memory(r->error) : cs_http(url.at, NULL, limit, &code, &r->body, r->error);
  if (status == CS_OK && code != 200)
    status = cs_fail(r->error, CS_INVALID, url.at, (cs_mark){0}, "the answer is HTTP status %ld; expected 200", code);
  cs_text_free(&url);
  return status;
}

static cs_status read_checkpoint(remote *r, const cs_verifier *key, cs_checkpoint *out)
{
  cs_note note;
  cs_status status = get(r, "checkpoint", CS_NOTE_LONGEST);
  if (status == CS_OK)
    status = cs_note_parse((cs_slice){r->body.at, r->body.length}, r->url, &note, r->error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note.text, r->url, out, r->error);
  if (status == CS_OK && cs_note_verify(&note, key, NULL) != CS_SIGNED)
    status =
      cs_fail(r->error, CS_INVALID, r->url, (cs_mark){0}, "the checkpoint is not signed by the key %s", key->name);
  return status;
}

/* Adds the entries of the next bundle to the tree. */
static cs_status add_bundle(remote *r, uint64_t size)
{
  char path[CS_TILE_PATH];
  cs_tile tile = {.level = CS_TILE_ENTRIES, .index = r->tree.size / CS_TILE_WIDTH};
  tile.width = cs_tile_width(CS_TILE_ENTRIES, tile.index, size);
  cs_status status = get(r, cs_tile_path(&tile, path), BUNDLE_BYTES);
  if (status != CS_OK)
    return status;
  cs_slice bundle = {r->body.at, r->body.length}, entry;
  cs_hash completed[CS_TREE_PEAKS];
  for (unsigned i = 0; i < tile.width; i++) {
    if (!cs_bundle_next(&bundle, &entry))
      return cs_fail(r->error, CS_INVALID, r->url, (cs_mark){0}, "the bundle %s is broken", path);
    cs_hash leaf = cs_hash_leaf(entry.at, entry.length);
    cs_tree_append(&r->tree, &leaf, completed);
  }
  return CS_OK;
}

cs_status cs_verify_remote(const char *url, const cs_verifier *key, cs_sync_progress progress, void *context,
                           cs_checkpoint *out, cs_error *error)
{
  remote r = {.url = url, .error = error};
  cs_status status = read_checkpoint(&r, key, out);
  while (status == CS_OK && r.tree.size < out->size) {
    status = add_bundle(&r, out->size);
    if (progress != NULL)
      progress(context, r.tree.size, out->size);
  }
  cs_hash root = cs_tree_root(&r.tree);
  if (status == CS_OK && !cs_hash_equal(&root, &out->root))
    status = cs_fail(error, CS_INVALID, url, (cs_mark){0}, "the entries do not hash to the root that was signed");
  cs_text_free(&r.body);
  return status;
}
