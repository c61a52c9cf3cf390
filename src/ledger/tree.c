/* The Merkle tree of RFC 6962: roots and proofs. */
#include <openssl/sha.h>
#include <string.h>

#include "ledger/ledger.h"

unsigned cs_tree_append(cs_tree *tree, const cs_hash *leaf, cs_hash completed[CS_TREE_PEAKS])
{
  unsigned count = (unsigned)__builtin_popcountll(tree->size), levels = 0;
  completed[levels++] = *leaf;
  /* Two subtrees of the same size become one, as in a binary counter. */
  for (uint64_t carry = tree->size; carry & 1; carry >>= 1, levels++)
    completed[levels] = cs_hash_node(&tree->peaks[--count], &completed[levels - 1]);
  tree->peaks[count] = completed[levels - 1];
  tree->size++;
  return levels;
}

/* The root over peaks that are ordered from the largest subtree to the smallest; count > 0. */
static cs_hash fold(const cs_hash *peaks, unsigned count)
{
  cs_hash root = peaks[--count];
  while (count > 0)
    root = cs_hash_node(&peaks[--count], &root);
  return root;
}

cs_hash cs_tree_root(const cs_tree *tree)
{
  cs_hash empty;
  if (tree->size > 0)
    return fold(tree->peaks, (unsigned)__builtin_popcountll(tree->size));
  SHA256(NULL, 0, empty.bytes);
  return empty;
}

/* The peaks of leaves `begin` to before `end`, where begin is a multiple of the largest peak's size. */
static cs_status read_peaks(const cs_hash_source *source, uint64_t begin, uint64_t end, cs_hash *peaks, unsigned *count,
                            cs_error *error)
{
  *count = 0;
  while (begin < end) {
    unsigned level = 63 - (unsigned)__builtin_clzll(end - begin);
    cs_status status = source->read(source->context, level, begin >> level, &peaks[*count], error);
    if (status != CS_OK)
      return status;
    begin += UINT64_C(1) << level;
    (*count)++;
  }
  return CS_OK;
}

cs_status cs_tree_load(const cs_hash_source *source, uint64_t size, cs_tree *out, cs_error *error)
{
  unsigned count;
  out->size = size;
  return read_peaks(source, 0, size, out->peaks, &count, error);
}

/* ---- Proofs -------------------------------------------------------------------------------------------------- */

typedef struct prover {
  const cs_hash_source *source;
  cs_proof *proof;
  cs_error *error;
} prover;

/* Adds the root of leaves `begin` to before `end` to the proof. */
static cs_status add_range(prover *p, uint64_t begin, uint64_t end)
{
  cs_hash peaks[CS_TREE_PEAKS];
  unsigned count;
  cs_status status = read_peaks(p->source, begin, end, peaks, &count, p->error);
  if (status == CS_OK)
    p->proof->hashes[p->proof->count++] = fold(peaks, count);
  return status;
}

/* The largest power of two below n; n > 1. */
static uint64_t split(uint64_t n)
{
  return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* PATH(index, D[begin:end]) */
static cs_status add_path(prover *p, uint64_t index, uint64_t begin, uint64_t end)
{
  if (end - begin == 1)
    return CS_OK;
  uint64_t middle = begin + split(end - begin);
  bool left = index < middle;
  cs_status status = left ? add_path(p, index, begin, middle) : add_path(p, index, middle, end);
  if (status != CS_OK)
    return status;
  return left ? add_range(p, middle, end) : add_range(p, begin, middle);
}

cs_status cs_prove_inclusion(const cs_hash_source *source, uint64_t index, uint64_t size, cs_proof *out,
                             cs_error *error)
{
  prover p = {source, out, error};
  out->count = 0;
  return add_path(&p, index, 0, size);
}

/* SUBPROOF(old, D[begin:end], known), where `old` counts from the first leaf of all. */
static cs_status add_subproof(prover *p, uint64_t old, uint64_t begin, uint64_t end, bool known)
{
  if (old == end)
    return known ? CS_OK : add_range(p, begin, end);
  uint64_t middle = begin + split(end - begin);
  bool left = old <= middle;
  cs_status status = left ? add_subproof(p, old, begin, middle, known) : add_subproof(p, old, middle, end, false);
  if (status != CS_OK)
    return status;
  return left ? add_range(p, middle, end) : add_range(p, begin, middle);
}

cs_status cs_prove_consistency(const cs_hash_source *source, uint64_t old, uint64_t size, cs_proof *out,
                               cs_error *error)
{
  prover p = {source, out, error};
  out->count = 0;
  return old == 0 || old == size ? CS_OK : add_subproof(&p, old, 0, size, true);
}

/* Goes up from an even node: its ancestors that are left children have no sibling in a tree that ends there. */
static void climb(uint64_t *node, uint64_t *last)
{
  while ((*node & 1) == 0 && *node != 0) {
    *node >>= 1;
    *last >>= 1;
  }
}

bool cs_check_inclusion(const cs_proof *proof, uint64_t index, uint64_t size, const cs_hash *leaf, const cs_hash *root)
{
  if (index >= size)
    return false;
  uint64_t node = index, last = size - 1;
  cs_hash hash = *leaf;
  for (size_t i = 0; i < proof->count; i++) {
    if (last == 0)
      return false;
    if ((node & 1) || node == last) {
      hash = cs_hash_node(&proof->hashes[i], &hash);
      climb(&node, &last);
    } else {
      hash = cs_hash_node(&hash, &proof->hashes[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && cs_hash_equal(&hash, root);
}

bool cs_check_consistency(const cs_proof *proof, uint64_t old, uint64_t size, const cs_hash *old_root,
                          const cs_hash *root)
{
  if (old > size || size > CS_TREE_MAX)
    return false;
  if (old == size)
    return proof->count == 0 && cs_hash_equal(old_root, root);
  if (old == 0)
    return proof->count == 0;
  uint64_t node = old - 1, last = size - 1;
  while (node & 1) {
    node >>= 1;
    last >>= 1;
  }
  bool whole = node == 0; /* the old tree is one perfect subtree: its root is the first hash */
  if (!whole && proof->count == 0)
    return false;
  cs_hash first = whole ? *old_root : proof->hashes[0], second = first;
  for (size_t i = whole ? 0 : 1; i < proof->count; i++) {
    const cs_hash *hash = &proof->hashes[i];
    if (last == 0)
      return false;
    if ((node & 1) || node == last) {
      first = cs_hash_node(hash, &first);
      second = cs_hash_node(hash, &second);
      climb(&node, &last);
    } else {
      second = cs_hash_node(&second, hash);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && cs_hash_equal(&first, old_root) && cs_hash_equal(&second, root);
}
