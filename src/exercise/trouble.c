/* What goes wrong, by intent or not: ways to cheat, broken nodes, wrong clocks; and what is said about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exercise/game.h"

/* Does something as each of those who do it. */
static cs_status each(cs_game *game, const cs_step *step, bool parties,
                      cs_status (*one)(cs_game *, const cs_step *, cs_player *))
{
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, step->action, parties, &who, &count);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = one(game, step, who[i]);
  return status;
}

/* ---- What is declared ---------------------------------------------------------------------------------------- */

static cs_status undeclare(cs_game *game, const cs_step *step, cs_player *p)
{
  size_t *things, count;
  cs_status status = cs_game_pick(game, step, p->party, step->action->at, CS_THERE_BOTH, &things, &count);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    game->world.things[things[i]].undeclared = true;
  p->stale = true;
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "(what nobody is told) leaves %zu at %s out of what it declares", count,
            step->action->at);
  return status;
}

cs_status cs_do_undeclare(cs_game *game, const cs_step *step)
{
  return each(game, step, true, undeclare);
}

static cs_status spoof(cs_game *game, const cs_step *step, cs_player *p)
{
  size_t *things, count;
  cs_status status = cs_game_pick(game, step, p->party, step->action->at, CS_THERE_BOTH, &things, &count);
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    cs_thing *t = &game->world.things[things[i]];
    if (t->declared.identifier == NULL)
      continue;
    t->declared.identifier = cs_world_identifier(&game->world, t->declared.identifier);
    if (t->declared.identifier == NULL)
      status = cs_fail_memory(game->error);
  }
  p->stale = true;
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "(what nobody is told) gives %zu at %s other identifiers than they bear",
            count, step->action->at);
  return status;
}

cs_status cs_do_spoof(cs_game *game, const cs_step *step)
{
  return each(game, step, true, spoof);
}

/* ---- Ledgers ------------------------------------------------------------------------------------------------- */

/* Appends a statement that the own program would not make. */
static cs_status force(cs_game *game, cs_player *p, cs_slice bytes)
{
  uint64_t entry;
  cs_status status = cs_log_append(p->home->log, &bytes, 1, &entry, game->error);
  return status == CS_OK ? cs_home_cosign_own(p->home, cs_player_now(game, p), game->error) : status;
}

static cs_status backdate(cs_game *game, const cs_step *step, cs_player *p)
{
  enum { VALUES = 8, DAY = 86400 };
  const cs_action *a = step->action;
  const cs_treaty *t = game->x->treaty;
  size_t item = a->item == NULL ? 0 : cs_treaty_find(t, CS_KEY_ITEM, a->item), n = 0;
  char day[CS_DATE_TEXT];
  int64_t time = cs_player_now(game, p) - a->behind * DAY;
  cs_date date = a->date == CS_DATE_NONE ? (cs_date)(time / DAY) : a->date;
  const char *number = cs_arena_format(&game->arena, "%lld", (long long)a->count);
  cs_statement_value values[VALUES];
  if (t->notifications.count == 0 || number == NULL)
    return CS_FAIL_ACTION(game->error, game->x, a, what, "%s has no notifications; expected one that has", t->id);
  values[n++] =
    (cs_statement_value){"notification", a->notification == NULL ? t->notifications.at[0].rule.id : a->notification};
  values[n++] = (cs_statement_value){"date", cs_date_format(date, day)};
  values[n++] = (cs_statement_value){"item", t->items.at[item].rule.id};
  values[n++] = (cs_statement_value){"facility", a->from};
  values[n++] = (cs_statement_value){"to-facility", a->to};
  values[n++] = (cs_statement_value){"count", number};
  cs_text bytes = {0};
  cs_status status = cs_statement_make(t, p->party, time, CS_NOTIFY, values, n, NULL, &bytes, game->error);
  if (status == CS_OK)
    status = force(game, p, (cs_slice){bytes.at, bytes.length});
  cs_text_free(&bytes);
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "(what nobody is told) backdates a notification by %lld days",
            (long long)a->behind);
  return status;
}

