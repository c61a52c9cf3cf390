/* Private to statement/: what sealed declarations and claims share. */
#ifndef CS_STATEMENT_SEALS_H
#define CS_STATEMENT_SEALS_H

#include "statement/statement.h"

/* And back, into the arena. */
cs_status cs_arena_base64(cs_arena *arena, const char *text, const char *place, cs_slice *out, cs_error *error);

/* The two ways in which cs_statement_verify verifies. */
cs_status cs_sealed_verify(const cs_statement *statement, const cs_treaty *treaty, const cs_seal_bound *bound,
                           const char *place, cs_error *error);

#endif
