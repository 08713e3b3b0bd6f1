/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * excl: and part:, run-time isolation by cgroup v2 cpusets (kernel 6.8 and later). Knows that a
 * write of "isolated" succeeds even if nothing is isolated, so the state must be read. Each
 * ancestor's cpuset.cpus.exclusive must also contain the CPUs: those are separate knobs.
 *
 * "part:" with "" leaves cpuset.cpus unchanged: the kernel refuses to empty it (ENOSPC) while the
 * cgroup has threads, and a cgroup without threads disappears with its guest.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_spinner.h"
#include "bitmap.h"
#include "clock.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define ISOLATED "isolated"

enum { GONE_STEP_MS = 10, GONE_MAX_MS = 3000 };

/* A missing file means that the cgroup is gone, or that this kernel or cgroup lacks the feature. */
static int explain(struct acdr_root *r, const char *dir, const char *name, int rc,
                   struct acdr_err *e)
{
    if (rc == -ENODEV || (rc == -ENOENT && acdr_no(acdr_root_has(r, "%s", dir))))
        return acdr_err_set(e, ENOENT, "%s: is gone", dir);
    if (rc == -ENOENT)
        return acdr_err_set(e, EOPNOTSUPP, "%s/%s: not on this kernel, or not in this group", dir,
                            name);
    return acdr_err_errno(e, -rc, "%s/%s", dir, name);
}

static int get(struct acdr_root *r, const char *dir, const char *name, char **ret,
               struct acdr_err *e)
{
    acdr_auto(free) char *path = acdr_text_format("%s/%s", dir, name);
    acdr_auto(free) char *text = NULL;
    if (!path)
        return acdr_err_nomem(e);
    int rc = acdr_root_read(r, path, 0, &text, NULL);
    if (rc < 0)
        return explain(r, dir, name, rc, e);
    text[strcspn(text, "\n")] = '\0';
    *ret = acdr_take(text);
    return 0;
}

static int put(struct acdr_root *r, const char *dir, const char *name, const char *text,
               struct acdr_err *e)
{
    acdr_auto(free) char *path = acdr_text_format("%s/%s", dir, name);
    if (!path)
        return acdr_err_nomem(e);
    bool asked;
    int rc = acdr_root_write(r, path, text, &asked);
    if (rc < 0)
        rc = explain(r, dir, name, rc, e);
    return asked ? rc : acdr_value_unasked(rc);
}

static int get_set(struct acdr_root *r, const char *dir, const char *name, char **ret,
                   struct acdr_err *e)
{
    struct acdr_bitmap s;
    acdr_auto(free) char *text = NULL;
    int rc = get(r, dir, name, &text, e);
    if (rc == 0)
        rc = acdr_value_parse(&s, text, name, e);
    return rc < 0 ? rc : acdr_value_print(&s, ret, e);
}

/* WANT in the kernel's format. The empty set reaches the kernel too: every write has a newline, and
 * only a write of no bytes has no effect. */
static int form(const char *want, const char *dir, char **ret, struct acdr_err *e)
{
    struct acdr_bitmap s;
    int rc = acdr_value_parse(&s, want, dir, e);
    return rc < 0 ? rc : acdr_value_print(&s, ret, e);
}

static int exclusive_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    return get_set(r, rest, "cpuset.cpus.exclusive", ret, e);
}

static int exclusive_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                           struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    (void)now;
    int rc = form(want, rest, &text, e);
    return rc < 0 ? rc : put(r, rest, "cpuset.cpus.exclusive", text, e);
}

static int isolated_read(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(free) char *state = NULL;
    int rc = get(r, rest, "cpuset.cpus.partition", &state, e);
    if (rc < 0)
        return rc;
    if (strcmp(state, ISOLATED) != 0) {
        *ret = strdup("");
        return *ret ? 0 : acdr_err_nomem(e);
    }
    rc = get_set(r, rest, "cpuset.cpus.exclusive.effective", ret, NULL);
    return rc == -EOPNOTSUPP ? get_set(r, rest, "cpuset.cpus", ret, e) : rc;
}

static int leave(struct acdr_root *r, const char *dir, struct acdr_err *e)
{
    int rc = put(r, dir, "cpuset.cpus.partition", "member", e);
    int rc2 = put(r, dir, "cpuset.cpus.exclusive", "", e);
    return rc < 0 ? rc : rc2;
}

