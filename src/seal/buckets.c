/* Sums by buckets.
 *
 * Terms are first sorted by bucket. So several buckets are filled side by side, one a lane, each in registers; a bucket
 * costs one addition less than it has terms; and buckets of many terms are split, so that no lane waits for another. Points
 * of a table have their multiples by powers of two at hand, and the digits of all places share one set of buckets. */
#include "seal/buckets.h"

#include <stdlib.h>
#include <string.h>

/* A digit of a scalar, on its way to its bucket. */
typedef struct piece {
  uint32_t bucket, item; /* for items see cs_task */
} piece;

typedef struct work {
  piece *pieces;
  size_t items;
  uint32_t *ends; /* of each bucket, in items */
  uint32_t *items_by_bucket;
  cs_task *tasks;
  cs_slot *slots;   /* the first is the identity, for buckets without terms */
  uint32_t *at;     /* the slot of each bucket; [set][bucket] */
  cs_slot *reduced; /* sums, then weighted sums, of columns */
} work;

/* ---- Digits ------------------------------------------------------------------------------------------------------- */

/* The smaller of a and l - a; whether it is that. */
static bool take_smaller(cs_scalar *a)
{
  cs_scalar other;
  cs_scalar_negate(a, &other);
  for (int i = 3; i >= 0; i--)
    if (a->word[i] != other.word[i]) {
      if (a->word[i] < other.word[i])
        return false;
      *a = other;
      return true;
    }
  return false;
}

/* The 64 bits from `bit` on. */
static uint64_t bits_from(const cs_scalar *a, unsigned bit)
{
  unsigned word = bit / 64, shift = bit % 64;
  uint64_t bits = word < 4 ? a->word[word] >> shift : 0;
  if (shift != 0 && word < 3)
    bits |= a->word[word + 1] << (64 - shift);
  return bits;
}

static void put_piece(work *w, size_t bucket, size_t entry, bool minus)
{
  w->pieces[w->items++] = (piece){(uint32_t)bucket, (uint32_t)entry << 1 | minus};
  w->ends[bucket + 1]++;
}

/* Digits -(2^(width - 1) - 1) .. 2^(width - 1). Of a and l - a the smaller one is taken: it has 252 bits, and where its
 * highest bit is set, the 126 below are not, so that no carry leaves the last digit. */
static void cut_digits(const cs_plan *p, cs_scalar a, size_t term, work *w)
{
  const int limit = 1 << (p->width - 1);
  const bool minus = take_smaller(&a);
  size_t level = 0;
  unsigned set = 0;
  int carry = 0;
  for (unsigned q = 0; q < p->digits; q++) {
    int digit = (int)(bits_from(&a, q * p->width) & ((UINT64_C(1) << p->width) - 1)) + carry;
    carry = digit > limit;
    digit -= carry << p->width;
    size_t size = (size_t)(digit < 0 ? -digit : digit);
    if (size != 0 && p->kind == CS_PLAN_MULTIPLES)
      put_piece(w, set, (size - 1) * p->level + term * p->step, (digit < 0) != minus);
    else if (size != 0)
      put_piece(w, set * p->buckets + size - 1, level * p->level + term * p->step, (digit < 0) != minus);
    if (++set == p->sets) {
      set = 0;
      level++;
    }
  }
}

/* Odd digits below 2^(width - 1) in size, width - 1 zeros at least after each. Without branches that depend on digits: they
 * would be guessed wrong half the time. */
static void cut_odd(const cs_plan *p, cs_scalar a, size_t term, work *w)
{
  const uint64_t minus = take_smaller(&a), width = p->width, window = (UINT64_C(1) << width) - 1;
  uint64_t carry = 0;
  for (unsigned bit = 0; bit < CS_SCALAR_BITS;) {
    uint64_t bits = bits_from(&a, bit), changes = (bits ^ (0 - carry)) | UINT64_C(1) << 40;
    unsigned skip = (unsigned)__builtin_ctzll(changes); /* to where the digit is odd, with its carry */
    bit += skip;
    if (skip == 40 || bit >= CS_SCALAR_BITS)
      continue;
    uint64_t digit = (bits >> skip & window) + carry;
    carry = digit >> (width - 1);
    uint64_t size = (digit ^ (0 - carry)) & window; /* of a negative digit, one less than its size: even, then */
    put_piece(w, size / 2, bit * p->level + term * p->step, (carry ^ minus) != 0);
    bit += p->width;
  }
}

