/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calling the built hook. See hook_run.h. */
#include "hook_run.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "domain_edit.h"
#include "host_file.h"
#include "host_tree.h"
#include "schema.h"

extern char **environ;

enum { QEMU = 5000 };

void hook_run_fail(struct run *r, const struct document *d, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    printf("%s: ", d->file);
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
    r->failures++;
}

void hook_run_xml(const char *xml)
{
    FILE *f = fopen("../in", "w");

    if (!f || fputs(xml, f) < 0 || fclose(f) != 0) {
        perror("the hook's input");
        exit(2);
    }
}

char *hook_run_get(const char *path)
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

static void cut(char *s, const char *what)
{
    char *at = strstr(s, what);

    if (at)
        memmove(at, at + strlen(what), strlen(at + strlen(what)) + 1);
}

/* XML without what a new place may change: pins, numatune and the mark of whose they are; and
 * without blanks, for lines come and go with elements. The caller frees it. */
static char *unplaced(const char *xml)
{
    static const char *const gone[][2] = {
        { "cputune", "vcpupin" },        { "cputune", "emulatorpin" }, { "cputune", "iothreadpin" },
        { "metadata", "acdrpins:host" }, { "", "numatune" },
    };
    acdr_auto(acdr_edit_free) struct acdr_edit *x = NULL;
    struct acdr_strbuf t = { 0 };
    size_t len;

    if (acdr_edit_open(xml, strlen(xml), &x, NULL) < 0)
        return strdup(xml);
    for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
        acdr_edit_drop(x, gone[i][0], gone[i][1]);
    for (const char *p = acdr_edit_text(x, &len); *p; p++)
        if (!strchr(" \t\r\n", *p))
            acdr_strbuf_addn(&t, p, 1);
    cut(t.s, "<cputune></cputune>");
    cut(t.s, "<cputune/>");
    return acdr_strbuf_take(&t);
}

/* Where libvirt takes XML from the hook it is the guest that it gave, elsewhere placed. */
static void check_stdout(struct run *r, const struct document *d, const char *op, const char *out)
{
    acdr_auto(free) char *before = unplaced(d->tagged ? d->tagged : "");
    acdr_auto(free) char *after = unplaced(out);

    if (strcmp(op, "migrate") && strcmp(op, "restore"))
        hook_run_fail(r, d, "%s prints on stdout: %s", op, out);
    else if (!strstr(out, "acdrpins:host"))
        hook_run_fail(r, d, "%s: no mark of ACDR's pins", op);
    else if (strcmp(before, after))
        hook_run_fail(r, d, "%s changes more than the place: %s", op, out);
    else if (schema_takes(d->tagged) > 0 && !schema_takes(out))
        hook_run_fail(r, d, "%s: libvirt's schema refuses: %s", op, out);
    r->placed++;
}

