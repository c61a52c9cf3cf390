/* One process: built without MPI. */
#include "cli/ranks.h"

bool cli_ranks_begin(cs_play *play)
{
  (void)play;
  return true;
}

void cli_ranks_end(void)
{
}
