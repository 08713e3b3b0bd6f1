/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * emulator: QEMU's other threads off the clean cores.
 *
 * The main loop, I/O threads and vhost workers do work for the guest, but a vCPU that they
 * interrupt jitters. The class's keys place each kind; the place has translated them into CPUs.
 * vhost workers are QEMU's threads since Linux 6.4 and kernel threads before. Claims of two guests
 * never conflict: a thread has one owner, and other guests only take away their clean cores
 * (vcpus).
 */
#include <string.h>

#include "bandwidth.h"
#include "cleaner.h"
#include "steps.h"

#define WHERE "housekeeping|own|node"

static const struct acdr_key keys[] = {
    { "emulator", ACDR_KEY_CPUS, WHERE, "housekeeping",
      "main loop and worker threads: host's housekeeping CPUs, CPUs of their own, the node's, or "
      "those of a list" },
    { "iothreads", ACDR_KEY_CPUS, WHERE, "housekeeping", "I/O threads, likewise" },
    { "vhost", ACDR_KEY_CPUS, WHERE, "housekeeping", "vhost workers, likewise" },
    { 0 },
};

/* No vCPU gets a CPU that the class names for other threads, of this guest or of another. */
static void find_where(const struct acdr_view *v, const char *key, struct acdr_thread_hint *ret,
                       struct acdr_bitmap *avoid)
{
    ret->where = (enum acdr_thread_cpus)acdr_hint_choice(v, &acdr_step_emulator, key);
    if (ret->where == ACDR_THREAD_CPUS_LIST)
        acdr_bitmap_parse_list(&ret->list, acdr_class_get(v->class, acdr_step_emulator.name, key));
    acdr_bitmap_or(avoid, &ret->list);
}

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    h->threads_placed = true;
    find_where(v, "emulator", &h->emulator, &h->avoid);
    find_where(v, "iothreads", &h->iothreads, &h->avoid);
    find_where(v, "vhost", &h->vhost, &h->avoid);
}

/* Of its pin a thread gets what the guest's cgroup has. */
static void keep_within(const struct acdr_view *v, const struct acdr_bitmap *pin,
                        struct acdr_bitmap *ret)
{
    struct acdr_bitmap set = v->reach;

    if (!pin)
        return;
    acdr_bitmap_and(&set, pin);
    acdr_place_within(acdr_bitmap_empty(&v->reach) ? pin : &set, v->place, &v->others, ret);
}

static const struct acdr_bitmap *pin_of(const struct acdr_view *v, enum acdr_thread_kind kind,
                                        int index)
{
    return kind == ACDR_THREAD_IOTHREAD ? acdr_domain_iothread_set(v->domain, index)
                                        : acdr_domain_emulator_set(v->domain);
}

/* Other guests may have got clean cores of them since the guest was placed: without these, or the
 * housekeeping CPUs where the XML does not bind the thread. */
static void leave_clean(const struct acdr_view *v, const struct acdr_bitmap *pin,
                        struct acdr_bitmap *cpus)
{
    struct acdr_bitmap left = *cpus;

    acdr_bitmap_andnot(&left, &v->others);
    if (!acdr_bitmap_empty(&left))
        *cpus = left;
    else if (!pin)
        *cpus = v->housekeeping;
}

/* The CPUs for a thread of that kind; false for vCPUs. An iothread stays within its own pin. */
static bool find_cpus(const struct acdr_view *v, enum acdr_thread_kind kind, int index,
                      struct acdr_bitmap *ret)
{
    const struct acdr_bitmap *pin = pin_of(v, kind, index);

    if (kind == ACDR_THREAD_VCPU)
        return false;
    *ret = kind == ACDR_THREAD_IOTHREAD ? v->place->iothreads
           : kind == ACDR_THREAD_VHOST  ? v->place->vhost
                                        : v->place->emulator;
    if (kind == ACDR_THREAD_IOTHREAD)
        keep_within(v, pin, ret);
    leave_clean(v, pin, ret);
    return true;
}

/* True if the XML binds the thread to CPUs outside CPUS, the guest's own cores. The owner's choice
 * stands. */
static bool is_bound_elsewhere(const struct acdr_view *v, enum acdr_thread_kind kind, int index,
                               const struct acdr_bitmap *cpus)
{
    const struct acdr_bitmap *pin = pin_of(v, kind, index);

    return pin && !acdr_bitmap_intersects(pin, cpus);
}

