/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Other guests of this host. Knows where libvirt keeps their definitions and their status;
 * holders.c knows which CPUs they hold. */
#include "neighbours.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "kernel_file.h"
#include "text.h"

#define STATUS_DIR  "/run/libvirt/qemu"
#define DEFINED_DIR "/etc/libvirt/qemu"

struct reading {
    struct acdr_root *root;
    struct acdr_neighbours *ret;
    const char *dir;
    bool running;
};

static int add(struct acdr_neighbours *l, struct acdr_domain *d, int pid)
{
    struct acdr_neighbour *v = acdr_hostfile_grow(l->v, l->n, sizeof(*v));

    if (!v)
        return -ENOMEM;
    l->v = v;
    v[l->n++] = (struct acdr_neighbour){ d, pid };
    return 0;
}

/* If libvirtd was killed, files of guests whose QEMU has ended remain. */
static int find_pid(struct acdr_root *root, const char *xml)
{
    char pid[32];
    long long n;

    acdr_guest_status(xml, "pid", pid, sizeof(pid));
    if (acdr_text_parse_num(pid, &n) < 0 || n <= 0 || n > INT_MAX)
        return 0;
    return acdr_guest_started(root, (int)n) ? (int)n : 0;
}

static int read_one(void *arg, const char *name)
{
    struct reading *r = arg;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *path = NULL;
    acdr_auto(free) char *xml = NULL;
    size_t len = strlen(name);
    int pid = 0;

    if (len < 5 || strcmp(name + len - 4, ".xml") != 0)
        return 0;
    path = acdr_text_format("%s/%s", r->dir, name);
    if (!path)
        return -ENOMEM;
    if (acdr_root_read(r->root, path, 0, &xml, &len) < 0)
        return 0;
    if (r->running)
        pid = find_pid(r->root, xml);
    if ((r->running ? !pid : !strstr(xml, "cpuset")) || acdr_domain_parse(xml, len, &d, NULL) < 0)
        return 0;
    if (add(r->ret, d, pid) < 0)
        return -ENOMEM;
    (void)acdr_take(d);
    return 0;
}

static int read_all(struct acdr_root *root, const char *dir, bool running,
                    struct acdr_neighbours *ret)
{
    struct reading r = { root, ret, dir, running };

    *ret = (struct acdr_neighbours){ 0 };
    if (acdr_root_list(root, dir, read_one, &r) != -ENOMEM)
        return 0;
    acdr_neighbours_done(ret);
    return -ENOMEM;
}

int acdr_neighbours_read(struct acdr_root *root, struct acdr_neighbours *ret)
{
    return read_all(root, STATUS_DIR, true, ret);
}

int acdr_neighbours_defined(struct acdr_root *root, struct acdr_neighbours *ret)
{
    return read_all(root, DEFINED_DIR, false, ret);
}

void acdr_neighbours_done(struct acdr_neighbours *l)
{
    for (size_t i = 0; i < l->n; i++)
        acdr_domain_free(l->v[i].domain);
    free(l->v);
    *l = (struct acdr_neighbours){ 0 };
}

bool acdr_neighbours_has(const struct acdr_neighbours *l, const char *uuid)
{
    for (size_t i = 0; *uuid && i < l->n; i++)
        if (!strcmp(l->v[i].domain->uuid, uuid))
            return true;
    return false;
}

long long acdr_neighbour_resident_kb(struct acdr_root *root, int pid)
{
    static const char key[] = "\nVmRSS:";
    char buf[40960];
    const char *at;
    long long kb;

    if (acdr_root_get(root, buf, sizeof(buf), "/proc/%d/status", pid) < 0)
        return -1;
    at = strstr(buf, key);
    return at && sscanf(at + strlen(key), "%lld", &kb) == 1 ? kb : -1;
}
