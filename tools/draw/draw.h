/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A picture of the machine: nodes, L3 domains, cores and siblings, with the owners of CPUs. */
#ifndef ACDR_TOOLS_DRAW_DRAW_H
#define ACDR_TOOLS_DRAW_DRAW_H

#include <stdio.h>

#include "tool.h"

/* A CPU; -1 if a value is unknown. */
struct draw_cpu {
    long long cpu, node, package, l3, core;
    const char *use; /* the report's word */
    bool isolated, nohz_full;
    int owner; /* index of the owner, -1: none */
};

/* Sorted by node, L3 domain, core and number. Texts are the report's. */
struct drawing {
    const struct acdr_item *host;
    struct draw_cpu *cpus;
    size_t n_cpus;
    const char **owners;
    int n_owners;
};

enum draw_level { DRAW_NODE, DRAW_L3, DRAW_CORE };

/* Made from the report of acdr_host(), which must outlive it. 0 or -ENOMEM. */
int draw_read(const struct acdr_item *host, struct drawing *ret);
void draw_done(struct drawing *d);
/* The end of the run of CPUs that share FROM's value at that level. */
size_t draw_end(const struct drawing *d, size_t from, enum draw_level level);
/* The first CPU of NODE, n_cpus if it has none. */
size_t draw_find(const struct drawing *d, long long node);
/* "node 0, socket 0" and "64 GiB, 12 free" of a node of the report. */
void draw_title(const struct drawing *d, const struct acdr_item *node, char *title, char *memory,
                size_t size);
/* One mark per CPU: a letter for its owner, lower case if no vCPU runs there; '+' '.' '-'; '='
 * free, and isolated or without tick since the boot. */
char draw_mark(const struct draw_cpu *c);

/* For a terminal of WIDTH columns. */
void draw_text(const struct drawing *d, bool colour, int width);
/* As SVG of the host NAME, "" if unknown; a failed write shows in ferror(F). */
void draw_svg(const struct drawing *d, const char *name, FILE *f);

#endif
