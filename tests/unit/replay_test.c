/* assess/: ledgers folded into holdings, beside a plain computation, and what does not add up in them. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static const char PACT[] =
  "agreement: pact\n"
  "title: A pact\n"
  "form: Treaty\n"
  "parties: {AR: {name: Arland}, BO: {name: Borland}}\n"
  "term: {entry-into-force: 2020-01-01, duration: 10 years, article: Article 1}\n"
  "items:\n"
  "  missile: {name: missiles, states: {deployed: {}, stored: {}, test: {part-of: stored}}}\n"
  "  tank: {name: tanks, states: {here: {}}}\n"
  "  warhead: {name: warheads, disclosure: sealed, states: {deployed: {}, stored: {}}}\n"
  "counts:\n"
  "  missiles: {name: missiles, article: A, sum: [{item: missile, states: [deployed, stored]}]}\n"
  "  double: {name: twice, article: A, sum: [{item: missile, states: [deployed], weight: 2}]}\n"
  "  warheads: {name: warheads, disclosure: sealed, article: A, sum: [{item: warhead, states: [deployed, stored]}]}\n"
  "notifications:\n"
  "  move: {group: Moves, event: a move, items: [missile], due: 5 days after, article: Article 3}\n"
  "  launch: {group: Launches, event: a launch, due: 24 hours before, article: Article 4}\n";

enum { DEPLOYED, STORED, TEST, TANK, WARHEAD, MOVE = 0, LAUNCH = 1 };
enum { PLACES = 4, DAYS_OF_TEST = 60, MOST = 512 };
static cs_treaty *pact;

/* ---- A ledger in memory ------------------------------------------------------------------------------------------ */

/* A statement; facilities are F0, F1 and so on, and -1 is that which is not named. */
typedef struct step {
  bool declares;
  cs_date date, received;
  uint32_t entry;
  int64_t corrects;
  int from, to; /* facilities of a notification; from_cell, to_cell -1: none */
  int from_cell, to_cell;
  uint32_t notification;
  int64_t count;
  cs_commitment seals[2];
  bool sealed, balanced;
  size_t rows;
  struct {
    int facility, cell;
    int64_t number;
    cs_commitment seal;
  } row[4 * PLACES];
} step;

typedef struct script {
  step *steps;
  size_t count;
} script;

static cs_spot place_of(cs_replay *replay, int facility, int cell)
{
  char name[16] = "";
  cs_spot out = {CS_EVERYWHERE, CS_NOWHERE};
  cs_error error;
  if (cell < 0)
    return out;
  if (facility >= 0)
    snprintf(name, sizeof name, "F%d", facility);
  must(cs_replay_facility(replay, cs_slice_of(name), &out.facility, &error), &error);
  out.cell = (uint32_t)cell;
  return out;
}

static void feed_declaration(cs_replay *replay, const step *s)
{
  cs_error error;
  bool known;
  must(cs_replay_declare(replay, s->date, s->received, s->entry, s->corrects, &known, &error), &error);
  for (size_t i = 0; i < s->rows && known; i++) {
    cs_spot place = place_of(replay, s->row[i].facility, s->row[i].cell);
    if (s->row[i].cell >= WARHEAD)
      must(cs_replay_sealed(replay, place, &s->row[i].seal, &error), &error);
    else
      must(cs_replay_number(replay, place, s->row[i].number, &error), &error);
  }
}

static cs_status feed(void *context, cs_replay *replay, bool declarations, cs_error *error)
{
  const script *all = context;
  cs_status status = CS_OK;
  for (size_t i = 0; i < all->count && status == CS_OK; i++) {
    const step *s = &all->steps[i];
    if (s->declares) {
      if (declarations)
        feed_declaration(replay, s);
      continue;
    }
    cs_change change = {
      .date = s->date,
      .received = s->received,
      .entry = s->entry,
      .notification = s->notification,
      .from = place_of(replay, s->from, s->from_cell),
      .to = place_of(replay, s->to, s->to_cell),
      .count = s->count,
      .corrects = s->corrects,
      .sealed = s->sealed ? s->seals : NULL,
      .balanced = s->balanced,
    };
    status = cs_replay_change(replay, &change, error);
  }
  return status;
}

