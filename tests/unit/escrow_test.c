/* seal/escrow: the items of a facility behind one hash. */
#include "seal/escrow.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* ---- Lists at hand ----------------------------------------------------------------------------------------------- */

static const unsigned char key[CS_ESCROW_KEY] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

enum { TEXT = 24 };
typedef struct texts {
  char identifier[TEXT], type[TEXT];
} texts;

/* The first `count` items of tests/vectors/escrow.py; the caller frees them with free_items. */
typedef struct list {
  size_t count;
  cs_escrow_item *items;
  texts *texts;
  cs_hash root;
} list;

static list make_list(size_t count)
{
  static const char *const categories[] = {"warhead", "missile"}, *const states[] = {"deployed", "stored", "retired"};
  list out = {.count = count};
  out.items = calloc(count + 1, sizeof *out.items); /* room for one more */
  out.texts = calloc(count + 1, sizeof *out.texts);
  assert_true(out.items != NULL && out.texts != NULL);
  for (size_t i = 0; i < count; i++) {
    texts *t = &out.texts[i];
    snprintf(t->identifier, TEXT, "W-%zu", i);
    if (i % 4 != 0)
      snprintf(t->type, TEXT, "Тип %zu", i % 7);
    out.items[i] = (cs_escrow_item){.identifier = cs_slice_of(t->identifier),
                                    .item = cs_slice_of(categories[i % 2]),
                                    .state = cs_slice_of(states[i % 3]),
                                    .type = cs_slice_of(t->type)};
  }
  return out;
}

static list seal_list(size_t count)
{
  list out = make_list(count);
  cs_error error;
  must(cs_escrow_seal(key, out.items, count, &out.root, &error), &error);
  return out;
}

static void free_list(list *l)
{
  free(l->items);
  free(l->texts);
}

static cs_hash root_of(const unsigned char *with, const cs_escrow_item *items, size_t count)
{
  cs_hash root;
  cs_error error;
  must(cs_escrow_root(with, items, count, &root, &error), &error);
  return root;
}

static cs_escrow_proof prove(const list *l, size_t which)
{
  cs_escrow_proof proof;
  cs_error error;
  must(cs_escrow_prove(key, l->items, l->count, which, &proof, &error), &error);
  return proof;
}

static void refuse_list(cs_escrow_item *items, size_t count, bool sealing, const char *what)
{
  cs_hash root;
  cs_error error;
  assert_int_equal(sealing ? cs_escrow_seal(key, items, count, &root, &error)
                           : cs_escrow_root(key, items, count, &root, &error),
                   CS_INVALID);
  assert_string_equal(error.what, what);
}

/* ---- What the format is ------------------------------------------------------------------------------------------ */

static void read_hex(FILE *file, unsigned char out[CS_HASH])
{
  char hex[2 * CS_HASH + 1];
  size_t length;
  assert_int_equal(fscanf(file, "%64s", hex), 1);
  assert_int_equal(sodium_hex2bin(out, CS_HASH, hex, strlen(hex), NULL, &length, NULL), 0);
  assert_int_equal(length, CS_HASH);
}

static void test_vectors(void **state)
{
  (void)state;
  FILE *file = fopen("tests/vectors/escrow.txt", "r");
  assert_non_null(file);
  list l = {0};
  char word[8];
  size_t count, roots = 0, proofs = 0;
  while (fscanf(file, "%7s %zu", word, &count) == 2) {
    if (strcmp(word, "root") == 0) {
      free_list(&l);
      l = seal_list(count);
      unsigned char root[CS_HASH];
      read_hex(file, root);
      assert_memory_equal(l.root.bytes, root, CS_HASH);
      roots++;
      continue;
    }
    unsigned long place;
    size_t which = 0;
    cs_escrow_proof expected;
    assert_int_equal(fscanf(file, "%lu", &place), 1);
    read_hex(file, expected.salt);
    for (size_t i = 0; i < CS_ESCROW_LEVELS; i++)
      read_hex(file, expected.path[i].bytes);
    while (which < l.count && l.items[which].place != place)
      which++;
    cs_escrow_proof proof = prove(&l, which);
    assert_memory_equal(&proof, &expected, sizeof proof);
    proofs++;
  }
  assert_int_equal(roots, 7);
  assert_int_equal(proofs, 10);
  free_list(&l);
  fclose(file);
}

