/* Tiles of hashes and bundles of entries (C2SP tlog-tiles). */
#include <stdio.h>
#include <string.h>

#include "ledger/ledger.h"

const char *cs_tile_path(const cs_tile *tile, char out[CS_TILE_PATH])
{
  char *at = out, *end = out + CS_TILE_PATH;
  at += tile->level == CS_TILE_ENTRIES ? snprintf(at, (size_t)(end - at), "tile/entries/")
                                       : snprintf(at, (size_t)(end - at), "tile/%d/", tile->level);
  unsigned groups[8];
  int count = 0;
  uint64_t rest = tile->index;
  do {
    groups[count++] = (unsigned)(rest % 1000);
    rest /= 1000;
  } while (rest > 0 && count < 8);
  while (count-- > 0)
    at += snprintf(at, (size_t)(end - at), count > 0 ? "x%03u/" : "%03u", groups[count]);
  if (tile->width < CS_TILE_WIDTH)
    snprintf(at, (size_t)(end - at), ".p/%u", tile->width);
  return out;
}

/* Takes `prefix` off the front of `text`. */
static bool take(cs_slice *text, const char *prefix)
{
  size_t length = strlen(prefix);
  if (text->length < length || memcmp(text->at, prefix, length) != 0)
    return false;
  text->at += length;
  text->length -= length;
  return true;
}

/* Takes `count` digits. */
static bool take_digits(cs_slice *text, size_t count, uint64_t *out)
{
  *out = 0;
  if (text->length < count)
    return false;
  for (size_t i = 0; i < count; i++) {
    if (text->at[i] < '0' || text->at[i] > '9')
      return false;
    *out = *out * 10 + (uint64_t)(text->at[i] - '0');
  }
  text->at += count;
  text->length -= count;
  return true;
}

bool cs_tile_parse(cs_slice path, cs_tile *out)
{
  cs_slice text = path;
  uint64_t level = 0, group, width = CS_TILE_WIDTH;
  if (!take(&text, "tile/"))
    return false;
  bool entries = take(&text, "entries/");
  if (!entries && (!take_digits(&text, 1, &level) || !take(&text, "/")))
    return false;
  *out = (cs_tile){.level = entries ? CS_TILE_ENTRIES : (int)level};
  for (int count = 0; count < 7 && take(&text, "x"); count++) {
    if (!take_digits(&text, 3, &group) || !take(&text, "/"))
      return false;
    out->index = out->index * 1000 + group;
  }
  if (!take_digits(&text, 3, &group))
    return false;
  out->index = out->index * 1000 + group;
  if (take(&text, ".p/") && (text.length > 3 || !take_digits(&text, text.length, &width)))
    return false;
  out->width = (unsigned)width;
  /* One tile has one path: no leading zeros, no width of 0 or 256 in a partial tile. */
  char again[CS_TILE_PATH];
  return text.length == 0 && width >= 1 && width <= CS_TILE_WIDTH && out->index <= CS_TREE_MAX / CS_TILE_WIDTH &&
         level < 8 && cs_slice_is(path, cs_tile_path(out, again));
}

unsigned cs_tile_width(int level, uint64_t index, uint64_t size)
{
  unsigned shift = level == CS_TILE_ENTRIES ? 0 : CS_TILE_HEIGHT * (unsigned)level;
  uint64_t hashes = shift > 62 ? 0 : size >> shift;
  if (index < hashes / CS_TILE_WIDTH)
    return CS_TILE_WIDTH;
  return index == hashes / CS_TILE_WIDTH ? (unsigned)(hashes % CS_TILE_WIDTH) : 0;
}

void cs_bundle_add(cs_text *bundle, const void *entry, size_t length)
{
  const char head[2] = {(char)(length >> 8), (char)length};
  cs_text_put(bundle, head, sizeof head);
  cs_text_put(bundle, entry, length);
}

bool cs_bundle_next(cs_slice *bundle, cs_slice *entry)
{
  if (bundle->length < 2)
    return false;
  size_t length = (size_t)(unsigned char)bundle->at[0] << 8 | (unsigned char)bundle->at[1];
  if (bundle->length - 2 < length)
    return false;
  *entry = (cs_slice){bundle->at + 2, length};
  bundle->at += 2 + length;
  bundle->length -= 2 + length;
  return true;
}

cs_status cs_growth_add(cs_growth *growth, const cs_hash *leaf, cs_tile_full full, void *context, cs_error *error)
{
  cs_hash completed[CS_TREE_PEAKS];
  unsigned levels = cs_tree_append(&growth->tree, leaf, completed);
  cs_status status = CS_OK;
  for (unsigned level = 0; level < CS_TILE_LEVELS && CS_TILE_HEIGHT * level < levels && status == CS_OK; level++) {
    growth->edge[level][growth->width[level]++] = completed[(size_t)level * CS_TILE_HEIGHT];
    if (growth->width[level] < CS_TILE_WIDTH)
      continue;
    growth->width[level] = 0;
    const cs_tile tile = {(int)level, (growth->tree.size >> CS_TILE_HEIGHT * (level + 1)) - 1, CS_TILE_WIDTH};
    status = full(context, &tile, (cs_slice){(const char *)growth->edge[level], sizeof growth->edge[level]}, error);
  }
  return status;
}
