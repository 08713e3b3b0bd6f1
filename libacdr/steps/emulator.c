/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * emulator: QEMU's other threads off the clean cores.
 *
 * The main loop, I/O threads and vhost workers do work for the guest, but a vCPU that they
 * interrupt jitters. Each kind goes where its key says; the place has turned the words into CPUs.
 * vhost workers are QEMU's threads since Linux 6.4 and kernel threads before. Claims of two guests
 * never meet: a thread has one owner.
 */
#include <string.h>

#include "cleaner.h"
#include "steps.h"

#define WHERE "housekeeping|own|node"

static const struct acdr_key keys[] = {
    { "emulator", ACDR_KEY_CHOICE, WHERE, "housekeeping",
      "main loop and worker threads: host's housekeeping CPUs, CPUs of their own, or the node's" },
    { "iothreads", ACDR_KEY_CHOICE, WHERE, "housekeeping", "I/O threads, likewise" },
    { "vhost", ACDR_KEY_CHOICE, WHERE, "housekeeping", "vhost workers, likewise" },
    { 0 },
};

static enum acdr_thread_cpus where(const struct acdr_view *v, const char *key)
{
    return (enum acdr_thread_cpus)acdr_hint_choice(v, &acdr_step_emulator, key);
}

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    h->threads_placed = true;
    h->emulator = where(v, "emulator");
    h->iothreads = where(v, "iothreads");
    h->vhost = where(v, "vhost");
}

static const struct acdr_bitmap *cpus_of(const struct acdr_place *place, enum acdr_thread_kind kind)
{
    switch (kind) {
    case ACDR_THREAD_EMULATOR:
        return &place->emulator;
    case ACDR_THREAD_IOTHREAD:
        return &place->iothreads;
    case ACDR_THREAD_VHOST:
        return &place->vhost;
    case ACDR_THREAD_VCPU:
        break;
    }
    return NULL;
}

/* kvm-nx-lpage-recovery and its like are born in a vCPU's own group: the group of QEMU's main
 * thread where T is one of those, else NULL. */
static const char *group_to_go_to(const struct acdr_guest *g, const struct acdr_thread *t)
{
    const char *main_group = NULL;
    bool with_vcpu = false;

    for (size_t i = 0; t->pid && t->cgroup[0] && i < g->n_threads; i++) {
        if (g->threads[i].tid == g->pid)
            main_group = g->threads[i].cgroup;
        else if (g->threads[i].kind == ACDR_THREAD_VCPU && !strcmp(g->threads[i].cgroup, t->cgroup))
            with_vcpu = true;
    }
    return with_vcpu && main_group && strcmp(main_group, t->cgroup) != 0 ? main_group : NULL;
}

/* Where the XML pins the vCPU its group has that CPU alone, and a partition of the group will hold
 * everything in it there as well. */
static bool is_held_there(const struct acdr_view *v, const struct acdr_thread *t,
                          const struct acdr_bitmap *cpus)
{
    struct acdr_bitmap bounds;
    const char *why;

    if (t->bounds[0] && acdr_bitmap_parse_list(&bounds, t->bounds) == 0 &&
        !acdr_bitmap_intersects(&bounds, cpus))
        return true;
    return acdr_class_has(v->class, acdr_step_cleaner.name) &&
           acdr_cleaner_way(v, &why) == ACDR_WAY_PARTITION;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    char knob[96];
    const char *group;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no emulator threads");
    for (size_t i = 0; i < v->guest->n_threads; i++) {
        const struct acdr_thread *t = &v->guest->threads[i];
        const struct acdr_bitmap *cpus = cpus_of(v->place, t->kind);

        if (!cpus)
            continue;
        group = group_to_go_to(v->guest, t);
        if (group && is_held_there(v, t, cpus) &&
            acdr_plan_claim_soft(p, ACDR_OP_SET, group, "group:%d/%d@%llu", t->pid, t->tid,
                                 t->start) < 0)
            return acdr_err_nomem(e);
        if (acdr_plan_claim_cpus(p, ACDR_OP_SET, cpus, &v->housekeeping, group != NULL, "%s",
                                 acdr_view_thread(t, knob)) < 0)
            return acdr_err_nomem(e);
    }
    return 0;
}

const struct acdr_step acdr_step_emulator = {
    .name = "emulator",
    .help = "emulator, I/O and vhost threads away from the clean cores",
    .stages = ACDR_STAGE_GUEST,
    .needs_place = true,
    .keys = keys,
    .hint = hint,
    .plan = plan,
};
