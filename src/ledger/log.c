/* A ledger in a store: entries, tiles and the signed checkpoint move together or not at all. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"

static const char CHECKPOINT[] = "checkpoint"; /* kind of note */

/* Entries that a thread waits for. It sleeps on a semaphore of its own: a condition that all of them share would make
 * every one take the lock again, one after the other, only to leave. */
typedef struct waiter {
  const cs_slice *entries;
  size_t count;
  uint64_t first;
  cs_status status;
  cs_error *error;
  bool leads; /* it is this one's turn to commit for all who wait */
  sem_t turn;
  struct waiter *next;
} waiter;

struct cs_log {
  cs_store *store;
  int64_t id;
  cs_verifier verifier;
  const unsigned char *secret; /* NULL: a copy */
  cs_growth now, before;       /* before: to go back to where a commit fails */
  cs_checkpoint checkpoint;
  cs_text note;
  struct { /* the tile that was read last */
    unsigned level;
    uint64_t index;
    cs_text bytes;
  } tile;
  pthread_mutex_t lock;
  waiter *first, *last; /* queue */
  bool committing;
};

/* ---- Growing ------------------------------------------------------------------------------------------------- */

static cs_status write_tile(void *context, const cs_tile *tile, cs_slice hashes, cs_error *error)
{
  const cs_log *log = context;
  return cs_store_put_tile(log->store, log->id, (unsigned)tile->level, tile->index, hashes, error);
}

/* Adds one entry, and writes the tiles that it fills. */
static cs_status add_entry(cs_log *log, cs_slice entry, cs_error *error)
{
  if (entry.length == 0 || entry.length > CS_ENTRY_LONGEST)
    return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0}, "an entry of %zu bytes; expected 1 to %d",
                   entry.length, CS_ENTRY_LONGEST);
  cs_hash leaf = cs_hash_leaf(entry.at, entry.length);
  cs_status status = cs_store_put_entry(log->store, log->id, log->now.tree.size, entry, leaf.bytes, error);
  return status == CS_OK ? cs_growth_add(&log->now, &leaf, write_tile, log, error) : status;
}

/* Signs the tree as it is now, and keeps the note in the store. */
static cs_status sign(cs_log *log, cs_text *note, cs_error *error)
{
  cs_checkpoint checkpoint = {.size = log->now.tree.size, .root = cs_tree_root(&log->now.tree)};
  memcpy(checkpoint.origin, log->verifier.name, sizeof checkpoint.origin);
  cs_checkpoint_format(&checkpoint, note);
  size_t text = note->length;
  cs_text_put(note, "\n", 1);
  if (!note->failed) {
    cs_text line = {0};
    cs_note_sign((cs_slice){note->at, text}, &log->verifier, log->secret, 0, &line);
    cs_text_put(note, line.at, line.length);
    note->failed = note->failed || line.failed;
    cs_text_free(&line);
  }
  if (note->failed)
    return cs_fail_memory(error);
  return cs_store_put_note(log->store, log->id, CHECKPOINT, "", (cs_slice){note->at, note->length}, error);
}

static void adopt_note(cs_log *log, const cs_text *note, cs_hash root)
{
  cs_text_free(&log->note);
  log->note = *note;
  memcpy(log->checkpoint.origin, log->verifier.name, sizeof log->checkpoint.origin);
  log->checkpoint.size = log->now.tree.size;
  log->checkpoint.root = root;
}

static cs_status load_state(cs_log *log, cs_error *error);

/* Within a transaction: the ledger in memory is the one in the store. An own ledger to which another process has appended is
 * read again; a copy is not, because what was checked of it is no longer what is there. */
static cs_status check_unchanged(cs_log *log, cs_error *error)
{
  cs_text stored = {0};
  bool found;
  cs_status status = cs_store_get_note(log->store, log->id, CHECKPOINT, "", &stored, &found, error);
  bool same = cs_slice_equal((cs_slice){stored.at, stored.length}, cs_log_note(log));
  cs_text_free(&stored);
  if (status != CS_OK || same)
    return status;
  if (log->secret != NULL)
    return load_state(log, error);
  return cs_fail(error, CS_SYSTEM, log->verifier.name, (cs_mark){0},
                 "another process has changed this copy; expected to be the only one that writes it");
}

