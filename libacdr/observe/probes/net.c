/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net: packets, bytes, drops and errors of each guest's interfaces on the host, and of the NICs
 * behind them. What a tap sends (tx) is what the guest receives; the figures are the host's, as ip
 * -s link shows them. Open vSwitch's kernel ports are such interfaces too.
 *
 * /proc/net/dev. It does not list interfaces in other network namespaces.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes.h"
#include "root.h"

enum { BYTES, PACKETS, ERRORS, DROPS };

static const struct acdr_metric metrics[] = {
    [BYTES] = { "acdr_interface_bytes", "bytes", "Bytes through the interface", "direction",
                ACDR_METRIC_COUNTER, 0 },
    [PACKETS] = { "acdr_interface_packets", "", "Packets through the interface", "direction",
                  ACDR_METRIC_COUNTER, 0 },
    [ERRORS] = { "acdr_interface_errors", "", "Packets with errors", "direction",
                 ACDR_METRIC_COUNTER, 0 },
    [DROPS] = { "acdr_interface_drops", "", "Packets that were dropped", "direction",
                ACDR_METRIC_COUNTER, 0 },
    { 0 },
};

/* The line of an interface: 8 receive counters, 8 transmit counters. */
static bool find_line(const char *text, const char *name, unsigned long long v[16])
{
    size_t len = strlen(name);

    for (const char *s = strchr(text, '\n'); s && len; s = strchr(s, '\n')) {
        s += 1 + strspn(s + 1, " ");
        if (strncmp(s, name, len) || s[len] != ':' || !strchr(s, '\n'))
            continue;
        return sscanf(s + len + 1,
                      "%llu %llu %llu %llu %llu %llu %llu %llu "
                      "%llu %llu %llu %llu %llu %llu %llu %llu",
                      &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9], &v[10],
                      &v[11], &v[12], &v[13], &v[14], &v[15]) == 16;
    }
    return false;
}

static void add(struct acdr_probe_ctx *l, struct acdr_reading who, const char *text,
                const char *name)
{
    unsigned long long v[16];

    if (!find_line(text, name, v))
        return;
    who.device = acdr_sample_text(l->sample, name);
    for (int i = 0; i < 4; i++) {
        acdr_sample_add(l->sample, &who, &metrics[i], "receive", (double)v[i]);
        acdr_sample_add(l->sample, &who, &metrics[i], "transmit", (double)v[8 + i]);
    }
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    const struct acdr_host *h = l->inventory->host;
    const struct acdr_reading host = ACDR_READING_NONE;
    acdr_auto(free) char *text = NULL;
    struct acdr_bitmap uplinks;
    int err = acdr_root_read(l->root, "/proc/net/dev", 0, &text, NULL);

    if (err < 0)
        return err == -ENOMEM ? err : acdr_probe_unsupported(e, "there is no /proc/net/dev");
    ACDR_PROBE_GUESTS(a, l) {
        struct acdr_reading who = acdr_probe_reading_of_guest(l, a);

        who.id = 0; /* the interface may outlive the process */
        for (size_t i = 0; a->domain && i < a->domain->n_nics; i++)
            add(l, who, text, a->domain->nics[i].target);
    }
    acdr_probe_uplinks(l, &uplinks);
    ACDR_BITMAP_FOR(i, &uplinks)
        add(l, host, text, h->nics[i].name);
    return 0;
}

const struct acdr_probe acdr_probe_net = {
    .name = "net",
    .help = "packets, bytes and drops of taps and of the NICs behind them",
    .metrics = metrics,
    .read = read_all,
};
