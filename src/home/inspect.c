/* Visits: the steps of the home's party. */
#include <sodium.h>
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

/* ---- Draws --------------------------------------------------------------------------------------------------- */

enum { NONCE_NAME = 5 + 64 + 1 };

/* The record of the vault that holds the party's number for a request. */
static void nonce_name(const cs_hash *request, char out[NONCE_NAME])
{
  static const char prefix[] = {'d', 'r', 'a', 'w', '/'};
  memcpy(out, prefix, sizeof prefix);
  sodium_bin2hex(out + sizeof prefix, NONCE_NAME - sizeof prefix, request->bytes, CS_HASH);
}

static cs_status commit(cs_home *home, cs_vault *vault, const cs_visit *v, int64_t time, cs_error *error)
{
  char name[NONCE_NAME], hex[CS_HEX_HASH];
  unsigned char *kept = NULL;
  size_t length;
  uint64_t stated;
  cs_nonce nonce;
  nonce_name(&v->leaf, name);
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
  char name[NONCE_NAME], hex[CS_HEX_HASH];
  unsigned char *kept = NULL;
  size_t length;
  uint64_t stated;
  nonce_name(&v->leaf, name);
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

/* What is said of the file: the place, its hash, and the moves that it opens. NULL when out of memory. */
static json_t *opening_json(const cs_visit *v, const cs_moves *moves, const cs_text *file)
{
  char hash[CS_HEX_HASH];
  json_t *entries = moves->count == 0 ? NULL : json_array();
  cs_hex_hash((cs_slice){file->at, file->length}, hash);
  for (size_t i = 0; i < moves->count; i++)
    json_array_append_new(entries, json_integer((json_int_t)moves->at[i].entry));
  json_t *out = json_pack("{s:s, s:s}", "facility", v->facility, "opening", hash);
  if (out != NULL && entries != NULL)
    json_object_set(out, "moves", entries);
  json_decref(entries);
  return out;
}

cs_status cs_home_open_visit(cs_home *home, cs_vault *vault, const char *origin, uint64_t entry, int64_t time,
                             cs_text *file, uint64_t *stated, cs_error *error)
{
  cs_visit_list visits;
  cs_moves moves = {0};
  const cs_visit *v = NULL;
  size_t side = CS_INSPECTING;
  cs_status status = cs_home_visits(home, CS_DATE_NONE, &visits, error);
  if (status != CS_OK)
    return status;
  status = find_visit(home, &visits, origin, entry, &v, &side, error);
  if (status == CS_OK && side != CS_INSPECTED)
    status = refuse(home, "the inspected party opens the place; expected its home", error);
  if (status == CS_OK && v->facility == NULL)
    status = refuse(home, "the place is not known yet; expected both numbers of the draw", error);
  if (status == CS_OK && v->opened >= 0)
    status = refuse(home, "this place was opened before; expected it once", error);
  if (status == CS_OK)
    status = cs_home_moves(home, v, &visits.arena, &moves, error);
  if (status == CS_OK)
    status = cs_home_open_place(home, vault, (uint64_t)v->declaration, v->facility, &moves, file, error);
  if (status == CS_OK)
    status = state(home, CS_INSPECT_OPEN, v, opening_json(v, &moves, file), time, stated, error);
  cs_moves_free(&moves);
  cs_visits_free(&visits);
  return status;
}
