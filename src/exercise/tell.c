/* What is told: events as they happen, and what each side knows at the end. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exercise/game.h"

static void event(cs_game *game, const cs_player *player, const cs_step *step, cs_news_weight weight, const char *text)
{
  cs_news e = {.date = (cs_date)(game->now / 86400),
               .player = player == NULL ? "" : player->name,
               .deed = step == NULL || step->action == NULL ? "" : step->action->what,
               .text = text,
               .weight = weight};
  if (game->how->event != NULL)
    game->how->event(game->how->context, &e);
}

void cs_tell(cs_game *game, const cs_player *player, const cs_step *step, cs_news_weight weight, const char *format,
             ...)
{
  va_list args;
  va_start(args, format);
  const char *text = cs_arena_vformat(&game->arena, format, args);
  va_end(args);
  game->bad = game->bad || weight == CS_NEWS_BAD;
  event(game, player, step, weight, text == NULL ? "" : text);
}

cs_status cs_tell_refusal(cs_game *game, const cs_player *player, const cs_step *step, cs_status status)
{
  if (status == CS_INVALID) {
    cs_tell(game, player, step, CS_NEWS_BAD, "is refused by its own home: %s", game->error->what);
    return CS_OK;
  }
  return status;
}

/* ---- Assessments --------------------------------------------------------------------------------------------- */

/* The findings of one party under one rule, by verdict. */
static cs_status sum_findings(const cs_assessment *a, json_t *rules, json_t *bad)
{
  bool ok = true;
  for (size_t i = 0; i < cs_assessment_count(a) && ok; i++) {
    cs_finding f = cs_assessment_at(a, i);
    const char *verdict = cs_verdict_word(f.verdict);
    char date[CS_DATE_TEXT];
    json_t *party = json_object_get(rules, f.party), *rule;
    if (party == NULL)
      json_object_set_new(rules, f.party, party = json_object());
    if ((rule = json_object_get(party, f.rule)) == NULL)
      json_object_set_new(party, f.rule, rule = json_object());
    json_int_t count = json_integer_value(json_object_get(rule, verdict));
    ok = json_object_set_new(rule, verdict, json_integer(count + 1)) == 0;
    if (ok && (f.verdict == CS_VIOLATED || f.verdict == CS_LATE || f.verdict == CS_MISSING))
      ok = json_array_append_new(bad, json_pack("{s:s, s:s, s:s, s:s, s:s}", "party", f.party, "rule", f.rule, "date",
                                                cs_date_format(f.date, date), "verdict", verdict, "note", f.note)) == 0;
  }
  return ok ? CS_OK : CS_SYSTEM;
}

/* Whether each party kept the agreement, and why. */
static json_t *sum_parties(const cs_assessment *a)
{
  json_t *out = json_object();
  for (size_t i = 0; i < a->treaty->parties.count; i++) {
    cs_text why = {0};
    cs_add_why(a, i, &why);
    json_object_set_new(out, a->treaty->parties.at[i].rule.id,
                        json_pack("{s:s, s:s}", "kept", cs_kept_word(cs_party_kept(a, i)), "why",
                                  why.at == NULL ? "" : why.at));
    cs_text_free(&why);
  }
  return out;
}

static json_t *summarize(const cs_assessment *a, cs_date at)
{
  char date[CS_DATE_TEXT];
  json_t *tally = json_object(), *rules = json_object(), *bad = json_array();
  for (int v = 0; v < CS_VERDICTS; v++)
    json_object_set_new(tally, cs_verdict_word((cs_verdict)v),
                        json_integer((json_int_t)cs_assessment_tally(a, (cs_verdict)v)));
  cs_status status = sum_findings(a, rules, bad);
  json_t *out =
    json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "at", cs_date_format(at, date), "conclusion",
              cs_assessment_conclusion(a), "parties", sum_parties(a), "verdicts", tally, "rules", rules, "bad", bad);
  if (status != CS_OK) {
    json_decref(out);
    return NULL;
  }
  return out;
}