/* Adds the entries of everybody in the queue, and signs. */
static cs_status extend(cs_log *log, waiter *queue, cs_text *note, cs_error *error)
{
  cs_status status = CS_OK;
  for (waiter *w = queue; w != NULL && status == CS_OK; w = w->next) {
    w->first = log->now.tree.size;
    for (size_t i = 0; i < w->count && status == CS_OK; i++)
      status = add_entry(log, w->entries[i], error);
  }
  if (status == CS_OK)
    status = sign(log, note, error);
  return status == CS_OK ? cs_store_commit(log->store, error) : status;
}

/* One transaction for everybody in the queue. */
static cs_status commit(cs_log *log, waiter *queue, cs_error *error)
{
  cs_text note = {0};
  cs_status status = cs_store_begin(log->store, error);
  if (status == CS_OK)
    status = check_unchanged(log, error);
  if (status == CS_OK) {
    log->before = log->now;
    status = extend(log, queue, &note, error);
    if (status == CS_OK)
      adopt_note(log, &note, cs_tree_root(&log->now.tree));
    else
      log->now = log->before;
  }
  if (status != CS_OK) {
    cs_store_rollback(log->store);
    cs_text_free(&note);
  }
  return status;
}

/* Whether each entry has a size that a ledger takes, so that nobody's mistake spoils the commit of others. */
static cs_status check_entries(const cs_log *log, const cs_slice *entries, size_t count, cs_error *error)
{
  if (log->secret == NULL)
    return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0},
                   "this is a copy of another's ledger; expected the party's own");
  for (size_t i = 0; i < count; i++)
    if (entries[i].length == 0 || entries[i].length > CS_ENTRY_LONGEST)
      return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0}, "an entry of %zu bytes; expected 1 to %d",
                     entries[i].length, CS_ENTRY_LONGEST);
  return CS_OK;
}

static void enqueue(cs_log *log, waiter *w)
{
  if (log->first == NULL)
    log->first = w;
  else
    log->last->next = w;
  log->last = w;
}

/* Takes the queue; called with the lock held. */
static waiter *take_queue(cs_log *log)
{
  waiter *queue = log->first;
  log->first = NULL;
  return queue;
}

/* Gives the turn to the first of those who came meanwhile. */
static void hand_over(cs_log *log)
{
  pthread_mutex_lock(&log->lock);
  waiter *following = log->first;
  log->committing = following != NULL;
  pthread_mutex_unlock(&log->lock);
  if (following != NULL) {
    following->leads = true;
    sem_post(&following->turn);
  }
}

/* Commits for `queue`, and tells each how it ended, before the turn goes on: who is told early comes again in time for the
 * next commit. */
static void lead(cs_log *log, waiter *queue, const waiter *me)
{
  cs_error failure;
  cs_status outcome = commit(log, queue, &failure);
  for (waiter *w = queue, *next; w != NULL; w = next) {
    next = w->next; /* a waiter is gone once it is told */
    w->status = outcome;
    if (outcome != CS_OK)
      *w->error = failure;
    if (w != me)
      sem_post(&w->turn);
  }
  hand_over(log);
}

cs_status cs_log_append(cs_log *log, const cs_slice *entries, size_t count, uint64_t *first, cs_error *error)
{
  cs_status status = check_entries(log, entries, count, error);
  if (status != CS_OK)
    return status;
  waiter me = {.entries = entries, .count = count, .error = error};
  sem_init(&me.turn, 0, 0);
  pthread_mutex_lock(&log->lock);
  enqueue(log, &me);
  me.leads = !log->committing;
  log->committing = true;
  waiter *queue = me.leads ? take_queue(log) : NULL;
  pthread_mutex_unlock(&log->lock);
  if (queue == NULL) {
    while (sem_wait(&me.turn) != 0 && errno == EINTR) {
    }
    if (me.leads) {
      pthread_mutex_lock(&log->lock);
      queue = take_queue(log);
      pthread_mutex_unlock(&log->lock);
    }
  }
  if (queue != NULL)
    lead(log, queue, &me);
  sem_destroy(&me.turn);
  *first = me.first;
  return me.status;
}

