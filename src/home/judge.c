/* What visits and ambiguities come to, as findings beside those about numbers. */
#include "home/judge.h"

#include <stdlib.h>
#include <string.h>

#include "home/visits.h"

/* The number under which a ledger's findings are cited. */
static uint32_t file_of(const cs_judging *j, const char *origin)
{
  uint32_t i = 0;
  while (i + 1 < j->holdings->file_count && (origin == NULL || strcmp(j->holdings->files[i], origin) != 0))
    i++;
  return i;
}

cs_status cs_judge_note(cs_judging *j, const cs_noted *finding, const char *origin, int64_t entry, const char *format,
                        ...)
{
  va_list args;
  va_start(args, format);
  cs_noted noted = *finding;
  noted.note = cs_arena_vformat(&j->arena, format, args);
  va_end(args);
  noted.file = file_of(j, origin);
  noted.line = entry < 0 ? 0 : (uint32_t)entry;
  return noted.note == NULL ? cs_fail_memory(j->error) : cs_holdings_note(j->holdings, &noted, j->error);
}

/* ---- Ambiguities --------------------------------------------------------------------------------------------- */

/* The party whose ledger has an origin; SIZE_MAX where none is known. */
static cs_status owner_of(cs_judging *j, const char *origin, size_t *out)
{
  cs_log *log = NULL;
  cs_verifier cosigner;
  *out = SIZE_MAX;
  cs_status status = cs_home_log_of(j->home, origin, &log, j->error);
  if (status == CS_OK && log != NULL)
    status = cs_home_party_of(j->home, log, out, &cosigner, j->error);
  cs_log_close(log);
  return status;
}

/* A move may be to the place of a visit that was opened later, or away from it. */
static cs_status take_move(cs_judging *j, uint64_t entry, const cs_statement *s)
{
  cs_admission admission;
  cs_error fault;
  cs_move move;
  cs_status status = CS_OK;
  bool read = false;
  for (size_t i = 0; i < j->visits->count && status == CS_OK; i++) {
    const cs_visit *v = &j->visits->at[i];
    if (v->side[CS_INSPECTED].party != j->party || v->facility == NULL || (int64_t)entry >= v->opened)
      continue;
    if (!read && cs_statement_admit(s, j->home->treaty, j->party, NULL, &admission, &fault) != CS_OK)
      return CS_OK;
    if (!read)
      cs_move_read(s, j->home->treaty, entry, &move);
    read = true;
    status =
      cs_moves_add(&j->moves[i], &(cs_move_window){v->facility, v->declared, v->date}, &move, &j->arena, j->error);
  }
  return status;
}

static cs_status take_raise(cs_judging *j, uint64_t entry, const cs_statement *s)
{
  if (!cs_grow((void **)&j->raised, &j->raised_capacity, j->raised_count, sizeof *j->raised))
    return cs_fail_memory(j->error);
  cs_raised *r = &j->raised[j->raised_count++];
  const char *rule = cs_statement_text(s, "rule"), *text = cs_statement_text(s, "text");
  *r = (cs_raised){.origin = j->origin,
                   .entry = entry,
                   .by = j->party,
                   .report = cs_statement_number(s, "report"),
                   .rule = rule == NULL ? NULL : cs_arena_copy(&j->arena, cs_slice_of(rule)),
                   .text = cs_arena_copy(&j->arena, cs_slice_of(text == NULL ? "" : text)),
                   .date = (cs_date)(s->time / CS_DAY)};
  /* Whose ledger it is about is looked up when the walk is over. */
  r->about = SIZE_MAX;
  return CS_OK;
}

static cs_status take_entry(void *context, uint64_t entry, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  cs_judging *j = context;
  (void)bytes;
  (void)error;
  cs_status status = CS_OK;
  bool known = s->time / CS_DAY <= j->at;
  if (known && s->kind == CS_RAISE)
    status = take_raise(j, entry, s);
  if (s->kind == CS_NOTIFY)
    status = take_move(j, entry, s);
  for (size_t i = 0; i < j->raised_count && known && s->kind == CS_RESOLVE; i++) {
    cs_raised *r = &j->raised[i];
    /* Who raised it resolves it. */
    if (r->by == j->party && (int64_t)r->entry == cs_statement_number(s, "entry") &&
        strcmp(r->origin, cs_statement_text(s, "origin")) == 0)
      r->resolved = true;
  }
  return status;
}

