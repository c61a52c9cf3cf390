/* Moves: read from notifications, gathered for a visit, and opened where they are sealed. */
#include "home/moves.h"

#include <stdlib.h>
#include <string.h>

#include "home/packet.h"

/* ---- One notification ------------------------------------------------------------------------------------------ */

void cs_move_read(const cs_statement *s, const cs_treaty *t, uint64_t entry, cs_move *out)
{
  const char *item = cs_statement_text(s, "item"), *state = cs_statement_text(s, "state"),
             *facility = cs_statement_text(s, "facility"), *to_state = cs_statement_text(s, "to-state"),
             *to_facility = cs_statement_text(s, "to-facility");
  size_t notification = cs_treaty_find(t, CS_KEY_NOTIFICATION, cs_statement_text(s, "notification"));
  *out = (cs_move){
    .entry = entry,
    .date = cs_statement_date(s, "date"),
    .time = s->time,
    .ends = {{NULL, SIZE_MAX}, {NULL, SIZE_MAX}},
    .count = cs_statement_number(s, "count"),
    .identifier = cs_statement_text(s, "identifier"),
    .corrects = cs_statement_number(s, "corrects"),
  };
  out->sealed = cs_transfer_read(s, out->seals);
  if (out->count < 0 && out->identifier != NULL)
    out->count = 1;
  if ((out->count < 0 && !out->sealed) || t->notifications.at[notification].keeps_holdings)
    return;
  if (state != NULL)
    out->ends[CS_FROM] = (cs_end){facility, cs_treaty_cell(t, item, state)};
  if (to_state != NULL || (state != NULL && to_facility != NULL))
    out->ends[CS_TO] = (cs_end){to_facility != NULL ? to_facility : facility,
                                cs_treaty_cell(t, item, to_state != NULL ? to_state : state)};
}

bool cs_move_touches(const cs_move *m, const char *facility)
{
  for (size_t i = 0; i < 2; i++)
    if (m->ends[i].cell != SIZE_MAX && m->ends[i].facility != NULL && strcmp(m->ends[i].facility, facility) == 0)
      return true;
  return false;
}

/* ---- All that a visit has to do with --------------------------------------------------------------------------- */

static bool is_within(const cs_move *m, const cs_move_window *w)
{
  return m->date >= w->since && m->date <= w->until && cs_move_touches(m, w->facility);
}

static const char *keep(const char *text, cs_arena *arena, bool *ok)
{
  const char *out = text == NULL ? NULL : cs_arena_copy(arena, cs_slice_of(text));
  *ok = *ok && (text == NULL || out != NULL);
  return out;
}

cs_status cs_moves_add(cs_moves *moves, const cs_move_window *window, const cs_move *move, cs_arena *arena,
                       cs_error *error)
{
  bool ok = true;
  if (move->corrects < 0 && !is_within(move, window))
    return CS_OK;
  if (!cs_grow((void **)&moves->at, &moves->capacity, moves->count, sizeof *moves->at))
    return cs_fail_memory(error);
  cs_move *m = &moves->at[moves->count++];
  *m = *move;
  for (size_t i = 0; i < 2; i++)
    m->ends[i].facility = keep(move->ends[i].facility, arena, &ok);
  m->identifier = keep(move->identifier, arena, &ok);
  return ok ? CS_OK : cs_fail_memory(error);
}

static int compare(int64_t a, int64_t b)
{
  return (a > b) - (a < b);
}

/* Corrections of one entry beside each other, the first one first; what corrects nothing before them. */
static int by_correction(const void *a, const void *b)
{
  const cs_move *x = a, *y = b;
  int order = compare(x->corrects, y->corrects);
  return order != 0 ? order : compare((int64_t)x->entry, (int64_t)y->entry);
}

static int by_date(const void *a, const void *b)
{
  const cs_move *x = a, *y = b;
  int order = compare(x->date, y->date);
  return order != 0 ? order : compare((int64_t)x->entry, (int64_t)y->entry);
}

/* Whether one of the moves, which are sorted by correction, corrects an entry. */
static bool is_corrected(const cs_moves *moves, int64_t entry)
{
  size_t low = 0, high = moves->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (moves->at[middle].corrects < entry)
      low = middle + 1;
    else
      high = middle;
  }
  return low < moves->count && moves->at[low].corrects == entry;
}

