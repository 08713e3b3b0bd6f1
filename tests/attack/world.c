/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attacked server. See world.h. */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_guest.h"
#include "host_file.h"
#include "host_tree.h"
#include "auto.h"
#include "text.h"

enum { GUEST = 1, LIVING = 2, OTHER = 3, VCPUS = 2 };
#define LIVING_MARK "run/acdr/guests/00000000-0000-0000-0000-000000000002"

const char *const world_phases[WORLD_PHASES] = { "prepare",   "start",   "started",
                                                 "reconnect", "stopped", "release" };

/* What the recorded server's text does not say. */
static const char common[] =
    "/sys/devices/system/cpu/online\t0-31\n/sys/devices/system/cpu/possible\t0-31\n"
    "/proc/sys/kernel/osrelease\t6.12.94-amd64\n/proc/sys/kernel/numa_balancing\t1\n"
    "/sys/kernel/mm/ksm/run\t1\n/sys/kernel/mm/transparent_hugepage/enabled\tmadvise\n"
    "/proc/irq/default_smp_affinity\tffffffff\n/run/libvirt/qemu/\n"
    "/sys/devices/virtual/workqueue/cpumask\tffffffff\n"
    "/sys/class/net/br0/mtu\t1500\n/sys/class/net/br0/bridge/bridge_id\t0\n"
    "/proc/sys/net/core/rps_sock_flow_entries\t0\n"
    "thread\t1\t1\tsystemd\t400100\t2\t0-31\nthread\t2\t2\tkthreadd\t208040\t2\t0-31\n"
    "thread\t700\t700\tcron\t400100\t700\t0-31\n";
static const struct {
    const char *name, *more;
} kinds[WORLD_KINDS] = {
    { "cgroup v1", "/proc/mounts\tcgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0\n" },
    { "cgroup v2", "/proc/mounts\tcgroup2 /sys/fs/cgroup cgroup2 rw,nsdelegate 0 0\n"
                   "/sys/fs/cgroup/cgroup.controllers\tcpuset cpu io memory pids\n"
                   "/sys/fs/cgroup/cpuset.cpus.isolated\t\n" },
};

/* A tree has no threads: what needs them is tried. */
#define TRIED(section) "[" section "]\nneed = try\n"
static const struct {
    const char *name, *text;
} classes[WORLD_CLASSES] = {
    { "nfv", "inherit = nfv-dataplane\n" TRIED("vcpus") TRIED("cleaner") TRIED("emulator")
                 TRIED("strict-numa") },
    { "path", "inherit = packet-path\n" TRIED("vcpus") },
    { "insist", TRIED("vcpus") TRIED("emulator") TRIED(
                    "cleaner") "[irq-ban]\nneed = must\n[ksm]\nneed = must\n[thp]\nneed = must\n"
                               "[numa-balancing]\nneed = must\n" },
    { "disk", "inherit = storage\n[ksm]\nneed = must\n[power]\nneed = try\nidle-latency = 20\n"
              "halt-poll = 400000\n" TRIED("vcpus") },
};

void world_fail(struct world *w, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    printf("%s, class %s: ", w->kind, w->class_name);
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
    w->failures++;
}

static void put_input(const char *xml)
{
    FILE *f = fopen("../in", "w");

    if (!f || fputs(xml, f) < 0 || fclose(f) != 0) {
        perror("the hook's input");
        exit(2);
    }
}

static char *get(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;

    if (f && getdelim(&text, &size, -1, f) < 0) {
        free(text);
        text = NULL;
    }
    if (f)
        fclose(f);
    return text ? text : strdup("");
}

static void run(struct world *w, const char *const *argv, struct trace *t)
{
    struct trace plain = { 0 };

    t = t ? t : &plain;
    t->argv = argv;
    t->in = "../in";
    t->out = "../out";
    t->err = "../err";
    trace_run(t);
    free(w->said);
    w->said = get("../err");
    w->status = t->status;
    w->calls++;
}

static void call(struct world *w, int n, const char *class_name, const char *op, struct trace *t)
{
    bool ends = !strcmp(op, "stopped") || !strcmp(op, "release");
    bool runs = strcmp(op, "prepare") != 0 && strcmp(op, "start") != 0;
    acdr_auto(free) char *xml = fake_guest_xml(n, VCPUS, class_name, false, runs);
    acdr_auto(free) char *name = acdr_text_format("g%d", n);
    const char *argv[] = { w->hook, name, op, ends ? "end" : "begin", "-", NULL };

    put_input(xml);
    run(w, argv, t);
}

static void qemu(int n, bool runs)
{
    acdr_auto(free) char *pid = acdr_text_format("run/libvirt/qemu/g%d.pid", n);
    bool is = access(pid, F_OK) == 0;

    if (runs && !is)
        fake_guest_start(".", n, VCPUS, 900 + (unsigned long)n);
    if (!runs && is)
        fake_guest_end(".", n);
}

static void live(struct world *w, int n, const char *class_name, enum phase p, struct trace *t)
{
    if (p == STARTED)
        qemu(n, true);
    if (p == STOPPED || p == RELEASE)
        qemu(n, false);
    call(w, n, class_name, world_phases[p], t);
}

void world_call(struct world *w, enum phase p, struct trace *t)
{
    live(w, GUEST, w->class_name, p, t);
}

struct tree_state *world_before(struct world *w, enum phase p)
{
    tree_state_restore(".", w->base);
    for (enum phase q = PREPARE; q < p; q++) {
        if (q == RECONNECT)
            continue;
        world_call(w, q, NULL);
        if (w->status)
            world_fail(w, "%s: refused: %s", world_phases[q], w->said);
    }
    if (p == STARTED)
        qemu(GUEST, true);
    if (p == STOPPED || p == RELEASE)
        qemu(GUEST, false);
    return tree_state_save(".");
}

