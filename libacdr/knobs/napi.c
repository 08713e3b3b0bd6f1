/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * napi:IF, the CPUs of the poll threads of a network interface (threaded NAPI), "" if its packets
 * are processed in softirqs. Each NAPI instance is switched by netlink (Linux 6.17); the file
 * /sys/class/net/IF/threaded is not used: it can block its writer for ever on an interface that is
 * down. A veth has instances while GRO or XDP is on, a tap none. The kernel makes new threads, with
 * all CPUs, when the interface goes down and up.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "netdev.h"
#include "proc.h"
#include "value.h"

enum { NAPI_GET = 11, NAPI_SET = 14 };                         /* NETDEV_CMD_ */
enum { IFINDEX = 1, NAPI_ID = 2, NAPI_PID = 4, THREADED = 8 }; /* NETDEV_A_NAPI_ */
enum { INSTANCES_MAX = 1024 };

struct instance {
    uint32_t id;
    int pid;      /* of its thread, 0: none */
    int threaded; /* -1: this kernel does not say */
};

struct instances {
    struct instance v[INSTANCES_MAX];
    size_t n;
};

static void add_instance(void *arg, const char *attrs, size_t end)
{
    struct instances *all = arg;
    struct instance one = { .threaded = -1 };
    size_t at = 0, len;
    const char *data;
    uint16_t type;

    while ((data = acdr_netdev_next(attrs, end, &at, &type, &len))) {
        if (type == NAPI_ID)
            one.id = (uint32_t)acdr_netdev_number(data, len);
        else if (type == NAPI_PID)
            one.pid = (int)acdr_netdev_number(data, len);
        else if (type == THREADED)
            one.threaded = acdr_netdev_number(data, len) != 0;
    }
    if (one.id && all->n < INSTANCES_MAX)
        all->v[all->n++] = one;
}

static int list(const struct acdr_netdev *n, int ifindex, struct instances *ret)
{
    struct acdr_netdev_request r = { .command = NAPI_GET, .dump = true };

    ret->n = 0;
    acdr_netdev_add(&r, IFINDEX, (uint32_t)ifindex);
    return acdr_netdev_ask(n, &r, add_instance, ret);
}

/* The interface's instances by an open N, which the caller closes if this succeeds. */
static int open_list(struct acdr_root *r, const char *name, struct acdr_netdev *n, int *ifindex,
                     struct instances *ret, struct acdr_err *e)
{
    int rc = acdr_value_live(r, name, e);

    if (rc < 0)
        return rc;
    *ifindex = (int)if_nametoindex(name);
    if (*ifindex == 0)
        return acdr_err_errno(e, errno, "%s", name);
    rc = acdr_netdev_open(n);
    if (rc < 0)
        return acdr_err_set(e, -rc, "%s: its poll threads are not known (netlink, Linux 6.17)",
                            name);
    rc = list(n, *ifindex, ret);
    if (rc == 0 && ret->n == 0)
        rc = acdr_err_set(e, EOPNOTSUPP, "%s: its driver does not poll (a veth does with GRO)",
                          name);
    else if (rc == 0 && ret->v[0].threaded < 0)
        rc = acdr_err_set(e, EOPNOTSUPP, "%s: poll threads of an interface need Linux 6.17", name);
    else if (rc < 0)
        rc = acdr_err_errno(e, -rc, "%s: poll threads", name);
    if (rc < 0)
        acdr_netdev_close(n);
    return rc;
}

/* Is it a poll thread by this /proc, too? Netlink tells numbers of the first PID namespace. */
static int check_thread(struct acdr_root *r, int pid)
{
    struct acdr_proc_stat st;
    int rc = acdr_proc_stat(r, pid, pid, &st);

    if (rc < 0)
        return rc;
    return st.flags & ACDR_PROC_KTHREAD && !strncmp(st.comm, "napi/", 5) ? 0 : -ESRCH;
}

