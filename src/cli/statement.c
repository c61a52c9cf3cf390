/* countersign statement schema */
#include "cli/cli.h"

static cli_exit run_schema(const cli_args *args)
{
  (void)args;
  cs_text out = {0};
  cs_error error;
  if (cs_statement_schema(&out, &error) == CS_OK)
    return cli_print(&out, CLI_OK);
  cs_text_free(&out);
  return cli_fail(&error);
}

const cli_command cli_statement_schema = {
  .name = "statement schema",
  .summary = "print the JSON Schema of statements, for programs",
  .example = "  countersign statement schema > schemas/statement.schema.json",
  .run = run_schema,
};
