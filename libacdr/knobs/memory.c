/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pages:PID@START, the NUMA nodes that hold the memory of a process. Knows numa_maps, smaps and
 * migrate_pages(2); knows nothing of policies: another setting controls later pages. Nothing moves
 * back at the end.
 *
 * Memory is the process's own memory (mapping.h). A few pages that are not guest RAM and that the
 * kernel does not move (in I/O, pinned) are reported, not a difference; a page of RAM is one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>

#include "kinds.h"
#include "kernel_calls.h"
#include "mapping.h"
#include "proc.h"
#include "text.h"
#include "value.h"

enum { WORD_BITS = 8 * sizeof(unsigned long), NODE_WORDS = ACDR_BITMAP_MAX / WORD_BITS };

/* The limit of QEMU's own pages that may stay behind: one huge page, which moves as a whole or not
 * at all. */
enum { HANDFUL_KB = 2048 };

/* The process's own memory. */
struct owned {
    char *maps; /* numa_maps */
    struct acdr_ram ram;
    long long kb[ACDR_MAPPING_NODES];     /* by node */
    long long ram_kb[ACDR_MAPPING_NODES]; /* possible RAM in it, if requested */
    struct acdr_bitmap nodes;             /* all that have some */
};

static void owned_done(struct owned *o)
{
    free(o->maps);
    acdr_ram_done(&o->ram);
}

static int read_text(struct acdr_root *r, int pid, const char *name, char **ret, struct acdr_err *e)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int rc = acdr_root_read(r, path, INT_MAX, ret, NULL);
    if (rc == -ENOENT)
        return acdr_err_set(e, EOPNOTSUPP, "%s: this kernel has no NUMA", path);
    return rc < 0 ? acdr_err_errno(e, -rc, "%s: cannot read", path) : 0;
}

static void add_kb(struct owned *o, const struct acdr_mapping *m)
{
    for (int i = 0; i < m->n_nodes; i++) {
        int node = m->on[i].node;
        long long kb = acdr_mapping_own(m, i) * (m->page_kb ? m->page_kb : 4);
        if (kb == 0 || node < 0 || node >= ACDR_MAPPING_NODES)
            continue;
        o->kb[node] += kb;
        o->ram_kb[node] += acdr_ram_has(&o->ram, m->start) ? kb : 0;
        acdr_bitmap_add(&o->nodes, node);
    }
}

static void count(struct owned *o)
{
    struct acdr_mapping m;
    memset(o->kb, 0, sizeof o->kb);
    memset(o->ram_kb, 0, sizeof o->ram_kb);
    acdr_bitmap_zero(&o->nodes);
    for (const char *at = o->maps; (at = acdr_mapping_next(&m, at));)
        add_kb(o, &m);
}

/* The caller frees O in any case. */
static int read_owned(struct acdr_root *r, const struct acdr_proc_id *id, struct owned *o,
                      struct acdr_err *e)
{
    *o = (struct owned){ 0 };
    int rc = acdr_proc_check(r, id, NULL, e);
    if (rc == 0)
        rc = read_text(r, id->pid, "numa_maps", &o->maps, e);
    if (rc == 0)
        count(o);
    return rc;
}

/* Does a node have so little that it may be QEMU's own, and another node more? */
static bool in_doubt(const struct owned *o)
{
    bool little = false, more = false;
    ACDR_BITMAP_FOR(node, &o->nodes) {
        little |= o->kb[node] <= HANDFUL_KB;
        more |= o->kb[node] > HANDFUL_KB;
    }
    return little && more;
}

/* Distinguish RAM from QEMU's own only if it matters: the kernel walks the whole process again for
 * it. If that cannot be read, treat all as RAM. */
static int look_for_ram(struct acdr_root *r, int pid, struct owned *o, struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    if (!in_doubt(o) || read_text(r, pid, "smaps", &text, NULL) < 0)
        return 0;
    if (acdr_ram_parse(&o->ram, text) < 0)
        return acdr_err_nomem(e);
    count(o);
    return 0;
}

static bool is_handful(const struct owned *o, int node)
{
    return o->kb[node] <= HANDFUL_KB && o->ram_kb[node] == 0;
}

static int read_pages(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct owned o = { 0 };
    struct acdr_bitmap counted;
    int rc = acdr_proc_parse(rest, &id, e);
    if (rc == 0)
        rc = read_owned(r, &id, &o, e);
    if (rc == 0)
        rc = look_for_ram(r, id.pid, &o, e);
    counted = o.nodes;
    ACDR_BITMAP_FOR(node, &o.nodes)
        if (is_handful(&o, node))
            acdr_bitmap_del(&counted, node);
    owned_done(&o);
    return rc < 0 ? rc : acdr_value_print(&counted, ret, e);
}

static void format_node(struct acdr_strbuf *t, const struct owned *o, int node)
{
    if (t->len)
        acdr_strbuf_add(t, ", ");
    if (o->ram.any && o->ram_kb[node])
        acdr_strbuf_addf(t, "%lld KiB of the guest's RAM on node %d", o->ram_kb[node], node);
    else if (o->ram.any)
        acdr_strbuf_addf(t, "%lld KiB of QEMU's own memory stay on node %d", o->kb[node], node);
    else
        acdr_strbuf_addf(t, "%lld KiB of its memory on node %d", o->kb[node], node);
}