static void live_from(struct world *w, enum phase p)
{
    for (; p <= RELEASE; p++)
        if (p != RECONNECT)
            world_call(w, p, NULL);
    qemu(GUEST, false);
}

void world_after(struct world *w, enum phase p, bool failed)
{
    live_from(w, failed && p < STOPPED ? STOPPED : p + 1);
}

void world_life(struct world *w)
{
    live_from(w, PREPARE);
}

void world_other(struct world *w)
{
    call(w, OTHER, NULL, "prepare", NULL);
    if (w->status)
        world_fail(w, "a guest without a class is refused: %s", w->said);
}

void world_settle(struct world *w)
{
    const char *argv[] = { w->acdr, "--root", ".", "settle", NULL };

    run(w, argv, NULL);
    if (w->status)
        world_fail(w, "settle: exit status %d: %s", w->status, w->said);
}

/* The C library and its loader end a process that has no memory for what cannot be told. */
static bool ended_by_libc(const char *said)
{
    return strstr(said, "cannot allocate memory for thread-local data");
}

void world_check_call(struct world *w, enum phase p, const char *what)
{
    bool may_fail = p == PREPARE || p == STARTED;
    struct stat out;

    if (w->status != 0 && !(may_fail && w->status == 1))
        world_fail(w, "%s: exit status %d: %s", what, w->status, w->said);
    if (!ended_by_libc(w->said) &&
        (strstr(w->said, "ended by signal") || strstr(w->said, "ended with status")))
        world_fail(w, "%s: %s", what, w->said);
    if (stat("../out", &out) < 0 || out.st_size)
        world_fail(w, "%s: something on stdout", what);
    if (access(LIVING_MARK, F_OK))
        world_fail(w, "%s: the guest that lives is not conditioned any more: %s", what, w->said);
}

/* The living guest's end; then nothing of anybody is left. */
static void check_nothing_left(struct world *w, const char *what)
{
    struct tree_state *now;
    acdr_auto(free) char *differs = NULL;

    live(w, LIVING, "shared-try", STOPPED, NULL);
    live(w, LIVING, "shared-try", RELEASE, NULL);
    now = tree_state_save(".");
    differs = tree_state_differs(w->first, now, "/run/acdr/lock");
    if (differs)
        world_fail(w, "%s: after everybody's end: %s", what, differs);
    tree_state_free(now);
}

void world_check_end(struct world *w, const char *what)
{
    struct tree_state *now = tree_state_save(".");
    acdr_auto(free) char *differs = tree_state_differs(w->base, now, "/run/acdr");
    acdr_auto(free) char *state = tree_state_differs(w->base, now, "/run/acdr/lock");

    if (differs && !w->unmoved)
        world_fail(w, "%s: %s", what, differs);
    else if (state) {
        check_nothing_left(w, what);
        tree_state_restore(".", now);
    }
    tree_state_free(now);
}

/* The hook loads no module that others than root may write; a build folder's may be one. */
static void copy_module(const char *module)
{
    acdr_auto(free) char *command = acdr_text_format("install -m 755 '%s' ../hook.so", module);

    if (system(command)) {
        fprintf(stderr, "%s: cannot be copied\n", module);
        exit(2);
    }
}

static void unpack(const char *text)
{
    acdr_auto(free) char *copy = strdup(text);

    host_file_unpack(".", copy);
}

static void make_tree(int kind)
{
    acdr_auto(free) char *recorded = host_file_read("tests/hosts/interrupts-32.host");

    if (!recorded) {
        fprintf(stderr, "tests/hosts/interrupts-32.host: cannot be read\n");
        exit(2);
    }
    host_file_unpack(".", recorded);
    host_tree_more(".");
    unpack(common);
    unpack(kinds[kind].more);
    host_file_classes(".");
    for (int i = 0; i < WORLD_CLASSES; i++) {
        acdr_auto(free) char *path = acdr_text_format("/etc/acdr/classes/%s.conf", classes[i].name);

        host_tree_put(".", path, "%s", classes[i].text);
    }
    host_tree_put(".", "/etc/acdr/classes/shared-try.conf",
                  TRIED("vcpus") TRIED("irq-ban") TRIED("ksm") TRIED("numa-balancing"));
    host_tree_put(".", "/run/acdr/.keep", "\n");
}

static void live_to(struct world *w, enum phase last)
{
    for (enum phase p = PREPARE; p <= last; p++) {
        if (p == RECONNECT)
            continue;
        live(w, LIVING, "shared-try", p, NULL);
        if (w->status)
            world_fail(w, "the guest that lives: %s", w->said);
    }
}

void world_begin(struct world *w, const char *module, int kind, int nth)
{
    w->dir = host_tree_new();
    w->tree = acdr_text_format("%s/tree", w->dir);
    w->kind = kinds[kind].name;
    w->class_name = classes[nth].name;
    if (mkdir(w->tree, 0755) < 0 || chdir(w->tree) < 0) {
        perror(w->tree);
        exit(2);
    }
    make_tree(kind);
    copy_module(module);
    /* Of ACDR's own files some stay for good once there has been a guest. */
    live_to(w, RELEASE);
    w->first = tree_state_save(".");
    live_to(w, STARTED);
    w->base = tree_state_save(".");
}

void world_end(struct world *w)
{
    if (chdir("/") < 0)
        exit(2);
    host_tree_remove(w->dir);
    free(w->tree);
    free(w->said);
    tree_state_free(w->first);
    tree_state_free(w->base);
    w->said = NULL;
}
