/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The acdr command: finds the command and its options, opens the host, and turns results into exit
 * statuses (0 done, 1 failed, 2 wrong usage; others by command). Does not know what one does.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "commands.h"
#include "guest_arg.h"
#include "tool.h"

static bool seen[TOOL_OPTIONS]; /* by option: it is given */

static void set_option(struct tool *t, int i)
{
    char *at = (char *)t + tool_options[i].at;

    if (tool_options[i].arg)
        *(const char **)at = optarg;
    else
        *(bool *)at = true;
}

/* The option with this short form, which getopt knows. */
static int by_letter(int letter)
{
    int i = 0;

    while (tool_options[i].letter != letter)
        i++;
    return i;
}

/* LETTERS: getopt's description of the short forms; ':' first, for messages of our own. */
static void describe_options(struct option *known, char *letters, int *which)
{
    *letters++ = ':';
    for (int i = 0; i < TOOL_OPTIONS; i++) {
        const struct tool_option *o = &tool_options[i];

        known[i] = (struct option){ o->name, o->arg != NULL, which, i + 1 };
        if (o->letter)
            *letters++ = o->letter;
        if (o->letter && o->arg)
            *letters++ = ':';
    }
    *letters = '\0';
}

/* -1, or the exit status if nothing is left to do. */
static int parse_options(struct tool *t, int argc, char **argv)
{
    struct option known[TOOL_OPTIONS + 1] = { 0 };
    char letters[2 * TOOL_OPTIONS + 2];
    int c, which;

    describe_options(known, letters, &which);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs yet
    while ((c = getopt_long(argc, argv, letters, known, NULL)) != -1) {
        if (c == '?' || c == ':')
            return refuse_option(c, optopt, argv[optind - 1]);
        which = c ? by_letter(c) : which - 1;
        if (seen[which]) {
            fprintf(stderr, "acdr: --%s is given twice\n", tool_options[which].name);
            return 2;
        }
        seen[which] = true;
        set_option(t, which);
    }
    if (t->version) {
        printf("acdr %s\n", acdr_version());
        return 0;
    }
    return -1;
}

/* N: how many are given. */
static int refuse_missing(const struct tool *t, int n)
{
    const char *args = t->command->args;
    char word[32] = "", text[64];

    for (int i = 0; i <= n; i++)
        command_argument(&args, word, sizeof(word));
    snprintf(text, sizeof(text), "the argument %s is missing", word);
    return tool_usage(t, text);
}

static int check_arguments(struct tool *t, int n)
{
    for (int i = 0; i < TOOL_OPTIONS; i++) {
        if (seen[i] && !command_takes(t->command, &tool_options[i])) {
            fprintf(stderr, "acdr: %s does not take --%s\nTry 'acdr %s --help'.\n",
                    t->command->name, tool_options[i].name, t->command->name);
            return 2;
        }
    }
    if (t->root && !t->root[0])
        return tool_usage(t, "--root and ACDR_ROOT name a folder or a file, not an empty text");
    if (t->help)
        return -1;
    if (n < t->command->min)
        return refuse_missing(t, n);
    return n > t->command->max ? tool_usage(t, "too many arguments") : -1;
}

/* -1, or the exit status. What follows the options: the command and its arguments. */
static int parse_arguments(struct tool *t, int n, char **args)
{
    if (n == 0 && t->help) {
        help_print(stdout, t->commands, NULL);
        return 0;
    }
    if (n == 0) {
        fputs("acdr: no command is given\n\n", stderr);
        help_print(stderr, t->commands, NULL);
        return 2;
    }
    t->command = command_find(t->commands, args[0]);
    if (!t->command)
        return refuse_command(t->commands, args[0]);
    int status = check_arguments(t, n - 1);
    if (status < 0 && t->help) {
        help_print(stdout, t->commands, t->command);
        return 0;
    }
    t->words = args + 1;
    for (int i = 1; i < n && i <= TOOL_ARGS && status < 0; i++)
        t->arg[i - 1] = args[i];
    return status;
}

static void hear(void *arg, int priority, const char *text)
{
    (void)arg;
    if (priority <= LOG_WARNING)
        fprintf(stderr, "acdr: %s\n", text);
}

/* Reads at most what acdr_open_recording() accepts. */
#define RECORDING_MAX ((size_t)64 << 20)

/* --root names a folder with a host's files, or a file written by acdr host --record. */
static int open_host(struct tool *t, struct acdr_err *e)
{
    struct stat st;
    char *text = NULL;
    size_t len = 0;

    if (!t->root || stat(t->root, &st) < 0 || !S_ISREG(st.st_mode))
        return acdr_open(t->root, &t->a, e);
    int r = tool_read_file(t->root, RECORDING_MAX, &text, &len, e);
    if (r == 0)
        r = acdr_open_recording(text, len, &t->a, e);
    free(text);
    if (r == 0)
        t->root = acdr_root(t->a);
    return r;
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    if (t->command->hostless)
        return t->command->run(t);
    if (open_host(t, &e) < 0)
        return tool_fail(&e);
    acdr_log_to(t->a, hear, NULL);
    int status = t->command->run(t);
    acdr_close(t->a);
    return status;
}

int main(int argc, char **argv)
{
    struct tool t = { .commands = tool_commands, .root = getenv("ACDR_ROOT") };
    int status = parse_options(&t, argc, argv);

    if (t.root && strcmp(t.root, "/") == 0)
        t.root = NULL;
    t.root_given = t.root;
    if (status < 0)
        status = parse_arguments(&t, argc - optind, argv + optind);
    if (status < 0)
        status = run(&t);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("acdr: stdout");
        return 1;
    }
    return status;
}
