/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Adds a finding to a window's report. See why.h. */
#include <string.h>

#include "kernel_file.h"
#include "why.h"

struct acdr_why_core *acdr_why_core(struct acdr_why *y, int cpu)
{
    for (size_t i = 0; i < y->n_cores; i++)
        if (y->cores[i].cpu == cpu)
            return &y->cores[i];
    return NULL;
}

struct acdr_finding *acdr_why_add(struct acdr_why *y, const char *layer, int cpu, double ms,
                                  double weight)
{
    struct acdr_finding *v = acdr_hostfile_grow(y->findings, y->n_findings, sizeof(*v));
    const struct acdr_why_core *c = acdr_why_core(y, cpu);

    if (!v) {
        y->bad = true;
        return NULL;
    }
    y->findings = v;
    v += y->n_findings++;
    *v = (struct acdr_finding){
        .cpu = cpu, .layer = layer, .remedy = "", .ms = ms, .weight = weight
    };
    if (c)
        memcpy(v->thread, c->thread, sizeof(v->thread));
    return v;
}
