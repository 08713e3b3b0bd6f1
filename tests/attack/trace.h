/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program and its children under ptrace: their system calls counted in one order, the program
 * killed at the n-th, or that call failed with an errno. Counting begins at a mark that the program
 * sets (trace_mark.h), or at once. A thread is not traced. A process that forks stands still until
 * its child has ended: the order is the same in each run.
 */
#ifndef ACDR_TESTS_ATTACK_TRACE_H
#define ACDR_TESTS_ATTACK_TRACE_H

#include <stdbool.h>

struct trace {
    const char *const *argv;
    const char *in, *out, *err; /* files for its stdin, stdout and stderr; NULL: the caller's */
    bool from_start;            /* count from its first call, not from the mark */
    long kill_at;               /* SIGKILL for all its processes before call N; 0: never */
    long fail_at;               /* call N fails with ERROR */
    int error;
    bool lasting; /* each further one that can fail as well */
    /* Before call N, which is none of those that cannot change a file; END: after the last one. */
    void (*look)(void *arg, long n);
    void *arg;

    long calls; /* how many there were, or were begun */
    long hit;   /* the kernel's number of the call that was failed, -1: none */
    int status; /* exit status, or 128 + signal */
};

/* Run it. Ends the test where this machine permits no tracing: trace_works() tells before. */
void trace_run(struct trace *t);
bool trace_works(void);
/* Can the kernel's call NR fail with ERROR at all, for a reason from outside the program? */
bool trace_can_fail(long nr, int error);

#endif
