#include "moves.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

static const char PACT[] =
  "agreement: moves\n"
  "title: A year of moves\n"
  "form: Draft\n"
  "parties: {US: {name: United States of America}, RU: {name: Russian Federation}}\n"
  "term: {entry-into-force: 2021-01-01, duration: 10 years, article: A}\n"
  "items:\n"
  "  icbm: {name: ICBMs, states: {deployed: {}, non-deployed: {}}}\n"
  "  slbm: {name: SLBMs, states: {deployed: {}, non-deployed: {}}}\n"
  "  warhead: {name: warheads, states: {deployed: {}, stored: {}}}\n"
  "counts:\n"
  "  missiles: {name: missiles, article: A, sum: [{item: icbm, states: [deployed, non-deployed]}, {item: slbm, states: "
  "[deployed, non-deployed]}]}\n"
  "  warheads: {name: warheads, article: A, sum: [{item: warhead, states: [deployed, stored]}]}\n"
  "notifications:\n"
  "  move: {group: Moves, event: a move, items: [icbm, slbm, warhead], due: 5 days after, article: A}\n";

cs_treaty *move_treaty(void)
{
  cs_treaty *treaty;
  cs_error error;
  if (cs_treaty_parse(CS_SLICE(PACT), "moves", &treaty, &error) != CS_OK)
    bench_fail(error.what);
  return treaty;
}

/* SplitMix64. */
static uint64_t mix(uint64_t x)
{
  x += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

/* Half are moves between facilities, a quarter conversions, the rest eliminations and new items; one in a hundred is told of
 * up to two months late, the others within four days. */
move move_of(const year *y, size_t index)
{
  if (y->moves != NULL)
    return y->moves[index];
  uint64_t a = mix(2 * index), b = mix(2 * index + 1);
  int32_t facilities = (int32_t)y->facilities, item = (int32_t)(a % 3) * 2, state = (int32_t)(a >> 8) & 1;
  int32_t here = (int32_t)((a >> 16) % (uint64_t)facilities) * MOVES_CELLS, kind = (int32_t)(b % 20);
  int32_t there = (int32_t)((b >> 16) % (uint64_t)facilities) * MOVES_CELLS;
  move m = {.received = y->first + (cs_date)(index * MOVES_DAYS / y->events),
            .from = here + item + state,
            .to = NO_PLACE,
            .count = 1 + (int32_t)(b >> 56) % 3};
  m.date = m.received - (cs_date)((a >> 40) % 100 == 0 ? 5 + (a >> 48) % 56 : (a >> 48) % 5);
  m.date = m.date < y->first ? y->first : m.date;
  if (kind < 10)
    m.to = there + item + state;
  else if (kind < 15)
    m.to = here + item + 1 - state;
  else if (kind < 17) {
    m.to = m.from;
    m.from = NO_PLACE;
  }
  return m;
}

/* Most have plenty, some nearly nothing, so that now and then more leaves than is there. */
int64_t move_baseline(int32_t place)
{
  return place % 7 == 0 ? 20 : 2000;
}

static void must(cs_status status, const cs_error *error)
{
  if (status != CS_OK)
    bench_fail(error->what);
}

static cs_spot place_of(const uint32_t *facilities, int32_t place)
{
  if (place == NO_PLACE)
    return (cs_spot){CS_EVERYWHERE, CS_NOWHERE};
  return (cs_spot){facilities[place / MOVES_CELLS], (uint32_t)(place % MOVES_CELLS)};
}

static void declare(const year *y, cs_replay *replay, const uint32_t *facilities, cs_date date)
{
  cs_error error;
  bool known;
  must(cs_replay_declare(replay, date, date, 0, -1, &known, &error), &error);
  for (int32_t i = 0; i < (int32_t)y->facilities * MOVES_CELLS && known; i++)
    must(cs_replay_number(replay, place_of(facilities, i), move_baseline(i), &error), &error);
}

static cs_status read_year(void *context, cs_replay *replay, bool declarations, cs_error *error)
{
  const year *y = context;
  uint32_t *facilities = calloc(y->facilities, sizeof *facilities);
  cs_status status = facilities == NULL ? cs_fail_memory(error) : CS_OK;
  for (size_t i = 0; i < y->facilities && status == CS_OK; i++) {
    char name[32];
    snprintf(name, sizeof name, "facility %zu", i);
    status = cs_replay_facility(replay, cs_slice_of(name), &facilities[i], error);
  }
  for (cs_date day = 0; day < MOVES_DAYS && declarations && status == CS_OK; day += y->quarterly ? 90 : MOVES_DAYS)
    declare(y, replay, facilities, y->first + day);
  for (size_t i = 0; i < y->events && status == CS_OK; i++) {
    move m = move_of(y, i);
    cs_change change = {.date = m.date,
                        .received = m.received,
                        .entry = (uint32_t)i + 1,
                        .from = place_of(facilities, m.from),
                        .to = place_of(facilities, m.to),
                        .count = m.count,
                        .corrects = -1};
    status = cs_replay_change(replay, &change, error);
  }
  free(facilities);
  return status;
}

cs_replay_source move_source(const year *y)
{
  return (cs_replay_source){read_year, (void *)y};
}