/* ---- Sorting ------------------------------------------------------------------------------------------------------ */

/* Items in the order of their buckets: a counting sort. Afterwards bucket b ends at ends[b]. */
static void sort_items(const cs_plan *p, const cs_scalar *scalars, size_t count, work *w)
{
  const size_t all = p->sets * p->buckets;
  for (size_t i = 0; i < count; i++) {
    if (cs_scalar_is_zero(&scalars[i]))
      continue;
    if (p->kind == CS_PLAN_ODD)
      cut_odd(p, scalars[i], i, w);
    else
      cut_digits(p, scalars[i], i, w);
  }
  for (size_t b = 1; b <= all; b++)
    w->ends[b] += w->ends[b - 1];
  for (size_t i = 0; i < w->items; i++)
    w->items_by_bucket[w->ends[w->pieces[i].bucket]++] = w->pieces[i].item;
}

/* ---- Tasks -------------------------------------------------------------------------------------------------------- */

enum { LONGEST = 1024 };

/* Pieces of at most `longest` items, by falling length. Slot s is that of task s - 1 in the order of buckets. */
static size_t make_tasks(const cs_plan *p, size_t longest, work *w)
{
  const size_t all = p->sets * p->buckets;
  uint32_t places[LONGEST + 2] = {0};
  uint32_t begin = 0, slot = 1;
  for (size_t b = 0; b < all; b++) {
    uint32_t length = w->ends[b] - begin;
    places[longest] += length / (uint32_t)longest;
    places[length % longest] += length % longest != 0;
    begin = w->ends[b];
  }
  uint32_t before = 0;
  for (size_t length = longest; length > 0; length--) {
    uint32_t number = places[length];
    places[length] = before;
    before += number;
  }
  begin = 0;
  for (size_t b = 0; b < all; b++) {
    w->at[b] = begin < w->ends[b] ? slot : 0;
    while (begin < w->ends[b]) {
      uint32_t length = w->ends[b] - begin < longest ? w->ends[b] - begin : (uint32_t)longest;
      w->tasks[places[length]++] = (cs_task){begin, length, slot++};
      begin += length;
    }
  }
  return slot - 1;
}

/* Brings the sums of split buckets together. */
static void join_tasks(const cs_plan *p, size_t tasks, work *w)
{
  const size_t all = p->sets * p->buckets;
  size_t last = tasks + 1; /* the slot after those of this bucket */
  for (size_t b = all; b-- > 0;) {
    if (w->at[b] == 0)
      continue;
    cs_point sum, other;
    if (last - w->at[b] > 1) {
      cs_slot_get(&w->slots[w->at[b]], &sum);
      for (size_t slot = w->at[b] + 1; slot < last; slot++) {
        cs_slot_get(&w->slots[slot], &other);
        cs_point_add(&sum, &other, &sum);
      }
      cs_slot_put(&sum, &w->slots[w->at[b]]);
    }
    last = w->at[b];
  }
}

/* ---- Running sums ------------------------------------------------------------------------------------------------- */

/* Few sets are cut into columns, so that every lane has one. */
static size_t columns_of_set(const cs_plan *p)
{
  size_t lanes = cs_engine_get()->lanes;
  return p->sets < lanes && p->buckets >= 2 * lanes ? lanes : 1;
}

