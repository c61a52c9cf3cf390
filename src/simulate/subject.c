/* What an agreement says about the items of a violation. */
#include <string.h>

#include "simulate/subject.h"

size_t cs_find_rule(const void *list, size_t count, size_t stride, const char *id)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(((const cs_rule *)(const void *)((const char *)list + i * stride))->id, id) == 0)
      return i;
  return SIZE_MAX;
}

/* The first of the states that the item has; SIZE_MAX where none is asked for; `*found` tells whether that succeeded. */
static size_t find_state(const cs_item *item, const cs_violation *v, bool *found)
{
  *found = v->states.count == 0;
  for (size_t k = 0; k < v->states.count; k++) {
    size_t state = CS_FIND(item->states, v->states.at[k]);
    if (state != SIZE_MAX) {
      *found = true;
      return state;
    }
  }
  return SIZE_MAX;
}

cs_subject cs_subject_find(const cs_treaty *t, const cs_violation *v)
{
  for (size_t i = 0; i < v->of.count; i++) {
    bool found = false;
    size_t item = CS_FIND(t->items, v->of.at[i]);
    size_t state = item == SIZE_MAX ? SIZE_MAX : find_state(&t->items.at[item], v, &found);
    if (found)
      return (cs_subject){item, state};
  }
  return (cs_subject){SIZE_MAX, SIZE_MAX};
}

bool cs_subject_counts(const cs_treaty *t, size_t count, cs_subject s)
{
  const cs_item *item = &t->items.at[s.item];
  bool found = false;
  for (size_t state = 0; state < item->states.count; state++)
    found =
      found || ((s.state == SIZE_MAX || s.state == state) && t->counts.at[count].weights[item->cell + state] != 0);
  return found;
}

/* Takes in a rule that limits the subject for a party from one day until before another, if it does after `after`. */
static void take_in(cs_window *w, const cs_treaty *t, const cs_amount *amount, size_t party, cs_date from,
                    cs_date until, cs_date after)
{
  cs_date end = cs_term_end(t);
  from = from == CS_DATE_NONE || from < after ? after : from;
  until = until == CS_DATE_NONE || (end != CS_DATE_NONE && end < until) ? end : until;
  if (cs_amount_for(amount, party) == NULL || (until != CS_DATE_NONE && from >= until))
    return;
  until = until == CS_DATE_NONE ? INT32_MAX : until;
  bool first = w->from == CS_DATE_NONE;
  w->from = first || from < w->from ? from : w->from;
  w->until = first || until > w->until ? until : w->until;
}

cs_window cs_subject_limited(const cs_treaty *t, cs_subject s, size_t party, cs_date after)
{
  cs_window w = {CS_DATE_NONE, CS_DATE_NONE};
  after = after < t->term.start ? t->term.start : after;
  for (size_t i = 0; s.item != SIZE_MAX && i < t->limits.count; i++) {
    const cs_limit *l = &t->limits.at[i];
    if (cs_subject_counts(t, l->count.index, s))
      take_in(&w, t, &l->at_most, party, cs_moment_date(t, &l->from), cs_moment_date(t, &l->until), after);
  }
  for (size_t i = 0; s.item != SIZE_MAX && i < t->eliminations.count; i++) {
    const cs_elimination *e = &t->eliminations.at[i];
    for (size_t k = 0; k < e->phases.count && cs_subject_counts(t, e->count.index, s); k++)
      take_in(&w, t, &e->phases.at[k].at_most, party, cs_moment_date(t, &e->phases.at[k].by), CS_DATE_NONE, after);
  }
  return w;
}

const cs_notification *cs_subject_notified(const cs_treaty *t, cs_subject s)
{
  for (size_t i = 0; i < t->notifications.count; i++) {
    const cs_notification *n = &t->notifications.at[i];
    for (size_t k = 0; k < n->items.count; k++)
      if ((s.item == SIZE_MAX || n->items.at[k].index == s.item) && n->due.side == CS_DUE_AFTER && !n->keeps_holdings)
        return n;
  }
  return NULL;
}
