/* Multiples of points that never change: made when a sum first needs them, and kept. */
#include "seal/table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* What is made later hangs on a part that may change in a table that is const. Each pointer is set once, under the lock. */
typedef struct late {
  pthread_mutex_t lock;
  cs_entry *levels; /* some bits apart */
  cs_entry *dense;  /* a level for each bit */
  cs_entry *multiples;
  cs_odds *odds, *combs;
  size_t used; /* terms that were summed so far, while that matters */
} late;

struct cs_point_table {
  size_t count;
  cs_point *points;
  cs_entry *entries;
  late *late;
};

/* ---- Memory ------------------------------------------------------------------------------------------------------- */

static void *allocate(size_t count, size_t size, size_t alignment)
{
  if (count > (SIZE_MAX - alignment) / size)
    return NULL;
  size_t bytes = count * size;
  return aligned_alloc(alignment, bytes == 0 ? alignment : (bytes + alignment - 1) / alignment * alignment);
}

void *cs_aligned_alloc(size_t count, size_t size)
{
  return allocate(count, size, 128);
}

void *cs_table_alloc(size_t count, size_t size)
{
  static const size_t page = (size_t)2 << 20;
  if (count < page / size)
    return cs_aligned_alloc(count, size);
  void *out = allocate(count, size, page);
#ifdef MADV_HUGEPAGE
  if (out != NULL)
    madvise(out, count * size, MADV_HUGEPAGE); /* random reads from large tables wait for page tables otherwise */
#endif
  return out;
}

/* ---- z = 1 -------------------------------------------------------------------------------------------------------- */

/* The inverses of all z, at the cost of one and three products each. */
static void invert_all(const cs_point *points, size_t count, cs_field *out)
{
  cs_field product = cs_field_one;
  for (size_t i = 0; i < count; i++) {
    out[i] = product;
    product = cs_field_multiply(product, points[i].z);
  }
  cs_field inverse = cs_field_invert(product);
  for (size_t i = count; i-- > 0;) {
    out[i] = cs_field_multiply(out[i], inverse);
    inverse = cs_field_multiply(inverse, points[i].z);
  }
}

static cs_niels to_niels(const cs_point *p, cs_field z_inverse)
{
  cs_field x = cs_field_multiply(p->x, z_inverse), y = cs_field_multiply(p->y, z_inverse);
  cs_niels out = {cs_field_add(y, x), cs_field_subtract(y, x), cs_field_multiply(cs_field_multiply(x, y), cs_field_d2)};
  return out;
}

enum { BLOCK = 256 }; /* points that share an inversion */

bool cs_entries_make(const cs_point *points, size_t count, cs_entry *out)
{
  cs_field *inverses = malloc(BLOCK * sizeof *inverses);
  if (inverses == NULL)
    return false;
  for (size_t first = 0; first < count; first += BLOCK) {
    size_t here = cs_at_most(count - first, BLOCK);
    invert_all(points + first, here, inverses);
    for (size_t i = 0; i < here; i++) {
      cs_niels niels = to_niels(&points[first + i], inverses[i]);
      cs_entry_put(niels.sum, CS_SUM, &out[first + i]);
      cs_entry_put(niels.difference, CS_DIFFERENCE, &out[first + i]);
      cs_entry_put(niels.t2d, CS_T2D, &out[first + i]);
    }
  }
  free(inverses);
  return true;
}

bool cs_multiples_make(const cs_point *points, size_t count, size_t times, cs_entry *out)
{
  if (!cs_entries_make(points, count, out))
    return false;
  if (times == 1)
    return true;
  cs_slot *slots = cs_aligned_alloc(count, sizeof *slots);
  cs_point *multiples = calloc(count * (times - 1), sizeof *multiples);
  bool enough = slots != NULL && multiples != NULL;
  for (size_t i = 0; enough && i < count; i++)
    cs_slot_put(&points[i], &slots[i]);
  for (size_t k = 0; enough && k < times - 1; k++) {
    cs_engine_get()->add_each(slots, out, count);
    for (size_t i = 0; i < count; i++)
      cs_slot_get(&slots[i], &multiples[k * count + i]);
  }
  enough = enough && cs_entries_make(multiples, count * (times - 1), out + count);
  free(slots);
  free(multiples);
  return enough;
}

