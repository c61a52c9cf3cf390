/* What visits and ambiguities come to, as findings beside those about numbers. */
#include <stdlib.h>
#include <string.h>

#include "home/visits.h"

enum { DAY = 86400 };

typedef struct judging {
  cs_home *home;
  cs_holdings *holdings;
  cs_visit_list *visits;
  cs_date at;
  const char *origin; /* of the ledger that is read */
  size_t party;
  cs_arena arena;
  struct raised {
    const char *origin;
    uint64_t entry;
    size_t by, about; /* parties; SIZE_MAX: nobody's ledger */
    const char *rule, *text;
    cs_date date;
    bool resolved;
  } * raised;
  size_t raised_count, raised_capacity;
  cs_error *error;
} judging;

/* The number under which a ledger's findings are cited. */
static uint32_t file_of(const judging *j, const char *origin)
{
  uint32_t i = 0;
  while (i + 1 < j->holdings->file_count && (origin == NULL || strcmp(j->holdings->files[i], origin) != 0))
    i++;
  return i;
}

static cs_status note(judging *j, cs_date date, size_t party, const cs_rule *rule, const char *name, cs_verdict verdict,
                      const char *origin, int64_t entry, const char *format, ...) CS_PRINTF(9, 10);

static cs_status note(judging *j, cs_date date, size_t party, const cs_rule *rule, const char *name, cs_verdict verdict,
                      const char *origin, int64_t entry, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  const char *text = cs_arena_vformat(&j->arena, format, args);
  va_end(args);
  cs_noted noted = {.date = date,
                    .party = (uint32_t)party,
                    .rule = rule,
                    .name = name,
                    .verdict = verdict,
                    .note = text,
                    .file = file_of(j, origin),
                    .line = entry < 0 ? 0 : (uint32_t)entry};
  return text == NULL ? cs_fail_memory(j->error) : cs_holdings_note(j->holdings, &noted, j->error);
}

/* ---- Visits -------------------------------------------------------------------------------------------------- */

static const char *party_name(const judging *j, size_t party)
{
  return j->home->treaty->parties.at[party].rule.id;
}

/* How far one side has helped to draw the place. */
typedef struct help {
  bool committed; /* before the eve of the visit, or within a day of the request */
  bool revealed;  /* what it committed to */
  bool in_time;   /* before the day of the visit */
} help;

static help help_of(const cs_visit *v, const cs_visit_side *side)
{
  int64_t eve = ((int64_t)v->date - 1) * DAY, limit = v->requested + DAY > eve ? v->requested + DAY : eve;
  bool revealed = side->reveal >= 0 && side->sound;
  return (help){.committed = side->commit >= 0 && side->committed <= limit,
                .revealed = revealed,
                .in_time = revealed && side->revealed < (int64_t)v->date * DAY};
}

static const char *help_words(const cs_visit_side *side, const help *h)
{
  if (side->commit < 0)
    return "did not commit to a number";
  if (!h->committed)
    return "committed to a number too late";
  if (side->reveal < 0)
    return "committed to a number, and did not reveal it";
  if (!side->sound)
    return "revealed another number than it committed to";
  return h->in_time ? "committed and revealed" : "revealed on the day of the visit or later";
}

/* Who has not helped to draw the place in time has broken it off; but nobody reveals to one who has not committed in time. */
static cs_status judge_draw(judging *j, const cs_visit *v, const cs_rule *rule)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < 2 && status == CS_OK; i++) {
    const cs_visit_side *side = &v->side[i];
    help mine = help_of(v, side), other = help_of(v, &v->side[1 - i]);
    if (!mine.revealed && mine.committed && !other.committed)
      continue;
    cs_verdict verdict = mine.revealed ? CS_LATE : CS_MISSING;
    status = note(j, v->date, side->party, rule, "draw", mine.in_time && mine.committed ? CS_MET : verdict,
                  side->origin, side->reveal >= 0 ? side->reveal : side->commit, "%s", help_words(side, &mine));
  }
  return status;
}