/* The list of nothing is one HMAC. */
static void test_no_items(void **state)
{
  (void)state;
  static const unsigned char message[] = "countersign escrow empty\x10\0"; /* and the zero byte at its end */
  unsigned char expected[CS_HASH];
  cs_hash root;
  cs_error error;
  crypto_auth_hmacsha256(expected, message, sizeof message, key);
  must(cs_escrow_seal(key, NULL, 0, &root, &error), &error);
  assert_memory_equal(root.bytes, expected, CS_HASH);
  root = root_of(key, NULL, 0);
  assert_memory_equal(root.bytes, expected, CS_HASH);
  cs_escrow_proof proof;
  assert_int_equal(cs_escrow_prove(key, NULL, 0, 0, &proof, &error), CS_INVALID);
  assert_string_equal(error.what, "there is no such item in the list");
}

static void test_the_order_given_does_not_matter(void **state)
{
  (void)state;
  enum { COUNT = 300 };
  list straight = seal_list(COUNT), turned = make_list(COUNT);
  cs_error error;
  for (size_t i = 0; i < COUNT / 2; i++) {
    cs_escrow_item item = turned.items[i];
    turned.items[i] = turned.items[COUNT - 1 - i];
    turned.items[COUNT - 1 - i] = item;
  }
  must(cs_escrow_seal(key, turned.items, COUNT, &turned.root, &error), &error);
  assert_true(cs_hash_equal(&straight.root, &turned.root));
  for (size_t i = 0; i < COUNT; i++) {
    assert_int_equal(straight.items[i].place, turned.items[i].place);
    assert_true(cs_slice_equal(straight.items[i].identifier, turned.items[i].identifier));
    assert_true(i == 0 || straight.items[i - 1].place < straight.items[i].place);
  }
  must(cs_escrow_seal(key, straight.items, COUNT, &straight.root, &error), &error); /* sealed again, all is the same */
  assert_true(cs_hash_equal(&straight.root, &turned.root));
  free_list(&straight);
  free_list(&turned);
}

/* Places are spread over all of the tree, and another key gives others. */
static void test_places_follow_the_key(void **state)
{
  (void)state;
  enum { COUNT = 4096, PARTS = 16 };
  list l = seal_list(COUNT), other = make_list(COUNT);
  size_t parts[PARTS] = {0}, same = 0;
  unsigned char changed[CS_ESCROW_KEY];
  cs_error error;
  memcpy(changed, key, sizeof changed);
  changed[31] ^= 1;
  must(cs_escrow_seal(changed, other.items, COUNT, &other.root, &error), &error);
  assert_false(cs_hash_equal(&l.root, &other.root));
  for (size_t i = 0; i < COUNT; i++) {
    parts[l.items[i].place / (CS_ESCROW_PLACES / PARTS)]++;
    same += l.items[i].place == other.items[i].place;
  }
  for (size_t i = 0; i < PARTS; i++)
    assert_in_range(parts[i], 160, 360); /* 256 expected, six standard deviations of 15.5 around it */
  assert_in_range(same, 0, COUNT / 16);
  free_list(&l);
  free_list(&other);
}

static void test_the_most_items(void **state)
{
  (void)state;
  list l = seal_list(CS_ESCROW_ITEMS);
  cs_hash root = root_of(key, l.items, l.count);
  cs_error error;
  assert_true(cs_hash_equal(&root, &l.root));
  for (size_t i = 0; i < l.count; i += l.count - 1) {
    cs_escrow_proof proof = prove(&l, i);
    must(cs_escrow_check(&l.items[i], &proof, &l.root, &error), &error);
  }
  refuse_list(l.items, l.count + 1, true, "32769 items in one facility; expected at most 32768");
  refuse_list(l.items, l.count + 1, false, "32769 items in one facility; expected at most 32768");
  free_list(&l);
}

/* ---- The opening of a whole facility ------------------------------------------------------------------------------ */

static void test_left_out_and_added(void **state)
{
  (void)state;
  enum { COUNT = 40 };
  list l = seal_list(COUNT);
  cs_escrow_item left[COUNT];
  for (size_t i = 0; i < COUNT; i++) { /* hidden, whichever it is */
    memcpy(left, l.items, i * sizeof *left);
    memcpy(left + i, l.items + i + 1, (COUNT - 1 - i) * sizeof *left);
    cs_hash root = root_of(key, left, COUNT - 1);
    assert_false(cs_hash_equal(&root, &l.root));
  }
  l.items[COUNT] = l.items[COUNT - 1]; /* made up, at the next place */
  l.items[COUNT].identifier = CS_SLICE("X");
  l.items[COUNT].place++;
  cs_hash root = root_of(key, l.items, COUNT + 1);
  assert_false(cs_hash_equal(&root, &l.root));
  free_list(&l);
}

