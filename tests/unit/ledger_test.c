/* ledger/: hashes, trees, proofs, keys, notes, checkpoints, tiles and witnessing. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* ---- Hashes -------------------------------------------------------------------------------------------------- */

static void from_hex(const char *hex, unsigned char *out, size_t size, size_t *length)
{
  assert_int_equal(sodium_hex2bin(out, size, hex, strlen(hex), NULL, length, NULL), 0);
}

static void assert_hash(cs_hash hash, const char *hex)
{
  char text[2 * CS_HASH + 1];
  assert_string_equal(sodium_bin2hex(text, sizeof text, hash.bytes, CS_HASH), hex);
}

/* The tree by which implementations of Certificate Transparency are compared. */
static const char *const known_leaves[] = {
  "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
};
static const char *const known_roots[] = {
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static cs_hash known_leaf(size_t i)
{
  unsigned char bytes[16];
  size_t length;
  from_hex(known_leaves[i], bytes, sizeof bytes, &length);
  return cs_hash_leaf(bytes, length);
}

static void test_known_roots(void **state)
{
  (void)state;
  cs_tree tree = {0};
  cs_hash completed[CS_TREE_PEAKS];
  assert_hash(cs_tree_root(&tree), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < CS_COUNT_OF(known_leaves); i++) {
    cs_hash leaf = known_leaf(i);
    cs_tree_append(&tree, &leaf, completed);
    assert_int_equal(tree.size, i + 1);
    assert_hash(cs_tree_root(&tree), known_roots[i]);
  }
}

/* ---- A tree of 70 leaves, by the definition ------------------------------------------------------------------ */

enum { LEAVES = 70 };
static cs_hash leaves[LEAVES];

static int make_leaves(void **state)
{
  for (size_t i = 0; i < LEAVES; i++)
    leaves[i] = cs_hash_leaf(&i, sizeof i);
  return scratch_open(state);
}

/* The root of some of the leaves, computed once. */
static cs_hash root_of(size_t begin, size_t end)
{
  static cs_hash roots[LEAVES + 1][LEAVES + 1];
  static bool known[LEAVES + 1][LEAVES + 1];
  if (!known[begin][end])
    roots[begin][end] = naive_root(leaves + begin, end - begin);
  known[begin][end] = true;
  return roots[begin][end];
}

static cs_status read_leaves(void *context, unsigned level, uint64_t index, cs_hash *out, cs_error *error)
{
  (void)context;
  (void)error;
  assert_true((index + 1) << level <= LEAVES);
  *out = root_of(index << level, (index + 1) << level);
  return CS_OK;
}

static const cs_hash_source source = {read_leaves, NULL};

static size_t half(size_t count)
{
  size_t left = 1;
  while (2 * left < count)
    left *= 2;
  return left;
}

static void add(cs_proof *proof, size_t begin, size_t end)
{
  proof->hashes[proof->count++] = root_of(begin, end);
}

/* PATH of RFC 6962, section 2.1.1 */
static void naive_path(size_t index, size_t begin, size_t end, cs_proof *out)
{
  if (end - begin == 1)
    return;
  size_t middle = begin + half(end - begin);
  if (index < middle) {
    naive_path(index, begin, middle, out);
    add(out, middle, end);
  } else {
    naive_path(index, middle, end, out);
    add(out, begin, middle);
  }
}

/* SUBPROOF of section 2.1.2 */
static void naive_subproof(size_t old, size_t begin, size_t end, bool known, cs_proof *out)
{
  if (old == end - begin) {
    if (!known)
      add(out, begin, end);
    return;
  }
  size_t left = half(end - begin);
  if (old <= left) {
    naive_subproof(old, begin, begin + left, known, out);
    add(out, begin + left, end);
  } else {
    naive_subproof(old - left, begin + left, end, false, out);
    add(out, begin, begin + left);
  }
}

static void assert_proofs_equal(const cs_proof *a, const cs_proof *b)
{
  assert_int_equal(a->count, b->count);
  assert_memory_equal(a->hashes, b->hashes, a->count * sizeof *a->hashes);
}

static void test_a_tree_grows_as_it_is_defined(void **state)
{
  (void)state;
  cs_tree tree = {0};
  for (size_t size = 1; size <= LEAVES; size++) {
    cs_hash completed[CS_TREE_PEAKS], root = root_of(0, size);
    unsigned levels = cs_tree_append(&tree, &leaves[size - 1], completed);
    assert_int_equal(levels, __builtin_ctzll(size) + 1);
    for (unsigned level = 0; level < levels; level++) {
      cs_hash subtree = naive_root(leaves + size - ((size_t)1 << level), (size_t)1 << level);
      assert_true(cs_hash_equal(&completed[level], &subtree));
    }
    cs_hash grown = cs_tree_root(&tree);
    assert_true(cs_hash_equal(&grown, &root));
    cs_tree loaded;
    cs_error error;
    must(cs_tree_load(&source, size, &loaded, &error), &error);
    assert_int_equal(loaded.size, size);
    assert_memory_equal(loaded.peaks, tree.peaks, (size_t)__builtin_popcountll(size) * sizeof *tree.peaks);
  }
}

/* ---- Proofs -------------------------------------------------------------------------------------------------- */

/* What a proof is checked by. */
typedef struct claim {
  bool inclusion;
  uint64_t from, size; /* index or old size */
  cs_hash first, root; /* leaf or old root */
} claim;

static bool holds(const claim *c, const cs_proof *proof)
{
  return c->inclusion ? cs_check_inclusion(proof, c->from, c->size, &c->first, &c->root)
                      : cs_check_consistency(proof, c->from, c->size, &c->first, &c->root);
}

static void flip(unsigned char *bytes, size_t bit)
{
  bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
}

/* Every hash that is dropped, doubled, or swapped with the next, and a bit of each (`all`: every bit). */
static void refuse_mutations(const claim *c, const cs_proof *proof, bool all)
{
  cs_proof changed = *proof;
  for (size_t i = 0; i < proof->count; i++) {
    for (size_t bit = all ? 0 : (i * 37 + c->from) % 256; bit < 256; bit += all ? 1 : 256) {
      flip(changed.hashes[i].bytes, bit);
      assert_false(holds(c, &changed));
      flip(changed.hashes[i].bytes, bit);
    }
    memmove(changed.hashes + i, changed.hashes + i + 1, (proof->count - i - 1) * sizeof *changed.hashes);
    changed.count--;
    assert_false(holds(c, &changed));
    changed = *proof;
    memmove(changed.hashes + i + 1, proof->hashes + i, (proof->count - i) * sizeof *changed.hashes);
    changed.count++;
    assert_false(holds(c, &changed));
    changed = *proof;
    if (i + 1 < proof->count) {
      changed.hashes[i] = proof->hashes[i + 1];
      changed.hashes[i + 1] = proof->hashes[i];
      assert_false(holds(c, &changed));
      changed = *proof;
    }
  }
  changed.hashes[changed.count++] = c->root;
  assert_false(holds(c, &changed));
}

/* Another root, and another leaf or old root. */
static void refuse_other_ends(const claim *c, const cs_proof *proof)
{
  claim other = *c;
  flip(other.root.bytes, c->from % 256);
  assert_false(holds(&other, proof));
  other = *c;
  flip(other.first.bytes, c->size % 256);
  assert_false(holds(&other, proof));
}

static bool every_bit(size_t size)
{
  return size <= 8 || size == 13;
}

static void test_inclusion(void **state)
{
  (void)state;
  cs_error error;
  for (size_t size = 1; size <= LEAVES; size++)
    for (size_t index = 0; index < size; index++) {
      claim c = {true, index, size, leaves[index], root_of(0, size)};
      cs_proof proof, expected = {0};
      naive_path(index, 0, size, &expected);
      must(cs_prove_inclusion(&source, index, size, &proof, &error), &error);
      assert_proofs_equal(&proof, &expected);
      assert_true(holds(&c, &proof));
      refuse_mutations(&c, &proof, every_bit(size));
      refuse_other_ends(&c, &proof);
      for (c.from = 0; c.from < size + 3; c.from++)
        assert_int_equal(holds(&c, &proof), c.from == index);
    }
}

static void test_consistency(void **state)
{
  (void)state;
  cs_error error;
  for (size_t size = 1; size <= LEAVES; size++)
    for (size_t old = 1; old <= size; old++) {
      claim c = {false, old, size, root_of(0, old), root_of(0, size)};
      cs_proof proof, expected = {0};
      naive_subproof(old, 0, size, true, &expected);
      must(cs_prove_consistency(&source, old, size, &proof, &error), &error);
      assert_proofs_equal(&proof, &expected);
      assert_true(holds(&c, &proof));
      refuse_mutations(&c, &proof, every_bit(size));
      refuse_other_ends(&c, &proof);
    }
}

static void test_consistency_with_the_empty_tree(void **state)
{
  (void)state;
  cs_error error;
  cs_hash empty = root_of(0, 0);
  for (size_t size = 0; size <= LEAVES; size++) {
    claim c = {false, 0, size, empty, root_of(0, size)};
    cs_proof proof;
    must(cs_prove_consistency(&source, 0, size, &proof, &error), &error);
    assert_int_equal(proof.count, 0);
    assert_true(holds(&c, &proof));
    proof.hashes[proof.count++] = c.root;
    assert_false(holds(&c, &proof));
  }
}

static void test_claims_that_cannot_be(void **state)
{
  (void)state;
  cs_proof none = {0};
  cs_hash root = leaves[0];
  assert_false(cs_check_inclusion(&none, 0, 0, &root, &root));
  assert_false(cs_check_inclusion(&none, 1, 1, &root, &root));
  assert_true(cs_check_inclusion(&none, 0, 1, &root, &root));
  assert_false(cs_check_consistency(&none, 2, 1, &root, &root));
  assert_false(cs_check_consistency(&none, 1, 2, &root, &root));
  assert_true(cs_check_consistency(&none, CS_TREE_MAX, CS_TREE_MAX, &root, &root));
  assert_false(cs_check_consistency(&none, CS_TREE_MAX + 1, CS_TREE_MAX + 1, &root, &root));
}

/* A tree of equal leaves: all subtrees of a level have one hash. */
static cs_status read_uniform(void *context, unsigned level, uint64_t index, cs_hash *out, cs_error *error)
{
  (void)context;
  (void)error;
  assert_true(level <= 62 && (index + 1) << level <= CS_TREE_MAX);
  for (*out = leaves[0]; level > 0; level--)
    *out = cs_hash_node(out, out);
  return CS_OK;
}

static void test_the_largest_tree(void **state)
{
  (void)state;
  static const uint64_t froms[] = {
    1, 2, 255, UINT64_C(1) << 32, (UINT64_C(1) << 61) - 1, UINT64_C(1) << 61, (UINT64_C(1) << 61) + 1, CS_TREE_MAX - 1};
  const cs_hash_source uniform = {read_uniform, NULL};
  cs_error error;
  cs_tree tree, old;
  cs_proof proof;
  must(cs_tree_load(&uniform, CS_TREE_MAX, &tree, &error), &error);
  for (size_t i = 0; i < CS_COUNT_OF(froms); i++) {
    must(cs_prove_inclusion(&uniform, froms[i], CS_TREE_MAX, &proof, &error), &error);
    claim c = {true, froms[i], CS_TREE_MAX, leaves[0], cs_tree_root(&tree)};
    assert_in_range(proof.count, 1, CS_PROOF_HASHES);
    assert_true(holds(&c, &proof));
    refuse_other_ends(&c, &proof);
    must(cs_tree_load(&uniform, froms[i], &old, &error), &error);
    must(cs_prove_consistency(&uniform, froms[i], CS_TREE_MAX, &proof, &error), &error);
    c = (claim){false, froms[i], CS_TREE_MAX, cs_tree_root(&old), cs_tree_root(&tree)};
    assert_in_range(proof.count, 1, CS_PROOF_HASHES);
    assert_true(holds(&c, &proof));
    refuse_other_ends(&c, &proof);
  }
}

static cs_status read_nothing(void *context, unsigned level, uint64_t index, cs_hash *out, cs_error *error)
{
  (void)context;
  (void)level;
  (void)out;
  return index == 0 ? CS_OK : cs_fail(error, CS_INVALID, NULL, (cs_mark){0}, "no such hash");
}

static void test_a_source_that_fails(void **state)
{
  (void)state;
  const cs_hash_source broken = {read_nothing, NULL};
  cs_tree tree;
  cs_proof proof;
  cs_error error;
  assert_int_equal(cs_tree_load(&broken, 3, &tree, &error), CS_INVALID);
  assert_int_equal(cs_prove_inclusion(&broken, 0, 3, &proof, &error), CS_INVALID);
  assert_int_equal(cs_prove_consistency(&broken, 1, 3, &proof, &error), CS_INVALID);
  assert_string_equal(error.what, "no such hash");
}

/* ---- Base64 -------------------------------------------------------------------------------------------------- */

/* Each byte, in each place of a group of four. */
static void test_every_byte_of_base64(void **state)
{
  (void)state;
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int byte = 0; byte < 256; byte++)
    for (size_t place = 0; place < 4; place++) {
      char text[] = "AAAA";
      unsigned char out[3];
      size_t length = 0;
      text[place] = (char)byte;
      bool digit = memchr(digits, byte, sizeof digits - 1) != NULL, end = byte == '=' && place == 3;
      assert_int_equal(cs_base64_read((cs_slice){text, 4}, out, 3, &length), digit || end);
      assert_true(!digit || length == 3);
    }
}

