/* Following a peer's ledger: fetched, checked, kept, cosigned. */
#include <stdlib.h>
#include <string.h>

#include "net/net.h"

enum {
  CHECKPOINT_BYTES = CS_NOTE_LONGEST,
  BUNDLE_BYTES = CS_TILE_WIDTH * (2 + CS_ENTRY_LONGEST),
  TILE_BYTES = CS_TILE_WIDTH * CS_HASH,
  ANSWER_BYTES = 4096,
};

typedef struct session {
  cs_home *home;
  const cs_peer *peer;
  cs_sync_report *report;
  cs_error *error;
  int64_t time;
  cs_log *log;          /* the copy */
  size_t party;         /* whose ledger it is */
  cs_verifier cosigner; /* and the key that puts the time on its checkpoints; no name: not known yet */
  cs_shown shown;       /* the checkpoint that bore the latest time, before this synchronisation */
  cs_text raw;          /* the peer's checkpoint, as it came */
  cs_text note;         /* the same with the peer's signature only */
  cs_checkpoint now;    /* and what it says */
  cs_text body;         /* of the answer that is being read */
  struct {              /* the tile of the peer that was read last */
    cs_tile which;
    cs_text bytes;
  } tile;
  struct { /* entries that are at fault, the first of them */
    uint64_t index;
    bool backdated; /* or else the agreement does not admit it */
  } bad[64];
  size_t bad_count;
  struct { /* entries that prove something, verified when they and those before them are in the store */
    uint64_t *at;
    size_t count, capacity;
  } proofs;
} session;

static cs_status fail(session *s, const char *what)
{
  return cs_fail(s->error, CS_INVALID, s->peer->url, (cs_mark){0}, "%s", what);
}

/* GET of a path under the peer's address, with status 200. */
static cs_status get(session *s, const char *path, size_t limit, cs_text *out)
{
  cs_text url = {0};
  long code = 0;
  cs_text_add(&url, "%s/%s", s->peer->url, path);
  cs_status status = url.failed ? cs_fail_memory(s->error) : cs_http(url.at, NULL, limit, &code, out, s->error);
  if (status == CS_OK && code != 200)
    status = cs_fail(s->error, CS_INVALID, url.at, (cs_mark){0}, "the answer is HTTP status %ld; expected 200", code);
  cs_text_free(&url);
  return status;
}

/* ---- The checkpoint ------------------------------------------------------------------------------------------ */

static cs_status get_checkpoint(session *s)
{
  cs_note note;
  cs_status status = get(s, "checkpoint", CHECKPOINT_BYTES, &s->raw);
  if (status == CS_OK)
    status = cs_note_parse((cs_slice){s->raw.at, s->raw.length}, s->peer->url, &note, s->error);
  if (status == CS_OK)
    status = cs_checkpoint_parse(note.text, s->peer->url, &s->now, s->error);
  if (status != CS_OK)
    return status;
  if (strcmp(s->now.origin, s->peer->key.name) != 0)
    return cs_fail(s->error, CS_INVALID, s->peer->url, (cs_mark){0}, "this is the ledger \"%s\"; expected \"%s\"",
                   s->now.origin, s->peer->key.name);
  if (cs_note_verify(&note, &s->peer->key, NULL) != CS_SIGNED)
    return fail(s, "the checkpoint is not signed by the peer's key");
  cs_note_keep(&note, &s->peer->key, &s->note);
  s->report->size = s->now.size;
  return s->note.failed ? cs_fail_memory(s->error) : CS_OK;
}

/* ---- Accusations --------------------------------------------------------------------------------------------- */

/* Keeps evidence that convinces, and only that. */
static cs_status accuse(session *s, const cs_evidence *evidence)
{
  cs_text path = {0}, json = {0};
  cs_status status = cs_evidence_format(evidence, &json, s->error);
  if (status == CS_OK)
    status = cs_evidence_verify((cs_slice){json.at, json.length}, s->peer->key.name, &s->report->accusation, s->error);
  if (status == CS_OK)
    status = cs_home_keep_evidence(s->home, evidence, &path, s->error);
  if (status == CS_OK)
    cs_text_add(&s->report->evidence, "%s\n", path.at);
  cs_text_free(&json);
  cs_text_free(&path);
  return status;
}

/* What the copy's checkpoint and the one of now prove together. */
static cs_status accuse_of(session *s, cs_evidence_kind kind, const cs_proof *proof)
{
  return accuse(s, &(cs_evidence){.kind = kind,
                                  .ledger = &s->peer->key,
                                  .first = cs_log_note(s->log),
                                  .second = {s->note.at, s->note.length},
                                  .proof = proof});
}

