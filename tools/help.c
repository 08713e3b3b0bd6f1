/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr help, and --help: the list of commands, or all about one of them, from the table. */
#include <string.h>

#include "commands.h"
#include "out.h"

enum { NAME_WIDTH = 14, OPTION_WIDTH = 22, STATUS_WIDTH = 5 };

static const char usual_exits[] = "0 done\n"
                                  "1 failed; a line on standard error says what, where and why\n"
                                  "2 the command line is wrong\n";

static void print_option(FILE *f, const struct tool_option *o)
{
    char letter[8] = "    ", head[64];
    int n;

    if (o->letter)
        snprintf(letter, sizeof(letter), "-%c, ", o->letter);
    n = snprintf(head, sizeof(head), "  %s--%s%s%s ", letter, o->name, o->arg ? " " : "",
                 o->arg ? o->arg : "");
    fprintf(f, "%-*s", OPTION_WIDTH, head);
    out_wrap(f, n > OPTION_WIDTH ? n : OPTION_WIDTH, OPTION_WIDTH, o->help);
}

/* LINES: "STATUS MEANING\n" each. */
static void print_exits(FILE *f, const char *lines)
{
    char line[256];
    int n;

    fputs("\nExit status:\n", f);
    for (; *lines; lines += strcspn(lines, "\n") + 1) {
        snprintf(line, sizeof(line), "%.*s", (int)strcspn(lines, "\n"), lines);
        n = (int)strcspn(line, " ");
        out_wrap(f, fprintf(f, "  %.*s  ", n, line), STATUS_WIDTH, line + n + (line[n] == ' '));
    }
}

static void print_one(FILE *f, const struct tool_command *c)
{
    fprintf(f, "usage: acdr %s%s", c->name, c->args[0] ? " " : "");
    out_wrap(f, 12 + (int)strlen(c->name) + (c->args[0] != 0), 12, c->args);
    putc('\n', f);
    out_wrap(f, 0, 0, c->help);
    if (c->about) {
        putc('\n', f);
        out_wrap(f, 0, 0, c->about);
    }
    fputs("\nOptions:\n", f);
    for (int i = 0; i < TOOL_OPTIONS; i++)
        if (command_takes(c, &tool_options[i]))
            print_option(f, &tool_options[i]);
    print_exits(f, c->exits ? c->exits : usual_exits);
    fprintf(f, "\nExample:\n  %s\n\nacdr(1) says more.\n", c->example);
}

void help_print(FILE *f, const struct tool_command *const *commands,
                const struct tool_command *only)
{
    if (only) {
        print_one(f, only);
        return;
    }
    fputs("usage: acdr [--root DIR|FILE] [--json] COMMAND [ARGUMENT...]\n"
          "Condition this host for its guests, and show what was done to it.\n\n",
          f);
    for (const struct tool_command *const *c = commands; *c; c++) {
        fprintf(f, "  %-*s", NAME_WIDTH - 2, (*c)->name);
        out_wrap(f, NAME_WIDTH, NAME_WIDTH, (*c)->help);
    }
    fputs("\n'acdr COMMAND --help' describes one: options, units, exit statuses, an example.\n"
          "Begin with: acdr doctor; acdr host; acdr classes; acdr plan GUEST --class CLASS\n",
          f);
}

static int run(struct tool *t)
{
    const struct tool_command *c = t->arg[0] ? command_find(t->commands, t->arg[0]) : NULL;

    if (t->arg[0] && !c)
        return refuse_command(t->commands, t->arg[0]);
    help_print(stdout, t->commands, c);
    return 0;
}

const struct tool_command cmd_help = {
    .name = "help",
    .args = "[COMMAND]",
    .help = "List the commands, or describe one",
    .example = "acdr help plan",
    .options = "",
    .max = 1,
    .hostless = true,
    .run = run,
};
