/* countersign completion: from the same tables as --help. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

/* The first word of a command's name, and whether an earlier command has it too. */
static cs_slice first_word(size_t index, bool *repeated)
{
  const char *name = cli_commands[index]->name;
  cs_slice word = {name, strcspn(name, " ")};
  *repeated = false;
  for (size_t i = 0; i < index; i++)
    *repeated =
      *repeated || cs_slice_equal(word, (cs_slice){cli_commands[i]->name, strcspn(cli_commands[i]->name, " ")});
  return word;
}

/* What the operands of completion itself may be. */
static const char SHELLS[] = "bash zsh fish";

static bool is_path(const cli_option *option)
{
  return option->kind == CLI_FILE || option->kind == CLI_OUTPUT;
}

static bool takes_files(const cli_command *command)
{
  return command->operand != NULL && command->operand_kind == CLI_FILE;
}

/* ---- bash -------------------------------------------------------------------------------- */

static void bash_words(cs_text *out)
{
  for (size_t i = 0; i < cli_command_count; i++) {
    bool repeated;
    cs_slice word = first_word(i, &repeated);
    if (!repeated)
      cs_text_add(out, "%s%.*s", i == 0 ? "" : " ", (int)word.length, word.at);
  }
}

static void bash(cs_text *out)
{
  cs_text_add(out, "# bash completion for countersign, written by \"countersign completion bash\"\n"
                   "_countersign()\n{\n"
                   "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                   "  local command=${COMP_WORDS[1]} options= values= operands=\n"
                   "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"");
  bash_words(out);
  cs_text_add(out, "\" -- \"$cur\"))\n    return\n  fi\n  case \"$command\" in\n");
  for (size_t i = 0; i < cli_command_count; i++) {
    bool repeated;
    cs_slice word = first_word(i, &repeated);
    if (repeated || cli_commands[i]->name[word.length] == '\0')
      continue;
    cs_text_add(out, "  %.*s)\n    if [ \"$COMP_CWORD\" -eq 2 ]; then\n      COMPREPLY=($(compgen -W \"",
                (int)word.length, word.at);
    for (size_t k = i; k < cli_command_count; k++)
      if (strncmp(cli_commands[k]->name, word.at, word.length) == 0 && cli_commands[k]->name[word.length] == ' ')
        cs_text_add(out, "%s%s", k == i ? "" : " ", cli_commands[k]->name + word.length + 1);
    cs_text_add(out, "\" -- \"$cur\"))\n      return\n    fi\n    command=\"$command ${COMP_WORDS[2]}\" ;;\n");
  }
  cs_text_add(out, "  esac\n  case \"$command\" in\n");
  for (size_t i = 0; i < cli_command_count; i++) {
    const cli_command *command = cli_commands[i];
    cs_text_add(out, "  '%s')\n    options=\"", command->name);
    for (size_t k = 0; k < command->option_count; k++)
      cs_text_add(out, "--%s ", command->options[k].name);
    cs_text_add(out, "--help\"\n    case \"$prev\" in\n");
    for (size_t k = 0; k < command->option_count; k++)
      if (command->options[k].argument != NULL)
        cs_text_add(out, "    --%s) values=%s ;;\n", command->options[k].name,
                    is_path(&command->options[k]) ? "file" : "word");
    cs_text_add(out, "    esac\n");
    if (command->operand_kind == CLI_SHELL)
      cs_text_add(out, "    operands=\"%s\"\n", SHELLS);
    cs_text_add(out, "    ;;\n");
  }
  cs_text_add(out, "  esac\n"
                   "  case \"$values\" in\n"
                   "  file) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
                   "  word) COMPREPLY=() ;;\n"
                   "  *)\n"
                   "    case \"$cur\" in\n"
                   "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n"
                   "    *)\n"
                   "      if [ -n \"$operands\" ]; then COMPREPLY=($(compgen -W \"$operands\" -- \"$cur\"))\n"
                   "      else COMPREPLY=($(compgen -f -- \"$cur\")); fi ;;\n"
                   "    esac ;;\n"
                   "  esac\n}\n"
                   "complete -o filenames -F _countersign countersign\n");
}

/* ---- zsh --------------------------------------------------------------------------------- */

/* `text` for use within single quotes and _arguments specifications. */
static void zsh_text(cs_text *out, const char *text)
{
  for (; *text != '\0'; text++) {
    if (*text == '\'')
      cs_text_add(out, "'\\''");
    else
      cs_text_add(out, "%s%c", *text == '[' || *text == ']' || *text == ':' ? "\\" : "", *text);
  }
}

static void zsh_arguments(cs_text *out, const cli_command *command)
{
  cs_text_add(out, "_arguments");
  for (size_t i = 0; i < command->option_count; i++) {
    const cli_option *option = &command->options[i];
    cs_text_add(out, " '%s--%s[", option->repeated ? "*" : "", option->name);
    zsh_text(out, option->help);
    cs_text_add(out, "]");
    if (option->argument != NULL)
      cs_text_add(out, ":%s:%s", option->argument, is_path(option) ? "_files" : "");
    cs_text_add(out, "'");
  }
  cs_text_add(out, " '--help[this help]'%s", takes_files(command) ? " '*:file:_files'" : "");
  if (command->operand_kind == CLI_SHELL)
    cs_text_add(out, " '*:shell:(%s)'", SHELLS);
}

static void zsh(cs_text *out)
{
  cs_text_add(out, "#compdef countersign\n# zsh completion for countersign, written by \"countersign completion zsh\"\n"
                   "_countersign()\n{\n"
                   "  local -a commands\n  commands=(\n");
  for (size_t i = 0; i < cli_command_count; i++) {
    bool repeated;
    cs_slice word = first_word(i, &repeated);
    if (repeated)
      continue;
    cs_text_add(out, "    '%.*s:", (int)word.length, word.at);
    zsh_text(out, cli_commands[i]->name[word.length] == '\0' ? cli_commands[i]->summary : "a group of commands");
    cs_text_add(out, "'\n");
  }
  cs_text_add(out, "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
                   "  case $words[2] in\n");
  for (size_t i = 0; i < cli_command_count; i++) {
    bool repeated;
    cs_slice word = first_word(i, &repeated);
    if (repeated)
      continue;
    cs_text_add(out, "  %.*s)\n", (int)word.length, word.at);
    if (cli_commands[i]->name[word.length] == '\0') {
      cs_text_add(out, "    shift words; (( CURRENT-- ))\n    ");
      zsh_arguments(out, cli_commands[i]);
      cs_text_add(out, " ;;\n");
      continue;
    }
    cs_text_add(out, "    if (( CURRENT == 3 )); then\n      _values command");
    for (size_t k = i; k < cli_command_count; k++)
      if (strncmp(cli_commands[k]->name, word.at, word.length) == 0) {
        cs_text_add(out, " '%s[", cli_commands[k]->name + word.length + 1);
        zsh_text(out, cli_commands[k]->summary);
        cs_text_add(out, "]'");
      }
    cs_text_add(out, "\n      return\n    fi\n    shift 2 words; (( CURRENT -= 2 ))\n    case $words[1] in\n");
    for (size_t k = i; k < cli_command_count; k++)
      if (strncmp(cli_commands[k]->name, word.at, word.length) == 0) {
        cs_text_add(out, "    %s) ", cli_commands[k]->name + word.length + 1);
        zsh_arguments(out, cli_commands[k]);
        cs_text_add(out, " ;;\n");
      }
    cs_text_add(out, "    esac ;;\n");
  }
  cs_text_add(out, "  esac\n}\n_countersign \"$@\"\n");
}

/* ---- fish -------------------------------------------------------------------------------- */

static void fish_text(cs_text *out, const char *text)
{
  for (; *text != '\0'; text++)
    cs_text_add(out, "%s%c", *text == '\'' || *text == '\\' ? "\\" : "", *text);
}

/* When the words of a command are there. */
static void fish_condition(cs_text *out, cs_slice first, const char *second)
{
  cs_text_add(out, "__fish_seen_subcommand_from %.*s", (int)first.length, first.at);
  if (second != NULL)
    cs_text_add(out, "; and __fish_seen_subcommand_from %s", second);
}

/* One word of a command, where `condition` holds. */
static void fish_word(cs_text *out, const char *condition, cs_slice word, const char *help)
{
  cs_text_add(out, "complete -c countersign -n '%s' -a %.*s -d '", condition, (int)word.length, word.at);
  fish_text(out, help);
  cs_text_add(out, "'\n");
}

static void fish_options(cs_text *out, const cli_command *command, const char *condition)
{
  for (size_t k = 0; k < command->option_count; k++) {
    const cli_option *option = &command->options[k];
    const char *value = option->argument == NULL ? "" : is_path(option) ? " -r -F" : " -x";
    cs_text_add(out, "complete -c countersign -n '%s' -l %s%s -d '", condition, option->name, value);
    fish_text(out, option->help);
    cs_text_add(out, "'\n");
  }
  if (command->operand_kind == CLI_SHELL)
    cs_text_add(out, "complete -c countersign -n '%s' -a '%s'\n", condition, SHELLS);
  if (takes_files(command))
    cs_text_add(out, "complete -c countersign -n '%s' -F\n", condition);
}

static void fish(cs_text *out)
{
  cs_text_add(out, "# fish completion for countersign, written by \"countersign completion fish\"\n"
                   "complete -c countersign -f\n");
  for (size_t i = 0; i < cli_command_count; i++) {
    const cli_command *command = cli_commands[i];
    bool repeated;
    cs_slice word = first_word(i, &repeated);
    const char *second = command->name[word.length] == ' ' ? command->name + word.length + 1 : NULL;
    cs_text first = {0}, whole = {0};
    fish_condition(&first, word, NULL);
    fish_condition(&whole, word, second);
    out->failed = out->failed || first.failed || whole.failed;
    if (!out->failed) {
      if (!repeated)
        fish_word(out, "__fish_use_subcommand", word, second != NULL ? "a group of commands" : command->summary);
      if (second != NULL)
        fish_word(out, first.at, cs_slice_of(second), command->summary);
      fish_options(out, command, whole.at);
    }
    cs_text_free(&first);
    cs_text_free(&whole);
  }
}

static const struct {
  const char *name;
  void (*write)(cs_text *out);
} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

static cli_exit run_completion(const cli_args *args)
{
  for (size_t i = 0; i < CS_COUNT_OF(shells); i++) {
    if (strcmp(args->operands[0], shells[i].name) == 0) {
      cs_text out = {0};
      shells[i].write(&out);
      return cli_print(&out, CLI_OK);
    }
  }
  char quoted[CS_QUOTED];
  return cli_usage(args->command, "%s is not a shell that is known; expected bash, zsh or fish",
                   cs_quote(cs_slice_of(args->operands[0]), quoted));
}

const cli_command cli_completion = {
  .name = "completion",
  .summary = "print the completion of a shell",
  .operand = "SHELL",
  .operand_kind = CLI_SHELL,
  .least = 1,
  .most = 1,
  .notes = "Shells: bash, zsh, fish. \"make install\" installs all three.",
  .example = "  countersign completion bash > ~/.local/share/bash-completion/completions/countersign",
  .run = run_completion,
};