/* ---- Copies -------------------------------------------------------------------------------------------------- */

cs_status cs_log_fetch(cs_log *log, const cs_slice *entries, size_t count, cs_error *error)
{
  log->before = log->now;
  cs_status status = cs_store_begin(log->store, error);
  if (status == CS_OK)
    status = check_unchanged(log, error);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = add_entry(log, entries[i], error);
  if (status == CS_OK)
    status = cs_store_commit(log->store, error);
  if (status != CS_OK) {
    cs_store_rollback(log->store);
    log->now = log->before;
  }
  return status;
}

uint64_t cs_log_fetched(const cs_log *log)
{
  return log->now.tree.size;
}

cs_status cs_log_fetched_entries(cs_log *log, uint64_t first, cs_store_entry each, void *context, cs_error *error)
{
  return cs_store_entries(log->store, log->id, first, UINT64_MAX, each, context, error);
}

cs_hash cs_log_fetched_root(const cs_log *log)
{
  return cs_tree_root(&log->now.tree);
}

cs_status cs_log_accept(cs_log *log, cs_slice note, const cs_checkpoint *checkpoint, cs_error *error)
{
  cs_hash root = cs_tree_root(&log->now.tree);
  if (checkpoint->size != log->now.tree.size || !cs_hash_equal(&checkpoint->root, &root))
    return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0},
                   "the fetched entries are not what the checkpoint signs");
  cs_text copy = {0};
  cs_text_put(&copy, note.at, note.length);
  if (copy.failed)
    return cs_fail_memory(error);
  cs_status status = cs_store_begin(log->store, error);
  if (status == CS_OK)
    status = check_unchanged(log, error);
  if (status == CS_OK)
    status = cs_store_put_note(log->store, log->id, CHECKPOINT, "", note, error);
  if (status == CS_OK)
    status = cs_store_commit(log->store, error);
  if (status == CS_OK) {
    adopt_note(log, &copy, root);
  } else {
    cs_store_rollback(log->store);
    cs_text_free(&copy);
  }
  return status;
}

/* ---- Reading hashes ------------------------------------------------------------------------------------------ */

/* The root of 2^height hashes, which are overwritten. */
static cs_hash reduce(cs_hash *hashes, unsigned height)
{
  for (size_t width = (size_t)1 << height; width > 1; width /= 2)
    for (size_t i = 0; i < width / 2; i++)
      hashes[i] = cs_hash_node(&hashes[2 * i], &hashes[2 * i + 1]);
  return hashes[0];
}

/* The hashes of a full tile from the store; NULL with `error` filled. */
static const cs_hash *read_tile(cs_log *log, unsigned level, uint64_t index, cs_error *error)
{
  enum { BYTES = CS_TILE_WIDTH * CS_HASH };
  cs_text *bytes = &log->tile.bytes;
  if (bytes->length != BYTES || log->tile.level != level || log->tile.index != index) {
    bool found = false;
    bytes->length = 0;
    log->tile.level = level;
    log->tile.index = index;
    if (cs_store_get_tile(log->store, log->id, level, index, bytes, &found, error) != CS_OK)
      return NULL;
    if (bytes->length != BYTES) {
      bytes->length = 0;
      cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0}, "tile %u/%llu is missing or broken in the store",
              level, (unsigned long long)index);
      return NULL;
    }
  }
  return (const cs_hash *)(const void *)bytes->at;
}