static cs_slice *field_of(cs_escrow_item *item, size_t field)
{
  cs_slice *const fields[] = {&item->identifier, &item->item, &item->state, &item->type};
  return fields[field];
}

static void test_every_change_shows(void **state)
{
  (void)state;
  enum { COUNT = 25, FIELDS = 4 };
  list l = seal_list(COUNT);
  cs_escrow_item items[COUNT];
  cs_hash root;
  for (size_t i = 0; i < COUNT; i++)
    for (size_t field = 0; field < FIELDS; field++) {
      char text[2 * TEXT];
      memcpy(items, l.items, sizeof items);
      cs_slice *at = field_of(&items[i], field);
      *at = (cs_slice){text, (size_t)snprintf(text, sizeof text, "%.*s+", (int)at->length, at->at)};
      root = root_of(key, items, COUNT);
      assert_false(cs_hash_equal(&root, &l.root));
    }
  for (size_t i = 0; i < COUNT; i++) { /* to the next place, where there is none beside it */
    memcpy(items, l.items, sizeof items);
    items[i].place ^= 1;
    root = root_of(key, items, COUNT);
    assert_false(cs_hash_equal(&root, &l.root));
  }
  for (size_t i = 0; i + 1 < COUNT; i++) { /* two change places */
    memcpy(items, l.items, sizeof items);
    items[i] = l.items[i + 1];
    items[i].place = l.items[i].place;
    items[i + 1] = l.items[i];
    items[i + 1].place = l.items[i + 1].place;
    root = root_of(key, items, COUNT);
    assert_false(cs_hash_equal(&root, &l.root));
  }
  for (size_t bit = 0; bit < (size_t)8 * CS_ESCROW_KEY; bit++) {
    unsigned char changed[CS_ESCROW_KEY];
    memcpy(changed, key, sizeof changed);
    changed[bit / 8] ^= (unsigned char)(1 << bit % 8);
    root = root_of(changed, l.items, COUNT);
    assert_false(cs_hash_equal(&root, &l.root));
  }
  free_list(&l);
}

/* Two lists whose texts, one after the other, are the same bytes. */
static void test_texts_do_not_run_together(void **state)
{
  (void)state;
  static const char *const split[][4] = {{"ab", "c", "d", ""},  {"a", "bc", "d", ""},  {"ab", "cd", "e", ""},
                                         {"ab", "c", "de", ""}, {"ab", "c", "d", "e"}, {"a", "bc", "d", "e"}};
  cs_hash roots[CS_COUNT_OF(split)];
  for (size_t i = 0; i < CS_COUNT_OF(split); i++) {
    cs_escrow_item item = {cs_slice_of(split[i][0]), cs_slice_of(split[i][1]), cs_slice_of(split[i][2]),
                           cs_slice_of(split[i][3]), 7};
    roots[i] = root_of(key, &item, 1);
    for (size_t k = 0; k < i; k++)
      assert_false(cs_hash_equal(&roots[i], &roots[k]));
  }
}

static void test_lists_that_are_refused(void **state)
{
  (void)state;
  enum { COUNT = 5 };
  list l = make_list(COUNT);
  l.items[1].identifier = l.items[4].identifier;
  refuse_list(l.items, COUNT, true, "items 2 and 5 have the same identifier");
  for (size_t i = 0; i < COUNT; i++)
    l.items[i].place = (uint32_t)i;
  refuse_list(l.items, COUNT, false, "items 2 and 5 have the same identifier");
  free_list(&l);

  l = seal_list(COUNT);
  char what[200], longest[CS_ESCROW_FIELD + 1];
  memset(longest, 'x', sizeof longest);
  const cs_slice bad[] = {CS_SLICE("\xff"), CS_SLICE("a\x01"), CS_SLICE("a\0b"), {longest, sizeof longest}};
  snprintf(what, sizeof what,
           "item 3 is none; expected identifier, item, state and type as text of at most 1024 bytes");
  for (size_t field = 0; field < 4; field++) {
    cs_slice *at = field_of(&l.items[2], field), good = *at;
    for (size_t i = 0; i < CS_COUNT_OF(bad); i++) {
      *at = bad[i];
      refuse_list(l.items, COUNT, true, what);
      refuse_list(l.items, COUNT, false, what);
    }
    *at = CS_SLICE("");
    if (field < 3)
      refuse_list(l.items, COUNT, true, what);
    *at = (cs_slice){longest, CS_ESCROW_FIELD};
    (void)root_of(key, l.items, COUNT);
    *at = good;
  }
  uint32_t place = l.items[3].place;
  const uint32_t places[] = {l.items[2].place, 0, CS_ESCROW_PLACES, UINT32_MAX};
  for (size_t i = 0; i < CS_COUNT_OF(places); i++) {
    l.items[3].place = places[i];
    snprintf(what, sizeof what,
             "item 4 is at place %lu; expected places that rise from item to item and are below 65536",
             (unsigned long)places[i]);
    refuse_list(l.items, COUNT, false, what);
  }
  l.items[3].place = place;
  (void)root_of(key, l.items, COUNT);
  free_list(&l);
}

