/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces for tests. Knows nothing of what is tested in them. */
#include "world.h"

#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

static void be_init(int (*fn)(void *arg), void *arg, volatile int *result)
{
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("proc", "/proc", "proc", 0, NULL) < 0 ||
        mount("run", "/run", "tmpfs", 0, "mode=755") < 0)
        return;
    *result = -2;
    *result = fn(arg);
}

int acdr_world_run(int (*fn)(void *arg), void *arg)
{
    volatile int *result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED)
        return -1;
    *result = -1;
    pid_t outer = fork();
    if (outer == 0) {
        if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET) < 0)
            _exit(0);
        pid_t inner = fork();
        if (inner == 0) {
            be_init(fn, arg, result);
            _exit(0);
        }
        waitpid(inner, NULL, 0);
        _exit(0);
    }
    waitpid(outer, NULL, 0);
    int rc = *result;
    munmap((void *)result, sizeof(*result));
    return rc;
}

int acdr_world_affinity(int tid, struct acdr_bitmap *ret)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    int err = acdr_root_open(NULL, &root, NULL);

    return err < 0 ? err : acdr_proc_affinity(root, tid, ret);
}

int acdr_world_set_affinity(int tid, const struct acdr_bitmap *cpus)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    int err = acdr_root_open(NULL, &root, NULL);

    return err < 0 ? err : acdr_proc_set_affinity(root, tid, cpus);
}
