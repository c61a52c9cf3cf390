#define _XOPEN_SOURCE 700 /* nftw */
#include "support.h"

#include <ftw.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char folder[64];
static char *paths[1024];
static size_t path_count;

int scratch_open(void **state)
{
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/countersign-test-XXXXXX");
  path_count = 0;
  return mkdtemp(folder) == NULL;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
  (void)info;
  (void)kind;
  (void)place;
  return remove(path);
}

int scratch_close(void **state)
{
  (void)state;
  for (size_t i = 0; i < path_count; i++)
    free(paths[i]);
  return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_path(const char *name)
{
  if (path_count == CS_COUNT_OF(paths))
    fail_msg("too many temporary files");
  char path[512];
  snprintf(path, sizeof path, "%s/%zu-%s", folder, path_count, name);
  paths[path_count] = strdup(path);
  if (paths[path_count] == NULL)
    fail_msg("out of memory");
  return paths[path_count++];
}

const char *scratch_bytes(const char *name, const void *bytes, size_t length)
{
  const char *path = scratch_path(name);
  FILE *file = fopen(path, "wb");
  bool ok = file != NULL && fwrite(bytes, 1, length, file) == length;
  if (file == NULL || fclose(file) != 0 || !ok)
    fail_msg("%s cannot be written", path);
  return path;
}

const char *scratch_file(const char *name, const char *text)
{
  return scratch_bytes(name, text, strlen(text));
}

static void fail_error(const cs_error *error)
{
  char line[1400];
  cs_error_format(error, line, sizeof line);
  fail_msg("%s", line);
}

void must(cs_status status, const cs_error *error)
{
  if (status != CS_OK)
    fail_error(error);
}

cs_verifier make_key(const char *name, cs_signature_type type, unsigned char seed, unsigned char secret[CS_SECRET_KEY])
{
  unsigned char seeds[crypto_sign_SEEDBYTES], public[CS_PUBLIC_KEY];
  cs_verifier out;
  memset(seeds, seed, sizeof seeds);
  crypto_sign_seed_keypair(public, secret, seeds);
  if (!cs_verifier_make(cs_slice_of(name), type, public, &out))
    fail_msg("%s is no name of a key", name);
  return out;
}

cs_hash naive_root(const cs_hash *leaves, size_t count)
{
  unsigned char node[1 + 2 * CS_HASH] = {0x01};
  cs_hash out, halves[2];
  size_t left = 1;
  if (count == 1)
    return leaves[0];
  while (2 * left < count)
    left *= 2;
  if (count > 0) {
    halves[0] = naive_root(leaves, left);
    halves[1] = naive_root(leaves + left, count - left);
    memcpy(node + 1, halves, sizeof halves);
  }
  SHA256(node, count == 0 ? 0 : sizeof node, out.bytes);
  return out;
}

cs_date day(const char *text)
{
  cs_date date = CS_DATE_NONE;
  if (!cs_date_parse(text, strlen(text), &date))
    fail_msg("%s is not a date", text);
  return date;
}

cs_treaty *read_treaty(const char *path)
{
  cs_treaty *treaty;
  cs_error error;
  if (cs_treaty_read(path, &treaty, &error) != CS_OK)
    fail_error(&error);
  return treaty;
}

cs_treaty *make_treaty(const char *yaml)
{
  return read_treaty(scratch_file("treaty.yaml", yaml));
}

cs_error refuse_treaty(const char *yaml)
{
  cs_treaty *treaty;
  cs_error error = {0};
  assert_int_equal(cs_treaty_read(scratch_file("treaty.yaml", yaml), &treaty, &error), CS_INVALID);
  assert_null(treaty);
  return error;
}

cs_holdings *make_holdings(const cs_treaty *treaty, const char *csv, const char *more)
{
  const char *files[2] = {scratch_file("holdings.csv", csv)};
  if (more != NULL)
    files[1] = scratch_file("more.csv", more);
  cs_holdings *holdings;
  cs_error error;
  if (cs_holdings_read(treaty, files, more == NULL ? 1 : 2, &holdings, &error) != CS_OK)
    fail_error(&error);
  return holdings;
}

cs_error refuse_holdings(const cs_treaty *treaty, const char *csv)
{
  const char *file = scratch_file("holdings.csv", csv);
  cs_holdings *holdings;
  cs_error error = {0};
  assert_int_equal(cs_holdings_read(treaty, &file, 1, &holdings, &error), CS_INVALID);
  assert_null(holdings);
  return error;
}

cs_assessment *assess_at(const cs_treaty *treaty, const cs_holdings *holdings, const char *at)
{
  cs_assessment *assessment;
  cs_error error;
  if (cs_assess(treaty, holdings, &(cs_assess_options){.at = day(at)}, &assessment, &error) != CS_OK)
    fail_error(&error);
  return assessment;
}

static bool matches(const cs_finding *f, const char *date, const char *party, const char *rule)
{
  return (date == NULL || f->date == day(date)) && (party == NULL || strcmp(f->party, party) == 0) &&
         (rule == NULL || strcmp(f->rule, rule) == 0);
}

size_t count_findings(const cs_assessment *assessment, const char *date, const char *party, const char *rule)
{
  size_t count = 0;
  for (size_t i = 0; i < cs_assessment_count(assessment); i++) {
    cs_finding f = cs_assessment_at(assessment, i);
    count += matches(&f, date, party, rule);
  }
  return count;
}

cs_finding find(const cs_assessment *assessment, const char *date, const char *party, const char *rule)
{
  size_t count = count_findings(assessment, date, party, rule);
  if (count != 1)
    fail_msg("%zu findings of %s for %s on %s; expected one", count, rule, party, date);
  for (size_t i = 0;; i++) {
    cs_finding f = cs_assessment_at(assessment, i);
    if (matches(&f, date, party, rule))
      return f;
  }
}