static void test_lengths_of_base64(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    size_t size;
    bool good;
  } table[] = {
    {"", 0, true},       {"", 3, true},      {"AAAA", 3, true},   {"AAAA", 2, false},   {"AAAA", 9, true},
    {"A", 3, false},     {"AA", 3, false},   {"AAA", 3, false},   {"AA==", 3, true},    {"AAA=", 3, true},
    {"AB==", 3, false},  {"AAB=", 3, false}, {"A===", 3, false},  {"====", 3, false},   {"AA==AA==", 9, false},
    {"AAA==", 3, false}, {"AA=", 3, false},  {"AAAA=", 3, false}, {"AAAA\n", 3, false}, {" AAAA", 3, false},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    unsigned char out[9];
    size_t length;
    if (cs_base64_read(cs_slice_of(table[i].text), out, table[i].size, &length) != table[i].good)
      fail_msg("\"%s\" is %s", table[i].text, table[i].good ? "refused" : "taken");
  }
}

/* ---- Keys ---------------------------------------------------------------------------------------------------- */

/* The example of C2SP signed-note. */
static const char EXAMPLE_KEY[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char EXAMPLE_NOTE[] =
  "This is an example message.\n\n\u2014 example.com/foo "
  "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72"
  "IneyaQM=\n";

static cs_verifier example_key(void)
{
  cs_verifier key;
  assert_true(cs_verifier_parse(cs_slice_of(EXAMPLE_KEY), &key));
  return key;
}

static void test_key_texts(void **state)
{
  (void)state;
  cs_verifier key = example_key(), again;
  cs_text text = {0};
  assert_string_equal(key.name, "example.com/foo");
  assert_int_equal(key.id, 0x530d903a);
  assert_int_equal(key.type, CS_SIGNATURE_ED25519);
  cs_verifier_format(&key, &text);
  assert_string_equal(text.at, EXAMPLE_KEY);
  text.length = 0;
  unsigned char secret[CS_SECRET_KEY];
  key = make_key("witness", CS_SIGNATURE_COSIGNATURE, 7, secret);
  cs_verifier_format(&key, &text);
  assert_true(cs_verifier_parse((cs_slice){text.at, text.length}, &again));
  assert_memory_equal(&again, &key, sizeof key);
  cs_text_free(&text);
}

static void test_texts_that_are_no_keys(void **state)
{
  (void)state;
  static const char *const texts[] = {
    "",
    "example.com/foo",
    "example.com/foo+530d903a",
    "example.com/foo+530d903a+",
    "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",   /* another name */
    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",   /* another id */
    "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",   /* capitals */
    "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* nine digits */
    "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",    /* seven digits */
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l",   /* another key */
    "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",   /* another type */
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",    /* cut off */
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAA", /* too long */
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
    " example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  };
  cs_verifier key;
  for (size_t i = 0; i < CS_COUNT_OF(texts); i++)
    if (cs_verifier_parse(cs_slice_of(texts[i]), &key))
      fail_msg("\"%s\" is taken for a key", texts[i]);
}

static void test_names_of_keys(void **state)
{
  (void)state;
  char longest[CS_NAME_LONGEST + 2];
  memset(longest, 'n', sizeof longest);
  const struct {
    cs_slice name;
    bool good;
  } table[] = {
    {CS_SLICE("a"), true},
    {CS_SLICE("example.com/\xd0\x96"), true},
    {{longest, CS_NAME_LONGEST}, true},
    {{longest, CS_NAME_LONGEST + 1}, false},
    {CS_SLICE(""), false},
    {CS_SLICE("a b"), false},
    {CS_SLICE("a+b"), false},
    {CS_SLICE("a\tb"), false},
    {CS_SLICE("a\nb"), false},
    {CS_SLICE("a\0b"), false},
    {CS_SLICE("a\xc2\xa0"), false},     /* no-break space */
    {CS_SLICE("a\xe2\x80\xa8"), false}, /* line separator */
    {CS_SLICE("\xe3\x80\x80"), false},  /* ideographic space */
    {CS_SLICE("a\xff"), false},
    {CS_SLICE("a\xe3\x80"), false},
  };
  const unsigned char public[CS_PUBLIC_KEY] = {1};
  cs_verifier key;
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    if (cs_verifier_make(table[i].name, CS_SIGNATURE_ED25519, public, &key) != table[i].good)
      fail_msg("name %zu is %s", i, table[i].good ? "refused" : "taken");
}

/* ---- Notes --------------------------------------------------------------------------------------------------- */

static cs_note parse_note(const char *text)
{
  cs_note note;
  cs_error error;
  must(cs_note_parse(cs_slice_of(text), "note", &note, &error), &error);
  return note;
}

static void test_the_example_of_the_specification(void **state)
{
  (void)state;
  cs_verifier key = example_key();
  cs_note note = parse_note(EXAMPLE_NOTE);
  assert_true(cs_slice_is(note.text, "This is an example message.\n"));
  assert_int_equal(note.count, 1);
  assert_true(cs_slice_is(note.signatures[0].name, "example.com/foo"));
  assert_true(cs_slice_is(note.signatures[0].line, strchr(EXAMPLE_NOTE, '\n') + 2));
  assert_int_equal(note.signatures[0].length, CS_SIGNATURE);
  assert_int_equal(cs_note_verify(&note, &key, NULL), CS_SIGNED);
}

/* Whatever byte is changed, the note is not signed any more. */
static void test_every_changed_byte_of_a_note(void **state)
{
  (void)state;
  cs_verifier key = example_key();
  for (size_t i = 0; i < sizeof EXAMPLE_NOTE - 1; i++)
    for (int bit = 0; bit < 8; bit++) {
      char text[sizeof EXAMPLE_NOTE];
      cs_note note;
      cs_error error;
      memcpy(text, EXAMPLE_NOTE, sizeof text);
      text[i] ^= (char)(1 << bit);
      if (cs_note_parse((cs_slice){text, sizeof text - 1}, NULL, &note, &error) == CS_OK)
        assert_int_not_equal(cs_note_verify(&note, &key, NULL), CS_SIGNED);
    }
}

#define DASH "\u2014 "
static void test_malformed_notes(void **state)
{
  (void)state;
  static const struct {
    cs_slice text;
    uint32_t line, column;
  } table[] = {
    {CS_SLICE(""), 1, 1},
    {CS_SLICE("\n"), 2, 1},
    {CS_SLICE("text"), 1, 5},
    {CS_SLICE("text\n"), 2, 1},
    {CS_SLICE("text\n\n"), 3, 1},                            /* no signature */
    {CS_SLICE("text\n" DASH "a AAAAAAA=\n"), 3, 1},          /* no empty line */
    {CS_SLICE("text\n\n" DASH "a AAAAAAA="), 3, 13},         /* no newline */
    {CS_SLICE("text\n\n" DASH "a AAAAAAA=\n\n"), 5, 1},      /* the last empty line divides */
    {CS_SLICE("text\n\n" DASH "a AAAAAAA=\nb\n"), 4, 1},     /* text after the signatures */
    {CS_SLICE("text\n\n- a AAAAAAA=\n"), 3, 1},              /* no em dash */
    {CS_SLICE("text\n\n\u2014a AAAAAAA=\n"), 3, 1},          /* no space after it */
    {CS_SLICE("text\n\n" DASH "\n"), 3, 1},                  /* no name */
    {CS_SLICE("text\n\n" DASH " AAAAAAA=\n"), 3, 1},         /* an empty name */
    {CS_SLICE("text\n\n" DASH "a\n"), 3, 1},                 /* no signature */
    {CS_SLICE("text\n\n" DASH "a \n"), 3, 1},                /* an empty one */
    {CS_SLICE("text\n\n" DASH "a AAAAAA==\n"), 3, 1},        /* an id without a signature */
    {CS_SLICE("text\n\n" DASH "a AAAAAAA\n"), 3, 1},         /* no padding */
    {CS_SLICE("text\n\n" DASH "a AAAAAAB=\n"), 3, 1},        /* bits after the end */
    {CS_SLICE("text\n\n" DASH "a AAAAAA-_\n"), 3, 1},        /* another alphabet */
    {CS_SLICE("text\n\n" DASH "a  AAAAAAA=\n"), 3, 1},       /* two spaces */
    {CS_SLICE("text\n\n" DASH "a AAAAAAA= \n"), 3, 1},       /* a space at the end */
    {CS_SLICE("text\n\n" DASH "a AAAAAAA= b\n"), 3, 1},      /* a third word */
    {CS_SLICE("text\n\n" DASH "a+b AAAAAAA=\n"), 3, 1},      /* a plus sign in the name */
    {CS_SLICE("text\n\n" DASH "a\u00a0b AAAAAAA=\n"), 3, 1}, /* a space in the name */
    {CS_SLICE("te\0xt\n\n" DASH "a AAAAAAA=\n"), 1, 3},
    {CS_SLICE("te\rxt\n\n" DASH "a AAAAAAA=\n"), 1, 3},
    {CS_SLICE("te\txt\n\n" DASH "a AAAAAAA=\n"), 1, 3},
    {CS_SLICE("text\n\xff\n\n" DASH "a AAAAAAA=\n"), 2, 1},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_note note;
    cs_error error = {0};
    if (cs_note_parse(table[i].text, "note", &note, &error) != CS_INVALID)
      fail_msg("note %zu is taken", i);
    if (error.line != table[i].line || error.column != table[i].column)
      fail_msg("note %zu: the fault is said to be at %u:%u, and is at %u:%u", i, error.line, error.column,
               table[i].line, table[i].column);
    assert_string_equal(error.file, "note");
  }
}

/* What the specification does not forbid is taken. */
static void test_odd_notes(void **state)
{
  (void)state;
  assert_true(cs_slice_is(parse_note("a\n\nb\n\n" DASH "a AAAAAAA=\n").text, "a\n\nb\n"));
  assert_true(cs_slice_is(parse_note("\n\n" DASH "a AAAAAAA=\n").text, "\n"));
  assert_true(cs_slice_is(parse_note("\n\n\n" DASH "a AAAAAAA=\n").text, "\n\n"));
  assert_true(cs_slice_is(parse_note("\x7f\u2014\n\n" DASH "a AAAAAAA=\n").text, "\x7f\u2014\n"));
}

static void test_the_longest_note(void **state)
{
  (void)state;
  static const char end[] = "\n\n" DASH "a AAAAAAA=\n";
  static char text[CS_NOTE_LONGEST + 1];
  cs_note note;
  cs_error error;
  memset(text, 'x', sizeof text);
  memcpy(text + CS_NOTE_LONGEST - (sizeof end - 1), end, sizeof end);
  must(cs_note_parse((cs_slice){text, CS_NOTE_LONGEST}, NULL, &note, &error), &error);
  memmove(text + CS_NOTE_LONGEST + 1 - (sizeof end - 1), end, sizeof end - 1);
  text[CS_NOTE_LONGEST - (sizeof end - 1)] = 'x';
  assert_int_equal(cs_note_parse((cs_slice){text, CS_NOTE_LONGEST + 1}, NULL, &note, &error), CS_INVALID);
  assert_string_equal(error.what, "the note is too long; expected at most 64 KiB");
}

/* Adds `count` lines of `key` to `text`, which the caller frees. */
static void sign_with(cs_text *text, const char *body, const cs_verifier *key, const unsigned char *secret,
                      size_t count)
{
  for (size_t i = 0; i < count; i++)
    cs_note_sign(cs_slice_of(body), key, secret, 1, text);
  assert_false(text->failed);
}

static cs_signed verify(const char *text, const cs_verifier *key)
{
  cs_note note = parse_note(text);
  return cs_note_verify(&note, key, NULL);
}

static void test_whose_signatures_count(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY], other_secret[CS_SECRET_KEY];
  cs_verifier key = make_key("log", CS_SIGNATURE_ED25519, 1, secret),
              other = make_key("log", CS_SIGNATURE_ED25519, 2, other_secret),
              renamed = make_key("gol", CS_SIGNATURE_ED25519, 1, secret);
  cs_text text = {0};
  cs_text_add(&text, "text\n\n" DASH "log AAAAAAA=\n");
  assert_int_equal(verify(text.at, &key), CS_NOT_SIGNED); /* its name, not its id */
  sign_with(&text, "text\n", &other, other_secret, 1);
  sign_with(&text, "text\n", &renamed, secret, 1);
  assert_int_equal(verify(text.at, &key), CS_NOT_SIGNED);
  sign_with(&text, "text\n", &key, secret, 2); /* twice is as good as once */
  assert_int_equal(verify(text.at, &key), CS_SIGNED);
  assert_int_equal(verify(text.at, &other), CS_SIGNED);
  sign_with(&text, "txet\n", &key, secret, 1);
  assert_int_equal(verify(text.at, &key), CS_BADLY_SIGNED);
  assert_int_equal(verify(text.at, &other), CS_SIGNED);
  cs_text_free(&text);
}

static void test_an_id_alone_is_no_key(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier key = make_key("log", CS_SIGNATURE_ED25519, 1, secret), same_id = key;
  cs_text text = {0};
  cs_text_add(&text, "text\n\n");
  strcpy(same_id.name, "gol");
  sign_with(&text, "another text\n", &same_id, secret, 1);
  assert_int_equal(verify(text.at, &key), CS_NOT_SIGNED);
  cs_text_free(&text);
}

/* A signature of the wrong length, under a key that is known, spoils the note. */
static void test_lengths_of_signatures(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier key = make_key("log", CS_SIGNATURE_ED25519, 1, secret);
  static const size_t lengths[] = {1, 63, 65, 72, 73, 2420};
  for (size_t i = 0; i < CS_COUNT_OF(lengths); i++) {
    unsigned char bytes[4 + 2420] = {(unsigned char)(key.id >> 24), (unsigned char)(key.id >> 16),
                                     (unsigned char)(key.id >> 8), (unsigned char)key.id};
    char base64[4096];
    cs_text text = {0};
    sodium_bin2base64(base64, sizeof base64, bytes, 4 + lengths[i], sodium_base64_VARIANT_ORIGINAL);
    cs_text_add(&text, "text\n\n" DASH "log %s\n", base64);
    assert_int_equal(verify(text.at, &key), CS_BADLY_SIGNED);
    cs_text_free(&text);
  }
}

static void test_how_many_signatures(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY], others[CS_SECRET_KEY];
  cs_verifier key = make_key("log", CS_SIGNATURE_ED25519, 1, secret),
              other = make_key("other", CS_SIGNATURE_ED25519, 2, others);
  cs_text text = {0};
  cs_note note;
  cs_error error;
  cs_text_add(&text, "text\n\n");
  sign_with(&text, "text\n", &other, others, CS_NOTE_SIGNATURES - 1);
  sign_with(&text, "text\n", &key, secret, 1);
  must(cs_note_parse((cs_slice){text.at, text.length}, NULL, &note, &error), &error);
  assert_int_equal(note.count, 64);
  assert_int_equal(cs_note_verify(&note, &key, NULL), CS_SIGNED);
  sign_with(&text, "text\n", &key, secret, 1);
  assert_int_equal(cs_note_parse((cs_slice){text.at, text.length}, NULL, &note, &error), CS_INVALID);
  assert_string_equal(error.what, "too many signatures; expected at most 64");
  assert_int_equal(error.line, 3 + 64);
  cs_text_free(&text);
}

