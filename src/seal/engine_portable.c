/* The engine for any processor. */
#include "seal/field_portable.h"

#include "seal/engine_lanes.h"

const cs_engine cs_engine_portable = {
  .name = "portable",
  .lanes = LANES,
  .accumulate = accumulate,
  .reduce = reduce,
  .add_each = add_each,
  .double_all = double_all,
  .fold = fold,
  .power = power,
  .add_digits = add_digits,
  .add_comb = add_comb,
  .choose = choose,
};
