/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words for places that steps send work to. Knows the place, not what is sent there. */
#include "target.h"

#include <string.h>

static void vcpu_cpus(const struct acdr_place *place, struct acdr_bitmap *ret)
{
    for (int i = 0; i < place->n_vcpus; i++)
        acdr_bitmap_add(ret, place->vcpu[i]);
}

static void node_cpus(const struct acdr_view *v, struct acdr_bitmap *ret)
{
    ACDR_BITMAP_FOR(n, &v->place->nodes)
        if (acdr_host_node(v->host, n))
            acdr_bitmap_or(ret, &acdr_host_node(v->host, n)->cpus);
    acdr_bitmap_andnot(ret, &v->place->clean);
    acdr_bitmap_andnot(ret, &v->others);
    acdr_bitmap_andnot(ret, &v->host->isolated);
    if (acdr_bitmap_empty(ret))
        *ret = v->housekeeping;
}

const char *acdr_target_find(const struct acdr_view *v, const struct acdr_plan *p,
                             struct acdr_bitmap *ret)
{
    const char *to = acdr_view_key(v, p, "to");
    struct acdr_bitmap vcpus = { 0 };
    const char *why = "no CPU of those that `to` names is online and free";

    acdr_bitmap_zero(ret);
    vcpu_cpus(v->place, &vcpus);
    if (!strcmp(to, "vhost")) {
        *ret = v->place->vhost;
    } else if (!strcmp(to, "emulator")) {
        *ret = v->place->emulator;
    } else if (!strcmp(to, "node")) {
        node_cpus(v, ret);
    } else if (!strcmp(to, "vcpus")) {
        *ret = vcpus;
        why = "the vCPUs have no CPUs of their own; add [vcpus]";
    } else if (!strcmp(to, "siblings")) {
        *ret = v->place->clean;
        acdr_bitmap_andnot(ret, &vcpus);
        why = "no thread of the guest's cores is idle; [vcpus] with smt = isolate leaves some";
    } else {
        acdr_bitmap_parse_list(ret, acdr_view_key(v, p, "cpus"));
        why = "no CPU of the key `cpus` is online and free";
    }
    acdr_bitmap_and(ret, &v->host->online);
    acdr_bitmap_andnot(ret, &v->others);
    acdr_bitmap_andnot(ret, &v->host->pmd);
    return acdr_bitmap_empty(ret) ? why : NULL;
}

int acdr_target_nth(const struct acdr_bitmap *s, int i)
{
    int cpu = -1;

    for (int k = i % acdr_bitmap_weight(s); k >= 0; k--)
        cpu = acdr_bitmap_next(s, cpu);
    return cpu;
}