static int read_cpus(struct acdr_root *r, const char *name, const struct instances *all,
                     struct acdr_bitmap *ret, struct acdr_err *e)
{
    struct acdr_bitmap one;
    int rc = 0;

    acdr_bitmap_zero(ret);
    for (size_t i = 0; rc == 0 && i < all->n; i++) {
        if (all->v[i].threaded != all->v[0].threaded)
            return acdr_err_set(e, EOPNOTSUPP, "%s: only some of its queues have poll threads",
                                name);
        if (!all->v[i].threaded || !all->v[i].pid)
            continue;
        rc = check_thread(r, all->v[i].pid);
        rc = rc < 0 ? rc : acdr_proc_affinity(r, all->v[i].pid, &one);
        if (rc == 0)
            acdr_bitmap_or(ret, &one);
    }
    return rc < 0 ? acdr_err_errno(e, -rc, "%s: its poll thread", name) : 0;
}

static int read_napi(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(free) struct instances *all = calloc(1, sizeof(*all));
    struct acdr_netdev n;
    struct acdr_bitmap cpus;
    int ifindex;
    int rc = all ? open_list(r, rest, &n, &ifindex, all, e) : acdr_err_nomem(e);

    if (rc < 0)
        return rc;
    acdr_netdev_close(&n);
    rc = read_cpus(r, rest, all, &cpus, e);
    return rc < 0 ? rc : acdr_value_print(&cpus, ret, e);
}

static void ignore(void *arg, const char *attrs, size_t len)
{
    (void)arg;
    (void)attrs;
    (void)len;
}

static int switch_all(const struct acdr_netdev *n, const struct instances *all, bool threaded)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < all->n; i++) {
        struct acdr_netdev_request r = { .command = NAPI_SET };

        acdr_netdev_add(&r, NAPI_ID, all->v[i].id);
        acdr_netdev_add(&r, THREADED, threaded);
        rc = acdr_netdev_ask(n, &r, ignore, NULL);
    }
    return rc;
}

static int place_all(struct acdr_root *r, const struct instances *all,
                     const struct acdr_bitmap *cpus)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < all->n; i++) {
        rc = all->v[i].pid ? acdr_value_unasked(check_thread(r, all->v[i].pid)) : -EAGAIN;
        rc = rc < 0 ? rc : acdr_proc_set_affinity(r, all->v[i].pid, cpus);
    }
    return rc;
}

static int write_napi(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    acdr_auto(free) struct instances *all = calloc(1, sizeof(*all));
    struct acdr_bitmap cpus;
    struct acdr_netdev n;
    int ifindex;
    int rc = all ? acdr_value_parse(&cpus, want, rest, e) : acdr_err_nomem(e);

    (void)now;
    if (rc == 0)
        rc = acdr_value_unasked(open_list(r, rest, &n, &ifindex, all, e));
    if (rc < 0)
        return rc;
    bool was = all->v[0].threaded > 0, on = !acdr_bitmap_empty(&cpus);

    rc = switch_all(&n, all, on);
    if (rc == 0 && on) {
        rc = list(&n, ifindex, all); /* the new threads */
        rc = rc < 0 ? rc : place_all(r, all, &cpus);
    }
    if (rc < 0 && on && !was) /* no threads that nobody knows of */
        switch_all(&n, all, false);
    acdr_netdev_close(&n);
    return rc < 0 ? acdr_err_errno(e, -rc, "%s: poll threads on \"%s\"", rest, want) : 0;
}

/* New threads have the CPUs of kthreadd, until they are placed. */
static bool is_new(struct acdr_root *r, const char *rest, const char *now)
{
    struct acdr_bitmap cpus, first;

    (void)rest;
    return acdr_bitmap_parse_list(&cpus, now) == 0 && acdr_proc_affinity(r, 2, &first) == 0 &&
           acdr_bitmap_equal(&cpus, &first);
}

const struct acdr_knob_kind acdr_napi_threads = {
    .prefix = "napi",
    .form = ACDR_KNOB_SET,
    .read = read_napi,
    .write = write_napi,
    .is_ours = is_new,
};
