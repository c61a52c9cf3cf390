/* What is to be at a place: what was declared of it, and what was notified since. */
#include "home/expected.h"

#include <string.h>

typedef struct expecting {
  const cs_treaty *treaty;
  const json_t *opening;
  const char *facility;
  cs_expected *out;
  cs_error *error;
} expecting;

/* Numbers of others may be as large as they like. */
static void add(int64_t *to, int64_t number)
{
  *to += number; /* neither is beyond the bound, so that this does not overflow */
  *to = *to > CS_NUMBER_MAX ? CS_NUMBER_MAX : *to < -CS_NUMBER_MAX ? -CS_NUMBER_MAX : *to;
}

/* ---- Declared -------------------------------------------------------------------------------------------------- */

static void take_open(expecting *x, const cs_statement *declaration)
{
  size_t i;
  const json_t *holding;
  json_array_foreach(json_object_get(declaration->json, "holdings"), i, holding)
  {
    const char *facility = json_string_value(json_object_get(holding, "facility"));
    size_t cell = cs_treaty_cell(x->treaty, json_string_value(json_object_get(holding, "item")),
                                 json_string_value(json_object_get(holding, "state")));
    if (facility != NULL && strcmp(facility, x->facility) == 0 && cell != SIZE_MAX)
      add(&x->out->cells[cell].declared, json_integer_value(json_object_get(holding, "count")));
  }
}

/* The counts of an opening are of the cells that the agreement seals, in its order, as was verified. */
static cs_status take_counts(expecting *x, cs_arena *arena)
{
  size_t *sealed = cs_arena_array(arena, x->treaty->cells + 1, sizeof *sealed), i;
  const json_t *count;
  if (sealed == NULL)
    return cs_fail_memory(x->error);
  size_t all = cs_sealed_cells(x->treaty, sealed);
  json_array_foreach(json_object_get(x->opening, "counts"), i, count)
  {
    if (i >= all)
      break;
    x->out->cells[sealed[i]].sealed = true;
    x->out->cells[sealed[i]].declared = json_integer_value(json_object_get(count, "count"));
  }
  return CS_OK;
}

static cs_status put_item(expecting *x, const char *identifier, size_t cell, int64_t entry)
{
  json_object_del(x->out->gone, identifier);
  return json_object_set_new(x->out->items, identifier, json_pack("[I, I]", (json_int_t)cell, (json_int_t)entry)) == 0
           ? CS_OK
           : cs_fail_memory(x->error);
}

static cs_status take_items(expecting *x)
{
  const json_t *list = json_object_get(x->opening, "items");
  cs_status status = CS_OK;
  for (size_t i = 0; i < json_array_size(list) && status == CS_OK; i++) {
    const json_t *item = json_array_get(list, i);
    size_t cell = cs_treaty_cell(x->treaty, json_string_value(json_object_get(item, "item")),
                                 json_string_value(json_object_get(item, "state")));
    if (cell != SIZE_MAX) /* what the agreement does not define is never seen */
      status = put_item(x, json_string_value(json_object_get(item, "identifier")), cell, -1);
  }
  return status;
}

/* ---- Moved ----------------------------------------------------------------------------------------------------- */

/* The state that another one is declared within. */
static size_t whole_of(const cs_treaty *t, size_t cell)
{
  const cs_item *item = cs_cell_item(t, cell);
  const cs_ref *whole = &item->states.at[cell - item->cell].part_of;
  return whole->id == NULL ? SIZE_MAX : item->cell + whole->index;
}

/* An item that is known by its identifier comes to the place, or leaves it. */
static cs_status move_item(expecting *x, const cs_move *m, size_t end)
{
  if (end == CS_TO)
    return put_item(x, m->identifier, m->ends[end].cell, (int64_t)m->entry);
  json_object_del(x->out->items, m->identifier);
  return json_object_set_new(x->out->gone, m->identifier, json_integer((json_int_t)m->entry)) == 0
           ? CS_OK
           : cs_fail_memory(x->error);
}

static cs_status take_end(expecting *x, const cs_move *m, size_t end)
{
  int64_t count = 0;
  bool found = false;
  size_t cell = m->ends[end].cell;
  if (cell == SIZE_MAX || m->ends[end].facility == NULL || strcmp(m->ends[end].facility, x->facility) != 0)
    return CS_OK;
  cs_status status = cs_move_count(m, end, x->opening, &count, &found, x->error);
  if (status != CS_OK)
    return status;
  if (!found) {
    if (x->out->closed_count == 0 || x->out->closed[x->out->closed_count - 1] != m->entry)
      x->out->closed[x->out->closed_count++] = m->entry;
    return CS_OK;
  }
  bool named = m->identifier != NULL && count == 1;
  for (size_t c = cell; c != SIZE_MAX; c = whole_of(x->treaty, c))
    add(&x->out->cells[c].moved, end == CS_TO ? count : -count);
  if (named)
    return move_item(x, m, end);
  add(end == CS_TO ? &x->out->cells[cell].came : &x->out->cells[cell].left, count);
  return CS_OK;
}

cs_status cs_expect(const cs_treaty *treaty, const cs_statement *declaration, const json_t *opening,
                    const cs_moves *moves, cs_arena *arena, cs_expected *out, cs_error *error)
{
  expecting x = {.treaty = treaty,
                 .opening = opening,
                 .facility = json_string_value(json_object_get(opening, "facility")),
                 .out = out,
                 .error = error};
  *out = (cs_expected){.items = json_object(), .gone = json_object()};
  out->cells = cs_arena_array(arena, treaty->cells + 1, sizeof *out->cells);
  out->closed = cs_arena_array(arena, moves->count + 1, sizeof *out->closed);
  if (out->items == NULL || out->gone == NULL || out->cells == NULL || out->closed == NULL || x.facility == NULL)
    return cs_fail_memory(error);
  take_open(&x, declaration);
  cs_status status = take_counts(&x, arena);
  if (status == CS_OK)
    status = take_items(&x);
  for (size_t i = 0; i < moves->count && status == CS_OK; i++)
    for (size_t end = CS_FROM; end <= CS_TO && status == CS_OK; end++)
      status = take_end(&x, &moves->at[i], end);
  return status;
}

void cs_expected_free(cs_expected *expected)
{
  json_decref(expected->items);
  json_decref(expected->gone);
  *expected = (cs_expected){0};
}
