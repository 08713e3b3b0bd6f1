/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Extracts the readings of a sample. Knows the calls of acdr/watch.h, not what figures mean. */
#include "readings.h"

#include <errno.h>
#include <stdlib.h>

static void read_out(const struct acdr_reading *r, struct tool_reading *ret)
{
    const struct acdr_metric *m = acdr_reading_metric(r);

    *ret = (struct tool_reading){
        .of = m,
        .metric = acdr_metric_name(m),
        .kind = acdr_metric_kind(m),
        .guest = acdr_reading_guest(r),
        .thread = acdr_reading_thread(r),
        .device = acdr_reading_device(r),
        .what = acdr_reading_label(r),
        .cpu = -1,
        .node = -1,
        .tid = -1,
        .value = acdr_reading_value(r),
    };
    acdr_reading_cpu(r, &ret->cpu);
    acdr_reading_node(r, &ret->node);
    acdr_reading_tid(r, &ret->tid);
    ret->has_rate = acdr_reading_rate(r, &ret->rate);
}

int tool_readings(const struct acdr_watch *w, struct tool_reading **ret, size_t *n)
{
    struct tool_reading *v = calloc(acdr_watch_count(w) + 1, sizeof(*v));
    size_t count = 0;

    if (!v)
        return -ENOMEM;
    for (const struct acdr_reading *r = acdr_watch_find(w, NULL, NULL, NULL); r;
         r = acdr_watch_find(w, r, NULL, NULL))
        read_out(r, &v[count++]);
    *ret = v;
    *n = count;
    return 0;
}