/* Whether the place was opened, and it was the one that was chosen. */
static cs_status judge_opening(judging *j, const cs_visit *v, const cs_rule *rule)
{
  const cs_visit_side *b = &v->side[CS_INSPECTED];
  if (v->facility == NULL) /* nothing was drawn, and who broke it off is said */
    return CS_OK;
  if (v->opened < 0)
    return note(j, v->date, b->party, rule, "visit", CS_MISSING, v->origin, (int64_t)v->entry,
                "%s was not opened to %s", v->facility, party_name(j, v->side[CS_INSPECTING].party));
  bool right = v->opened_facility != NULL && strcmp(v->opened_facility, v->facility) == 0;
  bool in_time = v->opened_time < ((int64_t)v->date + 1) * DAY;
  return note(j, v->date, b->party, rule, "visit",
              !right    ? CS_VIOLATED
              : in_time ? CS_MET
                        : CS_LATE,
              b->origin, v->opened, right ? "%s was opened" : "%s was to be opened, and another place was",
              v->facility);
}

/* The entry of the next report of the same party. */
static int64_t next_report(const judging *j, const cs_visit_side *side)
{
  int64_t next = INT64_MAX;
  for (size_t i = 0; i < j->visits->count; i++)
    for (size_t k = 0; k < 2; k++) {
      const cs_visit_side *other = &j->visits->at[i].side[k];
      if (other->party == side->party && other->report > side->report && other->report < next)
        next = other->report;
    }
  return next;
}

/* What the inspecting party found: a difference counts until the ambiguities that it raised are resolved. */
static cs_status judge_report(judging *j, const cs_visit *v, const cs_rule *rule)
{
  const cs_visit_side *a = &v->side[CS_INSPECTING], *b = &v->side[CS_INSPECTED];
  size_t open = 0, raised = 0;
  int64_t next = next_report(j, a); /* what was raised before that is about this one */
  if (a->report < 0)
    return CS_OK;
  for (size_t i = 0; i < j->raised_count; i++) {
    const struct raised *r = &j->raised[i];
    bool of_this = r->by == a->party && r->about == b->party && (int64_t)r->entry > a->report &&
                   (int64_t)r->entry < next && r->rule != NULL && strcmp(r->rule, rule->id) == 0;
    raised += of_this;
    open += of_this && !r->resolved;
  }
  bool differs = a->differences > 0 && (raised == 0 || open > 0);
  return note(j, v->date, b->party, rule, "report", differs ? CS_VIOLATED : CS_MET, a->origin, a->report,
              differs               ? "%s: %zu differences between what was sealed and what was seen"
              : a->differences == 0 ? "%s: what was seen is what was sealed"
                                    : "%s: %zu differences, resolved since",
              v->facility == NULL ? "" : v->facility, a->differences);
}

/* The last request of its party, kind and year says whether all were within the quota. */
static cs_status judge_quota(judging *j, const cs_visit *v, const cs_rule *rule)
{
  int64_t used, most;
  const cs_visit_side *a = &v->side[CS_INSPECTING];
  cs_status status = cs_home_quota(j->home, j->visits, v->kind, a->party, v->date, &used, &most, j->error);
  if (status != CS_OK || most < 0 || used <= most)
    return status;
  return note(j, v->date, a->party, rule, "quota", CS_VIOLATED, a->origin, (int64_t)v->entry,
              "%lld were asked for in this year, of %lld", (long long)used, (long long)most);
}

static cs_status judge_visit(judging *j, const cs_visit *v)
{
  const cs_rule *rule = &j->home->treaty->inspections.at[v->kind].rule;
  cs_status status = CS_OK;
  if (v->date >= j->at || v->side[CS_INSPECTED].party == SIZE_MAX) /* the day is not over */
    return CS_OK;
  if (!v->designated)
    status = judge_draw(j, v, rule);
  if (status == CS_OK)
    status = judge_opening(j, v, rule);
  if (status == CS_OK)
    status = judge_report(j, v, rule);
  return status == CS_OK ? judge_quota(j, v, rule) : status;
}

/* ---- Ambiguities --------------------------------------------------------------------------------------------- */

/* The party whose ledger has an origin; SIZE_MAX where none is known. */
static cs_status owner_of(judging *j, const char *origin, size_t *out)
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

static cs_status take_raise(judging *j, uint64_t entry, const cs_statement *s)
{
  if (!cs_grow((void **)&j->raised, &j->raised_capacity, j->raised_count, sizeof *j->raised))
    return cs_fail_memory(j->error);
  struct raised *r = &j->raised[j->raised_count++];
  const char *rule = cs_statement_text(s, "rule"), *text = cs_statement_text(s, "text");
  *r = (struct raised){.origin = j->origin,
                       .entry = entry,
                       .by = j->party,
                       .rule = rule == NULL ? NULL : cs_arena_copy(&j->arena, cs_slice_of(rule)),
                       .text = cs_arena_copy(&j->arena, cs_slice_of(text == NULL ? "" : text)),
                       .date = (cs_date)(s->time / DAY)};
  /* Whose ledger it is about is looked up when the walk is over. */
  r->about = SIZE_MAX;
  return CS_OK;
}

