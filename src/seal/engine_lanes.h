/* The algorithms of an engine, for whatever field the including file has chosen. Included once by each engine_*.c.
 *
 * Formulas: Hisil, Wong, Carter, Dawson 2008 with a = -1, complete on this curve. The comments "n high" count by how many
 * times an element may exceed a tight one; see field_avx2.h for what products take. */
#include <stdlib.h>
#include <string.h>

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
  lanes_multiply_two(&f, &h, &g, &out->z, &out->y);
  lanes_multiply_two(&f, &h, &e, &out->x, &out->t);
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

/* The negative of q has y + x and y - x exchanged, and -t. */
INLINE void subtract_cached(lanes_point *p, const lanes_cached *q)
{
  lanes zero, minus, plus, a, b, c, d;
  lanes_set(cs_field_zero, &zero);
  lanes_subtract(&p->y, &p->x, &minus);
  lanes_add(&p->y, &p->x, &plus);
  lanes_subtract(&zero, &p->t, &c); /* 2 high */
  lanes_multiply(&c, &q->t2d, &c);
  lanes_multiply(&p->z, &q->z2, &d);
  lanes_multiply(&minus, &q->sum, &a);
  lanes_multiply(&plus, &q->difference, &b);
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
  lanes_multiply_two(&f, &h, &g, &p->z, &p->y);
  lanes_multiply_two(&f, &h, &e, &p->x, &p->t);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------- */

INLINE void gather_part(const cs_slot *const slots[LANES], size_t part, lanes *out)
{
  const uint64_t *at[LANES];
  for (size_t i = 0; i < LANES; i++)
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
  for (size_t i = 0; i < LANES; i++)
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
  cs_slot unused = {{0}}, *where[LANES];
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
    size_t here = cs_at_most(count - i, LANES);
    size_t next = cs_at_most(count - i - here, LANES);
    accumulate_group(entries, items, tasks + i, here, next, slots);
  }
}

