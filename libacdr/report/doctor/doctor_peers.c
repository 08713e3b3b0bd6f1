/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Other software: does libvirt's hook run; which programs change the same settings as ACDR. Knows
 * libvirt's hook folders, tuned's profiles, systemd's CPUAffinity= and a few daemons by name.
 */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hook_state.h"
#include "kernel_file.h"
#include "text.h"

#define HOOK ACDR_HOOK_FILE

static int look_at_entry(void *arg, const char *name)
{
    struct acdr_doctor *d = arg;
    acdr_auto(free) char *path = acdr_text_format(HOOK ".d/%s", name);
    struct acdr_root *r = d->host->root;

    if (!path)
        return -ENOMEM;
    if (acdr_hook_runs(r, path) && !acdr_hook_is_ours(r, path))
        acdr_doctor_advice(d, path, "another hook runs at every event of every guest",
                           "make sure that it does not change the same settings; its failure fails "
                           "the guest");
    return 0;
}

static int look_at_hook(struct acdr_doctor *d)
{
    struct acdr_root *r = d->host->root;
    int err;

    switch (acdr_hook_look(r)) {
    case ACDR_HOOK_MISSING:
        acdr_doctor_problem(d, HOOK, "the hook is not installed: no guest is conditioned",
                            "install ACDR with the prefix of libvirt's configuration, then "
                            "systemctl restart libvirtd");
        break;
    case ACDR_HOOK_FOREIGN:
        acdr_doctor_problem(d, HOOK, "this is another program's hook",
                            "mv " HOOK " " HOOK ".d/, and install ACDR again");
        break;
    case ACDR_HOOK_NOT_RUN:
        acdr_doctor_problem(d, HOOK, "libvirt does not run it: it is not executable",
                            "chmod 755 " HOOK);
        break;
    case ACDR_HOOK_UNKNOWN:
        acdr_doctor_problem(d, HOOK, "it cannot be read", "run acdr doctor as root");
        break;
    case ACDR_HOOK_READY:
        break;
    }
    err = acdr_root_list(r, HOOK ".d", look_at_entry, d);
    return err == -ENOMEM ? err : 0;
}

static bool has_guest(const struct acdr_journal *j)
{
    for (size_t i = 0; i < j->n_entries; i++)
        if (!j->entries[i].is_pool)
            return true;
    return false;
}

/* The daemon looks for hooks when it starts; a guest in the journal proves that it has. An update
 * of the package looks like a new hook, and is none. Sockets start the daemon on demand. */
static void look_at_daemon(struct acdr_doctor *d, const struct acdr_journal *j)
{
    struct acdr_root *r = d->host->root;
    int pid = acdr_hook_daemon(r);

    if (pid && !has_guest(j) && acdr_hook_is_newer(r, pid))
        acdr_doctor_advice(
            d, "libvirtd",
            "it has been running since before the hook was installed or updated, and "
            "no guest shows that it calls it",
            "if the hook is new: systemctl restart libvirtd (or virtqemud); running "
            "guests keep running");
    if (!pid && acdr_root_live(r) && acdr_no(acdr_root_has(r, "/run/libvirt/libvirt-sock")) &&
        acdr_no(acdr_root_has(r, "/run/libvirt/virtqemud-sock")))
        acdr_doctor_problem(d, "libvirtd", "no libvirt daemon runs: no guest can start",
                            "systemctl start libvirtd (or virtqemud.socket)");
}

static const struct peer {
    const char *comm, *text, *remedy;
} peers[] = {
    { "numad", "it moves guests and their memory between nodes",
      "stop it, or keep it off "
      "conditioned guests with numad -x" },
    { "ksmtuned", "it writes /sys/kernel/mm/ksm/run as memory runs short",
      "stop it, or give the "
      "guests <nosharepages/>" },
    { "thermald", "it may limit the frequency of cores",
      "configure it not to change the "
      "governor" },
    { "intel_lpmd", "it moves everything to a few cores when the host is idle", "stop it" },
};

static void look_at_process(struct acdr_doctor *d, int pid)
{
    char comm[32];

    if (acdr_root_get(d->host->root, comm, sizeof(comm), "/proc/%d/comm", pid) < 0)
        return;
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++)
        if (!strcmp(comm, peers[i].comm))
            acdr_doctor_problem(d, comm, peers[i].text, peers[i].remedy);
    if (!strcmp(comm, "irqbalance") && !d->host->irqbalance)
        acdr_doctor_problem(d, comm,
                            "it runs without a socket, so ACDR cannot exclude CPUs from it, and it "
                            "moves interrupts back",
                            "use a version from 1.7 on, "
                            "or set IRQBALANCE_BANNED_CPULIST");
}

