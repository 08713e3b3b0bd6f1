/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * huge:NODE/SIZEkB, the pages in a node's pool of huge pages, without surplus ones. Knows the
 * pool's behaviour, not the users of the pages.
 *
 * nr_hugepages of a node takes an absolute number. For an unreachable number the kernel reports
 * success and allocates as many pages as it finds; for a process whose cpuset lacks the node's
 * memory, none. So the pool is read back; if it is short, the node's memory is compacted and the
 * rest requested again, as long as that helps and time allows. A page of 1 GiB can take seconds:
 * these are requested one by one.
 *
 * Shrinking a pool never fails: pages in use become surplus, and the kernel frees each when its
 * user releases it. nr_hugepages counts those too.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bitmap.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

enum { SECONDS = 12, IDLE_TRIES = 3, LARGE_KB = 1 << 20 };

struct pool {
    int node;
    long long size_kb;
    char dir[128];
};

static int find(struct acdr_root *r, const char *rest, struct pool *p, struct acdr_err *e)
{
    int len = 0;

    if (sscanf(rest, "%d/%lldkB%n", &p->node, &p->size_kb, &len) != 2 || rest[len] || p->node < 0)
        return acdr_err_set(e, EINVAL, "huge:%s: not NODE/SIZEkB", rest);
    snprintf(p->dir, sizeof p->dir, "/sys/devices/system/node/node%d/hugepages/hugepages-%lldkB",
             p->node, p->size_kb);
    /* A kernel without NUMA. */
    if (p->node == 0 && acdr_no(acdr_root_has(r, "/sys/devices/system/node/node0")))
        snprintf(p->dir, sizeof p->dir, "/sys/kernel/mm/hugepages/hugepages-%lldkB", p->size_kb);
    return 0;
}

static int count(struct acdr_root *r, const struct pool *p, long long *ret, struct acdr_err *e)
{
    long long surplus;
    int rc = acdr_root_get_num(r, ret, "%s/nr_hugepages", p->dir);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "%s/nr_hugepages", p->dir);
    rc = acdr_root_get_num(r, &surplus, "%s/surplus_hugepages", p->dir);
    if (rc < 0 && !acdr_is_gone(rc))
        return acdr_err_errno(e, -rc, "%s/surplus_hugepages", p->dir);
    if (rc == 0)
        *ret -= surplus;
    return 0;
}

static int read_pool(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct pool p;
    long long n;
    int rc = find(r, rest, &p, e);
    if (rc == 0)
        rc = count(r, &p, &n, e);
    if (rc < 0)
        return rc;
    char *text = acdr_text_format("%lld", n);
    if (!text)
        return acdr_err_nomem(e);
    *ret = text;
    return 0;
}

static int set(struct acdr_root *r, const struct pool *p, long long n, struct acdr_err *e)
{
    char path[160], text[32];
    snprintf(path, sizeof path, "%s/nr_hugepages", p->dir);
    snprintf(text, sizeof text, "%lld", n);
    return acdr_value_write(r, path, text, e);
}

/* May or may not help: the next attempt shows. */
static void compact(struct acdr_root *r, const struct pool *p)
{
    char path[64];
    bool asked;
    snprintf(path, sizeof path, "/sys/devices/system/node/node%d/compact", p->node);
    if (acdr_yes(acdr_root_has(r, "%s", path)))
        acdr_root_write(r, path, "1", &asked);
}

static long long seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* From HAVE as near to WANT as possible; *have is the result. */
static int grow(struct acdr_root *r, const struct pool *p, long long want, long long *have,
                struct acdr_err *e)
{
    long long end = seconds() + SECONDS;
    int idle = 0;
    int rc = 0;

    while (rc == 0 && *have < want && idle < IDLE_TRIES && seconds() <= end) {
        long long before = *have;
        rc = set(r, p, p->size_kb >= LARGE_KB ? before + 1 : want, e);
        if (rc == 0)
            rc = acdr_value_unasked(count(r, p, have, e));
        idle = *have > before ? 0 : idle + 1;
        if (rc == 0 && *have < want && (idle || p->size_kb < LARGE_KB))
            compact(r, p);
    }
    return rc;
}

/* The caller's own cpuset limits the nodes of its allocations. */
static bool may_use(struct acdr_root *r, int node)
{
    char buf[8192];
    struct acdr_bitmap nodes;
    const char *at = NULL;
    /* unknown: the kernel refuses what it does not allow */
    if (acdr_root_live(r) && acdr_root_get(r, buf, sizeof buf, "/proc/self/status") > 0)
        at = strstr(buf, "Mems_allowed_list:");
    if (!at)
        return true;
    at += strlen("Mems_allowed_list:");
    buf[at - buf + (ptrdiff_t)strcspn(at, "\n")] = '\0';
    return acdr_bitmap_parse_list(&nodes, at) < 0 || acdr_bitmap_has(&nodes, node);
}

static int write_pool(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct pool p;
    long long have = 0, n;
    (void)now;
    int rc = find(r, rest, &p, e);
    if (rc == 0 && (acdr_text_parse_num(want, &n) < 0 || n < 0))
        return acdr_err_set(e, EINVAL, "huge:%s: %s is not a number of pages", rest, want);
    if (rc == 0)
        rc = acdr_value_unasked(count(r, &p, &have, e));
    if (rc < 0)
        return rc;
    if (have >= n)
        return set(r, &p, n, e);
    rc = grow(r, &p, n, &have, e);
    if (rc < 0 || have >= n)
        return rc;
    if (!may_use(r, p.node))
        return acdr_err_set(e, ENOSPC,
                            "node %d: %lld of %lld pages of %lld kB; the cpuset of this "
                            "process has no memory of that node (AllowedMemoryNodes of libvirtd's "
                            "unit or slice)",
                            p.node, have, n, p.size_kb);
    return acdr_err_set(e, ENOSPC,
                        "node %d: %lld of %lld pages of %lld kB, after compaction; its "
                        "memory is in use or too fragmented",
                        p.node, have, n, p.size_kb);
}

const struct acdr_knob_kind acdr_hugepages_pool = {
    .prefix = "huge",
    .form = ACDR_KNOB_NUM,
    .counted = true,
    .read = read_pool,
    .write = write_pool,
};