void cs_moves_settle(cs_moves *moves, const cs_move_window *window)
{
  size_t left = 0;
  for (size_t i = 0; i < moves->count; i++) /* only what was there before is corrected */
    if (moves->at[i].corrects >= (int64_t)moves->at[i].entry)
      moves->at[i].corrects = -1;
  if (moves->count > 1)
    qsort(moves->at, moves->count, sizeof *moves->at, by_correction);
  for (size_t i = 0; i < moves->count; i++) {
    cs_move *m = &moves->at[i];
    bool second = m->corrects >= 0 && i > 0 && moves->at[i - 1].corrects == m->corrects;
    m->stands = !second && !is_corrected(moves, (int64_t)m->entry) && is_within(m, window);
  }
  for (size_t i = 0; i < moves->count; i++)
    if (moves->at[i].stands)
      moves->at[left++] = moves->at[i];
  moves->count = left;
  if (left > 1)
    qsort(moves->at, left, sizeof *moves->at, by_date);
}

void cs_moves_free(cs_moves *moves)
{
  free(moves->at);
  *moves = (cs_moves){0};
}

typedef struct gathering {
  const cs_treaty *treaty;
  size_t party;
  cs_move_window window;
  cs_arena *arena;
  cs_moves *moves;
} gathering;

static cs_status take_entry(void *context, uint64_t entry, cs_slice bytes, const cs_statement *s, cs_error *error)
{
  gathering *g = context;
  (void)bytes;
  cs_admission admission;
  cs_error fault;
  cs_status status = CS_OK;
  if (s->kind == CS_NOTIFY && cs_statement_admit(s, g->treaty, g->party, NULL, &admission, &fault) == CS_OK) {
    cs_move move;
    cs_move_read(s, g->treaty, entry, &move);
    status = cs_moves_add(g->moves, &g->window, &move, g->arena, error);
  }
  return status;
}

cs_status cs_home_moves(cs_home *home, const cs_visit *v, cs_arena *arena, cs_moves *out, cs_error *error)
{
  cs_log *log = NULL;
  gathering g = {.treaty = home->treaty,
                 .party = v->side[CS_INSPECTED].party,
                 .window = {v->facility, v->declared, v->date},
                 .arena = arena,
                 .moves = out};
  *out = (cs_moves){0};
  cs_status status = cs_home_log_of(home, v->side[CS_INSPECTED].origin, &log, error);
  if (status == CS_OK && log != NULL)
    status = cs_home_walk(log, v->opened < 0 ? UINT64_MAX : (uint64_t)v->opened, "notify", take_entry, &g, error);
  cs_log_close(log);
  if (status == CS_OK)
    cs_moves_settle(out, &g.window);
  else
    cs_moves_free(out);
  return status;
}

/* ---- Opened ---------------------------------------------------------------------------------------------------- */

const json_t *cs_move_opened(const json_t *opening, uint64_t entry)
{
  size_t i;
  const json_t *one;
  json_array_foreach(json_object_get(opening, "moves"), i, one)
  {
    const json_t *index = json_object_get(one, "index");
    if (json_is_integer(index) && json_integer_value(index) == (json_int_t)entry)
      return one;
  }
  return NULL;
}

cs_status cs_move_count(const cs_move *m, size_t end, const json_t *opening, int64_t *out, bool *found, cs_error *error)
{
  static const char *const names[] = {"from", "to"};
  cs_secret secret = {0};
  cs_commitment made;
  cs_error fault;
  const json_t *one = json_object_get(cs_move_opened(opening, m->entry), names[end]),
               *count = json_object_get(one, "count");
  *out = m->count;
  *found = !m->sealed || one != NULL;
  if (!m->sealed || one == NULL)
    return CS_OK;
  bool read = json_is_integer(count) && json_integer_value(count) >= 0 &&
              json_integer_value(count) < (json_int_t)1 << 32 &&
              cs_packet_base64(json_object_get(one, "blinding"), secret.blinding, CS_BLINDING) == CS_BLINDING;
  *out = read ? json_integer_value(count) : 0;
  secret.value = end == CS_FROM ? -*out : *out;
  cs_status status = read ? cs_seal_commit(&secret, &made, &fault) : CS_INVALID;
  if (status == CS_SYSTEM)
    *error = fault;
  if (status == CS_SYSTEM || (status == CS_OK && memcmp(&made, &m->seals[end], sizeof made) == 0))
    return status;
  return cs_fail(error, CS_INVALID, "opening", (cs_mark){0},
                 "what moved by entry %llu is not the number that was sealed; expected the opening of its commitment",
                 (unsigned long long)m->entry);
}
