/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The built hook, killed after each of its changes, in the order in which libvirt calls it:
 *
 *     test_hook_crash HOOK MODULE
 *
 * For each change of each phase: the phase is killed after it (or the change fails, or a read of a
 * file: of stopped each one, of prepare and started a sample), libvirt's next call follows, or
 * first the `prepare` of another guest that has no tag; then every file is as it was at first, and
 * no state is left. Nothing else repairs: no settle, no further event. Exit status: 0 as told, 1
 * not so, 2 cannot tell. Prints how many states were tried.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook_run.h"

#define UUID  "6695eb01-f6a4-4304-8a45-11a8a2e5b8a8"
#define OTHER "6695eb01-f6a4-4304-8a45-11a8a2e5b8a9"
#define XML(name, uuid, more)                                                                      \
    "<domain type='kvm'><name>" name "</name><uuid>" uuid "</uuid>" more                           \
    "<memory unit='MiB'>64</memory><vcpu>1</vcpu></domain>"
#define TAG(class)                                                                                 \
    "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='" class "'/></metadata>"

static const char plain[] = XML("other", OTHER, "");

struct life {
    struct run *r;
    struct document d, other;
    const char *xml;
    bool told; /* what was broken off has left its mark */
    bool all_reads;
    int tried;
};

static void call(struct life *l, const char *op)
{
    hook_run_xml(l->xml);
    hook_run(l->r, &l->d, op);
}

/* QEMU's process has ended. */
static void end_qemu(struct life *l)
{
    hook_run_remove_qemu(l->r, &l->d);
    if (access("proc/5000", F_OK) == 0 && rename("proc/5000", "../proc-5000"))
        exit(2);
}

static void begin_qemu(struct life *l)
{
    if (access("../proc-5000", F_OK) == 0 && rename("../proc-5000", "proc/5000"))
        exit(2);
    hook_run_put_qemu(l->r, &l->d);
}

/* libvirt's calls up to and without OP. */
static void live_until(struct life *l, const char *op)
{
    static const char *const ops[] = { "prepare", "start", "started", "stopped", "release" };

    for (int i = 0; i < 5 && strcmp(ops[i], op); i++) {
        if (!strcmp(ops[i], "started"))
            begin_qemu(l);
        if (!strcmp(ops[i], "stopped"))
            end_qemu(l);
        call(l, ops[i]);
        if (l->r->status)
            hook_run_fail(l->r, &l->d, "%s: refused: %s", ops[i], l->r->said);
    }
    if (!strcmp(op, "started"))
        begin_qemu(l);
    if (!strcmp(op, "stopped") || !strcmp(op, "release"))
        end_qemu(l);
}

/* OP with a fault at its N-th change or read. True if the process was killed there. */
static bool break_off(struct life *l, const char *fault, const char *op, int n)
{
    char number[16];

    snprintf(number, sizeof(number), "%d", n);
    setenv(fault, number, 1);
    call(l, op);
    unsetenv(fault);
    l->told = access("run/acdr/unfinished", F_OK) == 0;
    return strstr(l->r->said, "ended by signal 9") != NULL;
}

static void end(struct life *l, const char *op, bool other)
{
    end_qemu(l);
    if (other) {
        hook_run_xml(plain);
        hook_run(l->r, &l->other, "prepare");
        if (l->r->status)
            hook_run_fail(l->r, &l->other, "an untagged guest is refused");
        /* Before its first change nobody but libvirt knows of the end. */
        if (strcmp(op, "stopped") == 0 && l->told) {
            begin_qemu(l);
            hook_run_remove_qemu(l->r, &l->d);
            hook_run_check_left(l->r, &l->d, "stopped was broken off, an untagged guest came");
            end_qemu(l);
        }
    }
    if (strcmp(op, "release") != 0)
        call(l, "release");
    else if (!other)
        call(l, "release"); /* a daemon that starts again calls it for the guest that has gone */
}

static bool try_one(struct life *l, const char *op, const char *fault, bool other, int n)
{
    char what[128];
    bool hit;

    snprintf(what, sizeof(what), "%s, %s=%d, then %s", op, fault, n,
             other ? "another guest" : "the next call");
    live_until(l, op);
    hit = break_off(l, fault, op, n);
    end(l, op, other);
    begin_qemu(l);
    hook_run_remove_qemu(l->r, &l->d);
    hook_run_check_left(l->r, &l->d, what);
    if (access("run/acdr/unfinished", F_OK) == 0)
        hook_run_fail(l->r, &l->d, "%s: it stays unfinished", what);
    l->tried++;
    return hit;
}

/* How many changes or reads OP makes: it can be killed at so many. */
static int count(struct life *l, const char *op, const char *kill_at)
{
    int n = 1;

    while (try_one(l, op, kill_at, false, n))
        n++;
    return n - 1;
}

static void sweep(struct life *l, const char *op, const char *fault, bool other, int most, int step)
{
    for (int n = 1; n <= most; n += step)
        try_one(l, op, fault, other, n);
}

/* Of the reads a sample, at most MOST_READS of an operation. */
enum { MOST_READS = 30 };

static void try_op(struct life *l, const char *op)
{
    int changes = count(l, op, "HOOK_KILL_AFTER");
    int reads = l->all_reads ? count(l, op, "HOOK_KILL_READ") : 1500;
    int step = l->all_reads ? 1 : reads / MOST_READS;

    sweep(l, op, "HOOK_KILL_AFTER", true, changes, 1);
    for (int other = 0; other < 2; other++) {
        sweep(l, op, "HOOK_FAIL_AT", other, changes, 1);
        sweep(l, op, "HOOK_FAIL_READ", other, reads, step);
    }
    printf("%s: %s: %d changes, %d reads\n", l->d.file, op, changes, reads);
    if (changes < 5 && strcmp(op, "release") != 0)
        hook_run_fail(l->r, &l->d, "%s: changes nothing", op);
}

static void try_all(struct run *r, const char *class_name, const char *xml)
{
    static const char *const ops[] = { "prepare", "started", "stopped", "release" };
    struct life l = { .r = r,
                      .d = { .file = (char *)class_name, .name = (char *)"g" },
                      .other = { .file = (char *)"untagged", .name = (char *)"other" },
                      .xml = xml };

    for (int i = 0; i < 4; i++) {
        l.all_reads = i >= 2;
        try_op(&l, ops[i]);
    }
    printf("%s: %d states\n", class_name, l.tried);
}

int main(int argc, char **argv)
{
    struct run r = { 0 };

    if (argc != 3)
        return 2;
    r.hook = argv[1];
    r.module = argv[2];
    hook_run_begin(&r);
    hook_run_module(true);
    try_all(&r, "insist", XML("g", UUID, TAG("insist")));
    try_all(&r, "try", XML("g", UUID, TAG("try")));
    hook_run_end(&r);
    printf("%d calls, %d failures\n", r.calls, r.failures);
    return r.failures != 0;
}
