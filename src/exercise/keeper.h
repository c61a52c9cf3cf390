/* Private to exercise/: the processes of servers.
 *
 * A store that is open does not survive a fork, so a keeper is forked before the first one is opened; it forks the servers when
 * it is asked to, and ends them all when it is told to, or when who asks is no longer there, however that came about. */
#ifndef CS_EXERCISE_KEEPER_H
#define CS_EXERCISE_KEEPER_H

#include "exercise/exercise.h"

typedef struct cs_keeper {
  pid_t process; /* 0: none */
  int line;
} cs_keeper;

/* To be called while no store is open in this process. */
cs_status cs_keeper_start(cs_keeper *out, cs_error *error);
/* Serves the home in `directory`, locked, on a port of the loopback. `now` is its time. */
cs_status cs_keeper_serve(cs_keeper *keeper, const char *directory, int64_t now, pid_t *process, unsigned *port,
                          cs_error *error);
/* Kills a server at once (SIGKILL), and waits for its end. */
cs_status cs_keeper_kill(cs_keeper *keeper, pid_t process, cs_error *error);
/* Ends all of them. */
void cs_keeper_stop(cs_keeper *keeper);

#endif
