/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The block devices under a guest's disks: from a path through its mount, partitions, device
 * mapper, LVM, md and loop devices down to the lowest devices. Knows /proc/self/mountinfo and
 * /sys/class/block; does not know what to set on them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "domain.h"
#include "err.h"
#include "host.h"
#include "kernel_file.h"
#include "text.h"

#define BLOCK_DIR "/sys/class/block"

enum { DEPTH_MAX = 16 };

struct walk {
    struct acdr_host *h;
    char *mounts; /* /proc/self/mountinfo, "" if there is none */
    bool mark;    /* do not add, only mark the devices of the host's root */
    char *why;    /* why the last path has no device */
};

/* The parts of a mountinfo line that are used here. */
struct mount {
    char device[32]; /* "8:1" */
    char dir[512], type[32], source[256], options[256];
};

static int set_reason(struct walk *w, char *why)
{
    free(w->why);
    w->why = why;
    return why ? 0 : -ENOMEM;
}

static struct acdr_block *find(struct acdr_host *h, const char *name)
{
    for (size_t i = 0; i < h->storage.n_blocks; i++)
        if (!strcmp(h->storage.blocks[i].name, name))
            return &h->storage.blocks[i];
    return NULL;
}

static void read_queue(struct acdr_host *h, struct acdr_block *b)
{
    char *open, *close;

    /* unknown: no setting is planned that cannot be read; so for all of these */
    if (acdr_root_get(h->root, b->schedulers, sizeof(b->schedulers),
                      BLOCK_DIR "/%s/queue/scheduler", b->name) < 0)
        b->schedulers[0] = '\0';
    open = strchr(b->schedulers, '[');
    close = open ? strchr(open, ']') : NULL;
    snprintf(b->scheduler, sizeof(b->scheduler), "%.*s",
             close ? (int)(close - open - 1) : (int)sizeof(b->scheduler) - 1,
             close ? open + 1 : b->schedulers);
    /* unknown: as above */
    if (acdr_root_get_num(h->root, &b->rq_affinity, BLOCK_DIR "/%s/queue/rq_affinity", b->name) < 0)
        b->rq_affinity = -1;
    /* unknown: as above */
    if (acdr_root_get_num(h->root, &b->read_ahead_kb, BLOCK_DIR "/%s/queue/read_ahead_kb",
                          b->name) < 0)
        b->read_ahead_kb = -1;
}

/* Add the device itself, once. */
static int add_block(struct walk *w, const char *name, bool leaf)
{
    struct acdr_storage *s = &w->h->storage;
    struct acdr_block *b = find(w->h, name);

    if (b || w->mark) {
        if (b && w->mark)
            b->roots = true;
        return 0;
    }
    b = acdr_hostfile_grow(s->blocks, s->n_blocks, sizeof(*b));
    if (!b)
        return -ENOMEM;
    s->blocks = b;
    b += s->n_blocks++;
    *b = (struct acdr_block){ .leaf = leaf };
    snprintf(b->name, sizeof(b->name), "%s", name);
    /* unknown: as above */
    if (acdr_hostfile_link_name(w->h->root, b->device, sizeof(b->device), BLOCK_DIR "/%s/device",
                                b->name) < 0)
        b->device[0] = '\0';
    read_queue(w->h, b);
    return 0;
}

static int walk_path(struct walk *w, const char *path, int depth);
static int walk_device(struct walk *w, const char *name, int depth);

struct slaves {
    struct walk *w;
    int depth, n;
};

static int walk_slave(void *arg, const char *name)
{
    struct slaves *s = arg;

    s->n++;
    return walk_device(s->w, name, s->depth);
}

static const char *last_part(char *path, ssize_t len)
{
    char *slash = len > 0 ? strrchr(path, '/') : NULL;

    return slash && slash[1] ? slash + 1 : NULL;
}

static int walk_device(struct walk *w, const char *name, int depth)
{
    struct slaves s = { .w = w, .depth = depth + 1 };
    struct acdr_root *r = w->h->root;
    char path[4096] = "";
    const char *parent;
    int err;

    if (depth > DEPTH_MAX)
        return set_reason(w, acdr_text_format("%s: more than %d devices on top of each other", name,
                                              DEPTH_MAX));
    if (acdr_yes(acdr_root_has(r, BLOCK_DIR "/%s/partition", name))) {
        parent = last_part(path, acdr_root_real(r, path, sizeof(path), BLOCK_DIR "/%s/..", name));
        return parent ? walk_device(w, parent, depth + 1) : 0;
    }
    snprintf(path, sizeof(path), BLOCK_DIR "/%s/slaves", name);
    err = acdr_root_list(r, path, walk_slave, &s);
    if (err < 0 && err != -ENOENT)
        return err;
    /* unknown: the disk below a loop device is left alone */
    if (acdr_root_get(r, path, sizeof(path), BLOCK_DIR "/%s/loop/backing_file", name) > 0) {
        s.n++;
        err = walk_path(w, path, depth + 1);
        if (err == -ENOMEM)
            return err;
    }
    return add_block(w, name, s.n == 0);
}

/* "ID PARENT 8:1 ROOT DIR OPTIONS ... - TYPE SOURCE OPTIONS" */
static bool parse_mount(const char *line, struct mount *m)
{
    const char *rest = strstr(line, " - ");
    const char *end = strchr(line, '\n');

    if (!rest || (end && rest > end) ||
        sscanf(line, "%*s %*s %31s %*s %511s", m->device, m->dir) != 2 ||
        sscanf(rest, " - %31s %255s %255s", m->type, m->source, m->options) != 3)
        return false;
    acdr_hostfile_unescape(m->dir);
    return true;
}