static cs_status read_hash(void *context, unsigned level, uint64_t index, cs_hash *out, cs_error *error)
{
  cs_log *log = context;
  unsigned tile_level = level / CS_TILE_HEIGHT, height = level % CS_TILE_HEIGHT;
  uint64_t first = index << height, tile = first / CS_TILE_WIDTH;
  unsigned at = (unsigned)(first % CS_TILE_WIDTH), count = 1U << height;
  const cs_hash *hashes = log->now.edge[tile_level];
  if (tile < log->now.tree.size >> CS_TILE_HEIGHT * (tile_level + 1)) {
    hashes = read_tile(log, tile_level, tile, error);
    if (hashes == NULL)
      return error->status;
  }
  cs_hash work[CS_TILE_WIDTH];
  memcpy(work, hashes + at, count * sizeof *work);
  *out = reduce(work, height);
  return CS_OK;
}

cs_hash_source cs_log_hashes(cs_log *log)
{
  return (cs_hash_source){read_hash, log};
}

cs_status cs_log_begins_with(cs_log *log, const cs_checkpoint *checkpoint, bool *out, cs_error *error)
{
  cs_tree tree = {0};
  cs_hash_source source = cs_log_hashes(log);
  *out = false;
  if (checkpoint->size > log->now.tree.size)
    return CS_OK;
  cs_status status = cs_tree_load(&source, checkpoint->size, &tree, error);
  cs_hash root = cs_tree_root(&tree);
  *out = status == CS_OK && cs_hash_equal(&root, &checkpoint->root);
  return status;
}

/* ---- Opening ------------------------------------------------------------------------------------------------- */

static cs_status take_leaf(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  cs_log *log = context;
  uint64_t expected = log->now.tree.size / CS_TILE_WIDTH * CS_TILE_WIDTH + log->now.width[0];
  (void)entry;
  if (index != expected)
    return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0}, "entry %llu is missing",
                   (unsigned long long)expected);
  if (hash.length != CS_HASH)
    return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0}, "entry %llu is broken in the store",
                   (unsigned long long)index);
  memcpy(log->now.edge[0][log->now.width[0]++].bytes, hash.at, CS_HASH);
  return CS_OK;
}

/* Fills the edges of a tree of `size`: leaves from the entries, higher hashes from the tiles below. */
static cs_status load_edges(cs_log *log, uint64_t size, cs_error *error)
{
  cs_growth *g = &log->now;
  memset(g, 0, sizeof *g);
  g->tree.size = size;
  uint64_t full = size / CS_TILE_WIDTH;
  cs_status status =
    cs_store_entries(log->store, log->id, full * CS_TILE_WIDTH, size % CS_TILE_WIDTH, take_leaf, log, error);
  for (unsigned level = 1; level < CS_TILE_LEVELS && status == CS_OK; level++) {
    uint64_t count = size >> CS_TILE_HEIGHT * level;
    for (uint64_t i = count / CS_TILE_WIDTH * CS_TILE_WIDTH; i < count && status == CS_OK; i++) {
      const cs_hash *hashes = read_tile(log, level - 1, i, error);
      cs_hash work[CS_TILE_WIDTH];
      if (hashes == NULL)
        return error->status;
      memcpy(work, hashes, sizeof work);
      g->edge[level][g->width[level]++] = reduce(work, CS_TILE_HEIGHT);
    }
  }
  cs_hash_source source = cs_log_hashes(log);
  return status == CS_OK ? cs_tree_load(&source, size, &g->tree, error) : status;
}

/* Reads the last checkpoint and its signature; nothing where there is none yet. */
static cs_status load_checkpoint(cs_log *log, cs_error *error)
{
  bool found;
  cs_status status = cs_store_get_note(log->store, log->id, CHECKPOINT, "", &log->note, &found, error);
  if (status != CS_OK || !found)
    return status;
  cs_note note;
  cs_slice bytes = {log->note.at, log->note.length};
  status = cs_note_parse(bytes, log->verifier.name, &note, error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note.text, log->verifier.name, &log->checkpoint, error);
  if (status != CS_OK)
    return status;
  if (strcmp(log->checkpoint.origin, log->verifier.name) != 0 ||
      cs_note_verify(&note, &log->verifier, NULL) != CS_SIGNED)
    return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0},
                   "the stored checkpoint is not signed by this ledger's key");
  return CS_OK;
}

