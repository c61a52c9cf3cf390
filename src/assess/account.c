/* Ledgers replayed: notifications that came late, moves of more than was there, declarations that do not follow. */
#include <stdlib.h>

#include "assess/assess.h"

bool cs_is_account(const cs_result *result)
{
  return result->subject == CS_SUBJECT_NOTIFICATION || result->subject == CS_SUBJECT_MOVE ||
         result->subject == CS_SUBJECT_REPLAY;
}

/* ---- Words ------------------------------------------------------------------------------------------------------ */

/* "icbm/deployed at Minot"; NULL when out of memory. */
static const char *place_words(cs_assessment *a, const cs_replay *replay, const cs_replayed *f)
{
  const cs_item *item = a->treaty->items.at;
  while (f->index >= item->cell + item->states.count)
    item++;
  const char *state = item->states.at[f->index - item->cell].rule.id,
             *facility = cs_replay_facility_name(replay, f->facility);
  if (f->facility == CS_EVERYWHERE)
    return cs_arena_format(&a->arena, "%s/%s", item->rule.id, state);
  if (facility[0] == '\0')
    return cs_arena_format(&a->arena, "%s/%s at no facility that is named", item->rule.id, state);
  return cs_arena_format(&a->arena, "%s/%s at %s", item->rule.id, state, facility);
}

static const char *note_of(cs_assessment *a, const cs_replay *replay, const cs_replayed *f)
{
  const char *place = place_words(a, replay, f);
  if (place == NULL)
    return NULL;
  if (f->kind == CS_REPLAYED_SHORT)
    return cs_arena_format(&a->arena, "%s: more left than was there", place);
  if (f->kind == CS_REPLAYED_NO_SEAL)
    return cs_arena_format(&a->arena, "%s: a sealed number that nobody can open", place);
  if (f->others > 0)
    return cs_arena_format(&a->arena, "%s does not follow from what was notified, nor at %u other %s", place, f->others,
                           f->others == 1 ? "facility" : "facilities");
  return cs_arena_format(&a->arena, "%s does not follow from what was notified", place);
}

/* ---- What is sealed --------------------------------------------------------------------------------------------- */

static bool has_seals(const cs_treaty *t, size_t count)
{
  bool any = false;
  for (size_t i = 0; i < t->items.count; i++)
    for (size_t k = 0; k < t->items.at[i].states.count; k++)
      any =
        any || (t->items.at[i].disclosure == CS_SEALED && t->counts.at[count].weights[t->items.at[i].cell + k] != 0);
  return any;
}

static bool is_equal(const cs_assessment *a, const cs_replayed *f, size_t party, size_t count)
{
  for (size_t i = 0; i < a->holdings->proven_count; i++) {
    const cs_proven *p = &a->holdings->proven[i];
    if (p->equal && p->date == f->date && p->baseline == f->baseline && p->party == party && p->count == count &&
        p->received <= a->at)
      return true;
  }
  return false;
}

/* A sealed declaration follows in its totals, which is as far as claims go, where every sealed count is proven to be what it
 * was before and every sealed transfer since to gain what it loses. */
static bool is_proven(const cs_assessment *a, const cs_replayed *f, size_t party)
{
  bool all = f->value == 0;
  for (size_t i = 0; i < a->treaty->counts.count && all; i++)
    all = !has_seals(a->treaty, i) || is_equal(a, f, party, i);
  return all;
}

/* ---- Findings --------------------------------------------------------------------------------------------------- */

static const struct {
  cs_subject subject;
  cs_verdict verdict;
  cs_remark note;
  bool named; /* has words of its own */
} kinds[] = {
  [CS_REPLAYED_IN_TIME] = {CS_SUBJECT_NOTIFICATION, CS_MET, CS_NOTE_IN_TIME, false},
  [CS_REPLAYED_LATE] = {CS_SUBJECT_NOTIFICATION, CS_LATE, CS_NOTE_NONE, false},
  [CS_REPLAYED_SHORT] = {CS_SUBJECT_MOVE, CS_VIOLATED, CS_NOTE_NONE, true},
  [CS_REPLAYED_NO_SEAL] = {CS_SUBJECT_MOVE, CS_VIOLATED, CS_NOTE_NONE, true},
  [CS_REPLAYED_FOLLOWS] = {CS_SUBJECT_REPLAY, CS_MET, CS_NOTE_FOLLOWS, false},
  [CS_REPLAYED_DIFFERS] = {CS_SUBJECT_REPLAY, CS_VIOLATED, CS_NOTE_NONE, true},
  [CS_REPLAYED_SEALED] = {CS_SUBJECT_REPLAY, CS_UNKNOWN, CS_NOTE_NO_PROOF, false},
};

static bool add_account(cs_assessment *a, const cs_history *history, const cs_replay *replay, const cs_replayed *f)
{
  cs_result result = {
    .date = f->date,
    .declaration = (uint32_t)a->account_count,
    .party = (uint16_t)history->party,
    .index = kinds[f->kind].subject == CS_SUBJECT_NOTIFICATION ? (uint16_t)f->index : 0,
    .subject = (uint8_t)kinds[f->kind].subject,
    .verdict = (uint8_t)kinds[f->kind].verdict,
    .note = (uint8_t)kinds[f->kind].note,
  };
  const char *note = kinds[f->kind].named ? note_of(a, replay, f) : NULL;
  if ((kinds[f->kind].named && note == NULL) ||
      !cs_grow((void **)&a->accounts, &a->account_capacity, a->account_count, sizeof *a->accounts))
    return false;
  a->accounts[a->account_count++] = (cs_account){*f, history->file, note};
  if (f->kind == CS_REPLAYED_SEALED && is_proven(a, f, history->party)) {
    result.verdict = CS_PROVED;
    result.note = CS_NOTE_TOTALS_FOLLOW;
  }
  if (result.subject == CS_SUBJECT_NOTIFICATION)
    a->notified[f->index] = true;
  return cs_assessment_add(a, result);
}

static cs_status judge_history(cs_assessment *a, const cs_history *history, cs_error *error)
{
  cs_replay *replay;
  size_t count;
  cs_status status = cs_replay_run(a->treaty, &(cs_replay_options){a->at, a->at}, &history->source, &replay, error);
  if (status != CS_OK)
    return status;
  const cs_replayed *found = cs_replay_findings(replay, &count);
  cs_date end = cs_treaty_end(a->treaty, a->at);
  for (size_t i = 0; i < count && status == CS_OK; i++)
    if ((end == CS_DATE_NONE || found[i].date < end) && !add_account(a, history, replay, &found[i]))
      status = cs_fail_memory(error);
  cs_replay_free(replay);
  return status;
}

cs_status cs_judge_histories(cs_assessment *a, size_t party, cs_error *error)
{
  const cs_holdings *h = a->holdings;
  bool any = false; /* where nobody notifies in ledgers, nothing can follow from that */
  a->notified = cs_arena_array(&a->arena, a->treaty->notifications.count + 1, sizeof *a->notified);
  if (a->notified == NULL)
    return cs_fail_memory(error);
  for (size_t i = 0; i < h->history_count; i++)
    any = any || h->histories[i].notified <= a->at;
  cs_status status = CS_OK;
  for (size_t i = 0; i < h->history_count && any && status == CS_OK; i++)
    if (party == SIZE_MAX || h->histories[i].party == party)
      status = judge_history(a, &h->histories[i], error);
  return status;
}
