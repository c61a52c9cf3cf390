/* Visits: the steps of both sides, with what is really there as what is seen. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "exercise/game.h"

/* The two sides of a visit, and what is refused. */
typedef struct visit {
  cs_game *game;
  const cs_step *step;
  const cs_action *action;
  cs_trip *trip;
  cs_player *a, *b; /* who inspects, and who is inspected */
} visit;

static bool refuses(const visit *v, const cs_player *p, const char *what)
{
  const cs_action *a = v->action;
  return a->refuse != NULL && strcmp(a->refuse, what) == 0 &&
         strcmp(p->name, a->refuser == NULL ? v->b->name : a->refuser) == 0;
}

static cs_status meet(const visit *v)
{
  cs_status status = cs_player_follow(v->game, v->a, v->b);
  return status == CS_OK ? cs_player_follow(v->game, v->b, v->a) : status;
}

/* ---- Before the day ------------------------------------------------------------------------------------------ */

static cs_status request(const visit *v, bool *made)
{
  const cs_action *a = v->action;
  char day[CS_DATE_TEXT];
  uint64_t entry;
  const cs_visit_plan plan = {a->inspection, v->b->name, cs_date_format(a->on, day), -1, a->at, NULL};
  cs_status status = cs_home_request_visit(v->a->home, &plan, cs_player_now(v->game, v->a), &entry, v->game->error);
  *made = status == CS_OK;
  if (status == CS_OK) {
    v->trip->origin = v->a->home->key.name;
    v->trip->entry = entry;
    v->trip->place = a->at;
  }
  return cs_tell_refusal(v->game, v->a, v->step, status);
}

/* One side's step of the draw, the commitment or what it was to. */
static cs_status draw(const visit *v, cs_player *p, const char *what)
{
  cs_text says = {0};
  if (refuses(v, p, "commit") && strcmp(what, "reveal") == 0) /* it has nothing that it could reveal */
    return CS_OK;
  if (refuses(v, p, what)) {
    cs_tell(v->game, p, v->step, CS_NEWS_PLAIN, "does not %s", what);
    return CS_OK;
  }
  cs_status status =
    cs_home_draw(p->home, p->vault, v->trip->origin, v->trip->entry, cs_player_now(v->game, p), &says, v->game->error);
  cs_text_free(&says);
  return cs_tell_refusal(v->game, p, v->step, status);
}

static cs_status draw_both(const visit *v, const char *what)
{
  cs_status status = draw(v, v->a, what);
  if (status == CS_OK)
    status = draw(v, v->b, what);
  return status == CS_OK ? meet(v) : status;
}

/* The place that both numbers give. */
static cs_status look_up(const visit *v)
{
  cs_visit_list visits;
  cs_status status = cs_home_visits(v->a->home, CS_DATE_NONE, &visits, v->game->error);
  if (status != CS_OK)
    return status;
  const cs_visit *found = cs_visits_find(&visits, v->trip->origin, v->trip->entry);
  if (found != NULL && found->facility != NULL)
    v->trip->place = cs_arena_copy(&v->game->arena, cs_slice_of(found->facility));
  cs_visits_free(&visits);
  return CS_OK;
}

/* The inspected party declares what it has on the day, before either side can know the place. What was moved on that day comes
 * on top of a declaration, which is of its beginning; so then the one before it serves. */
static cs_status update(const visit *v)
{
  const cs_player *b = v->b;
  if (v->action->update == CS_NO || (!b->stale && b->declaration >= 0) || b->declared == v->step->date ||
      b->moved == v->step->date)
    return CS_OK;
  return cs_player_declare(v->game, v->step, v->b, v->step->date, cs_game_seals(v->game), true);
}

static cs_status announce(const visit *v)
{
  char day[CS_DATE_TEXT];
  bool made = false;
  cs_status status = update(v);
  if (status == CS_OK)
    status = cs_player_follow(v->game, v->a, v->b);
  if (status == CS_OK)
    status = request(v, &made);
  if (status != CS_OK || !made)
    return status;
  cs_tell(v->game, v->a, v->step, CS_NEWS_DETAIL, "will inspect %s on %s%s%s", v->b->name,
          cs_date_format(v->action->on, day), v->trip->place == NULL ? ", where a draw says" : ", at ",
          v->trip->place == NULL ? "" : v->trip->place);
  status = cs_player_follow(v->game, v->b, v->a);
  return status == CS_OK && v->trip->place == NULL ? draw_both(v, "commit") : status;
}

/* What both committed to is revealed as late as it may be, so that the place is not known for longer than a day. */
static cs_status reveal(const visit *v)
{
  if (v->trip->origin == NULL)
    return CS_OK;
  cs_status status = draw_both(v, "reveal");
  if (status == CS_OK)
    status = look_up(v);
  if (status == CS_OK && v->trip->place != NULL)
    cs_tell(v->game, v->a, v->step, CS_NEWS_DETAIL, "draws with %s: %s", v->b->name, v->trip->place);
  else if (status == CS_OK)
    cs_tell(v->game, v->a, v->step, CS_NEWS_BAD, "cannot visit %s: no place could be drawn", v->b->name);
  return status;
}

/* ---- On the day ---------------------------------------------------------------------------------------------- */

static cs_status write_file(cs_game *game, const char *path, const cs_text *text)
{
  FILE *file = fopen(path, "w");
  bool ok = file != NULL && fwrite(text->at, 1, text->length, file) == text->length;
  ok = (file == NULL || fclose(file) == 0) && ok;
  return ok ? CS_OK : cs_fail(game->error, CS_SYSTEM, path, (cs_mark){0}, "the file cannot be written");
}