static void test_only_what_was_verified_is_kept(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY], others[CS_SECRET_KEY];
  cs_verifier key = make_key("log", CS_SIGNATURE_ED25519, 1, secret),
              other = make_key("other", CS_SIGNATURE_ED25519, 2, others);
  cs_text text = {0}, expected = {0}, kept = {0};
  cs_text_add(&text, "a\n\nb\n\n");
  cs_text_add(&expected, "a\n\nb\n\n");
  sign_with(&text, "a\n\nb\n", &other, others, 1);
  sign_with(&text, "a\n\nb\n", &key, secret, 1);
  sign_with(&text, "a\n\nb\n", &other, others, 2);
  sign_with(&expected, "a\n\nb\n", &key, secret, 1);
  cs_note note = parse_note(text.at);
  cs_note_keep(&note, &key, &kept);
  assert_string_equal(kept.at, expected.at);
  cs_text_free(&text);
  cs_text_free(&expected);
  cs_text_free(&kept);
}

/* ---- Cosignatures -------------------------------------------------------------------------------------------- */

static const char CHECKPOINT[] =
  "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

static void test_cosignature(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier key = make_key("witness.example/w1", CS_SIGNATURE_COSIGNATURE, 3, secret);
  cs_text text = {0};
  cs_text_add(&text, "%s\n", CHECKPOINT);
  cs_note_sign(cs_slice_of(CHECKPOINT), &key, secret, 1679315147, &text);
  cs_note note = parse_note(text.at);
  uint64_t time = 0;
  assert_int_equal(cs_note_verify(&note, &key, &time), CS_SIGNED);
  assert_int_equal(time, 1679315147);

  /* The bytes of C2SP tlog-cosignature, put together by hand. */
  char message[256];
  unsigned char signature[CS_SIGNATURE];
  int length = snprintf(message, sizeof message, "cosignature/v1\ntime 1679315147\n%s", CHECKPOINT);
  crypto_sign_detached(signature, NULL, (const unsigned char *)message, (unsigned long long)length, secret);
  static const unsigned char stamp[8] = {0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb};
  assert_int_equal(note.signatures[0].id, key.id);
  assert_int_equal(note.signatures[0].length, 8 + CS_SIGNATURE);
  assert_memory_equal(note.signatures[0].bytes, stamp, 8);
  assert_memory_equal(note.signatures[0].bytes + 8, signature, CS_SIGNATURE);

  note.signatures[0].bytes[7] ^= 1; /* another time */
  assert_int_equal(cs_note_verify(&note, &key, &time), CS_BADLY_SIGNED);
  cs_text_free(&text);
}

