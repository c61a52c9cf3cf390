/* Draws by weight in constant time. */
#include <stdlib.h>

#include "simulate/regime.h"

bool cs_alias_make(cs_arena *arena, const double *weights, size_t count, cs_alias *out)
{
  double sum = 0;
  out->keep = cs_arena_array(arena, count, sizeof *out->keep);
  out->other = cs_arena_array(arena, count, sizeof *out->other);
  uint32_t *small = cs_arena_array(arena, count, sizeof *small), *large = cs_arena_array(arena, count, sizeof *large);
  if (out->keep == NULL || out->other == NULL || small == NULL || large == NULL)
    return false;
  size_t smalls = 0, larges = 0;
  for (size_t i = 0; i < count; i++)
    sum += weights[i];
  for (size_t i = 0; i < count; i++) {
    out->keep[i] = weights[i] * (double)count / sum;
    out->other[i] = (uint32_t)i;
    if (out->keep[i] < 1)
      small[smalls++] = (uint32_t)i;
    else
      large[larges++] = (uint32_t)i;
  }
  while (smalls > 0 && larges > 0) {
    uint32_t from = large[larges - 1], to = small[--smalls];
    out->other[to] = from;
    out->keep[from] -= 1 - out->keep[to];
    if (out->keep[from] < 1)
      small[smalls++] = large[--larges];
  }
  while (larges > 0)
    out->keep[large[--larges]] = 1;
  while (smalls > 0) /* by rounding */
    out->keep[small[--smalls]] = 1;
  return true;
}