/* Hashes of the peer's tree, from its tiles. */
static cs_status read_remote(void *context, unsigned level, uint64_t index, cs_hash *out, cs_error *error)
{
  session *s = context;
  unsigned height = level % CS_TILE_HEIGHT;
  uint64_t first = index << height;
  cs_tile tile = {.level = (int)(level / CS_TILE_HEIGHT), .index = first / CS_TILE_WIDTH};
  char path[CS_TILE_PATH];
  tile.width = cs_tile_width(tile.level, tile.index, s->now.size);
  if (s->tile.which.width != tile.width || s->tile.which.level != tile.level || s->tile.which.index != tile.index) {
    s->tile.which.width = 0;
    cs_status status = get(s, cs_tile_path(&tile, path), TILE_BYTES, &s->tile.bytes);
    if (status != CS_OK)
      return status;
    if (s->tile.bytes.length != (size_t)tile.width * CS_HASH)
      return cs_fail(error, CS_INVALID, s->peer->url, (cs_mark){0}, "the tile %s has %zu bytes; expected %u", path,
                     s->tile.bytes.length, tile.width * CS_HASH);
    s->tile.which = tile;
  }
  cs_hash work[CS_TILE_WIDTH];
  size_t count = (size_t)1 << height, at = (size_t)(first % CS_TILE_WIDTH);
  if (at + count > tile.width)
    return cs_fail(error, CS_INVALID, s->peer->url, (cs_mark){0}, "a hash outside the tree was asked for");
  memcpy(work, s->tile.bytes.at + at * CS_HASH, count * CS_HASH);
  for (; count > 1; count /= 2)
    for (size_t i = 0; i < count / 2; i++)
      work[i] = cs_hash_node(&work[2 * i], &work[2 * i + 1]);
  *out = work[0];
  return CS_OK;
}

/* The peer signed a tree whose entries, as it gave them, do not hash to its root. Either its history does not begin with
 * what it signed before, which its own tiles then prove, or it serves entries that it did not sign. */
static cs_status explain_mismatch(session *s)
{
  cs_checkpoint before = cs_log_checkpoint(s->log);
  cs_hash_source remote = {read_remote, s};
  cs_proof proof;
  cs_status status = cs_log_discard(s->log, s->error);
  if (status != CS_OK || before.size == 0)
    return status != CS_OK ? status : fail(s, "the entries that it serves are not what it signed");
  status = cs_prove_prefix(&remote, before.size, s->now.size, &proof, s->error);
  if (status != CS_OK)
    return status;
  if (accuse_of(s, CS_EVIDENCE_INCONSISTENT, &proof) == CS_OK)
    return CS_OK;
  return fail(s, "the entries that it serves are not what it signed");
}

/* The checkpoint of now is of a smaller tree than the copy. Where it is not even how the copy begins, the two are two
 * histories. */
static cs_status accuse_of_shorter_fork(session *s)
{
  cs_hash_source hashes = cs_log_hashes(s->log);
  cs_proof proof;
  cs_status status = cs_prove_prefix(&hashes, s->now.size, cs_log_checkpoint(s->log).size, &proof, s->error);
  if (status != CS_OK)
    return status;
  return accuse(s, &(cs_evidence){.kind = CS_EVIDENCE_INCONSISTENT,
                                  .ledger = &s->peer->key,
                                  .first = {s->note.at, s->note.length},
                                  .second = cs_log_note(s->log),
                                  .proof = &proof});
}

/* The ledger itself put a later time on the smaller tree than on the larger one. */
static cs_status accuse_of_going_back(session *s)
{
  cs_text adoption = {0};
  cs_proof proof;
  cs_hash_source own = cs_log_hashes(s->log), remote = {read_remote, s};
  const cs_hash_source *source = s->now.size <= cs_log_checkpoint(s->log).size ? &own : &remote;
  cs_status status = cs_log_entries(s->log, 0, 1, cs_store_entry_add, &adoption, s->error);
  if (status == CS_OK)
    status = cs_prove_inclusion(source, 0, s->now.size, &proof, s->error);
  if (status == CS_OK)
    status = accuse(s, &(cs_evidence){.kind = CS_EVIDENCE_ROLLBACK,
                                      .ledger = &s->peer->key,
                                      .first = {s->shown.note.at, s->shown.note.length},
                                      .second = {s->raw.at, s->raw.length},
                                      .adoption = {adoption.at, adoption.length},
                                      .adoption_proof = &proof});
  cs_text_free(&adoption);
  return status;
}