static cs_status take_entry(void *context, uint64_t entry, cs_slice bytes, cs_slice hash, cs_error *error)
{
  judging *j = context;
  cs_statement s;
  cs_error fault;
  (void)hash;
  (void)error;
  if (cs_statement_parse(bytes, NULL, &s, &fault) != CS_OK)
    return CS_OK;
  cs_status status = CS_OK;
  bool known = s.time / DAY <= j->at;
  if (known && s.kind == CS_RAISE)
    status = take_raise(j, entry, &s);
  for (size_t i = 0; i < j->raised_count && known && s.kind == CS_RESOLVE; i++) {
    struct raised *r = &j->raised[i];
    /* Who raised it resolves it. */
    if (r->by == j->party && (int64_t)r->entry == cs_statement_number(&s, "entry") &&
        strcmp(r->origin, cs_statement_text(&s, "origin")) == 0)
      r->resolved = true;
  }
  cs_statement_free(&s);
  return status;
}

static cs_status read_ledger(judging *j, const cs_verifier *key)
{
  cs_log *log = NULL;
  cs_verifier cosigner;
  cs_status status = cs_log_open(j->home->store, key, NULL, &log, j->error);
  if (status == CS_OK)
    status = cs_home_party_of(j->home, log, &j->party, &cosigner, j->error);
  if (status == CS_OK && j->party < j->home->treaty->parties.count) {
    j->origin = cs_arena_copy(&j->arena, cs_slice_of(key->name));
    status = j->origin == NULL ? cs_fail_memory(j->error) : cs_log_entries(log, 0, UINT64_MAX, take_entry, j, j->error);
  }
  cs_log_close(log);
  return status;
}

/* The ledger that an ambiguity is about. */
static cs_status find_accused(judging *j, struct raised *r)
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

static cs_status judge_ambiguities(judging *j)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < j->raised_count && status == CS_OK; i++) {
    struct raised *r = &j->raised[i];
    size_t about = r->about == SIZE_MAX || r->about >= j->home->treaty->parties.count ? r->by : r->about;
    const cs_rule *rule = &j->home->treaty->term.rule;
    const cs_rule *found;
    for (size_t k = 0; k < CS_RULE_KINDS && r->rule != NULL; k++)
      for (size_t n = 0; (found = cs_treaty_rule(j->home->treaty, &cs_rule_kinds[k], n)) != NULL; n++)
        if (strcmp(found->id, r->rule) == 0)
          rule = found;
    status = note(j, r->date, about, rule, "ambiguity", r->resolved ? CS_MET : CS_UNKNOWN, r->origin, (int64_t)r->entry,
                  "%s by %s: %s", r->resolved ? "raised and resolved" : "open, raised", party_name(j, r->by), r->text);
  }
  return status;
}

/* ---- All of it ----------------------------------------------------------------------------------------------- */

cs_status cs_home_note_visits(cs_home *home, cs_date at, cs_holdings *holdings, cs_error *error)
{
  cs_visit_list visits;
  cs_verifier *ledgers = NULL;
  size_t count = 0;
  cs_status status = cs_home_visits(home, at, &visits, error);
  if (status != CS_OK)
    return status;
  judging j = {.home = home, .holdings = holdings, .visits = &visits, .at = at, .error = error};
  status = cs_home_ledgers(home, &ledgers, &count, error);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    status = read_ledger(&j, &ledgers[i]);
  for (size_t i = 0; i < j.raised_count && status == CS_OK; i++)
    status = find_accused(&j, &j.raised[i]);
  for (size_t i = 0; i < visits.count && status == CS_OK; i++)
    status = judge_visit(&j, &visits.at[i]);
  if (status == CS_OK)
    status = judge_ambiguities(&j);
  if (status == CS_OK)
    status = cs_home_note_searches(home, at, &visits, holdings, error);
  free(ledgers);
  free(j.raised);
  cs_arena_free(&j.arena);
  cs_visits_free(&visits);
  return status;
}
