/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * power: high frequency and short wake-up latency for the guest's cores.
 *
 * A core at a low frequency responds late until it speeds up, and one in a deep idle state takes up
 * to hundreds of microseconds to wake.
 *   governor, energy  cpufreq/policyN/scaling_governor and energy_performance_preference. Under the
 *                     governor "performance" the kernel refuses to change the preference (EBUSY)
 *                     and shows "performance": so it is claimed first and restored last.
 *   idle-latency      power/pm_qos_resume_latency_us of the CPU of each vCPU (Linux 4.16), else
 *                     cpuidle/stateM/disable of states that wake slower. To the kernel "n/a" means
 *                     no latency at all, 0 no limit. An idle sibling may sleep deeply.
 *   halt-poll         halt_poll_ns of the module kvm; host-wide. On some kernels (5.10) a guest
 *                     keeps the value of its start, so this is done at prepare.
 * A policy that also governs CPUs of others is not changed unless the class says so. Of several
 * claims on such a policy the first one wins, on halt polling the largest.
 */
#include <stdio.h>
#include <string.h>

#include "steps.h"

#define CPU_DIR     "/sys/devices/system/cpu"
#define PERFORMANCE "performance"

static const struct acdr_key keys[] = {
    { "governor", ACDR_KEY_CHOICE, "keep|performance|schedutil|ondemand|powersave", PERFORMANCE,
      "frequency governor of the guest's cores" },
    { "energy", ACDR_KEY_CHOICE, "keep|performance|balance_performance|balance_power|power", "keep",
      "energy preference of the guest's cores" },
    { "shared-policies", ACDR_KEY_BOOL, NULL, "no",
      "also frequency policies that govern CPUs of others" },
    { "idle-latency", ACDR_KEY_NUM, "keep|none", "keep",
      "at most so many microseconds to wake a vCPU's CPU; none: it does not sleep" },
    { "halt-poll", ACDR_KEY_NUM, "keep", "keep",
      "KVM polls at least so many nanoseconds before a vCPU sleeps; host-wide" },
    { 0 },
};

/* Is WORD one of the words of LIST? */
static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (const char *p = list; *p; p += strcspn(p, " "), p += strspn(p, " "))
        if (strcspn(p, " ") == len && !strncmp(p, word, len))
            return true;
    return false;
}

static int claim_word(struct acdr_plan *p, const struct acdr_policy *f, const char *file,
                      const char *list, const char *word)
{
    if (*list && !has_word(list, word))
        return acdr_plan_note(p, "policy %d has no \"%s\", but %s", f->id, word, list);
    return acdr_plan_claim(p, ACDR_OP_SET, word, "word:" CPU_DIR "/cpufreq/policy%d/%s", f->id,
                           file);
}

/* The preference for the governor, "keep" to write none. */
static const char *energy_for(const struct acdr_policy *f, const char *governor, const char *energy)
{
    bool fast = !strcmp(governor, "keep") ? !strcmp(f->governor, PERFORMANCE)
                                          : !strcmp(governor, PERFORMANCE);

    if (!f->energy[0])
        return "keep";
    return fast ? PERFORMANCE : energy;
}

static int claim_policy(const struct acdr_view *v, const struct acdr_policy *f, struct acdr_plan *p)
{
    const char *governor = acdr_view_key(v, p, "governor");
    const char *asked = acdr_view_key(v, p, "energy");
    const char *energy = energy_for(f, governor, asked);

    if (strcmp(asked, "keep") && strcmp(asked, energy) &&
        acdr_plan_note(p, f->energy[0] ? "energy: the governor " PERFORMANCE " allows no other"
                                       : "energy: this host has no such preference") < 0)
        return -1;
    if (strcmp(energy, "keep") &&
        claim_word(p, f, "energy_performance_preference", f->energies, energy) < 0)
        return -1;
    if (!strcmp(governor, "keep"))
        return 0;
    return claim_word(p, f, "scaling_governor", f->governors, governor);
}

static int note_others(const struct acdr_policy *f, const struct acdr_bitmap *clean,
                       const char *what, struct acdr_plan *p)
{
    struct acdr_bitmap rest = f->cpus;
    acdr_auto(free) char *list = NULL;

    acdr_bitmap_andnot(&rest, clean);
    list = acdr_bitmap_print_list(&rest);
    return list ? acdr_plan_note(p, "policy %d governs CPUs %s of others as well: %s", f->id, list,
                                 what)
                : -1;
}

