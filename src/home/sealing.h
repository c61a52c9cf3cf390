/* Private to home/: how statements that rest on the vault are made. */
#ifndef CS_HOME_SEALING_H
#define CS_HOME_SEALING_H

#include "home/moves.h"
#include "home/opening.h"

/* As cs_home_state; what `opening` (or NULL) opens is put into the vault before the statement is appended. */
cs_status cs_home_state_sealed(cs_home *home, cs_vault *vault, const cs_opening *opening, cs_statement_kind kind,
                               const cs_statement_value *values, size_t count, json_t *extra, int64_t time,
                               uint64_t *entry, bool *late, cs_error *error);

/* What the proofs of a party's ledger are bound to. */
cs_seal_bound cs_home_bound(const cs_home *home, size_t party, const char *origin);

/* The opening of an entry of the own ledger, from the vault. Release with cs_opening_free. The former is for who is reading
 * the ledger, and has the statement and its bytes. */
cs_status cs_home_open_statement(cs_home *home, cs_vault *vault, uint64_t entry, cs_slice bytes,
                                 const cs_statement *statement, cs_opening *out, cs_error *error);
cs_status cs_home_get_opening(cs_home *home, cs_vault *vault, uint64_t entry, cs_opening *out, cs_error *error);

/* As cs_home_open_facility, with moves there and away, which were settled, as a part of the opening. */
cs_status cs_home_open_place(cs_home *home, cs_vault *vault, uint64_t entry, const char *facility,
                             const cs_moves *moves, cs_text *out, cs_error *error);

/* The statement at an entry of the own ledger, and its bytes; CS_INVALID where there is none. Release both. */
cs_status cs_home_own_statement(cs_home *home, uint64_t entry, cs_text *bytes, cs_statement *out, cs_error *error);

#endif
