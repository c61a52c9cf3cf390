/* A ledger as what is replayed. Private to home/. */
#ifndef CS_HOME_HISTORY_H
#define CS_HOME_HISTORY_H

#include "home/home.h"

/* Adds the ledger of `key`, which is that of `party`, to holdings that the home's ledgers are being read into, under the
 * name of number `file`; `notified` is the earliest day of a notification in it. The home must outlive the holdings. */
cs_status cs_home_add_history(cs_home *home, const cs_verifier *key, size_t party, uint32_t file, cs_date notified,
                              cs_holdings *holdings, cs_error *error);

#endif