/* ---- Odd multiples ------------------------------------------------------------------------------------------------ */

static void put_limbs(cs_field a, size_t column, uint32_t rows[][CS_ODDS])
{
  uint64_t word[CS_WORDS];
  cs_field_pack(a, word);
  for (size_t i = 0; i < CS_WORDS; i++) {
    rows[2 * i][column] = (uint32_t)word[i];
    rows[2 * i + 1][column] = (uint32_t)(word[i] >> 32);
  }
}

static void odd_multiples(const cs_point *p, cs_point out[CS_ODDS])
{
  cs_point twice;
  cs_point_double(p, &twice);
  cs_cached step = cs_point_to_cached(&twice);
  out[0] = *p;
  for (int k = 1; k < CS_ODDS; k++)
    cs_point_add_cached(&out[k - 1], &step, &out[k]);
}

bool cs_odds_make(const cs_point *points, size_t count, cs_odds *out)
{
  enum { HERE = BLOCK / CS_ODDS };
  cs_point *multiples = malloc(BLOCK * sizeof *multiples);
  cs_field *inverses = malloc(BLOCK * sizeof *inverses);
  bool enough = multiples != NULL && inverses != NULL;
  for (size_t first = 0; enough && first < count; first += HERE) {
    size_t here = cs_at_most(count - first, HERE);
    for (size_t i = 0; i < here; i++)
      odd_multiples(&points[first + i], multiples + i * CS_ODDS);
    invert_all(multiples, here * CS_ODDS, inverses);
    for (size_t i = 0; i < here * CS_ODDS; i++) {
      cs_niels niels = to_niels(&multiples[i], inverses[i]);
      cs_odds *odds = &out[first + i / CS_ODDS];
      put_limbs(niels.sum, i % CS_ODDS, odds->limb);
      put_limbs(niels.difference, i % CS_ODDS, odds->limb + 10);
      put_limbs(niels.t2d, i % CS_ODDS, odds->limb + 20);
    }
  }
  free(multiples);
  free(inverses);
  return enough;
}

/* ---- Tables ------------------------------------------------------------------------------------------------------- */

cs_point_table *cs_point_table_new(const cs_point *points, size_t count)
{
  cs_point_table *table = calloc(1, sizeof *table);
  if (table == NULL)
    return NULL;
  table->count = count;
  table->points = calloc(count + 1, sizeof *points);
  table->entries = cs_table_alloc(count, sizeof *table->entries);
  table->late = calloc(1, sizeof *table->late);
  if (table->points == NULL || table->entries == NULL || table->late == NULL ||
      !cs_entries_make(points, count, table->entries) || pthread_mutex_init(&table->late->lock, NULL) != 0) {
    free(table->late);
    table->late = NULL;
    cs_point_table_free(table);
    return NULL;
  }
  if (count > 0)
    memcpy(table->points, points, count * sizeof *points);
  return table;
}

void cs_point_table_free(cs_point_table *table)
{
  if (table == NULL)
    return;
  if (table->late != NULL) {
    pthread_mutex_destroy(&table->late->lock);
    free(table->late->levels);
    free(table->late->dense);
    free(table->late->multiples);
    free(table->late->odds);
    free(table->late->combs);
  }
  free(table->late);
  free(table->entries);
  free(table->points);
  free(table);
}

const cs_point *cs_table_points(const cs_point_table *table)
{
  return table->points;
}

size_t cs_table_count(const cs_point_table *table)
{
  return table->count;
}

const cs_entry *cs_table_entries(const cs_point_table *table)
{
  return table->entries;
}

/* Bits between two levels: divisors of 252, so that no level is for a few bits only. The more points, the more buckets pay;
 * very many are content with half the levels. */
static unsigned spacing_for(size_t count)
{
  return count <= 900 ? 9 : count <= 9000 ? 12 : count <= 40000 ? 14 : 28;
}

