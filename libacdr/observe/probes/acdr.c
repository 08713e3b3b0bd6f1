/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr: how each guest is conditioned: its class, the outcome of the steps, what has drifted since,
 * and whether a tag asks for it in vain. Queries the status source, which has the journal.
 */
#include <errno.h>
#include <string.h>

#include "item.h"
#include "probes.h"

enum { CLASS, DEGRADED, STEPS, DRIFTED, INTRUDERS, UNCONDITIONED };

static const struct acdr_metric metrics[] = {
    [CLASS] = { "acdr_guest_class", "", "The conditioning class of the guest", "class",
                ACDR_METRIC_INFO, 0 },
    [DEGRADED] = { "acdr_guest_degraded", "", "1 if a step of its class is not done, 0 otherwise",
                   NULL, ACDR_METRIC_GAUGE, 0 },
    [STEPS] = { "acdr_guest_steps", "", "Steps of the guest's class by result", "result",
                ACDR_METRIC_GAUGE, 0 },
    [DRIFTED] = { "acdr_guest_drifted", "", "Settings of the guest that are not as claimed", NULL,
                  ACDR_METRIC_GAUGE, 0 },
    [INTRUDERS] = { "acdr_guest_intruders", "",
                    "Threads of others that run on the clean cores of the guest only", NULL,
                    ACDR_METRIC_GAUGE, 0 },
    [UNCONDITIONED] = { "acdr_guest_unconditioned", "",
                        "1 if the guest runs without what its tag asks for, 0 otherwise", "class",
                        ACDR_METRIC_GAUGE, 0 },
    { 0 },
};

static const char *const results[] = { "applied", "already", "refused", "unsupported" };

static const char *text_of(const struct acdr_item *map, const char *name)
{
    return acdr_item_text(acdr_item_find(map, name));
}

static void add_steps(struct acdr_probe_ctx *l, const struct acdr_reading *who,
                      const struct acdr_item *steps)
{
    for (int k = 0; k < 4; k++) {
        int count = 0;

        for (const struct acdr_item *s = acdr_item_first(steps); s; s = acdr_item_next(s))
            count += !strcmp(text_of(s, "result"), results[k]);
        acdr_sample_add(l->sample, who, &metrics[STEPS], results[k], count);
    }
}

/* The entries of LIST that name the guest. */
static void add_count(struct acdr_probe_ctx *l, const struct acdr_reading *who,
                      const struct acdr_metric *m, const struct acdr_item *list)
{
    int count = 0;

    for (const struct acdr_item *d = acdr_item_first(list); d; d = acdr_item_next(d))
        count += !strcmp(text_of(d, "domain"), who->guest);
    acdr_sample_add(l->sample, who, m, NULL, count);
}

static void add_guest(struct acdr_probe_ctx *l, const struct acdr_item *d,
                      const struct acdr_item *drift)
{
    const struct acdr_watched_guest *a = acdr_inventory_find(l->inventory, text_of(d, "name"));
    struct acdr_reading who;

    if (!a)
        return;
    who = acdr_probe_reading_of_guest(l, a);
    acdr_sample_add(l->sample, &who, &metrics[CLASS],
                    acdr_sample_text(l->sample, text_of(d, "class")), 1);
    acdr_sample_add(l->sample, &who, &metrics[DEGRADED], NULL,
                    !strcmp(text_of(d, "state"), "degraded"));
    acdr_sample_add(l->sample, &who, &metrics[UNCONDITIONED],
                    acdr_sample_text(l->sample, text_of(d, "class")), 0);
    add_steps(l, &who, acdr_item_find(d, "steps"));
    if (drift) {
        add_count(l, &who, &metrics[DRIFTED], acdr_item_find(drift, "drift"));
        add_count(l, &who, &metrics[INTRUDERS], acdr_item_find(drift, "intruders"));
    }
}

static void add_unconditioned(struct acdr_probe_ctx *l, const struct acdr_item *d)
{
    const struct acdr_watched_guest *a = acdr_inventory_find(l->inventory, text_of(d, "name"));
    struct acdr_reading who;

    if (!a)
        return;
    who = acdr_probe_reading_of_guest(l, a);
    acdr_sample_add(l->sample, &who, &metrics[UNCONDITIONED],
                    acdr_sample_text(l->sample, text_of(d, "class")), 1);
}

static int read_all(struct acdr_probe_ctx *l, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *status = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *drift = NULL;
    const struct acdr_item *d;
    struct acdr_err why = { 0 };
    int err;

    if (!l->source)
        return acdr_probe_unsupported(e, "the conditioning state is not available here");
    err = l->source->status(l->source->arg, &status, &why);
    if (err < 0)
        return err == -ENOMEM ? err : acdr_probe_unsupported(e, "%.190s", why.text);
    d = acdr_item_first(acdr_item_find(status, "domains"));
    if (d && l->source->drift(l->source->arg, &drift, NULL) == -ENOMEM)
        return -ENOMEM;
    for (; d; d = acdr_item_next(d))
        add_guest(l, d, drift);
    d = acdr_item_first(acdr_item_find(status, "unconditioned"));
    for (; d; d = acdr_item_next(d))
        add_unconditioned(l, d);
    return 0;
}

const struct acdr_probe acdr_probe_acdr = {
    .name = "acdr",
    .help = "class of each guest, steps done and not done, settings that drifted",
    .seconds = 30,
    .metrics = metrics,
    .read = read_all,
};
