/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the topology below a root once and prints it as a table, one CPU a line: what lscpu -e and
 * lstopo do, to be measured beside them by the script "topology".
 */
#include <stdio.h>

#include "host.h"
#include "root.h"

int main(int argc, char **argv)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(acdr_host_free) struct acdr_host *host = NULL;
    struct acdr_err e = { 0 };
    const struct acdr_cpu *c;

    if (argc != 2) {
        fprintf(stderr, "usage: bench_topology ROOT\n");
        return 2;
    }
    if (acdr_root_open(argv[1], &root, &e) < 0 || acdr_host_read(root, 0, &host, &e) < 0) {
        fprintf(stderr, "bench_topology: %s\n", e.text);
        return 1;
    }
    printf("cpu online node package die core l3\n");
    for (size_t i = 0; i < host->n_cpus; i++) {
        c = &host->cpus[i];
        printf("%d %d %d %d %d %d %d\n", c->id, c->online, c->node, c->package, c->die, c->core,
               c->l3);
    }
    return 0;
}
