/* Private to exercise/: what there really is, and what of it each party owns up to. */
#ifndef CS_EXERCISE_WORLD_H
#define CS_EXERCISE_WORLD_H

#include "exercise/script.h"

/* One item. What `really` is so is seen at a visit; what is `declared` so goes into declarations. */
typedef struct cs_thing {
  size_t party, item;
  const char *type; /* "": none */
  struct cs_thing_side {
    const char *identifier; /* NULL: it has none */
    size_t place, state;
  } really, declared;
  bool undeclared;
} cs_thing;

typedef struct cs_location {
  size_t party;
  const char *name;
  bool declared;   /* the party says that it is there */
  uint64_t states; /* by cell of the agreement, that it is declared for */
} cs_location;

typedef struct cs_world {
  const cs_exercise *x;
  cs_arena *arena;
  cs_thing *things;
  size_t count, capacity;
  cs_location *places;
  size_t place_count, place_capacity;
  uint64_t numbers; /* of identifiers that were given out beyond those of the file */
} cs_world;

/* Fills it with what the file says that each party has. */
cs_status cs_world_fill(cs_world *world, const cs_exercise *x, cs_arena *arena, cs_error *error);
void cs_world_free(cs_world *world);

/* Index of a place of a party, made where there is none yet; SIZE_MAX when out of memory. */
size_t cs_world_place(cs_world *world, size_t party, const char *name);

/* Which items are meant: those that are there, that are declared to be there, or both. */
typedef enum cs_there { CS_THERE_REALLY, CS_THERE_DECLARED, CS_THERE_BOTH } cs_there;
typedef struct cs_pick {
  size_t party, item, state, place; /* SIZE_MAX: any state */
  const char *type;                 /* NULL: any */
  const cs_names *identifiers;      /* NULL or empty: any */
  cs_there there;
} cs_pick;
/* Indices of up to `most` of them, in the arena; `*count` is how many. */
cs_status cs_world_pick(const cs_world *world, const cs_pick *pick, size_t most, size_t **out, size_t *count,
                        cs_error *error);

/* Writes what a party declares for `date` as a CSV file: each item of its own, or summed up. */
cs_status cs_world_write_declared(const cs_world *world, size_t party, cs_date date, bool itemised, const char *path,
                                  size_t *items, cs_error *error);
/* Writes what an inspector sees at a place. */
cs_status cs_world_write_seen(const cs_world *world, size_t place, const char *path, cs_error *error);

/* A new identifier like another one. */
const char *cs_world_identifier(cs_world *world, const char *like);

#endif
