/* The algorithms of an engine, for whatever field the including file has chosen. Included once by each engine_*.c.
 *
 * Formulas: Hisil, Wong, Carter, Dawson 2008 with a = -1, complete on this curve. The comments "n high" count by how many
 * times an element may exceed a tight one; see field_avx2.h for what products take. */
#include <stdlib.h>

#include <sodium.h>

typedef struct lanes_point {
  lanes x, y, z, t;
} lanes_point;

typedef struct lanes_cached {
  lanes sum, difference, z2, t2d;
} lanes_cached;

static const cs_entry identity_entry = {{{1}, {1}}};

/* ---- Points ------------------------------------------------------------------------------------------------------- */

INLINE void set_identity(lanes_point *out)
{
  lanes_set(cs_field_zero, &out->x);
  lanes_set(cs_field_one, &out->y);
  lanes_set(cs_field_one, &out->z);
  lanes_set(cs_field_zero, &out->t);
}

/* `b` and `a` are (y1 + x1)(y2 + x2) and (y1 - x1)(y2 - x2), `c` is 2d t1 t2, all tight; `d` is 2 z1 z2, at most 2 high. */
INLINE void finish(const lanes *a, const lanes *b, const lanes *c, const lanes *d, lanes_point *out)
{
  lanes e, f, g, h;
  lanes_subtract(d, c, &f); /* 4 high */
  lanes_add(d, c, &g);      /* 3 */
  lanes_subtract(b, a, &e); /* 3 */
  lanes_add(b, a, &h);      /* 2 */
  lanes_multiply(&f, &g, &out->z);
  lanes_multiply(&h, &g, &out->y);
  lanes_multiply(&f, &e, &out->x);
  lanes_multiply(&h, &e, &out->t);
}

/* p += a point with z = 1, of which t2d may be 2 high. */
INLINE void add_niels(lanes_point *p, const lanes_niels *q)
{
  lanes minus, plus, a, b, c, d;
  lanes_subtract(&p->y, &p->x, &minus);
  lanes_add(&p->y, &p->x, &plus);
  lanes_add(&p->z, &p->z, &d);
  lanes_multiply(&p->t, &q->t2d, &c);
  lanes_multiply(&minus, &q->difference, &a);
  lanes_multiply(&plus, &q->sum, &b);
  finish(&a, &b, &c, &d, p);
}

INLINE void add_cached(lanes_point *p, const lanes_cached *q)
{
  lanes minus, plus, a, b, c, d;
  lanes_subtract(&p->y, &p->x, &minus);
  lanes_add(&p->y, &p->x, &plus);
  lanes_multiply(&p->t, &q->t2d, &c);
  lanes_multiply(&p->z, &q->z2, &d);
  lanes_multiply(&minus, &q->difference, &a);
  lanes_multiply(&plus, &q->sum, &b);
  finish(&a, &b, &c, &d, p);
}

/* `sum` and `difference` are 2 and 3 high. */
INLINE void to_cached(const lanes_point *p, lanes_cached *out)
{
  lanes d2;
  lanes_set(cs_field_d2, &d2);
  lanes_add(&p->y, &p->x, &out->sum);
  lanes_subtract(&p->y, &p->x, &out->difference);
  lanes_add(&p->z, &p->z, &out->z2);
  lanes_multiply(&p->t, &d2, &out->t2d);
}

INLINE void add_point(lanes_point *p, const lanes_point *q)
{
  lanes_cached cached;
  to_cached(q, &cached);
  add_cached(p, &cached);
}

