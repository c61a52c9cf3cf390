/* A ledger, folded into holdings. */
#include "assess/replay.h"

#include <stdlib.h>
#include <string.h>

#include "assess/fold.h"

/* ---- Days ------------------------------------------------------------------------------------------------------ */

/* Makes room for the change of a cell on a day. */
static bool day_room(cs_replay *r, day *d)
{
  size_t room = r->stock.capacity;
  if (d->room >= room)
    return true;
  tally *tallies = realloc(d->tallies, room * sizeof *tallies);
  if (tallies == NULL)
    return false;
  d->tallies = tallies;
  uint32_t *touched = realloc(d->touched, room * sizeof *touched);
  if (touched == NULL)
    return false;
  d->touched = touched;
  bool *is_touched = realloc(d->is_touched, room * sizeof *is_touched);
  if (is_touched == NULL)
    return false;
  d->is_touched = is_touched;
  memset(&is_touched[d->room], 0, (room - d->room) * sizeof *is_touched);
  memset(&tallies[d->room], 0, (room - d->room) * sizeof *tallies);
  d->room = room;
  return true;
}

static bool tally_change(cs_replay *r, day *d, cs_spot place, int64_t change, uint32_t entry)
{
  uint32_t cell = cs_stock_cell(&r->stock, place);
  if (cell == CS_NOWHERE || !day_room(r, d))
    return false;
  tally *t = &d->tallies[cell];
  if (!d->is_touched[cell]) {
    d->is_touched[cell] = true;
    d->touched[d->count++] = cell;
  }
  if (__builtin_add_overflow(t->low, change, &t->low))
    t->high += change < 0 ? -1 : 1;
  if (change < 0 && entry > t->entry)
    t->entry = entry;
  return true;
}

/* One side of an event: what changes at a place, in the wholes that its state is part of, and in all facilities together
 * where something comes or goes there. */
static bool tally_side(cs_replay *r, day *d, cs_spot place, int64_t change, uint32_t entry, bool total)
{
  bool ok = true;
  for (; place.cell != CS_NOWHERE && ok; place.cell = r->cells[place.cell].whole) {
    ok = tally_change(r, d, place, change, entry);
    if (total)
      ok = ok && tally_change(r, d, (cs_spot){CS_EVERYWHERE, place.cell}, change, entry);
  }
  return ok;
}

static bool tally_event(cs_replay *r, day *d, const stray *e)
{
  bool total = e->from.cell != e->to.cell;
  return tally_side(r, d, e->from, -e->count, e->entry, total) && tally_side(r, d, e->to, e->count, e->entry, total);
}

/* Whether the number of a cell is known by itself, and so can be too small. */
static bool is_counted(const cs_replay *r, cs_spot place)
{
  grounds by = r->cells[place.cell].known;
  return place.facility == CS_EVERYWHERE ? by == BY_TOTAL : by == BY_FACILITY;
}

static bool settle(cs_replay *r, const day *d, uint32_t index, const tally *t)
{
  cs_cell *cell = &r->stock.cells[index];
  cs_sum before = cell->number, change = t->high * ((cs_sum)1 << 64) + t->low;
  cell->number += change;
  if (change >= 0 || cell->number >= 0 || !is_counted(r, cell->place))
    return true;
  return cs_fold_find(r, &(cs_replayed){.kind = CS_REPLAYED_SHORT,
                                        .date = d->date,
                                        .entry = t->entry,
                                        .index = cell->place.cell,
                                        .facility = cell->place.facility,
                                        .value = cs_sum_number(-change),
                                        .limit = before < 0 ? 0 : cs_sum_number(before)});
}

/* Folds a day: what it begins with by a declaration, then all its events. */
static bool fold_day(cs_replay *r, cs_date date)
{
  bool ok = true;
  if (r->next_declaration < r->declaration_count && r->declarations[r->next_declaration].date == date)
    ok = cs_fold_restart(r, &r->declarations[r->next_declaration++]);
  day *d = &r->days[(uint32_t)date % DAYS];
  if (d->count == 0 || d->date != date)
    d = &r->days[DAYS]; /* only events from far away */
  d->date = date;
  for (; ok && r->next_stray < r->stray_count && r->strays[r->next_stray].date == date; r->next_stray++)
    ok = tally_event(r, d, &r->strays[r->next_stray]);
  for (size_t i = 0; i < d->count && ok; i++) {
    ok = settle(r, d, d->touched[i], &d->tallies[d->touched[i]]);
    d->tallies[d->touched[i]] = (tally){0};
    d->is_touched[d->touched[i]] = false;
  }
  d->count = 0;
  return ok;
}

