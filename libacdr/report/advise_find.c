/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Findings about a guest's topology: each rule is one function, which reports nothing if all is
 * well. Knows what libvirt's XML can tell a guest about its CPUs and memory.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise_part.h"
#include "bandwidth.h"
#include "text.h"

__attribute__((format(printf, 5, 6))) static void say(struct acdr_item *list, const char *kind,
                                                      const char *subject, const char *remedy,
                                                      const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    acdr_advise_say(list, kind, subject, remedy, text);
}

static long long mib(long long kb)
{
    return kb / 1024;
}

static void check_cpus(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_advise_node *n = a->nodes;
    acdr_auto(free) char *remedy = NULL;

    for (size_t i = 0; i < a->n_nodes; i++)
        if (acdr_advise_holds_any(&a->nodes[i]) && a->nodes[i].capacity == a->most)
            n = &a->nodes[i];
    if (!a->most_both)
        say(list, "problem", "nodes",
            "acdr plan: a guest may have CPUs of one node, memory of another",
            "no node of this host has both memory and CPUs that are not reserved for the host");
    if (!a->cpus_short || !a->most_both)
        return;
    if (a->most_both >= a->domain->vcpus)
        remedy = acdr_text_format("a class with smt = prefer, which uses both threads of a core: a "
                                  "node holds %d then (memory-bound guests gain by that); or at "
                                  "most %d vCPU%s",
                                  a->most_both, a->most, acdr_text_s(a->most));
    else
        remedy = acdr_text_format("%s%d vCPU%s", a->most ? "at most " : "", a->most,
                                  acdr_text_s(a->most));
    say(list, a->needs ? "advice" : "problem", "vCPUs", remedy,
        "%d are more than a node holds: node %d has %d CPU%s, %d of them are reserved for the "
        "host, "
        "and the others hold %d vCPU%s",
        a->domain->vcpus, n->id, n->cpus, acdr_text_s(n->cpus), n->housekeeping, n->capacity,
        acdr_text_s(n->capacity));
}

static void check_memory(const struct acdr_advice *a, struct acdr_item *list)
{
    acdr_auto(free) char *remedy = NULL;

    if (!a->memory_short)
        return;
    remedy = acdr_text_format("less than %lld MiB, minus the host's own share%s", mib(a->most_kb),
                              a->needs ? "; or a guest NUMA cell for each node" : "");
    say(list, a->needs ? "advice" : "problem", "memory", remedy,
        "%lld MiB are more than a node has (%lld MiB)%s", mib(a->domain->start_kb), mib(a->most_kb),
        a->cpus_short || !a->needs ? ""
                                   : ": memory is why it spans nodes, its "
                                     "vCPUs fit one");
}

static void check_room(const struct acdr_advice *a, struct acdr_item *list)
{
    if (!a->needs && !a->cpus_short && !a->memory_short)
        say(list, "problem", "size", "fewer vCPUs or less memory",
            "no node has both so many vCPUs and so much memory, and several do not either");
    else if (!a->needs)
        say(list, "problem", "size", "fewer vCPUs or less memory",
            "all nodes of this host together do not hold it in equal parts");
    else if (a->needs == 1 && !a->one_now)
        say(list, "advice", "room", "see acdr host and acdr status for the owners of CPUs",
            "a node would hold it, but none has the room now");
}

/* libvirt's default topology: a socket for each vCPU. */
static void check_threads(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_domain *d = a->domain;
    int told = d->threads ? d->threads : 1;
    acdr_auto(free) char *remedy =
        acdr_text_format("<topology sockets='%d' cores='%d' threads='%d'/> in its <cpu>",
                         a->sockets, a->cores, a->per_core);

    if (!a->sockets || d->vcpus != d->vcpus_max || !d->uuid[0]) /* "": hypothetical */
        return;
    if (a->pinned && told > a->per_core)
        say(list, "problem", "topology", remedy,
            "its XML says that %d vCPUs are threads of one core, but its pins do not keep them on "
            "one; or pin them to the siblings of a core",
            told);
    else if (a->pinned && told < a->per_core)
        say(list, "advice", "topology", remedy,
            "its pins put %d vCPUs each on the threads of one core, but its XML does not say so",
            a->per_core);
    else if (told > a->per_core)
        say(list, "problem", "topology", remedy,
            "its XML says that %d vCPUs are threads of one core, but here %s", told,
            a->per_core == 1 ? "each has a core of its own, or a thread like any other"
                             : "cores have fewer");
    else if (told < a->per_core)
        say(list, "advice", "topology", remedy,
            "%d vCPUs each are threads of one core, but its XML does not say so: its scheduler "
            "cannot spread work over cores",
            a->per_core);
    else if (d->sockets && d->sockets % a->sockets)
        say(list, "problem", "topology", remedy,
            "%d sockets over %d nodes: a virtual socket spans two of them", d->sockets, a->sockets);
    else if (a->sockets == 1 && d->sockets > 1)
        say(list, "advice", "topology", remedy,
            "its XML has %d sockets, but it fits one node: they share caches, which the guest does "
            "not know",
            d->sockets);
}

/* QEMU's default for -cpu host leaves it out: "doesn't support hyperthreading". */
static void check_topoext(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_domain *d = a->domain;

    if (a->needs_topoext && d->cpu_is_host && !d->has_topoext &&
        (d->threads > 1 || a->per_core > 1))
        say(list, "advice", "topology", "<feature policy='require' name='topoext'/> in its <cpu>",
            "this host's CPU is AMD's: the guest does not see threads of a core without the "
            "feature "
            "topoext");
}