static int claim_policies(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_power *w = &v->host->power;
    const struct acdr_bitmap *clean = &v->place->clean;
    bool shared = acdr_view_yes(v, p, "shared-policies");
    int err = 0;

    if (!strcmp(acdr_view_key(v, p, "governor"), "keep") &&
        !strcmp(acdr_view_key(v, p, "energy"), "keep"))
        return 0;
    if (!w->n_policies)
        return acdr_plan_note(p, "this host has no frequency policies");
    for (size_t i = 0; err == 0 && i < w->n_policies; i++) {
        const struct acdr_policy *f = &w->policies[i];
        bool own = acdr_bitmap_subset(&f->cpus, clean);

        if (!acdr_bitmap_intersects(&f->cpus, clean))
            continue;
        if (!own)
            err = note_others(f, clean, shared ? "set for them too" : "left alone", p);
        if (err == 0 && (own || shared))
            err = claim_policy(v, f, p);
    }
    return err;
}

/* The CPUs that run vCPUs; without a guest, all. */
static void busy_cpus(const struct acdr_place *place, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (int i = 0; i < place->n_vcpus; i++)
        acdr_bitmap_add(ret, place->vcpu[i]);
    if (!place->n_vcpus)
        *ret = place->clean;
}

static int claim_latency(const struct acdr_view *v, struct acdr_plan *p)
{
    const struct acdr_power *w = &v->host->power;
    const char *key = acdr_view_key(v, p, "idle-latency");
    long long most = strcmp(key, "none") ? acdr_view_num(v, p, "idle-latency") : 0;
    struct acdr_bitmap busy;
    int err = 0;

    if (most < 0)
        return 0;
    busy_cpus(v->place, &busy);
    if (!acdr_bitmap_intersects(&w->limits, &busy) && !w->n_idles)
        return acdr_plan_note(p, "the idle states of this host cannot be limited");
    ACDR_BITMAP_FOR(cpu, &busy)
        if (err == 0 && acdr_bitmap_has(&w->limits, cpu))
            err = acdr_plan_claim(p, ACDR_OP_SET, most ? key : "n/a",
                                  "word:" CPU_DIR "/cpu%d/power/pm_qos_resume_latency_us", cpu);
    for (size_t i = 0; err == 0 && i < w->n_idles; i++)
        if (acdr_bitmap_has(&busy, w->idles[i].cpu) && w->idles[i].latency_us > most)
            err = acdr_plan_claim(p, ACDR_OP_MAX, "1",
                                  "num:" CPU_DIR "/cpu%d/cpuidle/state%d/disable", w->idles[i].cpu,
                                  w->idles[i].state);
    return err;
}

static int claim_halt_poll(const struct acdr_view *v, struct acdr_plan *p)
{
    if (acdr_view_num(v, p, "halt-poll") < 0)
        return 0;
    if (v->host->power.halt_poll < 0)
        return acdr_plan_note(p, "the module kvm is not loaded, or has no halt_poll_ns");
    if (acdr_plan_note(p, "halt-poll is host-wide") < 0)
        return -1;
    return acdr_plan_claim(p, ACDR_OP_MAX, acdr_view_key(v, p, "halt-poll"),
                           "num:/sys/module/kvm/parameters/halt_poll_ns");
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    size_t before = p->n_claims;

    if (acdr_bitmap_empty(&v->place->clean))
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "no dedicated cores to speed up; add [vcpus]");
    if (claim_policies(v, p) < 0 || claim_latency(v, p) < 0 || claim_halt_poll(v, p) < 0)
        return acdr_err_nomem(e);
    if (p->n_claims == before)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "none of its settings can be changed "
                                "here");
    return 0;
}

const struct acdr_step acdr_step_power = {
    .name = "power",
    .help = "frequencies and idle states of the guest's cores",
    .stages = ACDR_STAGE_HOST,
    .needs_place = true,
    .reads = ACDR_HOST_POWER,
    .keys = keys,
    .plan = plan,
};
