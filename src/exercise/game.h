/* Private to exercise/: an exercise that is being played. */
#ifndef CS_EXERCISE_GAME_H
#define CS_EXERCISE_GAME_H

#include "exercise/keeper.h"
#include "exercise/world.h"

/* A party or the observer, with its home and its server. */
typedef struct cs_player {
  const char *name;
  size_t party; /* CS_OBSERVER */
  char *directory;
  cs_home *home; /* NULL: it was killed */
  cs_vault *vault;
  pid_t server;
  unsigned port;       /* of it; 0: there is none */
  int64_t clock;       /* seconds that its clock is off */
  bool cut;            /* off from those who are not */
  int64_t declaration; /* entry of the newest one of its own; -1: none */
  cs_date declared;    /* and its day */
  bool stale;          /* something was told since */
  cs_date moved;       /* day of the newest move that it told of */
} cs_player;

/* A visit that is under way. */
typedef struct cs_trip {
  const char *origin; /* of the request; NULL: there is none */
  uint64_t entry;
  const char *place; /* NULL: not known */
} cs_trip;

/* Something that comes to be done on a day. */
struct cs_step {
  cs_date date;
  size_t order; /* within the day */
  unsigned stage;
  const cs_action *action; /* NULL: everybody follows everybody */
  size_t player;           /* of a random move */
};

struct cs_game {
  const cs_exercise *x;
  const cs_play_options *how;
  cs_error *error;
  cs_arena arena;
  cs_world world;
  cs_keeper keeper;
  char *folder;
  cs_passphrase passphrase;
  cs_player *players;
  size_t player_count;
  cs_trip *trips;         /* by action */
  const char **snapshots; /* of ledgers that will be rewritten, by action; NULL: none */
  cs_step *steps;
  size_t step_count, step_capacity;
  uint64_t dice; /* of moves */
  int64_t now;   /* of the scenario, in POSIX seconds */
  struct {
    size_t notified, sealed, proven;
  } moves; /* since the last time that they were told of */
  bool bad;
  json_t *assessment, *told; /* the newest one; what was told of peers, so that it is told once */
};

/* ---- The tables of actions (keys.c) --------------------------------------------------------------------------- */

cs_status cs_do_say(cs_game *game, const cs_step *step);
cs_status cs_do_declare(cs_game *game, const cs_step *step);
cs_status cs_do_claim(cs_game *game, const cs_step *step);
cs_status cs_do_move(cs_game *game, const cs_step *step);
cs_status cs_do_notify(cs_game *game, const cs_step *step);
cs_status cs_do_sync(cs_game *game, const cs_step *step);
cs_status cs_do_inspect(cs_game *game, const cs_step *step);
cs_status cs_do_resolve(cs_game *game, const cs_step *step);
cs_status cs_do_raise(cs_game *game, const cs_step *step);
cs_status cs_do_term(cs_game *game, const cs_step *step);
cs_status cs_do_undeclare(cs_game *game, const cs_step *step);
cs_status cs_do_spoof(cs_game *game, const cs_step *step);
cs_status cs_do_backdate(cs_game *game, const cs_step *step);
cs_status cs_do_rewrite(cs_game *game, const cs_step *step);
cs_status cs_do_clock(cs_game *game, const cs_step *step);
cs_status cs_do_kill(cs_game *game, const cs_step *step);
cs_status cs_do_start(cs_game *game, const cs_step *step);
cs_status cs_do_cut(cs_game *game, const cs_step *step);
cs_status cs_do_heal(cs_game *game, const cs_step *step);
cs_status cs_do_assess(cs_game *game, const cs_step *step);
cs_status cs_do_compare(cs_game *game, const cs_step *step);
cs_status cs_do_exhibit(cs_game *game, const cs_step *step);

/* ---- Time and chance (plan.c, dice.c) -------------------------------------------------------------------------- */

/* Lays out the steps of the actions, by day. */
cs_status cs_game_plan(cs_game *game);
/* Stages of an action that takes several steps. */
enum { CS_STAGE_WHOLE, CS_STAGE_EVE, CS_STAGE_BEFORE, CS_STAGE_RANDOM };

