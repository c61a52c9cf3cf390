/* What a ledger takes: durable appends beside bare SQLite, verifying beside bare SHA-256, and how both grow.
 *
 *   ledger-bench DIRECTORY [LARGEST]
 *
 * DIRECTORY is for the stores, which stay there; bench/run makes and removes one. LARGEST is the largest ledger, 1,000,000
 * entries where none is given; sizes go from 10,000 to it by factors of ten. 0: appends alone. */
#include <inttypes.h>
#include <malloc.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "bench.h"
#include "ledger.h"

enum { PATH = 512, WRITERS = 64, APPENDS = 200, WARM_UP = 8, PROOFS = 1000, SMALLEST = 10000, SIZES = 8 };
static const double MEBIBYTE = 1024 * 1024;

/* A ledger in a file. */
typedef struct ledger {
  const char *path;
  keys keys;
  cs_store *store;
  cs_log *log;
} ledger;

/* Opens it for its owner, or (CS_STORE_READ) as a copy. */
static void ledger_open(ledger *l, cs_store_mode mode)
{
  cs_error error;
  must(cs_store_open(l->path, mode, &l->store, &error), &error);
  must(cs_log_open(l->store, &l->keys.verifier, mode == CS_STORE_READ ? NULL : l->keys.secret, &l->log, &error),
       &error);
}

static void ledger_close(ledger *l)
{
  cs_log_close(l->log);
  cs_store_close(l->store);
}

/* ---- Durable appends --------------------------------------------------------------------------------------------- */

static void *append_some(void *context)
{
  char bytes[ENTRY];
  cs_error error;
  uint64_t first;
  for (uint64_t i = 0; i < APPENDS; i++) {
    entry_write(i, bytes);
    must(cs_log_append(context, &(cs_slice){bytes, ENTRY}, 1, &first, &error), &error);
  }
  return NULL;
}

static void append_alone(void *context)
{
  append_some(((ledger *)context)->log);
}

static void append_together(void *context)
{
  const ledger *l = context;
  pthread_t writers[WRITERS];
  for (size_t i = 0; i < WRITERS; i++)
    if (pthread_create(&writers[i], NULL, append_some, l->log) != 0)
      bench_fail("no thread could be made");
  for (size_t i = 0; i < WRITERS; i++)
    pthread_join(writers[i], NULL);
}

typedef struct bare {
  sqlite3 *db;
  sqlite3_stmt *insert;
} bare;

