#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "assess/assess.h"
#include "fuzz.h"

/* Every record of the file, field by field. */
static void read_records(const cs_file *file)
{
  cs_arena arena = {0};
  cs_csv csv = cs_csv_open(file);
  cs_error error;
  while (cs_csv_next(&csv, &error) > 0)
    for (size_t i = 0; i < csv.count; i++) {
      need(cs_csv_text(&csv.fields[i], &arena).length <= csv.fields[i].raw.length);
      need(cs_csv_mark(&csv, i).line > 0);
    }
  cs_arena_free(&arena);
}

static void assess(const cs_treaty *treaty, const char *path)
{
  cs_holdings *holdings;
  cs_assessment *assessment;
  cs_assess_options options = {0};
  cs_error error;
  need(cs_date_parse("2026-02-05", 10, &options.at));
  if (cs_holdings_read(treaty, &path, 1, &holdings, &error) != CS_OK)
    return;
  if (cs_assess(treaty, holdings, &options, &assessment, &error) == CS_OK)
    cs_assessment_free(assessment);
  cs_holdings_free(holdings);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
  static cs_treaty *treaty;
  static int fd = -1;
  char path[64];
  cs_file file;
  cs_error error;
  if (treaty == NULL)
    need(cs_treaty_read("treaties/new-start.yaml", &treaty, &error) == CS_OK);
  if (fd < 0)
    need((fd = memfd_create("record", 0)) >= 0);
  need(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, length, 0) == (ssize_t)length);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (cs_file_read(path, 1 << 20, &file, &error) != CS_OK)
    return 0;
  read_records(&file);
  cs_file_free(&file);
  assess(treaty, path);
  return 0;
}
