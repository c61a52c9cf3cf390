/* Several processes, under mpirun: numbers are added up at the first, which prints. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/ranks.h"

static int own_rank;
static bool shared; /* started by mpirun */

/* MPI_Reduce takes counts of int. */
static void sum(int64_t *numbers, size_t count)
{
  enum { MOST = 1 << 20 };
  for (size_t at = 0; at < count; at += MOST) {
    int part = count - at < MOST ? (int)(count - at) : MOST;
    void *from = own_rank == 0 ? MPI_IN_PLACE : (void *)(numbers + at);
    MPI_Reduce(from, numbers + at, part, MPI_INT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
  }
}

/* A failure of one process must end all: the others would wait for it. */
static void end_all(void)
{
  int ended;
  MPI_Finalized(&ended);
  if (!ended)
    MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
}

bool cli_ranks_begin(cs_play *play)
{
  static const char *const launchers[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"};
  int threads;
  for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
    shared = shared || getenv(launchers[i]) != NULL;
  if (!shared)
    return true;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &threads);
  if (atexit(end_all) != 0)
    end_all();
  MPI_Comm_rank(MPI_COMM_WORLD, &play->rank);
  MPI_Comm_size(MPI_COMM_WORLD, &play->ranks);
  own_rank = play->rank;
  play->sum = sum;
  return play->rank == 0;
}

void cli_ranks_end(void)
{
  if (shared)
    MPI_Finalize();
}
