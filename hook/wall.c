/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The wall between the work and libvirt: a library may crash, end its process or fail to load, and
 * where the operation may not fail, libvirt must not see that. The work is a child's, which loads
 * the module; the parent waits, says what became of it, and returns what the contract allows.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "early.h"

enum { LOAD_SECONDS = 30, NOT_LOADED = 87 };

static bool is(const struct acdr_hook_call *c, const char *op)
{
    return strcmp(c->op, op) == 0;
}

/* A path from the build, never from the environment; only root may be able to write the file. */
static acdr_hook_fn *load(const struct acdr_hook_call *c)
{
    struct stat st;
    if (stat(ACDR_HOOK_MODULE, &st) < 0) {
        acdr_early_say(c, "%s: %s", ACDR_HOOK_MODULE, strerrordesc_np(errno));
        return NULL;
    }
    if ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH))) {
        acdr_early_say(c, "%s: not loaded: writable by others than root", ACDR_HOOK_MODULE);
        return NULL;
    }
    void *module = dlopen(ACDR_HOOK_MODULE, RTLD_LAZY | RTLD_LOCAL);
    acdr_hook_fn *run = NULL;
    if (module)
        *(void **)&run = dlsym(module, ACDR_HOOK_ENTRY);
    if (!run)
        acdr_early_say(c, "%s", dlerror());
    return run;
}

/* Until the class can be read, nothing shows that a tagged guest may start without it. */
static int refuses_unread(const struct acdr_hook_call *c)
{
    return c->tagged && is(c, "prepare") ? ACDR_HOOK_REFUSES : 0;
}

static int work(const struct acdr_hook_call *c)
{
    acdr_early_deadline(c, LOAD_SECONDS, ACDR_HOOK_MODULE " was not loaded", refuses_unread(c));
    acdr_hook_fn *run = load(c);
    return run ? run(c) : NOT_LOADED;
}

/* What became of the child, as the status that it should have had. */
static int judge(const struct acdr_hook_call *c, int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == 0 || code == ACDR_HOOK_REFUSES || code == NOT_LOADED)
        return code;
    if (WIFSIGNALED(status))
        acdr_early_say(c,
                       "the process that works for it was ended by signal %d (%s): what is half "
                       "done is completed by the next event of any guest",
                       WTERMSIG(status), sigdescr_np(WTERMSIG(status)));
    else
        acdr_early_say(c,
                       "the process that works for it ended with status %d: what is half done is "
                       "completed by the next event of any guest",
                       code);
    return refuses_unread(c);
}

/* Where the child prints. libvirt would take a part of a document if the child ended within it, so
 * its output is kept until it has ended well. -1: it prints on stdout. */
static int keep_output(const struct acdr_hook_call *c)
{
    return is(c, "migrate") || is(c, "restore") ? memfd_create("acdr-xml", MFD_CLOEXEC) : -1;
}

static void pass_on(int kept)
{
    char buf[16384];
    ssize_t n;
    if (kept < 0 || lseek(kept, 0, SEEK_SET) < 0)
        return;
    while ((n = read(kept, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
        for (ssize_t at = 0, m; at<n; at += m> 0 ? m : 0)
            if ((m = write(STDOUT_FILENO, buf + at, (size_t)(n - at))) < 0 && errno != EINTR)
                return;
}

static int run_child(const struct acdr_hook_call *c)
{
    int status = 0, kept = keep_output(c);
    signal(SIGXFSZ, SIG_IGN); /* a full file is an error of the write */
    signal(SIGCHLD, SIG_DFL); /* else there would be nothing to wait for */
    pid_t pid = fork();
    if (pid == 0) {
        if (kept >= 0)
            dup2(kept, STDOUT_FILENO);
        _exit(work(c));
    }
    if (pid < 0)
        return work(c);
    acdr_early_deadline(c, 0, "", 0); /* the child has its own */
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return refuses_unread(c);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        pass_on(kept);
    return judge(c, status);
}

int acdr_early_hand_over(const struct acdr_hook_call *c)
{
    int code = run_child(c);
    if (code == NOT_LOADED && refuses_unread(c))
        acdr_early_say(c,
                       "not started: the guest has a class, but ACDR is not completely installed");
    if (code == NOT_LOADED)
        code = refuses_unread(c);
    /* Elsewhere a failure would end a running guest. */
    return code == ACDR_HOOK_REFUSES && (c->tagged || c->mapped) &&
           (is(c, "prepare") || is(c, "started"));
}