static void reduce(const cs_slot *slots, const uint32_t *at, size_t columns, size_t rows, cs_slot *sums,
                   cs_slot *weighted)
{
  for (size_t first = 0; first < columns; first += LANES) {
    lanes_point running, total, bucket;
    cs_slot unused[2] = {{{0}}}, *out[2][LANES];
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

static void add_each(cs_slot *points, const cs_entry *entries, size_t count)
{
  static const uint32_t plus[LANES] = {0};
  for (size_t first = 0; first < count; first += LANES) {
    cs_slot unused = points[first], *at[LANES];
    const cs_entry *entry[LANES];
    lanes_point p;
    lanes_niels q;
    for (size_t i = 0; i < LANES; i++) {
      at[i] = first + i < count ? &points[first + i] : &unused;
      entry[i] = first + i < count ? &entries[first + i] : &identity_entry;
    }
    gather_point((const cs_slot *const *)at, &p);
    lanes_entries(entry, plus, &q);
    add_niels(&p, &q);
    scatter_point(&p, at);
  }
}

static void double_all(cs_slot *points, size_t count, int times)
{
  for (size_t first = 0; first < count; first += LANES) {
    cs_slot unused = points[first], *at[LANES];
    lanes_point p;
    for (size_t i = 0; i < LANES; i++)
      at[i] = first + i < count ? &points[first + i] : &unused;
    gather_point((const cs_slot *const *)at, &p);
    for (int k = 0; k < times; k++)
      double_point(&p);
    scatter_point(&p, at);
  }
}

enum { NAF_MULTIPLES = 1 << (CS_NAF_WIDTH - 2) }; /* 1, 3, .. 15 */

/* The odd multiples of a point in each lane. */
static void make_multiples(const lanes_point *p, lanes_cached out[NAF_MULTIPLES])
{
  lanes_point multiple = *p, twice = *p;
  lanes_cached step;
  double_point(&twice);
  to_cached(&twice, &step);
  for (int k = 0; k < NAF_MULTIPLES; k++) {
    if (k > 0)
      add_cached(&multiple, &step);
    to_cached(&multiple, &out[k]);
  }
}

/* Straus: all terms share the doublings, and all lanes the digits. */
static void fold_lanes(const int8_t (*naf)[CS_NAF], size_t ways, const lanes_cached (*multiples)[NAF_MULTIPLES],
                       lanes_point *sum)
{
  set_identity(sum);
  for (int bit = CS_NAF; bit-- > 0;) {
    double_point(sum);
    for (size_t j = 0; j < ways; j++) {
      const int digit = naf[j][bit]; /* NOLINT(bugprone-signed-char-misuse,cert-str34-c): a number, no character */
      if (digit > 0)
        add_cached(sum, &multiples[j][digit / 2]);
      else if (digit < 0)
        subtract_cached(sum, &multiples[j][-digit / 2]);
    }
  }
}

static bool fold(const int8_t (*naf)[CS_NAF], size_t ways, const cs_slot *points, size_t count, cs_slot *out)
{
  lanes_cached(*multiples)[NAF_MULTIPLES] = cs_aligned_alloc(ways, sizeof *multiples);
  if (multiples == NULL)
    return false;
  for (size_t first = 0; first < count; first += LANES) {
    const cs_slot *from[LANES];
    cs_slot unused = {{0}}, *to[LANES];
    lanes_point p;
    for (size_t j = 0; j < ways; j++) {
      for (size_t i = 0; i < LANES; i++)
        from[i] = &points[j * count + (first + i < count ? first + i : first)];
      gather_point(from, &p);
      make_multiples(&p, multiples[j]);
    }
    fold_lanes(naf, ways, (const lanes_cached(*)[NAF_MULTIPLES])multiples, &p);
    for (size_t i = 0; i < LANES; i++)
      to[i] = first + i < count ? &out[first + i] : &unused;
    scatter_point(&p, to);
  }
  free(multiples);
  return true;
}

/* ---- Powers ------------------------------------------------------------------------------------------------------- */

/* Up to two vectors side by side: a square alone waits for the one before it. */
#define PAIR ((size_t)2)

/* a^(2^count) * b */
INLINE void square_times(const lanes a[PAIR], int count, const lanes b[PAIR], lanes out[PAIR], size_t vectors)
{
  lanes t[PAIR];
  for (size_t i = 0; i < vectors; i++)
    lanes_square(&a[i], &t[i]);
  while (--count > 0)
    for (size_t i = 0; i < vectors; i++)
      lanes_square(&t[i], &t[i]);
  for (size_t i = 0; i < vectors; i++)
    lanes_multiply(&t[i], &b[i], &out[i]);
}

/* a^(2^252 - 3); eK is a^(2^K - 1). */
static void power_lanes(lanes a[PAIR], size_t vectors)
{
  lanes a2[PAIR], a9[PAIR], e5[PAIR], e10[PAIR], e20[PAIR], e40[PAIR], e50[PAIR], e100[PAIR], e200[PAIR];
  for (size_t i = 0; i < vectors; i++)
    lanes_square(&a[i], &a2[i]);
  square_times(a2, 2, a, a9, vectors);
  for (size_t i = 0; i < vectors; i++)
    lanes_multiply(&a9[i], &a2[i], &e5[i]); /* a^11 */
  square_times(e5, 1, a9, e5, vectors);
  square_times(e5, 5, e5, e10, vectors);
  square_times(e10, 10, e10, e20, vectors);
  square_times(e20, 20, e20, e40, vectors);
  square_times(e40, 10, e10, e50, vectors);
  square_times(e50, 50, e50, e100, vectors);
  square_times(e100, 100, e100, e200, vectors);
  square_times(e200, 50, e50, e200, vectors);
  square_times(e200, 2, a, a, vectors);
}

static void power(cs_packed *elements, size_t count)
{
  for (size_t first = 0; first < count; first += PAIR * LANES) {
    const size_t vectors = count - first > LANES ? PAIR : 1;
    cs_packed unused = elements[first];
    uint64_t *at[PAIR * LANES];
    lanes a[PAIR];
    for (size_t i = 0; i < PAIR * LANES; i++)
      at[i] = first + i < count ? elements[first + i].word : unused.word;
    for (size_t i = 0; i < vectors; i++)
      lanes_gather((const uint64_t *const *)at + i * LANES, &a[i]);
    power_lanes(a, vectors);
    for (size_t i = 0; i < vectors; i++)
      lanes_scatter(&a[i], at + i * LANES);
  }
}

/* ---- Secret digits ------------------------------------------------------------------------------------------------ */

/* Vectors that CS_DIGITS digits fill, and look-ups, which serve two vectors. */
#define VECTORS ((CS_DIGITS + LANES - 1) / LANES)
#define LOOK_UPS ((VECTORS + 1) / 2)

_Static_assert(LOOK_UPS *GROUP <= CS_DIGITS_PADDED, "the digits that are looked up are there");

static void add_digits(const cs_odds *odds, const cs_digits *digits, size_t count, cs_slot sums[CS_DIGITS])
{
  lanes_point sum[VECTORS];
  cs_slot unused = {{0}}, *at[LANES];
  lanes_niels multiple[2];
  for (size_t v = 0; v < VECTORS; v++)
    set_identity(&sum[v]);
  for (size_t i = 0; i < count; i++) {
    for (size_t l = 0; l < LOOK_UPS; l++) {
      look_up(&odds[i], digits[i].digit + l * GROUP, multiple);
      add_niels(&sum[2 * l], &multiple[0]);
      if (2 * l + 1 < VECTORS)
        add_niels(&sum[2 * l + 1], &multiple[1]);
    }
  }
  for (size_t v = 0; v < VECTORS; v++) {
    for (size_t i = 0; i < LANES; i++)
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
  for (size_t i = 0; i < LANES; i++)
    at[i] = &slots[i];
  scatter_point(p, at);
  *out = cs_point_identity;
  for (size_t i = 0; i < LANES; i++) {
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
  for (size_t i = 0; i < LANES; i++)
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

#define PARTS (CS_COMB_DIGITS / COMB_WIDTH)

static void add_comb(const cs_odds *odds, const cs_digits *digits, cs_slot sums[CS_COMB_DIGITS])
{
  lanes_point sum[PARTS];
  lanes_niels multiple[2];
  uint8_t group[GROUP] = {0};
  cs_slot slots[PARTS][LANES], *at[LANES];
  for (size_t part = 0; part < PARTS; part++)
    set_identity(&sum[part]);
  for (size_t row = 0; row < CS_COMB; row++)
    for (size_t part = 0; part < PARTS; part++) {
      memcpy(group, digits->digit + row * CS_COMB_DIGITS + part * COMB_WIDTH, COMB_WIDTH);
      look_up(&odds[row], group, multiple);
      add_niels(&sum[part], &multiple[0]);
    }
  for (size_t part = 0; part < PARTS; part++) {
    for (size_t i = 0; i < LANES; i++)
      at[i] = &slots[part][i];
    scatter_point(&sum[part], at);
  }
  for (size_t k = 0; k < CS_COMB_DIGITS; k++)
    /* cppcheck-suppress moduloofone */
    sums[k] = slots[k / COMB_WIDTH][k % COMB_WIDTH];
  sodium_memzero(sum, sizeof sum);
  sodium_memzero(multiple, sizeof multiple);
  sodium_memzero(group, sizeof group);
  sodium_memzero(slots, sizeof slots);
}
