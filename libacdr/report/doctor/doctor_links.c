/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host's network devices: a link that is slower than it could be, or half duplex, and a device
 * that guests share with the host's storage. Says nothing of devices without a link.
 */
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "link_speed.h"
#include "storage_net.h"
#include "text.h"

static int look_at_link(struct acdr_doctor *d, const struct acdr_nic *n)
{
    acdr_auto(free) char *text = NULL;
    acdr_auto(free) char *remedy = NULL;
    long long most = acdr_link_most(d->host->root, n->name);

    if (n->speed < 0 || (!n->half_duplex && most <= n->speed))
        return 0;
    if (n->half_duplex) {
        text =
            acdr_text_format("its link of %lld Mbit/s is half duplex: the two ends do not agree, "
                             "and packets are lost under load",
                             n->speed);
        remedy = acdr_text_format(
            "ethtool -s %s autoneg on, and the same at the port of its switch", n->name);
    } else {
        text = acdr_text_format("its link has %lld Mbit/s, the device supports %lld", n->speed,
                                most);
        remedy = acdr_text_format("ethtool %s shows which end does not offer more: ethtool -s %s "
                                  "autoneg on; check cable, transceiver and the switch's port",
                                  n->name, n->name);
    }
    if (!text || !remedy)
        return -ENOMEM;
    if (n->half_duplex)
        acdr_doctor_problem(d, n->name, text, remedy);
    else
        acdr_doctor_advice(d, n->name, text, remedy);
    return 0;
}

/* Do guests use the device: a bridge, or a macvtap of theirs, is made of it? */
static bool serves_guests(const struct acdr_host *h, const struct acdr_nic *n)
{
    for (size_t i = 0; i < h->n_nics; i++)
        if ((h->nics[i].bridge || h->nics[i].macvtap) && acdr_host_lies_on(h, h->nics[i].name, n))
            return true;
    return false;
}

static int look_at_storage(void *arg, const char *interface, const char *what)
{
    struct acdr_doctor *d = arg;

    for (size_t i = 0; i < d->host->n_nics; i++) {
        const struct acdr_nic *n = &d->host->nics[i];
        acdr_auto(free) char *text = NULL;

        if (!n->device || !n->device[0] || !acdr_host_lies_on(d->host, interface, n) ||
            !serves_guests(d->host, n))
            continue;
        text =
            acdr_text_format("it carries the host's storage (%s) and the traffic of guests: each "
                             "waits for the other, and [packet-path] cannot tell them apart",
                             what);
        if (!text)
            return -ENOMEM;
        acdr_doctor_advice(
            d, n->name, text,
            "another NIC for one of them: ip route get SERVER shows the storage's "
            "way, virsh domiflist GUEST that of a guest; or limit a guest with virsh "
            "domiftune");
        return 1; /* one is enough: the way is the same for the other servers */
    }
    return 0;
}

int acdr_doctor_links(struct acdr_doctor *d)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < d->host->n_nics; i++)
        if (d->host->nics[i].device && d->host->nics[i].device[0])
            err = look_at_link(d, &d->host->nics[i]);
    if (err == 0)
        err = acdr_host_storage_nics(d->host, look_at_storage, d);
    return err < 0 ? err : 0;
}
