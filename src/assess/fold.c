/* What is declared, and how it follows from what was notified. */
#include "assess/fold.h"

#include <stdlib.h>
#include <string.h>

bool cs_fold_find(cs_replay *r, const cs_replayed *finding)
{
  if (!cs_grow((void **)&r->findings, &r->finding_capacity, r->finding_count, sizeof *r->findings))
    return false;
  r->findings[r->finding_count++] = *finding;
  return true;
}

/* ---- The agreement's part --------------------------------------------------------------------------------------- */

void cs_fold_account(cs_replay *r, uint32_t cell)
{
  const cs_item *item = &r->treaty->items.at[r->cells[cell].item];
  if (r->cells[cell].accounted)
    return;
  for (size_t k = 0; k < item->states.count; k++)
    r->cells[item->cell + k].accounted = true;
}

/* The items that a notification names have their changes notified. */
static void account_named(cs_replay *r)
{
  for (size_t n = 0; n < r->treaty->notifications.count; n++) {
    const cs_notification *notification = &r->treaty->notifications.at[n];
    for (size_t i = 0; i < notification->items.count && !notification->keeps_holdings; i++)
      cs_fold_account(r, (uint32_t)r->treaty->items.at[notification->items.at[i].index].cell);
  }
}

bool cs_fold_open(cs_replay *r)
{
  const cs_treaty *t = r->treaty;
  r->cells = cs_arena_array(&r->arena, t->cells, sizeof *r->cells);
  r->in_time = cs_arena_array(&r->arena, t->notifications.count + 1, sizeof *r->in_time);
  if (r->cells == NULL || r->in_time == NULL)
    return false;
  for (size_t i = 0; i < t->items.count; i++)
    for (size_t k = 0; k < t->items.at[i].states.count; k++) {
      const cs_ref *whole = &t->items.at[i].states.at[k].part_of;
      r->cells[t->items.at[i].cell + k] =
        (struct state){.whole = whole->id == NULL ? CS_NOWHERE : (uint32_t)(t->items.at[i].cell + whole->index),
                       .item = (uint32_t)i};
    }
  account_named(r);
  return true;
}

/* ---- Declarations as they come ---------------------------------------------------------------------------------- */

cs_status cs_replay_facility(cs_replay *r, cs_slice name, uint32_t *out, cs_error *error)
{
  *out = cs_stock_facility(&r->stock, name);
  return *out == CS_NOWHERE ? cs_fail_memory(error) : CS_OK;
}

cs_status cs_replay_declare(cs_replay *r, cs_date date, cs_date received, uint32_t entry, int64_t corrects, bool *known,
                            cs_error *error)
{
  *known = r->surveys && received <= r->options.at && date <= r->options.on;
  if (!*known)
    return CS_OK;
  if (!cs_grow((void **)&r->declarations, &r->declaration_capacity, r->declaration_count, sizeof *r->declarations))
    return cs_fail_memory(error);
  r->declarations[r->declaration_count++] = (declaration){.date = date, .entry = entry, .corrects = corrects};
  return CS_OK;
}

cs_status cs_replay_number(cs_replay *r, cs_spot place, int64_t number, cs_error *error)
{
  declaration *d = &r->declarations[r->declaration_count - 1];
  uint32_t cell = cs_stock_cell(&r->stock, place);
  if (cell == CS_NOWHERE || cs_stock_cell(&r->stock, (cs_spot){CS_EVERYWHERE, place.cell}) == CS_NOWHERE ||
      !cs_grow((void **)&d->rows, &d->capacity, d->count, sizeof *d->rows))
    return cs_fail_memory(error);
  d->rows[d->count].cell = cell;
  d->rows[d->count++].number = number;
  return CS_OK;
}

cs_status cs_replay_sealed(cs_replay *r, cs_spot place, const cs_commitment *commitment, cs_error *error)
{
  declaration *d = &r->declarations[r->declaration_count - 1];
  uint32_t cell = cs_stock_cell(&r->stock, place);
  if (cell == CS_NOWHERE || !cs_grow((void **)&d->seals, &d->seal_capacity, d->seal_count, sizeof *d->seals))
    return cs_fail_memory(error);
  d->seals[d->seal_count].cell = cell;
  d->seals[d->seal_count++].commitment = *commitment;
  return CS_OK;
}

