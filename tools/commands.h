/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands and the options of acdr: the one table from which calls are parsed, and from which
 * help and completion are made. */
#ifndef ACDR_TOOLS_COMMANDS_H
#define ACDR_TOOLS_COMMANDS_H

#include <stddef.h>
#include <stdio.h>

#include "tool.h"

struct tool_option {
    const char *name;
    size_t at;       /* its member in struct tool: a bool, or the text of its argument */
    const char *arg; /* what its argument is; NULL: it takes none */
    char letter;     /* its short form, 0: none */
    const char *help;
};

enum { TOOL_OPTIONS = 29 };

extern const struct tool_command *const tool_commands[]; /* ends with NULL */
extern const struct tool_option tool_options[TOOL_OPTIONS];

/* COMMANDS end with NULL, here and below. NULL: there is none of that name. */
const struct tool_command *command_find(const struct tool_command *const *commands,
                                        const char *name);
/* Does the command take it? Every command takes --help and --version. */
bool command_takes(const struct tool_command *c, const struct tool_option *o);

/* What follows a command: the next word of its ARGS that is no option and no option's argument,
 * such as "DOMAIN", or in lower case a word that is typed so. False: there is no more. */
bool command_argument(const char **args, char *word, size_t size);

/* help.c: the list of commands, or all about one. */
void help_print(FILE *f, const struct tool_command *const *commands,
                const struct tool_command *only);

/* refuse.c: print what is wrong and what may have been meant; the exit status, 2. ANSWER and LETTER
 * are getopt's, its optopt; WORD is the option. */
int refuse_command(const struct tool_command *const *commands, const char *name);
int refuse_option(int answer, int letter, const char *word);

#endif