/* The first day that is not folded yet and has something; INT64_MAX where there is none. */
static int64_t next_day(const cs_replay *r)
{
  int64_t next = INT64_MAX;
  for (size_t i = 0; i < DAYS; i++)
    if (r->days[i].count > 0 && r->days[i].date < next)
      next = r->days[i].date;
  if (r->next_stray < r->stray_count && r->strays[r->next_stray].date < next)
    next = r->strays[r->next_stray].date;
  if (r->next_declaration < r->declaration_count && r->declarations[r->next_declaration].date < next)
    next = r->declarations[r->next_declaration].date;
  return next;
}

/* Folds every day before `end`. */
static bool fold_before(cs_replay *r, int64_t end)
{
  int64_t date;
  bool ok = true;
  while (ok && (date = next_day(r)) < end)
    ok = fold_day(r, (cs_date)date);
  return ok;
}

/* ---- Events ---------------------------------------------------------------------------------------------------- */

/* Whether the entry was corrected, or corrects one that another had corrected before. */
static bool is_gone(const cs_replay *r, uint32_t entry)
{
  size_t low = 0, high = r->gone_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (r->gone[middle] < entry)
      low = middle + 1;
    else
      high = middle;
  }
  return low < r->gone_count && r->gone[low] == entry;
}

/* Whether the event is told of near its day. What is not is kept by itself, from the first reading on. */
static bool is_near(const cs_replay *r, cs_date date)
{
  return date >= r->clock - WINDOW && date <= r->clock + WINDOW;
}

/* The first reading: notes what the second one cannot wait for. */
static bool survey_change(cs_replay *r, const cs_change *c)
{
  if (c->corrects >= 0 && c->corrects < c->entry) {
    if (!cs_grow((void **)&r->corrections, &r->correction_capacity, r->correction_count, sizeof *r->corrections))
      return false;
    r->corrections[r->correction_count++] = (correction){(uint32_t)c->corrects, c->entry};
  }
  if (c->from.cell != CS_NOWHERE)
    cs_fold_account(r, c->from.cell);
  if (c->to.cell != CS_NOWHERE)
    cs_fold_account(r, c->to.cell);
  if (c->sealed != NULL || c->date > r->options.on || is_near(r, c->date))
    return true;
  if (!cs_grow((void **)&r->strays, &r->stray_capacity, r->stray_count, sizeof *r->strays))
    return false;
  r->strays[r->stray_count++] = (stray){c->date, c->entry, c->from, c->to, c->count};
  return true;
}

/* Whether it came in time. */
static bool note_time(cs_replay *r, const cs_change *c)
{
  cs_date late = cs_due_passed(&r->treaty->notifications.at[c->notification].due, c->date);
  if (late != CS_DATE_NONE && c->received >= late)
    return cs_fold_find(r, &(cs_replayed){.kind = CS_REPLAYED_LATE,
                                          .date = c->date,
                                          .entry = c->entry,
                                          .index = c->notification});
  cs_replayed *in_time = &r->in_time[c->notification];
  in_time->date = in_time->value == 0 || c->received > in_time->date ? c->received : in_time->date;
  in_time->entry = c->entry;
  in_time->value++;
  return true;
}

/* The second reading. */
static cs_status fold_change(cs_replay *r, const cs_change *c, cs_error *error)
{
  if (r->gone_count > 0 && is_gone(r, c->entry))
    return CS_OK;
  if (!note_time(r, c))
    return cs_fail_memory(error);
  if (c->date > r->options.on || (c->from.cell == CS_NOWHERE && c->to.cell == CS_NOWHERE))
    return CS_OK;
  r->changes++;
  if (c->sealed != NULL)
    return cs_fold_seals(r, c, error);
  if (!is_near(r, c->date))
    return CS_OK;
  day *d = &r->days[(uint32_t)c->date % DAYS];
  d->date = c->date;
  return tally_event(r, d, &(stray){c->date, c->entry, c->from, c->to, c->count}) ? CS_OK : cs_fail_memory(error);
}

