/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compares the XML with the host before any search. libvirt writes pins and nodes into cgroups and
 * affinities as they are: what the host or the cgroup above does not have ends the start, after the
 * hook's prepare. Knows which element binds what.
 */
#include <errno.h>
#include <string.h>

#include "place_check.h"
#include "place_refuse.h"

/* libvirt queries numad after the hook, and binds threads and memory to the answer. */
static int check_numad(const struct acdr_place_request *q, struct acdr_err *e)
{
    const struct acdr_domain *d = q->domain;
    bool cpus = d->numad_cpus && (q->hints.dedicated || q->hints.memory_bound);
    bool memory = d->numad_memory && q->hints.memory_bound;

    if (!cpus && !memory)
        return 0;
    return acdr_err_set(e, EINVAL,
                        "the XML leaves the placement of its %s to numad (placement='auto'), which "
                        "libvirt asks only after this: write placement='static'",
                        cpus ? "vCPUs" : "memory");
}

/* --- nodes --- */

static void host_nodes(const struct acdr_host *h, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < h->n_nodes; i++)
        acdr_bitmap_add(ret, h->nodes[i].id);
}

/* All of NODES, to which ELEMENT binds WHAT, must be on the host, and one of them in the cgroup. */
static int check_nodes(const struct acdr_place_request *q, const struct acdr_bitmap *nodes,
                       const char *what, const char *element, struct acdr_err *e)
{
    acdr_auto(free) char *list = NULL;
    struct acdr_bitmap missing = *nodes, has;

    host_nodes(q->host, &has);
    acdr_bitmap_andnot(&missing, &has);
    if (!acdr_bitmap_empty(&missing)) {
        list = acdr_bitmap_print_list(&missing);
        return acdr_err_set(e, ENOSPC,
                            "the XML binds %s to node %s by %s, which this host does not have",
                            what, list ? list : "?", element);
    }
    if (acdr_bitmap_empty(&q->mems) || acdr_bitmap_intersects(nodes, &q->mems))
        return 0;
    list = acdr_bitmap_print_list(&q->mems);
    return acdr_err_set(e, ENOSPC,
                        "the XML binds %s by %s to nodes that the cgroup of libvirt's guests has "
                        "not got: it has node %s (cpuset.mems)",
                        what, element, list ? list : "?");
}

static int check_memory(const struct acdr_place_request *q, struct acdr_err *e)
{
    const struct acdr_domain *d = q->domain;
    int err = d->has_mem_nodes ? check_nodes(q, &d->mem_nodes, "memory", "<numatune>", e) : 0;
    char what[48];

    for (size_t i = 0; err == 0 && i < d->n_cells; i++) {
        snprintf(what, sizeof(what), "guest NUMA cell %d", d->cells[i].id);
        if (d->cells[i].has_nodes)
            err = check_nodes(q, &d->cells[i].nodes, what, "<memnode>", e);
    }
    return err;
}

/* --- CPUs --- */

/* The kernel refuses an affinity of which the cgroup has no CPU. */
static int check_cpus(const struct acdr_place_request *q, const struct acdr_bitmap *pin,
                      const char *what, const char *element, struct acdr_err *e)
{
    const struct acdr_bitmap *reach = acdr_bitmap_empty(&q->reach) ? &q->host->online : &q->reach;
    acdr_auto(strbuf) struct acdr_strbuf holders = { 0 };
    acdr_auto(free) char *list = NULL;

    if (!pin || acdr_bitmap_intersects(pin, reach))
        return 0;
    list = acdr_bitmap_print_list(pin);
    if (!list || acdr_place_add_holders(q, pin, &holders) < 0)
        return acdr_err_nomem(e);
    return acdr_err_set(e, ENOSPC, "%s binds %s to CPU %s by %s, which it cannot get: %s",
                        acdr_bitmap_equal(pin, &q->hints.vcpus) ? "the class" : "the XML", what,
                        list, element, holders.s ? holders.s : "none");
}

static int check_vcpus(const struct acdr_place_request *q, struct acdr_err *e)
{
    const struct acdr_domain *d = q->domain;
    int err = 0;
    char what[32];

    for (int i = 0; err == 0 && i < d->vcpus; i++) {
        const struct acdr_bitmap *pin = d->pin[d->vcpu_id[i]];

        snprintf(what, sizeof(what), "vCPU %d", d->vcpu_id[i]);
        if (pin)
            err = check_cpus(q, pin, what, acdr_place_pin_element(q, i), e);
    }
    return err;
}

static int check_others(const struct acdr_place_request *q, struct acdr_err *e)
{
    const struct acdr_domain *d = q->domain;
    int err = check_cpus(q, acdr_domain_emulator_set(d), "the emulator",
                         d->has_emulatorpin ? "<emulatorpin>" : "<vcpu cpuset=>", e);
    char what[32];

    ACDR_BITMAP_FOR(i, &d->iothread_ids) {
        snprintf(what, sizeof(what), "iothread %d", i);
        if (err == 0)
            err = check_cpus(q, acdr_domain_iothread_set(d, i), what, "<iothreadpin>", e);
    }
    return err;
}

int acdr_place_check_xml(const struct acdr_place_request *q, struct acdr_err *e)
{
    int err = check_numad(q, e);

    if (err == 0)
        err = check_memory(q, e);
    if (err == 0)
        err = check_vcpus(q, e);
    return err < 0 ? err : check_others(q, e);
}