static cs_replay *replay(script *all, cs_date on, cs_date at)
{
  cs_replay *out;
  cs_error error;
  must(cs_replay_run(pact, &(cs_replay_options){on, at}, &(cs_replay_source){feed, all}, &out, &error), &error);
  return out;
}

static cs_held held(cs_replay *r, int facility, int cell)
{
  return cs_replay_held(r, facility == PLACES ? (cs_spot){CS_EVERYWHERE, (uint32_t)cell} : place_of(r, facility, cell));
}

/* The only finding of a kind; NULL where there is none. */
static const cs_replayed *found(const cs_replay *r, cs_replayed_kind kind)
{
  size_t count;
  const cs_replayed *all = cs_replay_findings(r, &count), *out = NULL;
  for (size_t i = 0; i < count; i++)
    if (all[i].kind == kind) {
      assert_null(out);
      out = &all[i];
    }
  return out;
}

/* ---- Small ledgers ----------------------------------------------------------------------------------------------- */

static cs_date first_day;

/* A move on day `day`, told of two days later. */
static step move(int day, int from, int from_cell, int to, int to_cell, int64_t count)
{
  return (step){.date = first_day + day,
                .received = first_day + day + 2,
                .corrects = -1,
                .from = from,
                .from_cell = from_cell,
                .to = to,
                .to_cell = to_cell,
                .count = count};
}

static step declare(int day, int64_t deployed0, int64_t deployed1, int64_t stored0)
{
  return (step){.declares = true,
                .date = first_day + day,
                .received = first_day + day + 1,
                .corrects = -1,
                .rows = 3,
                .row = {{.facility = 0, .cell = DEPLOYED, .number = deployed0},
                        {.facility = 1, .cell = DEPLOYED, .number = deployed1},
                        {.facility = 0, .cell = STORED, .number = stored0}}};
}

static script number_steps(step *steps, size_t count)
{
  for (size_t i = 0; i < count; i++)
    steps[i].entry = (uint32_t)i + 1;
  return (script){steps, count};
}

static void expect_number(cs_replay *r, int facility, int cell, int64_t expected)
{
  cs_held h = held(r, facility, cell);
  assert_int_equal(h.known, CS_KNOWN_NUMBER);
  assert_int_equal(h.number, expected);
}

static void test_moves(void **state)
{
  (void)state;
  step steps[] = {
    declare(0, 10, 5, 7),
    move(3, 0, DEPLOYED, 1, DEPLOYED, 4), /* moved */
    move(4, 1, DEPLOYED, 1, STORED, 2),   /* converted */
    move(5, 0, STORED, -1, -1, 3),        /* eliminated */
    move(6, -1, -1, 2, STORED, 9),        /* new */
    move(7, 0, STORED, 0, TEST, 1),       /* within the whole that it is part of */
    move(8, 0, DEPLOYED, 2, TEST, 1),     /* into a part of another */
    move(9, -1, -1, -1, -1, 100),         /* nothing of holdings */
  };
  script all = number_steps(steps, CS_COUNT_OF(steps));
  cs_replay *r = replay(&all, first_day + 20, first_day + 20);
  expect_number(r, 0, DEPLOYED, 5);
  expect_number(r, 1, DEPLOYED, 7);
  expect_number(r, 1, STORED, 2);
  expect_number(r, 0, STORED, 4);
  expect_number(r, 2, STORED, 10);
  expect_number(r, PLACES, DEPLOYED, 12);
  expect_number(r, PLACES, STORED, 16);
  assert_int_equal(held(r, 0, TEST).known, CS_KNOWN_NOT); /* nobody declared it: only what changed is known */
  assert_int_equal(held(r, 0, TEST).number, 1);
  expect_number(r, 3, STORED, 0);
  assert_int_equal(cs_replay_total(r, 0).number, 28);
  assert_int_equal(cs_replay_total(r, 1).number, 24);
  assert_int_equal(cs_replay_total(r, 2).known, CS_KNOWN_NOT);
  assert_int_equal(cs_replay_changes(r), 6);
  assert_int_equal(found(r, CS_REPLAYED_IN_TIME)->value, 7);
  assert_null(found(r, CS_REPLAYED_SHORT));
  cs_replay_free(r);
  r = replay(&all, first_day + 5, first_day + 6); /* what was not told of yet */
  expect_number(r, 1, STORED, 2);
  expect_number(r, 0, STORED, 7);
  cs_replay_free(r);
}