/* The tree that was signed is the beginning of the tree that is there. */
static cs_status check_root(cs_log *log, uint64_t entries, cs_error *error)
{
  cs_tree tree = {0};
  cs_hash_source source = cs_log_hashes(log);
  uint64_t size = log->checkpoint.size;
  if (size > entries || (log->secret != NULL && size != entries))
    return cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0},
                   "the store holds %llu entries; the signed checkpoint says %llu", (unsigned long long)entries,
                   (unsigned long long)size);
  cs_status status = cs_tree_load(&source, size, &tree, error);
  cs_hash root = status == CS_OK ? cs_tree_root(&tree) : (cs_hash){{0}};
  if (status != CS_OK || log->note.length == 0 || cs_hash_equal(&root, &log->checkpoint.root))
    return status;
  /* What is not as it was is found by computing everything again. */
  status = cs_log_verify(log, NULL, NULL, error);
  return status != CS_OK ? status
                         : cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0},
                                   "the hashes in the store do not give the root that was signed");
}

/* Reads the ledger from the store, and checks it against its last signed checkpoint. */
static cs_status load_state(cs_log *log, cs_error *error)
{
  uint64_t entries = 0;
  log->note.length = 0;
  log->tile.bytes.length = 0;
  cs_status status = load_checkpoint(log, error);
  if (status == CS_OK)
    status = cs_store_entry_count(log->store, log->id, &entries, error);
  if (status == CS_OK)
    status = load_edges(log, entries, error);
  return status == CS_OK ? check_root(log, entries, error) : status;
}

static cs_status load(cs_log *log, cs_error *error)
{
  cs_status status = cs_store_ledger(log->store, log->verifier.name, &log->id, error);
  if (status == CS_OK)
    status = load_state(log, error);
  if (status == CS_OK && log->secret != NULL && log->note.length == 0)
    status = commit(log, NULL, error); /* a new ledger signs that it is empty */
  return status;
}

cs_status cs_log_open(cs_store *store, const cs_verifier *verifier, const unsigned char *secret, cs_log **out,
                      cs_error *error)
{
  *out = NULL;
  cs_log *log = calloc(1, sizeof *log);
  if (log == NULL)
    return cs_fail_memory(error);
  log->store = store;
  log->verifier = *verifier;
  log->secret = secret;
  pthread_mutex_init(&log->lock, NULL);
  cs_status status = load(log, error);
  if (status == CS_OK)
    *out = log;
  else
    cs_log_close(log);
  return status;
}

void cs_log_close(cs_log *log)
{
  if (log == NULL)
    return;
  pthread_mutex_destroy(&log->lock);
  cs_text_free(&log->note);
  cs_text_free(&log->tile.bytes);
  free(log);
}

cs_status cs_log_discard(cs_log *log, cs_error *error)
{
  cs_status status = cs_store_begin(log->store, error);
  if (status == CS_OK)
    status = cs_store_cut(log->store, log->id, log->checkpoint.size, error);
  if (status == CS_OK)
    status = cs_store_commit(log->store, error);
  if (status != CS_OK) {
    cs_store_rollback(log->store);
    return status;
  }
  log->tile.bytes.length = 0;
  return load_edges(log, log->checkpoint.size, error);
}

cs_checkpoint cs_log_checkpoint(const cs_log *log)
{
  return log->checkpoint;
}

cs_slice cs_log_note(const cs_log *log)
{
  return (cs_slice){log->note.at, log->note.length};
}

/* ---- Tiles and entries --------------------------------------------------------------------------------------- */

static cs_status bundle_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  (void)index;
  (void)hash;
  cs_bundle_add(context, entry.at, entry.length);
  return ((cs_text *)context)->failed ? cs_fail_memory(error) : CS_OK;
}

