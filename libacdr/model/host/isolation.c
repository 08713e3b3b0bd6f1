/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What this host offers for cleaning a core and keeping it clean: kernel release, cpuset hierarchy,
 * systemd and irqbalance. Reads them; a step decides which way to use.
 */
#include "host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "kernel_file.h"
#include "text.h"

static int read_kernel(struct acdr_host *h)
{
    char buf[256];
    int major, minor;

    if (acdr_root_get(h->root, buf, sizeof(buf), "/proc/sys/kernel/osrelease") < 0)
        buf[0] = '\0';
    h->keeps_affinity = sscanf(buf, "%d.%d", &major, &minor) != 2 || major > 6 ||
                        (major == 6 && minor >= 2);
    h->kernel = strdup(acdr_text_trim(buf));
    return h->kernel ? 0 : -ENOMEM;
}

/* True if WORD is one of the words of LIST, which SEP separates. */
static bool has_word(const char *list, const char *word, char sep)
{
    size_t len = strlen(word);

    for (const char *p = list; (p = strstr(p, word)); p += len) {
        if ((p == list || p[-1] == sep) && (!p[len] || p[len] == sep))
            return true;
    }
    return false;
}

static bool has_cpuset2(struct acdr_host *h, const char *dir)
{
    char buf[512];

    return acdr_root_get(h->root, buf, sizeof(buf), "%s/cgroup.controllers", dir) > 0 &&
           has_word(buf, "cpuset", ' ');
}

/* One line of /proc/mounts: device, directory, type, options. */
static int read_mount(struct acdr_host *h, char *line)
{
    const char *fields[4];
    char *next = line;
    int kind = 0;

    for (size_t i = 0; i < 4; i++) {
        fields[i] = strsep(&next, " ");
        if (!fields[i])
            return 0;
    }
    acdr_hostfile_unescape((char *)fields[1]);
    if (!strcmp(fields[2], "cgroup") && has_word(fields[3], "cpuset", ','))
        kind = 1;
    else if (!h->cgroup && !strcmp(fields[2], "cgroup2") && has_cpuset2(h, fields[1]))
        kind = 2;
    if (!kind || h->cgroup == 1)
        return 0;
    free(h->cgroup_dir);
    h->cgroup_dir = strdup(fields[1]);
    h->cgroup = kind;
    return h->cgroup_dir ? 0 : -ENOMEM;
}

/* A controller is in one hierarchy only: if version 1 has cpuset, version 2 does not. */
static int read_cgroup(struct acdr_host *h)
{
    acdr_auto(free) char *text = NULL;
    char *next;
    int err = acdr_root_read(h->root, "/proc/mounts", 0, &text, NULL);

    if (err == -ENOMEM)
        return err;
    next = text;
    err = 0;
    while (err == 0 && next)
        err = read_mount(h, strsep(&next, "\n"));
    if (err == 0 && !h->cgroup_dir)
        h->cgroup_dir = strdup("");
    return h->cgroup_dir ? err : -ENOMEM;
}

static void read_partitions(struct acdr_host *h)
{
    if (h->cgroup == 2)
        h->has_partition = acdr_hostfile_list(h->root, h->cgroup_dir, "cpuset.cpus.isolated",
                                              &h->partitioned) == 0;
}

/* Any user can call a process irqbalance; on this machine only root's is trusted. */
static bool is_irqbalance(struct acdr_host *h, int pid)
{
    char comm[32];
    char path[32];
    uid_t uid = 0;
    mode_t mode;

    if (acdr_root_get(h->root, comm, sizeof(comm), "/proc/%d/comm", pid) < 0 ||
        strcmp(comm, "irqbalance") != 0)
        return false;
    snprintf(path, sizeof(path), "/proc/%d", pid);
    return !acdr_root_live(h->root) ||
           (acdr_root_stat(h->root, path, &uid, &mode) == 0 && uid == 0);
}

/* NAME is "irqbalancePID.sock", or begins with that. Sockets remain when one is killed. */
static int try_socket(void *arg, const char *name)
{
    struct acdr_host *h = arg;
    int pid = 0;

    if (sscanf(name, "irqbalance%d.sock", &pid) == 1 && is_irqbalance(h, pid))
        h->irqbalance = pid;
    return h->irqbalance != 0;
}

/* By its socket: in its directory under /run, or an abstract one. Without a socket it cannot be
 * controlled, and searching all processes would cost more than everything else. */
static int find_irqbalance(struct acdr_host *h)
{
    acdr_auto(free) char *sockets = NULL;
    int err = acdr_root_list(h->root, "/run/irqbalance", try_socket, h);

    if (err == -ENOMEM || h->irqbalance)
        return err < 0 ? err : 0;
    err = acdr_root_read(h->root, "/proc/net/unix", 0, &sockets, NULL);
    for (char *p = sockets; err == 0 && p && !h->irqbalance; p = strchr(p + 1, '@'))
        try_socket(h, p + (*p == '@'));
    return err == -ENOMEM ? err : 0;
}

int acdr_host_isolation_read(struct acdr_host *h, struct acdr_err *e)
{
    if (read_kernel(h) < 0 || read_cgroup(h) < 0 || find_irqbalance(h) < 0)
        return acdr_err_nomem(e);
    read_partitions(h);
    h->has_systemd = acdr_yes(acdr_root_has(h->root, "/run/systemd/system"));
    h->has_wq_mask = acdr_yes(acdr_root_has(h->root, "/sys/devices/virtual/workqueue/cpumask"));
    return 0;
}