static void check_even(const struct acdr_advice *a, struct acdr_item *list)
{
    bool both = a->smt == ACDR_SMT_PREFER || a->smt == ACDR_SMT_REQUIRE;
    int rest = a->threads > 1 && both ? a->domain->vcpus % a->threads : 0;
    acdr_auto(free) char *more = acdr_text_format("%d vCPUs need no additional core",
                                                  a->domain->vcpus + a->threads - rest);

    if (rest)
        say(list, "advice", "vCPUs", more,
            "%d do not fill whole cores: a thread of a core stays "
            "idle",
            a->domain->vcpus);
    if (a->needs > 1 && a->domain->vcpus % a->needs)
        say(list, "advice", "vCPUs", "a number that can be divided by the nodes",
            "%d vCPUs on %d nodes do not divide evenly", a->domain->vcpus, a->needs);
}

static void check_cells(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_domain *d = a->domain;

    if (a->spans > 1 && !d->n_cells && d->uuid[0])
        say(list, "problem", "guest NUMA", "the cells of this report; acdr xml writes them",
            "it is on %d nodes, but its XML has one: it cannot keep work and memory together",
            a->spans);
    if (a->spans == 1 && d->n_cells > 1)
        say(list, "advice", "guest NUMA", "no <numa> in its <cpu>",
            "its XML has %zu cells, but it fits one node: it separates memory that is "
            "local",
            d->n_cells);
    if (a->spans > 1 && d->n_cells > 1 && d->n_cells % (size_t)a->spans)
        say(list, "problem", "guest NUMA",
            "the cells of this report; acdr xml writes them "
            "where there are none",
            "%zu cells on %d nodes: a node gets more of them than another", d->n_cells, a->spans);
    for (size_t i = 0; i < d->n_cells; i++) {
        int vcpus = acdr_bitmap_weight(&d->cells[i].vcpus);
        bool fits = false;

        for (size_t n = 0; n < a->n_nodes; n++)
            fits |= acdr_advise_holds(&a->nodes[n], vcpus, d->cells[i].start_kb);
        if (!fits)
            say(list, "problem", "guest NUMA", "smaller cells",
                "cell %d (%d vCPUs, %lld MiB) is larger than any node: it spans two, but the guest "
                "sees one",
                d->cells[i].id, vcpus, mib(d->cells[i].start_kb));
    }
}

static void check_hotplug(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_domain *d = a->domain;

    if (d->vcpus_max > d->vcpus)
        say(list, "problem", "hot-add",
            "start with the maximum number of vCPUs, or reduce the maximum (<vcpu> without "
            "current)",
            "%d of %d vCPUs run at start: vCPUs added later get no CPU of their own, and the place "
            "and the topology are for %d",
            d->vcpus, d->vcpus_max, d->vcpus);
}

static void check_pins(const struct acdr_advice *a, struct acdr_item *list)
{
    if (acdr_domain_placed(a->domain) && !a->domain->own_pins)
        say(list, "advice", "pins",
            "leave pins and numatune to the class; acdr start writes them "
            "for one start",
            "the XML pins it: it stays there, even if a better place becomes free");
}

/* The checks above judge what the guest has at its start. */
static void check_growth(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_domain *d = a->domain;

    if (d->grow_kb && a->most_kb >= 0 && d->start_kb <= a->most_kb &&
        d->grow_kb > a->most_kb - d->start_kb)
        say(list, "advice", "memory", "a smaller maximum, or a guest NUMA cell for each node",
            "it starts with %lld MiB and may grow by %lld MiB (virtio-mem, balloon): no node has "
            "both",
            mib(d->start_kb), mib(d->grow_kb));
}

static void check_fixed(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_domain *d = a->domain;

    if (d->fixed_by && a->n_nodes > 1 && !acdr_domain_placed(d))
        say(list, "advice", "memory", "start it with acdr start, or give it a strict <numatune>",
            "%s: it cannot be moved after a plain start", d->fixed_by);
}

static void check_limits(const struct acdr_advice *a, struct acdr_item *list)
{
    const struct acdr_domain *d = a->domain;
    int each = acdr_bandwidth_share(&d->vcpu_limit, 1);
    int all = acdr_bandwidth_share(&d->global_limit, d->vcpus);

    if (a->dedicated && (each < 100 || all < 100))
        say(list, "problem", "bandwidth", "no <quota> and <global_quota> in its <cputune>",
            "a quota lets its vCPUs run %d %% of the time: each stands still for the rest, on a "
            "core "
            "that is kept for it",
            each < all ? each : all);
    if (d->hard_limit_kb && d->hard_limit_kb < d->start_kb && !d->hugepages)
        say(list, "problem", "memory", "a larger <hard_limit> in its <memtune>, or none",
            "its hard limit of %lld MiB is less than the %lld MiB that it starts with: the kernel "
            "ends it when it uses them",
            mib(d->hard_limit_kb), mib(d->start_kb));
}

void acdr_advise_find(const struct acdr_advice *a, struct acdr_item *list)
{
    static void (*const rules[])(const struct acdr_advice *a, struct acdr_item *list) = {
        check_cpus,  check_memory,  acdr_advise_check_pages,
        check_room,  check_threads, check_topoext,
        check_even,  check_cells,   check_hotplug,
        check_pins,  check_growth,  check_limits,
        check_fixed,
    };

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        rules[i](a, list);
}
