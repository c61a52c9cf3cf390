/* Players: their homes on disk, their servers, and how they follow one another. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "exercise/game.h"

cs_player *cs_player_of(cs_game *game, size_t party)
{
  for (size_t i = 0; i < game->player_count; i++)
    if (game->players[i].party == party)
      return &game->players[i];
  return &game->players[0];
}

cs_player *cs_player_named(cs_game *game, const char *name)
{
  for (size_t i = 0; i < game->player_count; i++)
    if (strcmp(game->players[i].name, name) == 0)
      return &game->players[i];
  return &game->players[0];
}

cs_status cs_players_by(cs_game *game, const cs_action *action, bool parties, cs_player ***out, size_t *count)
{
  *out = cs_arena_array(&game->arena, game->player_count + action->by.count,
                        sizeof(cs_player *)); /* NOLINT(bugprone-sizeof-expression): pointers */
  *count = 0;
  if (*out == NULL)
    return cs_fail_memory(game->error);
  for (size_t i = 0; i < action->by.count; i++) {
    cs_player *p = cs_player_named(game, action->by.at[i]);
    if (parties && p->party == (size_t)CS_OBSERVER)
      return CS_FAIL_ACTION(game->error, game->x, action, by, "the observer cannot \"%s\"; expected a party",
                            action->what);
    (*out)[(*count)++] = p;
  }
  for (size_t i = 0; i < game->player_count && action->by.count == 0; i++)
    if (!parties || game->players[i].party != (size_t)CS_OBSERVER)
      (*out)[(*count)++] = &game->players[i];
  return CS_OK;
}

int64_t cs_player_now(const cs_game *game, const cs_player *player)
{
  return game->now + player->clock;
}

bool cs_player_acts(cs_game *game, const cs_step *step, const cs_player *player)
{
  if (player->home == NULL)
    cs_tell(game, player, step, CS_NEWS_BAD, "cannot: its node is down");
  return player->home != NULL;
}

/* ---- Homes and servers --------------------------------------------------------------------------------------- */

cs_status cs_player_open(cs_game *game, cs_player *p)
{
  cs_status status = cs_home_open(p->directory, CS_STORE_WRITE, &p->home, game->error);
  if (status == CS_OK)
    status = cs_home_unlock(p->home, &game->passphrase, game->error);
  if (status == CS_OK && p->party != (size_t)CS_OBSERVER)
    status = cs_vault_open(p->directory, &game->passphrase, true, &p->vault, game->error);
  return status;
}

static void close_home(cs_player *p)
{
  cs_vault_close(p->vault);
  cs_home_close(p->home);
  p->vault = NULL;
  p->home = NULL;
}

/* Another one is told of its address and its key: of a party as a peer, of the observer as a witness of what it has said. */
static cs_status introduce(cs_game *game, cs_player *to, const cs_player *who)
{
  bool witness = who->party == (size_t)CS_OBSERVER;
  cs_text key = {0};
  const char *url = cs_arena_format(&game->arena, "http://127.0.0.1:%u", who->port);
  if (to == who || to->home == NULL || who->home == NULL || who->port == 0)
    return CS_OK;
  cs_verifier_format(witness ? &who->home->cosigner : &who->home->key, &key);
  cs_status status = url == NULL || key.failed ? cs_fail_memory(game->error)
                     : witness                 ? cs_home_add_witness(to->home, who->name, url, key.at, game->error)
                                               : cs_home_add_peer(to->home, who->name, url, key.at, game->error);
  cs_text_free(&key);
  return status;
}

cs_status cs_player_serve(cs_game *game, cs_player *p)
{
  cs_status status = CS_OK;
  if (p->party != (size_t)CS_OBSERVER)
    status = cs_home_cosign_own(p->home, cs_player_now(game, p), game->error);
  if (status == CS_OK)
    status = cs_keeper_serve(&game->keeper, p->directory, cs_player_now(game, p), &p->server, &p->port, game->error);
  for (size_t i = 0; i < game->player_count && status == CS_OK; i++) {
    status = introduce(game, &game->players[i], p);
    if (status == CS_OK) /* it learns where the others went meanwhile */
      status = introduce(game, p, &game->players[i]);
  }
  return status;
}

cs_status cs_player_kill(cs_game *game, cs_player *p)
{
  cs_status status = p->server == 0 ? CS_OK : cs_keeper_kill(&game->keeper, p->server, game->error);
  p->server = 0;
  p->port = 0;
  close_home(p);
  return status;
}

static cs_status make_player(cs_game *game, cs_player *p)
{
  const char *path = cs_game_path(game, p->name);
  const char *party = p->party == (size_t)CS_OBSERVER ? NULL : p->name;
  p->directory = path == NULL ? NULL : strdup(path);
  if (p->directory == NULL)
    return cs_fail_memory(game->error);
  cs_status status =
    cs_home_create(p->directory, game->x->agreement_path, party, NULL, &game->passphrase, game->now, game->error);
  return status == CS_OK ? cs_player_open(game, p) : status;
}

