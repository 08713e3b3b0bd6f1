/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kvm: how often the guest left guest mode and why, how it waits when idle, and the interrupts
 * injected into it. Totals of the whole guest.
 *
 * debugfs: /sys/kernel/debug/kvm/PID-FD/, one file per figure; the set depends on kernel and
 * architecture, so missing files are skipped. Files are opened, read and closed. A kernel that is
 * locked down lists them and refuses to open each: then nothing can be read, which must be told.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes.h"
#include "root.h"

#define DIR "/sys/kernel/debug/kvm"

enum { EXITS, EVENTS, TIME };

static const struct acdr_metric metrics[] = {
    [EXITS] = { "acdr_guest_kvm_exits", "", "Exits from guest mode, all and by what caused them",
                "reason", ACDR_METRIC_COUNTER, 0 },
    [EVENTS] = { "acdr_guest_kvm_events", "", "What KVM did for the guest", "event",
                 ACDR_METRIC_COUNTER, 0 },
    [TIME] = { "acdr_guest_kvm_poll_seconds", "seconds",
               "Time that KVM polled before an idle vCPU slept", "result", ACDR_METRIC_COUNTER, 0 },
    { 0 },
};

static const struct figure {
    const char *file;
    int metric;
    const char *what;
    double unit;
} figures[] = {
    { "exits", EXITS, "all", 1 },
    { "io_exits", EXITS, "io", 1 },
    { "mmio_exits", EXITS, "mmio", 1 },
    { "irq_exits", EXITS, "irq", 1 },
    { "halt_exits", EXITS, "halt", 1 },
    { "nmi_window_exits", EXITS, "nmi_window", 1 },
    { "irq_window_exits", EXITS, "irq_window", 1 },
    { "signal_exits", EXITS, "signal", 1 },
    { "irq_injections", EVENTS, "irq_injection", 1 },
    { "nmi_injections", EVENTS, "nmi_injection", 1 },
    { "pf_fixed", EVENTS, "page_fault", 1 },
    { "remote_tlb_flush", EVENTS, "remote_tlb_flush", 1 },
    { "preemption_reported", EVENTS, "preemption", 1 },
    { "preemption_other", EVENTS, "preemption_other", 1 },
    { "halt_wakeup", EVENTS, "halt_wakeup", 1 },
    { "halt_attempted_poll", EVENTS, "halt_poll", 1 },
    { "halt_successful_poll", EVENTS, "halt_poll_success", 1 },
    { "halt_poll_success_ns", TIME, "success", 1e-9 },
    { "halt_poll_fail_ns", TIME, "fail", 1e-9 },
};

/* A guest of this process; a process may have several, distinguished by the descriptor. */
struct find {
    struct acdr_probe_ctx *l;
    const struct acdr_watched_guest *watched;
    char prefix[32];
    int read; /* figures */
    int err;  /* of the first one that is there and cannot be read */
};

static int read_guest(void *arg, const char *name)
{
    struct find *f = arg;
    struct acdr_reading who = acdr_probe_reading_of_guest(f->l, f->watched);
    long long n;
    int err;

    if (strncmp(name, f->prefix, strlen(f->prefix)) != 0)
        return 0;
    for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
        const struct figure *g = &figures[i];

        err = acdr_root_get_num(f->l->root, &n, DIR "/%s/%s", name, g->file);
        if (err < 0 && err != -ENOENT && !f->err)
            f->err = err;
        if (err < 0 || n < 0)
            continue;
        f->read++;
        acdr_sample_add(f->l->sample, &who, &metrics[g->metric], g->what, (double)n * g->unit);
    }
    return 0;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    int err = 0;

    ACDR_PROBE_GUESTS(a, l) {
        struct find f = { .l = l, .watched = a };

        snprintf(f.prefix, sizeof(f.prefix), "%d-", a->guest->pid);
        err = acdr_root_list(l->root, DIR, read_guest, &f);
        if (err == -ENOMEM)
            return err;
        if (err < 0)
            return acdr_probe_unsupported(e,
                                          DIR
                                          " cannot be read (%s): debugfs is not mounted, locked "
                                          "down, or KVM is not loaded",
                                          strerrordesc_np(-err));
        if (f.err && !f.read)
            return acdr_probe_unsupported(
                e, DIR "/%s*: no file can be read (%s)%s", f.prefix, strerrordesc_np(-f.err),
                f.err == -EPERM ? ": this kernel is locked down, or debugfs is closed; see "
                                  "/sys/kernel/security/lockdown"
                                : "");
    }
    return 0;
}

const struct acdr_probe acdr_probe_kvm = {
    .name = "kvm",
    .help = "exits by reason, halt polling, injected interrupts",
    .metrics = metrics,
    .read = read_all,
};
