/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * queue: packets and bytes of each queue of the NICs behind guests. Probe irq shows which CPU
 * handles them: its device is the queue's interrupt.
 *
 * Linux 6.9, by qstats.h, if the driver counts them.
 */
#include <errno.h>
#include <stdio.h>

#include "probes.h"
#include "qstats.h"
#include "root.h"

enum { PACKETS, BYTES };

static const struct acdr_metric metrics[] = {
    [PACKETS] = { "acdr_queue_packets", "", "Packets through a queue of a network card", "queue",
                  ACDR_METRIC_COUNTER, 0 },
    [BYTES] = { "acdr_queue_bytes", "bytes", "Bytes through a queue of a network card", "queue",
                ACDR_METRIC_COUNTER, 0 },
    { 0 },
};

struct card {
    struct acdr_probe_ctx *look;
    const struct acdr_nic *nic;
};

static void add(void *arg, const struct acdr_qstat *q)
{
    const struct card *card = arg;
    struct acdr_sample *s = card->look->sample;
    struct acdr_reading who = ACDR_READING_NONE;
    char name[24];

    if (q->ifindex != card->nic->ifindex)
        return;
    snprintf(name, sizeof(name), "%s-%d", q->tx ? "tx" : "rx", q->queue);
    who.device = acdr_sample_text(s, card->nic->name);
    if (q->packets >= 0)
        acdr_sample_add(s, &who, &metrics[PACKETS], acdr_sample_text(s, name), q->packets);
    if (q->bytes >= 0)
        acdr_sample_add(s, &who, &metrics[BYTES], acdr_sample_text(s, name), q->bytes);
}

static int open_state(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    struct acdr_qstats *q = NULL;
    int err = 0;

    if (!acdr_root_live(l->root))
        return acdr_probe_unsupported(e, "queues are counted by this machine's kernel only");
    if (!l->state)
        err = acdr_qstats_open(&q, e);
    if (q)
        l->state = q;
    return err;
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    const struct acdr_host *h = l->inventory->host;
    struct acdr_bitmap cards;
    int err = open_state(l, e);

    if (err < 0)
        return err;
    acdr_probe_uplinks(l, &cards);
    ACDR_BITMAP_FOR(i, &cards) {
        struct card card = { l, &h->nics[i] };

        err = acdr_qstats_get(l->state, card.nic->ifindex, add, &card);
        if (err == 0 || err == -EOPNOTSUPP || err == -ENODEV)
            continue;
        acdr_qstats_close(acdr_take(l->state)); /* reopened for the next sample */
        return err == -ENOMEM ? err : 0;
    }
    return 0;
}

static void close_state(void *state)
{
    acdr_qstats_close(state);
}

const struct acdr_probe acdr_probe_queue = {
    .name = "queue",
    .help = "packets and bytes of the queues of NICs",
    .metrics = metrics,
    .read = read_all,
    .close = close_state,
};