/* Makes every random number of this process follow from a seed, and no longer. */
void cs_dice_load(uint64_t seed);
void cs_dice_unload(void);
/* A number below `limit` (at least 1) for what is not secret. */
uint64_t cs_dice_below(cs_game *game, uint64_t limit);

/* ---- Players (player.c) ---------------------------------------------------------------------------------------- */

/* Makes their homes, serves them, and tells each of the others. */
cs_status cs_players_make(cs_game *game);
void cs_players_free(cs_game *game);
/* The player of this name, which the file was checked for. */
cs_player *cs_player_named(cs_game *game, const char *name);
cs_player *cs_player_of(cs_game *game, size_t party);
/* Those of "by"; all where there is none, parties only where `parties`. The array is in the arena. */
cs_status cs_players_by(cs_game *game, const cs_action *action, bool parties, cs_player ***out, size_t *count);
/* Its time. */
int64_t cs_player_now(const cs_game *game, const cs_player *player);
/* Opens its home and vault; serves it, and tells the others where. */
cs_status cs_player_open(cs_game *game, cs_player *player);
cs_status cs_player_serve(cs_game *game, cs_player *player);
/* Kills its server and closes its home. */
cs_status cs_player_kill(cs_game *game, cs_player *player);
/* Whether it can act; says so where it cannot. */
bool cs_player_acts(cs_game *game, const cs_step *step, const cs_player *player);
/* Follows the ledger of another one; what is found is told of. */
cs_status cs_player_follow(cs_game *game, cs_player *player, cs_player *other);
/* Everybody follows everybody. */
cs_status cs_players_sync(cs_game *game);

/* ---- Telling (tell.c) ------------------------------------------------------------------------------------------ */

void cs_tell(cs_game *game, const cs_player *player, const cs_step *step, cs_news_weight weight, const char *format,
             ...) CS_PRINTF(5, 6);
/* What a home refused is told of, and the exercise goes on; the rest ends it. */
cs_status cs_tell_refusal(cs_game *game, const cs_player *player, const cs_step *step, cs_status status);
/* The assessment by one home: its JSON into `out`; what is bad of it, and the whole in numbers, into `summary`. */
cs_status cs_game_judge(cs_game *game, const cs_player *player, cs_date at, cs_text *out, json_t **summary, bool *bad);
/* Everybody judges; tells of it where `tell`. */
cs_status cs_game_assess(cs_game *game, const cs_step *step, cs_player **who, size_t count, bool tell);
/* What came of it all. */
cs_status cs_game_outcome(cs_game *game, cs_played *out);

/* ---- Statements (deeds.c) -------------------------------------------------------------------------------------- */

/* Declares what the player says that it has today, and proves what is due. */
cs_status cs_player_declare(cs_game *game, const cs_step *step, cs_player *player, cs_date date, bool sealed,
                            bool claim);
/* Moves at random and notifies of it. */
cs_status cs_do_random(cs_game *game, const cs_step *step);
/* Whether the agreement seals something. */
bool cs_game_seals(const cs_game *game);
/* What an action picks: its items at a place, really or as declared; CS_INVALID where there are not enough. */
cs_status cs_game_pick(cs_game *game, const cs_step *step, size_t party, const char *from, cs_there there, size_t **out,
                       size_t *count);

/* ---- The folder (folder.c) ------------------------------------------------------------------------------------- */

/* Makes the folder in which the exercise is played, in TMPDIR, or in memory where the system has that, since every statement
 * waits for the disk otherwise; and looks whether what is to be kept can be. */
cs_status cs_folder_make(cs_game *game);
/* Copies all of it to where it is to be kept. */
cs_status cs_folder_keep(cs_game *game);
void cs_folder_remove(cs_game *game);
cs_status cs_file_copy(const char *from, const char *to, cs_error *error);
/* A file below it; in the arena. */
const char *cs_game_path(cs_game *game, const char *name);

#endif
