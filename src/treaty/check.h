/* Private to treaty/: whether an agreement that was read is whole. */
#ifndef CS_TREATY_CHECK_H
#define CS_TREATY_CHECK_H

#include "treaty/treaty.h"

/* Resolves every reference, then checks what no single key can: circular counts, phases in order, one
 * identifier for one rule. */
cs_status cs_treaty_check(cs_treaty *treaty, cs_error *error);

#endif
