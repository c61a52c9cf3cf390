/* Visits: the steps of the home's party. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home/sealing.h"

static cs_status refuse(cs_home *home, const char *what, cs_error *error)
{
  return cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0}, "%s", what);
}

/* A visit by its request, in which the home's party takes part; `side` is which. */
static cs_status find_visit(cs_home *home, const cs_visit_list *visits, const char *origin, uint64_t entry,
                            const cs_visit **out, size_t *side, cs_error *error)
{
  *out = cs_visits_find(visits, origin, entry);
  if (*out == NULL)
    return cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                   "entry %llu of %s requests no visit; expected one that \"countersign inspect list\" shows",
                   (unsigned long long)entry, origin);
  if ((*out)->fault != NULL)
    return cs_fail(error, CS_INVALID, home->key.name, (cs_mark){0},
                   "the request is void (%s); expected one that names what was declared", (*out)->fault);
  *side = (*out)->side[CS_INSPECTING].party == home->party ? CS_INSPECTING : CS_INSPECTED;
  return (*out)->side[*side].party == home->party
           ? CS_OK
           : refuse(home, "this visit is of two other parties; expected one of the home's own", error);
}

/* Makes a statement about the request. */
static cs_status state(cs_home *home, cs_statement_kind kind, const cs_visit *v, json_t *extra, int64_t time,
                       uint64_t *stated, cs_error *error)
{
  if (extra == NULL || json_object_set_new(extra, "origin", json_string(v->origin)) != 0 ||
      json_object_set_new(extra, "entry", json_integer((json_int_t)v->entry)) != 0) {
    json_decref(extra);
    return cs_fail_memory(error);
  }
  return cs_home_state(home, kind, NULL, 0, extra, time, stated, NULL, error);
}

/* The record of the vault that belongs to a request: PREFIX/HASH. */
enum { RECORD_NAME = 8 + CS_HEX_HASH };

static void record_name(const char *prefix, const cs_hash *request, char out[RECORD_NAME])
{
  char hex[CS_HEX_HASH];
  sodium_bin2hex(hex, sizeof hex, request->bytes, CS_HASH);
  snprintf(out, RECORD_NAME, "%s/%s", prefix, hex);
}

/* ---- Draws --------------------------------------------------------------------------------------------------- */

static cs_status commit(cs_home *home, cs_vault *vault, const cs_visit *v, int64_t time, cs_error *error)
{
  char name[RECORD_NAME], hex[CS_HEX_HASH];
  unsigned char *kept = NULL;
  size_t length;
  uint64_t stated;
  cs_nonce nonce;
  record_name("draw", &v->leaf, name);
  /* A number that was kept by a try which did not get to state it serves as well. */
  cs_status status = cs_vault_get(vault, name, &kept, &length, error);
  if (status == CS_OK && kept != NULL && length == sizeof nonce)
    memcpy(nonce.bytes, kept, sizeof nonce);
  else
    randombytes_buf(nonce.bytes, sizeof nonce);
  if (status == CS_OK && kept == NULL)
    status = cs_vault_put(vault, &(cs_vault_record){name, {(const char *)nonce.bytes, sizeof nonce}}, 1, error);
  sodium_free(kept);
  if (status == CS_OK) {
    cs_hash hash = cs_joint_commitment(&v->leaf, home->treaty->parties.at[home->party].rule.id, &nonce);
    sodium_bin2hex(hex, sizeof hex, hash.bytes, CS_HASH);
    status = state(home, CS_DRAW_COMMIT, v, json_pack("{s:s}", "hash", hex), time, &stated, error);
  }
  sodium_memzero(&nonce, sizeof nonce);
  return status;
}

static cs_status reveal(cs_home *home, cs_vault *vault, const cs_visit *v, int64_t time, cs_error *error)
{
  char name[RECORD_NAME], hex[CS_HEX_HASH];
  unsigned char *kept = NULL;
  size_t length;
  uint64_t stated;
  record_name("draw", &v->leaf, name);
  cs_status status = cs_vault_get(vault, name, &kept, &length, error);
  if (status == CS_OK && (kept == NULL || length != CS_NONCE))
    status = refuse(home, "the vault does not have the number that was committed to; expected it", error);
  if (status == CS_OK) {
    sodium_bin2hex(hex, sizeof hex, kept, CS_NONCE);
    status = state(home, CS_DRAW_REVEAL, v, json_pack("{s:s}", "nonce", hex), time, &stated, error);
  }
  sodium_free(kept);
  return status;
}

