/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cache allocation by resctrl: the ways of each L3 that the default group may fill, those that
 * other groups use, and the CPUs of each L3. Knows /sys/fs/resctrl; does not know the owners of
 * groups.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "host.h"
#include "kernel_file.h"

#define RESCTRL "/sys/fs/resctrl"

size_t acdr_host_schema(const char *schemata, const char *resource, int id, const char **ret)
{
    size_t len = strlen(resource);

    for (const char *line = schemata; line && *line; line = strchr(line, '\n')) {
        line += strspn(line, " \n");
        if (strncmp(line, resource, len) || line[len] != ':')
            continue;
        for (const char *p = line + len; *p == ':' || *p == ';'; p += strcspn(p, ";\n")) {
            int skip = 0, found;

            if (sscanf(p + 1, " %d=%n", &found, &skip) == 1 && skip && found == id) {
                *ret = p + 1 + skip + strspn(p + 1 + skip, " ");
                return strcspn(*ret, ";\n ");
            }
        }
    }
    return 0;
}

static void add_ways(const char *schemata, int id, struct acdr_bitmap *ret)
{
    struct acdr_bitmap set;
    char mask[64];
    const char *s;
    size_t len = acdr_host_schema(schemata, "L3", id, &s);

    snprintf(mask, sizeof(mask), "%.*s", (int)len, len ? s : "");
    if (len && acdr_bitmap_parse_mask(&set, mask) == 0)
        acdr_bitmap_or(ret, &set);
}

/* One cache for each L3 domain of the topology that has a number. */
static int add_l3(struct acdr_host *h, int cpu, const char *schemata)
{
    struct acdr_cache *c = &h->cache;
    struct acdr_l3 *v;
    const char *s;
    long long id;

    if (acdr_root_get_num(h->root, &id, "/sys/devices/system/cpu/cpu%d/cache/index3/id", cpu) < 0)
        return 0;
    v = acdr_hostfile_grow(c->l3s, c->n_l3s, sizeof(*v));
    if (!v)
        return -ENOMEM;
    c->l3s = v;
    v += c->n_l3s++;
    *v = (struct acdr_l3){ .id = (int)id, .bandwidth = -1 };
    acdr_host_l3(h, cpu, &v->cpus);
    add_ways(schemata, v->id, &v->ways);
    if (acdr_host_schema(schemata, "MB", v->id, &s))
        v->bandwidth = strtoll(s, NULL, 10);
    return 0;
}

/* Every directory with schemata is a group; info, mon_groups and mon_data have none. */
static int add_group(void *arg, const char *name)
{
    struct acdr_host *h = arg;
    struct acdr_cache *c = &h->cache;
    struct acdr_rdtgroup *g = acdr_hostfile_grow(c->groups, c->n_groups, sizeof(*g));
    char path[256];

    if (!g)
        return -ENOMEM;
    c->groups = g;
    g += c->n_groups;
    *g = (struct acdr_rdtgroup){ 0 };
    snprintf(g->name, sizeof(g->name), "%s", name);
    snprintf(path, sizeof(path), RESCTRL "/%.128s/schemata", name);
    if (acdr_root_read(h->root, path, 0, &g->schemata, NULL) < 0)
        return 0;
    for (size_t i = 0; i < c->n_l3s; i++)
        add_ways(g->schemata, c->l3s[i].id, &c->l3s[i].taken);
    c->n_groups++;
    return 0;
}

static int read_l3s(struct acdr_host *h, const char *schemata)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < h->n_cpus; i++)
        if (h->cpus[i].online && h->cpus[i].l3 == h->cpus[i].id)
            err = add_l3(h, h->cpus[i].id, schemata);
    return err;
}

int acdr_host_cache_read(struct acdr_host *h, struct acdr_err *e)
{
    struct acdr_cache *c = &h->cache;
    acdr_auto(free) char *schemata = NULL;
    int err = acdr_root_read(h->root, RESCTRL "/schemata", 0, &schemata, NULL);

    if (err < 0)
        return err == -ENOMEM ? acdr_err_nomem(e) : 0;
    c->mounted = true;
    c->split = acdr_yes(acdr_root_has(h->root, RESCTRL "/info/L3CODE"));
    c->mb = acdr_yes(acdr_root_has(h->root, RESCTRL "/info/MB"));
    c->l3 = acdr_root_get_num(h->root, &c->min_ways, RESCTRL "/info/L3/min_cbm_bits") == 0;
    if (acdr_root_get_num(h->root, &c->max_groups, RESCTRL "/info/%s/num_closids",
                          c->l3 ? "L3" : "MB") < 0)
        c->max_groups = 1;
    err = read_l3s(h, schemata);
    if (err == 0)
        err = acdr_root_list(h->root, RESCTRL, add_group, h);
    return err == -ENOMEM ? acdr_err_nomem(e) : 0;
}

void acdr_host_cache_free(struct acdr_host *h)
{
    for (size_t i = 0; i < h->cache.n_groups; i++)
        free(h->cache.groups[i].schemata);
    free(h->cache.groups);
    free(h->cache.l3s);
}
