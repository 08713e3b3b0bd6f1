/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Common to all commands: reports of failures and wrong usage. See tool.h. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

int tool_fail(const struct acdr_err *e)
{
    bool rights = (e->code == EACCES || e->code == EPERM) && geteuid() != 0;
    struct acdr_err shown = *e;
    acdr_printable(shown.text); /* libvirt's messages have names of guests */
    fprintf(stderr, "acdr: %s%s\n", shown.text[0] ? shown.text : strerrordesc_np(e->code),
            rights ? " (this needs root's rights)" : "");
    return 1;
}

int tool_usage(const struct tool *t, const char *wrong)
{
    if (t->command)
        fprintf(stderr, "acdr: %s: %s\nTry 'acdr %s --help'.\n", t->command->name, wrong,
                t->command->name);
    else
        fprintf(stderr, "acdr: %s\nTry 'acdr --help'.\n", wrong);
    return 2;
}

int tool_seconds(const char *text, int *ret)
{
    static const char units[] = "smh";
    static const int worth[] = { 1, 60, 3600 };
    char *end;
    long n = strtol(text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : units;

    if (end == text || !unit || (*end && end[1]) || n < 1 || n > 1000000)
        return -1;
    *ret = (int)n * worth[unit - units];
    return 0;
}

int tool_kib(const char *text, long long *ret)
{
    static const char units[] = "KMGT";
    const char *unit;
    char *end;

    errno = 0;
    *ret = strtoll(text, &end, 10);
    if (errno || end == text || *ret <= 0 || *ret > LLONG_MAX >> 31)
        return -1;
    unit = strchr(units, *end ? toupper((unsigned char)*end++) : 'M');
    if (strcmp(end, "iB") == 0 || strcmp(end, "B") == 0)
        end += strlen(end);
    if (!unit || *end)
        return -1;
    *ret <<= 10 * (unit - units);
    return 0;
}

int tool_spare_recording(const char *path, struct acdr_err *e)
{
    static const char *const begins[] = { "acdr-record\t", "time,metric,guest," };
    char text[32] = "";
    FILE *f = fopen(path, "re");

    if (!f)
        return 0;
    if (fgets(text, sizeof(text), f))
        for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
            if (strncmp(text, begins[i], strlen(begins[i])) == 0)
                e->code = EEXIST;
    fclose(f);
    if (e->code)
        snprintf(e->text, sizeof(e->text),
                 "%.800s is a recording, and is not written over: name another file, or remove it",
                 path);
    return -e->code;
}

const char *tool_host_name(const struct tool *t, char text[TOOL_HOST_NAME])
{
    const char *slash = t->root_given ? strrchr(t->root_given, '/') : NULL;

    text[0] = '\0';
    if (t->root_given)
        snprintf(text, TOOL_HOST_NAME, "%s", slash ? slash + 1 : t->root_given);
    else if (gethostname(text, TOOL_HOST_NAME) < 0)
        text[0] = '\0';
    text[TOOL_HOST_NAME - 1] = '\0';
    return text;
}

/* Set and not empty means none. */
bool tool_colours(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return !(no && no[0]) && !(term && strcmp(term, "dumb") == 0);
}

int tool_refuse_root(const struct tool *t)
{
    struct acdr_err e = { .code = EINVAL };
    snprintf(e.text, sizeof(e.text), "%s: guests are this machine's, not those of %s",
             t->command->name, t->root);
    return tool_fail(&e);
}