/* One key with two types has two ids, and a signature of one is none of the other. */
static void test_types_are_kept_apart(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier log = make_key("name", CS_SIGNATURE_ED25519, 3, secret),
              witness = make_key("name", CS_SIGNATURE_COSIGNATURE, 3, secret);
  cs_text text = {0};
  assert_int_not_equal(log.id, witness.id);
  cs_text_add(&text, "%s\n", CHECKPOINT);
  cs_note_sign(cs_slice_of(CHECKPOINT), &witness, secret, 5, &text);
  assert_int_equal(verify(text.at, &witness), CS_SIGNED);
  assert_int_equal(verify(text.at, &log), CS_NOT_SIGNED);
  log.id = witness.id;
  assert_int_equal(verify(text.at, &log), CS_BADLY_SIGNED);
  cs_text_free(&text);
}

/* ---- Checkpoints --------------------------------------------------------------------------------------------- */

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

static void test_checkpoints(void **state)
{
  (void)state;
  cs_checkpoint checkpoint;
  cs_error error;
  cs_text text = {0};
  must(cs_checkpoint_parse(cs_slice_of(CHECKPOINT), NULL, &checkpoint, &error), &error);
  assert_string_equal(checkpoint.origin, "example.com/behind-the-sofa");
  assert_int_equal(checkpoint.size, 20852163);
  assert_hash(checkpoint.root, "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
  cs_checkpoint_format(&checkpoint, &text);
  assert_string_equal(text.at, CHECKPOINT);
  cs_text_free(&text);
}

static void test_checkpoints_that_are_taken(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint64_t size;
  } table[] = {
    {"o\n0\n" ROOT, 0},
    {"o\n4611686018427387903\n" ROOT, CS_TREE_MAX},
    {"o\n7\n" ROOT "an extension\n", 7},
    {"o\n7\n" ROOT "one\ntwo three\n", 7},
    {"an origin with spaces + more\n7\n" ROOT, 7},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_checkpoint checkpoint;
    cs_error error;
    must(cs_checkpoint_parse(cs_slice_of(table[i].text), NULL, &checkpoint, &error), &error);
    assert_int_equal(checkpoint.size, table[i].size);
  }
}

