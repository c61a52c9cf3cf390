/* The engine for any processor. */
#include "seal/field_portable.h"

#include "seal/engine_lanes.h"

const cs_engine cs_engine_portable = {
  .name = "portable",
  .lanes = LANES,
  .accumulate = accumulate,
  .reduce = reduce,
  .double_all = double_all,
  .add_digits = add_digits,
  .choose = choose,
};
