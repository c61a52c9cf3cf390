/* What is said about it all: ambiguities, the term, assessments, exhibits, and what would be known otherwise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "exercise/game.h"

/* ---- Ambiguities --------------------------------------------------------------------------------------------- */

typedef struct raised {
  uint64_t entries[256];
  size_t count;
} raised;

static cs_status find_raised(void *context, uint64_t index, cs_slice entry, const cs_statement *s, cs_error *error)
{
  raised *r = context;
  (void)entry;
  (void)error;
  if (s->kind == CS_RAISE && r->count < CS_COUNT_OF(r->entries))
    r->entries[r->count++] = index;
  if (s->kind == CS_RESOLVE)
    for (size_t i = 0; i < r->count; i++)
      if ((int64_t)r->entries[i] == cs_statement_number(s, "entry"))
        r->entries[i--] = r->entries[--r->count];
  return CS_OK;
}

/* States something without more ado. */
static cs_status state(cs_game *game, cs_player *p, cs_statement_kind kind, const cs_statement_value *values,
                       size_t count)
{
  uint64_t entry;
  return cs_home_state(p->home, kind, values, count, NULL, cs_player_now(game, p), &entry, NULL, game->error);
}

static cs_status resolve(cs_game *game, const cs_step *step, cs_player *p)
{
  raised r = {.count = 0};
  cs_status status = cs_home_walk(p->home->log, UINT64_MAX, NULL, find_raised, &r, game->error);
  for (size_t i = 0; i < r.count && status == CS_OK; i++) {
    const char *number = cs_arena_format(&game->arena, "%llu", (unsigned long long)r.entries[i]);
    const cs_statement_value values[] = {{"origin", p->home->key.name},
                                         {"entry", number},
                                         {"text", step->action->text}};
    status = number == NULL ? cs_fail_memory(game->error)
                            : state(game, p, CS_RESOLVE, values, step->action->text == NULL ? 2 : 3);
  }
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "resolves %zu ambiguities that it had raised", r.count);
  return cs_tell_refusal(game, p, step, status);
}

static cs_status each(cs_game *game, const cs_step *step, cs_status (*one)(cs_game *, const cs_step *, cs_player *))
{
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, step->action, true, &who, &count);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if (cs_player_acts(game, step, who[i]))
      status = one(game, step, who[i]);
  return status;
}

cs_status cs_do_resolve(cs_game *game, const cs_step *step)
{
  return each(game, step, resolve);
}

static cs_status raise_one(cs_game *game, const cs_step *step, cs_player *p)
{
  const cs_player *about = cs_player_named(game, step->action->of);
  const char *origin = cs_arena_format(&game->arena, "countersign/%s/%s", game->x->treaty->id, about->name);
  const cs_statement_value values[] = {{"origin", origin}, {"text", step->action->text}};
  cs_status status = origin == NULL ? cs_fail_memory(game->error) : state(game, p, CS_RAISE, values, 2);
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "raises before the commission, about %s: %s", about->name,
            step->action->text);
  return cs_tell_refusal(game, p, step, status);
}

cs_status cs_do_raise(cs_game *game, const cs_step *step)
{
  return each(game, step, raise_one);
}

/* ---- The term ------------------------------------------------------------------------------------------------ */

static cs_status change_term(cs_game *game, const cs_step *step, cs_player *p)
{
  const cs_action *a = step->action;
  bool extends = strcmp(a->what, "extend") == 0;
  char day[CS_DATE_TEXT];
  cs_date_format(extends ? a->until : a->date, day);
  const cs_statement_value values[] = {{extends ? "until" : "from", day}, {"text", a->text}};
  size_t kind = 0;
  while (strcmp(cs_statement_kinds[kind].name, a->what) != 0)
    kind++;
  cs_status status = state(game, p, (cs_statement_kind)kind, values, a->text == NULL ? 1 : 2);
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "states: %s %s %s", a->what, values[0].key, day);
  return cs_tell_refusal(game, p, step, status);
}

cs_status cs_do_term(cs_game *game, const cs_step *step)
{
  return each(game, step, change_term);
}

/* ---- Assessments --------------------------------------------------------------------------------------------- */

cs_status cs_do_assess(cs_game *game, const cs_step *step)
{
  cs_player **who;
  size_t count;
  cs_status status = cs_players_by(game, step->action, false, &who, &count);
  return status == CS_OK ? cs_game_assess(game, step, who, count, true) : status;
}

