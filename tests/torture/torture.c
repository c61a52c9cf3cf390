/* Appends statements to the ledger of a home from four threads, and says "INDEX TEXT" of each once it is durable.
 *
 * torture HOME PASSPHRASE-FILE COUNT BATCH   each thread appends COUNT times BATCH statements at once */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "home/home.h"

enum { THREADS = 4, BATCH_MOST = 1000, TEXT = 64, ENTRY = 512 };

typedef struct writer {
  cs_home *home;
  unsigned number;
  unsigned long count, batch;
} writer;

static void fail(const cs_error *error)
{
  char line[1400];
  cs_error_format(error, line, sizeof line);
  fprintf(stderr, "torture: %s\n", line);
  exit(1);
}

/* One write a line, so that a line is there as a whole or not at all. */
static void say(uint64_t index, const char *text)
{
  char line[TEXT + 32];
  int length = snprintf(line, sizeof line, "%llu %s\n", (unsigned long long)index, text);
  if (write(STDOUT_FILENO, line, (size_t)length) != length)
    exit(1);
}

static size_t make(const cs_home *home, const char *text, char entry[ENTRY])
{
  return (size_t)snprintf(entry, ENTRY,
                          "{\"kind\":\"raise\",\"agreement\":\"%s\",\"party\":\"%s\",\"time\":\"2021-03-01T00:00:00Z\","
                          "\"origin\":\"countersign/new-start/RU\",\"text\":\"%s\"}",
                          home->treaty->id, home->treaty->parties.at[home->party].rule.id, text);
}

static void *append(void *context)
{
  const writer *w = context;
  char(*texts)[TEXT] = calloc(w->batch, sizeof *texts), (*entries)[ENTRY] = calloc(w->batch, sizeof *entries);
  cs_slice *slices = calloc(w->batch, sizeof *slices);
  cs_error error;
  uint64_t first;
  if (texts == NULL || entries == NULL || slices == NULL)
    exit(1);
  for (unsigned long round = 0; round < w->count; round++) {
    for (unsigned long i = 0; i < w->batch; i++) {
      snprintf(texts[i], TEXT, "%ld-%u-%lu-%lu", (long)getpid(), w->number, round, i);
      slices[i] = (cs_slice){entries[i], make(w->home, texts[i], entries[i])};
    }
    if (cs_log_append(w->home->log, slices, w->batch, &first, &error) != CS_OK)
      fail(&error);
    for (unsigned long i = 0; i < w->batch; i++)
      say(first + i, texts[i]);
  }
  free(texts);
  free(entries);
  free(slices);
  return NULL;
}

static cs_home *unlock(const char *directory, const char *path)
{
  cs_home *home;
  cs_error error;
  cs_file file;
  if (cs_file_read(path, CS_PASSPHRASE_LONGEST, &file, &error) != CS_OK)
    fail(&error);
  cs_passphrase passphrase = {file.bytes, strcspn(file.bytes, "\n")};
  if (cs_home_open(directory, CS_STORE_WRITE, &home, &error) != CS_OK ||
      cs_home_unlock(home, &passphrase, &error) != CS_OK)
    fail(&error);
  cs_file_free(&file);
  return home;
}

int main(int argc, char **argv)
{
  pthread_t threads[THREADS];
  writer writers[THREADS];
  if (argc != 5) {
    fprintf(stderr, "usage: torture HOME PASSPHRASE-FILE COUNT BATCH\n");
    return 2;
  }
  unsigned long count = strtoul(argv[3], NULL, 10), batch = strtoul(argv[4], NULL, 10);
  if (batch == 0 || batch > BATCH_MOST)
    return 2;
  cs_home *home = unlock(argv[1], argv[2]);
  for (unsigned i = 0; i < THREADS; i++) {
    writers[i] = (writer){home, i, count, batch};
    if (pthread_create(&threads[i], NULL, append, &writers[i]) != 0)
      return 1;
  }
  for (unsigned i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  cs_home_close(home);
  return 0;
}
