/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * softirq: the kernel's packet processing for the guest on chosen CPUs.
 *
 * A packet from a tap or a veth is processed (bridge, Open vSwitch, filters) in the softirq of the
 * CPU where it arrived, often on a core that should be quiet. Receive packet steering sends that
 * work to the CPUs in /sys/class/net/IF/queues/rx-N/rps_cpus; with `flows` a packet goes to the CPU
 * of its receiving thread (rps_flow_cnt, rps_sock_flow_entries); with `xps` the transmit queues of
 * veths are spread over the same CPUs (xps_cpus; a tap chooses its queue itself). Since Linux
 * 2.6.38.
 *
 * A tap has as many queues as the XML says, but QEMU enables all but the first when the guest's
 * driver asks, after `started`, and takes them away when the driver resets the device. They are
 * claimed from the start; the settings of an absent queue wait for it (`may_come` of the knob).
 *
 * The kernel steers nothing to isolcpus and nohz_full CPUs, and rejects a mask of only these with
 * EINVAL: they are left out. The interfaces have one owner and disappear with the guest; for the
 * host-wide numbers (the flow table, the budget of a softirq run) the largest claim wins (max).
 */
#include "softirq.h"

#include <stdio.h>
#include <string.h>

#include "netpath.h"
#include "steps.h"
#include "target.h"
#include "text.h"

enum { FLOWS_MAX = 32768, QUEUES_MAX = 256 /* of a tap, in the kernel and in libvirt */ };

static const struct acdr_key keys[] = {
    { "to", ACDR_KEY_CHOICE, ACDR_TARGET_WORDS, "vhost", "where the softirqs go" },
    ACDR_TARGET_CPUS_KEY,
    { "flows", ACDR_KEY_NUM, NULL, "0", "entries of each queue's flow table; 0: none is made" },
    { "xps", ACDR_KEY_BOOL, NULL, "no", "transmit queues of veths spread over the same CPUs" },
    { "poll-threads", ACDR_KEY_BOOL, NULL, "no",
      "veths polled by threads on these CPUs instead of softirqs (Linux 6.17)" },
    { "budget", ACDR_KEY_NUM, NULL, "0", "packets of one softirq run, on every CPU; 0: as it is" },
    { "budget-usecs", ACDR_KEY_NUM, NULL, "0", "us of one softirq run, likewise" },
    { 0 },
};

struct want {
    const struct acdr_bitmap *cpus;
    bool xps;
    int flows;
};

/* Of N transmit queues, number Q is for every N-th CPU. */
static int claim_tx(struct acdr_plan *p, const char *name, int q, int n,
                    const struct acdr_bitmap *all)
{
    struct acdr_bitmap cpus = { 0 };
    int i = 0;

    ACDR_BITMAP_FOR(c, all)
        if (i++ % n == q)
            acdr_bitmap_add(&cpus, c);
    if (acdr_bitmap_empty(&cpus))
        return 0;
    return acdr_plan_claim_cpus(p, ACDR_OP_SET, &cpus, NULL, true,
                                "mask:/sys/class/net/%s/queues/tx-%d/xps_cpus", name, q);
}

static int claim_rx(struct acdr_plan *p, const char *name, int q, const struct want *w)
{
    char flows[16];

    if (acdr_plan_claim_cpus(p, ACDR_OP_SET, w->cpus, NULL, false,
                             "mask:/sys/class/net/%s/queues/rx-%d/rps_cpus", name, q) < 0)
        return -1;
    if (!w->flows)
        return 0;
    snprintf(flows, sizeof(flows), "%d", w->flows);
    return acdr_plan_claim(p, ACDR_OP_SET, flows, "num:/sys/class/net/%s/queues/rx-%d/rps_flow_cnt",
                           name, q);
}

static int limit(int queues)
{
    return queues < QUEUES_MAX ? queues : QUEUES_MAX;
}

/* How many receive queues the interface has, or will have when the guest's driver has asked. */
static int count_rx(const struct acdr_domain *d, const struct acdr_nic *n)
{
    for (size_t i = 0; n->tap && i < d->n_nics; i++)
        if (!strcmp(d->nics[i].target, n->name) && d->nics[i].queues > n->rx_queues)
            return limit(d->nics[i].queues);
    return n->rx_queues;
}

static int claim_nic(const struct acdr_domain *d, struct acdr_plan *p, const struct acdr_nic *n,
                     const struct want *w)
{
    int queues = count_rx(d, n);
    int err = 0;

    for (int q = 0; err == 0 && q < queues; q++)
        err = claim_rx(p, n->name, q, w);
    if (err == 0 && queues > n->rx_queues)
        err = acdr_plan_note(p, "%s: queues %d-%d are set when the guest's driver enables them",
                             n->name, n->rx_queues, queues - 1);
    for (int q = 0; w->xps && !n->tap && n->tx_queues > 1 && err == 0 && q < n->tx_queues; q++)
        err = claim_tx(p, n->name, q, n->tx_queues, w->cpus);
    return err;
}