/* The peer shows less than it has shown before. That by itself proves nothing against it, since somebody on the way may
 * show an old checkpoint: either it contradicts what the copy holds, or it bears a later time. */
static cs_status went_back(session *s)
{
  bool begins = true;
  cs_checkpoint copy = cs_log_checkpoint(s->log);
  uint64_t most = copy.size > s->shown.checkpoint.size ? copy.size : s->shown.checkpoint.size;
  cs_status status = CS_OK;
  if (s->now.size > 0 && s->now.size < copy.size)
    status = cs_log_begins_with(s->log, &s->now, &begins, s->error);
  if (status != CS_OK)
    return status;
  if (!begins)
    return accuse_of_shorter_fork(s);
  if (s->now.size > 0 && s->now.size < s->shown.checkpoint.size && accuse_of_going_back(s) == CS_OK)
    return CS_OK;
  return cs_fail(
    s->error, CS_INVALID, s->peer->url, (cs_mark){0},
    "it shows %llu entries, and has shown %llu before; expected no fewer (nothing proves that the ledger went "
    "back: an old checkpoint may have been put in the way)",
    (unsigned long long)s->now.size, (unsigned long long)most);
}

/* ---- Entries ------------------------------------------------------------------------------------------------- */

/* The first entry says whose ledger it is, and under which agreement. */
static cs_status check_adoption(session *s, cs_slice entry)
{
  cs_statement statement;
  cs_status status = cs_statement_parse(entry, s->peer->url, &statement, s->error);
  if (status != CS_OK)
    return status;
  const char *treaty = cs_statement_text(&statement, "treaty"), *key = cs_statement_text(&statement, "key");
  cs_verifier verifier;
  if (statement.kind != CS_ADOPT)
    status = fail(s, "its ledger does not begin with the adoption of an agreement");
  else if (strcmp(treaty, s->home->treaty_hash) != 0)
    status = fail(s, "its ledger is under another agreement, or another version of it");
  else if (!cs_verifier_parse(cs_slice_of(key), &verifier) ||
           memcmp(verifier.key, s->peer->key.key, CS_PUBLIC_KEY) != 0)
    status = fail(s, "its ledger names another key than the one that signs it");
  else
    s->party = cs_treaty_find(s->home->treaty, CS_KEY_PARTY, cs_statement_text(&statement, "party"));
  if (status == CS_OK && s->party == SIZE_MAX)
    status = fail(s, "its ledger is that of no party of the agreement");
  cs_statement_free(&statement);
  return status;
}

static void note_bad(session *s, uint64_t index, bool refused)
{
  s->report->refused += refused;
  if (s->bad_count == CS_COUNT_OF(s->bad))
    return;
  s->bad[s->bad_count].index = index;
  s->bad[s->bad_count++].backdated = !refused;
}

static bool note_proof(session *s, uint64_t index)
{
  if (!cs_grow((void **)&s->proofs.at, &s->proofs.capacity, s->proofs.count, sizeof *s->proofs.at))
    return false;
  s->proofs.at[s->proofs.count++] = index;
  return true;
}

/* Whether the agreement admits an entry, and it is not dated before a checkpoint which does not have it; what is at fault is
 * kept in mind as evidence to be. */
static cs_status check_entry(session *s, uint64_t index, cs_slice entry)
{
  cs_statement statement;
  cs_error fault;
  cs_admission admission = CS_ADMITTED;
  bool good = cs_statement_parse(entry, NULL, &statement, &fault) == CS_OK, backdated = false, proves = false;
  if (good) {
    good = cs_statement_admit(&statement, s->home->treaty, s->party, NULL, &admission, &fault) == CS_OK;
    backdated =
      good && index >= s->shown.checkpoint.size && statement.time + CS_CLOCK_TOLERANCE < (int64_t)s->shown.time;
    proves = statement.kind == CS_CLAIM || json_object_get(statement.json, "sealed") != NULL;
    cs_statement_free(&statement);
  }
  s->report->late += good && admission == CS_ADMITTED_LATE;
  s->report->backdated += backdated;
  if (!good || backdated)
    note_bad(s, index, !good);
  return !good || !proves || note_proof(s, index) ? CS_OK : cs_fail_memory(s->error);
}