/* No other task gets a turn on the CPU of such a thread. */
static bool has_realtime(struct acdr_root *r, const char *dir)
{
    acdr_auto(free) char *path = acdr_text_format("%s/cgroup.threads", dir);
    acdr_auto(free) char *text = NULL;
    /* unknown: no CPU is kept busy beside a realtime thread */
    if (!path || acdr_root_read(r, path, 0, &text, NULL) < 0)
        return true;
    char *next = text;
    for (char *line = strsep(&next, "\n"); line; line = strsep(&next, "\n")) {
        int policy = *line ? sched_getscheduler((pid_t)strtol(line, NULL, 10)) : SCHED_OTHER;
        if (policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE)
            return true;
    }
    return false;
}

/* All CPUs at once: the wait for their ticks is as long for one as for many. */
static void *keep_awake(struct acdr_root *r, const struct acdr_knob_change *v, size_t n)
{
    struct acdr_bitmap all, cpus;

    acdr_bitmap_zero(&all);
    for (size_t i = 0; acdr_root_live(r) && i < n; i++)
        if (acdr_bitmap_parse_list(&cpus, v[i].want) == 0 && !acdr_bitmap_empty(&cpus) &&
            !has_realtime(r, v[i].rest))
            acdr_bitmap_or(&all, &cpus);
    return acdr_bitmap_empty(&all) ? NULL : acdr_awake_begin(&all);
}

static void let_sleep(void *awake)
{
    acdr_awake_end(awake);
}

static int enter(struct acdr_root *r, const char *dir, const char *list, struct acdr_err *e)
{
    acdr_auto(free) char *state = NULL;
    int rc = put(r, dir, "cpuset.cpus", list, e);
    if (rc == 0)
        rc = put(r, dir, "cpuset.cpus.exclusive", list, e);
    if (rc == 0)
        rc = put(r, dir, "cpuset.cpus.partition", ISOLATED, e);
    if (rc == 0)
        rc = acdr_value_unasked(get(r, dir, "cpuset.cpus.partition", &state, e));
    if (rc < 0 || strcmp(state, ISOLATED) == 0)
        return rc;
    return acdr_err_set(e, EBUSY, "%s: CPUs %s are not isolated, the kernel says \"%s\"", dir, list,
                        state);
}

/* An invalid partition reads as none, so nothing would remove it later: undo a failure at once. */
static int isolated_write(struct acdr_root *r, const char *rest, const char *now, const char *want,
                          struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    acdr_auto(free) char *state = NULL;
    (void)now;
    int rc = form(want, rest, &text, e);
    if (rc == 0)
        rc = acdr_value_unasked(get(r, rest, "cpuset.cpus.partition", &state, e));
    if (rc < 0)
        return rc;
    if (strncmp(state, "root", 4) == 0)
        return acdr_err_set(e, EBUSY, "%s: is a partition of another program", rest);
    if (!*text)
        return leave(r, rest, e);
    if (strcmp(state, "member") != 0)
        rc = put(r, rest, "cpuset.cpus.partition", "member", e);
    if (rc == 0)
        rc = enter(r, rest, text, e);
    if (rc < 0)
        leave(r, rest, NULL);
    return rc;
}

/* The file of the hierarchy's root that lists all isolated CPUs; NULL if there is none. */
static char *find_isolated(struct acdr_root *r, const char *dir)
{
    acdr_auto(free) char *top = strdup(dir);
    for (char *end; top && (end = strrchr(top, '/')) && end != top; *end = '\0')
        if (acdr_yes(acdr_root_has(r, "%s/cpuset.cpus.isolated", top)))
            return acdr_text_format("%s/cpuset.cpus.isolated", top);
    return NULL;
}

/* The cgroup disappears first, its partition some milliseconds later; an affinity of other tasks
 * that is restored before that is lost. */
static void isolated_gone(struct acdr_root *r, const char *rest, const char *last)
{
    long long end = acdr_clock_ms() + GONE_MAX_MS;
    struct acdr_bitmap was, now;
    acdr_auto(free) char *path = find_isolated(r, rest);
    if (!path || acdr_bitmap_parse_list(&was, last) < 0)
        return;
    while (acdr_clock_ms() < end) {
        /* unknown: there is nothing to wait for; the affinities are read back */
        if (acdr_value_read_set(r, path, &now, NULL) < 0 || !acdr_bitmap_intersects(&was, &now) ||
            !acdr_root_live(r))
            return;
        acdr_clock_nap(GONE_STEP_MS);
    }
}

const struct acdr_knob_kind acdr_partition_exclusive = {
    .prefix = "excl",
    .form = ACDR_KNOB_SET,
    .read = exclusive_read,
    .write = exclusive_write,
};

const struct acdr_knob_kind acdr_partition_isolated = {
    .prefix = "part",
    .hides = true,
    .form = ACDR_KNOB_SET,
    .read = isolated_read,
    .write = isolated_write,
    .begin = keep_awake,
    .end = let_sleep,
    .wait_gone = isolated_gone,
};
