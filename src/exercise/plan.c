/* The steps of an exercise, by day, and playing them. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "exercise/game.h"

enum { DAY = 86400, HOUR = 3600, MORNING = 9 * HOUR, TRIES = 200 };

/* ---- Planning ------------------------------------------------------------------------------------------------ */

static cs_status add_step(cs_game *game, cs_date date, size_t order, unsigned stage, const cs_action *a, size_t player)
{
  if (!cs_grow((void **)&game->steps, &game->step_capacity, game->step_count, sizeof *game->steps))
    return cs_fail_memory(game->error);
  game->steps[game->step_count++] = (cs_step){date, order, stage, a, player};
  return CS_OK;
}

/* The day on which a visit is requested: so long before it as its notice asks for, and one more. */
static cs_date announced(const cs_game *game, const cs_action *a)
{
  const cs_treaty *t = game->x->treaty;
  const cs_inspection *kind = &t->inspections.at[cs_treaty_find(t, CS_KEY_INSPECTION, a->inspection)];
  if (a->announced != CS_DATE_NONE)
    return a->announced;
  return (kind->notice.side == CS_DUE_BEFORE ? cs_date_add(a->on, kind->notice.span, -1) : a->on) - 1;
}

/* What a visit will compare is not moved between its request and its day. */
static bool is_still(const cs_game *game, cs_date date, const char *party)
{
  for (size_t i = 0; i < game->x->action_count; i++) {
    const cs_action *a = &game->x->actions[i];
    if (strcmp(a->what, "inspect") == 0 && strcmp(a->of, party) == 0 && date >= announced(game, a) && date <= a->on)
      return true;
  }
  return false;
}

/* Random moves are spread over the days, each alike. */
static cs_status plan_moves(cs_game *game, const cs_action *a)
{
  cs_status status = CS_OK;
  if (a->until < a->on)
    return CS_FAIL_ACTION(game->error, game->x, a, until, "the last day is before the first; expected a later one");
  for (size_t w = 0; w < a->by.count && status == CS_OK; w++) {
    size_t player = (size_t)(cs_player_named(game, a->by.at[w]) - game->players);
    for (int64_t n = 0; n < a->count && status == CS_OK; n++) {
      cs_date date = CS_DATE_NONE;
      for (int i = 0; i < TRIES && date == CS_DATE_NONE; i++) {
        date = a->on + (cs_date)cs_dice_below(game, (uint64_t)(a->until - a->on) + 1);
        if (is_still(game, date, a->by.at[w]))
          date = CS_DATE_NONE;
      }
      if (date == CS_DATE_NONE)
        return CS_FAIL_ACTION(game->error, game->x, a, until,
                              "%s is being inspected on each of these days; expected one without a visit", a->by.at[w]);
      status = add_step(game, date, game->x->action_count + game->step_count, CS_STAGE_RANDOM, a, player);
    }
  }
  return status;
}

static cs_status plan_action(cs_game *game, const cs_action *a)
{
  if (strcmp(a->what, "moves") == 0)
    return plan_moves(game, a);
  cs_status status = CS_OK;
  if (strcmp(a->what, "inspect") == 0)
    status = add_step(game, announced(game, a), a->index, CS_STAGE_BEFORE, a, 0);
  if (status == CS_OK && strcmp(a->what, "inspect") == 0 && a->at == NULL)
    status = add_step(game, a->on - 1, a->index, CS_STAGE_EVE, a, 0);
  if (strcmp(a->what, "rewrite") == 0)
    status = add_step(game, a->date, 0, CS_STAGE_BEFORE, a, 0);
  return status == CS_OK ? add_step(game, a->on, a->index, CS_STAGE_WHOLE, a, 0) : status;
}

static int by_day(const void *a, const void *b)
{
  const cs_step *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  if (x->order != y->order)
    return x->order < y->order ? -1 : 1;
  return (x->stage < y->stage) - (x->stage > y->stage);
}

/* At the end of a day on which something is done, and so many days after the last time, everybody follows everybody. */
static cs_status plan_syncs(cs_game *game)
{
  int64_t every = game->x->sync_every < 0 ? 1 : game->x->sync_every;
  size_t steps = game->step_count;
  cs_date last = CS_DATE_NONE;
  cs_status status = CS_OK;
  for (size_t i = 0; i < steps && every > 0 && status == CS_OK; i++) {
    cs_date date = game->steps[i].date;
    bool ends = i + 1 == steps || game->steps[i + 1].date != date;
    if (!ends || (last != CS_DATE_NONE && date - last < every))
      continue;
    status = add_step(game, date, SIZE_MAX, CS_STAGE_WHOLE, NULL, 0);
    last = date;
  }
  return status;
}

