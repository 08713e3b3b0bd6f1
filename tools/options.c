/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options of all commands, and what a command's description says of them. See commands.h. */
#include "commands.h"

#include <string.h>

#define FLAG(field) offsetof(struct tool, field), NULL
#define TEXT(field) offsetof(struct tool, field)

#define A_TIME "a number of seconds, or 30s, 5m, 1h"

const struct tool_option tool_options[TOOL_OPTIONS] = {
    { "claims", FLAG(claims), 0, "list every setting, the operation on it and its value" },
    { "class", TEXT(class_name), "CLASS", 0, "a conditioning class, in place of the guest's tag" },
    { "cores", TEXT(cores), "N", 0, "choose so many CPUs, as for a guest of N vCPUs" },
    { "cpus", TEXT(cpus), "LIST", 0, "CPUs, such as 4-7,12" },
    { "csv", FLAG(csv), 0, "write comma-separated values" },
    { "dry-run", FLAG(dry_run), 0, "only report what would be done" },
    { "for", TEXT(seconds), "TIME", 0, "how long: " A_TIME },
    { "full", FLAG(full), 0, "print the whole document in place of a diff" },
    { "interface", TEXT(interface), "NAME", 0, "only claims on this network interface" },
    { "interval", TEXT(interval), "TIME", 'i', "time from one round to the next: " A_TIME },
    { "max", TEXT(max), "MIB", 0, "stop when the file is longer than so many MiB" },
    { "memory", TEXT(memory), "SIZE", 0, "memory, such as 64G; without unit: MiB" },
    { "name", TEXT(name), "NAME", 0, "name of the pool of CPUs, or of the workload" },
    { "once", FLAG(once), 0, "do one round, and exit" },
    { "output", TEXT(output), "FILE", 'o', "write to FILE; - is standard output" },
    { "place", FLAG(place), 0, "also write the placement: cputune and numatune" },
    { "probes", TEXT(probes), "NAMES", 0, "run these probes only, separated by commas" },
    { "quiet", FLAG(quiet), 0, "print problems only, nothing if there are none" },
    { "record", FLAG(record), 0, "write what is read of the host as text, to be sent to others" },
    { "svg", TEXT(svg), "FILE", 0, "write the drawing to FILE; - is standard output" },
    { "textfile", FLAG(textfile), 0, "print the format of node_exporter's textfile collector" },
    { "vcpus", TEXT(vcpus), "N", 0, "number of the guest's vCPUs" },
    { "verbose", FLAG(verbose), 0, "also say what was passed over, and why" },
    { "xml", TEXT(xml), "FILE", 0, "read the guest's XML from FILE; - is standard input" },
    { "json", FLAG(json), 0, "print the report as JSON" },
    { "root", TEXT(root), "DIR|FILE", 0,
      "a recorded host instead of this one: its folder, or the file that host --record has written "
      "(also: ACDR_ROOT)" },
    { "no-pager", FLAG(no_pager), 0, "print long text on a terminal without a pager" },
    { "help", FLAG(help), 'h', "describe the command" },
    { "version", FLAG(version), 'V', "print the version" },
};

const struct tool_command *command_find(const struct tool_command *const *commands,
                                        const char *name)
{
    for (const struct tool_command *const *c = commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
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

bool command_takes(const struct tool_command *c, const struct tool_option *o)
{
    return has_word("help version no-pager", o->name) || has_word(c->options, o->name);
}

/* Does this option, as ARGS has it, take an argument? */
static bool takes_argument(const char *word)
{
    for (int i = 0; i < TOOL_OPTIONS; i++) {
        const struct tool_option *o = &tool_options[i];

        if (word[1] == '-' ? strcmp(o->name, word + 2) == 0 : o->letter == word[1])
            return o->arg;
    }
    return false;
}

bool command_argument(const char **args, char *word, size_t size)
{
    static const char marks[] = " []()|.";
    bool skip = false;
    size_t len;

    for (*args += strspn(*args, marks); **args; *args += strspn(*args, marks)) {
        len = strcspn(*args, marks);
        snprintf(word, size, "%.*s", (int)len, *args);
        *args += len;
        if (word[0] == '-')
            skip = takes_argument(word);
        else if (skip)
            skip = false;
        else
            return true;
    }
    return false;
}
