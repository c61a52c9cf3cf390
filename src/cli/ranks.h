/* Private to cli/: the processes that share the trials of a simulation, where it was started by mpirun. One of ranks_mpi.c and
 * ranks_alone.c is built (-Dmpi). */
#ifndef CS_CLI_RANKS_H
#define CS_CLI_RANKS_H

#include "simulate/simulate.h"

/* Fills in rank, ranks and sum; whether this process is the one that prints. The others do the same work up to then. */
bool cli_ranks_begin(cs_play *play);
/* Before the process ends. */
void cli_ranks_end(void);

#endif