/* The sum of digit * bucket over a set, from that of its columns. */
static void join_columns(const cs_plan *p, size_t columns, const cs_slot *sums, const cs_slot *weighted, cs_point *out)
{
  cs_point running = cs_point_identity, above = cs_point_identity, part;
  cs_slot_get(&weighted[0], out);
  for (size_t c = columns; c-- > 1;) {
    cs_slot_get(&sums[c], &part);
    cs_point_add(&running, &part, &running);
    cs_point_add(&above, &running, &above); /* the sum of c * sums[c] */
    cs_slot_get(&weighted[c], &part);
    cs_point_add(out, &part, out);
  }
  if (columns == 1)
    return;
  int doublings = 0;
  for (size_t rows = columns; rows < p->buckets; rows *= 2)
    doublings++;
  cs_point_double_times(&above, doublings, &above);
  cs_point_add(out, &above, out);
}

/* Bucket k stands for 2k + 1, where running sums counted k + 1. */
static void weigh_odd(size_t columns, const cs_slot *sums, cs_point *out)
{
  cs_point_double(out, out);
  for (size_t c = 0; c < columns; c++) {
    cs_point part;
    cs_slot_get(&sums[c], &part);
    cs_point_subtract(out, &part, out);
  }
}

static void reduce_sets(const cs_plan *p, work *w, cs_point *out)
{
  size_t columns = columns_of_set(p), all = columns * p->sets;
  cs_slot *sums = w->reduced, *weighted = w->reduced + all;
  if (p->buckets > 1)
    cs_engine_get()->reduce(w->slots, w->at, all, p->buckets / columns, sums, weighted);
  *out = cs_point_identity;
  for (size_t set = p->sets; set-- > 0;) {
    cs_point part;
    cs_point_double_times(out, (int)p->width, out);
    if (p->buckets > 1)
      join_columns(p, columns, sums + set * columns, weighted + set * columns, &part);
    else
      cs_slot_get(&w->slots[w->at[set]], &part);
    cs_point_add(out, &part, out);
  }
  if (p->kind == CS_PLAN_ODD) /* of one set */
    weigh_odd(columns, sums, out);
}

/* ---- A sum -------------------------------------------------------------------------------------------------------- */

static void close_work(work *w)
{
  free(w->pieces);
  free(w->ends);
  free(w->items_by_bucket);
  free(w->tasks);
  free(w->slots);
  free(w->at);
  free(w->reduced);
}

static bool open_work(const cs_plan *p, size_t count, size_t longest, work *w)
{
  const size_t all = p->sets * p->buckets, items = count * p->digits, tasks = all + items / longest;
  memset(w, 0, sizeof *w);
  w->pieces = calloc(items + 1, sizeof *w->pieces);
  w->ends = calloc(all + 1, sizeof *w->ends);
  w->items_by_bucket = calloc(items + 1, sizeof *w->items_by_bucket);
  w->tasks = calloc(tasks + 1, sizeof *w->tasks);
  w->slots = cs_aligned_alloc(tasks + 1, sizeof *w->slots);
  w->at = calloc(all, sizeof *w->at);
  w->reduced = cs_aligned_alloc((size_t)2 * p->sets * CS_LANES_MAX, sizeof *w->reduced);
  if (w->pieces == NULL || w->ends == NULL || w->items_by_bucket == NULL || w->tasks == NULL || w->slots == NULL ||
      w->at == NULL || w->reduced == NULL)
    return false;
  cs_slot_put(&cs_point_identity, &w->slots[0]);
  return true;
}

bool cs_buckets_sum(const cs_plan *p, const cs_scalar *scalars, size_t count, cs_point *out)
{
  work w;
  size_t longest = 4 * count * p->digits / (p->sets * p->buckets) + 8;
  longest = longest < LONGEST ? longest : LONGEST;
  bool enough = open_work(p, count, longest, &w);
  if (enough) {
    sort_items(p, scalars, count, &w);
    size_t tasks = make_tasks(p, longest, &w);
    cs_engine_get()->accumulate(p->entries, w.items_by_bucket, w.tasks, tasks, w.slots);
    join_tasks(p, tasks, &w);
    reduce_sets(p, &w, out);
  }
  close_work(&w);
  return enough;
}

/* ---- Several sums ------------------------------------------------------------------------------------------------- */

/* Sums of the same shape, one a lane: everything but the entries is the same for all. */
enum { AT_ONCE = 2 * CS_LANES_MAX };

