/* What the two sides of a visit have reported: each signs its own report, and what one says alone convicts nobody. */
#include <stdlib.h>
#include <string.h>

#include "home/judge.h"

typedef struct reports {
  cs_judging *j;
  const cs_visit *v;
  const char *names[2];  /* of the parties */
  const json_t *json[2]; /* the report that counts, or NULL */
  size_t common;         /* differences that both name */
  bool differ;           /* what they counted is not the same */
} reports;

static cs_noted finding(const reports *r, size_t side, const char *name, cs_verdict verdict)
{
  return (cs_noted){.date = r->v->date,
                    .party = (uint32_t)r->v->side[side].party,
                    .rule = &r->j->home->treaty->inspections.at[r->v->kind].rule,
                    .name = name,
                    .verdict = verdict};
}

/* ---- Reports that do not count ------------------------------------------------------------------------------- */

/* A report of something else than this visit is no evidence, and one more of the same side changes nothing. */
static cs_status judge_others(reports *r, bool opened)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < r->v->report_count && status == CS_OK; i++) {
    const cs_visit_report *one = &r->v->reports[i];
    const cs_visit_side *side = &r->v->side[one->side];
    cs_noted noted = finding(r, one->side, "report", CS_UNKNOWN);
    if ((int64_t)one->entry != side->report)
      status =
        cs_judge_note(r->j, &noted, side->origin, (int64_t)one->entry, "%s",
                      !opened          ? "reports a visit of which the place was not opened; it counts for nothing"
                      : !one->is_of_it ? "reports another place or file than that of the visit; it counts for nothing"
                                       : "reports the visit again; its first report counts");
  }
  return status;
}

static cs_status judge_missing(reports *r)
{
  cs_status status = CS_OK;
  for (size_t i = 0; i < 2 && status == CS_OK; i++) {
    const cs_visit_side *side = &r->v->side[i];
    cs_noted noted = finding(r, i, "report", CS_MISSING);
    if (side->report < 0 && side->origin != NULL) /* of whom nothing is here, nothing is missed */
      status = cs_judge_note(r->j, &noted, r->v->origin, (int64_t)r->v->entry, "did not report what was seen at %s",
                             r->v->facility);
  }
  return status;
}

/* ---- One beside the other ------------------------------------------------------------------------------------ */

static bool has_text(const json_t *list, const char *text)
{
  for (size_t i = 0; i < json_array_size(list); i++)
    if (strcmp(json_string_value(json_array_get(list, i)), text) == 0)
      return true;
  return false;
}

/* How many texts of one list are not in the other; the first of them. */
static size_t count_alone(const json_t *list, const json_t *other, const char **first)
{
  size_t count = 0;
  json_t *set = json_object();
  for (size_t i = 0; i < json_array_size(other); i++)
    json_object_set_new(set, json_string_value(json_array_get(other, i)), json_true());
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    if (json_object_get(set, text) == NULL && count++ == 0)
      *first = text;
  }
  json_decref(set);
  return count;
}

/* What was counted, by cell of the agreement. */
static int64_t *sum_counts(reports *r, const json_t *report)
{
  const cs_treaty *t = r->j->home->treaty;
  int64_t *out = cs_arena_array(&r->j->arena, t->cells + 1, sizeof *out);
  size_t i;
  const json_t *holding;
  json_array_foreach(json_object_get(report, "holdings"), i, holding)
  {
    size_t cell = cs_treaty_cell(t, json_string_value(json_object_get(holding, "item")),
                                 json_string_value(json_object_get(holding, "state")));
    int64_t count = json_integer_value(json_object_get(holding, "count"));
    if (out != NULL && cell != SIZE_MAX)
      out[cell] = out[cell] + count > CS_NUMBER_MAX ? CS_NUMBER_MAX : out[cell] + count;
  }
  return out;
}

/* Names both numbers of the first cell in which they differ; whether there is one. */
static cs_status judge_counts(reports *r)
{
  const int64_t *a = sum_counts(r, r->json[CS_INSPECTING]), *b = sum_counts(r, r->json[CS_INSPECTED]);
  cs_noted noted = finding(r, CS_INSPECTED, "reports", CS_UNKNOWN);
  cs_status status = a == NULL || b == NULL ? cs_fail_memory(r->j->error) : CS_OK;
  for (size_t c = 0; c < r->j->home->treaty->cells && status == CS_OK; c++) {
    if (a[c] == b[c])
      continue;
    const char *name = cs_cell_name(r->j->home->treaty, c, &r->j->arena);
    r->differ = true;
    status = cs_judge_note(r->j, &noted, r->v->side[CS_INSPECTED].origin, r->v->side[CS_INSPECTED].report,
                           "%s: %s counted %lld %s, and %s %lld", r->v->facility, r->names[CS_INSPECTING],
                           (long long)a[c], name == NULL ? "" : name, r->names[CS_INSPECTED], (long long)b[c]);
  }
  return status;
}

/* Identifiers are compared where both have read some. */
static cs_status judge_identifiers(reports *r)
{
  const json_t *a = json_object_get(r->json[CS_INSPECTING], "identifiers"),
               *b = json_object_get(r->json[CS_INSPECTED], "identifiers");
  const char *first[2] = {NULL, NULL};
  if (a == NULL || b == NULL)
    return CS_OK;
  size_t alone = count_alone(a, b, &first[0]) + count_alone(b, a, &first[1]);
  if (alone == 0)
    return CS_OK;
  r->differ = true;
  cs_noted noted = finding(r, CS_INSPECTED, "reports", CS_UNKNOWN);
  return cs_judge_note(r->j, &noted, r->v->side[CS_INSPECTED].origin, r->v->side[CS_INSPECTED].report,
                       "%s: %zu identifiers are in one report alone, such as %s in that of %s", r->v->facility, alone,
                       first[0] != NULL ? first[0] : first[1], r->names[first[0] == NULL]);
}