cs_status cs_log_tile(cs_log *log, const cs_tile *tile, cs_text *out, bool *found, cs_error *error)
{
  *found = tile->width <= cs_tile_width(tile->level, tile->index, log->checkpoint.size);
  if (!*found)
    return CS_OK;
  if (tile->level == CS_TILE_ENTRIES)
    return cs_store_entries(log->store, log->id, tile->index * CS_TILE_WIDTH, tile->width, bundle_entry, out, error);
  unsigned level = (unsigned)tile->level;
  const cs_hash *hashes = log->now.edge[level];
  if (tile->index < log->now.tree.size >> CS_TILE_HEIGHT * (level + 1)) {
    hashes = read_tile(log, level, tile->index, error);
    if (hashes == NULL)
      return error->status;
  }
  cs_text_put(out, (const char *)hashes, (size_t)tile->width * sizeof *hashes);
  return out->failed ? cs_fail_memory(error) : CS_OK;
}

cs_status cs_log_entries(cs_log *log, uint64_t first, uint64_t count, cs_store_entry each, void *context,
                         cs_error *error)
{
  uint64_t size = log->checkpoint.size;
  if (first >= size)
    return CS_OK;
  return cs_store_entries(log->store, log->id, first, count < size - first ? count : size - first, each, context,
                          error);
}

/* ---- Verifying ----------------------------------------------------------------------------------------------- */

typedef struct verification {
  cs_log *log;
  cs_growth *g;
  uint64_t all;
  void (*progress)(void *context, uint64_t done, uint64_t all);
  void *context;
} verification;

static cs_status compare_tile(void *context, const cs_tile *tile, cs_slice hashes, cs_error *error)
{
  const verification *v = context;
  const cs_hash *stored = read_tile(v->log, (unsigned)tile->level, tile->index, error);
  if (stored == NULL)
    return error->status;
  if (memcmp(stored, hashes.at, hashes.length) == 0)
    return CS_OK;
  return cs_fail(error, CS_INVALID, v->log->verifier.name, (cs_mark){0}, "tile %d/%llu is not what its entries hash to",
                 tile->level, (unsigned long long)tile->index);
}

static cs_status verify_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  verification *v = context;
  cs_hash leaf = cs_hash_leaf(entry.at, entry.length);
  if (index != v->g->tree.size)
    return cs_fail(error, CS_INVALID, v->log->verifier.name, (cs_mark){0}, "entry %llu is missing",
                   (unsigned long long)v->g->tree.size);
  if (hash.length != CS_HASH || memcmp(hash.at, leaf.bytes, CS_HASH) != 0)
    return cs_fail(error, CS_INVALID, v->log->verifier.name, (cs_mark){0}, "entry %llu is not what was recorded",
                   (unsigned long long)index);
  cs_status status = cs_growth_add(v->g, &leaf, compare_tile, v, error);
  if (v->progress != NULL && index % 65536 == 0)
    v->progress(v->context, index, v->all);
  return status;
}

cs_status cs_log_verify(cs_log *log, void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
                        cs_error *error)
{
  cs_growth *g = calloc(1, sizeof *g);
  if (g == NULL)
    return cs_fail_memory(error);
  verification v = {log, g, log->checkpoint.size, progress, context};
  log->tile.bytes.length = 0;
  cs_status status = cs_store_entries(log->store, log->id, 0, log->checkpoint.size, verify_entry, &v, error);
  cs_hash root = cs_tree_root(&g->tree);
  if (status == CS_OK && g->tree.size != log->checkpoint.size)
    status = cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0}, "entry %llu is missing",
                     (unsigned long long)g->tree.size);
  if (status == CS_OK && log->note.length > 0 && !cs_hash_equal(&root, &log->checkpoint.root))
    status = cs_fail(error, CS_INVALID, log->verifier.name, (cs_mark){0},
                     "the entries do not hash to the root that was signed");
  free(g);
  return status;
}