static cs_status check_proof(session *s, cs_home_entries *entries, uint64_t index)
{
  cs_text bytes = {0};
  cs_statement statement = {0};
  cs_error fault = {0};
  bool found;
  const cs_treaty *treaty = s->home->treaty;
  cs_seal_bound bound = {s->home->treaty_hash, treaty->parties.at[s->party].rule.id, s->peer->key.name};
  cs_entry_source source = cs_home_entry_source(entries);
  entries->end = index + 1;
  cs_status status = source.read(source.context, index, &bytes, &found, s->error);
  if (status == CS_OK)
    status = cs_statement_parse((cs_slice){bytes.at, bytes.length}, NULL, &statement, s->error);
  entries->end = index; /* it speaks of what was there before it */
  if (status == CS_OK && cs_statement_verify(&statement, treaty, &bound, &source, NULL, &fault) == CS_INVALID)
    note_bad(s, index, true);
  if (fault.status == CS_SYSTEM) {
    *s->error = fault;
    status = CS_SYSTEM;
  }
  cs_statement_free(&statement);
  cs_text_free(&bytes);
  return status;
}

/* Verifies what was fetched and proves something. */
static cs_status check_proofs(session *s)
{
  cs_home_entries entries = {.store = s->home->store};
  cs_status status =
    s->proofs.count == 0 ? CS_OK : cs_store_ledger(s->home->store, s->peer->key.name, &entries.ledger, s->error);
  for (size_t i = 0; i < s->proofs.count && status == CS_OK; i++)
    status = check_proof(s, &entries, s->proofs.at[i]);
  s->proofs.count = 0;
  return status;
}

/* Takes the entries of a bundle from `index` on into the copy. */
static cs_status take_bundle(session *s, uint64_t first, unsigned width)
{
  cs_slice bundle = {s->body.at, s->body.length}, entries[CS_TILE_WIDTH], entry;
  uint64_t have = cs_log_fetched(s->log);
  size_t count = 0;
  for (uint64_t index = first; index < first + width; index++) {
    if (!cs_bundle_next(&bundle, &entry) || entry.length == 0)
      return fail(s, "a bundle of entries is broken");
    if (index < have)
      continue;
    cs_status status = index == 0 ? check_adoption(s, entry) : CS_OK;
    if (status == CS_OK)
      status = check_entry(s, index, entry);
    if (status != CS_OK)
      return status;
    entries[count++] = entry;
  }
  if (bundle.length > 0)
    return fail(s, "a bundle holds more than its entries");
  s->report->fetched += count;
  cs_status status = cs_log_fetch(s->log, entries, count, s->error);
  return status == CS_OK ? check_proofs(s) : status;
}

/* An entry that an earlier, interrupted synchronisation fetched. */
static cs_status check_fetched(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  session *s = context;
  (void)hash;
  (void)error;
  cs_status status = index == 0 ? check_adoption(s, entry) : CS_OK;
  return status == CS_OK ? check_entry(s, index, entry) : status;
}

static cs_status fetch_entries(session *s, cs_sync_progress progress, void *context)
{
  char path[CS_TILE_PATH];
  cs_status status = CS_OK;
  while (status == CS_OK && cs_log_fetched(s->log) < s->now.size) {
    cs_tile tile = {.level = CS_TILE_ENTRIES, .index = cs_log_fetched(s->log) / CS_TILE_WIDTH};
    tile.width = cs_tile_width(CS_TILE_ENTRIES, tile.index, s->now.size);
    status = get(s, cs_tile_path(&tile, path), BUNDLE_BYTES, &s->body);
    if (status == CS_OK)
      status = take_bundle(s, tile.index * CS_TILE_WIDTH, tile.width);
    if (progress != NULL)
      progress(context, cs_log_fetched(s->log), s->now.size);
  }
  return status;
}

/* ---- What the agreement does not admit ----------------------------------------------------------------------- */

/* What evidence of all of them has in common. */
typedef struct bad_entries {
  cs_file treaty;
  cs_text adoption; /* the first entry */
  cs_proof proof, adoption_proof;
} bad_entries;