static void test_malformed_checkpoints(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint32_t line;
  } table[] = {
    {"", 1},
    {"\n7\n" ROOT, 1},
    {"o", 1},
    {"o\n", 2},
    {"o\n7", 2},
    {"o\n\n" ROOT, 2},
    {"o\n07\n" ROOT, 2},
    {"o\n00\n" ROOT, 2},
    {"o\n-7\n" ROOT, 2},
    {"o\n+7\n" ROOT, 2},
    {"o\n 7\n" ROOT, 2},
    {"o\n7 \n" ROOT, 2},
    {"o\n0x7\n" ROOT, 2},
    {"o\n4611686018427387904\n" ROOT, 2},
    {"o\n18446744073709551615\n" ROOT, 2},
    {"o\n18446744073709551617\n" ROOT, 2},
    {"o\n99999999999999999999999\n" ROOT, 2},
    {"o\n7\n", 3},
    {"o\n7\n\n", 3},
    {"o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", 3},    /* no newline */
    {"o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", 3},   /* no padding */
    {"o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", 3},  /* bits after the end */
    {"o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", 3},  /* 31 bytes */
    {"o\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2JA\n", 3},  /* 33 bytes */
    {"o\n7\n CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", 3}, /* a space */
    {"o\n7\nZsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n", 3},  /* another alphabet */
    {"o\n7\n" ROOT "\n", 4},
    {"o\n7\n" ROOT "a\n\nb\n", 5},
    {"o\n7\n" ROOT "no newline", 4},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_checkpoint checkpoint;
    cs_error error = {0};
    if (cs_checkpoint_parse(cs_slice_of(table[i].text), "checkpoint", &checkpoint, &error) != CS_INVALID)
      fail_msg("checkpoint %zu is taken", i);
    if (error.line != table[i].line)
      fail_msg("checkpoint %zu: the fault is said to be in line %u, and is in line %u", i, error.line, table[i].line);
  }
}