/* A guest that does not run has no taps yet: use a placeholder for each interface. */
static int claim_expected(const struct acdr_domain *d, struct acdr_plan *p, const struct want *w,
                          int *n)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < d->n_nics; i++) {
        char name[48];

        if (!strcmp(d->nics[i].type, "hostdev") || !strcmp(d->nics[i].type, "vhostuser") ||
            !strcmp(d->nics[i].type, "vdpa") || !strcmp(d->nics[i].type, "user"))
            continue;
        snprintf(name, sizeof(name), "(interface %zu)", i);
        err = claim_rx(p, name, 0, w);
        for (int q = 1; err == 0 && q < limit(d->nics[i].queues); q++)
            err = claim_rx(p, name, q, w);
        ++*n;
    }
    return err;
}

static int claim_all(const struct acdr_view *v, struct acdr_plan *p, const struct want *w, int *n)
{
    struct acdr_bitmap own;
    int err = 0;

    acdr_netpath_own(v->host, v->domain, &own);
    *n = acdr_bitmap_weight(&own);
    ACDR_BITMAP_FOR(i, &own)
        if (err == 0)
            err = claim_nic(v->domain, p, &v->host->nics[i], w);
    if (*n == 0 && !v->guest->pid)
        err = claim_expected(v->domain, p, w, n);
    return err;
}

/* The kernel rounds up to a power of two and reads back that value. */
static int round_up(int n)
{
    int r = 1;

    if (n <= 0)
        return 0;
    while (r < n && r < FLOWS_MAX)
        r *= 2;
    return r;
}

int acdr_softirq_claim(const struct acdr_view *v, struct acdr_plan *p,
                       const struct acdr_bitmap *cpus, bool xps, int flows)
{
    struct acdr_bitmap steered = *cpus;
    struct want w = { &steered, xps, round_up(flows) };
    char text[16];
    int n = 0;

    acdr_bitmap_andnot(&steered, &v->host->isolated);
    acdr_bitmap_andnot(&steered, &v->host->nohz_full);
    if (acdr_bitmap_empty(&steered))
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "the kernel steers no packets to isolcpus and nohz_full CPUs");
    if (claim_all(v, p, &w, &n) < 0)
        return -1;
    if (n == 0)
        return acdr_plan_result(p, ACDR_STEP_ALREADY,
                                "the host kernel serves no interface of the guest");
    snprintf(text, sizeof(text), "%d", w.flows);
    return w.flows ? acdr_plan_claim(p, ACDR_OP_MAX, text,
                                     "num:/proc/sys/net/core/rps_sock_flow_entries")
                   : 0;
}

/* A tap has nothing to poll. */
static int claim_threads(const struct acdr_view *v, struct acdr_plan *p,
                         const struct acdr_bitmap *cpus)
{
    struct acdr_bitmap own;
    int err = 0;

    if (!acdr_view_yes(v, p, "poll-threads"))
        return 0;
    acdr_netpath_own(v->host, v->domain, &own);
    ACDR_BITMAP_FOR(i, &own)
        if (err == 0 && !v->host->nics[i].tap)
            err = acdr_plan_claim_cpus(p, ACDR_OP_SET, cpus, NULL, true, "napi:%s",
                                       v->host->nics[i].name);
    return err;
}

/* What remains after a run is ksoftirqd's, which competes with the CPU's other tasks. */
static int claim_budget(const struct acdr_view *v, struct acdr_plan *p)
{
    static const struct {
        const char *key, *file;
    } files[] = { { "budget", "netdev_budget" }, { "budget-usecs", "netdev_budget_usecs" } };
    int err = 0;

    for (int i = 0; err == 0 && i < 2; i++)
        if (acdr_view_num(v, p, files[i].key) > 0)
            err = acdr_plan_claim_soft(p, ACDR_OP_MAX, acdr_view_key(v, p, files[i].key),
                                       "num:/proc/sys/net/core/%s", files[i].file);
    return err;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct acdr_bitmap cpus;
    const char *why;
    long long flows = 0;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no interfaces");
    why = acdr_target_find(v, p, &cpus);
    if (why)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "%s", why);
    acdr_text_parse_num(acdr_view_key(v, p, "flows"), &flows);
    if (acdr_softirq_claim(v, p, &cpus, acdr_view_yes(v, p, "xps"),
                           flows > FLOWS_MAX ? FLOWS_MAX : (int)flows) < 0 ||
        claim_threads(v, p, &cpus) < 0 || claim_budget(v, p) < 0)
        return acdr_err_nomem(e);
    return 0;
}

const struct acdr_step acdr_step_softirq = {
    .name = "softirq",
    .help = "softirqs of the guest's interfaces on chosen CPUs",
    .stages = ACDR_STAGE_GUEST,
    .needs_place = true,
    .guest_reads = ACDR_HOST_NICS,
    .keys = keys,
    .plan = plan,
};