static cs_status read_ledger(cs_judging *j, const cs_verifier *key)
{
  cs_log *log = NULL;
  cs_verifier cosigner;
  cs_status status = cs_log_open(j->home->store, key, NULL, &log, j->error);
  if (status == CS_OK)
    status = cs_home_party_of(j->home, log, &j->party, &cosigner, j->error);
  if (status == CS_OK && j->party < j->home->treaty->parties.count) {
    j->origin = cs_arena_copy(&j->arena, cs_slice_of(key->name));
    status =
      j->origin == NULL ? cs_fail_memory(j->error) : cs_home_walk(log, UINT64_MAX, NULL, take_entry, j, j->error);
  }
  cs_log_close(log);
  return status;
}

/* The ledger that an ambiguity is about. */
static cs_status find_accused(cs_judging *j, cs_raised *r)
{
  cs_home_entries entries = {.store = j->home->store, .end = UINT64_MAX};
  cs_entry_source source = cs_home_entry_source(&entries);
  cs_text bytes = {0};
  cs_statement s = {0};
  cs_error fault;
  bool found;
  cs_status status = cs_store_ledger(j->home->store, r->origin, &entries.ledger, j->error);
  if (status == CS_OK)
    status = source.read(source.context, r->entry, &bytes, &found, j->error);
  if (status == CS_OK && cs_statement_parse((cs_slice){bytes.at, bytes.length}, NULL, &s, &fault) == CS_OK)
    status = owner_of(j, cs_statement_text(&s, "origin"), &r->about);
  cs_statement_free(&s);
  cs_text_free(&bytes);
  return status;
}

static cs_status judge_ambiguities(cs_judging *j)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < j->raised_count && status == CS_OK; i++) {
    cs_raised *r = &j->raised[i];
    size_t about = r->about == SIZE_MAX || r->about >= j->home->treaty->parties.count ? r->by : r->about;
    const cs_rule *rule = &j->home->treaty->term.rule;
    const cs_rule *found;
    for (size_t k = 0; k < CS_RULE_KINDS && r->rule != NULL; k++)
      for (size_t n = 0; (found = cs_treaty_rule(j->home->treaty, &cs_rule_kinds[k], n)) != NULL; n++)
        if (strcmp(found->id, r->rule) == 0)
          rule = found;
    cs_noted noted = {.date = r->date,
                      .party = (uint32_t)about,
                      .rule = rule,
                      .name = "ambiguity",
                      .verdict = r->resolved ? CS_MET : CS_UNKNOWN};
    status = cs_judge_note(j, &noted, r->origin, (int64_t)r->entry, "%s by %s: %s",
                           r->resolved ? "raised and resolved" : "open, raised",
                           j->home->treaty->parties.at[r->by].rule.id, r->text);
  }
  return status;
}

/* ---- All of it ----------------------------------------------------------------------------------------------- */

static cs_status judge(cs_judging *j)
{
  cs_verifier *ledgers = NULL;
  size_t count = 0;
  cs_status status = cs_home_ledgers(j->home, &ledgers, &count, j->error);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = read_ledger(j, &ledgers[i]);
  for (size_t i = 0; i < j->raised_count && status == CS_OK; i++)
    status = find_accused(j, &j->raised[i]);
  for (size_t i = 0; i < j->visits->count && status == CS_OK; i++) {
    const cs_visit *v = &j->visits->at[i];
    cs_moves_settle(&j->moves[i], &(cs_move_window){v->facility, v->declared, v->date});
    status = cs_judge_visit(j, i);
  }
  free(ledgers);
  return status == CS_OK ? judge_ambiguities(j) : status;
}

cs_status cs_home_note_visits(cs_home *home, cs_date at, cs_holdings *holdings, cs_error *error)
{
  cs_visit_list visits;
  cs_status status = cs_home_visits(home, at, &visits, error);
  if (status != CS_OK)
    return status;
  cs_judging j = {.home = home, .holdings = holdings, .visits = &visits, .at = at, .error = error};
  j.moves = cs_arena_array(&j.arena, visits.count + 1, sizeof *j.moves);
  status = j.moves == NULL ? cs_fail_memory(error) : judge(&j);
  for (size_t i = 0; i < visits.count && j.moves != NULL; i++)
    cs_moves_free(&j.moves[i]);
  if (status == CS_OK)
    status = cs_home_note_searches(home, at, &visits, holdings, error);
  free(j.raised);
  cs_arena_free(&j.arena);
  cs_visits_free(&visits);
  return status;
}
