/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data to draw: CPUs in the order of the machine, and their owners. Knows the report of
 * acdr_host(), not lines and colours. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

static long long num(const struct acdr_item *map, const char *name)
{
    const struct acdr_item *i = acdr_item_find(map, name);
    return i && acdr_item_kind(i) == ACDR_ITEM_NUM ? acdr_item_num(i) : -1;
}

static int find_owner(struct drawing *d, const char *name)
{
    if (!name[0])
        return -1;
    for (int i = 0; i < d->n_owners; i++)
        if (strcmp(d->owners[i], name) == 0)
            return i;
    d->owners[d->n_owners] = name;
    return d->n_owners++;
}

static int compare(long long a, long long b)
{
    return (a > b) - (a < b);
}

static int in_order(const void *x, const void *y)
{
    const struct draw_cpu *a = x, *b = y;
    int r = compare(a->node, b->node);
    r = r ? r : compare(a->l3, b->l3);
    r = r ? r : compare(a->core, b->core);
    return r ? r : compare(a->cpu, b->cpu);
}

int draw_read(const struct acdr_item *host, struct drawing *ret)
{
    const struct acdr_item *list = acdr_item_find(host, "cpus");
    size_t n = 1;
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i))
        n++;
    *ret = (struct drawing){ .host = host,
                             .cpus = calloc(n, sizeof(*ret->cpus)),
                             .owners = calloc(n, sizeof(*ret->owners)) };
    if (!ret->cpus || !ret->owners) {
        draw_done(ret);
        return -ENOMEM;
    }
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i)) {
        struct draw_cpu *c = &ret->cpus[ret->n_cpus++];
        *c = (struct draw_cpu){
            .cpu = num(i, "cpu"),
            .node = num(i, "node"),
            .package = num(i, "package"),
            .l3 = num(i, "l3"),
            .core = num(i, "core"),
            .use = acdr_item_text(acdr_item_find(i, "use")),
            .isolated = acdr_item_num(acdr_item_find(i, "isolated")) == 1,
            .nohz_full = acdr_item_num(acdr_item_find(i, "nohz_full")) == 1,
            .owner = find_owner(ret, acdr_item_text(acdr_item_find(i, "owner"))),
        };
        if (c->core < 0)
            c->core = c->cpu;
    }
    qsort(ret->cpus, ret->n_cpus, sizeof(*ret->cpus), in_order);
    return 0;
}

void draw_done(struct drawing *d)
{
    free(d->cpus);
    free(d->owners);
    d->cpus = NULL;
    d->owners = NULL;
}

size_t draw_end(const struct drawing *d, size_t from, enum draw_level level)
{
    const struct draw_cpu *c = &d->cpus[from];
    size_t i = from;
    while (i < d->n_cpus && d->cpus[i].node == c->node &&
           (level < DRAW_L3 || d->cpus[i].l3 == c->l3) &&
           (level < DRAW_CORE || d->cpus[i].core == c->core))
        i++;
    return i;
}

size_t draw_find(const struct drawing *d, long long node)
{
    size_t i = 0;
    while (i < d->n_cpus && d->cpus[i].node != node)
        i++;
    return i;
}

/* The index of a package within the host; -1 if unknown. */
static int socket_of(const struct drawing *d, long long package)
{
    int rank = 0;
    for (size_t i = 0; i < d->n_cpus; i++)
        rank += d->cpus[i].cpu == d->cpus[i].package && d->cpus[i].package < package;
    return package < 0 ? -1 : rank;
}

void draw_title(const struct drawing *d, const struct acdr_item *node, char *title, char *memory,
                size_t size)
{
    long long id = num(node, "id");
    long long total = num(node, "memtotal_kb"), left = num(node, "memfree_kb");
    size_t first = draw_find(d, id);
    int socket = first < d->n_cpus ? socket_of(d, d->cpus[first].package) : -1;
    if (socket < 0)
        snprintf(title, size, "node %lld", id);
    else
        snprintf(title, size, "node %lld, socket %d", id, socket);
    if (total <= 0)
        snprintf(memory, size, "memory not known");
    else
        snprintf(memory, size, "%.1f GiB, %.1f free", (double)total / (1 << 20),
                 (double)(left < 0 ? 0 : left) / (1 << 20));
}

char draw_mark(const struct draw_cpu *c)
{
    bool busy = strcmp(c->use, "vcpu") == 0 || strcmp(c->use, "static") == 0;
    if (c->owner >= 26)
        return busy ? '#' : '~';
    if (c->owner >= 0)
        return (char)((busy ? 'A' : 'a') + c->owner);
    if (strcmp(c->use, "offline") == 0)
        return '-';
    if (strcmp(c->use, "housekeeping") == 0)
        return '+';
    return c->isolated || c->nohz_full ? '=' : '.';
}