cs_status cs_do_backdate(cs_game *game, const cs_step *step)
{
  return each(game, step, true, backdate);
}

/* ---- Rewriting ----------------------------------------------------------------------------------------------- */

static const char *const ledger_files[] = {"ledger.db", "ledger.db-wal"};

/* Copies the ledger of a home to where `snapshot` says, or back. */
static cs_status copy_ledger(cs_game *game, const cs_player *p, const char *snapshot, bool back)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < CS_COUNT_OF(ledger_files) && status == CS_OK; i++) {
    const char *own = cs_arena_format(&game->arena, "%s/%s", p->directory, ledger_files[i]);
    const char *other = cs_arena_format(&game->arena, "%s%s", snapshot, ledger_files[i]);
    if (own == NULL || other == NULL)
      return cs_fail_memory(game->error);
    if (back)
      unlink(own);
    const char *from = back ? other : own, *to = back ? own : other;
    if (access(from, F_OK) == 0) /* there may be no write-ahead log */
      status = cs_file_copy(from, to, game->error);
  }
  return status;
}

typedef struct entries {
  cs_text *at;
  size_t count, capacity;
} entries;

static cs_status take_entry(void *context, uint64_t index, cs_slice entry, cs_slice hash, cs_error *error)
{
  entries *e = context;
  (void)index;
  (void)hash;
  if (!cs_grow((void **)&e->at, &e->capacity, e->count, sizeof *e->at))
    return cs_fail_memory(error);
  e->at[e->count] = (cs_text){0};
  cs_text_put(&e->at[e->count], entry.at, entry.length);
  return e->at[e->count++].failed ? cs_fail_memory(error) : CS_OK;
}

static bool is_kind(const cs_text *entry, const char *kind)
{
  cs_statement s;
  cs_error fault;
  if (kind == NULL)
    return true;
  if (cs_statement_parse((cs_slice){entry->at, entry->length}, NULL, &s, &fault) != CS_OK)
    return false;
  bool is = strcmp(cs_statement_kinds[s.kind].name, kind) == 0;
  cs_statement_free(&s);
  return is;
}

/* Says again what was said since the snapshot, but for the first statement of the kind. */
static cs_status say_again(cs_game *game, const cs_step *step, cs_player *p, const entries *e)
{
  bool left_out = false;
  cs_status status = CS_OK;
  for (size_t i = (size_t)cs_log_checkpoint(p->home->log).size; i < e->count && status == CS_OK; i++) {
    if (!left_out && is_kind(&e->at[i], step->action->statement))
      left_out = true;
    else
      status = force(game, p, (cs_slice){e->at[i].at, e->at[i].length});
  }
  if (status == CS_OK && !left_out)
    status = CS_FAIL_ACTION(game->error, game->x, step->action, date,
                            "%s has said nothing of the kind since then; expected something to leave out", p->name);
  return status;
}

static cs_status rewrite(cs_game *game, const cs_step *step, cs_player *p)
{
  const char *snapshot = game->snapshots[step->action->index];
  entries e = {0};
  if (snapshot == NULL)
    return CS_FAIL_ACTION(game->error, game->x, step->action, date,
                          "nothing is done on that day or after it; expected a day before");
  cs_status status = cs_log_entries(p->home->log, 0, UINT64_MAX, take_entry, &e, game->error);
  if (status == CS_OK)
    status = cs_player_kill(game, p);
  if (status == CS_OK)
    status = copy_ledger(game, p, snapshot, true);
  if (status == CS_OK)
    status = cs_player_open(game, p);
  if (status == CS_OK)
    status = say_again(game, step, p, &e);
  if (status == CS_OK)
    status = cs_player_serve(game, p);
  for (size_t i = 0; i < e.count; i++)
    cs_text_free(&e.at[i]);
  free(e.at);
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "(what nobody is told) rewrites its ledger");
  return status;
}