void hook_run(struct run *r, const struct document *d, const char *op)
{
    const char *end = !strcmp(op, "stopped") || !strcmp(op, "release") ? "end" : "begin";
    char *const argv[] = { (char *)"qemu", d->name, (char *)op, (char *)end, (char *)"-", NULL };
    acdr_auto(free) char *out = NULL;
    posix_spawn_file_actions_t io;
    pid_t pid;
    int status = 0;

    posix_spawn_file_actions_init(&io);
    posix_spawn_file_actions_addopen(&io, 0, "../in", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&io, 1, "../out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&io, 2, "../err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (posix_spawn(&pid, r->hook, &io, NULL, argv, environ) || waitpid(pid, &status, 0) != pid) {
        perror(r->hook);
        exit(2);
    }
    posix_spawn_file_actions_destroy(&io);
    free(r->said);
    r->said = hook_run_get("../err");
    r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    r->calls++;
    out = hook_run_get("../out");
    if (*out)
        check_stdout(r, d, op, out);
}

bool hook_run_says_lines(const struct run *r, const struct document *d)
{
    acdr_auto(free) char *begin = acdr_text_format("acdr: guest %s: ", d->name);
    acdr_auto(free) char *copy = strdup(r->said);
    char *rest = copy;

    for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n"))
        if (strncmp(line, begin, strlen(begin)) != 0)
            return false;
    return true;
}

void hook_run_check_left(struct run *r, const struct document *d, const char *when)
{
    acdr_auto(free) char *now = host_tree_text(".");
    size_t i = 0;

    if (access("run/acdr/journal", F_OK) == 0)
        hook_run_fail(r, d, "%s: a journal is left", when);
    while (now[i] && now[i] == r->first[i])
        i++;
    if (now[i] == r->first[i])
        return;
    while (i && now[i - 1] != '\n')
        i--;
    hook_run_fail(r, d, "%s: the tree differs: first \"%.*s\", now \"%.*s\"", when,
                  (int)strcspn(r->first + i, "\n"), r->first + i, (int)strcspn(now + i, "\n"),
                  now + i);
}

/* A QEMU of the guest's name, with one vCPU thread; a name may hold what no file's may. */
void hook_run_put_qemu(const struct run *r, const struct document *d)
{
    acdr_auto(free) char *pid = acdr_text_format("/run/libvirt/qemu/%s.pid", d->name);
    acdr_auto(free) char *status = acdr_text_format("/run/libvirt/qemu/%s.xml", d->name);

    if (strchr(d->name, '/'))
        return;
    host_tree_put(r->tree, pid, "%d\n", QEMU);
    host_tree_put(r->tree, status, "<domstatus state='running' pid='%d'>\n", QEMU);
    host_tree_put(r->tree, "/proc/5000/cmdline", "qemu%c-name%cguest=%s%c", 0, 0, d->name, 0);
}

void hook_run_remove_qemu(const struct run *r, const struct document *d)
{
    acdr_auto(free) char *pid = acdr_text_format("%s/run/libvirt/qemu/%s.pid", r->tree, d->name);
    acdr_auto(free) char *status = acdr_text_format("%s/run/libvirt/qemu/%s.xml", r->tree, d->name);

    unlink(pid);
    unlink(status);
    unlink("proc/5000/cmdline");
}

/* The hook loads no module that others than root may write; a build folder's may be one. */
static void copy_module(const char *module)
{
    acdr_auto(free) char *command = acdr_text_format("install -m 755 '%s' ../module", module);

    if (system(command)) {
        fprintf(stderr, "%s: cannot be copied\n", module);
        exit(2);
    }
}

void hook_run_begin(struct run *r)
{
    char qemu[] = "thread\t5000\t5000\tqemu\t400140\t9\t0-15\n"
                  "thread\t5000\t5001\tCPU 0/KVM\t400140\t9\t0-15\n"
                  "/proc/5000/task/5000/cgroup\t8:cpuset:/machine/q/emulator\n"
                  "/proc/5000/task/5001/cgroup\t8:cpuset:/machine/q/vcpu0\n"
                  "/run/libvirt/qemu/\n";
    static const char *const needs[] = { "must", "try" };

    r->dir = host_tree_new();
    r->tree = acdr_text_format("%s/tree", r->dir);
    if (mkdir(r->tree, 0755) < 0 || chdir(r->tree) < 0) {
        perror(r->tree);
        exit(2);
    }
    host_tree_fill(r->tree);
    host_file_unpack(r->tree, qemu);
    for (int i = 0; i < 2; i++) {
        const char *n = needs[i];

        host_tree_put(r->tree, i ? "/etc/acdr/classes/try.conf" : "/etc/acdr/classes/insist.conf",
                      "[vcpus]\nneed = try\n[emulator]\nneed = try\n[cleaner]\nneed = %s\n"
                      "[irq-ban]\nneed = %s\n[strict-numa]\nneed = try\n[numa-balancing]\n"
                      "need = %s\n[ksm]\nneed = %s\n",
                      n, n, n, n);
    }
    r->first = host_tree_text(".");
    copy_module(r->module);
}

void hook_run_end(struct run *r)
{
    if (chdir("/") < 0)
        exit(2);
    host_tree_remove(r->dir);
    free(r->tree);
    free(r->first);
    free(r->said);
}

void hook_run_module(bool there)
{
    if (there ? rename("../module", "../hook.so") : rename("../hook.so", "../module")) {
        perror("../hook.so");
        exit(2);
    }
}
