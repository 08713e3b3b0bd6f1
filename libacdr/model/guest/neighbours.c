/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Other guests of this host. Knows where libvirt keeps their definitions and their status;
 * holders.c knows which CPUs they hold. */
#include "neighbours.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"
#include "kernel_file.h"
#include "neighbour_threads.h"
#include "text.h"

#define STATUS_DIR  "/run/libvirt/qemu"
#define DEFINED_DIR "/etc/libvirt/qemu"

#define READ_MAX ((size_t)1 << 20) /* as acdr_domain_skim() */
/* What is searched for the owner of a longer one: all that libvirt writes. */
#define OWNER_MAX ((size_t)16 << 20)

struct reading {
    struct acdr_root *root;
    struct acdr_neighbours *ret;
    const char *dir;
    bool running;
    struct acdr_err *e;
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

/* Without a running guest's pins nothing may be placed. Those of defined guests are only avoided.
 */
static int refuse(struct reading *r, int err, const char *path)
{
    if (err == -ENOMEM)
        return acdr_err_nomem(r->e);
    acdr_err_errno(r->e, -err, "%s: the CPUs of other guests are not known", path);
    return r->running ? err : 0;
}

/* Of a file that is too long: what tells whose it is. LEN is 0 then. */
static int read_file(struct acdr_root *root, const char *path, char **ret, size_t *len)
{
    int err = acdr_root_read(root, path, READ_MAX, ret, len);
    ssize_t n;

    if (err != -EFBIG)
        return err;
    *len = 0;
    *ret = malloc(OWNER_MAX);
    n = *ret ? acdr_root_get(root, *ret, OWNER_MAX, "%s", path) : -ENOMEM;
    return n < 0 ? (int)n : 0;
}

/* The document at PATH is beyond what is read of a stranger: what the kernel shows represents a
 * running guest, and one that does not run has no threads. WHOLE: a document without a UUID is no
 * guest's; of a longer one that is not known. */
static int look_at_threads(struct reading *r, const char *path, const char *xml, bool whole,
                           int pid, struct acdr_domain **ret, const struct acdr_err *why)
{
    const char *as = pid ? ": its CPUs are those that its threads may use now" : ": it is ignored";
    char uuid[37];

    if (!acdr_neighbour_uuid(xml, uuid) && (whole || !pid))
        return 0;
    if (!r->ret->unread.code)
        acdr_err_set(&r->ret->unread, EBADMSG, "%s: %s%s", path, why->text, as);
    return pid ? acdr_neighbour_threads(r->root, path, uuid, pid, ret) : 0;
}

static int read_one(void *arg, const char *name)
{
    struct reading *r = arg;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *path = NULL;
    acdr_auto(free) char *xml = NULL;
    struct acdr_err e = { 0 };
    size_t len = 0;
    int pid = 0;
    int err;

    if (!acdr_text_has_suffix(name, ".xml"))
        return 0;
    path = acdr_text_format("%s/%s", r->dir, name);
    if (!path)
        return -ENOMEM;
    err = read_file(r->root, path, &xml, &len);
    if (acdr_is_gone(err)) /* it has ended since the folder was read */
        return 0;
    if (err < 0)
        return refuse(r, err, path);
    if (r->running)
        pid = acdr_guest_status_pid(r->root, xml);
    if (r->running ? !pid : !strstr(xml, "cpuset"))
        return 0;
    err = len ? acdr_domain_skim(xml, len, &d, &e)
              : acdr_err_set(&e, EBADMSG, "it is empty, or longer than 1 MiB");
    if (err == -EBADMSG)
        err = look_at_threads(r, path, xml, len > 0, pid, &d, &e);
    if (err < 0)
        return err;
    if (d && add(r->ret, d, pid) < 0)
        return -ENOMEM;
    (void)acdr_take(d);
    return 0;
}

static int read_all(struct reading *r)
{
    int err = acdr_root_list(r->root, r->dir, read_one, r);

    if (err < 0 && err != -ENOENT) /* without libvirt there are no guests */
        err = refuse(r, err, r->dir);
    if (err < 0 && err != -ENOENT)
        acdr_neighbours_done(r->ret);
    return err == -ENOENT ? 0 : err;
}

int acdr_neighbours_read(struct acdr_root *root, struct acdr_neighbours *ret, struct acdr_err *e)
{
    struct reading r = { root, ret, STATUS_DIR, true, e };

    *ret = (struct acdr_neighbours){ 0 };
    return read_all(&r);
}

int acdr_neighbours_defined(struct acdr_root *root, struct acdr_neighbours *ret)
{
    struct reading r = { root, ret, DEFINED_DIR, false, &ret->unread };

    *ret = (struct acdr_neighbours){ 0 };
    return read_all(&r);
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

    /* unknown: -1 says so */
    if (acdr_root_get(root, buf, sizeof(buf), "/proc/%d/status", pid) < 0)
        return -1;
    at = strstr(buf, key);
    return at && sscanf(at + strlen(key), "%lld", &kb) == 1 ? kb : -1;
}
