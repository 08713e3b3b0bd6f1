/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The acdr command: finds the command and its options, opens the host, and turns results into exit
 * statuses (0 done, 1 failed or drift, 2 wrong usage). Does not know what a command does.
 */
#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "guest_arg.h"
#include "tool.h"

static const struct tool_command *const commands[] = {
    &cmd_host,      &cmd_classes, &cmd_plan,    &cmd_explain, &cmd_advise, &cmd_xml,
    &cmd_start,     &cmd_doctor,  &cmd_status,  &cmd_verify,  &cmd_map,    &cmd_why,
    &cmd_top,       &cmd_metrics, &cmd_record,  &cmd_report,  &cmd_watch,  &cmd_settle,
    &cmd_rebalance, &cmd_apply,   &cmd_release, &cmd_tag,     &cmd_untag,  NULL,
};

/* An option, and its member in the invocation: a flag or its argument. */
#define FLAG(field)       offsetof(struct tool, field), false, 0
#define TEXT(field)       offsetof(struct tool, field), true, 0
#define TEXT_OR(c, field) offsetof(struct tool, field), true, c /* also as -c */

static const struct {
    const char *name;
    size_t at;
    bool text;
    char letter; /* its short form, 0: none */
} options[] = {
    { "root", TEXT(root) },
    { "json", FLAG(json) },
    { "class", TEXT(class_name) },
    { "cpus", TEXT(cpus) },
    { "name", TEXT(name) },
    { "xml", TEXT(xml) },
    { "full", FLAG(full) },
    { "dry-run", FLAG(dry_run) },
    { "place", FLAG(place) },
    { "record", FLAG(record) },
    { "svg", TEXT(svg) },
    { "vcpus", TEXT(vcpus) },
    { "memory", TEXT(memory) },
    { "for", TEXT(seconds) },
    { "probes", TEXT(probes) },
    { "textfile", FLAG(textfile) },
    { "interval", TEXT_OR('i', interval) },
    { "output", TEXT_OR('o', output) },
    { "max", TEXT(max) },
    { "csv", FLAG(csv) },
    { "once", FLAG(once) },
    { "help", FLAG(help) },
    { "version", FLAG(version) },
};

enum { OPTIONS = sizeof(options) / sizeof(options[0]) };

static int print_help(const struct tool_command *only)
{
    if (only) {
        printf("usage: acdr %s%s%s\n%s.\n", only->name, only->args[0] ? " " : "", only->args,
               only->help);
        return 0;
    }
    printf("usage: acdr [--root DIR|FILE] [--json] COMMAND [ARGUMENT...]\n"
           "Condition this host for its guests, and show what was done to it.\n\n");
    for (const struct tool_command *const *c = commands; *c; c++)
        printf("  %-9s %s\n            %s\n", (*c)->name, (*c)->args, (*c)->help);
    printf("\n  --root DIR  a recorded host under DIR, or written to FILE by host --record,\n"
           "              instead of this one (also: ACDR_ROOT)\n"
           "  --json      print the report as JSON\n"
           "  --help, --version\n");
    return 0;
}

static const struct tool_command *find_command(const char *name)
{
    for (const struct tool_command *const *c = commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static void set_option(struct tool *t, int i)
{
    char *at = (char *)t + options[i].at;

    if (options[i].text)
        *(const char **)at = optarg;
    else
        *(bool *)at = true;
}

/* The option with this short form, which getopt knows. */
static int by_letter(int letter)
{
    int i = 0;

    while (options[i].letter != letter)
        i++;
    return i;
}

/* -1, or the exit status if nothing is left to do. SEEN gets the given options. */
static int parse_options(struct tool *t, int argc, char **argv, bool seen[OPTIONS])
{
    struct option known[OPTIONS + 1] = { 0 };
    char letters[2 * OPTIONS + 1] = "";
    int c, which, n = 0;

    for (int i = 0; i < OPTIONS; i++) {
        known[i] = (struct option){ options[i].name, options[i].text, &which, i };
        if (options[i].letter)
            letters[n++] = options[i].letter;
        if (options[i].letter && options[i].text)
            letters[n++] = ':';
    }
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread runs yet
    while ((c = getopt_long(argc, argv, letters, known, NULL)) != -1) {
        if (c == '?')
            return 2; /* getopt said why */
        if (c != 0)
            which = by_letter(c);
        if (seen[which]) {
            fprintf(stderr, "acdr: --%s is given twice\n", options[which].name);
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

/* Is NAME one of the WORDS? */
static bool has_word(const char *words, const char *name)
{
    size_t len = strlen(name);

    for (const char *s = strstr(words, name); s; s = strstr(s + 1, name))
        if ((s == words || s[-1] == ' ') && (s[len] == '\0' || s[len] == ' '))
            return true;
    return false;
}

/* -1, or the exit status. What follows the options: the command and its arguments. */
static int parse_arguments(struct tool *t, int n, char **args, const bool seen[OPTIONS])
{
    if (n == 0)
        return t->help ? print_help(NULL) : tool_usage(t, "no command is given");
    t->command = find_command(args[0]);
    if (!t->command) {
        fprintf(stderr, "acdr: no command '%s'\nTry 'acdr --help'.\n", args[0]);
        return 2;
    }
    if (t->help)
        return print_help(t->command);
    for (int i = 0; i < OPTIONS; i++) {
        if (seen[i] && !has_word(t->command->options, options[i].name)) {
            fprintf(stderr, "acdr: %s does not take --%s\n", t->command->name, options[i].name);
            return 2;
        }
    }
    if (n - 1 < t->command->min)
        return tool_usage(t, "an argument is missing");
    if (n - 1 > t->command->max)
        return tool_usage(t, "too many arguments");
    for (int i = 1; i < n; i++)
        t->arg[i - 1] = args[i];
    return -1;
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
    if (open_host(t, &e) < 0)
        return tool_fail(&e);
    acdr_log_to(t->a, hear, NULL);
    int status = t->command->run(t);
    acdr_close(t->a);
    return status;
}

int main(int argc, char **argv)
{
    struct tool t = { .root = getenv("ACDR_ROOT") };
    bool seen[OPTIONS] = { 0 };

    char self[] = "acdr"; /* what getopt's own messages begin with */
    argv[0] = self;
    int status = parse_options(&t, argc, argv, seen);
    if (t.root && (!t.root[0] || strcmp(t.root, "/") == 0))
        t.root = NULL;
    if (status < 0)
        status = parse_arguments(&t, argc - optind, argv + optind, seen);
    if (status < 0)
        status = run(&t);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("acdr: stdout");
        return 1;
    }
    return status;
}