cs_status cs_players_make(cs_game *game)
{
  const cs_treaty *t = game->x->treaty;
  bool observer = game->x->observer != CS_NO;
  game->players = cs_arena_array(&game->arena, t->parties.count + 1, sizeof *game->players);
  if (game->players == NULL)
    return cs_fail_memory(game->error);
  cs_status status = CS_OK;
  for (size_t i = 0; i < t->parties.count + observer && status == CS_OK; i++) {
    bool party = i < t->parties.count;
    cs_player *p = &game->players[game->player_count++];
    *p = (cs_player){.name = party ? t->parties.at[i].rule.id : "observer",
                     .party = party ? i : (size_t)CS_OBSERVER,
                     .declaration = -1,
                     .declared = CS_DATE_NONE,
                     .moved = CS_DATE_NONE};
    status = make_player(game, p);
  }
  for (size_t i = 0; i < game->player_count && status == CS_OK; i++)
    status = cs_player_serve(game, &game->players[i]);
  return status;
}

void cs_players_free(cs_game *game)
{
  for (size_t i = 0; i < game->player_count; i++) {
    close_home(&game->players[i]);
    free(game->players[i].directory);
  }
}

/* ---- Following ----------------------------------------------------------------------------------------------- */

/* Tells of something about a ledger once. */
static void tell_once(cs_game *game, const cs_player *p, const cs_step *step, const char *text)
{
  const char *key = cs_arena_format(&game->arena, "%s: %s", p->name, text);
  if (key == NULL || json_object_get(game->told, key) != NULL)
    return;
  json_object_set_new(game->told, key, json_true());
  cs_tell(game, p, step, CS_NEWS_BAD, "%s", text);
}

static const char *plural(uint64_t count)
{
  return count == 1 ? "statement" : "statements";
}

/* Whether the other one took the cosignature: it is down, or its store was busy, or it knows nothing of the cosigner yet. */
static void tell_delivery(cs_game *game, const cs_player *p, const cs_player *other, const cs_sync_report *r)
{
  static const cs_action follow = {.what = "sync"};
  if (r->cosigned && !r->delivered)
    cs_tell(game, p, &(cs_step){.action = &follow}, CS_NEWS_DETAIL, "countersigned %s, which did not take it",
            other->name);
}

static void tell_report(cs_game *game, const cs_player *p, const cs_player *other, const cs_sync_report *r)
{
  static const cs_action follow = {.what = "sync"};
  cs_step step = {.action = &follow};
  if (r->accusation.length > 0) {
    const char *text = cs_arena_format(&game->arena, "does not accept what %s shows: %.*s", other->name,
                                       (int)strcspn(r->accusation.at, "\n"), r->accusation.at);
    tell_once(game, p, &step, text == NULL ? "" : text);
  }
  if (r->late > 0)
    cs_tell(game, p, &step, CS_NEWS_BAD, "%llu %s of %s came after their deadline", (unsigned long long)r->late,
            plural(r->late), other->name);
  if (r->refused > 0)
    cs_tell(game, p, &step, CS_NEWS_BAD, "%llu %s of %s that the agreement does not admit; kept as evidence",
            (unsigned long long)r->refused, plural(r->refused), other->name);
  if (r->backdated > 0)
    cs_tell(game, p, &step, CS_NEWS_BAD, "%llu %s of %s dated before a checkpoint without them; kept as evidence",
            (unsigned long long)r->backdated, plural(r->backdated), other->name);
}

cs_status cs_player_follow(cs_game *game, cs_player *p, cs_player *other)
{
  static const cs_action follow = {.what = "sync"};
  cs_sync_report report;
  cs_peer *peers = NULL;
  size_t count = 0, i = 0;
  if (p->home == NULL || p->cut != other->cut)
    return CS_OK;
  cs_status status = cs_home_peers(p->home, &peers, &count, game->error);
  while (i < count && strcmp(peers[i].name, other->name) != 0)
    i++;
  if (status != CS_OK || i == count) {
    free(peers);
    return status;
  }
  cs_error fault;
  status = cs_sync_peer(p->home, &peers[i], cs_player_now(game, p), NULL, NULL, &report, &fault);
  free(peers);
  if (status == CS_OK) {
    tell_report(game, p, other, &report);
    tell_delivery(game, p, other, &report);
  } else if (other->home == NULL) {
    cs_tell(game, p, &(cs_step){.action = &follow}, CS_NEWS_DETAIL, "gets no answer from %s", other->name);
  } else {
    const char *text = cs_arena_format(&game->arena, "does not follow %s: %s", other->name, fault.what);
    tell_once(game, p, &(cs_step){.action = &follow}, text == NULL ? "" : text);
  }
  cs_sync_report_free(&report);
  return CS_OK;
}

cs_status cs_players_sync(cs_game *game)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < game->player_count; i++)
    for (size_t k = 0; k < game->player_count && status == CS_OK; k++)
      if (i != k && game->players[k].party != (size_t)CS_OBSERVER)
        status = cs_player_follow(game, &game->players[i], &game->players[k]);
  return status;
}