/* Those that stand first. */
static int by_date_and_entry(const void *a, const void *b)
{
  const declaration *x = a, *y = b;
  if (x->corrected != y->corrected)
    return x->corrected ? 1 : -1;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  return (x->entry > y->entry) - (x->entry < y->entry);
}

static void sort_declarations(cs_replay *r)
{
  if (r->declaration_all > 1)
    qsort(r->declarations, r->declaration_all, sizeof *r->declarations, by_date_and_entry);
}

void cs_fold_standing(cs_replay *r)
{
  declaration *stands = NULL;
  r->declaration_all = r->declaration_count;
  r->declaration_count = 0;
  sort_declarations(r);
  for (size_t i = 0; i < r->declaration_all; i++) {
    declaration *d = &r->declarations[i];
    bool same = stands != NULL && stands->date == d->date;
    d->corrected = same && d->corrects != (int64_t)stands->entry; /* corrects nothing that stands */
    if (same && !d->corrected)
      stands->corrected = true;
    if (!d->corrected)
      stands = d;
    r->declaration_count += !same;
  }
  sort_declarations(r);
  for (size_t i = 0; i < r->declaration_count; i++)
    if (r->declarations[i].seal_count > 0)
      r->sealed = &r->declarations[i];
}

/* ---- Against the state ------------------------------------------------------------------------------------------ */

/* Adds up what is declared, beside the state. */
static void lay_beside(cs_replay *r, const declaration *d)
{
  for (size_t i = 0; i < d->count; i++) {
    cs_spot place = r->stock.cells[d->rows[i].cell].place;
    struct state *state = &r->cells[place.cell];
    r->stock.seldom[d->rows[i].cell].declared += d->rows[i].number;
    r->stock.seldom[cs_stock_cell(&r->stock, (cs_spot){CS_EVERYWHERE, place.cell})].declared += d->rows[i].number;
    state->covered = true;
    state->named = state->named || r->stock.names[place.facility][0] != '\0';
  }
}

/* How far a cell is from what is declared of it. */
static cs_sum gap(const cs_replay *r, uint32_t cell)
{
  cs_sum number = r->stock.cells[cell].number, declared = r->stock.seldom[cell].declared;
  return number > declared ? number - declared : declared - number;
}

/* Of two cells that differ the one that does so more, or whose name comes first. */
static bool is_worse(const cs_replay *r, uint32_t a, uint32_t b)
{
  if (gap(r, a) != gap(r, b))
    return gap(r, a) > gap(r, b);
  return strcmp(r->stock.names[r->stock.cells[a].place.facility], r->stock.names[r->stock.cells[b].place.facility]) < 0;
}

/* Notes whether a cell is as declared; false where the two cannot be compared. Facilities are compared where both
 * declarations name them, and totals otherwise. */
static bool compare(cs_replay *r, uint32_t index)
{
  cs_spot place = r->stock.cells[index].place;
  struct state *state = &r->cells[place.cell];
  bool by_facility = state->known == BY_FACILITY && state->named;
  if (!state->covered || !state->accounted || (state->known != BY_TOTAL && state->known != BY_FACILITY) ||
      by_facility != (place.facility != CS_EVERYWHERE))
    return false;
  if (gap(r, index) == 0)
    return true;
  if (state->differing == 0 || is_worse(r, index, state->worst))
    state->worst = index;
  state->differing++;
  return true;
}

static bool report(cs_replay *r, const declaration *d, bool compared)
{
  bool ok = true, follows = true;
  for (size_t c = 0; c < r->treaty->cells && ok; c++) {
    struct state *state = &r->cells[c];
    if (state->differing == 0)
      continue;
    follows = false;
    ok = cs_fold_find(r, &(cs_replayed){.kind = CS_REPLAYED_DIFFERS,
                                        .date = d->date,
                                        .entry = d->entry,
                                        .index = (uint32_t)c,
                                        .facility = r->stock.cells[state->worst].place.facility,
                                        .others = state->differing - 1,
                                        .value = cs_sum_number(r->stock.seldom[state->worst].declared),
                                        .limit = cs_sum_number(r->stock.cells[state->worst].number)});
    state->differing = 0;
  }
  if (ok && compared && follows)
    ok = cs_fold_find(r, &(cs_replayed){.kind = CS_REPLAYED_FOLLOWS, .date = d->date, .entry = d->entry});
  return ok;
}