static int look_at_processes(struct acdr_doctor *d)
{
    acdr_auto(free) int *pids = NULL;
    size_t n = 0;
    int err = acdr_hostfile_numbers(d->host->root, "/proc", "", &pids, &n);

    for (size_t i = 0; err == 0 && i < n; i++)
        look_at_process(d, pids[i]);
    return err == -ENOMEM ? err : 0;
}

/* Settings of a tuned profile that a step also sets. */
static const struct {
    const char *word, *step;
} tuned_words[] = {
    { "kernel.numa_balancing", "numa-balancing" },
    { "kernel.timer_migration", "cleaner" },
    { "vm.stat_interval", "cleaner" },
    { "/sys/kernel/mm/ksm/run", "ksm" },
    { "/sys/bus/workqueue/devices/writeback/cpumask", "cleaner" },
    { "/sys/devices/virtual/workqueue/cpumask", "cleaner" },
    { "isolated_cores", "cleaner" },
    { "default_irq_smp_affinity", "irq-ban" },
    { "governor", "power" },
    { "energy_perf_bias", "power" },
    { "force_latency", "power" },
    { "elevator", "block" },
    { "readahead", "block" },
};

static char *read_profile(struct acdr_doctor *d, const char *name)
{
    static const char *const dirs[] = { "/etc/tuned/profiles", "/etc/tuned", "/usr/lib/tuned",
                                        "/usr/lib/tuned/profiles" };
    char *text = NULL;

    for (size_t i = 0; !text && i < sizeof(dirs) / sizeof(dirs[0]); i++) {
        acdr_auto(free) char *path = acdr_text_format("%s/%s/tuned.conf", dirs[i], name);

        if (path && acdr_root_read(d->host->root, path, 0, &text, NULL) < 0)
            text = NULL;
    }
    return text;
}

static void look_at_line(struct acdr_doctor *d, const char *profile, const char *line)
{
    for (size_t i = 0; i < sizeof(tuned_words) / sizeof(tuned_words[0]); i++) {
        size_t len = strlen(tuned_words[i].word);
        char text[200];

        if (strncmp(line, tuned_words[i].word, len) || !line[strcspn(line, "=")] ||
            !strchr(" \t=", line[len]))
            continue;
        snprintf(text, sizeof(text), "its profile %.60s sets %s, as the step %s does", profile,
                 tuned_words[i].word, tuned_words[i].step);
        acdr_doctor_advice(d, "tuned", text,
                           "the last writer wins until acdr settle; remove it from the profile, or "
                           "the step from the class");
    }
}

static void look_at_profile(struct acdr_doctor *d, const char *name, int depth)
{
    acdr_auto(free) char *text = read_profile(d, name);
    char *next = text;
    char *line;

    while (depth && text && (line = strsep(&next, "\n"))) {
        line = acdr_text_trim(line);
        if (!strncmp(line, "include", 7) && strchr(line, '='))
            look_at_profile(d, acdr_text_trim(strchr(line, '=') + 1), depth - 1);
        else
            look_at_line(d, name, line);
    }
}

/* Several profiles may be active, separated by blanks. */
static void look_at_tuned(struct acdr_doctor *d)
{
    char active[256];
    char *next = active;
    char *name;

    if (acdr_root_get(d->host->root, active, sizeof(active), "/etc/tuned/active_profile") < 0)
        return;
    while ((name = strsep(&next, " ")))
        if (*name)
            look_at_profile(d, name, 8);
}

static void look_at_systemd(struct acdr_doctor *d)
{
    acdr_auto(free) char *text = NULL;
    char *next, *line;

    if (acdr_root_read(d->host->root, "/etc/systemd/system.conf", 0, &text, NULL) < 0)
        return;
    next = text;
    while ((line = strsep(&next, "\n"))) {
        line = acdr_text_trim(line);
        if (!strncmp(line, "CPUAffinity=", 12) && line[12])
            acdr_doctor_advice(d, "systemd",
                               "CPUAffinity= keeps services on some CPUs from boot "
                               "on",
                               "set housekeeping in acdr.conf to the same CPUs");
    }
}

int acdr_doctor_peers(struct acdr_doctor *d, const struct acdr_journal *j)
{
    int err = look_at_hook(d);

    look_at_daemon(d, j);
    if (err == 0)
        err = look_at_processes(d);
    if (err == 0) {
        look_at_tuned(d);
        look_at_systemd(d);
    }
    return err;
}