static void test_more_than_was_there(void **state)
{
  (void)state;
  step steps[] = {
    declare(0, 10, 5, 7),
    move(3, 1, DEPLOYED, 0, DEPLOYED, 6), /* told of before what makes it possible, on the same day */
    move(3, 0, DEPLOYED, 1, DEPLOYED, 1),
    move(9, 1, DEPLOYED, 0, DEPLOYED, 2),
    move(9, 1, DEPLOYED, 0, DEPLOYED, 1),
  };
  script all = number_steps(steps, CS_COUNT_OF(steps));
  cs_replay *r = replay(&all, first_day + 20, first_day + 20);
  const cs_replayed *f = found(r, CS_REPLAYED_SHORT);
  assert_non_null(f);
  assert_int_equal(f->date, first_day + 9);
  assert_int_equal(f->entry, 5);
  assert_int_equal(f->value, 3);
  assert_int_equal(f->limit, 0);
  assert_string_equal(cs_replay_facility_name(r, f->facility), "F1");
  expect_number(r, 1, DEPLOYED, -3);
  cs_replay_free(r);
}

static void test_declarations_that_follow(void **state)
{
  (void)state;
  step steps[] = {
    declare(0, 10, 5, 7),
    move(3, 0, DEPLOYED, 1, DEPLOYED, 4),
    declare(10, 6, 9, 7), /* follows; what happens on that day comes after it */
    move(10, 0, DEPLOYED, 1, DEPLOYED, 1),
    declare(20, 9, 6, 7), /* the total does, the facilities do not */
  };
  script all = number_steps(steps, CS_COUNT_OF(steps));
  cs_replay *r = replay(&all, first_day + 19, first_day + 40);
  assert_int_equal(found(r, CS_REPLAYED_FOLLOWS)->entry, 3);
  assert_null(found(r, CS_REPLAYED_DIFFERS));
  expect_number(r, 0, DEPLOYED, 5);
  cs_replay_free(r);
  r = replay(&all, first_day + 20, first_day + 40);
  const cs_replayed *f = found(r, CS_REPLAYED_DIFFERS);
  assert_int_equal(f->entry, 5);
  assert_int_equal(f->index, DEPLOYED);
  assert_int_equal(f->others, 1);
  assert_int_equal(f->value, 9);
  assert_int_equal(f->limit, 5);
  assert_string_equal(cs_replay_facility_name(r, f->facility), "F0");
  expect_number(r, 0, DEPLOYED, 9);
  cs_replay_free(r);
}

/* Where one of two declarations names no facilities, totals are what is compared, and what can be short. */
static void test_totals(void **state)
{
  (void)state;
  step steps[] = {
    declare(0, 10, 5, 7), declare(10, 15, 0, 7), move(12, 3, DEPLOYED, -1, -1, 4), move(13, 3, DEPLOYED, -1, -1, 12),
    declare(20, 0, 3, 7),
  };
  steps[1].row[0].facility = steps[1].row[1].facility = steps[1].row[2].facility = -1;
  script all = number_steps(steps, CS_COUNT_OF(steps));
  cs_replay *r = replay(&all, first_day + 15, first_day + 40);
  assert_int_equal(found(r, CS_REPLAYED_FOLLOWS)->entry, 2);
  assert_int_equal(held(r, 3, DEPLOYED).known, CS_KNOWN_NOT);
  expect_number(r, PLACES, DEPLOYED, -1);
  assert_int_equal(found(r, CS_REPLAYED_SHORT)->facility, CS_EVERYWHERE);
  assert_int_equal(found(r, CS_REPLAYED_SHORT)->entry, 4);
  assert_int_equal(found(r, CS_REPLAYED_SHORT)->limit, 11);
  cs_replay_free(r);
  r = replay(&all, first_day + 20, first_day + 40);
  assert_int_equal(found(r, CS_REPLAYED_DIFFERS)->value, 3);
  assert_int_equal(found(r, CS_REPLAYED_DIFFERS)->limit, -1);
  cs_replay_free(r);
}

