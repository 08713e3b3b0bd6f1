/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sched: policy and priority of the guest's vCPU and emulator threads.
 *
 * A vCPU that is a realtime task (SCHED_FIFO, SCHED_RR) is never preempted by ordinary tasks. It
 * keeps its CPU while its guest polls, so nothing that it depends on may wait there: it becomes
 * realtime only on a dedicated core, with QEMU's other threads elsewhere, and if the kernel
 * reserves a part of each CPU for ordinary tasks (such as its own per-CPU threads): by
 * kernel.sched_rt_runtime_us, or by the fair server of Linux 6.12. Children of a realtime thread
 * are ordinary tasks. libvirt's own <vcpusched> does the same without these checks.
 *
 * sched_setattr(2), since Linux 3.14. On cgroup v1 with RT_GROUP_SCHED a cgroup needs a realtime
 * budget (cpu.rt_runtime_us), or the kernel refuses. Claims of two guests never conflict: a thread
 * has one owner.
 */
#include <stdio.h>
#include <string.h>

#include "steps.h"

#define POLICIES "keep|other|fifo|rr"

static const struct acdr_key keys[] = {
    { "vcpus", ACDR_KEY_CHOICE, POLICIES, "keep", "policy of the vCPU threads" },
    { "emulator", ACDR_KEY_CHOICE, POLICIES, "keep", "policy of the main loop and worker threads" },
    { "priority", ACDR_KEY_NUM, NULL, "1", "of fifo and rr, 1 to 99" },
    { "nice", ACDR_KEY_INT, NULL, "0", "of other, -20 to 19" },
    { "unthrottled", ACDR_KEY_BOOL, NULL, "no",
      "also where the host lets realtime tasks have all of a CPU" },
    { 0 },
};

static bool is_realtime(const char *policy)
{
    return !strcmp(policy, "fifo") || !strcmp(policy, "rr");
}

bool acdr_sched_is_realtime(const struct acdr_class *c)
{
    const char *name = acdr_step_sched.name;

    return acdr_class_has(c, name) && is_realtime(acdr_class_get(c, name, "vcpus"));
}

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    h->realtime = acdr_sched_is_realtime(v->class) ||
                  is_realtime(acdr_class_get(v->class, acdr_step_sched.name, "emulator"));
}

/* May QEMU's other threads run on the vCPUs' cores? */
static bool shares_core(const struct acdr_view *v)
{
    const struct acdr_place *place = v->place;

    return !acdr_class_has(v->class, acdr_step_emulator.name) ||
           acdr_bitmap_intersects(&place->emulator, &place->clean) ||
           acdr_bitmap_intersects(&place->iothreads, &place->clean) ||
           acdr_bitmap_intersects(&place->vhost, &place->clean);
}

/* Why a vCPU cannot be realtime here, NULL if it can. */
static const char *unsafe(const struct acdr_view *v, struct acdr_plan *p)
{
    if (!v->place || !v->place->n_vcpus)
        return "a realtime vCPU needs a CPU of its own; add [vcpus]";
    if (shares_core(v))
        return "QEMU's other threads may run on the vCPUs' cores and would be starved; add "
               "[emulator]";
    if (acdr_emulator_is_held(v))
        return "the XML binds QEMU's other threads to clean cores (<emulatorpin>, <iothreadpin> or "
               "<vcpu cpuset=>), where realtime vCPUs would starve them; acdr xml proposes other "
               "CPUs";
    if (acdr_bitmap_intersects(&v->place->clean, &v->others))
        return "the vCPUs' cores are shared with another guest";
    if (v->host->sched_ext[0] && !v->host->has_ext_server && !acdr_view_yes(v, p, "unthrottled"))
        return "sched_ext is active: its scheduler has the kernel's own threads, to which the "
               "kernel then leaves no part of a CPU beside realtime tasks; stop it, or "
               "unthrottled = yes";
    if (!v->host->rt_throttled && !acdr_view_yes(v, p, "unthrottled"))
        return "kernel.sched_rt_runtime_us lets realtime tasks have all of a CPU, and the kernel's "
               "own threads there would wait for ever; set it, or unthrottled = yes";
    return NULL;
}

/* 1: there is something to do. */
static int check(const struct acdr_view *v, struct acdr_plan *p)
{
    const char *vcpus = acdr_view_key(v, p, "vcpus"), *emulator = acdr_view_key(v, p, "emulator");
    long priority = strtol(acdr_view_key(v, p, "priority"), NULL, 10);
    long nice = strtol(acdr_view_key(v, p, "nice"), NULL, 10);
    const char *why = is_realtime(vcpus) && v->domain ? unsafe(v, p) : NULL;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no threads");
    if (!strcmp(vcpus, "keep") && !strcmp(emulator, "keep"))
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "the class changes neither policy");
    if (priority < 1 || priority > 99 || nice < -20 || nice > 19)
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "priority = %ld, nice = %ld: the kernel "
                                "takes 1 to 99, and -20 to 19",
                                priority, nice);
    if (why)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "vcpus = %s: %s", vcpus, why);
    if (is_realtime(vcpus) && !acdr_class_has(v->class, acdr_step_cleaner.name))
        acdr_plan_note(p, "without [cleaner] other tasks on the vCPUs' cores wait for the guest");
    if (nice && v->host->cgroup && (!strcmp(vcpus, "other") || !strcmp(emulator, "other")))
        acdr_plan_note(p, "nice counts among the threads of one control group only; between guests "
                          "<cputune><shares> does");
    return 1;
}

static int claim(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_thread *t,
                 const char *policy)
{
    char knob[96], value[64];
    bool realtime = is_realtime(policy);

    if (!strcmp(policy, "keep"))
        return 0;
    snprintf(value, sizeof(value), "%s:%s%s", policy,
             acdr_view_key(v, p, realtime ? "priority" : "nice"), realtime ? "+reset" : "");
    return acdr_plan_claim(p, ACDR_OP_SET, value, "sched%s",
                           strchr(acdr_view_thread(t, knob), ':'));
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    int err = check(v, p);

    for (size_t i = 0; err > 0 && p->stage == ACDR_STAGE_GUEST && i < v->guest->n_threads; i++) {
        const struct acdr_thread *t = &v->guest->threads[i];

        if (t->kind == ACDR_THREAD_VCPU && acdr_bitmap_has(&v->domain->vcpusched, t->index))
            acdr_plan_note(p, "vCPU %d keeps the policy of the XML's <vcpusched>", t->index);
        else if (t->kind == ACDR_THREAD_VCPU)
            err = claim(v, p, t, acdr_view_key(v, p, "vcpus")) < 0 ? -1 : 1;
        else if (t->kind == ACDR_THREAD_EMULATOR)
            err = claim(v, p, t, acdr_view_key(v, p, "emulator")) < 0 ? -1 : 1;
    }
    return err < 0 ? acdr_err_nomem(e) : 0;
}

static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    if (!v->domain->locked && acdr_sched_is_realtime(v->class))
        acdr_define(ds, "memoryBacking/locked", NULL, "<locked/>",
                    "a realtime vCPU must not wait for a page that was swapped out");
}

const struct acdr_step acdr_step_sched = {
    .name = "sched",
    .help = "policy and priority of vCPU and emulator threads",
    .stages = ACDR_STAGE_HOST | ACDR_STAGE_GUEST,
    .reads = ACDR_HOST_SCHED,
    .guest_reads = ACDR_HOST_SCHED,
    .keys = keys,
    .hint = hint,
    .define = define,
    .plan = plan,
};
