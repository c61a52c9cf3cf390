#include "fuzz.h"
#include "ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  cs_slice path = {(const char *)bytes, length};
  char again[CS_TILE_PATH];
  cs_tile tile;
  if (!cs_tile_parse(path, &tile))
    return 0;
  need(tile.width >= 1 && tile.width <= CS_TILE_WIDTH && tile.level >= CS_TILE_ENTRIES && tile.level < 8);
  need(cs_slice_is(path, cs_tile_path(&tile, again)));
  return 0;
}