cs_status cs_game_plan(cs_game *game)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < game->x->action_count && status == CS_OK; i++)
    status = plan_action(game, &game->x->actions[i]);
  if (status == CS_OK) {
    qsort(game->steps, game->step_count, sizeof *game->steps, by_day);
    status = plan_syncs(game);
  }
  if (status == CS_OK)
    qsort(game->steps, game->step_count, sizeof *game->steps, by_day);
  return status;
}

/* ---- Playing ------------------------------------------------------------------------------------------------- */

static cs_status play_step(cs_game *game, const cs_step *step)
{
  int64_t morning = (int64_t)step->date * DAY + MORNING;
  game->now = game->now < morning ? morning : game->now + 60;
  if (step->action == NULL)
    return cs_players_sync(game);
  return step->stage == CS_STAGE_RANDOM ? cs_do_random(game, step) : step->action->deed->run(game, step);
}

static bool stopped(const cs_game *game)
{
  return game->how->stop != NULL && *game->how->stop != 0;
}

/* The last assessment, by all, when all have followed all. */
static cs_status end(cs_game *game)
{
  static const cs_action last = {.what = "assess"};
  cs_step step = {.action = &last};
  cs_player **who;
  size_t count;
  cs_date day = (cs_date)(game->now / DAY) + 1;
  if (game->x->end != CS_DATE_NONE && game->x->end >= day)
    day = game->x->end;
  game->now = (int64_t)day * DAY + MORNING;
  cs_status status = cs_players_sync(game);
  if (status == CS_OK) /* a cosignature is taken from those who were followed before */
    status = cs_players_sync(game);
  if (status == CS_OK)
    status = cs_players_by(game, &last, false, &who, &count);
  return status == CS_OK ? cs_game_assess(game, &step, who, count, true) : status;
}

/* What is played, and where its numbers come from. */
static void introduce(cs_game *game)
{
  const cs_exercise *x = game->x;
  cs_tell(game, NULL, NULL, CS_NEWS_WORD, "%s (seed %llu)", x->title, (unsigned long long)game->how->seed);
  if (x->summary != NULL)
    cs_tell(game, NULL, NULL, CS_NEWS_WORD, "%s", x->summary);
  cs_text sources = {0};
  for (size_t i = 0; i < x->sources.count; i++)
    cs_text_add(&sources, "%s\n  %s", i == 0 ? "Its numbers come from" : "", x->sources.at[i]);
  if (sources.length > 0)
    cs_tell(game, NULL, NULL, CS_NEWS_WORD, "%s", sources.at);
  cs_text_free(&sources);
}

static cs_status play(cs_game *game, cs_played *out)
{
  introduce(game);
  cs_status status = CS_OK;
  size_t i = 0;
  for (; i < game->step_count && status == CS_OK && !stopped(game); i++) {
    status = play_step(game, &game->steps[i]);
    if (game->how->progress != NULL)
      game->how->progress(game->how->context, i + 1, game->step_count);
  }
  out->stopped = stopped(game);
  if (status != CS_OK || out->stopped)
    return status;
  status = end(game);
  return status == CS_OK ? cs_game_outcome(game, out) : status;
}

/* ---- Before it is played ------------------------------------------------------------------------------------- */

static bool does(const cs_action *a, const char *party)
{
  bool any = a->by.count == 0;
  for (size_t i = 0; i < a->by.count; i++)
    any = any || strcmp(a->by.at[i], party) == 0;
  return any;
}

/* The places that a party has in the exercise: from the beginning, or where it moves something; in the arena. */
static const char **places_of(cs_game *game, const char *party, size_t *count)
{
  const cs_exercise *x = game->x;
  const char **out = cs_arena_array(&game->arena, game->world.place_count + x->action_count + 1, sizeof *out);
  *count = 0;
  for (size_t i = 0; out != NULL && i < game->world.place_count; i++)
    if (strcmp(x->treaty->parties.at[game->world.places[i].party].rule.id, party) == 0)
      out[(*count)++] = game->world.places[i].name;
  for (size_t i = 0; out != NULL && i < x->action_count; i++)
    if (x->actions[i].to != NULL && does(&x->actions[i], party))
      out[(*count)++] = x->actions[i].to;
  return out;
}

