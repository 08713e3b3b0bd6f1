/* The machine as a picture: nodes, L3 domains, cores and siblings, with who has which CPU. */
#ifndef ACDR_TOOLS_DRAW_H
#define ACDR_TOOLS_DRAW_H

#include <stdio.h>

#include "tool.h"

/* A CPU; -1 where something is not known. */
struct acdr_draw_cpu {
    long long cpu, node, package, l3, core;
    const char *use; /* the report's word */
    int owner;       /* which of the owners, -1: nobody */
};

/* Sorted by node, L3 domain, core and number. Texts are the report's. */
struct acdr_draw {
    const struct acdr_item *host;
    struct acdr_draw_cpu *cpus;
    size_t n_cpus;
    const char **owners;
    int n_owners;
};

enum acdr_draw_level { ACDR_DRAW_NODE, ACDR_DRAW_L3, ACDR_DRAW_CORE };

/* Of the report of acdr_host(), which must outlive it. 0 or -ENOMEM. */
int acdr_draw_read(const struct acdr_item *host, struct acdr_draw *ret);
void acdr_draw_done(struct acdr_draw *d);
/* Where the run of CPUs ends that share what FROM has at that level. */
size_t acdr_draw_end(const struct acdr_draw *d, size_t from, enum acdr_draw_level level);
/* The first CPU of NODE, n_cpus where it has none. */
size_t acdr_draw_find(const struct acdr_draw *d, long long node);
/* "node 0, socket 0" and "64 GiB, 12 free" of a node of the report. */
void acdr_draw_title(const struct acdr_draw *d, const struct acdr_item *node, char *title,
                     char *memory, size_t size);
/* One mark a CPU: a letter for its owner, small where no vCPU runs there; '+' '.' '-'. */
char acdr_draw_mark(const struct acdr_draw_cpu *c);

/* For a terminal of WIDTH columns. */
void acdr_draw_text(const struct acdr_draw *d, bool colour, int width);
/* As SVG; a failed write shows in ferror(F). */
void acdr_draw_svg(const struct acdr_draw *d, FILE *f);

#endif