static cs_status draw(cs_home *home, cs_vault *vault, const cs_visit *v, size_t side, int64_t time, cs_text *says,
                      cs_error *error)
{
  const cs_visit_side *mine = &v->side[side], *other = &v->side[1 - side];
  const char *who = home->treaty->parties.at[other->party].rule.id;
  cs_status status = CS_OK;
  if (v->designated)
    return refuse(home, "the place of this visit is designated; expected one that is drawn", error);
  if (mine->commit < 0) {
    status = commit(home, vault, v, time, error);
    cs_text_add(says,
                other->commit < 0 ? "committed; when %s has committed too, and after \"sync\", this command reveals\n"
                                  : "committed, as %s has; the next time, this command reveals\n",
                who);
  } else if (other->commit < 0) {
    cs_text_add(says, "waiting for %s to commit\n", who);
  } else if (mine->reveal < 0) {
    status = reveal(home, vault, v, time, error);
    cs_text_add(says, "revealed; the place is known when %s has revealed too\n", who);
  } else if (other->reveal < 0) {
    cs_text_add(says, "waiting for %s to reveal\n", who);
  } else if (!other->sound) {
    cs_text_add(says, "%s revealed another number than it committed to: it has broken off the draw\n", who);
  } else if (v->facility == NULL) {
    cs_text_add(says, "the declaration names no facility that could be drawn\n");
  } else {
    cs_text_add(says, "drawn: %s\n", v->facility);
  }
  return status;
}

cs_status cs_home_draw(cs_home *home, cs_vault *vault, const char *origin, uint64_t entry, int64_t time, cs_text *says,
                       cs_error *error)
{
  cs_visit_list visits;
  const cs_visit *v = NULL;
  size_t side = CS_INSPECTING;
  cs_status status = cs_home_visits(home, CS_DATE_NONE, &visits, error);
  if (status != CS_OK)
    return status;
  status = find_visit(home, &visits, origin, entry, &v, &side, error);
  if (status == CS_OK)
    status = draw(home, vault, v, side, time, says, error);
  cs_visits_free(&visits);
  return status;
}

/* ---- Opening ------------------------------------------------------------------------------------------------- */

/* The visit of a request whose place the home's party can open. */
static cs_status find_opened(cs_home *home, const cs_visit_list *visits, const char *origin, uint64_t entry,
                             const cs_visit **out, cs_error *error)
{
  size_t side = CS_INSPECTING;
  cs_status status = find_visit(home, visits, origin, entry, out, &side, error);
  if (status != CS_OK || *out == NULL)
    return status;
  if (side != CS_INSPECTED)
    return refuse(home, "the inspected party opens the place; expected its home", error);
  if ((*out)->facility == NULL)
    return refuse(home, "the place is not known yet; expected both numbers of the draw", error);
  return CS_OK;
}

/* The record of the vault that holds a file for inspectors: visit/REQUEST/FILE, by their hashes. */
enum { FILE_NAME = 8 + 2 * CS_HEX_HASH };

static void file_name(const cs_visit *v, const char *hash, char out[FILE_NAME])
{
  char request[RECORD_NAME];
  record_name("visit", &v->leaf, request);
  snprintf(out, FILE_NAME, "%s/%s", request, hash);
}

/* The file that was stated, from the vault. */
static cs_status get_file(cs_home *home, cs_vault *vault, const cs_visit *v, cs_text *file, cs_error *error)
{
  char name[FILE_NAME];
  unsigned char *kept = NULL;
  size_t length;
  file_name(v, v->opening, name);
  cs_status status = cs_vault_get(vault, name, &kept, &length, error);
  if (status == CS_OK && kept == NULL)
    status =
      refuse(home, "the place was opened before, by a file that the vault does not have; expected that file", error);
  if (status == CS_OK)
    cs_text_put(file, (const char *)kept, length);
  sodium_free(kept);
  return status == CS_OK && file->failed ? cs_fail_memory(error) : status;
}