INLINE void double_point(lanes_point *p)
{
  lanes xx, yy, zz, xy, e, f, g, h;
  lanes_add(&p->x, &p->y, &xy);
  lanes_square(&p->x, &xx);
  lanes_square(&p->y, &yy);
  lanes_square(&p->z, &zz);
  lanes_square(&xy, &xy);
  lanes_add(&xx, &yy, &h);
  lanes_subtract(&xx, &yy, &g); /* 3 high */
  lanes_add(&zz, &zz, &f);
  lanes_add(&f, &g, &f); /* 5 */
  lanes_subtract(&h, &xy, &e);
  lanes_carry(&e, &e);
  lanes_multiply(&f, &g, &p->z);
  lanes_multiply(&h, &g, &p->y);
  lanes_multiply(&f, &e, &p->x);
  lanes_multiply(&h, &e, &p->t);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------- */

INLINE void gather_part(const cs_slot *const slots[LANES], size_t part, lanes *out)
{
  const uint64_t *at[LANES];
  for (int i = 0; i < LANES; i++)
    at[i] = slots[i]->word + part * CS_WORDS;
  lanes_gather(at, out);
}

INLINE void gather_point(const cs_slot *const slots[LANES], lanes_point *out)
{
  gather_part(slots, 0, &out->x);
  gather_part(slots, 1, &out->y);
  gather_part(slots, 2, &out->z);
  gather_part(slots, 3, &out->t);
}

INLINE void scatter_part(const lanes *a, cs_slot *const slots[LANES], size_t part)
{
  uint64_t *at[LANES];
  for (int i = 0; i < LANES; i++)
    at[i] = slots[i]->word + part * CS_WORDS;
  lanes_scatter(a, at);
}

INLINE void scatter_point(const lanes_point *p, cs_slot *const slots[LANES])
{
  scatter_part(&p->x, slots, 0);
  scatter_part(&p->y, slots, 1);
  scatter_part(&p->z, slots, 2);
  scatter_part(&p->t, slots, 3);
}

/* Which entry each lane adds, or subtracts. */
typedef struct chosen {
  const cs_entry *entry[LANES];
  uint32_t minus[LANES];
} chosen;

INLINE void add_chosen(lanes_point *p, const chosen *c)
{
  lanes_niels q;
  lanes_entries(c->entry, c->minus, &q);
  add_niels(p, &q);
}

/* z = 4: all that is needed is there without t2d. */
INLINE void set_chosen(lanes_point *p, const chosen *c)
{
  lanes_niels q;
  lanes x2, y2, two;
  lanes_set((cs_field){{2}}, &two);
  lanes_entries(c->entry, c->minus, &q);
  lanes_subtract(&q.sum, &q.difference, &x2);
  lanes_add(&q.sum, &q.difference, &y2);
  lanes_multiply(&x2, &two, &p->x);
  lanes_multiply(&y2, &two, &p->y);
  lanes_multiply(&y2, &x2, &p->t);
  lanes_set((cs_field){{4}}, &p->z);
}

/* ---- Public values ------------------------------------------------------------------------------------------------ */

/* How many additions ahead an entry is asked for from memory. */
enum { AHEAD = 3 };

INLINE void prefetch_entry(const cs_entry *entry)
{
  __builtin_prefetch(entry->row[0]);
  __builtin_prefetch(entry->row[2]);
}

/* The term of each task at `step`; nothing where it has no more. */
INLINE void choose_items(const cs_entry *entries, const uint32_t *items, const cs_task *tasks, size_t count,
                         uint32_t step, chosen *out)
{
  for (size_t i = 0; i < LANES; i++) {
    if (i >= count || step >= tasks[i].length) {
      out->entry[i] = &identity_entry;
      out->minus[i] = 0;
      continue;
    }
    const uint32_t *item = &items[tasks[i].first + step];
    out->entry[i] = &entries[*item >> 1];
    out->minus[i] = *item & 1;
    if (step + AHEAD < tasks[i].length)
      prefetch_entry(&entries[item[AHEAD] >> 1]);
  }
}

/* Sums up to LANES tasks; `next` are those that come after them. */
INLINE void accumulate_group(const cs_entry *entries, const uint32_t *items, const cs_task *tasks, size_t count,
                             size_t next, cs_slot *slots)
{
  cs_slot unused, *where[LANES];
  lanes_point sum;
  chosen c;
  uint32_t longest = 0;
  for (size_t i = 0; i < LANES; i++) {
    where[i] = i < count ? &slots[tasks[i].slot] : &unused;
    if (i < count && tasks[i].length > longest)
      longest = tasks[i].length;
  }
  for (size_t i = 0; i < next; i++)
    for (uint32_t k = 0; k < AHEAD && k < tasks[count + i].length; k++)
      prefetch_entry(&entries[items[tasks[count + i].first + k] >> 1]);
  choose_items(entries, items, tasks, count, 0, &c);
  set_chosen(&sum, &c);
  for (uint32_t step = 1; step < longest; step++) {
    choose_items(entries, items, tasks, count, step, &c);
    add_chosen(&sum, &c);
  }
  scatter_point(&sum, where);
}

static void accumulate(const cs_entry *entries, const uint32_t *items, const cs_task *tasks, size_t count,
                       cs_slot *slots)
{
  for (size_t i = 0; i < count; i += LANES) {
    size_t here = count - i < LANES ? count - i : LANES;
    size_t next = count - i - here < LANES ? count - i - here : LANES;
    accumulate_group(entries, items, tasks + i, here, next, slots);
  }
}

static void reduce(const cs_slot *slots, const uint32_t *at, size_t columns, size_t rows, cs_slot *sums,
                   cs_slot *weighted)
{
  for (size_t first = 0; first < columns; first += LANES) {
    lanes_point running, total, bucket;
    cs_slot unused[2], *out[2][LANES];
    set_identity(&running);
    set_identity(&total);
    for (size_t row = rows; row-- > 0;) {
      const cs_slot *from[LANES];
      for (size_t i = 0; i < LANES; i++)
        from[i] = &slots[at[(first + i < columns ? first + i : first) * rows + row]];
      gather_point(from, &bucket);
      add_point(&running, &bucket);
      add_point(&total, &running);
    }
    for (size_t i = 0; i < LANES; i++) {
      out[0][i] = first + i < columns ? &sums[first + i] : &unused[0];
      out[1][i] = first + i < columns ? &weighted[first + i] : &unused[1];
    }
    scatter_point(&running, out[0]);
    scatter_point(&total, out[1]);
  }
}

static void double_all(cs_slot *points, size_t count, int times)
{
  for (size_t first = 0; first < count; first += LANES) {
    cs_slot unused, *at[LANES];
    const cs_slot *from[LANES];
    lanes_point p;
    for (size_t i = 0; i < LANES; i++) {
      at[i] = first + i < count ? &points[first + i] : &unused;
      from[i] = first + i < count ? at[i] : &points[first];
    }
    gather_point(from, &p);
    for (int k = 0; k < times; k++)
      double_point(&p);
    scatter_point(&p, at);
  }
}

/* ---- Secret digits ------------------------------------------------------------------------------------------------ */

/* Vectors that CS_DIGITS digits fill, and look-ups, which serve two vectors. */
enum { VECTORS = (CS_DIGITS + LANES - 1) / LANES, LOOK_UPS = (VECTORS + 1) / 2 };

_Static_assert(LOOK_UPS * GROUP <= CS_DIGITS_PADDED, "the digits that are looked up are there");

static void add_digits(const cs_odds *odds, const cs_digits *digits, size_t count, cs_slot sums[CS_DIGITS])
{
  lanes_point sum[VECTORS];
  cs_slot unused, *at[LANES];
  lanes_niels multiple[2];
  for (int v = 0; v < VECTORS; v++)
    set_identity(&sum[v]);
  for (size_t i = 0; i < count; i++) {
    for (int l = 0; l < LOOK_UPS; l++) {
      look_up(&odds[i], digits[i].digit + l * GROUP, multiple);
      add_niels(&sum[2 * l], &multiple[0]);
      if (2 * l + 1 < VECTORS)
        add_niels(&sum[2 * l + 1], &multiple[1]);
    }
  }
  for (int v = 0; v < VECTORS; v++) {
    for (int i = 0; i < LANES; i++)
      at[i] = v * LANES + i < CS_DIGITS ? &sums[v * LANES + i] : &unused;
    scatter_point(&sum[v], at);
  }
  sodium_memzero(sum, sizeof sum);
  sodium_memzero(multiple, sizeof multiple);
}

/* The first multiple, or the other where the mask is all ones. */
INLINE void select_niels(const lanes_niels *a, const lanes_niels *b, lanes_mask mask, lanes_niels *out)
{
  lanes_select(&a->sum, &b->sum, mask, &out->sum);
  lanes_select(&a->difference, &b->difference, mask, &out->difference);
  lanes_select(&a->t2d, &b->t2d, mask, &out->t2d);
}

/* Sums the lanes of a vector. */
static void sum_lanes(const lanes_point *p, cs_point *out)
{
  cs_slot slots[LANES], *at[LANES];
  cs_point lane;
  for (int i = 0; i < LANES; i++)
    at[i] = &slots[i];
  scatter_point(p, at);
  *out = cs_point_identity;
  for (int i = 0; i < LANES; i++) {
    cs_slot_get(&slots[i], &lane);
    cs_point_add(out, &lane, out);
  }
  sodium_memzero(slots, sizeof slots);
  sodium_memzero(&lane, sizeof lane);
}

static void choose(const cs_entry *entries, const unsigned char *bits, size_t count, cs_point *out)
{
  static const uint32_t plus[LANES] = {0};
  uint32_t minus[LANES];
  lanes_point sum;
  lanes_niels on, off;
  set_identity(&sum);
  for (int i = 0; i < LANES; i++)
    minus[i] = 1;
  for (size_t first = 0; first < count; first += LANES) {
    const cs_entry *entry[2][LANES];
    uint64_t mask[LANES];
    for (size_t i = 0; i < LANES; i++) {
      bool used = first + i < count;
      entry[0][i] = used ? &entries[2 * (first + i)] : &identity_entry;
      entry[1][i] = used ? &entries[2 * (first + i) + 1] : &identity_entry;
      mask[i] = cs_mask(used ? bits[first + i] : 0);
    }
    lanes_entries(entry[0], plus, &on);
    lanes_entries(entry[1], minus, &off);
    select_niels(&off, &on, lanes_load_mask(mask), &on);
    add_niels(&sum, &on);
  }
  sum_lanes(&sum, out);
  sodium_memzero(&sum, sizeof sum);
  sodium_memzero(&on, sizeof on);
}
