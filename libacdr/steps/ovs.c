/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ovs: the guest's ports of Open vSwitch.
 *
 * The kernel datapath works in the softirq of the CPU that received the packet: the softirqs of the
 * guest's interfaces are steered as in the step softirq. The userspace datapath (DPDK) polls on the
 * CPUs of pmd-cpu-mask: no guest of such a class gets one of those, and a guest with vhost-user
 * interfaces goes to their node if it fits there. Bridges, ports and the mask are read from the
 * database through its socket; nothing in Open vSwitch is changed. Claims combine as in softirq.
 */
#include <stdio.h>
#include <string.h>

#include "netpath.h"
#include "softirq.h"
#include "steps.h"
#include "target.h"

static const struct acdr_key keys[] = {
    { "to", ACDR_KEY_CHOICE, ACDR_TARGET_WORDS, "vhost", "kernel datapath: where the softirqs go" },
    ACDR_TARGET_CPUS_KEY,
    { 0 },
};

/* A vhost-user port without a name in the XML has the last part of its socket's path as name. */
static const char *port_name(const struct acdr_domain_nic *nic)
{
    const char *slash = strrchr(nic->source, '/');

    if (nic->target[0])
        return nic->target;
    return slash ? slash + 1 : nic->source;
}

static const struct acdr_ovs_port *find_port(const struct acdr_host *h, const char *name)
{
    for (size_t i = 0; i < h->n_ovs; i++)
        if (!strcmp(h->ovs[i].name, name))
            return &h->ovs[i];
    return NULL;
}

static bool is_vhostuser(const struct acdr_domain *d)
{
    for (size_t i = 0; i < d->n_nics; i++)
        if (!strcmp(d->nics[i].type, "vhostuser"))
            return true;
    return false;
}

/* Note the guest's ports by datapath; a tap behind its own bridge counts by its veth. */
static int look(const struct acdr_view *v, struct acdr_plan *p, int *kernel, int *userspace)
{
    struct acdr_bitmap own;
    int err = 0;

    acdr_netpath_own(v->host, v->domain, &own);
    ACDR_BITMAP_FOR(i, &own) {
        const struct acdr_ovs_port *port = find_port(v->host, v->host->nics[i].name);

        if (!port)
            continue;
        *(port->userspace ? userspace : kernel) += 1;
        err |= acdr_plan_note(p, "%s is on bridge %s (%s datapath)", port->name, port->bridge,
                              port->userspace ? "userspace" : "kernel");
    }
    for (size_t i = 0; i < v->domain->n_nics; i++) {
        const struct acdr_domain_nic *nic = &v->domain->nics[i];
        const struct acdr_ovs_port *port = find_port(v->host, port_name(nic));

        if (strcmp(nic->type, "vhostuser") != 0 || !port)
            continue;
        ++*userspace;
        err |= acdr_plan_note(p, "%s is on bridge %s (vhost-user)", port->name, port->bridge);
    }
    return err;
}

static int note_pmd(const struct acdr_view *v, struct acdr_plan *p)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(&v->host->pmd);

    if (!list)
        return -1;
    if (!*list)
        return acdr_plan_note(p, "pmd-cpu-mask is not set: the switch polls on any CPU");
    return acdr_plan_note(p, "the switch polls on CPUs %s, which the guest does not get", list);
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    int kernel = 0, userspace = 0;
    struct acdr_bitmap cpus;
    const char *why;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no ports");
    if (!v->host->has_ovs)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "no Open vSwitch answers at /run/openvswitch/db.sock");
    if (look(v, p, &kernel, &userspace) < 0 || (userspace && note_pmd(v, p) < 0))
        return acdr_err_nomem(e);
    if (!kernel)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "%s",
                                userspace ? "the kernel does not process its packets"
                                          : "no interface of the guest is a port of Open vSwitch");
    why = acdr_target_find(v, p, &cpus);
    if (why)
        return acdr_plan_result(p, ACDR_STEP_REFUSED, "%s", why);
    return acdr_softirq_claim(v, p, &cpus, false, 0) < 0 ? acdr_err_nomem(e) : 0;
}

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    if (!v->host || !v->domain)
        return;
    acdr_bitmap_or(&h->avoid, &v->host->pmd);
    if (!is_vhostuser(v->domain))
        return;
    ACDR_BITMAP_FOR(c, &v->host->pmd)
        if (acdr_host_cpu(v->host, c))
            acdr_bitmap_add(&h->near, acdr_host_cpu(v->host, c)->node);
}

const struct acdr_step acdr_step_ovs = {
    .name = "ovs",
    .help = "the guest's ports of Open vSwitch: softirqs steered, polling CPUs respected",
    .stages = ACDR_STAGE_GUEST,
    .needs_place = true,
    .guest_reads = ACDR_HOST_NICS | ACDR_HOST_OVS,
    .keys = keys,
    .plan = plan,
    .hint = hint,
    .hint_reads = ACDR_HOST_OVS,
};
