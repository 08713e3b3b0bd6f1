/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks tables by CPU; see column.h. Each line is scanned once, and only wanted numbers are
 * converted: with a thousand CPUs the table has millions of them. */
#include "column.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_file.h"
#include "text.h"

void acdr_column_done(struct acdr_column *c)
{
    free(c->cpu);
    free(c->value);
    free(c->place);
    *c = (struct acdr_column){ 0 };
}

static int add_column(struct acdr_column *c, int cpu, const struct acdr_bitmap *want)
{
    int *place = acdr_hostfile_grow(c->place, c->n_places, sizeof(*place));
    int *cpus;

    if (!place)
        return -ENOMEM;
    c->place = place;
    c->place[c->n_places++] = -1;
    if (!acdr_bitmap_has(want, cpu))
        return 0;
    cpus = acdr_hostfile_grow(c->cpu, c->n, sizeof(*cpus));
    if (!cpus)
        return -ENOMEM;
    c->cpu = cpus;
    c->cpu[c->n] = cpu;
    c->place[c->n_places - 1] = (int)c->n++;
    return 0;
}

/* "           CPU0       CPU1": online or possible ones. */
static int read_header(struct acdr_column *c, char *line, const struct acdr_bitmap *want)
{
    char *save = line;
    double *value;
    int err = 0;

    c->n = c->n_places = 0;
    for (char *word = strsep(&save, " \t"); err == 0 && word; word = strsep(&save, " \t"))
        if (*word && acdr_hostfile_number(word, "CPU") >= 0)
            err = add_column(c, acdr_hostfile_number(word, "CPU"), want);
    if (err < 0)
        return err;
    if (!c->n_places)
        return -EINVAL;
    value = reallocarray(c->value, c->n + 1, sizeof(*value));
    if (!value)
        return -ENOMEM;
    c->value = value;
    return 0;
}

static double number(const char *s, const char *end)
{
    unsigned long long n = 0;

    for (; s < end; s++)
        n = n * 10 + (unsigned int)(*s - '0');
    return (double)n;
}

/* The wanted numbers after the label; returns their end, NULL if there are too few. */
static char *read_numbers(struct acdr_column *c, char *s)
{
    for (size_t i = 0; i < c->n_places; i++) {
        const char *begin;

        while (*s == ' ' || *s == '\t')
            s++;
        begin = s;
        while (*s >= '0' && *s <= '9')
            s++;
        if (s == begin || (*s && *s != ' ' && *s != '\t'))
            return NULL;
        if (c->place[i] >= 0)
            c->value[c->place[i]] = number(begin, s);
    }
    return s;
}

int acdr_column_walk(struct acdr_column *c, char *table, const struct acdr_bitmap *want,
                     acdr_column_fn *fn, void *arg)
{
    char *next = table;
    char *line = strsep(&next, "\n");
    int err = read_header(c, line, want);

    /* A last line without a newline is incomplete. */
    for (line = strsep(&next, "\n"); err == 0 && next; line = strsep(&next, "\n")) {
        char *colon = strchr(line, ':');
        char *rest;

        if (!colon)
            continue;
        *colon = '\0';
        rest = read_numbers(c, colon + 1);
        if (rest)
            err = fn(arg, acdr_text_trim(line), c, acdr_text_trim(rest));
    }
    return err;
}
