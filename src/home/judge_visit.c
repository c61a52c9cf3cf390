/* One visit: its request, its draw, its opening, and its quota. */
#include <string.h>

#include "home/judge.h"

static const char *party_name(const cs_judging *j, size_t party)
{
  return j->home->treaty->parties.at[party].rule.id;
}

static cs_noted finding(const cs_judging *j, const cs_visit *v, size_t party, const char *name, cs_verdict verdict)
{
  return (cs_noted){.date = v->date,
                    .party = (uint32_t)party,
                    .rule = &j->home->treaty->inspections.at[v->kind].rule,
                    .name = name,
                    .verdict = verdict};
}

/* ---- The draw ------------------------------------------------------------------------------------------------ */

static const char *help_words(const cs_visit_side *side, const cs_help *h)
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
static cs_status judge_draw(cs_judging *j, const cs_visit *v)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < 2 && status == CS_OK; i++) {
    const cs_visit_side *side = &v->side[i];
    cs_help mine = cs_visit_help(v, i), other = cs_visit_help(v, 1 - i);
    if (side->origin == NULL || (!mine.revealed && mine.committed && !other.committed))
      continue;
    cs_verdict verdict = mine.revealed ? CS_LATE : CS_MISSING;
    cs_noted noted = finding(j, v, side->party, "draw", mine.in_time && mine.committed ? CS_MET : verdict);
    status = cs_judge_note(j, &noted, side->origin, side->reveal >= 0 ? side->reveal : side->commit, "%s",
                           help_words(side, &mine));
  }
  return status;
}

/* ---- The opening --------------------------------------------------------------------------------------------- */

/* Whether the inspected party says that its file opens the move of an entry. */
static bool is_opened(const cs_visit *v, uint64_t entry)
{
  for (size_t i = 0; i < json_array_size(v->moves); i++)
    if (json_integer_value(json_array_get(v->moves, i)) == (json_int_t)entry)
      return true;
  return false;
}

/* Whether what came there or left since the declaration was opened as well: otherwise nobody knows what is to be there. */
static cs_status judge_moves(cs_judging *j, const cs_visit *v, const cs_moves *moves)
{
  const cs_visit_side *b = &v->side[CS_INSPECTED];
  cs_status status = CS_OK;
  cs_noted noted = finding(j, v, b->party, "visit", CS_MISSING);
  for (size_t i = 0; i < moves->count && status == CS_OK; i++)
    if (moves->at[i].sealed && !is_opened(v, moves->at[i].entry))
      status = cs_judge_note(j, &noted, b->origin, (int64_t)moves->at[i].entry,
                             "%s was opened without entry %llu, a sealed move there or away", v->facility,
                             (unsigned long long)moves->at[i].entry);
  return status;
}

/* Whether the place was opened, and it was the one that was chosen. */
static cs_status judge_opening(cs_judging *j, const cs_visit *v, const cs_moves *moves)
{
  const cs_visit_side *b = &v->side[CS_INSPECTED];
  if (v->facility == NULL || b->origin == NULL) /* nothing was drawn, and who broke it off is said */
    return CS_OK;
  if (v->opened < 0) {
    cs_noted noted = finding(j, v, b->party, "visit", CS_MISSING);
    return cs_judge_note(j, &noted, v->origin, (int64_t)v->entry, "%s was not opened to %s", v->facility,
                         party_name(j, v->side[CS_INSPECTING].party));
  }
  bool right = cs_visit_opened(v);
  bool in_time = v->opened_time < ((int64_t)v->date + 1) * CS_DAY;
  cs_noted noted = finding(j, v, b->party, "visit", !right ? CS_VIOLATED : in_time ? CS_MET : CS_LATE);
  cs_status status = cs_judge_note(j, &noted, b->origin, v->opened,
                                   right ? "%s was opened" : "%s was to be opened, and another place was", v->facility);
  return status == CS_OK && right ? judge_moves(j, v, moves) : status;
}

/* ---- Request and quota --------------------------------------------------------------------------------------- */

/* A request that names what was not declared is its author's fault alone. */
static cs_status judge_request(cs_judging *j, const cs_visit *v)
{
  const cs_visit_side *a = &v->side[CS_INSPECTING];
  cs_noted noted = finding(j, v, a->party, "request", v->doubtful ? CS_UNKNOWN : CS_VIOLATED);
  return cs_judge_note(j, &noted, a->origin, (int64_t)v->entry, "void: %s", v->fault);
}

/* Every request of its party, kind and year that counts says whether all were within the quota. */
static cs_status judge_quota(cs_judging *j, const cs_visit *v)
{
  int64_t used, most, now = (int64_t)j->at * CS_DAY;
  const cs_visit_side *a = &v->side[CS_INSPECTING];
  cs_home_quota(j->home, j->visits, v->kind, a->party, v->date, now, &used, &most);
  if (most < 0 || used <= most || cs_visit_broken(v, now) == CS_BROKEN_BY_INSPECTED)
    return CS_OK;
  cs_noted noted = finding(j, v, a->party, "quota", CS_VIOLATED);
  return cs_judge_note(j, &noted, a->origin, (int64_t)v->entry, "%lld were asked for in this year, of %lld",
                       (long long)used, (long long)most);
}

cs_status cs_judge_visit(cs_judging *j, size_t index)
{
  const cs_visit *v = &j->visits->at[index];
  cs_status status = CS_OK;
  if (v->date >= j->at || v->side[CS_INSPECTED].party == SIZE_MAX) /* the day is not over */
    return CS_OK;
  if (v->fault != NULL)
    status = judge_request(j, v);
  else if (!v->designated)
    status = judge_draw(j, v);
  if (status == CS_OK && v->fault == NULL)
    status = judge_opening(j, v, &j->moves[index]);
  if (status == CS_OK && v->fault == NULL)
    status = cs_judge_reports(j, v, &j->moves[index]);
  return status == CS_OK ? judge_quota(j, v) : status;
}
