/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Power: frequency policies with the CPUs that each governs, ways to limit the latency of idle
 * CPUs, and KVM's halt polling. Reads them; does not know which CPUs belong to a guest.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "kernel_file.h"
#include "text.h"

#define CPU_DIR "/sys/devices/system/cpu"

static void read_word(struct acdr_host *h, const char *dir, const char *name, char *ret,
                      size_t size)
{
    char *end;

    if (acdr_root_get(h->root, ret, size, "%s/%s", dir, name) < 0)
        ret[0] = '\0';
    for (end = ret + strlen(ret); end > ret && end[-1] == ' '; end--)
        end[-1] = '\0';
}

/* Numbers separated by blanks. */
static void read_cpus(struct acdr_host *h, const char *dir, struct acdr_bitmap *ret)
{
    acdr_auto(free) char *path = acdr_text_format("%s/affected_cpus", dir);
    acdr_auto(free) char *text = NULL;
    char *s;

    if (!path || acdr_root_read(h->root, path, 0, &text, NULL) < 0)
        return;
    s = acdr_text_trim(text);
    for (char *p = s; *p; p++)
        if (*p == ' ')
            *p = ',';
    acdr_bitmap_parse_list(ret, s);
}

static int add_policy(struct acdr_host *h, int id, const char *dir)
{
    struct acdr_power *w = &h->power;
    struct acdr_policy *p = acdr_hostfile_grow(w->policies, w->n_policies, sizeof(*p));

    if (!p)
        return -ENOMEM;
    w->policies = p;
    p += w->n_policies;
    *p = (struct acdr_policy){ .id = id };
    read_cpus(h, dir, &p->cpus);
    read_word(h, dir, "scaling_governor", p->governor, sizeof(p->governor));
    read_word(h, dir, "scaling_available_governors", p->governors, sizeof(p->governors));
    read_word(h, dir, "energy_performance_preference", p->energy, sizeof(p->energy));
    read_word(h, dir, "energy_performance_available_preferences", p->energies, sizeof(p->energies));
    w->n_policies += !acdr_bitmap_empty(&p->cpus);
    return 0;
}

static int read_policies(struct acdr_host *h)
{
    acdr_auto(free) int *ids = NULL;
    char dir[64];
    size_t n = 0;
    int err = acdr_hostfile_numbers(h->root, CPU_DIR "/cpufreq", "policy", &ids, &n);

    if (err < 0)
        return err == -ENOMEM ? err : 0;
    for (size_t i = 0; err == 0 && i < n; i++) {
        snprintf(dir, sizeof(dir), CPU_DIR "/cpufreq/policy%d", ids[i]);
        err = add_policy(h, ids[i], dir);
    }
    return err;
}

static int read_idle(struct acdr_host *h, int cpu)
{
    struct acdr_power *w = &h->power;
    struct acdr_idle *v;
    long long latency;
    int err;

    for (int i = 0;; i++) {
        err = acdr_root_get_num(h->root, &latency, CPU_DIR "/cpu%d/cpuidle/state%d/latency", cpu,
                                i);
        if (err < 0)
            return 0;
        v = acdr_hostfile_grow(w->idles, w->n_idles, sizeof(*v));
        if (!v)
            return -ENOMEM;
        w->idles = v;
        v[w->n_idles++] = (struct acdr_idle){ cpu, i, latency };
    }
}

int acdr_host_power_read(struct acdr_host *h, struct acdr_err *e)
{
    int err = read_policies(h);

    ACDR_BITMAP_FOR(cpu, &h->online) {
        if (acdr_yes(acdr_root_has(h->root, CPU_DIR "/cpu%d/power/pm_qos_resume_latency_us", cpu)))
            acdr_bitmap_add(&h->power.limits, cpu);
        else if (err == 0)
            err = read_idle(h, cpu);
    }
    if (acdr_root_get_num(h->root, &h->power.halt_poll, "/sys/module/kvm/parameters/halt_poll_ns") <
        0)
        h->power.halt_poll = -1;
    return err < 0 ? acdr_err_nomem(e) : 0;
}