static void count_common(reports *r)
{
  const json_t *a = json_object_get(r->json[CS_INSPECTING], "differences"),
               *b = json_object_get(r->json[CS_INSPECTED], "differences");
  for (size_t i = 0; i < json_array_size(a); i++)
    r->common += has_text(b, json_string_value(json_array_get(a, i)));
}

/* ---- What it comes to ---------------------------------------------------------------------------------------- */

/* Whether the inspecting party has raised differences of its report, and resolved all of these. */
static bool is_resolved(const reports *r)
{
  const cs_visit_side *a = &r->v->side[CS_INSPECTING];
  size_t raised = 0, open = 0;
  for (size_t i = 0; i < r->j->raised_count; i++) {
    const cs_raised *one = &r->j->raised[i];
    bool of_this = a->report >= 0 && one->by == a->party && one->report == a->report;
    raised += of_this;
    open += of_this && !one->resolved;
  }
  return raised > 0 && open == 0;
}

/* A move that was notified when the place was known already; NULL where there was none. */
static const cs_move *late_move(const cs_visit *v, const cs_moves *moves)
{
  for (size_t i = 0; i < moves->count; i++)
    if (moves->at[i].time > cs_visit_known_from(v))
      return &moves->at[i];
  return NULL;
}

static const char *plural(size_t count)
{
  return count == 1 ? "" : "s";
}

static cs_status conclude(reports *r, cs_verdict verdict, const char *words)
{
  const cs_visit_side *a = &r->v->side[CS_INSPECTING], *b = &r->v->side[CS_INSPECTED];
  cs_noted noted = finding(r, CS_INSPECTED, "report", verdict);
  if (words == NULL)
    return cs_fail_memory(r->j->error);
  return cs_judge_note(r->j, &noted, a->report >= 0 ? a->origin : b->origin, a->report >= 0 ? a->report : b->report,
                       "%s: %s", r->v->facility, words);
}

/* Differences count against the inspected party where both sides name them, and are open where one does. */
static cs_status judge_differences(reports *r)
{
  const cs_visit_side *a = &r->v->side[CS_INSPECTING], *b = &r->v->side[CS_INSPECTED];
  cs_arena *arena = &r->j->arena;
  size_t most = a->differences > b->differences ? a->differences : b->differences;
  if (is_resolved(r))
    return conclude(r, CS_MET,
                    cs_arena_format(arena, "%zu difference%s, resolved since", a->differences, plural(a->differences)));
  if (r->common > 0)
    return conclude(r, CS_VIOLATED,
                    cs_arena_format(arena,
                                    "%zu difference%s between what was sealed and what was seen, by both reports%s",
                                    r->common, plural(r->common), most > r->common ? "; one names more" : ""));
  const char *other = a->differences > 0 ? r->names[CS_INSPECTED] : r->names[CS_INSPECTING];
  bool reported = r->json[a->differences > 0 ? CS_INSPECTED : CS_INSPECTING] != NULL;
  return conclude(r, CS_UNKNOWN,
                  cs_arena_format(arena, "%zu difference%s by the report of %s alone; %s %s", most, plural(most),
                                  a->differences > 0 ? r->names[CS_INSPECTING] : r->names[CS_INSPECTED], other,
                                  !reported                                  ? "has not reported"
                                  : a->differences > 0 && b->differences > 0 ? "names others"
                                                                             : "reports none"));
}

static cs_status judge_result(reports *r, const cs_moves *moves)
{
  const cs_visit_side *a = &r->v->side[CS_INSPECTING], *b = &r->v->side[CS_INSPECTED];
  const cs_move *late = late_move(r->v, moves);
  if (a->differences + b->differences > 0)
    return judge_differences(r);
  if (r->differ || (a->report < 0 && b->report < 0)) /* which was said */
    return CS_OK;
  if (a->report < 0 || b->report < 0)
    return conclude(r, CS_UNKNOWN,
                    cs_arena_format(&r->j->arena, "what was seen is what was sealed, by the report of %s alone",
                                    r->names[a->report < 0]));
  if (late != NULL)
    return conclude(
      r, CS_UNKNOWN,
      cs_arena_format(&r->j->arena,
                      "what was seen is what was sealed, with what entry %llu notified when the place was "
                      "known already",
                      (unsigned long long)late->entry));
  return conclude(r, CS_MET, "what was seen is what was sealed");
}

cs_status cs_judge_reports(cs_judging *j, const cs_visit *v, const cs_moves *moves)
{
  const cs_treaty *t = j->home->treaty;
  reports r = {.j = j, .v = v};
  bool opened = cs_visit_opened(v);
  for (size_t i = 0; i < 2; i++)
    r.names[i] = t->parties.at[v->side[i].party].rule.id;
  for (size_t i = 0; i < v->report_count; i++)
    if ((int64_t)v->reports[i].entry == v->side[v->reports[i].side].report)
      r.json[v->reports[i].side] = v->reports[i].json;
  cs_status status = judge_others(&r, opened);
  if (status != CS_OK || !opened)
    return status;
  status = judge_missing(&r);
  bool both = r.json[CS_INSPECTING] != NULL && r.json[CS_INSPECTED] != NULL;
  if (status == CS_OK && both)
    status = judge_counts(&r);
  if (status == CS_OK && both)
    status = judge_identifiers(&r);
  count_common(&r);
  return status == CS_OK ? judge_result(&r, moves) : status;
}
