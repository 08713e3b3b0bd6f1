/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * interval:PATH, one of the scheduler's host-wide intervals in debugfs, in nanoseconds. Knows how
 * the kernel loses them, not their purpose.
 *
 * Since Linux 5.13 a write changes only the interval. The kernel keeps a second number, the
 * interval for one CPU, and recomputes the interval from it whenever a CPU comes or goes and
 * whenever a cpuset partition is made or removed: the written value is lost. A write to
 * tunable_scaling, in the same folder, copies the interval into that number; so tunable_scaling is
 * rewritten unchanged. That divides by at most 8 and loses the remainder. If it is refused (Linux
 * 5.13 and some later ones, before a fix) the interval lasts until the kernel's next change, and is
 * drift then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "text.h"
#include "value.h"

enum { MOST_CPUS = 8 }; /* the kernel's scaling factor */

static int read_interval(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    return acdr_file_num.read(r, rest, ret, e);
}

static void restore(struct acdr_root *r, const char *rest)
{
    const char *slash = strrchr(rest, '/');
    char path[128], number[16];
    long long n;

    snprintf(path, sizeof path, "%.*s/tunable_scaling", (int)(slash ? slash - rest : 0), rest);
    /* unknown: nothing is written that is not known */
    if (acdr_root_get_num(r, &n, "%s", path) < 0)
        return;
    snprintf(number, sizeof number, "%lld", n);
    acdr_value_write(r, path, number, NULL);
}

static int write_interval(struct acdr_root *r, const char *rest, const char *now, const char *want,
                          struct acdr_err *e)
{
    int rc = acdr_file_num.write(r, rest, now, want, e);

    if (rc == 0)
        restore(r, rest);
    return rc;
}

/* Ignores the remainder that the division loses. */
static bool matches_about(const char *now, const char *want)
{
    long long a, b;

    return acdr_text_parse_num(now, &a) == 0 && acdr_text_parse_num(want, &b) == 0 &&
           llabs(a - b) < MOST_CPUS;
}

const struct acdr_knob_kind acdr_interval_debug = {
    .prefix = "interval",
    .form = ACDR_KNOB_NUM,
    .write_always = true, /* one that is only kept must stay as well */
    .read = read_interval,
    .write = write_interval,
    .matches = matches_about,
};
