/* Arguments of a command, by its table of options. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"

static const cli_option *find_option(const cli_command *command, cs_slice name)
{
  for (size_t i = 0; i < command->option_count; i++)
    if (cs_slice_is(name, command->options[i].name))
      return &command->options[i];
  return NULL;
}

static cli_exit unknown_option(const cli_command *command, cs_slice name)
{
  char quoted[CS_QUOTED];
  const char *nearest = command->option_count == 0
                          ? NULL
                          : cs_nearest(name, &command->options[0].name, command->option_count, sizeof(cli_option));
  if (nearest != NULL)
    return cli_usage(command, "there is no option %s; did you mean --%s?", cs_quote(name, quoted), nearest);
  return cli_usage(command, "there is no option %s", cs_quote(name, quoted));
}

/* The name of the option that a short form stands for; the letter itself where there is none. */
static cs_slice long_name(const cli_command *command, const char *letter)
{
  for (size_t i = 0; i < command->option_count; i++)
    if (command->options[i].letter == letter[1] && letter[2] == '\0')
      return cs_slice_of(command->options[i].name);
  return cs_slice_of(letter);
}

/* Takes argument `*at`, and its value where that is the next one. */
static cli_exit take_option(cli_args *args, int argc, char **argv, int *at)
{
  const cli_command *command = args->command;
  bool brief = argv[*at][1] != '-';
  cs_slice name = brief ? long_name(command, argv[*at]) : cs_slice_of(argv[*at] + 2);
  const char *value = brief ? NULL : memchr(name.at, '=', name.length);
  if (value != NULL)
    name.length = (size_t)(value++ - name.at);
  const cli_option *option = find_option(command, name);
  if (option == NULL)
    return unknown_option(command, name);
  if (option->argument == NULL && value != NULL)
    return cli_usage(command, "--%s takes no value", option->name);
  if (option->argument != NULL && value == NULL) {
    if (*at + 1 >= argc)
      return cli_usage(command, "--%s is given without a value; expected %s", option->name, option->argument);
    value = argv[++*at];
  }
  if (!option->repeated && cli_value(args, option->name) != NULL)
    return cli_usage(command, "--%s is given twice", option->name);
  args->given[args->given_count].option = option;
  args->given[args->given_count++].value = value == NULL ? "" : value;
  return CLI_OK;
}

/* Standard input can be read once. */
static cli_exit check_input(const cli_args *args)
{
  size_t readers = 0;
  for (size_t i = 0; i < args->given_count; i++)
    readers += args->given[i].option->kind == CLI_FILE && strcmp(args->given[i].value, "-") == 0;
  for (size_t i = 0; i < args->operand_count; i++)
    readers += args->command->operand_kind == CLI_FILE && strcmp(args->operands[i], "-") == 0;
  if (readers < 2)
    return CLI_OK;
  return cli_usage(
    args->command,
    "%zu of the files are \"-\", and standard input can be read only once; expected names for the others", readers);
}

