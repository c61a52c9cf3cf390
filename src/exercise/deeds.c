/* Statements: declarations, claims, moves and what is said of them. */
#include <stdlib.h>
#include <string.h>

#include "exercise/game.h"

bool cs_game_seals(const cs_game *game)
{
  for (size_t i = 0; i < game->x->treaty->items.count; i++)
    if (game->x->treaty->items.at[i].disclosure == CS_SEALED)
      return true;
  return false;
}

static const char *grouped(cs_game *game, int64_t number)
{
  char digits[CS_GROUPED];
  const char *text = cs_arena_copy(&game->arena, cs_slice_of(cs_grouped(number, digits)));
  return text == NULL ? "" : text;
}

cs_status cs_do_say(cs_game *game, const cs_step *step)
{
  cs_tell(game, NULL, step, CS_NEWS_WORD, "%s", step->action->text == NULL ? "" : step->action->text);
  return CS_OK;
}

/* ---- Declarations -------------------------------------------------------------------------------------------- */

/* Proves what is due about an entry; tells of what was proven. */
static cs_status claim_due(cs_game *game, const cs_step *step, cs_player *p, uint64_t about)
{
  cs_claim *due = NULL;
  size_t count;
  uint64_t entry;
  cs_status status = cs_home_due_claims(p->home, about, &due, &count, game->error);
  if (status == CS_OK && count > 0)
    status = cs_home_claim(p->home, p->vault, about, due, count, cs_player_now(game, p), &entry, game->error);
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    const char *name = due[i].count == SIZE_MAX ? "" : p->home->treaty->counts.at[due[i].count].name;
    if (due[i].kind == CS_CLAIM_NOT_ABOVE)
      cs_tell(game, p, step, CS_NEWS_DETAIL, "proves that %s: not above the baseline (entry %llu)", name,
              (unsigned long long)entry);
    else
      cs_tell(game, p, step, CS_NEWS_DETAIL, "proves that %s: at most %s (entry %llu)", name,
              grouped(game, due[i].number), (unsigned long long)entry);
  }
  free(due);
  return cs_tell_refusal(game, p, step, status);
}

static size_t places_of(const cs_game *game, size_t party)
{
  size_t count = 0;
  for (size_t i = 0; i < game->world.place_count; i++)
    count += game->world.places[i].party == party && game->world.places[i].declared;
  return count;
}

static cs_status state_holdings(cs_game *game, cs_player *p, cs_date date, bool sealed, const char *path,
                                uint64_t *entry, bool *late)
{
  char corrected[CS_GROUPED], day[CS_DATE_TEXT];
  cs_statement_value values[2] = {{"date", cs_date_format(date, day)}};
  size_t count = 1;
  json_t *extra = NULL;
  if (p->declared == date) { /* another one for the day corrects it */
    int64_t before = p->declaration;
    cs_text text = {0};
    cs_text_add(&text, "%lld", (long long)before);
    memcpy(corrected, text.at == NULL ? "" : text.at, text.length + 1);
    cs_text_free(&text);
    values[count++] = (cs_statement_value){"corrects", corrected};
  }
  int64_t now = cs_player_now(game, p);
  if (sealed)
    return cs_home_declare_sealed(p->home, p->vault, path, date, values + 1, count - 1, now, entry, late, game->error);
  cs_status status = cs_home_read_declaration(p->home, path, date, &extra, game->error);
  return status == CS_OK ? cs_home_state(p->home, CS_DECLARE, values, count, extra, now, entry, late, game->error)
                         : status;
}

/* How many moves there were since this was told last. */
static void tell_moves(cs_game *game, const cs_step *step)
{
  size_t notified = game->moves.notified, sealed = game->moves.sealed, proven = game->moves.proven;
  const char *were = notified == 1 ? "move was" : "moves were";
  if (notified > 0 && sealed == 0)
    cs_tell(game, NULL, step, CS_NEWS_PLAIN, "%zu %s notified meanwhile", notified, were);
  else if (notified > 0 && proven == notified)
    cs_tell(game, NULL, step, CS_NEWS_PLAIN, "%zu %s notified meanwhile, sealed and proven to balance", notified, were);
  else if (notified > 0)
    cs_tell(game, NULL, step, CS_NEWS_PLAIN, "%zu %s notified meanwhile, %zu sealed, %zu of these proven to balance",
            notified, were, sealed, proven);
  game->moves.notified = game->moves.sealed = game->moves.proven = 0;
}

