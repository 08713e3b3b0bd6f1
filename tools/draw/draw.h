/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine as a picture: nodes, L3 domains, cores and siblings, with who has which CPU. */
#ifndef ACDR_TOOLS_DRAW_DRAW_H
#define ACDR_TOOLS_DRAW_DRAW_H

#include <stdio.h>

#include "tool.h"

/* A CPU; -1 where something is not known. */
struct draw_cpu {
    long long cpu, node, package, l3, core;
    const char *use; /* the report's word */
    int owner;       /* which of the owners, -1: nobody */
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

/* Of the report of acdr_host(), which must outlive it. 0 or -ENOMEM. */
int draw_read(const struct acdr_item *host, struct drawing *ret);
void draw_done(struct drawing *d);
/* Where the run of CPUs ends that share what FROM has at that level. */
size_t draw_end(const struct drawing *d, size_t from, enum draw_level level);
/* The first CPU of NODE, n_cpus where it has none. */
size_t draw_find(const struct drawing *d, long long node);
/* "node 0, socket 0" and "64 GiB, 12 free" of a node of the report. */
void draw_title(const struct drawing *d, const struct acdr_item *node, char *title, char *memory,
                size_t size);
/* One mark a CPU: a letter for its owner, small where no vCPU runs there; '+' '.' '-'. */
char draw_mark(const struct draw_cpu *c);

/* For a terminal of WIDTH columns. */
void draw_text(const struct drawing *d, bool colour, int width);
/* As SVG; a failed write shows in ferror(F). */
void draw_svg(const struct drawing *d, FILE *f);

#endif