/* Items of which nobody is told are not asked to follow, until somebody tells. */
static void test_items_that_are_notified(void **state)
{
  (void)state;
  step steps[] = {declare(0, 1, 2, 3), declare(10, 1, 2, 3), move(11, 0, TANK, -1, -1, 1)};
  for (size_t i = 0; i < 2; i++) {
    steps[i].row[0].cell = steps[i].row[1].cell = steps[i].row[2].cell = TANK;
    steps[i].row[2].facility = 2 + (int)i;
  }
  script all = number_steps(steps, 2);
  cs_replay *r = replay(&all, first_day + 30, first_day + 30);
  size_t count;
  cs_replay_findings(r, &count);
  assert_int_equal(count, 0);
  cs_replay_free(r);
  all.count = 3;
  steps[2].entry = 3;
  r = replay(&all, first_day + 30, first_day + 30);
  assert_int_equal(found(r, CS_REPLAYED_DIFFERS)->index, TANK);
  cs_replay_free(r);
}

static void test_corrections(void **state)
{
  (void)state;
  step steps[] = {
    declare(0, 10, 5, 7),
    move(3, 0, DEPLOYED, 1, DEPLOYED, 4),
    move(3, 0, DEPLOYED, 1, DEPLOYED, 1), /* in its place */
    move(3, 0, DEPLOYED, 1, DEPLOYED, 2), /* void: it is corrected already */
    move(40, 0, DEPLOYED, 1, DEPLOYED, 3),
    move(1, 0, DEPLOYED, 1, DEPLOYED, 9), /* told of far too late, and taken back */
    move(41, -1, -1, -1, -1, 0),
    declare(0, 20, 5, 7),
    declare(0, 30, 5, 7),
  };
  steps[5].received = first_day + 43;
  steps[2].corrects = steps[3].corrects = 2;
  steps[6].corrects = 6;
  steps[7].corrects = 1;
  steps[8].corrects = 1; /* void */
  steps[7].received = steps[8].received = first_day + 50;
  script all = number_steps(steps, CS_COUNT_OF(steps));
  cs_replay *r = replay(&all, first_day + 50, first_day + 49);
  expect_number(r, 0, DEPLOYED, 6);
  cs_replay_free(r);
  r = replay(&all, first_day + 50, first_day + 50);
  expect_number(r, 0, DEPLOYED, 16);
  assert_int_equal(found(r, CS_REPLAYED_IN_TIME)->value, 3);
  assert_null(found(r, CS_REPLAYED_LATE));
  cs_replay_free(r);
}

static void test_deadlines(void **state)
{
  (void)state;
  step steps[] = {move(3, 0, DEPLOYED, -1, -1, 1), move(3, 0, DEPLOYED, -1, -1, 1), move(9, 0, DEPLOYED, -1, -1, 1),
                  move(12, 0, DEPLOYED, -1, -1, 1)};
  steps[0].received = first_day + 8; /* the last day */
  steps[1].received = first_day + 9;
  steps[2].notification = steps[3].notification = LAUNCH;
  steps[2].received = first_day + 9; /* not a day before */
  steps[3].received = first_day + 11;
  script all = number_steps(steps, CS_COUNT_OF(steps));
  cs_replay *r = replay(&all, first_day + 30, first_day + 30);
  size_t count, late = 0, in_time = 0;
  const cs_replayed *findings = cs_replay_findings(r, &count);
  for (size_t i = 0; i < count; i++) {
    if (findings[i].kind == CS_REPLAYED_LATE)
      late |= 1u << findings[i].entry;
    if (findings[i].kind == CS_REPLAYED_IN_TIME)
      in_time |= 1u << findings[i].entry;
  }
  assert_int_equal(late, 1 << 2 | 1 << 3);
  assert_int_equal(in_time, 1 << 1 | 1 << 4);
  cs_replay_free(r);
}