cs_status cs_game_judge(cs_game *game, const cs_player *player, cs_date at, cs_text *out, json_t **summary, bool *bad)
{
  cs_holdings *holdings = NULL;
  cs_assessment *assessment = NULL;
  cs_assess_options how = {.at = at};
  *summary = NULL;
  cs_status status = cs_home_holdings(player->home, at, &holdings, game->error);
  if (status == CS_OK)
    status = cs_home_note_visits(player->home, at, holdings, game->error);
  if (status == CS_OK)
    status = cs_assess(player->home->treaty, holdings, &how, &assessment, game->error);
  if (status == CS_OK)
    status = cs_assessment_json(assessment, out, game->error);
  if (status == CS_OK && (*summary = summarize(assessment, at)) == NULL)
    status = cs_fail_memory(game->error);
  *bad = status == CS_OK && cs_assessment_is_bad(assessment);
  cs_assessment_free(assessment);
  cs_holdings_free(holdings);
  return status;
}

/* "kept as far as verified: 5 limits proved, 6 places opened". */
static void tell_parties(cs_game *game, const cs_step *step, const json_t *summary)
{
  const char *party;
  json_t *said;
  json_object_foreach(json_object_get(summary, "parties"), party, said)
  {
    const char *kept = json_string_value(json_object_get(said, "kept"));
    cs_tell(game, cs_player_named(game, party), step, strncmp(kept, "kept", 4) == 0 ? CS_NEWS_PLAIN : CS_NEWS_BAD,
            "%s: %s", kept, json_string_value(json_object_get(said, "why")));
  }
}

/* Which homes keep evidence against a party, and of what; the assessments do not go by it. */
static cs_status tell_evidence(cs_game *game, const cs_step *step, size_t party)
{
  cs_text who = {0}, words = {0};
  unsigned kinds = 0;
  cs_status status = CS_OK;
  for (size_t i = 0; i < game->player_count && status == CS_OK; i++) {
    cs_piece *pieces = NULL;
    size_t count = 0;
    unsigned mine = 0;
    if (game->players[i].home != NULL)
      status = cs_home_evidence(game->players[i].home, &pieces, &count, game->error);
    for (size_t k = 0; k < count; k++)
      mine |= pieces[k].party == party ? 1U << pieces[k].kind : 0;
    free(pieces);
    if (mine != 0)
      cs_text_add(&who, "%s%s", kinds == 0 ? "" : ", ", game->players[i].name);
    kinds |= mine;
  }
  cs_charge_words(kinds, &words);
  const char *name = game->x->treaty->parties.at[party].rule.id;
  if (status == CS_OK && kinds != 0)
    cs_tell(game, cs_player_named(game, name), step, CS_NEWS_BAD, "%s; evidence of it is kept by %s", words.at, who.at);
  cs_text_free(&who);
  cs_text_free(&words);
  return status;
}

static void tell_bad(cs_game *game, const cs_step *step, const json_t *summary)
{
  enum { SHOWN = 12 };
  size_t i;
  json_t *f, *bad = json_object_get(summary, "bad");
  json_array_foreach(bad, i, f)
  {
    if (i < SHOWN)
      cs_tell(game, NULL, step, CS_NEWS_DETAIL, "%s of %s on %s, %s: %s",
              json_string_value(json_object_get(f, "verdict")), json_string_value(json_object_get(f, "party")),
              json_string_value(json_object_get(f, "date")), json_string_value(json_object_get(f, "rule")),
              json_string_value(json_object_get(f, "note")));
  }
  if (json_array_size(bad) > SHOWN)
    cs_tell(game, NULL, step, CS_NEWS_DETAIL, "and %zu more", json_array_size(bad) - SHOWN);
}

static cs_status tell_assessment(cs_game *game, const cs_step *step, size_t count, const char *differ)
{
  cs_status status = CS_OK;
  if (differ[0] == '\0')
    cs_tell(game, NULL, step, CS_NEWS_PLAIN, "%zu nodes judged; their assessments are the same, byte for byte", count);
  else
    cs_tell(game, NULL, step, CS_NEWS_BAD, "%zu nodes judged; their assessments differ:%s", count, differ);
  tell_parties(game, step, game->assessment);
  for (size_t i = 0; i < game->x->treaty->parties.count && status == CS_OK; i++)
    status = tell_evidence(game, step, i);
  tell_bad(game, step, game->assessment);
  cs_tell(game, NULL, step, CS_NEWS_PLAIN, "%s", json_string_value(json_object_get(game->assessment, "conclusion")));
  return status;
}

