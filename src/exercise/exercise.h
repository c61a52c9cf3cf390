/* Table-top exercises: a scenario file, played with real homes, real servers and real proofs.
 *
 * A file (countersign-exercise(5)) names an agreement, what each party really has, and what is done on which day, the ways to
 * cheat included. Playing it makes a home for each party and for an observer in a folder, serves each from a process of its
 * own on this machine's loopback, and lets them declare, notify, follow one another, inspect and judge, at the times of the
 * scenario. What is really at a place (world.h) is kept apart from what a party says. All random numbers, secret keys
 * included, follow from the seed, so that an exercise can be played again; its homes are for exercising only. */
#ifndef CS_EXERCISE_H
#define CS_EXERCISE_H

#include <jansson.h>
#include <signal.h>

#include "net/net.h"

typedef struct cs_exercise cs_exercise;

/* The largest file of an exercise that is read, in bytes. */
enum { CS_EXERCISE_BYTES = 1024 * 1024 };

/* Reads an exercise and the agreement that it names, and checks that what it speaks of is there. CS_INVALID names file, line
 * and column of the first fault. The caller releases it with cs_exercise_free. */
cs_status cs_exercise_read(const char *path, cs_exercise **out, cs_error *error);
void cs_exercise_free(cs_exercise *exercise);
/* Live as long as the exercise. */
const char *cs_exercise_title(const cs_exercise *exercise);
uint64_t cs_exercise_seed(const cs_exercise *exercise);

/* Adds the JSON Schema of exercise files. */
cs_status cs_exercise_schema(cs_text *out, cs_error *error);

/* How much an event matters. */
typedef enum cs_news_weight {
  CS_NEWS_DETAIL, /* routine, of which there is much */
  CS_NEWS_PLAIN,
  CS_NEWS_BAD,  /* something was caught, refused or failed */
  CS_NEWS_WORD, /* of the file, to whoever watches */
} cs_news_weight;

/* Something that happened. The texts last for the call. */
typedef struct cs_news {
  cs_date date;
  const char *player; /* a party, "observer", or "" */
  const char *deed;   /* the action, as the file names it */
  const char *text;
  cs_news_weight weight;
} cs_news;

typedef struct cs_play_options {
  const char *keep; /* folder for the homes, new or empty, which stays; NULL: one that is removed */
  uint64_t seed;
  void (*event)(void *context, const cs_news *event);
  void (*progress)(void *context, uint64_t done, uint64_t all);
  void *context;
  const volatile sig_atomic_t *stop; /* not 0: end as soon as may be, and leave nothing */
} cs_play_options;

/* What an exercise came to. */
typedef struct cs_played {
  bool bad;     /* something was caught, refused, or judged violated, late or missing */
  bool stopped; /* by `stop` */
  json_t *json; /* exercise, seed, ledgers, assessment; the caller releases it with json_decref */
} cs_played;

/* Plays it. Where it fails or is stopped, no process and (without `keep`) no file is left. CS_INVALID names the action that
 * cannot be played; what a home refuses to a party is an event, and the exercise goes on. */
cs_status cs_exercise_play(const cs_exercise *exercise, const cs_play_options *options, cs_played *out,
                           cs_error *error);

#endif