/* Numbers as large as they can be stated neither overflow nor cancel out wrongly. */
static void test_large_numbers(void **state)
{
  (void)state;
  enum { LARGE = 3000 };
  step *steps = calloc(LARGE + 1, sizeof *steps);
  steps[0] = declare(0, CS_NUMBER_MAX, CS_NUMBER_MAX, CS_NUMBER_MAX);
  for (size_t i = 1; i <= LARGE; i++)
    steps[i] = move(i % 3 == 0 ? 1 : 2, i % 2 == 0 ? 0 : -1, i % 2 == 0 ? DEPLOYED : -1, 0, i % 2 == 0 ? -1 : DEPLOYED,
                    CS_NUMBER_MAX);
  script all = number_steps(steps, LARGE + 1);
  cs_replay *r = replay(&all, first_day + 30, first_day + 30);
  expect_number(r, 0, DEPLOYED, CS_NUMBER_MAX);
  expect_number(r, PLACES, DEPLOYED, CS_NUMBER_MAX);
  assert_int_equal(cs_replay_total(r, 1).number, CS_NUMBER_MAX);
  assert_null(found(r, CS_REPLAYED_SHORT));
  cs_replay_free(r);
  for (size_t i = 1; i <= LARGE; i++)
    steps[i] = move(1, 0, DEPLOYED, -1, -1, CS_NUMBER_MAX);
  r = replay(&all, first_day + 30, first_day + 30);
  expect_number(r, 0, DEPLOYED, -CS_NUMBER_MAX);
  cs_replay_free(r);
  free(steps);
}

/* ---- Random ledgers ---------------------------------------------------------------------------------------------- */

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
  seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)((seed >> 33) % below);
}

static step draw_move(void)
{
  int day = (int)draw(DAYS_OF_TEST);
  step s =
    move(day, (int)draw(PLACES + 1) - 1, (int)draw(5) - 1, (int)draw(PLACES + 1) - 1, (int)draw(5) - 1, draw(12));
  s.from_cell = s.from_cell == TANK ? TEST : s.from_cell;
  s.to_cell = s.to_cell == TANK ? TEST : s.to_cell;
  s.received = s.date + (draw(8) == 0 ? (int)draw(40) : draw(8) == 0 ? -(int)draw(20) : (int)draw(5));
  return s;
}

/* Declares some facilities, most of them by name or none, of a random choice of states. */
static step draw_declaration(void)
{
  step s = {.declares = true, .date = first_day + (int)draw(DAYS_OF_TEST), .corrects = -1};
  bool named = draw(4) != 0;
  s.received = s.date + (int)draw(30);
  for (int cell = DEPLOYED; cell <= TEST; cell++)
    for (int f = 0; f < PLACES && draw(5) != 0; f++) {
      s.row[s.rows].facility = named && draw(8) != 0 ? f : -1;
      s.row[s.rows].cell = cell;
      s.row[s.rows++].number = draw(60);
    }
  return s;
}

static int by_received(const void *a, const void *b)
{
  const step *x = a, *y = b;
  return (x->received > y->received) - (x->received < y->received);
}

/* In the order of a ledger, some of it corrected later. */
static script draw_script(step steps[MOST])
{
  size_t count = 2 + draw(200);
  for (size_t i = 0; i < count; i++)
    steps[i] = draw(30) == 0 ? draw_declaration() : draw_move();
  steps[0] = draw_declaration();
  qsort(steps, count, sizeof *steps, by_received);
  script out = number_steps(steps, count);
  for (size_t i = 1; i < count; i++)
    if (draw(20) == 0) {
      size_t other = draw((uint32_t)i);
      if (steps[other].declares == steps[i].declares) {
        steps[i].corrects = steps[other].entry;
        steps[i].date = steps[i].declares ? steps[other].date : steps[i].date;
      }
    }
  return out;
}

/* The plain computation: everything in memory, one day after the other, for each number by itself. */
typedef struct plain {
  int64_t number[PLACES + 2][TEST + 1]; /* F0 and so on, not named, all */
  int known[TEST + 1];                  /* 1: totals, 2: facilities */
  size_t is_short, differs, follows, late;
} plain;

static bool stands(const script *all, const step *s, cs_date at)
{
  if (s->received > at)
    return false;
  const step *first = NULL; /* of the corrections of what this one corrects */
  for (size_t i = 0; i < all->count; i++) {
    const step *other = &all->steps[i];
    if (other->declares || other->received > at)
      continue;
    if (other->corrects == (int64_t)s->entry && other->entry > s->entry)
      return false;
    if (s->corrects >= 0 && other->corrects == s->corrects && first == NULL)
      first = other;
  }
  return first == NULL || first == s;
}

static const step *standing(const script *all, cs_date date, cs_date at)
{
  const step *out = NULL;
  for (size_t i = 0; i < all->count; i++) {
    const step *s = &all->steps[i];
    if (s->declares && s->date == date && s->received <= at && (out == NULL || s->corrects == (int64_t)out->entry))
      out = s;
  }
  return out;
}

