/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcpus: each vCPU on its own CPU, which no other guest gets.
 *
 * A vCPU that the scheduler migrates loses its caches, and one that shares a CPU waits for it. The
 * place has one CPU per vCPU according to the key `smt`; this step pins the threads to them with
 * sched_setaffinity(2). `cpus` names the CPUs that it may choose from. Other guests' threads that
 * may use a new clean core, those of `node`, leave it. Claims of two guests on a thread are a set
 * of its owner and a minus of each other guest.
 */
#include <stdio.h>
#include <string.h>

#include "bandwidth.h"
#include "foreign_threads.h"
#include "shape.h"
#include "steps.h"

static const struct acdr_key keys[] = {
    { "smt", ACDR_KEY_CHOICE, "isolate|cores|require|prefer|any", "prefer",
      "siblings of a dedicated core: left idle, used where a node lacks cores, required, used "
      "where there are any, or ignored" },
    { "cpus", ACDR_KEY_CPUS, "any", "any",
      "the CPUs of which each vCPU gets one; their siblings are kept idle or used as `smt` says" },
    { "order", ACDR_KEY_CHOICE, "l3|room", "l3",
      "between nodes, what decides first: fewest L3 domains for this guest, or room for later "
      "ones" },
    { 0 },
};

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    const char *cpus = acdr_class_get(v->class, acdr_step_vcpus.name, "cpus");

    h->dedicated = true;
    if (strcmp(cpus, "any") != 0)
        acdr_bitmap_parse_list(&h->vcpus, cpus);
    h->smt = (enum acdr_smt)acdr_hint_choice(v, &acdr_step_vcpus, "smt");
    h->room_first = acdr_hint_choice(v, &acdr_step_vcpus, "order") == 1;
}

static int note_limits(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_domain *d = v->domain;

    if (acdr_bandwidth_note(p, &d->vcpu_limit, 1, "quota", "each vCPU") < 0)
        return -1;
    return acdr_bandwidth_note(p, &d->global_limit, d->vcpus, "global_quota",
                               "the guest's vCPUs together");
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    char knob[96], cpu[16];
    int pinned = 0;
    int rank;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no vCPUs to pin");
    if (v->domain->one_thread)
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "QEMU runs all vCPUs in one thread, by <qemu:commandline> \"%s\"",
                                v->domain->one_thread);
    if (p->stage == ACDR_STAGE_HOST)
        return acdr_foreign_threads_leave(v, p) < 0 ? acdr_err_nomem(e) : 0;
    for (size_t i = 0; i < v->guest->n_threads; i++) {
        const struct acdr_thread *t = &v->guest->threads[i];

        if (t->kind != ACDR_THREAD_VCPU)
            continue;
        rank = acdr_domain_vcpu(v->domain, t->index);
        if (rank < 0 || rank >= v->place->n_vcpus) {
            acdr_plan_note(p, "vCPU %d was added later and has no CPU of its own", t->index);
            continue;
        }
        snprintf(cpu, sizeof(cpu), "%d", v->place->vcpu[rank]);
        if (acdr_plan_claim(p, ACDR_OP_SET, cpu, "%s", acdr_view_thread(t, knob)) < 0)
            return acdr_err_nomem(e);
        pinned++;
    }
    if (pinned < v->place->n_vcpus)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "only %d of %d vCPU threads were found",
                                pinned, v->place->n_vcpus);
    if (note_limits(v, p) < 0)
        return acdr_err_nomem(e);
    if (v->domain->vcpus_max > v->domain->vcpus)
        acdr_plan_note(p, "%d vCPUs that may be added later get no CPU of their own",
                       v->domain->vcpus_max - v->domain->vcpus);
    return 0;
}

/* A node of the guest's memory that runs none of its vCPUs. */
static bool has_remote(const struct acdr_view *v)
{
    ACDR_BITMAP_FOR(n, &v->place->nodes)
        if (!acdr_host_node(v->host, n) ||
            !acdr_bitmap_intersects(&acdr_host_node(v->host, n)->cpus, &v->place->clean))
            return true;
    return false;
}

/* Guest NUMA cells for a place on several nodes: without them the guest cannot know which memory is
 * near which vCPU. */
static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    acdr_auto(free) char *cells = NULL;

    acdr_bandwidth_define(ds, &v->domain->vcpu_limit, 1, "quota");
    acdr_bandwidth_define(ds, &v->domain->global_limit, v->domain->vcpus, "global_quota");
    if (!v->place || v->domain->n_cells || acdr_bitmap_weight(&v->place->nodes) < 2 ||
        has_remote(v))
        return;
    cells = acdr_shape_cells(v->host, v->domain, v->place);
    acdr_define(ds, "cpu/numa", NULL, cells,
                "the guest is on several nodes: it should know which memory is local");
}

const struct acdr_step acdr_step_vcpus = {
    .name = "vcpus",
    .help = "each vCPU on a dedicated CPU",
    .stages = ACDR_STAGE_HOST | ACDR_STAGE_GUEST,
    .needs_place = true,
    .keys = keys,
    .hint = hint,
    .define = define,
    .plan = plan,
};
