/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A world of its own for tests that would disturb the machine. */
#ifndef ACDR_TESTS_LIB_WORLD_H
#define ACDR_TESTS_LIB_WORLD_H

/* For the function that is run: leave with the number of the line whose claim does not hold. */
#define CHECK(what)                                                                                \
    do {                                                                                           \
        if (!(what))                                                                               \
            return __LINE__;                                                                       \
    } while (0)

/*
 * Run FN as PID 1 of PID, mount and network namespaces of its own, with an own /proc and an empty
 * /run; whatever it starts ends with it. Returns what FN returns: 0, or the line that failed (the
 * test library's checks do not work in another process). -1: this machine allows no such worlds;
 * -2: FN did not return.
 */
int acdr_world_run(int (*fn)(void *arg), void *arg);

/* Which CPUs the thread TID of this machine may use, by the kernel. 0 or -errno. */
struct acdr_bitmap;
int acdr_world_affinity(int tid, struct acdr_bitmap *ret);
int acdr_world_set_affinity(int tid, const struct acdr_bitmap *cpus);

#endif
