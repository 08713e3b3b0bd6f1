/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr completion: the completion of command lines for bash, zsh and fish, made from the table of
 * commands and options. Guests are completed by virsh, classes by acdr classes.
 */
#include <ctype.h>
#include <string.h>

#include "commands.h"

/* The shell function, or the word, that completes an argument; NULL: nothing does. */
static const char *completer(const char *word)
{
    if (strstr(word, "FILE") || strstr(word, "DIR"))
        return "files";
    if (strcmp(word, "DOMAIN") == 0 || strcmp(word, "GUEST") == 0)
        return "guests";
    if (strcmp(word, "CLASS") == 0)
        return "classes";
    return strcmp(word, "COMMAND") == 0 ? "commands" : NULL;
}

static void print_commands(const struct tool_command *const *commands)
{
    for (const struct tool_command *const *c = commands; *c; c++)
        printf("%s%s", c == commands ? "" : " ", (*c)->name);
}

/* All words that bash and zsh offer after a command; C NULL: before one. */
static void print_options(const struct tool_command *c)
{
    for (int i = 0; i < TOOL_OPTIONS; i++) {
        const struct tool_option *o = &tool_options[i];

        if (c ? !command_takes(c, o)
              : strcmp(o->name, "root") && strcmp(o->name, "json") && strcmp(o->name, "help") &&
                    strcmp(o->name, "version"))
            continue;
        printf(" --%s", o->name);
        if (o->letter)
            printf(" -%c", o->letter);
    }
}

/* As shell text: the words to type, and calls of the functions that list the others. */
static void print_arguments(const struct tool_command *c)
{
    const char *args = c->args;
    char word[32];

    while (command_argument(&args, word, sizeof(word))) {
        if (islower((unsigned char)word[0]))
            printf(" %s", word);
        else if (completer(word))
            printf(" $(_acdr_%s)", completer(word));
    }
}

/* An option with an argument, as a pattern of case. */
static void print_pattern(const struct tool_option *o)
{
    printf("    --%s", o->name);
    if (o->letter)
        printf(" | -%c", o->letter);
    printf(") ");
}

/* What bash and zsh share: functions that print words, and _acdr_words PREVIOUS COMMAND. */
static void print_functions(const struct tool_command *const *commands)
{
    printf("_acdr_guests() { virsh -q -c qemu:///system list --all --name 2>/dev/null; }\n"
           "_acdr_classes() { acdr classes 2>/dev/null | sed -e 1d -e 's/ .*//'; }\n"
           "_acdr_files() { echo :files; }\n"
           "_acdr_commands() { echo ");
    print_commands(commands);
    printf("; }\n\n_acdr_words() {\n    case $1 in\n");
    for (int i = 0; i < TOOL_OPTIONS; i++) {
        const struct tool_option *o = &tool_options[i];
        if (!o->arg)
            continue;
        print_pattern(o);
        if (completer(o->arg))
            printf("_acdr_%s; ", completer(o->arg));
        printf("return ;;\n");
    }
    printf("    esac\n    case $2 in\n    '') echo \"$(_acdr_commands)");
    print_options(NULL);
    printf("\" ;;\n");
    for (const struct tool_command *const *c = commands; *c; c++) {
        printf("    %s) echo \"", (*c)->name);
        print_arguments(*c);
        print_options(*c);
        printf("\" ;;\n");
    }
    printf("    esac\n}\n\n"
           "# _acdr_command WORD...: the command among the words before the cursor.\n"
           "_acdr_command() {\n    local skip='' word\n    for word; do\n"
           "        if [ -n \"$skip\" ]; then skip=''; continue; fi\n        case $word in\n");
    for (int i = 0; i < TOOL_OPTIONS; i++)
        if (tool_options[i].arg) {
            print_pattern(&tool_options[i]);
            printf("skip=1 ;;\n");
        }
    printf("    -*) ;;\n    *) echo \"$word\"; return ;;\n        esac\n    done\n}\n\n");
}