/* The mount that contains PATH: the longest matching one, the last of equal ones. */
static bool find_mount(const struct walk *w, const char *path, struct mount *ret)
{
    struct mount m;
    size_t best = 0;

    for (const char *line = w->mounts; line && *line;
         line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
        size_t len;

        if (!parse_mount(line, &m))
            continue;
        len = strcmp(m.dir, "/") ? strlen(m.dir) : 0;
        if (strncmp(path, m.dir, len) || (path[len] && path[len] != '/') || len + 1 < best)
            continue;
        best = len + 1;
        *ret = m;
    }
    return best > 0;
}

/* A device node, by the target of its links. */
static int walk_node(struct walk *w, const char *path, int depth)
{
    char real[4096] = "";
    const char *name = last_part(real, acdr_root_real(w->h->root, real, sizeof(real), "%s", path));

    if (!name || !acdr_yes(acdr_root_has(w->h->root, BLOCK_DIR "/%s", name)))
        return set_reason(w, acdr_text_format("%s is not a block device of this host", path));
    return walk_device(w, name, depth);
}

static int walk_path(struct walk *w, const char *path, int depth)
{
    char real[4096] = "", dev[4096] = "";
    const char *name;
    struct mount m;

    /* unknown: the disk is left alone, and the reason reported */
    if (acdr_root_real(w->h->root, real, sizeof(real), "%s", path) < 0)
        return set_reason(w, acdr_text_format("%s does not exist", path));
    if (!find_mount(w, real, &m))
        return set_reason(w, acdr_text_format("%s: its mount is unknown", path));
    name = last_part(dev,
                     acdr_root_real(w->h->root, dev, sizeof(dev), "/sys/dev/block/%s", m.device));
    if (name)
        return walk_device(w, name, depth);
    if (!strncmp(m.source, "/dev/", 5))
        return walk_node(w, m.source, depth);
    return set_reason(w,
                      acdr_text_format("%s lies on %s, which has no block device", path, m.type));
}

static int walk_disk(struct walk *w, const struct acdr_domain_disk *d)
{
    struct acdr_storage *s = &w->h->storage;
    struct acdr_disk *disk = acdr_hostfile_grow(s->disks, s->n_disks, sizeof(*disk));
    int err = 0;

    if (!disk)
        return -ENOMEM;
    s->disks = disk;
    disk += s->n_disks++;
    *disk = (struct acdr_disk){ 0 };
    snprintf(disk->target, sizeof(disk->target), "%s", d->target);
    if (!d->source[0] || (strcmp(d->type, "file") && strcmp(d->type, "block")))
        err = set_reason(w, acdr_text_format("of type %s, which no device of this host shows",
                                             d->type));
    else if (!strcmp(d->type, "block"))
        err = walk_node(w, d->source, 0);
    else
        err = walk_path(w, d->source, 0);
    disk->why = acdr_take(w->why);
    return err == -ENOMEM ? err : 0;
}

/* A tmpfs without a size limit holds half of the memory. */
static void read_shm(struct walk *w)
{
    struct acdr_storage *s = &w->h->storage;
    const char *size;
    struct mount m;
    char *end;

    s->shm_kb = -1;
    if (!find_mount(w, "/dev/shm", &m) || strcmp(m.type, "tmpfs"))
        return;
    size = strstr(m.options, "size=");
    if (size) {
        s->shm_kb = strtoll(size + 5, &end, 10) * (*end == 'k' ? 1 : 1024);
        return;
    }
    s->shm_kb = 0;
    for (size_t i = 0; i < w->h->n_nodes; i++)
        s->shm_kb += w->h->nodes[i].memtotal_kb > 0 ? w->h->nodes[i].memtotal_kb / 2 : 0;
}

/* memory_backing_dir = "/dev/shm/..." in qemu.conf. */
static void read_backing_dir(struct walk *w)
{
    acdr_auto(free) char *text = NULL;
    char *next, *line;

    /* unknown: libvirt's default */
    if (acdr_root_read(w->h->root, "/etc/libvirt/qemu.conf", 0, &text, NULL) < 0)
        return;
    next = text;
    while ((line = strsep(&next, "\n"))) {
        line = acdr_text_trim(line);
        if (!strncmp(line, "memory_backing_dir", 18) && strstr(line, "\"/dev/shm"))
            w->h->storage.memory_in_shm = true;
    }
}

int acdr_host_block_read(struct acdr_host *h, const struct acdr_domain *d, struct acdr_err *e)
{
    struct walk w = { .h = h };
    int err = acdr_root_read(h->root, "/proc/self/mountinfo", 0, &w.mounts, NULL);

    err = err == -ENOMEM ? err : 0;
    for (size_t i = 0; err == 0 && i < d->n_disks; i++)
        err = walk_disk(&w, &d->disks[i]);
    if (err == 0) {
        w.mark = true;
        err = walk_path(&w, "/", 0);
        read_shm(&w);
        read_backing_dir(&w);
    }
    free(w.mounts);
    free(w.why);
    return err == -ENOMEM ? acdr_err_nomem(e) : 0;
}

void acdr_host_block_free(struct acdr_host *h)
{
    struct acdr_storage *s = &h->storage;

    for (size_t i = 0; i < s->n_disks; i++)
        free(s->disks[i].why);
    free(s->disks);
    free(s->blocks);
}