/* Evidence of an entry, with what it rests on. */
static cs_status keep_bad_entry(session *s, bad_entries *b, uint64_t index, bool backdated)
{
  cs_text path = {0}, entry = {0};
  cs_arena arena = {0};
  cs_statement statement = {0};
  cs_reference *references = NULL;
  size_t count = 0;
  cs_error fault;
  cs_hash_source hashes = cs_log_hashes(s->log);
  cs_status status = cs_prove_inclusion(&hashes, index, s->now.size, &b->proof, s->error);
  if (status == CS_OK)
    status = cs_log_entries(s->log, index, 1, cs_store_entry_add, &entry, s->error);
  if (status == CS_OK && cs_statement_parse((cs_slice){entry.at, entry.length}, NULL, &statement, &fault) == CS_OK)
    status = cs_home_references(s->log, &statement, &arena, &references, &count, s->error);
  cs_evidence evidence = {
    .kind = backdated ? CS_EVIDENCE_BACKDATED : CS_EVIDENCE_STATEMENT,
    .ledger = &s->peer->key,
    .second = {s->note.at, s->note.length},
    .proof = &b->proof,
    .index = index,
    .entry = {entry.at, entry.length},
    .adoption = {b->adoption.at, b->adoption.length},
    .adoption_proof = &b->adoption_proof,
    .references = references,
    .reference_count = count,
  };
  if (backdated)
    evidence.first = (cs_slice){s->shown.note.at, s->shown.note.length};
  else
    evidence.treaty = (cs_slice){b->treaty.bytes, b->treaty.length};
  if (status == CS_OK)
    status = cs_home_keep_evidence(s->home, &evidence, &path, s->error);
  if (status == CS_OK)
    cs_text_add(&s->report->evidence, "%s\n", path.at);
  cs_statement_free(&statement);
  cs_arena_free(&arena);
  cs_text_free(&entry);
  cs_text_free(&path);
  return status;
}

static cs_status keep_bad_entries(session *s)
{
  if (s->bad_count == 0)
    return CS_OK;
  bad_entries *b = calloc(1, sizeof *b);
  if (b == NULL)
    return cs_fail_memory(s->error);
  cs_hash_source hashes = cs_log_hashes(s->log);
  cs_status status = cs_home_treaty_file(s->home, &b->treaty, s->error);
  if (status == CS_OK)
    status = cs_log_entries(s->log, 0, 1, cs_store_entry_add, &b->adoption, s->error);
  if (status == CS_OK)
    status = cs_prove_inclusion(&hashes, 0, s->now.size, &b->adoption_proof, s->error);
  for (size_t i = 0; i < s->bad_count && status == CS_OK; i++)
    status = keep_bad_entry(s, b, s->bad[i].index, s->bad[i].backdated);
  cs_text_free(&b->adoption);
  cs_file_free(&b->treaty);
  free(b);
  return status;
}

/* ---- Cosigning ----------------------------------------------------------------------------------------------- */

/* What was cosigned before, by any way, is a part of the copy. */
static cs_status check_cosigned(session *s, cs_checkpoint *last)
{
  bool begins;
  cs_status status = cs_home_cosigned(s->home, s->peer->key.name, last, s->error);
  if (status != CS_OK || last->size == 0)
    return status;
  if (last->size > s->now.size)
    return fail(s, "a larger checkpoint of this ledger was cosigned before; this one is not");
  status = cs_log_begins_with(s->log, last, &begins, s->error);
  if (status == CS_OK && !begins)
    status = fail(s, "this ledger does not begin with what was cosigned of it before");
  return status;
}

static cs_status cosign(session *s)
{
  cs_note note;
  cs_checkpoint last;
  cs_text line = {0}, body = {0}, url = {0};
  long code = 0;
  cs_status status = s->home->secrets == NULL ? CS_OK : check_cosigned(s, &last);
  if (status != CS_OK || s->home->secrets == NULL)
    return status;
  status =
    cs_home_cosign(s->home, &s->peer->key, &last, (cs_slice){s->note.at, s->note.length}, s->time, &line, s->error);
  s->report->cosigned = status == CS_OK;
  if (status == CS_OK)
    status = cs_note_parse((cs_slice){s->note.at, s->note.length}, s->peer->url, &note, s->error);
  if (status == CS_OK) {
    cs_text_put(&body, note.text.at, note.text.length);
    cs_text_add(&body, "\n%s", line.at);
    cs_text_add(&url, "%s/api/v1/cosignatures", s->peer->url);
    status = body.failed || url.failed ? cs_fail_memory(s->error) : CS_OK;
  }
  cs_error ignored; /* a peer that does not take it is not followed any less */
  if (status == CS_OK &&
      cs_http(url.at, &(cs_slice){body.at, body.length}, ANSWER_BYTES, &code, &s->body, &ignored) == CS_OK)
    s->report->delivered = code == 204;
  cs_text_free(&line);
  cs_text_free(&body);
  cs_text_free(&url);
  return status;
}