typedef struct fold {
  const cs_plan *plan;
  work one; /* the first sum; its items and tasks are the pattern */
  size_t tasks;
  uint32_t *all_items, *all_at;
  cs_task *all_tasks;
  cs_slot *slots, *reduced;
} fold;

static void close_fold(fold *f)
{
  close_work(&f->one);
  free(f->all_items);
  free(f->all_at);
  free(f->all_tasks);
  free(f->slots);
  free(f->reduced);
}

static bool open_fold(const cs_scalar *scalars, size_t ways, fold *f)
{
  const cs_plan *p = f->plan;
  const size_t buckets = p->sets * p->buckets;
  if (!open_work(p, ways, LONGEST, &f->one))
    return false;
  sort_items(p, scalars, ways, &f->one);
  f->tasks = make_tasks(p, LONGEST, &f->one);
  f->all_items = calloc(AT_ONCE * f->one.items + 1, sizeof *f->all_items);
  f->all_at = calloc(AT_ONCE * buckets, sizeof *f->all_at);
  f->all_tasks = calloc(AT_ONCE * f->tasks + 1, sizeof *f->all_tasks);
  f->slots = cs_aligned_alloc(AT_ONCE * (f->tasks + 1), sizeof *f->slots);
  f->reduced = cs_aligned_alloc((size_t)2 * AT_ONCE * p->sets, sizeof *f->reduced);
  return f->all_items != NULL && f->all_at != NULL && f->all_tasks != NULL && f->slots != NULL && f->reduced != NULL;
}

/* The tasks of AT_ONCE sums: task after task, and of each that of every sum. */
static void spread_tasks(fold *f)
{
  const size_t buckets = f->plan->sets * f->plan->buckets, slots = f->tasks + 1;
  for (size_t k = 0; k < AT_ONCE; k++) {
    for (size_t t = 0; t < f->tasks; t++) {
      const cs_task *one = &f->one.tasks[t];
      f->all_tasks[t * AT_ONCE + k] =
        (cs_task){one->first + (uint32_t)(k * f->one.items), one->length, one->slot + (uint32_t)(k * slots)};
    }
    for (size_t b = 0; b < buckets; b++)
      f->all_at[k * buckets + b] = f->one.at[b] + (uint32_t)(k * slots);
    cs_slot_put(&cs_point_identity, &f->slots[k * slots]);
  }
}

/* `here` sums, of which the first begins at entry `offset`. */
static void fold_some(fold *f, size_t offset, size_t stride, size_t here, cs_point *out)
{
  const cs_plan *p = f->plan;
  cs_slot *weighted = f->reduced + (size_t)AT_ONCE * p->sets;
  for (size_t k = 0; k < AT_ONCE; k++) {
    const uint32_t step = (uint32_t)(offset + (k < here ? k : 0) * stride) << 1;
    for (size_t i = 0; i < f->one.items; i++)
      f->all_items[k * f->one.items + i] = f->one.items_by_bucket[i] + step;
  }
  cs_engine_get()->accumulate(p->entries, f->all_items, f->all_tasks, AT_ONCE * f->tasks, f->slots);
  cs_engine_get()->reduce(f->slots, f->all_at, here * p->sets, p->buckets, f->reduced, weighted);
  for (size_t k = 0; k < here; k++) {
    out[k] = cs_point_identity;
    for (size_t set = p->sets; set-- > 0;) {
      cs_point part;
      cs_point_double_times(&out[k], (int)p->width, &out[k]);
      cs_slot_get(&weighted[k * p->sets + set], &part);
      cs_point_add(&out[k], &part, &out[k]);
    }
  }
}

bool cs_buckets_fold(const cs_plan *plan, const cs_scalar *scalars, size_t terms, size_t first, size_t stride,
                     size_t count, cs_point *out)
{
  fold f = {.plan = plan};
  bool enough = open_fold(scalars, terms, &f);
  if (enough)
    spread_tasks(&f);
  for (size_t i = 0; enough && i < count; i += AT_ONCE)
    fold_some(&f, first + i * stride, stride, cs_at_most(count - i, AT_ONCE), out + i);
  close_fold(&f);
  return enough;
}