/* Keeps the first one's; `differ` names those whose is another. */
static cs_status take_assessment(cs_game *game, const cs_player *player, cs_date at, cs_text *first, cs_text *differ)
{
  cs_text mine = {0};
  json_t *summary;
  char hash[CS_HEX_HASH];
  bool bad;
  cs_status status = cs_game_judge(game, player, at, &mine, &summary, &bad);
  if (status != CS_OK) {
    cs_text_free(&mine);
    return status;
  }
  game->bad = game->bad || bad;
  if (first->at == NULL) {
    *first = mine;
    cs_hex_hash((cs_slice){mine.at, mine.length}, hash);
    json_object_set_new(summary, "sha256", json_string(hash));
    json_decref(game->assessment);
    game->assessment = summary;
    return CS_OK;
  }
  if (mine.length != first->length || memcmp(mine.at, first->at, mine.length) != 0)
    cs_text_add(differ, " %s", player->name);
  json_decref(summary);
  cs_text_free(&mine);
  return CS_OK;
}

cs_status cs_game_assess(cs_game *game, const cs_step *step, cs_player **who, size_t count, bool tell)
{
  cs_text first = {0}, differ = {0};
  cs_date at = (cs_date)(game->now / 86400);
  cs_status status = CS_OK;
  size_t judged = 0;
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    if (who[i]->home == NULL)
      continue;
    status = take_assessment(game, who[i], at, &first, &differ);
    judged++;
  }
  if (status == CS_OK && judged > 0) {
    json_object_set_new(game->assessment, "nodes", json_integer((json_int_t)judged));
    json_object_set_new(game->assessment, "identical", json_boolean(differ.length == 0));
    if (tell)
      status = tell_assessment(game, step, judged, differ.at == NULL ? "" : differ.at);
  }
  cs_text_free(&first);
  cs_text_free(&differ);
  return status;
}

/* ---- The end ------------------------------------------------------------------------------------------------- */

/* A ledger as its owner has it, and by how many of the others all of it is cosigned. */
static cs_status ledger_json(cs_game *game, const cs_player *p, json_t **out)
{
  cs_log *log;
  size_t all = 0, others = 0;
  cs_status status = cs_home_read_own(p->home, &log, game->error);
  if (status != CS_OK)
    return status;
  uint64_t size = cs_log_checkpoint(log).size;
  cs_log_close(log);
  for (size_t i = 0; i < game->player_count && status == CS_OK; i++) {
    uint64_t cosigned;
    if (&game->players[i] == p || game->players[i].home == NULL)
      continue;
    status = cs_home_cosigned_by(p->home, game->players[i].home->cosigner.name, &cosigned, game->error);
    others++;
    all += status == CS_OK && cosigned == size;
  }
  *out = json_pack("{s:s, s:I, s:I, s:I}", "origin", p->home->key.name, "entries", (json_int_t)size, "cosigned",
                   (json_int_t)all, "others", (json_int_t)others);
  return status;
}

cs_status cs_game_outcome(cs_game *game, cs_played *out)
{
  json_t *ledgers = json_array(), *ledger;
  cs_status status = CS_OK;
  for (size_t i = 0; i < game->player_count && status == CS_OK; i++) {
    const cs_player *p = &game->players[i];
    if (p->party == (size_t)CS_OBSERVER || p->home == NULL)
      continue;
    status = ledger_json(game, p, &ledger);
    if (status == CS_OK) {
      json_int_t cosigned = json_integer_value(json_object_get(ledger, "cosigned")),
                 others = json_integer_value(json_object_get(ledger, "others"));
      cs_tell(game, p, NULL, cosigned == others ? CS_NEWS_PLAIN : CS_NEWS_BAD,
              "%lld entries, all of them cosigned by %lld of %lld others",
              (long long)json_integer_value(json_object_get(ledger, "entries")), (long long)cosigned,
              (long long)others);
      json_array_append_new(ledgers, ledger);
    }
  }
  out->bad = game->bad;
  out->json = json_pack("{s:s, s:I, s:o, s:O?}", "exercise", game->x->id, "seed", (json_int_t)game->how->seed,
                        "ledgers", ledgers, "assessment", game->assessment);
  return status;
}