cs_status cs_player_declare(cs_game *game, const cs_step *step, cs_player *p, cs_date date, bool sealed, bool claim)
{
  const char *file = step->action == NULL ? NULL : step->action->file;
  const char *path = file == NULL ? cs_game_path(game, "declared.csv") : cs_script_path(game->x, &game->arena, file);
  uint64_t entry = 0;
  size_t items = 0;
  bool late = false;
  char day[CS_DATE_TEXT];
  cs_status status = path == NULL ? cs_fail_memory(game->error) : CS_OK;
  if (status == CS_OK && file == NULL)
    status = cs_world_write_declared(&game->world, p->party, date, sealed, path, &items, game->error);
  if (status == CS_OK)
    status = state_holdings(game, p, date, sealed, path, &entry, &late);
  if (status != CS_OK)
    return cs_tell_refusal(game, p, step, status);
  p->declaration = (int64_t)entry;
  p->declared = date;
  p->stale = false;
  bool visit = step->stage == CS_STAGE_BEFORE;
  if (late)
    cs_tell(game, p, step, CS_NEWS_BAD, "declares the holdings of %s after the deadline", cs_date_format(date, day));
  else if (file != NULL)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "declares what %s says of %s", file, cs_date_format(date, day));
  else
    cs_tell(game, p, step, visit ? CS_NEWS_DETAIL : CS_NEWS_PLAIN,
            "declares its holdings of %s%s: %s items at %zu facilities", cs_date_format(date, day),
            sealed ? ", sealed" : "", grouped(game, (int64_t)items), places_of(game, p->party));
  return sealed && claim ? claim_due(game, step, p, entry) : CS_OK;
}

cs_status cs_do_declare(cs_game *game, const cs_step *step)
{
  const cs_action *a = step->action;
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, a, true, &who, &count);
  tell_moves(game, step);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (cs_player_acts(game, step, who[i]))
      status = cs_player_declare(game, step, who[i], a->date == CS_DATE_NONE ? step->date : a->date,
                                 a->sealed == CS_UNSAID ? cs_game_seals(game) : a->sealed == CS_YES, a->claim != CS_NO);
  return status;
}

cs_status cs_do_claim(cs_game *game, const cs_step *step)
{
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, step->action, true, &who, &count);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (cs_player_acts(game, step, who[i]) && who[i]->declaration >= 0)
      status = claim_due(game, step, who[i], (uint64_t)who[i]->declaration);
  return status;
}

/* ---- Notifications ------------------------------------------------------------------------------------------- */

/* A move, as it is notified. */
typedef struct transfer {
  cs_player *player;
  size_t item, state, to_state;
  const char *from, *to;
  cs_date date;
  int64_t count;
} transfer;

/* The notification that an action names, or the first of the agreement that is about the item. */
static const char *notification_of(const cs_treaty *t, const cs_action *a, size_t item)
{
  if (a != NULL && a->notification != NULL)
    return a->notification;
  for (size_t i = 0; i < t->notifications.count; i++)
    for (size_t k = 0; k < t->notifications.at[i].items.count; k++)
      if (t->notifications.at[i].items.at[k].index == item)
        return t->notifications.at[i].rule.id;
  return t->notifications.count == 0 ? NULL : t->notifications.at[0].rule.id;
}

/* Proves that a sealed transfer takes from one what it gives to the other. */
static cs_status claim_balance(cs_game *game, cs_player *p, uint64_t about)
{
  cs_claim balanced = {CS_CLAIM_BALANCED, SIZE_MAX, -1, -1};
  uint64_t entry;
  return cs_home_claim(p->home, p->vault, about, &balanced, 1, cs_player_now(game, p), &entry, game->error);
}

static size_t values_of(const cs_game *game, const transfer *t, const char *notification, const char *day,
                        cs_statement_value *out)
{
  const cs_item *item = &game->x->treaty->items.at[t->item];
  size_t n = 0;
  out[n++] = (cs_statement_value){"notification", notification};
  out[n++] = (cs_statement_value){"date", day};
  out[n++] = (cs_statement_value){"item", item->rule.id};
  out[n++] = (cs_statement_value){"state", item->states.at[t->state].rule.id};
  out[n++] = (cs_statement_value){"facility", t->from};
  out[n++] = (cs_statement_value){"to-facility", t->to};
  if (t->to_state != t->state)
    out[n++] = (cs_statement_value){"to-state", item->states.at[t->to_state].rule.id};
  return n;
}