static void plain_declare(plain *p, const step *s)
{
  int64_t declared[PLACES + 2][TEST + 1] = {0};
  bool covered[TEST + 1] = {0}, named[TEST + 1] = {0}, compared = false, follows = true;
  for (size_t i = 0; i < s->rows; i++) {
    int f = s->row[i].facility < 0 ? PLACES : s->row[i].facility, c = s->row[i].cell;
    covered[c] = true;
    named[c] = named[c] || f < PLACES;
    declared[f][c] += s->row[i].number;
    declared[PLACES + 1][c] += s->row[i].number;
  }
  for (int c = 0; c <= TEST; c++) {
    bool by_facility = p->known[c] == 2 && named[c], differs = false;
    if (!covered[c])
      continue;
    for (int f = by_facility ? 0 : PLACES + 1; f <= (by_facility ? PLACES : PLACES + 1); f++)
      differs = differs || declared[f][c] != p->number[f][c];
    if (p->known[c] != 0) {
      compared = true;
      follows = follows && !differs;
      p->differs += differs;
    }
    for (int f = 0; f <= PLACES + 1; f++)
      p->number[f][c] = declared[f][c];
    p->known[c] = named[c] ? 2 : 1;
  }
  p->follows += compared && follows;
}

static void plain_side(int64_t number[PLACES + 2][TEST + 1], int facility, int cell, int64_t count)
{
  int f = facility < 0 ? PLACES : facility;
  if (cell < 0)
    return;
  number[f][cell] += count;
  number[PLACES + 1][cell] += count;
  if (cell == TEST)
    plain_side(number, facility, STORED, count);
}

static plain compute_plainly(const script *all, cs_date on, cs_date at)
{
  plain p = {0};
  for (cs_date date = first_day - 50; date <= on; date++) {
    int64_t before[PLACES + 2][TEST + 1];
    const step *declared = standing(all, date, at);
    if (declared != NULL)
      plain_declare(&p, declared);
    memcpy(before, p.number, sizeof before);
    for (size_t i = 0; i < all->count; i++) {
      const step *s = &all->steps[i];
      if (s->declares || s->date != date || !stands(all, s, at))
        continue;
      plain_side(p.number, s->from, s->from_cell, -s->count);
      plain_side(p.number, s->to, s->to_cell, s->count);
    }
    for (int f = 0; f <= PLACES + 1; f++)
      for (int c = 0; c <= TEST; c++)
        p.is_short += p.number[f][c] < 0 && p.number[f][c] < before[f][c] && p.known[c] == (f <= PLACES ? 2 : 1);
  }
  for (size_t i = 0; i < all->count; i++)
    p.late +=
      !all->steps[i].declares && stands(all, &all->steps[i], at) && all->steps[i].received > all->steps[i].date + 5;
  return p;
}

static size_t tally(const cs_replay *r, cs_replayed_kind kind)
{
  size_t count, out = 0;
  const cs_replayed *all = cs_replay_findings(r, &count);
  for (size_t i = 0; i < count; i++)
    out += all[i].kind == kind;
  return out;
}

static void compare(script *all, cs_date on, cs_date at)
{
  plain p = compute_plainly(all, on, at);
  cs_replay *r = replay(all, on, at);
  for (int c = 0; c <= TEST; c++) {
    assert_int_equal(held(r, PLACES, c).known, p.known[c] == 0 ? CS_KNOWN_NOT : CS_KNOWN_NUMBER);
    assert_int_equal(held(r, PLACES, c).number, p.number[PLACES + 1][c]);
    for (int f = 0; f <= PLACES; f++) {
      cs_held h = cs_replay_held(r, place_of(r, f == PLACES ? -1 : f, c));
      assert_int_equal(h.known, p.known[c] == 2 ? CS_KNOWN_NUMBER : CS_KNOWN_NOT);
      assert_int_equal(h.number, p.number[f][c]);
    }
  }
  assert_int_equal(tally(r, CS_REPLAYED_SHORT), p.is_short);
  assert_int_equal(tally(r, CS_REPLAYED_DIFFERS), p.differs);
  assert_int_equal(tally(r, CS_REPLAYED_FOLLOWS), p.follows);
  assert_int_equal(tally(r, CS_REPLAYED_LATE), p.late);
  cs_replay_free(r);
}