static cs_entry *make_levels(const cs_point_table *table, unsigned spacing)
{
  enum { AT_ONCE = 64 };
  const unsigned levels = CS_SCALAR_BITS / spacing;
  cs_entry *out = cs_table_alloc(table->count * levels, sizeof *out);
  bool enough = out != NULL;
  for (size_t first = 0; enough && first < table->count; first += AT_ONCE) {
    size_t here = cs_at_most(table->count - first, AT_ONCE);
    cs_slot slots[AT_ONCE];
    cs_point points[AT_ONCE];
    for (size_t i = 0; i < here; i++)
      cs_slot_put(&table->points[first + i], &slots[i]);
    for (unsigned level = 0; enough && level < levels; level++) {
      if (level > 0)
        cs_engine_get()->double_all(slots, here, (int)spacing);
      for (size_t i = 0; i < here; i++)
        cs_slot_get(&slots[i], &points[i]);
      enough = cs_entries_make(points, here, out + level * table->count + first);
    }
  }
  if (!enough) {
    free(out);
    return NULL;
  }
  return out;
}

/* After how many sums over all points levels are made: some, which take as long as that many sums gain by them, and one for
 * each bit, which take longer, gain less, and are for few points. */
static const size_t patience = 16, patience_for_dense = 128, densest = 600;

bool cs_table_levels(const cs_point_table *table, size_t terms, cs_levels *out)
{
  late *l = table->late;
  pthread_mutex_lock(&l->lock);
  const bool may_be_dense = table->count <= densest;
  const bool some = l->used / patience >= table->count,
             dense = may_be_dense && l->used / patience_for_dense >= table->count;
  if (!dense && (!some || may_be_dense))
    l->used += terms;
  *out = (cs_levels){.spacing = CS_SCALAR_BITS, .entries = table->entries};
  if (dense) {
    l->dense = l->dense != NULL ? l->dense : make_levels(table, 1);
    *out = (cs_levels){.spacing = 1, .entries = l->dense};
  } else if (some) {
    l->levels = l->levels != NULL ? l->levels : make_levels(table, spacing_for(table->count));
    *out = (cs_levels){.spacing = spacing_for(table->count), .entries = l->levels};
  }
  pthread_mutex_unlock(&l->lock);
  return out->entries != NULL;
}

static cs_entry *make_multiples(const cs_point_table *table)
{
  cs_entry *out = cs_table_alloc(CS_KEPT_MULTIPLES * table->count, sizeof *out);
  if (out != NULL && !cs_multiples_make(table->points, table->count, CS_KEPT_MULTIPLES, out)) {
    free(out);
    return NULL;
  }
  return out;
}

const cs_entry *cs_table_multiples(const cs_point_table *table)
{
  pthread_mutex_lock(&table->late->lock);
  if (table->late->multiples == NULL)
    table->late->multiples = make_multiples(table);
  const cs_entry *out = table->late->multiples;
  pthread_mutex_unlock(&table->late->lock);
  return out;
}

static cs_odds *make_odds(const cs_point *points, size_t count)
{
  cs_odds *out = cs_table_alloc(count, sizeof *out);
  if (out != NULL && !cs_odds_make(points, count, out)) {
    free(out);
    return NULL;
  }
  return out;
}

const cs_odds *cs_table_odds(const cs_point_table *table)
{
  pthread_mutex_lock(&table->late->lock);
  if (table->late->odds == NULL)
    table->late->odds = make_odds(table->points, table->count);
  const cs_odds *out = table->late->odds;
  pthread_mutex_unlock(&table->late->lock);
  return out;
}

static cs_odds *make_combs(const cs_point_table *table)
{
  cs_point points[CS_COMBED * CS_COMB];
  size_t combed = cs_at_most(table->count, CS_COMBED);
  for (size_t i = 0; i < combed; i++) {
    cs_point p = table->points[i];
    for (int row = 0; row < CS_COMB; row++) {
      points[i * CS_COMB + (size_t)row] = p;
      cs_point_double_times(&p, CS_DIGIT_BITS * CS_COMB_DIGITS, &p);
    }
  }
  return make_odds(points, combed * CS_COMB);
}

const cs_odds *cs_table_combs(const cs_point_table *table)
{
  pthread_mutex_lock(&table->late->lock);
  if (table->late->combs == NULL)
    table->late->combs = make_combs(table);
  const cs_odds *out = table->late->combs;
  pthread_mutex_unlock(&table->late->lock);
  return out;
}

bool cs_point_table_fill(const cs_point_table *table)
{
  cs_levels levels; /* as if it had been used so often */
  return cs_table_levels(table, patience_for_dense * table->count, &levels) && cs_table_levels(table, 0, &levels) &&
         cs_table_odds(table) != NULL && cs_table_combs(table) != NULL;
}
