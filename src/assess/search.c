/* What the visits so far would have seen of a violation, had it been there all the time. */
#include <stdlib.h>
#include <string.h>

#include "assess/assess.h"

const char cs_search_assumes[] =
  "the violation has been there since that day and stayed where it was; whoever placed it could not foresee where visits "
  "would go; what is at a place that is visited is all counted";

/* ---- What the agreement lets a visit see --------------------------------------------------------------------------- */

/* References to kinds of facilities; none of them stand for all. */
static bool includes(const cs_refs *kinds, size_t kind)
{
  bool found = kinds->count == 0;
  for (size_t i = 0; i < kinds->count && !found; i++)
    found = kinds->at[i].index == kind;
  return found;
}

static bool overlap(const cs_refs *a, const cs_refs *b)
{
  bool found = a->count == 0 || b->count == 0;
  for (size_t i = 0; i < a->count && !found; i++)
    found = includes(b, a->at[i].index);
  return found;
}

/* Whether an inspection goes where what a count counts may be. */
static bool concerns(const cs_treaty *t, const cs_inspection *inspection, size_t count)
{
  const int64_t *weights = t->counts.at[count].weights;
  bool found = false;
  for (size_t i = 0; i < t->items.count; i++)
    for (size_t k = 0; k < t->items.at[i].states.count && !found; k++)
      found = weights[t->items.at[i].cell + k] != 0 && overlap(&t->items.at[i].states.at[k].at, &inspection->at);
  return found;
}

bool cs_is_out_of_reach(const cs_treaty *t, const cs_bound *bound, size_t kind)
{
  const int64_t *weights = t->counts.at[bound->count].weights;
  bool held = false, reached = false;
  for (size_t i = 0; i < t->items.count; i++)
    for (size_t k = 0; k < t->items.at[i].states.count && !held; k++)
      held = weights[t->items.at[i].cell + k] != 0 && includes(&t->items.at[i].states.at[k].at, kind);
  for (size_t i = 0; i < t->inspections.count && !reached; i++)
    reached = includes(&t->inspections.at[i].at, kind);
  return held && !reached;
}

/* ---- Visits -------------------------------------------------------------------------------------------------------- */

/* The first day on which more than a bound allows a party is a violation. */
static cs_date binds_from(const cs_treaty *t, const cs_bound *bound, const cs_allowance *allowance)
{
  cs_date days[] = {cs_treaty_start(t), bound->from, allowance->baseline ? bound->baseline : CS_DATE_NONE};
  cs_date latest = days[0];
  for (size_t i = 1; i < CS_COUNT_OF(days); i++)
    latest = days[i] != CS_DATE_NONE && days[i] > latest ? days[i] : latest;
  return latest;
}

/* What is known of a facility, one bit each. */
enum { LOOKED = 1, LOOKED_BY_DRAW = 2, LOOKED_AND_DIFFERS = 4 };

/* Counts the visits to a party while a bound was binding, each facility once; false when out of memory. */
static bool count_visits(const cs_assessment *a, size_t party, const cs_bound *bound, cs_search *out)
{
  const cs_holdings *h = a->holdings;
  unsigned char *at = calloc((size_t)out->facilities + 1, sizeof *at);
  for (size_t i = 0; i < h->searched_count && at != NULL; i++) {
    const cs_searched *s = &h->searched[i];
    bool binding =
      s->date >= out->since && s->date <= a->at && (bound->until == CS_DATE_NONE || s->date < bound->until);
    if (s->party != party || !binding || !concerns(a->treaty, &a->treaty->inspections.at[s->inspection], bound->count))
      continue;
    if (s->facility == CS_NOWHERE) {
      out->not_held++;
      continue;
    }
    int now = LOOKED | (s->drawn ? LOOKED_BY_DRAW : 0) | (s->differs ? LOOKED_AND_DIFFERS : 0);
    at[s->facility] = (unsigned char)(at[s->facility] | now);
  }
  for (int64_t i = 0; at != NULL && i < out->facilities; i++) {
    out->visited += (at[i] & LOOKED) != 0;
    out->drawn += (at[i] & LOOKED_BY_DRAW) != 0;
    out->found += (at[i] & LOOKED_AND_DIFFERS) != 0;
  }
  free(at);
  return at != NULL;
}

/* The probability that one of the facilities visited is among `apart` that hide something. */
static double seen(const cs_search *s, int64_t apart)
{
  cs_sampling sampling = {.population = s->facilities, .defects = apart, .sample = s->visited};
  return s->visited == 0 ? 0 : cs_detect(&sampling).detected;
}

/* Bayes: none with the probability that the prior leaves, else any number of facilities alike, up to as many as can hide some. */
static bool read_posterior(const cs_assessment *a, cs_search *s)
{
  static const double CREDIBLE = 0.95;
  cs_look look = {.sample = s->visited, .found = s->found};
  cs_belief belief = {0};
  cs_error fault;
  int64_t most = a->violation < s->facilities ? a->violation : s->facilities;
  s->none = -1;
  if (a->prior <= 0 || s->facilities < 1 || s->facilities > CS_BELIEF_MAX)
    return true;
  cs_status status = cs_belief_some(s->facilities, a->prior, most, &belief, &fault);
  if (status == CS_OK)
    status =
      cs_belief_update(&belief, &look, 1, &fault); /* refused where more was found than the prior thinks possible */
  if (status == CS_OK) {
    cs_belief_summary summary = cs_belief_read(&belief, CREDIBLE);
    s->none = summary.none;
    s->at_most = summary.at_most;
  }
  cs_belief_free(&belief);
  return status != CS_SYSTEM;
}

static bool search(cs_assessment *a, size_t party, const cs_bound *bound, const cs_allowance *allowance)
{
  cs_search s = {
    .party = a->treaty->parties.at[party].rule.id,
    .rule = bound->rule->id,
    .article = bound->article->article,
    .since = binds_from(a->treaty, bound, allowance),
    .facilities = a->holdings->facilities == NULL ? CS_NO_NUMBER : a->holdings->facilities[party],
    .note = "",
  };
  if (s.since > a->at || (bound->until != CS_DATE_NONE && s.since >= bound->until))
    return true;
  if (s.facilities >= 0 && !count_visits(a, party, bound, &s))
    return false;
  if (s.visited == 0)
    s.note = s.facilities < 0    ? "the record shows no visits"
             : s.facilities == 0 ? "no facility is declared"
                                 : "no facility that is declared was visited";
  s.together = seen(&s, 1);
  s.spread = seen(&s, a->violation < s.facilities ? a->violation : s.facilities);
  if (!read_posterior(a, &s))
    return false;
  a->searches[a->search_count++] = (cs_bound_search){s, bound};
  return true;
}

bool cs_search_bounds(cs_assessment *a, size_t only)
{
  size_t parties = a->treaty->parties.count;
  bool ok = true;
  if (a->violation <= 0)
    return true;
  a->searches = cs_arena_array(&a->arena, parties * a->bound_count + 1, sizeof *a->searches);
  if (a->searches == NULL)
    return false;
  for (size_t party = 0; party < parties; party++) {
    bool asked = only == SIZE_MAX || only == party;
    for (size_t i = 0; i < a->bound_count && ok && asked; i++) {
      const cs_allowance *allowance = cs_amount_for(a->bounds[i].at_most, party);
      ok = allowance == NULL || search(a, party, &a->bounds[i], allowance);
    }
  }
  return ok;
}

size_t cs_assessment_searches(const cs_assessment *assessment)
{
  return assessment->search_count;
}

cs_search cs_assessment_search(const cs_assessment *assessment, size_t index)
{
  return assessment->searches[index].search;
}