bool cs_fold_restart(cs_replay *r, const declaration *d)
{
  bool compared = false;
  lay_beside(r, d);
  for (size_t i = 0; i < r->stock.count; i++)
    compared = compare(r, (uint32_t)i) || compared;
  if (!report(r, d, compared))
    return false;
  for (size_t i = 0; i < r->stock.count; i++) {
    if (r->cells[r->stock.cells[i].place.cell].covered)
      r->stock.cells[i].number = r->stock.seldom[i].declared;
    r->stock.seldom[i].declared = 0;
  }
  for (size_t c = 0; c < r->treaty->cells; c++) {
    struct state *state = &r->cells[c];
    if (state->covered)
      state->known = state->named ? BY_FACILITY : BY_TOTAL;
    state->covered = state->named = false;
  }
  for (size_t i = 0; i < d->seal_count; i++)
    r->cells[r->stock.cells[d->seals[i].cell].place.cell].known = BY_SEAL;
  return true;
}

/* ---- What is sealed --------------------------------------------------------------------------------------------- */

static cs_status add_seal(cs_replay *r, uint32_t index, const cs_commitment *seal, cs_error *error)
{
  cs_seldom *cell = &r->stock.seldom[index];
  cs_error fault;
  cs_status status = cs_seal_add(&cell->seal, seal, &cell->seal, &fault);
  cell->sealed = true;
  cell->broken = cell->broken || status == CS_INVALID;
  if (status == CS_SYSTEM)
    *error = fault;
  return status;
}

/* The first declaration with seals after a day, with which its transfers are compared; NULL where there is none. */
static declaration *sealed_after(cs_replay *r, cs_date date)
{
  size_t low = 0, high = r->declaration_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (r->declarations[middle].date <= date)
      low = middle + 1;
    else
      high = middle;
  }
  while (low < r->declaration_count && r->declarations[low].seal_count == 0)
    low++;
  return low < r->declaration_count ? &r->declarations[low] : NULL;
}

/* Sums of commitments need no order: what lies after the last declaration is added as it comes. */
cs_status cs_fold_seals(cs_replay *r, const cs_change *c, cs_error *error)
{
  declaration *after = sealed_after(r, c->date);
  const cs_spot places[] = {c->from, c->to};
  bool broken = false;
  if (after != NULL)
    after->unproven += !c->balanced;
  for (size_t i = 0; i < 2; i++) {
    uint32_t cell = cs_stock_cell(&r->stock, places[i]);
    if (cell == CS_NOWHERE)
      return cs_fail_memory(error);
    cs_status status = CS_OK;
    cs_commitment sum = {0};
    cs_error fault;
    if (r->sealed != NULL && c->date >= r->sealed->date)
      status = add_seal(r, cell, &c->sealed[i], error);
    else
      status = cs_seal_add(&sum, &c->sealed[i], &sum, &fault) == CS_INVALID ? CS_INVALID : CS_OK;
    if (status == CS_SYSTEM)
      return status;
    broken = broken || status == CS_INVALID;
  }
  if (broken && !cs_fold_find(r, &(cs_replayed){.kind = CS_REPLAYED_NO_SEAL,
                                                .date = c->date,
                                                .entry = c->entry,
                                                .index = c->from.cell,
                                                .facility = c->from.facility}))
    return cs_fail_memory(error);
  return CS_OK;
}

/* ---- When everything was read ----------------------------------------------------------------------------------- */

static bool report_times(cs_replay *r)
{
  bool ok = true;
  for (size_t n = 0; n < r->treaty->notifications.count && ok; n++) {
    cs_replayed *in_time = &r->in_time[n];
    in_time->kind = CS_REPLAYED_IN_TIME;
    in_time->index = (uint32_t)n;
    if (in_time->value > 0)
      ok = cs_fold_find(r, in_time);
  }
  return ok;
}