/* The peer: a table of bytes, with the durability that the store has. */
static bare bare_open(const char *path)
{
  static const char setup[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                              "CREATE TABLE entry(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);";
  bare out;
  if (sqlite3_open(path, &out.db) != SQLITE_OK || sqlite3_exec(out.db, setup, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(out.db, "INSERT INTO entry(bytes) VALUES(?)", -1, &out.insert, NULL) != SQLITE_OK)
    bench_fail(sqlite3_errmsg(out.db));
  return out;
}

static void bare_close(bare *b)
{
  sqlite3_finalize(b->insert);
  sqlite3_close(b->db);
}

/* Each insertion is a transaction of its own. */
static void insert_alone(void *context)
{
  const bare *b = context;
  char bytes[ENTRY];
  for (uint64_t i = 0; i < APPENDS; i++) {
    entry_write(i, bytes);
    sqlite3_bind_blob(b->insert, 1, bytes, ENTRY, SQLITE_STATIC);
    if (sqlite3_step(b->insert) != SQLITE_DONE)
      bench_fail(sqlite3_errmsg(b->db));
    sqlite3_reset(b->insert);
  }
}

/* Until both write-ahead logs have grown to the size at which SQLite begins to use them again (1,000 pages): while such a
 * file grows, each commit costs the file system more. */
static void warm_up(ledger *l, bare *peer)
{
  for (size_t i = 0; i < WARM_UP; i++) {
    insert_alone(peer);
    append_alone(l);
  }
}

static void compare_appends(ledger *l, const char *path)
{
  bare peer = bare_open(path);
  ledger_open(l, CS_STORE_CREATE);
  bench_case cases[] = {
    {"SQLite, one writer", insert_alone, &peer, APPENDS, 0},
    {"ledger, one writer", append_alone, l, APPENDS, 0},
    {"ledger, 64 writers", append_together, l, APPENDS * WRITERS, 0},
  };
  warm_up(l, &peer);
  printf("Durable appends of %d bytes\n", ENTRY);
  bench_head();
  bench_run(cases, CS_COUNT_OF(cases));
  printf("  ledger / SQLite, one writer = %.0f %% (target: 70)\n", cases[0].median / cases[1].median * 100);
  printf("  64 writers / one writer = %.1f (target: 20)\n", cases[1].median * WRITERS / cases[2].median);
  ledger_close(l);
  bare_close(&peer);
}

/* ---- Verifying --------------------------------------------------------------------------------------------------- */

/* What SHA-256 is at its best: one block of 300 bytes again and again, as `openssl speed -evp sha256 -bytes 300` does. */
static void hash_only(void *context)
{
  EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  unsigned char block[ENTRY] = {0}, hash[CS_HASH];
  for (uint64_t i = *(uint64_t *)context; i > 0; i--)
    if (EVP_Digest(block, sizeof block, hash, NULL, sha256, NULL) != 1)
      bench_fail("OpenSSL has no SHA-256");
  EVP_MD_free(sha256);
}

static void open_only(void *context)
{
  ledger l = *(ledger *)context;
  ledger_open(&l, CS_STORE_READ);
  ledger_close(&l);
}

static void open_and_verify(void *context)
{
  ledger l = *(ledger *)context;
  cs_error error;
  ledger_open(&l, CS_STORE_READ);
  must(cs_log_verify(l.log, NULL, NULL, &error), &error);
  ledger_close(&l);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

/* Resident memory that is this process's own, without pages of files, in bytes. */
static double own_memory(void)
{
  char line[128];
  unsigned long kibibytes = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof line, status) != NULL)
    if (sscanf(line, "RssAnon: %lu", &kibibytes) == 1)
      break;
  if (status != NULL)
    fclose(status);
  return (double)kibibytes * 1024;
}

typedef struct memory_job {
  ledger *ledger;
  double *own; /* peak, seen by both processes */
} memory_job;

static void watch_memory(void *context, uint64_t done, uint64_t all)
{
  double *peak = context, now = own_memory();
  (void)done;
  (void)all;
  if (now > *peak)
    *peak = now;
}

static void verify_watched(void *context)
{
  const memory_job *job = context;
  ledger l = *job->ledger;
  cs_error error;
  ledger_open(&l, CS_STORE_READ);
  must(cs_log_verify(l.log, watch_memory, job->own, &error), &error);
  watch_memory(job->own, 0, 0);
  ledger_close(&l);
}

/* ---- Proofs ------------------------------------------------------------------------------------------------------ */

/* Proofs of leaves and of earlier sizes, spread over the whole ledger. */
typedef struct proofs {
  cs_log *log;
  uint64_t size;
  cs_hash root;
  uint64_t at[PROOFS]; /* leaf, and size */
  cs_hash leaf[PROOFS], old_root[PROOFS];
  cs_proof inclusion[PROOFS], consistency[PROOFS];
} proofs;

static void prove_inclusion(void *context)
{
  proofs *p = context;
  cs_hash_source source = cs_log_hashes(p->log);
  cs_error error;
  for (size_t i = 0; i < PROOFS; i++)
    must(cs_prove_inclusion(&source, p->at[i], p->size, &p->inclusion[i], &error), &error);
}

static void prove_consistency(void *context)
{
  proofs *p = context;
  cs_hash_source source = cs_log_hashes(p->log);
  cs_error error;
  for (size_t i = 0; i < PROOFS; i++)
    must(cs_prove_consistency(&source, p->at[i], p->size, &p->consistency[i], &error), &error);
}

static void check_inclusion(void *context)
{
  const proofs *p = context;
  for (size_t i = 0; i < PROOFS; i++)
    if (!cs_check_inclusion(&p->inclusion[i], p->at[i], p->size, &p->leaf[i], &p->root))
      bench_fail("a proof of inclusion does not hold");
}

static void check_consistency(void *context)
{
  const proofs *p = context;
  for (size_t i = 0; i < PROOFS; i++)
    if (!cs_check_consistency(&p->consistency[i], p->at[i], p->size, &p->old_root[i], &p->root))
      bench_fail("a proof of consistency does not hold");
}

static void choose_places(proofs *p, cs_log *log)
{
  cs_hash_source source = cs_log_hashes(log);
  cs_checkpoint checkpoint = cs_log_checkpoint(log);
  cs_error error;
  p->log = log;
  p->size = checkpoint.size;
  p->root = checkpoint.root;
  for (size_t i = 0; i < PROOFS; i++) {
    cs_tree tree;
    char bytes[ENTRY];
    p->at[i] = 1 + (i * UINT64_C(0x9E3779B97F4A7C15)) % (p->size - 1);
    entry_write(p->at[i], bytes);
    p->leaf[i] = cs_hash_leaf(bytes, ENTRY);
    must(cs_tree_load(&source, p->at[i], &tree, &error), &error);
    p->old_root[i] = cs_tree_root(&tree);
  }
}

/* ---- Growth ------------------------------------------------------------------------------------------------------ */

/* One line of the table: seconds, and bytes. */
typedef struct growth {
  uint64_t size;
  double appended; /* entries a second, in bulk, since the size before */
  double file, open, verify, hash;
  double prove[2], check[2]; /* one proof of inclusion, and of consistency */
  double peak, own;          /* memory while verifying */
} growth;

static void measure_append(ledger *l, growth *g)
{
  ledger_open(l, g->size == SMALLEST ? CS_STORE_CREATE : CS_STORE_WRITE);
  uint64_t before = cs_log_checkpoint(l->log).size;
  double start = bench_now();
  ledger_grow(l->log, g->size);
  ledger_close(l);
  g->appended = (double)(g->size - before) / (bench_now() - start);
  struct stat info;
  if (stat(l->path, &info) == 0)
    g->file = (double)info.st_size;
}

static void measure_memory(ledger *l, growth *g)
{
  memory_job job = {l, mmap(NULL, sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)};
  if (job.own == MAP_FAILED)
    bench_fail("out of memory");
  *job.own = 0;
  g->peak = bench_memory(verify_watched, &job);
  g->own = *job.own;
  munmap(job.own, sizeof(double));
}

static void measure_verify(ledger *l, growth *g)
{
  double bytes = (double)g->size * ENTRY;
  bench_case cases[] = {
    {"OpenSSL, SHA-256 alone", hash_only, &g->size, (double)g->size, 0},
    {"open and verify", open_and_verify, l, (double)g->size, 0},
    {"open", open_only, l, 0, 0},
  };
  bench_run(cases, CS_COUNT_OF(cases));
  g->hash = cases[0].median;
  g->verify = cases[1].median;
  g->open = cases[2].median;
  printf("  verify: %.0f MB/s of entries, SHA-256: %.0f MB/s, verify / SHA-256 = %.0f %% (target: 50)\n",
         bytes / g->verify * 1e-6, bytes / g->hash * 1e-6, g->hash / g->verify * 100);
}

static void measure_proofs(ledger *l, growth *g)
{
  proofs *p = malloc(sizeof *p);
  if (p == NULL)
    bench_fail("out of memory");
  ledger_open(l, CS_STORE_READ);
  choose_places(p, l->log);
  bench_case cases[] = {
    {"1000 proofs of inclusion, made", prove_inclusion, p, 0, 0},
    {"1000 proofs of inclusion, checked", check_inclusion, p, 0, 0},
    {"1000 proofs of consistency, made", prove_consistency, p, 0, 0},
    {"1000 proofs of consistency, checked", check_consistency, p, 0, 0},
  };
  bench_run(cases, CS_COUNT_OF(cases));
  for (size_t i = 0; i < 2; i++) {
    g->prove[i] = cases[2 * i].median / PROOFS;
    g->check[i] = cases[2 * i + 1].median / PROOFS;
  }
  ledger_close(l);
  free(p);
}

static void measure(ledger *l, growth *g)
{
  printf("\nA ledger of %" PRIu64 " entries of %d bytes\n", g->size, ENTRY);
  measure_append(l, g);
  measure_memory(l, g);
  measure_verify(l, g);
  measure_proofs(l, g);
}

/* The table that bench/growth draws: a head of names, then numbers. */
static void print_growth(const growth *lines, size_t count)
{
  printf("\nGrowth\n%10s %10s %9s %8s %9s %9s %9s %9s %9s %9s %9s %9s\n", "entries", "append/s", "file_MB", "open_us",
         "verify_MB/s", "sha256_%", "prove_us", "check_us", "extend_us", "extcheck_us", "peak_MiB", "own_MiB");
  for (size_t i = 0; i < count; i++) {
    const growth *g = &lines[i];
    printf("%10" PRIu64 " %10.0f %9.1f %8.0f %11.0f %8.0f %9.2f %9.2f %9.2f %11.2f %9.1f %9.1f\n", g->size, g->appended,
           g->file * 1e-6, g->open * 1e6, (double)g->size * ENTRY / g->verify * 1e-6, g->hash / g->verify * 100,
           g->prove[0] * 1e6, g->check[0] * 1e6, g->prove[1] * 1e6, g->check[1] * 1e6, g->peak / MEBIBYTE,
           g->own / MEBIBYTE);
  }
}

int main(int count, char **arguments)
{
  if (count < 2)
    bench_fail("usage: ledger-bench DIRECTORY [LARGEST]");
  uint64_t largest = count > 2 ? strtoull(arguments[2], NULL, 10) : 1000000;
  char appends[PATH], peer[PATH], path[PATH];
  snprintf(appends, sizeof appends, "%s/appends.db", arguments[1]);
  snprintf(peer, sizeof peer, "%s/peer.db", arguments[1]);
  snprintf(path, sizeof path, "%s/growth.db", arguments[1]);
  mallopt(M_MMAP_THRESHOLD, 128 * 1024); /* large blocks go back to the system, and count for no child's memory */
  growth lines[SIZES];
  size_t sizes = 0;
  compare_appends(&(ledger){.path = appends, .keys = keys_make()}, peer);
  ledger growing = {.path = path, .keys = keys_make()};
  for (uint64_t size = SMALLEST; size <= largest && sizes < SIZES; size *= 10) {
    lines[sizes] = (growth){.size = size};
    measure(&growing, &lines[sizes++]);
  }
  if (sizes > 0)
    print_growth(lines, sizes);
  return 0;
}