/* What an agreement says of a party of which nothing is declared. */
static cs_status compare(cs_game *game, const cs_step *step, const cs_treaty *treaty)
{
  cs_holdings *holdings = NULL;
  cs_assessment *assessment = NULL;
  cs_assess_options how = {.at = (cs_date)(game->now / 86400)};
  cs_status status = cs_holdings_new(treaty, 1, &holdings, game->error);
  if (status == CS_OK)
    status = cs_holdings_finish(holdings, game->error);
  if (status == CS_OK)
    status = cs_assess(treaty, holdings, &how, &assessment, game->error);
  if (status == CS_OK) {
    size_t known = cs_assessment_count(assessment) - cs_assessment_tally(assessment, CS_UNKNOWN);
    cs_tell(game, NULL, step, CS_NEWS_PLAIN,
            "under %s: %zu exchanges, %zu notifications, %zu inspections; %zu verdicts are known. %s",
            cs_treaty_title(treaty), treaty->exchanges.count, treaty->notifications.count, treaty->inspections.count,
            known, cs_assessment_conclusion(assessment));
  }
  cs_assessment_free(assessment);
  cs_holdings_free(holdings);
  return status;
}

cs_status cs_do_compare(cs_game *game, const cs_step *step)
{
  const char *path = cs_script_path(game->x, &game->arena, step->action->agreement);
  cs_treaty *treaty = NULL;
  cs_status status = path == NULL ? cs_fail_memory(game->error) : cs_treaty_read(path, &treaty, game->error);
  if (status == CS_OK)
    status = compare(game, step, treaty);
  cs_treaty_free(treaty);
  if (status == CS_OK && step->action->text != NULL)
    cs_tell(game, NULL, step, CS_NEWS_WORD, "%s", step->action->text);
  return status;
}

/* ---- Exhibits ------------------------------------------------------------------------------------------------ */

/* The newest statement of a kind; one that tells of differences before others. */
typedef struct newest {
  const char *kind;
  bool found, differs;
  uint64_t entry;
} newest;

static cs_status find_newest(void *context, uint64_t index, cs_slice entry, const cs_statement *s, cs_error *error)
{
  newest *n = context;
  (void)entry;
  (void)error;
  bool differs = json_array_size(json_object_get(s->json, "differences")) > 0;
  if (strcmp(cs_statement_kinds[s->kind].name, n->kind) == 0 && (differs || !n->differs)) {
    n->found = true;
    n->differs = differs;
    n->entry = index;
  }
  return CS_OK;
}

/* The ledger of a party, as another one has it. */
static cs_status open_ledger(cs_game *game, const cs_player *holder, const cs_player *of, cs_log **out)
{
  cs_peer *peers = NULL;
  size_t count = 0, i = 0;
  *out = NULL;
  if (holder == of)
    return cs_home_read_own(holder->home, out, game->error);
  cs_status status = cs_home_peers(holder->home, &peers, &count, game->error);
  while (i < count && strcmp(peers[i].name, of->name) != 0)
    i++;
  if (status == CS_OK && i < count)
    status = cs_log_open(holder->home->store, &peers[i].key, NULL, out, game->error);
  free(peers);
  return status;
}

static cs_status write_exhibit(cs_game *game, const cs_step *step, cs_player *p, const cs_text *text)
{
  const char *path = cs_game_path(game, step->action->file);
  FILE *file = path == NULL ? NULL : fopen(path, "w");
  bool ok = file != NULL && fwrite(text->at, 1, text->length, file) == text->length;
  ok = (file == NULL || fclose(file) == 0) && ok;
  cs_text says = {0};
  if (!ok)
    return cs_fail(game->error, CS_SYSTEM, path, (cs_mark){0}, "the file cannot be written");
  cs_status status = cs_exhibit_verify((cs_slice){text->at, text->length}, path, NULL, &says, game->error);
  if (status == CS_OK)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "has %s, which convinces by itself: %.*s", step->action->file,
            (int)strcspn(says.at == NULL ? "" : says.at, "\n"), says.at == NULL ? "" : says.at);
  cs_text_free(&says);
  return status;
}

cs_status cs_do_exhibit(cs_game *game, const cs_step *step)
{
  const cs_action *a = step->action;
  cs_player *p = cs_player_named(game, a->by.at[0]);
  const cs_player *of = a->of == NULL ? p : cs_player_named(game, a->of);
  newest n = {.kind = a->statement};
  cs_text text = {0};
  cs_log *log = NULL;
  if (strchr(a->file, '/') != NULL)
    return CS_FAIL_ACTION(game->error, game->x, a, file, "the name holds a slash; expected the name of a file");
  if (!cs_player_acts(game, step, p))
    return CS_OK;
  cs_status status = open_ledger(game, p, of, &log);
  if (status == CS_OK && log != NULL)
    status = cs_home_walk(log, UINT64_MAX, n.kind, find_newest, &n, game->error);
  if (status == CS_OK && !n.found)
    cs_tell(game, p, step, CS_NEWS_PLAIN, "has no \"%s\" of %s", a->statement, of->name);
  if (status == CS_OK && n.found)
    status = cs_home_exhibit(p->home, log, n.entry, &text, game->error);
  if (status == CS_OK && n.found)
    status = write_exhibit(game, step, p, &text);
  cs_text_free(&text);
  cs_log_close(log);
  return status;
}
