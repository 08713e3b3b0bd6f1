/* The words for places that steps send work to. Knows the place, not what is sent there. */
#include "target.h"

#include <string.h>

static void vcpu_cpus(const struct acdr_place *place, struct acdr_cpus *ret)
{
    for (int i = 0; i < place->n_vcpus; i++)
        acdr_cpus_add(ret, place->vcpu[i]);
}

static void node_cpus(const struct acdr_view *v, struct acdr_cpus *ret)
{
    ACDR_CPUS_FOR(n, &v->place->nodes)
        if (acdr_host_node(v->host, n))
            acdr_cpus_or(ret, &acdr_host_node(v->host, n)->cpus);
    acdr_cpus_minus(ret, &v->place->clean);
    acdr_cpus_minus(ret, &v->others);
    acdr_cpus_minus(ret, &v->host->isolated);
    if (acdr_cpus_empty(ret))
        *ret = v->housekeeping;
}

const char *acdr_target_find(const struct acdr_view *v, const struct acdr_plan *p,
                             struct acdr_cpus *ret)
{
    const char *to = acdr_view_key(v, p, "to");
    struct acdr_cpus vcpus = { 0 };
    const char *why = "no CPU of those that `to` names is online and free";

    acdr_cpus_zero(ret);
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
        acdr_cpus_minus(ret, &vcpus);
        why = "no thread of the guest's cores is idle; [vcpus] with smt = isolate leaves some";
    } else {
        acdr_cpus_parse_list(ret, acdr_view_key(v, p, "cpus"));
        why = "no CPU of the key `cpus` is online and free";
    }
    acdr_cpus_and(ret, &v->host->online);
    acdr_cpus_minus(ret, &v->others);
    acdr_cpus_minus(ret, &v->host->pmd);
    return acdr_cpus_empty(ret) ? why : NULL;
}

int acdr_target_nth(const struct acdr_cpus *s, int i)
{
    int cpu = -1;

    for (int k = i % acdr_cpus_count(s); k >= 0; k--)
        cpu = acdr_cpus_next(s, cpu);
    return cpu;
}