static cs_status notify(cs_game *game, const cs_step *step, const transfer *t)
{
  enum { VALUES = 8 };
  const cs_action *a = step->action;
  cs_player *p = t->player;
  const cs_item *item = &game->x->treaty->items.at[t->item];
  bool sealed = a->sealed == CS_UNSAID ? item->disclosure == CS_SEALED : a->sealed == CS_YES, late = false;
  const char *notification = notification_of(game->x->treaty, a, t->item);
  cs_statement_value values[VALUES];
  char day[CS_DATE_TEXT];
  uint64_t entry;
  if (notification == NULL)
    return CS_FAIL_ACTION(game->error, game->x, a, what, "%s has no notifications; expected \"notify: false\"",
                          game->x->treaty->id);
  size_t n = values_of(game, t, notification, cs_date_format(t->date, day), values);
  const char *number = cs_arena_format(&game->arena, "%lld", (long long)t->count);
  if (!sealed)
    values[n++] = (cs_statement_value){"count", number == NULL ? "" : number};
  int64_t now = cs_player_now(game, p);
  cs_status status = sealed
                       ? cs_home_notify_sealed(p->home, p->vault, t->count, values, n, now, &entry, &late, game->error)
                       : cs_home_state(p->home, CS_NOTIFY, values, n, NULL, now, &entry, &late, game->error);
  bool stated = status == CS_OK, proves = stated && sealed && a->claim != CS_NO;
  if (proves)
    status = claim_balance(game, p, entry);
  p->stale = p->stale || stated;
  p->moved = stated && t->date > p->moved ? t->date : p->moved;
  game->moves.notified += stated;
  game->moves.sealed += stated && sealed;
  game->moves.proven += proves && status == CS_OK;
  if (status == CS_OK)
    cs_tell(game, p, step, late ? CS_NEWS_BAD : CS_NEWS_DETAIL, "notifies %sof a move from %s to %s (entry %llu)",
            late ? "too late " : "", t->from, t->to, (unsigned long long)entry);
  return cs_tell_refusal(game, p, step, status);
}

/* ---- Moves --------------------------------------------------------------------------------------------------- */

static size_t item_of(const cs_game *game, const cs_action *a)
{
  return a->item == NULL ? 0 : cs_treaty_find(game->x->treaty, CS_KEY_ITEM, a->item);
}

static size_t state_of(const cs_game *game, size_t item, const char *name)
{
  const cs_item *of = &game->x->treaty->items.at[item];
  for (size_t i = 0; name != NULL && i < of->states.count; i++)
    if (strcmp(of->states.at[i].rule.id, name) == 0)
      return i;
  return SIZE_MAX;
}

static int64_t asked_of(const cs_action *a)
{
  return a->identifiers.count > 0 ? (int64_t)a->identifiers.count : a->count < 0 ? 1 : a->count;
}

cs_status cs_game_pick(cs_game *game, const cs_step *step, size_t party, const char *from, cs_there there, size_t **out,
                       size_t *count)
{
  const cs_action *a = step->action;
  size_t item = item_of(game, a), place = cs_world_place(&game->world, party, from);
  int64_t asked = asked_of(a);
  cs_pick pick = {.party = party,
                  .item = item,
                  .state = state_of(game, item, a->state),
                  .place = place,
                  .type = a->type,
                  .identifiers = &a->identifiers,
                  .there = there};
  cs_status status = place == SIZE_MAX ? cs_fail_memory(game->error)
                                       : cs_world_pick(&game->world, &pick, (size_t)asked, out, count, game->error);
  if (status == CS_OK && there != CS_THERE_DECLARED && *count < (size_t)asked)
    return cs_fail(game->error, CS_INVALID, game->x->file, a->mark,
                   "this takes %lld %s at \"%s\", where %s has %zu such on that day; expected no more than these",
                   (long long)asked, game->x->treaty->items.at[item].name, from,
                   game->x->treaty->parties.at[party].rule.id, *count);
  return status;
}

/* Puts things elsewhere: really, and as declared. */
static void put(cs_game *game, const size_t *things, size_t count, size_t place, size_t state, bool really,
                bool declared)
{
  for (size_t i = 0; i < count; i++) {
    cs_thing *t = &game->world.things[things[i]];
    if (really) {
      t->really.place = place;
      t->really.state = state == SIZE_MAX ? t->really.state : state;
    }
    if (declared) {
      t->declared.place = place;
      t->declared.state = state == SIZE_MAX ? t->declared.state : state;
    }
  }
}

/* The party says from now on that there is such a place. */
static void own_up_to(cs_game *game, size_t place, size_t cell)
{
  game->world.places[place].declared = true;
  game->world.places[place].states |= cell < 64 ? UINT64_C(1) << cell : 0;
}

