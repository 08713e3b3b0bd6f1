/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr watch, signs from the kernel: rtnetlink(7) reports links that come up, kobject events new
 * network queues; a new number in /proc/interrupts shows that a driver has requested interrupts.
 * Knows neither guests nor claims.
 */
#include <errno.h>
#include <limits.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "watch_part.h"

enum { KERNEL_EVENTS = 1 }; /* the multicast group; udevd's own events are in another one */

/* Without it, and where the host is a recorded one, there is only the periodic check. */
static int listen_to(int protocol, unsigned group, const char *what)
{
    struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = group };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

    if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        watch_log("%s are looked at by time only: netlink: %s", what, strerrordesc_np(errno));
    return fd;
}

void watch_signs_begin(struct watch_signs *s, struct watch_repair *r, const char *root)
{
    *s = (struct watch_signs){ .repair = r, .root = root, .fd = -1, .queues = -1 };
    if (!root) {
        s->fd = listen_to(NETLINK_ROUTE, RTMGRP_LINK, "links");
        s->queues = listen_to(NETLINK_KOBJECT_UEVENT, KERNEL_EVENTS, "network queues");
    }
    watch_signs_irqs(s);
}

void watch_signs_end(struct watch_signs *s)
{
    if (s->fd >= 0)
        close(s->fd);
    if (s->queues >= 0)
        close(s->queues);
    free(s->irqs);
}

static void note_link(struct watch_signs *s, struct nlmsghdr *h)
{
    struct ifinfomsg *info = NLMSG_DATA(h);
    int left = (int)IFLA_PAYLOAD(h);
    char what[IFNAMSIZ + 16];

    if (h->nlmsg_type != RTM_NEWLINK || h->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        !(info->ifi_flags & IFF_LOWER_UP))
        return;
    for (struct rtattr *a = IFLA_RTA(info); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        if (a->rta_type != IFLA_IFNAME)
            continue;
        snprintf(what, sizeof(what), "link %.*s is up", (int)RTA_PAYLOAD(a), (char *)RTA_DATA(a));
        watch_repair_note(s->repair, WATCH_SIGN_LOOK, NULL, what);
    }
}

void watch_signs_links(struct watch_signs *s)
{
    union {
        struct nlmsghdr head;
        char bytes[16384];
    } buf;
    ssize_t n;

    while (s->fd >= 0 && (n = recv(s->fd, &buf, sizeof(buf), 0)) > 0) {
        unsigned left = (unsigned)n;

        for (struct nlmsghdr *h = &buf.head; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left))
            note_link(s, h);
    }
}

/* "add@/devices/virtual/net/vnet0/queues/rx-1", then variables, which repeat it. Events come in
 * groups, and one sign is for all. */
void watch_signs_queues(struct watch_signs *s)
{
    static const char add[] = "add@";
    char buf[8192], what[64];
    ssize_t n;

    while (s->queues >= 0 && (n = recv(s->queues, buf, sizeof(buf) - 1, 0)) > 0) {
        const char *queue;

        buf[n] = '\0';
        queue = strstr(buf, "/queues/rx-");
        if (strncmp(buf, add, sizeof(add) - 1) != 0 || !queue || !strstr(buf, "/net/"))
            continue;
        snprintf(what, sizeof(what), "queue %.16s has appeared", queue + 8);
        watch_repair_note(s->repair, WATCH_SIGN_LOOK, NULL, what);
    }
}

/* The numbers at the start of the lines, in the file's order. NULL: it cannot be read. */
static int *read_irqs(const char *root, size_t *n)
{
    char path[PATH_MAX];
    char *line = NULL;
    size_t cap = 0;
    int *v = NULL, *more = NULL;
    FILE *f;

    snprintf(path, sizeof(path), "%s/proc/interrupts", root ? root : "");
    f = fopen(path, "re");
    for (*n = 0; f && getline(&line, &cap, f) > 0;) {
        char *end;
        long num = strtol(line, &end, 10);

        if (end == line || *end != ':')
            continue;
        more = reallocarray(v, *n + 1, sizeof(*v));
        if (!more)
            break;
        v = more;
        v[(*n)++] = (int)num;
    }
    free(line);
    if (f)
        fclose(f);
    return v;
}

static bool was_there(const struct watch_signs *s, int num)
{
    for (size_t i = 0; i < s->n_irqs; i++)
        if (s->irqs[i] == num)
            return true;
    return false;
}

void watch_signs_irqs(struct watch_signs *s)
{
    size_t n;
    int *irqs = read_irqs(s->root, &n);
    char what[64];

    for (size_t i = 0; s->irqs && i < n; i++) {
        if (was_there(s, irqs[i]))
            continue;
        snprintf(what, sizeof(what), "interrupt %d has appeared", irqs[i]);
        watch_repair_note(s->repair, WATCH_SIGN_PLAN, NULL, what);
    }
    if (!irqs)
        return;
    free(s->irqs);
    s->irqs = irqs;
    s->n_irqs = n;
}
