/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * map: what each guest runs on: the number of its threads by kind, the CPUs they may use, its taps
 * and their bridges, the NICs behind those, its disks. acdr_map() shows the same for one guest as a
 * tree.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netpath.h"
#include "probes.h"
#include "task.h"

enum { START, VCPUS, CPUS, NIC, UPLINK, DISK };

static const struct acdr_metric metrics[] = {
    [START] = { "acdr_guest_start_time_seconds", "seconds",
                "When the guest's process began, since the epoch", NULL, ACDR_METRIC_GAUGE, 0 },
    [VCPUS] = { "acdr_guest_threads", "", "Threads of the guest", "kind", ACDR_METRIC_GAUGE, 0 },
    [CPUS] = { "acdr_thread_cpus", "", "The CPUs that the thread may run on", "cpus",
               ACDR_METRIC_INFO, 0 },
    [NIC] = { "acdr_guest_nic", "", "The guest's interface on the host, and its bridge", "bridge",
              ACDR_METRIC_INFO, 0 },
    [UPLINK] = { "acdr_guest_uplink", "", "A network card behind the guest's interfaces", "driver",
                 ACDR_METRIC_INFO, 0 },
    [DISK] = { "acdr_guest_disk", "", "A disk of the guest and where it is kept", "source",
               ACDR_METRIC_INFO, 0 },
    { 0 },
};

/* Boot time in seconds since the epoch; 0 if not known. */
static double booted(struct acdr_root *root)
{
    acdr_auto(free) char *text = NULL;
    double t = 0;

    if (acdr_root_read(root, "/proc/stat", 0, &text, NULL) == 0)
        acdr_task_value(text, "btime", &t);
    return t;
}

static void add_threads(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a)
{
    static const char *const kinds[] = {
        [ACDR_THREAD_EMULATOR] = "emulator",
        [ACDR_THREAD_VCPU] = "vcpu",
        [ACDR_THREAD_IOTHREAD] = "iothread",
        [ACDR_THREAD_VHOST] = "vhost",
    };
    struct acdr_reading who = acdr_probe_reading_of_guest(l, a);
    int count[4] = { 0 };
    struct acdr_task_status status;

    ACDR_PROBE_THREADS(t, a) {
        struct acdr_reading thread = acdr_probe_reading_of_thread(l, a, t);
        acdr_auto(free) char *list = NULL;

        count[t->kind]++;
        if (acdr_task_status(l->root, t->pid, t->tid, &status) < 0)
            continue;
        list = acdr_bitmap_print_list(&status.cpus);
        acdr_sample_add(l->sample, &thread, &metrics[CPUS], acdr_sample_text(l->sample, list), 1);
    }
    for (int i = 0; i < 4; i++)
        acdr_sample_add(l->sample, &who, &metrics[VCPUS], kinds[i], count[i]);
}

static void add_nics(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a)
{
    const struct acdr_host *h = l->inventory->host;
    struct acdr_reading who = acdr_probe_reading_of_guest(l, a);
    struct acdr_bitmap uplinks;

    for (size_t i = 0; i < a->domain->n_nics; i++) {
        const struct acdr_domain_nic *n = &a->domain->nics[i];

        if (!n->target[0])
            continue;
        who.device = acdr_sample_text(l->sample, n->target);
        acdr_sample_add(l->sample, &who, &metrics[NIC], acdr_sample_text(l->sample, n->source), 1);
    }
    acdr_netpath_uplinks(h, a->domain, &uplinks);
    ACDR_BITMAP_FOR(i, &uplinks) {
        who.device = acdr_sample_text(l->sample, h->nics[i].name);
        acdr_sample_add(l->sample, &who, &metrics[UPLINK],
                        acdr_sample_text(l->sample, h->nics[i].driver), 1);
    }
}

static void add_disks(struct acdr_probe_ctx *l, const struct acdr_watched_guest *a)
{
    struct acdr_reading who = acdr_probe_reading_of_guest(l, a);

    for (size_t i = 0; i < a->domain->n_disks; i++) {
        who.device = acdr_sample_text(l->sample, a->domain->disks[i].target);
        acdr_sample_add(l->sample, &who, &metrics[DISK],
                        acdr_sample_text(l->sample, a->domain->disks[i].source), 1);
    }
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    double boot = booted(l->root);

    (void)e;
    ACDR_PROBE_GUESTS(a, l) {
        struct acdr_reading who = acdr_probe_reading_of_guest(l, a);

        if (boot > 0)
            acdr_sample_add(l->sample, &who, &metrics[START], NULL,
                            boot + (double)a->guest->start / (double)sysconf(_SC_CLK_TCK));
        add_threads(l, a);
        if (!a->domain)
            continue;
        add_nics(l, a);
        add_disks(l, a);
    }
    return 0;
}

const struct acdr_probe acdr_probe_map = {
    .name = "map",
    .help = "what a guest runs on: threads and their CPUs, taps, bridges, NICs, disks",
    .seconds = 10,
    .metrics = metrics,
    .read = read_all,
};
