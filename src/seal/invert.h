/* Inverses of public scalars, five times as fast as in constant time. Private to seal/. */
#ifndef CS_SEAL_INVERT_H
#define CS_SEAL_INVERT_H

#include "seal/group.h"

/* 0 becomes 0. */
void cs_scalar_invert_var(const cs_scalar *a, cs_scalar *out);
/* All of `count` non-zero scalars at the cost of one inversion and 3 products each; `scratch` holds as many. */
void cs_scalar_invert_all_var(cs_scalar *scalars, cs_scalar *scratch, size_t count);

#endif
