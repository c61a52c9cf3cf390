/* The engine for x86 processors with AVX2. */
#include "seal/field_avx2.h"

#include "seal/engine_lanes.h"

const cs_engine cs_engine_avx2 = {
  .name = "avx2",
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