/* ---- The opening of one item ------------------------------------------------------------------------------------- */

static void test_each_item_alone(void **state)
{
  (void)state;
  static const size_t counts[] = {1, 2, 3, 200};
  for (size_t c = 0; c < CS_COUNT_OF(counts); c++) {
    list l = seal_list(counts[c]);
    cs_error error;
    for (size_t i = 0; i < l.count; i++) {
      cs_escrow_proof proof = prove(&l, i);
      must(cs_escrow_check(&l.items[i], &proof, &l.root, &error), &error);
      cs_escrow_item other = l.items[(i + 1) % l.count]; /* another's texts at its place */
      other.place = l.items[i].place;
      if (l.count > 1)
        assert_int_equal(cs_escrow_check(&other, &proof, &l.root, &error), CS_INVALID);
    }
    cs_escrow_proof proof;
    assert_int_equal(cs_escrow_prove(key, l.items, l.count, l.count, &proof, &error), CS_INVALID);
    free_list(&l);
  }
}

static void test_every_byte_of_an_item_alone(void **state)
{
  (void)state;
  list l = seal_list(30);
  cs_escrow_item item = l.items[11];
  cs_escrow_proof proof = prove(&l, 11);
  cs_hash root = l.root;
  cs_error error;
  for (size_t i = 0; i < sizeof proof; i++)
    for (unsigned bit = 0; bit < 8; bit++) {
      ((unsigned char *)&proof)[i] ^= (unsigned char)(1U << bit);
      assert_int_equal(cs_escrow_check(&item, &proof, &root, &error), CS_INVALID);
      ((unsigned char *)&proof)[i] ^= (unsigned char)(1U << bit);
    }
  for (size_t i = 0; i < CS_HASH; i++) {
    root.bytes[i] ^= 0x80;
    assert_int_equal(cs_escrow_check(&item, &proof, &root, &error), CS_INVALID);
    root.bytes[i] ^= 0x80;
  }
  for (unsigned bit = 0; bit < 32; bit++) {
    item.place ^= UINT32_C(1) << bit;
    assert_int_equal(cs_escrow_check(&item, &proof, &root, &error), CS_INVALID);
    item.place ^= UINT32_C(1) << bit;
  }
  for (size_t field = 0; field < 4; field++) {
    char text[TEXT];
    cs_slice *at = field_of(&item, field), good = *at;
    assert_true(good.length > 0 && good.length < TEXT);
    for (size_t i = 0; i < good.length; i++) {
      memcpy(text, good.at, good.length);
      text[i] ^= 1;
      *at = (cs_slice){text, good.length};
      assert_int_equal(cs_escrow_check(&item, &proof, &root, &error), CS_INVALID);
    }
    *at = (cs_slice){good.at, good.length - 1};
    assert_int_equal(cs_escrow_check(&item, &proof, &root, &error), CS_INVALID);
    *at = good;
  }
  must(cs_escrow_check(&item, &proof, &root, &error), &error);
  free_list(&l);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_vectors),
    cmocka_unit_test(test_no_items),
    cmocka_unit_test(test_the_order_given_does_not_matter),
    cmocka_unit_test(test_places_follow_the_key),
    cmocka_unit_test(test_the_most_items),
    cmocka_unit_test(test_left_out_and_added),
    cmocka_unit_test(test_every_change_shows),
    cmocka_unit_test(test_texts_do_not_run_together),
    cmocka_unit_test(test_lists_that_are_refused),
    cmocka_unit_test(test_each_item_alone),
    cmocka_unit_test(test_every_byte_of_an_item_alone),
  };
  return cmocka_run_group_tests_name("escrow", tests, scratch_open, scratch_close);
}