/* The part that is not on WANT. */
static int note_pages(struct acdr_root *r, const char *rest, const char *want, char **ret)
{
    struct acdr_proc_id id;
    struct owned o = { 0 };
    struct acdr_bitmap may;
    struct acdr_strbuf t = { 0 };
    int rc = acdr_proc_parse(rest, &id, NULL);
    if (rc == 0)
        rc = acdr_value_parse(&may, want, rest, NULL);
    if (rc == 0)
        rc = read_owned(r, &id, &o, NULL);
    if (rc == 0)
        rc = look_for_ram(r, id.pid, &o, NULL);
    ACDR_BITMAP_FOR(node, &o.nodes)
        if (rc == 0 && !acdr_bitmap_has(&may, node))
            format_node(&t, &o, node);
    owned_done(&o);
    *ret = acdr_strbuf_take(&t);
    return rc;
}

static long long number(const char *text)
{
    long long n;
    return acdr_text_parse_num(text, &n) < 0 ? 0 : n;
}

/* The node of TO nearest to FROM: the lowest of the kernel's distances, else the first. */
static int nearest(struct acdr_root *r, int from, const struct acdr_bitmap *to)
{
    char text[4096], online[4096];
    struct acdr_bitmap nodes;
    char *save = NULL;
    long long best = LLONG_MAX;
    int node = acdr_bitmap_next(to, -1);
    /* unknown: any node of TO is right, the nearest is only faster */
    if (acdr_root_get(r, text, sizeof text, "/sys/devices/system/node/node%d/distance", from) < 0 ||
        acdr_root_get(r, online, sizeof online, "/sys/devices/system/node/online") < 0 ||
        acdr_bitmap_parse_list(&nodes, online) < 0)
        return node;
    char *word = strtok_r(text, " ", &save);
    ACDR_BITMAP_FOR(n, &nodes) {
        if (word && acdr_bitmap_has(to, n) && number(word) < best) {
            best = number(word);
            node = n;
        }
        word = word ? strtok_r(NULL, " ", &save) : NULL;
    }
    return node;
}

/* libnuma is loaded only where pages are moved: it reads the host's nodes when it is loaded, in
 * each hook, and ends the process if it has no memory for that. */
static long call_libnuma(int pid, unsigned long bits, const unsigned long *from,
                         const unsigned long *to)
{
    void *library = dlopen("libnuma.so.1", RTLD_LAZY | RTLD_LOCAL);
    __typeof__(&migrate_pages) call = NULL;
    long left;

    if (library)
        *(void **)&call = dlsym(library, "migrate_pages");
    if (!call)
        return -ELIBACC;
    left = call(pid, bits, from, to);
    return left < 0 ? -errno : left;
}

/* The number of pages left behind, or -errno. */
static long migrate(struct acdr_root *r, int pid, int from, int to)
{
    unsigned long old[NODE_WORDS] = { 0 }, new[NODE_WORDS] = { 0 };
    if (acdr_task_calls(r))
        return acdr_task_calls(r)->migrate(pid, from, to);
    old[from / WORD_BITS] = 1UL << (from % WORD_BITS);
    new[to / WORD_BITS] = 1UL << (to % WORD_BITS);
    int top = from > to ? from : to;
    /* The kernel uses one bit less than the given size. */
    return call_libnuma(pid, (unsigned long)top + 2, old, new);
}

/* From one node to the nearest with room: remaining pages are read back, not reported. */
static int empty_node(struct acdr_root *r, int pid, int from, struct acdr_bitmap to,
                      struct acdr_err *e)
{
    long left = -ENODEV;
    while (left != 0 && !acdr_bitmap_empty(&to)) {
        int node = nearest(r, from, &to);
        left = migrate(r, pid, from, node);
        acdr_bitmap_del(&to, node);
        if (left < 0 && left != -ENOMEM)
            break;
    }
    if (left == -EPERM)
        return acdr_err_set(e, EACCES,
                            "process %d: its pages may not be moved without "
                            "CAP_SYS_PTRACE and CAP_SYS_NICE",
                            pid);
    if (left == -ENOSYS)
        return acdr_err_set(e, EOPNOTSUPP, "this kernel has no NUMA");
    if (left < 0)
        return acdr_err_errno(e, (int)-left, "process %d: pages of node %d cannot be moved", pid,
                              from);
    return 0;
}

/* Move all of the process's own pages, also the few that may stay. */
static int write_pages(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    struct acdr_proc_id id;
    struct owned o = { 0 };
    struct acdr_bitmap from, to;
    (void)now;
    int rc = acdr_proc_live(r, rest, e);
    if (rc == 0)
        rc = acdr_proc_parse(rest, &id, e);
    if (rc == 0)
        rc = acdr_value_parse(&to, want, rest, e);
    if (rc == 0)
        rc = acdr_value_unasked(read_owned(r, &id, &o, e));
    from = o.nodes;
    owned_done(&o);
    if (rc < 0)
        return rc;
    if (acdr_bitmap_empty(&to))
        return acdr_err_set(e, EINVAL, "process %d: needs a node", id.pid);
    acdr_bitmap_andnot(&from, &to);
    if (acdr_bitmap_empty(&from))
        return 0;
    ACDR_BITMAP_FOR(node, &from) {
        int rc2 = empty_node(r, id.pid, node, to, e);
        rc = rc < 0 ? rc : rc2;
    }
    return rc;
}

/* A process allowed on two nodes need not have pages on both. */
static bool matches_within(const char *now, const char *want)
{
    struct acdr_bitmap has, may;
    return acdr_bitmap_parse_list(&has, now) == 0 && acdr_bitmap_parse_list(&may, want) == 0 &&
           acdr_bitmap_subset(&has, &may);
}

const struct acdr_knob_kind acdr_memory_pages = {
    .prefix = "pages",
    .form = ACDR_KNOB_SET,
    .no_restore = true,
    .write_always = true,
    .read = read_pages,
    .write = write_pages,
    .matches = matches_within,
    .note = note_pages,
};