static void test_a_replay_is_the_plain_computation(void **state)
{
  (void)state;
  static step steps[MOST];
  for (seed = 1; seed < 400; seed++) {
    uint64_t mine = seed;
    script all = draw_script(steps);
    for (int i = 0; i < 4; i++)
      compare(&all, first_day + (int)draw(DAYS_OF_TEST), first_day + (int)draw(DAYS_OF_TEST + 40));
    seed = mine;
  }
}

/* Everything but which entries findings name is the same in whatever order the same was said. */
static void test_the_order_of_arrival_does_not_matter(void **state)
{
  (void)state;
  static step steps[MOST], shuffled[MOST];
  for (seed = 1; seed < 200; seed++) {
    uint64_t mine = seed;
    script all = draw_script(steps), other;
    for (size_t i = 0; i < all.count; i++)
      steps[i].corrects = -1;
    for (size_t i = 0; i < all.count; i++) /* of two declarations of a day the first counts, so there is one */
      for (size_t k = 0; k < i && steps[i].declares; k++)
        if (steps[k].declares && steps[k].date == steps[i].date)
          steps[i] = draw_move();
    memcpy(shuffled, steps, sizeof shuffled);
    for (size_t i = all.count - 1; i > 0; i--) {
      size_t k = draw((uint32_t)i + 1);
      step swap = shuffled[i];
      shuffled[i] = shuffled[k];
      shuffled[k] = swap;
    }
    for (size_t i = 0; i < all.count; i++)
      shuffled[i].received = first_day - 30 + (int)(i / 2);
    all = number_steps(steps, all.count);
    other = number_steps(shuffled, all.count);
    cs_date on = first_day + (int)draw(DAYS_OF_TEST), at = first_day + 1000;
    compare(&all, on, at);
    compare(&other, on, at);
    cs_replay *a = replay(&all, on, at), *b = replay(&other, on, at);
    for (int f = -1; f < PLACES; f++)
      for (int c = 0; c <= TEST; c++)
        assert_int_equal(cs_replay_held(a, place_of(a, f, c)).number, cs_replay_held(b, place_of(b, f, c)).number);
    assert_int_equal(tally(a, CS_REPLAYED_SHORT), tally(b, CS_REPLAYED_SHORT));
    assert_int_equal(tally(a, CS_REPLAYED_DIFFERS), tally(b, CS_REPLAYED_DIFFERS));
    cs_replay_free(a);
    cs_replay_free(b);
    seed = mine;
  }
}

/* A clock that jumps to the end of time and dates at either end of it cost memory, and change nothing. */
static void test_hostile_clocks(void **state)
{
  (void)state;
  step steps[] = {declare(0, 10, 5, 7), move(3, 0, DEPLOYED, 1, DEPLOYED, 1), move(3, 0, DEPLOYED, 1, DEPLOYED, 1),
                  move(4, 0, DEPLOYED, 1, DEPLOYED, 1), move(5, 0, DEPLOYED, 1, DEPLOYED, 1)};
  steps[1].received = day("9999-12-31");
  steps[3].date = day("0001-01-01");
  steps[4].date = day("9999-12-31");
  script all = number_steps(steps, CS_COUNT_OF(steps));
  cs_replay *r = replay(&all, day("9999-12-31"), day("9999-12-31"));
  expect_number(r, 0, DEPLOYED, 7);
  cs_replay_free(r);
}

/* ---- What is sealed ---------------------------------------------------------------------------------------------- */

static void commit(int64_t value, cs_secret *secret, cs_commitment *out)
{
  cs_error error;
  cs_seal_draw(value, secret);
  must(cs_seal_commit(secret, out, &error), &error);
}

static void add_secret(cs_secret *sum, const cs_secret *part)
{
  sum->value += part->value;
  crypto_core_ristretto255_scalar_add(sum->blinding, sum->blinding, part->blinding);
}

static step declare_sealed(int day, cs_secret sums[PLACES][2])
{
  step s = {.declares = true, .date = first_day + day, .received = first_day + day + 1, .corrects = -1};
  for (int f = 0; f < PLACES; f++)
    for (int c = 0; c < 2; c++) {
      s.row[s.rows].facility = f;
      s.row[s.rows].cell = WARHEAD + c;
      commit(draw(50), &sums[f][c], &s.row[s.rows++].seal);
    }
  return s;
}