static bool same_file(const char *a, const char *b)
{
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* What is written takes the place of nothing that is read. */
static cli_exit check_output(const cli_args *args)
{
  for (size_t i = 0; i < args->given_count; i++) {
    const cli_option *option = args->given[i].option;
    const char *path = args->given[i].value;
    if (option->kind != CLI_OUTPUT)
      continue;
    if (strcmp(path, "-") == 0 || path[0] == '\0')
      return cli_usage(args->command, "--%s is given \"%s\"; expected the name of a file", option->name, path);
    for (size_t k = 0; k < args->given_count; k++)
      if (args->given[k].option->kind == CLI_FILE && same_file(path, args->given[k].value))
        return cli_usage(args->command, "--%s is the file that --%s reads; expected another", option->name,
                         args->given[k].option->name);
    for (size_t k = 0; k < args->operand_count; k++)
      if (args->command->operand_kind == CLI_FILE && same_file(path, args->operands[k]))
        return cli_usage(args->command, "--%s is a file that is read; expected another", option->name);
  }
  return CLI_OK;
}

cli_exit cli_parse(const cli_command *command, int argc, char **argv, cli_args *out)
{
  *out = (cli_args){.command = command};
  bool options = true;
  if (argc > CLI_ARGUMENTS)
    return cli_usage(command, "too many arguments; expected at most %d", CLI_ARGUMENTS);
  for (int i = 0; i < argc; i++) {
    if (options && strcmp(argv[i], "--") == 0) {
      options = false;
    } else if (options && argv[i][0] == '-' && argv[i][1] != '\0') {
      cli_exit exit = take_option(out, argc, argv, &i);
      if (exit != CLI_OK)
        return exit;
    } else {
      out->operands[out->operand_count++] = argv[i];
    }
  }
  if (out->operand_count < command->least && command->run_without != NULL)
    return command->run_without(out);
  for (size_t i = 0; i < command->option_count; i++)
    if (command->options[i].required && cli_value(out, command->options[i].name) == NULL)
      return cli_usage(command, "--%s is missing; expected --%s %s", command->options[i].name, command->options[i].name,
                       command->options[i].argument);
  if (out->operand_count < command->least)
    return cli_usage(command, "expected %s", command->operand);
  if (out->operand_count > command->most) {
    char quoted[CS_QUOTED];
    return cli_usage(command, "%s is one argument too many",
                     cs_quote(cs_slice_of(out->operands[command->most]), quoted));
  }
  cli_exit exit = check_input(out);
  return exit == CLI_OK ? check_output(out) : exit;
}

const char *cli_value(const cli_args *args, const char *option)
{
  const char *all[CLI_ARGUMENTS];
  return cli_values(args, option, all) > 0 ? all[0] : NULL;
}

size_t cli_values(const cli_args *args, const char *option, const char **out)
{
  size_t count = 0;
  for (size_t i = 0; i < args->given_count; i++)
    if (strcmp(args->given[i].option->name, option) == 0)
      out[count++] = args->given[i].value;
  return count;
}

cli_exit cli_date(const cli_args *args, const char *option, cs_date otherwise, cs_date *out)
{
  const char *value = cli_value(args, option);
  char quoted[CS_QUOTED];
  *out = otherwise;
  if (value == NULL || cs_date_parse(value, strlen(value), out))
    return CLI_OK;
  return cli_usage(args->command, "--%s is given %s; expected a day that exists, as YYYY-MM-DD", option,
                   cs_quote(cs_slice_of(value), quoted));
}

cli_exit cli_number(const cli_args *args, const char *option, int64_t least, int64_t most, int64_t otherwise,
                    int64_t *out)
{
  const char *value = cli_value(args, option), *why;
  char quoted[CS_QUOTED], low[CS_GROUPED], high[CS_GROUPED];
  *out = otherwise;
  if (value == NULL)
    return CLI_OK;
  if (cs_number_parse(cs_slice_of(value), out, &why))
    why = *out < least ? "is too small" : *out > most ? "is too large" : NULL;
  if (why == NULL)
    return CLI_OK;
  return cli_usage(args->command, "--%s is given %s, which %s; expected a whole number from %s to %s", option,
                   cs_quote(cs_slice_of(value), quoted), why, cs_grouped(least, low), cs_grouped(most, high));
}

cli_exit cli_decimal(const cli_args *args, const char *option, double least, double most, double otherwise, double *out)
{
  const char *value = cli_value(args, option);
  char quoted[CS_QUOTED];
  *out = otherwise;
  if (value == NULL || (cs_decimal_parse(cs_slice_of(value), out) && *out >= least && *out <= most))
    return CLI_OK;
  return cli_usage(args->command, "--%s is given %s; expected a number from %g to %g", option,
                   cs_quote(cs_slice_of(value), quoted), least, most);
}
