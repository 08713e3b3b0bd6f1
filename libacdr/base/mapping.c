/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads numa_maps and smaps. See mapping.h. */
#include "mapping.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory-backed files: shared memory, huge pages, memfd, and libvirt's own memory files. */
static bool is_memory(const char *path)
{
    static const char *const begin[] = {
        "/dev/shm/",
        "/dev/hugepages",
        "/dev/zero",
        "/memfd:",
        "/SYSV",
        "/anon_hugepage",
        "/var/lib/libvirt/qemu/ram/",
    };

    for (size_t i = 0; i < sizeof(begin) / sizeof(*begin); i++)
        if (!strncmp(path, begin[i], strlen(begin[i])))
            return true;
    return false;
}

static bool begins(const char *word, const char *with, const char **value)
{
    size_t n = strlen(with);

    *value = word + n;
    return !strncmp(word, with, n);
}

/* No process has more pages: sums and products with their size do not overflow. */
#define PAGES_MAX (1LL << 36)

static long long number(const char *text)
{
    long long n = strtoll(text, NULL, 10);

    return n >= 0 && n <= PAGES_MAX ? n : 0;
}

static void add_node(struct acdr_mapping *m, const char *word)
{
    long long pages;
    int node;

    if (sscanf(word, "N%d=%lld", &node, &pages) != 2 || pages < 0 || pages > PAGES_MAX)
        return;
    m->total += pages;
    if (m->n_nodes == ACDR_MAPPING_NODES)
        return;
    m->on[m->n_nodes].node = node;
    m->on[m->n_nodes++].pages = pages;
}

static void add_word(struct acdr_mapping *m, const char *word)
{
    const char *value;

    if (begins(word, "file=", &value)) {
        m->file = true;
        m->memory |= is_memory(value);
    } else if (begins(word, "anon=", &value)) {
        m->anon = number(value);
    } else if (begins(word, "kernelpagesize_kB=", &value)) {
        m->page_kb = number(value);
    } else if (begins(word, "huge", &value) && (!*value || *value == ' ' || *value == '\n')) {
        m->memory = true;
    } else if (*word == 'N') {
        add_node(m, word);
    }
}

const char *acdr_mapping_next(struct acdr_mapping *m, const char *at)
{
    const char *end = strchr(at, '\n');

    if (!end)
        return NULL;
    m->start = strtoull(at, NULL, 16);
    m->anon = m->total = m->page_kb = 0;
    m->file = m->memory = false;
    m->n_nodes = 0;
    for (at = strchr(at, ' '); at && at < end; at = strchr(at, ' '))
        add_word(m, ++at);
    return end + 1;
}

long long acdr_mapping_own(const struct acdr_mapping *m, int i)
{
    long long others = m->memory || m->anon > m->total ? 0 : m->total - m->anon;

    return m->on[i].pages > others ? m->on[i].pages - others : 0;
}

static int add_range(struct acdr_ram *r, size_t *room, unsigned long long start)
{
    if (r->n == *room) {
        size_t more = *room ? *room * 2 : 256;
        struct acdr_ram_range *v = realloc(r->ranges, more * sizeof(*v));

        if (!v)
            return -ENOMEM;
        r->ranges = v;
        *room = more;
    }
    r->ranges[r->n++] = (struct acdr_ram_range){ .start = start };
    return 0;
}

/* "7f00-7f01 rw-p ..." begins a mapping, "VmFlags: rd wr mr dc" ends it. */
static int add_line(struct acdr_ram *r, size_t *room, const char *line)
{
    char *end;
    unsigned long long start = strtoull(line, &end, 16);
    const char *flags, *mark;

    if (end != line && *end == '-')
        return add_range(r, room, start);
    if (!r->n || !begins(line, "VmFlags:", &flags))
        return 0;
    mark = strstr(flags, " dc "); /* the kernel writes a space after the last flag too */
    if (mark && mark < flags + strcspn(flags, "\n"))
        r->any = r->ranges[r->n - 1].ram = true;
    return 0;
}

int acdr_ram_parse(struct acdr_ram *r, const char *text)
{
    size_t room = 0;

    *r = (struct acdr_ram){ 0 };
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (add_line(r, &room, line) < 0) {
            acdr_ram_done(r);
            return -ENOMEM;
        }
    }
    return 0;
}

void acdr_ram_done(struct acdr_ram *r)
{
    free(r->ranges);
    *r = (struct acdr_ram){ 0 };
}

static int compare(const void *a, const void *b)
{
    const struct acdr_ram_range *x = a, *y = b;

    return x->start < y->start ? -1 : x->start > y->start;
}

bool acdr_ram_has(const struct acdr_ram *r, unsigned long long start)
{
    struct acdr_ram_range key = { .start = start };
    const struct acdr_ram_range *found = NULL;

    if (r->any)
        found = bsearch(&key, r->ranges, r->n, sizeof(key), compare);
    return !found || found->ram;
}
