/* Arenas, and arrays that double. */
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum { BLOCK_SIZE = 16 * 1024, ALIGNMENT = alignof(max_align_t) };

struct cs_arena_block {
  struct cs_arena_block *next;
  size_t used, size;
  max_align_t bytes[];
};

static struct cs_arena_block *block_new(size_t size)
{
  struct cs_arena_block *block = calloc(1, sizeof *block + size);
  if (block != NULL)
    block->size = size;
  return block;
}

void *cs_arena_alloc(cs_arena *arena, size_t size)
{
  if (size > PTRDIFF_MAX / 2)
    return NULL;
  size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  struct cs_arena_block *block = arena->blocks;
  if (block == NULL || block->size - block->used < size) {
    block = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE);
    if (block == NULL)
      return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
  }
  void *out = (char *)block->bytes + block->used;
  block->used += size;
  return out;
}

void *cs_arena_array(cs_arena *arena, size_t count, size_t size)
{
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes))
    return NULL;
  return cs_arena_alloc(arena, bytes);
}

const char *cs_arena_copy(cs_arena *arena, cs_slice slice)
{
  char *out = cs_arena_alloc(arena, slice.length + 1);
  if (out != NULL && slice.length > 0)
    memcpy(out, slice.at, slice.length);
  return out;
}

const char *cs_arena_vformat(cs_arena *arena, const char *format, va_list args)
{
  va_list again;
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  char *out = length < 0 ? NULL : cs_arena_alloc(arena, (size_t)length + 1);
  if (out != NULL)
    (void)vsnprintf(out, (size_t)length + 1, format, args);
  return out;
}

const char *cs_arena_format(cs_arena *arena, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  const char *out = cs_arena_vformat(arena, format, args);
  va_end(args);
  return out;
}

void cs_arena_free(cs_arena *arena)
{
  while (arena->blocks != NULL) {
    struct cs_arena_block *next = arena->blocks->next;
    free(arena->blocks);
    arena->blocks = next;
  }
}

bool cs_grow(void **array, size_t *capacity, size_t count, size_t size)
{
  if (count < *capacity)
    return true;
  size_t wanted = *capacity == 0 ? 16 : *capacity * 2, bytes;
  if (__builtin_mul_overflow(wanted, size, &bytes))
    return false;
  void *grown = realloc(*array, bytes);
  if (grown == NULL)
    return false;
  *array = grown;
  *capacity = wanted;
  return true;
}