/* ---- One peer ------------------------------------------------------------------------------------------------ */

/* Forgets what was fetched and not accepted, and what was found in it. */
static cs_status start_again(session *s)
{
  s->report->fetched = s->report->late = s->report->refused = s->report->backdated = 0;
  s->bad_count = s->proofs.count = 0;
  return cs_log_discard(s->log, s->error);
}

/* The checkpoint is larger than the copy: the rest is fetched, and compared with what was signed. */
static cs_status grow(session *s, cs_sync_progress progress, void *context)
{
  uint64_t before = cs_log_checkpoint(s->log).size;
  /* What is there of a larger checkpoint was never accepted. */
  cs_status status = cs_log_fetched(s->log) > s->now.size ? start_again(s) : CS_OK;
  bool resumed = cs_log_fetched(s->log) > before;
  if (status == CS_OK)
    status = cs_log_fetched_entries(s->log, before, check_fetched, s, s->error);
  if (status == CS_OK)
    status = check_proofs(s);
  if (status == CS_OK)
    status = fetch_entries(s, progress, context);
  cs_hash root = cs_log_fetched_root(s->log);
  if (status == CS_OK && resumed && !cs_hash_equal(&root, &s->now.root)) { /* what was left may be the fault */
    status = start_again(s);
    if (status == CS_OK)
      status = fetch_entries(s, progress, context);
    root = cs_log_fetched_root(s->log);
  }
  if (status != CS_OK)
    return status;
  if (!cs_hash_equal(&root, &s->now.root))
    return explain_mismatch(s);
  status = cs_log_accept(s->log, (cs_slice){s->note.at, s->note.length}, &s->now, s->error);
  return status == CS_OK ? keep_bad_entries(s) : status;
}

/* What the home knows of the ledger from before. */
static cs_status recall(session *s)
{
  cs_status status = cs_log_open(s->home->store, &s->peer->key, NULL, &s->log, s->error);
  if (status == CS_OK && cs_log_checkpoint(s->log).size > 0)
    status = cs_home_party_of(s->home, s->log, &s->party, &s->cosigner, s->error);
  return status == CS_OK ? cs_home_shown(s->home, &s->peer->key, &s->cosigner, &s->shown, s->error) : status;
}

/* Keeps the time that the ledger put on its checkpoint. */
static cs_status remember(session *s)
{
  cs_status status = CS_OK;
  if (s->cosigner.name[0] == '\0')
    status = cs_home_party_of(s->home, s->log, &s->party, &s->cosigner, s->error);
  if (status == CS_OK)
    status = cs_home_keep_shown(s->home, &s->peer->key, &s->cosigner, (cs_slice){s->raw.at, s->raw.length}, s->error);
  return status;
}

static cs_status follow(session *s, cs_sync_progress progress, void *context)
{
  cs_status status = get_checkpoint(s);
  if (status == CS_OK)
    status = recall(s);
  if (status != CS_OK)
    return status;
  cs_checkpoint before = cs_log_checkpoint(s->log);
  if (s->now.size < before.size || s->now.size < s->shown.checkpoint.size)
    return went_back(s);
  if (s->now.size == before.size && before.size > 0 && !cs_hash_equal(&s->now.root, &before.root))
    return accuse_of(s, CS_EVIDENCE_FORK, NULL);
  if (s->now.size > before.size)
    status = grow(s, progress, context);
  if (status != CS_OK || s->report->accusation.length > 0 || s->now.size == 0)
    return status;
  status = cosign(s);
  return status == CS_OK ? remember(s) : status;
}

cs_status cs_sync_peer(cs_home *home, const cs_peer *peer, int64_t time, cs_sync_progress progress, void *context,
                       cs_sync_report *report, cs_error *error)
{
  *report = (cs_sync_report){0};
  session *s = calloc(1, sizeof *s);
  if (s == NULL)
    return cs_fail_memory(error);
  *s = (session){.home = home, .peer = peer, .report = report, .error = error, .time = time, .party = SIZE_MAX};
  cs_status status = follow(s, progress, context);
  cs_log_close(s->log);
  free(s->proofs.at);
  cs_text_free(&s->shown.note);
  cs_text_free(&s->raw);
  cs_text_free(&s->note);
  cs_text_free(&s->body);
  cs_text_free(&s->tile.bytes);
  free(s);
  return status;
}

void cs_sync_report_free(cs_sync_report *report)
{
  cs_text_free(&report->evidence);
  cs_text_free(&report->accusation);
}