static step move_sealed(int day, cs_secret sums[PLACES][2])
{
  int64_t count = draw(10);
  int from = (int)draw(PLACES), to = (int)draw(PLACES), from_cell = (int)draw(2), to_cell = (int)draw(2);
  cs_secret secrets[2];
  step s = move(day, from, WARHEAD + from_cell, to, WARHEAD + to_cell, -1);
  s.sealed = true;
  commit(-count, &secrets[0], &s.seals[0]);
  commit(count, &secrets[1], &s.seals[1]);
  add_secret(&sums[from][from_cell], &secrets[0]);
  add_secret(&sums[to][to_cell], &secrets[1]);
  return s;
}

/* The sum of a declared commitment and of those of transfers opens with the sum of what opens them. */
static void test_sealed_sums(void **state)
{
  (void)state;
  static step steps[64];
  cs_secret sums[PLACES][2], dropped[PLACES][2];
  seed = 7;
  steps[0] = declare_sealed(0, dropped);
  steps[1] = move_sealed(5, dropped);
  steps[2] = declare_sealed(10, sums);
  for (int i = 3; i < 64; i++)
    steps[i] = move_sealed(10 + i / 4, sums);
  steps[1].balanced = true;
  script all = number_steps(steps, 64);
  cs_replay *r = replay(&all, first_day + 60, first_day + 60);
  for (int f = 0; f < PLACES; f++)
    for (int c = 0; c < 2; c++) {
      cs_held h = held(r, f, WARHEAD + c);
      cs_commitment expected;
      cs_error error;
      must(cs_seal_commit(&sums[f][c], &expected, &error), &error);
      assert_int_equal(h.known, CS_KNOWN_SEALED);
      assert_memory_equal(h.sealed->bytes, expected.bytes, CS_COMMITMENT);
    }
  assert_int_equal(cs_replay_total(r, 2).known, CS_KNOWN_SEALED);
  const cs_replayed *f = found(r, CS_REPLAYED_SEALED);
  assert_int_equal(f->date, first_day + 10);
  assert_int_equal(f->baseline, first_day);
  assert_int_equal(f->value, 0);
  cs_replay_free(r);
  steps[1].balanced = false;
  r = replay(&all, first_day + 60, first_day + 60);
  assert_int_equal(found(r, CS_REPLAYED_SEALED)->value, 1);
  cs_replay_free(r);
}

static void test_seals_that_open_nothing(void **state)
{
  (void)state;
  step steps[2];
  cs_secret sums[PLACES][2];
  steps[0] = declare_sealed(0, sums);
  steps[1] = move_sealed(5, sums);
  steps[1].from = 0;
  steps[1].to = 1;
  memset(&steps[1].seals[1], 0xff, sizeof steps[1].seals[1]);
  script all = number_steps(steps, 2);
  cs_replay *r = replay(&all, first_day + 60, first_day + 60);
  assert_int_equal(found(r, CS_REPLAYED_NO_SEAL)->entry, 2);
  assert_non_null(held(r, 0, steps[1].from_cell).sealed);
  assert_null(held(r, 1, steps[1].to_cell).sealed);
  assert_int_equal(held(r, 1, steps[1].to_cell).known, CS_KNOWN_SEALED);
  cs_replay_free(r);
}

static int open_all(void **state)
{
  int status = scratch_open(state);
  pact = make_treaty(PACT);
  first_day = day("2021-01-01");
  return status;
}

static int close_all(void **state)
{
  cs_treaty_free(pact);
  return scratch_close(state);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_moves),
    cmocka_unit_test(test_more_than_was_there),
    cmocka_unit_test(test_declarations_that_follow),
    cmocka_unit_test(test_totals),
    cmocka_unit_test(test_items_that_are_notified),
    cmocka_unit_test(test_corrections),
    cmocka_unit_test(test_deadlines),
    cmocka_unit_test(test_large_numbers),
    cmocka_unit_test(test_a_replay_is_the_plain_computation),
    cmocka_unit_test(test_the_order_of_arrival_does_not_matter),
    cmocka_unit_test(test_hostile_clocks),
    cmocka_unit_test(test_sealed_sums),
    cmocka_unit_test(test_seals_that_open_nothing),
  };
  return cmocka_run_group_tests_name("replay", tests, open_all, close_all);
}