static cs_status check_place(cs_game *game, const cs_action *a, size_t key, const char *party, const char *name)
{
  size_t count;
  const char **places = places_of(game, party, &count);
  if (places == NULL)
    return cs_fail_memory(game->error);
  for (size_t i = 0; i < count; i++)
    if (strcmp(places[i], name) == 0)
      return CS_OK;
  const char *nearest = cs_nearest(cs_slice_of(name), places, count, sizeof *places);
  cs_status status =
    cs_fail(game->error, CS_INVALID, game->x->file, cs_action_mark(a, key),
            "%s has no facility \"%s\" in this exercise; expected one of its own, or one that it moves "
            "something to",
            party, name);
  if (nearest != NULL)
    cs_hint(game->error, "did you mean \"%s\"?", nearest);
  return status;
}

/* Where something is done is a place that there is. What a file declares on the way is not known yet. */
static cs_status check_places(cs_game *game)
{
  cs_status status = CS_OK;
  bool files = false;
  for (size_t i = 0; i < game->x->action_count; i++)
    files = files || (strcmp(game->x->actions[i].what, "declare") == 0 && game->x->actions[i].file != NULL);
  for (size_t i = 0; i < game->x->action_count && status == CS_OK; i++) {
    const cs_action *a = &game->x->actions[i];
    bool visit = strcmp(a->what, "inspect") == 0, move = strcmp(a->what, "move") == 0;
    const char *name = move ? a->from : a->at;
    if (name == NULL || (visit && files))
      continue;
    if (visit)
      status = check_place(game, a, CS_KEY_OF(at), a->of, name);
    for (size_t k = 0; !visit && k < a->by.count && status == CS_OK; k++)
      status = check_place(game, a, move ? CS_KEY_OF(from) : CS_KEY_OF(at), a->by.at[k], name);
  }
  return status;
}

/* ---- From beginning to end ----------------------------------------------------------------------------------- */

static cs_status set_up(cs_game *game)
{
  static const char words[] = "exercise";
  cs_status status = cs_folder_make(game);
  if (status == CS_OK)
    status = cs_keeper_start(&game->keeper, game->error);
  if (status != CS_OK)
    return status;
  game->told = json_object();
  game->passphrase = (cs_passphrase){sodium_malloc(sizeof words), sizeof words - 1};
  game->trips = cs_arena_array(&game->arena, game->x->action_count, sizeof *game->trips);
  game->snapshots = cs_arena_array(&game->arena, game->x->action_count, sizeof *game->snapshots);
  if (game->told == NULL || game->passphrase.bytes == NULL || game->trips == NULL || game->snapshots == NULL)
    return cs_fail_memory(game->error);
  memcpy(game->passphrase.bytes, words, sizeof words);
  game->dice = game->how->seed;
  game->now = (int64_t)game->x->treaty->term.start * DAY;
  status = cs_world_fill(&game->world, game->x, &game->arena, game->error);
  if (status == CS_OK)
    status = check_places(game);
  return status == CS_OK ? cs_players_make(game) : status;
}

static void clean_up(cs_game *game)
{
  free(game->steps);
  sodium_free(game->passphrase.bytes);
  json_decref(game->assessment);
  json_decref(game->told);
  cs_world_free(&game->world);
  cs_arena_free(&game->arena);
}

cs_status cs_exercise_play(const cs_exercise *exercise, const cs_play_options *options, cs_played *out, cs_error *error)
{
  *out = (cs_played){0};
  if (sodium_init() < 0)
    return cs_fail(error, CS_SYSTEM, NULL, (cs_mark){0}, "the cryptographic library does not start");
  cs_game game = {.x = exercise, .how = options, .error = error};
  cs_dice_load(options->seed);
  cs_status status = set_up(&game);
  if (status == CS_OK)
    status = cs_game_plan(&game);
  if (status == CS_OK)
    status = play(&game, out);
  cs_keeper_stop(&game.keeper);
  cs_players_free(&game);
  if (status == CS_OK && !out->stopped && options->keep != NULL)
    status = cs_folder_keep(&game);
  cs_folder_remove(&game);
  clean_up(&game);
  cs_dice_unload();
  return status;
}