static void print_bash(const struct tool_command *const *commands)
{
    printf("# Completion of acdr(1) for bash, printed by: acdr completion bash\n");
    print_functions(commands);
    printf("_acdr() {\n"
           "    local words cur=${COMP_WORDS[COMP_CWORD]}\n"
           "    words=$(_acdr_words \"${COMP_WORDS[COMP_CWORD - 1]}\" \\\n"
           "        \"$(_acdr_command \"${COMP_WORDS[@]:1:COMP_CWORD - 1}\")\")\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"${words//:files/}\" -- \"$cur\"\n"
           "        case $words in *:files*) compgen -f -- \"$cur\" ;; esac)\n"
           "}\n"
           "complete -o filenames -F _acdr acdr\n");
}

static void print_zsh(const struct tool_command *const *commands)
{
    printf("#compdef acdr\n"
           "# Completion of acdr(1) for zsh, printed by: acdr completion zsh\n");
    print_functions(commands);
    printf("_acdr() {\n"
           "    local found\n"
           "    found=$(_acdr_words \"${words[CURRENT - 1]}\" \\\n"
           "        \"$(_acdr_command \"${(@)words[2,CURRENT - 1]}\")\")\n"
           "    compadd -- ${=found//:files/}\n"
           "    [[ $found != *:files* ]] || _files\n"
           "}\n"
           "[[ ${funcstack[1]} != _acdr ]] || _acdr \"$@\"\n"
           "(( ! $+functions[compdef] )) || compdef _acdr acdr\n");
}

/* In the single quotes of fish. */
static void print_quoted(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void print_fish_option(const struct tool_command *c, const struct tool_option *o)
{
    printf("complete -c acdr -n '__fish_seen_subcommand_from %s' -l %s", c->name, o->name);
    if (o->letter)
        printf(" -s %c", o->letter);
    if (o->arg && completer(o->arg) && strcmp(completer(o->arg), "files") == 0)
        printf(" -r -F");
    else if (o->arg && completer(o->arg))
        printf(" -x -a '(__acdr_%s)'", completer(o->arg));
    else if (o->arg)
        printf(" -x");
    printf(" -d ");
    print_quoted(o->help);
    putchar('\n');
}

static void print_fish_command(const struct tool_command *c)
{
    const char *args = c->args;
    char word[32];

    printf("complete -c acdr -n __fish_use_subcommand -a %s -d ", c->name);
    print_quoted(c->help);
    putchar('\n');
    while (command_argument(&args, word, sizeof(word))) {
        printf("complete -c acdr -n '__fish_seen_subcommand_from %s' ", c->name);
        if (islower((unsigned char)word[0]))
            printf("-a %s\n", word);
        else if (completer(word) && strcmp(completer(word), "files") == 0)
            printf("-F\n");
        else
            printf("-a '(__acdr_%s)'\n", completer(word) ? completer(word) : "nothing");
    }
    for (int i = 0; i < TOOL_OPTIONS; i++)
        if (command_takes(c, &tool_options[i]))
            print_fish_option(c, &tool_options[i]);
}

static void print_fish(const struct tool_command *const *commands)
{
    printf("# Completion of acdr(1) for fish, printed by: acdr completion fish\n"
           "function __acdr_guests; virsh -q -c qemu:///system list --all --name 2>/dev/null; end\n"
           "function __acdr_classes; acdr classes 2>/dev/null | sed -e 1d -e 's/ .*//'; end\n"
           "function __acdr_nothing; end\n"
           "function __acdr_commands; string split ' ' '");
    print_commands(commands);
    printf("'; end\ncomplete -c acdr -f\n"
           "complete -c acdr -n __fish_use_subcommand -l help -s h -d 'list the commands'\n"
           "complete -c acdr -n __fish_use_subcommand -l version -s V -d 'print the version'\n");
    for (const struct tool_command *const *c = commands; *c; c++)
        print_fish_command(*c);
}

static int run(struct tool *t)
{
    static const struct {
        const char *name;
        void (*print)(const struct tool_command *const *commands);
    } shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
        if (strcmp(t->arg[0], shells[i].name) == 0) {
            shells[i].print(t->commands);
            return 0;
        }
    return tool_usage(t, "the shell is bash, zsh or fish");
}

const struct tool_command cmd_completion = {
    .name = "completion",
    .args = "bash | zsh | fish",
    .help = "Print the completion of command lines for a shell",
    .about = "The installation puts all three where the shells look for them.",
    .example = "acdr completion bash >~/.local/share/bash-completion/completions/acdr",
    .options = "",
    .min = 1,
    .max = 1,
    .hostless = true,
    .run = run,
};