/* A new one, which is in the vault, on disk, before anybody has it. */
static cs_status make_file(cs_home *home, cs_vault *vault, const cs_visit *v, cs_text *file, cs_error *error)
{
  char name[FILE_NAME], hash[CS_HEX_HASH];
  cs_arena arena = {0};
  cs_moves moves = {0};
  cs_status status = cs_home_moves(home, v, &arena, &moves, error);
  if (status == CS_OK)
    status = cs_home_open_place(home, vault, (uint64_t)v->declaration, v->facility, &moves, file, error);
  cs_moves_free(&moves);
  cs_arena_free(&arena);
  if (status != CS_OK)
    return status;
  cs_hex_hash((cs_slice){file->at, file->length}, hash);
  file_name(v, hash, name);
  return cs_vault_put(vault, &(cs_vault_record){name, {file->at, file->length}}, 1, error);
}

cs_status cs_home_visit_file(cs_home *home, cs_vault *vault, const char *origin, uint64_t entry, cs_text *file,
                             cs_error *error)
{
  cs_visit_list visits;
  const cs_visit *v = NULL;
  cs_status status = cs_home_visits(home, CS_DATE_NONE, &visits, error);
  if (status != CS_OK)
    return status;
  status = find_opened(home, &visits, origin, entry, &v, error);
  if (status == CS_OK)
    status = v->opened >= 0 ? get_file(home, vault, v, file, error) : make_file(home, vault, v, file, error);
  cs_visits_free(&visits);
  return status;
}

/* What is said of the file: the place, its hash, and the moves that it opens. NULL when out of memory. */
static json_t *opening_json(const cs_visit *v, const cs_moves *moves, const char *hash)
{
  json_t *entries = moves->count == 0 ? NULL : json_array();
  for (size_t i = 0; i < moves->count; i++)
    json_array_append_new(entries, json_integer((json_int_t)moves->at[i].entry));
  json_t *out = json_pack("{s:s, s:s}", "facility", v->facility, "opening", hash);
  if (out != NULL && entries != NULL)
    json_object_set(out, "moves", entries);
  json_decref(entries);
  return out;
}

/* What was notified while the file was written is not in it. */
static cs_status check_moves(cs_home *home, const cs_moves *moves, cs_slice file, cs_error *error)
{
  json_t *json = json_loadb(file.at, file.length, 0, NULL);
  bool all = true;
  for (size_t i = 0; i < moves->count; i++)
    all = all && cs_move_opened(json_object_get(json, "opening"), moves->at[i].entry) != NULL;
  json_decref(json);
  return all ? CS_OK : refuse(home, "a move was notified since the file was made; expected a new file", error);
}

cs_status cs_home_open_visit(cs_home *home, const char *origin, uint64_t entry, cs_slice file, int64_t time,
                             uint64_t *stated, cs_error *error)
{
  cs_visit_list visits;
  cs_moves moves = {0};
  const cs_visit *v = NULL;
  char hash[CS_HEX_HASH];
  cs_status status = cs_home_visits(home, CS_DATE_NONE, &visits, error);
  if (status != CS_OK)
    return status;
  cs_hex_hash(file, hash);
  status = find_opened(home, &visits, origin, entry, &v, error);
  bool again = status == CS_OK && v->opened >= 0 && strcmp(v->opening, hash) == 0;
  if (again)
    *stated = (uint64_t)v->opened;
  if (status == CS_OK && !again)
    status = cs_home_moves(home, v, &visits.arena, &moves, error);
  if (status == CS_OK && !again)
    status = check_moves(home, &moves, file, error);
  if (status == CS_OK && !again)
    status = state(home, CS_INSPECT_OPEN, v, opening_json(v, &moves, hash), time, stated, error);
  cs_moves_free(&moves);
  cs_visits_free(&visits);
  return status;
}