/* The inspected party opens the place; what it hands over also stays in the folder of the exercise. */
static cs_status open_place(const visit *v, cs_text *opening, bool *opened)
{
  uint64_t stated;
  *opened = false;
  if (refuses(v, v->b, "open")) {
    cs_tell(v->game, v->b, v->step, CS_NEWS_PLAIN, "does not open %s to %s", v->trip->place, v->a->name);
    return CS_OK;
  }
  cs_status status =
    cs_home_visit_file(v->b->home, v->b->vault, v->trip->origin, v->trip->entry, opening, v->game->error);
  if (status == CS_OK)
    status = cs_home_open_visit(v->b->home, v->trip->origin, v->trip->entry, (cs_slice){opening->at, opening->length},
                                cs_player_now(v->game, v->b), &stated, v->game->error);
  *opened = status == CS_OK;
  const char *name = cs_arena_format(&v->game->arena, "visit-%zu.json", v->action->index + 1);
  const char *path = name == NULL ? NULL : cs_game_path(v->game, name);
  if (status == CS_OK)
    status = path == NULL ? cs_fail_memory(v->game->error) : write_file(v->game, path, opening);
  return cs_tell_refusal(v->game, v->b, v->step, status);
}

/* The words of the first differences: "A, B, C and 3 more". */
static const char *first_words(cs_game *game, const char *says, size_t differences)
{
  enum { SHOWN = 3 };
  cs_text out = {0};
  size_t shown = 0;
  for (const char *at = says; at != NULL && shown < SHOWN && shown < differences; shown++) {
    const char *end = strchr(at, '\n');
    size_t length = end == NULL ? strlen(at) : (size_t)(end - at);
    size_t spaces = strspn(at, " ");
    cs_text_add(&out, "%s%.*s", shown == 0 ? "" : "; ", (int)(length - spaces), at + spaces);
    at = end == NULL ? NULL : end + 1;
  }
  if (differences > shown)
    cs_text_add(&out, "; and %zu more", differences - shown);
  const char *text = out.at == NULL ? "" : cs_arena_copy(&game->arena, (cs_slice){out.at, out.length});
  cs_text_free(&out);
  return text == NULL ? "" : text;
}

/* Both sides count together, so both report the same. */
static cs_status report(const visit *v, cs_player *p, const cs_text *opening, const char *seen)
{
  cs_text says = {0};
  size_t differences = 0;
  bool inspects = p == v->a;
  if (refuses(v, p, "report")) {
    cs_tell(v->game, p, v->step, CS_NEWS_PLAIN, "does not report what was seen");
    return CS_OK;
  }
  cs_status status =
    cs_home_report_visit(p->home, v->trip->origin, v->trip->entry, (cs_slice){opening->at, opening->length}, seen,
                         cs_player_now(v->game, p), &says, &differences, v->game->error);
  const char *chosen = v->action->at == NULL ? "drawn" : "designated";
  if (status == CS_OK && inspects && differences == 0)
    cs_tell(v->game, p, v->step, CS_NEWS_PLAIN, "inspects %s at %s (%s): all is as it was sealed", v->b->name,
            v->trip->place, chosen);
  else if (status == CS_OK && inspects)
    cs_tell(v->game, p, v->step, CS_NEWS_BAD, "inspects %s at %s (%s): %zu differences: %s", v->b->name, v->trip->place,
            chosen, differences, first_words(v->game, says.at, differences));
  cs_text_free(&says);
  return cs_tell_refusal(v->game, p, v->step, status);
}

static cs_status close_side(const visit *v, cs_player *p)
{
  uint64_t stated;
  json_t *extra = json_pack("{s:s, s:I}", "origin", v->trip->origin, "entry", (json_int_t)v->trip->entry);
  cs_status status =
    cs_home_state(p->home, CS_INSPECT_CLOSE, NULL, 0, extra, cs_player_now(v->game, p), &stated, NULL, v->game->error);
  return cs_tell_refusal(v->game, p, v->step, status);
}

static cs_status look_round(const visit *v, const cs_text *opening)
{
  const char *seen = cs_game_path(v->game, "seen.csv");
  size_t place = cs_world_place(&v->game->world, v->b->party, v->trip->place);
  cs_status status = seen == NULL || place == SIZE_MAX
                       ? cs_fail_memory(v->game->error)
                       : cs_world_write_seen(&v->game->world, place, seen, v->game->error);
  if (status == CS_OK)
    status = report(v, v->a, opening, seen);
  if (status == CS_OK)
    status = report(v, v->b, opening, seen);
  if (status == CS_OK)
    status = close_side(v, v->a);
  return status == CS_OK ? close_side(v, v->b) : status;
}

static cs_status hold(const visit *v)
{
  cs_text opening = {0};
  bool opened;
  if (v->trip->origin == NULL || v->trip->place == NULL) /* why not was told of */
    return CS_OK;
  cs_status status = open_place(v, &opening, &opened);
  if (status == CS_OK && opened)
    status = cs_player_follow(v->game, v->a, v->b);
  if (status == CS_OK && opened)
    status = look_round(v, &opening);
  if (opening.at != NULL)
    sodium_memzero(opening.at, opening.capacity);
  cs_text_free(&opening);
  return status == CS_OK ? meet(v) : status;
}

cs_status cs_do_inspect(cs_game *game, const cs_step *step)
{
  cs_player **who;
  size_t count;
  const cs_action *action = step->action;
  cs_status status = cs_players_by(game, action, true, &who, &count);
  if (status != CS_OK)
    return status;
  visit v = {game, step, action, &game->trips[action->index], who[0], cs_player_named(game, action->of)};
  if (!cs_player_acts(game, step, v.a) || !cs_player_acts(game, step, v.b))
    return CS_OK;
  return step->stage == CS_STAGE_BEFORE ? announce(&v) : step->stage == CS_STAGE_EVE ? reveal(&v) : hold(&v);
}