cs_status cs_replay_change(cs_replay *r, const cs_change *c, cs_error *error)
{
  if (c->received > r->options.at)
    return CS_OK;
  if (c->received > r->clock) {
    r->clock = c->received;
    if (!r->surveys && !fold_before(r, r->clock - WINDOW))
      return cs_fail_memory(error);
  }
  if (!r->surveys)
    return fold_change(r, c, error);
  return survey_change(r, c) ? CS_OK : cs_fail_memory(error);
}

/* ---- Between the readings -------------------------------------------------------------------------------------- */

static int by_date_and_entry(const void *a, const void *b)
{
  const stray *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  return (x->entry > y->entry) - (x->entry < y->entry);
}

static int by_old_and_new(const void *a, const void *b)
{
  const correction *x = a, *y = b;
  if (x->old != y->old)
    return x->old < y->old ? -1 : 1;
  return (x->new > y->new) - (x->new < y->new);
}

static int by_number(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Of each entry that was corrected the first correction stands, and the entry and its other corrections do not. */
static bool find_gone(cs_replay *r)
{
  if (r->correction_count == 0)
    return true;
  qsort(r->corrections, r->correction_count, sizeof *r->corrections, by_old_and_new);
  r->gone = malloc(r->correction_count * sizeof *r->gone);
  if (r->gone == NULL)
    return false;
  for (size_t i = 0; i < r->correction_count; i++)
    r->gone[r->gone_count++] =
      i == 0 || r->corrections[i].old != r->corrections[i - 1].old ? r->corrections[i].old : r->corrections[i].new;
  qsort(r->gone, r->gone_count, sizeof *r->gone, by_number);
  return true;
}

static void sort_strays(cs_replay *r)
{
  size_t left = 0;
  for (size_t i = 0; i < r->stray_count; i++)
    if (!is_gone(r, r->strays[i].entry))
      r->strays[left++] = r->strays[i];
  r->stray_count = left;
  if (left > 1)
    qsort(r->strays, left, sizeof *r->strays, by_date_and_entry);
}

/* ---- The whole of it ------------------------------------------------------------------------------------------- */

static cs_status fold(cs_replay *r, const cs_replay_source *source, cs_error *error)
{
  r->surveys = true;
  r->clock = NO_CLOCK;
  cs_status status = source->read(source->context, r, true, error);
  if (status != CS_OK)
    return status;
  if (!find_gone(r))
    return cs_fail_memory(error);
  sort_strays(r);
  cs_fold_standing(r);
  r->surveys = false;
  r->clock = NO_CLOCK;
  status = source->read(source->context, r, false, error);
  if (status == CS_OK && !fold_before(r, INT64_MAX))
    return cs_fail_memory(error);
  return status == CS_OK ? cs_fold_finish(r, error) : status;
}

cs_status cs_replay_run(const cs_treaty *treaty, const cs_replay_options *options, const cs_replay_source *source,
                        cs_replay **out, cs_error *error)
{
  *out = NULL;
  cs_replay *r = calloc(1, sizeof *r);
  if (r == NULL)
    return cs_fail_memory(error);
  r->treaty = treaty;
  r->options = *options;
  bool ok = cs_stock_open(&r->stock, treaty) && cs_fold_open(r);
  cs_status status = ok ? fold(r, source, error) : cs_fail_memory(error);
  if (status == CS_OK)
    *out = r;
  else
    cs_replay_free(r);
  return status;
}

void cs_replay_free(cs_replay *r)
{
  if (r == NULL)
    return;
  for (size_t i = 0; i <= DAYS; i++) {
    free(r->days[i].tallies);
    free(r->days[i].touched);
    free(r->days[i].is_touched);
  }
  for (size_t i = 0; i < r->declaration_count || i < r->declaration_all; i++) {
    free(r->declarations[i].rows);
    free(r->declarations[i].seals);
  }
  free(r->declarations);
  free(r->strays);
  free(r->corrections);
  free(r->gone);
  free(r->findings);
  cs_stock_close(&r->stock);
  cs_arena arena = r->arena;
  cs_arena_free(&arena);
  free(r);
}