bool acdr_emulator_is_held(const struct acdr_view *v)
{
    struct acdr_bitmap cpus;

    find_cpus(v, ACDR_THREAD_EMULATOR, -1, &cpus);
    if (is_bound_elsewhere(v, ACDR_THREAD_EMULATOR, -1, &cpus))
        return true;
    ACDR_BITMAP_FOR(i, &v->domain->iothread_ids) {
        find_cpus(v, ACDR_THREAD_IOTHREAD, i, &cpus);
        if (is_bound_elsewhere(v, ACDR_THREAD_IOTHREAD, i, &cpus))
            return true;
    }
    return false;
}

/* Reported before the guest starts, not only when it runs. */
static int note_pins(const struct acdr_view *v, struct acdr_plan *p)
{
    struct acdr_bitmap cpus;

    find_cpus(v, ACDR_THREAD_EMULATOR, -1, &cpus);
    if (is_bound_elsewhere(v, ACDR_THREAD_EMULATOR, -1, &cpus) &&
        acdr_plan_note(p,
                       "the XML binds the emulator to clean cores of guests (%s): it stays "
                       "there; acdr xml proposes other CPUs",
                       v->domain->has_emulatorpin ? "<emulatorpin>" : "<vcpu cpuset=>") < 0)
        return -1;
    ACDR_BITMAP_FOR(i, &v->domain->iothread_ids) {
        find_cpus(v, ACDR_THREAD_IOTHREAD, i, &cpus);
        if (is_bound_elsewhere(v, ACDR_THREAD_IOTHREAD, i, &cpus) &&
            acdr_plan_note(p, "the XML binds iothread %d to clean cores of guests: it stays there",
                           i) < 0)
            return -1;
    }
    return 0;
}

/* kvm-nx-lpage-recovery and similar threads start in a vCPU's own cgroup: the cgroup of QEMU's main
 * thread if T is one of them, else NULL. */
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

/* If the XML pins the vCPU, its cgroup has only that CPU, and a partition of the cgroup also keeps
 * all its threads there. */
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

/* A throttled main loop also delays vCPUs that wait for it. */
static int note_limits(const struct acdr_domain *d, struct acdr_plan *p)
{
    if (acdr_bandwidth_note(p, &d->emulator_limit, 1, "emulator_quota", "QEMU's other threads") < 0)
        return -1;
    return d->iothreads
               ? acdr_bandwidth_note(p, &d->iothread_limit, 1, "iothread_quota", "each I/O thread")
               : 0;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct acdr_bitmap cpus;
    char knob[96];
    const char *group;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no emulator threads");
    if (p->stage == ACDR_STAGE_HOST)
        return note_pins(v, p) < 0 ? acdr_err_nomem(e) : 0;
    for (size_t i = 0; i < v->guest->n_threads; i++) {
        const struct acdr_thread *t = &v->guest->threads[i];

        if (!find_cpus(v, t->kind, t->index, &cpus) ||
            is_bound_elsewhere(v, t->kind, t->index, &cpus))
            continue;
        group = group_to_go_to(v->guest, t);
        if (group && is_held_there(v, t, &cpus) &&
            acdr_plan_claim_soft(p, ACDR_OP_SET, group, "group:%d/%d@%llu", t->pid, t->tid,
                                 t->start) < 0)
            return acdr_err_nomem(e);
        if (acdr_plan_claim_cpus(p, ACDR_OP_SET, &cpus, &v->housekeeping, group != NULL, "%s",
                                 acdr_view_thread(t, knob)) < 0)
            return acdr_err_nomem(e);
    }
    return note_limits(v->domain, p) < 0 ? acdr_err_nomem(e) : 0;
}

static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    acdr_bandwidth_define(ds, &v->domain->emulator_limit, 1, "emulator_quota");
    if (v->domain->iothreads)
        acdr_bandwidth_define(ds, &v->domain->iothread_limit, 1, "iothread_quota");
}

const struct acdr_step acdr_step_emulator = {
    .name = "emulator",
    .help = "emulator, I/O and vhost threads away from the clean cores",
    .stages = ACDR_STAGE_HOST | ACDR_STAGE_GUEST,
    .needs_place = true,
    .keys = keys,
    .hint = hint,
    .define = define,
    .plan = plan,
};