/* A sealed declaration beside the sealed one before it. */
static bool report_seals(cs_replay *r)
{
  const declaration *before = NULL;
  bool ok = true;
  for (size_t i = 0; i < r->declaration_count && ok; i++) {
    const declaration *d = &r->declarations[i];
    if (d->seal_count == 0)
      continue;
    if (before != NULL)
      ok = cs_fold_find(r, &(cs_replayed){.kind = CS_REPLAYED_SEALED,
                                          .date = d->date,
                                          .baseline = before->date,
                                          .entry = d->entry,
                                          .value = d->unproven});
    before = d;
  }
  return ok;
}

static int by_date_and_kind(const void *a, const void *b)
{
  const cs_replayed *x = a, *y = b;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  if (x->entry != y->entry)
    return x->entry < y->entry ? -1 : 1;
  if (x->index != y->index)
    return x->index < y->index ? -1 : 1;
  return (x->facility > y->facility) - (x->facility < y->facility);
}

cs_status cs_fold_finish(cs_replay *r, cs_error *error)
{
  cs_status status = CS_OK;
  for (size_t i = 0; r->sealed != NULL && i < r->sealed->seal_count && status != CS_SYSTEM; i++)
    status = add_seal(r, r->sealed->seals[i].cell, &r->sealed->seals[i].commitment, error);
  if (status == CS_SYSTEM)
    return status;
  if (!report_times(r) || !report_seals(r))
    return cs_fail_memory(error);
  if (r->finding_count > 1)
    qsort(r->findings, r->finding_count, sizeof *r->findings, by_date_and_kind);
  return CS_OK;
}

/* ---- What it comes to ------------------------------------------------------------------------------------------- */

size_t cs_replay_facilities(const cs_replay *r)
{
  return r->stock.facilities;
}

const char *cs_replay_facility_name(const cs_replay *r, size_t facility)
{
  return r->stock.names[facility];
}

cs_held cs_replay_held(const cs_replay *r, cs_spot place)
{
  const cs_cell *cell = cs_stock_find(&r->stock, place);
  grounds by = r->cells[place.cell].known;
  bool number = place.facility == CS_EVERYWHERE ? by == BY_TOTAL || by == BY_FACILITY : by == BY_FACILITY;
  cs_held out = {.known = by == BY_SEAL ? CS_KNOWN_SEALED
                          : number      ? CS_KNOWN_NUMBER
                                        : CS_KNOWN_NOT,
                 .here = cell != NULL};
  const cs_seldom *seldom = cell == NULL ? NULL : &r->stock.seldom[cell - r->stock.cells];
  if (cell != NULL && by == BY_SEAL)
    out.sealed = seldom->sealed && !seldom->broken ? &seldom->seal : NULL;
  else if (cell != NULL)
    out.number = cs_sum_number(cell->number);
  return out;
}

cs_held cs_replay_total(const cs_replay *r, size_t count)
{
  const int64_t *weights = r->treaty->counts.at[count].weights;
  cs_held out = {.known = CS_KNOWN_NUMBER, .here = true};
  cs_sum sum = 0;
  for (size_t c = 0; c < r->treaty->cells; c++) {
    if (weights[c] == 0)
      continue;
    const cs_cell *cell = cs_stock_find(&r->stock, (cs_spot){CS_EVERYWHERE, (uint32_t)c});
    grounds by = r->cells[c].known;
    if (by == NOT_KNOWN)
      return (cs_held){.known = CS_KNOWN_NOT};
    if (by == BY_SEAL)
      out.known = CS_KNOWN_SEALED;
    else if (cell != NULL)
      sum += weights[c] * cell->number;
  }
  out.number = out.known == CS_KNOWN_NUMBER ? cs_sum_number(sum) : 0;
  return out;
}

cs_date cs_replay_declared(const cs_replay *r, uint32_t *entry)
{
  if (r->declaration_count == 0)
    return CS_DATE_NONE;
  *entry = r->declarations[r->declaration_count - 1].entry;
  return r->declarations[r->declaration_count - 1].date;
}

uint64_t cs_replay_changes(const cs_replay *r)
{
  return r->changes;
}

const cs_replayed *cs_replay_findings(const cs_replay *r, size_t *count)
{
  *count = r->finding_count;
  return r->findings;
}

cs_date cs_replay_known_at(const cs_replay *r)
{
  return r->options.at;
}
