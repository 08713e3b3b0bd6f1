/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr watch, signs from the kernel: rtnetlink(7) reports links that come up; a new number in
 * /proc/interrupts shows that a driver has requested interrupts. Knows neither guests nor claims.
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

/* Without one, and where the host is a recorded one, links are periodic check only. */
static int listen_to_links(void)
{
    struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

    if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        watch_log("links are looked at by time only: netlink: %s", strerrordesc_np(errno));
    return fd;
}

void watch_signs_begin(struct watch_signs *s, struct watch_repair *r, const char *root)
{
    *s = (struct watch_signs){ .repair = r, .root = root, .fd = root ? -1 : listen_to_links() };
    watch_signs_irqs(s);
}

void watch_signs_end(struct watch_signs *s)
{
    if (s->fd >= 0)
        close(s->fd);
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