cs_status cs_do_rewrite(cs_game *game, const cs_step *step)
{
  const cs_action *a = step->action;
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, a, true, &who, &count);
  if (status == CS_OK && count != 1)
    status = CS_FAIL_ACTION(game->error, game->x, a, by, "%zu parties rewrite one ledger; expected one party", count);
  if (status != CS_OK)
    return status;
  if (step->stage != CS_STAGE_BEFORE)
    return cs_player_acts(game, step, who[0]) ? rewrite(game, step, who[0]) : CS_OK;
  const char *name = cs_arena_format(&game->arena, "before-%zu-", a->index + 1);
  const char *path = name == NULL ? NULL : cs_game_path(game, name);
  game->snapshots[a->index] = path;
  return path == NULL ? cs_fail_memory(game->error) : copy_ledger(game, who[0], path, false);
}

/* ---- Nodes --------------------------------------------------------------------------------------------------- */

static cs_status set_clock(cs_game *game, const cs_step *step, cs_player *p)
{
  enum { DAY = 86400 };
  const cs_action *a = step->action;
  p->clock = ((a->ahead < 0 ? 0 : a->ahead) - (a->behind < 0 ? 0 : a->behind)) * DAY;
  if (p->clock == 0)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "sets its clock right");
  else
    cs_tell(game, p, step, CS_NEWS_PLAIN, "has a clock that is %lld days %s",
            (long long)(p->clock < 0 ? -p->clock : p->clock) / DAY, p->clock < 0 ? "behind" : "ahead");
  return CS_OK;
}

cs_status cs_do_clock(cs_game *game, const cs_step *step)
{
  return each(game, step, false, set_clock);
}

static cs_status kill_node(cs_game *game, const cs_step *step, cs_player *p)
{
  cs_tell(game, p, step, CS_NEWS_PLAIN, "is down: its server is killed");
  return p->home == NULL ? CS_OK : cs_player_kill(game, p);
}

cs_status cs_do_kill(cs_game *game, const cs_step *step)
{
  return each(game, step, false, kill_node);
}

static cs_status start_node(cs_game *game, const cs_step *step, cs_player *p)
{
  if (p->home != NULL)
    return CS_OK;
  cs_status status = cs_player_open(game, p);
  if (status == CS_OK)
    status = cs_player_serve(game, p);
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "is back");
  return status;
}

cs_status cs_do_start(cs_game *game, const cs_step *step)
{
  return each(game, step, false, start_node);
}

static cs_status cut(cs_game *game, const cs_step *step, cs_player *p)
{
  p->cut = true;
  cs_tell(game, p, step, CS_NEWS_PLAIN, "is cut off");
  return CS_OK;
}

cs_status cs_do_cut(cs_game *game, const cs_step *step)
{
  return each(game, step, false, cut);
}

cs_status cs_do_heal(cs_game *game, const cs_step *step)
{
  for (size_t i = 0; i < game->player_count; i++)
    game->players[i].cut = false;
  cs_tell(game, NULL, step, CS_NEWS_PLAIN, "everybody reaches everybody again");
  return CS_OK;
}

cs_status cs_do_sync(cs_game *game, const cs_step *step)
{
  const cs_action *a = step->action;
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, a, false, &who, &count);
  for (int64_t n = 0; n < (a->times < 1 ? 1 : a->times); n++)
    for (size_t i = 0; i < count; i++)
      for (size_t k = 0; k < game->player_count && status == CS_OK; k++)
        if (who[i] != &game->players[k] && game->players[k].party != (size_t)CS_OBSERVER &&
            (a->of == NULL || strcmp(a->of, game->players[k].name) == 0))
          status = cs_player_follow(game, who[i], &game->players[k]);
  return status;
}
