/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that is killed before it changes anything for the n-th time:
 *
 *     attack_live FILE N PROGRAM [ARGUMENT...]
 *
 * A change is a system call other than those that only look. SIGKILL goes to the program and its
 * child before number N; with 0 they go on to their end. FILE gets the number of changes begun.
 * Exit status: the program's, 137 if it was killed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "trace.h"

struct attack {
    struct trace trace;
    long changes, kill_at;
};

static void count(void *arg, long n)
{
    struct attack *k = arg;

    if (++k->changes == k->kill_at)
        k->trace.kill_at = n;
}

int main(int argc, char **argv)
{
    struct attack k = { 0 };
    FILE *f;

    if (argc < 4)
        return 2;
    k.trace = (struct trace){
        .argv = (const char *const *)argv + 3, .from_start = true, .look = count, .arg = &k
    };
    k.kill_at = strtol(argv[2], NULL, 10);
    trace_run(&k.trace);
    f = fopen(argv[1], "w");
    if (!f || fprintf(f, "%ld\n", k.changes) < 0 || fclose(f) != 0) {
        perror(argv[1]);
        return 2;
    }
    return k.trace.status;
}
