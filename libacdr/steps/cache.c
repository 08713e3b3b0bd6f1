/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cache: a part of the L3 cache that neighbours cannot evict, and a limit on the memory traffic of
 * the guest's own cores.
 *
 * Uses resctrl (Linux 4.10; memory bandwidth 4.12), if the CPU has it: a control group with the
 * guest's CPUs, its ways in every L3 that these CPUs have, and its share of bandwidth. The group
 * holds CPUs, not tasks: whatever runs there belongs to the guest. The default group, for
 * everything else, loses these ways; other groups keep theirs. Ways are taken from the top, because
 * the kernel requires a group's ways to be contiguous.
 * Claims of several guests combine on the default group's ways as sets: each removes its own. A
 * guest that ends between two others leaves a gap, unused until one of them ends.
 */
#include <stdio.h>
#include <string.h>

#include "steps.h"
#include "text.h"

static const struct acdr_key keys[] = {
    { "ways", ACDR_KEY_NUM, "keep", "keep", "ways of L3 for the guest's cores alone" },
    { "bandwidth", ACDR_KEY_NUM, "keep", "keep", "per cent of memory bandwidth at most" },
    { 0 },
};

/* "acdr-" and the UUID; without a guest the pool's lowest CPU. */
static void group_name(const struct acdr_view *v, char *ret, size_t size)
{
    if (v->domain)
        snprintf(ret, size, "acdr-%s", v->domain->uuid);
    else
        snprintf(ret, size, "acdr-cpu%d", acdr_bitmap_next(&v->place->clean, -1));
}

static const struct acdr_rdtgroup *own_group(const struct acdr_view *v, const char *name)
{
    for (size_t i = 0; i < v->host->cache.n_groups; i++)
        if (!strcmp(v->host->cache.groups[i].name, name))
            return &v->host->cache.groups[i];
    return NULL;
}

/* The guest's ways in one L3: those of its group if it exists, else the highest N contiguous free
 * ones. False if there are none. */
static bool pick_ways(const struct acdr_l3 *l, const struct acdr_rdtgroup *own, long long n,
                      struct acdr_bitmap *ret)
{
    struct acdr_bitmap left = l->ways;
    char mask[64];
    const char *s;
    size_t len = own ? acdr_host_schema(own->schemata, "L3", l->id, &s) : 0;
    int top = -1;

    acdr_bitmap_zero(ret);
    if (len) {
        snprintf(mask, sizeof(mask), "%.*s", (int)len, s);
        return acdr_bitmap_parse_mask(ret, mask) == 0;
    }
    ACDR_BITMAP_FOR(way, &l->ways)
        top = way;
    for (long long i = 0; i < n && top - i >= 0; i++)
        acdr_bitmap_add(ret, top - (int)i);
    acdr_bitmap_andnot(&left, ret);
    return acdr_bitmap_weight(ret) == n && acdr_bitmap_subset(ret, &l->ways) &&
           !acdr_bitmap_intersects(ret, &l->taken) && !acdr_bitmap_empty(&left);
}

/* Append "ID=VALUE" to a line of schemata that begins with RESOURCE. */
static void add_value(struct acdr_strbuf *line, const char *resource, int id, const char *value)
{
    acdr_strbuf_addf(line, "%s%s%d=%s", line->len ? ";" : " ", line->len ? "" : resource, id,
                     value);
}

static void add_mask(struct acdr_strbuf *line, int id, const struct acdr_bitmap *ways)
{
    acdr_auto(free) char *mask = acdr_bitmap_print_mask(ways);

    if (mask)
        add_value(line, "L3:", id, mask);
    else
        line->bad = true;
}

/* Claims on one L3 that has CPUs of the guest; 1: refused. */
static int claim_l3(const struct acdr_view *v, const struct acdr_l3 *l,
                    const struct acdr_rdtgroup *own, struct acdr_bitmap *ways, struct acdr_plan *p)
{
    long long n = acdr_view_num(v, p, "ways");
    long long least = v->host->cache.min_ways;

    if (n < least)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "this CPU allocates at least %lld way%s",
                                least, acdr_text_s(least)) < 0
                   ? -1
                   : 1;
    if (!pick_ways(l, own, n, ways))
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "L3 %d: the default group has %d way%s; %lld of them cannot be "
                                "taken, or none would be left",
                                l->id, acdr_bitmap_weight(&l->ways),
                                acdr_text_s(acdr_bitmap_weight(&l->ways)), n) < 0
                   ? -1
                   : 1;
    return acdr_plan_claim_cpus(p, ACDR_OP_MINUS, ways, NULL, false, "l3:%d", l->id);
}

