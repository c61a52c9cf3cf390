/* Private to exercise/: an exercise as its file gives it, and the tables of what may stand there. */
#ifndef CS_EXERCISE_SCRIPT_H
#define CS_EXERCISE_SCRIPT_H

#include "exercise/exercise.h"
#include "yaml/yaml.h"

/* ---- Keys ---------------------------------------------------------------------------------------------------- */

/* What a text of an action has to name. */
typedef enum cs_script_noun {
  CS_N_NONE,
  CS_N_PARTY,
  CS_N_PLAYER,
  CS_N_ITEM,
  CS_N_STATE,
  CS_N_NOTIFICATION,
  CS_N_INSPECTION,
  CS_N_KIND
} cs_script_noun;

extern const cs_yaml_key cs_file_keys[], cs_holding_keys[], cs_source_keys[], cs_action_keys[];
extern const size_t cs_file_key_count, cs_holding_key_count, cs_source_key_count;
enum { CS_ACTION_KEYS = 33, CS_HOLDING_MOST = 1000000 };

/* ---- Actions ------------------------------------------------------------------------------------------------- */

typedef struct cs_game cs_game;
typedef struct cs_step cs_step;

/* Something that can be done. `needs` and `takes` are keys beside "day" and "do", separated by spaces. */
typedef struct cs_deed {
  const char *name, *help, *needs, *takes;
  cs_status (*run)(cs_game *game, const cs_step *step);
} cs_deed;
extern const cs_deed cs_deeds[];
extern const size_t cs_deed_count;

typedef struct cs_action {
  cs_mark mark;
  cs_mark marks[CS_ACTION_KEYS]; /* of the values, by key; line 0: not given */
  const cs_deed *deed;
  const char *what; /* the deed's name, as it is read */
  size_t index;     /* in the file */
  cs_date on, until, date, announced;
  cs_names by, identifiers;
  cs_answer sealed, notify, claim, update;
  int64_t count, stated, most, times, ahead, behind;
  const char *of, *item, *state, *to_state, *type, *at, *from, *to, *notification, *inspection, *refuse, *refuser,
    *text, *file, *agreement, *statement;
} cs_action;

/* What one party has at one place. */
typedef struct cs_holding {
  cs_mark mark;
  size_t party;
  const char *item, *state, *type, *facility, *identifiers, *source;
  int64_t count;
} cs_holding;

/* Holdings of a party from a file: a record, or a table of facilities with a column for each state of an item. */
typedef struct cs_holding_file {
  cs_mark mark;
  size_t party;
  const char *path, *item, *identifiers;
} cs_holding_file;

struct cs_exercise {
  cs_arena arena;
  const char *file;   /* as given */
  const char *folder; /* that paths in it start from: "" or one that ends in a slash */
  const char *id, *title, *summary, *agreement, *agreement_path;
  cs_names sources;
  cs_answer observer;
  int64_t seed, sync_every;
  cs_date end;
  const cs_node *holding_node, *action_node;
  cs_treaty *treaty;
  cs_holding *holdings;
  size_t holding_count, holding_capacity;
  cs_holding_file *files;
  size_t file_count, file_capacity;
  cs_action *actions;
  size_t action_count;
};

/* A path of the file, from the folder in which the file lies; in the arena. */
const char *cs_script_path(const cs_exercise *x, cs_arena *arena, const char *path);

/* Index of the key of an action by the member that it fills. */
#define CS_KEY_OF(member) cs_script_key_at(offsetof(cs_action, member))
size_t cs_script_key_at(size_t offset);

/* An error at the value of a key of an action. */
#define CS_FAIL_ACTION(game_error, x, action, member, ...)                                                             \
  cs_fail((game_error), CS_INVALID, (x)->file, cs_action_mark((action), CS_KEY_OF(member)), __VA_ARGS__)
cs_mark cs_action_mark(const cs_action *action, size_t key);

#endif
