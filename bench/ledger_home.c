/* Makes a home whose ledger has a number of entries, for bench/serve.
 *
 *   ledger-home DIRECTORY ENTRIES
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "home/home.h"
#include "ledger.h"

int main(int count, char **arguments)
{
  if (count != 3)
    bench_fail("usage: ledger-home DIRECTORY ENTRIES");
  char words[] = "correct horse battery staple";
  cs_passphrase passphrase = {words, strlen(words)};
  cs_home *home;
  cs_error error;
  must(cs_home_create(arguments[1], "treaties/new-start.yaml", "US", NULL, &passphrase, 1296864000, &error), &error);
  must(cs_home_open(arguments[1], CS_STORE_WRITE, &home, &error), &error);
  must(cs_home_unlock(home, &passphrase, &error), &error);
  ledger_grow(home->log, strtoull(arguments[2], NULL, 10));
  cs_home_close(home);
  return 0;
}