/* The lines of the group's schemata; also makes the claims on the default group. 1: refused. */
static int fill(const struct acdr_view *v, const struct acdr_rdtgroup *own, struct acdr_strbuf *l3,
                struct acdr_strbuf *mb, struct acdr_plan *p)
{
    const struct acdr_cache *c = &v->host->cache;
    long long most = acdr_view_num(v, p, "bandwidth");
    bool ways = acdr_view_num(v, p, "ways") >= 0;
    char value[32];

    for (size_t i = 0; i < c->n_l3s; i++) {
        const struct acdr_l3 *l = &c->l3s[i];
        bool has_cpus = acdr_bitmap_intersects(&l->cpus, &v->place->clean);
        struct acdr_bitmap set = l->ways;
        int r = ways && has_cpus ? claim_l3(v, l, own, &set, p) : 0;

        if (r)
            return r;
        if (c->l3)
            add_mask(l3, l->id, &set);
        snprintf(value, sizeof(value), "%lld", most >= 0 && has_cpus ? most : l->bandwidth);
        if (c->mb)
            add_value(mb, "MB:", l->id, value);
    }
    return 0;
}

static int claim_group(const struct acdr_view *v, struct acdr_plan *p)
{
    acdr_auto(strbuf) struct acdr_strbuf l3 = { 0 };
    acdr_auto(strbuf) struct acdr_strbuf mb = { 0 };
    acdr_auto(free) char *cpus = acdr_bitmap_print_list(&v->place->clean);
    acdr_auto(free) char *value = NULL;
    char name[128];
    int r;

    group_name(v, name, sizeof(name));
    r = fill(v, own_group(v, name), &l3, &mb, p);
    if (r)
        return r < 0 ? r : 0;
    value = acdr_text_format("%s%s%s", cpus ? cpus : "", l3.len ? l3.s : "", mb.len ? mb.s : "");
    if (!cpus || !value || l3.bad || mb.bad)
        return -1;
    return acdr_plan_claim(p, ACDR_OP_SET, value, "resctrl:%s", name);
}

/* Why this host cannot do any of it, NULL if it can. */
static const char *missing(const struct acdr_view *v, const struct acdr_plan *p)
{
    const struct acdr_cache *c = &v->host->cache;

    if (acdr_bitmap_empty(&v->place->clean))
        return "no dedicated cores to keep cache for; add [vcpus]";
    if (!c->mounted)
        return "no resctrl: the CPU does not have it, or it is not mounted at /sys/fs/resctrl";
    if (c->split)
        return "resctrl is mounted with cdp, which is not supported";
    if (acdr_view_num(v, p, "ways") >= 0 && !c->l3)
        return "this CPU cannot allocate ways of its L3";
    if (acdr_view_num(v, p, "bandwidth") >= 0 && !c->mb)
        return "this CPU cannot limit memory bandwidth";
    return c->n_l3s ? NULL : "the kernel does not number the L3 caches";
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    const char *why = missing(v, p);

    if (v->domain && v->domain->cachetune)
        return acdr_plan_result(p, ACDR_STEP_ALREADY,
                                "libvirt applies the domain's <cachetune> or <memorytune>");
    if (acdr_view_num(v, p, "ways") < 0 && acdr_view_num(v, p, "bandwidth") < 0)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "the class asks for no part of the cache");
    if (why)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED, "%s", why);
    return claim_group(v, p) < 0 ? acdr_err_nomem(e) : 0;
}

const struct acdr_step acdr_step_cache = {
    .name = "cache",
    .help = "L3 ways and memory bandwidth of the guest's cores",
    .stages = ACDR_STAGE_HOST,
    .needs_place = true,
    .reads = ACDR_HOST_CACHE,
    .keys = keys,
    .plan = plan,
};
