/* What a program outside does with the installed library: reads an agreement and holdings, and prints what they come to. */
#include <stdio.h>

#include <countersign/countersign.h>

int main(int argc, char **argv)
{
  if (argc != 3)
    return 2;
  cs_treaty *treaty = NULL;
  cs_holdings *holdings = NULL;
  cs_assessment *assessment = NULL;
  cs_error error;
  const char *path = argv[2];
  cs_assess_options options = {0, NULL, 0, 0};
  cs_date_parse("2026-03-01", 10, &options.at);
  cs_status status = cs_treaty_read(argv[1], &treaty, &error);
  if (status == CS_OK)
    status = cs_holdings_read(treaty, &path, 1, &holdings, &error);
  if (status == CS_OK)
    status = cs_assess(treaty, holdings, &options, &assessment, &error);
  if (status == CS_OK) {
    printf("%s %s\n%s\n", cs_version(), cs_treaty_id(treaty), cs_assessment_conclusion(assessment));
  } else {
    char line[1024];
    cs_error_format(&error, line, sizeof line);
    puts(line);
  }
  cs_assessment_free(assessment);
  cs_holdings_free(holdings);
  cs_treaty_free(treaty);
  return (int)status;
}