static cs_status move(cs_game *game, const cs_step *step, cs_player *p, bool really)
{
  const cs_action *a = step->action;
  bool told = !really || a->notify != CS_NO;
  size_t *things, count, item = item_of(game, a), to_state = state_of(game, item, a->to_state);
  cs_status status =
    cs_game_pick(game, step, p->party, a->from, really ? CS_THERE_REALLY : CS_THERE_DECLARED, &things, &count);
  size_t place = cs_world_place(&game->world, p->party, a->to);
  if (status != CS_OK || place == SIZE_MAX)
    return status != CS_OK ? status : cs_fail_memory(game->error);
  size_t said = state_of(game, item, a->state);
  size_t state = count > 0 ? game->world.things[things[0]].really.state : said == SIZE_MAX ? 0 : said;
  int64_t stated = a->stated < 0 ? asked_of(a) : a->stated; /* of an invented move, more than there is */
  put(game, things, count, place, to_state, really, false);
  if (told)
    put(game, things, (size_t)stated < count ? (size_t)stated : count, place, to_state, false, true);
  if (!told) {
    cs_tell(game, p, step, CS_NEWS_PLAIN, "(what nobody is told) moves %zu %s from %s to %s", count,
            game->x->treaty->items.at[item].name, a->from, a->to);
    return CS_OK;
  }
  transfer t = {.player = p,
                .item = item,
                .state = state,
                .to_state = to_state == SIZE_MAX ? state : to_state,
                .from = a->from,
                .to = a->to,
                .date = a->date == CS_DATE_NONE ? step->date : a->date,
                .count = stated};
  own_up_to(game, place, game->x->treaty->items.at[item].cell + t.to_state);
  return notify(game, step, &t);
}

static cs_status each_move(cs_game *game, const cs_step *step, bool really)
{
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, step->action, true, &who, &count);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (cs_player_acts(game, step, who[i]))
      status = move(game, step, who[i], really);
  return status;
}

cs_status cs_do_move(cs_game *game, const cs_step *step)
{
  return each_move(game, step, true);
}

cs_status cs_do_notify(cs_game *game, const cs_step *step)
{
  return each_move(game, step, false);
}

/* ---- Random moves -------------------------------------------------------------------------------------------- */

/* Another declared place of the party for the same state; SIZE_MAX where there is none. */
static size_t other_place(cs_game *game, size_t party, size_t cell, size_t from)
{
  size_t count = 0, chosen = SIZE_MAX;
  for (size_t i = 0; i < game->world.place_count; i++) {
    const cs_location *p = &game->world.places[i];
    if (p->party == party && p->declared && i != from && cell < 64 && (p->states >> cell & 1) != 0 &&
        cs_dice_below(game, ++count) == 0)
      chosen = i;
  }
  return chosen;
}

/* An item of the party that is where it is declared to be. */
static size_t any_thing(cs_game *game, size_t party)
{
  size_t count = 0, chosen = SIZE_MAX;
  for (size_t i = 0; i < game->world.count; i++) {
    const cs_thing *t = &game->world.things[i];
    if (t->party == party && !t->undeclared && t->really.place == t->declared.place &&
        t->really.state == t->declared.state && cs_dice_below(game, ++count) == 0)
      chosen = i;
  }
  return chosen;
}

cs_status cs_do_random(cs_game *game, const cs_step *step)
{
  enum { TRIES = 32, MOST = 5 };
  const cs_action *a = step->action;
  cs_player *p = &game->players[step->player];
  size_t first = SIZE_MAX, to = SIZE_MAX, *things, count = 0;
  if (!cs_player_acts(game, step, p))
    return CS_OK;
  for (int i = 0; i < TRIES && to == SIZE_MAX && (first = any_thing(game, p->party)) != SIZE_MAX; i++) {
    const cs_thing *t = &game->world.things[first];
    to = other_place(game, p->party, game->x->treaty->items.at[t->item].cell + t->really.state, t->really.place);
  }
  if (to == SIZE_MAX)
    return CS_FAIL_ACTION(game->error, game->x, a, what,
                          "%s has nothing that could be moved; expected two facilities for one state", p->name);
  const cs_thing *one = &game->world.things[first];
  cs_pick pick = {.party = p->party,
                  .item = one->item,
                  .state = one->really.state,
                  .place = one->really.place,
                  .there = CS_THERE_BOTH};
  size_t most = (size_t)cs_dice_below(game, a->most < 1 ? MOST : (uint64_t)a->most) + 1;
  transfer t = {.player = p,
                .item = one->item,
                .state = one->really.state,
                .to_state = one->really.state,
                .date = step->date};
  t.from = game->world.places[one->really.place].name;
  t.to = game->world.places[to].name;
  cs_status status = cs_world_pick(&game->world, &pick, most, &things, &count, game->error);
  t.count = (int64_t)count;
  if (status == CS_OK)
    put(game, things, count, to, SIZE_MAX, true, true);
  return status == CS_OK ? notify(game, step, &t) : status;
}