static void test_the_longest_origin(void **state)
{
  (void)state;
  char text[CS_NAME_LONGEST + 64];
  cs_checkpoint checkpoint;
  cs_error error;
  memset(text, 'o', sizeof text);
  snprintf(text + CS_NAME_LONGEST, sizeof text - CS_NAME_LONGEST, "\n7\n" ROOT);
  must(cs_checkpoint_parse(cs_slice_of(text), NULL, &checkpoint, &error), &error);
  assert_int_equal(strlen(checkpoint.origin), CS_NAME_LONGEST);
  snprintf(text + CS_NAME_LONGEST, sizeof text - CS_NAME_LONGEST, "o\n7\n" ROOT);
  assert_int_equal(cs_checkpoint_parse(cs_slice_of(text), NULL, &checkpoint, &error), CS_INVALID);
}

/* ---- Tiles --------------------------------------------------------------------------------------------------- */

static void test_tile_paths(void **state)
{
  (void)state;
  static const struct {
    cs_tile tile;
    const char *path;
  } table[] = {
    {{0, 1234067, 256}, "tile/0/x001/x234/067"},
    {{0, 0, 256}, "tile/0/000"},
    {{0, 0, 1}, "tile/0/000.p/1"},
    {{1, 999, 255}, "tile/1/999.p/255"},
    {{7, 1000, 10}, "tile/7/x001/000.p/10"},
    {{2, 999999, 256}, "tile/2/x999/999"},
    {{3, 1000000, 256}, "tile/3/x001/x000/000"},
    {{CS_TILE_ENTRIES, 1234067, 99}, "tile/entries/x001/x234/067.p/99"},
    {{CS_TILE_ENTRIES, 0, 256}, "tile/entries/000"},
    {{0, CS_TREE_MAX / 256, 256}, "tile/0/x018/x014/x398/x509/x481/983"},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    char path[CS_TILE_PATH];
    cs_tile tile;
    assert_string_equal(cs_tile_path(&table[i].tile, path), table[i].path);
    assert_true(cs_tile_parse(cs_slice_of(path), &tile));
    assert_int_equal(tile.level, table[i].tile.level);
    assert_int_equal(tile.index, table[i].tile.index);
    assert_int_equal(tile.width, table[i].tile.width);
  }
}

static void test_paths_that_are_no_tiles(void **state)
{
  (void)state;
  static const char *const paths[] = {
    "",
    "tile",
    "tile/",
    "tile/0",
    "tile/0/",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000",
    "tile/0/x000/000",
    "tile/0/x000/x001/000",
    "tile/0/001/000",
    "tile/0/x01/000",
    "tile/0/X001/000",
    "tile/0/x001/x000",
    "tile/0/x001//000",
    "tile/00/000",
    "tile/8/000",
    "tile/10/000",
    "tile/-1/000",
    "tile/data/000",
    "tile/entries",
    "tile/entries/",
    "tile/entries/0/000",
    "tile/8/0/000",
    "tile/0/000.p",
    "tile/0/000.p/",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/001",
    "tile/0/000.p/256",
    "tile/0/000.p/999",
    "tile/0/000.p/1000",
    "tile/0/000.p/-1",
    "tile/0/000.p/1/",
    "tile/0/000.p/1 ",
    "tile/0/000.P/1",
    "tile/0/+00",
    "tile/0/0 0",
    "tile/0/x018/x014/x398/x509/x481/984",           /* past the largest tree */
    "tile/0/x018/x446/x744/x073/x709/x551/616",      /* 2^64 */
    "tile/0/x999/x999/x999/x999/x999/x999/x999/999", /* 24 digits */
    "tile/0/x001/x000/x000/x000/x000/x000/x000/x000/000",
  };
  cs_tile tile;
  for (size_t i = 0; i < CS_COUNT_OF(paths); i++)
    if (cs_tile_parse(cs_slice_of(paths[i]), &tile))
      fail_msg("\"%s\" is taken for a tile", paths[i]);
  assert_false(cs_tile_parse(CS_SLICE("tile/0/000\0"), &tile));
}

/* Whatever is taken is exactly what would be written. */
static void test_one_tile_has_one_path(void **state)
{
  (void)state;
  static const char path[] = "tile/1/x001/000.p/12";
  size_t taken = 0;
  for (size_t i = 0; i < sizeof path - 1; i++)
    for (int byte = 0; byte < 256; byte++) {
      char changed[sizeof path], again[CS_TILE_PATH];
      cs_tile tile;
      memcpy(changed, path, sizeof path);
      changed[i] = (char)byte;
      if (changed[i] == path[i] || !cs_tile_parse((cs_slice){changed, sizeof path - 1}, &tile))
        continue;
      taken++;
      assert_memory_equal(cs_tile_path(&tile, again), changed, sizeof path);
    }
  /* Other levels; digits of the index, which may not become 0 before the last three; digits of the width. */
  assert_int_equal(taken, 7 + (9 + 9 + 8) + (9 + 9 + 9) + (8 + 9));
}

static void test_tiles_of_70000_leaves(void **state)
{
  (void)state;
  static const struct {
    int level;
    uint64_t index;
    unsigned width;
  } table[] = {
    {0, 0, 256}, {0, 272, 256},  {0, 273, 112},  {0, 274, 0},  {1, 0, 256},
    {1, 1, 17},  {1, 2, 0},      {2, 0, 1},      {2, 1, 0},    {3, 0, 0},
    {7, 0, 0},   {-1, 272, 256}, {-1, 273, 112}, {-1, 274, 0}, {0, UINT64_MAX, 0},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    assert_int_equal(cs_tile_width(table[i].level, table[i].index, 70000), table[i].width);
  assert_int_equal(cs_tile_width(0, 0, 256), 256);
  assert_int_equal(cs_tile_width(1, 0, 256), 1);
  assert_int_equal(cs_tile_width(0, 0, 0), 0);
  assert_int_equal(cs_tile_width(7, 0, CS_TREE_MAX), 63);
}

static void test_bundles(void **state)
{
  (void)state;
  static char longest[CS_ENTRY_LONGEST];
  cs_text bundle = {0};
  memset(longest, 'e', sizeof longest);
  cs_bundle_add(&bundle, "ab", 2);
  assert_int_equal(bundle.length, 4);
  assert_memory_equal(bundle.at, "\0\2ab", 4);
  cs_bundle_add(&bundle, "", 0);
  cs_bundle_add(&bundle, longest, sizeof longest);
  assert_int_equal(bundle.length, 4 + 2 + 2 + sizeof longest);
  assert_memory_equal(bundle.at + 6,
                      "\xff\xff"
                      "e",
                      3);

  cs_slice rest = {bundle.at, bundle.length}, entry;
  assert_true(cs_bundle_next(&rest, &entry));
  assert_true(cs_slice_is(entry, "ab"));
  assert_true(cs_bundle_next(&rest, &entry));
  assert_int_equal(entry.length, 0);
  assert_true(cs_bundle_next(&rest, &entry));
  assert_true(cs_slice_equal(entry, (cs_slice){longest, sizeof longest}));
  assert_int_equal(rest.length, 0);
  assert_false(cs_bundle_next(&rest, &entry));
  for (size_t length = 0; length < 4; length++) {
    cs_slice cut = {bundle.at, length};
    assert_false(cs_bundle_next(&cut, &entry));
  }
  cs_text_free(&bundle);
}

/* ---- Witnessing ---------------------------------------------------------------------------------------------- */

static cs_checkpoint checkpoint_of(const char *origin, size_t size)
{
  cs_checkpoint out = {.size = size, .root = root_of(0, size)};
  snprintf(out.origin, sizeof out.origin, "%s", origin);
  return out;
}

/* A checkpoint that is signed by the key of seed `seed`. */
static void signed_checkpoint(const cs_checkpoint *checkpoint, const char *name, unsigned char seed, cs_text *out)
{
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier key = make_key(name, CS_SIGNATURE_ED25519, seed, secret);
  cs_text text = {0};
  cs_checkpoint_format(checkpoint, &text);
  cs_text_add(out, "%s\n", text.at);
  cs_note_sign((cs_slice){text.at, text.length}, &key, secret, 0, out);
  cs_text_free(&text);
}

static cs_witness_request request_of(uint64_t old, size_t size, const cs_text *note)
{
  cs_witness_request out = {.old = old, .checkpoint = {note->at, note->length}};
  cs_error error;
  if (old <= size)
    must(cs_prove_consistency(&source, old, size, &out.proof, &error), &error);
  return out;
}

typedef struct judgement {
  const char *what, *origin, *signer;
  unsigned char seed;
  size_t cosigned, old, size;
  enum { AS_IS, OTHER_ROOT, OTHER_PROOF, EXTRA_HASH, NO_PROOF, CUT_NOTE } change;
  cs_witness_answer answer;
} judgement;

static void judge(const judgement *j)
{
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier log = make_key("log", CS_SIGNATURE_ED25519, 1, secret);
  cs_checkpoint last = j->cosigned == 0 ? (cs_checkpoint){0} : checkpoint_of("log", j->cosigned),
                asked = checkpoint_of(j->origin, j->size), now;
  cs_text note = {0};
  if (j->change == OTHER_ROOT)
    asked.root.bytes[31] ^= 1;
  signed_checkpoint(&asked, j->signer, j->seed, &note);
  cs_witness_request request = request_of(j->old, j->size, &note);
  if (j->change == OTHER_PROOF)
    request.proof.hashes[0].bytes[0] ^= 1;
  if (j->change == EXTRA_HASH)
    request.proof.hashes[request.proof.count++] = asked.root;
  if (j->change == NO_PROOF)
    request.proof.count = 0;
  if (j->change == CUT_NOTE)
    request.checkpoint.length--;
  cs_witness_answer answer = cs_witness_judge(&request, &log, &last, &now);
  if (answer != j->answer)
    fail_msg("%s: the answer is %d; expected %d", j->what, (int)answer, (int)j->answer);
  if (answer == CS_WITNESS_OK) {
    assert_int_equal(now.size, j->size);
    assert_true(cs_hash_equal(&now.root, &asked.root));
    assert_string_equal(now.origin, "log");
  }
  cs_text_free(&note);
}

static void test_answers_of_a_witness(void **state)
{
  (void)state;
  static const judgement table[] = {
    {"the first checkpoint", "log", "log", 1, 0, 0, 9, AS_IS, CS_WITNESS_OK},
    {"the empty tree", "log", "log", 1, 0, 0, 0, AS_IS, CS_WITNESS_OK},
    {"growth", "log", "log", 1, 9, 9, 20, AS_IS, CS_WITNESS_OK},
    {"growth from a power of two", "log", "log", 1, 8, 8, 20, AS_IS, CS_WITNESS_OK},
    {"the same again", "log", "log", 1, 9, 9, 9, AS_IS, CS_WITNESS_OK},
    {"a note cut off", "log", "log", 1, 9, 9, 20, CUT_NOTE, CS_WITNESS_MALFORMED},
    {"an old size above the new", "log", "log", 1, 9, 9, 8, AS_IS, CS_WITNESS_MALFORMED},
    {"another key", "log", "log", 2, 9, 9, 20, AS_IS, CS_WITNESS_NOT_SIGNED},
    {"a key of another name", "log", "gol", 1, 9, 9, 20, AS_IS, CS_WITNESS_NOT_SIGNED},
    {"another origin", "gol", "log", 1, 9, 9, 20, AS_IS, CS_WITNESS_UNKNOWN},
    {"an older old size", "log", "log", 1, 9, 8, 20, AS_IS, CS_WITNESS_CONFLICT},
    {"a newer old size", "log", "log", 1, 9, 10, 20, AS_IS, CS_WITNESS_CONFLICT},
    {"old size 0 after the first", "log", "log", 1, 9, 0, 20, AS_IS, CS_WITNESS_CONFLICT},
    {"an old size at the first", "log", "log", 1, 0, 9, 20, AS_IS, CS_WITNESS_CONFLICT},
    {"another root", "log", "log", 1, 9, 9, 20, OTHER_ROOT, CS_WITNESS_INCONSISTENT},
    {"another root of the same size", "log", "log", 1, 9, 9, 9, OTHER_ROOT, CS_WITNESS_INCONSISTENT},
    {"another root of nothing", "log", "log", 1, 0, 0, 0, OTHER_ROOT, CS_WITNESS_INCONSISTENT},
    {"a broken proof", "log", "log", 1, 9, 9, 20, OTHER_PROOF, CS_WITNESS_INCONSISTENT},
    {"a proof too long", "log", "log", 1, 9, 9, 20, EXTRA_HASH, CS_WITNESS_INCONSISTENT},
    {"a proof from nothing", "log", "log", 1, 0, 0, 9, EXTRA_HASH, CS_WITNESS_INCONSISTENT},
    {"a proof between equal sizes", "log", "log", 1, 9, 9, 9, EXTRA_HASH, CS_WITNESS_INCONSISTENT},
    {"no proof", "log", "log", 1, 9, 9, 20, NO_PROOF, CS_WITNESS_INCONSISTENT},
  };
  for (size_t i = 0; i < CS_COUNT_OF(table); i++)
    judge(&table[i]);
}

/* A signature of the log's key that does not verify spoils the note, whatever else it bears. */
static void test_a_spoiled_checkpoint_is_not_cosigned(void **state)
{
  (void)state;
  unsigned char secret[CS_SECRET_KEY];
  cs_verifier log = make_key("log", CS_SIGNATURE_ED25519, 1, secret);
  cs_checkpoint last = {0}, asked = checkpoint_of("log", 9), now;
  cs_text note = {0};
  signed_checkpoint(&asked, "log", 1, &note);
  sign_with(&note, "another text\n", &log, secret, 1);
  cs_witness_request request = request_of(0, 9, &note);
  assert_int_equal(cs_witness_judge(&request, &log, &last, &now), CS_WITNESS_NOT_SIGNED);
  cs_text_free(&note);
}

static void test_witness_requests(void **state)
{
  (void)state;
  cs_text note = {0}, body = {0}, again = {0};
  cs_checkpoint asked = checkpoint_of("log", 70);
  signed_checkpoint(&asked, "log", 1, &note);
  for (uint64_t old = 0; old <= 70; old++) {
    cs_witness_request request = request_of(old, 70, &note), parsed;
    cs_error error;
    body.length = again.length = 0;
    cs_witness_request_format(&request, &body);
    must(cs_witness_request_parse((cs_slice){body.at, body.length}, &parsed, &error), &error);
    assert_int_equal(parsed.old, old);
    assert_proofs_equal(&parsed.proof, &request.proof);
    assert_true(cs_slice_equal(parsed.checkpoint, request.checkpoint));
    cs_witness_request_format(&parsed, &again);
    assert_string_equal(again.at, body.at);
  }
  cs_text_free(&note);
  cs_text_free(&body);
  cs_text_free(&again);
}

/* The example of C2SP tlog-witness, its signatures left away. */
static void test_the_example_request(void **state)
{
  (void)state;
  static const char body[] = "old 20852014\n"
                             "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
                             "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
                             "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
                             "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
                             "\n"
                             "example.com/behind-the-sofa\n";
  cs_witness_request request;
  cs_error error;
  cs_text again = {0};
  must(cs_witness_request_parse(cs_slice_of(body), &request, &error), &error);
  assert_int_equal(request.old, 20852014);
  assert_int_equal(request.proof.count, 4);
  assert_true(cs_slice_is(request.checkpoint, "example.com/behind-the-sofa\n"));
  cs_witness_request_format(&request, &again);
  assert_string_equal(again.at, body);
  cs_text_free(&again);
}

static void test_malformed_requests(void **state)
{
  (void)state;
  static const struct {
    const char *body;
    uint32_t line;
  } table[] = {
    {"", 1},
    {"old 1", 1},
    {"old\n\n", 1},
    {"old \n\n", 1},
    {"old  1\n\n", 1},
    {"Old 1\n\n", 1},
    {"old 01\n\n", 1},
    {"old -1\n\n", 1},
    {"old 1 \n\n", 1},
    {"old 4611686018427387904\n\n", 1},
    {"old 18446744073709551617\n\n", 1},
    {"old 1\n", 2},
    {"old 1\n" ROOT, 3},
    {"old 1\nabc\n\n", 2},
    {"old 1\n" ROOT "AAAA\n\n", 3},
    {"old 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2JA\n\n", 2},
    {"old 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= \n\n", 2},
  };
  cs_witness_request request;
  for (size_t i = 0; i < CS_COUNT_OF(table); i++) {
    cs_error error = {0};
    if (cs_witness_request_parse(cs_slice_of(table[i].body), &request, &error) != CS_INVALID)
      fail_msg("request %zu is taken", i);
    if (error.line != table[i].line)
      fail_msg("request %zu: the fault is said to be in line %u, and is in line %u", i, error.line, table[i].line);
  }
}

static void test_how_many_hashes_a_request_has(void **state)
{
  (void)state;
  cs_text body = {0};
  cs_witness_request request;
  cs_error error;
  for (size_t count = 63; count <= 64; count++) {
    body.length = 0;
    cs_text_add(&body, "old 1\n");
    for (size_t i = 0; i < count; i++)
      cs_text_add(&body, ROOT);
    cs_text_add(&body, "\nnote");
    cs_status status = cs_witness_request_parse((cs_slice){body.at, body.length}, &request, &error);
    assert_int_equal(status, count == 63 ? CS_OK : CS_INVALID);
  }
  assert_string_equal(error.what, "too many hashes in the proof; expected at most 63");
  cs_text_free(&body);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_known_roots),
    cmocka_unit_test(test_a_tree_grows_as_it_is_defined),
    cmocka_unit_test(test_inclusion),
    cmocka_unit_test(test_consistency),
    cmocka_unit_test(test_consistency_with_the_empty_tree),
    cmocka_unit_test(test_claims_that_cannot_be),
    cmocka_unit_test(test_the_largest_tree),
    cmocka_unit_test(test_a_source_that_fails),
    cmocka_unit_test(test_every_byte_of_base64),
    cmocka_unit_test(test_lengths_of_base64),
    cmocka_unit_test(test_key_texts),
    cmocka_unit_test(test_texts_that_are_no_keys),
    cmocka_unit_test(test_names_of_keys),
    cmocka_unit_test(test_the_example_of_the_specification),
    cmocka_unit_test(test_every_changed_byte_of_a_note),
    cmocka_unit_test(test_malformed_notes),
    cmocka_unit_test(test_odd_notes),
    cmocka_unit_test(test_the_longest_note),
    cmocka_unit_test(test_whose_signatures_count),
    cmocka_unit_test(test_an_id_alone_is_no_key),
    cmocka_unit_test(test_lengths_of_signatures),
    cmocka_unit_test(test_how_many_signatures),
    cmocka_unit_test(test_only_what_was_verified_is_kept),
    cmocka_unit_test(test_cosignature),
    cmocka_unit_test(test_types_are_kept_apart),
    cmocka_unit_test(test_checkpoints),
    cmocka_unit_test(test_checkpoints_that_are_taken),
    cmocka_unit_test(test_malformed_checkpoints),
    cmocka_unit_test(test_the_longest_origin),
    cmocka_unit_test(test_tile_paths),
    cmocka_unit_test(test_paths_that_are_no_tiles),
    cmocka_unit_test(test_one_tile_has_one_path),
    cmocka_unit_test(test_tiles_of_70000_leaves),
    cmocka_unit_test(test_bundles),
    cmocka_unit_test(test_answers_of_a_witness),
    cmocka_unit_test(test_a_spoiled_checkpoint_is_not_cosigned),
    cmocka_unit_test(test_witness_requests),
    cmocka_unit_test(test_the_example_request),
    cmocka_unit_test(test_malformed_requests),
    cmocka_unit_test(test_how_many_hashes_a_request_has),
  };
  return cmocka_run_group_tests_name("ledger", tests, make_leaves, scratch_close);
}
